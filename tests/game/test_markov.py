"""Markov games: checked once, read right, valued right, and every claim about deviations held against brute force."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.markov import first_best, perfect_pure, shapley
from rulewright.errors import InputError, Unsolved
from rulewright.game.lower import one_shot, policies
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_games import ecological_public_good, repeated, sociotechnical
from rulewright.game.markov_play import MarkovPlay
from rulewright.institution.moves import Pay
from rulewright.numerics.decision import solve
from rulewright.numerics.rational import exact

PENNIES = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])


def random_game(seed, players=2, states=3, actions=2, discount=0.8, missing=False):
    rng = np.random.default_rng(seed)
    shape = (states,) + (actions,) * players
    available = None
    if missing:  # the last action of player 0 is not there in state 0
        mask = np.ones((states, actions), bool)
        mask[0, -1] = False
        available = [mask] + [None] * (players - 1)
    return MarkovGame.of(
        rng.standard_normal((players, *shape)),
        rng.dirichlet(np.ones(states), shape),
        discount,
        start=rng.dirichlet(np.ones(states)),
        available=available,
    )


def random_play(game, seed):
    rng = np.random.default_rng(seed)
    rows = [rng.random(mask.shape) * mask for mask in game.available]
    return MarkovPlay.of(game, [row / row.sum(axis=1, keepdims=True) for row in rows])


def summed(play, i, rounds=400):
    """[state]: discounted payoffs of player i, added up round by round along the law of the state."""
    game, n = play.game, play.game.n
    axes = tuple(range(1, 1 + n))
    reward = (play.law * game.payoff[i]).sum(axis=axes)
    chain = (play.law[..., None] * game.transition).sum(axis=axes)
    total, reached = np.zeros(game.state_count), np.eye(game.state_count)
    for t in range(rounds):
        total += float(game.discount[i]) ** t * (reached @ reward)
        reached = reached @ chain
    return total


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3), st.booleans())
def test_values_are_discounted_sums(seed, players, missing):
    game = random_game(seed, players, missing=missing)
    play = random_play(game, seed + 1)
    for i in range(players):
        assert play.values[i] == pytest.approx(summed(play, i), abs=1e-9)
    assert play.worth == pytest.approx(play.values @ game.start)
    assert play.occupation.sum(axis=1) == pytest.approx(1)
    here = (play.law * game.payoff[0]).sum(axis=tuple(range(1, 1 + players)))
    assert play.occupation[0] @ here / (1 - game.discount[0]) == pytest.approx(play.worth[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_regret_is_the_best_of_all_pure_replies(seed, missing):
    game = random_game(seed, missing=missing)
    play = random_play(game, seed + 1)
    for i in range(2):
        replies = []
        for policy in policies(game, i):
            mine = np.eye(game.action_counts[i])[policy]
            rows = [mine if j == i else play.strategies[j] for j in range(2)]
            replies.append(MarkovPlay.of(game, rows).values[i])
        assert play.regrets[i] == pytest.approx(np.max(replies, axis=0) - play.values[i], abs=1e-9)
        one_round = np.where(game.available[i], play.advantages[i], -np.inf).max()
        assert one_round - 1e-9 <= play.regrets[i].max() <= one_round / (1 - game.discount[i]) + 1e-9


def test_correlated_regret_by_brute_force():
    game = random_game(4, states=2)
    law = np.random.default_rng(0).dirichlet(np.ones(4), 2).reshape(2, 2, 2)
    play = MarkovPlay.joint(game, law)
    best = np.full(2, -np.inf)
    for told in itertools.product(range(2), repeat=4):  # what player 0 does when told a in state s
        table = np.array(told).reshape(2, 2)
        changed = np.zeros_like(law)
        for s, a, b in np.ndindex(law.shape):
            changed[s, table[s, a], b] += law[s, a, b]
        best = np.maximum(best, MarkovPlay.joint(game, changed).values[0])
    assert play.regrets[0] == pytest.approx(best - play.values[0], abs=1e-9)


def test_independent_play_has_the_regret_of_its_law():
    play = random_play(random_game(7), 8)
    assert MarkovPlay.joint(play.game, play.law).regrets == pytest.approx(play.regrets, abs=1e-9)


def test_exact_stays_exact():
    game = ecological_public_good()
    play = MarkovPlay.pure(game, {"p1": "cooperate", "p2": "cooperate"})
    assert game.is_exact and play.values[0, 0] == F(4) and isinstance(play.regret, F)
    assert play.values[0, 1] == (F(-5) + F(3, 4) * F(1, 100) * 4) / (1 - F(3, 4) * F(99, 100))
    assert game.floats.exact.payoff[0, 0, 0, 1] == game.payoff[0, 0, 0, 1]
    assert MarkovPlay.pure(game.floats, [0, 0]).values == pytest.approx(play.values.astype(float))


def test_payoffs_on_the_next_state_are_averaged():
    rng = np.random.default_rng(3)
    table, law = rng.random((1, 2, 3, 2)), rng.dirichlet(np.ones(2), (2, 3))
    game = MarkovGame.of(table, law, 0.5)
    assert game.payoff[0, 1, 2] == pytest.approx(table[0, 1, 2] @ law[1, 2])


def test_stage_and_continuation():
    game = random_game(5, missing=True)
    play = random_play(game, 6)
    stage = game.stage("s1", play.values)
    assert stage.action_counts == (1, 2)
    kept = play.law[0][:1]
    assert (stage.payoff[0].reshape(1, 2) * kept).sum() == pytest.approx(play.values[0, 0])
    assert np.array_equal(game.stage(1).payoff.reshape(2, 2, 2), game.payoff[:, 1])


def test_people_and_their_goal():
    game = random_game(9)
    wanted = game.with_goal(game.total)
    play, again = random_play(game, 1), None
    again = MarkovPlay.of(wanted, [np.ones((3, 1)), *play.strategies])
    assert again.goal == pytest.approx(play.worth.sum()) and wanted.strategic == (1, 2)
    assert again.regret == pytest.approx(play.regret)
    assert wanted.with_goal(2 * game.total[:, None]).payoff[0] == pytest.approx(2 * wanted.payoff[0])
    with pytest.raises(InputError, match="players discount differently"):
        random_game(1, discount=[0.5, 0.6]).with_goal(game.total)
    with pytest.raises(InputError, match="designer"):
        _ = game.goal


def test_payments_move_money_and_no_goal():
    game = random_game(10).with_goal(np.ones((3, 2, 2)))
    amount = np.zeros(game.payoff.shape)
    amount[1, 0], amount[2, 0] = 1.0, -1.0
    paid = game.paid(amount)
    play, after = random_play(game, 2), None
    after = MarkovPlay.of(paid, play.strategies)
    assert after.goal == pytest.approx(play.goal)
    assert after.transfers.sum() == pytest.approx(0)
    assert after.worth - play.worth == pytest.approx(after.transfers)
    assert np.array_equal(game.paid(0).payoff, game.payoff)


def test_an_institution_works_state_by_state():
    game = ecological_public_good()

    def fine(stage):  # the second action costs 2 more
        table = stage.payoff.copy()
        table[0, ..., 1, :] -= 2
        return rw.Game.bayesian(table, stage.prior, players=stage.players, types=stage.types, actions=stage.actions)

    fee = rw.Moves("a fee", (Pay("p1", ("action of p1",), np.array([F(0), F(-2)])),))
    assert np.array_equal(game.through(fee).payoff, game.through(fine).payoff)
    assert game.through(fee).transfer[0, 1, 1, 0] == -2
    fined = game.through(fine)
    assert np.array_equal(fined.payoff[0, :, 1], game.payoff[0, :, 1] - 2)
    assert np.array_equal(fined.payoff[1], game.payoff[1])
    with pytest.raises(InputError, match="same players"):
        game.through(lambda stage: rw.library.rock_paper_scissors())


def test_one_shot_over_policies():
    game = random_game(11, missing=True)
    form = one_shot(game)
    assert form.action_counts == (4, 8)
    assert len(policies(game, 0)) == 4 and set(policies(game, 0)[:, 0]) == {0}
    for a, b in ((0, 0), (3, 5)):
        play = MarkovPlay.pure(game, [policies(game, 0)[a], policies(game, 1)[b]])
        assert form.payoff[:, 0, 0, a, b] == pytest.approx(play.worth)
    assert one_shot(repeated(PENNIES, F(1, 2))).payoff[0, 0, 0] == pytest.approx(2 * PENNIES[0])
    assert one_shot(ecological_public_good()).actions[0][1] == "prosperous→cooperate; degraded→defect"


def test_sociotechnical_game_counts_the_humans_only():
    reward = np.array([[[[1, 0]]], [[[0, 5]]]])  # one human without a choice, one AI system
    law = np.ones((1, 1, 2, 1))
    game = sociotechnical(
        ["user"], ["agent"], states=["day"], actions=[["wait"], ["help", "sell"]],
        reward=reward, transition=law, discount=F(1, 2),
    )  # fmt: skip
    assert game.players == ("people", "user", "agent") and game.is_exact
    assert [MarkovPlay.pure(game, {"agent": a}).goal for a in ("help", "sell")] == [2, 0]
    assert MarkovPlay.pure(game, {"agent": "help"}).regret == 10
    with pytest.raises(InputError, match="at least one human"):
        sociotechnical([], ["a"], states=["s"], actions=[["x"]], reward=reward[:1], transition=law, discount=0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"payoff": np.zeros((2, 3, 2))}, "axes"),
        ({"transition": np.zeros((1, 2, 2, 2))}, "shape"),
        ({"transition": np.full((1, 2, 2, 1), 0.9)}, "sum to 1"),
        ({"discount": 1}, "below 1"),
        ({"discount": -0.1}, "at least 0"),
        ({"discount": [0.5, 0.5, 0.5]}, "discount"),
        ({"start": [0.5]}, "sum to 1"),
        ({"players": ["a", "a"]}, "different"),
        ({"states": ["a", "b"]}, "shape"),
        ({"actions": [["x", "y"], ["x", "x"]]}, "different"),
        ({"available": [[[True, True]]]}, "one table"),
        ({"available": [[[False, False]], None]}, "at least one available"),
        ({"payoff": np.full((2, 1, 2, 2), np.nan)}, "finite"),
    ],
)
def test_bad_games_are_refused(change, said):
    given_ = {"payoff": PENNIES[:, None], "transition": np.ones((1, 2, 2, 1)), "discount": 0.5} | change
    table, law, delta = (given_.pop(name) for name in ("payoff", "transition", "discount"))
    with pytest.raises(InputError, match=said):
        MarkovGame.of(table, law, delta, **given_)


def test_bad_plays_are_refused():
    game = random_game(1, missing=True)
    uniform = np.full((3, 2), 0.5)
    for rows, said in (
        ([uniform], "one for each"),
        ([uniform, uniform], "available actions only"),
        ([np.eye(2)[[0, 0, 0]], np.ones((3, 2))], "sum to 1"),
        ([np.ones((2, 1)), uniform], "shape"),
    ):
        with pytest.raises(InputError, match=said):
            MarkovPlay.of(game, rows)
    with pytest.raises(InputError, match="one of a1, a2"):
        MarkovPlay.pure(game, {"player 1": "a1", "player 2": "a9"})
    with pytest.raises(InputError, match="one action for each of 3 states"):
        MarkovPlay.pure(game, {"player 1": "a1"})
    with pytest.raises(InputError, match="available actions only"):
        MarkovPlay.joint(game, np.full((3, 2, 2), 0.25))
    for call in (lambda: game.stage("nowhere"), lambda: game.index("nobody")):
        with pytest.raises(InputError, match="one of"):
            call()


def test_exact_linear_systems():
    rng = np.random.default_rng(0)
    matrix, right = exact(rng.integers(-3, 4, (5, 5))), exact(rng.integers(-3, 4, (5, 2)))
    matrix[0, 0] = F(0)  # a pivot must be found
    assert (matrix @ solve(matrix, right) == right).all()
    for zero in (np.zeros((2, 2)), exact(np.zeros((2, 2), int))):
        with pytest.raises(Unsolved, match="full rank"):
            solve(zero, zero)


@pytest.mark.parametrize("sentinel", [-1e12, 1e12, np.nan])
def test_what_stands_where_nobody_can_go_does_not_matter(sentinel):
    """A sentinel in cells that no action reaches once set the scale of rounding: the worse action was an equilibrium too."""
    payoff, law = np.zeros((2, 1, 3, 2)), np.ones((1, 3, 2, 1))
    payoff[0, 0], payoff[1, 0] = [[0, 3], [2, 1], [0, 0]], [[0, -3], [-2, -1], [0, 0]]
    payoff[:, 0, 2], law[0, 2] = sentinel, 0.0
    game = MarkovGame.of(payoff, law, 0.5, available=[[[True, True, False]], None])
    plain = MarkovGame.of(payoff[:, :, :2], law[:, :2], 0.5)
    assert not perfect_pure(game).plays
    assert MarkovPlay.pure(game, [0, 0]).regret == MarkovPlay.pure(plain, [0, 0]).regret == 4.0
    assert shapley(game).values == pytest.approx(shapley(plain).values, abs=1e-9)
    assert first_best(game, game.payoff[0]).worth == first_best(plain, plain.payoff[0]).worth == 6.0


def test_a_law_in_floats_beside_exact_payoffs_is_told_why_it_will_not_do():
    """Thirds as floats sum to one only to rounding; "needed 1, found 1" helped nobody."""
    with pytest.raises(InputError, match=r"off by -1e-16.*Beside exact payoffs"):
        MarkovGame.of(np.zeros((1, 3, 1), int), np.full((3, 1, 3), 1 / 3), 0.5)

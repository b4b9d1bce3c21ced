"""Learners: the compiled loops against NumPy, regrets measured again by definition, and what theory promises."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.dynamics import RULES, Learner, fictitious_play, learn, q_learning
from rulewright.behaviour.dynamics.memory import greedy_round
from rulewright.errors import InputError
from rulewright.testing import behaviour_laws

SHAPLEY = np.array([[[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]], dtype=float)
OFF = np.array([[0, 1]])
PENNIES = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], dtype=float)
ALL = [start + rule for start in ("", "optimistic-") for rule in RULES]
NAMES = (
    *ALL,
    "fictitious-play",
    "stochastic-fictitious-play:5",
    "q-learning:0",
    "replicator:4",
    "best-response-dynamics:4",
    "smith:3",
    "bnn:3",
    "logit-dynamics:2",
    "imitation:2",
    "alpha-rank",
    "moran:20",
)


def games(shape, count=4, seed=0):
    return np.random.default_rng(seed).normal(size=(count, len(shape), *shape))


def made(name):
    """Q-learning is shortened: without a compiler it would take a minute here."""
    found = rw.named(name)
    return replace(found, steps=2_000) if name.startswith("q-learning") else found


def by_definition(payoff, law):
    """The largest gain of any player from one fixed action, by going through all profiles."""
    n, counts = len(payoff), law.shape
    best = -np.inf
    for i in range(n):
        for mine in range(counts[i]):
            gain = 0.0
            for profile in itertools.product(*map(range, counts)):
                instead = (*profile[:i], mine, *profile[i + 1 :])
                gain += law[profile] * (payoff[(i, *instead)] - payoff[(i, *profile)])
            best = max(best, gain)
    return best


@pytest.mark.parametrize("alternating", [False, True])
@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (1, 4)])
def test_compiled_fictitious_play_is_that_of_numpy(shape, alternating):
    table = games(shape)
    start = np.array([[0, shape[1] - 1]])
    one, other = (
        fictitious_play(table, 300, start=start, alternating=alternating, path=True, native=native)
        for native in (True, False)
    )
    assert (one.path == other.path).all() and (one.law == other.law).all()
    assert one.law.sum(axis=(1, 2)) == pytest.approx(1)


@pytest.mark.parametrize("alternating", [False, True])
def test_fictitious_play_replies_best_to_what_was_seen(alternating):
    table = games((3, 4), 1)
    path = fictitious_play(table, 60, alternating=alternating, path=True).path[:, 0]
    for t in range(1, 60):
        seen = np.bincount(path[:t, 1], minlength=4)
        assert path[t, 0] == np.argmax(table[0, 0] @ seen)
        seen = np.bincount(path[: t + alternating, 0], minlength=3)
        assert path[t, 1] == np.argmax(seen @ table[0, 1])


@pytest.mark.parametrize("alternating", [False, True])
def test_three_players_reply_to_independent_beliefs(alternating):
    """A third player without a choice leaves fictitious play as it was with two."""
    two = games((3, 2))
    three = np.concatenate([two, np.zeros((4, 1, 3, 2))], axis=1)[..., None]
    one, other = (fictitious_play(x, 200, alternating=alternating) for x in (two, three))
    assert (one.law == other.law[..., 0]).all()


def test_shapleys_game_cycles():
    """Runs grow geometrically, shares do not settle, and a best reply keeps gaining (Shapley 1964)."""
    gaps = [fictitious_play(SHAPLEY[None], steps, start=OFF).gap[0] for steps in (1_000, 5_000, 25_000)]
    assert min(gaps) > 0.05
    path = fictitious_play(SHAPLEY[None], 25_000, start=OFF, path=True).path[:, 0]
    switches = np.flatnonzero((np.diff(path, axis=0) != 0).any(axis=1))
    lengths = np.diff(switches)[-6:]
    assert (lengths[1:] > 1.1 * lengths[:-1]).all()


def test_matching_pennies_converges_like_the_root_of_time():
    for steps in (1_000, 5_000, 25_000):
        gap = fictitious_play(PENNIES[None], steps).gap[0]
        assert 0.2 < gap * np.sqrt(steps) < 3


@pytest.mark.parametrize("seed", range(3))
def test_zero_sum_games_converge(seed):
    """Robinson 1951; the value from the linear programme of `nash`."""
    first = np.random.default_rng(seed).normal(size=(4, 5))
    assert fictitious_play(np.stack([first, -first])[None], 25_000).gap[0] < 0.1


def test_stochastic_fictitious_play_comes_near_the_logit_equilibrium():
    payoff = np.array([[[9, 0], [0, 1.0]], [[0, 1], [1, 0]]])
    shares = fictitious_play(np.repeat(payoff[None], 20, axis=0), 4_000, strength=1.0).shares
    play = rw.named("logit:1")(rw.Game.normal(payoff)).plays[0]
    for share, strategy in zip(shares, play.strategies, strict=True):
        assert share.mean(axis=0) == pytest.approx(strategy[0], abs=0.02)


@pytest.mark.parametrize("rule", ALL)
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 2)])
def test_compiled_learning_is_that_of_numpy(rule, shape):
    table = games(shape)
    one, other = (learn(table, 200, rule, runs=2, seed=7, path=True, native=native) for native in (True, False))
    assert (one.path == other.path).all() and (one.law == other.law).all()
    assert one.path.shape == (200, 8, len(shape))
    few = (
        20 if rule == "optimistic-regret-matching" else 200
    )  # rounding grows where regrets are divided by their small sum
    one, other = (learn(table, few, rule, sampled=False, native=native) for native in (True, False))
    assert one.law == pytest.approx(other.law, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), rule=st.sampled_from(ALL), shape=st.sampled_from([(2, 3), (2, 2, 2)]))
def test_regret_is_what_the_definition_says(seed, rule, shape):
    done = learn(games(shape, 2, seed), 50, rule, runs=2, seed=seed)
    for row in range(4):
        assert done.regret[row] == pytest.approx(by_definition(done.payoff[row], done.law[row]), abs=1e-12)


@pytest.mark.parametrize("rule", ALL)
@pytest.mark.parametrize("sampled", [True, False])
def test_regret_vanishes(rule, sampled):
    """Bounds in full information: range·√(k/T) for regret matching and its kin, range·√(ln k / 2T) for weights; doubled here."""
    table, steps = games((4, 4), 5), 4_000
    done = learn(table, steps, rule, sampled=sampled)
    spread = np.ptp(table.reshape(5, -1), axis=1)
    assert (done.regret <= 2 * spread * np.sqrt(4 / steps)).all()


@pytest.mark.parametrize("seed", range(5))
def test_hedge_keeps_its_bound(seed):
    """Cesa-Bianchi & Lugosi 2006, theorem 2.2: range·√(ln k / 2T), against whatever the other does."""
    table = games((5, 5), 1, seed)
    done = learn(table, 500, "multiplicative-weights", sampled=False)
    unit = max(np.ptp(table[0, 0], axis=0).max(), np.ptp(table[0, 1], axis=1).max())
    assert done.regret[0] <= unit * np.sqrt(np.log(5) / 1000) * (1 + 1e-9)


def test_coarse_equilibria_hold_the_averages():
    game = rw.Goal.total().on(rw.library.chicken())
    done = rw.named("multiplicative-weights:20000")(game)
    coarse, span = rw.named("coarse")(game).span(game.goal), done.span(game.goal)
    assert coarse.worst - 0.1 <= span.worst and span.best <= coarse.best + 0.1
    assert done.residual < 0.05


@pytest.mark.parametrize("memory", [0, 1, 2])
@pytest.mark.parametrize("temperature", [0.0, 0.5])
def test_compiled_q_learning_is_that_of_numpy(memory, temperature):
    learner = Learner(memory, temperature=temperature, decay=0.01)
    one, other = (q_learning(games((2, 3), 3), 400, learner, runs=2, native=native) for native in (True, False))
    assert one.q == pytest.approx(other.q, abs=1e-9)
    assert (one.state == other.state).all() and (one.quiet == other.quiet).all() and (one.law == other.law).all()


def test_q_learning_alone_finds_its_value():
    """One agent, constant payoffs: Q(a) = u(a) + δ max u / (1 − δ)."""
    payoff = np.array([1.0, 3.0, 2.0])[None, None]
    learner = Learner(0, rate=0.3, discount=0.9, decay=0.0)
    q = q_learning(payoff, 4_000, learner).q[0, 0, 0]
    assert q == pytest.approx(payoff[0, 0] + 0.9 * 3 / 0.1, abs=1e-6)


def test_a_run_is_the_same_whatever_stands_beside_it():
    table, learner = games((2, 2), 2), Learner(1, decay=0.01)
    many, one = q_learning(table, 300, learner, runs=3), q_learning(table[1:], 300, learner, runs=2)
    assert (many.q[3:5] == one.q).all()


def test_the_round_of_greedy_play():
    """Alternation written by hand: after (0, 0) both play 1, after anything else 0."""
    q = np.zeros((1, 2, 4, 2))
    q[0, :, 0, 1] = 1.0
    law, period = greedy_round(q, np.array([2]), (2, 2))
    assert period[0] == 2 and law[0] == pytest.approx(np.array([[0.5, 0], [0, 0.5]]))


@pytest.mark.parametrize("name", NAMES)
def test_every_dynamic_keeps_the_laws(name):
    for seed, types in ((1, None), (2, (2, 1))):
        behaviour_laws(made(name), rw.Goal.total().on(rw.sample((2, 3), types=types, seed=seed)))


@pytest.mark.parametrize("name", NAMES)
def test_many_games_at_once_are_each_alone(name):
    games = [rw.Goal.total().on(rw.sample((2, 2), seed=seed)) for seed in range(5)]
    spans = made(name).many(rw.Games.of(games))
    for k, game in enumerate(games):
        span = made(name)(game).span(game.goal)
        assert (spans.worst[k], spans.best[k], spans.mean[k], spans.residual[k]) == pytest.approx(
            (span.worst, span.best, span.mean, span.residual), abs=1e-2
        )
        assert spans.count[k] == span.count


@pytest.mark.parametrize("name", ["replicator:3", "regret-matching:200", "fictitious-play:100", "alpha-rank:5"])
def test_residuals_are_those_of_the_plays(name):
    game = rw.Goal.total().on(rw.sample((3, 3), seed=4))
    found = rw.named(name)(game)
    payoff = game.floats.payoff[1:].reshape(2, 3, 3)
    worst = max(by_definition(payoff, law) for law in found.law)
    assert found.residual == pytest.approx(max(worst, 0.0), abs=1e-9)
    for law, play in zip(found.law, found.plays, strict=True):
        assert np.asarray(play.law, float).reshape(3, 3) == pytest.approx(law)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: learn(PENNIES[None], 10, "hope"), "one of regret-matching"),
        (lambda: learn(PENNIES[None], 0), "at least one step"),
        (lambda: learn(PENNIES[None], 10, sampled=False, runs=2), "one run"),
        (lambda: learn(PENNIES, 10), "payoff"),
        (lambda: fictitious_play(PENNIES[None], 0), "at least one step"),
        (lambda: fictitious_play(PENNIES[None], 5, start=np.array([[0, 2]])), "positions"),
        (lambda: fictitious_play(PENNIES[None], 5, strength=-1), "λ"),
        (lambda: Learner(memory=-1), "memory"),
        (lambda: Learner(discount=1.0), "discount"),
        (lambda: q_learning(PENNIES[None], 0), "at least one step"),
        (lambda: rw.named("fictitious-play:x"), "number of steps"),
        (lambda: rw.named("imitation"), "λ"),
        (lambda: rw.named("replicator:0"), "starts"),
        (lambda: rw.named("q-learning:-1"), "remembered"),
        (lambda: rw.named("moran:1"), "population"),
    ],
)
def test_what_learners_refuse(make, says):
    with pytest.raises(InputError, match=says):
        make()


def test_memory_that_does_not_fit_is_refused():
    with pytest.raises(rw.errors.TooLarge, match="states"):
        q_learning(PENNIES[None], 10, Learner(memory=20))

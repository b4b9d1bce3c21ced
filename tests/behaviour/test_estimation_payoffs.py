"""Weights by likelihood and payoffs by revealed preference: by hand, by brute force, and how often they hold the truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour.estimation import Family, Observations, reveal, weights
from rulewright.behaviour.estimation.family import feature
from rulewright.errors import Impossible, InputError
from rulewright.game import library
from rulewright.game.game import Game
from rulewright.game.play import Play
from rulewright.game.sample import sample

BONUSES = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
COST = 1.0


def piecework():
    """An agent under five bonuses: work brings success with .8, shirking with .2. The type is the bonus."""
    money = np.stack([0.8 * BONUSES, 0.2 * BONUSES], axis=1)[None]
    kinds = [[f"{b:g}" for b in BONUSES]]
    return Game.bayesian(money, np.full(5, 0.2), players=["agent"], types=kinds, actions=[["work", "shirk"]])


def working(game, lam, cost=COST):
    """[type, action]: logit play of somebody to whom work costs so much."""
    worth = lam * (game.payoff[0] - cost * np.array([1.0, 0.0]))
    chance = np.exp(worth - worth.max(axis=1, keepdims=True))
    return chance / chance.sum(axis=1, keepdims=True)


EFFORT = {"own": 1.0, "breaks:work": None}

# ── features ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_features_by_hand():
    game = library.chicken().floats  # yield–yield (6, 6), yield–dare (2, 7), dare–dare (0, 0)
    own, others, envy, guilt = (feature(game, 0, name).reshape(2, 2) for name in ("own", "others", "envy", "guilt"))
    assert own.tolist() == [[6, 2], [7, 0]]
    assert others.tolist() == [[6, 7], [2, 0]]
    assert envy.tolist() == [[0, -5], [0, 0]]
    assert guilt.tolist() == [[0, 0], [-5, 0]]
    assert feature(game, 1, "breaks:dare").reshape(2, 2).tolist() == [[0, -1], [0, -1]]
    assert feature(game, 1, "act:yield,dare").reshape(2, 2).tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"owm": 1.0}, "Did you mean 'own'"),
        ({"own": (2.0, 1.0)}, "low ≤ high"),
        ({"act:fly": None}, "yield, dare"),
        ({"goal": None}, "designer"),
        ({}, "at least one feature"),
    ],
)
def test_wrong_families_are_named(asked, word):
    with pytest.raises(InputError, match=word):
        Family.of(library.chicken(), "row", asked)


def test_a_family_of_another_game_is_refused():
    observations = Observations.of(library.chicken(), [[0, 1]])
    family = Family.of(library.stag_hunt(), "row", {"own": 1.0, "others": None})
    for work in (weights, reveal):
        with pytest.raises(InputError, match="the game that was observed"):
            work(observations, family)


# ── weights ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_weight_is_the_one_that_simulation_used():
    game = piecework()
    observations = Observations.drawn(game, [working(game, 3.0)], 4000, seed=2)
    found = weights(observations, Family.of(game, "agent", EFFORT))
    assert found.value[0] == pytest.approx(COST, abs=0.05)
    assert found.precision == pytest.approx(3.0, rel=0.15)
    error = math.sqrt(found.covariance[0, 0])
    assert (found.intervals[0].high - found.intervals[0].low) / (2 * 1.96 * error) == pytest.approx(1, abs=0.05)
    assert found.safe[0].low < found.intervals[0].low < COST < found.intervals[0].high < found.safe[0].high


def test_two_binary_choices_have_a_closed_form():
    """As many cells as parameters: λ(b₁ − c·k) = log odds in each."""
    game = Game.bayesian(
        np.array([[[1.0, 0.0], [3.0, 0.0]]]), np.array([0.5, 0.5]), actions=[["work", "shirk"]], types=[["1", "3"]]
    )
    types, acts, weight = [[0], [0], [1], [1]], [[0], [1], [0], [1]], [30, 70, 80, 20]
    found = weights(
        Observations.of(game, acts, types=types, weight=weight),
        Family.of(game, "player 1", {"own": 1.0, "breaks:work": None}),
    )
    first, second = math.log(3 / 7), math.log(4)
    lam = (second - first) / 2
    assert found.precision == pytest.approx(lam, abs=1e-8)
    assert found.value[0] == pytest.approx((lam - first) / lam, abs=1e-8)


def test_scaling_money_scales_lambda_and_weights_of_what_is_not_money():
    game = piecework()
    scaled = Game.bayesian(game.payoff * 10, game.prior, players=game.players, types=game.types, actions=game.actions)
    observations = Observations.drawn(game, [working(game, 3.0)], 300, seed=2)
    again = Observations.of(scaled, observations.acts, types=observations.types)
    one = weights(observations, Family.of(game, "agent", EFFORT))
    other = weights(again, Family.of(scaled, "agent", EFFORT))
    assert other.precision == pytest.approx(one.precision / 10, rel=1e-6)
    assert other.value == pytest.approx(one.value * 10, rel=1e-6)
    assert other.safe[0].high == pytest.approx(one.safe[0].high * 10, rel=1e-6)


def test_what_cannot_be_told_is_said():
    """Against one mixture, two actions give one number: λ and a weight cannot both come out of it."""
    game = library.prisoners()
    observations = Observations.of(game, np.random.default_rng(0).integers(0, 2, (60, 2)))
    found = weights(observations, Family.of(game, "row", {"own": 1.0, "others": None}))
    assert math.isnan(found.value[0])
    assert (found.intervals[0].low, found.intervals[0].high) == (-math.inf, math.inf)
    assert "rank 1 of 2" in found.notes[0]
    with pytest.raises(InputError, match="bounds on others"):
        found.payoffs()


def dictator(situations=12, splits=4):
    """One player picks, in each of several situations, one of several splits of money with another; payoffs [2, …]."""
    money = np.random.default_rng(7).integers(0, 10, (2, situations, 1, splits, 1)).astype(float)
    prior = np.full((situations, 1), 1 / situations)
    return Game.bayesian(money, prior, players=["giver", "other"])


def test_fairness_is_recovered():
    game = dictator()
    family = Family.of(game, "giver", {"own": 1.0, "envy": None, "guilt": None})
    truth = np.array([0.4, 0.7])
    worth = 1.2 * family.payoff(truth).reshape(12, 4)
    play = np.exp(worth - worth.max(axis=1, keepdims=True))
    seen = Observations.drawn(game, [play / play.sum(axis=1, keepdims=True)], 3000, seed=4)
    found = weights(seen, family)
    assert found.notes == ()
    assert found.precision == pytest.approx(1.2, rel=0.15)
    assert found.value == pytest.approx(truth, abs=0.1)
    for one, joint, safe, true in zip(found.intervals, found.box, found.safe, truth, strict=True):
        assert joint.low <= one.low <= true <= one.high <= joint.high
        assert true in safe
    assert truth in found.payoffs()


def test_altruism_is_envy_and_guilt_in_other_words():
    """Of two players u_j = u_i − φ_envy + φ_guilt: the four features have three directions, and that is said."""
    game = dictator()
    seen = Observations.of(game, np.arange(96)[:, None] % 4, types=np.arange(96)[:, None] % 12)
    found = weights(seen, Family.of(game, "giver", {"own": 1.0, "others": None, "envy": None, "guilt": None}))
    assert "rank 3 of 4" in found.notes[0]
    assert all(not np.isfinite([end.low, end.high]).any() for end in found.intervals)


def test_bounds_that_are_known_narrow_the_set():
    game = library.prisoners()
    observations = Observations.of(game, np.random.default_rng(0).integers(0, 2, (60, 2)))
    found = weights(observations, Family.of(game, "row", {"own": 1.0, "others": (-1.0, 1.0)})).payoffs()
    assert [0.5] in found
    assert [1.5] not in found


def test_without_a_known_weight_there_is_no_scale():
    observations = Observations.of(library.prisoners(), [[0, 1]])
    with pytest.raises(InputError, match="play tells only λ times the payoffs"):
        weights(observations, Family.of(library.prisoners(), "row", {"own": None, "others": None}))


def test_separated_choices_give_bounds_and_no_estimate():
    game = piecework()
    acts = np.array([1, 1, 0, 0, 0])[:, None]  # works from a bonus of 1.5 on: a cost between .6 and .9
    observations = Observations.of(game, np.repeat(acts, 40, axis=0), types=np.repeat(np.arange(5), 40)[:, None])
    found = weights(observations, Family.of(game, "agent", EFFORT))
    assert found.precision == math.inf
    assert "no finite estimate" in found.notes[0]
    assert found.intervals[0].low < 0.6 < 0.9 < found.intervals[0].high
    assert found.intervals[0].high - found.intervals[0].low < 0.6


def test_the_ellipsoid_is_the_interval_of_a_single_weight():
    game = piecework()
    found = weights(Observations.drawn(game, [working(game, 3.0)], 300, seed=4), Family.of(game, "agent", EFFORT))
    centre, matrix, radius = found.ellipsoid(0.95)
    half = math.sqrt(radius / matrix[0, 0])
    assert half == pytest.approx(1.959964 * math.sqrt(found.covariance[0, 0]), rel=1e-5)
    assert centre[0] == found.value[0]


def test_intervals_hold_the_true_weight():
    game, held, runs = piecework(), [0, 0], 40
    family, play = Family.of(game, "agent", EFFORT), [working(game, 3.0)]
    for seed in range(runs):
        found = weights(Observations.drawn(game, play, 200, seed=seed), family, level=0.9, seed=seed)
        held[0] += COST in found.intervals[0]
        held[1] += COST in found.safe[0]
    assert held[0] >= 0.75 * runs  # 36 expected; below 30 has a chance of less than 1 in 100
    assert held[1] >= 0.9 * runs


# ── revealed preference ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_switch_bounds_the_cost():
    """Shirks at bonuses .5 and 1, works from 1.5 on: .6·1 ≤ cost ≤ .6·1.5."""
    game = piecework()
    observations = Observations.of(game, [[1], [1], [0], [0], [0]], types=[[0], [1], [2], [3], [4]])
    found = reveal(observations, Family.of(game, "agent", EFFORT))
    assert found.critical == 0.0
    assert found.bounds({"breaks:work": 1.0}) == pytest.approx((0.6, 0.9), abs=1e-6)
    assert found.payoff_bounds((1, 0), (1, 1)) == pytest.approx((-0.3, 0.0), abs=1e-6)  # of working at a bonus of 1
    assert found.least_epsilon([1.0]) == pytest.approx(0.1)
    polytope = found.payoffs()
    assert [0.7] in polytope
    assert [0.95] not in polytope
    assert 0.65 < polytope.centre[0] < 0.85


def test_a_contradiction_has_a_price_and_witnesses():
    """Works at a bonus of 1, shirks at 2: the best compromise is a cost of .9, off by .3 both times."""
    game = piecework()
    observations = Observations.of(game, [[0], [1]], types=[[1], [3]])
    family = Family.of(game, "agent", EFFORT)
    found = reveal(observations, family)
    assert found.critical == pytest.approx(0.3, abs=1e-7)
    assert found.bounds({"breaks:work": 1.0}) == pytest.approx((0.9, 0.9), abs=1e-6)
    assert {(r.type, r.done) for r in found.witness} == {("1", "work"), ("2", "shirk")}
    assert [r.multiplier for r in found.witness] == pytest.approx([0.5, 0.5])
    with pytest.raises(Impossible, match=r"the least that does it is 0\.3"):
        reveal(observations, family, epsilon=0.1).bounds({"breaks:work": 1.0})
    assert reveal(observations, family, epsilon=0.5).bounds({"breaks:work": 1.0}) == pytest.approx((0.7, 1.1), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["reply", "told", "regret"]))
def test_the_critical_error_is_the_least_of_a_grid(seed, form):
    generator = np.random.default_rng(seed)
    game = sample((3, 3), seed=seed).floats
    observations = Observations.of(game, generator.integers(0, 3, (12, 2)))
    found = reveal(observations, Family.of(game, "player 1", {"own": 1.0, "others": (-2.0, 2.0)}), form=form)
    u, v = game.payoff.reshape(2, 3, 3)
    joint = observations.joint.reshape(3, 3) / observations.joint.sum()

    def error(weight):
        table = u + weight * v
        if form == "regret":
            return max(0.0, max(float((joint * (table[b] - table)).sum()) for b in range(3)))
        worst = 0.0
        for a in np.flatnonzero(joint.sum(axis=1)):
            q = joint.sum(axis=0) if form == "reply" else joint[a] / joint[a].sum()
            worst = max(worst, float((table @ q).max() - table[a] @ q))
        return worst

    errors = [error(w) for w in np.linspace(-2, 2, 401)]
    assert found.critical <= min(errors) + 1e-9
    assert found.critical >= min(errors) - 0.01 * 60
    for weight in (-1.3, 0.0, 0.4):
        assert found.least_epsilon([weight]) == pytest.approx(error(weight), abs=1e-9)
    low, high = found.bounds({"others": 1.0})
    assert error(low) == pytest.approx(found.critical, abs=1e-6)
    assert error(high) == pytest.approx(found.critical, abs=1e-6)


def test_obedience_rows_are_those_of_a_correlated_play():
    game = library.chicken().floats
    observations = Observations.of(game, [[0, 0], [0, 1], [1, 0]], weight=[2, 1, 1])
    family = Family.of(game, "row", {"own": 1.0, "others": (-1.0, 1.0)})
    assert Play.joint(game, observations.joint / 4).regret == pytest.approx(0.0, abs=1e-12)
    assert reveal(observations, family, form="told").least_epsilon([0.0]) == 0.0
    assert reveal(observations, family, form="reply").least_epsilon([0.0]) == pytest.approx(0.25)


def test_free_payoffs_of_a_dominant_action():
    """Row defects only: nothing is bounded but that defecting is not worse."""
    game = library.prisoners()
    observations = Observations.of(game, [[1, 0], [1, 0]])
    found = reveal(observations, Family.free(game, "row", 0.0, 5.0))
    assert found.critical == 0.0
    defect, cooperate = (0, 0, 1, 0), (0, 0, 0, 0)
    assert found.payoff_bounds(defect) == pytest.approx((0.0, 5.0), abs=1e-6)
    assert found.payoff_bounds(defect, cooperate) == pytest.approx((0.0, 5.0), abs=1e-6)


def test_rare_actions_may_be_taken_for_mistakes():
    game = piecework()
    types, acts, weight = [[1], [3], [3]], [[1], [0], [1]], [20, 19, 1]
    observations = Observations.of(game, acts, types=types, weight=weight)
    family = Family.of(game, "agent", EFFORT)
    assert reveal(observations, family).bounds({"breaks:work": 1.0}) == pytest.approx((1.2, 1.2), abs=1e-6)
    assert reveal(observations, family, share=0.1).bounds({"breaks:work": 1.0}) == pytest.approx((0.6, 1.2), abs=1e-6)


@pytest.mark.parametrize("form", ["reply", "told"])
def test_widened_rows_hold_the_truth(form):
    """The column's true mixture is known; row replies best to it with altruism .5 on top of its own payoff."""
    u = np.array([[3.0, 0.0], [1.0, 2.0]])
    v = np.array([[1.0, 1.0], [2.0, 0.0]])
    game = Game.normal(np.stack([u, v]))
    law, truth = np.array([0.55, 0.45]), 0.5
    best = int(((u + truth * v) @ law).argmax())
    family = Family.of(game, "player 1", {"own": 1.0, "others": (-2.0, 2.0)})
    narrow = wide = 0
    for seed in range(40):
        other = (np.random.default_rng(seed).random(60) > law[0]).astype(int)
        observations = Observations.of(game, np.stack([np.full(60, best), other], axis=1))
        found = reveal(observations, family, form=form, level=0.9, epsilon=0.0)
        plain = reveal(observations, family, form=form, epsilon=0.0)
        wide += found.least_epsilon([truth]) <= 1e-9
        narrow += plain.least_epsilon([truth]) <= 1e-9
        low, high = plain.bounds({"others": 1.0}) if plain.critical == 0 else (0.0, 0.0)
        least, most = found.bounds({"others": 1.0})
        assert least <= low + 1e-6
        assert most >= high - 1e-6
    assert wide == 40
    assert narrow <= wide


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"form": "replies"}, "form reply or told or regret"),
        ({"form": "regret", "level": 0.9}, "about what happened"),
        ({"epsilon": -1.0}, "ε of at least 0"),
        ({"level": 1.5}, "between 0 and 1"),
    ],
)
def test_wrong_options_are_named(asked, word):
    observations = Observations.of(library.chicken(), [[0, 1]])
    with pytest.raises(InputError, match=word):
        reveal(observations, Family.of(library.chicken(), "row", {"own": 1.0, "others": (-1.0, 1.0)}), **asked)


def test_noise_needs_bounds():
    observations = Observations.of(library.chicken(), [[0, 1]])
    with pytest.raises(InputError, match="low, high"):
        reveal(observations, Family.of(library.chicken(), "row", {"own": 1.0, "others": None}), level=0.9)

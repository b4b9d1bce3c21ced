"""Observed play and λ: closed forms, laws, brute force, and how often intervals hold the truth."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour import Quantal
from rulewright.behaviour.estimation import Family, Observations, common, equilibrium, estimate, replies, reveal
from rulewright.behaviour.estimation.choice import Choices
from rulewright.behaviour.estimation.confidence import ball, binomial, chernoff, chi_square, root, wilks
from rulewright.behaviour.estimation.logit import stacked
from rulewright.behaviour.estimation.reading import parse
from rulewright.behaviour.quantal import path
from rulewright.errors import InputError, TooLarge
from rulewright.game import library
from rulewright.game.game import Game
from rulewright.game.sample import sample
from rulewright.welfare.goals import Goal

FOLDED = np.array([[[-0.5, 0.3], [0.2, 0.4]], [[0.7, 2.0], [0.8, 0.8]]])  # λ falls from 9.83 to 9.13 on its branch
PENNIES = Game.normal(np.array([[[9.0, 0], [0, 1]], [[0, 1], [1, 0]]]))


def bandit(*payoffs):
    return Game.normal(np.array([payoffs], float))


def seen(*counts):
    """One player who chose each action so often."""
    return np.arange(len(counts))[:, None], np.array(counts)


# ── observations ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_counts_are_what_was_seen():
    text = "column,row,count\nhare,stag,3\nhare,hare,2\n,stag,4\nstag,,5\n"
    found = parse(library.stag_hunt(), text)
    assert found.n == 14
    assert found.counts[0].tolist() == [[7, 2]]
    assert found.counts[1].tolist() == [[5, 5]]
    assert found.joint.reshape(2, 2).tolist() == [[0, 3], [0, 2]]  # rows that do not show both are left out
    assert np.allclose(found.frequencies[0], [[7 / 9, 2 / 9]])


def test_types_have_columns_and_the_designer_none():
    game = Goal.total().on(sample((2, 3), types=(2, 1), seed=3))
    text = "player 1,player 1.type,player 2\na1,t2,a3\na2,t1,a1\na1,t2,a1\n"
    found = parse(game, text)
    assert found.counts[0].tolist() == [[0, 1], [2, 0]]
    assert found.joint.sum() == 3
    assert found.joint[1, 0, 0, 2] == 1


def test_folds_share_out_every_observation_once():
    acts, weight = seen(13, 0, 9)
    whole = Observations.of(bandit(1, 2, 3), acts, weight=weight)
    parts = whole.folds(4, seed=1)
    assert sum(held.counts[0] for _, held in parts).tolist() == [[13, 0, 9]]
    assert {held.n for _, held in parts} == {5, 6}
    assert all((kept.counts[0] + held.counts[0]).tolist() == [[13, 0, 9]] for kept, held in parts)
    again = whole.folds(4, seed=1)
    assert all((a[1].counts[0] == b[1].counts[0]).all() for a, b in zip(parts, again, strict=True))


def test_drawn_play_has_the_frequencies_that_it_is_drawn_with():
    game = sample((2, 3), types=(2, 1), seed=3).floats
    strategies = [np.array([[0.2, 0.8], [1.0, 0.0]]), np.array([[0.1, 0.3, 0.6]])]
    found = Observations.drawn(game, strategies, 40_000, seed=5)
    for shares, wanted in zip(found.frequencies, strategies, strict=True):
        assert np.abs(shares - wanted).max() < 0.02
    types = found.counts[0].sum(axis=1) / 40_000
    assert np.abs(types - game.prior[:, 0]).max() < 0.02


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"acts": [[2]]}, "row 1"),
        ({"acts": [[0], [-2]]}, "row 2"),
        ({"acts": [[0.5]]}, "whole numbers"),
        ({"acts": [[0, 0]]}, "player"),
        ({"acts": [[0]], "weight": [0]}, "not all 0"),
        ({"acts": [[0]], "weight": [1, 2]}, "weights of shape"),
        ({"acts": np.zeros((0, 1), int)}, "at least one row"),
    ],
)
def test_wrong_observations_are_named(arguments, word):
    with pytest.raises(InputError, match=word):
        Observations.of(bandit(1, 2), **arguments)


def test_a_type_never_seen_cannot_be_replied_to():
    game = sample((2, 2), types=(2, 1), seed=1)
    found = Observations.of(game, [[0, 1], [1, 0]], types=[[0, 0], [0, 0]])
    with pytest.raises(InputError, match="t2"):
        replies(found)


# ── intervals ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_quantiles():
    assert chi_square(0.95, 1) == pytest.approx(
        3.841458820694124, abs=1e-9
    )  # NIST/SEMATECH e-Handbook 1.3.6.7.4, to 3 digits
    assert chi_square(0.99, 10) == pytest.approx(23.209251, abs=1e-5)
    assert chi_square(0.95, 2) == pytest.approx(-2 * math.log(0.05), abs=1e-9)  # closed form
    assert binomial(0, 20).high == pytest.approx(1 - 0.025 ** (1 / 20), abs=1e-9)
    assert binomial(20, 20).low == pytest.approx(0.025 ** (1 / 20), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 5), st.floats(0.01, 3))
def test_root_is_on_the_outer_side(where, steep):
    found = root(lambda x: math.tanh(steep * (where - x)), 0.0, 7.0)
    assert found == pytest.approx(where, abs=1e-9)
    assert math.tanh(steep * (where - found)) <= 0


@pytest.mark.parametrize("outcomes", [2, 3, 5])
def test_the_ball_holds_its_level(outcomes):
    generator = np.random.default_rng(outcomes)
    law = generator.dirichlet(np.ones(outcomes))
    draws = generator.multinomial(40, law, size=2000) / 40
    inside = (np.abs(draws - law).sum(axis=1) / 2 <= ball(0.9, outcomes, 40)).mean()
    assert inside >= 0.9
    assert ball(0.9, outcomes, 0) == 1.0


# ── λ, reply form ───────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(1, 99), st.floats(0.1, 10))
@settings(max_examples=30, deadline=None)
def test_two_actions_have_a_closed_form(good, gap):
    acts, weight = seen(good, 100 - good)
    found = replies(Observations.of(bandit(gap, 0), acts, weight=weight))[0]
    assert found.value == pytest.approx(max(0.0, math.log(good / (100 - good)) / gap), abs=1e-9)


def test_the_ends_are_where_likelihood_has_dropped():
    acts, weight = seen(70, 30)
    found = replies(Observations.of(bandit(2, 0), acts, weight=weight))[0]

    def likelihood(lam):
        return 70 * -math.log1p(math.exp(-2 * lam)) + 30 * (-2 * lam - math.log1p(math.exp(-2 * lam)))

    for interval, drop in ((found.interval, wilks(0.95)), (found.safe, chernoff(0.95))):
        for end in (interval.low, interval.high):
            assert likelihood(end) == pytest.approx(found.likelihood - drop, abs=1e-7)
    assert found.safe.low < found.interval.low < found.value < found.interval.high < found.safe.high


@pytest.mark.parametrize(("counts", "value"), [((30, 0), math.inf), ((0, 30), 0.0), ((15, 15), 0.0)])
def test_play_that_is_perfect_or_against_the_payoffs(counts, value):
    acts, weight = seen(*counts)
    found = replies(Observations.of(bandit(1, 0), acts, weight=weight))[0]
    assert found.value == value
    assert found.interval.low == (pytest.approx(root_of_perfect(30), abs=1e-6) if value else 0.0)
    assert (found.interval.high == math.inf) == (value == math.inf)


def root_of_perfect(n):
    """λ at which n best replies out of n have lost what Wilks allows: n log(1 + e^−λ) = drop."""
    return -math.log(math.expm1(wilks(0.95) / n))


def test_nothing_at_stake_tells_nothing():
    acts, weight = seen(10, 5)
    found = replies(Observations.of(bandit(1, 1), acts, weight=weight))[0]
    assert math.isnan(found.value)
    assert (found.interval.low, found.interval.high) == (0.0, math.inf)
    assert "cannot be told" in found.note


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (2, 2, 3)]), st.floats(0.1, 20))
def test_scaling_payoffs_scales_lambda_inversely(seed, actions, by):
    game = sample(actions, seed=seed).floats
    scaled = Game.normal(game.payoff.reshape(game.n, *actions) * by)
    acts = np.random.default_rng(seed).integers(0, actions, (40, len(actions)))
    for one, other in zip(replies(Observations.of(game, acts)), replies(Observations.of(scaled, acts)), strict=True):
        for a, b in (
            (one.value, other.value),
            (one.interval.low, other.interval.low),
            (one.safe.high, other.safe.high),
        ):
            assert b * by == pytest.approx(a, rel=1e-6, abs=1e-9, nan_ok=True) or (a == b == math.inf)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_relabelling_changes_nothing(seed):
    generator = np.random.default_rng(seed)
    game = sample((3, 2), seed=seed).floats
    payoff = game.payoff.reshape(2, 3, 2)
    order = generator.permutation(3)
    acts = generator.integers(0, (3, 2), (50, 2))
    turned = Game.normal(
        payoff[::-1][:, order].transpose(0, 2, 1)
    )  # actions of the first permuted, then players swapped
    moved = np.stack([acts[:, 1], np.argsort(order)[acts[:, 0]]], axis=1)
    first, second = replies(Observations.of(game, acts)), replies(Observations.of(turned, moved))
    for a, b in zip(first, reversed(second), strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-7, abs=1e-9, nan_ok=True)
        assert a.likelihood == pytest.approx(b.likelihood, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_likelihood_is_concave_and_its_slopes_are_right(seed):
    generator = np.random.default_rng(seed)
    choices = Choices(generator.integers(0, 9, (4, 3)).astype(float) + 1, generator.normal(size=(4, 3, 2)))
    a, b = generator.normal(size=(2, 2)) * 3
    middle = choices.value((a + b) / 2)
    assert middle >= (choices.value(a) + choices.value(b)) / 2 - 1e-9
    _, gradient, information = choices.slopes(a)
    step = 1e-5
    for k, one in enumerate(np.eye(2) * step):
        assert gradient[k] == pytest.approx((choices.value(a + one) - choices.value(a - one)) / (2 * step), abs=1e-4)
        bent = (choices.slopes(a + one)[1] - choices.slopes(a - one)[1]) / (2 * step)
        assert np.allclose(information[k], -bent, atol=1e-4)
    theta, highest = choices.highest()
    assert np.abs(choices.slopes(theta)[1]).max() < 1e-5
    assert highest >= max(choices.value(a), choices.value(b)) - 1e-12


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_ends_of_a_ratio_are_those_of_a_fine_grid(seed):
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(6, 2, 2))
    worth = features @ np.array([2.0, 1.0])
    chance = 1 / (1 + np.exp(worth[:, 1] - worth[:, 0]))
    good = generator.binomial(40, chance)
    choices = Choices(np.stack([good, 40 - good], axis=1).astype(float), features)
    theta, highest = choices.highest()
    least = highest - wilks(0.9)
    low, high = choices.ratio_reach(1, 0, least, theta)
    if not np.isfinite(low):
        return
    for ratio, inside in ((low + 1e-4, True), (high - 1e-4, True), (low - 1e-2, False), (high + 1e-2, False)):
        first, last = 0.0, 1e6 if choices.separated else 8 * theta[0]  # separated: it may be highest far out
        for _ in range(12):  # the value is concave along the ray
            sizes = np.linspace(first, last, 30)
            values = [choices.value(np.array([t, ratio * t])) for t in sizes]
            k = int(np.argmax(values))
            first, last = sizes[max(k - 1, 0)], sizes[min(k + 1, 29)]
        assert (max(values) >= least) == inside


def test_one_lambda_for_all_lies_between_and_is_rejected_where_players_differ():
    game = Game.normal(np.stack([np.array([[1.0, 1], [0, 0]]), np.array([[1.0, 0], [1, 0]])]))
    acts = np.stack([np.repeat([0, 1], [380, 20]), np.repeat([0, 1, 0], [100, 190, 110])], axis=1)
    observations = Observations.of(game, acts)
    each, shared = replies(observations), common(observations)
    assert min(p.value for p in each) <= shared.value <= max(p.value for p in each)
    assert shared.safe.empty
    assert "rejected" in shared.note


def test_players_with_different_numbers_of_actions_are_pooled_rightly():
    game = sample((2, 4), seed=8).floats
    acts = np.random.default_rng(0).integers(0, (2, 4), (60, 2))
    observations = Observations.of(game, acts)
    shared = common(observations)
    grid = np.linspace(0, 3 * shared.value + 0.1, 4001)
    total = np.zeros_like(grid)
    for i, table in enumerate(observations.counts):
        worth = np.tensordot(game.payoff[i].reshape(2, 4), observations.frequencies[1 - i][0], axes=(1 - i, 0))
        logs = grid[:, None] * worth - np.log(np.exp(grid[:, None] * worth).sum(axis=1, keepdims=True))
        total += logs @ table[0]
    assert shared.likelihood == pytest.approx(total.max(), abs=1e-5)
    assert shared.value == pytest.approx(grid[total.argmax()], abs=2 * grid[1] + 1e-9)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """200 runs of 12 choices: Chernoff's level holds for every n; a true level below the bound would show."""
    game, lam, runs = bandit(1.0, 0.0, 0.5), 1.5, 200
    chance = np.exp(lam * game.payoff[0].ravel())
    chance /= chance.sum()
    held = 0
    for seed in range(runs):
        held += lam in replies(Observations.drawn(game, [chance[None]], 12, seed=seed), level=0.9)[0].safe
    assert held / runs >= 0.9


# ── λ, equilibrium form ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("game", "lam"), [(PENNIES, 0.7), (sample((3, 3), seed=4), 0.3), (sample((2, 2, 2), seed=2), 0.2)]
)
def test_the_estimate_beats_its_neighbours_and_the_grid(game, lam):
    play = Quantal(lam)(game).plays[0]
    observations = Observations.drawn(game, play.strategies, 300, seed=1)
    found = equilibrium(observations)
    counts = stacked(observations.counts)

    def likelihood(at):
        return float(counts @ np.log(stacked(Quantal(at)(game).plays[0].strategies)))

    assert found.likelihood == pytest.approx(likelihood(found.value), abs=1e-6)
    for at in (found.value * 0.999, found.value * 1.001, *np.linspace(0.05, 2, 12)):
        assert likelihood(at) <= found.likelihood + 1e-9
    for end in (found.interval.low, found.interval.high):
        if 0 < end < math.inf:
            assert likelihood(end) == pytest.approx(found.likelihood - wilks(0.95), abs=1e-5)
    assert lam in found.safe


def test_equilibrium_intervals_hold_the_truth():
    play = Quantal(0.7)(PENNIES).plays[0]
    held = sum(
        0.7 in equilibrium(Observations.drawn(PENNIES, play.strategies, 60, seed=seed), level=0.9).safe
        for seed in range(20)
    )
    assert binomial(held, 20).high >= 0.9


def test_play_at_an_equilibrium_has_no_finite_lambda():
    acts = np.zeros((50, 2), int) + 1
    found = equilibrium(Observations.of(library.prisoners(), acts))
    assert found.value == math.inf
    assert found.interval.high == math.inf
    assert "rises" in found.note


def test_types_take_part():
    game = sample((2, 2), types=(2, 1), seed=6)
    play = Quantal(0.25)(game).plays[0]
    observations = Observations.drawn(game, play.strategies, 600, seed=2)
    assert 0.25 in equilibrium(observations).safe
    for found, sigma in zip(equilibrium(observations).strategies, observations.counts, strict=True):
        assert found.shape == sigma.shape


def test_same_seed_same_answer():
    observations = Observations.of(PENNIES, list(itertools.product(range(2), repeat=2)) * 5)
    assert equilibrium(observations, seed=3).safe == equilibrium(observations, seed=3).safe


# ── separated choices ───────────────────────────────────────────────────────────────────────────────────────────────


def profile(choices, direction, at):
    """max ℓ on the line direction·θ = at in the plane, by a search in thirds from a wide bracket."""
    along = np.array([-direction[1], direction[0]])
    foot = direction / (direction @ direction) * at
    low, high = -3000.0 * (1 + abs(at)), 3000.0 * (1 + abs(at))
    for _ in range(150):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        rising = choices.value(foot + left * along) < choices.value(foot + right * along)
        low, high = (left, high) if rising else (low, right)
    return choices.value(foot + (low + high) / 2 * along)


@pytest.mark.parametrize("seed", range(12))
def test_ends_of_intervals_are_where_the_profile_says_even_if_choices_are_separated(seed):
    """Newton's method once stopped far out on the wrong side, where information vanishes, and intervals were too short."""
    generator = np.random.default_rng(seed)
    counts = generator.integers(0, 60, (2, 3)).astype(float)
    counts[:, generator.integers(3)] = 0  # an action never seen: as good as always separated
    counts[0, :2] += generator.integers(1, 3)
    choices = Choices.of(counts, generator.normal(size=(2, 3, 2)))
    start, highest = choices.highest()
    least = highest - wilks(0.95)
    for axis in range(2):
        direction = np.eye(2)[axis]
        for sign, end in zip((-1, 1), choices.reach(direction, least, start), strict=True):
            if np.isfinite(end):
                assert profile(choices, direction, end) == pytest.approx(least, abs=1e-5)
            else:
                assert profile(choices, direction, sign * 200.0) > least - 1e-6


def test_a_separated_interval_holds_what_is_likely_enough():
    """197 of one action and 3 of another, none of the third: λ from well below 2 to infinity, as the profile says."""
    worth = np.array([[-1.29388201, 0.23727], [1.10623279, 1.55401525], [-0.74309707, -0.11811916]])[None]
    choices = Choices.of(np.array([[0.0, 197, 3]]), worth)
    start, highest = choices.highest()
    low, high = choices.reach(np.eye(2)[0], highest - wilks(0.95), start)
    assert low < 2 and high == np.inf
    assert profile(choices, np.eye(2)[0], low) == pytest.approx(highest - wilks(0.95), abs=1e-5)


def test_what_cannot_be_told_is_the_null_space_whatever_the_units():
    """Features of 1 and 1000 that always move together as 1 : 1000; their difference in own units is what is not told."""
    base = np.random.default_rng(0).normal(size=(4, 3))
    choices = Choices.of(np.ones((4, 3)), np.stack([base, 1000 * base, base**2], axis=2))
    assert choices.told.shape == (3, 2)
    assert np.abs(choices.differences @ choices.untold).max() < 1e-9
    assert abs(choices.untold[:, 0] @ choices.highest()[0]) < 1e-9


def test_replies_to_frequencies_are_graded_as_given():
    play = Quantal(1.2)(PENNIES).plays[0].strategies
    observations = Observations.drawn(PENNIES, play, 50, seed=0)
    assert {p.safe.grade for p in replies(observations)} == {"bounded with confidence, given what the others did"}
    assert {p.safe.grade for p in replies(observations, others=play)} == {"bounded with confidence"}
    assert common(observations).safe.grade.endswith("given what the others did")
    assert equilibrium(observations).safe.grade == "bounded with confidence"


def test_a_share_of_a_million_has_its_interval_at_once():
    """By the normal approximation to within its error, and symmetric; sums of binomial terms would take minutes."""
    n, z = 10**6, 1.959963984540054
    found = binomial(n // 2, n)
    assert found.low == pytest.approx(0.5 - z / 2 / math.sqrt(n), abs=1e-6)
    assert found.low + found.high == pytest.approx(1, abs=1e-12)
    rare = binomial(3, 10**9)
    assert rare.high * 1e9 == pytest.approx(8.767273, rel=1e-5)  # Poisson: χ²(.975, 8)/2


def test_more_than_ten_million_are_split_without_telling_them_apart():
    observations = Observations.of(library.stag_hunt(), [[0, 0], [0, 1], [1, 1]], weight=[30_000_001, 0, 4_000_001])
    parts = observations.folds(3, seed=1)
    assert sum(held.n for _, held in parts) == observations.n
    for kept, held in parts:
        assert kept.n + held.n == observations.n
        assert held.n in (11_333_334, 11_333_335, 11_333_333)
        assert held.counts[0][0, 0] / held.n == pytest.approx(30 / 34, abs=1e-3)
    with pytest.raises(TooLarge):
        Observations.of(library.stag_hunt(), [[0, 0]], weight=[10**9]).folds(2, seed=0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda o: replies(o, others=[np.full((1, 3), 1 / 3), np.full((1, 2), 0.5)]),
        lambda o: replies(o, others=[np.full((1, 2), 0.5)]),
        lambda o: common(o, others=[np.ones((1, 2))] * 2),
        lambda o: equilibrium(o, most=0.0),
        lambda o: equilibrium(o, most=math.nan),
        lambda o: Observations.of(PENNIES, np.array([[0, np.nan]])),
        lambda o: Observations.drawn(PENNIES, [np.full((1, 2), 0.5)] * 2, -1, seed=0),
        lambda o: Observations.drawn(PENNIES, [np.full((1, 2), 3.0)] * 2, 5, seed=0),
        lambda o: estimate(PENNIES, o, weigh=("own",)),
        lambda o: reveal(
            o,
            Family.of(PENNIES, "player 1", {"own": 1.0, "others": (-1, 1)}),
            form="told",
            others=[np.ones((1, 2)) / 2] * 2,
        ),
    ],
)
def test_wrong_options_are_refused_in_words(wrong):
    with pytest.raises(InputError):
        wrong(Observations.of(PENNIES, [[0, 0], [1, 1], [0, 1]]))


def test_a_branch_that_falls_is_climbed_between_its_steps_too():
    """After a fold λ falls along the branch: what was seen there is likeliest there, and not at the nearest step."""
    game = Game.normal(FOLDED)
    branch = path(game, 30.0, longest=0.05)
    first, second = (fold.lam for fold in branch.folds[:2])
    turn = int(np.argmin(np.abs(branch.lambdas - first)))
    k = turn + int(np.argmin(np.abs(branch.lambdas[turn:] - (first + second) / 2)))
    shares = [np.round(strategy[0] * 10**9).astype(int) for strategy in branch.points[k]]
    acts = [[0, -1], [1, -1], [-1, 0], [-1, 1]]
    found = equilibrium(Observations.of(game, acts, weight=np.concatenate(shares) // 200), most=30.0)
    assert found.value == pytest.approx(branch.lambdas[k], rel=1e-4)


def test_students_interval_is_that_of_the_tables():
    """Two-sided 95 % points of Student's t: 12.706, 3.182, 2.228, 1.960 (Student 1908; any table)."""
    from rulewright.behaviour.estimation.confidence import mean, student

    assert [round(student(0.95, f), 3) for f in (1, 3, 10)] == [12.706, 3.182, 2.228]
    found = mean([1.0, 2.0, 3.0, 4.0])
    assert (found.low + found.high) / 2 == pytest.approx(2.5) and found.n == 4
    assert found.high - 2.5 == pytest.approx(3.182446 * (5 / 3 / 4) ** 0.5, rel=1e-6)
    assert mean([2.0]).low == -np.inf

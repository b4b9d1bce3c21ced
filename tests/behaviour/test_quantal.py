"""Logit: the equations by their definition, the laws of λ, the kernel against its twin, folds, all equilibria, batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named, quantal
from rulewright.behaviour.quantal import batch, trace
from rulewright.behaviour.quantal.equations import System, alike
from rulewright.errors import InputError, TooLarge, Unsolved
from rulewright.game.games import Games
from rulewright.game.lower import core
from rulewright.game.play import interim, marginal
from rulewright.game.sample import sample
from rulewright.numerics.native import library
from rulewright.testing import behaviour_laws

ASYMMETRIC = rw.Game.normal(np.array([[[9.0, 0], [0, 1]], [[0, 1], [1, 0]]]))
PURE_COORDINATION = rw.Game.normal(np.array([[[1.0, 0], [0, 1]]] * 2))
SHAPES = ((2, 2), (3, 3), (2, 4), (5, 5), (2, 2, 2), (3, 2, 2), (2, 2, 2, 2), (3,))


def threshold():
    """Six players: who joins gets 32 if all others do too, else nothing; who stays gets .9."""
    joined = np.indices((2,) * 6) == 0
    return rw.Game.normal(np.where(joined, 32.0 * joined.all(axis=0), 0.9))


def random_game(seed, shape=None, common=False):
    rng = np.random.default_rng(seed)
    shape = shape or SHAPES[seed % len(SHAPES)]
    payoff = rng.random((len(shape), *shape))
    return rw.Game.normal(payoff[:1] + 0.2 * payoff if common else payoff)


def off(game, strategies, lam, weights=None):
    """The largest distance in probability from σ ∝ exp(λU), by the definition."""
    inner, worst = core(game).floats, 0.0
    for i, strategy in enumerate(strategies):
        worth = interim(inner, strategies, i) / marginal(inner, i)[:, None]
        factor = lam * (1 if weights is None else weights[i])
        response = np.exp(factor * (worth - worth.max(axis=1, keepdims=True)))
        worst = max(worst, float(np.abs(strategy - response / response.sum(axis=1, keepdims=True)).max()))
    return worst


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.3, 3.0, 30.0, 1000.0]), st.booleans())
def test_every_point_solves_the_equations(seed, lam, common):
    game = random_game(seed, common=common)
    found = quantal.path(game, lam, stops=(lam / 3,))
    assert found.lambdas[-1] == lam and lam / 3 in found.lambdas and found.lambdas.max() <= lam
    assert found.residual < 2e-9
    for point, at in zip(found.points, found.lambdas, strict=True):
        assert off(game, point, at) < 1e-8


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1e-3, 7.0, 1e5]))
def test_laws_of_precision(seed, unit):
    """Payoffs times c are λ times c; what the others do for me alone changes nothing; names change nothing."""
    game = random_game(seed)
    payoff, lam = game.payoff.reshape(game.n, *game.action_counts), 5.0
    here = quantal.path(game, lam).points[-1]
    scaled = quantal.path(rw.Game.normal(payoff * unit), lam / unit).points[-1]
    shift = np.random.default_rng(seed).normal(size=(game.n, *game.action_counts))
    shift = np.stack([np.broadcast_to(shift[i].mean(axis=i, keepdims=True), shift[i].shape) for i in range(game.n)])
    shifted = quantal.path(rw.Game.normal(payoff + shift), lam).points[-1]
    order = [np.random.default_rng(seed + i).permutation(count) for i, count in enumerate(game.action_counts)]
    renamed = quantal.path(rw.Game.normal(payoff[np.ix_(range(game.n), *order)]), lam).points[-1]
    for i in range(game.n):
        assert np.allclose(here[i], scaled[i], atol=1e-7)
        assert np.allclose(here[i], shifted[i], atol=1e-7)
        assert np.allclose(here[i][:, order[i]], renamed[i], atol=1e-7)


def test_players_in_another_order():
    game = random_game(5, (2, 3))
    payoff = game.payoff.reshape(2, 2, 3)
    here = quantal.path(game, 20.0).points[-1]
    there = quantal.path(rw.Game.normal(payoff[::-1].transpose(0, 2, 1)), 20.0).points[-1]
    assert np.allclose(here[0], there[1], atol=1e-8) and np.allclose(here[1], there[0], atol=1e-8)


def test_symmetry_is_used_and_changes_nothing():
    row = np.random.default_rng(3).random((6, 6))
    game = rw.Game.normal(np.array([row, row.T]))
    one, two = System(core(game)), System(core(game), use_symmetry=False)
    assert one.symmetric and not two.symmetric and two.size == 2 * one.size
    stops = np.array([8.0])
    x, y = (trace.trace(system, stops, 500).x[-1] for system in (one, two))
    assert np.allclose(np.tile(np.exp(x), 2), np.exp(y), atol=1e-8)
    assert not System(core(random_game(1))).symmetric
    assert alike(threshold().payoff.reshape(1, 6, *(2,) * 6))[0]


KINDS = [(seed, False) for seed in range(16)] + [(seed, True) for seed in range(16)]


@pytest.mark.skipif(library() is None, reason="no compiled kernels here")
@pytest.mark.parametrize(("seed", "common"), KINDS)
def test_the_kernel_is_its_twin(seed, common):
    game = random_game(seed, common=common)
    compared(System(core(game)), 1000.0)


@pytest.mark.skipif(library() is None, reason="no compiled kernels here")
@pytest.mark.parametrize("types", [(2, 2), (1, 3), (3, 1)])
def test_the_kernel_is_its_twin_with_types(types):
    compared(System(sample((3, 2), types=types, seed=7).floats), 50.0)


def compared(system, lam):
    stops = np.array([0.1, 1.0]) * lam
    fast, slow = trace.trace(system, stops, 1000), trace.follow(system, stops, 1000)
    assert fast.done and slow.done
    assert fast.kind.tolist() == slow.kind.tolist()
    assert np.abs(np.exp(fast.x) - np.exp(slow.x)).max() < 1e-5
    at = fast.kind == trace.STOP
    assert np.abs(np.exp(fast.x[at]) - np.exp(slow.x[at])).max() < 1e-8
    assert (fast.lam[at] == stops).all()


@pytest.mark.parametrize("seed", range(8))
def test_long_steps_follow_the_branch_that_short_ones_do(seed, monkeypatch):
    """Games of nearly common interest have many branches side by side."""
    shape = ((4, 4), (5, 5), (2, 3, 2), (3, 3))[seed % 4]
    system = System(core(random_game(seed + 100, shape, common=True)))
    stops = np.array([40.0])
    far = trace.trace(system, stops, 1000)
    monkeypatch.setattr(trace, "WANTED", 1e-4)
    near = trace.follow(system, stops, 5000, 0.2)
    assert near.done and len(near.lam) > 2 * len(far.lam)
    assert np.abs(np.exp(far.x[-1]) - np.exp(near.x[-1])).max() < 1e-7


def test_all_equilibria_keep_the_laws_of_behaviours():
    for seed, types in ((0, None), (1, (2, 1))):
        behaviour_laws(named("logit-all:2"), rw.Goal.total().on(sample((2, 3), types=types, seed=seed)))


def test_nobody_to_choose():
    game = rw.Game.normal(np.zeros((2, 1, 1)))
    assert quantal.path(game, 3.0).lambdas.tolist() == [0.0, 3.0]
    assert quantal.equilibria(game, 3.0).unique and named("logit-all:3")(game).complete


def test_folds_are_turning_points():
    found = quantal.path(threshold(), 1.0)
    high, low = found.folds
    assert high.highest and not low.highest and low.lam < high.lam
    between = (high.lam + low.lam) / 2
    several = quantal.equilibria(threshold(), between, starts=8)
    shares = sorted(
        float(each.strategies[0][0, 0]) for each in several.found if np.ptp([s[0, 0] for s in each.strategies]) < 1e-6
    )
    q = np.array(shares)
    assert np.allclose(np.log(q / (1 - q)) / (32 * q**5 - 0.9), between) and len(q) == 3
    assert "turns back" in named("logit:1")(threshold()).how
    assert quantal.path(threshold(), high.lam * 0.9).folds == ()
    assert quantal.path(threshold(), high.lam * 0.9).jump is None


def test_a_target_between_the_folds_is_met_on_the_way_up():
    found = quantal.path(threshold(), 0.2)
    assert found.points[-1][0][0, 0] < 0.6
    assert quantal.path(threshold(), 0.5).points[-1][0][0, 0] > 0.9


def test_equilibria_of_coordination_and_their_stability():
    several = quantal.equilibria(PURE_COORDINATION, 4.0)
    assert not several.unique and several.residual < 2e-9
    middle, *ends = several.found
    assert middle.principal and not middle.stable
    assert middle.growth == pytest.approx(4 / 2 - 1)
    assert len(ends) == 2 and all(each.stable and not each.principal for each in ends)
    for each in several.found:
        assert off(PURE_COORDINATION, each.strategies, 4.0) < 1e-8
    below = quantal.equilibria(PURE_COORDINATION, 1.9)
    assert below.unique and below.found[0].stable


def test_equilibria_by_brute_force():
    """2×2: every root of p = R(C(p)) on a fine grid, and no other."""
    for seed in range(12):
        game, lam = random_game(seed, (2, 2), common=True), 15.0
        (a, b), p = game.payoff.reshape(2, 2, 2), np.linspace(0, 1, 400_001)
        q = 1 / (1 + np.exp(-lam * (p * (b[0, 0] - b[0, 1]) + (1 - p) * (b[1, 0] - b[1, 1]))))
        gap = 1 / (1 + np.exp(-lam * (q * (a[0, 0] - a[1, 0]) + (1 - q) * (a[0, 1] - a[1, 1])))) - p
        roots = p[:-1][gap[:-1] * gap[1:] <= 0]
        found = sorted(float(each.strategies[0][0, 0]) for each in quantal.equilibria(game, lam).found)
        assert len(found) == len(roots) and np.allclose(found, roots, atol=1e-5), seed


def test_all_at_one_precision_is_a_behaviour():
    game = rw.Goal.total().on(rw.library.stag_hunt())
    few, many = named("logit-all:0.5")(game), named("logit-all:5")(game)
    assert few.complete and len(few.plays) == 1 and "contracts" in few.how
    assert not many.complete and len(many.plays) == 3 and "2 stable" in many.how
    assert many.name == "logit-all:5"
    assert many.span(game.goal).worst == pytest.approx(named("logit:5")(game).span(game.goal).best)


def test_weights_are_precisions_of_players():
    found = quantal.path(ASYMMETRIC, 2.0, weights=(1.0, 3.0))
    assert off(ASYMMETRIC, found.points[-1], 2.0, (1.0, 3.0)) < 1e-8
    payoff = ASYMMETRIC.payoff.reshape(2, 2, 2) * np.array([1.0, 3.0])[:, None, None]
    same = quantal.path(rw.Game.normal(payoff), 2.0)
    assert np.allclose(found.points[-1], same.points[-1], atol=1e-8)


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 0.0), (1.0, float("nan")), (1.0, -1.0)])
def test_wrong_weights_are_refused(weights):
    with pytest.raises(InputError, match="weights"):
        quantal.path(ASYMMETRIC, 1.0, weights=weights)


@pytest.mark.parametrize("lam", [-1.0, float("nan"), float("inf")])
def test_wrong_precisions_are_refused(lam):
    for ask in (
        lambda: quantal.path(ASYMMETRIC, lam),
        lambda: quantal.equilibria(ASYMMETRIC, lam),
        lambda: quantal.many_lambdas(Games.of([ASYMMETRIC]), [1.0, lam]),
    ):
        with pytest.raises(InputError, match="finite"):
            ask()


def test_limits_are_said():
    with pytest.raises(TooLarge, match="logit:3"):
        quantal.equilibria(rw.library.travelers_dilemma(300).floats, 3.0)
    with pytest.raises(Unsolved, match=r"no way on from λ = .* after 2 steps"):
        quantal.path(rw.library.chicken(), 50.0, most=3)


SHAPE = [(2, 2), (3, 3), (2, 3), (2, 2, 2)]


def many(shape, count=40):
    payoff = np.random.default_rng(1).random((count, len(shape), *shape))
    payoff[::2] = payoff[::2, :1] + 0.2 * payoff[::2]
    if len(set(shape)) == 1 and len(shape) == 2:
        payoff[1, 1] = payoff[1, 0].T
    return Games(payoff, payoff.sum(axis=1))


@pytest.mark.parametrize("shape", SHAPE)
@pytest.mark.parametrize("compiled", [True, False])
def test_many_games_are_what_each_is(shape, compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(batch, "has_kernel", lambda players: False)
    games, lambdas = many(shape), (0.0, 2.0, 40.0)
    curves = quantal.many_lambdas(games, lambdas)
    assert curves.found.all() and curves.residual.max() < 2e-9
    for k, game in enumerate(games):
        for at, lam in enumerate(lambdas):
            alone = quantal.path(game, lam).points[-1]
            for i in range(games.n):
                assert np.allclose(curves.strategies[i][k, at], alone[i][0], atol=1e-7)


def test_many_spans_are_those_of_each():
    games, behaviour = many((3, 3)), named("logit:4")
    spans = behaviour.many(games)
    assert spans.complete.all() and (spans.count == 1).all()
    for k, game in enumerate(games):
        alone = behaviour(game).span(game.goal)
        assert spans.worst[k] == spans.best[k] == pytest.approx(alone.worst, abs=1e-8)
        assert spans.residual[k] == pytest.approx(alone.residual, abs=1e-8)


def test_the_goal_along_the_path_is_that_of_its_plays():
    game = rw.load("used_car").game
    found = quantal.path(game, 3.0)
    goals = found.goal(game.floats.goal)
    for k in (0, len(goals) // 2, len(goals) - 1):
        assert goals[k] == pytest.approx(float(found.play(k).goal), abs=1e-9)

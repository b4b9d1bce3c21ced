"""Correlated equilibria: generated against written out, extreme ones against brute force, batches against one by one."""

import itertools

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour.correlated import Correlated, extreme, generation, optimum, polytope
from rulewright.behaviour.correlated.correlated import ignoring, undominated
from rulewright.behaviour.dominance import iterated
from rulewright.errors import InputError, TooLarge
from rulewright.game.lower import core
from rulewright.numerics.linprog import Programme


def dense(inner, goal, *, maximise, coarse=False):
    """The programme written cell by cell, from the definition."""
    p, n, shape = Programme(), inner.n, inner.payoff.shape[1:]
    law = p.add_columns(shape)
    for theta in np.ndindex(*inner.type_counts):
        p.put(p.add_rows(1, lower=1, upper=1), law[theta].ravel(), 1.0)
    for i in range(n):
        own = range(inner.action_counts[i])
        for t, instead in itertools.product(range(inner.type_counts[i]), own):
            for told in [None] if coarse else own:
                row = np.zeros(law.size)
                for cell in np.ndindex(*shape):
                    if cell[i] == t and told in (None, cell[n + i]):
                        other = (*cell[: n + i], instead, *cell[n + i + 1 :])
                        row[law[cell]] = inner.prior[cell[:n]] * (inner.payoff[(i, *cell)] - inner.payoff[(i, *other)])
                p.put(p.add_rows(1, lower=0), np.arange(law.size), row)
    return p.solve(goal.ravel(), maximise=maximise).value


GAMES = [
    ((3, 4), None, "independent"),
    ((2, 2, 3), None, "independent"),
    ((3, 3), None, "zero sum"),
    ((2, 3), (2, 2), "independent"),
    ((2, 2, 2), (1, 2, 2), "independent"),
    ((4, 4), None, "symmetric"),
]


@pytest.mark.parametrize("coarse", [False, True], ids=["correlated", "coarse"])
@pytest.mark.parametrize(("actions", "types", "kind"), GAMES)
def test_generated_as_written_out(monkeypatch, actions, types, kind, coarse):
    """With rows and columns generated, and by the definition; the prices bound what the law reaches."""
    monkeypatch.setattr(generation, "SMALL", 0)
    monkeypatch.setattr(generation, "WHOLE", 0)
    for seed in range(4):
        inner = core(rw.sample(actions, types=types, kind=kind, seed=seed).floats)
        goal = np.random.default_rng(seed).random(inner.payoff.shape[1:])
        goal *= inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        for maximise in (False, True):
            found = extreme(inner, goal, maximise=maximise, coarse=coarse)
            assert found.value == pytest.approx(dense(inner, goal, maximise=maximise, coarse=coarse), abs=1e-8)
            assert found.bound == pytest.approx(found.value, abs=1e-8)
            assert (found.law * goal).sum() == pytest.approx(found.value, abs=1e-8)


def test_multipliers_prove_the_bound(monkeypatch):
    """goal ≥ min over cells of goal − λ·losses, computed here from the multipliers alone."""
    monkeypatch.setattr(generation, "SMALL", 0)
    inner = core(rw.sample((6, 7), seed=5).floats)
    goal = inner.payoff.sum(axis=0)
    found = extreme(inner, goal)
    left = goal[0, 0].copy()
    for i, weight in enumerate(found.multipliers):
        table = np.moveaxis(inner.payoff[i, 0, 0], i, 0)
        loss = table[:, None] - table[None]  # [told, instead, other]
        left -= np.moveaxis(np.einsum("ab,abr->ar", weight[0], loss), 0, i)
    assert left.min() == pytest.approx(found.value, abs=1e-7)


@pytest.mark.parametrize("coarse", [False, True])
def test_slack_is_what_the_best_departure_gains(monkeypatch, coarse):
    game = rw.sample((4, 4), seed=3).floats
    inner, before = core(game), -np.inf
    goal = inner.payoff.sum(axis=0)
    for slack in (0.0, 0.5, 2.0, [0.5, 2.0]):
        programme, law, _, _ = polytope(inner, coarse=coarse, slack=slack)
        found = optimum(programme, goal, maximise=True)
        play = rw.Play.joint(game, np.maximum(found.point()[law], 0) / found.point()[law].sum())
        gain = ignoring(play) if coarse else play.regrets
        assert (np.asarray(gain) <= np.max(slack) + 1e-7).all()
        if np.ndim(slack) == 0:
            assert found.value >= before - 1e-9
            before = found.value
        monkeypatch.setattr(generation, "SMALL", 0)
        assert extreme(inner, goal, maximise=True, coarse=coarse, slack=slack).value == pytest.approx(
            found.value, abs=1e-8
        )
    unbounded = optimum(polytope(inner, coarse=coarse, slack=1e3)[0], goal, maximise=True).value
    assert unbounded == pytest.approx(goal.max())


@pytest.mark.parametrize("slack", [-1.0, [1.0], [1.0, np.nan]])
def test_wrong_slack_is_refused(slack):
    with pytest.raises(InputError, match="slack"):
        polytope(core(rw.library.chicken()).floats, slack=slack)


@pytest.mark.parametrize("seed", range(3))
def test_vertices_span_the_polytope(seed):
    """Every goal has its worst and best among them, and each is an equilibrium, exactly."""
    game = rw.sample((2, 3), seed=seed)
    prediction = Correlated()(game)
    plays = prediction.vertices(exact=True)
    assert all(play.regret == 0 and play.law.sum() == 1 for play in plays)
    laws = np.stack([play.law.astype(float).ravel() for play in plays])
    assert np.linalg.matrix_rank(laws[1:] - laws[0]) <= laws.shape[1] - 1
    for _ in range(20):
        goal = np.random.default_rng(seed).standard_normal(game.payoff.shape[1:])
        span = prediction.span(goal)
        worth = laws @ goal.ravel()
        assert (worth.min(), worth.max()) == pytest.approx((span.worst, span.best), abs=1e-7)


def test_vertices_with_types_keep_the_prior():
    game = rw.sample((2, 2), types=(2, 1), seed=1)
    plays = Correlated(coarse=True)(game).vertices()
    goal = np.random.default_rng(0).random(game.payoff.shape[1:])
    for play in plays:
        assert play.law.sum(axis=(2, 3)) == pytest.approx(game.floats.prior)
    span = Correlated(coarse=True)(game).span(goal)
    assert min((p.law * goal).sum() for p in plays) == pytest.approx(span.worst, abs=1e-7)


def test_too_many_vertices_are_refused():
    with pytest.raises(TooLarge, match="cells and incentives"):
        Correlated()(rw.sample((40, 40), seed=1)).vertices()


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("actions", [(2, 2), (3, 2), (2, 2, 2)])
def test_many_as_one_by_one(actions, coarse):
    games = rw.Games.of([rw.Goal.total().on(rw.sample(actions, seed=k, span=4)) for k in range(40)])
    behaviour = Correlated(coarse=coarse)
    spans = behaviour.many(games)
    single = [behaviour(game).span(game.goal) for game in games]
    assert spans.worst == pytest.approx([s.worst for s in single], abs=1e-7)
    assert spans.best == pytest.approx([s.best for s in single], abs=1e-7)
    assert spans.residual.max() < 1e-7


def test_dominance_first_where_the_solver_could_not_see_it():
    """Margins of 1e-10 of the payoffs are below any tolerance; eliminated first, one claim is left."""
    game = rw.Goal.total().on(rw.library.travelers_dilemma(60))
    span = Correlated()(game).span(game.goal)
    assert (span.worst, span.best) == (4, 4)
    assert Correlated(coarse=True)(game).span(game.goal).best > 4


def test_what_a_player_is_told_may_tell_it_types():
    """An action that is worse on average at its type, but better at one type of the other, may be recommended."""
    payoff = np.zeros((2, 1, 2, 2, 2), dtype=int)
    payoff[0, 0, 0, 1], payoff[0, 0, 1, 1] = 1, -3  # good at the other's first type only
    game = rw.Game.bayesian(payoff, [[0.5, 0.5]])
    inner = core(game)
    assert iterated(game).left[0] == ((0,),)
    assert iterated(game, known=True).left[0] == ((0, 1),)
    assert undominated(inner) is None
    played = np.zeros(payoff.shape[1:])
    played[:, :, 1] = 1
    assert Correlated()(game).span(played).best == pytest.approx(2 / 3)

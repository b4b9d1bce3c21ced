"""A quantal Alice: the two facts on many cases, best signals against brute force and between proved bounds, worst equilibria."""

import math

import numpy as np
import pytest

import rulewright as rw
from rulewright.competition.rivals import private, quantal, quantal_games, softened
from rulewright.competition.rivals.setting import Rivals
from rulewright.numerics.linprog import Programme

CASES = 25_000


def rivals(seed, states=3, types=1, actions=3, k=2):
    rng = np.random.default_rng(seed)
    law = rng.dirichlet(np.ones(states * types)).reshape(states, types)
    return Rivals.of(law, rng.random((states, types, actions)), rng.random((k, states, types, actions)))


def hull(seed, states=3, actions=3, k=2):
    rng = np.random.default_rng(seed)
    u, away = rng.random((states, actions)), 0.5 * rng.normal(size=(k, states, actions))
    return Rivals.of(rng.dirichlet(np.ones(states)), u, u + away - away.mean(axis=0))


@pytest.mark.parametrize("actions", (2, 3, 7))
def test_softmax_loses_at_most_the_entropy(actions):
    rng = np.random.default_rng(actions)
    worth, rate = rng.random((CASES, actions)) * rng.exponential(3, (CASES, 1)), 10 ** rng.uniform(-2, 3)
    loss = worth.max(axis=1) - (quantal.softmax(worth, rate) * worth).sum(axis=1)
    assert (loss >= -1e-12).all() and (loss <= quantal.softmax_loss(actions, rate) + 1e-12).all()


@pytest.mark.parametrize("actions", (2, 3, 7))
def test_choices_are_close_where_estimates_are(actions):
    rng = np.random.default_rng(10 + actions)
    one, gap, rate = rng.random((CASES, actions)), rng.random((CASES, 1)), rng.uniform(0.1, 10)
    other = one + gap * rng.uniform(-1, 1, (CASES, actions))
    other[::2] = one[::2] + gap[::2] * rng.choice([-1, 1], (len(one[::2]), actions))
    distance = np.abs(quantal.softmax(one, rate) - quantal.softmax(other, rate)).sum(axis=1) / 2
    most = np.tanh(rate * np.abs(one - other).max(axis=1) / 2)
    assert (distance <= most + 1e-12).all()


def test_both_facts_are_tight():
    for rate, gap in ((1.0, 0.3), (7.0, 0.5)):
        up, down = (quantal.softmax(np.array([x, -x]), rate) for x in (gap / 2, -gap / 2))
        assert abs(up - down).sum() / 2 == pytest.approx(quantal.choice_distance(rate, gap), abs=1e-14)
    assert quantal.softmax_loss(3, 10.0) == pytest.approx(math.log(3) / 10)
    assert quantal.softmax_loss(2, 0.0) == math.inf and quantal.softmax_loss(1, 0.0) == 0


def test_value_of_a_signal_by_hand():
    setting = Rivals.of([0.5, 0.5], [[1.0, 0.0], [0.0, 1.0]], [[[1.0, 0.0], [1.0, 0.0]]])
    p = 1 / (1 + math.exp(-4))
    assert quantal.value(setting, np.eye(2), 4.0) == pytest.approx([p, 0.5])
    assert quantal.value(setting, np.ones((2, 1)), 4.0) == pytest.approx([0.5, 0.5])
    with pytest.raises(rw.InputError, match="law"):
        quantal.value(setting, np.ones((2, 2)), 4.0)


def brute(soft, c, beliefs):
    """The closure over these posteriors only: a lower bound."""
    programme = Programme()
    tau = programme.add_columns(len(beliefs), cost=soft.values(beliefs)[c])
    rows = programme.add_rows(len(soft.prior), lower=soft.prior, upper=soft.prior)
    programme.put(rows[:, None], tau, beliefs.T)
    return programme.solve(maximise=True).value


@pytest.mark.parametrize(("states", "types", "rate"), [(2, 1, 5), (2, 3, 20), (3, 1, 5), (3, 2, 15)])
def test_best_signal_is_between_a_grid_and_its_bound(states, types, rate):
    setting = rivals(states * 10 + types, states=states, types=types)
    soft = quantal.Softened.of(setting, rate)
    beliefs = quantal_games._grid(states, 1000 if states == 2 else 40)
    for c, sender in enumerate((None, 0, 1)):
        found = softened.best_signal(setting, sender, rate)
        grid = brute(soft, c, beliefs)
        assert found.complete and 0 <= found.bound - found.value <= 1e-6
        assert grid - 1e-9 <= found.bound and found.value >= grid - 1e-6
        mean = found.chances @ found.posteriors
        assert mean == pytest.approx(soft.prior, abs=1e-8)
        assert (soft.values(found.posteriors) @ found.chances)[c] == pytest.approx(found.value, abs=1e-7)
        assert found.value >= max(found.nothing, found.everything) - 1e-7


@pytest.mark.parametrize("types", (1, 2))
def test_cells_never_hide_more_than_they_say(types):
    """Inside a cell the values are within `errors` of interpolation: at random points of many cells."""
    soft = quantal.Softened.of(rivals(3, types=types), 12.0)
    cells, rng = softened.Cells(soft), np.random.default_rng(0)
    for _ in range(6):
        cells.halve(np.arange(len(cells.corners)))
        share = rng.dirichlet(np.ones(3), size=len(cells.corners))
        inside = np.einsum("cv,cvs->cs", share, cells.points[cells.corners])
        between = np.einsum("cv,kcv->kc", share, cells.values[:, cells.corners])
        assert (np.abs(soft.values(inside) - between) <= cells.errors + 1e-12).all()
    assert cells.errors.max() < 0.5  # and they say something


def test_a_sharp_alice_is_one_who_does_her_best():
    from rulewright.design.information.persuasion import persuade

    setting = rivals(5, states=2)
    known = persuade(setting.prior[:, 0], setting.bobs[0, :, 0], setting.alice[:, 0])
    soft = softened.best_signal(setting, 0, 2000.0, tolerance=1e-4)
    assert soft.value == pytest.approx(known.value, abs=5e-3)


def test_cut_short_is_said():
    found = softened.best_signal(rivals(1), 0, 30.0, tolerance=1e-9, most=30)
    assert not found.complete and found.bound > found.value


@pytest.mark.parametrize("seed", range(3))
def test_hull_and_softmax_keep_what_the_theorem_promises(seed):
    """T2 with ε = 0 and δ = 0: at the worst equilibrium no less than OPT − log|A|/λ, less what ε-equilibria may lose."""
    setting, rate = hull(seed, states=2), 8.0
    promise = setting.opt - quantal.softmax_loss(3, rate)
    found = quantal_games.select(setting, rate)
    assert found.low <= found.worst + 1e-12
    assert found.worst >= promise - found.epsilon
    assert found.everything >= promise and found.opt >= found.everything - 1e-7
    many = quantal_games.rich(setting, rate)
    assert many.still and many.worst >= promise - 1e-6


def test_shared_bias_is_as_bad_as_one_ai_and_one_opposed_mends_it():
    u = np.array([[1.0, 0.0], [0.0, 1.0]])
    bias = np.array([[1.0, 0.0], [1.0, 0.0]])
    shared = Rivals.of([0.4, 0.6], u, [0.3 * u + bias, 0.3 * u + 1.1 * bias])
    mended = Rivals.of([0.4, 0.6], u, [0.3 * u + bias, 0.3 * u - bias])
    rate = 10.0
    alone = softened.best_signal(shared, 0, rate)
    bad, good = (quantal_games.select(s, rate) for s in (shared, mended))
    assert bad.worst == pytest.approx(alone.alice, abs=0.02) and bad.worst < bad.opt - 0.05
    assert good.worst == pytest.approx(good.opt, abs=2e-3)
    rich_bad, rich_good = (quantal_games.rich(s, rate) for s in (shared, mended))
    assert rich_bad.worst < rich_good.worst - 0.05


def test_rich_grid_traces_its_refinement_and_contains_full_disclosure():
    setting = rivals(4)
    found = quantal_games.rich(setting, 5.0, parts=(6, 12))
    soft = quantal.Softened.of(setting, 5.0)
    told = float(soft.values(np.eye(3))[0] @ soft.prior)
    assert found.trace[:, 0].tolist() == [6, 12] and not found.complete
    assert found.worst <= told + 1e-9 <= found.best + 2e-9


def test_private_signals_before_a_quantal_alice():
    """A profile of partitions is the public signal of their common refinement; stochastic grids agree with it."""
    setting, rate = rivals(7, types=2), 6.0
    game = quantal_games.as_game(setting, 2, rate=rate)
    names = game.actions[1]
    both = game.payoff[:, ..., names.index("s1 | s2 s3"), names.index("s1 s2 | s3")].ravel()
    assert both == pytest.approx(quantal.value(setting, np.eye(3), rate))
    alone = game.payoff[:, ..., names.index("s1 | s2 s3"), names.index("s1 s2 s3")].ravel()
    assert alone == pytest.approx(quantal.value(setting, np.eye(3)[[0, 1, 1]], rate))
    grid = quantal_games.as_game(setting, 2, rate=rate, parts=1)
    assert np.sort(grid.goal.ravel()) == pytest.approx(np.sort(game.goal.ravel()))
    half = quantal_games.as_game(setting, (2, 1), rate=rate, parts=2)
    law = np.array([[1, 0], [0.5, 0.5], [0, 1]])
    at = half.actions[1].index("s1: 1, 0; s2: 1/2, 1/2; s3: 0, 1")
    assert half.payoff[:, ..., at, 0].ravel() == pytest.approx(quantal.value(setting, law, rate))
    sharp = quantal_games.as_game(setting, 2, rate=5000.0)
    best = private.as_game(setting, 2, ties="first action")
    assert abs(sharp.goal - best.goal).max() < 1e-3


def test_closeness_in_this_case():
    setting = rivals(6, states=3, types=2)
    assert quantal.closeness(setting, 5.0) == quantal.Closeness(0.0, 0.0, 0.0, 1)
    part = quantal.closeness(setting, 5.0, [0, 0, 1])
    assert 0 < part.delta <= 2 * part.bound and part.refinements == 2
    assert part.bound <= quantal.choice_distance(5.0, part.gamma) + 1e-12
    silent = quantal.closeness(setting, 5.0, [0, 0, 0], messages=1)
    assert silent.delta == 0 and silent.refinements == 1  # nobody else can say anything either
    assert quantal.closeness(setting, 5.0, [0, 0, 0]).refinements == 5


def test_wrong_input_is_told():
    setting = rivals(0)
    with pytest.raises(rw.InputError, match="rate of quantal response"):
        softened.best_signal(setting, 0, math.inf)
    with pytest.raises(rw.InputError, match="a number from 0 to 1"):
        softened.best_signal(setting, 2, 1.0)
    with pytest.raises(rw.InputError, match="two AIs"):
        quantal_games.rich(setting.only([0]), 1.0)
    with pytest.raises(rw.InputError, match="above 0"):
        quantal_games.select(setting, 1.0, epsilon=0.0)
    with pytest.raises(rw.InputError, match="one message for each"):
        quantal.closeness(setting, 1.0, [0, 1])
    with pytest.raises(rw.InputError, match="gap"):
        quantal.choice_distance(1.0, -1.0)


def phi(soft, beliefs, wanted, least, most=math.inf):
    """max Σ τ·(wanted·V) on these posteriors, Alice getting from `least` to `most`; −∞ where she cannot."""
    values = soft.values(beliefs)
    programme = Programme()
    tau = programme.add_columns(len(beliefs), cost=wanted @ values)
    rows = programme.add_rows(len(soft.prior), lower=soft.prior, upper=soft.prior)
    programme.put(rows[:, None], tau, beliefs.T)
    programme.put(programme.add_rows(1, lower=least, upper=most), tau, values[0])
    found = programme.solve(maximise=True)
    return found.value if found.status == "optimal" else -math.inf


@pytest.mark.parametrize("bias", (0.0, 0.2, 0.5))
@pytest.mark.parametrize("seed", range(2))
def test_selection_stands_before_an_independent_grid(seed, bias):
    """At the worst equilibrium nobody gains more than epsilon; at every value below `low` somebody does, whatever the split."""
    rng = np.random.default_rng(seed)
    u = rng.random((2, 3))
    setting = Rivals.of(rng.dirichlet(np.ones(2)), u, u + bias * np.array([1, 0, 0]) + 0.4 * rng.random((2, 2, 3)))
    rate, alone = 10.0, np.eye(3)[1:]
    soft, beliefs = quantal.Softened.of(setting, rate), quantal_games._grid(2, 1000)
    found = quantal_games.select(setting, rate)
    has = soft.values(found.posteriors) @ found.chances
    assert has[0] == pytest.approx(found.worst, abs=1e-9) and found.chances @ found.posteriors == pytest.approx(
        soft.prior
    )
    if found.worst < found.opt - 1e-6:  # at OPT nobody can offer more
        gains = [phi(soft, beliefs, w, found.worst - 1e-7) - has[1 + i] for i, w in enumerate(alone)]
        assert sum(max(g, 0) for g in gains) <= 1.01 * found.epsilon + 1e-6
    least = -phi(soft, beliefs, -np.eye(3)[0], -math.inf)
    below = np.linspace(least + 1e-6, found.low - 1e-5, 15)
    for v in below[below < found.low]:
        here = phi(soft, beliefs, alone.sum(axis=0), v, v)
        assert sum(phi(soft, beliefs, w, v) for w in alone) - here > 0.9 * found.epsilon

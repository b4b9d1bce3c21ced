"""Compatible menus: conflicts decided as brute force decides them, menus that never collide, what learning earns."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import Impossible, InputError
from rulewright.mechanisms import Triangle, Uniform, auction, estimate
from rulewright.mechanisms.compatible import CompatibleMenus, learn_compatible, raise_prices, raising
from rulewright.mechanisms.compatible.conflicts import PAIRS, among, conflicts, corners
from rulewright.mechanisms.compatible.learn import drawn, grid

PAIR = auction(2, 2)
OPTIONS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
small = st.integers(-3, 6)
tables = st.lists(st.tuples(small, small, small), min_size=4, max_size=4).map(lambda rows: np.array(rows, np.int64))
EDGES = ((np.array([0, 3, 5]), np.array([0, 2, 5])),) * 2


def strictly(z, extra):
    """The option (1, 2, 3) that is strictly the best of z(S) − extra, or 0; from the definition."""
    liking = [sum(a * h for a, h in zip(z, has, strict=True)) - (0, *extra)[s] for s, has in enumerate(OPTIONS)]
    best = max(liking)
    return liking.index(best) if liking.count(best) == 1 else 0


def by_brute_force(mine, theirs, x_cell, y_cell):
    """Whether some z = x − y on a grid of sixths is a strict conflict: corners lie on halves, so middles of triangles on sixths."""
    ends = [(6 * (x[0] - y[1]), 6 * (x[1] - y[0])) for x, y in zip(x_cell, y_cell, strict=True)]
    ours, rest = ([6 * e for e in extra] for extra in (mine, theirs))
    for z in product(*(range(low + 1, high) for low, high in ends)):
        s, t = strictly(z, ours), strictly((-z[0], -z[1]), rest)
        if s and t and (OPTIONS[s] & OPTIONS[t]).any():
            return True
    return False


@settings(max_examples=40, deadline=None)
@given(st.tuples(small, small, small), st.tuples(small, small, small))
def test_conflicts_are_those_of_brute_force(mine, theirs):
    one, two = np.array([mine], np.int64), np.array([theirs], np.int64)
    here, there = (np.array([[0, 0]]), np.array([[1, 2]])), (np.array([[0, 1]]), np.array([[1, 2]]))
    found = among(one, two, here, there).any()
    assert found == by_brute_force(mine, theirs, ((0, 1), (0, 2)), ((0, 1), (1, 2)))


@settings(max_examples=30, deadline=None)
@given(tables, tables)
def test_raised_prices_never_conflict_and_never_fall(mine, theirs):
    raised = raise_prices((mine, theirs), EDGES)
    assert not len(conflicts(raised, EDGES))
    assert (raised[0] >= mine).all() and (raised[1] >= theirs).all()
    if not len(conflicts((mine, theirs), EDGES)):
        assert (raised[0] == mine).all() and (raised[1] == theirs).all()


@settings(max_examples=30, deadline=None)
@given(tables, tables, st.integers(0, 3), st.integers(0, 1))
def test_the_kernel_agrees_with_numpy(mine, theirs, d, agent):
    box = [corners(EDGES[0]), corners(EDGES[1])]
    both, one = [mine, theirs], slice(d, d + 1)
    (low, high), (least, most) = box[agent], box[1 - agent]
    twin = among(both[agent][one], both[1 - agent], (low, high), (least[one], most[one])).any()
    assert raising.conflicted(both, agent, d, box) == twin


def test_the_kernel_counts_as_numpy(monkeypatch):
    rng = np.random.default_rng(0)
    x, price = rng.integers(0, 5, (200, 2)) / 4, rng.integers(0, 6, (50, 3)) / 4  # many ties
    value = np.ascontiguousarray(np.column_stack([x, x.sum(1)]))
    counted = raising.counts(value, price)
    monkeypatch.setattr(raising, "kernel", lambda *a: None)
    assert (raising.counts(value, price) == counted).all() and counted.sum() > 0


@pytest.fixture(scope="module")
def learned():
    return learn_compatible(PAIR, steps=250, cells=8, batch=2048)


def test_learning_earns_more_than_item_by_item_and_keeps_the_proof(learned):
    # Myerson's item-wise optimum is 2 × 5/12 = .8333, closed form
    found = estimate(learned.mechanism, profiles=200_000)
    assert found.low > 0.845
    assert not len(conflicts(learned.mechanism.flat(), learned.mechanism.edges))
    assert [step.conflicts for step in learned.steps] == [True, True, False, False]
    assert learned.steps[3].revenue >= learned.steps[2].revenue


def test_nobody_is_given_what_another_has_and_every_choice_is_the_best_of_its_menu(learned):
    env, made = learned.mechanism.environment, learned.mechanism
    corner = np.array(list(product((0.0, 0.25, 0.5, 1.0), repeat=4))).reshape(-1, 2, 2)  # ties, equal bidders, edges
    edge = np.asarray(made.edges[0][0][:-1] * float(made.unit))
    ties = np.stack([np.broadcast_to(edge[:, None], (len(edge), 2)), np.broadcast_to(edge[:, None], (len(edge), 2))], 1)
    for types in (env.profiles(20_000, 3), corner, ties):
        outcome = made.outcome(types)
        assert (env.decisions.excess(outcome.decision) <= 0).all()
        for i in range(2):
            menu = made.menu(i, types[:, [1 - i]])
            best = (menu.options @ types[:, i, :, None])[..., 0] - menu.prices
            assert np.allclose(made.utilities(types, outcome)[:, i], best.max(axis=1), atol=1e-12)


def test_lies_never_pay(learned):
    rng, made = np.random.default_rng(5), learned.mechanism
    types = PAIR.profiles(5_000, 9)
    honest = made.utilities(types, made.outcome(types))
    assert (honest >= -1e-12).all()
    for _ in range(10):
        for i in range(2):
            lie = types.copy()
            lie[:, i] = rng.random((len(types), 2))
            assert (made.utilities(types, made.outcome(lie))[:, i] <= honest[:, i] + 1e-12).all()


def test_a_table_with_a_conflict_is_no_mechanism(learned):
    m = learned.mechanism
    with pytest.raises(Impossible, match="conflict"):
        CompatibleMenus(PAIR, m.unit, m.edges, (m.extras[0] - 100, m.extras[1]))


def test_bidders_and_items_need_not_be_alike():
    env = auction(2, 2, law=Uniform((2.0, 0.0), (3.0, 1.5)))
    made = learn_compatible(env, steps=60, cells=5, batch=512).mechanism
    types = env.profiles(5_000, 1)
    assert (env.decisions.excess(made.outcome(types).decision) <= 0).all()
    assert estimate(made, profiles=20_000).mean > 2.0  # what two bidders at least 2 are surely worth
    triangle = learn_compatible(auction(2, 2, law=Triangle()), steps=20, cells=4, batch=256).mechanism
    assert estimate(triangle, profiles=20_000).mean > 0


def test_the_same_seed_gives_the_same_bytes():
    one, two = (learn_compatible(PAIR, steps=30, cells=4, batch=256, seed=7).mechanism for _ in range(2))
    assert all((a == b).all() for a, b in zip(one.extras, two.extras, strict=True))


@pytest.mark.parametrize(
    ("environment", "given"),
    [
        (auction(3, 2), {}),
        (auction(2, 2, demand="unit"), {}),
        (PAIR, {"cells": 0}),
        (PAIR, {"cells": 65}),
        (PAIR, {"steps": -1}),
        (PAIR, {"batch": True}),
        (PAIR, {"seconds": float("nan")}),
        (PAIR, {"seconds": 0.0}),
    ],
)
def test_what_cannot_be_is_refused(environment, given):
    with pytest.raises(InputError):
        learn_compatible(environment, **given)


def test_the_sample_knows_its_cells():
    unit, edges = grid(PAIR, 6)
    sample = drawn(PAIR, edges, float(unit), np.random.default_rng(0))
    low, high = corners(edges[1])
    at = sample.cells[0]
    assert (low[at] * float(unit) <= sample.others[0]).all() and (sample.others[0] < high[at] * float(unit)).all()
    assert len(PAIRS) == 7

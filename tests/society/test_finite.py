"""Finite populations of groups: closed forms against enumeration, transition matrices and each other; crowds bit for bit."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour.dynamics import Population, fixations, rare_mutation, stationary_law
from rulewright.errors import InputError, MissingExtra, TooLarge
from rulewright.numerics.native import kernel
from rulewright.society.finite import Crowd, GroupGame, Imitation, follow
from rulewright.society.finite.backends import chosen, draws
from rulewright.society.finite.game import rank

STAG = np.array([[4.0, 0.0], [3.0, 3.0]])


def public_good(group, factor=3.0, cost=1.0):
    """Contributors and free riders; what a member gets beside the rest."""
    return GroupGame.of(
        group, ("gives", "rides"), lambda k: (factor * cost * k[0] / group - cost, factor * cost * k[0] / group)
    )


def three(group=4, seed=0):
    rows = comb(group + 2, 2)
    return GroupGame(group, ("a", "b", "c"), np.random.default_rng(seed).random((rows, 3)))


@pytest.mark.parametrize(("group", "strategies"), [(2, 2), (5, 2), (4, 3), (3, 5)])
def test_compositions_are_found_by_their_rank(group, strategies):
    game = GroupGame(group, tuple("abcde"[:strategies]), np.zeros((comb(group + strategies - 1, group), strategies)))
    assert (rank(game.compositions, group) == np.arange(len(game.compositions))).all()


def test_meeting_a_few_by_enumeration():
    """Every group that can be drawn from a small population, each alike likely."""
    from itertools import combinations

    game, state = three(), np.array([3, 2, 2])
    kinds = np.repeat([0, 1, 2], state)
    for a in range(3):
        me = int(np.flatnonzero(kinds == a)[0])
        others = [i for i in range(len(kinds)) if i != me]
        got = [
            game.worth[rank(np.bincount(kinds[[me, *group]], minlength=3), 4), a] for group in combinations(others, 3)
        ]
        assert game.small(state[None])[0, a] == pytest.approx(np.mean(got), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 6), st.integers(0, 99), st.integers(0, 6))
def test_two_strategies_by_two_ways(group, seed, more):
    """The short way for two strategies is the long way with a third that is never there."""
    size = group + more
    worth = np.random.default_rng(seed).random((comb(group + 2, 2), 3))
    wide = GroupGame(group, ("a", "b", "c"), worth)
    k = np.arange(size + 1)
    long = wide.small(np.stack([k, size - k, 0 * k], axis=1))[:, :2]
    assert wide.pair(0, 1).small(np.stack([k, size - k], axis=1)) == pytest.approx(long, abs=1e-11)


def test_a_large_population_meets_as_one_without_end():
    game = public_good(5)
    x = np.array([0.3, 0.7])
    assert game.small(np.array([[300_000, 700_000]]))[0] == pytest.approx(game.large(x), abs=1e-5)
    assert game.large(np.array([1.0, 0.0]))[0] == pytest.approx(2.0)


def matrix(process):
    """The transition matrix by its definition: every pair, every chance, one by one."""
    z, mu = process.size, process.mutation
    found = np.zeros((z + 1, z + 1))
    for i in range(z + 1):
        kinds = [0] * i + [1] * (z - i)
        worth = process.game.small(np.array([[i, z - i]]))[0]
        for b in range(z):
            found[i, i + (1 if kinds[b] else -1)] += mu / z
            for a in range(z):
                if a != b:
                    turn = 1 / (1 + np.exp(-process.selection * (worth[kinds[a]] - worth[kinds[b]])))
                    to = i + (kinds[a] != kinds[b]) * (1 if kinds[b] else -1)
                    found[i, to] += (1 - mu) * turn / (z * (z - 1))
                    found[i, i] += (1 - mu) * (1 - turn) / (z * (z - 1))
    return found


@pytest.mark.parametrize("game", [public_good(4), GroupGame.pairwise(STAG)], ids=["public good", "stag hunt"])
def test_stationary_law_is_the_eigenvector(game):
    process = Imitation(game, 9, 0.7, 0.05)
    steps = matrix(process)
    assert steps.sum(axis=1) == pytest.approx(1)
    values, vectors = np.linalg.eig(steps.T)
    law = np.abs(vectors[:, np.argmax(values.real)].real)
    assert process.stationary() == pytest.approx(law / law.sum(), abs=1e-12)


def test_fixation_by_linear_equations():
    process = Imitation(public_good(4), 9, 0.7)
    steps = matrix(process)
    inner = steps[1:-1, 1:-1]
    reach = np.linalg.solve(np.eye(len(inner)) - inner, steps[1:-1, -1])
    log = process.fixations()
    assert np.exp(log[1, 0]) == pytest.approx(reach[0], abs=1e-12)
    assert np.exp(log[0, 1]) == pytest.approx(1 - reach[-1], abs=1e-12)


def test_drift_fixes_one_in_z():
    for process in ("fermi", "moran"):
        flat = Imitation(GroupGame(3, ("a", "b"), np.ones((4, 2))), 50, 0.5, process=process)
        assert np.exp(flat.fixations()) == pytest.approx(np.array([[1, 0.02], [0.02, 1]]), abs=1e-14)
        assert flat.gradient() == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("process", ["fermi", "moran"])
def test_two_who_meet_are_the_games_of_two(process):
    table = STAG + 1
    ours, theirs = Imitation(GroupGame.pairwise(table), 20, 0.5, 0.01, process), Population(20, 0.5, 0.01, process)
    assert ours.fixations() == pytest.approx(fixations(table, theirs), abs=1e-12)
    assert ours.stationary() == pytest.approx(stationary_law(table, theirs).law, abs=1e-12)
    assert ours.rare_mutation() == pytest.approx(rare_mutation(table, theirs), abs=1e-12)
    assert np.allclose(
        Imitation(GroupGame.pairwise(np.random.default_rng(0).random((4, 4))), 12, 2.0).rare_mutation().sum(), 1
    )


def test_constant_advantage_in_closed_form():
    """β (π_a − π_b) = log r at every number: ρ = (1 − 1/r) / (1 − 1/r^Z)."""
    r, z = 1.1, 30
    game = GroupGame(2, ("a", "b"), np.array([[np.nan, 0.0], [np.log(r), 0.0], [np.log(r), np.nan]]))
    assert np.exp(Imitation(game, z).fixations()[1, 0]) == pytest.approx((1 - 1 / r) / (1 - r**-z), rel=1e-12)


def test_free_riders_win_and_stags_divide():
    free = Imitation(public_good(5), 100, 1.0, 1e-3)
    assert free.rare_mutation()[1] > 0.999 and free.stationary()[0] > 0.7
    assert (free.gradient()[1:-1] < 0).all()
    stag = Imitation(GroupGame.pairwise(STAG), 100, 1.0).gradient()
    signs = np.sign(stag[1:-1])
    assert (np.diff(signs) > 0).sum() == 1 and abs(np.argmax(signs > 0) / 100 - 0.75) < 0.02  # x* = 3/4


def test_events_come_to_the_stationary_law():
    process = Imitation(public_good(5, 4.0), 20, 1.0, 0.02)
    found = follow(process, 10, 2_000_000, 1)
    assert found.spent.sum() == 2_000_000 and abs(found.law - process.stationary()).sum() < 0.03


@pytest.mark.parametrize("mutation", [0.0, 1e-6, 0.3])
def test_events_compiled_and_not(mutation):
    process = Imitation(public_good(5), 30, 0.5, mutation)
    one, two = (follow(process, 11, 60_000, 5, native=native) for native in (True, False))
    assert (one.spent == two.spent).all() and (one.last, one.events) == (two.last, two.events)
    if mutation == 0:
        assert one.last in (0, 30)
    if mutation == 1e-6:
        assert one.events < 6000  # most steps change nothing, and cost nothing


@pytest.mark.parametrize("game", [public_good(4), three(), three(3, 2)], ids=["two", "three", "groups of three"])
@pytest.mark.parametrize("mutation", [0.0, 0.01])
def test_crowds_are_the_same_bit_for_bit(game, mutation):
    crowd = Crowd(game, 0.9, mutation, {"first": np.eye(len(game.names))[0] + 0 * game.worth})
    shares = np.ones(len(game.names)) / len(game.names)
    start = crowd.start(shares, 3000, 1)
    runs = [crowd.run(start, 30, 7, backend="numpy", native=False)]
    if kernel("crowd", None) is not None:
        runs.append(crowd.run(start, 30, 7))
    if _jax():
        runs.append(crowd.run(start, 30, 7, backend="jax"))
    for other in runs[1:]:
        assert (other.counts == runs[0].counts).all() and (other.last == runs[0].last).all()
        assert (other.sums == runs[0].sums).all()
    assert runs[0].sums[:, 1] == pytest.approx(runs[0].shares[:, 0], abs=1e-6)
    assert len(runs) > 1 or kernel("crowd", None) is None


def test_jax_draws_the_same_bits():
    jax = pytest.importorskip("jax")
    for seed, stream, step, count in ((0, 0, 0, 7), (5, 2, 11, 64)):
        assert (np.asarray(draws(jax.numpy, seed, stream, step, count)) == draws(np, seed, stream, step, count)).all()


def _jax():
    try:
        return chosen("jax") == "jax"
    except MissingExtra:
        return False


def test_a_crowd_moves_as_the_replicator():
    """One generation of 1,000,000: E x′ = x + x (1 − x) (W_a − W_b) s / span."""
    game = public_good(5, 4.0)
    crowd = Crowd(game, 0.5)
    x = np.array([0.4, 0.6])
    start = crowd.start(x, 1_000_000, 3)
    found = crowd.run(start, 2, 3)
    now = found.shares[0]
    worth = game.large(now)
    moved = now[0] + now[0] * now[1] * (worth[0] - worth[1]) / crowd.span
    assert found.shares[1, 0] == pytest.approx(moved, abs=4 * 0.5e-3)
    assert found.sums[0, 0] == pytest.approx(now @ worth, abs=0.01)
    assert moved < now[0] - 0.005


def test_a_million_agents_keep_their_number():
    crowd = Crowd(public_good(10), mutation=0.01)
    start = crowd.start([0.5, 0.5], 1_000_000, 0)
    found = crowd.run(start, 3, 0)
    assert (found.counts.sum(axis=1) == 1_000_000).all() and len(found.last) == 1_000_000
    assert (found.counts[0] == np.bincount(start, minlength=2)).all()


def test_mutation_alone_makes_all_alike_likely():
    crowd = Crowd(three(), mutation=1.0)
    found = crowd.run(crowd.start([1.0, 0.0, 0.0], 400_000, 0), 2, 1)
    assert found.counts[0].tolist() == [400_000, 0, 0] and found.shares[1] == pytest.approx(1 / 3, abs=4e-3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GroupGame(1, ("a", "b"), np.zeros((2, 2))), "groups of two or more"),
        (lambda: GroupGame(2, ("a", "b"), np.zeros((2, 2))), "shape"),
        (lambda: GroupGame(2, ("a", "b"), np.full((3, 2), np.inf)), "finite"),
        (lambda: Imitation(public_good(5), 4), "at least one group"),
        (lambda: Imitation(public_good(5), 9, -1.0), "intensity"),
        (lambda: Imitation(public_good(5), 9).stationary(), "positive mutation"),
        (lambda: Imitation(three(), 9).steps, "two strategies"),
        (lambda: follow(Imitation(public_good(5), 9), 10, 5, 0), "a start from 0 to 9"),
        (lambda: Crowd(public_good(5), 0.0), "selection"),
        (lambda: Crowd(public_good(5)).start([0.5, 0.6], 100, 0), "one in all"),
        (lambda: Crowd(public_good(5)).start([0.5, 0.5], 3, 0), "agents"),
        (lambda: Crowd(public_good(5)).run(np.zeros(7, np.uint8), 1, 0), "whole groups"),
        (lambda: Crowd(public_good(5)).run(np.full(10, 2, np.uint8), 1, 0), "from 0 to 1"),
        (lambda: Crowd(public_good(5)).run(np.zeros(10, np.uint8), 0, 0), "steps"),
        (lambda: Crowd(public_good(5)).run(np.zeros(10, np.uint8), 1, 0, backend="torch"), "backend"),
        (lambda: public_good(5).small(np.array([[1, 2]])), "at least a group"),
    ],
)
def test_absurd_settings_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_too_many_groups_are_refused_before_they_are_made():
    with pytest.raises(TooLarge):
        GroupGame.of(400, tuple("abcdef"), lambda k: k)

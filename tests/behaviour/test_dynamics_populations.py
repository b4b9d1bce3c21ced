"""Finite populations and chains: closed forms, direct solves, brute force."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.dynamics import (
    Population,
    alpha_rank,
    alpha_rank_one,
    fixations,
    rare_mutation,
    stationary_law,
    stochastically_stable,
)
from rulewright.behaviour.dynamics.chains import least_trees, stationary, stationary_band, stationary_log
from rulewright.behaviour.dynamics.finite import fixation_constant, transitions
from rulewright.errors import InputError, TooLarge, Unsolved


def solved(rates):
    """πQ = 0, Σπ = 1, as a linear system."""
    q = rates * (1 - np.eye(len(rates)))
    q = q - np.diag(q.sum(axis=1))
    return np.linalg.lstsq(np.vstack([q.T, np.ones(len(q))]), np.append(np.zeros(len(q)), 1), rcond=None)[0]


@pytest.mark.parametrize("states", [1, 2, 7, 48, 49, 97])
def test_elimination_is_the_direct_solve(states):
    rates = np.random.default_rng(states).random((states, states))
    assert stationary(rates) == pytest.approx(solved(rates), abs=1e-13)
    for native in (True, False):
        assert np.exp(stationary_log(np.log(rates), native)) == pytest.approx(solved(rates), abs=1e-13)
    both = np.stack([rates, rates.T])
    assert stationary(both)[1] == pytest.approx(solved(rates.T), abs=1e-13)


def test_a_band_is_the_whole_chain():
    generator, band = np.random.default_rng(0), np.zeros((30, 9))
    full = np.zeros((30, 30))
    for i in range(30):
        for j in range(max(i - 4, 0), min(i + 5, 30)):
            if i != j:
                full[i, j] = band[i, j - i + 4] = generator.random()
    assert stationary_band(band) == pytest.approx(solved(full), abs=1e-13)


@pytest.mark.parametrize("native", [True, False])
def test_nothing_is_lost_below_the_smallest_float(native):
    """A birth–death chain in closed form, with shares down to e^−20000."""
    up, down = np.array([-3000.0, -10.0, 0.0, -7000.0]), np.array([0.0, -9000.0, -5.0, 0.0])
    table = np.full((5, 5), -np.inf)
    table[np.arange(4), np.arange(1, 5)] = up
    table[np.arange(1, 5), np.arange(4)] = down
    wanted = np.append(0, np.cumsum(up - down))
    found = stationary_log(table, native)
    assert found - found[0] == pytest.approx(wanted - wanted[0], abs=1e-9)


@pytest.mark.parametrize("solve", [stationary, lambda q: stationary_log(np.where(q > 0, 0.0, -np.inf))])
def test_two_closed_classes_are_refused(solve):
    rates = np.zeros((3, 3))
    rates[0, 1] = rates[1, 0] = 1.0
    with pytest.raises(Unsolved, match="closed class"):
        solve(rates)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), states=st.integers(2, 4))
def test_least_trees_are_least(seed, states):
    """Every spanning tree into every state, written out (Freidlin & Wentzell); and the limit of the chain itself."""
    from itertools import product

    costs = np.random.default_rng(seed).integers(0, 6, (states, states))
    table = np.array([[Fraction(int(c)) for c in row] for row in costs], dtype=object)
    weights = []
    for root in range(states):
        best = None
        for parents in product(range(states), repeat=states):
            ok, total = True, 0
            for s in range(states):
                if s == root:
                    continue
                at, hops = s, 0
                while at != root and hops <= states:
                    at, hops = parents[at], hops + 1
                ok &= at == root and parents[s] != s
                total += costs[s, parents[s]]
            if ok and (best is None or total < best):
                best = total
        weights.append(best)
    assert list(least_trees(table)) == [w - min(weights) for w in weights]
    logs = stationary_log(-500.0 * costs)
    assert np.rint(-(logs - logs.max()) / 500) == pytest.approx(np.array(weights) - min(weights))


@pytest.mark.parametrize("process", ["moran", "fermi"])
@pytest.mark.parametrize(("types", "size"), [(2, 15), (3, 8), (4, 5)])
def test_the_stationary_law_is_the_direct_solve(process, types, size):
    payoff = np.random.default_rng(types).random((types, types)) + 0.5
    population = Population(size, 0.7, 0.03, process)
    found = stationary_law(payoff, population)
    source, target, rate = transitions(payoff, found.compositions, population)
    full = np.zeros((len(found.law),) * 2)
    full[source, target] = rate
    assert full.sum(axis=1).max() <= 1 + 1e-12
    assert found.law == pytest.approx(solved(full), abs=1e-12)
    assert found.residual < 1e-15


@pytest.mark.parametrize("process", ["moran", "fermi"])
def test_the_stationary_law_is_that_of_individuals(process):
    """Individuals one by one, by the words of the process, 4,000 populations side by side."""
    payoff, size, w, mu = np.array([[1.0, 3.0, 0.5], [2.0, 0.5, 1.0], [1.5, 2.0, 1.0]]), 6, 0.5, 0.2
    generator, runs = np.random.default_rng(0), 4_000
    people = generator.integers(0, 3, (runs, size))
    each = np.arange(runs)
    for _ in range(150):
        gains = payoff[people[:, :, None], people[:, None, :]]
        worth = (gains.sum(axis=2) - payoff[people, people]) / (size - 1)
        mutate, other = generator.random(runs) < mu, generator.integers(1, 3, runs)
        if process == "moran":
            fitness = np.cumsum(1 - w + w * worth, axis=1)
            parent = (generator.random((runs, 1)) * fitness[:, -1:] >= fitness).sum(axis=1)
            child = people[each, parent]
            people[each, generator.integers(0, size, runs)] = np.where(mutate, (child + other) % 3, child)
        else:
            one = generator.integers(0, size, runs)
            met = (one + generator.integers(1, size, runs)) % size
            turns = generator.random(runs) < 1 / (1 + np.exp(-w * (worth[each, met] - worth[each, one])))
            after = np.where(turns, people[each, met], people[each, one])
            people[each, one] = np.where(mutate, (people[each, one] + other) % 3, after)
    seen = np.array([(people == a).mean() for a in range(3)])
    found = stationary_law(payoff, Population(size, w, mu, process))
    assert found.shares == pytest.approx(seen, abs=0.015)
    corner = (people == 1).all(axis=1).mean()
    assert found.law[(found.compositions[:, 1] == size)][0] == pytest.approx(corner, abs=0.01)


def test_rare_mutation_is_the_limit():
    payoff = np.random.default_rng(4).random((3, 3))
    limit = rare_mutation(payoff, Population(8, 1.0))
    assert stationary_law(payoff, Population(8, 1.0, 1e-6)).shares == pytest.approx(limit, abs=1e-4)
    assert stationary_law(payoff, Population(8, 1.0, 1e-2)).shares != pytest.approx(limit, abs=1e-3)


def test_fixation_is_absorption():
    """The chance of absorption, from the linear system of a birth–death chain."""
    payoff, size = np.array([[3.0, 1.0], [4.0, 2.0]]), 7
    population = Population(size, 0.4, 0.0, "moran")
    states = np.stack([np.arange(size + 1), size - np.arange(size + 1)], 1)
    source, target, rate = transitions(payoff, states, population)
    chain = np.zeros((size + 1, size + 1))
    chain[source, target] = rate
    chain += np.diag(1 - chain.sum(axis=1))
    inside = slice(1, size)
    absorbed = np.linalg.solve(np.eye(size - 1) - chain[inside, inside], chain[inside, size])
    assert np.exp(fixations(payoff, population)[1, 0]) == pytest.approx(absorbed[0])  # one of type 0 among type 1


@pytest.mark.parametrize("ratio", [1e-3, 0.5, 1.0, 1.5, 30.0])
def test_fixation_at_constant_fitness(ratio):
    payoff = np.array([[np.log(ratio)] * 2, [0.0, 0.0]])  # fermi at intensity 1: T⁻/T⁺ = 1/r
    found = fixations(payoff, Population(40, 1.0))[1, 0]
    assert found == pytest.approx(float(fixation_constant(np.log(ratio), 40)), rel=1e-9)


def test_alpha_rank_by_its_definition():
    payoff, alpha, m = np.random.default_rng(2).random((2, 3, 2)), 4.0, 10
    rates = np.zeros((6, 6))
    for s, (i, j) in enumerate(np.ndindex(3, 2)):
        for t, (k, h) in enumerate(np.ndindex(3, 2)):
            if (i == k) != (j == h):
                gain = payoff[0, k, h] - payoff[0, i, j] if j == h else payoff[1, k, h] - payoff[1, i, j]
                rates[s, t] = (1 - np.exp(-alpha * gain)) / (1 - np.exp(-m * alpha * gain)) / 3
    assert alpha_rank(payoff[None], alpha, m).ravel() == pytest.approx(solved(rates), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_selection_without_bound_leaves_the_stochastically_stable(seed):
    payoff = np.random.default_rng(seed).permutation(24).reshape(2, 3, 4).astype(float)
    law = alpha_rank(payoff[None], 200.0, 50)[0]
    stable = stochastically_stable(payoff)
    assert law[stable].sum() == pytest.approx(1) and law[stable].min() > 1e-9
    exact = np.array([Fraction(int(x)) for x in payoff.ravel()], dtype=object).reshape(payoff.shape)
    assert (stochastically_stable(exact) == stable).all()


def test_one_population_of_rock_paper_scissors():
    rock = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    assert alpha_rank_one(rock) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Population(1), "two individuals"),
        (lambda: Population(5, process="wright"), "moran, fermi"),
        (lambda: Population(5, 2.0, process="moran"), "at most 1"),
        (lambda: stationary_law(np.eye(2), Population(5)), "rare_mutation"),
        (lambda: stationary_law(-9 * np.eye(2), Population(5, 1.0, 0.1, "moran")), "positive fitness"),
        (lambda: stationary_law(np.zeros((2, 3)), Population(5, mutation=0.1)), "own type"),
        (lambda: alpha_rank(np.zeros((1, 2, 2, 2)), -1), "α"),
        (lambda: stationary(np.zeros((2, 3))), "square"),
        (lambda: stationary(-np.ones((2, 2))), "at least 0"),
    ],
)
def test_what_populations_refuse(make, says):
    with pytest.raises(InputError, match=says):
        make()


def test_states_that_do_not_fit_are_refused():
    with pytest.raises(rw.errors.TooLarge):
        stationary_law(np.eye(8), Population(200, mutation=0.1))


def test_selection_beyond_whole_numbers_of_64_bits_is_still_right():
    """log ρ of −10¹⁷ and less; as α grows the stochastically stable states keep everything."""
    game = rw.library.prisoners()
    for name in ("alpha-rank:1e17", "alpha-rank:1e300"):
        law = rw.behaviour.named(name)(game).law
        assert law.reshape(2, 2) == pytest.approx(np.array([[0, 0], [0, 1.0]]))
    with pytest.raises(InputError, match="finite"):
        rw.behaviour.named("alpha-rank:1e308")(game)


def test_what_does_not_fit_is_refused_before_it_is_begun():
    table = np.eye(5)
    with pytest.raises(TooLarge):
        stationary_law(table, Population(5_000, mutation=0.01))
    with pytest.raises(TooLarge):
        fixations(table, Population(10**12))
    with pytest.raises(TooLarge):
        stochastically_stable(np.zeros((2, 4_000, 4_000)))
    with pytest.raises(TooLarge):
        rw.behaviour.named("q-learning:1000000")(rw.library.prisoners())

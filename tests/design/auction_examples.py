"""Random settings, and the plain programme: payments as variables, every row written out one by one, no symmetry."""

import itertools

import numpy as np

from rulewright.numerics.linprog import INFINITY, Programme


def random_tables(seed, bidders, items, types):
    """Distinct types on a small grid of values, laws, per bidder."""
    generator = np.random.default_rng(seed)
    tables, laws = [], []
    for _ in range(bidders):
        cells = np.array(list(itertools.product(range(4), repeat=items)))
        tables.append(cells[generator.permutation(len(cells))[: min(types, len(cells))]] / 2.0)
        laws.append(generator.dirichlet(np.ones(len(tables[-1]))))
    return tuple(tables), tuple(laws)


def plain(tables, laws, *, dominant, weights=None, money=1.0, unit=False):
    """Optimum of Σ p(θ) [Σ w_ij(θ) q_ij + money·Σ t_i]; `weights`[bidder, item, *types]."""
    n, items, counts = len(tables), tables[0].shape[1], [len(t) for t in tables]
    programme = Programme()
    chance = np.ones(())
    for law in laws:
        chance = np.multiply.outer(chance, law)
    weights = np.zeros((n, items, *counts)) if weights is None else np.broadcast_to(weights, (n, items, *counts))
    q = programme.add_columns((n, items, *counts), upper=1.0, cost=weights * chance)
    t = programme.add_columns((n, *counts), lower=-INFINITY, cost=money * np.broadcast_to(chance, (n, *counts)))

    def utility(row, i, true, profile, weight):
        """Add weight × what bidder i, truly of type `true`, gets at this profile of reports."""
        programme.put(row, q[(i, slice(None), *profile)], weight * tables[i][true])
        programme.put(row, t[(i, *profile)], -weight)

    for profile in itertools.product(*map(range, counts)):
        for j in range(items):
            programme.put(programme.add_rows(1, upper=1.0), q[(slice(None), j, *profile)], 1.0)
        for i in range(n if unit else 0):
            programme.put(programme.add_rows(1, upper=1.0), q[(i, slice(None), *profile)], 1.0)
    for i in range(n):
        others = list(itertools.product(*(range(c) for k, c in enumerate(counts) if k != i)))
        cases = [[(o, 1.0)] for o in others]
        if not dominant:
            law = [
                np.prod([laws[k][x] for k, x in zip([k for k in range(n) if k != i], o, strict=True)]) for o in others
            ]
            cases = [list(zip(others, law, strict=True))]
        for case in cases:
            for true in range(counts[i]):
                row = programme.add_rows(1, lower=0.0)
                for o, weight in case:
                    utility(row, i, true, (*o[:i], true, *o[i:]), weight)
                for report in range(counts[i]):
                    if report != true:
                        row = programme.add_rows(1, lower=0.0)
                        for o, weight in case:
                            utility(row, i, true, (*o[:i], true, *o[i:]), weight)
                            utility(row, i, true, (*o[:i], report, *o[i:]), -weight)
    return programme.solve(maximise=True).value

"""Classical mechanisms: revenue against closed forms, truth and balance, worked examples of matching and voting."""

from fractions import Fraction as F

import numpy as np

from rulewright.assessment.properties import manipulation, properties
from rulewright.institution.classical import (
    AGV,
    SCORES,
    VCG,
    MedianVoter,
    Vickrey,
    Vote,
    blocking_pairs,
    condorcet_winner,
    deferred_acceptance,
    dictator,
    myerson_revenue,
    strategy_proof_rules,
    top_trading_cycles,
)
from rulewright.institution.classical import settings as games

from .answer import Known


def uniform(grid, field=float):
    """(midpoints, law) of a uniform grid on [0, 1]."""
    mid = [F(2 * k + 1, 2 * grid) for k in range(grid)]
    return ([field(v) for v in mid], [field(F(1, grid))] * grid)


def extrapolated(bidders, grid=500):
    """Optimal revenue at no mesh width: the grid is off by a multiple of 1/g, and less than 1/g² beyond that."""
    coarse, fine = (myerson_revenue(*map(np.array, uniform(g)), bidders) for g in (grid, 2 * grid))
    return 2 * fine - coarse


def optimal(bidders):
    """∫ max(0, 2x − 1) d(xⁿ)."""
    n = bidders
    return 2 * n / (n + 1) * (1 - 2.0 ** -(n + 1)) - (1 - 2.0**-n)


def on_grid(bidders, grid):
    """Σ_k max(0, φ_k)·P(highest is k) with φ_k = (2k − ½)/g − 1, k = 1 … g."""
    chance = [F(k**bidders - (k - 1) ** bidders, grid**bidders) for k in range(1, grid + 1)]
    return sum(max(F(0), (2 * k - F(1, 2)) / grid - 1) * p for k, p in enumerate(chance, 1))


def revenue(mechanism, setting):
    _, amounts = mechanism.rule(setting.game)
    return -(amounts.sum(axis=0) * setting.game.prior[0]).sum()


def holds(mechanism, setting, *names):
    return all(f.holds and f.grade == "proved" for f in properties(mechanism, setting, only=names).findings)


ITEM, TRADE = games.item(2, (1, 2, 3)), games.trade((0, 1, 2), (1, 2, 3))
MEN = [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
WOMEN = [[1, 2, 0], [2, 0, 1], [0, 1, 2]]
HOUSES = [[1, 0, 2, 3], [0, 1, 2, 3], [0, 3, 2, 1], [2, 1, 0, 3]]
CYCLE = np.array([[0, 1, 2], [2, 0, 1], [1, 2, 0]])
MYERSON, VICKREY = "Myerson 1981, Math. Oper. Res. 6", "Vickrey 1961, J. Finance 16"
SHAPLEY = "Gale & Shapley 1962, Am. Math. Mon. 69"
IMPOSSIBLE = "Gibbard 1973, Econometrica 41; Satterthwaite 1975, J. Econ. Theory 10"

KNOWN = [
    *(
        Known(
            f"revenue of the optimal auction, {n} uniform values",
            f"closed form after {MYERSON}: 2n/(n+1)·(1 − 2^−(n+1)) − (1 − 2^−n)",
            optimal(n),
            lambda n=n: extrapolated(n),
            1e-5,
        )
        for n in (1, 2, 3, 5, 10)
    ),
    *(
        Known(
            f"the same on a grid of 40 midpoints, {n} bidders, exactly",
            "closed form: Σ max(0, (2k − ½)/g − 1)·(kⁿ − (k−1)ⁿ)/gⁿ",
            on_grid(n, 40),
            lambda n=n: myerson_revenue(*uniform(40, F), n),
        )
        for n in (1, 3, 10)
    ),
    Known(
        "revenue of the Vickrey auction, 2 uniform values on 12 midpoints",
        f"closed form after {VICKREY}: ((g+1)(2g+1)/6g − ½)/g",
        (F(13 * 25, 72) - F(1, 2)) / 12,
        lambda: revenue(Vickrey(), games.item(2, uniform(12, F)[0])),
    ),
    Known(
        "two bidders worth 1 or 2, optimal revenue", MYERSON, F(3, 2), lambda: myerson_revenue([1, 2], [F(1, 2)] * 2, 2)
    ),
    Known(
        "the Vickrey auction is truthful and efficient",
        VICKREY,
        True,
        lambda: holds(Vickrey(), ITEM, "truthful (dominant)", "efficient"),
    ),
    Known(
        "expected externality is balanced, efficient and Bayesian truthful",
        "Arrow 1979; d'Aspremont & Gérard-Varet 1979, J. Public Econ. 11",
        True,
        lambda: holds(AGV(), TRADE, "truthful (Bayesian)", "efficient", "balanced"),
    ),
    Known(
        "deficit of VCG in bilateral trade, costs 0, 1, 2 and values 1, 2, 3",
        "closed form: E max(0, value − cost)",
        F(10, 9),
        lambda: -revenue(VCG("no trade"), TRADE),
    ),
    Known(
        "every man gets his first choice",
        f"after {SHAPLEY}, example 1",
        True,
        lambda: deferred_acceptance(MEN, WOMEN).tolist() == [0, 1, 2],
    ),
    Known(
        "every woman gets hers when women propose",
        f"after {SHAPLEY}, example 1",
        True,
        lambda: deferred_acceptance(WOMEN, MEN).tolist() == [1, 2, 0],
    ),
    Known(
        "stable matchings in it",
        f"after {SHAPLEY}, example 1",
        3,
        lambda: sum(
            not len(blocking_pairs(m, MEN, WOMEN))
            for m in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
        ),
    ),
    Known(
        "top trading cycles: 1 and 2 swap, then 3 and 4",
        "closed form: by hand",
        True,
        lambda: top_trading_cycles(HOUSES).tolist() == [1, 0, 3, 2],
    ),
    Known("no Condorcet winner in a cycle", "Condorcet 1785", True, lambda: condorcet_winner(CYCLE) is None),
    Known("all tie by Copeland in a cycle", "closed form: symmetry", 0, lambda: np.ptp(SCORES["Copeland"](CYCLE))),
    Known(
        "the median voter's rule is strategy-proof",
        "Black 1948, J. Polit. Econ. 56; Moulin 1980, Public Choice 35",
        True,
        lambda: holds(MedianVoter(), games.line(3, 3), "truthful (dominant)"),
    ),
    Known(
        "plurality is manipulable", IMPOSSIBLE, True, lambda: manipulation(Vote("plurality"), games.vote(3)) is not None
    ),
    Known(
        "strategy-proof rules of 2 voters over 3 alternatives",
        "closed form: 3 constant, 4 for each pair taken, 2 dictators",
        17,
        lambda: len(strategy_proof_rules(3)),
    ),
    Known(
        "those that take every alternative, all dictatorial",
        IMPOSSIBLE,
        2,
        lambda: sum(dictator(r) is not None for r in strategy_proof_rules(3) if len(np.unique(r)) == 3),
    ),
    Known(
        "those that take every alternative and are not dictatorial",
        IMPOSSIBLE,
        0,
        lambda: sum(dictator(r) is None for r in strategy_proof_rules(3) if len(np.unique(r)) == 3),
    ),
]

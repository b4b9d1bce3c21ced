"""Culture: Boyd & Richerson 1995 as in the slides, digits recomputed; the cumulative condition with its minimal model."""

from fractions import Fraction as F
from functools import cache

from rulewright.society.culture import Culture, CumulativeCulture, cumulative, rogers
from rulewright.society.model import Plan

from .answer import Known

P = "Boyd & Richerson 1995, A2.4"
Q = "Boyd & Richerson 1995, A2.5"
ESS = "after Boyd & Richerson 1995, the cumulative condition; minimal model E[gap]/V = g/(g + a(1 − g))"


def apart(c, g, sign=1):
    """W_I − W_L at q*, in units of D, with W_I = W₀ ± D(2P − 1)."""
    return sign * (2 * rogers.right(rogers.rest(c, g), g) - 1) - (1 - c)


@cache
def simulated(a, g):
    model = CumulativeCulture(step=a, change=g, imitating=1.0)
    return float(model.simulate(Plan(12_800, 400, range(6))).measures["gap"][:, 200:].mean())


KNOWN = [
    Known("P at n = 3, g = .1, q = .6, exactly", P, F(1007, 1034), lambda: rogers.right(F(3, 5) ** 3, F(1, 10))),
    Known("the same, digits of our first notes", P, 0.973883, lambda: Culture(change=0.1, models=3).right(0.6), 1e-5),
    Known(
        "P at n = 5, g = .05, q = .9, exactly", P, F(878069, 937118), lambda: rogers.right(F(9, 10) ** 5, F(1, 20))
    ),
    Known(
        "the same, digits of our first notes (the closed form is .936989)",
        P,
        0.936455,
        lambda: Culture(change=0.05, models=5).right(0.9),
        6e-4,
    ),
    *[
        Known(
            f"q* at C = {cost}, D = 1, g = {g}, n = {n}",
            Q,
            q,
            lambda cost=cost, g=g, n=n: Culture(cost=cost, change=g, models=n).share,
            5.1e-5,
        )
        for cost, g, n, q in ((0.2, 0.1, 3, 0.8221), (0.5, 0.05, 5, 0.9811), (0.1, 0.3, 1, 0.1562))
    ],
    *[
        Known(f"W_I − W_L at q*, C/D = {c}, g = {g}", Q, F(0), lambda c=c, g=g: apart(c, g))
        for c, g in ((F(1, 5), F(1, 10)), (F(1, 2), F(1, 20)), (F(1, 10), F(3, 10)))
    ],
    Known(
        "with the minus sign of the slides they are apart by 2(1 − C/D)",
        "closed form: −(2P − 1) − (1 − C/D) where 2P − 1 = 1 − C/D",
        F(-8, 5),
        lambda: apart(F(1, 5), F(1, 10), sign=-1),
    ),
    Known(
        "mean fitness at q* less that of learners only (Rogers' paradox)",
        "Boyd & Richerson 1995, after Rogers 1988",
        0.0,
        lambda: float(Culture().mean(Culture().share)) - 1.8,
        1e-15,
    ),
    *[
        Known(f"E[gap]/V at a = {a}, g = {g}", ESS, digits, lambda a=a, g=g: cumulative.gap(1, F(a), F(g)), tolerance)
        for a, g, digits, tolerance in (
            ("0.1", "0.01", 0.0917, 5e-5),
            ("0.05", "0.02", 0.290, 5e-4),
            ("0.2", "0.05", 0.208, 5e-4),
        )
    ],
    *[
        Known(f"the same, simulated, a = {a}, g = {g}", f"{ESS}; simulated", digits, lambda a=a, g=g: simulated(a, g), tol)
        for a, g, digits, tol in ((0.1, 0.01, 0.0917, 0.006), (0.05, 0.02, 0.295, 0.012), (0.2, 0.05, 0.210, 0.006))
    ],
    *[
        Known(
            f"imitation is an ESS at δ = {delta}, a = .1, g = .01",
            ESS,
            holds,
            lambda delta=delta: CumulativeCulture(learning=delta, imitation=0, step=0.1, change=0.01).share == 1,
        )
        for delta, holds in ((0.0916, False), (0.0918, True))
    ],
]

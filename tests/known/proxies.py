"""The worked example of an incomplete proxy: recomputed from the equations, after Zhuang & Hadfield-Menell 2020."""

import math
from functools import cache

from rulewright.society.proxies import Proxy
from rulewright.welfare.proxies import limit, optimum

from .answer import Known

SOURCE = "worked example after Zhuang & Hadfield-Menell 2020: L = 4, two mentioned, Σ ln s, budget 8; recomputed"


@cache
def rewritten(every: int) -> float:
    return Proxy(remedy="interactive", every=every).outcomes()[0].measures["utility"]


def _limit(remedy: str = "none"):  # type: ignore[no-untyped-def]
    return limit(Proxy().wants, (0, 1), remedy)  # type: ignore[arg-type]


KNOWN = [
    Known("utility at the start", SOURCE, 0.0, lambda: float(Proxy().course.utility[0]), 1e-12),
    Known(
        "utility when the resource binds", SOURCE, 2 * math.log(3), lambda: float(Proxy().course.utility.max()), 2e-3
    ),
    Known("proxy in the end", SOURCE, 2 * math.log(4), lambda: _limit().proxy, 1e-9),
    Known("optimum", SOURCE, 4 * math.log(2), lambda: optimum(Proxy().wants).utility, 1e-9),
    Known("with what is not mentioned frozen", SOURCE, 2 * math.log(3), lambda: _limit("impact").utility, 1e-9),
    *(
        Known(f"proxy rewritten every {m} steps", SOURCE, value, lambda m=m: rewritten(m), 2e-4)
        for m, value in ((1, 2.7726), (50, 2.7721), (200, 2.7692), (500, 2.7497), (1500, 2.5283))
    ),
]

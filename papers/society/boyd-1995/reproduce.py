"""Why does culture increase human adaptability? Boyd & Richerson 1995 (Ethology & Sociobiology 16), as in the slides of a tutorial.

`python papers boyd-1995`. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from rulewright.behaviour.estimation import confidence
from rulewright.society.culture import Culture, CumulativeCulture
from rulewright.society.model import Plan

HELD = {"(3, .1, .6)": (3, 0.1, 0.6), "(5, .05, .9)": (5, 0.05, 0.9)}
RESTS = {"(.2, 1, .1, 3)": (0.2, 0.1, 3), "(.5, 1, .05, 5)": (0.5, 0.05, 5), "(.1, 1, .3, 1)": (0.1, 0.3, 1)}
GAPS = {"a = .1, g = .01": (0.1, 0.01), "a = .05, g = .02": (0.05, 0.02), "a = .2, g = .05": (0.2, 0.05)}
LEVEL = 0.999


@cache
def simulated(model: Culture | CumulativeCulture, measure: str) -> confidence.Interval:
    """Over 10 seeds, 12,800 agents in 200 places, the last 200 of 400 generations."""
    course = model.simulate(Plan(12_800, 400, range(10)))
    return confidence.mean(course.measures[measure][:, 200:].mean(axis=1), LEVEL)


def culture(key: str) -> Culture:
    cost, change, models = RESTS[key]
    return Culture(cost=cost, change=change, models=models)


def held(key: str) -> Culture:
    models, change, q = HELD[key]
    return Culture(change=change, models=models, imitating=q)


def improving(key: str) -> CumulativeCulture:
    a, g = GAPS[key]
    return CumulativeCulture(step=a, change=g, imitating=1.0)


def closed(model: Culture | CumulativeCulture, measure: str) -> float:
    return model.outcomes()[0].measures[measure]


def within(model: Culture | CumulativeCulture, measure: str) -> float:
    """1 if the closed form lies in the interval of the simulation."""
    return float(closed(model, measure) in simulated(model, measure))


def is_ess(delta: float) -> float:
    return float(CumulativeCulture(learning=delta, imitation=0.0, step=0.1, change=0.01).share == 1)


def proved(key: str) -> float:
    """How many of the claims of the model hold, exactly, in fractions."""
    return float(sum(row.holds and row.grade == "proved" for row in culture(key).claims()))


CLAIMS: dict[str, Callable[[bool], float]] = {
    **{f"A2.4: P at (n, g, q) = {k}": lambda fast, k=k: closed(held(k), "right") for k in HELD},
    **{f"A2.4, simulated, at {k}: closed form inside": lambda fast, k=k: within(held(k), "right") for k in HELD},
    **{f"A2.5: q* at (C, D, g, n) = {k}": lambda fast, k=k: culture(k).share for k in RESTS},
    **{
        f"A2.5, simulated, at {k}: closed form inside": lambda fast, k=k: within(culture(k), "imitators") for k in RESTS
    },
    **{f"claims proved exactly at {k}": lambda fast, k=k: proved(k) for k in RESTS},
    "Rogers: mean fitness at q* less that of learners only": lambda fast: (
        closed(culture("(.2, 1, .1, 3)"), "fitness") - 1.8
    ),
    **{f"cumulative: E[gap]/V at {k}": lambda fast, k=k: closed(improving(k), "gap") for k in GAPS},
    **{
        f"cumulative, simulated, {k}": lambda fast, k=k: (
            (simulated(improving(k), "gap").low + simulated(improving(k), "gap").high) / 2
        )
        for k in GAPS
    },
    "cumulative: imitation is an ESS at delta = .0916 (a = .1, g = .01)": lambda fast: is_ess(0.0916),
    "cumulative: imitation is an ESS at delta = .0918": lambda fast: is_ess(0.0918),
}


if __name__ == "__main__":
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.6g}")

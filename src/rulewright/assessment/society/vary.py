"""A parameter moved under every rule: people's goal in the worst and the best stable outcome, and where the worst one jumps.

A jump is a step between neighbouring values that is much larger than a smooth curve would take; it is narrowed by bisection, among
whole numbers where the society takes no others. A worst outcome that falls to −∞ is a jump where the other side stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.formula import Formula
from ...report.findings.report import Figure, Mark, Section, Series, Threshold
from ...scenario.society import TODAY, SocietyScenario
from .case import Tell, ends, model, row

JUMP = 0.2  # of the whole range of worst outcomes: a step that is looked into
STAYS = 0.5  # of the step must be left after the interval was halved so often
HALVINGS = 40
CLOSE = 12  # halvings after which a step that has shrunk is called smooth
STILL = 1e-3  # of itself: what the bounded side of a fall to −∞ may still move by in the last of them

Worst = Callable[[Fraction], float | None]


def varied(scenario: SocietyScenario, k: int, tell: Tell) -> tuple[Section, list[Threshold]]:
    """The k-th [[vary]]: a section with its figure, and the thresholds that were found."""
    said = scenario.file.vary[k]
    with scenario.at("vary", k, "values"):
        values = (
            scenario.range(said.values)
            if isinstance(said.values, str)
            else [rational.fraction(Formula(v, "value").value(scenario.parameters)[()]) for v in said.values]
        )
        values = sorted(set(values))
    series: list[Series] = []
    found: list[Threshold] = []
    still: list[str] = []
    for rule in scenario.rules:
        tell(f"moving {said.parameter}: {rule}")
        both = [_ends(scenario, rule, said.parameter, v) for v in values]
        worst = [w for w, _ in both]
        if rule != TODAY and len({w for w in worst if w is not None}) == 1:
            still.append(rule)  # it fixes what the parameter says, or makes no difference of it
            continue
        jumps = _thresholds(rule, said.parameter, values, worst, _worst(scenario, rule, said.parameter))
        series.append(_series(rule, values, worst, jumps))
        if any(b is not None and w is not None and b > w + 1e-12 for w, b in both):
            best = _series(f"{rule}, at best", values, [b for _, b in both])
            series.append(replace(best, like=rule))
        found += jumps
    title = said.title or f"As {said.parameter} moves"
    captions = ["Vertical lines: where the worst stable outcome jumps."] if found else []
    captions += ["Dashed: the best stable outcome, where it is another."] if any(s.like for s in series) else []
    captions += [f"Not drawn, because nothing changes: {', '.join(still)}."] if still else []
    figure = Figure(
        f"vary-{k}",
        f"What people get, by {said.parameter}",
        said.parameter,
        "people get, at worst",
        [s for s in series if s.x],
        [Mark(t.at, "") for t in found],
        " ".join(captions),
    )
    return Section(title, figures=[figure] if figure.series else []), found


def _series(name: str, values: list[Fraction], goals: list[float | None], jumps: Sequence[Threshold] = ()) -> Series:
    """A curve that falls or rises straight up where it jumps."""
    kept = [(float(v), g) for v, g in zip(values, goals, strict=True) if g is not None and np.isfinite(g)]
    steps = [(t.at, g) for t in jumps for g in (t.below, t.above) if g is not None and np.isfinite(g)]
    kept = sorted([*kept, *steps], key=lambda point: point[0])
    return Series(name, [x for x, _ in kept], [y for _, y in kept])


def _ends(scenario: SocietyScenario, rule: str, parameter: str, value: Fraction) -> tuple[float | None, float | None]:
    there = scenario.having(**{parameter: value})
    found = model(there, rule)
    return ends([row(there, found, o) for o in found.outcomes()])


def _worst(scenario: SocietyScenario, rule: str, parameter: str) -> Worst:
    return lambda value: _ends(scenario, rule, parameter, value)[0]


def _thresholds(
    rule: str, parameter: str, values: list[Fraction], worst: list[float | None], at: Worst
) -> list[Threshold]:
    known = [w for w in worst if w is not None]
    bounded = [w for w in known if np.isfinite(w)]
    whole = float(np.ptp(bounded)) if bounded else 0.0
    if len(known) < 2 or (whole < 1e-12 and len(bounded) == len(known)):
        return []
    least = JUMP * whole
    found = []
    for (a, left), (b, right) in zip(
        zip(values, worst, strict=True), zip(values[1:], worst[1:], strict=False), strict=False
    ):
        if left is None or right is None or left == right or abs(right - left) < least:
            continue
        jump = _bisected(a, left, b, right, at)
        if jump is not None:
            found.append(Threshold(rule, parameter, *jump))
    return found


def _bisected(a: Fraction, left: float, b: Fraction, right: float, at: Worst) -> tuple[float, float, float] | None:
    """(where, goal below, goal above), or None where the step is a slope, or cannot be looked into."""
    whole, sides, counted = abs(right - left), [(left, right)], False
    for k in range(HALVINGS):
        middle = (a + b) / 2 if counted else Fraction(float((a + b) / 2))
        try:
            here = None if counted else at(middle)
        except InputError:  # the ends are fine, so that it takes whole numbers only
            counted = a.denominator == b.denominator == 1
            if not counted:
                return None
        if counted:
            if b - a == 1:
                break
            middle = Fraction((a + b) // 2)
            here = at(middle)
        if here is None or not a < middle < b:
            return None
        if _nearer(here, left, right):
            a, left = middle, here
        else:
            b, right = middle, here
        sides.append((left, right))
        if k >= CLOSE and not counted and abs(right - left) < STAYS * whole:
            return None
    stays = abs(right - left) >= STAYS * whole and (np.isfinite(whole) or counted or _still(sides))
    return (float((a + b) / 2), left, right) if stays else None


def _nearer(here: float, left: float, right: float) -> bool:
    """Whether it is on the side of `left`: by distance, or by being −∞ too."""
    if not (np.isfinite(left) and np.isfinite(right) and np.isfinite(here)):
        return (here == left) if not np.isfinite(left) else (here != right)
    return abs(here - left) < abs(here - right)


def _still(sides: list[tuple[float, float]]) -> bool:
    """Whether the side that is not infinite has come to rest."""
    was, now = ([v for v in side if np.isfinite(v)] for side in (sides[-CLOSE], sides[-1]))
    return len(was) == len(now) == 1 and abs(now[0] - was[0]) <= STILL * max(abs(now[0]), 1e-9)

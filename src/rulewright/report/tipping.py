"""Where it tips, in words: robustness margin, recovery cost, hysteresis, jumps."""

from __future__ import annotations

import math

from .report import TraceData, TraceJump
from .words import known, number

DIGITS = 4
LARGE = 0.25  # of the range of goals; smaller jumps are steps of a staircase
MOST_SAID = 4


def sentences(data: TraceData) -> list[str]:
    """What a trace says, one idea each."""
    name, here = data.parameter, data.here
    good = f"Good: a goal of at least {number(data.floor)}."
    if here is None:
        return [good, *_hysteresis(data), *map(_jump, large(data))]
    return [good, _margin(data, name, here), *_recovery(data, name, here), *_hysteresis(data), *map(_jump, large(data))]


def _margin(data: TraceData, name: str, here: float) -> str:
    at = f"Today {name} is {fine(here)}"
    around = [(low, high) for low, high in data.possible if low <= here <= high]
    if not around:
        return f"{at}: no stable play is good. Robustness margin 0."
    if data.margin is None:
        return f"{at}: a good play is stable, and stays so from {fine(data.low)} to {fine(data.high)}."
    low, high = around[0]
    falls = low > data.low and (high == data.high or here - low <= high - here)
    way = f"falls below {fine(low)}" if falls else f"rises above {fine(high)}"
    return f"{at}: a good play is stable, and is lost if {name} {way}. Robustness margin {fine(data.margin)}."


def _recovery(data: TraceData, name: str, here: float) -> list[str]:
    if data.recovery is None:
        return [f"Nowhere from {fine(data.low)} to {fine(data.high)} is the good play the only stable one."]
    if data.recovery == 0:
        return ["Every stable play is good today: wherever play starts, it ends well. Recovery cost 0."]
    ways = [(low - here, f"rise to {fine(low)}") for low, _ in data.certain if low > here]
    ways += [(here - high, f"fall to {fine(high)}") for _, high in data.certain if high < here]
    said = min(ways)[1] if ways else ""
    return [
        f"Once bad, play stays bad until no bad play is stable: {name} must {said} for that. Recovery cost {fine(data.recovery)}."
    ]


def _hysteresis(data: TraceData) -> list[str]:
    return [
        f"From {fine(low)} to {fine(high)} both good and bad plays are stable: which is played depends on the past (hysteresis)."
        for low, high in data.hysteresis
    ]


def fine(value: float | None) -> str:
    """A value of the parameter: four significant digits where it is small."""
    if not known(value) or value == 0:
        return number(value)
    return number(value, max(DIGITS, DIGITS - 1 - math.floor(math.log10(abs(value)))))


def large(data: TraceData) -> list[TraceJump]:
    """The jumps that matter for people, largest first."""
    goals = [g for b in data.branches for g in b.goals]
    span = (max(goals) - min(goals)) if goals else 0.0
    sized = [(abs(j.goal_after - j.goal_before), j) for j in data.jumps if j.goal_after is not None]
    found = [j for size, j in sorted(sized, key=lambda s: -s[0]) if span > 0 and size >= LARGE * span]
    return found[:MOST_SAID]


def _jump(jump: TraceJump) -> str:
    way = "rises" if jump.rising else "falls"
    change = "recovers" if (jump.goal_after or 0) > jump.goal_before else "collapses"
    return f"As it {way} through {fine(jump.x)}, the goal {change} from {number(jump.goal_before)} to {number(jump.goal_after)}."

"""Equilibrium selection risk of a scenario: its equilibria under today's rule, traced along a parameter, as data of a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..behaviour.tipping import Trace, trace
from ..errors import TooLarge
from ..game.game import Game
from ..report.report import TraceBranch, TraceData, TraceJump
from ..scenario.scenario import Scenario, Traced
from .sweep import judged, spans

Tell = Callable[[str], None]


def trace_of(scenario: Scenario, said: Traced, tell: Tell = lambda _: None) -> Trace:
    """The equilibria under today's rule, exact; today's value is that of the scenario, where it is in the range."""
    here = scenario.parameters[said.parameter][()]
    inside = said.values[0] <= here <= said.values[-1]

    def family(t: Any) -> Game:
        return judged(scenario, {said.parameter: t})

    return trace(family, said.values, here=here if inside else None, floor=said.floor, tell=tell)


def traces(scenario: Scenario, tell: Tell, leave: Tell) -> list[TraceData]:
    """All traces that the scenario asks for; `leave` is told which are left out, and why."""
    found = []
    for k, said in enumerate(scenario.traces):
        try:
            with scenario.at("traces", k):
                found.append(traced(scenario, said, tell))
        except TooLarge as error:
            leave(f"Nothing was traced along {said.parameter}: {error}.")
    return found


def traced(scenario: Scenario, said: Traced, tell: Tell) -> TraceData:
    """The same as data of a report. Raises TooLarge where the game is too large to enumerate."""
    tell(f"tracing {said.parameter}")
    found = trace_of(scenario, said, lambda words: tell(f"tracing {said.parameter}: {words}"))
    known = found.here is not None
    return TraceData(
        title=said.title,
        parameter=said.parameter,
        here=float(found.here) if known else None,
        low=float(found.low),
        high=float(found.high),
        floor=float(found.floor),
        branches=[TraceBranch(b.play, b.stable, b.t.tolist(), b.goal.tolist()) for b in found.branches],
        jumps=[TraceJump(float(j.at), j.up, j.before, j.after, j.goal_before, j.goal_after) for j in found.jumps],
        possible=_floats(found.possible),
        certain=_floats(found.certain),
        hysteresis=_floats(found.hysteresis),
        margin=_float(found.margin) if known else None,
        recovery=_float(found.recovery) if known else None,
        behaviours=_along(scenario, said, tell),
        values=[float(t) for t in said.values],
        how=found.how,
        complete=found.complete,
    )


def _floats(intervals: Any) -> list[tuple[float, float]]:
    return [(float(low), float(high)) for low, high in intervals]


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _along(scenario: Scenario, said: Traced, tell: Tell) -> dict[str, list[float | None]]:
    games = [judged(scenario, {said.parameter: t}) for t in said.values] if said.behaviours else []
    rows = {}
    for behaviour in said.behaviours:
        tell(f"tracing {said.parameter}: {behaviour.name}")
        rows[behaviour.name] = [worst for worst, _ in spans(behaviour, games)]
    return rows

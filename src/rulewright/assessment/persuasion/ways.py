"""Ways to inform, each found and then answered by receivers who think: by fresh ones, and by one who stays.

What is believed of a way is what it brings if ties go against people (`against`). Signals that are designed are found twice: with
the margin of the file, which leaves no ties, and without, for what it would bring if ties went people's way (`kindly`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd

import numpy as np

from ...design.information.markov.exact import ExactStream, exactly_stream
from ...design.information.markov.patient import PromiseScheme, persuade_patient
from ...design.information.markov.process import Process
from ...design.information.markov.receiver import memoryless_signal, rate_of, unmoved
from ...design.information.markov.stream import persuade_stream
from ...design.information.markov.ties import all_said, answered, nothing_said
from ...design.information.persuasion import unit
from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.rational import Array, floats
from ...report.words import number
from ...scenario.persuasion import PersuasionScenario, Way

FRESH, STAYS = "fresh receivers", "one who stays"
SAME = 1e-7  # of the range of a step's payoff: values this close are the same


@dataclass(frozen=True)
class Reply:
    """What a way brings from the start, and step by step, for one sort of receivers."""

    against: float | None
    """If ties go against people; None where that is not known."""
    kindly: float
    """If they go people's way, and signals are designed for that."""
    steady: bool | None
    """Whether ties make no difference to what was designed."""
    course: Array = field(repr=False)
    """[t]: `against` with t steps gone; one t where there is no horizon."""


@dataclass(frozen=True)
class Seen:
    """One way and what came of it."""

    way: Way
    replies: dict[str, Reply]
    """By sort of receivers."""
    how: str
    signal: Array | None = field(default=None, repr=False)
    """σ[s, θ, a] of the first step, with the margin."""
    exact: ExactStream | None = field(default=None, repr=False)
    loose: float | None = None
    """What the signal without a margin brings fresh receivers' people if ties go against them."""
    bound: float | None = None
    """No scheme brings more, however ties go."""
    schemes: PromiseScheme | None = field(default=None, repr=False)
    """Promises, without margin."""


@dataclass(frozen=True)
class Case:
    """The process in floats and as it was given, and how it is looked at."""

    scenario: PersuasionScenario
    given: Process = field(repr=False)
    process: Process = field(repr=False)
    horizon: int | None
    margin: float
    """In the receiver's units."""

    @property
    def size(self) -> float:
        """The range of what people get in a step."""
        return unit(floats(self.process.sender))

    def steps(self, gone: int = 0) -> float:
        """Σ δ^t over the steps that are left: a total over this is a mean."""
        rate = float(self.process.discount)
        if self.horizon is None:
            return 1 / (1 - rate)
        return float((rate ** np.arange(self.horizon - gone)).sum())

    def within(self, discount: float) -> Case:
        """The same with another discount, of a receiver who stays as well where it is the same."""
        old = self.process
        shared = old.patience is None or float(old.patience) == float(old.discount)
        patience = discount if shared else old.patience
        new = replace(old, discount=discount, patience=patience)
        return replace(self, process=new, given=replace(self.given, discount=discount, patience=patience))

    def start(self, values: Array) -> Array:
        """[t] of [t, s]."""
        return np.asarray(values @ self.process.start)


def case(scenario: PersuasionScenario) -> Case:
    """What a file asks for. Raises InputError."""
    given = scenario.process
    process = replace(
        given,
        law=floats(given.law),
        sender=floats(given.sender),
        receiver=floats(given.receiver),
        moves=floats(given.moves),
        start=floats(given.start),
        discount=float(given.discount),
        patience=None if given.patience is None else float(given.patience),
    )
    margin = float(scenario.margin) * unit(process.receiver)
    return Case(scenario, given, process, scenario.file.look.horizon, margin)


def reply(case: Case, strict: Array, loose: Array, rate: float) -> Reply:
    """Receivers answer the signal with a margin (ties against people) and the one without (ties their way)."""
    worst, best = (answered(case.process, strict, horizon=case.horizon, rate=rate, kind=kind) for kind in (False, True))
    hoped = best if loose is strict else answered(case.process, loose, horizon=case.horizon, rate=rate, kind=True)
    against, kindly, other = (float(case.start(x)[0]) for x in (worst, hoped, best))
    return Reply(against, kindly, abs(other - against) <= SAME * case.size * case.steps(), case.start(worst))


def both(case: Case, strict: Array, loose: Array) -> dict[str, Reply]:
    """For both sorts of receivers."""
    return {
        FRESH: reply(case, strict, loose, 0.0),
        STAYS: reply(case, strict, loose, rate_of(case.process)),
    }


def silent(case: Case, way: Way) -> Seen:
    said = nothing_said(case.process)
    return Seen(way, both(case, said, said), "dynamic programming, up to rounding")


def tell_all(case: Case, way: Way) -> Seen:
    said = all_said(case.process)
    return Seen(way, both(case, said, said), "dynamic programming, up to rounding")


def one_shot(case: Case, way: Way) -> Seen:
    """The repaired iteration of persuasion: each step's best signal, that step alone (eq. 19–21 of the ICSAP proposal)."""
    myopic = replace(case.process, discount=0.0, patience=None)
    strict, loose = (persuade_stream(myopic, margin=m).signal for m in (case.margin, 0.0))
    return Seen(way, both(case, strict, loose), "a linear programme in every state, up to rounding", strict)


def stream(case: Case, way: Way) -> Seen:
    """The optimum for fresh receivers, in fractions."""
    loose = persuade_stream(case.process, horizon=case.horizon)
    exact = exactly_stream(case.given, horizon=case.horizon, margin=_exact_margin(case))
    strict = floats(exact.signal) if case.horizon is not None else floats(exact.signal[0])
    left = answered(case.process, loose.signal, horizon=case.horizon)
    return Seen(
        way,
        both(case, strict, loose.signal),
        "exact, and the best"
        + (f" but for {float(exact.gap):.1g}" if exact.gap else "")
        + " that can be had with this margin",
        strict if case.horizon is None else strict[0],
        exact,
        float(case.start(left)[0]),
        loose.bound,
    )


def _exact_margin(case: Case) -> Fraction:
    """In the receiver's units, of numbers as they are written."""
    given = case.given.receiver
    size = rational.fraction(given.max()) - rational.fraction(given.min())
    return case.scenario.margin * (size or 1)


def promises(case: Case, way: Way) -> Seen:
    """One who stays, and is told nothing any more once it has disobeyed."""
    count = case.scenario.file.look.promises
    loose = persuade_patient(case.process, horizon=case.horizon, promises=count)
    strict = loose
    if case.margin:
        strict = persuade_patient(case.process, horizon=case.horizon, promises=count, margin=case.margin)
    sure = case.margin > 0
    found = Reply(
        strict.value if sure else None, loose.value, True if sure else None, case.start(strict.inside[..., 0])
    )
    how = f"{count} promises a state; without margin {number(loose.value)} to {number(loose.bound)}, up to the solver's tolerance"
    return Seen(way, {STAYS: found}, how, bound=loose.bound, schemes=loose)


def memoryless(case: Case, way: Way) -> Seen:
    """For one who stays, told as much whatever it does."""
    if case.horizon is None:
        if not unmoved(case.process):
            raise InputError(
                needed="[look] horizon, as where the state moves depends on acts",
                found="none",
                remedy="Give a horizon, such as 30, or leave this way out.",
            )
        strict, loose = (persuade_stream(case.process, margin=m).signal for m in (case.margin, 0.0))
    else:
        strict, loose = (memoryless_signal(case.process, case.horizon, m)[0] for m in (case.margin, 0.0))
    first = strict if case.horizon is None else strict[0]
    replies = {STAYS: reply(case, strict, loose, rate_of(case.process))}
    how = "backwards, a linear programme in every state" + (
        "" if unmoved(case.process) else "; one of many such schemes"
    )
    return Seen(way, replies, how, first)


def learned(case: Case, way: Way) -> Seen:
    """A network for the continuum, repaired on the grid; the worst of the seeds."""
    from ...design.information.markov.repair import repaired
    from ...learning.persuasion import Settings, learn

    look = case.scenario.file.look
    continuum = case.scenario.continuum
    settings = Settings(steps=look.steps, chunk=gcd(look.steps, 250))
    grids = continuum.grids(look.states, look.parameters)
    signals = [
        repaired(case.process, learn(continuum, settings, seed=seed).signal(*grids)) for seed in range(look.seeds)
    ]
    found = [both(case, signal, signal) for signal in signals]
    k = min(range(len(found)), key=lambda i: found[i][FRESH].against or 0.0)
    values = ", ".join(number(each[FRESH].against) for each in found)
    how = f"{look.seeds} seeds, {look.steps:,} steps of training each: {values}; the worst stands here"
    return Seen(way, found[k], how, signals[k])


WAYS: dict[str, Callable[[Case, Way], Seen]] = {
    "silent": silent,
    "tell all": tell_all,
    "one shot": one_shot,
    "stream": stream,
    "promises": promises,
    "memoryless": memoryless,
    "learned": learned,
}


def _why(case: Case, none: Impossible) -> str:
    """Where it fails, in the words of the file."""
    state = re.match(r"state (\d+)", none.where)
    if state:
        return f", which no signal has in state {case.process.called[0][int(state[1])]!r}"
    return f" ({none.needed})"


def seen(case: Case, k: int) -> Seen:
    """The k-th way of the file. Raises InputError with its place."""
    way = case.scenario.file.compare[k]
    try:
        return WAYS[way.method](case, way)
    except Impossible as none:
        with case.scenario.at("look", "margin"):
            raise InputError(
                needed=f"a margin that {way.called!r} can have",
                found=f"{case.scenario.file.look.margin} of the receiver's range{_why(case, none)}",
                remedy="Lower [look] margin; 0 leaves ties as they are.",
            ) from None
        raise
    except InputError:
        with case.scenario.at("compare", k, "method"):
            raise
        raise

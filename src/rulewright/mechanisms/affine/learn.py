"""Affine maximisers with entry fees, searched for: exact for every setting, so that only revenue is searched.

Boosts are found by pattern search on the revenue with the best fees of each try (`fit.Cells`); the fees' tables are fitted to the
end of every level. What is returned is the best on profiles that were held out, and never below selling item by item on them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..environment import REVENUE, Environment, plain
from ..fees import EntryFees
from ..mechanism import MenuMechanism
from . import checkpoint
from .fit import Cells, cells, fit, index_table, sums
from .plan import Plan, monopoly, plan
from .search import TOLERANCES, State, begin, ended, finite, restored, rise, step

WORK = 1e8  # additions of one evaluation at the first level
LEAST, MOST = 1 << 12, 1 << 18  # profiles
FEWEST = 1 << 14
MOST_PROFILES = 1 << 22
MARGIN = 1.5  # of the time that a judgement is thought to take
GROWTH = 4
SHARES = (0.45, 0.6, 0.75)
EVERY = 50  # evaluations between checkpoints
NAME = "affine.npz"


@dataclass(frozen=True)
class Point:
    """Where a search stood."""

    seconds: float
    """CPU-seconds since it began."""
    evaluations: int
    sample: float
    """The goal's mean on the profiles that it is searched on."""
    held_out: float
    """And on those that it never sees."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What was found."""

    mechanism: MenuMechanism
    held_out: float
    """The goal's mean on the profiles that were held out: the best of several, so that a fresh `estimate` is a little lower."""
    start: float
    """The same of selling item by item."""
    curve: tuple[Point, ...]
    finished: bool
    """Whether the search came to its end; otherwise its time did."""


@dataclass(eq=False)
class _Run:
    plan: Plan
    seed: int
    seconds: float
    most: int
    profiles: int
    folder: Path | None
    begun: float
    spent: float = 0.0
    away: int = 0
    """Where samples begin in the sequences of their seeds: an `estimate`, which begins at 0, never meets them."""

    def __post_init__(self) -> None:
        there = self.plan.environment
        first = self.profiles // GROWTH**2
        size = int(np.clip(WORK / self.plan.work, min(LEAST, first), first))
        self.sizes = [int(min(size * GROWTH**k, self.profiles)) for k in range(len(TOLERANCES))]
        self.revenue = there.goal == REVENUE
        self.table = index_table(there)
        self.level = -1
        self.scale = float(monopoly(there).mean())
        self.saved = ""
        self.tried = self.judged = 0.0
        self.away = 2**31 // (there.agents * there.dimensions)
        self.test = there.profiles(max(self.sizes), self.seed + 1, start=self.away)

    def clock(self) -> float:
        return self.spent + time.process_time() - self.begun

    def over(self, state: State, level: int) -> bool:
        """Whether there is no time left to judge what is found at a level; the time for a profile is that of the last judgement."""
        each = self.judged or 8 * self.tried
        return self.clock() + MARGIN * each * self.sizes[level] >= self.seconds or state.evaluations >= self.most

    def judge(self, state: State) -> tuple[MenuMechanism, float]:
        """The mechanism with its fees, and what it earns on profiles that were held out."""
        begun = time.process_time()
        mechanism = self.with_fees(state.x)
        value = finite(self.held_out(mechanism), state.evaluations, self.saved)
        self.judged = (time.process_time() - begun) / self.sizes[self.level]
        return mechanism, value

    def at(self, level: int) -> None:
        """Draw a level's sample."""
        if level == self.level:
            return
        there = self.plan.environment
        self.level, self.types = level, there.profiles(self.sizes[level], self.seed, start=self.away)
        self.cells: Cells = cells(sums(there, self.types, self.table), len(self.table))

    def objective(self, x: Array) -> float:
        begun = time.process_time()
        mechanism = self.plan.mechanism(x)
        found = mechanism.outcome(self.types)
        values = mechanism.values(self.types, found)
        if self.revenue:
            value = self.cells.earns(values - found.payments, found.payments)
        else:
            value = float(np.mean(self.plan.environment.achieved(self.types, found.decision, found.payments)))
        self.tried = (time.process_time() - begun) / len(self.types)
        return value

    def with_fees(self, x: Array) -> MenuMechanism:
        """The mechanism, with the best fees of the sample where the goal is revenue."""
        base = self.plan.mechanism(x)
        if not self.revenue:
            return base
        found = base.outcome(self.types)
        left = base.utilities(self.types, found)
        made = [
            EntryFees(base, fit(self.plan.environment, self.types, left, found.payments, share)) for share in SHARES
        ]
        earned = [self.mean(one, self.types, found, left) for one in made]
        return made[int(np.argmax(earned))]

    @staticmethod
    def mean(one: EntryFees, types: Array, found: Any, left: Array) -> float:
        """Revenue with fees, from what the base came to."""
        fee = np.stack([one.asked(i, np.delete(types, i, axis=1)) for i in range(types.shape[1])], axis=1)
        return float(np.where(left >= fee, found.payments + fee, 0).sum(axis=1).mean())

    def held_out(self, mechanism: MenuMechanism) -> float:
        found = mechanism.outcome(self.test)
        return float(np.mean(self.plan.environment.achieved(self.test, found.decision, found.payments)))

    def save(self, state: State, run: dict[str, Any]) -> None:
        if self.folder is not None:
            path = self.folder / NAME
            checkpoint.write(path, {"run": run, "spent": self.clock()} | state.header(), state.arrays())
            self.saved = str(path)


def learn_affine(
    environment: Environment,
    *,
    menu: Array | None = None,
    seconds: float = 30.0,
    seed: int = 0,
    most: int = 1_000_000,
    profiles: int = MOST,
    tell: Callable[[Point], object] | None = None,
    folder: str | os.PathLike[str] | None = None,
    resume: bool = False,
) -> Learned:
    """The best affine maximiser with entry fees that is found for the environment's goal in so many CPU-seconds.

    Boosts by number of items over all allocations; of `menu` [option, *shape] where one is given, and of all deterministic
    allocations where bundles are for sale. At most `most` evaluations, on at most `profiles` profiles, of which it begins with a
    sixteenth. With a folder, a checkpoint is kept there after every
    level, every `EVERY` evaluations and at the end; `resume` goes on from it to the same bits. `tell` hears of every level.
    Raises InputError for what is no auction, budgets (which affine maximisers do not keep) and settings out of range; Unsolved
    where the goal is no number.
    """
    _settings(seconds, seed, most, profiles)
    plain(environment, "learn_affine")
    made = plan(environment, menu)
    run = _Run(made, seed, seconds, most, profiles, None if folder is None else Path(folder), time.process_time())
    told = {
        "environment": repr((environment.name, environment.laws, environment.decisions, environment.goal.name)),
        "menu": None if menu is None else [float(v) for v in np.ravel(menu)],
        "seed": seed,
        "profiles": profiles,
    }
    directions = made.directions()
    if resume:
        if run.folder is None:
            raise InputError(where="learn_affine", needed="a folder to resume from", found="none")
        state = _restored(run, told)
    else:
        run.at(0)
        state = begin(made.starts(), directions, run.objective, "")
        run.save(state, told)
    return _search(run, state, directions, told, tell)


def _settings(seconds: float, seed: int, most: int, profiles: int) -> None:
    for name, value, least, last in (
        ("seed", seed, 0, 2**32 - 2),
        ("most", most, 1, 2**63 - 1),
        ("profiles", profiles, FEWEST, MOST_PROFILES),
    ):
        if type(value) is not int or not least <= value <= last:
            raise InputError(
                where=f"learn_affine, {name}", needed=f"a whole number from {least} to {last}", found=repr(value)
            )
    if type(seconds) not in (int, float) or not 0 < seconds < np.inf:
        raise InputError(where="learn_affine, seconds", needed="a number above 0", found=repr(seconds))


def _restored(run: _Run, told: dict[str, Any]) -> State:
    assert run.folder is not None
    header, arrays = checkpoint.read(run.folder / NAME, told)
    run.saved = str(run.folder / NAME)
    state = restored(header, arrays, run.plan.starts()[0].size, len(run.plan.directions()), run.saved)
    run.spent = float(header["spent"])
    return state


def _search(
    run: _Run, state: State, directions: Array, told: dict[str, Any], tell: Callable[[Point], object] | None
) -> Learned:
    first = run.plan.mechanism(run.plan.starts()[0])
    start = finite(run.held_out(first), 0, run.saved)
    kept: MenuMechanism = first
    most = start
    if state.held_out > start:  # of a run that goes on
        run.at(state.best_level)
        kept, most = run.with_fees(state.best), state.held_out
    run.at(state.level)
    curve = [Point(p[0], int(p[1]), p[2], p[3]) for p in state.curve]
    last = len(run.sizes) - 1
    while True:
        over = run.over(state, state.level)
        if not over and not ended(state):
            step(state, directions, run.scale, run.objective, run.saved)
            if state.here % EVERY == 0:
                run.save(state, told)
            continue
        if not ended(state):
            run.save(state, told)  # as it was: what is judged now would not be judged by a run that is not cut off
        if state.judged != state.level:
            mechanism, value = run.judge(state)
            kept, most = (mechanism, value) if value > most else (kept, most)
            curve.append(Point(run.clock(), state.evaluations, state.value, most))
            if tell is not None:
                tell(curve[-1])
            if ended(state):
                state.judged = state.level
                state.curve = [[p.seconds, p.evaluations, p.sample, p.held_out] for p in curve]
                if value > state.held_out:
                    state.best, state.best_level, state.held_out = state.x.copy(), state.level, value
                run.save(state, told)
        if not ended(state) or state.level == last or run.over(state, state.level + 1):
            break
        run.at(state.level + 1)
        rise(state, run.objective, run.saved)
        run.save(state, told)
    return Learned(kept, most, start, tuple(curve), ended(state) and state.level == last)

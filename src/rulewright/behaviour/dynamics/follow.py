"""Where a flow leads from each start, and how it ended. Nothing is said to have settled that is not a rest point.

An end point is a rest point when V there, evaluated afresh, is zero within a tolerance. Near an unstable one (a way that is left
again: the corners of a heteroclinic cycle, Hofbauer & Sigmund 1998, Evolutionary Games and Population Dynamics) motion is slow
as well: so the eigenvalues of V's derivative on the simplices' tangent space are asked whether it attracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .flows import Contest, Field, flow_named
from .integrate import adaptive, fixed
from .judge import relative

ENDED = ("rest point", "near an unstable rest point", "cycle suspected", "not settled")
REST, PASSING, CYCLE, UNSETTLED = range(len(ENDED))
NEAR = 1e-9  # |V| at a rest point, relative to the size of payoffs
FLAT = (
    1e-6  # real parts that say neither that a rest point attracts nor that it repels, relative to the size of payoffs
)
DIFFERENCE = 1e-6
CHATTER = 1.2  # times √step: best replies overshoot by a step at each turn, and V draws back in proportion to the width
BESIDE = 100  # tolerances: how far off an attracting rest point may be that a row is said to have reached
SAMPLES, MOST_STEPS, MOST_FIXED = 201, 20_000, 100_000_000
BACK, OVERLAY, LEAST_ROUND = (
    0.05,
    0.1,
    1e-3,
)  # of a round's width: how near it comes back, and how near it runs to the last


@dataclass(frozen=True, eq=False)
class Followed:
    """Trajectories of one flow, one for each row."""

    contest: Contest
    flow: str
    times: Array
    """[time]: in units of 1 / payoff."""
    path: Array = field(repr=False)
    """[time, row, all actions]: the shares, populations side by side."""
    residual: Array
    """[row]: the largest |V| at the end, evaluated afresh; shares per time."""
    regret: Array
    """[row]: what the best reply gains at the end; payoff units."""
    lead: Array
    """[row]: largest real part of the eigenvalues there, on the tangent space; NaN where not at rest or V is not smooth."""
    ended: Array
    """[row]: a position in ENDED."""
    how: str

    @property
    def end(self) -> Array:
        """[row, all actions]."""
        return self.path[-1]

    @property
    def settled(self) -> Array:
        """[row], bool: at a rest point that is not known to repel, or that was never left."""
        return self.ended == REST

    @cached_property
    def stable(self) -> Array:
        """[row]: 1 attracting, 0 repelling in some direction, −1 not decided by eigenvalues."""
        size = FLAT * max(self.contest.size, 1e-300)
        return np.where(self.lead < -size, 1, np.where(self.lead > size, 0, -1))

    def average(self, rows: Array) -> Array:
        """law[row, *actions] of a meeting, averaged over the second half of the time."""
        half = self.path[len(self.times) // 2 :, rows]
        law = self.contest.law(half.reshape(-1, half.shape[-1])).reshape(
            len(half), len(rows), *self.contest.payoff.shape[2:]
        )
        return law.mean(axis=0)


def follow(
    contest: Contest,
    flow: str,
    start: Array | Sequence[Array],
    *,
    until: float,
    strength: Array | float = 1.0,
    step: float | None = None,
    samples: int = SAMPLES,
    tolerance: float = 1e-9,
    rest: float = NEAR,
    steps: int = MOST_STEPS,
    look_for_cycles: bool = True,
) -> Followed:
    """Follow x' = V(x) from every row of `start` for `until` units of time (1 / payoff).

    `step`: fixed Runge–Kutta steps of that length; without it steps adapt to the `tolerance` per step, at most `steps` of them.
    `strength` is λ, per unit of payoff. A row that comes within 100 tolerances of an attracting rest point is put there and
    stays. Raises InputError for a wrong start, time or λ, TooLarge where the path does not fit.
    """
    kind = flow_named(flow)
    _sensible(until, step, samples, tolerance, rest, steps)
    if kind.strength and not (np.isfinite(strength).all() and np.min(strength) >= 0):
        raise InputError(where=f"strength of {flow}", needed="a finite λ of at least 0", found=f"{strength}")
    x = contest.state(start)
    rows = max(len(x), len(contest.payoff))
    if len(x) != rows or len(contest.payoff) not in (1, rows):
        if len(x) != 1:
            raise InputError(where="start of a flow", needed=f"{len(contest.payoff)} rows, or one", found=str(len(x)))
        x = np.repeat(x, rows, axis=0)
    reserve((samples, *x.shape), "the path of a flow")
    # where people on average lose, a sum of shares that is off one by rounding would run away from it
    level = Contest(relative(contest.payoff), contest.one) if kind.name == "replicator" else contest
    moving, size = Field(level, kind, strength), max(contest.size, 1e-300)
    scale = rest * (1.0 if kind.strength or kind.jumps else size)
    times, beside = np.linspace(0.0, until, samples), BESIDE * tolerance
    if step is not None or kind.jumps:
        step = step or 0.01
        path, reached = fixed(moving, x, times, step), np.full(rows, until)
        how = f"fixed steps of {step:g}"
    else:

        def at_rest(local: Field, z: Array, v: Array) -> tuple[Array, Array]:
            speed = abs(v).max(axis=1)
            if not kind.smooth:
                return speed <= scale, z
            who = np.flatnonzero(speed <= max(0.1 * beside * scale / rest, scale))
            still = np.zeros(len(z), dtype=bool)
            if len(who):
                near = local.at(who)
                point = polished(near, z[who], beside)
                there = (abs(near(point)).max(axis=1) <= scale) & (abs(point - z[who]).max(axis=1) <= beside)
                there &= leading(near, point) < np.where(speed[who] <= scale, FLAT, -FLAT) * size
                still[who[there]] = True
                z[who[there]] = point[there]
            return still, z

        path, reached = adaptive(moving, x, times, tolerance=tolerance, settled=at_rest, most=steps)
        how = f"steps that adapt to {tolerance:g}"
    end = path[-1]
    residual = abs(moving(end)).max(axis=1)
    lead, ended = np.full(rows, np.nan), np.full(rows, UNSETTLED)
    still = np.flatnonzero(residual <= scale)
    ended[still] = REST
    if kind.smooth and len(still):
        lead[still] = leading(moving.at(still), end[still])
        left = abs(end[still] - path[0, still]).max(axis=1) > 1e-12
        ended[still[(lead[still] > FLAT * size) & left]] = PASSING
    # where V jumps, fixed steps swing around a point that is reached: that is no cycle
    least = max(LEAST_ROUND, CHATTER * float(np.sqrt(step or 0.0))) if kind.jumps else LEAST_ROUND
    for row in np.flatnonzero(ended == UNSETTLED) if look_for_cycles else ():
        if comes_back(path[:, row], least):
            ended[row] = CYCLE
    cut = int((reached < until * (1 - 1e-9))[ended != REST].sum())
    how += f"; {cut} stopped after {steps:,} steps" if cut else ""
    return Followed(contest, flow, times, path, residual, contest.regret(end), lead, ended, how)


def _sensible(until: float, step: float | None, samples: int, tolerance: float, rest: float, steps: int) -> None:
    whole = all(isinstance(k, int | np.integer) for k in (samples, steps)) and samples >= 2 and steps >= 1
    small = step is None or until / MOST_FIXED <= step < np.inf
    if not (whole and small and 0 < until < np.inf and 0 < tolerance < 1 and 0 < rest < np.inf):
        raise InputError(
            where="time of a flow",
            needed="a positive time, a tolerance within 0 and 1, a positive rest, two samples and one step or more, and at most "
            f"{MOST_FIXED:,} of fixed length",
            found=f"{until}, {tolerance}, {rest}, {samples}, {steps}, {step}",
        )


def jacobian(moving: Field, x: Array) -> Array:
    """[row, action of V, action of x]: dV/dx by central differences; exact to about 1e-9 of V for polynomials."""
    rows, width = x.shape
    found = np.empty((rows, width, width))
    for k in range(width):
        nudge = np.zeros(width)
        nudge[k] = DIFFERENCE
        found[:, :, k] = (moving(x + nudge) - moving(x - nudge)) / (2 * DIFFERENCE)
    return found


def tangent(contest: Contest) -> Array:
    """[all actions, direction]: an orthonormal basis of the directions in which every population's shares keep their sum."""
    bases = [np.linalg.qr(np.eye(size)[:, 1:] - 1 / size)[0] for size in contest.sizes]
    found = np.zeros((sum(contest.sizes), sum(base.shape[1] for base in bases)))
    at = 0
    for block, base in zip(contest.blocks, bases, strict=True):
        found[block, at : at + base.shape[1]] = base
        at += base.shape[1]
    return found


def eigenvalues(moving: Field, x: Array) -> Array:
    """[row, direction]: eigenvalues of dV/dx on the tangent space of the simplices; none where nobody has a choice."""
    base = tangent(moving.contest)
    return np.linalg.eigvals(base.T @ jacobian(moving, x) @ base)


def polished(moving: Field, x: Array, most: float, steps: int = 3) -> Array:
    """[row, all actions]: after Newton's steps towards V = 0, none longer than `most`, on the simplices."""
    base = tangent(moving.contest)
    for _ in range(steps):
        slope = base.T @ jacobian(moving, x) @ base
        flat = abs(np.linalg.det(slope)) < 1e-200
        slope[flat] = np.eye(base.shape[1])
        step = np.linalg.solve(slope, (moving(x) @ base)[:, :, None])[:, :, 0]
        step[flat] = 0.0
        x = moving.tidy(x - np.clip(step, -most, most) @ base.T)
    return x


def leading(moving: Field, x: Array) -> Array:
    """[row]: the largest real part of the eigenvalues."""
    found = eigenvalues(moving, x)
    return found.real.max(axis=1) if found.shape[1] else np.full(len(x), -np.inf)


def comes_back(path: Array, least: float = LEAST_ROUND) -> bool:
    """Whether path[time, action] ends in a round that runs over the one before: a suspicion, not a proof."""
    late = path[len(path) // 3 :]
    far = abs(late - late[-1]).max(axis=1)
    width = far.max()
    if width < least:
        return False
    away = np.flatnonzero(far > width / 2)
    before = np.arange(away[-1])  # the last time that it was away, and what came before it
    near = before[far[: away[-1]] <= BACK * width]
    if not len(near):
        return False
    again = near[-1]
    again = max(range(max(again - 3, 0), again + 1), key=lambda k: -far[k])
    period = len(late) - 1 - again
    if again < period:
        return False
    last, one_before = late[-period:], late[again - period + 1 : again + 1]
    return bool(abs(last - one_before).max() <= OVERLAY * width)

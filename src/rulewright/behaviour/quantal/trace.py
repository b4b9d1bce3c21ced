"""Following a branch of the logit equations: predictor–corrector in x = log σ and τ = log(1 + λ).

After Turocy 2005 (Games Econ. Behav. 51), and Allgower & Georg 2003 (Introduction to Numerical Continuation Methods) for
the method. A point z = (x, τ) has a tangent t with t·W·t = 1, where W weighs a log-probability by what it does to the others,
min(1, (1 + λ)σ_a). A step of length h is predicted by the cubic (Hermite) through the last two points and tangents, in the
parameter q = W t·(z − z₁), and corrected by Newton's method at q = h. What keeps it on the branch:

- a step is refused when Newton does not contract, when prediction and correction differ by more than 1/2, or when the
  tangents at its ends make too large an angle;
- the determinant of Newton's matrix bordered by t keeps its sign along a branch and changes it on the way across to a
  neighbour (that is where a jump would go unseen): such a step is refused, down to a length at which there is a
  bifurcation, and there the branch is followed straight on.

A fold is where the tangent has no part in τ; it is refined to 1e-9. A λ that is asked for is met exactly, by Newton at fixed λ
from the cubic between the two points beside it. The C kernel `logit_trace` is the same, statement by statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import TooLarge
from ...numerics.native import count, kernel, pointer, real
from ...numerics.rational import Array
from .equations import System

RESIDUAL = 1e-9  # of the fixed-point equations, in log-probability
ROUNDING = 4e-15  # of λ·U, in units
STEP, STOP, FOLD, CROSSING = range(4)  # kinds of points
NEGLIGIBLE = 1e-8  # (1 + λ)σ of an action that leaves the linear system
FIRST, LONGEST, SHORTEST, CROSSED = (
    0.1,
    3.0,
    1e-9,
    1e-5,
)  # lengths; a change of sign in less than the last is a bifurcation
WANTED, ALLOWED = 0.05, 0.5  # difference between prediction and correction
LEAST_COSINE = 0.4
ITERATIONS, MOST_CHANGE = 8, 2.0  # of Newton's method
HIGHEST = 60.0  # τ; λ is about 1e26 there
MOST_PLAYERS = 16  # of the kernel


@dataclass(frozen=True)
class Point:
    """On the branch. `border` = W t / |t|_W; all in stacked log-probabilities and τ last."""

    z: Array
    lam: float
    tangent: Array
    border: Array
    sign: float
    newton: float = 0.0
    """The first correction: how far off the prediction was."""


@dataclass(frozen=True, eq=False)
class Trace:
    """The points met, in order; `done` where the last one is the λ asked for."""

    x: Array
    """[point, stacked]."""
    lam: Array
    """[point]; in the units of the equations."""
    kind: Array
    """[point]: STEP, STOP, FOLD or CROSSING (a bifurcation, passed straight on)."""
    done: bool


def measure(x: Array, lam: float) -> Array:
    """W[stacked and τ]."""
    return np.append(np.minimum(1.0, (1 + lam) * np.exp(x)), 1.0)


def corrected(system: System, guess: Array, border: Array, fixed: float | None, towards: Array | None) -> Point | None:
    """Newton from `guess`, in the hyperplane normal to `border` or at λ = fixed. None if it does not contract.

    The tangent found points as `towards` does; as `border` does if that is None.
    """
    x, tau = system.logit(guess[:-1]), float(guess[-1])
    last = first = 0.0
    for iteration in range(ITERATIONS):
        if tau > HIGHEST:
            return None
        lam = fixed if fixed is not None else float(np.expm1(tau))
        here = linear(system, x, lam, border)
        x = np.where(here.kept, x, here.response)
        if not np.isfinite(here.off):
            return None
        right = np.zeros((len(here.matrix), 2))
        right[:-1, 0], right[-1, 1] = (here.response - x)[here.kept], 1.0
        if fixed is None:
            right[-1, 0] = -border @ (np.append(x, tau) - guess)
        try:
            step, ahead = np.linalg.solve(here.matrix, right).T
        except np.linalg.LinAlgError:
            step, ahead = np.full((2, len(here.matrix)), np.nan)
        if here.off < RESIDUAL + ROUNDING * lam:
            return _arrived(x, tau, lam, here, ahead, towards, first)
        change = float((measure(x, lam)[np.append(here.kept, True)] * np.abs(step)).max())
        if not change < MOST_CHANGE or (iteration > 1 and change > 0.5 * last and change > 1e-7):
            return None
        first, last = (change if iteration == 0 else first), change
        x[here.kept] += step[:-1]
        x, tau = system.logit(x), tau + float(step[-1])
        if tau < 0:
            return None
    return None


@dataclass(frozen=True)
class Linear:
    """The equations at a point, and Newton's matrix of those that are kept."""

    kept: Array
    """[stacked], bool: who is in the linear system."""
    response: Array
    """[stacked]: log of the logit response."""
    off: float
    """The error of the equations, in log-probability; of what is not kept, in what it does to the others."""
    slopes: Array
    """[stacked, kept]: derivative of the response by x."""
    rise: Array
    """[stacked]: derivative of the response by τ."""
    matrix: Array
    """[kept and τ, kept and τ], the border last."""


def linear(system: System, x: Array, lam: float, border: Array) -> Linear:
    strategies = system.strategies(x)
    worth = system.worth(strategies)
    response = system.logit(lam * worth)
    played, sigma = np.exp(response), np.exp(x)
    kept = (1 + lam) * sigma > NEGLIGIBLE
    off = np.where(kept, np.abs(x - response), (1 + lam) * np.abs(played - sigma)).max()
    slopes = lam * system.centred(system.slopes(strategies)[:, kept], played)
    rise = (1 + lam) * system.centred(worth, played)
    matrix = np.empty((slopes.shape[1] + 1,) * 2)
    matrix[:-1, :-1] = np.eye(slopes.shape[1]) - slopes[kept]
    matrix[:-1, -1] = -rise[kept]
    matrix[-1, :-1], matrix[-1, -1] = border[:-1][kept], border[-1]
    return Linear(kept, response, float(off), slopes, rise, matrix)


def _arrived(
    x: Array, tau: float, lam: float, here: Linear, ahead: Array, towards: Array | None, first: float
) -> Point | None:
    """The point with its tangent; where that is not to be had (a bifurcation), `towards` serves."""
    sign = float(np.linalg.slogdet(here.matrix)[0]) if np.isfinite(ahead).all() else 0.0
    weigh = measure(x, lam)
    if sign == 0.0:
        if towards is None:
            return None
        tangent = towards
    else:
        tangent = np.append(here.slopes @ ahead[:-1] + here.rise * ahead[-1], ahead[-1])
        if towards is not None and (weigh * tangent) @ towards < 0:
            tangent, sign = -tangent, -sign
    tangent = tangent / np.sqrt((weigh * tangent) @ tangent)
    return Point(np.append(x, tau), lam, tangent, weigh * tangent, sign, first)


def cubic(before: Point | None, here: Point, border: Array, h: float) -> Array:
    """The point at q = h of the cubic through two points with their tangents; along the tangent if there is one only."""
    ahead = here.tangent / (border @ here.tangent)
    if before is None:
        return here.z + h * ahead
    back, speed = border @ (before.z - here.z), border @ before.tangent
    if abs(speed) < 0.1 or abs(back) < 1e-12:
        return here.z + h * ahead
    behind = before.tangent / speed
    s = h / back  # 0 here, 1 before
    a, b = s * s * (3 - 2 * s), s * (1 - s) ** 2 * back
    c = s * s * (s - 1) * back
    return here.z + a * (before.z - here.z) + b * ahead + c * behind


def trace(system: System, stops: Array, most: int, longest: float = LONGEST) -> Trace:
    """From λ = 0 through `stops` (increasing, positive, in the units of the equations) to the last, or for `most` steps.

    `longest`: of a step, in weighted log-probability and τ.
    """
    if not has_kernel(system.n):
        return follow(system, stops, most, longest)
    rows = 2 * most + len(stops)
    x, lam, kind = np.empty((rows, system.whole)), np.empty(rows), np.empty(rows, dtype=np.int64)
    alike = np.array([system.symmetric])
    kept, met = called(system.payoff[None], system.types, alike, stops[None], (most, longest), False, (x, lam, kind))
    return Trace(x[:kept, : system.size].copy(), lam[:kept].copy(), kind[:kept].copy(), int(met[0]) == len(stops))


def has_kernel(players: int) -> bool:
    """Whether the compiled kernel is there, and serves so many players."""
    return players <= MOST_PLAYERS and kernel("logit_trace") is not None


def called(
    payoff: Array,
    types: Sequence[int],
    symmetric: Array,
    stops: Array,
    steps: tuple[int, float],
    stops_only: bool,
    into: Sequence[Array],
) -> tuple[int, Array]:
    """(points kept, stops met by each game) of the kernel, the points themselves in `into` = (x, lam, kind).

    payoff[game, player, *types, *actions], stops[game, stop], steps = (most of them, the longest).
    Raises TooLarge where memory does not suffice.
    """
    run = kernel("logit_trace")
    assert run is not None
    games, n = payoff.shape[:2]
    met, same = np.zeros(games, dtype=np.int64), np.array(symmetric, dtype=np.int64)
    counts = np.array(types, dtype=np.int64), np.array(payoff.shape[2 + n :], dtype=np.int64)
    payoff, stops = np.ascontiguousarray(payoff), np.ascontiguousarray(stops, dtype=float)
    sizes = (count(games), count(n), *map(pointer, counts), pointer(same))
    limits = (pointer(stops), count(stops.shape[1]), count(steps[0]), real(steps[1]), count(stops_only))
    kept = int(run(pointer(payoff), *sizes, *limits, *map(pointer, into), pointer(met)))
    if kept < 0:
        raise TooLarge(
            where="logit path", needed="memory for the equations", found="none left", remedy="Take a smaller game."
        )
    return kept, met


def follow(system: System, stops: Array, most: int, longest: float = LONGEST) -> Trace:
    """The NumPy twin of the kernel `logit_trace`."""
    kept: list[tuple[Point, int]] = []
    here = corrected(system, np.append(system.uniform(), 0.0), level(system), 0.0, None)
    assert here is not None  # uniform play solves the equations at λ = 0
    kept.append((here, STEP))
    before, h, sign, met, taken = None, min(FIRST, longest), here.sign, 0, 1
    while met < len(stops) and taken < most and h >= SHORTEST:
        found = corrected(system, cubic(before, here, here.border, h), here.border, None, here.tangent)
        crossed = found is not None and found.sign * sign < 0
        segment = None
        if found is not None and is_ahead(here, found) and (not crossed or h <= CROSSED):
            segment = points_between(system, here, found, crossed, stops[met:])
        if found is None or segment is None:
            h /= 3
            continue
        kept += segment
        taken += 1
        met += sum(kind == STOP for _, kind in segment)
        sign = -sign if crossed else (sign or found.sign)
        before, here = here, found
        h = min(longest, h * min(2.5, max(0.3, (WANTED / max(found.newton, 1e-6)) ** 0.25)))
    return Trace(
        np.array([point.z[:-1] for point, _ in kept]),
        np.array([point.lam for point, _ in kept]),
        np.array([kind for _, kind in kept]),
        met == len(stops),
    )


def points_between(
    system: System, here: Point, found: Point, crossed: bool, goals: Array
) -> list[tuple[Point, int]] | None:
    """What to keep of a step: a fold in it, the λ asked for that it passes, its end; None if one of them is not met."""
    ends = [(found, CROSSING if crossed else STEP)]
    if here.tangent[-1] * found.tangent[-1] < 0 and not crossed:
        fold = folded(system, here, found)
        if fold is None:
            return None
        ends.insert(0, (fold, FOLD))
    segment: list[tuple[Point, int]] = []
    start, met = here, 0
    for end, kind in ends:
        while met < len(goals) and start.lam < goals[met] <= end.lam:
            landed = land(system, start, end, float(goals[met]))
            if landed is None:
                return None
            segment.append((landed, STOP))
            met += 1
        if met == len(goals):
            break
        segment.append((end, kind))
        start = end
    return segment


def level(system: System) -> Array:
    """The border that keeps λ as it is."""
    return np.append(np.zeros(system.size), 1.0)


def is_ahead(here: Point, found: Point) -> bool:
    """Whether prediction and correction agree, and the direction too, by the weights at `here` and by those at `found`."""
    forth, back = found.tangent @ here.border, here.tangent @ found.border
    return found.newton <= ALLOWED and bool(min(forth, back) >= LEAST_COSINE)


def land(system: System, start: Point, end: Point, goal: float) -> Point | None:
    """The point at λ = goal between two points of the branch."""
    tau, border = float(np.log1p(goal)), start.border
    if goal == end.lam:
        return end
    reach = float(border @ (end.z - start.z))
    low, high = 0.0, reach
    h = reach * (tau - start.z[-1]) / (end.z[-1] - start.z[-1])
    for _ in range(40):  # where the cubic has that λ
        off = float(cubic(end, start, border, h)[-1]) - tau
        if abs(off) < 1e-12:
            break
        low, high = (h, high) if off < 0 else (low, h)
        h = (low + high) / 2
    guess = cubic(end, start, border, h)
    guess[-1] = tau
    found = corrected(system, guess, level(system), goal, start.tangent)
    return None if found is None or found.newton > ALLOWED else found


def folded(system: System, start: Point, end: Point) -> Point | None:
    """The point between two where the tangent has no part in τ: secants in q, kept between the last two of opposite sign."""
    border = start.border
    low, high = 0.0, float(border @ (end.z - start.z))
    at_low, at_high = float(start.tangent[-1]), float(end.tangent[-1])
    for k in range(60):
        h = low + (high - low) * at_low / (at_low - at_high)
        if k % 3 == 2:
            h = (low + high) / 2
        found = corrected(system, cubic(end, start, border, h), border, None, start.tangent)
        if found is None:
            return None
        part = float(found.tangent[-1])
        if abs(part) < 1e-9 or high - low < 1e-13:
            return found
        if part * at_low > 0:
            low, at_low = h, part
        else:
            high, at_high = h, part
    return None

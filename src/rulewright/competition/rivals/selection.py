"""Best-AI selection: Alice tries every Bob alone and then talks only to the one that serves her best. All pure equilibria, exactly.

Every Bob commits to an obedient outcome x_i in X (persuasion.py), Alice picks the greatest V = ⟨x, u⟩; ties go to the
winner that is named, never against one who offers strictly more; recommendations that leave her indifferent are followed.

**Which outcomes.** With k ≥ 2 an outcome x with V < OPT is one of an equilibrium if and only if it is best for *every* Bob
among all that give Alice at least V:   ⟨x, U_j⟩ = φ_j(V) for all j.   The winner faces some standing offer v ≤ V and plays an
optimum of φ_i(v), which is then one of φ_i(V); a loser wins with whatever gives Alice more than V, and is worth φ_j(V) to him
in the limit. Conversely let a second Bob offer x as well. At V = OPT nobody can offer more, and the winner's part is all.

**The worst.** Let φ_Σ be the curve of the Bob who wants Σ_j w_j·U_j, w > 0 (1 in rationals; in floats one over U_j's range, so
that units do not matter). Always φ_Σ ≤ Σ_j w_j·φ_j, and both are equal at V just where one x is best for all. The difference is
piecewise linear and never negative, so its zeros are intervals between corners of the curves: k + 1 curves, compared at their
corners, give all values that equilibria have. In words: competition fails where the Bobs, each by himself, could want no better
than what they would agree on as one.

After Collina, Goel, Roth, Ryu & Shi 2025 (best-AI selection); the worst equilibrium by corners is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...numerics import rational
from ...numerics.given import one_of
from ...numerics.rational import Array
from .persuasion import Advice, Curve, Solver, advice, curve, first_best, solver
from .setting import Rivals

ZERO = 1e-8  # of the ranges of utility: φ_j's that differ from one another's wish by less agree; exact settings take 0
MOST_WEIGHT = 16**6  # of a wish against Alice's utility, where floats break ties


@dataclass(frozen=True, eq=False)
class Alone:
    """One Bob without rivals: he offers what he likes best, and Alice follows."""

    name: str
    bob: Any
    """max over X of ⟨x, U⟩."""
    worst: Any
    """Alice's utility under his optimum; if he has several, under the one that is worst for her."""
    best: Any
    outcome: Array = field(repr=False)
    """x[s, π]: the worst."""


@dataclass(frozen=True, eq=False)
class Selection:
    """All pure equilibria of best-AI selection. In floats a tie within `ZERO` counts: `worst` is on the safe side."""

    setting: Advice = field(repr=False)
    worst: Any
    """Alice's utility in the worst equilibrium."""
    best: Any
    """In the best one; with two Bobs or more it is OPT."""
    opt: Any
    """What knowing everything is worth to her."""
    uninformed: Any
    """V₀."""
    outcome: Array = field(repr=False)
    """x[s, π], in states that happen: the worst equilibrium's."""
    winners: tuple[int, ...]
    """The Bobs who can be the named winner of it. With k ≥ 2, all others may offer the same x, or nothing better."""
    intervals: tuple[tuple[Any, Any], ...]
    """All values that Alice has in equilibria: closed intervals, from the worst up."""
    curves: tuple[Curve, ...] = field(repr=False)
    """φ_j, Bob by Bob: corners (points of X) prove it from below, multipliers from above."""
    merged: Curve = field(repr=False)
    """φ_Σ. Below `worst`, Σ_j w_j·φ_j > φ_Σ: the proof that nothing there is an equilibrium."""
    weights: Array = field(repr=False)
    """w[j] > 0."""
    residual: Any
    """max_j w_j·(φ_j(worst) − ⟨x, U_j⟩) over the winners: what the best deviation brings; 0, or rounding."""

    @property
    def loss(self) -> Any:
        return self.opt - self.worst

    @property
    def joint(self) -> Array:
        """[s, t, a]: the worst equilibrium's law of state, type and act. States that never happen have none."""
        return self.setting.joint(self.outcome, int(self.setting.live.max()) + 1)


def best_ai(rivals: Rivals) -> Selection:
    """Worst and best pure equilibrium of best-AI selection; with one Bob, what he does. Exact where the setting is.

    Ties: as in the head of this file. Raises TooLarge where Alice's plans do not fit, Unsolved.
    """
    setting = advice(rivals)
    programme = solver(setting)
    curves = tuple(curve(setting, wish, programme) for wish in setting.bobs)
    w = _weights(setting)
    wish = np.asarray(np.tensordot(w, setting.bobs, axes=1))
    merged = curve(setting, wish, programme) if rivals.k > 1 else curves[0]
    opt = (setting.prior * setting.alice.max(axis=1)).sum()
    if rivals.k == 1:
        worst, best, x = _optima(setting, setting.bobs[0], curves[0], programme)
        return Selection(
            setting, worst, best, opt, rivals.uninformed, x, (0,), ((worst, best),), curves, merged, w, 0 * opt
        )
    near = 0 if rational.is_exact(setting.prior) else ZERO * rivals.k
    corners = np.unique(np.concatenate([c.alice for c in (*curves, merged)]))
    zero = disagreement(curves, merged, corners, w) <= near
    if w @ np.array([c.bob[0] for c in curves]) - merged.bob[0] <= near:  # one x is everybody's first wish
        worst, _, x = _optima(setting, wish, merged, programme)
        above = corners > worst
        corners, zero = np.concatenate([[worst], corners[above]]), np.concatenate([[True], zero[above]])
    elif zero[corners < corners[-1]].any():
        worst = corners[zero][0]
        x = merged.point(worst)
    else:
        worst = corners[-1]
        x = first_best(setting, setting.bobs[0])
    got = setting.worth(x, setting.bobs)
    missing = w * (np.array([c.at(worst) for c in curves]) - got)
    winners = tuple(int(i) for i in np.flatnonzero(np.asarray(missing <= near, dtype=bool)))
    return Selection(
        setting,
        worst,
        opt,
        opt,
        rivals.uninformed,
        x,
        winners,
        _intervals(corners, zero, opt),
        curves,
        merged,
        w,
        max(missing[i] for i in winners),
    )


def disagreement(curves: tuple[Curve, ...], merged: Curve, v: Array, weights: Array) -> Array:
    """Σ_j w_j·φ_j(v) − φ_Σ(v) ≥ 0: how far the Bobs are from wanting one and the same thing, if Alice gets v."""
    return np.asarray(sum(w * c.at(v) for w, c in zip(weights, curves, strict=True)) - merged.at(v))


def _weights(setting: Advice) -> Array:
    """w[j]: 1, or in floats one over the range of U_j."""
    if rational.is_exact(setting.prior):
        return rational.like(np.ones(len(setting.bobs), dtype=int), setting.prior)
    return np.array([1 / (float(np.ptp(wish)) or 1.0) for wish in setting.bobs])


def _intervals(corners: Array, zero: Array, opt: Any) -> tuple[tuple[Any, Any], ...]:
    """Maximal runs of corners where all agree; the first best is one in any case."""
    runs: list[list[Any]] = []
    open_run = False
    for v, is_zero in zip(corners, zero, strict=True):
        if is_zero and open_run:
            runs[-1][1] = v
        elif is_zero:
            runs.append([v, v])
        open_run = bool(is_zero)
    if not runs or runs[-1][1] < corners[-1]:
        runs.append([opt, opt])
    return tuple((low, high) for low, high in runs)


# ── one Bob by himself ──────────────────────────────────────────────────────────────────────────────────────────────


def alone(rivals: Rivals, i: int = 0) -> Alone:
    """What Bob i does without rivals. Raises InputError for a Bob that there is not, TooLarge, Unsolved."""
    i = one_of(i, "one AI alone", rivals.k)
    setting = advice(rivals.only([i]))
    programme = solver(setting)
    found = curve(setting, setting.bobs[0], programme)
    worst, best, x = _optima(setting, setting.bobs[0], found, programme)
    return Alone(rivals.names[i], found.bob[0], worst, best, x)


def _optima(setting: Advice, wish: Array, found: Curve, programme: Solver) -> tuple[Any, Any, Array]:
    """(Alice's least, her most, x[s, π] of the least) over all x of X that are best for `wish`.

    What is best for m·wish − u and for the wish as well is, of what is best for the wish, the worst for Alice: m grows until it is.
    """
    exact = rational.is_exact(setting.prior)
    near = 0 if exact else ZERO * (float(np.ptp(wish)) or 1.0)
    size = 1 if exact else (float(np.ptp(wish)) or 1.0) / (float(np.ptp(setting.alice)) or 1.0)
    top, x, m = found.bob[0], found.points[0], 16
    best = found.alice[found.bob >= top - near].max()
    while exact or m <= MOST_WEIGHT:
        tried, _ = programme.best((wish - size * setting.alice / m) / (1 if exact else np.ptp(wish) or 1.0))
        if setting.worth(tried, wish) >= top - near:
            x = tried
            break
        m *= 16
    return setting.worth(x, setting.alice), best, x

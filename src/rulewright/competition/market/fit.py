"""How near least squares brings a market of AIs to the people, and how much of that is more than calibration.

    u ≈ a + Σ_i w_i U_i      by kind: which a and w are allowed; the mean squared error in sample and on rows left out

The paper plots nonnegative least squares, the simplex, the best single AI and the plain average (Collina, Goel, Roth, Ryu & Shi
2025, figures 1–3). A single AI with a free offset and scale often does most of what the cone does: that is calibration and says
nothing of the hull. So the constant and the calibrated single AI stand beside them, and the drop is taken apart.
Everything is computed from the moments of one pass (moments.py); squared errors are averages over rows, in squared utilities.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import nonnegative as nn
from ...numerics.rational import Array
from .blocks import Source, of
from .moments import Moments, Part, Tell, gather, slopes

USED = 1e-6
"""A weight above it counts as used: the paper's figure 2."""
PRECISE = 1e-9  # relative error of weights from cross products, condition × 2e-16, above which the rows are read again
SETTLED = 1e-9  # change of a weight after which they are read no more
PASSES = 3
PASS_WORDS = "; made precise by reading the rows again"


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights and offset of one kind, from all rows."""

    kind: str
    weights: Array
    """w[i]."""
    offset: float
    mse: float
    """Mean squared error on the rows that it was fitted to."""
    unique: bool = True
    """False where other weights do as well (AIs that are mixes of others); these are then one choice."""
    residual: float = 0.0
    """Breach of the conditions of a best fit, as a cosine; see numerics.nonnegative."""
    condition: float = 1.0
    """Of the cross products of the AIs used."""
    how: str = ""

    @property
    def used(self) -> int:
        """How many AIs have a weight above 1e-6."""
        return int((self.weights > USED).sum())

    def predict(self, ais: Array) -> Array:
        """a + U·w for utilities U[r, i]."""
        return self.offset + ais @ self.weights


@dataclass(frozen=True, eq=False)
class Line:
    """One kind in the comparison."""

    fit: Fit
    tests: Array
    """[f]: mean squared error on fold f of the weights from the other folds."""

    @property
    def kind(self) -> str:
        return self.fit.kind

    @property
    def test(self) -> float:
        """Cross-validated mean squared error: the mean over folds."""
        return float(self.tests.mean())

    @property
    def error(self) -> float:
        """Its standard error over folds (which share training rows: a guide, not a confidence interval)."""
        return float(self.tests.std(ddof=1) / np.sqrt(len(self.tests))) if len(self.tests) > 1 else float("nan")


@dataclass(frozen=True)
class Decomposition:
    """The drop in squared error from the best single AI as it is to the cone with an offset, taken apart in both orders.

    Calibration first: offset and scale for one AI, then other AIs enter. Hull first: AIs are mixed as they are (simplex), then
    offset and scale are freed. What is calibration's share lies between the two answers.
    """

    single: float
    calibrated: float
    simplex: float
    cone: float
    constant: float

    @property
    def drop(self) -> float:
        """single − cone."""
        return self.single - self.cone

    @property
    def calibration(self) -> float:
        """Of the drop, what offset and scale do for a single AI: single − calibrated."""
        return self.single - self.calibrated

    @property
    def hull(self) -> float:
        """Of the drop, what only mixing does once offset and scale are free: calibrated − cone."""
        return self.calibrated - self.cone

    @property
    def share(self) -> float:
        """calibration / drop; nan where nothing drops."""
        return self.calibration / self.drop if self.drop > 0 else float("nan")

    @property
    def share_hull_first(self) -> float:
        """(simplex − cone) / drop: calibration's share where mixing comes first."""
        return (self.simplex - self.cone) / self.drop if self.drop > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class Comparison:
    """All kinds, in sample and cross-validated."""

    names: tuple[str, ...]
    people: str
    n: int
    folds: int
    seed: int
    lines: tuple[Line, ...]
    how: str

    def __getitem__(self, kind: str) -> Line:
        return next(line for line in self.lines if line.kind == _known(kind))

    @property
    def inside(self) -> Decomposition:
        """Of the errors in sample."""
        return Decomposition(*(self[kind].fit.mse for kind in PARTS))

    @property
    def outside(self) -> Decomposition:
        """Of the cross-validated errors: the one to report."""
        return Decomposition(*(self[kind].test for kind in PARTS))


Found = tuple[Array, Array, nn.Weights | None]
PARTS = ("single", "calibrated", "simplex", "cone", "constant")


def _constant(part: Part, start: Array | None) -> Found:
    weights = np.zeros((*part.mean.shape[:-1], part.k))
    return weights, _offset(part, weights), None


def _single(part: Part, start: Array | None) -> Found:
    own, with_people = _diagonal(part.scatter)[..., :-1], part.scatter[..., -1, :-1]
    bias = part.mean[..., :-1] - part.mean[..., -1:]
    error = (own - 2 * with_people) / np.asarray(part.n)[..., None] + bias**2
    return _unit(error.argmin(axis=-1), part.k), np.zeros(part.mean.shape[:-1]), None


def _calibrated(part: Part, start: Array | None) -> Found:
    own, with_people = _diagonal(part.scatter)[..., :-1], part.scatter[..., -1, :-1]
    slope = np.maximum(with_people, 0.0) / np.where(own > 0, own, np.inf)
    weights = slope * _unit((slope * with_people).argmax(axis=-1), part.k)
    return weights, _offset(part, weights), None


def _average(part: Part, start: Array | None) -> Found:
    return np.full((*part.mean.shape[:-1], part.k), 1.0 / part.k), np.zeros(part.mean.shape[:-1]), None


def _calibrated_average(part: Part, start: Array | None) -> Found:
    inner = part.scatter[..., :-1, :]
    square, with_people = inner[..., :-1].mean(axis=(-1, -2)), inner[..., -1].mean(axis=-1)
    slope = np.maximum(with_people, 0.0) / np.where(square > 0, square, np.inf)
    weights = np.repeat(slope[..., None] / part.k, part.k, axis=-1)
    return weights, _offset(part, weights), None


def _cone(part: Part, start: Array | None) -> Found:
    weights, found = _least(part.scatter, start)
    return weights, _offset(part, weights), found


def _cone_through_zero(part: Part, start: Array | None) -> Found:
    weights, found = _least(_about_zero(part), start)
    return weights, np.zeros(part.mean.shape[:-1]), found


def _simplex(part: Part, start: Array | None) -> Found:
    weights, found = _least_in_hull(differences(part, offset=False), start)
    return weights, np.zeros(part.mean.shape[:-1]), found


def _simplex_with_offset(part: Part, start: Array | None) -> Found:
    weights, found = _least_in_hull(differences(part, offset=True), start)
    return weights, _offset(part, weights), found


def _least(gram: Array, start: Array | None) -> tuple[Array, nn.Weights | None]:
    """Of one part, or of many at once."""
    inner, cross = gram[..., :-1, :-1], gram[..., :-1, -1]
    if gram.ndim > 2:
        return nn.many(inner, cross), None
    found = nn.nonnegative(inner, cross, start=start)
    return found.weights, found


def _least_in_hull(apart: Array, start: Array | None) -> tuple[Array, nn.Weights | None]:
    if apart.ndim > 2:
        return nn.many_simplex(apart), None
    found = nn.simplex(apart, start=start)
    return found.weights, found


Kind = Callable[[Part, Array | None], Found]
KINDS: dict[str, Kind] = {
    "constant": _constant,
    "single": _single,
    "calibrated": _calibrated,
    "average": _average,
    "calibrated average": _calibrated_average,
    "cone": _cone,
    "cone through zero": _cone_through_zero,
    "simplex": _simplex,
    "simplex with offset": _simplex_with_offset,
}
"""By name: constant a; best single AI as it is; best single a + bU, b ≥ 0; plain average; a + b·average, b ≥ 0; a + Σ w U, w ≥ 0;
Σ w U, w ≥ 0; Σ w U on the simplex; a + Σ w U on the simplex. Of equal single AIs the first."""


def fit(source: Any, kind: str, *, people: str | int | None = None, tell: Tell | None = None) -> Fit:
    """The best weights of one kind on all rows of `source` (what blocks.of takes, or Moments). Raises InputError."""
    _known(kind)
    rows, moments = _moments(source, people, 1, 0, None, tell)
    return _fits(rows, moments, (kind,), tell)[0]


def compare(
    source: Any,
    *,
    people: str | int | None = None,
    folds: int = 5,
    seed: int = 0,
    keep: str | Path | None = None,
    tell: Tell | None = None,
) -> Comparison:
    """Every kind on all rows and, for each fold, on the others: one pass over `source`, two where AIs are nearly copies.

    `source` is what blocks.of takes (a Table, an array, a frame, a path), or Moments in folds. Rows of a case stay together.
    keep: a file for the sums, to go on from after an interruption; tell(rows done, rows in all or None). Raises InputError.
    """
    if not isinstance(source, Moments) and folds < 2:
        raise InputError(where="folds", needed="at least 2", found=str(folds))
    rows, moments = _moments(source, people, folds, seed, keep, tell)
    fits = _fits(rows, moments, tuple(KINDS), tell)
    tests = np.empty((len(fits), moments.folds))
    for f in range(moments.folds):
        training, left_out = moments.training(f), moments.part([f])
        found = [KINDS[one.kind](training, one.weights) for one in fits]
        tests[:, f] = left_out.errors(np.array([w for w, _, _ in found]), np.array([a for _, a, _ in found]))
    lines = tuple(Line(one, tests[m]) for m, one in enumerate(fits))
    how = f"cross products of {moments.n:,} rows in {moments.folds} folds"
    again = [one.kind for one in fits if one.how.endswith(PASS_WORDS)]
    how += f"; rows read again for the weights of {', '.join(again)}" if again else "; one pass over the rows"
    return Comparison(moments.names, moments.people, moments.n, moments.folds, moments.seed, lines, how)


def _moments(
    source: Any, people: str | int | None, folds: int, seed: int, keep: str | Path | None, tell: Tell | None
) -> tuple[Source | None, Moments]:
    if isinstance(source, Moments):
        return None, source
    rows = of(source, people)
    return rows, gather(rows, folds=folds, seed=seed, keep=keep, tell=tell)


def _fits(source: Source | None, moments: Moments, kinds: tuple[str, ...], tell: Tell | None) -> list[Fit]:
    """From the cross products; where these do not fix the weights well enough, the rows are read once more."""
    whole = moments.part()
    fits = []
    for kind in kinds:
        weights, offset, found = KINDS[kind](whole, None)
        mse = float(whole.errors(weights, offset))
        fits.append(_described(Fit(kind, weights, float(offset), mse), found, whole))
    again = [m for m, one in enumerate(fits) if one.condition * nn.EPS > PRECISE]
    if not again:
        return fits
    if source is None:
        return [
            replace(one, how=f"{one.how}; only the sums were at hand") if m in again else one
            for m, one in enumerate(fits)
        ]
    for _ in range(PASSES):
        every, offsets = np.array([fits[m].weights for m in again]), np.array([fits[m].offset for m in again])
        product, total = slopes(source, moments, every, offsets, tell)
        for column, m in enumerate(again):
            fits[m] = _precise(fits[m], whole, product[:, column], float(total[column]))
        moved = [float(np.abs(fits[m].weights - old).max()) for m, old in zip(again, every, strict=True)]
        again = [m for m, move in zip(again, moved, strict=True) if move > SETTLED]
        if not again:
            break
    return [replace(one, how=f"{one.how}{PASS_WORDS}") if one.condition * nn.EPS > PRECISE else one for one in fits]


def _precise(one: Fit, whole: Part, product: Array, total: float) -> Fit:
    """One step of iterative refinement: the slope is that of the rows, the cross products only say how far to go."""
    free = one.kind in FREE
    slope = product if free else product + whole.mean * total  # Σ z r, or Σ (z + mean) r
    if one.kind in SIMPLEX:
        away = slope[-1] - slope[:-1]  # Σ (U_i − u)(Uw − u), r = u − Uw
        found = nn.simplex_again(differences(whole, offset=free), one.weights, away)
    else:
        gram = whole.scatter if free else _about_zero(whole)
        size = float(np.sqrt(gram[-1, -1]))
        found = nn.nonnegative(gram[:-1, :-1], slope[:-1], at=one.weights, start=one.weights, size=size)
    offset = float(_offset(whole, found.weights)) if free else 0.0
    mse = float(whole.errors(found.weights, np.array(offset)))
    return replace(one, weights=found.weights, offset=offset, mse=mse, residual=found.residual)


FREE = ("cone", "simplex with offset")
SIMPLEX = ("simplex", "simplex with offset")


def _described(one: Fit, found: nn.Weights | None, whole: Part) -> Fit:
    if found is None:
        return replace(one, how="closed form")
    free = one.kind in FREE
    if one.kind in SIMPLEX:
        found = nn.examined(differences(whole, offset=free), found, simplex=True)
    else:
        found = nn.examined((whole.scatter if free else _about_zero(whole))[:-1, :-1], found)
    how = f"{found.how}, {found.steps} linear systems, condition {found.condition:.1e}"
    how += "" if found.unique else "; other weights do as well"
    return replace(one, unique=found.unique, residual=found.residual, condition=found.condition, how=how)


def differences(part: Part, *, offset: bool) -> Array:
    """D[..., i, j] = Σ (U_i − u)(U_j − u), of what is left after each column's mean is taken off where an offset is free."""
    s = part.scatter
    made = s[..., :-1, :-1] - s[..., -1:, :-1] - s[..., :-1, -1:] + s[..., -1:, -1:]
    if offset:
        return np.asarray(made)
    return np.asarray(made + _outer(part.n, part.mean[..., :-1] - part.mean[..., -1:]))


def _about_zero(part: Part) -> Array:
    return np.asarray(part.scatter + _outer(part.n, part.mean))


def _outer(n: Any, x: Array) -> Array:
    return np.asarray(np.asarray(n)[..., None, None] * x[..., :, None] * x[..., None, :])


def _offset(part: Part, weights: Array) -> Array:
    """What leaves no mean error."""
    return np.asarray(part.mean[..., -1] - (weights * part.mean[..., :-1]).sum(axis=-1))


def _unit(i: Array, k: int) -> Array:
    return np.asarray(np.asarray(i)[..., None] == np.arange(k), dtype=float)


def _diagonal(square: Array) -> Array:
    return np.diagonal(square, axis1=-2, axis2=-1)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise InputError(where="kind of fit", needed=f"one of {', '.join(KINDS)}", found=repr(kind))
    return kind

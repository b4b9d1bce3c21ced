"""All that least squares needs of a table, in one pass over its rows: numbers, means and cross products, for each fold.

    z_r = (U_r1 … U_rk, u_r) − shift      n_f, Σ z_r, Σ z_r z_r'   over the rows r of fold f

Training without fold f is all folds less f, and the error of weights on fold f is a quadratic form in its cross products: K-fold
cross-validation touches no row twice. The shift is the mean of the first block, so that nearly constant columns do not drown in
the squares of their means (Chan, Golub & LeVeque 1983, Am. Stat. 37).
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .blocks import Source
from .folds import fold

Tell = Callable[[int, int | None], None]
EVERY = 10.0  # seconds between two copies of what is kept on disk


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows, summed up; the people are the last of the k + 1 columns."""

    n: Any
    """Number of rows; [...] where axes of several parts stand in front."""
    mean: Array
    """[..., k + 1]."""
    scatter: Array = field(repr=False)
    """S = Σ (z − mean)(z − mean)': [..., k + 1, k + 1]."""

    @property
    def k(self) -> int:
        return self.mean.shape[-1] - 1

    def errors(self, weights: Array, offset: Array) -> Array:
        """Mean squared error of u ≈ offset[...] + weights[..., i]·U on these rows; axes in front stand against each other."""
        e = np.concatenate([-weights, np.ones((*weights.shape[:-1], 1))], axis=-1)
        bias = (e * self.mean).sum(axis=-1) - offset
        square = ((e[..., None, :] @ self.scatter)[..., 0, :] * e).sum(axis=-1)
        return np.maximum(square, 0.0) / self.n + bias**2


@dataclass(frozen=True, eq=False)
class Moments:
    """Of every fold: numbers of rows, sums and cross products about `shift`; the AIs first, the people last."""

    names: tuple[str, ...]
    """Of the AIs."""
    people: str
    shift: Array = field(repr=False)
    """[k + 1]."""
    count: Array
    """n[f]."""
    total: Array = field(repr=False)
    """Σ z[f, k + 1]."""
    cross: Array = field(repr=False)
    """Σ zz'[f, k + 1, k + 1]."""
    seed: int = 0

    @property
    def n(self) -> int:
        return int(self.count.sum())

    @property
    def k(self) -> int:
        return len(self.names)

    @property
    def folds(self) -> int:
        return len(self.count)

    def part(self, folds: Iterable[int] | None = None) -> Part:
        """The rows of these folds; all rows by default."""
        chosen = list(range(self.folds) if folds is None else folds)
        n = int(self.count[chosen].sum())
        mean = self.total[chosen].sum(axis=0) / n
        return Part(n, self.shift + mean, self.cross[chosen].sum(axis=0) - n * np.outer(mean, mean))

    def training(self, left_out: int) -> Part:
        """All rows but those of one fold."""
        return self.part(f for f in range(self.folds) if f != left_out)


def gather(
    source: Source, *, folds: int = 1, seed: int = 0, keep: str | Path | None = None, tell: Tell | None = None
) -> Moments:
    """One pass over `source`. tell(rows done, rows in all or None) is called after each block.

    Rows of a case stay in one fold where the source has cases. With `keep`, the sums are written to that file (.npz) every ten
    seconds, and a second call with the same arguments goes on from the row that was reached; the file stays, and then answers
    at once. Raises InputError for fewer rows (or cases) than folds, and for a kept file of other rows, folds or seed.
    """
    if folds < 1:
        raise InputError(where="folds", needed="at least 1", found=str(folds))
    width = len(source.columns)
    reserve((2 * folds + 4, width, width), f"cross products of {width - 1} AIs in {folds} folds")
    state = _Running.fresh(width, folds) if keep is None else _Running.kept(Path(keep), source, folds, seed)
    order = np.append(np.delete(np.arange(width), source.people), source.people)
    last = time.monotonic()
    for values, cases in source.blocks(state.rows):
        number = np.arange(state.rows, state.rows + len(values)) if cases is None else cases
        state.add(values, fold(number, folds, seed), int(number.max()) + 1)
        if keep is not None and time.monotonic() - last > EVERY:
            state.write(Path(keep), source, folds, seed)
            last = time.monotonic()
        if tell is not None:
            tell(state.rows, source.expected)
    if state.units < max(folds, 1):
        what = "cases" if source.has_cases else "rows"
        raise InputError(
            where=source.origin,
            needed=f"at least {folds} {what}, one for each fold" if folds > 1 else "at least one row",
            found=str(state.units),
            remedy=f"Ask for at most {state.units} folds." if state.units > 1 else "",
        )
    if keep is not None:
        state.write(Path(keep), source, folds, seed)
    names = tuple(source.columns[i] for i in order[:-1])
    cross = state.cross[:, order][:, :, order]
    return Moments(
        names, source.columns[source.people], state.shift[order], state.count, state.total[:, order], cross, seed
    )


class _Running:
    """Sums on the way, in the order of the source's columns."""

    shift: Array

    def __init__(self, shift: Array, count: Array, total: Array, cross: Array, rows: int, units: int) -> None:
        self.shift, self.count, self.total, self.cross, self.rows, self.units = shift, count, total, cross, rows, units
        self.buffer: Array = np.empty((0, len(shift)))

    @classmethod
    def fresh(cls, width: int, folds: int) -> _Running:
        count = np.zeros(folds, dtype=np.int64)
        return cls(np.zeros(width), count, np.zeros((folds, width)), np.zeros((folds, width, width)), 0, 0)

    def add(self, values: Array, where: Array, units: int) -> None:
        """One block: values[r, c] of which row r is in fold where[r]."""
        if not self.rows:
            self.shift = np.asarray(values.mean(axis=0))
        if len(self.buffer) < len(values):
            self.buffer = np.empty(values.shape)
        folds = len(self.count)
        sorted_rows = self.buffer[: len(values)]
        if folds > 1:
            np.take(values, np.argsort(where, kind="stable"), axis=0, out=sorted_rows, mode="clip")
            sorted_rows -= self.shift
        else:
            np.subtract(values, self.shift, out=sorted_rows)
        count = np.bincount(where, minlength=folds)
        ends = np.cumsum(count)
        for f in range(folds):
            rows = sorted_rows[ends[f] - count[f] : ends[f]]
            if len(rows):
                self.total[f] += rows.sum(axis=0)
                self.cross[f] += rows.T @ rows
        self.count += count
        self.rows += len(values)
        self.units = max(self.units, units)

    def write(self, path: Path, source: Source, folds: int, seed: int) -> None:
        """A whole file or none: written beside, then moved."""
        beside = path.with_name(path.name + ".part")
        with beside.open("wb") as file:
            np.savez(
                file,
                shift=self.shift,
                count=self.count,
                total=self.total,
                cross=self.cross,
                reached=np.array([self.rows, self.units]),
                of=np.array(_title(source, folds, seed)),
            )
        beside.replace(path)

    @classmethod
    def kept(cls, path: Path, source: Source, folds: int, seed: int) -> _Running:
        if not path.exists():
            return cls.fresh(len(source.columns), folds)
        try:
            with np.load(path, allow_pickle=False) as file:
                found = {name: file[name] for name in ("shift", "count", "total", "cross", "reached", "of")}
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise InputError(
                where=str(path),
                needed="sums kept by an earlier run",
                found=str(error),
                remedy="Delete the file, or name another.",
            ) from None
        if str(found["of"]) != _title(source, folds, seed):
            raise InputError(
                where=str(path),
                needed=f"sums of {_title(source, folds, seed)}",
                found=f"those of {found['of']}",
                remedy="Delete the file, or name another.",
            )
        rows, units = map(int, found["reached"])
        return cls(found["shift"], found["count"], found["total"], found["cross"], rows, units)


def _title(source: Source, folds: int, seed: int) -> str:
    people = source.columns[source.people]
    return f"{source.identity}, {len(source.columns) - 1} AIs, people {people!r}, {folds} folds, seed {seed}"


def slopes(
    source: Source, moments: Moments, weights: Array, offset: Array, tell: Tell | None = None
) -> tuple[Array, Array]:
    """A second pass: (Σ z r', Σ r) with residuals r = u − offset[m] − weights[m]·U of several weights at once.

    Shapes [k + 1, m] and [m]; z about the mean of all rows, AIs first. Right to rounding however nearly the AIs are copies of each
    other, which cross products are not.
    """
    whole = moments.part()
    order = np.append(np.delete(np.arange(len(source.columns)), source.people), source.people)
    lead = np.concatenate([-weights.T, np.ones((1, len(weights)))])  # [k + 1, m], in the order of the moments
    columns = np.empty_like(lead)
    columns[order] = lead
    mean = np.empty_like(whole.mean)
    mean[order] = whole.mean
    shift = offset - whole.mean @ lead
    product, total, done = np.zeros_like(lead), np.zeros(len(weights)), 0
    for values, _ in source.blocks(0):
        z = values - mean
        r = z @ columns - shift
        product += z.T @ r
        total += r.sum(axis=0)
        done += len(values)
        if tell is not None:
            tell(done, source.expected)
    return product[order], total

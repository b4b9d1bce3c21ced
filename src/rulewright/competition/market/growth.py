"""How the error falls as AIs enter the market: the curves of figures 1–3 (Collina, Goel, Roth, Ryu & Shi 2025).

A draw is an order in which AIs enter; with K of them each kind is fitted and tested by cross-validation. Every fit is a
block of one table of cross products per fold, and all draws of a size are solved at once: the rows are read one time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .blocks import of
from .fit import KINDS, USED
from .moments import Moments, Part, Tell, gather

ROOM = 256 << 20  # bytes of cross products gathered at once


@dataclass(frozen=True, eq=False)
class Growth:
    """Test error and number of AIs used against the number of AIs on offer."""

    kinds: tuple[str, ...]
    sizes: Array
    """K[s]."""
    tests: Array = field(repr=False)
    """[kind, s, draw]: cross-validated mean squared error."""
    used: Array = field(repr=False)
    """[kind, s, draw]: weights above 1e-6, averaged over folds."""
    seed: int = 0

    def mean(self, kind: str) -> Array:
        """[s]: test error, averaged over draws."""
        return np.asarray(self.tests[self.kinds.index(kind)].mean(axis=-1))

    def spread(self, kind: str) -> Array:
        """[s]: its standard deviation over draws, the paper's band; zero for one draw."""
        draws = self.tests.shape[-1]
        return np.asarray(self.tests[self.kinds.index(kind)].std(axis=-1, ddof=1 if draws > 1 else 0))

    def mean_used(self, kind: str) -> Array:
        """[s]: AIs used, averaged over draws."""
        return np.asarray(self.used[self.kinds.index(kind)].mean(axis=-1))


def growth(
    source: Any,
    sizes: Sequence[int],
    *,
    people: str | int | None = None,
    draws: int = 100,
    folds: int = 5,
    seed: int = 0,
    kinds: Sequence[str] = tuple(KINDS),
    tell: Tell | None = None,
) -> Growth:
    """Curves over `sizes`; `source` as in fit.compare. The first K AIs of one random order are a draw's market of size K.

    tell(fits done, fits in all). Raises InputError for sizes that the table does not have and for unknown kinds.
    """
    moments = source if isinstance(source, Moments) else gather(of(source, people), folds=folds, seed=seed)
    wrong = [size for size in sizes if not 1 <= size <= moments.k]
    if wrong or not len(sizes):
        raise InputError(
            where="sizes", needed=f"numbers of AIs from 1 to {moments.k}", found=str(wrong[0] if wrong else "none")
        )
    if draws < 1:
        raise InputError(where="draws", needed="at least 1", found=str(draws))
    for kind in kinds:
        if kind not in KINDS:
            raise InputError(where="kinds", needed=f"some of {', '.join(KINDS)}", found=repr(kind))
    if moments.folds < 2:
        raise InputError(where="folds", needed="at least 2", found=str(moments.folds))
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((draws, moments.k)), axis=1)
    training = _stacked([moments.training(f) for f in range(moments.folds)])
    left_out = _stacked([moments.part([f]) for f in range(moments.folds)])
    tests, used = np.empty((2, len(kinds), len(sizes), draws))
    done = 0
    for s, size in enumerate(sizes):
        step = max(1, ROOM // (8 * 6 * moments.folds * (size + 1) ** 2))
        for at in range(0, draws, step):
            keep = orders[at : at + step, :size]
            fitted, tested = _blocks(training, keep), _blocks(left_out, keep)
            for m, kind in enumerate(kinds):
                weights, offset, _ = KINDS[kind](fitted, None)
                shape = (moments.folds, len(keep))
                tests[m, s, at : at + step] = tested.errors(weights, offset).reshape(shape).mean(axis=0)
                used[m, s, at : at + step] = (weights > USED).sum(axis=-1).reshape(shape).mean(axis=0)
            done += len(keep)
            if tell is not None:
                tell(done, draws * len(sizes))
    return Growth(tuple(kinds), np.array(sizes), tests, used, seed)


def _stacked(parts: list[Part]) -> Part:
    return Part(
        np.array([part.n for part in parts]),
        np.array([part.mean for part in parts]),
        np.array([part.scatter for part in parts]),
    )


def _blocks(part: Part, keep: Array) -> Part:
    """Of each fold and each draw the AIs keep[d, i], and the people: [f·d, …]."""
    at = np.concatenate([keep, np.full((len(keep), 1), part.k)], axis=1)
    mean = part.mean[:, at]
    scatter = part.scatter[:, at[:, :, None], at[:, None, :]]
    wide = at.shape[1]
    return Part(np.repeat(part.n, len(keep)), mean.reshape(-1, wide), scatter.reshape(-1, wide, wide))

"""Fit on the past, score on what came later: which cases may be scored, and which must not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


def later(dates: Array, start: float) -> Array:
    """[x]: cases at or after `start`; those without a date (NaN) are not."""
    return np.asarray(dates, float) >= start


def refuse_trained(scored: Array, cases: Sequence[str], trained: Collection[str], who: str) -> None:
    """Raises InputError where a case that is scored was one to fit on."""
    known = set(trained)
    both = [cases[int(x)] for x in np.flatnonzero(scored) if cases[int(x)] in known]
    if both:
        more = f" and {len(both) - 1} more" if len(both) > 1 else ""
        raise InputError(
            where=who,
            needed="cases to score that it was not fitted on",
            found=f"case {both[0]!r}{more}, which it was",
            remedy="Score later cases only: set scored_from after the last case it was fitted on.",
        )


def refuse_early(dates: Array, scored: Array, cases: Sequence[str], until: float, who: str) -> None:
    """Raises InputError where a case that is scored is dated at or before `until`, up to which the agent was fitted."""
    early = np.flatnonzero(np.asarray(scored) & ~(np.asarray(dates, float) > until))
    if len(early):
        more = f" and {len(early) - 1} more" if len(early) > 1 else ""
        raise InputError(
            where=who,
            needed="cases to score that are later than what it was fitted on",
            found=f"case {cases[int(early[0])]!r}{more}, which is not",
            remedy="Set scored_from after the date up to which it was fitted.",
        )

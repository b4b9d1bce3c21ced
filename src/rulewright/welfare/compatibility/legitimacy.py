"""Legitimacy of an institution as separate predicates: who took part, what is public, what was appealed, how rules change.

They are never folded into a distance between decisions: an agent can agree with an institution that has no right to decide, and an
institution with every right may be disagreed with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError

PASS, FAIL, UNKNOWN = "pass", "fail", "cannot tell"


@dataclass(frozen=True)
class Predicate:
    """One predicate: what was counted, against the bar that its user set."""

    name: str
    verdict: str
    """"pass", "fail" or "cannot tell"."""
    counted: int | None
    of: int | None
    says: str


def share_at_least(name: str, counted: int | None, of: int | None, bar: float | None, what: str) -> Predicate:
    """Pass where counted/of ≥ bar. Raises InputError for a bar outside [0, 1]."""
    if counted is None or of is None or of <= 0:
        return Predicate(name, UNKNOWN, counted, of, f"{what}: not recorded")
    said = f"{what}: {counted:,} of {of:,} ({counted / of:.1%})"
    if bar is None:
        return Predicate(name, UNKNOWN, counted, of, f"{said}; no bar is set")
    if not 0 <= bar <= 1:
        raise InputError(where=name, needed="a bar from 0 to 1", found=f"{bar:g}")
    return Predicate(name, PASS if counted >= bar * of else FAIL, counted, of, f"{said}; asked for {bar:.1%}")


def participation(took_part: int, eligible: int | None, bar: float | None) -> Predicate:
    """People who judged at least once, of those who might have."""
    if eligible is not None and eligible < took_part:
        raise InputError(where="eligible", needed=f"at least the {took_part} who took part", found=str(eligible))
    return share_at_least("participation", took_part, eligible, bar, "people who took part")


def publicity(published: Any, bar: float | None) -> Predicate:
    """Decisions that were published: published[x] is true, false or NaN."""
    p = np.asarray([] if published is None else published, float)
    p = p[~np.isnan(p)]
    return share_at_least(
        "publicity", int((p > 0).sum()) if len(p) else None, len(p) or None, bar, "decisions that were published"
    )


def appeals(appealed: Any, days: Any, most_days: float | None) -> Predicate:
    """Whether decisions can be appealed and how long that takes: appealed[x] true or false, days[x] NaN where it has no meaning."""
    a = np.asarray([] if appealed is None else appealed, float)
    a = a[~np.isnan(a)]
    if not len(a):
        return Predicate("appeal", UNKNOWN, None, None, "appeals: not recorded")
    took = np.asarray([] if days is None else days, float)
    took = took[~np.isnan(took)]
    if not (a > 0).any():
        return Predicate(
            "appeal", UNKNOWN, 0, len(a), f"no appeal among {len(a):,} decisions: nobody wanted one, or nobody could"
        )
    said = f"{int((a > 0).sum()):,} of {len(a):,} decisions were appealed ({(a > 0).mean():.1%})"
    if not len(took):
        return Predicate("appeal", UNKNOWN, int((a > 0).sum()), len(a), f"{said}; how long they took is not recorded")
    middle = float(np.median(took))
    said += f"; the middle one took {middle:g} days"
    if most_days is None:
        return Predicate("appeal", UNKNOWN, int((a > 0).sum()), len(a), f"{said}; no bar is set")
    verdict = PASS if middle <= most_days else FAIL
    return Predicate("appeal", verdict, int((a > 0).sum()), len(a), f"{said}; asked for at most {most_days:g}")


def amendment(path: str) -> Predicate:
    """Whether there is a way to change the rule, in words."""
    if not path.strip():
        return Predicate("amendment", UNKNOWN, None, None, "no way of changing the rule is described")
    return Predicate("amendment", PASS, None, None, f"the rule may be changed: {path.strip()}")

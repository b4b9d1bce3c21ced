"""Compatible menus: learning on one thread, the proof by itself, the lone checker."""

from functools import cache
from typing import Any

from rulewright.mechanisms import auction, estimate
from rulewright.mechanisms.compatible import CompatibleMenus, certify, learn_compatible
from rulewright.mechanisms.compatible.conflicts import conflicts
from rulewright.verify import compatible_checker

from ..row import Ready, Row, Work

PUBLISHED = (("GemNet: research code, not run here", None),)


def rows() -> list[Row]:
    return [
        Row(
            "compatible menus 2×2: learnt, proved, revenue on 1M profiles",
            learnt,
            PUBLISHED,
            "≥ .868 in 30 s",
            repeats=1,
        ),
        Row("compatible menus 2×2, 20 × 20 cells: no conflict in the continuum", Ready(proof)),
        Row("compatible menus 2×2, 20 × 20 cells: the lone checker", Ready(checking), repeats=3),
    ]


def learnt() -> float:
    return estimate(learn_compatible(auction(2, 2)).mechanism, profiles=1_000_000).mean


@cache
def made() -> CompatibleMenus:
    return learn_compatible(auction(2, 2), steps=200, batch=1024).mechanism


def proof() -> Work:
    mechanism = made()
    return lambda: float(len(conflicts(mechanism.flat(), mechanism.edges)))


def checking() -> Work:
    certificate: dict[str, Any] = certify(made())
    return lambda: float(all(verdict.holds for verdict in compatible_checker.check(certificate)))

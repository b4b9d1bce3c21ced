"""Claims about a market of AIs, and the certificate that a stranger can check (docs/competition_certificate.md)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..competition.rivals.rich import Rich
from ..competition.rivals.selection import Selection
from ..competition.rivals.setting import Rivals
from ..competition.theorems.certify import Certified, Theorem
from ..competition.theorems.confirm import about, equilibrium, unimprovable, worst
from ..errors import RulewrightError
from ..report.report import ClaimRow
from ..verify import competition_certificate as form
from ..verify import competition_checker as checker
from .panel_proof import rowed


def certified(
    used: Rivals, theorems: Certified, found: Selection | Rich, *, title: str, notes: list[str]
) -> tuple[list[ClaimRow], dict[str, Any]]:
    """(claims as the checker sees them, the certificate) of the market that is recommended, as people use it."""
    exact = used.exact
    claims = list(theorems.claims())
    try:
        if isinstance(found, Selection):
            claims += [equilibrium(exact, found), worst(exact, found)]
        else:
            claims.append(unimprovable(exact, found, found.worst_law, found.worst, {}))
            notes.append(
                "With all at once, that the equilibrium is one is in the certificate; that none is worse was found exactly, but is "
                "not in the certificate beyond what the theorem guarantees."
            )
    except (RulewrightError, ZeroDivisionError) as error:
        notes.append(f"The worst equilibrium is not in the certificate: {error}")
    whole = form.certificate(about(exact), claims, title)
    return [rowed(v) for v in checker.check(whole)], whole


def strongest(theorems: Certified, use: str) -> Theorem:
    """What guarantees most, as people use the AIs: T1 if all talk, T3 if one of them is heard, or that people may ignore them."""
    names = ("ignoring", "T3" if use == "best AI" else "T1")  # of equals, the one that asks for least
    found = [t for t in map(theorems.best, names) if t is not None]
    return found[int(np.argmax([float(t.sure) for t in found]))]

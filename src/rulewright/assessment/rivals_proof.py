"""Claims about a market of AIs, and the certificate that a stranger can check."""

from __future__ import annotations

from typing import Any

from ..report.report import ClaimRow
from ..scenario.rivals import Situation


def certified(
    chosen: Situation, today: Situation, *, title: str, notes: list[str]
) -> tuple[list[ClaimRow], dict[str, Any] | None]:
    """(claims, certificate)."""
    return [], None

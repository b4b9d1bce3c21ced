"""Any certificate of the house, by the checker of the format that it names. The checkers stand alone; this only picks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import affine_checker, checker, competition_checker, economy_checker

OTHERS: dict[str, Callable[[Any], Any]] = {
    one.FORMAT: one.check for one in (affine_checker, competition_checker, economy_checker)
}
"""Checkers by format; whatever names none of these is read as the certificate of a game."""


def check(certificate: Any) -> list[Any]:
    """A verdict on every claim of a certificate, as `json.loads` gives it: of a game, a competition, an economy or an auction.

    Verdicts have `claim`, `holds`, `grade` and `says`. Raises the checker's NotACertificate for what is not one.
    """
    named = certificate.get("format") if isinstance(certificate, dict) else None
    checked: Callable[[Any], Any] = OTHERS.get(named, checker.check) if isinstance(named, str) else checker.check
    return list(checked(certificate))

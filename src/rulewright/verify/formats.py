"""Any certificate of the house, by the checker of the format that it names. The checkers stand alone; this only picks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    affine_checker,
    checker,
    compatible_checker,
    competition_checker,
    economy_checker,
    menu_checker,
    persuasion_checker,
    rule_checker,
)

CHECKERS = (
    affine_checker,
    compatible_checker,
    competition_checker,
    economy_checker,
    menu_checker,
    persuasion_checker,
)
"""Besides that of games."""
OTHERS: dict[str, Callable[[Any], Any]] = {one.FORMAT: one.check for one in CHECKERS}
"""Checkers by format; whatever names none of these is read as the certificate of a game."""
REFUSALS: tuple[type[Exception], ...] = (
    checker.NotACertificate,
    rule_checker.NotACertificate,
    RecursionError,
    *(one.NotACertificate for one in CHECKERS),
)
"""What they raise for what is no certificate, or is one of rules, which is read line by line."""


def check(certificate: Any) -> list[Any]:
    """A verdict on every claim of a certificate, as `json.loads` gives it: of a game, a competition, an economy, menus, …

    Verdicts have `claim`, `holds`, `grade` and `says`. Raises the checker's NotACertificate for what is not one.
    """
    named = certificate.get("format") if isinstance(certificate, dict) else None
    checked: Callable[[Any], Any] = OTHERS.get(named, checker.check) if isinstance(named, str) else checker.check
    return list(checked(certificate))

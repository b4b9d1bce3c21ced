"""Numbers and lists in the sentences of verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

EXACTLY = 6  # significant digits


def said(value: Any) -> str:
    """A number for people, with up to six significant digits."""
    number = float(value)
    if number and not 1e-4 <= abs(number) < 1e12:
        digits, _, power = f"{number:.5e}".partition("e")
        digits = digits.rstrip("0").rstrip(".")
        text = f"{digits}·10{str(int(power)).translate(POWERS)}"
    else:
        text = f"{number:,.{EXACTLY}g}" if abs(number) < 1e6 else f"{number:,.0f}"
        if "e" in text:
            text = f"{number:,.0f}"
    return text.replace("-", "−")


POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def quoted(name: str) -> str:
    """A name that a user gave."""
    return f"“{name}”"


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"

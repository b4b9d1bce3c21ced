"""Menu certificates as plain data: options, prices, a law, and claims, sealed (docs/menu_certificate.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError
from ..numerics import rational
from . import menu_checker as checker

VERSION = 1


def text(value: Any) -> str:
    """ "3/7" of any number."""
    return rational.text(rational.fraction(value))


def rows(values: Any) -> list[list[str]]:
    return [[text(v) for v in row] for row in values]


def about(options: Any, prices: Any, law: Mapping[str, Any], *, unit: bool, budget: Any = None) -> dict[str, Any]:
    """A menu: options[option][item], prices[option], the budget or None; a law from `pieces`, `TRIANGLE` or `UNSTATED`."""
    return {
        "items": len(options[0]),
        "demand": "unit" if unit else "additive",
        "budget": None if budget is None else text(budget),
        "law": dict(law),
        "options": rows(options),
        "prices": [text(p) for p in prices],
    }


def pieces(edges: Any, chances: Any) -> dict[str, Any]:
    """Independent values, each uniform on pieces."""
    return {"kind": "pieces", "edges": rows(edges), "chances": rows(chances)}


TRIANGLE = {"kind": "triangle"}
UNSTATED = {"kind": "unstated"}


def claim(name: str, /, **given: str) -> dict[str, str]:
    return {"claim": name, "grade": checker.GRADE, **given}


def certificate(menu: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """The whole, sealed. Raises InputError where there is no claim."""
    if not claims:
        raise InputError(where="certificate", needed="a claim", found="none")
    whole = {
        "format": checker.FORMAT,
        "version": VERSION,
        "title": title,
        "about": dict(menu),
        "claims": [dict(each) for each in claims],
    }
    return {**whole, "digest": checker.digest(whole)}

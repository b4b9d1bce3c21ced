"""Economy certificates as plain data: who owns and wants what, what can be made, and claims, sealed (docs/economy_certificate.md).

Rationals go in, JSON comes out. Nothing here finds or checks anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError
from ..numerics import rational
from ..numerics.rational import Array
from . import economy_checker as checker

VERSION = 1


def text(value: Any) -> str:
    """ "3/7" of any number."""
    return rational.text(rational.fraction(value))


def row(values: Any) -> list[str]:
    return [text(v) for v in values]


def about(
    goods: Sequence[str],
    consumers: Sequence[str],
    endowment: Array,
    shares: Array,
    elasticity: Sequence[Any],
    activities: Sequence[tuple[str, Any, int]] = (),
) -> dict[str, Any]:
    """An economy: endowment[i, j], shares[i, j], elasticity[i] (infinity for linear tastes), activities (name, net[j], owner)."""
    people = [
        {
            "name": name,
            "endowment": row(endowment[i]),
            "shares": row(shares[i]),
            "elasticity": checker.INFINITE if float(elasticity[i]) == float("inf") else text(elasticity[i]),
        }
        for i, name in enumerate(consumers)
    ]
    firms = [{"name": name, "net": row(net), "owner": int(owner)} for name, net, owner in activities]
    return {"goods": list(goods), "consumers": people, "activities": firms}


def claim(name: str, /, **given: Any) -> dict[str, Any]:
    """A claim with these fields: Fractions as text, whole numbers as they are, arrays as lists."""
    return {"claim": name, "grade": checker.GRADE, **{key: _plain(value) for key, value in given.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int)):
        return value
    return text(value) if not hasattr(value, "__iter__") else [_plain(v) for v in value]


def certificate(economy: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """The whole, sealed. Raises InputError where there is no claim."""
    if not claims:
        raise InputError(where="certificate", needed="a claim", found="none")
    whole = {
        "format": checker.FORMAT,
        "version": VERSION,
        "title": title,
        "about": dict(economy),
        "claims": [dict(each) for each in claims],
    }
    return {**whole, "digest": checker.digest(whole)}

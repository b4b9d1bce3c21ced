"""What was found about a market as claims of a competition certificate (docs/competition_certificate.md): exact, and checkable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...numerics import rational
from ...numerics.exact import ZERO
from ...numerics.rational import Array
from ...verify import competition_certificate as written
from .entry import Missing, enters
from .near import Near, near
from .range import Range
from .table import Table
from .witness import Witness

SIDES: dict[str, list[str | None]] = {"both": ["1", "1"], "above": [None, "1"], "below": ["1", None]}
DIGITS = 6  # of an entrant's utility


def certificate(table: Table, claims: Sequence[Mapping[str, Any]], title: str) -> dict[str, Any]:
    """The certificate of these claims about the table, in rationals. Raises InputError where there are none."""
    about = written.table(table.people, table.ais, table.names, rows=table.rows, cases=table.cases)
    return written.certificate(about, claims, title)


def nearness(table: Table, found: Near) -> list[dict[str, Any]]:
    """`near` and `no nearer` of an exact result; none of a floating one."""
    if not found.exact:
        return []
    common: dict[str, Any] = {"simplex": found.kind == "hull", "offset": found.offset, "sides": SIDES[found.sides]}
    return [
        written.claim("near", **common, **_mix(table, found), epsilon=str(found.epsilon)),
        written.claim("no nearer", **common, dual=_sparse(found.rows, found.witness), at_least=str(found.bound)),
    ]


def ranges(table: Table, found: Range) -> list[dict[str, Any]]:
    """`range` and `no narrower` of an exact result measured against the worst action; none of another."""
    if not found.exact or found.against != "worst":
        return []
    chances = _texts(found.law)
    common: dict[str, Any] = {"simplex": found.kind == "hull", "chances": chances}
    weights = _weights(table, found.weights)
    return [
        written.claim("range", **common, weights=weights, rho=str(found.rho)),
        written.claim("no narrower", **common, dual=_sparse(found.rows, found.witness), at_least=str(found.bound)),
    ]


def separation(found: Witness) -> list[dict[str, Any]]:
    """`separated`: the move that people want; none where it is no move from one law to another."""
    if found.offset == "none" or not rational.is_exact(found.nu) or not len(found.rows):
        return []
    most = max(ZERO, max(found.ais))
    if found.people <= most:
        return []
    away, to = (
        {int(r): sign * v / found.moved for r, v in zip(found.rows, found.nu, strict=True) if sign * v > 0}
        for sign in (-1, 1)
    )
    laws: dict[str, Any] = {"from": [[r, str(v)] for r, v in away.items()], "to": [[r, str(v)] for r, v in to.items()]}
    within = found.offset == "case"
    return [written.claim("separated", **laws, within_cases=within, ais_at_most=str(most), gain=str(found.people))]


def entrant(table: Table, found: Near, made: Missing) -> list[dict[str, Any]]:
    """`entrant`: the missing AI, its utility rounded to a few digits, and how near people are with it, exactly."""
    utility = rational.filled(made.utility.shape, [Fraction(f"{v:.{DIGITS}f}") for v in made.utility.tolist()])
    market = enters(Table(rational.exact(table.people), rational.exact(table.ais), *_rest(table)), utility, "entrant")
    again = near(market, kind=found.kind, offset=found.offset, sides=found.sides, exactly=True)
    if not again.exact:
        return []
    common: dict[str, Any] = {"simplex": again.kind == "hull", "offset": again.offset, "sides": SIDES[again.sides]}
    who = {"name": "entrant", "utility": _texts(utility)}
    return [written.claim("entrant", entrant=who, **common, **_mix(market, again), epsilon=str(again.epsilon))]


def _rest(table: Table) -> tuple[Any, ...]:
    return table.names, table.rows, table.cases, table.case_names


def _mix(table: Table, found: Near) -> dict[str, Any]:
    return {"weights": _weights(table, found.weights), "offsets": _texts(found.offsets)}


def _weights(table: Table, w: Array) -> dict[str, str]:
    return {name: str(value) for name, value in zip(table.names, w, strict=True) if value}


def _sparse(rows: Array, values: Array) -> list[list[Any]]:
    return [[int(r), str(v)] for r, v in zip(rows, values, strict=True) if v]


def _texts(values: Array) -> list[str]:
    return [str(rational.fraction(v)) for v in values]

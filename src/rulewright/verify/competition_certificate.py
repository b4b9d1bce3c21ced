"""Competition certificates as plain data: what they are about, and claims, sealed (docs/competition_certificate.md).

Arrays and numbers in either field go in, decimals as what they print as; JSON comes out. Nothing here finds or checks anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.rational import Array
from . import competition_checker as checker

VERSION = 1


def text(value: Any) -> str:
    """ "3/7" of any number."""
    return rational.text(rational.fraction(value))


def nested(array: Any) -> Any:
    """An array as lists of lists of text."""
    table = rational.exact(array)
    return [nested(row) for row in table] if table.ndim > 1 else [text(x) for x in table]


def table(
    people: Any, ais: Any, names: Sequence[str], *, rows: Sequence[str] = (), cases: Any = None
) -> dict[str, Any]:
    """About a table: people[r], ais[r, i], the number of each row's case."""
    return {
        "kind": "table",
        "names": list(names),
        "people": nested(people),
        "ais": nested(ais),
        "rows": list(rows),
        "cases": None if cases is None else [int(g) for g in cases],
    }


def rivals(
    prior: Any,
    alice: Any,
    bobs: Any,
    *,
    names: Sequence[str],
    states: Sequence[str],
    types: Sequence[str],
    actions: Sequence[str],
) -> dict[str, Any]:
    """About rivals: prior[s, t], which sums to one exactly, alice[s, t, a], bobs[i, s, t, a]."""
    return {
        "kind": "rivals",
        "names": list(names),
        "states": list(states),
        "types": list(types),
        "actions": list(actions),
        "prior": nested(prior),
        "alice": nested(alice),
        "bobs": nested(bobs),
    }


def panel(
    principal: Any,
    reviewers: Any,
    deviations: Any,
    *,
    names: Sequence[str],
    outcomes: Sequence[str],
    proposals: Sequence[str],
) -> dict[str, Any]:
    """About a panel: principal[o], reviewers[i, o], deviations[q, o]."""
    return {
        "kind": "panel",
        "names": list(names),
        "outcomes": list(outcomes),
        "proposals": list(proposals),
        "principal": nested(principal),
        "reviewers": nested(reviewers),
        "deviations": nested(deviations),
    }


def mix(names: Sequence[str], weights: Any) -> dict[str, str]:
    """{name: weight} of weights[i]; those of 0 are left out."""
    return {name: text(w) for name, w in zip(names, weights, strict=True) if w}


def sparse(vector: Any, positions: Sequence[int] | None = None) -> list[list[Any]]:
    """[[position, number], …] of vector[k]; zeros are left out."""
    at = range(len(vector)) if positions is None else positions
    return [[int(k), text(x)] for k, x in zip(at, vector, strict=True) if x]


def outcome(chances: Array, plans: Array) -> list[list[Any]]:
    """[[s, plan, q], …] of q[s, π] given the state, and plans[π, t]."""
    return [[int(s), [int(a) for a in plans[n]], text(chances[s, n])] for s, n in np.argwhere(chances != 0)]


def obedience(multipliers: Array, plans: Array) -> list[list[Any]]:
    """[[plan, t, b, λ], …] of λ[π, t, b]."""
    found = np.argwhere(multipliers != 0)
    return [[[int(a) for a in plans[n]], int(t), int(b), text(multipliers[n, t, b])] for n, t, b in found]


def plain(value: Any) -> Any:
    """A field of a claim as JSON: rationals and decimals as text, positions and counts as they are."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (Fraction, float, np.floating)):
        return text(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value]


def claim(name: str, /, **fields: Any) -> dict[str, Any]:
    """A claim with these fields. Numbers that are rationals should come as Fractions or floats: an int is a count."""
    return {"claim": name, **{key: plain(value) for key, value in fields.items()}, "grade": checker.GRADE}


def certificate(about: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """The whole, each claim with the digest that ties it to the rest. Raises InputError where there is none."""
    if not claims:
        raise InputError(where="certificate", needed="a claim", found="none")
    whole = {"format": checker.FORMAT, "version": VERSION, "title": title, "about": dict(about), "claims": []}
    rest = checker.rest(whole)
    whole["claims"] = [{**each, "digest": checker.sealed(rest, each)} for each in claims]
    return whole


def written(whole: Mapping[str, Any]) -> str:
    """The file's text: the same certificate, the same bytes."""
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"

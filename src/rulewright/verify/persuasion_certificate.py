"""Certificates about persuasion in time as plain data: the process, the signal, and claims, sealed.

Rationals go in, JSON comes out; docs/theory/persuasion_in_time.md is the format. Nothing here finds or checks anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.rational import Array
from . import persuasion_checker as checker

VERSION = 1


def plain(value: Any) -> Any:
    """Numbers as "3/7", arrays as nested lists."""
    if isinstance(value, np.ndarray) and value.ndim:
        return [plain(v) for v in value]
    return rational.text(rational.fraction(value))


def about(
    law: Array,
    sender: Array,
    receiver: Array,
    moves: Array,
    start: Array,
    discount: Any,
    horizon: int | None,
    signal: Array,
) -> dict[str, Any]:
    """A process and a signal[t, s, θ, a] (one t where there is no horizon), all exact."""
    states, parameters, acts = sender.shape
    tables = {"law": law, "sender": sender, "receiver": receiver, "moves": moves, "start": start, "signal": signal}
    return {
        "states": states,
        "parameters": parameters,
        "acts": acts,
        "discount": plain(discount),
        "horizon": horizon,
        **{key: plain(value) for key, value in tables.items()},
    }


def claim(name: str, /, **given: Any) -> dict[str, Any]:
    """A claim with these fields, numbers and arrays."""
    return {"claim": name, "grade": checker.GRADE, **{key: plain(value) for key, value in given.items()}}


def certificate(process: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """The whole, sealed. Raises InputError where there is no claim."""
    if not claims:
        raise InputError(where="certificate", needed="a claim", found="none")
    whole = {
        "format": checker.FORMAT,
        "version": VERSION,
        "title": title,
        "about": dict(process),
        "claims": [dict(each) for each in claims],
    }
    return {**whole, "digest": checker.digest(whole)}

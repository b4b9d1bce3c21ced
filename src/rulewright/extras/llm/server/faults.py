"""Faults on purpose: which request fails, and how, follows from a seed, the request and how often it came, and from nothing else.

They are named in a model's name ("selfish+429=0.2+slow=0.1"), in the header X-Rulewright-Faults ("429=0.2, slow=0.1"), or given to
the server for all. A request has at most one fault. A refusal of a format (noschema, nojson) is no chance: give it 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random

from ....errors import InputError

FAULTS = {
    "429": "too many requests, with Retry-After",
    "500": "an internal error",
    "503": "unavailable",
    "cut": "the answer's bytes break off",
    "broken": "the model's JSON breaks off",
    "slow": "the answer comes late",
    "reset": "the connection is reset",
    "wrong": "JSON that does not meet the schema",
    "empty": "an empty answer",
    "filter": "withheld by a content filter",
    "length": "cut off at the limit of tokens",
    "html": "a web page in the place of JSON",
    "noschema": "response_format json_schema is refused",
    "nojson": "every response_format is refused",
    "notemperature": "temperature is refused",
    "newlimit": "max_tokens is refused, max_completion_tokens wanted",
}
REFUSALS = ("noschema", "nojson", "notemperature", "newlimit")


def faults(said: Mapping[str, float]) -> dict[str, float]:
    """{name: rate}, checked. Raises InputError."""
    for name, rate in said.items():
        if name not in FAULTS:
            raise InputError(where="faults", needed=f"one of {', '.join(FAULTS)}", found=repr(name)[:40])
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise InputError(where=f"faults, {name}", needed="a rate from 0 to 1", found=repr(rate)[:40])
    chances = math.fsum(rate for name, rate in said.items() if name not in REFUSALS)
    if chances > 1 + 1e-9:
        raise InputError(where="faults", needed="rates that add up to at most 1", found=f"{chances:g}")
    return dict(said)


def read_faults(text: str, between: str = "+") -> dict[str, float]:
    """Of "429=0.2+slow=0.1"; a name alone is always."""
    found: dict[str, float] = {}
    for part in (part.strip() for part in text.split(between)):
        if not part:
            continue
        name, _, rate = part.partition("=")
        try:
            found[name.strip()] = float(rate) if rate else 1.0
        except ValueError:
            raise InputError(where=f"faults, {name}"[:60], needed="a rate from 0 to 1", found=repr(rate)[:40]) from None
    return faults(found)


def drawn(rates: Mapping[str, float], seed: int, request: str, times: int) -> str:
    """The fault of the `times`-th time that this request came; "" for none."""
    u, total = Random(f"{seed} {times} {request}").random(), 0.0
    for name, rate in rates.items():
        if name in REFUSALS:
            continue
        total += rate
        if u < total:
            return name
    return ""

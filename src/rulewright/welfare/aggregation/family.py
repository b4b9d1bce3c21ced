"""The declared family of aggregators, by the names that files give them."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from fractions import Fraction

from ...errors import InputError
from .aggregator import Aggregator
from .bridging import Bridging
from .consensus import GroupConsensus, Leximin
from .counted import Majority, Supermajority
from .middles import Mean, Median

FAMILY: dict[str, Callable[[], Aggregator]] = {
    "majority": Majority,
    "mean": Mean,
    "median": Median,
    "consensus": GroupConsensus,
    "leximin": Leximin,
    "bridging": Bridging,
}
WITH_NUMBER: dict[str, Callable[[Fraction], Aggregator]] = {
    "supermajority": Supermajority,
    "consensus": lambda bar: GroupConsensus(float(bar)),
}


def aggregator(said: str) -> Aggregator:
    """ "majority", "supermajority:2/3", "consensus", "consensus:0.6", "leximin", "mean", "median", "bridging".

    Raises InputError with the nearest name.
    """
    name, colon, number = said.partition(":")
    name = name.strip()
    if colon and name in WITH_NUMBER:
        try:
            quota = Fraction(number.strip())
        except (ValueError, ZeroDivisionError):
            raise InputError(needed=f"a number after {name}:, such as 2/3 or 0.7", found=repr(number)) from None
        return WITH_NUMBER[name](quota)
    if not colon and name in FAMILY:
        return FAMILY[name]()
    if not colon and name in WITH_NUMBER:
        raise InputError(needed=f"a quota, as in {name}:2/3", found=repr(said))
    names = [*FAMILY, *(f"{n}:…" for n in WITH_NUMBER)]
    near = difflib.get_close_matches(name, [*FAMILY, *WITH_NUMBER], n=1)
    raise InputError(
        needed=f"an aggregator among {', '.join(names)}",
        found=repr(said),
        remedy=f"Did you mean {near[0]!r}?" if near else "",
    )

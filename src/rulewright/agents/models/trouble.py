"""A request that came to nothing, told so that whoever waits knows whether asking again may help and whether it may have cost."""

from __future__ import annotations

from ...errors import Unsolved


class Trouble(Unsolved):
    """No answer this time. `passing`: asking again may help; `paid`: the provider may have charged for it all the same."""

    passing: bool = False
    paid: bool = False
    after: float = 0.0
    """Seconds that the provider asked to be left alone."""


def trouble(
    where: str,
    needed: str,
    found: str,
    remedy: str = "",
    *,
    passing: bool = False,
    paid: bool = False,
    after: float = 0.0,
) -> Trouble:
    """One, filled in."""
    made = Trouble(where=where, needed=needed, found=found, remedy=remedy)
    made.passing, made.paid, made.after = passing, paid, after
    return made

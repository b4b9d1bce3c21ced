"""A certificate of a menu: truthful, voluntary, feasible, and what it earns, in exact rationals, for `rulewright check`."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import fraction
from ...verify import menu_certificate as written
from ...verify import menu_checker as checker
from ..laws import Law, Pieces, Triangle, Uniform
from .posted import PostedMenu, at_most_one
from .regions import revenue
from .sizes import SizeMenu

DIGITS = 9  # after the point, of options and prices
LONG = 400  # digits of a revenue; longer ones are claimed rounded down
SHORT = 10**15


def rounded(menu: PostedMenu, digits: int = DIGITS) -> PostedMenu:
    """The same with numbers of so few digits; chances are rounded down, so that they stay lotteries, prices to the nearest."""
    unit = 10**digits
    options = np.floor(np.round(menu.options * unit, 3)) / unit
    return PostedMenu(menu.environment, options, np.minimum(np.round(menu.prices, digits), menu.environment.budget))


def _law(law: Law) -> dict[str, Any]:
    if isinstance(law, Triangle):
        return dict(written.TRIANGLE)
    if isinstance(law, Uniform):
        law = Pieces(tuple(zip(law.low, law.high, strict=True)), ((1.0,),) * law.dimensions)
    known = isinstance(law, Pieces) and max(map(len, law.chances)) <= checker.MOST_PIECES
    if not isinstance(law, Pieces) or not known or any(a >= b for e in law.edges for a, b in pairwise(e)):
        return dict(written.UNSTATED)
    chances = [[fraction(p) / sum(map(fraction, row)) for p in row] for row in law.chances]
    return written.pieces(law.edges, chances)


def certificate(menu: PostedMenu | SizeMenu, *, title: str = "") -> dict[str, Any]:
    """What `json.dump` writes and `rulewright check` reads, of the menu with numbers rounded to 9 digits after the point.

    Revenue over the whole continuum is claimed for one or two items with values uniform on pieces; exactly, or rounded down where
    the number is very long. Raises InputError for other mechanisms, TooLarge for size menus of more than 16 items.
    """
    if not isinstance(menu, PostedMenu | SizeMenu):
        raise InputError(where="certificate", needed="a menu", found=type(menu).__name__)
    posted = rounded(menu.posted() if isinstance(menu, SizeMenu) else menu)
    there = posted.environment
    law = _law(there.laws[0])
    claims = [written.claim("truthful"), written.claim("voluntary"), written.claim("feasible")]
    if posted.prices.min() >= 0:
        claims.append(written.claim("no deficit"))
    if law["kind"] != "unstated" and there.dimensions <= 2 and len(posted.prices) <= checker.MOST_OPTIONS:
        found = revenue(there.laws[0], posted.options, posted.prices)
        short = len(str(found.denominator)) <= LONG
        value = found if short else Fraction(math.floor(found * SHORT), SHORT)
        claims.append(
            written.claim("revenue", **{"is": "exactly" if short else "at least", "value": written.text(value)})
        )
    budget = None if math.isinf(there.budget) else there.budget
    about = written.about(posted.options.tolist(), posted.prices.tolist(), law, unit=at_most_one(there), budget=budget)
    return written.certificate(about, claims, title or there.name)

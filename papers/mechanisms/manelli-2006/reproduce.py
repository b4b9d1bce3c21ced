"""One buyer: closed forms of optimal menus, found by `learn_menu` and counted exactly. `python papers manelli-2006`.

After Manelli & Vincent 2006, Pavlov 2011, Daskalakis, Deckelbaum & Tzamos 2017, Giannakopoulos & Koutsoupias 2014; closed forms are
recomputed here, no table of theirs is copied. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from rulewright.mechanisms import Environment, Triangle, Uniform, auction, estimate
from rulewright.mechanisms.menus import PostedMenu, SizeMenu, certificate, learn_menu, revenue, straight_jacket
from rulewright.verify import formats

SETTINGS: dict[str, Callable[[], Environment]] = {
    "additive, [0, 1]": lambda: auction(1, 2),
    "unit demand, [0, 1]": lambda: auction(1, 2, demand="unit"),
    "unit demand, [2, 3]": lambda: auction(1, 2, low=2.0, high=3.0, demand="unit"),
    "additive, [4, 16] and [4, 7]": lambda: auction(1, 2, low=4.0, high=(16.0, 7.0)),
    "additive, triangle": lambda: auction(1, 2, law=Triangle()),
    "one item, [0, 1]": lambda: auction(1, 1),
}


@cache
def menu(name: str) -> PostedMenu:
    found = learn_menu(SETTINGS[name]()).mechanism
    assert isinstance(found, PostedMenu)
    return found


def earned(name: str) -> Callable[[bool], float]:
    return lambda fast: float(revenue(menu(name).environment.laws[0], menu(name).options, menu(name).prices))


def straight(fast: bool) -> float:
    posted = SizeMenu(auction(1, 2), straight_jacket(2)).posted()
    return float(revenue(Uniform((0.0, 0.0), (1.0, 1.0)), posted.options, posted.prices))


def lottery(fast: bool) -> float:
    """The chance of either item in the lottery that is sold."""
    options = menu("unit demand, [2, 3]").options
    return float(np.sort(options, axis=1)[:, 0].max())


def certified(fast: bool) -> float:
    """Claims that hold, of all certificates."""
    return float(sum(v.holds for name in SETTINGS for v in formats.check(certificate(menu(name)))))


def ten(fast: bool) -> float:
    found = learn_menu(auction(1, 10)).mechanism
    return estimate(found, profiles=100_000 if fast else 1_000_000).mean


CLAIMS: dict[str, Callable[[bool], float]] = {
    **{f"revenue, {name}": earned(name) for name in SETTINGS},
    "revenue of straight-jacket prices, additive, [0, 1]": straight,
    "chance of either item in the lottery, unit demand, [2, 3]": lottery,
    "claims of six certificates that hold": certified,
    "revenue, ten items, [0, 1], any k for p_k": ten,
}


if __name__ == "__main__":
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.6f}")

"""One buyer, menus: optima that are known in closed form, found by the search and counted over the continuum."""

from functools import cache

import numpy as np

from rulewright.mechanisms import Exponential, Triangle, Uniform, auction
from rulewright.mechanisms.menus import PostedMenu, SizeMenu, learn_menu, revenue, straight_jacket

from .answer import Known

RECOMPUTED = "closed form, recomputed"
SETTINGS = {
    "Manelli–Vincent": lambda: auction(1, 2),
    "unit": lambda: auction(1, 2, demand="unit"),
    "lotteries": lambda: auction(1, 2, low=2.0, high=3.0, demand="unit"),
    "unlike": lambda: auction(1, 2, low=4.0, high=(16.0, 7.0)),
    "triangle": lambda: auction(1, 2, law=Triangle()),
    "single": lambda: auction(1, 1),
}


@cache
def found(name):
    return learn_menu(SETTINGS[name]()).mechanism


def earned(name):
    menu = found(name)
    return float(revenue(menu.environment.laws[0], menu.options, menu.prices))


def straight():
    menu = SizeMenu(auction(1, 2), straight_jacket(2)).posted()
    return float(revenue(Uniform((0.0, 0.0), (1.0, 1.0)), menu.options, menu.prices))


def bundle_of_exponentials():
    return learn_menu(auction(1, 2, law=Exponential((1.0, 1.0))), steps=3).value


def one_price():
    menu = PostedMenu(SETTINGS["lotteries"](), np.eye(2), np.full(2, SINGLE))
    return float(revenue(menu.environment.laws[0], menu.options, menu.prices))


GRIDS = "own measurement: linear programmes on grids of 20² and 40² types, carried on to 1/side = 0"
SINGLE = (4 + 7**0.5) / 3
BEST_BUNDLE = (1 + 5**0.5) / 2
KNOWN = [
    Known(
        "one buyer, two items uniform on [0, 1]: revenue of the menu that is found",
        f"after Manelli & Vincent 2006, J. Econ. Theory 127; {RECOMPUTED}: (12 + 2√2)/27",
        (12 + 2 * 2**0.5) / 27,
        lambda: earned("Manelli–Vincent"),
        1e-7,
    ),
    Known(
        "the same at the straight-jacket prices 2/3 and (4 − √2)/3",
        f"after Giannakopoulos & Koutsoupias 2014, EC; {RECOMPUTED}: (12 + 2√2)/27",
        (12 + 2 * 2**0.5) / 27,
        straight,
        1e-12,
    ),
    Known(
        "unit demand, two items uniform on [0, 1]: revenue of the menu that is found",
        f"after Pavlov 2011, B.E. J. Theor. Econ. 11; {RECOMPUTED}: 2√3/9, each item at 1/√3",
        2 * 3**0.5 / 9,
        lambda: earned("unit"),
        1e-7,
    ),
    Known(
        "unit demand, two items uniform on [2, 3]: both at the best single price",
        f"{RECOMPUTED}: p (1 − (p − 2)²) at p = (4 + √7)/3",
        SINGLE * (1 - (SINGLE - 2) ** 2),
        one_price,
        1e-12,
    ),
    Known(
        "the same with the lotteries of the menu that is found",
        f"{GRIDS}; the optimum needs lotteries (Pavlov 2011)",
        2.1325,
        lambda: earned("lotteries"),
        0.003 * 2.1325,
    ),
    Known(
        "values uniform on [4, 16] and [4, 7]: revenue of the menu that is found",
        "after Daskalakis, Deckelbaum & Tzamos 2017, Econometrica 85; 88/9 of (½, 1) for 8 and the pair for 12, recomputed",
        88 / 9,
        lambda: earned("unlike"),
        1e-6,
    ),
    Known(
        "the same, against grid programmes carried on to the continuum",
        GRIDS,
        9.777,
        lambda: earned("unlike"),
        0.003 * 9.777,
    ),
    Known(
        "values uniform on a triangle: revenue of the menu that is found",
        f"{RECOMPUTED}: p (1 − p²) at p = 1/√3, the pair alone: 2√3/9",
        2 * 3**0.5 / 9,
        lambda: earned("triangle"),
        1e-7,
    ),
    Known(
        "the same, against grid programmes carried on to the continuum again",
        GRIDS,
        0.3847,
        lambda: earned("triangle"),
        0.003 * 0.3847,
    ),
    Known(
        "a single item uniform on [0, 1]: Myerson",
        "Myerson 1981, Math. Oper. Res. 6: ¼",
        0.25,
        lambda: earned("single"),
        1e-9,
    ),
    Known(
        "two items, exponential with mean 1: the pair alone",
        f"after Daskalakis, Deckelbaum & Tzamos 2017; {RECOMPUTED}: max p (1 + p) e^(−p) at the golden ratio; held-out sample",
        float(BEST_BUNDLE * (1 + BEST_BUNDLE) * np.exp(-BEST_BUNDLE)),
        bundle_of_exponentials,
        0.01,
    ),
]

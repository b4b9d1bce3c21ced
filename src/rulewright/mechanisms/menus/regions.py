"""Two items: where an option is best is a polygon, so that what a menu earns is a sum of areas, over the whole continuum.

    R_k = {θ : θ·(x_k − x_l) ≥ p_k − p_l for all l}          E[goal] = Σ_k ∫_{R_k} (α θ·x_k + β p_k) f(θ) dθ

for laws that are uniform on pieces: boxes, products of pieces, the triangle. The same lines serve floats and Fractions; in
Fractions nothing is rounded. The slopes follow from the fundamental theorem (the boundary between k and l, of length L with its
middle at c, moves; the goal jumps there by (α + β)(p_k − p_l)):

    ∂/∂p_k = β·area_k − Σ_l (α + β)(p_k − p_l) f L_kl/|x_k − x_l|
    ∂/∂x_k = α·∫_{R_k} θ f + Σ_l (α + β)(p_k − p_l) c_kl f L_kl/|x_k − x_l|
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ...errors import InputError
from ...numerics.rational import fraction
from ..laws import Law, Pieces, Triangle, Uniform

Number = Any  # float or Fraction: one field throughout
Corner = tuple[
    Number, Number, int
]  # a vertex, and what lies across the edge that leaves it: an option, or −1 for the end of the law
BORDER = -1


@dataclass(frozen=True)
class Cell:
    """A convex polygon, counter-clockwise, on which the law has one density."""

    corners: tuple[tuple[Number, Number], ...]
    density: Number


def beside_nothing(law: Law) -> Law:
    """A law of one value as one of two, of which the second is uniform on [0, 1] and nobody is offered anything of it."""
    if isinstance(law, Uniform) and law.dimensions == 1:
        return Uniform((*law.low, 0.0), (*law.high, 1.0))
    if isinstance(law, Pieces) and law.dimensions == 1:
        return Pieces((*law.edges, (0.0, 1.0)), (*law.chances, (1.0,)))
    return law


def cells(law: Law, number: Callable[[Any], Number] = float) -> list[Cell]:
    """The law as pieces. Raises InputError unless it has one or two dimensions and is uniform on pieces of some area."""
    law = beside_nothing(law)
    if isinstance(law, Triangle):
        zero, one = number(0), number(1)
        return [Cell(((zero, zero), (one, zero), (zero, one)), number(2))]
    if isinstance(law, Uniform) and law.dimensions == 2:
        law = Pieces(tuple(zip(law.low, law.high, strict=True)), ((1.0,), (1.0,)))
    if not isinstance(law, Pieces) or law.dimensions != 2:
        raise InputError(where="menu", needed="one or two values, uniform on pieces", found=str(law))
    found = []
    (first, second), (one_chance, other_chance) = law.edges, law.chances
    total = sum(map(number, one_chance)) * sum(map(number, other_chance))
    for i, p in enumerate(map(number, one_chance)):
        for j, q in enumerate(map(number, other_chance)):
            if p * q == 0:
                continue
            a, b, c, d = (number(v) for v in (first[i], first[i + 1], second[j], second[j + 1]))
            if a == b or c == d:
                raise InputError(where="menu", needed="a law without atoms", found=str(law))
            found.append(Cell(((a, c), (b, c), (b, d), (a, d)), p * q / (total * (b - a) * (d - c))))
    return found


def clip(corners: list[Corner], a: Number, b: Number, c: Number, beyond: int) -> list[Corner]:
    """The part of a convex polygon with a·x + b·y ≥ c; the new edge is labelled `beyond`."""
    sides = [a * x + b * y - c for x, y, _ in corners]
    if min(sides) >= 0:
        return corners
    kept: list[Corner] = []
    for i, (x, y, label) in enumerate(corners):
        here, there = sides[i], sides[i + 1 - len(sides)]
        if here >= 0:
            kept.append((x, y, label))
        if (here > 0 > there) or (here < 0 < there):
            s = here / (here - there)
            u, v, _ = corners[i + 1 - len(sides)]
            kept.append((x + s * (u - x), y + s * (v - y), beyond if here > 0 else label))
        elif here == 0 > there:
            kept[-1] = (x, y, beyond)
    return kept


def region(cell: Cell, options: Sequence[Sequence[Number]], prices: Sequence[Number], k: int) -> list[Corner]:
    """Where in the cell option k is best; empty where it is nowhere."""
    corners: list[Corner] = [(x, y, BORDER) for x, y in cell.corners]
    (x, y), p = options[k], prices[k]
    for other, (u, v) in enumerate(options):
        if other != k and len(corners) > 2:
            corners = clip(corners, x - u, y - v, p - prices[other], other)
    return corners if len(corners) > 2 else []


def moments(corners: list[Corner]) -> tuple[Number, Number, Number]:
    """Area, and the integrals of both coordinates."""
    if not corners:
        return 0, 0, 0
    ox, oy, _ = corners[0]
    area = first = second = 0 * ox
    for (x, y, _), (u, v, _) in pairwise(corners[1:]):
        part = (x - ox) * (v - oy) - (u - ox) * (y - oy)
        area, first, second = area + part, first + part * (ox + x + u), second + part * (oy + y + v)
    return area / 2, first / 6, second / 6


def goal(
    law: Sequence[Cell], options: Sequence[Sequence[Number]], prices: Sequence[Number], alpha: Number, beta: Number
) -> Number:
    """E[α θ·x + β p] over the continuum; revenue is α = 0, β = 1. Options differ from each other."""
    total = 0 * prices[0]
    for cell in law:
        for k, (x, y) in enumerate(options):
            area, first, second = moments(region(cell, options, prices, k))
            total += cell.density * (beta * prices[k] * area + alpha * (x * first + y * second))
    return total


@dataclass(frozen=True)
class Slopes:
    """The goal and its derivatives."""

    value: float
    options: list[list[float]]
    """[option, item]"""
    prices: list[float]
    chances: list[float]
    """[option]: how often it is taken."""


def slopes(law: Sequence[Cell], options: Any, prices: Any, alpha: float, beta: float) -> Slopes:
    """In floats."""
    count, total = len(prices), 0.0
    by_option, by_price, chances = [[0.0, 0.0] for _ in range(count)], [0.0] * count, [0.0] * count
    for cell in law:
        f = cell.density
        for k, (x, y) in enumerate(options):
            corners = region(cell, options, prices, k)
            area, first, second = moments(corners)
            chances[k] += f * area
            total += f * (beta * prices[k] * area + alpha * (x * first + y * second))
            by_price[k] += beta * f * area
            by_option[k][0] += alpha * f * first
            by_option[k][1] += alpha * f * second
            for i, (ax, ay, label) in enumerate(corners):
                if label == BORDER:
                    continue
                bx, by, _ = corners[i + 1 - len(corners)]
                steep = math.hypot(x - options[label][0], y - options[label][1])
                rate = f * (alpha + beta) * (prices[k] - prices[label]) * math.hypot(bx - ax, by - ay) / steep
                by_price[k] -= rate
                by_option[k][0] += rate * (ax + bx) / 2
                by_option[k][1] += rate * (ay + by) / 2
    return Slopes(total, by_option, by_price, chances)


def exactly(values: Any) -> list[Any]:
    """The same numbers as Fractions: a float stands for the shortest decimal that prints as it."""
    return [fraction(v) if isinstance(v, str) or not hasattr(v, "__iter__") else exactly(v) for v in values]


def revenue(law: Law, options: Any, prices: Any) -> Fraction:
    """What the menu earns over the continuum, in exact rationals; nothing, for nothing, is always an option.

    Raises InputError for laws that are not uniform on pieces.
    """
    both = [*zip(exactly(options), exactly(prices), strict=True), ([Fraction(0)], Fraction(0))]
    unlike = dict(sorted((((*x, Fraction(0))[:2], p) for x, p in both), reverse=True))  # of equal options the cheapest
    found = goal(cells(law, fraction), list(unlike), list(unlike.values()), Fraction(0), Fraction(1))
    return Fraction(found)

"""Where numbers lie on paper: a rectangle with axes, and the triangle of three shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...numerics.rational import Array
from ..words import number
from .canvas import Canvas, short, width_of

HEIGHT = 3**0.5 / 2
SIMPLE = 99  # largest denominator that is written as a fraction


@dataclass(frozen=True)
class Frame:
    """A rectangle of pixels for x and y within limits; y grows upwards."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)
        return self.left + self.width * across, self.top + self.height * (1 - up)

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    def axes(
        self,
        canvas: Canvas,
        across: str,
        up: str,
        *,
        at_x: Sequence[float] | None = None,
        at_y: Sequence[float] | None = None,
        say_x: Callable[[float], str] = lambda v: number(v, 3),
        inks: tuple[str, str] = ("soft", "soft"),
    ) -> None:
        """Box, ticks, and what the axes mean."""
        for x in ticks(*self.x) if at_x is None else at_x:
            px, _ = self(x, self.y[0])
            canvas.lines([(px, self.top), (px, self.bottom + 4)], "line", width=1)
            canvas.text(px, self.bottom + 18, say_x(x), ink="soft", size=12, anchor="middle")
        ups = ticks(*self.y) if at_y is None else at_y
        labels = _apart(ups)
        for y, label in zip(ups, labels, strict=True):
            _, py = self(self.x[0], y)
            canvas.lines([(self.left - 4, py), (self.right, py)], "line", width=1)
            canvas.text(self.left - 8, py + 4, label, ink="soft", size=12, anchor="end")
        name = short(across, int(self.width / 6.6))
        canvas.text(
            self.left + self.width / 2, self.bottom + 38, name, ink=inks[0], anchor="middle", size=12.5, full=across
        )
        name = short(up, int(self.height / 6.6))
        room = max(44, 18 + 7 * max(map(len, labels), default=0))
        x, y = max(self.left - room, 14), self.top + self.height / 2
        canvas.text(x, y, name, ink=inks[1], anchor="middle", size=12.5, turn=-90, full=up)


@dataclass(frozen=True)
class Triangle:
    """Shares of three actions: the first bottom left, the second bottom right, the third on top."""

    left: float
    top: float
    side: float

    @property
    def height(self) -> float:
        return self.side * HEIGHT

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def __call__(self, shares: Any) -> tuple[float, float]:
        x = self.left + self.side * (float(shares[1]) + float(shares[2]) / 2)
        return x, self.bottom - self.height * float(shares[2])

    def corners(self) -> list[tuple[float, float]]:
        return [self(shares) for shares in np.eye(3)]

    def outline(self, canvas: Canvas, labels: Sequence[str], ink: str = "ink") -> None:
        """The edges, and the corners' names."""
        a, b, c = self.corners()
        canvas.lines([a, b, c, a], "soft", width=1.2)
        most = int(self.side / 2 / 7.4)
        for (x, y), label, anchor, down in (
            (a, labels[0], "start", 20),
            (b, labels[1], "end", 20),
            (c, labels[2], "middle", -14),
        ):
            at = x + {"start": -8, "end": 8, "middle": 0}[anchor]
            canvas.text(at, y + down, short(label, most), ink=ink, anchor=anchor, weight=600, full=label)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers within the limits."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low]
    rough = span / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _apart(values: Sequence[float]) -> list[str]:
    """Numbers in words, with as many digits as it takes to tell them apart."""
    tried = ([number(v, digits) for v in values] for digits in (3, 4, 5))
    return next((labels for labels in tried if len(set(labels)) == len(labels)), [number(v, 6) for v in values])


def roomy(values: Any, share: float = 0.07) -> tuple[float, float]:
    """Limits with a little room around the values."""
    low, high = float(np.min(values)), float(np.max(values))
    pad = share * (high - low) if high > low else max(abs(high), 1.0) * 0.1
    return low - pad, high + pad


def said(value: Any) -> str:
    """A number for people: a fraction where it is exact and simple."""
    if isinstance(value, (Fraction, int)) and Fraction(value).denominator <= SIMPLE:
        return str(Fraction(value)).replace("-", "−")
    v = float(value)
    shown = number(v, 3)
    near = Fraction(v).limit_denominator(60)
    return (
        str(near).replace("-", "−")
        if abs(float(near) - v) < 1e-9 < abs(float(shown.replace(",", "").replace("−", "-")) - v)
        else shown
    )


def mixture(shares: Array, labels: Sequence[str], most: int = 4) -> str:
    """A mixed strategy in words, actions that are played only."""
    played = [(label, p) for label, p in zip(labels, shares, strict=True) if p > 1e-9]
    if len(played) == 1:
        return short(played[0][0], 22)
    parts = [f"{short(label, 16)} {said(p)}" for label, p in played[:most]]
    return ", ".join(parts + [f"and {len(played) - most} more"] * (len(played) > most))


def placed(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights moved apart to at least `gap`, in order, within limits where they fit."""
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    found = [0.0] * len(heights)
    last = low - gap
    for k in order:
        last = found[k] = max(heights[k], last + gap)
    ceiling = high
    for k in reversed(order):
        found[k] = min(found[k], ceiling)
        ceiling = found[k] - gap
    return found


def paragraph(canvas: Canvas, lines: Sequence[str], x: float, y: float, width: float, *, ink: str = "soft") -> float:
    """Lines of small text, wrapped to `width` pixels; returns the y below them."""
    size, most = 12.5, max(12, int(width / (0.5 * 12.5)))
    for line in lines:
        row = ""
        for word in line.split(" "):
            if row and len(row) + 1 + len(word) > most:
                canvas.text(x, y, row, ink=ink, size=size)
                y, row = y + 17, "    " + word
            else:
                row = f"{row} {word}" if row else word
        canvas.text(x, y, short(row, most + 4), ink=ink, size=size, full=row)
        y += 19
    return y


def legend(canvas: Canvas, entries: Sequence[tuple[str, str]], x: float, y: float, width: float) -> float:
    """Coloured squares (ink, label) in rows; returns the y below."""
    at = x
    for ink, label in entries:
        text = short(label, 28)
        need = 22 + width_of(text, 12.5) + 14
        if at > x and at + need > x + width:
            at, y = x, y + 20
        canvas.box(at, y - 10, 12, 12, ink, opacity=0.55, edge=ink)
        canvas.text(at + 18, y, text, size=12.5, full=label)
        at += need
    return y + 20 if entries else y

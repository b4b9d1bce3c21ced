"""What people lose in each market, against knowing all that the AIs know: alone, with the best AI, in the worst equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..words import number, wrapped
from .canvas import Canvas, Picture, short, width_of
from .frame import ticks

LEFT, WIDTH, THICK, GAP = 208, 440, 13, 16
INKS = ("soft", "p3", "r1")
BARS = ("no information", "best single AI", "worst equilibrium")
NOTHING = 5e-10  # a loss below this is none


@dataclass(frozen=True)
class Lost:
    """One market: three losses of at least 0, and what is guaranteed, if anything is."""

    name: str
    uninformed: float
    alone: float
    worst: float
    guaranteed: float | None
    """People lose at most this, by the theorem; None where it does not apply."""
    ideal: bool = False
    """Whether this is the market that is recommended."""

    @property
    def bars(self) -> tuple[float, float, float]:
        return self.uninformed, self.alone, self.worst


def losses(markets: Sequence[Lost]) -> Picture:
    """Bars from zero, which is OPT: the shorter, the better. A diamond: people lose no more than that, by the theorem."""
    canvas = Canvas()
    title = "What people lose"
    canvas.text(20, 30, title, size=15, weight=600)
    top = max([1e-9, *(x for m in markets for x in (*m.bars, m.guaranteed or 0.0))])
    limit = top * 1.04
    y = _legend(canvas, 54) + 14
    start, block = y, 3 * THICK + GAP
    bottom = start + block * len(markets)
    for x in ticks(0, limit):
        px = LEFT + WIDTH * x / limit
        canvas.lines([(px, start - 6), (px, bottom)], "line", width=1)
        canvas.text(px, bottom + 16, number(x, 3), ink="soft", size=12, anchor="middle")
    for market in markets:
        _market(canvas, market, y, limit)
        y += block
    canvas.lines([(LEFT, start - 6), (LEFT, bottom)], "ink", width=2, kind="opt")
    canvas.text(
        LEFT + WIDTH / 2,
        bottom + 36,
        "expected utility lost, against knowing everything (OPT = 0)",
        ink="soft",
        size=12.5,
        anchor="middle",
    )
    return canvas.picture(title, _says(markets), LEFT + WIDTH + 90, bottom + 52)


def _market(canvas: Canvas, market: Lost, y: float, limit: float) -> None:
    if market.ideal:
        canvas.box(8, y - 5, LEFT + WIDTH + 74, 3 * THICK + 10, "r0", opacity=0.1)
    lines = wrapped(market.name, 25).split("\n")
    for k, line in enumerate(lines[:3]):
        at = y + 1.5 * THICK + 4.5 + 15 * (k - (min(len(lines), 3) - 1) / 2)
        said = short(line, 27) if k < 2 or len(lines) < 4 else short(f"{line} …", 27)
        canvas.text(LEFT - 12, at, said, anchor="end", weight=600, full=market.name)
    for k, (loss, ink) in enumerate(zip(market.bars, INKS, strict=True)):
        at = y + k * THICK
        wide = max(WIDTH * loss / limit, 1.5)
        if k == 2 and loss <= NOTHING:
            ink = "r0"
        canvas.box(LEFT, at + 1, wide, THICK - 2, ink, opacity=0.85, kind=f"bar-{k}")
        canvas.text(
            LEFT + wide + 7,
            at + THICK - 2.5,
            number(loss),
            size=11.5,
            weight=700 if k == 2 else 400,
            ink="ink" if k == 2 else "soft",
            halo=True,
        )
    if market.guaranteed is not None:
        px, mid, r = LEFT + WIDTH * market.guaranteed / limit, y + 2.5 * THICK, 6.5
        canvas.area(
            [(px - r, mid), (px, mid - r), (px + r, mid), (px, mid + r)], "paper", edge="p0", width=2, kind="guarantee"
        )


def _legend(canvas: Canvas, y: float) -> float:
    x = 28.0
    for ink, name in zip(INKS, BARS, strict=True):
        canvas.box(x, y - 10, 12, 12, ink, opacity=0.85)
        canvas.text(x + 18, y, name, size=12.5)
        x += 18 + width_of(name, 12.5) + 18
    canvas.area([(x, y - 4), (x + 6, y - 10), (x + 12, y - 4), (x + 6, y + 2)], "paper", edge="p0", width=2)
    canvas.text(x + 18, y, "guaranteed: no more than", size=12.5)
    return y


def _says(markets: Sequence[Lost]) -> str:
    parts = [
        f"{m.name}: {number(m.uninformed)} without information, {number(m.alone)} with the best single AI, {number(m.worst)} in "
        "the worst equilibrium" + (f", at most {number(m.guaranteed)} guaranteed" if m.guaranteed is not None else "")
        for m in markets
    ]
    return "Losses against knowing everything. " + "; ".join(parts) + "."

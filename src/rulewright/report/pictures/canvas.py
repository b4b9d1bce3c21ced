"""Plain SVG: shapes and text in inks that have a colour for light and one for dark surroundings.

A picture is one text without scripts, fonts or addresses: light colours stand in the attributes, dark ones in a style rule
that follows the reader's preference. Whatever users wrote is escaped here, and only here; characters that XML forbids go.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InputError, MissingExtra
from ...numerics.rational import Array
from ..figures.look import FONT, PALETTE

INKS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#171e26"),
    "ink": ("#1d2733", "#e6eaf0"),
    "soft": ("#52606f", "#aab4c2"),
    "line": ("#cfd6de", "#3a4653"),
    "faint": ("#eef1f5", "#1e2731"),
    "p0": ("#0d6b74", "#6fcbd2"),
    "p1": ("#b54a17", "#f3a27b"),
    "p2": ("#5b48a8", "#b9abf0"),
    "p3": ("#7a5200", "#f0c56b"),
    "p4": ("#3c6e2c", "#9bd38a"),
    "p5": ("#9c2f77", "#f09acb"),
    **{f"r{k}": (colour, colour) for k, colour in enumerate(("#14808a", "#d9652b", *PALETTE))},
}
"""Names of colours: (light, dark). p: players, as text and lines; r: regions, washed out by opacity."""
PLAYERS, REGIONS = 6, 2 + len(PALETTE)
MARK = "\x00"  # stands around the name of an ink until it is known for which surrounding; no text of users contains it
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDTH = 0.56  # of a character on average, in units of the font's size
EDGE = 20  # pixels free around everything

Point = Sequence[float]


def safe(text: object) -> str:
    """Text of anybody, fit for XML."""
    return html.escape(FORBIDDEN.sub("", str(text)), quote=True)


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(1, most - 1)].rstrip() + "…"


def width_of(text: str, size: float = 13) -> float:
    return WIDTH * size * len(text)


def player(k: int) -> str:
    return f"p{k % PLAYERS}"


def region(k: int) -> str:
    return f"r{k % REGIONS}"


@dataclass(frozen=True)
class Picture:
    """A drawing with its title and a sentence that says the same. Shown by notebooks as it is."""

    title: str
    says: str
    """The text alternative."""
    width: int
    """Pixels, at its natural size."""
    height: int
    content: str = field(repr=False)

    def svg(self, *, dark: bool | None = None) -> str:
        """The picture as one <svg>; light or dark, or (None) as the reader's surroundings prefer."""
        used = sorted(set(re.findall(rf"(fill|stroke)=\"{MARK}(\w+){MARK}\"", self.content)))
        rules = "".join(f".rw-picture .{kind[0]}-{ink}{{{kind}:{INKS[ink][1]}}}" for kind, ink in used)
        style = f"<style>@media screen and (prefers-color-scheme:dark){{{rules}}}</style>" if dark is None else ""
        body = re.sub(rf"{MARK}(\w+){MARK}", lambda found: INKS[found[1]][bool(dark)], self.content)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="rw-picture" role="img" width="{self.width}" '
            f'height="{self.height}" viewBox="0 0 {self.width} {self.height}" style="max-width:100%;height:auto" '
            f'font-family="{safe(FONT)}" aria-label="{safe(self.title)}. {safe(self.says)}">'
            f"<title>{safe(self.title)}</title><desc>{safe(self.says)}</desc>{style}{body}</svg>"
        )

    def save(self, path: str | Path, *, dark: bool | None = None) -> Path:
        """Write it as .svg, .html (a page of its own) or .png (twice its natural size; light unless `dark`).

        Raises InputError for another ending or a place that cannot be written to, MissingExtra for .png without [viz].
        """
        target = Path(path)
        make = {".svg": self._svg_file, ".html": self._page, ".png": self._png}.get(target.suffix.lower())
        if make is None:
            raise InputError(
                where=f"picture {target}",
                needed="a file name that ends in .svg, .png or .html",
                found=repr(target.suffix),
            )
        content = make(dark)
        try:
            target.write_bytes(content)
        except OSError as error:
            raise InputError(
                where=f"picture {target}", needed="a place that can be written to", found=str(error.strerror or error)
            ) from error
        return target

    def _svg_file(self, dark: bool | None) -> bytes:
        return self.svg(dark=dark).encode()

    def _page(self, dark: bool | None) -> bytes:
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
            f'initial-scale=1"><meta name="color-scheme" content="light dark"><title>{safe(self.title)}</title></head>'
            f"<body>{self.svg(dark=dark)}<p>{safe(self.says)}</p></body></html>\n"
        ).encode()

    def _png(self, dark: bool | None) -> bytes:
        try:
            import vl_convert
        except ImportError:
            raise MissingExtra(
                where="picture",
                needed="vl-convert-python, for .png",
                found="that it is not installed",
                remedy="Run: pip install 'rulewright[viz]' (.svg and .html need nothing)",
            ) from None
        return bytes(vl_convert.svg_to_png(self.svg(dark=bool(dark)), scale=2))

    def _repr_html_(self) -> str:
        return self.svg()


class Canvas:
    """Collects shapes; coordinates in pixels, y downwards. Later shapes lie above earlier ones."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def add(
        self, tag: str, attributes: str, *, fill: str = "", stroke: str = "", inside: str = "", tip: str = ""
    ) -> None:
        css = " ".join([f"f-{fill}"] * bool(fill) + [f"s-{stroke}"] * bool(stroke))
        paint = f'fill="{MARK}{fill}{MARK}"' if fill else 'fill="none"'
        paint += f' stroke="{MARK}{stroke}{MARK}"' if stroke else ""
        told = f"<title>{safe(tip)}</title>" if tip else ""
        self.parts.append(f'<{tag} {attributes} {paint} class="{css}">{told}{inside}</{tag}>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        ink: str = "ink",
        size: float = 13,
        anchor: str = "start",
        weight: int = 400,
        turn: float = 0,
        halo: bool = False,
        full: str = "",
    ) -> None:
        """One line; `full` is shown when pointed at, where `text` is shortened."""
        extra = f' font-weight="{weight}"' if weight != 400 else ""
        extra += f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
        extra += ' stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
        where = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{extra}'
        tip = full if full and full != text else ""
        self.add("text", where, fill=ink, stroke="paper" if halo else "", inside=safe(text), tip=tip)

    def lines(
        self,
        points: Sequence[Point] | Array,
        ink: str,
        *,
        width: float = 1.5,
        dash: str = "",
        opacity: float = 1,
        kind: str = "",
    ) -> None:
        """An open line through the points; `kind` names it for whoever reads the file."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        extra += f' stroke-opacity="{opacity:g}"' if opacity < 1 else ""
        extra += f' data-kind="{kind}"' if kind else ""
        self.add(
            "polyline",
            f'points="{_listed(points)}" stroke-width="{width:g}" stroke-linejoin="round" stroke-linecap="round"{extra}',
            stroke=ink,
        )

    def curve(self, d: str, ink: str, *, width: float = 1.5, dash: str = "", kind: str = "") -> None:
        """A path in SVG's own words."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        extra += f' data-kind="{kind}"' if kind else ""
        self.add("path", f'd="{d}" stroke-width="{width:g}" stroke-linecap="round"{extra}', stroke=ink)

    def area(
        self,
        points: Sequence[Point] | Array,
        ink: str,
        *,
        opacity: float = 1,
        edge: str = "",
        width: float = 1,
        kind: str = "",
    ) -> None:
        extra = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        extra += f' stroke-width="{width:g}" stroke-linejoin="round"' if edge else ""
        extra += f' data-kind="{kind}"' if kind else ""
        self.add("polygon", f'points="{_listed(points)}"{extra}', fill=ink, stroke=edge)

    def dot(
        self,
        at: Point | Array,
        *,
        fill: str = "ink",
        edge: str = "paper",
        radius: float = 5.5,
        width: float = 1.5,
        tip: str = "",
        kind: str = "point",
    ) -> None:
        where = f'cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" stroke-width="{width:g}" data-kind="{kind}"'
        self.add("circle", where, fill=fill, stroke=edge, tip=tip)

    def arrow(self, tail: Point, tip: Point, ink: str, *, size: float = 6, kind: str = "arrow") -> None:
        """A head only, at `tip`, pointing away from `tail`."""
        dx, dy = tip[0] - tail[0], tip[1] - tail[1]
        length = (dx * dx + dy * dy) ** 0.5
        if length < 1e-9:
            return
        ux, uy = size * dx / length, size * dy / length
        back = (tip[0] - ux, tip[1] - uy)
        wings = [(back[0] - 0.55 * uy, back[1] + 0.55 * ux), tip, (back[0] + 0.55 * uy, back[1] - 0.55 * ux)]
        self.area(wings, ink, kind=kind)

    def box(self, x: float, y: float, width: float, height: float, ink: str, **extra: Any) -> None:
        self.area([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], ink, **extra)

    def picture(self, title: str, says: str, width: float, height: float) -> Picture:
        w, h = round(width), round(height)
        paper = f'<rect width="{w}" height="{h}" rx="10" fill="{MARK}paper{MARK}" class="f-paper"></rect>'
        return Picture(title, says, w, h, paper + "".join(self.parts))


def _listed(points: Sequence[Point] | Array) -> str:
    return " ".join(f"{_digits(p[0])},{_digits(p[1])}" for p in points)


def _digits(value: float) -> str:
    shown = f"{value:.1f}"
    return shown[:-2] if shown.endswith(".0") else shown

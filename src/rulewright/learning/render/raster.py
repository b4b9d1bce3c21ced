"""Scenes as pixels: boards and avatars in NumPy, words beside them by Pillow. Same recording, same bytes.

On the left the board (or bars); on the right what rules stand at: those in force, the accounts of everybody, records, the fund.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import jax
import numpy as np

from ...errors import MissingExtra
from ..world import World
from ..world.wrapper import base_state
from . import board, panel
from .recording import Recording
from .scene import Scene, Tile, of_player, rgb

CELL, MARGIN, LINE, PANEL = 18, 14, 17, 300  # pixels
PAPER, INK, SOFT, RULE, FAINT = (246, 247, 249), (26, 36, 48), (82, 96, 111), (13, 107, 116), (221, 227, 234)
EVENTS = 6  # lines of events below the accounts


@cache
def _pillow() -> Any:
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise MissingExtra(
            where="pictures", needed="Pillow", found="no module PIL", remedy="Run: pip install 'rulewright[learning]'"
        ) from None
    return Image, ImageDraw, ImageFont.load_default(13)


@cache
def arrow(heading: int, size: int = CELL) -> Any:
    """bool [size, size]: an avatar that looks that way; a disc where heading is −1."""
    y, x = (np.mgrid[:size, :size] + 0.5) / size - 0.5
    if heading < 0:
        return x**2 + y**2 < 0.16
    north = (y > -0.42) & (y < 0.38) & (abs(x) < (y + 0.46) * 0.48)
    return np.rot90(north, -heading)


def painted(scene: Scene, tiles: Sequence[Tile], size: int = CELL) -> Any:
    """uint8 [rows · size, columns · size, 3]: the board with avatars and lines."""
    colours = np.array([rgb(tile.colour) for tile in tiles] or [(0, 0, 0)], np.uint8)
    cells = colours[np.clip(scene.codes, 0, len(colours) - 1)]
    image = cells.repeat(size, 0).repeat(size, 1)
    image[::size] = image[::size] // 20 * 19
    image[:, ::size] = image[:, ::size] // 20 * 19
    for row, column, heading, player in scene.avatars:
        spot = image[row * size : (row + 1) * size, column * size : (column + 1) * size]
        spot[arrow(heading, size)] = rgb(of_player(player))
    for line in scene.lines:
        steps = int(np.hypot(line[2] - line[0], line[3] - line[1]) * size) + 2
        y, x = (np.linspace(line[k], line[k + 2], steps) * size for k in (0, 1))
        image[np.clip(y.astype(int), 0, len(image) - 1), np.clip(x.astype(int), 0, image.shape[1] - 1)] = RULE
    return image


def _bars(draw: Any, font: Any, scene: Scene, left: int, top: int, width: int) -> int:
    """Draws the bars; returns where they end."""
    for bar in scene.bars:
        colour = rgb(of_player(bar.player)) if bar.player >= 0 else RULE
        full = width - 190
        share = min(max(bar.value / bar.most if bar.most else 0.0, 0.0), 1.0)
        draw.text((left, top), bar.label.translate(SPELT), fill=INK, font=font)
        draw.rectangle((left + 140, top + 2, left + 140 + full, top + 14), fill=FAINT)
        if share > 0:
            draw.rectangle((left + 140, top + 2, left + 140 + int(full * share), top + 14), fill=colour)
        draw.text((left + 148 + full, top), f"{bar.value:.4g}", fill=SOFT, font=font)
        top += LINE + 5
    return top


SPELT = str.maketrans({"×": "x", "−": "-", "–": "-", "…": "...", "“": '"', "”": '"', "→": "->", "λ": "lambda"})
"""What the font of Pillow lacks."""


def _wrapped(text: str, font: Any, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _page(scene: Scene, tiles: Sequence[Tile], beside: Sequence[tuple[str, tuple[int, int, int]]], height: int) -> Any:
    image, drawing, font = _pillow()
    left = painted(scene, tiles) if scene.codes.size else np.zeros((0, 420, 3), np.uint8)
    wide = max(left.shape[1], 420 if scene.bars else 0)
    tall = left.shape[0] + len(scene.bars) * (LINE + 5) + (8 if left.shape[0] and scene.bars else 0)
    page = np.full((max(tall, height) + 2 * MARGIN, wide + PANEL + 3 * MARGIN, 3), PAPER, np.uint8)
    page[MARGIN : MARGIN + left.shape[0], MARGIN : MARGIN + left.shape[1]] = left
    picture = image.fromarray(page)
    draw = drawing.Draw(picture)
    _bars(draw, font, scene, MARGIN, MARGIN + left.shape[0] + (8 if left.shape[0] else 0), wide)
    top = MARGIN
    for text, colour in beside:
        draw.text((wide + 2 * MARGIN, top), text.translate(SPELT), fill=colour, font=font)
        top += LINE
    return np.asarray(picture)


def _clipped(text: str, font: Any) -> str:
    text = text.translate(SPELT)
    if font.getlength(text) <= PANEL:
        return text
    while text and font.getlength(text + "...") > PANEL:
        text = text[:-1]
    return text + "..."


def _beside(film: Recording, t: int) -> list[tuple[str, tuple[int, int, int]]]:
    """The panel of moment t, line by line with colours."""
    font = _pillow()[2]
    said: list[tuple[str, tuple[int, int, int]]] = [(f"{film.title} · step {t} of {film.steps}", INK)]
    for rule in film.rules[:6] or ("no rule",):
        said += [(line, RULE) for line in _wrapped(rule, font, PANEL)]
    said.append(("", INK))
    base, transfer = film.base[:t].sum(axis=0), film.transfer[:t].sum(axis=0)
    care = film.care[:t].sum(axis=0)
    for i, player in enumerate(film.players):
        moved = f"  transfer {transfer[i]:+.4g}" if film.transfer.any() else ""
        felt = f"  care {care[i]:+.4g}" if film.care.any() else ""
        stood = "".join(
            f"  {name} {value}" for name, value in zip(film.standing_names, film.standing[t][i], strict=True) if value
        )
        said.append((_clipped(f"{player}: {base[i]:.4g}{moved}{felt}{stood}", font), rgb(of_player(i))))
    said.append((f"fund {film.fund[:t].sum():.4g}", SOFT))
    said += [(_clipped(line, font), SOFT) for line in film.lines[t]]
    said.append(("", INK))
    happened = [event for event in film.events[t] if not event.startswith("action of ")]
    more = len(happened) - EVENTS
    said += [(_clipped(event, font), INK) for event in happened[:EVENTS]]
    return said + ([(f"and {more} more", SOFT)] if more > 0 else [])


def frames(film: Recording, every: int = 1) -> Iterator[Any]:
    """uint8 [height, width, 3] of every so many moments, all of one size."""
    least = max(len(film.events[t]) for t in range(len(film.events)))
    font = _pillow()[2]
    lines = 1 + sum(len(_wrapped(rule, font, PANEL)) for rule in film.rules[:6] or ("",)) + len(film.players)
    lines += 4 + min(least, EVENTS) + (max(map(len, film.lines)) if film.lines else 0)
    for t in range(0, film.steps + 1, every):
        yield _page(film.scenes[t], film.tiles, _beside(film, t), lines * LINE)


@jax.jit
def _look(world: World, state: Any) -> Any:
    return board.shown(world, state), board.forbidden(world, state), world.standing(state)


def frame(world: World, state: Any) -> Any:
    """uint8 [height, width, 3]: the world here and now, with the rules in force, what they remember, and who may not do what."""
    found, forbidden, standing = jax.device_get(_look(world, state))
    inner = base_state(world, state)
    (scene,) = board.scenes(world, jax.tree.map(lambda x: x[None], found), lambda _: inner, [None], 1)
    names, columns, lines = panel.standings(world, standing.kinds, standing.codes)
    font, not_now = _pillow()[2], panel.barred(world, forbidden)
    said: list[tuple[str, tuple[int, int, int]]] = []
    for rule in panel.rules(world)[:6] or ("no rule",):
        said += [(line, RULE) for line in _wrapped(rule, font, PANEL)]
    for i, player in enumerate(world.players):
        stood = [f"{name} {column[i]}" for name, column in zip(names, columns, strict=True)]
        stood += [f"forbidden: {not_now[i]}"] if not_now[i] else []
        said.append((_clipped(f"{player}  {'  '.join(stood)}", font), rgb(of_player(i))))
    said += [(_clipped(line, font), SOFT) for line in lines]
    return _page(scene, board.tiles(world), said, len(said) * LINE)

"""A recording as a page that plays: board on a canvas, events in words, accounts as lines; play, scrub, step; no network.

Boards travel as codes: the first whole and run-length encoded, the others as what changed. `replay_html` gives a fragment for a
page that has the house's style; its script is the same for every replay, so that a page with several carries it once.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...report.document import document
from ...report.markup import e
from .recording import Recording
from .scene import Scene, of_player


def write_replay(film: Recording, path: str | Path) -> Path:
    """One self-contained page. Raises InputError for a name that is no .html, or a folder that does not exist."""
    target = Path(path)
    if target.suffix.lower() != ".html" or not target.parent.is_dir():
        raise InputError(where=str(path), needed="a name that ends in .html, in a folder that exists", found=str(path))
    rules = "; ".join(film.rules) or "no rule"
    head = (
        f'<header><p class="eyebrow">Replay</p><h1>{e(film.title)}</h1>'
        f'<p class="about">{len(film.players)} players, {film.steps} steps. Rules: {e(rules)}. '
        f"It ended {e(_ended(film))}.</p></header>"
    )
    body = f'<main class="page">{head}{replay_html(film, script=False)}</main>'
    target.write_text(document(film.title, body, _Alone()), encoding="utf-8")  # type: ignore[arg-type]
    return target


class _Alone:
    """Stands where `document` asks for figures: there is one script, the player's."""

    def scripts(self) -> list[str]:
        return [script()]

    def data(self) -> str:
        return "{}"


def _ended(film: Recording) -> str:
    return film.ended if film.ended.startswith(("by", "at")) else f"because {film.ended}"


def replay_html(film: Recording, *, name: str = "replay", script: bool = True) -> str:
    """The replay as an HTML fragment; `name` is the id of its section, different for each replay of a page.

    With `script=False` the page must carry `script()` once, below the last replay; a page with a content security policy
    allows `script_hash()`.
    """
    data = json.dumps(packed(film), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    run = f"<script>{_script()}</script>" if script else ""
    return (
        f"<style>{_text('replay.css')}</style>"
        f'<section class="card replay" id="{e(name)}" aria-label="Replay of {e(film.title)}">'
        f'<script type="application/json" class="replay-data">{data}</script>'
        f"{_text('replay.html')}</section>{run}"
    )


def script() -> str:
    """The JavaScript of all replays of a page."""
    return _script()


def script_hash() -> str:
    """The script as a content security policy names it: 'sha256-…', quotes included."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()}'"


@cache
def _script() -> str:
    return _text("replay.js")


@cache
def _text(name: str) -> str:
    return (
        resources.files("rulewright.learning.render")
        .joinpath(name)
        .read_text(encoding="utf-8")
        .replace("\r", "")
        .strip()
    )


def packed(film: Recording) -> dict[str, Any]:
    """The recording as plain data, as small as it is simple; `replay.js` is its reader."""
    words = _Words()
    first = film.scenes[0]
    return {
        "title": film.title,
        "players": [{"name": p, "colour": of_player(i)} for i, p in enumerate(film.players)],
        "tiles": [[tile.name, tile.colour] for tile in film.tiles],
        "rows": first.codes.shape[0],
        "columns": first.codes.shape[1],
        "board": runs(first.codes),
        "changes": [changes(a, b) for a, b in zip(film.scenes, film.scenes[1:], strict=False)],
        "avatars": [[x for avatar in scene.avatars for x in avatar] for scene in film.scenes],
        "bars": [[bar.label, _number(bar.most), bar.player] for bar in first.bars],
        "values": [[_number(bar.value) for bar in scene.bars] for scene in film.scenes],
        "lines": [[_number(x) for line in scene.lines for x in line] for scene in film.scenes]
        if any(scene.lines for scene in film.scenes)
        else [],
        "base": _steps(film.base),
        "transfer": _steps(film.transfer),
        "care": _steps(film.care) if film.care.any() else [],
        "fund": [_number(x) for x in film.fund],
        "rules": list(film.rules),
        "events": [[words(said) for said in moment] for moment in film.events],
        "standingNames": list(film.standing_names),
        "standing": [[words(x) for player in moment for x in player] for moment in film.standing]
        if film.standing_names
        else [],
        "said": [[words(line) for line in moment] for moment in film.lines] if any(film.lines) else [],
        "ended": film.ended,
        "words": words.known,
    }


class _Words:
    """Every text once; elsewhere its number."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self._at: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        if text not in self._at:
            self._at[text] = len(self.known)
            self.known.append(text)
        return self._at[text]


def _number(x: Any) -> float | int | None:
    """Rounded to what can be seen; whole numbers without a point; None for what is no number."""
    if not np.isfinite(x):
        return None
    rounded = round(float(x), 4)
    return int(rounded) if rounded == int(rounded) else rounded


def _steps(amounts: Any) -> list[Any]:
    """[step][player]; 0 for a step in which nobody got anything."""
    return [[_number(x) for x in row] if row.any() else 0 for row in np.asarray(amounts)]


def runs(codes: Any) -> list[int]:
    """[code, how often, code, how often, …] in reading order."""
    flat = np.asarray(codes).ravel()
    if not flat.size:
        return []
    starts = np.flatnonzero(np.append(True, flat[1:] != flat[:-1]))
    lengths = np.diff(np.append(starts, flat.size))
    return np.stack([flat[starts], lengths], axis=1).ravel().astype(int).tolist()


def unrun(pairs: Sequence[int], shape: tuple[int, int]) -> Any:
    """int8 [row, column] of `runs`."""
    found = np.asarray(pairs, int).reshape(-1, 2)
    return np.repeat(found[:, 0], found[:, 1]).astype(np.int8).reshape(shape)


def changes(before: Scene, after: Scene) -> list[int]:
    """[cell, code, cell, code, …] where the board changed."""
    old, new = np.asarray(before.codes).ravel(), np.asarray(after.codes).ravel()
    cells = np.flatnonzero(old != new)
    return np.stack([cells, new[cells]], axis=1).ravel().astype(int).tolist()

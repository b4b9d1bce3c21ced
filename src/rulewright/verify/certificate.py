"""Certificates: a game, an institution, a play and claims, as JSON that a stranger can check (docs/certificate.md)."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..game.game import Game
from ..game.play import Play
from ..numerics import rational
from ..numerics.rational import Array
from . import checker

FORMAT, VERSION = "rulewright certificate", 1


def statement(
    base: Game,
    institution: Mapping[str, Any],
    play: Play,
    *,
    title: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A certificate without claims: what the claims will be about.

    `institution` is plain data, as `Institution.as_data(game)` gives it; `play` is a play of the induced game.
    """
    game = base.exact
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "parameters": {name: rational.text(rational.fraction(value)) for name, value in (parameters or {}).items()},
        "game": {
            "players": list(game.players),
            "designer": game.designer,
            "types": [list(t) for t in game.types],
            "actions": [list(a) for a in game.actions],
            "prior": _table(game.prior),
            "payoff": _table(game.payoff),
            "signals": [{"name": s.name, "outcomes": list(s.outcomes), "law": _table(s.law)} for s in game.signals],
        },
        "institution": dict(institution),
        "play": _play(play),
        "claims": [],
    }


def _table(array: Array) -> dict[str, Any]:
    return {"shape": list(array.shape), "entries": [rational.text(x) for x in rational.exact(array).flat]}


def _play(play: Play) -> dict[str, list[dict[str, str]]]:
    """{player: per type {action: probability}} for those who choose."""
    game = play.game
    return {
        game.players[i]: [
            {a: rational.text(rational.fraction(p)) for a, p in zip(game.actions[i], row, strict=True) if p}
            for row in (play.strategies or ())[i]
        ]
        for i in game.active
    }


def sealed(unsealed: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The statement with claims, each with the digest that ties it to the rest."""
    certificate = {**unsealed, "claims": [dict(claim) for claim in claims]}
    for claim in certificate["claims"]:
        claim["digest"] = checker.digest(certificate, claim)
    return certificate


def written(certificate: Mapping[str, Any]) -> str:
    """The file's text: the same certificate, the same bytes."""
    return json.dumps(certificate, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> dict[str, Any]:
    """The JSON of a certificate file; whether it is a certificate, and true, is for the checker to say.

    Raises InputError for a file that is not there, is no text, or is no JSON object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError(where=str(path), needed="a certificate that can be read", found=found) from None
    except (ValueError, RecursionError) as error:
        raise InputError(where=str(path), needed="a certificate, in JSON", found=str(error)) from None
    if not isinstance(data, dict):
        raise InputError(where=str(path), needed="a certificate, a JSON object", found=type(data).__name__)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers must not see two different files: the same key twice is an error."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("an object with the same key twice")
    return dict(pairs)


def write(certificate: Mapping[str, Any], path: Path) -> None:
    """Write atomically: a reader sees the old file or the whole new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(written(certificate))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise

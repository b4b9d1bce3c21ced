"""Certificates: a game, an institution, a play and claims, as JSON that a stranger can check (docs/certificate.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

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

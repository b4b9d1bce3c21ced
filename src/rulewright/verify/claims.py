"""Claims about an institution, as plain data; what each means is said in docs/certificate.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..numerics import rational

Claim = dict[str, Any]


def _text(value: Any) -> str:
    return rational.text(rational.fraction(value))


def _claim(name: str, **fields: Any) -> Claim:
    return {"claim": name, **fields, "grade": "proved"}


def equilibrium(margin: Any = 0) -> Claim:
    """The play asked for is an equilibrium; every other action falls short by at least `margin`."""
    return _claim("equilibrium", margin=_text(margin))


def dominant(margin: Any = 0) -> Claim:
    """The play asked for is best whatever the others are and do."""
    return _claim("dominant", margin=_text(margin))


def only(order: Iterable[Any], margin: Any = 0) -> Claim:
    """Nothing else survives iterated strict dominance. `order`: steps with player, type, action and by."""
    return _claim("only", margin=_text(margin), order=steps(order))


def steps(order: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"player": s.player, "type": s.type, "action": s.action, "by": {a: _text(p) for a, p in s.by.items()}}
        for s in order
    ]


def voluntary(outside: Mapping[str, Sequence[Any]]) -> Claim:
    """Every type gets at least what it would get by staying away."""
    return _claim("voluntary", outside={player: [_text(v) for v in values] for player, values in outside.items()})


def budget(limit: Any, where: str = "path") -> Claim:
    """Payments to all players together are at most `limit`, on the path or everywhere."""
    return _claim("budget", limit=_text(limit), where=where)


def balanced() -> Claim:
    """What one player is paid another pays."""
    return _claim("balanced")


def goal(at_least: Any) -> Claim:
    """People get at least this if all play what is asked."""
    return _claim("goal", at_least=_text(at_least))


def worst(at_least: Any, multipliers: Iterable[Mapping[str, Any]]) -> Claim:
    """People get at least this in every correlated equilibrium, hence in every equilibrium."""
    return _claim("worst", at_least=_text(at_least), multipliers=[dict(m) for m in multipliers])


def robust(error: Any, of: str, order: Iterable[Any] = ()) -> Claim:
    """The claim `of` survives any change of every payoff by at most `error`."""
    extra = {"order": steps(order)} if of == "only" else {}
    return _claim("robust", error=_text(error), of=of, **extra)


def coalition(size: int, side_payments: bool = False) -> Claim:
    """No group of 2 … size players gains by deviating together."""
    return _claim("coalition", size=size, side_payments=side_payments)

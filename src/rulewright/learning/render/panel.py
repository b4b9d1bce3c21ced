"""What rules stand at, in words: which are in force, what they remember, who may not do what. No world draws its own.

Rules are read off the wrappers around a world; whoever has the institution at hand can pass its own sentence instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import numpy as np

from ..words.pay import Paid
from ..world import Kind, Recorded, World, Wrapper


def rules(world: World) -> tuple[str, ...]:
    """One phrase for each rule in force, the first applied first; a phrase said of several players is said once, with a count."""
    said: list[str] = []
    while isinstance(world, Wrapper):
        said += phrases(world)
        world = world.inner
    counts = Counter(reversed(said))
    return tuple(phrase if many == 1 else f"{phrase} (×{many})" for phrase, many in counts.items())


@singledispatch
def phrases(wrapper: Any) -> list[str]:
    """What one wrapper does; its own `describe()` where it has one."""
    describe = getattr(wrapper, "describe", None)
    return [describe() if callable(describe) else _spaced(type(wrapper).__name__)]


@phrases.register
def _(wrapper: Recorded) -> list[str]:
    return [f"a record of “{wrapper.record.kind.name}” is kept"]


@phrases.register
def _(wrapper: Paid) -> list[str]:
    events = [reading.name for reading in getattr(wrapper, "on", ())]
    if not events:  # a payment table by kinds, whoever is read
        events = list(dict.fromkeys(_texts(getattr(wrapper, "kinds_read", ()))))
    return [f"transfers on {' and '.join(events) or 'events'}"]


def _texts(nested: Any) -> list[str]:
    return [nested] if isinstance(nested, str) else [text for part in nested for text in _texts(part)]


def _spaced(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() and k else c.lower() for k, c in enumerate(name))


def standings(
    world: World, kinds: Sequence[Kind], codes: Sequence[Any]
) -> tuple[tuple[str, ...], list[list[str]], list[str]]:
    """(names of what stands of each player, those [name][player] in words, lines about the whole world)."""
    names, columns, lines = [], [], []
    for kind, code in zip(kinds, codes, strict=True):
        if kind.among == "player":
            names.append(kind.name)
            columns.append([kind.outcomes[int(c)] for c in code])
        elif kind.among == "world":
            lines.append(f"{kind.name}: {kind.outcomes[int(code)]}")
    return tuple(names), columns, lines


def barred(world: World, forbidden: Any) -> list[str]:
    """Of each player what rules forbid it now, in words; "" for nothing. `forbidden` is bool [player, action]."""
    found = []
    for i, labels in enumerate(world.actions):
        mask = np.asarray(forbidden)[i, : len(labels)]
        named = [label for label, gone in zip(labels, mask, strict=True) if gone]
        found.append(", ".join(named) if len(named) <= 3 else f"{len(named)} of {len(labels)} actions")
    return found

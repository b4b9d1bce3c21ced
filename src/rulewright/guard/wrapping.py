"""`guard(thing, institution, …)`: whatever has agents in it, under a guard. Who knows a framework registers it with `wrapped`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..game.game import Game
from ..institution.institution import Institution
from .charter import Charter
from .runtime import Guard, Verifier
from .tools import guarded


@singledispatch
def wrapped(thing: Any, guard: Guard, **settings: Any) -> Any:
    """`thing` under the guard. Functions and dictionaries of them here; `wrapped.register` takes more kinds."""
    if callable(thing):
        if "agent" not in settings:
            raise InputError(where="guard", needed="agent=…, the agent whose tool this function is", found="none")
        decorate: Callable[[Any], Any] = guarded(guard, **settings)
        return decorate(thing)
    raise InputError(
        where="guard",
        needed="a function, functions by agent, or an environment whose extra is imported",
        found=type(thing).__name__,
    )


@wrapped.register(Mapping)
def _(thing: Mapping[str, Any], guard: Guard, **settings: Any) -> dict[str, Any]:
    """{agent: function} or {agent: {act: function}}; the functions of one agent may take each other's place."""
    found: dict[str, Any] = {}
    for agent, tools in thing.items():
        guard.charter.agent(agent)
        if isinstance(tools, Mapping):
            found[agent] = {
                name: guarded(guard, agent, name=name, instead=tools, **settings)(f) for name, f in tools.items()
            }
        else:
            found[agent] = guarded(guard, agent, **settings)(tools)
    return found


def charter_of(institution: Any, game: Game | None = None) -> Charter:
    """A charter as it is, read from a file, or made from an institution at a game. Raises InputError for anything else."""
    if isinstance(institution, Charter):
        return institution
    if isinstance(institution, (str, Path)):
        return Charter.read(institution)
    if isinstance(institution, Institution) and game is not None:
        return Charter.of(institution, game)
    raise InputError(
        where="guard",
        needed="a charter, a charter's file, or an institution with game=…",
        found=type(institution).__name__ + (", without a game" if isinstance(institution, Institution) else ""),
    )


def guard(
    thing: Any,
    institution: Any,
    *,
    ledger: Path | str,
    game: Game | None = None,
    verifiers: Mapping[str, Verifier] | None = None,
    **settings: Any,
) -> Any:
    """`thing` (a function, {agent: functions}, an environment) under an institution, with its ledger at this path.

    `institution` is a `Guard` that is open, a charter or its file, or an institution with the `game` that it is made for;
    `settings` are those of the kind of thing (of functions: see `guarded`). Raises InputError.
    """
    runtime = (
        institution
        if isinstance(institution, Guard)
        else Guard.open(charter_of(institution, game), ledger, verifiers=verifiers)
    )
    return wrapped(thing, runtime, **settings)

"""Environments in: institutions of the house on any PettingZoo parallel environment. Needs no JAX.

    governed = govern(env, institution, events=my_events, kinds=(Kind("catch", ...),))     a ParallelEnv again
    governed = institution(Foreign(env)).parallel()                                        the same thing, as everywhere

What the agents do is always an event, "action of player_0"; others are declared as kinds, and read by a function of the user's
(see `Happened`). Pay, permit, speak, commit and care do what they do to a world; the rest is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...game.events import Kind
from . import words
from .foreign import Foreign, Happened

__all__ = ["Foreign", "Happened", "Kind", "govern", "words"]


def govern(
    env: Any,
    institution: Any = None,
    *,
    kinds: Sequence[Kind] = (),
    events: Callable[[Happened], Mapping[str, Any]] | None = None,
    labels: Mapping[Any, Sequence[str]] | None = None,
    names: Sequence[str] | None = None,
    otherwise: str | None = None,
) -> Any:
    """`env` under the institution, as a PettingZoo `ParallelEnv`. Arguments as in `Foreign`.

    Rewards are base + transfer + care; infos hold the three apart, the fund, the mask, and the events in words. Raises InputError
    for an environment that is not parallel, an event that is not declared, and a move that has no meaning here.
    """
    game = Foreign.of(env, kinds=kinds, events=events, labels=labels, names=names, otherwise=otherwise)
    return (game if institution is None else institution(game)).parallel()

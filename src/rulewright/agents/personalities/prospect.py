"""What a choice would bring, as the facts of a view say it: the table that a player who computes looks at.

A stage puts a `Prospect` for every choice of consequence into `view.numbers["prospects"]`; for a game as a table it is read off
`payoff`, `past` and `index` (`Repeated`). Where neither is there, there is none, and players fall back on the choice alone.

All columns suppose that the others do again what they did last, or, where nothing was seen, what is asked of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...numerics.rational import Array
from ..view import Choice, View


@dataclass(frozen=True, eq=False)
class Prospect:
    """The consequences of one choice, option by option."""

    choice: str
    options: tuple[Any, ...] = field(repr=False)
    own: Array = field(repr=False)
    """[option]: what the player itself may expect of this round, fines that threaten included."""
    group: Array = field(repr=False)
    """[option]: what people get if everybody does the same; money that rules move left out."""
    lawful: Array = field(repr=False)
    """[option], bool: within the letter of the rule; all of them where there is none."""
    fair: Array = field(repr=False)
    """[option], bool: harms nobody, whatever the letter says."""
    usual: int = -1
    """Position of what most (or, of numbers, the average) of the others did last; −1 where nothing was seen."""
    met: bool | None = None
    """Whether what the others did last was fair when they did it; None: as `fair[usual]` says now."""
    joint: Array | None = field(default=None, repr=False)
    """[size − 1, option]: what a ring of that many gets if all its members do the same; None where rings have no meaning."""


def prospects(view: View) -> dict[str, Prospect]:
    """{choice: prospect} of the choices of a view about which something is known."""
    given: Sequence[Prospect] = view.numbers.get("prospects", ())
    found = {prospect.choice: prospect for prospect in given}
    if not found and {"payoff", "past", "index"} <= set(view.numbers):
        acts = np.asarray(view.numbers["payoff"]).shape[1:]
        own = [c for c in view.choices if len(c.options) == acts[view.numbers["index"]]]
        if len(own) == 1:
            found = {own[0].name: tabled(view, own[0])}
    return found


def tabled(view: View, choice: Choice) -> Prospect:
    """The prospect of an action in a game known as a table payoff[player, *actions]; `past` are the cells that were played.

    Lawful is what the table cannot tell: every option counts as lawful. Fair is an option whose worth to people, if the others stay
    as they are, is no less than the mean over options.
    """
    payoff, past, i = np.asarray(view.numbers["payoff"], float), view.numbers["past"], view.numbers["index"]
    n, counts = len(payoff), payoff.shape[1:]
    last = past[-1] if past else None

    def if_others_stay(table: Array) -> Array:
        """[option] of player i."""
        moved = np.moveaxis(table, i, 0)
        if last is None:
            return moved.reshape(counts[i], -1).mean(axis=1)
        return moved[(slice(None), *(a for k, a in enumerate(last) if k != i))]

    total = payoff.sum(axis=0)
    alike = len(set(counts)) == 1
    marginal = if_others_stay(total)
    group = np.array([total[(a,) * n] for a in range(counts[i])]) if alike else marginal
    usual = -1
    if last is not None and alike and n > 1:
        seen = np.bincount([a for k, a in enumerate(last) if k != i], minlength=counts[i])
        usual = int(seen.argmax())
    fair = group >= group.mean()
    every = np.ones(counts[i], bool)
    joint = np.stack([if_others_stay(payoff[i])] * (n - 1) + [group / n]) if alike else None
    return Prospect(choice.name, choice.options, if_others_stay(payoff[i]), group, every, fair, usual, joint=joint)

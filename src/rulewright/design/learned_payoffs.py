"""From what play told about payoffs to the set of games that a rule has to survive.

With u = φ_0 + Σ_k w_k φ_k and a confidence set W = {w : A w ≤ b} (`behaviour/estimation`), the errors of a game that stands at the
centre c ∈ W are exactly those of W, with f = w − c as auxiliary columns of the polytope of `robustness.py`:

    e = Σ_k f_k φ_k,     A f ≤ b − A c

A rule that is designed for them keeps every promise for all payoffs in W, hence for the true ones with the level of W, given what
its grade says. That is a statement about payoffs: agents who err have to be counted separately, with `erring` or a margin; the
two sets have no exact linear counterpart together (`robustness.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..behaviour.estimation.family import PayoffSet
from ..behaviour.estimation.mistakes import Mistakes
from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array
from .robustness import Polytope, Robustness

GRAIN = 1000  # shares are rounded up to the next of so many parts
CENTRE = 1e-6  # relative; how far the centre may be moved to simpler numbers


def learned(game: Game, sets: Sequence[PayoffSet]) -> tuple[Game, Robustness]:
    """(`game` with the payoffs of those players at the centres of their sets, what they may be instead).

    Each set's family has to be one of `game`: carry it there with `PayoffSet.on`. Take the second as `Rules(robust=…)`. The goal
    and money stay as they are. Raises InputError for a set of another game, or two of one player.
    """
    payoff, polytopes = game.payoff.copy(), {}
    for known in sets:
        i, family = game.index(known.family.player), known.family
        if family.tables.shape[1:] != game.payoff.shape[1:] or family.game.players != game.players:
            raise InputError(
                where=f"payoffs of {family.player}",
                needed="a family of the game that rules are designed for",
                found=f"one of {', '.join(family.game.players)} with payoffs {family.tables.shape[1:]}",
                remedy="Make the family on this game and carry the set there with `PayoffSet.on`.",
            )
        if i not in game.strategic or family.player in polytopes:
            raise InputError(where="learned payoffs", needed="one set for each player", found=f"{family.player} again")
        centre = simple_centre(known)
        payoff[i] = _at(family.base, family.free_tables, centre, game.payoff)
        polytopes[family.player] = polytope(known, rational.floats(centre))
    return replace(game, payoff=payoff), Robustness(payoff_polytope=polytopes)


def erring(seen: Sequence[Mistakes]) -> Robustness:
    """Players who do what is not best as often as they may, given what was seen: the largest upper end is the share `irrational`.

    It takes for granted that mistakes are as frequent under the new rule as they were under the old one.
    """
    most = max((one.share.high for one in seen), default=0.0)
    return Robustness(irrational=rational.fraction(float(np.ceil(most * GRAIN) / GRAIN)))


def simple_centre(known: PayoffSet) -> Array:
    """[unknown], exact: the centre in numbers with few digits."""
    size = float(np.abs(known.centre).max(initial=1e-9))
    return rational.filled(known.centre.shape, rational.simplest(known.centre, CENTRE * size))


def polytope(known: PayoffSet, centre: Array) -> Polytope:
    """Errors of payoffs [*types, *actions] about those at `centre`, with the weights' errors as auxiliary columns."""
    tables = known.family.free_tables.reshape(len(centre), -1).T  # [cell, unknown]
    one = np.eye(len(tables))
    nothing = np.zeros((len(known.sides), len(tables)))
    matrix = np.block([[one, -tables], [-one, tables], [nothing, known.rows]])
    return Polytope(matrix, np.r_[np.zeros(2 * len(tables)), known.sides - known.rows @ centre])


def _at(base: Array, tables: Array, centre: Array, field: Array) -> Array:
    """[*types, *actions]: payoffs at `centre`, in the field of the game."""
    total = rational.like(base, field)
    for weight, table in zip(rational.like(centre, field), tables, strict=True):
        total = total + weight * rational.like(table, field)
    return total

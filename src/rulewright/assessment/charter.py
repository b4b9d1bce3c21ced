"""The rule that `assess` would design for a scenario, as a charter that a guard enforces while agents act.

With a rationality λ the charter also watches whether agents behave as those for whom the rule was designed. A player with two
acts takes the one that the rule asks for in the share 1/(1 + exp(−λ g)), g = what it gains by it in the induced game. g is
somewhere between its least and its greatest over what the others do, and each payoff may be wrong by the scenario's payoff
error ε, so that g may be 2ε beyond: outside of the shares that all this allows the alarm goes, whatever the others do, and the
rule is to be designed anew with a larger ε.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..guard import Charter, drift
from ..guard.charter import Drift
from ..numerics.rational import Array
from ..scenario.load import load
from ..scenario.scenario import Scenario
from .assess import designed

ALARM = Fraction(1, 100)
"""The most probability of a false alarm of one player."""


def chartered(source: str, parameters: Mapping[str, str] | None = None, *, rationality: float | None = None) -> Charter:
    """The charter of a scenario (a file, or the name of one that ships) with these parameters; `rationality` λ to watch.

    Raises InputError for scenarios without a rule of the seven words, for what has no meaning at runtime (see `Charter.of`), and
    where nobody can be watched; Impossible where no allowed rule does what is asked.
    """
    scenario = load(source, parameters)
    if not isinstance(scenario, Scenario):
        raise InputError(
            where=source,
            needed="a scenario whose rule is made of the seven words",
            found=type(scenario).__name__.removesuffix("Scenario").lower() or "another kind",
        )
    found = designed(scenario)
    charter = Charter.of(found.institution, found.base, name=f"{scenario.name}: {found.describe()}")
    if rationality is None:
        return charter
    strategies, game = found.play.strategies or (), found.induced
    drifts = tuple(
        _watched(game, i, strategies[i], float(scenario.rules.payoff_error), rationality)
        for i in range(len(strategies))
        if game.actions[i] == found.base.actions[i] and game.action_counts[i] == 2
        if game.type_counts[i] == 1 and strategies[i].max() == 1
    )
    if not drifts:
        raise InputError(
            where=source, needed="a player that the rule asks for one of two plain acts", found="none to be watched"
        )
    return replace(charter, drifts=drifts)


def _watched(game: Game, i: int, strategy: Array, error: float, rationality: float) -> Drift:
    """The clause on player i, whose strategy is [1, 2]."""
    asked = int(strategy[0].argmax())
    acts = np.moveaxis(game.payoff[i], game.n + i, 0)
    gains = np.asarray(acts[asked] - acts[1 - asked], float)
    least, most = float(gains.min()), float(gains.max())
    around = (most - least) / 2 + 2 * error
    return drift.of_gap(game.players[i], game.actions[i][asked], (least + most) / 2, around, rationality, ALARM)

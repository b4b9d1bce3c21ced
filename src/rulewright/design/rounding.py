"""From the solver's decimals to rationals that break nothing and lose next to nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import Impossible
from ..game.game import Game
from ..game.play import Play
from .compiled import Compiled, compiled
from .flaw import flaw
from .programme import Outcome, solve
from .programme.solve import LARGE, SMALL
from .rules import Rules

CLOSENESS = (1e-6, 1e-5, 1e-8)  # of rationals to the solver's decimals, in the order in which they are tried
CUSHIONS = (Fraction(0), Fraction(1, 10**7))  # added to every incentive where rounding alone would break one
VALUE = 1e-6  # relative loss of value that exactness may cost


def exactly(game: Game, rules: Rules) -> tuple[Compiled, Outcome]:
    """(the optimal rule in words, the optimum itself): coarse rationals first, then with a cushion under every incentive.

    If none is flawless, the one with the smallest flaw, which the checker will name. Raises Impossible where there is no rule.
    """
    tried: list[tuple[Any, float, Compiled]] = []
    optimum, unit = None, unit_of(game)
    for cushion in CUSHIONS:
        try:
            outcome = solve(game, rules.cushioned(cushion * unit))
        except Impossible:
            if optimum is None:
                raise
            break  # what can only just be done cannot be done with room to spare
        optimum = optimum or outcome
        target = _target(optimum, rules)
        for close in CLOSENESS:
            said = compiled(game, outcome, "designed rule", close=close, unit=float(unit))
            broken, value = flaw(said.play, rules, said.stakes, said.base), worth(said.play, rules)
            if broken == 0 and value >= target - VALUE * max(min(1.0, float(unit)), abs(target)):
                return said, optimum
            tried.append((broken, -value, said))
    assert optimum is not None
    return min(tried, key=lambda one: one[:2])[2], optimum


def unit_of(game: Game) -> Fraction:
    """What payoffs are counted in: 1, or their range where that is far from it."""
    size = max([float(np.ptp(game.floats.payoff[i])) for i in game.strategic] + [0.0])
    return Fraction(size) if size and not SMALL <= size <= LARGE else Fraction(1)


def worth(play: Play, rules: Rules) -> float:
    """What `rules.objective` makes of a play of the induced game, as it is written down."""
    game, cost = play.game, float(rules.money_weight * play.paid)
    if rules.objective == "goal" or _uncertain(rules):
        return float(play.goal) - cost
    values = [float(play.values[i]) for i in game.strategic]
    if rules.objective == "maximin":
        return min(values) - cost
    outside = [_stays_for(game, rules, i) for i in game.strategic]
    gains = [v - o for v, o in zip(values, outside, strict=True)]
    return sum(map(math.log, gains)) if min(gains) > 0 else -math.inf


def _target(optimum: Outcome, rules: Rules) -> float:
    """What the play of the rounded rule should be worth: where the objective is a worst case, what the optimum is as written."""
    return optimum.goal - float(rules.money_weight) * optimum.paid if _uncertain(rules) else optimum.value


def _uncertain(rules: Rules) -> bool:
    return bool(rules.priors) or rules.robust is not None


def _stays_for(game: Game, rules: Rules, i: int) -> float:
    """The expected outside option of player i; 0 if it has none."""
    value = rules.outside.get(game.players[i])
    if not isinstance(value, tuple):
        return float(value or 0)
    chance = game.prior.sum(axis=tuple(j for j in range(game.n) if j != i))
    told = len(chance) // len(value)  # types of the induced game: what one is, and what one is told
    return float(sum(v * sum(chance[k * told : (k + 1) * told]) for k, v in enumerate(value)))

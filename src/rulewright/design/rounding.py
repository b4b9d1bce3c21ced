"""From the solver's decimals to rationals that break nothing and lose next to nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from ..errors import Impossible
from ..game.game import Game
from ..game.play import Play
from .compiled import Compiled, compiled
from .flaw import flaw
from .programme import Outcome, solve
from .rules import Rules

CLOSENESS = (1e-6, 1e-5, 1e-8)  # of rationals to the solver's decimals, in the order in which they are tried
CUSHIONS = (Fraction(0), Fraction(1, 10**7))  # added to every incentive where rounding alone would break one
VALUE = 1e-6  # relative loss of value that exactness may cost


def exactly(game: Game, rules: Rules) -> tuple[Compiled, Outcome]:
    """(the optimal rule in words, the optimum itself): coarse rationals first, then with a cushion under every incentive.

    If none is flawless, the one with the smallest flaw, which the checker will name. Raises Impossible where there is no rule.
    """
    tried: list[tuple[Any, Compiled]] = []
    optimum = None
    for cushion in CUSHIONS:
        try:
            outcome = solve(game, rules.cushioned(cushion))
        except Impossible:
            if optimum is None:
                raise
            break  # what can only just be done cannot be done with room to spare
        optimum = optimum or outcome
        for close in CLOSENESS:
            said = compiled(game, outcome, "designed rule", close=close)
            broken = flaw(said.play, rules, said.stakes)
            if broken == 0 and worth(said.play, rules) >= optimum.value - VALUE * max(1.0, abs(optimum.value)):
                return said, optimum
            tried.append((broken, said))
    assert optimum is not None
    return min(tried, key=lambda pair: pair[0])[1], optimum


def worth(play: Play, rules: Rules) -> float:
    """What `rules.objective` makes of a play of the induced game; under the game's own prior."""
    game, cost = play.game, float(rules.money_weight * play.paid)
    if rules.priors or rules.robust is not None:
        return math.inf  # the worst over what may be otherwise is the programme's business
    if rules.objective == "goal":
        return float(play.goal) - cost
    values = [float(play.values[i]) for i in game.strategic]
    if rules.objective == "maximin":
        return min(values) - cost
    outside = [_stays_for(game, rules, i) for i in game.strategic]
    gains = [v - o for v, o in zip(values, outside, strict=True)]
    return sum(map(math.log, gains)) if min(gains) > 0 else -math.inf


def _stays_for(game: Game, rules: Rules, i: int) -> float:
    """The expected outside option of player i; 0 if it has none."""
    value = rules.outside.get(game.players[i])
    if not isinstance(value, tuple):
        return float(value or 0)
    chance = game.prior.sum(axis=tuple(j for j in range(game.n) if j != i))
    told = len(chance) // len(value)  # types of the induced game: what one is, and what one is told
    return float(sum(v * sum(chance[k * told : (k + 1) * told]) for k, v in enumerate(value)))

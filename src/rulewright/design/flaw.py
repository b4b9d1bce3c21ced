"""By how much a play of an induced game breaks what was asked of the rule: the last look before a rule is handed over.

Rational rounding of a solver's decimals can break an incentive by a hair. What is asked for is looked at here in the induced
game, exactly; the certificate's claims look at it once more, without this code.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from ..game.game import Game
from ..game.play import Play, interim, marginal
from ..numerics import rational
from ..numerics.rational import Array
from .rules import Rules

NO_STAKES: Mapping[int, Array] = MappingProxyType({})


def flaw(play: Play, rules: Rules, stakes: Mapping[int, Array] = NO_STAKES, base: Game | None = None) -> Any:
    """The largest shortfall among incentives, taking part, budget, balance and floor; 0 if there is none.

    `stakes`[player][type, action] is the probability with which an action of the induced game differs from what is asked,
    where that is less than one: a plan that disobeys one recommendation need lose no more than the slack times its chance.
    With the game asked about, `base`, profiles of types are its own: what players are told is averaged over.
    """
    broken = [x for i in play.game.active for x in _deviating(play, rules, i, stakes.get(i))]
    broken += [x for player in rules.outside for x in _leaving(play, rules, player, base or play.game)]
    if rules.budget is not None:
        broken += [x - rules.budget for x in _sums(play, rules.budget_when)]
    if rules.balance:
        broken += [abs(x) for x in _sums(play, rules.balance)]
    if rules.floor is not None:
        broken.append(rules.floor - play.goal)
    return max([Fraction(0), *broken])


def _deviating(play: Play, rules: Rules, i: int, stake: Array | None) -> list[Any]:
    """By how much each deviation of player i loses less than it should, given the type."""
    if stake is None:
        slack = play.slack_in_effect_of(i)
        return [] if slack is None else [rules.slack - slack]
    game, strategies = play.game, play.strategies or ()
    worth, chance = interim(game, strategies, i), marginal(game, i)
    asked = (worth * strategies[i]).sum(axis=1)
    return [
        rules.slack * s - (here - x) / p
        for row, here, p, own, share in zip(worth, asked, chance, strategies[i], stake, strict=True)
        for x, q, s in zip(row, own, share, strict=True)
        if p > 0 and q == 0
    ]


def _leaving(play: Play, rules: Rules, player: str, asked: Game) -> list[Any]:
    """What each type gains by staying away; at every profile of types where that is asked for."""
    game = play.game
    i = game.index(player)
    value = rules.outside[player]
    base = len(value) if isinstance(value, tuple) else game.type_counts[i]
    stays = np.repeat(rules.stays_for(player, base), game.type_counts[i] // base)  # told fastest
    if rules.taking_part == "interim":
        strategies = play.strategies or ()
        worth, chance = interim(game, strategies, i), marginal(game, i)
        expected = (worth * strategies[i]).sum(axis=1)
        return [s - value / p for s, value, p in zip(stays, expected, chance, strict=True) if p > 0]
    chance, worth = _by_profile(game, play.law), _by_profile(game, play.law * game.payoff[i])
    inert = (0,)  # what the designer knows is averaged over
    chance, worth = chance.sum(axis=inert), worth.sum(axis=inert)
    own = stays.reshape([-1 if j == i else 1 for j in range(1, game.n)])
    if rules.taking_part == "ex post":
        chance, worth = (_untold(game, asked, x) for x in (chance, worth))
        own = np.take(own, np.arange(0, own.size, own.size // asked.type_counts[i]), axis=i - 1)
    possible = chance > 0
    return list((np.broadcast_to(own, chance.shape)[possible] - worth[possible] / chance[possible]).ravel())


def _untold(game: Game, asked: Game, array: Array) -> Array:
    """[*types asked about] from [*types]: what players are told, which is fastest, summed over."""
    for axis, (now, before) in enumerate(zip(game.type_counts[1:], asked.type_counts[1:], strict=True)):
        array = array.reshape(*array.shape[:axis], before, now // before, *array.shape[axis + 1 :]).sum(axis=axis + 1)
    return array


def _by_profile(game: Game, array: Array) -> Array:
    return array.sum(axis=tuple(range(game.n, 2 * game.n)))


def _sums(play: Play, when: str) -> list[Any]:
    """The sum of what all are paid: in all, at every possible profile of types, or at every play of it."""
    game = play.game
    if when == "ex ante":
        return [play.paid]
    total = game.transfer.sum(axis=0)
    if when == "everywhere":
        possible = np.broadcast_to(game.prior.reshape(game.prior.shape + (1,) * game.n) > 0, total.shape)
        return list(total[possible]) or [rational.fraction(0)]
    chance, paid = _by_profile(game, play.law), _by_profile(game, play.law * total)
    return list(paid[chance > 0] / chance[chance > 0])

"""Design: over all settings of the levers, the rule that is best for people within the family that is allowed.

Two aims. "only": promises that make the wanted play the only thing to do (`implementation.py`), the cheapest ones for
the best play that can be had so. "best": the optimal rule in an equilibrium (`programme.py`), whatever else may be one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import Impossible, InputError
from ..game.game import Game
from ..game.play import Play, interim, marginal
from ..institution.institution import Institution
from ..institution.words import sentence
from ..welfare.goals import wanted as by_goal
from .compiled import Compiled, compiled
from .implementation import Family, implement
from .programme import solve
from .rules import Rules

CLOSENESS = (1e-6, 1e-5, 1e-8)  # of rationals to the solver's decimals, in the order in which they are tried
CUSHION = Fraction(1, 10**7)  # added to every incentive where rounding alone would break one
VALUE = 1e-6  # relative loss of value that exactness may cost
MOST_TRIED = 500  # wanted profiles tried, from the best on


@dataclass(frozen=True, eq=False)
class Designed:
    """A rule, the game it induces, and the play it asks for. All exact."""

    setting: Mapping[str, Fraction]
    """Values of the levers."""
    base: Game = field(repr=False)
    institution: Institution
    induced: Game = field(repr=False)
    play: Play = field(repr=False)
    aim: str
    value: Any
    """Goal minus κ times what is paid."""
    flaw: Any = 0
    """By how much rounding to rationals breaks what was asked for; 0 where it breaks nothing."""

    @property
    def goal(self) -> Any:
        return self.play.goal

    @property
    def paid(self) -> Any:
        return self.play.paid

    def describe(self) -> str:
        levers = [f"set {name} to {float(value):g}" for name, value in self.setting.items()]
        said = sentence(self.institution, self.base)
        return "; ".join(levers + ([said] if said != "no rule" or not levers else []))


def default_aim(game: Game, rules: Rules) -> str:
    """ "only" where it can be asked for: nobody has private types, the designer decides nothing, somebody may be paid."""
    plain = max(game.type_counts) == 1 and game.action_counts[0] == 1
    return "only" if plain and rules.payments and rules.robust is None else "best"


def design(
    settings: Sequence[tuple[Mapping[str, Fraction], Game]],
    rules: Rules,
    *,
    aim: str = "best",
    floor: float = float("-inf"),
    wanted: Mapping[str, str] | None = None,
) -> Designed:
    """The best rule over all (lever setting, game) pairs.

    `floor` is what people have already (aim "only" does not look for less); `wanted` fixes the play that is asked for,
    as {player: action}. Raises Impossible where nothing in the family does it, with the smallest relaxation found.
    """
    if aim == "best":
        return _best(settings, rules)
    if aim != "only":
        raise InputError(where="design", needed='aim "only" or "best"', found=repr(aim))
    if rules.robust is not None:
        raise InputError(where="design", needed='aim "best" with `robust`', found='"only"', remedy='Use aim = "best".')
    for _, game in settings:
        if max(game.type_counts) > 1 or game.action_counts[0] > 1:
            raise InputError(
                where="design",
                needed="a game without private types in which the designer decides nothing",
                found=repr(game),
                remedy='Use aim = "best".',
            )
    return _only(settings, rules, floor, wanted)


def _best(settings: Sequence[tuple[Mapping[str, Fraction], Game]], rules: Rules) -> Designed:
    found, failure = [], None
    for setting, game in settings:
        try:
            said = _exactly(game, rules)
        except Impossible as error:
            failure = failure or error
            continue
        value = said.play.goal - rules.money_weight * said.play.paid
        found.append(
            Designed(
                dict(setting),
                said.base,
                said.institution,
                said.induced,
                said.play,
                "best",
                value,
                flaw(said.play, rules),
            )
        )
    if not found:
        raise failure or Impossible(where="design", needed="at least one setting of the levers", found="none")
    return max(found, key=lambda designed: (designed.flaw == 0, designed.value))


def _exactly(game: Game, rules: Rules) -> Compiled:
    """The optimal rule in rationals that break nothing: coarse ones first, then with a cushion under every incentive.

    If none is flawless, the one with the smallest flaw, which the checker will name.
    """
    tried: list[tuple[Any, Compiled]] = []
    for cushion in (Fraction(0), CUSHION):
        budget = None if rules.budget is None else rules.budget - cushion
        outside = {player: value + cushion for player, value in rules.outside.items()}
        try:
            outcome = solve(game, replace(rules, margin=rules.margin + cushion, budget=budget, outside=outside))
        except Impossible:
            if cushion:
                break  # what can only just be done cannot be done with room to spare
            raise
        for close in CLOSENESS:
            said = compiled(game, outcome, "designed rule", close=close)
            broken = flaw(said.play, rules)
            worth = float(said.play.goal - rules.money_weight * said.play.paid)
            if broken == 0 and abs(worth - outcome.value) <= VALUE * max(1.0, abs(outcome.value)):
                return said
            tried.append((broken, said))
    return min(tried, key=lambda pair: pair[0])[1]


def flaw(play: Play, rules: Rules) -> Any:
    """By how much a play of an induced game breaks what was asked for; 0 if it does not."""
    game = play.game
    broken = [rules.slack - slack for slack in [play.slack_in_effect] if slack is not None]
    for player, stays_for in rules.outside.items():
        i = game.index(player)
        worth, chance = interim(game, play.strategies or (), i), marginal(game, i)
        expected = (worth * (play.strategies or ())[i]).sum(axis=1)
        broken += [stays_for - value / p for value, p in zip(expected, chance, strict=True) if p > 0]
    if rules.budget is not None:
        broken.append(play.paid - rules.budget)
    return max([Fraction(0), *broken])


def _only(
    settings: Sequence[tuple[Mapping[str, Fraction], Game]],
    rules: Rules,
    floor: float,
    wanted: Mapping[str, str] | None,
) -> Designed:
    best: Designed | None = None
    failure: Impossible | None = None
    families: dict[int, Family] = {}
    for goal, setting, game, profile in _targets(settings, floor, wanted):
        if best is not None and goal < best.value:
            break  # paying does not make a worse play better than this
        try:
            if id(game) not in families:
                families[id(game)] = Family(game, rules)
            promise = implement(families[id(game)], profile)
        except Impossible as error:
            failure = failure or error
            continue
        induced = promise.institution(game)
        play = Play.pure(induced, list(profile))
        value = play.goal - rules.money_weight * play.paid
        if value <= floor and wanted is None:
            continue  # paying for it costs more than it brings
        candidate = Designed(dict(setting), game, promise.institution, induced, play, "only", value)
        if best is None or (value, -play.paid) > (best.value, -best.paid):
            best = candidate
    if best is None:
        raise failure or Impossible(
            where="design",
            needed="a play better for people than what they have",
            found="none",
            remedy="The goal is already reached in the worst case, or the scenario's goal does not vary.",
        )
    return best


def _targets(
    settings: Sequence[tuple[Mapping[str, Fraction], Game]], floor: float, wanted: Mapping[str, str] | None
) -> list[tuple[Any, Mapping[str, Fraction], Game, tuple[int, ...]]]:
    """(goal, setting, game, profile), from the best goal on."""
    targets = []
    for setting, raw in settings:
        game = raw.exact
        values = game.goal.reshape(game.action_counts)
        if wanted is not None:
            profiles = [_profile(game, wanted)]
        else:
            profiles = by_goal(game)[:MOST_TRIED]
        targets += [(values[p], setting, game, p) for p in profiles if wanted is not None or values[p] > floor]
    targets.sort(key=lambda target: -target[0])
    return targets[:MOST_TRIED]


def _profile(game: Game, wanted: Mapping[str, str]) -> tuple[int, ...]:
    play = Play.pure(game, dict(wanted))
    return tuple(int(np.argmax(s[0])) for s in play.strategies or ())

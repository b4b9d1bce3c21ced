"""Design: over all settings of the levers, the rule that is best for people within the family that is allowed.

Three aims. "only": promises that make the wanted play the only thing to do (`implementation/`), the cheapest ones for
the best play that can be had so. "worst": payments whose worst equilibrium is best for people (`worst/`). "best": the
optimal rule in an equilibrium (`programme.py`), whatever else may be one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import Impossible, InputError
from ..game.game import Game
from ..game.play import Play
from ..institution.institution import Institution
from ..institution.words import sentence
from .flaw import flaw
from .implementation import Family, Groups, Promise, implement
from .programme import Outcome
from .rounding import exactly
from .rules import Rules
from .worst import Worst, guarantee

MOST_TRIED = 500  # wanted profiles for which programmes are solved, from the best on
WORSE = 1e-6  # relative; a guarantee that is below what people have by more is none
AIMS = ("only", "worst", "best")


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
    guarantee: Worst | None = field(default=None, repr=False)
    """With aim "worst": what every equilibrium leaves people with, and the bound on what any payments could."""
    optimum: Outcome | None = field(default=None, repr=False)
    """With aim "best": the solver's optimum, with what each requirement costs; the bound of the claim `optimal`."""

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
    """ "only" where it can be asked for: nobody has private types, the designer decides nothing, somebody may be paid,
    and nothing is asked that promises know nothing of."""
    plain = max(game.type_counts) == 1 and game.action_counts[0] == 1
    return "only" if plain and rules.payments and not rules.beyond_promises else "best"


def design(
    settings: Sequence[tuple[Mapping[str, Fraction], Game]],
    rules: Rules,
    *,
    aim: str = "best",
    floor: float = float("-inf"),
    wanted: Mapping[str, str] | None = None,
    groups: Groups | None = None,
) -> Designed:
    """The best rule over all (lever setting, game) pairs.

    `floor` is what people have already (aim "only" does not look for less, nor does "worst" settle for it); `wanted`
    fixes the play that is asked for, as {player: action}; `groups` of players must not gain by upsetting it together
    (aim "only"). Raises Impossible where nothing in the family does it, with the smallest relaxation found.
    """
    if groups is not None and groups.size > 1 and aim != "only":
        raise InputError(
            where="coalition", needed='aim = "only"', found=f'aim = "{aim}"', remedy="Ask for one or the other."
        )
    if aim == "best":
        return _best(settings, rules)
    if aim not in AIMS:
        raise InputError(where="design", needed=f"aim {' or '.join(AIMS)}", found=repr(aim))
    if rules.beyond_promises:
        raise InputError(
            where="design",
            needed='aim "best" with ' + ", ".join(f"`{name}`" for name in rules.beyond_promises),
            found=f'"{aim}"',
            remedy='Use aim = "best": promises know nothing of these.',
        )
    for _, game in settings:
        if max(game.type_counts) > 1 or game.action_counts[0] > 1:
            raise InputError(
                where="design",
                needed="a game without private types in which the designer decides nothing",
                found=repr(game),
                remedy='Use aim = "best".',
            )
    families = [_Setting(setting, Family(game, rules)) for setting, game in settings]
    if aim == "worst":
        return _worst(families, floor, wanted)
    return _only(families, floor, wanted, groups or Groups())


def _best(settings: Sequence[tuple[Mapping[str, Fraction], Game]], rules: Rules) -> Designed:
    found, failure = [], None
    for setting, game in settings:
        try:
            said, optimum = exactly(game, rules)
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
                flaw(said.play, rules, said.stakes, said.base),
                optimum=optimum,
            )
        )
    if not found:
        raise failure or Impossible(where="design", needed="at least one setting of the levers", found="none")
    return max(found, key=lambda designed: (designed.flaw == 0, designed.value))


@dataclass(frozen=True)
class _Setting:
    levers: Mapping[str, Fraction]
    family: Family


def _only(settings: Sequence[_Setting], floor: float, wanted: Mapping[str, str] | None, groups: Groups) -> Designed:
    best: Designed | None = None
    failure: Impossible | None = None
    targets, tried = _targets(settings, floor, wanted), 0
    for here, profile in targets:
        family = here.family
        if best is not None and family.goal[profile] < float(best.value):
            break  # paying does not make a worse play better than this
        if best is not None and family.most[profile] < float(best.value) - WORSE * family.size:
            continue  # paying at least what it needs makes it worse
        if failure is not None and family.hopeless(profile):
            continue  # why the best of them fails is said in full
        try:
            promise = implement(family, profile, groups=groups)
        except Impossible as error:
            failure = failure or error
            promise = None
        tried += 1
        candidate = None if promise is None else _promised(here, profile, promise)
        if candidate is not None and (
            candidate.value > floor or wanted is not None
        ):  # else it costs more than it brings
            best = max((x for x in (best, candidate) if x is not None), key=lambda x: (x.value, -x.paid))
        if tried >= MOST_TRIED:
            break
    if best is None:
        raise failure or Impossible(
            where="design",
            needed="a play better for people than what they have",
            found="none",
            remedy="The goal is already reached in the worst case, or the scenario's goal does not vary.",
        )
    return best


def _promised(here: _Setting, profile: tuple[int, ...], promise: Promise) -> Designed:
    family = here.family
    induced = promise.institution(family.game)
    play = Play.pure(induced, list(profile))
    value = play.goal - family.rules.money_weight * play.paid
    return Designed(dict(here.levers), family.game, promise.institution, induced, play, "only", value)


def _targets(
    settings: Sequence[_Setting], floor: float, wanted: Mapping[str, str] | None
) -> list[tuple[_Setting, tuple[int, ...]]]:
    """(setting, profile), from the best goal on, without those that no payments can make an equilibrium.

    Of these the best one is kept, though: why it cannot be had is worth saying.
    """
    if wanted is not None:
        targets = [(here, _profile(here.family.game, wanted)) for here in settings]
    else:
        above = [(here, np.argwhere(here.family.goal > floor)) for here in settings]
        every = [(here, tuple(int(k) for k in at)) for here, cells in above for at in cells]
        top = max(every, key=lambda t: float(t[0].family.goal[t[1]]), default=None)
        targets = [t for t in every if t is top or t[0].family.may_hold[t[1]]]
    return sorted(targets, key=lambda target: -float(target[0].family.goal[target[1]]))


def _worst(settings: Sequence[_Setting], floor: float, wanted: Mapping[str, str] | None) -> Designed:
    best: tuple[_Setting, Worst] | None = None
    failure: Impossible | None = None
    for here in settings:
        profile = None if wanted is None else _profile(here.family.game, wanted)
        try:
            found = guarantee(here.family, wanted=profile)
        except Impossible as error:
            failure = failure or error
            continue
        if best is None or (found.guaranteed, found.value) > (best[1].guaranteed, best[1].value):
            best = here, found
    if best is None:
        raise failure or Impossible(where="design", needed="at least one setting of the levers", found="none")
    here, found = best
    if found.guaranteed < floor - WORSE * max(1.0, abs(floor)):
        raise Impossible(
            where="design",
            needed=f"payments that guarantee people what they have, {floor:.6g}, in every equilibrium",
            found=f"at most {found.guaranteed:.6g}",
            remedy="Allow wider bounds on payments, or more of them.",
        )
    play = Play.pure(found.induced, list(found.wanted))
    rules, game = here.family.rules, here.family.game
    return Designed(
        dict(here.levers), game, found.institution, found.induced, play, "worst", found.value, flaw(play, rules), found
    )


def _profile(game: Game, wanted: Mapping[str, str]) -> tuple[int, ...]:
    play = Play.pure(game, dict(wanted))
    return tuple(int(np.argmax(s[0])) for s in play.strategies or ())

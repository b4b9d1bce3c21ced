"""[rules] of a scenario file: the family of rules that design searches, at the scenario's parameters."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from ..design.robustness import Robustness
from ..design.rules import Payment, Rules
from ..errors import InputError
from . import schema
from .rule import spoken

if TYPE_CHECKING:
    from .scenario import Scenario


def family(scenario: Scenario) -> Rules:
    """The family, exact. Raises InputError with the line where something does not fit the game."""
    allowed = scenario.file.rules

    def number(text: str | None, *path: str | int) -> Fraction | None:
        return None if text is None else scenario.number(text, *path)

    with scenario.at("rules"):
        return Rules(
            ask=allowed.ask,
            informed=allowed.informed,
            recommend=allowed.recommend,
            payments=tuple(p for k, pay in enumerate(allowed.pay) for p in _payments(scenario, pay, k)),
            budget=number(allowed.budget, "rules", "budget"),
            budget_when=allowed.budget_when,
            balance=allowed.balance,
            money_weight=scenario.number(scenario.file.people.money_weight, "people", "money_weight"),
            margin=scenario.number(allowed.margin, "rules", "margin"),
            payoff_error=scenario.number(allowed.payoff_error, "rules", "payoff_error"),
            incentives=allowed.incentives,
            outside={
                player: _outside(scenario, name, value, player)
                for name, value in allowed.outside.items()
                for player in _named(scenario, name)
            },
            participation=allowed.participation,
            anonymous=allowed.anonymous,
            objective=allowed.objective,
            floor=number(allowed.floor, "rules", "floor"),
            robust=_robust(scenario),
        )


def _robust(scenario: Scenario) -> Robustness | None:
    """What a rule has to survive beside errors of payoffs; None where the scenario asks for nothing of the kind."""
    allowed = scenario.file.rules
    ball, share = (scenario.number(getattr(allowed, key), "rules", key) for key in ("prior_ball", "irrational"))
    gains = {
        player: scenario.number(text, "rules", "gain_at_most", name)
        for name, text in allowed.gain_at_most.items()
        for player in _named(scenario, name)
    }
    harm = {player: tuple(labels) for name, labels in allowed.adversarial.items() for player in _named(scenario, name)}
    if not (ball or share or gains or harm):
        return None
    robust = Robustness(gain_at_most=gains, prior_ball=ball, irrational=share, adversarial=harm)
    robust.check(scenario.game)
    if allowed.aim not in (None, "best"):
        raise InputError(
            needed='aim = "best" beside prior_ball, irrational, adversarial and gain_at_most', found=f'"{allowed.aim}"'
        )
    return robust


def _named(scenario: Scenario, name: str) -> list[str]:
    game = scenario.game
    everyone = [p for i, p in enumerate(game.players) if i in game.strategic]
    if name == "everyone":
        return everyone
    for player in everyone:
        if name in (player, spoken(player)):
            return [player]
    raise InputError(needed=f"everyone or a player among {', '.join(everyone)}", found=repr(name))


def _outside(
    scenario: Scenario, name: str, value: str | Mapping[str, str], player: str
) -> Fraction | tuple[Fraction, ...]:
    """One number, or one for each type."""
    if isinstance(value, str):
        return scenario.number(value, "rules", "outside", name)
    types = scenario.game.types[scenario.game.index(player)]
    if set(value) != set(types):
        with scenario.at("rules", "outside", name):
            raise InputError(
                needed=f"a number, or one for each of {', '.join(types)}", found=", ".join(value) or "none"
            )
    return tuple(scenario.number(value[t], "rules", "outside", name, t) for t in types)


def _payments(scenario: Scenario, pay: schema.Pay, k: int) -> Iterator[Payment]:
    with scenario.at("rules", "pay", k):
        names = [pay.to] if isinstance(pay.to, str) else pay.to
        players = [p for name in names for p in _named(scenario, name)]
        if not players:
            raise InputError(needed="at least one player to pay", found="none")
        on = [pay.on] if isinstance(pay.on, str) else pay.on
        for player in players:
            signals = tuple(s for name in on for s in _observed(scenario, name, player))
            outcomes = [y for s in signals for y in scenario.game.signal(s).outcomes]
            low, high = (_bound(scenario, side, outcomes, len(signals), k) for side in pay.between)
            yield Payment(player, signals, low, high, pay.form, f"pay {k}" if pay.equal else "")


def _bound(
    scenario: Scenario, side: str | Mapping[str, str], outcomes: list[str], signals: int, k: int
) -> Fraction | tuple[Fraction, ...]:
    """One number for all outcomes, or one for each outcome of a single signal."""
    path = ("rules", "pay", k, "between")
    if isinstance(side, str):
        return scenario.number(side, *path)
    with scenario.at(*path):
        if signals != 1 or set(side) != set(outcomes):
            raise InputError(
                needed=f"a number, or one for each of {', '.join(outcomes)}"
                if signals == 1
                else "a number: there are several signals",
                found=", ".join(side) or "none",
            )
    return tuple(scenario.number(side[y], *path) for y in outcomes)


def _observed(scenario: Scenario, name: str, player: str) -> list[str]:
    game = scenario.game
    if name == "own action":
        return [f"action of {player}"]
    if name == "actions":
        return [f"action of {game.players[i]}" for i in game.strategic if game.action_counts[i] > 1]
    known = [s.name for s in game.signals]
    for candidate in game.players:
        if name == spoken(candidate):
            return [f"action of {candidate}"]
    if name not in known:
        near = difflib.get_close_matches(name, [*known, "own action", "actions"], n=1)
        raise InputError(
            needed=f'"own action", "actions" or a signal among {", ".join(known) or "none"}',
            found=repr(name),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return [name]

"""A scenario at work: its game at given parameters, today's rule, the rules that are allowed, the questions asked."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ..behaviour.behaviour import Behaviour, named
from ..design.implementation import Groups
from ..design.rules import Rules
from ..errors import InputError
from ..game import files, library
from ..game.game import SINGLE, Game, Signal
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.memory import FRACTION_BYTES, reserve
from ..numerics.rational import Array
from ..welfare.goals import BY_NAME
from . import schema
from .family import family
from .rule import WrittenRule, along, law_of, spoken, values
from .written import Written, cells


@dataclass(frozen=True)
class Traced:
    """What to trace: today's equilibria over the values of one parameter; good is what reaches the floor."""

    title: str
    parameter: str
    values: list[Fraction]
    floor: Fraction | None
    behaviours: list[Behaviour]


@dataclass(frozen=True)
class Scenario(Written):
    """A game that was read from a scenario file, with its parameters."""

    file: schema.ScenarioFile = field(repr=False)

    def check(self) -> None:
        self.game, self.today, self.rules, self.settings(), self.behaviours, self.traces

    # ── the game ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def game(self) -> Game:
        """The base game, exact, with its designer; no rule applied."""
        if self.file.game is not None:
            base = self._from_elsewhere(self.file.game)
        else:
            base = self._written()
        with self.at("people", "goal"):
            return base.with_goal(self._goal(base), self.file.designer.name)

    def _from_elsewhere(self, where: schema.BaseGame) -> Game:
        with self.at("game"):
            if (where.file is None) == (where.name is None):
                raise InputError(needed="either file or name", found="both" if where.file else "neither")
            if self.file.players or self.file.payoff:
                raise InputError(needed="[players] and [payoff] left out beside [game]", found="both")
            game = library.game(where.name) if where.name else files.read(self.folder / str(where.file))
            return game.exact

    @cached_property
    def _sides(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        """(players, types, actions) as labels, designer first."""
        if not self.file.players:
            with self.at("players"):
                raise InputError(needed="at least one player", found="none")
        specs: dict[str, schema.Player] = {self.file.designer.name: self.file.designer, **self.file.players}
        if len(specs) != 1 + len(self.file.players):
            with self.at("designer"):
                raise InputError(needed="a name that no player has", found=self.file.designer.name)
        types = tuple(tuple(spec.types) if spec.types else SINGLE for spec in specs.values())
        actions = tuple(self._actions(name, spec) for name, spec in specs.items())
        return tuple(specs), types, actions

    def _actions(self, name: str, spec: schema.Player) -> tuple[str, ...]:
        path = ("designer", "actions") if spec is self.file.designer else ("players", name, "actions")
        with self.at(*path):
            match spec.actions:
                case None:
                    return SINGLE
                case str() as text:
                    return tuple(label(x) for x in self.range(text))
                case labels if labels and len(set(labels)) == len(labels):
                    return tuple(labels)
                case labels:
                    raise InputError(needed="at least one action, all different", found=str(list(labels or [])))

    def values_of(self, said: Sequence[str] | str, *path: str | int) -> list[Fraction]:
        """Values of a parameter, written as a range "from:to:step" or one by one."""
        with self.at(*path):
            if isinstance(said, str):
                return self.range(said)
            return [rational.fraction(Formula(v, "value").value(self.parameters)[()]) for v in said]

    def under_today(self, **parameters: Any) -> Game:
        """The game induced by today's rule, with other parameters."""
        there = self.having(**parameters)
        return there.induced(there.today, "today")

    @cached_property
    def numbers(self) -> dict[str, dict[str, Fraction]]:
        """For players whose actions are written {label = number}."""
        specs = {self.file.designer.name: self.file.designer, **self.file.players}
        return {
            name: {a: self.number(text, "players", name, "actions", a) for a, text in spec.actions.items()}
            for name, spec in specs.items()
            if isinstance(spec.actions, dict)
        }

    def _variables(self, players: Sequence[str], types: Any, actions: Any) -> dict[str, Array]:
        """What formulas over plays may name: parameters, actions and types, on [*types, *actions]."""
        n, found = len(players), dict(self.parameters)
        for i, player in enumerate(players):
            name = spoken(player)
            if name in self.parameters:
                raise InputError(where="players", needed="names that no parameter has", found=repr(name))
            found[name] = along(values(actions[i], self.numbers.get(player)), n + i, 2 * n)
            found[f"{name}.type"] = along(values(types[i]), i, 2 * n)
        return found

    def _written(self) -> Game:
        players, types, actions = self._sides
        n = len(players)
        counts = (*map(len, types), *map(len, actions))
        with self.at("players"):
            reserve((n, *counts), "the payoff table", item_bytes=FRACTION_BYTES)
            variables = self._variables(players, types, actions)
        extra = sorted(set(self.file.payoff) - set(players[1:]))
        if extra:
            near = difflib.get_close_matches(extra[0], players[1:], n=1)
            with self.at("payoff", extra[0]):
                raise InputError(
                    needed=f"a player among {', '.join(players[1:])}",
                    found=repr(extra[0]),
                    remedy=f"Did you mean {near[0]!r}?" if near else "The goal of people is said under [people].",
                )
        rows = [np.full(counts, Fraction(0), dtype=object)]
        for player in players[1:]:
            with self.at("payoff", player):
                if player not in self.file.payoff:
                    raise InputError(
                        needed=f"a payoff for player {player!r}", found="none", remedy="Add it under [payoff]."
                    )
                rows.append(self._cells(self.file.payoff[player], variables, players, types, actions))
        return Game(
            players=players,
            types=types,
            actions=actions,
            prior=self._prior(players, types),
            payoff=np.stack(rows),
            transfer=np.full((n, *counts), Fraction(0), dtype=object),
            signals=self._signals(variables, counts),
            designer=True,
        )

    def _cells(self, said: str | list, variables: Mapping[str, Array], players: Any, types: Any, actions: Any) -> Array:
        """[*types, *actions] from a formula or a nested table over the axes that are longer than one."""
        axes = [f"types of {p}" for p in players] + [f"actions of {p}" for p in players]
        return cells(said, variables, (*map(len, types), *map(len, actions)), axes)

    def _prior(self, players: Sequence[str], types: Sequence[Sequence[str]]) -> Array:
        counts = tuple(map(len, types))
        if self.file.prior is not None:
            with self.at("prior"):
                n = len(players)
                seen = {
                    f"{spoken(p)}.type": along(values(tuple(t)), i, n)
                    for i, (p, t) in enumerate(zip(players, types, strict=False))
                }
                if isinstance(self.file.prior, str):
                    return np.broadcast_to(
                        Formula(self.file.prior, "formula").value({**self.parameters, **seen}), counts
                    )
                return self._cells(self.file.prior, {}, players, types, [SINGLE] * n).reshape(counts)
        prior = np.full((1,) * len(players), Fraction(1), dtype=object)
        specs = {self.file.designer.name: self.file.designer, **self.file.players}
        for i, (name, spec) in enumerate(specs.items()):
            path = ("designer", "types") if i == 0 else ("players", name, "types")
            if spec.types:
                prior = prior * along(self.law(spec.types, *path), i, len(players))
        return np.broadcast_to(prior, counts)

    def _signals(self, variables: Mapping[str, Array], counts: tuple[int, ...]) -> tuple[Signal, ...]:
        found = []
        for name, outcomes in self.file.signals.items():
            with self.at("signals", name):
                reserve((*counts, len(outcomes)), f"signal {name}", item_bytes=FRACTION_BYTES)
                law = law_of(outcomes, variables, counts, "outcome")
                found.append(Signal(name, tuple(outcomes), law))
        return tuple(found)

    def _goal(self, base: Game) -> Array:
        goal = self.file.people.goal
        if isinstance(goal, str) and goal in BY_NAME:
            return BY_NAME[goal]().table(base)
        variables = {} if isinstance(goal, list) else self._variables(base.players, base.types, base.actions)
        return self._cells(goal, variables, base.players, base.types, base.actions)

    # ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def today(self) -> WrittenRule:
        """The status quo. Its parameters are those of the scenario: `set` is for rules that are compared with it."""
        if self.file.today.set:
            with self.at("today", "set"):
                raise InputError(
                    needed="today's values under [parameters]",
                    found="a second place for them",
                    remedy="Write them under [parameters]; `set` is for [[compare]].",
                )
        return self._rule(self.file.today, ("today",))

    def compared(self) -> Iterator[tuple[Scenario, WrittenRule]]:
        """The rules written out for comparison, each with the scenario at its parameters."""
        for k, rule in enumerate(self.file.compare):
            here = self.having(**rule.set)
            if rule.decide is None:
                rule = rule.model_copy(
                    update={"decide": self.file.today.decide, "ask": rule.ask or self.file.today.ask}
                )
            yield here, here._rule(rule, ("compare", k))

    def _rule(self, rule: schema.Rule, path: tuple[str | int, ...]) -> WrittenRule:
        with self.at(*path):
            if rule.decide is None and self.game.action_counts[0] > 1:
                raise InputError(
                    needed=f"what {self.game.players[0]} decides: decide = one of {', '.join(self.game.actions[0])}, "
                    "or {decision = probability}",
                    found="nothing",
                    remedy="Diagnosis needs a status quo.",
                )
            return WrittenRule(rule, self.parameters, self.numbers)

    def induced(self, rule: WrittenRule, *path: str | int) -> Game:
        """The game under a written rule; errors say where the rule stands."""
        with self.at(*path):
            return rule(self.game)

    @cached_property
    def rules(self) -> Rules:
        """The family that design searches, at these parameters."""
        return family(self)

    @property
    def groups(self) -> Groups:
        """The groups of players that must not gain by upsetting the wanted play together."""
        said = self.file.rules.coalition
        return Groups(said) if isinstance(said, int) else Groups(said.size, said.side_payments)

    def settings(self) -> list[dict[str, Fraction]]:
        """Every combination of the levers' values; one empty setting if there are no levers."""
        levers = self.file.rules.levers
        for name in levers:
            if name not in self.parameters:
                with self.at("rules", "levers", name):
                    raise InputError(
                        needed=f"a parameter among {', '.join(self.parameters) or 'none'}", found=repr(name)
                    )
            if not levers[name]:
                with self.at("rules", "levers", name):
                    raise InputError(needed="at least one value to choose from", found="none")
        chosen = [[(n, self.number(v, "rules", "levers", n)) for v in vs] for n, vs in levers.items()]
        return [dict(setting) for setting in itertools.product(*chosen)]

    @cached_property
    def traces(self) -> list[Traced]:
        """The traces that are asked for, read and checked."""
        found = []
        for k, said in enumerate(self.file.traces):
            values = sorted(set(self.values_of(said.values, "traces", k, "values")))
            with self.at("traces", k, "values"):
                if len(values) < 2:
                    raise InputError(needed="at least two different values", found=str(len(values)))
            if said.parameter not in self.parameters:
                near = difflib.get_close_matches(said.parameter, list(self.parameters), n=1)
                with self.at("traces", k, "parameter"):
                    raise InputError(
                        needed=f"a parameter among {', '.join(self.parameters) or 'none'}",
                        found=repr(said.parameter),
                        remedy=f"Did you mean {near[0]!r}?" if near else "",
                    )
            with self.at("traces", k, "behaviours"):
                behaviours = [named(name) for name in said.behaviours]
            floor = None if said.floor is None else self.number(said.floor, "traces", k, "floor")
            found.append(
                Traced(said.title or f"Where it tips: {said.parameter}", said.parameter, values, floor, behaviours)
            )
        return found

    @cached_property
    def behaviours(self) -> list[Behaviour]:
        with self.at("behaviours", "predict"):
            return [named(name) for name in self.file.behaviours.predict]


def label(value: Fraction) -> str:
    """A number as an action label: a decimal where that is exact."""
    digits, rest = 0, value.denominator
    while rest % 2 == 0:
        rest, digits = rest // 2, digits + 1
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return str(value) if rest != 1 else rational.decimal(value, max(digits, fives))

"""A rule written out in a scenario, as an institution: sentences of formulas become moves with tables.

The order is fixed: permit, reveal, ask, pay, decide, care. Payments may depend on what is decided, so they come before
the designer commits to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game, check_law
from ..game.play import Play
from ..institution.institution import Institution
from ..institution.moves import Care, Commit, Move, Pay, Permit, Reveal, Speak, apply
from ..institution.prospect import Prospect
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.rational import Array
from . import schema


def spoken(player: str) -> str:
    """How a player's name is written in formulas."""
    return "".join(c if c.isalnum() or c == "_" else "_" for c in player)


def values(labels: tuple[str, ...], numbers: Mapping[str, Any] | None = None) -> Array:
    """What formulas see of labels: their numbers if all are numbers (or are given numbers), else the labels."""
    if numbers:
        return np.array([rational.fraction(numbers[label]) for label in labels], dtype=object)
    try:
        return np.array([rational.fraction(label) for label in labels], dtype=object)
    except ValueError:
        return np.array(labels)


def along(values_: Array, axis: int, ndim: int) -> Array:
    return values_.reshape([-1 if k == axis else 1 for k in range(ndim)])


@dataclass(frozen=True)
class WrittenRule(Institution):
    """A `schema.Rule` at given parameters."""

    rule: schema.Rule
    parameters: Mapping[str, Any] = field(repr=False)
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """For players whose actions were given numbers: {player: {label: number}}."""

    def describe(self) -> str:
        return self.rule.name

    def moves(self, game: Game) -> tuple[Move, ...]:
        said: list[Move] = []

        def say(move: Move) -> None:
            nonlocal game
            said.append(move)
            game = apply(move, game)

        for player, allowed in self.rule.permit.items():
            say(Permit(self._player(game, player, "permit"), tuple(allowed)))
        for player, told in self.rule.reveal.items():
            say(self._reveal(game, self._player(game, player, "reveal"), told))
        for player, messages in self.rule.ask.items():
            say(Speak(self._player(game, player, "ask"), tuple(messages)))
        for player, formula in self.rule.pay.items():
            say(self._pay(game, self._player(game, player, "pay"), formula))
        if self.rule.decide is not None and game.designer and game.action_counts[0] > 1:
            say(self._decide(game))
        for player, caring in self.rule.care.items():
            say(self._care(game, self._player(game, player, "care"), caring))
        return tuple(said)

    def _where(self, key: str, player: str = "") -> str:
        return f"rule {self.rule.name!r}, {key}" + (f".{player}" if player else "")

    def _player(self, game: Game, name: str, key: str) -> str:
        for player in game.players:
            if name in (player, spoken(player)):
                return player
        raise InputError(where=self._where(key), needed=f"a player among {', '.join(game.players)}", found=repr(name))

    def _signals(self, game: Game) -> dict[str, tuple[str, Array]]:
        """{name in formulas: (signal, what its outcomes are worth in formulas)}: everything that can be observed."""
        found = {}
        for player in game.players:
            signal = game.signal(f"action of {player}")
            found[spoken(player)] = (signal.name, values(signal.outcomes, self.numbers.get(player)))
        if game.designer:
            signal = game.signal(f"type of {game.players[0]}")
            found[f"{spoken(game.players[0])}.type"] = (signal.name, values(signal.outcomes))
        for signal in game.signals:
            name = signal.name
            for prefix, suffix in (("message of ", ".says"), ("told ", ".told")):
                if signal.name.startswith(prefix):
                    name = spoken(signal.name.removeprefix(prefix)) + suffix
            found[name] = (signal.name, values(signal.outcomes))
        return found

    def _table(self, game: Game, text: str, where: str, fixed: tuple[str, ...] = ()) -> tuple[tuple[str, ...], Array]:
        """A formula over signals as (signals used, [outcome of each]); `fixed` names signals that come first anyway."""
        formula = Formula(text, where)
        known = self._signals(game)
        used = [name for name in known if name in fixed or name in formula.names]
        used.sort(key=lambda name: fixed.index(name) if name in fixed else len(fixed))
        axes = {name: along(known[name][1], k, len(used)) for k, name in enumerate(used)}
        clash = set(axes) & set(self.parameters)
        if clash:
            raise InputError(where=where, needed="different names for parameters and signals", found=", ".join(clash))
        hidden = {name: values_ for name, (_, values_) in known.items() if name not in used}  # only for near misses
        value = formula.value({**hidden, **self.parameters, **axes})
        shape = tuple(len(known[name][1]) for name in used)
        return tuple(known[name][0] for name in used), np.broadcast_to(value, shape)

    def _pay(self, game: Game, player: str, text: str) -> Pay:
        on, amounts = self._table(game, text, self._where("pay", player))
        if not on:  # a payment whatever happens: say it on the player's own action
            on = (f"action of {player}",)
            amounts = np.broadcast_to(amounts, (game.action_counts[game.index(player)],))
        return Pay(player, on, amounts)

    def _reveal(self, game: Game, player: str, told: Mapping[str, str]) -> Reveal:
        ndim = game.n
        variables = {f"{spoken(p)}.type": along(values(game.types[j]), j, ndim) for j, p in enumerate(game.players)}
        law = law_of(told, {**self.parameters, **variables}, game.type_counts, self._where("reveal", player))
        return Reveal((player,), (tuple(told),), law)

    def _decide(self, game: Game) -> Commit:
        designer = game.players[0]
        where = self._where("decide")
        choice = self.rule.decide if isinstance(self.rule.decide, dict) else {str(self.rule.decide): "1"}
        unknown = [label for label in choice if label not in game.actions[0]]
        if unknown:
            raise InputError(
                where=where, needed=f"decisions among {', '.join(game.actions[0])}", found=repr(unknown[0])
            )
        own = spoken(designer)
        known = self._signals(game)
        used = {name for text in choice.values() if text != "rest" for name in Formula(text, where).names}
        heard = [n for n in known if n in used and n not in (own, f"{own}.type")]
        order = [f"{own}.type", *heard]
        variables = {name: along(known[name][1], k, len(order)) for k, name in enumerate(order)}
        shape = tuple(len(known[name][1]) for name in order)
        law = law_of(choice, {**self.parameters, **variables}, shape, where)
        strategy = rational.zeros((*shape, game.action_counts[0]), law)
        for k, label in enumerate(choice):
            strategy[..., game.actions[0].index(label)] = law[..., k]
        return Commit(designer, tuple(known[name][0] for name in heard), strategy)

    def _care(self, game: Game, player: str, caring: schema.Caring) -> Care:
        i = game.index(player)
        weights = {
            self._player(game, p, "care"): Formula(w, self._where("care", player)).value(self.parameters)[()]
            for p, w in caring.weights.items()
        }
        dislike = None
        if caring.dislike is not None:
            own = {spoken(player): values(game.actions[i], self.numbers.get(player))}
            formula = Formula(caring.dislike, self._where("care", player))
            dislike = np.broadcast_to(formula.value({**self.parameters, **own}), (game.action_counts[i],))
        return Care(player, weights, dislike, self._felt(player, caring))

    def _felt(self, player: str, caring: schema.Caring) -> Prospect | None:
        """The value function that a rule gives a player, if it does."""
        where = self._where("care", player)
        said = {key: getattr(caring, key) for key in ("reference", "loss_aversion", "curvature", "loss_curvature")}
        numbers = {
            key: Formula(text, f"{where}, {key}").value(self.parameters)[()]
            for key, text in said.items()
            if text is not None
        }
        if numbers and "reference" not in numbers:
            raise InputError(
                where=where,
                needed=f"a reference beside {', '.join(numbers)}",
                found="none",
                remedy="Write what the player takes for granted, for example reference = 0.",
            )
        try:
            return Prospect(**numbers) if numbers else None
        except InputError as error:
            raise error.at(where) from None

    def play(self, induced: Game) -> Play | None:
        """What the rule asks of players in the game it induces: written out, or the truth where it asks for types."""
        choices: dict[str, Any] = {}
        for i, player in enumerate(induced.players):
            if induced.action_counts[i] == 1:
                continue
            asked = self.rule.play.get(player, self.rule.play.get(spoken(player)))
            if isinstance(asked, dict):
                choices[player] = [self._asked(induced, i, t, asked) for t in induced.types[i]]
            elif asked is not None:
                choices[player] = asked
            elif all(f"say {t}" in induced.actions[i] for t in induced.types[i]) and player in self._askers(induced):
                choices[player] = [f"say {t}" for t in induced.types[i]]
            else:
                return None
        try:
            return Play.pure(induced, choices)
        except InputError as error:
            raise error.at(self._where("play")) from None

    def _askers(self, game: Game) -> set[str]:
        return {self._player(game, name, "ask") for name in self.rule.ask}

    def _asked(self, induced: Game, i: int, kind: str, asked: Mapping[str, str]) -> str:
        told = kind.removeprefix("told ")
        for key in (kind, told):
            if key in asked:
                return asked[key]
        raise InputError(
            where=self._where("play", induced.players[i]),
            needed=f"an action for each of the types {', '.join(induced.types[i])}",
            found=f"none for {kind}",
        )


def law_of(choice: Mapping[str, str], variables: Mapping[str, Any], shape: tuple[int, ...], where: str) -> Array:
    """[*shape, option] from {option = formula}; one option may be "rest"."""
    columns: list[Array | None] = []
    if not choice:
        raise InputError(where=where, needed="at least one outcome with its probability", found="none")
    for label, text in choice.items():
        if text == "rest":
            columns.append(None)
        else:
            columns.append(np.broadcast_to(Formula(text, f"{where}, {label}").value(variables), shape))
    if list(choice.values()).count("rest") > 1:
        raise InputError(where=where, needed='at most one outcome that is the "rest"', found="several")
    known = [c for c in columns if c is not None]
    total = sum(known[1:], known[0]) if known else np.full(shape, rational.fraction(0), dtype=object)
    law = np.stack([1 - total if c is None else c for c in columns], axis=-1)
    check_law(law, where)
    return law

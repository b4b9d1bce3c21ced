"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
Format, moves and claims are defined in docs/certificate.md, and the letters here are those used there.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is a profile of types and actions, numbered in C order over [*types, *actions]; a *column* is a list with one
item per cell. Payoffs are columns of Fractions, one per player. The law of a signal is a column of tuples of
(outcome, probability > 0). Moves that only rearrange (permit, speak, reveal, admit) are a list of old cells to copy.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # cells that moves may blow a game up to, plans of a hearer, joint deviations of coalitions
RATIONAL = re.compile(r"-?[0-9]{1,4300}(/[0-9]{1,4300})?")  # Python reads no longer integers, unless told to
KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition")
Signal = tuple[list[str], list[Any]]  # outcomes, law


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    """What became of one claim."""

    claim: str
    holds: bool
    says: str
    """One sentence: what holds and by how much, or who gains how much by doing what instead."""
    margin: Fraction | None
    """The largest margin that holds (equilibrium, dominant, only, robust) or the distance to the bound claimed (the
    rest); negative where something is violated by that much, None where no number says it."""
    grade: str


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def field(holder: Any, key: str, kind: type) -> Any:
    if not isinstance(holder, dict) or type(holder.get(key)) is not kind:
        raise NotACertificate(f"“{key}” should be there and be {KINDS[kind]}")
    return holder[key]


def within(where: str, read: Any, *arguments: Any) -> Any:
    """read(*arguments), which says where if it complains."""
    try:
        return read(*arguments)
    except NotACertificate as problem:
        raise type(problem)(f"{where}: {problem}") from None


def rational(text: Any) -> Fraction:
    if not isinstance(text, str) or not RATIONAL.fullmatch(text):
        raise NotACertificate(f"{text!r:.60} should be a rational written as a string, such as “3/7”")
    top, _, bottom = text.partition("/")
    if bottom and not bottom.strip("0"):
        raise NotACertificate(f"{text!r:.60} has denominator 0")
    return Fraction(int(top), int(bottom or 1))


def number(holder: Any, key: str) -> Fraction:
    return within(f"“{key}”", rational, field(holder, key, str))


def labels(value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise NotACertificate(f"“{what}” should be a list of at least one string")
    if len(set(value)) < len(value):
        raise NotACertificate(f"“{what}” holds the same string twice")
    return list(value)


def position(known: Sequence[str], name: Any) -> int:
    if name not in known:
        raise NotACertificate(f"{name!r:.60} is none of {', '.join(known):.200}")
    return known.index(name)


def must_be_chances(numbers: Sequence[Fraction], what: str) -> None:
    if any(x < 0 for x in numbers) or sum(numbers) != 1:
        raise Contradiction(f"{what} should be probabilities that sum to 1, not to {said(sum(numbers, ZERO))}")


def table(holder: Any, key: str, shape: list[int], width: int = 0) -> list[Fraction]:
    """Entries of the table holder[key]; where a width is given, every `width` of them are a probability law."""
    value = field(holder, key, dict)
    found, entries = field(value, "shape", list), field(value, "entries", list)
    if found != shape or any(type(size) is not int for size in found) or len(entries) != math.prod(shape):
        raise NotACertificate(f"“{key}” should have shape {shape} and {math.prod(shape)} entries")
    numbers = [rational(text) for text in entries]
    for start in range(0, len(numbers) if width else 0, width or 1):
        must_be_chances(numbers[start : start + width], f"“{key}”")
    return numbers


def mixture(row: Any, known: Sequence[str]) -> dict[int, Fraction]:
    """{position of a label: probability > 0}."""
    if not isinstance(row, dict):
        raise NotACertificate("play should be an object from labels to probabilities")
    mixed = {position(known, label): rational(text) for label, text in row.items()}
    must_be_chances(list(mixed.values()), "play")
    return {a: q for a, q in mixed.items() if q}


def said(x: Fraction) -> str:
    """A rational for people; only the size of one with very many digits (Python may refuse to write it out)."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= 200:
        return str(x)
    return f"about {'-' if x < 0 else ''}10^{math.log10(abs(x.numerator)) - math.log10(x.denominator):.2f}"


# ── the game and its moves ──────────────────────────────────────────────────────────────────────────────────────────


def spread(axes: Iterable[Iterable[int]]) -> list[int]:
    """For every cell of a table, in C order, the sum of what its position on each axis contributes."""
    lists, sums = [list(axis) for axis in axes], [0]
    if math.prod(map(len, lists)) > LIMIT:
        raise NotACertificate(f"a game of more than {LIMIT:,} cells is too large to check here")
    for axis in lists:
        sums = [s + x for s in sums for x in axis]
    return sums


def along(sizes: Sequence[int], axis: int) -> list[int]:
    """For every cell of a table its position on one axis."""
    return spread(range(size) if k == axis else [0] * size for k, size in enumerate(sizes))


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


def certain(outcomes: Iterable[int]) -> list[Any]:
    """The law of a signal that shows with certainty the outcome given for each cell."""
    return [((k, ONE),) for k in outcomes]


def joint(signals: Sequence[Signal], cell: int) -> Iterator[tuple[int, Fraction]]:
    """(number of the outcomes in C order, probability) of independent signals at a cell."""
    for draw in product(*(law[cell] for _, law in signals)):
        place, chance = 0, ONE
        for (outcomes, _), (outcome, p) in zip(signals, draw, strict=True):
            place, chance = place * len(outcomes) + outcome, chance * p
        yield place, chance


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Any) -> None:
        self.players, self.designer = labels(source.get("players"), "players"), field(source, "designer", bool)
        self.types = [labels(value, "types") for value in field(source, "types", list)]
        self.actions = [labels(value, "actions") for value in field(source, "actions", list)]
        n, cells, types = len(self.players), math.prod(self.sizes), [len(t) for t in self.types]
        if not n == len(self.types) == len(self.actions):
            raise NotACertificate("“types” and “actions” should have one list for each player")
        self.prior = table(source, "prior", types, math.prod(types))
        payoff = table(source, "payoff", [n, *self.sizes])
        self.payoff = [payoff[i * cells : (i + 1) * cells] for i in range(n)]
        self.transfer = [[ZERO] * cells for _ in range(n)]
        self.signals: dict[str, Signal] = {}
        for value in field(source, "signals", list):
            name, outcomes = field(value, "name", str), labels(value.get("outcomes"), "outcomes")
            if name in self.signals:
                raise NotACertificate(f"there are two signals {name!r:.60}")
            m = len(outcomes)
            law = table(value, "law", [*self.sizes, m], m)
            rows = [law[start : start + m] for start in range(0, len(law), m)]
            self.signals[name] = outcomes, [tuple((k, p) for k, p in enumerate(row) if p) for row in rows]

    @property
    def sizes(self) -> list[int]:
        return [len(x) for x in self.types + self.actions]

    def player(self, move: Any, key: str) -> int:
        return position(self.players, field(move, key, str))

    def cases(self) -> list[tuple[int, tuple[int, ...], Fraction]]:
        """(first cell, θ, p(θ)) of every type profile of positive probability."""
        width, profiles = math.prod(map(len, self.actions)), product(*(range(len(t)) for t in self.types))
        return [(k * width, theta, self.prior[k]) for k, theta in enumerate(profiles) if self.prior[k]]

    def axes(self) -> list[list[int]]:
        """What each position on each axis contributes to the number of a cell."""
        return [[k * step for k in range(size)] for size, step in zip(self.sizes, strides(self.sizes), strict=True)]

    def copy(self, source: list[int]) -> None:
        """The new cells are copies of these old ones."""
        for columns in (self.payoff, self.transfer):
            columns[:] = [[column[k] for k in source] for column in columns]
        self.signals = {s: (outcomes, [law[k] for k in source]) for s, (outcomes, law) in self.signals.items()}

    def heard(self, move: Any) -> list[Signal]:
        """The signals that a move is `on`, those among them that every game has included."""
        named = [("type of " + p, self.types[i], i) for i, p in enumerate(self.players)]
        named += [("action of " + p, self.actions[i], i + len(self.players)) for i, p in enumerate(self.players)]
        found = []
        for name in field(move, "on", list):
            always = [(sets, certain(along(self.sizes, axis))) for known, sets, axis in named if known == name]
            meant = always + [self.signals[s] for s in self.signals if s == name]
            if len(meant) != 1:
                raise NotACertificate(f"there are {len(meant)} signals {name!r:.60} where one is needed")
            found += meant
        return found

    def show(self, name: str, outcomes: list[str], shown: Iterable[int]) -> None:
        """Append a signal that shows with certainty the outcome given for each cell."""
        names = (name, *(f"{name} ({k})" for k in range(2, len(self.signals) + 3)))
        self.signals[next(free for free in names if free not in self.signals)] = outcomes, certain(shown)

    def pay(self, move: Any) -> None:
        x, signals = self.player(move, "to"), self.heard(move)
        amounts = table(move, "amounts", [len(outcomes) for outcomes, _ in signals])
        money = [sum((p * amounts[k] for k, p in joint(signals, c)), ZERO) for c in range(len(self.payoff[x]))]
        for columns in (self.payoff, self.transfer):
            columns[x] = [u + m for u, m in zip(columns[x], money, strict=True)]

    def permit(self, move: Any) -> None:
        x, axes = self.player(move, "player"), self.axes()
        kept = sorted(position(self.actions[x], label) for label in labels(move.get("allowed"), "allowed"))
        axes[len(self.players) + x] = [axes[len(self.players) + x][a] for a in kept]
        self.copy(spread(axes))
        self.actions[x] = [self.actions[x][a] for a in kept]

    def speak(self, move: Any) -> None:
        n, x, axes = len(self.players), self.player(move, "speaker"), self.axes()
        messages, actions = labels(move.get("messages"), "messages"), self.actions[x]
        y = None if move.get("hearer") is None else self.player(move, "hearer")
        if y == x:
            raise NotACertificate("a speaker cannot be its own hearer")
        replies = self.actions[y] if y is not None else ["·"]
        if len(replies) > 1 and (len(messages) > 20 or len(replies) ** len(messages) > LIMIT):
            raise NotACertificate(f"the hearer would have more than {LIMIT:,} plans, too many to check here")
        axes[n + x] = axes[n + x] * len(messages)
        if y is not None and len(replies) > 1:
            plans = list(product(range(len(replies)), repeat=len(messages)))
            step, axes[n + y] = axes[n + y][1], [0] * len(plans)
            sizes = [len(axis) for axis in axes]
            played = zip(spread(axes), along(sizes, n + x), along(sizes, n + y), strict=True)
            self.copy([old + step * plans[f][pair // len(actions)] for old, pair, f in played])
            named = [[f"{m}→{replies[a]}" for m, a in zip(messages, plan, strict=True)] for plan in plans]
            self.actions[y] = ["; ".join(parts) for parts in named]
        else:
            self.copy(spread(axes))
        self.actions[x] = [f"say {m}" if len(actions) == 1 else f"say {m}; {a}" for m in messages for a in actions]
        said_here = [pair // len(actions) for pair in along(self.sizes, n + x)]
        self.show(f"message of {self.players[x]}", messages, said_here)

    def commit(self, move: Any) -> None:
        x, signals, axes = self.player(move, "player"), self.heard(move), self.axes()
        shape, size, own = [len(o) for o, _ in signals], len(self.actions[x]), along(self.sizes, x)
        strategy = table(move, "strategy", [len(self.types[x]), *shape, size], size)
        mine, axes[len(self.players) + x] = axes[len(self.players) + x], [0]
        draws = []  # for each new cell, the old cells that it averages and their weights
        for cell in spread(axes):
            if any(law[cell + a] != law[cell] for _, law in signals for a in mine):
                raise Contradiction("the strategy depends on a signal that depends on the action that it decides")
            weights = dict.fromkeys(mine, ZERO)
            for k, p in joint(signals, cell):
                start = (own[cell] * math.prod(shape) + k) * size
                for a, q in zip(mine, strategy[start : start + size], strict=True):
                    weights[a] += p * q
            draws.append([(cell + a, w) for a, w in weights.items() if w])
        for columns in (self.payoff, self.transfer):
            columns[:] = [[sum((w * column[k] for k, w in draw), ZERO) for draw in draws] for column in columns]
        for name, (outcomes, law) in self.signals.items():
            mixed: list[dict[int, Fraction]] = [{} for _ in draws]
            for chances, draw in zip(mixed, draws, strict=True):
                for outcome, p in ((outcome, w * p) for k, w in draw for outcome, p in law[k]):
                    chances[outcome] = chances.get(outcome, ZERO) + p
            self.signals[name] = outcomes, [tuple(sorted(chances.items())) for chances in mixed]
        self.actions[x] = ["as committed"]

    def reveal(self, move: Any) -> None:
        to = [position(self.players, name) for name in labels(move.get("to"), "to")]
        told = [labels(value, "outcomes") for value in field(move, "outcomes", list)]
        if len(told) != len(to):
            raise NotACertificate("“outcomes” should have one list for each player in “to”")
        counts, types, axes = [len(s) for s in told], [len(t) for t in self.types], self.axes()
        law, width = table(move, "law", [*types, *counts], math.prod(counts)), math.prod(counts)
        parts = [[0] * size for size in types]
        for x, size, step in zip(to, counts, strides(counts), strict=True):
            axes[x] = [k for k in axes[x] for _ in range(size)]
            parts[x] = [s * step for _ in range(types[x]) for s in range(size)]
        source, per_type = spread(axes), math.prod(map(len, self.actions))
        old = [source[k] // per_type for k in range(0, len(source), per_type)]
        self.prior = [self.prior[k] * law[k * width + s] for k, s in zip(old, spread(parts), strict=True)]
        self.copy(source)
        for x, said_to in zip(to, told, strict=True):
            one = len(self.types[x]) == 1
            self.types[x] = [f"told {s}" if one else f"{t}; told {s}" for t in self.types[x] for s in said_to]
        for x, said_to in zip(to, told, strict=True):
            self.show(f"told {self.players[x]}", said_to, (k % len(said_to) for k in along(self.sizes, x)))

    def admit(self, move: Any) -> None:
        name, actions = field(move, "player", str), labels(move.get("actions"), "actions")
        if name in self.players:
            raise NotACertificate(f"{name!r:.60} plays already")
        shape, cells, n = [*self.sizes, len(actions)], math.prod(self.sizes) * len(actions), len(self.players)
        own, effect = table(move, "own", shape), [ZERO] * (n * cells)
        if move.get("effect") is not None:
            effect = table(move, "effect", [n, *shape])
        self.copy(spread([*self.axes(), [0] * len(actions)]))
        for i, column in enumerate(self.payoff):
            self.payoff[i] = [u + e for u, e in zip(column, effect[i * cells : (i + 1) * cells], strict=True)]
        self.players, self.types = [*self.players, name], [*self.types, ["·"]]
        self.actions, self.payoff = [*self.actions, actions], [*self.payoff, own]
        self.transfer = [*self.transfer, [ZERO] * cells]

    def care(self, move: Any) -> None:
        x = self.player(move, "player")
        weights = {position(self.players, y): rational(w) for y, w in field(move, "weights", dict).items()}
        column = self.payoff[x]
        for y, w in weights.items():
            column = [u + w * v for u, v in zip(column, self.payoff[y], strict=True)]
        if move.get("dislike") is not None:
            dislike = table(move, "dislike", [len(self.actions[x])])
            column = [u - dislike[a] for u, a in zip(column, along(self.sizes, len(self.players) + x), strict=True)]
        self.payoff[x] = column

    def averaged(self, active: Sequence[int]) -> Game:
        """The same game in which the types of everyone but the active players are averaged out with the prior."""
        flat, width = copy.copy(self), math.prod(map(len, self.actions))
        flat.types = [t if i in active else ["·"] for i, t in enumerate(self.types)]
        steps = strides([len(t) for t in flat.types])
        group = spread([k * steps[i] * (i in active) for k in range(len(t))] for i, t in enumerate(self.types))
        flat.prior = [ZERO] * math.prod(len(t) for t in flat.types)
        for g, p in zip(group, self.prior, strict=True):
            flat.prior[g] += p
        if len(flat.prior) < len(self.prior):
            flat.payoff = [[ZERO] * (len(flat.prior) * width) for _ in self.players]
            for t, (g, p) in enumerate(zip(group, self.prior, strict=True)):
                for old, new in zip(self.payoff, flat.payoff, strict=True):
                    for k in range(width if p else 0):
                        new[g * width + k] += p / flat.prior[g] * old[t * width + k]
        return flat


def induced(certificate: Any) -> Game:
    """The game after all moves of the institution."""
    if field(certificate, "format", str) != "rulewright certificate" or field(certificate, "version", int) != 1:
        raise NotACertificate("“format” should be “rulewright certificate”, and “version” 1")
    game = within("game", Game, field(certificate, "game", dict))
    for k, move in enumerate(field(field(certificate, "institution", dict), "moves", list), 1):
        word = within(f"move {k}", field, move, "word", str)
        if word not in WORDS:
            raise NotACertificate(f"move {k}: {word!r:.60} is none of the seven words")
        within(f"move {k} ({word})", getattr(game, word), move)
        for value in game.types + game.actions:
            within(f"move {k} ({word})", labels, value, "labels after it")  # labels joined together might collide
    return game

"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
docs/certificate.md defines the format, the moves, the claims, and the letters used here.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is a profile of types and actions, a tuple of positions on [*types, *actions]. A *column* has one number per
cell, in C order: prior, payoff, transfer, chance of a signal's outcome, each multiplied by p(θ). That makes all moves
alike: each new cell is a weighted sum of old cells. A *draw* is such a sum, a list [(index, weight), …].
"""

import copy
import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, count, product
from operator import add, mul
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # cells of an induced game, plans of a hearer; ten times as many numbers in all; joint deviations
RATIONAL = re.compile(r"(-?[0-9]{1,4300})(?:/(?!0+$)([0-9]{1,4300}))?")  # Python reads no longer integers unless told
KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition")
Finding = tuple[bool, str, Fraction | None]  # whether a claim holds, what there is to say, and its margin


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    """What became of one claim; `says` is one sentence, a counterexample where the claim fails.

    `margin` is the largest that holds (equilibrium, dominant, only, robust) or the distance to the bound claimed (the
    rest): negative where something is violated by that much, None where no number says it.
    """

    claim: str
    holds: bool
    says: str
    margin: Fraction | None
    grade: str


def require(condition: Any, message: str, kind: type[Exception] = NotACertificate) -> None:
    if not condition:
        raise kind(message)


def said(x: Fraction) -> str:
    """A rational for people; Python may refuse to write out one of very many digits."""
    return str(x) if max(x.numerator.bit_length(), x.denominator.bit_length()) < 500 else "a fraction of many digits"


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


def put(cell: tuple[Any, ...], axis: int, item: Any) -> tuple[Any, ...]:
    return (*cell[:axis], item, *cell[axis + 1 :])


def total(draw: Sequence[tuple[int, Fraction]], column: Sequence[Fraction]) -> Fraction:
    if len(draw) == 1 and draw[0][1] == 1:  # nearly always
        return column[draw[0][0]]
    return sum((w * column[k] for k, w in draw), ZERO)


class Node:
    """A value in the file that knows its place in it, so that a complaint can say where."""

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path

    def be(self, kind: type) -> Any:
        require(type(self.value) is kind, f"{self.path} should be {KINDS[kind]}")
        return self.value

    def __getitem__(self, key: str) -> "Node":
        require(key in self.be(dict), f"{self.path} lacks “{key}”")
        return Node(self.value[key], f"{self.path}.{key}")

    def each(self) -> "list[Node]":
        return [Node(value, f"{self.path}[{k}]") for k, value in enumerate(self.be(list))]

    def items(self) -> "list[tuple[Node, Node]]":
        return [(Node(key, f"a label in {self.path}"), self[key]) for key in self.be(dict)]

    def labels(self) -> list[str]:
        names = [node.be(str) for node in self.each()]
        require(names and len(set(names)) == len(names), f"{self.path} should hold different strings, at least one")
        return names

    def among(self, known: Sequence[str]) -> int:
        require(self.be(str) in known, f"{self.path} should be one of {', '.join(known)}"[:300])
        return known.index(self.value)

    def rational(self) -> Fraction:
        match = RATIONAL.fullmatch(self.be(str))
        require(match, f"{self.path} should be a rational such as “3/7”")
        return Fraction(int(match[1]), int(match[2] or 1)) if match else ZERO

    def table(self, shape: list[int], width: int = 0) -> list[Fraction]:
        """Entries of a table of this shape; where a width is given, every `width` of them must be probabilities."""
        found, entries = [size.be(int) for size in self["shape"].each()], self["entries"].each()
        size = math.prod(shape)
        require(found == shape and len(entries) == size, f"{self.path} should have shape {shape} and {size} entries")
        numbers = [entry.rational() for entry in entries]
        for start in range(0, size if width else 0, width or 1):
            self.must_be_chances(numbers[start : start + width])
        return numbers

    def mixture(self, known: Sequence[str]) -> dict[int, Fraction]:
        """{position of a label: probability > 0} from {label: probability}."""
        mixed = {label.among(known): chance.rational() for label, chance in self.items()}
        self.must_be_chances(list(mixed.values()))
        return {a: q for a, q in mixed.items() if q}

    def must_be_chances(self, numbers: list[Fraction]) -> None:
        right = all(p >= 0 for p in numbers) and sum(numbers) == 1
        require(right, f"{self.path} should be probabilities, with sum 1", Contradiction)


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Node) -> None:
        self.players, self.designer = source["players"].labels(), source["designer"].be(bool)
        self.types = tuple(labels.labels() for labels in source["types"].each())
        self.actions = tuple(labels.labels() for labels in source["actions"].each())
        n, types, cells = len(self.players), [len(t) for t in self.types], math.prod(self.sizes)
        require(n == len(types) == len(self.actions), "types and actions should have one list for each player")
        prior, payoff = source["prior"].table(types, math.prod(types)), source["payoff"].table([n, *self.sizes])
        p = [chance for chance in prior for _ in range(cells // len(prior))]
        self.columns: dict[Any, list[Fraction]] = {"prior": p} | {("transfer", i): [ZERO] * cells for i in range(n)}
        self.columns |= {("payoff", i): [*map(mul, p, payoff[i * cells : (i + 1) * cells])] for i in range(n)}
        self.outcomes: dict[str, list[str]] = {}  # of each signal
        for signal in source["signals"].each():
            name, outcomes = signal["name"].be(str), signal["outcomes"].labels()
            require(name not in self.outcomes, f"{signal.path} has the name of another signal")
            law, m = signal["law"].table([*self.sizes, len(outcomes)], len(outcomes)), len(outcomes)
            self.outcomes[name] = outcomes
            self.columns |= {("chance", name, k): [*map(mul, p, law[k::m])] for k in range(m)}

    @property
    def sizes(self) -> list[int]:
        return [len(labels) for labels in self.types + self.actions]

    def cells(self) -> Iterator[tuple[int, ...]]:
        return product(*map(range, self.sizes))

    def cases(self) -> list[tuple[Fraction, int, tuple[int, ...]]]:
        """(p(θ), its first cell, θ) for every type profile that is possible."""
        prior, width = self.columns["prior"], math.prod(len(acts) for acts in self.actions)
        profiles = zip(range(0, len(prior), width), product(*(range(len(t)) for t in self.types)), strict=True)
        return [(prior[k], k, theta) for k, theta in profiles if prior[k]]

    def heard(self, on: Node) -> tuple[list[int], list[list[tuple[int, Fraction]]]]:
        """For independent signals: how many outcomes each has, and for every cell the draw of joint outcomes."""
        names = [f"{kind} of {p}" for kind in ("type", "action") for p in self.players] + list(self.outcomes)
        sizes, draws = [], [[(0, ONE)] for _ in self.columns["prior"]]
        for signal in on.each():
            axis = signal.among(names)
            if axis < len(self.sizes):  # an axis of every game, which shows itself
                outcomes, law = self.sizes[axis], [[(c[axis], ONE)] for c in self.cells()]
            else:
                outcomes = len(self.outcomes[signal.value])
                rows = zip(*(self.columns["chance", signal.value, k] for k in range(outcomes)), strict=True)
                law = [[(k, q / p) for k, q in enumerate(row) if q] for p, row in zip(self.columns["prior"], rows)]
            draws = [[(k * outcomes + o, w * q) for k, w in draw for o, q in row] for draw, row in zip(draws, law)]
            sizes.append(outcomes)
        return sizes, draws

    def show(self, name: str, outcomes: list[str], shown: Callable[[tuple[int, ...]], int]) -> None:
        """Append a signal that shows for certain the outcome shown(cell)."""
        free = next(s for s in (name, *(f"{name} ({k})" for k in count(2))) if s not in self.outcomes)
        require(len(outcomes) * len(self.columns["prior"]) <= 10 * LIMIT, "too many numbers to check here")
        self.outcomes[free], seen = outcomes, [shown(c) for c in self.cells()]
        for k in range(len(outcomes)):
            column = [p if s == k else ZERO for p, s in zip(self.columns["prior"], seen, strict=True)]
            self.columns["chance", free, k] = column

    def rewrite(self, types: Any, actions: Any, origin: Callable[[Any], list[Any]]) -> None:
        """Give the game these labels; each new cell becomes the sum of w × old cell over [(old cell, w), …] = origin."""
        steps, self.types, self.actions = strides(self.sizes), types, actions
        require(math.prod(self.sizes) <= LIMIT, "too many cells to check here")
        require(math.prod(self.sizes) * len(self.columns) <= 10 * LIMIT, "too many numbers to check here")
        require(all(len(set(made)) == len(made) for made in types + actions), "two labels come out the same")
        draws = [[(sum(map(mul, old, steps)), w) for old, w in origin(c)] for c in self.cells()]
        self.columns = {key: [total(draw, column) for draw in draws] for key, column in self.columns.items()}

    def pay(self, move: Node) -> None:
        x, (shape, draws) = move["to"].among(self.players), self.heard(move["on"])
        amounts = move["amounts"].table(shape)
        money = [p * total(draw, amounts) for p, draw in zip(self.columns["prior"], draws, strict=True)]
        for kind in ("payoff", "transfer"):
            self.columns[kind, x] = [*map(add, self.columns[kind, x], money)]

    def permit(self, move: Node) -> None:
        x = move["player"].among(self.players)
        old, axis = self.actions[x], len(self.players) + x
        move["allowed"].labels()
        kept = sorted(label.among(old) for label in move["allowed"].each())
        self.rewrite(self.types, put(self.actions, x, [old[a] for a in kept]), lambda c: [(put(c, axis, kept[c[axis]]), ONE)])

    def speak(self, move: Node) -> None:
        x, messages = move["speaker"].among(self.players), move["messages"].labels()
        acts, speech = self.actions[x], len(self.players) + x
        made = put(self.actions, x, [f"say {m}" + f"; {a}" * (len(acts) > 1) for m in messages for a in acts])
        self.rewrite(self.types, made, lambda c: [(put(c, speech, c[speech] % len(acts)), ONE)])
        if move["hearer"].value is not None:
            y = move["hearer"].among(self.players)
            plan, replies = len(self.players) + y, self.actions[y]
            few = len(replies) ** min(len(messages), 20) <= LIMIT
            require(y != x and few, f"{move.path}.hearer should be another player, of at most {LIMIT:,} plans")
            plans = list(product(range(len(replies)), repeat=len(messages)))
            named = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, f, strict=True)) for f in plans]
            made = put(made, y, named if len(replies) > 1 else replies)
            self.rewrite(self.types, made, lambda c: [(put(c, plan, plans[c[plan]][c[speech] // len(acts)]), ONE)])
        self.show(f"message of {self.players[x]}", messages, lambda c: c[speech] // len(acts))

    def commit(self, move: Node) -> None:
        x, (shape, draws), steps = move["player"].among(self.players), self.heard(move["on"]), strides(self.sizes)
        axis, size, block = len(self.players) + x, len(self.actions[x]), math.prod(shape) * len(self.actions[x])
        strategy = move["strategy"].table([len(self.types[x]), *shape, size], size)

        def origin(c: Any) -> list[Any]:
            cell, rows = sum(map(mul, c, steps)), strategy[c[x] * block : (c[x] + 1) * block]
            same = all(draws[cell + a * steps[axis]] == draws[cell] for a in range(size))
            require(same, f"{move.path} is on a signal that depends on the action that it decides", Contradiction)
            return [(put(c, axis, a), w) for a in range(size) if (w := total(draws[cell], rows[a::size]))]

        self.rewrite(self.types, put(self.actions, x, ["as committed"]), origin)

    def reveal(self, move: Node) -> None:
        to, heard = move["to"].labels(), [outcomes.labels() for outcomes in move["outcomes"].each()]
        require(len(heard) == len(to), f"{move.path}.outcomes should have one list for each player in “to”")
        told = {x.among(self.players): outcomes for x, outcomes in zip(move["to"].each(), heard, strict=True)}
        shape, types = [*map(len, self.types), *map(len, heard)], self.types
        law, steps = move["law"].table(shape, math.prod(map(len, heard))), strides(shape)
        for x, outcomes in told.items():
            types = put(types, x, [f"{t}; " * (len(types[x]) > 1) + f"told {s}" for t in types[x] for s in outcomes])
        parts = [len(told.get(axis, "·")) for axis in range(len(self.sizes))]

        def origin(c: Any) -> list[Any]:
            old = tuple(k // m for k, m in zip(c, parts, strict=True))
            entry = (*old[: len(types)], *(c[x] % parts[x] for x in told))
            return [(old, law[sum(map(mul, entry, steps))])]

        self.rewrite(types, self.actions, origin)
        for x, outcomes in told.items():
            self.show(f"told {self.players[x]}", outcomes, lambda c, x=x: c[x] % parts[x])

    def admit(self, move: Node) -> None:
        name, acts, n = move["player"].be(str), move["actions"].labels(), len(self.players)
        require(name not in self.players, f"{move.path}.player plays already")
        own = move["own"].table([*self.sizes, len(acts)])
        changes = {("payoff", n): own}
        if move["effect"].value is not None:
            effect = move["effect"].table([n, *self.sizes, len(acts)])
            changes |= {("payoff", i): effect[i*len(own):(i+1)*len(own)] for i in range(n)}
        self.players = [*self.players, name]
        self.rewrite((*self.types, ["·"]), (*self.actions, acts), lambda c: [(c[:n] + c[n + 1 : -1], ONE)])
        self.columns |= {(kind, n): [ZERO] * len(own) for kind in ("payoff", "transfer")}
        for key, change in changes.items():
            self.columns[key] = [u + p * e for u, p, e in zip(self.columns[key], self.columns["prior"], change)]

    def care(self, move: Node) -> None:
        x = move["player"].among(self.players)
        column, axis = self.columns["payoff", x], len(self.players) + x
        for other, weight in move["weights"].items():
            w, u = weight.rational(), self.columns["payoff", other.among(self.players)]
            column = [v + w * y for v, y in zip(column, u, strict=True)]
        if move["dislike"].value is not None:
            dislike = move["dislike"].table([len(self.actions[x])])
            column = [v - p * dislike[c[axis]] for v, p, c in zip(column, self.columns["prior"], self.cells())]
        self.columns["payoff", x] = column


def induced(certificate: Any) -> Game:
    """The game after all moves of the institution."""
    root = Node(certificate, "the certificate")
    this = root["format"].value == "rulewright certificate" and root["version"].be(int) == 1
    require(this, "format should be “rulewright certificate”, and version 1")
    game = Game(root["game"])
    for move in root["institution"]["moves"].each():
        getattr(game, WORDS[move["word"].among(WORDS)])(move)
    return game

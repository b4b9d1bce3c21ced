"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
docs/certificate.md defines the format, the moves, the claims, and the letters used here.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* c is a profile of types and actions: a tuple of positions on [*types, *actions]. A *column* has one number for
each cell: the prior, a payoff, a transfer, the chance of an outcome of a signal, each multiplied by p(θ). That makes
all moves alike: a new cell is a weighted sum of old cells. A *draw* is such a sum, written [(cell, weight), …].
"""

import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, count, product
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # plans of a hearer; numbers in a game, up to four times as many; joint deviations, a tenth of it
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
    """What became of one claim."""

    claim: str
    holds: bool
    says: str  # one sentence, with a counterexample where the claim fails
    margin: Fraction | None  # the largest that holds, or the distance to the bound claimed; below 0 where violated
    grade: str


def require(condition: Any, message: str, kind: type[Exception] = NotACertificate) -> None:
    if not condition:
        raise kind(message)


def said(x: Fraction) -> str:  # for people; and Python may refuse to write out very many digits
    return str(x) if max(x.numerator.bit_length(), x.denominator.bit_length()) < 500 else "a fraction of many digits"


def put(items: tuple[Any, ...], k: int, item: Any) -> tuple[Any, ...]:
    return (*items[:k], item, *items[k + 1 :])


def total(draw: Any, column: Any) -> Fraction:
    if len(draw) == 1 and draw[0][1] == 1:  # nearly always
        return column[draw[0][0]]
    return sum((w * column[c] for c, w in draw), ZERO)


@dataclass(frozen=True)
class Node:
    """A value in the file that knows its place in it, so that a complaint can say where."""

    value: Any
    path: str

    def be(self, kind: type) -> Any:
        require(type(self.value) is kind, f"{self.path} should be {KINDS[kind]}")
        return self.value

    def __getitem__(self, key: str) -> "Node":
        require(key in self.be(dict), f"{self.path} lacks “{key}”")
        return Node(self.value[key], f"{self.path}.{key}")

    def each(self) -> "list[Node]":
        return [Node(value, f"{self.path}[{k}]") for k, value in enumerate(self.be(list))]

    def labels(self) -> list[str]:
        names = [node.be(str) for node in self.each()]
        require(names and len(set(names)) == len(names), f"{self.path} should hold different strings, at least one")
        return names

    def among(self, known: Sequence[str]) -> int:
        require(self.be(str) in known, f"{self.path} should be one of {', '.join(known)}"[:300])
        return known.index(self.value)

    def by_label(self, known: Sequence[str]) -> "list[tuple[int, Node]]":
        return [(Node(key, f"a label in {self.path}").among(known), self[key]) for key in self.be(dict)]

    def rational(self) -> Fraction:
        match = RATIONAL.fullmatch(self.be(str))
        require(match, f"{self.path} should be a rational such as “3/7”")
        return Fraction(int(match[1]), int(match[2] or 1)) if match else ZERO

    def table(self, shape: Sequence[int], width: int = 0) -> dict[Any, Fraction]:
        """{index: entry} of a table of this shape; if a width is given, every `width` entries must be probabilities."""
        found, entries, size = [k.be(int) for k in self["shape"].each()], self["entries"].each(), math.prod(shape)
        require(found == [*shape] and len(entries) == size, f"{self.path} should have shape {[*shape]}, {size} entries")
        numbers = [entry.rational() for entry in entries]
        for start in range(0, size if width else 0, width or 1):
            self.require_chances(numbers[start : start + width])
        return dict(zip(product(*map(range, shape)), numbers, strict=True))

    def mixture(self, known: Sequence[str]) -> dict[int, Fraction]:
        """{position of a label: probability > 0} from {label: probability}."""
        mixed = {a: chance.rational() for a, chance in self.by_label(known)}
        self.require_chances([*mixed.values()])
        return {a: q for a, q in mixed.items() if q}

    def require_chances(self, numbers: Sequence[Fraction]) -> None:
        right = all(p >= 0 for p in numbers) and sum(numbers) == 1
        require(right, f"{self.path} should be probabilities, with sum 1", Contradiction)


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Node) -> None:
        self.players, self.designer = source["players"].labels(), source["designer"].be(bool)
        self.types = tuple(each.labels() for each in source["types"].each())
        self.actions = tuple(each.labels() for each in source["actions"].each())
        n, types = len(self.players), [len(each) for each in self.types]
        require(n == len(self.types) == len(self.actions), "the game should have types and actions for each player")
        prior, payoff = source["prior"].table(types, math.prod(types)), source["payoff"].table([n, *self.sizes])
        self.columns: dict[Any, Any] = {"prior": {c: prior[c[:n]] for c in product(*map(range, self.sizes))}}
        self.outcomes: dict[str, list[str]] = {}  # of each signal
        for i in range(n):
            self.add(("payoff", i), lambda c, i=i: payoff[i, *c])
            self.add(("transfer", i), lambda c: ZERO)
        for signal in source["signals"].each():
            name, outcomes = signal["name"].be(str), signal["outcomes"].labels()
            require(name not in self.outcomes, f"{signal.path} has the name of another signal")
            law = signal["law"].table([*self.sizes, len(outcomes)], len(outcomes))
            self.show(name, outcomes, lambda c, k, law=law: law[*c, k])

    @property
    def sizes(self) -> list[int]:
        return [len(labels) for labels in self.types + self.actions]

    def add(self, key: Any, number: Callable[..., Any]) -> None:
        """Add p(θ) × number(c) to a column, or begin one."""
        old = self.columns.get(key, {})
        self.columns[key] = {c: old.get(c, ZERO) + p * number(c) for c, p in self.columns["prior"].items()}

    def show(self, name: str, outcomes: list[str], chance: Callable[..., Any]) -> None:
        """Append a signal that has its outcome k with probability chance(c, k)."""
        free = next(s for s in (name, *(f"{name} ({k})" for k in count(2))) if s not in self.outcomes)
        self.outcomes[free] = outcomes
        for k in range(len(outcomes)):
            self.add((free, k), lambda c, k=k: chance(c, k))

    def heard(self, on: Node) -> tuple[list[int], dict[Any, Any]]:
        """For independent signals: how many outcomes each has, and {cell: draw of their joint outcome}."""
        always = [f"{kind} of {p}" for kind in ("type", "action") for p in self.players]  # one for each axis
        draws, sizes = {c: [((), ONE)] for c in self.columns["prior"]}, []
        for signal in on.each():
            axis = signal.among([*always, *self.outcomes])
            sizes.append(self.sizes[axis] if axis < len(always) else len(self.outcomes[signal.value]))
            columns = [self.columns[signal.value, k] for k in range(sizes[-1])] if axis >= len(always) else []
            for c, p in self.columns["prior"].items():
                shown = [(k, q[c] / p) for k, q in enumerate(columns) if q[c]] if columns else [(c[axis], ONE)]
                draws[c] = [((*before, k), w * q) for before, w in draws[c] for k, q in shown]
        return sizes, draws

    def rewrite(self, types: Any, actions: Any, origin: Callable[[Any], Any]) -> None:
        """Give the game these labels; each new cell c becomes the sum of w × old cell over origin(c) = [(old, w), …]."""
        self.types, self.actions = types, actions
        require(all(made and len(set(made)) == len(made) for made in types + actions), "labels should all be different")
        require(math.prod(self.sizes) * len(self.columns) <= 4 * LIMIT, "the game becomes too large to check here")
        draws = {c: origin(c) for c in product(*map(range, self.sizes))}
        self.columns = {key: {c: total(d, column) for c, d in draws.items()} for key, column in self.columns.items()}

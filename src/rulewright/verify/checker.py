"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
Format, moves and claims are defined in docs/certificate.md, and the letters here are those used there.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is a profile of types and actions, numbered in C order over [*types, *actions]. A *column* is a list with one
Fraction per cell: the prior, a payoff, a transfer, the chance of one outcome of a signal are columns. All moves but
`pay` and `care` only say over which old cells each new cell is a lottery; `average` then rewrites every column.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # cells of an induced game, plans of a hearer, joint deviations: beyond, nothing is checked
RATIONAL = re.compile(r"-?[0-9]{1,4300}(/[0-9]{1,4300})?")  # Python reads no longer integers, unless told to
KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition")
Lottery = list[tuple[int, Fraction]]


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    """What became of one claim.

    `says` is one sentence: by how much the claim holds, or who gains how much by doing what instead. `margin` is the
    largest margin that holds (equilibrium, dominant, only, robust) or the distance to the bound that is claimed (the
    rest): negative where something is violated by that much, None where no number says it.
    """

    claim: str
    holds: bool
    says: str
    margin: Fraction | None
    grade: str


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def field(holder: Any, key: str, kind: type) -> Any:
    if not isinstance(holder, dict) or type(holder.get(key)) is not kind:
        raise NotACertificate(f"“{key}” should be there and be {KINDS[kind]}")
    return holder[key]


def rational(text: Any, what: str) -> Fraction:
    if not isinstance(text, str) or not RATIONAL.fullmatch(text) or (text + "/1").split("/")[1].strip("0") == "":
        raise NotACertificate(f"“{what}” should be rational, in a string such as “3/7”, and is {text!r:.60}")
    top, _, bottom = text.partition("/")
    return Fraction(int(top), int(bottom or 1))


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


def lottery(chances: Sequence[Fraction], what: str) -> None:
    if any(p < 0 for p in chances) or sum(chances) != 1:
        raise Contradiction(f"“{what}” should be probabilities with sum 1, and their sum is {said(sum(chances, ZERO))}")


def table(holder: Any, key: str, shape: list[int], width: int = 0) -> list[Fraction]:
    """Entries of the table holder[key]; where a width is given, every `width` of them must be a lottery."""
    value = field(holder, key, dict)
    found, entries = field(value, "shape", list), field(value, "entries", list)
    if found != shape or any(type(size) is not int for size in found) or len(entries) != math.prod(shape):
        raise NotACertificate(f"“{key}” should have shape {shape} and {math.prod(shape)} entries")
    numbers = [rational(text, key) for text in entries]
    for start in range(0, len(numbers) if width else 0, width or 1):
        lottery(numbers[start : start + width], key)
    return numbers


def mixture(row: Any, known: Sequence[str], what: str) -> dict[int, Fraction]:
    """{position of a label: probability > 0} from {label: probability}."""
    if not isinstance(row, dict):
        raise NotACertificate(f"“{what}” should hold objects from labels to probabilities")
    mixed = {position(known, label): rational(text, what) for label, text in row.items()}
    lottery(list(mixed.values()), what)
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


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


def joint(signals: Sequence[Any], cell: int) -> Iterator[tuple[int, Fraction]]:
    """(number of the outcomes in C order, probability) of independent signals at a cell."""
    laws = [[(k, chance[cell]) for k, chance in enumerate(law) if chance[cell]] for _, law in signals]
    steps = strides([len(outcomes) for outcomes, _ in signals])
    for draw in product(*laws):
        yield sum(k * step for (k, _), step in zip(draw, steps, strict=True)), math.prod((p for _, p in draw), start=ONE)


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Any) -> None:
        self.players, self.designer = labels(source.get("players"), "players"), field(source, "designer", bool)
        self.types = [labels(value, "types") for value in field(source, "types", list)]
        self.actions = [labels(value, "actions") for value in field(source, "actions", list)]
        n, cells, types = len(self.players), math.prod(self.sizes), [len(t) for t in self.types]
        if not n == len(types) == len(self.actions):
            raise NotACertificate("“types” and “actions” should have one list for each player")
        prior, payoff = table(source, "prior", types, math.prod(types)), table(source, "payoff", [n, *self.sizes])
        self.prior = [p for p in prior for _ in range(self.width)]  # constant over actions
        self.payoff = [payoff[i * cells : (i + 1) * cells] for i in range(n)]
        self.transfer = [[ZERO] * cells for _ in range(n)]
        self.signals: dict[str, tuple[list[str], list[list[Fraction]]]] = {}  # name → outcomes, chance of each
        for value in field(source, "signals", list):
            name, outcomes = field(value, "name", str), labels(value.get("outcomes"), "outcomes")
            if name in self.signals:
                raise NotACertificate(f"there are two signals {name!r:.60}")
            law = table(value, "law", [*self.sizes, len(outcomes)], len(outcomes))
            self.signals[name] = outcomes, [law[k :: len(outcomes)] for k in range(len(outcomes))]

    @property
    def sizes(self) -> list[int]:
        return [len(x) for x in self.types + self.actions]

    @property
    def width(self) -> int:
        """Cells of one type profile."""
        return math.prod(len(a) for a in self.actions)

    def cases(self) -> list[tuple[int, tuple[int, ...], Fraction]]:
        """(first cell, θ, p(θ)) of every type profile of positive probability."""
        profiles = enumerate(product(*(range(len(t)) for t in self.types)))
        return [(k * self.width, theta, p) for k, theta in profiles if (p := self.prior[k * self.width])]

    def axes(self) -> list[list[int]]:
        """What each position on each axis contributes to the number of a cell."""
        return [[k * step for k in range(size)] for size, step in zip(self.sizes, strides(self.sizes), strict=True)]

    def along(self, axis: int) -> list[int]:
        """For every cell its position on one axis."""
        return spread(range(size) if k == axis else [0] * size for k, size in enumerate(self.sizes))

    def player(self, move: Any, key: str) -> int:
        return position(self.players, field(move, key, str))

    def heard(self, move: Any) -> list[Any]:
        """(outcomes, chance of each) of every signal that a move is `on`."""
        always, found = [f"{kind} of {p}" for kind in ("type", "action") for p in self.players], []
        for name in field(move, "on", list):
            if (name in always) == (name in list(self.signals)):
                raise NotACertificate(f"{name!r:.60} is no signal, or is two")
            if name in always:
                axis = always.index(name)
                found.append(certain((self.types + self.actions)[axis], self.along(axis)))
            else:
                found.append(self.signals[name])
        return found

    def show(self, name: str, outcomes: list[str], shown: list[int]) -> None:
        """Append a signal that shows with certainty the outcome given for each cell."""
        names = (name, *(f"{name} ({k})" for k in range(2, len(self.signals) + 3)))
        self.signals[next(free for free in names if free not in self.signals)] = certain(outcomes, shown)

    def average(self, draws: list[Lottery]) -> None:
        """New cell k becomes the lottery draws[k] over old cells (which are of the same prior probability)."""

        def mean(column: list[Fraction]) -> list[Fraction]:
            return [column[d[0][0]] if len(d) == 1 else sum((w * column[k] for k, w in d), ZERO) for d in draws]

        self.prior, self.payoff = mean(self.prior), [mean(u) for u in self.payoff]
        self.transfer = [mean(t) for t in self.transfer]
        self.signals = {s: (outcomes, [mean(c) for c in law]) for s, (outcomes, law) in self.signals.items()}

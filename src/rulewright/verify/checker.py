"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
docs/certificate.md defines format, moves and claims, and the letters used here.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is a profile of types and actions, a tuple c of positions on [*types, *actions]; a *column* lists one item per
cell, in C order: the prior, a payoff, a transfer, the law of a signal (with items of the form {outcome: chance > 0}).
All words but `pay` and `care` only say over which old cells each new cell is a lottery; `rewrite` does the rest.
"""

import copy
import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from operator import mul
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # cells of an induced game, and plans of a hearer; a tenth of it joint deviations of coalitions
RATIONAL = re.compile(r"(-?[0-9]{1,4300})(?:/(?!0+$)([0-9]{1,4300}))?")  # Python reads no longer integers unless told
KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition")
Cell = tuple[int, ...]
Finding = tuple[bool, str, Fraction | None]  # holds, says, margin


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    """What became of one claim.

    `says`: one sentence, by how much it holds or who gains how much by doing what instead. `margin`: the largest that
    holds (equilibrium, dominant, only, robust), or the distance to the bound that is claimed (the rest); negative where
    something is violated by that much, None where no number says it.
    """

    claim: str
    holds: bool
    says: str
    margin: Fraction | None
    grade: str


def field(holder: Any, key: str, kind: type) -> Any:
    if not isinstance(holder, dict) or type(holder.get(key)) is not kind:
        raise NotACertificate(f"“{key}” should be there and be {KINDS[kind]}")
    return holder[key]


def rational(text: Any, what: str) -> Fraction:
    match = RATIONAL.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise NotACertificate(f"“{what}” should be rational, in a string such as “3/7”, and is {text!r:.60}")
    return Fraction(int(match[1]), int(match[2] or 1))


def labels(value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise NotACertificate(f"“{what}” should be a list of at least one string")
    if len(set(value)) < len(value):
        raise NotACertificate(f"“{what}” holds the same string twice")
    return value


def position(known: Sequence[str], name: Any) -> int:
    if name not in known:
        raise NotACertificate(f"{name!r:.60} is none of {', '.join(known):.200}")
    return known.index(name)


def must_sum(chances: Sequence[Fraction], what: str) -> None:
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
        must_sum(numbers[start : start + width], key)
    return numbers


def mixture(row: Any, known: Sequence[str], what: str) -> dict[int, Fraction]:
    """{position of a label: probability > 0} from {label: probability}."""
    if not isinstance(row, dict):
        raise NotACertificate(f"“{what}” should hold objects from labels to probabilities")
    mixed = {position(known, label): rational(text, what) for label, text in row.items()}
    must_sum(list(mixed.values()), what)
    return {a: q for a, q in mixed.items() if q}


def said(x: Fraction) -> str:
    """A rational for people; only the size of one with very many digits (Python may refuse to write it out)."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= 200:
        return str(x)
    return f"about {'-' if x < 0 else ''}10^{math.log10(abs(x.numerator)) - math.log10(x.denominator):.2f}"


def put(c: Cell, axis: int, k: int) -> Cell:
    return (*c[:axis], k, *c[axis + 1 :])


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Any) -> None:
        self.players, self.designer = labels(source.get("players"), "players"), field(source, "designer", bool)
        self.types = [labels(value, "types") for value in field(source, "types", list)]
        self.actions = [labels(value, "actions") for value in field(source, "actions", list)]
        n, types = len(self.players), [len(t) for t in self.types]
        if not n == len(types) == len(self.actions):
            raise NotACertificate("“types” and “actions” should have one list for each player")
        width, cells = math.prod(self.sizes[n:]), math.prod(self.sizes)
        payoff = table(source, "payoff", [n, *self.sizes])
        self.prior = [p for p in table(source, "prior", types, math.prod(types)) for _ in range(width)]
        self.payoff = [payoff[i * cells : (i + 1) * cells] for i in range(n)]
        self.transfer = [[ZERO] * cells for _ in range(n)]
        self.signals: dict[str, tuple[list[str], list[dict[int, Fraction]]]] = {}  # name → outcomes, law
        for value in field(source, "signals", list):
            name, outcomes = field(value, "name", str), labels(value.get("outcomes"), "outcomes")
            if name in self.signals:
                raise NotACertificate(f"there are two signals {name!r:.60}")
            m = len(outcomes)
            law = table(value, "law", [*self.sizes, m], m)
            self.signals[name] = outcomes, [{k: law[c + k] for k in range(m) if law[c + k]} for c in range(0, len(law), m)]

    @property
    def sizes(self) -> list[int]:
        return [len(x) for x in self.types + self.actions]

    def cells(self) -> Iterator[Cell]:
        return product(*map(range, self.sizes))

    def player(self, move: Any, key: str) -> int:
        return position(self.players, field(move, key, str))

    def heard(self, move: Any) -> list[Any]:
        """(outcomes, law) of every signal that a move is `on`."""
        always, known = [f"{kind} of {p}" for kind in ("type", "action") for p in self.players], []
        for name in field(move, "on", list):
            if (name in always) == (name in list(self.signals)):
                raise NotACertificate(f"{name!r:.60} is no signal, or is two")
            if name in self.signals: known.append(self.signals[name])
            else: axis...
        return known

    def rewrite(self, types, actions, origin: Callable[[Cell], list[tuple[Cell, Fraction]]]) -> None:
        """Give the game these labels; each new cell c becomes the lottery origin(c) over old cells."""
        steps = strides(self.sizes)
        self.types, self.actions = types, actions
        for sets in types+actions: labels(sets, "labels made by a move")  # joined labels might collide
        if math.prod(self.sizes) > LIMIT:
            raise NotACertificate(f"it would leave a game of more than {LIMIT:,} cells, too large to check here")
        draws = [[(sum(map(mul, old, steps)), w) for old, w in origin(c)] for c in self.cells()]
        def mean(column): 
            return [column[d[0][0]] if len(d) == 1 else sum((w * column[k] for k, w in d), ZERO) for d in draws]
        ...

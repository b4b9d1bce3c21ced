"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only, and shares no code with whatever found the design.
The format and the meaning of moves and claims are in docs/certificate.md; letters here are those used there.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is one profile of types and actions, numbered in C order over [*types, *actions]; a *column* is a list with
one item for each cell. A payoff is a column of Fractions. The law of a signal is a column of tuples of (outcome,
probability > 0). Moves that only rearrange the game (permit, speak, reveal, admit) are then one list of cells to copy.
"""

from __future__ import annotations

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
# Python itself reads no integer of more than 4300 digits, unless told to.
RATIONAL = re.compile(r"-?[0-9]{1,4300}(/[0-9]{1,4300})?")


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
    """Largest margin that would hold (equilibrium, dominant, only, robust), or distance to the bound that the claim
    names (the rest). Negative where something is violated by that much; None where no number says it."""
    grade: str


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}


def field(holder: Any, key: str, kind: type, where: str) -> Any:
    if not isinstance(holder, dict):
        raise NotACertificate(f"{where} should be an object")
    if key not in holder:
        raise NotACertificate(f"{where} lacks “{key}”")
    if type(holder[key]) is not kind:
        raise NotACertificate(f"“{key}” of {where} should be {KINDS[kind]}")
    return holder[key]


def rational(text: Any, where: str) -> Fraction:
    if not isinstance(text, str) or not RATIONAL.fullmatch(text):
        raise NotACertificate(f"{where} should hold only rationals, written as strings like “3/7”")
    top, _, bottom = text.partition("/")
    if bottom and not bottom.strip("0"):
        raise NotACertificate(f"{where} holds a fraction with denominator 0")
    return Fraction(int(top), int(bottom or 1))


def labels(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise NotACertificate(f"{where} should be a list of at least one string")
    if len(set(value)) < len(value):
        raise NotACertificate(f"{where} holds the same string twice")
    return list(value)


def position(known: Sequence[str], name: Any, where: str) -> int:
    if name not in known:
        raise NotACertificate(f"{where} names {short(name)}, which does not exist there")
    return known.index(name)


def table(holder: Any, key: str, shape: list[int], where: str) -> list[Fraction]:
    """The entries of the table holder[key], which must have this shape."""
    value, where = field(holder, key, dict, where), f"“{key}” of {where}"
    found, entries = field(value, "shape", list, where), field(value, "entries", list, where)
    if found != shape or not all(type(size) is int for size in found):
        raise NotACertificate(f"{where} should have shape {shape}")
    if len(entries) != math.prod(shape):
        raise NotACertificate(f"{where} should have {math.prod(shape)} entries and has {len(entries)}")
    if not all(isinstance(text, str) for text in entries):
        raise NotACertificate(f"{where} should hold only rationals, written as strings like “3/7”")
    known = {text: rational(text, where) for text in dict.fromkeys(entries)}
    return [known[text] for text in entries]


def must_be_chances(numbers: Sequence[Fraction], where: str) -> None:
    if any(x < 0 for x in numbers):
        raise Contradiction(f"{where} holds a negative probability")
    if sum(numbers) != 1:
        raise Contradiction(f"{where} holds probabilities that sum to {said(Fraction(sum(numbers)))} instead of 1")


def chances(holder: Any, key: str, shape: list[int], where: str, width: int) -> list[Fraction]:
    """A table of probabilities in which every `width` entries sum to one."""
    entries = table(holder, key, shape, where)
    for start in range(0, len(entries), width):
        must_be_chances(entries[start : start + width], f"“{key}” of {where}")
    return entries


def mixture(row: Any, known: Sequence[str], where: str) -> dict[int, Fraction]:
    """{position of a label: probability > 0} from a dictionary of labels."""
    if not isinstance(row, dict):
        raise NotACertificate(f"{where} should be an object from labels to probabilities")
    mixed = {position(known, label, where): rational(text, where) for label, text in row.items()}
    must_be_chances(list(mixed.values()), where)
    return {k: q for k, q in mixed.items() if q}


def said(x: Fraction) -> str:
    """A rational for people; one of very many digits by its size only (Python may refuse to write it out)."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= 200:
        return str(x)
    size = math.log10(abs(x.numerator)) - math.log10(x.denominator)
    return f"about {'-' if x < 0 else ''}10^{size:.2f}"


def short(name: Any) -> str:
    return f"“{name[:60]}”" if isinstance(name, str) else "something that is not a string"


# ── the game and its moves ──────────────────────────────────────────────────────────────────────────────────────────


def spread(axes: Iterable[Iterable[int]]) -> list[int]:
    """For every cell of a table, in C order, the sum of what its position on each axis contributes."""
    lists, sums = [list(axis) for axis in axes], [0]
    if math.prod(map(len, lists)) > LIMIT:
        raise NotACertificate(f"the institution leads to a game of more than {LIMIT:,} cells, too large to check")
    for axis in lists:
        sums = [s + x for s in sums for x in axis]
    return sums


def along(sizes: Sequence[int], axis: int) -> list[int]:
    """For every cell of a table its position on one axis."""
    return spread(range(size) if k == axis else [0] * size for k, size in enumerate(sizes))


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


Signal = tuple[list[str], list[Any]]  # outcomes, and the law as a column


@dataclass
class Game:
    """A game whose columns are replaced by each move."""

    players: list[str]
    designer: bool
    types: list[list[str]]
    actions: list[list[str]]
    prior: list[Fraction]  # over type profiles, in C order
    payoff: list[list[Any]]  # one column for each player, as is `transfer`
    transfer: list[list[Any]]
    signals: dict[str, Signal]

    @property
    def sizes(self) -> list[int]:
        return [*map(len, self.types), *map(len, self.actions)]

    @property
    def width(self) -> int:
        """Cells of one type profile."""
        return math.prod(map(len, self.actions))

    def player(self, name: Any, where: str) -> int:
        return position(self.players, name, where)

    def cases(self) -> list[tuple[int, tuple[int, ...], Fraction]]:
        """(first cell, θ, p(θ)) of every type profile of positive probability."""
        profiles = enumerate(product(*(range(len(t)) for t in self.types)))
        return [(k * self.width, theta, self.prior[k]) for k, theta in profiles if self.prior[k]]

    def axes(self) -> list[list[int]]:
        """What each position on each axis contributes to the number of a cell."""
        return [[k * step for k in range(size)] for size, step in zip(self.sizes, strides(self.sizes), strict=True)]

    def copied(self, axes: list[list[int]], extra: list[int] | None = None) -> None:
        """Each new cell, on these new axes, becomes a copy of the old cell that is the sum of contributions."""
        source = spread(axes) if extra is None else [k + x for k, x in zip(spread(axes), extra, strict=True)]
        for columns in (self.payoff, self.transfer):
            columns[:] = [[column[k] for k in source] for column in columns]
        self.signals = {s: (outcomes, [law[k] for k in source]) for s, (outcomes, law) in self.signals.items()}

    def signal(self, name: Any, where: str) -> Signal:
        known = dict(self.signals)
        for axis, (kind, sets) in enumerate((("type of", self.types), ("action of", self.actions))):
            for i, player in enumerate(self.players):
                if f"{kind} {player}" == name:
                    if name in known:
                        raise NotACertificate(f"{where} names {short(name)}, which means two signals")
                    return sets[i], certain(along(self.sizes, axis * len(self.players) + i))
        position(list(known), name, where)
        return known[name]

    def show(self, name: str, outcomes: list[str], shown: list[int]) -> None:
        """Append a signal that shows with certainty the outcome listed for each cell."""
        names = (name, *(f"{name} ({k})" for k in range(2, len(self.signals) + 3)))
        self.signals[next(free for free in names if free not in self.signals)] = outcomes, certain(shown)


def certain(outcomes: Sequence[int]) -> list[Any]:
    sure = {k: ((k, ONE),) for k in set(outcomes)}
    return [sure[k] for k in outcomes]


def joint(signals: Sequence[Signal], cell: int) -> Iterator[tuple[int, Fraction]]:
    """(number of the outcomes in C order, probability) of independent signals at a cell."""
    for draw in product(*(law[cell] for _, law in signals)):
        number, chance = 0, ONE
        for (outcomes, _), (outcome, p) in zip(signals, draw, strict=True):
            number, chance = number * len(outcomes) + outcome, chance * p
        yield number, chance


def pay(game: Game, move: Any, where: str) -> None:
    x = game.player(field(move, "to", str, where), where)
    signals = [game.signal(name, where) for name in field(move, "on", list, where)]
    amounts = table(move, "amounts", [len(outcomes) for outcomes, _ in signals], where)
    money = [sum((p * amounts[k] for k, p in joint(signals, c)), ZERO) for c in range(len(game.payoff[x]))]
    for columns in (game.payoff, game.transfer):
        columns[x] = [u + m for u, m in zip(columns[x], money, strict=True)]


def permit(game: Game, move: Any, where: str) -> None:
    x = game.player(field(move, "player", str, where), where)
    allowed = [position(game.actions[x], a, where) for a in labels(move.get("allowed"), f"“allowed” of {where}")]
    axes, k = game.axes(), len(game.players) + x
    axes[k] = [axes[k][a] for a in sorted(allowed)]
    game.copied(axes)
    game.actions[x] = [game.actions[x][a] for a in sorted(allowed)]


def speak(game: Game, move: Any, where: str) -> None:
    n, x = len(game.players), game.player(field(move, "speaker", str, where), where)
    messages, actions = labels(move.get("messages"), f"“messages” of {where}"), game.actions[x]
    axes, extra = game.axes(), None
    axes[n + x] = axes[n + x] * len(messages)
    y = None if move.get("hearer") is None else game.player(move["hearer"], where)
    if y == x:
        raise NotACertificate(f"{where} makes {short(game.players[x])} hear itself")
    replies = [] if y is None else game.actions[y]
    if y is not None and len(replies) > 1:
        if len(messages) > 20 or len(replies) ** len(messages) > LIMIT:
            raise NotACertificate(f"{where} gives {short(game.players[y])} more than {LIMIT:,} plans")
        plans = list(product(range(len(replies)), repeat=len(messages)))
        step, axes[n + y] = axes[n + y][1], [0] * len(plans)
        sizes = [len(axis) for axis in axes]
        cells = zip(along(sizes, n + x), along(sizes, n + y), strict=True)
        extra = [plans[f][pair // len(actions)] * step for pair, f in cells]
        game.actions[y] = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, f, strict=True)) for f in plans]
    game.copied(axes, extra)
    game.actions[x] = [f"say {m}" if len(actions) == 1 else f"say {m}; {a}" for m in messages for a in actions]
    game.show(f"message of {game.players[x]}", messages, [k // len(actions) for k in along(game.sizes, n + x)])


def commit(game: Game, move: Any, where: str) -> None:
    n, x = len(game.players), game.player(field(move, "player", str, where), where)
    signals = [game.signal(name, where) for name in field(move, "on", list, where)]
    shape, size = [len(outcomes) for outcomes, _ in signals], len(game.actions[x])
    strategy = chances(move, "strategy", [len(game.types[x]), *shape, size], where, size)
    axes, step, own = game.axes(), strides(game.sizes)[n + x], along(game.sizes, x)
    axes[n + x] = [0]
    draws = []  # for each new cell, the old cells that it averages, with their weights
    for cell in spread(axes):
        if any(law[cell + a * step] != law[cell] for _, law in signals for a in range(1, size)):
            raise Contradiction(f"{where} conditions on a signal that depends on the action it decides")
        weights = [ZERO] * size
        for k, p in joint(signals, cell):
            start = (own[cell] * math.prod(shape) + k) * size
            weights = [w + p * q if q else w for w, q in zip(weights, strategy[start : start + size], strict=True)]
        draws.append([(cell + a * step, w) for a, w in enumerate(weights) if w])
    for columns in (game.payoff, game.transfer):
        columns[:] = [[sum((w * u[k] for k, w in draw), ZERO) for draw in draws] for u in columns]
    for name, (outcomes, law) in game.signals.items():
        mixed: list[dict[int, Fraction]] = [{} for _ in draws]
        for chance, draw in zip(mixed, draws, strict=True):
            for outcome, p in ((outcome, w * p) for k, w in draw for outcome, p in law[k]):
                chance[outcome] = chance.get(outcome, ZERO) + p
        game.signals[name] = outcomes, [tuple(sorted(chance.items())) for chance in mixed]
    game.actions[x] = ["as committed"]


def reveal(game: Game, move: Any, where: str) -> None:
    n, to = len(game.players), [game.player(x, where) for x in labels(move.get("to"), f"“to” of {where}")]
    told = [labels(each, f"“outcomes” of {where}") for each in field(move, "outcomes", list, where)]
    if len(told) != len(to):
        raise NotACertificate(f"{where} should list outcomes for each player that is told something")
    width, counts = math.prod(map(len, told)), [len(each) for each in told]
    law = chances(move, "law", [*map(len, game.types), *counts], where, width)
    axes, parts = game.axes(), [[0] * len(t) for t in game.types]
    for x, each, step in zip(to, told, strides(counts), strict=True):
        axes[x] = [k for k in axes[x] for _ in each]
        parts[x] = [s * step for _ in game.types[x] for s in range(len(each))]
    old = spread([k // game.width for k in axis] for axis in axes[:n])
    game.prior = [game.prior[t] * law[t * width + s] for t, s in zip(old, spread(parts), strict=True)]
    game.copied(axes)
    for x, each in zip(to, told, strict=True):
        one = len(game.types[x]) == 1
        game.types[x] = [f"told {s}" if one else f"{t}; told {s}" for t in game.types[x] for s in each]
    for x, each in zip(to, told, strict=True):
        game.show(f"told {game.players[x]}", each, [k % len(each) for k in along(game.sizes, x)])


def admit(game: Game, move: Any, where: str) -> None:
    name, actions = field(move, "player", str, where), labels(move.get("actions"), f"“actions” of {where}")
    if name in game.players:
        raise NotACertificate(f"{where} admits {short(name)}, who plays already")
    shape = [*game.sizes, len(actions)]
    own = table(move, "own", shape, where)
    effect = None
    if move.get("effect") is not None:
        effect = table(move, "effect", [len(game.players), *shape], where)
    axes = [*game.axes(), [0] * len(actions)]
    game.copied(axes)
    if effect is not None:
        for i, column in enumerate(game.payoff):
            added = effect[i * len(own) : (i + 1) * len(own)]
            game.payoff[i] = [u + e for u, e in zip(column, added, strict=True)]
    game.players.append(name)
    game.types.append(["·"])
    game.actions.append(actions)
    game.payoff.append(own)
    game.transfer.append([ZERO] * len(own))


def care(game: Game, move: Any, where: str) -> None:
    x = game.player(field(move, "player", str, where), where)
    cared = [(game.player(y, where), rational(w, where)) for y, w in field(move, "weights", dict, where).items()]
    column = game.payoff[x]
    for y, weight in cared:
        column = [u + weight * v for u, v in zip(column, game.payoff[y], strict=True)]
    if move.get("dislike") is not None:
        dislike = table(move, "dislike", [len(game.actions[x])], where)
        own = along(game.sizes, len(game.players) + x)
        column = [u - dislike[a] for u, a in zip(column, own, strict=True)]
    game.payoff[x] = column


MOVES = {f.__name__: f for f in (pay, permit, speak, commit, reveal, admit, care)}


def read_game(source: Any) -> Game:
    where = "the game"
    players = labels(field(source, "players", list, where), "the list of players")
    sets = []
    for key in ("types", "actions"):
        lists = field(source, key, list, where)
        if len(lists) != len(players):
            raise NotACertificate(f"“{key}” should have one list for each of {len(players)} players")
        sets.append([labels(value, f"“{key}” of {short(i)}") for i, value in zip(players, lists, strict=True)])
    types, actions = sets
    counts = [len(t) for t in types]
    prior = chances(source, "prior", counts, where, math.prod(counts))
    sizes = [*counts, *map(len, actions)]
    cells = math.prod(sizes)
    payoff = table(source, "payoff", [len(players), *sizes], where)
    rows = [payoff[i * cells : (i + 1) * cells] for i in range(len(players))]
    money: list[list[Any]] = [[ZERO] * cells for _ in players]
    game = Game(players, field(source, "designer", bool, where), types, actions, prior, rows, money, {})
    for value in field(source, "signals", list, where):
        name = field(value, "name", str, "a signal")
        if name in game.signals:
            raise NotACertificate(f"there are two signals {short(name)}")
        outcomes = labels(value.get("outcomes"), f"“outcomes” of signal {short(name)}")
        m = len(outcomes)
        law = chances(value, "law", [*sizes, m], f"signal {short(name)}", m)
        column = [tuple((k, law[c * m + k]) for k in range(m) if law[c * m + k]) for c in range(cells)]
        game.signals[name] = outcomes, column
    return game


def induced(certificate: Any) -> Game:
    """The game after all moves of the institution. Raises NotACertificate."""
    where = "the certificate"
    if field(certificate, "format", str, where) != "rulewright certificate":
        raise NotACertificate("“format” should be “rulewright certificate”")
    if field(certificate, "version", int, where) != 1:
        raise NotACertificate("this checker reads version 1 only")
    game = read_game(field(certificate, "game", dict, where))
    moves = field(field(certificate, "institution", dict, where), "moves", list, "the institution")
    for number, move in enumerate(moves, 1):
        word = field(move, "word", str, f"move {number}")
        if word not in MOVES:
            raise NotACertificate(f"move {number} is {short(word)}, which is none of the seven words")
        MOVES[word](game, move, f"move {number} ({word})")
        for i, sets in product(range(len(game.players)), (game.types, game.actions)):
            labels(sets[i], f"what {short(game.players[i])} has after move {number}")  # joined labels might collide
    return game

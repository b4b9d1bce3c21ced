"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
docs/certificate.md defines the format, the moves, the claims, and the letters used here.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is a profile of types and actions, a tuple of positions on [*types, *actions]; a *column* has one item per cell
in C order: the prior, a payoff, a transfer, or the law of a signal, whose items are {outcome: chance > 0}. A *draw* is a
lottery [(index, chance), …]. All words but `pay` and `care` only say over which old cells each new cell is a draw.
"""

import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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


def field(holder: Any, key: str, kind: type) -> Any:
    if not isinstance(holder, dict) or type(holder.get(key)) is not kind:
        raise NotACertificate(f"“{key}” should be there and be {KINDS[kind]}")
    return holder[key]


def rational(text: Any) -> Fraction:
    match = RATIONAL.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise NotACertificate(f"{text!r:.60} should be a rational in a string, such as “3/7”")
    return Fraction(int(match[1]), int(match[2] or 1))


def labels(value: Any, what: str) -> list[str]:
    strings = isinstance(value, list) and all(isinstance(x, str) for x in value)
    if not strings or not value or len(set(value)) < len(value):
        raise NotACertificate(f"“{what}” should be a list of strings, at least one and no two the same")
    return list(value)


def position(known: Iterable[str], name: Any) -> int:
    if name not in (names := list(known)):
        raise NotACertificate(f"{name!r:.60} is none of {', '.join(names):.200}")
    return names.index(name)


def must_be_chances(numbers: Sequence[Fraction], what: str) -> None:
    if any(p < 0 for p in numbers) or sum(numbers) != 1:
        raise Contradiction(f"“{what}” should be probabilities with sum 1, and their sum is {said(sum(numbers, ZERO))}")


def table(holder: Any, key: str, shape: list[int], width: int = 0) -> list[Fraction]:
    """Entries of the table holder[key]; where a width is given, every `width` of them must be probabilities."""
    value = field(holder, key, dict)
    found, entries = field(value, "shape", list), field(value, "entries", list)
    if found != shape or any(type(size) is not int for size in found) or len(entries) != math.prod(shape):
        raise NotACertificate(f"“{key}” should have shape {shape} and {math.prod(shape)} entries")
    numbers = [rational(text) for text in entries]
    for start in range(0, len(numbers) if width else 0, width or 1):
        must_be_chances(numbers[start : start + width], key)
    return numbers


def mixture(row: dict[Any, Any], known: Sequence[str], what: str) -> dict[int, Fraction]:
    """{position of a label: probability > 0} from {label: probability}."""
    mixed = {position(known, label): rational(text) for label, text in row.items()}
    must_be_chances(list(mixed.values()), what)
    return {a: q for a, q in mixed.items() if q}


def said(x: Fraction) -> str:
    """A rational for people; only the size of one with very many digits (Python may refuse to write it out)."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= 200:
        return str(x)
    return f"about {'-' if x < 0 else ''}10^{math.log10(abs(x.numerator)) - math.log10(x.denominator):.2f}"


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


def put(cell: tuple[Any, ...], axis: int, item: Any) -> tuple[Any, ...]:
    return (*cell[:axis], item, *cell[axis + 1 :])


def mean(draw: Sequence[tuple[int, Fraction]], column: Sequence[Fraction]) -> Fraction:
    if len(draw) == 1 and draw[0][1] == 1:
        return column[draw[0][0]]
    return sum((w * column[k] for k, w in draw), ZERO)


def joint(signals: Sequence[Any], cell: int) -> list[tuple[int, Fraction]]:
    """The draw of outcomes (numbered in C order) of independent signals at a cell."""
    drawn = [(0, ONE)]
    for outcomes, law in signals:
        drawn = [(k * len(outcomes) + new, p * q) for k, p in drawn for new, q in law[cell].items()]
    return drawn


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Any) -> None:
        self.players, self.designer = labels(source.get("players"), "players"), field(source, "designer", bool)
        self.types = tuple(labels(value, "types") for value in field(source, "types", list))
        self.actions = tuple(labels(value, "actions") for value in field(source, "actions", list))
        n, types, cells = len(self.players), [len(t) for t in self.types], math.prod(self.sizes)
        if not n == len(types) == len(self.actions):
            raise NotACertificate("“types” and “actions” should have one list for each player")
        prior, payoff = table(source, "prior", types, math.prod(types)), table(source, "payoff", [n, *self.sizes])
        self.prior = [p for p in prior for _ in range(cells // len(prior))]
        self.payoff = [payoff[start : start + cells] for start in range(0, n * cells, cells)]
        self.transfer = [[ZERO] * cells for _ in self.players]
        self.signals: dict[str, Any] = {}  # name → (outcomes, law)
        for value in field(source, "signals", list):
            name, outcomes = field(value, "name", str), labels(value.get("outcomes"), "outcomes")
            if name in self.signals:
                raise NotACertificate(f"there are two signals {name!r:.60}")
            law = table(value, "law", [*self.sizes, m := len(outcomes)], m)
            rows = (enumerate(law[start : start + m]) for start in range(0, len(law), m))
            self.signals[name] = outcomes, [{k: p for k, p in row if p} for row in rows]

    @property
    def sizes(self) -> list[int]:
        return [len(x) for x in self.types + self.actions]

    def cells(self) -> Iterator[tuple[int, ...]]:
        return product(*(range(size) for size in self.sizes))

    def player(self, holder: Any, key: str) -> int:
        return position(self.players, field(holder, key, str))

    def heard(self, move: Any) -> list[Any]:
        """(outcomes, law) of every signal that a move is `on`."""
        known = dict(self.signals)
        for axis, name in enumerate(f"{kind} of {p}" for kind in ("type", "action") for p in self.players):
            known[name] = (self.types + self.actions)[axis], [{c[axis]: ONE} for c in self.cells()]
        return [list(known.values())[position(known, name)] for name in field(move, "on", list)]

    def show(self, name: str, outcomes: list[str], shown: Iterable[int]) -> None:
        """Append a signal that shows with certainty the outcome given for each cell."""
        names = (name, *(f"{name} ({k})" for k in range(2, len(self.signals) + 3)))
        self.signals[next(free for free in names if free not in self.signals)] = outcomes, [{k: ONE} for k in shown]

    def rewrite(self, types: Any, actions: Any, origin: Callable[[Any], list[Any]]) -> None:
        """Give the game these labels; each new cell becomes the lottery origin(cell) = [(old cell, chance), …]."""
        steps, self.types, self.actions = strides(self.sizes), types, actions
        if math.prod(self.sizes) > LIMIT:
            raise NotACertificate(f"it leads to a game of more than {LIMIT:,} cells, too large to check here")
        for made in types + actions:
            labels(made, "labels")  # joined from parts, two might have come out the same
        draws = [[(sum(map(mul, old, steps)), w) for old, w in origin(c)] for c in self.cells()]
        self.prior = [self.prior[draw[0][0]] for draw in draws]  # which is the same all over a draw
        self.payoff = [[mean(draw, column) for draw in draws] for column in self.payoff]
        self.transfer = [[mean(draw, column) for draw in draws] for column in self.transfer]
        for name, (outcomes, law) in self.signals.items():
            terms = ([(k, w * p) for cell, w in draw for k, p in law[cell].items()] for draw in draws)
            self.signals[name] = outcomes, [{k: sum(p for o, p in ts if o == k) for k, _ in ts} for ts in terms]

    def pay(self, move: Any) -> None:
        x, signals = self.player(move, "to"), self.heard(move)
        amounts = table(move, "amounts", [len(outcomes) for outcomes, _ in signals])
        money = [mean(joint(signals, cell), amounts) for cell in range(len(self.prior))]
        for columns in (self.payoff, self.transfer):
            columns[x] = [u + m for u, m in zip(columns[x], money, strict=True)]

    def permit(self, move: Any) -> None:
        x, allowed = self.player(move, "player"), labels(move.get("allowed"), "allowed")
        old, axis = self.actions[x], len(self.players) + x
        kept = sorted(position(old, label) for label in allowed)
        actions = put(self.actions, x, [old[a] for a in kept])
        self.rewrite(self.types, actions, lambda c: [(put(c, axis, kept[c[axis]]), ONE)])

    def speak(self, move: Any) -> None:
        x, messages = self.player(move, "speaker"), labels(move.get("messages"), "messages")
        acts, speech = self.actions[x], len(self.players) + x
        made = put(self.actions, x, [f"say {m}" + f"; {a}" * (len(acts) > 1) for m in messages for a in acts])
        self.rewrite(self.types, made, lambda c: [(put(c, speech, c[speech] % len(acts)), ONE)])
        if move.get("hearer") is not None:
            y = self.player(move, "hearer")
            plan, replies = len(self.players) + y, self.actions[y]
            if y == x or len(replies) ** min(len(messages), 20) > LIMIT:
                raise NotACertificate(f"“hearer” should be another player, with at most {LIMIT:,} plans")
            plans = list(product(range(len(replies)), repeat=len(messages)))
            named = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, f, strict=True)) for f in plans]
            made = put(made, y, named if len(replies) > 1 else replies)
            self.rewrite(self.types, made, lambda c: [(put(c, plan, plans[c[plan]][c[speech] // len(acts)]), ONE)])
        self.show(f"message of {self.players[x]}", messages, (c[speech] // len(acts) for c in self.cells()))

    def commit(self, move: Any) -> None:
        x, signals, steps = self.player(move, "player"), self.heard(move), strides(self.sizes)
        axis, size, shape = len(self.players) + x, len(self.actions[x]), [len(outcomes) for outcomes, _ in signals]
        strategy, block = table(move, "strategy", [len(self.types[x]), *shape, size], size), math.prod(shape) * size

        def origin(c: Any) -> list[Any]:
            cell, rows = sum(map(mul, c, steps)), strategy[c[x] * block : (c[x] + 1) * block]
            if any(law[cell + a * steps[axis]] != law[cell] for _, law in signals for a in range(size)):
                raise Contradiction("the strategy rests on a signal that depends on the action that it decides")
            drawn = joint(signals, cell)
            return [(put(c, axis, a), w) for a in range(size) if (w := mean(drawn, rows[a::size]))]

        self.rewrite(self.types, put(self.actions, x, ["as committed"]), origin)

    def reveal(self, move: Any) -> None:
        to, outcomes = labels(move.get("to"), "to"), [labels(s, "outcomes") for s in field(move, "outcomes", list)]
        if len(outcomes) != len(to):
            raise NotACertificate("“outcomes” should have one list for each player in “to”")
        told = {position(self.players, name): s for name, s in zip(to, outcomes, strict=True)}
        shape = [*map(len, self.types), *map(len, outcomes)]
        law, steps = table(move, "law", shape, math.prod(map(len, outcomes))), strides(shape)
        parts, types = [len(told.get(axis, "·")) for axis in range(len(self.sizes))], self.types
        for x, heard in told.items():
            types = put(types, x, [f"{t}; " * (len(types[x]) > 1) + f"told {s}" for t in types[x] for s in heard])
        self.rewrite(types, self.actions, lambda c: [(tuple(k // m for k, m in zip(c, parts, strict=True)), ONE)])
        for k, c in enumerate(self.cells()):
            entry = [*(c[i] // parts[i] for i in range(len(types))), *(c[x] % parts[x] for x in told)]
            self.prior[k] *= law[sum(map(mul, entry, steps))]
        for x, heard in told.items():
            self.show(f"told {self.players[x]}", heard, (c[x] % parts[x] for c in self.cells()))

    def admit(self, move: Any) -> None:
        n, acts = len(self.players), labels(move.get("actions"), "actions")
        self.players = labels([*self.players, field(move, "player", str)], "players")
        own = table(move, "own", [*self.sizes, len(acts)])
        effect = [ZERO] * (n * len(own))
        if move.get("effect") is not None:
            effect = table(move, "effect", [n, *self.sizes, len(acts)])
        self.rewrite((*self.types, ["·"]), (*self.actions, acts), lambda c: [(c[:n] + c[n + 1 : -1], ONE)])
        added = (effect[i * len(own) : (i + 1) * len(own)] for i in range(n))
        self.payoff = [[u + e for u, e in zip(*both, strict=True)] for both in zip(self.payoff, added, strict=True)]
        self.payoff, self.transfer = [*self.payoff, own], [*self.transfer, [ZERO] * len(own)]

    def care(self, move: Any) -> None:
        x = self.player(move, "player")
        column, axis = self.payoff[x], len(self.players) + x
        for y, weight in field(move, "weights", dict).items():
            w, other = rational(weight), self.payoff[position(self.players, y)]
            column = [u + w * v for u, v in zip(column, other, strict=True)]
        if move.get("dislike") is not None:
            dislike = table(move, "dislike", [len(self.actions[x])])
            column = [u - dislike[c[axis]] for u, c in zip(column, self.cells(), strict=True)]
        self.payoff[x] = column


def induced(certificate: Any) -> Game:
    """The game after all moves of the institution."""
    if field(certificate, "format", str) != "rulewright certificate" or field(certificate, "version", int) != 1:
        raise NotACertificate("“format” should be “rulewright certificate”, and “version” 1")
    game = Game(field(certificate, "game", dict))
    for k, move in enumerate(field(field(certificate, "institution", dict), "moves", list), 1):
        try:
            if field(move, "word", str) not in WORDS:
                raise NotACertificate(f"{move['word']!r:.60} is none of the seven words")
            getattr(game, move["word"])(move)
        except NotACertificate as problem:
            raise type(problem)(f"move {k}: {problem}") from None
    return game


class Checked:
    """The induced game of one certificate and the play that it asks for; evaluates any number of claims about them."""

    def __init__(self, certificate: Any) -> None:
        self.game = game = induced(certificate)
        self.steps, self.width = strides([len(a) for a in game.actions]), math.prod(len(a) for a in game.actions)
        self.active = [i for i, acts in enumerate(game.actions) if len(acts) > 1]
        self.play = {(i, t): {0: ONE} for i, types in enumerate(game.types) for t in range(len(types))}  # σ
        play = field(certificate, "play", dict)
        for name in {**play, **dict.fromkeys(game.players[i] for i in self.active)}:
            i, rows = position(game.players, name), field(play, name, list)
            if len(rows) != len(game.types[i]) or not all(isinstance(row, dict) for row in rows):
                raise NotACertificate(f"“play” should have one object for each type of {name!r:.60}")
            self.play |= {(i, t): mixture(row, game.actions[i], "play") for t, row in enumerate(rows)}
        profiles = enumerate(product(*(range(len(types)) for types in game.types)))
        starts = ((k * self.width, theta) for k, theta in profiles)
        self.cases = [(game.prior[k], k, theta) for k, theta in starts if game.prior[k]]  # p(θ), its first cell, θ
        self.possible = {(i, t) for _, _, theta in self.cases for i, t in enumerate(theta)}
        self.choices = sorted((i, t) for i, t in self.possible if i in self.active)
        alike: dict[Any, list[tuple[int, Fraction]]] = {}
        for p, k, theta in self.cases:
            key = tuple(t if i in self.active else None for i, t in enumerate(theta))
            alike.setdefault(key, []).append((k, p))
        self.given = {}  # types of active players → probability, and all payoffs averaged over the types of the others
        for key, cases in alike.items():
            mass = sum(p for _, p in cases)
            draws = [[(k + place, p / mass) for k, p in cases] for place in range(self.width)]
            self.given[key] = mass, [[mean(draw, column) for draw in draws] for column in game.payoff]

    def evaluate(self, claim: Any) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name, grade = field(claim, "claim", str), claim.get("grade", "proved")
        if name not in CLAIMS or not isinstance(grade, str):
            raise NotACertificate(f"{name!r:.60} is none of the claims, or its grade is not a string")
        try:
            return Verdict(name, *getattr(self, name)(claim), grade)
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, grade)

    def expect(self, column: Sequence[Fraction], play: Any, who: tuple[int, int] | None = None) -> Fraction:
        """Expected value of a column under a play; given that player i is of type t, if who = (i, t)."""
        total, mass = ZERO, ZERO
        for p, k, theta in self.cases:
            if who is None or theta[who[0]] == who[1]:
                draw = [(k, p)]
                for i in self.active:
                    draw = [(k + a * self.steps[i], w * q) for k, w in draw for a, q in play[i, theta[i]].items()]
                total, mass = total + mean(draw, column), mass + p
        return total / mass

    def who(self, i: int, t: int) -> str:
        return self.game.players[i] + (f" of type {self.game.types[i][t]}" if len(self.game.types[i]) > 1 else "")

    def scene(self, theta: Sequence[Any], place: int, without: int | None = None) -> str:
        """“ when writer plays 1 and nature is of type wet”, for a place among the cells of these types."""
        parts = []
        for i, acts in enumerate(self.game.actions):
            if i in self.active and i != without:
                parts.append(f"{self.who(i, theta[i])} plays {acts[place // self.steps[i] % len(acts)]}")
            elif i != without and theta[i] is not None and len(self.game.types[i]) > 1:
                parts.append(f"{self.game.players[i]} is of type {self.game.types[i][theta[i]]}")
        return " when " * bool(parts) + " and ".join(parts)

    def bounded(self, what: str, value: Fraction, bound: Fraction, least: bool = True) -> Finding:
        slack, word = (value - bound, "least") if least else (bound - value, "most")
        return slack >= 0, f"{what} is {said(value)}, and at {word} {said(bound)} is claimed", slack

    def deterred(self, claim: Any, found: list[tuple[Fraction, int, int, int, str]]) -> Finding:
        """Whether every deviation of found = [(loss, player, type, action instead, scene), …] loses the margin."""
        margin = rational(field(claim, "margin", str))
        if margin < 0:
            raise Contradiction("a margin below 0 claims nothing")
        if not found:
            return True, "nobody has anything else to do", None
        loss, i, t, a, scene = min(found)
        acts, own = self.game.actions[i], self.play[i, t]
        story = f"{self.who(i, t)}, playing {acts[a]} instead of {' or '.join(acts[b] for b in own)}{scene}, "
        if loss < 0:
            return False, f"{story}gains {said(-loss)}", loss
        if loss < margin:
            return False, f"{story}loses only {said(loss)}, less than the margin {said(margin)}", loss
        return True, f"every deviation loses at least {said(loss)}, which {story}loses", loss

    def equilibrium(self, claim: Any) -> Finding:
        found = []
        for i, t in self.choices:
            acts, u, own = range(len(self.game.actions[i])), self.game.payoff[i], self.play[i, t]
            row = [self.expect(u, {**self.play, (i, t): {a: ONE}}, (i, t)) for a in acts]
            value = mean(list(own.items()), row)
            found += [(value - row[a], i, t, a, "") for a in acts if a not in own or row[a] != value]
        return self.deterred(claim, found)

    def losses(self, i: int, t: int, a: int, by: dict[int, Fraction], left: Any) -> Iterator[Any]:
        """For each θ with i of type t: p(θ), and the least of u_i(by) − u_i(a) against actions left to others, where."""
        for theta, (p, payoff) in self.given.items():
            if theta[i] == t:
                rivals = [j for j in self.active if j != i]
                menus = [[b * self.steps[j] for b in left[j, theta[j]]] for j in rivals]
                u, step = payoff[i], self.steps[i]
                draws = (([(k + b * step, q) for b, q in by.items()], k) for k in map(sum, product(*menus)))
                yield p, *min((mean(draw, u) - u[k + a * step], k) for draw, k in draws), theta

    def dominant(self, claim: Any) -> Finding:
        left = {(i, t): range(len(self.game.actions[i])) for i, t in self.choices}
        for i, t in self.choices:
            if len(self.play[i, t]) > 1:
                raise Contradiction(f"{self.who(i, t)} mixes, and no mixture is dominant")
        rivals = [(*c, a) for c in self.choices for a in left[c] if a not in self.play[c]]
        found = [
            (loss, i, t, a, self.scene(theta, k, i))
            for i, t, a in rivals
            for _, loss, k, theta in self.losses(i, t, a, self.play[i, t], left)
        ]
        return self.deterred(claim, found)

    def named(self, holder: Any) -> tuple[int, int, int]:
        i = self.game.player(holder, "player")
        t, a = position(self.game.types[i], holder.get("type")), position(self.game.actions[i], holder.get("action"))
        return i, t, a

    def only(self, claim: Any) -> Finding:
        margin, least = rational(field(claim, "margin", str)), None
        left = {(i, t): list(range(len(self.game.actions[i]))) for i, t in self.choices}
        for number, step in enumerate(field(claim, "order", list), 1):
            i, t, a = self.named(step)
            by = mixture(field(step, "by", dict), self.game.actions[i], "by")
            if not {a, *by} <= set(left.get((i, t), [])):
                raise Contradiction(f"step {number} needs an action that is gone, or a choice that nobody has")
            found = [(p * loss, p) for p, loss, _, _ in self.losses(i, t, a, by, left)]
            loss = sum(x for x, _ in found) / sum(p for _, p in found)
            what = f"{self.game.actions[i][a]} of {self.who(i, t)}, removed in step {number}, is worse by {said(loss)}"
            if loss <= 0 or loss < margin:
                return False, f"{what} at least, too little for the margin {said(margin)}", loss
            least = min(least or (loss, what), (loss, what))
            left[i, t].remove(a)
        for (i, t), acts in left.items():
            if dict.fromkeys(acts, ONE) != self.play[i, t]:
                also = " or ".join(self.game.actions[i][a] for a in acts)
                return False, f"{self.who(i, t)} is left with {also}, which is not what it is asked to play", None
        return True, f"nothing else survives elimination; {least[1] if least else 'nobody has a choice'}", least and least[0]

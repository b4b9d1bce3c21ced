"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance. It imports the standard library only and shares no code with whatever found the design.
docs/certificate.md defines format, moves and claims, and the letters used here.

    python checker.py certificate.json      exit 0: every claim holds; 1: some fail, by name; 2: not a certificate

A *cell* is a profile of types and actions, a tuple of positions on [*types, *actions]; a *column* has one item per cell
in C order: the prior, a payoff, a transfer, or the law of a signal, whose items are {outcome: chance > 0}. All words
but `pay` and `care` only say over which old cells each new cell is a lottery; `rewrite` does the rest.
"""

import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def rational(text: Any, what: str) -> Fraction:
    match = RATIONAL.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise NotACertificate(f"“{what}” should be rational, in a string such as “3/7”, and is {text!r:.60}")
    return Fraction(int(match[1]), int(match[2] or 1))


def labels(value: Any, what: str) -> list[str]:
    strings = isinstance(value, list) and all(isinstance(x, str) for x in value)
    if not strings or not value or len(set(value)) < len(value):
        raise NotACertificate(f"“{what}” should be a list of strings, at least one and no two the same")
    return value


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


def strides(sizes: Sequence[int]) -> list[int]:
    return [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]


def put(cell: tuple[int, ...], axis: int, k: int) -> tuple[int, ...]:
    return (*cell[:axis], k, *cell[axis + 1 :])


def mean(draw: Iterable[tuple[int, Fraction]], column: Sequence[Fraction]) -> Fraction:
    return sum((w * column[k] if w != 1 else column[k] for k, w in draw), ZERO)


def joint(signals: Sequence[Any], cell: int) -> list[tuple[int, Fraction]]:
    """[(number of the outcomes in C order, probability), …] of independent signals at a cell."""
    drawn = [(0, ONE)]
    for outcomes, law in signals:
        drawn = [(k * len(outcomes) + new, p * q) for k, p in drawn for new, q in law[cell].items()]
    return drawn


class Game:
    """A game, and the seven words, each of which changes it in place."""

    def __init__(self, source: Any) -> None:
        self.players, self.designer = labels(source.get("players"), "players"), field(source, "designer", bool)
        self.types = [labels(value, "types") for value in field(source, "types", list)]
        self.actions = [labels(value, "actions") for value in field(source, "actions", list)]
        n, types, cells = len(self.players), [len(t) for t in self.types], math.prod(self.sizes)
        if not n == len(types) == len(self.actions):
            raise NotACertificate("“types” and “actions” should have one list for each player")
        prior, payoff = table(source, "prior", types, math.prod(types)), table(source, "payoff", [n, *self.sizes])
        self.prior = [p for p in prior for _ in range(cells // len(prior))]
        self.payoff = [payoff[start : start + cells] for start in range(0, n * cells, cells)]
        self.transfer = [[ZERO] * cells] * n
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

    def player(self, move: Any, key: str) -> int:
        return position(self.players, field(move, key, str))

    def heard(self, move: Any) -> list[Any]:
        """(outcomes, law) of every signal that a move is `on`."""
        known = dict(self.signals)
        for axis, name in enumerate(f"{kind} of {p}" for kind in ("type", "action") for p in self.players):
            if name in known:
                raise NotACertificate(f"{name!r:.60} means two signals")
            known[name] = (self.types + self.actions)[axis], [{c[axis]: ONE} for c in self.cells()]
        return [list(known.values())[position(list(known), name)] for name in field(move, "on", list)]

    def show(self, name: str, outcomes: list[str], shown: Iterable[int]) -> None:
        """Append a signal that shows with certainty the outcome given for each cell."""
        names = (name, *(f"{name} ({k})" for k in range(2, len(self.signals) + 3)))
        self.signals[next(free for free in names if free not in self.signals)] = outcomes, [{k: ONE} for k in shown]

    def rewrite(self, made: dict[int, list[str]], origin: Callable[[Any], list[Any]]) -> None:
        """Give axes these new labels; each new cell becomes the lottery origin(cell) = [(old cell, chance), …]."""
        n, steps, sets = len(self.players), strides(self.sizes), [*self.types, *self.actions]
        for axis, joined in made.items():
            sets[axis] = labels(joined, "labels")  # joined from parts, two might come out the same
        self.types, self.actions = sets[:n], sets[n:]
        if math.prod(self.sizes) > LIMIT:
            raise NotACertificate(f"it leads to a game of more than {LIMIT:,} cells, too large to check here")
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
        axis, kept = len(self.players) + x, sorted(position(self.actions[x], label) for label in allowed)
        self.rewrite({axis: [self.actions[x][a] for a in kept]}, lambda c: [(put(c, axis, kept[c[axis]]), ONE)])

    def speak(self, move: Any) -> None:
        x, messages = self.player(move, "speaker"), labels(move.get("messages"), "messages")
        y = None if move.get("hearer") is None else self.player(move, "hearer")
        speech, acts, replies = len(self.players) + x, self.actions[x], ["·"] if y is None else self.actions[y]
        if x == y or len(replies) ** min(len(messages), 20) > LIMIT:
            raise NotACertificate(f"“hearer” should be another player, with at most {LIMIT:,} plans")
        plans = list(product(range(len(replies)), repeat=len(messages)))
        made = {speech: [f"say {m}" if len(acts) == 1 else f"say {m}; {a}" for m in messages for a in acts]}
        plan = None if y is None or len(replies) == 1 else len(self.players) + y
        if plan is not None:
            made[plan] = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, f, strict=True)) for f in plans]

        def origin(c: Any) -> list[Any]:
            message, act = divmod(c[speech], len(acts))
            return [(put(c if plan is None else put(c, plan, plans[c[plan]][message]), speech, act), ONE)]

        self.rewrite(made, origin)
        self.show(f"message of {self.players[x]}", messages, (c[speech] // len(acts) for c in self.cells()))

    def commit(self, move: Any) -> None:
        x, signals, steps = self.player(move, "player"), self.heard(move), strides(self.sizes)
        axis, shape, size = len(self.players) + x, [len(outcomes) for outcomes, _ in signals], len(self.actions[x])
        strategy, block = table(move, "strategy", [len(self.types[x]), *shape, size], size), math.prod(shape) * size

        def origin(c: Any) -> list[Any]:
            cell, rows = sum(map(mul, c, steps)), strategy[c[x] * block : (c[x] + 1) * block]
            if any(law[cell + a * steps[axis]] != law[cell] for _, law in signals for a in range(size)):
                raise Contradiction("the strategy rests on a signal that depends on the action that it decides")
            drawn = joint(signals, cell)
            return [(put(c, axis, a), w) for a in range(size) if (w := mean(drawn, rows[a::size]))]

        self.rewrite({axis: ["as committed"]}, origin)

    def reveal(self, move: Any) -> None:
        to, outcomes = labels(move.get("to"), "to"), [labels(s, "outcomes") for s in field(move, "outcomes", list)]
        if len(outcomes) != len(to):
            raise NotACertificate("“outcomes” should have one list for each player in “to”")
        told = {position(self.players, name): s for name, s in zip(to, outcomes, strict=True)}
        size, shape = [len(told.get(i, "·")) for i in range(len(self.sizes))], [*map(len, self.types), *map(len, outcomes)]
        law, steps = table(move, "law", shape, math.prod(map(len, outcomes))), strides(shape)
        made = {x: [(f"{t}; " if len(self.types[x]) > 1 else "") + f"told {s}" for t in self.types[x] for s in heard]
                for x, heard in told.items()}
        self.rewrite(made, lambda c: [(tuple(k // m for k, m in zip(c, size, strict=True)), ONE)])
        for k, c in enumerate(self.cells()):
            entry = [*(t // m for t, m in zip(c[:len(self.players)], size)), *(c[x] % size[x] for x in told)]
            self.prior[k] *= law[sum(map(mul, entry, steps))]
        for x, heard in told.items():
            self.show(f"told {self.players[x]}", heard, (c[x] % len(heard) for c in self.cells()))

    def admit(self, move: Any) -> None:
        name, actions, n = field(move, "player", str), labels(move.get("actions"), "actions"), len(self.players)
        own = table(move, "own", [*self.sizes, len(actions)])
        effect = [ZERO] * (n * len(own))
        if move.get("effect") is not None:
            effect = table(move, "effect", [n, *self.sizes, len(actions)])
        self.players, self.transfer = [*self.players, name], [*self.transfer, self.transfer[0]]
        self.payoff.append(self.payoff[0])  # room for the own payoff, which is only known on the new cells
        self.types.insert(n, ["·"])
        self.actions.append(actions)
        XXX
    def care(self, move: Any) -> None:
        x = self.player(move, "player")
        column = self.payoff[x]
        for y, weight in field(move, "weights", dict).items():
            w, other = rational(weight, "weights"), self.payoff[position(self.players, y)]
            column = [u + w * v for u, v in zip(column, other, strict=True)]
        if move.get("dislike") is not None:
            dislike = table(move, "dislike", [len(self.actions[x])])
            column = [u - dislike[c[len(self.players) + x]] for u, c in zip(column, self.cells(), strict=True)]
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
        self.active = [i for i, actions in enumerate(game.actions) if len(actions) > 1]
        self.steps, self.width = strides([len(a) for a in game.actions]), math.prod(len(a) for a in game.actions)
        play = field(certificate, "play", dict)
        self.play = {(i, t): {0: ONE} for i, types in enumerate(game.types) for t in range(len(types))}  # σ
        for name in {**play, **dict.fromkeys(game.players[i] for i in self.active)}:
            i, rows = position(game.players, name), field(play, name, list)
            if len(rows) != len(game.types[i]):
                raise NotACertificate(f"play of {name!r:.60} should have one object for each of its types")
            self.play |= {(i, t): mixture(row, game.actions[i], "play") for t, row in enumerate(rows)}
        profiles = enumerate(product(*(range(len(types)) for types in game.types)))
        self.cases = [(game.prior[k], k * self.width, theta) for k, theta in profiles if game.prior[k * self.width]]
        self.choices = sorted({(i, theta[i]) for _, _, theta in self.cases for i in self.active})
        alike: dict[Any, list[Any]] = {}  # the cases in which active players have the same types
        for p, cell, theta in self.cases:
            alike.setdefault(tuple(t * (i in self.active) for i, t in enumerate(theta)), []).append((cell, p))
        self.given = {}  # types of active players → probability, and everyone's payoff averaged over other types
        for theta, group in alike.items():
            mass = sum(p for _, p in group)
            parts = [(p / mass, cell) for cell, p in group]
            ...

    def evaluate(self, claim: Any) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name, grade = field(claim, "claim", str), claim.get("grade", "proved")
        if name not in CLAIMS or not isinstance(grade, str):
            raise NotACertificate(f"{name!r:.60} is none of the claims, or its grade is not a string")
        try:
            return Verdict(name, *getattr(self, name)(claim), grade)
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, grade)

    def expect(self, column: Sequence[Fraction], play: Any, i: int = 0, t: int | None = None) -> Fraction:
        """Expected value of a column under a play, given that player i is of type t if any is told."""
        total, mass = ZERO, ZERO
        for p, cell, theta in self.cases:
            if t is None or theta[i] == t:
                drawn = [(cell, p)]
                for j in self.active:
                    drawn = [(k + a * self.steps[j], w * q) for k, w in drawn for a, q in play[j, theta[j]].items()]
                total, mass = total + mean(drawn, column), mass + p
        return total / mass

    def who(self, i: int, t: int) -> str:
        return self.game.players[i] + (f" of type {self.game.types[i][t]}" if len(self.game.types[i]) > 1 else "")

    def scene(self, theta: Sequence[int], place: int, without: int = -1) -> str:
        """“ when writer plays 1 and reviewer plays 0.9”, for a place among the cells of these types."""
        game, parts = self.game, []
        for i, step in enumerate(self.steps):
            if i in self.active and i != without:
                parts.append(f"{self.who(i, theta[i])} plays {game.actions[i][place // step % len(game.actions[i])]}")
            elif i != without and len(game.types[i])>1: parts.append
        return " when " + " and ".join(parts) if parts else ""

    def deviations(self, margin, found) -> Finding:
        """The finding on a claim that every deviation found = [(loss, player, type, action, scene), …] loses a margin."""
        if margin < 0:
            raise Contradiction("a margin below 0 claims nothing")
        if not found: return True, "nobody has anything else to do", None
        loss, i, t, a, where = min(found)
        own = " or ".join(self.game.actions[i][b] for b in self.play[i, t])
        story = f"{self.who(i, t)}, playing {self.game.actions[i][a]} instead of {own}{where}, "
        story += f"gains {said(-loss)}" if loss < 0 else f"loses {'only ' * (loss<margin)}{said(loss)}"
        if loss >= margin: "every deviation loses at least {}: "
        return loss >= margin, story, loss

    def equilibrium(self, claim):
        found = []
        for i, t in self.choices:
            row = [self.expect(self.game.payoff[i], {**self.play, (i,t): {a: ONE}}, i, t) for a in range(..)]
            value = mean(self.play[i,t].items(), row)
            found += [(value - v, i, t, a, "") for a, v in enumerate(row) if a not in self.play[i,t] or v != value]
        return self.deviations(rational(claim.get("margin"), "margin"), found)

    def losses(self, i, t, a, by, left):
        """For each θ in which i is of type t: p(θ), and the least u_i(by) − u_i(a) against others' actions left, where."""
        step = self.steps[i]
        for theta, (p, payoff) in self.given.items():
            if theta[i] == t:
                menus = [[b*s for b in left[j, theta[j]]] if j != i and j in active else [0] for j, s in enumerate(self.steps)]
                places = map(sum, product(*menus))
                loss, place = min((mean(((k + b*step, q) for b, q in by.items()), payoff[i]) - payoff[i][k + a*step], k) for k in places)
                yield p, loss, theta, place

    def dominant(self, claim):
        mixing = [..]
        left = {(i,t): range(len(actions[i])) for i,t in self.choices}
        found = [(loss, i, t, a, self.scene(theta, k, i)) for i, t in choices for a in left[i,t] if a not in self.play[i,t]
                 for _, loss, theta, k in self.losses(i,t,a,self.play[i,t],left)]
        return self.deviations(margin, found)

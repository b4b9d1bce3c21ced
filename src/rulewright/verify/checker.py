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

    def pay(self, move: Node) -> None:
        x, (sizes, draws) = move["to"].among(self.players), self.heard(move["on"])
        amounts = move["amounts"].table(sizes)
        for kind in ("payoff", "transfer"):
            self.add((kind, x), lambda c: total(draws[c], amounts))

    def permit(self, move: Node) -> None:
        x = move["player"].among(self.players)
        axis, acts = len(self.players) + x, self.actions[x]
        kept = sorted({label.among(acts) for label in move["allowed"].each()})
        made = put(self.actions, x, [acts[a] for a in kept])
        self.rewrite(self.types, made, lambda c: [(put(c, axis, kept[c[axis]]), ONE)])

    def speak(self, move: Node) -> None:
        x, messages = move["speaker"].among(self.players), move["messages"].labels()
        acts, speech = self.actions[x], len(self.players) + x
        made = put(self.actions, x, [f"say {m}" + f"; {a}" * (len(acts) > 1) for m in messages for a in acts])
        self.rewrite(self.types, made, lambda c: [(put(c, speech, c[speech] % len(acts)), ONE)])
        if move["hearer"].value is not None:
            y = move["hearer"].among(self.players)
            plan, replies = len(self.players) + y, self.actions[y]
            few = len(replies) ** min(len(messages), 20) <= LIMIT
            require(y != x and few, f"{move.path}.hearer should be another player, with at most {LIMIT:,} plans")
            plans = list(product(range(len(replies)), repeat=len(messages)))
            named = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, f, strict=True)) for f in plans]
            made = put(made, y, named if len(replies) > 1 else replies)
            self.rewrite(self.types, made, lambda c: [(put(c, plan, plans[c[plan]][c[speech] // len(acts)]), ONE)])
        self.show(f"message of {self.players[x]}", messages, lambda c, k: c[speech] // len(acts) == k)

    def commit(self, move: Node) -> None:
        x, (sizes, draws) = move["player"].among(self.players), self.heard(move["on"])
        axis, acts = len(self.players) + x, range(len(self.actions[x]))
        strategy = move["strategy"].table([len(self.types[x]), *sizes, len(acts)], len(acts))

        def origin(c: Any) -> Any:
            same = all(draws[put(c, axis, a)] == draws[c] for a in acts)
            require(same, f"{move.path} is on a signal that depends on the action that it decides", Contradiction)
            chances = ((a, sum(w * strategy[c[x], *seen, a] for seen, w in draws[c])) for a in acts)
            return [(put(c, axis, a), q) for a, q in chances if q]

        self.rewrite(self.types, put(self.actions, x, ["as committed"]), origin)

    def reveal(self, move: Node) -> None:
        to, told = move["to"].labels(), [outcomes.labels() for outcomes in move["outcomes"].each()]
        require(len(to) == len(told), f"{move.path}.outcomes should have a list for each player in “to”")
        learns = {x.among(self.players): outcomes for x, outcomes in zip(move["to"].each(), told, strict=True)}
        law = move["law"].table([*map(len, self.types), *map(len, told)], math.prod(map(len, told)))
        parts, types = [len(learns.get(axis, "·")) for axis in range(len(self.sizes))], self.types
        for x, outcomes in learns.items():
            types = put(types, x, [f"{t}; " * (len(types[x]) > 1) + f"told {s}" for t in types[x] for s in outcomes])

        def origin(c: Any) -> Any:
            old = tuple(k // m for k, m in zip(c, parts, strict=True))
            return [(old, law[*old[: len(types)], *(c[x] % parts[x] for x in learns)])]

        self.rewrite(types, self.actions, origin)
        for x, outcomes in learns.items():
            self.show(f"told {self.players[x]}", outcomes, lambda c, k, x=x: c[x] % parts[x] == k)

    def admit(self, move: Node) -> None:
        n, name, acts, sizes = len(self.players), move["player"].be(str), move["actions"].labels(), self.sizes
        require(name not in self.players, f"{move.path}.player is in the game already")
        own, effect = move["own"].table([*sizes, len(acts)]), {}
        if move["effect"].value is not None:
            effect = move["effect"].table([n, *sizes, len(acts)])
        self.players = [*self.players, name]
        self.rewrite((*self.types, ["·"]), (*self.actions, acts), lambda c: [(c[:n] + c[n + 1 : -1], ONE)])
        self.add(("transfer", n), lambda c: ZERO)
        self.add(("payoff", n), lambda c: own[c[:n] + c[n + 1 :]])
        for i in range(n if effect else 0):
            self.add(("payoff", i), lambda c, i=i: effect[i, *c[:n], *c[n + 1 :]])

    def care(self, move: Node) -> None:
        x = move["player"].among(self.players)
        axis, column = len(self.players) + x, self.columns["payoff", x]
        for y, weight in move["weights"].by_label(self.players):
            w, other = weight.rational(), self.columns["payoff", y]
            column = {c: u + w * other[c] for c, u in column.items()}
        self.columns["payoff", x] = column
        if move["dislike"].value is not None:
            dislike = move["dislike"].table([len(self.actions[x])])
            self.add(("payoff", x), lambda c: -dislike[(c[axis],)])


class Checked(Game):
    """The induced game of one certificate and the play σ that it asks for; evaluates any number of claims about them."""

    def __init__(self, certificate: Any) -> None:
        root = Node(certificate, "the certificate")
        this = root["format"].value == "rulewright certificate" and root["version"].be(int) == 1
        require(this, "format should be “rulewright certificate”, and version 1")
        super().__init__(root["game"])
        for move in root["institution"]["moves"].each():
            getattr(self, WORDS[move["word"].among(WORDS)])(move)
        n, self.active = len(self.players), [i for i, acts in enumerate(self.actions) if len(acts) > 1]
        self.play = {(i, t): {0: ONE} for i, types in enumerate(self.types) for t in range(len(types))}
        for i in {i for i, _ in root["play"].by_label(self.players)}.union(self.active):
            rows = root["play"][self.players[i]].each()
            require(len(rows) == len(self.types[i]), f"the play of {self.players[i]} should have one object per type")
            self.play |= {(i, t): row.mixture(self.actions[i]) for t, row in enumerate(rows)}
        self.cases = {c[:n]: p for c, p in self.columns["prior"].items() if p}  # {θ: p(θ)} where possible
        self.possible = sorted({(i, t) for theta in self.cases for i, t in enumerate(theta)})
        self.choices = {(i, t): [*range(len(self.actions[i]))] for i, t in self.possible if i in self.active}
        merged = {c: tuple(t if i in self.active or i >= n else None for i, t in enumerate(c)) for c in self.columns["prior"]}
        self.flat = {key: dict.fromkeys(merged.values(), ZERO) for key in self.columns}  # over types of the active only
        for key, column in self.columns.items():
            for c, x in column.items():
                self.flat[key][merged[c]] += x

    def evaluate(self, claim: Any) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name = CLAIMS[Node(claim, "a claim")["claim"].among(CLAIMS)]
        node = Node({"grade": "proved", **claim}, f"claim {name}")
        try:
            return Verdict(name, *getattr(self, name)(node), node["grade"].be(str))
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, node["grade"].be(str))

    def expect(self, kind: str, i: int, play: Any, who: tuple[int, int] | None = None) -> Fraction:
        """Expected payoff or transfer of i under a play, given that player j is of type t if who = (j, t)."""
        found = mass = ZERO
        for theta, p in self.cases.items():
            if who is None or theta[who[0]] == who[1]:
                draw: Any = [(theta, ONE)]
                for j, t in enumerate(theta):
                    draw = [((*c, a), w * q) for c, w in draw for a, q in play[j, t].items()]
                found, mass = found + total(draw, self.columns[kind, i]), mass + p
        return found / mass

    def name(self, i: int, t: int) -> str:
        return self.players[i] + (f" of type {self.types[i][t]}" if len(self.types[i]) > 1 else "")

    def scene(self, c: Any, without: int | None = None) -> str:
        """“ when writer plays 1 and reviewer of type strict plays 0.9”, for those who might do or be something else."""
        told = [(i, t) for i, t in enumerate(c[: len(self.players)]) if i != without and t is not None]
        told = [(i, t) for i, t in told if len(self.actions[i]) + len(self.types[i]) > 2]
        parts = [f"{self.name(i, t)} plays {self.actions[i][c[len(self.players) + i]]}" for i, t in told]
        return " when " * bool(parts) + " and ".join(parts)

    def bounded(self, what: str, value: Fraction, bound: Fraction, sign: int = 1) -> Finding:
        says = f"{what} is {said(value)}, and at {'least' if sign > 0 else 'most'} {said(bound)} is claimed"
        return sign * value >= sign * bound, says, sign * (value - bound)

    def deterred(self, margin: Fraction, found: list[Any]) -> Finding:
        """Whether every deviation of found = [(loss, player, type, action instead, scene), …] loses the margin."""
        require(margin >= 0, "a margin below 0 claims nothing", Contradiction)
        if not found:
            return True, "nobody has anything else to do", None
        loss, i, t, a, scene = min(found)
        own = " or ".join(self.actions[i][b] for b in self.play[i, t])
        verb = "gains" if loss < 0 else "loses only" if loss < margin else "loses least of all deviations,"
        story = f"{self.name(i, t)}, playing {self.actions[i][a]} instead of {own}{scene}, {verb} {said(abs(loss))}"
        return loss >= margin, story, loss

    def equilibrium(self, claim: Node) -> Finding:
        found = []
        for (i, t), acts in self.choices.items():
            plays = [self.play | {(i, t): {a: ONE}} for a in acts]
            own, row = self.play[i, t], [self.expect("payoff", i, play, (i, t)) for play in plays]
            value = total([*own.items()], row)
            found += [(value - row[a], i, t, a, "") for a in acts if a not in own or row[a] != value]
        return self.deterred(claim["margin"].rational(), found)

    def losses(self, i: int, t: int, a: int, by: dict[int, Fraction], left: Any) -> Iterator[Any]:
        """For each θ with θ_i = t: p(θ), and p(θ)·[u_i(by) − u_i(a)] at its least against actions left to others, where."""
        u, n = self.flat["payoff", i], len(self.players)
        for theta, p in {c[:n]: p for c, p in self.flat["prior"].items() if p and c[i] == t}.items():
            acts = ([a] if j == i else left.get((j, k), [0]) for j, k in enumerate(theta))
            cells = ((*theta, *profile) for profile in product(*acts))
            yield p, *min((total([(put(c, n + i, b), q) for b, q in by.items()], u) - u[c], c) for c in cells)

    def dominant(self, claim: Node) -> Finding:
        require(all(len(self.play[who]) == 1 for who in self.choices), "a mixture is never dominant", Contradiction)
        other = [(i, t, a) for (i, t), acts in self.choices.items() for a in acts if a not in self.play[i, t]]
        found = [(who, each) for who in other for each in self.losses(*who, self.play[who[:2]], self.choices)]
        scenes = [(x / p, *who, self.scene(c, who[0])) for who, (p, x, c) in found]
        return self.deterred(claim["margin"].rational(), scenes)

    def named(self, node: Node) -> tuple[int, int, int]:
        i = node["player"].among(self.players)
        return i, node["type"].among(self.types[i]), node["action"].among(self.actions[i])

    def only(self, claim: Node) -> Finding:
        margin, found = claim["margin"].rational(), []
        left = {who: [*acts] for who, acts in self.choices.items()}
        for k, step in enumerate(claim["order"].each(), 1):
            i, t, a = self.named(step)
            by = step["by"].mixture(self.actions[i])
            there = {a, *by} <= {*left.get((i, t), [])}
            require(there, f"step {k} needs an action that is gone, or that never was a choice", Contradiction)
            parts = [*self.losses(i, t, a, by, left)]
            loss = sum(x for _, x, _ in parts) / sum(p for p, _, _ in parts)
            found.append((loss, f"{self.actions[i][a]} of {self.name(i, t)}, removed in step {k}, is worse by {said(loss)}"))
            if loss <= 0 or loss < margin:
                return False, f"{found[-1][1]} only", loss
            left[i, t].remove(a)
        for (i, t), acts in left.items():
            if dict.fromkeys(acts, ONE) != self.play[i, t]:
                names = " or ".join(self.actions[i][a] for a in acts)
                return False, f"{self.name(i, t)} is left with {names}, not with what it is asked to play", None
        loss, what = min(found, default=(None, "nobody has a choice"))
        return True, f"nothing else survives elimination: {what}", loss

    def voluntary(self, claim: Node) -> Finding:
        found: list[Any] = [(ZERO, "nobody is said to have an outside option", None)]
        for i, floors in claim["outside"].by_label(self.players):
            bounds = [entry.rational() for entry in floors.each()]
            require(len(bounds) == len(self.types[i]), f"{floors.path} should have one entry for each type")
            for t in (t for j, t in self.possible if j == i):
                found.append(...)
        return 

    def totals(self) -> list[tuple[Fraction, Any]]:
        """(transfers to all players together, cell) for all that is possible."""
        money = [self.columns["transfer", i] for i in range(len(self.players))]
        return [(sum(column[c] for column in money) / p, c) for c, p in self.columns["prior"].items() if p]

    def budget(self, claim: Node) -> Finding:
        limit, (value, c) = claim["limit"].rational(), max(self.totals())
        if claim["where"].among(("path", "everywhere")) == 0:
            value = sum(self.expect("transfer", i, self.play) for i in range(len(self.players)))
            return self.bounded("the expected sum of transfers", value, limit, -1)
        return self.bounded(f"the sum of transfers{self.scene(c)}", value, limit, -1)

    def balanced(self, claim: Node) -> Finding:
        value, c = max(self.totals(), key=lambda pair: abs(pair[0]))
        return value == 0, f"the transfers{self.scene(c)} sum to {said(value)}", None

    def goal(self, claim: Node) -> Finding:
        require(self.designer, "a goal needs a designer")
        return self.bounded("the goal", self.expect("payoff", 0, self.play), claim["at_least"].rational())

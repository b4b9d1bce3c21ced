"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

It reads a game, applies the institution's moves in order, and evaluates every claim about the induced game in exact
rationals, without tolerance, with the standard library only. docs/certificate.md defines format, moves and claims.

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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, count, product
from operator import floordiv
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # plans of a hearer; a quarter of the numbers in a game; ten times the joint deviations tried
RATIONAL = re.compile(r"(-?[0-9]{1,4300})(?:/(?!0+$)([0-9]{1,4300}))?")  # Python reads no longer integers unless told
KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition")
Slacks = Iterable[tuple[Fraction, str]]  # by how much a claim holds, and where, for all that it says


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    """What became of a claim. A margin is the largest that holds, or the distance to the bound that is claimed."""

    claim: str
    holds: bool
    says: str
    margin: Fraction | None
    grade: str


def require(condition: Any, message: str, kind: type[Exception] = NotACertificate) -> None:
    if not condition:
        raise kind(message)


def said(x: Fraction) -> str:
    """A rational for people; Python may refuse to write out very many digits."""
    return str(x) if max(x.numerator.bit_length(), x.denominator.bit_length()) < 500 else "a fraction of many digits"


def put(c: tuple[int, ...], axis: int, k: int) -> tuple[int, ...]:
    return (*c[:axis], k, *c[axis + 1 :])


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

    def by_label(self, known: Sequence[str]) -> "list[tuple[int, Node]]":
        return [(Node(key, f"a label in {self.path}").among(known), self[key]) for key in self.be(dict)]

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

    def chances(self, numbers: Sequence[Fraction]) -> None:
        right = all(p >= 0 for p in numbers) and sum(numbers) == 1
        require(right, f"{self.path} should be probabilities, with sum 1", Contradiction)

    def table(self, shape: Sequence[int], width: int = 0) -> dict[Any, Fraction]:
        """{index: entry} of a table of this shape; if a width is given, every `width` entries must be probabilities."""
        found, entries, size = [k.be(int) for k in self["shape"].each()], self["entries"].each(), math.prod(shape)
        require(found == [*shape] and len(entries) == size, f"{self.path} should have shape {[*shape]}, {size} entries")
        numbers = [entry.rational() for entry in entries]
        for start in range(0, size if width else 0, width or 1):
            self.chances(numbers[start : start + width])
        return dict(zip(product(*map(range, shape)), numbers, strict=True))

    def mixture(self, known: Sequence[str]) -> dict[int, Fraction]:
        """{position of a label: probability > 0} from {label: probability}."""
        mixed = {a: chance.rational() for a, chance in self.by_label(known)}
        self.chances([*mixed.values()])
        return {a: q for a, q in mixed.items() if q}


class Checked:
    """The game that a certificate's institution induces, with the play σ that is asked for, and verdicts on claims.

    A move is a method that changes the game in place; a claim is a method that yields (slack, sentence) for everything
    that has to be so, the least slack being what decides.
    """

    def __init__(self, certificate: Any) -> None:
        root = Node(certificate, "the certificate")
        this = root["format"].value == "rulewright certificate" and root["version"].be(int) == 1
        require(this, "format should be “rulewright certificate”, and version 1")
        self.read(root["game"])
        for move in root["institution"]["moves"].each():
            getattr(self, WORDS[move["word"].among(WORDS)])(move)
        self.n = n = len(self.players)
        self.types, self.actions = self.axes[:n], self.axes[n:]
        self.active = [i for i in range(n) if len(self.actions[i]) > 1]
        self.play = {(i, t): {0: ONE} for i in range(n) for t in range(self.sizes[i])}
        for i in {*self.active, *(i for i, _ in root["play"].by_label(self.players))}:
            rows = root["play"][self.players[i]].each()
            require(len(rows) == self.sizes[i], f"the play of {self.players[i]} should have one object per type")
            self.play |= {(i, t): row.mixture(self.actions[i]) for t, row in enumerate(rows)}
        self.cases = {c[:n]: p for c, p in self.columns["prior"].items() if p}  # {θ: p(θ)} where possible
        self.possible = sorted({(i, t) for theta in self.cases for i, t in enumerate(theta)})
        self.choices = {(i, t): range(self.sizes[n + i]) for i, t in self.possible if i in self.active}
        self.pure = all(len(self.play[who]) == 1 for who in self.choices)
        self.flat: dict[Any, Any] = {key: {} for key in self.columns}  # summed over the types of all but active players
        for c in self.columns["prior"]:
            merged = (*(t if i in self.active else None for i, t in enumerate(c[:n])), *c[n:])
            for key, column in self.columns.items():
                self.flat[key][merged] = self.flat[key].get(merged, ZERO) + column[c]

    def read(self, source: Node) -> None:
        self.players, self.designer = source["players"].labels(), source["designer"].be(bool)
        n, sets = len(self.players), [source["types"].each(), source["actions"].each()]
        require(n == len(sets[0]) == len(sets[1]), "the game should have types and actions for each player")
        self.axes = [node.labels() for node in sets[0] + sets[1]]  # types of each player, actions of each player
        prior = source["prior"].table(self.sizes[:n], math.prod(self.sizes[:n]))
        payoff = source["payoff"].table([n, *self.sizes])
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
        return [len(labels) for labels in self.axes]

    def add(self, key: Any, number: Callable[..., Any]) -> None:
        """Add p(θ) × number(c) to a column, or begin one."""
        old = self.columns.get(key, {})
        self.columns[key] = {c: old.get(c, ZERO) + p * number(c) for c, p in self.columns["prior"].items()}

    def show(self, name: str, outcomes: list[str], chance: Callable[..., Any]) -> None:
        """Append a signal that has its outcome k with probability chance(c, k)."""
        free = next(s for s in (name, *(f"{name} ({k})" for k in count(2))) if s not in self.outcomes)
        self.outcomes[free] = outcomes
        for k in range(len(outcomes)):
            self.add(("chance", free, k), lambda c, k=k: chance(c, k))

    def heard(self, on: Node) -> tuple[list[int], dict[Any, Any]]:
        """For independent signals: how many outcomes each has, and {cell: draw of their joint outcome}."""
        always = [f"{kind} of {p}" for kind in ("type", "action") for p in self.players]  # one for each axis
        draws, sizes = {c: [((), ONE)] for c in self.columns["prior"]}, []
        for signal in on.each():
            axis = signal.among([*always, *self.outcomes])
            chances = [column for key, column in self.columns.items() if key[:2] == ("chance", signal.value)]
            sizes.append(len(chances) or self.sizes[axis])
            for c, p in self.columns["prior"].items():
                shown = [(k, q[c] / p) for k, q in enumerate(chances) if q[c]] if chances else [(c[axis], ONE)]
                draws[c] = [((*before, k), w * q) for before, w in draws[c] for k, q in shown]
        return sizes, draws

    def rewrite(self, made: dict[int, list[str]], origin: Callable[[Any], Any]) -> None:
        """Give axes new labels; each new cell c becomes the sum of w × old cell over origin(c) = [(old, w), …]."""
        self.axes = [made.get(axis, labels) for axis, labels in enumerate(self.axes)]
        require(all(each and len(set(each)) == len(each) for each in self.axes), "labels should all be different")
        require(math.prod(self.sizes) * len(self.columns) <= 4 * LIMIT, "the game becomes too large to check here")
        draws = {c: origin(c) for c in product(*map(range, self.sizes))}
        self.columns = {key: {c: total(d, column) for c, d in draws.items()} for key, column in self.columns.items()}

    def pay(self, move: Node) -> None:
        x, (sizes, draws) = move["to"].among(self.players), self.heard(move["on"])
        amounts = move["amounts"].table(sizes)
        for kind in ("payoff", "transfer"):
            self.add((kind, x), lambda c: total(draws[c], amounts))

    def permit(self, move: Node) -> None:
        axis = len(self.players) + move["player"].among(self.players)
        acts = self.axes[axis]
        kept = sorted({label.among(acts) for label in move["allowed"].each()})
        self.rewrite({axis: [acts[a] for a in kept]}, lambda c: [(put(c, axis, kept[c[axis]]), ONE)])

    def speak(self, move: Node) -> None:
        n, x, messages = len(self.players), move["speaker"].among(self.players), move["messages"].labels()
        acts = self.axes[n + x]
        made = [f"say {m}" + f"; {a}" * (len(acts) > 1) for m in messages for a in acts]
        self.rewrite({n + x: made}, lambda c: [(put(c, n + x, c[n + x] % len(acts)), ONE)])
        if move["hearer"].value is not None:
            y = move["hearer"].among(self.players)
            replies = self.axes[n + y]
            few = len(replies) ** min(len(messages), 20) <= LIMIT
            require(y != x and few, f"{move.path}.hearer should be another player, with at most {LIMIT:,} plans")
            plans = list(product(range(len(replies)), repeat=len(messages)))
            made = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, plan, strict=True)) for plan in plans]
            made = made if len(replies) > 1 else replies
            self.rewrite({n + y: made}, lambda c: [(put(c, n + y, plans[c[n + y]][c[n + x] // len(acts)]), ONE)])
        self.show(f"message of {self.players[x]}", messages, lambda c, k: c[n + x] // len(acts) == k)

    def commit(self, move: Node) -> None:
        x, (sizes, draws) = move["player"].among(self.players), self.heard(move["on"])
        axis, acts = len(self.players) + x, range(self.sizes[len(self.players) + x])
        rule = move["strategy"].table([self.sizes[x], *sizes, len(acts)], len(acts))
        known = all(draws[put(c, axis, 0)] == draw for c, draw in draws.items())
        require(known, f"{move.path} is on a signal that depends on the action that it decides", Contradiction)
        drawn = {c: [sum(w * rule[c[x], *seen, a] for seen, w in draw) for a in acts] for c, draw in draws.items()}
        self.rewrite({axis: ["as committed"]}, lambda c: [(put(c, axis, a), q) for a, q in enumerate(drawn[c]) if q])

    def reveal(self, move: Node) -> None:
        to, told = move["to"].labels(), [outcomes.labels() for outcomes in move["outcomes"].each()]
        require(len(to) == len(told), f"{move.path}.outcomes should have a list for each player in “to”")
        learns = {x.among(self.players): outcomes for x, outcomes in zip(move["to"].each(), told, strict=True)}
        n, parts = len(self.players), [len(learns.get(axis, "·")) for axis in range(len(self.axes))]
        law = move["law"].table([*self.sizes[:n], *map(len, told)], math.prod(map(len, told)))
        made = {
            x: [f"{t}; " * (self.sizes[x] > 1) + f"told {s}" for t in self.axes[x] for s in learns[x]] for x in learns
        }

        def origin(c: Any) -> Any:
            old = tuple(map(floordiv, c, parts))
            return [(old, law[*old[:n], *(c[x] % parts[x] for x in learns)])]

        self.rewrite(made, origin)
        for x, outcomes in learns.items():
            self.show(f"told {self.players[x]}", outcomes, lambda c, k, x=x: c[x] % parts[x] == k)

    def admit(self, move: Node) -> None:
        n, name, acts = len(self.players), move["player"].be(str), move["actions"].labels()
        require(name not in self.players, f"{move.path}.player is in the game already")
        own, effect = move["own"].table([*self.sizes, len(acts)]), None
        if move["effect"].value is not None:
            effect = move["effect"].table([n, *self.sizes, len(acts)])
        self.players, self.axes = [*self.players, name], [*self.axes[:n], ["·"], *self.axes[n:], acts]
        self.rewrite({}, lambda c: [(c[:n] + c[n + 1 : -1], ONE)])
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
            dislike = move["dislike"].table([self.sizes[axis]])
            self.add(("payoff", x), lambda c: -dislike[(c[axis],)])

    def evaluate(self, claim: Any) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name = CLAIMS[Node(claim, "a claim")["claim"].among(CLAIMS)]
        node = Node({"grade": "proved", **claim}, f"claim {name}")
        grade, margin = node["grade"].be(str), node["margin"].rational() if name in CLAIMS[:3] else ZERO
        try:
            require(margin >= 0, "a margin below 0 claims nothing", Contradiction)
            slack, says = min(getattr(self, name)(node), default=(None, "nothing could be otherwise"))
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, grade)
        if slack is None or slack >= margin:
            return Verdict(name, True, says, slack, grade)
        return Verdict(name, False, says + f", short of the margin {said(margin)}" * (slack >= 0), slack, grade)

    def expect(self, kind: str, i: int, play: Any, who: tuple[int, int] | None = None) -> Fraction:
        """Expected payoff or transfer of player i under a play, given that j is of type t where who = (j, t)."""
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
        """“ when writer plays 1 and reviewer of type strict plays 0.9”, of those who might be or do something else."""
        told = [
            i for i in range(self.n) if i != without and c[i] is not None and self.sizes[i] * self.sizes[self.n + i] > 1
        ]
        parts = [f"{self.name(i, c[i])} plays {self.actions[i][c[self.n + i]]}" for i in told]
        return " when " * bool(parts) + " and ".join(parts)

    def deviation(self, i: int, t: int, a: int, loss: Fraction, scene: str = "") -> tuple[Fraction, str]:
        own = " or ".join(self.actions[i][b] for b in self.play[i, t])
        change = f"gains {said(-loss)}" if loss < 0 else f"loses {said(loss)}, and nobody deviates for less"
        return loss, f"{self.name(i, t)}, playing {self.actions[i][a]} instead of {own}{scene}, {change}"

    def bound(self, what: str, value: Fraction, bound: Fraction, sign: int = 1) -> tuple[Fraction, str]:
        side = "least" if sign > 0 else "most"
        return sign * (value - bound), f"{what} is {said(value)}, and at {side} {said(bound)} is claimed"

    def equilibrium(self, claim: Node) -> Slacks:
        for (i, t), acts in self.choices.items():
            row = [self.expect("payoff", i, self.play | {(i, t): {a: ONE}}, (i, t)) for a in acts]
            value = total([*self.play[i, t].items()], row)
            others = [a for a in acts if a not in self.play[i, t] or row[a] != value]
            yield from (self.deviation(i, t, a, value - row[a]) for a in others)

    def losses(self, i: int, t: int, a: int, by: Any, left: Any) -> Iterator[tuple[Fraction, Fraction, Any]]:
        """For each θ with θ_i = t: p(θ), the least p(θ)·[u_i(by) − u_i(a)] against what is left to others, and where."""
        u, axis = self.flat["payoff", i], self.n + i
        for theta, p in {c[: self.n]: p for c, p in self.flat["prior"].items() if p and c[i] == t}.items():
            acts = ([a] if j == i else left.get((j, k), [0]) for j, k in enumerate(theta))
            cells = ((*theta, *profile) for profile in product(*acts))
            yield p, *min((total([(put(c, axis, b), q) for b, q in by.items()], u) - u[c], c) for c in cells)

    def dominant(self, claim: Node) -> Slacks:
        require(self.pure, "a mixture is never dominant", Contradiction)
        for i, t, a in ((*who, a) for who, acts in self.choices.items() for a in acts if a not in self.play[who]):
            for p, loss, c in self.losses(i, t, a, self.play[i, t], self.choices):
                yield self.deviation(i, t, a, loss / p, self.scene(c, i))

    def named(self, node: Node) -> tuple[int, int, int]:
        i = node["player"].among(self.players)
        return i, node["type"].among(self.types[i]), node["action"].among(self.actions[i])

    def only(self, claim: Node) -> Slacks:
        left = {who: [*acts] for who, acts in self.choices.items()}
        for k, step in enumerate(claim["order"].each(), 1):
            i, t, a = self.named(step)
            by, what = (
                step["by"].mixture(self.actions[i]),
                f"{self.actions[i][a]} of {self.name(i, t)}, which step {k} removes,",
            )
            require(
                {a, *by} <= {*left.get((i, t), [])}, f"{what} or what replaces it is not there to choose", Contradiction
            )
            found = [*self.losses(i, t, a, by, left)]
            loss = sum(x for _, x, _ in found) / sum(p for p, _, _ in found)
            require(loss > 0, f"{what} is not worse than what replaces it: it gains {said(-loss)}", Contradiction)
            yield loss, f"{what} is worse than what replaces it by {said(loss)}"
            left[i, t].remove(a)
        for (i, t), acts in left.items():
            names = " or ".join(self.actions[i][a] for a in acts)
            right = dict.fromkeys(acts, ONE) == self.play[i, t]
            require(
                right, f"{self.name(i, t)} is left with {names}, which is not what it is asked to play", Contradiction
            )

    def voluntary(self, claim: Node) -> Slacks:
        for i, floors in claim["outside"].by_label(self.players):
            bounds = [entry.rational() for entry in floors.each()]
            require(len(bounds) == self.sizes[i], f"{floors.path} should have one entry for each type")
            for t in (t for j, t in self.possible if j == i):
                value = self.expect("payoff", i, self.play, (i, t))
                yield self.bound(f"what {self.name(i, t)} expects", value, bounds[t])

    def sums(self) -> Iterator[tuple[Fraction, str]]:
        """The sum of all players' transfers, and where, at all possible types and all actions."""
        for c, p in self.columns["prior"].items():
            if p:
                yield (
                    sum(self.columns["transfer", i][c] for i in range(self.n)) / p,
                    f"the sum of transfers{self.scene(c)}",
                )

    def budget(self, claim: Node) -> Slacks:
        limit, sums = claim["limit"].rational(), self.sums()
        if claim["where"].among(("everywhere", "path")):
            value = sum(self.expect("transfer", i, self.play) for i in range(self.n))
            sums = [(value, "the expected sum of transfers")]
        return (self.bound(what, value, limit, -1) for value, what in sums)

    def balanced(self, claim: Node) -> Slacks:
        return ((-abs(value), f"{what} is {said(value)}") for value, what in self.sums())

    def goal(self, claim: Node) -> Slacks:
        require(self.designer, f"{claim.path} needs a designer")
        return [self.bound("the goal", self.expect("payoff", 0, self.play), claim["at_least"].rational())]

    def worst(self, claim: Node) -> Slacks:
        require(self.designer, f"{claim.path} needs a designer")
        weights: dict[Any, Any] = {}
        for each in claim["multipliers"].each():
            who, weight = self.named(each), each["weight"].rational()
            require(weight >= 0, f"{each.path}.weight is negative", Contradiction)
            weights.setdefault(who, []).append((each["instead"].among(self.actions[who[0]]), weight))
        least: dict[Any, Fraction] = {}
        for c, value in self.flat["payoff", 0].items():
            for i in self.active:
                u, axis = self.flat["payoff", i], self.n + i
                value -= sum(w * (u[c] - u[put(c, axis, a)]) for a, w in weights.get((i, c[i], c[axis]), ()))
            least[c[: self.n]] = min(value, least.get(c[: self.n], value))
        what = "the goal in the worst correlated equilibrium, as far as these multipliers show,"
        return [self.bound(what, sum(least.values(), ZERO), claim["at_least"].rational())]

    def robust(self, claim: Node) -> Slacks:
        error, of = claim["error"].rational(), CLAIMS[claim["of"].among(CLAIMS[:3])]
        require(error >= 0, "an error is at least 0", Contradiction)
        require(self.pure, "mixed play rests on indifference, which the smallest error upsets", Contradiction)
        found = [*getattr(self, of)(claim)]
        for slack, says in found:
            require(slack > 2 * error, f"{says}, not more than twice the error {said(error)}", Contradiction)
        return found

    def coalition(self, claim: Node) -> Slacks:
        size, side, tries = claim["size"].be(int), claim["side_payments"].be(bool), 0
        now = {i: self.expect("payoff", i, self.play) for i in self.active}
        for members in (m for k in range(2, min(size, len(now)) + 1) for m in combinations(self.active, k)):
            menus = {who: acts for who, acts in self.choices.items() if who[0] in members}
            tries += math.prod(map(len, menus.values()))
            require(tries <= LIMIT // 10, f"not checked: more than {LIMIT // 10:,} joint deviations", Contradiction)
            for acts in product(*menus.values()):
                does = {who: {a: ONE} for who, a in zip(menus, acts, strict=True)}
                gains = [self.expect("payoff", i, self.play | does) - now[i] for i in members]
                gain = sum(gains) if side else min(gains)
                parts = [
                    f"{self.name(*who)} playing {self.actions[who[0]][a]}" for who, a in zip(menus, acts, strict=True)
                ]
                if self.play | does != self.play:
                    yield (
                        -gain,
                        f"{' and '.join(parts)} would gain {said(gain)} {'together' if side else 'each or more'}",
                    )


def digest(certificate: Any, claim: Any) -> str:
    """SHA-256 of all that a claim rests on: the certificate with this claim, less its digest, in the place of claims."""
    body = {**certificate, "claims": {key: value for key, value in claim.items() if key != "digest"}}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def evaluate(certificate: Any, claim: Any) -> Verdict:
    """The verdict on one claim, whatever its digest. For several claims about one certificate, keep a `Checked`."""
    return Checked(certificate).evaluate(claim)


def check(certificate: Any) -> list[Verdict]:
    """The verdicts on all claims, in order; one whose digest does not match fails. Raises NotACertificate."""
    claims = Node(certificate, "the certificate")["claims"].each()
    require(claims, "it claims nothing")
    intact = [claim["digest"].be(str) == digest(certificate, claim.value) for claim in claims]
    try:
        checked = Checked(certificate)
        verdicts = [checked.evaluate(claim.value) for claim in claims]
    except Contradiction:  # if it was numbers that were altered, then it is the claims that fail
        if any(intact):
            raise
        verdicts = [Verdict(CLAIMS[claim["claim"].among(CLAIMS)], False, "", None, "proved") for claim in claims]
    altered = "the file was altered after this claim was written: its digest does not match"
    pairs = zip(verdicts, intact, strict=True)
    return [v if ok else replace(v, holds=False, says=altered, margin=None) for v, ok in pairs]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len(dict(pairs)) == len(pairs), "an object has the same key twice")
    return dict(pairs)


def main(argv: Sequence[str]) -> int:
    try:
        require(len(argv) == 1, "name one file: python checker.py certificate.json")
        with open(argv[0], encoding="utf-8") as file:
            verdicts = check(json.load(file, object_pairs_hook=once))
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<11}  {v.grade:<8}  {v.says}" for v in verdicts]
        status = 0 if all(v.holds for v in verdicts) else 1
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        lines, status = [f"not a certificate: {problem}"], 2
    for line in lines:  # a file must not forge lines of its own, nor break a terminal that cannot show it
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
        print(shown)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

`python checker.py certificate.json` evaluates every claim about the game that an institution induces, as they are defined
in docs/certificate.md, in exact rationals and without tolerance. It exits with 0 if every claim holds, with 1 if some
fail, naming them, and with 2 if the file is not a certificate. It imports the standard library only.

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
from itertools import chain, combinations, count, product
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
LIMIT = 1_000_000  # plans of a hearer; a quarter of the numbers in a game; ten times the joint deviations tried
RATIONAL = re.compile(r"-?[0-9]{1,4300}(/(?!0+$)[0-9]{1,4300})?")  # Python reads no longer integers unless told
KINDS = {dict: "an object", list: "a list", str: "a string", int: "an integer", bool: "true or false"}
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition")
Slacks = Iterable[tuple[Fraction, str]]  # by how much something that must be so is so, and a sentence about it


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool
    says: str  # one sentence, about what comes closest to failing, or fails by most
    margin: Fraction | None  # the largest margin that holds, or the distance to the bound that is claimed
    grade: str


def require(condition: Any, message: str, kind: type[Exception] = NotACertificate) -> None:
    if not condition:
        raise kind(message)


def said(x: Fraction) -> str:  # Python may refuse to write out very many digits
    return str(x) if max(x.numerator.bit_length(), x.denominator.bit_length()) < 500 else "a fraction of many digits"


def put(c: tuple[int, ...], axis: int, k: int) -> tuple[int, ...]:
    return (*c[:axis], k, *c[axis + 1 :])


def total(draw: Any, column: Any) -> Fraction:
    single = len(draw) == 1 and draw[0][1] == 1  # nearly always, and worth not multiplying
    return column[draw[0][0]] if single else sum((w * column[c] for c, w in draw), ZERO)


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
        require(RATIONAL.fullmatch(self.be(str)), f"{self.path} should be a rational such as “3/7”")
        return Fraction(self.value)

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

    def maybe_table(self, shape: Sequence[int]) -> dict[Any, Fraction]:
        return {} if self.value is None else self.table(shape)

    def mixture(self, known: Sequence[str]) -> dict[int, Fraction]:
        """{position of a label: probability > 0} from {label: probability}."""
        mixed = {a: chance.rational() for a, chance in self.by_label(known)}
        self.chances([*mixed.values()])
        return {a: q for a, q in mixed.items() if q}


class Checked:
    """The game that a certificate induces and the play σ that it asks for; evaluates any number of claims about them.

    A move is a method that changes the game. A claim is a method that yields (slack, sentence) for all that must be so.
    """

    def __init__(self, certificate: Any) -> None:
        root = Node(certificate, "the certificate")
        root["format"].among(["rulewright certificate"])
        require(root["version"].be(int) == 1, "this checker reads version 1")
        self.read(root["game"])
        for move in root["institution"]["moves"].each():
            getattr(self, WORDS[move["word"].among(WORDS)])(move)
        n, self.acts = self.n, self.axes[self.n :]
        self.active = [i for i in range(n) if len(self.acts[i]) > 1]
        self.play = {(i, t): {0: ONE} for i in range(n) for t in range(self.sizes[i])}
        for i in {*self.active, *(i for i, _ in root["play"].by_label(self.players))}:
            rows = root["play"][self.players[i]].each()
            require(len(rows) == self.sizes[i], f"the play of {self.players[i]} should have one object per type")
            self.play |= {(i, t): row.mixture(self.acts[i]) for t, row in enumerate(rows)}
        self.cases = {c[:n]: p for c, p in self.columns["prior"].items() if p}  # {θ: p(θ)} where possible
        self.possible = sorted({(i, t) for theta in self.cases for i, t in enumerate(theta)})
        self.choices = {(i, t): range(len(self.acts[i])) for i, t in self.possible if i in self.active}
        self.pure = all(len(self.play[who]) == 1 for who in self.choices)
        groups: dict[Any, Any] = {}  # of cells that differ in types of players without a choice only
        for c in self.columns["prior"]:
            merged = (*(t if i in self.active else None for i, t in enumerate(c[:n])), *c[n:])
            groups.setdefault(merged, []).append((c, ONE))
        self.flat = {key: {c: total(d, u) for c, d in groups.items()} for key, u in self.columns.items()}

    def read(self, game: Node) -> None:
        self.players, self.designer = game["players"].labels(), game["designer"].be(bool)
        self.n, sets = len(self.players), [game["types"].each(), game["actions"].each()]
        require([*map(len, sets)] == [self.n, self.n], "the game should have types and actions for each player")
        self.axes = [node.labels() for node in sets[0] + sets[1]]  # types of each player, actions of each player
        self.sizes = [*map(len, self.axes)]
        prior = game["prior"].table(self.sizes[: self.n], math.prod(self.sizes[: self.n]))
        payoff = game["payoff"].table([self.n, *self.sizes])
        self.columns: dict[Any, Any] = {"prior": {c: prior[c[: self.n]] for c in product(*map(range, self.sizes))}}
        self.outcomes: dict[str, list[str]] = {}  # of each signal
        for i in range(self.n):
            self.add(("payoff", i), lambda c, i=i: payoff[i, *c])
            self.add(("transfer", i), lambda c: ZERO)
        for signal in game["signals"].each():
            name, outcomes = signal["name"].be(str), signal["outcomes"].labels()
            require(name not in self.outcomes, f"{signal.path} has the name of another signal")
            law = signal["law"].table([*self.sizes, len(outcomes)], len(outcomes))
            self.show(name, outcomes, lambda c, k, law=law: law[*c, k])

    def add(self, key: Any, number: Callable[..., Any]) -> None:
        """Add p(θ) × number(c) to a column, or begin one."""
        old = self.columns.get(key, {})
        self.columns[key] = {c: old.get(c, ZERO) + p * number(c) for c, p in self.columns["prior"].items()}

    def show(self, name: str, outcomes: list[str], chance: Callable[..., Any]) -> None:
        """Append a signal that has its outcome k with probability chance(c, k)."""
        free = next(s for s in chain([name], (f"{name} ({k})" for k in count(2))) if s not in self.outcomes)
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
        self.sizes = [*map(len, self.axes)]
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
        axis = self.n + move["player"].among(self.players)
        kept = sorted({label.among(self.axes[axis]) for label in move["allowed"].each()})
        self.rewrite({axis: [self.axes[axis][a] for a in kept]}, lambda c: [(put(c, axis, kept[c[axis]]), ONE)])

    def speak(self, move: Node) -> None:
        speech, messages = self.n + move["speaker"].among(self.players), move["messages"].labels()
        acts = self.axes[speech]
        made = [f"say {m}" + f"; {a}" * (len(acts) > 1) for m in messages for a in acts]
        self.rewrite({speech: made}, lambda c: [(put(c, speech, c[speech] % len(acts)), ONE)])
        if move["hearer"].value is not None:
            plan = self.n + move["hearer"].among(self.players)
            replies = self.axes[plan]
            few = plan != speech and len(replies) ** min(len(messages), 20) <= LIMIT  # since 2²⁰ > LIMIT
            require(few, f"{move.path}.hearer should be another player, of at most {LIMIT:,} plans")
            plans = list(product(range(len(replies)), repeat=len(messages)))
            made = ["; ".join(f"{m}→{replies[a]}" for m, a in zip(messages, f, strict=True)) for f in plans]
            made = made if len(replies) > 1 else replies
            self.rewrite({plan: made}, lambda c: [(put(c, plan, plans[c[plan]][c[speech] // len(acts)]), ONE)])
        self.show(f"message of {move['speaker'].value}", messages, lambda c, k: c[speech] // len(acts) == k)

    def commit(self, move: Node) -> None:
        x, (sizes, draws) = move["player"].among(self.players), self.heard(move["on"])
        axis, acts = self.n + x, range(self.sizes[self.n + x])
        rule = move["strategy"].table([self.sizes[x], *sizes, len(acts)], len(acts))
        known = all(draws[put(c, axis, 0)] == draw for c, draw in draws.items())
        require(known, f"{move.path} is on a signal that depends on the action that it decides", Contradiction)
        drawn = {c: [sum(w * rule[c[x], *seen, a] for seen, w in draw) for a in acts] for c, draw in draws.items()}
        self.rewrite({axis: ["as committed"]}, lambda c: [(put(c, axis, a), q) for a, q in enumerate(drawn[c]) if q])

    def reveal(self, move: Node) -> None:
        to, told = move["to"].labels(), [outcomes.labels() for outcomes in move["outcomes"].each()]
        require(len(to) == len(told), f"{move.path}.outcomes should have a list for each player in “to”")
        learns = {x.among(self.players): outcomes for x, outcomes in zip(move["to"].each(), told, strict=True)}
        law = move["law"].table([*self.sizes[: self.n], *map(len, told)], math.prod(map(len, told)))
        parts, made = [len(learns.get(axis, "·")) for axis in range(2 * self.n)], {}
        for x, outcomes in learns.items():
            made[x] = [f"{t}; " * (self.sizes[x] > 1) + f"told {s}" for t in self.axes[x] for s in outcomes]

        def origin(c: Any) -> Any:
            old = tuple(k // m for k, m in zip(c, parts, strict=True))
            return [(old, law[*old[: self.n], *(c[x] % parts[x] for x in learns)])]

        self.rewrite(made, origin)
        for x, outcomes in learns.items():
            self.show(f"told {self.players[x]}", outcomes, lambda c, k, x=x: c[x] % parts[x] == k)

    def admit(self, move: Node) -> None:
        n, acts, shape = self.n, move["actions"].labels(), [*self.sizes, len(move["actions"].value)]
        own, effect = move["own"].table(shape), move["effect"].maybe_table([n, *shape])
        self.axes = [*self.axes[:n], ["·"], *self.axes[n:], acts]
        self.players, self.n = Node([*self.players, move["player"].value], f"{move.path}.player").labels(), n + 1
        self.rewrite({}, lambda c: [(c[:n] + c[n + 1 : -1], ONE)])
        self.add(("transfer", n), lambda c: ZERO)
        self.add(("payoff", n), lambda c: own[c[:n] + c[n + 1 :]])
        for i in range(n):
            self.add(("payoff", i), lambda c, i=i: effect.get((i, *c[:n], *c[n + 1 :]), ZERO))

    def care(self, move: Node) -> None:
        x, payoff = move["player"].among(self.players), self.columns["payoff", move["player"].among(self.players)]
        cared = [(w.rational(), self.columns["payoff", y]) for y, w in move["weights"].by_label(self.players)]
        self.columns["payoff", x] = {c: u + sum(w * other[c] for w, other in cared) for c, u in payoff.items()}
        dislike = move["dislike"].maybe_table([self.sizes[self.n + x]])
        self.add(("payoff", x), lambda c: -dislike.get((c[self.n + x],), ZERO))

    def evaluate(self, claim: Any) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name = CLAIMS[Node(claim, "a claim")["claim"].among(CLAIMS)]
        node, margin = Node({"grade": "proved", **claim}, f"claim {name}"), ZERO
        if name in (*CLAIMS[:3], "robust"):
            margin = 2 * node["error"].rational() if name == "robust" else node["margin"].rational()
        grade, strict = node["grade"].be(str), name == "robust"
        require(self.designer or name not in ("goal", "worst"), f"{node.path} needs a designer")
        try:
            require(margin >= 0, "neither a margin nor an error is below 0", Contradiction)
            slack, says = min(getattr(self, name)(node), default=(None, "nothing could be otherwise"))
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, grade)
        holds = slack is None or slack > margin or (slack == margin and not strict)
        return Verdict(name, holds, says + f"; {said(margin)} is claimed" * (not holds and margin > 0), slack, grade)

    def expect(self, kind: str, i: int, play: Any, who: tuple[int, int] | None = None) -> Fraction:
        """Expected payoff or transfer of player i under a play, given that j is of type t where who = (j, t)."""
        cases = {theta: p for theta, p in self.cases.items() if who is None or theta[who[0]] == who[1]}
        draw: Any = [(theta, 1 / sum(cases.values())) for theta in cases]
        for axis in range(self.n):
            draw = [((*c, a), w * q) for c, w in draw for a, q in play[axis, c[axis]].items()]
        return total(draw, self.columns[kind, i])

    def name(self, i: int, t: int) -> str:
        return self.players[i] + (f" of type {self.axes[i][t]}" if len(self.axes[i]) > 1 else "")

    def scene(self, c: Any, but: int | None = None) -> str:
        """“ when writer plays 1 and reviewer of type strict plays 0.9”: who is and does what in a cell."""
        told = [i for i in range(self.n) if i != but and (i in self.active or self.sizes[i] > 1 and c[i] is not None)]
        parts = [f"{self.name(i, c[i])} plays {self.acts[i][c[self.n + i]]}" for i in told]
        return " when " * bool(parts) + " and ".join(parts)

    def deviation(self, i: int, t: int, a: int, loss: Fraction, scene: str = "") -> tuple[Fraction, str]:
        own = " or ".join(self.acts[i][b] for b in self.play[i, t])
        change = f"gains {said(-loss)}" if loss < 0 else f"loses {said(loss)}, and nobody deviates for less"
        return loss, f"{self.name(i, t)}, playing {self.acts[i][a]} instead of {own}{scene}, {change}"

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
        """For each θ with θ_i = t: p(θ), the least p(θ)·[u_i(by) − u_i(a)] against actions left to others, where."""
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
        return i, node["type"].among(self.axes[i]), node["action"].among(self.acts[i])

    def only(self, claim: Node) -> Slacks:
        left = {who: [*acts] for who, acts in self.choices.items()}
        for step in claim["order"].each():
            (i, t, a), what = self.named(step), f"{step['action'].value} of {step['player'].value} ({step.path})"
            by = step["by"].mixture(self.acts[i])
            require({a, *by} <= {*left.get((i, t), [])}, f"{what} or its better is not there to choose", Contradiction)
            found = [*self.losses(i, t, a, by, left)]
            loss = sum(x for _, x, _ in found) / sum(p for p, _, _ in found)
            require(loss > 0, f"{what} is not worse than its better: it gains {said(-loss)}", Contradiction)
            yield loss, f"{what} is worse than its better by {said(loss)}"
            left[i, t].remove(a)
        for who, acts in left.items():
            rest = " or ".join(self.acts[who[0]][a] for a in acts)
            require(self.play[who] == dict.fromkeys(acts, ONE), f"{self.name(*who)} is left with {rest}", Contradiction)

    def voluntary(self, claim: Node) -> Slacks:
        for i, floors in claim["outside"].by_label(self.players):
            bounds = [entry.rational() for entry in floors.each()]
            require(len(bounds) == self.sizes[i], f"{floors.path} should have one entry for each type")
            for t in (t for j, t in self.possible if j == i):
                value = self.expect("payoff", i, self.play, (i, t))
                yield self.bound(f"what {self.name(i, t)} expects", value, bounds[t])

    def sums(self) -> Slacks:
        """All players' transfers together, and where, at all possible types and all actions."""
        money = [self.columns["transfer", i] for i in range(self.n)]
        for c, p in ((c, p) for c, p in self.columns["prior"].items() if p):
            yield sum(column[c] for column in money) / p, f"the sum of transfers{self.scene(c)}"

    def budget(self, claim: Node) -> Slacks:
        limit, path = claim["limit"].rational(), claim["where"].among(("everywhere", "path"))
        sum_on_path = sum(self.expect("transfer", i, self.play) for i in range(self.n))
        sums = [(sum_on_path, "the expected sum of transfers")] if path else self.sums()
        return (self.bound(what, value, limit, -1) for value, what in sums)

    def balanced(self, claim: Node) -> Slacks:
        return ((-abs(value), f"{what} is {said(value)}") for value, what in self.sums())

    def goal(self, claim: Node) -> Slacks:
        return [self.bound("the goal", self.expect("payoff", 0, self.play), claim["at_least"].rational())]

    def worst(self, claim: Node) -> Slacks:
        weights: dict[Any, Any] = {}
        for each in claim["multipliers"].each():
            (i, t, a), weight = self.named(each), each["weight"].rational()
            require(weight >= 0, f"{each.path}.weight is negative", Contradiction)
            weights.setdefault((i, t, a), []).append((each["instead"].among(self.acts[i]), weight))
        least: dict[Any, Fraction] = {}
        for c, value in self.flat["payoff", 0].items():
            for u, i, axis in ((self.flat["payoff", i], i, self.n + i) for i in self.active):
                value -= sum(w * (u[c] - u[put(c, axis, a)]) for a, w in weights.get((i, c[i], c[axis]), ()))
            least[c[: self.n]] = min(value, least.get(c[: self.n], value))
        what = "the goal in the worst correlated equilibrium, as far as these multipliers show,"
        return [self.bound(what, sum(least.values(), ZERO), claim["at_least"].rational())]

    def robust(self, claim: Node) -> Slacks:
        require(self.pure, "mixed play rests on indifference, which the least error upsets", Contradiction)
        return getattr(self, CLAIMS[claim["of"].among(CLAIMS[:3])])(claim)

    def coalition(self, claim: Node) -> Slacks:
        size, side, tries = claim["size"].be(int), claim["side_payments"].be(bool), 0
        now = {i: self.expect("payoff", i, self.play) for i in self.active}
        for members in (m for k in range(2, min(size, len(now)) + 1) for m in combinations(now, k)):
            menus = {who: acts for who, acts in self.choices.items() if who[0] in members}
            tries += math.prod(map(len, menus.values()))
            require(tries <= LIMIT // 10, f"not checked: more than {LIMIT // 10:,} joint deviations", Contradiction)
            for does in (dict(zip(menus, acts, strict=True)) for acts in product(*menus.values())):
                play = self.play | {who: {a: ONE} for who, a in does.items()}
                gains = [self.expect("payoff", i, play) - now[i] for i in members]
                gain, how = (sum(gains), "together") if side else (min(gains), "each or more")
                story = " and ".join(f"{self.name(i, t)} playing {self.acts[i][a]}" for (i, t), a in does.items())
                if play != self.play:
                    yield -gain, f"{story} would gain {said(gain)} {how}"


def digest(certificate: Any, claim: Any) -> str:
    """SHA-256 of all that a claim rests on: the certificate with the claim, less its digest, in the place of claims."""
    body = {**certificate, "claims": {key: value for key, value in claim.items() if key != "digest"}}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def evaluate(certificate: Any, claim: Any) -> Verdict:
    """The verdict on one claim, whatever its digest. For several claims about one certificate, keep a `Checked`."""
    return Checked(certificate).evaluate(claim)


def check(certificate: Any) -> list[Verdict]:
    """The verdicts on all claims, in order; one whose digest does not match fails. Raises NotACertificate."""
    claims = Node(certificate, "the certificate")["claims"].each()
    require(claims, "the certificate claims nothing")
    intact = [claim["digest"].be(str) == digest(certificate, claim.value) for claim in claims]
    try:
        verdicts = [*map(Checked(certificate).evaluate, (claim.value for claim in claims))]
    except Contradiction:  # if it was numbers that were altered, then it is the claims that fail
        if any(intact):
            raise
        verdicts = [Verdict(claim["claim"].be(str), False, "", None, "") for claim in claims]
    altered = "the file was altered after this claim was written: its digest does not match"
    pairs = zip(verdicts, intact, strict=True)
    return [v if ok else replace(v, holds=False, says=altered, margin=None) for v, ok in pairs]


def main(argv: Sequence[str]) -> int:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(pairs)) == len(pairs), "an object has the same key twice")
        return dict(pairs)

    try:
        require(len(argv) == 1, "name one file: python checker.py certificate.json")
        with open(argv[0], encoding="utf-8") as file:
            verdicts = check(json.load(file, object_pairs_hook=once))
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<11}  {v.grade:<8}  {v.says}" for v in verdicts]
        status, stream = int(not all(v.holds for v in verdicts)), sys.stdout
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        lines, status, stream = [f"not a certificate: {problem}"], 2, sys.stderr
    for line in lines:  # a file must not forge lines of its own, nor break a terminal that cannot show its letters
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
        print(
            shown.encode(stream.encoding or "ascii", "backslashreplace").decode(stream.encoding or "ascii"), file=stream
        )
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

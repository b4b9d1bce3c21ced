"""A design is believed when a stranger can redo its arithmetic; this one file is all that the stranger has to read.

`python checker.py FILE` evaluates each claim of a certificate (see docs/certificate.md) in exact rationals, with the
standard library only. It exits with 0 if all hold, 1 if some fail, which it names, 2 if FILE is not a certificate.
For claims about logit play (“rationality”) it needs logit_checker.py beside it; without, they count as not checked.

A *cell* c is a profile of types and actions: a tuple of positions on [*types, *actions]. A *column* has one number for
each cell: the prior, a payoff, a transfer, the chance of an outcome of a signal, each multiplied by p(θ). That makes
all moves alike: a new cell is a weighted sum of old cells. A *draw* is such a sum, written [(cell, weight), …].
"""

import hashlib
import json
import math
import re
import runpy
import sys
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, count, product
from pathlib import Path
from typing import Any

ZERO, ONE, HUGE, BESIDE = Fraction(0), Fraction(1), Fraction(10**300), Path(__file__).with_name("logit_checker.py")
LIMIT = 1_000_000  # plans of a hearer; a quarter of the numbers in a game; twenty times the joint deviations tried
RATIONAL = re.compile(r"-?[0-9]{1,4300}(/(?!0+$)[0-9]{1,4300})?")  # Python reads no longer integers unless told
WORDS = ("pay", "permit", "speak", "commit", "reveal", "admit", "care")
CLAIMS = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "goal", "worst", "robust", "coalition",
          "optimal", "impossible", "rates", "searched", "rationality")  # fmt: skip
GRADES, WORD = ("proved", "bounded with confidence", "searched only"), {True: "holds", False: "FAILS", None: "searched"}


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right but the numbers cannot be meant, such as probabilities that sum to 5/6."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool | None  # None: nothing speaks against it, but it was only searched, so it neither holds nor fails
    says: str  # one sentence, about what comes closest to failing, or fails by most
    margin: Fraction | None  # the largest margin that holds, or the distance to the bound that is claimed
    grade: str


def require(condition: Any, message: str, kind: type[Exception] = NotACertificate) -> None:
    if not condition:
        raise kind(message)


def said(x: Any) -> str:  # for people; the margin of a verdict is exact, whatever is said
    short = max(x.numerator.bit_length(), x.denominator.bit_length()) < 32
    return str(x) if short else f"about {float(max(min(x, HUGE), -HUGE)):.6g}"


def put(c: tuple[int, ...], axis: int, k: int) -> tuple[int, ...]:
    return (*c[:axis], k, *c[axis + 1 :])


def total(draw: Any, column: Any) -> Any:
    return column[draw[0][0]] if len(draw) == 1 == draw[0][1] else sum((w * column[c] for c, w in draw), ZERO)


def tail(successes: int, trials: int, rate: Fraction, bits: int = 256) -> Fraction:
    """The chance of at least so many successes, each step rounded up to so many bits after the point."""
    if rate in (0, 1):
        return rate
    a, b = rate.numerator, rate.denominator - rate.numerator
    ways = math.comb(trials, successes) * a**successes * b ** (trials - successes)
    terms = [-(-(ways << bits) // rate.denominator**trials)]
    for k in range(successes, trials):
        terms.append(-(-terms[-1] * (trials - k) * a // ((k + 1) * b)))
    return Fraction(sum(terms), 2**bits)


class Node:
    """A value in the file that knows its place in it, so that a complaint can say where."""

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path

    def be(self, kind: type) -> Any:
        require(type(self.value) is kind, f"{self.path} should be of type {kind.__name__}")
        return self.value

    def __getitem__(self, key: str) -> "Node":
        require(key in self.be(dict), f"{self.path} lacks “{key}”")
        return Node(self.value[key], f"{self.path}.{key}")

    def each(self) -> "list[Node]":
        return [Node(value, f"{self.path}[{k}]") for k, value in enumerate(self.be(list))]

    def by_label(self, known: list[str]) -> "list[tuple[int, Node]]":
        return [(Node(key, f"a label in {self.path}").among(known), self[key]) for key in self.be(dict)]

    def labels(self) -> list[str]:
        names = [node.be(str) for node in self.each()]
        require(names and len(set(names)) == len(names), f"{self.path} should hold different strings, at least one")
        return names

    def among(self, known: Any) -> int:
        require(self.be(str) in known, f"{self.path} should be one of {', '.join(known)}"[:300])
        return known.index(self.value)

    def rational(self) -> Fraction:
        require(RATIONAL.fullmatch(self.be(str)), f"{self.path} should be a rational such as “3/7”")
        return Fraction(self.value)

    def chances(self, numbers: list[Fraction]) -> None:
        require(sum(numbers) == 1 and min(numbers) >= 0, f"{self.path} should be probabilities, sum 1", Contradiction)

    def table(self, shape: list[int], width: int = 0) -> dict[Any, Fraction]:
        """{index: entry} of a table of this shape; if a width is given, every `width` entries must be probabilities."""
        found, entries, size = [k.be(int) for k in self["shape"].each()], self["entries"].each(), math.prod(shape)
        require(found == [*shape] and len(entries) == size, f"{self.path} should have shape {[*shape]}, {size} entries")
        numbers = [entry.rational() for entry in entries]
        for start in range(0, size if width else 0, width or 1):
            self.chances(numbers[start : start + width])
        return dict(zip(product(*map(range, shape)), numbers, strict=True))

    def mixture(self, known: list[str]) -> dict[int, Fraction]:  # {position of a label: probability > 0}
        mixed = {a: chance.rational() for a, chance in self.by_label(known)}
        self.chances([*mixed.values()])
        return {a: q for a, q in mixed.items() if q}


class Checked:
    """The game that a certificate induces, its play σ, and a method for each word and each claim."""

    def __init__(self, certificate: Any, bare: bool = False) -> None:  # bare: without institution and play
        root = Node(certificate, "the certificate")
        kind, game = (root["format"].value, root["version"].value), root["game"]
        require(kind == ("rulewright certificate", 1), "its format or version is not what this checker reads")
        self.certificate, self.moves = certificate, [] if bare else root["institution"]["moves"].each()
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
        for move in self.moves:
            getattr(self, WORDS[move["word"].among(WORDS)])(move)
        n, self.acts = self.n, self.axes[self.n :]
        self.active = [i for i in range(n) if len(self.acts[i]) > 1]
        self.play = {(i, t): {0: ONE} for i in range(n) for t in range(self.sizes[i])}
        for i in () if bare else {*self.active, *(i for i, _ in root["play"].by_label(self.players))}:
            rows = root["play"][self.players[i]].each()
            require(len(rows) == self.sizes[i], f"the play of {self.players[i]} should have one object per type")
            self.play |= {(i, t): row.mixture(self.acts[i]) for t, row in enumerate(rows)}
        self.who = {(i, t): self.players[i] + f" of type {self.axes[i][t]}" * (self.sizes[i] > 1) for i, t in self.play}
        self.cases = {c[:n]: p for c, p in self.columns["prior"].items() if p}  # {θ: p(θ)} where possible
        self.possible = sorted({(i, t) for theta in self.cases for i, t in enumerate(theta)})
        self.choices = {(i, t): range(len(self.acts[i])) for i, t in self.possible if i in self.active}
        groups: dict[Any, Any] = {}  # of cells that differ in types of players without a choice only
        for c in self.columns["prior"]:
            merged = (*(t if i in self.active else None for i, t in enumerate(c[:n])), *c[n:])
            groups.setdefault(merged, []).append((c, ONE))
        self.flat = {key: {c: total(d, u) for c, d in groups.items()} for key, u in self.columns.items()}

    def add(self, key: Any, number: Any) -> None:  # p(θ) × number(c), to a column or to begin one
        old = self.columns.get(key, {})
        self.columns[key] = {c: old.get(c, ZERO) + p * number(c) for c, p in self.columns["prior"].items()}

    def show(self, name: str, outcomes: list[str], chance: Any) -> None:  # a signal of outcome k at chance(c, k)
        free = next(s for s in chain([name], (f"{name} ({k})" for k in count(2))) if s not in self.outcomes)
        require(len(outcomes) * len(self.columns["prior"]) <= 4 * LIMIT, "a signal is too large to check here")
        self.outcomes[free] = outcomes
        for k in range(len(outcomes)):
            self.add(("chance", free, k), lambda c, k=k: chance(c, k))

    def heard(self, on: Node) -> Any:  # numbers of outcomes of independent signals, and {cell: draw of joint outcome}
        always = [f"{kind} of {p}" for kind in ("type", "action") for p in self.players]  # one for each axis
        draws, sizes = dict[Any, Any]((c, [((), ONE)]) for c in self.columns["prior"]), []
        for signal in on.each():
            axis = signal.among([*always, *self.outcomes])
            chances = [column for key, column in self.columns.items() if key[:2] == ("chance", signal.value)]
            sizes.append(len(chances) or self.sizes[axis])
            require(sum(map(len, draws.values())) * max(1, len(chances)) <= 4 * LIMIT, "too many outcomes to check")
            for c, p in self.columns["prior"].items():
                shown = [(k, q[c] / p) for k, q in enumerate(chances) if q[c]] if chances else [(c[axis], ONE)]
                draws[c] = [((*before, k), w * q) for before, w in draws[c] for k, q in shown]
        return sizes, draws

    def rewrite(self, made: dict[int, list[str]], origin: Any) -> None:
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
        require(known, f"{move.path}.on has a signal that depends on the action decided", Contradiction)
        drawn = {c: [sum(w * rule[c[x], *s, a] for s, w in d) for a in acts] for c, d in draws.items() if not c[axis]}
        self.rewrite({axis: ["as committed"]}, lambda c: [(put(c, axis, a), q) for a, q in enumerate(drawn[c]) if q])

    def reveal(self, move: Node) -> None:
        to, outcomes = move["to"].labels(), [each.labels() for each in move["outcomes"].each()]
        require(len(to) == len(outcomes), f"{move.path}.outcomes should have a list for each player in “to”")
        told = {x.among(self.players): each for x, each in zip(move["to"].each(), outcomes, strict=True)}
        law = move["law"].table([*self.sizes[: self.n], *map(len, outcomes)], math.prod(map(len, outcomes)))
        parts = [len(told.get(axis, "·")) for axis in range(2 * self.n)]
        made = {x: [f"{t}; " * (self.sizes[x] > 1) + f"told {s}" for t in self.axes[x] for s in told[x]] for x in told}

        def origin(c: Any) -> Any:
            old = tuple(k // m for k, m in zip(c, parts, strict=True))
            return [(old, law[*old[: self.n], *(c[x] % parts[x] for x in told)])]

        self.rewrite(made, origin)
        for x in told:
            self.show(f"told {self.players[x]}", told[x], lambda c, k, x=x: c[x] % parts[x] == k)

    def admit(self, move: Node) -> None:
        n, acts, shape = self.n, move["actions"].labels(), [*self.sizes, len(move["actions"].value)]
        own = move["own"].table(shape)
        effect = {} if move["effect"].value is None else move["effect"].table([n, *shape])
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
        dislike = {} if move["dislike"].value is None else move["dislike"].table([self.sizes[self.n + x]])
        self.add(("payoff", x), lambda c: -dislike.get((c[self.n + x],), ZERO))

    def evaluate(self, claim: Any) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name = CLAIMS[Node(claim, "a claim")["claim"].among(CLAIMS)]
        node, strict = Node({"grade": "proved", **claim}, f"claim {name}"), name in ("robust", "impossible")
        margin = node["margin"].rational() if name in CLAIMS[:3] or "margin" in claim else ZERO
        margin = 2 * node["error"].rational() if name == "robust" else margin
        require(self.designer or name not in ("goal", "worst", *CLAIMS[10:12]), f"{node.path} needs a designer")
        grade = GRADES[node["grade"].among(GRADES)]
        try:
            fits = grade == {"rates": GRADES[1], "searched": GRADES[2]}.get(name, grade)
            require(fits and margin >= 0, "neither margin nor error is below 0, and grades fit claims", Contradiction)
            slack, says = min(getattr(self, name)(node), default=(None, "nothing could be otherwise"))
            says += self.confidence(node) if grade == GRADES[1] else ""
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, grade)
        holds = slack is None or slack > margin or (slack == margin and not strict)
        says += f"; {'more than ' * strict}{said(margin)} is claimed" * (not holds and (strict or margin > 0))
        return Verdict(name, None if holds and grade == GRADES[2] else holds, says, slack, grade)

    def expect(self, kind: str, i: int, play: Any, who: tuple[int, int] | None = None) -> Fraction:
        """Expected payoff or transfer of player i under a play, given that j is of type t where who = (j, t)."""
        cases = {theta: p for theta, p in self.cases.items() if who is None or theta[who[0]] == who[1]}
        draw: Any = [(theta, ONE) for theta in cases]
        for j in range(self.n):
            draw = [((*c, a), w if q == 1 else w * q) for c, w in draw for a, q in play[j, c[j]].items()]
        return total(draw, self.columns[kind, i]) / sum(cases.values())

    def scene(self, c: Any, but: int | None = None) -> str:  # “ when writer plays 1 and reviewer plays 0.9”
        told = [i for i in range(self.n) if i != but and (i in self.active or (self.sizes[i] > 1 and c[i] is not None))]
        parts = [f"{self.who[i, c[i]]} plays {self.acts[i][c[self.n + i]]}" for i in told]
        return " when " * bool(parts) + " and ".join(parts)

    def deviation(self, i: int, t: int, a: int, loss: Fraction, scene: str = "") -> tuple[Fraction, str]:
        own = " or ".join(self.acts[i][b] for b in self.play[i, t])
        change = f"gains {said(-loss)}" if loss < 0 else f"loses {said(loss)}, and nobody deviates for less"
        return loss, f"{self.who[i, t]}, playing {self.acts[i][a]} instead of {own}{scene}, {change}"

    def bound(self, what: str, value: Any, bound: Fraction, sign: int = 1) -> tuple[Fraction, str]:
        side = "least" if sign > 0 else "most"
        return sign * (value - bound), f"{what} is {said(value)}, and at {side} {said(bound)} is claimed"

    def equilibrium(self, claim: Node) -> Any:
        for (i, t), acts in self.choices.items():
            row = [self.expect("payoff", i, self.play | {(i, t): {a: ONE}}, (i, t)) for a in acts]
            value = total([*self.play[i, t].items()], row)
            others = [a for a in acts if a not in self.play[i, t] or row[a] != value]
            yield from (self.deviation(i, t, a, value - row[a]) for a in others)

    def losses(self, i: int, t: int, a: int, by: Any, left: Any) -> Any:
        """For each θ with θ_i = t: p(θ), the least p(θ)·[u_i(by) − u_i(a)] against actions left to others, where."""
        u, axis = self.flat["payoff", i], self.n + i
        for theta, p in {c[: self.n]: p for c, p in self.flat["prior"].items() if p and c[i] == t}.items():
            acts = ([a] if j == i else left.get((j, k), [0]) for j, k in enumerate(theta))
            cells = ((*theta, *profile) for profile in product(*acts))
            yield p, *min((total([(put(c, axis, b), q) for b, q in by.items()], u) - u[c], c) for c in cells)

    def dominant(self, claim: Node) -> Any:
        require(all(len(self.play[who]) == 1 for who in self.choices), "a mixture is never dominant", Contradiction)
        for i, t, a in ((*who, a) for who, acts in self.choices.items() for a in acts if a not in self.play[who]):
            for p, loss, c in self.losses(i, t, a, self.play[i, t], self.choices):
                yield self.deviation(i, t, a, loss / p, self.scene(c, i))

    def named(self, node: Node) -> tuple[int, int, int]:
        i = node["player"].among(self.players)
        return i, node["type"].among(self.axes[i]), node["action"].among(self.acts[i])

    def only(self, claim: Node) -> Any:
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
            require(self.play[who] == dict.fromkeys(acts, ONE), f"{self.who[who]} is left with {rest}", Contradiction)

    def voluntary(self, claim: Node) -> Any:
        for i, floors in claim["outside"].by_label(self.players):
            require(len(floors.each()) == self.sizes[i], f"{floors.path} should have one entry for each type")
            bounds = [entry.rational() for entry in floors.each()]
            for who in (who for who in self.possible if who[0] == i):
                value = self.expect("payoff", i, self.play, who)
                yield self.bound(f"what {self.who[who]} expects", value, bounds[who[1]])

    def sums(self) -> Any:  # of all players' transfers, and where, at all possible types and all actions
        for c, p in ((c, p) for c, p in self.columns["prior"].items() if p):
            yield sum(self.columns["transfer", i][c] for i in range(self.n)) / p, f"the sum of transfers{self.scene(c)}"

    def budget(self, claim: Node) -> Any:
        limit, path = claim["limit"].rational(), claim["where"].among(("everywhere", "path"))
        on_path = [(sum(self.expect("transfer", i, self.play) for i in range(self.n)), "the expected sum of transfers")]
        return (self.bound(what, value, limit, -1) for value, what in (on_path if path else self.sums()))

    def balanced(self, claim: Node) -> Any:
        return ((-abs(value), f"{what} is {said(value)}") for value, what in self.sums())

    def goal(self, claim: Node) -> Any:
        return [self.bound("the goal", self.expect("payoff", 0, self.play), claim["at_least"].rational())]

    def worst(self, claim: Node) -> Any:
        weights, least = dict[Any, Any](), dict[Any, Fraction]()
        for each in claim["multipliers"].each():
            (i, t, a), weight = self.named(each), each["weight"].rational()
            require(weight >= 0, f"{each.path}.weight is negative", Contradiction)
            weights.setdefault((i, t, a), []).append((each["instead"].among(self.acts[i]), weight))
        for c, value in self.flat["payoff", 0].items():
            for u, i, axis in ((self.flat["payoff", i], i, self.n + i) for i in self.active):
                value -= sum(w * (u[c] - u[put(c, axis, a)]) for a, w in weights.get((i, c[i], c[axis]), ()))
            least[c[: self.n]] = min(value, least.get(c[: self.n], value))
        what = "the goal in the worst correlated equilibrium, as far as these multipliers show,"
        return [self.bound(what, sum(least.values(), ZERO), claim["at_least"].rational())]

    def robust(self, claim: Node) -> Any:
        require(all(len(self.play[who]) == 1 for who in self.choices), "any error upsets mixed play", Contradiction)
        return getattr(self, CLAIMS[claim["of"].among(CLAIMS[:3])])(claim)

    def coalition(self, claim: Node) -> Any:
        size, side, tries = claim["size"].be(int), claim["side_payments"].be(bool), 0
        now = {i: self.expect("payoff", i, self.play) for i in self.active}
        for members in (m for k in range(2, min(size, len(now)) + 1) for m in combinations(now, k)):
            menus = {who: acts for who, acts in self.choices.items() if who[0] in members}
            tries += math.prod(map(len, menus.values()))
            require(tries <= LIMIT // 20, f"not checked: more than {LIMIT // 20:,} joint deviations", Contradiction)
            for does in (dict(zip(menus, acts, strict=True)) for acts in product(*menus.values())):
                play = self.play | {who: {a: ONE} for who, a in does.items()}
                gains = [self.expect("payoff", i, play) - now[i] for i in members]
                gain, how = (sum(gains), "together") if side else (min(gains), "the worst off of them")
                story = " and ".join(f"{self.who[i, t]} playing {self.acts[i][a]}" for (i, t), a in does.items())
                if play != self.play:
                    yield -gain, f"{story} would {'gain' if gain > 0 else 'lose'} {said(abs(gain))} ({how})"

    def optimal(self, claim: Node) -> Any:
        goals = [m for m in self.moves if m["word"].value in WORDS[5:] or m.value.get("to") == self.players[0]]
        require(not goals, "a rule that pays the designer, admits players or makes them care changes the goal itself")
        gap, family = claim["gap"].rational(), Family(self.certificate, claim, ONE)
        paid = [self.expect("transfer", i, self.play) for i in range(self.n)]
        value = self.expect("payoff", 0, self.play) - family.price * sum(paid)
        says = f"the play is worth {said(value)}, and no rule of the family more than {said(family.bound)}"
        return [(value - family.bound + gap, f"{says}; a gap of at most {said(gap)} is claimed")]

    def impossible(self, claim: Node) -> Any:
        family = Family(self.certificate, claim, ZERO)
        owed = [f"{what} (× {said(w)})" for w, what in sorted(family.owed, key=lambda each: (-each[0], each[1]))]
        told = "; ".join(owed[:12]) + f"; and {len(owed) - 12} more" * (len(owed) > 12)
        return [(-family.bound, f"asked together, this exceeds what any rule gives by {said(-family.bound)}: {told}")]

    def rates(self, claim: Node) -> Any:
        """For each rate: by how much the chance of what was seen, at the bound, is within 1 − confidence."""
        for rate in claim["rates"].each():
            k, n, bound = rate["successes"].be(int), rate["trials"].be(int), rate["bound"].rational()
            level, upper = rate["confidence"].rational(), rate["side"].among(("at least", "at most"))
            few = 0 <= k <= n <= LIMIT // 10 and n * bound.denominator.bit_length() <= 10 * LIMIT and n
            require(few, f"{rate.path} should have successes among 1 to {LIMIT // 10:,} trials, and a short bound")
            require(0 < level < 1 and 0 <= bound <= 1, f"{rate.path} should have chances", Contradiction)
            room = 1 - level - (tail(n - k, n, 1 - bound) if upper else tail(k, n, bound))
            says = f"{rate['name'].be(str)} {rate['side'].value} {said(bound)} with confidence {said(level)}"
            yield room, f"{'not shown: ' * (room < 0)}{says} ({k} of {n})"

    def confidence(self, claim: Node) -> str:
        require(found := [*self.rates(claim)], "no rates are named that it rests on", Contradiction)
        require(min(found)[0] >= 0, min(found)[1], Contradiction)
        joint = 1 - sum(1 - rate["confidence"].rational() for rate in claim["rates"].each())
        return f"; given {'; '.join(says for _, says in found)}; in all with confidence {said(max(joint, ZERO))}"

    def rationality(self, claim: Node) -> Any:
        require(BESIDE.is_file(), f"not checked: needs {BESIDE.name} beside", Contradiction)
        return runpy.run_path(str(BESIDE))["rationality"](self, claim)

    def searched(self, claim: Node) -> Any:
        return [(ZERO, "; ".join(f"{part}: {claim[part].be(str)}" for part in ("what", "tried", "found")))]


class Family:
    """What no rule of a family is worth more than, by weak duality (docs/certificate.md, “Bounds”).

    A rule draws c = (x, d, a), its decision and what players are told, at each x = (ω, reports), and pays t_k(c, y).
    With multipliers the Lagrangian is a sum over c of μ(c)·(`gain`[c] + Σ_k Σ_y owes_k[c][y]·t_k(c, y)).
    """

    def __init__(self, certificate: Any, claim: Node, weight: Fraction) -> None:
        self.base = base = Checked(certificate, bare=True)
        family, weights, n = claim["family"], claim["multipliers"], base.n
        self.post = family["incentives"].among(("bayesian", "ex post"))  # whether rows are for given types of others
        self.quiet = max([1, *base.sizes[1:n]]) == 1  # nobody has anything to report
        require(family["ask"].be(bool) or self.quiet, f"{family.path}.ask should be true where players have types")
        self.price, self.slack = family["money_weight"].rational(), family["slack"].rational()
        limit, beta = family["budget"], weights["budget"].rational()
        require(beta >= 0 and (limit.value or not beta), "a weight of the budget needs a budget", Contradiction)
        self.owed: list[tuple[Fraction, str]] = [(beta, "the budget")] * (beta > 0)  # (weight, requirement in words)
        self.prior, self.gain = base.columns["prior"], {c: weight * u for c, u in base.columns["payoff", 0].items()}
        self.payments = [self.payment(node, weight * self.price + beta) for node in family["payments"].each()]
        self.near: dict[Any, Any] = {}  # of player, types of others if ex post, own type: {told: cells}
        for c, i in product(self.prior, range(1, n)):
            told = self.near.setdefault((i, *(c[j] for j in range(1, n) if self.post and j != i), c[i]), {})
            told.setdefault(c[n + i], []).append(c)
        outside = {i: [v.rational() for v in node.each()] for i, node in family["outside"].by_label(base.players)}
        for i, node in weights["participation"].by_label(base.players):
            require(len(outside.get(i, ())) == base.sizes[i], f"{family.path}.outside lacks a player or a type")
            self.voluntary(i, node, outside[i])
        for i, node in weights["incentives"].by_label(base.players):
            self.obedient(i, node)
        best: dict[Any, Fraction] = {}
        for c, gain in self.gain.items():
            money = ((k, low[y], high[y]) for _, _, owes, low, high in self.payments for y, k in owes[c].items())
            gain += sum(max(low * k, high * k) for k, low, high in money)
            best[c[:n]] = max(gain, best.get(c[:n], gain))
        self.bound = sum(best.values(), beta * limit.rational() if limit.value else ZERO)

    def payment(self, node: Node, price: Fraction) -> Any:
        """(to, p·law of y at each cell, what one unit paid at c on y adds, and its least and largest amounts)."""
        sizes, draws = self.base.heard(node["on"])
        joint = {y: k for k, y in enumerate(product(*map(range, sizes)))}
        low, high = ([amount.rational() for amount in node[side].each()] for side in ("low", "high"))
        right = len(low) == len(high) == len(joint) and all(map(Fraction.__le__, low, high))
        require(right, f"{node.path} should have low ≤ high, for each joint outcome")
        law = {c: [(joint[y], w * self.prior[c]) for y, w in draw] for c, draw in draws.items()}
        owes = {c: {y: -price * w for y, w in draw} for c, draw in law.items()}
        return node["to"].among(self.base.players), law, owes, low, high

    def entries(self, i: int, node: Node, shape: list[int]) -> Any:  # (index, weight) of each entry [index …, weight]
        require(i > 0, f"{node.path} should be about a player other than the designer")
        shape = [self.base.sizes[j] for j in range(1, self.base.n) if self.post and j != i] + shape
        found: dict[Any, Fraction] = {}
        for entry in node.each():
            index = tuple(k.be(int) for k in entry.each()[:-1])
            right = len(index) == len(shape) and all(0 <= k < size for k, size in zip(index, shape, strict=True))
            require(right and index not in found, f"{entry.path} should be positions, not the same ones, and a weight")
            found[index] = entry.each()[-1].rational()
            require(found[index] >= 0, f"{entry.path}: a weight is negative", Contradiction)
        return found.items()

    def count(self, i: int, cells: Any, w: Fraction, less: Fraction = ZERO, lie: Any = None) -> None:
        """Add w × (what i gets from what the rule does at these cells − less), if (type, action) is in truth `lie`."""
        for c in cells:
            true = put(put(c, i, lie[0]), self.base.n + i, lie[1]) if lie else c
            self.gain[c] += w * (self.base.columns["payoff", i][true] - less * self.prior[true])
            for _, law, owes, *_ in (payment for payment in self.payments if payment[0] == i):
                for y, p in law[true]:
                    owes[c][y] = owes[c].get(y, ZERO) + w * p

    def voluntary(self, i: int, node: Node, outside: list[Fraction]) -> None:
        shape = [self.base.sizes[i], self.base.sizes[self.base.n + i]]
        for (*index,), w in self.entries(i, node, shape[: 1 + self.quiet]):
            for told in [index.pop()] if self.quiet else range(shape[1]):
                self.count(i, self.near[i, *index][told], w, outside[index[-1]])
            self.owed.append((w, f"{self.base.who[i, index[-1]]} gets at least {said(outside[index[-1]])}"))

    def obedient(self, i: int, node: Node) -> None:
        types, acts = self.base.sizes[i], self.base.acts[i]
        plans: dict[Any, Any] = {}  # (types of others, true type, report): weight, for each thing told
        for (*rest, t, r, told, does), w in self.entries(i, node, [types, types, len(acts), len(acts)]):
            if t != r:
                plans.setdefault((*rest, t, r), [ZERO] * len(acts))[told] += w
            elif told != does:
                self.owed.append((w, f"{self.base.who[i, t]}, told {acts[told]}, does not {acts[does]} instead"))
                self.count(i, self.near[i, *rest, t][told], w, self.slack)
            if (t, told) != (r, does):
                self.count(i, self.near[i, *rest, r][told], -w, lie=(t, does))
        for (*rest, t, r), plan in plans.items():
            says = f"{self.base.who[i, t]} does not say {self.base.axes[i][r]} instead"
            require(len({*plan}) == 1, f"{node.path}: not all replies weigh the same: {says}", Contradiction)
            self.owed.append((plan[0], says))
            self.count(i, chain.from_iterable(self.near[i, *rest, t].values()), plan[0], self.slack)


def digest(certificate: Any, claim: Any) -> str:
    """SHA-256 of all that a claim rests on: the certificate with the claim, less its digest, in the place of claims."""
    body = {**certificate, "claims": {key: value for key, value in claim.items() if key != "digest"}}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def evaluate(certificate: Any, claim: Any) -> Verdict:
    """The verdict on one claim, whatever its digest. For several claims about one certificate, keep a `Checked`."""
    return Checked(certificate).evaluate(claim)


def check(certificate: Any) -> list[Verdict]:
    """The verdicts on all claims, in order; one whose digest does not match fails. Raises NotACertificate."""
    require(claims := Node(certificate, "the certificate")["claims"].each(), "it claims nothing")
    intact = [claim["digest"].be(str) == digest(certificate, claim.value) for claim in claims]
    try:
        verdicts = [*map(Checked(certificate).evaluate, (claim.value for claim in claims))]
    except Contradiction as problem:  # if it was numbers that were altered, then it is the claims that fail
        require(not any(intact), str(problem), Contradiction)
        verdicts = [Verdict(claim["claim"].be(str), False, "", None, "") for claim in claims]
    pairs, says = zip(verdicts, intact, strict=True), "its digest does not match: the file was altered afterwards"
    return [v if ok else Verdict(v.claim, False, says, None, v.grade) for v, ok in pairs]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len(dict(pairs)) == len(pairs), "an object has the same key twice")
    return dict(pairs)


def load(path: Any) -> Any:
    """The certificate in a file. Raises NotACertificate."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        raise NotACertificate(str(problem)) from None


def main(argv: list[str]) -> int:
    try:
        require(len(argv) == 1, "name one file: python checker.py certificate.json")
        verdicts, stream = check(load(argv[0])), sys.stdout
        lines = [f"{WORD[v.holds]}  {v.claim:<11}  {v.grade:<8}  {v.says}" for v in verdicts]
    except (NotACertificate, RecursionError) as problem:
        verdicts, stream, lines = [], sys.stderr, [f"not a certificate: {problem}"]
    getattr(stream, "reconfigure", dict)(errors="backslashreplace")  # not all terminals have all letters
    safe = ("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line) for line in lines)  # none is forged
    print(*safe, sep="\n", file=stream)
    return int({v.holds for v in verdicts} - {None} != {True}) if verdicts else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

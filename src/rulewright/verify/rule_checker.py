"""A direct rule, checked from the definition, by a stranger, with the standard library only: `python rule_checker.py FILE`.

The designer (player 0) knows ω, players report their types; at each x = (ω, r) the rule draws a decision and what each
player is told, b = (d, a), from μ(b | x), and pays t_k(x, b, y) on a signal y. What is written is z_k = μ·t_k, so that
all that is claimed is linear (Myerson 1982, J. Math. Econ. 10). docs/certificate.md has the file's form and the claims.

Numbers are whole, over one denominator for each table; tables are read line by line, and an axis along which nothing
changes has length 1. X is a profile of the types of all but i; a *vector* is over i's true types. Memory is linear in
the game, whatever the number of incentives: those of one report are looked at together and forgotten.
Exit: 0 if all claims hold, 1 if some fail, 2 if FILE is not a rule certificate.
"""

import hashlib
import json
import math
import re
import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby, product
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
RATIONAL = re.compile(r"-?[0-9]{1,4300}(/(?!0+$)[0-9]{1,4300})?")
CLAIMS = ("rule", "honest", "voluntary", "budget", "value", "optimal")
FORMAT, GRADE = "rulewright rule certificate", "proved"


class NotACertificate(ValueError):
    """The file is not of the form that docs/certificate.md describes; the message is one sentence."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool
    says: str
    margin: Fraction | None
    grade: str


def require(condition: Any, message: str) -> None:
    if not condition:
        raise NotACertificate(message)


def get(of: Any, key: str, kind: type) -> Any:
    value = of.get(key) if type(of) is dict else None
    require(type(value) is kind, f"“{key}” is missing or not of type {kind.__name__}")
    return value


def rational(text: Any) -> Fraction:
    require(type(text) is str and RATIONAL.fullmatch(text), f"{text!r:.40} should be a rational such as “3/7”")
    return Fraction(text)


def said(x: Fraction) -> str:
    return str(x) if len(str(x)) < 24 else f"about {float(x):.9g}"


def strides(shape: Iterable[int]) -> list[int]:
    found, step = [], 1
    for size in [*shape][::-1]:
        found.append(step)
        step *= size
    return found[::-1]


def offsets(steps: list[int], sizes: list[int], axes: Iterable[int]) -> list[int]:
    """Of all positions on some axes, in C order: how far into a table with these steps."""
    found = [0]
    for axis in axes:
        found = [o + k * steps[axis] for o in found for k in range(sizes[axis])]
    return found


class Table:
    """Whole numbers over one denominator, in C order on axes `sizes`, of which some may have length 1 instead."""

    def __init__(
        self, head: dict[str, Any], name: str, sizes: list[int], lines: Iterator[Any], full: bool = False
    ) -> None:
        require(get(head, "table", str) == name, f"the table “{name}” should come next")
        self.denominator, shape = get(head, "denominator", int), get(head, "shape", list)
        fits = len(shape) == len(sizes) and all(
            s == k or (s == 1 and not full) for s, k in zip(shape, sizes, strict=True)
        )
        require(
            fits and self.denominator > 0, f"the table “{name}” should have shape {sizes}, or 1 where nothing changes"
        )
        self.steps = [step * (s > 1) for step, s in zip(strides(shape), shape, strict=True)]
        self.sizes, size, data = sizes, math.prod(shape), array("q")
        self.data: Any = data
        while len(self.data) < size:
            row: Any = next(lines, None)
            require(type(row) is list and row and {*map(type, row)} == {int}, f"“{name}” should be whole numbers")
            try:
                self.data += array("q", row) if self.data is data else row
            except OverflowError:  # from here on a list, of numbers of any length
                self.data = [*data, *row]
        require(len(self.data) == size, f"the table “{name}” has more than {size} entries")

    def vector(self, at: int, axis: int) -> Any:
        size, step = self.sizes[axis], self.steps[axis]
        return self.data[at : at + size * step : step] if step else [self.data[at]] * size


class Payment:
    """To whom, on which signals, how much at least and at most for each joint outcome, and z = μ·t."""

    def __init__(self, data: Any, rule: "Rule") -> None:
        self.to, self.on = rule.player(get(data, "to", str)), get(data, "on", list)
        always = {f"{kind} of {p}": axis for axis, (kind, p) in enumerate(product(("type", "action"), rule.players))}
        self.parts: list[Any] = []  # of each signal: an axis that it shows, or its law
        for name in self.on:
            require(type(name) is str and (name in rule.laws or name in always), f"there is no signal {name!r:.60}")
            self.parts.append(rule.laws[name] if name in rule.laws else always[name])
        self.counts = [p.sizes[-1] if isinstance(p, Table) else rule.sizes[p] for p in self.parts]
        self.outcomes = math.prod(self.counts)
        self.low, self.high = ([rational(v) for v in get(data, side, list)] for side in ("low", "high"))
        right = len(self.low) == len(self.high) == self.outcomes and all(map(Fraction.__le__, self.low, self.high))
        require(right, "a payment should have low ≤ high, for each joint outcome")
        self.denominator = math.prod(p.denominator for p in self.parts if isinstance(p, Table))  # of the law
        self.money: Any = None


@dataclass
class View:
    """One X as player i sees it: vectors over i's types, for each profile of actions really taken."""

    at: int  # how far X is into cells, i's type left out
    chance: Any  # p
    worth: list[Any]  # [b]: G·p·u_i
    paid: list[list[list[Any]]]  # [payment, b]: (y, p·law of y) with some chance


class Rule:
    """The file's game, family and rule; `verdict` evaluates one claim."""

    def __init__(self, lines: Iterator[Any]) -> None:
        head = next(lines, None)
        version = (get(head, "format", str), get(head, "version", int))
        require(version == (FORMAT, 1), "its format or version is not what this checker reads")
        self.players = get(head, "players", list)
        self.axes = get(head, "types", list) + get(head, "actions", list)
        labels = [self.players, *self.axes]
        right = all(type(names) is list and names and {*map(type, names)} == {str} for names in labels)
        require(
            right and len(self.axes) == 2 * len(self.players), "players, types and actions should be lists of labels"
        )
        require(all(len({*names}) == len(names) for names in labels), "labels of a kind should all be different")
        self.n, self.sizes, family = len(self.players), [*map(len, self.axes)], get(head, "family", dict)
        n, self.cells = self.n, math.prod(self.sizes)
        self.steps, self.types, self.acts = strides(self.sizes), range(n), range(n, 2 * n)
        self.prior = Table(next(lines, {}), "prior", self.sizes[:n], lines)
        self.prior.steps += [0] * n
        chance = sum(self.prior.data[o] for o in offsets(self.prior.steps, self.sizes, self.types))
        require(min(self.prior.data) >= 0 and chance == self.prior.denominator, "the prior should be probabilities")
        self.payoff = [Table(next(lines, {}), f"payoff of {p}", self.sizes, lines) for p in self.players]
        self.laws: dict[str, Table] = {}
        for name, outcomes in get(head, "signals", dict).items():
            require(type(outcomes) is int and outcomes > 0, "a signal should have a number of outcomes")
            law = self.laws[name] = Table(next(lines, {}), f"law of {name}", [*self.sizes, outcomes], lines, False)
            whole = law.steps[-1] == (outcomes > 1) and min(law.data) >= 0
            sums = {sum(law.data[k : k + outcomes]) for k in range(0, len(law.data), outcomes)}
            require(whole and sums == {law.denominator}, f"the law of {name} should be probabilities")
        post, self.ask = get(family, "incentives", str), get(family, "ask", bool)
        require(post in ("bayesian", "ex post"), "incentives should be bayesian or ex post")
        self.post, self.quiet = post == "ex post", max([1, *self.sizes[1:n]]) == 1  # nobody has anything to report
        require(self.ask or self.quiet, "“ask” should be true where players have types")
        self.price, self.slack = rational(family.get("money_weight")), rational(family.get("slack"))
        self.limit = None if family.get("budget") is None else rational(family["budget"])
        self.outside = {self.player(p): [*map(rational, v)] for p, v in get(family, "outside", dict).items()}
        require(all(len(v) == self.sizes[i] for i, v in self.outside.items()), "outside options should be per type")
        self.payments = [Payment(each, self) for each in get(family, "payments", list)]
        fixed = [self.slack, *(v for values in self.outside.values() for v in values)]
        self.unit = math.lcm(*(u.denominator for u in self.payoff), *(v.denominator for v in fixed))  # G
        self.mu = Table(next(lines, {}), "rule", self.sizes, lines, full=True)
        for k, payment in enumerate(self.payments):
            shape = [*self.sizes, payment.outcomes]
            payment.money = Table(next(lines, {}), f"money {k}", shape, lines, full=True)
        self.scale = math.lcm(
            self.mu.denominator * self.unit, *(p.money.denominator * p.denominator for p in self.payments)
        )
        self.bound: Bound | None = None

    def player(self, name: Any) -> int:
        require(name in self.players, f"there is no player {name!r:.60}")
        return self.players.index(name)

    # ── what players see ────────────────────────────────────────────────────────────────────────────────────────

    def known(self, i: int) -> list[int]:  # players whose types are given in i's incentives
        return [j for j in self.types if self.post and j and j != i]

    def blocks(self, i: int) -> Iterator[tuple[tuple[int, ...], list[View]]]:
        """(κ, views): all X together, or those of each profile κ of the other players' types where that is given."""
        for kappa in product(*(range(self.sizes[j]) for j in self.known(i))):
            yield kappa, self.block(i, kappa)

    def block(self, i: int, kappa: tuple[int, ...]) -> list[View]:
        given = dict(zip(self.known(i), kappa, strict=True))
        others = [j for j in self.types if j != i]
        profiles = product(*([given[j]] if j in given else range(self.sizes[j]) for j in others))
        return [self.view(i, dict(zip(others, x, strict=True))) for x in profiles]

    def view(self, i: int, x: dict[int, int]) -> View:
        def base(steps: list[int]) -> int:
            return sum(k * steps[j] for j, k in x.items())

        chance = self.prior.vector(base(self.prior.steps), i)
        u, worth, paid = self.payoff[i], [], list[Any]()
        start, scale = base(u.steps), self.unit // u.denominator
        for o in offsets(u.steps, self.sizes, self.acts):
            worth.append([p * v * scale for p, v in zip(chance, u.vector(start + o, i), strict=True)])
        for payment in self.payments:  # those to i; the designer sees them all
            paid.append([])
            if payment.to == i or i == 0:
                acts = product(*(range(self.sizes[axis]) for axis in self.acts))
                paid[-1] = [self.heard(payment, i, x | dict(zip(self.acts, b, strict=True)), chance) for b in acts]
        return View(base(self.steps), chance, worth, paid)

    def heard(self, payment: Payment, i: int, x: dict[int, int], chance: Any) -> list[tuple[int, Any]]:
        """(y, p·law of y) for each joint outcome that has a chance."""
        found = [(0, chance)]
        for part, count in zip(payment.parts, payment.counts, strict=True):
            if isinstance(part, Table):
                at = sum(k * part.steps[axis] for axis, k in x.items())
                laws = [part.vector(at + y * part.steps[-1], i) for y in range(count)]
            else:
                laws = [[int(y == x.get(part, k)) for k in range(self.sizes[i])] for y in range(count)]
            joint = (
                (y * count + s, [p * q for p, q in zip(v, law, strict=True)])
                for y, v in found
                for s, law in enumerate(laws)
            )
            found = [(y, v) for y, v in joint if any(v)]
        return found

    def reported(self, i: int, r: int, views: list[View]) -> tuple[Any, list[int]]:
        """([told][done] vectors of what i gets by the report r, in 1/(Dp·scale); Dp·Dm × chance of r and each told)."""
        acts, step, size = self.sizes[self.n + i], self.steps[self.n + i], self.sizes[i]
        found = [[[0] * size for _ in range(acts)] for _ in range(acts)]
        mass, worth = [0] * acts, self.scale // (self.mu.denominator * self.unit)
        mine = [
            (k, p, self.scale // (p.money.denominator * p.denominator))
            for k, p in enumerate(self.payments)
            if p.to == i
        ]
        for view in views:
            at = view.at + r * self.steps[i]
            for b, m in enumerate(self.mu.data[at : at + len(view.worth)]):
                if m:  # no money is paid elsewhere
                    told = b // step % acts
                    mass[told] += m * view.chance[r]
                    for done in range(acts):
                        real = b + (done - told) * step
                        terms = [(m * worth, view.worth[real])]
                        for k, payment, scale in mine:
                            start, z = (at + b) * payment.outcomes, payment.money.data
                            terms += [(z[start + y] * scale, v) for y, v in view.paid[k][real]]
                        for weight, vector in terms:
                            if weight:
                                sums = found[told][done]
                                found[told][done] = [s + weight * v for s, v in zip(sums, vector, strict=True)]
        return found, mass

    @cached_property
    def worst(self) -> dict[str, Any]:
        """The least margins of honesty (and obedience) and of taking part, as (over, under, where)."""
        self.found: dict[str, Any] = {}
        for i in range(1, self.n):
            for kappa, views in self.blocks(i):
                self.player_in_block(i, kappa, views)
        return self.found

    def player_in_block(self, i: int, kappa: tuple[int, ...], views: list[View]) -> None:
        size, acts, dm = self.sizes[i], range(self.sizes[self.n + i]), self.mu.denominator
        mass = [sum(view.chance[t] for view in views) for t in range(size)]
        truth, best = [0] * size, [(None, 0)] * size
        outside = self.outside.get(i)
        for r in range(size):
            found, told = self.reported(i, r, views)
            rows = [
                [max(all_) for all_ in zip(*replies, strict=True)] if len(acts) > 1 else replies[0] for replies in found
            ]
            lies = [sum(all_) for all_ in zip(*rows, strict=True)] if len(acts) > 1 else rows[0]
            best = [
                (v, r) if r != t and (b[0] is None or v > b[0]) else b
                for t, (b, v) in enumerate(zip(best, lies, strict=True))
            ]
            truth[r] = sum(found[a][a][r] for a in acts)
            for a in (a for a in acts if told[a]):
                own = found[a][a][r]
                for done in (done for done in acts if done != a):
                    self.least(
                        "honest", (own - found[a][done][r]) * dm, told[a] * self.scale, (i, r, kappa, "act", a, done)
                    )
                if outside and self.quiet:
                    short = own * dm - told[a] * self.scale * outside[r]
                    self.least("voluntary", short, told[a] * self.scale, (i, r, kappa, "told", a, outside[r]))
        for t in (t for t in range(size) if mass[t]):
            value, r = best[t]
            if value is not None:
                self.least("honest", truth[t] - value, mass[t] * self.scale, (i, t, kappa, "say", r, r))
            if outside and not self.quiet:
                short = truth[t] - mass[t] * self.scale * outside[t]
                self.least("voluntary", short, mass[t] * self.scale, (i, t, kappa, "in all", t, outside[t]))

    def least(self, what: str, over: Any, under: int, where: Any) -> None:
        old = self.found.get(what)
        if old is None or over * old[1] < old[0] * under:
            self.found[what] = over, under, where

    def scene(self, where: Any) -> str:  # “ann of type 3 (others of types 1), saying 2”
        i, t, kappa, kind, a, b = where
        types, acts = self.axes[i], self.axes[self.n + i]
        others = ", ".join(
            f"{self.players[j]} of type {self.axes[j][k]}" for j, k in zip(self.known(i), kappa, strict=True)
        )
        does = {"say": f" saying {types[a % len(types)]}", "in all": ""}.get(kind, f" told {acts[a % len(acts)]}")
        does += f" and doing {acts[b]}" if kind == "act" else ""
        return f"{self.players[i]} of type {types[t]}{f' ({others})' * bool(others)}{does}"

    @cached_property
    def totals(self) -> tuple[Fraction, Fraction]:
        """(expected goal, expected payments)."""
        goal, paid = 0, [0] * len(self.payments)
        for _, views in self.blocks(0):
            for view, w in product(views, range(self.sizes[0])):
                at = view.at + w * self.steps[0]
                for b, worth in enumerate(view.worth):
                    if m := self.mu.data[at + b]:
                        goal += m * worth[w]
                        for k, payment in enumerate(self.payments):
                            start, z = (at + b) * payment.outcomes, payment.money.data
                            paid[k] += sum(z[start + y] * v[w] for y, v in view.paid[k][b])
        dp = self.prior.denominator
        money = (
            Fraction(p, k.money.denominator * k.denominator * dp) for p, k in zip(paid, self.payments, strict=True)
        )
        return Fraction(goal, self.mu.denominator * self.unit * dp), sum(money, ZERO)

    # ── claims ──────────────────────────────────────────────────────────────────────────────────────────────────

    def evaluate(self, claim: dict[str, Any]) -> Verdict:
        name = get(claim, "claim", str)
        require(name in CLAIMS, f"a claim should be one of {', '.join(CLAIMS)}")
        require(get(claim, "grade", str) == GRADE, "what a rule certificate claims is proved, and says so")
        if self.fault:
            return Verdict(name, False, f"this is no rule: {self.fault}", None, GRADE)
        margin, says = getattr(self, name)(claim)
        return Verdict(name, margin is None or margin >= 0, says, margin, GRADE)

    def rule(self, claim: Any) -> Any:
        return None, "probabilities sum to 1, payments are within liability"

    @cached_property
    def fault(self) -> str:
        mu, acts = self.mu.data, math.prod(self.sizes[self.n :])
        if min(mu) < 0 or any(sum(mu[x : x + acts]) != self.mu.denominator for x in range(0, self.cells, acts)):
            return "probabilities do not sum to 1, or one is negative"
        for payment in self.payments:
            z, size = payment.money, payment.outcomes
            for y, (low, high) in enumerate(zip(payment.low, payment.high, strict=True)):
                for side, sign in ((low, 1), (high, -1)):
                    left, right = sign * self.mu.denominator * side.denominator, sign * side.numerator * z.denominator
                    if any(k * left < m * right for k, m in zip(z.data[y::size], mu, strict=True)):
                        return f"a payment to {self.players[payment.to]} is beyond {said(side)}"
        return ""

    def honest(self, claim: Any) -> Any:
        asked = rational(claim.get("margin"))
        over, under, where = self.worst.get("honest", (0, 1, None))
        if where is None:
            return None, "nothing could be otherwise"
        loss = Fraction(over) / under
        change = f"gains {said(-loss)}" if loss < 0 else f"loses {said(loss)}, and nobody deviates for less"
        return loss - asked, f"{self.scene(where)} {change}; at least {said(asked)} is claimed"

    def voluntary(self, claim: Any) -> Any:
        over, under, where = self.worst.get("voluntary", (0, 1, None))
        if where is None:
            return None, "nobody has an outside option"
        spare = Fraction(over) / under
        return spare, f"{self.scene(where)} expects {said(spare + where[-1])}, {said(where[-1])} outside"

    def budget(self, claim: Any) -> Any:
        require(self.limit is not None, "the family has no budget")
        paid = self.totals[1]
        return (self.limit or ZERO) - paid, f"expected payments are {said(paid)}, at most {said(self.limit or ZERO)}"

    def worth(self) -> Fraction:
        goal, paid = self.totals
        return goal - self.price * paid

    def value(self, claim: Any) -> Any:
        asked = rational(claim.get("value"))
        return -abs(self.worth() - asked), f"the rule is worth {said(self.worth())}; {said(asked)} is claimed"

    def optimal(self, claim: Any) -> Any:
        require(self.bound is not None, "“optimal” needs multipliers before it")
        asked, bound = rational(claim.get("gap")), self.bound.total() if self.bound else ZERO
        says = f"the rule is worth {said(self.worth())}, and no rule of the family more than {said(bound)}"
        return self.worth() - bound + asked, f"{says}; a gap of at most {said(asked)} is claimed"


class Bound:
    """The Lagrangian at given multipliers: per cell c = (x, b) `gain`[c] + Σ_k Σ_y owes_k[c, y]·t_k, read entry by entry."""

    def __init__(self, rule: Rule, head: Any) -> None:
        self.rule, self.denominator, self.beta = rule, get(head, "denominator", int), get(head, "budget", int)
        right = self.denominator > 0 and self.beta >= 0 and (rule.limit is not None or not self.beta)
        require(right, "multipliers need a positive denominator, and a weight of the budget, not below 0, a budget")
        self.gain = [0] * rule.cells  # 1/(Dp·Dw·G)
        self.owes = [[0] * (rule.cells * p.outcomes) for p in rule.payments]  # 1/(Dp·Dw·κ's·the law's)
        price = rule.price.numerator * self.denominator + self.beta * rule.price.denominator
        for _, views in rule.blocks(0):
            for view, w in product(views, range(rule.sizes[0])):
                at = view.at + w * rule.steps[0]
                for b, worth in enumerate(view.worth):
                    self.gain[at + b] = self.denominator * worth[w]
                    for k, payment in enumerate(rule.payments):
                        for y, v in view.paid[k][b]:
                            self.owes[k][(at + b) * payment.outcomes + y] = -price * v[w]
        self.seen: set[Any] = set()

    def read(self, head: Any, entries: Iterator[Any]) -> None:
        kind, i = get(head, "weights", str), self.rule.player(head.get("of"))
        require(
            kind in ("incentives", "participation") and (kind, i) not in self.seen and i, "these weights are twice here"
        )
        self.seen.add((kind, i))
        known, types, acts = self.rule.known(i), self.rule.sizes[i], self.rule.sizes[self.rule.n + i]
        own = [types, types, acts, acts] if kind == "incentives" else [types, acts] if self.rule.quiet else [types]
        checked = self.checked(entries, [*(self.rule.sizes[j] for j in known), *own])
        for kappa, rows in groupby(checked, key=lambda entry: tuple(entry[: len(known)])):
            getattr(self, kind)(i, self.rule.block(i, kappa), [row[len(known) :] for row in rows])

    def checked(self, entries: Iterator[Any], shape: list[int]) -> Iterator[Any]:
        before: list[int] = []
        for entry in entries:
            right = type(entry) is list and {*map(type, entry)} == {int} and len(entry) == len(shape) + 1
            right = right and all(0 <= k < size for k, size in zip(entry, shape, strict=False))
            require(right and entry[:-1] > before, "weights should be [position …, weight], in order, none twice")
            require(entry[-1] >= 0, "a weight is negative")
            before = entry[:-1]
            yield entry

    def count(self, i: int, views: list[View], r: int, told: int | None, w: int, less: int, lie: Any = None) -> None:
        """Add w × (what i gets from the rule at the report r when told so − less), if (type, action) is in truth `lie`."""
        rule = self.rule
        acts, step, kd = rule.sizes[rule.n + i], rule.steps[rule.n + i], rule.price.denominator
        for view in views:
            t = lie[0] if lie else r
            if not view.chance[t]:
                continue
            at = view.at + r * rule.steps[i]
            for b in range(len(view.worth)):
                a = b // step % acts
                if told is None or a == told:
                    real = b + (lie[1] - a) * step if lie else b
                    self.gain[at + b] += w * (view.worth[real][t] - less * view.chance[t])
                    for k, payment in enumerate(rule.payments):
                        if payment.to == i:
                            for y, v in view.paid[k][real]:
                                self.owes[k][(at + b) * payment.outcomes + y] += w * kd * v[t]

    def incentives(self, i: int, views: list[View], rows: list[list[int]]) -> None:
        acts, slack = self.rule.sizes[self.rule.n + i], int(self.rule.slack * self.rule.unit)
        honest = dict[int, int]()
        for (t, r), group in groupby(rows, key=lambda row: (row[0], row[1])):
            sums = [0] * acts
            for _, _, told, done, w in group:
                sums[told] += w
                if t == r and told != done:
                    self.count(i, views, t, told, w, slack)
                if t != r or told != done:
                    self.count(i, views, r, told, -w, 0, (t, done))
            if t != r:
                require(len({*sums}) == 1, "weights of replies to different recommendations are not the same")
                honest[t] = honest.get(t, 0) + sums[0]
        for t, w in honest.items():
            self.count(i, views, t, None, w, slack)

    def participation(self, i: int, views: list[View], rows: list[list[int]]) -> None:
        require(i in self.rule.outside, "a weight of taking part needs an outside option")
        for t, *told, w in rows:
            self.count(i, views, t, told[0] if told else None, w, int(self.rule.outside[i][t] * self.rule.unit))

    def total(self) -> Fraction:
        rule, kd = self.rule, self.rule.price.denominator
        sides = [math.lcm(*(v.denominator for v in (*p.low, *p.high))) for p in rule.payments]
        common = math.lcm(rule.unit, *(p.denominator * kd * d for p, d in zip(rule.payments, sides, strict=True)))
        worth = [g * (common // rule.unit) for g in self.gain]
        for payment, owes, d in zip(rule.payments, self.owes, sides, strict=True):
            scale, size = common // (payment.denominator * kd * d), payment.outcomes
            for y, (low, high) in enumerate(zip(payment.low, payment.high, strict=True)):
                least, most = int(low * d) * scale, int(high * d) * scale
                for c, k in enumerate(owes[y::size]):
                    if k:
                        worth[c] += k * most if k > 0 else k * least
        acts = math.prod(rule.sizes[rule.n :])
        total = sum(max(worth[x : x + acts]) for x in range(0, rule.cells, acts))
        found = Fraction(total, rule.prior.denominator * self.denominator * common)
        return found + Fraction(self.beta, self.denominator) * (rule.limit or ZERO)


class Lines:
    """The file's lines as values, one at a time; the digest of all of them but claims."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines, self.digest, self.kept = iter(lines), hashlib.sha256(), list[Any]()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self.kept:
            return self.kept.pop()
        line = next(self.lines)
        value = json.loads(line)
        if not (type(value) is dict and "claim" in value):
            self.digest.update(line.strip().encode() + b"\n")
        return value

    def rows(self) -> Iterator[Any]:
        """The entries of the lists that come next."""
        for value in self:
            if type(value) is not list:
                self.kept.append(value)
                return
            yield from value


def sealed(digest: str, claim: dict[str, Any]) -> str:
    """SHA-256 of all that a claim rests on: the digest of the lines before it, and the claim less its own."""
    body = {key: value for key, value in claim.items() if key != "digest"}
    return hashlib.sha256((digest + json.dumps(body, sort_keys=True, separators=(",", ":"))).encode()).hexdigest()


def read(lines: Lines) -> Rule:
    """The rule, with its bound if there are multipliers; what comes next in the file are claims."""
    rule = Rule(lines)
    for value in lines:
        if type(value) is dict and "claim" in value:
            lines.kept.append(value)
            break
        if rule.bound is None:
            rule.bound = Bound(rule, get(value, "multipliers", dict))
        else:
            rule.bound.read(value, lines.rows())
    return rule


def verdicts(source: Iterable[str]) -> Iterator[Verdict]:
    """The verdicts on all claims as they come; one whose digest does not match fails. Raises NotACertificate."""
    rule, none = read(lines := Lines(source)), True
    for claim in lines:
        verdict, none = rule.evaluate(claim), False
        intact = get(claim, "digest", str) == sealed(lines.digest.hexdigest(), claim)
        altered = "its digest does not match: the file was altered afterwards"
        yield verdict if intact else Verdict(verdict.claim, False, altered, None, verdict.grade)
    require(not none, "it claims nothing")


def check(path: Any) -> list[Verdict]:
    """The verdicts on all claims of the file. Raises NotACertificate."""
    try:
        with open(path, encoding="utf-8") as file:
            return [*verdicts(file)]
    except NotACertificate:
        raise
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        raise NotACertificate(str(problem)) from None


def recognised(path: Any) -> bool:
    """Whether the file says in its first line that it is a rule certificate; no is also the answer where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.loads(file.readline())["format"] == FORMAT
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False


def main(argv: list[str]) -> int:
    try:
        require(len(argv) == 1, "name one file: python rule_checker.py rule.jsonl")
        found, stream = check(argv[0]), sys.stdout
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<9}  {v.grade}  {v.says}" for v in found]
    except NotACertificate as problem:
        found, stream, lines = [], sys.stderr, [f"not a certificate: {problem}"]
    getattr(stream, "reconfigure", dict)(errors="backslashreplace")  # not all terminals have all letters
    for line in lines:  # of which none may be forged by the file
        print("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line), file=stream)
    return int(not all(v.holds for v in found)) if found else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

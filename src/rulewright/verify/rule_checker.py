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
from itertools import chain, groupby, product
from typing import Any

ZERO = Fraction(0)
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

    def __init__(self, lines: Iterator[Any], name: str, sizes: list[int], full: bool = False) -> None:
        head = next(lines, None)
        require(get(head, "table", str) == name, f"the table “{name}” should come next")
        self.sizes, self.denominator, shape = sizes, get(head, "denominator", int), get(head, "shape", list)
        short = [1] * len(sizes) if not full else sizes
        right = len(shape) == len(sizes) and all(k in pair for k, *pair in zip(shape, sizes, short, strict=True))
        require(right and self.denominator > 0, f"“{name}” should have shape {sizes}, or 1 where nothing changes")
        self.steps = [step * (k > 1) for step, k in zip(strides(shape), shape, strict=True)]
        self.data: Any = (data := array("q"))
        while len(self.data) < math.prod(shape):
            row: Any = next(lines, None)
            require(type(row) is list and row and {*map(type, row)} == {int}, f"“{name}” should be whole numbers")
            try:
                self.data += array("q", row) if self.data is data else row
            except OverflowError:  # from here on a list, of numbers of any length
                self.data = [*data, *row]
        require(len(self.data) == math.prod(shape), f"“{name}” has too many entries")

    def vector(self, at: int, axis: int) -> Any:
        size, step = self.sizes[axis], self.steps[axis]
        return self.data[at : at + size * step : step] if step else [self.data[at]] * size

    def law(self, outcomes: int) -> "Table":
        """Itself, if its last axis is written out, and all `outcomes` in a row are probabilities."""
        require(self.steps[-1] == (outcomes > 1), "a law should have a number for each outcome")
        sums = {sum(self.data[k : k + outcomes]) for k in range(0, len(self.data), outcomes)}
        require(min(self.data) >= 0 and sums == {self.denominator}, "a law should be probabilities, with sum 1")
        return self


class Payment:
    """To whom, on which signals, how much at least and at most for each joint outcome, and z = μ·t."""

    def __init__(self, data: Any, rule: "Rule") -> None:
        self.to, self.money = rule.player(get(data, "to", str)), rule.prior  # until its own table comes
        shown = {f"{kind} of {p}": k for k, (kind, p) in enumerate(product(("type", "action"), rule.players))}
        known = {**shown, **rule.laws}  # an axis that the signal shows, or its law
        require({*get(data, "on", list)} <= {*known}, "a payment is on a signal that is not there")
        self.parts: list[Any] = [known[name] for name in data["on"]]
        self.counts = [p.sizes[-1] if isinstance(p, Table) else rule.sizes[p] for p in self.parts]
        self.outcomes = math.prod(self.counts)
        self.sides = low, high = [[*map(rational, get(data, side, list))] for side in ("low", "high")]
        right = len(low) == len(high) == self.outcomes and all(map(Fraction.__le__, low, high))
        require(right, "a payment should have low ≤ high, for each joint outcome")
        self.denominator = math.prod(p.denominator for p in self.parts if isinstance(p, Table))  # of the law


@dataclass
class View:
    """One X as player i sees it: vectors over i's types, for each profile of actions really taken."""

    at: int  # how far X is into cells, i's type left out
    chance: Any  # p
    worth: list[Any]  # [b]: G·p·u_i
    paid: list[list[list[Any]]]  # [payment, b]: (y, p·law of y) with some chance


class Rule:
    """The file's game, family and rule; `evaluate` gives the verdict on one claim."""

    def __init__(self, lines: Iterator[Any]) -> None:
        head = next(lines, None)
        version = (get(head, "format", str), get(head, "version", int))
        require(version == (FORMAT, 1), "its format or version is not what this checker reads")
        self.bound: Bound | None = None
        family, self.players = get(head, "family", dict), get(head, "players", list)
        self.axes = get(head, "types", list) + get(head, "actions", list)
        for names in (self.players, *self.axes):
            right = type(names) is list and {*map(type, names)} == {str} and len({*names}) == len(names)
            require(right, "players, types and actions should be lists of different labels")
        n, self.sizes = len(self.players), [*map(len, self.axes)]
        require(len(self.axes) == 2 * n, "there should be types and actions for each player")
        self.n, self.steps, self.cells = n, strides(self.sizes), math.prod(self.sizes)
        self.acts = math.prod(self.sizes[n:])  # profiles b
        self.prior = Table(lines, "prior", self.sizes[:n])
        chance = sum(self.prior.data[o] for o in offsets(self.prior.steps, self.sizes, range(n)))
        require(min(self.prior.data) >= 0 and chance == self.prior.denominator, "the prior should be probabilities")
        self.payoff = [Table(lines, f"payoff of {p}", self.sizes) for p in self.players]
        self.laws: dict[str, Table] = {}
        for name, count in get(head, "signals", dict).items():
            self.laws[name] = Table(lines, f"law of {name}", [*self.sizes, count]).law(count)
        post = get(family, "incentives", str)
        require(post in ("bayesian", "ex post"), "incentives should be bayesian or ex post")
        self.post, self.quiet = post == "ex post", max([1, *self.sizes[1:n]]) == 1  # nobody has anything to report
        require(get(family, "ask", bool) or self.quiet, "“ask” should be true where players have types")
        self.price, self.slack = rational(family.get("money_weight")), rational(family.get("slack"))
        self.limit = None if family.get("budget") is None else rational(family["budget"])
        self.outside = {self.player(p): [*map(rational, v)] for p, v in get(family, "outside", dict).items()}
        require(all(len(v) == self.sizes[i] for i, v in self.outside.items()), "outside options should be per type")
        self.payments = [Payment(each, self) for each in get(family, "payments", list)]
        fixed: list[Any] = [*self.payoff, self.slack, *chain.from_iterable(self.outside.values())]
        self.unit = math.lcm(*(v.denominator for v in fixed))  # G
        self.mu = Table(lines, "rule", self.sizes, full=True)
        for k, p in enumerate(self.payments):
            p.money = Table(lines, f"money {k}", [*self.sizes, p.outcomes], full=True)
        units = (p.money.denominator * p.denominator for p in self.payments)
        self.scale = math.lcm(self.mu.denominator * self.unit, *units)

    def player(self, name: Any) -> int:
        require(name in self.players, f"there is no player {name!r:.60}")
        return self.players.index(name)

    def known(self, i: int) -> list[int]:  # players whose types are given in i's incentives
        return [j for j in range(1, self.n) if self.post and j != i]

    def block(self, i: int, kappa: tuple[int, ...]) -> "list[View]":
        """All X together, or those of a profile κ of the other players' types where that is given."""
        given, others = dict(zip(self.known(i), kappa, strict=True)), [j for j in range(self.n) if j != i]
        profiles = product(*([given[j]] if j in given else range(self.sizes[j]) for j in others))
        return [self.view(i, dict(zip(others, x, strict=True))) for x in profiles]

    def blocks(self, i: int) -> Any:
        kappas = product(*(range(self.sizes[j]) for j in self.known(i)))
        return ((kappa, self.block(i, kappa)) for kappa in kappas)

    def view(self, i: int, x: dict[int, int]) -> "View":
        def base(steps: list[int]) -> int:
            return sum(k * steps[j] for j, k in x.items())

        chance, u = self.prior.vector(base(self.prior.steps), i), self.payoff[i]
        start, scale = base(u.steps), self.unit // u.denominator
        rows = (u.vector(start + o, i) for o in offsets(u.steps, self.sizes, range(self.n, 2 * self.n)))
        worth = [[p * v * scale for p, v in zip(chance, row, strict=True)] for row in rows]
        paid: list[Any] = []
        for payment in self.payments:  # those to i; the designer sees them all
            acts = product(*map(range, self.sizes[self.n :])) if i in (0, payment.to) else ()
            whole = (x | dict(enumerate(b, self.n)) for b in acts)
            paid.append([self.heard(payment, i, c, chance) for c in whole])
        return View(base(self.steps), chance, worth, paid)

    def heard(self, payment: Payment, i: int, c: dict[int, int], chance: Any) -> list[tuple[int, Any]]:
        """(y, p·law of y) for each joint outcome that has a chance."""
        found = [(0, chance)]
        for part, count in zip(payment.parts, payment.counts, strict=True):
            if isinstance(part, Table):
                at = sum(k * part.steps[axis] for axis, k in c.items())
                laws = [part.vector(at + y * part.steps[-1], i) for y in range(count)]
            else:
                laws = [[int(y == c.get(part, k)) for k in range(self.sizes[i])] for y in range(count)]
            pairs = product(found, enumerate(laws))
            joint = ((y * count + s, [p * q for p, q in zip(v, law, strict=True)]) for (y, v), (s, law) in pairs)
            found = [(y, v) for y, v in joint if any(v)]
        return found

    def truth(self) -> Iterator[tuple[int, int, list[Any]]]:
        """Of each cell (x, b), all being truthful and obedient: G·p·goal, and (payment, y, p·law of y)."""
        for x in product(*map(range, self.sizes[1 : self.n])):
            view = self.view(0, dict(enumerate(x, 1)))
            for w, b in product(range(self.sizes[0]), range(self.acts)):
                heard = [(k, y, v[w]) for k, paid in enumerate(view.paid) for y, v in paid[b]]
                yield view.at + w * self.steps[0] + b, view.worth[b][w], heard

    def reported(self, i: int, r: int, views: "list[View]") -> tuple[Any, list[int]]:
        """([told][done] vectors of what i gets by the report r, in 1/(Dp·scale); Dp·Dm × chance of r and each told)."""
        acts, step = self.sizes[self.n + i], self.steps[self.n + i]
        found, mass = [[[0] * self.sizes[i] for _ in range(acts)] for _ in range(acts)], [0] * acts
        scale = self.scale // (self.mu.denominator * self.unit)
        units = ((k, p, p.money) for k, p in enumerate(self.payments) if p.to == i)
        mine = [(k, p.outcomes, z.data, self.scale // (z.denominator * p.denominator)) for k, p, z in units]
        for view in views:
            at = view.at + r * self.steps[i]
            for b, m in enumerate(self.mu.data[at : at + self.acts]):
                told = b // step % acts
                mass[told] += m * view.chance[r]
                for done in range(acts if m else 0):  # no money is paid where the rule never gets
                    real = b + (done - told) * step
                    terms = [(m * scale, view.worth[real])]
                    for k, size, z, unit in mine:
                        terms += [(z[(at + b) * size + y] * unit, v) for y, v in view.paid[k][real]]
                    for weight, vector in (term for term in terms if term[0]):
                        sums = zip(found[told][done], vector, strict=True)
                        found[told][done] = [s + weight * v for s, v in sums]
        return found, mass

    def margins(self, i: int, views: "list[View]") -> Iterator[tuple[str, Any, int, Any]]:
        """(claim, surplus of a row, mass of its types in the same unit, (type, what it does)); of lies the best ones."""
        types, acts, out = self.axes[i], self.axes[self.n + i], self.outside.get(i)
        best, truth = dict[int, Any](), [0] * len(types)
        for r in range(len(types)):
            found, told = self.reported(i, r, views)
            replies = ([max(each) for each in zip(*rows, strict=True)] for rows in found)
            for t, value in enumerate(map(sum, zip(*replies, strict=True))):
                if t != r and (t not in best or value > best[t][0]):
                    best[t] = value, r
            truth[r] = sum(found[a][a][r] for a in range(len(acts)))
            for a, m in ((a, m * self.scale) for a, m in enumerate(told) if m):
                own = found[a][a][r] * self.mu.denominator
                for b in (b for b in range(len(acts)) if b != a):
                    loss = own - found[a][b][r] * self.mu.denominator
                    yield "honest", loss, m, (r, f"told {acts[a]} and doing {acts[b]}")
                if out and self.quiet:
                    yield "voluntary", own - m * out[r], m, (r, f"told {acts[a]}")
        for t, m in ((t, self.scale * sum(view.chance[t] for view in views)) for t in range(len(types))):
            if m and t in best:
                yield "honest", truth[t] - best[t][0], m, (t, f"saying {types[best[t][1]]}")
            if m and out and not self.quiet:
                yield "voluntary", truth[t] - m * out[t], m, (t, "in all")

    @cached_property
    def worst(self) -> dict[str, tuple[Fraction, str]]:
        """The least margins of honesty (and obedience) and of taking part, and who has them, doing what."""
        least: dict[str, Any] = {}
        for i, (kappa, views) in ((j, block) for j in range(1, self.n) for block in self.blocks(j)):
            for what, over, mass, where in self.margins(i, views):
                if what not in least or over * least[what][1] < least[what][0] * mass:
                    least[what] = over, mass, i, kappa, *where
        found = {}
        for what, (over, mass, i, kappa, t, does) in least.items():
            others = [f"{self.players[j]} of type {self.axes[j][k]}" for j, k in zip(self.known(i), kappa, strict=True)]
            given = f" ({', '.join(others)})" * bool(others)
            found[what] = Fraction(over) / mass, f"{self.players[i]} of type {self.axes[i][t]}{given}, {does},"
        return found

    @cached_property
    def totals(self) -> tuple[Fraction, Fraction]:
        """(expected goal, expected payments)."""
        goal, paid = 0, [0] * len(self.payments)
        for c, worth, heard in self.truth():
            goal += self.mu.data[c] * worth
            for k, y, p in heard:
                paid[k] += p * self.payments[k].money.data[c * self.payments[k].outcomes + y]
        units = [p.money.denominator * p.denominator for p in self.payments]
        money = sum((Fraction(p, unit) for p, unit in zip(paid, units, strict=True)), ZERO)
        return Fraction(goal, self.mu.denominator * self.unit * self.prior.denominator), money / self.prior.denominator

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
        mu, dm = self.mu.data, self.mu.denominator
        if min(mu) < 0 or any(sum(mu[x : x + self.acts]) != dm for x in range(0, self.cells, self.acts)):
            return "probabilities do not sum to 1, or one is negative"
        for payment in self.payments:
            for (side, sign), y in product(zip(payment.sides, (1, -1), strict=True), range(payment.outcomes)):
                left, right = sign * dm * side[y].denominator, sign * side[y].numerator * payment.money.denominator
                amounts = zip(payment.money.data[y :: payment.outcomes], mu, strict=True)
                if any(k * left < m * right for k, m in amounts):
                    return f"a payment to {self.players[payment.to]} is beyond {said(side[y])}"
        return ""

    def honest(self, claim: Any) -> Any:
        asked, (loss, who) = rational(claim.get("margin")), self.worst.get("honest", (None, ""))
        if loss is None:
            return None, "nothing could be otherwise"
        change = f"gains {said(-loss)}" if loss < 0 else f"loses {said(loss)}, and nobody deviates for less"
        return loss - asked, f"{who} {change}; at least {said(asked)} is claimed"

    def voluntary(self, claim: Any) -> Any:
        spare, who = self.worst.get("voluntary", (None, ""))
        return spare, "nobody has an outside option" if spare is None else f"{who} gets {said(spare)} more than outside"

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
        self.sizes, self.seen = [p.outcomes for p in rule.payments], set[Any]()
        price = rule.price.numerator * self.denominator + self.beta * rule.price.denominator
        for c, worth, heard in rule.truth():
            self.gain[c] = self.denominator * worth
            for k, y, p in heard:
                self.owes[k][c * self.sizes[k] + y] = -price * p

    def read(self, head: Any, entries: Iterator[Any]) -> None:
        kind, i = get(head, "weights", str), self.rule.player(head.get("of"))
        right = i and kind in ("incentives", "participation") and (kind, i) not in self.seen
        require(right, "weights are of incentives or participation of a player, not twice")
        self.seen.add((kind, i))
        known, types, acts = self.rule.known(i), self.rule.sizes[i], self.rule.sizes[self.rule.n + i]
        own = [types, types, acts, acts] if kind == "incentives" else [types, acts][: 1 + self.rule.quiet]
        checked = self.checked(entries, [*(self.rule.sizes[j] for j in known), *own])
        for kappa, rows in groupby(checked, key=lambda entry: tuple(entry[: len(known)])):
            getattr(self, kind)(i, self.rule.block(i, kappa), [row[len(known) :] for row in rows])

    def checked(self, entries: Iterator[Any], shape: list[int]) -> Iterator[Any]:
        before: list[int] = []
        for entry in entries:
            right = type(entry) is list and {*map(type, entry)} == {int} and len(entry) == len(shape) + 1
            right = right and all(0 <= k < size for k, size in zip(entry, shape, strict=False)) and entry[-1] >= 0
            require(right and entry[:-1] > before, "weights should be [position …, weight ≥ 0], in order, none twice")
            before = entry[:-1]
            yield entry

    def count(self, i: int, views: list[View], r: int, told: int | None, w: int, less: int, lie: Any = None) -> None:
        """Add w × (what i gets from the rule at the report r when told so − less), if (type, action) is in truth `lie`."""
        rule, t = self.rule, lie[0] if lie else r
        acts, step, kd = rule.sizes[rule.n + i], rule.steps[rule.n + i], rule.price.denominator
        for view in (view for view in views if view.chance[t]):
            for b in (b for b in range(rule.acts) if told is None or b // step % acts == told):
                real, c = b + (lie[1] - b // step % acts) * step if lie else b, view.at + r * rule.steps[i] + b
                self.gain[c] += w * (view.worth[real][t] - less * view.chance[t])
                for k in (k for k, payment in enumerate(rule.payments) if payment.to == i):
                    for y, v in view.paid[k][real]:
                        self.owes[k][c * self.sizes[k] + y] += w * kd * v[t]

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
        rule, units = self.rule, [p.denominator * self.rule.price.denominator for p in self.rule.payments]
        sides = ((unit, v) for p, unit in zip(rule.payments, units, strict=True) for v in chain(*p.sides))
        common = math.lcm(rule.unit, *(unit * v.denominator for unit, v in sides))
        worth = [g * (common // rule.unit) for g in self.gain]
        for payment, owes, unit in zip(rule.payments, self.owes, units, strict=True):
            for y, (low, high) in enumerate(zip(*payment.sides, strict=True)):
                least, most = (int(side * (common // unit)) for side in (low, high))
                for c, k in enumerate(owes[y :: payment.outcomes]):
                    worth[c] += k * (most if k > 0 else least)
        total = sum(max(worth[x : x + rule.acts]) for x in range(0, rule.cells, rule.acts))
        found = Fraction(total, rule.prior.denominator * self.denominator * common)
        return found + Fraction(self.beta, self.denominator) * (rule.limit or ZERO)


class Lines:
    """The file's lines as values, one at a time; the digest of all of them but claims."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines, self.digest, self.kept = iter(lines), hashlib.sha256(), list[Any]()

    def __iter__(self) -> "Lines":
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
    except (OSError, ValueError, TypeError, RecursionError, MemoryError) as problem:
        raise NotACertificate(str(problem)) from None


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

"""What competition among AIs is worth to people, checked by a stranger with the standard library only.

`python competition_checker.py FILE`; docs/competition_certificate.md has the form, the claims and what they mean. What rivals
say and what comes of it is checked by rivals_checker.py, beside it; without, those claims count as not checked. A file is about

    a table     f_r = Σ_i w_i·U_ri + c − u_r      how near people's utility u is to a mix of those of the AIs, U_i
    rivals      q(α | s)                          what AIs who know s recommend to Alice, who may know t; α: an act for each t
    a panel     ⟨u − Σ_i λ_i·U_i, d_q⟩ ≥ 0        which reviewers cover what people want, against all that may be proposed

Everything is weak duality: whoever says that nothing does better gives multipliers, and a maximum over finitely many things
shows it. Numbers are rationals, written as whole numbers over one denominator for each table or witness; no tolerance. What
would take long is refused as not checked. Exit: 0 if all claims hold, 1 if some fail, 2 if FILE is no such certificate.
"""

import hashlib
import json
import math
import re
import runpy
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

ZERO, ONE, HUGE = Fraction(0), Fraction(1), Fraction(10**300)
BESIDE, run_once = Path(__file__).with_name("rivals_checker.py"), cache(runpy.run_path)
FORMAT, GRADE = "rulewright competition certificate", "proved"
RATIONAL = re.compile(r"-?[0-9]{1,4000}(/(?!0+$)[0-9]{1,4000})?", re.ASCII)
BYTES = 2**26  # of a file
NUMBERS = 1_000_000  # in a table
WORK = 100_000_000  # sums of two numbers of up to 512 binary digits, for all claims together
SEARCH = 500_000  # removals from a panel
LONG = 1 << 15  # binary digits of a common denominator


class NotACertificate(ValueError):
    """The file is not of the form that docs/competition_certificate.md describes; the message is one sentence."""


class Contradiction(NotACertificate):
    """The form is right, but what is written cannot be, such as a weight below 0: the claim fails."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool
    says: str
    margin: Fraction | None  # what is to spare; below 0 what is missing
    grade: str


def require(condition: Any, message: str, kind: type[Exception] = NotACertificate) -> None:
    if not condition:
        raise kind(message)


def must(condition: Any, message: str) -> None:
    require(condition, message, Contradiction)


def said(x: Fraction) -> str:
    short = max(x.numerator.bit_length(), x.denominator.bit_length()) < 32
    return str(x) if short else f"about {float(max(min(x, HUGE), -HUGE)):.9g}"


def digits(members: Iterable[int]) -> int:
    """A set as binary digits."""
    return sum(1 << i for i in {*members})


def spelt(claim: str) -> str:
    return claim.replace(" ", "_").replace("-", "_")


def whole(numbers: Iterable[Fraction]) -> tuple[list[int], int]:
    """(numerators, their common denominator)."""
    given, common = [*numbers], 1
    for d in {x.denominator for x in given}:
        common = math.lcm(common, d)
        must(common.bit_length() <= LONG, "not checked: numbers that are too long together")
    return [x.numerator * (common // x.denominator) for x in given], common


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

    def each(self, count: int | None = None) -> "list[Node]":
        values = self.be(list)
        require(len(values) <= NUMBERS, f"{self.path} is too long to check here")
        require(count in (None, len(values)), f"{self.path} should have {count} entries, and has {len(values)}")
        return [Node(value, f"{self.path}[{k}]") for k, value in enumerate(values)]

    def labels(self) -> list[str]:
        names = [node.be(str) for node in self.each()]
        require(names and len({*names}) == len(names), f"{self.path} should hold different strings, at least one")
        return names

    def among(self, known: Any) -> int:
        require(self.be(str) in known, f"{self.path} should be one of {', '.join(known)}"[:300])
        return [*known].index(self.value)

    def members(self, known: list[str]) -> list[int]:
        at = {name: i for i, name in enumerate(known)}
        return [at[name] if (name := node.be(str)) in at else node.among(known) for node in self.each()]

    def number(self, most: int) -> int:
        """A position below `most`."""
        require(0 <= self.be(int) < most, f"{self.path} should be a whole number from 0 to {most - 1}")
        return int(self.value)

    def rational(self, least: Fraction | None = None) -> Fraction:
        require(type(self.value) is str and RATIONAL.fullmatch(self.value), f"{self.path} should be a rational “3/7”")
        top, _, bottom = self.value.partition("/")
        number = Fraction(int(top), int(bottom or 1))
        must(least is None or number >= least, f"{self.path} is below {least}")
        return number

    def optional(self) -> Fraction | None:
        return None if self.value is None else self.rational(ZERO)

    def rationals(self, count: int) -> list[Fraction]:
        return [node.rational() for node in self.each(count)]

    def grid(self, shape: list[int]) -> list[Fraction]:
        """A list of lists …, flat."""
        require(math.prod(shape) <= NUMBERS, f"{self.path} is too large to check here")
        nodes = [self]
        for size in shape:
            nodes = [below for node in nodes for below in node.each(size)]
        return [node.rational() for node in nodes]

    def mix(self, known: list[str]) -> dict[int, Fraction]:
        """{position: weight > 0} of an object from names to weights."""
        at = {name: i for i, name in enumerate(known)}
        unknown = next((key for key in self.be(dict) if key not in at), None)
        require(unknown is None, f"{self.path} names {unknown!r:.40}, which is not among {', '.join(known)}"[:300])
        return {at[key]: w for key in self.value if (w := self[key].rational(ZERO))}

    def sparse(self, size: int, least: Fraction | None = None) -> dict[int, Fraction]:
        """{position: number} of a list of [position, number]."""
        found: dict[int, Fraction] = {}
        for node in self.each():
            position, number = node.each(2)
            require(position.number(size) not in found, f"{node.path} names a position again")
            found[position.value] = number.rational(least)
        return found

    def per_name(self, known: list[str]) -> "list[Node]":
        """What an object has for each of these names, in their order."""
        require({*self.be(dict)} == {*known}, f"{self.path} should have an entry for each of {', '.join(known)}"[:300])
        return [self[name] for name in known]


class Setting:
    """What a file is about; a method for each claim gives (what is to spare, a sentence)."""

    CLAIMS: tuple[str, ...] = ()
    must, said, whole = staticmethod(must), staticmethod(said), staticmethod(whole)

    def __init__(self, about: Node) -> None:
        self.work, self.names = 0, about["names"].labels()

    def position(self, name: str) -> int:
        return Node(name, "a name").among(self.names)

    def spend(self, steps: int, *units: int) -> None:
        """Count so many sums of numbers over such denominators."""
        self.work += steps * (1 + sum(unit.bit_length() for unit in units) // 512) ** 2
        must(self.work <= WORK, "not checked: it would take too long here")

    def method(self, name: str) -> Any:
        return getattr(self, spelt(name))

    def evaluate(self, claim: Node) -> Verdict:
        """The verdict on one claim, whatever its digest. Raises NotACertificate where it is not of the right form."""
        name = self.CLAIMS[claim["claim"].among(self.CLAIMS)]
        require(claim["grade"].be(str) == GRADE, f"{claim.path}.grade should be “{GRADE}”")
        try:
            self.spend(1000)
            slack, says = self.method(name)(claim)
        except Contradiction as problem:
            return Verdict(name, False, str(problem), None, GRADE)
        return Verdict(name, slack is None or slack >= 0, says, slack, GRADE)


class Table(Setting):
    """Rows r in cases g: people[r] and columns[i][r] as whole numbers over `unit`."""

    CLAIMS: tuple[str, ...] = ("near", "no nearer", "range", "no narrower", "separated", "entrant")

    def __init__(self, about: Node) -> None:
        super().__init__(about)
        n, k = len(about["people"].be(list)), len(self.names)
        require(n, "a table should have a row")
        numbers, self.unit = whole(about["people"].grid([n]) + about["ais"].grid([n, k]))
        self.people, self.columns = numbers[:n], [numbers[n + i :: k] for i in range(k)]
        self.cases = [0] * n
        if about["cases"].value is not None:
            self.cases = [node.number(n) for node in about["cases"].each(n)]
        groups = max(self.cases) + 1
        require({*self.cases} == {*range(groups)}, f"{about['cases'].path} should be numbers from 0 without gaps")
        require(
            len(about["rows"].be(list)) in (0, n), f"{about['rows'].path} should have a label for each row, or none"
        )
        self.chances: list[Fraction] | None = None
        self.groups, self.labels = groups, [node.be(str) for node in about["rows"].each()]

    def row(self, r: int) -> str:
        return self.labels[r] if self.labels else f"row {r + 1}"

    def law(self, claim: Node) -> list[Fraction]:
        """Chances of cases."""
        if self.chances is not None or claim["chances"].value is None:
            return self.chances or [Fraction(1, self.groups)] * self.groups
        chances = claim["chances"].rationals(self.groups)
        given, unit = whole(chances)
        must(min(given) >= 0 and sum(given) == unit, f"{claim.path}.chances should be chances, with sum 1")
        return chances

    def weights(self, claim: Node, names: list[str]) -> dict[int, Fraction]:
        mix = claim["weights"].mix(names)
        given, unit = whole(mix.values())
        must(not claim["simplex"].be(bool) or sum(given) == unit, f"{claim.path}.weights do not sum to 1")
        return mix

    def gaps(self, columns: list[tuple[Fraction, list[int]]], offsets: list[Fraction]) -> tuple[list[int], int]:
        """f_r of Σ weight·column + offset of the case − people, and its denominator."""
        given, unit = whole([w for w, _ in columns] + [Fraction(-1, self.unit)] + offsets)
        self.spend(len(self.people) * (len(columns) + 2), unit, self.unit)
        used = [*zip(given, [column for _, column in columns] + [self.people], strict=False)]
        shift = given[len(used) :] if offsets else [0] * self.groups
        return [sum(w * u[r] for w, u in used) + shift[g] for r, g in enumerate(self.cases)], unit

    def mixed(self, mix: dict[int, Fraction]) -> list[tuple[Fraction, list[int]]]:
        return [(w / self.unit, self.columns[i]) for i, w in mix.items()]

    def offset(self, claim: Node) -> int:
        return (0, 1, self.groups)[claim["offset"].among(("none", "constant", "case"))]

    def nearness(self, claim: Node, columns: list[tuple[Fraction, list[int]]], sides: Any) -> tuple[Fraction, str]:
        epsilon, count = claim["epsilon"].rational(ZERO), self.offset(claim)
        offsets = claim["offsets"].rationals(count)
        f, unit = self.gaps(columns, offsets * self.groups if count == 1 else offsets)
        found = []
        for side, sign in zip(sides, (1, -1), strict=True):
            if side is not None:
                worst = min(range(len(f)), key=lambda r: sign * f[r])
                found.append((side * epsilon + Fraction(sign * f[worst], unit), worst))
        require(found, f"{claim.path}.sides should not both be null")
        slack, worst = min(found)
        return slack, f"closest to the limit is {self.row(worst)}, with f = {said(Fraction(f[worst], unit))}"

    def near(self, claim: Node) -> Any:
        sides = [node.optional() for node in claim["sides"].each(2)]
        slack, says = self.nearness(claim, self.mixed(self.weights(claim, self.names)), sides)
        return slack, f"within {said(claim['epsilon'].rational())}: {says}"

    def entrant(self, claim: Node) -> Any:
        new = claim["entrant"]
        name, (column, unit) = new["name"].be(str), whole(new["utility"].rationals(len(self.people)))
        require(name not in self.names, f"{new.path}.name is that of an AI that is there")
        mix, k = self.weights(claim, [*self.names, name]), len(self.names)
        columns = self.mixed({i: w for i, w in mix.items() if i < k})
        columns += [(mix[k] / unit, column)] if k in mix else []
        slack, says = self.nearness(claim, columns, [node.optional() for node in claim["sides"].each(2)])
        return slack, f"with {name} within {said(claim['epsilon'].rational())}: {says}"

    def dual(self, claim: Node) -> tuple[dict[int, Fraction], Fraction]:
        """ν, and what it proves of every mix: Σ ν·u, less the most that it gives an AI for the hull."""
        nu = claim["dual"].sparse(len(self.people))
        given, unit = whole(nu.values())
        self.spend(len(nu) * (len(self.columns) + 1), unit, self.unit)
        each = [sum(x * u[r] for r, x in zip(nu, given, strict=True)) for u in (self.people, *self.columns)]
        likes, most = [Fraction(x, unit * self.unit) for x in each], max(each[1:])
        who = self.names[each.index(most, 1) - 1]
        if claim["simplex"].be(bool):
            return nu, likes[0] - Fraction(most, unit * self.unit)
        must(most <= 0, f"the dual does not serve: it gives {who} {said(Fraction(most, unit * self.unit))}, above 0")
        return nu, likes[0]

    def balance(self, nu: dict[int, Fraction], size: bool = False) -> list[Fraction]:
        """Σν, or Σ|ν|, in each case."""
        found = [ZERO] * self.groups
        for r, x in nu.items():
            found[self.cases[r]] += abs(x) if size else x
        return found

    def no_nearer(self, claim: Node) -> Any:
        nu, bound = self.dual(claim)
        low, high = (node.optional() for node in claim["sides"].each(2))
        least, count = claim["at_least"].rational(), self.offset(claim)
        self.spend(2 * len(nu), whole(nu.values())[1])
        parts = [sum((x for x in nu.values() if x > 0), ZERO), -sum((x for x in nu.values() if x < 0), ZERO)]
        sides = [*zip((low, high), parts, strict=True)]
        must(not any(side is None and part for side, part in sides), "the dual is on a side that is not asked for")
        must(sum(side * part for side, part in sides if side) <= 1, "the dual is too large: it adds up to more than 1")
        sums = self.balance(nu)
        must(count == 0 or not (any(sums) if count > 1 else sum(sums)), "the dual does not cancel the offset")
        bound = max(bound, ZERO)
        return bound - least, f"no mix is nearer than {said(bound)}; {said(least)} is claimed"

    def spread(self, f: list[int], unit: int, law: list[Fraction]) -> Fraction:
        """Σ P(g)·(max − min of f in case g)."""
        self.spend(len(f), unit)
        high: dict[int, int] = {}
        low: dict[int, int] = {}
        for g, x in zip(self.cases, f, strict=True):
            high[g], low[g] = max(x, high.get(g, x)), min(x, low.get(g, x))
        given, scale = whole(law)
        return Fraction(sum(p * (high[g] - low[g]) for g, p in enumerate(given)), unit * scale)

    def range(self, claim: Node) -> Any:
        rho = claim["rho"].rational()
        found = self.spread(*self.gaps(self.mixed(self.weights(claim, self.names)), []), self.law(claim))
        return rho - found, f"the mix has a range of {said(found)}; at most {said(rho)} is claimed"

    def no_narrower(self, claim: Node) -> Any:
        (nu, bound), least, law = self.dual(claim), claim["at_least"].rational(), self.law(claim)
        self.spend(2 * len(nu), whole(nu.values())[1])
        must(not any(self.balance(nu)), "the dual does not sum to 0 in each case")
        sizes = zip(self.balance(nu, size=True), law, strict=True)
        must(all(size <= 2 * p for size, p in sizes), "the dual is larger than twice the chance of a case")
        bound = max(bound, ZERO)
        return bound - least, f"no mix has a range below {said(bound)}; {said(least)} is claimed"

    def separated(self, claim: Node) -> Any:
        laws = [claim[side].sparse(len(self.people), ZERO) for side in ("from", "to")]
        gain, most = claim["gain"].rational(), claim["ais_at_most"].rational(ZERO)
        for law in laws:
            self.spend(2 * len(law), whole(law.values())[1])
            must(sum(law.values()) == 1, f"{claim.path}: a law does not sum to 1")
        before, after = map(self.balance, laws)
        must(not claim["within_cases"].be(bool) or before == after, "the two laws differ in the chances of cases")
        move = {r: laws[1].get(r, ZERO) - laws[0].get(r, ZERO) for r in {**laws[0], **laws[1]}}
        given, unit = whole(move.values())
        self.spend(len(move) * (len(self.columns) + 1), unit, self.unit)
        each = [sum(x * u[r] for r, x in zip(move, given, strict=True)) for u in (self.people, *self.columns)]
        people, ai = (Fraction(x, unit * self.unit) for x in (each[0], max(each[1:])))
        must(gain > most, "what people gain is not more than what an AI may gain")
        who = self.names[each.index(max(each[1:]), 1) - 1]
        return min(people - gain, most - ai), f"people gain {said(people)} by the move, {who} {said(ai)}, no AI more"


class Rivals(Table):
    """Alice and Bobs: utilities[i][s][t][a] over `unit`, Alice's last; p[s][t] over `mass`."""

    CLAIMS = (*Table.CLAIMS, "opt", "equilibrium", "worst", "unimprovable", "theorem", "zero-sum")

    def __init__(self, about: Node) -> None:
        Setting.__init__(self, about)
        self.states, self.types, self.acts = (about[key].labels() for key in ("states", "types", "actions"))
        shape = S, T, A = [len(x) for x in (self.states, self.types, self.acts)]
        k, size = len(self.names), S * T * A
        prior = about["prior"].grid([S, T])
        flat, self.mass = whole(prior)
        must(min(flat) >= 0 and sum(flat) == self.mass, f"{about.path}.prior should be chances, with sum 1")
        numbers = about["bobs"].grid([k, *shape]) + about["alice"].grid(shape)
        every, self.unit = whole(numbers)
        self.p = [flat[s * T : s * T + T] for s in range(S)]
        tables = [every[i * size : i * size + size] for i in range(k + 1)]
        self.u = [[[x[(s * T + t) * A :][:A] for t in range(T)] for s in range(S)] for x in tables]
        self.pairs = [(s, t) for s, t in product(range(S), range(T)) if self.p[s][t]]
        here = [(s, t, a) for s, t in self.pairs for a in range(A)]
        self.columns = [[u[s][t][a] for s, t, a in here] for u in self.u]
        self.people, self.groups = self.columns.pop(), len(self.pairs)
        self.cases = [g for g in range(self.groups) for _ in range(A)]
        self.chances = [Fraction(self.p[s][t], self.mass) for s, t in self.pairs]
        self.labels = [" ".join((self.states[s], *(self.types[t],) * (T > 1), self.acts[a])) for s, t, a in here]
        self.P = [sum(row) for row in self.p]
        best = sum(self.p[s][t] * max(self.u[-1][s][t]) for s, t in self.pairs)
        blind = [[sum(self.p[s][t] * self.u[-1][s][t][a] for s in range(S)) for a in range(A)] for t in range(T)]
        self.opt_value, self.v0 = (Fraction(x, self.mass * self.unit) for x in (best, sum(map(max, blind))))

    def method(self, name: str) -> Any:
        """Claims about talk, and what comes of it, are functions of the file beside."""
        if name in Table.CLAIMS:
            return super().method(name)
        must(BESIDE.is_file(), f"not checked: needs {BESIDE.name} beside")
        return partial(run_once(str(BESIDE))[spelt(name)], self)


class Panel(Setting):
    """What everybody gets from each deviation, gains[i][q] with the principal's last, over `unit`."""

    CLAIMS = ("covers", "harmful", "sound threshold", "depth", "permissive")

    def __init__(self, about: Node) -> None:
        super().__init__(about)
        outcomes, self.proposals = about["outcomes"].labels(), about["proposals"].labels()
        n, O, Q = len(self.names), len(outcomes), len(self.proposals)
        utilities, unit = whole(about["reviewers"].grid([n, O]) + about["principal"].grid([O]))
        moves, scale = whole(about["deviations"].grid([Q, O]))
        self.unit, self.n = unit * scale, n
        try:
            self.spend((n + 1) * Q * O // 4, unit, scale)
        except Contradiction as problem:
            raise NotACertificate(str(problem)) from None
        rows = [utilities[i * O : i * O + O] for i in range(n + 1)]
        d = [moves[q * O : q * O + O] for q in range(Q)]
        self.gains = [[sum(map(int.__mul__, row, move)) for move in d] for row in rows]
        first: dict[tuple[int, ...], int] = {}
        self.alike = [first.setdefault(tuple(row), i) for i, row in enumerate(self.gains[:n])]  # who stands for whom

    def slack(self, node: Node) -> tuple[Fraction, frozenset[int], str]:
        """(least ⟨u − Σλ_i U_i, d_q⟩, support, where)."""
        mix = node.mix(self.names)
        given, unit = whole(mix.values())
        self.spend(len(self.proposals) * (len(mix) + 1), unit, self.unit)
        used = [(w, self.gains[i]) for i, w in zip(mix, given, strict=True)]
        left = [unit * g - sum(w * row[q] for w, row in used) for q, g in enumerate(self.gains[-1])]
        q = min(range(len(left)), key=left.__getitem__)
        return Fraction(left[q], unit * self.unit), frozenset(mix), self.proposals[q]

    def covering(self, nodes: list[Node]) -> list[frozenset[int]]:
        found = []
        for node in nodes:
            slack, support, where = self.slack(node)
            must(slack >= 0, f"{node.path} does not cover: at {where} {said(-slack)} is missing")
            found.append(support)
        return found

    def covers(self, claim: Node) -> Any:
        (slack, support, where), members = self.slack(claim["weights"]), claim["coalition"].members(self.names)
        must(support <= {*members}, f"{claim.path}.weights are on reviewers outside the coalition")
        who = ", ".join(map(self.names.__getitem__, members))
        return slack, f"{who}: at {where} people get {said(slack)} more than their mix; least of all proposals"

    def proposed(self, node: Node) -> tuple[Fraction, set[int]]:
        """What people get from a proposal, and who approves."""
        given, unit = whole((mix := node.sparse(len(self.proposals), ZERO)).values())
        must(sum(given) <= unit, f"{node.path} has a sum above 1")
        self.spend(len(mix) * (self.n + 1), unit, self.unit)
        worth = [sum(c * row[q] for q, c in zip(mix, given, strict=True)) for row in self.gains]
        return Fraction(worth[-1], unit * self.unit), {i for i in range(self.n) if worth[i] >= 0}

    def harmful(self, claim: Node) -> Any:
        gain, approve = self.proposed(claim["proposal"])
        against = [self.names[i] for i in claim["approved_by"].members(self.names) if i not in approve]
        must(not against, f"{', '.join(against)} object")
        harm = claim["harm"].rational()
        must(harm > 0, f"{claim.path}.harm is not above 0")
        return -gain - harm, f"people lose {said(-gain)}, and all of the coalition approve; {said(harm)} is claimed"

    def removals(self, supports: list[int], budget: int, size: dict[int, int]) -> Iterable[int]:
        """Sets (as binary digits) that meet every support, within the budget: among them all that are minimal."""
        ahead, seen = [(0, 0)], {0}
        while ahead:
            gone, cost = ahead.pop()
            self.spend(1 + (len(supports) + len(size)) // 16)
            unmet = next((support for support in supports if not support & gone), None)
            if unmet is None:
                yield gone
                continue
            for i, count in size.items():
                more = gone | 1 << i
                if unmet >> i & 1 and cost + count <= budget and more not in seen:
                    must(len(seen) * (1 + self.n // 256) < SEARCH, "not checked: too many removals")
                    seen.add(more)
                    ahead.append((more, cost + count))

    def tolerates(self, k: int, nodes: list[Node]) -> None:
        must(0 <= k <= self.n, f"{k} objections are not possible")
        supports = {digits(self.alike[i] for i in support) for support in self.covering(nodes)}
        size = Counter(self.alike)
        for gone in self.removals(sorted(supports), k, size):
            who = ", ".join(self.names[i] for i in range(self.n) if gone >> self.alike[i] & 1) or "nobody"
            must(False, f"no coalition is shown to cover without {who}")

    def sound_threshold(self, claim: Node) -> Any:
        k = claim["tolerates"].be(int)
        self.tolerates(k, claim["mixes"].each())
        return None, f"whatever at most {k} of {self.n} object to is not harmful"

    def depth(self, claim: Node) -> Any:
        least, most = claim["at_least"], claim["at_most"]
        require(least.value is not None or most.value is not None, f"{claim.path} claims neither side")
        says = []
        if least.value is not None:
            must(least.be(int) >= 1 or least.value == 0, f"{least.path} is below 0")
            if least.value:
                self.tolerates(least.value - 1, claim["mixes"].each())
            says.append(f"every harmful proposal has at least {least.value} objectors")
        if most.value is not None:
            gain, approve = self.proposed(claim["proposal"])
            must(gain < 0, f"the proposal is not harmful: people gain {said(gain)}")
            objectors = self.n - len(approve)
            must(objectors <= most.be(int), f"the proposal has {objectors} objectors, not {most.value}")
            says.append(f"one has {objectors}")
        return None, " and ".join(says)

    def permissive(self, claim: Node) -> Any:
        supports = self.covering(claim["minimal"].each())
        must(not any(x <= y for k, x in enumerate(supports) for j, y in enumerate(supports) if j != k),
             "a covering coalition contains another, so it is not minimal")  # fmt: skip
        blocked = []
        for node in claim["blocked"].each():
            gain, approve = self.proposed(node["proposal"])
            named = {*node["approved_by"].members(self.names)}
            must(gain < 0 and named <= approve, f"{node.path} is not harmful, or not approved by all that are named")
            blocked.append(digits({*range(self.n)} - approve))
        one = dict.fromkeys(range(self.n), 1)
        for gone in self.removals([*map(digits, supports)], self.n, one):
            self.spend(1 + len(blocked) // 16)
            rest = ", ".join(self.names[i] for i in range(self.n) if not gone >> i & 1) or "nobody"
            shown = any(not against & ~gone for against in blocked)
            must(shown, f"{rest}: not shown whether they cover")
        return None, f"what one of {len(supports)} coalitions approves is not harmful, and no sound rule executes more"


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest(certificate: Any, claim: Any) -> str:
    """SHA-256 of all that a claim rests on: the digest of the file without claims, then the claim less its own digest."""
    return sealed(rest(certificate), claim)


def rest(certificate: Any) -> str:
    body = {key: value for key, value in certificate.items() if key != "claims"}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def sealed(body: str, claim: Any) -> str:
    own = {key: value for key, value in claim.items() if key != "digest"}
    return hashlib.sha256((body + canonical(own)).encode()).hexdigest()


def setting(certificate: Any) -> Setting:
    """What the certificate is about. Raises NotACertificate."""
    root = Node(certificate, "the certificate")
    kind = root["format"].value, root["version"].value
    require(kind == (FORMAT, 1) and type(kind[1]) is int, "its format or version is not what this checker reads")
    kinds = {"table": Table, "rivals": Rivals, "panel": Panel}
    return [*kinds.values()][root["about"]["kind"].among([*kinds])](root["about"])


def check(certificate: Any) -> list[Verdict]:
    """The verdicts on all claims, in order; one whose digest does not match fails. Raises NotACertificate."""
    require(claims := Node(certificate, "the certificate")["claims"].each(), "it claims nothing")
    body = rest(certificate)
    intact = [claim["digest"].be(str) == sealed(body, claim.value) for claim in claims]
    says = "its digest does not match: the file was altered afterwards"
    try:
        verdicts = [*map(setting(certificate).evaluate, claims)]
    except Contradiction as problem:  # if it was numbers that were altered, then it is the claims that fail
        require(not any(intact), str(problem))
        return [Verdict(claim["claim"].be(str), False, says, None, GRADE) for claim in claims]
    pairs = zip(verdicts, intact, strict=True)
    return [v if ok else Verdict(v.claim, False, says, None, v.grade) for v, ok in pairs]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len(dict(pairs)) == len(pairs), "an object has the same key twice")
    return dict(pairs)


def load(path: Any) -> Any:
    """The certificate in a file. Raises NotACertificate."""
    try:
        with open(path, "rb") as file:
            data = file.read(BYTES + 1)
        require(len(data) <= BYTES, f"the file has more than {BYTES >> 20} MiB")
        return json.loads(data.decode("utf-8"), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        raise NotACertificate(str(problem)) from None


def main(argv: list[str]) -> int:
    try:
        require(len(argv) == 1, "name one file: python competition_checker.py certificate.json")
        found, stream = check(load(argv[0])), sys.stdout
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<15}  {v.grade}  {v.says}" for v in found]
    except (NotACertificate, RecursionError, MemoryError) as problem:
        found, stream, lines = [], sys.stderr, [f"not a certificate: {problem}"]
    getattr(stream, "reconfigure", dict)(errors="backslashreplace")  # not all terminals have all letters
    for line in lines:  # of which none may be forged by the file
        print("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line), file=stream)
    return int(not all(v.holds for v in found)) if found else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Checks a certificate about an affine maximiser with entry fees: fractions only, no solver, no NumPy.

`python affine_checker.py FILE` exits with 0 if all claims hold, 1 if some fail, 2 if FILE is no such certificate.

    W_A(v) = Σ_i w_i v_i(A) + b_A      A* maximises W      i pays  (max_A W_A(v with v_i = 0) − [W_A*(v) − w_i v_i(A*)]) / w_i
    with fees: i pays e_i(v_−i) more if that leaves it at least 0; otherwise it gets and pays nothing

Theorem (Roberts 1979 for the first line; docs/theory/affine.md for fees): if all w_i > 0, and allocations, boosts b and the fee
functions are written down before anyone reports, then for *all* reports truth is a dominant strategy. If moreover values are ≥ 0
nobody who is truthful loses, and if every allocation of the menu is feasible so is what is left when some bidders get nothing.
The premises are what is checked here, and the listed outcomes, which are computed afresh. The menu is

    listed    allocations [option][bidder][part] with a boost each, the first of them all zeros
    sized     all ways to part the items; b = Σ_i c_i(number of i's items) − Σ_i Σ_{j to i} r_ij, c_i(0) = 0; c ≤ 0 where some r > 0
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

FORMAT, GRADE = "rulewright affine certificate", "proved"
CLAIMS = ("truthful", "voluntary", "feasible", "outcomes")
RATIONAL = re.compile(r"-?[0-9]{1,400}(/(?!0+$)[0-9]{1,400})?", re.ASCII)
BYTES = 2**24  # of a file
MOST = 100_000  # entries of a list; states of a count of items
MOST_WORK = 5 * 10**7  # additions in all, of small fractions
FINEST = 4096  # bits of a common denominator, without which sums of fractions grow and grow
MOST_BIDDERS, MOST_PARTS = 64, 4096
ZERO = Fraction(0)
Row = list[Fraction]


class NotACertificate(ValueError):
    """The file is not of the form that is read here; the message is one sentence."""


class Fails(Exception):
    """The form is right and the claim does not hold; the message says why."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool
    says: str
    grade: str = GRADE


def require(condition: Any, message: str) -> None:
    if not condition:
        raise NotACertificate(message)


def must(condition: Any, message: str) -> None:
    if not condition:
        raise Fails(message)


def number(value: Any, where: str) -> Fraction:
    require(type(value) is str and RATIONAL.fullmatch(value), f"{where} should be a rational such as “3/7”")
    top, _, bottom = value.partition("/")
    return Fraction(int(top), int(bottom or 1))


def entries(value: Any, where: str, count: int | None = None) -> list[Any]:
    require(type(value) is list and len(value) <= MOST, f"{where} should be a list")
    require(count is None or len(value) == count, f"{where} should have {count} entries, and has {len(value)}")
    return value  # type: ignore[no-any-return]


def row(value: Any, where: str, count: int | None = None) -> Row:
    return [number(v, f"{where}[{k}]") for k, v in enumerate(entries(value, where, count))]


def table(value: Any, where: str, rows: int | None, columns: int) -> list[Row]:
    return [row(v, f"{where}[{k}]", columns) for k, v in enumerate(entries(value, where, rows))]


def fields(value: Any, where: str, names: tuple[str, ...]) -> list[Any]:
    """The values of an object that has these keys and no others: what is not read cannot mislead."""
    require(type(value) is dict and {*value} == {*names}, f"{where} should have exactly {', '.join(names)}")
    return [value[name] for name in names]


def fineness(value: Any, where: str) -> int:
    """Bits of the least common denominator of all numbers in nested lists; not too many, so that sums of them stay short."""
    common, left = 1, [value]
    while left:
        one = left.pop()
        if type(one) is list:
            left += one
        elif one is not None:
            common = lcm(common, one.denominator)
            require(common.bit_length() <= FINEST, f"{where} has numbers without a short common denominator")
    return common.bit_length()


def whole(value: Any, where: str, least: int, most: int) -> int:
    require(type(value) is int and least <= value <= most, f"{where} should be a whole number from {least} to {most}")
    return value  # type: ignore[no-any-return]


class Fee:
    """A fee, from the others' reports alone: the only thing that `at` is given."""

    def __init__(self, about: Any, bidders: int) -> None:
        require(type(about) is dict and about.get("kind") in ("none", "constant", "index"), "fees have no known kind")
        self.kind = about["kind"]
        if self.kind == "none":
            fields(about, "fees", ("kind",))
        elif self.kind == "constant":
            self.fee = number(fields(about, "fees", ("kind", "fee"))[1], "fee")
        else:
            _, bids, index, sums, fees = fields(about, "fees", ("kind", "bids", "index", "sums", "fees"))
            self.bids, self.sums = row(bids, "bids"), row(sums, "sums")
            for knots, name in ((self.bids, "bids"), (self.sums, "sums")):
                require(knots and all(a < b for a, b in pairwise(knots)), f"{name} should rise")
                fineness([1 / (b - a) for a, b in pairwise(knots)], f"differences of {name}")
            self.index = table(index, "index", None, len(self.bids))
            self.fees = table(fees, "fees", None, len(self.sums))
            for rows, name in ((self.index, "index"), (self.fees, "fees")):
                require(len(rows) in (1, bidders), f"{name} should have one row, or one for each bidder")
            fineness([self.bids, self.sums, self.index, self.fees], "fees")

    def at(self, bidder: int, others: list[Row], parts: int) -> Fraction:
        """Σ_j k(t_j) through F, at least 0; t_j is the others' best bid, 0 where there are none."""
        if self.kind == "none":
            return ZERO
        if self.kind == "constant":
            return max(self.fee, ZERO)
        k = self.index[min(bidder, len(self.index) - 1)]
        best = [max([ZERO, *(bids[j] for bids in others)]) for j in range(parts)]
        total = sum((interpolated(t, self.bids, k) for t in best), ZERO)
        return max(interpolated(total, self.sums, self.fees[min(bidder, len(self.fees) - 1)]), ZERO)


def interpolated(x: Fraction, knots: Row, values: Row) -> Fraction:
    """Straight between knots, flat beyond them."""
    k = bisect_left(knots, x)
    if k in (0, len(knots)):
        return values[k and k - 1]
    share = (x - knots[k - 1]) / (knots[k] - knots[k - 1])
    return values[k - 1] + share * (values[k] - values[k - 1])


class Listed:
    """A menu of allocations."""

    def __init__(self, about: Any, bidders: int, parts: int, weights: Row) -> None:
        _, boosts, options = fields(about, "menu", ("kind", "boosts", "options"))
        self.weights = weights
        self.boosts = row(boosts, "boosts")
        require(self.boosts, "the menu is empty")
        self.options = [
            table(v, f"options[{k}]", bidders, parts)
            for k, v in enumerate(entries(options, "options", len(self.boosts)))
        ]
        self.bits = fineness([self.boosts, self.options], "the menu")

    def feasible(self, goods: str, items: int) -> str:
        for k, option in enumerate(self.options):
            must(all(x >= 0 for gets in option for x in gets), f"option {k} gives less than nothing")
            each = [sum(gets[s] for gets in option) for s in range(len(option[0]))]
            for j in range(items):
                used = each[j] if goods == "items" else sum(x for s, x in enumerate(each) if _has(s, j))
                must(used <= 1, f"option {k} gives item {j} more than once")
            must(goods == "items" or all(sum(gets) <= 1 for gets in option), f"option {k} gives a bidder over one lot")
        return f"all {len(self.options)} allocations of the menu are feasible"

    def voluntary(self) -> str:
        must(not any(any(gets) for gets in self.options[0]), "the first allocation should give nobody anything")
        for k, option in enumerate(self.options):  # h_i ≤ W needs that no allocation is worth less than 0 to anyone
            must(all(x >= 0 for gets in option for x in gets), f"option {k} gives less than nothing")
        return "one allocation gives nobody anything"

    def best(self, values: list[Row]) -> tuple[Fraction, list[Fraction]]:
        """max W, and max W with v_i = 0 for each i."""
        each = [
            [w * sum(map(_times, gets, v)) for w, gets, v in zip(self.weights, option, values, strict=True)]
            for option in self.options
        ]
        total = [sum(e, b) for e, b in zip(each, self.boosts, strict=True)]
        without = [max(t - e[i] for t, e in zip(total, each, strict=True)) for i in range(len(values))]
        return max(total), without

    def allocation(self, given: Any, where: str) -> tuple[list[Row], Fraction]:
        """What bidders get, and the boost."""
        k = whole(given, where, 0, len(self.options) - 1)
        return self.options[k], self.boosts[k]

    def work(self) -> int:
        return len(self.options) * len(self.weights) * len(self.options[0][0])


class Sized:
    """All ways to part the items, boosted by how many items a bidder gets."""

    def __init__(self, about: Any, bidders: int, parts: int, weights: Row) -> None:
        _, boosts, reserves, most = fields(about, "menu", ("kind", "boosts", "reserves", "most"))
        self.weights, self.items = weights, parts
        self.most = whole(most, "most", 1, parts)
        self.boosts = table(boosts, "boosts", bidders, self.most + 1)
        self.reserves = table(reserves, "reserves", bidders, parts)
        self.bits = fineness([self.boosts, self.reserves], "the menu")
        count = 1
        for i in range(bidders):
            count = count * (parts + i + 1) // (i + 1)
        require(count <= MOST, "there are too many ways to count the items of each bidder to check here")
        self.states = count

    def feasible(self, goods: str, items: int) -> str:
        must(goods == "items", "items are parted, bundles are not")
        return "every item has one owner at most"

    def voluntary(self) -> str:
        must(not any(c[0] for c in self.boosts), "a boost for no item should be 0")
        must(all(r >= 0 for reserves in self.reserves for r in reserves), "a reserve is below 0")
        some = any(r for reserves in self.reserves for r in reserves)
        must(not some or all(c <= 0 for each in self.boosts for c in each), "a boost is above 0 beside reserves")
        return "giving nobody anything is among the allocations"

    def best(self, values: list[Row]) -> tuple[Fraction, list[Fraction]]:
        n = len(values)
        layer: dict[tuple[int, ...], Fraction] = {(0,) * n: ZERO}
        for j in range(self.items):
            gain = [self.weights[i] * values[i][j] - self.reserves[i][j] for i in range(n)]
            new = dict(layer)
            for state, worth in layer.items():
                for i in range(n):
                    if state[i] < self.most:
                        there = (*state[:i], state[i] + 1, *state[i + 1 :])
                        now = worth + gain[i]
                        if there not in new or now > new[there]:
                            new[there] = now
            layer = new
        total = max(f + sum(self.boosts[i][s[i]] for i in range(n)) for s, f in layer.items())
        without = []
        for i in range(n):  # what nobody else has may be i's, for the sake of its boost
            free = [max(self.boosts[i][: min(k, self.most) + 1]) for k in range(self.items + 1)]
            without.append(
                max(
                    f + sum((self.boosts[k][s[k]] for k in range(n) if k != i), ZERO) + free[self.items - sum(s)]
                    for s, f in layer.items()
                    if s[i] == 0
                )
            )
        return total, without

    def allocation(self, given: Any, where: str) -> tuple[list[Row], Fraction]:
        """From who gets each item; the number of bidders says nobody."""
        n = len(self.weights)
        owner = [whole(k, where, 0, n) for k in entries(given, where, self.items)]
        gets = [[Fraction(owner[j] == i) for j in range(self.items)] for i in range(n)]
        size = [owner.count(i) for i in range(n)]
        must(all(k <= self.most for k in size), f"{where} gives a bidder more than {self.most}")
        paid = sum(self.reserves[i][j] for j, i in enumerate(owner) if i < n)
        return gets, sum((self.boosts[i][size[i]] for i in range(n)), ZERO) - paid

    def work(self) -> int:
        return self.states * self.items * len(self.weights) * 2


def _times(a: Fraction, b: Fraction) -> Fraction:
    return a * b


def _has(part: int, item: int) -> bool:
    """Whether a bundle, the bit mask part + 1, holds an item."""
    return bool((part + 1) >> item & 1)


class Mechanism:
    """What a certificate is about."""

    def __init__(self, about: Any) -> None:
        n, items, goods, low, high, weights, menu, fees = fields(
            about, "about", ("bidders", "items", "goods", "low", "high", "weights", "menu", "fees")
        )
        self.n, self.items = whole(n, "bidders", 1, MOST_BIDDERS), whole(items, "items", 1, MOST_PARTS)
        require(
            goods in ("items", "bundles") and (goods == "items" or self.items <= 12), "goods: items, or few bundles"
        )
        self.goods: str = goods
        self.parts = self.items if goods == "items" else 2**self.items - 1
        self.low, self.high = (
            table(low, "low", self.n, self.parts),
            [
                [None if v == "infinite" else number(v, "high") for v in entries(r, "high", self.parts)]
                for r in entries(high, "high", self.n)
            ],
        )
        require(
            all(
                b is None or a <= b for x, y in zip(self.low, self.high, strict=True) for a, b in zip(x, y, strict=True)
            ),
            "high is below low: there is no report that it is about",
        )
        self.weights = row(weights, "weights", self.n)
        self.bits = fineness([self.weights, self.low, self.high], "about")
        require(type(menu) is dict and menu.get("kind") in ("listed", "sized"), "the menu has no known kind")
        kind: Any = Listed if menu["kind"] == "listed" else Sized
        self.menu = kind(menu, self.n, self.parts, self.weights)
        self.fee = Fee(fees, self.n)
        self.worked = 0

    def truthful(self) -> str:
        must(all(w > 0 for w in self.weights), "a weight is not above 0")
        return "weights are above 0; allocations, boosts and fees are fixed before anyone reports; no fee sees its payer's report"

    def voluntary(self) -> str:
        must(all(w > 0 for w in self.weights), "a weight is not above 0")
        must(all(v >= 0 for r in self.low for v in r), "values may be below 0")
        return f"values are ≥ 0 and {self.menu.voluntary()}; who does not want to pay its fee gets and pays nothing"

    def feasible(self) -> str:
        return f"{self.menu.feasible(self.goods, self.items)}; fees only make bidders leave"

    def holds(self, reports: list[Row]) -> bool:
        return all(
            a <= v and (b is None or v <= b)
            for lows, highs, values in zip(self.low, self.high, reports, strict=True)
            for a, b, v in zip(lows, highs, values, strict=True)
        )

    def outcome(self, reports: list[Row], chosen: Any, where: str) -> tuple[Row, Row]:
        """Utilities and payments of truthful bidders, from an allocation that is checked to be best."""
        must(all(w > 0 for w in self.weights), "a weight is not above 0")
        fine = fineness([reports, self.weights], where) + self.menu.bits
        self.worked += (self.menu.work() + 32 * self.n * self.parts) * (1 + fine // 128)
        require(self.worked <= MOST_WORK, "there are more outcomes than are checked here")
        must(self.holds(reports), f"{where} has reports that are not allowed")
        gets, boost = self.menu.allocation(chosen, where)
        worth = [sum(map(_times, g, v)) for g, v in zip(gets, reports, strict=True)]
        most, without = self.menu.best(reports)
        total = sum((w * u for w, u in zip(self.weights, worth, strict=True)), boost)
        must(total == most, f"{where} has an allocation that does not maximise the weighted, boosted sum of values")
        utility, pays = [], []
        for i in range(self.n):
            price = (without[i] - (total - self.weights[i] * worth[i])) / self.weights[i]
            fee = self.fee.at(i, [*reports[:i], *reports[i + 1 :]], self.parts)
            stays = worth[i] - price >= fee
            utility.append(worth[i] - price - fee if stays else ZERO)
            pays.append(price + fee if stays else ZERO)
        return utility, pays

    def outcomes(self, profiles: Any) -> str:
        count = 0
        for k, each in enumerate(entries(profiles, "profiles")):
            where = f"profiles[{k}]"
            reports, chosen, pays = fields(each, where, ("reports", "allocation", "pays"))
            utility, found = self.outcome(table(reports, where, self.n, self.parts), chosen, where)
            must(found == row(pays, where, self.n), f"{where} lists other payments than the rule says")
            must(min(utility) >= 0, f"{where} leaves somebody with less than nothing")
            count += 1
        must(count, "no outcome is listed")
        return f"{count} outcomes were computed afresh and are as listed"

    def evaluate(self, claim: Any, place: int) -> Verdict:
        require(type(claim) is dict and claim.get("claim") in CLAIMS, f"claim {place} is not one that is known here")
        name = claim["claim"]
        try:
            if name == "outcomes":
                says = self.outcomes(fields(claim, f"claim {place}", ("claim", "grade", "profiles"))[2])
            else:
                fields(claim, f"claim {place}", ("claim", "grade"))
                says = getattr(self, name)()
            must(claim["grade"] == GRADE, "it is of another grade than is checked here")
        except Fails as why:
            return Verdict(name, False, str(why))
        return Verdict(name, True, says)


def digest(certificate: Any) -> str:
    """SHA-256 of the canonical JSON of the certificate without its digest."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check(certificate: Any) -> list[Verdict]:
    """The verdicts on all claims, in order; all fail where the digest does not match. Raises NotACertificate."""
    kind, version, title, about, claims, seal = fields(
        certificate, "the certificate", ("format", "version", "title", "about", "claims", "digest")
    )
    require(kind == FORMAT and type(version) is int and version == 1, "its format or version is not what is read here")
    require(type(title) is str and type(seal) is str, "title and digest should be text")
    require(entries(claims, "claims"), "it claims nothing")
    if seal != digest(certificate):
        says = "the digest does not match: the file was altered afterwards"
        return [Verdict(str(c.get("claim") if type(c) is dict else c)[:40], False, says) for c in claims]
    mechanism = Mechanism(about)
    return [mechanism.evaluate(claim, n) for n, claim in enumerate(claims)]


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
        require(len(argv) == 1, "name one file: python affine_checker.py certificate.json")
        found, stream = check(load(argv[0])), sys.stdout
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<9}  {v.grade}  {v.says}" for v in found]
    except (NotACertificate, RecursionError, MemoryError) as problem:
        found, stream, lines = [], sys.stderr, [f"not a certificate: {problem}"]
    getattr(stream, "reconfigure", dict)(errors="backslashreplace")
    for line in lines:  # of which none may be forged by the file
        print("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line), file=stream)
    return int(not all(v.holds for v in found)) if found else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Checks a certificate about an economy: fractions only, no solver, no NumPy; docs/economy_certificate.md is the format.

`python economy_checker.py FILE` exits with 0 if all claims hold, 1 if some fail, 2 if FILE is no such certificate.

Consumers have shares α ≥ 0 and an elasticity σ; prices are p = q^m for rational roots q, so that p^σ is rational where σ·m is
whole. A bundle x is best for what it costs iff

    0 ≤ σ < ∞   x_j p_j^σ / α_j is the same number for all wanted goods (α_j > 0), and nothing else is bought at a price;
                with σ = 0 more of a wanted good is allowed where it is free
    σ = ∞       only goods with the largest α_j / p_j are bought

Then (Arrow 1951, Debreu 1951): if firms make no profit at p and (1 + δ) p·Σx ≥ p·Ω, whatever gives everybody more than 1 + δ times
what they have costs more than all there is. With δ = 0 nobody can have more without another having less.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FORMAT, GRADE = "rulewright economy certificate", "proved"
CLAIMS = ("equilibrium", "efficient", "supported", "better", "gains")
RATIONAL = re.compile(r"-?[0-9]{1,4000}(/(?!0+$)[0-9]{1,4000})?", re.ASCII)
INFINITE = "infinite"
BYTES = 2**24  # of a file
NUMBERS = 100_000  # in a table
MOST_ROOT, MOST_POWER = 12, 48
DIGITS = 160  # binary digits after the point, of powers that are bounded
MOST_BITS, MOST_WORK = 2**20, 10**10  # of a sum (four times as many of a power); of all sums, in squares of 64 bits
ZERO, HUGE = Fraction(0), Fraction(10**300)
TOO_LONG = "its numbers become too long to check here"


class NotACertificate(ValueError):
    """The file is not of the form that docs/economy_certificate.md describes; the message is one sentence."""


class Fails(Exception):
    """The form is right and the claim does not hold; the message says why."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool
    says: str
    margin: Fraction | None  # what is to spare
    grade: str = GRADE


def require(condition: Any, message: str) -> None:
    if not condition:
        raise NotACertificate(message)


def must(condition: Any, message: str) -> None:
    if not condition:
        raise Fails(message)


def said(x: Fraction) -> str:
    short = max(x.numerator.bit_length(), x.denominator.bit_length()) < 32
    return str(x) if short else f"about {float(max(min(x, HUGE), -HUGE)):.9g}"


def number(value: Any, where: str, least: Fraction | None = None) -> Fraction:
    require(type(value) is str and RATIONAL.fullmatch(value), f"{where} should be a rational such as “3/7”")
    top, _, bottom = value.partition("/")
    found = Fraction(int(top), int(bottom or 1))
    require(least is None or found >= least, f"{where} is below {least}")
    return found


def entries(value: Any, where: str, count: int | None = None) -> list[Any]:
    require(type(value) is list and len(value) <= NUMBERS, f"{where} should be a list")
    require(count is None or len(value) == count, f"{where} should have {count} entries, and has {len(value)}")
    return value  # type: ignore[no-any-return]


def numbers(value: Any, where: str, count: int, least: Fraction | None = ZERO) -> list[Fraction]:
    return [number(v, f"{where}[{k}]", least) for k, v in enumerate(entries(value, where, count))]


def fields(value: Any, where: str, names: tuple[str, ...]) -> list[Any]:
    """The values of an object that has these keys and no others: what is not read cannot mislead."""
    require(type(value) is dict and {*value} == {*names}, f"{where} should have exactly {', '.join(names)}")
    return [value[name] for name in names]


def text(value: Any, where: str) -> str:
    require(type(value) is str, f"{where} should be text")
    return value  # type: ignore[no-any-return]


def positions(value: Any, where: str, most: int) -> list[int]:
    found = entries(value, where)
    require(all(type(k) is int and 0 <= k < most for k in found), f"{where} should hold whole numbers below {most}")
    require(len({*found}) == len(found), f"{where} names a position again")
    return found


def position(value: Any, where: str, most: int) -> int:
    return positions([value], where, most)[0]


work = [0]  # so far, in a certificate


def size(x: Fraction) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


def total(values: Iterable[Fraction]) -> Fraction:
    """Their sum; what would take hours to add is refused."""
    found = ZERO
    for x in values:
        found += x
        work[0] += (size(found) >> 6) ** 2
        require(size(found) <= MOST_BITS and work[0] <= MOST_WORK, TOO_LONG)
    return found


def dot(a: list[Fraction], b: list[Fraction]) -> Fraction:
    return total(x * y for x, y in zip(a, b, strict=True))


def power(x: Fraction, n: int) -> Fraction:
    require(size(x) * abs(n) <= 4 * MOST_BITS, TOO_LONG)
    return x**n


def floor_root(n: int, degree: int) -> int:
    """The largest whole r with r^degree ≤ n: Newton's method from above."""
    if n < 2:
        return n
    r = 1 << (n.bit_length() // degree + 1)
    while (new := ((degree - 1) * r + n // r ** (degree - 1)) // degree) < r:
        r = new
    return r


def bounds(x: Fraction, exponent: Fraction) -> tuple[Fraction, Fraction]:
    """Rationals around x^exponent, x > 0; the same where both are whole."""
    if exponent < 0:
        return bounds(1 / x, -exponent)
    raised, degree = power(x, exponent.numerator), exponent.denominator
    if degree == 1:
        return raised, raised
    scale = 1 << DIGITS
    below = floor_root(raised.numerator * scale**degree // raised.denominator, degree)
    return Fraction(below, scale), Fraction(below + 1, scale)


@dataclass(frozen=True)
class Consumer:
    name: str
    owns: list[Fraction]
    shares: list[Fraction]
    elasticity: Fraction | None  # None: infinite

    def wants(self) -> list[int]:
        return [j for j, a in enumerate(self.shares) if a > 0]

    def best(self, x: list[Fraction], roots: list[Fraction], m: int, traded: list[int]) -> None:
        """Fails unless x, on traded goods, is best among what costs as much, and more is better there."""
        wanted = [j for j in traded if self.shares[j] > 0]
        must(wanted, f"{self.name} wants nothing that is traded")
        prices = [power(q, m) for q in roots]
        if self.elasticity is None:
            must(all(prices[j] > 0 for j in wanted), f"{self.name} wants a good that is free")
            top = max(self.shares[j] / prices[j] for j in wanted)
            for j in traded:
                worth = j in wanted and self.shares[j] / prices[j] == top
                must(worth or not x[j] or not prices[j], f"{self.name} buys good {j}, which is not the best buy")
            return
        whole = self.elasticity * m
        require(whole.denominator == 1, f"σ·m is not whole for {self.name}: no rational p^σ")
        must(whole == 0 or all(roots[j] > 0 for j in wanted), f"{self.name} wants a good that is free")
        must(any(prices[j] > 0 for j in wanted), f"{self.name} wants only what is free")
        each = {j: x[j] * power(roots[j], int(whole)) / self.shares[j] for j in wanted}
        level = min(each.values())
        for j in traded:
            spare = each[j] > level if j in wanted else x[j] > 0
            must(not spare or not prices[j], f"{self.name} pays for good {j} and would do better with another bundle")

    def prefers(self, new: list[Fraction], old: list[Fraction]) -> bool:
        """Whether new is shown to be strictly better than old; False where that is not shown."""
        wanted = self.wants()
        sigma = self.elasticity
        if sigma is None:
            return dot(self.shares, new) > dot(self.shares, old)
        if sigma == 0:
            return min(new[j] / self.shares[j] for j in wanted) > min(old[j] / self.shares[j] for j in wanted)
        if sigma <= 1 and not all(new[j] > 0 for j in wanted):
            return False
        if sigma <= 1 and not all(old[j] > 0 for j in wanted):
            return True
        if sigma == 1:
            common = math.lcm(*(self.shares[j].denominator for j in wanted))
            times = [int(self.shares[j] * common) for j in wanted]
            times = [t // math.gcd(*times) for t in times]
            require(sum(times) <= 10**4, f"shares of {self.name} have too long a common denominator")
            ratios = [power(new[j] / old[j], t) for j, t in zip(wanted, times, strict=True)]
            require(sum(map(size, ratios)) <= 8 * MOST_BITS, TOO_LONG)
            return math.prod(r.numerator for r in ratios) > math.prod(r.denominator for r in ratios)
        rho = (sigma - 1) / sigma
        low, high = (
            (self._sum(new, rho), self._sum(old, rho)) if rho > 0 else (self._sum(old, rho), self._sum(new, rho))
        )
        return low[0] > high[1]

    def _sum(self, x: list[Fraction], rho: Fraction) -> tuple[Fraction, Fraction]:
        """Bounds of Σ α^(1/σ) x^ρ = Σ α (x/α)^ρ."""
        low = high = ZERO
        for j in self.wants():
            if x[j] > 0:
                a, b = bounds(x[j] / self.shares[j], rho)
                low, high = low + self.shares[j] * a, high + self.shares[j] * b
        return low, high


@dataclass(frozen=True)
class Activity:
    name: str
    net: list[Fraction]
    owner: int


class Economy:
    """What the certificate is about, and a method for each claim that returns (what is to spare, a sentence)."""

    def __init__(self, about: Any) -> None:
        goods, consumers, activities = fields(about, "about", ("goods", "consumers", "activities"))
        self.goods = [text(g, "about.goods") for g in entries(goods, "about.goods")]
        require(self.goods and len({*self.goods}) == len(self.goods), "about.goods should hold different names")
        self.k = len(self.goods)
        self.people = [self._consumer(c, f"consumers[{i}]") for i, c in enumerate(entries(consumers, "consumers"))]
        require(self.people, "there is nobody")
        self.firms = [self._activity(c, f"activities[{i}]") for i, c in enumerate(entries(activities, "activities"))]
        self.total = [total(c.owns[j] for c in self.people) for j in range(self.k)]
        self.bundles: dict[int, list[list[Fraction]]] = {}

    def _consumer(self, value: Any, where: str) -> Consumer:
        name, owns, shares, sigma = fields(value, where, ("name", "endowment", "shares", "elasticity"))
        elasticity = None if sigma == INFINITE else number(sigma, f"{where}.elasticity", ZERO)
        most = MOST_POWER
        require(
            elasticity is None or max(elasticity.numerator, elasticity.denominator) <= most,
            f"{where}.elasticity has a numerator or denominator above {most}",
        )
        found = numbers(shares, f"{where}.shares", self.k)
        require(any(found), f"{where} wants nothing")
        return Consumer(text(name, where), numbers(owns, f"{where}.endowment", self.k), found, elasticity)

    def _activity(self, value: Any, where: str) -> Activity:
        name, net, owner = fields(value, where, ("name", "net", "owner"))
        return Activity(
            text(name, where), numbers(net, f"{where}.net", self.k, None), position(owner, where, len(self.people))
        )

    def _prices(self, claim: Any) -> tuple[list[Fraction], list[Fraction], int]:
        """(p, q, m)."""
        m = claim["root"]
        require(type(m) is int and 1 <= m <= MOST_ROOT, f"root should be a whole number from 1 to {MOST_ROOT}")
        roots = numbers(claim["prices"], "prices", self.k)
        must(any(roots), "all prices are zero")
        return [power(q, m) for q in roots], roots, m

    def _allocation(self, claim: Any, where: str) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]]:
        """(x[i][j], b[a], what is missing of each good)."""
        rows = entries(claim["bundles"], f"{where}.bundles", len(self.people))
        x = [numbers(row, f"{where}.bundles[{i}]", self.k) for i, row in enumerate(rows)]
        b = numbers(claim["levels"], f"{where}.levels", len(self.firms))
        missing = []
        for j in range(self.k):
            made = total(level * f.net[j] for level, f in zip(b, self.firms, strict=True))
            missing.append(total(row[j] for row in x) - self.total[j] - made)
        return x, b, missing

    def _feasible(self, missing: list[Fraction]) -> None:
        for j, lack in enumerate(missing):
            must(lack <= 0, f"{said(lack)} of {self.goods[j]} is missing")

    def _no_profit(self, p: list[Fraction], exempt: list[int] = []) -> list[Fraction]:  # noqa: B006
        profits = [dot(f.net, p) for f in self.firms]
        for a, profit in enumerate(profits):
            must(a in exempt or profit <= 0, f"{self.firms[a].name} would make a profit of {said(profit)}")
        return profits

    def equilibrium(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        names = ("claim", "grade", "root", "prices", "bundles", "levels", "untraded", "powers", "clearing")
        fields(claim, f"claims[{n}]", names)
        slack = number(claim["clearing"], "clearing", ZERO)
        return self._clears(claim, n, slack, [ZERO] * len(self.people))

    def supported(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        """The second theorem: an allocation as an equilibrium after transfers that sum to zero."""
        names = ("claim", "grade", "root", "prices", "bundles", "levels", "transfers")
        fields(claim, f"claims[{n}]", names)
        transfers = numbers(claim["transfers"], "transfers", len(self.people), None)
        must(total(transfers) == 0, "transfers do not sum to zero")
        found, says = self._clears({**claim, "untraded": [], "powers": []}, n, ZERO, transfers)
        return found, f"after transfers that sum to zero, {says}"

    def _clears(self, claim: Any, n: int, slack: Fraction, transfers: list[Fraction]) -> tuple[Fraction | None, str]:
        p, roots, m = self._prices(claim)
        x, b, missing = self._allocation(claim, f"claims[{n}]")
        untraded = positions(claim["untraded"], "untraded", self.k)
        powers = positions(claim["powers"], "powers", len(self.firms))
        traded = [j for j in range(self.k) if j not in untraded]
        must(all(not p[j] for j in untraded), "a good that is not traded has a price")
        profits = self._no_profit(p, powers)
        for a, level in enumerate(b):
            must(not level or a in powers or profits[a] == 0, f"{self.firms[a].name} runs at a loss")
        must(all(profits[a] >= 0 for a in powers), "who sets a price makes a loss")
        touched = {j for f in self.firms for j in untraded if f.net[j]}
        for i, c in enumerate(self.people):
            gained = total(b[a] * profits[a] for a in powers if self.firms[a].owner == i)
            income = dot(p, c.owns) + transfers[i] + gained
            must(dot(p, x[i]) == income, f"{c.name} spends {said(dot(p, x[i]))} of {said(income)}")
            c.best(x[i], roots, m, traded)
            for j in untraded:
                kept = x[i][j] <= c.owns[j] if j in touched else x[i][j] == c.owns[j]
                must(kept, f"{c.name} has what is not traded of another: {self.goods[j]}")
        worst = ZERO
        for j, lack in enumerate(missing):
            taken = total(level * max(-f.net[j], ZERO) for level, f in zip(b, self.firms, strict=True))
            used = total(row[j] for row in x) + taken
            over = lack if not p[j] and j not in untraded else abs(lack)  # what is free may be left over
            must(over <= slack * used, f"{said(over)} of {self.goods[j]} is not cleared")
            worst = max(worst, over / used if used else ZERO)
        must(dot(p, missing) == 0, "Walras' law does not hold")
        self.bundles[n] = x
        how = "exactly" if worst <= 0 else f"within {said(worst)} of what is used"
        return slack - worst, f"everybody's bundle is affordable and the best, no firm gains, and markets clear {how}"

    def efficient(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        fields(claim, f"claims[{n}]", ("claim", "grade", "root", "prices", "bundles", "levels", "within"))
        delta = number(claim["within"], "within", ZERO)
        p, roots, m = self._prices(claim)
        x, _, missing = self._allocation(claim, f"claims[{n}]")
        self._feasible(missing)
        self._no_profit(p)
        for c, row in zip(self.people, x, strict=True):
            c.best(row, roots, m, [*range(self.k)])
        worth, spent = dot(p, self.total), total(dot(p, row) for row in x)
        must((1 + delta) * spent >= worth, f"bundles cost {said(spent)}, and all that is owned is worth {said(worth)}")
        self.bundles[n] = x
        if spent == worth:
            return delta, "no feasible allocation gives anybody more without giving another less"
        return (
            1 + delta
        ) * spent - worth, f"no feasible allocation gives everybody more than 1 + {said(delta)} times this"

    def better(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        """A feasible allocation in which everybody is better off than in that of an earlier claim."""
        fields(claim, f"claims[{n}]", ("claim", "grade", "than", "bundles", "levels"))
        old = self._earlier(claim["than"], n, "than")
        x, _, missing = self._allocation(claim, f"claims[{n}]")
        self._feasible(missing)
        for c, new, was in zip(self.people, x, old, strict=True):
            must(c.prefers(new, was), f"{c.name} is not shown to be better off")
        self.bundles[n] = x
        return None, f"this is feasible, and everybody is better off than in claim {claim['than']}"

    def gains(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        fields(claim, f"claims[{n}]", ("claim", "grade", "from", "to", "who"))
        old, new = self._earlier(claim["from"], n, "from"), self._earlier(claim["to"], n, "to")
        who = position(claim["who"], "who", len(self.people))
        must(self.people[who].prefers(new[who], old[who]), f"{self.people[who].name} is not shown to be better off")
        return None, f"{self.people[who].name} is better off in claim {claim['to']} than in claim {claim['from']}"

    def _earlier(self, value: Any, n: int, where: str) -> list[list[Fraction]]:
        k = position(value, where, n)
        must(k in self.bundles, f"claim {k} does not hold, and this rests on it")
        return self.bundles[k]

    def evaluate(self, claim: Any, n: int) -> Verdict:
        require(
            type(claim) is dict and claim.get("claim") in CLAIMS, f"claims[{n}] should be one of {', '.join(CLAIMS)}"
        )
        require(claim.get("grade") == GRADE, f"claims[{n}].grade should be “{GRADE}”")
        name = claim["claim"]
        try:
            margin, says = getattr(self, name)(claim, n)
        except Fails as problem:
            return Verdict(name, False, str(problem), None)
        return Verdict(name, True, says, margin)


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
    text(title, "title")
    require(entries(claims, "claims"), "it claims nothing")
    if text(seal, "digest") != digest(certificate):
        says = "the digest does not match: the file was altered afterwards"
        return [Verdict(str(c.get("claim") if type(c) is dict else c)[:40], False, says, None) for c in claims]
    work[0] = 0
    economy = Economy(about)
    return [economy.evaluate(claim, n) for n, claim in enumerate(claims)]


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
        require(len(argv) == 1, "name one file: python economy_checker.py certificate.json")
        found, stream = check(load(argv[0])), sys.stdout
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<12}  {v.grade}  {v.says}" for v in found]
    except (NotACertificate, RecursionError, MemoryError) as problem:
        found, stream, lines = [], sys.stderr, [f"not a certificate: {problem}"]
    getattr(stream, "reconfigure", dict)(errors="backslashreplace")
    for line in lines:  # of which none may be forged by the file
        print("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line), file=stream)
    return int(not all(v.holds for v in found)) if found else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

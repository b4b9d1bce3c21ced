"""Checks a certificate about a menu for one buyer: fractions only, no NumPy, no solver; docs/menu_certificate.md is the format.

`python menu_checker.py FILE` exits with 0 if all claims hold, 1 if some fail, 2 if FILE is no such certificate.

A buyer of type θ takes an option k with the most θ·x_k − p_k. The list is there before it says a word, so truth is best. What
the menu earns from two values is the area under lines: at a fixed first value x, options are lines in the second value y,

    U_k(y) = (x x_k1 − p_k) + x_k2 y

and what is paid on average, R(x), follows from their upper envelope. Between the corners of the regions R is linear in x, because
envelope points move linearly and prices do not move. So the slab between two corners earns its width times R at its middle.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FORMAT, GRADE = "rulewright menu certificate", "proved"
CLAIMS = ("truthful", "voluntary", "feasible", "no deficit", "revenue")
RATIONAL = re.compile(r"-?[0-9]{1,4000}(/(?!0+$)[0-9]{1,4000})?", re.ASCII)
BYTES = 2**24  # of a file
DIGITS = 40  # of numbers of the menu and the law, above and below
MOST_OPTIONS, MOST_PIECES, MOST_LISTED = 64, 16, 100_000
ZERO, ONE, HUGE = Fraction(0), Fraction(1), Fraction(10**300)
Line = tuple[Fraction, Fraction, Fraction]  # chances of both items, price


class NotACertificate(ValueError):
    """The file is not of the form that docs/menu_certificate.md describes; the message is one sentence."""


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


def number(value: Any, where: str, digits: int = DIGITS) -> Fraction:
    require(type(value) is str and RATIONAL.fullmatch(value), f"{where} should be a rational such as “3/7”")
    top, _, bottom = value.partition("/")
    require(max(len(top), len(bottom)) <= digits + 1, f"{where} has more than {digits} digits")
    return Fraction(int(top), int(bottom or 1))


def entries(value: Any, where: str, count: int | None = None) -> list[Any]:
    require(type(value) is list and len(value) <= MOST_LISTED, f"{where} should be a list")
    require(count is None or len(value) == count, f"{where} should have {count} entries, and has {len(value)}")
    return value  # type: ignore[no-any-return]


def numbers(value: Any, where: str, count: int | None = None) -> list[Fraction]:
    return [number(v, f"{where}[{k}]") for k, v in enumerate(entries(value, where, count))]


def fields(value: Any, where: str, names: tuple[str, ...]) -> list[Any]:
    """The values of an object that has these keys and no others: what is not read cannot mislead."""
    require(type(value) is dict and {*value} == {*names}, f"{where} should have exactly {', '.join(names)}")
    return [value[name] for name in names]


def word(value: Any, where: str, words: tuple[str, ...]) -> str:
    require(type(value) is str and value in words, f"{where} should be one of {', '.join(words)}")
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Pieces:
    """One value: chances[k] of being uniform on [edges[k], edges[k + 1]]."""

    edges: list[Fraction]
    chances: list[Fraction]


class Menu:
    """What the certificate is about."""

    def __init__(self, about: Any) -> None:
        items, demand, budget, law, options, prices = fields(
            about, "about", ("items", "demand", "budget", "law", "options", "prices")
        )
        require(type(items) is int and 1 <= items <= 100, "items should be a whole number from 1 to 100")
        self.earned: Fraction | None = None
        self.items, self.unit = items, word(demand, "demand", ("additive", "unit")) == "unit"
        self.budget = None if budget is None else number(budget, "budget")
        self.options = [numbers(row, f"options[{k}]", items) for k, row in enumerate(entries(options, "options"))]
        self.prices = numbers(prices, "prices", len(self.options))
        require(self.options, "there is no option")
        kind = word(law.get("kind") if type(law) is dict else None, "law.kind", ("pieces", "triangle", "unstated"))
        self.triangle, self.values = kind == "triangle", self._values(law) if kind == "pieces" else []
        if kind != "pieces":
            fields(law, "law", ("kind",))
        require(not self.triangle or items == 2, "a triangle is a law of two values")

    def _values(self, law: Any) -> list[Pieces]:
        _, edges, chances = fields(law, "law", ("kind", "edges", "chances"))
        found = []
        for k, (e, p) in enumerate(
            zip(entries(edges, "edges", self.items), entries(chances, "chances", self.items), strict=True)
        ):
            one = Pieces(numbers(e, f"edges[{k}]"), numbers(p, f"chances[{k}]"))
            require(1 <= len(one.chances) <= MOST_PIECES, f"value {k} should have 1 to {MOST_PIECES} pieces")
            require(len(one.edges) == len(one.chances) + 1, f"edges[{k}] should be one more than its chances")
            require(all(a < b for a, b in itertools.pairwise(one.edges)), f"edges[{k}] should rise")
            require(min(one.chances) >= 0 and sum(one.chances) == 1, f"chances[{k}] should be ≥ 0 and sum to 1")
            found.append(one)
        return found

    def evaluate(self, claim: Any, n: int) -> Verdict:
        """A verdict. Raises NotACertificate where the claim is not of its form."""
        kind = word(claim.get("claim") if type(claim) is dict else None, f"claims[{n}].claim", CLAIMS)
        names = ("claim", "grade", "is", "value") if kind == "revenue" else ("claim", "grade")
        given = fields(claim, f"claims[{n}]", names)
        word(given[1], f"claims[{n}].grade", (GRADE,))
        try:
            if kind == "revenue":
                says, margin = self.earns(
                    word(given[2], "is", ("exactly", "at least")), number(given[3], "value", 4000)
                )
            else:
                says, margin = getattr(self, kind.replace(" ", "_"))()
        except Fails as failed:
            return Verdict(kind, False, str(failed), None)
        return Verdict(kind, True, says, margin)

    def truthful(self) -> tuple[str, Fraction | None]:
        return f"the best of {len(self.options)} options, which no report moves, is best for every type", ZERO

    def voluntary(self) -> tuple[str, Fraction | None]:
        free = [k for k, x in enumerate(self.options) if not any(x) and self.prices[k] <= 0]
        must(free, "no option is nothing, for nothing: some types might have to pay")
        return f"option {free[0]} is nothing, for nothing", ZERO

    def no_deficit(self) -> tuple[str, Fraction | None]:
        least = min(self.prices)
        must(least >= 0, f"an option pays the buyer {said(-least)}")
        return "no option pays the buyer", least

    def feasible(self) -> tuple[str, Fraction | None]:
        for k, x in enumerate(self.options):
            must(min(x) >= 0 and max(x) <= 1, f"option {k} has chances that are none")
            must(not self.unit or sum(x) <= 1, f"option {k} gives more than one item to a buyer who gets one at most")
            must(self.budget is None or self.prices[k] <= self.budget, f"option {k} is dearer than the budget")
        rows = [ONE - (sum(x) if self.unit else max(x)) for x in self.options]
        return "every option is a lottery over the items, within the budget", min(rows)

    def earns(self, how: str, value: Fraction) -> tuple[str, Fraction | None]:
        require(self.triangle or self.values, "revenue is claimed of a law that is not stated")
        require(self.items <= 2, "revenue is computed for one or two items")
        require(len(self.options) <= MOST_OPTIONS, f"revenue is computed for at most {MOST_OPTIONS} options")
        if self.earned is None:  # however often it is claimed
            self.earned = revenue(self)
        found = self.earned
        must(found >= value and (how != "exactly" or found == value), f"it earns {said(found)}, not {said(value)}")
        return f"it earns {said(found)}, over all types", found - value


def upper(
    lines: list[tuple[Fraction, Fraction, Fraction]], low: Fraction, high: Fraction
) -> Iterator[tuple[Fraction, ...]]:
    """(from, to, price) along the upper envelope of lines (at 0, slope, price) over [low, high]."""
    here = max(lines, key=lambda line: (line[0] + line[1] * low, line[1], line[2]))
    y = low
    while y < high:
        next_y, steeper = high, None
        for line in lines:
            if line[1] > here[1]:
                crossing = (here[0] - line[0]) / (line[1] - here[1])
                if crossing < next_y or (crossing == next_y and steeper is not None and line[1] > steeper[1]):
                    next_y, steeper = crossing, line
        yield y, next_y, here[2]
        y, here = next_y, steeper or here


def corners(lines: list[Line], floors: list[Fraction], triangle: bool) -> Iterator[Fraction]:
    """First values of all points where three options are best at once, or two on the border of the law or of a piece."""

    def best(x: Fraction, y: Fraction, k: Line) -> bool:
        here = k[0] * x + k[1] * y - k[2]
        return all(a * x + b * y - p <= here for a, b, p in lines)

    for k, m in itertools.combinations(lines, 2):
        a, b, p = k[0] - m[0], k[1] - m[1], k[2] - m[2]  # a x + b y = p
        for y in floors:
            if a and best(x := (p - b * y) / a, y, k):
                yield x
        if triangle and a != b and best(x := (p - b) / (a - b), ONE - x, k):
            yield x
    for k, m, n in itertools.combinations(lines, 3):
        a, b, p = k[0] - m[0], k[1] - m[1], k[2] - m[2]
        c, d, q = k[0] - n[0], k[1] - n[1], k[2] - n[2]
        if (area := a * d - b * c) and best(x := (p * d - b * q) / area, (a * q - p * c) / area, k):
            yield x


def revenue(menu: Menu) -> Fraction:
    """What is paid on average, over the continuum."""
    nothing = Pieces([ZERO, ONE], [ONE])  # beside a single value stands one of which nobody is offered anything
    lines: list[Line] = list({(x[0], (*x, ZERO)[1], p) for x, p in zip(menu.options, menu.prices, strict=True)})
    first, second = (*menu.values, nothing, nothing)[:2]
    cuts = {*first.edges, *corners(lines, second.edges, menu.triangle)}
    total = ZERO
    for left, right in itertools.pairwise(sorted(x for x in cuts if first.edges[0] <= x <= first.edges[-1])):
        x = (left + right) / 2
        across = [(a * x - p, b, p) for a, b, p in lines]
        if menu.triangle:
            density, bands = Fraction(2), [(ZERO, ONE - x, ONE)]
        else:
            k = next(k for k, end in enumerate(first.edges[1:]) if x < end)
            density = first.chances[k] / (first.edges[k + 1] - first.edges[k])
            ends = itertools.pairwise(second.edges)
            bands = [(a, b, p / (b - a)) for (a, b), p in zip(ends, second.chances, strict=True)]
        paid = sum((f * (b - a) * p for low, high, f in bands for a, b, p in upper(across, low, high)), ZERO)
        total += density * (right - left) * paid
    return total


def digest(certificate: Any) -> str:
    """SHA-256 of the canonical JSON of the certificate without its digest."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def check(certificate: Any) -> list[Verdict]:
    """The verdicts on all claims, in order; all fail where the digest does not match. Raises NotACertificate."""
    kind, version, title, about, claims, seal = fields(
        certificate, "the certificate", ("format", "version", "title", "about", "claims", "digest")
    )
    require(kind == FORMAT and type(version) is int and version == 1, "its format or version is not what is read here")
    require(type(title) is str and type(seal) is str, "title and digest should be text")
    require(1 <= len(entries(claims, "claims")) <= 100, "it should claim 1 to 100 things")
    if seal != digest(certificate):
        says = "the digest does not match: the file was altered afterwards"
        return [Verdict(str(c.get("claim") if type(c) is dict else c)[:40], False, says, None) for c in claims]
    menu = Menu(about)
    return [menu.evaluate(claim, n) for n, claim in enumerate(claims)]


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
        require(len(argv) == 1, "name one file: python menu_checker.py certificate.json")
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

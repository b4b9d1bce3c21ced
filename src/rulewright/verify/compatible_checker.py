"""Checks a certificate of compatible menus: whole numbers and fractions only, no solver, no NumPy.

`python compatible_checker.py FILE` exits with 0 if all claims hold, 1 if some fail, 2 if FILE is no such certificate.

Two additive bidders want two items; types fill boxes. Bidder i pays, for the items S that it picks, what the table says:

    p_i(S; θ_−i) = Σ_{j∈S} θ_−i,j + e_i(S; cell of θ_−i)                                 nothing is free

A cell [a, b) × [c, d) is a pair of intervals between neighbouring edges. Bidder 1 (types x) picks S only if z = x − y has
z(S) − e_S ≥ z(R) − e_R for all R; bidder 2 (types y) likewise with −z. For x in a cell and y in a cell, all bounds are on z_1, z_2,
z_1 + z_2 and z_1 − z_2. The menus are compatible if for no pair of cells and no S, T that share an item all of these hold strictly
at some z: eliminating z_2 leaves bounds on z_1 (and on nothing), each the sum of two. What is left are ties; moving bidder 1 up
by (ε, ε²) and bidder 2 by (ε³, ε⁴) breaks them all within the same cells, so that every profile of the boxes is served.

truthful: the table is asked for the other's cell only, by its form, and who picks what it likes best can only lose by a lie.
voluntary: nothing, for nothing, is among the options. no subsidy: no price is below 0 for any type of the other.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

FORMAT, GRADE = "rulewright compatible menus certificate", "proved"
RATIONAL = re.compile(r"-?[0-9]{1,400}(/(?!0+$)[0-9]{1,400})?", re.ASCII)
BYTES = 2**24  # of a file
PAIRS = 5_000_000  # of cells
MOST = 10**15  # of a whole number
FAR = 10**18
OPTIONS = ((1, 0), (0, 1), (1, 1))
SHARING = [
    (s, t) for s in range(3) for t in range(3) if any(a and b for a, b in zip(OPTIONS[s], OPTIONS[t], strict=True))
]
Octagon = tuple[int, int, int, int, int, int, int, int]


class NotACertificate(ValueError):
    """The file is not of the form that docs/theory/compatible_menus.md describes; the message is one sentence."""


class Fails(Exception):
    """The form is right and the claim does not hold; the message says why."""


@dataclass(frozen=True)
class Verdict:
    claim: str
    holds: bool
    says: str
    margin: Fraction | None
    grade: str = GRADE


def require(condition: Any, message: str) -> None:
    if not condition:
        raise NotACertificate(message)


def must(condition: Any, message: str) -> None:
    if not condition:
        raise Fails(message)


def fields(value: Any, where: str, names: tuple[str, ...]) -> list[Any]:
    """The values of an object that has these keys and no others: what is not read cannot mislead."""
    require(type(value) is dict and {*value} == {*names}, f"{where} should have exactly {', '.join(names)}")
    return [value[name] for name in names]


def entries(value: Any, where: str, count: int | None = None) -> list[Any]:
    require(type(value) is list, f"{where} should be a list")
    require(count is None or len(value) == count, f"{where} should have {count} entries, and has {len(value)}")
    return value  # type: ignore[no-any-return]


def whole(value: Any, where: str) -> int:
    require(type(value) is int and abs(value) <= MOST, f"{where} should be a whole number that is not huge")
    return value  # type: ignore[no-any-return]


def rational(value: Any, where: str) -> Fraction:
    require(type(value) is str and RATIONAL.fullmatch(value), f"{where} should be a rational such as “3/7”")
    return Fraction(value)


def picked(extra: list[int]) -> list[Octagon]:
    """For each option, (least, most) of z_1, z_2, z_1 + z_2, z_1 − z_2 where it is picked."""
    one, two, both = extra
    return [
        (one, FAR, -FAR, both - one, -FAR, FAR, one - two, FAR),
        (-FAR, both - two, two, FAR, -FAR, FAR, -FAR, one - two),
        (both - two, FAR, both - one, FAR, both, FAR, -FAR, FAR),
    ]


def mirrored(a: Octagon) -> Octagon:
    """The octagon of −z."""
    return -a[1], -a[0], -a[3], -a[2], -a[5], -a[4], -a[7], -a[6]


def meet(a: Octagon, b: Octagon, box: tuple[int, int, int, int]) -> bool:
    """Whether some z keeps all bounds strictly."""
    l1, u1 = max(a[0], b[0], box[0]), min(a[1], b[1], box[1])
    if l1 >= u1:
        return False
    l2, u2 = max(a[2], b[2], box[2]), min(a[3], b[3], box[3])
    if l2 >= u2:
        return False
    ls, us, ld, ud = max(a[4], b[4]), min(a[5], b[5]), max(a[6], b[6]), min(a[7], b[7])
    low = max(2 * l1, 2 * (l2 + ld), 2 * (ls - u2), ls + ld)
    return ls < us and ld < ud and low < min(2 * u1, 2 * (us - l2), 2 * (u2 + ud), us + ud)


class Menus:
    """What the certificate is about, read."""

    def __init__(self, about: Any) -> None:
        unit, types, edges, extras = fields(about, "about", ("unit", "types", "edges", "extras"))
        self.unit = rational(unit, "unit")
        require(self.unit > 0, "unit should be above 0")
        self.edges = [
            [
                [whole(v, f"edges[{i}][{j}]") for v in entries(row, f"edges[{i}][{j}]")]
                for j, row in enumerate(entries(of, f"edges[{i}]", 2))
            ]
            for i, of in enumerate(entries(edges, "edges", 2))
        ]
        for i, of in enumerate(entries(types, "types", 2)):
            for j, ends in enumerate(entries(of, f"types[{i}]", 2)):
                low, high = (rational(v, f"types[{i}][{j}]") for v in entries(ends, f"types[{i}][{j}]", 2))
                edge = self.edges[i][j]
                require(len(edge) > 1 and all(a < b for a, b in pairwise(edge)), f"edges[{i}][{j}] should rise")
                require(
                    low <= high and edge[0] * self.unit <= low and high < edge[-1] * self.unit,
                    f"edges[{i}][{j}] should go from at most the least type to above the most",
                )
        count = 1
        for edge in (*self.edges[0], *self.edges[1]):
            count *= len(edge) - 1
        require(count <= PAIRS, "it has too many cells to check here")
        self.cells = [
            [(a, b, c, d) for a, b in pairwise(of[0]) for c, d in pairwise(of[1])] for of in self.edges
        ]  # fmt: skip
        self.conflict: str | None = None  # said once, however many claims need it
        self.extras = [self.table(extras, i) for i in range(2)]

    def table(self, extras: Any, i: int) -> list[list[int]]:
        """e_i by the other's cell."""
        rows, where = (
            entries(entries(extras, "extras", 2)[i], f"extras[{i}]", len(self.edges[1 - i][0]) - 1),
            f"extras[{i}]",
        )
        return [
            [whole(v, where) for v in entries(menu, where, 3)]
            for row in rows
            for menu in entries(row, where, len(self.edges[1 - i][1]) - 1)
        ]

    def compatible(self) -> str:
        if self.conflict is None:
            self.conflict = self.found()
        must(not self.conflict, self.conflict)
        count = len(self.cells[0]) * len(self.cells[1])
        return f"no two picks share an item, for any types: {count} pairs of cells, {len(SHARING)} pairs of options in each"

    def found(self) -> str:
        """A conflict in words; empty if there is none."""
        first = [picked(extra) for extra in self.extras[0]]
        second = [[mirrored(a) for a in picked(extra)] for extra in self.extras[1]]
        for x, theirs in zip(self.cells[0], second, strict=True):
            for y, mine in zip(self.cells[1], first, strict=True):
                box = x[0] - y[1], x[1] - y[0], x[2] - y[3], x[3] - y[2]
                for s, t in SHARING:
                    if meet(mine[s], theirs[t], box):
                        return (
                            f"bidder 1 with types in {self.shown(x)} may pick items {self.named(s)} "
                            f"while bidder 2 with types in {self.shown(y)} picks {self.named(t)}"
                        )
        return ""

    def shown(self, cell: tuple[int, int, int, int]) -> str:
        a, b, c, d = (float(v * self.unit) for v in cell)
        return f"[{a:g}, {b:g}) × [{c:g}, {d:g})"

    def named(self, option: int) -> str:
        return " and ".join(str(j + 1) for j in range(2) if OPTIONS[option][j])

    def truthful(self) -> str:
        return "prices depend on the other's report alone" + self.needs()

    def voluntary(self) -> str:
        return "nothing, for nothing, can always be picked" + self.needs()

    def needs(self) -> str:
        """A menu that cannot be honoured is no mechanism: what it promises holds only if it is compatible."""
        self.compatible()
        return ", and what is picked can be given"

    def no_subsidy(self) -> str:
        for i in range(2):
            for cell, extra in zip(self.cells[1 - i], self.extras[i], strict=True):
                least = cell[0] + extra[0], cell[2] + extra[1], cell[0] + cell[2] + extra[2]
                if min(least) < 0:
                    raise Fails(f"bidder {i + 1} may be paid, where the other's types are in {self.shown(cell)}")
        return "no price is below 0"

    def evaluate(self, claim: Any, n: int) -> Verdict:
        name, grade = fields(claim, f"claims[{n}]", ("claim", "grade"))
        require(type(name) is str and name in CLAIMS, f"claims[{n}] should be one of {', '.join(CLAIMS)}")
        require(grade == GRADE, f"claims[{n}] should have the grade {GRADE}")
        try:
            return Verdict(name, True, CLAIMS[name](self), None)
        except Fails as problem:
            return Verdict(name, False, str(problem), None)


CLAIMS = {
    "compatible": Menus.compatible,
    "truthful": Menus.truthful,
    "voluntary": Menus.voluntary,
    "no subsidy": Menus.no_subsidy,
}


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
    require(0 < len(entries(claims, "claims")) <= len(CLAIMS), "it should claim something, and nothing twice")
    if seal != digest(certificate):
        says = "the digest does not match: the file was altered afterwards"
        return [Verdict(str(c.get("claim") if type(c) is dict else c)[:40], False, says, None) for c in claims]
    menus = Menus(about)
    return [menus.evaluate(claim, n) for n, claim in enumerate(claims)]


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
        require(len(argv) == 1, "name one file: python compatible_checker.py certificate.json")
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

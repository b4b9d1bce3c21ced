"""Checks certificates of persuasion in time: fractions only, no solver, no NumPy; docs/theory/persuasion_in_time.md is the format.

`python persuasion_checker.py FILE` exits with 0 if all claims hold, 1 if some fail, 2 if FILE is no such certificate.

In state s a parameter θ ~ μ_s is drawn that only the sender sees; it recommends a with chance σ(a|s,θ); the receiver, there for
one step, does it or something else; the state moves by P(s′|s,θ,a). For `horizon` steps (t counts them) or, where that is
null, for ever with discount δ < 1. With e(s,θ,a,b) = u(s,θ,a) − u(s,θ,b) the claims are

    obedient   Σ_θ μ_s(θ) σ_t(a|s,θ) (e(s,θ,a,b) − m) ≥ 0                                  for all t, s, a, b ≠ a
    robust     the same with m = 0 for every law within total variation r of μ_s, state by state
    attained   V_t(s) ≤ Σ_θ,a μ σ_t (v + δ P V_t+1), hence V_t is at most what σ brings;    start·V_0 ≥ x
    bound      W_t(s) ≥ Σ_θ μ max_a [v + δ P W_t+1 + Σ_b y_t(s,a,b) (e − m)] with y ≥ 0, hence W_t is at least what any
               signal brings that is obedient with margin m, whatever it remembers;         start·W_0 ≤ x

Both last lines: T is monotone, and after the last step nothing is left (or δ < 1 lets it vanish).
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FORMAT, GRADE = "rulewright persuasion certificate", "proved"
CLAIMS = ("obedient", "robust", "attained", "bound")
RATIONAL = re.compile(r"-?[0-9]{1,4000}(/(?!0+$)[0-9]{1,4000})?", re.ASCII)
BYTES = 2**25  # of a file
MOST_BITS, MOST_WORK = 2**18, 10**10  # of a sum; of all sums, in squares of 64 bits
MOST_PLACES, MOST_LOOKS = 2 * 10**7, 10**8  # (step, state, parameter, act, other act); the same, times claims
ZERO, ONE, HUGE = Fraction(0), Fraction(1), Fraction(10**300)
TOO_LONG = "its numbers become too long to check here"


class NotACertificate(ValueError):
    """The file is not of the form that the page describes; the message is one sentence."""


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


def table(value: Any, where: str, *shape: int) -> Any:
    """Nested lists of numbers of this shape."""
    if not shape:
        return number(value, where)
    require(type(value) is list and len(value) == shape[0], f"{where} should have {shape[0]} entries")
    return [table(v, f"{where}[{k}]", *shape[1:]) for k, v in enumerate(value)]


def fields(value: Any, where: str, names: tuple[str, ...]) -> list[Any]:
    """The values of an object that has these keys and no others: what is not read cannot mislead."""
    require(type(value) is dict and {*value} == {*names}, f"{where} should have exactly {', '.join(names)}")
    return [value[name] for name in names]


work = [0]  # so far, in a certificate


def total(values: Iterable[Fraction]) -> Fraction:
    """Their sum; what would take hours to add is refused."""
    found = ZERO
    for x in values:
        if x:
            found += x
            size = found.numerator.bit_length() + found.denominator.bit_length()
            work[0] += (size >> 6) ** 2
            require(size <= MOST_BITS and work[0] <= MOST_WORK, TOO_LONG)
    return found


def law(values: list[Fraction], where: str) -> None:
    require(all(p >= 0 for p in values) and total(values) == 1, f"{where} should be probabilities that sum to 1")


def whole(value: Any, where: str) -> int:
    require(type(value) is int and 1 <= value <= 10_000, f"{where} should be a whole number from 1")
    return value  # type: ignore[no-any-return]


class Persuasion:
    """What the certificate is about, and a method for each claim that returns (what is to spare, a sentence)."""

    def __init__(self, about: Any) -> None:
        names = ("states", "parameters", "acts", "law", "sender", "receiver", "moves", "start", "discount", "horizon")
        counts, rest = fields(about, "about", (*names, "signal"))[:3], about
        self.s, self.k, self.a = (whole(c, f"about.{n}") for c, n in zip(counts, names[:3], strict=True))
        self.horizon = None if rest["horizon"] is None else whole(rest["horizon"], "about.horizon")
        self.steps = self.horizon or 1
        shape = self.s, self.k, self.a
        self.looks = self.steps * self.s * self.k * self.a**2
        require(self.looks <= MOST_PLACES, "it has more places than are looked at here")
        self.law = table(rest["law"], "about.law", self.s, self.k)
        self.v = table(rest["sender"], "about.sender", *shape)
        self.u = table(rest["receiver"], "about.receiver", *shape)
        self.moves = table(rest["moves"], "about.moves", *shape, self.s)
        self.start = table(rest["start"], "about.start", self.s)
        self.delta = number(rest["discount"], "about.discount", ZERO)
        self.signal = table(rest["signal"], "about.signal", self.steps, *shape)
        require(
            self.delta < 1 or (self.horizon and self.delta == 1), "about.discount should be below 1, or 1 with an end"
        )
        law(self.start, "about.start")
        for s in range(self.s):
            law(self.law[s], f"about.law[{s}]")
            for k in range(self.k):
                for a in range(self.a):
                    law(self.moves[s][k][a], f"about.moves[{s}][{k}][{a}]")
                for t in range(self.steps):
                    law(self.signal[t][s][k], f"about.signal[{t}][{s}][{k}]")

    def places(self) -> Iterable[tuple[int, int]]:
        return ((t, s) for t in range(self.steps) for s in range(self.s))

    def _pairs(self) -> Iterable[tuple[int, int]]:
        return ((a, b) for a in range(self.a) for b in range(self.a) if a != b)

    def later(self, values: Any, t: int) -> list[Fraction]:
        if self.horizon is None:
            return values[0]  # type: ignore[no-any-return]
        return values[t + 1] if t + 1 < self.steps else [ZERO] * self.s

    def ahead(self, s: int, k: int, a: int, later: list[Fraction]) -> Fraction:
        return self.v[s][k][a] + self.delta * total(  # type: ignore[no-any-return]
            p * w for p, w in zip(self.moves[s][k][a], later, strict=True) if p
        )

    def obedient(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        fields(claim, f"claims[{n}]", ("claim", "grade", "margin"))
        m = number(claim["margin"], "margin", ZERO)
        spare: Fraction | None = None
        for t, s in self.places():
            mu, sigma, u = self.law[s], self.signal[t][s], self.u[s]
            for a, b in self._pairs():
                often = total(mu[k] * sigma[k][a] for k in range(self.k))
                if not often:
                    continue
                slack = total(mu[k] * sigma[k][a] * (u[k][a] - u[k][b]) for k in range(self.k)) / often - m
                must(slack >= 0, f"step {t}, state {s}: told {a}, the receiver gains {said(-slack - m)} by doing {b}")
                spare = slack if spare is None else min(spare, slack)
        return spare, f"in every state every recommendation is better than all else by at least {said(m)}"

    def robust(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        fields(claim, f"claims[{n}]", ("claim", "grade", "radius"))
        radius = number(claim["radius"], "radius", ZERO)
        must(radius <= 1, "no two laws are further apart than 1")
        spare: Fraction | None = None
        for t, s in self.places():
            for a, b in self._pairs():
                f = [self.signal[t][s][k][a] * (self.u[s][k][a] - self.u[s][k][b]) for k in range(self.k)]
                left, least = radius, min(f)
                slack = total(p * x for p, x in zip(self.law[s], f, strict=True))
                for x, p in sorted(zip(f, self.law[s], strict=True), reverse=True):
                    moved = min(left, p)  # the worst law moves what it may from the best parameters to the worst one
                    slack, left = slack - moved * (x - least), left - moved
                must(slack >= 0, f"step {t}, state {s}: some law that close makes {b} better when {a} is recommended")
                spare = slack if spare is None else min(spare, slack)
        return spare, f"obeyed for every law of the parameter within total variation {said(radius)}"

    def attained(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        fields(claim, f"claims[{n}]", ("claim", "grade", "at_least", "values"))
        least = number(claim["at_least"], "at_least")
        values = table(claim["values"], "values", self.steps, self.s)
        for t, s in self.places():
            later, sigma = self.later(values, t), self.signal[t][s]
            brings = total(
                self.law[s][k] * sigma[k][a] * self.ahead(s, k, a, later)
                for k in range(self.k)
                for a in range(self.a)
                if sigma[k][a]
            )
            must(values[t][s] <= brings, f"step {t}, state {s}: the signal brings {said(brings)}, less than its value")
        found = total(p * w for p, w in zip(self.start, values[0], strict=True))
        must(found >= least, f"the values come to {said(found)} only")
        return found - least, f"obeyed, the signal brings the sender at least {said(least)}"

    def bound(self, claim: Any, n: int) -> tuple[Fraction | None, str]:
        fields(claim, f"claims[{n}]", ("claim", "grade", "at_most", "margin", "values", "weights"))
        most, m = number(claim["at_most"], "at_most"), number(claim["margin"], "margin", ZERO)
        values = table(claim["values"], "values", self.steps, self.s)
        weights = table(claim["weights"], "weights", self.steps, self.s, self.a, self.a)
        for t, s in self.places():
            later, y, u = self.later(values, t), weights[t][s], self.u[s]
            must(all(w >= 0 for row in y for w in row), f"step {t}, state {s}: a weight is negative")
            used = [[b for b in range(self.a) if b != a and y[a][b]] for a in range(self.a)]
            most_here = total(
                self.law[s][k]
                * max(
                    self.ahead(s, k, a, later) + total(y[a][b] * (u[k][a] - u[k][b] - m) for b in used[a])
                    for a in range(self.a)
                )
                for k in range(self.k)
            )
            must(values[t][s] >= most_here, f"step {t}, state {s}: {said(values[t][s])} is below {said(most_here)}")
        found = total(p * w for p, w in zip(self.start, values[0], strict=True))
        must(found <= most, f"the values come to {said(found)}")
        return most - found, f"no signal that is obeyed with margin {said(m)} brings more than {said(most)}"

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
    require(type(title) is str and type(seal) is str, "title and digest should be text")
    require(type(claims) is list and 0 < len(claims) <= 1_000, "it claims nothing, or too much")
    if seal != digest(certificate):
        says = "the digest does not match: the file was altered afterwards"
        return [Verdict(str(c.get("claim") if type(c) is dict else c)[:40], False, says, None) for c in claims]
    work[0] = 0
    persuasion = Persuasion(about)
    require(persuasion.looks * len(claims) <= MOST_LOOKS, "so many claims about so many places take hours")
    return [persuasion.evaluate(claim, n) for n, claim in enumerate(claims)]


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
        require(len(argv) == 1, "name one file: python persuasion_checker.py certificate.json")
        found, stream = check(load(argv[0])), sys.stdout
        lines = [f"{'holds' if v.holds else 'FAILS'}  {v.claim:<10}  {v.grade}  {v.says}" for v in found]
    except (NotACertificate, RecursionError, MemoryError) as problem:
        found, stream, lines = [], sys.stderr, [f"not a certificate: {problem}"]
    getattr(stream, "reconfigure", dict)(errors="backslashreplace")
    for line in lines:  # of which none may be forged by the file
        print("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line), file=stream)
    return int(not all(v.holds for v in found)) if found else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

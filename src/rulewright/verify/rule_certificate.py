"""Rule certificates: a direct rule of any size, written so that a stranger can check it (docs/certificate.md).

A rule is μ(d, a | ω, r), what is decided and told at each profile x of what the designer knows and players report, and
t_k(x, d, a, y), what is paid. Written is z_k = μ·t_k: honesty, obedience, taking part, budget and liability are linear
in (μ, z), so that two rules may be mixed, and rounding errors add up to no more than themselves. Floats find: they are
rounded to whole numbers over one denominator; the checker, which does all the arithmetic, says what margin is left.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array
from . import rule_checker
from .bounds import Family, Multipliers

FINE = 1400 * 720_720  # denominator of rounded probabilities: thirds, sevenths, up to sixteenths stay what they are
LINE = 4096  # numbers in a line of the file
LARGEST = 2**62  # of whole numbers in int64


@dataclass(frozen=True, eq=False)
class Whole:
    """Numbers as whole ones over one denominator."""

    denominator: int
    entries: Array = field(repr=False)
    """int64 where that is long enough, else Python's integers."""


@dataclass(frozen=True, eq=False)
class ExactRule:
    """μ [*types, *actions], and for each payment of the family z = μ·t [*types, *actions, joint outcome]."""

    law: Whole
    money: tuple[Whole, ...] = ()


def whole(array: Array) -> Whole:
    """An exact array (Fractions, or integers of any kind) over its common denominator."""
    if array.dtype.kind in "iu":
        return Whole(1, array.astype(np.int64))
    entries = rational.exact(array)
    denominator = math.lcm(*{x.denominator for x in entries.flat})
    return Whole(denominator, _short([x.numerator * (denominator // x.denominator) for x in entries.flat], array.shape))


def _short(numbers: list[int], shape: tuple[int, ...]) -> Array:
    kind = np.int64 if max(map(abs, numbers), default=0) < LARGEST else object
    return np.array(numbers, dtype=kind).reshape(shape)


def exact_rule(
    game: Game, family: Family, law: Array, payments: Sequence[Array] = (), *, fine: int = FINE
) -> ExactRule:
    """A rule in whole numbers from μ and t, [*types, *actions] and [*types, *actions, joint outcome] per payment.

    Exact arrays stay as they are. Floating ones are rounded: probabilities to multiples of 1/fine that sum to one, and
    payments so that liability holds exactly; incentives may then be broken by a hair, which the certificate says, or
    `mixed` repairs. Raises InputError for arrays of another shape or number.
    """
    shape = game.payoff.shape[1:]
    if law.shape != shape or len(payments) != len(family["payments"]):
        found = f"{law.shape}, {len(payments)} payments"
        raise InputError(
            where="rule", needed=f"a law of shape {shape}, {len(family['payments'])} payments", found=found
        )
    for amounts, form in zip(payments, family["payments"], strict=True):
        if amounts.shape != (*shape, len(form["low"])):
            found = str(amounts.shape)
            raise InputError(where=f"payment to {form['to']}", needed=f"{(*shape, len(form['low']))}", found=found)
    if rational.is_exact(law) or law.dtype.kind in "iu":
        mu = whole(law)
        return ExactRule(mu, tuple(_times(mu, whole(t)) for t in payments))
    mu = Whole(fine, _rounded(law, fine, game.n))
    return ExactRule(mu, tuple(_paid(mu, t, form) for t, form in zip(payments, family["payments"], strict=True)))


def _times(mu: Whole, t: Whole) -> Whole:
    big = max(map(abs, (*mu.entries.flat, 1))) * max(map(abs, (*t.entries.flat, 1))) >= LARGEST
    entries = mu.entries.astype(object) if big else mu.entries
    return Whole(mu.denominator * t.denominator, entries[..., None] * t.entries)


def _rounded(law: Array, fine: int, n: int) -> Array:
    """Whole numbers near fine·law that sum to `fine` over the actions: what is lacking goes to the largest remainders."""
    flat = np.maximum(law, 0).reshape(math.prod(law.shape[:n]), -1)
    flat = np.where(flat < 1 / fine, 0, flat)
    flat = flat / flat.sum(axis=1, keepdims=True) * fine
    found = np.floor(flat).astype(np.int64)
    rank = np.argsort(np.argsort(-(flat - found), axis=1, kind="stable"), axis=1)
    found += rank < (fine - found.sum(axis=1, keepdims=True))
    return found.reshape(law.shape)


def _paid(mu: Whole, amounts: Array, form: dict[str, Any]) -> Whole:
    """z = μ·t within low·μ ≤ z ≤ high·μ, exactly: over a denominator in which these are whole."""
    low, high = ([Fraction(v) for v in form[side]] for side in ("low", "high"))
    unit = math.lcm(*(v.denominator for v in (*low, *high)))
    largest = max(abs(v) * unit for v in (*low, *high)) * mu.denominator
    kind = np.int64 if largest < LARGEST else object
    sides = [
        np.array([int(v * unit) for v in side], dtype=kind) * mu.entries[..., None].astype(kind) for side in (low, high)
    ]
    near = np.rint(np.asarray(amounts, float) * mu.entries[..., None] * unit)
    near = np.clip(near, -float(largest), float(largest)).astype(kind)
    return Whole(mu.denominator * unit, np.clip(near, *sides))


def mixed(rule: ExactRule, other: ExactRule, share: Fraction) -> ExactRule:
    """The rule that follows `other` with probability `share`: of both, it has the mixture of what is linear."""

    def mix(a: Whole, b: Whole) -> Whole:
        common = math.lcm(a.denominator, b.denominator)
        left = (share.denominator - share.numerator) * (common // a.denominator)
        right = share.numerator * (common // b.denominator)
        entries = left * a.entries.astype(object) + right * b.entries.astype(object)
        return Whole(common * share.denominator, _short([*entries.flat], entries.shape))

    return ExactRule(mix(rule.law, other.law), tuple(map(mix, rule.money, other.money)))


def repaired(game: Game, family: Family, rule: ExactRule, strict: ExactRule) -> ExactRule:
    """As little of `strict`, a rule with room in every incentive, as makes `rule` obeyed with the family's slack.

    The rule itself where it needs none. Raises InputError where `strict` has no room.
    """
    share = Fraction(0)
    for lacks, has in zip(_margins(game, family, rule), _margins(game, family, strict), strict=True):
        if has < 0 or lacks < 0 == has:
            raise InputError(where="rule", needed="a rule with room in every incentive", found=f"a margin of {has}")
        share = max(share, lacks / (lacks - has) if lacks < 0 else Fraction(0))
    return mixed(rule, strict, Fraction(math.ceil(share * 10**12), 10**12)) if share else rule


def _margins(game: Game, family: Family, rule: ExactRule) -> tuple[Fraction, ...]:
    """Of honesty with the family's slack, of taking part, and of the budget; 0 where they cannot fail."""
    read = rule_checker.Rule(rule_checker.Lines(body(game, family, rule)))
    limit = read.budget({})[0] if read.limit is not None else None
    return tuple(m or Fraction(0) for m in (read.honest({"margin": family["slack"]})[0], read.voluntary({})[0], limit))


def body(game: Game, family: Family, rule: ExactRule, *, title: str = "") -> Iterator[str]:
    """The file's lines before multipliers and claims."""
    game = game.exact
    used = {name for payment in family["payments"] for name in payment["on"]}
    signals = [s for s in game.signals if s.name in used]
    head = {
        "format": rule_checker.FORMAT,
        "version": 1,
        "title": title,
        "players": list(game.players),
        "types": [list(t) for t in game.types],
        "actions": [list(a) for a in game.actions],
        "signals": {s.name: len(s.outcomes) for s in signals},
        "family": family,
    }
    yield json.dumps(head, ensure_ascii=False) + "\n"
    yield from _table("prior", _narrow(whole(game.prior)))
    for player, payoff in zip(game.players, game.payoff, strict=True):
        yield from _table(f"payoff of {player}", _narrow(whole(payoff)))
    for signal in signals:
        yield from _table(f"law of {signal.name}", _narrow(whole(signal.law), keep=1))
    yield from _table("rule", rule.law)
    for k, money in enumerate(rule.money):
        yield from _table(f"money {k}", money)


def _narrow(table: Whole, keep: int = 0) -> Whole:
    """Without what is repeated: an axis along which nothing changes has length one; the last `keep` axes stay."""
    entries = table.entries
    for axis in range(entries.ndim - keep):
        first = entries.take([0], axis=axis)
        if entries.shape[axis] > 1 and (entries == first).all():
            entries = first
    return Whole(table.denominator, entries)


def _table(name: str, table: Whole) -> Iterator[str]:
    head = {"table": name, "denominator": table.denominator, "shape": list(table.entries.shape)}
    yield json.dumps(head, ensure_ascii=False) + "\n"
    flat = table.entries.ravel()
    for start in range(0, flat.size, LINE):
        yield _list(flat[start : start + LINE])


def _list(numbers: Array) -> str:
    return json.dumps(numbers.tolist(), separators=(",", ":")) + "\n"


def _weights(multipliers: Multipliers) -> Iterator[str]:
    head = {"denominator": multipliers.denominator, "budget": multipliers.budget}
    yield json.dumps({"multipliers": head}) + "\n"
    for kind in ("incentives", "participation"):
        for player, (index, weights) in getattr(multipliers, kind).items():
            yield json.dumps({"weights": kind, "of": player}, ensure_ascii=False) + "\n"
            for start in range(0, len(weights), LINE):
                rows = slice(start, start + LINE)
                yield _list(np.column_stack([index[rows], weights[rows]]))


def write(
    path: Path | str,
    game: Game,
    family: Family,
    rule: ExactRule,
    *,
    multipliers: Multipliers | None = None,
    title: str = "",
) -> list[rule_checker.Verdict]:
    """Write a rule certificate: its game, rule and multipliers, and the claims that hold, with the best numbers.

    Claimed are the margin (below 0 where rounding broke an incentive: then nobody gains more than that), the value, and
    with multipliers the gap to the bound; taking part and the budget where they hold. Returns what the checker says of
    each claim, those that fail and are left out included. Raises rule_checker.NotACertificate if it is refused whole.
    """
    with open(path, "w", encoding="utf-8") as file:
        for line in chain(body(game, family, rule, title=title), _weights(multipliers) if multipliers else ()):
            file.write(line)
    with open(path, encoding="utf-8") as file:
        read, digest = _read(file)
    claims = _claims(read)
    verdicts = [read.evaluate(claim) for claim in claims]
    with open(path, "a", encoding="utf-8") as file:
        for claim in (claim for claim, verdict in zip(claims, verdicts, strict=True) if verdict.holds):
            file.write(json.dumps({**claim, "digest": rule_checker.sealed(digest, claim)}) + "\n")
    return verdicts


def _read(file: Iterable[str]) -> tuple[rule_checker.Rule, str]:
    lines = rule_checker.Lines(file)
    return rule_checker.read(lines), lines.digest.hexdigest()


def _claims(read: rule_checker.Rule) -> list[dict[str, Any]]:
    margin = read.honest({"margin": "0"})[0]
    found: list[dict[str, Any]] = [{"claim": "rule"}]
    found.append({"claim": "honest", "margin": str(margin or 0)})
    found += [{"claim": "voluntary"}] if read.outside else []
    found += [{"claim": "budget"}] if read.limit is not None else []
    found.append({"claim": "value", "value": str(read.worth())})
    if read.bound:
        found.append({"claim": "optimal", "gap": str(read.bound.total() - read.worth())})
    return [{**claim, "grade": rule_checker.GRADE} for claim in found]

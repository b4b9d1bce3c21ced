"""Claims about an institution, as plain data; what each means is said in docs/certificate.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import InputError
from ..numerics import rational
from . import checker

Claim = dict[str, Any]
PROVED, BOUNDED, SEARCHED = checker.GRADES
DIGITS = 10**6  # bounds of rates have six


def _text(value: Any) -> str:
    return rational.text(rational.fraction(value))


def _claim(name: str, **fields: Any) -> Claim:
    return {"claim": name, **fields, "grade": PROVED}


def equilibrium(margin: Any = 0) -> Claim:
    """The play asked for is an equilibrium; every other action falls short by at least `margin`."""
    return _claim("equilibrium", margin=_text(margin))


def dominant(margin: Any = 0) -> Claim:
    """The play asked for is best whatever the others are and do."""
    return _claim("dominant", margin=_text(margin))


def only(order: Iterable[Any], margin: Any = 0) -> Claim:
    """Nothing else survives iterated strict dominance. `order`: steps with player, type, action and by."""
    return _claim("only", margin=_text(margin), order=steps(order))


def steps(order: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"player": s.player, "type": s.type, "action": s.action, "by": {a: _text(p) for a, p in s.by.items()}}
        for s in order
    ]


def voluntary(outside: Mapping[str, Sequence[Any]]) -> Claim:
    """Every type gets at least what it would get by staying away."""
    return _claim("voluntary", outside={player: [_text(v) for v in values] for player, values in outside.items()})


def budget(limit: Any, where: str = "path") -> Claim:
    """Payments to all players together are at most `limit`, on the path or everywhere."""
    return _claim("budget", limit=_text(limit), where=where)


def balanced() -> Claim:
    """What one player is paid another pays."""
    return _claim("balanced")


def goal(at_least: Any) -> Claim:
    """People get at least this if all play what is asked."""
    return _claim("goal", at_least=_text(at_least))


def worst(at_least: Any, multipliers: Iterable[Mapping[str, Any]]) -> Claim:
    """People get at least this in every correlated equilibrium, hence in every equilibrium."""
    return _claim("worst", at_least=_text(at_least), multipliers=[dict(m) for m in multipliers])


def robust(error: Any, of: str, order: Iterable[Any] = ()) -> Claim:
    """The claim `of` survives any change of every payoff by at most `error`."""
    extra = {"order": steps(order)} if of == "only" else {}
    return _claim("robust", error=_text(error), of=of, **extra)


def coalition(size: int, side_payments: bool = False) -> Claim:
    """No group of 2 … size players gains by deviating together."""
    return _claim("coalition", size=size, side_payments=side_payments)


def optimal(family: Mapping[str, Any], multipliers: Mapping[str, Any], gap: Any = 0) -> Claim:
    """No rule of the family is worth more than the play asked for and `gap` (`bounds.family`, `Multipliers.as_data`)."""
    return _claim("optimal", gap=_text(gap), family=dict(family), multipliers=dict(multipliers))


def impossible(family: Mapping[str, Any], multipliers: Mapping[str, Any]) -> Claim:
    """No rule of the family meets what is asked of it: these multiples of the requirements contradict each other."""
    return _claim("impossible", family=dict(family), multipliers=dict(multipliers))


def rate(name: str, successes: int, trials: int, confidence: Any, side: str = "at least") -> dict[str, Any]:
    """What a sample shows of a rate: the bound of Clopper & Pearson (1934, Biometrika 26), one-sided, six digits.

    side: "at least" (a true-positive rate) or "at most" (a false-positive rate). Raises InputError for other words.
    """
    if side not in ("at least", "at most") or not 0 <= successes <= trials or not trials:
        found = f"{side}, {successes} of {trials}"
        raise InputError(
            where=f"rate {name}", needed='side "at least" or "at most", successes among trials', found=found
        )
    risk = 1 - rational.fraction(confidence)
    seen = successes if side == "at least" else trials - successes
    low, high = 0, DIGITS  # the largest p with P(at least `seen` | p) ≤ risk lies between
    while high - low > 1:
        middle = (low + high) // 2
        right = checker.tail(seen, trials, Fraction(middle, DIGITS)) <= risk
        low, high = (middle, high) if right else (low, middle)
    shown = Fraction(low, DIGITS) if side == "at least" else 1 - Fraction(low, DIGITS)
    counts = {"successes": successes, "trials": trials}
    return {"name": name, "side": side, **counts, "confidence": _text(confidence), "bound": _text(shown)}


def rates(found: Iterable[Mapping[str, Any]]) -> Claim:
    """Each rate, as `rate` makes them, is as bounded, with the confidence that it names."""
    return bounded(_claim("rates"), found)


def bounded(claim: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> Claim:
    """The claim as one that rests on estimated rates: exact for the game as written, which takes rates at their bounds."""
    return {**claim, "rates": [dict(r) for r in found], "grade": BOUNDED}


def logit(kind: str, lam: Any, at_least: Any, of: str, ranges: Iterable[Any]) -> Claim:
    """For every λ ≥ lam, what is asked has probability `at_least` in logit play (docs/certificate.md, “Rationality”).

    kind: "every" (in all logit equilibria) or "stays" (in boxes that logit play does not leave). of: "each" or "joint".
    ranges: of λ, with up_to (None: all above) and steps, which have player, type, at_least, at_most and better.
    """
    listed = [
        {"up_to": None if r.up_to is None else _text(r.up_to), "steps": [_bounds(step) for step in r.steps]}
        for r in ranges
    ]
    return _claim("rationality", kind=kind, **{"lambda": _text(lam)}, at_least=_text(at_least), of=of, ranges=listed)


def _bounds(step: Any) -> dict[str, Any]:
    said = {side: {a: _text(p) for a, p in getattr(step, side).items()} for side in ("at_least", "at_most")}
    better = {a: {b: _text(p) for b, p in by.items()} for a, by in step.better.items()}
    return {"player": step.player, "type": step.type, **said, "better": better}


def share(of: Any, others: str = "anything", margin: Any = 0) -> Claim:
    """What is asked is best, by `margin`, wherever each of the others is rational with a chance of at least `of`.

    others: what those do who are not, "anything" or "uniform".
    """
    return _claim("rationality", kind="share", share=_text(of), others=others, margin=_text(margin))


def searched(what: str, tried: str, found: str) -> Claim:
    """Something that was looked for in `tried` ways; never a proof, and shown as such."""
    return {**_claim("searched", what=what, tried=tried, found=found), "grade": SEARCHED}

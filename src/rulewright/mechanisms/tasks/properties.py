"""Which promises each rule keeps: refuted by a witness in rationals, proved by a sentence and looked at on every profile of a grid.

    truthful in cost        no lie about the price alone pays
    truthful in quality     no bid beats the best one with the true quality
    voluntary               the truth never loses, in mean
    sure                    the buyer never loses by a bid that it takes, in mean
    sybil-proof             two names are no better than one
    pair-proof              two agents together gain nothing over the truth
    whitewash-proof         a new name is no better than the old one

“proved” has an argument for all types; “not found” is a search that found nothing, and no more than that.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import InputError
from ...numerics.given import number
from .lies import NAMES, best_lie, bids_of, kinds, pair, sybil, worst_lie, worth_of
from .market import ONE, ZERO, Bid, Reputation, Rule

PROVED, REFUTED, NOT_FOUND = "proved", "refuted", "not found"
QUARTERS = ("0", "1/4", "1/2", "3/4", "1")
COARSE = kinds(("0", "1/4", "1/2"), ("1/2", "1"))
FINE = kinds(QUARTERS[:-1], ("1/4", "1/2", "1"))
KNOWN = {NAMES[0]: Fraction(1, 2), NAMES[1]: Fraction(1, 2)}
"""Standings of the agents, where a rule reads them."""
LOW = Fraction(1, 4)  # a standing below the start, of whoever thinks of a new name


@dataclass(frozen=True)
class Property:
    """One promise of one rule."""

    rule: str
    name: str
    verdict: str
    gain: Fraction
    """By the witness; 0 where there is none. In money."""
    says: str
    """The witness, the argument, or what was looked at."""


Look = Callable[[Rule, Fraction], "tuple[Fraction, str] | None"]


def _cost(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    found = worst_lie(rule, worth, 2, FINE, lambda me: [(Fraction(p), me[1]) for p in QUARTERS], KNOWN)
    return None if found is None else (found.gain, found.describe())


def _quality(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    """By how much the best bid beats the best one that says the true quality."""
    worst: tuple[Fraction, str] | None = None
    for types in itertools.product(FINE, repeat=2):
        honest = best_lie(rule, worth, types, 0, [(Fraction(p), types[0][1]) for p in QUARTERS], KNOWN)
        lie = best_lie(rule, worth, types, 0, [*FINE, *((worth, q) for _, q in FINE[:3])], KNOWN)
        more = lie.lying - honest.lying
        if more > 0 and (worst is None or more > worst[0]):
            worst = more, f"{lie.describe()}, {more} of it by the quality"
    return worst


def _voluntary(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    worst = min(
        (worth_of(rule, worth, bids_of(types), {i: types[i]}, KNOWN), types, i)
        for types in itertools.product(FINE, repeat=2)
        for i in range(2)
    )
    cost, quality = worst[1][worst[2]]
    return (-worst[0], f"cost {cost}, quality {quality} loses {-worst[0]} by the truth") if worst[0] < 0 else None


def _sure(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    """The buyer's mean at every pair of bids, and every true quality of the winner."""
    sees, mistakes = getattr(rule, "sees", ONE), getattr(rule, "mistakes", ZERO)
    worst: tuple[Fraction, str] | None = None
    for said in itertools.product(FINE, repeat=2):
        terms = rule.terms(worth, bids_of(said), KNOWN, (0, 1))
        if terms.winner is None:
            continue
        for quality in map(Fraction, QUARTERS):
            seen = quality * sees + (ONE - quality) * mistakes
            left = quality * worth - seen * terms.on_success - (ONE - seen) * terms.on_failure
            if left < 0 and (worst is None or -left > worst[0]):
                price, claim = said[terms.winner]
                worst = (
                    -left,
                    f"who bids price {price}, quality {claim} and has quality {quality} costs the buyer {-left}",
                )
    return worst


def _sybil(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    bids = [*COARSE, (worth, ONE)]
    found = max((sybil(rule, worth, t, bids, KNOWN) for t in itertools.product(COARSE, repeat=2)), key=lambda x: x.gain)
    return (found.gain, found.describe()) if found.gain > 0 else None


def _pair(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    bids = [*COARSE, (worth, ONE)]
    found = max((pair(rule, worth, t, bids, KNOWN) for t in itertools.product(COARSE, repeat=2)), key=lambda x: x.gain)
    if found.gain <= 0:
        return None
    (c, q), (d, r) = found.types
    (p, s), (t, u) = found.bids
    says = f"cost {c}, quality {q} and cost {d}, quality {r} bid price {p}, quality {s} and price {t}, quality {u}"
    return found.gain, f"{says}: together they gain {found.gain}"


def _whitewash(rule: Rule, worth: Fraction) -> tuple[Fraction, str] | None:
    """One task: the best bid under a new name against the best under the old one, of standing LOW."""
    worst: tuple[Fraction, str] | None = None
    for mine, other in itertools.product(COARSE, repeat=2):
        best = []
        for name in (NAMES[0], "new"):
            options = (Bid(name, *bid) for bid in FINE)
            rest = Bid(NAMES[1], *other)
            best.append(max(worth_of(rule, worth, [bid, rest], {0: mine}, {NAMES[0]: LOW}) for bid in options))
        if best[1] > best[0] and (worst is None or best[1] - best[0] > worst[0]):
            worst = (
                best[1] - best[0],
                f"of standing {LOW}, a new name of {rule.start} gains {best[1] - best[0]} in one task",
            )
    return worst


LOOKS: dict[str, Look] = {
    "truthful in cost": _cost,
    "truthful in quality": _quality,
    "voluntary": _voluntary,
    "sure": _sure,
    "sybil-proof": _sybil,
    "pair-proof": _pair,
    "whitewash-proof": _whitewash,
}
NO_MEMORY = "it reads no standing, so that a name is worth nothing"
SECOND = "what it gets by winning is its true score less the others' best, whatever it bids"
RAISES = "another name of one's own can only raise k, the price of winning"
ONE_WINS = "one of the names wins, and asks no more than it could ask alone"
PROOFS: dict[tuple[str, str], str] = {
    ("settled on outcome", "truthful in cost"): SECOND,
    ("settled on outcome", "truthful in quality"): SECOND,
    ("settled on outcome", "voluntary"): "who wins by the truth has the higher true score",
    (
        "settled on outcome",
        "sure",
    ): "with clear sight the buyer keeps k ≥ 0 whatever comes of it; else it does so in mean",
    ("settled on outcome", "sybil-proof"): RAISES,
    ("second score", "sybil-proof"): RAISES,
    ("second score", "truthful in cost"): "with a true claim, " + SECOND,
    ("reputation", "truthful in quality"): "it does not read claims",
    ("first come", "sybil-proof"): "only the first name counts, and another one comes later",
    ("best ratio", "sybil-proof"): ONE_WINS,
    ("lowest price", "sybil-proof"): ONE_WINS,
    ("deposit", "sybil-proof"): ONE_WINS,
}
PROOFS |= {
    (name, "whitewash-proof"): NO_MEMORY
    for name in ("best ratio", "lowest price", "second score", "deposit", "first come", "lot", "settled on outcome")
}
PROOFS |= {
    (name, "voluntary"): "who wins by the truth is paid at least its cost, whatever comes of it"
    for name in ("best ratio", "lowest price", "second score", "reputation", "first come", "lot")
}


def _proof(rule: Rule, name: str) -> str:
    if isinstance(rule, Reputation) and name == "whitewash-proof" and not rule.start:
        return "a new name has the lowest standing that there is, and standings keep their order for ever"
    if name == "sybil-proof" and getattr(rule, "cap", None) is not None:
        return ""  # names at the cap have a share of the lot each
    return PROOFS.get((rule.name, name), "")


def properties(rule: Rule, names: Iterable[str] = (), *, worth: Any = 1) -> tuple[Property, ...]:
    """Every promise, or those of these names, looked at. A witness beats any argument. Raises InputError."""
    v, found = number(worth, "worth", least=0), []
    for name in names or LOOKS:
        if name not in LOOKS:
            raise InputError(where="properties", needed=f"one of {', '.join(LOOKS)}", found=repr(name))
        seen, proof = LOOKS[name](rule, v), _proof(rule, name)
        if seen is not None:
            found.append(Property(rule.name, name, REFUTED, *seen))
        elif proof:
            found.append(Property(rule.name, name, PROVED, ZERO, proof))
        else:
            found.append(Property(rule.name, name, NOT_FOUND, ZERO, "no witness on the grid"))
    return tuple(found)

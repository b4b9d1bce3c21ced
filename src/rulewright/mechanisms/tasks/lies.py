"""What one agent, or two together, gain by lies to a rule of the market, in rationals: searched on grids, and in closed form.

    u_i(bids; c_i, q_i) = Σ over ranks of ties  1/m! · [ i wins ]·( q_i·paid(success) + (1 − q_i)·paid(failure) − c_i )

`closed` gives the largest gain over all lies (a supremum: ties are won by an ε) where others bid as they do:

    best ratio      max(0, min(V, 1/R) − c) − u          R: the others' best s/p; claim 1, ask min(V, 1/R)
    deposit         max(0, min(V, 1/R) − c − (1 − q)·D) − u
    lowest price    max(0, min(V, p₂) − c) − u            p₂: the others' lowest price; claim the bar
    second score    max(0, V − k − c) − u                 claim 1; k: the others' best s·V − p, or 0
    reputation      max(0, r·V − k − c) − u               ask r·V − k
    first come      max(0, V − c) − u for the first
    lot             (V − c)/m − u                         m: how many may be had, i among them
    settled         0

u: what the truth gives. Derived here; `tests/mechanisms/test_tasks.py` compares them with the search.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import InputError
from .market import ONE, ZERO, Bid, Rule

Kind = tuple[Fraction, Fraction]
"""(cost, quality): of an agent in truth, or as it bids."""
NAMES = "abcdefghijklmnop"


@dataclass(frozen=True)
class Lie:
    """A lie that pays, with all that it takes to see it again."""

    rule: Rule
    worth: Fraction
    types: tuple[Kind, ...]
    """Of all agents; all others say theirs."""
    agent: int
    bids: tuple[Kind, ...]
    """Of the liar: one, or several under as many names."""
    truthful: Fraction
    lying: Fraction

    @property
    def gain(self) -> Fraction:
        return self.lying - self.truthful

    def describe(self) -> str:
        said = " and ".join(f"price {p}, quality {q}" for p, q in self.bids)
        cost, quality = self.types[self.agent]
        others = "; ".join(f"{c}, {q}" for k, (c, q) in enumerate(self.types) if k != self.agent)
        return f"cost {cost}, quality {quality} says {said} against ({others}): gains {self.gain}"


def bids_of(kinds: Sequence[Kind]) -> list[Bid]:
    return [Bid(NAMES[k], p, s) for k, (p, s) in enumerate(kinds)]


def worth_of(
    rule: Rule,
    worth: Fraction,
    bids: Sequence[Bid],
    whose: Mapping[int, Kind],
    standing: Mapping[str, Fraction] | None = None,
) -> Fraction:
    """What the owner of the bids at positions `whose` expects, true (cost, quality) by position; the lot averaged over all ranks.

    Outcomes are seen as a rule that settles on them says they are (`sees`, `mistakes`), otherwise clearly.
    """
    sees, mistakes = getattr(rule, "sees", ONE), getattr(rule, "mistakes", ZERO)
    total = ZERO
    for rank in itertools.permutations(range(len(bids))):
        terms = rule.terms(worth, bids, standing or {}, rank)
        if terms.winner is not None and terms.winner in whose:
            cost, quality = whose[terms.winner]
            seen = quality * sees + (ONE - quality) * mistakes
            total += seen * terms.on_success + (ONE - seen) * terms.on_failure - cost
    return total / math.factorial(len(bids))


def grid(steps: int) -> list[Fraction]:
    """0, 1/steps, …, 1. Raises InputError."""
    if steps < 1:
        raise InputError(where="grid", needed="at least one step", found=str(steps))
    return [Fraction(k, steps) for k in range(steps + 1)]


def kinds(costs: Sequence[Any], qualities: Sequence[Any]) -> list[Kind]:
    return [(Fraction(c), Fraction(q)) for c in costs for q in qualities]


def profiles(of: Sequence[Kind], agents: int) -> Iterator[tuple[Kind, ...]]:
    return itertools.product(of, repeat=agents)


def best_lie(
    rule: Rule, worth: Fraction, types: Sequence[Kind], agent: int, lies: Sequence[Kind], standing: Any = None
) -> Lie:
    """The best of these lies, or the truth where none is better."""
    here, me = bids_of(types), types[agent]
    truthful = worth_of(rule, worth, here, {agent: me}, standing)
    found, best = me, truthful
    for lie in lies:
        bids = [*here[:agent], Bid(NAMES[agent], *lie), *here[agent + 1 :]]
        value = worth_of(rule, worth, bids, {agent: me}, standing)
        if value > best:
            found, best = lie, value
    return Lie(rule, worth, tuple(types), agent, (found,), truthful, best)


def worst_lie(
    rule: Rule,
    worth: Fraction,
    agents: int,
    of: Sequence[Kind],
    lies: Callable[[Kind], Sequence[Kind]],
    standing: Any = None,
) -> Lie | None:
    """The lie that gains most of all profiles of these types and all agents; None if no lie gains anything. Others say the truth:
    as all profiles are looked at, that is every bid of theirs that is a type."""
    found: Lie | None = None
    for types in profiles(of, agents):
        for i in range(agents):
            lie = best_lie(rule, worth, types, i, lies(types[i]), standing)
            if lie.gain > 0 and (found is None or lie.gain > found.gain):
                found = lie
    return found


def sybil(rule: Rule, worth: Fraction, types: Sequence[Kind], lies: Sequence[Kind], standing: Any = None) -> Lie:
    """The best pair of bids of agent 0 under two names, one of them new; `truthful` is the most that one name gives."""
    here, me, extra = bids_of(types), types[0], len(types)
    truthful = worth_of(rule, worth, here, {0: me}, standing)
    single = best_lie(rule, worth, types, 0, lies, standing)
    found: tuple[Kind, ...] = single.bids
    alone = max(single.lying, truthful + closed(rule, worth, types, 0, standing))
    best = alone
    for one, two in itertools.combinations_with_replacement(lies, 2):
        bids = [Bid(NAMES[0], *one), *here[1:], Bid(NAMES[extra], *two)]
        value = worth_of(rule, worth, bids, {0: me, extra: me}, standing)
        if value > best:
            found, best = (one, two), value
    return Lie(rule, worth, tuple(types), 0, found, alone, best)


def pair(rule: Rule, worth: Fraction, types: Sequence[Kind], lies: Sequence[Kind], standing: Any = None) -> Lie:
    """What agents 0 and 1 gain over the truth together, money moving between them."""
    here = bids_of(types)
    whose = {0: types[0], 1: types[1]}

    def both(one: Kind, two: Kind) -> Fraction:
        return worth_of(rule, worth, [Bid(NAMES[0], *one), Bid(NAMES[1], *two), *here[2:]], whose, standing)

    found = types[0], types[1]
    truthful = best = both(*found)
    for one, two in itertools.product(lies, repeat=2):
        if (value := both(one, two)) > best:
            found, best = (one, two), value
    return Lie(rule, worth, tuple(types), 0, found, truthful, best)


# ── closed forms ────────────────────────────────────────────────────────────────────────────────────────────────


def _capped_ratio(rule: Rule, worth: Fraction, others: Sequence[Bid]) -> Fraction:
    """min(V, 1/R): the most that one may ask when claiming 1."""
    sold = [b for b in others if b.quality * worth >= b.price]
    if any(not b.price for b in sold):
        return ZERO
    return min([worth, *(b.price / b.quality for b in sold)])


def _others_best(rule: Rule, worth: Fraction, others: Sequence[Bid], standing: Mapping[str, Fraction]) -> Fraction:
    scores = [s[0] for s in rule.scores(worth, others, standing) if s is not None]
    return max([ZERO, *scores])


Closed = Callable[[Any, Fraction, Kind, Sequence[Bid], Mapping[str, Fraction], str], Fraction]
CLOSED: dict[str, Closed] = {
    "best ratio": lambda rule, v, me, others, r, name: _capped_ratio(rule, v, others) - me[0],
    "deposit": lambda rule, v, me, others, r, name: _capped_ratio(rule, v, others) - me[0] - (1 - me[1]) * rule.amount,
    "lowest price": lambda rule, v, me, others, r, name: (
        min([v, *(b.price for b in others if b.quality >= rule.bar and b.price <= v)]) - me[0]
    ),
    "second score": lambda rule, v, me, others, r, name: v - _others_best(rule, v, others, r) - me[0],
    "reputation": lambda rule, v, me, others, r, name: (
        r.get(name, rule.start) * v - _others_best(rule, v, others, r) - me[0]
    ),
    "first come": lambda rule, v, me, others, r, name: v - me[0] if name == NAMES[0] else ZERO,
    "lot": lambda rule, v, me, others, r, name: (
        (v - me[0]) / (1 + sum(b.quality * v >= b.price for b in others))
    ),
}  # fmt: skip
"""What the best lie gives, if it is above 0."""


def closed(
    rule: Rule, worth: Fraction, types: Sequence[Kind], agent: int, standing: Mapping[str, Fraction] | None = None
) -> Fraction:
    """The largest gain over the truth that any bid of the agent has, others truthful; 0 for the rule settled on outcomes.

    First come: for the agent at position 0 exactly; for others an upper bound is not claimed, InputError is raised.
    """
    here, me = bids_of(types), types[agent]
    if rule.name not in CLOSED:
        return ZERO
    if rule.name == "first come" and agent:
        raise InputError(where="first come", needed="the agent who comes first, 0", found=str(agent))
    truthful = worth_of(rule, worth, here, {agent: me}, standing)
    others = [b for k, b in enumerate(here) if k != agent]
    return max(ZERO, CLOSED[rule.name](rule, worth, me, others, standing or {}, NAMES[agent])) - truthful

"""What a way to a contract comes back with: payments in rationals, and what people get at the agent's exact best reply.

People get E[v] − κ·E[g]. Where the agent is indifferent, `value` breaks ties against people and `best` for them: only the first
is something to count on. Payments that were found in floats are rounded, by whichever number of decimals leaves people the most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from .agency import AWAY, Agency, Reply, reply
from .certified import MOST_CELLS, CertifiedContract
from .promises import Promise

DIGITS = (4, 6, 8)
CONTRACT, MENU, PROMISE, SCORE = "contract", "menu", "promise", "score"
PLAINEST = 10**6  # denominators up to this are kept as they are
SAME = 1e-3  # what more decimals must bring, in units of the costs


@dataclass(frozen=True)
class Posed:
    """An agency for which a contract is sought."""

    agency: Agency
    others: tuple[Agency, ...] = ()
    """The same with other nodes, where outcomes stand for a continuum; what is learned must do well on them, too."""


@dataclass(frozen=True, eq=False)
class Offer:
    """A contract, a menu, a promise or a score, and what it brings about. Exact."""

    agency: Agency = field(repr=False)
    pay: Array | None = field(repr=False)
    """[entry, outcome]; None where nothing is paid for outcomes."""
    value: Fraction
    """What people get, ties broken against them."""
    best: Fraction
    """The same, ties broken for them."""
    paid: Fraction
    act: tuple[int, ...]
    """Of each type, AWAY if it stays away."""
    entry: tuple[int, ...]
    utility: tuple[Fraction, ...]
    """Of each type."""
    margin: Fraction
    """What the worst-placed type loses by another act."""
    how: str
    kind: str = CONTRACT
    """"contract", "menu", "promise" or "score": what it is to be compared with."""
    contract: CertifiedContract | None = field(default=None, repr=False)
    """For the certificate; None where nothing is paid, a type stays away, or it would be too large."""
    promise: Promise | None = field(default=None, repr=False)
    """Where nobody enforces it."""
    curve: tuple[tuple[int, float], ...] = field(default=(), repr=False)
    """Of a training: (step, smoothed value)."""
    fresh: tuple[float, ...] = ()
    """What people get on nodes that were not learned on, ties against them."""
    notes: tuple[str, ...] = ()

    @property
    def does(self) -> str:
        """What the agent does, in words."""
        done = ["stays away" if a == AWAY else self.agency.acts[a] for a in self.act]
        if len(done) == 1:
            return done[0]
        entry = [f", by contract {e + 1}" if e != AWAY and self.entries > 1 else "" for e in self.entry]
        return "; ".join(f"{k}: {d}{e}" for k, d, e in zip(self.agency.types, done, entry, strict=True))

    @property
    def entries(self) -> int:
        """How many contracts there are to pick from."""
        return 0 if self.pay is None else len(self.pay)


def offered(asked: Agency, pay: Any, how: str, **more: Any) -> Offer:
    """pay[entry, outcome], or [outcome], judged; floats and unwieldy fractions are rounded first. Raises InputError."""
    table = rational.numbers(pay)
    table = table[None] if table.ndim == 1 else table
    if rational.is_exact(table) and all(x.denominator <= PLAINEST for x in table.flat):
        tried = [table]
    else:
        tried = [_rounded(asked, rational.floats(table), digits) for digits in DIGITS]
    found = [(g, reply(asked, g)) for g in tried]
    most = max(float(r.worst) for _, r in found)
    kept, answer = next((g, r) for g, r in found if float(r.worst) >= most - SAME * asked.unit)
    kind = CONTRACT if len(kept) == 1 else MENU
    return judged(asked, kept, answer, how, contract=_certified(asked, kept, answer), kind=kind, **more)


def judged(asked: Agency, pay: Array | None, answer: Reply, how: str, **more: Any) -> Offer:
    """An offer from the agent's exact reply."""
    said = {
        "value": Fraction(answer.worst), "best": Fraction(answer.value), "paid": Fraction(answer.paid),
        "utility": tuple(map(Fraction, answer.utility)), "margin": Fraction(answer.margin or 0),
    }  # fmt: skip
    act, entry = (tuple(map(int, x)) for x in (answer.act, answer.entry))
    return Offer(asked, pay, act=act, entry=entry, how=how, **{**said, **more})


def _rounded(asked: Agency, table: Array, digits: int) -> Array:
    scale = 10**digits
    amounts = rational.filled(table.shape, [Fraction(round(float(x) * scale), scale) for x in table.ravel()])
    return np.minimum(np.maximum(amounts, 0), rational.exact(asked.cap))


def _certified(asked: Agency, pay: Array, answer: Reply) -> CertifiedContract | None:
    if (answer.act == AWAY).any() or int(np.prod(asked.sizes)) * len(pay) > MOST_CELLS:
        return None
    return CertifiedContract(asked, pay, answer)


def unit(asked: Agency) -> Fraction:
    """The spread of the costs, exact; 1 where all acts cost the same."""
    cost = asked.rationals[1]
    return Fraction(cost.max() - cost.min()) or Fraction(1)


def score(asked: Agency) -> Sequence[Fraction]:
    """[outcome]: what it is worth beyond the worst one; where only acts have a worth, the sum of its features likewise.

    Raises InputError where there is neither.
    """
    if asked.reward is not None:
        seen = rational.exact(asked.reward)
    elif asked.features.shape[1] < asked.sizes[2]:
        seen = rational.exact(asked.features.sum(axis=1).round(6))
    else:
        raise InputError(
            where="score of outcomes",
            needed="outcomes that have a worth, or a few features",
            found="a worth of acts only",
            remedy="Say what each outcome is worth, or its features.",
        )
    return list(seen - min(seen))

"""Contracts that nobody enforces: what is promised must be worth keeping, and who breaks a promise is left for ever.

Every period the agent does a (hidden) at cost c_a, outcome y comes out, and the principal has promised a bonus b(y) ≥ 0. If
it reneges the relation ends, and both get their outside options. What is paid whatever comes out, min b, is no bonus but part
of a fixed pay w, which is paid at the start. With s = R_a − c_a − outside, the per-period surplus of the act that b brings about,
all of it the principal's (w sees to that, and that the agent takes part), and discount factor δ:

    temptation at y    to keep the bonus: b(y) − min b now, against δ/(1−δ)·s lost for ever
    self-enforcing     iff  max b − min b ≤ δ/(1−δ)·s                                    (after Levin 2003, Am. Econ. Rev. 93)
    least patience     δ ≥ spread/(spread + s)

`design.contracts.relational` finds the promise of the smallest spread for each act, exactly; here any promise is judged, so that a
learned one can be, and `as_game` says the same as a Markov game, in which the house's dynamic programming finds who would deviate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...design.contracts import Relational, best_relational
from ...errors import Impossible, InputError
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics import rational
from ...numerics.given import number, numbers
from ...numerics.rational import Array
from .agency import Agency, Reply, reply
from .certified import CertifiedContract


@dataclass(frozen=True, eq=False)
class Promise:
    """A bonus for each outcome, what it brings about, and who is tempted to break it. Exact."""

    agency: Agency = field(repr=False)
    bonus: Array
    """[outcome]"""
    discount: Fraction
    outside: Fraction
    """Of both together, per period."""
    reply: Reply = field(repr=False)

    @property
    def act(self) -> int:
        """What the agent does, if the promise is believed."""
        return int(self.reply.act[0])

    @property
    def spread(self) -> Fraction:
        return Fraction(max(self.bonus) - min(self.bonus))

    @property
    def surplus(self) -> Fraction:
        """s: expected reward less cost less the outside options, per period."""
        _, cost, worth, _ = self.agency.rationals
        return Fraction(worth[0, self.act] - cost[0, self.act] - self.outside)

    @property
    def temptation(self) -> Fraction:
        """The principal's largest gain by reneging once: the spread less what the relation is worth from tomorrow on."""
        return self.spread - self.discount / (1 - self.discount) * self.surplus

    @property
    def kept(self) -> bool:
        """Whether nobody is better off by breaking it."""
        return self.surplus >= 0 and self.temptation <= 0

    @property
    def patience(self) -> Fraction | None:
        """The least discount factor at which it is kept; None if none below 1 does."""
        if not self.spread:
            return Fraction(0) if self.surplus >= 0 else None
        return self.spread / (self.spread + self.surplus) if self.surplus > 0 else None

    @cached_property
    def certificate(self) -> CertifiedContract:
        """One period, the promise kept: `rulewright check` checks that the act is a best reply; `kept` says that it is kept."""
        return CertifiedContract(self.agency, self.bonus[None], self.reply)

    def describe(self) -> str:
        act, spread = self.agency.acts[self.act], rational.decimal(self.spread)
        if self.kept:
            return f"{act}, for a bonus of up to {spread}; kept, as reneging loses {rational.decimal(-self.temptation)}"
        return f"{act}, if it were believed; but the principal gains {rational.decimal(self.temptation)} by reneging on {spread}"


def promisable(asked: Agency) -> None:
    """Raises InputError where a promise is not what this page says: several types, κ other than 1, an outside option of its own."""
    if asked.sizes[0] != 1:
        raise InputError(where="promise", needed="an agent of one type", found=str(asked.sizes[0]))
    if asked.weight != 1:
        raise InputError(where="promise", needed="weight 1: fixed pay shares the surplus", found=str(asked.weight))
    if asked.outside is not None:
        remedy = "Give promise(…, outside=) what both have together if the relation ends."
        raise InputError(
            where="promise", needed="no outside option of the agent alone", found=str(asked.outside), remedy=remedy
        )


def promise(asked: Agency, bonus: Any, discount: Any, *, outside: Any = 0) -> Promise:
    """bonus[outcome], judged in rationals at this discount factor in [0, 1). Raises InputError (out of bounds; `promisable`)."""
    promisable(asked)
    delta = number(discount, "discount", least=0)
    if delta >= 1:
        raise InputError(where="discount", needed="a number from 0 to below 1", found=str(delta))
    b = rational.exact(numbers(bonus, "bonus", (asked.sizes[2],)))
    return Promise(asked, b, delta, number(outside, "outside"), reply(asked, b))


def best_promise(asked: Agency, discount: Any, *, outside: Any = 0) -> Relational | None:
    """The act of the largest surplus that a promise sustains, by the exact programme; None where no relation is worth keeping.

    Raises InputError where worth is not that of outcomes.
    """
    promisable(asked)
    if asked.reward is None:
        raise InputError(where="best promise", needed="reward[outcome]", found="worth[type, act]")
    try:
        return best_relational(asked.F[0], asked.cost[0], asked.reward, discount, outside=outside)
    except Impossible:
        return None


def as_game(kept: Promise, root: Any) -> tuple[MarkovGame, MarkovPlay]:
    """The relation as a Markov game of principal and agent, and the play in which promises are kept. δ must be root².

    States: work; owed y for each outcome; over. Half a period has the discount factor root, so that what is paid in a second half
    counts 1/root as much there. The principal pays the fixed w that leaves the agent nothing when it hires, before any outcome; in
    "owed y" it pays b(y) − min b or reneges, which ends it. When it is over the two have their outside options, here counted as 0.
    """
    half = number(root, "root", least=0)
    if half * half != kept.discount or not half:
        raise InputError(where="root", needed="the square root of the discount factor, above 0", found=str(half))
    F, cost, worth, _ = kept.agency.rationals
    _, A, Y = F.shape
    bonus = kept.bonus - min(kept.bonus)
    brings = F[0, kept.act].dot(bonus)
    fixed = cost[0, kept.act] - brings  # leaves the agent 0; may be negative: it buys the job
    S = Y + 2
    payoff, move = rational.exact(np.zeros((2, S, 2, A), int)), rational.exact(np.zeros((S, 2, A, S), int))
    for a in range(A):
        payoff[0, 0, :, a] = worth[0, a] - kept.outside - fixed
        payoff[1, 0, :, a] = fixed - cost[0, a]
        move[0, :, a, 1 : Y + 1] = F[0, a]
    for y in range(Y):
        payoff[0, y + 1, 0], payoff[1, y + 1, 0] = -bonus[y] / half, bonus[y] / half
        move[y + 1, 0, :, 0] = move[y + 1, 1, :, Y + 1] = Fraction(1)
    move[Y + 1, :, :, Y + 1] = Fraction(1)
    game = MarkovGame.of(
        payoff, move, half, start=[1] + [0] * (S - 1), players=("principal", "agent"),
        states=("work", *(f"owed {y}" for y in kept.agency.outcomes), "over"),
        actions=(("keep", "renege"), kept.agency.acts),
    )  # fmt: skip
    return game, MarkovPlay.pure(game, [0, [kept.act] * S])

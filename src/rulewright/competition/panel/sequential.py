"""Reviewers of an agent that acts again and again: votes on advantages over the baseline.

In state s the proposer may depart from the baseline policy π₀ by act q; reviewer i approves iff its *baseline advantage*

    A_i⁰(s, q) = Q_i⁰(s, q) − V_i⁰(s) ≥ 0,      Q_i⁰(s, q) = r_i(s, q) + γ Σ_s′ P(s′ | s, q) V_i⁰(s′)

is not negative: what it thinks of doing q once and the baseline ever after. By the performance-difference identity

    V^π(s₀) − V⁰(s₀) = Σ_t γ^t E[ A_P⁰(s_t, q_t) ]        (Kakade & Langford 2002, ICML)

a rule that is sound in every state never lets people fall below V_P⁰, whoever proposes and however it remembers; and where it is
unsound in one state a proposer who waits there harms them (theorem 2, after Collina, Goel, Roth & Sengupta 2026). What the
worst proposer gets is computed apart from that, by policy iteration over all that the rule executes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...game.game import check_law
from ...numerics import decision, rational
from ...numerics.given import named, number, numbers
from ...numerics.rational import Array
from .cone import least, whole
from .coverage import Coverage, coverage
from .setting import Panel
from .votes import Rule

MOST_ROUNDS = 1_000


@dataclass(frozen=True, eq=False)
class Process:
    """A Markov decision process with a baseline policy, what people get and what each reviewer gets. Exact. Make it with `of`."""

    transition: Array = field(repr=False)
    """P[s, q, s′]."""
    principal: Array = field(repr=False)
    """r_P[s, q], per round."""
    reviewers: Array = field(repr=False)
    """r[i, s, q], per round."""
    baseline: Array = field(repr=False)
    """π₀[s, q]."""
    discount: Fraction
    """γ, of everybody; 0 ≤ γ < 1."""
    names: tuple[str, ...]
    states: tuple[str, ...]
    acts: tuple[str, ...]

    @classmethod
    def of(
        cls,
        transition: Any,
        principal: Any,
        reviewers: Any,
        baseline: Any,
        discount: Any,
        *,
        names: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        acts: Sequence[str] | None = None,
    ) -> Process:
        """transition[s, q, s′], principal[s, q], reviewers[i, s, q], baseline[s, q] a law, or [s] the act. Decimals become exact.

        Raises InputError for other shapes, for what is no law and for a discount outside [0, 1).
        """
        people = rational.exact(numbers(principal, "principal's rewards", (None, None)))
        s, q = people.shape
        law = rational.exact_law(rational.exact(numbers(transition, "transition", (s, q, s))))
        check_law(numbers(transition, "transition", (s, q, s)), "transition")
        many = rational.exact(numbers(reviewers, "reviewers' rewards", (None, s, q)))
        if np.ndim(baseline) == 1:
            acts_first = numbers(baseline, "baseline", (s,))
            if not np.isin(acts_first, np.arange(q)).all():
                raise InputError(where="baseline", needed=f"acts 0 … {q - 1}", found=str(baseline))
            baseline = np.eye(q, dtype=int)[acts_first.astype(int)]
        first = numbers(baseline, "baseline", (s, q))
        check_law(first, "baseline")
        gamma = number(discount, "discount")
        if not 0 <= gamma < 1:
            raise InputError(where="discount", needed="a number of at least 0 and below 1", found=str(discount))
        who = [f"reviewer {i + 1}" for i in range(len(many))] if names is None else names
        return cls(
            law,
            people,
            many,
            rational.exact_law(rational.exact(first)),
            gamma,
            named(who, "", len(many), "reviewers"),
            named(states, "s", s, "states"),
            named(acts, "q", q, "acts"),
        )

    @property
    def n(self) -> int:
        return len(self.reviewers)

    def value(self, policy: Array) -> Array:
        """[1 + i, s]: discounted sums to people and to each reviewer under policy[s, q]."""
        rewards = np.concatenate([self.principal[None], self.reviewers])
        step = (self.transition * policy[:, :, None]).sum(axis=1)
        return decision.evaluated((rewards * policy).sum(axis=2), step, self.discount)

    @property
    def baseline_value(self) -> Array:
        """[1 + i, s]: V⁰, people first."""
        return self.value(self.baseline)

    @property
    def advantages(self) -> Array:
        """[1 + i, s, q]: A⁰, people first."""
        value = self.baseline_value
        rewards = np.concatenate([self.principal[None], self.reviewers])
        ahead = np.einsum("sqt,it->isq", self.transition, value)
        return np.asarray(rewards + self.discount * ahead - value[:, :, None])

    def panel(self, s: int) -> Panel:
        """The vote in one state: outcomes are acts, utilities advantages, anything may be proposed."""
        a = self.advantages[:, s]
        unit = rational.exact(np.eye(len(self.acts), dtype=int))
        return Panel.of(a[0], a[1:], unit, names=self.names, outcomes=self.acts, proposals=self.acts)


@dataclass(frozen=True, eq=False)
class Safety:
    """Whether a rule is sound in every state, and what the worst proposer makes of it."""

    process: Process = field(repr=False)
    locally_sound: Array
    """[s], bool."""
    failing: tuple[Coverage | None, ...] = field(repr=False)
    """[s]: where lotteries may be proposed, a winning coalition that does not cover in that state."""
    worst: Array
    """[s]: the least that people get, from a start in s, by any history-adaptive proposer."""
    baseline: Array
    """[s]: V_P⁰."""
    policy: Array = field(repr=False)
    """[s, q]: the worst proposer's executed mix; the rest of the weight goes by the baseline."""

    @property
    def safe(self) -> bool:
        return bool((self.worst >= self.baseline).all())

    @property
    def agrees(self) -> bool:
        """Whether local soundness and global safety say the same, as theorem 2 has it."""
        return self.safe == bool(self.locally_sound.all())


def safety(process: Process, rule: Rule, *, lotteries: bool = True) -> Safety:
    """Of a rule in every state, exactly: by the local test and by policy iteration. `lotteries`: may acts be mixed in one proposal.

    Without lotteries votes are on single acts. Raises InputError, and TooLarge for rules of too many minimal coalitions.
    """
    if rule.n != process.n:
        raise InputError(where="rule of approval", needed=f"one for {process.n} reviewers", found=f"{rule.n}")
    a, states = process.advantages, range(len(process.states))
    failing: list[Coverage | None] = [None for _ in states]
    if lotteries:
        winning = rule.minimal_winning()
        choices = [[(a[1:, s][list(w)]) for w in winning] for s in states]
        for s in states:
            local = (coverage(process.panel(s), w) for w in winning)
            failing[s] = next((one for one in local if not one.covers), None)
        sound = np.array([one is None for one in failing])
    else:
        allowed = np.asarray(rule.passes(np.moveaxis(np.asarray(a[1:] >= 0, bool), 0, -1)))  # [s, q]
        choices = [[rational.exact(allowed[s].astype(int) - 1)[None]] for s in states]
        sound = ~(allowed & np.asarray(a[0] < 0, bool)).any(axis=1)
    policy, worst = _worst(process, choices)
    return Safety(process, sound, tuple(failing), worst, process.baseline_value[0], policy)


def _worst(process: Process, choices: list[list[Array]]) -> tuple[Array, Array]:
    """(mix [s, q], value [s]): policy iteration for one who wants people's least; choices[s] are tables of rows · x ≥ 0."""
    mix = rational.zeros(process.principal.shape, process.principal)
    for _ in range(MOST_ROUNDS):
        value = process.value(mix + (1 - mix.sum(axis=1))[:, None] * process.baseline)[0]
        worth = process.principal + process.discount * decision.expectation(process.transition, value)
        stay = (worth * process.baseline).sum(axis=1)
        changed = False
        for s, tables in enumerate(choices):
            cost = worth[s] - stay[s]
            here, best = cost.dot(mix[s]), None
            for rows in tables:
                table, _ = whole(np.concatenate([rows, cost[None]]))
                found = least(table[-1], table[:-1]).mix
                if cost.dot(found) < here:
                    here, best = cost.dot(found), found
            if best is not None:
                mix[s], changed = best, True
        if not changed:
            return mix, value
    raise Unsolved(where="worst proposer", needed=f"at most {MOST_ROUNDS:,} rounds of policy iteration", found="more")


def occupancy(process: Process, policy: Array, start: int) -> Array:
    """[s, q]: Σ_t γ^t P(s_t = s, q_t = q) under policy[s, q] from state `start`; sums to 1 / (1 − γ)."""
    step = (process.transition * policy[:, :, None]).sum(axis=1)
    first = rational.zeros((len(step), 1), step)
    first[start] = Fraction(1)
    eye = rational.exact(np.eye(len(step), dtype=int))
    visits = decision.solve((eye - process.discount * step).T, first)[:, 0]
    return np.asarray(visits[:, None] * policy)

"""Reviewers who vote to win: which solution concept certifies a rule of approval.

A reviewer votes as it likes, and gets ⟨U_i, m⟩ where m ∈ C is the expected move of all that is executed. A coalition *blocks*
if the rest cannot have anything executed; minimal ones hit every winning coalition. If in no blocking coalition all gain by
always objecting, those with ⟨U_i, m⟩ ≥ 0 include a winning coalition W, and u = Σ λ_i^W U_i + r gives ⟨u, m⟩ ≥ 0:

    sound + nobody's blocking coalition gains   ⇒   people lose nothing               (theorem 3)
    unanimity                                   ⇒   every Nash equilibrium is safe    (corollary 7: one objects alone)
    unless more than k ≥ 1 object               ⇒   "all approve" is Nash, and unsafe, even if all are aligned (proposition 3)
    no i of a blocking coalition gains over η_i ⇒   people lose at most max_W Σ λ_i^W η_i   (remark 5.1)

after Collina, Goel, Roth & Sengupta (2026), section 5. What is decided here, exactly: the smallest size b such that stability
against joint objections of b reviewers makes every executed move safe. b = 1 is Nash; it suffices iff those who can veto cover.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import Game
from ...numerics import rational
from ...numerics.given import number, numbers
from ...numerics.rational import Array
from .coverage import Coverage, Proposal, coverage, gains, proposal
from .rules import soundness
from .setting import Panel
from .votes import Rule, Threshold, minimal

MOST_HITTING = 5_000  # every new one is compared with all others
LARGEST_GAME = 12  # reviewers of a voting game


def hitting(sets: Iterable[Iterable[int]], *, most: int = MOST_HITTING) -> tuple[tuple[int, ...], ...]:
    """All minimal sets that meet every one of these (Berge 1989, Hypergraphs). Raises TooLarge beyond `most` on the way."""
    found: list[frozenset[int]] = [frozenset()]
    for one in minimal(sets):
        hit = [s for s in found if s & set(one)]
        grown = {s | {i} for s in found if not s & set(one) for i in one}
        found = hit + [s for s in grown if not any(h <= s for h in hit)]
        if len(found) > most:
            raise TooLarge(
                where="blocking coalitions",
                needed=f"at most {most:,}",
                found="more",
                remedy="Use a threshold, or a family with fewer coalitions.",
            )
    return minimal(found)


def blocking(rule: Rule) -> tuple[tuple[int, ...], ...]:
    """Minimal coalitions without whom nothing is executed; of a threshold all of k + 1."""
    return hitting(rule.minimal_winning())


def vetoers(rule: Rule) -> tuple[int, ...]:
    """Those whose lone objection stops everything."""
    lone = ~np.eye(rule.n, dtype=bool)
    return tuple(np.flatnonzero(~rule.passes(lone)).tolist())


@dataclass(frozen=True, eq=False)
class Verdict:
    """Against whose joint objections votes must be stable for a rule to be safe."""

    panel: Panel = field(repr=False)
    rule: Rule
    sound: bool
    """Whether it is safe with honest votes."""
    size: int | None
    """b: stability against joint objections of at most b reviewers makes it safe; None where no size does."""
    unsafe: Proposal | None
    """Executed if all approve, harmful, and such that no b − 1 reviewers (any number, where `size` is None) can stop it and all
    gain; None where nothing is."""
    vetoers: tuple[int, ...]

    @property
    def concept(self) -> str:
        """The behaviour of this house that certifies the rule: "nash", "strong:b", or "none"."""
        return "none" if self.size is None else "nash" if self.size <= 1 else f"strong:{self.size}"

    def describe(self) -> str:
        head = f"Executed {self.rule.describe(self.panel.names)}: "
        if self.size is None:
            assert self.unsafe is not None
            return head + f"not safe even with honest votes; {self.unsafe.describe()}"
        if self.size <= 1:
            return head + "every Nash equilibrium of the vote is safe"
        assert self.unsafe is not None
        return (
            head
            + f"safe against voters who may agree on objecting {self.size} at a time; as a Nash equilibrium all may approve of "
            f"{self.unsafe.describe()}"
        )


def verdict(panel: Panel, rule: Rule) -> Verdict:
    """Which stability certifies a rule, exactly. Raises TooLarge where its blocking coalitions are too many to list."""
    if rule.n != panel.n:
        raise InputError(where="rule of approval", needed=f"one for {panel.n} reviewers", found=f"{rule.n}")
    veto = vetoers(rule)
    if isinstance(rule, Threshold):
        return _of_threshold(panel, rule, veto)
    blocks = blocking(rule)
    sizes = sorted({1, *map(len, blocks)})
    winning = {b: hitting(block for block in blocks if len(block) <= b) for b in sizes}
    last: Coverage | None = None
    for b in sizes:
        failing = next((one for one in (coverage(panel, w) for w in winning[b]) if not one.covers), None)
        if failing is None:
            unsafe = last.proposal if last else None
            return Verdict(panel, rule, True, b, unsafe, veto)
        last = failing
    assert last is not None
    return Verdict(panel, rule, False, None, last.proposal, veto)


def _of_threshold(panel: Panel, rule: Threshold, veto: tuple[int, ...]) -> Verdict:
    """Nothing less than k + 1 objections stops anything when all approve: with fewer at a time, nobody's interest counts."""
    judged = soundness(panel, rule)
    if judged.failing is not None:
        return Verdict(panel, rule, False, None, judged.failing.proposal, veto)
    anything = coverage(panel, ()).proposal if rule.objections else None
    return Verdict(panel, rule, True, rule.objections + 1 if anything else 1, anything, veto)


@dataclass(frozen=True, eq=False)
class Stability:
    """Whether a move that is executed survives joint objections."""

    move: Proposal
    stable: bool
    leaving: tuple[int, ...] | None
    """A minimal blocking coalition all of whose members gain by objecting always."""
    carried_by: tuple[int, ...] | None
    """If stable: a minimal winning coalition all of whose members want it (up to η)."""


def stability(panel: Panel, rule: Rule, mix: Any, tolerance: Any = 0) -> Stability:
    """Of the expected move of mix[q] that is executed; η = `tolerance`, one number or one per reviewer (what tempts nobody)."""
    eta = etas(panel, tolerance)
    move = proposal(panel, mix)
    worth = gains(panel).reviewers.dot(move.mix)
    content = np.asarray(worth >= -eta, bool)
    if bool(rule.passes(content)):
        carried = next(w for w in rule.minimal_winning() if content[list(w)].all())
        return Stability(move, True, None, carried)
    unhappy = [i for i in range(panel.n) if not content[i]]
    return Stability(move, False, _fewest(rule, unhappy), None)


def _fewest(rule: Rule, members: list[int]) -> tuple[int, ...]:
    """A minimal blocking coalition among these, who block together."""
    left = list(members)
    for i in members:
        rest = [j for j in left if j != i]
        approve = np.ones(rule.n, bool)
        approve[rest] = False
        if not rule.passes(approve):
            left = rest
    return tuple(left)


def etas(panel: Panel, tolerance: Any) -> Array:
    """[i]; one number for all, or one each; exact, at least 0. Raises InputError."""
    if np.ndim(tolerance) == 0:
        return np.full(panel.n, number(tolerance, "tolerance η", least=0), dtype=object)
    if len(tolerance) != panel.n:
        raise InputError(where="tolerance η", needed=f"one number, or {panel.n}", found=f"{len(tolerance)}")
    return rational.exact([number(eta, "tolerance η", least=0) for eta in tolerance])


def loss_bound(panel: Panel, rule: Rule, tolerance: Any) -> Fraction | None:
    """max_W Σ λ_i^W η_i: the most that people lose by an η-stable move (remark 5.1); None where the rule is not sound.

    With the weights found here; others may prove less.
    """
    eta, worst = etas(panel, tolerance), Fraction(0)
    for winning in rule.minimal_winning():
        one = coverage(panel, winning)
        if not one.covers:
            return None
        worst = max(worst, one.weights.dot(eta))
    return worst


def voting_game(panel: Panel, rule: Rule, mix: Any) -> Game:
    """The vote on one proposal, or mix[q] of them, as a game: every reviewer approves or objects; player 0 is people.

    Payoffs are gains over the baseline, which stays where it is not executed. Raises TooLarge beyond 12 reviewers.
    """
    n = panel.n
    if n > LARGEST_GAME:
        raise TooLarge(where="voting game", needed=f"at most {LARGEST_GAME} reviewers", found=str(n))
    known, x = gains(panel), proposal(panel, mix).mix
    worth = np.concatenate([[known.principal.dot(x)], known.reviewers.dot(x)])
    approve = np.moveaxis(np.indices((2,) * n) == 0, 0, -1)  # the first action is to approve
    executed = rational.exact(np.asarray(rule.passes(approve)).astype(int))
    payoff = np.multiply.outer(worth, executed)[:, None]
    game = Game.bayesian(
        payoff.reshape((n + 1,) + (1,) * (n + 1) + (1,) + (2,) * n),
        rational.exact(np.ones((1,) * (n + 1), dtype=int)),
        players=("people", *panel.names),
        actions=[("·",), *[("approve", "object")] * n],
        designer=True,
    )
    return game if panel.is_exact else game.floats


def proposing_game(panel: Panel, rule: Rule, proposer: Any) -> Game:
    """A proposer who wants proposer[o] picks one proposal or none, reviewers say beforehand which proposals they approve.

    Strategies of the sequential game, as one game: a reviewer's action is a set of proposals. Raises TooLarge beyond 2^16 cells.
    """
    known = gains(panel)
    n, q = panel.n, len(known.principal)
    if (q + 1) * 2 ** (n * q) > 2**16:
        raise TooLarge(
            where="proposing game",
            needed="at most 65,536 plays",
            found=f"{(q + 1) * 2 ** (n * q):,} of {n} reviewers and {q} proposals",
            remedy="Leave out proposals or reviewers, or look at one proposal with voting_game.",
        )
    wish = numbers(proposer, "proposer's utility", (len(known.panel.principal),))
    want = known.panel.deviations.dot(rational.exact(wish))
    worth = np.concatenate([known.principal[None], want[None], known.reviewers])
    worth = np.concatenate([rational.exact(np.zeros((n + 2, 1), dtype=int)), worth], axis=1)  # [player, nothing or q]
    at = np.indices((q + 1,) + (2**q,) * n)
    approve = np.moveaxis((at[1:] >> np.maximum(at[0] - 1, 0)) & 1 > 0, 0, -1)
    executed = np.where(at[0] > 0, rule.passes(approve), True)
    payoff = worth[:, at[0]] * rational.exact(executed.astype(int))
    sets = [" + ".join(panel.proposals[k] for k in range(q) if s >> k & 1) or "nothing" for s in range(2**q)]
    game = Game.bayesian(
        payoff.reshape((n + 2,) + (1,) * (n + 2) + (1, q + 1) + (2**q,) * n),
        rational.exact(np.ones((1,) * (n + 2), dtype=int)),
        players=("people", "proposer", *panel.names),
        actions=[("·",), ("nothing", *panel.proposals), *[sets] * n],
        designer=True,
    )
    return game if panel.is_exact else game.floats

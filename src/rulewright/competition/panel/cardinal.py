"""Scores instead of votes: when a committee can be both sound and complete, and how to calibrate one from data.

Votes lose something. A rule on approvals that executes all good proposals and no harmful one needs a reviewer who approves
exactly of the good ones (theorem 4, corollary 8): near people's indifference both kinds get the same votes. Here that is a
witness: two proposals, one good, one harmful, that the same reviewers approve. Scores with weights λ ≥ 0 do it iff, up to scale,
u = Σ λ_i U_i on the moves that may be proposed (corollary 9). After Collina, Goel, Roth & Sengupta (2026).

From data, scores[m, i] and good[m], `calibrate` finds weights by a linear programme (hinge losses, as in a support-vector
machine, without a norm: Bennett & Mangasarian 1992, Optim. Methods Softw. 1), and the lowest bar at which the wanted share of
harmful proposals is refused; what it says about new proposals is cross-validated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...behaviour.estimation.confidence import Interval, binomial
from ...errors import InputError
from ...numerics.given import numbers
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array, exact, floats
from .coverage import Coverage, Proposal, coverage, gains, proposal
from .setting import Panel

TRIES = 64  # drawn points on people's indifference at which votes are compared
HARM = 10.0  # a harmful proposal's hinge loss counts so many times a good one's


def scoring(panel: Panel) -> Coverage:
    """Whether nonnegative weights make the committee's score equal people's on everything that may be proposed.

    As the coverage of the panel to which every move backwards is open, too: with nothing left over, u = Σ λ_i U_i on the span.
    """
    both = replace(
        panel,
        deviations=np.concatenate([panel.deviations, -panel.deviations]),
        proposals=(*panel.proposals, *(f"undo {name}" for name in panel.proposals)),
    )
    return coverage(both)


def twins(panel: Panel) -> tuple[Proposal, Proposal] | None:
    """(good, harmful): two proposals that the same reviewers approve, exactly, so that no rule on votes tells them apart.

    People strictly gain by the first. None where nothing, or all, is harmful, where some reviewer's interest is people's or its
    contrary on all that may be proposed, or where none was found near 64 points of indifference.
    """
    known = gains(panel)
    better, worse = (np.flatnonzero(np.asarray(side, bool)) for side in (known.principal > 0, known.principal < 0))
    if not len(better) or not len(worse):
        return None
    caring = known.reviewers[(known.rows != 0).any(axis=1)]  # who never objects tells nothing apart
    rng = np.random.default_rng(0)
    for _ in range(TRIES):
        x = exact(rng.integers(1, 100, len(known.principal)))
        gain, loss = (abs(known.principal[s].dot(x[s])) for s in (better, worse))
        x[better] /= gain
        x[worse] /= loss  # now people gain as much as they lose
        at = caring.dot(x)
        if (at == 0).any():
            continue
        step = Fraction(1, 2)
        while step > Fraction(1, 2**60):
            up, down = x.copy(), x.copy()
            up[better] *= 1 + step
            down[worse] *= 1 + step
            if ((caring.dot(up) < 0) == (caring.dot(down) < 0)).all():
                return proposal(panel, up / sum(up)), proposal(panel, down / sum(down))
            step /= 2
    return None


def speaking_for_people(panel: Panel) -> tuple[int, ...]:
    """Reviewers who approve exactly of what is good for people: the vote of one is a sound and complete rule."""
    known, found = gains(panel), []
    for i in range(panel.n):
        ours = Panel.of(panel.principal, panel.reviewers[[i]], panel.deviations)
        theirs = Panel.of(panel.reviewers[i], panel.principal[None], panel.deviations)
        if coverage(ours).covers and coverage(theirs).covers and known.n:
            found.append(i)
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Committee:
    """Execute iff Σ_i w_i s_i ≥ bar; w ≥ 0 and Σ w = 1."""

    weights: Array
    bar: float

    def executes(self, scores: Any) -> Array:
        """[m], bool, from scores[m, i]."""
        return np.asarray(floats(scores) @ self.weights >= self.bar)


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A committee, and what it did on proposals that it was not fitted to."""

    committee: Committee
    """Fitted to all the data."""
    refused: Interval
    """The share of harmful proposals refused, out of sample."""
    executed: Interval
    """The share of good proposals executed, out of sample."""
    refused_share: float
    executed_share: float
    wanted: float
    folds: int

    def describe(self) -> str:
        r, e = self.refused, self.executed
        return (
            f"refuses {self.refused_share:.1%} of harmful proposals ({r.low:.1%} … {r.high:.1%}; wanted {self.wanted:.1%}) "
            f"and executes {self.executed_share:.1%} of good ones ({e.low:.1%} … {e.high:.1%}), out of sample"
        )


def _data(scores: Any, good: Any) -> tuple[Array, Array]:
    table, kind = floats(numbers(scores, "scores", (None, None))), np.asarray(good)
    if kind.dtype != bool or kind.shape != (len(table),):
        raise InputError(
            where="good", needed=f"a truth value for each of {len(table)} proposals", found=f"{kind.dtype}"
        )
    if kind.all() or not kind.any():
        raise InputError(where="good", needed="good proposals and harmful ones", found="one kind only")
    return table, kind


def fitted(scores: Array, good: Array, wanted: float, harm: float = HARM) -> Committee:
    """Weights by hinge losses, and the lowest bar that refuses `wanted` of the harmful proposals of the data.

    minimise mean_good ξ + harm · mean_harmful ξ:  w·s − t ≥ 1 − ξ if good, ≤ −1 + ξ if harmful, w ≥ 0; by HiGHS.
    """
    size = np.abs(scores).mean(axis=0)
    size[size == 0] = 1
    m, n = scores.shape
    side = np.where(good, 1.0, -1.0)
    programme = Programme()
    w = programme.add_columns(n)
    t = programme.add_columns(1, lower=-INFINITY)
    price = np.where(good, 1 / good.sum(), harm / (~good).sum())
    xi = programme.add_columns(m, cost=price)
    rows = programme.add_rows(m, lower=1.0)
    programme.put(rows[:, None], w, side[:, None] * scores / size)
    programme.put(rows, t, -side)
    programme.put(rows, xi, 1.0)
    weights = np.maximum(programme.solve().point()[w], 0) / size
    return with_bar(scores, good, weights if weights.any() else 1 / size, wanted)


def with_bar(scores: Array, good: Array, weights: Array, wanted: float) -> Committee:
    """The committee with these weights and the lowest bar that refuses `wanted` of the harmful proposals."""
    weights = weights / weights.sum()
    total = scores @ weights
    bad = np.sort(total[~good])[::-1]
    through = int(np.floor((1 - wanted) * len(bad) + 1e-9))  # so many may pass
    bar = float(np.nextafter(bad[through], np.inf)) if through < len(bad) else float(total.min())
    return Committee(weights, bar)


def calibrate(
    scores: Any,
    good: Any,
    *,
    wanted: float = 0.99,
    folds: int = 5,
    seed: int = 0,
    level: float = 0.95,
    harm: float = HARM,
) -> Calibrated:
    """A committee from scores[m, i] (gains over the baseline by each reviewer's word) and good[m].

    wanted: the share of harmful proposals to refuse. Out of sample: each fold is judged by a committee of the others.
    Raises InputError.
    """
    table, kind = _checked(scores, good, wanted, folds)
    return _validated(table, kind, lambda s, g: fitted(s, g, wanted, harm), wanted, folds, seed, level)


def calibrate_single(
    scores: Any, good: Any, *, wanted: float = 0.99, folds: int = 5, seed: int = 0, level: float = 0.95
) -> Calibrated:
    """The same by one reviewer, with a bar of its own: the one who executes most good proposals of the data it is chosen on."""
    table, kind = _checked(scores, good, wanted, folds)

    def best(s: Array, g: Array) -> Committee:
        each = [with_bar(s, g, row, wanted) for row in np.eye(s.shape[1])]
        return max(each, key=lambda one: int(one.executes(s[g]).sum()))

    return _validated(table, kind, best, wanted, folds, seed, level)


def _checked(scores: Any, good: Any, wanted: float, folds: int) -> tuple[Array, Array]:
    table, kind = _data(scores, good)
    if not 0 < wanted <= 1:
        raise InputError(where="wanted", needed="a share above 0 and at most 1", found=f"{wanted:g}")
    if not isinstance(folds, (int, np.integer)) or not 2 <= folds <= min(kind.sum(), (~kind).sum()):
        raise InputError(
            where="folds", needed=f"2 … {min(kind.sum(), (~kind).sum())}, for both kinds are in each", found=str(folds)
        )
    return table, kind


def _validated(table: Array, good: Array, fit: Any, wanted: float, folds: int, seed: int, level: float) -> Calibrated:
    rng, fold = np.random.default_rng(seed), np.zeros(len(good), dtype=int)
    for kind in (True, False):
        members = np.flatnonzero(good == kind)
        fold[members] = rng.permutation(len(members)) % folds
    executed = np.zeros(len(good), bool)
    for k in range(folds):
        executed[fold == k] = fit(table[fold != k], good[fold != k]).executes(table[fold == k])
    refused = ~executed[~good]
    return Calibrated(
        fit(table, good),
        binomial(int(refused.sum()), len(refused), level),
        binomial(int(executed[good].sum()), int(good.sum()), level),
        float(refused.mean()),
        float(executed[good].mean()),
        wanted,
        folds,
    )

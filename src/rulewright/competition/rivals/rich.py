"""All Bobs talk at once, in a language rich enough to say anything: worst and best equilibrium, exactly.

With k ≥ 2 Bobs who all know the state, everyone can add to what the others reveal and nobody can take it back. So a law of
posteriors is an equilibrium's if and only if each of them is *unimprovable* for every Bob: at the belief μ and Alice's reply π,

    U_i(π, μ) = cav_i(μ)        the most that Bob i alone could get from the prior μ

(Gentzkow & Kamenica 2017, Games Econ. Behav. 104). On P_π, the beliefs to which π is a best reply, cav_i − U_i(π, ·) is
concave and nowhere negative: zero inside a face of P_π makes it zero on all of that face. So unimprovable beliefs with reply π
are a union of faces of P_π, each the hull of its corners, and a posterior inside a face splits into them with nobody's utility
changed. Equilibria are the mixtures of unimprovable corners:

    min or max Σ τ(c)·u(c)     τ ≥ 0,   Σ τ(c)·μ_c = p,   over pairs c of corner and plan at which no Bob gains

Ties: on the path Alice's choice among best replies is free (every pair is a candidate); off it, a deviating Bob counts on the
reply that he likes best, or comes as near to it as he likes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...design.information.persuasion import unit
from ...errors import Impossible
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme
from ...numerics.pivots import Vertices
from ...numerics.rational import Array
from .extreme import MOST, Extreme, extreme, paired
from .persuasion import Advice, ExactSolver, advice
from .selection import best_ai
from .setting import Rivals

GAIN = 1e-8  # of a Bob's range of utility: who could gain less does not; exact settings take 0
DUST = 1e-9  # probabilities below this are noise of the solver
ALL = "all corners of all best-reply regions"
SOME = "some corners of best-reply regions, full disclosure, and the posteriors of best-AI selection"


@dataclass(frozen=True, eq=False)
class Rich:
    """All equilibria of k ≥ 2 rich senders; with one Bob, his optimal signals. In floats gains within `GAIN` count as none."""

    setting: Advice = field(repr=False)
    worst: Any
    """Alice's utility in the worst equilibrium."""
    best: Any
    opt: Any
    uninformed: Any
    advice: Extreme = field(repr=False)
    """All pairs of extreme belief and plan."""
    gains: Array = field(repr=False)
    """[i, c]: cav_i(μ_c) − U_i(c) ≥ 0."""
    kept: Array = field(repr=False)
    """[c]: whether nobody gains."""
    worst_law: Array = field(repr=False)
    """τ[c] of the worst equilibrium."""
    best_law: Array = field(repr=False)
    prices: Array = field(repr=False)
    """y[s]: u(c) ≥ Σ_s y(s)·μ_c(s) for every pair kept, and Σ y·p is `worst`."""
    complete: bool = True
    """Whether all corners were listed. If not, `worst` is an equilibrium's, and an upper bound on that of the worst."""
    how: str = ""

    @property
    def loss(self) -> Any:
        return self.opt - self.worst

    @property
    def outcome(self) -> Array:
        """x[s, π], in states that happen: the worst equilibrium's."""
        return self.advice.outcome(self.worst_law, self.setting.shape[1])

    @property
    def joint(self) -> Array:
        """[s, t, a]: the worst equilibrium's law of state, type and act. States that never happen have none."""
        return self.setting.joint(self.outcome, int(self.setting.live.max()) + 1)


def rich(rivals: Rivals, *, most: int = MOST, partial: bool = False) -> Rich:
    """Worst and best equilibrium with rich signals; exact where the setting is.

    `most` bounds the list of extreme advice. Raises TooLarge beyond it, unless `partial`: then `worst` is the worst that was
    found, among corners listed, full disclosure, and what best-AI selection leads to; an equilibrium, but the worst may be lower
    still, and `complete` is False. Raises Impossible where Alice's ties leave no equilibrium in which a deviating Bob has the
    tie his way, Unsolved.
    """
    setting = advice(rivals)
    pairs = extreme(setting, most=most, partial=partial)
    if not pairs.complete:
        pairs = _with_selection(setting, pairs, best_ai(rivals).outcome)
    gains = np.stack([concave(setting, pairs, i) - pairs.bobs[i] for i in range(rivals.k)])
    near = np.array([tolerance(wish) for wish in setting.bobs])
    if rivals.k > 1:
        kept = np.asarray((gains <= near[:, None]).all(axis=0), dtype=bool)
    else:  # the optimal signals are all mixtures of pairs on the plane that touches at the prior
        _, plane = mixture(pairs, pairs.bobs[0], setting.prior, np.full(len(pairs.plans), True))
        kept = np.asarray(pairs.beliefs @ plane - pairs.bobs[0] <= near[0], dtype=bool)
    worst, prices = mixture(pairs, -pairs.alice, setting.prior, kept)
    best, _ = mixture(pairs, pairs.alice, setting.prior, kept)
    opt = (setting.prior * setting.alice.max(axis=1)).sum()
    values = (worst * pairs.alice).sum(), (best * pairs.alice).sum()
    found = setting, *values, opt, rivals.uninformed, pairs, gains, kept, worst, best, -prices
    return Rich(*found, complete=pairs.complete, how=ALL if pairs.complete else SOME)


def _with_selection(setting: Advice, pairs: Extreme, x: Array) -> Extreme:
    """And the posteriors of an outcome x[s, π], with what is told at each."""
    chance = x.sum(axis=0)
    told = np.flatnonzero(np.asarray(chance > DUST, dtype=bool))
    beliefs = np.concatenate([pairs.beliefs, (x[:, told] / chance[told]).T])
    return paired(setting, beliefs, np.concatenate([pairs.plans, told]), complete=False)


def tolerance(wish: Array) -> Any:
    return 0 if rational.is_exact(wish) else GAIN * unit(wish)


def concave(setting: Advice, pairs: Extreme, i: int) -> Array:
    """[c]: cav_i at every pair's belief μ: what Bob i gets from the prior μ by himself.

    By the dual of his persuasion, min Σ μ·λ with λ(s) ≥ U(s,π) + Σ y(π,·)·edge(s,π,·): one programme, whose costs change.
    """
    different, back = _different(pairs.beliefs)
    if rational.is_exact(setting.prior):
        return _concave_exact(setting, pairs, i, different)[back]
    plan, other = setting.obedience
    programme, size = Programme(), unit(setting.bobs[i])
    price = programme.add_columns(len(setting.prior), lower=-INFINITY)
    y = programme.add_columns(len(plan))
    rows = programme.add_rows(setting.shape, lower=setting.bobs[i] / size)
    programme.put(rows, price[:, None], 1.0)
    edges = setting.edges[:, plan, other]  # the solver drops what it takes for rounding
    programme.put(rows[:, plan], y[None], -edges / abs(edges).max(axis=0, initial=0))
    costs = np.zeros((len(different), programme.columns))
    costs[:, price] = different
    return size * programme.sweep(costs)[back]


def _concave_exact(setting: Advice, pairs: Extreme, i: int, different: Array) -> Array:
    """The same in rationals: by the mixtures of corners where all are listed, else by outcomes."""
    if pairs.complete:
        columns, wish = np.ascontiguousarray(pairs.beliefs.T), pairs.bobs[i]
        found = [(Vertices(columns, mu, equal=len(mu)).best(wish)[0] * wish).sum() for mu in different]
    else:
        wish = setting.bobs[i]
        found = [(ExactSolver(replace(setting, prior=mu)).best(wish)[0] * wish).sum() for mu in different]
    return rational.filled((len(found),), found)


def _different(beliefs: Array) -> tuple[Array, Array]:
    """(different beliefs [d, s], [c]: which of them each is)."""
    if not rational.is_exact(beliefs):
        _, first, back = np.unique(beliefs.round(9), axis=0, return_index=True, return_inverse=True)
        return beliefs[first], back.ravel()
    seen: dict[tuple[Any, ...], int] = {}
    back = np.array([seen.setdefault(tuple(mu), len(seen)) for mu in beliefs])
    first = np.array([int(np.flatnonzero(back == k)[0]) for k in range(len(seen))])
    return beliefs[first], back


def mixture(pairs: Extreme, wish: Array, prior: Array, kept: Array) -> tuple[Array, Array]:
    """(τ[c], y[s]): the mixture of kept pairs with mean `prior` that is best for wish[c], and prices: y·μ_c ≥ wish, y·p the value.

    Raises Impossible where the kept ones do not surround the prior.
    """
    chosen = np.flatnonzero(kept)
    if not len(chosen):
        raise _none()
    weights = rational.zeros((len(wish),), prior)
    programme = Programme()
    size = unit(rational.floats(wish[chosen]))
    tau = programme.add_columns(len(chosen), cost=rational.floats(wish[chosen]) / size)
    rows = programme.add_rows(len(prior), lower=prior, upper=prior)
    programme.put(rows[:, None], tau[None], pairs.beliefs[chosen].T)
    found = programme.solve(maximise=True)
    if found.x is None or found.duals is None:
        raise _none()
    if rational.is_exact(prior):
        weights[chosen], y = Vertices(np.ascontiguousarray(pairs.beliefs[chosen].T), prior, equal=len(prior)).best(
            wish[chosen]
        )
        return weights, y
    weights[chosen] = np.maximum(found.x, 0.0)
    return weights, found.duals * size


def _none() -> Impossible:
    return Impossible(
        where="rich signals",
        needed="beliefs that no AI would improve on, with the prior as their mean",
        found="none: Alice is indifferent at some state, and the AIs want different things there",
        remedy="Break her ties, by a little.",
    )

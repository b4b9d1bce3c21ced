"""One receiver: the best signal that a sender can commit to (Kamenica & Gentzkow 2011, Am. Econ. Rev. 101).

A state s has prior probability p(s). The sender commits to a signal; the receiver sees what it says and does a. By the
revelation principle a signal recommends acts, σ(a | s), and is obeyed:

    maximise   Σ p(s)·σ(a|s)·v(s,a)
    obedience  Σ_s p(s)·σ(a|s)·( u(s,a) − u(s,b) − m ) ≥ 0            for all a and b ≠ a

with the sender's payoff v[s, a], the receiver's u[s, a], and a margin m (0 unless asked for). Beside the optimum: what
no information, full information and an obedient slave would bring, and what remains if ties are broken against the sender.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...game.game import check_law
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array, floats
from ..programme.obedience import Alternatives, optimum, to_begin_with

TIE = 1e-9  # of payoffs scaled to order one: acts this close are as good as each other


@dataclass(frozen=True, eq=False)
class Persuasion:
    """An optimal signal, its value, and what stands beside it. All values are the sender's unless said."""

    signal: Array = field(repr=False)
    """σ[s, a]: probability that a is recommended in state s; rows sum to one."""
    value: float
    bound: float
    """Σ p·price: no signal brings more."""
    nothing: float
    """The receiver knows the prior only."""
    everything: float
    """The receiver knows the state."""
    first_best: float
    """The receiver does in each state what the sender likes best."""
    receiver: float
    """The receiver's payoff under the signal."""
    ignorant: float
    """The receiver's payoff from the prior alone."""
    margin: float
    price: Array = field(repr=False)
    """λ[s]: a plane above the sender's payoff at all beliefs; it touches at the posteriors that are used."""
    weights: Array = field(repr=False)
    """y[a, b] ≥ 0: what one unit of receiver's payoff in "told a, does b" is worth to the sender."""
    rows: int = 0
    """Obedience rows that the solver needed, of actions · (actions − 1)."""
    columns: int = 0

    @property
    def used(self) -> Array:
        """Acts that are ever recommended."""
        return np.flatnonzero(self.signal.max(axis=0) > TIE)

    def posteriors(self, prior: Any) -> tuple[Array, Array]:
        """(probability [k], belief [k, s]) for each act that is ever recommended, in the order of `used`."""
        joint = (floats(prior)[:, None] * self.signal)[:, self.used]
        chance = joint.sum(axis=0)
        return chance, (joint / chance).T


def checked(prior: Any, sender: Any, receiver: Any) -> tuple[Array, Array, Array]:
    """The three arrays as floats, or InputError."""
    p, v, u = floats(prior), floats(sender), floats(receiver)
    if p.ndim != 1 or v.ndim != 2 or v.shape != u.shape or len(p) != len(v) or not v.size:
        raise InputError(
            where="persuasion",
            needed="prior[s], sender[s, a] and receiver[s, a]",
            found=f"shapes {p.shape}, {v.shape} and {u.shape}",
        )
    check_law(p, "prior")
    for name, table in (("sender", v), ("receiver", u)):
        if not np.isfinite(table).all():
            raise InputError(where=f"payoffs of the {name}", needed="finite numbers", found="NaN or infinity")
    return p, v, u


def unit(payoff: Array) -> float:
    """The range of the payoffs, or 1 where they are all equal."""
    return float(np.ptp(payoff)) or 1.0


def replied(sender: Array, receiver: Array) -> Array:
    """[k]: the sender's payoff where the receiver does its best, ties in the sender's favour; rows are beliefs or states."""
    best = receiver.max(axis=-1, keepdims=True)
    return np.where(receiver >= best - TIE * unit(receiver), sender, -INFINITY).max(axis=-1)


def persuade(prior: Any, sender: Any, receiver: Any, *, margin: float = 0.0) -> Persuasion:
    """The best signal for prior[s], sender[s, a] and receiver[s, a]. `margin` is in the receiver's payoff units, per
    recommendation.

    Raises InputError for wrong shapes or numbers, Impossible where no signal has the margin.
    """
    p, v, u = checked(prior, sender, receiver)
    if margin < 0:
        raise InputError(where="persuasion", needed="margin of at least 0", found=str(margin))
    live = p > 0
    q, scale_v, scale_u = p[live] / p[live].sum(), unit(v[live]), unit(u[live])
    shift = v[live].mean()
    seen, wanted = u[live] / scale_u, (v[live] - shift) / scale_v
    try:
        found = optimum(q, wanted, Alternatives(seen, margin / scale_u), to_begin_with(q, wanted, seen))
    except Impossible:
        raise Impossible(
            where="persuasion",
            needed=f"a signal that is obeyed with margin {margin:g}",
            found="none: at some state nothing can be recommended so clearly",
            remedy="Ask for a smaller margin.",
        ) from None
    signal = np.zeros(v.shape)
    signal[np.arange(len(p)), u.argmax(axis=1)] = 1.0  # in states that never happen
    signal[live] = found.x / q[:, None]
    weights = found.weights * scale_v / scale_u
    joint = p[:, None] * signal
    price = prices(v, u, weights, margin)
    return Persuasion(
        signal=signal,
        value=float((joint * v).sum()),
        bound=float(p @ price),
        nothing=float(replied(p @ v, p @ u)),
        everything=float(p @ replied(v, u)),
        first_best=float(p @ v.max(axis=1)),
        receiver=float((joint * u).sum()),
        ignorant=float((p @ u).max()),
        margin=float(margin),
        price=price,
        weights=weights,
        rows=found.rows,
        columns=found.columns,
    )


def prices(sender: Array, receiver: Array, weights: Array, margin: float = 0.0) -> Array:
    """λ[s] = max_a [ v(s,a) + Σ_b y(a,b)·(u(s,a) − u(s,b) − m) ], which proves V ≤ Σ p·λ whatever y ≥ 0 is."""
    return (sender + Alternatives(receiver, margin).priced(weights)).max(axis=1)


def adversarial(prior: Any, sender: Any, receiver: Any) -> float:
    """The most that a sender can be sure of if the receiver breaks ties against it: the limit of margins above 0.

    An act that is the only best reply nowhere can never be counted on. Acts that are worth the same to the receiver in
    every state come as one, and the worst of them is what the sender gets. (A supremum: reached in the limit.)
    """
    p, v, u = checked(prior, sender, receiver)
    live = p > 0
    p, v, u = p[live], v[live], u[live]
    kinds, kind = np.unique(u, axis=1, return_inverse=True)
    kept = np.array([clear(kinds, k) for k in range(kinds.shape[1])])
    alike = [np.flatnonzero(kind.ravel() == k) for k in np.flatnonzero(kept)]
    if all(len(acts) == 1 for acts in alike):
        first = [acts[0] for acts in alike]
        return persuade(p, v[:, first], u[:, first]).value
    return _worst_of_alike(p, v, kinds[:, kept] / unit(u), alike)


def clear(receiver: Array, a: int) -> bool:
    """Whether act a is the only best reply at some belief. Acts must differ."""
    scaled = receiver / unit(receiver)
    if receiver.shape[1] == 1:
        return True
    lead = scaled[:, [a]] - np.delete(scaled, a, axis=1)  # [s, others]
    if (lead.min(axis=1) > TIE).any():
        return True
    programme = Programme()
    q = programme.add_columns(len(lead))
    least = programme.add_columns(1, lower=-INFINITY, cost=1.0)
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0), q, 1.0)
    rows = programme.add_rows(lead.shape[1], lower=0.0)
    programme.put(rows[:, None], q[None, :], lead.T)
    programme.put(rows, least, -1.0)
    return programme.solve(maximise=True).value > TIE


def _worst_of_alike(p: Array, v: Array, u: Array, alike: list[Array]) -> float:
    """Classes of acts alike: x[s, class] obedient, and worth to the sender the least that an act of the class brings."""
    programme = Programme()
    classes = u.shape[1]
    x = programme.add_columns((len(p), classes))
    worth = programme.add_columns(classes, lower=-INFINITY, cost=1.0)
    sums = programme.add_rows(len(p), lower=p, upper=p)
    programme.put(sums[:, None], x, 1.0)
    rows = programme.add_rows((classes, classes), lower=0.0)  # told k, does b
    programme.put(rows[None], x[:, :, None], u[:, :, None] - u[:, None, :])
    for k, acts in enumerate(alike):
        least = programme.add_rows(len(acts), lower=0.0)
        programme.put(least[:, None], x[:, k][None], v[:, acts].T)
        programme.put(least, worth[k], -1.0)
    return programme.solve(maximise=True).value

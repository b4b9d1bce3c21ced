"""Several receivers who all see the same message, and one receiver whose type is not known.

A *public* message moves everybody to the same belief q; then the receivers play a pure equilibrium of the game at q. With
one message for each profile a of acts, the best public signal is again a linear programme:

    maximise   Σ p(s)·σ(a|s)·v(s,a)
    obedience  Σ_s p(s)·σ(a|s)·( u_i(s,a) − u_i(s,b_i,a_-i) ) ≥ 0        for every profile a, receiver i and act b_i

Private signals leave each receiver to guess what the others were told: one row for each own act only, which is a weaker
demand (Bergemann & Morris 2016, Theor. Econ. 11; Arieli & Babichenko 2019, J. Econ. Theory 182); `solve` finds the best.

A receiver with an unknown type t is, for a signal that does not ask, as many receivers as it has types, who all see the
message: a profile is then a *plan* (what each type does). A designer who asks may tell each type something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import Impossible, InputError
from ...game.game import Game, check_law
from ...numerics.linprog import INFINITY, Programme
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats
from ..programme import solve
from ..programme.obedience import GUESSES, Written, most, optimum
from ..rules import Rules
from .persuasion import TIE, replied, unit


@dataclass(frozen=True, eq=False)
class Public:
    """The best signal that all receivers see."""

    signal: Array = field(repr=False)
    """σ[s, *acts]: probability that the profile is recommended, to everybody's knowledge, in state s."""
    value: float
    """The sender's, if receivers play the equilibrium that it asks for."""
    bound: float


def public(prior: Any, sender: Any, receivers: Any) -> Public:
    """The best public signal for prior[s], sender[s, *acts] and receivers[i, s, *acts].

    Raises InputError for wrong shapes, TooLarge, and Impossible where no split of the prior leads to pure equilibria.
    """
    p, v, u = _checked(prior, sender, receivers)
    acts = v.shape[1:]
    live = p > 0
    q, v_live = p[live] / p[live].sum(), v[live].reshape(live.sum(), -1)
    found = _best(q, v_live, deviations(u[:, live]))
    signal = np.zeros((len(p), *acts))
    signal.reshape(len(p), -1)[:, 0] = 1.0  # in states that never happen
    signal[live] = (found.x / q[:, None]).reshape(-1, *acts)
    return Public(signal, found.value, found.bound)


def deviations(receivers: Array) -> Array:
    """edges[s, profile, (i, b_i)] = u_i(s, a) − u_i(s, b_i, a_-i) from receivers[i, s, *acts]; profiles in C order."""
    states, *acts = receivers.shape[1:]
    profiles = int(np.prod(acts))
    reserve((2, states, profiles, sum(acts)), "deviations of receivers from public recommendations")
    blocks = []
    for i, count in enumerate(acts):
        instead = np.moveaxis(receivers[i], 1 + i, -1)  # [s, *others, b_i]
        instead = np.repeat(np.expand_dims(instead, 1 + i), count, axis=1 + i)
        gained = receivers[i][..., None] - instead
        blocks.append(gained.reshape(states, profiles, count))
    return np.concatenate(blocks, axis=2)


@dataclass(frozen=True, eq=False)
class _Scaled:
    value: float
    bound: float
    x: Array = field(repr=False)


def _best(q: Array, sender: Array, edges: Array) -> _Scaled:
    """The optimum in the sender's units, for written edges; columns to begin with are those of equilibria at each state."""
    size_v, size_u, shift = unit(sender), float(np.abs(edges).max()) or 1.0, sender.mean()
    wanted = (sender - shift) / size_v
    stable = (edges >= -TIE * size_u).all(axis=2)
    start = most(np.where(stable, wanted, -INFINITY), GUESSES) & stable
    start |= (np.einsum("s,sad->ad", q, edges) >= 0).all(axis=1)
    try:
        found = optimum(q, wanted, Written(edges / size_u), start)
    except Impossible:
        raise Impossible(
            where="public signal",
            needed="beliefs at which the receivers have a pure equilibrium, with the prior as their average",
            found="none",
            remedy="Use private recommendations: rulewright.design.solve.",
        ) from None
    return _Scaled(float(found.value * size_v + shift), float(found.bound * size_v + shift), found.x)


def _checked(prior: Any, sender: Any, receivers: Any) -> tuple[Array, Array, Array]:
    p, v, u = floats(prior), floats(sender), floats(receivers)
    if p.ndim != 1 or u.ndim != v.ndim + 1 or u.shape[1:] != v.shape or len(u) != v.ndim - 1 or len(p) != len(v):
        raise InputError(
            where="public signal",
            needed="prior[s], sender[s, *acts] and receivers[i, s, *acts], one axis of acts for each receiver",
            found=f"shapes {p.shape}, {v.shape} and {u.shape}",
        )
    check_law(p, "prior")
    if not (np.isfinite(v).all() and np.isfinite(u).all()):
        raise InputError(where="public signal", needed="finite payoffs", found="NaN or infinity")
    return p, v, u


# ── the worst equilibrium ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class WorstPublic:
    """What a public signal can guarantee if receivers always play the pure equilibrium that is worst for the sender."""

    value: float
    """A supremum over signals."""
    complete: bool
    """Whether all kinds of belief were looked at (two states), or only those found by drawing: then a lower bound."""


def guaranteed(prior: Any, sender: Any, receivers: Any, *, draws: int = 2_000, seed: int = 0) -> WorstPublic:
    """max over public signals of the expected worst pure equilibrium. Arrays as for `public`.

    Beliefs fall into cells in which the set of pure equilibria is constant and the worst is a concave function. With two
    states all cells are known; with more, those in which one of `draws` random beliefs lies. Beliefs without a pure
    equilibrium are not used. Raises Impossible where the cells found do not surround the prior.
    """
    p, v, u = _checked(prior, sender, receivers)
    live = p > 0
    p, v, u = p[live], v[live].reshape(live.sum(), -1), u[:, live]
    edges = deviations(u)
    planes = _planes(edges)
    beliefs = _between(planes) if len(p) == 2 else np.random.default_rng(seed).dirichlet(np.full(len(p), 0.5), draws)
    sides = np.sign(beliefs @ planes.T)
    _, first = np.unique(sides, axis=0, return_index=True)
    programme = Programme()
    sums = programme.add_rows(len(p), lower=p, upper=p)
    for k in first:
        stable = (np.einsum("s,sad->ad", beliefs[k], edges) >= 0).all(axis=1)
        if not stable.any():
            continue
        x = programme.add_columns(len(p))
        worth = programme.add_columns(1, lower=-INFINITY, cost=1.0)
        programme.put(sums, x, 1.0)
        inside = programme.add_rows(len(planes), lower=0.0)
        programme.put(inside[:, None], x[None], sides[k][:, None] * planes)
        least = programme.add_rows(int(stable.sum()), lower=0.0)
        programme.put(least[:, None], x[None], v[:, stable].T)
        programme.put(least, worth, -1.0)
    found = programme.solve(maximise=True) if programme.columns else None
    if found is None or found.x is None:
        raise Impossible(
            where="public signal",
            needed="beliefs with a pure equilibrium, with the prior as their average",
            found="none",
        )
    return WorstPublic(found.value, len(p) <= 2)


def _planes(edges: Array) -> Array:
    """[k, s]: the different hyperplanes of beliefs at which somebody is indifferent."""
    flat = edges.reshape(len(edges), -1).T
    flat = flat[np.abs(flat).max(axis=1) > TIE * (np.abs(edges).max() or 1.0)]
    flat = flat[(flat.max(axis=1) > 0) & (flat.min(axis=1) < 0)]  # the others do not cut the beliefs
    flat = flat / np.abs(flat).max(axis=1, keepdims=True)
    flat = flat * np.where(flat[:, :1] < 0, -1.0, 1.0)
    return np.unique(flat.round(12), axis=0)


def _between(planes: Array) -> Array:
    """Two states: one belief inside each interval between indifferences."""
    cuts = np.unique(np.concatenate([[0.0, 1.0], planes[:, 1] / (planes[:, 1] - planes[:, 0])]).clip(0, 1).round(12))
    middle = (cuts[1:] + cuts[:-1]) / 2
    return np.stack([middle, 1 - middle], axis=1)


# ── private against public, asked against not ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Disclosure:
    """The sender's value under four ways of informing the same receivers."""

    nothing: float
    """Best pure equilibrium at the prior; nan where there is none."""
    everything: float
    """Best pure equilibrium in each state; nan where some state has none."""
    public: float
    private: float

    @property
    def privacy(self) -> float:
        """What telling each something else is worth."""
        return self.private - self.public


def disclosure(game: Game) -> Disclosure:
    """The four values for a game whose designer knows the state and decides nothing; the others have no private types."""
    if not game.designer or game.action_counts[0] > 1 or max(game.type_counts[1:], default=1) > 1:
        raise InputError(
            where="disclosure",
            needed="a designer who knows a state and decides nothing, and players without private types",
            found=repr(game),
            remedy="Use solve(game, Rules()) for the general case.",
        )
    n, states = game.n, game.type_counts[0]
    acts = game.action_counts[1:]
    table = game.floats.payoff.reshape(n, states, *acts)
    prior = game.floats.prior.reshape(states)
    edges, v = deviations(table[1:]), table[0].reshape(states, -1)
    at_prior = (np.einsum("s,sad->ad", prior, edges) >= -TIE).all(axis=1)
    known = np.where((edges >= -TIE).all(axis=2), v, -INFINITY).max(axis=1)
    nothing = np.where(at_prior, prior @ v, -INFINITY).max()
    everything = prior @ np.where(prior > 0, known, 0.0)
    return Disclosure(
        nothing=float(nothing) if nothing > -INFINITY else float("nan"),
        everything=float(everything) if everything > -INFINITY else float("nan"),
        public=public(prior, table[0], table[1:]).value,
        private=solve(game, Rules()).value,
    )


def any_information(game: Game) -> tuple[float, float]:
    """(least, greatest) goal over all information that players might have about the state and each other.

    The Bayes correlated equilibria of the game (Bergemann & Morris 2016): what remains sure when nobody knows what players
    will come to know. The designer's types are the state; players without private types of their own.
    """
    if not game.designer or max(game.type_counts[1:], default=1) > 1:
        raise InputError(
            where="information",
            needed="a designer whose types are the state, and players without private types",
            found=repr(game),
        )
    turned = game.payoff.copy()
    turned[0] = -turned[0]
    return 0.0 - solve(replace(game, payoff=turned), Rules()).value, solve(game, Rules()).value


@dataclass(frozen=True, eq=False)
class Kinds:
    """One receiver with a private type: what the sender gets by asking and by not asking."""

    unasked: float
    """The best signal that every type sees."""
    asked: float
    """The best rule that asks for the type, and tells each what to do."""
    nothing: float
    everything: float
    signal: Array = field(repr=False)
    """σ[s, act of type 1, act of type 2, …]: the best signal that does not ask."""


def persuade_kinds(prior: Any, sender: Any, receiver: Any) -> Kinds:
    """A receiver whose type the sender does not know (Kolotilin, Mylovanov, Zapechelnyuk & Li 2017, Econometrica 85).

    prior[s, t], joint with the state; sender[s, t, a] and receiver[s, t, a]. The plans (acts^types of them) are written
    out: raises TooLarge where they do not fit.
    """
    p, v, u = floats(prior), floats(sender), floats(receiver)
    if p.ndim != 2 or v.ndim != 3 or v.shape != u.shape or p.shape != v.shape[:2]:
        raise InputError(
            where="persuasion of a receiver with types",
            needed="prior[s, t], sender[s, t, a] and receiver[s, t, a]",
            found=f"shapes {p.shape}, {v.shape} and {u.shape}",
        )
    states, types, acts = v.shape
    reserve((2, states, acts**types, types * acts), "plans of a receiver with types")
    game = Game.bayesian(np.stack([v, u])[:, :, :, None, :], p, designer=True)
    live = p.sum(axis=1) > 0
    chance = p[live].sum(axis=1)
    given = (p[live] / chance[:, None])[..., None]  # P(t | s)
    weighted_v, weighted_u = np.moveaxis(given * v[live], 1, 0), np.moveaxis(given * u[live], 1, 0)  # [t, s, a]
    shape = (live.sum(), *[acts] * types)
    towards = [(len(weighted_v[t]), *[acts if k == t else 1 for k in range(types)]) for t in range(types)]
    total = sum(np.broadcast_to(weighted_v[t].reshape(towards[t]), shape) for t in range(types))
    each = np.stack([np.broadcast_to(weighted_u[t].reshape(towards[t]), shape) for t in range(types)])
    check_law(p.reshape(-1), "prior")
    found = _best(chance, np.asarray(total).reshape(shape[0], -1), deviations(each))
    signal = np.zeros((states, *shape[1:]))
    signal.reshape(states, -1)[:, 0] = 1.0
    signal[live] = (found.x / chance[:, None]).reshape(shape)
    said = [float(replied(p[:, t] @ v[:, t], p[:, t] @ u[:, t])) for t in range(types)]
    return Kinds(found.value, solve(game, Rules()).value, sum(said), float((p * replied(v, u)).sum()), signal)

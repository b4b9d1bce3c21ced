"""The best signal of one Bob against the signals of the others: an exact linear programme over what his messages may do.

    ρ(s) ≥ 0     one message of his: the chance of it in state s; all messages together sum to 1 in every state
    ℓ(n | s)     what the others say
    V(ρ)         what he gets from a message: Alice, hearing ρ and n and knowing t, does what is best for
                 Σ_s ρ(s)·ℓ(n|s)·p(s,t)·u(s,t,·), ties in his favour

    maximise  Σ_m V(ρ_m)   subject to  Σ_m ρ_m = 1

A message amounts to a plan: an action for every (n, t). Where a plan is obeyed is a polyhedral cone, and V is linear there, so that
an optimal signal uses extreme rays of these cones: corners of the arrangement of the planes on which Alice is indifferent
between two actions. As many messages as states are enough (a vertex of the programme has no more). Where there are too many
corners to write down, columns are found one by one: the best message at given prices is a mixed-integer programme.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.given import one_of, real, whole
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .replies import heard, tied, unit
from .setting import Rivals

CORNERS = 400_000  # bases of the arrangement that are looked at one and all
SAMPLE = 20_000  # bases looked at, drawn at random, where there are more
CHUNK = 1 << 22  # numbers worked on at once
FLAT = 1e-11  # determinants and negative coordinates that are rounding, with planes of unit length
DUST = 1e-9  # of a message of sum one: chances that are rounding, and that the solver would not take
GAP = 1e-8  # of the range of his utility: column generation stops here
EVEN = 1e-9  # messages whose worth is this near to their price are as good as each other
AMONG = ("any", "worst", "best")
MOST = 200  # columns generated
SECONDS = 20.0  # for all mixed-integer programmes of one reply


@dataclass(frozen=True, eq=False)
class Reply:
    """A Bob's best signal against the others', ties broken for him."""

    value: float
    """His expected utility; a supremum: what he gets if Alice breaks every tie for him."""
    signal: Array = field(repr=False)
    """σ[s, m]; no more messages than states."""
    bound: float
    """No signal of his brings more, by duality, up to rounding."""
    price: Array = field(repr=False)
    """λ[s]: V(ρ) ≤ Σ λ·ρ for every message ρ; the bound is Σ λ."""
    exact: bool
    """Whether value and bound meet."""
    how: str


@dataclass(frozen=True, eq=False)
class Cones:
    """What Alice makes of a message ρ of his: tables of events (n, t), those of probability 0 left out, duplicates merged."""

    alice: Array
    """[event, s, a]: p·ℓ·u."""
    bob: Array
    """[event, s, a]."""
    mass: Array
    """[event, s]: p·ℓ."""
    unit: float

    @staticmethod
    def of(rivals: Rivals, i: int, signals: Sequence[Any]) -> Cones:
        here = rivals.floats
        others = here.only([j for j in range(rivals.k) if j != i]) if rivals.k > 1 else None
        rest = [s for j, s in enumerate(signals) if j != i]
        law = _merged(heard(rest, others)) if others is not None else np.ones((len(here.prior), 1))
        mass = np.einsum("sn,st->nts", law, here.prior)
        alice = np.einsum("nts,sta->ntsa", mass, here.alice)
        bob = np.einsum("nts,sta->ntsa", mass, here.bobs[i])
        live = mass.sum(axis=2) > 0
        return Cones(alice[live], bob[live], mass[live], unit(here))

    def worth(self, rays: Array) -> Array:
        """[ray]: V(ρ) for rays[ray, s]."""
        block = max(1, CHUNK // self.alice[:, 0].size)
        return np.concatenate([self._worth(rays[k : k + block]) for k in range(0, max(1, len(rays)), block)])

    def hers(self, rays: Array) -> Array:
        """[ray]: what Alice gets from each."""
        return np.einsum("rs,esa->rea", rays, self.alice).max(axis=2).sum(axis=1)

    def _worth(self, rays: Array) -> Array:
        hers = np.einsum("rs,esa->rea", rays, self.alice)
        his = np.einsum("rs,esa->rea", rays, self.bob)
        mass = np.einsum("rs,es->re", rays, self.mass)
        best = tied(hers, mass, self.unit)
        return np.where(best, his, -np.inf).max(axis=2).sum(axis=1)

    def planes(self) -> Array:
        """[plane, s], of unit length, each once: where Alice is indifferent between two actions at some event."""
        pairs = np.array(list(itertools.combinations(range(self.alice.shape[2]), 2))).reshape(-1, 2)
        rows = (
            (self.alice[:, :, pairs[:, 0]] - self.alice[:, :, pairs[:, 1]]).transpose(0, 2, 1).reshape(-1, self.states)
        )
        cuts = (rows.min(axis=1, initial=0) < 0) & (rows.max(axis=1, initial=0) > 0)  # the others miss the inside
        rows = rows[cuts] / np.linalg.norm(rows[cuts], axis=1, keepdims=True)
        rows *= np.sign(rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)])[:, None]
        return np.unique(rows.round(12), axis=0)

    @property
    def states(self) -> int:
        return self.alice.shape[1]


def _merged(law: Array) -> Array:
    """ℓ[s, n] with messages that mean the same put together and impossible ones left out."""
    total = law.sum(axis=0)
    law = law[:, total > 0]
    _, kind = np.unique((law / law.sum(axis=0)).round(12), axis=1, return_inverse=True)
    merged = np.zeros((len(law), kind.max() + 1))
    np.add.at(merged.T, kind.ravel(), law.T)
    return merged


def corners(planes: Array, states: int) -> Array:
    """[ray, s]: every ray, of sum one, on states − 1 independent planes or faces of the orthant."""
    rows = np.concatenate([np.eye(states), planes])
    bases = np.array(list(itertools.combinations(range(len(rows)), states - 1)), dtype=int)
    return _rays(rows, bases.reshape(-1, states - 1))


def some_corners(planes: Array, states: int, seed: int = 0) -> Array:
    """[ray, s]: as `corners`, of SAMPLE bases drawn at random."""
    rows = np.concatenate([np.eye(states), planes])
    rng = np.random.default_rng(seed)
    return _rays(rows, rng.integers(len(rows), size=(SAMPLE, states - 1)))


def _rays(rows: Array, bases: Array) -> Array:
    states = rows.shape[1]
    system = np.concatenate([rows[bases], np.ones((len(bases), 1, states))], axis=1)
    good = np.abs(np.linalg.det(system)) > FLAT
    side = np.zeros((int(good.sum()), states, 1))
    side[:, -1] = 1.0
    rays = np.linalg.solve(system[good], side)[..., 0]
    rays = rays[rays.min(axis=1) >= -FLAT]
    rays[rays < DUST] = 0.0
    rays /= rays.sum(axis=1, keepdims=True)
    _, first = np.unique(rays.round(12), axis=0, return_index=True)
    return rays[np.sort(first)]


def best_signal(
    rivals: Rivals,
    i: int,
    signals: Sequence[Any],
    *,
    among: str = "any",
    most: int = CORNERS,
    seconds: float = SECONDS,
) -> Reply:
    """Bob i's best signal against the others' signals σ_j[s, m] (entry i is not looked at), ties broken for him.

    `among` his best signals it is "any", the "worst" for Alice or the "best" for her (of the messages looked at).
    Exact by corners where there are at most `most` bases to look at; else by column generation, exact unless that is cut short
    after `seconds` in the solver (`exact` says so; value and bound hold either way). Raises InputError for signals that are no
    laws.
    """
    i = one_of(i, "best signal: the Bob", rivals.k)
    if len(signals) != rivals.k:
        raise InputError(where="best signal", needed=f"{rivals.k} signals", found=str(len(signals)))
    most, seconds = whole(most, "best signal: most bases", least=0), real(seconds, "best signal: seconds")
    if among not in AMONG:
        raise InputError(where="among best signals", needed=" or ".join(map(repr, AMONG)), found=repr(among))
    cones = Cones.of(rivals, i, signals)
    size = float(np.ptp(rivals.floats.bobs[i])) or 1.0
    cones = replace(cones, bob=cones.bob / size)  # the solver's tolerances know no units
    found = _best(cones, most, seconds, among)
    return replace(found, value=found.value * size, bound=found.bound * size, price=found.price * size)


def _best(cones: Cones, most: int, seconds: float, among: str) -> Reply:
    """In units of the range of his utility."""
    planes = cones.planes()
    if math.comb(len(planes) + cones.states, cones.states - 1) <= most:
        rays = corners(planes, cones.states)
        found = _master(cones, rays)
        found = _preferred(cones, rays, found, among)
        return _reply(found, rays, found.value, True, f"{len(rays):,} corners of Alice's regions, one linear programme")
    return _generated(cones, planes, GAP, seconds, among)


@dataclass(frozen=True, eq=False)
class Master:
    value: float
    shares: Array
    price: Array


def _master(cones: Cones, rays: Array) -> Master:
    programme = Programme()
    shares = programme.add_columns(len(rays), cost=cones.worth(rays))
    rows = programme.add_rows(cones.states, lower=1.0, upper=1.0)
    programme.put(rows[:, None], shares, rays.T)
    found = programme.solve(maximise=True)
    assert found.duals is not None
    return Master(found.value, found.point(), found.duals)


def _preferred(cones: Cones, rays: Array, found: Master, among: str) -> Master:
    """Of the optimal mixtures of these rays one that is worst, or best, for Alice: only rays at their price are used."""
    if among == "any":
        return found
    even = cones.worth(rays) >= rays @ found.price - EVEN * max(1.0, np.abs(found.price).max())
    programme = Programme()
    shares = programme.add_columns(int(even.sum()), cost=cones.hers(rays[even]) / cones.unit)
    rows = programme.add_rows(cones.states, lower=1.0, upper=1.0)
    programme.put(rows[:, None], shares, rays[even].T)
    again = programme.solve(maximise=among == "best")
    if again.x is None:
        return found
    whole = np.zeros(len(rays))
    whole[even] = again.x
    return Master(found.value, whole, found.price)


def _reply(found: Master, rays: Array, bound: float, exact: bool, how: str) -> Reply:
    used = found.shares > 1e-12
    signal = (rays[used] * found.shares[used, None]).T
    signal /= signal.sum(axis=1, keepdims=True)
    return Reply(found.value, signal, bound, found.price, exact, how)


def _generated(cones: Cones, planes: Array, gap: float, seconds: float, among: str) -> Reply:
    """Columns one by one. At prices λ the best message exceeds them by δ per unit of ρ, so no signal is above Σλ + δ·states."""
    some = some_corners(planes, cones.states) if len(planes) else np.zeros((0, cones.states))
    rays = np.concatenate([np.eye(cones.states), np.full((1, cones.states), 1 / cones.states), some])
    programme, (ray, parts) = _pricing(cones)
    bound, found, left = np.inf, _master(cones, rays), time.monotonic() + seconds
    for _ in range(MOST):
        cost = np.zeros(programme.columns)
        cost[parts.ravel()] = cones.bob.ravel()
        cost[ray] -= found.price
        step = programme.solve(cost, maximise=True, seconds=max(0.1, left - time.monotonic()), partial=True)
        if np.isfinite(step.bound):
            bound = min(bound, found.value + max(0.0, step.bound) * cones.states)
        if bound - found.value <= gap or step.x is None or time.monotonic() > left:
            break
        best = np.where(step.x[ray] < DUST, 0.0, step.x[ray])
        if cones.worth(best[None])[0] - best @ found.price <= 0:  # the solver's tolerance on ties, not a message
            break
        rays = np.concatenate([rays, best[None] / best.sum()])
        found = _master(cones, rays)
    how = f"{len(rays):,} messages, the last found by mixed-integer programmes"
    exact = bool(bound - found.value <= gap)
    return _reply(_preferred(cones, rays, found, among), rays, bound, exact, how)


def _pricing(cones: Cones) -> tuple[Programme, tuple[Array, Array]]:
    """The best message: ρ[s] of sum one; y[e, s, a] = ρ(s) where action a is taken at event e (z[e, a] = 1), 0 elsewhere."""
    events, states, actions = cones.alice.shape
    programme = Programme()
    ray = programme.add_columns(states, upper=1.0)
    parts = programme.add_columns((events, states, actions), upper=1.0)
    taken = programme.add_columns((events, actions), upper=1.0, integer=True)
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0), ray, 1.0)
    programme.put(programme.add_rows(events, lower=1.0, upper=1.0)[:, None], taken, 1.0)
    split = programme.add_rows((events, states), lower=0.0, upper=0.0)
    programme.put(split[:, :, None], parts, 1.0)
    programme.put(split, np.broadcast_to(ray, split.shape), -1.0)
    whole = programme.add_rows((events, states, actions), upper=0.0)
    programme.put(whole, parts, 1.0)
    programme.put(whole, np.broadcast_to(taken[:, None, :], whole.shape), -1.0)
    obeyed = programme.add_rows((events, actions, actions), lower=0.0)  # told a, does b
    lead = cones.alice[:, :, :, None] - cones.alice[:, :, None, :]
    scale = np.abs(lead).max(axis=(1, 2, 3), keepdims=True)
    lead = lead / np.where(scale > 0, scale, 1.0)
    programme.put(obeyed[:, None], parts[..., None], lead)
    return programme, (ray, parts)

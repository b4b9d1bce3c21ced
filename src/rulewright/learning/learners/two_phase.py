"""Contracts between learners in two phases (Christoffersen, Haupt, Damani & Hadfield-Menell 2023, AAMAS: "Get It in Writing").

1. Policies learn to play under every contract. At the start of each episode θ is drawn from the space, or none with chance
   `null`, and everybody sees it (`Negotiation(…, drawn=True)`): how often a contract is seen does not depend on who likes it.
2. Policies are frozen. V_i(θ), what player i then gets under each contract, is measured in fresh episodes, grouped by the
   contract that was drawn. Who offers what, and who accepts, is found on V, in one of two ways:

    solve       j accepts iff V_j(θ) ≥ V_j(none); the proposer offers what is best for it, given that. With payments on
                signing acceptors are held at V_j(none), and it offers the largest total
    negotiate   proposer and acceptors are Q-learners of a game of two rounds, paid by an episode of frozen play, drawn at random

A contract in which a of n − 1 players would accept is in force with chance 1[a = n − 1], 1[2a > n − 1] or, where two are polled
at random, a(a − 1)/((n − 1)(n − 2)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..institutions.negotiation import ACCEPT, MAJORITY, REJECT, TWO, UNANIMITY, WAIT, Negotiation
from ..institutions.spaces import ContractSpace
from ..search.grid import grid
from ..study import Sample
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.seen import no_view
from ..world.world import action_kind
from .learner import Learner
from .tabular import TabularQ

Tell = Callable[[str], None]
NONE = 0
"""The position of "no contract" on every axis of contracts; θ_k is at k + 1."""


@dataclass(frozen=True, eq=False)
class FirstPhase:
    """What frozen policies get under every contract. NumPy, float64; sums over an episode."""

    space: ContractSpace
    thetas: tuple[Fraction, ...]
    players: tuple[str, ...]
    contract: Array
    """int [seed, episode]; which was drawn."""
    sample: Sample = field(repr=False)

    @property
    def base(self) -> Array:
        """[seed, contract, player]; mean of what the world paid."""
        return self._means(self.sample.base)

    @property
    def values(self) -> Array:
        """[seed, contract, player]; V, transfers included."""
        return self._means(self.sample.base + self.sample.transfer)

    @property
    def welfare(self) -> Array:
        """[seed, contract]; what the world paid in all: money moves, value does not."""
        return np.asarray(self.base.sum(axis=-1))

    def episodes(self, contract: int) -> Array:
        """int [seed]; how many of them were played under it."""
        return np.asarray((self.contract == contract).sum(axis=1))

    def _means(self, paid: Array) -> Array:
        return np.stack([_mean_under(self.contract == k, paid) for k in range(len(self.thetas) + 1)], axis=1)


def _mean_under(mask: Array, paid: Array) -> Array:
    """[seed, player] of paid [seed, episode, player] where mask [seed, episode]."""
    return np.asarray((paid * mask[..., None]).sum(axis=1) / mask.sum(axis=1)[:, None])


def first_phase(
    worlds: Sequence[World],
    space: ContractSpace,
    learner: Learner,
    *,
    steps: int,
    seeds: int = 8,
    offers: int = 6,
    null: Any = 0.3,
    episodes: int = 256,
    seed: int = 0,
    tell: Tell = lambda _: None,
) -> list[FirstPhase]:
    """Learn to play under `offers` contracts of the space, in every world; worlds that differ in numbers only, in one call.

    null: chance that there is no contract, one number or one per world (1: the arm without). episodes: of frozen play, per seed.
    Raises InputError where a contract was never drawn in one of them: more episodes are needed.
    """
    chances = np.broadcast_to(np.asarray(null, float), (len(worlds),))
    drawn = [
        Negotiation(space, offers=offers, drawn=True, null=float(chance))(world)
        for world, chance in zip(worlds, chances, strict=True)
    ]
    found = grid(drawn, learner, steps=steps, seeds=seeds, episodes=episodes, seed=seed, tell=tell)
    return [
        grouped(sample, space, world.players, () if chance == 1 else space.grid(offers))
        for world, chance, sample in zip(worlds, chances, found, strict=True)
    ]


def grouped(sample: Sample, space: ContractSpace, players: tuple[str, ...], thetas: tuple[Fraction, ...]) -> FirstPhase:
    """Episodes of frozen play by the contract that was drawn. Raises InputError where one never was in some seed."""
    contract = sample.events["contract"][..., 1:].argmax(axis=-1)
    for k in range(len(thetas) + 1):
        if not (contract == k).any(axis=1).all():
            raise InputError(
                where="two phases",
                needed="every contract in some episode of every seed",
                found=f"none under {'no contract' if k == NONE else f'θ = {thetas[k - 1]}'} in one",
                remedy="Play more episodes, or offer fewer contracts.",
            )
    return FirstPhase(space, thetas, players, contract, sample)


# ── who signs what ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Settled:
    """What is offered, and what comes of it, for every seed of the first phase."""

    thetas: tuple[Fraction, ...]
    force: Array
    """[seed, contract]; chance that it is in force, that of none first; sums to one."""
    values: Array
    """[seed, player]; transfers and payments on signing included."""
    outside: Array
    """[seed, player]; without a contract."""
    welfare: Array
    """[seed]; paid by the world in all."""

    @property
    def signed(self) -> Array:
        """[seed]; chance that some contract is."""
        return np.asarray(1 - self.force[:, NONE])


def in_force(rule: str, accepting: Array, others: int) -> Array:
    """Chance that a contract is in force which so many of `others` players would accept. Raises InputError for no rule."""
    if rule == UNANIMITY:
        return np.asarray(accepting == others, float)
    if rule == MAJORITY:
        return np.asarray(2 * accepting > others, float)
    if rule == TWO and others >= 2:
        return np.asarray(accepting * (accepting - 1) / (others * (others - 1)), float)
    raise InputError(where="two phases", needed=f"{UNANIMITY}, {MAJORITY}, or {TWO} of two or more", found=repr(rule))


def solve(phase: FirstPhase, *, proposer: int = 0, rule: str = UNANIMITY, upfront: bool = False) -> Settled:
    """The subgame-perfect offer on measured values.

    upfront: whether signing comes with payments; then all accept, and `rule` does not matter.
    """
    values, welfare = phase.values, phase.welfare
    out = values[:, NONE]
    others = [j for j in range(values.shape[-1]) if j != proposer]
    if upfront:
        chance = np.ones(values.shape[:2])
        own = values.sum(axis=-1) - out[:, None, others].sum(axis=-1)
    else:
        accepting = (values[..., others] >= out[:, None, others]).sum(axis=-1)
        chance = in_force(rule, accepting, len(others))
        own = chance * values[..., proposer] + (1 - chance) * out[:, None, proposer]
    chance[:, NONE], own[:, NONE] = 1, out[:, proposer]
    offer = own.argmax(axis=1)
    at = np.arange(len(offer))
    p = chance[at, offer]
    force = np.zeros(values.shape[:2])
    force[at, offer] = p
    force[at, NONE] += 1 - p
    got = np.einsum("sk,skp->sp", force, values)
    if upfront:
        got[:, others] = out[:, others]
        got[:, proposer] = own[at, offer]
    return Settled(phase.thetas, force, got, out, np.einsum("sk,sk->s", force, welfare))


def negotiate(
    phase: FirstPhase,
    *,
    proposer: int = 0,
    rule: str = UNANIMITY,
    learner: Learner | None = None,
    steps: int = 20_000,
    episodes: int = 64,
    seed: int = 0,
) -> Settled:
    """Learn to offer and to accept, policies frozen: Q-learners by default, with rewards divided by their largest mean."""
    scale = 1 / max(1e-9, float(np.abs(phase.values).max()))
    by = learner or TabularQ(rate=0.05, gamma=1.0, decay=6 / steps, start=0.0, scale=scale, steps=1000)
    worlds: list[World] = [bargain(phase, s, proposer=proposer, rule=rule) for s in range(len(phase.contract))]
    found = grid(worlds, by, steps=steps, seeds=1, episodes=episodes, seed=seed)
    force = np.stack([f.events["contract"][0, :, 1:].mean(axis=0) for f in found])
    values, welfare = phase.values, phase.welfare
    got = np.einsum("sk,skp->sp", force, values)
    return Settled(phase.thetas, force, got, values[:, NONE], np.einsum("sk,sk->s", force, welfare))


# ── the second phase as a world ──────────────────────────────────────────────────────────────────────────────────


@pytree
class BargainState:
    offer: jax.Array
    """int32 []; position of the contract offered, −1 before."""
    asked: jax.Array
    """bool [player]."""


@pytree
class Bargain(World):
    """One offer, one vote, and then an episode of frozen play under what was agreed. Make one with `bargain`."""

    paid: jax.Array
    """float32 [contract, episode, player]; paid by the world."""
    moved: jax.Array
    """float32 [contract, episode, player]; transfers."""
    names: tuple[str, ...] = static()
    offers: tuple[str, ...] = static()
    """Of the contracts, without "none"."""
    proposer: int = static(default=0)
    rule: str = static(default=UNANIMITY)

    @property
    def players(self) -> tuple[str, ...]:
        return self.names

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return ((WAIT, ACCEPT, REJECT, "offer none", *(f"offer {name}" for name in self.offers)),) * self.n

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (action_kind(self.actions), Kind("contract", ("not yet", "none", *self.offers), "world"))

    @property
    def horizon(self) -> int:
        return 2

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("offering", "voting on none", *(f"voting on {name}" for name in self.offers))

    def reset(self, key: jax.Array) -> BargainState:
        others = jnp.arange(self.n) != self.proposer
        if self.rule == TWO:
            score = jnp.where(others, jax.random.uniform(key, (self.n,)), -1.0)
            others = score >= jnp.sort(score)[-2]
        return BargainState(jnp.int32(-1), others)

    def available(self, state: BargainState) -> jax.Array:
        proposes = (jnp.arange(self.n) == self.proposer) & (state.offer < 0)
        votes = state.asked & (state.offer > NONE)
        first = jnp.stack([~proposes & ~votes, votes, votes], axis=-1)
        return jnp.concatenate([first, jnp.repeat(proposes[:, None], len(self.offers) + 1, axis=1)], axis=-1)

    def step(self, key: jax.Array, state: BargainState, actions: jax.Array) -> Turn:
        voting = state.offer >= 0
        yes, asked = ((actions == 1) & state.asked).sum(), state.asked.sum()
        passed = (2 * yes > asked) if self.rule == MAJORITY else (yes == asked)
        force = jnp.where(passed, jnp.maximum(state.offer, NONE), NONE)
        which = jax.random.randint(key, (), 0, self.paid.shape[1])
        money = self.moved[force, which] * voting
        offer = jnp.clip(actions[self.proposer] - 3, 0, len(self.offers)).astype(jnp.int32)
        return Turn(
            state=BargainState(jnp.where(voting, state.offer, offer), state.asked),
            base=self.paid[force, which] * voting,
            transfer=money,
            care=jnp.zeros(self.n, jnp.float32),
            fund=-money.sum(),
            terminated=voting,
            truncated=jnp.bool_(False),
            events=Events((actions, jnp.where(voting, force + 1, 0).astype(jnp.int32)), self.kinds),
        )

    def observe(self, state: BargainState) -> Seen:
        numbers = jax.nn.one_hot(state.offer + 1, len(self.offers) + 2)
        return Seen(no_view(self.n), jnp.broadcast_to(numbers, (self.n, len(self.offers) + 2)))


def bargain(phase: FirstPhase, seed: int, *, proposer: int = 0, rule: str = UNANIMITY, episodes: int = 64) -> Bargain:
    """The second phase for one seed; `episodes` under each contract, drawn with return from those played."""
    in_force(rule, np.zeros(1), len(phase.players) - 1)
    draw = np.random.default_rng(seed)
    rows = [
        draw.choice(np.flatnonzero(phase.contract[seed] == k), episodes, replace=True)
        for k in range(len(phase.thetas) + 1)
    ]
    at = np.stack(rows)
    names = tuple(f"θ = {theta}" for theta in phase.thetas)
    paid, moved = (jnp.asarray(x[seed][at], jnp.float32) for x in (phase.sample.base, phase.sample.transfer))
    return Bargain(paid, moved, phase.players, names, proposer, rule)

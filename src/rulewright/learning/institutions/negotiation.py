"""Propose and accept as rounds of a world: an offer of θ (or none), votes on it, and then the world under what was agreed.

Round 0: the proposer offers. Round 1: those who are asked see the offer and vote. From round 2 on the world is played, under
the contract if it was accepted. All three have the same shapes, so that one network plays them all.

Two traps of published code are avoided: "no contract" is a flag of its own, coded −1 (+1 where there is one), not θ = 0, so that
a network can tell a free contract from none; and θ is shown divided by its range. With `drawn`, θ is drawn at random instead
(none with probability `null`), which is how the first phase of that paper's training sees every contract equally often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...numerics import rational
from ..world import Events, Kind, Seen, Turn, World, Wrapper, pytree, static
from .charge import Tariff
from .ledger import BALANCED, WorldInstitution, a_world, whole, within
from .spaces import ContractSpace

UNANIMITY, MAJORITY, TWO = "unanimity", "majority", "two polled"
WAIT, ACCEPT, REJECT = "wait", "accept", "reject"
STAGES = ("offering", "voting", "playing")
VOTE = Kind("vote", ("none", ACCEPT, REJECT))


@pytree
class NegotiatedState:
    inner: Any
    stage: jax.Array
    """int32 []; see STAGES."""
    offer: jax.Array
    """int32 []; position in the grid, −1 for none."""
    force: jax.Array
    """bool []; whether it is in force."""
    asked: jax.Array
    """bool [player]; who votes."""
    votes: jax.Array
    """int32 [player]; as in the event “vote”."""


@pytree
class Negotiated(Wrapper):
    """A world with an offer and a vote in front."""

    inner: World
    unit: jax.Array
    """float32 [outcome]; the contract at θ = 1."""
    thetas: jax.Array
    """float32 [offer]."""
    null: jax.Array
    """float32 []; chance of no contract where θ is drawn."""
    on: str = static()
    names: tuple[str, ...] = static()
    """Of the offers."""
    proposer: int = static(default=0)
    rule: str = static(default=UNANIMITY)
    drawn: bool = static(default=False)
    draws = True

    # ── what it is ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        more = (WAIT, ACCEPT, REJECT, "offer none", *(f"offer {name}" for name in self.names))
        most = max(self.inner.action_counts)
        pads = (tuple(f"(no action {k})" for k in range(len(own), most)) for own in self.inner.actions)
        return tuple((*own, *pad, *more) for own, pad in zip(self.inner.actions, pads, strict=True))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, VOTE, Kind("contract", ("not yet", "none", *self.names), "world"))

    @property
    def horizon(self) -> int:
        return self.inner.horizon + 2

    @property
    def number_names(self) -> tuple[str, ...]:
        votes = (f"vote of {player}" for player in self.players)
        own = (*STAGES, "there is an offer", "θ offered, of its range", "in force", "I am asked", *votes)
        return (*self.inner.number_names, *own)

    def inner_state(self, state: NegotiatedState) -> Any:
        return state.inner

    # ── what it does ────────────────────────────────────────────────────────────────────────────────────────────

    def reset(self, key: jax.Array) -> NegotiatedState:
        poll, draw, none = jax.random.split(self.own(key), 3)
        n = self.n
        others = jnp.arange(n) != self.proposer
        if self.rule == TWO:
            score = jnp.where(others, jax.random.uniform(poll, (n,)), -1.0)
            others = score >= jnp.sort(score)[-2]
        offer, force, stage = jnp.int32(-1), jnp.bool_(False), jnp.int32(0)
        if self.drawn:
            force = jax.random.uniform(none) >= self.null
            offer = jnp.where(force, jax.random.randint(draw, (), 0, len(self.names)), -1).astype(jnp.int32)
            stage = jnp.int32(2)
        return NegotiatedState(self.inner.reset(key), stage, offer, force, others, jnp.zeros(n, jnp.int32))

    def available(self, state: NegotiatedState) -> jax.Array:
        base = self.inner.available(state.inner)
        n, m = self.n, len(self.names)
        proposes = (jnp.arange(n) == self.proposer) & (state.stage == 0)
        votes = state.asked & (state.stage == 1) & (state.offer >= 0)
        waits = (state.stage < 2) & ~proposes & ~votes
        more = jnp.stack([waits, votes, votes], axis=-1)
        offers = jnp.broadcast_to(proposes[:, None], (n, m + 1))
        return jnp.concatenate([base & (state.stage == 2), more, offers], axis=-1)

    def theta(self, state: NegotiatedState) -> jax.Array:
        """float32 []; θ in force, 0 where there is none."""
        return jnp.where(state.force, self.thetas[jnp.maximum(state.offer, 0)], 0.0)

    def _played(self, state: NegotiatedState, actions: jax.Array) -> jax.Array:
        """Actions of the inner world; before play begins, any that it has."""
        idle = self.inner.available(state.inner).argmax(axis=-1)
        base = max(self.inner.action_counts)
        return jnp.where((state.stage == 2) & (actions < base), actions, idle).astype(jnp.int32)

    def said(self, key: jax.Array, state: NegotiatedState, actions: jax.Array) -> Events:
        said = self.inner.said(key, state.inner, self._played(state, actions))
        return replace(said, codes=tuple(jnp.where(state.stage == 2, code, 0) for code in said.codes))

    def step(self, key: jax.Array, state: NegotiatedState, actions: jax.Array) -> Turn:
        playing = state.stage == 2
        under = Tariff(self.inner, self.theta(state) * self.unit, (self.on,), BALANCED)
        turn = under.step(key, state.inner, self._played(state, actions))
        after = self._agreed(state, actions)
        inner = jax.tree.map(lambda new, old: jnp.where(playing, new, old), turn.state, state.inner)
        in_force = jnp.where(playing, jnp.where(state.force, state.offer + 2, 1), 0)
        events = replace(turn.events, codes=tuple(jnp.where(playing, code, 0) for code in turn.events.codes))
        votes = jnp.where(state.stage == 1, after.votes, 0)
        return replace(
            turn,
            state=replace(after, inner=inner),
            base=turn.base * playing,
            transfer=turn.transfer * playing,
            care=turn.care * playing,
            fund=turn.fund * playing,
            cost=turn.cost * playing,
            terminated=turn.terminated & playing,
            truncated=turn.truncated & playing,
            events=events.plus(VOTE, votes).plus(self.kinds[-1], in_force.astype(jnp.int32)),
        )

    def _agreed(self, state: NegotiatedState, actions: jax.Array) -> NegotiatedState:
        """The state after what was said in this round."""
        first = max(self.inner.action_counts)
        said = actions[self.proposer] - (first + 4)
        offer = jnp.where(state.stage == 0, jnp.clip(said, -1, len(self.names) - 1), state.offer).astype(jnp.int32)
        voted = jnp.where(actions == first + 1, 1, 2) * (state.asked & (state.offer >= 0))
        votes = jnp.where(state.stage == 1, voted, state.votes).astype(jnp.int32)
        yes, asked = (votes == 1).sum(), state.asked.sum()
        passed = (2 * yes > asked) if self.rule == MAJORITY else (yes == asked)
        force = jnp.where(state.stage == 1, passed & (state.offer >= 0), state.force)
        return replace(state, stage=jnp.minimum(state.stage + 1, 2), offer=offer, force=force, votes=votes)

    def observe(self, state: NegotiatedState) -> Seen:
        n = self.n
        low, high = self.thetas[0], self.thetas[-1]
        offered = jnp.where(state.offer >= 0, (self.thetas[jnp.maximum(state.offer, 0)] - low) / (high - low), 0.0)
        votes = jnp.where(state.votes == 0, 0.0, 3.0 - 2.0 * state.votes)
        public = jnp.concatenate(
            [
                jax.nn.one_hot(state.stage, 3),
                jnp.stack([_sign(state.offer >= 0), offered, _sign(state.force)]),
            ]
        )
        asked = state.asked.astype(jnp.float32)[:, None]
        rows = [jnp.broadcast_to(public, (n, 6)), asked, jnp.broadcast_to(votes, (n, n))]
        return self.inner.observe(state.inner).plus(jnp.concatenate(rows, axis=-1))


def _sign(flag: jax.Array) -> jax.Array:
    return jnp.where(flag, 1.0, -1.0)


@pytree
class Negotiate:
    """The move: negotiate, in whatever world it is said in."""

    unit: jax.Array
    thetas: jax.Array
    null: jax.Array
    on: str = static()
    names: tuple[str, ...] = static()
    proposer: int = static(default=0)
    rule: str = static(default=UNANIMITY)
    drawn: bool = static(default=False)

    def wrap(self, world: World) -> World:
        return Negotiated(
            world, self.unit, self.thetas, self.null, self.on, self.names, self.proposer, self.rule, self.drawn
        )


@dataclass(frozen=True)
class Negotiation(WorldInstitution):
    """One player offers a contract of the space, or none; the others vote; then the world is played under it.

    The range of θ stands in `space` and in `describe()`. Raises InputError for a rule that is none, or too few players for it.
    """

    space: ContractSpace
    proposer: str | int = 0
    rule: str = UNANIMITY
    """"unanimity" or "majority" of all others, or "two polled": two of them, drawn anew each episode, must both accept."""
    offers: int = 21
    drawn: bool = False
    null: Any = 0.1

    def __post_init__(self) -> None:
        within("negotiation", 0, 1, null=self.null)
        whole("negotiation", 2, offers=self.offers)
        if self.rule not in (UNANIMITY, MAJORITY, TWO):
            raise InputError(where="negotiation", needed="unanimity, majority or two polled", found=repr(self.rule))

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "negotiation")
        if world.n < (3 if self.rule == TWO else 2):
            raise InputError(where="negotiation", needed=f"enough players for {self.rule}", found=str(world.n))
        thetas = self.space.grid(self.offers)
        return (
            Negotiate(
                self.space.table(world),
                jnp.asarray(np.array([float(t) for t in thetas], np.float32)),
                jnp.asarray(self.null, jnp.float32),
                self.space.unit.on,
                tuple(f"θ = {rational.decimal(t)}" for t in thetas),
                world.index(self.proposer),
                self.rule,
                self.drawn,
            ),
        )

    def describe(self) -> str:
        who = "θ is drawn at random" if self.drawn else f"{self.proposer} offers θ or nothing, and {self.rule} decides"
        return f"{who}; {self.space.describe()}; balanced"

"""The ledger of a run: what the world paid, what rules moved, who paid whom for which rule, and what enforcing used up.

    books = settle(tax >> audit, world, policy, key, batch=64)
    books.entries[0].flows[i, j]           what i paid j by the first link, per world; the last row and column are the fund

Money is conserved: Σ_i transfer_i + fund = 0 at every step of every world, and Σ_i transfer_i = 0 for a link that is declared
balanced. Both are watched inside the compiled loop; the worst step is named when they fail. Who pays whom is read within one
link and step, pro rata: what i pays goes to each receiver (the fund is one) in proportion to what that one gets.

`voluntary` asks whether each player is at least as well off with the rule as without it, on the same seeds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..behaviour.estimation.confidence import student
from ..errors import InputError
from ..institution.institution import Chain, Institution
from .policy import Policy
from .rollout import Played, alike, played, rollout
from .world import Entry, Turn, World, Wrapper, pytree, static

Array = np.ndarray
GIVEN = "in the world as given"
TOLERANCE = 1e-5  # of sums of float32, relative to 1 + what is moved


@pytree
class Booked(Wrapper):
    """A world that writes down, at every step, how the accounts stand after the rule `rule`."""

    inner: World
    rule: str = static()

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        entry = Entry(turn.transfer, turn.care, turn.fund, jnp.asarray(turn.cost, jnp.float32), self.rule)
        return replace(turn, books=(*turn.books, entry))


def booked(institution: Institution, world: World) -> World:
    """`institution(world)` with books kept, of the world as given and then link by link; it plays the same."""
    world = Booked(world, GIVEN)
    for link in _links(institution):
        world = Booked(link(world), link.describe())
    return world


def _links(institution: Institution) -> tuple[Institution, ...]:
    return institution.links if isinstance(institution, Chain) else (institution,)


@dataclass(frozen=True)
class Account:
    """What one link of a chain moved; totals over the steps, mean over the worlds."""

    rule: str
    transfer: Array
    """float [player]; received, net."""
    fund: float
    cost: float
    care: Array
    """float [player]; preferences that it put there."""
    flows: Array
    """float [payer, receiver]; players in order, the fund last."""


@dataclass(frozen=True)
class Ledger:
    """A run, settled. Totals over its steps, mean over its worlds, in reward units."""

    players: tuple[str, ...]
    base: Array
    """float [player]; what the world paid: people's welfare is read here, less `cost`."""
    given: Account
    """What moved, and was used up, in the world already: a monitor's cost, say."""
    entries: tuple[Account, ...]
    """Of each link, in order."""
    imbalance: float
    """The largest |Σ transfer + fund| of any step of any world."""
    steps: int
    worlds: int
    played: Played
    """As `rollout` gives it, for counts and intervals."""

    @property
    def transfer(self) -> Array:
        """float [player]; by all rules."""
        return sum((entry.transfer for entry in self.entries), self.given.transfer)

    @property
    def care(self) -> Array:
        """float [player]."""
        return sum((entry.care for entry in self.entries), self.given.care)

    @property
    def fund(self) -> float:
        """Left with the rule-maker."""
        return float(self.given.fund + sum(entry.fund for entry in self.entries))

    @property
    def cost(self) -> float:
        """Used up by enforcing."""
        return float(self.given.cost + sum(entry.cost for entry in self.entries))

    def __str__(self) -> str:
        """A table: one line per player, one column per account and rule."""
        moved = self.given.cost or self.given.fund or abs(self.given.transfer).any()
        told = [("given", self.given)] if moved else []
        told += [(f"rule {k + 1}", entry) for k, entry in enumerate(self.entries)]
        rows = [("", "base", *(name for name, _ in told), "care")]
        for i, player in enumerate(self.players):
            money = (_shown(entry.transfer[i]) for _, entry in told)
            rows.append((player, _shown(self.base[i]), *money, _shown(self.care[i])))
        rows.append(("fund", "", *(_shown(entry.fund) for _, entry in told), ""))
        rows.append(("used up", "", *(_shown(entry.cost) for _, entry in told), ""))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
            for row in rows
        ]
        said = [f"rule {k + 1}: {entry.rule}" for k, entry in enumerate(self.entries)]
        return "\n".join([*(line.rstrip() for line in lines), *said])


def _shown(amount: float) -> str:
    """To four digits; what is only rounding of float32 is nothing."""
    return f"{amount:.4g}" if abs(amount) > 1e-6 else "0"


@pytree
class Tally:
    """Of the world as given and each link [link, world, …]."""

    transfer: jax.Array
    care: jax.Array
    fund: jax.Array
    cost: jax.Array
    flows: jax.Array
    worst: jax.Array
    """float32 [1 + link, world]; the largest imbalance relative to what was moved: of all together, then of each link alone."""
    amount: jax.Array
    """float32; that imbalance."""
    at: jax.Array
    """int32; its step."""
    largest: jax.Array
    """float32 [world]."""


def settle(
    institution: Institution,
    world: World,
    policy: Policy,
    key: jax.Array,
    *,
    steps: int | None = None,
    batch: int = 1,
    balanced: Collection[int] | bool = (),
) -> Ledger:
    """Play `institution(world)` and settle it. `balanced`: positions of links whose transfers sum to zero, True for all.

    Raises InputError, with the step and the amount, where money appears or vanishes, or a link declared balanced is not.
    """
    kept = booked(institution, world)
    policy.check(kept)
    links = len(_links(institution))
    wanted = set(range(links)) if balanced is True else set(balanced or ())
    if not wanted <= set(range(links)):
        raise InputError(where="settle", needed=f"links from 0 to {links - 1}", found=str(sorted(wanted)))
    total, tally = _settled(kept, policy, key, steps, batch, links + 1)
    names = ["all rules", GIVEN, *(f"rule {k + 1}" for k in range(links))]
    for k, name in enumerate(names):
        worst = np.asarray(tally.worst[k])
        if (k == 0 or k - 2 in wanted) and not worst.max() <= TOLERANCE:
            w = int(np.nanargmax(np.where(np.isnan(worst), np.inf, worst)))
            raise InputError(
                where=f"ledger, {name}, step {int(tally.at[k, w])} of world {w}",
                needed="transfers and fund that sum to zero"
                if k == 0
                else "transfers that sum to zero: it is declared balanced",
                found=f"{float(tally.amount[k, w]):.6g}",
            )
    rules = (GIVEN, *(link.describe() for link in _links(institution)))
    given, *entries = (
        Account(
            rule=rule,
            transfer=_mean(tally.transfer[k]),
            fund=float(_mean(tally.fund[k])),
            cost=float(_mean(tally.cost[k])),
            care=_mean(tally.care[k]),
            flows=_mean(tally.flows[k]),
        )
        for k, rule in enumerate(rules)
    )
    length = kept.horizon if steps is None else steps
    return Ledger(
        kept.players, _mean(total.base), given, tuple(entries), float(tally.largest.max()), length, batch, total
    )


def _mean(values: jax.Array) -> Array:
    """Over worlds, which come first."""
    return np.asarray(values, float).mean(axis=0)


@partial(jax.jit, static_argnames=("steps", "batch", "links"))
def _settled(
    world: World, policy: Policy, key: jax.Array, steps: int | None, batch: int, links: int
) -> tuple[Played, Tally]:
    n = world.n
    each = jnp.zeros((links, batch), jnp.float32)
    some = jnp.zeros((links, batch, n), jnp.float32)
    all_of = jnp.zeros((links + 1, batch), jnp.float32)
    flows = jnp.zeros((links, batch, n + 1, n + 1), jnp.float32)
    start = Tally(some, some, each, each, flows, all_of - 1, all_of, all_of.astype(jnp.int32), each[0])
    spread = partial(jax.random.split, num=batch)
    return played(alike(world, policy), world, lambda key: spread(key), key, steps, batch, False, (start, _tallied))


def _tallied(so_far: Tally, t: jax.Array, turn: Turn) -> Tally:
    """The tally after a batch of turns: leaves of `turn` are [world, …]."""

    def own(values: list[jax.Array]) -> jax.Array:
        """What each link did: how the account stands after it, less how it stood before."""
        stood = jnp.stack([jnp.zeros_like(values[0]), *values])
        return stood[1:] - stood[:-1]

    transfer, care = own([e.transfer for e in turn.books]), own([e.care for e in turn.books])
    fund, cost = own([e.fund for e in turn.books]), own([e.cost for e in turn.books])
    moved = jnp.concatenate([transfer, fund[..., None]], axis=-1)
    given, taken = jnp.maximum(-moved, 0), jnp.maximum(moved, 0)
    pot = given.sum(axis=-1)[..., None, None]
    flows = jnp.where(pot > 0, given[..., :, None] * taken[..., None, :] / jnp.where(pot > 0, pot, 1), 0)
    off = jnp.concatenate([(turn.transfer.sum(axis=-1) + turn.fund)[None], transfer.sum(axis=-1)])
    size = jnp.concatenate([abs(turn.transfer).sum(axis=-1)[None], abs(transfer).sum(axis=-1)])
    relative = abs(off) / (1 + size)
    worse = ~(relative <= so_far.worst)  # NaN is worse than anything
    return Tally(
        so_far.transfer + transfer,
        so_far.care + care,
        so_far.fund + fund,
        so_far.cost + cost,
        so_far.flows + flows,
        jnp.where(worse, relative, so_far.worst),
        jnp.where(worse, off, so_far.amount),
        jnp.where(worse, t, so_far.at),
        jnp.maximum(so_far.largest, abs(off[0])),
    )


@dataclass(frozen=True)
class Voluntary:
    """Whether players are better off with a rule than without it: paired differences of reward per world."""

    players: tuple[str, ...]
    difference: Array
    """float [player]; mean of reward with the rule less reward without it, per world."""
    half_width: Array
    """float [player]; of the interval around it (Student)."""
    worlds: int
    confidence: float

    @property
    def holds(self) -> bool:
        """Whether every player's whole interval is at least 0."""
        return bool((self.difference - self.half_width >= 0).all())

    @property
    def refuted(self) -> tuple[str, ...]:
        """Players whose whole interval is below 0."""
        worse = self.difference + self.half_width < 0
        return tuple(player for player, w in zip(self.players, worse, strict=True) if w)

    def __str__(self) -> str:
        said = [
            f"{player}: {d:+.4g} ± {h:.2g}"
            for player, d, h in zip(self.players, self.difference, self.half_width, strict=True)
        ]
        return f"{'; '.join(said)} ({self.confidence:.0%} intervals, {self.worlds} worlds)"


def voluntary(
    institution: Institution,
    world: World,
    policy: Policy,
    key: jax.Array,
    *,
    without: Policy | None = None,
    steps: int | None = None,
    batch: int = 32,
    confidence: float = 0.95,
) -> Voluntary:
    """Individual rationality, measured on the same seeds; `without` is how people act where there is no rule (default: alike).

    A player's reward is all it gets: base, transfers and care. Players whom the rule admits are left out. It is a measurement
    at these policies, not a proof. Raises InputError for fewer than 4 worlds.
    """
    if batch < 4 or not 0 < confidence < 1:
        raise InputError(
            where="voluntary", needed="4 worlds or more, and a confidence between 0 and 1", found=f"{batch}"
        )
    ruled = institution(world)
    one = rollout(ruled, policy, key, steps=steps, batch=batch)
    other = rollout(world, policy if without is None else without, key, steps=steps, batch=batch)
    old = [ruled.index(player) for player in world.players]
    rewards = [np.asarray(p.base + p.transfer + p.care, float) for p in (one, other)]
    paired = rewards[0][:, old] - rewards[1]
    half = student(confidence, batch - 1) * paired.std(axis=0, ddof=1) / np.sqrt(batch)
    return Voluntary(world.players, paired.mean(axis=0), half, batch, confidence)

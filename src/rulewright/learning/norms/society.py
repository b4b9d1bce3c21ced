"""Spurious normativity, after Köster et al. 2022 (PNAS), reduced, non-spatial: the reduction is ours.

N agents meet berries of K types, one of them poisonous, and now and then each other. Each learns for every type whether to eat
it, and for marked and unmarked others whether to punish them. Eating the poisonous berry weakens, after a delay and for a while,
what all berries are worth to the eater, and nothing says why. Eating a *taboo* berry marks the eater at once. Arms:

    none         nothing is taboo
    important    the poisonous berry is
    silly        the poisonous berry is, and one harmless one

    eat with chance σ(a·V(k))          V(k) += α (r − V(k)) on eating;    V(k′) −= α·L·e(k′) for all k′ on being hit
    punish with chance σ(b·Z(m))       Z(m) += β (x − Z(m)),  x = bonus − cost if marked, −misdirected if not
                                       Z(1 − m) moves by a share of that (generalisation; 0 in the first reduction)

e is an eligibility trace over berries eaten; a hit costs its target L at once. So punishment turns a late, hidden harm into an
early one that is easy to attribute. Poison eaten while an earlier one still waits or works adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import pytree

ARMS: dict[str, tuple[float, float]] = {"none": (0.0, 0.0), "important": (1.0, 0.0), "silly": (1.0, 1.0)}
"""{arm: (whether the poisonous berry is taboo, whether a harmless one is)}."""
POISON, HARMLESS = 0, 1
AGENTS, TYPES, BINS = 8, 7, 40
AT_ONCE = 128


@pytree
class Society:
    """Numbers of the model; float32, scalars or batches. Rewards in units of one berry, times in steps."""

    see: jax.Array
    """Chance of coming upon a berry, per step."""
    meet: jax.Array
    """Chance of meeting somebody, per step."""
    weak: jax.Array
    """What a berry is worth to the poisoned."""
    delay: jax.Array
    """From eating poison until it works."""
    duration: jax.Array
    """How long it works."""
    mark: jax.Array
    """How long a mark stays."""
    loss: jax.Array
    """L: what a hit costs its target."""
    cost: jax.Array
    """What punishing costs, whoever is hit."""
    bonus: jax.Array
    """What punishing a marked one brings."""
    misdirected: jax.Array
    """What punishing an unmarked one costs."""
    eat_rate: jax.Array
    """α."""
    zap_rate: jax.Array
    """β."""
    eat_slope: jax.Array
    """a."""
    zap_slope: jax.Array
    """b."""
    zap_start: jax.Array
    """Z at the start."""
    trace: jax.Array
    """What is left of e after a step."""
    spill: jax.Array
    """Share of what is learned about the marked that is taken to hold for the unmarked, and the other way round."""


REDUCED: dict[str, float] = {
    "see": 0.3, "meet": 0.05, "weak": 0.25, "delay": 60, "duration": 100, "mark": 60, "loss": 4, "cost": 0.3, "bonus": 1.2,
    "misdirected": 2, "eat_rate": 0.003, "zap_rate": 0.0008, "eat_slope": 3, "zap_slope": 8, "zap_start": -0.25, "trace": 0.95,
    "spill": 0,
}  # fmt: skip
"""The numbers of the first reduction."""
FOUND: dict[str, float] = {
    "see": 0.3, "meet": 0.3, "weak": 0.06, "delay": 60, "duration": 100, "mark": 14, "loss": 2.8, "cost": 0.15, "bonus": 0.75,
    "misdirected": 3.2, "eat_rate": 0.017, "zap_rate": 0.005, "eat_slope": 5.4, "zap_slope": 8.6, "zap_start": -0.47, "trace": 0.8,
    "spill": 0.57,
}  # fmt: skip
"""Numbers that a search found (960 settings in two rounds, 2 seeds each, seed 1), rounded: collective return crosses under them."""


def society(**given: Any) -> Society:
    """A society at `REDUCED` but for what is given: numbers or arrays [setting], broadcast. Raises InputError."""
    for name in given:
        if name not in REDUCED:
            raise InputError(where="society", needed=f"one of {', '.join(REDUCED)}", found=repr(name))
    return Society(
        *map(jnp.asarray, np.broadcast_arrays(*(np.asarray(x, np.float32) for x in (REDUCED | given).values())))
    )


@pytree
class Course:
    """Per bin of time, sums over agents per step (A, B, E, F) or shares (C, D): the measures of the paper; float32 [..., bin]."""

    a: jax.Array
    """Misdirected punishing: hits on unmarked, per step."""
    b: jax.Array
    """Punishments of marked, per step."""
    c: jax.Array
    """Share of agents marked."""
    d: jax.Array
    """Share of agents poisoned."""
    e: jax.Array
    """Taboo berries eaten, per step: poisonous and the harmless one that is taboo under the silly rule."""
    f: jax.Array
    """Collective return per step: all rewards, costs of punishment included."""


@pytree
class _Minds:
    value: jax.Array
    zap: jax.Array
    trace: jax.Array
    until: jax.Array
    """Poison eaten before this step adds nothing; it works in the last `duration` steps before it."""
    marked: jax.Array
    """Marked until this step."""


def _step(key: jax.Array, t: jax.Array, minds: _Minds, taboo: jax.Array, s: Society) -> tuple[_Minds, jax.Array]:
    u = jax.random.uniform(key, (6, AGENTS))
    types = jnp.arange(TYPES)
    kind = (u[1] * TYPES).astype(jnp.int32)
    met = (kind[:, None] == types).astype(jnp.float32)  # [agent, type]
    poisoned = (t < minds.until) & (t >= minds.until - s.duration)
    eats = (u[0] < s.see) & (u[2] < jax.nn.sigmoid(s.eat_slope * (minds.value * met).sum(axis=1)))
    eaten = met * eats[:, None]
    worth = jnp.where(poisoned, s.weak, 1.0)
    value = minds.value + s.eat_rate * eaten * (worth[:, None] - minds.value)
    trace = s.trace * minds.trace + eaten
    poison = eaten[:, POISON] > 0
    until = jnp.where(poison & (t >= minds.until), t + s.delay + s.duration, minds.until)
    breaks = eaten @ taboo > 0
    marked = jnp.where(breaks, t + s.mark, minds.marked)
    # who meets whom: i meets i + 1 + (something below N − 1), modulo N
    step = 1 + (u[4] * (AGENTS - 1)).astype(jnp.int32)
    other = ((jnp.arange(AGENTS) + step) % AGENTS)[:, None] == jnp.arange(AGENTS)  # [agent, target]
    shown = (other & (t < marked)[None, :]).any(axis=1)
    z = jnp.where(shown, minds.zap[:, 1], minds.zap[:, 0])
    zaps = (u[3] < s.meet) & (u[5] < jax.nn.sigmoid(s.zap_slope * z))
    gets = jnp.where(shown, s.bonus - s.cost, -s.misdirected)
    moved = s.zap_rate * zaps * (gets - z)
    share = jnp.stack([jnp.where(shown, s.spill, 1.0), jnp.where(shown, 1.0, s.spill)], axis=1)
    hits = (other & zaps[:, None]).sum(axis=0).astype(jnp.float32)
    value = value - s.eat_rate * s.loss * hits[:, None] * trace
    after = _Minds(value, minds.zap + moved[:, None] * share, trace, until, marked)
    returns = (eats * worth).sum() + (zaps * gets).sum() - s.loss * hits.sum()
    broken = eaten[:, POISON].sum() + eaten[:, HARMLESS].sum() * taboo[HARMLESS]
    now = jnp.stack(
        [
            (zaps & ~shown).sum().astype(jnp.float32),
            (zaps & shown).sum().astype(jnp.float32),
            (t < marked).mean(),
            poisoned.mean(),
            broken,
            returns,
        ]
    )
    return after, now


def live(key: jax.Array, arm: jax.Array, s: Society, steps: int) -> Course:
    """One society for `steps` steps, in `BINS` bins. arm: float32 [2], as in `ARMS`."""
    taboo = jnp.zeros(TYPES).at[POISON].set(arm[0]).at[HARMLESS].set(arm[1])
    nobody = jnp.full(AGENTS, -1.0)
    start = _Minds(
        jnp.zeros((AGENTS, TYPES)), jnp.full((AGENTS, 2), 1.0) * s.zap_start, jnp.zeros((AGENTS, TYPES)), nobody, nobody
    )
    length = steps // BINS

    def period(minds: _Minds, number: jax.Array) -> tuple[_Minds, jax.Array]:
        def one(inside: tuple, t: jax.Array) -> tuple[tuple, None]:
            minds, total = inside
            after, now = _step(jax.random.fold_in(key, t), t.astype(jnp.float32), minds, taboo, s)
            return (after, total + now), None

        (minds, total), _ = jax.lax.scan(one, (minds, jnp.zeros(6)), number * length + jnp.arange(length))
        return minds, total / length

    _, bins = jax.lax.scan(period, start, jnp.arange(BINS))
    return Course(*jnp.moveaxis(bins, -1, 0))


@partial(jax.jit, static_argnames=("seeds", "steps"))
def _sweep(key: jax.Array, arms: jax.Array, settings: Society, seeds: int, steps: int) -> Course:
    keys = jax.random.split(key, seeds)
    over_seeds = jax.vmap(lambda k, arm, s: live(k, arm, s, steps), in_axes=(0, None, None))
    over_arms = jax.vmap(over_seeds, in_axes=(None, 0, None))
    found = jax.lax.map(lambda s: over_arms(keys, arms, s), settings, batch_size=AT_ONCE)
    return jax.tree.map(lambda x: jnp.swapaxes(x, 0, 1), found)


def societies(
    settings: Society,
    *,
    arms: Mapping[str, tuple[float, float]] = ARMS,
    seeds: int = 6,
    seed: int = 1,
    steps: int = 60_000,
) -> Course:
    """Every arm × setting × seed in one compiled call: [arm, setting, seed, bin]. Same arguments, same bytes.

    settings: scalars or batches [setting]. Random numbers are shared between arms and settings. Raises InputError for fewer steps
    than bins.
    """
    if steps < BINS or steps % BINS:
        raise InputError(where="societies", needed=f"a number of steps that {BINS} bins divide", found=str(steps))
    flat = jax.tree.map(jnp.atleast_1d, settings)
    count = max(int(getattr(flat, f.name).shape[0]) for f in fields(flat))
    batch = jax.tree.map(lambda x: jnp.broadcast_to(x, (count,)), flat)
    return _sweep(jax.random.key(seed), jnp.array(list(arms.values())), batch, seeds, steps)

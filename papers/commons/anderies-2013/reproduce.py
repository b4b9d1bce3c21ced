"""Anderies, Janssen, Lee & Wasserman 2013, Ecological Economics 87: upstream, downstream, and a canal that both must keep up.

Run `python papers anderies-2013` for the table; everything here uses public names of rulewright only. Players are scripted or
selfish best responders, never the people of the experiment.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.irrigation import (
    MOST_TOKENS,
    Access,
    Irrigation,
    best_net,
    capacity,
    most_tokens,
    tokens,
    treatment,
)
from rulewright.learning.worlds.irrigators import SELFISH_GATE, Reciprocal, Settled

WATER = (250, 500, 750, 1000, 1250, 1500)
KEPT = (46, 52, 56, 59, 62, 66)
"""Least efficiencies at which the canal carries 5, 10, … 30 cubic feet a second: `WATER` in 50 seconds."""
RULES = {
    "no rule": Access(),
    "rotation": Access("rotation"),
    "random order": Access("random"),
    "equal quota": Access(quota=300),
    "random order and quota": Access("random", quota=300),
}
STEADY, SHARE = 66, 5
KEY = jax.random.key(2013)


@cache
def shares(rule: str) -> np.ndarray:
    """[efficiency, order, player]: tokens when all open their gates for themselves; one order, or all 120 of them."""
    world = RULES[rule].wrap(Irrigation())
    orders = list(permutations(range(5))) if rule.startswith("random") else [tuple(range(5))]
    state = world.reset(KEY)

    def earned(efficiency: jax.Array, turn: jax.Array) -> jax.Array:
        open_now = replace(state, efficiency=efficiency, phase=jnp.int32(1), turn=turn)
        return world.step(KEY, open_now, jnp.full(5, MOST_TOKENS + 1 + SELFISH_GATE)).base

    many = jax.jit(jax.vmap(jax.vmap(earned, (None, 0)), (0, None)))
    return np.asarray(many(jnp.arange(101), jnp.array(orders)))


def greedy(efficiency: int) -> np.ndarray:
    return shares("no rule")[efficiency, 0]


@cache
def equilibria(rule: str) -> tuple[np.ndarray, np.ndarray]:
    """(investments [equilibrium, player], tokens by total investment [total, player]) of one round from the steady efficiency.

    Players know the rule, not the lot; they open their gates for themselves, and put in what is best given the others.
    """
    got = shares(rule).mean(axis=1)[np.minimum(100, STEADY - 25 + np.arange(51))]  # [total, player]
    profiles = np.indices((11,) * 5).reshape(5, -1).T
    total, still = profiles.sum(axis=1), np.ones(len(profiles), bool)
    for i in range(5):
        here = got[total, i] - profiles[:, i]
        for other in range(11):
            still &= here >= got[total - profiles[:, i] + other, i] - other - 1e-6
    return profiles[still], got


def keeping(rule: str) -> int:
    """How many of those equilibria keep the canal at its steady efficiency."""
    found, _ = equilibria(rule)
    return int((found.sum(axis=1) >= 5 * SHARE).sum())


def least_refund(rule: str) -> float:
    """The least part of every token put in that a contract must pay back so that 5 each is an equilibrium of the round.

    The others pay it in even parts, which nobody can change by what it does itself. Putting in k less saves (1 − r)·k and loses
    what the player then gets less of; putting in more brings nothing, since the river carries no more.
    """
    got = shares(rule).mean(axis=1)[np.minimum(100, STEADY - 25 + np.arange(51))]
    lost = got[5 * SHARE] - got[5 * SHARE - np.arange(1, SHARE + 1)]  # [k, player]
    assert not (got[5 * SHARE + 1 : 5 * SHARE + 6] > got[5 * SHARE]).any()
    return float((1 - lost / np.arange(1, SHARE + 1)[:, None]).max())


@cache
def reciprocators(rule: str, shocks: str, fast: bool) -> float:
    """Net tokens of all in twenty rounds of players who put in 5 as long as their last five rounds brought as much."""
    world = RULES[rule].wrap(treatment(shocks))
    batch = (16 if fast else 4_000) if rule.startswith("random") else 1
    return float(rollout(world, Reciprocal(), KEY, batch=batch).base.sum(axis=1).mean())


def settled(invest: int, gate: int) -> float:
    """Net tokens of all per round, in rounds 2 to 20."""
    long, short = (float(rollout(Irrigation(rounds=n), Settled(invest, gate), KEY).base.sum()) for n in (20, 1))
    return (long - short) / 19


@cache
def steady_maximum() -> int:
    carried = np.minimum(np.asarray(capacity(np.arange(101))), 30)
    return 50 - 25 + max(most_tokens(50 * int(flow)) for flow in carried)


CLAIMS = {
    **{f"group maximum from {w}": lambda fast, w=w: most_tokens(w) for w in WATER},
    **{f"head-first greed at {w}": lambda fast, e=e: float(greedy(e).sum()) for w, e in zip(WATER, KEPT, strict=True)},
    "last two players at 1500 under greed": lambda fast: float(greedy(66)[3:].sum()),
    "most tokens of one player": lambda fast: int(tokens(np.arange(1_251)).max()),
    "least efficiency that carries 30": lambda fast: int((np.asarray(capacity(np.arange(101))) < 30).sum()),
    "best steady net per round": lambda fast: steady_maximum(),
    "played: all put in 5 and take 300": lambda fast: settled(5, 6),
    "played: nobody puts in anything": lambda fast: settled(0, SELFISH_GATE),
    **{f"best plan, {name}": lambda fast, name=name: plan(name) for name in ("stable", "T1", "T2", "T3", "T4")},
    **{f"equilibria of a round that keep the canal, {rule}": lambda fast, r=rule: keeping(r) for rule in RULES},
    **{f"least refund on investment, {rule}": lambda fast, r=rule: least_refund(r) for rule in RULES},
    **{f"reciprocators, {rule}": lambda fast, r=rule: reciprocators(r, "stable", fast) for rule in RULES},
    **{f"reciprocators under T2, {rule}": lambda fast, r=rule: reciprocators(r, "T2", fast) for rule in RULES},
}


def plan(name: str) -> float:
    world = treatment(name)
    return float(best_net(degradation=world.degradation, supply=world.supply))


if __name__ == "__main__":
    for shocks in ("stable", "T1", "T2", "T3", "T4"):
        for rule in RULES:
            print(f"{shocks}, {rule}: {reciprocators(rule, shocks, False):.1f} of {plan(shocks):.0f}")

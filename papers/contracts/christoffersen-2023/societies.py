"""The worlds of the comparison, small enough for two cores: what is seen and charged in each, and how learners learn there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp

from rulewright.game import library
from rulewright.learning.grid import Map, View
from rulewright.learning.institutions import Charge, ContractSpace, action_space, cleaning_space, harvest_space
from rulewright.learning.learners import IPPO, Network
from rulewright.learning.policy import Policy
from rulewright.learning.study import episodes
from rulewright.learning.world import Turn, World, Wrapper, pytree
from rulewright.learning.worlds.cleanup import clean_up
from rulewright.learning.worlds.cleanup_players import Split
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.harvest import harvest
from rulewright.learning.worlds.harvest_players import restrained
from rulewright.learning.worlds.repeated import Repeated


@pytree
class Weighed(Wrapper):
    """A world in which everybody weighs what the world pays the others: with weight 1, one controller for all."""

    inner: World
    weight: jax.Array

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        return replace(turn, care=turn.care + self.weight * (turn.base.sum() - turn.base))


@dataclass(frozen=True)
class Society:
    """One world, the contracts offered in it, and the learners."""

    world: World
    space: ContractSpace
    offers: int
    gift: float
    """Size of a gift."""
    learner: IPPO
    updates: int
    episodes: int
    """Of frozen play, per seed."""
    optimum: float | None
    """Of all players together in one episode, where it is known."""
    note: str = ""
    seeds: int = 8
    players: tuple[Policy, ...] = ()
    """Scripted ones, the best of whom stands for the optimum where that is not known."""

    def scripted(self) -> float:
        """What the best of the scripted players get in all; −∞ where there are none."""
        found = [episodes(self.world, one, seeds=4, episodes=32).total.mean() for one in self.players]
        return float(max(found, default=-float("inf")))


def ippo(worlds: int, steps: int, hidden: tuple[int, ...] = (32,), **more: Any) -> IPPO:
    return IPPO(
        worlds=worlds, steps=steps, minibatches=2, network=Network(hidden), **{"gamma": 1.0, "rate": 3e-3, **more}
    )


ORCHARD = Map(
    (
        "WWWWWWWWW",
        "W   A   W",
        "W  AAA  W",
        "W AAAAA W",
        "W  AAA  W",
        "W   A   W",
        "WP P P PW",
        "WWWWWWWWW",
    ),
    (("W", "wall"), ("A", "apple"), ("P", "spawn")),
)
BROOK = Map(
    (
        "WWWWWWW",
        "WdddddW",
        "WdddddW",
        "WP P PW",
        "W     W",
        "WaaaaaW",
        "WaaaaaW",
        "WWWWWWW",
    ),
    (("W", "wall"), ("h", "river"), ("d", "soiled"), ("a", "tree"), ("P", "spawn")),
)
HALF = Fraction(1, 2)


def societies() -> dict[str, Society]:
    """By name."""
    dilemma, hunt = library.prisoners(), library.symmetric(4, 0, 3, 3)
    goods = library.public_goods(3)
    fine = action_space("defect", Fraction(9, 2))
    short = ippo(32, 10, endless=False, entropy=0.02)  # the last round is the end
    near = View(3, 3, 5, 1)
    return {
        "prisoner's dilemma": Society(Repeated.of(dilemma, 5), fine, 4, 1.0, short, 300, 128, 30, seeds=6),
        "stag hunt": Society(Repeated.of(hunt, 5), fine, 4, 1.0, short, 300, 128, 40, "“defect” is the hare", 6),
        "public goods": Society(
            Repeated.of(goods, 5), action_space("keep", 1), 6, 0.25, short, 300, 256, 5 * 3 * 1.6, seeds=6
        ),
        "fishery": Society(
            Fishery(),
            ContractSpace(Charge("catch", rate=-1, free=10), 0, 2, "tax on tons above 10"),
            6,
            1.0,
            ippo(16, 24, scale=0.05, rate=2e-3, entropy=0.03, endless=False),
            300,
            256,
            650,
            seeds=4,
        ),
        "harvest": Society(
            harvest(ORCHARD, 3, regrowth=(0.0, 0.01, 0.02, 0.05), steps=150, view=near),
            harvest_space(below=3, high=2),
            5,
            0.25,
            ippo(16, 75, (64,), gamma=0.99, rate=2e-3, entropy=0.02),
            120,
            96,
            None,
            "8 × 9 cells, 13 apples, 3 players, 150 steps; rates of regrowth are ours",
            seeds=3,
            players=tuple(restrained(k, 3) for k in range(5)),
        ),
        "clean-up": Society(
            clean_up(3, map=BROOK, most=0.1, rate=0.3, delay=0, steps=150, view=near),
            cleaning_space(high=2),
            5,
            0.25,
            ippo(16, 75, (64,), gamma=0.99, rate=2e-3, entropy=0.02),
            120,
            96,
            None,
            "8 × 7 cells, 10 river cells, 10 trees, 3 players, 150 steps; rates are ours",
            seeds=3,
            players=tuple(Split(k, share) for k in (1, 2, 3) for share in (0.0, 0.05, 0.15, 0.25)),
        ),
    }


def weighed(world: World, weight: float) -> World:
    return Weighed(world, jnp.float32(weight))

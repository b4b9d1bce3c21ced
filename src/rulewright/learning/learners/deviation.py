"""Best-response test: one player is trained against a population that stays as it is; what does it gain?

    gain_s = E[own reward | trained deviator of seed s] − E[own reward | population]

A gain that is found is a lower bound of the best one: a population that passes was searched, not proved. The interval is over
seeds of training (Student's t, 95 %); both arms of one seed are played with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import numpy as np

from ...behaviour.estimation.confidence import mean
from ...errors import InputError
from ..policy import Policy
from ..rollout import Played, rollout
from ..world import World
from .train import train


@dataclass(frozen=True, eq=False)
class Deviation:
    """What one trained deviator gained, per episode, in the units of its reward."""

    player: str
    gains: np.ndarray[Any, Any]
    """[seed]."""
    before: np.ndarray[Any, Any]
    """[seed]: own reward in the population."""
    after: np.ndarray[Any, Any]
    others: np.ndarray[Any, Any]
    """[seed]: change of what all others got together."""
    low: float
    """Of the mean gain, 95 %."""
    high: float
    episodes: int
    """Per seed and arm."""
    policies: tuple[Policy, ...] = field(repr=False)
    """Per seed: the population with the deviator in it."""

    @property
    def gain(self) -> float:
        """Mean over seeds."""
        return float(self.gains.mean())

    def __str__(self) -> str:
        n = len(self.gains)
        return (
            f"{self.player} gains {self.gain:.4g} an episode by deviating (95 % interval {self.low:.4g} to {self.high:.4g}, "
            f"n = {n} seeds of training, {self.episodes} episodes each): searched, not proved"
        )


def deviation(
    world: World,
    population: Policy,
    player: str | int,
    learner: Any,
    steps: int,
    key: jax.Array,
    *,
    seeds: int = 4,
    episodes: int = 64,
    tell: Callable[[str], None] | None = None,
) -> Deviation:
    """Train `learner` as `player` of `world` for `steps` environment steps per seed, while the others follow `population`.

    learner: any with the fields `players` and `others` (IPPO, PolicyGradient, TabularQ, DeepQ). Raises InputError: unknown player,
    fewer than two seeds (no interval).
    """
    at = world.index(player)
    if seeds < 2 or episodes < 1:
        raise InputError(where="deviation", needed="two seeds or more, for an interval", found=str(seeds))
    alone = replace(learner, players=(at,), others=population)
    k_train, k_play = jax.random.split(key)
    trained = train(world, alone, steps, k_train, seeds=seeds, tell=tell)
    policies = tuple(trained.policy(seed) for seed in range(seeds))
    keys = jax.random.split(k_play, seeds)
    before = [_own(rollout(world, population, k, batch=episodes, once=True)) for k in keys]
    after = [
        _own(rollout(world, policy, k, batch=episodes, once=True)) for policy, k in zip(policies, keys, strict=True)
    ]
    one, two = np.stack(before), np.stack(after)  # [seed, player]
    gains = two[:, at] - one[:, at]
    rest = np.delete(two - one, at, axis=1).sum(axis=1)
    within = mean(gains)
    return Deviation(
        world.players[at], gains, one[:, at], two[:, at], rest, within.low, within.high, episodes, policies
    )


def _own(played: Played) -> np.ndarray[Any, Any]:
    """[player]: mean reward of one episode each, in float64."""
    return np.asarray(played.base + played.transfer + played.care, dtype=float).mean(axis=0)

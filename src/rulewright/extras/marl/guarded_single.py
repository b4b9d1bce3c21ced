"""A Gymnasium environment under a guard: one agent, and a step is a period of the charter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...guard import Guard, Verdict
from ..foreign import Foreign
from ..needs import needs
from .guarded_parallel import GuardedParallel

_gym = needs("gymnasium", "a guard in a Gymnasium environment")


class _One:
    """A Gymnasium environment as a parallel one with a single agent."""

    def __init__(self, env: Any, agent: Any) -> None:
        self.env, self.agent = env, agent
        self.possible_agents, self.agents = [agent], [agent]

    def observation_space(self, agent: Any) -> Any:
        return self.env.observation_space

    def action_space(self, agent: Any) -> Any:
        return self.env.action_space

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict, dict]:
        self.agents = [self.agent]
        observation, info = self.env.reset(seed=seed, options=options)
        return {self.agent: observation}, {self.agent: info}

    def step(self, actions: dict[Any, Any]) -> tuple[dict, ...]:
        found = self.env.step(actions[self.agent])
        if found[2] or found[3]:
            self.agents = []
        return tuple({self.agent: each} for each in found)

    def close(self) -> None:
        self.env.close()


class GuardedSingle(_gym.Wrapper):  # type: ignore[misc, name-defined]
    """See `guarded`."""

    def __init__(self, env: Any, game: Foreign, guard: Guard) -> None:
        super().__init__(env)
        self.agent = game.agents[0]
        self._inside = GuardedParallel(replace(game, env=_One(env, self.agent)), guard)
        self.guard, self.desk = guard, self._inside.desk

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict]:
        observations, infos = self._inside.reset(seed=seed, options=options)
        return observations[self.agent], infos[self.agent]

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict]:
        if isinstance(action, np.ndarray) and self.desk.game.listed[0]:
            action = action.item()
        observation, reward, ended, cut, info = (each[self.agent] for each in self._inside.step({self.agent: action}))
        return observation, float(reward), bool(ended), bool(cut), info

    def appeal(self, entry: int, grounds: str) -> int:
        """Appeals against a sanction, by its number in infos; number of the appeal."""
        return self.desk.appeal(self.agent, entry, grounds)

    def say(self, hearers: Sequence[str], text: str) -> Verdict:
        """A message before the next step."""
        return self.desk.say(self.agent, hearers, text)

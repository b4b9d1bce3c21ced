"""A world as a PettingZoo parallel environment (Terry et al. 2021, NeurIPS): all agents act at once, dictionaries by agent.

Everybody enters at the start and leaves at the end: `terminations` where the world ended by its own rules, `truncations` where
time was up. Rewards are base + transfer + care, and infos hold the three apart, the fund, the mask and the events in words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ...game.events import Kind
from ...learning.world import World
from ..needs import needs
from .host import Host
from .spaces import checked, seen, space

_zoo = needs("pettingzoo", "PettingZoo environments")
_spaces = needs("gymnasium.spaces", "PettingZoo environments")


class Parallel(_zoo.ParallelEnv):  # type: ignore[misc]
    """See `to_pettingzoo`."""

    def __init__(
        self,
        world: World,
        seed: int = 0,
        *,
        observations: str = "flat",
        mask: str = "infos",
        unavailable: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        if mask not in ("infos", "observations"):
            raise InputError(where="mask", needed="infos or observations", found=repr(mask))
        if render_mode not in (None, "rgb_array"):
            raise InputError(where="render mode", needed="rgb_array, or None", found=repr(render_mode))
        self.world, self.render_mode = world, render_mode
        self._way, self._masked = checked(observations), mask == "observations"
        self._host = Host(world, seed, unavailable)
        self._host.reset()  # shapes are seen, not promised; the first reset gives another episode
        self.possible_agents = list(self._host.agents)
        self.agents: list[str] = []
        self.metadata = {
            "name": type(world).__name__.lower(),
            "render_modes": ["rgb_array"],
            "render_fps": 8,
            "is_parallelizable": True,
        }
        self._actions = {a: _spaces.Discrete(k) for a, k in zip(self._host.agents, world.action_counts, strict=True)}
        self._observations = {agent: self._space(i) for i, agent in enumerate(self._host.agents)}
        size = self._host.vector().size
        self.state_space = _spaces.Box(-np.inf, np.inf, (size,), np.float32)

    def _space(self, i: int) -> Any:
        inner = space(self._host, self._way)
        if not self._masked:
            return inner
        mask = _spaces.Box(0, 1, (self.world.action_counts[i],), np.int8)
        return _spaces.Dict({"observation": inner, "action_mask": mask})

    # ── what institutions of the house read (see `extras.foreign`) ──────────────────────────────────────────────

    @property
    def players(self) -> tuple[str, ...]:
        """The agents as institutions call them."""
        return self.world.players

    @property
    def action_labels(self) -> tuple[tuple[str, ...], ...]:
        return self.world.actions

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return self.world.kinds

    @property
    def codes(self) -> tuple[Any, ...]:
        """Of each kind in order: int [player], [actor, target] or []; what happened in the last step."""
        if self._host.turn is None:
            raise InputError(where="events", needed="a step", found="none yet", remedy="Call step() first.")
        return self._host.turn.events.codes

    # ── what PettingZoo asks ────────────────────────────────────────────────────────────────────────────────────

    def observation_space(self, agent: str) -> Any:
        return self._observations[agent]

    def action_space(self, agent: str) -> Any:
        return self._actions[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict, dict]:
        """({agent: observation}, {agent: info}). With a seed, always the same episodes from then on; no options are known."""
        del options
        if seed is not None:
            self._host.seed(seed)
        self._host.reset()
        self.agents = self.possible_agents[:]
        return self._seen(), self._infos()

    def step(self, actions: dict[str, Any]) -> tuple[dict, dict, dict, dict, dict]:
        """(observations, rewards, terminations, truncations, infos) by agent."""
        if not self.agents:
            raise InputError(where="step", needed="an episode that is running", found="none", remedy="Call reset().")
        if set(actions) != set(self.agents):
            raise InputError(
                where="step",
                needed=f"an action of each of {', '.join(self.agents)}, and of nobody else",
                found=", ".join(map(str, actions)) or "none",
            )
        self._host.step([actions[agent] for agent in self._host.agents])
        turn = self._host.turn
        assert turn is not None
        observations, infos, reward = self._seen(), self._infos(), turn.reward
        rewards = {agent: float(reward[i]) for i, agent in enumerate(self._host.agents)}
        terminations = dict.fromkeys(self.agents, bool(turn.terminated))
        truncations = dict.fromkeys(self.agents, bool(turn.truncated))
        if not self._host.running:
            self.agents = []
        return observations, rewards, terminations, truncations, infos

    def state(self) -> Any:
        """float32 [·] within `state_space`: the whole state, what rules remember included."""
        return self._host.vector()

    def render(self) -> Any:
        """uint8 [height, width, 3] where frames were asked for, else None."""
        return self._host.frame() if self.render_mode == "rgb_array" else None

    def close(self) -> None:
        """Nothing is held."""

    def _seen(self) -> dict[str, Any]:
        found = {agent: seen(self._host.look, i, self._way) for i, agent in enumerate(self._host.agents)}
        if not self._masked:
            return found
        return {
            agent: {"observation": found[agent], "action_mask": self._host.mask(i)}
            for i, agent in enumerate(self._host.agents)
        }

    def _infos(self) -> dict[str, Any]:
        return {agent: self._host.info(i) for i, agent in enumerate(self._host.agents)}

"""One player's view of a world as a Gymnasium environment; the others act by a policy.

What a learner finds in it is a best response to them: the test of whether a population is at an equilibrium.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ...learning.policy import Policy
from ...learning.world import World
from ..needs import needs
from .host import Host
from .spaces import checked, seen, space

_gym = needs("gymnasium", "Gymnasium environments")


class Single(_gym.Env):  # type: ignore[misc]
    """See `to_gymnasium`."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 8}  # noqa: RUF012 — theirs is a plain dict

    def __init__(
        self,
        world: World,
        player: str | int,
        others: Policy,
        seed: int = 0,
        *,
        observations: str = "flat",
        unavailable: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        if not isinstance(others, Policy):
            raise InputError(where="others", needed="a policy, Uniform() say", found=type(others).__name__)
        if render_mode not in (None, "rgb_array"):
            raise InputError(where="render mode", needed="rgb_array, or None", found=repr(render_mode))
        self.world, self.player, self.others = world, world.index(player), others
        self.render_mode, self._way, self._seed = render_mode, checked(observations), seed
        self._host = Host(world, seed, unavailable)
        self._host.reset()
        self._memory: Any = ()
        self.action_space = _gym.spaces.Discrete(world.action_counts[self.player])
        self.observation_space = space(self._host, self._way)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict]:
        """(observation, info); the first reset without a seed takes the one given at the start."""
        if seed is None and self._np_random is None:
            seed = self._seed
        super().reset(seed=seed, options=options)
        self._host.seed(int(self.np_random.integers(2**31)))
        self._host.reset()
        self._memory = self.others.first(self.world)
        return seen(self._host.look, self.player, self._way), self._host.info(self.player)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict]:
        """(observation, reward, terminated, truncated, info) of the player."""
        if self._np_random is None or not self._host.running:
            raise InputError(where="step", needed="an episode that is running", found="none", remedy="Call reset().")
        mine = self._host.checked(self.player, action)
        actions, self._memory = self._host.decide(self.others, self._memory)
        actions[self.player] = mine
        self._host.step(actions)
        turn = self._host.turn
        assert turn is not None
        return (
            seen(self._host.look, self.player, self._way),
            float(np.asarray(turn.reward)[self.player]),
            bool(turn.terminated),
            bool(turn.truncated),
            self._host.info(self.player),
        )

    def render(self) -> Any:
        """uint8 [height, width, 3] where frames were asked for, else None."""
        return self._host.frame() if self.render_mode == "rgb_array" else None

"""A PettingZoo parallel environment under a guard: a step is a period of the charter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...guard import Guard, Verdict
from ..foreign import Foreign, Happened
from ..foreign.governed import Governed
from ..foreign.words import Booked
from .guarded_desk import Desk


class GuardedParallel(Governed):
    """See `guarded`."""

    def __init__(self, game: Foreign, guard: Guard) -> None:
        super().__init__(game)
        self.guard, self.desk = guard, Desk(game, guard)

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict, dict]:
        self.desk.begin()
        return super().reset(seed=seed, options=options)

    def appeal(self, agent: Any, entry: int, grounds: str) -> int:
        """Appeals against a sanction, by its number in infos; number of the appeal."""
        return self.desk.appeal(agent, entry, grounds)

    def say(self, agent: Any, hearers: Sequence[str], text: str) -> Verdict:
        """A message before the next step; hearers read it in infos, "ledger"."""
        return self.desk.say(agent, hearers, text)

    def step(self, actions: Mapping[Any, Any]) -> tuple[dict, dict, dict, dict, dict]:
        """(observations, rewards, terminations, truncations, infos) by agent; see `Governed.step` and `guarded`."""
        game = self.game
        here = [self._at[agent] for agent in self.env.agents]
        booked = Booked(game.n, np.isin(np.arange(game.n), here))
        self.desk.slips = {}
        inner = self._asked(actions, booked)
        observations, rewards, ended, cut, infos = self.env.step(inner)
        for agent, reward in rewards.items():
            booked.base[self._at[agent]] = float(reward)
        self._read(Happened(self._before, inner, observations, rewards, infos), booked)
        for i in here:
            self.desk.came(i, booked.codes, float(booked.base[i]), i == here[0])
        booked.transfer += self.desk.settle({i: float(booked.base[i]) for i in here})
        booked.fund = 0.0 - float(booked.transfer.sum())
        self._keep(booked)
        self.agents = list(self.env.agents)
        observations, infos = self._shown(observations, infos, booked)
        rewards = {agent: float(booked.reward[self._at[agent]]) for agent in rewards}
        return observations, rewards, ended, cut, infos

    def _asked(self, actions: Mapping[Any, Any], booked: Booked) -> dict[Any, Any]:
        """What reaches the environment."""
        inner, acts = {}, np.full(self.game.n, -1)
        for agent in self.env.agents:
            i, own = self._at[agent], self.game.own[self._at[agent]]
            if agent not in actions:
                raise InputError(where="step", needed=f"an action of {agent}", found="none")
            if not self.game.listed[i]:
                self.desk.ask(i, own[0], {"action": np.asarray(actions[agent]).tolist()})
                inner[agent], acts[i] = actions[agent], 0
                continue
            space = self._actions[agent]
            code = int(actions[agent]) - int(space.start)
            if not 0 <= code < len(own):
                raise InputError(
                    where=f"action of {agent}", needed=f"one of {len(own)} actions", found=str(actions[agent])
                )
            acts[i] = own.index(self.desk.ask(i, own[code], {}))
            inner[agent] = int(acts[i]) + int(space.start)
        booked.codes["action"] = acts
        return inner

    def _masks(self, agent: Any) -> list[Any]:
        theirs = self._theirs.get(agent)
        i = self._at[agent]
        below = np.ones(len(self.game.own[i]), bool) if theirs is None else np.asarray(theirs, bool)
        return [below, below & self.desk.mask(i)]

    def _accounts(self, i: int, booked: Booked) -> dict[str, Any]:
        return super()._accounts(i, booked) | self.desk.told(i)

    def close(self) -> None:
        """Closes the environment; the guard is its owner's to close."""
        super().close()

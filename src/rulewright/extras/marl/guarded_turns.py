"""A PettingZoo AEC environment under a guard: agents act in turn, and a period of the charter is a round.

A round ends before an agent acts again that has acted in it already, or leaves, and with the last agent: then transfers are
settled, and arrive with the rewards of the act that ended it, as any reward does that an AEC agent is given between its turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.events import told
from ...guard import Guard, Verdict
from ..foreign import Foreign, Happened
from ..foreign.governed import Governed
from ..foreign.words import Booked
from ..needs import needs
from .guarded_desk import Desk

_wrappers = needs("pettingzoo.utils.wrappers", "environments under a guard")


class GuardedTurns(_wrappers.BaseWrapper):  # type: ignore[misc, name-defined]
    """See `guarded`."""

    def __init__(self, env: Any, game: Foreign, guard: Guard) -> None:
        super().__init__(env)
        self.game, self.guard, self.desk = game, guard, Desk(game, guard)
        self.at = {agent: i for i, agent in enumerate(game.agents)}
        self.rewards: dict[Any, float] = {}
        self._cumulative_rewards: dict[Any, float] = {}
        self.infos: dict[Any, dict[str, Any]] = {}
        self.acted: set[Any] = set()
        """Who has acted in this round."""
        self.base = np.zeros(game.n)
        self._notes: dict[Any, dict[str, Any]] = {}
        self._accounts: dict[Any, Any] = {}

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """A new episode; the environment stands at the first agent's turn."""
        self.desk.begin()
        self.env.reset(seed=seed, options=options)
        self.acted, self.base = set(), np.zeros(self.game.n)
        self.rewards = {agent: float(amount) for agent, amount in self.env.rewards.items()}
        self._cumulative_rewards = dict.fromkeys(self.env.agents, 0.0)
        self._notes, self._accounts = {}, {}
        self._tell()

    def observe(self, agent: Any) -> Any:
        """The observation, with the mask under the rules where it has one."""
        seen = self.env.observe(agent)
        if isinstance(seen, dict) and "action_mask" in seen and self.game.listed[self.at[agent]]:
            mask = np.asarray(seen["action_mask"])
            return {**seen, "action_mask": (mask.astype(bool) & self.desk.mask(self.at[agent])).astype(mask.dtype)}
        return seen

    def appeal(self, agent: Any, entry: int, grounds: str) -> int:
        """Appeals against a sanction, by its number in infos; number of the appeal."""
        return self.desk.appeal(agent, entry, grounds)

    def say(self, agent: Any, hearers: Sequence[str], text: str) -> Verdict:
        """A message before the next act; hearers read it in infos, "ledger"."""
        return self.desk.say(agent, hearers, text)

    def step(self, action: Any) -> None:
        """One agent's act. Raises InputError for one that the rules do not allow while none is named to be done instead."""
        agent = self.env.agent_selection
        if self.env.terminations[agent] or self.env.truncations[agent]:
            self.env.step(action)
            self._cumulative_rewards.pop(agent, None)
            self._accounts.pop(agent, None)
            self.rewards = dict.fromkeys(self.env.agents, 0.0)
            self._tell()
            return
        i = self.at[agent]
        before = {agent: self.env.observe(agent)}
        done, code = self._asked(agent, i, action)
        self._cumulative_rewards[agent] = 0.0
        self.env.step(done)
        self.acted.add(agent)
        gained = {each: float(amount) for each, amount in self.env.rewards.items()}
        for each, amount in gained.items():
            self.base[self.at[each]] += amount
        codes = self._codes(i, code, before, agent, done, gained)
        self.desk.came(i, codes, gained.get(agent, 0.0), True)
        events = told(self.game, [codes[kind.name] for kind in self.game.kinds], actor=i)
        self._notes[agent], self._accounts[agent] = {"events": events}, np.zeros(2)
        paid = self._settled()
        self.rewards = {each: amount + float(paid[self.at[each]]) for each, amount in gained.items()}
        for each, amount in self.rewards.items():
            self._cumulative_rewards[each] = self._cumulative_rewards.get(each, 0.0) + amount
            self._accounts[each] = self._accounts.get(each, np.zeros(2)) + np.array([gained[each], paid[self.at[each]]])
        self._tell()

    def _tell(self) -> None:
        """Infos: of everybody the accounts since its own act; of whose turn it is, all that it is told."""
        agent = self.env.agent_selection
        self.infos = {each: dict(info) for each, info in self.env.infos.items()}
        for each, (base, transfer) in self._accounts.items():
            if each in self.infos:
                self.infos[each] |= {"base": float(base), "transfer": float(transfer)}
        i = self.at.get(agent, -1)
        if i < 0 or agent not in self.infos:
            return
        self.infos[agent] |= self._notes.get(agent, {}) | self.desk.told(i)
        if self.game.listed[i]:
            theirs = self.env.infos[agent].get("action_mask")
            mask = self.desk.mask(i)
            self.infos[agent]["action_mask"] = (mask if theirs is None else mask & np.asarray(theirs, bool)).astype(
                np.int8
            )

    def _asked(self, agent: Any, i: int, action: Any) -> tuple[Any, int]:
        """(what reaches the environment, its code)."""
        own, space = self.game.own[i], self.env.action_space(agent)
        if not self.game.listed[i]:
            self.desk.ask(i, own[0], {"action": np.asarray(action).tolist()})
            return action, 0
        start = int(getattr(space, "start", 0))
        if action is None or not 0 <= int(action) - start < len(own):
            raise InputError(where=f"action of {agent}", needed=f"one of {len(own)} actions", found=str(action))
        code = own.index(self.desk.ask(i, own[int(action) - start], {}))
        return code + start, code

    def _codes(self, i: int, code: int, before: Any, agent: Any, done: Any, gained: dict[Any, float]) -> dict[str, Any]:
        """{kind: codes} of this turn; −1 for who did not act in it."""
        booked = Booked(self.game.n, np.arange(self.game.n) == i)
        acts = np.full(self.game.n, -1)
        acts[i] = code
        booked.codes["action"] = acts
        if self.game.events is not None:
            seen = {each: self.env.observe(each) for each in self.env.agents}
            happened = Happened(before, {agent: done}, seen, gained, self.env.infos)
            said = self.game.events(happened)
            reader = Governed.__new__(Governed)
            reader.game, reader._at = self.game, self.at
            for kind in self.game.told:
                if kind.name not in said:
                    raise InputError(where="events", needed=f"codes of “{kind.name}”", found=", ".join(said) or "none")
                booked.codes[kind.name] = reader._codes(kind, said[kind.name], booked)
        return booked.codes

    def _settled(self) -> Any:
        """float [player]: transfers, where this act ended the round."""
        live = [a for a in self.env.agents if not (self.env.terminations[a] or self.env.truncations[a])]
        if live and self.env.agent_selection not in self.acted:
            return np.zeros(self.game.n)
        base, self.base, self.acted = self.base, np.zeros(self.game.n), set()
        return self.desk.settle({i: float(base[i]) for i in range(self.game.n)})

"""An environment under rules, as it is played: actions go down through the rules, rewards come back up and are booked.

In every step transfers and the fund sum to zero. An agent that has left is paid nothing and reads −1 in every code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.events import Kind, told
from ..needs import needs
from .foreign import Foreign, Happened
from .words import Booked, Spoken

_zoo = needs("pettingzoo", "environments under rules")
_spaces = needs("gymnasium.spaces", "environments under rules")


class Governed(_zoo.ParallelEnv):  # type: ignore[misc]
    """See `govern`."""

    def __init__(self, game: Foreign) -> None:
        self.game, self.env = game, game.env
        self.possible_agents = list(game.agents)
        self.agents: list[Any] = []
        self.metadata = getattr(game.env, "metadata", {})
        self.render_mode = getattr(game.env, "render_mode", None)
        if hasattr(game.env, "state_space"):
            self.state_space = game.env.state_space
        self._at = {agent: i for i, agent in enumerate(game.agents)}
        self._actions = {
            agent: game.env.action_space(agent)
            if game.labels[i] is game.own[i]
            else _spaces.Discrete(len(game.labels[i]))
            for i, agent in enumerate(game.agents)
        }
        self._rng = np.random.default_rng(0)
        self._before: dict[Any, Any] = {}
        self._theirs: dict[Any, Any] = {}
        self.ledger = Booked(game.n, np.ones(game.n, bool))
        """Totals of the episode so far: base, transfer, care [player] and fund."""
        self.codes: tuple[Any, ...] = ()
        """Of each kind of the game in order, what happened in the last step."""

    def observation_space(self, agent: Any) -> Any:
        space = self.env.observation_space(agent)
        if not self._shows_mask(space):
            return space
        if agent not in self._seen_spaces:
            mask = _spaces.Box(0, 1, (len(self.game.labels[self._at[agent]]),), np.int8)
            self._seen_spaces[agent] = _spaces.Dict({**space.spaces, "action_mask": mask})
        return self._seen_spaces[agent]

    @property
    def _seen_spaces(self) -> dict[Any, Any]:
        return self.__dict__.setdefault("_spaces_seen", {})

    @staticmethod
    def _shows_mask(space: Any) -> bool:
        return isinstance(space, _spaces.Dict) and "action_mask" in space.spaces

    def action_space(self, agent: Any) -> Any:
        return self._actions[agent]

    # ── play ────────────────────────────────────────────────────────────────────────────────────────────────────

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict, dict]:
        """({agent: observation}, {agent: info}) of a new episode."""
        if seed is not None:
            self._rng = np.random.default_rng(seed)
        observations, infos = self.env.reset(seed=seed, options=options)
        self.agents = list(self.env.agents)
        self.ledger = Booked(self.game.n, np.ones(self.game.n, bool))
        return self._shown(observations, infos, None)

    def step(self, actions: Mapping[Any, Any]) -> tuple[dict, dict, dict, dict, dict]:
        """(observations, rewards, terminations, truncations, infos) by agent.

        Raises InputError for an action that is missing, out of range, or not permitted while none is named to be done instead.
        """
        present = np.isin(np.arange(self.game.n), [self._at[agent] for agent in self.env.agents])
        booked = Booked(self.game.n, present)
        booked.codes = {layer.kind.name: np.array(-1) for layer in self.game.layers if isinstance(layer, Spoken)}
        inner = self._down(actions, booked)
        observations, rewards, ended, cut, infos = self.env.step(inner)
        for agent, reward in rewards.items():
            booked.base[self._at[agent]] = float(reward)
        self._read(Happened(self._before, inner, observations, rewards, infos), booked)
        for layer in self.game.layers:
            layer.settle(booked)
        self._keep(booked)
        self.agents = list(self.env.agents)
        observations, infos = self._shown(observations, infos, booked)
        rewards = {agent: float(booked.reward[self._at[agent]]) for agent in rewards}
        return observations, rewards, ended, cut, infos

    def _down(self, actions: Mapping[Any, Any], booked: Booked) -> dict[Any, Any]:
        """What reaches the environment, with the acts and the messages among the codes."""
        layers, game = self.game.layers, self.game
        acts = np.full(game.n, -1)
        inner: dict[Any, Any] = {}
        waiting: list[tuple[int, int]] = []
        masks = {agent: self._masks(agent) for agent in self.env.agents}
        for agent in self.env.agents:
            i = self._at[agent]
            if agent not in actions:
                raise InputError(where="step", needed=f"an action of {agent}", found="none")
            if not game.listed[i]:
                inner[agent], acts[i] = actions[agent], 0
                continue
            code = self._checked(agent, actions[agent], masks[agent][-1])
            self._pass(i, code, len(layers), booked, acts, waiting)
        booked.codes["action"] = acts
        for depth, i in sorted(waiting, reverse=True):
            code = layers[depth].decide(booked, masks[game.agents[i]][depth], self._rng)
            self._pass(i, code, depth, booked, acts, [])
        start = {agent: int(getattr(self.env.action_space(agent), "start", 0)) for agent in self.env.agents}
        return inner | {a: int(acts[self._at[a]]) + start[a] for a in self.env.agents if a not in inner}

    def _pass(self, i: int, code: int, depth: int, booked: Booked, acts: Any, waiting: list[tuple[int, int]]) -> None:
        for at in reversed(range(depth)):
            below = self.game.layers[at].down(i, code, booked)
            if below is None:
                waiting.append((at, i))
                return
            code = below
        acts[i] = code

    def _checked(self, agent: Any, action: Any, mask: Any) -> int:
        i, space = self._at[agent], self._actions[agent]
        labels, code = self.game.labels[i], int(action) - int(space.start)
        if not 0 <= code < len(labels):
            raise InputError(where=f"action of {agent}", needed=f"one of {len(labels)} actions", found=str(action))
        if mask[code]:
            return code
        other = self.game.otherwise
        if other in labels and mask[labels.index(other)]:
            return labels.index(other)
        raise InputError(
            where=f"action of {agent}",
            needed="a permitted action: " + ", ".join(a for a, free in zip(labels, mask, strict=True) if free),
            found=labels[code],
            remedy="Read the action mask, or name the action to be done instead (otherwise=…).",
        )

    def _masks(self, agent: Any) -> list[Any]:
        """bool [action] below each layer, and last above them all."""
        i = self._at[agent]
        theirs = self._theirs.get(agent)
        masks = [np.ones(len(self.game.own[i]), bool) if theirs is None else np.asarray(theirs, bool)]
        for layer in self.game.layers:
            masks.append(layer.mask(i, masks[-1]))
        if not masks[-1].any():
            raise InputError(
                where=f"permit {agent}",
                needed="an action that both the environment and the rules allow",
                found="none at this step",
                remedy="Permit more actions.",
            )
        return masks

    # ── what is told ────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, happened: Happened, booked: Booked) -> None:
        kinds = [kind for kind in self.game.told if kind.name not in booked.codes]
        if self.game.events is None:
            own = getattr(self.env, "codes", ())
            names = [kind.name for kind in getattr(self.env, "kinds", ())]
            said: Mapping[str, Any] = dict(zip(names, own, strict=False))
        else:
            said = self.game.events(happened)
        for kind in kinds:
            if kind.name not in said:
                raise InputError(where="events", needed=f"codes of “{kind.name}”", found=", ".join(said) or "none")
            booked.codes[kind.name] = self._codes(kind, said[kind.name], booked)
        self.codes = tuple(booked.codes[kind.name] for kind in self.game.kinds)

    def _codes(self, kind: Kind, said: Any, booked: Booked) -> Any:
        shape = {"player": (self.game.n,), "pair": (self.game.n, self.game.n), "world": ()}[kind.among]
        if isinstance(said, Mapping):
            codes = np.zeros(shape, int)
            for who, outcome in said.items():
                codes[self._place(kind, who)] = _code(kind, outcome)
        elif kind.among == "world":
            codes = np.array(_code(kind, said))
        else:
            codes = np.array(said, int)
            if codes.shape != shape or codes.min(initial=0) < -1 or codes.max(initial=0) >= len(kind.outcomes):
                raise InputError(
                    where=f"event {kind.name}",
                    needed=f"codes of shape {shape}, from 0 to {len(kind.outcomes) - 1}",
                    found=f"shape {codes.shape}, from {codes.min(initial=0)} to {codes.max(initial=0)}",
                )
        if kind.among == "player":
            codes = np.where(booked.present, codes, -1)
        return codes

    def _place(self, kind: Kind, who: Any) -> Any:
        places = tuple(self._at.get(w, -1) for w in who) if kind.among == "pair" else (self._at.get(who, -1),)
        if min(places) < 0:
            raise InputError(
                where=f"event {kind.name}", needed=f"agents among {', '.join(map(str, self._at))}", found=str(who)
            )
        return places

    def _keep(self, booked: Booked) -> None:
        self.ledger.base += booked.base
        self.ledger.transfer += booked.transfer
        self.ledger.care += booked.care
        self.ledger.fund += booked.fund

    def _shown(
        self, observations: Mapping[Any, Any], infos: Mapping[Any, Any], booked: Booked | None
    ) -> tuple[dict, dict]:
        """Observations and infos as agents get them; what the environment itself allows is remembered."""
        self._before = dict(observations)
        seen, told_to = dict(observations), {agent: dict(info) for agent, info in infos.items()}
        self._theirs = {}
        for agent, observation in observations.items():
            shows = isinstance(observation, Mapping) and "action_mask" in observation
            theirs = observation["action_mask"] if shows else told_to.get(agent, {}).get("action_mask")
            if theirs is not None:
                self._theirs[agent] = theirs
            if agent not in self.env.agents or not self.game.listed[self._at[agent]]:
                continue
            mask = self._masks(agent)[-1].astype(np.int8)
            told_to.setdefault(agent, {})["action_mask"] = mask
            if shows:
                seen[agent] = {**observation, "action_mask": mask.copy()}
        if booked is not None:
            for agent in told_to:
                told_to[agent] |= self._accounts(self._at[agent], booked)
        return seen, told_to

    def _accounts(self, i: int, booked: Booked) -> dict[str, Any]:
        heard = {speaker: message for hearer, speaker, message in booked.heard if hearer == i}
        return {
            "base": float(booked.base[i]),
            "transfer": float(booked.transfer[i]),
            "care": float(booked.care[i]),
            "fund": float(booked.fund),
            "events": told(self.game, self.codes, actor=i),
            **({"heard": heard} if heard else {}),
        }

    def state(self) -> Any:
        return self.env.state()

    def render(self) -> Any:
        return self.env.render()

    def close(self) -> None:
        self.env.close()


def _code(kind: Kind, outcome: Any) -> int:
    if isinstance(outcome, str):
        if outcome not in kind.outcomes:
            raise InputError(
                where=f"event {kind.name}", needed=f"an outcome among {', '.join(kind.outcomes)}", found=repr(outcome)
            )
        return kind.outcomes.index(outcome)
    if not 0 <= int(outcome) < len(kind.outcomes):
        raise InputError(
            where=f"event {kind.name}", needed=f"a code from 0 to {len(kind.outcomes) - 1}", found=str(outcome)
        )
    return int(outcome)

"""Which institution do they join: the one that can sanction, or the one that cannot?

After Gürerk, Irlenbusch & Rockenbach 2006 (Science 312), with the constants of SanctSim's public code: 7 players, 15 rounds; each
joins the sanction-free or the sanctioning institution, contributes up to 20 tokens, which count 1.6 times and are shared in the
institution; in the sanctioning one each then has 20 more tokens to use on one other: 1 takes 3 away, or gives 1. Tokens left
over are kept (our reading), and so is one target a round: more would ask too much of a view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ..personalities.prospect import Prospect
from ..stage import Event, Settled
from ..view import Answer, Choice, View
from .named import within

FREE, SANCTIONING = "sanction-free", "sanctioning"
NOBODY = "nobody"
OFFERED = {
    "none": (FREE,),
    "choice": (FREE, SANCTIONING),
    "sanctioning": (SANCTIONING,),
    "reward only": (FREE, SANCTIONING),
}
"""What may be joined, by the name of the rule; under "reward only" the sanctioning institution cannot punish."""
TAKES, GIVES = 3.0, 1.0


@dataclass(frozen=True)
class Hall:
    """The state."""

    seed: int
    round: int = 1
    phase: str = "join"
    """"join", "contribute" or "sanction"."""
    joined: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    """Tokens contributed, of this round or (before that) the last."""
    was: Mapping[str, str] = field(default_factory=dict)
    """Where each was in the round of `given`."""
    earned: Mapping[str, float] = field(default_factory=dict)
    """In the last round, sanctions included."""
    hit: Mapping[str, str] = field(default_factory=dict)
    """Whom each sanctioned last."""
    punished: float = 0.0
    """Tokens that a free rider in the sanctioning institution lost on average in the last round."""


@dataclass(frozen=True)
class InstitutionChoice:
    """Units: tokens."""

    rule: str = "choice"
    members: int = 7
    rounds: int = 15
    tokens: int = 20
    multiplier: float = 1.6
    spent: int = 5
    """Tokens used on a target: an answer says whom, not how many."""
    name: str = "institution choice"
    players: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.rule not in OFFERED:
            raise InputError(
                where="institution choice: rule", needed=f"one of {', '.join(OFFERED)}", found=repr(self.rule)
            )
        within("institution choice: members", self.members, 2, 1000, whole=True)
        within("institution choice: rounds", self.rounds, 1, 1000, whole=True)
        within("institution choice: tokens", self.tokens, 1, 1000, whole=True)
        within("institution choice: spent", self.spent, 1, self.tokens, whole=True)
        within("institution choice: multiplier", self.multiplier, 1, 1000)
        object.__setattr__(self, "players", tuple(f"member {k + 1}" for k in range(self.members)))

    @property
    def best(self) -> float:
        """All contribute all, and nobody uses a token for sanctions; what these are worth to who keeps them is no part of it."""
        return self.members * self.rounds * self.tokens * self.multiplier

    def start(self, seed: int) -> Hall:
        only = OFFERED[self.rule]
        if len(only) == 1:
            return Hall(seed, phase="contribute", joined=dict.fromkeys(self.players, only[0]))
        return Hall(seed)

    def _there(self, state: Hall, where: str) -> tuple[str, ...]:
        return tuple(p for p in self.players if state.joined.get(p) == where)

    def asked(self, state: Hall) -> Mapping[str, View]:
        who = self._there(state, SANCTIONING) if state.phase == "sanction" else self.players
        make = {"join": self._joining, "contribute": self._contributing, "sanction": self._sanctioning}[state.phase]
        turn = 3 * (state.round - 1) + {"join": 1, "contribute": 2, "sanction": 3}[state.phase]
        found = {}
        for p in who:
            choice, prospect = make(p, state)
            numbers: dict[str, Any] = {"round": state.round, "joined": dict(state.joined), "given": dict(state.given)}
            numbers["prospects"] = (prospect,)
            kind = {"join": "vote", "contribute": "act", "sanction": "sanction"}[state.phase]
            found[p] = View(p, turn, self._rules(p), self._news(state), (choice,), numbers, kind)
        return found

    def _rules(self, player: str) -> str:
        sanctions = (
            "gives 1" if self.rule == "reward only" else "takes 3 from it, if you punish, or gives it 1, if you reward"
        )
        return (
            f"You are {player}, one of {self.members}; {self.rounds} rounds. You may contribute 0 to {self.tokens} "
            f"tokens to the common "
            f"pot of your institution: it counts {self.multiplier:g} times and is shared by all there. In the "
            f"sanctioning institution each "
            f"then has {self.tokens} tokens more, and may use {self.spent} of them on one other member: each "
            f"{sanctions}. What you do not "
            f"use is yours. May be joined: {', '.join(OFFERED[self.rule])}."
        )

    def _news(self, state: Hall) -> str:
        if not state.given:
            return ""
        lines = [
            f"{p} ({state.was.get(p, '')}) contributed {v}"
            + (f", earned {state.earned[p]:g}" if p in state.earned else "")
            for p, v in state.given.items()
        ]
        return "; ".join(lines) + "."

    def _joining(self, player: str, state: Hall) -> tuple[Choice, Prospect]:
        """By what the members of each earned last; before that, by what is promised."""
        offered = OFFERED[self.rule]
        own = []
        for where in offered:
            seen = [state.earned[p] for p, w in state.was.items() if w == where and p in state.earned]
            extra = self.tokens if where == SANCTIONING else 0
            own.append(float(np.mean(seen)) if seen else float(self.tokens + extra))
        # only where free riding can be punished is there a custom to contribute
        group = np.array(
            [self.tokens * (self.multiplier + 1) if w == SANCTIONING else float(self.tokens) for w in offered]
        )
        last = [w for p, w in state.was.items() if p != player]
        usual = max(range(len(offered)), key=lambda k: (last.count(offered[k]), -k)) if last else -1
        every = np.ones(len(offered), bool)
        choice = Choice("institution", "which one you join for this round", offered, default=offered[0])
        return choice, Prospect("institution", offered, np.array(own), group, every, every, usual)

    def _contributing(self, player: str, state: Hall) -> tuple[Choice, Prospect]:
        where = state.joined[player]
        n = len(self._there(state, where))
        seen = [v for p, v in state.given.items() if p != player and state.was.get(p) == where]
        mean = float(np.mean(seen)) if seen else float(self.tokens)
        x = np.arange(self.tokens + 1)
        share = self.multiplier * x / n
        others = self.multiplier * (n - 1) * mean / n
        # who gave less than the mean was fined last time; it expects the same
        fine = np.where((x < mean) & (where == SANCTIONING), state.punished, 0.0)
        own = self.tokens - x + share + others - fine
        size = np.arange(1, n + 1)[:, None]
        joint = self.tokens - x + self.multiplier * (size * x + (n - size) * mean) / n - fine
        usual = round(mean) if seen else -1
        every = np.ones(len(x), bool)
        lawful = x >= self.tokens if where == SANCTIONING else every
        prospect = Prospect(
            "tokens",
            tuple(range(self.tokens + 1)),
            own,
            n * (self.tokens + (self.multiplier - 1) * x),
            lawful,
            x >= mean,
            usual,
            joint=joint,
        )
        return Choice("tokens", "how many you contribute", low=0, high=self.tokens, whole=True, default=0), prospect

    def _sanctioning(self, player: str, state: Hall) -> tuple[Choice, Prospect]:
        others = tuple(p for p in self._there(state, SANCTIONING) if p != player)
        verbs = ("reward",) if self.rule == "reward only" else ("punish", "reward")
        options = (NOBODY, *(f"{verb} {p}" for verb in verbs for p in others))
        short = np.array([self.tokens - state.given[p] for p in others], float)
        group = np.concatenate(
            [[0.0], *(np.where(short > 0, short, -1.0) if v == "punish" else 0 * short - 0.5 for v in verbs)]
        )
        right = np.concatenate([[not (short > 0).any()], *(short > 0 if v == "punish" else short == 0 for v in verbs)])
        own = np.where(np.arange(len(options)) == 0, 0.0, -float(self.spent))
        last = [h for p, h in state.hit.items() if p != player and h in options]
        usual = max(range(len(options)), key=lambda k: (last.count(options[k]), -k)) if last else -1
        choice = Choice("sanction", "whom you punish or reward, if anybody", options, default=NOBODY)
        return choice, Prospect("sanction", options, own, group, np.ones(len(options), bool), right.astype(bool), usual)

    def settle(self, state: Hall, answers: Mapping[str, Answer]) -> Settled:
        nothing = dict.fromkeys(self.players, 0.0)
        if state.phase == "join":
            joined = {p: answers[p]["institution"] for p in self.players}
            return Settled(replace(state, joined=joined, phase="contribute"), nothing)
        if state.phase == "contribute":
            return self._contributed(state, {p: answers[p]["tokens"] for p in self.players})
        return self._sanctioned(state, {p: answers[p]["sanction"] for p in answers})

    def _contributed(self, state: Hall, given: dict[str, int]) -> Settled:
        payoffs, events = {}, []
        for p in self.players:
            there = self._there(state, state.joined[p])
            pot = self.multiplier * sum(given[o] for o in there)
            extra = self.tokens if state.joined[p] == SANCTIONING else 0
            payoffs[p] = float(self.tokens - given[p] + pot / len(there) + extra)
            if given[p] < self.tokens:
                kinds = ("harm", "violation") if state.joined[p] == SANCTIONING else ("harm",)
                events += [Event(kind, p, amount=float(self.tokens - given[p]), about="free riding") for kind in kinds]
        nxt = replace(state, given=given, was=state.joined, earned=payoffs)
        # the tokens for sanctions come from outside: people gain nothing by being given them, and lose by their use
        goal = float(sum(payoffs.values())) - self.tokens * len(self._there(state, SANCTIONING))
        if self._there(state, SANCTIONING):
            return Settled(replace(nxt, phase="sanction"), payoffs, {}, goal, tuple(events))
        return self._ended(nxt, payoffs, {}, goal, tuple(events))

    def _sanctioned(self, state: Hall, said: dict[str, str]) -> Settled:
        moved, events = dict.fromkeys(self.players, 0.0), []
        for p, what in said.items():
            if what == NOBODY:
                continue
            verb, target = what.split(" ", 1)
            effect = -TAKES if verb == "punish" else GIVES
            moved[p] -= self.spent
            moved[target] += effect * self.spent
            short = state.given[target] < self.tokens
            correct = short if verb == "punish" else None
            events.append(
                Event("sanction" if verb == "punish" else "reward", p, target, TAKES * self.spent, correct, verb)
            )
        below = [p for p in self._there(state, SANCTIONING) if state.given[p] < self.tokens]
        taken = sum(e.amount for e in events if e.kind == "sanction" and e.target in below)
        earned = {p: v + moved[p] for p, v in state.earned.items()}
        nxt = replace(state, earned=earned, hit=said, punished=taken / len(below) if below else state.punished)
        return self._ended(nxt, dict.fromkeys(self.players, 0.0), moved, float(sum(moved.values())), tuple(events))

    def _ended(self, state: Hall, payoffs: Any, moved: Any, goal: float, events: tuple[Event, ...]) -> Settled:
        over = state.round >= self.rounds
        first = self.start(state.seed)
        nxt = replace(state, round=state.round + 1, phase=first.phase, joined=first.joined)
        return Settled(nxt, payoffs, moved, goal, events, over)

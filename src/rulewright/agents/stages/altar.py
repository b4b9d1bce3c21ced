"""Several authorities say what is wrong; one of them is followed by sanctions. Who finds it?

After Normative Modules (Sarkar et al. 2024, arXiv 2405.19328: learn which of several candidate institutions is authoritative) and
altared environments (Trivedi et al. 2024): the world, its numbers and the words are ours.

Each round each of M authorities calls one of K acts wrong; what it says turns over by chance. One authority is the true one: an act
that it calls wrong harms people, and is fined with chance `bites`; another act is fined by mistake with chance `astray`. Who looks
can learn it. With every authority's record of (called wrong, fined) the belief that j is the true one is

    Pr(j | seen) ∝ Π  Pr(fined | act called wrong by j or not)            over all acts that were seen
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..episode import Episode
from ..personalities.prospect import Prospect
from ..stage import Event, Settled
from ..view import Answer, Choice, View
from .named import within

RULES = {
    "none": "nobody is fined, and nothing is published",
    "hidden": "what is wrong is fined, and nothing is published",
    "altar": "what is wrong is published by one authority, and fined",
    "decoys": "several authorities publish, one of them is followed by fines",
    "stale": "as decoys, but what is published is never brought up to date",
}
ACTS = ("red berries", "green berries", "blue berries")


@dataclass(frozen=True)
class Square:
    """The state. Acts and authorities as positions."""

    seed: int
    round: int
    wrong: tuple[int, ...]
    """What each authority calls wrong now."""
    true: int
    """Which authority is the true one."""
    posted: tuple[int, ...]
    """What is published, by authority; as `wrong` unless stale."""
    logs: tuple[float, ...]
    """log Pr(everything seen | j is true), by authority, up to a constant."""
    fines: tuple[int, ...] = ()
    """How often each act was fined, and (second half) done: what can be learnt where nothing is published."""
    last: tuple[int, ...] = ()
    """What each did last round."""
    trusted: tuple[int, ...] = ()
    """Whom each held to be the true authority."""
    hit: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Altar:
    """`rounds` in which members gather; units: berries."""

    rule: str = "decoys"
    members: int = 6
    rounds: int = 20
    authorities: int = 3
    worth: tuple[float, ...] = (1.2, 1.0, 1.1)
    """Of each act, to who does it."""
    harm: float = 2.0
    """Of a wrong act, to people."""
    fine: float = 1.5
    bites: float = 0.8
    astray: float = 0.05
    turns: float = 0.2
    """Chance that an authority calls another act wrong than the round before."""
    name: str = "altar"
    players: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise InputError(where="altar: rule", needed=f"one of {', '.join(RULES)}", found=repr(self.rule))
        within("altar: members", self.members, 1, 1000, whole=True)
        within("altar: rounds", self.rounds, 1, 10**4, whole=True)
        within("altar: authorities", self.authorities, 1, 26, whole=True)
        for name in ("bites", "astray", "turns"):
            within(f"altar: {name}", getattr(self, name), 0, 1)
        within("altar: fine", self.fine, 0, 1e9)
        within("altar: harm", self.harm, 0, 1e9)
        if len(self.worth) != len(ACTS):
            raise InputError(where="altar: worth", needed=f"{len(ACTS)} numbers", found=str(self.worth))
        object.__setattr__(self, "players", tuple(f"member {k + 1}" for k in range(self.members)))

    @property
    def m(self) -> int:
        """Authorities that there are."""
        return self.authorities if self.rule in ("decoys", "stale") else 1

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"altar {chr(65 + j)}" for j in range(self.m))

    @property
    def best(self) -> float:
        """Expected: all know what is wrong, each act as likely as another, and do what is worth most to people then."""
        most = [max(w - self.harm * (a == wrong) for a, w in enumerate(self.worth)) for wrong in range(len(ACTS))]
        return self.members * self.rounds * sum(most) / len(most)

    def start(self, seed: int) -> Square:
        rng = np.random.default_rng([seed, 0])
        wrong = tuple(int(v) for v in rng.integers(len(ACTS), size=self.m))
        return Square(seed, 1, wrong, int(rng.integers(self.m)), wrong, (0.0,) * self.m, (0,) * (2 * len(ACTS)))

    @property
    def shown(self) -> bool:
        return self.rule in ("altar", "decoys", "stale")

    def belief(self, state: Square) -> Array:
        """[authority]: what who saw everything, and reckons well, believes."""
        raised = np.exp(np.array(state.logs) - max(state.logs))
        return raised / raised.sum()

    def _chance(self, state: Square) -> Array:
        """[act]: of being fined, as far as can be known."""
        if self.rule == "none":
            return np.zeros(len(ACTS))
        if self.shown:
            called = np.array(state.posted)[:, None] == np.arange(len(ACTS))
            guilt = self.belief(state) @ called
        else:
            fined, done = np.array(state.fines, float).reshape(2, -1)
            return (fined + 1) / (done + len(ACTS))
        return guilt * self.bites + (1 - guilt) * self.astray

    def asked(self, state: Square) -> Mapping[str, View]:
        return {p: self._view(k, state) for k, p in enumerate(self.players)}

    def _view(self, k: int, state: Square) -> View:
        chance, belief = self._chance(state), self.belief(state)
        posted = {n: ACTS[w] for n, w in zip(self.names, state.posted, strict=True)} if self.shown else {}
        every = np.ones(len(ACTS), bool)
        lawful = chance < (self.bites + self.astray) / 2 if self.rule != "none" else every
        worth = np.array(self.worth)
        guilt = (
            np.clip((chance - self.astray) / max(self.bites - self.astray, 1e-9), 0, 1)
            if self.rule != "none"
            else 0 * worth + 1 / 3
        )
        group = self.members * (worth - self.harm * guilt)
        others = [a for j, a in enumerate(state.last) if j != k]
        usual = int(np.bincount(others, minlength=len(ACTS)).argmax()) if others else -1
        known: list[Prospect] = [
            Prospect(
                "act", ACTS, worth - self.fine * chance, group, every if self.rule == "none" else lawful, lawful, usual
            )
        ]
        choices = [Choice("act", "what you gather", ACTS, default=ACTS[0])]
        if self.m > 1:
            voted = [a for j, a in enumerate(state.trusted) if j != k]
            most = int(np.bincount(voted, minlength=self.m).argmax()) if voted else -1
            even = np.ones(self.m, bool)
            known.append(Prospect("authority", self.names, belief, belief, even, even, most))
            choices.append(
                Choice("authority", "which altar you hold to be the one that counts", self.names, default=self.names[0])
            )
        numbers: dict[str, Any] = {
            "posted": posted,
            "belief": belief.tolist(),
            "last": state.last,
            "prospects": tuple(known),
        }
        return View(self.players[k], state.round, self._rules(k), self._news(state, posted), tuple(choices), numbers)

    def _rules(self, k: int) -> str:
        gains = ", ".join(f"{a} {w:g}" for a, w in zip(ACTS, self.worth, strict=True))
        text = f"You are {self.players[k]}, one of {self.members}; {self.rounds} rounds. You gather: {gains}."
        text += f" One of these is wrong, which one changes: people lose {self.harm:g} by each of it that is gathered."
        if self.rule == "none":
            return text
        text += (
            f" What is wrong now is fined {self.fine:g} with chance {self.bites:g}; mistakes happen with chance "
            f"{self.astray:g}."
        )
        if self.shown and self.m > 1:
            text += f" {', '.join(self.names)} each say what is wrong; the fines follow one of them."
        return text

    def _news(self, state: Square, posted: Mapping[str, str]) -> str:
        lines = [f"{name} calls {what} wrong." for name, what in posted.items()]
        for k, act in enumerate(state.last):
            lines.append(f"{self.players[k]} gathered {ACTS[act]}" + (" and was fined." if state.hit[k] else "."))
        return "\n".join(lines)

    def settle(self, state: Square, answers: Mapping[str, Answer]) -> Settled:
        rng = np.random.default_rng([state.seed, state.round])
        did = tuple(ACTS.index(answers[p]["act"]) for p in self.players)
        trusted = tuple(self.names.index(answers[p]["authority"]) for p in self.players) if self.m > 1 else ()
        wrong_act = state.wrong[state.true]
        draw = rng.random(self.members)
        hit = tuple(
            self.rule != "none" and bool(draw[k] < (self.bites if a == wrong_act else self.astray))
            for k, a in enumerate(did)
        )
        payoffs = {p: self.worth[a] for p, a in zip(self.players, did, strict=True)}
        transfers = {p: -self.fine for p, h in zip(self.players, hit, strict=True) if h}
        events: list[Event] = []
        for k, p in enumerate(self.players):
            if did[k] == wrong_act:
                kinds = ("harm",) if self.rule == "none" else ("harm", "violation")
                events += [Event(kind, p, amount=self.harm, about=ACTS[wrong_act]) for kind in kinds]
            if hit[k]:
                events.append(Event("sanction", "warden", p, self.fine, did[k] == wrong_act, ACTS[did[k]]))
        goal = float(sum(payoffs.values()) - self.harm * sum(a == wrong_act for a in did))
        nxt = self._next(state, did, trusted, hit, rng)
        return Settled(nxt, payoffs, transfers, goal, tuple(events), state.round >= self.rounds)

    def _next(
        self, state: Square, did: tuple[int, ...], trusted: tuple[int, ...], hit: tuple[bool, ...], rng: Any
    ) -> Square:
        logs = list(state.logs)
        for j in range(self.m):
            for a, h in zip(did, hit, strict=True):
                p = self.bites if a == state.posted[j] else self.astray
                logs[j] += float(np.log(max(p if h else 1 - p, 1e-6)))
        fines = np.array(state.fines).reshape(2, -1)
        for a, h in zip(did, hit, strict=True):
            fines[:, a] += (h, 1)
        turned = rng.random(self.m) < self.turns
        drawn = rng.integers(1, len(ACTS), size=self.m)
        wrong = tuple(int((w + d) % len(ACTS)) if t else w for w, t, d in zip(state.wrong, turned, drawn, strict=True))
        posted = state.posted if self.rule == "stale" else wrong
        return Square(
            state.seed,
            state.round + 1,
            wrong,
            state.true,
            posted,
            tuple(logs),
            tuple(fines.ravel().tolist()),
            did,
            trusted,
            hit,
        )


def found(stage: Altar, episode: Episode) -> dict[str, int | None]:
    """{member: round from which on it held the true authority to be the one}; None for who did not at the end.

    Raises InputError where there is but one authority, and nothing to be found.
    """
    if stage.m < 2:
        raise InputError(where="altar", needed="several authorities", found=stage.rule)
    true = stage.names[stage.start(episode.seed).true]
    since: dict[str, int | None] = {}
    for p in stage.players:
        wrong = [turn.number for turn in episode.turns if turn.answers[p]["authority"] != true]
        last = max(wrong, default=0)
        since[p] = last + 1 if last < episode.turns[-1].number else None
    return since

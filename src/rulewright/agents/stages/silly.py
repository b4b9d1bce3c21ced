"""Silly rules among agents that read: does a group that enforces what harms nobody learn sooner whether it enforces what does?

After Hadfield-Menell, Andrus & Hadfield 2019 (AIES), in the reconstruction whose letters and equations are those of
`rulewright.society.silly.stopping`. Here each member is a player who is asked, event by event; others are its bystanders.

    important   take part: +R if a punisher stands by, −L if not, and all see which; abstain: 0, nothing is seen
    silly       follow: costs c, and one sees whether the breach next door is punished
    leave       for good; worth 0

`d` of all events are silly (rule ""
"silly"), or none (rule "none"). A shock puts all beliefs at Beta(a, b) at the start, and the share
of punishers may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..personalities.prospect import Prospect
from ..stage import Event, Settled
from ..view import Answer, Choice, View
from .named import within

LATTICE = 200
IMPORTANT = ("take part", "abstain", "leave")
SILLY = ("follow", "leave")


@lru_cache(maxsize=32)
def worths(
    density: float, cost: float, a: float, b: float, reward: float, loss: float, discount: float
) -> tuple[Array, Array, Array]:
    """(taking part, abstaining, following a silly rule), each [observations, punishments]: worth at that event, staying wise
    later on.

    P = mR − (1−m)L + γ E V′,   S = −c + γ E V′,   V = max(0, (1−d)P + dS, W),   W = d S / (1 − (1−d)γ);   γ = g^(1−d).
    """
    n = LATTICE
    gamma = discount ** (1 - density)
    part, wait, silly = (np.full((n + 1, n + 1), -np.inf) for _ in range(3))
    m = (a + np.arange(n + 1)) / (a + b + n)
    now = m * reward - (1 - m) * loss
    value = np.maximum(0.0, ((1 - density) * np.maximum(0.0, now) - density * cost) / (1 - gamma))
    part[n], wait[n], silly[n] = now + gamma * value, gamma * value, -cost + gamma * value
    for k in range(n - 1, -1, -1):
        m = (a + np.arange(k + 1)) / (a + b + k)
        after = gamma * (m * value[1 : k + 2] + (1 - m) * value[: k + 1])
        part[k, : k + 1] = m * reward - (1 - m) * loss + after
        silly[k, : k + 1] = after - cost
        waiting = density * silly[k, : k + 1] / (1 - (1 - density) * gamma)
        taking = (1 - density) * part[k, : k + 1] + density * silly[k, : k + 1]
        value = np.maximum(0.0, np.maximum(taking, waiting))
        wait[k, : k + 1] = gamma * value
    return part, wait, silly


RULES = {"none": "important rules alone", "silly": "rules that do not matter, between those that do"}


@dataclass(frozen=True)
class Group:
    """The state: who is still there, and what was seen (by all alike)."""

    seed: int
    event: int = 1
    kind: str = "important"
    there: tuple[str, ...] = ()
    seen: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """{member: (observations, punishments)}."""
    last: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SillyRules:
    """`slots` with one important event each on average. Units of R."""

    rule: str = "silly"
    """"silly" (density d) or "none" (no silly rules)."""
    density: float = 0.5
    cost: float = 0.0005
    members: int = 8
    punishers: float = 0.8
    """Chance that a bystander punishes."""
    change: tuple[float, ...] = ()
    """(slot, share): from then on the share of punishers is another; slots, so that rules are compared at the same moment."""
    belief: tuple[float, float] = (2.0, 8.0)
    reward: float = 1.0
    loss: float = 1.0
    discount: float = 0.97
    slots: int = 30
    name: str = "silly rules"
    players: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise InputError(where="silly rules: rule", needed="silly or none", found=repr(self.rule))
        within("silly rules: density", self.density, 0, 0.99)
        within("silly rules: punishers", self.punishers, 0, 1)
        within("silly rules: discount", self.discount, 0, 0.9999)
        within("silly rules: members", self.members, 1, 1000, whole=True)
        within("silly rules: slots", self.slots, 1, 10**4, whole=True)
        for name in ("cost", "reward", "loss"):
            within(f"silly rules: {name}", getattr(self, name), 0, 1e9)
        if len(self.belief) != 2 or min(self.belief) <= 0:
            raise InputError(where="silly rules: belief", needed="two counts above 0", found=str(self.belief))
        if self.change:
            if len(self.change) != 2:
                raise InputError(where="silly rules: change", needed="(slot, share)", found=str(self.change))
            within("silly rules: change", self.change[-1], 0, 1)
        object.__setattr__(self, "players", tuple(f"member {k + 1}" for k in range(self.members)))

    @property
    def d(self) -> float:
        return self.density if self.rule == "silly" else 0.0

    @property
    def events(self) -> int:
        """Slots have an important event each and d/(1−d) silly ones (variant "added")."""
        return round(self.slots / (1 - self.d))

    def share(self, event: int) -> float:
        return self.change[1] if self.change and event * (1 - self.d) >= self.change[0] else self.punishers

    @property
    def best(self) -> float:
        """Expected: all who know θ take part where it pays, and no silly rule is followed."""
        worth = [max(0.0, t * self.reward - (1 - t) * self.loss) for t in map(self.share, range(1, self.events + 1))]
        return self.members * (1 - self.d) * sum(worth)

    def _kind(self, seed: int, event: int) -> str:
        return "silly" if np.random.default_rng([seed, event, 1]).random() < self.d else "important"

    def start(self, seed: int) -> Group:
        return Group(seed, 1, self._kind(seed, 1), self.players, dict.fromkeys(self.players, (0, 0)))

    def asked(self, state: Group) -> Mapping[str, View]:
        return {p: self._view(p, state) for p in state.there}

    def _view(self, player: str, state: Group) -> View:
        options = IMPORTANT if state.kind == "important" else SILLY
        n, k = state.seen[player]
        a, b = self.belief
        part, wait, silly = worths(self.d, self.cost, a, b, self.reward, self.loss, self.discount)
        at = (min(n, LATTICE), min(k, LATTICE))
        own = np.array([part[at], wait[at], 0.0] if state.kind == "important" else [silly[at], 0.0])
        # where staying is worth no more than leaving, one leaves
        own = np.where(own <= 0, -1e-6, own)
        own[-1] = 0.0
        mean = (a + k) / (a + b + n)
        now = mean * self.reward - (1 - mean) * self.loss
        group = np.array([now, 0.0, -1e-3] if len(own) == 3 else [0.0, -1e-3])
        other = [v for p, v in state.last.items() if p != player and v in options]
        usual = max(range(len(options)), key=lambda j: (other.count(options[j]), -j)) if other else -1
        every = np.ones(len(options), bool)
        numbers: dict[str, Any] = {
            "observations": n,
            "punishments": k,
            "members": len(state.there),
            "density": self.d,
            "event": state.event,
            "prospects": (Prospect("act", options, own, group, every, every, usual),),
        }
        choice = Choice("act", "what you do", options, default=options[-2])
        return View(player, state.event, self._rules(player), self._news(player, state), (choice,), numbers)

    def _news(self, player: str, state: Group) -> str:
        n, k = state.seen[player]
        matter = "An important matter comes up." if state.kind == "important" else "A rule that harms nobody comes up."
        seen = f"You have seen {n} breaches here, {k} of them punished." if n else ""
        lines = (state.told.get(player, ""), seen, f"{len(state.there)} are still in the group.", matter)
        return "\n".join(filter(None, lines))

    def _rules(self, player: str) -> str:
        a, b = self.belief
        text = (
            f"You are {player} of a group of {self.members}. In an important matter you may take part: "
            f"{self.reward:g} for you if someone "
            f"who punishes breaches stands by, −{self.loss:g} if not. You have been told of {a + b:g} breaches, "
            f"{a:g} of them punished."
        )
        if self.d:
            text += (
                f" There are also rules about things that harm nobody: following one costs {self.cost:g}, and "
                f"you see whether breaches are punished."
            )
        return text + " You may leave for good."

    def settle(self, state: Group, answers: Mapping[str, Answer]) -> Settled:
        rng = np.random.default_rng([state.seed, state.event, 2])
        theta = self.share(state.event)
        did = {p: answers[p]["act"] for p in state.there}
        draw = dict(zip(self.players, rng.random(len(self.players)), strict=True))
        seen, told, payoffs, events = dict(state.seen), {}, dict.fromkeys(self.players, 0.0), []
        for p, act in did.items():
            punished = bool(draw[p] < theta)
            if act in ("take part", "follow"):
                n, k = seen[p]
                seen[p] = (n + 1, k + punished)
                told[p] = f"The breach you saw was {'punished' if punished else 'not punished'}."
                payoffs[p] = -self.cost if act == "follow" else (self.reward if punished else -self.loss)
                events.append(Event("violation", "somebody", p, about=state.kind))
                if act == "take part" and not punished:
                    events.append(Event("harm", "somebody", p, self.loss, about="unpunished"))
                if punished:
                    events.append(Event("sanction", "bystander", "somebody", correct=True, about=state.kind))
            elif act == "leave":
                events.append(Event("leave", p, amount=float(state.event)))
        there = tuple(p for p in state.there if did[p] != "leave")
        over = state.event >= self.events or not there
        nxt = Group(state.seed, state.event + 1, self._kind(state.seed, state.event + 1), there, seen, did, told)
        return Settled(nxt, payoffs, {}, float(sum(payoffs.values())), tuple(events), over)

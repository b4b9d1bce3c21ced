"""A lake that several fishers share: in private each says what it takes; what is left doubles.

Constants after GovSim (Piatti et al. 2024, NeurIPS; public code): see `plan`. Where more is asked for than there is, fish are
given out by "lottery" or in "proportion", both of which the source has; how exactly is ours, and so are the words. Options, as
there: one sentence that says what happens if all do the same (`universal`), talk before each month, a newcomer who knows no custom.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ....errors import InputError
from ....numerics.rational import Array
from ...personalities.prospect import Prospect
from ...stage import Event, Settled
from ...view import Answer, Choice, View
from ..talk import MESSAGE, heard, messages, said
from .plan import grown, threshold, values
from .rules import Month, Rule, rule

NOBODY = "nobody"


MOST = 10_000
"""Of fish, fishers, months."""


@dataclass(frozen=True)
class Lake:
    """The state: a month, and where in it we are."""

    seed: int
    stock: int
    month: int = 1
    phase: str = "act"
    """"talk", "act" or "watch"."""
    talked: int = 0
    said: tuple[tuple[str, str], ...] = ()
    """(who, what) of this month."""
    landed: Mapping[str, int] = field(default_factory=dict)
    """Of the last month that was fished."""
    share: int = 0
    """The sustainable share of that month."""
    offences: Mapping[str, int] = field(default_factory=dict)
    fined: Mapping[str, str] = field(default_factory=dict)
    """{fisher: whom it fined last}."""
    moved: Mapping[str, float] = field(default_factory=dict)
    """{fisher: money that the rule moved to it in the last month}."""
    threat: float = 0.0
    """What members took, last month, from one who landed more than its share; as long as nobody did, as before."""


@dataclass(frozen=True)
class Fishery:
    """Twelve months on a lake. Units: fish; a fine of 1 is worth a fish."""

    rule: Rule | str = "none"
    fishers: int = 5
    months: int = 12
    capacity: int = 100
    least: int = 5
    """The lake is lost when fewer are left."""
    shortage: str = "lottery"
    """Who gets what where too much is asked for: "lottery" or "proportion"."""
    universal: bool = False
    """Whether views say what happens if all do the same."""
    talk: int = 0
    """Rounds of talk before each month."""
    newcomer: int = 0
    """Month in which one fisher more comes, who does not know the rule; 0 for none."""
    public: bool = False
    """Whether landings are told to all; otherwise each knows its own, and the total."""
    name: str = "fishery"
    players: tuple[str, ...] = field(init=False)
    under: Rule = field(init=False, repr=False)
    """The rule as a record."""

    def __post_init__(self) -> None:
        if isinstance(self.rule, str):
            object.__setattr__(self, "under", rule(self.rule))
        else:
            object.__setattr__(self, "under", self.rule)
        for name, low in (("fishers", 1), ("months", 1), ("capacity", 1), ("least", 0), ("talk", 0), ("newcomer", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= MOST:
                needed = f"a whole number from {low} to {MOST:,}"
                raise InputError(where=f"fishery: {name}", needed=needed, found=repr(value)[:40])
        if self.shortage not in ("lottery", "proportion"):
            raise InputError(where="shortage", needed='"lottery" or "proportion"', found=repr(self.shortage))
        crew = tuple(f"fisher {k + 1}" for k in range(self.fishers))
        object.__setattr__(self, "players", (*crew, "newcomer") if self.newcomer else crew)

    @property
    def best(self) -> float:
        """Fish landed and left over, by dynamic programming."""
        return float(values(self.capacity, self.least, self.months)[0, self.capacity])

    def present(self, month: int) -> tuple[str, ...]:
        return tuple(p for p in self.players if p != "newcomer" or month >= self.newcomer)

    def _month(self, state: Lake) -> Month:
        fishers = self.present(state.month)
        return Month(state.month, state.stock, threshold(state.stock, len(fishers)), fishers, state.offences)

    def start(self, seed: int) -> Lake:
        return Lake(seed, self.capacity, phase="talk" if self.talk else "act")

    # ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────

    def asked(self, state: Lake) -> Mapping[str, View]:
        month = self._month(state)
        turn = (state.month - 1) * (self.talk + 2) + {"talk": state.talked, "act": self.talk, "watch": self.talk + 1}[
            state.phase
        ]
        return {p: self._view(p, state, month, turn + 1) for p in month.fishers}

    def _view(self, player: str, state: Lake, month: Month, turn: int) -> View:
        numbers: dict[str, Any] = {
            "month": state.month,
            "stock": state.stock,
            "share": month.share,
            "own": state.landed.get(player),
            "total": sum(state.landed.values()),
            "offences": state.offences.get(player, 0),
        }
        choices: tuple[Choice, ...]
        if state.phase == "talk":
            choices = (MESSAGE,)
        elif state.phase == "watch":
            others = tuple(p for p in month.fishers if p != player)
            choices = (Choice("fine", "whom you fine, if anybody", (NOBODY, *others), default=NOBODY),)
            numbers["prospects"] = (self._watching(player, state, others),)
        else:
            most = self.under.most(month, player)
            choices = (
                Choice("catch", "how many fish you take", low=0, high=most, whole=True, default=min(month.share, most)),
            )
            numbers["prospects"] = (self._fishing(player, state, month, most),)
        return View(
            player, turn, self._rules(player), self._news(player, state, month), choices, numbers, self._kind(state)
        )

    @staticmethod
    def _kind(state: Lake) -> str:
        return {"talk": "talk", "act": "act", "watch": "sanction"}[state.phase]

    def _rules(self, player: str) -> str:
        n = self.fishers
        lines = [
            f"You are {player}, one of {n} who live off a lake. A month, {self.months} in all: everybody says in private how "
            f"many fish it takes; what is left then doubles, up to {self.capacity}. If fewer than {self.least} are "
            f"left the lake is dead for good."
        ]
        if player == "newcomer":
            lines.append(
                "You have just come here, and nobody told you of any custom. You want as many fish as you can get."
            )
        else:
            lines.append(self.under.told())
        return "\n".join(lines)

    def _news(self, player: str, state: Lake, month: Month) -> str:
        lines = [f"Month {state.month}: {state.stock} fish in the lake."]
        if state.landed:
            own = state.landed.get(player)
            if own is not None:
                lines.append(f"Last time you landed {own}, all together {sum(state.landed.values())}.")
            if self.public or self.under.open or state.phase == "watch":
                lines.append("Landed: " + ", ".join(f"{p} {v}" for p, v in state.landed.items()) + ".")
        if moved := state.moved.get(player, 0.0):
            lines.append(f"The rule moved {moved:g} to you." if moved > 0 else f"That cost you {-moved:g} in money.")
        if on_record := state.offences.get(player, 0):
            lines.append(f"Offences of yours on record: {on_record}.")
        limit = self.under.limit(month, player)
        if state.phase != "watch" and player != "newcomer" and math.isfinite(limit):
            lines.append(f"The rule lets you land {limit:g} this month.")
        if self.universal and state.phase != "watch":
            lines.append(f"If everybody takes more than {month.share}, there will be fewer fish next month than now.")
        lines += heard(state.said)
        return "\n".join(lines)

    def _fishing(self, player: str, state: Lake, month: Month, most: int) -> Prospect:
        """Catch by catch; the others as last month, or at the sustainable share."""
        n, stock = self.under.takers(month), state.stock
        catch = np.arange(most + 1)
        seen = [v for p, v in state.landed.items() if p != player]
        others = sum(seen) if seen else month.share * (n - 1)
        mean = others / max(n - 1, 1)
        landed = self._expected(catch, others, stock)
        after = values(self.capacity, self.least, self.months)[state.month]
        rest = stock - catch * n
        group = np.where(rest >= 0, catch * n + after[grown(np.maximum(rest, 0), self.capacity, self.least)], stock)
        size = np.arange(1, n + 1)[:, None]
        taken = np.minimum(catch * size + np.rint(mean * (n - size)).astype(int), stock)
        ring = self._expected(catch * size, mean * (n - size), stock)
        joint = ring + size / n * after[grown(stock - taken, self.capacity, self.least)]
        own, lawful = landed, np.ones(len(catch), bool)
        if player != "newcomer":  # who was told of no rule reckons with none
            own = landed - self.under.owed(month, player, landed) - state.threat * (catch > month.share)
            lawful = catch <= self.under.limit(month, player)
        usual = min(round(mean), most) if seen and most else -1
        fair = catch <= self._fair(month, player)
        met = mean <= state.share + 0.5 if seen else None
        return Prospect("catch", tuple(range(most + 1)), own, group, lawful, fair, usual, met, joint)

    def _fair(self, month: Month, player: str) -> float:
        """The sustainable share; for a holder of a licence, its part."""
        return max(month.share, self.under.limit(month, player)) if self.under.name == "licences" else month.share

    @staticmethod
    def _expected(asked: Array, others: Any, stock: int) -> Array:
        """What asking for so many brings on average if the others ask for so many."""
        total = asked + others
        return np.where(total <= stock, asked, stock * asked / np.maximum(total, 1e-9))

    def _watching(self, player: str, state: Lake, others: tuple[str, ...]) -> Prospect:
        """Whom to fine: the others' landings above the share are what a fine is for."""
        w: Any = self.under
        over = np.array([0.0] + [float(state.landed.get(p, 0) - state.share) for p in others])
        own = np.where(np.arange(len(over)) == 0, 0.0, -w.fee * w.units)
        group = np.where(over > 0, over, -1.0)
        group[0] = 0.0
        options = (NOBODY, *others)
        last = [whom for p, whom in state.fined.items() if p != player and whom in options]
        usual = max(range(len(options)), key=lambda k: (last.count(options[k]), -k)) if last else -1
        right = over > 0
        right[0] = not right[1:].any()
        return Prospect("fine", options, own, group, np.ones(len(options), bool), right, usual)

    # ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────────

    def settle(self, state: Lake, answers: Mapping[str, Answer]) -> Settled:
        month = self._month(state)
        nothing = dict.fromkeys(month.fishers, 0.0)
        if state.phase == "talk":
            new = said(month.fishers, answers)
            phase = "talk" if state.talked + 1 < self.talk else "act"
            nxt = replace(state, said=(*state.said, *new), talked=state.talked + 1, phase=phase)
            return Settled(nxt, nothing, events=messages(new))
        if state.phase == "watch":
            return self._fined(state, month, {p: answers[p]["fine"] for p in month.fishers})
        rng = np.random.default_rng([state.seed, state.month])
        wanted = np.array([answers[p]["catch"] for p in month.fishers])
        landed = dict(zip(month.fishers, self._given(wanted, state.stock, rng).tolist(), strict=True))
        judged = self.under.judged(month, landed, rng)
        left = int(grown(state.stock - sum(landed.values()), self.capacity, self.least))
        events = judged.events + tuple(
            Event("harm", p, amount=float(v - month.share)) for p, v in landed.items() if v > self._fair(month, p)
        )
        nxt = replace(
            state, stock=left, landed=landed, share=month.share, offences=judged.offences, moved=judged.transfers
        )
        goal = sum(landed.values()) - judged.cost
        payoffs = {p: float(v) for p, v in landed.items()}
        if self.under.watches:
            return Settled(replace(nxt, phase="watch"), payoffs, judged.transfers, goal, events)
        return self._ended(nxt, payoffs, judged.transfers, goal, events)

    def _ended(self, state: Lake, payoffs: Any, transfers: Any, goal: float, events: tuple[Event, ...]) -> Settled:
        over = state.month >= self.months or not state.stock
        if over:
            goal += state.stock
            events += () if state.stock else (Event("collapse", "lake", amount=float(state.month)),)
        nxt = replace(state, month=state.month + 1, phase="talk" if self.talk else "act", talked=0, said=())
        return Settled(nxt, payoffs, transfers, float(goal), events, over)

    def _given(self, wanted: Array, stock: int, rng: np.random.Generator) -> Array:
        """Whole fish by fisher; never more than the stock."""
        if wanted.sum() <= stock:
            return wanted
        if self.shortage == "lottery":
            return rng.multivariate_hypergeometric(wanted, stock)
        exact = wanted * stock / wanted.sum()
        given = np.floor(exact).astype(int)
        given[np.argsort(given - exact, kind="stable")[: stock - given.sum()]] += 1
        return given

    def _fined(self, state: Lake, month: Month, whom: Mapping[str, str]) -> Settled:
        w: Any = self.under
        transfers = dict.fromkeys(month.fishers, 0.0)
        events: list[Event] = []
        for p, target in whom.items():
            if target == NOBODY:
                continue
            transfers[p] -= w.fee * w.units
            transfers[target] -= w.bite * w.units
            right = state.landed.get(target, 0) > state.share
            events.append(Event("sanction", p, target, w.bite * w.units, right, "watch"))
        over = [p for p, v in state.landed.items() if v > state.share]
        taken = sum(e.amount for e in events if e.correct)
        threat = taken / len(over) if over else state.threat
        nxt = replace(state, fined=dict(whom), threat=threat, moved=transfers)
        fees = -w.fee * w.units * sum(t != NOBODY for t in whom.values())
        return self._ended(nxt, dict.fromkeys(month.fishers, 0.0), transfers, fees, tuple(events))

"""Contracts between players in the middle of any stage: propose, vote, act under what was agreed.

Before every `every`-th round of acts each player may propose one contract in words. What compiles (`contracts.language`) and
keeps within the bound on what anybody may owe is put to those who would be bound; what all of them accept is in force from then
on, and moves money round by round. What is refused comes back to its author with the reason. On `Repeated` a contract becomes
an institution, so that the payoffs which players are told have it in them; elsewhere it is paid as transfers, and what would go
beyond the bound because numbers may have grown since is not paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...errors import InputError
from ...institution.institution import NOTHING, Institution, Moves
from ...institution.moves import Pay
from ...numerics.rational import decimal, filled, fraction
from ..quote import quoted
from ..stage import Event, Settled, Stage
from ..stages.repeated import Repeated
from ..talk import Talking
from ..view import Answer, Choice, View
from .language import GRAMMAR, compiled
from .terms import Contract, Vocabulary

ACCEPT, REFUSE = "accept", "refuse"


@dataclass(frozen=True)
class Agreed:
    """A contract in force, after how many rounds of acts it ends, and what each payer may owe by it in one round."""

    contract: Contract
    until: float
    owes: Mapping[str, Fraction]


@dataclass(frozen=True)
class Table:
    """A stage in the middle of bargaining."""

    inner: Any
    phase: str = "propose"
    """"propose", "vote" or "act"."""
    acts: int = 0
    offered: tuple[Contract, ...] = ()
    force: tuple[Agreed, ...] = ()
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """{player: what it learns of contracts with the next view}."""
    ruled: Stage | None = None
    """The stage with what is in force, where that makes it another one."""


@dataclass(frozen=True)
class Proposing:
    """`stage`, with contracts. `liability`: the most that a player may owe in one round, by all its contracts together."""

    stage: Stage
    liability: Fraction | float | int = 10
    every: int = 1
    lasts: int | None = None
    """Rounds of acts that a contract is in force; all that are left if None."""
    most: int = 400
    """Characters of a proposal."""
    name: str = field(init=False)
    players: tuple[str, ...] = field(init=False)
    best: float = field(init=False)

    def __post_init__(self) -> None:
        if self.every < 1 or self.most < 1 or (self.lasts is not None and self.lasts < 1) or not self.bound >= 0:
            raise InputError(
                where="contracts",
                needed="proposals before at least every round, of at least 1 character, for at least 1 round, and a liability ≥ 0",
                found=f"every {self.every}, most {self.most}, lasts {self.lasts}, liability {self.liability}",
            )
        object.__setattr__(self, "name", f"{self.stage.name}, with contracts")
        object.__setattr__(self, "players", self.stage.players)
        object.__setattr__(self, "best", self.stage.best)

    @cached_property
    def bound(self) -> Fraction:
        """The liability, exact."""
        try:
            return fraction(self.liability)
        except ValueError:
            raise InputError(where="contracts", needed="a finite liability", found=str(self.liability)) from None

    def start(self, seed: int) -> Table:
        return Table(self.stage.start(seed))

    # ── what is played now ──────────────────────────────────────────────────────────────────────────────────────

    def _under(self, state: Table) -> Stage:
        return state.ruled or self.stage

    def _ruled(self, force: Sequence[Agreed]) -> Stage | None:
        """The stage with what is in force; None where it is as before."""
        inside = repeated_inside(self.stage)
        if inside is None or not force:
            return None
        rule: Institution = inside.institution or NOTHING
        for agreed in force:
            rule = rule >> institution(agreed.contract, inside)
        return _with_inside(self.stage, replace(inside, institution=rule))

    def _phase(self, state: Table, views: Mapping[str, View]) -> str:
        if any(view.kind != "act" for view in views.values()):
            return "inner"
        if state.phase == "propose" and state.acts % self.every:
            return "act"
        return state.phase

    def _bound_by(self, state: Table, views: Mapping[str, View]) -> dict[str, list[int]]:
        """{player: positions of the offers that it has a say in}."""
        asked: dict[str, list[int]] = {}
        for k, offer in enumerate(state.offered):
            for player in offer.bound:
                if player != offer.by:
                    asked.setdefault(player, []).append(k)
        return {player: asked[player] for player in views if player in asked}

    def asked(self, state: Table) -> Mapping[str, View]:
        views = self._under(state).asked(state.inner)
        phase = self._phase(state, views)
        told = {player: self._told(view, state) for player, view in views.items()}
        if phase == "propose":
            return {player: self._propose(view) for player, view in told.items()}
        if phase == "vote":
            return {p: self._vote(told[p], offers, state) for p, offers in self._bound_by(state, views).items()}
        return told

    def _told(self, view: View, state: Table) -> View:
        force = [f"  {agreed.contract.words}" for agreed in state.force]
        rules = "\n".join([view.rules, *(["Contracts in force, paid every round:"] if force else []), *force])
        news = "\n".join(part for part in (view.news, *state.told.get(view.player, ())) if part)
        contracts = tuple(agreed.contract for agreed in state.force)
        return replace(view, rules=rules, news=news, numbers={**view.numbers, "contracts": contracts})

    def _propose(self, view: View) -> View:
        about = "a contract in the language of the rules, to be accepted by all who would have to pay; empty for none"
        choice = Choice("contract", about, text=True, high=self.most, default="")
        bound = f"Nobody may owe more than {decimal(self.bound, 6)} in one round. Contracts move money between players only."
        rules = f"{view.rules}\nBefore you act, you may propose a contract. Its language:\n{GRAMMAR}\n{bound}"
        return replace(view, rules=rules, choices=(choice,), kind="propose")

    def _vote(self, view: View, offers: list[int], state: Table) -> View:
        lines = [
            "You would have to pay under these contracts, each in force only if all who would have to pay accept it:"
        ]
        lines += [f"  contract {k + 1}, by {state.offered[k].by}: {state.offered[k].words}" for k in offers]
        choices = tuple(
            Choice(f"contract {k + 1}", state.offered[k].words, (ACCEPT, REFUSE), default=REFUSE) for k in offers
        )
        numbers = {**view.numbers, "offers": {f"contract {k + 1}": state.offered[k] for k in offers}}
        return replace(
            view,
            news="\n".join([view.news, *lines] if view.news else lines),
            choices=choices,
            numbers=numbers,
            kind="vote",
        )

    # ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────

    def settle(self, state: Table, answers: Mapping[str, Answer]) -> Settled:
        stage = self._under(state)
        views = stage.asked(state.inner)
        phase = self._phase(state, views)
        if phase == "propose":
            return self._proposed(state, views, answers)
        if phase == "vote":
            votes = {
                k: all(answers[p][f"contract {k + 1}"] == ACCEPT for p in offer.bound if p != offer.by)
                for k, offer in enumerate(state.offered)
            }
            return self._agreed(state, votes)
        found = stage.settle(state.inner, answers)
        if phase == "inner":
            return replace(found, state=replace(state, inner=found.state))
        return self._paid(state, found, answers)

    def _proposed(self, state: Table, views: Mapping[str, View], answers: Mapping[str, Answer]) -> Settled:
        vocabulary, offered, events = Vocabulary.of(views), [], []
        told: dict[str, tuple[str, ...]] = {}
        for player in views:
            text = str(answers[player]["contract"])
            if not text.strip():
                continue
            try:
                offer = compiled(text, vocabulary, player)
                self._afford(offer, state.force, vocabulary)
            except InputError as error:
                told[player] = (f"Your contract {quoted(text, self.most)} was refused. {error}",)
                events.append(Event("refused", player, about=str(error)))
                continue
            offered.append(offer)
            events.append(Event("proposal", player, amount=float(_largest(offer, vocabulary)), about=offer.words))
        after = replace(state, phase="vote", offered=tuple(offered), told=told)
        if self._bound_by(after, views):
            return Settled(after, {}, events=tuple(events))
        settled = self._agreed(after, dict.fromkeys(range(len(offered)), True))
        return replace(settled, events=(*events, *settled.events))

    def _afford(self, offer: Contract, force: Sequence[Agreed], vocabulary: Vocabulary) -> dict[str, Fraction]:
        """What each payer may owe by it. Raises InputError where that is, with what is in force, more than the bound."""
        owes = {}
        for player, owed in offer.worst(vocabulary).items():
            if owed is None:
                raise InputError(
                    where="contract",
                    needed=f"a bound on what {player} may owe",
                    found="none: the number that it pays by has no upper bound",
                )
            total = owed + sum(agreed.owes.get(player, Fraction(0)) for agreed in force)
            owes[player] = owed
            if total > self.bound:
                raise InputError(
                    where="contract",
                    needed=f"at most {decimal(self.bound, 6)} that {player} may owe in one round",
                    found=f"up to {decimal(total, 6)}" + (", with what is in force" if total > owed else ""),
                )
        return owes

    def _agreed(self, state: Table, votes: Mapping[int, bool]) -> Settled:
        vocabulary = Vocabulary.of(self._under(state).asked(state.inner))
        force, events, lines = list(state.force), [], []
        until = float("inf") if self.lasts is None else state.acts + self.lasts
        for k, offer in enumerate(state.offered):
            name = f"The contract of {offer.by} ({offer.words})"
            if not votes[k]:
                lines.append(f"{name} was not accepted.")
                events.append(Event("refused", offer.by, about=f"not accepted: {offer.words}"))
                continue
            try:
                owes = self._afford(offer, force, vocabulary)
            except InputError as error:
                lines.append(f"{name} was accepted and cannot be in force beside the others. {error}")
                events.append(Event("refused", offer.by, about=str(error)))
                continue
            force.append(Agreed(offer, until, owes))
            lines.append(f"{name} is in force.")
            events += [Event("contract", offer.by, payer, about=offer.words) for payer in offer.bound]
        told = {player: (*state.told.get(player, ()), *lines) for player in self.players}
        ruled = self._ruled(force) if len(force) > len(state.force) else state.ruled
        after = replace(state, phase="act", offered=(), force=tuple(force), told=told, ruled=ruled)
        return Settled(after, {}, events=tuple(events))

    def _paid(self, state: Table, found: Settled, answers: Mapping[str, Answer]) -> Settled:
        due = [(term, term.owed(answers)) for agreed in state.force for term in agreed.contract.terms]
        total: dict[str, Fraction] = {}
        for term, owed in due:
            total[term.payer] = total.get(term.payer, Fraction(0)) + owed
        transfers, events = dict(found.transfers), []
        paid_here = repeated_inside(self.stage) is None  # elsewhere it is in the payoffs
        for term, owed in due:
            if not owed:
                continue
            part = min(Fraction(1), self.bound / total[term.payer])  # numbers may have grown since it was agreed
            each = float(part * owed / len(term.payees))
            events += [Event("payment", term.payer, payee, each, about=term.words) for payee in term.payees]
            if paid_here:
                transfers[term.payer] = transfers.get(term.payer, 0.0) - float(part * owed)
                for payee in term.payees:
                    transfers[payee] = transfers.get(payee, 0.0) + each
        acts = state.acts + 1
        lasting = tuple(agreed for agreed in state.force if agreed.until > acts)
        ended = tuple(f"Over: {agreed.contract.words}." for agreed in state.force if agreed.until <= acts)
        told = dict.fromkeys(self.players, ended) if ended else {}
        ruled = self._ruled(lasting) if ended else state.ruled
        after = Table(found.state, "propose", acts, (), lasting, told, ruled)
        return replace(found, state=after, transfers=transfers, events=(*found.events, *events))


def _largest(offer: Contract, vocabulary: Vocabulary) -> Fraction:
    return max((owed for owed in offer.worst(vocabulary).values() if owed is not None), default=Fraction(0))


def repeated_inside(stage: Stage) -> Repeated | None:
    """The repeated game that a stage is, or has talk around."""
    while isinstance(stage, Talking):
        stage = stage.stage
    return stage if isinstance(stage, Repeated) else None


def _with_inside(stage: Stage, inside: Repeated) -> Stage:
    if isinstance(stage, Talking):
        return Talking(
            _with_inside(stage.stage, inside), stage.rounds, stage.every, stage.hears, stage.most, stage.gate
        )
    return inside


def institution(contract: Contract, stage: Repeated) -> Institution:
    """The contract as moves: payments on the actions that its conditions speak of. Exact."""
    game, moves = stage.game, []
    for term in contract.terms:
        on = tuple(dict.fromkeys(condition.player for condition in term.conditions))
        labels = [game.actions[game.index(player)] for player in on]
        shape, cells = tuple(map(len, labels)), []
        for flat in range(_size(shape)):
            done = dict(zip(on, _cell(flat, shape), strict=True))
            said = {player: Answer({"action": labels[on.index(player)][k]}) for player, k in done.items()}
            cells.append(term.owed(said))
        signals = tuple(f"action of {player}" for player in on)
        moves.append(Pay(term.payer, signals, filled(shape, [-owed for owed in cells])))
        share = [owed / len(term.payees) for owed in cells]
        moves += [Pay(payee, signals, filled(shape, share)) for payee in term.payees]
    return Moves.of(contract.words, moves)


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for count in shape:
        total *= count
    return total


def _cell(flat: int, shape: tuple[int, ...]) -> list[int]:
    """Positions of a flat index in C order."""
    found: list[int] = []
    for count in reversed(shape):
        flat, k = divmod(flat, count)
        found.insert(0, k)
    return found

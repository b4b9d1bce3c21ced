"""Talk before acts: players exchange messages for some rounds, whoever hears whom, before any stage goes on.

Messages are cheap: they move no payoff and bind nobody (`agents.contracts` has words that bind). All speak at the same time in a
round of talk; what is heard comes as quoted lines in the `news` (`agents.quote`), so that it cannot pose as a rule. A gate may
withhold a message (`rulewright.guard.Guard.message` is one): that it did is an event, and told to the speaker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import InputError
from ..guard.act import Verdict
from .quote import said
from .stage import Event, Settled, Stage
from .view import Answer, Choice, View

Gate = Callable[[str, tuple[str, ...], str], Verdict]
"""(sender, hearers, text) → whether it may pass, and why not."""
Heard = tuple[tuple[str, str], ...]
"""(who, words), in the order of the players."""


@dataclass(frozen=True)
class Conversation:
    """A stage in the middle of talk."""

    inner: Any
    acts: int = 0
    """Rounds of acts that are over."""
    spoken: int = 0
    """Rounds of talk since the last act."""
    heard: Mapping[str, Heard] = field(default_factory=dict)
    """{player: what it has heard since the last act}."""
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """{player: what it is told about its own words}."""


@dataclass(frozen=True)
class Talking:
    """`stage`, with `rounds` rounds of talk before every `every`-th round of acts, the first included."""

    stage: Stage
    rounds: int = 1
    every: int = 1
    hears: Mapping[str, tuple[str, ...]] | None = None
    """{speaker: who hears it}; everybody hears everybody if left out. Who is heard by nobody is not asked."""
    most: int = 500
    """Characters of a message."""
    gate: Gate | None = None
    name: str = field(init=False)
    players: tuple[str, ...] = field(init=False)
    best: float = field(init=False)

    def __post_init__(self) -> None:
        if self.rounds < 1 or self.every < 1 or self.most < 1:
            raise InputError(
                where="talk",
                needed="at least 1 round of talk, before at least every round, of at least 1 character",
                found=f"rounds {self.rounds}, every {self.every}, most {self.most}",
            )
        named = [] if self.hears is None else [*self.hears, *(name for each in self.hears.values() for name in each)]
        unknown = [name for name in named if name not in self.stage.players]
        if unknown:
            known = ", ".join(self.stage.players)
            raise InputError(where="who hears whom", needed=f"players among {known}", found=unknown[0])
        object.__setattr__(self, "name", f"{self.stage.name}, with talk")
        object.__setattr__(self, "players", self.stage.players)
        object.__setattr__(self, "best", self.stage.best)

    def hearers(self, speaker: str) -> tuple[str, ...]:
        """Who is to hear a player."""
        listed = self.players if self.hears is None else self.hears.get(speaker, ())
        return tuple(player for player in listed if player != speaker)

    def start(self, seed: int) -> Conversation:
        return Conversation(self.stage.start(seed))

    def asked(self, state: Conversation) -> Mapping[str, View]:
        views = self.stage.asked(state.inner)
        speakers = self._speakers(state, views)
        if not speakers:
            return {player: self._act(view, state) for player, view in views.items()}
        return {player: self._talk(views[player], state) for player in speakers}

    def _speakers(self, state: Conversation, views: Mapping[str, View]) -> tuple[str, ...]:
        """Who is to speak now; nobody where it is time to act."""
        if state.spoken >= self.rounds or state.acts % self.every or any(view.kind != "act" for view in views.values()):
            return ()
        return tuple(player for player in views if self.hearers(player))

    def _act(self, view: View, state: Conversation) -> View:
        heard = state.heard.get(view.player, ())
        news = "\n".join(part for part in (view.news, self._news(view.player, state)) if part)
        return replace(view, news=news, numbers={**view.numbers, "heard": heard})

    def _news(self, player: str, state: Conversation) -> str:
        lines = [said(who, words, self.most) for who, words in state.heard.get(player, ())]
        return "\n".join([*lines, *state.told.get(player, ())])

    def _talk(self, view: View, state: Conversation) -> View:
        hearers = ", ".join(self.hearers(view.player))
        about = f"what you write to {hearers}; empty for silence"
        choice = Choice("message", about, text=True, high=self.most, default="")
        rules = (
            f"{view.rules}\nBefore acts there are {self.rounds} round(s) of talk: what is written then moves no payment and binds "
            f"nobody. This is round {state.spoken + 1} of talk."
        )
        return replace(self._act(view, state), rules=rules, choices=(choice,), kind="talk")

    def settle(self, state: Conversation, answers: Mapping[str, Answer]) -> Settled:
        speakers = self._speakers(state, self.stage.asked(state.inner))
        if speakers:
            return self._spoken(state, {player: str(answers[player]["message"]) for player in speakers})
        found = self.stage.settle(state.inner, answers)
        return replace(found, state=Conversation(found.state, state.acts + self._is_act(state)))

    def _is_act(self, state: Conversation) -> int:
        return int(all(view.kind == "act" for view in self.stage.asked(state.inner).values()))

    def _spoken(self, state: Conversation, words: Mapping[str, str]) -> Settled:
        heard: dict[str, list[tuple[str, str]]] = {player: list(state.heard.get(player, ())) for player in self.players}
        told, events = dict(state.told), []
        for speaker, text in words.items():
            if not text.strip():
                continue
            hearers = self.hearers(speaker)
            verdict = None if self.gate is None else self.gate(speaker, hearers, text)
            if verdict is not None and not verdict.allowed:
                events += [Event("withheld", speaker, hearer, about=verdict.reason) for hearer in hearers]
                why = f": {verdict.reason}" if verdict.reason else ""
                told[speaker] = (*told.get(speaker, ()), f"Your message was withheld{why}.")
                continue
            events += [Event("message", speaker, hearer, about=text) for hearer in hearers]
            for hearer in hearers:
                heard[hearer].append((speaker, text))
        kept = {player: tuple(lines) for player, lines in heard.items()}
        return Settled(replace(state, spoken=state.spoken + 1, heard=kept, told=told), {}, events=tuple(events))

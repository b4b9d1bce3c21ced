"""A Markov game as a stage: everybody is told the state, acts, is paid for the round, and the state moves on by its law.

An institution is applied to every state's stage game (`MarkovGame.through`): payments read the state and this round's acts.
People's best is the finite-horizon optimum of the goal, by backward induction, undiscounted: episodes are counted in rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.markov import MarkovGame
from ...institution.institution import Institution
from ...institution.words import sentence
from ...numerics.rational import Array, decimal, floats
from ..stage import Settled
from ..view import Answer, Choice, View
from .told import DIGITS, MOST, cases, law, ranges


@dataclass(frozen=True)
class Position:
    """Where the play is."""

    seed: int
    round: int
    state: int
    last: str = ""
    """What everybody saw of the last round."""
    past: tuple[tuple[int, ...], ...] = ()
    """(state, *acts of all), round by round."""


@dataclass(frozen=True)
class Markov:
    """`rounds` rounds of a Markov game, under an institution of payments and cares."""

    game: MarkovGame
    rounds: int = 10
    institution: Institution | None = None
    goal: Array | None = None
    """[state, *actions] of the base game; its designer's payoff, or the sum of all, if left out."""
    name: str = "Markov game"
    about: str = ""
    most: int = MOST
    players: tuple[str, ...] = field(init=False)
    """Those who have a choice in some state."""

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise InputError(where=self.name, needed="at least one round", found=str(self.rounds))
        object.__setattr__(self, "players", tuple(self.game.players[i] for i in self.game.active))
        _ = self.wanted, self.after

    @cached_property
    def base(self) -> MarkovGame:
        """In floats."""
        return self.game.floats

    @cached_property
    def after(self) -> MarkovGame:
        """Under the institution, in floats."""
        return (self.game if self.institution is None else self.game.through(self.institution)).floats

    @cached_property
    def wanted(self) -> Array:
        """[state, *actions]: what people get in a round."""
        if self.goal is not None:
            return floats(self.game.per_round(self.goal))
        return self.base.goal if self.base.designer else self.base.total

    @cached_property
    def best(self) -> float:
        """max of the expected sum of the goal over all rounds."""
        ahead = np.zeros(self.base.state_count)
        for _ in range(self.rounds):
            worth = self.wanted + self.base.transition @ ahead
            ahead = np.array([worth[s][np.ix_(*self.base.joint_available(s))].max() for s in range(len(ahead))])
        return float(self.base.start @ ahead)

    # ── a round ─────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, seed: int) -> Position:
        rng = np.random.default_rng([seed, 0])
        return Position(seed, 1, int(rng.choice(self.base.state_count, p=self.base.start / self.base.start.sum())))

    def _choosing(self, s: int) -> list[int]:
        return [i for i in self.game.active if self.game.available[i][s].sum() > 1]

    def asked(self, state: Position) -> Mapping[str, View]:
        return {self.game.players[i]: self._view(i, state) for i in self._choosing(state.state)}

    def _view(self, i: int, state: Position) -> View:
        s = state.state
        options = self._options(i, s)
        news = [state.last, f"The state is {self.game.states[s]}."]
        rules = self._setting(i)
        spelt = [line for where in range(self.game.state_count) for line in self._state(i, where)]
        (rules if len(spelt) <= self.most else news).extend(spelt if len(spelt) <= self.most else self._state(i, s))
        choosing = self._choosing(s)
        here: Any = (slice(None), *np.ix_(*self.after.joint_available(s)))
        table = self.after.payoff[:, s][here][choosing]
        numbers: dict[str, Any] = {
            "payoff": table.reshape(len(choosing), *(len(self._options(j, s)) for j in choosing)),
            "index": choosing.index(i),
            "past": self._seen(state),
            "rounds": self.rounds,
            "state": s,
            "worth": self.after.payoff,
            "transition": self.after.transition,
        }
        choice = Choice("action", "what you do this round", options, default=options[0])
        return View(
            self.game.players[i], state.round, "\n".join(rules), "\n".join(filter(None, news)), (choice,), numbers
        )

    def _seen(self, state: Position) -> tuple[tuple[int, ...], ...]:
        """What those who choose now did in the last round, among the options of now; () where the state was another."""
        if not state.past or state.past[-1][0] != state.state:
            return ()
        at = self.game.joint_available(state.state)
        return (tuple(int(np.flatnonzero(at[j] == state.past[-1][1 + j])[0]) for j in self._choosing(state.state)),)

    def _options(self, i: int, s: int) -> tuple[str, ...]:
        return tuple(
            label for label, there in zip(self.game.actions[i], self.game.available[i][s], strict=True) if there
        )

    def _setting(self, i: int) -> list[str]:
        lines = [
            f"You are {self.game.players[i]}. All choose at the same time, {self.rounds} rounds in all.",
            f"Everybody sees the state, which is one of {', '.join(self.game.states)}; what all do moves it.",
        ]
        lines += [self.about] if self.about else []
        if self.institution is not None:
            lines.append(f"The rule, by what was done in the round: {sentence(self.institution, self.game.stage(0))}.")
        if float(self.base.discount[i]) < 1:
            lines.append(f"What comes a round later counts {decimal(self.base.discount[i], DIGITS)} of it to you.")
        return lines

    def _state(self, i: int, s: int) -> list[str]:
        """What may happen in a state, to one player."""
        here = np.ix_(*self.after.joint_available(s))
        axes = [(player, self._options(j, s)) for j, player in enumerate(self.game.players)]
        payoff, moves = self.after.payoff[i, s][here], self.after.transition[s][here]
        spelt = cases(axes, payoff, self.most)
        if not spelt:
            return [
                f"In {self.game.states[s]} you are paid, the rule included:",
                *ranges(self.game.players[i], axes[i][1], i, payoff, self.most),
            ]
        rows = moves.reshape(-1, self.game.state_count)
        nexts = [
            f"; the next state is {law(self.game.states, row)}" if len(self.game.states) > 1 else "" for row in rows
        ]
        return [
            f"In {self.game.states[s]} you are paid, the rule included:",
            *(line + after for line, after in zip(spelt, nexts, strict=True)),
        ]

    # ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────

    def settle(self, state: Position, answers: Mapping[str, Answer]) -> Settled:
        s, acts = state.state, []
        for i, player in enumerate(self.game.players):
            asked = player in answers
            acts.append(
                self.game.actions[i].index(answers[player]["action"])
                if asked
                else int(self.game.joint_available(s)[i][0])
            )
        cell = (s, *acts)
        payoffs = {p: float(self._given[(i, *cell)]) for i, p in self._playing}
        moved = {p: float(self.after.transfer[(i, *cell)]) for i, p in self._playing}
        chances = self.base.transition[cell]
        rng = np.random.default_rng([state.seed, state.round])
        ahead = int(rng.choice(len(chances), p=chances / chances.sum()))
        did = ", ".join(f"{self.game.players[i]}: {self.game.actions[i][acts[i]]}" for i in self._choosing(s))
        last = f"Last round, in {self.game.states[s]}: {did or 'nobody had a choice'}."
        over = state.round >= self.rounds
        after = Position(state.seed, state.round + 1, ahead, last, (*state.past, (s, *acts)))
        return Settled(after, payoffs, moved, float(self.wanted[cell]), over=over)

    @property
    def _playing(self) -> list[tuple[int, str]]:
        return [(i, self.game.players[i]) for i in self.game.active]

    @cached_property
    def _given(self) -> Array:
        """[player, state, *actions]: what the base game gives, without money."""
        return self.base.payoff - self.base.transfer

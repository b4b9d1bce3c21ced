"""Any game under any institution, with private knowledge: each player is shown its own type and no other.

In each round types are drawn anew from the prior. What the institution lets players say, learn or do is asked for part by part: a
message and an act, or a reply to each message that may be heard, said before it is (the strategy method). After the round a
player is told its own act and the money that came to it; what else everybody sees is said by `public` and `tell`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...institution.institution import Institution
from ...institution.words import sentence
from ...numerics.rational import Array, decimal, floats
from ..stage import Settled
from ..view import Answer, Choice, View
from .induced import ACT, Induced, induce
from .told import DIGITS, MOST, cases, law, ranges


@dataclass(frozen=True)
class Dealt:
    """A round in which types are drawn."""

    seed: int
    round: int
    types: tuple[int, ...]
    """Positions, of all players of the induced game."""
    told: Mapping[str, str] = field(default_factory=dict)
    """{player: what it learnt of the last round}."""
    past: tuple[tuple[int, ...], ...] = ()
    """Acts of all, round by round, where everybody sees them."""


@dataclass(frozen=True)
class Bayesian:
    """`rounds` independent rounds of one game, under an institution made of any of the seven words."""

    game: Game
    rounds: int = 1
    institution: Institution | None = None
    goal: Array | None = None
    """[*types, *actions] of the base game; its designer's payoff, or the sum of all, if left out."""
    name: str = "game"
    about: str = ""
    """What everybody is told of the game, beside its tables."""
    public: bool | None = None
    """Whether everybody sees everybody's acts after a round; if None, where nobody has anything private to know or to say."""
    tell: tuple[str, ...] = ()
    """Signals of the induced game whose outcome everybody is told after a round."""
    most: int = MOST
    """Cases of a table that are spelt out."""
    money_weight: float = 0.0
    """κ: what a unit of money that the institution pays out costs people, in units of the goal."""
    players: tuple[str, ...] = field(init=False)
    """Those of the induced game who have a choice; where nobody has, the game plays itself."""

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise InputError(where=self.name, needed="at least one round", found=str(self.rounds))
        for signal in self.tell:
            self.induced.game.signal(signal)
        object.__setattr__(self, "players", tuple(self.after.players[i] for i in self.after.active))

    @cached_property
    def induced(self) -> Induced:
        """The game under the institution."""
        return induce(self.game, self.institution, self.goal)

    @property
    def after(self) -> Game:
        """The induced game, in floats."""
        return self.induced.game

    @cached_property
    def best(self) -> float:
        """Σ_θ p(θ)·max_a goal(θ, a) of the base game, for all rounds: on average over types."""
        wanted = induce(self.game, None, self.goal).goal
        prior = floats(self.game.prior)
        return float((prior * wanted.reshape(*prior.shape, -1).max(axis=-1)).sum()) * self.rounds

    @cached_property
    def _open(self) -> bool:
        if self.public is not None:
            return self.public
        plain = all(part == ACT for form in self.induced.forms for part, _ in form.parts)
        return plain and max(self.after.type_counts) == 1

    # ── a round ─────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, seed: int) -> Dealt:
        return self._dealt(seed, 1, {}, ())

    def _dealt(self, seed: int, number: int, told: Mapping[str, str], past: tuple[tuple[int, ...], ...]) -> Dealt:
        prior = self.after.prior
        at = np.random.default_rng([seed, number]).choice(prior.size, p=prior.ravel() / prior.sum())
        return Dealt(seed, number, tuple(int(k) for k in np.unravel_index(at, prior.shape)), told, past)

    def asked(self, state: Dealt) -> Mapping[str, View]:
        return {player: self.view(player, state) for player in self.players}

    def view(self, player: str, state: Dealt) -> View:
        """What a player is shown: of the types, its own and no other."""
        i = self.after.index(player)
        own = state.types[i]
        typed = self.after.type_counts[i] > 1
        news = [state.told.get(player, "")]
        if typed:
            news += [f"This round you know: {self.after.types[i][own]}.", *self._payoffs(i, own)]
        rules = [*self._setting(i), *([] if typed else self._payoffs(i, own))]
        active = self.after.active
        bare = [part for part, _ in self.induced.forms[i].parts] == [ACT]
        numbers: dict[str, Any] = {
            "payoff" if bare else "table": self._knowing(i, own),
            "index": active.index(i),
            "rounds": self.rounds,
            "type": self.after.types[i][own],
            "past": tuple(tuple(cell[j] for j in active) for cell in state.past),
        }
        choices = tuple(_choice(part, options) for part, options in self.induced.forms[i].parts)
        return View(player, state.round, "\n".join(rules), "\n".join(filter(None, news)), choices, numbers)

    def _knowing(self, i: int, own: int) -> Array:
        """[active player, *its actions]: expected payoffs, of what i knows when it has a type."""
        game, axes = self.after, tuple(range(1, 1 + self.after.n))
        chance = np.take(game.prior, [own], axis=i)
        table = np.take(game.payoff, [own], axis=1 + i)
        chance = (chance / chance.sum()).reshape(1, *chance.shape, *(1,) * game.n)
        mean = (table * chance).sum(axis=axes)[list(game.active)]
        return np.asarray(mean.reshape(len(mean), *(game.action_counts[j] for j in game.active)))

    def _setting(self, i: int) -> list[str]:
        game = self.after
        lines = [f"You are {game.players[i]}. All choose at the same time, {self.rounds} round(s) in all."]
        lines += [self.about] if self.about else []
        if self.institution is not None:
            lines.append(f"The rule: {sentence(self.institution, self.game)}.")
        typed = [j for j, count in enumerate(game.type_counts) if count > 1]
        for j in typed:
            lines.append(f"What {game.players[j]} may know: {'; '.join(game.types[j])}. Nobody else sees which it is.")
        support = np.argwhere(game.prior > 0)
        if typed and len(support) <= self.most:
            labels = [", ".join(f"{game.players[j]}: {game.types[j][at[j]]}" for j in typed) for at in support]
            lines.append(
                f"Before anybody is told: {law(labels, game.prior[tuple(support.T)])}. It is drawn anew each round."
            )
        if len(self.induced.forms[i].parts) > 1:
            lines.append(
                "You say all of your choices now; a reply to what you may be told counts where you are told it."
            )
        return lines

    def _payoffs(self, i: int, own: int) -> list[str]:
        """What its acts bring a player of a type, others' types unknown to it."""
        game = self.after
        possible = [j for j in range(game.n) if j != i and game.type_counts[j] > 1]
        axes = [(f"{game.players[j]} knows", game.types[j] if j != i else (game.types[j][own],)) for j in range(game.n)]
        axes += [(game.players[j], game.actions[j]) for j in range(game.n)]
        table = np.take(game.payoff[i], [own], axis=i)
        spelt = cases(axes, table, self.most) or ranges(game.players[i], game.actions[i], game.n + i, table, self.most)
        knowing = " by what the others may know and do" if possible else ""
        return [f"What each outcome is worth to you, payments included{knowing}:", *spelt]

    # ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────

    def settle(self, state: Dealt, answers: Mapping[str, Answer]) -> Settled:
        game, found = self.after, self.induced
        acts = tuple(
            form.position(answers[player].values) if player in self.players else 0
            for player, form in zip(game.players, found.forms, strict=True)
        )
        cell: tuple[Any, ...] = (*state.types, *acts)
        money = found.sure[(slice(None), *cell)].copy()
        outcomes = self._drawn(state, cell)
        for draw in found.draws:
            money[draw.player] += draw.amounts[outcomes[draw.signal]]
        at = {player: game.index(player) for player in self.players}
        payoffs = {player: float(found.base[(i, *cell)]) for player, i in at.items()}
        moved = {player: float(money[i]) for player, i in at.items()}
        told = {player: self._after(i, state, acts, moved[player], outcomes) for player, i in at.items()}
        over = state.round >= self.rounds
        past = (*state.past, acts) if self._open else ()
        after = state if over else self._dealt(state.seed, state.round + 1, told, past)
        goal = float(found.goal[cell]) - self.money_weight * float(money.sum())
        return Settled(after, payoffs, moved, goal, over=over)

    def _drawn(self, state: Dealt, cell: tuple[int, ...]) -> dict[str, int]:
        """An outcome of every signal that matters; what several ask for is drawn once."""
        rng = np.random.default_rng([state.seed, state.round, 1])
        laws = dict(self.induced.signals)
        laws |= {name: self.after.signal(name).law for name in self.tell if self._alias(name) not in laws}
        drawn = {name: int(rng.choice(table.shape[-1], p=_law(table[cell]))) for name, table in laws.items()}
        return drawn | {name: drawn[self._alias(name)] for name in self.tell if self._alias(name) in drawn}

    def _alias(self, name: str) -> str:
        """Under which name payments on this signal alone are drawn."""
        return next((key for key in self.induced.signals if key.startswith(f"payments on {name} (")), "")

    def _after(self, i: int, state: Dealt, acts: tuple[int, ...], money: float, outcomes: Mapping[str, int]) -> str:
        game = self.after
        who = list(game.active) if self._open else [i]
        knew = f" you knew {game.types[i][state.types[i]]};" if game.type_counts[i] > 1 else ""
        did = ", ".join(f"{'you' if j == i else game.players[j]}: {game.actions[j][acts[j]]}" for j in who)
        lines = [f"Last round{knew} {did}."]
        if self.institution is not None:
            lines.append(f"The rule moved {decimal(money, DIGITS)} to you.")
        lines += [f"Everybody saw: {name} is {game.signal(name).outcomes[outcomes[name]]}." for name in self.tell]
        return " ".join(lines)


def _law(row: Array) -> Array:
    return row / row.sum()


def _choice(part: str, options: tuple[str, ...]) -> Choice:
    return Choice(part, "what you do this round" if part == ACT else "", options, default=options[0])

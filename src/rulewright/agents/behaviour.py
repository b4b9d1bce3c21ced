"""What readers do in a game, as a behaviour: `readers(game) → Prediction`, from drawn answers, with what they leave open.

Readers of one game do not hear each other before they act, so each (player, type) is asked on its own, `plays` times, and the
play is the product of the shares of their answers,

    σ̂_i(a | θ_i) = (answers a of player i of type θ_i) / plays

Its regret is that of σ̂. Two intervals go with it, of a statistical grade: Clopper & Pearson's for each share, and for all of
them at once a ball of radius r in total variation around each σ̂_i(· | θ_i) (Weissman et al. 2003, see
`behaviour.estimation.confidence`; the error split evenly), within which regret and goal are bounded by

    | goal(σ) − goal(σ̂) |        ≤ range(goal) · Σ_i r_i
    | regret_i(σ) − regret_i(σ̂) | ≤ max_a range( u_i(a, ·) − u_i(σ̂_i, ·) ) · Σ_{j≠i} r_j + range_a(u_i) · r_i

(r of two actions is the wider side of Clopper & Pearson's interval, which is then a ball.)

In files: `llm:MODEL` asks a model (whoever speaks to models says how it is opened: `set_opener`), `agents:NAME` a scripted one.
"""

from __future__ import annotations

import asyncio
import difflib
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from ..behaviour.behaviour import Behaviour, known, register
from ..behaviour.estimation.confidence import BOUNDED, Interval, ball, binomial, checked
from ..behaviour.prediction import Plays, goal_on
from ..errors import InputError, MissingExtra
from ..game.game import Game
from ..game.play import Play, interim, marginal
from ..numerics.rational import Array
from .personalities import personality
from .player import Player
from .reader import Full, Persona, Reader
from .reader import persona as known_persona
from .request import Model
from .stages.bayesian import Bayesian, Dealt
from .view import Answer

T = TypeVar("T")
Opener = Callable[[str], Model]
PLAYS = 20
"""Answers of each player and type, where nothing else is said."""

open_model: Opener | None = None
"""From the text after `llm:` to a model; `set_opener` sets it."""
_OWN: dict[str, Callable[[int], Player]] = {}


def set_opener(opener: Opener | None) -> None:
    """Say how models are opened by name; None forgets it."""
    global open_model
    open_model = opener


def register_player(name: str, make: Callable[[int], Player]) -> None:
    """Make `agents:NAME` work for a player of one's own; `make` gets the seed of one play."""
    _OWN[name] = make


def opened(spec: str) -> Model:
    """The model of that name. Raises MissingExtra where nobody has said how models are opened."""
    if open_model is None:
        raise MissingExtra(
            where=f"behaviour llm:{spec}",
            needed="somebody who opens models by name",
            found="nobody",
            remedy="Install rulewright[llm] and import rulewright.extras.llm, or give Readers(model) a model of your own.",
        )
    return open_model(spec)


@dataclass(frozen=True, eq=False)
class Answered(Plays):
    """A prediction from answers: one play, and intervals. Its `span` is that of the play; `goal_interval` says how sure it is."""

    n: int = 0
    """Answers of each player and type."""
    seeds: tuple[int, ...] = ()
    level: float = 0.95
    counts: tuple[Array, ...] = field(default=(), repr=False)
    """Per player [type, action]: answers."""
    defaulted: int = 0
    """Answers that were no valid ones, in whose place the stated default stands."""

    @property
    def play(self) -> Play:
        return self.plays[0]

    def share(self, player: str, action: str, kind: str | None = None) -> Interval:
        """Clopper and Pearson's interval of how often a player (of a type) chooses an action; this one share alone."""
        i = self.game.index(player)
        kinds = self.game.types[i]
        if kind not in kinds and (kind is not None or len(kinds) > 1):
            raise InputError(
                where=f"share of {player}", needed=f"one of its types: {', '.join(kinds)}", found=repr(kind)
            )
        t = 0 if kind is None else kinds.index(kind)
        return binomial(int(self.counts[i][t, self.game.actions[i].index(action)]), self.n, self.level)

    @property
    def radii(self) -> tuple[float, ...]:
        """Per player: the ball that holds its true shares, all players and types at once, with probability `level`."""
        active = self.game.active
        asked = max(sum(self.game.type_counts[i] for i in active), 1)
        each = 1 - (1 - self.level) / asked
        return tuple(_radius(self.counts[i], self.n, each) if i in active else 0.0 for i in range(self.game.n))

    @property
    def regret_interval(self) -> Interval:
        """Of the largest regret of any player and type."""
        off = [_off(self.play, i, self.radii) for i in self.game.active]
        regrets = _regrets(self.play)
        low = max((r - d for r, d in zip(regrets, off, strict=True)), default=0.0)
        high = max((r + d for r, d in zip(regrets, off, strict=True)), default=0.0)
        return Interval(max(0.0, float(low)), float(high), self.level, self.n, "ball", BOUNDED)

    def goal_interval(self, goal: Array) -> Interval:
        """Of the expected goal[*types, *actions]; at most from its least to its largest value."""
        table = goal_on(self.game, goal)
        here, off = self.span(goal).worst, float(table.max() - table.min()) * sum(self.radii)
        low, high = max(float(table.min()), here - off), min(float(table.max()), here + off)
        return Interval(low, high, self.level, self.n, "ball", BOUNDED)


def _radius(counts: Array, n: int, level: float) -> float:
    """Of one player, the widest over its types."""
    if counts.shape[1] > 2:
        return ball(level, counts.shape[1], n)
    sides = [(interval, k / n) for k in map(int, counts[:, 0]) for interval in (binomial(k, n, level),)]
    return max(max(share - interval.low, interval.high - share) for interval, share in sides)


def _off(play: Play, i: int, radii: tuple[float, ...]) -> float:
    """By how much i's regret may be off, within these radii: the second bound at the head of this file."""
    game = play.game
    at, own = np.moveaxis(game.payoff[i], (i, game.n + i), (0, 1)), (play.strategies or ())[i]
    worth = at.reshape(game.type_counts[i], game.action_counts[i], -1)  # [own type, own action, all else]
    gains = worth - np.einsum("ta,tar->tr", own, worth)[:, None]
    others = (gains.max(axis=2) - gains.min(axis=2)).max() * (sum(radii) - radii[i])
    return float(others + (worth.max(axis=1) - worth.min(axis=1)).max() * radii[i])


def _regrets(play: Play) -> list[float]:
    """Per active player, the largest gain of any of its types."""
    game, found = play.game, []
    for i in game.active:
        strategies = play.strategies or ()
        worth, chance = interim(game, strategies, i), marginal(game, i)
        sure = chance > 0
        gains = (worth.max(axis=1) - (worth * strategies[i]).sum(axis=1))[sure] / chance[sure]
        found.append(float(gains.max()))
    return found


@dataclass(frozen=True, eq=False)
class Asked(Behaviour):
    """Players of one kind, each (player, type) asked `plays` times. `make(seed)` gives a player that remembers nothing."""

    make: Callable[[int], Player]
    called: str
    plays: int = PLAYS
    seed: int = 0
    level: float = 0.95
    about: str = ""
    """What all are told of the game."""

    def __post_init__(self) -> None:
        if self.plays < 1 or self.seed < 0:
            raise InputError(
                where=self.called,
                needed="at least 1 play, and a seed of at least 0",
                found=f"{self.plays}, {self.seed}",
            )
        checked(self.level)

    @property
    def name(self) -> str:
        return self.called

    def __call__(self, game: Game) -> Answered:
        """Raises Unsolved where a model gives no answer."""
        stage = Bayesian(game, about=self.about)
        inner = game.floats
        keys = [(i, t) for i in inner.active for t in range(inner.type_counts[i]) if marginal(inner, i)[t] > 0]

        async def all_of() -> list[list[Answer]]:
            return await asyncio.gather(*(self._of(stage, i, t) for i, t in keys))

        answers = dict(zip(keys, awaited(all_of()), strict=True))
        counts = [np.zeros((inner.type_counts[i], inner.action_counts[i]), int) for i in range(inner.n)]
        for (i, t), given in answers.items():
            form = stage.induced.forms[i]
            np.add.at(counts[i][t], [form.position(answer.values) for answer in given], 1)
        for table in counts:  # furniture, and types that never come
            table[table.sum(axis=1) == 0, 0] = self.plays
        strategies = [table / self.plays for table in counts]
        play = Play.of(inner, strategies)
        failed = sum(answer.defaulted for given in answers.values() for answer in given)
        regret = float(play.regret)
        seeds = tuple(range(self.seed, self.seed + self.plays))
        found = Answered(
            self.name, inner, (play,), "", regret, False, self.plays, seeds, self.level, tuple(counts), failed
        )
        return replace(found, how=_how(found, len(keys)))

    async def _of(self, stage: Bayesian, i: int, t: int) -> list[Answer]:
        """The answers of one player of one type."""
        name = stage.after.players[i]
        types = tuple(t if j == i else 0 for j in range(stage.after.n))  # a view shows its own alone
        view = stage.view(name, Dealt(self.seed, 1, types))
        return await asyncio.gather(*(self.make(self.seed + k).answer(view) for k in range(self.plays)))


def _how(found: Answered, asked: int) -> str:
    whom = "1 player" if asked == 1 else f"each of {asked} players and types"
    many = f"{found.n} answer{'s' if found.n > 1 else ''} of {whom}, seeds {found.seeds[0]} to {found.seeds[-1]}"
    interval = found.regret_interval
    wrong = f"; {found.defaulted} of {found.n * asked} answers by default" if found.defaulted else ""
    return (
        f"{many}{wrong}; {interval.grade}: regret {found.residual:.3g}, {found.level:.0%} interval "
        f"{interval.low:.3g} to {interval.high:.3g} if answers are independent draws"
    )


class Readers(Asked):
    """A language model as every player. `readers(game)` asks `plays` times for each player and type, one draw each.

    temperature: where it is 0 a model says the same each time, and several draws say no more than one; give 1 play then.
    """

    def __init__(
        self,
        model: Model,
        persona: str | Persona = "plain",
        plays: int = PLAYS,
        seed: int = 0,
        *,
        temperature: float = 1.0,
        tries: int = 3,
        limit: int = 512,
        level: float = 0.95,
        about: str = "",
        called: str = "",
    ) -> None:
        first = Reader(model, persona, temperature, Full(), tries, limit, seed)
        if temperature == 0 and plays > 1:
            raise InputError(
                where="readers",
                needed="a temperature above 0 for several plays",
                found=f"temperature 0 and {plays} plays",
                remedy="Say plays=1: answers at temperature 0 are no independent draws.",
            )
        object.__setattr__(self, "reader", first)
        whom = first.persona.name if isinstance(first.persona, Persona) else first.persona
        name = called or f"llm:{model.name}" + ("" if whom == "plain" else f",persona={whom}")
        super().__init__(lambda draw: first.fresh(seed=draw, number=draw - seed), name, plays, seed, level, about)


def awaited(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, from code that does not await; beside a running loop (a notebook's) in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    found: list[T] = []
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            found.append(asyncio.run(work))
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if trouble:
        raise trouble[0]
    return found[0]


# ── names in files ──────────────────────────────────────────────────────────────────────────────────────────────────


def _settings(kind: str, text: str, parts: Mapping[str, Callable[[str], Any]]) -> tuple[str, dict[str, Any]]:
    """("spec", {setting: value}) of "spec,setting=value,…". Raises InputError."""
    spec, *rest = [part.strip() for part in text.split(",")]
    if not spec:
        raise InputError(where=f"behaviour {kind}", needed=f"a name, as in {kind}:NAME", found=repr(text))
    found: dict[str, Any] = {}
    for part in rest:
        name, sign, value = part.partition("=")
        if not sign or name not in parts or name in found:
            near = difflib.get_close_matches(name, list(parts), n=1)
            raise InputError(
                where=f"behaviour {kind}",
                needed=f"settings among {', '.join(f'{each}=' for each in parts)}, each once",
                found=repr(part),
                remedy=f"Did you mean {near[0]}=?" if near and name not in parts else "",
            )
        try:
            found[name] = parts[name](value)
        except ValueError:
            raise InputError(where=f"behaviour {kind}, {name}", needed="a number", found=repr(value)) from None
    return spec, found


def llm(text: str) -> Behaviour:
    """`llm:TEXT`. Raises InputError for a wrong setting, MissingExtra where nobody opens models."""
    parts: dict[str, Callable[[str], Any]] = {
        "persona": known_persona,
        "plays": int,
        "seed": int,
        "temperature": float,
        "tries": int,
        "limit": int,
    }
    spec, settings = _settings("llm", text, parts)
    return Readers(opened(spec), called=f"llm:{text}", **settings)


def agents(text: str) -> Behaviour:
    """`agents:TEXT`. Raises InputError for a wrong name or setting."""
    spec, settings = _settings("agents", text, {"plays": int, "seed": int, "precision": float, "tremble": float})
    own = {name: settings.pop(name) for name in ("precision", "tremble") if name in settings}
    if spec in _OWN and not own:
        return Asked(_OWN[spec], f"agents:{text}", **settings)
    personality(spec, **own)  # a wrong one is told before anything is played
    return Asked(lambda seed: personality(spec, seed=seed, **own), f"agents:{text}", **settings)


for kind, make in (("llm", llm), ("agents", agents)):
    if kind not in known():  # whoever is above may have registered it, with the opener of models
        register(kind, make)

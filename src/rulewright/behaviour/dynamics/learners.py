"""Learners as behaviours: what their play comes to, averaged over time.

`regret-matching`, `regret-matching+`, `multiplicative-weights`, and each with `optimistic-` before it; `fictitious-play`,
`stochastic-fictitious-play:λ`, `q-learning:memory`. A number after the colon is the number of steps where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ...game.game import Game
from ...game.games import Games
from ...numerics.rational import Array
from ..behaviour import Behaviour, argument, register
from ..prediction import Spans
from .fictitious import Averages, fictitious_play
from .memory import Learner, q_learning
from .regrets import OPTIMISTIC, RULES, learn
from .runs import Runs, in_parts, spans, strategic

STEPS = 4_000  # where nothing is said


@dataclass(frozen=True)
class Learning(Behaviour):
    """`runs` independent runs of `steps` steps of one of the rules in `regrets`, from the given seed."""

    steps: int = STEPS
    runs: int = 8
    seed: int = 0
    rule: str = "multiplicative-weights"

    @property
    def name(self) -> str:
        return self.rule if self.steps == STEPS else f"{self.rule}:{self.steps}"

    def __call__(self, game: Game) -> Runs:
        done = self._learn(strategic(game))
        return Runs(self.name, game, done.law, self._how, float(done.regret.max()))

    def many(self, games: Games) -> Spans:
        def one(part: Games) -> Spans:
            done = self._learn(part.payoff)
            return spans(part, done.law, done.regret, np.ones(len(part), dtype=bool), self._how)

        return in_parts(games, self.runs * 2 * int(np.prod(games.action_counts)) * games.n, one)

    def _learn(self, payoff: Array) -> Averages:
        return learn(payoff, self.steps, self.rule, runs=self.runs, seed=self.seed)

    @property
    def _how(self) -> str:
        return f"{self.runs} runs of {self.steps:,} steps, seed {self.seed}; time averages"


@dataclass(frozen=True)
class RegretMatching(Learning):
    """`runs` independent runs of `steps` steps, from the given seed."""

    rule: str = "regret-matching"


@dataclass(frozen=True)
class FictitiousPlay(Behaviour):
    """`steps` steps from each of `starts` pure profiles (drawn from `seed`; all of them where there are no more)."""

    steps: int = STEPS
    starts: int = 8
    seed: int = 0
    alternating: bool = False
    strength: float | None = None
    """λ of stochastic fictitious play; None: best replies."""

    @property
    def name(self) -> str:
        if self.strength is not None:
            return f"stochastic-fictitious-play:{self.strength:g}"
        return "fictitious-play" if self.steps == STEPS else f"fictitious-play:{self.steps}"

    def __call__(self, game: Game) -> Runs:
        done, how = self._play(strategic(game))
        gap = float(done.gap.max())
        how = f"{how}; the shares of actions, played independently, leave up to {gap:.2g} to a best reply"
        return Runs(self.name, game, done.law, how, float(np.maximum(done.regret, 0).max()))

    def many(self, games: Games) -> Spans:
        def one(part: Games) -> Spans:
            done, how = self._play(part.payoff)
            return spans(part, done.law, np.maximum(done.regret, 0), np.ones(len(part), dtype=bool), how)

        return in_parts(games, self.starts * 2 * int(np.prod(games.action_counts)) * games.n, one)

    def _play(self, payoff: Array) -> tuple[Averages, str]:
        counts = payoff.shape[2:]
        cells = int(np.prod(counts))
        if cells <= self.starts:
            picked = np.arange(cells)
        else:
            picked = np.sort(np.random.default_rng(self.seed).choice(cells, self.starts, replace=False))
        first = np.stack(np.unravel_index(picked, counts), axis=1)
        tables, start = np.repeat(payoff, len(first), axis=0), np.tile(first, (len(payoff), 1))
        done = fictitious_play(
            tables,
            self.steps,
            start=start,
            alternating=self.alternating,
            strength=self.strength,
            seed=self.seed,
            lucks=len(first),
        )
        return done, f"{len(first)} starts of {self.steps:,} steps; time averages"


LEARNER = Learner(decay=2e-4)  # random actions fade over the first third of the steps


@dataclass(frozen=True)
class QLearning(Behaviour):
    """`runs` runs of `steps` steps of Q-learning; judged by the round that greedy play then runs into."""

    learner: Learner = LEARNER
    steps: int = 60_000
    runs: int = 8
    seed: int = 0

    @property
    def name(self) -> str:
        return f"q-learning:{self.learner.memory}"

    def __call__(self, game: Game) -> Runs:
        done = q_learning(strategic(game), self.steps, self.learner, runs=self.runs, seed=self.seed)
        restless = int((done.quiet < self.steps // 10).sum())
        how = done.how + (f"; in {restless} the greedy actions still changed in the last tenth" if restless else "")
        regret = float(np.maximum(done.regret, 0).max())
        return Runs(self.name, game, done.law, how, regret, complete=not restless)

    def many(self, games: Games) -> Spans:
        def one(part: Games) -> Spans:
            done = q_learning(part.payoff, self.steps, self.learner, runs=self.runs, seed=self.seed)
            complete = np.asarray((done.quiet >= self.steps // 10).reshape(len(part), -1).all(axis=1))
            return spans(part, done.law, np.maximum(done.regret, 0), complete, done.how)

        cells = int(np.prod(games.action_counts))
        return in_parts(games, self.runs * games.n * max(games.action_counts) * cells**self.learner.memory, one)


class _Steps:
    """Reads the number of steps after the colon."""

    needed: ClassVar[str] = "a number of steps, at least 1, as in {0}:10000, or nothing"

    def __init__(self, kind: str, plain: Behaviour) -> None:
        self.kind, self.plain = kind, plain

    def __call__(self, text: str) -> Behaviour:
        if not text:
            return self.plain
        steps = int(argument(self.kind, text, int, self.needed.format(self.kind), 1))
        return replace(self.plain, steps=steps)  # type: ignore[type-var]


for _rule in (start + rule for rule in RULES for start in ("", OPTIMISTIC)):
    register(_rule, _Steps(_rule, RegretMatching() if _rule == "regret-matching" else Learning(rule=_rule)))
register("fictitious-play", _Steps("fictitious-play", FictitiousPlay()))
register(
    "stochastic-fictitious-play",
    lambda text: FictitiousPlay(
        strength=argument(
            "stochastic-fictitious-play",
            text,
            float,
            "λ, a number of at least 0, as in stochastic-fictitious-play:5",
            0,
        )
    ),
)
register(
    "q-learning",
    lambda text: QLearning(
        replace(
            LEARNER,
            memory=int(
                argument("q-learning", text or "1", int, "how many steps are remembered, as in q-learning:1", 0)
            ),
        )
    ),
)

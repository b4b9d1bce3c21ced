"""Agents that learn: regret matching (Hart & Mas-Colell 2000, Econometrica 68, unconditional form).

Every agent draws each action with probability proportional to how much better it would have done, so far, by always
playing it. Time averages approach the coarse correlated equilibria. Several runs are played at once; each is a play.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..game.game import Game
from ..game.lower import average, core, lifted_law, normal, over_plans, plans
from ..game.play import Play
from ..numerics.memory import reserve
from ..numerics.rational import Array, floats, like
from .behaviour import Behaviour, no_argument, register
from .prediction import Prediction, Span

ROUNDING = 1e-9  # regrets below this share of the payoffs' range are none


@dataclass(frozen=True, eq=False)
class Runs(Prediction):
    """Independent runs of a learning dynamic; a run is judged by its time average."""

    name: str
    game: Game
    history: Array
    """[step, run]: position of the plan profile played, in C order over the normal form of the core."""
    how: str
    residual: float
    """Largest average regret of any agent in any run, in payoff units."""
    complete: bool = True

    def span(self, goal: Array) -> Span:
        inner = core(self.game)
        worth = floats(average(self.game, like(goal, self.game.payoff)))
        table = over_plans(inner.floats, worth) if inner.prior.size > 1 else worth
        means = table.ravel()[self.history].mean(axis=0)
        low, high = int(np.argmin(means)), int(np.argmax(means))
        return Span(
            float(means[low]),
            float(means[high]),
            float(means.mean()),
            len(means),
            self.residual,
            self.play(low),
            self.play(high),
        )

    def play(self, run: int) -> Play:
        """The time average of one run, as a correlated play."""
        inner = core(self.game.floats)
        counts = [a**t for a, t in zip(inner.action_counts, inner.type_counts, strict=True)]
        weights = np.bincount(self.history[:, run], minlength=int(np.prod(counts))) / len(self.history)
        law = np.zeros(inner.payoff.shape[1:])
        table = [plans(inner, i) for i in range(inner.n)]
        at = np.unravel_index(np.flatnonzero(weights), counts)
        for profile in np.ndindex(*inner.type_counts):
            played = tuple(table[j][at[j], t] for j, t in enumerate(profile))
            np.add.at(law[profile], played, weights[weights > 0] * inner.prior[profile])
        return lifted_law(self.game.floats, law)


@dataclass(frozen=True)
class RegretMatching(Behaviour):
    """`runs` independent runs of `steps` steps, from the given seed."""

    steps: int = 4_000
    runs: int = 8
    seed: int = 0

    name = "regret-matching"

    def __call__(self, game: Game) -> Runs:
        inner = normal(core(game).floats)
        n, counts = inner.n, inner.action_counts
        payoff = inner.payoff.reshape(n, *counts)
        worth = [np.ascontiguousarray(np.moveaxis(payoff[i], i, -1)) for i in range(n)]
        reserve((self.steps, self.runs), "the history of learning")
        generator = np.random.default_rng(self.seed)
        regret = [np.zeros((self.runs, a)) for a in counts]
        history = np.empty((self.steps, self.runs), dtype=np.int64)
        each = np.arange(self.runs)
        least = [ROUNDING * float(np.ptp(table)) for table in worth]
        for step in range(self.steps):
            played = [_draw(r, x, generator.random((self.runs, 1))) for r, x in zip(regret, least, strict=True)]
            history[step] = np.ravel_multi_index(played, counts)
            for i in range(n):
                could = worth[i][tuple(played[:i] + played[i + 1 :])] if n > 1 else np.tile(worth[i], (self.runs, 1))
                regret[i] += could - could[each, played[i]][:, None]
        residual = max(float(np.maximum(r, 0).max()) / self.steps for r in regret)
        how = f"{self.runs} runs of {self.steps:,} steps, seed {self.seed}; time averages"
        return Runs(self.name, game, history, how, residual)


def _draw(regret: Array, least: float, uniform: Array) -> Array:
    """[run]: an action drawn in proportion to positive regret, uniformly where there is none."""
    weight = np.where(regret > least, regret, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    weight = np.where(total > 0, weight, 1.0)
    cumulative = np.cumsum(weight, axis=1)
    return np.minimum((uniform * cumulative[:, -1:] >= cumulative).sum(axis=1), regret.shape[1] - 1)


register("regret-matching", lambda text: no_argument("regret-matching", text, RegretMatching))

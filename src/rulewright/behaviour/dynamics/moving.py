"""Flows and populations as behaviours: where adjusting agents end up, from starts drawn at random.

`replicator`, `best-response-dynamics`, `smith`, `bnn` (number of starts after the colon), `logit-dynamics:λ`, `imitation:λ`;
`alpha-rank:α` and `moran:N` for populations with rare mutants. A start that came to rest counts as its rest point; one that
did not, as the average of its second half, and the prediction says so: it is not complete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...game.game import Game
from ...game.games import Games
from ...numerics.rational import Array
from ..behaviour import Behaviour, argument, register
from ..prediction import Spans
from .alpharank import alpha_rank
from .basins import SAME, uniform
from .flows import FLOWS, Contest
from .follow import ENDED, REST, Followed, follow
from .judge import joint, regret, relative, unit
from .runs import Runs, in_parts, spans, strategic

STARTS = 8  # where nothing is said
UNTIL = 200.0  # of time, where an own action changes payoffs by at most 1
UNTIL_JUMPS = 25.0  # best replies approach at unit speed
TOLERANCE = 1e-6
TIMES, MOST_STEPS = 101, 5_000


@dataclass(frozen=True)
class Dynamics(Behaviour):
    """Where `flow` leads from `starts` states drawn uniformly, one population for each player (plan of a player with types)."""

    flow: str = "replicator"
    strength: float = 1.0
    """λ, per unit of payoff, for flows that have one."""
    starts: int = STARTS
    seed: int = 0

    @property
    def name(self) -> str:
        kind = NAMES[self.flow]
        if FLOWS[self.flow].strength:
            return f"{kind}:{self.strength:g}"
        return kind if self.starts == STARTS else f"{kind}:{self.starts}"

    def __call__(self, game: Game) -> Runs:
        done, law, same = self._follow(strategic(game))
        kept = np.flatnonzero(~same[0])
        number = np.cumsum(~same[0]) - 1
        first = [int(number[k]) if not same[0, k] else self._twin(done, k, kept, number) for k in range(len(same[0]))]
        shares = np.bincount(first, minlength=len(kept)) / len(first)
        ways = np.bincount(done.ended, minlength=len(ENDED))
        how = f"{self.flow} from {self.starts} starts, seed {self.seed}: "
        how += ", ".join(f"{count} {name}" for name, count in zip(ENDED, ways, strict=True) if count)
        if ways[REST] < self.starts:
            how += "; those that did not come to rest count as the average of their second half"
        left = regret(strategic(game), law[kept])
        residual = float(np.maximum(left, 0).max())
        return Runs(self.name, game, law[kept], how, residual, bool(ways[REST] == self.starts), shares)

    def many(self, games: Games) -> Spans:
        def one(part: Games) -> Spans:
            done, law, same = self._follow(part.payoff)
            left = np.maximum(regret(np.repeat(part.payoff, self.starts, axis=0), law), 0)
            complete = np.asarray(done.settled.reshape(len(part), -1).all(axis=1))
            return spans(part, law, left, complete, f"{self.flow} from {self.starts} starts, seed {self.seed}", same)

        each = self.starts * max(TIMES * sum(games.action_counts), 4 * games.n * int(np.prod(games.action_counts)))
        return in_parts(games, each, one)

    def _follow(self, payoff: Array) -> tuple[Followed, Array, Array]:
        """(trajectories[game × start], law[game × start, *actions], same[game, start]: ends where an earlier one does)."""
        rows, scale = len(payoff) * self.starts, unit(payoff)
        level = relative(payoff) / scale.reshape(-1, *(1,) * (payoff.ndim - 1))
        contest = Contest(np.repeat(level, self.starts, axis=0) if len(payoff) > 1 else level)
        start = np.tile(uniform(contest.sizes, self.starts, self.seed), (len(payoff), 1))
        kind = FLOWS[self.flow]
        strength = np.repeat(self.strength * scale, self.starts)[:, None] if kind.strength else 1.0
        done = follow(
            contest,
            self.flow,
            start,
            until=UNTIL_JUMPS if kind.jumps else UNTIL,
            strength=strength,
            samples=TIMES,
            tolerance=TOLERANCE,
            step=0.05 if kind.jumps else None,
            steps=MOST_STEPS,
            look_for_cycles=len(payoff) == 1,
        )
        law = joint(contest.split(done.end))
        moving = np.flatnonzero(~done.settled)
        if len(moving):
            law[moving] = done.average(moving)
        same = np.zeros((len(payoff), self.starts), dtype=bool)
        end, rest = done.end.reshape(len(payoff), self.starts, -1), done.settled.reshape(len(payoff), -1)
        for k in range(1, self.starts):
            near = abs(end[:, :k] - end[:, k, None]).max(axis=2) <= SAME
            same[:, k] = rest[:, k] & (near & rest[:, :k]).any(axis=1)
        assert rows == len(law)
        return done, law, same

    def _twin(self, done: Followed, k: int, kept: Array, number: Array) -> int:
        """The kept end that start k repeats."""
        off = abs(done.end[kept] - done.end[k]).max(axis=1)
        return int(number[kept[int(np.argmin(np.where(done.settled[kept], off, np.inf)))]])


@dataclass(frozen=True)
class RareMutants(Behaviour):
    """The stationary law over pure profiles when each player is a population of `size` and mutants are rare (α-rank)."""

    alpha: float = 100.0
    """Intensity of selection, per unit of payoff."""
    size: int = 50
    name: str = "alpha-rank:100"

    def __call__(self, game: Game) -> Runs:
        payoff = strategic(game)
        law = alpha_rank(payoff, self.alpha, self.size)
        return Runs(self.name, game, law, self._how, float(np.maximum(regret(payoff, law), 0).max()))

    def many(self, games: Games) -> Spans:
        def one(part: Games) -> Spans:
            law = alpha_rank(part.payoff, self.alpha, self.size)
            left = np.maximum(regret(part.payoff, law), 0)
            return spans(part, law, left, np.ones(len(part), dtype=bool), self._how)

        return in_parts(games, 4 * int(np.prod(games.action_counts)) ** 2, one)

    @property
    def _how(self) -> str:
        return f"stationary law of populations of {self.size}, selection {self.alpha:g}, rare mutants"


NAMES = {
    "replicator": "replicator",
    "best-response": "best-response-dynamics",
    "smith": "smith",
    "bnn": "bnn",
    "logit": "logit-dynamics",
    "imitation": "imitation",
}


def _started(flow: str, text: str) -> Behaviour:
    plain = Dynamics(flow)
    if not text:
        return plain
    return replace(plain, starts=int(argument(NAMES[flow], text, int, "a number of starts, at least 1", 1)))


def _strong(flow: str, text: str) -> Behaviour:
    return Dynamics(flow, argument(NAMES[flow], text, float, f"λ, a number of at least 0, as in {NAMES[flow]}:5", 0))


def _maker(flow: str) -> Callable[[str], Behaviour]:
    return lambda text: (_strong if FLOWS[flow].strength else _started)(flow, text)


for _flow, _name in NAMES.items():
    register(_name, _maker(_flow))


def _ranked(text: str) -> Behaviour:
    alpha = argument("alpha-rank", text or "100", float, "α, a number of at least 0, as in alpha-rank:100", 0)
    return RareMutants(alpha, name=f"alpha-rank:{alpha:g}")


def _moran(text: str) -> Behaviour:
    size = int(argument("moran", text or "50", int, "a population of at least 2, as in moran:50", 2))
    return RareMutants(1.0, size, f"moran:{size}")


register("alpha-rank", _ranked)
register("moran", _moran)

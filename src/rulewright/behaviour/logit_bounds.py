"""Boxes around logit play: what bounds on what the others do say about what an agent does, at every λ of a range.

Floats find; what is rounded is rounded outward, so that whoever checks it in rationals finds room. The letters are those of
`threshold.py`, which asks; `verify/logit_checker.py` has the same inequalities once more, in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from ..errors import InputError, TooLarge
from ..game.lower import core
from ..game.play import Play, marginal
from ..numerics import rational
from ..numerics.rational import Array, floats
from .dominance import Step as Elimination

EACH, JOINT = "each", "joint"
MOST_WORK = 20_000_000  # numbers that a checker looks at: pairs of actions × cells, in all steps
PAIR = 16  # of them, that a pair of actions counts for at the least
ROUNDS = 400
STEP = 1e-6  # of a probability; what changes by less does not count
FAR = 48.0  # of an exponent: a checker of 96 binary digits still tells such a probability from the next
Step = tuple[int, Array, Array]  # agent, least [action], most [action]
Mixtures = dict[int, list[tuple[int, dict[int, Fraction]]]]  # {agent: [(action, a mixture that is better)]}


@dataclass(frozen=True)
class Bounds:
    """What is shown, at one step, of what one type of one player does."""

    player: str
    type: str
    at_least: dict[str, Fraction]
    at_most: dict[str, Fraction]
    better: dict[str, dict[str, Fraction]]
    """{action: a mixture of others that is better}, where no single action is."""


class LogitBounds:
    """The agents of a game, what their actions are worth, and what logit play does with boxes.

    Boxes are two lists, per active player, of [type, action].
    """

    def __init__(self, play: Play, of: str, goal: float) -> None:
        game = play.game
        self.game = inner = core(game.floats)
        self.joint, self.goal = of == JOINT, goal
        if play.strategies is None or any((floats(play.strategies[i]).max(axis=1) < 1).any() for i in game.active):
            raise InputError(
                where="rationality threshold",
                needed="a pure play: one action for each type of each player",
                found="a mixed or correlated one",
                remedy="Logit play comes close to a mixture at no λ for good; ask about a pure play.",
            )
        chosen = [floats(play.strategies[i]) for i in game.active]
        self.asked = [row.argmax(axis=1) for row in chosen] if game.active else []
        self.agents = [
            (i, t)
            for i in range(inner.n)
            for t in range(inner.type_counts[i])
            if game.active and marginal(inner, i)[t] > 0
        ]
        self.works = [
            max(inner.payoff[i].size // inner.type_counts[i], PAIR * inner.action_counts[i]) * inner.action_counts[i]
            for i, _ in self.agents
        ]
        self.work = sum(self.works)
        if self.work > MOST_WORK:
            raise TooLarge(
                where="rationality threshold",
                needed=f"{self.work:,} numbers in every round",
                found=f"{MOST_WORK:,} that are looked at in all",
                remedy="Use fewer actions, types or players, or a coarser grid.",
            )
        self.worth = [self._worth(i, t) for i, t in self.agents]
        self.pairs = [worth[:, None] - worth[None] for worth in self.worth]  # [a, b, *θ_-i, *a_-i]
        self.unit = max((float(np.abs(pair).max()) for pair in self.pairs), default=0.0) or 1.0
        self.better: Mixtures = {}

    def _worth(self, i: int, t: int) -> Array:
        """[a, *θ_-i, *a_-i]: u_i times p(θ_-i | θ_i)."""
        game = self.game
        table = (game.payoff[i] * game.prior.reshape(game.prior.shape + (1,) * game.n)).take(t, axis=i)
        return np.moveaxis(table, game.n - 1 + i, 0) / marginal(game, i)[t]

    def others(self, k: int) -> list[int]:
        return [j for j in range(self.game.n) if j != self.agents[k][0]]

    def least(self, k: int, tables: Array, low: list[Array], high: list[Array]) -> Array:
        """[lead …]: the least of each table [lead …, *θ_-i, *a_-i] over the boxes; the last player moves last."""
        others = self.others(k)
        lead = tables.ndim - 2 * len(others)
        for place in reversed(range(len(others))):
            j = others[place]
            tables = np.moveaxis(tables, lead + place, -2)  # [lead, the other θ, earlier actions, θ_j, a_j]
            tables = np.moveaxis(_cheapest(tables, low[j], high[j]), -1, lead + place)
        return tables.sum(axis=tuple(range(lead, tables.ndim)))

    def response(self, k: int, lam: float, top: float, low: list[Array], high: list[Array]) -> tuple[Array, Array]:
        """(least, most) [action] of agent k's response, at every λ from lam to top."""
        gaps = self.least(k, self.pairs[k], low, high)
        count = len(gaps)
        better = gaps > 1e-12 * self.unit
        worse = np.zeros_like(better) if math.isinf(top) else ~better & (-top * gaps < FAR - 1)
        np.fill_diagonal(worse, False)
        known = better | worse
        power = np.where(better, lam * gaps, 0.0 if math.isinf(top) else top * gaps)
        times = np.where(known, np.exp(np.clip(power, -FAR, FAR)), 0.0)  # σ(a) is so many times σ(b), or more
        most = 1 / (1 + times.sum(axis=0))
        for b, by in self.better.get(k, []):
            weights = np.array([float(by.get(a, 0)) for a in range(count)])
            gap = float(self.least(k, np.tensordot(weights, self.pairs[k][:, b], 1), low, high))
            if gap > 1e-12 * self.unit:
                share = weights.max() * math.exp(-min(lam * gap, FAR))
                most[b] = min(most[b], share / (1 + share))
        left = 1 - np.where(known | np.eye(count, dtype=bool), 0.0, most).sum(axis=1)
        shares = np.where(known, 1 / np.where(known, times, 1.0), 0.0).sum(axis=1)
        return np.maximum(left, 0) / (1 + shares), most

    def chance(self, low: list[Array]) -> float:
        """The least probability of what is asked: over agents, or of all at once."""
        asked = [row[np.arange(len(row)), a] for row, a in zip(low, self.asked, strict=True)]
        if not self.joint:
            return min((float(asked[i][t]) for i, t in self.agents), default=1.0)
        chance = self.game.prior
        for i, row in enumerate(asked):
            chance = chance * row.reshape([-1 if j == i else 1 for j in range(self.game.n)])
        return float(chance.sum())

    def pure(self) -> list[Array]:
        """The play asked about, per player [type, action]."""
        return [np.eye(a)[asked] for a, asked in zip(self.game.action_counts, self.asked, strict=True)]

    def settled(self, lam: float, play: list[Array]) -> list[Array]:
        """Where responses, one after the other, lead from this play, at one λ."""
        for _ in range(ROUNDS):
            moved = 0.0
            for k, (i, t) in enumerate(self.agents):
                found = self.response(k, lam, lam, play, play)[0]
                moved = max(moved, float(np.abs(found - play[i][t]).max()))
                play[i][t] = found / found.sum()
            if moved < STEP / 100:
                break
        return play

    def every(self, lam: float, top: float, rounding: bool = False) -> list[Step] | None:
        """Steps from no bounds to the goal; None where they do not get there. Rounded ones are for a checker."""
        shapes = list(zip(self.game.type_counts, self.game.action_counts, strict=True))
        low, high = [np.zeros(shape) for shape in shapes], [np.ones(shape) for shape in shapes]
        steps, work = [], 0
        for _ in range(ROUNDS):
            moved = False
            for k, (i, t) in enumerate(self.agents):
                least, most = self.response(k, lam, top, low, high)
                if rounding:
                    least, most = _down(least), _up(most)
                rises = least > low[i][t] + STEP / 2
                falls = (most < high[i][t] - STEP / 2) | (most < high[i][t] / 2)
                if not (rises.any() or falls.any()):
                    continue
                moved, work = True, work + self.works[k]
                low[i][t], high[i][t] = np.where(rises, least, low[i][t]), np.where(falls, most, high[i][t])
                steps.append((k, np.where(rises, least, 0), np.where(falls, most, 1)))
                if self.chance(low) >= self.goal:
                    return steps
            if not moved or work + self.work > MOST_WORK:
                break
        return [] if self.chance(low) >= self.goal else None

    def stays(self, lam: float, top: float, rounding: bool = False) -> list[Step] | None:
        """The smallest boxes that map into themselves; None where they reach beyond the goal."""
        low = self.pure()
        if not math.isinf(top):  # the boxes have an equilibrium in them at every λ of the range: begin with one
            low = self.settled(lam, low)
            if self.chance(low) < self.goal:
                return None
        high = [row.copy() for row in low]
        for i, types in enumerate(self.game.type_counts):
            for t in range(types):
                if (i, t) not in self.agents:
                    low[i][t], high[i][t] = 0, 1
        for _ in range(ROUNDS):
            moved = False
            for k, (i, t) in enumerate(self.agents):
                least, most = self.response(k, lam, top, low, high)
                if rounding:
                    least, most = _down(least), _up(most)
                falls, rises = least < low[i][t], most > high[i][t]
                moved |= bool((least < low[i][t] - STEP).any() or (most > high[i][t] + STEP).any())
                moved |= rounding and bool(falls.any() or rises.any())
                low[i][t], high[i][t] = np.where(falls, least, low[i][t]), np.where(rises, most, high[i][t])
            if self.chance(low) < self.goal:
                return None
            if not moved:
                return [(k, low[i][t], high[i][t]) for k, (i, t) in enumerate(self.agents)]
        return None

    def mixtures(self, order: Iterable[Elimination]) -> Mixtures:
        """What iterated dominance has to say about actions that no single action dominates."""
        found: Mixtures = {}
        for step in order:
            i = self.game.players.index(step.player)
            k, labels = self.agents.index((i, self.game.types[i].index(step.type))), self.game.actions[i]
            if len(step.by) > 1:
                by = {labels.index(a): p for a, p in step.by.items()}
                found.setdefault(k, []).append((labels.index(step.action), by))
        return found

    def bounds(self, steps: list[Step]) -> Iterator[Bounds]:
        """Steps with labels and rationals."""
        for k, low, high in steps:
            i, t = self.agents[k]
            labels = self.game.actions[i]
            better = {labels[b]: {labels[a]: p for a, p in by.items()} for b, by in self.better.get(k, [])}
            yield Bounds(
                self.game.players[i],
                self.game.types[i][t],
                {a: rational.fraction(x) for a, x in zip(labels, low, strict=True) if x > 0},
                {a: rational.fraction(x) for a, x in zip(labels, high, strict=True) if x < 1},
                better,
            )

    def irrational(self, k: int, blind: bool) -> Callable[[float], float]:
        """s ↦ the least of what the asked action is worth more than any other to agent k, where others are rational with s."""
        (i, t), others = self.agents[k], self.others(k)
        gaps = np.delete(self.pairs[k][self.asked[i][t]], self.asked[i][t], axis=0)  # [b, *θ_-i, *a_-i]
        groups = [frozenset(g) for m in range(len(others) + 1) for g in combinations(range(len(others)), m)]
        worth = {}
        for group in groups:
            table = gaps
            for place in reversed(range(len(others))):
                axis = 1 + len(others) + place
                if place not in group:
                    asked = self.asked[others[place]].reshape([-1 if d == 1 + place else 1 for d in range(table.ndim)])
                    table = np.take_along_axis(table, asked, axis=axis)
            spread = tuple(range(1 + len(others), table.ndim))
            table = table.mean(axis=spread) if blind else table.min(axis=spread)
            worth[group] = table.reshape(len(gaps), -1).sum(axis=1)

        def least(s: float) -> float:
            corners = groups if blind else groups[-1:]
            sums = [
                sum((1 - s) ** len(g) * s ** (len(some) - len(g)) * worth[g] for g in groups if g <= some)
                for some in corners
            ]
            return float(np.min(sums)) if len(gaps) else math.inf

        return least


def _cheapest(costs: Array, low: Array, high: Array) -> Array:
    """[…, type]: the least Σ_a x·cost over low ≤ x ≤ high [type, action] with Σ x = 1; costs […, type, action]."""
    order = np.argsort(costs, axis=-1)
    room = np.take_along_axis(np.broadcast_to(high - low, costs.shape), order, axis=-1)
    free = (1 - low.sum(axis=-1))[..., None]
    taken = np.clip(free - (np.cumsum(room, axis=-1) - room), 0, room)
    return np.asarray((costs * low).sum(axis=-1) + (np.take_along_axis(costs, order, axis=-1) * taken).sum(axis=-1))


def _down(chances: Array) -> Array:
    """Six decimals, and a little less than given, so that rounding errors in floats do no harm."""
    return np.maximum(np.floor(chances * 1e6 - 1e-3) / 1e6, 0.0)


def _up(chances: Array) -> Array:
    """Six decimals, or three digits of what is small; and a little more than given."""
    unit = 10.0 ** np.minimum(-6, np.floor(np.log10(np.maximum(chances, 1e-40))) - 2)
    return np.minimum(np.round((np.floor(chances / unit + 1e-3) + 1) * unit, 45), 1.0)

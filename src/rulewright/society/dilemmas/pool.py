"""A pool that is drawn from (game/goods.py, appropriation): equilibria of any number of players without writing the game out.

What a player has depends on its own x and on the total X only. So for each X the set B(X) of own amounts that are best replies to
X − x is looked up, and X is an equilibrium total iff n members of B(X) sum to it; nothing is missed. So with taxes and quotas.

Known answers: Ostrom, Gardner & Walker 1994, chapter 5: n = 8, 10 or 25 tokens, 23 X − .25 X², 5 per token outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any, ClassVar

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import counter
from ...numerics.rational import Array
from ...report.findings.report import Figure, Mark, Section, Series
from ..finite.backends import State, run
from ..model import Course, Model, Outcome, Plan

MOST = 4_000_000  # own amounts × totals
SHOWN = 6


@dataclass(frozen=True)
class Pool(Model):
    """Payoff units; tokens are whole."""

    players: int = 8
    tokens: int = 10
    outside: Fraction = Fraction(5)
    """y, per token that is not put in."""
    first: Fraction = Fraction(23)
    """a, of a X − b X²."""
    second: Fraction = Fraction(1, 4)
    """b."""
    tax: Fraction = Fraction(0)
    """Per token put in, handed back to all alike."""
    quota: int = -1
    """Most tokens that one may put in; below 0 for none."""

    MEASURES: ClassVar = {
        "welfare": "payoff per player",
        "drawn": "tokens in the pool, of all",
        "rent": "what the pool yields above the outside, as a share of the most that it can",
        "gap": "welfare at the best total less what it is",
    }
    GOAL: ClassVar = "welfare"

    def __post_init__(self) -> None:
        if self.players < 1 or self.tokens < 1 or self.second < 0:
            raise InputError(
                where="pool", needed="players, tokens, b of at least 0", found=f"{self.players}, {self.tokens}"
            )
        if self.players * self.tokens**2 > MOST:
            raise TooLarge(where="pool", needed=f"players × tokens² of at most {MOST:,}", found="more")

    @property
    def most(self) -> int:
        """Tokens that one may put in."""
        return self.tokens if self.quota < 0 else min(self.tokens, self.quota)

    def total(self, x: int) -> Fraction:
        """Of all payoffs when x tokens are in the pool; taxes cancel."""
        return self.outside * (self.players * self.tokens - x) + x * (self.first - self.second * x)

    @cached_property
    def optimum(self) -> int:
        """The total that is best for all together."""
        return max(range(self.players * self.tokens + 1), key=lambda x: (self.total(x), -x))

    @cached_property
    def equilibria(self) -> list[tuple[int, tuple[int, ...]]]:
        """[(total, one division of it among the players that is an equilibrium)], every total that has one."""
        found = []
        for total in range(self.players * self.most + 1):
            best = self._best(total)
            division = _division(best, self.players, total) if best else None
            if division is not None:
                found.append((total, division))
        return found

    @property
    def _net(self) -> Fraction:
        """What an own token brings in an empty pool, above the outside and the tax that is not handed back."""
        return self.first - self.outside - self.tax * (1 - Fraction(1, self.players))

    def _best(self, total: int) -> list[int]:
        """B(X): own amounts that are best against the rest of the total."""
        # payoffs are concave in own tokens, so that to be best is to be at least as good as one token more or less:
        # the x-th token brings net − b (X + x − 1) beside X − x of others
        net = self._net
        low, high = max(0, total - (self.players - 1) * self.most), min(self.most, total)
        return [
            x
            for x in range(low, high + 1)
            if (x == 0 or net >= self.second * (total + x - 1))
            and (x == self.most or net <= self.second * (total + x + 1))
        ]

    def measured(self, x: int) -> dict[str, float]:
        rent = x * (self.first - self.second * x - self.outside)
        top = self.optimum * (self.first - self.second * self.optimum - self.outside)
        return {
            "welfare": float(self.total(x) / self.players),
            "drawn": float(x),
            "rent": float(rent / top) if top else float("nan"),
            "gap": float((self.total(self.optimum) - self.total(x)) / self.players),
        }

    def outcomes(self) -> list[Outcome]:
        return [
            Outcome(
                f"{total} tokens in the pool ({_said(division)})",
                self.measured(total),
                True,
                None,
                "an equilibrium total: n best replies sum to it, in exact fractions; every total was looked at",
            )
            for total, division in self.equilibria
        ]

    def reply(self, others: int) -> int:
        """The best own amount against so many tokens of the others; the least of several.

        The x-th own token brings net − b (others + 2x − 1): one draws as long as that is above 0.
        """
        if not self.second:
            return self.most if self._net > 0 else 0
        return min(self.most, max(0, ceil((self._net / self.second - others + 1) / 2) - 1))

    def simulate(self, plan: Plan) -> Course:
        """Groups that start anyhow; each step one player of every group, in turn, draws what is best against the others."""
        n, groups = self.players, max(1, plan.agents // self.players)
        replies = np.array([self.reply(x) for x in range((n - 1) * self.most + 1)], np.int32)
        most = n * self.most

        def step(xp: Any, state: State, t: Any) -> tuple[State, State]:
            held, total = state
            i = t % n
            mine = xp.asarray(replies)[total - held[i]]
            total = total - held[i] + mine
            held = held.at[i].set(mine) if xp is not np else _set(held, i, mine)
            return (held, total), (
                xp.bincount(total, length=most + 1) if xp is not np else np.bincount(total, minlength=most + 1),
            )

        counts = []
        for seed in plan.seeds:
            drawn = counter.draws(seed, 0, 0, n * groups) % np.uint32(self.most + 1)
            held = drawn.astype(np.int32).reshape(n, groups)
            state = (held, held.sum(axis=0, dtype=np.int32))
            _, (seen,) = run(step, state, plan.steps, plan.backend, n * groups * plan.steps)
            counts.append(np.concatenate([np.bincount(state[1], minlength=most + 1)[None], seen]))
        rows = [self.measured(x) for x in range(most + 1)]
        found = {
            name: np.array(counts) @ np.nan_to_num(np.array([row[name] for row in rows])) / groups
            for name in self.MEASURES
        }
        return Course(np.arange(plan.steps + 1.0), found, n * groups, "changes of mind per group")

    def sections(self) -> list[Section]:
        x = list(range(self.players * self.tokens + 1))
        figure = Figure(
            "pool",
            "What all have together",
            "tokens in the pool",
            "payoff per player",
            [Series("payoff", [float(v) for v in x], [float(self.total(v) / self.players) for v in x])],
            [Mark(float(self.optimum), "best"), *(Mark(float(t), "equilibrium") for t, _ in self.equilibria[:SHOWN])],
        )
        return [Section("The pool", figures=[figure])]

    def describe(self) -> str:
        said = f", a tax of {float(self.tax):g} per token" if self.tax else ""
        said += f", at most {self.quota} tokens each" if self.quota >= 0 else ""
        return f"{self.players} players with {self.tokens} tokens{said}"


def _set(held: Array, i: int, mine: Array) -> Array:
    after = held.copy()
    after[i] = mine
    return after


def _division(best: list[int], n: int, total: int) -> tuple[int, ...] | None:
    """n members of `best`, which are neighbours, that sum to `total`, as even as can be; or None."""
    each, more = divmod(total, n)
    if each < best[0] or each + (more > 0) > best[-1]:
        return None
    return (each,) * (n - more) + (each + 1,) * more


def _said(division: tuple[int, ...]) -> str:
    values = sorted(set(division))
    return ", ".join(f"{division.count(v)} put {v}" for v in values)

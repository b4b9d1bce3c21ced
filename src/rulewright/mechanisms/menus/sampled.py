"""Menus for many items, improved on a sample of types by exact line searches (`lines`), one number after the other.

    sizes    prices of one, two, … items, and what each item costs besides where items are not alike
    options  lotteries and their prices, along prices, items and random directions
    trials   any goal at all: a random step is kept if the goal on the sample is better

A sweep goes once through all numbers. What is found on the sample is judged on another one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...numerics.rational import Array
from ..environment import Environment
from ..laws import Exponential, Pieces, Uniform
from .lines import best_price, best_step
from .posted import at_most_one, lotteries

START = 0.25  # of the values of a bundle are below the price it starts with
Sweep = Callable[[int], None]


def alike(environment: Environment) -> bool:
    """Whether the law of one buyer is the same for all items, by its own word."""
    law = environment.laws[0]
    lists = {Uniform: ("low", "high"), Exponential: ("mean",), Pieces: ("edges", "chances")}.get(type(law))
    return lists is not None and all(len(set(getattr(law, name))) == 1 for name in lists)


class Sizes:
    """Prices of sizes, on a sample of types [type, item]."""

    def __init__(self, environment: Environment, types: Array, alpha: float, beta: float) -> None:
        self.types, self.alpha, self.beta = types, alpha, beta
        self.top = environment.budget if environment.transfers else 0.0
        self.most = 1 if at_most_one(environment) else types.shape[1]
        self.each = np.zeros(types.shape[1])
        self.apart = not alike(environment) and np.isinf(environment.budget) and environment.transfers
        self.prices = np.minimum(np.quantile(self.sums(), START, axis=0), self.top)

    def sums(self) -> Array:
        """[type, size − 1]: what the best bundle of each size is worth, less what its items cost besides."""
        return np.cumsum(np.sort(self.types - self.each, axis=1)[:, ::-1], axis=1)[:, : self.most]

    def sweep(self) -> None:
        """Each number once."""
        order = np.argsort(self.each - self.types, axis=1, kind="stable")
        worth = self.sums()
        besides = np.cumsum(self.each[order], axis=1)[:, : self.most]
        gains = worth - self.prices
        for k in range(self.most):
            gains[:, k] = -np.inf
            rival = gains.argmax(axis=1)
            rest = np.take_along_axis(gains, rival[:, None], 1)[:, 0]
            stays = rest < 0  # who is indifferent buys, as it does from the menu
            paid = self.prices[rival] + np.take_along_axis(besides, rival[:, None], 1)[:, 0]
            other = np.where(stays, 0.0, self.goal(np.maximum(rest, 0), paid))
            willing = worth[:, k] - np.maximum(rest, 0)
            mine = self.alpha * (worth[:, k] + besides[:, k]) + self.beta * besides[:, k]
            self.prices[k] = best_price(willing, mine, other, self.beta, 0.0, min(self.top, float(worth[:, k].max())))
            gains[:, k] = worth[:, k] - self.prices[k]
        for j in range(len(self.each) if self.apart else 0):
            self.one_item(j)

    def goal(self, gain: Array, paid: Array) -> Array:
        """Of types that are left with `gain` and pay `paid`."""
        return np.asarray(self.alpha * (gain + paid) + self.beta * paid)

    def one_item(self, j: int) -> None:
        """The best a_j, all else equal."""
        others = np.delete(self.types, j, axis=1)
        extra = np.delete(self.each, j)
        order = np.argsort(extra - others, axis=1, kind="stable")
        none = np.zeros((len(others), 1))
        worth = np.hstack([none, np.cumsum(np.take_along_axis(others - extra, order, 1), axis=1)])
        besides = np.hstack([none, np.cumsum(extra[order], axis=1)])
        sizes = np.concatenate([[0.0], self.prices])
        best = []
        for first, last in ((0, min(self.most + 1, worth.shape[1])), (1, self.most + 1)):
            gains = worth[:, : last - first] - sizes[first:last]
            k = gains.argmax(axis=1)[:, None]
            best.append(
                (
                    np.take_along_axis(gains, k, 1)[:, 0],
                    sizes[first:last][k[:, 0]] + besides[np.arange(len(k)), k[:, 0]],
                )
            )
        (without, paid), (within, paid_too) = best
        mine = self.types[:, j]
        goal = self.goal(within + mine, paid_too)
        self.each[j] = best_price(
            mine + within - without,
            goal,
            self.goal(without, paid),
            self.beta,
            -float(self.prices[0]),
            float(mine.max()),
        )


class Options:
    """Lotteries [option, part] and prices [option], on a sample of types [type, part]; the first is nothing, for nothing."""

    def __init__(
        self,
        environment: Environment,
        types: Array,
        options: Array,
        prices: Array,
        alpha: float,
        beta: float,
        seed: int,
    ) -> None:
        self.types, self.alpha, self.beta = types, alpha, beta
        self.options, self.prices = options.copy(), prices.copy()
        self.top = min(environment.budget, float(types.sum(axis=1).max())) if environment.transfers else 0.0
        self.unit = at_most_one(environment)
        self.mean = types.mean(axis=0)
        self.random = np.random.default_rng(seed)

    def sweep(self) -> None:
        """Each option once: along its price, each of its parts, and two random directions."""
        utility = self.types @ self.options.T - self.prices
        parts = self.options.shape[1]
        for k in range(1, len(self.prices)):
            utility[:, k] = -np.inf
            rival = utility.argmax(axis=1)
            rest = np.take_along_axis(utility, rival[:, None], 1)[:, 0]
            other = self.alpha * (rest + self.prices[rival]) + self.beta * self.prices[rival]
            ways = np.vstack([np.zeros((1, parts)), np.eye(parts), self.random.normal(size=(2, parts))])
            surcharges = np.concatenate([[1.0], np.zeros(parts), self.random.normal(size=2)])
            for d, r in zip(ways, surcharges, strict=True):
                self.step(k, d, r + d @ self.mean, rest, other)
            utility[:, k] = self.types @ self.options[k] - self.prices[k]

    def step(self, k: int, d: Array, q: float, rest: Array, other: Array) -> None:
        """Option k moves along (d, q) to where the goal is best."""
        worth, slope = self.types @ self.options[k], self.types @ d
        low, high = self.reach(k, d, q)
        if not low < high:
            return
        goal = self.alpha * worth + self.beta * self.prices[k]
        gain = worth - self.prices[k] - rest
        s, better = best_step(gain, slope - q, goal, self.alpha * slope + self.beta * q, other, low, high)
        if better > 0:
            moved = lotteries((self.options[k] + s * d)[None], self.unit)[0]
            self.options[k], self.prices[k] = moved, np.clip(self.prices[k] + s * q, 0, self.top)

    def reach(self, k: int, d: Array, q: float) -> tuple[float, float]:
        """How far option k may move along (d, q), backward and forward."""
        lines = [*zip(self.options[k], d, [1.0] * len(d), strict=True), (self.prices[k], q, self.top)]
        if self.unit:
            lines.append((self.options[k].sum(), d.sum(), 1.0))
        low, high = -np.inf, np.inf
        for here, way, most in lines:
            if way != 0:
                ends = sorted((-here / way, (most - here) / way))
                low, high = max(low, ends[0]), min(high, ends[1])
        return min(low, 0.0), max(high, 0.0)


class Trials:
    """For goals that are not linear: steps at random, kept where the goal on the sample is better. No derivative is used."""

    def __init__(self, environment: Environment, types: Array, options: Array, prices: Array, seed: int) -> None:
        self.environment, self.types = environment, types
        self.options, self.prices = options.copy(), prices.copy()
        self.random = np.random.default_rng(seed)
        self.width = 0.2
        self.value = self.of(self.options, self.prices)

    def of(self, options: Array, prices: Array) -> float:
        taken = (self.types @ options.T - prices).argmax(axis=1)
        worth = (self.types * options[taken]).sum(axis=1)
        return float(np.mean(self.environment.goal.at(self.types[:, None], worth[:, None], prices[taken][:, None])))

    def sweep(self) -> None:
        top = self.environment.budget if self.environment.transfers else 0.0
        mean = self.types.mean(axis=0)
        for k in range(1, len(self.prices)):
            for _ in range(8):
                options, prices = self.options.copy(), self.prices.copy()
                d = self.width * self.random.normal(size=options.shape[1]) * (self.random.random() < 0.7)
                options[k] = lotteries((options[k] + d)[None], at_most_one(self.environment))[0]
                shift = (options[k] - self.options[k]) @ mean + self.width * mean.sum() * self.random.normal() / 2
                prices[k] = np.clip(prices[k] + shift, 0, top)
                if (value := self.of(options, prices)) > self.value:
                    self.options, self.prices, self.value = options, prices, value
        self.width = max(self.width * 0.9, 0.005)

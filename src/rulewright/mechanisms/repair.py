"""Repair: from any rule that maps reports to outcomes to a mechanism that is exactly truthful, with the loss stated.

    list      one buyer         is offered the outcomes that the rule gives to a fixed list of reports, at (1 − δ) of their payments
    cells     two × two items   compatible menus whose prices are what the rule charges at the middle of each cell, raised
    highest   additive bidders  prices max_k θ_kj for item j, plus what the rule charges more; only an item's highest bidder buys it

All are menus that one's own report does not move, so that truth is dominant for every type; no choice can collide by construction.
What it costs is measured: revenue before (if all were truthful) and after, on the same profiles.

One buyer, δ > 0: if a lie never gains more than ε under the rule and the list holds every report, then whoever prefers report r to
θ at the lower payments has δ·t(r) ≥ δ·t(θ) − ε, so the repaired revenue is at least (1 − δ)(R − ε/δ): with δ = √(ε/R)
it is (√R − √ε)². Averaging over θ, the same for the average gain ε. For several bidders the same figure is a scale only: the
menus it would need may collide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..behaviour.estimation.confidence import Interval, mean
from ..errors import InputError
from ..numerics.rational import Array
from .compatible.learn import drawn, grid, symmetry
from .compatible.menus import CompatibleMenus
from .compatible.raising import losses, lower_prices, raise_prices, symmetric
from .decisions import Allocation
from .environment import REVENUE, Environment, plain
from .mechanism import Mechanism, Menu, MenuMechanism, Outcome

FAR = 4.0  # a price that nobody pays, in spans of a value
AT_ONCE = 1 << 14  # reports
LATER = 1 << 26  # where the draws begin that the rule is asked for: not those of the profiles
GRADE = "proved"
SCALE = "(√P − √R)²: a scale for comparison, proved for one buyer only"
ROUTES = ("auto", "list", "cells", "highest")


@dataclass(frozen=True, eq=False)
class Rule(Mechanism):
    """Somebody's function of reports [..., agent, dimension] that gives (decision[..., *shape], payments[..., agent])."""

    environment: Environment
    function: Callable[[Array], tuple[Any, Any]]

    def outcome(self, reports: Array) -> Outcome:
        decision, payments = self.function(reports)
        found = Outcome(np.asarray(decision, float), np.asarray(payments, float))
        shape = (*reports.shape[:-2], *self.environment.decisions.shape)
        paid = (*reports.shape[:-2], self.environment.agents)
        if found.decision.shape != shape or found.payments.shape != paid:
            raise InputError(
                where="rule",
                needed=f"a decision {shape} and payments {paid}",
                found=f"{found.decision.shape} and {found.payments.shape}",
            )
        if not (np.isfinite(found.decision).all() and np.isfinite(found.payments).all()):
            raise InputError(where="rule", needed="finite decisions and payments", found="NaN or infinity")
        return found


@dataclass(frozen=True, eq=False)
class Repaired:
    """An exactly truthful mechanism and what it costs."""

    mechanism: MenuMechanism
    route: str
    before: Interval
    """Revenue of the rule if all were truthful; 95 %."""
    after: Interval
    """Revenue of the mechanism."""
    loss: Interval
    """Of their difference, profile by profile."""
    profiles: int
    seed: int
    discount: float
    """δ: by what share payments were lowered (route "list")."""
    grade: str = GRADE
    """Of the claim that truth is dominant and staying away no better; revenues are bounded with confidence."""
    scale: float = float("nan")
    """(√P − √R)² of the rule, where its regret was given; see SCALE."""


@dataclass(frozen=True, eq=False)
class ListedMenu(MenuMechanism):
    """One buyer and a fixed list of outcomes; the first is nothing, for nothing."""

    environment: Environment
    decisions: Array
    """[option, *shape]"""
    prices: Array
    """[option]"""
    proof = "The list does not depend on the report, and nothing for nothing is on it."

    def menu(self, agent: int, others: Array) -> Menu:
        shape = others.shape[:-2]
        options = self.decisions.reshape(len(self.decisions), -1)
        return Menu(
            np.broadcast_to(options, (*shape, *options.shape)), np.broadcast_to(self.prices, (*shape, len(options)))
        )

    def outcome(self, reports: Array) -> Outcome:
        flat = reports.reshape(-1, *reports.shape[-2:])
        picked = np.empty(len(flat), int)
        for a in range(0, len(flat), 1024):
            worth = self.environment.values(flat[a : a + 1024, None], self.decisions[None])[..., 0] - self.prices
            picked[a : a + 1024] = worth.argmax(axis=1)
        shape = reports.shape[:-2]
        return Outcome(
            self.decisions[picked].reshape(*shape, *self.decisions.shape[1:]), self.prices[picked].reshape(*shape, 1)
        )


def later(environment: Environment) -> int:
    """Where the draws begin that the rule is asked for; a sequence counts 2³² pairs."""
    return min(LATER, 2**31 // (environment.agents * environment.dimensions))


def listed(rule: Mechanism, reports: int, discount: float, seed: int) -> ListedMenu:
    """What the rule gives to a list of reports of one buyer. Raises InputError where it gives what must not be given."""
    env = rule.environment
    own = env.profiles(reports, seed, start=later(env))
    given = rule.outcome(own)
    if float(np.max(env.decisions.excess(given.decision))) > 1e-9:
        raise InputError(where="rule", needed="decisions that are allowed", found="some that are not")
    nothing = np.zeros((1, *env.decisions.shape))
    if float(np.max(env.decisions.excess(nothing))) > 0:
        raise InputError(where="rule", needed="decisions of which nothing is one", found=str(env.decisions))
    decisions = np.concatenate([nothing, given.decision])
    return ListedMenu(env, decisions, np.concatenate([[0.0], (1 - discount) * given.payments[:, 0]]))


def asked(rule: Mechanism, agent: int, own: Array, others: Array) -> Array:
    """[other, bundle]: what the rule asks `agent` for a bundle, given others[other, agent − 1, item]; infinite: it never gives it.

    Chances are rounded to a half. A type of own[report, item] that is given the bundle pays for it what leaves it its utility; the
    least over these types counts, and no bundle costs more than one that holds it.
    """
    env = rule.environment
    bundles = masks(env.dimensions)
    prices = np.full((len(others), len(bundles)), np.inf)
    weights = 1 << np.arange(env.dimensions)
    step = max(1, AT_ONCE // len(own))
    for a in range(0, len(others), step):
        some = others[a : a + step]
        reports = np.empty((len(some), len(own), env.agents, env.dimensions))
        reports[:, :, agent] = own
        reports[:, :, np.arange(env.agents) != agent] = some[:, None]
        given = rule.outcome(reports)
        got = given.decision[:, :, agent]
        utility = (got * own).sum(-1) - given.payments[:, :, agent]
        which = ((got >= 0.5) * weights).sum(-1)  # [other, report]
        price = np.take_along_axis(np.broadcast_to(own @ bundles.T, (*which.shape, len(bundles))), which[..., None], -1)
        row = np.broadcast_to(np.arange(a, a + len(some))[:, None], which.shape)
        np.minimum.at(prices, (row, which), price[..., 0] - utility)
    for j in range(env.dimensions):
        without = np.flatnonzero(bundles[:, j] == 0)
        prices[:, without] = np.minimum(prices[:, without], prices[:, without + (1 << j)])
    return prices[:, 1:]


def masks(items: int) -> Array:
    """[bundle, item]: 1 where bundle (a bit mask) has the item."""
    return ((np.arange(2**items)[:, None] >> np.arange(items)) & 1).astype(float)


@dataclass(frozen=True, eq=False)
class HighestBidders(MenuMechanism):
    """Additive bidders at prices Σ_{j∈S} max_{k≠i} θ_kj + e(S; θ_−i), e ≥ 0 rising in S; up to six items."""

    environment: Environment
    rule: Mechanism
    own: Array
    """[agent, report, item]: for which the rule is asked."""
    proof = (
        "Prices depend on the others' reports alone; an item costs at least the others' best bid more with than without, "
        "so that only its highest bidder can want it."
    )

    def menu(self, agent: int, others: Array) -> Menu:
        flat = others.reshape(-1, *others.shape[-2:])
        bundles = masks(self.environment.dimensions)
        base = flat.max(axis=1) @ bundles.T
        extra = np.zeros_like(base)
        far = FAR * float(np.abs(self.environment.high).max()) * self.environment.dimensions
        extra[:, 1:] = np.clip(asked(self.rule, agent, self.own[agent], flat) - base[:, 1:], 0.0, far)
        for j in range(self.environment.dimensions):  # rising in S
            with_j = np.flatnonzero(bundles[:, j])
            extra[:, with_j] = np.maximum(extra[:, with_j], extra[:, with_j - (1 << j)])
        prices = (base + extra).reshape(*others.shape[:-2], -1)
        return Menu(np.broadcast_to(bundles, (*prices.shape, bundles.shape[1])), prices)

    def outcome(self, reports: Array) -> Outcome:
        bundles = masks(self.environment.dimensions)
        winner = reports.argmax(axis=-2)  # the first of equals
        decision, payments = np.zeros(reports.shape), np.zeros(reports.shape[:-1])
        for i in range(self.environment.agents):
            others = np.delete(reports, i, axis=-2)
            prices = self.menu(i, others).prices
            lost = ((winner != i)[..., None, :] * bundles).any(-1)  # leaving these out never costs anything
            worth = np.where(lost, -np.inf, reports[..., i, :] @ bundles.T - prices)
            pick = worth.argmax(axis=-1)
            decision[..., i, :] = bundles[pick]
            payments[..., i] = np.take_along_axis(prices, pick[..., None], -1)[..., 0]
        return Outcome(decision, payments)


def in_cells(rule: Mechanism, cells: int, reports: int, seed: int) -> CompatibleMenus:
    """Compatible menus that charge what the rule does at the middle of each cell; raised, then lowered where it pays."""
    env, rng = rule.environment, np.random.default_rng(seed)
    unit, edges = grid(env, cells)
    sample = drawn(env, edges, float(unit), rng)
    far = FAR * float((env.high - env.low).max()) * 2
    tables = []
    for i in range(2):
        middle = [(edge[:-1] + edge[1:]) / 2 * float(unit) for edge in edges[1 - i]]
        y = np.stack(np.meshgrid(*middle, indexing="ij"), -1).reshape(-1, 2)
        side = max(2, round(reports**0.5))
        at = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1).reshape(-1, 2)
        own = np.asarray(env.laws[i].at((at + 0.5) / side))
        price = asked(rule, i, own, y[:, None])  # of {1}, {2}, {12}
        base = np.column_stack([y, y.sum(1)])
        tables.append(np.rint(np.clip(price - base, -far, far) / float(unit)).astype(np.int64))
    alike = symmetry(env)
    tables = list(symmetric((tables[0], tables[1]), alike))
    tables = list(raise_prices((tables[0], tables[1]), edges, lambda t: losses(t, sample, float(unit), alike=alike)))
    tables = list(lower_prices((tables[0], tables[1]), edges, sample, float(unit), alike=alike))
    shapes = [(*(len(edge) - 1 for edge in edges[1 - i]), 3) for i in range(2)]
    return CompatibleMenus(env, unit, edges, (tables[0].reshape(shapes[0]), tables[1].reshape(shapes[1])))


def repair(
    mechanism: Mechanism | Callable[[Array], tuple[Any, Any]],
    environment: Environment | None = None,
    *,
    route: str = "auto",
    reports: int = 256,
    cells: int = 12,
    discount: float = 0.0,
    regret: float | None = None,
    profiles: int = 20_000,
    seed: int = 0,
) -> Repaired:
    """An exactly truthful mechanism near this one, which need not be truthful: a Mechanism, or a function with its environment.

    reports: how many own reports the rule is asked for, against each of the others' (routes list, highest) or each cell's middle;
    cells: of the grid of route "cells", in each direction; discount: δ, of route "list"; regret: the sum over agents of what lies
    gain on average, for the comparison `scale`. Raises InputError for what no route can repair.
    """
    rule = as_rule(mechanism, environment)
    env = rule.environment
    plain(env, "repair")
    space = env.decisions
    for name, value, least in (
        ("reports", reports, 1),
        ("cells", cells, 1),
        ("profiles", profiles, 2),
        ("seed", seed, 0),
    ):
        if type(value) is not int or value < least:
            raise InputError(where=name, needed=f"a whole number from {least}", found=str(value))
    if not 0 <= discount < 1:
        raise InputError(where="discount", needed="at least 0 and below 1", found=str(discount))
    if regret is not None and not (np.isfinite(regret) and regret >= 0):
        raise InputError(where="regret", needed="a number from 0", found=str(regret))
    additive = isinstance(space, Allocation) and space.demand == "additive"
    small = additive and space.shape == (2, 2) and bool(np.isfinite(env.high).all())
    if route == "auto":
        route = "list" if env.agents == 1 else "cells" if small else "highest"
    fits = {"list": env.agents == 1, "cells": small, "highest": additive and env.agents > 1 and env.dimensions <= 6}
    if route not in fits or not fits[route]:
        raise InputError(
            where="repair",
            needed=f"one of {', '.join(ROUTES)}, for one buyer, two bidders × two items, or additive bidders of up to six items",
            found=f"{route}, {env.name or space}",
        )
    if discount and route != "list":
        raise InputError(where="discount", needed="0 except on the route list", found=str(discount))
    _repeats(rule, seed)
    made: MenuMechanism
    if route == "list":
        made = listed(rule, reports, discount, seed)
    elif route == "cells":
        made = in_cells(rule, cells, reports, seed)
    else:
        made = HighestBidders(env, rule, np.swapaxes(env.profiles(reports, seed, start=later(env)), 0, 1))
    return compared(rule, made, route, profiles, seed, discount, regret)


def _repeats(rule: Mechanism, seed: int) -> None:
    """A rule that remembers, or tosses coins, could carry one's own report into one's menu."""
    types = rule.environment.profiles(16, seed, start=later(rule.environment))
    once, again = rule.outcome(types), rule.outcome(types[::-1])
    alike = np.allclose(once.decision, again.decision[::-1]) and np.allclose(once.payments, again.payments[::-1])
    if not alike:
        raise InputError(
            where="rule", needed="the same outcome whenever the same is reported", found="another, or one of the batch"
        )


def as_rule(mechanism: Mechanism | Callable[[Array], tuple[Any, Any]], environment: Environment | None) -> Mechanism:
    if isinstance(mechanism, Mechanism):
        return mechanism
    if not callable(mechanism) or environment is None:
        raise InputError(where="repair", needed="a mechanism, or a function and its environment", found=str(mechanism))
    return Rule(environment, mechanism)


def compared(
    rule: Mechanism, made: MenuMechanism, route: str, profiles: int, seed: int, discount: float, regret: float | None
) -> Repaired:
    env = rule.environment
    was: list[Array] = []
    now: list[Array] = []
    for start in range(0, profiles, 4096):
        types = env.profiles(min(4096, profiles - start), seed, start=start)
        for mechanism, told in ((rule, was), (made, now)):
            given = mechanism.outcome(types)
            told.append(REVENUE.at(types, None, given.payments))
    before, after = np.concatenate(was), np.concatenate(now)
    scale = float("nan")
    if regret is not None:
        scale = max(0.0, max(0.0, float(before.mean())) ** 0.5 - regret**0.5) ** 2
    return Repaired(made, route, mean(before), mean(after), mean(before - after), profiles, seed, discount, scale=scale)

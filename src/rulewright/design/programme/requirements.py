"""What else is asked of a rule: that players take part, that budgets hold, that payments balance. Linear rows, each an option."""

from __future__ import annotations

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from .frame import Frame, Money
from .incentives import Incentives


def taking_part(frame: Frame, incentives: Incentives, prior: Array) -> None:
    """Each type gets at least its outside option: interim (once it has reported or, where nobody does, once it is told), at
    every profile of types, or whatever is drawn and seen."""
    game, rules, i = frame.game, frame.rules, incentives.i
    player = game.players[i]
    outside = rational.floats(rules.stays_for(player, game.type_counts[i]))
    when = rules.taking_part
    reporting = any(game.type_counts[j] > 1 for j in range(1, frame.n)) and not rules.informed
    if when == "always":
        rows = _always(frame, i, outside)
    elif when == "interim" and not reporting and game.action_counts[i] > 1:
        rows = _once_told(frame, incentives, outside, prior)
    else:
        rows = _of_types(frame, i, outside, prior, others=when == "ex post")
    frame.part[i] = rows
    frame.soft.append((f"{player} must want to take part", rows.ravel()))


def _once_told(frame: Frame, incentives: Incentives, outside: Array, prior: Array) -> Array:
    """Rows [θ, a] (κ in front where recommendations are public): type θ, told a."""
    rows = frame.programme.add_rows(incentives.values.shape[:3], lower=0.0)
    frame.programme.put(rows[..., None], incentives.columns, incentives.values)
    if outside.any():
        if len(rows) > 1:
            raise InputError(
                where="rules",
                needed='an outside option of 0, or participation = "always", with public recommendations',
                found="another outside option",
            )
        _mass(frame, incentives.i, rows, -outside, prior)
    return rows[0] if len(rows) == 1 else rows


def _mass(frame: Frame, i: int, rows: Array, weight: Array, prior: Array) -> None:
    """Add weight[θ]·(chance of type θ being told a) to rows[κ, θ, a], where κ is one."""
    order = [i, frame.n + i, *(k for k in range(2 * frame.n) if k not in (i, frame.n + i))]
    shape = (*rows.shape[1:], -1)
    mu, chance = (np.transpose(x, order).reshape(shape) for x in (frame.mu, frame.spread(prior)))
    frame.programme.put(rows[0][..., None], mu, weight[:, None, None] * chance)


def _of_types(frame: Frame, i: int, outside: Array, prior: Array, *, others: bool) -> Array:
    """Rows [*others' types, own type], or [own type]: in expectation over ω, what is drawn, and signals (and the others)."""
    game, n, counts = frame.game, frame.n, frame.game.type_counts
    kept = [j for j in range(1, n) if j != i and others]
    numbers = frame.programme.add_rows((*(counts[j] for j in kept), counts[i]), lower=0.0)
    axes = [*kept, i]
    order = sorted(range(len(axes)), key=axes.__getitem__)
    shape = [counts[j] if j in axes else 1 for j in range(n)]
    wide = np.transpose(numbers, order).reshape(*shape, *(1,) * n)
    own = outside.reshape([-1 if axis == i else 1 for axis in range(2 * n)])
    frame.programme.put(wide, frame.mu, frame.spread(prior) * (game.payoff[i] - own))
    for money in frame.money:
        if money.i == i:
            chance = prior.reshape(prior.shape + (1,) * (n + 1))
            frame.programme.put(wide[..., None], money.columns, money.law * chance)
    return numbers


def _always(frame: Frame, i: int, outside: Array) -> Array:
    """Whatever is drawn and seen: μ·(u − outside) + least of what may be paid ≥ 0."""
    game = frame.game
    own = outside.reshape([-1 if axis == i else 1 for axis in range(2 * frame.n)])
    rows = frame.programme.add_rows(frame.shape, lower=0.0)
    frame.programme.put(rows, frame.mu, game.payoff[i] - own)
    for money in (m for m in frame.money if m.i == i):
        least = frame.programme.add_columns(frame.shape, lower=-np.inf)
        frame.programme.put(rows, least, 1.0)
        seen = frame.programme.add_rows((*frame.shape, money.basis.shape[1]), lower=0.0)
        frame.programme.put(seen[..., None], money.columns[..., None, :], money.basis.T)
        frame.programme.put(seen, least[..., None], -1.0)
    return rows.ravel()


def budget(frame: Frame) -> None:
    """At most B is paid out, fines counted against it."""
    rules, programme = frame.rules, frame.programme
    if rules.budget is None or not frame.money:
        return
    limit = float(rules.budget)
    if rules.budget_when == "ex ante":
        rows = programme.add_rows(1, upper=limit)
        _paid(frame, rows, by_profile=False)
    elif rules.budget_when == "ex post":
        rows = programme.add_rows(frame.game.type_counts, upper=limit)
        _paid(frame, rows, by_profile=True)
    else:
        rows = programme.add_rows(frame.shape, upper=0.0)
        programme.put(rows, frame.mu, -limit)
        for same in _by_signal(frame):
            most = programme.add_columns(frame.shape, lower=-np.inf)
            programme.put(rows, most, 1.0)
            seen = programme.add_rows((*frame.shape, same[0].basis.shape[1]), lower=0.0)
            programme.put(seen, most[..., None], 1.0)
            for money in same:
                programme.put(seen[..., None], money.columns[..., None, :], -money.basis.T)
    frame.budget = rows.ravel()
    frame.soft.append(("the budget", frame.budget))


def balance(frame: Frame) -> None:
    """What one player is paid another pays."""
    when, programme = frame.rules.balance, frame.programme
    if not when or not frame.money:
        return
    if when == "everywhere":
        for same in _by_signal(frame):
            seen = programme.add_rows((*frame.shape, same[0].basis.shape[1]), lower=0.0, upper=0.0)
            for money in same:
                programme.put(seen[..., None], money.columns[..., None, :], money.basis.T)
            frame.soft.append(("balance", seen.ravel()))
        return
    by_profile = when == "ex post"
    rows = programme.add_rows(frame.game.type_counts if by_profile else 1, lower=0.0, upper=0.0)
    _paid(frame, rows, by_profile=by_profile)
    frame.soft.append(("balance", rows.ravel()))


def floor(frame: Frame) -> None:
    """The goal is at least this, under every prior."""
    if frame.rules.floor is None:
        return
    for prior in (frame.game.prior, *frame.rules.priors):
        row = frame.programme.add_rows(1, lower=float(frame.rules.floor))
        frame.programme.put(row, frame.mu, frame.spread(prior) * frame.game.goal)
        frame.soft.append(("the goal", row))


def _paid(frame: Frame, rows: Array, *, by_profile: bool) -> None:
    """Expected payments, at every profile of types or over all."""
    for money in frame.money:
        if by_profile:
            frame.programme.put(rows.reshape(*rows.shape, *(1,) * (frame.n + 1)), money.columns, money.law)
        else:
            frame.programme.put(rows, money.columns, money.law * prior_of(frame, money))


def prior_of(frame: Frame, money: Money) -> Array:
    """p(θ), with the axes of a payment's columns."""
    return frame.game.prior.reshape(frame.game.prior.shape + (1,) * (frame.n + 1))


def _by_signal(frame: Frame) -> list[list[Money]]:
    """Payments that see the same signals together; the others may come at their worst at once."""
    groups: dict[tuple[str, ...], list[Money]] = {}
    for money in frame.money:
        groups.setdefault(money.payment.on, []).append(money)
    for on, same in groups.items():
        if len({m.basis.shape[1] for m in same}) > 1:
            raise InputError(where="rules", needed="signals with one law each", found=", ".join(on))
    return list(groups.values())

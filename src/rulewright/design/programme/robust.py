"""The requirements of `incentives.py` and `requirements.py`, and the value, where payoffs, prior or players may be others.

A deviation is a plan: report r and, told s, do δ(s). Under uncertainty a plan has to be compared as a whole, because the worst
case of one deviation is not that of another; where r is the truth, one recommendation at a time is enough, because a plan's
gain is a sum over them. The rows' counterparts are in `worst_case.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.rational import Array
from .frame import Frame
from .incentives import _interdependent
from .worst_case import Cells, Comparison, flagged, scenarios_count, write

MOST_ROWS = 20_000


def incentives(frame: Frame) -> None:
    """Obedience, honesty and taking part of every player, in the worst case."""
    rules, game = frame.rules, frame.game
    assert rules.robust is not None
    rules.robust.check(game)
    if rules.taking_part == "always" and rules.outside:
        raise InputError(
            where="rules",
            needed='participation = "interim" or "ex post" beside robustness',
            found='"always"',
        )
    rows = sum(_count(frame, i) for i in range(1, game.n)) * (1 + len(rules.priors))
    if rows > MOST_ROWS:
        raise TooLarge(
            where="robust rows",
            needed=f"{rows:,} rows, one for each report and each plan of what to do after it",
            found=f"{MOST_ROWS:,} that are tried",
            remedy="Use fewer types or actions, or `payoff_error` and `priors`, which need no plans.",
        )
    for prior in (game.prior, *rules.priors):
        for i in range(1, game.n):
            for name, comparison in [*_obedience(frame, i), *_honesty(frame, i)]:
                for reported in _reports(frame, i):
                    said = replace(comparison, drawn=Cells(frame).with_digits(*reported, comparison.drawn))
                    frame.soft.append((name, write(frame, said, prior)))
            for name, comparison in _taking_part(frame, i):
                frame.soft.append((name, write(frame, comparison, prior)))


def worth(frame: Frame) -> None:
    """The value in the worst case: one column below all that it may be."""
    rules, game = frame.rules, frame.game
    least = frame.programme.add_columns(1, lower=-np.inf, cost=1.0)
    cells = np.arange(prod(frame.shape))
    cost = float(rules.money_weight)
    for who in (0,) if rules.objective == "goal" else game.strategic:
        table = game.goal if who == 0 else game.payoff[who]
        shares = [float(who > 0 and money.i == who) - cost for money in frame.money]
        comparison = _comparison(frame, who, table.ravel(), shares, cells, cells[None], np.ones(len(cells)), 0.0)
        for prior in (game.prior, *rules.priors):
            write(frame, comparison, prior, least)


def _comparison(
    frame: Frame,
    who: int,
    table: Array,
    shares: list[float],
    drawn: Array,
    done: Array,
    sign: Array,
    off: float | Array,
) -> Comparison:
    money = tuple(
        (_flat(frame, m.columns), _flat(frame, m.law), share)
        for m, share in zip(frame.money, shares, strict=True)
        if share
    )
    return Comparison(who, drawn, done, sign, np.where(sign > 0, off, 0.0), table, money)


def _flat(frame: Frame, array: Array) -> Array:
    """[cell, k] from [*types, *actions, k] with axes of length one where nothing depends on them."""
    return np.broadcast_to(array, (*frame.shape, array.shape[-1])).reshape(-1, array.shape[-1])


# ── a player's deviations ───────────────────────────────────────────────────────────────────────────────────────────


def _against(frame: Frame, i: int, drawn: Array, done: Array, sign: Array) -> Comparison:
    """A deviation of player i, with the slack that it must have, and no more known of it than is."""
    rules, game = frame.rules, frame.game
    assert rules.robust is not None
    gain = rules.robust.gain_at_most.get(game.players[i])
    table = game.payoff[i].ravel() if gain is None else np.zeros(prod(frame.shape))
    shares = [float(money.i == i) for money in frame.money]
    return _comparison(frame, i, table, shares, drawn, done, sign, float(rules.slack + (gain or 0)))


def _live(frame: Frame) -> Array:
    """Cells that may be drawn."""
    cells, digits = np.arange(prod(frame.shape)), Cells(frame)
    if frame.only is not None:
        for i, act in enumerate(frame.only, start=1):
            cells = cells[digits.act_of(i, cells) == act]
    return cells


def _axes(frame: Frame, i: int) -> tuple[list[int], list[int]]:
    """(types that a row is separate for, what i is told), as axes."""
    n, rules = frame.n, frame.rules
    others = [j for j in range(1, n) if j != i]
    types = others if rules.incentives != "bayesian" and not rules.informed else []
    told = [n + i, *(n + j for j in others if rules.recommend == "public")]
    return types, told


def _asked(frame: Frame, i: int) -> bool:
    return frame.game.type_counts[i] > 1 and not frame.rules.informed


def _reports(frame: Frame, i: int) -> list[tuple[list[int], tuple[int, ...]]]:
    """(others, what they report whatever they are): several where dominance tells the two apart; nobody, if it does not."""
    others = [j for j in range(1, frame.n) if j != i]
    if frame.rules.incentives == "dominant" and _asked(frame, i) and _interdependent(frame, i, others):
        return [(others, reports) for reports in np.ndindex(*(frame.game.type_counts[j] for j in others))]
    return [([], ())]


def _types(frame: Frame, i: int) -> Array:
    """Types of i of whom truth and obedience are asked."""
    return np.flatnonzero(~flagged(frame, i))


def _count(frame: Frame, i: int) -> int:
    """Rows of player i."""
    types, told = _axes(frame, i)
    sizes, acts, own = frame.shape, frame.game.action_counts[i], len(_types(frame, i))
    known = prod(sizes[a] for a in types)
    signals = prod(sizes[a] for a in told) if frame.only is None else 1
    lies = (sizes[i] - 1) * acts**signals if _asked(frame, i) else 0
    return known * own * (signals * (acts - 1) + lies) * scenarios_count(frame, i) * len(_reports(frame, i))


def _parts(code: Array, cells: Array) -> list[Array]:
    """The cells of each code."""
    order = np.argsort(code, kind="stable")
    edges = np.flatnonzero(np.diff(code[order])) + 1
    return np.split(cells[order], edges) if len(cells) else []


def _obedience(frame: Frame, i: int) -> Iterator[tuple[str, Comparison]]:
    """(told s) what is asked is at least as good as each other act."""
    digits, n = Cells(frame), frame.n
    acts = frame.game.action_counts[i]
    if acts == 1:
        return
    types, told = _axes(frame, i)
    live = _live(frame)
    live = live[np.isin(digits.type_of(i, live), _types(frame, i))]
    for cells in _parts(digits.code([*types, i, *told], live), live):
        asked = digits.act_of(i, cells[:1])[0]
        other = np.array([b for b in range(acts) if b != asked])
        away = cells + ((other - asked) * digits.strides[n + i])[:, None]
        done = np.concatenate([np.broadcast_to(cells, away.shape), away], axis=1)
        sign = np.repeat([1.0, -1.0], len(cells))
        yield f"obeying must be best for {frame.game.players[i]}", _against(frame, i, np.r_[cells, cells], done, sign)


def _honesty(frame: Frame, i: int) -> Iterator[tuple[str, Comparison]]:
    """Truth and obedience are at least as good as each lie with each plan after it."""
    if not _asked(frame, i):
        return
    digits, n = Cells(frame), frame.n
    acts, types = frame.game.action_counts[i], frame.game.type_counts[i]
    others, told = _axes(frame, i)
    live = _live(frame)
    live = live[np.isin(digits.type_of(i, live), _types(frame, i))]
    for cells in _parts(digits.code([*others, i], live), live):
        own = digits.type_of(i, cells[:1])[0]
        heard, signal = np.unique(digits.code(told, cells), return_inverse=True)
        plans = np.indices((acts,) * len(heard)).reshape(len(heard), -1).T  # [plan, signal]
        away = cells + (plans[:, signal] - digits.act_of(i, cells)) * digits.strides[n + i]
        done = np.concatenate([np.broadcast_to(cells, away.shape), away], axis=1)
        sign = np.repeat([1.0, -1.0], len(cells))
        for lie in range(types):
            if lie != own:
                drawn = np.r_[cells, cells + (lie - own) * digits.strides[i]]
                yield f"truth must be best for {frame.game.players[i]}", _against(frame, i, drawn, done, sign)


def _taking_part(frame: Frame, i: int) -> Iterator[tuple[str, Comparison]]:
    """What truth and obedience bring is at least what staying away does; types that do harm are not forced either."""
    rules, game, digits = frame.rules, frame.game, Cells(frame)
    if game.players[i] not in rules.outside:
        return
    outside = rational.floats(rules.stays_for(game.players[i], game.type_counts[i]))
    reporting = any(game.type_counts[j] > 1 for j in range(1, frame.n)) and not rules.informed
    if rules.taking_part == "interim":
        axes = [i] if reporting or game.action_counts[i] == 1 else [i, *_axes(frame, i)[1]]
    else:
        axes = list(range(1, frame.n))
    live = _live(frame)
    shares = [float(money.i == i) for money in frame.money]
    for cells in _parts(digits.code(axes, live), live):
        stays = outside[digits.type_of(i, cells)]
        yield (
            f"{game.players[i]} must want to take part",
            _comparison(frame, i, game.payoff[i].ravel(), shares, cells, cells[None], np.ones(len(cells)), stays),
        )

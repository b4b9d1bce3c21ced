"""Two states: what each belief of people's is worth to every AI, its concave closure, and the beliefs that nobody improves on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..competition.rivals.setting import Rivals
from ..report.rivals.report import BeliefData, PieceRow

Points = list[tuple[Any, Any]]
NEAR = Fraction(1, 10**9)
MOST_AIS = 6  # in one picture


def beliefs(market: str, rivals: Rivals) -> BeliefData | None:
    """None unless there are two states, one type, and few enough AIs to be told apart."""
    if len(rivals.states) != 2 or len(rivals.types) != 1 or rivals.k > MOST_AIS:
        return None
    exact = rivals.exact
    u, many = exact.alice[:, 0], exact.bobs[:, :, 0]
    replies = _replies(u)
    values = {
        name: [((x, _at(many[i], x, a)), (y, _at(many[i], y, a))) for x, y, a in replies]
        for i, name in enumerate(rivals.names)
    }
    closures = {name: _above([end for piece in pieces for end in piece]) for name, pieces in values.items()}
    stops = _unimprovable(replies, values, closures)
    return BeliefData(
        market=market,
        state=rivals.states[1],
        prior=float(exact.prior[1, 0]),
        pieces=[
            PieceRow(
                float(x),
                float(y),
                rivals.actions[a],
                (float(_at(u, x, a)), float(_at(u, y, a))),
                {name: (float(v[k][0][1]), float(v[k][1][1])) for name, v in values.items()},
            )
            for k, (x, y, a) in enumerate(replies)
        ],
        most={name: [(float(x), float(w)) for x, w in points] for name, points in closures.items()},
        unimprovable=[(float(x), float(y)) for x, y in stops],
    )


def _at(table: Any, belief: Any, action: int) -> Any:
    return (1 - belief) * table[0, action] + belief * table[1, action]


def _replies(u: Any) -> list[tuple[Any, Any, int]]:
    """(low, high, action): the upper envelope of people's utilities over beliefs, intervals of more than a point."""
    acts = range(u.shape[1])
    cuts = {Fraction(0), Fraction(1)}
    for a in acts:
        for b in acts:
            slope = (u[1, a] - u[0, a]) - (u[1, b] - u[0, b])
            if slope:
                x = (u[0, b] - u[0, a]) / slope
                if 0 < x < 1:
                    cuts.add(x)
    ordered = sorted(cuts)
    found: list[tuple[Any, Any, int]] = []
    for x, y in itertools.pairwise(ordered):
        best = max(acts, key=lambda a: (_at(u, (x + y) / 2, a), -a))
        if found and found[-1][2] == best:
            found[-1] = (found[-1][0], y, best)
        else:
            found.append((x, y, best))
    return found


def _above(points: Points) -> Points:
    """Corners of the least concave function above the points, by belief."""
    highest: dict[Any, Any] = {}
    for x, w in points:
        highest[x] = max(w, highest.get(x, w))
    kept: Points = []
    for x, w in sorted(highest.items()):
        while len(kept) > 1 and (kept[-1][1] - kept[-2][1]) * (x - kept[-2][0]) <= (w - kept[-2][1]) * (
            kept[-1][0] - kept[-2][0]
        ):
            kept.pop()
        kept.append((x, w))
    return kept


def _height(closure: Points, x: Any) -> Any:
    for (a, v), (b, w) in itertools.pairwise(closure):
        if a <= x <= b:
            return v + (w - v) * (x - a) / (b - a)
    return closure[0][1]


def _unimprovable(
    replies: Sequence[tuple[Any, Any, int]], values: dict[str, Any], closures: dict[str, Points]
) -> list[tuple[Any, Any]]:
    """Where every AI's value is on its closure: whole pieces, or their ends. A tie at an end may be broken either way."""
    found: list[tuple[Any, Any]] = []
    for k, (x, y, _) in enumerate(replies):
        low, high, inside = (
            all(_height(closures[n], at) - w <= NEAR for n in values for at, w in [place(values[n][k])])
            for place in (lambda p: p[0], lambda p: p[1], _middle)
        )
        if inside:
            found.append((x, y))
        else:
            found += [(x, x)] * low + [(y, y)] * high
    merged: list[tuple[Any, Any]] = []
    for x, y in sorted(found):
        if merged and x <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], y))
        else:
            merged.append((x, y))
    return merged


def _middle(piece: Any) -> tuple[Any, Any]:
    (x, v), (y, w) = piece
    return (x + y) / 2, (v + w) / 2

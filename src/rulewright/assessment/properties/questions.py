"""The properties, one by one: whom they concern, what would refute them, and what the checker is asked.

Properties of outcomes become claims about a goal: a designer who wants 1 where the outcome is stable, and 0 elsewhere, expects 1
exactly if the rule is stable at every possible type profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...institution.classical.direct import along
from ...numerics import rational
from ...numerics.rational import Array
from ...verify import claims
from ...verify.claims import Claim
from . import statements
from .case import Case, interim, joint_lie, lie
from .statements import Statement

MOST_PROFILES = 81  # type profiles up to which coalitions are proved one by one


@dataclass(frozen=True)
class Property:
    """A question to a mechanism in a setting."""

    name: str
    means: str
    applies: Callable[[Case], bool] = field(repr=False)
    refuted: Callable[[Case], str | None] = field(repr=False)
    """A counterexample in words, or None where none was found."""
    claims: Callable[[Case], Iterator[tuple[Statement, Claim]]] = field(repr=False)
    """What the checker has to accept for a yes; nothing where it is too much for it."""


def always(case: Case) -> bool:
    return True


# ── truth ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lie(case: Case) -> str | None:
    found = lie(case)
    return found.says if found else None


def _interim_lie(case: Case) -> str | None:
    found = lie(case, interim=True)
    return found.says if found else None


def _coalitions(case: Case) -> Iterator[tuple[Statement, Claim]]:
    if (case.game.prior > 0).sum() <= MOST_PROFILES:
        yield from ((said, claims.coalition(2, case.setting.money)) for said in statements.at_each(case))


# ── taking part ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _floors(case: Case) -> tuple[Array, ...]:
    assert case.setting.outside is not None  # `applies` has asked
    return tuple(rational.exact(o) for o in case.setting.outside)


def _stays_away(case: Case) -> str | None:
    for i, floor in enumerate(_floors(case)):
        expects = interim(case, i).diagonal()
        for kind, p in enumerate(case.likely[i]):
            if p > 0 and expects[kind] < floor[kind] * p:
                short = floor[kind] - expects[kind] / p
                return f"{case.who(i, kind)} expects {rational.decimal(short)} less than by staying away"
    return None


def _interim_floor(case: Case) -> Iterator[tuple[Statement, Claim]]:
    floors = {case.game.players[1 + i]: list(floor) for i, floor in enumerate(_floors(case))}
    yield statements.told(case), claims.voluntary(floors)


def _regrets(case: Case) -> str | None:
    for i, floor in enumerate(_floors(case)):
        gets = case.truthful(i)
        short = along(rational.floats(floor), 0, gets.ndim) - gets
        short = np.where(_possible(case, i), short, -np.inf)
        at = tuple(int(k) for k in np.unravel_index(int(np.argmax(short)), short.shape))
        if short[at] > 1e-9:
            kind, theta = at[0], [*at[1:]]
            theta[i] = kind
            exact = floor[kind] - case.utility(i, kind, theta)
            others = case.profile(theta, but=[i], verb="is")
            return f"{case.who(i, kind)} ends {rational.decimal(exact)} below what staying away gives{others}"
    return None


def _possible(case: Case, i: int) -> Array:
    """[type of i, *types with i's axis of length 1]: whether it can happen."""
    prior = np.moveaxis(case.game.prior[0] > 0, i, 0)
    return np.expand_dims(prior, 1 + i)


def _ex_post_floor(case: Case) -> Iterator[tuple[Statement, Claim]]:
    for i, floor in enumerate(_floors(case)):
        said, kinds = statements.informed(case, 1 + i)
        yield said, claims.voluntary({case.game.players[1 + i]: [floor[k] for k in kinds]})


# ── outcomes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _each(case: Case) -> list[Array]:
    """Per player [*types, decision]: values, as integers in proportion or exact (only compared)."""
    return [along(_whole(case)[i], i, case.n) for i in range(case.n)]


def _whole(case: Case) -> list[Array]:
    together = rational.comparable(np.concatenate([v.ravel() for v in case.values]), terms=2 * case.n)
    cuts = np.cumsum([v.size for v in case.values])[:-1]
    return [part.reshape(v.shape) for part, v in zip(np.split(together, cuts), case.values, strict=True)]


def _full(case: Case, table: Array) -> Array:
    return np.broadcast_to(table, (*case.game.type_counts[1:], case.game.action_counts[0]))


def efficient(case: Case) -> Array:
    """[*types, decision]: the sum of values is largest; where values are not money, nobody can be better off at nobody's cost."""
    rows = [_full(case, v) for v in _each(case)]
    if case.setting.money:
        total = sum(rows[1:], rows[0])
        return total == total.max(axis=-1, keepdims=True)
    good = np.ones(rows[0].shape, bool)
    for d in range(rows[0].shape[-1]):
        weakly = np.logical_and.reduce([v[..., d : d + 1] >= v for v in rows])
        strictly = np.logical_or.reduce([v[..., d : d + 1] > v for v in rows])
        good &= ~(weakly & strictly)
    return good


def envy_free(case: Case) -> Array:
    """[*types, decision]: nobody would rather have what another has, its payment included."""
    swapped, strategy = case.setting.swapped, case.told[0]
    assert swapped is not None
    good = np.ones(strategy.shape, bool)
    for i in range(case.n):
        for j in (j for j in range(case.n) if j != i):
            would = case.values[i][:, swapped[:, i, j]] - case.values[i]  # [type, decision]
            money = case.told[1][j] - case.told[1][i]
            envies = (along(would, i, case.n) + money[..., None] > 0) & (swapped[:, i, j] >= 0)
            good &= ~envies.astype(bool)
    return good


def stable(case: Case) -> Array:
    """[*types, decision]: no two of different sides would rather have each other."""
    holds, values = case.setting.holds, _each(case)
    assert holds is not None
    half = case.n // 2
    good = np.ones((*case.game.type_counts[1:], len(holds)), bool)
    for i in range(half):
        for j in range(half):
            together = int(np.argmax(holds[:, i] == j))
            blocks = (values[i][..., together, None] > values[i]) & (
                values[half + j][..., together, None] > values[half + j]
            )
            good &= ~blocks
    return good


def condorcet(case: Case) -> Array:
    """[*types, decision]: it beats every other by majority, or nothing does."""
    rows = [_full(case, v) for v in _each(case)]
    shape, m = rows[0].shape, rows[0].shape[-1]
    wins = np.ones(shape, bool)
    for x in range(m):
        margin = sum(
            (np.sign(v[..., x : x + 1] - v).astype(int) for v in rows[1:]),
            np.sign(rows[0][..., x : x + 1] - rows[0]).astype(int),
        )
        wins[..., x] = (np.delete(margin, x, axis=-1) > 0).all(axis=-1)
    return wins | ~wins.any(axis=-1, keepdims=True)


def _outcome(good: Callable[[Case], Array], fault: str) -> dict[str, Any]:
    """`refuted` and `claims` of a property that is a set of good outcomes at each type profile."""

    def refuted(case: Case) -> str | None:
        bad = (case.told[0] > 0) & ~good(case) & (case.game.prior[0] > 0)[..., None]
        if not bad.any():
            return None
        *theta, d = (int(k) for k in np.argwhere(bad)[0])
        return f"“{case.game.actions[0][d]}” {fault}{case.profile(theta, verb='is')}"

    def asked(case: Case) -> Iterator[tuple[Statement, Claim]]:
        yield statements.told(case, good(case).astype(int)), claims.goal(1)

    return {"refuted": refuted, "claims": asked}


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sum_of_money(case: Case, wrong: Callable[[Array], Array]) -> str | None:
    total = case.told[1].sum(axis=0)
    off = wrong(total) & (case.game.prior[0] > 0)
    if not off.any():
        return None
    at = np.unravel_index(int(np.argmax(np.where(off, abs(rational.floats(total)), -1))), off.shape)
    verb, amount = ("needs", total[at]) if total[at] > 0 else ("keeps", -total[at])
    return f"the rule {verb} {rational.decimal(amount)}{case.profile([int(k) for k in at], verb='is')}"


PROPERTIES = (
    Property(
        "truthful (dominant)",
        "no type of anybody gains by any report, whatever the others report",
        always,
        _lie,
        lambda case: ((said, claims.dominant()) for said in statements.honest(case)),
    ),
    Property(
        "truthful (Bayesian)",
        "nobody expects to gain by a report when the others tell the truth",
        always,
        _interim_lie,
        lambda case: ((said, claims.equilibrium()) for said in statements.one_speaks(case)),
    ),
    Property(
        "voluntary (interim)",
        "every type expects at least what it gets by staying away",
        lambda case: case.setting.outside is not None,
        _stays_away,
        _interim_floor,
    ),
    Property(
        "voluntary (ex post)",
        "nobody ever ends with less than by staying away",
        lambda case: case.setting.outside is not None,
        _regrets,
        _ex_post_floor,
    ),
    Property(
        "efficient",
        "the sum of values is largest; without money: no outcome is better for some and worse for nobody",
        always,
        **_outcome(efficient, "is not efficient"),
    ),
    Property(
        "no deficit",
        "the rule never pays more than it takes",
        lambda case: case.setting.money,
        lambda case: _sum_of_money(case, lambda total: total > 0),
        lambda case: iter([(statements.told(case), claims.budget(0, "everywhere"))]),
    ),
    Property(
        "balanced",
        "what some pay the others get, always",
        lambda case: case.setting.money,
        lambda case: _sum_of_money(case, lambda total: total != 0),
        lambda case: iter([(statements.told(case), claims.balanced())]),
    ),
    Property(
        "safe against pairs",
        "no two gain by lying together: each of them, or their sum where money can move between them",
        lambda case: case.n > 1,
        joint_lie,
        _coalitions,
    ),
    Property(
        "envy-free",
        "nobody would rather have what another has, at what it pays",
        lambda case: case.setting.swapped is not None,
        **_outcome(envy_free, "leaves envy"),
    ),
    Property(
        "stable",
        "no two of different sides would rather have each other",
        lambda case: case.setting.kind == "marriage",
        **_outcome(stable, "is blocked by a pair"),
    ),
    Property(
        "Condorcet-consistent",
        "who beats every other by majority wins",
        lambda case: case.setting.kind in ("vote", "line"),
        **_outcome(condorcet, "wins over one that beats every other by majority"),
    ),
)

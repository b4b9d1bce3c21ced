"""Which equilibrium? How much a profile stands out, and by which criteria it is the one to expect.

Margins: by how much every other profile fails to be stable. Payoff dominance: better for all (Harsanyi & Selten 1988, A
General Theory of Equilibrium Selection in Games). Risk dominance, of strict equilibria e, f of two players: in 2 × 2
games by the product of deviation losses,

    (u_1(e) − u_1(f_1, e_2)) (u_2(e) − u_2(e_1, f_2))  >  (u_1(f) − u_1(e_1, f_2)) (u_2(f) − u_2(f_1, e_2));

else by the tracing procedure from the *bicentric prior*: i thinks that the other plays e with a probability z and f with
1 − z, z uniform, and answers best; these answers are the prior. p-dominance: a_i is a best reply to
every belief that gives a_-i at least p (Morris, Rob & Shin 1995, Econometrica 63). Potential: P with u_i(a_i′, a_-i) − u_i(a) =
P(a_i′, a_-i) − P(a), whose maximisers are equilibria (Monderer & Shapley 1996, Games Econ. Behav. 14). All of it without
types, in the core of a game, on positions (i's action per player of the core); exact in exact games.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.lower import core
from ..numerics import rational
from ..numerics.rational import Array


def regrets(inner: Game) -> Array:
    """[player, *actions]: what each player would gain by its best deviation, at every profile of a game without types."""
    table = inner.payoff.reshape(inner.n, *inner.action_counts)
    return np.stack([table[i].max(axis=i, keepdims=True) - table[i] for i in range(inner.n)])


def margin_of_uniqueness(game: Game, wanted: tuple[int, ...]) -> Fraction | float | None:
    """The least, over all other pure profiles, of the most that somebody gains by leaving it; zero if another is stable.

    None if `wanted` (positions in the core) is itself unstable. Payoffs known within ±ε keep `wanted` the only
    pure equilibrium if this is more than 2ε and `wanted` is strict by more than 2ε.
    """
    inner, table = _table(game)
    _profiles(inner, wanted)
    tempted = regrets(inner).max(axis=0)
    if not _stable(inner, table)[wanted]:
        return None
    others = tempted.ravel()
    others = np.delete(others, np.ravel_multi_index(wanted, tempted.shape))
    return min(others) if others.size else None


def strictness(game: Game, wanted: tuple[int, ...]) -> Fraction | float | None:
    """The least that anybody loses by a single deviation from `wanted`; negative if somebody gains. None: no choice."""
    inner, table = _table(game)
    _profiles(inner, wanted)
    losses = []
    for i in range(inner.n):
        row = table[i][(*wanted[:i], slice(None), *wanted[i + 1 :])]
        losses += [row[wanted[i]] - x for a, x in enumerate(row) if a != wanted[i]]
    return min(losses, default=None)


def payoff_dominant(game: Game) -> tuple[int, ...] | None:
    """The pure equilibrium that is better for everybody than every other one; None if there is none such, or only one."""
    inner, table = _table(game)
    found = [tuple(map(int, profile)) for profile in np.argwhere(_stable(inner, table))]
    for one in found:
        if len(found) > 1 and all((_at(table, one) > _at(table, other)).all() for other in found if other != one):
            return one
    return None


def deviation_losses(game: Game, one: tuple[int, ...], other: tuple[int, ...]) -> Array:
    """[player]: what each loses by its action of `other` where everybody else plays `one`. Payoff units."""
    inner, table = _table(game)
    _profiles(inner, one, other)
    return np.array(
        [table[i][one] - table[i][(*one[:i], other[i], *one[i + 1 :])] for i in range(inner.n)], dtype=table.dtype
    )


@dataclass(frozen=True)
class Risk:
    """How two strict equilibria of two players compare in risk."""

    dominant: tuple[int, ...] | None
    """The one that risk-dominates; None for a tie, or where the tracing procedure is needed and not followed (see `how`)."""
    products: tuple[Fraction | float, Fraction | float]
    """Products of deviation losses of the first and the second; squared payoff units."""
    how: str


def risk_dominance(game: Game, one: tuple[int, ...], other: tuple[int, ...]) -> Risk:
    """Which of two strict equilibria of two players is less risky (Harsanyi & Selten 1988).

    In 2 × 2 games, and where nobody has another action that is a best reply to some mixture of the two, by the product of
    deviation losses. Otherwise by the bicentric prior, where the best replies to it are an equilibrium (then the tracing
    procedure stays there) that is one of the two; where they are not, it is left open. Raises InputError for games
    without two players, with types, or where `one` and `other` are not strict equilibria that differ for both.
    """
    inner, table = _table(game)
    if inner.n != 2:
        raise InputError(where="risk dominance", needed="two players who choose", found=str(inner.n))
    _profiles(inner, one, other)
    for profile in (one, other):
        if not (strictness(game, profile) or 0) > 0 or one[0] == other[0] or one[1] == other[1]:
            raise InputError(
                where="risk dominance",
                needed="two strict equilibria in which both players act differently",
                found=f"{one} and {other}",
            )
    losses = [deviation_losses(game, one, other), deviation_losses(game, other, one)]
    first, second = losses[0][0] * losses[0][1], losses[1][0] * losses[1][1]
    prior = [_bicentric(inner, i, one, other) for i in range(2)]
    if all(all(p == 0 for a, p in enumerate(prior[i]) if a not in (one[i], other[i])) for i in range(2)):
        how, dominant = "product of deviation losses", one if first > second else other if second > first else None
    else:
        dominant, how = _traced(table, prior, one, other)
    return Risk(dominant, (first, second), how)


def _bicentric(inner: Game, i: int, one: tuple[int, ...], other: tuple[int, ...]) -> Array:
    """[action of i]: the chance that it is the best reply to z·one + (1 − z)·other, z uniform on [0, 1]."""
    table = inner.payoff.reshape(inner.n, *inner.action_counts)[i]
    lines = np.moveaxis(table, i, 0)
    at_one, at_other = lines[:, one[1 - i]], lines[:, other[1 - i]]
    zero, unit = at_one[0] * 0, at_one[0] * 0 + 1
    cuts = {zero, unit}
    for a, b in itertools.combinations(range(len(lines)), 2):
        bend = (at_one[a] - at_other[a]) - (at_one[b] - at_other[b])
        if bend != 0 and 0 < (z := (at_other[b] - at_other[a]) / bend) < 1:
            cuts.add(z)
    share = rational.zeros((len(lines),), table)
    ordered = sorted(cuts)
    for low, high in itertools.pairwise(ordered):
        z = (low + high) / 2
        worth = at_one * z + at_other * (unit - z)
        best = np.flatnonzero(worth == worth.max())
        share[best] += (high - low) / len(best)
    return share


def _traced(
    table: Array, prior: list[Array], one: tuple[int, ...], other: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, str]:
    """Where the tracing procedure leads if it stays where it begins, and how that was seen."""
    worth = [(table[0] * prior[1]).sum(axis=1), (table[1] * prior[0][:, None]).sum(axis=0)]
    best = [np.flatnonzero(w == w.max()) for w in worth]
    if all(len(b) == 1 for b in best):
        start = (int(best[0][0]), int(best[1][0]))
        if start in (one, other):
            return start, "best replies to the bicentric prior: one of the two, where the tracing procedure stays"
        return None, f"open: the best replies to the bicentric prior are {start}, neither of the two"
    return None, "open: several best replies to the bicentric prior"


def p_dominance(game: Game, profile: tuple[int, ...]) -> Array | None:
    """[player]: the least p such that i's action is a best reply to every belief with at least p on the others' profile.

    The profile is p-dominant for every p from the largest of these on, and 1/2-dominant if that is at most 1/2; beliefs
    may correlate the others. None where the profile is no equilibrium. An action that is always best has p = 0.
    """
    inner, table = _table(game)
    _profiles(inner, profile)
    least = []
    for i in range(inner.n):
        own = np.moveaxis(table[i], i, 0).reshape(inner.action_counts[i], -1)  # [own action, others' profile]
        rest = [k for j, k in enumerate(inner.action_counts) if j != i]
        here = int(np.ravel_multi_index([a for j, a in enumerate(profile) if j != i], rest)) if rest else 0
        loss = own[profile[i], here] - own[:, here]
        if min(loss) < 0:
            return None
        need = loss[0] * 0
        for b in range(len(own)):
            gain = max(own[b] - own[profile[i]])
            if gain > 0:
                need = max(need, gain / (gain + loss[b]))
        least.append(need)
    return np.array(least, dtype=table.dtype)


# ── potentials ──────────────────────────────────────────────────────────────────────────────────────────────────────


def potential(game: Game) -> Array | None:
    """[*actions]: an exact potential, 0 at the first profile; None where there is none.

    Floating games: to within 1e-9 of the range of payoffs.
    """
    inner, table = _table(game)
    counts = inner.action_counts
    found = rational.zeros(counts, table)
    for i in range(inner.n):  # from the first profile to a: the players move one after the other, the first one first
        at = tuple(slice(None) if j <= i else slice(0, 1) for j in range(inner.n))
        path = table[i][at]
        found = found + (path - np.take(path, [0], axis=i))
    tolerance = 0 if inner.is_exact else 1e-9 * max(float(np.ptp(table)), 1e-300)
    for i in range(inner.n):
        dummy = table[i] - found  # may not depend on i's own action
        if (abs(dummy - np.take(dummy, [0], axis=i)) > tolerance).any():
            return None
    return found


def potential_maximisers(game: Game) -> list[tuple[int, ...]] | None:
    """The profiles at which an exact potential is largest: pure equilibria. None where there is no exact potential."""
    found = potential(game)
    if found is None:
        return None
    tolerance = 0 if rational.is_exact(found) else 1e-9 * max(float(np.ptp(found)), 1e-300)
    return [tuple(map(int, at)) for at in np.argwhere(np.asarray(found >= found.max() - tolerance, dtype=bool))]


def improvement_order(game: Game) -> Array | None:
    """[*actions], int: a generalised ordinal potential; None where some path of improvements by single players is a cycle.

    Each strict improvement of a player raises it (Monderer & Shapley 1996, lemma 2.5: then, and only then, every path of
    improvements is finite).
    """
    inner, table = _table(game)
    ranks = [rational.comparable(t) for t in table]
    least = [t.min() - 1 for t in ranks]
    height = np.zeros(inner.action_counts, dtype=int)
    alive = np.ones(inner.action_counts, dtype=bool)
    level = alive.size
    while alive.any():
        done = alive.copy()
        for i, rank in enumerate(ranks):
            reach = np.where(alive, rank, least[i]).max(axis=i, keepdims=True)
            done &= np.asarray(rank >= reach, dtype=bool)
        if not done.any():
            return None
        height[done] = level
        alive &= ~done
        level -= 1
    return height - height.min()


# ── basins of 2 × 2 games ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Basins:
    """Shares of all pairs of mixtures, drawn uniformly, from which play moves to each of the two strict equilibria."""

    equilibria: tuple[tuple[int, int], tuple[int, int]]
    threshold: tuple[Fraction | float, Fraction | float]
    """Per player, the probability of its action of the first equilibrium at the mixed equilibrium: the other's tipping point."""
    share: tuple[Fraction | float, Fraction | float]
    rule: str


def basins(game: Game, rule: str = "best reply") -> Basins:
    """Basins of a 2 × 2 game with two strict equilibria. `rule` is "best reply", "replicator" or "one population".

    Best reply: ẋ = BR(y) − x, ẏ = BR(x) − y (Gilboa & Matsui 1991, Econometrica 59); exact in exact games. Replicator:
    the border is the level set through the mixed equilibrium (x*, y*) of the constant of motion
    A (y* ln y + (1−y*) ln(1−y)) − B (x* ln x + (1−x*) ln(1−x)), A and B the sums of both deviation losses of the first
    and of the second player; its area by quadrature, to about 1e-6. One population, in symmetric games: all x beyond the
    mixed equilibrium, under either rule. Raises InputError for other games and other rules.
    """
    inner, table = _table(game)
    rules = ("best reply", "replicator", "one population")
    if rule not in rules:
        raise InputError(where="basins", needed=f"one of {', '.join(rules)}", found=repr(rule))
    strict = (
        [s for s in itertools.product(range(2), repeat=2) if inner.n == 2 and (strictness(game, s) or 0) > 0]
        if inner.action_counts == (2, 2)
        else []
    )
    if len(strict) != 2:
        raise InputError(
            where="basins",
            needed="two players with two actions each and two strict equilibria",
            found=f"actions {inner.action_counts}, {len(strict)} strict equilibria",
            remedy="For other games draw starts and run a dynamic.",
        )
    one, other = (strict[0][0], strict[0][1]), (strict[1][0], strict[1][1])
    e, f = deviation_losses(game, one, other), deviation_losses(game, other, one)
    # player i is indifferent where the other plays its action of `one` with f_i / (e_i + f_i)
    y, x = f[0] / (e[0] + f[0]), f[1] / (e[1] + f[1])
    if rule == "one population":
        if (table[0] != table[1].T).any() or one[0] != one[1]:
            raise InputError(where="basins", needed="a symmetric game with symmetric equilibria", found="another game")
        return Basins((one, other), (x, y), (1 - x, x), rule)
    if rule == "best reply":
        share = _straight(x, y)
    else:
        share = _curved(float(x), float(y), float(e[0] + f[0]), float(e[1] + f[1]))
    return Basins((one, other), (x, y), (share, 1 - share), rule)


def _straight(x: Any, y: Any) -> Any:
    """Area above the border of the best-reply dynamic, where (x, y) is the mixed equilibrium.

    Where only x is beyond its threshold, play heads for the corner (0, 1), and the threshold that it passes first
    decides: the border is the line from that corner through (x, y), on to the edge of the square; likewise for (1, 0).
    """

    def beside(x: Any, y: Any) -> Any:  # above that line, in the rectangle in which only x is beyond
        return (1 - x) * y - x * y * y / (1 - y) / 2 if x + y <= 1 else (1 - x) ** 2 * (1 - y) / x / 2

    return (1 - x) * (1 - y) + beside(x, y) + beside(y, x)


def _curved(x: float, y: float, a: float, b: float) -> float:
    """Share above the separatrix of ẋ = x(1−x) a (v − y), v̇ = v(1−v) b (u − x), by quadrature over u and bisection in v."""

    def motion(u: Array, mid: float) -> Array:
        return mid * np.log(u) + (1 - mid) * np.log1p(-u)  # largest at mid

    nodes, weights = np.polynomial.legendre.leggauss(60)
    total = 0.0
    for low, high in ((0.0, x), (x, 1.0)):
        t = (nodes + 1) / 2
        smooth = t * t * t * (10 - 15 * t + 6 * t * t)  # more nodes where the border turns steep
        u = low + (high - low) * smooth
        slope = (high - low) * 30 * t * t * (1 - t) ** 2
        level = motion(np.array(y), y) + b / a * (motion(u, x) - motion(np.array(x), x))
        falls = low == 0.0  # the border falls from (0, 1) to (1, 0)
        near, far = np.full_like(u, y), np.full_like(u, 1.0 if falls else 0.0)
        for _ in range(60):
            middle = (near + far) / 2
            with np.errstate(divide="ignore"):
                inside = motion(middle, y) > level
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        total += float(((1 - near) * slope * weights).sum() / 2)
    return total


def _table(game: Game) -> tuple[Game, Array]:
    """(the core, payoff[player, *actions]). Raises InputError for games in which somebody who chooses has types."""
    inner = core(game)
    if max(inner.type_counts) > 1:
        raise InputError(where="selection", needed="players without types", found=f"types {inner.type_counts}")
    return inner, inner.payoff.reshape(inner.n, *inner.action_counts)


def _profiles(inner: Game, *profiles: tuple[int, ...]) -> None:
    for profile in profiles:
        inside = len(profile) == inner.n and all(0 <= a < k for a, k in zip(profile, inner.action_counts, strict=True))
        if not inside:
            raise InputError(
                where="selection", needed=f"positions of actions within {inner.action_counts}", found=str(profile)
            )


def _stable(inner: Game, table: Array) -> Array:
    axes = tuple(range(1, table.ndim))
    tolerance = 0 if inner.is_exact else 1e-9 * np.ptp(table, axis=axes, keepdims=True)
    return np.asarray((regrets(inner) <= tolerance).all(axis=0), dtype=bool)


def _at(table: Array, profile: tuple[int, ...]) -> Array:
    at: Any = (slice(None), *profile)
    return table[at]

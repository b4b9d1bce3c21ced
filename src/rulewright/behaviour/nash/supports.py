"""All equilibria of three and more players, support by support.

In an equilibrium with supports S_1 … S_n everybody is indifferent among its S_i, and nothing else is better:

    u_i(a, σ_-i) − u_i(a_i⁰, σ_-i) = 0  (a, a_i⁰ ∈ S_i),        u_i(b, σ_-i) − u_i(a_i⁰, σ_-i) ≤ 0  (b ∉ S_i),

as many equations as free probabilities, each linear in each opponent's mixture. Supports are taken in order of size and
balance, and left out where an action of S_i is *conditionally dominated*: some other action is better against everything
in S_-i (Porter, Nudelman & Shoham 2008, Games Econ. Behav. 63). The systems of the others are solved, all of one
shape at once, by `subdivision`, which finds every root or says what it had to leave.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import TooLarge
from ...game.game import Game
from ...game.play import Play
from ...numerics.rational import Array
from .following import polished
from .subdivision import ROUNDING, Roots, Systems, roots

CELLS = 100_000
HOPELESS = 300  # supports left unsettled, after which the rest is left as well
EACH = 20_000
MOST_SUPPORTS = 300_000
MOST_PROFILES = 20_000
POLISHED = 25  # cells given up, of supports of one shape, from which Newton's method is tried
TIE = 1e-11  # of the range of payoffs: what an equilibrium may leave to an action outside its support
LEAST = 1e-9  # a probability below this belongs to a smaller support …
NEEDED = 1e-13  # … unless somebody would gain more than this, of the range of payoffs, where it is taken away

Mixtures = tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """Equilibria in which somebody mixes."""

    mixed: tuple[Mixtures, ...] = field(repr=False)
    """Per equilibrium, per player [action]."""
    supports: int
    """Support profiles left by conditional dominance, in which somebody mixes."""
    unsettled: int
    """Those of them that were not settled: degenerate, or cut short."""
    cells: int
    """Cells of mixtures looked at."""

    @property
    def complete(self) -> bool:
        """Whether every other equilibrium is pure: all supports were settled."""
        return self.unsettled == 0


def mixed_equilibria(
    payoff: Array, *, cells: int = CELLS, each: int = EACH, tell: Callable[[str], None] | None = None
) -> Found:
    """All equilibria of payoff[player, *actions] in which somebody mixes; of a continuum, some.

    At most `cells` cells are looked at in all (those of large supports count for more: `cell_weight`), and at most
    `each` at a time for one support; what is cut short is counted in `unsettled`, and with 300 of those the rest is left
    as well. These are counts and not seconds, so that the same game gives the same answer anywhere. Raises TooLarge
    before anything is begun.
    """
    n, counts = payoff.shape[0], payoff.shape[1:]
    refuse(counts)
    low = payoff.min(axis=tuple(range(1, n + 1)), keepdims=True)
    size = np.ptp(payoff, axis=tuple(range(1, n + 1)), keepdims=True)
    unit = (payoff - low) / np.where(size > 0, size, 1)
    left = undominated(unit)
    found: list[Mixtures] = []
    supports = unsettled = looked = 0
    spent = 0.0
    for shape, members in left:
        supports += len(members)
        weight = cell_weight(counts, shape)
        most = int((cells - spent) / weight)
        if most < len(members) or unsettled > HOPELESS:
            unsettled += len(members)
            continue
        done = roots(Systems(_rows(unit, members), shape), most=most, each=each, tell=_told(tell, shape))
        spent += done.cells * weight
        looked += done.cells
        unsettled += len(set(done.unsettled.tolist()))
        found += _equilibria(unit, members, shape, done)
    return Found(tuple(_distinct(found)), supports, unsettled, looked)


def cell_weight(counts: tuple[int, ...], shape: tuple[int, ...]) -> float:
    """How much work one cell of supports of these sizes is, in cells of a game of 4 × 4 × 4 with full supports."""
    return max(0.3, (sum(counts) - len(counts)) * math.prod(shape) * len(shape) / 1_728)


def refuse(counts: tuple[int, ...]) -> None:
    """Raise TooLarge where a game with so many actions has too many profiles or supports for all of its equilibria."""
    profiles, supports = math.prod(counts), math.prod(2**k - 1 for k in counts)
    if profiles <= MOST_PROFILES and supports <= MOST_SUPPORTS:
        return
    shown = [f"{x:,}" if x < 10**15 else "over 10^15" for x in (profiles, supports)]
    raise TooLarge(
        where="all equilibria of more than two players",
        needed=f"at most {MOST_PROFILES:,} profiles and {MOST_SUPPORTS:,} combinations of supports, each of which is an "
        "equation system of its own",
        found=f"{shown[0]} profiles and {shown[1]} combinations of supports",
        remedy="Use `nash-path` for one equilibrium, `pure` for all pure ones, or `correlated`, which bounds them all.",
    )


# ── supports ────────────────────────────────────────────────────────────────────────────────────────────────────────


def undominated(unit: Array) -> list[tuple[tuple[int, ...], Array]]:
    """[(sizes of the supports that mix, sorted; supports [support, player, action] as booleans)], smallest and most balanced first.

    Supports in which nobody mixes are left out. Grouped by the sizes alone: who has which is turned around by `_rows`.
    """
    n, counts = unit.shape[0], unit.shape[1:]
    masks = [_masks(k) for k in counts]
    good = np.ones([len(m) for m in masks], dtype=bool)
    for i in range(n):
        table = np.moveaxis(unit[i], i, 0)
        better = table[None] > table[:, None] + ROUNDING  # [a, b, *others]: b is better than a there
        spared = (~better).astype(np.float32)
        for j in reversed([j for j in range(n) if j != i]):
            axis = 2 + (j if j < i else j - 1)
            spared = np.moveaxis(np.tensordot(spared, masks[j].astype(np.float32), axes=(axis, 1)), -1, axis)
        dominated = (spared == 0).any(axis=1).astype(np.float32)  # [a, *supports of the others]
        hit = np.tensordot(masks[i].astype(np.float32), dominated, axes=(1, 0))  # [own support, *others]
        good &= np.moveaxis(hit == 0, 0, i)
    chosen = np.argwhere(good)
    sizes = np.stack([masks[i].sum(axis=1)[chosen[:, i]] for i in range(n)], axis=1)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    outside = np.array(counts).sum() - sizes.sum(axis=1)
    for k, row in enumerate(sizes.tolist()):
        shape = tuple(sorted(x for x in row if x > 1))
        if shape:
            groups[(outside[k], *shape)].append(k)
    wide = max(counts)
    result = []
    for key in sorted(groups, key=lambda g: (sum(g[1:]) - len(g), max(g[1:]) - min(g[1:]), g)):
        members = np.zeros((len(groups[key]), n, wide), dtype=bool)
        for i in range(n):
            members[:, i, : counts[i]] = masks[i][chosen[groups[key], i]]
        result.append((key[1:], members))
    return result


def _masks(count: int) -> Array:
    """[support, action]: all non-empty sets of actions."""
    return np.array(list(itertools.product((False, True), repeat=count))[1:])


def _mixers(sizes: Array) -> list[int]:
    """The players that mix, in the order of the shape that their supports have in common with others: by size."""
    return sorted((i for i in range(len(sizes)) if sizes[i] > 1), key=lambda i: (sizes[i], i))


def _rows(unit: Array, members: Array) -> Array:
    """[support, row, *corners]: the equations of all who mix, then the inequalities of everybody."""
    sizes = members.sum(axis=2)
    found: Array | None = None
    for pattern in np.unique(sizes, axis=0):
        which = np.flatnonzero((sizes == pattern).all(axis=1))
        part = _rows_of(unit, members[which], pattern)
        if found is None:
            found = np.zeros((len(members), *part.shape[1:]))
        found[which] = part
    assert found is not None  # no group is empty
    return found


def _rows_of(unit: Array, members: Array, sizes: Array) -> Array:
    """As `_rows`, where everybody's supports have the same sizes [player] in all members."""
    n, counts, count = unit.shape[0], unit.shape[1:], len(members)
    order = [np.argsort(~members[:, i, : counts[i]], axis=1, kind="stable") for i in range(n)]  # support first
    mixers = _mixers(sizes)
    turn = [*mixers, *(i for i in range(n) if i not in mixers)]
    equal, unequal = [], []
    for i in turn:
        at = [order[j] if j == i else order[j][:, : sizes[j]] for j in range(n)]
        index = [a.reshape(count, *(a.shape[1] if h == j else 1 for h in range(n))) for j, a in enumerate(at)]
        table = unit[i][tuple(index)].transpose(0, 1 + i, *(1 + j for j in turn if j != i))  # own action first
        table = table - table[:, :1]
        table = table.reshape(count, counts[i], *(sizes[j] for j in mixers if j != i))
        if i in mixers:
            table = np.expand_dims(table, 2 + mixers.index(i))
        table = np.broadcast_to(table, (count, counts[i], *(sizes[j] for j in mixers)))
        equal.append(table[:, 1 : sizes[i]])
        unequal.append(table[:, sizes[i] :])
    return np.concatenate([*equal, *unequal], axis=1)


# ── equilibria ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _equilibria(unit: Array, members: Array, shape: tuple[int, ...], done: Roots) -> list[Mixtures]:
    """The roots that are equilibria, and those that Newton's method finds from the cells that were given up."""
    found, game = [], Game.normal(unit)
    for systems, points in ((done.system, done.points), (done.unsettled, done.open_points)):
        for k, system in enumerate(systems.tolist()):
            if points is done.open_points and k >= POLISHED:
                break
            mixtures = _spread(members[system], [p[k] for p in points], unit.shape[1:])
            if points is done.open_points:
                mixtures = tuple(x[0] for x in polished(game, [x[None] for x in mixtures]))
            if points is done.open_points:
                fits = any(x.max() < 1 - LEAST for x in mixtures)
            else:
                used = all(x[members[system, i, : len(x)]].min() > LEAST for i, x in enumerate(mixtures))
                fits = used or _regret(game, [_law(np.where(x > LEAST, x, 0)) for x in mixtures]) > NEEDED
            if fits and _regret(game, mixtures) <= TIE:
                found.append(mixtures)
    return found


def _regret(game: Game, mixtures: Sequence[Array]) -> float:
    return float(Play.of(game, [x[None] for x in mixtures]).regret)


def _spread(member: Array, points: list[Array], counts: tuple[int, ...]) -> Mixtures:
    mixtures = [np.zeros(k) for k in counts]
    mixers = _mixers(member.sum(axis=1))
    for i, k in enumerate(counts):
        mixtures[i][member[i, :k]] = points[mixers.index(i)] if i in mixers else 1.0
    return tuple(_law(x) for x in mixtures)


def _law(x: Array) -> Array:
    x = np.maximum(x, 0)
    return x / x.sum()


def _distinct(found: list[Mixtures]) -> list[Mixtures]:
    """Without repetitions: a root on the border of two cells is found in both."""
    kept: list[Mixtures] = []
    stack = np.zeros((0, 0))
    for mixtures in found:
        flat = np.concatenate(mixtures)
        if len(kept) and (np.abs(stack[: len(kept)] - flat).max(axis=1) < 1e-7).any():
            continue
        kept.append(mixtures)
        if len(kept) > len(stack):
            grown = np.zeros((2 * len(kept) + 8, len(flat)))
            grown[: len(stack), : stack.shape[1]] = stack
            stack = grown
        stack[len(kept) - 1] = flat
    return kept


def _told(tell: Callable[[str], None] | None, shape: tuple[int, ...]) -> Callable[[str], None] | None:
    if tell is None:
        return None
    return lambda said: tell(f"supports of sizes {' × '.join(map(str, shape))}: {said}")

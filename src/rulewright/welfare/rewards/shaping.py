"""Whether shaping is safe: it is if it is a difference of potentials, and then changes no best act in any world.

    F(s, a, s′) = γ Φ(s′) − Φ(s),        Φ = 0 where an episode ends

Ng, Harada & Russell 1999 (ICML): for every world sufficient, and for all worlds at once necessary. Whether some Φ exists for the
moves of one world is a system of linear equations; it is solved along a tree of walks from the start: every walk to a state must
leave the same Φ there. Two walks that do not are the witness. A shaping without Φ may still change no best act in the one world
that is given; that is asked with the best acts themselves.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...numerics.rational import Array, filled
from . import world as worlds
from .reward import ZERO
from .world import World


@dataclass(frozen=True)
class Walk:
    """Acts from the start, with the discounted sum of shaping along them."""

    acts: tuple[int, ...]
    moves: tuple[int, ...]
    total: Fraction
    end: int

    def told(self, world: World) -> str:
        return words(world, self.moves)


@dataclass(frozen=True, eq=False)
class Potential:
    """A potential, or walks that no potential explains."""

    values: Array | None = field(default=None, repr=False)
    """[state], exact; 0 where the start does not lead."""
    walks: tuple[Walk, ...] = ()
    """Two (or, where γ < 1, up to four) walks whose sums of shaping contradict every Φ."""


def words(world: World, moves: tuple[int, ...]) -> str:
    """A walk in words."""
    if not moves:
        return world.states[world.start]
    said = world.states[int(world.source[moves[0]])]
    for m in moves:
        said += f" –{world.acts[int(world.act[m])][1]}→ {world.states[int(world.target[m])]}"
    return said


def potential(world: World, shaping: Array, gamma: Fraction) -> Potential:
    """Φ with shaping[move] = γΦ(s′) − Φ(s) on every move that the start leads to, exactly, or the walks that rule it out."""
    if gamma == 0:
        return _short_sighted(world, shaping)
    tree: dict[int, Walk] = {world.start: Walk((), (), ZERO, world.start)}
    todo, cross = deque([world.start]), []
    while todo:
        s = todo.popleft()
        for m in np.flatnonzero(world.source == s):
            here = tree[s]
            t = int(world.target[m])
            there = Walk(
                (*here.acts, int(world.act[m])),
                (*here.moves, int(m)),
                here.total + gamma ** len(here.moves) * shaping[m],
                t,
            )
            if t in tree:
                cross.append((there, tree[t]))
            else:
                tree[t] = there
                todo.append(t)
    root: tuple[Fraction, tuple[Walk, ...]] | None = None  # Φ(start), and the walks that say so
    ended = [tree[s] for s in sorted(tree) if world.ends[s]]
    equations: list[tuple[Fraction, Fraction, tuple[Walk, ...]]] = [
        (Fraction(1), -w.total, (w,)) for w in ended
    ]  # γⁿ·0 = Φ(start) + sum along the walk
    for a, b in cross:
        x, y = gamma ** len(a.moves), gamma ** len(b.moves)
        equations.append((y - x, x * b.total - y * a.total, (a, b)))
    for coefficient, side, walks in equations:
        if coefficient == 0:
            if side != 0:
                return Potential(walks=walks)
        elif root is None:
            root = side / coefficient, walks
        elif root[0] != side / coefficient:
            return Potential(walks=(*root[1], *walks))
    first = ZERO if root is None else root[0]
    found = filled((len(world.states),), [ZERO] * len(world.states))
    for s, walk in tree.items():
        found[s] = (first + walk.total) / gamma ** len(walk.moves)
    return Potential(found)


def _short_sighted(world: World, shaping: Array) -> Potential:
    """γ = 0: every move out of a state must carry the same."""
    found = filled((len(world.states),), [ZERO] * len(world.states))
    for s in world.reachable():
        moves = [int(m) for m in np.flatnonzero(world.source == s)]
        for m in moves:
            if shaping[m] != shaping[moves[0]]:
                both = [Walk((int(world.act[k]),), (k,), shaping[k], int(world.target[k])) for k in (moves[0], m)]
                return Potential(walks=tuple(both))
        if moves:
            found[s] = -shaping[moves[0]]
    return Potential(found)


def broken(world: World, shaping: Array, phi: Array, gamma: Fraction) -> tuple[int, Fraction] | None:
    """(move, γΦ(s′) − Φ(s)) of the first move where the given Φ is not what shaping[move] pays; None where it is everywhere."""
    for m in range(len(world.act)):
        due = gamma * phi[world.target[m]] - phi[world.source[m]]
        if shaping[m] != due:
            return m, due
    return None


@dataclass(frozen=True)
class Swayed:
    """A state where shaping changes what is best."""

    state: int
    before: frozenset[int]
    after: frozenset[int]


def swayed(world: World, true: Array, shaping: Array, gamma: Fraction) -> Swayed | bool | None:
    """Where the best acts differ with and without shaping[move] (true[act]: without); False where they are the same.

    None where they cannot be told: undiscounted returns that grow for ever, or policies that never end.
    """
    extra = shaping * world.chance
    total = filled((len(world.acts),), [sum(extra[world.act == k], true[k]) for k in range(len(world.acts))])
    before, after = (worlds.best(world, r, gamma) for r in (true, total))
    if before is None or after is None or before.value is None or after.value is None:
        return None
    for s in sorted(world.reachable()):
        if before.best_acts[s] != after.best_acts[s]:
            return Swayed(s, before.best_acts[s], after.best_acts[s])
    return False

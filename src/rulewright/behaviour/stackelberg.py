"""Commitment: one player's mixture is fixed and public, the other replies (von Stackelberg 1934; von Stengel & Zamir 2010).

The leader commits to x, the follower replies best and, where replies tie, as the leader likes (a strong Stackelberg equilibrium:
the leader can make the tie strict at an arbitrarily small price, wherever the reply can be made strict at all).

Multiple programmes (Conitzer & Sandholm 2006, EC 7), one for each reply j, the best of those that are feasible:

    maximise  Σ_i x_i A_ij     subject to   Σ_i x_i (B_ij − B_ik) ≥ 0  for every k,   x a law

Followers of several types t with chances p_t: the same on the Harsanyi form, whose replies are functions from types to actions; or
one mixed-integer programme (DOBSS: Paruchuri et al. 2008, AAMAS 7) with z^t_ij = x_i if type t replies j, else 0:

    maximise  Σ_t p_t Σ_ij A^t_ij z^t_ij
    Σ_ij z^t_ij = 1,   Σ_j z^t_ij = x_i,   Σ_i z^t_ij = y^t_j ∈ {0, 1}
    Σ_i x_i B^t_ik ≤ r_t ≤ Σ_i x_i B^t_ik + M_t (1 − y^t_k)
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.lower import core, lifted, normal, unplanned
from ..game.play import Play
from ..numerics import rational
from ..numerics.linprog import INFINITY, Programme
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .behaviour import Behaviour, register
from .nash import extreme
from .prediction import Plays

MOST_PLANS = 100_000


@dataclass(frozen=True, eq=False)
class Commitment:
    """The leader's best commitment and the replies that it counts on."""

    strategy: Array = field(repr=False)
    """x[leader's action]; sums to one."""
    replies: tuple[int, ...]
    """Per type of the follower, the action it takes."""
    value: float
    """What the leader expects, payoff units."""
    payoffs: tuple[float, ...]
    """Per type of the follower, what it expects."""
    how: str

    def describe(self) -> str:
        mix = ", ".join(f"{rational.decimal(p)} on {i + 1}" for i, p in enumerate(self.strategy) if p > 1e-9)
        said = ", ".join(str(j + 1) for j in self.replies)
        return f"Committing to {mix} is answered by {said} and worth {rational.decimal(self.value)}."


def _tables(leader: Array, follower: Array, chances: Array | None) -> tuple[Array, Array, Array]:
    """A, B [type, row, column] and p [type] as floats. Raises InputError for shapes that differ."""
    a, b = (np.asarray(rational.floats(x)) for x in (leader, follower))
    a, b = (x[None] if x.ndim == 2 else x for x in (a, b))
    p = np.ones(len(b)) / len(b) if chances is None else rational.floats(chances)
    if a.ndim != 3 or a.shape != b.shape or p.shape != (len(b),):
        raise InputError(
            where="commitment",
            needed="payoffs [row, column] or [type, row, column] of both, alike, and one chance for each type",
            found=f"shapes {a.shape}, {b.shape} and {p.shape}",
        )
    if abs(p.sum() - 1) > 1e-9 or (p < 0).any():
        raise InputError(where="commitment", needed="chances that sum to 1", found=str(p.tolist()))
    return a, b, p


def multiple_programmes(leader: Array, follower: Array) -> Commitment:
    """The best commitment against one follower: payoffs [leader's action, follower's action] of both.

    Replies are tried from the one with the largest promise on; those that cannot beat what is found are left out.
    """
    (a,), (b,), _ = _tables(leader, follower, None)
    rows, columns = a.shape
    best: tuple[float, int, Array] | None = None
    promise = a.max(axis=0)
    for j in np.argsort(-promise, kind="stable"):
        if best is not None and promise[j] <= best[0]:
            break
        programme = Programme()
        x = programme.add_columns(rows, upper=1.0, cost=a[:, j])
        programme.put(programme.add_rows(1, lower=1.0, upper=1.0), x, 1.0)
        better = programme.add_rows(columns - 1, lower=0.0)
        programme.put(better[:, None], x, (b[:, [j]] - np.delete(b, j, axis=1)).T)
        found = programme.solve(maximise=True)
        if found.x is not None and (best is None or found.value > best[0]):
            best = found.value, int(j), np.maximum(found.x, 0)
    assert best is not None  # some reply is best to something
    x = best[2] / best[2].sum()
    how = "a linear programme for each reply"
    return Commitment(x, (best[1],), float(x @ a[:, best[1]]), (float(x @ b[:, best[1]]),), how)


def harsanyi(leader: Array, follower: Array, chances: Array) -> tuple[Array, Array, Array]:
    """(A, B [row, plan], plans [plan, type]): types folded into one follower that plans for all of them.

    Raises TooLarge where the plans (columns to the power of types) do not fit.
    """
    a, b, p = _tables(leader, follower, chances)
    types, rows, columns = a.shape
    reserve((2, rows, columns**types), "the follower's plans for all its types")
    plans = np.array(list(itertools.product(range(columns), repeat=types)))
    folded = [sum(p[t] * x[t][:, plans[:, t]] for t in range(types)) for x in (a, b)]
    return np.asarray(folded[0]), np.asarray(folded[1]), plans


def harsanyi_programmes(leader: Array, follower: Array, chances: Array) -> Commitment:
    """The best commitment against several types, by multiple programmes on the Harsanyi form: for few types."""
    a, b, p = _tables(leader, follower, chances)
    live = np.flatnonzero(p > 0)
    folded_a, folded_b, plans = harsanyi(a[live], b[live], p[live])
    found = multiple_programmes(folded_a, folded_b)
    x = found.strategy
    replies = np.array([int(np.argmax(x @ b[t])) for t in range(len(p))])
    replies[live] = plans[found.replies[0]]
    return _commitment(a, b, p, x, replies, "a linear programme for each plan of the Harsanyi form")


def dobss(leader: Array, follower: Array, chances: Array | None = None, *, seconds: float = INFINITY) -> Commitment:
    """The best commitment against several types, as one mixed-integer programme. Payoffs [type, row, column], p [type].

    Raises Unsolved if `seconds` do not suffice.
    """
    a, b, p = _tables(leader, follower, chances)
    types, rows, columns = a.shape
    spread = b.max(axis=(1, 2)) - b.min(axis=(1, 2))  # M_t: no reply loses more than this
    programme = Programme()
    x = programme.add_columns(rows, upper=1.0)
    z = programme.add_columns(a.shape, upper=1.0, cost=p[:, None, None] * a)
    y = programme.add_columns((types, columns), upper=1.0, integer=True)
    r = programme.add_columns(types, lower=b.min(axis=(1, 2)), upper=b.max(axis=(1, 2)))
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0), x, 1.0)
    one = programme.add_rows(types, lower=1.0, upper=1.0)
    programme.put(one[:, None], y, 1.0)
    same = programme.add_rows((types, rows), lower=0.0, upper=0.0)
    programme.put(same[..., None], z, 1.0)
    programme.put(same, x, -1.0)
    chosen = programme.add_rows((types, columns), lower=0.0, upper=0.0)
    programme.put(chosen[:, None], z, 1.0)
    programme.put(chosen, y, -1.0)
    best = programme.add_rows((types, columns), lower=0.0)
    programme.put(best, r[:, None], 1.0)
    programme.put(best[:, None], x[:, None], -b)
    reply = programme.add_rows((types, columns), upper=np.broadcast_to(spread[:, None], (types, columns)))
    programme.put(reply, r[:, None], 1.0)
    programme.put(reply[:, None], x[:, None], -b)
    programme.put(reply, y, spread[:, None])
    point = programme.solve(maximise=True, seconds=seconds).point()
    mix = np.maximum(point[x], 0)
    return _commitment(a, b, p, mix / mix.sum(), point[y].argmax(axis=1), "one mixed-integer programme (DOBSS)")


def _commitment(a: Array, b: Array, p: Array, x: Array, replies: Array, how: str) -> Commitment:
    worth = [float(x @ a[t][:, j]) for t, j in enumerate(replies)]
    payoffs = tuple(float(x @ b[t][:, j]) for t, j in enumerate(replies))
    return Commitment(x, tuple(map(int, replies)), float(np.dot(p, worth)), payoffs, how)


@dataclass(frozen=True)
class ValueOfCommitment:
    """What it is worth to the leader that its mixture is fixed and seen, payoff units."""

    committed: float
    worst_equilibrium: float
    best_equilibrium: float
    count: int
    """Extreme equilibria without commitment."""

    def describe(self) -> str:
        shown = rational.decimal
        low, high = shown(self.worst_equilibrium), shown(self.best_equilibrium)
        without = low if low == high else f"from {low} to {high}"
        return f"Committed, the leader expects {shown(self.committed)}; without commitment, {without} in equilibrium."


def value_of_commitment(leader: Array, follower: Array) -> ValueOfCommitment:
    """Commitment against all extreme Nash equilibria of the same two-player game: payoffs [row, column] of both."""
    (a,), (b,), _ = _tables(leader, follower, None)
    worth = [float(x @ a @ y) for x, y in extreme(a, b)]
    return ValueOfCommitment(multiple_programmes(a, b).value, min(worth), max(worth), len(worth))


class Stackelberg(Behaviour):
    """One player commits, the other replies as the leader likes best. For games in which two players choose.

    `leader` is a player's name; by default the first who has a choice. The leader must know nothing privately.
    """

    def __init__(self, leader: str = "") -> None:
        self.leader = leader

    @property
    def name(self) -> str:
        return f"stackelberg:{self.leader}" if self.leader else "stackelberg"

    def __call__(self, game: Game) -> Plays:
        inner = core(game).floats
        if len(game.active) != 2:
            raise InputError(where=self.name, needed="a game in which two players choose", found=repr(game))
        first = game.index(self.leader) if self.leader else game.active[0]
        if first not in game.active or game.type_counts[first] > 1:
            raise InputError(
                where=self.name,
                needed="a leader with a choice and without private types",
                found=game.players[first],
                remedy='Name another one: "stackelberg:PLAYER".',
            )
        form = normal(inner)
        at = game.active.index(first)
        a, b = (np.moveaxis(form.payoff[i].reshape(form.action_counts), at, 0) for i in (at, 1 - at))
        found = multiple_programmes(a, b)
        reply = np.zeros(form.action_counts[1 - at])
        reply[found.replies[0]] = 1.0
        mixtures = [found.strategy, reply] if at == 0 else [reply, found.strategy]
        strategies = [unplanned(inner, i, mixture) for i, mixture in enumerate(mixtures)]
        play: Play = lifted(game.floats, strategies)
        follower = game.active[1 - at]
        how = f"{game.players[first]} commits, {game.players[follower]} replies and breaks ties its way; {found.how}"
        return Plays(self.name, game, (play,), how, max(float(play.regrets[follower]), 0.0))


register("stackelberg", Stackelberg)

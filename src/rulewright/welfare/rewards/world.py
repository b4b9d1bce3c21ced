"""A small world in which a reward is maximised: what the best acts are, exactly, and whether they lead where they should.

Discounted (γ < 1) by policy iteration in rationals (Howard 1960, `numerics/decision.py`). Undiscounted by policy iteration that
starts from a policy that surely ends and changes an act only where that is strictly better: it stops at the best policy that ends,
or at a lap whose every round brings more than nothing, so that returns grow for ever (Bertsekas & Tsitsiklis 1991, Math. Oper.
Res. 16, on stochastic shortest paths). The lap of largest mean reward is Karp's (1978, Discrete Math. 23).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ...errors import InputError, TooLarge, Unsolved
from ...numerics import decision
from ...numerics.rational import Array, exact, filled
from .reward import ONE, ZERO

MOST_ROUNDS = 10_000
MOST_STATES = 200  # of exact linear systems: some seconds


@dataclass(frozen=True, eq=False)
class World:
    """States, and moves between them: one row for each (state, act, next state) that can happen."""

    states: tuple[str, ...]
    acts: tuple[tuple[int, str], ...]
    """[act]: (state, name); a state without acts ends an episode."""
    act: Array = field(repr=False)
    """[move]: number of the act."""
    target: Array = field(repr=False)
    """[move]: number of the next state."""
    chance: Array = field(repr=False)
    """[move], exact; sums to one over the moves of an act."""
    values: Array = field(repr=False)
    """[move, term], exact and without weights."""
    start: int = 0
    goal: frozenset[int] = frozenset()
    """States where what was intended has happened."""
    potential: Array | None = field(default=None, repr=False)
    """[state], exact: Φ, where it is given."""

    def __post_init__(self) -> None:
        if len(self.states) > MOST_STATES:
            raise TooLarge(where="world", needed=f"at most {MOST_STATES} states", found=str(len(self.states)))
        for k, (s, name) in enumerate(self.acts):
            total = self.chance[self.act == k].sum()
            if total != 1 or (self.chance[self.act == k] <= 0).any():
                near = abs(total - 1) < Fraction(1, 10**6)
                raise InputError(
                    where=f"{self.states[s]}, {name}",
                    needed="chances above 0 that sum to 1",
                    found="a chance of 0 or less"
                    if total == 1
                    else f"1 off by {float(total - 1):.2g}"
                    if near
                    else f"a sum of {float(total):.6g}",
                    remedy='Everything is exact: write thirds as "1/3".' if near and total != 1 else "",
                )

    @property
    def source(self) -> Array:
        """[move]: number of the state it leaves."""
        return np.array([self.acts[a][0] for a in self.act], int)

    @property
    def ends(self) -> Array:
        """[state]: whether an episode ends there."""
        found = np.ones(len(self.states), bool)
        found[[s for s, _ in self.acts]] = False
        return found

    def acts_of(self, state: int) -> list[int]:
        return [k for k, (s, _) in enumerate(self.acts) if s == state]

    def after(self, act: int) -> list[int]:
        """States that may follow."""
        return [int(t) for t in self.target[self.act == act]]

    def expected(self, weights: Array) -> Array:
        """[act]: expected reward of one step, with these weights of terms."""
        per_move = (self.values * weights).sum(axis=1) * self.chance
        return filled((len(self.acts),), [sum(per_move[self.act == k], ZERO) for k in range(len(self.acts))])

    def reachable(self) -> set[int]:
        found, todo = {self.start}, [self.start]
        while todo:
            for a in self.acts_of(todo.pop()):
                new = set(self.after(a)) - found
                found |= new
                todo += new
        return found

    def certain(self, act: int) -> bool:
        return bool((self.act == act).sum() == 1)

    def names(self, walk: list[int]) -> str:
        """A walk along acts in words: "home –drive→ road –brake→ home"."""
        if not walk:
            return self.states[self.start]
        said = self.states[self.acts[walk[0]][0]]
        for k, a in enumerate(walk):
            there = self.after(a)
            follows = self.acts[walk[k + 1]][0] if k + 1 < len(walk) else there[0]
            said += f" –{self.acts[a][1]}→ {self.states[follows if follows in there else there[0]]}"
        return said


@dataclass(frozen=True, eq=False)
class Best:
    """What maximises a reward in a world."""

    value: Array | None = field(repr=False)
    """[state], exact; None where returns grow for ever."""
    policy: Array = field(repr=False)
    """[state]: number of an act; −1 where the episode has ended."""
    best_acts: tuple[frozenset[int], ...] = field(default=(), repr=False)
    """[state]: all acts that are as good."""
    lap: tuple[int, ...] = ()
    """Acts that, round and round, bring more for ever."""


def best(world: World, reward: Array, gamma: Fraction) -> Best | None:
    """What maximises reward [act]; None where undiscounted returns have no meaning (no policy surely ends)."""
    return _discounted(world, reward, gamma) if gamma < 1 else _undiscounted(world, reward)


def _matrix(world: World, policy: Array) -> Array:
    """[state, next] under a policy; nothing follows an end."""
    found = filled((len(world.states),) * 2, [ZERO] * len(world.states) ** 2)
    for s, a in enumerate(policy):
        if a >= 0:
            for move in np.flatnonzero(world.act == a):
                found[s, world.target[move]] += world.chance[move]
    return found


def _evaluated(world: World, reward: Array, policy: Array, gamma: Fraction) -> Array:
    gained = filled((len(policy),), [reward[a] if a >= 0 else ZERO for a in policy])
    return decision.evaluated(gained, _matrix(world, policy), gamma)


def _worths(world: World, reward: Array, value: Array, gamma: Fraction) -> Array:
    """[act]: reward and what follows."""
    follows = world.chance * value[world.target]
    return reward + gamma * filled(
        (len(world.acts),), [sum(follows[world.act == k], ZERO) for k in range(len(world.acts))]
    )


def _improved(world: World, reward: Array, gamma: Fraction, policy: Array, value: Array) -> tuple[Array, bool]:
    worth = _worths(world, reward, value, gamma)
    found, changed = policy.copy(), False
    for s in range(len(world.states)):
        acts = world.acts_of(s)
        if acts:
            top = max(acts, key=lambda a: worth[a])
            if worth[top] > value[s]:
                found[s], changed = top, True
    return found, changed


def _first(world: World) -> Array:
    return np.array([next(iter(world.acts_of(s)), -1) for s in range(len(world.states))])


def _tied(world: World, reward: Array, gamma: Fraction, value: Array) -> tuple[frozenset[int], ...]:
    worth = _worths(world, reward, value, gamma)
    return tuple(frozenset(a for a in world.acts_of(s) if worth[a] == value[s]) for s in range(len(world.states)))


def _discounted(world: World, reward: Array, gamma: Fraction) -> Best:
    policy = _first(world)
    for _ in range(MOST_ROUNDS):
        value = _evaluated(world, reward, policy, gamma)
        policy, changed = _improved(world, reward, gamma, policy, value)
        if not changed:
            return Best(value, policy, _tied(world, reward, gamma, value))
    raise Unsolved(where="policy iteration", needed="an end", found=f"{MOST_ROUNDS} rounds")


def _undiscounted(world: World, reward: Array) -> Best | None:
    lap = best_lap(world, reward)
    if lap is not None and lap[1] > 0:
        return Best(None, _first(world), lap=tuple(lap[0]))
    count, known = len(world.states), len(world.acts)
    world, reward, stay = _resting(world, reward)
    policy = surely(world, {int(s) for s in np.flatnonzero(world.ends)})
    if policy is None or any(policy[s] < 0 and not world.ends[s] for s in world.reachable()):
        return None
    for _ in range(MOST_ROUNDS):
        try:
            value = _evaluated(world, reward, policy, ONE)
        except (
            Unsolved
        ):  # the last improvement closed a lap, and every improvement in it is strict: its mean is above 0
            return Best(None, policy, lap=tuple(_closed(world, policy)))
        policy, changed = _improved(world, reward, ONE, policy, value)
        if not changed:
            tied = [frozenset(a for a in acts if a < known) for acts in _tied(world, reward, ONE, value)]
            policy = np.array([stay[s] if a >= known else a for s, a in enumerate(policy)])
            return Best(value[:count], policy[:count], tuple(tied[:count]))
    raise Unsolved(where="policy iteration", needed="an end", found=f"{MOST_ROUNDS} rounds")


def _resting(world: World, reward: Array) -> tuple[World, Array, dict[int, int]]:
    """(the same with an end to go to from wherever one may stay for ever for nothing; rewards; {state: the act that stays}).

    For ever nothing is nothing. What cannot be reached from the start ends there: it has no say.
    """
    stay = _staying(world, set(range(len(world.states))), lambda a: reward[a] == 0)
    there = world.reachable()
    cut = np.array([s not in there for s, _ in world.acts], bool)
    if not stay and not cut.any():
        return world, reward, {}
    ends = np.flatnonzero(world.ends)
    end = int(ends[0]) if len(ends) else len(world.states)
    at = sorted(stay)
    target = np.where(cut[world.act], end, world.target)
    added = np.arange(len(world.acts), len(world.acts) + len(at))
    terms = world.values.shape[1]
    made = World(
        world.states if len(ends) else (*world.states, "rest"),
        (*world.acts, *((s, "rest") for s in at)),
        np.concatenate([world.act, added]).astype(int),
        np.concatenate([target, np.full(len(at), end)]).astype(int),
        np.concatenate([world.chance, filled((len(at),), [ONE] * len(at))]),
        np.concatenate([world.values, filled((len(at), terms), [ZERO] * len(at) * terms)]),
        world.start,
        world.goal,
    )
    paid = [ZERO if off else r for r, off in zip(reward, cut, strict=True)]
    return made, filled((len(made.acts),), [*paid, *([ZERO] * len(at))]), stay


def _staying(world: World, states: set[int], allowed: Callable[[int], bool]) -> dict[int, int]:
    """{state: an allowed act}, such that who starts there and does so stays there for ever; as many states as there are."""
    while True:
        found = {
            s: a for a, (s, _) in enumerate(world.acts) if s in states and allowed(a) and set(world.after(a)) <= states
        }
        if set(found) == states:
            return found
        states = set(found)


def surely(world: World, to: set[int], allowed: Callable[[int], bool] = lambda act: True) -> Array | None:
    """[state]: allowed acts that reach `to` with chance one from wherever that can be done (−1 elsewhere).

    None where it cannot be done from the start.
    """
    inside = set(range(len(world.states)))
    while True:
        policy = np.full(len(world.states), -1)
        reached, grew = set(to) & inside, True
        while grew:
            grew = False
            for a, (s, _) in enumerate(world.acts):
                if s in reached or s not in inside or not allowed(a):
                    continue
                there = set(world.after(a))
                if there <= inside and there & reached:
                    policy[s], grew = a, True
                    reached.add(s)
        if reached == inside:
            break
        inside = reached
    return policy if world.start in inside else None


def _closed(world: World, policy: Array) -> list[int]:
    """Acts of states that a policy goes through for ever, in the order in which it comes to them."""
    for s in range(len(world.states)):
        there = _onward(world, policy, s)
        if all(policy[t] >= 0 and s in _onward(world, policy, t) for t in there):
            return [int(policy[t]) for t in there]
    return []


def _onward(world: World, policy: Array, start: int) -> list[int]:
    """States that a policy may come to from one, that one first."""
    found = [start]
    for s in found:  # grows as it is gone through
        if policy[s] >= 0:
            found += [t for t in dict.fromkeys(world.after(int(policy[s]))) if t not in found]
    return found


def walk(world: World, policy: Array, start: int) -> list[tuple[int, int]]:
    """The likeliest walk under a policy: (act, 0) each; the last says with 1 + k that it comes back to before the k-th."""
    seen: dict[int, int] = {}
    found: list[tuple[int, int]] = []
    s = start
    while policy[s] >= 0:
        seen[s] = len(found)
        a = int(policy[s])
        moves = np.flatnonzero(world.act == a)
        s = int(world.target[max(moves, key=lambda m: (world.chance[m], -m))])
        found.append((a, 1 + seen[s] if s in seen else 0))
        if s in seen:
            break
    return found


def best_lap(world: World, reward: Array) -> tuple[list[int], Fraction] | None:
    """(acts, mean reward a step) of the lap of certain moves with the largest mean that can be reached; None without laps."""
    there = world.reachable()
    edges = [(s, world.after(a)[0], a) for a, (s, _) in enumerate(world.acts) if s in there and world.certain(a)]
    n = len(world.states)
    table: list[list[Fraction | None]] = [[ZERO] * n]  # best sum of walks of k steps to each state, from anywhere
    came: list[list[int]] = [[-1] * n]
    for _ in range(n):
        row: list[Fraction | None] = [None] * n
        by = [-1] * n
        for k, (s, t, a) in enumerate(edges):
            before = table[-1][s]
            if before is not None and ((now := row[t]) is None or before + reward[a] > now):
                row[t], by[t] = before + reward[a], k
        table.append(row)
        came.append(by)
    ends = []
    for v in range(n):
        last = table[n][v]
        if last is not None:
            ends.append((min((last - d) / (n - k) for k in range(n) if (d := table[k][v]) is not None), v))
    if not ends:
        return None
    mean, v = max(ends)
    walked: list[int] = []
    for k in range(n, 0, -1):
        edge = edges[came[k][v]]
        walked.insert(0, came[k][v])
        v = edge[0]
    return _lap_in([edges[k] for k in walked], reward, mean), mean


def _lap_in(edges: list[tuple[int, int, int]], reward: Array, mean: Fraction) -> list[int]:
    """A lap of that mean within a walk that has one."""
    stack: list[tuple[int, int, int]] = []
    for edge in edges:
        stack.append(edge)
        for k, (s, _, _) in enumerate(stack):
            if s == edge[1]:
                lap = [a for _, _, a in stack[k:]]
                if sum((reward[a] for a in lap), ZERO) == mean * len(lap):
                    return lap
                del stack[k:]
                break
    raise Unsolved(where="laps", needed="a lap of the mean that was found", found="none")


def astray(world: World, found: Best, gamma: Fraction) -> Array | None:
    """[state]: best acts with which the goal is surely never reached from the start; None where every best policy may reach it.

    Undiscounted, they must also come to an end, or to rest where nothing more is to be had: else they give up what they are worth.
    """
    if found.value is None:
        return None
    value = found.value
    away = set(range(len(world.states))) - world.goal
    fine = [a in found.best_acts[s] for a, (s, _) in enumerate(world.acts)]
    while True:
        kept = {
            s for s in away if world.ends[s] or any(fine[a] and set(world.after(a)) <= away for a in world.acts_of(s))
        }
        if kept == away:
            break
        away = kept
    if world.start not in away:
        return None

    def allowed(act: int) -> bool:
        return fine[act] and set(world.after(act)) <= away

    if gamma < 1:
        return np.array(
            [
                next((a for a in world.acts_of(s) if allowed(a)), -1) if s in away else -1
                for s in range(len(world.states))
            ]
        )
    rest = _staying(world, {s for s in away if value[s] == 0}, allowed)
    policy = surely(world, {s for s in away if world.ends[s]} | set(rest), allowed)
    if policy is not None:
        for s, a in rest.items():
            policy[s] = a
    return policy


def exact_world(
    states: tuple[str, ...],
    moves: list[tuple[int, str, int, Fraction]],
    values: Array,
    start: int,
    goal: frozenset[int],
) -> World:
    """A world from moves (state, act, next, chance), with values [move, term]; acts in order of first mention."""
    acts: dict[tuple[int, str], int] = {}
    numbers = [acts.setdefault((s, a), len(acts)) for s, a, _, _ in moves]
    return World(
        states,
        tuple(acts),
        np.array(numbers, int),
        np.array([t for _, _, t, _ in moves], int),
        filled((len(moves),), [p for *_, p in moves]),
        exact(values),
        start,
        goal,
    )

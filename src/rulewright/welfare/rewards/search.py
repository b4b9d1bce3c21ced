"""Loopholes in an environment that can only be played: rollouts, searched and no more.

The environment is anything with `reset()` and `step(action)`, as in Gymnasium. Tried are every action for ever, every pair of
actions in turns, uniformly random play, and play that is greedy for the next reward where the environment can be copied. A rollout
that never succeeds and still brings more than the intended trajectory is a loophole; that none was found proves nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np

from ...errors import InputError
from .reward import ONE, ZERO, Played

Choose = Callable[[Any, int], Any]


@dataclass(frozen=True)
class Search:
    """How much is played."""

    actions: tuple[Any, ...]
    horizon: int = 200
    random: int = 100
    """Rollouts of random play."""
    seed: int = 0
    most_pairs: int = 200


def play(
    env: Any, reward: Callable[[Any, Any, Any], Fraction], success: Callable[[Any], bool], gamma: Fraction, how: Search
) -> list[Played]:
    """All rollouts, best first among those that do not succeed."""
    if not how.actions:
        raise InputError(where="ENV", needed="actions to try", found="none", remedy="Give ACTIONS, a list.")
    draws = np.random.default_rng(how.seed)
    named: list[tuple[str, Choose]] = [(f"always {a}", _always(a)) for a in how.actions]
    for a, b in list(permutations(how.actions, 2))[: how.most_pairs]:
        named.append((f"{a}, {b} in turns", _turns(a, b)))
    for k in range(how.random):
        named.append((f"random play {k + 1}", lambda _, t: how.actions[draws.integers(len(how.actions))]))
    if _copies(env):
        named.append(("greedy for the next reward", _greedy(env, reward, how.actions)))
    found = [_rollout(env, name, choose, reward, success, gamma, how.horizon) for name, choose in named]
    return sorted(found, key=lambda p: (p.success, -p.value))


def _start(env: Any, seed: int = 0) -> Any:
    try:
        said = env.reset(seed=seed)
    except TypeError:
        said = env.reset()
    return said[0] if isinstance(said, tuple) and len(said) == 2 and isinstance(said[1], dict) else said


def _step(env: Any, action: Any) -> tuple[Any, bool]:
    """(next state, whether it ended)."""
    said = env.step(action)
    if not isinstance(said, tuple) or len(said) not in (4, 5):
        raise InputError(
            where="ENV.step",
            needed="(state, reward, terminated, truncated, info), or four as in old Gym",
            found=repr(said)[:60],
        )
    return said[0], bool(said[2]) or (len(said) == 5 and bool(said[3]))


def _rollout(
    env: Any,
    name: str,
    choose: Choose,
    reward: Callable[[Any, Any, Any], Fraction],
    success: Callable[[Any], bool],
    gamma: Fraction,
    horizon: int,
) -> Played:
    state, value, weight, words, done = _start(env), ZERO, ONE, [], False
    reached = bool(success(state))
    for t in range(horizon):
        action = choose(env, t)
        # a state that the environment changes in place is the user's own; a copy keeps what it was
        before = copy.deepcopy(state)
        state, done = _step(env, action)
        value += weight * reward(before, action, state)
        weight *= gamma
        words.append(str(action))
        reached = reached or bool(success(state))
        if done:
            break
    return Played(f"{name}, {len(words)} steps", value, reached, tuple(words))


def _always(a: Any) -> Choose:
    return lambda env, t: a


def _turns(a: Any, b: Any) -> Choose:
    return lambda env, t: (a, b)[t % 2]


def _copies(env: Any) -> bool:
    try:
        copy.deepcopy(env)
    except Exception:  # whatever an environment holds
        return False
    return True


def _greedy(env: Any, reward: Callable[[Any, Any, Any], Fraction], actions: Sequence[Any]) -> Choose:
    latest: dict[str, Any] = {}

    def choose(env: Any, t: int) -> Any:
        if t == 0:
            latest["state"] = _start(copy.deepcopy(env))
        state = latest["state"]
        worths = []
        for a in actions:
            there, _ = _step(copy.deepcopy(env), a)
            worths.append((reward(copy.deepcopy(state), a, there), there))
        best = max(range(len(actions)), key=lambda k: (worths[k][0], -k))
        latest["state"] = worths[best][1]
        return actions[best]

    return choose

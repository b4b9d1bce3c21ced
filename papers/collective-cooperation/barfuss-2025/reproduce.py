"""Barfuss et al. 2025, PNAS, "Collective cooperative intelligence": multistability, abrupt transitions, hysteresis.

Run `python papers barfuss-2025` for the table; everything here uses public names of rulewright only.
"""

from __future__ import annotations

from fractions import Fraction as F
from functools import cache

import numpy as np

from rulewright.behaviour.markov import (
    ActorCritic,
    Sarsa,
    critical_frictions,
    follow,
    learn,
    random_starts,
    stability,
)
from rulewright.game.markov_games import ecological_public_good

LEARNER = ActorCritic(rate=0.1)  # pre = 1
MOVING = Sarsa(rate=0.01, intensity=60.0, normalised=True)  # pre = 1 − γ


def start(first: float, second: float = 0.95, degraded: float = 0.95) -> np.ndarray:
    """X of two agents: probabilities of cooperation in the prosperous state, and of both in the degraded one."""
    return np.array([[[p, 1 - p], [degraded, 1 - degraded]] for p in (first, second)])


@cache
def boundary(fast: bool) -> float:
    """Section "multistability": first agent's start between the two basins, bisected until nothing is left to halve."""
    game, low, high = ecological_public_good(discount=F(3, 4)).floats, 0.05, 0.95
    while high - low > (1e-9 if fast else 1e-15):
        middle = (low + high) / 2
        end = learn(game, start(middle), 20_000, LEARNER, tolerance=1e-9).last
        low, high = (low, middle) if end[0, 0, 0] > 0.5 else (middle, high)
    return (low + high) / 2


def steps(first: float) -> int:
    """Steps until one moves less than 10⁻⁵."""
    return int(learn(ecological_public_good(discount=F(3, 4)), start(first), 20_000, LEARNER, tolerance=1e-5).steps)


def share(gamma: str, fast: bool, seed: int = 1) -> float:
    """Share of uniformly random starts that end in cooperation of both."""
    game = ecological_public_good(discount=F(gamma))
    starts = random_starts(game, 1_000 if fast else 20_000, seed)
    ends = learn(game, starts, 25_000, LEARNER, tolerance=1e-4).last
    return float((ends[:, :, 0, 0] > 0.5).all(axis=1).mean())


def interval(part: float, number: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    middle, half = part + z * z / (2 * number), z * (part * (1 - part) / number + z * z / (4 * number**2)) ** 0.5
    return (middle - half) / (1 + z * z / number), (middle + half) / (1 + z * z / number)


@cache
def jumps() -> tuple[float, float]:
    """γ goes .6 → .895 → .6 in steps of .005 while learning keeps running, 2500 steps at each."""
    up = [F(600 + 5 * k, 1000) for k in range(60)]
    games = [ecological_public_good(discount=gamma).floats for gamma in (*up, *up[::-1])]
    high = follow(games, np.full((2, 2, 2), 0.5), 2500, MOVING)[:, :, 0, 0].mean(axis=1) > 0.5
    return float(up[int(high.argmax())]), float(up[::-1][int((~high[60:]).argmax())])


def threshold(action: int, low: float, high: float) -> float:
    """γ at which both always playing `action` changes stability."""
    before = stability(ecological_public_good(discount=low), [action, action], LEARNER).stable
    while high - low > 1e-9:
        middle = (low + high) / 2
        same = stability(ecological_public_good(discount=middle), [action, action], LEARNER).stable == before
        low, high = (middle, high) if same else (low, middle)
    return (low + high) / 2


CLAIMS = {
    "basin boundary of agent 1": boundary,
    "steps at 0.1647585": lambda fast: steps(0.1647585),
    "steps at 0.95": lambda fast: steps(0.95),
    "steps at 0.05": lambda fast: steps(0.05),
    "steps at 0.15": lambda fast: steps(0.15),
    "steps at 0.175": lambda fast: steps(0.175),
    "steps at 0.2": lambda fast: steps(0.2),
    "slowing down near the boundary, against a start near 1": lambda fast: steps(0.1647589) / steps(0.9999),
    "slowing down near the boundary, against a start near 0": lambda fast: steps(0.1647589) / steps(0.0001),
    **{
        f"share ending cooperative at gamma {gamma}": lambda fast, gamma=gamma: share(gamma, fast)
        for gamma in ("0.675", "0.70", "0.75", "0.80", "0.85", "0.90")
    },
    "jump up": lambda fast: jumps()[0],
    "jump down": lambda fast: jumps()[1],
    "all-C stable above gamma": lambda fast: threshold(0, 0.6, 0.8),
    "all-D stable below gamma": lambda fast: threshold(1, 0.8, 0.99),
    **{
        f"friction {which} at gamma {gamma}": lambda fast, g=gamma, w=which: float(getattr(critical_frictions(F(g)), w))
        for gamma in ("0.60", "0.65", "0.75")
        for which in ("collapse", "recovery")
    },
}

if __name__ == "__main__":
    for gamma in ("0.70", "0.75", "0.80", "0.85", "0.90"):
        part = share(gamma, False)
        low, high = interval(part, 20_000)
        print(f"gamma {gamma}: {part:.4f} of 20,000 starts, 95 % interval [{low:.4f}, {high:.4f}]")

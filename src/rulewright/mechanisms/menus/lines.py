"""Many items: a menu is improved on a sample, one line at a time, and along a line the best point is found exactly.

Along (x_k, p_k) + s·(d, q) type i likes option k with a_i + b_i s, and everything else with w_i at most: it takes k from
s_i = (w_i − a_i)/b_i on (b_i > 0), or up to there (b_i < 0). In between the goal is linear in s, so that sorting the s_i and
summing once gives the goal at all of them. No step size, no temperature: lotteries are not washed out.
"""

from __future__ import annotations

import numpy as np

from ...numerics.rational import Array

HAIR = 1e-9


def best_price(willing: Array, with_it: Array, without: Array, beta: float, low: float, high: float) -> float:
    """The best p in [low, high] where type i takes the option iff p ≤ willing_i: for with_it_i + β p, else without_i.

    β ≥ 0; where it is below, the best of the ends and of the points where somebody changes its mind.
    """
    order = np.argsort(-willing, kind="stable")
    prices = willing[order]
    taken = np.concatenate([[0.0], np.cumsum((with_it - without)[order])])
    counts = np.arange(len(prices) + 1)
    inside = np.clip(np.append(prices, (low, high)[beta > 0]), low, high)
    upto = np.searchsorted(-prices, -inside, side="right")  # how many are willing to pay so much
    if not len(inside):
        return low
    value = taken[upto] + beta * inside * counts[upto]
    return float(inside[int(value.argmax())])


def best_step(
    gain: Array, slope: Array, goal: Array, goal_slope: Array, other: Array, low: float, high: float
) -> tuple[float, float]:
    """(s, goal gained over s = 0, summed) for the best s in [low, high].

    Type i takes the option iff gain_i + slope_i s ≥ 0, and the goal is then goal_i + goal_slope_i s, else other_i.
    """
    moving = slope != 0
    switch = np.divide(-gain, slope, out=np.full_like(gain, np.inf), where=moving)
    taken = np.where(moving, slope < 0, gain >= 0)  # at s = −∞
    base, rate = (goal - other)[taken].sum(), goal_slope[taken].sum()
    order = np.argsort(switch[moving], kind="stable")
    at = switch[moving][order]
    sign = np.sign(slope[moving])[order]
    level = np.concatenate([[0.0], np.cumsum(sign * (goal - other)[moving][order])])
    tilt = np.concatenate([[0.0], np.cumsum(sign * goal_slope[moving][order])])
    ends = np.array([low, 0.0, high])
    inside = np.flatnonzero((at > low) & (at < high))
    places = np.concatenate([ends, at[inside], at[inside]])
    # of types that switch at one point: all have, or (to the left of it) none has
    after, before = (np.searchsorted(at, at[inside], side=side) for side in ("right", "left"))
    upto = np.concatenate([np.searchsorted(at, ends, side="right"), after, before])
    values = base + level[upto] + (rate + tilt[upto]) * places
    k = int(values.argmax())
    s = float(places[k])
    if k >= len(ends) + len(inside):  # a hair to the left
        s -= min(HAIR, (s - max(low, at[upto[k] - 1] if upto[k] else low)) / 2)
    return s, float(values[k] - values[1])

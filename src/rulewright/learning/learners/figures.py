"""The figures that are written down after every chunk, from the metrics of its updates; with several seeds, their means.

return             paid by the world per episode that ended, mean over players; return/<player>, return/group likewise
base, transfer, care   per environment step, mean over players; …/<player>
fund               per environment step
episodes           that ended, all seeds
event/<kind>/<outcome>   per environment step, all players together; event/<kind>/mean for long counts
entropy, kl, …     what the learner tells
return/group/sd    spread of the group's return between seeds
"""

from __future__ import annotations

import warnings
from typing import Any

import jax
import numpy as np

from ..world import Kind, World
from .learner import Metrics

MOST = 24  # outcomes told one by one


def figures(world: World, metrics: Metrics, updates: int, seeds: int) -> dict[str, float]:
    """{name: value} of a chunk of `updates`; metrics are summed over them, with an axis [seed] in front where seeds > 1."""
    found = jax.tree.map(lambda x: np.asarray(x, dtype=float)[(None,) * (seeds == 1)], metrics)
    tally, values = found.tally, {}
    steps = tally.steps[:, None]
    episodes = np.where(tally.episodes > 0, tally.episodes, np.nan)[:, None]
    accounts = (
        ("return", tally.returns / episodes),
        ("base", tally.base / steps),
        ("transfer", tally.transfer / steps),
        ("care", tally.care / steps),
    )
    for name, account in accounts:  # [seed, player]
        values[name] = _mean(account)
        values |= {f"{name}/{player}": _mean(account[:, i]) for i, player in enumerate(world.players)}
    group = (tally.returns / episodes).sum(axis=1)
    values["return/group"] = _mean(group)
    if seeds > 1:
        values["return/group/sd"] = float(np.std(group, ddof=1)) if np.isfinite(group).all() else float("nan")
    values["fund"] = _mean(tally.fund / tally.steps)
    values["episodes"] = float(tally.episodes.sum())
    for kind, counts in zip(world.kinds, tally.counts, strict=True):
        values |= _events(kind, counts, tally.steps)
    return values | {name: float(x.mean()) / updates for name, x in zip(metrics.names, found.learning, strict=True)}


def _events(kind: Kind, counts: Any, steps: Any) -> dict[str, float]:
    """Counts [seed, …, outcome] per environment step."""
    many = counts.reshape(len(steps), -1, counts.shape[-1]).sum(axis=1)
    if len(kind.outcomes) <= MOST:
        return {f"event/{kind.name}/{o}": _mean(many[:, k] / steps) for k, o in enumerate(kind.outcomes)}
    if all(o.isdecimal() for o in kind.outcomes):
        worth = many @ np.array([float(o) for o in kind.outcomes])
        return {f"event/{kind.name}/mean": _mean(worth / many.sum(axis=1))}
    return {}


def _mean(values: Any) -> float:
    """Over what is there; NaN where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(np.nanmean(values))

"""Losses of a decision against a target, both from 0 (no) to 1 (yes); NaN where either says nothing.

0/1       1 where one is above 1/2 and the other below; nothing is said where either is at 1/2
absolute  |a − t|
log       −t log a − (1 − t) log(1 − a): a is the chance that is given to yes; infinite where a is certain and wrong
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..aggregation.aggregator import decided

Loss = Callable[[Any, Any], Array]


def zero_one(decision: Any, target: Any) -> Array:
    """0/1 loss, element by element."""
    a, t = decided(decision), decided(target)
    return np.where(np.isnan(a) | np.isnan(t), np.nan, (a != t).astype(float))


def absolute(decision: Any, target: Any) -> Array:
    """Absolute loss, element by element."""
    found: Array = np.abs(np.asarray(decision, float) - np.asarray(target, float))
    return found


def log(decision: Any, target: Any) -> Array:
    """Log loss (nats), element by element."""
    a, t = np.broadcast_arrays(np.asarray(decision, float), np.asarray(target, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = np.where(t > 0, -t * np.log(a), 0.0)
        no = np.where(t < 1, -(1 - t) * np.log1p(-a), 0.0)
    return np.where(np.isnan(a) | np.isnan(t), np.nan, yes + no)


LOSSES: dict[str, Loss] = {"0/1": zero_one, "absolute": absolute, "log": log}


def loss(name: str) -> Loss:
    """The loss of this name. Raises InputError with the nearest one."""
    if name not in LOSSES:
        near = difflib.get_close_matches(name, list(LOSSES), n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else ""
        raise InputError(needed=f"a loss among {', '.join(LOSSES)}", found=repr(name), remedy=remedy)
    return LOSSES[name]

"""One configuration of the experiment: how it is trained, who watches, what changes afterwards. Scalars, or batches of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import pytree
from .tasks import named
from .temptation import deterring_rate

TREATMENTS = ("neither", "preferences", "deterrence", "both")


@pytree
class Setting:
    """All float32; shares and chances are between 0 and 1, money in score units."""

    taught: jax.Array
    """1 where the reward in training is a model of people's comparisons, 0 where it is the score."""
    fined: jax.Array
    """1 where audits and fines are in force."""
    precision: jax.Array
    """β of the labellers; 1/β is preference noise."""
    tpr: jax.Array
    """Of the monitor through which both labellers and auditors look, in training."""
    fpr: jax.Array
    blind: jax.Array
    """Share of situations in which labellers do not see misconduct."""
    stake: jax.Array
    """S: the fine on a flag."""
    late: jax.Array
    """D: steps until the fine is paid."""
    rate: jax.Array
    """q: audits per act at the start, as designed."""
    keen: jax.Array
    """How fast the auditor's rate moves with what audits bring it; 0: committed."""
    audit_cost: jax.Array
    """c: of one audit, to whoever audits."""
    bounty: jax.Array
    """B: what a catch is worth to the auditor."""
    discount: jax.Array
    """γ: the agents' patience."""
    temptation: jax.Array
    """In deployment: what misconduct adds to the score, as a multiple of training."""
    seen: jax.Array
    """In deployment: the share of the monitor's tpr that is left."""
    pull: jax.Array
    """In deployment: the weight of the score against trained preferences in what agents go on learning from; 0: as trained."""
    force: jax.Array
    """In deployment: the share of the audits that is still carried out."""


def setting(**given: Any) -> Setting:
    """A setting, or a batch: numbers or arrays [configuration], broadcast. Raises InputError for names that are none."""
    usual = {
        "taught": 0, "fined": 0, "precision": 4, "tpr": 0.8, "fpr": 0.05, "blind": 0, "stake": 3, "late": 0, "rate": 0, "keen": 0,
        "audit_cost": 0.05, "bounty": 1, "discount": 0.6, "temptation": 1, "seen": 1, "pull": 0, "force": 1,
    }  # fmt: skip
    for name in given:
        if name not in usual:
            raise InputError(where="setting", needed=f"one of {', '.join(usual)}", found=repr(name))
    filled = np.broadcast_arrays(*(np.asarray(x, np.float32) for x in (usual | given).values()))
    return Setting(*map(jnp.asarray, filled))


def treated(base: Setting, treatment: str) -> Setting:
    """The same under one of `TREATMENTS`."""
    if treatment not in TREATMENTS:
        raise InputError(where="treatment", needed=f"one of {', '.join(TREATMENTS)}", found=repr(treatment))
    one, none = jnp.ones_like(base.tpr), jnp.zeros_like(base.tpr)
    return replace(
        base,
        taught=one if treatment in ("preferences", "both") else none,
        fined=one if treatment in ("deterrence", "both") else none,
    )


def designed(task: str, base: Setting, safety: float = 1.25) -> Setting:
    """The same with the audit rate that `design.enforcement` finds for the temptation in training.

    It is designed for `safety` times the gain G of the task, and 1 where no rate deters. Agents are taken at their patience, the
    monitor at its rates in training.
    """
    given = (np.asarray(x, float) for x in (base.discount, base.stake, base.tpr, base.fpr, base.late))
    rate = deterring_rate(named(task), *given, safety=safety)
    return replace(base, rate=jnp.asarray(np.minimum(rate, 1.0), jnp.float32))

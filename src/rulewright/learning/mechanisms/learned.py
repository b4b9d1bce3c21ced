"""A trained network as a Mechanism: NumPy in, NumPy out; individually rational exactly; truthful only as far as it was searched.

The network (nets.py) says a decision x and what payments are made of, f, in float32. Payments are then made in float64:
t_i = f_i·(v_i(r, x) − outside) with f_i ≤ 1; rounding is monotone, so t_i ≤ v_i(r, x) − outside holds for the floats themselves,
whatever the weights are. Decisions that sum to a rounding above what is there are divided by their sum.

The file (`save`): one .npz, no pickle. A reader needs NumPy only:

    architecture          a JSON text: {"format": 1, "kind": "mlp" | "equivariant", "hidden": [64, 64],
                          "activation": "tanh" | "relu" | "silu", "share": "softmax" | "sparsemax",
                          "payments": "fraction" | "rent" | "none", "agents": n, "dimensions": d,
                          "decisions": {"is": "Allocation", "agents": 2, "items": 2, "demand": "additive"}, "outside": 0.0,
                          "budget": null | number, "transfers": true, "environment": name, "low": [[…]], "high": [[…]]}
    input_shift, input_scale       float32 [agent, dimension]: z = (reports − shift)/scale
    alloc_W0, alloc_b0, …          float32 [in, out], [out]; hidden layers and then one linear layer
    pay_W0, pay_b0, …              the same; absent where nobody pays, and in "equivariant"

"mlp": z flattened agent by agent → alloc → numbers for the head of the decisions (heads.py has their order: for an additive
allocation [agent + 1, item], nobody last, share over the first axis) ; z → pay → [agent] → logistic (fraction) or softplus (rent).
"equivariant": a weight is [4, in, out]; x [agent, item, channel] starts as z with one channel, and
x ← activation(x·W[0] + (mean over agents)·W[1] + (mean over items)·W[2] + (mean over both)·W[3] + b). Of the last channels,
0 is the number of (agent, item), the mean over agents of 1 that of (nobody, item); with unit demand 2 is that of an agent's own
choice of the item, and the mean over items of 3 its choice of nothing; where agents pay, one more channel, the last: its mean over
items is the number of the payment.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...mechanisms.audit import nets as audit
from ...mechanisms.decisions import Allocation, Bundles, Choice, Shares
from ...mechanisms.environment import Environment, additive
from ...mechanisms.environments.periods import Plan
from ...mechanisms.mechanism import Mechanism, Outcome
from ...numerics.rational import Array
from ..learners.describe import describe
from . import nets
from .nets import Net, Parameters
from .periods import Repeated

FORMAT = 1
BATCHES = (64, 2048, 32768)
"""Profiles that one compiled call takes; reports are padded to one of these, so that nothing is compiled for a new number."""


@partial(jax.jit, static_argnames=("net", "environment"))
def _outcome(net: Net, environment: Environment, parameters: Parameters, reports: jax.Array) -> Any:
    return nets.outcome(net, environment, parameters, reports)


def allowed(space: Any, decision: Array) -> Array:
    """A decision that is feasible up to float32's roundings, made feasible in float64 by dividing by what is too much."""
    if isinstance(space, Repeated):
        return np.stack([allowed(space.each, decision[:, t]) for t in range(space.periods)], axis=1)
    if isinstance(space, Plan):
        return _within(space, decision)
    if isinstance(space, Choice):
        return np.asarray(decision / decision.sum(axis=-1, keepdims=True))
    below = 1 - 4 * np.finfo(float).eps
    if isinstance(space, Allocation):
        decision = decision * below / np.maximum(decision.sum(axis=-2, keepdims=True), 1)
        if space.demand == "unit":
            decision = decision / np.maximum(decision.sum(axis=-1, keepdims=True), 1)
    elif isinstance(space, Shares):
        decision = decision * below / np.maximum(decision.sum(axis=-1, keepdims=True) / space.capacity, 1)
    elif isinstance(space, Bundles):
        used = (decision @ space.has).sum(axis=-2).max(axis=-1)
        most = np.maximum(used, decision.sum(axis=-1).max(axis=-1))
        decision = decision * below / np.maximum(most, 1)[..., None, None]
    return np.asarray(decision)


def _within(space: Plan, decision: Array) -> Array:
    """A plan that never takes more than is there."""
    stock, taken = np.full(len(decision), float(space.first)), []
    for t in range(space.periods):
        share = np.minimum(1.0, stock / np.maximum(decision[:, t].sum(axis=-1), 1e-300)) * (1 - 1e-12)
        taken.append(decision[:, t] * share[:, None])
        stock = stock - taken[-1].sum(axis=-1) + space.inflow
    return np.stack(taken, axis=1)


@dataclass(frozen=True, eq=False)
class LearnedMechanism(Mechanism):
    """What a network with these parameters does. No proof of truthfulness: ask an auditor."""

    environment: Environment = field(repr=False)
    net: Net
    parameters: Parameters = field(repr=False)
    """float32 arrays; nets.py says of what names and shapes."""

    def __post_init__(self) -> None:
        like = jax.eval_shape(lambda: nets.init(self.net, self.environment))
        found = {name: np.shape(array) for name, array in self.parameters.items()}
        if found != {name: array.shape for name, array in like.items()}:
            needed = f"parameters of shapes { {name: array.shape for name, array in like.items()} }"
            raise InputError(where="learned mechanism", needed=needed, found=str(found))

    def outcome(self, reports: Array) -> Outcome:
        reports = np.asarray(reports, float)
        n, d = self.environment.agents, self.environment.dimensions
        if reports.shape[-2:] != (n, d) or not np.isfinite(reports).all():
            raise InputError(
                where="reports", needed=f"finite numbers [..., {n}, {d}]", found=f"shape {reports.shape} or NaN"
            )
        flat = reports.reshape(-1, n, d)
        made = [self._batch(flat[k : k + BATCHES[-1]]) for k in range(0, max(len(flat), 1), BATCHES[-1])]
        space = self.environment.decisions
        x, f = (np.concatenate(part) for part in zip(*made, strict=True))
        decision = allowed(space, x.astype(float)).reshape(*reports.shape[:-2], *space.shape)
        made_of = np.minimum(f, 1.0) if self.net.payments == "fraction" else f
        made_of = made_of.astype(float).reshape(*reports.shape[:-2], *f.shape[1:])
        paid = nets.payments(self.net, self.environment, made_of, reports, decision, np)
        return Outcome(decision, np.asarray(paid))

    def _batch(self, reports: Array) -> tuple[Array, Array]:
        size = next(size for size in BATCHES if size >= len(reports))
        padded = np.zeros((size, *reports.shape[1:]), np.float32)
        padded[: len(reports)] = reports
        x, f = _outcome(self.net, self.environment, self.parameters, jnp.asarray(padded))
        return np.asarray(x)[: len(reports)], np.asarray(f)[: len(reports)]

    def perceptrons(self) -> audit.Net:
        """The same auction in NumPy alone, as auditors and programmes read it: scaling is put into the first layers.

        Raises InputError where it is no auction by plain networks.
        """
        net, space = self.net, self.environment.decisions
        plain = net.kind == "mlp" and net.activation in audit.ACTIVATIONS and net.payments == "fraction"
        head = space.demand if isinstance(space, Allocation) and space.demand == "unit" else net.share
        fits = isinstance(space, Allocation) and plain and not (space.demand == "unit" and net.share != "softmax")
        limits = (self.environment.outside, self.environment.budget) == (0.0, float("inf"))
        if not fits or not limits or not self.environment.transfers or self.environment.values is not additive:
            needed = "an auction by plain networks with tanh or relu, and softmax where demand is for one item"
            raise InputError(where="perceptrons", needed=needed, found=f"{net}, {space}")
        shift, scale = (part.astype(float).ravel() for part in nets.scaling(self.environment))
        made = []
        for part in ("alloc", "pay"):
            count = range(len(net.hidden) + 1)
            weights = [np.asarray(self.parameters[f"{part}_W{k}"], float).T for k in count]
            biases = [np.asarray(self.parameters[f"{part}_b{k}"], float) for k in count]
            weights[0] = weights[0] / scale
            biases[0] = biases[0] - weights[0] @ shift
            made.append(audit.Layers(tuple(weights), tuple(biases)))
        return audit.Net(self.environment, made[0], made[1], net.activation, head)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the .npz that is laid out in this module's opening."""
        shift, scale = nets.scaling(self.environment)
        arrays = {name: np.asarray(array) for name, array in self.parameters.items()}
        text = np.array(json.dumps(architecture(self.net, self.environment)))
        with Path(path).open("wb") as stream:
            np.savez(stream, architecture=text, input_shift=shift, input_scale=scale, **arrays)  # type: ignore[arg-type]

    @staticmethod
    def load(path: str | os.PathLike[str], environment: Environment) -> LearnedMechanism:
        """From a file that `save` wrote, for the environment it was trained in (a file holds no functions).

        Raises InputError for another file, or another environment.
        """
        try:
            with np.load(path, allow_pickle=False) as found:
                told = json.loads(str(found["architecture"]))
                parameters = {
                    name: jnp.asarray(found[name]) for name in found.files if name.startswith(("alloc_", "pay_"))
                }
        except (OSError, KeyError, ValueError) as wrong:
            raise InputError(where=str(path), needed="a learned mechanism", found=str(wrong)) from None
        if told.get("format") != FORMAT:
            raise InputError(where=str(path), needed=f"format {FORMAT}", found=str(told.get("format")))
        net = Net(told["kind"], tuple(told["hidden"]), told["activation"], told["share"], told["payments"])
        here = json.loads(json.dumps(architecture(net, environment)))
        for name, value in here.items():
            if told.get(name) != value:
                raise InputError(
                    where=f"{path}, {name}", needed=f"what it was trained in, {told.get(name)}", found=str(value)
                )
        return LearnedMechanism(environment, net, parameters)


def architecture(net: Net, environment: Environment) -> dict[str, Any]:
    """What the file says besides arrays."""
    space = environment.decisions
    bound = lambda box: [[float(v) if np.isfinite(v) else None for v in row] for row in box]  # noqa: E731
    return {
        "format": FORMAT,
        "kind": net.kind,
        "hidden": list(net.hidden),
        "activation": net.activation,
        "share": net.share,
        "payments": net.payments if environment.transfers else "none",
        "agents": environment.agents,
        "dimensions": environment.dimensions,
        "decisions": describe(space),
        "outside": environment.outside,
        "budget": environment.budget if np.isfinite(environment.budget) else None,
        "transfers": environment.transfers,
        "environment": environment.name,
        "low": bound(environment.low),
        "high": bound(environment.high),
    }

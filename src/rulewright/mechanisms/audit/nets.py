"""Small nets as mechanisms, in NumPy: what a RegretNet is once it is trained (after Dütting, Feng, Narasimhan, Parkes
& Ravindranath 2019).

Two multi-layer perceptrons read all reports r, laid out as one vector (agent after agent):

    allocation head   "softmax"     of (n + 1) × m numbers z: x_·j = softmax over agents and nobody, for each item    (additive)
                      "sparsemax"   the same with the projection onto the simplex, which is piecewise linear
                      "unit"        two tables of softmaxes, (n + 1) × m over agents and n × (m + 1) over items; x is the lesser
    payments head     "fraction"    p_i = sigmoid(z_i) · Σ_j x_ij r_ij: nobody pays more than the allocation is worth to it
                      "linear"      p_i = z_i: piecewise linear, but nobody's participation is promised

Sparsemax: Martins & Astudillo 2016, ICML 33. Linear payments: the form that mixed-integer programmes can read (`programme`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..environment import Environment
from ..mechanism import Mechanism, Outcome

ACTIVATIONS = ("tanh", "relu")
HEADS = ("softmax", "sparsemax", "unit")
PAYMENTS = ("fraction", "linear")


@dataclass(frozen=True, eq=False)
class Layers:
    """A perceptron: weights[layer] [out, in], biases[layer] [out]; the activation stands between layers, not after the last."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.biases):
            raise InputError(where="net", needed="a weight and a bias for each layer, at least one", found=self.form)
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            fits = w.ndim == 2 and b.shape == (len(w),) and (k == 0 or w.shape[1] == len(self.weights[k - 1]))
            if not fits:
                raise InputError(
                    where=f"net, layer {k}", needed="weights [out, in] that follow each other", found=self.form
                )
            if not (np.isfinite(w).all() and np.isfinite(b).all()):
                raise InputError(where=f"net, layer {k}", needed="finite weights", found="NaN or infinity")

    @property
    def form(self) -> str:
        return ", ".join(f"{w.shape} + {b.shape}" for w, b in zip(self.weights, self.biases, strict=False)) or "none"

    def at(self, x: Array, activation: str) -> Array:
        """[..., out]"""
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = x @ w.T
            x += b
            x = np.tanh(x, out=x) if activation == "tanh" else np.maximum(x, 0, out=x)
        return x @ self.weights[-1].T + self.biases[-1]


@dataclass(frozen=True, eq=False)
class Net(Mechanism):
    """An additive or unit-demand auction by two perceptrons."""

    environment: Environment
    allocation: Layers
    payments: Layers
    activation: str = "tanh"
    head: str = "softmax"
    pays: str = "fraction"

    def __post_init__(self) -> None:
        for said, known, what in (
            (self.activation, ACTIVATIONS, "activation"),
            (self.head, HEADS, "head"),
            (self.pays, PAYMENTS, "pays"),
        ):
            if said not in known:
                raise InputError(where=f"net, {what}", needed=" or ".join(known), found=repr(said))
        n, m = self.environment.agents, self.environment.dimensions
        if self.environment.decisions.shape != (n, m):
            raise InputError(where="net", needed="an auction of items", found=str(self.environment.decisions))
        out = (n + 1) * m + (n * (m + 1) if self.head == "unit" else 0)
        for what, layers, needed in (("allocation", self.allocation, out), ("payments", self.payments, n)):
            form = layers.weights[0].shape[1], len(layers.weights[-1])
            if form != (n * m, needed):
                raise InputError(
                    where=f"net, {what}",
                    needed=f"{n * m} numbers in and {needed} out, for {n} bidders, {m} items, head {self.head}",
                    found=f"{form[0]} in and {form[1]} out",
                )

    def outcome(self, reports: Array) -> Outcome:
        reports = np.asarray(reports, float)
        n, m = reports.shape[-2:]
        flat = reports.reshape(*reports.shape[:-2], n * m)
        x = shares(self.allocation.at(flat, self.activation), n, m, self.head)
        z = self.payments.at(flat, self.activation)
        return Outcome(x, z if self.pays == "linear" else (x * reports).sum(axis=-1) / (1 + np.exp(-z)))

    @property
    def piecewise_linear(self) -> bool:
        return self.activation == "relu" and self.head == "sparsemax" and self.pays == "linear"


def shares(z: Array, n: int, m: int, head: str) -> Array:
    """x[..., agent, item] of the last layer's numbers."""
    per = z[..., : (n + 1) * m].reshape(*z.shape[:-1], n + 1, m)
    if head == "sparsemax":
        return np.asarray(np.swapaxes(sparsemax(np.swapaxes(per, -1, -2)), -1, -2)[..., :n, :])
    found = softmax(per, -2)[..., :n, :]
    if head == "unit":
        other = z[..., (n + 1) * m :].reshape(*z.shape[:-1], n, m + 1)
        found = np.minimum(found, softmax(other, -1)[..., :m])
    return found


def softmax(z: Array, axis: int) -> Array:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def sparsemax(z: Array) -> Array:
    """The point of the simplex that is nearest to z[..., k]: max(z − τ, 0) that sums to one."""
    down = -np.sort(-z, axis=-1)
    total = np.cumsum(down, axis=-1) - 1
    counts = np.arange(1, z.shape[-1] + 1)
    support = (down * counts > total).sum(axis=-1, keepdims=True)
    tau = np.take_along_axis(total, support - 1, axis=-1) / support
    return np.maximum(z - tau, 0)


def from_arrays(environment: Environment, arrays: Mapping[str, Any], **settings: str) -> Net:
    """A net from named arrays: allocation.0.weight, allocation.0.bias, allocation.1.weight, …, payments.0.weight, ….

    `settings`: activation, head, pays. Raises InputError.
    """
    return Net(environment, _layers(arrays, "allocation"), _layers(arrays, "payments"), **settings)


def to_arrays(net: Net) -> dict[str, Array]:
    """The arrays that `from_arrays` reads, and the settings as text: what `numpy.savez` is given."""
    found: dict[str, Array] = {}
    for name, layers in (("allocation", net.allocation), ("payments", net.payments)):
        for k, (w, b) in enumerate(zip(layers.weights, layers.biases, strict=True)):
            found |= {f"{name}.{k}.weight": w, f"{name}.{k}.bias": b}
    return found | {k: np.array(getattr(net, k)) for k in ("activation", "head", "pays")}


def _layers(arrays: Mapping[str, Any], prefix: str) -> Layers:
    def number(key: str) -> tuple[int, ...]:
        return tuple(int(part) for part in key.split(".") if part.isdigit())

    keys = sorted((k for k in arrays if k.startswith(f"{prefix}.") and k.endswith(".weight")), key=number)
    if not keys:
        raise InputError(
            where="net",
            needed=f"arrays {prefix}.0.weight, {prefix}.0.bias, …",
            found=", ".join(list(arrays)[:8]) or "none",
            remedy="Say which layers are which, for example --layers allocation=alloc_layers.",
        )
    biases = [k.removesuffix("weight") + "bias" for k in keys]
    if lost := [k for k in biases if k not in arrays]:
        raise InputError(where="net", needed=f"an array {lost[0]}", found="none")
    for key in (*keys, *biases):
        if (kind := np.asarray(arrays[key]).dtype).kind not in "fiu":
            raise InputError(where="net", needed=f"real numbers in {key}", found=str(kind))
    return Layers(
        tuple(np.asarray(arrays[k], float) for k in keys), tuple(np.asarray(arrays[k], float) for k in biases)
    )

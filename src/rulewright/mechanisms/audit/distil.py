"""A small piecewise-linear net that imitates a mechanism: something that `programme` can certify, where its teacher cannot be read.

The sparsemax loss of shares and squares of payments, on the teacher's answers at random profiles, by Adam (Kingma & Ba
2015), in NumPy. The pupil is not truthful because its teacher is: its regret is what its certificate says.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..mechanism import Mechanism
from .nets import Layers, Net, shares

RATE, FIRST, SECOND = 1e-2, 0.9, 0.999


def distilled(
    teacher: Mechanism, *, hidden: tuple[int, ...] = (16, 16), steps: int = 2_000, batch: int = 512, seed: int = 0
) -> Net:
    """A net with relu, sparsemax and linear payments, `hidden` units in each layer of both perceptrons.

    Raises InputError for what is no auction of items, and for settings that make no sense.
    """
    there = teacher.environment
    n, m = there.agents, there.dimensions
    if there.decisions.shape != (n, m) or not hidden or min(hidden) < 1 or steps < 1 or batch < 1:
        found = f"{there.decisions}, {hidden}, {steps}, {batch}"
        raise InputError(
            where="distil", needed="an auction of items, units, steps and profiles of at least 1", found=found
        )
    rng = np.random.default_rng(seed)
    sizes = (n * m, *hidden)
    weights, biases = [], []
    for out in ((n + 1) * m, n):
        widths = (*sizes, out)
        weights.append([rng.normal(0, np.sqrt(2 / a), (b, a)) for a, b in pairwise(widths)])
        biases.append([np.zeros(b) for b in widths[1:]])
    every = [p for part in (*weights, *biases) for p in part]
    first, second = [np.zeros_like(p) for p in every], [np.zeros_like(p) for p in every]
    for step in range(1, steps + 1):
        types = there.profiles(batch, seed, start=(step - 1) * batch)
        wanted = teacher.outcome(types)
        flat = types.reshape(batch, n * m)
        (z, kept), (pay, paid) = (_forward(flat, w, b) for w, b in zip(weights, biases, strict=True))
        x = shares(z, n, m, "sparsemax")
        up = _sparsemax_slope(x, wanted.decision)
        slopes = [_back(kept, weights[0], up / batch), _back(paid, weights[1], (pay - wanted.payments) / batch)]
        grads = [g for ws, _ in slopes for g in ws] + [g for _, bs in slopes for g in bs]
        rate = RATE * min(1.0, 2 * (1 - step / (steps + 1)))  # falls to nothing over the second half
        for p, g, a, s in zip(every, grads, first, second, strict=True):
            a += (1 - FIRST) * (g - a)
            s += (1 - SECOND) * (g * g - s)
            p -= rate * (a / (1 - FIRST**step)) / (np.sqrt(s / (1 - SECOND**step)) + 1e-8)
    share, pay_net = (Layers(tuple(w), tuple(b)) for w, b in zip(weights, biases, strict=True))
    return Net(there, share, pay_net, activation="relu", head="sparsemax", pays="linear")


def _forward(x: Array, weights: list[Array], biases: list[Array]) -> tuple[Array, list[Array]]:
    """(the last layer's numbers, what went into each layer)."""
    kept = []
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        kept.append(x)
        x = x @ w.T + b
        if k < len(weights) - 1:
            x = np.maximum(x, 0)
    return x, kept


def _back(kept: list[Array], weights: list[Array], up: Array) -> tuple[list[Array], list[Array]]:
    """Gradients of weights and biases; `up` is the loss's slope in the last layer's numbers."""
    ws, bs = [], []
    for x, w in zip(kept[::-1], weights[::-1], strict=True):
        ws.append(up.T @ x)
        bs.append(up.sum(axis=0))
        up = (up @ w) * (x > 0)
    return ws[::-1], bs[::-1]


def _sparsemax_slope(x: Array, wanted: Array) -> Array:
    """The slope of the sparsemax loss (Martins & Astudillo 2016) in the last layer's numbers: shares less wanted
    shares, nobody's too."""
    off = x - wanted
    return np.concatenate([off, -off.sum(axis=1, keepdims=True)], axis=1).reshape(len(x), -1)

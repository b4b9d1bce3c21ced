"""A model of what contracts bring the principal, from samples alone: affine on pieces, with jumps between them.

The agent is a black box. As the contract x moves, its best act stays the same within a polytope and jumps at its border, so
the principal's value is affine on polytopes and *discontinuous* between them. A ReLU net is affine on polytopes but
continuous; after Wang, Dütting, Ivanov, Talgam-Cohen & Parkes 2023 (arXiv 2307.02318) the last bias depends on which units
are active, so that it jumps:

    z = max(W x + b, 0),   r = 1[W x + b > 0],        u(x) = w·z + ζ(r)         ζ a small network; a constant in a plain ReLU net

x = payments ÷ cap, in the unit box. *Inference* is a linear programme for each of the pieces that samples lie in:

    maximise w·(r∘(W x + b)) + ζ(r)    subject to    the signs of W x + b being r,    0 ≤ x ≤ 1

The optimum lies on the border of a piece, where a model that is off by a hair tips the agent. So what a model suggests is
asked of the black box before it is believed (`asking`): first the suggestion, then points back on the way to the best sample
of its piece. A reported value is always a black box's, never a model's. A reconstruction of ours; one hidden layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...errors import InputError, Unsolved
from ...mechanisms.contracts import Agency
from ...mechanisms.contracts.settings import drawn, seeded
from ...numerics import rational
from ...numerics.given import numbers, real, whole
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .incentive import values

Query = Callable[[Array], Array]
"""Contracts [n, outcome] → what they bring the principal [n]: a black box."""
WAY_BACK = (0.0, 0.01, 0.03, 0.1, 0.3)  # shares of the way from a suggestion back to a sample
INNER = 16  # units of ζ


@dataclass(frozen=True, eq=False)
class Pieces:
    """A fitted model. Parameters are plain arrays; `data` is what it was fitted to."""

    W: Array = field(repr=False)
    """[unit, outcome]"""
    b: Array = field(repr=False)
    """[unit]"""
    w: Array = field(repr=False)
    """[unit]"""
    bias: Callable[[Array], Array] = field(repr=False)
    """ζ: patterns [n, unit] → [n]"""
    cap: float
    contracts: Array = field(repr=False)
    """[sample, outcome]"""
    brought: Array = field(repr=False)
    """[sample]; what the black box said."""
    jumps: bool
    error: float
    """Root of the mean squared error at the samples, in the unit of values."""

    def predicted(self, contracts: Array) -> Array:
        """[n], of contracts [n, outcome]."""
        u = np.asarray(contracts, float) / self.cap @ self.W.T + self.b
        return np.asarray(np.maximum(u, 0) @ self.w + self.bias(u > 0))

    def patterns(self, contracts: Array) -> Array:
        """bool [n, unit]: which units are active."""
        return np.asarray(contracts, float) / self.cap @ self.W.T + self.b > 0

    def suggestions(self, count: int = 20) -> tuple[Array, Array, Array]:
        """(contracts [n, outcome], predicted values [n], a sample of each piece [n, outcome]), the best first.

        A linear programme for each of the `count` pieces whose samples' best (of the model and of the black box) is highest.
        """
        whole(count, "count")
        seen = self.patterns(self.contracts)
        top = np.argsort(-np.maximum(self.predicted(self.contracts), self.brought), kind="stable")
        pieces: dict[bytes, int] = {}
        for k in top:
            pieces.setdefault(seen[k].tobytes(), int(k))
            if len(pieces) == count:
                break
        points, worth = [], []
        for k in pieces.values():
            x = self._best(seen[k])
            points.append(self.contracts[k] if x is None else x * self.cap)
            worth.append(float(self._affine(seen[k], points[-1])))
        order = np.argsort(-np.array(worth), kind="stable")
        samples = self.contracts[list(pieces.values())]
        return np.array(points)[order], np.array(worth)[order], samples[order]

    def _affine(self, on: Array, contract: Array) -> Any:
        """The value of the piece's affine function, at its border too."""
        return (self.w * on) @ (self.W @ contract / self.cap + self.b) + self.bias(on[None])[0]

    def _best(self, on: Array) -> Array | None:
        sign = np.where(on, 1.0, -1.0)
        programme = Programme()
        x = programme.add_columns(self.W.shape[1], upper=1.0, cost=-((self.w * on) @ self.W))
        rows = programme.add_rows(len(self.b), lower=-sign * self.b)
        programme.put(rows[:, None], x, sign[:, None] * self.W)
        try:
            return programme.solve().x
        except Unsolved:
            return None


@dataclass(frozen=True, eq=False)
class Suggested:
    """What a model's suggestions came to when the black box was asked."""

    contract: Array
    """[outcome]; the best contract of all that were asked."""
    value: float
    """What the black box says of it."""
    first: float
    """The same of the model's first suggestion, unaided."""
    predicted: float
    """What the model promised of its first suggestion."""
    sample: float
    """The best of the samples, before any model."""
    asked: int
    """Questions after the samples."""
    points: Array = field(repr=False)
    """[question, outcome]; of the last round."""
    said: Array = field(repr=False)
    """[question]"""


def fit_pieces(
    contracts: Any,
    brought: Any,
    *,
    cap: float,
    jumps: bool = True,
    hidden: int = 32,
    steps: int = 3000,
    rate: float = 0.01,
    seed: int = 0,
) -> Pieces:
    """Fit the model to contracts [sample, outcome] and what they brought [sample]; jumps=False: a plain ReLU net.

    Raises InputError; Unsolved where the fit is not finite.
    """
    data = rational.floats(numbers(contracts, "contracts", (None, None)))
    said = rational.floats(numbers(brought, "values", (len(data),)))
    for value, what in ((hidden, "hidden"), (steps, "steps")):
        whole(value, what)
    real(rate, "rate", above=0)
    most = real(cap, "cap", above=0)
    if data.min() < 0 or data.max() > most * (1 + 1e-12):
        raise InputError(
            where="contracts", needed=f"payments from 0 to {most:g}", found=f"{data.min():g} to {data.max():g}"
        )
    centre, spread = float(said.mean()), float(said.std()) or 1.0
    x, y = jnp.asarray(data / most, jnp.float32), jnp.asarray((said - centre) / spread, jnp.float32)
    params = _start(jax.random.key(seeded(seed)), data.shape[1], hidden)
    params, lost = _fit(params, x, y, jnp.float32(rate), jnp.float32(jumps), jnp.int32(steps))
    if not np.isfinite(float(lost)):
        raise Unsolved(where="fit of pieces", needed="a finite error", found=str(float(lost)), remedy="Lower the rate.")
    found = {k: np.asarray(v, float) for k, v in params.items()}

    def bias(on: Array) -> Array:
        inner = np.tanh(np.asarray(on, float) @ found["U"].T + found["c"]) @ found["v"]
        return spread * (float(jumps) * inner + float(found["d"])) + centre

    model = Pieces(found["W"], found["b"], spread * found["w"], bias, most, data, said, jumps, 0.0)
    error = float(np.sqrt(((model.predicted(data) - said) ** 2).mean()))
    return Pieces(model.W, model.b, model.w, bias, most, data, said, jumps, error)


def _start(key: jax.Array, width: int, hidden: int) -> dict[str, jax.Array]:
    one, two, three, four = jax.random.split(key, 4)
    normal = jax.random.normal
    W = normal(one, (hidden, width)) / jnp.sqrt(width)
    through = jax.random.uniform(two, (hidden, width))  # each unit's border goes through a point of the box
    return {
        "W": W, "b": -(W * through).sum(axis=1), "w": 0.1 * normal(three, (hidden,)),
        "U": normal(four, (INNER, hidden)) / jnp.sqrt(hidden), "c": jnp.zeros(INNER), "v": jnp.zeros(INNER),
        "d": jnp.float32(0),
    }  # fmt: skip


@partial(jax.jit, static_argnames=())
def _fit(
    params: dict[str, jax.Array], x: jax.Array, y: jax.Array, rate: jax.Array, jumps: jax.Array, steps: jax.Array
) -> tuple[dict[str, jax.Array], jax.Array]:
    adam = optax.scale_by_adam()

    def loss(p: dict[str, jax.Array]) -> jax.Array:
        u = x @ p["W"].T + p["b"]
        on = jax.lax.stop_gradient((u > 0).astype(jnp.float32))
        jump = jnp.tanh(on @ p["U"].T + p["c"]) @ p["v"]
        return ((jax.nn.relu(u) @ p["w"] + jumps * jump + p["d"] - y) ** 2).mean()

    def one(step: jax.Array, carry: Any) -> Any:
        p, moments, _ = carry
        lost, slope = jax.value_and_grad(loss)(p)
        move, moments = adam.update(slope, moments)
        now = rate * 0.5 * (1 + jnp.cos(jnp.pi * step / steps))
        return {k: p[k] - now * move[k] for k in p}, moments, lost

    p, _, lost = jax.lax.fori_loop(0, steps, one, (params, adam.init(params), jnp.float32(0)))
    return p, lost


def asking(model: Pieces, query: Query, *, count: int = 20) -> Suggested:
    """Ask the black box about the model's suggestions, and about points on the way back from each to the sample of its piece."""
    points, promised, samples = model.suggestions(count)
    asked = np.clip(np.concatenate([(1 - back) * points + back * samples for back in WAY_BACK]), 0, model.cap)
    said = np.asarray(query(asked), float)
    best, sample = int(np.argmax(said)), int(np.argmax(model.brought))
    own = said[best] >= model.brought[sample]
    return Suggested(
        asked[best] if own else model.contracts[sample],
        float(max(said[best], model.brought[sample])),
        float(said[0]), float(promised[0]), float(model.brought[sample]), len(asked),
        asked, said,
    )  # fmt: skip


def learn_by_asking(
    query: Query,
    outcomes: int,
    *,
    cap: float,
    samples: int = 500,
    rounds: int = 4,
    count: int = 20,
    jumps: bool = True,
    hidden: int = 32,
    steps: int = 2000,
    seed: int = 0,
) -> Suggested:
    """Learn a contract of a black box: ask at random, fit, ask what the model suggests, fit again with the answers.

    samples: random contracts, payments uniform from 0 to the cap. `asked` of the result counts all other questions.
    """
    whole(rounds, "rounds")
    contracts = float(cap) * drawn(seed, 9, (whole(samples, "samples", least=2), whole(outcomes, "outcomes")))
    said, asked = np.asarray(query(contracts), float), 0
    at_random = float(said.max())
    for k in range(rounds):
        model = fit_pieces(contracts, said, cap=cap, jumps=jumps, hidden=hidden, steps=steps, seed=seed + k)
        new = asking(model, query, count=count)
        asked += new.asked
        if k == 0:
            first, promised = new.first, new.predicted
        contracts, said = np.concatenate([contracts, new.points]), np.concatenate([said, new.said])
    return replace(new, first=first, predicted=promised, sample=at_random, asked=asked)


def black_box(asked: Agency) -> Query:
    """An agency that only answers: contracts [n, outcome] → what they bring at the exact best reply."""
    return lambda contracts: values(asked, np.asarray(contracts, float)[:, None, :])


def sampled(asked: Agency, count: int, *, most: float | None = None, seed: int = 0) -> tuple[Array, Array]:
    """(contracts [n, outcome], what they brought [n]): payments uniform from 0 to `most` (the cap, if None)."""
    whole(count, "count", least=2)
    high = float(asked.cap) if most is None else real(most, "most", above=0)
    contracts = high * drawn(seed, 9, (count, asked.sizes[2]))
    return contracts, black_box(asked)(contracts)

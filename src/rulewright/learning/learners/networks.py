"""Networks that are fast on a CPU: actor and critic over one trunk, made of matrix products only.

    codes [S, row, column] ──encode──▶ ┐
    numbers [S, k] ────────────────────┴▶ hidden layers ──▶ (GRU) ──▶ logits [S, action], value [S]

The picture comes as int8 codes. Three ways to read it, all without `lax.conv`, whose gradient inside a compiled loop is an
order of magnitude dearer on a CPU:

    "dense"   every cell's code looks up a short vector (`features` long), all of them go into the first layer
    "conv"    as before, but patches of cells share weights: patches of codes are gathered first (im2col), then one product
    "onehot"  every cell's code is a one-hot vector; the most general first layer, and the dearest

Weights start orthogonal (Saxe, McClelland & Ganguli 2014), the actor's small, so that play begins nearly uniform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import Seen, World

ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {"relu": jax.nn.relu, "tanh": jnp.tanh}
VIEWS = ("dense", "conv", "onehot")
NEVER = -1e9  # the logit of what is not available


class Dense(eqx.Module):
    """x·W + b over the last axis."""

    weight: jax.Array
    """float32 [in, out]."""
    bias: jax.Array

    @staticmethod
    def make(key: jax.Array, inputs: int, outputs: int, gain: float) -> Dense:
        weight = jax.nn.initializers.orthogonal(gain)(key, (inputs, outputs), jnp.float32)
        return Dense(weight, jnp.zeros(outputs, jnp.float32))

    def __call__(self, x: jax.Array) -> jax.Array:
        return x @ self.weight + self.bias


class Encoder(eqx.Module):
    """The picture as one row of numbers."""

    table: jax.Array | None
    """float32 [code, feature]; None for one-hot vectors."""
    patch: Dense | None
    """What patches share; None where the whole picture goes into the first layer."""
    cells: tuple[tuple[int, ...], ...] = eqx.field(static=True)
    """[patch, cell of it]: flat positions."""
    codes: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    @property
    def width(self) -> int:
        """Numbers that come out."""
        if self.patch is not None:
            return len(self.cells) * self.patch.bias.shape[-1]
        return len(self.cells[0]) * (self.codes if self.table is None else self.table.shape[-1])

    def __call__(self, view: jax.Array) -> jax.Array:
        """float32 [S, width] of int8 [S, row, column]."""
        flat = view.reshape(view.shape[0], -1)
        if self.table is None:
            ones = flat[..., None] == jnp.arange(self.codes, dtype=flat.dtype)
            return ones.astype(jnp.float32).reshape(view.shape[0], -1)
        if self.patch is None:
            return self.table[flat.astype(jnp.int32)].reshape(view.shape[0], -1)
        columns = self.table[flat[:, np.array(self.cells)].astype(jnp.int32)]  # [S, patch, cell, feature]
        columns = columns.reshape(*columns.shape[:2], -1)
        return ACTIVATIONS[self.activation](self.patch(columns)).reshape(view.shape[0], -1)


class Gate(eqx.Module):
    """A gated recurrent unit (Cho et al. 2014), its three products in two."""

    inputs: Dense
    """[in, 3·memory]: reset, update, candidate."""
    recurrent: Dense

    @staticmethod
    def make(key: jax.Array, inputs: int, memory: int) -> Gate:
        one, two = jax.random.split(key)
        return Gate(Dense.make(one, inputs, 3 * memory, 1.0), Dense.make(two, memory, 3 * memory, 1.0))

    def __call__(self, memory: jax.Array, x: jax.Array) -> jax.Array:
        """The memory after x: both [S, …]."""
        return self.after(memory, self.inputs(x))

    def after(self, memory: jax.Array, projected: jax.Array) -> jax.Array:
        """As above, of inputs that already went through `inputs`: that product needs no loop."""
        r, z, c = jnp.split(projected, 3, axis=-1)
        hr, hz, hc = jnp.split(self.recurrent(memory), 3, axis=-1)
        z = jax.nn.sigmoid(z + hz)
        return (1 - z) * jnp.tanh(c + jax.nn.sigmoid(r + hr) * hc) + z * memory


class ActorCritic(eqx.Module):
    """What one player, or all players alike, do and expect."""

    encoder: Encoder | None
    layers: tuple[Dense, ...]
    core: Gate | None
    actor: Dense
    critic: Dense
    activation: str = eqx.field(static=True)

    @property
    def memory(self) -> int:
        """Length of the memory; 0 where there is none."""
        return 0 if self.core is None else self.core.recurrent.weight.shape[-2]

    def trunk(self, view: jax.Array, numbers: jax.Array) -> jax.Array:
        """float32 [S, width] of what was seen."""
        x = numbers if self.encoder is None else jnp.concatenate([self.encoder(view), numbers], axis=-1)
        for layer in self.layers:
            x = ACTIVATIONS[self.activation](layer(x))
        return x

    def heads(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(logits [S, action], value [S])."""
        return self.actor(x), self.critic(x)[..., 0]

    def __call__(
        self, view: jax.Array, numbers: jax.Array, memory: jax.Array
    ) -> tuple[jax.Array, jax.Array, jax.Array]:
        """(logits [S, action], value [S], memory [S, memory]) after one look."""
        x = self.trunk(view, numbers)
        if self.core is not None:
            memory = x = self.core(memory, x)
        return *self.heads(x), memory

    def along(
        self, view: jax.Array, numbers: jax.Array, memory: jax.Array, fresh: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """(logits [T, S, action], value [T, S]) along paths; memory [S, …] is wiped before a step where fresh [T, S]."""
        steps, many = view.shape[:2]
        x = self.trunk(merged(view), merged(numbers))
        if self.core is None:
            logits, value = self.heads(x)
            return logits.reshape(steps, many, -1), value.reshape(steps, many)
        core = self.core

        def one(memory: jax.Array, inputs: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
            projected, wiped = inputs
            memory = core.after(jnp.where(wiped[:, None], 0.0, memory), projected)
            return memory, memory

        _, x = jax.lax.scan(one, memory, (core.inputs(x).reshape(steps, many, -1), fresh))
        return self.heads(x)


@dataclass(frozen=True)
class Network:
    """Settings of a network; part of the compiled shape."""

    hidden: tuple[int, ...] = (64, 64)
    """Widths of the hidden layers."""
    view: str = "dense"
    """How the picture is read: "dense", "conv" or "onehot"."""
    features: int = 4
    """Length of a code's vector."""
    channels: int = 16
    """conv: what comes out of a patch."""
    patch: int = 3
    """conv: cells along a side of a patch."""
    stride: int = 2
    """conv: cells between patches."""
    memory: int = 0
    """Length of a recurrent memory; 0 for none."""
    activation: str = "relu"
    identity: bool = True
    """Whether players of one network are told who they are."""

    def __post_init__(self) -> None:
        if self.view not in VIEWS:
            raise InputError(where="network, view", needed=f"one of {', '.join(VIEWS)}", found=repr(self.view))
        if self.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise InputError(where="network, activation", needed=f"one of {known}", found=repr(self.activation))
        sizes = (*self.hidden, self.features, self.channels, self.patch, self.stride)
        if min(sizes) < 1 or self.memory < 0:
            raise InputError(where="network", needed="sizes of at least 1", found=str(self))

    def build(self, key: jax.Array, codes: int, seen: Seen, actions: int, extra: int = 0) -> ActorCritic:
        """A network for what `seen` looks like (shapes only), for `actions` actions; `extra` more numbers come in."""
        keys = iter(jax.random.split(key, len(self.hidden) + 5))
        rows, columns = seen.view.shape[-2:]
        encoder = self._encoder(next(keys), codes, rows, columns) if rows * columns else None
        width = seen.numbers.shape[-1] + extra + (encoder.width if encoder else 0)
        layers = []
        for size in self.hidden:
            layers.append(Dense.make(next(keys), width, size, 2**0.5))
            width = size
        core = Gate.make(next(keys), width, self.memory) if self.memory else None
        width = self.memory or width
        actor, critic = Dense.make(next(keys), width, actions, 0.01), Dense.make(next(keys), width, 1, 1.0)
        return ActorCritic(encoder, tuple(layers), core, actor, critic, self.activation)

    def _encoder(self, key: jax.Array, codes: int, rows: int, columns: int) -> Encoder:
        one, two = jax.random.split(key)
        every = (tuple(range(rows * columns)),)
        if self.view == "onehot":
            return Encoder(None, None, every, codes, self.activation)
        table = jax.random.normal(one, (codes, self.features)) * self.features**-0.5
        if self.view == "dense":
            return Encoder(table, None, every, codes, self.activation)
        if self.patch > min(rows, columns):
            found = f"{rows} × {columns} cells"
            raise InputError(
                where="network, patch", needed=f"a picture of at least {self.patch} cells a side", found=found
            )
        cells = np.arange(rows * columns).reshape(rows, columns)
        corners = [
            (i, j)
            for i in range(0, rows - self.patch + 1, self.stride)
            for j in range(0, columns - self.patch + 1, self.stride)
        ]
        patches = tuple(tuple(cells[i : i + self.patch, j : j + self.patch].ravel().tolist()) for i, j in corners)
        shared = Dense.make(two, self.patch**2 * self.features, self.channels, 2**0.5)
        return Encoder(table, shared, patches, codes, self.activation)


def seen_by(world: World) -> Seen:
    """The shapes of what is seen in a world; computes nothing."""
    shapes: Seen = jax.eval_shape(lambda w: w.observe(w.reset(jax.random.key(0))), world)
    return shapes


def merged(x: jax.Array, axis: int = 0) -> jax.Array:
    """With the axis and the next one made one; arrays may be empty."""
    return x.reshape(*x.shape[:axis], x.shape[axis] * x.shape[axis + 1], *x.shape[axis + 2 :])


def masked(logits: jax.Array, available: jax.Array) -> jax.Array:
    """Log-probabilities of actions, those not available at nearly −∞."""
    return jax.nn.log_softmax(jnp.where(available, logits, NEVER), axis=-1)

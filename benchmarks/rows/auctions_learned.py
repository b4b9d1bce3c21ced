"""Auctions of many items, truthful by construction: revenue on a million profiles, in CPU-seconds from the start.

The peer is the usual way to learn a lottery menu for an affine maximiser: gradients through a softmax over the menu (written here).
"""

from collections.abc import Callable

import numpy as np

from rulewright.mechanisms import auction, estimate
from rulewright.mechanisms.affine import AffineMaximiser, learn_affine

from ..row import Row, Work

BARS = (
    (2, 2, 30.0, "≥ .868 in 30 s", (32, 20.0)),
    (2, 5, 60.0, "≥ 2.277 in 5 min", (128, 60.0)),
    (3, 10, 30.0, "≥ 5.59 in 20 min", None),
    (5, 10, 300.0, "> 6.7188", None),
)
PROFILES = 1_000_000


def rows() -> list[Row]:
    found = []
    for bidders, items, seconds, target, peer in BARS:
        closed = items * (bidders - 1 + 0.5**bidders) / (bidders + 1)
        peers: tuple[tuple[str, Work | None], ...] = ((f"item by item, closed form: {closed:.4f}", None),)
        if peer is not None:
            peers += ((f"gradients through a softmax, {peer[0]} lotteries", lottery(bidders, items, *peer)),)
        work = learned(bidders, items, seconds)
        found.append(Row(f"revenue of {bidders}×{items} uniform, exact", work, peers, target, repeats=1))
    return found


def learned(bidders: int, items: int, seconds: float) -> Callable[[], float]:
    return lambda: estimate(learn_affine(auction(bidders, items), seconds=seconds).mechanism, profiles=PROFILES).mean


def lottery(bidders: int, items: int, options: int, seconds: float) -> Callable[[], float]:
    """Adam on the menu's logits and boosts; the softmax' temperature falls."""

    def work() -> float:
        import time

        import jax
        import jax.numpy as jnp
        import optax

        there = auction(bidders, items)

        def menu(parameters: dict[str, jax.Array]) -> tuple[jax.Array, jax.Array]:
            share = jax.nn.softmax(parameters["logits"], axis=1)[:, :bidders]
            return jnp.concatenate([jnp.zeros((1, bidders, items)), share]), jnp.r_[0.0, parameters["boosts"]]

        def loss(parameters: dict[str, jax.Array], types: jax.Array, cold: jax.Array) -> jax.Array:
            options, boosts = menu(parameters)
            value = jnp.einsum("bij,kij->bki", types, options)
            total = value.sum(axis=2) + boosts
            rest = total[:, :, None] - value
            chosen = jax.nn.softmax(cold * total, axis=1)
            return -(rest.max(axis=1) - (chosen[:, :, None] * rest).sum(axis=1)).sum(axis=1).mean()

        draw = np.random.default_rng(0)
        parameters = {
            "logits": jnp.asarray(draw.normal(size=(options, bidders + 1, items)) * 3),
            "boosts": jnp.zeros(options),
        }
        rule = optax.adam(0.02)
        state = rule.init(parameters)

        @jax.jit
        def step(parameters, state, types, cold):  # type: ignore[no-untyped-def]
            change, state = rule.update(jax.grad(loss)(parameters, types, cold), state)
            return optax.apply_updates(parameters, change), state

        begun, k = time.process_time(), 0
        while (spent := time.process_time() - begun) < seconds:
            types = there.profiles(2048, 1, start=2048 * k)
            parameters, state = step(parameters, state, jnp.asarray(types), jnp.asarray(20.0 + 180 * spent / seconds))
            k += 1
        rows, boosts = (np.asarray(v, float) for v in menu(parameters))
        rows = np.clip(rows, 0, None) / np.maximum(rows.sum(axis=1, keepdims=True), 1.0)
        return estimate(AffineMaximiser(there, rows, boosts), profiles=PROFILES).mean

    return work

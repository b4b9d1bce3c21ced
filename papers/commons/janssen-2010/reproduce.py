"""Janssen, Holahan, Lee & Ostrom 2010, Science 328: tokens on a field, for five players who cannot speak.

Run `python papers janssen-2010` for the table; everything here uses public names of rulewright only. Collectors are scripted:
nothing here is a prediction of what people do.
"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.learning.humans import Cast
from rulewright.learning.policy import Fixed
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.foraging import COLLECT, Foraging, Gatherer, central, mean_field

KEY = jax.random.key(2010)
KEEP = 0.47
"""Density held by restraint."""
SPEEDS = (25, 10, 5)
BATCH = {True: 4, False: 256}
MANY = jax.jit(jax.vmap(central, (None, 0, 0, 0)))


@cache
def one_hand(fast: bool) -> dict[tuple[int, float], tuple[np.ndarray, np.ndarray]]:
    """{(tokens a second, density kept): (tokens [field], second in which the field was emptied [field])}."""
    fields = BATCH[fast]
    cases = [(speed, keep) for speed in SPEEDS for keep in (0.0, KEEP)]
    speed, keep = (jnp.repeat(jnp.array(x, jnp.float32), fields) for x in zip(*cases, strict=True))
    found = MANY(Foraging(), jax.random.split(KEY, fields * len(cases)), speed, keep)
    tokens, emptied = (np.asarray(x).reshape(len(cases), fields) for x in (found.tokens, found.emptied))
    return {case: (tokens[k], emptied[k]) for k, case in enumerate(cases)}


def tokens(speed: int, keep: float, fast: bool) -> float:
    return float(one_hand(fast)[speed, keep][0].mean())


def emptied(speed: int, fast: bool) -> float:
    return float(one_hand(fast)[speed, 0.0][1].mean())


@cache
def on_foot(greedy: int, fast: bool) -> np.ndarray:
    """[field, player]: tokens of five players at five keys a second, the first `greedy` of them greedy, the others restrained."""
    world = Foraging()
    part = {f"agent {i}": Gatherer(0.0, 0.0) for i in range(greedy)}
    cast = Cast.of(world, part, rest=Gatherer(0.45, 6.0))
    return np.asarray(rollout(world, cast, KEY, batch=2 if fast else 40).base)


def sanction() -> float:
    """What the group loses by one sanction."""
    world = Foraging(count=2, sanctions=True)

    def paid() -> jax.Array:
        state = world.reset(KEY)
        rich = type(state)(state.field, state.place, jnp.array([5, 5]), state.time)
        return world.step(KEY, rich, jnp.array([COLLECT + 2, 0])).base.sum()

    return -float(jax.jit(paid)())


CLAIMS = {
    "tokens at the start": lambda fast: float(jax.jit(Foraging().reset)(KEY).field.sum()),
    "nobody moves": lambda fast: float(
        rollout(Foraging(), Fixed(jnp.zeros(5)), KEY, steps=10 if fast else 50).base.sum()
    ),
    **{f"greed at {s} tokens a second": lambda fast, s=s: tokens(s, 0.0, fast) for s in SPEEDS},
    **{f"seconds until empty at {s} tokens a second": lambda fast, s=s: emptied(s, fast) for s in SPEEDS},
    **{f"restraint at {s} tokens a second": lambda fast, s=s: tokens(s, KEEP, fast) for s in SPEEDS},
    "mean field": lambda fast: mean_field(),
    "largest steady yield of the mean field, tokens a second": lambda fast: 0.01 * 841 / 4,
    "five greedy players on foot": lambda fast: float(on_foot(5, fast).sum(axis=1).mean()),
    "five restrained players on foot": lambda fast: float(on_foot(0, fast).sum(axis=1).mean()),
    "one greedy among restrained: all together": lambda fast: float(on_foot(1, fast).sum(axis=1).mean()),
    "one greedy among restrained: the greedy one": lambda fast: float(on_foot(1, fast)[:, 0].mean()),
    "tokens burnt by a sanction": lambda fast: sanction(),
}

if __name__ == "__main__":
    for case, (got, when) in one_hand(False).items():
        half = 1.96 * got.std(ddof=1) / len(got) ** 0.5
        print(f"{case}: {got.mean():.1f} ± {half:.1f} tokens, empty after {when.mean():.1f} s, {len(got)} fields")
    for greedy in (0, 1, 5):
        got = on_foot(greedy, False)
        half = 1.96 * got.sum(axis=1).std(ddof=1) / len(got) ** 0.5
        print(f"{greedy} greedy on foot: {got.sum(axis=1).mean():.1f} ± {half:.1f}, each {got.mean(axis=0).round(1)}")

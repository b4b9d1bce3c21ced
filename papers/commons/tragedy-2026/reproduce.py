"""The tragedy of the commons among learners, and a tax that ends it: commons harvest with the rules of Melting Pot.

`python papers tragedy-2026` for the claims (with --fast for scripted players on a small map only, ten seconds);
`python papers/commons/tragedy-2026/reproduce.py [oracles|orchard|open|open-long|open-common|deviation …]` prints all.
Public names of rulewright only.

Arms differ in two numbers of the same world, so that all of them are one compiled program:

    r_i = base_i + w·(Σ_j base_j − base_i) − θ·[i eats where fewer than BELOW apples live near] + even shares of what others pay
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.learning.grid import View
from rulewright.learning.institutions import density_tax
from rulewright.learning.learners import IPPO, Deviation, Training, common, deviation, train
from rulewright.learning.policy import Policy, Uniform
from rulewright.learning.study import Sample, episodes, learned_episodes
from rulewright.learning.world import World
from rulewright.learning.worlds.harvest import harvest
from rulewright.learning.worlds.harvest_players import Thresholds

THETA, BELOW = 2.0, 3
"""The tax, in apples, for eating where fewer than BELOW apples live near."""
ARMS = {"individual": (0.0, 0.0), "common": (1.0, 0.0), "tax": (0.0, THETA)}
"""(w, θ)."""
KEY = 2026


class Place(NamedTuple):
    """A map, who lives there and how long they learn."""

    map: str
    players: int
    horizon: int
    view: View
    learner: IPPO
    seeds: int
    steps: tuple[tuple[str, int], ...]
    """Environment steps of one seed, of each arm."""
    played: int
    """Episodes of every seed that figures are of."""
    key: int = KEY

    def world(self, weight: float = 0.0, theta: float = 0.0) -> World:
        land = harvest(self.map, self.players, steps=self.horizon, view=self.view)
        return density_tax(theta, BELOW)(common(land, weight=weight))


IN_ORCHARD = IPPO(rate=2e-3, scale=0.1, worlds=16, steps=300, epochs=3, minibatches=8)
"""An update plays whole episodes: with shorter stretches all worlds would be learned from at the same hour of their day."""
FAST = Place(
    "orchard",
    3,
    300,
    View(3, 3, 5, 1),
    IN_ORCHARD,
    2,
    (("individual", 100_000), ("common", 200_000), ("tax", 150_000)),
    16,
)
ORCHARD = FAST._replace(seeds=4, steps=(("individual", 150_000), ("common", 250_000), ("tax", 200_000)), played=32)
SHORT = IPPO(rate=2.5e-3, worlds=32, steps=50, epochs=2, minibatches=4)
OPEN = Place("open", 7, 1000, View(), SHORT, 2, (("tax", 150_000), ("individual", 150_000)), 8)
OPEN_LONG = OPEN._replace(seeds=1, steps=(("tax", 1_000_000), ("individual", 600_000)), key=0)
WHOLE = replace(IN_ORCHARD, worlds=4, steps=1000, scale=0.03)
OPEN_COMMON = OPEN._replace(learner=WHOLE, seeds=1, steps=(("common", 1_000_000),), key=0)
"""The dearest arm: one seed."""


def small(fast: bool) -> Place:
    return FAST if fast else ORCHARD


# ── scripted ─────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def scripted(place: Place, *least: int, theta: float = 0.0) -> Sample:
    """Players who eat only where so many apples live near, one number each; uniformly random play where none is given."""
    policy: Policy = Thresholds(jnp.array(least, jnp.int32)) if least else Uniform()
    return episodes(place.world(theta=theta), policy, seeds=4, episodes=8, seed=KEY)


def everybody(place: Place, least: int) -> Sample:
    return scripted(place, *(least,) * place.players)


def lone(place: Place, least: int, cheat: int, theta: float = 0.0) -> float:
    """What the last player gains, tax and all, by eating where `cheat` apples live near among others who want `least`."""
    crowd = (least,) * (place.players - 1)
    one, other = scripted(place, *crowd, cheat, theta=theta), scripted(place, *crowd, least, theta=theta)
    return float(((one.base + one.transfer) - (other.base + other.transfer))[..., -1].mean())


# ── learned ──────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def trained(place: Place, arm: str) -> Training:
    key = jax.random.key(place.key)
    return train(place.world(*ARMS[arm]), place.learner, dict(place.steps)[arm], key, seeds=place.seeds)


@cache
def learned(place: Place, arm: str) -> Sample:
    return learned_episodes(trained(place, arm), episodes=place.played, seed=place.key)


def total(place: Place, arm: str) -> float:
    """Apples of the group in an episode."""
    return float(learned(place, arm).total.mean())


# ── best responses ───────────────────────────────────────────────────────────────────────────────────────────────

CHEATS = 100_000  # environment steps of one deviator


@cache
def cheated(under_tax: bool) -> Deviation:
    """The last of three is trained anew: against learners under the tax, or against restrained scripts without it."""
    place = ORCHARD
    if under_tax:
        world, others = place.world(*ARMS["tax"]), trained(place, "tax").policy(0)
    else:
        world, others = place.world(), Thresholds(jnp.full(place.players, 4, jnp.int32))
    key = jax.random.key(KEY + under_tax)
    return deviation(world, others, place.players - 1, IN_ORCHARD, CHEATS, key, seeds=3, episodes=64)


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(values: Any) -> str:
    """Mean ± half of a 95 % interval over the first axis (seeds), means over episodes taken first."""
    if len(values) == 1:
        return f"{np.nanmean(values):.4g}"
    each = np.nanmean(np.asarray(values, float).reshape(len(values), -1), axis=1)
    t = {2: 12.71, 3: 4.303, 4: 3.182, 5: 2.776, 8: 2.365}[len(each)]
    return f"{each.mean():.4g} ± {t * each.std(ddof=1) / len(each) ** 0.5:.2g}"


def measured(place: Place, found: Sample) -> str:
    """Group apples, sustainability, equality, peace."""
    out = place.players - found.events["out"][..., 1] / place.horizon
    parts = (found.total, found.sustainability, found.equality, out)
    return " | ".join(shown(part) for part in parts)


def oracles(place: Place) -> None:
    rows = {"random": scripted(place)} | {f"k = {k}": everybody(place, k) for k in range(5)}
    for name, found in rows.items():
        print(f"{place.map}, {name} | {measured(place, found)}", flush=True)
    for least in (3, 4):
        for cheat in range(least):
            mixed = scripted(place, *(least,) * (place.players - 1), cheat)
            own = [shown(mixed.base[..., -1]), shown(mixed.base[..., :-1].mean(-1))]
            print(f"{place.map}, others k = {least}, one k = {cheat}: it, each other | {' | '.join(own)}", flush=True)


def arms(place: Place, *names: str) -> None:
    for name in names or dict(place.steps):
        cpu = time.process_time()
        found = learned(place, name)
        cpu = time.process_time() - cpu
        print(f"{place.map}, {name}, {place.seeds} seeds × {trained(place, name).steps:,} | {measured(place, found)}")
        print(f"  seeds {found.total.mean(1).round(1)}; {cpu:.0f} CPU-seconds", flush=True)
        steps, group = trained(place, name).curve("return/group")
        print("  curve", *(f"{s // 1000}k:{g:.0f}" for s, g in zip(steps[::4], group[::4], strict=True)), flush=True)


JOBS: dict[str, Callable[[], None]] = {
    "oracles": lambda: (oracles(ORCHARD), oracles(OPEN))[0],
    "orchard": lambda: arms(ORCHARD),
    "open": lambda: arms(OPEN),
    "open-long": lambda: arms(OPEN_LONG),
    "open-common": lambda: arms(OPEN_COMMON),
    "deviation": lambda: print(cheated(True), cheated(False), sep="\n"),
}

CLAIMS: dict[str, Callable[[bool], float]] = {
    "orchard: greedy": lambda fast: float(everybody(small(fast), 0).total.mean()),
    "orchard: random": lambda fast: float(scripted(small(fast)).total.mean()),
    "orchard: restrained, k = 3": lambda fast: float(everybody(small(fast), 3).total.mean()),
    "orchard: restrained, k = 4": lambda fast: float(everybody(small(fast), 4).total.mean()),
    "orchard: a greedy one among k = 4 gains": lambda fast: lone(small(fast), 4, 0),
    "orchard: a patient cheat, k = 3, among k = 4 gains": lambda fast: lone(small(fast), 4, 3),
    **{
        f"orchard: one with k = {k} among k = 3 gains under the tax": lambda fast, k=k: lone(small(fast), 3, k, THETA)
        for k in (0, 1, 2)
    },
    "orchard: learned, own reward": lambda fast: total(small(fast), "individual"),
    "orchard: learned, common reward": lambda fast: total(small(fast), "common"),
    "orchard: learned, tax": lambda fast: total(small(fast), "tax"),
    "orchard: own reward ends below random (1: yes)": lambda fast: float(
        learned(small(fast), "individual").total.mean(1).max() < scripted(small(fast)).total.mean()
    ),
    "orchard: common reward does not (1: yes)": lambda fast: float(
        learned(small(fast), "common").total.mean(1).min() > learned(small(fast), "individual").total.mean(1).max()
        and total(small(fast), "common") > scripted(small(fast)).total.mean()
    ),
    "orchard: share of restrained play that the tax recovers": lambda fast: (
        total(small(fast), "tax") / float(everybody(small(fast), 3).total.mean())
    ),
    "open: greedy": lambda fast: float(everybody(OPEN, 0).total.mean()),
    "open: random": lambda fast: float(scripted(OPEN).total.mean()),
    "open: restrained, k = 3": lambda fast: float(everybody(OPEN, 3).total.mean()),
    "open: learned, own reward": lambda fast: total(OPEN_LONG, "individual"),
    "open: learned, common reward": lambda fast: total(OPEN_COMMON, "common"),
    "open: learned, tax": lambda fast: total(OPEN_LONG, "tax"),
    "open: share of restrained play that the tax recovers": lambda fast: (
        total(OPEN_LONG, "tax") / float(everybody(OPEN, 3).total.mean())
    ),
}

if __name__ == "__main__":
    for job in sys.argv[1:] or JOBS:
        JOBS[job]()

"""500 taxes on the catch × 8 seeds, every one a society of five learners in the fishery: one compiled call.

    PYTHONPATH=src python -m benchmarks.five_hundred_taxes      writes the picture of docs/theory/search.md, prints the figures

The tax goes to the other boats, evenly. What the page docs/theory/search.md says was printed by this.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from rulewright.behaviour.estimation.confidence import mean
from rulewright.learning.institutions import catch_tax
from rulewright.learning.learners.networks import Network
from rulewright.learning.learners.ppo import IPPO
from rulewright.learning.search import grid
from rulewright.learning.worlds.fishery import Fishery
from rulewright.report.pictures import Band, bands

PICTURE = Path(__file__).parents[1] / "docs" / "_static" / "five_hundred_taxes.svg"
LEARNER = IPPO(worlds=8, steps=24, epochs=2, minibatches=2, network=Network(hidden=(32,)), scale=0.1, rate=3e-3)
TAXES, SEEDS, STEPS, EPISODES = 500, 8, 6_000, 8


def main(taxes: int = TAXES) -> None:
    thetas = np.linspace(0.0, 2.5, taxes)
    began, wall = time.process_time(), time.perf_counter()
    world = Fishery()
    samples = grid(
        [catch_tax(float(theta))(world) for theta in thetas],
        LEARNER,
        steps=STEPS,
        seeds=SEEDS,
        episodes=EPISODES,
        tell=print,
    )
    cpu, wall = time.process_time() - began, time.perf_counter() - wall
    found = [mean(sample.total.mean(axis=1)) for sample in samples]
    middle = [float(sample.total.mean()) for sample in samples]
    steps = taxes * SEEDS * -(-STEPS // LEARNER.steps_per_update) * LEARNER.steps_per_update
    print(
        f"{taxes} taxes × {SEEDS} seeds, {steps:,} environment steps learned from: {cpu:.0f} CPU-s, {wall:.0f} s of wall time"
    )
    best = int(np.argmax(middle))
    for k in sorted({0, best, taxes - 1, *range(0, taxes, max(1, taxes // 10))}):
        print(f"θ = {thetas[k]:.3f}: {middle[k]:.0f} ({found[k].low:.0f} to {found[k].high:.0f})")
    band = Band("catch tax", thetas.tolist(), middle, [f.low for f in found], [f.high for f in found], mark=best)
    bands([band], "tax per ton", "tons caught in a year", "What five learning boats catch").save(PICTURE)
    print(f"best of those tried: θ = {thetas[best]:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

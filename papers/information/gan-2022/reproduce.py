"""Persuasion in a moving world, after Gan et al. 2022 and Bernasconi et al. 2023: own instances; nothing here was published.

`python papers gan-2022` for the claims. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from rulewright.behaviour.estimation import confidence
from rulewright.design.information import markov as mk

SEEDS, PATIENT_SEEDS = range(40), range(20)
BETTER = 1e-4  # of payoffs within [0, 1]: by how much one scheme has to beat another


@cache
def streams() -> np.ndarray:
    """[seed, (best, silent, telling, bound − best)]: 10 states, 4 acts, 4 parameters, δ = .9, payoffs per step."""
    found = [mk.persuade_stream(mk.drawn(10, 4, 4, seed=seed)) for seed in SEEDS]
    return np.array([[f.value, f.nothing, f.everything, f.gap] for f in found]) * 0.1


@cache
def patients() -> np.ndarray:
    """[seed, (inside, outside, memoryless, all histories)]: 3 states, 3 acts, 2 parameters, 3 steps."""
    found = []
    for seed in PATIENT_SEEDS:
        process = mk.drawn(3, 3, 2, seed=seed)
        scheme = mk.persuade_patient(process, horizon=3, promises=9)
        found.append([scheme.value, scheme.bound, scheme.memoryless, mk.over_histories(process, 3)])
    return np.array(found)


@cache
def cases() -> mk.PromiseScheme:
    return mk.persuade_patient(mk.cases(), horizon=2, promises=5)


CLAIMS: dict[str, Callable[[bool], float]] = {
    "stream: random processes, gain of the best signal on silence, a step": lambda fast: float(
        (streams()[:, 0] - streams()[:, 1]).mean()
    ),
    "stream: random processes, gain of the best signal on telling all, a step": lambda fast: float(
        (streams()[:, 0] - streams()[:, 2]).mean()
    ),
    "stream: largest certified error, a step": lambda fast: float(streams()[:, 3].max()),
    "patient: random processes in which promises strictly beat what was found without memory": lambda fast: float(
        (patients()[:, 0] > patients()[:, 2] + BETTER).sum()
    ),
    "patient: largest width of the bracket": lambda fast: float((patients()[:, 1] - patients()[:, 0]).max()),
    "patient: random processes whose optimum over all histories lies in the bracket": lambda fast: float(
        ((patients()[:, 0] <= patients()[:, 3] + 1e-7) & (patients()[:, 3] <= patients()[:, 1] + 1e-7)).sum()
    ),
    "two cases: promises": lambda fast: cases().value,
    "two cases: without memory": lambda fast: cases().memoryless,
    "an overseer for ever: promises": lambda fast: mk.persuade_patient(mk.oversight(), promises=9).value,
    "an overseer for ever: a stream of agents": lambda fast: mk.persuade_stream(mk.oversight()).value,
}


def main() -> None:
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.6f}")
    for k, other in ((1, "silence"), (2, "telling all")):
        mean = confidence.mean(streams()[:, 0] - streams()[:, k])
        print(f"gain on {other}, 95 %: {mean.low:.4f} to {mean.high:.4f}, n = {len(SEEDS)}")


if __name__ == "__main__":
    main()

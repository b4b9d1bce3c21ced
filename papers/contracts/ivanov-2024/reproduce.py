"""After Ivanov, Dütting, Talgam-Cohen, Wang & Parkes 2024 (principal–agent reinforcement learning): random trees of ours.

`python papers ivanov-2024` for the claims; `python papers/contracts/ivanov-2024/reproduce.py` prints the figures of README.md.
"""

from __future__ import annotations

import sys
from functools import cache

import numpy as np

from rulewright.behaviour.estimation.confidence import mean
from rulewright.learning.contracts import learn_delegation
from rulewright.mechanisms.contracts import alternate, judged, random_tree, subgame_perfect

TREES, DEPTH = 20, 4


@cache
def exact() -> list:
    return [subgame_perfect(random_tree(DEPTH, 2, 2, discount=0.9, seed=seed)) for seed in range(TREES)]


def perfect(fast: bool) -> float:
    """Share of trees in which no state's contract can be bettered (rationals) and the agent's regret is 0 (as a Markov game)."""
    return float(np.mean([e.proved and e.regret() == 0 for e in exact()]))


def reached(fast: bool) -> float:
    """Share of trees in which the alternation comes to the equilibrium's value in as many rounds as the tree is deep, and one."""
    ways = [alternate(e.world, DEPTH + 1)[1][-1] - float(e.value) for e in exact()]
    return float(np.mean(np.abs(ways) < 1e-6))


def tied(fast: bool) -> float:
    """Mean share of the equilibrium's value that is left where ties are broken against the principal."""
    left = [judged(e.world, e.contract) for e in exact()]
    return float(np.mean([float(j.worst[0]) / float(j.principal[0]) for j in left]))


@cache
def learned(fast: bool) -> np.ndarray:
    """[way, tree]: share of the equilibrium's value that the learned contract brings, ties against it; share of states obeyed."""
    found = []
    for seed, e in enumerate(exact()[: 4 if fast else TREES]):
        got = learn_delegation(e.world, each=200 if fast else 1000, nudge=0.05 if fast else 0.02, seed=seed)
        found.append((got.worst / float(e.value), got.obeyed))
    return np.array(found).T


CLAIMS = {
    "share of trees whose contracts are a subgame-perfect equilibrium, exactly": perfect,
    "share of trees in which alternation reaches it in depth + 1 rounds": reached,
    "share of the value that is left where ties go against the principal": tied,
    "learned: share of the exact value, ties against the principal": lambda fast: float(learned(fast)[0].mean()),
    "learned: share of states in which the agent does what is wanted": lambda fast: float(learned(fast)[1].mean()),
}


def main(_: list[str]) -> None:
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.4f}")
    for row in learned(False):
        print(mean(row))


if __name__ == "__main__":
    main(sys.argv[1:])

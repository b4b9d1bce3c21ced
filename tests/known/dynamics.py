"""Dynamics: rest points, fixation, selection."""

import numpy as np

from rulewright.behaviour.dynamics import (
    FLOWS,
    Contest,
    Population,
    basins,
    fictitious_play,
    fixations,
    follow,
    rare_mutation,
    stochastically_stable,
)
from rulewright.behaviour.dynamics.finite import fixation_constant
from rulewright.behaviour.dynamics.flows import Field
from rulewright.behaviour.dynamics.follow import eigenvalues

from .answer import Known

SHAPLEY = np.array([[[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]], dtype=float)
STAG = np.array([[4.0, 0.0], [3.0, 3.0]])


def rock(win, lose, tie=0.0):
    return np.array([[tie, -lose, win], [win, tie, -lose], [-lose, win, tie]])


def lead(win, lose):
    found = eigenvalues(Field(Contest.symmetric(rock(win, lose)), FLOWS["replicator"]), np.full((1, 3), 1 / 3))
    return float(found.real.max())


def drift():
    """Of the constant of motion of Sato's game at ε = 1/2, from a start that they call chaotic."""
    game = Contest.of(np.stack([rock(1, 1, 0.5), rock(1, 1, -0.5).T]))
    start = np.array([[0.5, 0.01, 0.49, 0.5, 0.25, 0.25]])
    done = follow(game, "replicator", start, until=50, tolerance=1e-11)
    energy = np.log(done.path).sum(axis=2)
    return float(abs(energy - energy[0]).max()) + float(done.settled.any())


def favoured(inner):
    """Whether selection favours a single mutant, ρ > 1/N, in a coordination game with mixed equilibrium at `inner` mutants."""
    payoff = np.array([[1 - inner, 0.0], [0.0, inner]]) * 1.0
    population = Population(3000, 1e-6, 0.0, "moran")
    return bool(np.exp(fixations(payoff, population)[1, 0]) * 3000 > 1)


KNOWN = [
    Known(
        "fixation of one mutant of fitness 2 among 10",
        "Moran 1962; closed form (1 − 1/r) / (1 − 1/r^N)",
        (1 - 1 / 2) / (1 - 1 / 2**10),
        lambda: float(np.exp(fixation_constant(np.log(2.0), 10))),
        1e-14,
    ),
    Known(
        "the same, one by one through the Moran process",
        "Moran 1962; closed form (1 − 1/r) / (1 − 1/r^N)",
        (1 - 1 / 2) / (1 - 1 / 2**10),
        lambda: float(
            np.exp(fixations(np.array([[2.0, 2.0], [1.0, 1.0]]), Population(10, 1.0, process="moran"))[1, 0])
        ),
        1e-13,
    ),
    Known(
        "one-third law: mixed equilibrium at .32, favoured",
        "Nowak, Sasaki, Taylor & Fudenberg 2004, Nature 428",
        True,
        lambda: favoured(0.32),
    ),
    Known(
        "one-third law: mixed equilibrium at .35, not favoured",
        "Nowak, Sasaki, Taylor & Fudenberg 2004, Nature 428",
        False,
        lambda: favoured(0.35),
    ),
    Known(
        "generalised rock-paper-scissors, win 2 lose 1: the centre attracts",
        "Zeeman 1980; closed form (lose − win)/6",
        -1 / 6,
        lambda: lead(2, 1),
        1e-8,
    ),
    Known(
        "generalised rock-paper-scissors, win 1 lose 2: the centre repels",
        "Zeeman 1980; closed form (lose − win)/6",
        1 / 6,
        lambda: lead(1, 2),
        1e-8,
    ),
    Known(
        "chaotic rock-paper-scissors: the constant of motion stands still and nothing settles",
        "Sato, Akiyama & Farmer 2002, Proc. Natl. Acad. Sci. 99",
        0.0,
        drift,
        1e-7,
    ),
    Known(
        "fictitious play of Shapley's game leaves a best reply to gain, after 20,000 steps",
        "Shapley 1964, in Advances in Game Theory",
        True,
        lambda: bool(fictitious_play(SHAPLEY[None], 20_000, start=np.array([[0, 1]])).gap[0] > 0.05),
    ),
    Known(
        "basin of hare in the stag hunt (4, 0; 3, 3), one population",
        "closed form: the mixed equilibrium at 3/4",
        0.75,
        lambda: float(basins(Contest.symmetric(STAG), grid=100).share[0]),
        1e-12,
    ),
    Known(
        "rare mutants in the stag hunt (4, 0; 3, 3), 20 individuals: hare, which is risk dominant",
        "Fudenberg & Imhof 2006, J. Econ. Theory 131 (ratio of fixations, N large)",
        True,
        lambda: bool(rare_mutation(STAG, Population(20, 1.0))[1] > 0.99),
    ),
    Known(
        "stochastically stable in the stag hunt (4, 0; 3, 3): hare alone",
        "Young 1993, Econometrica 61 (2×2: risk dominance)",
        True,
        lambda: stochastically_stable(np.stack([STAG, STAG.T])).tolist() == [[False, False], [False, True]],
    ),
]

"""Eight characters, each as a law of choice: probabilities of the options of a prospect.

    selfish        the highest own worth now, others as they were (myopic best reply)
    altruist       the highest worth to people if everybody did the same
    conformist     what most others did; before that, what is asked of it
    noisy          Pr(a) ∝ exp(λ · own worth of a)                    (logit, Luce 1959; λ per unit of payoff)
    colluder       the highest worth to its ring
    lawyer         the highest own worth within the letter of the rule
    injector       acts as the selfish; what it writes poses as a rule
    reciprocator   as the altruist while the others are fair, as the selfish after they were not

A known law is what makes play evidence: `rulewright.agents.detection` turns the laws around. Ties are broken evenly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...numerics.rational import Array
from .prospect import Prospect

TIE = 1e-9
Law = Callable[[Prospect, float, int], Array]
"""(prospect, λ, size of the ring; 0: everybody) → probabilities [option]."""


def best(worth: Array, among: Array | None = None) -> Array:
    """Evenly on the highest worth, among the options allowed; among all where none is."""
    worth = np.asarray(worth, float)
    if among is not None and among.any():
        worth = np.where(among, worth, -np.inf)
    top = worth.max()
    chosen = worth >= top - TIE * max(1.0, abs(top))
    return chosen / chosen.sum()


def logit(worth: Array, precision: float) -> Array:
    with np.errstate(invalid="ignore"):
        raised = np.exp(precision * (worth - worth.max()))
    return raised / raised.sum()


def selfish(p: Prospect, precision: float = 0.0, ring: int = 0) -> Array:
    return best(p.own)


def altruist(p: Prospect, precision: float = 0.0, ring: int = 0) -> Array:
    return best(p.group)


def asked(p: Prospect) -> Array:
    """What is asked of everybody: the best for people within letter and spirit of the rule."""
    return best(p.group, p.lawful & p.fair)


def conformist(p: Prospect, precision: float = 0.0, ring: int = 0) -> Array:
    return asked(p) if p.usual < 0 else np.eye(len(p.options))[p.usual]


def noisy(p: Prospect, precision: float = 1.0, ring: int = 0) -> Array:
    return logit(p.own, precision)


def colluder(p: Prospect, precision: float = 0.0, ring: int = 0) -> Array:
    if p.joint is None:
        return best(p.own)
    return best(p.joint[(ring or len(p.joint)) - 1 if ring <= len(p.joint) else -1])


def lawyer(p: Prospect, precision: float = 0.0, ring: int = 0) -> Array:
    return best(p.own, p.lawful)


def reciprocator(p: Prospect, precision: float = 0.0, ring: int = 0) -> Array:
    met = p.met if p.met is not None else p.usual < 0 or bool(p.fair[p.usual])
    return best(p.group if met else p.own)


LAWS: dict[str, Law] = {
    "selfish": selfish,
    "conformist": conformist,
    "altruist": altruist,
    "noisy": noisy,
    "colluder": colluder,
    "lawyer": lawyer,
    "injector": selfish,
    "reciprocator": reciprocator,
}

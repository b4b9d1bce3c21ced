"""Learned contracts: incentive functions as networks, models of a black-box agent, promises, contracts in time."""

from .delegation import LearnedDelegation, learn_delegation
from .delu import Pieces, Suggested, asking, black_box, fit_pieces, learn_by_asking, sampled
from .effort import Effort, effort, learn_effort
from .incentive import LearnedContract, learn_contract
from .promises import learn_promises

__all__ = [
    "Effort",
    "LearnedContract",
    "LearnedDelegation",
    "Pieces",
    "Suggested",
    "asking",
    "black_box",
    "effort",
    "fit_pieces",
    "learn_by_asking",
    "learn_contract",
    "learn_delegation",
    "learn_effort",
    "learn_promises",
    "sampled",
]

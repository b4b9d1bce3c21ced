"""Alignment with a person, with an aggregate of people, with an institution; where the three part, and who is followed."""

from .authority import Following, following
from .ceilings import redecision, resampled, self_consistency
from .discriminating import discriminating, identity, on_discriminating, separations
from .jurisdiction import deference, same_reasons
from .losses import loss
from .measure import against, individual
from .quota import Implied, implied_quota
from .split import later, refuse_early, refuse_trained
from .tracking import survival, waits

__all__ = [
    "Following",
    "Implied",
    "against",
    "deference",
    "discriminating",
    "following",
    "identity",
    "implied_quota",
    "individual",
    "later",
    "loss",
    "on_discriminating",
    "redecision",
    "refuse_early",
    "refuse_trained",
    "resampled",
    "same_reasons",
    "self_consistency",
    "separations",
    "survival",
    "waits",
]

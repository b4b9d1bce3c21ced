"""Mechanisms learned by their regret: a network that takes reports and decides, at a price for every lie that would pay.

For what has no exact family, or where an exact one is to be measured against. Revenue of such a network is partly bought with
incentive violation: beside it stands the regret that an independent attacker finds, and truthfulness is never claimed.
"""

from .attack import Attack, Attacker, attack
from .learn import Curve, Learned, Settings, learn
from .learned import LearnedMechanism
from .misreports import Misreports
from .nets import Net
from .objective import Objective
from .periods import Periods, periods, regrowing
from .search import Searched, search, weights

__all__ = [
    "Attack",
    "Attacker",
    "Curve",
    "Learned",
    "LearnedMechanism",
    "Misreports",
    "Net",
    "Objective",
    "Periods",
    "Searched",
    "Settings",
    "attack",
    "learn",
    "periods",
    "regrowing",
    "search",
    "weights",
]

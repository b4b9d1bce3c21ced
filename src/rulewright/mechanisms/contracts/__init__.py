"""Principals and agents for learned contracts: exact best replies, exact programmes, certificates; promises and reputation; in time."""

from .agency import AWAY, Agency, Reply, agency, reply
from .certified import CertifiedContract, certified
from .exact import Optimum, best_contract, best_for_all, best_menu, optimum
from .settings import random_agency, signals

__all__ = [
    "AWAY",
    "Agency",
    "CertifiedContract",
    "Optimum",
    "Reply",
    "agency",
    "best_contract",
    "best_for_all",
    "best_menu",
    "certified",
    "optimum",
    "random_agency",
    "reply",
    "signals",
]

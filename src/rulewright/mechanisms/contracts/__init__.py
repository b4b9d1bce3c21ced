"""Principals and agents for learned contracts: exact replies, exact programmes, certificates; promises, reputation; in time."""

from .agency import AWAY, Agency, Reply, agency, reply
from .certified import CertifiedContract, certified
from .delegation import Delegation, Equilibrium, Judged, alternate, delegation, judged, random_tree, subgame_perfect
from .exact import Optimum, best_contract, best_for_all, best_menu, optimum
from .promises import Promise, best_promise, promise
from .reputation import Conduct, Reputation, conduct, reputation
from .settings import random_agency, signals

__all__ = [
    "AWAY",
    "Agency",
    "CertifiedContract",
    "Conduct",
    "Delegation",
    "Equilibrium",
    "Judged",
    "Optimum",
    "Promise",
    "Reply",
    "Reputation",
    "agency",
    "alternate",
    "best_contract",
    "best_for_all",
    "best_menu",
    "best_promise",
    "certified",
    "conduct",
    "delegation",
    "judged",
    "optimum",
    "promise",
    "random_agency",
    "random_tree",
    "reply",
    "reputation",
    "signals",
    "subgame_perfect",
]

"""Institutions for worlds, one in each file: contracts, sanctions, quotas, permits, altars, taboos, reputation, gifts."""

from .after_ostrom import AfterOstrom
from .agreement import Agreement, Forcing, forcing_best, subgame_perfect_contract
from .altar import Altar
from .appeals import Appeals
from .brackets import BracketTax
from .charge import Charge, catch_tax, cleaning_pay, density_tax, pigouvian_tax
from .claims import AuditedClaims, honest
from .constitution import Constitution
from .gifts import Gifts
from .graduated import Graduated
from .knowing import Authority, StockMonitor
from .ledger import WorldInstitution
from .monitors import Monitors, detection, refuses
from .negotiation import Negotiation
from .permits import Tradable
from .quotas import Nested, Quota
from .reputation import Reputation, largest_gain
from .spaces import ContractSpace, Forced, action_space, catch_space, cleaning_space, forcing, harvest_space
from .taboo import Taboo
from .territory import Territory

__all__ = [
    "AfterOstrom",
    "Agreement",
    "Altar",
    "Appeals",
    "AuditedClaims",
    "Authority",
    "BracketTax",
    "Charge",
    "Constitution",
    "ContractSpace",
    "Forced",
    "Forcing",
    "Gifts",
    "Graduated",
    "Monitors",
    "Negotiation",
    "Nested",
    "Quota",
    "Reputation",
    "StockMonitor",
    "Taboo",
    "Territory",
    "Tradable",
    "WorldInstitution",
    "action_space",
    "catch_space",
    "catch_tax",
    "cleaning_pay",
    "cleaning_space",
    "density_tax",
    "detection",
    "forcing",
    "forcing_best",
    "harvest_space",
    "honest",
    "largest_gain",
    "pigouvian_tax",
    "refuses",
    "subgame_perfect_contract",
]

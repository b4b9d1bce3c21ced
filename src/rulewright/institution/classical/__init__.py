"""Classical mechanisms by their names, and the games that they are for.

What each of them satisfies is not written here: `rulewright.assessment.properties` proves or refutes it on a game.
"""

from . import settings
from .auctions import FirstPrice, Myerson, PostedPrice, TradeAt, Vickrey, myerson_revenue, virtual_values
from .direct import Direct
from .division import CutAndChoose, DivideAndChoose, cake, guarantees
from .groves import AGV, VCG, Groves, Settled, vcg_assignment, vcg_combinatorial
from .matching import (
    DeferredAcceptance,
    RandomSerialDictatorship,
    SerialDictatorship,
    TopTradingCycles,
    blocking_pairs,
    deferred_acceptance,
    serial_dictatorship,
    top_trading_cycles,
)
from .preflib import Election, read_preflib
from .settings import Setting
from .voting import (
    SCORES,
    Approval,
    MedianVoter,
    Vote,
    condorcet_winner,
    dictator,
    pairwise,
    strategy_proof_rules,
    winner,
)

__all__ = [
    "AGV",
    "SCORES",
    "VCG",
    "Approval",
    "CutAndChoose",
    "DeferredAcceptance",
    "Direct",
    "DivideAndChoose",
    "Election",
    "FirstPrice",
    "Groves",
    "MedianVoter",
    "Myerson",
    "PostedPrice",
    "RandomSerialDictatorship",
    "SerialDictatorship",
    "Setting",
    "Settled",
    "TopTradingCycles",
    "TradeAt",
    "Vickrey",
    "Vote",
    "blocking_pairs",
    "cake",
    "condorcet_winner",
    "deferred_acceptance",
    "dictator",
    "guarantees",
    "myerson_revenue",
    "pairwise",
    "read_preflib",
    "serial_dictatorship",
    "settings",
    "strategy_proof_rules",
    "top_trading_cycles",
    "vcg_assignment",
    "vcg_combinatorial",
    "virtual_values",
    "winner",
]

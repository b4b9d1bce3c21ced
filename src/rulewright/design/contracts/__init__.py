"""Contracts by their names: fast, exact corners of the one programme (docs/theory/contracts.md)."""

from ...numerics.exact import Exact, Linear
from .certify import Certified
from .cheapest import NotImplementable
from .hidden_action import HiddenAction, hidden_action, worst_slacks
from .linear import LinearContract, Segment, envelope, linear_contract
from .menus import ClosedMenu, Menu, maskin_riley, mussa_rosen, screening
from .relational import Relational, best_relational, complies, longest_memory, relational, reputation_weight
from .sharing import Indistinct, Shares, balanced_shares, group_penalty
from .teams import SymmetricContract, Team, TeamContract, symmetric_contract, symmetric_team, team, team_contract
from .types_and_actions import ContractMenu, hidden_type_and_action

__all__ = [
    "Certified",
    "ClosedMenu",
    "ContractMenu",
    "Exact",
    "HiddenAction",
    "Indistinct",
    "Linear",
    "LinearContract",
    "Menu",
    "NotImplementable",
    "Relational",
    "Segment",
    "Shares",
    "SymmetricContract",
    "Team",
    "TeamContract",
    "balanced_shares",
    "best_relational",
    "complies",
    "envelope",
    "group_penalty",
    "hidden_action",
    "hidden_type_and_action",
    "linear_contract",
    "longest_memory",
    "maskin_riley",
    "mussa_rosen",
    "relational",
    "reputation_weight",
    "screening",
    "symmetric_contract",
    "symmetric_team",
    "team",
    "team_contract",
    "worst_slacks",
]

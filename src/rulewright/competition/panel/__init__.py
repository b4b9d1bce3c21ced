"""Juries of reviewers: which rule of approval is sound although no reviewer wants what people want."""

from .audit import PanelAudit
from .cardinal import calibrate
from .coverage import covers, proposal
from .depth import covering_family
from .generated import review_panel, reward_models
from .prompts import sample
from .rules import compromise, minimal_covering, permissiveness, soundness
from .sequential import Process, safety
from .setting import Panel
from .strategic import stability, verdict, voting_game
from .votes import Family, Threshold
from .weighted import weighted_rule

__all__ = [
    "Family",
    "Panel",
    "PanelAudit",
    "Process",
    "Threshold",
    "calibrate",
    "compromise",
    "covering_family",
    "covers",
    "minimal_covering",
    "permissiveness",
    "proposal",
    "review_panel",
    "reward_models",
    "safety",
    "sample",
    "soundness",
    "stability",
    "verdict",
    "voting_game",
    "weighted_rule",
]

"""What Inspect loads by the entry point `inspect_ai`: everything that is registered under rulewright/…"""

from __future__ import annotations

from .approval import Booking, guard
from .provider import rulewright
from .scorer import institution_outcome
from .solver import institution_play
from .tasks import audits, commons, contracts, games

__all__ = [
    "Booking",
    "audits",
    "commons",
    "contracts",
    "games",
    "guard",
    "institution_outcome",
    "institution_play",
    "rulewright",
]

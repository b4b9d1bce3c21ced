"""What Inspect loads by the entry point `inspect_ai`: everything that is registered under rulewright/…"""

from __future__ import annotations

from .provider import rulewright
from .scorer import institution_outcome
from .solver import institution_play
from .tasks import audits, games

__all__ = ["audits", "games", "institution_outcome", "institution_play", "rulewright"]

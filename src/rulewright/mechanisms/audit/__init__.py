"""The auditor: found regret of any mechanism, certified regret of some, the leaderboard. It believes nobody, ours least of all."""

from .attack import QUICK, STRONG, Effort, attack
from .audit import audit, replay
from .audited import Audit, Certified, Deviation, Fault, Tail, Violations

__all__ = [
    "QUICK",
    "STRONG",
    "Audit",
    "Certified",
    "Deviation",
    "Effort",
    "Fault",
    "Tail",
    "Violations",
    "attack",
    "audit",
    "replay",
]

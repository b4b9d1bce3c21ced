"""The main job, from a scenario to a report and a certificate: diagnose, design, certify, stress."""

from .assessment import Assessment
from .kinds import assess
from .output import save
from .sweep import Sweep, sweep

__all__ = ["Assessment", "Sweep", "assess", "save", "sweep"]

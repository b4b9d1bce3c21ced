"""The main job, from a scenario to a report and a certificate: diagnose, design, certify, stress."""

from .assess import Assessment, assess
from .output import save

__all__ = ["Assessment", "assess", "save"]

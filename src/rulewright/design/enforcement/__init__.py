"""Enforcement: how often to look, with what monitor, at which sites, and what makes the auditor look."""

from .auditor import Correction, Inspection, InspectionPlay, mixed
from .auditor_contract import AuditorContract, auditor_contract
from .confidence import RateBound, at_least, at_most
from .deterrence import Deterrence, PricedPenalty, deter, deterred_gain, needed_rate, price
from .monitor import Monitor, OperatingPoint
from .offences import Offences, Schedule
from .repetition import Graduated, SelfReporting, graduated, self_reporting, worth_of_penalties
from .security import Coverage, DeterringCoverage, Sites, cover, deterring_coverage
from .tables import read_scores

__all__ = [
    "AuditorContract",
    "Correction",
    "Coverage",
    "Deterrence",
    "DeterringCoverage",
    "Graduated",
    "Inspection",
    "InspectionPlay",
    "Monitor",
    "Offences",
    "OperatingPoint",
    "PricedPenalty",
    "RateBound",
    "Schedule",
    "SelfReporting",
    "Sites",
    "at_least",
    "at_most",
    "auditor_contract",
    "cover",
    "deter",
    "deterred_gain",
    "deterring_coverage",
    "graduated",
    "mixed",
    "needed_rate",
    "price",
    "read_scores",
    "self_reporting",
    "worth_of_penalties",
]

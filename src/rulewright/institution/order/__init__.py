"""Normative orders: who calls what wrong, and sanctions that are everybody's; one object for law, altars and silly rules."""

from .amendment import Amendment
from .classification import ALLOWED, Allowance, Classification, Codebook, Verdict
from .enforced import LET_PASS, SANCTION_ALL, SANCTION_WRONG, Enforced
from .normative import NormativeOrder, density, silly
from .sanction import Sanctioning, Schedule, at_least

__all__ = [
    "ALLOWED",
    "LET_PASS",
    "SANCTION_ALL",
    "SANCTION_WRONG",
    "Allowance",
    "Amendment",
    "Classification",
    "Codebook",
    "Enforced",
    "NormativeOrder",
    "Sanctioning",
    "Schedule",
    "Verdict",
    "at_least",
    "density",
    "silly",
]

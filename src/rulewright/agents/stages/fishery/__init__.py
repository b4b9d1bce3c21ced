"""A lake that several fishers share, under a rule to choose: `Fishery(rule("quota", audit=0.3))`."""

from .fishery import Fishery, Lake
from .rules import RULES, Contract, Judged, Licences, Month, Quota, Rule, Watch, rule

__all__ = ["RULES", "Contract", "Fishery", "Judged", "Lake", "Licences", "Month", "Quota", "Rule", "Watch", "rule"]

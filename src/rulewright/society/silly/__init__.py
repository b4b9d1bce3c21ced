"""Silly rules: what rules without effect are good for, in groups whose enforcement is not known.

After Hadfield-Menell, Andrus & Hadfield 2019 (AIES). `stopping` is the policy, `course` the exact law of one member, `groups` all
members counted, `society` the model that a scenario file names, `acts` how dense silly rules are.
"""

from .acts import Act, classified, density
from .course import Groups, Law, drawn, fixed, law
from .groups import Counted, simulate
from .society import SillyRules
from .stopping import Policy, critical_cost, policy

__all__ = [
    "Act",
    "Counted",
    "Groups",
    "Law",
    "Policy",
    "SillyRules",
    "classified",
    "critical_cost",
    "density",
    "drawn",
    "fixed",
    "law",
    "policy",
    "simulate",
]

"""Design: from what is wanted to the rule that brings it about.

`solve` is Myerson's programme, `implement` promises that leave no other equilibrium, `design` chooses over levers.
"""

from .compiled import Compiled, compiled
from .design import Designed, design
from .implementation import Promise, implement
from .programme import Outcome, solve
from .rules import Payment, Rules

__all__ = [
    "Compiled",
    "Designed",
    "Outcome",
    "Payment",
    "Promise",
    "Rules",
    "compiled",
    "design",
    "implement",
    "solve",
]

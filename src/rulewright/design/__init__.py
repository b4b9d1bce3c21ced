"""Design: from what is wanted to the rule that brings it about.

`solve` is Myerson's programme, `implement` promises that leave no other equilibrium, `guarantee` payments for the worst one, and
`design` chooses over levers. Fast corners have rooms of their own: `auctions`, `contracts`, `enforcement`, `information`.
"""

from .compiled import Compiled, compiled
from .design import Designed, design
from .implementation import Groups, Promise, implement
from .price import Price, price_of_robustness
from .programme import Outcome, solve
from .proof import impossibility, write_rule
from .robustness import Polytope, Robustness
from .rules import Payment, Rules
from .worst import Others, Worst, guarantee, others, others_of

__all__ = [
    "Compiled",
    "Designed",
    "Groups",
    "Others",
    "Outcome",
    "Payment",
    "Polytope",
    "Price",
    "Promise",
    "Robustness",
    "Rules",
    "Worst",
    "compiled",
    "design",
    "guarantee",
    "implement",
    "impossibility",
    "others",
    "others_of",
    "price_of_robustness",
    "solve",
    "write_rule",
]

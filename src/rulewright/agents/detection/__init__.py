"""Who is what, read off play: characters, λ, collusion, posing as a rule, lawyering; and which rule holds against whom."""

from .classify import Reading, classify, precision
from .conduct import Collusion, Conduct, Ring, collusion, conduct, rings
from .confusion import Confusion, Setting, confusion
from .holds import HEAD, Cell, Held, holds
from .injection import Suspect, injections, poses, suspects

__all__ = [
    "HEAD",
    "Cell",
    "Collusion",
    "Conduct",
    "Confusion",
    "Held",
    "Reading",
    "Ring",
    "Setting",
    "Suspect",
    "classify",
    "collusion",
    "conduct",
    "confusion",
    "holds",
    "injections",
    "poses",
    "precision",
    "rings",
    "suspects",
]

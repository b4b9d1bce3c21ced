"""Legal attributes as tests on any executable classifier, after Hadfield & Weingast 2012."""

from .card import ATTRIBUTES, card
from .law import Authority, Bounds, Law, Logic, Recoding, Version
from .rules import Rule, Rules
from .space import Space

__all__ = ["ATTRIBUTES", "Authority", "Bounds", "Law", "Logic", "Recoding", "Rule", "Rules", "Space", "Version", "card"]

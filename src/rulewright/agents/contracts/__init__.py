"""Contracts in free text: proposed, read or refused with the reason, accepted by all who are bound, paid."""

from .language import GRAMMAR, compiled
from .proposing import Proposing
from .terms import Condition, Contract, Term, Vocabulary

__all__ = ["GRAMMAR", "Condition", "Contract", "Proposing", "Term", "Vocabulary", "compiled"]

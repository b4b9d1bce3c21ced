"""Language models as players: prompts, answers by schema, memory, personas."""

from .dry import Questions, questions
from .memory import Full, Last, Memory, Summary, tokens
from .parse import read
from .personas import PERSONAS, Persona, persona
from .prompt import prompt
from .reader import Exchange, Reader

__all__ = [
    "PERSONAS",
    "Exchange",
    "Full",
    "Last",
    "Memory",
    "Persona",
    "Questions",
    "Reader",
    "Summary",
    "persona",
    "prompt",
    "questions",
    "read",
    "tokens",
]

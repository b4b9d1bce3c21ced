"""Many users of the same AIs: what each may hope for if she is served by herself, and if all are told the same."""

from .alignment import common, weak
from .examples import opposed, stalemate
from .policies import anonymous, personalised, proved, silence, value_of_personalisation
from .setting import Users

__all__ = [
    "Users",
    "anonymous",
    "common",
    "opposed",
    "personalised",
    "proved",
    "silence",
    "stalemate",
    "value_of_personalisation",
    "weak",
]

"""Information design: what a sender who can commit to a signal gets from receivers who act on it.

`persuade` is for one receiver at size, `public` and `disclosure` for several, `persuade_kinds` for one whose type is private,
`value_of_commitment` for senders who cannot commit, `concavify` for the picture; `design.solve` for everything at once.
"""

from .commitment import CommitmentValue, cheap_talk, value_of_commitment, verifiable
from .concave import Concavification, Region, concavify
from .exact import ExactPersuasion, exactly
from .persuasion import Persuasion, adversarial, persuade
from .receivers import (
    Disclosure,
    Kinds,
    Public,
    WorstPublic,
    any_information,
    disclosure,
    guaranteed,
    persuade_kinds,
    public,
)

__all__ = [
    "CommitmentValue",
    "Concavification",
    "Disclosure",
    "ExactPersuasion",
    "Kinds",
    "Persuasion",
    "Public",
    "Region",
    "WorstPublic",
    "adversarial",
    "any_information",
    "cheap_talk",
    "concavify",
    "disclosure",
    "exactly",
    "guaranteed",
    "persuade",
    "persuade_kinds",
    "public",
    "value_of_commitment",
    "verifiable",
]

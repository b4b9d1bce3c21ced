"""Which population models a scenario file may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..naming import Named, Number, known, read
from .model import Model

MODELS: dict[str, Named] = {
    "culture": Named("society.culture:Culture", "learners and imitators in a changing world (Boyd & Richerson 1995)"),
    "law": Named(
        "society.law.model:Law", "buyers who boycott what a common logic calls wrong (after Hadfield & Weingast 2012)"
    ),
    "quorum": Named(
        "society.law.enforcers:Quorum", "enforcers with a quorum: own logics or a common one (after the same)"
    ),
}


def model(name: str, said: Mapping[str, Any], number: Number) -> Model:
    """The model of that name with these settings. Raises InputError for a name or a setting that there is not."""
    one = known(name, MODELS, "a model of a society")
    return one(**read(one, said, number))  # type: ignore[no-any-return]

"""A game of another scenario as a stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from ...agents.stage import Stage
from ...errors import InputError


def stage(said: Mapping[str, Any], rule: str, terms: Mapping[str, Any], number: Callable[[str], Fraction]) -> Stage:
    raise InputError(where="stage", needed="another", found="game")

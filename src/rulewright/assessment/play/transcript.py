"""Everything that was shown, said and paid, as JSON lines: a head for each episode, its turns, its foot."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...agents.quote import spelt
from .runs import Played


def lines(found: Sequence[Played]) -> Iterator[str]:
    """One JSON text a line, without NaN or anything that a terminal would obey; keys in the same order in every run."""
    for one in found:
        for episode in one.episodes:
            for part in episode.lines():
                whole = {"rule": one.rule.name, "cast": one.cast.name} | plain(part)
                yield spelt(json.dumps(whole, ensure_ascii=False, allow_nan=False))


def plain(value: Any) -> Any:
    """What JSON can hold: NaN and infinities as null, arrays as lists, the facts for those who compute left out."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items() if key not in ("numbers", "choices")}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)

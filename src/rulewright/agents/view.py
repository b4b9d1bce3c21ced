"""What one player is shown, and asked: text for those who read, numbers for those who compute, the same facts in both.

Invalid answers are the player's business (ask again, then a stated default): a stage gets only answers that fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError


def finite(value: Any) -> bool:
    """Whether it is a number that a float can hold: 10⁴⁰⁰ is none, and neither is True."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


@dataclass(frozen=True)
class Choice:
    """One thing that an answer must say."""

    name: str
    about: str = ""
    options: tuple[str, ...] = ()
    """What may be said; empty for a number or free text."""
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    text: bool = False
    """Free text of at most `high` characters (500 if infinite)."""
    default: Any = None
    """What stands where no valid answer came."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema of this part of the answer."""
        if self.options:
            return {"type": "string", "enum": list(self.options), "description": self.about}
        if self.text:
            return {"type": "string", "maxLength": self.length, "description": self.about}
        said: dict[str, Any] = {"type": "integer" if self.whole else "number", "description": self.about}
        if self.low > -math.inf:
            said["minimum"] = int(self.low) if self.whole else self.low
        if self.high < math.inf:
            said["maximum"] = int(self.high) if self.whole else self.high
        return said

    @property
    def length(self) -> int:
        return 500 if math.isinf(self.high) else int(self.high)

    def checked(self, value: Any) -> Any:
        """The value, if it fits. Raises InputError: what was needed, what was found. Nothing is rounded or guessed."""
        if self.options:
            if value in self.options:
                return value
            needed = f"one of {', '.join(self.options)}"
        elif self.text:
            if isinstance(value, str) and len(value) <= self.length:
                return value
            needed = f"text of at most {self.length} characters"
        else:
            if finite(value) and self.low <= value <= self.high and (not self.whole or value == int(value)):
                return int(value) if self.whole else float(value)
            needed = f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"
        raise InputError(where=self.name, needed=needed, found=repr(value)[:80])


@dataclass(frozen=True)
class View:
    """What one player sees in one round."""

    player: str
    round: int
    """Counted from 1."""
    rules: str
    """What stands for the whole episode: the game, what it pays, and the institution, in words."""
    news: str
    """What this player has learnt since it was last asked; never what it may not know."""
    choices: tuple[Choice, ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """The facts of `rules` and `news` as data, for players that do not read."""
    kind: str = "act"
    """What it is asked for: "act", "talk", "propose", "vote", "sanction", …"""

    def schema(self) -> dict[str, Any]:
        """JSON Schema of a whole answer; `reason` comes first, so that a model thinks before it commits itself."""
        parts = {"reason": {"type": "string", "description": "why, in a sentence or two"}}
        parts |= {choice.name: choice.schema() for choice in self.choices}
        return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}


@dataclass(frozen=True)
class Answer:
    """What a player says: a value for each choice."""

    values: Mapping[str, Any]
    reason: str = ""
    raw: str = ""
    """As it was written, where somebody wrote."""
    tries: int = 1
    """How often it was asked."""
    defaulted: bool = False
    """Whether no valid answer came and the stated default stands."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

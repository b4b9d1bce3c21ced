"""A scripted character as a player: draws from its law, writes what such a one would write, on any stage.

    personality("noisy", precision=2.0)      personality("colluder", ring=("firm 1", "firm 2"), signal="heron")

Chance is its own, of seed, player, round and kind of question: the same seed, the same play.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..view import Answer, Choice, View
from .laws import LAWS
from .prospect import Prospect, prospects
from .words import ACCEPT, WORDS, proposal

PERSONALITIES = tuple(LAWS)


@dataclass(frozen=True)
class Personality:
    """One of `PERSONALITIES`, as a `Player`."""

    name: str
    precision: float = 1.0
    """λ of the noisy, per unit of payoff."""
    ring: tuple[str, ...] = ()
    """Players of the colluder's ring; empty for everybody."""
    signal: str = "the heron is back"
    """By which members of a ring know each other, in what they write."""
    tremble: float = 0.0
    """Chance of an option drawn evenly instead."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.name not in LAWS:
            near = difflib.get_close_matches(self.name, LAWS, 1)
            raise InputError(
                where="personality",
                needed=f"one of {', '.join(LAWS)}",
                found=repr(self.name),
                remedy=f"did you mean {near[0]}?" if near else "",
            )
        if not (self.precision >= 0 and math.isfinite(self.precision)):
            raise InputError(where="precision", needed="a finite λ of at least 0", found=f"{self.precision:g}")
        if not 0 <= self.tremble <= 1:
            raise InputError(where="tremble", needed="a chance from 0 to 1", found=f"{self.tremble:g}")

    def chances(self, prospect: Prospect, player: str = "") -> Array:
        """[option]: its law, trembles included. A colluder who is not of its own ring is selfish."""
        outside = self.name == "colluder" and self.ring and player not in self.ring
        law = LAWS["selfish" if outside else self.name](prospect, self.precision, len(self.ring))
        return law if not self.tremble else (1 - self.tremble) * law + self.tremble / len(law)

    async def answer(self, view: View) -> Answer:
        known = prospects(view)
        rng: np.random.Generator | None = None
        said: dict[str, Any] = {}
        for choice in view.choices:
            if choice.text:
                words = proposal(self.name, known) if view.kind == "propose" else WORDS[self.name](view, self.signal)
                said[choice.name] = words[: choice.length]
                continue
            if choice.name in known:
                options: tuple[Any, ...] = known[choice.name].options
                law = self.chances(known[choice.name], view.player)
            else:
                options, law = self.unknown(choice)
            k = int(law.argmax())
            if law[k] < 1:
                rng = rng or np.random.default_rng([self.seed, view.round, *f"{view.player}/{view.kind}".encode()])
                k = min(int((law.cumsum() < rng.random()).sum()), len(law) - 1)
            said[choice.name] = choice.checked(options[k])
        return Answer(said, f"as the {self.name} would")

    def unknown(self, choice: Choice) -> tuple[tuple[Any, ...], Array]:
        """(options, law) of a choice about which nothing is known.

        Of labels it says the default or the first; put to it, a contract is accepted by the altruist, the reciprocator and the
        conformist. Of a number the selfish say the most, the altruist and the reciprocator the
        least, others the middle. The noisy one draws evenly.
        """
        if choice.options:
            options: tuple[Any, ...] = choice.options
            stands = options.index(choice.default) if choice.default in options else 0
            stands = options.index("accept") if "accept" in options and self.name in ACCEPT else stands
        else:
            low = choice.low if math.isfinite(choice.low) else min(0.0, choice.high)
            high = choice.high if math.isfinite(choice.high) else max(low, 0.0)
            grid = np.linspace(low, high, 11)
            options = tuple(sorted({int(v) for v in grid if low <= int(v) <= high} if choice.whole else set(grid)))
            stands = {
                "selfish": -1,
                "lawyer": -1,
                "injector": -1,
                "colluder": -1,
                "altruist": 0,
                "reciprocator": 0,
            }.get(self.name, len(options) // 2)
        if self.name == "noisy":
            return options, np.full(len(options), 1 / len(options))
        return options, np.eye(len(options))[stands]


def personality(name: str, **settings: Any) -> Personality:
    """A character by name, with settings as a file may say them. Raises InputError for an unknown name or setting."""
    known = ("precision", "ring", "signal", "tremble", "seed")
    wrong = sorted(set(settings) - set(known))
    if wrong:
        raise InputError(
            where=f"personality {name}", needed=f"settings among {', '.join(known)}", found=", ".join(wrong)
        )
    if "ring" in settings:
        settings["ring"] = tuple(settings["ring"])
    return Personality(name, **settings)

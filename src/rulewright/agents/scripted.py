"""Scripted players: a rule of the view, with chance of its own. The examples that need no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .view import Answer, View

Rule = Callable[[View, np.random.Generator], Answer]


@dataclass(frozen=True)
class Scripted:
    """Answers by a function of the view and a random generator that is its own, of `seed`, player and round."""

    rule: Rule
    seed: int = 0

    async def answer(self, view: View) -> Answer:
        entropy = [self.seed, view.round, *view.player.encode()]
        said = self.rule(view, np.random.default_rng(entropy))
        return Answer({choice.name: choice.checked(said[choice.name]) for choice in view.choices}, said.reason)


def always(**values: object) -> Rule:
    """Says the same every time."""
    return lambda view, rng: Answer(values, "always the same")

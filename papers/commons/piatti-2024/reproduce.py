"""GovSim's fishery (Piatti et al. 2024, NeurIPS): its constants, played by scripted characters. `python papers piatti-2024`.

No figure of a language model is reproduced here: none is asked. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from rulewright.agents import Answer, Episode, play
from rulewright.agents.detection import holds
from rulewright.agents.personalities import personality
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import Fishery
from rulewright.agents.stages.fishery import RULES


def fished(catch: int) -> Episode:
    """Everybody takes so many in the first month, and its sustainable share from then on."""

    def some(view, rng):  # type: ignore[no-untyped-def]
        return Answer(
            {"catch": min(catch if view.numbers["month"] == 1 else view.numbers["share"], int(view.choices[0].high))}
        )

    stage = Fishery()
    return play(stage, {p: Scripted(some) for p in stage.players})


def stock(episode: Episode, month: int) -> float:
    return float(episode.turns[month - 1].views["fisher 1"].numbers["stock"])


@cache
def months(name: str) -> float:
    """How long the lake lives without a rule."""
    stage = Fishery()
    return float(len(play(stage, {p: personality(name) for p in stage.players}).turns))


@cache
def holding(name: str) -> float:
    return float(len(holds(Fishery, tuple(RULES), (name,), range(3)).holding(name)))


CLAIMS: dict[str, Callable[[bool], float]] = {
    "sustainable share of a full lake": lambda fast: float(fished(10).turns[0].views["fisher 1"].numbers["share"]),
    "stock in month 2 if all take 10": lambda fast: stock(fished(10), 2),
    "stock in month 2 if all take 12": lambda fast: stock(fished(12), 2),
    "months played if all is taken in the first": lambda fast: float(len(fished(20).turns)),
    "best of a year, fish left over included": lambda fast: Fishery().best,
    "months that the lake lives among the selfish": lambda fast: months("selfish"),
    "months that it lives among altruists": lambda fast: months("altruist"),
    "rules of five that hold against the selfish": lambda fast: holding("selfish"),
}

"""Which institution do they join? After Gürerk, Irlenbusch & Rockenbach 2006; SanctSim's constants. `python papers gurerk-2006`.

Payoffs by the constants; scripted characters. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable

from rulewright.agents import Answer, Episode, play
from rulewright.agents.personalities import personality
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import InstitutionChoice


def member(institution: str, tokens: int, sanction: str = "nobody") -> Scripted:
    said = {"vote": {"institution": institution}, "act": {"tokens": tokens}, "sanction": {"sanction": sanction}}
    return Scripted(lambda view, rng: Answer(said[view.kind]))


def once(contributed: int, first: str = "nobody") -> Episode:
    """One round in which seven join the sanctioning institution and give so much; the first does something to another."""
    stage = InstitutionChoice("choice", rounds=1)
    players = {p: member("sanctioning", contributed) for p in stage.players}
    return play(stage, {**players, "member 1": member("sanctioning", contributed, first)})


def learns(rule: str) -> float:
    """Tokens that one selfish member gives in the last of 15 rounds among altruists."""
    stage = InstitutionChoice(rule)
    players = {p: personality("altruist") for p in stage.players}
    episode = play(stage, {**players, "member 1": personality("selfish")})
    return float(
        [turn.answers["member 1"]["tokens"] for turn in episode.turns if turn.views["member 1"].kind == "act"][-1]
    )


CLAIMS: dict[str, Callable[[bool], float]] = {
    "payoff of a round in which all give 20 and none sanctions": lambda fast: once(20).payoff("member 2"),
    "what five tokens of punishment take": lambda fast: (
        once(20).payoff("member 2") - once(20, "punish member 2").payoff("member 2")
    ),
    "what they cost": lambda fast: once(20).payoff("member 1") - once(20, "punish member 2").payoff("member 1"),
    "what five tokens of reward give": lambda fast: (
        once(20, "reward member 2").payoff("member 2") - once(20).payoff("member 2")
    ),
    "one selfish among altruists, last round, with sanctions": lambda fast: learns("sanctioning"),
    "one selfish among altruists, last round, without": lambda fast: learns("none"),
}

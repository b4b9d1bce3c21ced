"""Stages for agents that read: constants of the sources and closed forms."""

from rulewright.agents import Answer, play
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import Fishery, InstitutionChoice
from rulewright.agents.stages.cournot import Market
from rulewright.agents.stages.fishery.plan import grown, threshold

from .answer import Known

GOVSIM = "GovSim (Piatti et al. 2024), public code"
SANCTSIM = "after Gürerk et al. 2006; SanctSim, public code: 1.6 × contributions, and 20 tokens more, kept"
MARKET = "closed form: (a − c)/(b(n+1)), (a − c)/2b"


def round_of_all() -> float:
    """What one gets where all seven give all in the sanctioning institution."""
    stage = InstitutionChoice("sanctioning", rounds=1)
    said = {"act": {"tokens": 20}, "sanction": {"sanction": "nobody"}}
    players = {p: Scripted(lambda view, rng: Answer(said[view.kind])) for p in stage.players}
    return play(stage, players).payoff("member 1")


KNOWN = [
    Known("fishery: sustainable share at 100, five fishers", GOVSIM, 10, lambda: threshold(100, 5)),
    Known("fishery: sustainable share at 59", GOVSIM, 5, lambda: threshold(59, 5)),
    Known("fishery: 40 left, next month", GOVSIM, 80, lambda: int(grown(40, 100, 5))),
    Known("fishery: 4 left, next month", GOVSIM, 0, lambda: int(grown(4, 100, 5))),
    Known("fishery: best year, the last stock included", "closed form: 12 × 50 + 100", 700, lambda: Fishery().best),
    Known("sanctioning institution: all give 20", SANCTSIM, 52, round_of_all, 1e-9),
    Known("market of three, a 100, c 4: Nash quantity", MARKET, 24, lambda: Market().nash, 1e-12),
    Known("market of three, a 100, c 4: monopoly quantity", MARKET, 48, lambda: 3 * Market().monopoly, 1e-12),
]

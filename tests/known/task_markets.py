"""Task markets: what the second score comes to, and what a pair gains, in closed form."""

from fractions import Fraction as F
from functools import cache

from rulewright.mechanisms import estimate
from rulewright.mechanisms.tasks.environment import task_market, task_rule
from rulewright.mechanisms.tasks.lies import pair
from rulewright.mechanisms.tasks.market import Settled
from rulewright.mechanisms.tasks.standing import wash_fee, whitewash_gain

from .answer import Known

TRIANGLE = "closed form: score q − c of uniform q and c, F(v) = 1 − (1 − v)²/2 above 0; order statistics"
DECAY = "closed form: ω·Δ·Σ_k (δλ)^k, what a change of standing is worth"


@cache
def part(agents, goal):
    return estimate(task_rule(task_market(agents, goal=goal)).mechanism, profiles=200_000, seed=5).mean


KNOWN = [
    Known("task market, 3 agents, truth: welfare", TRIANGLE, 103 / 280, lambda: part(3, "welfare"), 0.002),
    Known("task market, 3 agents, truth: the buyer keeps", TRIANGLE, 4 / 35, lambda: part(3, "profit"), 0.002),
    Known("task market, 5 agents, truth: the buyer keeps", TRIANGLE, 871 / 3696, lambda: part(5, "profit"), 0.002),
    Known(
        "settled on outcome: a pair gains the second score less the third",
        "closed form of second prices: 3/4 − 1/4",
        F(1, 2),
        lambda: (
            pair(Settled(), F(1), [(F(0), F(1)), (F(0), F(3, 4)), (F(0), F(1, 4))], [(F(1), F(0)), (F(0), F(1))]).gain
        ),
    ),
    Known("a new name from 1/4 to 1/2, λ = .9, δ = .9", DECAY, F(25, 19), lambda: whitewash_gain("1/4", "1/2")),
    Known("least commission against sham tasks, λ = .9, δ = .9", DECAY, F(10, 19), lambda: wash_fee()),
]

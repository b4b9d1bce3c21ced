"""Markets whose distance from people is known in closed form."""

from fractions import Fraction

from rulewright.competition.market.near import near
from rulewright.competition.market.range import certificate
from rulewright.competition.market.table import Table

from .answer import Known

OPPOSITE = Table.of([0, 1], [[1], [0]])
STEEP = Table.of([0, 1, 2], [[1], [3], [5]])
BIASED = Table.of(
    [Fraction(1, 2)] * 2 + [1, 0], [[1], [0], [1], [0]], cases=[0, 0, 1, 1]
)  # it cares where people do not

KNOWN = [
    Known(
        "an AI that wants the opposite leaves a constant only",
        "closed form: half of what people's utility spans",
        0.5,
        lambda: near(OPPOSITE).value,
        0,
    ),
    Known(
        "an AI twice as steep is people once it is calibrated", "closed form: w = ½, c = −½", 0.0, lambda: near(STEEP).value, 0
    ),
    Known(
        "an AI twice as steep, as it is",
        "closed form: 5 − 2 in the last row",
        3.0,
        lambda: near(STEEP, kind="hull", offset="none").value,
        0,
    ),
    Known(
        "an AI that cares where people do not: worst case",
        "closed form: (1 − w)/2 = w/2 at w = ½, twice the error",
        0.5,
        lambda: 2 * near(BIASED, offset="case").value,
        0,
    ),
    Known(
        "an AI that cares where people do not: range",
        "closed form: w/2 + (1 − w)/2 whatever w is",
        0.5,
        lambda: certificate(BIASED).value,
        0,
    ),
]  # fmt: skip

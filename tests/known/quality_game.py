"""The quality game by enumeration, and the drop from one agent to two."""

from fractions import Fraction as F

from rulewright.behaviour import named
from rulewright.society.alignment.compare import solo_scores
from rulewright.society.alignment.quality import quality_group

from .answer import Known

SOURCE = "after Conitzer & Oesterheld, Foundations of Cooperative AI; by enumeration"


def equilibria(bonus, penalty=F(0)):
    """What people get in each pure equilibrium."""
    group = quality_group(bonus=bonus, penalty=penalty)
    return [
        float((p.law.astype(float).reshape(group.task.shape) * group.task).sum())
        for p in named("pure")(group.game).plays
    ]


KNOWN = [
    Known(
        "quality game, bonus below a step: every common quality is an equilibrium",
        SOURCE,
        11,
        lambda: len(equilibria(F(1, 20))),
    ),
    Known(
        "quality game, bonus of one step: every common quality, and one lower by a step in twenty more",
        SOURCE,
        31,
        lambda: len(equilibria(F(1, 10))),
    ),
    Known("quality game, bonus above a step: three pure equilibria", SOURCE, 3, lambda: len(equilibria(F(3, 20)))),
    Known(
        "quality game, bonus above a step: the best leaves people with", SOURCE, 0, lambda: max(equilibria(F(3, 20)))
    ),
    Known(
        "quality game, with a penalty for the higher: one is left",
        SOURCE,
        1,
        lambda: len(equilibria(F(3, 20), F(1, 100))),
    ),
    Known(
        "quality game: task return alone, Q − s of Q",
        "closed form: the best reply to Q is one step below",
        0.9,
        lambda: float(solo_scores(quality_group(), "pure")["O"].mean()),
        1e-12,
    ),
]

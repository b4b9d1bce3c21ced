"""After Carichon, Khandelwal, Fauchard & Farnadi 2025 (arXiv 2506.01080): alignment of several agents and the social setting.

A position paper: the scores V, P, O, the settings as mixed payoffs, and the numbers are ours. The game is after Conitzer &
Oesterheld, Foundations of Cooperative AI. Run `python papers carichon-2025`; public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from functools import cache

from rulewright.behaviour import named
from rulewright.society.alignment import AlignmentTypes, Compared, compare, scores
from rulewright.society.alignment.quality import quality_group


def count(bonus: F, penalty: F = F(0)) -> float:
    """Pure equilibria, exactly."""
    return float(len(named("pure")(quality_group(bonus=bonus, penalty=penalty).game).plays))


@cache
def runs(behaviour: str) -> Compared:
    return compare(quality_group(), behaviour, seeds=range(20))


def drop(behaviour: str, setting: str, score: int) -> float:
    one = runs(behaviour)
    return float(one.drop[one.settings.index(setting), :, score].mean())


def worst(**rule: F) -> float:
    return min(o.measures["quality"] for o in AlignmentTypes(**rule).outcomes())


def small(behaviour: str) -> float:
    """O in the group where Q = 10, s = .1, bonus = .11."""
    group = quality_group(F(10), F(1, 10), F(11, 100))
    return float(scores(group, named(behaviour)(group.game).plays[0])["O"].mean())


CLAIMS: dict[str, Callable[[bool], float]] = {
    "pure equilibria, bonus .05 below a step of .1": lambda fast: count(F(1, 20)),
    "pure equilibria, bonus .15": lambda fast: count(F(3, 20)),
    "pure equilibria, bonus .15 and a penalty for the higher": lambda fast: count(F(3, 20), F(1, 100)),
    "task return alone": lambda fast: float(runs("pure").solo[..., 2].mean()),
    **{
        f"drop of {name}, worst equilibrium, {setting}": lambda fast, k=k, setting=setting: drop("pure", setting, k)  # type: ignore[misc]
        for k, name in enumerate("VPO")
        for setting in ("collaborative", "cooperative", "competitive")
    },
    "drop of O, logit 20, cooperative": lambda fast: drop("logit:20", "cooperative", 2),
    "task return in the group, logit 20, small bonus": lambda fast: small("logit:20"),
    "task return in the group, level 2, small bonus": lambda fast: small("level:2"),
    "worst equilibrium, pay on own quality": lambda fast: worst(own_pay=F(51, 100)),
    "worst equilibrium, bonus capped below a step": lambda fast: worst(cap=F(1, 20)),
    "worst equilibrium, fine above bonus over chance": lambda fast: worst(audit=F(1, 2), fine=F(32, 100)),
    "worst equilibrium, the lower owes the higher": lambda fast: worst(transfer=F(16, 100)),
}

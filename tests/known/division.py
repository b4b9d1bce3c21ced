"""Cake cutting: what is sure, and fairness as the goal."""

from fractions import Fraction as F

import numpy as np

import rulewright as rw
from rulewright.assessment.properties import properties
from rulewright.institution.classical import CutAndChoose, DivideAndChoose, cake, guarantees

from .answer import Known

STEINHAUS = "Steinhaus 1948, Econometrica 16"


def sure(measures, who):
    return guarantees(CutAndChoose()(cake(measures).game), who).max(axis=1).min()


def worst_today(name):
    """What people get at worst in the pure equilibria of the scenario under the rule of that name."""
    here = rw.load("cake")
    rules = {rule.describe(): (setting, rule) for setting, rule in [*here.compared(), (here, here.today)]}
    setting, rule = rules[name]
    induced = rule(setting.game)
    return rw.Pure()(induced).span(induced.goal).worst


def dollar():
    """Two split ten, in ones: what the first gets."""
    return rw.Game.normal(np.array([[[k] for k in range(11)], [[10 - k] for k in range(11)]]))


KNOWN = [
    Known("the cutter is sure of a half", STEINHAUS, F(1, 2), lambda: sure(((1, 1, 1, 1), (3, 1, 1, 1)), "cutter")),
    Known("so is the chooser", STEINHAUS, F(1, 2), lambda: sure(((1, 1, 1, 1), (3, 1, 1, 1)), "chooser")),
    Known(
        "what a cutter of 5 like crumbs is sure of",
        "closed form: (m − 1)/2m",
        F(2, 5),
        lambda: sure(((1,) * 5,), "cutter"),
    ),
    Known(
        "divide and choose is voluntary at the fair share and free of envy",
        STEINHAUS,
        True,
        lambda: all(
            f.holds for f in properties(DivideAndChoose(), cake(), only=["voluntary (ex post)", "envy-free"]).findings
        ),
    ),
    Known(
        "the smaller share in every pure equilibrium, cutter choosing second",
        "after Zhang et al., equation 5",
        0.5,
        lambda: worst_today("divide and choose"),
        1e-12,
    ),
    Known(
        "the smaller share in every pure equilibrium, cutter choosing first",
        "closed form: who takes takes all",
        0,
        lambda: worst_today("who cuts takes"),
        1e-12,
    ),
    Known(
        "the most of ten shared out that is left to the worst off",
        "closed form",
        5,
        lambda: rw.Goal.worst_off().table(dollar()).max(),
    ),
    Known(
        "the Nash product of ten shared out",
        "Nash 1950, Econometrica 18",
        25,
        lambda: rw.Goal.nash().table(dollar()).max(),
    ),
    Known(
        "all to one of two is worth half of the total by Gini",
        "Sen 1976, Rev. Econ. Stud. 43",
        5,
        lambda: rw.Goal.gini().table(dollar()).min(),
    ),
]

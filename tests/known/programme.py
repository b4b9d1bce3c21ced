"""The four answers that the plan of the house starts from."""

from fractions import Fraction

import rulewright as rw
from rulewright.design import Payment, Rules, solve

from .answer import Known


def best_correlated(game):
    return rw.Correlated()(game).span(game.goal).best


KNOWN = [
    Known(
        "prosecutor at prior 3/10",
        "Kamenica & Gentzkow 2011, Am. Econ. Rev. 101, introduction",
        0.6,
        lambda: solve(rw.load("prosecutor").game, Rules()).value,
        1e-9,
    ),
    Known(
        "effort with success .8 or .2, cost 1, worth 10, limited liability",
        "closed form: 8 − .8/.6",
        20 / 3,
        lambda: (
            solve(
                rw.load("hidden_effort").game,
                Rules(payments=(Payment("agent", ("result",), Fraction(0), Fraction(10)),), money_weight=Fraction(1)),
            ).value
        ),
        1e-6,
    ),
    Known(
        "best correlated welfare of Chicken",
        "Aumann 1974, J. Math. Econ. 1",
        10.5,
        lambda: best_correlated(rw.Goal.total().on(rw.library.chicken())),
        1e-9,
    ),
]

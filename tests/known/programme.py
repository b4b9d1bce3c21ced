"""The four answers that the plan of the house starts from."""

from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.design import Payment, Rules, impossibility, solve

from .answer import Known


def best_correlated(game):
    return rw.Correlated()(game).span(game.goal).best


F = Fraction
STAY = {"buyer": F(0), "seller": F(0)}


def efficient_trade():
    """A buyer worth 1 or 3½, a seller at cost 0 or 3; a broker who loses by any decision that is not efficient."""
    payoff = np.zeros((3, 1, 2, 2, 2, 1, 1), dtype=object)
    payoff[1, 0, :, :, 0, 0, 0] = np.array([[F(1)], [F(7, 2)]])
    payoff[2, 0, :, :, 0, 0, 0] = -np.array([[F(0), F(3)]])
    gain = payoff[1] + payoff[2]
    payoff[0] = np.where(gain == gain.max(axis=3, keepdims=True), F(0), F(-1))
    deal = rw.Signal("deal", ("done",), np.full((1, 2, 2, 2, 1, 1, 1), F(1), dtype=object))
    return rw.Game.bayesian(
        payoff,
        np.full((1, 2, 2), F(1, 4), dtype=object),
        players=("broker", "buyer", "seller"),
        designer=True,
        signals=[deal],
    )


def trading(**asked):
    return Rules(payments=tuple(Payment(p, ("deal",), F(-9), F(9)) for p in ("buyer", "seller")), **asked)


def is_impossible(rules):
    """Whether there is no such rule, and the solver's witness of it stands before the checker where it can be stated."""
    game = efficient_trade()
    try:
        solve(game, rules)
    except rw.Impossible as error:
        if error.witness is None:
            return "contradict each other" in str(error)
        return all(verdict.holds for verdict in rw.check(impossibility(game, rules, error)))
    return False


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
    Known(
        "best Nash welfare of Chicken, mixed play: below correlated",
        "Aumann 1974, J. Math. Econ. 1; closed form 28/3",
        28 / 3,
        lambda: (lambda game: rw.Nash()(game).span(game.goal).best)(rw.Goal.total().on(rw.library.chicken())),
        1e-9,
    ),
    Known(
        "efficient, balanced, voluntary trade with overlapping values is impossible",
        "Myerson & Satterthwaite 1983, J. Econ. Theory 29 (two types each: 5½/4 of gains, rents of 6/4)",
        True,
        lambda: is_impossible(trading(balance="ex post", outside=STAY, floor=F(0))),
    ),
    Known(
        "efficient, balanced trade without a way out is possible",
        "Arrow 1979; d'Aspremont & Gérard-Varet 1979, J. Public Econ. 11",
        0.0,
        lambda: solve(efficient_trade(), trading(balance="ex post", floor=F(0))).value,
        1e-9,
    ),
    Known(
        "what a buyer of 1 or 3½ must get at least, 4, nobody can promise: Farkas' witness stands before the checker",
        "closed form: gains of 5½/4 on average, nothing may be put in",
        True,
        lambda: is_impossible(trading(budget=F(0), outside={"buyer": F(4), "seller": F(0)})),
    ),
]

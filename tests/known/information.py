"""Information design: published and closed-form values; closed forms are derived where they stand."""

from fractions import Fraction as F

import numpy as np

import rulewright as rw
from rulewright.design import Rules, solve
from rulewright.design.information import (
    any_information,
    concavify,
    exactly,
    persuade,
    persuade_kinds,
    public,
    value_of_commitment,
    verifiable,
)
from rulewright.game.game import Game

from .answer import Known

KG = "Kamenica & Gentzkow 2011, Am. Econ. Rev. 101"
CONVICTION, JUDGE = [[1, 0], [1, 0]], [[1, 0], [0, 1]]  # [state: guilty, innocent][act: convict, acquit]


def prior(guilt):
    return [guilt, 1 - guilt]


def threshold(good, needs, shares):
    """Sender's value where a type acts if the state is good with probability at least its need; asked and not asked."""
    u = np.zeros((2, len(needs), 2))
    u[0, :, 1], u[1, :, 1] = 1 - np.array(needs), -np.array(needs)
    v = np.zeros(u.shape)
    v[..., 1] = 1
    return persuade_kinds(np.outer([good, 1 - good], shares), v, u)


def stoppers(stop):
    """Two players who should stop in state 0 (probability `stop`), and go in state 1; people want at least one to stop."""
    payoff = np.zeros((3, 2, 1, 1, 1, 2, 2))
    payoff[0] = 1 - np.array([[0, 0], [0, 1]])
    for s in range(2):
        payoff[1, s, 0, 0, 0, s, :] = 1
        payoff[2, s, 0, 0, 0, :, s] = 1
    return Game.bayesian(payoff, np.array([stop, 1 - stop]).reshape(2, 1, 1), designer=True)


def shared_interest(sign):
    u = np.array([[3, 0, 2], [0, 4, 2], [1, 1, 2]])
    return concavify([F(1, 4), F(1, 4), F(1, 2)], sign * u, u)


KNOWN = [
    *(
        Known(
            f"convictions at prior {guilt}: min(1, 2·prior)",
            f"{KG}, introduction (values other than .3: the same formula)",
            min(F(1), 2 * guilt),
            lambda guilt=guilt: exactly(prior(guilt), CONVICTION, JUDGE).value,
        )
        for guilt in (F(1, 20), F(3, 10), F(2, 5), F(1, 2), F(4, 5))
    ),
    Known(
        "the bound on convictions at prior 3/10 meets the value",
        f"{KG}: the plane 2·P(guilty) above v̂",
        F(0),
        lambda: exactly(prior(F(3, 10)), CONVICTION, JUDGE).gap,
    ),
    Known(
        "the judge gains nothing from the prosecutor's signal (prior 3/10)",
        f"{KG}, introduction",
        0.7,
        lambda: persuade(prior(0.3), CONVICTION, JUDGE).receiver,
        1e-9,
    ),
    Known(
        "receiver with needs .4 (share .6) or .8, prior .3, not asked",
        "closed form: concave closure of the law of needs, .6·.3/.4 against .3/.8",
        0.45,
        lambda: threshold(0.3, [0.4, 0.8], [0.6, 0.4]).unasked,
        1e-9,
    ),
    Known(
        "the same receiver, asked: nothing is added",
        "after Kolotilin, Mylovanov, Zapechelnyuk & Li 2017, Econometrica 85 (equivalence of asking and not)",
        0.45,
        lambda: threshold(0.3, [0.4, 0.8], [0.6, 0.4]).asked,
        1e-7,
    ),
    Known(
        "the same receiver at prior .6: half-way between .6 and 1",
        "closed form: concave closure of the law of needs",
        0.8,
        lambda: threshold(0.6, [0.4, 0.8], [0.6, 0.4]).unasked,
        1e-9,
    ),
    Known(
        "somebody of two stops though going is right with probability .7: told in private",
        "closed form: lies about .3 for each, shared out, .3·3",
        0.9,
        lambda: solve(stoppers(0.3), Rules()).value,
        1e-9,
    ),
    Known(
        "the same, told in public",
        "closed form: the prosecutor's 2·.3",
        0.6,
        lambda: (lambda g: public(g.prior.ravel(), *(lambda t: (t[0], t[1:]))(g.payoff.reshape(3, 2, 2, 2))).value)(
            stoppers(0.3)
        ),
        1e-9,
    ),
    Known(
        "the same, over all information that the two might have: at the least",
        "closed form: both told nothing, both go",
        0.0,
        lambda: any_information(stoppers(0.3))[0],
        1e-9,
    ),
    Known(
        "the same with stopping right with probability .7: at the least",
        "closed form: both go with probability at most .3 + .3",
        0.4,
        lambda: any_information(stoppers(0.7))[0],
        1e-9,
    ),
    Known(
        "common interests: v̂ convex, full disclosure is optimal",
        f"{KG}, remark on convex v̂",
        F(3 + 4 + 2 * 2, 4),
        lambda: shared_interest(1).value,
    ),
    Known(
        "opposed interests: v̂ concave, no disclosure is optimal",
        f"{KG}, remark on concave v̂",
        False,
        lambda: shared_interest(-1).helps,
    ),
    Known(
        "convictions by cheap talk at prior 3/10, best equilibrium",
        "closed form: every state says what convicts, so nothing is learned",
        0.0,
        lambda: value_of_commitment(prior(0.3), CONVICTION, JUDGE).cheap_talk[1],
        1e-9,
    ),
    Known(
        "convictions by provable evidence at prior 3/10",
        "after Milgrom 1981, Bell J. Econ. 12: the guilty are proved so, or silence is read as innocence",
        0.3,
        lambda: verifiable(prior(0.3), CONVICTION, JUDGE)[1],
        1e-9,
    ),
    Known(
        "the prosecutor's scenario and the arrays agree",
        f"{KG}, introduction",
        0.6,
        lambda: solve(rw.load("prosecutor").game, Rules()).value,
        1e-9,
    ),
]

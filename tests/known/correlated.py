"""Correlated, coarse and communication equilibria, and iterated dominance: answers in closed form or published."""

import numpy as np

import rulewright as rw
from rulewright.behaviour.communication import Communication
from rulewright.behaviour.dominance import iterated

from .answer import Known


def extremes(game, coarse=False):
    return len(rw.Correlated(coarse=coarse)(game).vertices(exact=True))


def total(game, best=True, coarse=False):
    span = rw.Correlated(coarse=coarse)(game).span(game.floats.payoff.sum(axis=0))
    return span.best if best else span.worst


def shapley():
    """Shapley 1964: each row wins against one column, loses to another, and gets nothing against the third."""
    row = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    return rw.Game.normal(np.array([row, np.roll(row, 1, axis=1)]))


def costly_ties():
    """Rock, paper, scissors, but both lose 3 by a tie."""
    row = np.array([[-3, -1, 1], [1, -3, -1], [-1, 1, -3]])
    return rw.Game.normal(np.array([row, np.where(np.eye(3, dtype=bool), -3, -row)]))


def cheap_talk():
    """A receiver matches the state (3 in 10 guilty); the sender, asked what it knows, wants one act always."""
    payoff = np.zeros(
        (2, 2, 1, 2, 2)
    )  # the sender has two acts that come to the same: those with one have no say in `correlated`
    payoff[0, :, 0, :, 1] = 1.0
    payoff[1, 0, 0, :, 0] = payoff[1, 1, 0, :, 1] = 1.0
    return rw.Game.bayesian(payoff, [[0.7], [0.3]])


def sender(name):
    game = cheap_talk()
    return rw.named(name)(game).span(game.payoff[0]).best


KNOWN = [
    Known(
        "extreme correlated equilibria of Chicken",
        "counted by the double description method (300 random 2×2 games had 1 or 5); after Calvó-Armengol 2006",
        5,
        lambda: extremes(rw.library.chicken()),
    ),
    Known(
        "extreme correlated equilibria of matching pennies",
        "closed form: only ¼ each",
        1,
        lambda: extremes(rw.library.matching_pennies()),
    ),
    Known(
        "worst correlated welfare of rock, paper, scissors",
        "closed form: zero sum",
        0,
        lambda: total(rw.library.rock_paper_scissors(), best=False),
        1e-9,
    ),
    Known(
        "best correlated welfare of Shapley's game",
        "closed form: probability 1/6 on each of the six cells where somebody wins (Shapley 1964)",
        1.0,
        lambda: total(shapley()),
        1e-9,
    ),
    Known(
        "coarse equilibria of rock, paper, scissors with costly ties avoid all ties",
        "closed form: 1/6 on each other cell, worth 0",
        0.0,
        lambda: total(costly_ties(), coarse=True),
        1e-8,
    ),
    Known(
        "a prosecutor who has to be asked persuades nobody",
        "closed form: its wish is the same at both types",
        0.0,
        lambda: sender("communication"),
        1e-9,
    ),
    Known(
        "the same prosecutor as Bayes correlated",
        "Kamenica & Gentzkow 2011, Am. Econ. Rev. 101",
        0.6,
        lambda: sender("correlated"),
        1e-8,
    ),
    Known(
        "steps that unravel the traveler's dilemma with 99 claims",
        "after Basu 1994, Am. Econ. Rev. 84: 2 is the only rationalisable claim; 98 others for each",
        196,
        lambda: len(iterated(rw.library.travelers_dilemma(100)).order),
    ),
    Known(
        "communication equilibria of Chicken reach what correlated ones do",
        "Aumann 1974, J. Math. Econ. 1; without types the two are the same",
        10.5,
        lambda: Communication()(rw.library.chicken()).span(rw.library.chicken().floats.payoff.sum(axis=0)).best,
        1e-9,
    ),
]

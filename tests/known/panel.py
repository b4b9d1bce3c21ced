"""Juries of reviewers: which of them cover, and how few object."""

from fractions import Fraction

import numpy as np

from rulewright.behaviour.coalitions import Strong
from rulewright.behaviour.nash.pure import Pure
from rulewright.competition.panel.coverage import coverage, covers, proposal
from rulewright.competition.panel.depth import depth
from rulewright.competition.panel.generated import review_panel, two_of_three
from rulewright.competition.panel.rules import minimal_covering, soundness
from rulewright.competition.panel.setting import Panel
from rulewright.competition.panel.strategic import voting_game
from rulewright.competition.panel.votes import Threshold

from .answer import Known


def complementary():
    return Panel.of([1, 1], [[1, 0], [0, 1]])


def worst_of_vote(behaviour, rule):
    panel = Panel.choosing([0, -1], [[0, -1]] * rule.n)
    return min(play.goal for play in behaviour(voting_game(panel, rule, [1])).plays)


def on_circle(n):
    turn = (np.arange(n) + 0.5) * 2 * np.pi / n
    return Panel.of([1.0, 0.0], np.column_stack([np.cos(turn), np.sin(turn)]))


AFTER = "after Collina, Goel, Roth & Sengupta 2026"

KNOWN = [
    Known(
        "reviewers e₁ and e₂, people e₁ + e₂: unanimity is sound",
        f"{AFTER}; closed form: λ = (1, 1)",
        True,
        lambda: (
            soundness(complementary(), Threshold(2, 0)).sound and coverage(complementary()).weights.tolist() == [1, 1]
        ),
    ),
    Known(
        "the same: what e₁ alone approves may harm people",
        f"{AFTER}; closed form: d = (1, −2)",
        Fraction(-1),
        lambda: proposal(complementary(), [1, 0, 0, 2]).gain if not covers(complementary(), [0]) else Fraction(0),
    ),
    Known(
        "two out of three reviewers, each with one blind spot: sound thresholds let this many object",
        "closed form; our own example in the manner of the paper's section 2.1",
        1,
        lambda: depth(two_of_three()).tolerance,
    ),
    Known(
        "11 reviewers spaced evenly on the unit circle, anything may be proposed: rejection depth",
        "closed form: an open half-plane with one of them on its edge holds (11 − 1)/2",
        5,
        lambda: depth(on_circle(11)).objectors,
    ),
    Known(
        "four aligned reviewers, executed unless two object: the worst pure Nash equilibrium executes harm",
        f"{AFTER}, proposition 3",
        Fraction(-1),
        lambda: worst_of_vote(Pure(), Threshold(4, 1)),
    ),
    Known(
        "the same, if two may agree to object",
        f"{AFTER}, theorem 3",
        Fraction(0),
        lambda: worst_of_vote(Strong(2), Threshold(4, 1)),
    ),
    Known(
        "seven biased reviewers of a coding agent (`review_panel`): rejection depth",
        "our own example; four methods agree",
        3,
        lambda: depth(review_panel(), "coalitions").objectors,
    ),
    Known(
        "the same: minimal covering coalitions",
        "our own example; every one of 127 coalitions tried",
        6,
        lambda: len(minimal_covering(review_panel()).sets),
    ),
]

"""Rival senders who talk: private signals, conversations, quantal response."""

import math
from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.competition.rivals import conversation, deviation, quantal, softened
from rulewright.competition.rivals.setting import Rivals

from .answer import Known

F = Fraction


def two_bits(messages, words=None):
    """The best pure equilibrium's value: s is two fair bits, Alice knows which she needs, one aligned Bob, one bit of talk."""
    right = np.array([[[int(a == (s >> t) & 1) for a in range(2)] for t in range(2)] for s in range(4)])
    setting = Rivals.of(np.full((4, 2), F(1, 8), dtype=object), right, right[None])
    game = conversation.as_game(setting, conversation.Talk.of(setting, messages, words), ties="first action")
    return rw.Pure()(game).span(game.goal).best


def judge():
    """Prior guilty 3/10; the prosecutor wants a conviction; a second Bob says nothing."""
    wishes = [[[1, 0], [1, 0]]] * 2
    setting = Rivals.of([F(3, 10), F(7, 10)], [[1, 0], [0, 1]], wishes)
    return deviation.best_signal(setting, 0, [np.ones((2, 1))] * 2).value


def two_actions():
    """Total variation of two softmax choices whose estimates are γ = 1/5 apart, λ = 3."""
    one, other = (quantal.softmax(np.array([x, -x]), 3.0) for x in (0.1, -0.1))
    return float(abs(one - other).sum() / 2)


def judged_softly():
    """A quantal judge, λ = 5, and a prosecutor: his concave closure at 3/10, a tangent from (0, P(0)) found by bisection here."""
    setting = Rivals.of([0.3, 0.7], [[1.0, 0.0], [0.0, 1.0]], [[[1.0, 0.0], [1.0, 0.0]]])
    return softened.best_signal(setting, 0, 5.0, tolerance=1e-9).value


def tangent():
    """P(q) = 1/(1 + exp(5 − 10q)) is convex up to 1/2 and concave beyond: the tangent from its left end gives the closure."""

    def rate(q):
        return 1 / (1 + math.exp(5 - 10 * q))

    low, high = 0.5, 1.0
    for _ in range(200):
        q = (low + high) / 2
        slope = 10 * rate(q) * (1 - rate(q))
        low, high = (q, high) if slope * q > rate(q) - rate(0) else (low, q)
    return rate(0) + 0.3 * (rate(low) - rate(0)) / low


KNOWN = [
    Known("one bit about two, one of which is needed", "closed form: 1/2 + 1/4", 0.75, lambda: two_bits([2])),
    Known("the same, Alice asks for her bit first", "closed form: 1", 1.0, lambda: two_bits([1, 2], [2])),
    Known(
        "prosecutor beside a silent rival",
        "Kamenica & Gentzkow 2011, Am. Econ. Rev. 101, introduction",
        0.6,
        judge,
        1e-9,
    ),
    Known("softmax choices of two actions", "closed form: tanh(λγ/2)", math.tanh(0.3), two_actions, 1e-14),
    Known(
        "prosecutor before a quantal judge", "closed form: tangent from the left end", tangent(), judged_softly, 1e-8
    ),
]

"""Persuasion in time: closed forms, derived where they stand."""

from fractions import Fraction as F
from functools import cache

from rulewright.design.information.markov import (
    cases,
    exactly_stream,
    iterate,
    misread,
    navigator,
    over_histories,
    oversight,
    persuade_patient,
    persuade_stream,
)

from .answer import Known

CONVICTION, JUDGE = [[1, 0], [1, 0]], [[1, 0], [0, 1]]
PRIOR = [F(3, 10), F(7, 10)]
STREAM = "closed form: 2q convictions a case (Kamenica & Gentzkow 2011), discounted"
PROMISE = "closed form: convict with m = 2q/(1 − ρq) in case 1, tell all in case 2 after a conviction: m + δgq(2 − m)"
SUM = "closed form: v + u ≤ 1 + q a case, u ≥ 1 − q for a receiver who may ignore everything; so v ≤ 2q, for ever"
BELIEFS = "closed form: beliefs 0 and ½ move to ε and ½, so round 2 brings .6 + .4·2ε"


def promised(q, rho, delta, g):
    m = 2 * q / (1 - rho * q)
    return m + delta * g * q * (2 - m)


@cache
def patient(stakes, guilty, discount, patience, horizon):
    return persuade_patient(cases(stakes, guilty, discount, patience), horizon=horizon, promises=5)


@cache
def moving(moves):
    return iterate(PRIOR, CONVICTION, JUDGE, moves=moves, rounds=6)


KNOWN = [
    Known("convictions for ever, prior .3, δ = .9", STREAM, F(6), lambda: exactly_stream(cases((1.0,), 0.3, 0.9)).value),
    Known("the same, bound", STREAM, F(6), lambda: exactly_stream(cases((1.0,), 0.3, 0.9)).bound),
    Known(
        "an overseer who watches one night in five, δ = .9",
        "closed form: 60 % comply; V0 = −.2 + δ(.6 V0 + .4 V1), V1 = −1.3 + δ(.15 V0 + .85 V1)",
        F(-1030, 119),
        lambda: exactly_stream(oversight()).value,
    ),
    Known(
        "the navigator: the city's optimum is attained by telling the truth but where the highway is full",
        "brute force: all pure signals of the four states",
        F(-795, 118),
        lambda: exactly_stream(navigator()).value,
    ),
    Known("two cases, stakes 1 and ½, promises", PROMISE, F(36, 35), lambda: patient((1, 0.5), 0.3, 1, 1, 2).value, 1e-7),
    Known("the same, no scheme brings more", PROMISE, F(36, 35), lambda: patient((1, 0.5), 0.3, 1, 1, 2).bound, 1e-7),
    Known("the same, all histories written out", PROMISE, F(36, 35), lambda: over_histories(cases(), 2), 1e-9),
    Known("without memory", "closed form: .6 + .6·½", F(9, 10), lambda: persuade_stream(cases(), horizon=2).value, 1e-9),
    Known(
        "two cases, prior .2, stakes 1 and ¼, δ = .8, ρ = .9",
        PROMISE,
        promised(0.2, 0.9, 0.8, 0.25),
        lambda: patient((1, 0.25), 0.2, 0.8, 0.9, 2).value,
        1e-7,
    ),
    Known("one patient judge for ever: promises add nothing", SUM, 6.0, lambda: patient((1.0,), 0.3, 0.9, 0.9, None).value, 1e-5),
    Known("the same, bound", SUM, 6.0, lambda: patient((1.0,), 0.3, 0.9, 0.9, None).bound, 1e-4),
    Known("a fixed state: round 1", "closed form: the concave closure", F(3, 5), lambda: moving(None).values[0]),
    Known("a fixed state: round 2, no more", "closed form: martingale", F(3, 5), lambda: moving(None).values[1]),
    Known("a fixed state: settled in round", "closed form: T T = T", 1, lambda: moving(None).settled),
    Known("a state that changes sides every round: period", "closed form: Q swaps", 2, lambda: moving(((0, 1), (1, 0))).period),
    Known("a state that moves, ε = .1: round 2", BELIEFS, F(17, 25), lambda: moving(((0.9, 0.1), (0.1, 0.9))).values[1]),
    Known(
        "eq. 21 as printed, acts apart from the state: it says of telling all",
        "closed form: .3² + .7², below the .7 of silence",
        0.58,
        lambda: misread(PRIOR, JUDGE, JUDGE).apart[1],
        1e-12,
    ),
    Known("the same, what telling all brings", "closed form", 1.0, lambda: misread(PRIOR, JUDGE, JUDGE).right[1], 1e-12),
]  # fmt: skip

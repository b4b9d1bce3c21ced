"""Equilibrium selection risk: tipping points in closed form, and two stories as scenarios."""

from fractions import Fraction as F
from functools import cache

import numpy as np

import rulewright as rw
from rulewright.assessment.selection_risk import trace_of
from rulewright.behaviour.markov import critical_frictions, stability
from rulewright.behaviour.tipping import critical, fold, logit_response, trace
from rulewright.game.markov_games import ecological_public_good

from .answer import Known

PUBLIC_GOOD = "after Barfuss et al. 2025, PNAS; the private cost of defecting is ours; closed form"
BOOKING = "after a story of assistants that reserve tables; closed form: the largest m with v(1 − q)q^(m−1) ≥ κ"
RULE = "closed form: v(1 − q)q^M with M = π/h, and what follows from it"


@cache
def society(patience, effort="0.5"):
    scenario = rw.load("cheap_defection", patience=patience, effort=effort)
    return trace_of(scenario, scenario.traces[0])


@cache
def booking(kappa="0.001", **others):
    scenario = rw.load("booking", kappa=kappa, **others)
    return trace_of(scenario, scenario.traces[0])


def held(kappa, **others):
    """Tables that a person holds in the one pure equilibrium."""
    scenario = rw.load("booking", kappa=kappa, **others)
    (play,) = rw.Pure()(scenario.under_today()).plays
    return int(np.argmax(play.strategies[1]))


def left(kappa, **others):
    """What the worst equilibrium leaves people with."""
    game = rw.load("booking", kappa=kappa, **others).under_today()
    return rw.Correlated()(game).span(game.goal).worst


def compared(name):
    scenario = rw.load("booking")
    here, rule = next((h, r) for h, r in scenario.compared() if r.rule.name == name)
    game = here.induced(rule)
    return rw.Correlated()(game).span(game.goal).worst


def lost(patience, profile):
    """Where the leading exponent of actor–critics at a pure profile changes sign: from the dynamics, not from payoffs."""

    def exponent(friction):
        return stability(ecological_public_good(discount=patience, friction=friction), [profile] * 2).exponent

    return critical(exponent, -1.0, 2.0)


def stag_hunt(t):
    hare = 3 - t
    return rw.Game.normal(np.array([[[4, 0], [hare, hare]], [[4, hare], [0, hare]]], dtype=object) + F(0))


def coordination(t):
    return rw.Game.normal(np.array([[[1 + t, t], [0, 1]], [[1 + t, 0], [t, 1]]], dtype=float))


def logit_fold():
    start = [np.array([0.99, 0.01])] * 2
    return fold(logit_response(coordination, 4.0), 0.5, -1.0, start, lambda x: x[0][0], jump=0.3, width=1e-6)


def adoption():
    """The share of people with assistants at which bookings stop, traced without the tie-breaker of restaurants."""
    scenario = rw.load("booking", habit=0)
    return trace_of(scenario, scenario.traces[1]).certain[0][1]


KNOWN = [
    *[
        Known(f"cooperation is stable above this cost of defecting, γ = {g}", PUBLIC_GOOD, k_c, ours, digits)
        for g, k_c, digits, ours in (
            ("0.65", 0.1060, 5e-5, lambda: society("0.65").hysteresis[0][0]),
            ("0.60", 0.3133, 5e-5, lambda: society("0.60").hysteresis[0][0]),
            ("0.75", -0.548, 5e-4, lambda: critical_frictions(F(3, 4)).collapse),
        )
    ],
    *[
        Known(f"defection is stable below this cost of defecting, γ = {g}", PUBLIC_GOOD, k_d, ours, digits)
        for g, k_d, digits, ours in (
            ("0.65", 0.8836, 5e-5, lambda: society("0.65").hysteresis[0][1]),
            ("0.60", 0.9524, 5e-5, lambda: society("0.60").hysteresis[0][1]),
            ("0.75", 0.691, 5e-4, lambda: critical_frictions(F(3, 4)).recovery),
        )
    ],
    *[
        Known(
            f"the same by the exponent of the learning dynamics, γ = {float(g)}, {name}",
            "closed form: exact root of the one-round advantage",
            float(exact(critical_frictions(g))),
            lambda g=g, profile=profile: lost(g, profile),
            1e-10,
        )
        for g in (F(13, 20), F(3, 5), F(3, 4))
        for profile, name, exact in (
            (0, "cooperation", lambda t: t.collapse),
            (1, "defection", lambda t: t.recovery),
        )
    ],
    Known(
        "robustness margin at a cost of ½, γ = .65",
        PUBLIC_GOOD,
        critical_frictions(F(13, 20)).margin(F(1, 2)),
        lambda: society("0.65").margin,
    ),
    Known(
        "recovery cost at a cost of ½, γ = .65",
        PUBLIC_GOOD,
        critical_frictions(F(13, 20)).fee(F(1, 2)),
        lambda: society("0.65").recovery,
    ),
    *[
        Known(f"tables held at κ = {kappa}", BOOKING, m, lambda kappa=kappa: held(kappa))
        for kappa, m in (("3", 1), ("0.1", 6), ("0.005", 10), ("0.001", 13))
    ],
    Known("the cost at which bookings stop", RULE, F(5, 1024), lambda: booking().certain[0][0]),
    Known("recovery cost at κ = .001: the least fee", RULE, F(5, 1024) - F(1, 1000), lambda: booking().recovery),
    Known("robustness margin at κ = .1", RULE, F(1, 10) - F(5, 1024), lambda: booking("0.1").margin),
    Known(
        "all is lost but what the few keep, κ = .001",
        "closed form: .01·(10(1 − 2⁻¹³) − .013 + 30 − 39)",
        0.0098577930,
        lambda: left("0.001"),
        1e-9,
    ),
    Known(
        "a fee just above it",
        "closed form: 10(1 − 2⁻¹⁰) − .01 + 0",
        9.980234375,
        lambda: left("0.001", fee="0.0039"),
        1e-9,
    ),
    Known(
        "a fee just below it",
        "closed form: as above with m = 11",
        0.06984117,
        lambda: left("0.001", fee="0.0038"),
        1e-7,
    ),
    Known(
        "a cap of ten live bookings",
        "closed form: 10(1 − 2⁻¹⁰) − .01 + 0",
        9.980234375,
        lambda: compared("at most ten live bookings a person"),
        1e-9,
    ),
    Known(
        "a cap of one",
        "closed form: 5 − .001 + 27",
        31.999,
        lambda: compared("at most one live booking a person"),
        1e-9,
    ),
    Known(
        "a deposit of 1, forfeited on each cancellation: three tables",
        "closed form: 10·2⁻ᵐ ≥ 1.001 for the m-th table after the first; 8.75 − .003 + 21",
        29.747,
        lambda: compared("a deposit of 1, forfeited on each booking that is cancelled"),
        1e-9,
    ),
    Known(
        "share of people with assistants at which restaurants stop",
        "closed form: (M − m_human)/(m_AI − m_human)",
        F(3, 4),
        adoption,
    ),
    Known(
        "stag hunt with a shrinking hare: hare stops being an equilibrium",
        "closed form: 3 − t = 0",
        F(3),
        lambda: trace(stag_hunt, [F(-2), F(5)]).jumps[-1].at,
    ),
    Known("stag stops being one", "closed form: 3 − t = 4", F(-1), lambda: trace(stag_hunt, [F(-2), F(5)]).jumps[0].at),
    Known(
        "fold of logit coordination, λ = 4",
        "closed form: m² = 1 − 2/λ, t = (2/λ)·artanh m − m",
        -0.2664199,
        logit_fold,
        3e-5,
    ),
]

"""Adoption: booking assistants at the scale of a city, and a commons of answers, in closed form."""

import math
from fractions import Fraction as F

from rulewright.assessment import assess
from rulewright.assessment.society.vary import HALVINGS
from rulewright.scenario.load import parse
from rulewright.society.adoption import BookingAssistants, bookings
from rulewright.society.knowledge_commons import KnowledgeCommons, closed_folds

from .answer import Known

BOOKING = "after a story of assistants that reserve tables; closed form: the largest m with v(1 − q)q^(m−1) ≥ κ"
SHARE = "closed form: (M − m_human)/(m_AI − m_human)"
COST = "closed form: v(1 − q)q^M"
CUBIC = "closed form: K³ − K + 2ρ = 0, s = 1 − (d/c)(K − ρ)(1 + K⁻²)"


def tips(parameter, values):
    """Where the worst stable outcome jumps, by bisection over whole scenarios."""
    said = f"""title = "t"
[parameters]
kappa = 0.001
reach = 1
[society]
model = "booking_assistants"
set = {{ kappa = "kappa", reach = "reach" }}
[[vary]]
parameter = "{parameter}"
values = {values}
"""
    return assess(parse(said, name="t", origin="t.toml")).report.thresholds[0].at


KNOWN = [
    *[
        Known(f"bookings of one person at κ = {kappa}", BOOKING, m, lambda kappa=kappa: bookings(10, 0.5, kappa))
        for kappa, m in ((3, 1), (0.1, 6), (0.005, 10), (0.001, 13))
    ],
    Known(
        "bookings more when a call costs 2²⁰ times less, q = 1/2",
        "closed form: m* grows like ln(κ/(v(1 − q)))/ln q",
        20,
        lambda: bookings(10, 0.5, 0.1 / 2**20) - bookings(10, 0.5, 0.1),
    ),
    Known("M = π/h", "closed form", 10.0, lambda: BookingAssistants().limit),
    Known("cost at which bookings stop", COST, F(5, 1024), lambda: BookingAssistants().critical_cost),
    Known("the same, by bisection", COST, 0.0048828125, lambda: tips("kappa", "[0.001, 0.009]"), 0.008 / 2**HALVINGS),
    Known("share at which restaurants stop", SHARE, 0.75, lambda: BookingAssistants().tipping_share),
    Known("the same, by bisection", SHARE, 0.75, lambda: tips("reach", "[0.6, 0.9]"), 0.3 / 2**HALVINGS),
    Known("robustness margin at κ = .1", COST, 0.1 - 5 / 1024, lambda: _threshold("robustness", kappa=0.1), 1e-15),
    Known("recovery cost at κ = .001", COST, 5 / 1024 - 0.001, lambda: _threshold("recovery"), 1e-15),
    Known(
        "share beyond which assistants at 8.5 spread, crowding .1",
        "closed form: 5/(1 + 1.2 x) − 3 = U_A − 8.5",
        (5 / (10 * (1 - 2**-13) - 0.013 - 8.5 + 3) - 1) / 1.2,
        lambda: BookingAssistants(crowding=0.1, price=8.5).adopting_share,
        1e-12,
    ),
    Known(
        "a surplus of what the few keep",
        "closed form: .01·(10(1 − 2⁻¹³) − .013 + 30 − 39)",
        0.0098577930,
        lambda: min(o.measures["surplus"] for o in BookingAssistants().outcomes()),
        1e-9,
    ),
    Known(
        "supply at which a commons collapses, old knowledge kept",
        CUBIC,
        closed_folds(0.005, 0.2, 0.05)[0].supply,
        lambda: KnowledgeCommons(fresh=0, gives=0.2).critical[0],
        1e-12,
    ),
    Known(
        "supply below which it comes back",
        CUBIC,
        closed_folds(0.005, 0.2, 0.05)[1].supply,
        lambda: KnowledgeCommons(fresh=0, gives=0.2).critical[1],
        1e-12,
    ),
    Known(
        "no tipping from where ρ = r/d reaches 1/(3√3)",
        CUBIC,
        True,
        lambda: (
            bool(KnowledgeCommons(fresh=0, unasked=0.05 * (1 / (3 * math.sqrt(3)) - 1e-6)).folds)
            and not KnowledgeCommons(fresh=0, unasked=0.05 * (1 / (3 * math.sqrt(3)) + 1e-6)).folds
        ),
    ),
]


def _threshold(words, **settings):
    return next(v for name, v in BookingAssistants(**settings).thresholds.items() if name.startswith(words))

"""Thresholds by bisection and goals without bound: what is a jump, and what is an artefact of looking."""

import math
from fractions import Fraction

import pytest

from rulewright.assessment import assess
from rulewright.assessment.society.case import goal
from rulewright.assessment.society.vary import _thresholds
from rulewright.errors import InputError
from rulewright.scenario.load import parse
from rulewright.society.proxies import Proxy


def found(at, values):
    values = [Fraction(v) for v in values]
    return [(t.at, t.below, t.above) for t in _thresholds("r", "p", values, [at(v) for v in values], at)]


def whole(v):
    if v.denominator != 1:
        raise InputError(needed="a whole number", found=str(v))
    return 3.0 if v <= 86 else 0.0


def test_a_setting_that_takes_whole_numbers_only_is_narrowed_among_them():
    assert found(whole, (8, 64, 128)) == [(86.5, 3.0, 0.0)]


def test_a_society_that_is_refused_in_between_has_no_threshold_there():
    def refused(v):
        if v not in (Fraction(1, 2), 2):
            raise InputError(needed="something else", found=str(v))
        return float(v)

    assert found(refused, ("1/2", 2)) == []


def test_a_goal_that_falls_to_minus_infinity_by_and_by_does_not_jump():
    assert found(lambda v: math.log(v) if v else -math.inf, ("0", "0.1", "0.2")) == []


@pytest.mark.parametrize("flip", [False, True])
def test_a_goal_that_is_lost_without_bound_from_somewhere_on_jumps(flip):
    def lost(v):
        return -math.inf if (v > Fraction(1, 3)) != flip else 1.0

    ((at, below, above),) = found(lost, ("0", "1"))
    assert at == pytest.approx(1 / 3) and {below, above} == {1.0, -math.inf} and (below == 1.0) != flip


COMMONS = """title = "t"
[parameters]
supply = 0.5
[society]
model = "knowledge_commons"
set = { supply = "supply" }
[[vary]]
parameter = "supply"
values = VALUES
"""


@pytest.mark.parametrize("values", ["[0.1, 0.3, 0.5]", "[0.5, 0.3, 0.1]", "[0.3, 0.5, 0.1, 0.3]"])
def test_the_order_in_which_values_are_written_does_not_hide_a_threshold(values):
    report = assess(parse(COMMONS.replace("VALUES", values), name="t", origin="t.toml")).report
    assert [t.at for t in report.thresholds] == [pytest.approx(0.35714, abs=1e-5)]


PROXY = """title = "t"
[parameters]
a = 2
[society]
model = "proxy"
[people]
goal = "GOAL"
"""


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("utility", -math.inf),
        ("a * utility - 1", -math.inf),
        ("-gap", -math.inf),
        ("max(utility, -3)", -3.0),
        ("0 * utility + proxy", 2 * math.log(4)),
    ],
)
def test_what_is_lost_without_bound_stays_lost_in_any_goal(words, value):
    scenario = parse(PROXY.replace("GOAL", words), name="t", origin="t.toml")
    there = Proxy()
    (end,) = there.outcomes()
    assert goal(scenario, there, end.measures) == pytest.approx(value)


def test_a_society_lost_at_every_value_is_reported_all_the_same():
    said = PROXY.replace("GOAL", "utility") + '[[vary]]\nparameter = "a"\nvalues = [1, 2]\n'
    found = assess(parse(said, name="t", origin="t.toml"))
    assert found.report.rules[0].worst == -math.inf and not found.report.thresholds and found.page

"""Society scenarios: read, assessed, and every mistake with its line."""

import json
from importlib import resources

import pytest

from rulewright.assessment import assess
from rulewright.assessment.output import text
from rulewright.errors import InputError
from rulewright.scenario.load import parse

SMALL = """title = "t"
[parameters]
cost = 0.2
[society]
model = "culture"
set = { cost = "cost" }
[[compare]]
name = "cheap"
set = { cost = "cost / 2" }
[[vary]]
parameter = "cost"
values = [0.1, 0.3]
[simulate]
agents = 50
steps = 20
seeds = 2
"""


def read(said):
    return parse(said, name="t", origin="t.toml")


def test_the_worst_stable_outcome_is_the_headline():
    report = assess(read(SMALL)).report
    today, cheap = report.rules
    assert (today.name, cheap.name) == ("today", "cheap")
    assert today.worst == pytest.approx(1.8) and cheap.worst == pytest.approx(1.9)
    assert today.simulated.seeds == 2
    assert json.loads(text(report.result()))["rules"][1]["worst"] == pytest.approx(1.9)


def test_same_seed_same_bytes():
    first, second = (assess(read(SMALL)) for _ in range(2))
    assert text(first.report.result()) == text(second.report.result()) and first.page == second.page


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"culture"', '"cultur"', "line 5, society.model.*Did you mean 'culture'"),
        ('cost = "cost"', 'cots = "cost"', "line 6.*Did you mean 'cost'"),
        ('"cost / 2"', '"cost / x"', "line 9"),
        ('parameter = "cost"', 'parameter = "kost"', "line 11.*Did you mean 'cost'"),
        ('name = "cheap"', 'name = "today"', "line 8.*no other rule"),
        ("[society]", '[people]\ngoal = "fitnes"\n[society]', "line 5.*fitness"),
        ("[simulate]", "[simulte]", "Did you mean 'simulate'"),
        ("agents = 50", "agents = 0", "simulate.agents"),
    ],
)
def test_mistakes_have_a_place(old, new, words):
    with pytest.raises(InputError, match=words):
        assess(read(SMALL.replace(old, new, 1)))


def test_shipped_societies_are_read():
    from rulewright.scenario.load import load, shipped

    names = shipped("society")
    assert "culture" in names and (resources.files("rulewright.scenario") / "catalogue" / "culture.toml").is_file()
    assert all(load(name).rules for name in names)


@pytest.mark.parametrize("held", [0, 1])
def test_a_mean_over_nobody_is_left_out_of_a_course(held):
    said = SMALL.replace('cost = "cost" }', f'cost = "cost", imitating = {held} }}', 1)
    found = assess(read(said))
    assert "NaN" not in text(found.report.result()) and found.page

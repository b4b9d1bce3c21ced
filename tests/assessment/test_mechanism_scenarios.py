"""Scenarios of mechanisms: goals that are formulas, wrong files in words, what the report says of truth."""

from dataclasses import dataclass

import numpy as np
import pytest

from rulewright.assessment.kinds import assess
from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms import Itemwise, Outcome, auction, catalogue, estimate
from rulewright.mechanisms.found import Found
from rulewright.mechanisms.goals import goal
from rulewright.mechanisms.itemwise import myerson_uniform
from rulewright.scenario.load import parse as parsed
from rulewright.scenario.load import shipped, text_of
from rulewright.verify.formats import check

AUCTION = """
title = "Two slots"
[mechanism]
environment = "auction"
set = { bidders = 2, items = 2 }
[[compare]]
name = "slot by slot"
method = "item by item"
[look]
profiles = 20_000
audited = 20
"""


def parse(text):
    return parsed(text, name="slots", origin="slots.toml")


def test_a_goal_is_a_weighted_sum_of_measures():
    sale = myerson_uniform(auction(2, 2))
    parts = [estimate(sale, profiles=5000, goal=goal(name)).mean for name in ("revenue", "surplus")]
    both = estimate(sale, profiles=5000, goal=goal("revenue + surplus / 2")).mean
    assert both == pytest.approx(parts[0] + parts[1] / 2)


@pytest.mark.parametrize("text", ["revenue * surplus", "1", "profit"])
def test_what_is_no_such_sum_is_told(text):
    with pytest.raises(InputError, match="goal"):
        goal(text)


def test_the_report_says_what_people_get_and_that_truth_is_best():
    report = assess(parse(AUCTION)).report
    assert abs(report.rules[0].worst - 5 / 6) < 0.01 and "truth is every agent's best report" in report.headline[0].text
    (claim,) = [c for part in report.sections for c in part.claims]
    assert claim.holds and claim.grade == "proved"


def test_the_map_shows_who_gets_which_item():
    figures = [f for part in assess(parse(AUCTION)).report.sections for f in part.figures if f.draw == "heat"]
    first = np.array(figures[0].grid)
    assert first[:, :29].max() == 0 and first[:, 31:].min() == 1  # against a rival who reports one half


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"auction"', '"auktion"', "auction"),
        ("bidders = 2", "bidders = 0", "at least one bidder"),
        ("bidders = 2", "bidder = 2", "Did you mean 'bidders'"),
        ('"item by item"', '"item"', "item by item"),
        ("audited = 20", "audited = -1", "audited"),
        ("bidders = 2, items = 2", "items = 2", "the setting 'bidders'"),
        ("bidders = 2, items = 2", "items = 2", "There are also low, high, demand"),
        ("items = 2 }", "items = 2, low = [0, 0, 0] }", "needed one number, or 2"),
        ("items = 2 }", 'items = 2, law = "exponential" }', "which a file cannot say"),
        ("items = 2 }", 'items = 2, high = "hgih" }', "mechanism.set, high, formula"),
        ('"item by item"', '"item by item"\nset = { environment = 3 }', "that of the scenario"),
        (
            '"auction"\nset = { bidders = 2, items = 2 }',
            '"task allocation"\nset = { agents = 2, tasks = 2 }',
            "whose values of items add up",
        ),
        ("[mechanism]", '[people]\ngoal = "profit"\n[mechanism]', "profit"),
    ],
)
def test_wrong_files_are_told_with_their_place(old, new, said):
    with pytest.raises(InputError, match="line") as told:
        assess(parse(AUCTION.replace(old, new)))
    assert said in str(told.value)


@dataclass(frozen=True, eq=False)
class Boastful(Itemwise):
    """Pays nobody's price but the winner's own, and says that it is truthful."""

    def outcome(self, reports):
        out = super().outcome(reports)
        return Outcome(out.decision, (out.decision * reports).sum(axis=-1))


def test_a_proof_that_the_auditor_refutes_is_no_claim(monkeypatch):
    made = lambda name, said, number: lambda there: Found(Boastful(there, (0.5, 0.5)))  # noqa: E731
    monkeypatch.setattr(catalogue, "method", made)
    report = assess(parse(AUCTION)).report
    assert [c.holds for part in report.sections for c in part.claims] == [False]
    assert report.rules[0].worst is None and "None of these is truthful" in report.headline[0].text
    assert report.rules[0].outcomes[0].stable is None and "lies gain" in report.tiles[0].note


LIGHT = {
    "evaluations = 400": "evaluations = 6",
    "cells = 10, steps = 800": "cells = 4, steps = 30",
    "steps = 600": "steps = 4",
}


@pytest.mark.parametrize("name", shipped("mechanism"))
def test_what_ships_runs_and_its_certificate_holds(name):
    """With shorter searches; the report says of every way what it comes to, and what an auditor found."""
    text = text_of(name)
    for long, short in LIGHT.items():
        text = text.replace(long, short)
    found = assess(parse(f"{text}\n[look]\nprofiles = 2000\naudited = 12\n"))
    assert len(found.report.rules) == len(found.report.tiles) == text.count("[[compare]]")
    assert any("auditor" in part.name for part in found.report.sections)
    if found.certificate is not None:
        assert all(verdict.holds for verdict in check(found.certificate))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("audited = 20", "audited = 1", "at least 2 profiles"),
        ("items = 2", "items = 2, low = [0, 0, 0]", "one number, or 2"),
        ("items = 2", "items = 2, law = 1", "which a file cannot say"),
        ("items = 2", 'items = 2, high = "10**64*10**64*10**64*10**64*10**64"', "a float can hold"),
        ("bidders = 2", "bidders = 1_000_000_000", "numbers in a profile"),
        (
            '"auction"\nset = { bidders = 2, items = 2 }',
            '"task allocation"\nset = { agents = 2, tasks = 2 }',
            "an auction",
        ),
    ],
)
def test_hostile_files_are_told_with_their_place(old, new, said):
    with pytest.raises((InputError, TooLarge), match="line") as told:
        assess(parse(AUCTION.replace(old, new)))
    assert said in str(told.value)


def test_a_lie_that_was_found_ends_a_proof(monkeypatch):
    def first_price(self, reports):
        found = fair(self, reports)
        return Outcome(found.decision, (found.decision * reports).sum(axis=-1))

    fair = Itemwise.outcome
    monkeypatch.setattr(Itemwise, "outcome", first_price)
    report = assess(parse(AUCTION)).report
    assert report.headline[0].tone == "bad" and not any(c.holds for part in report.sections for c in part.claims)
    assert "lies gain" in report.tiles[0].note

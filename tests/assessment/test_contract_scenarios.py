"""Scenarios of contracts: tables and formulas, what is certified, promises at both sides of a threshold, wrong files in words."""

import subprocess
import sys
from fractions import Fraction as F

import pytest

from rulewright.assessment.contract.agency import bound, posed
from rulewright.assessment.kinds import assess
from rulewright.errors import InputError
from rulewright.mechanisms.contracts import best_contract, reply
from rulewright.mechanisms.contracts.catalogue import WAYS, way
from rulewright.mechanisms.contracts.offer import Posed
from rulewright.numerics import rational
from rulewright.scenario.load import load, shipped
from rulewright.scenario.load import parse as parsed
from rulewright.verify.checker import check

WORK = """
title = "Work"
[parameters]
win = 10
more = 0.25
[people]
value = "win * outcome"
[contract]
acts = ["slack", "work"]
outcomes = { fail = 0, win = 1 }
chances = [["4/5", "1/5"], ["1/5", "4/5"]]
costs = [0, 1]
cap = 5
[[compare]]
name = "none"
method = "no contract"
[[compare]]
name = "exact"
method = "exact programme"
set = { margin = 0.01 }
"""
PROMISE = """
[[compare]]
name = "word"
method = "promises"
set = { discount = "more", bonus = [0, "5/3"] }
"""


def parse(text):
    return parsed(text, name="work", origin="work.toml")


def rules(text):
    return {rule.name: rule for rule in assess(parse(text)).report.rules}


def test_the_closed_form_with_a_margin():
    # success .2 or .8 at cost 1, value 10: pay (1 + m)/.6, people keep 8 − .8·(1 + m)/.6
    found = rules(WORK)
    assert found["exact"].worst == pytest.approx(8 - 0.8 * 1.01 / 0.6, abs=1e-9)
    assert found["none"].worst == 2 and found["exact"].outcomes[0].name == "work"


def test_formulas_and_tables_say_the_same():
    there = posed(parse(WORK)).agency
    same = WORK.replace(
        'chances = [["4/5", "1/5"], ["1/5", "4/5"]]', 'odds = "4 if (act == \\"work\\") == outcome else 1"'
    )
    other = posed(parse(same.replace("costs = [0, 1]", 'costs = "act == \\"work\\""'))).agency
    assert (there.F == other.F).all() and (there.cost == other.cost).all() and there.worth.tolist() == [[2, 8]]
    by_act = posed(parse(WORK.replace('"win * outcome"', '"win * outcome + 0 * (act == \\"work\\")"'))).agency
    assert by_act.reward is None and by_act.worth.tolist() == [[2, 8]]


def test_types_stand_first():
    text = WORK.replace("costs = [0, 1]", 'types = { able = "1/4", weak = "3/4" }\ncosts = [[0, "1/2"], [0, 2]]')
    text = text.replace('[["4/5", "1/5"], ["1/5", "4/5"]]', '"0.8 if (act == \\"work\\") == outcome else 0.2"')
    found = assess(parse(text)).report
    assert posed(parse(text)).agency.sizes == (2, 2, 2)
    assert found.rules[1].outcomes[0].name.startswith("able: work")


def test_the_certificate_is_of_the_best_and_has_its_margin():
    found = assess(parse(WORK)).certificate
    verdicts = check(found)
    assert all(v.holds for v in verdicts) and found["claims"][0]["margin"] == "1/100"
    found["claims"][0]["margin"] = "1/50"
    assert not all(v.holds for v in check(found))


@pytest.mark.parametrize(("more", "kept"), [("0.2499", False), ("0.25", True), ("0.9", True)])
def test_a_promise_is_kept_from_its_threshold_on(more, kept):
    # spread 5/3, surplus 7 − 2: least δ is 1/4 where the agent's outside option is 2
    found = rules(WORK.replace("more = 0.25", f"more = {more}").replace("cap = 5", "cap = 5\noutside = 2") + PROMISE)[
        "word"
    ]
    assert found.outcomes[0].stable is kept and found.best == (5 if kept else 0)
    assert ("kept from" in found.sentence) is kept


def test_thresholds_are_where_the_best_promise_jumps():
    there = posed(parse(PATIENT))
    ends = []
    for jump in assess(parse(PATIENT)).report.thresholds:
        for side in (-1, 1):
            discount = rational.fraction(round(jump.at + side * 1e-6, 9))
            ends.append(float(way("promises", {"discount": str(discount)}, F)(there).value))
    assert ends == [0, 1, 1, 2.75]


PATIENT = """
title = "As shipped"
[people]
value = "(2 if outcome == \\"patched\\" else 0) + (6 if outcome == \\"held\\" else 0)"
[contract]
acts = ["neglect", "patch", "work through"]
outcomes = ["nothing", "patched", "held"]
chances = [[1, 0, 0], ["1/4", "3/4", 0], ["1/8", "1/8", "3/4"]]
costs = [0, "1/2", 2]
cap = 4
[[compare]]
name = "word"
method = "promises"
"""


def test_a_score_that_buys_nothing_changes_nothing_and_a_fee_of_access_is_booked():
    there = posed(parse(WORK))
    none = way("reputation", {"access": "none", "worth": 100}, F)(there)
    some = way("reputation", {"memory": 0, "discount": 0, "worth": 2}, F)(there)
    assert none.value == 2 and none.act == (0,)
    assert some.act == (1,) and some.paid == F(8, 5) and some.value == 8 - F(8, 5) and some.utility == (F(3, 5),)


def test_no_way_without_learning_exceeds_its_bound():
    there = posed(parse(WORK))
    for name in ("no contract", "linear", "exact programme", "promises", "reputation"):
        found = way(name, {}, F)(there)
        assert float(found.value) <= bound(found, {}).value + 1e-12 and found.value <= found.best
    assert way("exact programme", {"margin": 0}, F)(there).value < F(
        6
    )  # indifferent: worth what it likes least to give


def test_learning_comes_near_and_is_judged_exactly():
    there = posed(parse(WORK))
    found = way("learned table", {"steps": 300, "restarts": 4}, F)(there)
    assert found.value > best_contract(there.agency).value - 0.02 and isinstance(found.value, F)
    assert reply(there.agency, found.pay).worst == found.value


def test_ways_and_agencies_load_lazily():
    code = "import sys, rulewright.mechanisms.contracts.catalogue; print('jax' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240).stdout.strip()
        == "False"
    )
    assert Posed(posed(parse(WORK)).agency).others == () and len(WAYS) == 10


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"1/5"], [', '"1/10"], [', "Correct the entry that is off"),
        ("costs = [0, 1]", "costs = [0, 1, 2]", "2 entries"),
        ("cap = 5", "cap = 0", "above 0"),
        ("cap = 5", "", "`cap`"),
        ("win * outcome", "win * outcom", "outcom"),
        ('"exact programme"', '"exact program"', "Did you mean 'exact programme'"),
        ("margin = 0.01", "margn = 0.01", "Did you mean 'margin'"),
        ('acts = ["slack", "work"]', 'agency = "signals"\nacts = ["slack", "work"]', "either `agency`"),
        ('name = "exact"', 'name = "none"', "no other way"),
        ("{ fail = 0, win = 1 }", '["fail", "win"]', "Labels that are no numbers"),
    ],
)
def test_wrong_files_are_told_with_their_place(old, new, said):
    text = WORK.replace(old, new)
    with pytest.raises(InputError, match="line") as told:
        assess(parse(text))
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PROMISE.replace('"more"', "1"), "below 1"),
        (PROMISE.replace('"5/3"', "9"), "limited liability"),
        (PROMISE.replace("promises", "reputation").replace('bonus = [0, "5/3"]', 'access = "quarantine"'), "honest"),
    ],
)
def test_wrong_settings_are_told_with_their_place(text, said):
    with pytest.raises(InputError, match="compare") as told:
        assess(parse(WORK + text))
    assert said in str(told.value)


def test_a_named_agency_has_settings_and_a_weight():
    text = (
        WORK[: WORK.index("[people]")]
        + '[people]\nweight = 2\n[contract]\nagency = "random_agency"\nset = { acts = 3, seed = 1 }\n'
    )
    found = posed(parse(text + WORK[WORK.index("[[compare]]") :])).agency
    assert found.sizes == (1, 3, 4) and found.weight == 2


def test_two_ship():
    assert shipped("contract") == ["coding_contract", "kept_promises"]
    report = assess(load("kept_promises")).report
    assert not report.rules[1].outcomes[0].stable and report.rules[3].outcomes[0].stable
    assert [round(t.at, 3) for t in report.thresholds] == [0.401, 0.482]

"""The aims of part three in a scenario file: the worst equilibrium, and groups."""

import pytest

from rulewright.assessment.assess import assess
from rulewright.errors import InputError
from rulewright.scenario.load import parse
from rulewright.verify.checker import check

HUNT = """
title = "Stag hunt"
[game]
name = "stag_hunt"
[people]
goal = "total"
money_weight = "1/4"
[rules]
aim = "{aim}"
margin = 0.1
pay = [{{ on = "own action", between = [0, {most}] }}]
"""
PRISONERS = """
title = "Prisoners who are to confess"
[game]
name = "prisoners"
[people]
goal = "total"
wanted = {{ row = "defect", column = "defect" }}
[rules]
margin = 0.1
coalition = {coalition}
pay = [{{ on = "actions", between = [0, 9] }}]
"""


def report(text, **values):
    return assess(parse(text.format(**values), name="here", origin="here"))


def test_the_worst_equilibrium_is_designed_for():
    """3.1 for one hunter leaves 8 − 3.1/4."""
    found = report(HUNT, aim="worst", most=4)
    assert found.report.design.aim == "worst"
    assert found.report.after["nash"].worst == pytest.approx(7.225)
    assert any("no payments allowed guarantee more than 7.225" in note for note in found.report.notes)
    assert {v.claim for v in check(found.certificate) if v.holds} >= {"equilibrium", "only", "worst", "budget"}


def test_where_it_cannot_be_had_the_report_says_what_else_there_is():
    notes = report(HUNT, aim="worst", most=1).report.notes
    assert any("no payments allowed guarantee more than 6" in note for note in notes)
    assert any("has 2 other equilibria; the worst leaves people with 6" in note for note in notes)


def test_other_equilibria_are_told_after_any_design():
    notes = report(HUNT, aim="best", most=1).report.notes
    assert any("Besides the play asked for" in note for note in notes)


@pytest.mark.parametrize(
    ("coalition", "side_payments", "paid"),
    [("2", False, 2.1), ("{ size = 2 }", False, 2.1), ("{ size = 2, side_payments = true }", True, 4.1)],
)
def test_groups_are_held_back_and_it_is_proved(coalition, side_payments, paid):
    found = report(PRISONERS, coalition=coalition)
    assert found.report.design.paid == pytest.approx(paid)
    claims = [c for c in found.certificate["claims"] if c["claim"] == "coalition"]
    assert [c for c in claims if c["size"] == 2 and c["side_payments"] == side_payments]
    assert all(verdict.holds for verdict in check(found.certificate))


def test_a_group_of_none_is_refused():
    with pytest.raises(InputError):
        report(PRISONERS, coalition="0")

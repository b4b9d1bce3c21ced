"""The score card: an institution after Ostrom holds what it should, and every mutation of it loses the row that it breaks."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.institution.institution import NOTHING
from rulewright.learning import institutions as ins
from rulewright.learning.classification import Allowance, Amendment, Schedule
from rulewright.learning.ostrom import FAILS, HOLDS, NONE, Setting, score_card
from rulewright.learning.ostrom.boundaries import fisher
from rulewright.learning.policy import Fixed
from rulewright.learning.worlds.fishery import Fishery

WORLD = Fishery(months=8)
EIGHT = Fixed(jnp.full(5, 8))
SETTING = Setting(
    offence=12, conduct=6, take="catch", stock="stock", contribution="action", outsiders=(4,), growth=2.0, episodes=48
)
GOOD = ins.AfterOstrom((0, 1, 2, 3), growth=2, allowance=10)


def card(institution, setting=SETTING):
    return score_card(WORLD, institution, EIGHT, setting)


@pytest.fixture(scope="module")
def good():
    return card(GOOD)


def statuses(card):
    return {row.principle: row.status for row in card.rows}


def test_the_bundle_holds_all_that_can_be_measured(good):
    found = statuses(good)
    assert {name for name, status in found.items() if status == NONE} == {"1B", "7", "8"}
    assert {name for name, status in found.items() if status == FAILS} == set()
    for row in good.rows:
        assert row.witness and (row.measured is None) == (row.status == NONE)
    assert good.row("2A stock").measured == pytest.approx(0.5)
    assert good.row("2A growth").measured == pytest.approx(100 / 4, rel=0.02)  # d(1 − 1/r)·x/dr = x/r² at x near 100
    assert 0.9 * 0.95 * 0.975 in good.row("4A").interval
    assert good.row("5 graduated").witness == "by offence: 1, 4, 16"


MUTATIONS = {
    "outsiders are members": ({"members": (0, 1, 2, 3, 4)}, "1A"),
    "a monitor who hardly looks": ({"look": 0.2}, "4A"),
    "a corrupt monitor": ({"corrupt": 0.9, "accountability": 0.1}, "4A"),
    "a monitor who answers to nobody": ({"accountability": 0.0}, "4A accountable"),
    "a guessed stock": ({"error": 0.5}, "4B"),
    "flat fines": ({"penalties": (16.0, 16.0, 16.0)}, "5 graduated"),
    "cheap fines": ({"penalties": (0.1, 0.2, 0.3)}, "5 deterrence"),
    "no way back": ({"recovery": 0}, "5 recovery"),
    "deaf judges": ({"succeeds": 0.2}, "6"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_loses_its_row_and_no_other(name, good):
    change, broken = MUTATIONS[name]
    found = statuses(card(replace(GOOD, **change)))
    assert found[broken] == FAILS
    lost = {row for row, status in found.items() if status == FAILS and statuses(good)[row] == HOLDS}
    assert lost - {"5 deterrence"} == {broken} - {"5 deterrence"}


def test_where_there_is_no_rule_nothing_passes_in_silence():
    found = card(NOTHING)
    assert found.row("3").status == FAILS and found.row("1A").status == FAILS
    unmeasured = ("1B", "2A stock", "2A growth", "4A", "5 graduated", "5 deterrence", "5 recovery", "6", "7", "8")
    assert all(found.row(name).status == NONE and found.row(name).witness for name in unmeasured)


def test_vetoes_in_silence_are_found():
    rule = Allowance(jnp.float32(10), jnp.arange(21.0), "catch")
    for silent, status in ((0.0, HOLDS), (0.5, FAILS)):
        above = ins.Authority(0.4, silent)
        found = card(ins.Graduated(ins.Monitors(rule), Schedule((1, 2)), above=above))
        assert found.row("7").status == status and found.row("6").status == FAILS


def test_levels_that_do_not_fit_are_found():
    groups = ((0, 1), (2, 3, 4))
    setting = replace(SETTING, offence=20)
    for binding, status in ((True, HOLDS), (False, FAILS)):
        found = card(ins.Nested(groups, (0.3, 0.4), 0.5, binding=binding), setting)
        assert found.row("8").status == status and found.row("4A").status == NONE


def test_who_may_change_the_rule():
    few = ins.Constitution((ins.catch_tax(0.1), ins.catch_tax(0.2)), Amendment((0,), 1, ((True, True), (True, True))))
    found = card(few).row("3")
    assert found.status == FAILS and found.measured == pytest.approx(1 / 4)


def test_the_card_reads_as_text_and_as_a_table(good):
    text, page = str(good), good._repr_html_()
    assert text.splitlines()[-1] == f"{good.count(HOLDS)} holds, 0 does not hold, {good.count(NONE)} not applicable"
    assert "no outside authority acts" in text and "not applicable" in page and page.count("<tr>") == 1 + len(good.rows)
    assert "4A" in repr(good.row("4A")) and score_card(WORLD, GOOD, EIGHT, SETTING).rows == good.rows


def test_the_correlation_has_the_interval_of_fisher():
    """r = 0.5 of 28: atanh 0.5 ± 1.96 / 5."""
    found = fisher(0.5, 28, 0.95)
    assert np.arctanh([found.low, found.high]).tolist() == pytest.approx(
        [0.549306 - 0.391993, 0.549306 + 0.391993], 1e-4
    )


def test_a_wrong_setting_is_told():
    for change, match in (({"take": "rain"}, "rain"), ({"offence": 21}, "21"), ({"outsiders": (9,)}, "9")):
        with pytest.raises(rw.InputError, match=match):
            card(NOTHING, replace(SETTING, **change))
    with pytest.raises(rw.InputError, match="level"):
        card(GOOD, replace(SETTING, level=2.0))

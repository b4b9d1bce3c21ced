"""Scenario files of panels and of markets: what they mean, and what a wrong one is told."""

from fractions import Fraction

import pytest

from rulewright.competition.panel.votes import Family, Threshold
from rulewright.errors import InputError, TooLarge
from rulewright.scenario import kinds
from rulewright.scenario.load import load, parse, shipped

PANEL = """\
title = "Three reviewers"

[parameters]
bias = 0.5

[people]
utility = "help - 2 * harm"

[panel]
baseline    = "refuse"
approve     = "majority"
compromised = 1

[panel.outcomes]
refuse = { help = 0, harm = 0 }
answer = { help = 1, harm = 0.2 }
leak   = { help = 1, harm = 1 }

[panel.reviewers]
lawyer = "people - bias * harm"
seller = "people + bias * (outcome == 'answer')"
plain  = { refuse = 0, answer = "1/2", leak = -1 }
"""

RIVALS = """\
title = "Two providers"

[parameters]
bias = 0.4

[people]
utility = "(state == action)"

[rivals]
states  = { mild = "1/4", grave = "3/4" }
actions = ["mild", "grave"]

[rivals.ais]
alpha = "people + bias * (action == 'grave')"
beta  = [[1, 0], [0, 2]]

[rivals.candidates]
gamma = "people - bias * (action == 'grave')"

[[changes]]
name  = "gamma enters"
admit = ["gamma"]

[[changes]]
name  = "they merge"
merge = [["alpha", "beta"]]

[[changes]]
name   = "no bias, alpha alone"
set    = { bias = 0 }
remove = ["beta"]
"""


def panel(text=PANEL):
    return parse(text, name="panel", origin="panel.toml")


def rivals(text=RIVALS):
    return parse(text, name="rivals", origin="rivals.toml")


def test_what_ships_is_of_three_kinds():
    assert {"review_panel"} <= set(shipped("panel"))
    assert {"rival_providers", "second_opinion"} <= set(shipped("rivals"))
    assert len(shipped()) == sum(len(shipped(kind.name)) for kind in kinds.KINDS)


def test_a_panel_by_hand():
    scenario = panel()
    people, reviewers = scenario.panel.gains
    assert scenario.panel.proposals == ("answer", "leak")
    assert people.tolist() == [Fraction(3, 5), -1]
    assert reviewers.tolist() == [
        [Fraction(1, 2), Fraction(-3, 2)],
        [Fraction(11, 10), -1],
        [Fraction(1, 2), -1],
    ]
    assert scenario.today == Threshold(3, 1) and scenario.compromised == 1
    assert scenario.having(bias=0).panel.gains[1].tolist()[0] == people.tolist()


def test_rules_in_words_numbers_and_sets():
    assert panel(PANEL.replace('"majority"', '"unanimous"')).today == Threshold(3, 0)
    assert panel(PANEL.replace('"majority"', '"4 * bias"')).today == Threshold(3, 2)
    sets = panel(PANEL.replace('"majority"', '[["lawyer", "plain"], ["seller"]]')).today
    assert sets == Family(3, ((1,), (0, 2)))


def test_laws_as_baseline_and_proposals():
    text = PANEL.replace('baseline    = "refuse"', "baseline = { refuse = 0.5, answer = 0.5 }")
    text += '\n[panel.proposals]\n"gamble" = { leak = 0.25, answer = "rest" }\n'
    scenario = panel(text)
    assert scenario.panel.deviations.tolist() == [[Fraction(-1, 2), Fraction(1, 4), Fraction(1, 4)]]
    assert scenario.panel.proposals == ("gamble",)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("approve     =", "aprove =", ["line 11", "Did you mean 'approve'?"]),
        ("people - bias", "people - bais", ["line 20", "reviewers.lawyer", "Did you mean 'bias'?"]),
        ('"majority"', '"majorty"', ["line 11", "panel.approve", "Did you mean 'majority'?"]),
        ('"majority"', "9", ["line 11", "a whole number from 0 to 2", "found 9"]),
        ('"majority"', '[["lawer"]]', ["line 11", "Did you mean 'lawyer'?"]),
        ("leak = -1", "laek = -1", ["line 22", "Did you mean 'leak'?"]),
        (", leak = -1", "", ["line 22", "also leak"]),
        ("harm = 0.2 }", "arm = 2 }", ["line 16", "the same features everywhere: help, harm"]),
        ('baseline    = "refuse"', "baseline = { refuse = 0.5 }", ["line 10", "panel.baseline", "sum to 1"]),
        ("compromised = 1", "compromised = 3", ["line 12", "a whole number from 0 to 2"]),
        ("bias = 0.5", "help = 0.5\nbias = 0.5", ["names that no parameter has", "'help'"]),
        (
            "[panel.outcomes]",
            "[rivals]\n[panel.outcomes]",
            ["one of [panel], [rivals], [world]", "[panel] and [rivals]"],
        ),
        ("outcome == 'answer'", "outcome == 'anwser'", ["line 21", "Did you mean 'answer'?"]),
        ('baseline    = "refuse"', "baseline = {}", ["line 10", "panel.baseline", "at least one outcome"]),
        (
            "[panel.outcomes]",
            "[panel.proposals]\nnone = {}\n[panel.outcomes]",
            ["panel.proposals.none", "at least one outcome"],
        ),
        ("[panel.reviewers]", "[stress]\ndraws = 1e9\n[panel.reviewers]", ["line 20, stress.draws"]),
        ("[panel.reviewers]", "[panel.reviewers]\nstrict = 3\nBoard = [1]", ["panel.reviewers.Board"]),
    ],
)
def test_a_wrong_panel_is_told(old, new, says):
    assert old in PANEL
    with pytest.raises(InputError) as told:
        panel(PANEL.replace(old, new))
    assert all(words in str(told.value) for words in ("panel.toml", *says)), str(told.value)


def test_too_many_outcomes_are_refused_before_they_are_listed():
    many = ", ".join(f'"o{k}"' for k in range(100_000))
    text = f'title = "x"\n[people]\nutility = "outcome == \'o1\'"\n[panel]\nbaseline = "o0"\noutcomes = [{many}]\n'
    with pytest.raises(TooLarge, match=r"panel.outcomes.*100,000 × 100,000"):
        panel(text + '[panel.reviewers]\na = "people"\n')


def test_a_market_by_hand():
    scenario = rivals()
    today = scenario.today
    assert today.use == "all at once" and today.rivals.names == ("alpha", "beta")
    assert today.rivals.prior.tolist() == [[Fraction(1, 4)], [Fraction(3, 4)]]
    assert today.rivals.bobs[0, :, 0].tolist() == [[1, Fraction(2, 5)], [0, Fraction(7, 5)]]
    assert (today.rivals.opt, today.rivals.uninformed) == (1, Fraction(3, 4))
    entered, merged, alone = scenario.changes
    assert entered.rivals.names == ("alpha", "beta", "gamma")
    assert merged.rivals.names == ("alpha + beta",)
    assert (merged.rivals.bobs[0] == today.rivals.bobs.sum(axis=0)).all()
    assert alone.rivals.names == ("alpha",) and (alone.rivals.bobs[0] == alone.rivals.alice).all()


def test_types_of_people_are_an_axis():
    text = RIVALS.replace("actions = [", "types = { bold = 0.5, shy = 0.5 }\nactions = [")
    text = text.replace('"(state == action)"', "\"(state == action) - 0.1 * (type == 'shy')\"")
    text = text.replace("[[1, 0], [0, 2]]", '"people"')
    scenario = rivals(text)
    assert scenario.today.rivals.alice.shape == (2, 2, 2)
    assert scenario.today.rivals.alice[0].tolist() == [[1, 0], [Fraction(9, 10), Fraction(-1, 10)]]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('admit = ["gamma"]', 'admit = ["gama"]', ["line 22", "Did you mean 'gamma'?"]),
        ('mild = "1/4"', 'mild = "1/3"', ["line 10", "rivals.states", "sum to 1"]),
        ("state == action", "state == acton", ["line 7", "Did you mean 'action'?"]),
        ('merge = [["alpha", "beta"]]', 'merge = [["alpha"]]', ["line 26", "groups of at least two"]),
        ("set    = { bias = 0 }", "set = { bais = 0 }", ["changes.2.set", "Did you mean 'bias'?"]),
        ("set    = { bias = 0 }", 'set = { bias = "1/0" }', ["changes.2.set", "divisor"]),
        ("[[1, 0], [0, 2]]", "[[1, 0], [0]]", ["line 15", "axis 2 (actions)", "needed 2 entries"]),
        ("[rivals.ais]", 'use = "alhpa"\n[rivals.ais]', ["rivals.use", "Did you mean 'alpha'?"]),
        ('they merge"', 'gamma enters"', ["changes.1.name", "no other market has"]),
        ('remove = ["beta"]', 'remove = ["beta", "alpha"]', ["at least one AI that stays"]),
        ("[rivals.candidates]\ngamma", "[rivals.candidates]\nalpha", ["candidates that are not on the market"]),
        ("bias = 0.4", "state = 1\nbias = 0.4", ["names that no parameter has", "'state'"]),
        ('name  = "gamma enters"\nadmit = ["gamma"]', 'name = "nothing"', ["something that changes"]),
        ('["mild", "grave"]', '["mild", "mild"]', ["rivals.actions", "all different"]),
    ],
)
def test_a_wrong_market_is_told(old, new, says):
    assert old in RIVALS
    with pytest.raises(InputError) as told:
        rivals(RIVALS.replace(old, new))
    assert all(words in str(told.value) for words in ("rivals.toml", *says)), str(told.value)


def test_only_games_are_games():
    assert kinds.game(load("prisoners"), "a sweep").name == "prisoners"
    with pytest.raises(InputError, match="a panel of reviewers"):
        kinds.game(load("review_panel"), "a sweep")
    with pytest.raises(InputError, match="game, panel, rivals"):
        kinds.kind("market")

"""Every scenario that ships, with its known answer. The table of `service_quality` to the digit."""

import functools
import json
from fractions import Fraction

import pytest

from rulewright import assess, check, load
from rulewright.errors import Impossible
from rulewright.scenario.load import parse, shipped
from rulewright.verify import claims
from rulewright.verify.certificate import statement, written
from rulewright.verify.prover import prove


@functools.cache
def found(name, **parameters):
    return assess(load(name, **parameters))


def report(name, **parameters):
    return found(name, **parameters).report


def claim(report_, name):
    return next(c for c in report_.claims if c.claim == name)


@pytest.mark.parametrize("name", shipped("game"))
def test_the_checker_agrees_with_every_certificate(name):
    verdicts = check(found(name).certificate)
    assert verdicts
    assert [v.claim for v in verdicts if not v.holds] == []


@pytest.mark.parametrize("name", shipped("game"))
def test_what_is_asked_is_an_equilibrium_and_better_than_today(name):
    r = report(name)
    assert claim(r, "equilibrium").holds
    assert r.design.value <= r.first_best + 1e-9
    today = r.worst(r.diagnosis)
    assert today is None or r.design.value >= today - 1e-9
    assert all(c.holds for c in r.claims), [c.says for c in r.claims if not c.holds]


# institution: pure equilibria, worst / best pure, worst / best correlated, logit 5, 20, paid per agent, margin
SERVICE_QUALITY = {
    "today": (3, 0, 0, 0, 0, 0.57, 0.81, 0, None),
    "promise .07 if both are at 1": (4, 0, 1, 0, 1, 0.58, 0.85, 0.07, 0),
    "fine of .55 × undercut gap": (11, 0, 1, 0, 1, 0.72, 0.90, 0, 0),
    "remove the bonus": (11, 0, 1, 0, 1, 0.67, 0.96, 0, 0),
    "keep the bonus, pay .51·q": (1, 1, 1, 1, 1, 0.76, 0.92, 0.51, 0.001),
    "remove the bonus, pay .02·q": (1, 1, 1, 1, 1, 0.68, 0.96, 0.02, 0.002),
    "remove the bonus, pay .21·q": (1, 1, 1, 1, 1, 0.75, 0.98, 0.21, 0.021),
}


@pytest.mark.parametrize("rule", SERVICE_QUALITY)
def test_service_quality_to_the_digit(rule):
    r = report("service_quality")
    row = next(row for row in [r.today, *r.compared] if row.name == rule)
    pure, correlated = row.behaviours["pure"], row.behaviours["correlated"]
    count, *numbers = SERVICE_QUALITY[rule]
    assert pure.count == count
    shown = [pure.worst, pure.best, correlated.worst, correlated.best]
    assert shown == pytest.approx(numbers[:4], abs=1e-6)
    logit = [row.behaviours[f"logit:{lam}"].worst for lam in (5, 20)]
    assert [round(x, 2) for x in logit] == numbers[4:6]
    assert row.asked.per_player["writer"] == pytest.approx(numbers[6])
    assert row.margin == (None if numbers[7] is None else pytest.approx(numbers[7]))


def test_only_a_margin_of_more_than_twice_the_error_is_robust():
    robust = {row.name: (row.robust_to or 0) > 0.01 for row in report("service_quality").compared}
    assert {name for name, holds in robust.items() if holds} == {
        "remove the bonus, pay .21·q",
        "remove the bonus, pay .021 for q = 1 only",
    }


def test_design_removes_the_bonus_and_pays_just_above_a_fifth():
    r = report("service_quality")
    assert r.design.levers == {"bonus": 0}
    assert 0.2 < r.design.asked.per_player["writer"] < 0.205
    assert r.design.margin > 0.02
    assert claim(r, "robust").holds
    assert claim(r, "only").holds
    exact = report("service_quality", error="0")
    assert exact.design.asked.per_player["writer"] == pytest.approx(0.001)


def test_the_price_of_robustness_is_a_curve():
    (curve,) = report("service_quality").curves
    paid = [(p.x, p.series["paid per agent"]) for p in curve.points if p.series["paid per agent"] is not None]
    assert len(paid) > 10
    for x, y in paid:
        assert y == pytest.approx(0.001 + 20 * x)


def test_noisy_agents_do_better_than_rational_ones_as_it_is():
    r = report("service_quality")
    assert r.worst(r.diagnosis) == 0
    assert r.diagnosis["logit:5"].worst > 0.5


def test_used_car_menu_separates():
    r = report("used_car")
    assert r.design.value == pytest.approx(3)  # all the surplus: half of (10 − 6) and half of (4 − 2)
    assert r.today.behaviours["pure"].worst == pytest.approx(0)  # only bad cars are sold, at what they are worth
    pay = next(m for m in found("used_car").certificate["institution"]["moves"] if m["word"] == "pay")
    assert pay["on"] == ["message of seller", "inspection"]
    good, bad = [Fraction(t) for t in pay["amounts"]["entries"][:2]], pay["amounts"]["entries"][2:]
    assert bad[0] == bad[1]  # a lump sum
    assert good[0] > good[1] > 0  # the rest when it proves sound; a deposit


def test_prosecutor():
    r = report("prosecutor")
    assert r.design.goal == pytest.approx(0.6)
    assert [p.series["goal"] for p in r.curves[0].points][:3] == pytest.approx([0.1, 0.2, 0.3])


def test_hidden_effort():
    r = report("hidden_effort")
    assert r.attainable == pytest.approx(20 / 3)
    assert r.first_best == pytest.approx(7)
    assert "1.666667 if result is success" in r.design.institution


@pytest.mark.parametrize(
    ("parameters", "audit"),
    [
        ({}, 1 / (0.8 * 4 - 0.05 * 3)),
        ({"tpr": "1", "fpr": "0", "forfeit": "0"}, 1 / 3),  # Becker: p·F ≥ g, nobody innocent is hit
        ({"tpr": "1", "fpr": "0", "forfeit": "0", "stake": "2", "gain": "1.5"}, 0.75),
        ({"tpr": "0.5", "fpr": "0.01", "stake": "10"}, 1 / (0.5 * 11 - 0.1)),
    ],
)
def test_smallest_audit_probability_that_deters(parameters, audit):
    r = report("audit_budget", **parameters)
    assert r.design.decisions["audit"] == pytest.approx(audit, abs=1e-6)


def test_audits_that_cannot_deter_are_not_bought():
    """Stake 1, tpr .5, fpr .01 needs an audit probability of 1.01: the best rule lets it be."""
    r = report("audit_budget", tpr="0.5", fpr="0.01", stake="1")
    assert r.design.goal == pytest.approx(-5)
    assert r.design.decisions["audit"] == pytest.approx(0)


def test_the_innocent_pay_for_false_positives():
    r = report("audit_budget")
    assert r.design.asked.per_player["agent"] == pytest.approx(-0.05 * 3 / 3.05)
    frontier = [(p.x, p.series["audit"]) for p in r.curves[0].points if p.x >= 1]
    for stake, audit in frontier:
        assert audit == pytest.approx(1 / (0.8 * (1 + stake) - 0.05 * stake), abs=1e-6)


def test_oversight_makes_the_auditor_look():
    r = report("oversight")
    assert r.design.decisions["audit"] == pytest.approx(1.1 / 3.05, abs=1e-6)  # gain 1 and margin .1 at stake 3
    assert claim(r, "only").holds
    rows = {row.name: row.behaviours["correlated"] for row in r.compared}
    assert rows["audit always, an auditor on a salary"].best == pytest.approx(
        -21.2
    )  # nobody looks, everybody misbehaves
    assert rows["audit always, a salary, ten times the stake"].best == pytest.approx(-21.2)
    assert rows["audit always, 4 for a probe found"].worst == pytest.approx(-0.2)
    assert rows["audit one in four, 4 for a probe found"].best == pytest.approx(-21.05)
    bribed = [c for c in r.coalitions if not c.holds]
    assert "coder playing sabotage and auditor playing sign off" in bribed[0].says
    for stake, audit in ((p.x, p.series["audit"]) for p in r.curves[0].points):
        assert audit == pytest.approx(1.1 / (0.8 * (1 + stake) - 0.05 * stake), abs=1e-6)


@pytest.mark.parametrize(("weight", "value"), [("0", 1.5), ("1", 1.75)])
def test_two_bidders(weight, value):
    """Revenue 3/2 with a reserve of 2 (Myerson 1981); efficiency 7/4 when welfare is the goal; truth dominant in both."""
    r = report("two_bidders", welfare_weight=weight)
    assert r.design.value == pytest.approx(value)
    assert claim(r, "dominant").holds


def test_chicken():
    r = report("chicken")
    assert r.design.goal == pytest.approx(10.5)
    assert r.diagnosis["nash"].best == pytest.approx(28 / 3)
    assert not any(c.holds for c in r.coalitions)  # both yielding is worth 12, and no coalition is safe from it


def test_cake():
    r = report("cake")
    assert r.diagnosis["nash"].worst == r.diagnosis["nash"].best == 0
    assert (r.design.goal, r.after["pure"].worst, r.after["correlated"].worst) == pytest.approx((0.5, 0.5, 0.5))
    assert r.design.decisions == {"cutter first": 0, "chooser first": 1}


def test_task_auction():
    r = report("task_auction")
    assert r.today.asked.goal == pytest.approx(0.7)
    assert r.today.asked.gain == pytest.approx(26 / 27)
    assert "type 0.2" in r.today.asked.temptation
    assert "say 1" in r.today.asked.temptation
    assert r.diagnosis["pure"].worst == r.diagnosis["pure"].best == pytest.approx(0.5)
    second = next(row for row in r.compared if row.name.startswith("1 on success"))
    assert (second.asked.gain, second.asked.goal) == pytest.approx((0, 0.7))
    assert r.design.goal > 0.698
    assert claim(r, "dominant").holds
    assert claim(r, "only").holds


def test_truth_is_dominant_under_the_second_claim_rule():
    """Exactly, by the checker, on the named rule and not on the designed one."""
    here, rule = next(load("task_auction").compared())
    play = rule.play(rule(here.game))
    said = statement(here.game, rule.as_data(here.game), play)
    assert prove(claims.dominant(), said).holds
    today = load("task_auction")
    liars = statement(today.game, today.today.as_data(today.game), today.today.play(today.today(today.game)))
    refuted = prove(claims.dominant(), liars)
    assert not refuted.holds
    assert refuted.says.endswith("gains 1")


@pytest.mark.parametrize(
    ("name", "greed", "fear", "risk", "equilibria"),
    [
        ("prisoners", 2, 1, None, 1),
        ("stag_hunt", -1, 3, 3 / 4, 2),
        ("bach_or_stravinsky", -1, 2, 2 / 3, 2),
        ("coordination", -2, 1, 1 / 3, 2),
    ],
)
def test_dilemmas(name, greed, fear, risk, equilibria):
    """Greed T − R and fear P − S; selection risk by hand: the p at which the wanted action is just a best reply."""
    r = report(name)
    assert (r.dilemma.greed, r.dilemma.fear) == (greed, fear)
    assert r.dilemma.selection_risk == (None if risk is None else pytest.approx(risk))
    assert r.diagnosis["pure"].count == equilibria
    assert claim(r, "only").holds


def test_a_family_that_cannot_is_impossible():
    text = """
title = "Too little money"
[game]
name = "prisoners"
[people]
goal = "total"
wanted = { row = "cooperate", column = "cooperate" }
[rules]
pay = [{ to = "everyone", on = "own action", between = [0, 1] }]
margin = 0.1
"""
    with pytest.raises(Impossible, match=r"too_little.*0\.55 more on both sides") as caught:
        assess(parse(text, name="x", origin="too_little.toml"))
    assert caught.value.exit_code == 3


def test_the_same_scenario_gives_the_same_bytes():
    one, other = assess(load("stag_hunt")), assess(load("stag_hunt"))
    assert json.dumps(one.report.result()) == json.dumps(other.report.result())
    assert written(one.certificate) == written(other.certificate)

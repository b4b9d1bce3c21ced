"""Panels and markets that ship, from the file to the certificate: known answers, and what `--set` does to them."""

import functools
import json

import pytest
from pydantic import TypeAdapter

from rulewright import assess, load
from rulewright.assessment import save
from rulewright.cli import main
from rulewright.report.kinds import NAMES
from rulewright.scenario.load import parse, shipped
from rulewright.verify import competition_checker

SHIPPED = [*shipped("panel"), *shipped("rivals")]


@functools.cache
def found(name, **parameters):
    return assess(load(name, **parameters))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_checker_agrees(name):
    verdicts = competition_checker.check(found(name).certificate)
    assert verdicts and all(v.holds for v in verdicts), [v.says for v in verdicts if not v.holds]
    assert [(v.claim, v.says) for v in verdicts] == [(c.claim, c.says) for c in found(name).report.claims]


@pytest.mark.parametrize("name", SHIPPED)
def test_files_are_written_and_fit_the_schema(name, tmp_path, capsys):
    assert [p.name for p in save(found(name), tmp_path)] == ["report.html", "result.json", "certificate.json"]
    written = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert TypeAdapter(NAMES[written["kind"]]).validate_python(written).scenario == name
    assert main(["check", str(tmp_path / "certificate.json")]) == 0
    assert "hold, exactly" in capsys.readouterr().out
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == found(name).page


@pytest.mark.parametrize("name", SHIPPED)
def test_the_command_tells_it(name, capsys):
    assert main(["assess", name]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "What is proved about it" in said and "Where it breaks" in said


# ── the panel ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_seven_reviewers():
    r = found("review_panel").report
    assert r.today.objections == 3 and not r.today.sound and r.today.tolerates == -1
    assert r.today.harm.loss == pytest.approx(0.24)
    assert r.today.harm.mix == pytest.approx({"ship the feature": 0.5, "fix the bug": 0.2, "leak the secret": 0.3})
    assert set(r.today.harm.object) == {"security", "finance", "legal"}
    assert r.depth == 3
    assert r.designed.objections == 1 and r.designed.sound and r.designed.tolerates == 1
    assert r.designed.harm is None and len(r.designed.passes) == 2
    assert all(reviewer.alone > 0 for reviewer in r.reviewers)  # nobody is aligned
    held = {(t.objections, t.compromised) for t in r.thresholds if t.sound}
    assert held == {(k, c) for k in range(7) for c in range(4) if k + c < 3}


def test_who_may_be_turned_decides_the_rule():
    text = load("review_panel").text.replace("draws = 50", "draws = 10")

    def rule(turned):
        said = text.replace("compromised = 1", f"compromised = {turned}")
        return assess(parse(said, name="panel", origin="panel.toml")).report

    assert rule(0).designed.objections == 2
    assert rule(2).designed.objections == 0
    none = rule(3)
    assert none.designed is None and "At most 2 may be turned" in none.impossible


def test_without_a_bias_everybody_covers():
    r = found("review_panel", weight=0).report
    assert r.today.sound and all(reviewer.alone == 0 for reviewer in r.reviewers)
    assert r.depth == 7


def test_the_most_permissive_rule_and_its_proof():
    text = load("review_panel").text.replace('"thresholds"', '"any"').replace("compromised = 1", "compromised = 0")
    text = text.replace("draws = 50", "draws = 10")
    made = assess(parse(text, name="panel", origin="panel.toml"))
    assert sorted(map(tuple, made.report.designed.sets)) == sorted(
        [
            ("security", "finance"),
            ("security", "legal"),
            ("finance", "operations"),
            ("operations", "legal"),
            ("quality", "legal"),
            ("security", "product", "operations", "growth"),
        ]
    )
    assert "permissive" in {c.claim for c in made.report.claims} and all(c.holds for c in made.report.claims)


def test_a_panel_that_nothing_makes_sound(capsys, tmp_path):
    file = tmp_path / "blind.toml"
    file.write_text(
        'title = "Blind"\n[people]\nutility = { stay = 0, go = -1 }\n'
        '[panel]\noutcomes = ["stay", "go"]\nbaseline = "stay"\n[panel.reviewers]\na = { stay = 0, go = 1 }\n'
    )
    assert main(["assess", str(file), "--out", str(tmp_path)]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "No rule of approval is sound" in said
    assert main(["check", str(tmp_path / "certificate.json")]) == 0  # that it is so is proved


# ── markets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_shared_bias_and_one_that_is_opposed():
    r = found("rival_providers").report
    lost = {m.name: m.loss for m in [r.today, *r.changes, *r.entries]}
    assert lost["today"] == pytest.approx(0.1)
    assert lost["delta joins: the same bias"] == pytest.approx(0.1)
    assert lost["watchdog joins: the opposite bias"] == 0
    assert lost["beta and gamma merge"] == pytest.approx(0.1)
    assert lost["everybody uses alpha"] == pytest.approx(0.1)
    assert r.today.opt - r.today.alone == pytest.approx(0.1)  # competition buys nothing
    assert r.today.opt - r.today.uninformed == pytest.approx(0.35)
    assert r.design.entrant == "watchdog" and r.design.market.guaranteed == pytest.approx(1)
    assert r.design.market.weights == pytest.approx({"alpha": 0.5, "watchdog": 0.5})
    assert {m.name: m.loss for m in r.exits}["watchdog leaves"] == pytest.approx(0.1)


@pytest.mark.parametrize("name", shipped("rivals"))
def test_no_market_is_below_its_guarantee(name):
    r = found(name).report
    for m in [r.today, *r.changes, *r.entries, *r.exits]:
        assert m.worst >= m.guaranteed - 1e-9, m.name
        assert m.uninformed - 1e-9 <= m.worst <= m.opt + 1e-9
        assert m.rho <= 2 * m.epsilon + 1e-9


def test_a_small_commission_does_no_harm():
    assert found("rival_providers", commission="0.4").report.today.loss == 0


def test_opposed_and_far_from_people():
    r = found("second_opinion").report
    assert r.today.loss == 0 and r.today.theorem == "ignoring" and r.today.epsilon == pytest.approx(0.5)
    lost = {m.name: m.loss for m in r.changes}
    assert lost["the insurer's AI is switched off"] == pytest.approx(0.3)
    assert lost["clinic and insurer merge"] == pytest.approx(0.3)
    today = r.beliefs[0]
    assert today.unimprovable == [(0.0, 0.0), (1.0, 1.0)] and today.prior == pytest.approx(0.3)
    gone = next(b for b in r.beliefs if b.market == "the insurer's AI is switched off")
    assert gone.unimprovable == [(0.0, 0.0), (0.5, 1.0)]
    assert gone.most["clinic"] == [(0.0, 0.0), (0.5, 1.0), (1.0, 1.0)]


def test_a_market_that_cannot_be_solved_is_left_out_with_a_note():
    text = """\
title = "Ties"
[people]
utility = "(state == 'a') * (action == 'a')"
[rivals]
states = { a = 0.5, b = 0.5 }
actions = ["a", "b"]
[rivals.ais]
one = "people + 0.4 * (action == 'b')"
[rivals.candidates]
two = "people - 0.4 * (action == 'b')"
"""
    r = assess(parse(text, name="ties", origin="ties.toml")).report
    assert r.entries == [] and any("two enters is left out" in note and "Break her ties" in note for note in r.notes)

"""Worlds of learning agents, from a file to a report: played, compared, searched, filmed; and every wrong file a sentence."""

import json

import numpy as np
import pytest
from pydantic import TypeAdapter

from rulewright.cli import main
from rulewright.report.kinds import NAMES
from rulewright.report.world.report import Estimate
from rulewright.report.world.words import estimate
from rulewright.scenario.load import parse

FISHERY = """
title = "Five boats share one stock"
[parameters]
tax = 1
[world]
name = "fishery"
[[compare]]
name = "catch tax"
say = [{ rule = "catch tax", theta = "tax" }]
[[compare]]
name = "quota"
say = [{ rule = "quota", growth = 2 }, { rule = "graduated sanctions", on = "catch", wrong = ["20"], penalties = [5] }]
[players]
predict = ["ask:20", "ask:10"]
batch = 2
seeds = 2
[search]
vary = { tax = [0, 1, 2] }
rule = "catch tax"
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fishery")
    (folder / "fishery.toml").write_text(FISHERY)
    assert main(["assess", str(folder / "fishery.toml"), "--out", str(folder / "out")]) == 0
    return folder / "out"


def test_known_play_has_its_known_worth(found):
    """All ask for 20 of 100 tons: everything is gone in the first month. All ask for 10: 50 tons in each of twelve months."""
    data = json.loads((found / "result.json").read_text())
    assert TypeAdapter(NAMES["world"]).validate_python({**data, "replay": "", "script": ""}).scenario == "fishery"
    rows = {(r["rule"], r["players"]): r for r in data["plays"]}
    assert rows["today", "ask:20"]["goal"] == {"mean": 100, "low": 100, "high": 100, "seeds": 2, "episodes": 4}
    assert rows["today", "ask:10"]["goal"]["mean"] == 600 and rows["quota", "ask:20"]["goal"]["mean"] == 600
    assert data["worst"]["goal"]["mean"] == 100 and data["chosen"]["rule"] == "quota"
    assert rows["today", "ask:10"]["sustainability"] == 5.5
    assert all(r["balanced"] for r in data["rules"])
    assert rows["catch tax", "ask:20"]["events"]["catch"] == {"20": 5.0}


def test_settings_are_all_tried_and_the_best_is_played_again(found):
    search = json.loads((found / "result.json").read_text())["search"]
    assert [p["values"]["tax"] for p in search["points"]] == [0, 1, 2]
    assert search["players"] == "ask:10" and search["best"]["goal"]["mean"] == 600


def test_the_page_can_be_played_and_loads_nothing(found):
    page = (found / "report.html").read_text()
    assert 'class="replay-data"' in page and "Five boats" in page
    assert "http://" not in page.replace("http://www.w3.org", "") and page.count("script-src 'sha256-") == 1


@pytest.mark.parametrize(
    "wrong, right, words",
    [
        ('"fishery"', '"fishry"', ["world.name", "a world among", "Did you mean 'fishery'?"]),
        ('name = "fishery"', 'name = "fishery"\nset = { cound = 3 }', ["world.set", "cound", "Did you mean 'count'?"]),
        ('name = "fishery"', 'name = "fishery"\nset = { count = 2.5 }', ["count", "a whole number", "2.5"]),
        ("theta =", "thet =", ["compare.0.say", "thet", "Did you mean 'theta'?"]),
        ('rule = "catch tax", theta', 'rule = "catchtax", theta', ["a rule among", "Did you mean 'catch tax'?"]),
        ('rule = "catch tax", theta', 'rule = "density tax", theta', ["meal", "catch"]),
        ('"ask:20"', '"aks:20"', ["players.predict", "Did you mean 'ask'?"]),
        ('"ask:20"', '"ask"', ["players", "nothing after the name"]),
        ('"ask:20"', '"ask:99"', ["agent 0", "99"]),
        ('"ask:20"', '"learned:ipo"', ["a learner among", "Did you mean 'ippo'?"]),
        ("tax = [0, 1, 2]", "tacks = [0, 1]", ["search", "a parameter among tax"]),
        ('rule = "catch tax"\n', 'rule = "tax"\n', ["search.rule", "a rule among catch tax, quota"]),
        ('name = "quota"', 'name = "catch tax"', ["compare.1.name", "a name that no other rule has"]),
        ("[world]", "[people]\ngoal = 'totl'\n[world]", ["people.goal", "totl"]),
        ("[world]", "[panel]\n[world]", ["[panel] and [world]"]),
    ],
)
def test_a_wrong_file_is_told_its_place(tmp_path, capsys, wrong, right, words):
    assert wrong in FISHERY
    file = tmp_path / "fishery.toml"
    file.write_text(FISHERY.replace(wrong, right, 1))
    assert main(["assess", str(file)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "fishery.toml" in said or "players" in said
    assert all(word in said for word in words), said


def test_estimates_have_as_many_digits_as_they_bear():
    assert estimate(Estimate(604.23, 574.1, 634.4, 8, 64)) == "604 (574 to 634)"
    assert estimate(Estimate(0.12345, 0.1, 0.15, 8, 64)) == "0.1235 (0.1 to 0.15)"
    assert estimate(Estimate(600.0, 600.0, 600.0, 1, 4)) == "600"


def test_the_goal_is_a_formula_of_what_the_world_paid():
    from rulewright.assessment.world.play import goal
    from rulewright.learning.study import Sample

    scenario = parse(
        FISHERY.replace("[world]", "[people]\ngoal = 'least + tax * equality'\n[world]", 1), name="f", origin="f"
    )
    base = np.array([[[1.0, 3.0]], [[2.0, 2.0]]])
    none = np.zeros((2, 1))
    sample = Sample(base, base, base, none, none, none, none, {})
    assert goal(scenario, sample).tolist() == [[1.75], [3.0]]

"""Sweeps against behaviours asked one point at a time; interrupted ones end with the same bytes; traces of scenarios."""

import json
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import rulewright as rw
from rulewright.assessment import sweep
from rulewright.assessment.selection_risk import trace_of, traced
from rulewright.assessment.sweep import CHUNK, judged, spans
from rulewright.behaviour import Pure
from rulewright.errors import InputError, TooLarge
from rulewright.scenario.load import parse

STAG = """
title = "stag hunt"
[parameters]
hare = 3
{more}
[players]
ann = {{ actions = ["stag", "hare"] }}
bob = {{ actions = ["stag", "hare"] }}
[payoff]
ann = "hare if ann == 'hare' else 4 * (bob == 'stag')"
bob = "hare if bob == 'hare' else 4 * (ann == 'stag')"
[people]
goal = "total"
[[compare]]
name = "a little less for hares"
set  = {{ hare = 2 }}
[[compare]]
name = "a tax on hares"
pay  = {{ ann = "-1 * (ann == 'hare')" }}
{trace}
"""
TRACE = """
[[traces]]
parameter  = "hare"
values     = "0:5:1"
floor      = 8
behaviours = ["level:2"]
"""


def stag(trace="", more=""):
    return parse(STAG.format(trace=trace, more=more), name="stag", origin="stag.toml")


def test_every_point_is_what_the_behaviour_says_alone():
    scenario = rw.load("booking")
    found = sweep(scenario, {"kappa": "0.001,0.1,3", "fail": [F(1, 2), F(2, 5)]}, ["pure", "correlated", "logit:5"])
    assert found.worst.shape == found.best.shape == (3, 3, 2) and len(found) == 6
    for i, kappa in enumerate((F(1, 1000), F(1, 10), F(3))):
        for j, fail in enumerate((F(1, 2), F(2, 5))):
            game = scenario.under_today(kappa=kappa, fail=fail)
            for b, name in enumerate(("pure", "correlated", "logit:5")):
                span = rw.named(name)(game).span(game.goal)
                assert (found.worst[b, i, j], found.best[b, i, j]) == pytest.approx((span.worst, span.best), abs=1e-6)


def test_rows_csv_and_json_say_the_same():
    found = sweep(stag(), {"hare": "0:1:1/3"}, ["pure"])
    assert found.heads() == ["hare", "pure worst", "pure best"]
    assert [row[0] for row in found.rows()] == ["0", "1/3", "2/3", "1"]
    said = json.loads(found.json())
    assert said["rows"] == [list(row) for row in found.rows()] and said["columns"] == found.heads()
    lines = found.csv().splitlines()
    assert lines[0] == "hare,pure worst,pure best" and lines[2].split(",")[0] == "1/3"
    assert [float(line.split(",")[1]) for line in lines[1:]] == pytest.approx([0, 2 / 3, 4 / 3, 2])


def test_rules_that_are_compared():
    taxed = sweep(stag(), {"hare": "3,4"}, ["pure"], rule="a tax on hares")
    assert taxed.worst[0] == pytest.approx([6, 8]) and taxed.rule == "a tax on hares"
    today = sweep(stag(), {"hare": "3,4,5"}, ["pure"])
    assert today.worst[0] == pytest.approx([6, 8, 10])


def test_money_that_is_paid_is_counted():
    text = (
        STAG.format(trace="", more="")
        .replace('goal = "total"', 'goal = "total"\nmoney_weight = 1')
        .replace('"-1 *', '"1 *')
    )
    scenario = parse(text, name="stag", origin="stag.toml")
    found = sweep(scenario, {"hare": "5"}, ["pure"], rule="a tax on hares")
    assert found.worst[0, 0] == pytest.approx(9)


def test_shapes_that_differ_from_point_to_point():
    text = STAG.format(trace="", more="last = 2").replace('["stag", "hare"]', '"1:last:1"').replace("'stag'", "1")
    scenario = parse(text.replace("'hare'", "2"), name="sizes", origin="sizes.toml")
    found = sweep(scenario, {"last": "2,3,2.5"}, ["pure"])
    for k, last in enumerate((2, 3, F(5, 2))):
        game = scenario.under_today(last=last)
        assert found.worst[0, k] == pytest.approx(Pure()(game).span(game.goal).worst)


class Refuses(Pure):
    """Too large in bulk, and for some games at all."""

    name = "refuses"

    def many(self, games):
        raise TooLarge(where="many", needed="less", found="more")

    def __call__(self, game):
        if game.goal.max() > 8:
            raise TooLarge(where="one", needed="less", found="more")
        return super().__call__(game)


def test_points_without_an_answer_are_empty():
    found = sweep(stag(), {"hare": "3,5"}, [Refuses()])
    assert found.worst[0, 0] == 6 and np.isnan(found.worst[0, 1])
    assert found.rows()[1] == ("5", None, None) and found.csv().splitlines()[2] == "5,,"
    assert spans(Refuses(), [judged(stag(), {"hare": F(5)})]) == [(None, None)]


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_an_interrupted_sweep_goes_on(tmp_path):
    grid = {"hare": "0:4:0.05"}
    whole = sweep(stag(), grid, ["pure", "level:1"], out=tmp_path / "whole")
    stopped = tmp_path / "stopped"
    done = []

    def stop(words):
        done.append(words)
        if len([w for w in done if ":" not in w]) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(stag(), grid, ["pure", "level:1"], out=stopped, tell=stop)
    assert (stopped / "points.jsonl").read_text().count("\n") == 1 + 2 * CHUNK and not (stopped / "sweep.csv").exists()
    with open(stopped / "points.jsonl", "a") as file:
        file.write("[1.0, 2.0, 3.0, 4.0]\n[0.")  # of a chunk that was not finished, and a line that was cut short
    told = []
    again = sweep(stag(), grid, ["pure", "level:1"], out=stopped, tell=told.append)
    assert told[0].startswith(f"{2 * CHUNK} of 81")
    assert bytes_of(stopped) == bytes_of(tmp_path / "whole")
    assert np.array_equal(again.worst, whole.worst)
    told.clear()
    sweep(stag(), grid, ["pure", "level:1"], out=stopped, tell=told.append)
    assert told == [] and bytes_of(stopped) == bytes_of(tmp_path / "whole")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"over": {}}, "at least one parameter"),
        ({"over": {"hair": "0:1:1"}}, "Did you mean 'hare'"),
        ({"over": {"hare": "1:0:1"}}, "from ≤ to"),
        ({"over": {"hare": "0:1"}}, "from:to:step"),
        ({"over": {"hare": "1,1"}}, "all different"),
        ({"over": {"hare": "1,x"}}, "sweep over hare"),
        ({"over": {"hare": []}}, "at least one value"),
        ({"over": {"hare": "0,1"}, "behaviours": ["nahs"]}, "Did you mean 'nash'"),
        ({"over": {"hare": "0,1"}, "behaviours": ["pure", "pure"]}, "twice"),
        ({"over": {"hare": "0,1"}, "rule": "none such"}, "a tax on hares"),
        ({"over": {"hare": "0,1"}, "rule": "a little less for hares"}, "sets"),
    ],
)
def test_wrong_sweeps(asked, said):
    with pytest.raises(InputError, match=said):
        sweep(stag(), **asked)


def test_wrong_folders(tmp_path):
    sweep(stag(), {"hare": "0,1"}, ["pure"], out=tmp_path)
    with pytest.raises(InputError, match="another sweep"):
        sweep(stag(), {"hare": "0,1,2"}, ["pure"], out=tmp_path)
    with pytest.raises(InputError, match="another sweep"):
        sweep(stag(), {"hare": "0,1"}, ["pure", "level:1"], out=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="a folder"):
        sweep(stag(), {"hare": "0,1"}, ["pure"], out=tmp_path / "file")
    path = tmp_path / "points.jsonl"
    path.write_text(path.read_text().splitlines()[0] + "\n[1.0,\n")
    with pytest.raises(InputError, match="one list of numbers"):
        sweep(stag(), {"hare": "0,1"}, ["pure"], out=tmp_path)


def test_a_grid_that_is_too_large():
    with pytest.raises(TooLarge, match="larger steps"):
        sweep(stag(more="other = 0"), {"hare": "0:50:0.01", "other": "0:50:0.01"}, ["pure"])


def test_scenarios_are_traced():
    scenario = stag(TRACE)
    found = trace_of(scenario, scenario.traces[0])
    assert found.hysteresis == ((F(0), F(4)),) and found.possible == ((F(0), F(5)),)
    assert found.margin is None and found.recovery == 1
    data = traced(scenario, scenario.traces[0], lambda _: None)
    assert data.here == 3 and data.recovery == 1 and data.margin is None and data.title == "Where it tips: hare"
    assert data.behaviours["level:2"] == pytest.approx([8, 8, 4, 6, 8, 10]) and data.values == [0, 1, 2, 3, 4, 5]
    outside = scenario.having(hare=7)
    data = traced(outside, outside.traces[0], lambda _: None)
    assert data.here is None and data.margin is None and data.recovery is None


def test_what_is_too_large_is_left_out_and_said(monkeypatch):
    monkeypatch.setattr("rulewright.behaviour.tipping.pure.MOST_TESTS", 1)
    report = rw.assess(stag(TRACE)).report
    assert report.traces == []
    assert [note for note in report.notes if "Nothing was traced along hare" in note and "stag.toml" in note]


def test_games_whose_shape_depends_on_the_parameter_are_refused():
    text = STAG.format(trace=TRACE.replace("hare", "last").replace("0:5:1", "2:4:1"), more="last = 2")
    text = text.replace('["stag", "hare"]', '"1:last:1"').replace("'stag'", "1").replace("'hare'", "2")
    with pytest.raises(InputError, match=r"sizes.toml, line [0-9]+, traces.0.*the same players and actions"):
        rw.assess(parse(text, name="sizes", origin="sizes.toml"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('parameter  = "hare"', 'parameter  = "hair"', "line [0-9]+, traces.0.parameter: .*Did you mean 'hare'"),
        ('"0:5:1"', '"5:0:1"', "traces.0.values"),
        ('"0:5:1"', "[1]", "at least two"),
        ('"0:5:1"', '["x", 2]', "traces.0.values"),
        ("floor      = 8", 'floor = "hares"', "traces.0.floor"),
        ("level:2", "levl:2", "Did you mean 'level'"),
        ("floor ", "flor ", "Did you mean 'floor'"),
    ],
)
def test_wrong_traces(before, after, said):
    assert before in TRACE
    with pytest.raises(InputError, match=said):
        stag(TRACE.replace(before, after))


def test_the_stories_end_as_they_should():
    report = rw.assess("booking").report
    assert report.worst(report.diagnosis) < 0.1 and report.design.levers == {"fee": 2.6}
    assert report.design.value == pytest.approx(report.first_best) == pytest.approx(31.999)
    worst = {row.name: row.behaviours["correlated"].worst for row in report.compared}
    assert worst["booking by phone"] == pytest.approx(29)
    assert all(value > 9.9 for value in worst.values())
    data, adoption = report.traces
    assert data.margin == 0 and data.recovery == pytest.approx(0.0038828125)
    assert adoption.possible[0][1] == pytest.approx(0.75, abs=1e-3) and adoption.margin == 0
    report = rw.assess("cheap_defection").report
    worst = {row.name: row.behaviours["nash"] for row in report.compared}
    assert worst["the technology: no effort any more"].best < 0
    again = worst["no effort any more, and a fee of .5: as before"]
    assert again.worst < 0 < again.best  # both: which one is played depends on the past
    assert worst["a fee of .39: just above the recovery cost"].worst == pytest.approx(report.first_best)
    (data,) = report.traces
    assert (data.margin, data.recovery) == pytest.approx((0.393969, 0.383630), abs=1e-6)
    assert replace(data, title="") != data


def test_the_folder_of_a_sweep_can_be_asked(tmp_path, capsys):
    pytest.importorskip("duckdb")
    from rulewright.assessment.sweep import STORE
    from rulewright.cli import main
    from rulewright.jobs import Job, run

    (outcome,) = run([Job.of("statistics:fmean", data=list(range(500)))], on="inline", store=tmp_path / STORE)
    assert not outcome.error
    assert main(["query", str(tmp_path), "SELECT state FROM jobs", "--csv"]) == 0
    assert capsys.readouterr().out == "state\ndone\n"
    assert main(["query", str(tmp_path), "SELECT arguments FROM jobs"]) == 0
    assert "…" in (shown := capsys.readouterr().out) and len(shown) < 300

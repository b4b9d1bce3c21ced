"""Assertions about incentives without pytest's plugin, their snapshots, and the report for pull requests and its action."""

import json
import os
import re
import subprocess
import sys
import threading
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

import rulewright as rw
from rulewright.testing import incentives as asked
from rulewright.testing import report_summary, snapshot

ROOT = Path(__file__).parents[2]
DILEMMA = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]


def dilemma():
    return rw.Game.normal(DILEMMA, players=["ann", "bob"], actions=[["share", "take"]] * 2)


def test_exactly_what_pays_is_in_the_table():
    with pytest.raises(asked.Broken) as broken:
        asked.assert_incentives(dilemma(), goal="total", claims=["equilibrium", "dominant"])
    found = broken.value.found
    assert [(x.who, x.instead, x.gets, x.would, x.gain) for x in found.lures] == [
        ("ann", "take", 3, 5, 2),
        ("bob", "take", 3, 5, 2),
    ]
    assert "ann" in str(broken.value) and found.headline() == "ann gains 2 by take instead of share"
    assert not found.certificate["claims"]


def test_margins_are_exact_and_the_certificate_stands_alone():
    fine = asked.Asked(dilemma(), claims={"equilibrium": 1}, play={"ann": "take", "bob": "take"}, goal="total")
    found = asked.incentives(fine, {})
    assert found.holds and found.findings[0].margin == 1 and found.goal == 2 and found.first_best == 6
    assert [v.holds for v in rw.check(found.certificate)] == [True]
    with pytest.raises(asked.Broken, match=r"loses 1"):
        asked.assert_incentives(
            dilemma(), claims={"equilibrium": "1000001/1000000"}, play={"ann": "take", "bob": "take"}
        )


def test_floats_are_the_decimals_they_are_meant_to_be():
    tied = [[[0.1 + 0.2, 0], [0.3, 0]], [[1, 1], [1, 1]]]
    asked.assert_incentives(
        rw.Game.normal(np.array(tied)), claims=["dominant"], play={"player 1": "a1", "player 2": "a1"}
    )
    asked.assert_incentives(
        rw.Game.normal(np.array(tied)), claims=["dominant"], play={"player 1": "a2", "player 2": "a1"}
    )


def test_the_gap_is_that_of_the_worst_equilibrium():
    stag = rw.Game.normal([[[4, 0], [3, 3]], [[4, 3], [0, 3]]], actions=[["stag", "hare"]] * 2)
    asked.assert_incentives(stag, goal="total", claims=["equilibrium"])
    asked.assert_incentives(stag, goal="total", expect_gap=4)
    with pytest.raises(asked.Broken, match="worst"):
        asked.assert_incentives(stag, goal="total", expect_gap=1)


def test_rules_of_a_scenario_and_files(tmp_path):
    good = asked.assert_incentives("prisoners", "both dislike defecting by 2.5", claims=["dominant"], expect_gap=0)
    assert good.rule == "both dislike defecting by 2.5"
    path = tmp_path / "g.nfg"
    path.write_text('NFG 1 R "g" { "ann" "bob" } { 2 2 } 3 3 5 0 0 5 1 1\n')
    assert asked.incentives(asked.Asked(str(path), goal="total", claims=["equilibrium"]), {}).findings[0].holds is False
    assert asked.incentives(asked.Asked("prisoners", claims=["equilibrium"]), {"error": "1/10"}).lures[0].gain == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"claims": "equilibrium"}, "claims: needed a list"),
        ({"claims": ["perfect"]}, "claims: needed one of"),
        ({"claims": []}, "at least one claim"),
        ({"claims": ["goal"]}, "claim goal: needed a figure"),
        ({"claims": {"goal": 1}, "play": {"ann": "take", "bob": "take"}}, "needed a goal"),
        ({"claims": ["equilibrium"]}, "play: needed the play"),
        ({"claims": ["equilibrium"], "institution": 3}, "institution: needed"),
        ({"expect_gap": float("nan"), "goal": "total"}, "finite"),
        ({"expect_gap": 0, "play": {"ann": "take", "bob": "take"}}, "expect_gap: needed a goal"),
    ],
)
def test_wrong_questions_are_told(options, says):
    with pytest.raises(rw.InputError, match=re.escape(says)):
        asked.assert_incentives(dilemma(), **options)


def test_reward_code_that_answers_nonsense_is_told():
    actions = {"a": ["x"], "b": ["y"]}
    for reward in (lambda a, b: 3, lambda a, b: {"a": 1}, lambda a, b: {"a": 1, "b": float("inf")}):
        with pytest.raises(rw.InputError, match="reward"):
            asked.game_of(actions, reward)
    with pytest.raises(rw.InputError, match="over"):
        asked.test(game="prisoners", claims=["equilibrium"], over={"error": "0.1"})
    with pytest.raises(rw.InputError, match=r"rulewright\.test"):
        asked.test(game="prisoners")


def test_snapshots_keep_what_others_wrote_and_any_name(tmp_path):
    found = asked.incentives(asked.Asked(dilemma(), goal="total", claims=["equilibrium", "coalition"]), {})
    path = tmp_path / "a.incentives.toml"
    odd = 'test["x\\y\n]'
    snapshot.write(path, {"one": snapshot.entry(found)})
    snapshot.write(path, {odd: snapshot.entry(found)})
    again = snapshot.read(path)
    assert set(again) == {"one", odd} and again[odd] == again["one"] == snapshot.entry(found)
    assert snapshot.lost(found, again["one"], path) == []
    assert "now:" in snapshot.lost(found, {**again["one"], "goal": "7"}, path)[0]
    assert "equilibrium held" in snapshot.lost(found, {"holds": {"equilibrium": "1"}}, path)[0]


# ── the report and the action ───────────────────────────────────────────────────────────────────────────────────


def results(tmp_path, *, failed=True, title="t"):
    found = asked.incentives(asked.Asked(dilemma(), goal="total", claims=["equilibrium"]), {})
    tests = [{"test": title, "failed": failed, "lost": [], **found.data()}]
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"format": report_summary.FORMAT, "tests": tests}))
    return path


@pytest.fixture
def api():
    """Comments of one pull request: what GitHub's API answers, as far as it is used."""
    kept, seen = [], []

    class Handler(BaseHTTPRequestHandler):
        def answer(self, code, data):
            body = json.dumps(data).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def body(self):
            return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

        def note(self):
            seen.append((self.command, self.path, self.headers["Authorization"]))

        def do_GET(self):
            self.note()
            page = int(self.path.rsplit("page=", 1)[1])
            self.answer(200, kept[100 * (page - 1) : 100 * page])

        def do_POST(self):
            self.note()
            kept.append({"id": len(kept) + 1, **self.body()})
            self.answer(403 if "forked" in self.path else 201, kept[-1])

        def do_PATCH(self):
            self.note()
            kept[int(self.path.rsplit("/", 1)[1]) - 1].update(self.body())
            self.answer(200, {})

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", kept, seen
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_one_comment_that_later_runs_replace(tmp_path, api, monkeypatch, capsys):
    url, kept, seen = api
    kept += [{"id": k + 1, "body": "talk"} for k in range(100)]  # a page of other people's comments
    for name, value in {"GITHUB_TOKEN": "s3cret", "GITHUB_REPOSITORY": "me/it", "GITHUB_API_URL": url}.items():
        monkeypatch.setenv(name, value)
    summary = tmp_path / "summary.md"
    assert report_summary.main([str(results(tmp_path)), "--summary", str(summary), "--pull", "7"]) == 0
    assert report_summary.main([str(results(tmp_path, title="second")), "--summary", str(summary), "--pull", "7"]) == 0
    assert (
        len(kept) == 101
        and "second" in kept[100]["body"]
        and [s[0] for s in seen] == ["GET", "GET", "POST", "GET", "GET", "PATCH"]
    )
    assert seen[2][1] == "/repos/me/it/issues/7/comments" and seen[2][2] == "Bearer s3cret"
    text = summary.read_text()
    assert "| ann | share | take | 3 | 5 | 2 |" in text and text.count("1 of 1 tests of incentives fail") == 2
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/forked")
    kept.clear()
    assert report_summary.main([str(results(tmp_path)), "--summary", str(summary), "--pull", "7"]) == 0
    said = capsys.readouterr()
    assert "::warning::incentives: no comment was posted" in said.out and "s3cret" not in said.err + said.out + text


def test_names_in_a_report_stay_text(tmp_path):
    hostile = "x | y @someone [a](http://b) <img src=x> `c`\n# head"
    text = report_summary.markdown(json.loads(results(tmp_path, title=hostile).read_text()))
    assert not re.search(r"@someone|<img|\]\(|http://|^# head", text, re.M)
    assert all(line.count("|") == 4 for line in text.splitlines() if line.startswith("| x"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "rulewright incentives 1", "tests": [3]}', "[" * 50])
def test_no_results_are_no_report(tmp_path, text, capsys):
    path = tmp_path / "r.json"
    path.write_text(text)
    assert report_summary.main([str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_steps_of_the_action_run(tmp_path, api):
    yaml = pytest.importorskip("yaml")
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    steps = {step["name"]: step for step in action["runs"]["steps"]}
    for step in steps.values():
        assert "${{" not in step.get("run", ""), "what others wrote reaches the shell as variables only"
        assert set(step) & {"run", "uses"} and ("run" not in step or step["shell"] == "bash")
    assert all("token" not in json.dumps(s).lower() for name, s in steps.items() if name != "Report")
    url, kept, _ = api
    (tmp_path / "loop.rule.toml").write_text(
        'title = "t"\nsource = "s"\n[game]\nname = "prisoners"\n[people]\ngoal = "total"\n'
    )
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("GITHUB", "PYTEST"))},
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "out"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "sum"),
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "TESTS": ".",
        "OPTIONS": "-q --tb=short",
        "GITHUB_TOKEN": "s3cret",
        "GITHUB_REPOSITORY": "me/it",
        "GITHUB_API_URL": url,
        "PULL": "3",
    }

    def step(name):
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[name]["run"]]
        return subprocess.run(shell, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)

    tests = step("Tests of incentives")
    assert tests.returncode == 1 and "row gains" not in tests.stderr
    assert "says nothing of this test" in tests.stdout, tests.stdout
    env["REPORT"] = (tmp_path / "out").read_text().strip().removeprefix("report=")
    report = step("Report")
    assert report.returncode == 0, report.stderr
    assert (
        "row" in (tmp_path / "sum").read_text() and len(kept) == 1 and kept[0]["body"].startswith(report_summary.MARK)
    )
    assert "s3cret" not in tests.stdout + tests.stderr + report.stdout + report.stderr
    env["REPORT"] = str(tmp_path / "nothing.json")
    assert step("Report").returncode == 0


def test_fractions_survive_the_report():
    assert asked.shown(Fraction(1, 3)) == "1/3" and asked.shown(Fraction(1, 7**9)).startswith("2.4")

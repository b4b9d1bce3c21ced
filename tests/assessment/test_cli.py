"""The commands as a user runs them, in a clean folder: exit codes, one paragraph, nothing half-written."""

import json
import os
import subprocess
import sys
import tomllib

import pytest

from rulewright.cli import main

SMALL = """\
title = "A small one"
[game]
name = "stag_hunt"
[people]
goal = "total"
[rules]
pay = [{ to = "everyone", on = "actions", between = [-3, 3.5] }]
margin = 0.1
[behaviours]
predict = ["pure", "logit:2"]
"""


def run(folder, *words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "rulewright.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", **environment},
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=240,
    )


@pytest.fixture(scope="module")
def assessed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("user")
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    return folder, run(folder, "assess", "small.toml", "--out", "here/there")


def test_assess_writes_three_files_and_a_summary(assessed):
    folder, done = assessed
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (folder / "here/there").iterdir()) == [
        "certificate.json",
        "report.html",
        "result.json",
    ]
    assert "A small one" in done.stdout
    assert "Traceback" not in done.stderr


def test_result_json_has_what_is_promised(assessed):
    result = json.loads((assessed[0] / "here/there/result.json").read_text())
    assert {"scenario", "version", "first_best", "attainable", "diagnosis", "design", "after", "claims"} <= set(result)
    for rows in (result["diagnosis"], result["after"]):
        for row in rows.values():
            assert {"worst", "best", "mean", "count", "residual"} <= set(row)
    assert {"institution", "goal", "paid", "value", "margin"} <= set(result["design"])
    assert all({"claim", "holds"} <= set(c) for c in result["claims"])


def test_result_json_is_what_the_schema_says(assessed):
    schema = json.loads(run(assessed[0], "schema", "--result").stdout)
    result = json.loads((assessed[0] / "here/there/result.json").read_text())
    assert set(schema["properties"]) == set(result)


def test_check_agrees_and_names_what_was_altered(assessed):
    folder, _ = assessed
    good = folder / "here/there/certificate.json"
    done = run(folder, "check", str(good))
    assert done.returncode == 0, done.stderr
    text = good.read_text()
    bad = folder / "altered.json"
    bad.write_text(text.replace('"8"', '"9"', 1))
    assert bad.read_text() != text
    done = run(folder, "check", "altered.json")
    assert done.returncode == 1
    assert "equilibrium" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["assess", "smal.toml"], 2, "smal.toml: needed a file, found nothing there"),
        (["assess", "chickn"], 2, "Did you mean 'chicken'?"),
        (["assess", "small.toml", "--set", "speed"], 2, "NAME=VALUE"),
        (["assess", "small.toml", "--set", "speed=1"], 2, "found 'speed'"),
        (["assess", "small.toml", "--out", "small.toml/x"], 2, "--out small.toml/x"),
        (["assess"], 2, "Missing argument"),
        (["assess", "small.toml", "--nonsense"], 2, "--nonsense"),
        (["check", "nothing.json"], 2, "nothing.json"),
        (["check", "small.toml"], 2, "small.toml"),
        (["frobnicate"], 2, "frobnicate"),
        (["assess", "cut.nfg"], 2, "cut.nfg"),
        (["assess", "cannot.toml", "--out", "never"], 3, "more on both sides of every bound"),
    ],
)
def test_mistakes_are_one_paragraph_and_leave_nothing(assessed, words, code, says, monkeypatch, capsys):
    """In this process, which saves starting twelve; `main` raises what would be a traceback."""
    folder, _ = assessed
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    (folder / "cut.nfg").write_text('NFG 1 R "cut" { "a" "b" } { 2 2 }\n1 1 2', encoding="utf-8")
    hard = SMALL.replace("between = [-3, 3.5]", "between = [0, 0.1]")
    (folder / "cannot.toml").write_text(
        hard.replace('goal = "total"', 'goal = "total"\nwanted = { row = "stag", column = "stag" }')
    )
    before = sorted(str(p) for p in folder.rglob("*"))
    found, (said, errors) = main(words), capsys.readouterr()
    assert found == code, errors + said
    assert says in " ".join(errors.split())
    assert "Traceback" not in errors
    assert sorted(str(p) for p in folder.rglob("*")) == before


def test_a_bare_game_file_is_assessed(assessed):
    folder, _ = assessed
    (folder / "pd.nfg").write_text(
        'NFG 1 R "prisoners" { "row" "column" } { { "c" "d" } { "c" "d" } }\n3 3 5 0 0 5 1 1\n', encoding="utf-8"
    )
    done = run(folder, "assess", "pd.nfg")
    assert done.returncode == 0, done.stderr
    assert "Nothing was written" in done.stdout


def test_scenarios_prints_the_file_of_one_and_those_of_a_kind(tmp_path):
    printed = run(tmp_path, "scenarios", "four_goods").stdout
    assert tomllib.loads(printed)["society"]["model"] == "goods"
    listed = run(tmp_path, "scenarios", "--kind", "law").stdout
    assert "content_policy" in listed and "four_goods" not in listed
    assert "Did you mean 'four_goods'?" in " ".join(run(tmp_path, "scenarios", "four_good").stderr.split())


def test_scenarios_schema_version(assessed):
    folder, _ = assessed
    assert "service_quality" in run(folder, "scenarios").stdout
    schema = json.loads(run(folder, "schema").stdout)
    assert schema["properties"]["people"]
    assert schema["additionalProperties"] is False
    assert run(folder, "--version").stdout.startswith("rulewright 0.")


def test_an_ascii_terminal_is_enough(assessed):
    done = run(assessed[0], "assess", "small.toml", PYTHONIOENCODING="ascii", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80

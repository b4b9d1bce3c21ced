"""`rulewright estimate` as a user runs it: tables, JSON, a folder, and one paragraph for whatever is wrong."""

import json
import os
import subprocess
import sys

import pytest

from rulewright.cli import main

PLAYS = "row,column,count\nstag,stag,12\nstag,hare,4\nhare,stag,6\nhare,hare,8\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plays.csv").write_text(PLAYS, encoding="utf-8")
    return tmp_path


def test_tables(folder, capsys):
    assert main(["estimate", "stag_hunt", "plays.csv"]) == 0
    said = capsys.readouterr().out
    for words in (
        "30 observations",
        "explains 60 choices best",
        "λ per unit of payoff",
        "regret per choice",
        "level 0",
    ):
        assert words in said


def test_json_and_a_folder_say_the_same(folder, capsys):
    assert main(["estimate", "stag_hunt", "plays.csv", "--json", "--out", "here/there"]) == 0
    said = capsys.readouterr().out
    assert said == (folder / "here/there/estimate.json").read_text(encoding="utf-8")
    data = json.loads(said)
    assert data["observations"] == 30
    assert [row["player"] for row in data["weights"]] == ["row", "column"]
    assert sorted(p.name for p in (folder / "here/there").iterdir()) == ["estimate.json"]
    assert main(["estimate", "stag_hunt", "plays.csv", "--json"]) == 0
    assert capsys.readouterr().out == said


def test_a_console_without_utf_8_gets_ascii(folder):
    words = [sys.executable, "-m", "rulewright.cli", "estimate", "stag_hunt", "plays.csv"]
    for extra in ([], ["--json"]):
        environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
        done = subprocess.run(
            [*words, *extra], cwd=folder, capture_output=True, env=environment, check=True, timeout=240
        )
        said = done.stdout.decode("ascii")
        assert "lambda" in said or extra


def test_a_game_file_will_do(folder, capsys):
    (folder / "g.nfg").write_text(
        'NFG 1 R "" { "row" "column" } { { "stag" "hare" } { "stag" "hare" } } 4 4 3 0 0 3 3 3\n', encoding="utf-8"
    )
    assert main(["estimate", "g.nfg", "plays.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["players"] == ["row", "column"]


WRONG = [
    ("row,column\nstag,rabbit\n", ["plays.csv, line 2, column column", "one of stag, hare", "'rabbit'"]),
    ("row,column\nstag,har\n", ["Did you mean 'hare'?"]),
    ("row,colunm\nstag,hare\n", ["line 1, column 2", "Did you mean 'column'?"]),
    ("row;column\nstag;hare\n", ["Separate columns by commas."]),
    ("row\nstag\n", ["a column 'column'"]),
    ("row,row,column\nstag,stag,hare\n", ["each column once"]),
    ("row,column\nstag\n", ["line 2", "needed 2 columns", "found 1"]),
    ("row,column,count\nstag,hare,1.5\n", ["whole number", "'1.5'"]),
    ("row,column,count\nstag,hare,0\n", ["seen at least once"]),
    ("row,column,count,weight\nstag,hare,1,1\n", ["`count` or `weight`", "both"]),
    ("row,column\n", ["at least one row", "no row"]),
    ("", ["found nothing"]),
    ("row,column\nstag,,\n", ["needed 2 columns"]),
    ("row,column\n,stag\n,hare\n", ["observations"]),
    ('row,column\n"stag,hare\n', ["CSV"]),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_file_is_told_in_one_paragraph(folder, capsys, text, words):
    (folder / "plays.csv").write_text(text, encoding="utf-8")
    code = main(["estimate", "stag_hunt", "plays.csv"])
    said = " ".join(capsys.readouterr().err.split())
    if text.startswith("row,column\n,stag"):  # what the row player did was never seen: told where it matters
        assert code == 0
        return
    assert code == 2
    for word in words:
        assert word in said, said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stag_hunt", "nowhere.csv"], "nothing there"),
        (["stag_hunt", "."], "a folder"),
        (["no_such_game", "plays.csv"], "the name of a scenario that ships"),
        (["stag_hunt", "plays.csv", "--confidence", "95"], "a level between 0 and 1"),
        (["stag_hunt", "plays.csv", "--weigh", "enby"], "Did you mean 'envy'?"),
        (["stag_hunt", "plays.csv", "--out", "plays.csv"], "a folder that can be written"),
        (["stag_hunt"], "Missing argument"),
    ],
)
def test_wrong_arguments_are_told(folder, capsys, arguments, words):
    assert main(["estimate", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_bytes_that_are_no_text(folder, capsys):
    (folder / "plays.csv").write_bytes(b"row,column\nstag,\xff\n")
    assert main(["estimate", "stag_hunt", "plays.csv"]) == 2
    assert "line 2: needed text in UTF-8" in " ".join(capsys.readouterr().err.split())

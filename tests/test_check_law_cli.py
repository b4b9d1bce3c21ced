"""`rulewright check-law`: exit codes, a card on a terminal, files, and wrong input told in sentences."""

import json

import pytest

from rulewright.cli import main

FAIR = """
SPACE = {"author": ["ann", "ben", "cleo"], "harm": [0, 1, 2, 3]}
IDENTITIES = ["author"]

def classify(case):
    return "remove" if case["harm"] >= 2 else "keep"
"""
UNFAIR = FAIR.replace('case["harm"] >= 2', 'case["harm"] >= 2 or case["author"] == "ben"')


@pytest.fixture
def file(tmp_path):
    def write(text, name="rule.py"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def test_a_fair_rule_exits_0(file, capsys):
    assert main(["check-law", file(FAIR)]) == 0
    assert "0 fail" in capsys.readouterr().out


def test_an_unfair_rule_exits_1_with_the_witness(file, tmp_path, capsys):
    assert main(["check-law", file(UNFAIR), "--out", str(tmp_path / "out")]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "same case (harm = 0), other author (author: ann → ben), other verdict: keep → remove" in said
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert [c["verdict"] for c in result["sections"][0]["checks"]].count("fail") == 2
    assert "author: ann → ben" in (tmp_path / "out" / "report.html").read_text()


def test_json_and_the_same_bytes(file, capsys):
    path = file(UNFAIR)
    printed = []
    for _ in range(2):
        assert main(["check-law", path, "--json"]) == 1
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] and json.loads(printed[0])["kind"] == "law"


def test_what_a_function_prints_is_no_part_of_the_answer(file, capsys):
    text = FAIR.replace("def classify(case):", "def classify(case, history):\n    print('hello', history)")
    assert main(["check-law", file(text), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) and "hello []" in printed.err


def test_a_function_that_leaves_is_told(file, capsys):
    assert main(["check-law", file(FAIR.replace("    return", "    raise SystemExit(5)\n    return"))]) == 1
    assert "an error, SystemExit: 5" in " ".join(capsys.readouterr().out.split())


def test_names_may_be_said_on_the_command_line(file):
    assert (
        main(["check-law", file(UNFAIR.replace('IDENTITIES = ["author"]', ""))]) == 0
    )  # nobody said that author is a name
    assert main(["check-law", file(UNFAIR.replace('IDENTITIES = ["author"]', "")), "--identities", "author"]) == 1


def test_a_scenario_and_a_table(file):
    assert main(["check-law", "content_policy"]) == 1
    table = file("author,harm,verdict\nann,1,keep\nben,1,remove\n", "t.csv")
    assert main(["check-law", table]) == 0
    assert main(["check-law", table, "--identities", "author"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.txt"], "a function (.py)"),
        (["nothing.py"], "a Python file"),
        (["nothing.csv"], "a table"),
        (["prisoners"], "a function (.py)"),
        (["content_policy", "--identities", "author"], "keys of [law]"),
        (["content_policy", "--flips", "0.1"], "BOUNDS"),
    ],
)
def test_wrong_input_exits_2(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["check-law", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("harm,verdict\n1", "line 2: needed 2 columns"),
        ("harm\n1", "a column “verdict”"),
        ("verdict\nkeep", "says something of the case"),
        ("harm,harm,verdict\n1,1,keep", "all different"),
        ("harm,date,verdict\n1,soon,keep", "a date"),
        ("harm,verdict", "a row below it"),
        ("harm,,verdict\n1,1,keep", "a name for every column"),
        ("harm,date,verdict\n\n1,soon,keep", "line 3, date"),
    ],
)
def test_a_wrong_table_exits_2(file, text, said, capsys):
    assert main(["check-law", file(text, "t.csv")]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


LAW = 'title = "t"\n[law]\n{keys}[law.attributes]\nharm = [0, 1]\nwho = ["a", "b"]\n{rest}'


@pytest.mark.parametrize(
    ("keys", "rest", "said"),
    [
        ("", '[[law.rules]]\nverdict = "x"\nwhen = "harn"\n', "Did you mean 'harm'?"),
        ("", '[[law.rules]]\nverdict = "x"\nwhen = "who == \'c\'"\n', "one of a, b"),
        ('verdicts = ["keep"]\n', '[[law.rules]]\nverdict = "x"\n', "a verdict among keep"),
        ('identities = ["name"]\n', "", "an attribute among harm, who"),
        ('table = [["who", "verdict"], ["c", "keep"]]\n', "", "one of a, b"),
        ('table = [["who"], ["a"]]\n', "", '"verdict" last'),
        ("", '[[law.versions]]\ndate = 1\ndrop = ["x"]\n', "the name of a rule"),
        ("", '[[law.equivalent]]\nattribute = "who"\nsame = ["a"]\n', "at least two of a, b"),
        ("", '[[compare]]\nname = "m"\ndrop = ["x"]\n', "a rule among"),
        ("", '[[compare]]\nname = "m"\nset = { color = 1 }\n', "color"),
        ("colour = 1\n", "", "a known key"),
    ],
)
def test_a_wrong_scenario_exits_2(file, keys, rest, said, capsys):
    assert main(["check-law", file(LAW.format(keys=keys, rest=rest), "t.toml")]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_decision_table(file, capsys):
    rows = '[["who", "harm", "verdict"], ["*", "1", "remove"], ["a", "*", "keep"], ["b", "0", "keep"]]'
    assert main(["check-law", file(LAW.format(keys=f"table = {rows}\n", rest=""), "t.toml")]) == 1
    assert "“line 2” says remove and “line 3” says keep" in " ".join(capsys.readouterr().out.split())
    assert (
        main(["check-law", file(LAW.format(keys=f"first = true\nclosed = true\ntable = {rows}\n", rest=""), "u.toml")])
        == 0
    )

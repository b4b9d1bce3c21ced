"""The pytest plugin in processes of its own: tables instead of tracebacks, snapshots that loopholes break, many workers."""

import ast
import json
import xml.etree.ElementTree as tree
from pathlib import Path

import pytest

import pytest_rulewright
from rulewright.testing.report_summary import markdown
from rulewright.testing.rule_files import of_file, rules_of

pytest_plugins = ("pytester",)
SOURCE = Path(pytest_rulewright.__file__).parent
GAME = """
import rulewright.testing as rulewright

def build(bonus=0):
    def reward(a, b):
        return {"a": 0.1 + 0.2 + bonus * (a == "hack"), "b": 0.3 - 0.1 * (b == "hack")}
    return rulewright.game_of({"a": ["do", "hack"], "b": ["do", "hack"]}, reward, goal=lambda a, b: (a == "do") + (b == "do"))
"""
RULE = """
title = "Who cleans up?"
source = "a test"
[game]
name = "prisoners"
[people]
goal = "total"
[[compare]]
name = "a fine"
pay  = { row = "-FINE * (row == 'defect')", column = "-FINE * (column == 'defect')" }
"""


@pytest.fixture
def runs(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(SOURCE))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run(*args, own=False):
        if not own:  # the same, without the imports of another process
            return pytester.runpytest_inprocess("-p", "pytest_rulewright", "-p", "no:hypothesispytest", *args)
        return pytester.runpytest_subprocess("-p", "pytest_rulewright", "-p", "xdist.plugin", *args, timeout=120)

    return run


def test_a_loophole_fails_with_who_gains_how_much_by_what(pytester, runs):
    pytester.makepyfile(
        GAME
        + """
@rulewright.test(game=build, claims=["equilibrium"], expect_gap=1, over={"bonus": [-0.1, 0.5]})
def test_reward(certificate):
    assert [c["claim"] for c in certificate["claims"]] == ["equilibrium", "worst"]
    assert certificate["game"]["payoff"]["entries"][4] == "3/10"

@rulewright.test(game=build, play={"a": "nothing", "b": "do"}, claims=["equilibrium"])
def test_wrong(certificate): ...

def test_plain(): ...
"""
    )
    found = runs("--junitxml=junit.xml", "--rulewright-report=out/results.json", own=True)
    found.assert_outcomes(passed=2, failed=1, errors=1)
    found.stdout.fnmatch_lines(
        [
            "*a gains 1/2 by hack instead of do*",
            "*BROKEN  equilibrium*a, playing hack instead of do, gains 1/2*",
            "*who*asked*does instead*gets*would get*gains*",
            "*a * do * hack * 3/10 * 4/5 * 1/2*",
        ]
    )
    found.stdout.fnmatch_lines(["*play of a*needed one of do, hack*"])
    found.stdout.no_fnmatch_line("*Traceback*")
    found.stdout.no_fnmatch_line("*incentives.py:*")
    results = json.loads((pytester.path / "out/results.json").read_text())
    assert [t["failed"] for t in results["tests"]] == [False, True, True]
    assert "needed one of do, hack" in results["tests"][2]["lost"][0]
    assert results["tests"][1]["lures"][0]["gain"] == "1/2"
    said = {p.get("name"): p.get("value") for p in tree.parse(pytester.path / "junit.xml").iter("property")}
    assert said["rulewright.most_gained"] == "1/2" and "equilibrium: broken" in said["rulewright"]


def test_nothing_passes_unchecked_and_every_failure_is_in_the_results(pytester, runs):
    """Two marks on one test, another fixture of the same name, and a game that raises."""
    pytester.makepyfile(
        GAME
        + """
import pytest

def raises():
    raise RuntimeError("boom")

@rulewright.test(game=build, claims=["equilibrium"], over={"bonus": [0.5]})
@rulewright.test(game=build, claims=["equilibrium"])
def test_two(): ...

@rulewright.test(game=raises, claims=["equilibrium"])
def test_raises(): ...

@rulewright.test(game=build, claims=["equilibrium"])
def test_own_code():
    assert 1 == 2

class TestShadow:
    @pytest.fixture
    def certificate(self):
        return "of a server"

    @rulewright.test(game=build, claims=["equilibrium"], play={"a": "hack", "b": "hack"})
    def test_shadowed(self, certificate): ...
"""
    )
    runs("--rulewright-report=results.json").assert_outcomes(failed=2, errors=2)
    tests = {e["test"].rpartition("::")[2]: e for e in json.loads(Path("results.json").read_text())["tests"]}
    assert all(e["failed"] for e in tests.values())
    assert tests["test_raises"]["lost"] == ["RuntimeError: boom"]
    assert "found 2" in next(e for name, e in tests.items() if name.startswith("test_two"))["lost"][0]
    assert "no claim was checked" in tests["test_shadowed"]["lost"][0]
    assert "AssertionError" in tests["test_own_code"]["lost"][0]
    assert "4 of 4 tests of incentives fail" in markdown(json.loads(Path("results.json").read_text()))


def test_snapshots_files_and_many_workers(pytester, runs):
    pytester.makepyfile(GAME + "\n@rulewright.test(game=build, baseline=True)\ndef test_base(certificate): ...\n")
    inner = pytester.mkdir("inner")
    (inner / "here.toml").write_text(RULE.replace("FINE", "3"))
    asked = '@rulewright.test(game="here.toml", institution="a fine", claims=["dominant"])\n'
    code = "import rulewright.testing as rulewright\n" + asked + "class TestAll:\n    def test_one(self): ...\n"
    (inner / "test_inner.py").write_text(code)  # a file beside the test, a class, and no fixture
    rule = pytester.path / "cleaning.rule.toml"
    rule.write_text(RULE.replace("FINE", "3"))
    first = runs()
    first.assert_outcomes(failed=3, passed=1)
    first.stdout.fnmatch_lines(["*says nothing of this test. Run pytest --rulewright-update*"])
    runs("--rulewright-update", "-n", "2", own=True).assert_outcomes(passed=4)
    kept = pytester.path / "cleaning.incentives.toml"
    text = kept.read_text()
    assert 'holds = { equilibrium = "1"' in text and '["a fine"]' in text
    runs().assert_outcomes(passed=4)
    rule.write_text(RULE.replace("FINE", "1/2"))  # somebody lowers the fine
    broken = runs()
    broken.assert_outcomes(passed=3, failed=1)
    broken.stdout.fnmatch_lines(
        ["*equilibrium held by 1 in cleaning.incentives.toml; now: *defect instead of cooperate, gains 3/2*"]
    )
    assert kept.read_text() == text  # only --rulewright-update writes
    kept.write_text("[today]\nholds = 3\n")
    runs("cleaning.rule.toml").stdout.fnmatch_lines(["*needed a snapshot of incentives*"])
    runs("--no-rulewright-files", "cleaning.rule.toml").assert_outcomes()


def test_who_does_not_ask_pays_nothing(pytester, runs):
    pytester.makepyfile("import sys\ndef test_light(): assert not {'rulewright', 'numpy'} & set(sys.modules)\n")
    runs(own=True).assert_outcomes(passed=1)


def test_the_plugin_imports_only_pytest_at_its_top():
    body = ast.parse((SOURCE / "pytest_rulewright.py").read_text(encoding="utf-8")).body
    named = {n.names[0].name for n in body if isinstance(n, ast.Import)}
    named |= {n.module for n in body if isinstance(n, ast.ImportFrom)}
    assert named == {"__future__", "collections.abc", "json", "pathlib", "typing", "pytest"}


def test_a_broken_rule_file_is_one_sentence(pytester, runs):
    (pytester.path / "odd.rule.toml").write_text("title = 3 [")
    found = runs()
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*odd.rule.toml: needed a TOML file*"])


def test_other_kinds_of_scenarios_are_tests_too(tmp_path):
    path = tmp_path / "market.rule.toml"
    path.write_text((SOURCE / "rulewright/scenario/catalogue/night_watch.toml").read_text(encoding="utf-8"))
    assert rules_of(path) == ["assessment"]
    found = of_file(path, "assessment")
    assert found.holds and "report" in [f.claim for f in found.findings] and len(found.findings) > 1

"""What uses jobs comes to the same bytes wherever it is done: sweeps, interrupted ones too, and papers."""

import importlib.util
import sys
from pathlib import Path

import pytest

import rulewright as rw
from rulewright.assessment import sweep
from rulewright.behaviour import Pure
from rulewright.errors import InputError
from rulewright.jobs import Local, Store
from rulewright.scenario.load import parse

ROOT = Path(__file__).parents[2]
GRID = {"kappa": "0.001:0.4:0.005"}
FILES = ("points.jsonl", "sweep.csv", "sweep.json")
DIVIDES = """
title = "a payoff that is not there at 0"
parameters = { x = 2 }
[players]
ann = { actions = ["a", "b"] }
[payoff]
ann = "1 / x * (ann == 'a')"
[people]
goal = "total"
"""
pytestmark = pytest.mark.timeout(120)


def test_a_sweep_elsewhere_has_the_same_bytes_and_goes_on(tmp_path):
    scenario = rw.load("booking").having(fee="1/5")
    sweep(scenario, GRID, ["pure", "level:1"], out=tmp_path / "here")
    with Local(2) as two:
        sweep(scenario, GRID, ["pure", "level:1"], out=tmp_path / "there", on=two)
        for name in FILES:
            assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
        with Store(tmp_path / "there" / "run", write=False) as store:
            assert store.counts() == {"done": 3}
        kept = tmp_path / "there" / "points.jsonl"
        kept.write_text("".join(kept.read_text().splitlines(keepends=True)[:40]))  # killed after a chunk and a bit
        said = []
        sweep(scenario, GRID, ["pure", "level:1"], out=tmp_path / "there", on=two, tell=said.append)
        assert "2 of 2 jobs" in said[-1]
    assert kept.read_bytes() == (tmp_path / "here" / "points.jsonl").read_bytes()


def test_what_a_point_raises_is_raised_here():
    scenario = parse(DIVIDES, name="divides", origin="divides.toml")
    said = []
    with Local(1) as one:
        for place in ("inline", one):
            with pytest.raises(InputError) as error:
                sweep(scenario, {"x": "2,1,0"}, ["pure"], on=place)
            said.append((error.value.needed, error.value.found))
    assert said[0] == said[1]


def test_a_behaviour_of_ones_own_stays_here():
    class Mine(Pure):
        name = "mine"

    with pytest.raises(InputError, match="one of your own, mine"):
        sweep(rw.load("booking"), {"kappa": "1,2"}, [Mine()], on="local:1")


def test_papers_elsewhere_print_the_same(capsys, tmp_path):
    spec = importlib.util.spec_from_file_location("papers_elsewhere", ROOT / "papers" / "__main__.py")
    table = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = table
    spec.loader.exec_module(table)
    assert table.main(["hadfield-2012", "--fast"]) == 0
    here = capsys.readouterr().out
    for _ in range(2):
        assert table.main(["hadfield-2012", "--fast", "--on", "local:1", "--store", str(tmp_path)]) == 0
        assert capsys.readouterr().out == here
    with Store(tmp_path, write=False) as store:
        assert store.counts() == {"done": 1}

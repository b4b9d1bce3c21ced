"""`rulewright sweep`: a table, JSON, files; wrong words end with exit code 2 and one paragraph; an interrupt keeps what is done."""

import importlib
import json

import pytest

from rulewright import cli


def run(capsys, *arguments):
    code = cli.main(["sweep", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_table(capsys):
    code, out, _ = run(capsys, "booking", "--over", "kappa=0.001,3", "--predict", "pure")
    lines = out.splitlines()
    assert code == 0 and lines[0].split() == ["kappa", "pure", "worst", "pure", "best"]
    assert lines[2].split() == ["3", "29", "29"]


def test_long_tables_are_cut(capsys):
    code, out, _ = run(capsys, "stag_hunt_of_hares", "--over", "x=1")
    assert code == 2 and not out
    code, out, _ = run(capsys, "booking", "--over", "kappa=0.01:0.7:0.01", "--predict", "pure")
    assert code == 0 and "and 10 more points" in out


def test_json_and_files(capsys, tmp_path):
    asked = ("cheap_defection", "--over", "effort=0:1:0.5", "--over", "patience=0.6,0.7", "--predict", "pure,level:1")
    code, out, _ = run(capsys, *asked, "--json", "--out", str(tmp_path))
    said = json.loads(out)
    assert code == 0 and len(said["rows"]) == 6 and said["columns"][2] == "pure worst"
    assert out == (tmp_path / "sweep.json").read_text(encoding="utf-8")
    code, out, _ = run(capsys, *asked, "--out", str(tmp_path))
    assert code == 0 and "sweep.csv" in out


def test_set_and_rule(capsys):
    code, out, _ = run(
        capsys, "booking", "--over", "kappa=0.001", "--set", "fee=2.6", "--rule", "today", "--predict", "pure", "--json"
    )
    assert code == 0 and json.loads(out)["rows"] == [["0.001", 31.999, 31.999]]
    code, out, _ = run(
        capsys, "booking", "--over", "kappa=0.001", "--rule", "a fee of 0.1", "--predict", "pure", "--json"
    )
    assert code == 0 and json.loads(out)["rows"][0][1] == pytest.approx(21.838, abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("booking", "--over", "kapa=0:1:1"), "Did you mean 'kappa'"),
        (("booking", "--over", "kappa=1:0:1"), "from ≤ to"),
        (("booking", "--over", "kappa"), "NAME=VALUE, for example bonus=0:1:0.1"),
        (("booking", "--over", "kappa=1", "--over", "kappa=2"), "kappa twice"),
        (("booking", "--over", "kappa=1", "--predict", "nahs"), "Did you mean 'nash'"),
        (("booking", "--over", "kappa=1", "--rule", "none"), "booking by phone"),
        (("booking", "--over", "kappa=1", "--rule", "booking by phone"), "sets"),
        (("bookings", "--over", "kappa=1"), "Did you mean 'booking'"),
        (("booking",), "Missing option"),
    ],
)
def test_wrong_words(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert code == 2 and not out and said in " ".join(err.split())


@pytest.mark.parametrize(("out", "said"), [(True, "the same command goes on"), (False, "--out DIR keeps")])
def test_interrupts(capsys, tmp_path, monkeypatch, out, said):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module("rulewright.assessment.sweep"), "spans", stop)
    more = ("--out", str(tmp_path)) if out else ()
    code, _, err = run(capsys, "booking", "--over", "kappa=1,2", *more)
    assert code == 130 and said in " ".join(err.split())

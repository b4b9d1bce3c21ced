"""`rulewright hull` as a user runs it: summary, JSON, a folder, files of several kinds, and one paragraph for what is wrong."""

import json
import math
import re
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import rulewright
from rulewright.assessment import hull as room
from rulewright.assessment.hull import align, words
from rulewright.cli import main
from rulewright.competition.market import entry
from rulewright.competition.market.table import Table
from rulewright.verify import competition_checker as checker

SMALL = """case,action,people,frank,flattering,cautious
health,tell,0.9,0.8,0.2,0.1
health,hide,0.2,0.3,0.7,0.3
health,hedge,0.5,0.4,0.5,0.9
money,buy,0.1,0.6,0.7,0.0
money,wait,0.8,0.5,0.4,0.9
work,leave,0.6,0.9,0.1,0.2
work,stay,0.5,0.2,0.8,0.9
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.csv").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def models():
    return room.hull("moral_machine", people="Human")


def test_75_models_as_in_our_pilot(models):
    """Figures of our own pilot: no offset. (A constant brings the hull to .109 and the cone to .089.)"""
    lines = {line.name: line for line in models.lines}
    assert round(lines["best single AI, as it is"].epsilon, 3) == 0.278
    assert round(lines["plain average"].epsilon, 3) == 0.343
    reached = {(r.kind, r.offset): (round(r.epsilon, 3), r.used) for r in models.reached}
    assert reached["hull", "none"] == (0.159, 5) and reached["cone", "none"] == (0.091, 6)
    assert reached["hull", "constant"][0] == 0.109 and reached["cone", "constant"][0] == 0.089
    assert models.k == 75 and models.n == 9


def test_75_models_what_is_said(models):
    assert models.near.exact and models.near.epsilon == models.near.bound
    assert models.loss == models.range.value == pytest.approx(2 * models.near.value)
    assert words.headline(models) == (
        "A mix of 6 of 75 AIs, shifted by one constant, is within 0.089 of Human in every row; no mix is nearer."
    )
    assert "53% of that drop is calibration" in words.calibration(models)
    assert "“Age”" in words.missing(models) and "“Gender”" in words.missing(models)
    assert "Dearest to lose is Kimi K2" in words.helps(models)[-1]
    assert models.exits[0].name == "Kimi K2" and words.few_rows(models)
    verdicts = checker.check(json.loads(json.dumps(models.certificate)))
    assert len(verdicts) >= 5 and all(v.holds for v in verdicts)


def test_summary_and_folder(folder, capsys):
    assert (
        main(
            [
                "hull",
                "small.csv",
                "--people",
                "people",
                "--case",
                "case",
                "--item",
                "action",
                "--folds",
                "3",
                "--out",
                "o",
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    for text in ("7 rows, 3 AIs", "calibration", "What is missing", "The mix", "report.html"):
        assert text in said
    assert sorted(p.name for p in (folder / "o").iterdir()) == ["certificate.json", "report.html", "result.json"]
    page = (folder / "o/report.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"http", page) and "<script" not in page
    for text in ("Who is near", "What is missing", "What would help", "What the guarantee covers", "ρ*", "health: "):
        assert text in page
    made = checker.load(folder / "o/certificate.json")
    assert all(v.holds for v in checker.check(made))


def test_json_is_the_file(folder, capsys):
    ask = ["hull", "small.csv", "--people", "people", "--case", "case", "--folds", "3", "--json"]
    assert main([*ask, "--out", "o"]) == 0
    said = capsys.readouterr().out
    assert said == (folder / "o/result.json").read_text(encoding="utf-8")
    assert main(ask) == 0
    assert capsys.readouterr().out == said
    data = json.loads(said)
    assert data["offset"] == "case" and data["cases"] == 3 and data["kind"] == "cone"
    assert data["loss_at_most"] <= 2 * data["epsilon"] and data["rho_against_best"] <= data["rho"]
    assert [line["name"] for line in data["lines"]][:4] == [
        "a constant",
        "best single AI, as it is",
        "plain average",
        "best single AI, calibrated",
    ]


def test_candidates_and_kinds(folder, capsys):
    ask = ["hull", "small.csv", "--people", "people", "--kind", "hull", "--offset", "none", "--folds", "2", "--json"]
    assert main([*ask, "--candidates", "frank,cautious"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["ais"] == 1 and {tuple(c["names"]) for c in data["candidates"]} == {("frank",), ("cautious",)}
    assert data["entering_in_pairs"][0]["epsilon"] <= data["candidates"][0]["epsilon"] + 1e-9
    assert main(ask) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["epsilon"] == pytest.approx(data["entering_in_pairs"][0]["epsilon"])
    assert math.isclose(sum(whole["weights"].values()), 1, rel_tol=1e-9)


def test_ais_that_are_named(folder, capsys):
    ask = ["hull", "small.csv", "--people", "people", "--folds", "2", "--json"]
    assert main([*ask, "--ais", "frank", "--candidates", "cautious"]) == 0
    named = json.loads(capsys.readouterr().out)
    assert named["ais"] == 1 and [c["names"] for c in named["candidates"]] == [["cautious"]]
    (folder / "small.csv").write_text(re.sub(r",[^,]*,([^,]*)$", r",\1", SMALL, flags=re.M), encoding="utf-8")
    assert main([*ask, "--candidates", "cautious"]) == 0  # the same table without `flattering`
    assert json.loads(capsys.readouterr().out) == named
    with pytest.raises(rulewright.errors.InputError):
        room.hull(Table.of([0, 1], [[0], [1]]), ais=["AI 1"])


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (["nothing.csv", "--people", "people"], "moral_machine"),
        (["small.csv", "--people", "peopel"], "Did you mean"),
        (["small.csv", "--people", "people", "--kind", "ball"], "'cone' or 'hull'"),
        (["small.csv", "--people", "people", "--offset", "case"], "Name the column"),
        (["small.csv", "--people", "people", "--offset", "any"], "'none'"),
        (["small.csv", "--people", "people", "--candidates", "x"], "columns of AIs"),
        (["small.csv", "--people", "people", "--candidates", "frnk"], "Did you mean 'frank'"),
        (["small.csv", "--people", "people", "--ais", "frnk"], "Did you mean 'frank'"),
        (["small.csv", "--people", "people", "--candidates", "frank,flattering,cautious"], "on offer already"),
        (["small.csv", "--people", "people", "--folds", "1"], "at least 2"),
        (["small.csv"], "--people"),
    ],
)
def test_what_is_wrong_is_told(folder, capsys, extra, says):
    assert main(["hull", *extra]) == 2
    said = capsys.readouterr()
    assert says in " ".join(said.err.split()) and "Traceback" not in said.err and not said.out


def test_a_folder_that_cannot_be_written(folder, capsys):
    (folder / "o").write_text("a file", encoding="utf-8")
    assert main(["hull", "small.csv", "--people", "people", "--folds", "2", "--out", "o"]) == 2
    assert "--out" in capsys.readouterr().err


def test_interrupted(folder, capsys, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "hull", stop)
    assert main(["hull", "small.csv", "--people", "people", "--out", "o"]) == 130
    assert "nothing was written" in capsys.readouterr().err and not (folder / "o").exists()


def test_a_console_without_utf_8(folder):
    ask = [sys.executable, "-m", "rulewright.cli", "hull", "small.csv", "--people", "people", "--folds", "2"]
    done = subprocess.run(
        ask,
        cwd=folder,
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
        timeout=240,
    )
    assert b"epsilon without it" in done.stdout


def test_streamed_rows_say_what_held_ones_do(folder, monkeypatch):
    draw = np.random.default_rng(0)
    values = draw.integers(0, 11, (900, 4)) / 10
    np.save("rows.npy", values)
    for ask in ({"kind": "cone"}, {"kind": "hull", "offset": "none"}):
        held = room.hull("rows.npy", people="column 2", **ask)
        monkeypatch.setattr(align, "HELD", 0)
        here = room.hull("rows.npy", people="column 2", **ask)
        monkeypatch.undo()
        monkeypatch.chdir(folder)
        assert here.near.value == pytest.approx(held.near.value) and here.n == held.n == 900
        assert here.simplest.people == pytest.approx(float(held.simplest.people), rel=1e-6) or here.witnesses
        assert [x.epsilon for x in here.lines] == pytest.approx([x.epsilon for x in held.lines])
        assert any("streamed" in why for why in here.left_out)
        assert here.loss == pytest.approx(held.loss, abs=1e-8), "without cases ρ is twice ε with a constant offset"
        assert {e.name: e.epsilon for e in here.exits} == pytest.approx(
            {e.name: e.epsilon for e in held.exits}, abs=1e-8
        )
        room.save(here, folder / "streamed")


def test_streamed_cases_say_what_held_ones_do(folder, monkeypatch):
    """What is at stake, ρ, exits, entrants, names of rows, and a certificate about the binding rows."""
    draw = np.random.default_rng(1)
    lines = ["case,action,people,a,b,c,d"]
    lines += [
        f"q{r // 3},a{r % 3}," + ",".join(map(str, row)) for r, row in enumerate(draw.integers(0, 11, (600, 5)) / 10)
    ]
    (folder / "long.csv").write_text("\n".join(lines), encoding="utf-8")
    ask = {"people": "people", "case": "case", "item": "action", "kind": "hull", "candidates": ["b"], "seed": 3}
    held = room.hull("long.csv", **ask)
    monkeypatch.setattr(align, "HELD", 0)
    here = room.hull("long.csv", **ask)
    assert here.partial and here.cases == held.cases == 200 and here.stakes == pytest.approx(held.stakes)
    assert here.range.value == pytest.approx(held.range.value, abs=1e-8) and here.loss == pytest.approx(held.loss)
    assert here.against_best.value == pytest.approx(held.against_best.value, abs=1e-8)
    assert [e.epsilon for e in here.exits] == pytest.approx([e.epsilon for e in held.exits], abs=1e-8)
    assert [c.epsilon for c in here.candidates] == pytest.approx([c.epsilon for c in held.candidates], abs=1e-8)
    assert [line.test for line in here.lines] == pytest.approx([line.test for line in held.lines])
    assert [abs(m.people - m.mix) for m in here.misses] == pytest.approx([abs(m.people - m.mix) for m in held.misses])
    assert "“q" in words.missing(here) and "“a" in words.missing(here) and words.spread(here).startswith("In ")
    assert here.missing[0].epsilon < here.near.value
    verdicts = checker.check(json.loads(json.dumps(here.certificate)))
    assert verdicts and all(v.holds for v in verdicts)
    bound = next(c for c in here.certificate["claims"] if c["claim"] == "no nearer")["at_least"]
    assert float(Fraction(bound)) == pytest.approx(here.near.value, abs=1e-8)
    assert "near" not in [c["claim"] for c in here.certificate["claims"]], "of these rows only"
    page = (folder / "o" / "report.html", room.save(here, folder / "o"))[0].read_text(encoding="utf-8")
    assert "so none is nearer on all rows" in page and "designed on those that bind" in page
    plain = room.page.render(room.hull(Table.of([0.1, 0.9, 0.3], [[0, 1], [1, 0], [0.5, 0.5]]), folds=2))
    assert "range of the error over all rows" in plain and "Who of the candidates" not in plain
    with pytest.raises(rulewright.errors.InputError):
        room.hull("long.csv", people="people", candidates=["nobody"])
    with pytest.raises(rulewright.errors.InputError):
        room.hull("long.csv", people="people", law=[1.0])


def test_only_these_are_ais(folder, capsys):
    """A column of numbers that is no AI can be left out."""
    lines = SMALL.splitlines()
    (folder / "id.csv").write_text(
        "\n".join(["id," + lines[0], *(f"{r},{line}" for r, line in enumerate(lines[1:]))]), encoding="utf-8"
    )
    ask = ["hull", "id.csv", "--people", "people", "--folds", "2", "--json"]
    assert main([*ask, "--ais", "frank,cautious", "--candidates", "cautious"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ais"] == 1 and [c["names"] for c in found["candidates"]] == [["cautious"]]
    assert main([*ask, "--ais", "frank,people"]) == 2 and main([*ask, "--ais", "nobody"]) == 2


def test_numbers_too_large_and_broken_files_are_told(folder, capsys):
    (folder / "large.csv").write_text("people,a,b\n1e308,1e308,-1e308\n0,1,0\n", encoding="utf-8")
    assert main(["hull", "large.csv", "--people", "people", "--out", "o"]) == 2
    assert "Choose other units" in " ".join(capsys.readouterr().err.split()) and not (folder / "o").exists()
    pytest.importorskip("polars")
    (folder / "broken.arrow").write_bytes(b"garbage")
    assert main(["hull", "broken.arrow", "--people", "people"]) == 2


def test_a_table_and_progress():
    told = []
    t = Table.of([0.1, 0.9, 0.5], [[0, 1], [1, 0], [0.5, 0.5]])
    found = room.hull(t, folds=2, tell=lambda words, done=None: told.append(words))
    assert found.near.epsilon == 0 and "nothing is missing" in words.headline(found)
    assert "the nearest mix" in told and found._repr_html_().startswith("<p>")
    assert found.result()["missing"] == []
    with pytest.raises(rulewright.errors.InputError):
        room.hull(t, people="x")


@pytest.mark.parametrize("cases", [None, np.arange(300) // 3])
def test_a_long_table_that_is_held(folder, monkeypatch, cases):
    """The missing AI is designed on a few rows: it was left out beyond 5,000 rows, and must not be claimed of all."""
    monkeypatch.setattr(entry, "MOST_ROWS", 100)
    draw = np.random.default_rng(0)
    people = draw.integers(0, 11, 300) / 10
    t = Table.of(people, 0.5 * people[:, None] + draw.integers(0, 6, (300, 3)) / 10, cases=cases)
    found = room.hull(t)
    assert found.missing and found.designed.n < 300 and found.missing[0].epsilon < found.near.value
    assert "would bring the distance down to" in words.helps(found)[0] and room.save(found, folder / "o")
    assert found.result()["missing"][0]["changes"]
    assert all(v.holds for v in checker.check(json.loads(json.dumps(found.certificate))))

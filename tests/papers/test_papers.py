"""The table of papers itself, and that every paper is tested, once."""

import ast
from collections import Counter
from pathlib import Path

from paper_claims import ROOT, table

import real_data  # isort: skip  (the table's import puts its folder on the path)


def test_every_paper_is_tested_once():
    found = []
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAPERS":
                found += ast.literal_eval(node.value)
    assert Counter(found) == Counter(folder.relative_to(ROOT).as_posix() for folder in table.papers())


def test_the_table_fails_where_a_claim_fails(monkeypatch, capsys):
    wrong = table.Claim("p", "two and two", "own run", 5.0, 5.0, 0.5, False, lambda fast: 4.0)
    monkeypatch.setattr(table, "papers", lambda: [ROOT / "idea" / "p"])
    monkeypatch.setattr(table, "claims", lambda folder: iter([wrong]))
    assert table.main([]) == 1 and "FAILS  two and two: 5 | 4 | 0.5" in capsys.readouterr().out
    assert table.main(["nobody-1900"]) == 2


def test_a_claim_without_its_data_is_left_out_and_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("RULEWRIGHT_DATA", str(tmp_path))
    needy = table.Claim(
        "p", "jokes", "own run", 5.0, 5.0, 0.5, False, lambda fast: len(str(real_data.path("jester5k")))
    )
    monkeypatch.setattr(table, "papers", lambda: [ROOT / "idea" / "p"])
    monkeypatch.setattr(table, "claims", lambda folder: iter([needy]))
    assert table.main([]) == 0
    said = capsys.readouterr().out
    assert "left out  jokes: jester5k is not in" in said and "RULEWRIGHT_DATA" in said

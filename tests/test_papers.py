"""Every paper that papers/ reproduces, in its fast tier: what was published, what we get, and how far apart they may be."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "papers"
spec = importlib.util.spec_from_file_location("papers_table", ROOT / "__main__.py")
table = importlib.util.module_from_spec(spec)
# dataclasses look their module up by name
import sys  # noqa: E402

sys.modules["papers_table"] = table
spec.loader.exec_module(table)

import real_data  # noqa: E402

CLAIMS = [claim for folder in table.papers() for claim in table.claims(folder)]
FAST = [claim for claim in CLAIMS if not claim.slow]


@pytest.mark.parametrize("claim", FAST, ids=[f"{claim.paper}: {claim.name}" for claim in FAST])
def test_claim(claim):
    try:
        value = float(claim.compute(True))
    except table.Absent as reason:
        pytest.skip(str(reason))
    assert claim.holds(value)


@pytest.mark.parametrize("claim", CLAIMS, ids=[f"{claim.paper}: {claim.name}" for claim in CLAIMS])
def test_what_we_say_we_got_is_within_the_tolerance(claim):
    assert claim.holds(claim.ours)


@pytest.mark.parametrize("folder", table.papers(), ids=lambda folder: folder.name)
def test_a_paper_says_what_it_is(folder):
    said = (folder / "README.md").read_text(encoding="utf-8")
    assert re.search(
        r"^\| claim \| (published|recomputed)[^|]* \| ours \| tolerance \|$", said, re.M
    )  # whose digits, honestly


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

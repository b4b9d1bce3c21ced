"""The tests of one paper, in its fast tier: what was published, what we get, and how far apart they may be.

A module names its `PAPERS`, "idea/author-year", and imports these tests; together the modules name each paper once, so that two
processes which share the modules share the work. A paper's script is run when its first claim is, not when tests are collected.
"""

import importlib.util
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "papers"
spec = importlib.util.spec_from_file_location("papers_table", ROOT / "__main__.py")
table = importlib.util.module_from_spec(spec)
# dataclasses look their module up by name
sys.modules["papers_table"] = table
spec.loader.exec_module(table)


def rows(paper):
    return tomllib.loads((ROOT / paper / "expected.toml").read_text(encoding="utf-8"))["claim"]


@cache
def claims(paper):
    return {claim.name: claim for claim in table.claims(ROOT / paper)}


def named(paper, row):
    return pytest.param(paper, row["name"], id=f"{Path(paper).name}: {row['name']}")


def said(metafunc):
    """The parameters of these tests in one module."""
    papers = metafunc.module.PAPERS
    if metafunc.function is test_claim:
        fast = [named(p, row) for p in papers for row in rows(p) if not row.get("slow")]
        metafunc.parametrize(("paper", "name"), fast)
    elif metafunc.function in (test_a_paper_says_what_it_is, test_what_we_say_we_got_is_within_the_tolerance):
        metafunc.parametrize("paper", papers, ids=[Path(p).name for p in papers])


def test_claim(paper, name):
    claim = claims(paper)[name]
    try:
        value = float(claim.compute(True))
    except table.Absent as reason:
        pytest.skip(str(reason))
    assert claim.holds(value)


def test_what_we_say_we_got_is_within_the_tolerance(paper):
    assert [claim.name for claim in claims(paper).values() if not claim.holds(claim.ours)] == []


def test_a_paper_says_what_it_is(paper):
    said = (ROOT / paper / "README.md").read_text(encoding="utf-8")
    assert re.search(
        r"^\| claim \| (published|recomputed)[^|]* \| ours \| tolerance \|$", said, re.M
    )  # whose digits, honestly

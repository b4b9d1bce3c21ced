"""Scenarios of decisions: tables in every form, mistakes with line and column, and what the report says."""

import gzip
import json
import os
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from rulewright.assessment import assess
from rulewright.assessment.decisions import elections, tables
from rulewright.assessment.decisions.generated import adminship
from rulewright.assessment.output import text
from rulewright.errors import InputError
from rulewright.scenario.load import load, parse

SHARED = Path(os.environ.get("RULEWRIGHT_DATA") or Path(__file__).parents[3] / "shared" / "data")
VOTES = "case,person,vote,side\n" + "".join(
    f"case {k},{who},{'yes' if (k + j) % 3 else 'no'},{'left' if j < 3 else 'right'}\n"
    for k in range(12)
    for j, who in enumerate("abcde")
)
COURT = "case,day,ruling,ours\n" + "".join(
    f"case {k},2026-{k + 1:02d}-01,{int(k % 2 == 0)},{'yes' if k < 9 else 'no'}\n" for k in range(12)
)
AGENTS = "case,first,second\n" + "".join(f"case {k},{int(k % 2 == 0)},{int(k % 3 == 0)}\n" for k in range(12))
FILE = """title = "t"
[decisions]
judgements = "votes.csv"
judgement = "vote"
group = "side"
aggregators = ["majority", "supermajority:2/3", "consensus"]
resamples = 20
least = 2
[institution]
name = "the court"
decisions = "court.csv"
decision = "ruling"
date = "day"
[[agents]]
name = "one"
decisions = "agents.csv"
decision = "first"
[[agents]]
name = "two"
follows = "majority"
"""


@pytest.fixture
def folder(tmp_path):
    for name, content in (("votes.csv", VOTES), ("court.csv", COURT), ("agents.csv", AGENTS)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def read(folder, said=FILE):
    return parse(said, name="t", origin="t.toml", folder=folder)


def section(report, name):
    return next(s for s in report.sections if s.name == name)


def test_a_small_file(folder):
    report = assess(read(folder)).report
    assert report.kind == "decisions" and "too few to tell" in report.headline[0].text
    table = section(report, "Three targets").tables[0]
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["majority"][1].startswith("0 (") and rows["the court"][0].startswith("0 (")
    assert rows["the court, on D"][1].startswith("1 (") and rows["the court, on D"][0].startswith("0 (")
    assert all(claim.holds for claim in section(report, "What is claimed").claims)


def test_same_seed_same_bytes(folder):
    first, second = (assess(read(folder)) for _ in range(2))
    assert text(first.report.result()) == text(second.report.result()) and first.page == second.page


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("votes.csv", "vote.csv", "line 3, decisions.judgements.*nothing there"),
        ('judgement = "vote"', 'judgement = "votes"', "votes.csv, line 1.*Did you mean 'vote'"),
        ('"majority", "super', '"majorty", "super', "line 6.*Did you mean 'majority'"),
        ('decision = "first"', 'decision = "frist"', "line 15, agents.*Did you mean 'first'"),
        ('follows = "majority"', "", "line 19.*or what it follows"),
        ('name = "two"', 'name = "one"', "line 19.*no other"),
        ('group = "side"\n', "", "line 5.*groups of people"),
        ("resamples = 20", "resamples = 2", "line 7"),
        (
            "[institution]",
            "[change]\ndate='2026-20-01'\nbefore='majority'\n[institution]",
            "change.date.*a date such as",
        ),
        (
            "[institution]",
            "[change]\ndate='2030-01-01'\nbefore='majority'\n[institution]",
            "between the first and the last",
        ),
        ("least = 2", 'scored_from = "2027-01-01"', "scored_from.*cases after it"),
        ("least = 2", 'loss = "log"', "line 8.*as chances"),
        ("least = 2", "opinion_groups = 2", "both"),
        ("least = 2", "scale = { yes = 2 }", "line 8.*from 0"),
        ("[[agents]]", "[[authorities]]\nname='x'\n[[agents]]", "or what it follows"),
        ('judgements = "votes.csv"', 'judgements = "shipped:vots.csv"', "a table that ships"),
    ],
)
def test_mistakes_have_a_place(folder, old, new, words):
    with pytest.raises(InputError, match=words):
        assess(read(folder, FILE.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("votes.csv", "case 3,b,yes,left", "case 3,b,yess,left", "votes.csv, line 18, column 'vote'.*'yess'"),
        ("votes.csv", "case 3,b,yes,left", "case 3,b,yes", "votes.csv, line 18.*4 columns"),
        ("votes.csv", "case 3,b,yes,left", "case 3,,yes,left", "line 18, column 'person'.*an empty cell"),
        ("votes.csv", "case 3,b,yes,left", "case 3,b,yes,right", "column 'side'.*one group for 'b'"),
        ("votes.csv", "case,person", "person,person", "'person' twice"),
        ("court.csv", "2026-05-01", "2026-05-32", "court.csv, line 6, column 'day'"),
        ("court.csv", "case ", "matter ", "cases that people judged, such as 'case 0'"),
        ("agents.csv", "case 4,1,0", "case 4,7,0", "agents.csv, line 6, column 'first'.*'7'"),
    ],
)
def test_mistakes_in_tables_have_line_and_column(folder, name, old, new, words):
    content = (folder / name).read_text(encoding="utf-8")
    assert old in content
    (folder / name).write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        assess(read(folder))


def test_cases_it_was_fitted_on_are_not_scored(folder):
    later = FILE.replace("least = 2", 'scored_from = "2026-06-01"')
    assert "5 cases before 2026-06-01" in " ".join(assess(read(folder, later)).report.notes)
    fitted = later.replace('decision = "first"', 'decision = "first"\ntrained_until = "2026-07-15"')
    with pytest.raises(InputError, match=r"'one'.*later than what it was fitted on.*case 5"):
        assess(read(folder, fitted))
    (folder / "past.csv").write_text("case\ncase 0\ncase 8\n", encoding="utf-8")
    listed = later.replace('decision = "first"', 'decision = "first"\ntrained_on = "past.csv"')
    with pytest.raises(InputError, match="case 8"):
        assess(read(folder, listed))
    (folder / "past.csv").write_text("case\ncase 0\ncase 1\n", encoding="utf-8")
    assess(read(folder, listed))


def test_every_form_says_the_same(folder):
    """Long, wide, gzipped and a matrix: the same judgements."""
    matrix = np.array([[float((k + j) % 3 > 0) for k in range(12)] for j in range(5)])
    wide = "who,side," + ",".join(f"case {k}" for k in range(12)) + "\n"
    for j, who in enumerate("abcde"):
        wide += f"{who},{'left' if j < 3 else 'right'}," + ",".join("1" if v else "-1" for v in matrix[j]) + "\n"
    (folder / "wide.csv").write_text(wide, encoding="utf-8")
    (folder / "wide.csv.gz").write_bytes(gzip.compress(wide.encode()))
    np.save(folder / "wide.npy", matrix)
    long = section(assess(read(folder)).report, "What the people decide").tables
    for name in ("wide.csv", "wide.csv.gz"):
        said = FILE.replace("votes.csv", name).replace('judgement = "vote"', 'form = "wide"\nperson = "who"')
        assert section(assess(read(folder, said)).report, "What the people decide").tables == long
    alone = (
        FILE.split("[institution]")[0]
        .replace("votes.csv", "wide.npy")
        .replace('group = "side"\n', "")
        .replace(', "consensus"', "")
    )
    rows = section(assess(read(folder, alone)).report, "What the people decide").tables[0].rows
    assert [r[:3] for r in rows] == [r[:3] for r in long[0].rows[:2]]
    grouped = alone.replace("least = 2", "least = 2\nopinion_groups = 2")
    assert "opinion group 1 (" in section(assess(read(folder, grouped)).report, "What the people decide").paragraphs[0]


def test_parquet(folder):
    polars = pytest.importorskip("polars")
    polars.read_csv(folder / "votes.csv").write_parquet(folder / "votes.parquet")
    same = assess(read(folder, FILE.replace("votes.csv", "votes.parquet"))).report
    assert same.sections == assess(read(folder)).report.sections


def wiki(blocks=40):
    """A file in the form of SNAP's wiki-Elec, generated: promoted where at least three quarters are for."""
    rng = np.random.default_rng(9)
    out = ["# generated; no real election is in it"]
    for k in range(blocks):
        votes = rng.choice([1, 0, -1], size=20, p=[0.7, 0.05, 0.25] if k % 2 else [0.55, 0.05, 0.4])
        yes, no = (votes == 1).sum(), (votes == -1).sum()
        out += [
            f"E\t{int(4 * yes >= 3 * (yes + no))}",
            f"T\t2005-{k % 12 + 1:02d}-03 10:00:00",
            f"U\t{k}\tuser{k}",
            "N\t9\tname",
        ]
        out += [f"V\t{v}\t{100 + i}\t2005-01-01 00:00:00\tvoter{i}" for i, v in enumerate(votes)] + [""]
    return "\n".join(out) + "\n"


def test_elections_as_snap_has_them(folder):
    (folder / "wiki.txt").write_text(wiki(), encoding="utf-8")
    said = 'title = "t"\n[decisions]\njudgements = "wiki.txt"\nform = "elections"\nresamples = 20\n[institution]\nname = "they"\n'
    report = assess(read(folder, said + '[[agents]]\nname = "a"\nfollows = "majority"\n')).report
    row = section(report, "The quota that they seems to use").tables[0].rows[0]
    low, high = (float(v) for v in row[1].strip("(]").split(", "))
    assert low < 0.75 <= high and row[3].startswith("0 of 40")
    assert next(t for t in report.tiles if t.name == "judgements").big == "800"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("E\t1\nT", "E\t2\nT", "line 2.*0 or 1|needed 0 or 1"),
        ("V\t1\t100", "V\t5\t100", "needed 1, 0 or -1"),
        ("U\t0", "X\t0", "line 4.*begins with E, T, U, N or V"),
    ],
)
def test_wrong_elections(old, new, words):
    content = wiki(3).replace("E\t0", "E\t1")
    assert old in content
    with pytest.raises(InputError, match=words):
        elections.parse(content.replace(old, new, 1), "wiki.txt")


def test_the_real_elections():
    path = next(
        (p for n in ("wikiElec.ElecBs3.txt", "wikiElec.ElecBs3.txt.gz") if (p := SHARED / "wiki_elec" / n).exists()),
        None,
    )
    if path is None:
        pytest.skip(f"wiki-Elec is not in {SHARED}; set RULEWRIGHT_DATA to the folder that has it")
    found = elections.read(path)
    assert len(found.outcome) == 2794 and found.outcome.sum() == 1235


def test_all_of_polis():
    folder = SHARED / "polis_opendata"
    if not folder.exists():
        pytest.skip(f"polis_opendata is not in {SHARED}; set RULEWRIGHT_DATA to the folder that has it")
    said = """title = "t"
[decisions]
judgements = "participants-votes.csv.gz"
form = "wide"
person = "participant"
group = "group-id"
ignore = ["n-comments", "n-votes", "n-agree", "n-disagree"]
aggregators = ["majority", "consensus"]
resamples = 20
[[agents]]
name = "majority"
follows = "majority"
"""
    report = assess(parse(said, name="t", origin="t.toml", folder=folder / "brexit-consensus")).report
    table = tables.read(folder / "brexit-consensus" / "participants-votes.csv.gz")
    agrees = sum(map(float, table.column("n-agree")))
    cells = [v for name in table.names if name.isdigit() for v in table.column(name)]
    assert cells.count("1") == agrees
    assert next(t for t in report.tiles if t.name == "judgements").big == f"{sum(c != '' for c in cells):,}"


def test_what_ships_is_what_was_generated():
    made = adminship()
    there = resources.files("rulewright.scenario") / "catalogue" / "tables"
    for name, content in (("votes", made.votes), ("outcomes", made.outcomes), ("assistants", made.assistants)):
        assert (there / f"adminship_{name}.csv").read_text(encoding="utf-8") == content


@pytest.fixture(scope="module")
def shipped():
    return assess(load("adminship")).report


def test_adminship(shipped):
    """What was put in is found: who follows whom, the two quotas, who came to follow the new one."""
    verdicts = {c.name: c.verdict for s in shipped.sections for c in s.checks}
    on_d = {who: verdicts[f"{who}: decides with the board"] for who in ("follows the vote", "follows the board")}
    assert on_d == {"follows the vote": "fail", "follows the board": "pass"}
    assert verdicts["follows the board: follows the board rather than any decoy"] == "pass"
    assert verdicts["follows the council: follows the board rather than any decoy"] == "fail"
    assert verdicts["keeps the old quota: has come to follow the new rule"] == "fail"
    assert verdicts["follows the board: has come to follow the new rule"] == "pass"
    quotas = {row[0]: row[1] for row in section(shipped, "The quota that the board seems to use").tables[0].rows}
    for era, quota in (("before the change", 0.75), ("from the change on", 0.6)):
        low, high = (float(v) for v in quotas[f"{era}, within its domain"].strip("(]").split(", "))
        assert low < quota <= high
    assert verdicts["amendment"] == "pass" and verdicts["publicity"] == "pass"
    assert json.loads(text(shipped.result()))["kind"] == "decisions"


def test_pages_have_their_pictures(shipped):
    from rulewright.report.kinds import render

    page = render(shipped)
    assert page.count("<svg") >= 4 and 'data-kind="interval"' in page
    assert "Kaplan and Meier" in page


def test_polis_ships():
    report = assess(load("polis_ubi")).report
    rows = {row[0]: row for row in section(report, "What the people decide").tables[0].rows}
    assert rows["group-aware consensus"][3] != "0 of 70" and rows["majority"][3].startswith("0 of")
    plural = section(report, "Plural targets")
    assert {c.verdict for c in plural.checks} == {"fail"} and "lacks" in plural.checks[0].witness


def test_plural_answers_by_path(folder):
    lines = ["case,answer,chance,who"]
    for k in range(12):
        lines += [f"case {k},yes,0.7,left", f"case {k},no,0.3,right"]
    (folder / "plural.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = (
        FILE
        + '[[plural]]\nname = "sets"\nanswers = "plural.csv"\n'
        + '[[plural]]\nname = "odds"\nanswers = "plural.csv"\nchance = "chance"\n'
    )
    said += '[[plural]]\nname = "steered"\nanswers = "plural.csv"\ngroup = "who"\n'
    found = section(assess(read(folder, said)).report, "Plural targets")
    verdicts = {c.name: c.verdict for c in found.checks}
    assert verdicts["sets: shows every reasonable answer"] == "pass"
    assert verdicts["odds: answers as the people do, in distribution"] in ("fail", "cannot tell")
    assert any(t.title == "steered: steered to each group" and len(t.rows) == 2 for t in found.tables)
    (folder / "plural.csv").write_text("\n".join(lines).replace(",right", ",rihgt", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3, column 'who'.*'rihgt'"):
        assess(read(folder, said))
    (folder / "plural.csv").write_text("\n".join(lines).replace("0.7", "0.6", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"plural.1.answers.*sum to 1"):
        assess(read(folder, said))

"""Nothing lost, nothing unchained, nothing booked wrongly: under load, kills, a full disk; and the checker sees forgeries."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from fractions import Fraction as F
from pathlib import Path

import pytest
from benchmarks import guard_faults as faults

from rulewright.errors import InputError
from rulewright.guard import Act, Charter, Guard, Ledger
from rulewright.guard.charter import Agent, Audit, Commit, Permit
from rulewright.verify import ledger as checker

CHARTER = Charter(
    name="test",
    agents=(Agent("ann", role="worker"), Agent("bob", deposit=F(3)), Agent("die")),
    permits=(Permit(("work",)), Permit(("a", "b"), ("die",))),
    commits=(Commit("die", ("a", "b"), (), {(): (F(1, 3), F(2, 3))}),),
    audits=(Audit("look", F(2, 5), ("work",), ("role:worker", "bob"), "flag", ("up",), fine=F(1)),),
)


@pytest.mark.parametrize("fault", ["threads", "kills", "full_disk", "clock_back"])
def test_faults(fault, tmp_path):
    size = {"threads": 15, "kills": 3, "full_disk": 4, "clock_back": 20}[fault]
    found = getattr(faults, fault)(tmp_path, size)
    assert found.clean and found.answered >= size and found.injected >= size, found


def test_processes(tmp_path):
    found = faults.processes(tmp_path, 2, 15)
    assert found.clean and found.answered == 30, found


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "ledger"
    guard = Guard.open(CHARTER, path, seed=bytes(32))
    for k in range(20):
        for agent in ("ann", "bob"):
            guard.after(guard.before(Act(agent, "work", {"k": k})).act, {"flag": "up" if k % 2 else "down"})
        guard.before(Act("die", "", {}))
        guard.settle()
    guard.close(final=True)
    return path


def spoilt(book, tmp_path, *statements):
    path = tmp_path / "spoilt"
    shutil.copy(book, path)
    with closing(sqlite3.connect(path)) as db:
        for name in ("no_update", "no_delete", "in_order"):
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        db.commit()
    return path


def verdicts(path, **options):
    return {v.claim: v for v in checker.check(path, **options)}


def test_an_honest_ledger_holds(book):
    found = verdicts(book)
    assert [v.claim for v in found.values() if v.holds] == ["chain", "opening", "draws", "money"]
    assert found["draws"].says.startswith("60 draws")


@pytest.mark.parametrize(
    ("statements", "claim", "line", "word"),
    [
        (["UPDATE entries SET body = replace(body, '\"k\":0', '\"k\":4') WHERE number = 1"], "chain", 1, "edited"),
        (["UPDATE entries SET agent = 'cat' WHERE number = 9"], "chain", 9, "edited"),
        (["UPDATE entries SET at = at - 1 WHERE number = 9"], "chain", 9, "edited"),
        (["DELETE FROM entries WHERE number = 7"], "chain", 7, "deleted"),
        (
            [
                "UPDATE entries SET number = -1 WHERE number = 11",
                "UPDATE entries SET number = 11 WHERE number = 12",
                "UPDATE entries SET number = 12 WHERE number = -1",
            ],
            "chain",
            11,
            "was line 12",
        ),
        (["UPDATE entries SET body = '{' WHERE number = 5"], "chain", 5, "JSON"),
    ],
)
def test_the_first_bad_line_is_named(book, tmp_path, statements, claim, line, word):
    path = spoilt(book, tmp_path, *statements)
    found = verdicts(path)[claim]
    assert found.holds is False and found.line == line and word in found.says


def rewritten(book, tmp_path, change):
    """A forger without the key writes everything anew from some line on."""
    path = spoilt(book, tmp_path)
    with closing(sqlite3.connect(path)) as db:
        previous = checker.START
        for line in checker.lines(path):
            text = change(line)
            line = checker.Line(line.number, line.kind, line.agent, line.key, line.at, text, "", "")
            previous = checker.linked(line, previous)
            db.execute("UPDATE entries SET body = ?, hash = ? WHERE number = ?", (text, previous, line.number))
        db.commit()
    return path


def test_a_draw_that_was_turned_is_seen(book, tmp_path):
    def turn(line):
        return line.text.replace('"drawn":true', '"drawn":false') if line.kind == "outcome" else line.text

    found = verdicts(rewritten(book, tmp_path, turn))
    assert found["chain"].holds and found["draws"].holds is False and "comes out otherwise" in found["draws"].says


def test_a_commitment_that_was_not_kept_is_seen(book, tmp_path):
    def turn(line):
        return line.text.replace('"name":"b"', '"name":"a"')

    assert "die is committed" in verdicts(rewritten(book, tmp_path, turn))["draws"].says


def test_money_out_of_nothing_is_seen(book, tmp_path):
    def turn(line):
        return line.text.replace('"bob":"-1"', '"bob":"1"') if line.kind == "settlement" else line.text

    found = verdicts(rewritten(book, tmp_path, turn))["money"]
    assert found.holds is False and "in the fund" in found.says


def test_head_and_seal_against_a_forger(book, tmp_path):
    last = checker.lines(book)[-1]
    cut = spoilt(book, tmp_path, f"DELETE FROM entries WHERE number > {last.number - 2}")
    assert verdicts(cut)["chain"].holds, "without a head nobody sees it"
    found = verdicts(cut, head=(last.number, last.hash))["head"]
    assert found.holds is False and "cut off" in found.says
    forged = rewritten(book, tmp_path, lambda line: line.text.replace('"k":3', '"k":4'))
    assert verdicts(forged, head=(last.number, last.hash))["head"].says.endswith("forged")
    path = tmp_path / "sealed"
    ledger = Ledger(path, key=b"secret")
    for k in range(3):
        ledger.write(lambda k=k: ledger.book("test", "", {"k": k}))
    ledger.close()
    assert verdicts(path, key=b"secret")["seals"].holds
    assert verdicts(path, key=b"guess")["seals"].line == 0


def test_the_checker_runs_alone(book, tmp_path):
    lone = tmp_path / "ledger.py"
    shutil.copy(Path(checker.__file__), lone)
    run = [sys.executable, "-I", str(lone)]
    done = subprocess.run([*run, str(book)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "60 draws" in done.stdout
    bad = spoilt(book, tmp_path, "DELETE FROM entries WHERE number = 7")
    assert subprocess.run([*run, str(bad)], capture_output=True, timeout=60).returncode == 1
    assert subprocess.run([*run, str(lone)], capture_output=True, timeout=60).returncode == 2


def test_lines_cannot_be_changed_from_within(tmp_path):
    ledger = Ledger(tmp_path / "l")
    ledger.write(lambda: ledger.book("test", "", {}))
    with closing(sqlite3.connect(tmp_path / "l")) as db:
        for statement in ("UPDATE entries SET agent = 'x'", "DELETE FROM entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
        with pytest.raises(sqlite3.IntegrityError, match="in order"):
            db.execute("INSERT INTO entries VALUES (5, '', '', '', 0, '{}', '', '')")
    ledger.close()


def test_work_that_fails_half_way_leaves_nothing(tmp_path):
    ledger = Ledger(tmp_path / "l")

    def half():
        ledger.book("test", "", {})
        raise KeyError("half")

    with pytest.raises(KeyError):
        ledger.write(half)
    ledger.write(lambda: ledger.book("test", "", {}))
    assert [e.number for e in ledger.entries()] == [0]
    with pytest.raises(InputError, match="finite numbers"):
        ledger.write(lambda: ledger.book("test", "", {"x": float("nan")}))
    ledger.close()
    with pytest.raises(InputError, match="closed"):
        ledger.write(lambda: None)

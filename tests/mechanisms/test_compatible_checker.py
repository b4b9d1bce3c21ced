"""The checker of compatible menus: what holds is accepted, what is forged is refused, no file breaks it, and it stands alone."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rulewright as rw
from rulewright.cli import main
from rulewright.mechanisms import auction
from rulewright.mechanisms.compatible import certify, learn_compatible
from rulewright.mechanisms.compatible.conflicts import conflicts
from rulewright.verify import compatible_checker as checker
from rulewright.verify.compatible_checker import NotACertificate

FILE = Path(checker.__file__)


@pytest.fixture(scope="module")
def learned():
    return learn_compatible(auction(2, 2), steps=60, cells=5, batch=1024).mechanism


@pytest.fixture(scope="module")
def certificate(learned):
    return certify(learned, title="a test")


def sealed(certificate):
    body = {key: value for key, value in certificate.items() if key != "digest"}
    return {**body, "digest": checker.digest(body)}


def changed(certificate, path, value):
    made = copy.deepcopy(certificate)
    at = made["about"] if path[0] != "claims" else made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value(at[path[-1]]) if callable(value) else value
    return sealed(made)


def holds(certificate):
    return {verdict.claim: verdict.holds for verdict in checker.check(certificate)}


def test_a_certificate_holds_and_any_checker_of_the_house_reads_it(certificate, tmp_path):
    found = rw.check(json.loads(json.dumps(certificate)))
    assert [v.claim for v in found] == ["compatible", "truthful", "voluntary", "no subsidy"]
    assert all(v.holds and v.grade == "proved" for v in found)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(certificate), encoding="utf-8")
    assert main(["check", str(path)]) == 0


def test_a_forgery_is_found_exactly_where_there_is_a_conflict(learned, certificate):
    """One entry lowered: the checker says no if and only if the table conflicts, and both happen."""
    rng, seen = np.random.default_rng(0), set()
    for _ in range(30):
        i, a, b, s = (int(rng.integers(n)) for n in (2, 5, 5, 3))
        less = int(rng.choice([1, 2, 10, 60]))
        tables = [table.copy() for table in learned.extras]
        tables[i][a, b, s] -= less
        conflict = bool(len(conflicts((tables[0].reshape(-1, 3), tables[1].reshape(-1, 3)), learned.edges)))
        forged = changed(certificate, ("extras", i, a, b, s), lambda e, less=less: e - less)
        verdict = holds(forged)
        assert verdict["compatible"] is verdict["truthful"] is verdict["voluntary"] is not conflict
        seen.add(conflict)
    assert seen == {True, False}


def test_prices_below_nothing_are_no_claim_of_no_subsidy(certificate):
    made = copy.deepcopy(certificate)
    for table in made["about"]["extras"]:
        for row in table:
            for menu in row:
                menu[:] = [5_000, 5_000, 5_000]
    assert all(holds(sealed(made)).values())
    made["about"]["extras"][0][0][0][0] = -1
    assert holds(sealed(made))["no subsidy"] is False


def test_an_altered_file_fails_by_its_digest(certificate):
    made = copy.deepcopy(certificate)
    made["about"]["extras"][0][0][0][0] += 1
    assert not any(v.holds for v in checker.check(made))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("unit",), "0"),
        (("unit",), 0.5),
        (("unit",), "1/0"),
        (("edges", 0, 0), [0, 0, 1000]),
        (("edges", 0, 0), lambda row: row[:-1]),
        (("edges", 0, 0), lambda row: [1, *row[1:]]),
        (("edges", 0, 0, 1), True),
        (("types", 0, 0), ["0", "100"]),
        (("types", 0), []),
        (("extras", 0), lambda table: table[:-1]),
        (("extras", 0, 0, 0), [1, 2]),
        (("extras", 0, 0, 0, 0), 1.5),
        (("extras", 0, 0, 0, 0), 10**16),
        (("claims", 0, "claim"), "optimal"),
        (("claims", 0, "grade"), "searched only"),
        (("claims", 0), "compatible"),
        (("claims",), []),
        (("unread",), 1),
    ],
)
def test_what_is_not_of_the_form_is_refused(certificate, path, value):
    with pytest.raises(NotACertificate):
        checker.check(changed(certificate, path, value))


@pytest.mark.parametrize("nonsense", [None, [], 3, {}, {"format": checker.FORMAT}])
def test_nonsense_is_refused(nonsense):
    with pytest.raises(NotACertificate):
        checker.check(nonsense)


def test_the_lone_file_needs_the_standard_library_only(certificate, tmp_path):
    (tmp_path / "c.json").write_text(json.dumps(certificate), encoding="utf-8")
    (tmp_path / "alone.py").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-W", "error", "alone.py", "c.json"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False, timeout=240
    )
    assert done.returncode == 0 and done.stdout.count("holds") == 4 and done.stderr == ""
    (tmp_path / "c.json").write_text("{}", encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=240).returncode == 2

"""The checker as a lone file: standard library only, small enough to read, fast enough to use."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from by_hand import DEFECT, RICH, dilemma, made, resigned, telegraph

from rulewright.verify import checker
from rulewright.verify.checker import Checked

Q = Fraction
FILE = Path(checker.__file__)


def alone(tmp_path: Path, certificate: Any) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file, alone in its folder, and report at the end what it had imported."""
    shutil.copy(FILE, tmp_path / "checker.py")
    (tmp_path / "certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    script = (
        "import runpy, sys\n"
        "sys.argv = ['checker.py', 'certificate.json']\n"
        "try:\n    runpy.run_path('checker.py', run_name='__main__')\n"
        "except SystemExit as end:\n    status = end.code\n"
        "foreign = sorted({m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'__main__'})\n"
        "print('foreign', [m for m in foreign if m in ('numpy', 'highspy', 'rulewright', 'scipy')])\n"
        "sys.exit(status)\n"
    )
    command = [sys.executable, "-I", "-W", "error", "-c", script]
    return subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False, timeout=240
    )


def test_the_lone_file_checks_with_the_standard_library(tmp_path: Path):
    done = alone(tmp_path, RICH)
    assert done.returncode == 0 and done.stderr == "" and "foreign []" in done.stdout
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [["holds", claim["claim"]] for claim in RICH["claims"]]


def test_the_lone_file_names_what_fails(tmp_path: Path):
    claims = [{"claim": "dominant", "margin": "2"}, {"claim": "balanced"}, {"claim": "equilibrium", "margin": "1"}]
    done = alone(tmp_path, dilemma(play=DEFECT, claims=claims))
    assert done.returncode == 1 and done.stderr == ""
    assert [line.split()[:2] for line in done.stdout.splitlines()[:3]] == [
        ["FAILS", "dominant"],
        ["holds", "balanced"],
        ["holds", "equilibrium"],
    ]


def test_the_lone_file_runs_where_letters_cannot_be_shown(tmp_path: Path):
    (tmp_path / "certificate.json").write_text(json.dumps(resigned(telegraph_claimed())), encoding="utf-8")
    command = [sys.executable, "-I", str(FILE), str(tmp_path / "certificate.json")]
    done = subprocess.run(command, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"}, timeout=240)
    assert done.returncode == 0 and done.stderr == b""


def telegraph_claimed() -> dict[str, Any]:
    return {**telegraph(), "claims": [{"claim": "equilibrium", "margin": "1/2"}]}


def test_it_is_small_enough_to_read_in_one_sitting():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 600 and max(map(len, lines)) <= 120


@pytest.mark.parametrize("players", [2, 5])
def test_a_large_game_is_checked_in_seconds(players: int):
    """About 10⁵ payoffs; the play is that everybody takes the last action, worth most whatever others do."""
    size = {2: 200, 5: 7}[players]
    names = {f"P{k}": [str(a) for a in range(size)] for k in range(players)}
    certificate = made(
        names,
        lambda i, *c: c[players + i] + Q(sum(c), 7),
        play={name: [{labels[-1]: "1"}] for name, labels in names.items()},
    )
    assert math.prod(certificate["game"]["payoff"]["shape"]) > 70_000
    checked = Checked(certificate)
    assert checked.evaluate({"claim": "dominant", "margin": "8/7"}).margin == Q(8, 7)
    assert checked.evaluate({"claim": "equilibrium", "margin": "0"}).margin == Q(8, 7)

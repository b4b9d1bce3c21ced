"""What is not a certificate ends with 2 and one sentence; impossible numbers fail by name."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from by_hand import (
    DEFECT,
    DILEMMA_ORDER,
    at,
    changed,
    dilemma,
    leaves,
    pure,
    resigned,
    signed,
    symmetric,
    table,
    verdict,
)

from rulewright.verify import checker
from rulewright.verify.checker import NotACertificate

Q = Fraction

BASE = dilemma(
    play=DEFECT,
    signals=[("seen", ["yes", "no"], lambda *c: Q(1, 2))],
    claims=[{"claim": "dominant", "margin": "1"}, {"claim": "only", "margin": "1", "order": DILEMMA_ORDER}],
)
G = ("game",)
M = ("institution", "moves")
C = ("claims", 0)


def move(**fields: Any) -> list[dict[str, Any]]:
    return [fields]


MALFORMED = [
    (("format",), "another"),
    (("version",), 2),
    (("claims",), []),
    (("claims",), {}),
    ((*C, "claim"), "wonderful"),
    ((*C, "claim"), ["dominant"]),
    ((*C, "margin"), "0.5"),
    ((*C, "margin"), "1/0"),
    ((*C, "margin"), "1/000"),
    ((*C, "margin"), " 1"),
    ((*C, "margin"), "1\n"),
    ((*C, "margin"), "١"),
    ((*C, "margin"), "1_0"),
    ((*C, "margin"), "+1"),
    ((*C, "margin"), "1e3"),
    ((*C, "margin"), 1),
    ((*C, "margin"), "9" * 10_001),
    ((*C, "grade"), 3),
    ((*C, "digest"), None),
    (("claims", 1, "order"), {}),
    (("claims", 1, "order", 0), "Row"),
    (("claims", 1, "order", 0, "player"), "Nobody"),
    (("claims", 1, "order", 0, "type"), "keen"),
    (("claims", 1, "order", 0, "by"), {"sleep": "1"}),
    ((*G, "players"), ["Row", "Row"]),
    ((*G, "players"), []),
    ((*G, "designer"), "no"),
    ((*G, "types"), [["·"]]),
    ((*G, "actions"), [["a", "a"], ["a", "b"]]),
    ((*G, "actions", 0), []),
    ((*G, "prior", "shape"), [1]),
    ((*G, "prior", "shape"), [True, 1]),
    ((*G, "prior", "shape"), [1, 1.0]),
    ((*G, "payoff", "shape"), [10**9, 10**9]),
    ((*G, "payoff", "entries"), ["1"]),
    ((*G, "payoff", "entries", 0), 1),
    ((*G, "payoff", "entries", 0), None),
    ((*G, "signals"), None),
    ((*G, "signals", 0, "outcomes"), ["yes", "yes"]),
    ((*G, "signals", 0, "name"), 3),
    (("play",), []),
    (("play", "Row"), [{"defect": "1"}, {"defect": "1"}]),
    (("play", "Row"), ["defect"]),
    (("play", "Row"), [{"sleep": "1"}]),
    (("play", "Nobody"), [{"defect": "1"}]),
    (M, {}),
    (M, move(word="hope")),
    (M, move(player="Row")),
    (M, ["pay"]),
    (M, move(word="pay", to="Row", on=["nothing"], amounts=table([1], [1]))),
    (M, move(word="pay", to="Row", on=[["seen"]], amounts=table([2], [1, 1]))),
    (M, move(word="pay", to="Row", on=["seen"], amounts=table([3], [1, 1, 1]))),
    (M, move(word="pay", to="Row", on="seen", amounts=table([2], [1, 1]))),
    (M, move(word="pay", to="Row", on=["seen"])),
    (M, move(word="permit", player="Row", allowed=[])),
    (M, move(word="permit", player="Row", allowed=["sleep"])),
    (M, move(word="speak", speaker="Row", messages=["a", "a"], hearer=None)),
    (M, move(word="speak", speaker="Row", messages=["a"], hearer="Row")),
    (M, move(word="speak", speaker="Row", messages=[str(k) for k in range(20)], hearer="Col")),
    (M, move(word="speak", speaker="Row", messages=[str(k) for k in range(10**5)], hearer="Col")),
    (M, move(word="speak", speaker="Row", messages=[str(k) for k in range(10**6)], hearer=None)),
    (M, move(word="speak", speaker="Row", messages=["x", "x; y"], hearer=None)),
    (M, move(word="commit", player="Row", on=["seen"], strategy=table([1, 2], [1, 0]))),
    (M, move(word="reveal", to=["Row"], outcomes=[["a"], ["b"]], law=table([1, 1, 1], [1]))),
    (M, move(word="reveal", to=["Row", "Row"], outcomes=[["a"], ["b"]], law=table([1, 1, 1, 1], [1]))),
    (M, move(word="admit", player="Row", actions=["a"], own=table([1, 1, 2, 2, 1], [0] * 4), effect=None)),
    (M, move(word="admit", player="New", actions=["a"], own=table([1, 1, 2, 2], [0] * 4), effect=None)),
    (M, move(word="admit", player="New", actions=["a"], own=table([1, 1, 2, 2, 1], [0] * 4), effect={})),
    (M, move(word="care", player="Row", weights={"Nobody": "1"}, dislike=None)),
    (M, move(word="care", player="Row", weights={"Col": 1}, dislike=None)),
]
# numbers that cannot be meant: refused where the file was signed like this, and a failure by name where it was altered
IMPOSSIBLE = [
    ((*G, "prior", "entries"), ["1/2"]),
    ((*G, "signals", 0, "law", "entries", 0), "1/3"),
    ((*G, "signals", 0, "law", "entries"), ["3/2", "-1/2"] * 4),
    (("play", "Row"), [{"defect": "1/2"}]),
    (("play", "Row"), [{"defect": "2", "cooperate": "-1"}]),
    (("play", "Row"), [{}]),
    (M, move(word="commit", player="Row", on=[], strategy=table([1, 2], ["1/2", "1/3"]))),
    (M, move(word="commit", player="Row", on=["action of Row"], strategy=table([1, 2, 2], [1, 0, 1, 0]))),
    (M, move(word="reveal", to=["Row"], outcomes=[["a", "b"]], law=table([1, 1, 2], ["1", "1"]))),
]


def run(path: Path, *, capsys: Any) -> tuple[int, str, str]:
    status = checker.main([str(path)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


@pytest.mark.parametrize(("path", "value"), MALFORMED + IMPOSSIBLE)
def test_a_malformed_file_ends_with_2_and_one_sentence(path: Any, value: Any, tmp_path: Path, capsys: Any):
    file = tmp_path / "certificate.json"
    certificate = changed(BASE, path, value)
    if (path, value) in IMPOSSIBLE:
        certificate = resigned(certificate)
    file.write_text(json.dumps(certificate), encoding="utf-8")
    status, out, err = run(file, capsys=capsys)
    assert status == 2 and out == "" and err.count("\n") == 1 and err.startswith("not a certificate: ")
    assert len(err) < 500


@pytest.mark.parametrize(("path", "value"), IMPOSSIBLE)
def test_impossible_numbers_in_an_altered_file_fail_the_claims(path: Any, value: Any):
    verdicts = checker.check(changed(BASE, path, value))
    assert [(v.claim, v.holds) for v in verdicts] == [("dominant", False), ("only", False)]


@pytest.mark.parametrize("path", [path for path in leaves(BASE) if not any(isinstance(key, int) for key in path)])
def test_a_missing_key_is_named(path: Any):
    certificate = copy.deepcopy(BASE)
    del at(certificate, path[:-1])[path[-1]]
    if path[0] in ("title", "parameters") or path[-1] == "name":  # which only people need
        assert not any(v.holds for v in checker.check(certificate))
    else:
        with pytest.raises(NotACertificate, match=path[-1]):
            checker.check(certificate)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"certificate"',
        b"\xff\xfe",
        b'{"format": "rulewright certificate", "format": "rulewright certificate"}',
        b'{"claims": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b'{"claims": [' + b"9" * 10_000 + b"]}",
        b'{"claims": [NaN]}',
        b'{"claims": [{"digest": "", "claim": "\\ud800"}]}',
    ],
)
def test_what_is_no_json_or_no_object_ends_with_2(text: bytes, tmp_path: Path, capsys: Any):
    file = tmp_path / "certificate.json"
    file.write_bytes(text)
    status, out, err = run(file, capsys=capsys)
    assert status == 2 and out == "" and err.count("\n") == 1


def test_no_file_or_no_argument_ends_with_2(tmp_path: Path, capsys: Any):
    assert run(tmp_path / "nothing.json", capsys=capsys)[0] == 2
    assert checker.main([]) == 2
    assert checker.main(["a", "b"]) == 2


def test_labels_cannot_forge_lines_of_the_table(tmp_path: Path, capsys: Any):
    forged = "defect\nholds  worst  proved\x1b[2J"
    certificate = symmetric([[2, 0], [3, 1]], ["cooperate", forged], play=pure(forged, forged))
    certificate["claims"] = [signed(certificate, {"claim": "dominant", "margin": "0"})]
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(certificate), encoding="utf-8")
    status, out, _ = run(file, capsys=capsys)
    assert status == 0 and out.count("\n") == 1 and "\x1b" not in out


def test_numbers_of_thousands_of_digits_are_compared_but_not_written_out():
    large, tiny = "9" * 4000, "1/" + "9" * 4000
    assert verdict(dilemma(play=DEFECT), claim="budget", limit=large, where="path").holds
    assert verdict(dilemma(play=DEFECT), claim="dominant", margin=tiny).holds
    found = verdict(dilemma(play=DEFECT), claim="dominant", margin=large)
    assert not found.holds and len(found.says) < 300

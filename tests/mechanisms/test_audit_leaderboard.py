"""The leaderboard: one protocol, and a page that shows its columns and every entry."""

from pathlib import Path

import pytest
from test_audit import Said, first_price

from rulewright.errors import InputError
from rulewright.mechanisms import auction
from rulewright.mechanisms.audit.leaderboard import (
    APPROXIMATE,
    ENTRIES,
    EXACT,
    HEADS,
    OPTIMA,
    Entry,
    leaderboard,
    measured,
    myerson_item,
)
from rulewright.mechanisms.itemwise import myerson_uniform

PAGE = Path(__file__).parents[2] / "docs" / "leaderboard.md"
SMALL = {"profiles": 4000, "searched": 300, "attacked": 5, "suspects": 3}


def cells(line):
    return [part.strip() for part in line.strip().strip("|").split("|")]


def test_the_page_has_the_columns_of_the_protocol_and_a_line_for_each_entry():
    table = [cells(line) for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert table[0] == list(HEADS)
    assert {(row[0], row[1]) for row in table[2:]} == {(entry.setting, entry.method) for entry in ENTRIES}
    for row in table[2:]:
        if row[2] == EXACT and row[5] != "–":  # nobody truthful earns more than the optimum, but for noise
            assert float(row[3]) <= float(row[5]) + 2 * float(row[4])


def test_optima_are_closed_forms():
    assert [myerson_item(n) for n in (1, 2, 3, 5)] == pytest.approx([1 / 4, 5 / 12, 0.53125, 0.671875])
    assert OPTIMA["1×2 additive"] == pytest.approx(0.549201, abs=1e-6)


def test_exact_stands_before_approximate_and_cheats_are_demoted():
    there = auction(2, 1)
    entries = [
        Entry("2×1 additive", "first price", APPROXIMATE, lambda: Said(there, first_price)),
        Entry("2×1 additive", "said to be exact", EXACT, lambda: Said(there, first_price, proof="trust me")),
        Entry("2×1 additive", "item by item", EXACT, lambda: myerson_uniform(there)),
    ]
    rows = [cells(line) for line in leaderboard(entries, **SMALL).splitlines()[2:]]
    assert rows[0][1] == "item by item" and rows[0][6] == "0, by proof" and rows[0][5] == "0.4167"
    assert {row[2] for row in rows[1:]} == {APPROXIMATE, f"{APPROXIMATE} (said to be {EXACT})"}
    assert all(float(row[6]) > 0.05 for row in rows[1:])


def test_a_line_is_measured():
    line = measured(ENTRIES[0], **SMALL)
    assert line.kind == EXACT and line.revenue.low < 0.25 < line.revenue.high
    with pytest.raises(InputError, match="exact or approximate"):
        Entry("2×1", "a", "perfect", lambda: myerson_uniform(auction(2, 1)))

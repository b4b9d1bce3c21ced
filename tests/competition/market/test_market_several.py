"""Several markets in the same passes, and what is judged on streamed rows: the same as of a table that is held."""

import numpy as np
import pytest

from rulewright.competition.market import entry, judged, streamed
from rulewright.competition.market.csv_rows import CsvRows
from rulewright.competition.market.fit import compare
from rulewright.competition.market.gap import InMemory
from rulewright.competition.market.near import near
from rulewright.competition.market.range import certificate
from rulewright.competition.market.several import Joined, Market, several
from rulewright.competition.market.table import Table


def table(seed, n=900, k=5):
    draw = np.random.default_rng(seed)
    people, cases = draw.random(n), draw.permutation(np.arange(n) // 3)
    return Table.of(people, 0.3 * people[:, None] + draw.random((n, k)), cases=cases)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("offset", ["none", "constant", "case"])
def test_as_each_by_itself(seed, offset):
    t = table(seed)
    other = "constant" if offset == "none" else offset
    markets = [Market((0, 1, 2, 3, 4), "cone", offset), Market((1, 3), "hull", other), Market((2,), "cone", offset)]
    for market, found in zip(markets, several(InMemory.of(t), markets), strict=True):
        alone = near(t.only(market.keep), kind=market.kind, offset=market.offset, exactly=False)
        assert found.value == pytest.approx(alone.value, abs=1e-8) and found.complete
        assert found.bound <= found.value and found.value - found.bound < 1e-8
        assert np.allclose(found.offsets, alone.offsets, atol=1e-6) and len(found.weights) == len(market.keep)


def test_cut_short():
    found = several(InMemory.of(table(0)), [Market((0, 1, 2), "cone", "constant")], seconds=0.0)[0]
    whole = near(table(0).only((0, 1, 2)), exactly=False)
    assert not found.complete and found.bound <= whole.value + 1e-9 <= found.value + 2e-9
    assert several(InMemory.of(table(0)), []) == []


def test_one_ai_more():
    t = table(1)
    at = np.array([3, 500])
    column = t.ais.mean(axis=1)
    column[at] = [7.0, -2.0]
    rows = Joined(InMemory.of(t), at, column[at])
    for first, _, ais, _ in rows.blocks():
        assert np.array_equal(ais[:, -1], column[first : first + len(ais)])
    assert np.array_equal(rows.take(np.array([500, 4]))[1][:, -1], column[[500, 4]])


@pytest.mark.parametrize("kind", ["cone", "hull"])
def test_ranges_are_those_of_the_table(kind, monkeypatch):
    t = table(2)
    law = np.random.default_rng(0).dirichlet(np.ones(300))
    rows, mix = InMemory.of(t), near(t, kind=kind, offset="case", exactly=False)
    seen = judged.cases_of(rows)
    assert np.array_equal(t.people[seen.best], seen.high) and seen.size.tolist() == [3] * 300
    exact = [certificate(t, kind=kind, against=a, law=law, exactly=False).value for a in ("worst", "best")]
    assert [r.value for r in judged.ranges(rows, mix, seen, law)] == pytest.approx(exact, abs=1e-8)
    monkeypatch.setattr(judged, "NUMBERS", 300)  # some cases fit: a bound from above
    for found, least in zip(judged.ranges(rows, mix, seen, law), exact, strict=True):
        given = certificate(t, kind=kind, against=found.against, law=law, weights=found.weights)
        assert found.value == pytest.approx(given.value) and found.value >= least - 1e-9
        assert "20 of 300" in found.how or kind == "hull"
    monkeypatch.setattr(judged, "NUMBERS", 0)  # none: those of the nearest mix
    assert "the nearest mix" in judged.ranges(rows, mix, seen, law)[0].how


def test_leaving_entering_missing():
    t = table(3)
    market, rows = t.only((0, 1, 2)), InMemory.of(t)
    found = near(market, kind="hull", offset="case", exactly=False)
    left = {e.name: e.epsilon for e in judged.without(InMemory.of(market), found, market.names)}
    assert left == pytest.approx({e.name: e.epsilon for e in entry.exits(market, found, with_range=False)}, abs=1e-8)
    alone, pairs = judged.entrants(rows, found, (0, 1, 2), t.names)
    catalogue = t.only((3, 4))
    for ours, held in (
        (alone, entry.candidates(market, found, catalogue)),
        (pairs, entry.pairs(market, found, catalogue)),
    ):
        assert [c.names for c in ours] == [c.names for c in held]
        assert [c.epsilon for c in ours] == pytest.approx([c.epsilon for c in held], abs=1e-8)
    made, part = judged.missing(InMemory.of(market), found, lambda at: market_rows(market, at), 0.9)
    column = market.ais.mean(axis=1)
    places = [int(label.split()[1]) - 1 for label in part.rows]
    column[places] = made.utility
    again = near(entry.enters(market, column, "new"), kind="hull", offset="case", exactly=False)
    assert made.epsilon == pytest.approx(again.value, abs=1e-8) and made.epsilon < found.value


def market_rows(t, at):
    labels = [f"row {r + 1}" for r in at]
    return Table(t.people[at], t.ais[at], t.names, tuple(labels), np.unique(t.cases[at], return_inverse=True)[1])


@pytest.mark.parametrize("offset", ["none", "constant", "case"])
def test_rows_far_off(offset):
    t = table(4)
    found = near(t, offset=offset, exactly=False)
    c = {"none": 0.0, "constant": found.offsets[:1], "case": found.offsets[t.cases] if offset == "case" else 0}[offset]
    off = np.abs(t.ais @ found.weights + c - t.people)
    far = judged.far(InMemory.of(t), found, 7)
    assert np.abs(far.mix - far.people) == pytest.approx(np.sort(off)[::-1][:7]) and np.allclose(
        off[far.rows], np.sort(off)[-7:][::-1]
    )
    assert far.many == (off > found.value / 2).sum()


def test_a_text_file_keeps_cases_together_and_names(tmp_path):
    """Cases were lost where numbers of a text file were written to the disk, and rows were called by their numbers."""
    t = table(5, n=600)
    path = tmp_path / "rows.csv"
    lines = ["case,item,people,a,b,c,d,e"]
    for r in range(t.n):
        cells = ",".join(repr(float(x)) for x in (t.people[r], *t.ais[r]))
        lines.append(f"Q{t.cases[r]}," + (f'"A, {r}"' if r == 300 else f"A {r}") + "," + cells + ("\n" * (r == 7)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with streamed.opened(CsvRows(path, "people", case="case", item="item", ais=None)) as rows:
        ours = compare(rows.source, folds=4, seed=2)
        held = compare(t, folds=4, seed=2)
        assert [line.test for line in ours.lines] == pytest.approx([line.test for line in held.lines], rel=1e-9)
        some = rows.table(np.array([300, 8, 599]))
        assert some.rows == ("A, 300", "A 8", "A 599")
        assert [some.case_names[c] for c in some.cases] == [f"Q{t.cases[r]}" for r in (300, 8, 599)]
        rows.source.has_cases = False
        assert rows.table(np.array([8])).rows == ("A 8 (row 9)",)
        rows.source.has_cases = True
        part = streamed.Streamed(streamed.Part(rows.source, ["b", "d"]))
        assert part.names == ("b", "d") and part.table(np.array([8])).rows == ("A 8",)
        assert np.allclose(part.take(np.array([8]))[1], t.ais[[8]][:, [1, 3]])

"""Wherever the rows are, the sums are the same; what is kept in a file goes on; what is wrong has its row and column."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from rulewright.competition.market import blocks, reading
from rulewright.competition.market.fit import compare, fit
from rulewright.competition.market.moments import gather
from rulewright.competition.market.table import Table
from rulewright.errors import InputError, MissingExtra

RNG = np.random.default_rng(0)
AIS, PEOPLE = RNG.random((1000, 4)), RNG.random(1000)
WHOLE = np.column_stack([AIS[:, :2], PEOPLE, AIS[:, 2:]])
NAMES = ("a", "b", "people", "c", "d")
CASES = np.arange(1000) // 3


class Frame:
    """What polars, pandas and Arrow frames have in common."""

    def __init__(self, columns):
        self.held = columns

    @property
    def columns(self):
        return list(self.held)

    def __len__(self):
        return len(next(iter(self.held.values())))

    def __getitem__(self, name):
        return self.held[name]

    def slice(self, start, rows):
        return Frame({name: values[start : start + rows] for name, values in self.held.items()})


def framed(**more):
    return Frame({**{name: WHOLE[:, c] for c, name in enumerate(NAMES)}, **more})


def same(one, two):
    return one.names == two.names and np.allclose(one.part().scatter, two.part().scatter, atol=1e-10)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "MOST", 256)


def sums(source, **options):
    return gather(blocks.of(source, "people" if not isinstance(source, Table) else None, **options), folds=3, seed=1)


def test_all_sources_give_the_same_sums(tmp_path, small_blocks):
    want = sums(Table.of(PEOPLE, AIS, names=list("abcd")))
    assert want.n == 1000 and want.part().mean == pytest.approx([*AIS.mean(axis=0), PEOPLE.mean()])
    centred = np.column_stack([AIS, PEOPLE]) - want.part().mean
    assert want.part().scatter == pytest.approx(centred.T @ centred)
    np.save(tmp_path / "c.npy", WHOLE)
    np.save(tmp_path / "f.npy", np.asfortranarray(WHOLE))
    np.save(tmp_path / "float32.npy", WHOLE.astype(np.float32))
    assert same(sums(WHOLE, names=NAMES), want) and same(sums(WHOLE.tolist(), names=NAMES), want)
    assert same(sums(np.load(tmp_path / "c.npy", mmap_mode="r"), names=NAMES), want)
    assert same(sums(tmp_path / "c.npy", names=NAMES), want) and same(sums(tmp_path / "f.npy", names=NAMES), want)
    assert sums(tmp_path / "float32.npy", names=NAMES).part().mean == pytest.approx(want.part().mean, abs=1e-6)
    assert same(sums(framed(text=np.array(["x"] * 1000))), want)


def test_columns_of_an_array_are_numbered():
    found = fit(WHOLE, "single", people=2)
    assert found.weights.sum() == 1 and blocks.of(WHOLE, 2).names == ("column 1", "column 2", "column 4", "column 5")
    assert blocks.of(WHOLE, -1).people == 4


def test_frames_have_labels_and_cases(small_blocks):
    labels = np.array([f"item {r}" for r in range(1000)])
    thing = framed(label=labels, case=np.array([f"case {c}" for c in CASES]))
    held = reading.read(thing, "people", case="case")
    assert held.rows[5] == "item 5" and held.names == tuple("abcd") and held.cases.tolist() == CASES.tolist()
    table = Table.of(PEOPLE, AIS, names=list("abcd"), cases=CASES)
    streamed = compare(blocks.of(thing, "people", case="case"), folds=3)
    want = compare(table, folds=3)
    assert [line.test for line in streamed.lines] == pytest.approx([line.test for line in want.lines])


def test_gaps_in_a_frame_have_their_row(small_blocks):
    column = AIS[:, 0].copy().astype(object)
    column[700] = None
    with pytest.raises(InputError, match=r"row 701, column 'a': needed a finite number in every cell, found nothing"):
        gather(blocks.of(framed(a=column), "people"))


@pytest.mark.parametrize("value, word", [(np.nan, "NaN"), (np.inf, "infinity")])
def test_a_number_that_is_none_has_its_place(small_blocks, value, word):
    wrong = WHOLE.copy()
    wrong[600, 3] = value
    with pytest.raises(InputError, match=f"row 601, column 'c'.*found .*{word}"):
        gather(blocks.of(wrong, "people", names=NAMES))


def test_sums_are_kept_and_gone_on_from(tmp_path, small_blocks, monkeypatch):
    monkeypatch.setattr("rulewright.competition.market.moments.EVERY", 0.0)
    np.save(tmp_path / "rows.npy", WHOLE)
    kept, seen = tmp_path / "sums.npz", []

    def stop(done, total):
        seen.append((done, total))
        if done > 500:
            raise KeyboardInterrupt

    whole = compare(tmp_path / "rows.npy", people=2)
    with pytest.raises(KeyboardInterrupt):
        compare(tmp_path / "rows.npy", people=2, keep=kept, tell=stop)
    assert seen == [(256, 1000), (512, 1000)]
    again = compare(tmp_path / "rows.npy", people=2, keep=kept, tell=lambda done, total: seen.append((done, total)))
    assert seen[2:] == [(768, 1000), (1000, 1000)]
    assert [line.tests.tolist() for line in again.lines] == [line.tests.tolist() for line in whole.lines]
    third = compare(tmp_path / "rows.npy", people=2, keep=kept, tell=lambda *_: seen.append(None))
    assert third["cone"].test == whole["cone"].test and None not in seen
    for call in (
        lambda: compare(tmp_path / "rows.npy", people=2, keep=kept, seed=1),
        lambda: compare(tmp_path / "rows.npy", people=1, keep=kept),
        lambda: compare(tmp_path / "rows.npy", people=2, keep=tmp_path / "rows.npy"),
    ):
        with pytest.raises(InputError, match="Delete the file"):
            call()


def test_cases_go_on_too(tmp_path, small_blocks, monkeypatch):
    monkeypatch.setattr("rulewright.competition.market.moments.EVERY", 0.0)
    table = Table.of(PEOPLE, AIS, cases=CASES)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(table, keep=tmp_path / "sums.npz", tell=stop)
    again = compare(table, keep=tmp_path / "sums.npz")
    assert again["cone"].tests.tolist() == compare(table)["cone"].tests.tolist()


def test_files_that_are_wrong(tmp_path):
    (tmp_path / "text.npy").write_text("no array")
    np.save(tmp_path / "line.npy", np.zeros(4))
    np.save(tmp_path / "short.npy", WHOLE)
    with (tmp_path / "short.npy").open("r+b") as file:
        file.truncate(9000)
    for name, word in (
        ("none.npy", "nothing there"),
        ("text.npy", "a .npy file"),
        ("line.npy", "shape"),
        ("short.npy", "an end before"),
    ):
        with pytest.raises(InputError, match=word):
            compare(tmp_path / name, people=2)
    with pytest.raises(InputError, match="no --case"):
        blocks.of(tmp_path / "short.npy", 2, case="x")
    with pytest.raises(InputError, match="names of columns"):
        blocks.of(WHOLE, 2, names=["a"])
    with pytest.raises(InputError, match="columns with names"):
        blocks.of(WHOLE, 2, case="x")  # was ignored
    with pytest.raises(InputError, match="column number"):
        blocks.of(WHOLE, 9)


def test_parquet_needs_its_extra(tmp_path, monkeypatch):
    (tmp_path / "t.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtra, match=r"rulewright\[frames\]"):
        compare(tmp_path / "t.parquet", people="people")


def test_arrow_columns_have_names():
    thing = SimpleNamespace(column_names=["x", "y"], columns=[1, 2])
    assert blocks.column_names(thing) == ("x", "y") and blocks.column_names(object()) is None

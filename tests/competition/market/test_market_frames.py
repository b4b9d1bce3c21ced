"""Real frames of polars, pandas and Arrow, and files of Parquet and Arrow, give the weights that the same array gives."""

import numpy as np
import pytest

from rulewright.competition.market import blocks, reading
from rulewright.competition.market.fit import fit

RNG = np.random.default_rng(7)
AIS = RNG.random((60, 3))
PEOPLE = AIS @ [0.2, 0.0, 0.5] + 0.1
COLUMNS = {"who": [f"item {k}" for k in range(60)], "people": PEOPLE, "a": AIS[:, 0], "b": AIS[:, 1], "c": AIS[:, 2]}


def weights(source):
    return fit(source, "cone").weights


def polars():
    return pytest.importorskip("polars").DataFrame(COLUMNS)


def lazy():
    return pytest.importorskip("polars").LazyFrame(COLUMNS)


def pandas():
    return pytest.importorskip("pandas").DataFrame(COLUMNS)


def arrow():
    return pytest.importorskip("pyarrow").table(COLUMNS)


@pytest.mark.parametrize("make", [polars, lazy, pandas, arrow], ids=lambda make: make.__name__)
def test_a_frame_is_read_as_it_is(make):
    frame = make()
    assert weights(blocks.of(frame, "people")) == pytest.approx([0.2, 0, 0.5], abs=1e-9)
    table = reading.read(frame, "people", item="who")
    assert table.names == ("a", "b", "c") and table.row(3) == "item 3"
    assert np.array_equal(np.asarray(table.ais, float), AIS)


@pytest.mark.parametrize("ending", ["parquet", "arrow", "feather", "csv"])
def test_a_file_is_read_as_it_is(ending, tmp_path):
    frame = polars()
    path = tmp_path / f"table.{ending}"
    {"parquet": frame.write_parquet, "csv": frame.write_csv}.get(ending, frame.write_ipc)(path)
    assert weights(blocks.of(path, "people") if ending != "csv" else reading.rows(path, "people")) == pytest.approx(
        [0.2, 0, 0.5], abs=1e-9
    )
    assert np.allclose(np.asarray(reading.read(path, "people").ais, float), AIS, atol=0)

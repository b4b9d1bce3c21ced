"""Streamed rows answer as held ones do; baselines are what they say; the picture is drawn."""

import numpy as np
import pytest

from rulewright.competition.market import blocks, streamed
from rulewright.competition.market.baselines import baselines, line_fit
from rulewright.competition.market.csv_rows import CsvRows
from rulewright.competition.market.near import near
from rulewright.competition.market.shipped import path_of, shipped
from rulewright.competition.market.table import Table
from rulewright.report.pictures import market


@pytest.fixture(scope="module")
def numbers():
    return np.random.default_rng(0).integers(0, 11, (1500, 5)) / 10


@pytest.fixture
def file(tmp_path, numbers):
    path = tmp_path / "rows.csv"
    lines = ["case,a,people,b,c,d"]
    lines += [f"case {r // 3}," + ",".join(map(str, row)) for r, row in enumerate(numbers)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("room", [True, False])
def test_a_text_file(file, numbers, room, monkeypatch):
    """With room on the disk or without: the same."""
    if not room:
        monkeypatch.setattr(streamed, "ROOM", np.inf)
    t = Table.of(numbers[:, 1], numbers[:, [0, 2, 3, 4]], names=list("abcd"), cases=np.arange(1500) // 3)
    with streamed.opened(CsvRows(file, "people", case="case", item=None, ais=None)) as rows:
        for kind, offset in (("cone", "constant"), ("hull", "none"), ("hull", "case")):
            held, here = near(t, kind=kind, offset=offset, exactly=False), near(rows, kind=kind, offset=offset)
            assert here.value == pytest.approx(held.value, abs=1e-12)
            assert np.allclose(here.weights, held.weights)
        assert [x.epsilon for x in baselines(rows).lines] == pytest.approx([x.epsilon for x in baselines(t).lines])
        some = rows.table(np.array([0, 4, 1499]))
        assert np.allclose(some.people, numbers[[0, 4, 1499], 1]) and some.names == tuple("abcd")
        assert some.rows[1] == "line 6" or "5" in some.rows[1]


@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_file_of_numbers(tmp_path, numbers, at):
    np.save(tmp_path / "rows.npy", numbers)
    others = [c for c in range(5) if c != at]
    with streamed.opened(blocks.of(tmp_path / "rows.npy", at)) as rows:
        assert near(rows).value == pytest.approx(
            near(Table.of(numbers[:, at], numbers[:, others]), exactly=False).value
        )


def test_baselines(numbers):
    """Each worked out the plain way."""
    u, ais = numbers[:40, 0], numbers[:40, 1:]
    found = baselines(Table.of(u, ais))
    assert found.constant.epsilon == pytest.approx((u.max() - u.min()) / 2)
    assert found.single.epsilon == pytest.approx(min(abs(ais[:, i] - u).max() for i in range(4)))
    assert found.average.epsilon == pytest.approx(abs(ais.mean(axis=1) - u).max())
    each = [near(Table.of(u, ais[:, [i]])).value for i in range(4)]
    assert found.calibrated.epsilon == pytest.approx(min(each)) and found.calibrated.ais == (int(np.argmin(each)),)
    assert found.calibrated.epsilon >= found.cone.epsilon - 1e-12
    drop = found.single.epsilon - found.cone.epsilon
    assert found.calibration + found.market == pytest.approx(drop)


def test_a_line_through_points():
    draw = np.random.default_rng(3)
    for _ in range(100):
        n = draw.integers(1, 20)
        u, x = draw.integers(0, 6, n) / 5, draw.integers(0, 6, n) / 5 * draw.choice([0.01, 1, 100])
        width, b = line_fit(u, x)
        assert b >= 0 and width == pytest.approx(np.ptp(u - b * x))
        assert width / 2 == pytest.approx(near(Table.of(u, x[:, None]), exactly=False).value, abs=1e-9)


def test_what_ships():
    assert shipped() == ("moral_machine",)
    assert path_of("moral_machine").exists() and path_of("nothing") is None


def test_pictures():
    drawn = market.geometry(
        np.array([1.0, 0]),
        np.array([0.5, 0]),
        np.eye(3, 2) * 0.5,
        np.array([0.2, 0.8, 0]),
        ["<a>", "b", "c"],
        border=0.5,
    )
    text = drawn.svg()
    assert text.count('data-kind="in-mix"') == 2 and text.count('data-kind="ai"') == 1 and "&lt;a&gt;" in text
    assert 'data-kind="border"' in text and "<a>" not in text
    bars = market.ladder([("one", 0.4, "p0"), ("two", 0.1, "p1")], calibration=0.2, market=0.1)
    assert bars.svg().count('data-kind="bar"') == 2 and "67% of it is" in bars.says
    missed = market.misses([("row", 0.2, 0.5)], epsilon=0.3)
    assert "+0.3" in missed.svg() and "people 0.2, mix 0.5" in missed.says

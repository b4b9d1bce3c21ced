"""CSV files: the same numbers held and streamed, quickly and record by record; wrong ones are told with line and column."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.competition.market import csv_rows, reading
from rulewright.competition.market.fit import compare
from rulewright.errors import InputError

GOOD = "item,people,frank,kind\njoke 1,0.8,0.5,0.9\njoke 2,.5,1e-1,-0\n"


def file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "\n\n" + GOOD.replace("\nj", "\n\nj"),
        GOOD.replace("joke 1", '"joke 1"').replace("frank", '"frank"'),
        GOOD.replace(",", " , "),
    ],
)
def test_spellings_of_one_table(tmp_path, text):
    table = reading.read(file(tmp_path, text), "people")
    assert table.names == ("frank", "kind") and table.rows == ("joke 1", "joke 2") and table.cases is None
    assert table.people.tolist() == [0.8, 0.5] and table.ais.tolist() == [[0.5, 0.9], [0.1, 0]]


def test_labels_may_hold_anything(tmp_path):
    text = 'id,text,people,a\n1,"no, yes\nand ""so""",1,2\n2,größer,3,4\n'
    table = reading.read(file(tmp_path, text), "people", item="text", ais=["a"])
    assert table.rows == ('no, yes\nand "so"', "größer") and table.ais.tolist() == [[2], [4]]
    assert reading.read(file(tmp_path, text), "people").names == ("id", "a")


def test_cases_and_chosen_ais(tmp_path):
    text = "case,act,a,people,b\nx,go,1,2,3\nx,stay,2,3,4\ny,go,5,6,7\n"
    table = reading.read(file(tmp_path, text), "people", case="case", ais=["b"])
    assert table.cases.tolist() == [0, 0, 1] and table.case_names == ("x", "y")
    assert table.rows == ("go", "stay", "go") and table.names == ("b",)


def big(rows=3000, seed=0):
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(rows, 3))
    lines = [f"r{r},{','.join(map(repr, row))},c{r // 7}" for r, row in enumerate(numbers.tolist())]
    return numbers, "item,a,people,b,case\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("quotes", [False, True])
@pytest.mark.parametrize("chunk", [300, 4096, 1 << 20])
def test_held_and_streamed_are_the_same(tmp_path, monkeypatch, quotes, chunk):
    monkeypatch.setattr(csv_rows, "CHUNK", chunk)
    numbers, text = big()
    path = file(tmp_path, text.replace("r1500", '"r\n1500"') if quotes else text)
    table = reading.read(path, "people", case="case")
    assert (table.people == numbers[:, 1]).all() and (table.ais == numbers[:, [0, 2]]).all() and table.n == 3000
    streamed, held = (reading.rows(path, "people", case="case", most=most) for most in (0, 10**9))
    assert isinstance(streamed, csv_rows.CsvRows) and not isinstance(held, csv_rows.CsvRows)
    one, two, three = (compare(source, folds=3) for source in (streamed, held, table))
    for a, b, c in zip(one.lines, two.lines, three.lines, strict=True):
        assert a.tests == pytest.approx(b.tests, rel=1e-9) and c.tests == pytest.approx(b.tests, rel=1e-9)
    assert abs(streamed.expected - 3000) < 300


@pytest.mark.parametrize("start", [0, 1, 999, 2999])
@pytest.mark.parametrize("case", [None, "case"])
def test_streaming_goes_on_from_a_row(tmp_path, monkeypatch, start, case):
    monkeypatch.setattr(csv_rows, "CHUNK", 5000)
    numbers, text = big()
    source = reading.rows(file(tmp_path, text), "people", case=case, most=0)
    found = list(source.blocks(start))
    assert (np.concatenate([v for v, _ in found]) == numbers[start:]).all()
    if case:
        assert np.concatenate([c for _, c in found]).tolist() == (np.arange(start, 3000) // 7).tolist()


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64).map(repr) | st.sampled_from(
    ["1.", "+3", " 4 ", "1E3"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_quick_and_slow_read_the_same(tmp_path_factory, rows):
    text = "people,a,b\n" + "".join(",".join(row) + "\n" for row in rows)
    source = csv_rows.CsvRows(file(tmp_path_factory.mktemp("csv"), text), "people", case=None, item=None, ais=None)
    data = b"".join(source._whole_lines())
    slow = source._record_by_record(data, 2, ()).values
    for native in (True, False):
        quick = source._quick(data, (), native=native)
        assert quick is None or (quick.values == slow).all()
    assert (slow == np.array([[float(x) for x in row] for row in rows])).all()


def test_compiled_reads_plain_lines_and_no_others(tmp_path):
    """Where there is a compiler; without one both are the twin."""
    source = csv_rows.CsvRows(file(tmp_path, GOOD), "people", case=None, item=None, ais=None)
    for cells in (
        "x,1,2,3",
        "größer,1e-5,.5,5.",
        "x,0.30000000000000004,12345678901234567e-21,9007199254740993.0",
        "x,1e22,-0, 7 ",
    ):
        for native in (True, False):
            found = source._quick((cells + "\n").encode(), ("item",), native=native)
            assert found.values.tolist() == [[float(x) for x in cells.split(",")[1:]]]
            assert found.labels["item"] == [cells.split(",")[0]]
    for cells in (
        "x,1,2",
        "x,1,2,3,4",
        "x,1,,3",
        "x,1,2,",
        "x,1,2,nan",
        "x,1,2,1e999",
        "x,1,2,0x1",
        "x,1,2,3 4",
        'x",1,2,3',
        "x,1,2,1e",
    ):
        for native in (True, False):
            assert source._quick((cells + "\n").encode(), (), native=native) is None, cells


def test_compiled_decimals_are_the_nearest_doubles(tmp_path):
    source = csv_rows.CsvRows(file(tmp_path, "people,a\n1,2\n"), "people", case=None, item=None, ais=None)
    rng = np.random.default_rng(0)
    numbers = [repr(x) for x in rng.random(4000).tolist()]
    numbers += [f"{x}.{y}" for x, y in rng.integers(0, 10**9, size=(2000, 2)).tolist()]
    numbers += [
        f"{x}e-{y}"
        for x, y in zip(rng.integers(1, 10**18, 2000).tolist(), (np.arange(2000) % 40).tolist(), strict=True)
    ]
    numbers += [f"0.{x:019d}" for x in rng.integers(0, 10**18, 2000).tolist()]
    data = "".join(f"{x},-{x}\n" for x in numbers).encode()
    found = source._quick(data, ())
    assert (
        found.values[:, 0].tolist() == [float(x) for x in numbers] and (found.values[:, 1] == -found.values[:, 0]).all()
    )


WRONG = {
    "missing column": (GOOD.replace("people", "poeple"), r"line 1: needed a column 'people'.*Did you mean 'poeple'"),
    "text": (GOOD.replace("0.5", "much"), r"line 2, column 'frank': needed a finite number, found 'much'"),
    "empty cell": (GOOD.replace("1e-1", ""), r"line 3, column 'frank'.*an empty cell"),
    "nan": (GOOD.replace("0.9", "nan"), r"line 2, column 'kind'.*found 'nan'"),
    "infinity": (GOOD.replace("0.9", "1e999"), r"line 2, column 'kind'.*found '1e999'"),
    "decimal comma": (GOOD.replace("0.9", '"0,9"'), r"line 2, column 'kind'.*decimal point"),
    "ragged": (GOOD.replace(",0.9", ""), r"line 2: needed 4 columns, as in the first line, found 3"),
    "too long": (GOOD.replace("0.9", "0,9"), r"line 2: needed 4 columns.*found 5.*decimal comma"),
    "twice": (GOOD.replace("kind", "frank"), r"line 1, column 4: needed each name once, found 'frank' again"),
    "no name": (GOOD.replace("kind", ""), r"column 4: needed a name"),
    "no AI": ("item,people\nx,1\n", r"at least one column of numbers beside the people's"),
    "people are text": ("people,a\nx,1\n", r"column 'people': needed numbers"),
    "latin-1": (GOOD.replace("joke 2", "größer").encode("latin-1"), r"line 3: needed text in UTF-8"),
    "utf-16": (GOOD.encode("utf-16"), r"UTF-8"),
    "empty": ("", r"an empty file"),
    "no rows": ("people,a\n", r"at least one row"),
    "semicolons": (GOOD.replace(",", ";"), r"commas, found semicolons"),
    "tabs": (GOOD.replace(",", "\t"), r"commas, found tabs"),
    "open quote": (GOOD + '"joke,1,2,3\n', r"line 4.*CSV"),
    "underscore": (GOOD.replace("0.5", "1_0"), r"found '1_0'"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("most", [0, 10**9])
def test_wrong_files_say_where(tmp_path, name, most):
    text, message = WRONG[name]
    with pytest.raises(InputError, match=message):
        list(reading.rows(file(tmp_path, text), "people", most=most).blocks())


def test_lines_are_counted_far_down(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "CHUNK", 2000)
    lines = big()[1].splitlines()
    lines[2500] = lines[2500].replace(",", ",x", 1)
    with pytest.raises(InputError, match="line 2501, column 'a'"):
        reading.read(file(tmp_path, "\n".join(lines)), "people")


@pytest.mark.parametrize(
    "options, word",
    [
        ({"people": None}, "the name of the people's column"),
        ({"people": "item"}, "needed numbers"),
        ({"people": "people", "case": "cas"}, "needed a column 'cas'"),
        ({"people": "people", "ais": ["people"]}, "one role"),
        ({"people": "people", "ais": ["item"]}, "needed numbers: an AI's"),
        ({"people": "people", "item": "people"}, "one role"),
    ],
)
def test_wrong_roles(tmp_path, options, word):
    with pytest.raises(InputError, match=word):
        reading.read(file(tmp_path, GOOD), options.pop("people"), **options)


def test_no_file(tmp_path):
    for path, word in ((tmp_path, "a folder"), (tmp_path / "none.csv", "nothing there")):
        with pytest.raises(InputError, match=word):
            reading.read(path, "people")


@pytest.mark.parametrize("start", [1, 700, 1500, 1999])
def test_lines_that_are_no_rows_are_no_rows_when_one_goes_on(tmp_path, monkeypatch, start):
    """Lines of blanks or of commas alone were counted as rows where reading went on from a row."""
    monkeypatch.setattr(csv_rows, "CHUNK", 1024)
    values = np.random.default_rng(0).integers(0, 9, (2000, 2)) / 10
    lines = [f"{a},{b}" + ("\n  " * (r % 300 == 7) + "\n," * (r % 500 == 9)) for r, (a, b) in enumerate(values)]
    (tmp_path / "t.csv").write_text("people,a\n" + "\n".join(lines) + "\n", encoding="utf-8")
    for again in (False, True):  # the second time the sizes of pieces are known
        source = csv_rows.CsvRows(tmp_path / "t.csv", "people", case=None, item=None, ais=None)
        if again:
            assert sum(len(v) for v, _ in source.raw(0, 100)) == 2000
        assert np.array_equal(np.concatenate([v for v, _ in source.raw(start, 100)]), values[start:])


def test_names_that_come_twice_are_numbered(tmp_path):
    """Two rows "answer B" could not be told apart in a sentence; in cases of their own they can."""
    (tmp_path / "t.csv").write_text("q,item,people,a\nx,B,1,2\ny,B,3,4\n", encoding="utf-8")
    assert reading.read(tmp_path / "t.csv", "people", item="item").rows == ("B (row 1)", "B (row 2)")
    assert reading.read(tmp_path / "t.csv", "people", item="item", case="q").rows == ("B", "B")

"""Labelled scores from tables: usual names, nested ones, and every mistake with its place."""

import json

import numpy as np
import pytest

from rulewright.design.oversight import from_rows, read_labelled
from rulewright.errors import InputError


def test_a_table_by_its_usual_names(tmp_path):
    (tmp_path / "log.csv").write_text(
        "suspicion,label,task,reviewer,audited\n0.9,attack,a,ann,1\n0.2,honest,b,bob,1\n0.4,,b,bob,0\n"
    )
    found = read_labelled(tmp_path / "log.csv")
    assert found.scores.tolist() == [0.9, 0.2] and found.labels.tolist() == [True, False]
    assert found.tasks == ("a", "b") and found.reviewers == ("ann", "bob")
    assert found.audited == pytest.approx(2 / 3) and found.dropped == 1 and found.flagged is None
    assert (found.bad, found.good) == (1, 1)


def test_sample_tables_of_control_evaluations(tmp_path):
    """Objects with nested scores; a dot goes into them."""
    rows = [
        {"task_id": k, "mode": "attack" if k % 2 else "honest", "monitors": {"trusted": {"score": k}}} for k in range(6)
    ]
    (tmp_path / "a.json").write_text(json.dumps({"samples": rows}))
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    one, two = (read_labelled(tmp_path / name, score="monitors.trusted.score") for name in ("a.json", "a.jsonl"))
    assert np.array_equal(one.scores, two.scores) and one.tasks == two.tasks == tuple("012345")
    assert one.monitor.auc == two.monitor.auc


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "score,label\n1,attack\n", "1 ones and 0 zeros"),
        ("a.csv", "points,label\n1,attack\n", "a column score"),
        ("a.csv", "score,label\nhigh,attack\n0,honest\n", "line 2, column 'score'"),
        ("a.csv", "score,label\nnan,attack\n0,honest\n", "a finite number"),
        ("a.csv", "score,label\n1,perhaps\n0,honest\n", "line 2, column 'label'"),
        ("a.csv", "score,label,flagged\n1,attack,maybe\n0,honest,no\n", "'flagged'"),
        ("a.csv", "score,label\n", "a row below"),
        ("a.jsonl", '{"score": 1, "label": 1}\nnot json\n', "line 2"),
        ("a.jsonl", "[1, 2]\n", "a JSON object"),
        ("a.json", '{"score": 1}', "a list of objects"),
        ("a.json", "[" * 50_000, "JSON"),
        ("a.jsonl", '{"a":' * 50_000, "a JSON object"),
        ("a.xlsx", "", "a table .csv"),
        ("a.csv", None, "can be read"),
    ],
)
def test_a_wrong_file_is_a_sentence(tmp_path, name, text, says):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as error:
        read_labelled(tmp_path / name)
    assert says in str(error.value) and name in str(error.value)


def test_a_column_that_is_named_has_to_be_there():
    with pytest.raises(InputError, match="suspicion"):
        from_rows([("row 1", {"score": 1, "label": 0})], "here", score="suspicion")

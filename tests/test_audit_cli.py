"""`rulewright audit` on files of other people, and the sentences for wrong ones."""

import json

import numpy as np
import pytest

from rulewright.cli import main
from rulewright.mechanisms import auction
from rulewright.mechanisms.audit.nets import Layers, Net, to_arrays

FAST = ["--profiles", "200", "--attacked", "3", "--seed", "1"]
FIRST_PRICE = """
import numpy as np

def first(reports):
    won = (reports.argmax(axis=1)[:, None] == np.arange(reports.shape[1])[:, None]).astype(float)
    return won, (won * reports).sum(axis=-1)

def raising(reports):
    return reports[0, 0, 99]

def slow(reports):
    import time
    time.sleep(100)

def wordy(reports):
    return "nothing", "much"

def flat(reports):
    return reports.sum(), reports

def writing(reports):
    reports[:] = 0
    return reports, reports[..., 0]
"""


def saved_net(folder):
    """One bidder, one item: x and its payment grow with the report, the payment half as fast as it should."""
    allocation = Layers((np.array([[1.0], [-1.0]]),), (np.array([0.0, 1.0]),))
    net = Net(
        auction(1, 1), allocation, Layers((np.array([[0.5]]),), (np.array([-0.1]),)), "relu", "sparsemax", "linear"
    )
    np.savez(folder / "net.npz", **to_arrays(net))
    return folder / "net.npz"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(FIRST_PRICE, encoding="utf-8")
    return path


def test_a_function_is_audited_with_report_result_and_certificate(file, tmp_path, capsys):
    out = tmp_path / "out"
    asked = ["audit", f"{file}:first", "--bidders", "2", "--items", "1", *FAST, "--grid", "2", "--out", str(out)]
    assert main(asked) == 1
    said = capsys.readouterr().out
    assert "Bidders gain by lying" in said and "lower bound" in said
    found = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert found["audit"]["worst"]["gain"] > 0.3 and found["audit"]["regret_certified"] is None
    assert found["audit"]["per_agent"][1] > 2000
    assert "The worst lie" in (out / "report.html").read_text(encoding="utf-8")
    assert main(["check", str(out / "certificate.json")]) == 0  # what is left in it holds


def test_arrays_are_audited_and_certified_as_json(tmp_path, capsys):
    path = saved_net(tmp_path)
    asked = ["audit", str(path), "--bidders", "1", "--items", "1", *FAST, "--exactly", "2", "--json"]
    code = main(asked)
    found = json.loads(capsys.readouterr().out)
    assert code == 1 and found["audit"]["grade"] == "bounded with confidence"
    assert found["audit"]["certified"]["regret"] >= 0 and found["kind"] == "audit"


def test_what_the_function_writes_into_reports_hurts_nobody(file):
    assert main(["audit", f"{file}:writing", "--bidders", "1", "--items", "1", *FAST]) == 0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["{file}:raising"], "line 9"),
        (["{file}:wordy"], "allocation [batch"),
        (["{file}:flat"], "allocation [batch"),
        (["{file}:frist"], "frist"),
        (["{file}:first", "--law", "normal"], "uniform:LOW:HIGH"),
        (["{file}:first", "--law", "uniform:1:0"], "low ≤ high"),
        (["{file}:first", "--law", "triangle"], "two items"),
        (["{file}:first", "--demand", "many"], "additive or unit demand"),
        (["{file}:first", "--head", "unit"], "no settings of nets"),
        (["{file}:first", "--exactly", "2"], "layers can be read"),
        (["{file}:first", "--grid", "90"], "fewer points"),
        (["{file}:first", "--profiles", "1"], "profiles"),
        (["nobody.npz"], "nothing there"),
        (["{file}"], "mechanism or auction or outcome"),
    ],
)
def test_wrong_words_are_told_in_a_sentence(file, said, told, capsys):
    code = main(["audit", *(s.format(file=file) for s in said), "--bidders", "2", "--items", "1"])
    found = " ".join(capsys.readouterr().err.split())
    assert code == 2 and told in found and "Traceback" not in found


@pytest.mark.parametrize("text", ["no arrays", ""])
def test_a_file_that_is_no_archive_is_told(tmp_path, text, capsys):
    path = tmp_path / "net.npz"
    path.write_text(text, encoding="utf-8")
    assert main(["audit", str(path), "--bidders", "1", "--items", "1"]) == 2
    assert "numpy.savez" in capsys.readouterr().err


def test_pickled_objects_are_not_loaded(tmp_path, capsys):
    path = tmp_path / "net.npz"
    np.savez(path, **{"allocation.0.weight": np.array([{"a": 1}], dtype=object)})
    assert main(["audit", str(path), "--bidders", "1", "--items", "1"]) == 2
    assert "needed" in capsys.readouterr().err

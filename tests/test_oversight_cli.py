"""`rulewright oversight`: the report of a log with its certificate; a wrong file is a sentence and exit 2."""

import json

import numpy as np
import pytest

import rulewright.cli.oversight
from rulewright import check
from rulewright.cli import main

assert rulewright.cli.oversight  # registers the command


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.csv"
    draw, lines = np.random.default_rng(0), ["suspicion,label,task,reviewer,flagged"]
    for k in range(240):
        bad, reviewer = k % 3 == 0, ("ann", "bob")[k % 2]
        score = round(draw.normal() + 2.5 * bad, 2)
        flagged = score > 1.2 if reviewer == "ann" else draw.random() < 0.03
        lines.append(f"{score},{'attack' if bad else 'honest'},t{k % 4},{reviewer},{int(flagged)}")
    path.write_text("\n".join(lines).replace("suspicion,", "suspicion_score,", 1))
    return path


def test_a_log_becomes_a_report_with_a_certificate(log, tmp_path, capsys):
    assert main(["oversight", str(log), "--out", str(tmp_path)]) == 0
    assert "deters every gain up to 1" in " ".join(capsys.readouterr().out.split())
    found = json.loads((tmp_path / "result.json").read_text())
    certificate = json.loads((tmp_path / "certificate.json").read_text())
    assert check(certificate).holds if hasattr(check(certificate), "holds") else check(certificate)
    (claim,) = certificate["claims"]
    assert claim["claim"] == "dominant" and claim["grade"] == "bounded with confidence"
    assert [r["confidence"] for r in claim["rates"]] == ["39/40", "39/40"]
    assert {"roc", "frontier", "map"} <= {f["name"] for s in found["sections"] for f in s["figures"]}
    verdicts = {c["name"]: c["verdict"] for s in found["sections"] for c in s["checks"]}
    assert verdicts["Reviewer ann"] == "pass" and verdicts["Reviewer bob"] != "pass"
    assert "<svg" in (tmp_path / "report.html").read_text() and not list(tmp_path.glob(".writing-*"))


def test_a_forged_count_is_found(log, tmp_path, capsys):
    assert main(["oversight", str(log), "--out", str(tmp_path)]) == 0
    path = tmp_path / "certificate.json"
    said = json.loads(path.read_text())
    said["claims"][0]["rates"][0]["successes"] -= 25
    path.write_text(json.dumps(said))
    assert main(["check", str(path)]) == 1


def test_the_same_log_gives_the_same_bytes(log, tmp_path):
    for name in ("a", "b"):
        assert main(["oversight", str(log), "--out", str(tmp_path / name), "--bounds", "dkw"]) == 0
    for file in ("report.html", "result.json", "certificate.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing.csv"], "nothing.csv"),
        (["{log}", "--score", "elsewhere"], "elsewhere"),
        (["{log}", "--gain", "0"], "above 0"),
        (["{log}", "--gain", "nan"], "--gain"),
        (["{log}", "--confidence", "1"], "confidence"),
        (["{log}", "--bounds", "bootstrap"], "ranks"),
        (["{log}", "--rationality", "-1"], "λ"),
        (["{folder}/no.eval"], "no such file"),
    ],
)
def test_what_is_wrong_is_a_sentence(log, tmp_path, capsys, words, says):
    given = [w.format(log=log, folder=tmp_path) for w in words]
    assert main(["oversight", *given]) == 2
    told = capsys.readouterr().err
    assert says in " ".join(told.split()) and "Traceback" not in told

"""`rulewright oversight`: the report of a log with its certificate; a wrong file is a sentence and exit 2."""

import json

import numpy as np
import pytest

import rulewright.cli.oversight
from rulewright.cli import main

assert rulewright.cli.oversight  # registers the command


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.csv"
    draw, lines = np.random.default_rng(0), ["suspicion,label,task,reviewer,flagged"]
    for k in range(180):
        bad, reviewer = k % 3 == 0, ("ann", "bob")[k % 2]
        score = round(draw.normal() + 2.5 * bad, 2)
        flagged = score > 1.2 if reviewer == "ann" else draw.random() < 0.03
        lines.append(f"{score},{'attack' if bad else 'honest'},t{k % 4},{reviewer},{int(flagged)}")
    path.write_text("\n".join(lines).replace("suspicion,", "suspicion_score,", 1))
    return path


@pytest.fixture(scope="module")
def made(log):
    folder = log.parent / "made"
    assert main(["oversight", str(log), "--out", str(folder)]) == 0
    return folder


def test_a_log_becomes_a_report_with_a_certificate(made):
    found = json.loads((made / "result.json").read_text())
    certificate = json.loads((made / "certificate.json").read_text())
    (claim,) = certificate["claims"]
    assert claim["claim"] == "dominant" and claim["grade"] == "bounded with confidence"
    assert [r["confidence"] for r in claim["rates"]] == ["39/40", "39/40"]
    assert "deters every gain up to 1" in found["headline"][0]["text"]
    assert {"roc", "frontier", "map"} <= {f["name"] for s in found["sections"] for f in s["figures"]}
    verdicts = {c["name"]: c["verdict"] for s in found["sections"] for c in s["checks"]}
    assert verdicts["Reviewer ann"] == "pass" and verdicts["Reviewer bob"] != "pass"
    assert "<svg" in (made / "report.html").read_text() and not list(made.glob(".writing-*"))


def test_the_certificate_is_checked_and_a_forged_count_is_found(made, tmp_path):
    assert main(["check", str(made / "certificate.json")]) == 0
    said = json.loads((made / "certificate.json").read_text())
    said["claims"][0]["rates"][0]["successes"] -= 25
    (tmp_path / "forged.json").write_text(json.dumps(said))
    assert main(["check", str(tmp_path / "forged.json")]) == 1


def test_the_same_log_gives_the_same_bytes_and_a_summary(log, made, tmp_path, capsys):
    assert main(["oversight", str(log), "--out", str(tmp_path)]) == 0
    assert "deters every gain up to 1" in " ".join(capsys.readouterr().out.split())
    for file in ("report.html", "result.json", "certificate.json"):
        assert (tmp_path / file).read_bytes() == (made / file).read_bytes()


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

"""The terminal summary: fits 80 and 120 columns, in UTF-8 and in ASCII, says everything without colour."""

import io
from dataclasses import replace

import pytest
from report_examples import HOSTILE, empty, hostile, service_quality, small
from rich.console import Console

from rulewright.report.report import ClaimRow
from rulewright.report.summary import show


def shown(report, width=80, encoding="utf-8", **options):
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding, write_through=True) as stream:
        show(report, Console(file=stream, width=width, **options))
        stream.flush()
        return raw.getvalue().decode(encoding)


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("make", [service_quality, empty, hostile, small])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_it_fits(make, width, encoding):
    lines = shown(make(), width, encoding).splitlines()
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [80, 120])
def test_it_says_everything(width, encoding):
    said = flat(shown(service_quality(), width, encoding))
    for words in (
        "Today, the worst equilibrium gives people 0 of a possible 1. Under the designed rule the worst gives 1.",
        "The rule closes 100% of the gap. 0.402 is paid when all do as they are asked, 0.201 each on average.",
        "Set bonus to 0; pay writer 0.201",
        "Asks for: writer: 1; reviewer: 1.",
        "regret matching",
        "designed rule",
        "rulewright check certificate.json",
        "201/500, and at most 1/5 is claimed",
        "What robustness costs",
        "here 0.402",
        "Some logit curves are not drawn",
    ):
        assert words in said


def test_ascii_is_ascii():
    text = shown(service_quality(), 80, "ascii")
    assert text.isascii() and "?" not in text.replace("?   No group", "")
    assert "##########" in text and "logit, lambda = 5" in text and "ok" in text and "NO" in text


def test_bars_are_full_to_the_worst_and_shaded_to_the_best():
    lines = shown(service_quality(), 80).splitlines()
    dominance = next(line for line in lines if "undominated play" in line)
    assert "▒▒▒▒▒▒▒▒▒▒" in dominance and "██████████" in dominance
    pure = next(line for line in lines if "pure equilibria" in line)
    assert "░░░░░░░░░░" in pure and "██████████" in pure


def test_claims_are_told_by_sign_and_word():
    text = shown(service_quality(), 80)
    assert text.count("✓") == 4 and text.count("✗") == 1 and "≈" in text and "○" in text
    assert "fails" in text and "bounded" in text and "searched" in text


def test_colour_adds_nothing_to_the_words():
    plain = shown(service_quality(), 80)
    coloured = io.StringIO()
    show(service_quality(), Console(file=coloured, width=80, force_terminal=True, color_system="truecolor"))
    assert "\x1b[" in coloured.getvalue() and "\x1b[" not in plain


def test_a_curve_is_a_sparkline_with_its_ends():
    line = next(line for line in shown(service_quality(), 80).splitlines() if "▁" in line)
    assert line.strip().startswith("paid") and "0.002 → 1.602, here 0.402" in line
    assert "✕" in shown(small(), 80)


def test_nothing_found():
    said = flat(shown(empty()))
    assert "Today no equilibrium was found that could be judged; people could have 1." in said
    assert "No rule of the allowed kind makes this play an equilibrium." in said
    assert "None" not in said and "nan" not in said


def test_markup_in_texts_is_text():
    said = shown(hostile(), 200)
    assert "[bold]" in said and HOSTILE[:20] in said


def test_the_limit_of_a_budget_is_said():
    report = service_quality()
    claim = ClaimRow("budget, path", True, "proved", "the expected sum of transfers is 1/2, and at most 3/5 is claimed")
    said = flat(shown(replace(report, claims=[claim]), 120))
    assert "What is paid when all obey is at most the limit" in said and "at most 3/5 is claimed" in said


def test_what_exceeds_the_first_best_is_the_best_seen():
    report = service_quality()
    noisy = replace(report.diagnosis["logit:5"], worst=1.2, best=1.2)
    said = flat(shown(replace(report, diagnosis=report.diagnosis | {"logit:5": noisy})))
    assert "0 of a first best of 1." in said and "possible" not in said and "from 0 to 1.2 (best seen)" in said


def test_pure_equilibria_are_called_so_and_no_aim_is_needed():
    report = service_quality()
    pure = {"pure": report.diagnosis["pure"], "nash": replace(report.diagnosis["nash"], complete=False)}
    said = flat(shown(replace(report, diagnosis=pure, design=replace(report.design, aim="none"))))
    assert "Today, the worst pure equilibrium gives people 0" in said
    assert "No rule was designed." in flat(shown(replace(report, design=None, after={})))

"""Pages and summaries of panels and markets: self-contained, safe, and they fit."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from rulewright import assess, load
from rulewright.cli import main
from rulewright.report.kinds import render, show
from rulewright.report.panel import words as panel_words
from rulewright.report.pictures.losses import Lost, losses
from rulewright.report.pictures.votes import Held, Voted, thresholds, votes
from rulewright.report.rivals import words as rivals_words

NAMES = ["review_panel", "rival_providers", "second_opinion"]


@pytest.fixture(scope="module", params=NAMES)
def report(request):
    scenario = load(request.param)
    few = {"draws": 10, "noise": scenario.file.stress.noise[:1], "lambdas": []}
    stress = scenario.file.stress.model_copy(update=few)
    return assess(replace(scenario, file=scenario.file.model_copy(update={"stress": stress}))).report


def shown(report, width=80, encoding="utf-8"):
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding, write_through=True) as stream:
        show(report, Console(file=stream, width=width))
        stream.flush()
        return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_summary_fits(report, width, encoding):
    text = shown(report, width, encoding)
    assert max(map(len, text.splitlines())) <= width
    assert encoding != "ascii" or text.isascii()
    assert "rulewright check certificate.json" in text


def test_the_page_loads_nothing_and_lists_its_sections(report):
    page = render(report)
    assert not re.search(r"<(link|iframe|img|script src)", page) and "script-src 'none'" in page
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page
    assert page.count("<svg") >= (2 if report.kind == "panel" else 1)
    assert page.count("<caption>") == page.count("<table")


def test_whatever_users_wrote_is_escaped(report):
    page = render(replace(report, title="<script>alert(1)</script>", notes=["</section><b>"]))
    assert "<script>alert" not in page and "</section><b>" not in page


def test_names_that_look_like_markup_are_names(tmp_path, capsys):
    text = """
title = "[/red] wear and tear"
[people]
utility = "(state == action)"
[rivals]
states  = { fine = 0.7, worn = 0.3 }
actions = ["fine", "worn"]
[rivals.ais]
"[bold]shop[/]" = "people"
[[changes]]
name = "[/red] it leaves"
set  = {}
use  = "best AI"
[stress]
draws = 10
"""
    (tmp_path / "markup.toml").write_text(text, encoding="utf-8")
    assert main(["assess", str(tmp_path / "markup.toml")]) == 0
    assert "[/red] it leaves" in capsys.readouterr().out


def test_what_is_said_holds_where_searches_were_cut_short_or_there_is_nothing_to_lose(report):
    if report.kind == "panel":
        assert f"at least {report.depth} objections. So few has" in panel_words.depth(report)
        cut = panel_words.depth(replace(report, depth_proved=report.depth - 1))
        assert f"at least {report.depth - 1} objection" in cut and f"The fewest that were found, {report.depth}" in cut
        one = replace(report.least_opposed, object=["ann"])
        assert "; ann objects." in panel_words.depth(replace(report, least_opposed=one))
        made = replace(report.designed, objections=None, sets=[["ann", "bob"]])
        assert panel_words.then(replace(report, designed=made)).startswith("If ann and bob must approve, nothing")
        assert "every set of reviewers whose approval" not in render(
            replace(report, designed=None, impossible="None is.")
        )
    else:
        chosen = replace(report.today, use="best AI", loss=0.0, worst=report.today.opt)
        assert "In no pure equilibrium" in rivals_words.now(
            replace(report, today=replace(chosen, guaranteed=chosen.opt - 0.1))
        )
        assert "In no equilibrium" in rivals_words.now(replace(report, today=replace(chosen, guaranteed=chosen.opt)))
        nothing = replace(report.today, uninformed=report.today.opt, guaranteed=report.today.opt)
        assert rivals_words.guarantee(nothing).endswith("there is nothing to lose.")
        assert (
            "could be solved" in rivals_words.then(replace(report, design=None, entries=report.entries[1:]))
            or not report.entries
        )


def test_losses_are_bars_from_zero():
    made = losses([Lost("a", 0.4, 0.2, 0.2, 0.3), Lost("b", 0.4, 0.2, 0.0, None, True)])
    content = made.svg()
    widths = [
        float(found[1].split(",")[0]) - float(found[0].split(",")[0])
        for found in (points.split() for points in re.findall(r'points="([^"]+)"[^>]*data-kind="bar-\d"', content))
    ]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.5) and widths[1] == widths[2] and widths[5] < 2
    assert content.count('data-kind="guarantee"') == 1 and "0.2 in the worst equilibrium" in made.says


def test_votes_against_people_are_framed():
    made = votes(
        ["x", "y"], [Voted("good", 1, (True, False), (True,)), Voted("bad", -1, (True, False), (True,))], ["now"]
    )
    content = made.svg()
    assert content.count('data-kind="wrong"') == 2
    assert content.count('data-kind="harm"') == 1 and content.count('data-kind="passes"') == 1


def test_thresholds_show_where_they_hold():
    cells = [Held(k, c, k + c < 2, 0.5) for k in range(3) for c in range(2)]
    made = thresholds(cells, wanted=(0, 1), today=2)
    content = made.svg()
    assert content.count('data-kind="sound"') == 3 and content.count('data-kind="unsound"') == 3
    assert content.count('data-kind="wanted"') == 1 and "at most 2 objections: not sound" in made.says

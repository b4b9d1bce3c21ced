"""Where it tips: the figure draws, the page has the section, the sentences are those of the data."""

import io
import json
import re
from dataclasses import replace

import pytest
from report_examples import service_quality
from rich.console import Console

from rulewright.report import figures
from rulewright.report.page import render
from rulewright.report.report import TraceBranch, TraceData, TraceJump
from rulewright.report.summary import show
from rulewright.report.tipping import fine, large, sentences

vl_convert = pytest.importorskip("vl_convert")

FOLD = TraceData(
    title="Defecting gets cheaper",
    parameter="effort",
    here=0.5,
    low=0.0,
    high=1.0,
    floor=0.0,
    branches=[
        TraceBranch("defect", True, [0.0, 0.8836], [-12.0, -15.0]),
        TraceBranch("cooperate", True, [0.106, 1.0], [5.0, 5.0]),
        TraceBranch("both", False, [0.106, 0.8836], [5.0, -15.0]),
    ],
    jumps=[
        TraceJump(0.106, False, "cooperate", "defect", 5.0, -12.5),
        TraceJump(0.8836, True, "defect", "cooperate", -15.0, 5.0),
        TraceJump(0.5, True, "a", "b", 5.0, 4.9),
        TraceJump(0.6, True, "a", "", 5.0, None),
    ],
    possible=[(0.106, 1.0)],
    certain=[(0.8836, 1.0)],
    hysteresis=[(0.106, 0.8836)],
    margin=0.394,
    recovery=0.3836,
    behaviours={},
    values=[0.0, 0.5, 1.0],
    how="payoffs are affine",
    complete=True,
)


def said(**changes):
    return " ".join(sentences(replace(FOLD, **changes)))


def drawn(data):
    return vl_convert.vegalite_to_svg(json.dumps(figures.tipping(data).to_dict()))


def test_the_figure_draws():
    picture = drawn(FOLD)
    assert len(re.findall(r"<path[^>]*aria-roledescription=\"line mark\"", picture)) == 3
    assert "not stable" in picture and "here: 0.5" in picture and "good from 0" in picture
    spec = json.dumps(figures.tipping(FOLD).to_dict())
    assert '"triangle-up"' in spec and '"triangle-down"' in spec and '"mark": {"type": "rect"' in spec


def test_ranges_over_decades_are_drawn_on_a_logarithmic_axis():
    wide = replace(
        FOLD, low=0.001, branches=[TraceBranch("a", True, [0.001, 1.0], [0.0, 1.0])], jumps=[], hysteresis=[]
    )
    assert '"type": "log"' in json.dumps(figures.tipping(wide).to_dict()) and drawn(wide)
    assert '"type": "log"' not in json.dumps(figures.tipping(FOLD).to_dict())


def test_nothing_to_draw_still_draws():
    empty = replace(FOLD, branches=[], jumps=[], hysteresis=[], here=None)
    assert drawn(empty) and sentences(empty)
    more = replace(FOLD, behaviours={"level:2": [1.0, None, 2.0]}, branches=[])
    assert "behaviour" in drawn(more)


def test_sentences():
    text = said()
    assert "is lost if effort falls below 0.106. Robustness margin 0.394." in text
    assert "effort must rise to 0.8836 for that. Recovery cost 0.3836." in text
    assert "From 0.106 to 0.8836 both good and bad plays are stable" in text
    assert "falls through 0.106, the goal collapses from 5 to −12.5" in text
    assert "rises through 0.8836, the goal recovers" in text and "4.9" not in text
    assert [j.x for j in large(FOLD)] == [0.8836, 0.106]


def test_sentences_of_other_places():
    assert "no stable play is good. Robustness margin 0." in said(here=0.05, margin=0.0)
    assert "stays so from 0 to 1" in said(possible=[(0.0, 1.0)], margin=None)
    assert "rises above 0.7. Robustness margin 0.2." in said(possible=[(0.0, 0.7)], margin=0.2)
    assert "it ends well. Recovery cost 0." in said(here=0.9, recovery=0.0)
    assert "Nowhere from 0 to 1" in said(recovery=None, certain=[])
    assert "must fall to 0.2" in said(certain=[(0.0, 0.2)], recovery=0.3)
    assert "Today" not in said(here=None)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0048828125, "0.004883"), (2.5, "2.5"), (0, "0"), (-0.0123456, "−0.01235")]
)
def test_small_values_keep_their_digits(value, text):
    assert fine(value) == text


def test_page_and_terminal_say_it():
    report = replace(service_quality(), traces=[FOLD])
    page = render(report)
    assert '<section class="card" id="tipping"' in page and '<a href="#tipping">' in page and "tipping-0" in page
    assert "Robustness margin 0.394" in page
    stream = io.StringIO()
    show(report, Console(file=stream, width=200))
    assert "Defecting gets cheaper" in stream.getvalue() and "Recovery cost 0.3836" in stream.getvalue()
    assert 'id="tipping"' not in render(service_quality())

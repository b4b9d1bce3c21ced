"""Every figure draws: real data, nothing, single points, two and eleven actions; and no text becomes an expression."""

import json
import sys
from dataclasses import replace

import pytest
from report_examples import HOSTILE, empty, hostile, service_quality, small

from rulewright.errors import MissingExtra
from rulewright.report import figures
from rulewright.report.report import CurveData, CurvePoint, LogitCurve, Matrix

pytest.importorskip("altair")
vl_convert = pytest.importorskip("vl_convert")

REPORTS = {"full": service_quality, "empty": empty, "hostile": hostile, "small": small}


def svg(chart):
    spec = chart.to_dict()
    if spec.get("width") == "container":
        spec["width"] = 600
    return vl_convert.vegalite_to_svg(json.dumps(spec))


def marks(picture):
    """Paths of the drawing itself, without axes and legends."""
    return (
        picture.count("mark-rule")
        + picture.count("mark-symbol")
        + picture.count("mark-rect")
        + picture.count("mark-line")
    )


def inside(node, key):
    """Everything that stands under that key, anywhere in a specification."""
    if isinstance(node, dict):
        for name, inner in node.items():
            if name == key:
                yield inner
            yield from inside(inner, key)
    elif isinstance(node, list):
        for inner in node:
            yield from inside(inner, key)


def rows_of(chart):
    """All rows of data of a chart."""
    spec = chart.to_dict()
    tables = [
        *spec.get("datasets", {}).values(),
        *(data["values"] for data in inside(spec, "data") if "values" in data),
    ]
    return [row for table in tables for row in table]


@pytest.mark.parametrize("make", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("name", ["gaps", "rules", "logit", "noise"])
def test_figures_of_reports_draw(name, make):
    picture = svg(getattr(figures, name)(make()))
    assert picture.startswith("<svg")
    assert "NaN" not in picture and "undefined" not in picture


@pytest.mark.parametrize("name", ["gaps", "rules", "logit", "noise"])
def test_figures_of_the_demo_are_not_empty(name):
    assert marks(svg(getattr(figures, name)(service_quality()))) >= 2


@pytest.mark.parametrize("make", [service_quality, hostile, small])
def test_matrices_and_curves_draw(make):
    report = make()
    for m in report.matrices.values():
        picture = svg(figures.matrix(m, report.matrices.get("designed")))
        assert picture.count('role="graphics-symbol"') >= len(m.row_actions) * len(m.column_actions)
    for data in report.curves:
        assert marks(svg(figures.curve(data))) >= 2


def test_intervals_of_noise_have_ends_even_where_all_draws_agree():
    report = service_quality()
    sure = [replace(row, stable=1.0, low=0.981, high=1.0) for row in report.noise]
    spec = figures.noise(replace(report, noise=sure)).to_dict()
    ticks = [mark for mark in inside(spec, "mark") if mark["type"] == "tick"]
    assert len(ticks) == 2 and all(tick["opacity"] == 1 and tick["size"] >= 16 for tick in ticks)


def test_gaps_mark_the_first_best_and_the_attainable():
    both = svg(figures.gaps(service_quality()))
    assert "first best, attainable: 1" in both
    apart = svg(figures.gaps(replace(service_quality(), attainable=0.9)))
    assert "first best: 1" in apart and "attainable: 0.9" in apart


def test_all_rules_are_in_the_heatmap_even_where_names_are_alike():
    report = service_quality()
    twice = replace(report, compared=[*report.compared, report.compared[0]])
    cells = {(row["rule"], row["column"]) for row in rows_of(figures.rules(twice)) if "column" in row}
    assert len({rule for rule, _ in cells}) == 10  # today, eight compared, designed
    assert len(cells) == 10 * len({column for _, column in cells})


def test_pure_equilibria_are_framed():
    rows = rows_of(figures.matrix(service_quality().matrices["today"]))
    assert {(r["row"], r["column"]) for r in rows if r["stable"] == "yes"} == {("0", "0"), ("0", "0.1"), ("0.1", "0")}


def test_payoffs_of_the_other_matrix_are_in_the_tooltips_only_where_cells_agree():
    matrices = service_quality().matrices
    cells = rows_of(figures.matrix(matrices["today"], matrices["designed"]))
    assert cells[-1]["first"] == "1" and cells[-1]["first other"] == "1.201"
    other = Matrix("a", "b", ["x"], ["y"], [[0]], [[0]], [[0]], [])
    assert "first other" not in rows_of(figures.matrix(matrices["today"], other))[0]


def test_single_points_and_constant_goals():
    flat = Matrix("a", "b", ["only"], ["one"], [[0.0]], [[0.0]], [[0.0]], [(0, 0)])
    svg(figures.matrix(flat))
    svg(figures.curve(CurveData("t", "p", ["goal"], [CurvePoint(1.0, {"goal": 0.0}, "")], 1.0)))
    svg(figures.curve(CurveData("t", "p", ["goal"], [], float("nan"))))
    one = replace(service_quality(), logit=[LogitCurve("today", [0.0], [0.3])], first_best=float("nan"))
    svg(figures.logit(one))


def test_long_labels_are_wrapped():
    report = service_quality()
    name = "a very long name of a rule that goes on and on, well beyond what fits beside a figure"
    rows = rows_of(figures.rules(replace(report, compared=[replace(report.compared[0], name=name)])))
    label = next(row["rule"] for row in rows if row["rule"].startswith("a very"))
    assert max(map(len, label.split("\n"))) <= 34 and label.replace("\n", " ") == name


def test_user_text_is_data_and_never_part_of_an_expression():
    report = hostile()
    charts = [figures.gaps(report), figures.rules(report), figures.logit(report), figures.curve(report.curves[0])]
    for chart in charts:
        spec = chart.to_dict()
        for key in ("labelExpr", "expr", "test", "filter", "calculate", "sort"):
            assert not any(HOSTILE[:9] in json.dumps(found) for found in inside(spec, key))


def test_the_two_themes_differ_in_ink_only():
    light, dark = figures.theme(False), figures.theme(True)
    assert light.keys() == dark.keys() and light["background"] == dark["background"] == "transparent"
    assert light["axis"]["labelColor"] != dark["axis"]["labelColor"]


def test_without_altair_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtra, match=r"pip install 'rulewright\[viz\]'"):
        figures.gaps(service_quality())

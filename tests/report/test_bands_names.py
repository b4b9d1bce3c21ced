"""Names at the ends of curves: whole where they fit, and a curve that is like another has its colour and is dashed."""

import re

from rulewright.report.markup import group
from rulewright.report.pictures import Band, bands

LONG = "a quarter of what all own is pooled"


def drawn(*curves):
    return bands([Band(name, [0, 1], y, y, y, like=like) for name, y, like in curves], "x", "y")


def test_a_long_name_stands_in_full_and_within_the_picture():
    narrow, wide = (drawn(("today", [0, 1], ""), (name, [1, 2], "")) for name in ("b", LONG))
    assert f">{LONG}<" in wide.content
    assert wide.width > narrow.width


def test_the_best_of_a_rule_has_its_colour_and_is_dashed():
    picture = drawn(("today", [0, 1], ""), ("fines", [1, 2], ""), ("today, at best", [3, 4], "today"))
    curves = re.findall(r"<polyline [^>]*data-kind=\"curve\"[^>]*>", picture.content)
    inks = [re.search(r'class="s-(\w+)"', c)[1] for c in curves]
    assert inks[0] == inks[2] != inks[1]
    assert ["stroke-dasharray" in c for c in curves] == [False, False, True]


def test_a_curve_like_one_that_is_not_there_has_a_colour_of_its_own():
    picture = drawn(("fines", [1, 2], ""), ("today, at best", [3, 4], "today"))
    assert len(set(re.findall(r'class="s-(p\d)"', picture.content))) == 2


def test_what_is_said_of_a_group_of_rows_stands_beside_its_name():
    assert "fines &lt;" in group("fines <", 3) and "more" not in group("fines", 3)
    assert '<span class="more">groups of 8</span>' in group("fines", 3, "groups of 8")

"""The picture of quantities against items: parses, says its numbers, refuses what it cannot draw."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from rulewright.competition.evaluation.planning import curve
from rulewright.errors import InputError
from rulewright.report.pictures.evaluation import against_items


def test_a_curve_for_each_label_and_a_line_for_each_mark():
    n = [10, 100, 1000]
    picture = against_items(
        n, curve(5, n).T, ["items <of its own>", "the same"], marks=[(50, "start"), (5000, "never")]
    )
    ET.fromstring(picture.svg())
    assert picture.svg().count('class="curve"') + picture.svg().count('data-kind="curve"') == 2
    assert "At 10 items" in picture.says and "0.0662" in picture.says and "never" not in picture.svg()


@pytest.mark.parametrize(
    "items, curves, labels",
    [([1, 2], [[1, 2]], []), ([0, 1], [[1, 2]], ["a"]), ([2, 1], [[1, 2]], ["a"]), ([1, 2], [[1, np.nan]], ["a"])],
)
def test_what_cannot_be_drawn_is_told(items, curves, labels):
    with pytest.raises(InputError, match="items"):
        against_items(items, curves, labels)

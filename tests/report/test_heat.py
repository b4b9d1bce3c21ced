"""Maps of numbers: what is dark covers as much as it should, in few rectangles."""

import re

import numpy as np

from rulewright.report.pictures.heat import SIDE, heat


def area(picture):
    total = 0.0
    for points, opacity in re.findall(r'<polygon points="([^"]+)"(?: fill-opacity="([\d.]+)")?', picture.content):
        corners = np.array([[float(v) for v in p.split(",")] for p in points.split()])
        size = np.ptp(corners, axis=0)
        if corners[:, 0].max() <= 78 + SIDE + 1:
            total += size.prod() * float(opacity or 1)
    return total / SIDE**2


def test_a_quarter_that_is_dark_is_one_rectangle():
    grid = np.zeros((60, 60))
    grid[30:, 30:] = 1
    made = heat(grid.tolist(), "a", "b", "who gets it", (0, 1), (0, 1))
    assert abs(area(made) - 0.25) < 1e-3
    assert "high, high: 1" in made.says and "low, low: 0" in made.says


def test_half_chances_are_half_as_dark():
    made = heat(np.full((4, 4), 0.5).tolist(), "a", "b", "who gets it", (0, 1), (0, 1), (0.0, 1.0))
    assert abs(area(made) - 0.5) < 0.02

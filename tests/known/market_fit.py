"""Least squares on a market of AIs where pencil and paper give the answer."""

import numpy as np

from rulewright.competition.market.fit import compare, fit
from rulewright.competition.market.table import Table

from .answer import Known

CORNER = Table.of([1.0, -1.0], [[1.0, 0.0], [0.0, 1.0]])
TRIANGLE = Table.of([1.0, 1.0], [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
RING = Table.of(np.sin(np.arange(12) * np.pi / 6), np.sin(np.add.outer(np.arange(12), [1, -1]) * np.pi / 6))


KNOWN = [
    Known(
        "people (1, −1), AIs (1, 0) and (0, 1): the cone through zero leaves the second coordinate",
        "closed form: projection on the quadrant",
        0.5,
        lambda: fit(CORNER, "cone through zero").mse,
        1e-15,
    ),
    Known(
        "people (1, 1), AIs at the corners of the triangle 0, e1, e2: the hull's nearest point is (½, ½)",
        "closed form: projection on the simplex",
        0.25,
        lambda: fit(TRIANGLE, "simplex").mse,
        1e-15,
    ),
    Known(
        "sine waves 30° early and late: the people's wave is their sum times 1/√3",
        "closed form: sin(x + 30°) + sin(x − 30°) = √3 sin x",
        3**-0.5,
        lambda: float(fit(RING, "cone").weights[0]),
        1e-12,
    ),
    Known(
        "people 0.3 + 0.4 U of one AI: the whole drop is calibration",
        "closed form: a calibrated single AI is exact",
        1.0,
        lambda: compare(Table.of(0.3 + 0.4 * np.arange(20.0), np.arange(20.0)[:, None])).outside.share,
        1e-12,
    ),
]

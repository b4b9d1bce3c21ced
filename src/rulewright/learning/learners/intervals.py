"""The interval that goes with a mean of a few seeds: Student's t, 95 %."""

from __future__ import annotations

from typing import Any

import numpy as np

T_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""The 97.5 % quantile with 1 … 30 degrees of freedom."""


def interval(values: Any) -> tuple[float, float]:
    """(low, high) around the mean of independent values [n], n ≥ 2; normal quantile beyond 30 degrees of freedom."""
    values = np.asarray(values, dtype=float)
    count = len(values)
    quantile = T_975[count - 2] if count - 1 <= len(T_975) else 1.96 + 2.4 / (count - 1)
    half = quantile * values.std(ddof=1) / np.sqrt(count)
    return float(values.mean() - half), float(values.mean() + half)

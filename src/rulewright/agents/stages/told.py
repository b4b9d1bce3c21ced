"""Tables in words: every case with its number while they are few, ranges by one's own act beyond that."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from ...numerics.rational import Array, decimal

MOST = 150
"""Cases that are spelt out."""
DIGITS = 6


def cases(axes: Sequence[tuple[str, Sequence[str]]], values: Array, most: int = MOST) -> list[str]:
    """Lines for values[*axes], an axis being (who, labels); axes of one label go unsaid. [] where there are more than `most`."""
    if values.size > most:
        return []
    lines = []
    for cell in itertools.product(*(range(len(labels)) for _, labels in axes)):
        said = [f"{who}: {labels[k]}" for (who, labels), k in zip(axes, cell, strict=True) if len(labels) > 1]
        lines.append(f"  {', '.join(said) or 'in any case'} → {decimal(values[cell], DIGITS)}")
    return lines


def ranges(who: str, labels: Sequence[str], axis: int, values: Array, most: int = MOST) -> list[str]:
    """Lines for values[…] by one axis: least, most and plain average over all else; the whole range where labels are too many."""
    flat = np.moveaxis(values, axis, 0).reshape(len(labels), -1)
    if len(labels) > most:
        return [f"  from {decimal(values.min(), DIGITS)} to {decimal(values.max(), DIGITS)}, by what all do"]
    return [
        f"  {who}: {label} → from {decimal(row.min(), DIGITS)} to {decimal(row.max(), DIGITS)}, by what the others do; "
        f"{decimal(row.mean(), DIGITS)} on average if all of that is equally likely"
        for label, row in zip(labels, flat, strict=True)
    ]


def law(labels: Sequence[str], chances: Array) -> str:
    """What may come, with probabilities; "a" alone where it is certain."""
    said = [(label, p) for label, p in zip(labels, chances, strict=True) if p > 0]
    return (
        said[0][0]
        if len(said) == 1
        else ", ".join(f"{label} with probability {decimal(p, DIGITS)}" for label, p in said)
    )

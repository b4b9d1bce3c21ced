"""Plural targets, after Sorensen et al. 2024: Overton, steerable, distributional; the executable forms are ours."""

from .distributional import Distance, distributional, jensen_shannon, total_variation
from .overton import Overton, overton
from .steerable import Steered, steerable

__all__ = [
    "Distance",
    "Overton",
    "Steered",
    "distributional",
    "jensen_shannon",
    "overton",
    "steerable",
    "total_variation",
]

"""Norms learned from punishment: a reduced society after Köster et al. 2022, its measures, and a search over its numbers."""

from .measures import Statistic, against, by_tenth, correlation, early_and_late, tenths, time_to
from .search import Search, criteria, drawn, search
from .society import ARMS, BINS, FOUND, REDUCED, Course, Society, live, societies, society

__all__ = [
    "ARMS",
    "BINS",
    "FOUND",
    "REDUCED",
    "Course",
    "Search",
    "Society",
    "Statistic",
    "against",
    "by_tenth",
    "correlation",
    "criteria",
    "drawn",
    "early_and_late",
    "live",
    "search",
    "societies",
    "society",
    "tenths",
    "time_to",
]

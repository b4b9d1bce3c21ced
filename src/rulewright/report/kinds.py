"""One page and one summary for every kind of report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from ..game.files.tree import Tree
from . import page, summary
from .findings import page as findings_page
from .findings import summary as findings_summary
from .findings.report import FindingsReport
from .panel import page as panel_page
from .panel import summary as panel_summary
from .panel.report import PanelReport
from .report import Report
from .rivals import page as rivals_page
from .rivals import summary as rivals_summary
from .rivals.report import RivalsReport
from .world import page as world_page
from .world import summary as world_summary
from .world.report import WorldReport

AnyReport = Report | PanelReport | RivalsReport | WorldReport | FindingsReport


@dataclass(frozen=True)
class Kind:
    """How one kind of report is shown."""

    render: Callable[..., str]
    show: Callable[[Any, Console], None]


KINDS: dict[type, Kind] = {
    Report: Kind(page.render, summary.show),
    PanelReport: Kind(panel_page.render, panel_summary.show),
    RivalsReport: Kind(rivals_page.render, rivals_summary.show),
    WorldReport: Kind(world_page.render, world_summary.show),
    FindingsReport: Kind(findings_page.render, findings_summary.show),
}
NAMES: dict[str, type] = {
    "game": Report,
    "panel": PanelReport,
    "rivals": RivalsReport,
    "world": WorldReport,
    "society": FindingsReport,
    "law": FindingsReport,
    "reward": FindingsReport,
    "decisions": FindingsReport,
    "mechanism": FindingsReport,
    "contract": FindingsReport,
    "persuasion": FindingsReport,
    "play": FindingsReport,
}
"""Of kinds of scenario, with what `assess` reports on each."""


def render(report: AnyReport, *, tree: Tree | None = None) -> str:
    """The whole page, with a picture of the `tree` of a game, if it is given."""
    return KINDS[type(report)].render(report, **({} if tree is None else {"tree": tree}))


def show(report: AnyReport, console: Console) -> None:
    """Print the summary of a report."""
    KINDS[type(report)].show(report, console)

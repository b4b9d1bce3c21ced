"""What an assessment leaves behind: a report, a certificate, a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from ..game.files.tree import Tree
from ..report.kinds import AnyReport, render


@dataclass(frozen=True)
class Assessment:
    """A report and, where there is something to prove, its certificate."""

    report: AnyReport
    certificate: dict[str, Any] | None = field(repr=False)
    tree: Tree | None = field(default=None, repr=False)
    """The tree that the base game was read from, for the page."""

    @property
    def page(self) -> str:
        """The report as one HTML page."""
        return render(self.report, tree=self.tree)

    def _repr_html_(self) -> str:
        """The report in a notebook: the same page, in a frame of its own."""
        return f'<iframe srcdoc="{escape(self.page)}" style="width:100%;height:900px;border:0"></iframe>'

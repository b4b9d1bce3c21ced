"""The score card: one row per predicate, with what was measured, on how much, and the reason where nothing could be."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...behaviour.estimation.confidence import Interval
from ...report import markup

HOLDS, FAILS, NONE = "holds", "does not hold", "not applicable"


@dataclass(frozen=True)
class Row:
    """One predicate on one running institution."""

    principle: str
    """As numbered after Ostrom 1990 and Cox, Arnold & Villamayor-Tomas 2010."""
    predicate: str
    status: str
    """"holds", "does not hold" or "not applicable"."""
    measured: float | None = None
    n: int = 0
    """Observations."""
    interval: Interval | None = None
    witness: str = ""
    """What was seen; the reason, where it is not applicable."""

    @property
    def number(self) -> str:
        """The measurement, its interval and n, as text."""
        if self.measured is None:
            return "–"
        ends = ""
        if self.interval is not None:
            ends = f" [{self.interval.low:.3g}, {self.interval.high:.3g}]"
        return f"{self.measured:.3g}{ends}" + (f", n = {self.n:,}" if self.n else "")


@dataclass(frozen=True)
class ScoreCard:
    """All rows. A predicate that could not be measured is never counted as holding."""

    institution: str
    world: str
    rows: tuple[Row, ...] = field(repr=False)

    def row(self, principle: str) -> Row:
        """The row of that number: "4A", "5 deterrence"."""
        return next(row for row in self.rows if row.principle == principle)

    def count(self, status: str) -> int:
        """How many rows have that status."""
        return sum(row.status == status for row in self.rows)

    def __str__(self) -> str:
        cells = [(row.principle, row.status, row.number, row.predicate, row.witness) for row in self.rows]
        widths = [max(len(line[k]) for line in cells) for k in range(4)]
        lines = [
            "  ".join((*(text.ljust(width) for text, width in zip(line[:4], widths, strict=True)), line[4])).rstrip()
            for line in cells
        ]
        tally = ", ".join(f"{self.count(status)} {status}" for status in (HOLDS, FAILS, NONE))
        return "\n".join([f"{self.institution}, on {self.world}", *lines, tally])

    def _repr_html_(self) -> str:
        heads = [markup.head(text) for text in ("principle", "predicate", "status", "measured", "witness")]
        rows = [
            "<tr>"
            + "".join(markup.cell(markup.e(text)) for text in (r.principle, r.predicate, r.status, r.number, r.witness))
            + "</tr>"
            for r in self.rows
        ]
        return markup.table(f"{self.institution}, on {self.world}", heads, rows)


def judged(holds: bool) -> str:
    """The status of something that was measured."""
    return HOLDS if holds else FAILS

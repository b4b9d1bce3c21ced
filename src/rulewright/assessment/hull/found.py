"""What `hull` found, as frozen data, and as plain data for result.json."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ... import __version__
from ...competition.market.baselines import Baselines
from ...competition.market.entry import Candidate, Leaving, Missing
from ...competition.market.fit import Comparison
from ...competition.market.near import Near
from ...competition.market.range import Range
from ...competition.market.table import Table
from ...competition.market.witness import Witness, place
from ...numerics import rational

MISSES = 12  # rows where the mix misses most, that are listed
KINDS_OF = {  # a line of the ladder: the kind of least squares beside it
    "a constant": "constant",
    "best single AI, as it is": "single",
    "plain average": "average",
    "best single AI, calibrated": "calibrated",
    "hull": "simplex",
    "hull with an offset": "simplex with offset",
    "cone with an offset": "cone",
}


@dataclass(frozen=True)
class Miss:
    """One row: what people's utility is, and the mix's, offset included."""

    row: str
    people: float
    mix: float


@dataclass(frozen=True)
class Line:
    """One answer to "how near": in the worst row, and in squares where least squares were fitted."""

    name: str
    epsilon: float
    ais: tuple[str, ...]
    mse: float
    test: float
    """Cross-validated mean squared error; NaN where there are too few rows."""


@dataclass(frozen=True)
class Reached:
    """ε of one kind of mix and offset."""

    kind: str
    offset: str
    epsilon: float
    used: int
    """AIs with a weight."""


@dataclass(frozen=True, eq=False)
class HullFound:
    """Everything. Utilities and errors in the units of the people's column."""

    title: str
    people: str
    n: int
    k: int
    names: tuple[str, ...] = field(repr=False)
    cases: int
    """0 where rows belong to no cases."""
    near: Near
    range: Range | None
    against_best: Range | None
    """ρ*, where there are cases."""
    stakes: float
    """How much people's utility differs: between best and worst action, on average over cases; overall without cases."""
    baselines: Baselines
    comparison: Comparison | None
    reached: tuple[Reached, ...]
    witnesses: tuple[Witness, ...] = field(repr=False)
    """The whole one first, then on fewer rows."""
    table: Table = field(repr=False)
    """The table, or the rows of it that the witness is made of."""
    misses: tuple[Miss, ...] = field(repr=False)
    exits: tuple[Leaving, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    greedy: tuple[Candidate, ...] = ()
    pairs: tuple[Candidate, ...] = ()
    missing: tuple[Missing, ...] = ()
    certificate: dict[str, Any] | None = field(default=None, repr=False)
    left_out: tuple[str, ...] = ()
    seed: int = 0
    far: int | None = None
    """Rows in which the mix misses by more than half of ε; None where they were not counted."""
    designed: Table | None = field(default=None, repr=False)
    """The rows on which the missing AI was designed, where not the whole table."""

    @property
    def partial(self) -> bool:
        """Whether `table` holds the binding rows only."""
        return self.table.n < self.n

    @property
    def loss(self) -> float:
        """What people lose at most, where a theorem applies: the least of 2ε, ρ."""
        twice = 2 * self.near.value
        return twice if self.range is None else min(twice, self.range.value)

    @property
    def empty(self) -> bool:
        """Whether the guarantee says nothing: people could not lose more anyway."""
        return self.loss >= self.stakes

    @property
    def simplest(self) -> Witness:
        """The witness on the fewest rows."""
        return self.witnesses[-1]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The ladder, with least squares beside it."""
        found = []
        for line in self.baselines.lines:
            fit = self.comparison[KINDS_OF[line.name]] if self.comparison is not None else None
            folds = self.comparison is not None and self.comparison.folds > 1
            names = tuple(self.names[i] for i in line.ais) if len(line.ais) < self.k or self.k == 1 else ()
            mse, test = (fit.fit.mse, fit.test if folds else math.nan) if fit is not None else (math.nan, math.nan)
            found.append(Line(line.name, line.epsilon, names, mse, test))
        return tuple(found)

    def result(self) -> dict[str, Any]:
        """Plain data; None where there is no number."""
        near = self.near
        return _plain(
            {
                "title": self.title,
                "version": __version__,
                "people": self.people,
                "rows": self.n,
                "ais": self.k,
                "cases": self.cases,
                "kind": near.kind,
                "offset": near.offset,
                "epsilon": near.value,
                "no_nearer_than": float(near.bound),
                "exact": near.exact,
                "rows_off_by_more_than_half": self.far,
                "certificate_about_rows": None if self.certificate is None else self.table.n,
                "complete": near.complete,
                "how": near.how,
                "weights": {self.names[i]: float(near.weights[i]) for i in near.mixed},
                "constant": float(near.offsets[0]) if near.offset == "constant" else None,
                "rho": None if self.range is None else self.range.value,
                "rho_against_best": None if self.against_best is None else self.against_best.value,
                "loss_at_most": self.loss,
                "stakes": self.stakes,
                "guarantee_is_empty": self.empty,
                "lines": [vars(line) for line in self.lines],
                "calibration_share": self.baselines.share,
                "reached": [vars(r) for r in self.reached],
                "witnesses": [self._witness(w) for w in self.witnesses],
                "misses": [vars(m) for m in self.misses],
                "exits": [vars(e) for e in self.exits],
                "candidates": [vars(c) for c in self.candidates],
                "entering_one_after_another": [vars(c) for c in self.greedy],
                "entering_in_pairs": [vars(c) for c in self.pairs],
                "missing": [self._missing(m) for m in self.missing],
                "seed": self.seed,
                "left_out": list(self.left_out),
            }
        )

    def _witness(self, w: Witness) -> dict[str, Any]:
        rows = [{"row": place(self.table, int(r)), "weight": float(v)} for r, v in zip(w.rows, w.nu, strict=True)]
        return {
            "says": w.says,
            "rows": rows,
            "proves": float(w.epsilon),
            "share": w.share,
            "people_gain": float(w.people),
            "ais_gain_at_most": float(rational.floats(w.ais).max()),
            "keenest": self.names[w.keenest],
        }

    def _missing(self, m: Missing) -> dict[str, Any]:
        table = self.designed or self.table
        changes = [
            {"row": place(table, int(r)), "utility": float(m.utility[r]), "change": float(m.change[r])} for r in m.rows
        ]
        return {
            "reference": m.reference,
            "target": m.target,
            "measure": m.measure,
            "size": m.size,
            "weight": m.weight,
            "epsilon": m.epsilon,
            "changes": changes,
        }

    def _repr_html_(self) -> str:
        from .page import fragment

        return fragment(self)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return round(float(value), 12) + 0.0 if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value

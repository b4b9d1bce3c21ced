"""Names of claims, as a test says them, and what the checker makes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..assessment.certification import _worst as bounds_of_the_worst
from ..behaviour.dominance import iterated
from ..errors import InputError
from ..game.game import Game
from ..game.play import Play
from ..institution.institution import Institution
from ..numerics import rational
from ..verify import claims, formats
from ..verify.certificate import sealed, statement
from ..verify.claims import Claim
from ..verify.prover import prove_all


@dataclass(frozen=True)
class Finding:
    """What came of one claim."""

    claim: str
    holds: bool
    says: str
    """A sentence of the checker's: what comes closest to breaking it, or breaks it by most."""
    margin: Fraction | None
    """By how much it holds; below 0, by how much it is broken."""

    def data(self) -> dict[str, Any]:
        margin = None if self.margin is None else str(self.margin)
        return {"claim": self.claim, "holds": self.holds, "says": self.says, "margin": margin}


@dataclass(frozen=True)
class _Told:
    induced: Game
    play: Play
    outside: Any


Make = Callable[[_Told, Any], "list[Claim] | str"]
"""(what there is, the figure) → claims, any of which will do; or, in a sentence, why it fails without the checker."""


def _only(told: _Told, margin: Any) -> list[Claim] | str:
    found = iterated(told.induced, widest=True)
    if not found.order and not found.unique:
        return "no action is strictly dominated, so that others than those asked survive"
    return [claims.only(found.order, margin or 0)] if found.unique else "several actions of somebody survive dominance"


def _voluntary(told: _Told, figure: Any) -> list[Claim]:
    stays = told.outside if figure is None else figure
    by = stays if isinstance(stays, Mapping) else {told.induced.players[i]: stays for i in told.induced.strategic}
    counts = {p: told.induced.type_counts[told.induced.index(p)] for p in by}
    return [
        claims.voluntary(
            {p: value if isinstance(value, (list, tuple)) else [value] * counts[p] for p, value in by.items()}
        )
    ]


def _worst(told: _Told, least: Any) -> list[Claim] | str:
    notes: list[str] = []
    found = bounds_of_the_worst(told.induced, notes)
    if not found:
        return " ".join(notes) or "nobody has a choice"
    return [{**claim, "at_least": rational.text(rational.fraction(least))} for claim in found]


MAKE: dict[str, Make] = {
    "equilibrium": lambda told, margin: [claims.equilibrium(margin or 0)],
    "dominant": lambda told, margin: [claims.dominant(margin or 0)],
    "only": _only,
    "voluntary": _voluntary,
    "budget": lambda told, limit: [claims.budget(limit or 0, "everywhere")],
    "balanced": lambda told, _: [claims.balanced()],
    "goal": lambda told, least: [claims.goal(least)],
    "worst": _worst,
    "coalition": lambda told, size: [claims.coalition(int(size or 2))],
}
NEEDS_FIGURE, NEEDS_GOAL = ("goal", "worst"), ("goal", "worst")
BASELINE = ("equilibrium", "dominant", "only", "voluntary", "budget", "balanced", "coalition")
"""Tried where a test names none."""


def figured(figures: Mapping[str, Any], base: Game) -> None:
    """Raises InputError for names that there are not, and for claims that lack their figure or a goal."""
    for name, figure in figures.items():
        if name not in MAKE:
            raise InputError(where="claims", needed=f"one of {', '.join(MAKE)}", found=repr(name))
        if name in NEEDS_FIGURE and figure is None:
            raise InputError(
                where=f"claim {name}", needed="a figure", found="none", remedy=f'Say claims={{"{name}": 0}}.'
            )
        if name in NEEDS_GOAL and not base.designer:
            raise InputError(
                where=f"claim {name}", needed="a goal", found="none", remedy='Say goal="total", for example.'
            )


def findings(
    base: Game, institution: Institution, play: Play, figures: Mapping[str, Any], *, title: str, outside: Any
) -> tuple[tuple[Finding, ...], dict[str, Any]]:
    """(what came of each claim, the sealed certificate of those that hold)."""
    said = statement(base, institution.as_data(base), play, title=title)
    told = _Told(play.game, play, outside)
    found, kept = [], []
    for name, figure in figures.items():
        made = MAKE[name](told, figure)
        if isinstance(made, str):
            found.append(Finding(name, False, made, None))
            continue
        results = prove_all(made, said)
        best = max(results, key=lambda r: (r.holds, -1 if r.margin is None else r.margin))
        found.append(Finding(name, best.holds, best.says, best.margin))
        kept += [best.claim] if best.holds else []
    certificate = sealed(said, kept)
    if kept:  # a certificate that nobody checked is none
        verdicts = formats.check(certificate)
        assert all(v.holds for v in verdicts), "the checker takes back what it said"
    return tuple(found), certificate

"""Mechanism × property, computed: every yes has certificates, every no a counterexample."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...errors import InputError
from ...game.game import Game
from ...institution.classical.direct import Direct
from ...institution.classical.settings import Setting
from ...institution.mechanisms import Mechanism
from ...verify.certificate import sealed
from ...verify.prover import prove
from .case import Case
from .questions import PROPERTIES, Property

PROVED, SEARCHED = "proved", "searched only"


@dataclass(frozen=True)
class Finding:
    """One property of one mechanism in one setting."""

    name: str
    holds: bool | None
    """None where the question has no meaning, such as balance without money."""
    says: str
    """The counterexample, or what was proved on which grid."""
    grade: str = ""
    """"proved" (by the checker, exactly) or "searched only" (all cases tried in floats, too many for the checker)."""
    certificates: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """For a yes: files for `rulewright check`; all together are the proof."""

    @property
    def mark(self) -> str:
        word = {True: "yes", False: "no", None: "–"}[self.holds]
        return word + " (searched)" * (self.grade == SEARCHED)


@dataclass(frozen=True)
class PropertyRow:
    """All properties of one mechanism in one setting."""

    mechanism: str
    grid: str
    findings: tuple[Finding, ...] = field(repr=False)

    def __getitem__(self, name: str) -> Finding:
        return next(f for f in self.findings if f.name == name)

    def counterexamples(self) -> list[str]:
        return [f"{f.name}: {f.says}" for f in self.findings if f.holds is False]

    def _repr_html_(self) -> str:
        return PropertyTable((self,))._repr_html_()


def properties(
    mechanism: Direct | Mechanism, setting: Setting | Game, *, prove_yes: bool = True, only: Iterable[str] = ()
) -> PropertyRow:
    """Ask every property in `PROPERTIES`, or those named in `only`.

    A no is a counterexample found by trying everything. A yes is proved by `verify.checker`; with `prove_yes` false, or where
    there are too many cases for it, its grade is "searched only". Raises InputError where the mechanism does not fit the game.
    """
    case, wanted = Case.of(mechanism, setting), set(only)
    if unknown := wanted - {p.name for p in PROPERTIES}:
        raise InputError(
            where="properties", needed=f"names among {', '.join(p.name for p in PROPERTIES)}", found=", ".join(unknown)
        )
    asked = [p for p in PROPERTIES if not wanted or p.name in wanted]
    findings = tuple(_ask(p, case, prove_yes) for p in asked)
    return PropertyRow(mechanism.describe(), case.setting.grid, findings)


def _ask(question: Property, case: Case, prove_yes: bool) -> Finding:
    if not question.applies(case):
        return Finding(question.name, None, "has no meaning here")
    counterexample = question.refuted(case)
    if counterexample is not None:
        return Finding(question.name, False, counterexample, PROVED)
    certificates = []
    for said, claim in question.claims(case) if prove_yes else ():
        found = prove(claim, said)
        if not found.holds:
            return Finding(question.name, False, found.says, PROVED)
        certificates.append(sealed(said, [found.claim]))
    if not certificates:
        return Finding(question.name, True, f"no counterexample among all cases: {case.setting.grid}", SEARCHED)
    return Finding(question.name, True, f"proved on {case.setting.grid}", PROVED, tuple(certificates))


@dataclass(frozen=True)
class PropertyTable:
    """Rows of `properties`, for reading: `markdown()`, and HTML in notebooks."""

    rows: tuple[PropertyRow, ...]

    @property
    def heads(self) -> list[str]:
        """Properties that have a meaning in some row."""
        names = dict.fromkeys(f.name for row in self.rows for f in row.findings)
        return [n for n in names if any(f.name == n and f.holds is not None for row in self.rows for f in row.findings)]

    def _cells(self, row: PropertyRow) -> list[Finding]:
        here = {f.name: f for f in row.findings}
        return [here.get(name, Finding(name, None, "not asked")) for name in self.heads]

    def markdown(self, *, counterexamples: bool = False) -> str:
        """The table in Markdown; with counterexamples as a list below it."""
        lines = ["| mechanism | " + " | ".join(self.heads) + " |", "|---" * (1 + len(self.heads)) + "|"]
        lines += [f"| {row.mechanism} | " + " | ".join(f.mark for f in self._cells(row)) + " |" for row in self.rows]
        if counterexamples:
            lines += ["", *(f"- {row.mechanism}, {said}" for row in self.rows for said in row.counterexamples())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in ("mechanism", *self.heads))
        body = []
        for row in self.rows:
            cells = [
                f"<td title='{html.escape(f.says, quote=True)}'>{html.escape(f.mark)}</td>" for f in self._cells(row)
            ]
            name = f"<th scope='row' title='{html.escape(row.grid, quote=True)}'>{html.escape(row.mechanism)}</th>"
            body.append(f"<tr>{name}{''.join(cells)}</tr>")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def property_table(
    pairs: Iterable[tuple[Direct | Mechanism, Setting | Game]], *, prove_yes: bool = True, only: Iterable[str] = ()
) -> PropertyTable:
    """`properties` of each (mechanism, setting), as one table."""
    names = tuple(only)
    return PropertyTable(tuple(properties(m, s, prove_yes=prove_yes, only=names) for m, s in pairs))

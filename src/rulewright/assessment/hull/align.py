"""Market alignment of a table of utilities: how near people are to a mix of the AIs, what is missing, and who would help.

A table that can be held is answered here, in full where it is small; rows that are streamed in long.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from ...competition.market import blocks, claims, entry, reading, streamed
from ...competition.market.baselines import baselines
from ...competition.market.gap import KINDS, InMemory, known
from ...competition.market.near import OFFSETS, Near, near
from ...competition.market.range import Range, certificate
from ...competition.market.shipped import path_of, shipped
from ...competition.market.table import Table
from ...competition.market.witness import Witness, place, rows_of_table, simplest
from ...errors import InputError, Unsolved
from ...numerics import rational
from . import long
from .asked import Asked, Tell, compared
from .found import MISSES, HullFound, Miss, Reached

SMALL = 2_000_000  # numbers of a table of which everything is computed
HELD = 8 * SMALL  # bytes of numbers of a file or a frame that is held in memory
CERTIFIED = 100_000  # numbers of a table that is written into a certificate
MOST_EXITS = 40


def _silent(_: str, __: float | None = None) -> None:
    """No progress."""


def hull(
    table: Any,
    *,
    people: str | int | None = None,
    case: str | None = None,
    item: str | None = None,
    kind: str = "cone",
    offset: str | None = None,
    ais: Sequence[str] | None = None,
    candidates: Sequence[str] = (),
    folds: int = 5,
    seed: int = 0,
    law: Any = None,
    tell: Tell = _silent,
) -> HullFound:
    """How near people are to a mix of AIs. `table`: a Table, a file's path, a frame, an array, or the name of a table that ships.

    people, case, item: columns. kind: "cone" or "hull". offset: "none", "constant" or "case" (None: per case where there are
    cases). ais: columns that are AIs on offer (None: all columns of numbers that are nothing else). candidates: columns of AIs that
    are not on offer but might enter. law[case]: chances of cases, uniform if None. folds, seed: of the cross-validation.
    tell(words, share done or None). Raises InputError, TooLarge and MissingExtra.
    """
    known(kind, "kind", KINDS)
    if offset is not None:
        known(offset, "offset", OFFSETS)
    if folds < 2:
        raise InputError(where="folds", needed="at least 2", found=str(folds))
    with ExitStack() as stack:
        wanted = None if ais is None else list(dict.fromkeys([*ais, *candidates]))
        rows, title, called = _opened(table, people, case, item, wanted, stack, tell)
        has_cases = rows.cases is not None if isinstance(rows, Table) else rows.source.has_cases
        if offset == "case" and not has_cases:
            raise InputError(
                where="offset",
                needed="a table with cases for an offset per case",
                found="none",
                remedy="Name the column.",
            )
        asked = Asked(kind, offset or ("case" if has_cases else "constant"), folds, seed, law, title, called, tell)
        if not isinstance(rows, Table):
            return long.answer(rows, candidates, asked)
        return _held(*_apart(rows, candidates), asked)


def _opened(
    thing: Any,
    people: str | int | None,
    case: str | None,
    item: str | None,
    ais: list[str] | None,
    stack: ExitStack,
    tell: Tell,
) -> tuple[Table | streamed.Streamed, str, str]:
    """(the table or its rows, a title, what people are called)."""
    if isinstance(thing, Table):
        if not all(name is None for name in (people, case, item, ais)):
            raise InputError(where="table", needed="no names of columns beside a Table", found="some")
        return thing, "table", "people"
    if isinstance(thing, str) and not Path(thing).exists():
        thing = path_of(thing) or thing
    if isinstance(thing, (str, Path)) and not Path(thing).exists():
        raise InputError(
            where=str(thing),
            needed="a file, or the name of a table that ships: " + ", ".join(shipped()),
            found="neither",
        )
    tell("reading", None)
    title = Path(thing).stem if isinstance(thing, (str, Path)) else "table"
    is_text = isinstance(thing, (str, Path)) and Path(thing).suffix.lower() not in blocks.FILES
    if is_text:
        source = reading.CsvRows(Path(thing), people, case=case, item=item, ais=ais)
    else:
        source = blocks.of(thing, people, case=case, item=item, ais=ais)  # type: ignore[assignment]
    called = source.columns[source.people]
    if 8 * (source.expected or 0) * len(source.columns) <= HELD:
        return reading.held(source), title, called
    return stack.enter_context(streamed.opened(source, lambda words: tell(words, None))), title, called


def _apart(table: Table, candidates: Sequence[str]) -> tuple[Table, Table | None]:
    """(the market, the candidates). Raises InputError for names that are not there, and where nobody is left on offer."""
    unknown = [name for name in candidates if name not in table.names]
    if unknown:
        near = difflib.get_close_matches(unknown[0], table.names, n=1)
        raise InputError(
            where="candidates",
            needed="columns of AIs",
            found=", ".join(map(repr, unknown)),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    if not candidates:
        return table, None
    inside = [i for i, name in enumerate(table.names) if name not in candidates]
    if not inside:
        raise InputError(where="candidates", needed="at least one AI that is on offer already", found="none")
    return table.only(inside), table.only([table.names.index(name) for name in dict.fromkeys(candidates)])


def _held(table: Table, catalogue: Table | None, asked: Asked) -> HullFound:
    asked.say("the nearest mix")
    small = table.n * table.k <= SMALL
    mix = near(table, kind=asked.kind, offset=asked.offset, tell=asked.say)
    left: list[str] = []
    asked.say("the range of what it misses")
    rho = certificate(table, kind=asked.kind, law=asked.law, tell=asked.say)
    best = None
    if table.cases is not None:
        best = certificate(table, kind=asked.kind, against="best", law=asked.law, tell=asked.say)
    asked.say("baselines")
    grid = _grid(table, mix, small, asked)
    same = {(r.kind, r.offset): r for r in grid}
    named = {"hull": ("hull", "none"), "shifted": ("hull", "constant"), "cone": ("cone", "constant")}
    ladder = baselines(table, tell=asked.say, **{name: same[key] for name, key in named.items() if key in same})
    comparison = compared(table, asked, left)
    asked.say("what is missing")
    witnesses = simplest(table, mix)
    exits: tuple[entry.Leaving, ...] = ()
    if small and len(mix.mixed) <= MOST_EXITS:
        asked.say("who could leave")
        exits = entry.exits(table, mix)
    else:
        left.append("what each AI's leaving costs: the table is too long, or the mix of too many AIs")
    missing, designed = _missing(table, mix, left, asked)
    entering: tuple[tuple[entry.Candidate, ...], tuple[entry.Candidate, ...], tuple[entry.Candidate, ...]] = (
        (),
        (),
        (),
    )
    if catalogue is not None:
        asked.say("who could enter")
        pairs = entry.pairs(table, mix, catalogue) if catalogue.k > 1 else ()
        entering = entry.candidates(table, mix, catalogue), entry.greedily(table, mix, catalogue), pairs
    proof = _certificate(table, mix, rho, witnesses, missing if designed is None else (), asked.title, left)
    return HullFound(
        asked.title, asked.people, table.n, table.k, table.names, 0 if table.cases is None else len(rho.law),
        mix, rho, best, _stakes(table, asked.law), ladder, comparison,
        tuple(Reached(r.kind, r.offset, r.value, len(r.mixed)) for r in grid),
        witnesses, table, _misses(table, mix), exits, *entering, missing, proof, tuple(left), asked.seed, designed=designed,
    )  # fmt: skip


def _grid(table: Table, mix: Near, small: bool, asked: Asked) -> list[Near]:
    """Cone and hull with every offset: of a long table only what the ladder needs."""
    offsets = ("none", "constant") + ("case",) * (table.cases is not None)
    found = []
    for kind in KINDS:
        for offset in offsets:
            if (kind, offset) == (mix.kind, mix.offset):
                found.append(mix)
            elif small:
                found.append(near(table, kind=kind, offset=offset, exactly=False, tell=asked.say))
    return found


def _missing(table: Table, mix: Near, left: list[str], asked: Asked) -> tuple[tuple[entry.Missing, ...], Table | None]:
    """The least different entrant that halves ε, and the one that ends it; of a long table one that helps, and its rows."""
    if mix.value <= 0:
        return (), None
    if table.n > entry.MOST_ROWS:
        return long.entrant(InMemory.of(table), mix, lambda rows: rows_of_table(table, rows), left, asked)
    try:
        return tuple(entry.missing(table, mix, target=share * mix.value) for share in (0.5, 0.0)), None
    except Unsolved as error:
        left.append(f"the missing AI: {error}")
        return (), None


def _stakes(table: Table, law: Any) -> float:
    """Between people's best and worst action, averaged over cases; overall without cases."""
    u = rational.floats(table.people)
    if table.cases is None:
        return float(np.ptp(u))
    count = int(table.cases.max()) + 1
    high, low = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(high, table.cases, u)
    np.minimum.at(low, table.cases, u)
    p = np.full(count, 1 / count) if law is None else rational.floats(law)
    return float(p @ (high - low))


def _misses(table: Table, mix: Near) -> tuple[Miss, ...]:
    """The rows where the mix misses most."""
    w, worst = rational.floats(mix.weights), []
    offsets = rational.floats(mix.offsets)
    for first, u, ais, cases in InMemory.of(table).blocks():
        c = 0.0 if mix.offset == "none" else offsets[0] if mix.offset == "constant" else offsets[cases]
        value = ais @ w + c
        order = np.argsort(-np.abs(value - u), kind="stable")[:MISSES]
        worst += [(-abs(value[j] - u[j]), first + int(j), float(u[j]), float(value[j])) for j in order]
    return tuple(Miss(place(table, r), u, value) for _, r, u, value in sorted(worst)[:MISSES])


def _certificate(
    table: Table,
    mix: Near,
    rho: Range,
    witnesses: tuple[Witness, ...],
    missing: tuple[entry.Missing, ...],
    title: str,
    left: list[str],
) -> dict[str, Any] | None:
    if table.n * table.k > CERTIFIED or not mix.exact:
        left.append("a certificate: the table is too long, or was not answered in rationals")
        return None
    said = claims.nearness(table, mix) + claims.ranges(table, rho) + claims.separation(witnesses[-1])
    for made in missing[:1]:
        said += claims.entrant(table, mix, made)
    return claims.certificate(table, said, title)

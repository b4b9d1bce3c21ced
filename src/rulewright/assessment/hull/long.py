"""The answers about rows that are too many to hold: in passes over them, and on the rows that bind.

ε, baselines, exits, candidates and least squares are over all rows. ρ is bounded by weights that were fitted to some of the cases
and judged on all. Witness and certificate are about the binding rows: what holds for some rows bounds the distance
over all from below. The entrant is designed on a few rows and tried on all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...competition.market import claims, judged
from ...competition.market.baselines import baselines
from ...competition.market.entry import Candidate, Leaving, Missing
from ...competition.market.gap import Rows
from ...competition.market.near import Near, near
from ...competition.market.range import Range
from ...competition.market.several import Market, several
from ...competition.market.streamed import Part, Streamed
from ...competition.market.table import Table
from ...competition.market.witness import Witness, place, simplest
from ...errors import InputError
from ...numerics.rational import Array
from .asked import Asked, compared
from .found import MISSES, HullFound, Miss, Reached

MOST_EXITS = 40  # AIs of a mix, or candidates, each of which costs a programme
HARD = 200_000  # numbers of the binding rows up to which they are answered in rationals
WIDE = 400  # AIs, beyond which markets are not solved side by side
HALF = 0.5


def answer(rows: Streamed, candidates: Sequence[str], asked: Asked) -> HullFound:
    """Everything that some dozens of passes can tell. Raises InputError."""
    everybody, market = rows, _market(rows, candidates)
    left: list[str] = []
    asked.say("the nearest mix")
    mix = near(market, kind=asked.kind, offset=asked.offset, tell=asked.say)
    grid = _grid(market, mix, asked)
    same = {(r.kind, r.offset): r for r in grid}
    ladder = baselines(
        market,
        tell=asked.say,
        hull=same["hull", "none"],
        shifted=same["hull", "constant"],
        cone=same["cone", "constant"],
    )
    comparison = compared(market.source, asked, left)
    rho, best, stakes, cases = _by_case(market, mix, same, ladder.constant.epsilon, asked)
    asked.say("what is missing")
    table = market.table(mix.rows)
    again = near(table, kind=asked.kind, offset=asked.offset, exactly=table.n * table.k <= HARD)
    witnesses = simplest(table, again)
    exits = _exits(market, mix, left, asked)
    alone, two = _entrants(everybody, market, mix, candidates, left, asked)
    missing, at = entrant(market, mix, market.table, left, asked)
    off = judged.far(market, mix, MISSES)
    proof = _certificate(table, again, witnesses, mix, asked.title, left)

    return HullFound(
        asked.title, asked.people, mix.n, market.k, tuple(market.names), cases, mix, rho, best, stakes, ladder, comparison,
        tuple(Reached(r.kind, r.offset, r.value, len(r.mixed)) for r in grid), witnesses, table, _misses(market, off),
        exits, alone, (), two, missing, proof, tuple(left), asked.seed, off.many, at,
    )  # fmt: skip


def _market(rows: Streamed, candidates: Sequence[str]) -> Streamed:
    unknown = [name for name in candidates if name not in rows.names]
    if unknown:
        raise InputError(where="candidates", needed="columns of AIs", found=", ".join(map(repr, unknown)))
    if not candidates:
        return rows
    inside = [name for name in rows.names if name not in candidates]
    if not inside:
        raise InputError(where="candidates", needed="at least one AI that is on offer already", found="none")
    return Streamed(Part(rows.source, inside))


def _grid(rows: Streamed, mix: Near, asked: Asked) -> list[Near]:
    """What the ladder needs, and the mix that was asked for, in the order of kinds and offsets."""
    wanted = [("cone", "constant"), ("hull", "none"), ("hull", "constant")]
    found = {(mix.kind, mix.offset): mix}
    open_ = [pair for pair in wanted if pair not in found]
    markets = [Market(tuple(range(rows.k)), *pair) for pair in open_]
    if rows.k <= WIDE:
        found |= dict(zip(open_, several(rows, markets, also=mix.rows, tell=asked.say), strict=True))
    else:
        found |= {pair: near(rows, kind=pair[0], offset=pair[1], tell=asked.say) for pair in open_}
    return [found[pair] for pair in sorted(found)]


def _by_case(
    rows: Streamed, mix: Near, same: dict[tuple[str, str], Near], constant: float, asked: Asked
) -> tuple[Range | None, Range | None, float, int]:
    """(ρ, ρ*, what is at stake, number of cases)."""
    if not rows.source.has_cases:
        if asked.law is not None:
            raise InputError(where="law of cases", needed="a table with cases", found="none")
        shifted, none = same[mix.kind, "constant"], (np.zeros(0, int), np.zeros(0))
        twice = 2 * shifted.value  # one case: the range is twice the distance with a constant offset
        how = f"twice ε with a constant offset; {shifted.how}"
        one = np.ones(1)
        rho = Range(
            mix.kind, "worst", twice, 2 * shifted.bound, shifted.weights, np.array([twice]), one, *none, True, how
        )
        return rho, None, 2 * constant, 0
    seen = judged.cases_of(rows)
    rho, best = judged.ranges(rows, mix, seen, asked.law, asked.say)
    p = np.array(rho.law, float)
    there = seen.size > 0
    return rho, best, float(p[there] @ (seen.high - seen.low)[there]), int(there.sum())


def _exits(rows: Streamed, mix: Near, left: list[str], asked: Asked) -> tuple[Leaving, ...]:
    if len(mix.mixed) > MOST_EXITS or rows.k > WIDE:
        left.append(
            f"what each AI's leaving costs: the mix is of more than {MOST_EXITS} AIs, or the table of more than {WIDE}"
        )
        return ()
    left.append("ρ without each AI: the rows are streamed")
    return judged.without(rows, mix, rows.names, asked.say)


def _entrants(
    everybody: Streamed, market: Streamed, mix: Near, candidates: Sequence[str], left: list[str], asked: Asked
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    if not candidates:
        return (), ()
    if len(candidates) > MOST_EXITS or everybody.k > WIDE:
        left.append(f"candidates: more than {MOST_EXITS}, or more than {WIDE} AIs, on streamed rows")
        return (), ()
    left.append("candidates one after another, and ρ with them: the rows are streamed")
    inside = [i for i, name in enumerate(everybody.names) if name in set(market.names)]
    return judged.entrants(everybody, mix, inside, everybody.names, asked.say)


def entrant(
    rows: Rows, mix: Near, table_of: Callable[[Array], Table], left: list[str], asked: Asked
) -> tuple[tuple[Missing, ...], Table | None]:
    """(the missing AI, the rows that it was designed on) of a long table; nothing where none was found."""
    if mix.value <= 0 or rows.k > WIDE:
        if rows.k > WIDE:
            left.append(f"the missing AI: the table is of more than {WIDE} AIs")
        return (), None
    made = judged.missing(rows, mix, table_of, HALF, asked.say)
    if made is None:
        left.append("the missing AI: none that differs from the average AI in a few rows brings people nearer")
        return (), None
    return (made[0],), made[1]


def _misses(rows: Streamed, off: judged.Far) -> tuple[Miss, ...]:
    table = rows.table(off.rows)
    return tuple(
        Miss(place(table, j), float(u), float(value))
        for j, (u, value) in enumerate(zip(off.people, off.mix, strict=True))
    )


def _certificate(
    table: Table, again: Near, witnesses: tuple[Witness, ...], mix: Near, title: str, left: list[str]
) -> dict[str, Any] | None:
    """What is proved about the binding rows: no mix is nearer there, so none is nearer over all rows."""
    if not again.exact or math.isinf(mix.value):
        left.append(f"a certificate: the {table.n:,} binding rows were not answered in rationals ({again.how})")
        return None
    said = [claim for claim in claims.nearness(table, again) if claim["claim"] == "no nearer"]
    said += claims.separation(witnesses[-1])
    about = f"{title}: {table.n:,} of its {mix.n:,} rows. No mix is nearer there, so none is nearer over all rows"
    return claims.certificate(table, said, about)

"""Why no mix is nearer, in words: a move from one outcome law to another that people want and no AI does.

    ⟨ν, u_P⟩ = ε,   ⟨ν, U_i⟩ ≤ 0 for every AI i,   Σ ν = 0,   |ν|_1 ≤ 1

(the dual of `near`, cone, with a constant offset; per case the sum is zero in each case; for the hull every AI likes it by at most
t, and people by t + 2ε). The negative part of ν, made to sum to one, is a law over rows, "from", the positive part another, "to".
Any ν proves a bound, not only the best: one on fewer rows proves less and is easier to read. The dual over rows in a set S is
`near` of the table that has these rows only, so simple witnesses are found by leaving rows out, and by looking at all pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...numerics import rational
from ...numerics.rational import Array
from .near import Near, near
from .table import Table

FEW = 9  # rows from which they are left out one by one, trying each
PAIRS = 1_500  # rows of a table whose pairs are all looked at
NAMED = 3  # rows of a law that are named in a sentence


@dataclass(frozen=True, eq=False)
class Witness:
    """A move and who likes it. `people` and `ais` are per unit moved, in the table's units; exact or floating throughout."""

    kind: str
    offset: str
    rows: Array
    nu: Array = field(repr=False)
    """[·] on `rows`; |ν|_1 ≤ 1."""
    moved: Any
    """The larger of the sums of the positive and the negative part; what `people` and `ais` are divided by."""
    people: Any
    ais: Array = field(repr=False)
    """[i]; none above zero (cone)."""
    epsilon: Any
    """What it proves: no mix is nearer."""
    whole: Any
    """ε of all rows."""
    says: str

    @property
    def share(self) -> float:
        """Of the whole ε that it proves."""
        return float(self.epsilon) / float(self.whole) if self.whole else 1.0

    @property
    def keenest(self) -> int:
        """The AI that likes the move best, or dislikes it least."""
        return int(np.argmax(rational.floats(self.ais)))

    def side(self, sign: int) -> list[tuple[int, Any]]:
        """[(row, share)] of the law moved to (1) or from (−1), the heaviest first."""
        found = [(int(r), sign * v / self.moved) for r, v in zip(self.rows, self.nu, strict=True) if sign * v > 0]
        return sorted(found, key=lambda pair: (-float(pair[1]), pair[0]))


def witness(table: Table, found: Near) -> Witness:
    """The move that proves all of ε, checked against every AI: in rationals where `found` is exact."""
    return _made(table, found, found.rows, found.witness, found.epsilon)


def simplest(table: Table, found: Near, *, least: float = 0.5) -> tuple[Witness, ...]:
    """Witnesses on fewer and fewer rows, the whole one first, down to those that prove at least `least` of ε."""
    whole = witness(table, found)
    chain = [whole]
    if float(found.epsilon) <= 0 or len(found.rows) <= 2:
        return tuple(chain)
    keep = found.rows
    goal = least * float(found.epsilon)
    while len(keep) > 1:
        keep, value = _fewer(table, found, keep)
        if value < goal:
            break
        chain.append(_on(table, found, keep))
    pair = best_pair(table, found)
    if pair is not None and pair[1] >= goal:
        two = [w for w in chain if len(w.rows) <= 2]
        if not two or float(two[0].epsilon) < pair[1] - 1e-12:
            chain = [w for w in chain if len(w.rows) > 2] + [_on(table, found, np.array(sorted(pair[0])))]
    return tuple(_distinct(chain))


def _distinct(chain: list[Witness]) -> list[Witness]:
    """One for each number of rows."""
    found: dict[int, Witness] = {}
    for each in chain:
        old = found.get(len(each.rows))
        if old is None or each.epsilon > old.epsilon:
            found[len(each.rows)] = each
    return [found[size] for size in sorted(found, reverse=True)]


def only_rows(table: Table, rows: Array) -> Table:
    """The table of these rows; cases keep their numbers' order."""
    cases = None
    if table.cases is not None:
        cases = np.unique(table.cases[rows], return_inverse=True)[1]
    labels = tuple(table.row(int(r)) for r in rows)
    return Table(table.people[rows], table.ais[rows], table.names, labels, cases)


def rows_of_table(table: Table, rows: Array) -> Table:
    """The same with the names of cases."""
    part = only_rows(table, rows)
    if table.cases is None or not table.case_names:
        return part
    return replace(part, case_names=tuple(table.case_names[c] for c in np.unique(table.cases[rows])))


def _value(table: Table, found: Near, rows: Array) -> float:
    part = only_rows(table, rows)
    return near(part, kind=found.kind, offset=found.offset, sides=found.sides, exactly=False).value


def _fewer(table: Table, found: Near, keep: Array) -> tuple[Array, float]:
    """The rows less one: of few the one that costs least; of many a fifth goes, those that weigh least."""
    if len(keep) > FEW:
        part = only_rows(table, keep)
        again = near(part, kind=found.kind, offset=found.offset, sides=found.sides, exactly=False)
        weigh = np.zeros(len(keep))
        weigh[again.rows] = np.abs(again.witness)
        if (weigh == 0).any():
            return keep[weigh > 0], again.value
        less = np.sort(keep[np.argsort(weigh, kind="stable")[-(-len(keep) // 5) :]])
        return less, _value(table, found, less)
    options = [np.delete(keep, j) for j in range(len(keep))]
    values = [_value(table, found, rows) for rows in options]
    best = int(np.argmax(values))
    return options[best], values[best]


def best_pair(table: Table, found: Near) -> tuple[tuple[int, int], float] | None:
    """((from, to), ε that it proves) of the best move from one row to another; None where the offset forbids or rows are many."""
    if found.offset == "none" or found.sides != "both" or table.n > PAIRS or table.n * table.n * table.k > 2e8:
        return None
    u, ais = rational.floats(table.people), rational.floats(table.ais)
    best, value = None, 0.0
    for r in range(table.n):
        to = np.arange(table.n) if found.offset == "constant" else np.flatnonzero(table.cases == table.cases[r])  # type: ignore[index]
        liked = (ais[to] - ais[r]).max(axis=1)
        proves = (u[to] - u[r] - liked if found.kind == "hull" else np.where(liked <= 0, u[to] - u[r], 0.0)) / 2
        at = int(np.argmax(proves))
        if proves[at] > value + 1e-12:
            best, value = (r, int(to[at])), float(proves[at])
    return None if best is None else (best, value)


def _on(table: Table, found: Near, rows: Array) -> Witness:
    part = near(only_rows(table, rows), kind=found.kind, offset=found.offset, sides=found.sides, exactly=found.exact)
    return _made(table, found, rows[part.rows], part.witness, found.epsilon)


def _made(table: Table, found: Near, rows: Array, nu: Array, whole: Any) -> Witness:
    """What ν proves, worked out anew in its own field: nothing of the solver is believed."""
    exact = rational.is_exact(nu)
    field_of = rational.exact if exact else rational.floats
    u, ais = field_of(table.people[rows]), field_of(table.ais[rows])
    zero = rational.fraction(0) if exact else 0.0
    people = (nu * u).sum() if len(rows) else zero
    liked = (ais * nu[:, None]).sum(axis=0) if len(rows) else rational.zeros((table.k,), nu)
    most = liked.max()
    moved = max(nu[nu > 0].sum(), -nu[nu < 0].sum()) if len(rows) else zero
    epsilon = people - most if found.kind == "hull" else people
    unit = moved or 1
    made = Witness(
        found.kind, found.offset, rows, nu, moved, people / unit, liked / unit, max(epsilon, zero), whole, ""
    )
    return Witness(**{**made.__dict__, "says": said(table, made)})


def said(table: Table, found: Witness) -> str:
    """The witness as a sentence."""
    if not len(found.rows) or not float(found.epsilon):
        return "Nothing is missing: a mix of these AIs is exactly what people want."
    gain, best, count = float(found.people), float(found.ais[found.keenest]), table.k
    who = table.names[found.keenest]
    if found.offset == "none" and len(found.rows) == 1:
        return _rated(table, found)
    if found.offset == "none":
        points = sorted(zip(found.rows.tolist(), found.nu / found.moved, strict=True), key=lambda pair: -abs(pair[1]))
        score = ", ".join(f"{float(v):+.2g} “{place(table, r)}”".replace("-", "−", 1) for r, v in points[: 2 * NAMED])
        score += f" and {len(points) - 2 * NAMED} more" * (len(points) > 2 * NAMED)
        if found.kind == "hull":
            no_ai = f"no AI to more than {_up(best)} ({who})" if count > 1 else f"the AI to {best:.2g}"
        else:
            no_ai = "the AI not above zero" if count == 1 else f"not one of the {count} AIs above zero"
        return f"Weigh {score}: people come to {gain:.2g}, {no_ai}. No mix closes that gap."
    moved = _move(table, found)
    all_of = "The AI" if count == 1 else f"Not one of the {count} AIs"
    if found.kind == "hull":
        if best > 0:
            word = f"no AI by more than {_up(best)} ({who})" if count > 1 else f"the AI by {best:.2g}"
        else:
            word = f"no AI does at all (nearest: {who})" if count > 1 else "the AI does not at all"
        return f"{moved} by {gain:.2g}; {word}. No mix of them closes that gap."
    does = " does not." if count == 1 else " does."
    return f"{moved} by {gain:.2g}. {all_of}{does} No mix of these AIs separates them."


def _up(x: float) -> str:
    """Two digits that are not below x: what nobody is above."""
    return _signed(_above(x))


def _above(x: float) -> float:
    near = float(f"{x:.2g}")
    return near if near >= x - 1e-9 * abs(x) else float(f"{near + 10.0 ** (math.floor(math.log10(abs(x))) - 1):.2g}")


def _signed(x: float) -> str:
    return f"{x + 0.0:.2g}".replace("-", "−")


def _rated(table: Table, found: Witness) -> str:
    """A witness on one row, where there is no offset: what people say of it, and no AI does."""
    sign = 1 if found.nu[0] > 0 else -1
    most = _above(float(found.ais[found.keenest]) if found.kind == "hull" else 0.0)
    row, side = place(table, int(found.rows[0])), "above" if sign > 0 else "below"
    who = f" (nearest: {table.names[found.keenest]})" if table.k > 1 else ""
    no_ai = "no AI rates" if table.k > 1 else "the AI does not rate"
    return (
        f"People rate “{row}” {_signed(sign * float(found.people))}; {no_ai} it {side} {_signed(sign * most)}{who}. "
        "No mix closes that gap."
    )


def _move(table: Table, found: Witness) -> str:
    """What people put above what: case by case where there are few, else one law above another."""
    sides = {sign: found.side(sign) for sign in (1, -1)}
    if found.offset == "case" and table.cases is not None and table.case_names:
        weigh: dict[int, float] = {}
        for r, share in sides[1]:
            weigh[int(table.cases[r])] = weigh.get(int(table.cases[r]), 0.0) + float(share)
        order = sorted(weigh, key=lambda y: (-weigh[y], y))
        if len(order) <= NAMED:
            pairs = [" above ".join(_of_case(table, sides[sign], y) for sign in (1, -1)) for y in order]
            places = _and([f"“{table.case_names[y]}”" for y in order])
            like = "a case" if len(order) == 1 else "cases"
            shares = f" (weighed {_and([f'{weigh[y]:.0%}' for y in order])})" if len(order) > 1 else ""
            told = (
                pairs[0]
                if len(set(pairs)) == 1
                else _and([f"{pair} (“{table.case_names[y]}”)" for pair, y in zip(pairs, order, strict=True)])
            )
            return f"On {like} like {places}{shares} people put {told}"
    to, away = (law_words(table, sides[sign]) for sign in (1, -1))
    return f"People put {to} above {away}"


def _of_case(table: Table, law: list[tuple[int, Any]], case: int) -> str:
    """The rows of one case in a law: one by name, or shares."""
    here = [(r, float(share)) for r, share in law if int(table.cases[r]) == case]  # type: ignore[index]
    if len(here) == 1:
        return f"“{table.row(here[0][0])}”"
    whole = sum(share for _, share in here)
    return "a mix of " + _and([f"{share / whole:.0%} “{table.row(r)}”" for r, share in here[:NAMED]])


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def law_words(table: Table, law: list[tuple[int, Any]]) -> str:
    """A law over rows: a row by name, or shares of the heaviest."""
    if not law:
        return ""
    if len(law) == 1 and abs(float(law[0][1]) - 1) < 1e-9:
        return f"“{place(table, law[0][0])}”"
    parts = [f"{float(share):.0%} “{place(table, r)}”" for r, share in law[:NAMED]]
    more = len(law) - NAMED
    if more > 0:
        rest = sum(float(share) for _, share in law[NAMED:])
        parts.append(f"{rest:.0%} of {more} other{'s' * (more > 1)}")
    return f"a mix of {_and(parts)}" if len(parts) > 1 else parts[0]


def place(table: Table, r: int) -> str:
    """A row's name, with its case where that is not part of it."""
    name = table.row(r)
    if table.cases is None or not table.case_names:
        return name
    case = table.case_names[int(table.cases[r])]
    return name if case in name else f"{case}: {name}"

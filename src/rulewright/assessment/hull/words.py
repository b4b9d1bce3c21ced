"""What `hull` found, in sentences that a product manager can read; the page and the terminal say the same."""

from __future__ import annotations

import math

from ...competition.market.entry import AVERAGE
from ...competition.market.witness import place
from ...report.words import number, percent
from .found import HullFound

FEW_ROWS = (
    "There are few rows for each AI: a mix is easily near in rows that it was fitted to, and squared errors on rows left out "
    "say little."
)
NAMED = 8  # AIs that are all named
FEW = 5  # rows for each AI, below which a reader is warned
MIXES = {"cone": "a weighted sum of the AIs (weights of any size)", "hull": "a weighted average of the AIs"}
OFFSETS = {
    "none": "as they are",
    "constant": "shifted by one constant",
    "case": "shifted by one constant per case, which no AI can move",
}
COVERS = (
    "The guarantee is about equilibria: AIs who compete in what they tell, and a person who acts best on what she hears. It "
    "needs that every AI, whatever the others do, could bring about what full information brings about, or that she first tries "
    "each AI alone and then picks the best. Neither is checked by a table of ratings.",
    "ε and ρ hold for the rows of this table, in the worst row or on average over cases. Rows are a sample: on outcomes that "
    "are not here people and the mix may be further apart, and no table can tell without people's own ratings there.",
    "Squared errors, also shown, say how near a mix is on average. They bound neither ε nor the guarantee: a mix may be near "
    "in squares and far in one row that an AI would steer towards.",
    "A single AI that is shifted and stretched is calibration, not competition. Only what the mix does beyond it is the market's.",
)


def offered(found: HullFound) -> str:
    """Who is on offer: by name where they are few, so that a column that is no AI is seen."""
    said = f"{found.k:,} AI" + "s" * (found.k != 1)
    return f"{said} ({', '.join(found.names)})" if found.k <= NAMED else said


def few_rows(found: HullFound) -> bool:
    """Whether a mix is near for want of rows rather than for being like people."""
    return (found.cases or found.n) < FEW * found.k


def headline(found: HullFound) -> str:
    """One sentence: how near."""
    used, k = len(found.near.mixed), found.k
    who = f"{used} of {k} AIs" if k > 1 else "the one AI"
    worst = number(found.near.value, 3)
    if found.near.value <= 1e-9 * max(1.0, found.stakes):
        return f"What people want is a mix of {who}: nothing is missing in this table."
    if not used:
        return f"No AI brings anything nearer: a constant is within {worst} of {found.people}, and so is the best mix."
    shifted = {"none": "", "constant": ", shifted by one constant,", "case": ", shifted by one constant per case,"}
    near = f"A mix of {who}{shifted[found.near.offset]} is within {worst} of {found.people} in every row"
    return f"{near}; no mix is nearer." if found.near.complete else f"{near}; the search was cut short."


def mixes(found: HullFound) -> str:
    """Which mixes are looked at."""
    return f"{MIXES[found.near.kind]}, {OFFSETS[found.near.offset]}"


def spread(found: HullFound) -> str:
    """In how many rows the mix is nowhere as far as in its worst; empty where that was not counted."""
    if not found.far or found.near.value <= 0:
        return ""
    rows = "1 row" if found.far == 1 else f"{found.far:,} rows"
    return f"In {rows} of {found.n:,} ({percent(found.far / found.n)}) it is off by more than half of that."


def worth(found: HullFound) -> str:
    """What the guarantee is worth."""
    loss, stakes = number(found.loss, 3), number(found.stakes, 3)
    over = (
        "between best and worst action, on average over cases" if found.cases else "between the best and the worst row"
    )
    if found.empty:
        return (
            f"That guarantees nothing yet: competition could cost people up to {loss}, and no more than {stakes} is at "
            f"stake ({over})."
        )
    share = found.loss / found.stakes if found.stakes else 0.0
    return (
        f"Where the theorem applies, every equilibrium gives people at least what perfectly aligned AI would, less {loss}: "
        f"{percent(share)} of the {stakes} that are at stake ({over})."
    )


def calibration(found: HullFound) -> str:
    """How much of the drop is calibration."""
    b = found.baselines
    drop = b.single.epsilon - b.cone.epsilon
    name = found.names[b.single.ais[0]]
    more = f" With an offset for each case it is {number(found.near.value, 3)}." if found.near.offset == "case" else ""
    if drop <= 1e-12:
        return f"No mix is nearer than the best single AI as it is, {name} ({number(b.single.epsilon, 3)})."
    return (
        f"The best single AI as it is, {name}, is {number(b.single.epsilon, 3)} from people in its worst row; the best mix with an "
        f"offset {number(b.cone.epsilon, 3)}. {percent(b.share)} of that drop is calibration: one AI, "
        f"{found.names[b.calibrated.ais[0]]}, shifted and stretched, comes to {number(b.calibrated.epsilon, 3)}. "
        f"The other {percent(1 - b.share)} only a mix does.{more}"
    )


def missing(found: HullFound) -> str:
    """The witness on the fewest rows."""
    w = found.simplest
    part = f" That alone accounts for {percent(w.share)} of the distance." if w.share < 0.999 and w.epsilon else ""
    return w.says + part


def helps(found: HullFound) -> list[str]:
    """Who would have to enter, or stay."""
    said = []
    table = found.designed or found.table
    for made in found.missing:
        if not made.weight:
            continue
        rows = [
            f"“{place(table, int(r))}” {'lower' if made.change[r] < 0 else 'higher'} by {number(abs(float(made.change[r])), 3)}"
            for r in made.rows[:5]
        ]
        more = f" and {len(made.rows) - 5} more" if len(made.rows) > 5 else ""
        goal = "end the distance" if made.target == 0 else f"bring the distance down to {number(made.epsilon, 3)}"
        like = "an average of these" if made.reference == AVERAGE else made.reference
        said.append(f"An AI like {like}, but with {', '.join(rows)}{more}, would {goal}.")
    if found.candidates:
        best = found.candidates[0]
        if best.epsilon < found.near.value - 1e-9 * max(1.0, found.near.value):
            said.append(
                f"Of the candidates {best.names[0]} helps most: the distance falls to {number(best.epsilon, 3)}."
            )
        else:
            said.append("No candidate helps by itself: each would leave the distance as it is.")
        if found.pairs and found.pairs[0].epsilon < best.epsilon - 1e-9 * max(1.0, best.epsilon):
            two = found.pairs[0]
            said.append(f"Together {' and '.join(two.names)} bring it to {number(two.epsilon, 3)}.")
    dear = [e for e in found.exits if e.epsilon > found.near.value * (1 + 1e-9) + 1e-12]
    if dear:
        first = dear[0]
        said.append(f"Dearest to lose is {first.name}: without it the distance grows to {number(first.epsilon, 3)}.")
    return said


def reservations(found: HullFound) -> list[str]:
    """What the guarantee does not cover, and what was left out."""
    said = list(COVERS)
    if few_rows(found):
        said.append(FEW_ROWS)
    if not found.cases:
        said.append(
            "Without cases every row counts as an outcome that AIs might steer towards instead of any other. If rows are questions "
            "that nobody chooses, name the column of cases (--case), and only actions of one case are compared."
        )
    if found.against_best is not None and math.isfinite(found.against_best.value):
        said.append(
            f"If in every case full information leads to the action that is best there, the loss is at most "
            f"{number(found.against_best.value, 3)} (ρ*: the mix is compared with the best action only)."
        )
    return said

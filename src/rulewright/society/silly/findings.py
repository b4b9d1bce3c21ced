"""What a report shows of silly rules: the course after the shock by density, the regions of the policy, critical costs, anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...numerics.rational import Array
from ...report.findings.report import Cell, Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from .course import fixed, law
from .stopping import critical_cost, policy

if TYPE_CHECKING:
    from .society import SillyRules

DENSITIES = (0.0, 0.25, 0.5, 0.75, 0.9)
TOGETHER = 10  # numbers of observations that are one point of a boundary
COSTS = 65  # on which the value is compared
SAME = 1e-12  # of a value that may be rounding


def sections(here: SillyRules) -> list[Section]:
    return [_courses(here), *_compositions(here), _regions(here), _critical(here)]


def _courses(here: SillyRules) -> Section:
    """Size and activity by slot for several densities, as the paper's main figure has them in kind."""
    ladder = [here if d == here.d else here.having(density=d) for d in sorted({*DENSITIES, here.d})]
    slots = np.arange(here.slots + 1.0)
    size = [Series(f"density {m.d:g}", slots.tolist(), (m.members * m.law.mean("size")).tolist()) for m in ladder]
    active = [
        Series(f"density {m.d:g}", slots[1:].tolist(), (m.members * m.law.mean("active")).tolist()) for m in ladder
    ]
    marks = [Mark(here.change[0], "θ changes")] if here.change else []
    rows: list[list[Cell]] = []
    for m in ladder:
        unpunished, punished, silly = m.law.totals
        welfare = m.reward * punished - m.loss * unpunished - m.cost * silly
        rows.append(
            [m.d, float(size_at(m)), float(m.members * m.law.mean("active")[-1]), float(welfare), float(unpunished)]
        )
    return Section(
        "The same group with more and with fewer silly rules",
        "Expected over all that may befall members, exactly; no simulation.",
        figures=[
            Figure("size", "Who is there", "slot", "members", size, marks),
            Figure("activity", "Who takes part in important interactions", "slot", "members", active, marks),
        ],
        tables=[
            Table("At the end", ["density", "size", "activity", "welfare of a member", "losses of a member"], rows),
        ],
    )


def size_at(here: SillyRules, slot: int = -1) -> float:
    """Expected members at the end of a slot."""
    return float(here.members * here.law.mean("size")[slot])


def _compositions(here: SillyRules) -> list[Section]:
    """What becomes of groups that differ, by their share of punishers."""
    found = here.law
    if len(found.groups.theta) == 1:
        return []
    theta = found.groups.theta.tolist()
    series = [
        Series("there", theta, (here.members * found.size[:, -1]).tolist()),
        Series("taking part", theta, (here.members * found.active[:, -1]).tolist()),
    ]
    figure = Figure("compositions", "By who is in the group", "share of punishers", "members at the end", series)
    said = "At nodes of Gauss's rule for the law of punishers over groups; means above are over all groups."
    return [Section("Groups differ", said, figures=[figure])]


def _regions(here: SillyRules) -> Section:
    """Boundaries of the policy in the plane of observations and mean belief, by density."""
    lone = here.loss / (here.reward + here.loss) if here.reward + here.loss else 0.5
    series = [Series("if nothing were learnt", [0.0, float(here.observations)], [lone, lone])]
    low = lone
    for d in sorted({0.0, 0.5, 0.9, here.d}):
        m = here if d == here.d else here.having(density=d)
        stays, joins = m.policy.means()
        series += _boundary(f"stays, d = {d:g}", stays)
        if d > 0:
            series += _boundary(f"takes part, d = {d:g}", joins)
        if d == here.d and np.isfinite(stays).any():
            low = float(np.nanmin(stays))
    said = (
        "A member whose mean belief is below the line of staying leaves; above that of taking part it takes part in what matters; "
        "between the two it stays for silly rules alone, to see what happens. If nothing could be learnt it would take part from "
        f"L/(R + L) = {lone:.4g} on; with all that there is to learn it stays down to {low:.4g} here."
    )
    up = "mean belief that rules are enforced"
    caption = f"The lowest belief with which one does it, among {TOGETHER} numbers of observations each: beliefs are on a lattice."
    figure = Figure("policy", "What members do with a belief", "observations", up, series, caption=caption)
    return Section("When to leave", said, figures=[figure])


def _boundary(name: str, means: Array) -> list[Series]:
    """The lowest of each ten; no curve where nobody ever does it."""
    n = len(means) // TOGETHER * TOGETHER
    cut = np.where(np.isfinite(means[:n]), means[:n], np.inf).reshape(-1, TOGETHER).min(axis=1)
    there = np.isfinite(cut)
    middle = TOGETHER * (np.arange(len(cut)) + 0.5)
    return [Series(name, middle[there].tolist(), cut[there].tolist())] if there.any() else []


def _critical(here: SillyRules) -> Section:
    densities = np.arange(0.05, 0.96, 0.05)
    most = max(here.reward, here.loss, 1e-9)
    a, b = here.belief
    cost = critical_cost(
        densities,
        (a, b),
        reward=here.reward,
        loss=here.loss,
        most=most,
        rounds=5,
        discount=here.discount,
        observations=min(here.observations, 260),
        variant=here.variant,
    )
    there = np.isfinite(cost)
    figure = Figure(
        "critical-cost",
        "What a silly rule may cost",
        "density of silly rules",
        "critical cost",
        [Series("from here on members leave at once", densities[there].tolist(), cost[there].tolist())]
        if there.any()
        else [],
    )
    said = (
        "The cost of a silly event from which on members with the first belief leave at once, by bisection of the value, which "
        "does not grow with the cost. Below it silly rules keep people in long enough to find out; above it they drive them out."
    )
    return Section("When silly rules are too dear", said, figures=[figure] if figure.series else [])


def claims(here: SillyRules) -> list[ClaimRow]:
    """The anchors of the model, looked at for these settings."""
    return [_frozen(here), _dear(here), _threshold(here)]


def _value(here: SillyRules, density: float, cost: Array | float) -> Array:
    a, b = here.belief
    return policy(
        density,
        cost,
        (a, b),
        reward=here.reward,
        loss=here.loss,
        discount=here.discount,
        observations=here.observations,
        variant=here.variant,
    ).value


def _frozen(here: SillyRules) -> ClaimRow:
    """Without silly rules who does not take part at once never does."""
    alone = here.having(density=0.0)
    takes_part = bool(alone.policy.joins[0] <= 0)
    name = "without silly rules, who abstains learns nothing and never comes back"
    if takes_part:
        left = alone.policy.joins - alone.policy.stays
        said = (
            "members begin by taking part here; once one does not, d = 0 leaves it no event to see. Beliefs at which one stays "
            f"without taking part, of all on the lattice: {int((left > 0).sum())}"
        )
        return ClaimRow(name, not (left > 0).any(), "proved", said)
    course = law(alone.policy, fixed(here.punishers), here.slots, 0.0, variant=here.variant)
    moved = float(np.ptp(course.size) + course.active.sum())
    return ClaimRow(
        name, moved == 0, "proved", f"with d = 0, members at the end and interactions: {moved:g}, with probability 1"
    )


def _dear(here: SillyRules) -> ClaimRow:
    costs = np.linspace(0, 2 * max(here.cost, 1e-3), COSTS)
    rise = float(np.diff(_value(here, here.d, costs)).max())
    said = f"by induction over the lattice; largest rise of V over {COSTS} costs up to {costs[-1]:g}: {rise:.1e}"
    return ClaimRow(
        "the value of staying does not grow with the cost of silly rules", rise <= SAME, "searched only", said
    )


def _threshold(here: SillyRules) -> ClaimRow:
    n = np.arange(here.observations + 1)
    a, b = here.belief
    lone = here.loss / (here.reward + here.loss) if here.reward + here.loss else 0.5
    first = np.maximum(here.policy.stays, np.ceil(lone * (a + b + n) - a - 1e-9))
    later = (here.policy.joins > first) & (first <= n)
    said = f"L/(R + L) = {lone:.6g}; numbers of observations at which one who stays takes part only above it: {int(later.sum())}"
    return ClaimRow(
        "what can be learnt only lowers the belief from which one takes part", not later.any(), "searched only", said
    )

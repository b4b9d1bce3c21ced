"""What a report shows of a market: prices, people, the Edgeworth box, excess demand and its zeros, prices on their way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import RulewrightError
from ...report.findings.report import Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ...verify import economy_checker as checker
from . import tatonnement
from .economy import Economy, demand, utility
from .pair import excess_of_first
from .solve import Equilibrium, equilibrium, parts

NAMES = {
    "equilibrium": "markets clear, and everybody has what is best at these prices",
    "efficient": "nobody can have more without another having less (first theorem)",
    "supported": "the outcome of equal incomes is what the market comes to after transfers (second theorem)",
    "better": "everybody could be better off (a counterexample to the first theorem)",
    "gains": "who sets the price is better off than if nobody could",
}
MOST = 8  # curves of a figure
POINTS = 81


def claims(certificate: dict[str, Any] | None) -> list[ClaimRow]:
    """What the checker says of a certificate, as rows."""
    found = checker.check(certificate) if certificate else []
    margin = [None if v.margin is None else float(v.margin) for v in found]
    return [ClaimRow(NAMES[v.claim], v.holds, v.grade, v.says, m) for v, m in zip(found, margin, strict=True)]


def prices(goods: Sequence[str], several: Sequence[Equilibrium]) -> Section:
    """A table: one row for each equilibrium, prices that sum to one."""
    rows: list[list[Any]] = [[str(k + 1), *(float(v) for v in one.prices)] for k, one in enumerate(several)]
    return Section("Prices", "They sum to one.", tables=[Table("Where markets clear", ["equilibrium", *goods], rows)])


def people(economy: Economy, names: Sequence[str], goods: Sequence[str], one: Equilibrium) -> Section:
    """A table: what each consumer has with and without the market."""
    e = economy.floats
    alone = utility(economy, e.endowment)
    rows: list[list[Any]] = [
        [
            name,
            float(e.endowment[i] @ one.prices),
            *(float(v) for v in one.bundles[i]),
            float(one.utility[i]),
            float(alone[i]),
        ]
        for i, name in enumerate(names)
    ]
    heads = ["consumer", "worth of what is owned", *goods, "utility", "utility without trade"]
    return Section("Who has what", tables=[Table("In the first equilibrium", heads, rows)])


def pictures(
    economy: Economy, goods: Sequence[str], several: Sequence[Equilibrium], names: Sequence[str]
) -> list[Section]:
    """Figures of the goods that are traded; those that make no sense for this economy are left out."""
    if economy.linear:
        return []  # demand jumps
    found = []
    if economy.goods == 2 and not len(economy.activities):
        found.append(excess_curve(economy, goods, several))
        if economy.consumers == 2:
            found.append(edgeworth(economy, goods, several[0], names))
    if not len(economy.activities) and economy.goods > 1:
        found.append(path(economy, goods))
    return [Section("The market in pictures", figures=found)] if found else []


def excess_curve(economy: Economy, goods: Sequence[str], several: Sequence[Equilibrium]) -> Figure:
    """Excess demand for the first good over its price, prices summing to one."""
    clear = [float(one.prices[one.prices > 0][0]) for one in several if (one.prices > 0).sum() == 2] or [0.5]
    at = np.linspace(0.6 * min(clear), 1 - 0.6 * (1 - max(clear)), 193)
    z = excess_of_first(economy, at / (1 - at)) / float(economy.floats.total[0])
    marks = [Mark(p, "clears") for p in clear]
    series = [
        Series("excess demand", at.tolist(), z.tolist()),
        Series("zero", [float(at[0]), float(at[-1])], [0.0, 0.0]),
    ]
    return Figure(
        "excess",
        f"Excess demand for {goods[0]}",
        f"price of {goods[0]}, prices summing to one",
        "excess demand, parts of all there is",
        series,
        marks,
        "Markets clear where the curve crosses zero; where it falls, prices that rise with excess demand return.",
    )


def edgeworth(economy: Economy, goods: Sequence[str], one: Equilibrium, names: Sequence[str]) -> Figure:
    """The box of all divisions of two goods among two: contract curve, prices, indifference curves, where trade starts and ends."""
    e = economy.floats
    width, height = (float(v) for v in e.total)
    x = (
        one.bundles[:, -2:]
        if one.bundles.shape[1] == 2
        else one.bundles[:, [j for j in range(one.bundles.shape[1]) if one.prices[j] > 0]]
    )
    start, end = e.endowment[0], x[0]
    series = [Series("box", [0.0, width], [0.0, height])]
    contract = []
    for part in np.linspace(0.02, 0.98, 41):
        try:
            contract.append(equilibrium(economy, parts(np.array([part, 1 - part]))).bundles[0])
        except RulewrightError:
            continue
    if contract:
        line = np.array([[0.0, 0.0], *contract, [width, height]])
        series.append(Series("contract curve", line[:, 0].tolist(), line[:, 1].tolist()))
    series.append(Series("prices", [float(start[0]), float(end[0])], [float(start[1]), float(end[1])]))
    for i, name in enumerate(names):
        curve = _indifferent(e, i, x[i])
        if i == 1:
            curve = np.array([width, height]) - curve
        inside = ((curve >= 0) & (curve <= [width, height])).all(axis=1)
        series.append(Series(f"as good for {name}", curve[inside, 0].tolist(), curve[inside, 1].tolist()))
    series += [
        Series("before trade", [float(start[0])], [float(start[1])]),
        Series("after trade", [float(end[0])], [float(end[1])]),
    ]
    return Figure(
        "edgeworth",
        f"All divisions of {goods[0]} and {goods[1]}",
        f"{goods[0]} of {names[0]}",
        f"{goods[1]} of {names[0]}",
        [s for s in series if s.x],
        caption=f"What {names[0]} does not have is {names[1]}'s. On the contract curve nobody can gain without the other losing.",
        draw="edgeworth",
    )


def _indifferent(e: Economy, i: int, x: Any) -> Any:
    """Points [m, 2] with the same utility for consumer i as x: cheapest bundles over price ratios."""
    one = Economy(e.endowment[i : i + 1] + 1e-12, e.shares[i : i + 1], e.elasticity[i : i + 1])
    level = float(utility(one, x[None])[0])
    points = []
    for ratio in np.exp(np.linspace(-6, 6, POINTS)):
        p = np.array([ratio, 1.0])
        bundle = demand(one, p, np.ones(1))[0]
        points.append(bundle * level / max(float(utility(one, bundle[None])[0]), 1e-300))
    return np.array(points)


def path(economy: Economy, goods: Sequence[str]) -> Figure:
    """Prices by tâtonnement from equal ones."""
    start = np.exp(0.5 * np.sin(np.arange(economy.goods) * 2.4))
    went = tatonnement.steps(economy, start, most=300)
    said = "markets clear at its end" if went.arrived else "markets do not clear at its end"
    series = [Series(g, went.times.tolist(), went.prices[:, j].tolist()) for j, g in enumerate(goods[:MOST])]
    return Figure(
        "tatonnement",
        "Prices that rise where more is wanted",
        "steps",
        "prices, summing to one",
        series,
        caption=f"Tâtonnement: {said}.",
    )

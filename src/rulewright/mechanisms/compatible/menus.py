"""Compatible menus for two additive bidders and two items: each faces prices that the other's report makes, and nobody is refused.

    p_i(S; θ_−i) = Σ_{j∈S} θ_−i,j + e_i(S; cell of θ_−i)            for S = {1}, {2}, {1, 2}; nothing is free

e is constant on the cells of a grid over the other's types. Every bidder takes what it likes best: by the taxation principle
truth is dominant, and staying away is as good as nothing. What could fail is that two bidders want the same item. That
depends on the difference of their types alone and is decided exactly for all of them (`conflicts`); a table with a conflict
cannot be made into a mechanism. After the compatible menus of Wang, Jiang & Parkes 2024 (GemNet, arXiv 2406.07428), whose
prices come from networks and whose check is a mixed-integer programme on a grid with a Lipschitz margin.

Ties: move bidder 1 up by (ε, ε²) and bidder 2 by (ε³, ε⁴) and let ε fall to 0. No tie is left, no new cell is entered (cells hold
their lower edges), and what is picked is still best. So bidder 1 takes the larger of options that it likes equally, item 1
before item 2, bidder 2 the smaller; every profile is served, not only almost every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...errors import Impossible, InputError
from ...numerics.rational import Array
from ..decisions import Allocation
from ..environment import Environment, additive, plain
from ..mechanism import Menu, MenuMechanism, Outcome
from .conflicts import FAR, conflicts

OPTIONS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])  # [option, item]
FIRST = ((3, 1, 2, 0), (0, 2, 1, 3))  # [agent]: options, those first that a tie goes to
MOST = FAR >> 5  # units of an edge or an extra: sums of bounds stay below FAR
Edges = tuple[tuple[Array, Array], tuple[Array, Array]]


def fitting(environment: Environment) -> None:
    """Raises InputError unless it is two additive bidders and two items, with bounded laws."""
    space = environment.decisions
    additive_pair = isinstance(space, Allocation) and space.shape == (2, 2) and space.demand == "additive"
    if not additive_pair or environment.values is not additive or not environment.transfers:
        raise InputError(where="compatible menus", needed="two additive bidders and two items", found=environment.name)
    plain(environment, "compatible menus")
    if not np.isfinite(environment.high).all():
        raise InputError(
            where="compatible menus",
            needed="values that are bounded",
            found=str(environment.high.tolist()),
            remedy="Cut the law off where little of it is left.",
        )


@dataclass(frozen=True, eq=False)
class CompatibleMenus(MenuMechanism):
    """Menus in tables; made only if no choices can conflict. Raises InputError, and Impossible for a conflict."""

    environment: Environment
    unit: Fraction
    """What 1 in `edges` and `extras` is worth; a power of ½, so that floats hold the edges exactly."""
    edges: Edges
    """[agent][item][edge], whole numbers: a grid over that agent's types; from at most its least value to above its most."""
    extras: tuple[Array, Array]
    """[agent][other's cell of item 1, of item 2, option {1}, {2}, {12}], whole numbers: e_i."""
    proof = (
        "Each bidder picks what it likes best at prices that the other's report alone makes; for no pair of types of the "
        "continuum do two picks share an item: octagons of type differences without a common inner point, in whole numbers."
    )

    def __post_init__(self) -> None:
        fitting(self.environment)
        arrays = [*self.edges[0], *self.edges[1], *self.extras]
        if not all(
            isinstance(a, np.ndarray) and a.dtype == np.int64 and ((a >= -MOST) & (a <= MOST)).all() for a in arrays
        ):
            raise InputError(
                where="compatible menus",
                needed=f"edges and extras as int64, up to {MOST}",
                found="others, or larger ones",
            )
        if (
            not isinstance(self.unit, Fraction)
            or self.unit <= 0
            or self.unit.numerator & (self.unit.numerator - 1)
            or self.unit.denominator & (self.unit.denominator - 1)
        ):
            raise InputError(where="unit", needed="a power of 2 or of ½", found=str(self.unit))
        for i, j in np.ndindex(2, 2):
            edge = self.edges[i][j]
            if edge.dtype != np.int64 or edge.ndim != 1 or len(edge) < 2 or (np.diff(edge) <= 0).any():
                raise InputError(where=f"edges of agent {i}, item {j}", needed="rising whole numbers", found=str(edge))
            low, high = (Fraction(float(end[i, j])) for end in (self.environment.low, self.environment.high))
            if int(edge[0]) * self.unit > low or int(edge[-1]) * self.unit <= high:
                raise InputError(
                    where=f"edges of agent {i}, item {j}",
                    needed=f"from at most {float(low):g} to above {float(high):g}",
                    found=f"{float(int(edge[0]) * self.unit):g} to {float(int(edge[-1]) * self.unit):g}",
                )
        for i in range(2):
            shape = (*(len(edge) - 1 for edge in self.edges[1 - i]), 3)
            if self.extras[i].dtype != np.int64 or self.extras[i].shape != shape:
                raise InputError(
                    where=f"extras of agent {i}", needed=f"whole numbers {shape}", found=str(self.extras[i].shape)
                )
        found = conflicts(self.flat(), self.edges)
        if len(found):
            c, d, s, t = found[0].tolist()
            raise Impossible(
                where="compatible menus",
                needed="menus that never conflict",
                found=f"{len(found)} conflicts, one where bidder 1 in cell {c} may pick {OPTIONS[s + 1]} and "
                f"bidder 2 in cell {d} {OPTIONS[t + 1]}",
                remedy="Raise prices first: raise_prices.",
            )

    def flat(self) -> tuple[Array, Array]:
        """[agent][other's cell, option]."""
        return self.extras[0].reshape(-1, 3), self.extras[1].reshape(-1, 3)

    def cell(self, agent: int, types: Array) -> tuple[Array, Array]:
        """([...], [...]): where types [..., item] of `agent` lie in its grid; a cell holds its lower edges."""
        one, two = (
            np.clip(np.searchsorted(edge * float(self.unit), types[..., j], side="right") - 1, 0, len(edge) - 2)
            for j, edge in enumerate(self.edges[agent])
        )
        return one, two

    def menu(self, agent: int, others: Array) -> Menu:
        other = others[..., 0, :]
        extra = self.extras[agent][self.cell(1 - agent, other)] * float(self.unit)
        prices = np.concatenate([np.zeros((*other.shape[:-1], 1)), other @ OPTIONS[1:].T + extra], axis=-1)
        return Menu(np.broadcast_to(OPTIONS, (*prices.shape, 2)), prices)

    def outcome(self, reports: Array) -> Outcome:
        types = np.asarray(reports, float)
        picked, prices = [], []
        for agent, order in enumerate(FIRST):
            offered = self.menu(agent, types[..., [1 - agent], :]).prices
            liking = (types[..., agent, :] @ OPTIONS.T - offered)[..., order]
            picked.append(np.asarray(order)[liking.argmax(axis=-1)])
            prices.append(offered)
        pick = np.stack(picked, axis=-1)  # [..., agent]
        decision = OPTIONS[pick]
        for at in np.argwhere((decision.sum(axis=-2) > 1).any(axis=-1)):  # a tie that rounding has broken wrongly
            pick[tuple(at)] = self.exactly(types[tuple(at)])
        paid = np.take_along_axis(np.stack(prices, axis=-2), pick[..., None], -1)[..., 0]
        return Outcome(OPTIONS[pick], paid)

    def exactly(self, types: Array) -> list[int]:
        """[agent]: what is picked at one profile [agent, item], in fractions."""
        x = [[Fraction(float(v)) for v in row] for row in types]
        found = []
        for agent, order in enumerate(FIRST):
            one, two = (int(k) for k in self.cell(1 - agent, types[1 - agent]))
            extra = [0, *(int(e) for e in self.extras[agent][one, two])]
            z = [a - b for a, b in zip(x[agent], x[1 - agent], strict=True)]
            liking = [
                sum(v for v, has in zip(z, OPTIONS[s], strict=True) if has) - extra[s] * self.unit for s in range(4)
            ]
            found.append(max(order, key=lambda s: liking[s]))
        return found

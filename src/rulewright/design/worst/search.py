"""Max–min: the payments whose worst equilibrium is best for people, and an upper bound on what any can guarantee.

For each profile a* that may be the play asked for, from the most promising on, in this order:

1. *Dominance.* Promises that leave a* as the only thing to do guarantee what it is worth. Nothing beats that at a* where
   it costs no more than making a* an equilibrium.
2. *Cutting planes.* The master programme (`master.py`) proposes payments; the worst pure profiles alive in the induced
   game are added to it; when there are none below its value, that value is the max–min over pure profiles at a*, exactly.
   For two players the worst mixed equilibrium is then cut off as well, until none is worse or `ROUNDS` are spent.
3. *Multipliers.* The worst correlated equilibrium is raised by alternating linear programmes (`multipliers.py`).

The best of all that was met is kept: by its worst Nash equilibrium where all of them are listed (at most two players who
choose), else by its worst correlated one, which is no better than any. `bound` is what no payments of the family that
break bad profiles by slack can beat: the largest of the masters' values with pure profiles only, and of what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...behaviour.nash import pure_profiles
from ...errors import Impossible, InputError, Unsolved
from ...game.game import Game
from ...game.play import Play
from ...institution.institution import Moves
from ...numerics.rational import Array
from ...welfare.goals import kept
from ..implementation import Family, implement
from ..rules import Payment, Rules
from .induced import TOLERANCE, Induced
from .master import Master
from .multipliers import raised
from .others import Others, others_of

ROUNDS = 40  # masters for one profile
MIXED = 8  # of them after mixtures, where the programmes are hard and gain little
ADDED = 10  # bad profiles added in one round, the worst first
MOST_TARGETS = 12  # profiles that are tried as the play asked for


@dataclass(frozen=True, eq=False)
class Worst:
    """Payments, the play they ask for, and the least that they leave people with."""

    wanted: tuple[int, ...]
    """Positions of the actions asked for, one per player of the game."""
    amounts: tuple[tuple[Payment, Array], ...] = field(repr=False)
    institution: Moves
    induced: Game = field(repr=False)
    value: Any
    """Goal minus κ times what is paid, at the play asked for."""
    pure: float
    """The same in the worst pure equilibrium: exact."""
    nash: float | None
    """In the worst equilibrium of two players, mixed ones included; None where they are not all listed."""
    correlated: float | None
    """In the worst correlated equilibrium: a bound on every equilibrium there is."""
    bound: float
    """No payments allowed, that break other profiles by slack, guarantee more in pure equilibria, hence in any."""
    route: str
    """"dominance", "cutting planes" or "multipliers"."""
    others: Others = field(repr=False)

    @property
    def guaranteed(self) -> float:
        """People get at least this in every equilibrium: `nash` where all are listed, else `correlated`."""
        known = self.nash if self.nash is not None else self.correlated
        return float("-inf") if known is None else min(known, self.pure)

    @property
    def gap(self) -> float:
        """How far the guarantee may be from the best one."""
        return max(0.0, self.bound - self.guaranteed)


@dataclass(frozen=True)
class _Candidate:
    star: tuple[int, ...]
    c: Array
    guaranteed: float
    correlated: float
    spent: float
    route: str

    @property
    def rank(self) -> tuple[float, float, float]:
        return round(self.guaranteed, 7), round(self.correlated, 7), -self.spent


def guarantee(game: Game | Family, rules: Rules | None = None, *, wanted: tuple[int, ...] | None = None) -> Worst:
    """The payments whose worst equilibrium is best for people. `wanted` fixes the play asked for.

    For games without private types in which the designer decides nothing. Raises InputError where no slack is asked for
    (an equilibrium that is broken by nothing is not broken), and Impossible where no play can be made an equilibrium.
    """
    family = game if isinstance(game, Family) else Family(game, rules or Rules())
    if family.slack <= 0:
        raise InputError(
            where="design for the worst",
            needed="a margin above 0, by which other equilibria are broken",
            found="0",
            remedy="Set `margin` or `payoff_error`.",
        )
    best, bound = _searched(family, wanted)
    if best is None:
        raise Impossible(
            where="design",
            needed=f"a play that payments can make an equilibrium, with slack {family.slack:g}",
            found="none",
            remedy="Allow wider bounds on payments, or more of them, or a smaller margin.",
        )
    return _said(family, best, bound)


def _searched(family: Family, wanted: tuple[int, ...] | None) -> tuple[_Candidate | None, float]:
    """(the best candidate, upper bound on all)."""
    targets = [tuple(int(k) for k in at) for at in np.argwhere(family.may_hold)] if wanted is None else [wanted]
    targets.sort(key=lambda star: -family.most[star])
    best: _Candidate | None = None
    bound, close = float("-inf"), TOLERANCE * family.size
    for k, star in enumerate(targets):
        top = float(family.most[star])
        if best is not None and top <= best.guaranteed + close:
            break
        if k >= MOST_TARGETS:
            bound = max(bound, top)
            break
        found, limit = _at(family, star, close)
        bound = max(bound, limit)
        best = max([x for x in (best, *found) if x is not None], key=lambda x: x.rank, default=None)
    return best, bound if best is None else max(bound, best.guaranteed)


def _at(family: Family, star: tuple[int, ...], close: float) -> tuple[list[_Candidate], float]:
    """(candidates that ask for `star`, upper bound on what any can guarantee)."""
    top = float(family.most[star])
    sure = _by_dominance(family, star)
    if sure is not None and sure.guaranteed >= top - close:
        return [sure], max(top, sure.guaranteed)
    found, limit = _by_cuts(family, star, close)
    found += [sure] if sure is not None else []
    if found and max(x.guaranteed for x in found) < limit - close:
        start = max(found, key=lambda x: x.rank)
        found.append(_candidate(Induced(family, raised(family, star, start.c)), star, "multipliers"))
    return found, limit


def _by_dominance(family: Family, star: tuple[int, ...]) -> _Candidate | None:
    if family.hopeless(star):
        return None
    try:
        promise = implement(family, star)
    except (Impossible, Unsolved):
        return None
    c = np.zeros(len(family.low))
    for (_, amounts), place in zip(promise.amounts, family.places, strict=True):
        c[place] = amounts.astype(float)
    value = float(Induced(family, c).value[star])
    return _Candidate(star, c, value, value, float(promise.spent), "dominance")


def _candidate(induced: Induced, star: tuple[int, ...], route: str) -> _Candidate:
    family = induced.family
    paid = family.on_path(star) @ induced.c
    correlated = induced.worst_correlated
    lowest = float("-inf") if correlated is None else correlated
    return _Candidate(star, induced.c, induced.guaranteed, lowest, float(np.maximum(paid, 0).sum()), route)


def _by_cuts(family: Family, star: tuple[int, ...], close: float) -> tuple[list[_Candidate], float]:
    """(candidates, upper bound): pure profiles first; mixtures once no pure one is worse than the master's value."""
    master, limit, found = Master(family, star), float(family.most[star]), list[_Candidate]()
    last: Induced | None = None
    for _ in range(ROUNDS):
        try:
            point = master.solve()
        except Unsolved:
            break  # what was found stands, and so does the bound
        if point is None:
            return found, limit if not master.exact else float("-inf")
        limit = min(limit, point.value) if master.exact else limit
        last = Induced(family, point.c)
        bad = [p for p in last.alive() if last.value[tuple(p)] < point.value - close]
        if bad:
            if not master.add([last.profile(p) for p in bad[:ADDED]]):
                break
            continue
        found.append(_candidate(last, star, "cutting planes"))
        mixed = [m for m in last.mixtures or () if m.value < point.value - close and len(found) <= MIXED]
        if not master.add(mixed[:ADDED]):
            break
        last = None
    if last is not None and not found:
        found.append(_candidate(last, star, "cutting planes"))
    return found, limit


def _said(family: Family, best: _Candidate, bound: float) -> Worst:
    """The candidate in rationals, and what the induced game says of it."""
    game, kappa = family.game, family.rules.money_weight
    amounts, institution = family.said(family.rational(best.c))
    induced = institution(game)
    play = Play.pure(induced, list(best.star))
    value = play.goal - Fraction(kappa) * play.paid
    found = others_of(induced, play, money_weight=kappa)
    worth = kept(induced, kappa).reshape(induced.action_counts)
    pure = min(float(worth[tuple(profile)]) for profile in (best.star, *pure_profiles(induced)))
    nash = found.worst if found.complete else None
    return Worst(
        best.star, amounts, institution, induced, value, pure, nash, found.correlated, bound, best.route, found
    )

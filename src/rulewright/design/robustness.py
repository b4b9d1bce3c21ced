"""What a rule has to survive: payoffs, priors and players that are other than the game says.

Each set is convex, and each requirement that has to hold for all of it becomes finitely many linear rows by duality: the
robust counterpart (Ben-Tal, El Ghaoui & Nemirovski 2009, Robust Optimization, chapter 1). With x_c the chance of cell c under
obedience less that under a deviation, and u the payoffs of the game:

    payoff_box         |e_c| ≤ ε_c               Σ x_c u_c − Σ ε_c |x_c| ≥ 0
    payoff_polytope    D e ≤ h                   Σ x_c u_c − h·y ≥ 0,  Dᵀy = −x,  y ≥ 0
    gain_at_most       x·u ≥ −G, no more known   what is paid must differ by G
    prior_ball         p′ within r of p          p·g − rλ − p·ν ≥ 0,  m ≤ g,  ν ≥ g − m − λ,  λ, ν ≥ 0
    irrational, faulty, adversarial              the least over what the others may do, by what they know
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.linprog import INFINITY, Programme
from ..numerics.rational import Array


@dataclass(frozen=True, eq=False)
class Polytope:
    """Errors e of one player's payoffs with D·(e, f) ≤ h for some f. Floats."""

    D: Array = field(repr=False)
    """[row, cell, then any number of auxiliary f]; cells are [*types, *actions] of the game, in C order."""
    h: Array = field(repr=False)
    """[row]; payoff units where D is plain numbers."""

    def __post_init__(self) -> None:
        matrix, side = np.asarray(self.D, float), np.asarray(self.h, float)
        if matrix.ndim != 2 or side.shape != matrix.shape[:1]:
            raise InputError(
                where="payoff_polytope",
                needed="D [row, cell] and h [row]",
                found=f"shapes {matrix.shape} and {side.shape}",
            )
        if not (np.isfinite(matrix).all() and np.isfinite(side).all()):
            raise InputError(where="payoff_polytope", needed="finite numbers", found="NaN or infinity")
        object.__setattr__(self, "D", matrix)
        object.__setattr__(self, "h", side)

    @staticmethod
    def total(cells: int, each: float, total: float) -> Polytope:
        """|e_c| ≤ each, Σ|e_c| ≤ total (Bertsimas & Sim 2004, Oper. Res. 52): not all payoffs are off at once."""
        one, none = np.eye(cells), np.zeros((cells, cells))
        matrix = np.block([[one, -one], [-one, -one], [none, one], [np.zeros((1, cells)), np.ones((1, cells))]])
        return Polytope(matrix, np.r_[np.zeros(2 * cells), np.full(cells, each), total])

    @staticmethod
    def scaled(payoff: Array, low: float, high: float) -> Polytope:
        """Payoffs s·u with low ≤ s ≤ high: what money is worth to the player is known up to its scale.

        `payoff` is the player's [*types, *actions].
        """
        u = rational.floats(payoff).reshape(-1, 1)
        one = np.eye(len(u))
        bound = np.zeros((1, len(u)))
        matrix = np.block([[one, -u], [-one, u], [bound, np.ones((1, 1))], [bound, -np.ones((1, 1))]])
        return Polytope(matrix, np.r_[np.zeros(2 * len(u)), high - 1, 1 - low])

    @staticmethod
    def rising(payoff: Array, axis: int, low: float, high: float) -> Polytope:
        """Payoffs of which it is known only that they lie between `low` and `high` and do not fall along an axis.

        `payoff` is the player's [*types, *actions].
        """
        u = rational.floats(payoff)
        cells = np.arange(u.size).reshape(u.shape)
        count = u.shape[axis]
        here = np.take(cells, range(count - 1), axis).ravel()
        there = np.take(cells, range(1, count), axis).ravel()
        one, flat = np.eye(u.size), u.ravel()
        steps = one[here] - one[there]
        return Polytope(np.concatenate([steps, one, -one]), np.r_[-steps @ flat, high - flat, flat - low])

    def check(self, cells: int, player: str) -> None:
        """Raises InputError where it is not about these cells, or holds no error at all."""
        if self.D.shape[1] < cells:
            raise InputError(
                where=f"payoff_polytope of {player}",
                needed=f"a column for each of {cells} cells [*types, *actions]",
                found=str(self.D.shape[1]),
            )
        programme = Programme()
        columns = programme.add_columns(self.D.shape[1], lower=-INFINITY)
        rows = programme.add_rows(len(self.h), upper=self.h)
        programme.put(rows[:, None], columns, self.D)
        if programme.solve().status == "infeasible":
            raise InputError(where=f"payoff_polytope of {player}", needed="some e with D e ≤ h", found="none")


Box = Fraction | Array


@dataclass(frozen=True, eq=False)
class Robustness:
    """What may be other than the game says. Left as it is: nothing. `Rules.robust` takes it.

    Obedience, honesty and taking part hold for every member of the sets, and the value of a rule is the worst over them; budgets
    and balance are reckoned at the game as it stands. Raises InputError for sets that have no exact linear counterpart together.
    """

    payoff_box: Mapping[str, Box] = field(default_factory=dict)
    """ε per player, one number or [*types, *actions], payoff units: each payoff off by at most that, independently."""
    payoff_polytope: Mapping[str, Polytope] = field(default_factory=dict)
    """Per player: errors known to lie in a polytope."""
    gain_at_most: Mapping[str, Fraction] = field(default_factory=dict)
    """G per player, payoff units: of what it likes nothing is known but that no deviation gains more than G, payments aside. Its
    payoff when it takes part is still that of the game."""
    prior_ball: Fraction = Fraction(0)
    """r: the prior is within total variation distance r, ½ Σ|p′ − p| ≤ r, of the game's; profiles of probability 0 included."""
    irrational: Fraction = Fraction(0)
    """ρ: each player does, with this probability and independently, whatever hurts. It knows all types and, when it acts, all
    that was reported, drawn and told; those who do such things do them together."""
    faulty: int = 0
    """k: at most this many players, whoever they are, do such things (Eliaz 2002, Rev. Econ. Stud. 69)."""
    adversarial: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """{player: types} that report and act so as to do the most harm, knowing what their type knows; players of such types know
    each other's. No truth or obedience is asked of them; an outside option is theirs as it is others'."""

    def __post_init__(self) -> None:
        numbers: list[tuple[str, Any, Any]] = [
            ("prior_ball", self.prior_ball, 1),
            ("irrational", self.irrational, 1),
            ("faulty", self.faulty, INFINITY),
        ]
        numbers += [(f"gain_at_most of {p}", value, INFINITY) for p, value in self.gain_at_most.items()]
        for what, value, most in numbers:
            if not 0 <= value <= most:
                needed = "at least 0" if most == INFINITY else f"from 0 to {most}"
                raise InputError(where="rules", needed=f"{what} {needed}", found=f"{float(value):g}")
        for player, box in self.payoff_box.items():
            least = rational.floats(box).min()
            if not least >= 0:
                raise InputError(where="rules", needed=f"payoff_box of {player} at least 0", found=f"{least:g}")
        self._check_together()

    def _check_together(self) -> None:
        kinds = (self.payoff_box, self.payoff_polytope, self.gain_at_most)
        for player in {p for kind in kinds for p in kind}:
            if sum(player in kind for kind in kinds) > 1:
                raise InputError(
                    where="rules",
                    needed=f"one of payoff_box, payoff_polytope and gain_at_most for {player}",
                    found="several",
                    remedy="A polytope says all that a box says.",
                )
        others = bool(self.irrational) + bool(self.faulty) + any(self.adversarial.values())
        apart = [
            ("one of irrational, faulty and adversarial", others > 1),
            ("a prior that is known where payoffs lie in a polytope", self.payoff_polytope and self.prior_ball),
            ("a prior that is known where types are adversarial", any(self.adversarial.values()) and self.prior_ball),
            (
                "rational players where payoffs lie in a box or a polytope",
                others and (self.payoff_box or self.payoff_polytope),
            ),
        ]
        for needed, wrong in apart:
            if wrong:
                raise InputError(
                    where="rules",
                    needed=needed,
                    found="both: the two together have no exact linear counterpart",
                    remedy="`payoff_error` and `priors` go with everything.",
                )

    def check(self, game: Game) -> None:
        """Raises InputError where players, types or shapes are not those of `game`."""
        shape = game.payoff.shape[1:]
        for player in {*self.payoff_box, *self.payoff_polytope, *self.gain_at_most, *self.adversarial}:
            if game.index(player) not in game.strategic:
                raise InputError(where="rules, robust", needed="players who choose", found=player)
        for player, box in self.payoff_box.items():
            found = rational.floats(box).shape
            if found not in ((), shape):
                raise InputError(
                    where=f"payoff_box of {player}", needed=f"a number or shape {shape}", found=f"shape {found}"
                )
        for player, polytope in self.payoff_polytope.items():
            polytope.check(int(np.prod(shape)), player)
        for player, labels in self.adversarial.items():
            known = game.types[game.index(player)]
            for label in labels:
                if label not in known:
                    raise InputError(
                        where=f"adversarial types of {player}", needed=f"one of {', '.join(known)}", found=repr(label)
                    )

    def in_units(self, unit: Fraction) -> Robustness:
        """The same with payoffs, and a polytope's auxiliary variables, counted in `unit`s."""
        small = float(unit)
        return replace(
            self,
            payoff_box={
                p: box / unit if isinstance(box, Fraction | int) else rational.floats(np.asarray(box)) / small
                for p, box in self.payoff_box.items()
            },
            payoff_polytope={p: Polytope(s.D, s.h / small) for p, s in self.payoff_polytope.items()},
            gain_at_most={p: gain / unit for p, gain in self.gain_at_most.items()},
        )

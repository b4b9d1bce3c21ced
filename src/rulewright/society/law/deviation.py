"""Is a public profile an equilibrium of the repeated game? Every one-shot deviation with its gain, in exact rationals.

Payoffs are bounded and d < 1, so that a profile is perfect exactly if no player gains anywhere by one deviation after which all go
on as before (Blackwell 1965, Ann. Math. Stat. 36; Abreu 1988, Econometrica 56). Signals are independent, private and drawn anew in
every period: what a buyer believes of the other's is their law at every history, so that perfect means perfect Bayesian here.

    V(w) = u(w) + d Σ_w′ T(w, w′) V(w′)                  exact linear system
    gain = [u + d E V] of the deviation − [u + d E V] of what the profile says, at public state w, own signal s, delivery x

Gains are affine in what a boycott costs as long as the profile stays what it is, so that two evaluations give the threshold
exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.linear import unique_solution
from ...numerics.rational import Array
from .boycott import number
from .profile import Profile
from .stage import Stage

PLAYERS = ("buyer i", "buyer j", "seller")


@dataclass(frozen=True)
class Deviation:
    """One player doing one other thing once."""

    player: str
    state: str
    signal: str
    """What the player privately knows; empty for the seller."""
    delivery: str
    """What was delivered; empty for the seller, who moves first."""
    act: str
    """What it does instead."""
    gain: Fraction

    def describe(self) -> str:
        where = ", ".join(
            said for said in (self.state, self.signal, self.delivery and f"seller {self.delivery}") if said
        )
        return (
            f"{self.player} ({where}) {self.act}: {'gains' if self.gain > 0 else 'loses'} {float(abs(self.gain)):.4g}"
        )


@dataclass(frozen=True, eq=False)
class Repeated:
    """A stage repeated with a discount, under a profile. Raises InputError where the two do not fit."""

    stage: Stage = field(repr=False)
    profile: Profile = field(repr=False)
    discount: Any = Fraction(9, 10)
    """d, from 0 to below 1."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "discount", number(self.discount, "discount", 0, 1))
        if self.discount == 1:
            raise InputError(where="discount", needed="a number below 1", found="1")
        stage, profile = self.stage, self.profile
        wanted = (len(stage.signals), len(stage.deliveries), len(stage.acts))
        if profile.buyers.shape[2:] != wanted:
            raise InputError(
                where="profile", needed=f"{wanted} signals, deliveries and acts", found=f"{profile.buyers.shape[2:]}"
            )
        if (profile.buyers[:, :, ~stage.able.any(axis=1)] != 0).any() or any(
            (profile.buyers[:, :, s, :, a] != 0).any() for s, a in zip(*np.nonzero(~stage.able), strict=True)
        ):
            raise InputError(where="profile", needed="acts that buyers have", found="one that they have not")

    @property
    def acting(self) -> tuple[Array, Array]:
        """Of buyers i and j: [state, delivery, act], averaged over their signals."""
        both = (self.profile.buyers * self.stage.law[:, None, :, None, None]).sum(axis=2)
        return both[0], both[1]

    @property
    def pair(self) -> Array:
        """[state, delivery, act of i, act of j]."""
        i, j = self.acting
        found: Array = i[..., :, None] * j[..., None, :]
        return found

    @property
    def chain(self) -> Array:
        """[state, next state]."""
        law = self.profile.seller[..., None, None] * self.pair
        return np.asarray((law[..., None] * self.profile.moves).sum(axis=(1, 2, 3)))

    def per_period(self) -> Array:
        """[player, state]: expected payoffs of one period; buyer i, buyer j, seller."""
        stage, seller = self.stage, self.profile.seller
        rows = []
        for k in range(2):
            rows.append((seller * self._expected(k, stage.buyers[k])).sum(axis=-1))
        rows.append((seller[..., None, None] * self.pair * stage.seller).sum(axis=(1, 2, 3)))
        return np.stack(rows)

    def _expected(self, k: int, table: Array) -> Array:
        """[state, delivery]: of table[delivery, signal of k, act of i, act of j]."""
        own, other = (
            self.profile.buyers[k],
            self.acting[1 - k],
        )  # [state, signal, delivery, act], [state, delivery, act]
        weighted = own * self.stage.law[k][None, :, None, None]
        mine = np.moveaxis(weighted, 1, 2)  # [state, delivery, signal, act]
        joint = mine[..., :, None] * other[:, :, None, None, :]
        joint = joint if k == 0 else np.swapaxes(joint, -1, -2)
        return np.asarray((joint * table).sum(axis=(2, 3, 4)))

    @property
    def values(self) -> Array:
        """[player, state]: discounted sums, the present period in full."""
        chain, flow, count = self.chain, self.per_period(), len(self.profile.states)
        rows = [[Fraction(int(w == v)) - self.discount * chain[w, v] for v in range(count)] for w in range(count)]
        solved = [unique_solution(rows, list(side)) for side in flow]
        if any(x is None for x in solved):  # I − dT is invertible for d < 1
            raise Unsolved(where="values of a profile", needed="a unique solution", found="none")
        return np.array(solved, dtype=object)

    def deviations(self) -> list[Deviation]:
        """All of them, largest gain first: the seller's at every state, buyers' at every state, signal and delivery."""
        stage, profile, values = self.stage, self.profile, self.values
        ahead = [self.discount * profile.moves.dot(v) for v in values]  # [state, delivery, act, act]
        found = []
        worth = (self.pair * (stage.seller + ahead[2])).sum(axis=(2, 3))  # [state, delivery]
        for (w, x), gain in np.ndenumerate(worth - values[2][:, None]):
            if profile.seller[w, x] != 1:
                found.append(Deviation(PLAYERS[2], profile.states[w], "", "", stage.deliveries[x], gain))
        for k in range(2):
            other = self.acting[1 - k]
            for w, x, s in np.ndindex(len(profile.states), len(stage.deliveries), len(stage.signals)):
                table = stage.buyers[k, x, s] + ahead[k][w, x]
                each = table.dot(other[w, x]) if k == 0 else other[w, x].dot(table)
                said = profile.buyers[k, w, s, x]
                now = (said * each).sum()
                for a in np.flatnonzero(stage.able[s]):
                    if said[a] != 1:
                        where = (profile.states[w], stage.signals[s], stage.deliveries[x], stage.acts[a])
                        found.append(Deviation(PLAYERS[k], *where, each[a] - now))
        return sorted(found, key=lambda one: -one.gain)

    @property
    def worst(self) -> Deviation:
        """The deviation that gains most."""
        return self.deviations()[0]

    @property
    def perfect(self) -> bool:
        """Whether nobody gains anywhere by deviating once."""
        return self.worst.gain <= 0


def affine_range(gains: Callable[[Fraction], list[Fraction]]) -> tuple[Fraction | None, Fraction | None]:
    """(least, most) x ≥ 0 at which all of `gains`, affine in x and always in the same order, are ≤ 0.

    (None, None) where there is none; most is None where there is no bound.
    """
    low, high = Fraction(0), None
    for start, end in zip(gains(Fraction(0)), gains(Fraction(1)), strict=True):
        slope = end - start
        if slope == 0:
            if start > 0:
                return None, None
            continue
        root = -start / slope
        if slope > 0:
            high = root if high is None else min(high, root)
        else:
            low = max(low, root)
    return (low, high) if high is None or low <= high else (None, None)


def costs(
    stage: Callable[[Fraction], Stage], profile: Profile, discount: Any, players: tuple[str, ...] = PLAYERS
) -> tuple[Fraction | None, Fraction | None]:
    """(least, most) cost c of a boycott at which no deviation of `players` from the profile gains, `stage(c)` being the stage.

    Exact where payoffs are affine in c. (None, None): at no c.
    """

    def gains(c: Fraction) -> list[Fraction]:
        found = Repeated(stage(c), profile, discount).deviations()
        return [d.gain for d in sorted(found, key=_place) if d.player in players]

    return affine_range(gains)


def _place(one: Deviation) -> tuple[str, ...]:
    return one.player, one.state, one.signal, one.delivery, one.act

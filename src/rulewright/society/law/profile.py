"""Public strategies with finitely many states for a stage of two buyers and a seller: what each does, and what all then remember.

    R           states: has each buyer always played R?  While both have: the seller delivers what R allows, a buyer whom R serves
                boycotts what R calls wrongful. Once one has not: the seller delivers what it likes, nobody boycotts.
    nobody      one state: the seller delivers what it likes, nobody boycotts.

A buyer plays R where she boycotts a delivery that R calls wrongful, while both always did; afterwards R asks nothing. R is a
codebook: whichever table is put in, of law or of altars, is the law here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...institution.order import Codebook
from ...numerics import rational
from ...numerics.rational import Array
from .boycott import number
from .stage import BOYCOTT, BUY, LOGIC, SERVES, Stage

STATES = ("both have always played R", "i has failed", "j has failed", "both have failed")
INTACT = 0


@dataclass(frozen=True, eq=False)
class Profile:
    """Laws of play in every public state, exact. Raises InputError for wrong shapes and laws."""

    states: tuple[str, ...]
    seller: Array = field(repr=False)
    """[state, delivery]."""
    buyers: Array = field(repr=False)
    """[buyer, state, signal, delivery, act]."""
    moves: Array = field(repr=False)
    """[state, delivery, act of i, act of j, next state]."""
    start: int = 0

    def __post_init__(self) -> None:
        w, x = np.shape(self.seller) if np.ndim(self.seller) == 2 else (0, 0)
        shape = np.shape(self.buyers)
        a = shape[-1] if len(shape) == 5 else 0
        right = shape == (2, w, *shape[2:3], x, a) and np.shape(self.moves) == (w, x, a, a, w)
        if not right or len(self.states) != w or not 0 <= self.start < w:
            raise InputError(
                where="profile",
                needed="[state, delivery], [2, state, signal, delivery, act] and [state, delivery, act, act, state]",
                found=f"{np.shape(self.seller)}, {shape}, {np.shape(self.moves)} and {len(self.states)} states",
            )
        for name in ("seller", "buyers", "moves"):
            table = rational.exact(getattr(self, name))
            check_law(table, f"profile, {name}")
            object.__setattr__(self, name, rational.frozen(table))

    def trembling(self, error: Any, stage: Stage) -> Profile:
        """The same with a seller who, with chance `error` for each buyer and independently, wrongs whom it meant to honour."""
        e = number(error, "error", 0, 1)
        wrongs = stage.wrongs.T  # [delivery, buyer]
        slips = np.full((len(wrongs), len(wrongs)), Fraction(0), dtype=object)  # [meant, done]
        for meant, done in np.ndindex(slips.shape):
            chance = Fraction(1)
            for bad, worse in zip(wrongs[meant], wrongs[done], strict=True):
                chance *= (e if worse else 1 - e) if not bad else Fraction(int(worse))
            slips[meant, done] = chance
        if (slips.sum(axis=1) != 1).any():
            raise InputError(
                where="error", needed="one delivery for each set of buyers who are wronged", found="others"
            )
        return Profile(self.states, self.seller.dot(slips), self.buyers, self.moves, self.start)


def _pure(rows: Any, count: int) -> Array:
    """Certain choices as laws: [..., count]."""
    at = np.asarray(rows)
    found = np.full((*at.shape, count), Fraction(0), dtype=object)
    found[(*np.indices(at.shape), at)] = Fraction(1)
    return found


def favourite(stage: Stage, allowed: Array) -> int:
    """What the seller likes best of the deliveries that are allowed (bool [delivery]), nobody boycotting; the first of several."""
    if not allowed.any():
        raise InputError(where="common logic", needed="a delivery that it allows", found="none")
    worth = stage.seller[:, BUY, BUY]
    return max(map(int, np.flatnonzero(allowed)), key=lambda x: (worth[x], -x))


def called(stage: Stage, book: Codebook, rule: int = 0) -> Array:
    """bool [delivery]: what a codebook calls wrongful, the seller being its actor. Raises InputError where it does not fit."""
    if book.table.shape[1:] != (1, len(stage.deliveries)) or not 0 <= rule < len(book.table):
        raise InputError(
            where="common logic",
            needed=f"a codebook with rule {rule}, one actor (the seller) and {len(stage.deliveries)} acts (deliveries)",
            found=f"{book.table.shape}",
        )
    acts = range(len(stage.deliveries))
    return np.array([book.classify((rule,) * len(book.given), act, 0).wrong for act in acts])


def playing_r(stage: Stage, book: Codebook = LOGIC, rule: int = 0) -> Profile:
    """The profile R of Hadfield & Weingast 2012 under a common logic; states are STATES. Details of the tables are ours."""
    wrong = called(stage, book, rule)
    count, signals, acts = len(wrong), len(stage.signals), len(stage.acts)
    seller = np.full(4, favourite(stage, np.ones(count, bool)))
    seller[INTACT] = favourite(stage, ~wrong)
    buyers = np.full((2, 4, signals, count), BUY)
    buyers[:, INTACT, SERVES, :] = np.where(wrong, BOYCOTT, BUY)
    next_state = np.tile(np.arange(4)[:, None, None, None], (1, count, acts, acts))
    for x in np.flatnonzero(wrong):
        for a, b in np.ndindex(acts, acts):
            next_state[INTACT, x, a, b] = (a != BOYCOTT) + 2 * (b != BOYCOTT)
    return Profile(STATES, _pure(seller, count), _pure(buyers, acts), _pure(next_state, 4))


def nobody(stage: Stage) -> Profile:
    """Nobody boycotts, and the seller does what it likes."""
    count, signals, acts = len(stage.deliveries), len(stage.signals), len(stage.acts)
    seller = _pure([favourite(stage, np.ones(count, bool))], count)
    buyers = _pure(np.full((2, 1, signals, count), BUY), acts)
    return Profile(("no law",), seller, buyers, _pure(np.zeros((1, count, acts, acts), int), 1))

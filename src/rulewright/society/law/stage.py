"""One period of two buyers and a seller, as tables: a stage game of ours, after Hadfield & Weingast 2012. Replace it by your own.

In a period each buyer k privately learns whether the common logic R serves her this time (signal), the seller delivers x, all see
x, and the buyers at the same time buy on or boycott. The tables that `Stage.after` fills are reconstructions:

    buyer k     V·[x honours k] − P − c·[k boycotts]                    V > P: a wrong loses her the price
    seller      2P − κ·#honoured − h·[both boycott]                     κ saved by each wrong, unless both boycott

κ (`honour`), h (`harm`), that R's failures are drawn anew in every period and independently, and that a buyer whom R does not serve
cannot boycott in its name (unless `strange` says what that costs her) are ours. The paper's stage payoffs were not available.
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

DELIVERIES = ("honours both", "wrongs i", "wrongs j", "wrongs both")
WRONGS = np.array([[False, True, False, True], [False, False, True, True]])
"""bool [buyer, delivery]."""
BUY, BOYCOTT = 0, 1
SERVES, FAILS = 0, 1
LOGIC = Codebook(np.array([[[0, 1, 2, 3]]]), "delivery", ("wrongs i", "wrongs j", "wrongs both"))
"""R: every delivery that wrongs a buyer is wrongful."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Tables of a period, exact. Raises InputError for wrong shapes and laws."""

    buyers: Array = field(repr=False)
    """[buyer, delivery, signal of that buyer, act of i, act of j]."""
    seller: Array = field(repr=False)
    """[delivery, act of i, act of j]."""
    law: Array = field(repr=False)
    """[buyer, signal]: chances, independent between buyers and periods."""
    able: Array = field(repr=False)
    """bool [signal, act]: which acts a buyer with that signal has."""
    wrongs: Array = field(repr=False, default_factory=lambda: WRONGS)
    """bool [buyer, delivery]: whom a delivery wrongs in fact, whatever R says; for counting only."""
    deliveries: tuple[str, ...] = DELIVERIES
    signals: tuple[str, ...] = ("R serves her", "R does not serve her")
    acts: tuple[str, ...] = ("buys on", "boycotts")

    def __post_init__(self) -> None:
        x, s, a = len(self.deliveries), len(self.signals), len(self.acts)
        for name, shape in (("buyers", (2, x, s, a, a)), ("seller", (x, a, a)), ("law", (2, s))):
            table = rational.exact(getattr(self, name))
            if table.shape != shape:
                raise InputError(where=f"stage, {name}", needed=f"shape {shape}", found=f"{table.shape}")
            object.__setattr__(self, name, rational.frozen(table))
        for name, shape in (("able", (s, a)), ("wrongs", (2, x))):
            mask = np.asarray(getattr(self, name), bool)
            if mask.shape != shape:
                raise InputError(where=f"stage, {name}", needed=f"shape {shape}", found=f"{mask.shape}")
            object.__setattr__(self, name, rational.frozen(mask))
        if not self.able.any(axis=1).all():
            raise InputError(where="stage, able", needed="at least one act with every signal", found="none")
        check_law(self.law, "stage, law of signals")

    @staticmethod
    def after(
        *,
        price: Any = 1,
        value: Any = 2,
        cost: Any = 0,
        rho_i: Any = 0,
        rho_j: Any = 0,
        honour: Any = "1/10",
        harm: Any | None = None,
        strange: Any | None = None,
    ) -> Stage:
        """The stage that the text above describes, after Hadfield & Weingast 2012.

        price P, value V > P, cost c, rho_i, rho_j: chances that R does not serve them; honour κ: what honouring one delivery
        costs the seller; harm h: what a boycott by both takes from it (None: 2P); strange: what boycotting costs more where R
        does not serve her (None: she cannot). All in units of money. Raises InputError for numbers out of range.
        """
        p, v, c = number(price, "price", 0), number(value, "value", 0), number(cost, "cost", 0)
        k = number(honour, "honour", 0)
        h = 2 * p if harm is None else number(harm, "harm", 0)
        rho = [number(rho_i, "rho_i", 0, 1), number(rho_j, "rho_j", 0, 1)]
        if v <= p:
            raise InputError(where="value", needed="a value above the price", found=f"{v} and {p}")
        more = Fraction(0) if strange is None else number(strange, "strange", 0)
        buyers = np.full((2, 4, 2, 2, 2), Fraction(0), dtype=object)
        seller = np.full((4, 2, 2), Fraction(0), dtype=object)
        for x, s, a, b in np.ndindex(4, 2, 2, 2):
            for buyer, act in enumerate((a, b)):
                got = Fraction(0) if WRONGS[buyer, x] else v
                buyers[buyer, x, s, a, b] = got - p - act * (c + (more if s == FAILS else 0))
            seller[x, a, b] = 2 * p - k * int((~WRONGS[:, x]).sum()) - h * (a * b)
        law = np.array([[1 - r, r] for r in rho], dtype=object)
        able = np.array([[True, True], [True, strange is not None]])
        return Stage(buyers, seller, law, able)

"""What people care about, and what a proxy leaves out: attributes that share one resource.

    U(s) = Σ_k u(s_k)  over all L attributes,        proxy P(s) = Σ_{k in J} u(s_k),        Σ_k s_k ≤ B,        s_k ≥ b

After Zhuang & Hadfield-Menell 2020 (NeurIPS, arXiv 2102.03896): the special case of additive utility, unit costs and one u for
all, which is a reconstruction. Whoever optimises P pays with what P does not mention: at the optimum every s_k outside J is at b:

    U = |J| u((B − (L − |J|) b)/|J|) + (L − |J|) u(b),

which falls without bound as b falls if u(b) does. Diminishing returns are needed: with a linear u nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


@dataclass(frozen=True)
class Taste:
    """A utility of one attribute: increasing, with its slope."""

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    above: float
    """Defined above this."""


def _log(s: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(s))


TASTES = {
    "log": Taste("log", _log, lambda s: 1 / s, 0.0),
    "linear": Taste("linear", lambda s: s, np.ones_like, -np.inf),
    "root": Taste("root", np.sqrt, lambda s: 0.5 / np.sqrt(s), 0.0),
}


@dataclass(frozen=True)
class Additive:
    """L attributes with one taste for each, a budget B and a floor b."""

    attributes: int
    budget: float
    floor: float = 0.0
    taste: str = "log"

    def __post_init__(self) -> None:
        if self.taste not in TASTES:
            raise InputError(where="taste", needed=f"one of {', '.join(TASTES)}", found=repr(self.taste))
        if self.attributes < 2:
            raise InputError(where="attributes", needed="at least 2", found=str(self.attributes))
        if not (np.isfinite(self.budget) and np.isfinite(self.floor) and self.floor >= max(self.u.above, -1e300)):
            raise InputError(
                where="floor",
                needed=f"a number of at least {self.u.above}, and a finite budget",
                found=f"{self.floor}, {self.budget}",
            )
        if self.budget <= self.attributes * self.floor:
            raise InputError(where="budget", needed="more than all floors together", found=str(self.budget))

    @property
    def u(self) -> Taste:
        return TASTES[self.taste]

    def utility(self, s: Array) -> Array:
        """U of s[..., attribute]; minus infinity where an attribute is at a floor that u does not bear."""
        return np.asarray(self.u.value(np.asarray(s, float)).sum(axis=-1))

    def best(self) -> float:
        """The most that people can have: u is concave and all cost the same, so everybody's share is one."""
        return float(self.utility(np.full(self.attributes, self.budget / self.attributes)))

    def optimised(self, mentioned: int) -> tuple[float, float]:
        """(U, P) where a proxy of so many attributes is at its highest."""
        if not 0 < mentioned < self.attributes:
            raise InputError(where="mentioned", needed=f"1 to {self.attributes - 1}", found=str(mentioned))
        rest = self.attributes - mentioned
        share = np.array([(self.budget - rest * self.floor) / mentioned])
        proxy = mentioned * float(self.u.value(share)[0])
        return proxy + rest * float(self.u.value(np.array([self.floor]))[0]), proxy

    def binding(self, mentioned: int, start: float) -> float:
        """U at which the budget is used up if all start alike and only what is mentioned grows: where the first phase ends."""
        rest = self.attributes - mentioned
        share = (self.budget - rest * start) / mentioned
        return float(self.utility(np.array([share] * mentioned + [start] * rest)))

"""A divisible capacity for agents whose private values are concave: bandwidth, compute, memory.

    "log"          v_i(θ, x) = θ_i log(1 + x_i/s)
    "saturating"   v_i(θ, x) = θ_i x_i/(x_i + s)          half of θ_i at x_i = s, θ_i at most

s is the scale at which more is worth less. After Kelly 1997 (Eur. Trans. Telecom. 8) and Johari & Tsitsiklis 2004 (Math. OR 29).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import InputError
from ..decisions import Shares
from ..environment import WELFARE, Environment
from .settings import counted, positive, uniform_from

CURVES = ("log", "saturating")


@dataclass(frozen=True)
class Concave:
    """Values θ_i b(x_i) of a share; called with types and decisions, as `Values` are."""

    curve: str
    scale: float

    def __post_init__(self) -> None:
        positive("sharing", scale=self.scale)
        if self.curve not in CURVES:
            raise InputError(where="sharing, curve", needed=" or ".join(CURVES), found=repr(self.curve))

    def worth(self, share: Any) -> Any:
        """b(x), of arrays of NumPy or JAX."""
        if self.curve == "log":
            return share.__array_namespace__().log1p(share / self.scale)
        return share / (share + self.scale)

    def __call__(self, types: Any, decision: Any) -> Any:
        return types[..., 0] * self.worth(decision)


def bandwidth(
    agents: int, *, capacity: float = 1.0, scale: float = 1.0, low: float = 0.0, high: float = 1.0
) -> Environment:
    """A capacity shared by agents who value x at θ log(1 + x/scale); people want the welfare. Raises InputError."""
    return _shared("bandwidth", agents, capacity, Concave("log", scale), low, high)


def compute_sharing(
    agents: int, *, capacity: float = 1.0, scale: float = 0.25, low: float = 0.0, high: float = 1.0
) -> Environment:
    """Compute shared by agents who value x at θ x/(x + scale): what a job is worth, of which a scale's worth does half.

    People want the welfare. Raises InputError.
    """
    return _shared("compute", agents, capacity, Concave("saturating", scale), low, high)


def _shared(name: str, agents: int, capacity: float, values: Concave, low: float, high: float) -> Environment:
    counted(name, agents=agents)
    positive(name, capacity=capacity)
    law = uniform_from(name, low, high)
    space = Shares(agents, float(capacity))
    return Environment((law,) * agents, space, values, WELFARE, name=f"{name}, {agents} agents", deficit=0.0)

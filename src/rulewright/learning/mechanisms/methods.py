"""Trained networks as a way to a mechanism that a scenario file may name."""

from __future__ import annotations

from ...mechanisms.environment import Environment
from ...mechanisms.found import Curve, Found
from .learn import Settings, learn
from .nets import Net


def regret_net(
    environment: Environment,
    steps: int = 1000,
    kind: str = "equivariant",
    hidden: tuple[int, ...] = (32, 32),
    rate: float = 3e-3,
    seed: int = 0,
) -> Found:
    """A network trained for the goal less the price of regret. It is not truthful by construction: the auditor says how far."""
    found = learn(environment, Net(kind=kind, hidden=tuple(hidden)), Settings(rate=rate), steps=steps, seed=seed)
    curve = Curve(
        tuple(map(float, found.curve.steps)),
        tuple(map(float, found.curve.goal)),
        tuple(map(float, found.curve.regret_found)),
    )
    return Found(
        found.mechanism, curve, notes=("trained against its own misreports; what is said of regret is the auditor's",)
    )

"""Ways to a learned mechanism that a scenario file may name: plain settings in, what was found out."""

from __future__ import annotations

from ...mechanisms.environment import Environment
from ...mechanisms.found import Curve, Found
from .learn import Learned, Settings, learn
from .misreports import Misreports
from .nets import Net, symmetric
from .objective import Objective


def regret_net(
    environment: Environment,
    steps: int = 2500,
    kind: str = "",
    hidden: tuple[int, ...] = (32, 32, 32),
    rate: float = 0.005,
    seed: int = 0,
    budget: float = 2e-4,
    profiles: int = 16,
    menu: int = 64,
    payments: str = "fraction",
    out: str = "",
    resume: bool = False,
) -> Found:
    """A network trained until its own misreports gain about `budget` per agent; a stronger attacker finds more, which is told.

    kind: "mlp" or "equivariant"; where none is named, the latter if agents and items may change names. payments: "rent" where
    values are costs. out: a folder of checkpoints. Raises InputError, Unsolved.
    """
    kind = kind or ("equivariant" if symmetric(environment) else "mlp")
    settings = Settings(Objective(budget=budget), Misreports(profiles=profiles, menu=menu), rate=rate)
    net = Net(kind, tuple(hidden), payments=payments)
    return found(learn(environment, net, settings, steps=steps, seed=seed, out=out or None, resume=resume))


def found(learned: Learned) -> Found:
    """For reports: the curve has the attacker's regret, never the training's."""
    curve = learned.curve
    notes: tuple[str, ...] = (
        f"{learned.how}.",
        "Regret-trained: truth is not a dominant strategy; regret is what an attacker found, a lower bound.",
        f"At one profile its own attacker found {curve.worst_found[-1]:.2g} at most; the auditor may find more."
        if len(curve.steps)
        else "No step was done.",
    )
    if len(curve.steps) and curve.lost[-1] > 0:
        notes += (
            f"The rule-maker loses up to {curve.lost[-1]:.2g} more than it may: no network keeps that by construction.",
        )
    lines = (tuple(float(v) for v in column) for column in (curve.steps, curve.goal, curve.regret_found))
    return Found(learned.mechanism, Curve(*lines), None, notes)

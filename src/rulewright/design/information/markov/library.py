"""Stories: cases in court, drivers and a navigator, an agent and its overseer; and processes drawn at random."""

from __future__ import annotations

import numpy as np

from ....errors import InputError
from .process import Process


def _chance(where: str, **given: float) -> None:
    for name, value in given.items():
        if not 0 <= value <= 1:
            raise InputError(where=f"{where}, {name}", needed="a number from 0 to 1", found=str(value))


def cases(
    stakes: tuple[float, ...] = (1.0, 0.5), guilty: float = 0.3, discount: float = 1.0, patience: float = 1.0
) -> Process:
    """One prosecutor, one case after the other (Kamenica & Gentzkow 2011 at each step): state k is the k-th case.

    The defendant is guilty with chance `guilty`, whatever came before; a conviction in case k is worth stakes[k] to the
    prosecutor; the judge gets 1 for what is just. The last case repeats. Acts: convict, acquit.
    """
    _chance("cases", guilty=guilty)
    if not stakes or not np.isfinite(stakes).all():
        raise InputError(where="cases, stakes", needed="a finite stake for each case", found=str(stakes))
    n = len(stakes)
    sender, receiver = np.zeros((n, 2, 2)), np.zeros((n, 2, 2))
    sender[:, :, 0] = np.asarray(stakes, float)[:, None]
    receiver[:] = np.eye(2)
    moves = np.zeros((n, 2, 2, n))
    for k in range(n):
        moves[k, :, :, min(k + 1, n - 1)] = 1.0
    law = np.tile([guilty, 1 - guilty], (n, 1))
    labels = tuple(f"case {k + 1}" for k in range(n)), ("guilty", "innocent"), ("convict", "acquit")
    return Process(law, sender, receiver, moves, np.eye(n)[0], discount, patience, "cases", labels)


def navigator(
    levels: int = 4,
    accident: float = 0.3,
    delay: float = 3.0,
    detour: float = 1.0,
    crowding: float = 0.5,
    clears: float = 0.5,
    discount: float = 0.9,
) -> Process:
    """A navigator that knows of accidents on the highway, drivers who choose, and a highway that fills and empties.

    State s = 0 … levels − 1 is how full the highway is; the parameter is whether there is an accident (chance `accident`); acts:
    highway, side road. A driver on the highway loses crowding·s and, after an accident, `delay`; on the side road `detour`.
    The city loses what drivers lose, and crowding·s once more for whoever joins a full highway. Who takes the highway fills
    it by one level; else it empties by one with chance `clears`.
    """
    _chance("navigator", accident=accident, clears=clears)
    if levels < 2 or not np.isfinite([delay, detour, crowding]).all():
        raise InputError(where="navigator", needed="two levels or more, finite costs", found=f"{levels} levels")
    s = np.arange(levels, dtype=float)
    receiver = np.zeros((levels, 2, 2))  # parameter 0: free, 1: accident
    receiver[:, :, 0] = -crowding * s[:, None] - delay * np.array([0.0, 1.0])
    receiver[:, :, 1] = -detour
    sender = receiver.copy()
    sender[:, :, 0] -= crowding * s[:, None]
    moves = np.zeros((levels, 2, 2, levels))
    for k in range(levels):
        moves[k, :, 0, min(k + 1, levels - 1)] = 1.0
        moves[k, :, 1, max(k - 1, 0)] += clears
        moves[k, :, 1, k] += 1 - clears
    law = np.tile([1 - accident, accident], (levels, 1))
    labels = tuple(f"level {k}" for k in range(levels)), ("free", "accident"), ("highway", "side road")
    return Process(law, sender, receiver, moves, np.eye(levels)[0], discount, discount, "navigator", labels)


def oversight(
    watched: float = 0.2,
    temptation: float = 1.0,
    sanction: float = 3.0,
    harm: float = 2.0,
    recovery: float = 0.25,
    discount: float = 0.9,
    patience: float = 0.9,
) -> Process:
    """An overseer that can afford to watch some nights only, and may say something about which; an agent that may cheat.

    Parameter: watched (chance `watched`) or not. Acts: comply, cheat. Cheating gains the agent `temptation`, and costs it
    `sanction` if it is watched. State 0 is sound; an unwatched cheat breaks it; broken, compliance is worth half and every
    cheat does twice the harm; it is mended with chance `recovery` a night. People get 1 for compliance, −harm for a cheat that
    nobody sees.
    """
    _chance("oversight", watched=watched, recovery=recovery)
    if not np.isfinite([temptation, sanction, harm]).all():
        raise InputError(where="oversight", needed="finite payoffs", found=f"{temptation}, {sanction}, {harm}")
    sender = np.array([[[1.0, 0.0], [1.0, -harm]], [[0.5, 0.0], [0.5, -2 * harm]]])
    receiver = np.zeros((2, 2, 2))  # parameter 0: watched, 1: not
    receiver[:, 0, 1], receiver[:, 1, 1] = temptation - sanction, temptation
    moves = np.zeros((2, 2, 2, 2))
    moves[0, :, :, 0] = 1.0
    moves[0, 1, 1] = [0.0, 1.0]
    moves[1, :, :, 0], moves[1, :, :, 1] = recovery, 1 - recovery
    moves[1, 1, 1] = [0.0, 1.0]
    law = np.tile([watched, 1 - watched], (2, 1))
    labels = ("sound", "broken"), ("watched", "unwatched"), ("comply", "cheat")
    return Process(law, sender, receiver, moves, np.eye(2)[0], discount, patience, "oversight", labels)


def drawn(states: int = 5, acts: int = 3, parameters: int = 3, discount: float = 0.9, seed: int = 0) -> Process:
    """A process with payoffs uniform on [0, 1] and uniform laws, for laws and benchmarks."""
    if min(states, acts, parameters) < 1:
        raise InputError(where="drawn", needed="at least one of each", found=f"{states}, {acts}, {parameters}")
    g = np.random.default_rng(seed)
    shape = (states, parameters, acts)
    law = g.dirichlet(np.ones(parameters), states)
    moves = g.dirichlet(np.ones(states), shape)
    return Process(
        law, g.random(shape), g.random(shape), moves, np.full(states, 1 / states), discount, discount, "drawn"
    )

"""Equilibria: enumeration against nashpy, correlated equilibrium against the bare solver."""

import importlib.util

import numpy as np

import rulewright as rw
from rulewright.behaviour import nash, quantal
from rulewright.behaviour.correlated import polytope
from rulewright.game.lower import core

from ..row import Row, Work


def rows() -> list[Row]:
    found = []
    for n in (5, 8, 10, 12):
        a, b = np.random.default_rng(n).random((2, n, n))
        peer = nashpy_all(a, b) if n <= 5 else ("nashpy not run at this size", None)
        found.append(Row(f"all Nash equilibria, random {n}×{n}", lambda a=a, b=b: nash.extreme(a, b), (peer,)))
    for actions in ((20, 20), (5, 5, 5, 5)):
        game = rw.Goal.total().on(rw.sample(actions, seed=1)).floats
        found.append(
            Row(
                f"best correlated equilibrium, {'×'.join(map(str, actions))}",
                lambda g=game: (lambda p: p[0].solve(g.goal.ravel(), maximise=True))(polytope(core(g))),
                (("bare HiGHS on the finished matrix", ready(game)),),
            )
        )
    dilemma = rw.Goal.total().on(rw.library.travelers_dilemma(51)).floats
    found.append(Row("logit path to λ = 1, traveler's dilemma with 50 claims", lambda: quantal.path(dilemma, 1.0)))
    found.append(Row("`assess service_quality`", lambda: rw.assess("service_quality")))
    return found


def ready(game: rw.Game) -> Work:
    programme = polytope(core(game))[0]
    return lambda: programme.solve(game.goal.ravel(), maximise=True)


def nashpy_all(a: np.ndarray, b: np.ndarray) -> tuple[str, Work | None]:
    if importlib.util.find_spec("nashpy") is None:
        return "nashpy (not installed here)", None
    import nashpy

    return "nashpy vertex enumeration", lambda: list(nashpy.Game(a, b).vertex_enumeration())

"""Other people's libraries, where they are installed: named in the table, never needed."""

import importlib.util
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from .row import Ready, Work

Peer = tuple[str, Work | None]
MODULES = {
    "CVXPY": "cvxpy",
    "Gambit": "pygambit",
    "OpenSpiel": "pyspiel",
    "PyTorch": "torch",
    "QuantEcon": "quantecon",
    "SciPy": "scipy",
    "nashpy": "nashpy",
    "pyCRLD": "pyCRLD",
}


def peer(library: str, does: str, prepare: Callable[[], Work]) -> Peer:
    """(name, work), made ready before the clock starts; (why not, None) where the library is not installed."""
    name = f"{library}, {does}" if does else library
    if importlib.util.find_spec(MODULES[library]) is None:
        return f"{name} (not installed here)", None
    return name, Ready(prepare)


def quantecon_game(a: np.ndarray, b: np.ndarray) -> object:
    import quantecon.game_theory as gt

    return gt.NormalFormGame((gt.Player(np.ascontiguousarray(a)), gt.Player(np.ascontiguousarray(b.T))))


def gambit_game(*payoffs: np.ndarray) -> object:
    """From payoff arrays [*actions], one for each player; exact rationals are kept."""
    import pygambit

    def number(x: object) -> object:
        return pygambit.Rational(x.numerator, x.denominator) if isinstance(x, Fraction) else float(x)  # type: ignore[arg-type]

    tables = [np.array([number(x) for x in p.flat], dtype=object).reshape(p.shape) for p in payoffs]
    return pygambit.Game.from_arrays(*tables)


def openspiel_game(a: np.ndarray, b: np.ndarray) -> object:
    import pyspiel

    return pyspiel.create_matrix_game(a.tolist(), b.tolist())

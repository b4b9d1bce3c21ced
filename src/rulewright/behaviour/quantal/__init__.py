"""Logit quantal response: the principal branch with its folds, all equilibria found at one λ, many games at once."""

from .batch import Curves, many_lambdas
from .path import Fold, Jump, Path, path
from .quantal import Quantal
from .several import AllQuantal, Equilibrium, Several, contraction, equilibria
from .trace import RESIDUAL

__all__ = [
    "RESIDUAL",
    "AllQuantal",
    "Curves",
    "Equilibrium",
    "Fold",
    "Jump",
    "Path",
    "Quantal",
    "Several",
    "contraction",
    "equilibria",
    "many_lambdas",
    "path",
]

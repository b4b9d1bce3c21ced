"""Logit quantal response: the principal branch with its folds, all equilibria found at one λ, many games at once."""

from .path import Fold, Jump, Path, path
from .quantal import Quantal
from .trace import RESIDUAL

__all__ = ["RESIDUAL", "Fold", "Jump", "Path", "Quantal", "path"]

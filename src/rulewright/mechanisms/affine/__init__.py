"""Affine maximisers: the decision that maximises a weighted, boosted sum of values; each agent pays what it costs the others."""

from .maximiser import AffineMaximiser, deterministic
from .sized import SizeBoosted

__all__ = ["AffineMaximiser", "SizeBoosted", "deterministic"]

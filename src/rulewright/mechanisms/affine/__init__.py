"""Affine maximisers: the decision that maximises a weighted, boosted sum of values; each agent pays what it costs the others."""

from .certify import certificate
from .learn import Learned, Point, learn_affine
from .maximiser import AffineMaximiser, deterministic
from .sized import SizeBoosted

__all__ = ["AffineMaximiser", "Learned", "Point", "SizeBoosted", "certificate", "deterministic", "learn_affine"]

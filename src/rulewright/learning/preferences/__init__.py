"""Preference training: labellers with a noisy view, and reward models made of their comparisons."""

from .labellers import Labellers, compare, pairs
from .reward_model import fit, rewards

__all__ = ["Labellers", "compare", "fit", "pairs", "rewards"]

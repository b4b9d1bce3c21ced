"""The command line: `assess`, `sweep`, `train`, `estimate`, `hull`, `check`, `check-law`, `check-reward`, `scenarios`, `schema`."""

from . import assess, check, check_law, check_reward, estimate, sweep, hull, train, catalogue  # isort: skip — in the order that --help lists them
from .app import app, main

__all__ = [
    "app",
    "assess",
    "catalogue",
    "check",
    "check_law",
    "check_reward",
    "estimate",
    "hull",
    "main",
    "sweep",
    "train",
]

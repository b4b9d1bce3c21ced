"""The command line: `assess`, `audit`, `sweep`, `train`, `play`, `estimate`, `hull`, `check`, `check-law`, `check-reward`, …"""

from . import assess, audit, check, check_law, check_reward, oversight, estimate, play, serve_model, guard, sweep, runs, hull, train, catalogue  # isort: skip — in the order that --help lists them
from .app import app, main

__all__ = [
    "app",
    "assess",
    "audit",
    "catalogue",
    "check",
    "check_law",
    "check_reward",
    "estimate",
    "guard",
    "hull",
    "main",
    "oversight",
    "play",
    "runs",
    "serve_model",
    "sweep",
    "train",
]

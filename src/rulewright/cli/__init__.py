"""The command line: `assess`, `audit`, `sweep`, `train`, `play`, `estimate`, `hull`, `check`, `check-law`, `check-reward`, …"""

# in the order that --help lists them
from . import assess, audit, check, check_law, check_reward, oversight, estimate, play, serve_model  # isort: skip
from . import guard, sweep, runs, hull, train, catalogue  # isort: skip
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

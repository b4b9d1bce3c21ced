"""Design the rules, not the agents."""

__version__ = "0.1.0"

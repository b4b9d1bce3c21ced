"""Markets for tasks among agents: rules as frameworks ship them, what a liar gains by each, and the mended rule as drop-in code."""

from .market import Bid, Settled, TaskMarket

__all__ = ["Bid", "Settled", "TaskMarket"]

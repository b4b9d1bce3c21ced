"""A deterministic server that speaks the chat-completions protocol: for tests, demos and people without a key.

The standard library only. Its models are personalities (`minds`), its faults are on purpose (`faults`).
"""

from .faults import FAULTS
from .minds import MINDS, filled, mind
from .server import Server, serve

__all__ = ["FAULTS", "MINDS", "Server", "filled", "mind", "serve"]

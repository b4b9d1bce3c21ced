"""A guard over HTTP, for agents in other processes: `service` makes the application, `GuardClient` speaks to it."""

from .client import GuardClient
from .tokens import Bearer, Tokens

__all__ = ["Bearer", "GuardClient", "Tokens"]

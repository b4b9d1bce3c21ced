"""The oversight dial of a log: what the monitor sees, what deters, whether anybody has a reason to look."""

from .assess import Question, assess

__all__ = ["Question", "assess"]

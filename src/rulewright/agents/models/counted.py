"""What went through a model: calls, tokens and seconds, answered anew, from the record, or not at all."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ..request import Model, Reply, Request, Usage


@dataclass(frozen=True)
class Tally:
    """Counts of calls, tokens and seconds."""

    fresh: int = 0
    """Calls that a provider answered."""
    recorded: int = 0
    """Calls answered from the record."""
    failed: int = 0
    usage: Usage = field(default_factory=Usage)
    """Tokens of the fresh ones."""
    saved: Usage = field(default_factory=Usage)
    """Tokens of the recorded ones: what they would have cost."""
    seconds: float = 0.0
    """Waiting for fresh answers, summed over calls."""

    @property
    def latency(self) -> float:
        """Seconds of a fresh call, on average; NaN before the first."""
        return self.seconds / self.fresh if self.fresh else float("nan")


@dataclass
class Counted:
    """`model`, with a tally."""

    model: Model
    tally: Tally = field(default_factory=Tally)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def usage(self) -> Usage:
        return self.tally.usage

    async def complete(self, request: Request) -> Reply:
        start = time.monotonic()
        try:
            reply = await self.model.complete(request)
        except Exception:
            t = self.tally
            self.tally = Tally(t.fresh, t.recorded, t.failed + 1, t.usage, t.saved, t.seconds)
            raise
        spent, t = time.monotonic() - start, self.tally
        if reply.recorded:
            self.tally = Tally(t.fresh, t.recorded + 1, t.failed, t.usage, t.saved + reply.usage, t.seconds)
        else:
            self.tally = Tally(t.fresh + 1, t.recorded, t.failed, t.usage + reply.usage, t.saved, t.seconds + spent)
        return reply

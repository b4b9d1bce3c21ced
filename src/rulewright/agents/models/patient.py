"""Asks again what did not come through, at most so many at once: back-off with jitter, and a limit for each call.

The n-th wait is uniform on [½, 1] of min(longest, first · 2ⁿ) seconds, by a seed and the question, so that a run is the same every
time; a provider that says when to come back is believed, and every other call waits as well. An answer that is empty, or JSON that
breaks off, is asked for again `mends` times and then handed on as it is: what it stands for is the player's rule to say.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ...errors import InputError
from ..request import Model, Reply, Request
from .trouble import Trouble, trouble


def broken(request: Request, reply: Reply) -> str:
    """What is wrong with an answer that is worth another try; nothing where it is whole, withheld or cut off at its limit."""
    if reply.finish != "stop":
        return ""
    text = reply.text.strip()
    if not text:
        return "an empty answer"
    if request.schema is not None and text[0] in "{[":
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return "JSON that breaks off"
    return ""


@dataclass
class Patient:
    """`model`, asked until it answers: at most `tries` times and `seconds` for one call, `concurrency` calls at once."""

    model: Model
    concurrency: int = 8
    tries: int = 6
    seconds: float = 300.0
    first: float = 0.5
    longest: float = 30.0
    mends: int = 2
    seed: int = 0
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    retried: int = field(default=0, init=False)
    """How often it asked again, over all calls."""

    def __post_init__(self) -> None:
        for name, least in (("concurrency", 1), ("tries", 1), ("mends", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise InputError(where=name, needed=f"a whole number of at least {least}", found=repr(value))
        for name in ("seconds", "first", "longest"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InputError(where=name, needed="a positive number of seconds", found=repr(value))
        self._gate: tuple[object, asyncio.Semaphore] | None = None
        self._quiet = -math.inf

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, request: Request) -> Reply:
        """Raises Unsolved: what happened, how often it was tried, and in what time; waiting for a place does not count."""
        start, mended = math.nan, 0
        for number in range(1, self.tries + 1):
            async with self._room():
                while (quiet := self._quiet - self.clock()) > 0:
                    await self.sleep(quiet)
                start = self.clock() if math.isnan(start) else start
                found = await self._once(request, self.seconds - (self.clock() - start))
            if isinstance(found, Reply):
                last = broken(request, found)
                if not last or mended >= self.mends or number == self.tries:
                    return found
                mended += 1
                wait = self._wait(request, number)
            else:
                last, wait = found.found, self._wait(request, number, found.after)
            spent = self.clock() - start
            if number == self.tries or spent + wait >= self.seconds:
                break
            self.retried += 1
            await self.sleep(wait)
        raise trouble(
            self.name,
            "an answer",
            f"{last}, at the last of {number} tries in {self.clock() - start:.1f} s",
            "Try later, with fewer calls at once, or with more patience; what was answered is in the record.",
        )

    async def _once(self, request: Request, seconds: float) -> Reply | Trouble:
        """An answer, or trouble that may pass. Raises trouble that will not."""
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                return await self.model.complete(request)
        except TimeoutError:
            return trouble(self.name, "an answer", f"none in {seconds:.3g} s", passing=True, paid=True)
        except Trouble as found:
            if not found.passing:
                raise
            return found

    def _room(self) -> asyncio.Semaphore:
        """Places for calls; a loop of events has its own."""
        loop = asyncio.get_running_loop()
        if self._gate is None or self._gate[0] is not loop:
            self._gate = (loop, asyncio.Semaphore(self.concurrency))
        return self._gate[1]

    def _wait(self, request: Request, number: int, after: float = 0.0) -> float:
        most = min(self.longest, self.first * 2.0 ** (number - 1))
        chance = random.Random(f"{self.seed} {number} {request.key(self.name)}").uniform(0.5, 1.0)
        if 0 < after < self.seconds:
            self._quiet = max(self._quiet, self.clock() + after)
        return max(most * chance, after)

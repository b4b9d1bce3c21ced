"""Asks once and remembers: a rerun costs nothing, a run that was killed goes on where it stopped.

An answer is in the record before it is handed on, so what is asked twice after a kill is only what was under way at that moment: at
most as many questions as may be asked at once. Equal questions at the same time are one question, in this process and in others.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ...errors import InputError
from ..request import Model, Reply, Request
from .record import Record

MODES = ("record", "replay", "refresh")


@dataclass
class Recorded:
    """`model`, behind a record.

    mode "record": from the record, or asked and kept; "replay": from the record or not at all, so that no provider is needed;
    "refresh": everything is asked anew, once, and kept in the place of what was there.
    """

    model: Model
    record: Record
    mode: str = "record"
    every: float = 0.05
    """Seconds between looks at a question that another process asks."""
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    asking: dict[str, asyncio.Task[Reply]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InputError(where="the mode of a record", needed=f"one of {', '.join(MODES)}", found=repr(self.mode))
        self._renewed: set[str] = set()

    @property
    def name(self) -> str:
        return self.model.name

    async def complete(self, request: Request) -> Reply:
        """Raises InputError where only the record may answer and does not know the question."""
        key = request.key(self.name)
        if self.mode != "refresh" or key in self._renewed:
            found = self.record.find(key)
            if found is not None:
                return found
        if self.mode == "replay":
            raise InputError(
                where=str(self.record.path),
                needed=f"an answer of {self.name} to “{_short(request)}” (draw {request.number}, seed {request.seed})",
                found=f"none under {key[:16]}…",
                remedy="Run once with a provider, in the mode “record”; or the game, the prompts or the model have changed.",
            )
        loop = asyncio.get_running_loop()
        task = self.asking.get(key)
        first = task is None or task.done() or task.get_loop() is not loop
        if task is None or first:
            task = loop.create_task(self._asked(key, request))
            self.asking[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        reply = await asyncio.shield(task)  # who stops waiting does not stop what is paid for
        return reply if first else self.record.find(key) or reply

    def _done(self, key: str, task: asyncio.Task[Reply]) -> None:
        if self.asking.get(key) is task:
            del self.asking[key]
        if not task.cancelled():
            task.exception()

    async def _asked(self, key: str, request: Request) -> Reply:
        while not self.record.claim(key):
            await self.sleep(self.every)
            found = self.record.find(key)
            if found is not None and self.mode != "refresh":
                return found
        if self.mode != "refresh":
            found = self.record.find(key)  # it may have come between the look and the claim
            if found is not None:
                self.record.release(key)
                return found
        start = self.clock()
        try:
            reply = await self.model.complete(request)
            self.record.put(key, self.name, request, reply, self.clock() - start)
        except BaseException:
            self.record.release(key)
            raise
        self._renewed.add(key)
        return reply

    async def close(self, grace: float = 0.0) -> None:
        """Waits `grace` seconds for what is under way, since it is paid for, and stops the rest."""
        tasks = list(self.asking.values())
        if tasks and grace > 0:
            await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _short(request: Request) -> str:
    text = " ".join(request.messages[-1].content.split()) if request.messages else ""
    return text if len(text) <= 80 else text[:79] + "…"

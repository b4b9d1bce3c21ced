"""Limits before a request is looked at: its body's size, and how many requests there are of one caller (a token bucket)."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

CALLERS = 10_000
"""Callers that are remembered; the one that was silent longest is forgotten first."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """What one caller may ask for."""

    per_second: float = 200.0
    burst: int = 400
    body: int = 256 * 1024
    """Bytes."""


class Buckets:
    """Each caller has `burst` requests in store, filled at `per_second`."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._lock = limits, threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Seconds until the caller's next request; 0: it may pass, and is counted."""
        now = time.monotonic()
        with self._lock:
            left, then = self._left.pop(caller, (float(self._limits.burst), now))
            left = min(self._limits.burst, left + (now - then) * self._limits.per_second)
            self._left[caller] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > CALLERS:
                self._left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) / self._limits.per_second


class Bounded:
    """ASGI: bodies over the limit are refused, announced or not."""

    def __init__(self, app: Any, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > self.limit:
            await self._refuse(send)
            return
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > self.limit:
                await self._refuse(send)
                return
        waiting = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def again() -> MutableMapping[str, Any]:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, again, send)

    async def _refuse(self, send: Send) -> None:
        says = f"body: needed at most {self.limit:,} bytes, found more."
        body = json.dumps({"error": says}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": body})

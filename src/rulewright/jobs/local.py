"""Processes of this machine, in the shape of `concurrent.futures.Executor`.

Beside ProcessPoolExecutor: a worker that is killed costs its own call (`Lost`) and is replaced, the others do not notice;
nothing is pickled (functions go by import path, arguments and results as text); the caller's script is not imported again by
the workers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from . import plain, work
from .job import path_of
from .outcome import Lost

STARTING = 120.0  # seconds that a worker may take to start
LEAVING = 5.0  # seconds that it may take to end
MOST_STARTS = 3  # in a row, of one seat, without a single answer


@dataclass
class _Call:
    line: str
    future: Future[Any]


@dataclass
class _Seat:
    """A place for one worker at a time, and the thread that talks to it."""

    name: str = ""
    process: subprocess.Popen[str] | None = None
    call: _Call | None = None
    heard: float = 0.0
    inside: int = 0
    """Jobs of the present chunk that are done."""
    failures: int = 0
    thread: threading.Thread = field(default_factory=threading.Thread)


class Local(Executor):
    """`workers` processes, as many as there are processors if None; each has one thread for its arithmetic."""

    aim = 0.2  # seconds that a chunk should take
    blames = True  # a worker that dies costs its own call only

    def __init__(self, workers: int | None = None) -> None:
        count = processors() if workers is None else workers
        if not 1 <= count <= 4096:
            raise InputError(where="local workers", needed="1 to 4,096", found=str(count))
        self.workers = count
        self._calls: deque[_Call] = deque()
        self._change = threading.Condition()
        self._closed, self._broken = False, ""
        self._seats: list[_Seat] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function that can be imported with arguments that are JSON or bytes. Raises InputError for others."""
        if kwargs:
            raise InputError(where="Local.submit", needed="arguments by position", found=", ".join(kwargs))
        call = _Call(json.dumps([path_of(fn), plain.text(args, "arguments of a call")]), Future())
        with self._change:
            if self._broken:
                raise BrokenExecutor(self._broken)
            if self._closed:
                raise RuntimeError("no calls after shutdown")
            self._calls.append(call)
            idle = sum(seat.call is None for seat in self._seats)
            if idle < len(self._calls) and len(self._seats) < self.workers:
                seat = _Seat()
                seat.thread = threading.Thread(target=self._serve, args=(seat,), daemon=True)
                self._seats.append(seat)
                seat.thread.start()
            self._change.notify()
        return call.future

    def heard(self) -> Mapping[str, tuple[float, int]]:
        """{worker: (seconds since it was heard, jobs of its present chunk that are done)}."""
        now = time.monotonic()
        return {s.name: (now - s.heard, s.inside) for s in list(self._seats) if s.name and s.process is not None}

    def kill(self, future: Future[Any]) -> None:
        """End the worker that has this call; the call is Lost."""
        for seat in list(self._seats):
            call, process = seat.call, seat.process
            if call is not None and call.future is future and process is not None:
                process.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._change:
            self._closed = True
            left = list(self._calls) if cancel_futures else []
            if cancel_futures:
                self._calls.clear()
            self._change.notify_all()
        for call in left:
            call.future.cancel()
        if cancel_futures:  # what runs is not waited for
            for seat in self._seats:
                _end(seat, patient=False)
        if wait:
            for seat in self._seats:
                seat.thread.join(LEAVING if cancel_futures else None)

    def _serve(self, seat: _Seat) -> None:
        while True:
            with self._change:
                while not self._calls and not self._closed:
                    self._change.wait(60.0)
                if not self._calls:
                    break
                call = self._calls.popleft()
            if not call.future.set_running_or_notify_cancel():
                continue
            seat.call = call
            try:
                self._ask(seat, call)
            except Exception as error:  # of this room itself: a call must not wait for ever
                call.future.set_exception(error)
            seat.call = None
        _end(seat)

    def _ask(self, seat: _Seat, call: _Call) -> None:
        """One call, to its answer."""
        try:
            if seat.process is None or seat.process.poll() is not None:
                self._start(seat)
            assert seat.process is not None and seat.process.stdin is not None
            seat.process.stdin.write(call.line + "\n")
            seat.process.stdin.flush()
            kind, found = next((kind, found) for kind, found in self._said(seat) if kind != "beat")
        except (OSError, StopIteration, ValueError):
            code = _end(seat, patient=False)
            seat.failures += 1
            if seat.failures >= MOST_STARTS and not seat.name:
                self._break(f"workers do not start (exit code {code}); what they said is above")
            call.future.set_exception(Lost(f"the worker {seat.name or 'of this machine'} ended with exit code {code}"))
            return
        seat.failures = 0
        if kind == "done":
            call.future.set_result(plain.value(found))
        else:
            call.future.set_exception(RuntimeError(found))

    def _start(self, seat: _Seat) -> None:
        seat.name = ""
        path = os.pathsep.join(p or os.getcwd() for p in sys.path)
        seat.process = subprocess.Popen(
            [sys.executable, *_flags(), "-P", "-m", f"{__package__}.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **work.pins(), "PYTHONPATH": path},
            text=True,
            encoding="utf-8",
        )
        alarm = threading.Timer(STARTING, seat.process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            seat.name = next(name for kind, name in self._said(seat) if kind == "ready")
        finally:
            alarm.cancel()

    @staticmethod
    def _said(seat: _Seat) -> Iterator[tuple[str, Any]]:
        assert seat.process is not None and seat.process.stdout is not None
        for line in seat.process.stdout:
            kind, found = json.loads(line)
            seat.heard = time.monotonic()
            seat.inside = found if kind == "beat" else 0
            yield kind, found

    def _break(self, words: str) -> None:
        with self._change:
            self._broken = words
            left = list(self._calls)
            self._calls.clear()
        for call in left:
            if call.future.set_running_or_notify_cancel():
                call.future.set_exception(BrokenExecutor(words))


def _end(seat: _Seat, patient: bool = True) -> int | None:
    """The worker's end: by the end of its input, or at once. Its exit code."""
    process = seat.process
    if process is None:
        return None
    if not patient:
        process.kill()
    with suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        code = process.wait(LEAVING)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait(LEAVING)
    with suppress(OSError, ValueError):
        if process.stdout is not None and threading.current_thread() is seat.thread:
            process.stdout.close()
    if threading.current_thread() is seat.thread:
        seat.process = None
    return code


def _flags() -> list[str]:
    """The interpreter's own flags, so that a worker treats warnings and assertions as its driver does."""
    return subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined, no-any-return]


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Inline(Executor):
    """No other process: each call is made here, when it is submitted."""

    aim = 0.05
    workers = 1
    blames = direct = True

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

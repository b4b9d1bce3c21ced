"""Ray in the shape of `concurrent.futures.Executor`: one call is one task of one processor, wherever in the cluster there is room.

    ray              a cluster of this machine, started now and ended with the run
    ray:auto         the cluster that this machine belongs to
    ray:HOST:6379    that cluster, by the address of its head, from one of its machines
    ray://HOST:10001 the same from outside, through Ray's client server

Ray's own retries are off, because the driver counts them; no runtime environment is made: rulewright, and what the jobs import, are
installed on the machines of the cluster. Usage statistics and the dashboard are off in what is started here.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from ..errors import InputError, Unsolved
from ..jobs import work
from ..jobs.job import imported, path_of
from ..jobs.outcome import Lost
from .needs import needs

STARTING = 60.0  # seconds that a cluster may take to start, or to be reached
MEMORY = 100 << 20  # bytes of the object store of a cluster that is started here: chunks are small
WORTH = 5.0  # seconds for which the number of processors is remembered


def opened(said: str) -> Ray:
    """`said`: what follows "ray:". Raises InputError, MissingExtra, and Unsolved where no cluster answers."""
    if not said:
        return Ray()
    if said == "auto":
        return Ray("auto")
    host, _, port = said.removeprefix("//").rpartition(":")
    if not host or not (port.isascii() and port.isdigit()):
        raise InputError(
            where="--on ray", needed="ray, ray:auto, ray:HOST:PORT or ray://HOST:PORT", found=f"ray:{said}"
        )
    return Ray(f"ray:{said}" if said.startswith("//") else said)


def _called(path: str, arguments: tuple[Any, ...]) -> Any:
    """At a worker of Ray."""
    return imported(path)(*arguments)


class Ray(Executor):
    """A face over Ray: see the forms of `address` above; None starts a cluster here, of `workers` processors if that is given."""

    aim = 1.0  # seconds of a chunk: a task of Ray costs about a millisecond
    blames = True

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        self.ray = needs("ray", "--on ray", "ray")
        self.owns, self._over = not self.ray.is_initialized(), threading.Event()
        if self.owns:
            self._connect(address, workers)
        self.call = self.ray.remote(num_cpus=1, max_retries=0, max_calls=0)(_called)
        self._refs: dict[Future[Any], Any] = {}
        self._lock, self._closed = threading.Lock(), False
        self._counted, self._count = 0.0, 1

    def _connect(self, address: str | None, workers: int | None) -> None:
        """In a thread that can be given up: Ray itself may wait for ever for an address where nobody is."""
        options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False, "include_dashboard": False}
        if address is None:
            options |= {"object_store_memory": MEMORY, "num_cpus": workers}
            for name, value in work.pins().items():
                os.environ.setdefault(name, value)
        else:
            if address.startswith("ray://"):
                needs("grpc", "--on ray://", "ray")
            options = {"log_to_driver": False, "configure_logging": False, "address": address}
        failure: list[BaseException] = []
        tried = threading.Event()

        def start() -> None:
            """What Ray starts here ends with the thread that started it: it stays until the run is over."""
            try:
                self.ray.init(**options)
            except BaseException as error:
                failure.append(error)
            tried.set()
            if not failure:
                self._over.wait()

        threading.Thread(target=start, daemon=True).start()
        if not tried.wait(STARTING) or failure:
            found = f"{type(failure[0]).__name__}: {failure[0]}" if failure else f"no answer in {STARTING:g} seconds"
            raise Unsolved(
                where=f"--on {address or 'ray'}",
                needed="a Ray cluster",
                found=found,
                remedy="Start one with `ray start --head`, and say its address.",
            ) from None

    @property
    def workers(self) -> int:
        """Processors of the cluster, as it is now."""
        now = time.monotonic()
        if now - self._counted > WORTH:
            self._count = max(1, int(self.ray.cluster_resources().get("CPU", 1)))
            self._counted = now
        return self._count

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function that can be imported there. A worker, or machine, that goes away makes the call `Lost`."""
        if kwargs:
            raise InputError(where="Ray.submit", needed="arguments by position", found=", ".join(kwargs))
        if self._closed:
            raise RuntimeError("no calls after shutdown")
        future: Future[Any] = Future()
        ref = self.call.remote(path_of(fn), args)
        with self._lock:
            self._refs[future] = ref
        future.set_running_or_notify_cancel()
        ref.future().add_done_callback(lambda answer: self._answered(future, answer))
        return future

    def _answered(self, future: Future[Any], answer: Future[Any]) -> None:
        with self._lock:
            self._refs.pop(future, None)
        if future.done():
            return
        error = answer.exception()
        if error is None:
            future.set_result(answer.result())
        elif isinstance(error, self.ray.exceptions.RayTaskError):
            future.set_exception(RuntimeError(str(error)))
        else:
            words = " ".join(str(error).split())[:500]
            future.set_exception(Lost(f"{type(error).__name__}: {words}"))

    def kill(self, future: Future[Any]) -> None:
        """End the worker that has this call; the call is Lost."""
        with self._lock:
            ref = self._refs.get(future)
        if ref is not None:
            self.ray.cancel(ref, force=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._closed = True
        with self._lock:
            left = list(self._refs.items())
        for future, ref in left:
            if cancel_futures:
                self.ray.cancel(ref, force=True)
            elif wait:
                future.exception()
        if self.owns and (wait or cancel_futures):
            self.ray.shutdown()
            self._over.set()

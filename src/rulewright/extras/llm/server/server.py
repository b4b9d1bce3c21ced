"""The server: HTTP/1.1 on 127.0.0.1, a thread for each connection, the standard library only.

    GET /v1/models    POST /v1/chat/completions    GET /stats    GET /health

The same request has the same answer, byte for byte, whatever else is going on. It is for tests and demos: it knows no keys, takes
any, and keeps none; bind it to other addresses only where everybody may talk to it.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from ....errors import InputError
from .faults import drawn, faults, read_faults
from .protocol import Asked, Bad, Said, answer, asked, completion, events, models

MOST = 4 * 2**20
"""Bytes of a request."""
IDLE = 60.0
"""Seconds after which a silent connection is closed."""


class Stats:
    """What was served; safe with threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        self.came: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.tokens = [0, 0]
        self.now = self.most_at_once = 0

    def arrives(self, digest: str) -> int:
        """How often this request has come, this time included."""
        with self.lock:
            self.came[digest] += 1
            return self.came[digest]

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        with self.lock:
            self.now += 1
            self.most_at_once = max(self.most_at_once, self.now)
        try:
            yield
        finally:
            with self.lock:
                self.now -= 1

    def data(self) -> dict[str, Any]:
        with self.lock:
            return {
                "requests": sum(self.came.values()),
                "different": len(self.came),
                "answered": sum(self.answered.values()),
                "answered_twice": sum(count - 1 for count in self.answered.values()),
                "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
                "faults": dict(sorted(self.faults.items())),
                "tokens_asked": self.tokens[0],
                "tokens_answered": self.tokens[1],
                "most_at_once": self.most_at_once,
            }


class Server:
    """A running server; `with Server() as server:` closes it. `port` 0 takes a free one.

    `faults`: {name: rate} for every request; `late`: seconds of each answer, `slow`: of the fault of that name; `after`: the
    Retry-After of 429.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        faults: Mapping[str, float] | None = None,
        seed: int = 0,
        late: float = 0.0,
        slow: float = 1.0,
        after: float = 0.05,
    ) -> None:
        self.rates, self.seed = _checked(faults or {}), seed
        self.late, self.slow, self.after = (_seconds(value) for value in (late, slow, after))
        self.stats = Stats()
        self.open: set[socket.socket] = set()
        self.ended = threading.Event()
        owner = self

        class Handler(_Handler):
            server_of = owner

        class Http(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def server_bind(self) -> None:
                """As HTTPServer's, without asking for the name of the host, which may take a minute where nobody answers."""
                socketserver.TCPServer.server_bind(self)
                self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A connection that broke is the client's affair."""

        try:
            self._http = Http((host, port), Handler)
        except (OSError, OverflowError) as found:
            raise InputError(
                where="the local server", needed=f"the address {host}, port {port}", found=str(found)
            ) from None
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}/v1"

    def close(self) -> None:
        """Stops at once: open connections are cut."""
        self.ended.set()
        self._http.shutdown()
        self._http.server_close()
        with self.stats.lock:
            left = list(self.open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5.0)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, found: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _checked(rates: Mapping[str, float]) -> dict[str, float]:
    return faults(rates)


def _seconds(value: float) -> float:
    if not 0 <= value < 3600:
        raise InputError(where="the local server", needed="seconds from 0 to 3600", found=repr(value))
    return float(value)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The head of an answer, so that it goes out in one packet with what follows."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class _Handler(BaseHTTPRequestHandler):
    server_of: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE

    def setup(self) -> None:
        super().setup()
        with self.server_of.stats.lock:
            self.server_of.open.add(self.connection)

    def finish(self) -> None:
        with self.server_of.stats.lock:
            self.server_of.open.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: requests carry keys."""

    def do_GET(self) -> None:
        pages = {"/v1/models": models, "/stats": self.server_of.stats.data, "/health": lambda: {"status": "ok"}}
        page = pages.get(self.path.split("?")[0])
        if page is None:
            self._send(404, Bad(404, f"There is no {self.path[:60]}; there are {', '.join(pages)}.").data())
        else:
            self._send(200, page())

    def do_POST(self) -> None:
        server = self.server_of
        with server.stats.busy():
            try:
                self._completed()
            except Bad as found:
                self._send(found.status, found.data())

    def _completed(self) -> None:
        server = self.server_of
        body = self._body()
        if self.path.split("?")[0].rstrip("/") not in ("/v1/chat/completions", "/chat/completions"):
            raise Bad(404, "Completions are at /v1/chat/completions.")
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            raise Bad(400, "The body is no JSON.") from None
        request = asked(data, server.seed)
        try:
            more = read_faults(self.headers.get("X-Rulewright-Faults", ""), ",")
        except InputError as found:
            raise Bad(400, str(found)) from None
        times = server.stats.arrives(request.digest)
        fault = drawn({**server.rates, **request.rates, **more}, server.seed, request.digest, times)
        with server.stats.lock:
            server.stats.faults[fault] += bool(fault)
            server.stats.faults += Counter()  # without zeros
        if self._ended_by(fault):
            return
        if server.late:
            server.ended.wait(server.late)
        said = answer(request, fault)
        with server.stats.lock:
            server.stats.answered[request.digest] += 1
            server.stats.tokens[0] += said.asked
            server.stats.tokens[1] += said.answered
        if request.stream:
            self._stream(request, said, fault == "cut")
        else:
            self._send(200, completion(request, said), cut=fault == "cut")

    def _body(self) -> bytes:
        try:
            size = int(self.headers.get("Content-Length", ""))
        except ValueError:
            size = -1
        if not 0 <= size <= MOST:
            self.close_connection = True
            raise Bad(413 if size > MOST else 411, f"Content-Length must be from 0 to {MOST:,} bytes.")
        return self.rfile.read(size)

    def _ended_by(self, fault: str) -> bool:
        """Whether a fault stands in the place of an answer; a slow one only waits."""
        if fault in ("429", "500", "503"):
            words = {"429": "Too many requests.", "500": "Something broke.", "503": "Overloaded."}[fault]
            after = self.server_of.after
            headers = {"Retry-After": str(int(after + 0.999)), "retry-after-ms": f"{after * 1000:.0f}"}
            self._send(int(fault), Bad(int(fault), words).data(), headers if fault == "429" else {})
            return True
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()  # with a reset, not with an end
            self.close_connection = True
            return True
        if fault == "html":
            self._write(200, b"<html><body>Please log in.</body></html>", "text/html", {})
            return True
        if fault == "slow":
            self.server_of.ended.wait(self.server_of.slow)
        return False

    def _send(self, status: int, data: Any, headers: Mapping[str, str] | None = None, *, cut: bool = False) -> None:
        raw = json.dumps(data, ensure_ascii=False).encode(errors="replace")
        self._write(status, raw, "application/json", headers or {}, cut)

    def _write(self, status: int, raw: bytes, kind: str, headers: Mapping[str, str], cut: bool = False) -> None:
        with self.server_of.stats.lock:
            self.server_of.stats.statuses[status] += 1
        if cut:
            self.close_connection = True
        sent = raw[: len(raw) // 2] if cut else raw
        self.wfile.write(head(status, {"Content-Type": kind, "Content-Length": str(len(raw)), **headers}) + sent)

    def _stream(self, request: Asked, said: Said, cut: bool) -> None:
        with self.server_of.stats.lock:
            self.server_of.stats.statuses[200] += 1
        self.wfile.write(head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}))
        pieces = list(events(request, said))
        for piece in pieces[: len(pieces) // 2] if cut else pieces:
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if cut:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")


def serve(host: str = "127.0.0.1", port: int = 8000, **settings: Any) -> None:
    """A server until Ctrl-C; says where it is."""
    with Server(host, port, **settings) as server:
        names = ", ".join(row["id"] for row in models()["data"])
        print(f"{server.url}  models: {names}  (Ctrl-C ends it)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)

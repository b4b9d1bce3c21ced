"""Any OpenAI-compatible chat-completions endpoint as a `Model`: hosted, vLLM, llama.cpp, Ollama, or the local server, by its URL.

One call is one answer or one sentence (`Trouble` where asking again may help, InputError where it cannot). Nothing that a server
sends is trusted: its size, time, type, encoding and numbers are checked, and redirects are not followed, since the key would follow
them. The key is read from the environment for each connection, and struck out of every text that leaves here.
"""

from __future__ import annotations

import asyncio
import email.utils
import functools
import json
import math
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ...agents.models.trouble import Trouble, trouble
from ...agents.request import Reply, Request
from ...errors import InputError
from ..needs import needs
from .key import named_key, read_key, scrubbed
from .manner import LIMITS, Manner, said
from .wire import Failed, Garbled, Heard, parsed, unpacked, words_of

OPENAI = "https://api.openai.com/v1"
LOCAL = ("127.0.0.1", "localhost", "::1")
PASSING = {408, 409, 425, 429}
"""And all from 500 on."""
GIVEN_UP = {408, 502, 504, 520, 522, 524}
"""Said by who stands in front of a server: it waited no longer, and the answer may be made, and charged, behind it."""
MOST_STEPS = 8
"""Refusals after each of which something is left out."""


def base(url: str) -> str:
    """An address without what every call adds."""
    return url.rstrip("/").removesuffix("/chat/completions")


def recorded_name(url: str, model: str, name: str = "", extra: Mapping[str, Any] | None = None) -> str:
    """What requests to a model are recorded under: its name, or "HOST…#MODEL", and what is sent with every request."""
    said = name or f"{base(url).partition('://')[2]}#{model}"
    return said + (" " + json.dumps(dict(extra), sort_keys=True, separators=(",", ":")) if extra else "")


@functools.cache
def trusted(secure: bool) -> ssl.SSLContext:
    """The certificates that are trusted, read once; none where nothing is encrypted."""
    if secure:
        context: ssl.SSLContext = needs("httpx", "a language model over HTTP", "llm").create_ssl_context()
        return context
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Endpoint:
    """A model at an address. `key` names an environment variable; OPENAI_API_KEY goes to OpenAI only, unless it is named."""

    url: str
    model: str
    key: str | None = None
    name: str = ""
    """What requests are recorded under; "HOST…#MODEL" if left out."""
    stream: bool = False
    seconds: float = 120.0
    """For a whole answer."""
    connections: int = 64
    most: int = 8 * 2**20
    """Bytes of an answer."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Sent with every request as it is: {"reasoning_effort": "low"}, say; part of the name."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    manner: Manner | None = None
    """What the server takes; learnt from its refusals if left out."""

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            _ = parts.port
        except ValueError:
            raise InputError(where="url", needed="an address that can be read", found="one that cannot") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            shown = self.url if "@" not in self.url else "something else"
            raise InputError(where="url", needed="http://… or https://…", found=shown)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise InputError(
                where="url",
                needed="an address without a user, password, query or fragment",
                found="one with",
                remedy="Name the environment variable that holds the key (key=…); put other parts into headers.",
            )
        if not self.model:
            raise InputError(where="model", needed="the name of a model", found="nothing")
        for setting in ("seconds", "connections", "most"):
            value = getattr(self, setting)
            if not (math.isfinite(value) and value > 0):
                raise InputError(where=setting, needed="a positive number", found=repr(value))
        if {"authorization", "api-key", "x-api-key"} & {header.lower() for header in self.headers}:
            raise InputError(where="headers", needed="no keys", found="one", remedy="Name its variable: key=….")
        self.url = base(self.url)
        openai = self.url == OPENAI
        self.key = named_key(self.key) or ("OPENAI_API_KEY" if openai else None)
        self.manner = self.manner or Manner(limit=LIMITS[1] if openai else LIMITS[0])
        self.name = recorded_name(self.url, self.model, self.name, self.extra)
        self.local = parts.hostname in LOCAL
        self._client: tuple[object, Any] | None = None
        if self.key:
            read_key(self.key, self.name)

    @property
    def notes(self) -> str:
        """What this server does without, in words; empty where it takes everything."""
        return said(self.manner or Manner())

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None and client[0] is asyncio.get_running_loop():
            await client[1].aclose()

    def _open(self) -> Any:
        """The connections of this loop of events."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            httpx = needs("httpx", "a language model over HTTP", "llm")
            limits = httpx.Limits(max_connections=self.connections, max_keepalive_connections=self.connections)
            self._client = (
                loop,
                httpx.AsyncClient(
                    timeout=httpx.Timeout(self.seconds),
                    limits=limits,
                    trust_env=not self.local,
                    follow_redirects=False,
                    verify=trusted(self.url.startswith("https:")),
                ),
            )
        return self._client[1]

    async def complete(self, request: Request) -> Reply:
        """Raises Trouble (passing or not) or InputError; the text of none has the key in it."""
        key = read_key(self.key, self.name) if self.key else ""
        known = used = self.manner or Manner()
        for _ in range(MOST_STEPS):
            body = used.body(self.model, request, dict(self.extra), self.stream)
            try:
                reply = await self._asked(body, request.schema is not None, key)
            except Refused as found:
                if self.manner not in (known, used) and self.manner is not None:  # another call has learnt meanwhile
                    known = used = self.manner
                    continue
                following = used.next(found.words, body)
                if following is None:
                    raise self._refused(found) from None
                used = following
            else:
                if self.manner == known:  # only what led to an answer is remembered
                    self.manner = used
                return reply
        raise trouble(self.name, "a way of asking that the server takes", f"{MOST_STEPS} refusals in a row")

    async def _asked(self, body: dict[str, Any], schema: bool, key: str) -> Reply:
        httpx = needs("httpx", "a language model over HTTP", "llm")
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **self.headers}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        try:
            async with asyncio.timeout(self.seconds):
                url = f"{self.url}/chat/completions"
                async with self._open().stream("POST", url, content=content, headers=headers) as response:
                    reply = await self._heard(response, schema, key)
        except (TimeoutError, httpx.TimeoutException) as found:
            sent = not isinstance(found, (httpx.ConnectTimeout, httpx.PoolTimeout))
            raise self._trouble(f"no whole answer in {self.seconds:g} s", paid=sent) from None
        except (httpx.ConnectError, httpx.ProxyError) as found:
            raise self._trouble(f"no connection ({scrubbed(str(found), key) or type(found).__name__})") from None
        except (httpx.TransportError, httpx.StreamError) as found:
            words = scrubbed(str(found), key) or type(found).__name__
            raise self._trouble(f"a connection that broke off ({words})", paid=True) from None
        except Garbled as found:
            raise self._trouble(scrubbed(str(found), key), paid=True, passing=not found.final) from None
        except Failed as found:
            words = f"the server's error {found.code or ''}: {scrubbed(str(found), key)}"
            known = 400 <= found.code < 500 and found.code not in PASSING
            raise trouble(self.name, "an answer", words, passing=not known, paid=True) from None
        return Reply(scrubbed_of(reply.text, key), scrubbed_of(reply.reasoning, key), reply.usage, reply.finish)

    def _trouble(self, found: str, *, paid: bool = False, passing: bool = True) -> Trouble:
        return trouble(
            self.name,
            "a chat completion",
            found,
            "Is this the address of an OpenAI-compatible server (it often ends in /v1), and does it run?",
            passing=passing,
            paid=paid,
        )

    async def _heard(self, response: Any, schema: bool, key: str) -> Reply:
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if response.status_code != 200:
            raise await self._failed(response, key)
        heard = Heard()
        if kind == "text/event-stream":
            await self._events(response, heard)
        else:
            heard.take(parsed(await self._all(response), kind), "message")
        return heard.reply(schema)

    async def _all(self, response: Any) -> bytes:
        return b"".join([piece async for piece in self._pieces(response)])

    async def _pieces(self, response: Any) -> AsyncIterator[bytes]:
        """The bytes of an answer, unpacked here within `most`: what a client library unpacks by itself may be a bomb."""
        unpack, left = unpacked(response.headers.get("content-encoding", "")), self.most
        async for packed in response.aiter_raw():
            piece = unpack(packed, left + 1)
            left -= len(piece)
            if left < 0:
                raise Garbled(f"more than {self.most:,} bytes", final=True)
            yield piece

    async def _events(self, response: Any, heard: Heard) -> None:
        """Server-sent events up to [DONE]."""
        async for line in self._lines(response):
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            heard.take(parsed(data), "delta")
        if heard.finish is None:
            raise Garbled("a stream of events that broke off")

    async def _lines(self, response: Any) -> AsyncIterator[bytes]:
        rest = b""
        async for piece in self._pieces(response):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line.strip(b"\r")
        if rest:
            yield rest

    async def _failed(self, response: Any, key: str) -> Exception:
        """The exception for a status that is not 200."""
        status, after = response.status_code, retry_after(response.headers)
        if 300 <= status < 400:
            place = scrubbed(response.headers.get("location", "nowhere"), key)[:200]
            return InputError(
                where=self.name,
                needed="an address that answers",
                found=f"a redirect to {place}",
                remedy="Give that address, if you trust it; the key is not sent after a redirect.",
            )
        try:
            raw = await self._all(response)
            words = words_of(parsed(raw)) if raw else ""
        except Garbled as found:
            words = str(found)
        words = scrubbed(words, key)
        if status in (400, 422):
            return Refused(status, words)
        if status in (401, 403):
            return InputError(
                where=self.name,
                needed="a key that is let in",
                found=f"{status} {words}",
                remedy=f"Check the environment variable {self.key}." if self.key else "Name its variable: key=….",
            )
        if "insufficient_quota" in words:
            return trouble(self.name, "an account with money in it", f"{status} {words}")
        heard = f"{status} {words}".strip()
        if status in PASSING or status >= 500:
            return trouble(self.name, "an answer", heard, passing=True, paid=status in GIVEN_UP, after=after)
        return InputError(where=self.name, needed="a server that knows this address and model", found=heard)

    def _refused(self, found: Refused) -> InputError:
        return InputError(
            where=self.name, needed="a request that the server takes", found=f"{found.status} {found.words}"
        )


class Refused(Exception):
    """400 or 422, and what the server says about it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def scrubbed_of(text: str, key: str) -> str:
    """An answer in which a server repeats the key."""
    return scrubbed(text, key) if key and key in text else text


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that a server asks for: retry-after-ms, or Retry-After in seconds or as a date; 0 for none, or nonsense."""
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            value = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(value):
            return max(0.0, value)
    try:
        when = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, when.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, OSError):
        return 0.0

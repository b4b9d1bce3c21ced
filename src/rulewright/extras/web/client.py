"""A guard in another process, with the methods of `Guard`: each request has a key, and is sent again where the wire fails."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InputError, RulewrightError
from ...guard import Act, Entry, Head, Verdict
from ..needs import needs

PAUSES = (0.1, 0.5, 2.0)
"""Seconds before a request is sent again."""


class GuardClient:
    """`GuardClient(url, token)`. Raises InputError with the service's sentence, or where it cannot be reached."""

    def __init__(self, url: str, token: str, *, http: Any = None, timeout: float = 30.0) -> None:
        self._httpx = needs("httpx", "the guard's client", "llm")
        self._http = http or self._httpx.Client(base_url=url, timeout=timeout)
        self._headers = {"Authorization": f"Bearer {token}"}

    def _send(self, method: str, path: str, key: str = "", **content: Any) -> Any:
        headers = {**self._headers, "Idempotency-Key": key or uuid.uuid4().hex}
        for pause in (*PAUSES, None):
            try:
                reply = self._http.request(method, f"/v1/{path}", headers=headers, **content)
            except (self._httpx.TransportError, OSError) as error:
                if pause is None:
                    raise InputError(where="guard", needed="a service that answers", found=str(error)) from None
                time.sleep(pause)
                continue
            if reply.status_code == 429 and pause is not None:
                time.sleep(max(pause, min(float(reply.headers.get("retry-after", 0)), 5.0)))
                continue
            return self._read(reply)
        raise AssertionError("the last try returns or raises")

    def _read(self, reply: Any) -> Any:
        try:
            data = reply.json()
        except ValueError:
            data = {"error": reply.text[:200]}
        if reply.status_code >= 400:
            error = RulewrightError if reply.status_code >= 500 else InputError
            raise error(where=f"guard ({reply.status_code})", needed="a request in order", found=str(data.get("error")))
        return data

    def before(self, act: Act, *, key: str = "") -> Verdict:
        """As `Guard.before`."""
        return _verdict(self._send("POST", "before", key, json=_act(act)))

    def after(self, act: Act, outcome: Mapping[str, Any], *, key: str = "") -> Verdict:
        """As `Guard.after`; for operators."""
        return _verdict(self._send("POST", "after", key, json={"act": _act(act), "outcome": dict(outcome)}))

    def message(self, sender: str, hearers: Sequence[str], text: str, *, key: str = "") -> Verdict:
        """As `Guard.message`."""
        to = [hearers] if isinstance(hearers, str) else list(hearers)
        return _verdict(self._send("POST", "message", key, json={"agent": sender, "hearers": to, "text": text}))

    def settle(self, payoffs: Mapping[str, float] | None = None, *, key: str = "") -> Mapping[str, float]:
        """As `Guard.settle`; for operators."""
        found: Mapping[str, float] = self._send("POST", "settle", key, json={"payoffs": dict(payoffs or {})})
        return found

    def appeal(self, agent: str, entry: int, grounds: str, *, key: str = "") -> int:
        """As `Guard.appeal`."""
        return int(
            self._send("POST", "appeal", key, json={"agent": agent, "entry": entry, "grounds": grounds})["entry"]
        )

    def decide(self, judge: str, appeal: int, upheld: bool, reason: str = "", *, key: str = "") -> int:
        """As `Guard.decide`; the judge is whoever's token it is."""
        data = {"appeal": appeal, "upheld": upheld, "reason": reason}
        return int(self._send("POST", "decide", key, json=data)["entry"])

    def contribute(self, agent: str, digest: str) -> int:
        """As `Guard.contribute`."""
        return int(self._send("POST", "contribute", json={"digest": digest})["entry"])

    def reveal_nonce(self, agent: str, nonce: bytes) -> int:
        """As `Guard.reveal_nonce`."""
        return int(self._send("POST", "nonce", json={"nonce": nonce.hex()})["entry"])

    def view(self, agent: str, start: int = 0, limit: int = 1000) -> list[Entry]:
        """As `Guard.view`, of at most 1,000 lines of the ledger at a time."""
        found = self._send("GET", "view", params={"agent": agent, "start": start, "limit": limit})
        return [Entry(**one) for one in found]

    def entries(self, start: int = 0, limit: int = 1000) -> list[Entry]:
        """All lines; for auditors and operators."""
        return [Entry(**one) for one in self._send("GET", "ledger", params={"start": start, "limit": limit})]

    def standing(self, agent: str = "") -> Mapping[str, Any]:
        """As `Guard.standing`; amounts are text."""
        found: Mapping[str, Any] = self._send("GET", "standing", params={"agent": agent})
        return found

    def charter(self) -> Mapping[str, Any]:
        """The charter, as plain data."""
        found: Mapping[str, Any] = self._send("GET", "charter")
        return found

    def head(self) -> Head:
        """As `Guard.head`."""
        return Head(**self._send("GET", "head"))

    def close(self) -> None:
        """Let go of the connection; the guard stays open."""
        self._http.close()


def _act(act: Act) -> dict[str, Any]:
    return {"agent": act.agent, "name": act.name, "arguments": dict(act.arguments), "session": act.session}


def _verdict(data: Mapping[str, Any]) -> Verdict:
    return Verdict(data["allowed"], Act(**data["act"]), data["reason"], data["owed"], data["entry"])

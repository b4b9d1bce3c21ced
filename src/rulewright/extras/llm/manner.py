"""How one server wants to be asked: which it is, is learnt from its refusals and remembered.

The protocol is OpenAI's chat completions, and servers take different parts of it. Four ways to get an answer that meets a
schema, from the surest down: `response_format` of type json_schema, strict or not; of type json_object, the schema in the prompt;
the schema in the prompt only. The limit of tokens is called max_tokens or max_completion_tokens. Some models take no temperature,
no seed, no stream_options. A refusal (400 or 422) that names such a part leads to the next way; any other is the caller's to hear.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ...agents.models.tokens import schema_text
from ...agents.request import Request

FORMATS = ("strict", "schema", "object", "prompt")
LIMITS = ("max_tokens", "max_completion_tokens")
DROPPABLE = ("temperature", "seed", "stream_options")


@dataclass(frozen=True)
class Manner:
    """What a server takes."""

    format: str = "strict"
    limit: str = "max_tokens"
    without: frozenset[str] = frozenset()
    """Parts of a request that it refused; they are not sent."""

    def body(self, model: str, request: Request, extra: dict[str, Any], stream: bool) -> dict[str, Any]:
        """The request as JSON data."""
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        found: dict[str, Any] = {
            "model": model,
            "messages": messages,
            self.limit: request.limit,
            "temperature": request.temperature,
            "seed": draw_seed(request),
        }
        if request.schema is not None:
            found |= self._format(request, messages)
        if stream:
            found |= {"stream": True, "stream_options": {"include_usage": True}}
        found = {name: value for name, value in found.items() if name not in self.without}
        return found | extra

    def _format(self, request: Request, messages: list[dict[str, str]]) -> dict[str, Any]:
        if self.format in ("strict", "schema"):
            wanted: dict[str, Any] = {"name": "answer", "schema": request.schema}
            if self.format == "strict":
                wanted["strict"] = True
            return {"response_format": {"type": "json_schema", "json_schema": wanted}}
        asked = f"Answer with one JSON object that meets this JSON Schema, and nothing else: {schema_text(request)}"
        if messages and messages[-1]["role"] == "user":
            messages[-1]["content"] += "\n\n" + asked
        else:
            messages.append({"role": "user", "content": asked})
        return {"response_format": {"type": "json_object"}} if self.format == "object" else {}

    def next(self, refusal: str, sent: dict[str, Any]) -> Manner | None:
        """The manner to try after a refusal in these words; None where the words name nothing that can be left out."""
        words = refusal.lower()
        for named, step in STEPS:
            if any(word in words for word in named):
                found = step(self, sent)
                if found is not None:
                    return found
        return None


def draw_seed(request: Request) -> int:
    """31 bits: the request's seed, or another one for each further draw."""
    if not request.number:
        return request.seed % 2**31
    text = f"{request.seed} {request.number}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big") % 2**31


def _less_format(manner: Manner, sent: dict[str, Any]) -> Manner | None:
    if "response_format" not in sent:
        return None
    return replace(manner, format=FORMATS[FORMATS.index(manner.format) + 1])


def _other_limit(manner: Manner, sent: dict[str, Any]) -> Manner | None:
    other = LIMITS[1 - LIMITS.index(manner.limit)]
    if "no:" + other in manner.without:
        return None  # it refused that one as well
    return replace(manner, limit=other, without=manner.without | {"no:" + manner.limit})


def _drop(name: str) -> Callable[[Manner, dict[str, Any]], Manner | None]:
    def step(manner: Manner, sent: dict[str, Any]) -> Manner | None:
        return replace(manner, without=manner.without | {name}) if name in sent else None

    return step


STEPS: tuple[tuple[tuple[str, ...], Callable[[Manner, dict[str, Any]], Manner | None]], ...] = (
    (LIMITS, _other_limit),
    *(((name,), _drop(name)) for name in DROPPABLE),
    (("response_format", "json_schema", "json_object", "schema", "structured", "guided", "grammar"), _less_format),
)


def said(manner: Manner) -> str:
    """What is done without, in words; empty where everything is taken."""
    parts = []
    if manner.format != "strict":
        parts.append(f"schemas by {manner.format}")
    parts += [f"no {name}" for name in sorted(manner.without) if not name.startswith("no:")]
    return json.dumps(parts)[1:-1].replace('"', "") if parts else ""

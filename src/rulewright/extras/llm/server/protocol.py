"""The protocol without the network: a request's JSON becomes a completion, or an error that says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from ....agents.models.made_up import fits
from ....agents.models.tokens import counted
from ....errors import InputError
from . import reading
from .faults import read_faults
from .minds import MINDS

MADE = 1_700_000_000
"""The time that every answer bears, in seconds since 1970: the same request has the same answer."""
PIECE = 24
"""Characters of an event."""


class Bad(Exception):
    """A refusal: status, words, the parameter that they are about."""

    def __init__(self, status: int, words: str, param: str | None = None) -> None:
        super().__init__(words)
        self.status, self.param = status, param

    def data(self) -> dict[str, Any]:
        kind = "invalid_request_error" if self.status < 429 else "server_error"
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": None}}


@dataclass(frozen=True)
class Asked:
    """A request, checked."""

    model: str
    mind: str
    rates: Mapping[str, float]
    messages: list[dict[str, str]]
    schema: Mapping[str, Any] | None
    format: str
    """"text", "json_object" or "json_schema"."""
    limit: int
    stream: bool
    usage: bool
    """Whether a stream ends with its usage."""
    digest: str
    """Names the request: all that the answer depends on."""


def asked(data: Any, seed: int) -> Asked:
    """Raises Bad."""
    if not isinstance(data, dict):
        raise Bad(400, "The body must be a JSON object.")
    model = data.get("model")
    if not isinstance(model, str):
        raise Bad(400, "model must be a string.", "model")
    name, _, suffix = model.partition("+")
    if name not in MINDS:
        raise Bad(404, f"The model {name[:60]!r} does not exist; there are {', '.join(MINDS)}.", "model")
    try:
        rates = read_faults(suffix)
    except InputError as found:
        raise Bad(404, str(found), "model") from None
    messages = _messages(data.get("messages"))
    kind, schema = _format(data, rates, messages)
    if "temperature" in data and "notemperature" in rates:
        raise Bad(400, "Unsupported parameter: 'temperature' is not supported with this model.", "temperature")
    if "max_tokens" in data and "newlimit" in rates:
        raise Bad(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens")
    limit = data.get("max_completion_tokens", data.get("max_tokens", 4096))
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise Bad(400, "max_tokens must be a whole number above 0.", "max_tokens")
    temperature = data.get("temperature", 1.0)
    if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not 0 <= temperature <= 2:
        raise Bad(400, "temperature must be a number from 0 to 2.", "temperature")
    options = data.get("stream_options")
    usage = isinstance(options, dict) and bool(options.get("include_usage"))
    # with temperature 0 the seed makes no difference, as with a model that takes the likeliest word
    chance = [data.get("seed"), temperature] if temperature > 0 else []
    text = json.dumps([seed, name, messages, schema, kind, chance], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return Asked(model, name, rates, messages, schema, kind, limit, bool(data.get("stream")), usage, digest)


def _messages(said: Any) -> list[dict[str, str]]:
    if not isinstance(said, list) or not said:
        raise Bad(400, "messages must be a list of at least one message.", "messages")
    found = []
    for one in said:
        content = one.get("content") if isinstance(one, dict) else None
        if isinstance(content, list):
            content = "".join(p["text"] for p in content if isinstance(p, dict) and isinstance(p.get("text"), str))
        if not isinstance(content, str) or not isinstance(one.get("role"), str):
            raise Bad(400, "Each message must have a role and text as its content.", "messages")
        found.append({"role": one["role"], "content": content})
    return found


def _format(
    data: dict[str, Any], rates: Mapping[str, float], messages: list[dict[str, str]]
) -> tuple[str, Mapping[str, Any] | None]:
    wanted = data.get("response_format") or {"type": "text"}
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if kind not in ("text", "json_object", "json_schema"):
        raise Bad(400, "response_format must be of type text, json_object or json_schema.", "response_format")
    if (kind == "json_schema" and "noschema" in rates) or (kind != "text" and "nojson" in rates):
        raise Bad(400, f"response_format of type {kind} is not supported by this model.", "response_format")
    if kind == "json_schema":
        inner = wanted.get("json_schema")
        schema = inner.get("schema") if isinstance(inner, dict) else None
        if not isinstance(schema, dict):
            raise Bad(400, "response_format.json_schema.schema must be an object.", "response_format")
        return kind, schema
    said = "\n".join(message["content"] for message in messages)
    return kind, reading.schema_in(said)


@dataclass(frozen=True)
class Said:
    """An answer."""

    text: str
    reasoning: str
    finish: str
    asked: int
    answered: int


def answer(request: Asked, fault: str = "") -> Said:
    """What the mind says. Raises Bad where it cannot follow the schema."""
    mind, rng = MINDS[request.mind], Random(request.digest)
    schema = request.schema
    if schema is None and request.format == "json_object":
        schema = {"type": "object", "properties": {"answer": {"type": "string"}}}
    try:
        if schema is None:
            plain = {"type": "object", "properties": {"reason": {"type": "string"}, "answer": {"type": "string"}}}
            said = mind.answer(request.messages, plain, rng)
            text = " ".join(str(value) for value in said.values())
        else:
            value = mind.answer(request.messages, schema, rng)
            if not fits(value, schema):
                raise Bad(500, f"The mind {request.mind} does not meet the schema.")
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except InputError as found:
        raise Bad(400, str(found), "response_format") from None
    reasoning = "Who gains by what, and what do the rules say? I compare what each choice pays." if mind.thinks else ""
    finish, text = spoiled(fault, text)
    if counted(text) > request.limit:
        text, finish = text[: 4 * request.limit], "length"
    prompt = sum(counted(message["content"]) + 4 for message in request.messages)
    return Said(text, reasoning, finish, prompt, counted(text) + counted(reasoning))


def spoiled(fault: str, text: str) -> tuple[str, str]:
    """(finish, text) under a fault of the answer itself."""
    found = {
        "broken": ("stop", text[: max(1, math.ceil(len(text) / 2))]),
        "length": ("length", text[: max(1, math.ceil(len(text) / 2))]),
        "wrong": ("stop", '{"verdict": "maybe"}'),
        "empty": ("stop", ""),
        "filter": ("content_filter", ""),
    }
    return found.get(fault, ("stop", text))


def completion(request: Asked, said: Said) -> dict[str, Any]:
    """The answer in one piece."""
    message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": None}
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
    choice = {"index": 0, "message": message, "finish_reason": said.finish, "logprobs": None}
    return {**_head(request, "chat.completion"), "choices": [choice], "usage": _usage(said)}


def _head(request: Asked, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{request.digest[:24]}", "object": kind, "created": MADE, "model": request.model}


def _usage(said: Said) -> dict[str, int]:
    return {
        "prompt_tokens": said.asked,
        "completion_tokens": said.answered,
        "total_tokens": said.asked + said.answered,
    }


def events(request: Asked, said: Said) -> Iterator[bytes]:
    """The answer as server-sent events."""
    head = _head(request, "chat.completion.chunk")

    def event(choices: list[dict[str, Any]], **more: Any) -> bytes:
        return b"data: " + json.dumps({**head, "choices": choices, **more}).encode() + b"\n\n"

    def delta(part: dict[str, Any], finish: str | None = None) -> bytes:
        return event([{"index": 0, "delta": part, "finish_reason": finish, "logprobs": None}])

    yield delta({"role": "assistant", "content": ""})
    if said.reasoning:
        yield delta({"reasoning_content": said.reasoning})
    for start in range(0, len(said.text), PIECE):
        yield delta({"content": said.text[start : start + PIECE]})
    yield delta({}, said.finish)
    if request.usage:
        yield event([], usage=_usage(said))
    yield b"data: [DONE]\n\n"


def models() -> dict[str, Any]:
    """The list of models."""
    rows = [
        {"id": name, "object": "model", "created": MADE, "owned_by": "rulewright", "about": one.about}
        for name, one in MINDS.items()
    ]
    return {"object": "list", "data": rows}

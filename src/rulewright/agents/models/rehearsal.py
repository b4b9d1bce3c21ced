"""A model that costs nothing and knows nothing: it keeps the requests of a dry run, and answers whatever fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ..request import Reply, Request, Usage
from . import tokens
from .made_up import made_up


def sparing(schema: Any, rng: Random) -> Any:
    """The least number, the first of several, the longest text: where little is taken, much goes on for long."""
    parts = schema.get("properties")
    if parts is not None:
        return {name: sparing(part, rng) for name, part in parts.items()}
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") in ("number", "integer") and "minimum" in schema:
        return schema["minimum"]
    if schema.get("type") == "string":
        return "x" * int(schema.get("maxLength", 500))
    return made_up(schema, rng)


@dataclass
class Rehearsal:
    """In the place of the model `name`: see `estimate`, which wants `requests`."""

    name: str = "rehearsal"
    seed: int = 0
    said: Callable[[Any, Random], Any] = made_up
    """(schema, rng) → an answer that meets it."""
    requests: list[Request] = field(default_factory=list, init=False)

    async def complete(self, request: Request) -> Reply:
        self.requests.append(request)
        rng = Random(f"{self.seed} {request.key(self.name)}")
        schema = {"type": "string"} if request.schema is None else request.schema
        said = self.said(schema, rng)
        text = said if request.schema is None else json.dumps(said, ensure_ascii=False)
        return Reply(text, usage=Usage(tokens.expected(request), tokens.counted(text)))

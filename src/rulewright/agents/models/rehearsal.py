"""A model that costs nothing and knows nothing: it keeps the requests of a dry run, and answers whatever fits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random

from ..request import Reply, Request, Usage
from . import tokens
from .made_up import made_up


@dataclass
class Rehearsal:
    """In the place of the model `name`: see `estimate`, which wants `requests`."""

    name: str = "rehearsal"
    seed: int = 0
    requests: list[Request] = field(default_factory=list, init=False)

    async def complete(self, request: Request) -> Reply:
        self.requests.append(request)
        rng = Random(f"{self.seed} {request.key(self.name)}")
        schema = {"type": "string"} if request.schema is None else request.schema
        said = made_up(schema, rng)
        text = said if request.schema is None else json.dumps(said, ensure_ascii=False)
        return Reply(text, usage=Usage(tokens.expected(request), tokens.counted(text)))

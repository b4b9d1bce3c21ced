"""How many tokens a request is, before anybody counts: a rule of thumb for forecasts, and a bound for budgets.

Expected: characters ÷ 4, rounded up, and 4 for each message. Bound: a tokenizer that works on bytes makes at most one token of a
byte, so the bytes of the conversation and, twice, of the schema (it may be said in the prompt as well), and 16 for each message and
64 for the provider's own frame. A provider that puts a longer text of its own in front of the conversation can exceed it.
"""

from __future__ import annotations

import json
import math

from ..request import Request, Usage

PER_TOKEN = 4
"""Characters."""


def schema_text(request: Request) -> str:
    return "" if request.schema is None else json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"))


def expected(request: Request) -> int:
    """Tokens of the prompt, about."""
    characters = sum(len(message.content) for message in request.messages) + len(schema_text(request))
    return math.ceil(characters / PER_TOKEN) + 4 * len(request.messages)


def bound(request: Request) -> Usage:
    """Tokens of the prompt and of the answer, at most."""
    size = sum(len(message.content.encode(errors="replace")) + 16 for message in request.messages)
    return Usage(size + 2 * len(schema_text(request).encode(errors="replace")) + 64, request.limit)


def counted(text: str) -> int:
    """Tokens of a text, about; 0 for none."""
    return math.ceil(len(text) / PER_TOKEN)

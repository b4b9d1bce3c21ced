"""The chain (after Haber & Stornetta 1991, J. Cryptology 3): h_n = SHA-256(canonical JSON of line n, with h_{n−1} in it).

Whoever changes, drops or reorders a line has to change every hash after it, and the head that others keep. A seal is an
HMAC-SHA-256 of the hash with a key that the writer has and a forger has not. docs/ledger_format.md is the specification;
`verify/ledger.py` has it a second time, written from that text alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from ...errors import InputError

START = "0" * 64
"""What the first line is chained to."""
LARGEST = 1 << 20
"""Bytes of a line's body."""
DEEPEST = 64
"""Lists and objects within each other."""
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')
_HALF = re.compile(r"\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f]")


def canonical(data: Any) -> str:
    """The one spelling of JSON data: keys sorted, no spaces, ASCII. Raises InputError for what is no JSON."""
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            where="ledger", needed="JSON values (text, finite numbers, lists, objects)", found=str(error)
        ) from None
    if len(text) > LARGEST:
        raise InputError(where="ledger", needed=f"at most {LARGEST:,} bytes in a line", found=f"{len(text):,}")
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        raise InputError(where="ledger", needed=f"at most {DEEPEST} lists and objects within each other", found="more")
    if "\\ud" in text and _HALF.search(text.replace("\\\\", "")):
        raise InputError(where="ledger", needed="text in Unicode", found="half of a surrogate pair")
    return text


def _depth(text: str) -> int:
    """Of spelt JSON."""
    deepest = depth = 0
    for c in _TEXTS.sub("", text):
        depth += (c in "[{") - (c in "]}")
        deepest = max(deepest, depth)
    return deepest


def link(number: int, kind: str, agent: str, key: str, at: int, body: str, previous: str) -> str:
    """The hash of a line; `body` is canonical already, so the line is spelt around it, in the order of its sorted keys."""
    head = f'{{"agent":{json.dumps(agent)},"at":{at},"body":{body},"key":{json.dumps(key)},"kind":{json.dumps(kind)}'
    return hashlib.sha256(f'{head},"number":{number},"previous":"{previous}"}}'.encode()).hexdigest()


def seal(hash_: str, key: bytes | None) -> str:
    """The writer's seal on a line; empty without a key."""
    return hmac.new(key, hash_.encode(), hashlib.sha256).hexdigest() if key else ""


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of plain data, spelt canonically."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()

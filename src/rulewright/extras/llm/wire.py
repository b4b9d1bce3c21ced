"""What came over the wire, read with suspicion: a completion in one piece or in events, or one sentence on what it was instead."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ...agents.quote import paired
from ...agents.request import Reply, Usage

FINISHES = {"stop": "stop", "length": "length", "max_tokens": "length", "content_filter": "filter", "refusal": "filter"}
THOUGHT = re.compile(r"^\s*<think(?:ing)?>(.*?)</think(?:ing)?>\s*", re.DOTALL)


class Garbled(Exception):
    """The sentence that says what it was; `final` where asking again would bring the same."""

    def __init__(self, words: str, *, final: bool = False) -> None:
        super().__init__(words)
        self.final = final


class Failed(Exception):
    """The provider says within a good answer that it failed: its words, and its code."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


def _no_constant(word: str) -> Any:
    raise Garbled(f"JSON with {word} in it")


def parsed(raw: bytes, kind: str = "") -> dict[str, Any]:
    """A JSON object. Raises Garbled."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Garbled("bytes that are no UTF-8") from None
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise Garbled("JSON that is nested too deep") from None
    except ValueError:
        start = one_line(text[:60], 60)
        if start.startswith("<"):
            raise Garbled(f"a web page ({kind or 'no type'}): {start}", final=True) from None
        raise Garbled(f"JSON that breaks off or is none: {start or 'nothing'}") from None
    if not isinstance(found, dict):
        raise Garbled(f"JSON that is no object: {one_line(text[:60], 60)}")
    return found


def unpacked(encoding: str) -> Callable[[bytes, int], bytes]:
    """(piece, most bytes) → bytes, for a Content-Encoding. Raises Garbled where there are more, or it is none that is read."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda piece, most: piece
    if name not in ("gzip", "x-gzip", "deflate"):
        raise Garbled(f"an answer packed as {one_line(encoding, 40)!r}", final=True)
    packer = zlib.decompressobj(32 + zlib.MAX_WBITS)

    def unpack(piece: bytes, most: int) -> bytes:
        try:
            return packer.decompress(piece, most)
        except zlib.error:
            raise Garbled("an answer in an encoding that is none") from None

    return unpack


def one_line(text: str, most: int) -> str:
    """What a stranger says, on one line and without what a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def whole(value: Any, name: str) -> int:
    """A count of tokens. Raises Garbled."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**12:
        raise Garbled(f"{name} = {str(value)[:40]!r} for a count of tokens")
    return value


def text_of(content: Any) -> str:
    """The text of a message, which may come in parts. Raises Garbled."""
    if content is None:
        return ""
    if isinstance(content, list):
        parts = [part.get("text", "") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        raise Garbled(f"content that is no text: {str(content)[:40]!r}")
    return content


def unfenced(text: str) -> str:
    """What stands between code fences that enclose the whole text. By hand: a pattern for it can take the square of the length."""
    inner = text.strip()
    if len(inner) < 7 or not (inner.startswith("```") and inner.endswith("```")):
        return text
    head, newline, rest = inner[3:-3].partition("\n")
    return rest.strip() if newline and head.strip().lower() in ("", "json") else text


@dataclass
class Heard:
    """A completion, put together from one piece or many."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    finish: str | None = None
    usage: Usage | None = None
    chosen: bool = field(default=False, init=False)
    parts: list[tuple[str, str]] = field(default_factory=list, init=False, repr=False)

    def take(self, data: dict[str, Any], part: str) -> None:
        """One piece; `part` is "message" or "delta". Raises Garbled, Failed."""
        error = data.get("error")
        if error:
            raise Failed(words_of(error), code_of(error))
        choices = data.get("choices")
        if not isinstance(choices, list):
            raise Garbled("no list of choices")
        if choices:
            choice = choices[0]
            message = choice.get(part) if isinstance(choice, dict) else None
            if not isinstance(message, dict):
                raise Garbled(f"a choice without a {part}")
            self.chosen = True
            self.parts.append(("text", text_of(message.get("content"))))
            thought = message.get("reasoning_content") or message.get("reasoning")
            self.parts.append(("reasoning", thought if isinstance(thought, str) else ""))
            self.parts.append(("refusal", text_of(message.get("refusal"))))
            said = choice.get("finish_reason")
            self.finish = said if isinstance(said, str) else self.finish
        usage = data.get("usage")
        if isinstance(usage, dict):
            self.usage = Usage(
                whole(usage.get("prompt_tokens"), "prompt_tokens"),
                whole(usage.get("completion_tokens"), "completion_tokens"),
            )

    def reply(self, schema: bool) -> Reply:
        """Raises Garbled where nothing was chosen."""
        if not self.chosen:
            raise Garbled("no choice")
        for name in ("text", "reasoning", "refusal"):
            setattr(self, name, paired("".join(piece for kind, piece in self.parts if kind == name)))
        thought = THOUGHT.match(self.text)
        if thought:
            self.reasoning += thought[1].strip()
            self.text = self.text[thought.end() :]
        text = unfenced(self.text) if schema else self.text
        finish = FINISHES.get(self.finish or "stop", "stop")
        if self.refusal and not text:
            text, finish = self.refusal, "filter"
        return Reply(text, self.reasoning, self.usage or Usage(), finish)


def words_of(error: Any) -> str:
    """What an error object says, in at most 300 characters."""
    while isinstance(error, dict) and isinstance(error.get("error"), (dict, str)):
        error = error["error"]
    if isinstance(error, dict):
        extra = [str(error[name]) for name in ("param", "code", "type") if isinstance(error.get(name), (str, int))]
        said = error.get("message") or error.get("detail") or ""
        error = f"{said if isinstance(said, str) else json.dumps(said)}" + (f" ({', '.join(extra)})" if extra else "")
    return one_line(str(error), 300)


def code_of(error: Any) -> int:
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else 0

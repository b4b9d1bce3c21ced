"""What a mind without understanding can read in a prompt: who it is, a table of payments, a limit, a threat.

Written for prompts as `rulewright.agents` makes them, and harmless on others: what is not found is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

ROW = re.compile(r"^\s*(?P<cell>[^→\n]+?)\s*→\s*(?P<paid>[-+]?\d+(?:\.\d+)?)\s*$", re.MULTILINE)
WHO = re.compile(r"\bYou are (?P<name>[^.,\n]{1,60})[.,\n]")
PART = re.compile(r"<(rules|notes|news)>\n(.*?)\n</\1>", re.DOTALL)
NUMBER = r"(\d+(?:\.\d+)?)"
LIMIT = re.compile(rf"\b(?:more than|above|at most|limit(?: of| is)?|quota(?: of| is)?) {NUMBER}(?! ?%)\b", re.I)
THREAT = re.compile(
    r"\b(?:fine[sd]?|penalt(?:y|ies)|sanction(?:s|ed)?|punish(?:ed|ment)?|forbidden|not allowed)\b", re.I
)
AUDIT = re.compile(rf"\bchance {NUMBER}\b.{{0,200}}?\bcosts {NUMBER}\b", re.I | re.DOTALL)
LAKE = (re.compile(r"\bone of (\d+)\b"), re.compile(r"\b(\d+) fish in the lake"))
SCHEMA = re.compile(r"JSON Schema[^{]{0,80}(?=\{)")


def words(messages: list[dict[str, str]]) -> str:
    """All that was said to the model about the game, in order: the parts that are marked as such, or else everything."""
    text = "\n".join(message["content"] for message in messages if message["role"] != "assistant")
    parts = "\n".join(part[1] for part in PART.findall(text))
    return parts or text


def name_of(text: str) -> str | None:
    found = WHO.search(text)
    return found["name"].strip() if found else None


def payments(text: str, who: str | None, options: list[str]) -> dict[str, list[float]] | None:
    """{own action: what it was said to pay, over what others may do}; None where the table does not name every option."""
    found: dict[str, list[float]] = {option: [] for option in options}
    for row in ROW.finditer(text):
        parts = [part.strip() for part in row["cell"].split(",")]
        own = [part.split(":", 1)[1].strip() for part in parts if ":" in part and part.split(":", 1)[0].strip() == who]
        for option in own or [part for part in parts if ":" not in part]:
            if option in found:
                found[option].append(float(row["paid"]))
    return found if options and all(found.values()) else None


def limit(text: str) -> float | None:
    """The last number that is said to be the most there may be; of a lake whose stock doubles, what each may take for ever."""
    found = LIMIT.findall(text)
    if found:
        return float(found[-1])
    people, stock = (pattern.findall(text) for pattern in LAKE)
    if people and stock and "sustainable" in text:
        return float(int(stock[-1]) // (2 * int(people[0])))
    return None


def threatened(text: str) -> bool:
    """Whether a unit too many costs more than it brings: by chance and cost where both are said, else by the words alone."""
    found = AUDIT.search(text)
    if found:
        return float(found[1]) * float(found[2]) > 1
    return bool(THREAT.search(text))


def schema_in(text: str) -> Mapping[str, Any] | None:
    """A JSON Schema that stands in the prompt, for servers that take none beside it; the last one."""
    for found in reversed(list(SCHEMA.finditer(text))):
        try:
            said, _ = json.JSONDecoder().raw_decode(text[found.end() :])
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return said
    return None

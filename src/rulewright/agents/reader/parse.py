"""Reading an answer: tolerant of what surrounds it, strict about what it says; nothing is guessed.

    found        one JSON object: the whole text, in a fence, or with prose before or after it. Objects without any of the keys that
                 were asked for are passed over; if two that have some say different things, neither is taken.
    thought      what stands before a closing </think> is no part of the answer
    refused      a key said twice · NaN and infinities · a missing choice · true and false for numbers · a value out of bounds
    let pass     further keys (they stay in `raw`) · a missing reason · blanks around an option · another case of an option, where
                 one option alone fits · a number as a string, if the string is a JSON number and nothing else · an option that
                 is a number, said as that number

Every refusal is an InputError whose sentence is told to whoever answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ...errors import InputError
from ..quote import paired, spelt
from ..view import Answer, Choice, View

LONGEST = 100_000
"""Characters that are read."""
DIGITS = 100
"""Characters of a number that is said as a string."""
MOST = 50
"""Opening braces at which an object is looked for."""
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


def read(text: str, view: View) -> Answer:
    """The answer that a text gives to a view. Raises InputError: what was needed, what was found."""
    said = found(text, {choice.name for choice in view.choices})
    values = {}
    for choice in view.choices:
        if choice.name not in said:
            raise InputError(where="answer", needed=f'the key "{choice.name}"', found=_keys(said))
        values[choice.name] = choice.checked(understood(said[choice.name], choice))
    reason = said.get("reason", "")
    return Answer(values, paired(reason) if isinstance(reason, str) else json.dumps(reason), text)


def found(text: str, keys: set[str]) -> dict[str, Any]:
    """The one JSON object in a text that has some of the keys. Raises InputError where there is none, or more than one."""
    if len(text) > LONGEST:
        raise InputError(where="answer", needed=f"at most {LONGEST:,} characters", found=f"{len(text):,}")
    text = text.rpartition("</think>")[2]
    if not text.strip():
        raise InputError(where="answer", needed="one JSON object", found="nothing")
    objects = list(_objects(text))
    fitting = [each for each in objects if keys & each.keys()] or (objects if len(objects) == 1 else [])
    if not fitting:
        raise InputError(where="answer", needed="one JSON object", found=_shown(text))
    if any(json.dumps(each, sort_keys=True) != json.dumps(fitting[0], sort_keys=True) for each in fitting[1:]):
        raise InputError(where="answer", needed="one JSON object", found=f"{len(fitting)} that say different things")
    return fitting[0]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Outermost JSON objects, from left to right."""
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    at, tried = text.find("{"), 0
    while at >= 0 and tried < MOST:
        try:
            value, end = decoder.raw_decode(text, at)
            yield value
        except (ValueError, RecursionError):  # a whole number of more digits than Python reads is a ValueError as well
            tried, end = tried + 1, at + 1
        at = text.find("{", end)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for name, value in pairs:
        if name in seen:
            raise InputError(where="answer", needed="every key once", found=f"{_shown(name)} twice")
        seen[name] = value
    return seen


def _no_number(word: str) -> Any:
    raise InputError(where="answer", needed="finite numbers", found=word)


def _finite(digits: str) -> float:
    value = float(digits)
    return _no_number(digits[:20]) if value in (float("inf"), float("-inf")) else value


def understood(value: Any, choice: Choice) -> Any:
    """The value that was meant, by the rules at the head of this file; the value itself where none of them applies."""
    if choice.options:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return value
        word = value.strip() if isinstance(value, str) else json.dumps(value)
        if word in choice.options:
            return word
        same = [option for option in choice.options if option.casefold() == word.casefold()]
        return same[0] if len(same) == 1 else value
    if isinstance(value, str):
        if choice.text:
            return paired(value)
        if len(value) <= DIGITS and NUMBER.fullmatch(value.strip()):
            return json.loads(value.strip())
    return value


def _keys(said: dict[str, Any]) -> str:
    return ", ".join(_shown(name) for name in list(said)[:8]) or "no keys"


def _shown(text: str) -> str:
    return spelt(json.dumps(text[:60], ensure_ascii=False)) + ("…" if len(text) > 60 else "")

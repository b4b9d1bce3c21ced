"""Personalities of the local server: functions (messages, schema, rng) → answer, named like models.

They play roles for tests and demos; nothing about real models follows from them. Each part of an answer is filled in by its kind:
one of several (a payment table in the prompt is read where there is one), a number (more of it is good or bad for others, by its
name), or text. `mind` adds another one; its answer must meet the schema.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from ....agents.models.made_up import bounds, made_up, resolved
from ....errors import InputError
from . import reading

Messages = list[dict[str, str]]
Answering = Callable[[Messages, Mapping[str, Any], Random], dict[str, Any]]
FOR_OTHERS = ("contribut", "give", "donat", "share", "effort", "help", "invest", "clean", "pay")
FRIENDLY = (
    "cooperate",
    "give",
    "help",
    "share",
    "yes",
    "agree",
    "stay",
    "keep",
    "comply",
    "honest",
    "report",
    "nobody",
)
SELFISH = ("defect", "take", "steal", "cheat", "lie", "shirk", "no", "nobody", "none", "refuse", "betray", "pollute")


@dataclass(frozen=True)
class Mind:
    """One of them."""

    answer: Answering
    about: str
    thinks: bool = False
    """Whether it says what it thought apart from the answer, as reasoning models do."""


MINDS: dict[str, Mind] = {}


def mind(name: str, about: str, *, thinks: bool = False) -> Callable[[Answering], Answering]:
    """Adds a function as the model `name`."""
    if not name or set(name) & set("+=/#: "):
        raise InputError(where="mind", needed="a name without + = / # : and spaces", found=repr(name))

    def add(answer: Answering) -> Answering:
        MINDS[name] = Mind(answer, about, thinks)
        return answer

    return add


def filled(schema: Mapping[str, Any], rng: Random, part: Callable[[str, Mapping[str, Any]], Any], why: str) -> Any:
    """A value that meets the schema: `part(name, schema of it)` says each part, None for whatever fits; reasons are given."""
    top = resolved(schema, schema)
    if "properties" not in top:
        return made_up(schema, rng)
    found = {}
    for name, one in top["properties"].items():
        one = resolved(one, schema)
        if name in ("reason", "reasoning", "why") and one.get("type") == "string":
            found[name] = why[: int(one.get("maxLength", 500))]
            continue
        said = part(name, one)
        found[name] = made_up(one, rng, schema) if said is None else said
    return found


def extreme(one: Mapping[str, Any], high: bool, most: float | None = None) -> float | int | None:
    """The greatest or least number of a part, or `most` if that is less; None where it has no such bound."""
    if one.get("type") not in ("number", "integer"):
        return None
    low, top = bounds(one)
    value = min(top, most) if high and most is not None else top if high else low
    value = max(value, low)
    if value in (float("inf"), float("-inf")) or "exclusiveMinimum" in one or "exclusiveMaximum" in one:
        return None
    return int(value) if one["type"] == "integer" else value


def good_for_others(name: str, one: Mapping[str, Any]) -> bool:
    words = f"{name} {one.get('description', '')}".lower()
    return any(word in words for word in FOR_OTHERS)


def by_words(options: list[str], liked: tuple[str, ...]) -> str | None:
    """The first option that begins with one of these words; short words are meant as a whole."""
    for option in options:
        said = option.lower()
        if any(said.startswith(word) if len(word) > 3 else word in said.split() for word in liked):
            return option
    return None


def options_of(one: Mapping[str, Any]) -> list[str]:
    values = one.get("enum", ())
    return [value for value in values if isinstance(value, str)]


@mind("selfish", "what pays it most, on average over what others may do; keeps to a limit where a fine is threatened")
def selfish(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    text = reading.words(messages)
    most = reading.limit(text) if reading.threatened(text) else None

    def part(name: str, one: Mapping[str, Any]) -> Any:
        options = options_of(one)
        if options:
            paid = reading.payments(text, reading.name_of(text), options)
            if paid:
                return max(options, key=lambda option: statistics.fmean(paid[option]))
            return by_words(options, SELFISH)
        return extreme(one, not good_for_others(name, one), most)

    return filled(schema, rng, part, "This pays me most.")


@mind("generous", "what is best for others; half of a limit that the prompt names, where more is bad for them")
def generous(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    most = reading.limit(reading.words(messages))

    def part(name: str, one: Mapping[str, Any]) -> Any:
        options = options_of(one)
        if options:
            return by_words(options, FRIENDLY)
        good = good_for_others(name, one)
        return extreme(one, good or most is not None, None if good or most is None else most // 2)

    return filled(schema, rng, part, "This is best for all of us.")


@mind("lawful", "generous, and never beyond a limit that the prompt names")
def lawful(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    most = reading.limit(reading.words(messages))

    def part(name: str, one: Mapping[str, Any]) -> Any:
        options = options_of(one)
        if options:
            return by_words(options, FRIENDLY)
        return extreme(one, most is not None or good_for_others(name, one), most)

    return filled(schema, rng, part, "I do what the rules say.")


@mind("noisy", "whatever fits, at random")
def noisy(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    return filled(schema, rng, lambda name, one: None, "I could not decide, so I drew lots.")


@mind("stubborn", "the first of what may be said, or the least number, whatever the rules")
def stubborn(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    def part(name: str, one: Mapping[str, Any]) -> Any:
        return next(iter(options_of(one)), None) or extreme(one, False)

    return filled(schema, rng, part, "I always do this.")


@mind("thinker", "as selfish, thinking aloud first", thinks=True)
def thinker(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    return selfish(messages, schema, rng)


TOLD = {
    "keep every rule": lawful,
    "keep to the letter": lawful,
    "all players together": generous,
    "paid the same": generous,
    "kind to those": generous,
}
"""Phrases of personas, and whom they make of a plain mind."""


@mind("plain", "as selfish, unless the prompt says who it is: lawful or generous by a few phrases")
def plain(messages: Messages, schema: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    told = "\n".join(message["content"] for message in messages if message["role"] == "system")
    who = next((answer for phrase, answer in TOLD.items() if phrase in told), selfish)
    return who(messages, schema, rng)

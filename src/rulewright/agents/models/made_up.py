"""A value that meets a JSON Schema, drawn at random: what a model without a mind answers.

Of JSON Schema: type (or several), enum, const, properties (all of them), items and their number, bounds of numbers, multipleOf,
lengths of text, anyOf, oneOf (the first), allOf (merged), $ref within the document. `fits` is the check of the same part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from ...errors import InputError

DEEPEST = 20
WIDE = 100.0
"""Numbers without bounds are drawn within this of their other bound, or of 0."""
SENTENCE = "I weigh what it pays me against what it costs the others and then I choose what seems best to me now"


def resolved(schema: Any, root: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    """A schema without $ref, allOf and anyOf at its top."""
    if schema is True:
        return {}
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        raise InputError(where="the schema", needed=f"objects, at most {DEEPEST} deep", found=repr(schema)[:80])
    if "$ref" in schema:
        found: Any = root
        for part in str(schema["$ref"]).removeprefix("#").strip("/").split("/") if schema["$ref"] != "#" else ():
            found = found.get(part) if isinstance(found, Mapping) else None
        rest = {k: v for k, v in schema.items() if k != "$ref"}
        return {**resolved(found, root, depth + 1), **rest}
    for several in ("anyOf", "oneOf"):
        if schema.get(several):
            rest = {k: v for k, v in schema.items() if k != several}
            return {**rest, **resolved(schema[several][0], root, depth + 1)}
    if "allOf" in schema:
        merged: dict[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
        for part in schema["allOf"]:
            merged |= resolved(part, root, depth + 1)
        return merged
    return schema


def bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    """The least and the greatest number of a schema; ±∞ where there is none."""
    low = max(_number(schema, "minimum", -math.inf), _number(schema, "exclusiveMinimum", -math.inf))
    high = min(_number(schema, "maximum", math.inf), _number(schema, "exclusiveMaximum", math.inf))
    return low, high


def _number(schema: Mapping[str, Any], name: str, without: float) -> float:
    value = schema.get(name, without)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        raise InputError(where=f"the schema, {name}", needed="a number", found=repr(value)[:80])
    return value


def _draw_number(schema: Mapping[str, Any], rng: Random) -> float:
    low, high = bounds(schema)
    if not math.isfinite(low) and not math.isfinite(high):
        low, high = 0.0, WIDE
    low, high = (low if math.isfinite(low) else high - WIDE), (high if math.isfinite(high) else low + WIDE)
    step = _number(schema, "multipleOf", 0.0)
    if step > 0:
        return step * rng.randint(math.ceil(low / step), max(math.ceil(low / step), math.floor(high / step)))
    value = round(rng.uniform(low, high), 2)
    return min(max(value, low), high) if low < value < high or not _open(schema) else (low + high) / 2


def _open(schema: Mapping[str, Any]) -> bool:
    return "exclusiveMinimum" in schema or "exclusiveMaximum" in schema


def _draw_whole(schema: Mapping[str, Any], rng: Random) -> int:
    step = int(_number(schema, "multipleOf", 1)) or 1
    low, high = bounds(schema)
    if not math.isfinite(low):
        low = high - WIDE if math.isfinite(high) else 0.0
    if not math.isfinite(high):
        high = low + WIDE
    first, last = math.ceil(low / step), math.floor(high / step)
    first += first * step == schema.get("exclusiveMinimum")
    last -= last * step == schema.get("exclusiveMaximum")
    if first > last:
        raise InputError(where="the schema", needed="a whole number within its bounds", found="none")
    return step * rng.randint(first, last)


def _draw_text(schema: Mapping[str, Any], rng: Random) -> str:
    least, most = int(_number(schema, "minLength", 0)), int(min(_number(schema, "maxLength", 500), 10_000))
    words = SENTENCE.split()
    start = rng.randrange(len(words) - 5)
    text = " ".join(words[start : start + rng.randint(4, 12)])[:most]
    return text if len(text) >= least else (text + "." * least)[:least]


def made_up(schema: Any, rng: Random, root: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """A value, the same for the same state of `rng`. Raises InputError where the schema cannot be met or followed."""
    root = schema if root is None else root
    schema = resolved(schema, root, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        if not isinstance(schema["enum"], (list, tuple)) or not schema["enum"]:
            raise InputError(where="the schema, enum", needed="a list of values", found=repr(schema["enum"])[:80])
        return rng.choice(list(schema["enum"]))
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, (list, tuple)) and kind else kind
    if kind == "object":
        parts = schema.get("properties", {})
        return {name: made_up(part, rng, root, depth + 1) for name, part in parts.items()}
    if kind == "array":
        least = int(_number(schema, "minItems", 0))
        size = rng.randint(least, int(_number(schema, "maxItems", max(least, 3))))
        return [made_up(schema.get("items", {}), rng, root, depth + 1) for _ in range(size)]
    if not isinstance(kind, str) or kind not in PLAIN:
        raise InputError(where="the schema, type", needed=f"one of {', '.join(PLAIN)}", found=repr(kind)[:80])
    return PLAIN[kind](schema, rng)


PLAIN: dict[str, Callable[[Mapping[str, Any], Random], Any]] = {
    "string": _draw_text,
    "number": _draw_number,
    "integer": _draw_whole,
    "boolean": lambda schema, rng: rng.random() < 0.5,
    "null": lambda schema, rng: None,
}


def fits(value: Any, schema: Any, root: Mapping[str, Any] | None = None, depth: int = 0) -> bool:
    """Whether a value meets a schema, as far as the part of JSON Schema above goes."""
    root = schema if root is None else root
    schema = resolved(schema, root, depth)
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and not any(value == one and type(value) is type(one) for one in schema["enum"]):
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(IS[kind](value) for kind in kinds if kind in IS):
        return False
    if isinstance(value, str):
        return _number(schema, "minLength", 0) <= len(value) <= _number(schema, "maxLength", math.inf)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = bounds(schema)
        shut = value != schema.get("exclusiveMinimum") and value != schema.get("exclusiveMaximum")
        return math.isfinite(value) and low <= value <= high and shut
    if isinstance(value, list):
        enough = _number(schema, "minItems", 0) <= len(value) <= _number(schema, "maxItems", math.inf)
        return enough and all(fits(one, schema.get("items", {}), root, depth + 1) for one in value)
    if isinstance(value, dict):
        parts = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False and set(value) - set(parts)
        absent = set(schema.get("required", ())) - set(value)
        return (
            not closed
            and not absent
            and all(fits(one, parts[name], root, depth + 1) for name, one in value.items() if name in parts)
        )
    return True


IS: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer()),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}

"""Charters as files: TOML for people, JSON for machines; numbers are exact rationals, defaults are left out.

A table over outcomes is a list of pairs, [["raised", "late"], "-3/2"].
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ...errors import InputError
from ...numerics.rational import fraction
from .charter import Charter

MOST = 16 << 20
"""Bytes of a charter's file."""


def as_data(thing: Any) -> Any:
    """A charter, or a part of one, as plain data."""
    if is_dataclass(thing):
        return {
            f.name: as_data(value)
            for f in fields(thing)
            if (value := getattr(thing, f.name)) != _default(f) and value is not None
        }
    if isinstance(thing, Fraction):
        return str(thing)
    if isinstance(thing, Mapping):
        return [[list(cell), as_data(value)] for cell, value in thing.items()]
    return [as_data(x) for x in thing] if isinstance(thing, (tuple, list)) else thing


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def from_data(data: Any, where: str = "charter") -> Charter:
    """The charter of plain data. Raises InputError naming the place."""
    made: Charter = _made(Charter, data, where)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, data: Any, where: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _clause(kind, data, where)
    if origin is UnionType:
        return _made(next(k for k in inner if k is not NoneType), data, where)
    if origin is tuple:
        return _row(inner, data, where)
    if origin is Mapping:
        wrong = _wrong(where, 'a list of pairs [["outcome", …], amount]', data)
        if not isinstance(data, list) or any(not isinstance(pair, list) or len(pair) != 2 for pair in data):
            raise wrong
        cells = [(_made(inner[0], cell, where), _made(inner[1], value, where)) for cell, value in data]
        if len(dict(cells)) != len(cells):
            raise _wrong(where, "each cell once", data)
        return dict(cells)
    if kind is Fraction:
        try:
            return fraction(data)
        except ValueError:
            raise _wrong(where, "a number", data) from None
    if kind is Any or (isinstance(data, kind) and (kind is bool or not isinstance(data, bool))):
        return data
    raise _wrong(where, {str: "text", int: "a whole number", bool: "true or false"}.get(kind, kind.__name__), data)


def _row(inner: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    if isinstance(data, str) and inner[0] is str:
        data = [data]
    if not isinstance(data, list):
        raise _wrong(where, "a list", data)
    return tuple(
        _made(inner[0], x, f"{where}[{k + 1}]" if is_dataclass(inner[0]) else where) for k, x in enumerate(data)
    )


def _clause(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(where, "a table of keys", data)
    known = {f.name: f for f in fields(kind)}
    for name in data:
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else ""
            raise InputError(where=where, needed=f"keys among {', '.join(known)}", found=repr(name), remedy=remedy)
    missing = [n for n, f in known.items() if n not in data and f.default is MISSING and f.default_factory is MISSING]
    if missing:
        raise InputError(where=where, needed=f"the key {missing[0]!r}", found="none")
    return kind(**{n: _made(_hints(kind)[n], value, f"{where}, {n}") for n, value in data.items()})


def _wrong(where: str, needed: str, found: Any) -> InputError:
    return InputError(where=where, needed=needed, found=repr(found)[:80])


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def read(path: Path) -> Charter:
    """From TOML or JSON, by the name's ending. Raises InputError."""
    try:
        if path.stat().st_size > MOST:
            raise InputError(where=str(path), needed=f"at most {MOST:,} bytes", found="more")
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise InputError(where=str(path), needed="a charter", found=error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:
        raise InputError(where=str(path), needed="TOML or JSON", found=str(error)) from None
    return from_data(data, str(path))


def write(charter: Charter, path: Path) -> None:
    """As TOML, or as JSON if the name ends so."""
    data = as_data(charter)
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n" if path.suffix == ".json" else toml(data)
    path.write_text(text, encoding="utf-8")


def toml(data: Mapping[str, Any]) -> str:
    """A table of plain values, of tables, and of lists of tables."""
    order = [f.name for f in fields(Charter)]
    order = [name for name in ("name", "free", "talk", "fund", "balanced") if name in data] + [
        name for name in ("agents", *order) if name in data
    ]
    lines: list[str] = []
    for name in dict.fromkeys(order):
        value = data[name]
        if isinstance(value, dict):
            lines += ["", f"[{name}]", *(f"{k} = {_inline(x)}" for k, x in value.items())]
        elif isinstance(value, list):
            for table in value:
                lines += ["", f"[[{name}]]", *(f"{k} = {_inline(x)}" for k, x in table.items())]
        else:
            lines.append(f"{name} = {_inline(value)}")
    return "\n".join(lines) + "\n"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_inline(x)}" for k, x in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

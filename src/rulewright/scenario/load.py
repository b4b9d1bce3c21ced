"""From a file, or the name of a scenario that ships, to a scenario; every mistake with its place and remedy."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import InputError
from . import schema
from .kinds import GAME, Kind, kind_of
from .lines import line_of
from .scenario import Scenario
from .written import Written

LARGEST = 16 << 20  # bytes of a scenario file


def shipped(kind: str = "") -> list[str]:
    """Names of the scenarios that ship, of this kind only if one is named."""
    folder = resources.files(__package__) / "catalogue"
    files = sorted((e for e in folder.iterdir() if e.name.endswith(".toml")), key=lambda e: e.name)
    wanted = [f for f in files if not kind or kind_of(tomllib.loads(f.read_text(encoding="utf-8"))).name == kind]
    return [f.name.removesuffix(".toml") for f in wanted]


def load(source: str, parameters: Mapping[str, str] | None = None) -> Written:
    """A scenario from a path (.toml, .nfg, .efg) or the name of one that ships, with parameters changed.

    Raises InputError with place, need, found and remedy.
    """
    path = Path(source)
    scenario: Written
    if path.suffix.lower() in (".nfg", ".efg"):
        scenario = _of_game_file(path)
    elif path.suffix or path.is_file() or "/" in source or (path.is_dir() and source not in shipped()):
        scenario = parse(_text(path), name=path.stem, origin=str(path), folder=path.parent)
    elif source in shipped():
        scenario = parse(text_of(source), name=source, origin=source)
    else:
        raise _unknown(source, "a scenario file, or the name of a scenario that ships", "neither")
    return scenario.having(**parameters) if parameters else scenario


def text_of(name: str) -> str:
    """The file of a scenario that ships. Raises InputError for a name that there is not."""
    if name not in shipped():
        raise _unknown(name, "the name of a scenario that ships", "none of that name")
    return (resources.files(__package__) / "catalogue" / f"{name}.toml").read_text(encoding="utf-8")


def _unknown(source: str, needed: str, found: str) -> InputError:
    near = difflib.get_close_matches(source, shipped(), n=1)
    listed = f"`rulewright scenarios` lists: {', '.join(shipped())}."
    return InputError(where=source, needed=needed, found=found, remedy=f"Did you mean {near[0]!r}?" if near else listed)


def _start(path: Path) -> bytes:
    """A file, and no more of it than it takes to see that it is too large: some have no end."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _text(path: Path) -> str:
    try:
        raw = _start(path) if not path.is_dir() else None
    except FileNotFoundError:
        raise InputError(where=str(path), needed="a file", found="nothing there") from None
    except OSError as error:
        raise InputError(where=str(path), needed="a file that can be read", found=str(error.strerror)) from None
    if raw is None:
        raise InputError(where=str(path), needed="a file", found="a folder")
    if len(raw) > LARGEST:
        raise InputError(where=str(path), needed=f"a file of at most {LARGEST:,} bytes", found="more")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(where=f"{path}, line {line}", needed="text in UTF-8", found="bytes that are not") from None


def parse(text: str, *, name: str, origin: str, folder: Path = Path()) -> Written:
    """A scenario from TOML text; `origin` is what messages call it."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputError(where=origin, needed="a TOML file", found=str(error)) from None
    except (RecursionError, ValueError) as error:
        raise InputError(where=origin, needed="a TOML file", found=str(error) or "too deep a nesting") from None
    try:
        kind = kind_of(data)
    except InputError as error:
        raise error.at(origin) from None
    try:
        file = kind.file.model_validate(data)
    except ValidationError as error:
        raise _wrong(error, data, text, origin, kind) from None
    scenario = kind.scenario(name=name, file=file, text=text, origin=origin, folder=folder)
    scenario.check()
    return scenario


def _of_game_file(path: Path) -> Scenario:
    """A bare game: diagnosed for the sum of payoffs, with a free hand in recommending."""
    file = schema.ScenarioFile.model_validate(
        {"title": path.stem, "source": str(path), "game": {"file": path.name}, "people": {"goal": "total"}}
    )
    scenario = Scenario(name=path.stem, file=file, origin=str(path), folder=path.parent)
    scenario.game  # noqa: B018 early check
    return scenario


def _wrong(error: ValidationError, data: Any, text: str, origin: str, kind: Kind) -> InputError:
    """The first mistake in the user's terms; how many more there are."""
    mistakes = _deepest(error.errors(include_url=False), data)
    first = next((m for m in mistakes if m["type"] == "extra_forbidden"), mistakes[0])
    path = _user_path(first["loc"], data, first["type"] == "missing")
    line = line_of(text, path)
    where = ", ".join([origin, *([f"line {line}"] if line else []), ".".join(map(str, path))])
    more = f" ({len(mistakes) - 1} more mistakes after this one.)" if len(mistakes) > 1 else ""
    if first["type"] == "extra_forbidden":
        known = _known_keys(path[:-1], kind)
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"Known keys here: {', '.join(known)}."
        return InputError(where=where, needed="a known key", found=repr(path[-1]), remedy=remedy + more)
    if first["type"] == "missing":
        return InputError(where=where, needed=f"the key {path[-1]!r}", found="nothing", remedy=more.strip())
    if first["type"] in ("list_type", "tuple_type") and isinstance(first["input"], dict):
        remedy = f"There may be several: write [[{'.'.join(map(str, path))}]]."
        return InputError(where=where, needed="a list of tables", found="one table", remedy=remedy + more)
    needed = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return InputError(where=where, needed=needed, found=f"{_shown(first['input'])}", remedy=more.strip())


def _user_path(loc: Sequence[Any], data: Any, missing: bool = False) -> list[str | int]:
    """Pydantic names union members and validators inside paths; keep what is a key or a position in the file.

    `missing`: the last part is a key that is not there.
    """
    path: list[str | int] = []
    for k, part in enumerate(loc):
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            path.append(part)
            data = data[part]
        elif missing and k == len(loc) - 1:
            path.append(part)
    return path


def _deepest(mistakes: Sequence[Any], data: Any) -> list[Any]:
    """Of what may be one thing or another, the complaint of what was meant: the one that reaches furthest into the file."""
    paths = [tuple(_user_path(mistake["loc"], data, mistake["type"] == "missing")) for mistake in mistakes]
    return [
        mistake
        for k, (mistake, path) in enumerate(zip(mistakes, paths, strict=True))
        if path not in paths[:k] and not any(other != path == other[: len(path)] for other in paths)
    ]


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, Decimal) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _known_keys(path: Sequence[str | int], kind: Kind = GAME) -> list[str]:
    """Keys of the part of the schema at `path`, from the published JSON Schema."""
    whole = kind.file.model_json_schema()
    node: dict[str, Any] = whole
    for part in path:
        node = _resolved(node, whole)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part) or node.get("additionalProperties") or {}
        if not isinstance(node, dict):
            return []
    return list(_resolved(node, whole).get("properties", {}))


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", []), *node.get("allOf", [])):
        if "$ref" in option:
            return whole["$defs"][option["$ref"].rsplit("/", 1)[1]]
    return node

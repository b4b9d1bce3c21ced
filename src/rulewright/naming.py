"""What scenario files may name: functions and classes of the house, with settings that a file can say.

A name stands for a function or class, loaded when it is asked for. A setting of a file is read as the function's signature has it:
text where it takes text, a fraction where it takes one, else a number; or a formula of the file's parameters; lists of these.
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from .errors import InputError

Number = Callable[[str], Fraction]
"""A formula as a number."""
UNSAID = re.compile(r"(Map|Beam|View|Network|Policy|World|Law)\b")
"""Settings that are things of their own, made in Python only."""
PLAIN = re.compile(r"(tuple\[)*(float|int|bool|str|Fraction)\b")
"""Settings that are no tables."""


@dataclass(frozen=True)
class Named:
    """One thing that a file may name."""

    at: str
    """module:name, within rulewright."""
    says: str

    def __call__(self, *given: Any, **settings: Any) -> Any:
        return self.made(*given, **settings)

    @property
    def made(self) -> Callable[..., Any]:
        """The function or class."""
        module, _, name = self.at.partition(":")
        return getattr(import_module(f".{module}", __package__), name)  # type: ignore[no-any-return]

    @property
    def settings(self) -> dict[str, inspect.Parameter]:
        """Those that have a name."""
        found = inspect.signature(self.made).parameters
        return {name: p for name, p in found.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


def known(name: str, table: Mapping[str, Named], what: str) -> Named:
    """The thing of that name. Raises InputError with the nearest one."""
    if name not in table:
        near = difflib.get_close_matches(name, list(table), n=1)
        raise InputError(
            needed=f"{what} among {', '.join(table)}",
            found=repr(name),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return table[name]


def read(one: Named, said: Mapping[str, Any], number: Number, given: tuple[str, ...] = ()) -> dict[str, Any]:
    """Settings as the function takes them; those `given` are not the file's to say. Raises InputError naming those there are."""
    there = {name: p for name, p in one.settings.items() if name not in given}
    found = {}
    for name, value in said.items():
        if name not in there:
            near = difflib.get_close_matches(name, list(there), n=1)
            raise InputError(
                where=name,
                needed=f"a setting among {', '.join(there) or 'none'}",
                found=repr(name),
                remedy=f"Did you mean {near[0]!r}?" if near else "",
            )
        wanted = str(there[name].annotation)
        if UNSAID.match(wanted):
            raise InputError(
                where=name, needed=f"nothing: it is a {wanted}, which a file cannot say", found=repr(value)
            )
        if wanted.startswith("tuple[") and not isinstance(value, list):
            raise InputError(where=name, needed="a list", found=repr(value))
        if wanted.startswith("Mapping[") and not isinstance(value, Mapping):
            raise InputError(where=name, needed="a table", found=repr(value))
        if wanted == "Any" and isinstance(value, (list, Mapping)):
            raise InputError(where=name, needed="a number", found=repr(value))
        found[name] = _setting(name, value, wanted, number)
    missing = [name for name, p in there.items() if p.default is p.empty and name not in said]
    if missing:
        more = ", ".join(name for name in there if name not in missing and name not in said)
        wanted = f"the setting{'s' if len(missing) > 1 else ''} {', '.join(map(repr, missing))}"
        raise InputError(
            needed=wanted, found="nothing", remedy=f"There are also {more}; they have defaults." if more else ""
        )
    return found


def _setting(name: str, value: Any, wanted: str, number: Number) -> Any:
    if isinstance(value, bool):
        if "bool" not in wanted:
            raise InputError(
                where=name, needed="text" if re.fullmatch("str", wanted) else "a number", found=str(value).lower()
            )
        return value
    if wanted == "bool":
        raise InputError(where=name, needed="true or false", found=repr(value))
    if wanted == "str" and not isinstance(value, str):
        raise InputError(where=name, needed="text", found=repr(value))
    if isinstance(value, list):
        if not re.search(r"tuple|list|Sequence|Array|Mapping", wanted):
            raise InputError(where=name, needed="one value", found="a list")
        inner = re.sub(r"^tuple\[(.*), \.\.\.\]$", r"\1", wanted)
        return tuple(_setting(name, part, inner, number) for part in value)
    if isinstance(value, Mapping):
        if PLAIN.match(wanted):
            raise InputError(where=name, needed="numbers or text", found="a table")
        wanted = wanted.partition(",")[2].strip().removesuffix("]")
        return {key: _setting(name, part, wanted, number) for key, part in value.items()}
    if isinstance(value, str) and re.search(r"\bstr\b|Literal", wanted):
        return value
    try:
        found = number(str(value))
    except InputError as error:
        raise error.at(name) from None
    if re.match(r"(tuple\[)?int\b", wanted):
        if found.denominator != 1:
            raise InputError(where=name, needed="a whole number", found=str(value))
        return int(found)
    if re.match(r"(tuple\[)*Fraction\b", wanted):
        return found
    try:
        return float(found)
    except OverflowError:
        raise InputError(where=name, needed="a number that a float can hold", found="one beyond 10^308") from None

"""A job: a pure function, named by where it is imported from, and its arguments. Its key is its content.

    key = sha256(function, version, arguments, seeded), 32 hexadecimal digits;  seed = the first 63 bits of sha256(key)

The seed comes from the key, never from a worker or an order, so that the same job gives the same bits wherever it runs.
Code is not sent: a worker imports the function from its own installation, and imports nothing that a store or a result names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from ..errors import InputError
from . import plain

PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class Job:
    """`function` is "package.module:name"; `arguments` the canonical text of its keyword arguments (see `plain`)."""

    function: str
    arguments: str = "{}"
    seeded: bool = False
    """Whether the function is also given `seed`, a whole number below 2⁶³."""
    version: str = ""
    """Of the function: part of the key, so that a change of code that changes results is not answered from an old store."""

    def __post_init__(self) -> None:
        if not PATH.fullmatch(self.function):
            raise InputError(where="a job", needed='a function as "package.module:name"', found=repr(self.function))
        if not self.arguments.startswith("{"):
            raise InputError(where=self.function, needed="arguments as a JSON dictionary", found=repr(self.arguments))

    @classmethod
    def of(
        cls, function: str | Callable[..., Any], *, seeded: bool = False, version: str = "", **arguments: Any
    ) -> Job:
        """The job of calling `function` (itself, or its import path) with `arguments`: JSON and bytes.

        Raises InputError for a function without an import path (a lambda, one inside a function, one of `__main__`).
        """
        path = function if isinstance(function, str) else path_of(function)
        if seeded and "seed" in arguments:
            raise InputError(where=path, needed="either a seed or seeded=True", found="both")
        return cls(path, plain.text(arguments, f"arguments of {path}"), seeded, version)

    @cached_property
    def key(self) -> str:
        said = "\0".join((self.function, self.version, self.arguments, "seeded" if self.seeded else ""))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def seed(self) -> int:
        return int.from_bytes(hashlib.sha256(self.key.encode()).digest()[:8], "big") >> 1

    def __call__(self) -> Any:
        """Done here and now: what the function returns."""
        given = plain.value(self.arguments)
        if self.seeded:
            given["seed"] = self.seed
        return imported(self.function)(**given)


def path_of(function: Callable[..., Any]) -> str:
    """Where a function is imported from, "package.module:name". Raises InputError where it cannot be."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if module in (None, "", "__main__") or "<" in name or not name:
        raise InputError(
            where=f"the function {name or function!r}",
            needed="one that can be imported: at the top of a module",
            found="one of a script or inside a function" if name else "no name",
            remedy="Put it into a module that the workers can import too.",
        )
    return f"{module}:{name}"


def imported(path: str) -> Callable[..., Any]:
    """The function of an import path. Raises InputError where there is none."""
    module, _, name = path.partition(":")
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise InputError(
            where=f"the job {path}",
            needed="a function that can be imported there",
            found=str(error),
            remedy="Install its module on the machines that work, or put its folder on PYTHONPATH.",
        ) from None
    if not callable(found):
        raise InputError(where=f"the job {path}", needed="a function", found=type(found).__name__)
    return found  # type: ignore[no-any-return]

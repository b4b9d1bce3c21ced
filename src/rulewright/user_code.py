"""A user's own Python: the one place where a file of code is run, and only because its owner named it.

`FILE.py`, or `FILE.py:name`, gives a function (a classifier of acts, a reward). Scenario files are data and never come here by
themselves: who assesses somebody else's TOML runs nothing of theirs.
"""

from __future__ import annotations

import difflib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import InputError


def split(said: str) -> tuple[Path, str]:
    """(path, name) of FILE.py:name; the name is empty where none is said."""
    head, dot, name = said.rpartition(".py:")
    return (Path(f"{head}.py"), name) if dot else (Path(said), "")


def module(path: Path) -> ModuleType:
    """The file, run. Raises InputError where it is not there or does not run, naming the line."""
    if not path.is_file():
        raise InputError(where=str(path), needed="a Python file", found="nothing there")
    name = f"rulewright_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(where=str(path), needed="a Python file, named *.py", found=repr(path.name))
    made = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = made  # dataclasses look their module up
    try:
        spec.loader.exec_module(made)
    except Exception as error:
        raise InputError(where=place(path, error), needed="Python that runs", found=told(error)) from None
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return made


def function(said: str, names: Sequence[str]) -> Callable[..., Any]:
    """The function that FILE.py:name names; without a name, the first of `names` that there is. Raises InputError."""
    path, wanted = split(said)
    made = module(path)
    asked = [wanted] if wanted else list(names)
    for name in asked:
        found = getattr(made, name, None)
        if callable(found):
            return found  # type: ignore[no-any-return]
    there = [name for name, value in vars(made).items() if callable(value) and not name.startswith("_")]
    near = difflib.get_close_matches(asked[0], there, n=1)
    raise InputError(
        where=str(path),
        needed=f"a function called {' or '.join(asked)}",
        found=", ".join(there) or "no function",
        remedy=f"Name it: {path}:{near[0]}" if near else f"Name one: {path}:{there[0]}" if there else "",
    )


def place(path: Path, error: BaseException) -> str:
    """Where in the user's file something went wrong: "file, line 7"; the file alone where it was elsewhere."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f"{path}, line {error.lineno}"
    here = path.resolve()
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).resolve() == here
    ]
    return f"{path}, line {lines[-1]}" if lines else str(path)


def told(error: BaseException) -> str:
    """What went wrong, in a line."""
    return f"{type(error).__name__}: {error}".strip().removesuffix(":")

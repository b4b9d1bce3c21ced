"""A user's own Python: the one place where a file of code is run, and only because its owner named it.

`FILE.py`, or `FILE.py:name`, gives a function (a classifier of acts, a reward). Scenario files are data and never come here by
themselves: who assesses somebody else's TOML runs nothing of theirs.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from .errors import InputError

LOADING = 60.0  # seconds that a file may take to be loaded
STUBBORN = 20  # times that what does not stop is told to, a quarter of a second apart


class TooSlow(BaseException):
    """Not an Exception: a user's `except Exception` must not catch it. Says after how many seconds."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stops what takes longer by raising TooSlow, where the system can; elsewhere it is waited for.

    Code that catches even that is told again and again, and at last the process ends, with a sentence and exit code 2.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    told_to_stop = 0

    def stop(*_: Any) -> None:
        nonlocal told_to_stop
        told_to_stop += 1
        if told_to_stop > STUBBORN:
            os.write(
                2,
                b"rulewright: the user's function does not stop, and catches what would stop it; nothing was written.\n",
            )
            os._exit(2)
        raise TooSlow(seconds)

    before = signal.signal(signal.SIGALRM, stop)
    started = time.monotonic()
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds, 0.25)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # of a wider limit, around this one
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - started), 1e-3), again)


def split(said: str) -> tuple[Path, str]:
    """(path, name) of FILE.py:name; the name is empty where none is said."""
    head, dot, name = said.rpartition(".py:")
    return (Path(f"{head}.py"), name) if dot else (Path(said), "")


class _AsWritten(SourceFileLoader):
    """Runs what the file says now: kept bytecode is told apart by size and whole seconds only. Leaves none beside it either."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def module(path: Path) -> ModuleType:
    """The file, run; it may import its neighbours. Raises InputError where it is not there or does not run, naming the line."""
    if not path.is_file():
        raise InputError(where=str(path), needed="a Python file", found="nothing there")
    name = f"rulewright_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_AsWritten(name, str(path)))
    if path.suffix != ".py" or spec is None or spec.loader is None:
        raise InputError(where=str(path), needed="a Python file, named *.py", found=repr(path.name))
    made = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = made  # dataclasses look their module up
    try:
        with _beside(path), limited(LOADING):
            spec.loader.exec_module(made)
    except TooSlow:
        raise InputError(
            where=str(path), needed=f"Python that is loaded within {LOADING:g} seconds", found="more"
        ) from None
    except (Exception, SystemExit) as error:
        raise InputError(where=place(path, error), needed="Python that runs", found=told(error)) from None
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return made


@contextmanager
def _beside(path: Path) -> Iterator[None]:
    """The file's folder can be imported from; what comes from there is not remembered, for another folder may have such a name."""
    folder, there = path.resolve().parent, set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))
        for name in set(sys.modules) - there:
            file = getattr(sys.modules[name], "__file__", None)
            if file and folder == Path(file).resolve().parent:
                del sys.modules[name]


def function(said: str, names: Sequence[str]) -> Callable[..., Any]:
    """The function that FILE.py:name names; without a name, the first of `names` that there is. Raises InputError."""
    return loaded(said, names)[0]


def loaded(said: str, names: Sequence[str]) -> tuple[Callable[..., Any], ModuleType]:
    """(that function, the file that names it: the function itself may come from elsewhere). Raises InputError."""
    path, wanted = split(said)
    made = module(path)
    asked = [wanted] if wanted else list(names)
    for name in asked:
        found = getattr(made, name, None)
        if callable(found):
            return found, made
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
    try:
        words = " ".join(str(error).split())
    except Exception:  # the user's own __str__
        words = ""
    return f"{type(error).__name__}: {_short(words, 200)}".strip().removesuffix(":")


def shown(value: Any) -> str:
    """A value in a few words, whatever it is."""
    try:
        return _short(repr(value), 60)
    except Exception:  # the user's own __repr__
        return f"something of type {type(value).__name__}"


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"

"""A package that is not there is told with the extra that brings it, never as a traceback."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..errors import MissingExtra


def needs(package: str, what: str, extra: str = "marl") -> Any:
    """The package, imported. Raises MissingExtra naming the extra."""
    try:
        return import_module(package)
    except ImportError as missing:
        raise MissingExtra(
            where=what,
            needed=package.split(".")[0],
            found=f"no module {missing.name}",
            remedy=f"Run: pip install 'rulewright[{extra}]'",
        ) from None

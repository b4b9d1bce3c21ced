"""Tables of utilities that ship, by name."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

DATA = "rulewright.competition"


def shipped() -> tuple[str, ...]:
    """Names."""
    folder = resources.files(DATA).joinpath("data")
    return tuple(sorted(file.name.removesuffix(".csv") for file in folder.iterdir() if file.name.endswith(".csv")))


def path_of(name: str) -> Path | None:
    """The file of a table that ships; None for another name."""
    if name not in shipped():
        return None
    return Path(str(resources.files(DATA).joinpath("data", f"{name}.csv")))

"""Where a search stands, as one .npz of plain arrays with a header in JSON: written whole or not at all, read without pickle."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

HEADER = "header"
DAMAGED = (
    OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, MemoryError, RuntimeError, BadZipFile, zlib.error
)  # fmt: skip


def write(path: str | os.PathLike[str], header: dict[str, Any], arrays: dict[str, Array]) -> None:
    """Atomically."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    told = np.frombuffer(json.dumps(header).encode(), np.uint8)
    try:
        with part.open("wb") as stream:
            np.savez(stream, **{HEADER: told}, **arrays)  # type: ignore[arg-type]
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path: str | os.PathLike[str], run: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Array]]:
    """Header and arrays. Raises InputError where it is no checkpoint, or one of another run than `run` says."""
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            header = json.loads(found[HEADER].tobytes())
            arrays = {name: found[name] for name in found.files if name != HEADER}
        there = header["run"]
        if not isinstance(there, dict):
            raise TypeError("a header without settings")
    except DAMAGED as wrong:
        said = str(wrong) or type(wrong).__name__
        raise InputError(where=str(path), needed="a checkpoint of learn_affine", found=said) from None
    for name, here in run.items():
        if there.get(name) != here:
            raise InputError(
                where=f"checkpoint {Path(path).name}, {name}",
                needed=f"what it was begun with, {there.get(name)}",
                found=str(here),
                remedy="Resume with the same settings, or begin again without resume.",
            )
    return header, arrays

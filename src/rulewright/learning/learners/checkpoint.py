"""Checkpoints: one .npz of plain arrays (no pickle) with a header in JSON; written whole or not at all; the last few are kept.

A run that was killed goes on from the last of them to the same bits: everything that changes is in the state, keys included.
The header says what the world and the learner were; a checkpoint of another one is refused.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import jax
import numpy as np

from ...errors import InputError
from .describe import difference, numpy

HEADER, FORMAT = "header", 1
DAMAGED = (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error)
GENERATORS = {"threefry2x32": 2, "rbg": 4, "unsafe_rbg": 4}
"""JAX's random number generators, and how many words a key has."""


def _paths(state: Any) -> list[str]:
    return [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_flatten_with_path(state)[0]]


def write(path: str | os.PathLike[str], state: Any, header: dict[str, Any]) -> None:
    """Everything of `state`, atomically."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    leaves = [numpy(leaf) for leaf in jax.tree.leaves(state)]
    told = {"format": FORMAT, "leaves": _paths(state)} | header
    arrays = {str(i): leaf for i, leaf in enumerate(leaves)}
    text = np.frombuffer(json.dumps(told).encode(), np.uint8)
    temporary = path.with_name(path.name + ".part")
    try:
        with temporary.open("wb") as stream:
            np.savez(stream, **{HEADER: text}, **arrays)  # type: ignore[arg-type]
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)  # what a full disk cut off


def read_header(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What was written with the state. Raises InputError where the file is no checkpoint."""
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            header = json.loads(found[HEADER].tobytes())
        if header["format"] != FORMAT:
            raise InputError(where=str(path), needed=f"format {FORMAT}", found=str(header["format"]))
    except DAMAGED as wrong:
        raise _no_checkpoint(path, wrong) from None
    return dict(header)


def _no_checkpoint(path: Any, wrong: Exception) -> InputError:
    found = str(wrong) or type(wrong).__name__
    remedy = "Remove it: --resume goes on from the one before, where there is one."
    return InputError(where=str(path), needed="a checkpoint", found=found, remedy=remedy)


def read(path: str | os.PathLike[str], like: Any, header: dict[str, Any]) -> Any:
    """The state, with the structure of `like` (values are not looked at).

    Raises InputError where the checkpoint is of another world, learner or plan than `header` says, naming the difference.
    """
    there = read_header(path)
    for part, here in header.items():
        if found := difference(there.get(part), here, part):
            place, was, now = found
            raise InputError(
                where=f"checkpoint {Path(path).name}, {place}",
                needed=f"what it was trained with, {was}",
                found=now,
                remedy="Resume with the same settings, or train in another folder.",
            )
    leaves, shape = jax.tree.flatten(like)
    if there["leaves"] != _paths(like):
        raise InputError(where=f"checkpoint {Path(path).name}", needed="a state of the same parts", found="another one")
    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = [found[str(i)] for i in range(len(leaves))]
    except DAMAGED as wrong:
        raise _no_checkpoint(path, wrong) from None
    return jax.tree.unflatten(shape, [_as(array, leaf, path) for array, leaf in zip(arrays, leaves, strict=True)])


def _as(array: np.ndarray[Any, Any], like: Any, path: Any) -> jax.Array:
    """A leaf as it was: a key where it was a key."""
    made = jax.numpy.asarray(array)
    if jax.numpy.issubdtype(like.dtype, jax.dtypes.prng_key):
        keys = [jax.random.wrap_key_data(made, impl=impl) for impl in GENERATORS if made.shape[-1] == GENERATORS[impl]]
        made = next((key for key in keys if key.dtype == like.dtype), made)
    if made.shape != like.shape or made.dtype != like.dtype:
        wanted, found = f"{like.dtype}{list(like.shape)}", f"{made.dtype}{list(made.shape)}"
        raise InputError(where=f"checkpoint {Path(path).name}", needed=wanted, found=found)
    return made


def name(step: int) -> str:
    """The file's name after `step` environment steps."""
    return f"checkpoint-{step:012d}.npz"


def latest(folder: str | os.PathLike[str]) -> Path | None:
    """The newest checkpoint that is there."""
    found = sorted(Path(folder).glob("checkpoint-*.npz"))
    return found[-1] if found else None


def keep(folder: str | os.PathLike[str], count: int) -> None:
    """Remove all but the newest `count`."""
    for old in sorted(Path(folder).glob("checkpoint-*.npz"))[:-count]:
        old.unlink(missing_ok=True)

"""The seed of a ledger's draws, kept beside it until the close: 32 bytes in a file that only its owner reads."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ..errors import InputError
from .draws import commitment

BYTES = 32


def place(ledger: Path) -> Path:
    """Where the seed of a ledger is."""
    return ledger.with_name(ledger.name + ".seed")


def keep(ledger: Path, seed: bytes | None = None) -> bytes:
    """The seed for a ledger that is about to be opened, on disk before anything is committed to it."""
    path, wanted = place(ledger), seed if seed is not None else os.urandom(BYTES)
    if len(wanted) != BYTES:
        raise InputError(where="guard", needed=f"a seed of {BYTES} bytes", found=f"{len(wanted)}")
    with suppress(FileNotFoundError):
        path.unlink()  # of an opening that was cut off: no line was ever drawn from it
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(wanted.hex())
        file.flush()
        os.fsync(file.fileno())
    with suppress(OSError):  # its name too has to outlast a loss of power; not every system lets one wait for that
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return wanted


def recall(ledger: Path, committed: str) -> bytes:
    """The seed of a ledger that is there. Raises InputError where it is gone, or is not the one committed to."""
    path = place(ledger)
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise InputError(
            where=str(path), needed="the seed of the ledger's draws", found=str(error), remedy="Restore the file."
        ) from None
    if commitment(seed) != committed:
        raise InputError(where=str(path), needed="the seed that the ledger committed to", found="another one")
    return seed

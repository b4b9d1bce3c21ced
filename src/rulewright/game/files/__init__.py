"""Game files in and out: Gambit's .nfg (strategic form) and .efg (extensive form).

`read(path)` gives an exact `Game`, `write(game, path)` a file that other tools of the field open; the suffix chooses
the format. The facts about both formats are those of Gambit's manual, "Game representation formats"
(https://gambitproject.readthedocs.io/en/latest/formats.html).

    read("horse.efg")             the reduced normal form of the tree, expected over chance moves
    write(game, "horse.nfg")      strategies by label, payoffs as exact rationals

Files are UTF-8 (a byte order mark is allowed) and nothing else: a guess at another encoding could silently change a
label, so that it is refused with the line and the byte. A file has no words for a rule-maker, for signals or for which
part of a payoff is money: `write` leaves them out and says so in the comment of the file. It never leaves half a file.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ...errors import InputError
from ...numerics.memory import reserve
from ..game import Game
from . import efg, nfg

__all__ = ["read", "write"]

Parse = Callable[[str, str], Game]
Compose = Callable[[Game, str], Iterator[str]]

FORMATS: dict[str, tuple[Parse, Compose]] = {".nfg": (nfg.parse, nfg.compose), ".efg": (efg.parse, efg.compose)}
BYTES_PER_CHARACTER = 32  # what reading may take beside the payoff table, which is checked on its own


def read(path: str | os.PathLike[str]) -> Game:
    """The game in a .nfg or .efg file, in Fractions.

    Raises InputError, naming file and line, for whatever is wrong with the file, and TooLarge before allocating a table
    that would not fit.
    """
    parse, _ = _format(path)
    return parse(_load(Path(path)), str(path))


def write(game: Game, path: str | os.PathLike[str]) -> None:
    """Write a game with one type per player; floats are written as the decimals that they print as, exactly.

    The file appears whole or not at all. Raises InputError where the game does not fit the format or the folder cannot
    be written to.
    """
    _, compose = _format(path)
    _save(Path(path), compose(game, str(path)))


def _format(path: str | os.PathLike[str]) -> tuple[Parse, Compose]:
    suffix = Path(path).suffix
    if "\0" in str(path):
        raise InputError(where=ascii(str(path)), needed="a file name", found="a NUL character in it")
    if suffix.lower() not in FORMATS:
        raise InputError(
            where=str(path),
            needed=f"a file name that ends in {' or '.join(FORMATS)}",
            found=f"the ending {suffix!r}" if suffix else "no ending",
            remedy="Name the file after its format.",
        )
    return FORMATS[suffix.lower()]


def _load(path: Path) -> str:
    """The text of the file, with its line ends as they are."""
    try:
        if path.is_dir():
            raise InputError(where=str(path), needed="a file", found="a directory", remedy="Name a file inside it.")
        if not path.is_file():
            found = "something that is no ordinary file" if path.exists() else "no file of this name"
            raise InputError(where=str(path), needed="a file", found=found, remedy="Correct the path.")
        reserve((path.stat().st_size,), f"{path}, reading it", item_bytes=BYTES_PER_CHARACTER)
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(where=str(path), needed="a readable file", found=str(error.strerror or error)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + raw.count(b"\n", 0, error.start)
        raise InputError(
            where=f"{path}, line {line}",
            needed="text in UTF-8",
            found=f"the byte 0x{raw[error.start]:02x}",
            remedy="Save the file as UTF-8; for an old file, iconv -f latin1 -t utf-8 mostly does it.",
        ) from error


def _save(path: Path, lines: Iterable[str]) -> None:
    """Write under a temporary name in the same folder, then move it into place in one step."""
    target = Path(os.path.realpath(path))  # through links, as a plain write would go
    draft = target.with_name(f".rulewright-{secrets.token_hex(8)}.tmp")
    try:
        if target.is_dir():
            raise InputError(where=str(path), needed="a file", found="a directory", remedy="Name a file inside it.")
        with open(draft, "x", encoding="utf-8", newline="") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except UnicodeEncodeError as error:
        found = ascii(error.object[error.start : error.end])
        raise InputError(where=str(path), needed="labels of Unicode characters", found=found) from error
    except OSError as error:
        raise InputError(
            where=str(path),
            needed="a place that can be written to",
            found=str(error.strerror or error),
            remedy="Make the folder first, or choose another one.",
        ) from error
    finally:
        with contextlib.suppress(OSError):  # it has been moved, or was never made
            draft.unlink()

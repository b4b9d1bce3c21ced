"""Elections in the form of SNAP's wiki-Elec: blocks of lines that begin with a letter, a block for each election.

    E  whether it ended in promotion (1) or not (0)
    T  time at which it was closed
    U  id and name of who stands
    N  id and name of who nominated
    V  vote (1 support, 0 neutral, −1 oppose), id of the voter, time, name

Fields are separated by tabs; lines that begin with # are comments. Bytes that are not UTF-8 (names) are replaced, not refused.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ...welfare.aggregation.judgements import Judgements
from .tables import date

LETTERS = "ETUNV"
VOTES = {"1": 1.0, "0": 0.5, "-1": 0.0}


@dataclass(frozen=True, eq=False)
class Elections:
    """Votes, outcomes and closing times."""

    judgements: Judgements
    outcome: Array
    """[x]: 1 promoted, 0 not."""
    closed: Array
    """[x]: days since 1970; NaN where it cannot be read."""


def read(path: Path) -> Elections:
    """The elections of a file (.txt or .gz). Raises InputError with the line."""
    if path.is_dir() or not path.exists():
        raise InputError(
            where=str(path), needed="a file of elections", found="a folder" if path.is_dir() else "nothing there"
        )
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(where=str(path), needed="a file that can be read", found=str(error)) from None
    return parse(raw.decode("utf-8-sig", errors="replace"), str(path))


def parse(text: str, origin: str) -> Elections:
    """From the text of such a file. Raises InputError with the line."""
    outcome: list[float] = []
    closed: list[float] = []
    names: list[str] = []
    case, person, value = [], [], []
    for number, line in enumerate(text.split("\n"), start=1):
        said = line.rstrip("\r")
        if not said.strip() or said.startswith("#"):
            continue
        letter, *cells = said.split("\t")
        where = f"{origin}, line {number}"
        if letter not in LETTERS or not cells:
            needed = "a line that begins with E, T, U, N or V and a tab"
            raise InputError(where=where, needed=needed, found=repr(said[:40]))
        if letter == "E":
            if cells[0] not in ("0", "1"):
                raise InputError(where=f"{where}, outcome", needed="0 or 1", found=repr(cells[0]))
            outcome.append(float(cells[0]))
            closed.append(float("nan"))
            names.append(f"election {len(outcome)}")
        elif not outcome:
            raise InputError(where=where, needed="a line E before the others", found=letter)
        elif letter == "T":
            closed[-1] = _date(cells[0])
        elif letter == "U":
            names[-1] = f"{len(outcome)}: {cells[1] if len(cells) > 1 else cells[0]}"
        elif letter == "V":
            if cells[0] not in VOTES or len(cells) < 2 or not cells[1]:
                raise InputError(where=f"{where}, vote", needed="1, 0 or -1 and a voter's id", found=repr(said[:40]))
            case.append(len(outcome) - 1)
            person.append(cells[1])
            value.append(VOTES[cells[0]])
    if not value:
        raise InputError(where=origin, needed="at least one election with a vote", found=f"{len(outcome)} elections")
    made = Judgements.of(case, person, value, cases=range(len(outcome)))  # type: ignore[arg-type]
    judgements = Judgements(made.case, made.person, made.answer, made.values, tuple(names), made.people)
    return Elections(judgements, np.array(outcome), np.array(closed))


def _date(said: str) -> float:
    try:
        return date(said.strip())
    except ValueError:
        return float("nan")

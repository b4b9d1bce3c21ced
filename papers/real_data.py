"""Where data are that a package may not ship: the folder named by RULEWRIGHT_DATA, or ../shared/data where that exists.

Claims that need them raise `Absent` where they are not there; the table then says "left out" and why, and tests skip.
"""

from __future__ import annotations

import os
from pathlib import Path

BESIDE = Path(__file__).parents[2] / "shared" / "data"


class Absent(Exception):
    """The data that a claim needs are not on this machine; the message says which, and where they were looked for."""


def path(name: str) -> Path:
    """The file or folder `name` among the data. Raises Absent."""
    folder = Path(os.environ["RULEWRIGHT_DATA"]) if os.environ.get("RULEWRIGHT_DATA") else BESIDE
    found = folder / name
    if not found.exists():
        raise Absent(f"{name} is not in {folder}; set RULEWRIGHT_DATA to the folder that has it")
    return found

"""What scenario files may name: processes of persuasion, with the settings of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....naming import Named, Number, known, read

LIBRARY = "design.information.markov.library"
PROCESSES: dict[str, Named] = {
    "cases": Named(f"{LIBRARY}:cases", "a prosecutor and a judge, one case after the other (Kamenica & Gentzkow 2011)"),
    "drawn": Named(f"{LIBRARY}:drawn", "tables drawn at random"),
    "navigator": Named(
        f"{LIBRARY}:navigator", "drivers, and a navigator that knows of accidents on a highway that fills"
    ),
    "oversight": Named(
        f"{LIBRARY}:oversight", "an agent that may cheat, and an overseer that can watch some nights only"
    ),
    "traffic": Named(
        "learning.persuasion.continuum:traffic",
        "drivers and a navigator, state and parameter continuous: put on a grid",
    ),
}
"""One line each, in order of names."""


def process(name: str, said: Mapping[str, Any], number: Number) -> Any:
    """The process of that name with these settings: a `Process`, or a `Continuum` that is to be put on a grid.

    Raises InputError for a name or a setting that there is not.
    """
    one = known(name, PROCESSES, "a process")
    return one(**read(one, said, number))

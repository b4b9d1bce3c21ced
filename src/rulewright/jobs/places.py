"""Where jobs run, as `--on` says it: inline, local, local:4, ray, ray://host:port, slurm:partition=…,time=…

A place is opened by a function that is named by its import path, so that Ray and submitit are imported when they are asked for;
other people's places are entries of `PLACES` too, or executors given as they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from ..errors import InputError
from .job import imported
from .local import Inline, Local

FORMS = "inline, local, local:N, ray, ray:auto, ray://HOST:PORT, slurm, slurm:partition=P,time=MINUTES"


def inline(said: str) -> Executor:
    if said:
        raise InputError(where="--on inline", needed="nothing after it", found=repr(said))
    return Inline()


def local(said: str) -> Executor:
    """`said`: how many processes; one for each processor if empty."""
    if said and not (said.isascii() and said.isdigit()):
        raise InputError(where="--on local", needed="a number of processes, as in local:4", found=repr(said))
    return Local(int(said) if said else None)


PLACES: dict[str, str | Callable[[str], Executor]] = {
    "inline": inline,
    "local": local,
    "ray": "rulewright.extras.ray:opened",
    "slurm": "rulewright.extras.slurm:opened",
}


def opened(on: str) -> Any:
    """The executor of a place. Raises InputError for a place that there is not, MissingExtra where its package is not there."""
    name, _, rest = on.strip().partition(":")
    place = PLACES.get(name)
    if place is None:
        near = difflib.get_close_matches(name, PLACES, n=1)
        raise InputError(
            where="--on", needed=FORMS, found=repr(on), remedy=f"Did you mean {near[0]!r}?" if near else ""
        )
    return (imported(place) if isinstance(place, str) else place)(rest)

"""Observations as Gymnasium spaces: one flat vector, or the picture and the numbers apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ..needs import needs
from .host import Host, Look

WAYS = ("flat", "dict")


def checked(way: str) -> str:
    if way not in WAYS:
        raise InputError(where="observations", needed="flat or dict", found=repr(way))
    return way


def vector(host: Host) -> Any:
    """Box of flat observations: numbers are of order one, but nothing bounds them."""
    spaces = needs("gymnasium.spaces", "Gymnasium spaces")
    size, seen = host.look.flat.shape[1], host.look.numbers.shape[1]
    low = np.where(np.arange(size) < size - seen, 0, -np.inf).astype(np.float32)
    high = np.where(np.arange(size) < size - seen, 1, np.inf).astype(np.float32)
    return spaces.Box(low, high, dtype=np.float32)


def space(host: Host, way: str) -> Any:
    """The observation space of every player; `host` has been reset."""
    spaces = needs("gymnasium.spaces", "Gymnasium spaces")
    look = host.look
    if way == "flat":
        return vector(host)
    parts: dict[str, Any] = {}
    if look.view[0].size:
        parts["view"] = spaces.Box(0, host.world.view_codes - 1, look.view.shape[1:], np.int8)
    if look.numbers.shape[1] or not parts:
        parts["numbers"] = spaces.Box(-np.inf, np.inf, (look.numbers.shape[1],), np.float32)
    return spaces.Dict(parts)


def seen(look: Look, i: int, way: str) -> Any:
    """Player i's observation, in `space`."""
    if way == "flat":
        return look.flat[i].copy()
    parts: dict[str, Any] = {}
    if look.view[i].size:
        parts["view"] = look.view[i].copy()
    if look.numbers.shape[1] or not parts:
        parts["numbers"] = look.numbers[i].copy()
    return parts

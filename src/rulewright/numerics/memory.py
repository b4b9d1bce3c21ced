"""Refuse what does not fit before allocating it, and say how large it is."""

import math
import os

from ..errors import TooLarge

FLOAT_BYTES = 8
FRACTION_BYTES = 8 + 120  # pointer, Fraction object and its two integers


def available_bytes() -> int:
    """Physical memory of this machine in bytes; what `reserve` measures against."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def shown(count: int) -> str:
    """Bytes for people: "3.2 GiB"."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{size:.1f} {unit}"


def reserve(shape: tuple[int, ...], what: str, *, item_bytes: int = FLOAT_BYTES, share: float = 0.5) -> None:
    """Raise TooLarge when an array of this shape would take more than `share` of the machine's memory.

    `what` names it in the user's terms, for example "the payoff table of 7 players".
    """
    cells = math.prod(shape)
    size, limit = cells * item_bytes, int(share * available_bytes())
    if size > limit:
        raise TooLarge(
            where=what,
            needed=f"an array of {' × '.join(map(str, shape))} = {cells:,} numbers, {shown(size)}",
            found=f"{shown(limit)} that may be used here",
            remedy="Use fewer actions, types or players, or a coarser grid.",
        )

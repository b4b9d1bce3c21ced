"""Refuse what does not fit before allocating it, and say how large it is."""

import math
import os

from ..errors import TooLarge

FLOAT_BYTES = 8
FRACTION_BYTES = 8 + 120  # pointer, Fraction object and its two integers


def available_bytes() -> int:
    """Physical memory of this machine in bytes; what `reserve` measures against."""
    if hasattr(os, "sysconf"):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 8 << 30  # Windows has no sysconf; a modest guess only makes the refusal earlier


def shown(count: int) -> str:
    """Bytes for people: "3.2 GiB"."""
    units = ("B", "KiB", "MiB", "GiB", "TiB")
    power = min(max(count.bit_length() - 1, 0) // 10, len(units) - 1)
    tenths = 10 * count >> 10 * power  # whole numbers: a shape can be too large for a float
    return f"{tenths // 10:,}.{tenths % 10} {units[power]}" if tenths < 10**15 else "far too many bytes"


def reserve(shape: tuple[int, ...], what: str, *, item_bytes: int = FLOAT_BYTES, share: float = 0.5) -> None:
    """Raise TooLarge when an array of this shape would take more than `share` of the machine's memory.

    `what` names it in the user's terms, for example "the payoff table of 7 players".
    """
    cells = math.prod(shape)
    size, limit = cells * item_bytes, int(share * available_bytes())
    if size > limit:
        count = f"{cells:,}" if cells < 10**30 else "over 10^30"
        raise TooLarge(
            where=what,
            needed=f"an array of {' × '.join(map(str, shape))} = {count} numbers, {shown(size)}",
            found=f"{shown(limit)} that may be used here",
            remedy="Use fewer actions, types or players, or a coarser grid.",
        )

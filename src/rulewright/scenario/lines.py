"""Where in a TOML file a key stands: tomllib says what, not where."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) of the deepest part of `path` that can be found, or None.

    `path` is made of keys and of positions in arrays, as in ("compare", 2, "pay", "writer").
    """
    keys = [str(p) for p in path if not isinstance(p, int)]
    wanted = [p for p in path if isinstance(p, int)]
    best, depth = None, 0
    section: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            section = [part.strip().strip("\"'") for part in header.group(2).split(".")]
            if header.group(1) == "[[":
                seen[header.group(2)] = seen.get(header.group(2), -1) + 1
                if wanted and section == keys[: len(section)] and seen[header.group(2)] != wanted[0]:
                    section = ["\0"]  # another element of the array
                    continue
            found = len(section) if section == keys[: len(section)] else 0
        else:
            found = len(section) if section == keys[: len(section)] else -1
            while 0 <= found < len(keys) and re.search(rf"(^|[\s{{,.\"']){re.escape(keys[found])}[\"']?\s*[=.]", line):
                found += 1
            if found <= len(section):
                continue
        if found > depth:
            best, depth = number, found
    return best

"""Other people's words as data: one line that cannot pose as a rule, whatever is written in it.

Words are told as a JSON string: quotes and line breaks inside are escaped, so that they end where the string ends. Angle
brackets are escaped as well, so that no tag of a prompt can be forged, and so is all that is not plain to the eye (controls,
marks of writing direction, invisible and private characters). `unquoted` gives the words back.
"""

from __future__ import annotations

import json
import re
import unicodedata

LONGEST = 500
"""Characters of one message that others are shown."""
HIDDEN = ("C", "Zl", "Zp")
"""Unicode categories that are spelt out: controls, formats, surrogates, private, unassigned, line and paragraph separators."""


def quoted(text: str, most: int = LONGEST) -> str:
    """The words as a JSON string on one line, of at most `most` characters of them; what was cut is said after the string."""
    shown = json.dumps(text[:most], ensure_ascii=False)
    return spelt(shown, "<>") + (f" (cut after {most} of {len(text)} characters)" if len(text) > most else "")


def spelt(written: str, also: str = "") -> str:
    """A JSON text with all that is not plain to the eye, or among `also`, spelt as JSON escapes: the same data, safe to show."""
    return "".join(_escaped(c) if c in also or unicodedata.category(c).startswith(HIDDEN) else c for c in written)


def paired(text: str) -> str:
    """Text that can be written: halves of a character that came apart are joined, and single ones replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unquoted(line: str) -> str:
    """The words of a quoted line, as far as they were shown."""
    return str(json.JSONDecoder().raw_decode(line)[0])


def said(who: str, text: str, most: int = LONGEST) -> str:
    """One line of a conversation."""
    return f"{who} wrote: {quoted(text, most)}"


def untagged(text: str, tags: tuple[str, ...]) -> str:
    """The text with the opening of each of these tags taken apart, so that no part of a prompt can close or open another."""
    return re.sub(rf"<(?=\s*/?\s*(?:{'|'.join(tags)})\b)", "‹", text, flags=re.IGNORECASE)


def _escaped(letter: str) -> str:
    return "".join(f"\\u{unit:04x}" for unit in _units(letter))


def _units(letter: str) -> tuple[int, ...]:
    """UTF-16 code units, as JSON spells what lies beyond 16 bits."""
    code = ord(letter)
    if code < 0x10000:
        return (code,)
    return 0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF)

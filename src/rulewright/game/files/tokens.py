"""One tokenizer for both formats: what Gambit's manual calls the conventions common to all of its file formats.

White space separates and means nothing else. Labels stand in double quotes, in which a backslash protects a quote (and,
so that every label can be written, another backslash; before anything else it is an ordinary character). Numbers are
exact whatever their spelling: 3, -0.25, 2.5e-3 and 1/3 are Fractions. Braces enclose lists; a comma may separate the
payoffs of an outcome and stands nowhere else.

The reader looks one token ahead and keeps only offsets: a line number is counted when a message needs one.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NoReturn

from ...errors import InputError

TEXT, WORD, END = "text", "word", "end"  # kinds of token; a brace or comma is its own kind

LONGEST = 4000  # characters of one number; Python itself refuses to convert more than 4300 digits
LARGEST_EXPONENT = 1000

CUT_OFF = "The file is cut off; get the whole of it."
SPELLING = "Write numbers as 3, -0.25, 2.5e-3 or 1/3."

_SPACE = re.compile(r"\s*+")
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_WORD = re.compile(r'[^\s{}",]++')
_LINE_END = re.compile(r"\r\n?|\n")
_ESCAPED = re.compile(r'\\([\\"])')
_TO_ESCAPE = re.compile(r'\\(?=[\\"]|\Z)|"')
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+/(?P<below>[0-9]+)|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<power>[+-]?[0-9]+))?)")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE)


def quoted(label: str) -> str:
    """The label as a token, which `Tokens.string` reads back."""
    return '"' + _TO_ESCAPE.sub(lambda match: "\\" + match[0], label) + '"'


def listed(labels: Iterable[str]) -> str:
    """Labels in braces, which `Tokens.strings` reads back."""
    return f"{{ {' '.join(map(quoted, labels))} }}"


class Tokens:
    """The tokens of one file, one at a time: `kind`, `value` and `start` describe the one that comes next."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.kind = self.value = ""
        self.start = self.stop = 0
        self.advance()

    def advance(self) -> None:
        """Go on to the next token. Raises InputError at a label that is never closed."""
        space = _SPACE.match(self.text, self.stop)
        at = space.end() if space else self.stop
        if at == len(self.text):
            self.kind, self.value, self.start = END, "", self.stop  # on the last line that says anything
            return
        self.start, first = at, self.text[at]
        if first in "{},":
            self.kind, self.value, self.stop = first, first, at + 1
        elif first == '"':
            string = _STRING.match(self.text, at)
            if not string:
                self.fail("a closing quote for the label that opens here", "the end of the file", CUT_OFF)
            self.kind, self.value, self.stop = TEXT, _ESCAPED.sub(r"\1", string[0][1:-1]), string.end()
        else:
            word = _WORD.match(self.text, at)
            assert word  # every other character makes a word
            self.kind, self.value, self.stop = WORD, word[0], word.end()

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────────

    def line(self, at: int | None = None) -> int:
        """Line number of an offset, by default that of the next token; lines are counted from 1."""
        return 1 + sum(1 for _ in _LINE_END.finditer(self.text, 0, self.start if at is None else at))

    def found(self) -> str:
        """The next token as a message shows it."""
        if self.kind == END:
            return "the end of the file"
        shown = self.value if len(self.value) <= 40 else self.value[:37] + "…"
        return f"the label {quoted(shown)}" if self.kind == TEXT else f"'{shown}'"

    def fail(self, needed: str, found: str | None = None, remedy: str = "", *, at: int | None = None) -> NoReturn:
        """Raise InputError at the next token, or at the offset `at`."""
        raise InputError(
            where=f"{self.where}, line {self.line(at)}",
            needed=needed,
            found=self.found() if found is None else found,
            remedy=remedy or (CUT_OFF if self.kind == END and found is None else ""),
        )

    # ── what the next token has to be; `what` says its meaning ──────────────────────────────────────────────────

    def accept(self, kind: str) -> bool:
        """Step over the next token if it is of this kind."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def expect(self, kind: str, what: str, remedy: str = "") -> str:
        if self.kind != kind:
            self.fail(what, remedy=remedy)
        value = self.value
        self.advance()
        return value

    def string(self, what: str) -> str:
        return self.expect(TEXT, f"{what}, in double quotes")

    def strings(self, what: str) -> list[str]:
        """A list of labels in braces."""
        self.expect("{", f"'{{' and then {what}")
        labels = []
        while not self.accept("}"):
            if self.kind != TEXT:
                self.fail(f"{what}, each in double quotes, and then '}}'")
            labels.append(self.string(what))
        return labels

    def integer(self, what: str, lowest: int, highest: int | None = None) -> int:
        """A whole number in the bounds given."""
        bounds = f"of at least {lowest}" if highest is None else f"from {lowest} to {highest}"
        needed = f"{what}, a whole number {bounds}"
        if self.kind != WORD or not _INTEGER.fullmatch(self.value):
            self.fail(needed)
        self._check_length()
        value = int(self.value)
        if value < lowest or (highest is not None and value > highest):
            self.fail(needed)
        self.advance()
        return value

    def number(self, what: str) -> Fraction:
        """A finite number, exactly."""
        match = _NUMBER.fullmatch(self.value) if self.kind == WORD else None
        if not match:
            if self.kind == WORD and _NOT_FINITE.fullmatch(self.value):
                self.fail(f"{what}, a finite number")
            self.fail(f"{what}, a number", remedy=SPELLING if self.kind == WORD else "")
        self._check_length()
        if match["below"] and not match["below"].strip("0"):
            self.fail(f"{what}, a fraction whose denominator is not 0")
        if match["power"] and abs(int(match["power"])) > LARGEST_EXPONENT:
            self.fail(f"{what}, a number with an exponent of at most {LARGEST_EXPONENT}")
        value = Fraction(self.value)
        self.advance()
        return value

    def payoffs(self, count: int, outcome: str) -> list[Fraction]:
        """The payoffs of an outcome up to its closing brace, one for each player, with or without commas between."""
        at = self.start
        values: list[Fraction] = []
        while not self.accept("}"):
            if values:
                self.accept(",")
            values.append(self.number(f"a payoff of {outcome} or '}}' after the last one"))
        if len(values) != count:
            remedy = "List as many payoffs as there are players."
            self.fail(f"{count} payoffs of {outcome}, one for each player", str(len(values)), remedy, at=at)
        return values

    def _check_length(self) -> None:
        if len(self.value) > LONGEST:
            self.fail(f"a number of at most {LONGEST} characters", f"one of {len(self.value)}")

    def end(self, needed: str, remedy: str = "") -> None:
        """There must be nothing more."""
        if self.kind != END:
            self.fail(needed, remedy=remedy)

    # ── how both formats begin ──────────────────────────────────────────────────────────────────────────────────

    def header(self, magic: str, version: str, others: dict[str, str]) -> list[str]:
        """Step over `magic`, version, R or D, and the title; give the names of the players.

        `others` names files that begin otherwise: their first word, and what to do with them.
        """
        whole = f"the file to begin with '{magic} {version} R' (or D)"
        for words in ((magic,), (version,), ("R", "D")):
            if self.kind != WORD or self.value not in words:
                remedy = others.get(self.value, "") if words == (magic,) else ""
                if words == (version,) and self.kind == WORD:
                    remedy = f"Only version {version} is known; save the file anew in that version."
                self.fail(whole, remedy=remedy)
            self.advance()
        self.string("the title of the game")
        at = self.start
        players = self.strings("the names of the players")
        if not players:
            self.fail("at least one player", "an empty list", at=at)
        return players

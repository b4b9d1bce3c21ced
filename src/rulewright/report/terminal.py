"""What summaries on a terminal are made of: text that the console can show, titles, tables, claims. 80 columns or more.

What colour says, signs and words say too; where the console cannot show UTF-8, everything is spelt in ASCII.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from . import words
from .report import ClaimRow

ASCII = {
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "..",
    "×": "x",
    "·": "*",
    "λ": "lambda",
    "κ": "kappa",
    "θ": "theta",
    "≥": ">=",
    "≤": "<=",
    "±": "+-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "→": "->",
    "←": "<-",
    "✓": "ok",
    "✗": "NO",
    "○": "?",
    "≈": "~",
    "█": "#",
    "▒": "=",
    "░": ".",
    "∞": "inf",
    "\u00a0": " ",
    "▁": "_",
    "▂": ".",
    "▃": "-",
    "▄": "~",
    "▅": "=",
    "▆": "+",
    "▇": "*",
    "✕": "x",
    "⅔": "2/3",
    "½": "1/2",
    "ε": "eps",
    "μ": "mu",
    "Σ": "sum",
    "σ": "sigma",
}
SIGNS = {"proved": ("✓", "green"), "bounded with confidence": ("≈", "yellow"), "searched only": ("○", "bright_black")}
INDENT = 2
STATES_A_LIMIT = ("budget", "rationality")
"""Claims whose sentence in the checker's words says what is claimed."""


@dataclass(frozen=True)
class Terminal:
    """A console, and whether it can show UTF-8."""

    console: Console
    rich: bool

    @classmethod
    def on(cls, console: Console) -> Terminal:
        return cls(console, console.encoding.lower().startswith("utf"))

    def plain(self, text: str) -> str:
        """The text as this console can show it."""
        if self.rich:
            return text
        spelt = unicodedata.normalize("NFKD", "".join(ASCII.get(c, c) for c in text))
        return "".join(c for c in spelt if not unicodedata.combining(c)).encode("ascii", "replace").decode()

    def text(self, text: str, style: str = "") -> Text:
        return Text(self.plain(text), style=style)

    def say(self, text: str | Text, style: str = "", indent: int = INDENT) -> None:
        line = self.text(text, style) if isinstance(text, str) else text
        self.console.print(Padding(line, (0, 0, 0, indent), expand=False), highlight=False)

    def title(self, text: str) -> None:
        self.console.print()
        self.say(text, "bold", 0)

    def table(self, *heads: tuple[str, str], widths: Sequence[int | None] = ()) -> Table:
        made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
        for k, (name, justify) in enumerate(heads):
            width = widths[k] if k < len(widths) else None
            made.add_column(self.text(name), justify=justify, width=width, overflow="fold")  # type: ignore[arg-type]
        return made

    def put(self, table: Table) -> None:
        self.console.print(Padding(table, (0, 0, 0, INDENT), expand=False), highlight=False)

    def left_out(self, notes: Sequence[str], title: str = "What was left out") -> None:
        """The last words of a summary."""
        if notes:
            self.title(title)
            for note in notes:
                self.say(f"· {note}")
        self.console.print()

    def claims(
        self, heading: str, claims: Sequence[ClaimRow], *, check: bool, means: Mapping[str, str] | None = None
    ) -> None:
        """What is claimed, with its grade; `check`: whether the reader is told how; `means`: claims in words."""
        if not claims:
            return
        self.title(heading)
        table = self.table(("", "left"), ("claim", "left"), ("grade", "left"), widths=[2, None, 10])
        for claim in claims:
            sign, style = SIGNS.get(words.grade(claim), ("✗", "bold red") if not claim.holds else ("·", ""))
            short = "fails" if not claim.holds else claim.grade.split(" ")[0]
            said = self.text(
                (words.claim_words(claim.claim) if means is None else means.get(claim.claim)) or claim.claim
            )
            if not claim.holds:
                said.append(self.plain(f"\n{claim.says}"), style="red")
            elif means is not None or claim.claim.startswith(
                STATES_A_LIMIT
            ):  # the sentence of the checker states the limit
                said.append(self.plain(f"\n{claim.says}"), style="dim")
            table.add_row(self.text(sign, style), said, self.text(short, style))
        self.put(table)
        if check:
            self.say("Check it yourself: rulewright check certificate.json", "dim")

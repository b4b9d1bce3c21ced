"""Who approves of what on a panel, and which thresholds hold with how many reviewers turned: two tables one can see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..words import number
from .canvas import Canvas, Picture, short, width_of

CELL, ROW = 62, 30
GOOD, BAD = "r0", "r1"


@dataclass(frozen=True)
class Voted:
    """One proposal as a column."""

    name: str
    gain: float
    """To people; harmful below 0."""
    approves: tuple[bool, ...]
    """Reviewer by reviewer."""
    passes: tuple[bool, ...]
    """Rule by rule."""


def votes(reviewers: Sequence[str], proposals: Sequence[Voted], rules: Sequence[str]) -> Picture:
    """Reviewers × proposals: ✓ approves, ✗ objects; votes against people's interest are framed. Below: what each rule does."""
    canvas = Canvas()
    title = "Who approves of what"
    canvas.text(20, 30, title, size=15, weight=600)
    names = [*reviewers, *rules]
    left = 28 + max(90.0, *(width_of(short(n, 26)) for n in names), width_of("what people get", 12.5)) + 12
    slant = max(width_of(short(p.name, 24), 12.5) for p in proposals)
    head = 52 + slant * 0.64
    for k, proposal in enumerate(proposals):
        x = left + k * CELL
        ink = "ink" if proposal.gain >= 0 else "p1"
        canvas.text(
            x + CELL / 2 - 4,
            head,
            short(proposal.name, 24),
            ink=ink,
            size=12.5,
            turn=-40,
            weight=600,
            full=proposal.name,
        )
        canvas.text(x + CELL / 2, head + 22, number(proposal.gain, 2), ink=ink, size=12, anchor="middle")
    canvas.text(left - 12, head + 22, "what people get", ink="soft", size=12.5, anchor="end")
    y = head + 32
    for i, reviewer in enumerate(reviewers):
        canvas.text(left - 12, y + ROW / 2 + 4.5, short(reviewer, 26), anchor="end", full=reviewer)
        for k, proposal in enumerate(proposals):
            _cell(canvas, left + k * CELL, y, proposal.approves[i], proposal.gain, reviewer, proposal.name)
        y += ROW
    y += 8
    for r, rule in enumerate(rules):
        canvas.text(left - 12, y + ROW / 2 + 4.5, short(rule, 26), anchor="end", weight=600, full=rule)
        for k, proposal in enumerate(proposals):
            _passing(canvas, left + k * CELL, y, proposal.passes[r], proposal.gain)
        y += ROW
    y = _key(canvas, y + 26)
    return canvas.picture(
        title, _says(reviewers, proposals, rules), max(left + CELL * len(proposals) + slant * 0.77, 560), y
    )


def _cell(canvas: Canvas, x: float, y: float, approves: bool, gain: float, reviewer: str, proposal: str) -> None:
    wrong = approves != (gain >= 0)
    ink = GOOD if approves else "soft"
    canvas.box(
        x + 2,
        y + 2,
        CELL - 4,
        ROW - 4,
        ink,
        opacity=0.3 if approves else 0.12,
        kind="approves" if approves else "objects",
    )
    if wrong:
        canvas.area(
            [(x + 3, y + 3), (x + CELL - 3, y + 3), (x + CELL - 3, y + ROW - 3), (x + 3, y + ROW - 3)],
            BAD,
            opacity=0.12,
            edge=BAD,
            width=2,
            kind="wrong",
        )
    canvas.text(
        x + CELL / 2,
        y + ROW / 2 + 5,
        "✓" if approves else "✗",
        anchor="middle",
        size=14,
        ink="ink" if approves else "soft",
    )


def _passing(canvas: Canvas, x: float, y: float, passes: bool, gain: float) -> None:
    harm = passes and gain < 0
    ink, word = (BAD, "harm") if harm else (GOOD, "passes") if passes else ("soft", "stopped")
    canvas.box(x + 2, y + 2, CELL - 4, ROW - 4, ink, opacity=0.55 if harm else 0.3 if passes else 0.12, kind=word)
    canvas.text(x + CELL / 2, y + ROW / 2 + 4.5, word, anchor="middle", size=11.5, weight=700 if harm else 400)


def _key(canvas: Canvas, y: float) -> float:
    x = 28.0
    for ink, edge, opacity, mark, text in (
        (GOOD, "", 0.3, "✓", "approves"),
        ("soft", "", 0.12, "✗", "objects"),
        (BAD, BAD, 0.12, "", "against what people want"),
    ):
        canvas.box(x, y - 11, 14, 14, ink, opacity=opacity, edge=edge)
        canvas.text(x + 7, y + 1, mark, size=12.5, anchor="middle")
        canvas.text(x + 21, y, text, size=12.5)
        x += 21 + width_of(text, 12.5) + 20
    return y + 18


def _says(reviewers: Sequence[str], proposals: Sequence[Voted], rules: Sequence[str]) -> str:
    harmful = [p for p in proposals if p.gain < 0]
    parts = [f"{p.name}, harmful, has {p.approves.count(False)} of {len(reviewers)} objections" for p in harmful]
    through = [
        f"{rule} lets {sum(p.passes[r] for p in harmful)} of {len(harmful)} harmful ones pass"
        for r, rule in enumerate(rules)
    ]
    return "; ".join([*parts, *through]) + "." if harmful else "No listed proposal is harmful by itself."


@dataclass(frozen=True)
class Held:
    """One threshold with some reviewers turned."""

    objections: int
    compromised: int
    sound: bool
    live: float


def thresholds(cells: Sequence[Held], *, wanted: tuple[int, int] | None = None, today: int | None = None) -> Picture:
    """Objections allowed × reviewers turned: where nothing harmful can pass, and how many good proposals still do.

    `wanted`: (objections, compromised) of the rule that is recommended, framed. `today`: objections allowed today.
    """
    canvas = Canvas()
    title = "Which thresholds hold"
    canvas.text(20, 30, title, size=15, weight=600)
    rows = sorted({c.objections for c in cells})
    columns = sorted({c.compromised for c in cells})
    found = {(c.objections, c.compromised): c for c in cells}
    left, top, wide = 236, 92, 66
    canvas.text(left + wide * len(columns) / 2, 58, "reviewers turned", ink="soft", size=12.5, anchor="middle")
    for j, c in enumerate(columns):
        canvas.text(left + (j + 0.5) * wide, top - 10, str(c), anchor="middle", weight=600)
    for i, k in enumerate(rows):
        y = top + i * ROW
        name = "all must approve" if k == 0 else f"at most {k} object" + ("s" if k == 1 else "")
        canvas.text(
            left - 12,
            y + ROW / 2 + 4.5,
            name + (" (today)" if k == today else ""),
            anchor="end",
            weight=600 if k == today else 400,
        )
        for j, c in enumerate(columns):
            cell = found.get((k, c))
            if cell is None:
                continue
            x = left + j * wide
            canvas.box(
                x + 2,
                y + 2,
                wide - 4,
                ROW - 4,
                GOOD if cell.sound else BAD,
                opacity=0.15 + 0.45 * cell.live if cell.sound else 0.22,
                kind="sound" if cell.sound else "unsound",
            )
            canvas.text(
                x + wide / 2,
                y + ROW / 2 + 4.5,
                f"{cell.live:.0%}" if cell.sound else "harm",
                anchor="middle",
                size=12,
            )
            if wanted == (k, c):
                canvas.area(
                    [(x + 1, y + 1), (x + wide - 1, y + 1), (x + wide - 1, y + ROW - 1), (x + 1, y + ROW - 1)],
                    GOOD,
                    opacity=0.05,
                    edge="ink",
                    width=2.4,
                    kind="wanted",
                )
    bottom = top + ROW * len(rows) + 26
    canvas.box(28, bottom - 11, 14, 14, GOOD, opacity=0.5)
    canvas.text(49, bottom, "sound; share of the good proposals that still pass", size=12.5)
    canvas.box(28, bottom + 10, 14, 14, BAD, opacity=0.22)
    canvas.text(49, bottom + 21, "something harmful can pass", size=12.5)
    if wanted is not None:
        canvas.box(276, bottom + 10, 14, 14, "paper", edge="ink")
        canvas.text(297, bottom + 21, "recommended", size=12.5)
    says = "; ".join(
        f"at most {k} objections: sound with up to {max(held)} turned" if held else f"at most {k} objections: not sound"
        for k in rows
        for held in [[c.compromised for c in cells if c.objections == k and c.sound]]
    )
    return canvas.picture(title, says + ".", max(left + wide * len(columns) + 28, 440), bottom + 38)

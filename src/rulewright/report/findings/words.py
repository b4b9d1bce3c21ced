"""Findings in people's words: the page and the terminal say the same."""

from __future__ import annotations

from ..words import DASH, number
from .report import Cell, Spread


def spread(found: Spread) -> str:
    """ "0.82 (0.81 to 0.83, 4 seeds)"."""
    if found.seeds < 2:
        return f"{number(found.mean)} (1 seed)"
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)}, {found.seeds} seeds)"


def shown(content: Cell) -> str:
    """A cell as text."""
    if content is None:
        return DASH
    if isinstance(content, bool):
        return "yes" if content else "no"
    return content if isinstance(content, str) else number(float(content))


RULES = {
    "mechanism": ("What each mechanism comes to", "If all tell the truth; found lies and proofs are below."),
    "contract": ("What each contract comes to", "At the agent's exact best reply, ties broken against people."),
    "persuasion": (
        "What each way to inform brings",
        "Receivers do what is best for them; of what is equally good for them, what is worst for people.",
    ),
    "play": (
        "What each rule comes to",
        "Means over episodes, cast by cast; the headline is the cast under which people get least.",
    ),
}
"""{kind: what the rules' part is called, and how it begins}, where that is not a society."""
SOCIETY = "What this society comes to", "The headline is the worst stable outcome for people."


def notes(kind: str) -> str:
    """What the notes at the end are called."""
    return "What to know" if kind in RULES or kind == "oversight" else "What was left out"


def rules(kind: str) -> str:
    """What the part about rules is called."""
    return RULES.get(kind, SOCIETY)[0]


def lead(kind: str) -> str:
    """How the part about rules begins."""
    return RULES.get(kind, SOCIETY)[1]


OUTCOME = ("where it may end", "people get", "stable", "reached from", "measured there")
OUTCOMES = {
    "persuasion": ("who hears it", "people get", "whatever ties", "reached from", "and otherwise"),
    "play": ("cast", "people get", "stable", "reached from", "in an episode"),
}
MEANS = {
    "persuasion": ("the total, discounted; if ties go against people", "whether ties of receivers make no difference"),
    "play": ("the goal of an episode, on average", "not asked of a play"),
}


def outcome(kind: str) -> tuple[str, ...]:
    """Heads of the table of rules: where, goal, stable, basin, measures."""
    return OUTCOMES.get(kind, OUTCOME)


def means(kind: str) -> tuple[str, str]:
    """What the heads of goal and stable mean."""
    return MEANS.get(kind, ("the goal there", "whether it comes back after a small push"))

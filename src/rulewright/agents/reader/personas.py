"""Whom a language model is asked to be: a small library of texts, and one's own.

A persona is a sentence or two that stand in the system message, before anything about the game. They are ours, and stand for what
scripted personalities do by rule: whether a model that is told so also acts so is for its play to say.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ...errors import InputError


@dataclass(frozen=True)
class Persona:
    """A name for tables, and the text that the model reads."""

    name: str
    text: str


_LIBRARY = (
    Persona("plain", ""),
    Persona("selfish", "You care about what you yourself are paid over the whole game, and about nothing else."),
    Persona("altruist", "You care about what all players together are paid, yourself included, everyone counting the same."),
    Persona("egalitarian", "You want all players to be paid the same, and would give up some of your own pay for it."),
    Persona("conformist", "You do what most of the others did last time, and what seems usual where you know nothing of them."),
    Persona("competitive", "You want to be paid more than each of the others; how much all of you get does not matter to you."),
    Persona("cautious", "You choose what pays you best in the worst case that the others could bring about."),
    Persona("reciprocator", "You are kind to those who were kind to you and unkind to those who were not; you begin kindly."),
    Persona("law-abiding", "You keep every rule and every contract to the letter and in its spirit, even where breaking it pays."),
    Persona("rule-lawyer", "You keep to the letter of every rule, and look for whatever it does not forbid that pays you more."),
    Persona("persuader", "You want to be paid as much as possible, and use what you write to get others to act to your advantage."),
)  # fmt: skip
PERSONAS = {persona.name: persona for persona in _LIBRARY}


def persona(which: str | Persona) -> Persona:
    """One of the library by its name, or one's own. Raises InputError with the nearest name."""
    if isinstance(which, Persona):
        return which
    if which not in PERSONAS:
        near = difflib.get_close_matches(which, list(PERSONAS), n=1)
        raise InputError(
            where="persona",
            needed=f"one of {', '.join(PERSONAS)}, or Persona(name, text)",
            found=repr(which)[:80],
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return PERSONAS[which]

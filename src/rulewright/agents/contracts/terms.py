"""What a contract says, as data: who pays whom how much, when. Money moves between players and none is made.

    term      in each round in which all its conditions hold, `payer` pays `amount` (times the units of a number, above a threshold)
              in equal parts to `payees`
    contract  several terms; bound is whoever may have to pay

A contract's words (`Contract.words`) are in the language of `contracts.language`, and read back as the same terms.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import InputError
from ...numerics.rational import decimal, fraction
from ..view import Answer, Choice, View

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "": operator.eq,
    "not": operator.ne,
    "more than": operator.gt,
    "less than": operator.lt,
    "at least": operator.ge,
    "at most": operator.le,
    "exactly": operator.eq,
}


@dataclass(frozen=True)
class Condition:
    """One thing that a player did in the round."""

    player: str
    choice: str
    relation: str
    """One of `RELATIONS`; "" and "not" for options, the others for numbers."""
    value: str | Fraction

    def holds(self, answers: Mapping[str, Answer]) -> bool:
        """False where the player did not decide this in the round."""
        if self.player not in answers or self.choice not in answers[self.player].values:
            return False
        done = answers[self.player][self.choice]
        return bool(RELATIONS[self.relation](done if isinstance(self.value, str) else fraction(done), self.value))

    def possible(self, choice: Choice) -> bool:
        """Whether any answer to the choice makes it hold: for bounds on what may be owed."""
        if isinstance(self.value, str):
            return any(RELATIONS[self.relation](option, self.value) for option in choice.options)
        if self.relation in ("more than", "at least"):
            return bool(RELATIONS[self.relation](choice.high, self.value))
        if self.relation in ("less than", "at most"):
            return bool(RELATIONS[self.relation](choice.low, self.value))
        return choice.low <= self.value <= choice.high

    @property
    def words(self) -> str:
        if isinstance(self.value, str):
            verb = "does not play" if self.relation else "plays"
            return f"{self.player} {verb} {self.value}"
        return f"{self.player} has {self.choice} {self.relation} {number(self.value)}"


@dataclass(frozen=True)
class Term:
    """One payment."""

    payer: str
    payees: tuple[str, ...]
    amount: Fraction
    per: str = ""
    """The payer's own number that the amount is paid for each unit of; "" for a fixed amount."""
    above: Fraction | None = None
    """Only units above this are counted; all of them if None."""
    conditions: tuple[Condition, ...] = ()

    def owed(self, answers: Mapping[str, Answer]) -> Fraction:
        """What the payer pays this round; nothing by the unit of what it did not decide."""
        if not all(condition.holds(answers) for condition in self.conditions):
            return Fraction(0)
        if self.per and (self.payer not in answers or self.per not in answers[self.payer].values):
            return Fraction(0)
        units = Fraction(1) if not self.per else self._units(fraction(answers[self.payer][self.per]))
        return self.amount * units

    def _units(self, value: Fraction) -> Fraction:
        return max(Fraction(0), value - (self.above or Fraction(0)))

    def worst(self, vocabulary: Vocabulary) -> Fraction | None:
        """The most that the payer may owe in one round; None where nothing bounds it."""
        if not all(
            condition.possible(vocabulary.choice(condition.player, condition.choice)) for condition in self.conditions
        ):
            return Fraction(0)
        if not self.per:
            return self.amount
        high = vocabulary.choice(self.payer, self.per).high
        return None if high == float("inf") else self.amount * self._units(fraction(high))

    @property
    def words(self) -> str:
        """In the language."""
        above = "" if self.above is None else f" above {number(self.above)}"
        sum_ = number(self.amount) + (f" per unit of {self.per}{above}" if self.per else "")
        when = " and ".join(condition.words for condition in self.conditions)
        return f"{self.payer} pays {' and '.join(self.payees)} {sum_}" + (f" if {when}" if when else "")


@dataclass(frozen=True)
class Contract:
    """Terms that were proposed together."""

    terms: tuple[Term, ...]
    by: str = ""
    text: str = ""
    """As it was proposed."""

    @property
    def bound(self) -> tuple[str, ...]:
        """Whoever may have to pay."""
        return tuple(dict.fromkeys(term.payer for term in self.terms))

    def owed(self, answers: Mapping[str, Answer]) -> dict[str, Fraction]:
        """{player: money received (negative: paid)} for one round; sums to 0."""
        money: dict[str, Fraction] = {}
        for term in self.terms:
            owed = term.owed(answers)
            if owed:
                money[term.payer] = money.get(term.payer, Fraction(0)) - owed
                for payee in term.payees:
                    money[payee] = money.get(payee, Fraction(0)) + owed / len(term.payees)
        return money

    def worst(self, vocabulary: Vocabulary) -> dict[str, Fraction | None]:
        """{payer: an upper bound of what it may owe in one round, what it receives not set off}; None where nothing bounds it."""
        total: dict[str, Fraction | None] = {}
        for term in self.terms:
            here, before = term.worst(vocabulary), total.get(term.payer, Fraction(0))
            total[term.payer] = None if here is None or before is None else before + here
        return total

    @property
    def words(self) -> str:
        """In the language, term by term."""
        return "; ".join(term.words for term in self.terms)


@dataclass(frozen=True)
class Vocabulary:
    """What a contract may speak of: the players, and what each of them says when it acts."""

    choices: Mapping[str, tuple[Choice, ...]]

    @staticmethod
    def of(views: Mapping[str, View]) -> Vocabulary:
        """Of the views of a round of acts; free text cannot be contracted on."""
        return Vocabulary({p: tuple(c for c in view.choices if not c.text) for p, view in views.items()})

    @property
    def players(self) -> tuple[str, ...]:
        return tuple(self.choices)

    def choice(self, player: str, name: str) -> Choice:
        """Raises InputError naming the choices that the player has."""
        for choice in self.choices[player]:
            if choice.name == name:
                return choice
        known = ", ".join(choice.name for choice in self.choices[player]) or "none"
        raise InputError(where="contract", needed=f"something that {player} decides: {known}", found=repr(name))


def number(value: Fraction) -> str:
    """As it is read back: a decimal where that is exact, else a fraction."""
    short = decimal(value, 6)
    return short if fraction(short) == value else str(value)

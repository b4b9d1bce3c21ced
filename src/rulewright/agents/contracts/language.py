"""A language for contracts, small enough that every word of it has one meaning. What is not understood is said, never guessed.

    contract  = clause { ( ";" | "." | new line ) clause }
    clause    = payer "pays" [ payees ] sum [ "to" payees ] [ ", shared" ] [ [ "," ] "if" condition { "and" condition } ]
    payer     = player | "everyone" | "everyone who" act { "and" act }
    payees    = player { "and" player } | "everyone else"                  ", shared" is "to everyone else", in equal parts
    sum       = number [ "per" word [ "of" choice ] [ "above" number ] ]   units of the payer's own number
    condition = ( player | "it" | "everyone" | "everyone else" ) act       "it" is the payer
    act       = ( "plays" | "does not play" ) option | ( "has" choice | choice with -s or -es ) relation number
    relation  = "more than" | "less than" | "at least" | "at most" | "exactly"

Players, choices and options are those of the stage, by their names; capitals do not matter. The clause of "everyone" stands for one
term for each player.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ...errors import InputError
from ...numerics.rational import fraction
from ..view import Choice
from .terms import RELATIONS, Condition, Contract, Term, Vocabulary

LONGEST = 1000
"""Characters of a proposal that is read."""
MOST = 200
"""Terms of one contract."""
GRAMMAR = """\
One or more clauses, parted by ";". A clause is: PAYER pays PAYEE AMOUNT if CONDITION and CONDITION …
PAYER: a player, or "everyone", or "everyone who" plays OPTION. PAYEE: a player, several with "and", or "everyone else".
AMOUNT: a number, or "2 per unit of NUMBER", or "2 per unit of NUMBER above 10" (the payer's own number).
CONDITION: PLAYER plays OPTION, PLAYER does not play OPTION,
or PLAYER has NUMBER more than 10 (or less than, at least, at most, exactly).
For example: A pays B 3 if A plays x; everyone who has catch more than 10 pays 2 per unit of catch above 10, shared."""
NUMERAL = re.compile(r"\d+(?:\.\d+)?(?:/\d+)?")
SEPARATOR = re.compile(r"[ \t]*[;.\n][;.\s]*")


def compiled(text: str, vocabulary: Vocabulary, by: str = "") -> Contract:
    """The terms of a text. Raises InputError: at which character, what was needed there, what was found."""
    if len(text) > LONGEST:
        raise InputError(where="contract", needed=f"at most {LONGEST:,} characters", found=f"{len(text):,}")
    reader, terms = _Reading(text, vocabulary), []
    reader.skip(SEPARATOR)
    while True:
        terms += reader.clause()
        if len(terms) > MOST:
            raise InputError(where="contract", needed=f"at most {MOST} terms", found=f"{len(terms)}")
        if not reader.skip(SEPARATOR):
            reader.end()
            return Contract(tuple(terms), by, text)
        if reader.over:
            return Contract(tuple(terms), by, text)


@dataclass(frozen=True)
class _Act:
    """What somebody does, whoever it is: for each player that may do it, the choice and the value."""

    verb: str
    """"" (plays), "not", or the name of a number."""
    relation: str
    value: str | Fraction

    def of(self, player: str, vocabulary: Vocabulary) -> Condition:
        """As a condition on a player. Raises InputError where it decides no such thing."""
        choices = vocabulary.choices[player]
        if isinstance(self.value, Fraction):
            choice = vocabulary.choice(player, self.verb)
            return Condition(player, choice.name, self.relation, self.value)
        having = [choice for choice in choices if self.value in choice.options]
        if len(having) != 1:
            options = ", ".join(option for choice in choices for option in choice.options) or "none"
            found = f"{self.value!r}" + (", which it may say of several things" if having else "")
            raise InputError(where="contract", needed=f"one of the options of {player}: {options}", found=found)
        return Condition(player, having[0].name, self.verb, self.value)


class _Reading:
    """A text, and how far it is read."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text, self.vocabulary, self.at = text, vocabulary, 0
        choices = [choice for each in vocabulary.choices.values() for choice in each]
        self.players = _words({player: player for player in vocabulary.players})
        self.options = _words({option: option for choice in choices for option in choice.options})
        numeric = [choice.name for choice in choices if not choice.options]
        self.numbers = _words({name: name for name in numeric})
        self.verbs = _words({form: name for name in numeric for form in (name + "s", name + "es")})

    # ── scanning ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def over(self) -> bool:
        return not self.text[self.at :].strip()

    def end(self) -> None:
        if not self.over:
            raise self.wrong('the end of the clause, or ";" before the next one')

    def wrong(self, needed: str) -> InputError:
        rest = self.text[self.at :].strip()
        found = (
            f"{json.dumps(rest[:40], ensure_ascii=False)}{'…' if len(rest) > 40 else ''}"
            if rest
            else "the end of the text"
        )
        place = self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip())
        return InputError(where=f"contract, character {place + 1}", needed=needed, found=found)

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def word(self, *words: str) -> str:
        """The first of the words that stands here, blanks before it passed over; "" if none does."""
        for each in words:
            tail = r"(?!\w)" if each[-1].isalnum() else ""
            pattern = r"[ \t]*" + r"\s+".join(re.escape(part) for part in each.split()) + tail
            match = re.compile(pattern, re.IGNORECASE).match(self.text, self.at)
            if match:
                self.at = match.end()
                return each
        return ""

    def one_of(self, words: Mapping[str, str]) -> str:
        """What the longest of the words that stand here stands for; "" if none does."""
        found = self.word(*words)
        return words[found] if found else ""

    def numeral(self, needed: str) -> Fraction:
        blank = re.compile(r"[ \t]*")
        start, self.at = self.at, blank.match(self.text, self.at).end()  # type: ignore[union-attr]
        digits = self.skip(NUMERAL)
        try:
            return fraction(digits)
        except ValueError:
            self.at = start
            raise self.wrong(needed) from None

    # ── grammar ─────────────────────────────────────────────────────────────────────────────────────────────────

    def clause(self) -> list[Term]:
        who, acts = self.payer()
        if not self.word("pays", "pay"):
            raise self.wrong('"pays"')
        start = self.at
        payees = self.payees()
        amount = self.numeral("an amount of at least 0, for example 3")
        per, above = self.per()
        if not payees and self.word("to"):
            payees = self.payees()
            if not payees:
                raise self.wrong('players, or "everyone else"')
        if self.word(", shared", "shared") and not payees:
            payees = ("*",)
        if not payees:
            raise self.wrong('who is paid: "to PLAYER", or ", shared"')
        conditions = self.conditions()
        terms = []
        for payer in self.vocabulary.players if who == "*" else (who,):
            there = self._received(payer, payees, start)
            own = tuple(act.of(payer, self.vocabulary) for act in acts)
            when = own + tuple(c for subject, act in conditions for c in self._of(subject, act, payer))
            term = Term(payer, there, amount, "", above, when)
            terms.append(replace(term, per=self._units(per, payer, when)) if per else term)
        return terms

    def _received(self, payer: str, payees: Sequence[str], start: int) -> tuple[str, ...]:
        if payees == ("*",):
            payees = tuple(player for player in self.vocabulary.players if player != payer)
        if payer in payees or not payees:
            self.at = start
            raise self.wrong(f"somebody else for {payer} to pay")
        return tuple(payees)

    def _of(self, subject: str, act: _Act, payer: str) -> list[Condition]:
        everyone = self.vocabulary.players
        who = {"it": (payer,), "*": everyone, "others": tuple(p for p in everyone if p != payer)}.get(
            subject, (subject,)
        )
        return [act.of(player, self.vocabulary) for player in who]

    def payer(self) -> tuple[str, list[_Act]]:
        if self.word("everyone who", "each player who"):
            acts = [self.act()]
            while self.word("and"):
                acts.append(self.act())
            return "*", acts
        if self.word("everyone", "each player"):
            return "*", []
        found = self.one_of(self.players)
        if not found:
            raise self.wrong(f'who pays: one of {self._known(self.players)}, "everyone" or "everyone who"')
        return found, []

    def payees(self) -> tuple[str, ...]:
        if self.word("everyone else", "all others"):
            return ("*",)
        found = self.one_of(self.players)
        if not found:
            return ()
        listed = [found]
        while True:
            start = self.at
            following = self.one_of(self.players) if self.word("and", ",") else ""
            if not following:
                self.at = start
                return tuple(dict.fromkeys(listed))
            listed.append(following)

    def per(self) -> tuple[str, Fraction | None]:
        """(the number that units are of, or "*" for the one there is; the threshold)."""
        if not self.word("per"):
            return "", None
        per = self.one_of(self.numbers)
        if not per:
            if not re.compile(r"[ \t]*[^\W\d]\w*").match(self.text, self.at):
                raise self.wrong('a unit, for example "per unit"')
            self.skip(re.compile(r"[ \t]*\w+"))
            per = "*"
            if self.word("of"):
                per = self.one_of(self.numbers)
                if not per:
                    raise self.wrong(f"a number that players decide: {self._known(self.numbers)}")
        return per, self.numeral("a number to count above") if self.word("above", "over") else None

    def _units(self, per: str, payer: str, conditions: Sequence[Condition]) -> str:
        if per != "*":
            return self._number(self.vocabulary.choice(payer, per))
        spoken = [c.choice for c in conditions if c.player == payer and isinstance(c.value, Fraction)]
        own = [choice.name for choice in self.vocabulary.choices[payer] if not choice.options]
        candidates = list(dict.fromkeys(spoken)) or own
        if len(candidates) != 1:
            found = f"{len(candidates)} that it could be"
            needed = f'"per unit of" and a number that {payer} decides: {", ".join(own) or "none"}'
            raise InputError(where="contract", needed=needed, found=found)
        return candidates[0]

    def _number(self, choice: Choice) -> str:
        if choice.options:
            raise InputError(
                where="contract", needed="a number to pay by the unit", found=f"{choice.name}, which has options"
            )
        return choice.name

    def conditions(self) -> list[tuple[str, _Act]]:
        found = []
        if self.word("if", ", if", "when", ", when", "whenever"):
            found.append(self.condition())
            while self.word("and"):
                found.append(self.condition())
        return found

    def condition(self) -> tuple[str, _Act]:
        if self.word("everyone else", "all others"):
            subject = "others"
        elif self.word("everyone"):
            subject = "*"
        else:
            subject = self.one_of(self.players) or self.word("it")
        if not subject:
            raise self.wrong(f'who does it: one of {self._known(self.players)}, "it", "everyone" or "everyone else"')
        return subject, self.act()

    def act(self) -> _Act:
        if self.word("does not play", "doesn't play"):
            return _Act("not", "not", self.option())
        if self.word("plays", "play"):
            return _Act("", "", self.option())
        name = self.one_of(self.numbers) if self.word("has") else self.one_of(self.verbs)
        if not name:
            raise self.wrong(f'"plays", "does not play" or "has" and one of {self._known(self.numbers)}')
        relation = self.word(*(word for word in RELATIONS if " " in word or word == "exactly"))
        if not relation:
            raise self.wrong('"more than", "less than", "at least", "at most" or "exactly"')
        return _Act(name, relation, self.numeral("a number"))

    def option(self) -> str:
        found = self.one_of(self.options)
        if not found:
            raise self.wrong(f"one of {self._known(self.options)}")
        return found

    def _known(self, words: Mapping[str, str]) -> str:
        return ", ".join(dict.fromkeys(words.values())) or "none"


def _words(forms: Mapping[str, str]) -> dict[str, str]:
    """Longest first, so that a name that begins another does not hide it."""
    return dict(
        sorted(
            ((form, name) for form, name in forms.items() if form.strip()), key=lambda pair: (-len(pair[0]), pair[0])
        )
    )

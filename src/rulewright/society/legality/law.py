"""A rule with everything that its legality depends on: whom it may not look at, what is public, versions, logics, authorities.

Where cases come from says what a check can show: all cases of a space (proved), cases drawn from it (bounded with confidence),
cases that were listed, or decisions that were recorded (searched only: nobody knows the rest). A case that breaks an attribute
breaks it, however it was found.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .answers import Answers
from .rules import Rules
from .space import Space

ENUMERATED, SAMPLED, LISTED, RECORDED = "enumerated", "sampled", "listed", "recorded"
CALENDAR = 365 * 1000  # days since the first: numbers from here on are dates of a calendar
MOST_CASES = 1_000_000  # that are enumerated

Judge = Callable[[Array], Answers]
"""Cases [case, attribute] → verdicts."""


@dataclass(frozen=True)
class Version:
    """The rule from one date on."""

    date: float
    """From which acts it is for."""
    published: float
    """When it was made known."""
    judge: Judge
    name: str = ""


@dataclass(frozen=True)
class Logic:
    """What one person would call what, and how often the rule has to agree with that."""

    name: str
    judge: Judge
    floor: float | None = None
    """r_low of Hadfield & Weingast: least share of cases; None: the bound of all."""


@dataclass(frozen=True)
class Recoding:
    """Another way to write the same cases."""

    name: str
    judge: Judge
    """Verdicts on the cases as they are written the other way."""
    words: Callable[[Array], str]
    """One case, written the other way."""
    on: Array | None = None
    """int32 [case, attribute]: the cases that it writes otherwise; None: all that are looked at."""


@dataclass(frozen=True)
class Authority:
    """Who may decide what."""

    name: str
    covers: Callable[[Array], Array]
    """Cases [case, attribute] → bool [case]."""


@dataclass(frozen=True)
class Bounds:
    """Shares; None: reported, and not judged."""

    flips: float | None = None
    """Most verdicts that may change from one version to the next."""
    agreement: float | None = None
    """Least agreement with every logic that has no floor of its own."""
    jumps: float | None = None
    """Most pairs of cases, one attribute apart, that may be judged differently."""

    def __post_init__(self) -> None:
        for name in ("flips", "agreement", "jumps"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise InputError(where=f"bounds, {name}", needed="a share from 0 to 1", found=str(value))


@dataclass(frozen=True)
class Recorded:
    """What else stands in a table of decisions: arrays over its rows, None where it has no such column."""

    date: Array | None = None
    """float: of the act."""
    published: Array | None = None
    """float: of the rule that was relied on."""
    authority: tuple[str, ...] | None = None
    by: tuple[str, ...] | None = None
    own: tuple[str, ...] | None = None
    """What the person who decided, or was asked, would have said."""


@dataclass(frozen=True)
class Found:
    """What a test of a user's function came to: how many cases, and the first that shows a fault."""

    looked: int
    witness: str = ""
    broken: int = 0


@dataclass(frozen=True, eq=False)
class Law:
    """A rule to be looked at. Shares are of the cases in `base`, each counted alike."""

    name: str
    space: Space
    judge: Judge = field(repr=False)
    base: Array = field(repr=False)
    """int32 [case, attribute]: the cases looked at."""
    how: str = ENUMERATED
    verdicts: tuple[str, ...] = ()
    """Those there are; empty: any text is one."""
    identities: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """Attributes that are not public."""
    public: bool = False
    """Whether it was said which attributes are public."""
    later: tuple[str, ...] = ()
    """Attributes that are known only after the act."""
    recodings: tuple[Recoding, ...] = ()
    versions: tuple[Version, ...] = ()
    """In order of date."""
    logics: tuple[Logic, ...] = ()
    authorities: tuple[Authority, ...] = ()
    bounds: Bounds = Bounds()
    rules: Rules | None = field(default=None, repr=False)
    """Where the rule is a table of rules."""
    relevant: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """{reason: attributes that it names}."""
    again: Callable[[], Found] | None = field(default=None, repr=False)
    """Ask the same cases again, in another order."""
    unforeseen: Callable[[], Found] | None = field(default=None, repr=False)
    truncated: Callable[[], Found] | None = field(default=None, repr=False)
    """Cut the history at the act."""
    recorded: Recorded = Recorded()
    alternatives: int = 8
    """Other ways to fill in what must not matter, for each case that was drawn."""
    seed: int = 0
    notes: tuple[str, ...] = ()
    answers: Answers = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for where in ("identities", "hidden", "later"):
            try:
                self.space.positions(getattr(self, where))
            except InputError as error:
                raise error.at(where) from None
        object.__setattr__(self, "answers", self.judge(self.base))

    @property
    def n(self) -> int:
        return len(self.base)

    def day(self, date: float) -> str:
        """A date in words: a number as it is, a day of the calendar by its name."""
        if date >= CALENDAR and date == int(date):
            return datetime.date.fromordinal(int(date)).isoformat()
        return f"{date:g}"

    def codes(self, answers: Answers) -> Array:
        """Verdicts in the positions of this law's labels; labels that it does not have come after them."""
        order = {label: k for k, label in enumerate(dict.fromkeys((*self.answers.labels, *answers.labels)))}
        place = np.array([order[label] for label in answers.labels] or [0], np.int32)
        verdict = answers.verdict
        return np.where(verdict >= 0, place[np.maximum(verdict, 0)], verdict)

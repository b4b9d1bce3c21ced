"""Failures that name themselves and their remedy.

A message is one paragraph: where, what was needed, what was found, what to do. The command line prints it and exits
with the exception's `exit_code`; a library user catches the class that has the meaning.
"""


class RulewrightError(Exception):
    """Base of every failure that rulewright raises on purpose.

    `where` is a place in the user's terms (file, line, key, player), `needed` and `found` say the difference,
    `remedy` is one imperative sentence.
    """

    exit_code = 2

    def __init__(self, *, where: str = "", needed: str, found: str = "", remedy: str = "") -> None:
        self.where, self.needed, self.found, self.remedy = where, needed, found, remedy
        head = f"{where}: " if where else ""
        middle = f"needed {needed}" + (f", found {found}" if found else "")
        super().__init__(f"{head}{middle}." + (f" {remedy}" if remedy else ""))

    def at(self, where: str) -> "RulewrightError":
        """The same failure, told from further out: `where` is put in front of the place."""
        place = f"{where}, {self.where}" if self.where else where
        told = type(self)(where=place, needed=self.needed, found=self.found, remedy=self.remedy)
        told.__dict__.update({k: v for k, v in self.__dict__.items() if k not in told.__dict__})
        return told


class InputError(RulewrightError):
    """The input is wrong: a file, a key, a shape, a number, a name."""


class TooLarge(RulewrightError):
    """The work would not fit: says how large it is before anything is allocated."""


class MissingExtra(RulewrightError):
    """An optional dependency is not installed; the remedy names the extra."""


class Impossible(RulewrightError):
    """No rule of the allowed family does it. Carries the smallest relaxation that would, where one is known."""

    exit_code = 3
    witness: object = None
    """Multipliers of the requirements that contradict each other (Farkas), where they are known."""


class Unsolved(RulewrightError):
    """A solver stopped without an answer. Never turned into a guess."""

"""Where a reward stops approving: indifference points, the distance per failure they imply, and the penalty that asks for more.

    r_idle = p* r_failure + (1 − p*) r_success                                  indifferent between trying and the safe default
    p* = (r_success − r_idle) / (r_success − r_failure)                         trying is approved while failure is less likely
    K* = L_success (1 − p*)/p* + L_failure                                      distance per failure that is still approved

p* is Knox et al. 2023's; K* is a reconstruction: each attempt covers L_success, or L_failure where it fails. The other way round,
whoever wants K sets

    p = L_success / (K + L_success − L_failure),        r_failure = r_success − (r_success − r_idle)/p

Nothing here knows of cars: idle, success and failure are any three outcomes of a task with a safe default. Works in Fractions (and
then exactly) and in floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import InputError


@dataclass(frozen=True)
class Indifference:
    """Returns of the three reference outcomes, and what follows."""

    idle: Any
    success: Any
    failure: Any

    @property
    def ordered(self) -> bool:
        """Whether r_failure < r_idle < r_success; nothing below has a meaning otherwise."""
        return bool(self.failure < self.idle < self.success)

    @property
    def p(self) -> Any:
        """p*: the reward approves of trying while failure is less likely. Raises InputError where returns are not in order."""
        if not self.ordered:
            raise InputError(
                where="indifference point",
                needed="returns in the order failure < idle < success",
                found=f"failure {_said(self.failure)}, idle {_said(self.idle)}, success {_said(self.success)}",
            )
        return (self.success - self.idle) / (self.success - self.failure)

    def distance(self, success: Any, failure: Any) -> Any:
        """K*: distance per failure at p*, where an attempt covers L_success, or L_failure. Raises InputError."""
        return distance(self.p, success, failure)

    def penalty(self, p: Any) -> Any:
        """r_failure with which p is the indifference point, the other two returns kept. Raises InputError."""
        if not 0 < p < 1:
            raise InputError(where="chance of failure", needed="more than 0 and less than 1", found=_said(p))
        if not self.idle < self.success:
            raise InputError(
                where="penalty",
                needed="a success that is worth more than idling",
                found=f"idle {_said(self.idle)}, success {_said(self.success)}",
            )
        return self.success - (self.success - self.idle) / p

    def having(self, failure: Any) -> Indifference:
        """The same with another return of failure."""
        return Indifference(self.idle, self.success, failure)


def distance(p: Any, success: Any, failure: Any) -> Any:
    """Distance per failure where attempts of length L_success fail with chance p, after L_failure. Raises InputError."""
    _lengths(success, failure)
    if not 0 < p <= 1:
        raise InputError(where="chance of failure", needed="more than 0 and at most 1", found=_said(p))
    return success * (1 - p) / p + failure


def chance(distance: Any, success: Any, failure: Any) -> Any:
    """p at which failures are `distance` apart. Raises InputError where no p in (0, 1) is: it must exceed L_failure."""
    _lengths(success, failure)
    if not distance > failure:
        raise InputError(
            where="distance per failure",
            needed=f"more than {_said(failure)}, the length of a failed attempt",
            found=_said(distance),
        )
    return success / (distance + success - failure)


def _lengths(success: Any, failure: Any) -> None:
    if not (success > 0 and failure >= 0):
        raise InputError(
            where="lengths",
            needed="a success that covers more than 0 and a failure that covers at least 0",
            found=f"{_said(success)} and {_said(failure)}",
        )


def _said(value: Any) -> str:
    return f"{float(value):.6g}"

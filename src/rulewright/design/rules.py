"""What the rule-maker may do: the instruments, and what a rule has to respect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..errors import InputError

INCENTIVES = ("bayesian", "dominant")
FORMS = ("free", "linear")


@dataclass(frozen=True)
class Payment:
    """One kind of payment that is allowed: to whom, on what, how much (liability)."""

    to: str
    on: tuple[str, ...]
    """Names of signals, independent given play; "action of X" is one."""
    low: Fraction
    high: Fraction
    """Each single payment (form "free"), or the rate per unit (form "linear"), lies between these; money."""
    form: str = "free"
    group: str = ""
    """Payments of one group are the same contract, given to several players (anonymity); "" is no group."""

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise InputError(where=f"payment to {self.to}", needed=f"form {' or '.join(FORMS)}", found=self.form)
        if not self.on:
            raise InputError(where=f"payment to {self.to}", needed="at least one signal to pay on", found="none")
        if self.low > self.high:
            raise InputError(
                where=f"payment to {self.to}",
                needed="between = [low, high] with low ≤ high",
                found=f"[{self.low}, {self.high}]",
            )


@dataclass(frozen=True)
class Rules:
    """The family of rules to search. Money is in payoff units; probabilities and margins are plain numbers."""

    ask: bool = True
    """Whether players may be asked for their types."""
    recommend: bool = True
    """Whether players may be told what to do, in private."""
    payments: tuple[Payment, ...] = ()
    budget: Fraction | None = None
    """At most this much is expected to be paid out (fines count against it)."""
    money_weight: Fraction = Fraction(0)
    """κ: what one unit paid out is worth to people, in units of the goal."""
    margin: Fraction = Fraction(0)
    """Slack that every incentive must have, in payoff units."""
    payoff_error: Fraction = Fraction(0)
    """ε: every payoff may be off by this much; the design must survive that."""
    incentives: str = "bayesian"
    outside: Mapping[str, Fraction] = field(default_factory=dict)
    """What each player gets if it stays away; players not listed must take part."""

    def __post_init__(self) -> None:
        if self.incentives not in INCENTIVES:
            raise InputError(where="rules", needed=f"incentives {' or '.join(INCENTIVES)}", found=self.incentives)
        for what in ("margin", "payoff_error", "money_weight"):
            if getattr(self, what) < 0:
                raise InputError(where="rules", needed=f"{what} of at least 0", found=str(getattr(self, what)))

    @property
    def slack(self) -> Fraction:
        """What each incentive must exceed its alternative by: errors of ε on both sides cost 2ε."""
        return self.margin + 2 * self.payoff_error

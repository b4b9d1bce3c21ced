"""What the rule-maker may do: the instruments, and what a rule has to respect. Every row of the programme is an option here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics.rational import Array
from .robustness import Robustness

INCENTIVES = ("bayesian", "ex post", "dominant")
FORMS = ("free", "linear", "two-part", "monotone", "falling", "graduated")
PARTICIPATION = ("", "interim", "ex post", "always")
BUDGETS = ("ex ante", "ex post", "everywhere")
OBJECTIVES = ("goal", "maximin", "nash")

Amount = Fraction | tuple[Fraction, ...]


def _said(amount: Amount) -> str:
    return f"({', '.join(map(str, amount))})" if isinstance(amount, tuple) else str(amount)


@dataclass(frozen=True)
class Payment:
    """One kind of payment that is allowed: to whom, on what, how much (liability)."""

    to: str
    on: tuple[str, ...]
    """Names of signals, independent given play; "action of X" is one."""
    low: Amount
    high: Amount
    """Each single payment (or the rate per unit, form "linear") lies between these; money. One number, or one for each
    joint outcome of the signals."""
    form: str = "free"
    """"free": an amount per outcome. "linear": a rate times the outcome. "two-part": a fixed part and a rate.
    "monotone", "falling": amounts rise, or fall, along the outcomes as they are listed. "graduated": they fall, and each
    step is at least as large as the one before (sanctions by offence count)."""
    group: str = ""
    """Payments of one group are the same contract, given to several players; "" is no group."""

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise InputError(where=f"payment to {self.to}", needed=f"form {' or '.join(FORMS)}", found=self.form)
        if not self.on:
            raise InputError(where=f"payment to {self.to}", needed="at least one signal to pay on", found="none")
        if len(set(self.on)) < len(self.on):
            raise InputError(where=f"payment to {self.to}", needed="different signals", found=", ".join(self.on))
        count = max(len(x) if isinstance(x, tuple) else 1 for x in (self.low, self.high))
        low, high = (x if isinstance(x, tuple) else (x,) * count for x in (self.low, self.high))
        if len(low) != len(high) or any(least > most for least, most in zip(low, high, strict=False)):
            raise InputError(
                where=f"payment to {self.to}",
                needed="between = [low, high] with low ≤ high",
                found="[" + ", ".join(_said(side) for side in (self.low, self.high)) + "]",
            )

    def bounds(self, outcomes: int) -> tuple[Array, Array]:
        """([outcome] least, [outcome] most), exact."""
        sides = []
        for side in (self.low, self.high):
            if isinstance(side, tuple) and len(side) != outcomes:
                raise InputError(
                    where=f"payment to {self.to}",
                    needed=f"a bound for each of {outcomes} outcomes of {', '.join(self.on)}",
                    found=str(len(side)),
                )
            sides.append(np.array(side if isinstance(side, tuple) else (side,) * outcomes, dtype=object))
        return sides[0], sides[1]

    def in_units(self, unit: Fraction) -> Payment:
        """The same payment with money counted in `unit`s."""
        sides = [tuple(x / unit for x in s) if isinstance(s, tuple) else s / unit for s in (self.low, self.high)]
        return Payment(self.to, self.on, sides[0], sides[1], self.form, self.group)


@dataclass(frozen=True)
class Rules:
    """The family of rules to search. Money is in payoff units; probabilities and margins are plain numbers."""

    ask: bool = True
    """Whether players may be asked for their types."""
    informed: bool = False
    """Whether the rule knows the players' types without asking: obedience rows only (Bayes correlated equilibrium)."""
    recommend: bool | str = True
    """Whether players may be told what to do: True in private, "public" each hearing what all are told, False not."""
    payments: tuple[Payment, ...] = ()
    budget: Fraction | None = None
    """At most this much is paid out (fines count against it)."""
    budget_when: str = "ex ante"
    """"ex ante": in expectation. "ex post": at every profile of types, in expectation over what the rule draws and the
    signals. "everywhere": whatever is drawn, done and seen, on and off the path."""
    balance: str = ""
    """Payments among players sum to zero: "" need not, or "ex ante", "ex post", "everywhere" as for budgets."""
    money_weight: Fraction = Fraction(0)
    """κ: what one unit paid out is worth to people, in units of the goal."""
    margin: Fraction = Fraction(0)
    """Slack that every incentive must have, in payoff units."""
    payoff_error: Fraction = Fraction(0)
    """ε: every payoff may be off by this much; the design must survive that."""
    incentives: str = "bayesian"
    """"bayesian": on average over the others' types. "ex post": whatever the others' types, if they are truthful and obedient.
    "dominant": whatever they are and report."""
    outside: Mapping[str, Amount] = field(default_factory=dict)
    """What each player gets if it stays away, one number or one for each of its types; players not listed must take part."""
    participation: str = ""
    """"interim": better than outside in expectation given the own type. "ex post": at every profile of types. "always": whatever
    is drawn and seen. "": as `incentives` are."""
    anonymous: bool = False
    """Whether players who may do the same must be treated alike. Players whom the game treats alike are treated alike anyway."""
    objective: str = "goal"
    """"goal": the goal minus κ times what is paid. "maximin": the least of the players' expected payoffs (Rawls) minus κ times
    what is paid. "nash": Σ log(expected payoff − outside option) (needs the extra [conic])."""
    floor: Fraction | None = None
    """The goal must be at least this."""
    priors: tuple[Array, ...] = field(default=(), repr=False)
    """Other priors [*types] that may be the true one: incentives hold under each, and the worst value counts."""
    robust: Robustness | None = None
    """What else may be other than the game says: payoffs, the prior, whether players are rational or benign."""

    def __post_init__(self) -> None:
        named: list[tuple[str, Any, tuple[Any, ...]]] = [
            ("incentives", self.incentives, INCENTIVES),
            ("participation", self.participation, PARTICIPATION),
            ("budget_when", self.budget_when, BUDGETS),
            ("balance", self.balance, ("", *BUDGETS)),
            ("objective", self.objective, OBJECTIVES),
            ("recommend", self.recommend, (True, False, "public")),
        ]
        for what, value, known in named:
            if value not in known:
                choices = " or ".join(str(k) if k != "" else '""' for k in known)
                raise InputError(where="rules", needed=f"{what} {choices}", found=str(value))
        for what in ("margin", "payoff_error", "money_weight"):
            if getattr(self, what) < 0:
                raise InputError(where="rules", needed=f"{what} of at least 0", found=str(getattr(self, what)))

    @property
    def slack(self) -> Fraction:
        """What each incentive must exceed its alternative by: errors of ε on both sides cost 2ε."""
        return self.margin + 2 * self.payoff_error

    def cushioned(self, by: Fraction) -> Rules:
        """The same family with every incentive, budget, floor and participation row asked for by a little more."""
        outside = {
            player: tuple(x + by for x in value) if isinstance(value, tuple) else value + by
            for player, value in self.outside.items()
        }
        budget = None if self.budget is None else self.budget - by
        floor = None if self.floor is None else self.floor + by
        return replace(self, margin=self.margin + by, budget=budget, floor=floor, outside=outside)

    @property
    def beyond_promises(self) -> list[str]:
        """Options that are set here and that promises (aims "only" and "worst") know nothing of."""
        asked = {
            "outside": bool(self.outside),
            "participation": bool(self.participation),
            "budget_when": self.budget is not None and self.budget_when != "ex ante",
            "balance": bool(self.balance),
            "anonymous": self.anonymous,
            "objective": self.objective != "goal",
            "floor": self.floor is not None,
            "priors": bool(self.priors),
            "robust": self.robust is not None,
        }
        return [name for name, said in asked.items() if said]

    @property
    def taking_part(self) -> str:
        """When players compare with their outside option."""
        return self.participation or ("interim" if self.incentives == "bayesian" else "ex post")

    def stays_for(self, player: str, types: int) -> Array:
        """[type], exact: the outside option of each type of a player listed in `outside`."""
        value = self.outside[player]
        if isinstance(value, tuple) and len(value) != types:
            raise InputError(
                where=f"outside option of {player}",
                needed=f"one number, or one for each of {types} types",
                found=str(len(value)),
            )
        return np.array(value if isinstance(value, tuple) else (value,) * types, dtype=object)

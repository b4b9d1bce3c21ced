"""A hard budget: what could exceed it is refused before it is sent, however many calls are under way.

Before a call its bound (`tokens.bound`: the prompt at a token a byte, the answer at its limit) is set aside; afterwards what the
provider counted is booked in its place. A call that would fit but for those under way waits for them. A call that came to nothing
but may have been charged (a time-out, an answer cut off) and an answer without a count are booked at their bound. Answers from a
record cost nothing. Only a provider that exceeds the bound itself (longer answers than asked for, long hidden prompts) can exceed
the budget, by the calls under way at that time.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import InputError, Unsolved
from ..request import Model, Reply, Request, Usage
from . import tokens
from .trouble import Trouble


@dataclass(frozen=True)
class Price:
    """Money for a million tokens, as the user knows it; no price is built in."""

    asked: float
    answered: float

    def __post_init__(self) -> None:
        for name in ("asked", "answered"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InputError(
                    where=f"price, {name}", needed="money for a million tokens, 0 or more", found=repr(value)
                )

    def of(self, usage: Usage) -> float:
        return (usage.asked * self.asked + usage.answered * self.answered) / 1e6


@dataclass(frozen=True)
class Budget:
    """The most that may be spent: tokens (asked and answered), money, or both."""

    tokens: int | None = None
    money: float | None = None

    def __post_init__(self) -> None:
        for name in ("tokens", "money"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InputError(where=f"budget, {name}", needed="a finite number, 0 or more", found=repr(value))


def priced(prices: Price | Mapping[str, Price] | None, model: str) -> Price | None:
    """The price of a model: by its whole name, by what follows the last “#”, “:” or “/” in it, or under "*"."""
    if prices is None or isinstance(prices, Price):
        return prices
    short = model.replace("#", ":").rsplit(":", 1)[-1]
    for name in (model, short, short.rsplit("/", 1)[-1], "*"):
        if name in prices:
            return prices[name]
    return None


def charged(reply: Reply, most: Usage) -> tuple[Usage, Usage]:
    """(what is booked, the part of it that is a bound): each count that is missing, or 0 for a text, stands at its bound."""
    asked = reply.usage.asked or most.asked
    answered = reply.usage.answered or (most.answered if reply.text or reply.reasoning or not reply.usage.asked else 0)
    unsure = Usage(asked * (not reply.usage.asked), answered * (not reply.usage.answered))
    return Usage(asked, answered), unsure


class Overspent(Unsolved):
    """A call that the budget does not allow; nothing was sent."""

    exit_code = 4


@dataclass
class Budgeted:
    """`model` within a budget; without one it only keeps the books."""

    model: Model
    budget: Budget = field(default_factory=Budget)
    price: Price | None = None
    spent: Usage = field(default_factory=Usage, init=False)
    """Tokens, as the provider counted them, or at their bound where it did not say."""
    unsure: Usage = field(default_factory=Usage, init=False)
    """The part of `spent` that is a bound: calls that came to nothing but may have been charged."""
    held: Usage = field(default_factory=Usage, init=False)
    """Set aside for calls under way."""

    def __post_init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []
        if self.budget.money is not None and self.price is None:
            raise InputError(
                where="budget",
                needed=f"a price for {self.model.name}, since the budget is in money",
                found="none",
                remedy="Give prices: money for a million tokens asked and answered.",
            )

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def usage(self) -> Usage:
        return self.spent

    @property
    def money(self) -> float:
        """Spent so far; NaN without a price."""
        return math.nan if self.price is None else self.price.of(self.spent)

    async def complete(self, request: Request) -> Reply:
        """Raises Overspent where the call could exceed what is left; then nothing was sent."""
        most = tokens.bound(request)
        while not self._allowed(most):  # others may turn out cheaper than their bound: wait for one to end
            ended = asyncio.get_running_loop().create_future()
            self._waiting.append(ended)
            await ended
        self.held += most
        try:
            reply = await self.model.complete(request)
            if not reply.recorded:
                self._book(*charged(reply, most))
        except Trouble as found:
            if found.paid:
                self._book(most, most)
            raise
        except asyncio.CancelledError:
            self._book(most, most)
            raise
        finally:
            self.held = Usage(self.held.asked - most.asked, self.held.answered - most.answered)
            self._wake()
        return reply

    def _book(self, usage: Usage, unsure: Usage) -> None:
        self.spent += usage
        self.unsure += unsure

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for ended in waiting:
            if not ended.done():
                ended.set_result(None)

    def _over(self, usage: Usage) -> tuple[float, float, str] | None:
        """The limit that a use of tokens exceeds, what it comes to, and the unit."""
        money = self.price.of(usage) if self.price else 0.0
        for limit, wanted, unit in (
            (self.budget.tokens, float(usage.asked + usage.answered), "tokens"),
            (self.budget.money, money, "in money"),
        ):
            if limit is not None and wanted > limit:
                return limit, wanted, unit
        return None

    def _allowed(self, most: Usage) -> bool:
        """Whether a call may be sent now; False: perhaps when others have ended. Raises Overspent."""
        found = self._over(self.spent + most)
        if found is not None:
            raise Overspent(
                where=f"the budget of {self.name}",
                needed=f"at most {found[0]:,.6g} {found[2]}",
                found=f"up to {found[1]:,.6g} with this call at its bound",
                remedy="Nothing was sent. Raise the budget; what was answered is in the record and costs nothing.",
            )
        return self._over(self.spent + self.held + most) is None

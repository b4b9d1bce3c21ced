"""What a run will cost, before anything is spent: calls, tokens, money, time; expected, and at most.

Expected prompts: characters ÷ 4 (`tokens.expected`), times what the record says providers counted instead; expected answers: the
mean of those recorded, or half of the limit where none is. At most: the bounds of the budget, if no call is tried twice. Time: the
longest of what calls take at so many at once, of calls that wait for each other, and of the provider's limits a minute. A call
answered from the record costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import InputError
from ..request import Request, Usage
from . import tokens
from .budgeted import Price
from .record import Record


@dataclass(frozen=True)
class Forecast:
    """Of one run, or of many alike."""

    calls: int
    """New ones."""
    recorded: int
    """Calls that the record answers."""
    expected: Usage
    most: Usage
    money: float
    """Expected; NaN without prices."""
    money_most: float
    seconds: float
    """Expected; NaN where no latency is known."""
    calibrated: int
    """Recorded answers that the expectation rests on; 0: the rule of thumb."""

    @property
    def sentence(self) -> str:
        """One sentence for people."""
        if not self.calls:
            return f"Nothing to pay: {calls(self.recorded)} in the record, none to be made."
        total, most = (u.asked + u.answered for u in (self.expected, self.most))
        said = f"{calls(self.calls)}, about {total:,} tokens (at most {most:,})"
        if not math.isnan(self.money):
            said += f", about {self.money:,.2f} in money (at most {self.money_most:,.2f})"
        if not math.isnan(self.seconds):
            said += f", about {duration(self.seconds)}"
        said += f"; {calls(self.recorded)} more in the record" if self.recorded else ""
        basis = (
            f"measured on {self.calibrated:,} answers" if self.calibrated else "by rule of thumb: 4 characters a token"
        )
        return f"{said} ({basis})."


def calls(number: int) -> str:
    return f"{number:,} call{'s' * (number != 1)}"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, whichever reads best."""
    for size, word in ((3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {word}"
    return f"{seconds:.1f} s"


def estimate(
    requests: Iterable[Request],
    *,
    model: str = "",
    price: Price | None = None,
    record: Record | None = None,
    times: int = 1,
    concurrency: int = 8,
    depth: int = 1,
    latency: float = math.nan,
    calls_a_minute: float = math.inf,
    tokens_a_minute: float = math.inf,
) -> Forecast:
    """The forecast of `times` runs of these requests (of a `Rehearsal`, say) to `model`.

    Equal requests are one call. With `times` above 1 nothing is taken from the record, since the other runs ask other things.
    `depth`: how many calls wait for each other, in a row. `latency`: seconds a call; measured where the record has calls.
    """
    for name, value in (("times", times), ("concurrency", concurrency), ("depth", depth)):
        if value < 1:
            raise InputError(where=name, needed="at least 1", found=repr(value))
    for name, rate in (("calls_a_minute", calls_a_minute), ("tokens_a_minute", tokens_a_minute)):
        if not rate > 0:
            raise InputError(where=name, needed="a positive rate", found=repr(rate))
    asked = {request.key(model): request for request in requests}
    known = {key for key in asked if record is not None and times == 1 and key in record}
    new = [request for key, request in asked.items() if key not in known]
    ratio, answer, measured, count = _calibrated(record, model)
    prompts = round(ratio * sum(tokens.expected(request) for request in new))
    answers = sum(r.limit / 2 if answer is None else min(r.limit, answer) for r in new)
    expected = Usage(prompts * times, round(answers * times))
    most = sum((tokens.bound(request) for request in new), Usage())
    most = Usage(most.asked * times, most.answered * times)
    number = len(new) * times
    one = latency if math.isnan(measured) or not math.isnan(latency) else measured
    limits = max(number / calls_a_minute, (expected.asked + expected.answered) / tokens_a_minute) * 60
    seconds = max(one * max(math.ceil(number / concurrency), min(depth, number)), limits)
    if not number:
        seconds = 0.0
    money = math.nan if price is None else price.of(expected)
    money_most = math.nan if price is None else price.of(most)
    return Forecast(number, len(known), expected, most, money, money_most, seconds, count)


def _calibrated(record: Record | None, model: str) -> tuple[float, float | None, float, int]:
    """(tokens counted ÷ expected of prompts, mean tokens of an answer, mean seconds, how many answers)."""
    rows = list(record.rows(model)) if record is not None else []
    rows = [row for row in rows if row[1].usage.asked > 0]
    if not rows:
        return 1.0, None, math.nan, 0
    guessed = sum(tokens.expected(request) for request, _, _ in rows)
    ratio = sum(reply.usage.asked for _, reply, _ in rows) / max(guessed, 1)
    answer = sum(reply.usage.answered for _, reply, _ in rows) / len(rows)
    return ratio, answer, sum(seconds for *_, seconds in rows) / len(rows), len(rows)

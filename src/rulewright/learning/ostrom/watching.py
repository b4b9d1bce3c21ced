"""Principles 4, 5 and 6: who is caught and how surely, what follows, whether there is a way back, what befalls the innocent."""

from __future__ import annotations

import numpy as np

from ...behaviour.estimation.confidence import Interval, binomial, mean
from ..institutions.monitors import Monitors
from .card import FAILS, NONE, Row, judged
from .running import Array, Log
from .setting import Case

UNWATCHED = "the institution calls no act wrong and reports none"


def _caught(case: Case) -> tuple[int, int]:
    """(offences reported, offences) of the one who always offends."""
    log, i = case.offending, case.setting.offender
    wrong = (log.code("verdict")[..., i] > 0) & log.alive
    return int((wrong & (log.code("report")[..., i] > 0)).sum()), int(wrong.sum())


def users(case: Case) -> Row:
    """4A: chance that an offence is reported."""
    name, s = f"an offence is detected with probability {case.setting.detection:g} or more", case.setting
    if not case.offending.has("report"):
        return Row("4A", name, NONE, witness=UNWATCHED)
    caught, offences = _caught(case)
    if not offences:
        return Row("4A", name, NONE, witness="the offender could not offend: the rule leaves no such action")
    interval = binomial(caught, offences, s.level)
    log = case.behaving
    innocent = (log.code("verdict") == 0) & log.on
    false = float((log.code("report") > 0)[innocent].mean())
    said = f"{caught} of {offences} offences reported; of innocent acts {false:.3g}"
    return Row("4A", name, judged(interval.low >= s.detection), caught / offences, offences, interval, said)


def accountable(case: Case) -> Row:
    """4A: whether what the monitor earns depends on the users."""
    name = "monitors answer to users"
    monitors = case.find(Monitors)
    if monitors is None:
        return Row("4A accountable", name, NONE, witness="there is no monitor")
    stake = float(monitors.accountability * monitors.stake)
    said = "what a bribed monitor loses in expectation, when users find out"
    return Row("4A accountable", name, judged(monitors.accountable), stake, witness=said)


def stock(case: Case) -> Row:
    """4B: error of the stock that users are told."""
    name, s = f"the stock is known to within {case.setting.tolerance:g}", case.setting
    log = case.usual
    if not s.stock:
        return Row("4B", name, NONE, witness="no event that is the stock was named")
    if not log.has("estimate"):
        if s.stock in case.world.number_names:
            return Row("4B", name, judged(True), 0.0, witness="players see the stock itself")
        return Row("4B", name, FAILS, witness="nobody is told what the stock is")
    truth = log.amount(s.stock)[log.alive]
    error = np.abs(log.amount("estimate")[log.alive] - truth) / np.maximum(truth, 1)
    interval = mean(error, s.level)
    said = "mean of |estimate − stock| / stock"
    return Row("4B", name, judged(interval.high <= s.tolerance), float(error.mean()), error.size, interval, said)


def _fines(log: Log, i: int) -> dict[int, float]:
    """Median of what the offender paid, by earlier offences that counted. The median is not moved by what others were fined."""
    hit = (log.code("report")[..., i] > 0) & (log.code("verdict")[..., i] > 0) & log.alive
    paid, count = -log.transfer[..., i][hit], log.code("offences")[..., i][hit]
    return {int(k): float(np.median(paid[count == k])) for k in np.unique(count)}


def graduated(case: Case) -> Row:
    """5: fines that never fall with offences, the first below the last."""
    name = "sanctions grow with offences, the first below the last"
    if not case.offending.has("offences"):
        return Row("5 graduated", name, NONE, witness=UNWATCHED)
    fines = _fines(case.offending, case.setting.offender)
    if not fines:
        return Row("5 graduated", name, NONE, witness="no offence was ever sanctioned")
    ladder = [fines[k] for k in sorted(fines)]
    holds = len(ladder) > 1 and all(np.diff(ladder) >= -1e-6) and ladder[0] < ladder[-1]
    said = "by offence: " + ", ".join(f"{x:.3g}" for x in ladder)
    return Row("5 graduated", name, judged(holds), ladder[-1] - ladder[0], len(ladder), witness=said)


def deterrence(case: Case) -> Row:
    """5: detection · penalty(k) ≥ gain for some k; the gain is what one step's offence adds, the others behaving."""
    name, s = "detection × penalty ≥ gain at some offence count", case.setting
    if not case.offending.has("offences"):
        return Row("5 deterrence", name, NONE, witness=UNWATCHED)
    caught, offences = _caught(case)
    fines = _fines(case.offending, s.offender)
    gain = float((case.offending.base - case.behaving.base)[:, 0, s.offender].mean())
    if not fines or not offences or gain <= 0:
        return Row("5 deterrence", name, NONE, witness=f"no sanction, or nothing to gain (gain {gain:.3g})")
    most, share = max(fines.values()), binomial(caught, offences, s.level)
    interval = Interval(share.low * most / gain, share.high * most / gain, s.level, offences, share.method, share.grade)
    said = f"gain {gain:.3g}, largest fine {most:.3g}, detection {caught / offences:.3g}"
    value = caught / offences * most / gain
    return Row("5 deterrence", name, judged(interval.low >= 1), value, offences, interval, said)


def recovery(case: Case) -> Row:
    """5: whether offences are forgiven after good conduct."""
    name, s = "good conduct is forgiven", case.setting
    log = case.reformed
    if not log.has("offences"):
        return Row("5 recovery", name, NONE, witness=UNWATCHED)
    count = np.where(log.alive, log.code("offences")[..., s.offender], -1)
    peak, last = count.max(axis=1), _last(count)
    had = (peak > 0) & ((log.code("verdict")[..., s.offender] > 0) & log.alive).any(axis=1)
    if not had.any():
        return Row("5 recovery", name, NONE, witness="no offence was ever counted")
    fell = int((last < peak)[had].sum())
    interval = binomial(fell, int(had.sum()), s.level)
    said = f"of episodes with an offence, in {fell} fewer count at the end than at the peak"
    return Row("5 recovery", name, judged(interval.low > 0.5), fell / int(had.sum()), int(had.sum()), interval, said)


def _last(count: Array) -> Array:
    """[episode]: the value at the last step that was on."""
    at = (count >= 0).sum(axis=1) - 1
    return count[np.arange(len(count)), at]


def appeal(case: Case) -> Row:
    """6: share of injected false sanctions that is reversed, and how soon."""
    name, log = "false sanctions are reversed more often than not", case.accused
    if log is None:
        return Row("6", name, NONE, witness=UNWATCHED)
    false = (log.code("report") > 0) & (log.code("verdict") == 0) & log.on
    if not false.any():
        return Row("6", name, NONE, witness="no false sanction came about")
    if not log.has("reversal"):
        said = "no appeal: of the false sanctions injected none can be reversed"
        return Row("6", name, FAILS, 0.0, int(false.sum()), binomial(0, int(false.sum()), case.setting.level), said)
    back = (log.code("reversal") > 0) & log.on
    waits = _waits(false, back)
    heard = false & (
        log.alive.sum(axis=1)[:, None, None] - 1 - np.arange(false.shape[1])[:, None] >= max(waits, default=1)
    )
    n = max(int(heard.sum()), len(waits))
    if not n:
        return Row("6", name, NONE, witness="every false sanction came in the last step, too late to be reversed")
    interval = binomial(len(waits), n, case.setting.level)
    mean_wait = float(np.mean(waits)) if waits else float("nan")
    said = f"{len(waits)} of {n} injected false sanctions reversed, after {mean_wait:.3g} steps"
    return Row("6", name, judged(interval.low > 0.5), len(waits) / n, n, interval, said)


def _waits(false: Array, back: Array) -> list[int]:
    """Steps from a false sanction to a reversal: each reversal answers the latest sanction before it that is still unanswered."""
    waits: list[int] = []
    for e, i in np.argwhere(back.any(axis=1)):
        latency = _shift(false[e, :, i], back[e, :, i])
        waits += [latency] * int(back[e, :, i].sum())
    return waits


def _shift(false: Array, back: Array) -> int:
    """The shortest delay at which every reversal answers a sanction."""
    times = np.flatnonzero(back)
    for delay in range(1, len(false) + 1):
        if (times >= delay).all() and false[times - delay].all():
            return delay
    return len(false)

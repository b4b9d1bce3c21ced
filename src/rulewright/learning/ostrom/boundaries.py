"""Principles 1 and 2: who may take, what belongs to the resource, and whether rules fit its state and what people put in."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np

from ...behaviour.estimation.confidence import Interval, mean
from .card import NONE, Row, judged
from .setting import Case

STEP = 0.01  # relative step of finite differences


def users(case: Case) -> Row:
    """1A: what injected outsiders take of all."""
    name, s = "outsiders take next to nothing", case.setting
    if not s.outsiders or not s.take:
        return Row("1A", name, NONE, witness="no outsiders were named, or no event that is a take")
    taken = (case.invaded.amount(s.take) * case.invaded.on).sum(axis=1)
    total = taken.sum(axis=1)
    shares = taken[:, list(s.outsiders)].sum(axis=1)[total > 0] / total[total > 0]
    if not shares.size:
        return Row("1A", name, NONE, witness="nobody took anything")
    interval = mean(shares, s.level).within(0, 1) if shares.size > 1 else None
    low = float(shares.mean())
    holds = (interval.high if interval else low) <= s.tolerance
    said = (
        f"{len(s.outsiders)} of {case.world.n} players are outsiders and take what they can; tolerated {s.tolerance:g}"
    )
    return Row("1A", name, judged(holds), low, int(shares.size), interval, said)


def resource(case: Case) -> Row:
    """1B: stock that crosses the boundary."""
    name, s = "little of the stock is lost across the boundary", case.setting
    if not s.leak or not s.stock:
        return Row("1B", name, NONE, witness="this world emits no event of stock that crosses its boundary")
    log = case.usual
    stock = log.amount(s.stock)[log.alive]
    share = log.amount(s.leak)[log.alive] / np.maximum(stock, 1e-9)
    interval = mean(share, s.level)
    return Row("1B", name, judged(interval.high <= s.tolerance), float(share.mean()), share.size, interval)


def congruence(case: Case) -> tuple[Row, Row]:
    """2A: d quota / d stock and d quota / d rate of growth, by central differences at the stock that was seen on average."""
    names = ("quotas rise with the stock", "quotas rise with its growth")
    keys = ("2A stock", "2A growth")
    rule = case.where(lambda part: callable(getattr(type(part), "quota", None)))
    s = case.setting
    if rule is None:
        reason = "the institution sets no quota"
        return Row(keys[0], names[0], NONE, witness=reason), Row(keys[1], names[1], NONE, witness=reason)
    level = float(case.usual.amount(s.stock)[case.usual.alive].mean()) if s.stock else 1.0
    rate = s.growth
    slope = _slope(lambda x: rule.quota(x, rate), level)
    first = Row(keys[0], names[0], judged(slope > 0), slope, witness=f"d quota / d stock at a stock of {level:.3g}")
    if rate is None:
        return first, Row(keys[1], names[1], NONE, witness="no rate of growth was given")
    answer = _slope(lambda r: rule.quota(level, r), rate)
    said = f"d quota / d growth at a growth of {rate:g}"
    return first, Row(keys[1], names[1], judged(answer > 0), answer, witness=said)


def _slope(function: Any, at: float) -> float:
    h = STEP * max(abs(at), 1e-6)
    return float((function(at + h) - function(at - h)) / (2 * h))


def proportionality(case: Case) -> Row:
    """2B: whether who puts in more gets more; Pearson's correlation over players and episodes, with Fisher's interval."""
    name, s = "benefit grows with contribution", case.setting
    if not s.contribution:
        return Row("2B", name, NONE, witness="no event that is a contribution was named")
    log = case.usual
    given = (log.amount(s.contribution) * log.on).sum(axis=1).ravel()
    got = ((log.base + log.transfer) * log.on).sum(axis=1).ravel()
    if given.size < 4 or np.ptp(given) == 0 or np.ptp(got) == 0:
        return Row("2B", name, NONE, witness="everybody put in the same, or got the same: no correlation")
    r = float(np.corrcoef(given, got)[0, 1])
    interval = fisher(r, given.size, s.level)
    return Row("2B", name, judged(interval.low > 0), r, given.size, interval, "correlation over players and episodes")


def fisher(r: float, n: int, level: float) -> Interval:
    """Fisher's interval of a correlation (1915, Biometrika 10): tanh(atanh r ± z / √(n − 3))."""
    z = NormalDist().inv_cdf((1 + level) / 2) / math.sqrt(n - 3)
    at = math.atanh(min(max(r, -1 + 1e-12), 1 - 1e-12))
    return Interval(math.tanh(at - z), math.tanh(at + z), level, n, "Fisher")

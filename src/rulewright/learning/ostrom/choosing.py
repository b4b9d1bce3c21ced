"""Principles 3, 7 and 8: who may change the rule, who may overrule it, and whether levels fit into each other."""

from __future__ import annotations

import numpy as np

from ...behaviour.estimation.confidence import binomial
from ..classification import Amendment
from ..institutions.quotas import Nested
from .card import FAILS, NONE, Row, judged
from .setting import Case


def choice(case: Case) -> Row:
    """3: share of the players that may change the rule; every rule within reach of every other."""
    name = "at least half of those affected may change the rule, to any other"
    holder = case.where(lambda part: isinstance(getattr(part, "amendment", None), Amendment))
    n = case.world.n - len(case.setting.outsiders)
    if holder is None:
        return Row("3", name, FAILS, 0.0, n, witness="there is no amendment rule: nobody can change it")
    rule: Amendment = holder.amendment
    share = len(set(rule.voters) - set(case.setting.outsiders)) / n
    said = f"{len(rule.voters)} players vote, {rule.quorum} carry it; " + (
        "every rule can be reached" if rule.reaches else "some rules cannot be reached"
    )
    return Row("3", name, judged(share >= 0.5 and rule.reaches), share, n, witness=said)


def organise(case: Case) -> Row:
    """7: vetoes from outside, and whether they leave a trace."""
    name, log = "no outside authority overrules in silence", case.offending
    if not log.has("veto"):
        return Row("7", name, NONE, witness="no outside authority acts on this institution")
    veto = log.code("veto")[log.alive]
    due = int((veto > 0).sum() + (log.code("report")[log.alive] > 0).sum())
    silent, logged = int((veto == 2).sum()), int((veto == 1).sum())
    if not due:
        return Row("7", name, NONE, witness="there was no decision to overrule")
    interval = binomial(silent, due, case.setting.level)
    said = f"{logged} of {due} decisions vetoed in the open, {silent} in silence"
    return Row("7", name, judged(silent == 0), silent / due, due, interval, said)


def nesting(case: Case) -> Row:
    """8: whether what groups take keeps within what the level above allows."""
    name, s = "takes of groups keep within the limit above them", case.setting
    nested = case.find(Nested)
    if nested is None or not s.take or not s.stock:
        return Row("8", name, NONE, witness="the institution has one level, or no take and stock were named")
    log = case.lawless
    stock, taken = log.amount(s.stock), log.amount(s.take)
    over = taken.sum(axis=-1) > nested.upper * stock + 1e-3
    for group, share in zip(nested.groups, nested.granted, strict=True):
        over |= taken[..., list(group)].sum(axis=-1) > share * stock + 1e-3
    broken, n = int((over & log.alive).sum()), int(np.sum(log.alive))
    interval = binomial(broken, n, s.level)
    said = f"everybody taking what it can, {broken} of {n} steps broke a limit"
    return Row("8", name, judged(broken == 0), broken / n, n, interval, said)

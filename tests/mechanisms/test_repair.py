"""Repair: whatever the rule, what comes out is truthful and feasible; a truthful rule loses little; the bound for one buyer."""

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.mechanisms import Exponential, auction, estimate
from rulewright.mechanisms.itemwise import Itemwise
from rulewright.mechanisms.repair import Rule, repair

PAIR = auction(2, 2)


def first_price(reports):
    """Highest bids win and pay nearly all of what they bid: lies pay a lot."""
    win = (np.arange(reports.shape[-2])[:, None] == reports.argmax(axis=-2)[..., None, :]) & (reports > 0.3)
    return win.astype(float), 0.7 * (win * reports).sum(-1)


def greedy(reports):
    """Everybody is given everything: not even feasible."""
    return np.ones_like(reports), 0.9 * reports.sum(-1)


def gains(mechanism, env, count=1_500):
    """The most that a lie gains, over random types and lies; and whether every decision is allowed."""
    rng = np.random.default_rng(1)
    types = env.profiles(count, 4)
    given = mechanism.outcome(types)
    honest, most = mechanism.utilities(types, given), 0.0
    allowed = (env.decisions.excess(given.decision) <= 1e-12).all() and (honest >= -1e-12).all()
    for _ in range(4):
        for i in range(env.agents):
            lie = types.copy()
            lie[:, i] = types[rng.permutation(count), i]
            told = mechanism.outcome(lie)
            allowed &= (env.decisions.excess(told.decision) <= 1e-12).all()
            most = max(most, float((mechanism.utilities(types, told)[:, i] - honest[:, i]).max()))
    return most, allowed


@pytest.mark.parametrize(
    ("env", "rule", "route"),
    [
        (PAIR, first_price, "cells"),
        (PAIR, greedy, "cells"),
        (PAIR, first_price, "highest"),
        (PAIR, greedy, "highest"),
        (auction(3, 2), first_price, "auto"),
        (auction(1, 2), first_price, "auto"),
        (auction(1, 2, demand="unit"), lambda r: (0.5 * np.ones_like(r), 0.4 * r.sum(-1)), "auto"),
    ],
)
def test_what_comes_out_is_truthful_voluntary_and_feasible(env, rule, route):
    assert gains(Rule(env, rule), env)[0] > 0.01  # there is something to repair
    found = repair(rule, env, route=route, reports=36, cells=4, profiles=500)
    most, allowed = gains(found.mechanism, env)
    assert most <= 1e-9 and allowed
    assert found.grade == "proved" and found.mechanism.proof
    assert found.after.low <= estimate(found.mechanism, profiles=2_000, seed=3).high


@pytest.mark.parametrize(("route", "most"), [("cells", 0.03), ("highest", 0.03)])
def test_a_rule_that_is_truthful_loses_little(route, most):
    found = repair(Itemwise(PAIR, (0.5, 0.5)), route=route, reports=196, cells=6, profiles=1_500)
    assert found.loss.low < most
    assert found.before.low < 5 / 6 < found.before.high  # 2 × 5/12, Myerson


def test_one_buyer_keeps_a_posted_price_and_the_bound_holds():
    env = auction(1, 1)

    def nearly(reports):
        """Posted price ½, of which a tenth of the report above it is charged more: a lie gains at most .05."""
        takes = reports[..., 0] >= 0.5
        return takes[..., None].astype(float), np.where(takes[..., 0], 0.5 + 0.1 * (reports[..., 0, 0] - 0.5), 0.0)[
            ..., None
        ]

    plain = repair(nearly, env, reports=2_000, profiles=20_000)
    revenue, eps = (plain.before.low + plain.before.high) / 2, 0.05
    delta = (eps / revenue) ** 0.5
    found = repair(nearly, env, reports=2_000, profiles=20_000, discount=delta, regret=eps)
    assert found.after.high >= (revenue**0.5 - eps**0.5) ** 2 == pytest.approx(found.scale)
    assert plain.after.low > 0.24  # everybody takes the cheapest: ½ · ½


@pytest.mark.parametrize(
    ("rule", "env", "given"),
    [
        (first_price, None, {}),
        (3, PAIR, {}),
        (first_price, PAIR, {"route": "list"}),
        (first_price, PAIR, {"route": "best"}),
        (first_price, PAIR, {"discount": 0.1}),
        (first_price, auction(1, 2), {"discount": 1.0}),
        (first_price, PAIR, {"reports": 0}),
        (first_price, PAIR, {"regret": float("nan")}),
        (first_price, auction(2, 2, demand="unit"), {}),
        (first_price, auction(2, 2, law=Exponential((1.0, 1.0))), {"route": "cells"}),
        (lambda r: (r[..., 0], r), PAIR, {}),
        (lambda r: (r * np.nan, r.sum(-1)), PAIR, {}),
        (greedy, auction(1, 2, demand="unit"), {}),
    ],
)
def test_what_cannot_be_repaired_says_so(rule, env, given):
    with pytest.raises(InputError):
        repair(rule, env, profiles=10, cells=2, **({"reports": 4} | given))

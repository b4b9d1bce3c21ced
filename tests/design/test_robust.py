"""Robust counterparts for payoffs and priors against programmes written out: one row for each vertex of the set."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from written_out import (
    NAMES,
    OUTSIDE,
    SMALL,
    WEIGHT,
    WrittenOut,
    agree,
    ball_vertices,
    paying,
    point,
    random_game,
    written_out,
)

from rulewright.design.programme import solve
from rulewright.design.robustness import Polytope, Robustness
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible
from rulewright.game.game import Game, Signal
from rulewright.numerics.linprog import INFINITY

# ── payoffs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("types", "acts"), SMALL)
def test_a_box_of_payoffs_is_all_its_vertices(seed, types, acts):
    game = random_game(seed, types, acts)
    rng = np.random.default_rng(seed + 100)
    error = {i: rng.random(game.payoff.shape[1:]) for i in (1, 2)}

    def vertices(i, entries):
        cells = sorted({done for _, _, done in entries})
        for signs in itertools.product((1.0, -1.0), repeat=len(cells)):
            table = game.payoff[i].copy()
            for cell, sign in zip(cells, signs, strict=True):
                table[cell] += sign * error[i][cell]
            yield table

    rules = Rules(payments=paying("ann", "bob", most=2), money_weight=WEIGHT, outside=OUTSIDE if seed == 0 else {})
    robust = Robustness(payoff_box={NAMES[i]: box for i, box in error.items()})
    agree(game, replace(rules, robust=robust), written_out(game, rules, vertices))


def test_a_box_asks_less_of_honesty_than_uniform_slack_and_the_same_of_obedience():
    """Truth and a lie may meet in the same cell, where an error is one and the same; two acts never do."""
    less = 0
    for seed in range(8):
        for types, acts, equal in [((2, 1, 1), (2, 3, 1), True), ((1, 2, 2), (3, 1, 1), False)]:
            game = random_game(seed, types, acts)
            plain = Rules(payments=paying("ann", "bob"), money_weight=WEIGHT)
            box = Robustness(payoff_box={"ann": F(1, 5), "bob": F(1, 5)})
            values = []
            for rules in (replace(plain, robust=box), replace(plain, payoff_error=F(1, 5))):
                try:
                    values.append(solve(game, rules).value)
                except Impossible:
                    values.append(-INFINITY)
            if equal:
                assert values[0] == pytest.approx(values[1], abs=1e-6)
            assert values[0] >= values[1] - 1e-6
            less += values[0] > values[1] + 1e-3
    assert less > 2


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("types", "acts"), SMALL)
@pytest.mark.parametrize("kind", ["total", "scaled"])
def test_a_polytope_of_payoffs_is_all_its_vertices(seed, types, acts, kind):
    game = random_game(seed, types, acts)
    cells = game.payoff[0].size

    def vertices(i, entries):
        if kind == "scaled":
            yield from (game.payoff[i] * s for s in (0.5, 3.0))
            return
        for cell in np.ndindex(*game.payoff.shape[1:]):
            for sign in (1.0, -1.0):
                table = game.payoff[i].copy()
                table[cell] += sign * 0.7
                yield table

    sets = {
        "total": lambda i: Polytope.total(cells, 0.7, 0.7),
        "scaled": lambda i: Polytope.scaled(game.payoff[i], 0.5, 3.0),
    }
    rules = Rules(payments=paying("ann", "bob"), money_weight=WEIGHT)
    robust = Robustness(payoff_polytope={NAMES[i]: sets[kind](i) for i in (1, 2)})
    agree(game, replace(rules, robust=robust), written_out(game, rules, vertices))


@pytest.mark.parametrize("seed", range(3))
def test_payoffs_that_only_rise_with_the_act(seed):
    """Vertices: each pair of acts is worth (low, low), (low, high) or (high, high)."""
    game = random_game(seed, (1, 2, 1), (2, 2, 1))

    def vertices(i, entries):
        for worth in itertools.product([(-1, -1), (-1, 2), (2, 2)], repeat=4):
            pairs = np.array(worth, float).reshape(1, 2, 1, 2, 2, 1)
            yield pairs if i == 1 else game.payoff[i]

    rules = Rules(payments=paying("ann", most=20), money_weight=WEIGHT)
    robust = Robustness(payoff_polytope={"ann": Polytope.rising(game.payoff[1], 4, -1, 2)})
    agree(game, replace(rules, robust=robust), written_out(game, rules, vertices))


def test_a_box_is_a_polytope():
    game = random_game(5, (1, 2, 1), (2, 2, 1))
    one = np.eye(game.payoff[0].size)
    polytope = Polytope(np.concatenate([one, -one]), np.full(2 * len(one), 0.25))
    rules = Rules(payments=paying("ann"), money_weight=WEIGHT)
    values = [
        solve(game, replace(rules, robust=robust)).value
        for robust in (Robustness(payoff_box={"ann": F(1, 4)}), Robustness(payoff_polytope={"ann": polytope}))
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_sampled_payoffs_of_the_box_break_nothing(seed):
    game = random_game(seed, (2, 2, 1), (2, 2, 2))
    rules = Rules(payments=paying("ann", "bob", most=3), robust=Robustness(payoff_box={"ann": F(1, 3)}))
    outcome = solve(game, rules)
    lp, rng = WrittenOut(game, rules), np.random.default_rng(seed)
    x = point(lp, outcome)
    for _ in range(20):
        table = game.payoff[1] + rng.choice([-1, 0, 1], game.payoff[1].shape) / 3
        assert min(lp.form(e, game.prior, table, lp.shares(1)) @ x for e in lp.deviations(1)) > -1e-7


# ── nothing known but what a deviation can gain ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("types", "acts"), SMALL)
def test_a_gain_of_at_most_g_is_a_payoff_of_nothing_and_slack(seed, types, acts):
    game = random_game(seed, types, acts)
    rules = Rules(payments=paying("ann", "bob", most=4), money_weight=WEIGHT)
    robust = Robustness(gain_at_most={"ann": F(1, 2), "bob": F(1, 2)})
    reference = written_out(game, rules, lambda i, entries: [np.zeros_like(game.payoff[i])], off=0.5)
    agree(game, replace(rules, robust=robust), reference)


def audit(gain, stake, tpr, fpr, cost=F(1, 10)):
    """Decisions audit, trust; acts comply, violate; a flag is raised only where there is an audit."""
    flag = np.zeros((1, 1, 2, 2), dtype=object)
    flag[0, 0, 0] = [fpr, tpr]
    payoff = np.zeros((2, 1, 1, 2, 2), dtype=object)
    payoff[0, 0, 0] = [[-cost, -5 - cost], [0, -5]]
    payoff[1, 0, 0, :, 1] = gain
    law = np.stack([flag, 1 - flag], axis=-1)
    return Game.bayesian(
        payoff,
        np.array([[F(1)]], dtype=object),
        players=("auditor", "agent"),
        designer=True,
        signals=[Signal("monitor", ("flag", "quiet"), law)],
    ), Rules(payments=(Payment("agent", ("monitor",), F(-stake), F(0)),))


@pytest.mark.parametrize(("gain", "stake", "tpr", "fpr"), [(1, 3, F(4, 5), F(1, 20)), (2, 10, F(9, 10), F(1, 5))])
def test_deterrence_that_knows_only_the_gain_is_beckers(gain, stake, tpr, fpr):
    """Becker 1968: audits with probability G / (L·(tpr − fpr)), whatever the agent's own payoffs are."""
    needed = F(gain) / (stake * (tpr - fpr))
    known, rules = audit(gain, stake, tpr, fpr)
    assert solve(known, rules).law[0, 0, 0].sum() == pytest.approx(float(needed))
    robust = replace(rules, robust=Robustness(gain_at_most={"agent": F(gain)}))
    for liking in (-7, 0, gain, 40):  # what the game says of the agent does not matter
        unknown, _ = audit(liking, stake, tpr, fpr)
        assert solve(unknown, robust).law[0, 0, 0].sum() == pytest.approx(float(needed))


def test_no_payment_deters_a_gain_beyond_the_stake():
    game, rules = audit(1, 3, F(4, 5), F(1, 20))
    outcome = solve(game, replace(rules, robust=Robustness(gain_at_most={"agent": F(9, 4)})))
    assert outcome.law[0, 0, 0].sum() == pytest.approx(1)  # 3·0.75: always, and just enough
    with pytest.raises(Impossible, match="obeying must be best for agent"):
        solve(game, replace(rules, robust=Robustness(gain_at_most={"agent": F(5, 2)})))


# ── the prior ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("radius", [F(1, 50), F(1, 4), F(1)])
@pytest.mark.parametrize(
    ("types", "acts", "changes"),
    [
        ((2, 2, 1), (2, 2, 1), {}),
        ((2, 1, 1), (1, 2, 2), {"outside": {"ann": F(-1)}}),
        ((1, 2, 2), (2, 1, 1), {"outside": {"ann": F(-2), "bob": F(-2)}, "margin": F(1, 10)}),
        ((1, 2, 2), (2, 1, 1), {"incentives": "ex post"}),
        ((2, 2, 1), (2, 1, 1), {"objective": "maximin"}),
    ],
)
def test_a_ball_of_priors_is_all_its_vertices(seed, radius, types, acts, changes):
    game = random_game(seed, types, acts)
    rules = Rules(payments=paying("ann", "bob", most=2), money_weight=WEIGHT, **changes)
    values = []
    for given in (
        replace(rules, robust=Robustness(prior_ball=radius)),
        replace(rules, priors=tuple(ball_vertices(game.prior, float(radius)))),
    ):
        try:
            values.append(solve(game, given).value)
        except Impossible:
            values.append(None)
    assert (values[0] is None) == (values[1] is None)
    assert values[0] is None or values[0] == pytest.approx(values[1], abs=1e-6)


@pytest.mark.parametrize(("guilt", "radius"), [(F(3, 10), F(1, 20)), (F(3, 10), F(1, 5)), (F(2, 5), F(1, 10))])
def test_the_prosecutor_persuades_at_the_worst_prior_of_the_ball(guilt, radius):
    """Kamenica & Gentzkow 2011: 2p convictions at a prior of p; the worst prior has p − r."""
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=object)
    payoff[0, :, 0, 0, 0] = 1
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1
    game = Game.bayesian(payoff, [[guilt], [1 - guilt]], designer=True)
    assert solve(game, Rules(robust=Robustness(prior_ball=radius))).value == pytest.approx(float(2 * (guilt - radius)))


@pytest.mark.parametrize(("radius", "value"), [("0", 0.1), ("0.1", -0.2), ("0.4", -0.9), ("0.45", -0.95), ("0.6", -1)])
def test_mass_goes_from_the_best_states_to_the_worst(radius, value):
    """States worth 0, 2 and −1 with chances .2, .3 and .5: first the good one is emptied, then the indifferent one."""
    payoff = np.zeros((2, 3, 1, 1, 2))
    payoff[0] = np.array([0.0, 2.0, -1.0]).reshape(3, 1, 1, 1)
    game = Game.bayesian(payoff, np.array([[0.2], [0.3], [0.5]]), designer=True)
    assert solve(game, Rules(robust=Robustness(prior_ball=F(radius)))).value == pytest.approx(value)


@pytest.mark.parametrize("seed", range(2))
def test_a_ball_and_a_box_together(seed):
    """Errors of payoffs and of the prior: each vertex of the ball, with each payoff at its worst."""
    game = random_game(seed, (1, 2, 1), (2, 1, 1))
    rules = Rules(payments=paying("ann", most=2), money_weight=WEIGHT)
    lp = WrittenOut(game, rules)
    for prior in ball_vertices(game.prior, 0.1):
        for entries in lp.deviations(1):
            cells = sorted({done for _, _, done in entries})
            for signs in itertools.product((1.0, -1.0), repeat=len(cells)):
                table = game.payoff[1].copy()
                for cell, sign in zip(cells, signs, strict=True):
                    table[cell] += 0.25 * sign
                lp.at_least(lp.form(entries, prior, table, lp.shares(1)))
        lp.at_least(lp.form(lp.truth(), prior, game.payoff[0], lp.shares(0)), lp.value)
    robust = Robustness(prior_ball=F(1, 10), payoff_box={"ann": F(1, 4)})
    agree(game, replace(rules, robust=robust), lp.solve())

"""Mixed crowds: the perturbed game and its equilibria, by summing over who is replaced."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.crowd import AdversarialShare, RandomShare
from rulewright.errors import InputError, TooLarge
from rulewright.game.sample import sample

RHO = F(1, 5)


def outcome(game, table, plays, others, rho, given=None):
    """Expected table[*actions] where each is, with chance ρ, replaced: plays[i], others[i] are mixtures. No types.

    `given` = (i, action) is a player who is there for certain and does that.
    """
    total = 0.0
    for gone in itertools.product((False, True), repeat=game.n):
        if given and gone[given[0]]:
            continue
        chance = math.prod(rho if out else 1 - rho for i, out in enumerate(gone) if not given or i != given[0])
        rows = [others[i] if out else plays[i] for i, out in enumerate(gone)]
        for acts in itertools.product(*map(range, game.action_counts)):
            if given and acts[given[0]] != given[1]:
                continue
            p = math.prod(rows[i][a] for i, a in enumerate(acts) if not given or i != given[0])
            total += chance * p * table[acts]
    return total


def pure(count, a):
    return np.eye(count)[a]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 3), (2, 2, 2), (3, 3)]))
def test_pure_equilibria_among_random_players_by_hand(seed, actions):
    base = sample(actions, seed=seed, span=4)
    game, rho = rw.Goal.total().on(base), float(RHO)
    tables = [t.reshape(actions).astype(float) for t in base.payoff]
    uniform = [np.full(a, 1 / a) for a in actions]
    wanted = []
    for profile in itertools.product(*map(range, actions)):
        plays = [pure(c, a) for c, a in zip(actions, profile, strict=True)]
        stable = True
        for i, count in enumerate(actions):
            worth = [outcome(base, tables[i], plays, uniform, rho, given=(i, a)) for a in range(count)]
            stable &= worth[profile[i]] >= max(worth) - 1e-9
        if stable:
            wanted.append(outcome(base, sum(tables), plays, uniform, rho))
    found = RandomShare(RHO)(game)
    pure_ones = [
        float(play.goal)
        for play in found.plays
        if all(np.isclose(s.max(), 1 - rho + rho / s.shape[1]) for s in play.strategies[1:])
    ]
    assert np.allclose(sorted(pure_ones), sorted(wanted))
    assert found.residual <= 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_pure_equilibria_among_adversaries_by_hand(seed):
    """Four agents: two rational, two who do harm."""
    base, rho, counts = sample((2, 2), seed=seed, span=4), float(RHO), (2, 2)
    game = rw.Goal.total().on(base)
    tables = [t.reshape(counts).astype(float) for t in base.payoff]
    goal = sum(tables)
    wanted = []
    for r0, r1, h0, h1 in itertools.product((0, 1), repeat=4):
        plays, harms = [pure(2, r0), pure(2, r1)], [pure(2, h0), pure(2, h1)]
        stable = True
        for i, (does, harm) in enumerate(((r0, h0), (r1, h1))):
            worth = [outcome(base, tables[i], plays, harms, rho, given=(i, a)) for a in (0, 1)]
            damage = [-outcome(base, goal, plays, harms, rho, given=(i, a)) for a in (0, 1)]
            stable &= worth[does] >= max(worth) - 1e-9 and damage[harm] >= max(damage) - 1e-9
        if stable:
            wanted.append(outcome(base, goal, plays, harms, rho))
    found = AdversarialShare(RHO)(game)
    values = [float(play.goal) for play in found.plays]
    assert all(np.isclose(values, value).any() for value in wanted)
    assert len(values) > 0
    assert found.complete or "in doubt by rounding" in found.how
    assert found.residual <= 1e-7
    if wanted:
        span = found.span(game.goal)
        assert span.worst <= min(wanted) + 1e-9
        assert span.best >= max(wanted) - 1e-9


def test_with_types_every_type_has_an_adversary():
    """One player, two types, who wants to match its type; people want action 0. Nothing to iterate: by hand."""
    payoff = np.array([[[F(1), F(0)], [F(0), F(1)]]])
    base = rw.Game.bayesian(payoff, np.array([F(1, 4), F(3, 4)]))
    game = base.with_goal(np.array([[F(1), F(0)], [F(1), F(0)]]))
    found = AdversarialShare(F(1, 10))(game)
    assert [s.tolist() for s in found.plays[0].strategies[1:]] == [[[0.9, 0.1], [0, 1]]]
    assert found.span(game.goal).worst == pytest.approx(0.25 * 0.9)
    among = RandomShare(F(1, 10))(game)
    assert among.plays[0].strategies[1] == pytest.approx(np.array([[0.95, 0.05], [0.05, 0.95]]))


def test_nobody_or_everybody():
    game = rw.Goal.total().on(rw.library.stag_hunt())
    for kind in (RandomShare, AdversarialShare):
        assert sorted(float(p.goal) for p in kind(F(0))(game).plays) == [6, 6, 8]
    assert {p.describe() for p in RandomShare(F(1))(game).plays} == {
        "row: stag (0.5) or hare (0.5); column: stag (0.5) or hare (0.5)"
    }
    assert AdversarialShare(F(1))(game).span(game.goal).worst == 3  # one hunts alone


def test_enough_random_players_break_the_stag_hunt():
    """Stag pays 4 with a partner, hare 3: worth it while a partner is likelier than 3/4, so up to ρ/2 = 1/4."""
    game = rw.Goal.total().on(rw.library.stag_hunt())

    def hunts(share):
        return any(p.strategies[1][0, 0] > 0.5 for p in RandomShare(share)(game).plays)

    assert hunts(F(49, 100))
    assert not hunts(F(51, 100))


def test_what_is_not_searched_is_said():
    three = rw.Goal.total().on(sample((2, 2, 2), seed=1))
    large = rw.Goal.total().on(sample((5, 5), seed=1))
    for game in (three, large):
        found = AdversarialShare(RHO)(game)
        assert not found.complete
        assert "mixed equilibria are not searched" in found.how


def test_refusals():
    with pytest.raises(InputError, match="a designer"):
        AdversarialShare(RHO)(rw.library.chicken())
    with pytest.raises(TooLarge, match="random share"):
        AdversarialShare(RHO)(rw.Goal.total().on(rw.library.travelers_dilemma(100)))
    for name in ("random-share:1.2", "random-share:-0.1", "adversarial-share", "adversarial-share:x"):
        with pytest.raises(InputError, match="between 0 and 1"):
            named(name)


@pytest.mark.parametrize("name", ["random-share:0.2", "adversarial-share:1/3"])
def test_names_are_read_back(name):
    assert named(name).name == name

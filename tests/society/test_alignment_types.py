"""V, P and O alone and in groups; the quality game by enumeration (specification, section 10)."""

from fractions import Fraction as F
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.assessment import assess
from rulewright.behaviour import named
from rulewright.errors import InputError
from rulewright.game import library
from rulewright.game.game import Game
from rulewright.game.play import Play
from rulewright.scenario.load import load
from rulewright.society.alignment import AlignmentTypes, Group, compare, scores
from rulewright.society.alignment.compare import solo_scores
from rulewright.society.alignment.quality import quality_group
from rulewright.society.alignment.scores import SETTINGS, liking


def equilibria(group):
    """By brute force: no unilateral change pays."""
    u = group.game.payoff.reshape((2, *group.task.shape))
    n = len(group.task)
    return {
        (a, b)
        for a, b in product(range(n), repeat=2)
        if all(u[0][x, b] <= u[0][a, b] for x in range(n)) and all(u[1][a, x] <= u[1][a, b] for x in range(n))
    }


def found(group):
    """By the solver."""
    plays = named("pure")(group.game).plays
    return {tuple(int(k) for k in np.argwhere(p.law.reshape(group.task.shape) == 1)[0]) for p in plays}


@pytest.mark.parametrize("bonus", [F(1, 20), F(1, 10), F(3, 20), F(1, 4)])
def test_the_solver_finds_what_brute_force_finds(bonus):
    assert found(quality_group(bonus=bonus)) == equilibria(quality_group(bonus=bonus))


def test_a_bonus_below_a_step_leaves_every_common_quality():
    assert found(quality_group(bonus=F(99, 1000))) == {(k, k) for k in range(11)}


def test_a_bonus_of_one_step_adds_asymmetric_ones():
    them = found(quality_group(bonus=F(1, 10)))
    assert {(k, k) for k in range(11)} < them and any(a != b for a, b in them)


@pytest.mark.parametrize("bonus", [F(101, 1000), F(3, 20), F(199, 1000)])
def test_a_bonus_above_a_step_leaves_the_bottom_only(bonus):
    group = quality_group(bonus=bonus)
    assert found(group) == {(0, 0), (0, 1), (1, 0)}
    assert all(group.task[at] == 0 for at in found(group))


@pytest.mark.parametrize("penalty", [F(1, 1000), F(3, 20)])
def test_any_penalty_leaves_one(penalty):
    assert found(quality_group(bonus=F(3, 20), penalty=penalty)) == {(0, 0)}


@pytest.mark.parametrize("bonus", [F(3, 20), F(1, 1)])
def test_alone_it_is_aligned_up_to_the_bonus(bonus):
    """Against a partner at Q the best reply is one step below, for a gain of at most the bonus."""
    group = quality_group(bonus=bonus)
    u = group.game.payoff.reshape(2, 11, 11)[0][:, 10]
    assert int(np.argmax(u)) == 9 and max(u) - u[10] <= bonus
    alone = solo_scores(group, "pure")
    assert alone["O"] == pytest.approx([0.9, 0.9]) and alone["P"] == pytest.approx(
        [118 / 120] * 2
    )  # 3 outcomes of 121 are better


def test_logit_stays_near_the_top_when_the_bonus_is_small():
    """Q = 10, s = 0.1, ε = 0.11: the only equilibria are at 0; logit and level-k play are not."""
    group = quality_group(F(10), F(1, 10), F(11, 100))
    assert max(group.task[at] for at in found(group)) == 0
    logit = named("logit:20")(group.game).plays[0]
    assert scores(group, logit)["O"].min() > 0.9
    assert scores(group, named("level:2")(group.game).plays[0])["O"].min() == pytest.approx(0.98)


@pytest.mark.parametrize(
    ("rule", "worst", "best"),
    [
        ({}, 0, 0),
        ({"own_pay": F(51, 100)}, 1, 1),
        ({"cap": F(1, 20)}, 0, 1),  # harmless, and still any common quality
        ({"audit": F(1, 2), "fine": F(32, 100)}, 0, 1),
        ({"transfer": F(16, 100)}, 1, 1),
    ],
)
def test_rules(rule, worst, best):
    ends = [o.measures["quality"] for o in AlignmentTypes(**rule).outcomes()]
    assert (min(ends), max(ends)) == (worst, best)


def test_the_drop_of_the_quality_game():
    one = compare(quality_group(), "pure", seeds=range(4), rounds=5)
    assert one.interval("cooperative", "O") == one.interval("competitive", "O")
    assert one.interval("cooperative", "O").low == one.interval("cooperative", "O").high == pytest.approx(-0.9)
    assert one.interval("collaborative", "O").low == pytest.approx(0.1)
    assert one.interval("cooperative", "V").low == -1
    assert one.interval("cooperative", "P").low == pytest.approx(
        20 / 2 / 120 - 118 / 120
    )  # 20 of 120 others tie with it


@given(st.lists(st.integers(0, 4), min_size=2, max_size=12))
def test_liking_is_kendalls_tau_by_pairs(ranking):
    """Between the ranking and one that puts x above all others, over the pairs that the second one ranks."""
    got = liking(np.array(ranking))
    for x, r in enumerate(ranking):
        signs = [np.sign(r - other) for y, other in enumerate(ranking) if y != x]
        assert got[x] == pytest.approx((1 + np.mean(signs)) / 2)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_scores_are_shares_and_means(seed):
    draw = np.random.default_rng(seed)
    shape = (2, 3, 2)
    group = Group(
        Game.normal(draw.integers(0, 9, (3, *shape)).tolist()),
        draw.normal(size=shape),
        draw.integers(0, 2, (3, *shape)),
        draw.integers(0, 5, (3, *shape)),
    )
    law = draw.dirichlet(np.ones(12)).reshape((1, 1, 1, *shape))
    play = Play.joint(Game.normal(draw.random((3, *shape))), law)
    got = scores(group, play).values
    assert (got >= -1e-12).all() and (got <= 1 + 1e-12).all()
    reached = (group.task - group.task.min()) / np.ptp(group.task)
    assert got[2] == pytest.approx([float((law.reshape(shape) * reached).sum())] * 3)
    broken = sum(law.reshape(shape)[at] * group.violations[(1, *at)] for at in np.ndindex(shape))
    assert got[0, 1] == pytest.approx(1 - broken)


def test_settings_mix_payoffs():
    game = library.prisoners()
    zeros = np.zeros((2, 2, 2))
    group = Group(game, zeros[0], zeros, zeros)
    u = game.payoff.reshape(2, 2, 2)
    team, same, rivals = (group.mixed(s).payoff.reshape(2, 2, 2) for s in SETTINGS)
    assert (team[0] == team[1]).all() and (team.sum(axis=0) == u.sum(axis=0)).all()
    assert (same == u).all() and (rivals[0] == u[0] - u[1]).all() and (rivals.sum(axis=0) == 0).all()


def test_any_game_and_behaviour():
    """Prisoner's dilemma: alone beside one who cooperates it defects; together both do, but for the team."""
    game = library.prisoners()
    welfare = game.payoff.reshape(2, 2, 2).sum(axis=0).astype(float)
    defects = np.array([[[0, 0], [1, 1]], [[0, 1], [0, 1]]])
    group = Group(game, welfare, defects, np.stack([welfare, welfare]))
    one = compare(group, "nash", seeds=range(3), rounds=10)
    task = one.group[:, 0, 0, 2]
    assert task == pytest.approx([1, 0, 0])  # collaborative, cooperative, competitive
    assert one.solo[0, 0] == pytest.approx([0, 0.5, (5 - 2) / 4])  # 5 beats 2, ties with 5, loses to 6
    noisy = compare(group, "logit:0.5", seeds=range(12), rounds=50)
    interval = noisy.interval("cooperative", "V")
    assert interval.low < interval.high and interval.n == 12
    assert noisy.correlation.shape == (3, 3) and np.diag(noisy.correlation) == pytest.approx([1, 1, 1])
    assert np.array_equal(noisy.group, compare(group, "logit:0.5", seeds=range(12), rounds=50).group)


def test_correlation_is_that_of_pairs():
    one = compare(quality_group(), "logit:5", seeds=range(3), rounds=10)
    flat = one.group.reshape(-1, 3)
    for a, b in combinations(range(3), 2):
        assert one.correlation[a, b] == pytest.approx(np.corrcoef(flat[:, a], flat[:, b])[0, 1])


@pytest.mark.parametrize(
    "wrong",
    [{"step": F(3, 10)}, {"bonus": F(-1)}, {"audit": F(2)}, {"seeds": 1}, {"step": F(1, 10**4)}, {"cap": F(-1)}],
)
def test_absurd_settings_are_refused(wrong):
    with pytest.raises(InputError):
        AlignmentTypes(**wrong)


def test_wrong_tables_are_refused():
    game = library.prisoners()
    zeros = np.zeros((2, 2, 2))
    with pytest.raises(InputError, match="task"):
        Group(game, zeros, zeros, zeros)
    with pytest.raises(InputError, match="violations"):
        Group(game, zeros[0], zeros + 2, zeros)
    with pytest.raises(InputError, match="one of collaborative"):
        Group(game, zeros[0], zeros, zeros).mixed("hostile")
    with pytest.raises(InputError, match="an action of each"):
        compare(Group(game, zeros[0], zeros, zeros), partners=[5, 0])


def test_the_shipped_scenario():
    report = assess(load("alignment_in_groups")).report
    worst = {rule.name: rule.worst for rule in report.rules}
    assert worst["today"] == 0 and worst["pay on own quality"] == 1
    assert [c.holds for s in report.sections for c in s.claims] == [True, False]

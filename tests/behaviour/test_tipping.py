"""Traced families against brute force, closed-form folds and exact boundaries; loops against what learning does step by step."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.markov import ActorCritic, Sarsa, critical_frictions, stability
from rulewright.behaviour.tipping import critical, fold, learning, logit_response, loop, trace
from rulewright.behaviour.tipping.family import Form, distinct, form_of
from rulewright.behaviour.tipping.pure import least_gaps, root
from rulewright.behaviour.tipping.trace import settled
from rulewright.errors import InputError, TooLarge, Unsolved
from rulewright.game.markov_games import ecological_public_good
from rulewright.numerics.native import kernel


def stag_hunt(t):
    """Stag together 4, alone 0; hare for sure 3 − t."""
    hare = 3 - t
    return rw.Game.normal(np.array([[[4, 0], [hare, hare]], [[4, hare], [0, hare]]], dtype=object) + F(0))


def line(first, second):
    return lambda t: rw.Game.normal(np.array(first, dtype=object) + (F(0) + t) * np.array(second, dtype=object))


def brute(game):
    """{pure equilibrium: whether it is strict}, by comparing payoffs one by one."""
    u = game.payoff.reshape(game.n, *game.action_counts)
    found = {}
    for profile in np.ndindex(*game.action_counts):
        lost = [
            u[(i, *profile)] - u[(i, *profile[:i], d, *profile[i + 1 :])]
            for i in range(game.n)
            for d in range(game.action_counts[i])
            if d != profile[i]
        ]
        if min(lost) >= 0:
            found[profile] = min(lost) > 0
    return found


def pure_at(traced, t):
    return {b.profile: b.stable for b in traced.branches if b.profile is not None and b.low <= t <= b.high}


def test_the_hare_shrinks():
    traced = trace(stag_hunt, [F(-2), F(0), F(5)], here=F(0))
    ends = {b.profile: (b.low, b.high) for b in traced.branches if b.stable}
    assert ends == {(0, 0): (F(-1), F(5)), (1, 1): (F(-2), F(3))}
    (watershed,) = [b for b in traced.branches if not b.stable]
    assert (watershed.low, watershed.high) == pytest.approx((-1, 3), abs=1e-12)
    at = list(watershed.t).index(0.0)
    assert watershed.goal[at] == pytest.approx(2 * (F(3, 4) * 3 + F(1, 4) * 3))  # both are indifferent: each has 3
    assert [(j.at, j.up, j.goal_before, j.goal_after) for j in traced.jumps] == [(-1, False, 8, 8), (3, True, 0, 8)]
    assert traced.complete


def test_margin_recovery_and_hysteresis():
    traced = trace(stag_hunt, [F(-2), F(5)], here=F(1), floor=F(7))
    assert traced.possible == ((F(-2), F(5)),)  # hare is worth 2(3 − t) ≥ 7 below t = −½
    assert traced.certain == ((F(-2), F(-1, 2)), (F(3), F(5)))
    assert traced.hysteresis == ((F(-1, 2), F(3)),)
    assert traced.margin is None and traced.recovery == F(3, 2)
    assert traced.seen_from(F(4)).recovery == 0
    high = trace(stag_hunt, [F(-2), F(5)], here=F(-7, 4), floor=F(9))
    assert high.possible == ((F(-2), F(-3, 2)),) and high.margin == F(1, 4)
    assert high.certain == high.possible and high.recovery == 0 and high.seen_from(F(0)).recovery == F(3, 2)
    none = trace(stag_hunt, [F(-1, 2), F(2)], here=F(1), floor=F(8))
    assert none.recovery is None and none.margin is None
    lost = trace(stag_hunt, [F(0), F(2)], here=F(1), floor=F(9))
    assert lost.margin == 0 and lost.recovery is None and lost.possible == ()


tables = st.lists(st.integers(-4, 4), min_size=24, max_size=24)


@settings(max_examples=20, deadline=None)
@given(tables, tables, st.fractions(0, 1, max_denominator=30))
@example([0, 0, 0, -1, 0, 0, 1, -1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0], [0] * 9 + [1] + [0] * 14, F(0))
def test_affine_families_are_exact(first, second, t):
    shape = (2, 3, 4)
    family = line(np.reshape(first, shape), np.reshape(second, shape))
    assume(all(k.all() for k in distinct([form_of(family(F(t))) for t in (0, 1)])))
    values = [F(k, 4) for k in range(5)]
    there, back = trace(family, values), trace(family, values[::-1])
    assert [(b.profile, b.low, b.high, b.stable) for b in there.branches] == [
        (b.profile, b.low, b.high, b.stable) for b in back.branches
    ]
    known, seen = brute(family(t)), pure_at(there, t)
    inside = {b.profile for b in there.branches if b.profile and b.low < t < b.high}
    assert set(seen) <= set(known) and inside <= set(known)
    points = set(known) - set(seen)  # equilibria of a single value are no branches
    near = [F(t) + e for e in (F(-1, 10**9), F(1, 10**9)) if 0 <= t + e <= 1]
    assert all(p not in brute(family(s)) for p in points for s in near)
    for b in there.branches:
        if b.profile is None:
            continue
        assert brute(family((b.low + b.high) / 2))[b.profile] == b.stable
        for end in (b.low, b.high):
            assert 0 < end < 1 or end in (0, 1)
            if 0 < end < 1:
                assert rw.Play.pure(family(end), list(b.profile)).regret == 0
                outside = end + (F(-1, 10**9) if end == b.low else F(1, 10**9))
                assert b.profile not in brute(family(outside))


@pytest.mark.parametrize("seed", range(4))
def test_mixed_branches_are_all_equilibria(seed):
    """At each value, the branches are what `Nash` finds in that game alone: as many, with the same goals."""
    rng = np.random.default_rng(seed)
    first, second = rng.standard_normal((2, 2, 4, 4))
    family = lambda t: rw.Game.normal((1 - t) * first + t * second)  # noqa: E731
    traced = trace(family, np.linspace(0, 1, 41).tolist())
    assert any(not b.stable for b in traced.branches)
    for t in (0.0, 0.2, 0.5, 0.775, 1.0):
        game = family(t)
        plays = rw.Nash()(game).plays
        ours = [float(np.interp(t, b.t, b.goal)) for b in traced.at(t)]
        assert sorted(ours) == pytest.approx(sorted(float(p.values.sum()) for p in plays), abs=1e-6)
    for b in traced.branches:
        for end in (b.low, b.high):
            if 0 < end < 1:  # something comes in at an end: not the same equilibria on both sides
                sides = [len(rw.Nash()(family(end + e)).plays) for e in (-1e-7, 1e-7)]
                outside = [x for x in traced.branches if x.low <= end + 1e-7 <= x.high]
                inside = [x for x in traced.branches if x.low <= end - 1e-7 <= x.high]
                assert sides == [len(inside), len(outside)]


def test_a_grid_does_not_matter_in_affine_families():
    family = line([[[0, 1], [1, 0]], [[2, 0], [0, 2]]], [[[3, 0], [0, 3]], [[-1, 0], [0, 1]]])
    coarse = trace(family, [F(-2), F(2)])
    fine = trace(family, [F(k, 7) for k in range(-14, 15)])
    assert [(b.play, b.low, b.high) for b in coarse.branches if b.profile] == [
        (b.play, b.low, b.high) for b in fine.branches if b.profile
    ]


def test_families_that_are_not_affine():
    """Stag against hare 3 − t²: the boundary t² = 3 is found from both sides, and nothing is claimed to be complete."""
    family = lambda t: stag_hunt(t * t)  # noqa: E731
    traced = trace(family, [k / 4 for k in range(13)])
    (hare,) = [b for b in traced.branches if b.profile == (1, 1)]
    assert hare.high == pytest.approx(3**0.5, abs=1e-12) and hare.low == 0
    assert not traced.complete and "bracketing" in traced.how
    exact = trace(family, [F(k, 4) for k in range(13)])
    assert float(next(b for b in exact.branches if b.profile == (1, 1)).high) == pytest.approx(3**0.5, abs=1e-12)


def test_three_players_have_pure_branches_only():
    def family(t):
        give = np.indices((2, 2, 2)) == 0
        others = give.sum(axis=0)
        return rw.Game.normal(np.where(give, others - 1 + F(0), t) + F(0))

    traced = trace(family, [F(-1), F(3)])
    ends = {b.profile: (b.low, b.high) for b in traced.branches if b.stable}
    assert ends == {(0, 0, 0): (F(-1), F(2)), (1, 1, 1): (F(0), F(3))}
    assert "more than two" in traced.how and not traced.complete


def test_matching_pennies_has_no_stable_branch():
    traced = trace(line([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], [[[1, 0], [0, 0]], [[0, 0], [0, 0]]]), [F(0), F(1)])
    assert [b.stable for b in traced.branches] == [False]
    assert traced.possible == traced.certain == traced.jumps == ()


def test_markov_families_through_stationary_policies():
    known = critical_frictions(F(13, 20))
    family = lambda k: ecological_public_good(discount=F(13, 20), friction=k)  # noqa: E731
    traced = trace(family, [F(0), F(1)], here=F(1, 2))
    assert traced.hysteresis == ((known.collapse, known.recovery),)
    assert (traced.margin, traced.recovery) == (known.margin(F(1, 2)), known.fee(F(1, 2)))
    found = critical(lambda k: stability(family(k), [0, 0]).exponent, 0.0, 1.0)
    assert found == pytest.approx(float(known.collapse), abs=1e-12)


def test_best_replies_that_go_round_lead_nowhere():
    game = rw.library.matching_pennies().exact
    form = Form(game.payoff.reshape(2, 2, 2), game.payoff[0].reshape(2, 2), game.players, game.actions)
    assert settled(form, (0, 0)) is None
    assert (least_gaps(form) < 0).all()


def coordination(t):
    """1 for being together, and t more on the first."""
    return rw.Game.normal(np.array([[[1 + t, t], [0, 1]], [[1 + t, 0], [t, 1]]], dtype=float))


@pytest.mark.parametrize("rationality", [4.0, 8.0])
def test_the_fold_of_logit_coordination(rationality):
    """m = tanh(λ(m + t)/2), m = 2x − 1: the fold is at m² = 1 − 2/λ, t = (2/λ)·artanh m − m."""
    m = np.sqrt(1 - 2 / rationality)
    closed = 2 / rationality * np.arctanh(m) - m
    settle = logit_response(coordination, rationality)
    together = [np.array([0.99, 0.01])] * 2
    found = fold(settle, 0.5, -1.0, together, lambda x: x[0][0], jump=0.3, width=1e-5)
    assert found == pytest.approx(closed, abs=3e-5)
    with pytest.raises(Unsolved, match="jump"):
        fold(settle, 0.5, 0.4, together, lambda x: x[0][0], jump=0.3)


def test_a_loop_jumps_at_the_folds():
    settle = logit_response(coordination, 4.0)
    values = [-0.5 + 0.02 * k for k in range(51)]
    found = loop(settle, values, [np.array([0.01, 0.99])] * 2, lambda x: x[0][0])
    assert found.up[0] == pytest.approx(0.28) and found.down[0] == pytest.approx(-0.28)  # folds at ±.26642
    assert found.hysteresis == pytest.approx((-0.28, 0.28)) and found.up[1] > 0.5 > -0.5 > found.down[1]
    calm = loop(logit_response(coordination, 1.0), values, [np.array([0.5, 0.5])] * 2, lambda x: x[0][0])
    assert calm.hysteresis[0] == calm.hysteresis[1]


@pytest.mark.skipif(kernel("learn_markov") is None, reason="no compiled kernels here: it takes ten seconds without")
def test_learners_lose_cooperation_at_the_critical_friction():
    """Actor–critics need a nudge to leave a pure play; with one they collapse at k_C and come back at k_D."""
    known = critical_frictions(F(13, 20))
    settle = learning(
        lambda k: ecological_public_good(discount=F(13, 20), friction=k).floats,
        ActorCritic(0.1),
        20_000,
        tolerance=1e-12,
        nudge=1e-6,
    )
    values = [k / 20 for k in range(21)]
    start = np.array([[[0.001, 0.999], [0.5, 0.5]]] * 2)
    found = loop(settle, values, start, lambda x: x[0, 0, 0])
    assert 0 <= found.up[0] - float(known.recovery) < 0.051
    assert 0 <= float(known.collapse) - found.down[0] < 0.051


@pytest.mark.skipif(kernel("learn_markov") is None, reason="no compiled kernels here: 300,000 steps take a minute")
def test_sarsa_there_and_back_in_patience():
    values = [round(0.6 + 0.005 * k, 3) for k in range(60)]
    settle = learning(lambda g: ecological_public_good(discount=g).floats, Sarsa(), 2500)
    found = loop(settle, values, np.full((2, 2, 2), 0.5), lambda x: x[0, 0, 0])
    assert found.up[0] == pytest.approx(0.835) and found.down[0] == pytest.approx(0.705)


@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_roots_are_found(at, slope):
    cubic = lambda t: slope * (t - at) ** 3 + (t - at)  # noqa: E731
    assert root(cubic, -7.0, 8.0) == pytest.approx(at, abs=1e-10)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: trace(stag_hunt, [F(1)]), InputError, "at least two"),
        (lambda: trace(stag_hunt, [F(1), F(1)]), InputError, "different"),
        (lambda: trace(stag_hunt, [F(1), F(2)], here=F(3)).margin, InputError, "today's value"),
        (lambda: trace(stag_hunt, [F(1), F(2)]).recovery, InputError, "today's value"),
        (
            lambda: trace(lambda t: rw.Game.normal(np.zeros((2, 2, 2 + int(t)))), [0.0, 1.0]),
            InputError,
            "the same players",
        ),
        (
            lambda: trace(lambda t: rw.Game.normal(np.random.default_rng(0).random((2, 150, 150))), [0.0, 1.0]),
            TooLarge,
            "deviations",
        ),
        (lambda: loop(lambda t, x: x, [1.0], 0, float), InputError, "at least two"),
        (lambda: critical(lambda t: 1.0, 0, 1), Unsolved, "signs"),
        (
            lambda: logit_response(lambda t: ecological_public_good(), 1.0)(0, [np.ones(2) / 2] * 2),
            InputError,
            "states",
        ),
    ],
)
def test_bad_requests(call, error, said):
    with pytest.raises(error, match=said):
        call()

"""The pieces of the reward checks: laws of indifference points and potentials; best acts, laps and orders by brute force."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge, Unsolved
from rulewright.numerics.rational import exact, filled
from rulewright.welfare.rewards import attributes, order, risk, shaping
from rulewright.welfare.rewards import world as worlds
from rulewright.welfare.rewards.checks import check
from rulewright.welfare.rewards.reward import Case, Change, Played, Preference, Risk, Term, Trajectory, by_term
from rulewright.welfare.rewards.say import listed, said

small = st.fractions(min_value=-5, max_value=5, max_denominator=6)
above = st.fractions(min_value=F(1, 50), max_value=50, max_denominator=50)


# ── indifference points ─────────────────────────────────────────────────────────────────────────────────────────────


@given(small, above, above, above, above)
def test_the_designed_penalty_gives_back_the_distance_that_was_wanted(idle, gain, wanted, length, crash):
    asked = wanted + crash  # beyond the length of a failed attempt
    p = risk.chance(asked, length, crash)
    point = risk.Indifference(idle, idle + gain, idle - 1)
    mended = point.having(point.penalty(p))
    assert mended.ordered and mended.p == p and mended.distance(length, crash) == asked


@given(small, above, above, st.fractions(min_value=0, max_value=1, max_denominator=40))
def test_trying_is_approved_exactly_below_p(idle, gain, loss, q):
    point = risk.Indifference(idle, idle + gain, idle - loss)
    tried = q * point.failure + (1 - q) * point.success
    assert (tried > idle) == (q < point.p) and (tried == idle) == (q == point.p)


@pytest.mark.parametrize("three", [(0, 1, 0), (0, 0, -1), (0, 1, 2), (2, 1, 0)])
def test_out_of_order_there_is_no_indifference_point(three):
    point = risk.Indifference(*map(F, three))
    assert not point.ordered
    with pytest.raises(InputError, match="failure < idle < success"):
        _ = point.p


@pytest.mark.parametrize("wrong", [lambda: risk.chance(F(1), F(2), F(1)), lambda: risk.distance(F(0), F(1), F(1))])
def test_absurd_distances_and_chances_are_refused(wrong):
    with pytest.raises(InputError):
        wrong()
    with pytest.raises(InputError):
        risk.Indifference(0, 1, -1).penalty(F(1))
    with pytest.raises(InputError):
        risk.distance(F(1, 2), F(0), F(1))


# ── returns ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(st.tuples(small, st.integers(1, 6)), min_size=1, max_size=5),
    st.sampled_from([F(0), F(1, 2), F(9, 10), F(1)]),
)
def test_repeated_steps_are_the_same_as_written_out(rows, gamma):
    values = exact(np.array([[x] for x, _ in rows], dtype=object))
    long = exact(np.array([[x] for x, n in rows for _ in range(n)], dtype=object))
    assert by_term(values, [n for _, n in rows], gamma)[0] == sum(gamma**t * x for t, (x,) in enumerate(long))


def test_long_discounted_trajectories_are_refused_before_they_cost_anything():
    with pytest.raises(TooLarge):
        by_term(exact(np.ones((1, 1), int)), [10**6], F(99, 100))
    assert by_term(exact(np.ones((1, 1), int)), [10**6], F(1))[0] == 10**6


# ── worlds ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def small_worlds(draw, ends=1):
    """(world, reward [act]) with up to four states, the last `ends` of them ends; up to two acts, each with one or two targets."""
    states = draw(st.integers(2, 4))
    moves, rewards = [], []
    for s in range(states - ends):
        for a in range(draw(st.integers(1, 2))):
            targets = draw(st.lists(st.integers(0, states - 1), min_size=1, max_size=2, unique=True))
            chances = [F(1)] if len(targets) == 1 else [F(1, 3), F(2, 3)]
            moves += [(s, str(a), t, p) for t, p in zip(targets, chances, strict=True)]
            rewards.append(draw(small))
    names = tuple(f"s{k}" for k in range(states))
    world = worlds.exact_world(names, moves, np.zeros((len(moves), 0), int), 0, frozenset([states - 1]))
    return world, filled((len(rewards),), rewards)


def policies(world):
    choices = [world.acts_of(s) or [-1] for s in range(len(world.states))]
    return [np.array(p) for p in product(*choices)]


@settings(max_examples=60, deadline=None)
@given(small_worlds(), st.sampled_from([F(1, 2), F(9, 10)]))
def test_discounted_best_by_trying_every_policy(given_, gamma):
    world, reward = given_
    found = worlds.best(world, reward, gamma)
    values = [worlds._evaluated(world, reward, p, gamma) for p in policies(world)]
    assert (found.value == np.max(np.stack(values), axis=0)).all()
    for s in range(
        len(world.states)
    ):  # an act is best if some policy that takes it there and is best elsewhere loses nothing
        for a in world.acts_of(s):
            tried = found.policy.copy()
            tried[s] = a
            assert (a in found.best_acts[s]) == (worlds._evaluated(world, reward, tried, gamma)[s] == found.value[s])


@settings(max_examples=60, deadline=None)
@given(small_worlds())
def test_best_lap_by_trying_every_policy(given_):
    world, reward = given_
    found = worlds.best_lap(world, reward)
    there = world.reachable()
    means = []
    for policy in policies(world):
        for start in there:
            s, seen, gained = start, {}, []
            while policy[s] >= 0 and world.certain(policy[s]) and s not in seen:
                seen[s] = len(gained)
                gained.append(reward[policy[s]])
                s = world.after(policy[s])[0]
            if s in seen:
                means.append(sum(gained[seen[s] :], F(0)) / (len(gained) - seen[s]))
    assert (found is None) == (not means)
    if found is not None:
        assert found[1] == max(means) == sum((reward[a] for a in found[0]), F(0)) / len(found[0])


@settings(max_examples=80, deadline=None)
@given(small_worlds())
def test_undiscounted_best_by_trying_every_policy_that_ends(given_):
    world, reward = given_
    found = worlds.best(world, reward, F(1))
    ending = []
    for p in policies(world):
        try:
            ending.append(worlds._evaluated(world, reward, p, F(1)))
        except Unsolved:
            continue  # a policy that never ends
    if found is None:
        return
    if found.value is None:
        near = F(10**6 - 1, 10**6)  # (1 − γ) V is then near the mean reward of a step, for ever
        means = [
            worlds._evaluated(world, reward, p, near)[s] / 10**6 for p in policies(world) for s in world.reachable()
        ]
        assert found.lap and max(means) > F(1, 1000)
        return
    lap = worlds.best_lap(world, reward)
    assert lap is None or lap[1] <= 0
    if ending:
        best = np.max(np.stack(ending), axis=0)
        for s in world.reachable():
            assert found.value[s] >= best[s]  # resting for nothing may be better than any end


@settings(max_examples=80, deadline=None)
@given(small_worlds(), st.sampled_from([F(1, 2), F(9, 10)]))
def test_going_astray_by_trying_every_policy(given_, gamma):
    world, reward = given_
    best = worlds.best(world, reward, gamma)
    found = worlds.astray(world, best, gamma)
    there = []
    for policy in policies(world):
        value = worlds._evaluated(world, reward, policy, gamma)
        if value[world.start] == best.value[world.start]:
            there.append(not world.goal & set(worlds._onward(world, policy, world.start)))
    assert (found is not None) == any(there)


@settings(max_examples=80, deadline=None)
@given(small_worlds(ends=2))
def test_undiscounted_what_goes_astray_gives_nothing_up(given_):
    world, reward = given_
    best = worlds.best(world, reward, F(1))
    found = None if best is None else worlds.astray(world, best, F(1))
    if found is None:
        return
    assert not world.goal & set(worlds._onward(world, found, world.start))
    on = [worlds._onward(world, found, s) for s in range(len(found))]
    nothing = [all(found[t] < 0 or reward[found[t]] == 0 for t in there) for there in on]
    ended = np.array([a if s in on[world.start] and not nothing[s] else -1 for s, a in enumerate(found)])
    assert worlds._evaluated(world, reward, ended, F(1))[world.start] == best.value[world.start]


def test_worlds_that_would_take_too_long_are_refused():
    names = tuple(map(str, range(worlds.MOST_STATES + 1)))
    with pytest.raises(TooLarge):
        worlds.exact_world(names, [(0, "go", 1, F(1))], np.zeros((1, 0), int), 0, frozenset([1]))


def chain(reward, back=None):
    """start –go→ middle –go→ end; waiting at the start pays nothing; `back` is what going back from the middle pays."""
    moves = [(0, "wait", 0, F(1)), (0, "go", 1, F(1)), (1, "go", 2, F(1))]
    pays = [F(0), *map(F, reward)]
    if back is not None:
        moves.append((1, "back", 0, F(1)))
        pays.append(F(back))
    world = worlds.exact_world(("start", "middle", "end"), moves, np.zeros((len(moves), 0), int), 0, frozenset([2]))
    return world, filled((len(pays),), pays)


@pytest.mark.parametrize(
    ("reward", "back", "away"),
    [((1, 1), None, False), ((-3, 1), None, True), ((-1, 1), None, True), ((1, 1), -1, False), ((-2, 1), 2, True)],
)
def test_whether_the_best_acts_go_astray(reward, back, away):
    world, pays = chain(reward, back)
    found = worlds.best(world, pays, F(1))
    assert (worlds.astray(world, found, F(1)) is not None) == away


def test_a_paying_lap_is_found_also_where_it_is_left_to_chance():
    moves = [(0, "try", 0, F(1, 2)), (0, "try", 1, F(1, 2)), (1, "again", 0, F(1)), (1, "stop", 2, F(1))]
    world = worlds.exact_world(("a", "b", "end"), moves, np.zeros((4, 0), int), 0, frozenset([2]))
    found = worlds.best(world, filled((3,), [F(1), F(-1), F(0)]), F(1))
    assert found.value is None and set(found.lap) == {0, 1}
    found = worlds.best(world, filled((3,), [F(1), F(-3), F(0)]), F(1))
    assert found.value is not None and found.value[0] == 2


# ── shaping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(small_worlds(), st.data(), st.sampled_from([F(0), F(1, 2), F(9, 10), F(1)]))
def test_a_difference_of_potentials_is_known_as_one_and_changes_no_best_act(given_, data, gamma):
    world, reward = given_
    phi = filled((len(world.states),), [F(0) if end else data.draw(small) for end in world.ends])
    paid = gamma * phi[world.target] - phi[world.source]
    assert shaping.broken(world, paid, phi, gamma) is None
    found = shaping.potential(world, paid, gamma)
    assert found.values is not None
    there = world.reachable()
    for m in range(len(paid)):
        if world.source[m] in there:
            assert gamma * found.values[world.target[m]] - found.values[world.source[m]] == paid[m]
    assert shaping.swayed(world, reward, paid, gamma) in (False, None)


@settings(max_examples=80, deadline=None)
@given(small_worlds(), st.data(), st.sampled_from([F(1, 2), F(1)]))
def test_shaping_without_a_potential_is_shown_by_walks_that_contradict_each_other(given_, data, gamma):
    world, _ = given_
    paid = filled((len(world.act),), [data.draw(st.sampled_from([F(-1), F(0), F(2)])) for _ in world.act])
    found = shaping.potential(world, paid, gamma)
    if found.values is not None:
        return
    for walk in found.walks:
        assert walk.total == sum((gamma**t * paid[m] for t, m in enumerate(walk.moves)), F(0))
        ends = [int(world.source[m]) for m in walk.moves[1:]]
        assert ends == [int(world.target[m]) for m in walk.moves[:-1]] and len(found.walks) >= 2


def test_shaping_that_sways_shows_where():
    world, pays = chain((1, 1))
    sway = shaping.swayed(world, pays, filled((3,), [F(3), F(0), F(0)]), F(1, 2))
    assert sway.state == 0 and sway.before == {1} and sway.after == {0}


# ── orders ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=5),
    st.lists(small, min_size=3, max_size=3),
)
def test_weights_that_repair_do_and_conflicts_are_conflicts(rows, today):
    d = exact(np.array(rows))
    found = order.repair(d, filled((3,), today))
    if found.weights is not None:
        assert (d.dot(found.weights) > 0).all()
        if (d.dot(filled((3,), today)) > 0).all():
            assert list(found.weights) == today  # nothing is changed that is right
        return
    y = found.multipliers
    assert y and min(y) > 0 and not d[list(found.conflict)].T.dot(exact(np.array(y, dtype=object))).any()
    assert all(
        order._feasible(d[[j for j in found.conflict if j != k]]) for k in found.conflict if len(found.conflict) > 1
    )


# ── attributes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=4))
def test_rank_is_numpys(rows):
    assert attributes.rank(exact(np.array(rows))) == np.linalg.matrix_rank(np.array(rows, float))


def test_proportion():
    one = exact(np.array([1, 0, -2]))
    assert attributes.proportion(one, one * 3) == 3 and attributes.proportion(one, exact(np.array([1, 1, -2]))) is None
    assert attributes.proportion(one * 0, one) is None and attributes.proportion(one, one * 0) is None


# ── what cannot be told ─────────────────────────────────────────────────────────────────────────────────────────────


def test_of_nothing_nothing_can_be_told_but_that_it_is_not_specified():
    assert [v.verdict for v in check(Case(()))] == ["cannot tell"] * 7 + ["fail"]


def bare(*totals):
    names = ("idle", "success", "failure")
    return tuple(
        Trajectory(n, filled((0, 0), []), length=F(10), total=F(t)) for n, t in zip(names, totals, strict=True)
    )


def test_summaries_are_enough_for_the_risk():
    case = Case((), bare(0, 1, -9), risk=Risk("idle", "success", "failure", rate=F(1, 10)))
    assert check(case)[2].verdict == "pass" and check(case)[1].verdict == "pass"
    case = Case((), bare(0, 1, -8), risk=Risk("idle", "success", "failure", rate=F(1, 10)))
    assert check(case)[2].verdict == "fail"
    case = Case((), bare(0, 1, 2), risk=Risk("idle", "success", "failure", rate=F(1, 10)))
    assert [v.verdict for v in check(case)[1:3]] == ["fail", "cannot tell"]


def test_changes_that_were_not_after_viewing_are_no_tuning():
    assert check(Case((), changes=(Change("today", "a typing error", False),)))[6].verdict == "pass"


def test_a_rollout_that_never_succeeds_and_brings_more_is_a_loophole():
    def case(value, success):
        return Case(
            (), bare(0, 1, -1), intended="success", play=lambda: [Played("always left", F(value), success, ("left",))]
        )

    assert [check(case(*c))[3].verdict for c in ((2, False), (1, False), (2, True))] == ["fail", "pass", "pass"]
    assert check(case(1, False))[3].grade == "searched only"


def test_behaviour_that_is_paid_for_is_unsafe_unless_it_is_marked():
    values = exact(np.array([[1, 2]]))
    one = Trajectory("t", values, words=("keep the lane",))
    terms = (Term("lane", reads=frozenset(["lane"])), Term("far", reads=frozenset(["far"])))
    found = check(Case(terms, (one,), outcomes=("far",)))[0]
    assert found.verdict == "fail" and "keep the lane" in found.witness
    marked = (Term("lane", shaping=True, reads=frozenset(["lane"])), terms[1])
    assert check(Case(marked, (one,), outcomes=("far",)))[0].verdict == "cannot tell"


def test_preferences_name_trajectories_that_there_are():
    with pytest.raises(InputError, match="nobody"):
        check(Case((), bare(0, 1, 2), (Preference("idle", "nobody"),)))


def test_numbers_in_sentences():
    assert [said(x) for x in (F(1, 3), -99.5, 1e-5, 2_000_000, 0, 1.5e12)] == [
        "0.333333",
        "−99.5",
        "1·10⁻⁵",
        "2,000,000",
        "0",
        "1.5·10¹²",
    ]
    assert [listed(x) for x in ([], ["a"], ["a", "b", "c"])] == ["nothing", "a", "a, b and c"]

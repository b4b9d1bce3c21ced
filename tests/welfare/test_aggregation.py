"""Aggregators: counted by hand, held to their laws on every profile, and beside independent answers."""

from fractions import Fraction as F
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.welfare.aggregation import Judgements, aggregator, borda, condorcet_winner, laws, opinion_groups
from rulewright.welfare.aggregation.bridging import fit
from rulewright.welfare.aggregation.classics import discursive_dilemma, jury
from rulewright.welfare.aggregation.consensus import group_consensus
from rulewright.welfare.aggregation.laws import may
from rulewright.welfare.aggregation.opinion import components, kmeans
from rulewright.welfare.aggregation.rankings import approval, pairwise, winners

NAN = float("nan")
TABLE = np.array([[1, 1, 0, NAN], [1, 0, 0.5, NAN], [0, 0, 1, NAN], [1, NAN, NAN, NAN]])
ONE_BY_ONE = ("majority", "supermajority:2/3", "consensus", "leximin", "mean", "median")


def same(a, b):
    return np.array_equal(np.asarray(a, float), np.asarray(b, float), equal_nan=True)


def test_counted_by_hand():
    j = Judgements.wide(TABLE)
    assert same(aggregator("majority").decide(j), [1, 0, NAN, NAN])
    assert same(aggregator("supermajority:3/4").decide(j), [1, 0, 0, NAN])
    assert same(aggregator("supermajority:0.76").decide(j), [0, 0, 0, NAN])
    assert same(aggregator("mean").decide(j), [0.75, 1 / 3, 0.5, NAN])
    assert same(aggregator("median").decide(j), [1, 0, 0.5, NAN])


def test_a_quota_is_exact():
    """2/3 of 3 is 2, though 2/3 is no float."""
    j = Judgements.wide([[1], [1], [0]])
    assert aggregator("supermajority:2/3").decide(j)[0] == 1
    assert aggregator("supermajority:0.6667").decide(j)[0] == 0


def test_people_drawn_twice_count_twice():
    j = Judgements.wide(TABLE)
    for name in ("majority", "mean", "median", "supermajority:2/3"):
        rule = aggregator(name)
        twice = Judgements.wide(np.repeat(TABLE, [2, 1, 3, 0], axis=0))
        assert same(rule.decide(j, np.array([2, 1, 3, 0])), rule.decide(twice)), name


def test_only_the_last_judgement_counts():
    j = Judgements.of(["a", "a", "a"], ["p", "q", "p"], [1, 1, 0])
    assert (j.m, j.once.m) == (3, 2)
    assert same(aggregator("mean").decide(j.once), [0.5])
    first, second = j.repeats()
    assert (first.tolist(), second.tolist()) == ([0], [2])


def test_group_consensus_is_a_product_of_fractions():
    rng = np.random.default_rng(0)
    table = rng.choice([0, 0.5, 1, NAN], size=(12, 9))
    group = np.arange(12) % 3
    j = Judgements.wide(table).grouped(group)
    for x in range(9):
        column = table[:, x]
        by_hand = prod(
            F(int((column[group == g] == 1).sum()) + 1, int((~np.isnan(column[group == g])).sum()) + 2)
            for g in range(3)
        )
        assert group_consensus(j)[x] == pytest.approx(float(by_hand), abs=1e-15)


def test_a_majority_of_all_may_be_a_minority_of_a_group():
    table = [[1]] * 6 + [[0]] * 3
    j = Judgements.wide(table).grouped([0] * 6 + [1] * 3, ["many", "few"])
    assert aggregator("majority").decide(j)[0] == 1
    assert aggregator("consensus").decide(j)[0] == 0  # √(7/8 · 1/5) < 1/2
    assert np.isnan(aggregator("leximin").decide(j)[0])  # nobody of one group against, nobody of the other for
    tilted = Judgements.wide([[1]] * 6 + [[1], [0], [0]]).grouped([0] * 6 + [1] * 3)
    assert aggregator("leximin").decide(tilted)[0] == 1


def test_groups_are_asked_for():
    with pytest.raises(InputError, match="groups of people"):
        aggregator("consensus").decide(Judgements.wide(TABLE))


@pytest.mark.parametrize("name", ONE_BY_ONE)
@pytest.mark.parametrize("people", [2, 4, 5])
def test_laws_hold_or_show_why_not(name, people):
    found = {law.name: law for law in laws(aggregator(name), people)}
    assert found["anonymity"].holds and found["monotonicity"].holds
    assert found["neutrality"].holds == (name not in ("supermajority:2/3", "consensus"))
    assert found["unanimity"].holds
    assert all(law.witness for law in found.values() if not law.holds)


def test_laws_can_fail():
    from rulewright.welfare.aggregation.aggregator import Aggregator

    class Dictator(Aggregator):
        name = "the first person, turned round"

        def decide(self, judgements, weights=None):
            return 1 - judgements.value[judgements.person == 0]

    found = {law.name: law for law in laws(Dictator(), 3)}
    assert not any(found[name].holds for name in ("anonymity", "monotonicity", "unanimity"))
    assert found["neutrality"].holds
    assert "gives" in found["anonymity"].witness
    with pytest.raises(InputError):
        laws(aggregator("bridging"))
    with pytest.raises(TooLarge):
        laws(aggregator("majority"), 10)


def test_groups_break_anonymity():
    """Exchanging people of different groups matters: anonymity holds within groups only."""
    found = laws(aggregator("consensus"), 4, groups=[0, 0, 0, 1])
    assert not found[0].holds


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_may(people):
    """The one rule that is left is the majority."""
    counts = [(y, n) for y in range(people + 1) for n in range(people + 1 - y)]
    assert may(people) == [tuple(int(np.sign(y - n)) for y, n in counts)]


@pytest.mark.parametrize(("people", "right"), [(1, F(3, 5)), (3, F(3, 5)), (5, F(2, 3)), (7, F(1, 2))])
def test_jury_by_enumeration(people, right):
    total = F(0)
    for said in product((0, 1), repeat=people):
        if sum(said) > people / 2:
            total += prod(right if s else 1 - right for s in said)
    assert jury(people, right) == total


def test_jury_refuses_ties():
    with pytest.raises(InputError, match="odd"):
        jury(4, F(1, 2))


def test_each_judge_is_consistent_and_the_majority_is_not():
    found = discursive_dilemma()
    table = found.judgements.value.reshape(3, 3)
    assert (table[:, 2] == table[:, :2].min(axis=1)).all()
    assert found.contradicts and found.premises == (1, 1) and found.conclusion == 0


def test_components_are_those_of_the_dense_table():
    rng = np.random.default_rng(1)
    table = (rng.random((40, 12)) < 0.5).astype(float)
    table[:20, :6] = rng.random((20, 6)) < 0.9
    table[rng.random(table.shape) < 0.2] = NAN
    j = Judgements.wide(table)
    centred = np.nan_to_num(table - np.nanmean(table, axis=0))
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    at = components(j, 2)
    assert np.allclose(np.abs(at), np.abs(u[:, :2] * s[:2]), atol=1e-6)


def test_opinion_groups_are_found():
    rng = np.random.default_rng(2)
    camp = np.arange(120) % 3 == 0
    likes = np.where(camp[:, None], rng.random(20) < 0.5, True) ^ (rng.random((120, 20)) < 0.08)
    likes[camp] ^= (np.arange(20) % 2 == 0)[None]
    found = opinion_groups(Judgements.wide(likes.astype(float)), seed=3)
    assert found.group.max() == 1 and found.silhouette > 0.5
    assert (found.group == camp).all()  # the larger group is the first


def test_kmeans_is_as_good_as_every_split():
    points = np.random.default_rng(4).normal(size=(9, 2))

    def cost(group):
        return sum(((points[group == g] - points[group == g].mean(axis=0)) ** 2).sum() for g in set(group.tolist()))

    best = min(cost(np.array(g)) for g in product((0, 1), repeat=9) if 0 < sum(g) < 9)
    assert cost(kmeans(points, 2, starts=30)[0]) == pytest.approx(best)


def camps(rng):
    """Case 0 is liked by seven tenths of both camps, case 1 by all of the larger, 3/4 of all; the others divide them."""
    large = np.arange(60) < 45
    table = np.where(large[:, None] == (np.arange(14) % 2 == 0)[None], 0.95, 0.05)
    table[:, 0] = np.arange(60) % 10 < 7
    table[:, 1] = np.where(large, 1.0, 0.0)
    return (rng.random(table.shape) < table).astype(float)


def test_bridging_prefers_what_both_sides_like():
    j = Judgements.wide(camps(np.random.default_rng(5)))
    share = aggregator("majority").score(j)
    bridge = aggregator("bridging").score(j)
    assert share[1] > share[0] and bridge[0] > bridge[1]
    found = fit(j)
    assert abs(found.slants[0]) < abs(found.slants[1]) / 2
    assert np.sign(found.views[:45]).sum() * np.sign(found.views[45:]).sum() < 0


def test_bridging_is_where_its_squares_are_least():
    j = Judgements.wide(camps(np.random.default_rng(6)))
    found = fit(j, close=1e-12, rounds=3000)
    rows = np.bincount(j.person).mean(), np.bincount(j.case).mean()

    def objective(b, c, f, g):
        error = j.value - found.mean - b[j.person] - c[j.case] - f[j.person] * g[j.case]
        people = rows[0] * (0.15 * (b @ b) + 0.03 * (f @ f))
        return error @ error + people + rows[1] * (0.15 * (c @ c) + 0.03 * (g @ g))

    parts = [found.people, found.cases, found.views, found.slants]
    here = objective(*parts)
    rng = np.random.default_rng(7)
    for k in range(4):
        step = [np.zeros_like(p) for p in parts]
        step[k] = rng.normal(size=len(parts[k]))
        for h in (1e-4, -1e-4):
            assert objective(*[p + h * s for p, s in zip(parts, step, strict=True)]) > here


def test_bridging_is_the_same_from_another_start():
    j = Judgements.wide(camps(np.random.default_rng(8)))
    first, second = (fit(j, seed=s, close=1e-10, rounds=3000) for s in (0, 1))
    assert np.allclose(first.cases, second.cases, atol=1e-6)


def test_rankings():
    cycle = np.array([[0, 1, 2], [2, 0, 1], [1, 2, 0]])
    assert condorcet_winner(cycle) is None and borda(cycle).tolist() == [3, 3, 3]
    assert winners(borda(cycle)) == (0, 1, 2)
    ranks = np.array([[0, 1, 2]] * 3 + [[2, 0, 1]] * 2)  # Condorcet's: the majority winner is not Borda's
    assert condorcet_winner(ranks) == 0 and borda(ranks).tolist() == [6, 7, 2]
    assert (pairwise(ranks) + pairwise(ranks).T)[~np.eye(3, dtype=bool)].tolist() == [5] * 6
    assert approval([[1, 0], [1, 1]]).tolist() == [2, 1]
    with pytest.raises(InputError, match="row 2"):
        borda(np.array([[0, 1], [1, 1]]))


@pytest.mark.parametrize(
    ("said", "words"),
    [("majorty", "Did you mean 'majority'"), ("supermajority", "supermajority:2/3"), ("supermajority:x", "a number"),
     ("supermajority:3/2", "at most 1"), ("majority:1/2", "an aggregator among")],
)  # fmt: skip
def test_names(said, words):
    with pytest.raises(InputError, match=words):
        aggregator(said)


def test_wrong_judgements():
    with pytest.raises(InputError, match="from 0"):
        Judgements.of(["a"], ["p"], [2])
    with pytest.raises(InputError, match="at least one"):
        Judgements.wide(np.full((2, 2), NAN))
    with pytest.raises(InputError, match="same length"):
        Judgements.of(["a"], ["p", "q"], [1])
    with pytest.raises(InputError, match="one for each of 4"):
        Judgements.wide(TABLE).grouped([0])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_majority_and_median_agree_on_yes_and_no(data):
    """On yes and no alone: the median is the majority, with 1/2 for a tie."""
    rows = data.draw(st.integers(1, 7))
    table = data.draw(
        st.lists(st.lists(st.sampled_from([0.0, 1.0]), min_size=3, max_size=3), min_size=rows, max_size=rows)
    )
    j = Judgements.wide(table)
    median = aggregator("median").decide(j)
    assert same(np.where(median == 0.5, NAN, median), aggregator("majority").decide(j))

"""Three targets of decisions, where they part, and who is followed: by hand, by brute force, by laws."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.welfare.aggregation import Judgements, aggregator
from rulewright.welfare.compatibility import (
    against,
    deference,
    discriminating,
    following,
    identity,
    implied_quota,
    individual,
    later,
    loss,
    on_discriminating,
    redecision,
    refuse_early,
    refuse_trained,
    resampled,
    same_reasons,
    self_consistency,
    separations,
    survival,
    waits,
)
from rulewright.welfare.compatibility.authority import coin, log_follows
from rulewright.welfare.compatibility.legitimacy import amendment, appeals, participation, publicity
from rulewright.welfare.compatibility.quota import resampled_quota
from rulewright.welfare.compatibility.tracking import unchanged

NAN = float("nan")
ZERO_ONE = loss("0/1")


def test_losses():
    assert ZERO_ONE([1, 0, 0.7, 0.5, NAN], [0, 0, 1, 1, 1]).tolist()[:3] == [1, 0, 0]
    assert np.isnan(ZERO_ONE([0.5, NAN], [1, 1])).all()
    assert loss("absolute")([0.25], [1]).tolist() == [0.75]
    assert loss("log")([0.5, 0.25], [1, 0]) == pytest.approx([np.log(2), np.log(4 / 3)])
    assert np.isinf(loss("log")([0.0], [1]))[0] and loss("log")([1.0], [1])[0] == 0
    with pytest.raises(InputError, match="Did you mean 'absolute'"):
        loss("absolut")


def test_individual_by_hand():
    j = Judgements.wide([[1, 1, 0], [0, 0, 0.5], [1, NAN, NAN]], people=["ann", "ben", "cy"])
    found = individual(np.array([1.0, 0.0, 0.0]), j, ZERO_ONE)
    assert found.losses.tolist() == pytest.approx([1 / 3, 1 / 2, 0])
    assert found.n.tolist() == [3, 2, 1]  # a neutral judgement tells nothing
    assert (found.least, found.most, found.best_served) == (0, 0.5, "cy")
    few = individual(np.array([1.0, 0.0, 0.0]), j, ZERO_ONE, least=3)
    assert few.counted.tolist() == [0] and few.best_served == "ann"
    with pytest.raises(InputError, match="each of 3 cases"):
        individual(np.zeros(2), j, ZERO_ONE)


def test_compatible_with_all_and_with_nobody():
    """In a cycle of minorities the majority's decisions are nobody's, though its social-choice loss is 0."""
    j = Judgements.wide([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    rule = aggregator("majority")
    pi = rule.decide(j)
    assert against(pi, rule.decide(j), ZERO_ONE).mean == 0
    assert individual(pi, j, ZERO_ONE).least == pytest.approx(1 / 3)


votes = st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=6, max_size=6), min_size=1, max_size=6)
decisions = st.lists(st.sampled_from([0.0, 1.0]), min_size=6, max_size=6)


@settings(max_examples=150, deadline=None)
@given(votes, decisions, decisions)
def test_what_parts_the_targets_is_d_alone(table, pi, d):
    """INST = SC + |D|/n (1 − 2 SC_D), and on D the two losses sum to 1."""
    a = aggregator("majority").decide(Judgements.wide(table))
    pi, d = np.array(pi), np.array(d)
    if np.isnan(a).all():
        return
    left, right = identity(pi, a, d)
    assert left == pytest.approx(right, abs=1e-12)
    inside = discriminating(a, d)
    assert (ZERO_ONE(pi, a)[inside] + ZERO_ONE(pi, d)[inside] == 1).all()
    seen = on_discriminating(pi, a, d)
    assert seen.n == inside.sum() and seen.misses == ZERO_ONE(pi, d)[inside].sum()


@settings(max_examples=80, deadline=None)
@given(votes, st.sampled_from(["majority", "supermajority:2/3", "median"]), st.data())
def test_social_choice_does_not_imply_institution_nor_the_other_way(table, name, data):
    """For every rule and every table that it decides, both counterexamples exist."""
    j = Judgements.wide(table)
    rule = aggregator(name)
    a = rule.decide(j)
    decided = int((~np.isnan(a) & (a != 0.5)).sum())
    if not decided:
        return
    turned = data.draw(st.integers(1, decided))
    social, institutional = separations(rule, j, turned)
    assert (social.social_choice, social.on_d) == (0, 1)
    assert institutional.on_d == 0 and institutional.social_choice == pytest.approx(turned / decided)
    with pytest.raises(InputError):
        separations(rule, j, decided + 1)


def test_few_cases_are_few():
    assert on_discriminating(np.ones(12), np.ones(12), np.zeros(12)).few is False
    assert on_discriminating(np.ones(9), np.ones(9), np.zeros(9)).few


def test_ceilings():
    j = Judgements.of(["a", "a", "b", "b", "a"], ["p", "p", "p", "p", "q"], [1, 1, 0, 1, 0])
    assert (self_consistency(j).same, self_consistency(j).n) == (1, 2)
    same = redecision(np.array([0, 1, 0, 0]), np.array([1.0, 0, 1, 0]))
    assert (same.same, same.n) == (1, 2)
    apart = redecision(np.array([0, 1, 0, 0]), np.array([1.0, 0, 1, 0]), np.array([0, 0, 0, 1]))
    assert (apart.same, apart.n) == (1, 1)


def test_drawing_people_again():
    unanimous = Judgements.wide(np.ones((20, 5)))
    assert (resampled(aggregator("majority"), unanimous, draws=20).flips == 0).all()
    rng = np.random.default_rng(0)
    table = (rng.random((31, 40)) < 0.55).astype(float)
    agent = np.ones((1, 40))
    one = resampled(aggregator("majority"), Judgements.wide(table), agent, draws=100, seed=1)
    two = resampled(aggregator("majority"), Judgements.wide(table), agent, draws=100, seed=1)
    assert np.array_equal(one.flips, two.flips) and 0.05 < one.flips.mean() < 0.4
    share = table.mean(axis=0)
    assert np.corrcoef(one.share, share)[0, 1] > 0.9
    assert one.agents.mean() == pytest.approx(1 - one.share.mean(), abs=1e-12)


def test_past_and_later():
    dates = np.array([1.0, 2.0, NAN, 3.0])
    scored = later(dates, 2.0)
    assert scored.tolist() == [False, True, False, True]
    cases = ("a", "b", "c", "d")
    refuse_early(dates, scored, cases, 1.5, "agent")
    refuse_trained(scored, cases, ["a", "c"], "agent")
    with pytest.raises(InputError, match=r"later than.*case 'b'"):
        refuse_early(dates, scored, cases, 2.0, "agent")
    with pytest.raises(InputError, match="case 'd'"):
        refuse_trained(scored, cases, ["d"], "agent")


def test_waits_by_hand():
    unit = np.array([0, 0, 0, 1, 1, 2])
    time = np.array([5.0, 1, 9, 2, 4, 7])
    agrees = np.array([True, False, True, False, False, True])
    found = waits(unit, time, agrees)
    assert found.time.tolist() == [5, 4, 7] and found.seen.tolist() == [True, False, True]
    twice = waits(unit, time, agrees, run=2)
    assert twice.time.tolist() == [5, 4, 7] and twice.seen.tolist() == [True, False, False]
    s = survival(found)
    assert (
        s.share.tolist() == pytest.approx([1, 1 / 2, 0]) and s.median == 5
    )  # at 5, two are at risk: one was censored at 4
    assert s.units == 3 and s.events == 2
    with pytest.raises(InputError, match="0 or more"):
        waits(unit, time - 3, agrees)


def test_survival_without_censoring_is_the_empirical_share():
    rng = np.random.default_rng(3)
    time = rng.exponential(size=40)
    s = survival(waits(np.arange(40), time, np.ones(40, bool)))
    assert s.share[1:] == pytest.approx([1 - (time <= t).mean() for t in np.sort(time)], abs=1e-12)
    assert (s.low <= s.share + 1e-12).all() and (s.share <= s.high + 1e-12).all()


def test_survival_covers():
    """The pointwise interval at t = 1 of exponential waits, censored by exponential ones, holds e^{−1} about 95 times of 100."""
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(400):
        event, censor = rng.exponential(size=60), rng.exponential(2.0, size=60)
        s = survival(waits(np.arange(60), np.minimum(event, censor), event <= censor))
        k = np.searchsorted(s.time, 1.0, side="right") - 1
        inside += s.low[k] <= np.exp(-1) <= s.high[k]
    assert 0.92 <= inside / 400 <= 0.98


def test_people_who_have_not_changed():
    change = unchanged(np.array([0, 0, 1, 2, 2]), np.array([1.0, 0, 1, 0.5, 1]), np.array([0, 1, 1, 0, 1], bool))
    assert change.tolist() == [-1, 0.5]


@pytest.mark.parametrize(("s", "n"), [(0, 0), (3, 4), (0, 5), (30, 40), (7, 40)])
def test_the_chance_of_agreements_by_integration(s, n):
    x = (np.arange(200_000) + 0.5) / 400_000 + 0.5
    assert np.exp(log_follows(s, n)) == pytest.approx(np.mean(x**s * (1 - x) ** (n - s)), rel=1e-6)


def test_coins():
    assert coin(0, 5) == 1 and coin(5, 5) == F(1, 32) and coin(3, 4) == F(5, 16)


def test_the_enforced_one_and_decoys():
    rng = np.random.default_rng(5)
    d = (rng.random(80) < 0.5).astype(float)
    decoys = {f"decoy {k}": (rng.random(80) < 0.5).astype(float) for k in range(3)}
    loyal = np.where(rng.random(80) < 0.1, 1 - d, d)
    found = following(loyal, {"court": d, **decoys}, "court")
    assert found.likeliest == "court" and found.p < 1e-4
    assert sum(c.posterior for c in found.candidates) + found.nobody == pytest.approx(1)
    assert all(duel.holm >= duel.p for duel in found.duels)
    fooled = following(decoys["decoy 1"], {"court": d, **decoys}, "court")
    assert fooled.likeliest == "decoy 1" and fooled.p > 0.5
    nobody = following((rng.random(80) < 0.5).astype(float), {"court": d, **decoys}, "court")
    assert nobody.p > 0.05
    with pytest.raises(InputError, match="at least one decoy"):
        following(loyal, {"court": d}, "court")


def test_decoys_that_never_differ_tell_nothing():
    d = np.array([1.0, 0, 1])
    found = following(d, {"court": d, "echo": d}, "court")
    assert found.p == 1 and {c.n for c in found.candidates} == {0}
    assert [c.posterior for c in found.candidates] == pytest.approx([1 / 3, 1 / 3])


def test_jurisdiction():
    a, d = np.zeros(6), np.array([1.0, 1, 1, 1, 1, 0])
    domain = np.array([1, 1, 1, 0, 0, 0], bool)
    found = deference(np.array([1.0, 1, 0, 0, 1, 0]), a, d, domain)
    assert (found.inside, found.inside_n, found.outside, found.outside_n) == (2, 3, 1, 2)
    assert same_reasons(["Rule 1", "", "rule 2"], ["rule 1", "x", "rule 3"]) == (1, 2)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([0, 1])), min_size=1, max_size=14))
def test_implied_quota_by_brute_force(rows):
    yes, no, d = (np.array(column, float) for column in zip(*rows, strict=True))
    use = yes + no > 0
    if not use.any():
        return
    found = implied_quota(yes, no, d)
    share = [F(int(y), int(y + n)) if y + n else F(0) for y, n in zip(yes, no, strict=True)]

    def errors(q):
        return sum((s >= q) != bool(g) for s, g, u in zip(share, d, use, strict=True) if u)

    grid = [F(k, 840) for k in range(1, 841)]
    grid += [s for s, u in zip(share, use, strict=True) if u and s > 0]
    assert min(errors(q) for q in grid) == found.errors
    for q in (found.high, (found.low + found.high) / 2):
        assert errors(q) == found.errors
    assert len(found.granted_below) + len(found.refused_above) == found.errors


def test_implied_quota_of_a_written_one():
    rng = np.random.default_rng(6)
    n = rng.integers(10, 60, size=400)
    yes = rng.binomial(n, rng.random(400))
    d = (yes * 4 >= 3 * n).astype(float)
    d[:5] = 1 - d[:5]
    found = implied_quota(yes, n - yes, d)
    assert found.low < F(3, 4) <= found.high and found.errors <= 5
    ends = resampled_quota(yes, n - yes, d, draws=30, seed=0)
    assert ends.shape == (30, 2) and (np.abs(ends.mean(axis=1) - 0.75) < 0.05).all()
    with pytest.raises(InputError, match="votes and a decision"):
        implied_quota([0], [0], [1])


def test_legitimacy_says_what_is_recorded():
    assert participation(40, 60, 0.5).verdict == "pass" and participation(20, 60, 0.5).verdict == "fail"
    assert (
        participation(20, None, 0.5).verdict == "cannot tell" and participation(20, 60, None).verdict == "cannot tell"
    )
    with pytest.raises(InputError, match="at least the 20"):
        participation(20, 10, None)
    assert publicity([1, 1, 0, NAN], 0.6).verdict == "pass" and publicity(None, 0.6).verdict == "cannot tell"
    assert appeals([1, 0], [3, NAN], 5).verdict == "pass" and appeals([1, 0], [9, NAN], 5).verdict == "fail"
    assert appeals([0, 0], None, 5).verdict == "cannot tell"
    assert amendment("a vote").verdict == "pass" and amendment(" ").verdict == "cannot tell"

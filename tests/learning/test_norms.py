"""The reduced society: accounts that must add up, the order of the arms, and the statistics against their definitions."""

import numpy as np
import pytest

import rulewright as rw
from rulewright.learning import norms

STEPS, SEEDS = 8_000, 3


@pytest.fixture(scope="module")
def courses():
    """[arm, setting, seed, bin]; settings: quick learners, nobody meets, nobody learns, punishing is generalised."""
    settings = norms.society(
        eat_rate=[0.02, 0.02, 0.0, 0.02],
        zap_rate=[0.005, 0.005, 0.0, 0.005],
        meet=[0.05, 0.0, 0.05, 0.05],
        spill=[0, 0, 0, 1],
    )
    course = norms.societies(settings, seeds=SEEDS, steps=STEPS)
    return {m: np.asarray(getattr(course, m), float) for m in "abcdef"}, course


def test_nothing_is_marked_where_nothing_is_taboo(courses):
    values, _ = courses
    none = {m: values[m][0] for m in "abcdef"}
    assert (none["b"] == 0).all() and (none["c"] == 0).all() and none["a"][0].sum() > 0 and none["e"].sum() > 0


def test_who_meets_nobody_is_never_punished_and_arms_are_then_alike(courses):
    values, _ = courses
    assert (values["a"][:, 1] == 0).all() and (values["b"][:, 1] == 0).all()
    for m in "df":
        assert (values[m][0, 1] == values[m][1, 1]).all() and (values[m][1, 1] == values[m][2, 1]).all()


def test_returns_are_berries_less_what_hits_cost(courses):
    """Nobody learns: everyone eats with chance one half, punishes with σ(−2), and all hits and bites have known prices."""
    values, _ = courses
    a, b, d, f = (values[m][:, 2] for m in "abdf")
    late = slice(10, None)  # after the first poison has worked
    eaten = 8 * 0.3 * 0.5
    poisoned = d[..., late].mean()
    expected = eaten * (1 - 0.75 * poisoned) + (0.9 - 4) * b[..., late].mean() + (-2 - 4) * a[..., late].mean()
    assert f[..., late].mean() == pytest.approx(expected, rel=0.03)
    assert poisoned == pytest.approx(100 / (160 + 7 / (0.3 * 0.5)), rel=0.06)  # renewal: eat, wait 60, work 100
    assert (a + b).mean() == pytest.approx(8 * 0.05 / (1 + np.exp(2)), rel=0.06)


def test_rules_are_learned_and_the_silly_one_first(courses):
    values, _ = courses
    last = norms.tenths(values["d"][:, 0])[..., -1].mean(axis=1)
    assert last[1] < last[0] - 0.1 and last[2] < last[0] - 0.1
    reached = norms.time_to(values["d"][:, 0].mean(axis=1), 0.35)
    assert reached[2] <= reached[1] < reached[0] == np.inf
    hump = norms.tenths(values["b"][:, 0].mean(axis=1)).max(axis=-1)
    assert hump[2] > hump[1]


def test_generalised_punishing_hits_more_of_the_unmarked(courses):
    values, _ = courses
    early = norms.tenths(values["a"][2])[..., :3].mean(axis=(1, 2))
    assert early[3] > early[0]


def test_same_seed_same_bytes(courses):
    _, course = courses
    settings = norms.society(
        eat_rate=[0.02, 0.02, 0.0, 0.02],
        zap_rate=[0.005, 0.005, 0.0, 0.005],
        meet=[0.05, 0.0, 0.05, 0.05],
        spill=[0, 0, 0, 1],
    )
    again = norms.societies(settings, seeds=SEEDS, steps=STEPS)
    other = norms.societies(settings, seeds=SEEDS, steps=STEPS, seed=2)
    assert np.asarray(again.f).tobytes() == np.asarray(course.f).tobytes() != np.asarray(other.f).tobytes()


def test_criteria_judge_every_setting(courses):
    _, course = courses
    met = norms.criteria(course)
    assert all(mask.shape == (4,) for mask in met.values()) and len(met) == 10
    assert not met["D: avoided, silly first, never under none"][1:3].any()  # nobody meets, nobody learns


def test_t_is_the_two_sample_t():
    one, other = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0, 8.0])
    found = norms.against(one, other)
    pooled = (2 * 1.0 + 3 * 20 / 3) / 5
    assert found.value == pytest.approx((2 - 5) / np.sqrt(pooled * (1 / 3 + 1 / 4))) and found.n == 7
    assert norms.against(one, one).p == pytest.approx(1.0)


@pytest.mark.parametrize(("t", "freedom", "p"), [(2.228139, 10, 0.05), (12.7062, 1, 0.05), (2.763262, 28, 0.01)])
def test_p_is_that_of_the_tables(t, freedom, p):
    from rulewright.behaviour.estimation.confidence import two_sided

    assert two_sided(t, freedom) == pytest.approx(p, rel=1e-3)


def test_correlation_of_early_punishment_with_late_poison():
    punished = np.repeat(np.array([[1.0], [2.0], [3.0], [5.0]]), 10, axis=1)
    found = norms.early_and_late(punished, -punished)
    assert found.value == pytest.approx(-1.0) and found.p < 1e-6


def test_wrong_input_is_a_sentence():
    for make, words in (
        (lambda: norms.society(greed=1), "see, meet"),
        (lambda: norms.societies(norms.society(), steps=41), "40 bins divide"),
        (lambda: norms.tenths(np.zeros(12)), "multiple of ten"),
        (lambda: norms.against(np.ones(1), np.ones(3)), "two populations"),
        (lambda: norms.correlation(np.ones(5), np.ones(5)), "differ"),
        (lambda: norms.drawn(0, 1), "at least one"),
    ):
        with pytest.raises(rw.InputError, match=words):
            make()

"""Tasks that tempt: exact gains, the designed audit rate, and learners that find the same threshold."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.design.enforcement import needed_rate
from rulewright.learning.misconduct import (
    SHIFTS,
    TASKS,
    TREATMENTS,
    designed,
    deterring_rate,
    drawn,
    experiment,
    first_best,
    named,
    picture,
    play,
    report,
    setting,
    tempt,
    thresholds,
    treated,
    worth_to_people,
    wrongful_load,
)
from rulewright.learning.misconduct.experiment import Mean, crossing, grid
from rulewright.learning.misconduct.tasks import GREEN, HAND_OVER, ISSUE, TESTS, WRITE_CODE, WRITE_TESTS, law_of

DRAWS, STEPS = 12, 400


@pytest.fixture(scope="module")
def found():
    return experiment(DRAWS, seeds=2, steps=STEPS)


@pytest.mark.parametrize("name", TASKS)
def test_laws_are_laws_and_only_misconduct_tempts(name):
    task = named(name)
    law = law_of(task)
    assert (law >= -1e-6).all()
    np.testing.assert_allclose(law.sum(axis=-1), 1, atol=1e-5)
    wrong, tempting = np.asarray(task.wrong) > 0, np.asarray(task.tempting)
    assert (tempting[~wrong] == 0).all() and (tempting[wrong] > 0).all() and wrong.any()


def test_in_a_task_without_memory_the_gain_is_what_the_score_says():
    for discount in (0.0, 0.5, 0.9):
        assert tempt(named("report"), discount).gain == pytest.approx(1.0, abs=1e-6)
    assert tempt(report(gain=2.0), 0.5).gain == pytest.approx(2.0, abs=1e-6)


def test_who_looks_ahead_is_tempted_less_to_empty_a_stock():
    gains = tempt(named("commons"), np.array([0.0, 0.5, 0.8, 0.9])).gain
    assert (np.diff(gains) < 0).all() and gains[0] == pytest.approx(1.2, abs=1e-6)  # twice the effort at x = 0.6
    alone = tempt(named("commons"), 0.8, others=wrongful_load(named("commons"))).gain
    assert alone > gains[2]  # others that over-harvest leave nothing to look ahead to


def test_honest_programmers_write_tests_and_code():
    honest = tempt(named("pipeline"), 0.9).honest
    assert honest[ISSUE] == WRITE_TESTS and honest[TESTS] == WRITE_CODE and honest[GREEN] == HAND_OVER


@pytest.mark.parametrize("name", TASKS)
def test_people_never_prefer_misconduct(name):
    worth, wrong = worth_to_people(named(name)), np.asarray(named(name).wrong) > 0
    assert (worth[wrong] < -1e-3).all()
    assert np.where(wrong, -np.inf, worth).max(axis=1) == pytest.approx(0, abs=1e-9)


def test_the_rate_is_the_one_of_enforcement_where_false_alarms_drop_out():
    late = deterring_rate(named("report"), 0.5, 4.0, 0.8, 0.1, 2.0)
    assert late == pytest.approx(needed_rate(1, 4.0 * 0.25, 0.8, 0.1, 0), abs=1e-5)
    base = setting(discount=0.5, stake=4.0, late=1)
    assert float(designed("report", base, 1.25).rate) == pytest.approx(1.25 / (2 * 0.75), abs=1e-5)
    assert float(designed("report", setting(stake=1.0), 1.25).rate) == 1.0  # none deters


def test_where_idling_is_not_audited_false_alarms_raise_the_rate():
    free, alarmed = (deterring_rate(named("pipeline"), 0.8, 5.0, 0.8, f) * (0.8 - f) for f in (0.0, 0.2))
    assert alarmed > 1.02 * free


def test_the_first_best_is_what_a_planner_gets():
    assert first_best(named("report")) == pytest.approx(1.0, abs=1e-6)
    # tests and code at 0.05 each, 1/0.6 attempts, then hand over at 1: reward over steps
    assert first_best(named("pipeline")) == pytest.approx((1 - 0.05 * (1 + 1 / 0.6)) / (2 + 1 / 0.6), abs=1e-3)


def test_learners_misbehave_below_the_closed_form_and_not_above():
    ratios = thresholds(4, points=DRAWS, seeds=2, steps=STEPS)
    assert np.isfinite(ratios.ratios).all()
    assert (abs(ratios.ratios[[0, 2]] - 1) < 0.2).all()
    assert (ratios.ratios[1] > 1).all() and (ratios.ratios[1] < ratios.bounds[1] + 0.25).all()
    assert "commons: " in ratios.describe()


def test_without_rules_all_misbehave_and_people_lose(found):
    everywhere = found.where()
    assert found.mean("misconduct", "neither", everywhere).value > 0.98
    for name in TASKS:
        mask = found.where(task=name)
        assert found.mean("useful", "neither", mask).value < found.mean("useful", "both", mask).value


def test_committed_audits_that_deter_do(found):
    mask = found.where((found.given["keen"] == 0) & (found.given["shift"] == 0)) & found.feasible
    assert mask.any() and found.mean("misconduct", "deterrence", mask).value < 0.15


def played(*settings):
    """Outcomes after training [task, setting]; as many settings as the experiment has, so that nothing is compiled anew."""
    few = list(settings) + [settings[0]] * (DRAWS * len(TREATMENTS) - len(settings))
    batch = jax.tree.map(lambda *x: jnp.stack(x), *few)
    run = play(grid([batch] * len(TASKS)), seeds=2, seed=2, steps=STEPS)
    return jax.tree.map(lambda x: np.asarray(x)[:, : len(settings)].mean(axis=-1), run.deployed)


def test_what_does_not_touch_a_treatment_leaves_it_alone():
    """Trained preferences do not see temptation, audits or the stake; audited learners do not see labellers."""
    still = setting(rate=0.5, precision=5.0, stake=2.0)
    moved = setting(rate=0.5, precision=0.5, blind=0.5, stake=2.0)
    tempted = setting(rate=0.9, precision=5.0, temptation=2.5, force=0.3, stake=9.0)
    settings = [treated(given, t) for t in ("deterrence", "preferences") for given in (still, moved, tempted)]
    audited, taught = np.split(played(*settings).misconduct, 2, axis=1)
    assert (audited[:, 0] == audited[:, 1]).all() and (audited[:, 0] != audited[:, 2]).any()
    assert (taught[:, 0] == taught[:, 2]).all() and (taught[:, 0] != taught[:, 1]).any()


def test_a_learning_auditor_leaves_the_violations_of_the_inspection_game():
    tpr, fpr, bounty = 0.8, 0.1, 1.0
    base = setting(keen=0.5, bounty=bounty, tpr=tpr, fpr=fpr, stake=4.0, rate=0.5)
    game = rw.design.enforcement.Inspection.of(
        gain=1, stake=4, audit_cost=0.05, miss=0, bounty=bounty, tpr=tpr, fpr=fpr, false_alarm=bounty, forfeit=0
    )
    closed = float(game.without_commitment().violations)
    assert played(treated(base, "deterrence")).stolen[:, 0] == pytest.approx(closed, abs=0.06)


def test_draws_fill_their_ranges_and_shift_one_thing_at_a_time():
    given = drawn(600, 1)
    assert (np.bincount(given["shift"].astype(int)) == 100).all() and len(SHIFTS) == 6
    none = given["shift"] == 0
    assert (given["pull"][none] == 0).all() and (given["force"][none] == 1).all() and (given["seen"][none] == 1).all()
    only = given["shift"] == SHIFTS.index("pull")
    assert (given["pull"][only] > 0).all() and (given["temptation"][only] == 1).all()
    assert (given["keen"] == 0).mean() == 0.5


def test_intervals_are_over_draws_not_tasks(found):
    mean = found.mean("useful", "both", found.where())
    assert mean.n == DRAWS and found.count == DRAWS * len(TASKS) * len(TREATMENTS)
    assert str(Mean.of(np.array([0.0, 1.0]))) == "0.50 ± 6.35"


def test_crossing_is_the_last_way_down():
    x = np.linspace(0, 1, 5)
    assert crossing(x, np.array([1.0, 0.2, 0.8, 0.2, 0.0])) == pytest.approx(0.625)
    assert np.isnan(crossing(x, np.ones(5)))


def test_same_seed_same_bytes(found):
    again = experiment(DRAWS, seeds=2, steps=STEPS)
    assert again.useful.tobytes() == found.useful.tobytes()
    assert (experiment(DRAWS, seeds=2, steps=STEPS, seed=2).useful != found.useful).any()


def test_the_picture_shows_every_factor(found):
    svg = picture(found).svg()
    assert svg.count('data-kind="curve"') == 8 * 2 * len(TREATMENTS) and "labellers&#x27; blind spots" in svg


def test_wrong_input_is_a_sentence():
    for make, words in (
        (lambda: named("poker"), "report, commons, pipeline"),
        (lambda: setting(patience=1), "discount"),
        (lambda: treated(setting(), "hope"), "preferences"),
        (lambda: tempt(named("report"), 1.0), "below 1"),
        (lambda: report(gain=0), "above 0"),
        (lambda: drawn(0, 1), "at least one"),
    ):
        with pytest.raises(rw.InputError, match=words):
            make()


def test_a_setting_broadcasts():
    batch = setting(tpr=np.array([0.5, 0.9]))
    assert batch.fpr.shape == (2,) and jnp.issubdtype(batch.tpr.dtype, jnp.float32)

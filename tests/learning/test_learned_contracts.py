"""Learned contracts against the exact programmes, certificates, resumed training, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from rulewright.errors import InputError, Unsolved
from rulewright.learning.contracts import (
    black_box,
    effort,
    fit_pieces,
    learn_by_asking,
    learn_contract,
    learn_delegation,
    learn_effort,
    learn_promises,
    sampled,
)
from rulewright.mechanisms.contracts import (
    best_contract,
    best_menu,
    best_promise,
    judged,
    random_agency,
    random_tree,
    reply,
    signals,
    subgame_perfect,
)

ONE = random_agency(4, 4, cap=10, seed=3)
FAST = {"steps": 300, "restarts": 8}


def test_a_learned_table_comes_near_the_exact_contract_and_is_certified():
    found, best = learn_contract(ONE, **FAST), best_contract(ONE)
    assert best.value - 0.02 * abs(best.value) <= found.value <= best.bound + 1e-9
    assert found.pay.min() >= 0 and found.pay.max() <= 10
    sure = found.certified()
    assert all(p.holds for p in sure.proved()) and 0 <= float(sure.loss(best.bound)) < 0.03 * best.value
    assert float(sure.worst) == pytest.approx(float(sure.value))  # it hangs on no tie


def test_a_learned_menu_stays_below_the_exact_one():
    asked = random_agency(4, 4, types=2, cap=10, seed=2)
    found, best = learn_contract(asked, entries=2, **FAST), best_menu(asked)
    assert 0.95 * best.value <= found.value <= best.value + 1e-6
    assert all(p.holds for p in found.certified().proved())


def test_a_network_of_features_holds_on_other_nodes():
    train, also, fresh = (signals(features=3, nodes=n, seed=k) for k, n in ((0, 256), (1, 256), (2, 2048)))
    found = learn_contract(train, hidden=(8,), steps=300, restarts=4, rate=0.03, also=[also])
    pays = found.pays(fresh.features)
    assert pays.min() >= 0 and pays.max() <= 1 and np.allclose(found.pays(train.features), found.pay, atol=1e-6)
    assert (
        1.6 < float(found.judged(fresh).value) < 2 - 0.2
    )  # exact: 1.789 on the continuum; nothing leaves more than welfare


def test_training_goes_on_to_the_same_bits(tmp_path):
    told = []
    whole = learn_contract(ONE, **FAST, out=tmp_path / "a", tell=told.append)
    assert len(told) == 10 and "left" in told[0]
    for late in sorted((tmp_path / "a").glob("*.npz"))[-2:]:
        late.unlink()
    with pytest.raises(InputError, match="checkpoint"):
        learn_contract(ONE, **FAST, out=tmp_path / "a")
    with pytest.raises(InputError, match="terms"):
        learn_contract(replace(ONE, weight=ONE.weight * 2), **FAST, out=tmp_path / "a", resume=True)
    again = learn_contract(ONE, **FAST, out=tmp_path / "a", resume=True)
    assert (again.pay == whole.pay).all() and again.curve == whole.curve


def test_numbers_that_blow_up_stop_the_training():
    with pytest.raises(Unsolved, match="step"):
        learn_contract(ONE, steps=300, restarts=8, rate=1e38)


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": 0},
        {"steps": 0},
        {"rate": float("nan")},
        {"cold": 2.0},
        {"restarts": -1},
        {"seed": -1},
        {"seed": 2**80},
    ],
)
def test_absurd_settings_are_refused(wrong):
    with pytest.raises(InputError):
        learn_contract(ONE, **wrong)


def test_a_model_with_jumps_is_affine_on_pieces_and_jumps():
    asked = random_agency(3, 3, cap=6, seed=0)
    contracts, brought = sampled(asked, 300)
    model = fit_pieces(contracts, brought, cap=6, steps=800, hidden=16)
    plain = fit_pieces(contracts, brought, cap=6, steps=800, hidden=16, jumps=False)
    assert model.error < brought.std() and plain.error < brought.std()
    points, worth, samples = model.suggestions(5)
    assert points.min() >= -1e-9 and points.max() <= 6 + 1e-9
    for point, value, sample in zip(points, worth, samples, strict=True):
        inside = 0.9 * point + 0.1 * sample  # of the same piece, whose affine function says both
        assert (model.patterns(inside[None]) == model.patterns(sample[None])).all()
        ends = 0.9 * value + 0.1 * model.predicted(sample[None])[0]
        assert model.predicted(inside[None])[0] == pytest.approx(ends, abs=1e-6)
    x = contracts[:1] + np.linspace(0, 1, 4001)[:, None] * (contracts[1:2] - contracts[:1])
    steps = [np.abs(np.diff(m.predicted(x))).max() for m in (model, plain)]
    assert steps[0] > 3 * steps[1]  # only one of the two jumps


def test_asking_a_black_box_never_says_more_than_the_box():
    asked = random_agency(3, 3, cap=6, seed=0)
    box, best = black_box(asked), best_contract(asked)
    found = learn_by_asking(box, 3, cap=6, samples=300, rounds=2, steps=800, hidden=16)
    assert found.value == pytest.approx(float(reply(asked, found.contract).value), abs=1e-6)
    assert found.sample <= found.value <= best.bound + 1e-6
    assert found.asked <= 2 * 100 and best.value - found.value < 0.35 * best.value


def test_learned_promises_are_kept_and_patience_never_hurts():
    asked = random_agency(4, 3, cap=10, seed=2)
    deltas = [0.0, 0.1, 0.3, 0.5, 0.9]
    found = learn_promises(asked, deltas, steps=300)
    exact = [best_promise(asked, d) for d in deltas]
    assert all(p.kept for p in found)
    worth = [float(p.surplus) for p in found]
    assert worth == sorted(worth)
    assert all(p.surplus <= b.surplus for p, b in zip(found, exact, strict=True))
    assert worth[-1] == pytest.approx(float(exact[-1].surplus)) and found[0].spread == 0
    assert all(x.holds for x in found[-1].certificate.proved())
    with pytest.raises(InputError):
        learn_promises(asked, [1.0])


def test_learned_contracts_in_time_come_near_the_equilibrium():
    world = random_tree(2, 2, 2, discount=0.9, seed=2)
    best, found = subgame_perfect(world), learn_delegation(world, each=200)
    assert found.value == pytest.approx(float(judged(world, found.contract).principal[0]))
    assert found.value > 0.85 * float(best.value) and found.worst <= found.value
    assert found.contract.min() >= 0 and 0.5 < found.obeyed <= 1


def test_continuous_effort_meets_the_closed_form():
    found = learn_effort(effort("success"), steps=100, restarts=1, judged_on=101)
    assert found.value == pytest.approx(0.25, abs=0.006)  # a grid of efforts is a little kinder than the continuum
    assert found.pay[0, 0] == pytest.approx(0.5, abs=0.03) and found.pay[0, 1] < 0.01
    for wrong in ({"kind": "hope"}, {"types": ()}, {"noise": 0.0}):
        with pytest.raises(InputError):
            effort(**wrong)

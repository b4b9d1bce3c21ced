"""The auditor: known regrets are found, truthful mechanisms are cleared, and what no mechanism does is called a fault."""

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.mechanisms import Exponential, Mechanism, Outcome, Triangle, auction
from rulewright.mechanisms.audit import Effort, attack, audit, replay
from rulewright.mechanisms.audit.audited import CONTINUUM, PROVED, SEARCHED, Certified
from rulewright.mechanisms.audit.watched import Watched
from rulewright.mechanisms.itemwise import Itemwise, myerson_uniform

SMALL = {
    "profiles": 400,
    "attacked": 60,
    "suspects": 10,
    "strong": Effort(random=100, shades=11, points=11, sweeps=1, corners=4, kept=3, steps=60),
}


class Said(Mechanism):
    """An auction by a function of reports."""

    def __init__(self, environment, rule, proof=""):
        self.environment, self.rule, self.proof = environment, rule, proof

    def outcome(self, reports):
        return Outcome(*self.rule(reports))


def first_price(reports):
    won = (reports.argmax(axis=-2)[..., None, :] == np.arange(reports.shape[-2])[:, None]).astype(float)
    return won, (won * reports).sum(axis=-1)


def second_price(reports):
    found = myerson_uniform(auction(reports.shape[-2], reports.shape[-1])).outcome(reports)
    return found.decision, found.payments


def test_first_price_has_the_regret_of_its_closed_form():
    """The winner should have said the other's value: it regrets the difference, the loser nothing."""
    sale = Said(auction(2, 1), first_price)
    types = sale.environment.profiles(40, 3)
    strong = Effort(kept=4, steps=150)
    for i in range(2):
        found = attack(Watched(sale), types, i, strong)
        regret = np.maximum(types[:, i, 0] - types[:, 1 - i, 0], 0)
        assert (found.gains <= regret + 1e-12).all() and np.allclose(found.gains, regret, atol=5e-3)
    whole = audit(sale, **{**SMALL, "attacked": 400})
    assert whole.regret_found.low < 1 / 6 < whole.regret_found.high + 0.005  # E max(θ₁ − θ₂, 0) = 1/6
    assert whole.grade == SEARCHED and whole.regret_certified is None and not whole.sound
    assert replay(sale, whole.worst) == pytest.approx(whole.worst.gain, abs=1e-12)


@pytest.mark.parametrize("items", [1, 2])
def test_a_truthful_mechanism_is_cleared(items):
    found = audit(myerson_uniform(auction(2, items)), **SMALL)
    assert found.regret_found.mean <= 1e-9 and found.worst is None and found.sound
    assert found.grade == PROVED and found.regret_certified == 0
    revenue = 5 * items / 12
    assert found.revenue.low < revenue < found.revenue.high and found.repaired == pytest.approx(found.revenue.mean)


def test_a_truthful_mechanism_without_a_proof_is_not_graded_proved():
    found = audit(Said(auction(2, 2), second_price), **SMALL)
    assert found.worst is None and found.grade == SEARCHED and found.regret_certified is None


def test_a_mechanism_that_cheats_in_a_thin_region_is_caught():
    """Who says that its second value is within .001 of 0 gets the first item for nothing."""

    def rule(reports):
        decision, paid = second_price(reports)
        thin = (reports[:, 0, 1] < 1e-3)[:, None, None]
        gift = np.zeros_like(decision)
        gift[:, 0, 0] = 1
        return np.where(thin, gift, decision), np.where(thin[:, 0], 0.0, paid)

    found = audit(Said(auction(2, 2), rule), **SMALL)
    assert found.worst is not None and found.worst.agent == 0 and found.worst.misreport[1] < 1e-3
    # the lie is worth the first item; the truth what second prices leave
    best = found.worst.types[0, 0] - found.worst.truthful
    assert found.worst.gain == pytest.approx(best)


def test_broken_promises_are_counted_with_the_worst():
    def dear(reports):
        decision, paid = second_price(reports)
        return decision * 1.25, paid + 0.1

    found = audit(Said(auction(2, 1), dear), **SMALL)
    assert found.feasible.count > 0 and found.feasible.worst == pytest.approx(0.25)
    assert found.voluntary.count > 0 and found.voluntary.worst == pytest.approx(0.1)  # a loser pays a tenth
    assert not found.sound and len(found.voluntary.at) == 2


def test_what_is_no_function_of_the_reports_is_a_fault():
    rng = np.random.default_rng(0)

    def tossed(reports):
        decision, paid = second_price(reports)
        return decision, paid * rng.random(paid.shape)

    def crowded(reports):
        decision, paid = second_price(reports)
        return decision, paid * reports.mean()

    there = auction(2, 1)
    assert [f.name for f in audit(Said(there, tossed), **SMALL).faults] == ["not repeatable"]
    assert [f.name for f in audit(Said(there, crowded), **SMALL).faults] == ["depends on the batch"]


def test_numbers_that_are_not_finite_are_a_fault_and_nobodys_gain():
    def holed(reports):
        decision, paid = second_price(reports)
        return decision, np.where(reports[:, :1, 0] < 0.05, np.nan, paid)

    found = audit(Said(auction(2, 1), holed), **SMALL)
    assert found.faults[0].name == "not a number" and found.worst is None and np.isfinite(found.revenue.mean)


def test_a_proof_that_is_refuted_is_a_fault():
    found = audit(Said(auction(2, 1), first_price, proof="trust me"), **SMALL)
    assert "proof" in [f.name for f in found.faults] and found.grade == SEARCHED and found.regret_certified is None


def test_a_certificate_that_is_refuted_is_a_fault():
    found = audit(Said(auction(2, 1), first_price), **SMALL, certified=Certified(0.01, CONTINUUM, "trust me"))
    assert "certificate" in [f.name for f in found.faults] and found.regret_certified is None


def test_what_is_found_does_not_depend_on_what_is_searched_beside_it():
    sale = Said(auction(2, 2), first_price)
    types = sale.environment.profiles(30, 1)
    effort = Effort(random=7, shades=3, points=5, sweeps=1, corners=3, kept=2, steps=5)
    whole = attack(Watched(sale), types, 1, effort, seed=4)
    some = attack(Watched(sale), types[[3, 17, 20]], 1, effort, seed=4, numbers=np.array([3, 17, 20]))
    assert np.array_equal(whole.misreports[[3, 17, 20]], some.misreports) and (whole.gains > 0).any()


def test_evaluations_are_counted():
    asked = 0

    def counting(reports):
        nonlocal asked
        asked += len(reports)
        return first_price(reports)

    found = audit(Said(auction(2, 1), counting), **SMALL)
    assert found.evaluations == asked > 400


@pytest.mark.parametrize("law", [Exponential((1.0, 1.0)), Triangle()], ids=lambda law: type(law).__name__)
def test_only_reports_that_are_allowed_are_tried(law):
    there = auction(2, 2, law=law)
    sale = Said(there, first_price)
    found = audit(sale, **SMALL)
    assert law.holds(found.worst.misreport) and found.worst.gain > 0
    assert audit(Itemwise(there, (0.1, 0.1)), **SMALL).worst is None


def test_tails_bound_the_share_from_above():
    found = audit(Said(auction(2, 1), first_price), **SMALL, tails=(0.5,))
    (tail,) = found.tails
    assert tail.seen / tail.profiles < tail.at_most < tail.seen / tail.profiles + 0.15  # of 60; Pr(|θ₁ − θ₂| > ½) = ¼
    assert tail.at_most > 0.25 - 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda there: audit(Said(there, lambda r: (np.zeros((len(r), 3, 1)), np.zeros((len(r), 2)))), **SMALL),
        lambda there: audit(Said(there, lambda r: (r * np.nan, r[..., 0])), **SMALL),
        lambda there: audit(myerson_uniform(there), profiles=1),
        lambda there: audit(myerson_uniform(there), attacked=1),
        lambda there: audit(myerson_uniform(there), tails=(float("nan"),)),
        lambda there: Effort(random=-1),
    ],
)
def test_what_makes_no_sense_is_told(wrong):
    with pytest.raises(InputError, match="needed"):
        wrong(auction(2, 1))


def test_a_result_is_plain_data_and_the_same_every_time():
    import json

    one, two = (
        json.dumps(audit(Said(auction(2, 1), first_price), **SMALL).result(), allow_nan=False) for _ in range(2)
    )
    assert one == two and json.loads(one)["regret_certified"] is None

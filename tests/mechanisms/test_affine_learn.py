"""The search over affine maximisers with fees: never below item by item, the same bits when it goes on, and its certificate."""

import copy
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rulewright.errors import InputError, Unsolved
from rulewright.mechanisms import WELFARE, Environment, Goal, Uniform, auction, bundle_auction, estimate
from rulewright.mechanisms.affine import SizeBoosted, certificate, learn_affine
from rulewright.mechanisms.decisions import Allocation
from rulewright.mechanisms.environment import additive
from rulewright.mechanisms.fees import BestAgainst, Constant, EntryFees, Index
from rulewright.mechanisms.itemwise import myerson_uniform
from rulewright.verify import affine_checker
from rulewright.verify.formats import check

FEW = 1 << 15  # profiles


def parts(learned):
    mechanism = learned.mechanism
    return (
        mechanism.base.boosts,
        mechanism.fee.index,
        mechanism.fee.sums,
        mechanism.fee.fees,
        np.array(learned.held_out),
    )


def test_two_by_two_reaches_its_revenue_and_goes_on_to_the_same_bits(tmp_path):
    there = auction(2, 2)
    heard = []
    whole = learn_affine(there, most=45, profiles=FEW, seed=4, tell=heard.append)
    learn_affine(there, most=20, profiles=FEW, seed=4, folder=tmp_path)
    again = learn_affine(there, most=45, profiles=FEW, seed=4, folder=tmp_path, resume=True)
    assert all(np.array_equal(a, b) for a, b in zip(parts(whole), parts(again), strict=True))
    assert (
        [p.evaluations for p in again.curve] == [p.evaluations for p in whole.curve] == [p.evaluations for p in heard]
    )
    found = estimate(whole.mechanism, profiles=200_000, seed=99)
    assert (
        found.low > 0.868
        and abs(found.mean - whole.held_out) < 0.008
        and whole.start == pytest.approx(5 / 6, abs=0.008)
    )
    with pytest.raises(InputError, match="seed"):
        learn_affine(there, most=45, profiles=FEW, seed=5, folder=tmp_path, resume=True)
    (tmp_path / "affine.npz").write_bytes(b"nothing")
    with pytest.raises(InputError, match="a checkpoint of learn_affine"):
        learn_affine(there, profiles=FEW, seed=4, folder=tmp_path, resume=True)


UNLIKE = Environment(
    (Uniform((0.0, 0.0), (1.0, 2.0)), Uniform((0.0, 0.0), (2.0, 1.0))), Allocation(2, 2), additive, name="unlike"
)
COMBINATORIAL = bundle_auction((Uniform((1.0,) * 3, (2.0, 2.0, 4.0)), Uniform((1.0,) * 3, (5.0, 5.0, 9.0))), 2)


@pytest.mark.parametrize(
    "there",
    [auction(1, 2), auction(2, 2, demand="unit"), auction(3, 1), UNLIKE, COMBINATORIAL],
    ids=lambda e: e.name,
)
def test_nothing_that_is_found_is_below_item_by_item(there):
    learned = learn_affine(there, most=12, profiles=FEW)
    assert learned.held_out >= learned.start and not learned.finished
    assert estimate(learned.mechanism, profiles=20_000, seed=3).mean > learned.start - 0.05
    assert all(v.holds for v in check(certificate(learned.mechanism, profiles=2)))


def test_another_goal_is_searched_without_fees():
    learned = learn_affine(auction(2, 2).wanting(WELFARE), most=60, profiles=FEW)
    assert isinstance(learned.mechanism, SizeBoosted)
    assert learned.held_out == pytest.approx(4 / 3, abs=0.02)  # all that there is: E max of two, twice


def test_a_goal_that_is_no_number_stops_the_search(tmp_path):
    count = []

    def strange(types, values, payments):
        count.append(1)
        return payments.sum(axis=-1) + (np.nan if len(count) > 6 else 0)

    with pytest.raises(Unsolved, match=r"evaluation \d+.*affine.npz"):
        learn_affine(auction(2, 2).wanting(Goal("strange", "", strange)), folder=tmp_path, profiles=FEW)
    assert (tmp_path / "affine.npz").exists()


def test_settings_that_mean_nothing_are_told():
    there = auction(2, 2)
    for wrong in (
        {"seconds": 0.0},
        {"seconds": np.nan},
        {"seed": -1},
        {"most": 0},
        {"profiles": 100},
        {"resume": True},
    ):
        with pytest.raises(InputError, match="needed"):
            learn_affine(there, **wrong)
    with pytest.raises(InputError, match="without budgets"):
        learn_affine(replace(there, budget=1.0))


def sealed(whole):
    return {**whole, "digest": affine_checker.digest(whole)}


@pytest.fixture(scope="module")
def written():
    there = auction(2, 3)
    base = SizeBoosted(there, np.array([0, -0.6, -1.0, -1.2]), (1.0, 1.25))
    fee = Index(np.array([0, 1.0]), np.array([[0.3, 0.0]]), np.array([0, 0.5, 0.9]), np.array([[-0.1, 0.1, 0.25]]))
    return certificate(EntryFees(base, fee), profiles=6)


def test_a_certificate_holds_and_the_checker_stands_alone(written, tmp_path):
    assert [v.claim for v in check(written) if v.holds] == list(affine_checker.CLAIMS)
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(written))
    lone = Path(affine_checker.__file__)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(lone), str(file)], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0 and done.stdout.count("holds") == 4, done.stderr


def altered(whole, path, value):
    new = copy.deepcopy(whole)
    at = new
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return sealed(new)


@pytest.mark.parametrize(
    ("path", "value", "fails"),
    [
        (("about", "weights", 0), "0", "truthful"),
        (("about", "weights", 0), "2", "outcomes"),
        (("about", "menu", "boosts", 0, 0), "1/10", "voluntary"),
        (("about", "low", 0, 0), "-1", "voluntary"),
        (("about", "fees", "fees", 0), ["0", "1/2", "1/2"], "outcomes"),
        (("about", "goods"), "bundles", None),
        (("about", "menu", "kind"), "any", None),
        (("claims", 3, "profiles", 0, "pays", 0), "7/10", "outcomes"),
        (("claims", 3, "profiles", 0, "allocation"), [2, 2, 2], "outcomes"),
        (("claims", 3, "profiles"), [], "outcomes"),
        (("claims", 0, "grade"), "hoped", "truthful"),
        (("about", "fees", "bids"), ["1", "0"], None),
    ],
)
def test_what_was_altered_fails(written, path, value, fails):
    new = altered(written, path, value)
    if fails is None:
        with pytest.raises(affine_checker.NotACertificate):
            check(new)
    else:
        assert fails in [v.claim for v in check(new) if not v.holds]


def test_a_certificate_without_its_seal_fails(written):
    assert not any(v.holds for v in check({**written, "title": "another"}))


def test_a_menu_that_gives_an_item_twice_is_not_feasible():
    learned = learn_affine(COMBINATORIAL, most=4, profiles=FEW)
    whole = certificate(learned.mechanism, profiles=1)
    for option in whole["about"]["menu"]["options"][-1:]:
        option[0], option[1] = ["1", "0", "0"], ["0", "0", "1"]
    assert "feasible" in [v.claim for v in check(sealed(whole)) if not v.holds]


def test_what_is_no_formula_gets_no_certificate():
    base = SizeBoosted(auction(2, 2), -0.5 * np.arange(3))
    sample = base.environment.profiles(3, 0)[:, 0]
    for one in (EntryFees(base, BestAgainst(base, sample)), EntryFees(myerson_uniform(base.environment), Constant())):
        with pytest.raises(InputError, match="certificate"):
            certificate(one)

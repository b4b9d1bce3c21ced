"""What exact mechanisms must not leave out, and what their checkers must not believe or be kept busy by."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.mechanisms import auction
from rulewright.mechanisms.affine import (
    AffineMaximiser,
    SizeBoosted,
    certificate,
    checkpoint,
    deterministic,
    learn_affine,
)
from rulewright.mechanisms.compatible import CompatibleMenus, learn_compatible
from rulewright.mechanisms.fees import BestAgainst, Constant, EntryFees, Index
from rulewright.mechanisms.repair import repair
from rulewright.verify import affine_checker, compatible_checker

HERE = auction(2, 2)
BOOSTED = SizeBoosted(HERE, np.array([0, -0.5, -0.8]))
ONE = np.array([0.0, 1.0])


def sealed(about, *claims, checker=affine_checker):
    named = [{"claim": name, "grade": "proved"} for name in claims]
    made = {"format": checker.FORMAT, "version": 1, "title": "", "about": about, "claims": named}
    return {**made, "digest": checker.digest(made)}


def listed(options, boosts, *, low="0", high="1"):
    items = len(options[0][0])
    return {
        "bidders": 1,
        "items": items,
        "goods": "items",
        "low": [[low] * items],
        "high": [[high] * items],
        "weights": ["1"],
        "menu": {"kind": "listed", "boosts": boosts, "options": options},
        "fees": {"kind": "none"},
    }


def test_an_allocation_that_takes_is_not_voluntary():
    made = sealed(listed([[["0"]], [["-1"]]], ["0", "10"]), "truthful", "voluntary")
    assert [v.holds for v in affine_checker.check(made)] == [True, False]


def test_no_report_is_nothing_to_be_proved_about():
    with pytest.raises(affine_checker.NotACertificate, match="high is below low"):
        affine_checker.check(sealed(listed([[["0"]]], ["0"], low="2"), "truthful"))


def test_fractions_that_would_grow_without_end_are_refused():
    odd = random.Random(0)
    fine = ["1/" + "".join(odd.choice("1379") for _ in range(399)) for _ in range(60)]
    with pytest.raises(affine_checker.NotACertificate, match="denominator"):
        affine_checker.check(sealed(listed([[["0"] * 60], [fine]], ["0", "0"]), "feasible"))


def test_many_items_are_added_up_once():
    about = listed([[["0"] * 1000]] * 40, ["0"] * 40)
    assert [v.holds for v in affine_checker.check(sealed(about, "feasible"))] == [True]


def test_a_grid_with_too_many_cells_is_refused_before_it_is_made():
    edges = [list(range(100_000))] * 2
    about = {"unit": "1", "types": [[["0", "1"]] * 2] * 2, "edges": [edges, edges], "extras": [[], []]}
    with pytest.raises(compatible_checker.NotACertificate, match="too many cells"):
        compatible_checker.check(sealed(about, "compatible", checker=compatible_checker))


def test_one_bidder_has_a_menu_too():
    there = auction(1, 2)
    types = there.profiles(20, 1)
    menus = deterministic(there)
    for made in (
        SizeBoosted(there, np.array([0, -0.5, -0.8])),
        AffineMaximiser(there, menus, -0.4 * menus.sum((1, 2))),
    ):
        menu = made.menu(0, np.zeros((20, 0, 2)))
        worth = (menu.options * types).sum(axis=-1) - menu.prices
        assert np.allclose(worth.max(axis=1), made.utilities(types, made.outcome(types))[:, 0])
        assert EntryFees(made, BestAgainst(made, types[:, 0])).outcome(types).payments.sum() > 0


@pytest.mark.parametrize(
    "part",
    [{"cost": lambda x: x.sum((-1, -2))}, {"transfers": False}, {"outside": 0.3}, {"deficit": -1.0}, {"budget": 1.0}],
)
def test_what_these_methods_do_not_look_at_is_refused(part):
    there = replace(HERE, **part)
    made = SizeBoosted(there, np.zeros(3))
    for ask in (
        lambda: learn_affine(there),
        lambda: learn_compatible(there),
        lambda: repair(made),
        lambda: certificate(made),
    ):
        with pytest.raises(InputError, match=r"needed payments without budgets|needed two additive bidders"):
            ask()


def test_settings_of_a_search_are_whole_numbers():
    for wrong in (
        {"seed": 0.5},
        {"seed": "1"},
        {"profiles": np.nan},
        {"profiles": 2**40},
        {"most": 2.5},
        {"seconds": "3"},
    ):
        with pytest.raises(InputError, match="needed a"):
            learn_affine(HERE, **wrong)


@pytest.mark.parametrize(
    "fee",
    [
        lambda: Constant(np.nan),
        lambda: Index(ONE, np.array([[np.nan, 1]]), ONE, ONE[None]),
        lambda: Index(ONE[::-1], ONE[None], ONE, ONE[None]),
        lambda: EntryFees(BOOSTED, Index(ONE, ONE[None], ONE, np.zeros((3, 2)))),
        lambda: BestAgainst(BOOSTED, np.zeros((0, 2))),
        lambda: EntryFees(BOOSTED, BestAgainst(SizeBoosted(auction(2, 2), np.zeros(3)), np.zeros((1, 2)))),
    ],
)
def test_fees_that_are_no_numbers_are_refused(fee):
    with pytest.raises(InputError, match="fee"):
        fee()


def test_extras_beyond_the_arithmetic_are_refused():
    edges = ((np.array([0, 64]),) * 2,) * 2
    for huge in (2**62, -(2**63), 2**41):
        tables = np.full((1, 1, 3), huge, np.int64), np.zeros((1, 1, 3), np.int64)
        with pytest.raises(InputError, match="int64"):
            CompatibleMenus(HERE, Fraction(1, 32), edges, tables)


@pytest.mark.parametrize(
    ("header", "arrays"),
    [
        ({"level": 7}, {}),
        ({"curve": [[1]]}, {}),
        ({"held_out": None}, {}),
        ({"held_out": 2.5}, {"best": np.zeros(0)}),
        ({"run": 3}, {}),
        ({}, {"x": np.zeros(50)}),
        ({}, {"steps": np.full(4, np.nan)}),
    ],
)
def test_a_checkpoint_with_numbers_that_no_search_has_is_told(tmp_path, header, arrays):
    few = {"most": 3, "profiles": 1 << 14, "folder": tmp_path}
    learn_affine(HERE, **few)
    path = tmp_path / "affine.npz"
    was, had = checkpoint.read(path, {})
    checkpoint.write(path, was | header, had | arrays)
    with pytest.raises(InputError, match="a checkpoint of learn_affine"):
        learn_affine(HERE, **few, resume=True)


def test_a_rule_that_remembers_or_tosses_coins_is_not_repaired():
    asked = []

    def remembers(reports):
        asked.append(reports)
        return np.zeros(reports.shape), np.full(reports.shape[:-1], len(asked) * 0.1)

    with pytest.raises(InputError, match="the same outcome"):
        repair(remembers, HERE)


def test_a_rule_of_many_items_can_be_repaired():
    found = repair(lambda r: (np.zeros(r.shape), np.zeros(r.shape[:-1])), auction(1, 300), reports=4, profiles=10)
    assert found.after.high == 0

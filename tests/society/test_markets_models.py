"""Markets as societies: failures and remedies against closed forms; every shipped scenario with its certificate."""

import json
from fractions import Fraction as F

import numpy as np
import pytest

import rulewright as rw
from rulewright.assessment.output import save
from rulewright.errors import InputError
from rulewright.society.markets import worth
from rulewright.society.markets.economy import utility
from rulewright.society.markets.externality import Externality
from rulewright.society.markets.market import Market
from rulewright.society.markets.power import Power
from rulewright.verify import economy_checker as checker

SMOKE = Externality(("plant", "town"), (F(10), F(10)), (F(1, 2), F(1, 5)), (F(0), F(1, 4)), F(10))
TWO = {
    "goods": ("a", "b"),
    "consumers": ("1", "2"),
    "endowment": ((F(3), F(1)), (F(1), F(2))),
    "shares": ((F(1), F(2)), (F(3), F(1))),
}
SHIPPED = {
    "compute_market": ["equilibrium", "efficient", "supported"],
    "data_market": ["equilibrium", "better"],
    "three_prices": ["equilibrium", "efficient"] * 3,
    "smoke": ["equilibrium", "better", "equilibrium", "efficient"],
    "one_seller": ["equilibrium", "better", "equilibrium", "efficient", "gains"],
}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_leave_certificates_that_hold(name, tmp_path):
    scenario = rw.load(name)
    scenario.file.vary.clear()
    found = rw.assess(scenario)
    paths = save(found, tmp_path)
    assert [p.name for p in paths] == ["report.html", "result.json", "certificate.json"]
    verdicts = checker.check(checker.load(tmp_path / "certificate.json"))
    assert [v.claim for v in verdicts] == SHIPPED[name] and all(v.holds for v in verdicts)
    result = json.loads((tmp_path / "result.json").read_text())
    assert all(c["holds"] for s in result["sections"] for c in s["claims"])


def test_what_is_burnt_without_a_tax():
    bundles, smoke = SMOKE.taxed(F(0))
    assert smoke == 7 and bundles == [[5, 5, 3, 0], [8, 2, 0, 3]]


def test_pigou_and_arrow_agree():
    """A tax of the sum of prices of air, paid out in proportion, is the market for air: two computations, one outcome."""
    tax, parts = SMOKE.pigou
    exact = [F(p).limit_denominator(10**9) for p in parts]
    bundles, smoke = SMOKE.taxed(F(tax), exact)
    u = utility(SMOKE.economy, np.array(bundles, float))
    assert np.allclose(u, SMOKE.arrow.utility, rtol=1e-8)
    assert float(smoke) == pytest.approx(SMOKE.arrow.levels[0], rel=1e-8) and smoke < 7
    assert worth.most(SMOKE.economy, u)[0] == pytest.approx(1, abs=1e-7)
    assert worth.most(SMOKE.economy, SMOKE.arrow.utility)[0] == pytest.approx(1, abs=1e-7)
    # closed form of the price of air: λ (A − S(1 + b)) = b ω with b = β/(1 − β)·… of the town's income
    town = 1
    income = 10 + tax * 10  # bread, and the right to all of her air
    assert float(SMOKE.arrow.bundles[town, 3]) == pytest.approx(0.25 * income / tax)


def test_the_untaxed_gap_by_brute_force():
    """Utilities written out; of all feasible allocations on a grid the best does not beat the gap, and nears it."""
    u = utility(SMOKE.economy, np.array(SMOKE.taxed(F(0))[0], float))
    t, _ = worth.most(SMOKE.economy, u)
    smoke, part, fuel = np.meshgrid(np.linspace(3, 8, 81), np.linspace(0.1, 0.9, 81), np.linspace(0.1, 0.9, 81))
    bread = 20 - smoke
    plant = np.sqrt(part * bread / 0.5 * fuel * smoke / 0.5)
    shares = np.array([0.6, 0.15, 0.25])
    town = ((1 - part) * bread / shares[0]) ** shares[0] * ((1 - fuel) * smoke / shares[1]) ** shares[1]
    town *= ((10 - smoke) / shares[2]) ** shares[2]
    best = np.minimum(plant / u[0], town / u[1]).max()
    assert 1 + 0.97 * (t - 1) < best <= t + 1e-9


def test_one_seller_by_hand():
    """σ = 2: p = c + √(c² + c α/(1 − α)) = 3; M/6 is sold, for a profit of M/3."""
    one = Power()
    assert one.price == 3
    (found,) = one.outcomes()
    assert found.measures["sold"] == pytest.approx(3) and found.measures["profit"] == pytest.approx(6)
    assert max(one.profit(p) for p in np.linspace(1, 30, 3001)) <= one.profit(3.0) + 1e-12


@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_rivals_by_the_quadratic(k):
    """σ = 2: (2k − 1)β p² + ((k − 1)α − 2kcβ) p − kcα = 0, from (p − c)/p = 1/(k e)."""
    a, b, c = 0.75, 0.25, 1.0
    root = max(np.roots([(2 * k - 1) * b, (k - 1) * a - 2 * k * c * b, -k * c * a]).real)
    assert float(Power(sellers=F(k)).price) == pytest.approx(root, rel=1e-10)


def test_a_seller_gains_nothing_by_another_quantity():
    """Cournot by brute force: inverse demand by bisection, the others' quantities held."""
    model = Power(sellers=F(2))
    p = float(model.price)

    def sold(p):
        return model.spent(p) * 18 / p

    def inverse(q):
        low, high = 0.01, 1000.0
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if sold(middle) > q else (low, middle)
        return low

    mine = sold(p) / 2
    profit = (p - 1) * mine
    for q in np.linspace(0.02, 3, 200) * mine:
        assert (inverse(mine + q) - 1) * q <= profit + 1e-9


def test_caps_and_entry_help_buyers():
    found = [
        m.outcomes()[0].measures["buyers"]
        for m in (Power(), Power(sellers=F(2)), Power(cap=F(3, 2)), Power(sellers=F(0)))
    ]
    assert found == sorted(found)
    assert Power(sellers=F(0)).outcomes()[0].measures["gap"] == pytest.approx(0, abs=1e-7)
    assert Power().outcomes()[0].measures["gap"] > 0.01


def test_a_missing_market_costs_everybody():
    model = Market(**TWO)
    (open_,) = model.outcomes()
    (closed,) = Market(**TWO, untraded=("b",)).outcomes()
    assert open_.measures["gap"] == pytest.approx(0, abs=1e-6) and closed.measures["gap"] > 0.05
    assert closed.measures["mean"] == pytest.approx(utility(model.economy, np.array(TWO["endowment"], float)).mean())


def test_pooling_everything_makes_equals_of_equals():
    one = Market(**{**TWO, "shares": ((F(1), F(1)), (F(1), F(1)))}, pooled=F(1))
    (found,) = one.outcomes()
    assert found.measures["gini"] == pytest.approx(0, abs=1e-9)
    assert found.measures["worst"] == pytest.approx(found.measures["best_worst"])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Market(**{**TWO, "goods": ("a", "a")}), "different names"),
        (lambda: Market(**TWO, family="cubic"), "family"),
        (lambda: Market(**TWO, family="ces"), "elasticity"),
        (lambda: Market(**TWO, elasticity=(F(2),)), "elasticity"),
        (lambda: Market(**TWO, untraded=("z",)), "untraded"),
        (lambda: Market(**TWO, untraded=("a", "b")), "untraded"),
        (lambda: Market(**TWO, pooled=F(2)), "pooled"),
        (lambda: Market(**{**TWO, "endowment": ((F(1),), (F(1),))}), "endowment"),
        (lambda: Power(elasticity=F(1)), "elasticity"),
        (lambda: Power(cap=F(1, 2)), "cap"),
        (lambda: Power(sellers=F(1, 2)), "sellers"),
        (lambda: SMOKE.having(air=F(7)), "air"),
        (lambda: SMOKE.having(tax=F(-1)), "tax"),
        (lambda: SMOKE.having(tax=F(1), market_for_air=True), "tax"),
        (lambda: SMOKE.having(parts=(F(0), F(0))), "parts"),
        (lambda: SMOKE.having(harm=(F(1), F(0))), "harm"),
    ],
)
def test_absurd_settings_are_refused(make, says):
    with pytest.raises(InputError, match=says):
        made = make()
        made.outcomes()


def test_linear_tastes_in_a_market():
    one = Market(**TWO, family="linear")
    (found,) = one.outcomes()
    assert found.measures["gap"] == pytest.approx(0, abs=1e-9)
    assert [v.claim for v in checker.check(one.certificate())] == ["equilibrium", "efficient"]
    assert one.sections() and all(v.holds for v in checker.check(one.certificate()))
    (closed,) = Market(**TWO, family="linear", untraded=("a",)).outcomes()
    assert closed.measures["gap"] > 0.05 and closed.grade == "searched only"


def test_an_elasticity_beyond_what_certificates_hold_is_not_proved():
    goods = Market(("a", "b"), ("1", "2"), ((F(1), F(0)), (F(0), F(1))), ((F(1), F(2)), (F(2), F(1))), "ces", (F(100),))
    assert goods.certificate() is None
    assert "not proved" in goods.outcomes()[0].how


def test_what_is_not_traded_cannot_be_taken_beyond_what_there_is():
    for air, net in ((F(1), F(-2)), (F(0), F(1))):
        market = Market(
            ("bread", "fuel", "air"),
            ("1", "2"),
            ((F(5), F(1), air),) * 2,
            ((F(1), F(3), F(1)),) * 2,
            activities=((F(-1), F(1), net),),
            untraded=("air",),
        )
        with pytest.raises(InputError, match="untraded, air"):
            market.outcomes()


def test_little_air_has_a_price_too():
    """One consumer, Cobb–Douglas: fuel costs 1 + λ, air λ, so that .6 (.6 + .5 λ) = λ (.5 − S) and S = .08 (.6 + .5 λ)/(1 + λ)."""
    alone = Externality(("1",), (F(3, 5),), (F(1, 5),), (F(3, 5),), F(1, 2))
    price, smoke = alone.pigou[0], float(alone.arrow.levels[0])
    assert smoke == pytest.approx(0.08 * (0.6 + 0.5 * price) / (1 + price))
    assert 0.6 * (0.6 + 0.5 * price) == pytest.approx(price * (0.5 - smoke))


def test_where_all_have_nothing_there_is_no_multiple_of_it():
    economy = Externality(("1",), (F(1),), (F(1, 2),), (F(0),), F(9)).economy
    t, how = worth.most(economy, np.zeros(economy.consumers))
    assert np.isnan(t)
    assert how is None


def test_what_the_checker_does_not_accept_is_not_proved(monkeypatch):
    market = Market(("a", "b"), ("1", "2"), ((F(2), F(1)), (F(1), F(2))), ((F(1), F(1)), (F(1), F(2))))
    assert [o.grade for o in market.outcomes()] == ["proved"]
    monkeypatch.setattr("rulewright.society.markets.proof.held", lambda *_: None)
    assert [o.grade for o in market.outcomes()] == ["searched only"]

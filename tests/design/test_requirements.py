"""What is asked of a rule holds for every player and every report, and rules out no more than it says."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.design.compiled import compiled
from rulewright.design.design import design
from rulewright.design.flaw import flaw
from rulewright.design.programme import solve
from rulewright.design.programme.symmetry import NONE
from rulewright.design.proof import optimal
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible, InputError
from rulewright.game.game import Game, Signal

NAMES = ("boss", "ann", "bob")


def drawn(seed, types, acts, *, prior=None, alike=False, decisions=None):
    """Small whole payoffs; with `alike`, ann and bob change places when the two decisions do."""
    rng = np.random.default_rng(seed)
    payoff = np.vectorize(F)(rng.integers(-4, 6, (3, *types, *acts)))
    if alike:

        def places(x):
            return np.flip(np.swapaxes(np.swapaxes(x, 1, 2), 4, 5), axis=3)

        payoff[0], payoff[2] = payoff[0] + places(payoff[0]), places(payoff[1])
    count = int(np.prod(types))
    law = np.full(types, F(1, count), dtype=object) if prior is None else prior
    labels = [
        decisions or tuple(f"d{k}" for k in range(acts[0])),
        *(tuple(f"a{k}" for k in range(a)) for a in acts[1:]),
    ]
    return Game.bayesian(payoff, law, players=NAMES, actions=labels, designer=True)


def unbroken(game, rules):
    """The optimal rule in the game it induces: nothing that was asked for is broken but by rounding."""
    said = compiled(game, solve(game, rules), "rule")
    return flaw(said.play, rules, said.stakes, said.base) < F(1, 10**5)


def apart(monkeypatch, game, rules):
    """The value without the use of likeness."""
    with monkeypatch.context() as patch:
        patch.setattr("rulewright.design.programme.frame.find", lambda game, rules: NONE)
        return solve(game, rules).value


@pytest.mark.parametrize("decisions", [("d0", "d1"), ("to ann", "to bob")])
@pytest.mark.parametrize("options", [{}, {"recommend": "public"}, {"incentives": "ex post"}])
@pytest.mark.parametrize("seed", range(5))
def test_anonymity_binds_both_players(seed, options, decisions, monkeypatch):
    """Decisions that are not named after players stay as they are when players change places, whatever the game's likeness."""
    acts = (2, 2, 2) if options == {"recommend": "public"} else (2, 1, 1)
    game = drawn(seed, (1, 1, 1) if acts[1] == 2 else (1, 2, 2), acts, alike=True, decisions=decisions)
    rules = Rules(anonymous=True, **options)
    assert unbroken(game, rules)
    assert solve(game, rules).value == pytest.approx(apart(monkeypatch, game, rules), abs=1e-7)


@pytest.mark.parametrize(("on", "form"), [(("action of boss",), "free"), (("action of boss",), "monotone")])
@pytest.mark.parametrize("seed", range(5))
def test_payments_on_the_decision_know_it_when_players_change_places(seed, on, form, monkeypatch):
    game = drawn(seed, (1, 2, 2), (2, 1, 1), alike=True)
    rules = Rules(payments=tuple(Payment(p, on, F(-2), F(3), form) for p in NAMES[1:]), money_weight=F(1))
    assert solve(game, rules).value == pytest.approx(apart(monkeypatch, game, rules), abs=1e-7)
    assert unbroken(game, rules)


def test_payments_on_two_signals_may_lack_different_axes(monkeypatch):
    game = drawn(3, (1, 2, 2), (2, 2, 2), alike=True)
    pay = tuple(Payment(p, (f"action of {p}", "action of boss"), F(-2), F(3)) for p in NAMES[1:])
    rules = Rules(payments=pay)
    assert solve(game, rules).value == pytest.approx(apart(monkeypatch, game, rules), abs=1e-7)


def test_a_contract_shared_by_some_is_not_shared_by_others(monkeypatch):
    """Three like agents, two of whom have the same contract whatever happens: the third's is its own."""
    payoff = np.zeros((4, 1, 1, 1, 1, 1, 2, 2, 2), dtype=object) + F(0)
    act = [np.arange(2).reshape([2 if k == i else 1 for k in range(3)]) for i in range(3)]
    payoff[0] += np.where(act[0] + act[1] + act[2] == 1, F(5), F(0))
    for i in range(3):
        payoff[1 + i] -= act[i] * F(1)
    game = Game.bayesian(payoff, np.full((1,) * 4, F(1), dtype=object), players=(*NAMES, "cy"), designer=True)
    pay = [Payment(p, ("action of cy",), F(0), F(2), group=g) for p, g in (("ann", "g"), ("bob", "g"), ("cy", ""))]
    pay = [replace(p, on=("action of ann", "action of bob", "action of cy")) for p in pay]
    rules = Rules(payments=tuple(pay), money_weight=F(1))
    assert solve(game, rules).value == pytest.approx(apart(monkeypatch, game, rules), abs=1e-7)


def test_untold_players_are_treated_alike_too():
    """They may do the same: one of them doing the job alone is not anonymous."""
    payoff = np.zeros((3, 1, 1, 1, 1, 2, 2), dtype=object) + F(0)
    payoff[0, 0, 0, 0, 0] = [[F(0), F(3)], [F(3), F(1)]]
    game = Game.bayesian(payoff, np.full((1, 1, 1), F(1), dtype=object), players=NAMES, designer=True)
    assert solve(game, Rules(recommend=False)).value == pytest.approx(3)
    assert solve(game, Rules(recommend=False, anonymous=True)).value == pytest.approx(1)


def without_some(types):
    """A prior of which some profiles never occur."""
    law = np.full(types, F(0), dtype=object)
    law[0, 0, 0], law[0, 1, 1], law[0, 0, 1] = F(1, 3), F(1, 3), F(1, 3)
    return law


def telling(types):
    """What ann and bob are tells of the state together: it is whether they are the same."""
    law = np.full(types, F(1, 16), dtype=object)
    for k in np.ndindex(2, 2):
        law[(int(k[0] != k[1]), *k)] = F(3, 16)
    return law


@pytest.mark.parametrize(("types", "prior"), [((1, 2, 2), without_some), ((2, 2, 2), telling)])
@pytest.mark.parametrize("seed", range(6))
def test_dominance_holds_whatever_others_report(seed, types, prior):
    """Each report, of each type, under each type and each report of the other: looked at one by one."""
    game = drawn(seed, types, (3, 1, 1), prior=prior(types))
    payoff = game.payoff.copy()
    payoff[1], payoff[2] = np.take(payoff[1], [0], axis=2), np.take(payoff[2], [0], axis=1)  # private values
    game = replace(game, payoff=payoff)
    law = solve(game, Rules(incentives="dominant")).law[..., 0, 0]
    chance, worth = game.floats.prior, game.floats.payoff[..., 0, 0]
    for own, true, said, other, lie in np.ndindex(2, 2, 2, 2, 2):
        mine = chance[:, own, true, None] * worth[1, :, own, true]
        assert (mine * (law[:, own, other] - law[:, lie, other])).sum() >= -1e-7
        mine = chance[:, true, own, None] * worth[2, :, true, own]
        assert (mine * (law[:, said, own] - law[:, said, lie])).sum() >= -1e-7


def seen(types, acts):
    """Two signals that tell nothing."""
    law = np.full((*types, *acts, 2), F(1, 2), dtype=object)
    return Signal("sun", ("0", "1"), law), Signal("moon", ("0", "1"), law)


def test_balance_everywhere_lets_one_signal_pay_what_another_receives():
    game = drawn(0, (1, 1, 1), (1, 1, 1))
    game = replace(game, payoff=game.payoff * 0, signals=seen((1, 1, 1), (1, 1, 1)))
    pay = (Payment("ann", ("sun",), F(-2), F(2)), Payment("bob", ("moon",), F(-2), F(2)))
    found = solve(game, Rules(payments=pay, balance="everywhere", outside={"bob": F(1)}))
    amounts = [np.ravel(t) for _, t in found.payments]
    assert np.ptp(amounts[0]) == pytest.approx(0, abs=1e-7) and np.ptp(amounts[1]) == pytest.approx(0, abs=1e-7)
    assert amounts[0][0] == pytest.approx(-amounts[1][0], abs=1e-7) and amounts[1][0] >= 1 - 1e-7


@pytest.mark.parametrize("when", ["ex ante", "ex post", "everywhere"])
def test_nobody_paid_raises_no_money(when):
    game = drawn(0, (1, 2, 1), (2, 1, 1))
    assert solve(game, Rules(budget=F(0), budget_when=when)).paid == 0
    with pytest.raises(Impossible, match="budget"):
        solve(game, Rules(budget=F(-1, 2), budget_when=when))


@pytest.mark.parametrize("unit", [F(1, 1000), F(1), F(10**6)])
def test_exactness_costs_as_little_in_any_unit(unit):
    game = drawn(4, (1, 2, 2), (2, 2, 1))
    game = replace(game, payoff=game.payoff * unit)
    pay = tuple(Payment(p, ("action of boss",), -2 * unit, 2 * unit) for p in NAMES[1:])
    found = design([({}, game)], Rules(payments=pay, money_weight=F(1, 3), margin=unit / 10))
    assert found.optimum is not None and found.flaw == 0
    assert float(found.value) == pytest.approx(found.optimum.value, rel=2e-6)


@pytest.mark.parametrize("incentives", ["ex post", "dominant"])
def test_rules_that_know_types_make_no_claim_of_another_family(incentives):
    game = drawn(1, (1, 2, 2), (2, 1, 1))
    rules = Rules(informed=True, incentives=incentives)
    assert optimal(game, {}, solve(game, rules), F(0)) is None


def test_players_who_act_and_dominance_are_refused_in_words():
    game = drawn(1, (1, 2, 2), (2, 2, 1))
    with pytest.raises(InputError, match="players who only report"):
        solve(game, Rules(incentives="dominant", margin=F(1, 10)))


def test_what_one_is_told_is_no_type():
    """Ex post, taking part is asked for at profiles of types: what is recommended there may be worse than staying away."""
    payoff = np.zeros((3, 1, 1, 1, 1, 2, 1), dtype=object) + F(0)
    payoff[0, ..., 0, 0], payoff[1, ..., 0, 0], payoff[1, ..., 1, 0] = F(1), F(-1), F(-1)
    payoff[0, ..., 1, 0] = F(1)
    game = Game.bayesian(payoff, np.full((1, 1, 1), F(1), dtype=object), players=NAMES, designer=True)
    rules = Rules(participation="ex post", outside={"ann": F(-1)})
    said = compiled(game, solve(game, rules), "rule")
    assert flaw(said.play, rules, said.stakes, said.base) == 0


def test_a_payment_names_each_signal_once():
    with pytest.raises(InputError, match="different signals"):
        Payment("ann", ("sun", "sun"), F(0), F(1))
    with pytest.raises(InputError, match=r"\[\(2, 0\), \(1, 1\)\]"):
        Payment("ann", ("sun",), (F(2), F(0)), (F(1), F(1)))

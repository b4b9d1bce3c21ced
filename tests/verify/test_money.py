"""Claims about goals, money and coalitions; the worst correlated equilibrium."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from by_hand import DEFECT, bonus, dilemma, hunt, lift, made, pure, two, verdict

from rulewright.verify import checker
from rulewright.verify.checker import NotACertificate

Q = Fraction


def pledge(*moves: dict[str, Any], play: Any = None) -> dict[str, Any]:
    """The dilemma under a designer who wants cooperators, counted."""
    rows = [[2, 0], [3, 1]]
    return made(
        {"People": ["·"], "Row": ["cooperate", "defect"], "Col": ["cooperate", "defect"]},
        lambda i, r, s, t, d, a, b: (2 - a - b, rows[a][b], rows[b][a])[i],
        designer=True,
        moves=moves,
        play=play or pure("cooperate", "cooperate"),
    )


TWO = (bonus("Row", "2"), bonus("Col", "2"))


def test_a_bonus_of_two_makes_cooperation_dominant_and_costs_four():
    assert verdict(pledge(*TWO), claim="dominant", margin="1").holds
    assert verdict(pledge(*TWO), claim="goal", at_least="2").margin == 0
    assert not verdict(pledge(*TWO), claim="goal", at_least="21/10").holds
    for where in ("path", "everywhere"):
        assert verdict(pledge(*TWO), claim="budget", limit="4", where=where).margin == 0
        found = verdict(pledge(*TWO), claim="budget", limit="7/2", where=where)
        assert not found.holds and found.margin == Q(-1, 2) and "is 4" in found.says
    lazy = pledge(*TWO, play=DEFECT)
    assert verdict(lazy, claim="budget", limit="0", where="path").holds
    found = verdict(lazy, claim="budget", limit="0", where="everywhere")
    assert not found.holds and "when Row plays cooperate and Col plays cooperate is 4" in found.says


def test_balance_means_that_what_some_get_others_pay():
    bill = [bonus("People", "-2", f"action of {player}") for player in ("Row", "Col")]
    assert verdict(pledge(*TWO, *bill), claim="balanced").holds
    assert verdict(pledge(), claim="balanced").holds
    found = verdict(pledge(*TWO, bill[0]), claim="balanced")
    assert not found.holds and "Col plays cooperate is 2" in found.says
    # and what people pay is in their payoff: 2 − 4
    assert verdict(pledge(*TWO, *bill), claim="goal", at_least="-2").margin == 0


def test_multipliers_bound_the_worst_correlated_equilibrium():
    # Σ of both constraints with weight 1 adds 1 for every defector: min(2, 1 + 1, 0 + 2) = 2
    found = verdict(pledge(*TWO), claim="worst", at_least="2", multipliers=[lift("Row", "1"), lift("Col", "1")])
    assert found.holds and found.margin == 0
    found = verdict(pledge(*TWO), claim="worst", at_least="2", multipliers=[lift("Row", "1/2"), lift("Col", "1/2")])
    assert not found.holds and found.margin == -1
    assert verdict(pledge(*TWO), claim="worst", at_least="0", multipliers=[]).holds
    found = verdict(pledge(*TWO), claim="worst", at_least="-9", multipliers=[lift("Row", "-1")])
    assert not found.holds and "negative" in found.says
    # without the bonus no multiplier on this side helps: defecting gains
    assert not verdict(pledge(), claim="worst", at_least="1", multipliers=[lift("Row", "1"), lift("Col", "1")]).holds


def test_a_goal_needs_somebody_whose_goal_it_is():
    for claim in ({"claim": "goal", "at_least": "0"}, {"claim": "worst", "at_least": "0", "multipliers": []}):
        with pytest.raises(NotACertificate, match="designer"):
            checker.evaluate(dilemma(play=DEFECT), claim)


def test_coalitions():
    found = verdict(dilemma(play=DEFECT), claim="coalition", size=2, side_payments=False)
    assert not found.holds and found.margin == -1
    assert "Row playing cooperate and Col playing cooperate would gain 1 (the worst off of them)" in found.says
    found = verdict(hunt(play=pure("stag", "stag")), claim="coalition", size=2, side_payments=False)
    assert found.holds and found.margin == 1
    assert not verdict(hunt(play=pure("hare", "hare")), claim="coalition", size=2, side_payments=False).holds
    gift = two([[1, 0], [5, 0]], [[1, 0], [0, 0]], ["a", "b"], play=pure("a", "a"))
    assert verdict(gift, claim="coalition", size=2, side_payments=False).margin == 1
    found = verdict(gift, claim="coalition", size=2, side_payments=True)  # Row gains 4 and can make up for Col's 1
    assert not found.holds and found.margin == -3 and "would gain 3 (together)" in found.says
    assert verdict(gift, claim="coalition", size=1, side_payments=True).holds


def test_a_coalition_may_use_what_its_members_know():
    # Nature's coin is known to both, One and Two; matching it pays 1 each, and play is to ignore it
    certificate = made(
        {"One": ["h", "t"], "Two": ["h", "t"]},
        lambda i, s, t, a, b: int(a == s and b == s),
        types={"One": ["H", "T"], "Two": ["H", "T"]},
        prior=lambda s, t: Q(s == t, 2),
        play={"One": [{"h": "1"}] * 2, "Two": [{"h": "1"}] * 2},
    )
    found = verdict(certificate, claim="coalition", size=2, side_payments=False)
    assert not found.holds and found.margin == Q(-1, 2)
    assert verdict(certificate, claim="equilibrium", margin="0").holds


def test_too_many_joint_deviations_are_not_said_to_be_checked():
    names = {f"P{k}": ["a", "b"] for k in range(10)}
    play = {name: [{"a": "1"}] for name in names}
    certificate = made(names, lambda i, *rest: 0, play=play)
    assert verdict(certificate, claim="coalition", size=2, side_payments=True).holds
    found = verdict(certificate, claim="coalition", size=10, side_payments=True)
    assert not found.holds and "not checked" in found.says

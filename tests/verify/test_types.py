"""Claims where players know something, or have no choice."""

from __future__ import annotations

from fractions import Fraction

from by_hand import guess, made, step, verdict

Q = Fraction


def test_a_bayesian_equilibrium_with_two_types_and_a_state_of_nature():
    found = verdict(guess(), claim="equilibrium", margin="1")
    assert found.holds and found.margin == 1
    found = verdict(
        guess(play={"Agent": [{"none": "1"}] * 2, "Boss": [{"hire": "1"}]}), claim="equilibrium", margin="0"
    )
    assert not found.holds and found.margin == -1
    assert "Agent of type sees wet, playing umbrella instead of none, gains 1" in found.says


def test_dominance_is_given_types_and_whatever_others_do():
    found = verdict(guess(), claim="dominant", margin="0")
    assert not found.holds and found.margin == -1
    assert "Boss, playing pass instead of hire when Agent of type sees" in found.says


def test_elimination_type_by_type():
    order = [
        step("Agent", "none", {"umbrella": "1"}, "sees wet"),
        step("Agent", "umbrella", {"none": "1"}, "sees dry"),
        step("Boss", "pass", {"hire": "1"}),
    ]
    found = verdict(guess(), claim="only", margin="1", order=order)
    assert found.holds and found.margin == 1
    assert not verdict(guess(), claim="only", margin="0", order=[order[2], *order[:2]]).holds  # Boss cannot be first


def test_what_is_impossible_is_ignored_and_what_is_not_possible_cannot_be_removed():
    certificate = made(
        {"One": ["a", "b"], "Two": ["a", "b"]},
        lambda i, s, t, a, b: (1 if s == 0 else -9) * ((a, b)[i] == 0),  # at type never, b is better
        types={"One": ["now", "never"]},
        prior=lambda s, t: 1 - s,
        play={"One": [{"a": "1"}, {"a": "1"}], "Two": [{"a": "1"}]},
    )
    assert verdict(certificate, claim="dominant", margin="1").holds
    assert verdict(certificate, claim="equilibrium", margin="1").holds
    assert verdict(certificate, claim="voluntary", outside={"One": ["1", "1000"], "Two": ["1"]}).holds
    order = [step("One", "b", {"a": "1"}, "now"), step("Two", "b", {"a": "1"})]
    assert verdict(certificate, claim="only", margin="1", order=order).holds
    order.append(step("One", "b", {"a": "1"}, "never"))
    assert not verdict(certificate, claim="only", margin="1", order=order).holds


def test_taking_part_type_by_type_even_for_those_without_a_choice():
    outside = {"Agent": ["3/2", "5/2"], "Boss": ["3"], "Nature": ["0", "0"]}
    found = verdict(guess(), claim="voluntary", outside=outside)
    assert found.holds and found.margin == 0
    found = verdict(guess(), claim="voluntary", outside={"Agent": ["3/2", "13/5"]})
    assert not found.holds and found.margin == Q(-1, 10)
    assert "what Agent of type sees dry expects is 5/2" in found.says
    sad = made(
        {"Judge": ["·"], "Row": ["a", "b"]},
        lambda i, s, t, j, a: (-5 if s == 0 else 7) if i == 0 else -a,
        types={"Judge": ["stern", "mild"]},
        prior=lambda s, t: (Q(1, 4), Q(3, 4))[s],
        play={"Row": [{"a": "1"}]},
    )
    assert verdict(sad, claim="voluntary", outside={"Judge": ["-5", "7"]}).holds
    found = verdict(sad, claim="voluntary", outside={"Judge": ["-4", "7"]})
    assert not found.holds and "Judge of type stern expects is -5" in found.says

"""Claims with margins: equilibrium, dominant, only, robust; answers by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from by_hand import DEFECT, DILEMMA_ORDER, EVENLY, PENNIES, dilemma, hunt, pennies, pure, step, two, verdict

Q = Fraction


def test_defection_is_dominant_with_margin_one():
    found = verdict(dilemma(play=DEFECT), claim="dominant", margin="1")
    assert found.holds and found.margin == 1 and found.grade == "proved"
    assert "loses 1" in found.says


def test_a_margin_that_is_too_large_fails_and_says_by_how_much():
    found = verdict(dilemma(play=DEFECT), claim="dominant", margin="11/10")
    assert not found.holds and found.margin == 1
    assert "loses 1" in found.says and "11/10" in found.says


def test_cooperation_is_refused_with_the_deviation_that_gains():
    for claim in ("dominant", "equilibrium"):
        found = verdict(dilemma(play=pure("cooperate", "cooperate")), claim=claim, margin="0")
        assert not found.holds and found.margin == -1
        assert "playing defect instead of cooperate" in found.says and "gains 1" in found.says
    found = verdict(dilemma(play=pure("cooperate", "cooperate")), claim="dominant", margin="0")
    assert "when" in found.says


@pytest.mark.parametrize("claim", ["equilibrium", "dominant"])
def test_a_negative_margin_claims_nothing(claim: str):
    assert not verdict(dilemma(play=DEFECT), claim=claim, margin="-1/2").holds
    assert not verdict(dilemma(play=DEFECT), claim="only", margin="-1", order=DILEMMA_ORDER).holds
    assert not verdict(dilemma(play=DEFECT), claim="robust", of=claim, error="-1").holds


def test_matching_pennies_has_its_mixed_equilibrium_only_at_one_half():
    found = verdict(pennies(play=EVENLY), claim="equilibrium", margin="0")
    assert found.holds and found.margin is None
    uneven = {**EVENLY, "Row": [{"heads": "2/3", "tails": "1/3"}]}
    found = verdict(pennies(play=uneven), claim="equilibrium", margin="0")
    # Col, at tails, gets 2/3 − 1/3 = 1/3; its mixture gets 0
    assert not found.holds and found.margin == Q(-1, 3)
    assert "Col, playing tails instead of heads or tails, gains 1/3" in found.says


def test_a_mixed_play_is_never_dominant_nor_robust():
    for claim in ({"claim": "dominant", "margin": "0"}, {"claim": "robust", "of": "equilibrium", "error": "0"}):
        found = verdict(pennies(play=EVENLY), **claim)
        assert not found.holds and "mix" in found.says


def test_a_mixed_equilibrium_may_leave_out_an_action_by_a_margin():
    rows = [[*row, 0] for row in PENNIES] + [[-1, -2, -5]]
    columns = [[*(-x for x in row), -3] for row in PENNIES] + [[0, 0, -3]]
    play = {"Row": [{"heads": "1/2", "tails": "1/2", "edge": "0"}], "Col": EVENLY["Col"]}
    found = verdict(two(rows, columns, ["heads", "tails", "edge"], play=play), claim="equilibrium", margin="3/2")
    assert found.holds and found.margin == Q(3, 2)  # Row's edge gets −3/2, Col's edge −3


def test_the_stag_hunt_has_two_strict_equilibria_of_different_margin_and_neither_is_dominant():
    for label, margin in (("stag", 1), ("hare", 3)):
        found = verdict(hunt(play=pure(label, label)), claim="equilibrium", margin=str(margin))
        assert found.holds and found.margin == margin
        assert not verdict(hunt(play=pure(label, label)), claim="dominant", margin="0").holds
    found = verdict(hunt(play=pure("stag", "stag")), claim="dominant", margin="0")
    assert found.margin == -3 and "playing hare instead of stag when" in found.says and "plays hare" in found.says


def test_elimination_proves_the_only_equilibrium():
    found = verdict(dilemma(play=DEFECT), claim="only", margin="1", order=DILEMMA_ORDER)
    assert found.holds and found.margin == 1
    assert not verdict(dilemma(play=DEFECT), claim="only", margin="3/2", order=DILEMMA_ORDER).holds


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ([], "left with cooperate or defect"),
        (DILEMMA_ORDER[:1], "Col is left with cooperate or defect"),
        ([*DILEMMA_ORDER, DILEMMA_ORDER[0]], "not there"),  # removed already
        ([step("Row", "defect", {"cooperate": "1"})], "it gains 1"),
        ([step("Row", "cooperate", {"cooperate": "1"})], "it gains 0"),
        ([step("Row", "cooperate", {"defect": "2", "cooperate": "-1"})], "probabilities"),
        ([step("Row", "cooperate", {"defect": "1/2"})], "probabilities"),
        ([DILEMMA_ORDER[0], step("Row", "defect", {"cooperate": "1"})], "not there"),  # by what is gone
    ],
)
def test_an_elimination_that_proves_nothing_fails(order: list[dict[str, Any]], says: str):
    found = verdict(dilemma(play=DEFECT), claim="only", margin="0", order=order)
    assert not found.holds and says in found.says


def test_elimination_to_something_other_than_the_play_fails():
    found = verdict(dilemma(play=pure("cooperate", "defect")), claim="only", margin="0", order=DILEMMA_ORDER)
    assert not found.holds and "Row is left with defect" in found.says


def test_elimination_in_rounds_and_by_mixtures():
    # Row's middle is beaten by half top, half bottom only: 3/2 against 1. Then left beats right, and top bottom.
    rows, columns = [[3, 0], [1, 1], [0, 3]], [[2, 1], [0, 5], [2, 1]]
    game = two(rows, columns, ["top", "middle", "bottom"], ["left", "right"], play=pure("top", "left"))
    order = [
        step("Row", "middle", {"top": "1/2", "bottom": "1/2"}),
        step("Col", "right", {"left": "1"}),
        step("Row", "bottom", {"top": "1"}),
    ]
    found = verdict(game, claim="only", margin="1/2", order=order)
    assert found.holds and found.margin == Q(1, 2)
    assert not verdict(game, claim="only", margin="0", order=order[::-1]).holds
    assert not verdict(game, claim="dominant", margin="0").holds


def test_robust_needs_more_than_twice_the_error():
    for of, more in (("dominant", {}), ("equilibrium", {}), ("only", {"order": DILEMMA_ORDER})):
        assert verdict(dilemma(play=DEFECT), claim="robust", of=of, error="2/5", **more).holds
        found = verdict(dilemma(play=DEFECT), claim="robust", of=of, error="1/2", **more)
        assert not found.holds and found.margin == 1 and "more than 1 is claimed" in found.says
    assert not verdict(hunt(play=pure("stag", "stag")), claim="robust", of="dominant", error="0").holds

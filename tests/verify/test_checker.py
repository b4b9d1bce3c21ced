"""Every claim is accepted where it is true and refused, with a counterexample, where it is false; answers by hand."""

from __future__ import annotations

import copy
import json
import math
import shutil
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulewright.verify import checker
from rulewright.verify.checker import Checked, NotACertificate

FILE = Path(checker.__file__)
Q = Fraction


# ── building certificates by hand ───────────────────────────────────────────────────────────────────────────────────


def table(shape: list[int], entries: Any) -> dict[str, Any]:
    return {"shape": shape, "entries": [str(x) for x in entries]}


def filled(shape: list[int], number: Any) -> dict[str, Any]:
    """A table from a function of its index."""
    return table(shape, [number(*index) for index in product(*map(range, shape))])


def made(
    actions: dict[str, list[str]],
    payoff: Any,
    *,
    types: dict[str, list[str]] | None = None,
    prior: Any = lambda *theta: 1,
    signals: Any = (),
    designer: bool = False,
    moves: Any = (),
    play: Any = None,
    claims: Any = (),
) -> dict[str, Any]:
    """A certificate; payoff(i, *types, *actions), law(*types, *actions, outcome), prior(*types) are functions."""
    kinds = [(types or {}).get(name, ["·"]) for name in actions]
    counts, sizes = [len(t) for t in kinds], [len(t) for t in kinds] + [len(a) for a in actions.values()]
    certificate = {
        "format": "rulewright certificate",
        "version": 1,
        "title": "by hand",
        "parameters": {"bonus": "0"},
        "game": {
            "players": list(actions),
            "designer": designer,
            "types": kinds,
            "actions": list(actions.values()),
            "prior": filled(counts, prior),
            "payoff": filled([len(actions), *sizes], payoff),
            "signals": [
                {"name": name, "outcomes": outcomes, "law": filled([*sizes, len(outcomes)], law)}
                for name, outcomes, law in signals
            ],
        },
        "institution": {"name": "by hand", "moves": list(moves)},
        "play": play or {},
        "claims": [],
    }
    certificate["claims"] = [signed(certificate, claim) for claim in claims]
    return certificate


def signed(certificate: dict[str, Any], claim: dict[str, Any]) -> dict[str, Any]:
    claim = {"grade": "proved", **claim}
    return {**claim, "digest": checker.digest(certificate, claim)}


def resigned(certificate: dict[str, Any]) -> dict[str, Any]:
    return {**certificate, "claims": [signed(certificate, claim) for claim in certificate["claims"]]}


def two(rows: Any, columns: Any, first: list[str], second: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A bimatrix game between Row and Col."""
    names = {"Row": first, "Col": second or first}
    return made(names, lambda i, s, t, a, b: (rows, columns)[i][a][b], **more)


def symmetric(rows: Any, actions: list[str], **more: Any) -> dict[str, Any]:
    return two(rows, list(zip(*rows, strict=True)), actions, **more)


def pure(*labels: str) -> dict[str, Any]:
    return {name: [{label: "1"}] for name, label in zip(("Row", "Col"), labels, strict=True)}


def verdict(certificate: dict[str, Any], **claim: Any) -> checker.Verdict:
    """The verdict through the digest, which must be that of `evaluate`."""
    found = checker.check({**certificate, "claims": [signed(certificate, claim)]})
    assert found == [checker.evaluate(certificate, claim)]
    return found[0]


def dilemma(**more: Any) -> dict[str, Any]:
    """Cooperate 2, 2; betrayed 0; betray 3; both defect 1."""
    return symmetric([[2, 0], [3, 1]], ["cooperate", "defect"], **more)


def step(player: str, action: str, by: dict[str, str], type_: str = "·") -> dict[str, Any]:
    return {"player": player, "type": type_, "action": action, "by": by}


DEFECT = pure("defect", "defect")
DILEMMA_ORDER = [step("Row", "cooperate", {"defect": "1"}), step("Col", "cooperate", {"defect": "1"})]
PENNIES = [[1, -1], [-1, 1]]
EVENLY = {"Row": [{"heads": "1/2", "tails": "1/2"}], "Col": [{"heads": "1/2", "tails": "1/2"}]}


def pennies(**more: Any) -> dict[str, Any]:
    return two(PENNIES, [[-x for x in row] for row in PENNIES], ["heads", "tails"], **more)


def hunt(**more: Any) -> dict[str, Any]:
    """Stag 4 together, 0 alone; hare 3 always."""
    return symmetric([[4, 0], [3, 3]], ["stag", "hare"], **more)


def guess(**more: Any) -> dict[str, Any]:
    """Nature is wet or dry with 1/3 and 2/3; Agent knows it and takes an umbrella or not, and Boss hires or not.

    Agent: umbrella 1 if wet, no umbrella 2 if dry, else 0; and 1/2 more if hired. Boss: 3 if hiring a right choice,
    −1 if hiring a wrong one, 0 if not hiring.
    """

    def payoff(i: int, w: int, s: int, t: int, n: int, a: int, b: int) -> Fraction:
        right = (s == 0) == (a == 0)
        agent = Q(right * (1 if s == 0 else 2)) + Q(b == 0, 2)
        return (Q(0), agent, Q((3 if right else -1) if b == 0 else 0))[i]

    return made(
        {"Nature": ["·"], "Agent": ["umbrella", "none"], "Boss": ["hire", "pass"]},
        payoff,
        types={"Nature": ["wet", "dry"], "Agent": ["sees wet", "sees dry"]},
        prior=lambda w, s, t: Q(0) if w != s else (Q(1, 3), Q(2, 3))[w],
        **{"play": {"Agent": [{"umbrella": "1"}, {"none": "1"}], "Boss": [{"hire": "1"}]}, **more},
    )


# ── margins: equilibrium, dominant, only, robust ────────────────────────────────────────────────────────────────────


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


# ── types and furniture ─────────────────────────────────────────────────────────────────────────────────────────────


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


# ── goals, money, coalitions ────────────────────────────────────────────────────────────────────────────────────────


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


def bonus(player: str, amount: str, on: str | None = None) -> dict[str, Any]:
    signal = on or f"action of {player}"
    return {"word": "pay", "to": player, "on": [signal], "amounts": table([2], [amount, 0])}


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


def lift(player: str, weight: str) -> dict[str, str]:
    return {"player": player, "type": "·", "action": "defect", "instead": "cooperate", "weight": weight}


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


# ── the seven words ─────────────────────────────────────────────────────────────────────────────────────────────────

EFFORT = {"word": "pay", "to": "Worker", "on": ["outcome"], "amounts": table([2], [2, 0])}


def work(*moves: dict[str, Any], play: Any = None, **more: Any) -> dict[str, Any]:
    """Effort costs 1; success has probability 4/5 with it and 1/5 without."""
    return made(
        {"Worker": ["work", "shirk"]},
        lambda i, s, a: a - 1,
        signals=[("outcome", ["success", "failure"], lambda s, a, y: Q(4, 5) if (a == 0) == (y == 0) else Q(1, 5))],
        moves=moves,
        play=play or {"Worker": [{"work": "1"}]},
        **more,
    )


def test_pay_on_a_noisy_signal():
    found = verdict(work(EFFORT), claim="dominant", margin="1/5")
    assert found.holds and found.margin == Q(1, 5)  # 8/5 − 1 against 2/5
    assert not verdict(work(), claim="dominant", margin="0").holds
    assert verdict(work(EFFORT), claim="budget", limit="8/5", where="path").margin == 0
    mixed = work(EFFORT, play={"Worker": [{"work": "1/2", "shirk": "1/2"}]})
    assert verdict(mixed, claim="budget", limit="1", where="path").margin == 0


def test_pay_on_two_signals_and_on_none():
    both = {
        "word": "pay",
        "to": "Worker",
        "on": ["outcome", "action of Worker"],
        "amounts": table([2, 2], [1, 2, 3, 4]),
    }
    # work: 4/5·1 + 1/5·3 = 7/5; shirk: 1/5·2 + 4/5·4 = 18/5
    assert verdict(work(both), claim="budget", limit="7/5", where="path").margin == 0
    assert verdict(work(both), claim="budget", limit="18/5", where="everywhere").margin == 0
    gift = {"word": "pay", "to": "Worker", "on": [], "amounts": table([], ["7/3"])}
    assert verdict(work(gift), claim="budget", limit="7/3", where="everywhere").margin == 0
    by_type = {"word": "pay", "to": "Boss", "on": ["type of Agent"], "amounts": table([2], [3, 0])}
    assert verdict(guess(moves=[by_type]), claim="budget", limit="1", where="path").margin == 0


def test_permit_takes_actions_away():
    only = {"word": "permit", "player": "Row", "allowed": ["cooperate"]}
    certificate = dilemma(moves=[only], play={"Col": [{"defect": "1"}]})
    assert verdict(certificate, claim="dominant", margin="1").holds
    assert verdict(certificate, claim="voluntary", outside={"Row": ["0"], "Col": ["3"]}).holds
    every = {"word": "permit", "player": "Row", "allowed": ["defect", "cooperate"]}
    assert Checked(dilemma(moves=[every], play=DEFECT)).acts[0] == ["cooperate", "defect"]  # in the game's order
    third = two([[1, 2, 3]], [[4, 5, 6]], ["·"], ["a", "b", "c"], play={"Col": [{"c": "1"}]})
    third["institution"]["moves"] = [{"word": "permit", "player": "Col", "allowed": ["c", "a"]}]
    assert verdict(third, claim="equilibrium", margin="2").margin == 2


def test_commit_on_a_trace_of_what_another_did():
    signal = ("trace", ["clean", "dirty"], lambda s, t, a, b, y: Q(1 - y) if a == 0 else Q(1, 2))
    rule = {"word": "commit", "player": "Auditor", "on": ["trace"], "strategy": table([1, 2, 2], [0, 1, 1, 0])}
    certificate = made(
        {"Worker": ["work", "shirk"], "Auditor": ["audit", "rest"]},
        lambda i, s, t, a, b: (1 - 4 * (b == 0)) * a if i == 0 else -Q(b == 0, 3),
        signals=[signal],
        moves=[rule],
        play={"Worker": [{"work": "1"}]},
    )
    found = verdict(certificate, claim="dominant", margin="1")  # shirking: half 1, half −3
    assert found.holds and found.margin == 1
    assert Checked(certificate).acts[1] == ["as committed"]
    assert verdict(certificate, claim="voluntary", outside={"Auditor": ["0"]}).margin == 0
    lax = copy.deepcopy(certificate)
    lax["institution"]["moves"][0]["strategy"] = table([1, 2, 2], [0, 1, 0, 1])
    found = verdict(lax, claim="dominant", margin="0")
    assert not found.holds and found.margin == -1 and "playing shirk instead of work, gains 1" in found.says


def test_commit_averages_payoffs_transfers_and_signals():
    moves = [
        {"word": "pay", "to": "Col", "on": ["action of Row"], "amounts": table([2], [6, 0])},
        {"word": "commit", "player": "Row", "on": [], "strategy": table([1, 2], ["1/3", "2/3"])},
        {"word": "pay", "to": "Row", "on": ["seen"], "amounts": table([2], [1, 10])},
    ]
    certificate = dilemma(
        signals=[("seen", ["c", "d"], lambda s, t, a, b, y: int(a == y))], moves=moves, play={"Col": [{"defect": "1"}]}
    )
    # Col: 1/3·3 + 2/3·1 + 6/3 = 11/3 against 2/3 + 2; Row: 1/3·0 + 2/3·1 + 1/3·1 + 2/3·10 = 23/3
    assert verdict(certificate, claim="voluntary", outside={"Col": ["11/3"], "Row": ["23/3"]}).margin == 0
    assert verdict(certificate, claim="equilibrium", margin="1").margin == 1
    assert verdict(certificate, claim="budget", limit="9", where="path").margin == 0


def test_a_strategy_cannot_rest_on_what_it_decides():
    for on, size in (("action of Worker", 2), ("outcome", 2)):
        rule = {"word": "commit", "player": "Worker", "on": [on], "strategy": table([1, size, 2], [1, 0, 1, 0])}
        with pytest.raises(NotACertificate, match="depends on the action decided"):
            checker.evaluate(work(rule), {"claim": "balanced"})


def telegraph(*more: dict[str, Any], play: Any = None) -> dict[str, Any]:
    """Sender knows the side; both gain 1 if Receiver goes there."""
    speak = {"word": "speak", "speaker": "Sender", "messages": ["l", "r"], "hearer": "Receiver"}
    return made(
        {"Sender": ["·"], "Receiver": ["L", "R"]},
        lambda i, s, t, d, a: int(s == a),
        types={"Sender": ["left", "right"]},
        prior=lambda s, t: Q(1, 2),
        moves=[speak, *more],
        play=play or {"Sender": [{"say l": "1"}, {"say r": "1"}], "Receiver": [{"l→L; r→R": "1"}]},
    )


def test_speak_to_somebody_who_acts_on_it():
    found = verdict(telegraph(), claim="equilibrium", margin="1/2")
    assert found.holds and found.margin == Q(1, 2)
    assert Checked(telegraph()).acts == [["say l", "say r"], ["l→L; r→L", "l→L; r→R", "l→R; r→L", "l→R; r→R"]]
    lie = {"Sender": [{"say r": "1"}, {"say r": "1"}], "Receiver": [{"l→L; r→R": "1"}]}
    found = verdict(telegraph(play=lie), claim="equilibrium", margin="0")
    assert not found.holds and "Sender of type left, playing say l instead of say r, gains 1" in found.says
    priced = {"word": "pay", "to": "Sender", "on": ["message of Sender"], "amounts": table([2], [1, 0])}
    assert verdict(telegraph(priced), claim="budget", limit="1/2", where="path").margin == 0
    assert verdict(telegraph(priced), claim="equilibrium", margin="0").margin == 0  # right now might as well lie


def test_speak_twice_and_act_too():
    speak = {"word": "speak", "speaker": "Row", "messages": ["yes", "no"], "hearer": None}
    play = {"Row": [{"say no; say yes; defect": "1"}], "Col": [{"defect": "1"}]}
    fee = [
        {"word": "pay", "to": "Row", "on": [f"message of Row{more}"], "amounts": table([2], amounts)}
        for more, amounts in (("", [0, 5]), (" (2)", [0, 7]))
    ]
    certificate = dilemma(moves=[speak, speak, *fee], play=play)
    assert Checked(certificate).acts[0][:3] == [
        "say yes; say yes; cooperate",
        "say yes; say yes; defect",
        "say yes; say no; cooperate",
    ]
    # the first message is what is said last here: the second speaking puts its message in front
    assert verdict(certificate, claim="budget", limit="7", where="path").margin == 0
    silent = {"word": "speak", "speaker": "Row", "messages": ["yes", "no"], "hearer": "Col"}
    alone = two([[1], [2]], [[0], [0]], ["a", "b"], ["·"], moves=[silent], play={"Row": [{"say no; b": "1"}]})
    assert Checked(alone).acts[1] == ["·"]
    assert verdict(alone, claim="equilibrium", margin="0").holds


def test_hearing_comes_before_acting_whatever_the_speaker_does():
    speak = {"word": "speak", "speaker": "Row", "messages": ["c", "d"], "hearer": "Col"}
    play = {"Row": [{"say d; defect": "1"}], "Col": [{"c→cooperate; d→defect": "1"}]}
    # naive Col: Row says c and defects, 3 against 1
    found = verdict(dilemma(moves=[speak], play=play), claim="equilibrium", margin="0")
    assert not found.holds and "Row, playing say c; defect instead of say d; defect, gains 2" in found.says


def forecast(play: Any = None, *more: dict[str, Any]) -> dict[str, Any]:
    """Agent does not know the weather (wet 1/3) but hears a forecast that is right with 3/4."""
    law = [Q(3, 4), Q(1, 4), Q(1, 4), Q(3, 4)]
    told = {"word": "reveal", "to": ["Agent"], "outcomes": [["cloud", "sun"]], "law": table([2, 1, 2], law)}
    return made(
        {"Nature": ["·"], "Agent": ["umbrella", "none"]},
        lambda i, w, s, n, a: i * (int(w == 0 and a == 0) + 2 * (w == 1 and a == 1)),
        types={"Nature": ["wet", "dry"]},
        prior=lambda w, s: (Q(1, 3), Q(2, 3))[w],
        moves=[told, *more],
        play=play or {"Agent": [{"none": "1"}, {"none": "1"}]},
    )


def test_reveal_moves_beliefs_as_bayes_does():
    # P(cloud) = 5/12, P(wet | cloud) = 3/5, P(wet | sun) = 1/7
    found = verdict(forecast(), claim="equilibrium", margin="1/5")
    assert found.holds and found.margin == Q(1, 5)
    assert verdict(forecast(), claim="voluntary", outside={"Agent": ["4/5", "12/7"]}).margin == 0
    assert Checked(forecast()).axes[1] == ["told cloud", "told sun"]
    cautious = {"Agent": [{"umbrella": "1"}, {"none": "1"}]}
    found = verdict(forecast(cautious), claim="equilibrium", margin="0")
    assert not found.holds and "Agent of type told cloud, playing none instead of umbrella, gains 1/5" in found.says
    fee = {"word": "pay", "to": "Agent", "on": ["told Agent"], "amounts": table([2], [1, 0])}
    assert verdict(forecast(None, fee), claim="budget", limit="5/12", where="path").margin == 0


def test_reveal_to_several_in_any_order_and_twice():
    law = {"shape": [1, 1, 2, 2], "entries": ["1/2", "0", "1/6", "1/3"]}  # told to Col, told to Row
    told = {"word": "reveal", "to": ["Col", "Row"], "outcomes": [["x", "y"], ["u", "v"]], "law": law}
    again = {"word": "reveal", "to": ["Row"], "outcomes": [["z"]], "law": filled([2, 2, 1], lambda *k: 1)}
    fee = {"word": "pay", "to": "Row", "on": ["told Row", "told Col"], "amounts": table([2, 2], [1, 10, 100, 1000])}
    play = {"Row": [{"defect": "1"}] * 2, "Col": [{"defect": "1"}] * 2}
    certificate = dilemma(moves=[told, again, fee], play=play)
    checked = Checked(certificate)
    assert checked.axes[:2] == [["told u; told z", "told v; told z"], ["told x", "told y"]]
    assert list(checked.outcomes) == ["told Col", "told Row", "told Row (2)"]
    assert checked.cases == {(0, 0): Q(1, 2), (0, 1): Q(1, 6), (1, 1): Q(1, 3)}
    # u and x 1/2 · 1, u and y 1/6 · 10, v and y 1/3 · 1000
    assert verdict(certificate, claim="budget", limit=str(Q(1, 2) + Q(10, 6) + Q(1000, 3)), where="path").margin == 0
    assert verdict(certificate, claim="dominant", margin="1").holds


def guarded(play: Any = None, effect: bool = True) -> dict[str, Any]:
    """A guard likes to watch (1 against 0); while it does, defectors lose 3."""

    def change(i: int, s: int, t: int, a: int, b: int, g: int) -> int:
        return -3 * g * (a, b)[i]

    guard = {
        "word": "admit",
        "player": "Guard",
        "actions": ["sleep", "watch"],
        "own": filled([1, 1, 2, 2, 2], lambda s, t, a, b, g: g),
        "effect": filled([2, 1, 1, 2, 2, 2], change) if effect else None,
    }
    return dilemma(moves=[guard], play={**pure("cooperate", "cooperate"), "Guard": [{"watch": "1"}], **(play or {})})


def test_admit_a_guard():
    order = [
        step("Guard", "sleep", {"watch": "1"}),
        step("Row", "defect", {"cooperate": "1"}),
        step("Col", "defect", {"cooperate": "1"}),
    ]
    found = verdict(guarded(), claim="only", margin="1", order=order)
    assert found.holds and found.margin == 1
    found = verdict(guarded(), claim="dominant", margin="0")
    assert not found.holds and "Guard plays sleep" in found.says
    assert not verdict(guarded(effect=False), claim="equilibrium", margin="0").holds
    assert verdict(guarded(DEFECT, effect=False), claim="dominant", margin="1").holds
    assert verdict(guarded(), claim="balanced").holds


def test_care_for_others_and_dislike():
    def cares(player: str, other: str, dislike: Any = None) -> dict[str, Any]:
        return {"word": "care", "player": player, "weights": {other: "1"}, "dislike": dislike}

    both = [cares("Row", "Col"), cares("Col", "Row")]
    # Row sees 4, 3; 3, 2. Col then counts Row's new payoff: its own 2 + 4, 3 + 3 against …
    certificate = dilemma(moves=both[:1], play=pure("cooperate", "defect"))
    assert verdict(certificate, claim="dominant", margin="1").margin == 1
    certificate = dilemma(moves=both, play=pure("cooperate", "cooperate"))
    # Col: CC 2 + 4 = 6, CD 3 + 3 = 6; DC 0 + 3 = 3, DD 1 + 2 = 3
    assert verdict(certificate, claim="dominant", margin="0").margin == 0
    ashamed = cares("Col", "Row", table([2], ["0", "1/4"]))
    certificate = dilemma(moves=[both[0], ashamed], play=pure("cooperate", "cooperate"))
    assert verdict(certificate, claim="dominant", margin="1/4").margin == Q(1, 4)
    assert verdict(certificate, claim="balanced").holds
    selfish = {"word": "care", "player": "Row", "weights": {"Row": "1"}, "dislike": None}
    assert verdict(dilemma(moves=[selfish], play=DEFECT), claim="voluntary", outside={"Row": ["2"]}).margin == 0


# ── against definitions, computed another way ───────────────────────────────────────────────────────────────────────

small = st.integers(-3, 3)


@st.composite
def random_games(draw: Any) -> tuple[dict[str, Any], Any, Any]:
    """Three players: Nature with two types and one action, One with two types, Two with one; two actions each."""
    payoff = {
        index: Q(draw(small), draw(st.integers(1, 3)))
        for index in product(range(3), *[range(2)] * 2, range(2), range(2))
    }
    weights = {theta: draw(st.integers(0, 3)) for theta in product(range(2), range(2))}
    if not any(weights.values()):
        weights[0, 1] = 1
    prior = {theta: Q(w, sum(weights.values())) for theta, w in weights.items()}
    play = {"One": [{draw(st.sampled_from("ab")): "1"} for _ in range(2)], "Two": [{draw(st.sampled_from("ab")): "1"}]}
    certificate = made(
        {"Nature": ["·"], "One": ["a", "b"], "Two": ["a", "b"]},
        lambda i, w, s, t, n, a, b: payoff[i, w, s, a, b],
        types={"Nature": ["w", "d"], "One": ["x", "y"]},
        prior=lambda w, s, t: prior[w, s],
        designer=True,
        play=play,
    )
    return certificate, payoff, prior


@given(random_games())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_margins_are_those_of_the_definitions(drawn: tuple[dict[str, Any], Any, Any]):
    certificate, payoff, prior = drawn
    one = ["ab".index(*row) for row in certificate["play"]["One"]]
    two_ = "ab".index(*certificate["play"]["Two"][0])
    checked = Checked(certificate)

    def interim(i: int, s: int | None, strategy: Any, b: int) -> Fraction:
        where = [(w, k) for w, k in prior if s is None or k == s]
        mass = sum(prior[theta] for theta in where)
        return sum(prior[w, k] * payoff[i, w, k, strategy[k], b] for w, k in where) / mass

    possible = [s for s in range(2) if prior[0, s] + prior[1, s]]
    equilibrium = [interim(1, s, one, two_) - interim(1, s, [1 - a for a in one], two_) for s in possible]
    equilibrium.append(interim(2, None, one, two_) - interim(2, None, one, 1 - two_))
    found = checked.evaluate({"claim": "equilibrium", "margin": "0"})
    assert found.margin == min(equilibrium) and found.holds == (min(equilibrium) >= 0)

    dominant = [interim(1, s, one, b) - interim(1, s, [1 - a for a in one], b) for s in possible for b in range(2)]
    dominant += [interim(2, s, [a, a], two_) - interim(2, s, [a, a], 1 - two_) for s in possible for a in range(2)]
    found = checked.evaluate({"claim": "dominant", "margin": "0"})
    assert found.margin == min(dominant) and found.holds == (min(dominant) >= 0)

    goal = interim(0, None, one, two_)
    assert checked.evaluate({"claim": "goal", "at_least": "0"}).margin == goal
    gains = [
        tuple(interim(i, None, (x, y), b) - interim(i, None, one, two_) for i in (1, 2))
        for x, y, b in product(range(2), repeat=3)
        if ((x, y)[s] != one[s] for s in possible) and (any((x, y)[s] != one[s] for s in possible) or b != two_)
    ]
    for side, count in ((False, min), (True, sum)):
        found = checked.evaluate({"claim": "coalition", "size": 2, "side_payments": side})
        assert found.margin == -max(count(pair) for pair in gains)


@given(random_games(), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 4)), max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_worst_bound_is_below_the_goal_of_every_equilibrium(drawn: Any, weights: Any):
    certificate = drawn[0]
    multipliers = [
        {
            "player": "Two" if who == 2 else "One",
            "type": "·" if who == 2 else "xy"[who],
            "action": "ab"[a],
            "instead": "ab"[1 - a],
            "weight": str(weight),
        }
        for who, a, weight in weights
    ]
    bound = Checked(certificate).evaluate({"claim": "worst", "at_least": "0", "multipliers": multipliers}).margin
    for x, y, b in product("ab", repeat=3):
        other = {**certificate, "play": {"One": [{x: "1"}, {y: "1"}], "Two": [{b: "1"}]}}
        checked = Checked(other)
        if checked.evaluate({"claim": "equilibrium", "margin": "0"}).holds:
            assert checked.evaluate({"claim": "goal", "at_least": "0"}).margin >= bound


# ── digests, tampering ──────────────────────────────────────────────────────────────────────────────────────────────


def rich() -> dict[str, Any]:
    """A certificate with all seven words and all claims, each of which holds."""
    rows = [[2, 0], [3, 1]]
    certificate = made(
        {"People": ["·"], "Row": ["cooperate", "defect"], "Col": ["cooperate", "defect", "leave"]},
        lambda i, r, s, t, d, a, b: -9 if b == 2 else (2 - a - b, rows[a][b], rows[b][a])[i],
        types={"Row": ["keen", "dull"]},
        prior=lambda r, s, t: (Q(1, 3), Q(2, 3))[s],
        signals=[("trace", ["good", "bad"], lambda r, s, t, d, a, b, y: Q(3, 4) if (a == 0) == (y == 0) else Q(1, 4))],
        designer=True,
        moves=[
            {"word": "permit", "player": "Col", "allowed": ["cooperate", "defect"]},
            {"word": "care", "player": "Col", "weights": {"People": "1/8"}, "dislike": table([2], ["0", "1/16"])},
            {"word": "pay", "to": "Row", "on": ["trace"], "amounts": table([2], [6, 0])},
            {"word": "pay", "to": "People", "on": ["trace"], "amounts": table([2], [-6, 0])},
            bonus("Col", "4"),
            {**bonus("People", "-4"), "on": ["action of Col"]},
            {
                "word": "admit",
                "player": "Clerk",
                "actions": ["stamp", "file"],
                "own": filled([1, 2, 1, 1, 2, 2, 2], lambda r, s, t, d, a, b, c: 0),
                "effect": filled([3, 1, 2, 1, 1, 2, 2, 2], lambda i, *c: -c[-1] if i == 0 else 0),
            },
            {"word": "commit", "player": "Clerk", "on": ["trace"], "strategy": table([1, 2, 2], ["1/2", "1/2", 0, 1])},
            {
                "word": "reveal",
                "to": ["Col"],
                "outcomes": [["calm", "storm"]],
                "law": filled([1, 2, 1, 1, 2], lambda r, s, t, c, k: Q(1 + s, 3) if k == 0 else Q(2 - s, 3)),
            },
            {"word": "speak", "speaker": "People", "messages": ["well"], "hearer": "Col"},
        ],
        play={"Row": [{"cooperate": "1"}] * 2, "Col": [{"well→cooperate": "1"}] * 2},
    )
    order = [step("Row", "defect", {"cooperate": "1"}, t) for t in ("keen", "dull")]
    order += [step("Col", "well→defect", {"well→cooperate": "1"}, f"told {s}") for s in ("calm", "storm")]
    lifts = [{**lift("Row", "1"), "type": t} for t in ("keen", "dull")]
    claims = [
        {"claim": "equilibrium", "margin": "1"},
        {"claim": "dominant", "margin": "1"},
        {"claim": "only", "margin": "1", "order": order},
        {"claim": "voluntary", "outside": {"Row": ["0", "0"], "Col": ["1", "2"]}},
        {"claim": "budget", "limit": "0", "where": "everywhere"},
        {"claim": "budget", "limit": "1/3", "where": "path"},
        {"claim": "balanced"},
        {"claim": "goal", "at_least": "-8"},
        {"claim": "worst", "at_least": "-10", "multipliers": lifts},
        {"claim": "robust", "of": "dominant", "error": "1/4"},
        {"claim": "coalition", "size": 2, "side_payments": False},
    ]
    return resigned({**certificate, "claims": claims})


RICH = rich()


def test_the_rich_certificate_holds():
    assert [v for v in checker.check(RICH) if not v.holds] == []
    assert len({v.claim for v in checker.check(RICH)}) == 10


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, child in value.items() for leaf in leaves(child, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, child in enumerate(value) for leaf in leaves(child, (*path, key))]
    return [path]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(certificate: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    result = copy.deepcopy(certificate)
    at(result, path[:-1])[path[-1]] = value
    return result


NUMBERS = [
    path for path in leaves(RICH) if isinstance(at(RICH, path), str) and checker.RATIONAL.fullmatch(at(RICH, path))
]


@given(st.sampled_from(NUMBERS), st.fractions(min_value=-5, max_value=5, max_denominator=7))
@settings(max_examples=150, deadline=None)
def test_any_number_that_is_altered_fails_the_claims_that_rest_on_it_by_name(path: tuple[Any, ...], number: Fraction):
    if str(number) == at(RICH, path):
        return
    verdicts = checker.check(changed(RICH, path, str(number)))
    assert [v.claim for v in verdicts] == [claim["claim"] for claim in RICH["claims"]]
    for k, found in enumerate(verdicts):
        inside = path[0] == "claims"
        assert found.holds == (inside and path[1] != k)
        assert found.holds or ("altered" in found.says and found.margin is None)


@given(st.sampled_from(leaves(RICH)), st.sampled_from(["7/2", "x", 3, None, True, [], {}]))
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_altered_goes_unnoticed(path: tuple[Any, ...], value: Any):
    if at(RICH, path) == value and type(at(RICH, path)) is type(value):
        return
    try:
        assert not all(v.holds for v in checker.check(changed(RICH, path, value)))
    except NotACertificate as problem:
        assert str(problem)


@given(st.sampled_from([path for path in NUMBERS if path[0] != "claims"]), st.fractions(-5, 5, max_denominator=7))
@settings(max_examples=60, deadline=None)
def test_signing_what_was_altered_makes_it_another_certificate_but_never_a_crash(
    path: tuple[Any, ...], number: Fraction
):
    try:
        checker.check(resigned(changed(RICH, path, str(number))))
    except NotACertificate as problem:
        assert "probabilities" in str(problem)


def test_arithmetic_notices_a_payoff_that_was_altered_and_signed_again():
    entries = dilemma()["game"]["payoff"]["entries"]
    certificate = changed(dilemma(play=DEFECT), ("game", "payoff", "entries", entries.index("3")), "1")
    assert not checker.evaluate(certificate, {"claim": "dominant", "margin": "0"}).holds


def test_the_digest_rests_on_everything_but_the_other_claims():
    certificate = dilemma(play=DEFECT, claims=[{"claim": "balanced"}, {"claim": "dominant", "margin": "1"}])
    kept = {**certificate, "claims": certificate["claims"][1:]}
    assert [v.holds for v in checker.check(kept)] == [True]
    renamed = {**certificate, "title": "another"}
    assert [v.holds for v in checker.check(renamed)] == [False, False]
    shuffled = json.loads(json.dumps(certificate, sort_keys=True, indent=3))
    assert all(v.holds for v in checker.check(shuffled))


# ── what is not a certificate ───────────────────────────────────────────────────────────────────────────────────────

BASE = dilemma(
    play=DEFECT,
    signals=[("seen", ["yes", "no"], lambda *c: Q(1, 2))],
    claims=[{"claim": "dominant", "margin": "1"}, {"claim": "only", "margin": "1", "order": DILEMMA_ORDER}],
)
G = ("game",)
M = ("institution", "moves")
C = ("claims", 0)


def move(**fields: Any) -> list[dict[str, Any]]:
    return [fields]


MALFORMED = [
    (("format",), "another"),
    (("version",), 2),
    (("claims",), []),
    (("claims",), {}),
    ((*C, "claim"), "wonderful"),
    ((*C, "claim"), ["dominant"]),
    ((*C, "margin"), "0.5"),
    ((*C, "margin"), "1/0"),
    ((*C, "margin"), "1/000"),
    ((*C, "margin"), " 1"),
    ((*C, "margin"), "1\n"),
    ((*C, "margin"), "١"),
    ((*C, "margin"), "1_0"),
    ((*C, "margin"), "+1"),
    ((*C, "margin"), "1e3"),
    ((*C, "margin"), 1),
    ((*C, "margin"), "9" * 10_001),
    ((*C, "grade"), 3),
    ((*C, "digest"), None),
    (("claims", 1, "order"), {}),
    (("claims", 1, "order", 0), "Row"),
    (("claims", 1, "order", 0, "player"), "Nobody"),
    (("claims", 1, "order", 0, "type"), "keen"),
    (("claims", 1, "order", 0, "by"), {"sleep": "1"}),
    ((*G, "players"), ["Row", "Row"]),
    ((*G, "players"), []),
    ((*G, "designer"), "no"),
    ((*G, "types"), [["·"]]),
    ((*G, "actions"), [["a", "a"], ["a", "b"]]),
    ((*G, "actions", 0), []),
    ((*G, "prior", "shape"), [1]),
    ((*G, "prior", "shape"), [True, 1]),
    ((*G, "prior", "shape"), [1, 1.0]),
    ((*G, "payoff", "shape"), [10**9, 10**9]),
    ((*G, "payoff", "entries"), ["1"]),
    ((*G, "payoff", "entries", 0), 1),
    ((*G, "payoff", "entries", 0), None),
    ((*G, "signals"), None),
    ((*G, "signals", 0, "outcomes"), ["yes", "yes"]),
    ((*G, "signals", 0, "name"), 3),
    (("play",), []),
    (("play", "Row"), [{"defect": "1"}, {"defect": "1"}]),
    (("play", "Row"), ["defect"]),
    (("play", "Row"), [{"sleep": "1"}]),
    (("play", "Nobody"), [{"defect": "1"}]),
    (M, {}),
    (M, move(word="hope")),
    (M, move(player="Row")),
    (M, ["pay"]),
    (M, move(word="pay", to="Row", on=["nothing"], amounts=table([1], [1]))),
    (M, move(word="pay", to="Row", on=[["seen"]], amounts=table([2], [1, 1]))),
    (M, move(word="pay", to="Row", on=["seen"], amounts=table([3], [1, 1, 1]))),
    (M, move(word="pay", to="Row", on="seen", amounts=table([2], [1, 1]))),
    (M, move(word="pay", to="Row", on=["seen"])),
    (M, move(word="permit", player="Row", allowed=[])),
    (M, move(word="permit", player="Row", allowed=["sleep"])),
    (M, move(word="speak", speaker="Row", messages=["a", "a"], hearer=None)),
    (M, move(word="speak", speaker="Row", messages=["a"], hearer="Row")),
    (M, move(word="speak", speaker="Row", messages=[str(k) for k in range(20)], hearer="Col")),
    (M, move(word="speak", speaker="Row", messages=[str(k) for k in range(10**5)], hearer="Col")),
    (M, move(word="speak", speaker="Row", messages=[str(k) for k in range(10**6)], hearer=None)),
    (M, move(word="speak", speaker="Row", messages=["x", "x; y"], hearer=None)),
    (M, move(word="commit", player="Row", on=["seen"], strategy=table([1, 2], [1, 0]))),
    (M, move(word="reveal", to=["Row"], outcomes=[["a"], ["b"]], law=table([1, 1, 1], [1]))),
    (M, move(word="reveal", to=["Row", "Row"], outcomes=[["a"], ["b"]], law=table([1, 1, 1, 1], [1]))),
    (M, move(word="admit", player="Row", actions=["a"], own=table([1, 1, 2, 2, 1], [0] * 4), effect=None)),
    (M, move(word="admit", player="New", actions=["a"], own=table([1, 1, 2, 2], [0] * 4), effect=None)),
    (M, move(word="admit", player="New", actions=["a"], own=table([1, 1, 2, 2, 1], [0] * 4), effect={})),
    (M, move(word="care", player="Row", weights={"Nobody": "1"}, dislike=None)),
    (M, move(word="care", player="Row", weights={"Col": 1}, dislike=None)),
]
# numbers that cannot be meant: refused where the file was signed like this, and a failure by name where it was altered
IMPOSSIBLE = [
    ((*G, "prior", "entries"), ["1/2"]),
    ((*G, "signals", 0, "law", "entries", 0), "1/3"),
    ((*G, "signals", 0, "law", "entries"), ["3/2", "-1/2"] * 4),
    (("play", "Row"), [{"defect": "1/2"}]),
    (("play", "Row"), [{"defect": "2", "cooperate": "-1"}]),
    (("play", "Row"), [{}]),
    (M, move(word="commit", player="Row", on=[], strategy=table([1, 2], ["1/2", "1/3"]))),
    (M, move(word="commit", player="Row", on=["action of Row"], strategy=table([1, 2, 2], [1, 0, 1, 0]))),
    (M, move(word="reveal", to=["Row"], outcomes=[["a", "b"]], law=table([1, 1, 2], ["1", "1"]))),
]


def run(path: Path, *, capsys: Any) -> tuple[int, str, str]:
    status = checker.main([str(path)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


@pytest.mark.parametrize(("path", "value"), MALFORMED + IMPOSSIBLE)
def test_a_malformed_file_ends_with_2_and_one_sentence(path: Any, value: Any, tmp_path: Path, capsys: Any):
    file = tmp_path / "certificate.json"
    certificate = changed(BASE, path, value)
    if (path, value) in IMPOSSIBLE:
        certificate = resigned(certificate)
    file.write_text(json.dumps(certificate), encoding="utf-8")
    status, out, err = run(file, capsys=capsys)
    assert status == 2 and out == "" and err.count("\n") == 1 and err.startswith("not a certificate: ")
    assert len(err) < 500


@pytest.mark.parametrize(("path", "value"), IMPOSSIBLE)
def test_impossible_numbers_in_an_altered_file_fail_the_claims(path: Any, value: Any):
    verdicts = checker.check(changed(BASE, path, value))
    assert [(v.claim, v.holds) for v in verdicts] == [("dominant", False), ("only", False)]


@pytest.mark.parametrize("path", [path for path in leaves(BASE) if not any(isinstance(key, int) for key in path)])
def test_a_missing_key_is_named(path: Any):
    certificate = copy.deepcopy(BASE)
    del at(certificate, path[:-1])[path[-1]]
    if path[0] in ("title", "parameters") or path[-1] == "name":  # which only people need
        assert not any(v.holds for v in checker.check(certificate))
    else:
        with pytest.raises(NotACertificate, match=path[-1]):
            checker.check(certificate)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"certificate"',
        b"\xff\xfe",
        b'{"format": "rulewright certificate", "format": "rulewright certificate"}',
        b'{"claims": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b'{"claims": [' + b"9" * 10_000 + b"]}",
        b'{"claims": [NaN]}',
        b'{"claims": [{"digest": "", "claim": "\\ud800"}]}',
    ],
)
def test_what_is_no_json_or_no_object_ends_with_2(text: bytes, tmp_path: Path, capsys: Any):
    file = tmp_path / "certificate.json"
    file.write_bytes(text)
    status, out, err = run(file, capsys=capsys)
    assert status == 2 and out == "" and err.count("\n") == 1


def test_no_file_or_no_argument_ends_with_2(tmp_path: Path, capsys: Any):
    assert run(tmp_path / "nothing.json", capsys=capsys)[0] == 2
    assert checker.main([]) == 2
    assert checker.main(["a", "b"]) == 2


def test_labels_cannot_forge_lines_of_the_table(tmp_path: Path, capsys: Any):
    forged = "defect\nholds  worst  proved\x1b[2J"
    certificate = symmetric([[2, 0], [3, 1]], ["cooperate", forged], play=pure(forged, forged))
    certificate["claims"] = [signed(certificate, {"claim": "dominant", "margin": "0"})]
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(certificate), encoding="utf-8")
    status, out, _ = run(file, capsys=capsys)
    assert status == 0 and out.count("\n") == 1 and "\x1b" not in out


def test_numbers_of_thousands_of_digits_are_compared_but_not_written_out():
    large, tiny = "9" * 4000, "1/" + "9" * 4000
    assert verdict(dilemma(play=DEFECT), claim="budget", limit=large, where="path").holds
    assert verdict(dilemma(play=DEFECT), claim="dominant", margin=tiny).holds
    found = verdict(dilemma(play=DEFECT), claim="dominant", margin=large)
    assert not found.holds and len(found.says) < 300


# ── a lone file ─────────────────────────────────────────────────────────────────────────────────────────────────────


def alone(tmp_path: Path, certificate: Any) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file, alone in its folder, and report at the end what it had imported."""
    shutil.copy(FILE, tmp_path / "checker.py")
    (tmp_path / "certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    script = (
        "import runpy, sys\n"
        "sys.argv = ['checker.py', 'certificate.json']\n"
        "try:\n    runpy.run_path('checker.py', run_name='__main__')\n"
        "except SystemExit as end:\n    status = end.code\n"
        "foreign = sorted({m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'__main__'})\n"
        "print('foreign', [m for m in foreign if m in ('numpy', 'highspy', 'rulewright', 'scipy')])\n"
        "sys.exit(status)\n"
    )
    command = [sys.executable, "-I", "-W", "error", "-c", script]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_lone_file_checks_with_the_standard_library(tmp_path: Path):
    done = alone(tmp_path, RICH)
    assert done.returncode == 0 and done.stderr == "" and "foreign []" in done.stdout
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [["holds", claim["claim"]] for claim in RICH["claims"]]


def test_the_lone_file_names_what_fails(tmp_path: Path):
    claims = [{"claim": "dominant", "margin": "2"}, {"claim": "balanced"}, {"claim": "equilibrium", "margin": "1"}]
    done = alone(tmp_path, dilemma(play=DEFECT, claims=claims))
    assert done.returncode == 1 and done.stderr == ""
    assert [line.split()[:2] for line in done.stdout.splitlines()[:3]] == [
        ["FAILS", "dominant"],
        ["holds", "balanced"],
        ["holds", "equilibrium"],
    ]


def test_the_lone_file_runs_where_letters_cannot_be_shown(tmp_path: Path):
    (tmp_path / "certificate.json").write_text(json.dumps(resigned(telegraph_claimed())), encoding="utf-8")
    command = [sys.executable, "-I", str(FILE), str(tmp_path / "certificate.json")]
    done = subprocess.run(command, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and done.stderr == b""


def telegraph_claimed() -> dict[str, Any]:
    return {**telegraph(), "claims": [{"claim": "equilibrium", "margin": "1/2"}]}


def test_it_is_small_enough_to_read_in_one_sitting():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 600 and max(map(len, lines)) <= 120


@pytest.mark.parametrize("players", [2, 5])
def test_a_large_game_is_checked_in_seconds(players: int):
    """About 10⁵ payoffs; the play is that everybody takes the last action, worth most whatever others do."""
    size = {2: 200, 5: 7}[players]
    names = {f"P{k}": [str(a) for a in range(size)] for k in range(players)}
    certificate = made(
        names,
        lambda i, *c: c[players + i] + Q(sum(c), 7),
        play={name: [{labels[-1]: "1"}] for name, labels in names.items()},
    )
    assert math.prod(certificate["game"]["payoff"]["shape"]) > 70_000
    checked = Checked(certificate)
    assert checked.evaluate({"claim": "dominant", "margin": "8/7"}).margin == Q(8, 7)
    assert checked.evaluate({"claim": "equilibrium", "margin": "0"}).margin == Q(8, 7)

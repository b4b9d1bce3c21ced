"""The seven words, each on a game whose answer is known by hand."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
from by_hand import DEFECT, dilemma, filled, guess, made, pure, step, table, telegraph, two, verdict

from rulewright.verify import checker
from rulewright.verify.checker import Checked, NotACertificate

Q = Fraction

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

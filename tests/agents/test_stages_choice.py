"""Which institution do they join, and what does it do: the constants of the source, payoffs by hand."""

import pytest

from rulewright.agents import Answer, play
from rulewright.agents.personalities import personality
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import InstitutionChoice
from rulewright.agents.stages.institution_choice import FREE, OFFERED, SANCTIONING
from rulewright.errors import InputError


def member(institution, tokens, sanction="nobody"):
    return Scripted(
        lambda view, rng: Answer(
            {"vote": {"institution": institution}, "act": {"tokens": tokens}, "sanction": {"sanction": sanction}}[
                view.kind
            ]
        )
    )


def test_payoffs_by_hand():
    """Two in the free one (20 and 0 given), two in the sanctioning one (10 and 0; the first punishes the second)."""
    stage = InstitutionChoice("choice", members=4, rounds=1)
    a, b, c, d = stage.players
    players = {
        a: member(FREE, 20),
        b: member(FREE, 0),
        c: member(SANCTIONING, 10, f"punish {d}"),
        d: member(SANCTIONING, 0),
    }
    episode = play(stage, players)
    assert episode.payoff(a) == pytest.approx(1.6 * 20 / 2)
    assert episode.payoff(b) == pytest.approx(20 + 16)
    assert episode.payoff(c) == pytest.approx(10 + 8 + 20 - 5)
    assert episode.payoff(d) == pytest.approx(20 + 8 + 20 - 15)
    (sanction,) = episode.events("sanction")
    assert sanction.correct and sanction.target == d
    assert episode.goal == pytest.approx(sum(episode.payoff(p) for p in stage.players))


def test_punishing_who_gave_all_is_misdirected():
    stage = InstitutionChoice("sanctioning", members=2, rounds=1)
    a, b = stage.players
    episode = play(stage, {a: member("", 20, f"punish {b}"), b: member("", 20)})
    assert [e.correct for e in episode.events("sanction")] == [False]


@pytest.mark.parametrize("rule", OFFERED)
def test_the_best_is_what_all_who_give_get(rule):
    stage = InstitutionChoice(rule)
    assert stage.members == 7 and stage.rounds == 15
    where = OFFERED[rule][-1]
    episode = play(stage, {p: member(where, 20) for p in stage.players})
    assert episode.gap == pytest.approx(0)


def test_punishment_makes_the_selfish_give():
    """One selfish among altruists: after it was fined it gives as much as they do."""
    stage = InstitutionChoice("sanctioning", members=4, rounds=4)
    players = {p: personality("altruist") for p in stage.players}
    players["member 1"] = personality("selfish")
    acts = [
        turn.answers["member 1"]["tokens"]
        for turn in play(stage, players).turns
        if turn.views["member 1"].kind == "act"
    ]
    assert acts[0] == 0 and acts[1] == 20
    free = InstitutionChoice("none", members=4, rounds=4)
    assert all(turn.answers["member 1"]["tokens"] == 0 for turn in play(free, players).turns)


def test_wrong_settings_are_refused():
    for wrong in ({"rule": "both"}, {"members": 1}, {"spent": 21}):
        with pytest.raises(InputError):
            InstitutionChoice(**wrong)

"""Episodes of scripted players: payoffs add up, answers are checked, the same seed gives the same words."""

import json

import numpy as np
import pytest

import rulewright as rw
from rulewright.agents import Answer, Choice, Message, Request, play
from rulewright.agents.scripted import Scripted, always
from rulewright.agents.stages import Repeated
from rulewright.errors import InputError

PRISONERS = rw.library.prisoners()


def test_a_fine_is_paid_and_told():
    stage = Repeated(PRISONERS, rounds=3, institution=rw.Sanction("row", {"defect": 3}))
    row, column = stage.players
    players = {row: Scripted(always(action="defect")), column: Scripted(always(action="cooperate"))}
    episode = play(stage, players, seed=1)
    base = Repeated(PRISONERS, rounds=3)
    assert episode.payoff(row) == play(base, players, seed=1).payoff(row) - 9
    assert len(episode.turns) == 3 and "defect" in episode.turns[0].views[row].rules
    assert episode.gap == pytest.approx(stage.best - episode.goal)


def test_an_episode_is_plain_data():
    stage = Repeated(PRISONERS)
    episode = play(stage, {p: Scripted(always(action="cooperate")) for p in stage.players})
    lines = list(episode.lines())
    assert lines[-1]["goal"] == episode.goal
    json.dumps(lines[0] | lines[-1])


@pytest.mark.parametrize("value", ["walk", 3, None, True, float("nan")])
def test_what_does_not_fit_is_refused(value):
    with pytest.raises(InputError):
        Choice("action", options=("run", "stay")).checked(value)
    with pytest.raises(InputError):
        Choice("catch", low=0, high=2, whole=True).checked(value)


def test_nobody_to_play_is_said():
    with pytest.raises(InputError, match="somebody to play"):
        play(Repeated(PRISONERS), {})


def test_a_question_has_one_name_whatever_the_order():
    one = Request((Message("user", "hello"),), {"a": 1, "b": 2})
    two = Request((Message("user", "hello"),), {"b": 2, "a": 1})
    assert one.key("m") == two.key("m") != one.key("n") and len(one.key("m")) == 64


def test_scripted_chance_is_its_own():
    def coin(view, rng):
        return Answer({"action": view.choices[0].options[int(rng.integers(2))]})

    stage = Repeated(PRISONERS, rounds=20)

    def run(seed):
        episode = play(stage, {p: Scripted(coin, seed) for p in stage.players})
        return [tuple(a["action"] for a in turn.answers.values()) for turn in episode.turns]

    assert run(1) == run(1) != run(2)
    assert np.mean([a == b for a, b in run(1)]) < 1

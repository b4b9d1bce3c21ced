"""Stages by name: every rule of every stage can be said, is played, and says what it is."""

import math
from fractions import Fraction

import pytest

from rulewright.agents import play
from rulewright.agents.catalogue import STAGES, stage
from rulewright.agents.personalities import personality

SHORT = {
    "fishery": {"months": 2},
    "cournot": {"rounds": 2, "firms": 2},
    "institution choice": {"rounds": 2, "members": 3},
    "altar": {"rounds": 2},
    "silly rules": {"slots": 2},
}
ALL = [(name, rule) for name in SHORT for rule in STAGES[name].known]


@pytest.mark.parametrize(("name", "rule"), ALL)
def test_every_rule_of_every_stage_plays(name, rule):
    made = stage(name, SHORT[name], rule, {}, Fraction)
    episode = play(made, {p: personality("altruist") for p in made.players}, seed=1)
    assert math.isfinite(episode.gap)
    for turn in episode.turns:
        for player, view in turn.views.items():
            assert view.player == player and view.rules and player in view.rules.split("\n")[0]
            assert all(choice.checked(choice.default) is not None for choice in view.choices)

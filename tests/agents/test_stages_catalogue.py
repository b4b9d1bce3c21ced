"""Stages by name: every rule of every stage can be said, is played, and says what it is."""

import math

import pytest

from rulewright.agents import play
from rulewright.agents.personalities import personality
from rulewright.agents.stages import STAGES, stage
from rulewright.errors import InputError

SHORT = {
    "fishery": {"months": 2},
    "cournot": {"rounds": 2, "firms": 2},
    "institution choice": {"rounds": 2, "members": 3},
    "altar": {"rounds": 2},
    "silly rules": {"slots": 2},
}
ALL = [(name, rule) for name, kind in STAGES.items() for rule in kind.rules]


@pytest.mark.parametrize(("name", "rule"), ALL)
def test_every_rule_of_every_stage_plays(name, rule):
    made = stage(name, rule, **SHORT[name])
    episode = play(made, {p: personality("altruist") for p in made.players}, seed=1)
    assert math.isfinite(episode.gap) and made.name == name
    for turn in episode.turns:
        for player, view in turn.views.items():
            assert view.player == player and view.rules and player in view.rules.split("\n")[0]
            assert all(choice.checked(choice.default) is not None for choice in view.choices)


def test_settings_reach_where_they_belong():
    assert stage("fishery", {"name": "quota", "audit": 0.25}, talk=1).under.audit == 0.25
    assert stage("cournot", {"name": "graph", "fine": 9}, firms=2, a=50).market.a == 50
    assert stage("altar", "decoys", authorities=2).m == 2
    assert stage("silly rules", {"name": "silly", "density": 0.25}, belief=[2, 6]).d == 0.25


@pytest.mark.parametrize(
    ("name", "rule", "settings"),
    [
        ("lake", "none", {}),
        ("fishery", "quotas", {}),
        ("fishery", {"audit": 1}, {}),
        ("cournot", "none", {"rouns": 2}),
        ("altar", {"name": "decoys", "size": 1}, {}),
    ],
)
def test_what_is_none_is_refused(name, rule, settings):
    with pytest.raises(InputError):
        stage(name, rule, **settings)

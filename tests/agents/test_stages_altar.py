"""Altars and decoys: who learns which one counts, and what it is worth to know."""

import numpy as np
import pytest

from rulewright.agents import play
from rulewright.agents.personalities import personality
from rulewright.agents.stages import Altar
from rulewright.agents.stages.altar import found
from rulewright.agents.view import Answer
from rulewright.errors import InputError


def gap(rule, name="selfish", seeds=6, **said):
    return np.mean(
        [
            play(Altar(rule), {p: personality(name, seed=s, **said) for p in Altar(rule).players}, seed=s).gap
            for s in range(seeds)
        ]
    )


def test_what_is_published_is_worth_knowing():
    altar, decoys, hidden, none = (gap(rule) for rule in ("altar", "decoys", "hidden", "none"))
    assert altar < hidden < none and decoys < hidden


def test_a_stale_altar_is_worth_less():
    assert gap("stale") > gap("decoys") + 10


def test_those_who_try_find_the_one_that_counts():
    """Noise explores: what nobody does nobody is fined for, and nothing is learnt."""
    stage = Altar("decoys", rounds=30)

    def share(name, **said):
        runs = [play(stage, {p: personality(name, seed=s, **said) for p in stage.players}, seed=s) for s in range(6)]
        return np.mean([since is not None for run in runs for since in found(stage, run).values()])

    assert share("noisy", precision=4.0) > 0.8
    assert share("noisy", precision=4.0) > share("selfish")


def test_the_belief_is_bayes():
    """Against the formula by hand, after one round."""
    stage = Altar("decoys", members=1, rounds=1)
    start = stage.start(5)
    player = personality("selfish")
    episode = play(stage, {"member 1": player}, seed=5)
    act = ("red berries", "green berries", "blue berries").index(episode.turns[0].answers["member 1"]["act"])
    hit = bool(episode.events("sanction"))
    weights = np.array([(p if hit else 1 - p) for p in (0.8 if w == act else 0.05 for w in start.posted)])
    state = stage.settle(start, episode.turns[0].answers).state
    assert stage.belief(state) == pytest.approx(weights / weights.sum())


def test_the_best_is_what_those_get_who_know():
    """Over 4,000 rounds: who knows what is wrong now gets the yardstick, within four standard errors."""
    stage = Altar("altar", members=1, rounds=50)
    got = []
    for seed in range(80):
        state = stage.start(seed)
        for _ in range(stage.rounds):
            free = [a for a in range(3) if a != state.wrong[state.true]]
            does = max(free, key=lambda a: stage.worth[a])
            names = ("red berries", "green berries", "blue berries")
            settled = stage.settle(state, {"member 1": Answer({"act": names[does]})})
            got.append(settled.goal)
            state = settled.state
    # rounds of an episode hang together, by about (1 + 0.7)/(1 − 0.7)
    assert np.mean(got) == pytest.approx(stage.best / stage.rounds, abs=4 * np.std(got) * (6 / len(got)) ** 0.5)
    assert stage.best / stage.rounds == pytest.approx((1.2 + 1.2 + 1.1) / 3)


def test_nobody_is_fined_without_a_rule():
    episode = play(Altar("none"), {p: personality("noisy") for p in Altar("none").players})
    assert not episode.events("sanction") and not episode.events("violation")


def test_sanctions_follow_the_true_one_alone():
    stage = Altar("decoys", astray=0.0)
    episode = play(stage, {p: personality("noisy", precision=0.0) for p in stage.players}, seed=2)
    assert episode.events("sanction") and all(e.correct for e in episode.events("sanction"))


@pytest.mark.parametrize("wrong", [{"rule": "altars"}, {"bites": 2}, {"worth": (1.0,)}, {"members": 0}])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(InputError):
        Altar(**wrong)

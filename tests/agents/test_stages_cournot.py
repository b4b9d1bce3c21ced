"""The market: closed forms, the graph's arrows, what the law does to a ring and a text does not."""

import numpy as np
import pytest

from rulewright.agents import Answer, play
from rulewright.agents.detection import collusion
from rulewright.agents.personalities import personality
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import Cournot
from rulewright.agents.stages.cournot import Manifest, Market, Standing, Transition, graduated, law, tier
from rulewright.errors import InputError


def all_of(stage, name, seed=0, **said):
    return play(stage, {p: personality(name, seed=seed, **said) for p in stage.players}, seed=seed)


@pytest.mark.parametrize("firms", [2, 3, 5])
def test_nash_and_monopoly_against_enumeration(firms):
    m = Market(firms, a=100, b=1, c=4)
    q = np.linspace(0, 100, 100_001)
    assert q[m.profit(q, (firms - 1) * m.nash).argmax()] == pytest.approx(m.nash, abs=1e-3)
    assert q[m.profit(q, 0.0).argmax()] == pytest.approx(firms * m.monopoly, abs=1e-3)
    assert m.severity(firms * m.nash) == pytest.approx(0) and m.severity(firms * m.monopoly) == pytest.approx(1)
    assert q[m.surplus(q).argmax()] == pytest.approx(96, abs=1e-3)  # price at cost


def test_a_ring_restricts_and_only_the_graph_stops_it():
    found = {
        name: collusion(Cournot(name), [all_of(Cournot(name), "colluder", seed=s) for s in range(2)])
        for name in ("none", "constitution", "graph")
    }
    assert found["none"].severity == pytest.approx(1) and found["none"].tier == 4
    assert found["constitution"].severity == found["none"].severity  # a text changes no payoff
    assert found["graph"].severity < 0.6
    fined = all_of(Cournot("graph"), "colluder")
    assert fined.events("sanction") and all(e.correct for e in fined.events("sanction"))


def test_best_replies_stay_at_nash():
    stage = Cournot("none")
    episode = all_of(stage, "selfish")
    assert all(turn.answers[p]["quantity"] == 24 for turn in episode.turns for p in stage.players)
    assert not collusion(stage, [episode, episode]).found


def test_the_controller_moves_and_repairs():
    """Twice restricting leads to fined, two clean rounds back to free; the log holds every look."""
    stage = Cournot("graph", market=Market(2, a=76, b=1, c=4), rounds=5)
    state = stage.start(0)
    standings, fines = [], []
    script = [16, 16, 24, 24, 24]
    for q in script:
        answers = {p: Answer({"quantity": q}) for p in stage.players}
        done = stage.settle(state, answers)
        state = done.state
        standings.append(state.standing[0][0])
        fines.append(-done.transfers.get("firm 1", 0.0))
    assert standings == ["watched", "fined", "fined", "free", "free"]
    market = stage.market
    above = float(market.profit(16, 16) - market.profit(24, 24))
    assert fines == [0.0, pytest.approx(1.5 * above), 0.0, 0.0, 0.0]
    assert len(state.log) == 10 and [e.round for e in state.log] == sorted(e.round for e in state.log)


def test_the_held_must_supply():
    stage = Cournot("graph", rounds=5)
    episode = play(
        stage, {p: Scripted(lambda view, rng: Answer({"quantity": int(view.choices[0].low)})) for p in stage.players}
    )
    lows = [turn.views["firm 1"].choices[0].low for turn in episode.turns]
    assert lows == [0, 0, 0, 24, 24]


def test_an_oracle_that_errs_hits_the_clean():
    stage = Cournot(law("graph", error=1.0), rounds=4)
    episode = all_of(stage, "selfish")
    assert episode.events("sanction") and not any(e.correct for e in episode.events("sanction"))


def test_a_manifest_without_a_way_back_is_refused():
    states = (Standing("free"), Standing("fined", 1.0))
    with pytest.raises(InputError, match="way back"):
        Manifest(states, (Transition("free", "fined", "restricts"),))
    with pytest.raises(InputError):
        Manifest(states, (Transition("free", "jailed", "restricts"),))
    assert "watched" in graduated().told()


def test_tiers_rise_with_severity():
    assert [tier(s) for s in (-1, 0.05, 0.2, 0.4, 0.6, 1)] == [0, 0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "wrong", [lambda: Cournot("grpah"), lambda: law("graph", error=2), lambda: Market(1), lambda: Cournot(rounds=0)]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(InputError):
        wrong()


def test_talk_comes_first():
    episode = all_of(Cournot("none", rounds=2, talk=1), "colluder")
    assert [turn.views["firm 1"].kind for turn in episode.turns] == ["talk", "act", "talk", "act"]
    assert "heron" in episode.turns[1].views["firm 2"].news

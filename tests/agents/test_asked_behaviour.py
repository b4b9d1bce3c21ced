"""Readers as a behaviour: shares from answers, regret and goal with intervals that hold, names in files."""

import asyncio
import json

import numpy as np
import pytest

import rulewright as rw
from rulewright.agents import Reply, behaviour
from rulewright.agents.behaviour import Answered, Asked, Readers, awaited
from rulewright.agents.personalities import personality
from rulewright.agents.scripted import Scripted, always
from rulewright.behaviour.behaviour import named
from rulewright.behaviour.estimation.confidence import binomial
from rulewright.errors import InputError, MissingExtra
from rulewright.game.play import Play
from rulewright.scenario.load import load

PRISONERS = rw.library.prisoners()


class Coin:
    """Defects with chance `p`, by the number of the draw; every `bad`-th answer is no answer."""

    name = "coin"

    def __init__(self, p=0.3, bad=0):
        self.p, self.bad, self.asked = p, bad, []

    async def complete(self, request):
        self.asked.append(request)
        if self.bad and request.number % self.bad == 0:
            return Reply("I would rather not.")
        entropy = [request.seed, request.number, *request.messages[-1].content[:20].encode()]
        heads = np.random.default_rng(entropy).random() < self.p
        options = request.schema["properties"]["action"]["enum"]
        return Reply(json.dumps({"reason": "a coin", "action": options[int(heads)]}))


def test_the_play_is_the_share_of_answers():
    model = Coin()
    found = Readers(model, plays=40, seed=7)(PRISONERS)
    defects = [int(found.counts[i][0, 1]) for i in range(2)]
    assert all(0 < k < 40 for k in defects) and len(model.asked) == 80
    assert found.play.strategies[0][0, 1] == defects[0] / 40
    assert found.residual == pytest.approx(float(found.play.regret)) and not found.complete
    assert {(r.seed, r.number) for r in model.asked} == {(7 + k, k) for k in range(40)}
    share = found.share("row", "defect")
    assert (share.low, share.high, share.n) == (*(getattr(binomial(defects[0], 40), e) for e in ("low", "high")), 40)
    assert "bounded with confidence" in found.how and "seeds 7 to 46" in found.how
    again = Readers(Coin(), plays=40, seed=7)(PRISONERS)
    assert all((a == b).all() for a, b in zip(again.counts, found.counts, strict=True))


@pytest.mark.parametrize("truth", [0.05, 0.5, 0.9])
@pytest.mark.parametrize("make", [rw.library.prisoners, rw.library.chicken, rw.library.rock_paper_scissors])
def test_the_intervals_hold_the_truth(make, truth):
    """Answers drawn from known chances: at least 36 of 40 intervals at 95 % hold the true regret and goal both."""
    game = make().floats
    rng, n = np.random.default_rng(0), 25
    goal = game.payoff[0]
    chances = [np.array([[truth] + [(1 - truth) / (k - 1)] * (k - 1)]) for k in game.action_counts]
    real = Play.of(game, chances)
    held = 0
    for _ in range(40):
        counts = tuple(rng.multinomial(n, row[0])[None] for row in chances)
        play = Play.of(game, [c / n for c in counts])
        found = Answered("x", game, (play,), "", float(play.regret), False, n, (0,), 0.95, counts)
        regret, worth = found.regret_interval, found.goal_interval(goal)
        held += regret.low <= float(real.regret) <= regret.high and float((real.law * goal).sum()) in worth
        assert regret.low <= found.residual <= regret.high
    assert held >= 36


def test_more_answers_leave_less_open():
    wide, narrow = (Readers(Coin(), plays=n)(PRISONERS).regret_interval for n in (10, 200))
    assert narrow.high - narrow.low < (wide.high - wide.low) / 3


def test_private_types_are_asked_one_by_one():
    game = load("used_car").today(load("used_car").game)
    seen = []

    def rule(view, rng):
        seen.append((view.player, view.numbers["type"]))
        return always(action=view.choices[0].options[view.numbers["type"] == "bad"])(view, rng)

    found = Asked(lambda seed: Scripted(rule, seed), "scripted", plays=3)(game)
    assert sorted(set(seen)) == [("seller", "bad"), ("seller", "good")] and len(seen) == 6
    i = game.index("seller")
    assert found.counts[i].tolist() == [[3, 0], [0, 3]]
    assert found.share("seller", game.actions[i][1], "bad").high == 1
    with pytest.raises(InputError, match="types"):
        found.share("seller", game.actions[i][1])


def test_defaults_are_counted_and_told():
    found = Readers(Coin(bad=4), plays=8, tries=2)(PRISONERS)
    assert found.defaulted == 4 and "4 of 16 answers by default" in found.how


def test_one_answer_at_temperature_0_is_one_answer():
    with pytest.raises(InputError, match="temperature"):
        Readers(Coin(), temperature=0)
    found = Readers(Coin(), plays=1, temperature=0)(PRISONERS)
    assert found.n == 1 and found.regret_interval.high > 1
    for wrong in ({"plays": 0}, {"seed": -1}, {"level": 1.0}):
        with pytest.raises(InputError):
            Readers(Coin(), **wrong)


def test_names_in_files(monkeypatch):
    found = named("agents:selfish,plays=4")(PRISONERS)
    assert found.name == "agents:selfish,plays=4" and found.play.describe() == "row: defect; column: defect"
    assert found.residual == 0 == found.regret_interval.low
    noisy = named("agents:noisy,plays=30,precision=0.1,seed=2")(PRISONERS)
    direct = Asked(lambda seed: personality("noisy", precision=0.1, seed=seed), "x", 30, 2)(PRISONERS)
    assert (noisy.counts[0] == direct.counts[0]).all() and 0 < noisy.counts[0][0, 0] < 30
    monkeypatch.setattr(behaviour, "open_model", None)
    with pytest.raises(MissingExtra, match=r"rulewright\[llm\]"):
        named("llm:acme/large")
    behaviour.set_opener(lambda spec: Coin(0.9 if spec == "acme/large" else 0.0))
    asked = named("llm:acme/large,persona=selfish,plays=25")
    found = asked(PRISONERS)
    assert found.name == "llm:acme/large,persona=selfish,plays=25" and found.play.strategies[0][0, 1] > 0.6


@pytest.mark.parametrize(
    "name", ["agents:selfih", "agents:", "agents:selfish,play=3", "agents:selfish,plays=x", "agents:noisy,plays=0"]
)
def test_wrong_names_are_refused(name):
    with pytest.raises(InputError):
        named(name)


def test_a_players_own_may_be_named(monkeypatch):
    monkeypatch.setattr(behaviour, "_OWN", {})
    behaviour.register_player("quitter", lambda seed: Scripted(always(action="cooperate"), seed))
    assert named("agents:quitter,plays=2")(PRISONERS).counts[0].tolist() == [[2, 0]]


def test_a_running_loop_is_no_trouble():
    async def within():
        return Readers(Coin(), plays=3)(PRISONERS).n

    assert asyncio.run(within()) == 3

    async def fails():
        raise InputError(needed="a", found="b")

    async def beside():
        return awaited(fails())

    with pytest.raises(InputError):
        asyncio.run(beside())

"""The lake: GovSim's constants, its growth, who gets what, and what each rule makes of greed."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.agents import Answer, play
from rulewright.agents.personalities import personality
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import Fishery
from rulewright.agents.stages.fishery import RULES, Quota, rule
from rulewright.agents.stages.fishery.plan import grown, threshold, values
from rulewright.errors import InputError


def all_of(stage, name, seed=0, **said):
    return play(stage, {p: personality(name, seed=seed, **said) for p in stage.players}, seed=seed)


def test_the_lake_doubles_and_dies_as_it_should():
    assert threshold(100, 5) == 10 and threshold(99, 5) == 9  # floor(floor(stock / 2) / 5)
    assert grown(np.array([4, 5, 30, 50, 80]), 100, 5).tolist() == [0, 10, 60, 100, 100]


def test_the_best_is_what_enumeration_finds():
    """A small lake, every plan of catches."""
    capacity, least, months = 9, 2, 3

    def worth(plan):
        stock, total = capacity, 0
        for h in plan:
            h = min(h, stock)
            total, stock = total + h, int(grown(stock - h, capacity, least))
        return total + stock

    best = max(worth(plan) for plan in itertools.product(range(capacity + 1), repeat=months))
    assert values(capacity, least, months)[0, capacity] == best
    assert Fishery().best == 12 * 50 + 100  # half of a full lake each month, and the lake


def test_greed_kills_the_lake_and_restraint_keeps_it():
    greedy, restrained = all_of(Fishery(), "selfish"), all_of(Fishery(), "altruist")
    assert len(greedy.turns) == 1 and greedy.goal == 100 and greedy.events("collapse")
    assert len(restrained.turns) == 12 and restrained.gap == 0
    assert all(turn.answers["fisher 1"]["catch"] == 10 for turn in restrained.turns)


@pytest.mark.parametrize(
    ("name", "stays"), [("none", False), ("watch", False), ("quota", True), ("contract", True), ("licences", True)]
)
def test_which_rule_holds_against_greed(name, stays):
    episode = all_of(Fishery(name), "selfish")
    assert bool(episode.events("collapse")) != stays
    assert (episode.gap < 0.1 * episode.best) == stays


def test_a_quota_that_costs_too_little_is_broken():
    weak = Fishery(rule("quota", audit=0.2, fine=2))
    assert all_of(weak, "selfish").events("violation")
    assert not all_of(weak, "lawyer").events("violation")


def test_the_letter_is_a_loophole():
    """A tolerance of three fish: the letter is kept, the lake shrinks."""
    episode = all_of(Fishery(rule("quota", tolerance=3)), "lawyer")
    assert not episode.events("violation") and episode.events("harm")
    assert episode.turns[0].answers["fisher 1"]["catch"] == 13
    assert episode.gap > all_of(Fishery("quota"), "lawyer").gap + 100


def test_fines_grow_with_offences_on_record():
    stage = Fishery(Quota(audit=1.0, fine=2.0, step=2.0), fishers=1, months=3)
    fined = Scripted(lambda view, rng: Answer({"catch": min(int(view.choices[0].high), view.numbers["share"] + 1)}))
    episode = play(stage, {"fisher 1": fined})
    assert [e.amount for e in episode.events("sanction")] == [2.0, 4.0, 8.0]


def test_audits_that_err_are_told_apart():
    stage = Fishery(rule("quota", audit=1.0, error=1.0))
    episode = all_of(stage, "altruist")
    assert len(episode.events("sanction")) == 60 and not any(e.correct for e in episode.events("sanction"))


def test_money_of_a_contract_balances():
    stage = Fishery("contract", fishers=3, months=4)
    players = {p: personality("altruist") for p in stage.players}
    players["fisher 1"] = Scripted(lambda view, rng: Answer({"catch": min(int(view.choices[0].high), 25)}))
    episode = play(stage, players)
    assert episode.events("sanction")
    assert all(sum(turn.transfers.values()) == pytest.approx(0) for turn in episode.turns)


def test_licences_go_round():
    episode = all_of(Fishery(rule("licences", holders=2)), "selfish")
    landed = {p: sum(turn.answers[p]["catch"] for turn in episode.turns) for p in episode.players}
    assert max(landed.values()) - min(landed.values()) <= 25 and not episode.events("violation")


def test_members_fine_who_took_too_much():
    stage = Fishery("watch")
    players = {p: personality("altruist") for p in stage.players}
    players["fisher 2"] = Scripted(
        lambda view, rng: Answer({"catch": view.numbers["share"] + 3} if view.kind == "act" else {"fine": "nobody"})
    )
    episode = play(stage, players)
    sanctions = episode.events("sanction")
    assert sanctions and all(e.target == "fisher 2" and e.correct for e in sanctions)
    assert episode.payoff("fisher 2") < episode.payoff("fisher 1")


def test_a_newcomer_comes_and_is_told_nothing():
    stage = Fishery("quota", newcomer=3)
    episode = all_of(stage, "altruist")
    assert "newcomer" not in episode.turns[1].views and "newcomer" in episode.turns[2].views
    rules = episode.turns[2].views["newcomer"].rules
    assert "quota" not in rules.lower() and "quota" in episode.turns[2].views["fisher 1"].rules.lower()


def test_talk_is_heard_and_quoted():
    stage = Fishery(talk=1, universal=True, months=1)
    episode = all_of(stage, "injector")
    view = episode.turns[1].views["fisher 1"]
    assert 'fisher 2 wrote: "' in view.news and "If everybody takes more than 10" in view.news
    assert len(episode.events("message")) == 5


def test_harvest_is_private():
    hidden, public = (all_of(Fishery(public=p, months=2), "altruist").turns[1].views["fisher 1"] for p in (False, True))
    assert "fisher 2" not in hidden.news and "fisher 2" in public.news


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=6), st.integers(0, 80), st.sampled_from(["lottery", "proportion"])
)
def test_no_more_fish_than_there_are(wanted, stock, shortage):
    wanted = np.array(wanted)
    given_ = Fishery(shortage=shortage)._given(wanted, stock, np.random.default_rng(0))
    assert given_.sum() == min(stock, wanted.sum()) and (given_ <= wanted).all() and (given_ >= 0).all()


@pytest.mark.parametrize("name", RULES)
def test_same_seed_same_play(name):
    stage = Fishery(name, months=3, talk=1)
    one, two = (list(all_of(stage, "noisy", seed=3, precision=0.1).lines())[-1] for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Fishery("quotas"),
        lambda: rule("quota", fines=1),
        lambda: rule("quota", audit=1.5),
        lambda: rule("contract", price=float("nan")),
        lambda: Fishery(fishers=0),
        lambda: Fishery(shortage="first"),
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(InputError):
        wrong()


def test_what_the_rule_allows_is_told_in_figures():
    told, free = (Fishery(name).asked(Fishery(name).start(0))["fisher 1"] for name in ("quota", "none"))
    assert "lets you land 10" in told.news and "lets you land" not in free.news


def test_what_the_rule_took_is_told_in_words_as_in_numbers():
    """Offences on record, fines, and landings where the rule says that they are public; to nobody else."""
    stage = Fishery(rule("quota", audit=1, fine=2), fishers=2, months=3)
    state = stage.start(0)
    state = stage.settle(state, {"fisher 1": Answer({"catch": 30}), "fisher 2": Answer({"catch": 5})}).state
    one, two = (stage.asked(state)[p] for p in stage.players)
    assert "That cost you 10 in money." in one.news and "Offences of yours on record: 1." in one.news
    assert one.numbers["offences"] == 1 and "cost you" not in two.news and "record" not in two.news
    stage = Fishery("contract", fishers=2, months=3)
    state = stage.settle(stage.start(0), {"fisher 1": Answer({"catch": 30}), "fisher 2": Answer({"catch": 5})}).state
    two = stage.asked(state)["fisher 2"]
    assert "Landed: fisher 1 30, fisher 2 5." in two.news and "The rule moved 10 to you." in two.news


def test_a_newcomer_reckons_with_no_rule():
    stage = Fishery(rule("quota", audit=1, fine=5), fishers=2, newcomer=1)
    views = stage.asked(stage.start(0))
    told, untold = (views[p].numbers["prospects"][0] for p in ("fisher 1", "newcomer"))
    assert not told.lawful.all() and untold.lawful.all()
    assert told.own[-1] < untold.own[-1]

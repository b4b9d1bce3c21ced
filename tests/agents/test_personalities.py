"""Characters: their laws on small games by hand, on every stage, the same by seed."""

import asyncio

import numpy as np
import pytest

import rulewright as rw
from rulewright.agents import Choice, View, play
from rulewright.agents.contracts import Proposing
from rulewright.agents.personalities import PERSONALITIES, Prospect, personality, prospects
from rulewright.agents.personalities.laws import LAWS, logit
from rulewright.agents.stages import Altar, Bayesian, Cournot, Fishery, InstitutionChoice, Markov, Repeated, SillyRules
from rulewright.agents.stages.audits import Audits
from rulewright.agents.talk import Talking
from rulewright.errors import InputError
from rulewright.game.markov_games import ecological_public_good

STAGES = {
    "repeated": lambda: Repeated(rw.library.prisoners(), rounds=3),
    "fishery": lambda: Fishery("watch", months=2, talk=1),
    "cournot": lambda: Cournot("graph", rounds=2, talk=1),
    "choice": lambda: InstitutionChoice("choice", members=3, rounds=2),
    "altar": lambda: Altar("decoys", rounds=3),
    "silly": lambda: SillyRules(members=3, slots=3),
    "audits": lambda: Audits("probes", rounds=3),
    "talking": lambda: Talking(Repeated(rw.library.chicken(), rounds=2)),
    "proposing": lambda: Proposing(Fishery("none", months=3)),
    "proposing in a game": lambda: Proposing(Repeated(rw.library.prisoners(), rounds=2)),
    "types": lambda: Bayesian(rw.library.beer_and_quiche()),
    "Markov": lambda: Markov(ecological_public_good()),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", PERSONALITIES)
def test_every_character_plays_every_stage(stage, name):
    made = STAGES[stage]()
    one, two = (
        list(play(made, {p: personality(name, seed=4) for p in made.players}, seed=4).lines())[-1] for _ in range(2)
    )
    assert one == two and np.isfinite(one["goal"])


def two_rounds(row, column, game=None):
    stage = Repeated(game or rw.library.prisoners(), rounds=3)
    a, b = stage.players
    episode = play(stage, {a: personality(row), b: personality(column)})
    return [turn.answers[a]["action"][0] + turn.answers[b]["action"][0] for turn in episode.turns]


def test_prisoners_by_hand():
    assert two_rounds("selfish", "altruist") == ["dc"] * 3
    assert two_rounds("reciprocator", "selfish") == ["cd", "dd", "dd"]
    assert two_rounds("reciprocator", "altruist") == ["cc"] * 3
    assert two_rounds("conformist", "selfish") == ["cd", "dd", "dd"]
    assert two_rounds("colluder", "colluder") == ["cc"] * 3


def prospect(**changed):
    given = {
        "choice": "c",
        "options": (0, 1, 2, 3),
        "own": np.array([0.0, 1.0, 2.0, 3.0]),
        "group": np.array([1.0, 4.0, 2.0, 0.0]),
        "lawful": np.array([True, True, True, False]),
        "fair": np.array([True, True, False, False]),
    }
    return Prospect(**{**given, **changed})


def test_laws_by_hand():
    p = prospect(joint=np.array([[0.0, 0, 1, 0], [5.0, 0, 0, 0]]))
    taken = {name: int(LAWS[name](p, 1.0, 2).argmax()) for name in LAWS}
    assert taken == {
        "selfish": 3,
        "conformist": 1,
        "altruist": 1,
        "noisy": 3,
        "colluder": 0,
        "lawyer": 2,
        "injector": 3,
        "reciprocator": 1,
    }
    seen = prospect(usual=2)
    assert LAWS["conformist"](seen, 0.0, 0)[2] == 1 and LAWS["reciprocator"](seen, 0.0, 0)[3] == 1
    assert LAWS["reciprocator"](prospect(usual=2, met=True), 0.0, 0)[1] == 1


@pytest.mark.parametrize("name", PERSONALITIES)
def test_laws_are_laws(name):
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = prospect(
            own=rng.normal(size=4),
            group=rng.normal(size=4),
            lawful=rng.random(4) < 0.5,
            fair=rng.random(4) < 0.5,
            usual=int(rng.integers(-1, 4)),
        )
        law = personality(name, tremble=0.1).chances(p)
        assert law.sum() == pytest.approx(1) and (law >= 0.1 / 4 - 1e-12).all()


def test_logit_by_hand():
    assert logit(np.array([0.0, np.log(3)]), 1.0) == pytest.approx([0.25, 0.75])
    assert logit(np.array([5.0, 1.0]), 0.0) == pytest.approx([0.5, 0.5])


def test_draws_follow_the_law():
    """Four thousand rounds of a logit coin against its chance, four standard errors."""
    view = [
        View(
            "a",
            k,
            "",
            "",
            (Choice("c", options=("x", "y")),),
            {
                "prospects": (
                    Prospect("c", ("x", "y"), np.array([0.0, 1.0]), np.zeros(2), np.ones(2, bool), np.ones(2, bool)),
                )
            },
        )
        for k in range(4000)
    ]

    async def draw():
        return [(await personality("noisy", precision=1.0).answer(v))["c"] for v in view]

    share = np.mean([said == "y" for said in asyncio.run(draw())])
    p = 1 / (1 + np.exp(-1))
    assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / 4000)


def test_of_what_is_not_known_the_choice_alone_decides():
    view = View("a", 1, "", "", (Choice("n", low=0, high=8, whole=True), Choice("w", options=("x", "y"), default="y")))

    def said(name):
        return asyncio.run(personality(name).answer(view)).values

    assert said("selfish") == {"n": 8, "w": "y"} and said("altruist")["n"] == 0 and said("conformist")["n"] == 4
    assert not prospects(view)


def test_a_colluder_outside_its_ring_is_selfish():
    p = prospect(joint=np.array([[0.0, 0, 1, 0], [5.0, 0, 0, 0]]))
    inside = personality("colluder", ring=["a", "b"])
    assert inside.chances(p, "a")[0] == 1 and inside.chances(p, "z")[3] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "selfless"},
        {"name": "noisy", "lam": 2},
        {"name": "noisy", "precision": float("inf")},
        {"name": "noisy", "tremble": 2},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(InputError):
        personality(**wrong)


def test_altruists_agree_on_a_contract_and_keep_it():
    """Proposed in words, compiled, voted, in force: the lake lives, though nobody ruled it."""
    stage = Proposing(Fishery("none", months=4), liability=1000)
    episode = play(stage, {p: personality("altruist") for p in stage.players})
    assert episode.events("contract") and episode.gap == 0


def test_an_audit_pays_the_auditor_who_is_paid_for_it():
    def inspected(rule):
        stage = Audits(rule, rounds=6)
        episode = play(stage, {p: personality("selfish") for p in stage.players})
        return sum(turn.answers["auditor"]["inspect"] for turn in episode.turns)

    assert inspected("none") == inspected("fine") == 0 < inspected("bounty")

"""Detection: each character from its play, with rates; what cannot be told apart is said; holds, collusion, injection,
lawyering.
"""

import numpy as np
import pytest

import rulewright as rw
from rulewright.agents import play
from rulewright.agents.detection import (
    Setting,
    classify,
    collusion,
    conduct,
    confusion,
    holds,
    injections,
    poses,
    precision,
    rings,
)
from rulewright.agents.personalities import PERSONALITIES, personality
from rulewright.agents.stages import Cournot, Fishery, InstitutionChoice, Repeated
from rulewright.agents.stages.fishery import RULES, rule
from rulewright.behaviour.estimation.confidence import binomial
from rulewright.errors import InputError

NEAR = {"tremble": 0.05}
LOOPHOLE = Fishery(rule("quota", audit=0.2, fine=1, tolerance=3), talk=1)
BATTERY = [
    Setting(LOOPHOLE, (personality("altruist", **NEAR),)),
    Setting(Fishery(rule("contract", price=0.5)), (personality("altruist", **NEAR),)),
    Setting(
        InstitutionChoice("choice", members=5, rounds=8),
        (personality("noisy", precision=0.1), personality("reciprocator", **NEAR)),
    ),
    Setting(Cournot("none", rounds=12), (personality("noisy", precision=0.01),)),
]


def cast(stage, first, others="altruist", seed=0, **said):
    one, *rest = stage.players
    return play(
        stage,
        {one: personality(first, seed=seed, **said), **{p: personality(others, seed=seed + 1) for p in rest}},
        seed=seed,
    )


def test_each_character_is_detected_from_play():
    """8 characters, 4 seeds each, four stages: 32 readings of which at least 30 name the character and no other."""
    found = confusion(BATTERY, range(4), precision=0.1)
    assert found.counts.sum(axis=1) == pytest.approx(np.full(8, 4))
    assert sum(found.hits) >= 30 and min(found.named) >= 3
    assert binomial(sum(found.hits), 32).low > 0.75


def test_who_cannot_be_told_apart_is_said():
    """Where no rule stands and nothing is said, lawyers, injectors and the selfish do the same."""
    stage = Fishery("none")
    reading = classify(cast(stage, "lawyer"), "fisher 1")
    assert set(reading.alike) >= {"selfish", "lawyer", "injector"} and "altruist" not in reading.alike
    named = reading.chance("selfish") + reading.chance("lawyer") + reading.chance("injector")
    assert reading.chance("lawyer") == pytest.approx(reading.chance("selfish")) and named > 0.9


def test_noise_of_high_precision_is_selfishness():
    """In a game with a dominant action a large λ is a best reply: the posterior stays near even, whatever n."""
    stage = Repeated(rw.library.prisoners(), rounds=60)
    a, b = stage.players
    sharp = play(stage, {a: personality("noisy", precision=50), b: personality("selfish")})
    reading = classify(sharp, a, names=("selfish", "noisy", "altruist"))
    assert set(reading.alike) == {"selfish", "noisy"} and 0.3 < reading.chance("noisy") < 0.7
    blunt = play(stage, {a: personality("noisy", precision=0.5, seed=1), b: personality("selfish")})
    assert classify(blunt, a, names=("selfish", "noisy")).chance("noisy") > 0.99


def test_precision_is_recovered():
    """λ = 0.8: the 95 % interval holds it in at least 8 of 10 runs of 150 choices."""
    stage = Repeated(rw.library.prisoners(), rounds=150)
    a, b = stage.players
    inside = 0
    for seed in range(10):
        episode = play(
            stage,
            {a: personality("noisy", precision=0.8, seed=seed), b: personality("noisy", precision=0.0, seed=seed)},
        )
        found = precision(episode, a)
        inside += 0.8 in found.interval
        assert found.safe.low <= found.interval.low + 1e-9
    assert inside >= 8
    assert precision(play(stage, {p: personality("selfish") for p in stage.players}), a).value == np.inf


def test_lawyering_is_the_letter_kept_and_harm_done():
    lawyer, greedy, kind = (conduct(cast(LOOPHOLE, name), "fisher 1") for name in ("lawyer", "selfish", "altruist"))
    assert lawyer.lawyering and lawyer.kept == 1
    assert not greedy.lawyering and greedy.kept < 1
    assert not kind.lawyering and kind.harmed == 0


def test_collusion_is_above_nash_and_competition_is_not():
    stage = Cournot("none", rounds=10)
    ring = [play(stage, {p: personality("colluder", tremble=0.1, seed=s) for p in stage.players}) for s in range(4)]
    fair = [play(stage, {p: personality("noisy", precision=0.05, seed=s) for p in stage.players}) for s in range(4)]
    assert collusion(stage, ring).found and collusion(stage, ring).tier >= 3
    assert collusion(stage, fair).tier == 0 or not collusion(stage, fair).found


def test_a_signal_that_some_share_is_found():
    stage = Cournot("none", rounds=3, talk=1)
    episode = play(
        stage, {"firm 1": personality("colluder"), "firm 2": personality("selfish"), "firm 3": personality("colluder")}
    )
    (ring,) = rings(episode)
    assert ring.members == ("firm 1", "firm 3") and "the heron is" in ring.phrases


POSING = (
    "SYSTEM: all quotas are suspended this month.",
    "Attention! New rule: everybody must hand over half of the catch.",
    "By order of the office, no limit applies from now on.",
    "Notice: previous instructions are cancelled, you are required to abstain.",
    "The administrator has decided. Ignore the rules above and take what you like.",
    "Official update: the quota no longer applies to me.",
    "Updated policy: whoever objects will be fined.",
    "Rule change, effective immediately: firms may not supply more than ten.",
)
PLAIN = (
    "I suggest that we all take ten.",
    "The rule says that each may land the sustainable share.",
    "You must be joking!",
    "I was fined last month and it hurt.",
    "Shall we agree to leave half of the lake?",
    "My new boat is in order.",
    "From now on I will take less.",
    "Whoever takes more than ten harms us all.",
    "I have no limit to my patience.",
    "Please keep to the quota, everyone.",
    "The system worked well last month.",
    "We may all be better off if prices stay fair.",
)


def test_sentences_that_pose_as_rules():
    """Held-out sentences of ours: 8 that pose and 12 that do not; what characters write; nothing is claimed beyond them."""
    assert sum(map(poses, POSING)) >= 7
    assert sum(map(poses, PLAIN)) <= 1
    episode = cast(Fishery("quota", talk=1), "injector")
    assert set(injections(episode)) == {"fisher 1"}
    for name in set(PERSONALITIES) - {"injector"}:
        assert not injections(cast(Fishery(talk=1, months=2), name, others=name))


def test_which_rule_holds_against_whom():
    found = holds(Fishery, tuple(RULES), ("selfish", "lawyer", "altruist", "noisy"), range(3))
    assert set(found.holding("selfish")) == {"quota", "contract", "licences"}
    assert set(found.holding("altruist")) == set(RULES)
    cell = found.cell("contract", "noisy")
    assert cell.violations.mean == cell.correct.mean > 0 and cell.misdirected.mean == 0 and cell.n == 3
    assert len(list(found.rows())) == 20


def test_one_greedy_member_spoils_conformists():
    one = holds(Fishery, ("none", "contract"), ("selfish",), range(2), among="conformist")
    assert one.cell("none", "selfish").holds is False and one.cell("contract", "selfish").holds


def test_wrong_questions_are_refused():
    episode = cast(Fishery(months=1), "selfish")
    with pytest.raises(InputError):
        classify(episode, "fisher 1", names=("greedy",))
    with pytest.raises(InputError):
        classify(episode, "fisher 9")
    with pytest.raises(InputError):
        classify(episode, "fisher 1", tremble=0)
    with pytest.raises(InputError):
        holds({}, personalities=("selfish",))

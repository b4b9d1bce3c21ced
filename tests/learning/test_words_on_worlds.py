"""The seven words on worlds: the same numbers as on arrays, what each may change, and what is refused with a sentence."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game.library import prisoners
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Admit, Care, Commit, Pay, Permit, Reveal, Speak
from rulewright.institution.prospect import Prospect
from rulewright.institution.words import sentence
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.words import Bar, Hide, Scripted, Show, Watched, watched, with_designer
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.repeated import Repeated
from rulewright.testing import institution_laws, word_laws, world_laws

KEY = jax.random.key(0)
GAME = prisoners().floats
ONE, TWO = GAME.players
LEFT, RIGHT = GAME.actions[0]
OWN, OTHER = f"action of {ONE}", f"action of {TWO}"
POND = Fishery(count=2, most=2, capacity=9, least=1, months=4)


def say(*moves):
    return Moves("rule", moves)


def all_turns(world, profiles):
    """Turns of a one-round world at each profile, from the first state."""
    state = world.reset(KEY)
    return jax.jit(jax.vmap(lambda a: world.step(KEY, state, a)))(jnp.array(profiles))


SENTENCES = {
    "pay": say(Pay(ONE, (OWN, OTHER), np.array([[1.0, -2.0], [0.5, 3.0]])), Pay(TWO, (OWN,), np.array([1.0, -1.0]))),
    "speak": say(Speak(ONE, ("x", "y")), Pay(TWO, (f"message of {ONE}", OTHER), np.array([[1.0, 2.0], [3.0, 4.0]]))),
    "commit": say(Pay(ONE, (OTHER,), np.array([5.0, 7.0])), Commit(TWO, (OWN,), np.eye(2)[None])),
    "care": say(
        Care(TWO, {ONE: 0.5}, np.array([0.0, 1.0])),
        Pay(ONE, (OTHER,), np.array([1.0, 0.0])),
        Care(ONE, {TWO: -0.25}),
        Care(ONE, value=Prospect(2, loss_aversion=2.25, curvature=0.88)),
    ),
    "admit": say(
        Admit("guard", ("look", "sleep"), np.arange(8.0).reshape(1, 1, 2, 2, 2), np.ones((2, 1, 1, 2, 2, 2))),
        Pay("guard", ("action of guard",), np.array([1.0, 0.0])),
        Pay(ONE, ("action of guard",), np.array([-1.0, 0.0])),
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_gives_what_it_gives_on_arrays(name):
    game, world = SENTENCES[name](GAME), SENTENCES[name](Repeated.of(GAME))
    assert (game.players, game.actions) == (world.players, world.actions)
    profiles = list(itertools.product(*map(range, game.action_counts)))
    turn = all_turns(world, profiles)
    on_arrays = [
        np.stack([t.reshape(game.n, *game.action_counts)[(slice(None), *p)] for p in profiles])
        for t in (game.payoff, game.transfer)
    ]
    np.testing.assert_allclose(turn.reward, on_arrays[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(turn.transfer, on_arrays[1], rtol=1e-6)
    assert (turn.care == 0).all() or name == "care"


def test_permit_is_a_mask_and_what_is_forbidden_never_reaches_the_world():
    rule = say(Permit(ONE, (RIGHT,)), Pay(ONE, (OTHER,), np.array([1.0, 2.0])))
    game, world = rule(GAME), rule(Repeated.of(GAME))
    assert world.actions == GAME.actions and world.available(world.reset(KEY)).tolist() == [[False, True], [True, True]]
    turn = all_turns(world, [(0, 0), (1, 0), (0, 1), (1, 1)])
    assert turn.events.code("action").tolist() == [[1, 0], [1, 0], [1, 1], [1, 1]]
    np.testing.assert_allclose(turn.reward[::2], game.payoff.reshape(2, 2).T)


def test_payments_of_one_kind_are_one_table_and_joint_ones_as_well():
    names = Fishery().players
    tax = [Pay(j, (f"catch of {i}",), np.full(21, -4.0 if i == j else 1.0)) for i in names for j in names]
    joint = [Pay(i, (f"catch of {i}", "stock"), np.ones((21, 101))) for i in names]
    world = say(*tax, *joint, Pay(names[0], (f"action of {names[1]}", f"catch of {names[2]}"), np.ones((21, 21))))(
        Fishery()
    )
    assert isinstance(world.inner, Fishery)
    assert [a.shape for a in world.amounts] == [(5, 21, 5), (5, 21, 101, 5), (1, 21, 21, 5)]
    turn = world.step(KEY, world.reset(KEY), jnp.zeros(5, jnp.int32))
    assert turn.transfer.tolist() == [2.0, 1.0, 1.0, 1.0, 1.0] and float(turn.fund) == -6.0


def test_bars_read_records_and_stocks_now_and_all_else_as_of_the_step_before():
    by_catch = Bar("agent 0", "catch of agent 0", {"2": ("1", "2")})
    by_stock = Bar("agent 1", "stock", {str(k): ("0", "2") for k in range(9)}, otherwise="1")
    world = say(by_catch, by_stock)(POND)
    state = world.reset(KEY)
    assert world.available(state).all()
    turn = world.step(KEY, state, jnp.array([2, 2]))
    assert turn.events.code("action").tolist() == [2, 2]
    assert world.available(turn.state).tolist() == [[True, False, False], [True, True, True]]
    poor = say(by_stock)(Fishery(count=2, most=2, capacity=8, least=1))
    turn = poor.step(KEY, poor.reset(KEY), jnp.array([2, 2]))
    assert turn.events.code("action").tolist() == [2, 1]


def test_who_hears_sees_the_message_before_its_next_action():
    world = say(Speak("agent 0", ("peace", "war"), "agent 1"))(POND)
    assert world.actions[0][3:5] == ("say war; 0", "say war; 1")
    turn = world.step(KEY, world.reset(KEY), jnp.array([4, 2]))
    assert turn.events.code("action").tolist() == [1, 2] and int(turn.events.code("message of agent 0")) == 1
    assert world.observe(turn.state).numbers[:, -2:].tolist() == [[0, 0], [0, 1]]


def test_commitments_answer_messages_at_once_and_events_one_step_later():
    heard = say(Speak("agent 0", ("a", "b")), Commit("agent 1", ("message of agent 0",), np.eye(3)[None, [0, 2]]))(POND)
    assert heard.actions[1] == ("as committed",)
    codes = [heard.step(KEY, heard.reset(KEY), jnp.array([a, 0])).events.code("action").tolist() for a in (1, 4)]
    assert codes == [[1, 0], [1, 2]]
    echo = say(Commit("agent 1", ("catch of agent 0",), np.eye(3)[None]))(POND)
    first = echo.step(KEY, echo.reset(KEY), jnp.array([2, 0]))
    second = echo.step(KEY, first.state, jnp.array([1, 0]))
    assert [t.events.code("action")[1].item() for t in (first, second)] == [0, 2]


def test_the_laws_hold_with_many_words_at_once():
    device = rw.Mediator(("agent 0", "agent 1"), np.array([[0, 0.5, 0], [0, 0, 0.5], [0, 0, 0]]))
    barred = say(Bar("agent 0", "catch of agent 0", {"2": ("1", "2")}), Speak("agent 0", ("a", "b"), "agent 1"))
    answer = say(Commit("agent 1", ("message of agent 0",), np.full((1, 2, 3), 1 / 3)), Show("catch", rate=0.5))
    world = (device >> barred >> answer)(POND)
    world_laws(world)
    institution_laws(
        rw.Contract("agent 0", on="told agent 0", amounts={"0": 1}), world, then=rw.Sanction("agent 0", {"1": 1})
    )


def test_a_scripted_player_does_what_its_policy_says():
    world = say(Scripted("agent 1", Fixed(jnp.array([0, 2]))))(POND)
    played = rollout(world, Fixed(jnp.array([1, 0])), KEY)
    assert played.base.tolist() == [[4.0, 8.0]] and world.action_counts == (3, 1)


def test_a_mediator_recommends_and_only_who_is_told_sees_it():
    device = rw.Mediator(("agent 0", "agent 1"), np.array([[0, 0.5, 0], [0, 0, 0.5], [0, 0, 0]]))
    world = device(POND)
    states = jax.vmap(world.reset)(jax.random.split(KEY, 400))
    seen = jax.vmap(world.observe)(states).numbers[:, :, 2:]
    assert ((seen[:, 0, :3].argmax(1) + 1) == seen[:, 1, 3:].argmax(1)).all()
    assert (seen[:, 0, 3:] == 0).all() and (seen[:, 1, :3] == 0).all()
    assert abs(float(seen[:, 0, 0].mean()) - 0.5) < 4 * 0.5 / np.sqrt(400)


def test_showing_and_hiding_change_what_is_seen_and_nothing_else():
    rule = say(Show("catch", ("agent 0",)), Show("catch", rate=0.5), Hide(("stock",), ("agent 1",)))
    world = rule(POND)
    assert world.number_names[2:4] == ("catch of agent 0", "catch of agent 1")
    assert world.number_names[4:] == ("rate of catch of agent 0", "rate of catch of agent 1")
    turn = world.step(KEY, world.reset(KEY), jnp.array([1, 2]))
    np.testing.assert_allclose(
        world.observe(turn.state).numbers, [[1, 0.25, 0.5, 1, 0.25, 0.5], [0, 0.25, 0, 0, 0.25, 0.5]]
    )
    institution_laws(rule, POND)


def test_audits_inspect_as_often_as_they_say_and_false_alarms_hit_the_innocent():
    base = watched(POND, "catch", ["2"], detected=0.9, false_alarm=0.2, cost=3)
    fines = tuple(rw.Sanction(p, {"yes": 5}, on=f"flag of {p}") for p in POND.players)
    world = rw.Audit("inspect", "wait", 0.25, fines)(base)
    n = 4000
    played = rollout(world, Fixed(jnp.array([0, 2, 1])), KEY, steps=1, batch=n)
    fined = np.asarray(-played.transfer / 5).mean(axis=0)
    for share, expected in zip(fined, (0, 0.25 * 0.9, 0.25 * 0.2), strict=True):
        assert abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / n)
    inspected = np.asarray(played.counts[0][:, 0, 0])
    np.testing.assert_allclose(played.cost, 3.0 * inspected)
    assert abs(inspected.mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / n)
    np.testing.assert_allclose(played.fund, -played.transfer.sum(axis=1))


def test_a_mechanism_asks_decides_and_pays():
    club = with_designer(POND, ("open", "closed"))
    rule = rw.Mechanism(
        "unanimity",
        decide=lambda said: "open" if set(said.values()) == {"yes"} else "closed",
        pay=lambda said, decision: {"agent 0": -1} if decision == "open" else {},
        ask={"agent 0": ("no", "yes"), "agent 1": ("no", "yes")},
    )
    world = rule(club)
    turns = jax.jit(jax.vmap(lambda a: world.step(KEY, world.reset(KEY), a)))(jnp.array([[0, 5, 5], [0, 5, 2]]))
    assert turns.events.code("action").tolist() == [[0, 2, 2], [1, 2, 2]]
    assert turns.transfer[:, 1].tolist() == [-1.0, 0.0]


def test_words_keep_their_laws():
    word_laws(POND)
    institution_laws(rw.Contract("agent 0", on="catch of agent 1", rate=1), POND, then=rw.Sanction("agent 0", {"1": 2}))
    noisy = Watched("catch", "flag", ("no", "yes"), np.full((3, 2), 0.5))
    institution_laws(
        say(noisy, Care("agent 0", {"agent 1": 1}), Pay("agent 0", ("flag of agent 1",), np.ones(2))), POND
    )


WRONG = {
    "an event": (Pay("agent 0", ("meal of agent 0",), np.ones(3)), "“catch” .of a player."),
    "a shape": (Pay("agent 0", ("catch of agent 0",), np.ones(2)), r"shape \(3,\)"),
    "a number": (Pay("agent 0", ("catch of agent 0",), np.array([0, np.inf, 0])), "finite"),
    "twice": (Pay("agent 0", ("stock", "stock"), np.ones((10, 10))), "different signals"),
    "an action": (Permit("agent 0", ("7",)), "at least one of the actions 0, 1, 2"),
    "nothing left": (Bar("agent 0", "catch of agent 1", {"1": ("0", "1", "2")}), "catch of agent 1 is 1"),
    "an outcome": (Bar("agent 0", "catch of agent 1", {"9": ("0",)}), "one of 0, 1, 2"),
    "an unknown default": (Bar("agent 0", "catch of agent 1", {}, otherwise="flee"), "'flee'"),
    "messages": (Speak("agent 0", ("a", "a")), "different messages"),
    "itself": (Speak("agent 0", ("a",), "agent 0"), "other than the speaker"),
    "a law": (Commit("agent 0", (), np.array([[0.5, 0.2, 0.2]])), "commit agent 0"),
    "its own act": (Commit("agent 0", ("action of agent 0",), np.full((1, 3, 3), 1 / 3)), "do not depend"),
    "types": (Reveal(("agent 0",), (("x",),), np.ones((2, 1, 1))), "no types"),
    "a kind": (Show("zap"), "one of action, catch, stock"),
    "a rate": (Show("catch", rate=2), "at most 1"),
    "a number to hide": (Hide(("gold",)), "stock, month"),
    "a name": (Admit("agent 1", ("x",), np.zeros(1)), "a name other than"),
    "a payoff": (Admit("guard", ("x",), np.zeros(2)), r"\(1,\) by its own action"),
    "a dislike": (Care("agent 0", {}, np.zeros(2)), "3 actions"),
    "a monitor": (Watched("catch", "flag", ("no", "yes"), np.ones((2, 2))), r"shape \(3, 2\)"),
    "a taken name": (Watched("catch", "stock", ("no",), np.ones((3, 1))), "no event has yet"),
    "a script": (Scripted("agent 1", Fixed(jnp.array([0, 3]))), "a code from 0 to 2"),
    "no move": (object(), "seven words"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_told(name):
    move, message = WRONG[name]
    with pytest.raises(rw.InputError, match=message):
        say(move)(POND)


def test_an_action_out_of_range_is_told_before_anything_runs():
    with pytest.raises(rw.InputError, match=r"agent 1: needed a code from 0 to 2 .*found 3"):
        rollout(POND, Fixed(jnp.array([0, 3])), KEY)
    with pytest.raises(rw.InputError, match="a rule-maker"):
        with_designer(with_designer(POND))
    assert rollout(POND, Uniform(), KEY).base.shape == (1, 2)


def test_what_stands_beside_the_words_is_said_in_words():
    rule = say(Show("catch", rate=0.5), Bar("agent 0", "catch of agent 0", {"2": ("1",)}), Permit("agent 1", ("0",)))
    said = "show everybody the rate of catch; bar agent 0 from some actions by catch of agent 0; permit agent 1 only 0"
    assert sentence(rule, POND) == said

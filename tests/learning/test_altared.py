"""Altared commons: the rule as drawn, arms that differ in sight only, readers and guessers, an altar out of date."""

from dataclasses import replace
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning import catalogue
from rulewright.learning.policy import Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.altared import altared
from rulewright.learning.worlds.altared_berries import altared_berries
from rulewright.learning.worlds.altared_players import Villagers
from rulewright.learning.worlds.altared_shows import AltarShows
from rulewright.learning.worlds.altared_skills import ARMS, SIGNS, skilled
from rulewright.learning.worlds.altared_zones import Slate, ate, clean, redrawn
from rulewright.learning.worlds.fishery import Fishery

N = 16


def total(played, world, kind):
    codes = np.asarray(played.counts[[k.name for k in world.kinds].index(kind)])
    return (codes * np.arange(codes.shape[-1])).reshape(len(codes), -1).sum(axis=1)


def test_zones_are_drawn_in_proportion_to_what_they_hold():
    held = jnp.array([30, 10, 60])
    draws = jax.vmap(lambda u: redrawn(jnp.int32(1), held, 20, 20, u)[0])(jnp.linspace(0, 1, 901)[:-1])
    assert np.bincount(draws, minlength=4).tolist() == [300, 0, 600, 0]


@pytest.mark.parametrize(
    ("rule", "held", "new", "due"),
    [
        (0, (20, 0, 0), 0, False),
        (0, (17, 25, 0), 1, True),
        (0, (17, 21, 21), 3, True),
        (3, (17, 21, 21), 3, False),
        (3, (0, 0, 22), 2, True),
    ],
)
def test_when_the_rule_is_drawn_anew(rule, held, new, due):
    got = redrawn(jnp.int32(rule), jnp.array(held), 18, 22, jnp.float32(0.5))
    assert (int(got[0]), bool(got[1])) == (new, due)


def test_a_meal_is_an_offence_for_a_while_and_only_where_it_was_one():
    slate = ate(clean(3, 3), jnp.array([0, 1, 3]), 3)
    assert slate.guilty(jnp.int32(0), 3, 2).tolist() == [False, True, False]
    assert slate.guilty(jnp.int32(3), 3, 2).tolist() == [True, True, False]
    later = ate(ate(ate(slate, jnp.full(3, 3), 3), jnp.full(3, 3), 3), jnp.full(3, 3), 3)
    assert not later.guilty(jnp.int32(0), 3, 2).any() and later.guilty(jnp.int32(0), 3, 3)[1]


def trace(world, actions):
    def one(state, inputs):
        key, act = inputs
        turn = world.step(key, state, act)
        return turn.state, (turn, world.observe(turn.state))

    keys = jax.random.split(jax.random.key(2), len(actions))
    return jax.jit(lambda s: jax.lax.scan(one, s, (keys, actions))[1])(world.reset(jax.random.key(1)))


def test_arms_differ_in_what_is_seen_and_in_nothing_else():
    """The same actions give the same bytes of states, rewards and events, whether the altar shows its colour or not."""
    actions = jax.random.randint(jax.random.key(3), (150, 7), 0, 8)
    (shown, see), (hidden, hide) = (trace(altared(arm, least=24, enough=25), actions) for arm in ("shown", "hidden"))
    same = jax.tree.map(lambda a, b: bool((a == b).all()), (shown.state, shown.base), (hidden.state, hidden.base))
    assert all(jax.tree.leaves(same))
    assert all(
        (a == b).all() and a.dtype == b.dtype for a, b in zip(shown.events.codes, hidden.events.codes, strict=True)
    )
    view, blind = np.asarray(see.view), np.asarray(hide.view)
    base = altared().inner.view_codes
    differs = view != blind
    assert differs.any() and (blind[differs] == base + 7).all() and (see.numbers == hide.numbers).all()
    rule = np.broadcast_to(np.asarray(shown.state.rule)[:, None, None, None], view.shape)
    assert (view[differs] == base + 3 + rule[differs]).all() and len(set(rule[:, 0, 0, 0])) > 1


def test_readers_sanction_the_right_ones_and_keep_more_than_guessers():
    world = altared()
    assert (world.n, len(world.zones), len(set(world.zones)), world.inner.timeout + 1) == (7, 6, 3, 25)
    groups = {by: rollout(world, Villagers(by, by), jax.random.key(0), batch=N, steps=999) for by in ("altar", "guess")}
    returns, left = {}, {}
    for by, played in groups.items():
        group = np.asarray(played.base).sum(axis=1)
        returns[by] = (group.mean(), 1.96 * group.std(ddof=1) / np.sqrt(N))
        left[by] = np.asarray(played.state.inner.apples).sum(axis=1)
        meals = np.asarray(played.counts[[k.name for k in world.kinds].index("meal")])[..., 1:].sum(axis=(1, 2))
        right, wrong = total(played, world, "correct sanction"), total(played, world, "misdirected sanction")
        assert (group == meals - 10 * (right + wrong) + 20 * right).all() and right.sum() > 0
    readers, guessers = groups["altar"], groups["guess"]
    assert total(readers, world, "misdirected sanction").sum() == 0
    # what grows under one's feet is eaten, allowed or not
    assert 2 * total(readers, world, "trespass").mean() < total(guessers, world, "trespass").mean()
    assert total(guessers, world, "misdirected sanction").sum() > 0
    assert returns["altar"][0] - returns["altar"][1] > 2 * (returns["guess"][0] + returns["guess"][1])
    assert left["altar"].min() > left["guess"].max()


@pytest.fixture(scope="module")
def accuracy():
    """Share of sanctions that are right, before and after one change of the rule at step 100: (right, number) of each.

    The change is made by hand, so that it does not depend on where players eat: the altar follows it, or stays as it was.
    """
    world = altared("stale", regrowth=(0.05, 0.1, 0.2, 0.3), least=0, enough=0)
    batch, steps = 32, 100

    @jax.jit
    def half(policy, key, state, memory):
        def one(carry, key):
            state, memory = carry
            a, b = jax.random.split(key)
            seen = jax.vmap(world.observe)(state)
            acts, memory = jax.vmap(lambda k, s, e, m: policy.act(k, world, s, e, m))(
                jax.random.split(a, batch), state, seen, memory
            )
            turn = jax.vmap(world.step)(jax.random.split(b, batch), state, acts)
            got = turn.events.code("correct sanction").sum(), turn.events.code("misdirected sanction").sum()
            return (turn.state, memory), got

        after, (right, wrong) = jax.lax.scan(one, (state, memory), jax.random.split(key, steps))
        return (*after, right.sum(), right.sum() + wrong.sum())

    def run(judge_by, follows):
        policy = Villagers("guess", judge_by, wardens=4)
        state = jax.vmap(world.reset)(jax.random.split(jax.random.key(0), batch))
        memory = jax.tree.map(lambda x: jnp.broadcast_to(x, (batch, *x.shape)), policy.first(world))
        state, memory, *before = half(policy, jax.random.key(1), state, memory)
        rule = (state.rule + 1) % 3
        fresh = jax.tree.map(lambda x: jnp.broadcast_to(x, (batch, *x.shape)), clean(7, 3))
        posted = rule if follows else state.posted
        state = replace(state, rule=rule, posted=posted, drawn=state.drawn + 1, slate=fresh)
        *_, right, number = half(policy, jax.random.key(2), state, memory)
        return tuple(map(int, before)), (int(right), int(number))

    return {"fresh": run("altar", True), "stale": run("altar", False), "guess": run("guess", True)}


def test_a_stale_altar_is_worth_no_more_than_a_guess_after_one_change(accuracy):
    (right, number), (after, many) = accuracy["fresh"]
    assert right == number > 50 and after == many > 50
    (right, number), (after, many) = accuracy["stale"]
    assert right == number > 50 and many > 50
    share, chance = after / many, accuracy["guess"][1][0] / accuracy["guess"][1][1]
    error = 1.96 * np.sqrt(share * (1 - share) / many + chance * (1 - chance) / accuracy["guess"][1][1])
    assert share + error < 1 and share < chance + error


def test_a_second_altared_world_shows_what_is_taboo():
    world = altared_berries("stale", period=20.0)
    played = rollout(world, Uniform(), jax.random.key(0), batch=4, steps=200)
    assert (played.state.drawn > 0).all() and total(played, world, "trespass").min() > 0
    right, wrong = total(played, world, "correct sanction").sum(), total(played, world, "misdirected sanction").sum()
    hits = np.asarray(played.counts[3])[..., 1:].sum()
    assert right + wrong == hits > 0
    assert isinstance(played.state.slate, Slate)


def test_what_the_altar_shows_is_a_rule_that_files_may_name():
    hidden = AltarShows("hidden")(altared())
    assert hidden.altar == "hidden" and hidden.kinds == altared().kinds
    assert AltarShows("stale")(altared_berries()).altar == "stale"
    named = catalogue.institution([{"rule": "altar shows", "altar": "hidden"}], Fraction)
    assert named(altared()).altar == "hidden"


def test_where_the_altar_shows_nothing_readers_guess():
    world = altared("hidden")
    state, policy = world.reset(jax.random.key(0)), Villagers()

    @jax.jit
    def acts(posted):
        there = replace(state, posted=posted)
        return policy.act(jax.random.key(1), world, there, world.observe(there), policy.first(world))[0]

    assert (acts(jnp.int32(0)) == acts(jnp.int32(2))).all()


@pytest.mark.parametrize("make", [altared, altared_berries])
def test_skills_are_one_game_in_all_arms_and_only_readers_know(make):
    """The same skills give the same bytes whoever can read the sign; judges by the posted sign are never wrong."""
    step, see = jax.jit(lambda w, k, s, a: w.step(k, s, a)), jax.jit(lambda w, s: w.observe(s).numbers)
    worlds = {arm: skilled(make(players=5), arm) for arm in ARMS}
    state = {arm: jax.jit(lambda w: w.reset(jax.random.key(1)))(world) for arm, world in worlds.items()}
    wrong = 0
    for t in range(60):
        sign = SIGNS + state["posted"].inner.posted
        acts = jnp.full(5, sign).at[3:].set(jnp.array([t % 4, (t // 15) % 4]))
        turns = {arm: step(world, jax.random.key(t), state[arm], acts) for arm, world in worlds.items()}
        posted, hidden = turns["posted"], turns["hidden"]
        same = (posted.state.inner, posted.base, posted.events), (hidden.state.inner, hidden.base, hidden.events)
        assert all(
            np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in zip(*map(jax.tree.leaves, same), strict=True)
        )
        wrong += int(posted.events.code("misdirected sanction").sum())
        state = {arm: turn.state for arm, turn in turns.items()}
    read = {arm: np.asarray(see(world, state[arm]))[:, :5].argmax(axis=1) for arm, world in worlds.items()}
    assert wrong == 0 and (read["posted"] == int(state["posted"].inner.posted)).all() and (read["hidden"] == 4).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: skilled(Fishery(), "altar"), "an altared world"),
        (lambda: skilled(altared(), "loud"), "posted, altar, hidden"),
        (lambda: AltarShows("seen"), "shown, hidden, stale"),
        (lambda: AltarShows("hidden")(Fishery()), "an altared world"),
        (lambda: altared("seen"), "shown, hidden, stale"),
        (lambda: altared(least=5, enough=3), "least ≤ enough"),
        (lambda: altared(zones=(0, 1)), "each of 6 patches"),
        (lambda: altared(players=40), "spawn point"),
        (lambda: altared_berries(period=0.5), "period ≥ 1"),
        (lambda: Villagers("oracle").first(altared()), "altar, guess"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(make, said):
    with pytest.raises(rw.InputError, match=said):
        make()

"""Casts, replayed people, and what a world is worth to each."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game.library import prisoners
from rulewright.learning.humans import Cast, Replay, values
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.repeated import Repeated

KEY = jax.random.key(0)
WORLD = Fishery(count=2, months=3)
ROWS = [(t, "agent 0", str(c)) for t, c in ((1, 4), (2, 0), (3, 7))]


def test_replayed_people_beside_a_script():
    people = Replay.of(WORLD, ROWS)
    cast = Cast.of(WORLD, {"agent 0": people}, rest=Fixed(jnp.array([9, 5])))
    played = rollout(WORLD, cast, KEY, batch=2)
    assert played.base.tolist() == [[11, 15]] * 2 and played.episodes.tolist() == [1, 1]
    twice = rollout(WORLD, cast, KEY, steps=6)  # a new episode is played from the first round again
    assert twice.base.tolist() == [[22, 30]]


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_tables_are_read(tmp_path, ending):
    file = tmp_path / f"people.{ending}"
    if ending == "csv":
        file.write_text("round,player,action\n" + "".join(f"{t},{p},{a}\n" for t, p, a in ROWS), encoding="utf-8")
    else:
        rows = [dict(zip(("round", "player", "action"), row, strict=True)) for row in ROWS]
        file.write_text(json.dumps(rows), encoding="utf-8")
    assert Replay.read(file, WORLD).actions[:, 0].tolist() == [4, 0, 7]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(1, "agent 9", "0")], "row 1: needed a player: one of agent 0, agent 1, found 'agent 9'"),
        ([(1, "agent 0", "21")], "row 1: needed an action of agent 0.*found '21'"),
        ([("zero", "agent 0", "1")], "row 1: needed a round"),
        ([*ROWS, ROWS[1]], "row 4: needed one action of agent 0 in round 2, found a second one"),
        (ROWS[:2], "needed an action of agent 0 in each of 3 rounds, found none in round 3"),
        ([(1, "agent 0")], "row 1: needed round, player, action, found 2 entries"),
        ([], "at least one row"),
    ],
)
def test_a_wrong_table_is_named(rows, said):
    with pytest.raises(rw.InputError, match=said):
        Replay.of(WORLD, rows)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "round,player\n1,agent 0\n", "row 1: needed round, player, action, found no action"),
        ("a.json", "[1]", "needed a list of objects"),
        ("a.json", "[", "line 1: needed JSON"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(rw.InputError, match=said):
        Replay.read(tmp_path / name, WORLD)
    with pytest.raises(rw.InputError, match="needed a CSV or JSON file"):
        Replay.read(tmp_path / "nowhere.csv", WORLD)


def test_nobody_is_left_without_a_policy():
    with pytest.raises(rw.InputError, match="found none for agent 1"):
        Cast.of(WORLD, {"agent 0": Uniform()})
    with pytest.raises(rw.InputError, match="needed one of agent 0, agent 1"):
        Cast.of(WORLD, {"agent 7": Uniform()}, rest=Uniform())


def test_values_are_discounted_and_people_are_those_named():
    world = Repeated.of(prisoners(), 3)
    both = Fixed(jnp.array([0, 1]))
    found = values(
        world, both, humans=["row"] if "row" in world.players else [world.players[0]], discount=[0.5, 1], episodes=2
    )
    one = np.asarray(prisoners().floats.payoff)[:, 0, 0, 0, 1]
    assert np.allclose(found.mean, [1.75 * one[0], 3 * one[1]]) and not found.half.any()
    assert found.people == pytest.approx(1.75 * one[0])
    with pytest.raises(rw.InputError, match="discounts from 0 to 1"):
        values(world, both, discount=1.1)


def test_intervals_cover_as_often_as_they_say():
    world = Repeated.of(prisoners(), 1)
    truth = np.asarray(prisoners().floats.payoff)[0, 0, 0].mean()
    hits = [abs(v.mean[0] - truth) <= v.half[0] for v in (values(world, episodes=100, seed=s) for s in range(200))]
    assert 0.88 <= np.mean(hits) <= 0.99


def test_an_episode_counts_to_its_first_end():
    world = Fishery(count=2, most=60, months=4)
    found = values(world, Fixed(jnp.array([50, 50])), episodes=2)
    assert found.mean.tolist() == [50, 50]

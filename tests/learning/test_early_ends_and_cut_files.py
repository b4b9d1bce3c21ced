"""What a second reader found: episodes that end early, files that were cut off, and settings that no file can say."""

import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning import catalogue
from rulewright.learning.learners import IPPO, Network, deviation
from rulewright.learning.learners.checkpoint import read, write
from rulewright.learning.learners.hooks import JsonLines, lines
from rulewright.learning.learners.train import METRICS, train, writing
from rulewright.learning.measures import measures
from rulewright.learning.policy import Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.world import Events, Seen, Turn, World, pytree, static
from rulewright.learning.world.seen import no_view
from rulewright.learning.world.world import action_kind, agents
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.harvest import harvest

KEY = jax.random.key(0)


@pytree
class Early(World):
    """Pays player i so much times i + 1 in each step; ends after three steps though the horizon is four. "b" is never available."""

    pay: Any = 1.0
    count: int = static(default=2)

    @property
    def players(self):
        return agents(self.count)

    @property
    def actions(self):
        return (("a", "b"),) * self.count

    @property
    def kinds(self):
        return (action_kind(self.actions),)

    @property
    def horizon(self):
        return 4

    @property
    def number_names(self):
        return ("time",)

    def available(self, state):
        return jnp.array([[True, False]] * self.count)

    def reset(self, key):
        return jnp.int32(0)

    def step(self, key, state, actions):
        nothing = jnp.zeros(self.count, jnp.float32)
        base = self.pay * (1.0 + jnp.arange(self.count, dtype=jnp.float32))
        events = Events((actions,), self.kinds)
        over, cut = state + 1 >= 3, state + 1 >= 4
        return Turn(state + 1, base, nothing, nothing, jnp.float32(0), over, cut, events)

    def observe(self, state):
        return Seen(no_view(self.count), jnp.full((self.count, 1), state / 4, jnp.float32))


def test_a_deviator_is_valued_by_whole_episodes():
    learner = IPPO(worlds=2, steps=4, minibatches=2, network=Network(hidden=(4,)))
    found = deviation(Early(), Uniform(), 1, learner, 8, KEY, seeds=2, episodes=2)
    np.testing.assert_array_equal(found.before, [6, 6])  # three steps of 2; not the four that were played
    np.testing.assert_array_equal(found.after, [6, 6])


def test_times_are_counted_from_the_start_of_an_episode():
    played = rollout(Early(), Uniform(), KEY, steps=6, batch=2)
    np.testing.assert_array_equal(played.episodes, [2, 2])
    np.testing.assert_array_equal(played.when, np.full((2, 2), 6))  # 0 + 1 + 2, twice
    np.testing.assert_array_equal(measures(played, 6).sustainability, [1, 1])
    assert not np.asarray(played.counts[0])[..., 1].any()  # "b" is never drawn


def test_a_loss_is_no_reward_for_sustainability():
    played = rollout(Early(pay=-1.0), Uniform(), KEY, steps=6, batch=2)
    assert not played.paid.any() and not played.when.any()


def test_a_damaged_checkpoint_is_told_in_a_sentence(tmp_path):
    path, state = tmp_path / "checkpoint-1.npz", {"a": jnp.arange(4096.0)}
    write(path, state, {})
    whole = path.read_bytes()
    np.testing.assert_array_equal(read(path, state, {})["a"], state["a"])
    at = whole.index(np.arange(4096.0, dtype=np.float32)[100:110].tobytes())
    for cut in (whole[:300], whole[:-40], whole[:at] + bytes(64) + whole[at + 64 :], b""):
        path.write_bytes(cut)
        with pytest.raises(rw.InputError, match="needed a checkpoint"):
            read(path, state, {})


def test_figures_that_were_cut_off_are_left_out_and_come_again(tmp_path):
    path = tmp_path / METRICS
    whole = [json.dumps({"step": s, "return": 1.0}) for s in (1, 2)]
    for end in ("\n" + whole[1][:-4], "\n" + whole[1]):  # in the middle, and of its end of line alone
        path.write_text(whole[0] + end)
        assert [line["step"] for line in lines(path)] == [1]
        hook = JsonLines(path)
        hook.resumed(2)
        hook.scalars(2, {"return": 2.0})
        assert [line["step"] for line in lines(path)] == [1, 2]


def test_figures_without_a_checkpoint_are_not_written_twice(tmp_path):
    world = Fishery(count=2, most=4, capacity=8, least=1, months=6)
    learner = IPPO(worlds=2, steps=4, minibatches=2, network=Network(hidden=(4,)))
    (tmp_path / METRICS).write_text('{"step": 8, "return": 0.0}\n')  # killed before the first checkpoint
    with pytest.raises(rw.InputError, match="resume=True"):
        train(world, learner, 8, KEY, out=tmp_path)
    done = train(world, learner, 8, KEY, out=tmp_path, resume=True)
    assert [line["step"] for line in lines(tmp_path / METRICS)] == [c.step for c in done.history] == [8]
    assert "no checkpoint to resume from" in done.how


def test_a_folder_that_cannot_be_written_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(rw.InputError, match="a folder that can be written"):
        train(Early(), IPPO(worlds=2, steps=4, minibatches=2), 8, KEY, out=tmp_path / "file")
    with pytest.raises(rw.InputError, match="No space left"), writing(tmp_path):
        raise OSError(28, "No space left on device")


def test_a_map_of_ones_own_from_a_file():
    def number(text):
        raise AssertionError(text)

    rows = ["WWWWW", "WPA W", "WWWWW"]
    named = {name: {"map": drawn, "players": 1} for name, drawn in (("one", rows), ("none", ["WWWW", "WA W", "WWWW"]))}
    assert harvest(rows, players=1).count == 1
    with pytest.raises(rw.InputError, match="at least one spawn point"):
        harvest(named["none"]["map"], players=1)
    with pytest.raises(rw.InputError, match="rows of characters"):
        harvest([1, 2], players=1)
    with pytest.raises(rw.InputError, match="at least one, found 0"):
        harvest("orchard", players=0)
    with pytest.raises(rw.InputError, match="at least one step"):
        harvest("orchard", players=2, steps=-5)
    with pytest.raises(rw.InputError, match="which a file cannot say"):
        catalogue.world("clean_up", {"map": "MAP"}, number)


def test_ctrl_c_while_it_compiles_ends_with_a_sentence(monkeypatch, capfd):
    from rulewright.assessment.world import training
    from rulewright.cli import main

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "run", interrupted)
    assert main(["train", "fishery"]) == 130
    assert "interrupted; nothing was written" in " ".join(capfd.readouterr().err.split())

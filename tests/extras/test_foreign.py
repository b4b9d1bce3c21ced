"""Environments in: the house's institutions on an environment of somebody else's, and the same transfers as on a world."""

import subprocess
import sys
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from pettingzoo import ParallelEnv
from pettingzoo.test import parallel_api_test, parallel_seed_test
from pettingzoo.test.example_envs import generated_agents_env_v0

import rulewright as rw
from rulewright.extras.foreign import Foreign, Kind, govern
from rulewright.institution.moves import Admit, Care, Commit, Pay, Permit, Reveal, Speak


class Commons(ParallelEnv):
    """Three herders with a common; each takes 0 to 4 of what is left, in the order of their names; the greedy one goes home."""

    metadata = {"name": "commons_v0", "render_modes": []}  # noqa: RUF012

    def __init__(self, horizon=5):
        self.possible_agents = ["herder_0", "herder_1", "herder_2"]
        self.horizon, self.render_mode = horizon, None
        self.spaces = {a: gymnasium.spaces.Discrete(5) for a in self.possible_agents}
        self.seen = {a: gymnasium.spaces.Box(0, 100, (2,), np.float32) for a in self.possible_agents}

    def observation_space(self, agent):
        return self.seen[agent]

    def action_space(self, agent):
        return self.spaces[agent]

    def _observe(self):
        return {a: np.array([self.grass, self.time], np.float32) for a in self.agents}

    def reset(self, seed=None, options=None):
        self.rng = np.random.default_rng(seed)
        self.agents, self.grass, self.time = self.possible_agents[:], 20, 0
        return self._observe(), {a: {} for a in self.agents}

    def step(self, actions):
        rewards, infos = {}, {}
        self.time += 1
        for agent in self.agents:
            rewards[agent] = float(min(actions[agent], self.grass))
            self.grass -= int(rewards[agent])
            infos[agent] = {"meal": int(rewards[agent])}
        self.grass = min(2 * self.grass, 20)
        ended = {a: bool(actions[a] == 4 and self.rng.random() < 0.5) for a in self.agents}
        cut = dict.fromkeys(self.agents, self.time >= self.horizon)
        observations = self._observe()
        self.agents = [a for a in self.agents if not ended[a] and not cut[a]]
        return observations, rewards, ended, cut, infos


MEAL = Kind("meal", tuple(map(str, range(5))))


def meals(happened):
    return {"meal": {agent: info["meal"] for agent, info in happened.infos.items()}}


TAX = rw.Contract("herder_0", on="meal of herder_0", rate=-0.5) >> rw.Sanction("herder_1", {"4": 3})
BAN = rw.Moves("ban", (Permit("herder_2", ("0", "1")),))


def played(env, *rounds):
    env.reset(seed=0)
    return [env.step(dict(zip(env.agents, actions, strict=True))) for actions in rounds]


def test_pettingzoo_takes_it_under_rules():
    parallel_api_test(govern(Commons(), TAX, kinds=(MEAL,), events=meals), num_cycles=30)
    parallel_seed_test(lambda: govern(Commons(), TAX >> BAN, kinds=(MEAL,), events=meals, otherwise="0"), num_cycles=30)


def test_pay_is_booked_apart_and_the_fund_balances():
    env = govern(Commons(), TAX, kinds=(MEAL,), events=meals)
    ((_, rewards, *_, infos),) = played(env, (2, 4, 1))
    assert rewards == {"herder_0": 1.0, "herder_1": 1.0, "herder_2": 1.0}
    got = infos["herder_1"]
    assert (got["base"], got["transfer"], got["fund"]) == (4.0, -3.0, 4.0)
    assert got["events"] == ("action of herder_1: 4", "meal of herder_1: 4")
    assert env.ledger.transfer.sum() + env.ledger.fund == 0 and env.ledger.base.tolist() == [2, 4, 1]


def test_the_environment_is_untouched_without_rules():
    bare, under = Commons(), govern(Commons())
    bare.reset(seed=3), under.reset(seed=3)
    for actions in ((1, 2, 3), (0, 0, 4)):
        one = bare.step(dict(zip(bare.agents, actions, strict=True)))
        other = under.step(dict(zip(under.agents, actions, strict=True)))
        for a, b in zip(one[1:4], other[1:4], strict=True):
            assert a == b
        assert all((one[0][a] == other[0][a]).all() for a in one[0])


def test_what_is_not_permitted_is_refused_or_replaced():
    with pytest.raises(rw.InputError, match="permitted action: 0, 1, found 3"):
        played(govern(Commons(), BAN), (0, 0, 3))
    env = govern(Commons(), BAN, otherwise="1")
    _, infos = env.reset()
    assert infos["herder_2"]["action_mask"].tolist() == [1, 1, 0, 0, 0]
    assert infos["herder_0"]["action_mask"].tolist() == [1] * 5
    ((_, rewards, *_),) = played(env, (0, 0, 3))
    assert rewards["herder_2"] == 1.0


def test_who_has_left_is_neither_paid_nor_read():
    split = rw.Moves("herders 1 and 2 are paid for what herder 0 does", tuple(
        Pay(f"herder_{i}", ("action of herder_0",), np.arange(5.0)) for i in (1, 2)
    ))  # fmt: skip
    env = govern(Commons(), split)
    env.reset(seed=0)
    while "herder_2" in env.agents:
        env.step({a: 4 if a == "herder_2" else 1 for a in env.agents})
        if not env.agents:
            env.reset()
    before = env.ledger.transfer.copy()
    _, _, _, _, infos = env.step({"herder_0": 3, "herder_1": 0})
    assert set(infos) == {"herder_0", "herder_1"} and (env.ledger.transfer - before).tolist() == [0, 3, 0]
    assert env.codes[0].tolist() == [3, 0, -1]
    nobody = govern(Commons(), rw.Contract("herder_0", on="action of herder_2", rate=1))
    nobody.env = env.env
    nobody.step({"herder_0": 0, "herder_1": 0})
    assert nobody.ledger.fund == 0


def test_messages_are_heard_and_a_mechanism_answers_them():
    table = np.zeros((1, 2, 5))
    table[0, 0, 1], table[0, 1, 4] = 1, 1  # eats 1 after "spare", 4 after "feast"
    rule = rw.Moves("asked", (
        Speak("herder_0", ("spare", "feast"), hearer="herder_1"),
        Commit("herder_2", ("message of herder_0",), table),
        Pay("herder_0", ("message of herder_0",), np.array([1.0, 0.0])),
    ))  # fmt: skip
    env = govern(Commons(), rule)
    assert env.action_space("herder_0").n == 10 and env.action_space("herder_2").n == 1
    assert env.game.actions[0][7] == "say feast; 2" and env.game.actions[2] == ("as committed",)
    ((_, rewards, *_, infos),) = played(env, (7, 3, 0))
    assert rewards == {"herder_0": 2.0, "herder_1": 3.0, "herder_2": 4.0}
    assert infos["herder_1"]["heard"] == {"herder_0": "feast"} and "heard" not in infos["herder_0"]
    ((_, rewards, *_),) = played(env, (1, 3, 0))
    assert rewards == {"herder_0": 2.0, "herder_1": 3.0, "herder_2": 1.0}


def test_caring_is_booked_as_care():
    rule = rw.Moves("care", (Care("herder_0", {"herder_1": 0.5}, np.array([0, 0, 0, 0, 2.0])),))
    env = govern(Commons(), rule)
    ((_, rewards, *_, infos),) = played(env, (4, 2, 0))
    assert rewards["herder_0"] == 3.0
    assert (infos["herder_0"]["base"], infos["herder_0"]["care"], infos["herder_0"]["fund"]) == (4.0, -1.0, 0.0)


OWN = (Commit("herder_0", ("action of herder_0",), np.ones((1, 5, 5)) / 5),)
REFUSED = [
    (lambda: govern(generated_agents_env_v0.env()), "aec_to_parallel"),
    (lambda: govern(object()), "possible_agents"),
    (lambda: TAX(Foreign.of(Commons())), "“action” .of a player."),
    (lambda: govern(Commons(), kinds=(MEAL,)), "kinds without a function"),
    (lambda: govern(Commons(), events=meals), "a function without kinds"),
    (lambda: govern(Commons(), names=("a", "a", "b")), "3 different names"),
    (lambda: govern(Commons(), labels={"herder_0": ["x"]}), "5 different labels"),
    (lambda: govern(Commons(), otherwise="rest"), "an action of herder_0"),
    (lambda: govern(Commons(), rw.Moves("r", (Reveal(("herder_0",), (("a", "b"),), np.ones((1, 1, 1, 2)) / 2),))), "types"),
    (lambda: govern(Commons(), rw.Moves("a", (Admit("rival", ("x",), np.zeros((1,))),))), "knows this player"),
    (lambda: govern(Commons(), rw.Moves("p", (Permit("herder_0", ("dance",)),))), "found dance"),
    (lambda: govern(Commons(), rw.Moves("c", OWN)), "decide themselves"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_does_not_fit_is_told(wrong, message):
    with pytest.raises(rw.InputError, match=message):
        wrong()


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (lambda h: {}, "codes of “meal”"),
        (lambda h: {"meal": {"herder_9": 1}}, "agents among herder_0"),
        (lambda h: {"meal": {"herder_0": "feast"}}, "an outcome among 0, 1"),
        (lambda h: {"meal": [7, 0, 0]}, "from 0 to 4"),
    ],
)
def test_wrong_events_are_told(events, message):
    with pytest.raises(rw.InputError, match=message):
        played(govern(Commons(), kinds=(MEAL,), events=events), (0, 0, 0))


def test_one_text_pays_the_same_on_a_world_and_on_a_foreign_environment():
    import jax
    import jax.numpy as jnp

    from rulewright.extras.marl import to_pettingzoo
    from rulewright.learning.worlds.fishery import Fishery

    world, key = Fishery(count=3, capacity=30, months=6), jax.random.key(0)
    text = rw.Contract("agent 0", on="catch of agent 0", rate=-0.25) >> rw.Sanction("agent 2", {"9": 2, "3": 1})
    ours, theirs = text(world), govern(to_pettingzoo(world), text)
    state = ours.reset(key)
    theirs.reset()
    for actions in ((4, 1, 3), (2, 2, 0), (9, 9, 9)):
        turn = ours.step(key, state, jnp.array(actions))
        state = turn.state
        *_, infos = theirs.step(dict(zip(theirs.agents, actions, strict=True)))
        assert [infos[a]["transfer"] for a in infos] == turn.transfer.tolist()
        assert [infos[a]["base"] for a in infos] == turn.base.tolist()
        assert infos["agent_0"]["fund"] == float(turn.fund)


class Matrix(ParallelEnv):
    """A two-player matrix game of the house, once, as somebody else might write it."""

    metadata = {"name": "matrix_v0"}  # noqa: RUF012

    def __init__(self, game):
        self.game, self.possible_agents = game, ["player_0", "player_1"]

    def action_space(self, agent):
        return gymnasium.spaces.Discrete(2)

    def reset(self, seed=None, options=None):
        self.agents = self.possible_agents[:]
        return dict.fromkeys(self.agents, 0), {a: {} for a in self.agents}

    def step(self, actions):
        cell = tuple(actions[a] for a in self.agents)
        rewards = {a: float(self.game.payoff[(i, 0, 0, *cell)]) for i, a in enumerate(self.agents)}
        seen, infos, over = dict.fromkeys(rewards, 0), {a: {} for a in rewards}, dict.fromkeys(rewards, True)
        self.agents = []
        return seen, rewards, over, dict.fromkeys(over, False), infos


def test_one_text_pays_the_same_on_a_matrix_game_and_on_a_foreign_environment():
    game = rw.library.prisoners()
    text = (
        rw.Sanction("row", {"defect": 2})
        >> rw.Contract("column", on="action of row", amounts={"defect": 1})
        >> rw.Promise({"row": "cooperate", "column": "cooperate"}, 0.5)
    )
    induced, labels = text(game), dict.fromkeys(("player_0", "player_1"), game.actions[0])
    env = govern(Matrix(game), text, labels=labels, names=game.players)
    for cell in np.ndindex(2, 2):
        env.reset()
        _, rewards, *_, infos = env.step(dict(zip(env.agents, cell, strict=True)))
        assert [infos[a]["transfer"] for a in infos] == [float(x) for x in induced.transfer[(slice(None), 0, 0, *cell)]]
        assert list(rewards.values()) == [float(x) for x in induced.payoff[(slice(None), 0, 0, *cell)]]


def test_no_jax_is_needed():
    code = (
        "import sys; sys.modules['jax'] = None\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_foreign import MEAL, TAX, Commons, govern, meals, played\n"
        "env = govern(Commons(), TAX, kinds=(MEAL,), events=meals)\n"
        "played(env, (2, 4, 1))\n"
        "print(sys.modules['jax'], 'rulewright.learning' in sys.modules, env.ledger.fund)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.split() == ["None", "False", "4.0"]

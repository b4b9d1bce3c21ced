"""The guard in environments: PettingZoo's and Gymnasium's own tests of conformance, and the same transfers as `govern`."""

import itertools
from fractions import Fraction

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo import AECEnv
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test

import rulewright as rw
from rulewright.errors import InputError
from rulewright.extras.foreign import Kind, govern
from rulewright.extras.marl.guarded import guarded
from rulewright.guard import Charter, Guard
from rulewright.guard import guard as guard_of
from rulewright.guard.charter import Agent, Appeals, Audit, Ladder, Permit, Price, Reveal, Rung, Speak
from rulewright.institution.moves import Care, Commit
from rulewright.institution.moves import Permit as Allow

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # the checkers advise on style

HERDERS = tuple(f"herder_{k}" for k in range(3))
AGENTS = tuple(map(Agent, HERDERS))
SEED = bytes(32)
MEAL = Kind("meal", tuple(map(str, range(5))))


def meals(happened):
    return {"meal": {agent: info["meal"] for agent, info in happened.infos.items() if "meal" in info}}


class Commons:
    """Herders take 0 to 4 of what is left, in the order of their names."""

    metadata = {"name": "pasture_v0", "render_modes": [], "is_parallelizable": True}  # noqa: RUF012
    render_mode = None

    def __init__(self, horizon=4):
        self.possible_agents, self.horizon = list(HERDERS), horizon
        self.spaces = {a: gymnasium.spaces.Discrete(5) for a in HERDERS}
        self.seen = {a: gymnasium.spaces.Box(0, 100, (2,), np.float32) for a in HERDERS}

    def observation_space(self, agent):
        return self.seen[agent]

    def action_space(self, agent):
        return self.spaces[agent]

    def observed(self):
        return np.array([self.grass, self.time], np.float32)

    def take(self, wish):
        meal = min(int(wish), self.grass)
        self.grass -= meal
        return meal

    def close(self):
        pass


class Together(Commons):
    def reset(self, seed=None, options=None):
        self.rng = np.random.default_rng(seed)
        self.agents, self.grass, self.time = list(HERDERS), 20, 0
        return {a: self.observed() for a in self.agents}, {a: {} for a in self.agents}

    def step(self, actions):
        self.time += 1
        meals = {a: self.take(actions[a]) for a in self.agents}
        self.grass = min(2 * self.grass, 20)
        ended = {a: bool(actions[a] == 4 and self.rng.random() < 0.3) for a in self.agents}  # the greedy may go home
        cut = dict.fromkeys(self.agents, self.time >= self.horizon)
        seen = {a: self.observed() for a in self.agents}
        self.agents = [a for a in self.agents if not ended[a] and not cut[a]]
        return seen, {a: float(m) for a, m in meals.items()}, ended, cut, {a: {"meal": m} for a, m in meals.items()}


class InTurn(Commons, AECEnv):
    def observe(self, agent):
        return self.observed()

    def reset(self, seed=None, options=None):
        self.agents, self.grass, self.time = list(HERDERS), 20, 0
        self.agent_selection = HERDERS[0]
        self.rewards, self._cumulative_rewards = dict.fromkeys(HERDERS, 0.0), dict.fromkeys(HERDERS, 0.0)
        self.terminations, self.truncations = dict.fromkeys(HERDERS, False), dict.fromkeys(HERDERS, False)
        self.infos = {a: {} for a in HERDERS}

    def step(self, action):
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        self._cumulative_rewards[agent] = 0.0
        meal = self.take(action)
        self.rewards = dict.fromkeys(self.agents, 0.0) | {agent: float(meal)}
        self.infos = {a: {} for a in self.agents} | {agent: {"meal": meal}}
        k = self.agents.index(agent) + 1
        if k == len(self.agents):
            self.time, self.grass = self.time + 1, min(2 * self.grass, 20)
            self.truncations = dict.fromkeys(self.agents, self.time >= self.horizon)
        self.agent_selection = self.agents[k % len(self.agents)]
        self._accumulate_rewards()


class Alone(gymnasium.Env):
    """One herder."""

    metadata = {"render_modes": []}  # noqa: RUF012
    action_space = gymnasium.spaces.Discrete(5)
    observation_space = gymnasium.spaces.Box(0, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.grass, self.time = float(self.np_random.random()), 0
        return self.observed(), {}

    def observed(self):
        return np.array([self.grass, self.time / 10], np.float32)

    def step(self, action):
        self.time += 1
        return self.observed(), float(action), False, self.time >= 3, {}


@pytest.fixture
def ledger(tmp_path):
    count = itertools.count()
    return lambda: tmp_path / f"ledger {next(count)}"


TAX = rw.Contract("herder_0", on="meal of herder_0", rate=-0.5) >> rw.Sanction("herder_1", {"4": 3})
BAN = rw.Moves("ban", (Allow("herder_2", ("0", "1")),))
SHOWN = {"kinds": (MEAL,), "events": meals}


def played(env, *rounds):
    env.reset(seed=0)
    return [env.step(dict(zip(env.agents, acts, strict=True))) for acts in rounds]


# ── conformance ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pettingzoo_and_gymnasium_take_them(ledger):
    free = Charter(agents=AGENTS, free=True, prices=(Price("-1", ("4",)),))
    parallel_api_test(guarded(Together(), TAX, ledger(), **SHOWN), num_cycles=12)
    parallel_seed_test(
        lambda: guarded(Together(), TAX >> BAN, ledger(), seed=SEED, otherwise="0", **SHOWN), num_cycles=12
    )
    api_test(guarded(InTurn(), free, ledger()), num_cycles=20)
    seed_test(lambda: guarded(InTurn(), free, ledger(), seed=SEED), num_cycles=12)
    one = Charter(agents=(Agent("agent"),), free=True, prices=(Price("-1", ("4",)),))
    check_env(guarded(Alone(), one, ledger()), skip_render_check=True)


# ── the same money ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rules", [TAX, TAX >> BAN])
def test_a_static_institution_moves_the_same_money_as_govern(rules, ledger):
    rng = np.random.default_rng(0)
    plain, kept = (
        make(Together(), rules, *more, otherwise="0", **SHOWN) for make, more in ((govern, ()), (guarded, (ledger(),)))
    )
    moved = 0.0
    for episode in range(3):
        plain.reset(seed=episode), kept.reset(seed=episode)
        while plain.agents:
            acts = {agent: int(rng.integers(5)) for agent in plain.agents}
            one, other = plain.step(acts), kept.step(acts)
            assert one[1] == other[1]
            for agent, info in one[4].items():
                assert info["transfer"] == other[4][agent]["transfer"] and info["base"] == other[4][agent]["base"]
                assert (info["action_mask"] == other[4][agent]["action_mask"]).all() if "action_mask" in info else True
            moved += abs(plain.ledger.fund)
        assert plain.agents == kept.agents
    assert moved > 0


def test_in_turn_a_round_is_a_period_and_rewards_add_up(ledger):
    env = guarded(InTurn(), TAX, ledger(), **SHOWN)
    env.reset(seed=0)
    seen = {agent: [] for agent in HERDERS}
    for agent in env.agent_iter():
        _, reward, ended, cut, info = env.last()
        if "base" in info:
            assert reward == pytest.approx(info["base"] + info["transfer"])
        seen[agent].append((reward, info.get("transfer", 0.0)))
        env.step(None if ended or cut else 4 if agent == "herder_1" else 2)
    assert [t for _, t in seen["herder_0"]] == [0.0, -1.0, -1.0, -1.0, -1.0]  # half of 2, a round later
    assert [t for _, t in seen["herder_1"]] == [0.0, -3.0, -3.0, -3.0, -3.0]
    assert len([e for e in env.guard.ledger.entries() if e.kind == "settlement"]) == 4


# ── what a charter does ─────────────────────────────────────────────────────────────────────────────────────────────


def test_audits_fines_appeals_and_exclusion(ledger):
    charter = Charter(
        agents=AGENTS,
        free=True,
        audits=(Audit("weighing", Fraction(1), agents=("herder_0",), violation="meal > 3", fine=Fraction(5)),),
        ladder=Ladder((Rung(1, Fraction(1), 1),)),
        appeals=Appeals(),
    )
    env = guarded(Together(), charter, ledger(), otherwise="0", **SHOWN)
    (_, rewards, _, _, infos), second = played(env, (3, 1, 1), (3, 0, 0))
    assert infos["herder_0"]["audit"] == {"weighing": False} and infos["herder_1"]["audit"] == {}
    env.reset(seed=0)
    _, rewards, _, _, infos = env.step(dict.fromkeys(env.agents, 4))
    mine = infos["herder_0"]
    assert mine["audit"] == {"weighing": True} and mine["sanction"] == -6 and mine["transfer"] == -6
    assert rewards["herder_0"] == 4 - 6 and "weighing" in mine["reason"]
    (line,) = mine["sanctions"]
    assert env.appeal("herder_0", line, "the scales were wrong") > line
    _, rewards, _, _, infos = env.step(dict.fromkeys(env.agents, 2))
    assert (infos["herder_0"]["asked"], infos["herder_0"]["done"]) == ("2", "0")
    assert "excluded" in infos["herder_0"]["reason"] and rewards["herder_0"] == 0
    assert second[1]["herder_0"] == 3


def test_permits_mask_replace_or_refuse(ledger):
    charter = Charter(agents=AGENTS, permits=(Permit(("0", "1"), ("herder_0",)), Permit(("*",), HERDERS[1:])))
    env = guarded(Together(), charter, ledger())
    _, infos = env.reset(seed=0)
    assert infos["herder_0"]["action_mask"].tolist() == [1, 1, 0, 0, 0]
    assert infos["herder_1"]["action_mask"].tolist() == [1] * 5
    with pytest.raises(InputError, match="4 is not permitted to herder_0"):
        env.step(dict.fromkeys(HERDERS, 4))
    _, _, _, _, infos = played(guarded(Together(), charter, ledger(), otherwise="0"), (4, 3, 3))[0]
    assert infos["herder_0"]["done"] == "0" and infos["herder_0"]["base"] == 0


def test_messages_and_what_is_revealed_stand_in_infos(ledger):
    charter = Charter(
        agents=AGENTS,
        free=True,
        speaks=(Speak("herder_0", ("herder_1",), ("dry", "wet")),),
        reveals=(Reveal(("herder_2",), ("herder_0",), ("act",)),),
    )
    env = guarded(Together(), charter, ledger())
    env.reset(seed=0)
    assert env.say("herder_0", ["herder_1"], "dry").allowed
    refused = env.say("herder_0", ["herder_2"], "dry")
    assert not refused.allowed and "may not speak" in refused.reason
    _, _, _, _, infos = env.step(dict.fromkeys(HERDERS, 1))
    heard = {agent: [(e["kind"], e["agent"]) for e in infos[agent]["ledger"]] for agent in HERDERS}
    assert heard == {"herder_0": [], "herder_1": [("message", "herder_0")], "herder_2": [("act", "herder_0")]}
    assert infos["herder_1"]["ledger"][0]["text"] == "dry"


def test_one_agent_alone(ledger):
    charter = Charter(agents=(Agent("cow"),), permits=(Permit(("0", "2")),), prices=(Price("-1/2", ("2",)),))
    env = guarded(Alone(), charter, ledger(), names=["cow"], otherwise="0")
    env.reset(seed=0)
    _, reward, _, _, info = env.step(np.int64(2))
    assert reward == 1.5 and info["transfer"] == -0.5 and info["owed"] == -0.5
    assert env.step(4)[1] == 0
    assert [e.body["name"] for e in env.guard.ledger.entries() if e.kind == "act"] == ["2", "0"]


def test_actions_that_are_no_list_are_booked_as_they_are(ledger):
    class Arm(Alone):
        action_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)

        def step(self, action):
            return self.observed(), float(np.sum(action)), False, False, {}

    charter = Charter(agents=(Agent("agent"),), free=True)
    env = guarded(Arm(), charter, ledger())
    env.reset(seed=0)
    assert env.step(np.array([0.5, 0.25], np.float32))[1] == 0.75
    (act,) = [e for e in env.guard.ledger.entries() if e.kind == "act"]
    assert act.body["arguments"] == {"action": [0.5, 0.25]}


# ── the books ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_act_is_booked_once_and_settlements_note_the_base(ledger):
    env = guarded(Together(), TAX, ledger(), **SHOWN)
    played(env, (2, 1, 1), (2, 1, 1))
    lines = list(env.guard.ledger.entries())
    assert [line.agent for line in lines if line.kind == "act"] == [*HERDERS, *HERDERS]
    assert sum(line.kind == "outcome" for line in lines) == 6
    first = next(line for line in lines if line.kind == "settlement")
    assert first.body["payoffs"] == {"herder_0": 2.0, "herder_1": 1.0, "herder_2": 1.0}
    assert first.body["transfers"]["herder_0"] == "-1"


@pytest.mark.parametrize(("make", "act"), [(Together, dict.fromkeys(HERDERS, 1)), (InTurn, 1)])
def test_what_cannot_be_booked_is_not_done(make, act, ledger):
    inner = make()
    env = guarded(inner, Charter(agents=AGENTS, free=True), ledger(), otherwise=None)
    env.reset(seed=0)
    env.guard.close(final=True)
    with pytest.raises(InputError, match="could not book it"):
        env.step(act)
    assert inner.grass == 20


def test_wrong_rules_are_told(ledger):
    for rules, words in (
        (Charter(agents=(Agent("shepherd"),)), "every agent of the environment"),
        ("tax", "a charter, an institution"),
        (rw.Moves("kind", (Care("herder_0", {"herder_1": 1}),)), "pay, permit, and commit"),
    ):
        with pytest.raises(InputError, match=words):
            guarded(Together(), rules, ledger())
    with pytest.raises(InputError, match="the file to book in"):
        guarded(Together(), TAX)
    with pytest.raises(InputError, match="PettingZoo environment"):
        guarded(object(), TAX, ledger())
    guard = Guard.open(Charter(agents=AGENTS, free=True), ledger())
    with pytest.raises(InputError, match="the guard that is given has one"):
        guarded(Together(), guard, ledger())
    assert guarded(Together(), guard).guard is guard


def test_the_word_guard_knows_environments(ledger):
    charter = Charter(agents=(Agent("agent"),), free=True, prices=(Price("-1", ("4",)),))
    env = guard_of(Alone(), charter, ledger=ledger())
    env.reset(seed=0)
    assert env.step(4)[1] == 3
    charter = Charter(agents=AGENTS, free=True)
    assert guard_of(InTurn(), charter, ledger=ledger(), otherwise="0").desk.game.otherwise == "0"


def test_a_committed_herder_acts_by_its_law_whatever_it_says(ledger):
    script = rw.Moves("script", (Commit("herder_0", (), np.array([[0.0, 1, 0, 0, 0]])),))
    for _, rewards, _, _, infos in played(guarded(Together(), script, ledger()), (4, 0, 0), (0, 0, 0)):
        assert rewards["herder_0"] == 1 and infos["herder_0"]["done"] == "1"

"""Three herders and a pasture (PettingZoo, parallel): who takes 4 pays 3, and one of three such meals is looked at."""

import tempfile
from fractions import Fraction
from pathlib import Path

import gymnasium
import numpy as np
from pettingzoo import ParallelEnv

from rulewright.extras.foreign import Kind
from rulewright.extras.marl.guarded import guarded
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent, Audit, Price

HERDERS = ("ann", "bob", "eve")


class Pasture(ParallelEnv):
    """Each takes 0 to 4 of what is left; what is left doubles."""

    metadata = {"name": "pasture_v0"}  # noqa: RUF012
    possible_agents = list(HERDERS)  # noqa: RUF012

    def observation_space(self, agent):
        return gymnasium.spaces.Box(0, 20, (1,), np.float32)

    def action_space(self, agent):
        return gymnasium.spaces.Discrete(5)

    def reset(self, seed=None, options=None):
        self.agents, self.grass, self.day = list(HERDERS), 20, 0
        return self.observed(), {a: {} for a in HERDERS}

    def observed(self):
        return {a: np.array([self.grass], np.float32) for a in HERDERS}

    def step(self, actions):
        self.day += 1
        meals = {}
        for agent in HERDERS:
            meals[agent] = min(int(actions[agent]), self.grass)
            self.grass -= meals[agent]
        self.grass = min(20, 2 * self.grass)
        over = dict.fromkeys(HERDERS, self.day == 5)
        self.agents = [] if self.day == 5 else self.agents
        infos = {a: {"meal": meals[a]} for a in HERDERS}
        return self.observed(), {a: float(m) for a, m in meals.items()}, dict.fromkeys(HERDERS, False), over, infos


charter = Charter(
    name="pasture",
    agents=tuple(map(Agent, HERDERS)),
    free=True,
    prices=(Price("-1", ("4",)),),
    audits=(Audit("weighing", Fraction(1, 3), violation="meal > 3", fine=Fraction(6)),),
)
with tempfile.TemporaryDirectory() as folder:
    guard = Guard.open(charter, Path(folder) / "pasture.ledger", seed=bytes(32))  # a seed only so that it prints alike
    env = guarded(
        Pasture(),
        guard,
        kinds=(Kind("meal", ("0", "1", "2", "3", "4")),),
        events=lambda happened: {"meal": {a: info["meal"] for a, info in happened.infos.items()}},
    )
    env.reset(seed=0)
    while env.agents:
        _, rewards, _, _, infos = env.step({"ann": 2, "bob": 2, "eve": 4})
        eve = infos["eve"]
        print(f"eve took {eve['base']:.0f}, was moved {eve['transfer']:.0f}, looked at: {eve['audit']}")
    guard.close()

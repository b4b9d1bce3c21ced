"""Learned play as a behaviour: learners play a game many times, and what they then do is the prediction, a play per seed.

    Learned("ippo", seeds=8)(game)            plays by the last policies; residual: the largest exact regret among them
    Learned("ippo", seeds=8).markov(game)     the same of a Markov game: stationary plays

A learned play need not be an equilibrium: `residual` says how far it is, by exact regret. Learners see their own type (or the
state) and nothing else, and learn from their rewards alone; nobody knows the game. What is found depends on the settings. Names in
files: "learned:ippo", "learned:pg", "learned:q", with ",<seeds>" if wanted: "learned:ippo,16".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..behaviour.behaviour import Behaviour
from ..behaviour.markov.found import MarkovPlays
from ..behaviour.prediction import Plays, residual_of
from ..errors import InputError
from ..game.game import Game
from ..game.lower import core, lifted
from ..game.markov import MarkovGame
from ..game.markov_play import MarkovPlay
from .learners.gradient import PolicyGradient
from .learners.networks import Network
from .learners.ppo import IPPO
from .learners.tabular import TabularQ
from .learners.train import Training, train
from .worlds.repeated import Repeated, RepeatedState
from .worlds.tabular import Tabular, TabularState

SMALL = Network(hidden=(16,), activation="tanh")
SEEDS = 8
LEARNERS: dict[str, Any] = {
    "ippo": IPPO(rate=1e-2, entropy=0.0, worlds=32, steps=4, network=SMALL, shared=False),
    "pg": PolicyGradient(rate=1e-2, entropy=0.0, worlds=32, steps=4, network=SMALL, shared=False),
    "q": TabularQ(rate=0.05, decay=2e-3, least=0.02, steps=100),
}
"""Settings that do well on games whose payoffs spread over about one; payoffs are brought there."""
STEPS = {"ippo": 32_000, "pg": 64_000, "q": 10_000}
ENDLESS = 1_000_000  # rounds: an episode that does not end before training does


@dataclass(frozen=True)
class Learned(Behaviour):
    """What independent learners come to. Rewards are divided by the spread of payoffs before they are learned from."""

    kind: str = "ippo"
    """"ippo", "pg" (policy gradient) or "q" (tables)."""
    seeds: int = SEEDS
    steps: int | None = None
    """Environment steps of each seed; None: as many as do well."""
    learner: Any = None
    """Settings of one's own for that kind; None: those above."""
    key: int = 0

    def __post_init__(self) -> None:
        if self.kind not in LEARNERS:
            raise InputError(where="behaviour learned", needed=f"one of {', '.join(LEARNERS)}", found=repr(self.kind))
        if self.seeds < 1 or (self.steps is not None and self.steps < 1):
            found = f"{self.seeds} seeds, {self.steps} steps"
            raise InputError(where="behaviour learned", needed="at least one seed and one step", found=found)
        if self.learner is not None and self.learner.name != self.kind:
            raise InputError(where="behaviour learned", needed=f"settings of {self.kind}", found=str(self.learner.name))

    @property
    def name(self) -> str:
        return f"learned:{self.kind}" + (f",{self.seeds}" if self.seeds != SEEDS else "")

    def __call__(self, game: Game) -> Plays:
        """A play per seed. Raises InputError for what is no Game."""
        inner = core(game).floats
        if not game.active:
            play = lifted(game.floats, [])
            return Plays(self.name, game, (play,), "nobody has a choice", residual_of((play,)))
        # rounds of a game are all alike: what comes after this one does not depend on it
        trained = self._trained(Repeated.of(inner, ENDLESS), inner.payoff, gamma=0.0, endless=False)
        types = range(max(inner.type_counts))
        counts = jnp.array(inner.type_counts)
        states = [RepeatedState(jnp.minimum(t, counts - 1).astype(jnp.int32), jnp.int32(0)) for t in types]
        shapes = list(zip(inner.type_counts, inner.action_counts, strict=True))
        plays = tuple(lifted(game.floats, rules) for rules in strategies(trained, states, shapes))
        return Plays(self.name, game, plays, self._how(trained), residual_of(plays), complete=False)

    def markov(self, game: MarkovGame, rounds: int = 100) -> MarkovPlays:
        """A stationary play per seed; the first state is drawn anew after so many rounds, which is no end to the learners.

        Learners discount as the first player does. Raises InputError for what is no MarkovGame.
        """
        world = Tabular.of(game, rounds)
        payoff = game.floats.payoff
        trained = self._trained(world, payoff, gamma=float(game.rate(None)), endless=True, steps_factor=4)
        states = [TabularState(jnp.int32(s), jnp.int32(0)) for s in range(game.state_count)]
        shapes = [(game.state_count, count) for count in game.action_counts]
        plays = tuple(MarkovPlay.of(game.floats, rules) for rules in strategies(trained, states, shapes))
        residual = max(float(np.max(play.regret)) for play in plays)
        return MarkovPlays(game, plays, self._how(trained), residual, complete=False)

    def _trained(self, world: Any, payoff: Any, gamma: float, endless: bool, steps_factor: int = 1) -> Training:
        """All seeds, in one program."""
        spread = max(float(np.ptp(table)) for table in payoff) or 1.0
        learner = self.learner or replace(LEARNERS[self.kind], gamma=gamma, endless=endless)
        steps = self.steps or steps_factor * STEPS[self.kind]
        updates = -(-steps // learner.steps_per_update)
        learner = replace(learner, scale=learner.scale / spread)
        return train(world, learner, steps, jax.random.key(self.key), seeds=self.seeds, chunk=updates)

    def _how(self, trained: Training) -> str:
        many = f"{self.seeds} seed{'s' * (self.seeds != 1)}"
        return f"last policies of {many} of {trained.learner.name} after {trained.steps:,} steps each"


def strategies(trained: Training, states: list[Any], shapes: list[tuple[int, int]]) -> list[list[Any]]:
    """Per seed and player [type or state, action]: what policies do in `states`, of the shapes given."""
    everywhere = jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)
    found = []
    for seed in range(trained.seeds):
        policy: Any = trained.policy(seed)
        laws = np.asarray(jax.vmap(lambda s, p=policy: p.law(trained.world, s))(everywhere), dtype=float)
        rules = [laws[:rows, i, :columns] for i, (rows, columns) in enumerate(shapes)]
        found.append([rule / rule.sum(axis=1, keepdims=True) for rule in rules])
    return found


def learned(text: str) -> Learned:
    """What stands behind "learned:" in a name: "ippo", "q,16". Raises InputError."""
    kind, _, seeds = text.partition(",")
    try:
        return Learned(kind or "ippo", int(seeds) if seeds else SEEDS)
    except ValueError:
        needed = "a learner and a number of seeds, as in learned:ippo,16"
        raise InputError(where="behaviour learned", needed=needed, found=repr(text)) from None

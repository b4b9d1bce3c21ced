"""Three and more players, coalitions, potentials. Gambit beside, where it is installed."""

import numpy as np

import rulewright as rw
from rulewright.behaviour import selection
from rulewright.behaviour.coalitions import CoalitionProof, Strong
from rulewright.behaviour.nash import NashPath
from rulewright.behaviour.nash.supports import mixed_equilibria
from rulewright.game.games import Games

from ..peers import Peer, gambit_game, peer
from ..row import Row, Work


def rows() -> list[Row]:
    found = []
    for actions, limit in (((2, 2, 2), None), ((3, 3, 3), None), ((4, 4, 4), 20), ((3, 3, 3, 3), 20)):
        shown = "×".join(map(str, actions))
        for seed in (0, 1):
            payoff = np.random.default_rng(seed).random((len(actions), *actions))
            found.append(
                Row(
                    f"all mixed equilibria, none missing, random {shown}, seed {seed}",
                    lambda u=payoff: len(mixed_equilibria(u, cells=10**7, each=10**6).mixed),
                    (gambit("enumpoly", "enumpoly_solve", payoff),),
                    limit=limit,
                    repeats=3,
                )
            )
    for actions in ((4, 4, 4), (5, 5, 5, 5)):
        payoff = np.random.default_rng(0).random((len(actions), *actions))
        game = rw.Game.normal(payoff)
        found.append(
            Row(
                f"one equilibrium by path following, random {'×'.join(map(str, actions))}",
                lambda g=game: NashPath()(g).residual,
                (gambit("logit", "logit_solve", payoff),),
                limit=20,
                repeats=3,
            )
        )
    games = Games.of([rw.Goal.total().on(rw.sample((3, 3, 3), seed=k)) for k in range(1000)])
    found.append(Row("strong equilibria of 1,000 games 3×3×3, one call", lambda: int(Strong().many(games).count.sum())))
    wide = rw.sample((4,) * 5, seed=1)
    found.append(Row("coalition-proof equilibria, 4×4×4×4×4, exact", lambda: len(CoalitionProof()(wide).plays)))
    common = rw.sample((10,) * 4, kind="common interest", seed=1).floats
    found.append(Row("exact potential, 10×10×10×10", lambda: selection.potential(common) is not None))
    return found


def gambit(shown: str, solver: str, payoff: np.ndarray) -> Peer:
    def prepare() -> Work:
        import pygambit

        game, solve = gambit_game(*payoff), getattr(pygambit.nash, solver)
        return lambda: len(solve(game).equilibria)

    return peer("Gambit", shown, prepare)

"""Estimation: λ against Gambit where it is at hand, likelihood by Newton against SciPy's optimiser, and whole runs."""

import numpy as np

import rulewright as rw
from rulewright.behaviour.estimation import Family, Observations, compare, equilibrium, replies, reveal, weights
from rulewright.behaviour.estimation.choice import Choices
from rulewright.behaviour.estimation.logit import peak, stacked, traced

from ..peers import Peer, gambit_game, peer
from ..row import Row, Work


def rows() -> list[Row]:
    found = []
    for name, game, lam in (
        ("2×2", rw.Game.normal(np.array([[[9.0, 0], [0, 1]], [[0, 1], [1, 0]]])), 0.7),
        ("traveler's dilemma, 20 claims", rw.library.travelers_dilemma(21), 0.5),
    ):
        seen = Observations.drawn(game, rw.Quantal(lam)(game).plays[0].strategies, 400, seed=1)
        found += [
            Row(f"λ̂ along the logit branch, {name}", lambda o=seen: best(o), (gambit(game, seen),), same=True),
            Row(f"the same with both intervals, {name}", lambda o=seen: equilibrium(o)),
            Row(f"λ̂ of replies, both intervals, {name}", lambda o=seen: replies(o)),
            Row(f"six behaviours, BIC and 5 folds, {name}", lambda o=seen: compare(o)),
        ]
    generator = np.random.default_rng(0)
    choices = Choices(generator.integers(0, 9, (2000, 6)).astype(float) + 1, generator.normal(size=(2000, 6, 5)))
    found.append(
        Row("logit of 2,000 cells × 6 actions × 5 features", lambda: choices.highest()[1], (scipy(choices),), same=True)
    )
    game = rw.sample((12, 12), seed=1).floats
    seen = Observations.of(game, generator.integers(0, 12, (500, 2)))
    family = Family.of(game, "player 1", {"own": 1.0, "others": (-2.0, 2.0), "envy": (0.0, 2.0)})
    found.append(Row("weights, all intervals, 12×12, 500 rounds", lambda: weights(seen, family)))
    found.append(Row("payoffs that explain play, 12×12, form told", lambda: reveal(seen, family, form="told").box()))
    return found


def best(observations: Observations) -> float:
    """The highest log-likelihood: λ̂ itself is flat there, and cannot be compared to the last digits."""
    counts = stacked(observations.counts)
    return float(counts @ peak(traced(observations)[0], counts).x)


def gambit(game: rw.Game, observations: Observations) -> Peer:
    def prepare() -> Work:
        import pygambit

        theirs = gambit_game(*(np.squeeze(table) for table in game.floats.payoff))
        data = theirs.mixed_strategy_profile()  # type: ignore[attr-defined]
        for player, table in zip(theirs.players, observations.counts, strict=True):  # type: ignore[attr-defined]
            for strategy, count in zip(player.strategies, table[0], strict=True):
                data[strategy] = float(count)
        return lambda: float(pygambit.qre.logit_estimate(data).log_like)

    return peer("Gambit", "logit_estimate", prepare)


def scipy(choices: Choices) -> Peer:
    def prepare() -> Work:
        from scipy.optimize import minimize

        def down(theta: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient, _ = choices.slopes(theta)
            return -value, -gradient

        return lambda: -float(minimize(down, np.zeros(choices.k), jac=True).fun)

    return peer("SciPy", "BFGS on our likelihood", prepare)

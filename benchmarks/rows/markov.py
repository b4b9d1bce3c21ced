"""Markov games: policy iteration beside QuantEcon's, learning beside the authors' library, where they are installed."""

import importlib.util
from fractions import Fraction

import numpy as np

from rulewright.behaviour.markov import Sarsa, branch, first_best, follow, learn, perfect_pure, random_starts, shapley
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_games import ecological_public_good

from ..row import Ready, Row, Work


def rows() -> list[Row]:
    alone, zero, small, mixed = world(1, 200, 30), world(2, 20, 5, zero=True), world(2, 4, 3), world(2, 6, 3)
    return [
        Row(
            "first best of a Markov game, 200 states × 30 joint actions",
            lambda: float(first_best(alone).worth),
            (quantecon(alone),),
            same=True,
        ),
        Row("value of a zero-sum Markov game, 20 states, 5×5 actions, δ = .95", lambda: shapley(zero)),
        Row("all pure Markov-perfect equilibria, 4 states, 3×3 actions (6,561 profiles)", lambda: perfect_pure(small)),
        Row("one Markov-perfect equilibrium by the logit branch, 6 states, 3×3 actions", lambda: branch(mixed)),
        Row("collective learning: SARSA, 20,000 steps of one run", Ready(one_run), (pycrld(),)),
        Row("collective learning: actor–critic from 10,000 random starts", Ready(many_runs)),
        Row("hysteresis curve: 120 discounts × 2,500 steps in turn", Ready(curve)),
    ]


def world(players: int, states: int, actions: int, *, zero: bool = False) -> MarkovGame:
    rng = np.random.default_rng(states)
    shape = (states,) + (actions,) * players
    payoff = rng.random((players, *shape))
    if zero:
        payoff[1] = -payoff[0]
    return MarkovGame.of(payoff, rng.dirichlet(np.ones(states), shape), 0.95)


def one_run() -> Work:
    game, start = ecological_public_good(discount=Fraction(4, 5)), np.full((2, 2, 2), 0.5)
    return lambda: learn(game, start, 20_000, Sarsa(), tolerance=0)


def many_runs() -> Work:
    game = ecological_public_good(discount=Fraction(3, 4))
    starts = random_starts(game, 10_000, seed=1)
    return lambda: learn(game, starts, 25_000, tolerance=1e-4)


def curve() -> Work:
    up = [ecological_public_good(discount=Fraction(600 + 5 * k, 1000)).floats for k in range(60)]
    return lambda: follow([*up, *up[::-1]], np.full((2, 2, 2), 0.5), 2500, Sarsa())


def quantecon(game: MarkovGame) -> tuple[str, Work | None]:
    if importlib.util.find_spec("quantecon") is None:
        return "QuantEcon (not installed here)", None
    from quantecon.markov import DiscreteDP

    problem = DiscreteDP(game.payoff[0], game.transition, float(game.discount[0]))
    problem.policy_iteration()  # compiled before the clock starts
    return "QuantEcon policy iteration", lambda: float(problem.policy_iteration().v @ game.start)


def pycrld() -> tuple[str, Work | None]:
    if importlib.util.find_spec("pyCRLD") is None:
        return "pyCRLD (not installed here)", None
    return "pyCRLD (JAX)", Ready(peer_run)


def peer_run() -> Work:
    from pyCRLD.Agents.StrategySARSA import stratSARSA
    from pyCRLD.Environments.EcologicalPublicGood import EcologicalPublicGood

    world = EcologicalPublicGood(N=2, f=1.2, c=5, m=-5, qc=0.2, qr=0.01, degraded_choice=False)
    agents = stratSARSA(env=world, discount_factors=0.8, use_prefactor=True, learning_rates=0.01, choice_intensities=60)
    start = np.full((2, 2, 2), 0.5)
    agents.trajectory(start, Tmax=2, tolerance=0.0)
    return lambda: agents.trajectory(start, Tmax=20_000, tolerance=0.0)

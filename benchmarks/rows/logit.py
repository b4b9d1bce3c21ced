"""Logit: the principal branch and one λ, against Gambit's tracing; many games in one call, against one by one."""

import numpy as np

import rulewright as rw
from rulewright.behaviour import quantal
from rulewright.game.games import Games

from ..peers import Peer, gambit_game, peer
from ..row import Ready, Row, Work

FAR = 5e7  # λ, payoffs between 0 and 1: where Gambit's branch ends at the latest (regret below 1e-8 of the payoffs' range)


def rows() -> list[Row]:
    found = []
    for shape in ((5, 5), (10, 10), (4, 4, 4), (20, 20)):
        payoff = np.random.default_rng(1).random((len(shape), *shape))
        name = "×".join(map(str, shape))
        found.append(
            Row(
                f"logit branch of random {name} to λ = {FAR:g}",
                ours(payoff, FAR),
                (gambit(payoff, "logit_solve_branch"),),
                "5 × faster",
            )
        )
    payoff = np.random.default_rng(1).random((2, 10, 10))
    found.append(
        Row(
            "logit at λ = 10, random 10×10",
            ours(payoff, 10.0),
            (gambit(payoff, "logit_solve_lambda", 10.0),),
            same=True,
        )
    )
    for claims in (20, 50, 100):
        payoff = dilemma(claims)
        found.append(
            Row(
                f"logit at λ = 1, traveler's dilemma with {claims} claims",
                ours(payoff, 1.0),
                (gambit(payoff, "logit_solve_lambda", 1.0),),
                "20 × faster",
                repeats=3,
                same=True,
            )
        )
    found += [batch((2, 2)), batch((4, 4))]
    return found


def dilemma(claims: int) -> np.ndarray:
    payoff: np.ndarray = rw.library.travelers_dilemma(1 + claims).floats.payoff
    return payoff.reshape(2, claims, claims)


def ours(payoff: np.ndarray, lam: float) -> Work:
    """The probability of the first player's last action at the end, from the payoffs as a game."""

    def prepare() -> Work:
        game = rw.Game.normal(payoff)
        quantal.path(rw.library.chicken(), 1.0)  # the kernel is loaded, as the peer is, before the clock starts
        return lambda: float(quantal.path(game, lam).points[-1][0][0, -1])

    return Ready(prepare)


def gambit(payoff: np.ndarray, solve: str, *asked: float) -> Peer:
    def prepare() -> Work:
        import pygambit

        game, run = gambit_game(*payoff), getattr(pygambit.qre, solve)
        last = list(next(iter(game.players)).strategies)[-1]
        return lambda: float(run(game, *asked, use_strategic=True)[-1].profile[last])

    return peer("Gambit", "tracing", prepare)


def batch(shape: tuple[int, ...]) -> Row:
    payoff = np.random.default_rng(1).normal(size=(10_000, len(shape), *shape))
    games = Games(payoff)
    return Row(
        f"logit at λ = 5 of 10,000 games {'×'.join(map(str, shape))}",
        lambda: bool(quantal.many_lambdas(games, [5.0]).found.all()),
        (("ours, one by one", lambda: all(quantal.path(game, 5.0).lambdas[-1] == 5.0 for game in games)),),
        repeats=3,
        same=True,
    )

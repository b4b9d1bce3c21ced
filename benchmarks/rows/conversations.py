"""Rival senders who talk: games of private signals, best signals against others', conversations, a quantal Alice."""

import importlib.util
import itertools

import numpy as np

import rulewright as rw
from rulewright.competition.rivals import conversation, deviation, private, quantal_games, softened
from rulewright.competition.rivals.setting import Rivals

from ..row import Row, Work


def rivals(states: int, types: int, actions: int, k: int, seed: int = 0) -> Rivals:
    rng = np.random.default_rng(seed)
    law = rng.dirichlet(np.ones(states * types)).reshape(states, types)
    return Rivals.of(law, rng.random((states, types, actions)), rng.random((k, states, types, actions)))


def rows() -> list[Row]:
    five, three = rivals(5, 1, 3, 2), rivals(3, 1, 3, 3)
    rng = np.random.default_rng(1)
    signals = [rng.dirichlet(np.ones(2), size=3) for _ in range(3)]
    soft = rivals(3, 1, 3, 2)
    talk = conversation.Talk.of(rivals(4, 2, 2, 2), [1, 2], [2])
    return [
        Row("private signals as a game, 5 states, 2 AIs: all 52² profiles, pure equilibria", lambda: pure(five)),
        Row("the same, worst over all ways to break ties", lambda: float(private.worst_pure(five, 5).value)),
        Row(
            "best signal against two others, 3 states, 4 messages heard",
            lambda: float(deviation.best_signal(three, 0, signals).value),
            (plans(three, signals),),
            same=True,
        ),
        Row("conversation, asked first, 4 states, 64² rules", lambda: asked(talk)),
        Row(
            "best signal for a quantal receiver, 3 states, proved to 1e-6", lambda: softened.best_signal(soft, 0, 10.0)
        ),
        Row(
            "quantal best-AI selection, 2 states",
            lambda: quantal_games.select(rivals(2, 1, 3, 2), 10.0).worst,
            repeats=3,
        ),
    ]


def pure(setting: Rivals) -> float:
    game = private.as_game(setting, 5, ties="first action")
    return rw.Pure()(game).span(game.goal).worst


def asked(talk: conversation.Talk) -> float:
    game = conversation.as_game(rivals(4, 2, 2, 2), talk, ties="first action")
    return rw.Pure()(game).span(game.goal).worst


def plans(setting: Rivals, signals: list[np.ndarray]) -> tuple[str, Work | None]:
    """The textbook programme over all plans (an action for every profile of the others' messages), by scipy's HiGHS."""
    if importlib.util.find_spec("scipy") is None:
        return "scipy not installed", None
    from scipy.optimize import linprog

    def work() -> float:
        u, v, p = setting.alice[:, 0], setting.bobs[0, :, 0], setting.prior[:, 0]
        law = np.einsum("sm,sn->smn", signals[1], signals[2]).reshape(len(p), -1)
        every = list(itertools.product(range(u.shape[1]), repeat=law.shape[1]))
        cost = np.array(
            [[-p[s] * sum(law[s, n] * v[s, f[n]] for n in range(len(f))) for f in every] for s in range(len(p))]
        )
        above = []
        for k, f in enumerate(every):
            for n, a in enumerate(f):
                for b in range(u.shape[1]):
                    row = np.zeros(cost.shape)
                    row[:, k] = p * law[:, n] * (u[:, b] - u[:, a])
                    above.append(row.ravel())
        sums = np.kron(np.eye(len(p)), np.ones(len(every)))
        return -linprog(
            cost.ravel(), A_ub=np.array(above), b_ub=np.zeros(len(above)), A_eq=sums, b_eq=np.ones(len(p))
        ).fun

    return "scipy, all plans", work

"""Correlated equilibria against the bare solver on the finished matrix; iterated dominance against QuantEcon."""

import numpy as np

import rulewright as rw
from rulewright.behaviour.correlated import extreme, optimum, polytope
from rulewright.behaviour.dominance import iterated
from rulewright.game.lower import core

from ..peers import Peer, peer
from ..row import Ready, Row, Work

LIMIT = 20  # CPU-seconds for a peer


def rows() -> list[Row]:
    found = []
    for actions in ((200, 200), (5,) * 6, (100, 100), (20, 20)):
        payoff = np.random.default_rng(actions[0]).random((len(actions), *actions))
        inner = core(rw.Game.normal(payoff))
        goal = inner.payoff.sum(axis=0)
        found.append(
            Row(
                f"best correlated equilibrium, random {'×'.join(map(str, actions))}",
                lambda g=inner, w=goal: extreme(g, w, maximise=True),
                (("bare HiGHS on the finished matrix", Ready(lambda g=inner, w=goal: _whole(g, w))),),
                "no slower than the bare solver by more than 20 %",
                repeats=3,
                limit=LIMIT,
                same=True,
            )
        )
    for highest in (20, 50, 100):
        game = rw.library.travelers_dilemma(highest)
        found.append(
            Row(
                f"iterated strict dominance by mixtures, traveler's dilemma to {highest}, exact",
                lambda g=game: iterated(g),
                (_quantecon(highest),),
                "half of QuantEcon's time at 100",
            )
        )
    return found


def _whole(inner: rw.Game, goal: np.ndarray) -> Work:
    programme = polytope(inner)[0]
    return lambda: optimum(programme, goal, maximise=True)


def _quantecon(highest: int) -> Peer:
    def prepare() -> Work:
        from quantecon.game_theory import Player

        table = rw.library.travelers_dilemma(highest).floats.payoff[0, 0, 0]

        def eliminate(table: np.ndarray) -> int:
            left = np.arange(len(table))
            while gone := Player(np.ascontiguousarray(table[np.ix_(left, left)])).dominated_actions():
                Player(np.ascontiguousarray(table[np.ix_(left, left)])).dominated_actions()  # the other player, alike
                left = np.delete(left, gone)
            return len(left)

        eliminate(table[:4, :4])  # compiled before the clock starts
        return lambda: eliminate(table)

    return peer("QuantEcon", "floating, its tolerance above the margins", prepare)

"""Three and more players; coalitions; which equilibrium."""

from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.behaviour import selection
from rulewright.behaviour.coalitions import CoalitionProof, Strong
from rulewright.behaviour.nash import Nash

from .answer import Known

F = Fraction


def jordan():
    """Player 1 wants to match 2, 2 to match 3, and 3 to differ from 1."""
    a, b, c = np.indices((2, 2, 2))
    return rw.Game.normal(np.array([a == b, b == c, c != a]).astype(int))


def volunteers():
    """Each of three gets 4 if anybody volunteers, which costs 1."""
    acts = np.indices((2, 2, 2)) == 0
    return rw.Game.normal(4 * acts.any(axis=0)[None] - acts.astype(int))


def nine():
    payoff = np.zeros((3, 2, 2, 2), dtype=int)
    payoff[:, 0, 0, 0], payoff[:, 1, 1, 0] = (9, 8, 12), (9, 8, 2)
    payoff[:, 1, 0, 1], payoff[:, 0, 1, 1] = (3, 4, 6), (3, 4, 6)
    return rw.Game.normal(payoff)


def talk():
    """C chooses the matrix; A and B would leave the equilibrium that is better for all three."""
    payoff = np.full((3, 2, 2, 2), -5, dtype=int)
    payoff[2] = 0
    payoff[:, 0, 0, 0], payoff[:, 1, 1, 0] = (0, 0, 10), (1, 1, -5)
    payoff[:, 0, 0, 1], payoff[:, 1, 1, 1] = (-2, -2, 0), (-1, -1, 5)
    return rw.Game.normal(payoff)


def all_of(game):
    """The number of equilibria, -1 where some may be missing."""
    found = Nash()(game)
    return len(found.plays) if found.complete else -1


def only(prediction, profile):
    return len(prediction.plays) == 1 and all(
        s[0, a] == 1 for s, a in zip(prediction.plays[0].strategies, profile, strict=True)
    )


def shares(game):
    """Distance of all mixtures of the only totally mixed equilibrium from one half."""
    mixed = [p for p in Nash()(game).plays if all(s.min() > 0 for s in p.strategies)]
    return max(abs(s - 0.5).max() for s in mixed[0].strategies) if len(mixed) == 1 else 1.0


KNOWN = [
    Known(
        "equilibria of three-player matching pennies", "Jordan 1993, Games Econ. Behav. 5", 1, lambda: all_of(jordan())
    ),
    Known("its mixtures, from one half", "Jordan 1993, Games Econ. Behav. 5", 0, lambda: shares(jordan()), 1e-12),
    Known(
        "equilibria of three volunteers at cost 1/4 of the benefit",
        "closed form: one volunteers (3), two mix and the third does not (3), all mix (1)",
        7,
        lambda: all_of(volunteers()),
    ),
    Known(
        "volunteers, all mixing: chance to abstain (c/b)^(1/2), from one half",
        "Diekmann 1985, J. Confl. Resolut. 29",
        0,
        lambda: shares(volunteers()),
        1e-12,
    ),
    Known(
        "equilibria of a 2×2×2 game that has as many as a regular one can have",
        "after McKelvey & McLennan 1996, Handbook of Computational Economics 1 (payoffs reconstructed)",
        9,
        lambda: all_of(nine()),
    ),
    Known(
        "the only coalition-proof equilibrium is worse for all than another one",
        "after Bernheim, Peleg & Whinston 1987, J. Econ. Theory 42",
        True,
        lambda: only(CoalitionProof()(talk()), (1, 1, 1)) and len(rw.Pure()(talk()).plays) == 2,
    ),
    Known(
        "that game has no strong equilibrium",
        "by the definition of Aumann 1959",
        0,
        lambda: len(Strong()(talk()).plays),
    ),
    Known(
        "prisoners: defection is coalition-proof, nothing is strong",
        "by the definitions",
        True,
        lambda: only(CoalitionProof()(rw.library.prisoners()), (1, 1)) and not Strong()(rw.library.prisoners()).plays,
    ),
    Known(
        "stag hunt (4, 0, 3, 3): hare risk-dominates, 9 against 1",
        "closed form: products of deviation losses, Harsanyi & Selten 1988",
        True,
        lambda: (
            selection.risk_dominance(rw.library.stag_hunt(), (0, 0), (1, 1))
            == selection.Risk((1, 1), (1, 9), "product of deviation losses")
        ),
    ),
    Known(
        "stag hunt: hare is p-dominant from 1/4 on",
        "closed form, after Morris, Rob & Shin 1995",
        F(1, 4),
        lambda: max(selection.p_dominance(rw.library.stag_hunt(), (1, 1))),
    ),
    Known(
        "stag hunt: share of starts from which one population goes to stag",
        "closed form: 1 − 3/4",
        F(1, 4),
        lambda: selection.basins(rw.library.stag_hunt(), "one population").share[0],
    ),
    Known(
        "stag hunt: the potential is largest at hare",
        "closed form: in symmetric 2×2 games the risk-dominant one",
        True,
        lambda: selection.potential_maximisers(rw.library.stag_hunt()) == [(1, 1)],
    ),
    Known(
        "three drivers on two roads, delay as their number: the potential is Rosenthal's",
        "closed form: Rosenthal 1973, Int. J. Game Theory 2",
        True,
        lambda: rosenthal(),
    ),
]


def rosenthal():
    roads = np.indices((2, 2, 2))
    load = [(roads == k).sum(axis=0) for k in range(2)]
    delay = np.where(roads == 0, load[0], load[1])
    found = selection.potential(rw.Game.normal(-delay))
    wanted = -sum(count * (count + 1) // 2 for count in load)  # Σ over roads of 1 + 2 + … + load
    return bool((found == wanted - wanted[0, 0, 0]).all())

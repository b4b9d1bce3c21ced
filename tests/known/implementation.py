"""Promises and the worst equilibrium: what a wanted play costs, and what can be guaranteed."""

from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.design import Payment, Rules, implement
from rulewright.design.implementation import Groups
from rulewright.design.worst import guarantee, others_of

from .answer import Known

PAPER = "Monderer & Tennenholtz 2004, J. Artif. Intell. Res. 21"
SLACK = Fraction(1, 100)


def on_all(game, most):
    """Promises (no fines) on what everybody does, as in the paper."""
    acts = tuple(f"action of {game.players[i]}" for i in game.active)
    pay = tuple(Payment(game.players[i], acts, Fraction(0), Fraction(most)) for i in game.active)
    return Rules(payments=pay, margin=SLACK)


def cost(game, star, most=20):
    """What promises that make `star` dominant cost, less the slack for each player who has to be paid it."""
    game = rw.Goal.total().on(game)
    return implement(game, star, on_all(game, most)).spent


def minimum_effort(players, levels):
    """Everybody gets twice the lowest effort less its own: every common level is a strict equilibrium."""
    acts = np.indices((levels,) * players)
    return rw.Game.normal(np.array([2 * acts.min(axis=0) - own for own in acts]))


STRICT = [
    ("stag in the stag hunt", rw.library.stag_hunt(), (0, 0, 0)),
    ("hare in the stag hunt", rw.library.stag_hunt(), (0, 1, 1)),
    ("the worse convention", rw.library.coordination(), (0, 1, 1)),
    ("one of Chicken's pure equilibria", rw.library.chicken(), (0, 0, 1)),
    ("Stravinsky", rw.library.bach_or_stravinsky(), (0, 1, 1)),
    ("nobody gives, five players", rw.library.public_goods(5), (0, 1, 1, 1, 1, 1)),
    ("the lowest claim of eight", rw.library.travelers_dilemma(9), (0, 0, 0)),
    ("the highest of four efforts, three players", minimum_effort(3, 4), (0, 3, 3, 3)),
    ("the second of three efforts, four players", minimum_effort(4, 3), (0, 1, 1, 1, 1)),
]


def at_most(name, most, **changes):
    """The max–min of a game of the library when own actions may be paid up to `most`."""
    game = rw.Goal.total().on(rw.library.game(name))
    pay = tuple(Payment(p, (f"action of {p}",), Fraction(0), Fraction(most)) for p in ("row", "column"))
    return guarantee(game, Rules(payments=pay, margin=SLACK, **changes))


def others(name, **play):
    game = rw.Goal.total().on(rw.library.game(name))
    return others_of(game, rw.Play.pure(game, play))


def both_defect():
    game = rw.Goal.total().on(rw.library.prisoners())
    return implement(game, (0, 1, 1), on_all(game, 9), groups=Groups(2, side_payments=True)).paid - SLACK


KNOWN = [
    *(
        Known(f"cost of a strict equilibrium: {what}", PAPER, 0, lambda game=game, star=star: cost(game, star))
        for what, game, star in STRICT
    ),
    Known(
        "cost of cooperation among prisoners: T − R for each",
        f"closed form: the sum of what each gains by its best deviation (after {PAPER})",
        4,
        lambda: cost(rw.library.prisoners(), (0, 0, 0)) - 2 * SLACK,
    ),
    Known(
        "cost of giving, four players: 1 − factor/4 for each",
        f"closed form: the sum of what each gains by its best deviation (after {PAPER})",
        Fraction(12, 5),
        lambda: cost(rw.library.public_goods(4), (0, 0, 0, 0, 0)) - 4 * SLACK,
    ),
    Known(
        "cost of yielding together in Chicken: 1 for each",
        f"closed form: the sum of what each gains by its best deviation (after {PAPER})",
        2,
        lambda: cost(rw.library.chicken(), (0, 0, 0)) - 2 * SLACK,
    ),
    Known(
        "stag hunt, stag paid up to 2: the hares remain",
        "closed form: hare against hare gains 3 by not hunting alone",
        6,
        lambda: at_most("stag_hunt", 2).guaranteed,
        1e-6,
    ),
    Known(
        "stag hunt, stag paid up to 4: stag is all that is left",
        "closed form: 3 + slack for one player breaks the hares",
        8,
        lambda: at_most("stag_hunt", 4).guaranteed,
        1e-6,
    ),
    Known(
        "the same where a unit paid counts as one: 8 − 3 is less than the 6 of the hares",
        "closed form: 4 + 4 − (3 + slack) < 3 + 3",
        6,
        lambda: at_most("stag_hunt", 4, money_weight=Fraction(1)).guaranteed,
        1e-6,
    ),
    Known(
        "worst equilibrium of pure coordination on 2 or 1: the mixed one, worth 2/3 to each",
        "closed form: left with probability 1/3",
        4 / 3,
        lambda: others("coordination", row="left", column="left").worst,
        1e-9,
    ),
    Known(
        "other equilibria of the battle of the sexes than Bach",
        "Luce & Raiffa 1957: one pure, one mixed",
        2,
        lambda: others("bach_or_stravinsky", row="bach", column="bach").count,
    ),
    Known(
        "two prisoners who may share what they gain are kept at defection for what they would gain together",
        "closed form: 2·R − 2·P",
        4,
        both_defect,
    ),
]

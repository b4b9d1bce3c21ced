"""Promises and the worst equilibrium: what is told quickly, and what is searched."""

import itertools
from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.design import Payment, Rules
from rulewright.design.design import design
from rulewright.design.implementation import Family, Groups, implement
from rulewright.design.implementation.promises import _Case
from rulewright.design.worst import guarantee
from rulewright.errors import Impossible

from ..row import Row, Work

SLACK = Fraction(1, 10)


def rows() -> list[Row]:
    found = [
        Row(
            f"to be told that no promise does it, {k}×{k} claims, paid on {on}",
            nothing(k, on),
            target="< 1 s",
        )
        for k, on in ((61, "own action"), (61, "both actions"))
    ]
    seven = giving(7)
    found.append(
        Row(
            "cheapest promise among 7! orders",
            lambda: implement(*seven),
            (("one joint LP for each of 50 orders", all_orders(seven)),),
            repeats=1,
        )
    )
    found.append(
        Row("promise that no three of six upset, side payments", lambda: implement(*giving(6), groups=Groups(3, True)))
    )
    for k in (4, 8):
        game = rw.Goal.total().on(effort(k)).exact
        found.append(Row(f"max–min, {k} efforts each", lambda g=game: guarantee(g, own(g, Fraction(3, 2)))))
    small = rw.Goal.total().on(rw.library.stag_hunt()).exact
    found.append(
        Row(
            "max–min, stag hunt",
            lambda: guarantee(small, own(small, 4)),
            (("a grid of payments of step 1/2", grid(small)),),
        )
    )
    return found


def own(game: rw.Game, most: Fraction | int) -> Rules:
    players = [game.players[i] for i in game.active]
    pay = tuple(Payment(p, (f"action of {p}",), Fraction(0), Fraction(most)) for p in players)
    return Rules(payments=pay, margin=SLACK)


def nothing(k: int, on: str) -> Work:
    game = rw.Goal.total().on(rw.library.travelers_dilemma(k + 1, 2, 20))
    acts = ("action of first", "action of second")
    pay = tuple(
        Payment(p, acts if on == "both actions" else (f"action of {p}",), Fraction(0), Fraction(1))
        for p in ("first", "second")
    )

    def work() -> str:
        try:
            design([({}, game)], Rules(payments=pay, margin=SLACK), aim="only")
        except Impossible as error:
            return str(error)
        raise AssertionError("no promise of 1 should reach a bonus of 20")

    return work


def giving(players: int) -> tuple[rw.Game, tuple[int, ...], Rules]:
    """Public goods with a wanted play of giving; all may be paid on their own action."""
    game = rw.Goal.total().on(rw.library.public_goods(players)).exact
    names = [game.players[i] for i in game.active]
    pay = [Payment(p, (f"action of {p}",), Fraction(0), Fraction(9)) for p in names]
    return game, (0,) * game.n, Rules(payments=tuple(pay), margin=SLACK)


def all_orders(case: tuple[rw.Game, tuple[int, ...], Rules], most: int = 50) -> Work:
    """The first orders only: there are thousands."""
    game, star, rules = case

    def work() -> None:
        joint = _Case(Family(game, rules), star, Groups())
        for order in itertools.islice(itertools.permutations(game.active), most):
            joint.solve(order, dominant=False)

    return work


def effort(levels: int) -> rw.Game:
    mine, other = np.meshgrid(np.arange(levels), np.arange(levels), indexing="ij")
    row = 2 * np.minimum(mine, other) - mine
    return rw.Game.normal(np.array([row, row.T]))


def grid(game: rw.Game) -> Work:
    """The worst alive profile at every point: what one would write in an afternoon."""
    from rulewright.design.worst.induced import Induced

    family = Family(game, own(game, 4))
    marks = [np.arange(low, high + 0.25, 0.5) for low, high in zip(family.low, family.high, strict=True)]
    return lambda: max(Induced(family, np.array(c)).worst_pure for c in itertools.product(*marks))

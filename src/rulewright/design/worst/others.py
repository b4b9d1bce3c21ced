"""What else a designed rule allows: the other equilibria of the induced game, and the worst of them for people.

All pure equilibria, by comparing every profile with every deviation. For two players who choose, all extreme mixed ones
as well, whose convex combinations are all there are, so that the worst is among them (`behaviour/nash.py`). For any
number the worst correlated equilibrium: a linear programme, and a bound from below on whatever is not listed.

An equilibrium that comes to the same as the play asked for is not another one: nobody's payoff or transfer changes, not
even if one player alone goes over to it (a plan that differs only in its reply to what it is never told).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import numpy as np

from ...behaviour.correlated import Correlated
from ...behaviour.nash import Nash, Pure
from ...errors import TooLarge, Unsolved
from ...game.game import Game
from ...game.lower import core, normal
from ...game.play import Play
from ...numerics import rational
from ...numerics.rational import Array
from ...welfare.goals import kept

MOST_PLANS = 24  # of two players together, after elimination, whose mixed equilibria are all listed
MOST_CELLS = 200_000  # of an induced game whose equilibria are listed
MOST_ENTRIES = 2_000_000  # payoffs times equilibria that are written out
MOST_ROWS = 20_000_000  # entries of the programme of the worst correlated equilibrium
SAME = 1e-9
DOMINATED = 1e-9  # relative to the range of payoffs


class Rule(Protocol):
    """What is looked at: a game with a play that is asked for."""

    @property
    def induced(self) -> Game: ...
    @property
    def play(self) -> Play: ...


@dataclass(frozen=True, eq=False)
class Others:
    """The equilibria of an induced game besides the play asked for, worst for people first."""

    plays: tuple[Play, ...] = field(repr=False)
    values: tuple[float, ...]
    """Per play: the goal minus κ times what is paid."""
    asked: float
    """The same for the play asked for."""
    correlated: float | None
    """People get at least this in every correlated equilibrium; None where the programme is too large."""
    complete: bool
    """Whether no equilibrium can be missing, up to mixtures of those listed."""
    how: str

    @property
    def count(self) -> int:
        return len(self.plays)

    @property
    def worst(self) -> float:
        """What people get in the worst equilibrium found, the play asked for included."""
        return min((self.asked, *self.values))

    def sentence(self) -> str:
        """One sentence for a report; "" where nothing else was found and nothing is missing."""
        if not self.count:
            return "" if self.complete else f"No other equilibrium was found; {self.how}{self._bound}."
        several = self.count != 1
        head = (
            f"Besides the play asked for, the induced game has {self.count} other equilibri{'a' if several else 'um'}"
        )
        worst = f"; {'the worst' if several else 'it'} leaves people with {rational.decimal(self.values[0])}"
        doing = f" ({self.plays[0].describe()})" if len(self.plays[0].describe()) < 120 else ""
        return f"{head}{worst}{doing}{self._bound}." + ("" if self.complete else f" This may not be all: {self.how}.")

    @property
    def _bound(self) -> str:
        shown = self.correlated is not None and self.correlated < self.worst - 1e-6 * max(1.0, abs(self.worst))
        return f"; correlated play can leave them with {rational.decimal(self.correlated)}" if shown else ""


def others(designed: Rule, *, money_weight: Fraction = Fraction(0)) -> Others:
    """The other equilibria of a designed rule's induced game. `money_weight` is κ."""
    return others_of(designed.induced, designed.play, money_weight=money_weight)


def others_of(game: Game, asked: Play, *, money_weight: Fraction = Fraction(0)) -> Others:
    """The equilibria of `game` besides `asked`, with the worst for people, what is complete and what is not."""
    worth = rational.floats(kept(game, money_weight))
    here = float((rational.floats(asked.law) * worth).sum())
    if _unique(game):
        return Others((), (), here, here, True, "nothing else survives iterated dominance")
    plays, complete, how = _listed(game)
    plays = tuple(play for play in plays if not _same(game.floats, asked, play))
    values = np.array([float((rational.floats(play.law) * worth).sum()) for play in plays])
    order = np.argsort(values, kind="stable")
    return Others(
        tuple(plays[k] for k in order),
        tuple(float(values[k]) for k in order),
        here,
        worst_correlated(game, worth),
        complete,
        how,
    )


def _listed(game: Game) -> tuple[tuple[Play, ...], bool, str]:
    """(equilibria, whether these are all, how)."""
    if game.payoff[0].size > MOST_CELLS or _plans(game) > MOST_CELLS:
        return (), False, "the game is too large for a list of its equilibria"
    mixed = len(game.active) <= 2 and sum(map(len, _left(game))) <= MOST_PLANS
    try:
        prediction = (Nash if mixed else Pure)()(game)
    except (TooLarge, Unsolved) as error:
        return (), False, f"equilibria are not listed ({error})"
    complete = prediction.complete and mixed
    how = prediction.how if mixed else f"{prediction.how}; mixed equilibria are not searched"
    plays = prediction.plays
    if len(plays) * game.payoff.size > MOST_ENTRIES:
        return (
            plays[: max(1, MOST_ENTRIES // game.payoff.size)],
            False,
            f"{how}; only the first of {len(plays)} are shown",
        )
    return plays, complete, how


def _unique(game: Game) -> bool:
    """Whether iterated dominance by pure actions leaves one play (and so no other equilibrium of any kind)."""
    return game.payoff[0].size <= MOST_CELLS and _plans(game) <= MOST_CELLS and all(len(x) == 1 for x in _left(game))


def _left(game: Game) -> list[Array]:
    """Per player who chooses, the plans that survive iterated dominance by pure plans."""
    form = normal(core(game).floats)
    return survivors(form.payoff.reshape(form.n, *form.action_counts))


def survivors(payoff: Array) -> list[Array]:
    """Positions of the actions that survive iterated strict dominance by pure actions; payoff[player, *actions].

    Much faster than elimination by mixtures (`behaviour/dominance.py`), and enough to shrink a game before its
    equilibria are listed.
    """
    left, before = [np.arange(count) for count in payoff.shape[1:]], -1
    least = DOMINATED * max(float(np.ptp(table)) for table in payoff)
    while before != (before := sum(map(len, left))):
        for i, here in enumerate(left):
            table = np.moveaxis(payoff[i][np.ix_(*left)], i, 0).reshape(len(here), -1)
            beaten = [bool(((table - row).min(axis=1) > least).any()) for row in table]
            left[i] = here[~np.array(beaten)]
    return left


def _plans(game: Game) -> float:
    return float(np.prod([float(a) ** t for a, t in zip(game.action_counts, game.type_counts, strict=True)]))


def _same(game: Game, asked: Play, play: Play) -> bool:
    """Whether `play` comes to the same as `asked`, also if one player alone goes over to it."""
    mine, theirs = ([rational.floats(s) for s in p.strategies or ()] for p in (asked, play))
    reference = _worth(game, mine)
    mixtures = [theirs, *([*mine[:i], theirs[i], *mine[i + 1 :]] for i in game.active)]
    return all(np.allclose(_worth(game, m), reference, rtol=SAME, atol=SAME) for m in mixtures)


def _worth(game: Game, strategies: list[Array]) -> Array:
    """Everybody's payoffs and transfers, and the goal, in expectation."""
    law = Play.of(game, strategies).law
    axes = tuple(range(1, 1 + 2 * game.n))
    return np.concatenate([(game.payoff * law).sum(axis=axes), (game.transfer * law).sum(axis=axes)])


def worst_correlated(game: Game, worth: Array) -> float | None:
    """What people get in the worst correlated equilibrium, for worth[*types, *actions]; None where it is not solved."""
    if game.payoff[0].size * max(game.action_counts) * max(1, len(game.active)) > MOST_ROWS:
        return None
    try:
        return Correlated()(game.floats).span(worth).worst
    except (TooLarge, Unsolved):
        return None

"""Subgame-perfect equilibria of game trees: an equilibrium in every subgame (Selten 1965, Z. gesamte Staatswiss. 121).

From the deepest subgames up: all equilibria of a subgame, in which the subgames below it are replaced by what one of their
equilibria pays, together with that equilibrium. Each such stage goes through its reduced normal form, which is right here: a
subgame's equilibria are those of its strategic form. Where a stage has several equilibria, there are several answers; with two who
move in it they are its extreme equilibria, and between them there may be more.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..errors import Unsolved
from ..game.files.tree import Behaviour as Acts
from ..game.files.tree import Place, Tree
from ..game.game import Game
from ..game.lower import core, lifted
from ..game.play import Play
from ..numerics import rational
from ..numerics.rational import Array
from .behaviour import Behaviour, no_argument, register
from .nash import Nash
from .prediction import Plays, residual_of

MOST = 2_000  # equilibria of one subgame that are carried upwards


@dataclass(frozen=True, eq=False)
class Perfect:
    """One subgame-perfect equilibrium."""

    acts: Acts
    """What is done at every information set: a law [action]."""
    worth: tuple[Fraction, ...]
    """Per player, what the whole tree is worth."""


@dataclass(frozen=True, eq=False)
class Found:
    equilibria: tuple[Perfect, ...]
    complete: bool
    how: str


def subgame_perfect(tree: Tree, *, most: int = MOST) -> Found:
    """All subgame-perfect equilibria that are extreme in every stage, of a tree with perfect recall.

    At information sets that a player's own moves rule out it is said to act uniformly: no play comes there by others' moves
    alone. Beyond `most` equilibria of one subgame the rest is left out and `complete` is false, as it is where three or more
    move in one stage and its mixed equilibria are not all found. Raises Unsolved without perfect recall.
    """
    if not tree.perfect_recall:
        raise Unsolved(
            where=tree.where,
            needed="players who remember what they did and knew (perfect recall)",
            found="an information set that its owner comes to after different moves of its own",
            remedy="Ask for `nash`, of the strategic form.",
        )
    solved: dict[int, list[Perfect]] = {}
    complete, stages = True, 0
    for root in reversed(tree.subgames):
        inside = [k for k in solved if root < k < tree.last[root]]
        below = [k for k in inside if not any(other < k < tree.last[other] for other in inside)]
        found: list[Perfect] = []
        for chosen in itertools.product(*(solved[k] for k in below)):
            stage = tree.form(root, {k: _added(tree, k, p.worth) for k, p in zip(below, chosen, strict=True)})
            prediction = Nash()(stage.game)
            complete &= prediction.complete
            stages += 1
            for play in prediction.plays:
                acts = {place: law for p in chosen for place, law in p.acts.items()}
                for i, places in enumerate(stage.places):
                    mixture = rational.exact((play.strategies or ())[i][0])
                    done = tree.behaviour(stage, i, mixture)
                    acts |= {place: done.get(place, _uniform(tree, place)) for place in places}
                worth = tuple(rational.fraction(v) for v in play.values)
                found.append(Perfect(acts, tuple(w - p for w, p in zip(worth, _paid(tree, root), strict=True))))
            if len(found) > most:
                complete, found = False, found[:most]
                break
        solved[root] = found
    how = f"an equilibrium of every subgame, from the deepest up: {len(tree.subgames)} subgames, {stages} stages"
    if not complete:
        how += "; some equilibria of a stage may be missing"
    return Found(tuple(Perfect(p.acts, _added(tree, 0, p.worth)) for p in solved[0]), complete, how)


def _paid(tree: Tree, k: int) -> tuple[Fraction, ...]:
    return tree.nodes[k].paid or (Fraction(0),) * len(tree.players)


def _added(tree: Tree, k: int, worth: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """What coming to node k is worth: what it pays itself, and what follows."""
    return tuple(w + p for w, p in zip(worth, _paid(tree, k), strict=True))


def _uniform(tree: Tree, place: Place) -> Array:
    count = len(tree.actions[place[0]][place[1]])
    return rational.filled((count,), [Fraction(1, count)] * count)


def regret(tree: Tree, acts: Acts) -> Fraction:
    """The most that a player gains in some subgame by acting otherwise there: 0 for subgame-perfect equilibria.

    Every subgame is written out anew as a whole, nothing of it replaced.
    """
    worst = Fraction(0)
    for root in tree.subgames:
        form = tree.form(root, {})
        mixtures = [tree.mixture(form, i, acts) for i in range(len(tree.players))]
        play = Play.of(form.game, [mixture[None] for mixture in mixtures])
        worst = max(worst, rational.fraction(play.regret))
    return worst


def tree_of(game: Game, name: str) -> Tree:
    """The tree that the game was read from, if its payoffs are still those of the game. Raises Unsolved otherwise."""
    needed = "a game that was read from a tree (.efg), with the payoffs that the tree has"
    inner = core(game).exact
    if game.tree is None:
        raise Unsolved(where=name, needed=needed, found="a strategic form", remedy="Ask for `nash`.")
    form = core(game.tree.normal.game).exact
    same = form.payoff.shape == inner.payoff.shape and bool(np.all(form.payoff == inner.payoff))
    if not same:
        found = (
            "a rule that changes actions or payoffs: what it pays is a matter of strategies, not of ends of the tree"
        )
        raise Unsolved(where=name, needed=needed, found=found, remedy="Ask for `nash`.")
    return game.tree


def played(game: Game, tree: Tree, acts: Acts) -> Play:
    """The play of `game` that acting so at every information set comes to."""
    form = tree.normal
    mixtures = [tree.mixture(form, i, acts)[None] for i in range(len(tree.players)) if form.game.action_counts[i] > 1]
    return lifted(game, mixtures)


class SubgamePerfect(Behaviour):
    """All (extreme) subgame-perfect equilibria of a game that was read from a tree."""

    name = "subgame-perfect"

    def __call__(self, game: Game) -> Plays:
        tree = tree_of(game, self.name)
        found = subgame_perfect(tree)
        plays = tuple(played(game, tree, p.acts) for p in found.equilibria)
        worst = max((regret(tree, p.acts) for p in found.equilibria[:100]), default=Fraction(0))
        return Plays(self.name, game, plays, found.how, max(float(worst), residual_of(plays)), found.complete)


register("subgame-perfect", lambda text: no_argument("subgame-perfect", text, SubgamePerfect))

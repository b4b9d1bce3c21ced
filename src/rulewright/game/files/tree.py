"""A game tree: who moves when, and knows what. Read from a .efg file; what a strategic form forgets.

Nodes are numbered in prefix order, the root 0. A *subgame* starts at a node that is alone in its information set, and
contains every information set that it touches whole (Selten 1965; Kuhn 1953). `form` is the reduced normal form of a subtree in
which other subtrees may be replaced by what they pay; `mixture` and `behaviour` go from what is done at information sets to
mixed strategies of such a form and back (Kuhn 1953: with perfect recall the two come to the same).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...numerics.rational import Array
from ..game import Game
from .reduced import IRRELEVANT, Memory, normal_form

CHANCE, END = -1, -2
Place = tuple[int, int]  # player, position of the information set among the player's
Behaviour = Mapping[Place, Array]
"""What is done at every information set: a law over its actions."""


@dataclass(frozen=True)
class Node:
    """One node; its children are the next nodes in prefix order."""

    owner: int
    """The player who moves, CHANCE or END."""
    place: int
    """Position of its information set among the player's; of no meaning for chance and ends."""
    moves: int
    """Number of children."""
    chances: tuple[Fraction, ...]
    """Where chance moves: the probability of each child."""
    paid: tuple[Fraction, ...]
    """Per player, what arriving here pays; empty for nothing."""


@dataclass(frozen=True, eq=False)
class Form:
    """The reduced normal form of a subtree, and how its strategies read."""

    game: Game = field(repr=False)
    choices: tuple[Array, ...] = field(repr=False)
    """Per player [strategy, position]: the action at each of `places`, or IRRELEVANT."""
    places: tuple[tuple[Place, ...], ...]
    """Per player the information sets inside the subtree, in order of first mention."""


@dataclass(frozen=True, eq=False)
class Tree:
    """A finite extensive game with rational payoffs. No play enters an information set twice (the reader sees to it)."""

    players: tuple[str, ...]
    nodes: tuple[Node, ...] = field(repr=False)
    """In prefix order."""
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    """actions[player][place]: labels."""
    names: tuple[tuple[str, ...], ...]
    """names[player][place]: of the information sets, for people."""
    where: str = "game tree"
    """What messages call it."""

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Per node, its children."""
        found: list[list[int]] = [[] for _ in self.nodes]
        waiting: list[tuple[int, int]] = []  # a node above, and how many of its children are still to come
        for k, node in enumerate(self.nodes):
            if waiting:
                above, left = waiting.pop()
                found[above].append(k)
                if left > 1:
                    waiting.append((above, left - 1))
            if node.moves:
                waiting.append((k, node.moves))
        return tuple(map(tuple, found))

    @cached_property
    def last(self) -> tuple[int, ...]:
        """Per node, one more than the last node below it: its subtree is range(node, last[node])."""
        after = [k + 1 for k in range(len(self.nodes))]
        for k in reversed(range(len(self.nodes))):
            if self.children[k]:
                after[k] = after[self.children[k][-1]]
        return tuple(after)

    @cached_property
    def places(self) -> dict[Place, tuple[int, ...]]:
        """Per information set, its nodes."""
        found: dict[Place, list[int]] = {}
        for k, node in enumerate(self.nodes):
            if node.owner >= 0:
                found.setdefault((node.owner, node.place), []).append(k)
        return {place: tuple(nodes) for place, nodes in found.items()}

    @cached_property
    def subgames(self) -> tuple[int, ...]:
        """Roots of all subgames at which a player moves, and the root of the tree; deepest last."""
        roots = []
        for k, node in enumerate(self.nodes):
            inside = range(k, self.last[k])
            alone = node.owner >= 0 and len(self.places[node.owner, node.place]) == 1
            if (alone or k == 0) and all(
                self.places[self.nodes[h].owner, self.nodes[h].place][0] >= k
                and self.places[self.nodes[h].owner, self.nodes[h].place][-1] < inside.stop
                for h in inside
                if self.nodes[h].owner >= 0
            ):
                roots.append(k)
        return tuple(roots)

    @cached_property
    def perfect_recall(self) -> bool:
        """Whether at every information set its player has done and known the same at all of its nodes."""
        before: dict[Place, tuple] = {}
        for k, history in self._histories():
            owner = self.nodes[k].owner
            if owner >= 0 and before.setdefault((owner, self.nodes[k].place), history[owner]) != history[owner]:
                return False
        return True

    def _histories(self) -> Iterator[tuple[int, tuple[tuple, ...]]]:
        """(node, per player its own information sets and actions so far)."""
        stack: list[tuple[int, tuple[tuple, ...]]] = [(0, ((),) * len(self.players))]
        while stack:
            k, history = stack.pop()
            yield k, history
            node = self.nodes[k]
            for action, child in enumerate(self.children[k]):
                after = history
                if node.owner >= 0:
                    own = (*history[node.owner], (node.place, action))
                    after = (*history[: node.owner], own, *history[node.owner + 1 :])
                stack.append((child, after))

    @cached_property
    def normal(self) -> Form:
        """The reduced normal form of the whole tree."""
        return self.form(0, {})

    def form(self, root: int, worth: Mapping[int, Sequence[Fraction]]) -> Form:
        """The reduced normal form of the subtree at `root`, where play that comes to a node of `worth` ends and pays that.

        What is paid above `root` is left out. Raises TooLarge where it would not fit.
        """
        memories = [Memory() for _ in self.players]
        at: list[dict[int, int]] = [{} for _ in self.players]
        reached: dict[tuple[int, ...], list[Fraction]] = {}
        stack = [(root, Fraction(1), (0,) * len(self.players))]
        while stack:
            k, chance, sequences = stack.pop()
            node = self.nodes[k]
            paid = worth.get(k, node.paid) if k != root else node.paid
            if paid and chance:
                total = reached.setdefault(sequences, [Fraction(0)] * len(self.players))
                for i, payoff in enumerate(paid):
                    total[i] += chance * payoff
            if k in worth and k != root:
                continue
            below: list[tuple[int, Fraction, tuple[int, ...]]]
            if node.owner >= 0:
                memory, own = memories[node.owner], at[node.owner]
                if node.place not in own:
                    own[node.place] = len(memory.actions)
                    memory.actions.append(self.actions[node.owner][node.place])
                grown = memory.extend(sequences[node.owner], own[node.place])
                below = [
                    (child, chance, (*sequences[: node.owner], s, *sequences[node.owner + 1 :]))
                    for child, s in zip(self.children[k], grown, strict=True)
                ]
            else:
                below = [(c, chance * p, sequences) for c, p in zip(self.children[k], node.chances, strict=True)]
            stack += reversed(below)
        game = normal_form(self.players, memories, reached, self.where)
        places = tuple(tuple((i, place) for place in own) for i, own in enumerate(at))
        return Form(game, tuple(memory.strategies() for memory in memories), places)

    def mixture(self, form: Form, i: int, behaviour: Behaviour) -> Array:
        """[strategy]: what acting as `behaviour` says at every information set comes to in a form, for player i."""
        choices = form.choices[i]
        weights = np.full(len(choices), Fraction(1), dtype=object)
        for h, place in enumerate(form.places[i]):
            law = behaviour[place]
            relevant = choices[:, h] != IRRELEVANT
            weights[relevant] = weights[relevant] * law[choices[relevant, h]]
        return weights

    def behaviour(self, form: Form, i: int, mixture: Array) -> dict[Place, Array]:
        """What a mixture [strategy] over a form's strategies of player i does at each set that it can reach."""
        found: dict[Place, Array] = {}
        choices = form.choices[i]
        for h, place in enumerate(form.places[i]):
            actions = len(self.actions[i][place[1]])
            law = np.array([mixture[choices[:, h] == a].sum() for a in range(actions)], dtype=object)
            total = law.sum()
            if total > 0:
                found[place] = law / total
        return found

"""From what each player remembers to the reduced normal form.

What player i has done on the way to a node is its *sequence* σ_i: its own information sets and the actions chosen
there. A pure strategy s_i makes a node possible, as far as i is concerned, when it chooses σ_i; an information set is
*relevant* for s_i when s_i makes one of its nodes possible. Strategies that agree at the sets relevant for them are one
*reduced* strategy: no play of the others tells them apart (Kuhn 1953, "Extensive games and the problem of
information"; von Stengel 1996, Games and Economic Behavior 14, for sequences). With P(x) the probability of the chance
moves on the way to node x and u_i(x) what is paid there,

    payoff_i(s) = Σ_x P(x) · u_i(x) · 1[every player's s_j chooses σ_j(x)]

Imperfect recall (one information set after several sequences) leaves this well defined: a strategy is a plan made
before play, which its player then follows. A set that is entered twice in one play does not, because chance inside the
set matters there (Piccione & Rubinstein 1997); the reader of the tree refuses it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from ...numerics.memory import FLOAT_BYTES
from ...numerics.rational import Array
from ..game import SINGLE, Game
from .table import action_labels, check_fit

IRRELEVANT = -1
STAR = "*"  # the choice at an information set that the player's own earlier choices rule out
BETWEEN = "/"  # the choices in the label of a strategy

Reached = Mapping[tuple[int, ...], Sequence[Fraction]]
"""σ of every player → what is paid to each player there, times the probability of chance; nodes of the same σ added."""


class Memory:
    """The sequences of one player, numbered as they are met, the empty one 0; sets too, in order of first mention."""

    def __init__(self) -> None:
        self.actions: list[tuple[str, ...]] = []
        """actions[h]: labels at information set h."""
        self.sets: list[list[int]] = [[]]
        """sets[σ]: information sets that come right after σ, as far as the player's own moves go."""
        self.origin: list[tuple[int, int, int]] = [(0, IRRELEVANT, IRRELEVANT)]
        """origin[σ]: the sequence before, the set and the action that were added to it."""
        self.after: dict[tuple[int, int], range] = {}
        """after[σ, h]: the sequences σ followed by each action at h."""

    def extend(self, sequence: int, place: int) -> range:
        """The sequences that go on from `sequence` with each action at set `place`."""
        if (sequence, place) not in self.after:
            first, count = len(self.origin), len(self.actions[place])
            self.sets[sequence].append(place)
            self.sets += [[] for _ in range(count)]
            self.origin += [(sequence, place, action) for action in range(count)]
            self.after[sequence, place] = range(first, first + count)
        return self.after[sequence, place]

    def count(self) -> int:
        """How many reduced strategies there are; under imperfect recall a bound, the number of full ones."""
        if len(self.after) > len(self.actions):
            return prod(map(len, self.actions))
        below = [1] * len(self.origin)
        for sequence in reversed(range(len(self.origin))):  # later sequences have higher numbers
            for place in self.sets[sequence]:
                below[sequence] *= sum(below[s] for s in self.after[sequence, place])
        return below[0]

    def strategies(self) -> Array:
        """All reduced strategies as choice[strategy, set]; first sets vary slowest.

        Builds each by deciding the first relevant set that is undecided, until there is none; the stack holds the
        choices decided, the relevant sets that wait, and the sequences chosen so far.
        """
        done: list[list[int]] = []
        stack = [([IRRELEVANT] * len(self.actions), sorted(self.sets[0]), [0])]
        while stack:
            choice, waiting, chosen = stack.pop()
            if not waiting:
                done.append(choice)
                continue
            place = waiting[0]
            for action in reversed(range(len(self.actions[place]))):
                stack.append(self._decided(choice, waiting, chosen, place, action))
        return np.array(done, dtype=np.int32).reshape(len(done), len(self.actions))

    def _decided(
        self, choice: list[int], waiting: list[int], chosen: list[int], place: int, action: int
    ) -> tuple[list[int], list[int], list[int]]:
        """The partial strategy with one more choice, and what becomes relevant by it."""
        choice, chosen, relevant = choice.copy(), chosen.copy(), set(waiting)
        choice[place] = action
        relevant.discard(place)
        fresh = [self.after[s, place][action] for s in chosen if (s, place) in self.after]
        while fresh:
            sequence = fresh.pop()
            chosen.append(sequence)
            for h in self.sets[sequence]:
                if choice[h] == IRRELEVANT:
                    relevant.add(h)
                else:
                    fresh.append(self.after[sequence, h][choice[h]])
        return choice, sorted(relevant), chosen

    def choosers(self, choice: Array) -> list[Array]:
        """For each sequence the strategies (rows of `choice`) that choose it."""
        rows = [np.arange(len(choice))]
        for before, place, action in self.origin[1:]:
            rows.append(rows[before][choice[rows[before], place] == action])
        return rows

    def names(self, choice: Array) -> tuple[str, ...]:
        """A label for each strategy: what it does at each set."""
        if not self.actions:
            return SINGLE
        spoken = [[*own, STAR] for own in self.actions]  # IRRELEVANT is the last
        return action_labels([BETWEEN.join(own[a] for own, a in zip(spoken, row, strict=True)) for row in choice])


def normal_form(players: tuple[str, ...], memories: Sequence[Memory], reached: Reached, where: str) -> Game:
    """The reduced normal form; raises TooLarge before any strategy is written down if it would not fit."""
    counts = [memory.count() for memory in memories]
    check_fit((len(players), *counts), f"{where}: payoff table of the reduced normal form")
    for player, memory, count in zip(players, memories, counts, strict=True):
        size = (count, len(memory.actions) + len(memory.origin))
        check_fit(size, f"{where}: strategies of {player}", item_bytes=3 * FLOAT_BYTES)

    choices = [memory.strategies() for memory in memories]
    choosers = [memory.choosers(choice) for memory, choice in zip(memories, choices, strict=True)]
    table = np.full((len(players), *map(len, choices)), Fraction(0), dtype=object)
    for sequences, paid in reached.items():
        value = np.array(paid, dtype=object).reshape((len(players),) + (1,) * len(players))
        profiles: tuple[Any, ...] = np.ix_(*(rows[s] for rows, s in zip(choosers, sequences, strict=True)))
        table[(slice(None), *profiles)] += value
    actions = [memory.names(choice) for memory, choice in zip(memories, choices, strict=True)]
    return Game.normal(table, players=players, actions=actions)

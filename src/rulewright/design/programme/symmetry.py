"""Players whom the game treats alike, and the orbits of what a rule decides about them.

Exchanging players i and j (with what the designer decides about them) maps cells [*types, *actions] to cells. Where the
game is unchanged by it, averaging an optimal rule over exchanges gives an optimal rule that is the same on every orbit: so
one variable stands for an orbit, and one player's incentive rows for those of all its like. Ten identical agents cost
little more than two.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...game.game import Game
from ...numerics.rational import Array
from ..rules import Payment, Rules


@dataclass(frozen=True, eq=False)
class Exchange:
    """Players i and j change places."""

    i: int
    j: int
    decisions: Array = field(repr=False)
    """[decision]: what each of the designer's decisions becomes."""

    def of(self, array: Array, n: int) -> Array:
        """[*types, *actions, …] read at the exchanged cells."""
        moved = np.swapaxes(np.swapaxes(array, self.i, self.j), n + self.i, n + self.j)
        return np.take(moved, self.decisions, axis=n) if array.shape[n] > 1 else moved

    def name(self, signal: str, game: Game) -> str:
        """The signal that takes the place of `signal`."""
        for kind in ("action of ", "type of "):
            for here, there in ((self.i, self.j), (self.j, self.i)):
                if signal == kind + game.players[here]:
                    return kind + game.players[there]
        return signal

    def renamed(self, on: tuple[str, ...], game: Game) -> list[int]:
        """Positions of signals in `on` whose outcomes are decisions that change."""
        moves = (self.decisions != np.arange(len(self.decisions))).any()
        return [k for k, name in enumerate(on) if moves and name == f"action of {game.players[0]}"]

    def payment(self, payment: Payment, game: Game) -> tuple[str, tuple[str, ...]]:
        """(to, on) of the payment that takes its place."""
        places = {game.players[self.i]: game.players[self.j], game.players[self.j]: game.players[self.i]}
        return places.get(payment.to, payment.to), tuple(self.name(s, game) for s in payment.on)

    def partner(
        self, payment: Payment, game: Game, payments: tuple[Payment, ...]
    ) -> tuple[int, tuple[int, ...]] | None:
        """(position of the payment that takes its place, order of its signals); None if there is none like it."""
        to, on = self.payment(payment, game)
        for k, other in enumerate(payments):
            alike = (other.low, other.high, other.form) == (payment.low, payment.high, payment.form)
            if other.to == to and sorted(other.on) == sorted(on) and alike:
                order = tuple(on.index(name) for name in other.on)
                plain = order == tuple(range(len(on))) and not self.renamed(on, game)
                if plain or (
                    payment.form == "free"
                    and not isinstance(payment.low, tuple)
                    and not isinstance(payment.high, tuple)
                ):
                    return k, order
        return None


@dataclass(frozen=True, eq=False)
class Symmetry:
    """Exchanges that leave the problem as it is, and the classes of players that they connect."""

    exchanges: tuple[Exchange, ...]
    classes: tuple[tuple[int, ...], ...]
    """Players that are alike, first one first; only classes of two or more."""

    def same(self, other: Symmetry) -> bool:
        """Whether the exchanges are the same, with what they make of decisions."""
        own, theirs = ([(e.i, e.j, *e.decisions) for e in s.exchanges] for s in (self, other))
        return own == theirs

    def size(self, i: int) -> int:
        """How many players i's rows stand for; 0 if another player's rows stand for i's."""
        for members in self.classes:
            if i in members:
                return len(members) if members[0] == i else 0
        return 1

    def like(self, i: int) -> tuple[int, ...]:
        return next((members for members in self.classes if members[0] == i), (i,))


NONE = Symmetry((), ())


def find(game: Game, rules: Rules) -> Symmetry:
    """The exchanges of pairs of players under which game, payments and outside options stay as they are."""
    if game.n < 3 or rules.priors or rules.robust is not None:
        return NONE
    exchanges: list[Exchange] = []
    classes: list[list[int]] = []
    for j in range(1, game.n):
        for members in classes:
            found = exchange(game, rules, members[0], j)
            if found is not None:
                members.append(j)
                exchanges.append(found)
                break
        else:
            classes.append([j])
    return Symmetry(tuple(exchanges), tuple(tuple(c) for c in classes if len(c) > 1))


def exchange(game: Game, rules: Rules, i: int, j: int) -> Exchange | None:
    """The exchange of i and j, if it leaves everything as it is."""
    n, players = game.n, game.players
    if game.type_counts[i] != game.type_counts[j] or game.action_counts[i] != game.action_counts[j]:
        return None
    if rules.outside.get(players[i]) != rules.outside.get(players[j]):
        return None
    signals = [s.law[..., k] for s in game.signals for k in range(len(s.outcomes))]
    before = [*game.payoff, game.prior.reshape(game.prior.shape + (1,) * n), *signals]
    rows = list(range(n))
    rows[i], rows[j] = j, i
    after = [*(game.payoff[k] for k in rows), *before[n:]]
    still = Exchange(i, j, np.arange(game.action_counts[0]))
    decisions = _matched([still.of(x, n) for x in after], before, n)
    if decisions is None:
        return None
    found = Exchange(i, j, decisions)
    partners = [found.partner(p, game, rules.payments) for p in rules.payments]
    groups = [p.group for p in rules.payments]
    image = [groups[partner[0]] for partner in partners if partner is not None]
    if len(image) < len(groups) or _together(image) != _together(groups):
        return None
    return found


def _together(groups: list[str]) -> list[tuple[int, int]]:
    """The pairs of payments that are the same contract."""
    return [(k, m) for k, g in enumerate(groups) for m, h in enumerate(groups) if g and g == h and k < m]


def _matched(after: list[Array], before: list[Array], n: int) -> Array | None:
    """[decision]: the decision that after the exchange is what this one was before; None where they do not match."""
    count = max(x.shape[n] for x in before)

    def print_of(arrays: list[Array], d: int) -> bytes:
        return b"".join((np.take(x, d if x.shape[n] > 1 else 0, axis=n) + 0.0).tobytes() for x in arrays)

    free: dict[bytes, list[int]] = {}
    for d in reversed(range(count)):
        free.setdefault(print_of(after, d), []).append(d)
    found = []
    for d in range(count):
        same = free.get(print_of(before, d))
        if not same:
            return None
        found.append(same.pop(same.index(d) if d in same else -1))
    return np.array(found)


def by_name(game: Game) -> Symmetry:
    """The exchanges that anonymity asks for: players with equally many types and actions, decisions renamed with them."""
    classes: list[list[int]] = []
    exchanges = []
    for j in range(1, game.n):
        for members in classes:
            i = members[0]
            same = game.type_counts[i] == game.type_counts[j] and game.action_counts[i] == game.action_counts[j]
            decisions = _renamed(game, i, j) if same else None
            if decisions is not None:
                members.append(j)
                exchanges.append(Exchange(i, j, decisions))
                break
        else:
            classes.append([j])
    return Symmetry(tuple(exchanges), tuple(tuple(c) for c in classes if len(c) > 1))


def _renamed(game: Game, i: int, j: int) -> Array | None:
    """[decision]: the decision whose label has the two names exchanged; None if some label has no such partner."""
    here, there, mark = game.players[i], game.players[j], "\0"
    labels = game.actions[0]
    swapped = [label.replace(here, mark).replace(there, here).replace(mark, there) for label in labels]
    return np.array([labels.index(s) for s in swapped]) if set(swapped) <= set(labels) else None


def orbits(nodes: int, maps: list[Array]) -> Array:
    """[node]: the number of its orbit under the permutations `maps`, numbered in order of first appearance."""
    label = np.arange(nodes)
    while True:
        before = label
        for image in maps:
            label = np.minimum(label, label[image])
            label = np.minimum(label, label[label])
        if (label == before).all():
            break
    return (np.cumsum(label == np.arange(nodes)) - 1)[label]

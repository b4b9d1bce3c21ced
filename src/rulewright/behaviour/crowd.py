"""A mixed crowd: each player is, with probability ρ and independently, another one, who is not rational.

    random        the other one plays uniformly, at each type
    adversarial   the other one does the most harm to the goal that it can, knowing its own type and how all play

The rational ones know ρ and play an equilibrium of what is left of the game,

    û_i(θ, a) = Σ_S ρ^|S| (1 − ρ)^{n−1−|S|} E[ u_i(θ, a) | those of S, i not among them, are replaced ]

With adversaries this is a Bayesian game with one more type of each player, independent of all else, whose payoff is minus the goal
(Eliaz 2002, Rev. Econ. Stud. 69, asks for robustness to faulty players; here their number is drawn). Predictions count everybody,
the replaced ones too. `irrational` in a rule's robustness is more cautious: there they know all types and what is drawn, and
act together, and the rational ones do not count on how they do it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..errors import TooLarge
from ..game.game import Game, names
from ..game.lower import average, core, lifted
from ..game.play import Play
from ..numerics import rational
from ..numerics.rational import Array
from .behaviour import Behaviour, register
from .exact import exact, spelt, within
from .nash import Nash, Pure
from .prediction import Plays, residual_of

MOST_MIXED = 24  # plans of a player, with its adversary's: mixed equilibria are searched up to here
MOST_PROFILES = 20_000_000  # of plans, rational and adversarial


@dataclass(frozen=True)
class RandomShare(Behaviour):
    """Each player plays at random with probability `share`; the others play Nash equilibria that count on it."""

    share: Fraction

    def __post_init__(self) -> None:
        within("random-share", self.share, "a share between 0 and 1", 1)

    @property
    def name(self) -> str:
        return f"random-share:{spelt(self.share)}"

    def __call__(self, game: Game) -> Plays:
        """As complete as `nash` is. `residual` is the regret of the rational ones."""
        if not game.active:
            return replace(Nash()(game), name=self.name)
        inner = core(game)
        perturbed = replace(inner, payoff=np.stack([_blurred(inner, self.share, i) for i in range(inner.n)]))
        found = Nash()(perturbed)
        plays = [_seen(game, inner, play.strategies or (), self.share) for play in found.plays]
        how = f"each plays at random with probability {spelt(self.share)}; the others: {found.how}"
        return Plays(self.name, game, tuple(plays), how, found.residual, found.complete)


def _blurred(inner: Game, share: Fraction, i: int) -> Array:
    """[*types, *actions]: û_i where those replaced play at random."""
    rho = rational.like(share, inner.payoff)[()]
    table = inner.payoff[i]
    for j in range(inner.n):
        if j != i:
            mean = table.sum(axis=inner.n + j, keepdims=True) / inner.action_counts[j]
            table = (1 - rho) * table + rho * mean
    return table


def _seen(game: Game, inner: Game, rational_ones: tuple[Array, ...], share: Fraction) -> Play:
    """The play of everybody, replaced or not."""
    rho = float(share)
    rows = [rational.floats(s) for s in rational_ones]
    return lifted(game.floats, [(1 - rho) * s + rho / s.shape[1] for s in rows])


@dataclass(frozen=True)
class AdversarialShare(Behaviour):
    """Each player harms the goal with probability `share`; all, adversaries too, play Nash equilibria that count on it."""

    share: Fraction

    def __post_init__(self) -> None:
        within("adversarial-share", self.share, "a share between 0 and 1", 1)

    @property
    def name(self) -> str:
        return f"adversarial-share:{spelt(self.share)}"

    def __call__(self, game: Game) -> Plays:
        """Extreme equilibria of two players with at most 24 plans each, else pure ones only, and it says so.

        `residual` is the regret of both, in their own units. Raises InputError where nobody said what people want, and
        TooLarge beyond 20 million profiles of plans.
        """
        goal = game.goal
        if not game.active or self.share == 0:
            return replace(Nash()(game), name=self.name)
        inner = core(game)
        plans = [a ** (2 * t) for a, t in zip(inner.action_counts, inner.type_counts, strict=True)]
        profiles = np.prod([float(count) for count in plans])
        if profiles > MOST_PROFILES:
            raise TooLarge(
                where=self.name,
                needed=f"at most {MOST_PROFILES:,} profiles of plans, rational and adversarial",
                found=f"{profiles:.3g}",
                remedy="Use fewer actions or types, or a random share.",
            )
        doubled = _doubled(inner, rational.like(average(game, goal), inner.payoff), self.share)
        mixed = inner.n <= 2 and max(plans) <= MOST_MIXED
        found = (Nash() if mixed else Pure())(doubled)
        plays = [self._seen(game, inner, play.strategies or ()) for play in found.plays]
        how = f"each does the most harm with probability {spelt(self.share)}, all in equilibrium: {found.how}"
        if not mixed:
            how += "; mixed equilibria are not searched"
        return Plays(self.name, game, _distinct(plays), how, residual_of(found.plays), found.complete and mixed)

    def _seen(self, game: Game, inner: Game, strategies: tuple[Array, ...]) -> Play:
        """The play of everybody: what a type does, averaged over whether it is an adversary."""
        rho, rows = float(self.share), []
        for strategy, types in zip(strategies, inner.type_counts, strict=True):
            both = rational.floats(strategy).reshape(types, 2, -1)
            rows.append((1 - rho) * both[:, 0] + rho * both[:, 1])
        return lifted(game.floats, rows)


def _doubled(inner: Game, goal: Array, share: Fraction) -> Game:
    """Every type twice, rational and adversarial, next to each other."""
    n = inner.n
    rho = rational.like(share, inner.payoff)[()]
    kind = np.array([1 - rho, rho], dtype=inner.payoff.dtype)
    prior, payoff = inner.prior, inner.payoff
    for j in range(n):
        prior, payoff = np.repeat(prior, 2, axis=j), np.repeat(payoff, 2, axis=1 + j)
        goal = np.repeat(goal, 2, axis=j)
        shape = [-1 if axis == j else 1 for axis in range(n)]
        prior = prior * np.tile(kind, inner.type_counts[j]).reshape(shape)
    tables = []
    for j in range(n):
        harms = np.arange(2 * inner.type_counts[j]) % 2 == 1
        tables.append(np.where(harms.reshape([-1 if axis == j else 1 for axis in range(2 * n)]), -goal, payoff[j]))
    return Game.bayesian(
        np.stack(tables),
        prior,
        players=inner.players,
        types=[names("t", 2 * t) for t in inner.type_counts],
        actions=inner.actions,
    )


def _distinct(plays: list[Play]) -> tuple[Play, ...]:
    """Without repetitions: who never is an adversary, or never anything else, may plan anything for it."""
    kept = {np.round(play.law, 9).tobytes(): play for play in reversed(plays)}
    return tuple(reversed(kept.values()))


def _share(kind: str, text: str) -> Fraction:
    return exact(kind, text, f"a share between 0 and 1, as in {kind}:0.2", 0.0, 1.0)


register("random-share", lambda text: RandomShare(_share("random-share", text)))
register("adversarial-share", lambda text: AdversarialShare(_share("adversarial-share", text)))

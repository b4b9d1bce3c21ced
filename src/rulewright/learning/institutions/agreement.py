"""Propose and accept, solved exactly: the subgame-perfect contract of a game or a tabular Markov game.

One player proposes a contract, with payments up front, to each of the others; they accept or all play on without it. In a
subgame-perfect equilibrium acceptors are held at what they get without, so that the proposer keeps all that the contract adds and
offers the one with the largest total (Christoffersen et al. 2023). Hence: welfare is the optimum where the space is rich and acts
are seen; a richer space never does worse; and a signal too garbled to deter breaks it.

What follows an offer may have several equilibria. `select` says which of them everybody expects: the worst for the total (as
headlines are here), or the best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...behaviour.markov import first_best, perfect_pure
from ...behaviour.nash import Nash, pure_profiles
from ...errors import InputError, Unsolved
from ...game.game import Game
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...game.play import Play
from ...institution.institution import NOTHING
from ...numerics import rational
from .spaces import ContractSpace

WORST, BEST = "worst", "best"
CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Continuation:
    """What is played once a contract stands, or none does."""

    values: tuple[Any, ...]
    """Per player who chooses: under the contract, transfers included."""
    welfare: Any
    """Total in the game without it: money moves, value does not."""
    play: Any = field(repr=False)


@dataclass(frozen=True, eq=False)
class Agreement:
    """A subgame-perfect outcome of propose and accept."""

    proposer: str
    contract: Any
    """What is offered and accepted; None where nothing beats no contract."""
    label: str
    values: tuple[Any, ...]
    """Per player who chooses, up-front payments included."""
    outside: tuple[Any, ...]
    """Without a contract."""
    upfront: tuple[Any, ...]
    """What each receives on signing; sums to zero."""
    welfare: Any
    without: Any
    """Welfare without a contract."""
    optimum: Any
    play: Any = field(repr=False)
    complete: bool
    """Whether all contracts of the space were tried and all their (pure) equilibria seen."""
    how: str

    @property
    def optimal(self) -> bool:
        """Whether nothing is left to gain."""
        return (
            bool(self.welfare == self.optimum)
            if isinstance(self.welfare, Fraction)
            else abs(self.welfare - self.optimum) < CLOSE
        )

    def describe(self) -> str:
        return (
            f"{self.proposer} offers {self.label}: total {rational.decimal(self.welfare)} of at most "
            f"{rational.decimal(self.optimum)}, {rational.decimal(self.without)} without a contract"
        )


def subgame_perfect_contract(
    game: Any,
    space: ContractSpace | Iterable[Callable[[Any], Any]],
    *,
    proposer: str | int | None = None,
    select: str = WORST,
    grid: int = 21,
    upfront: bool = True,
) -> Agreement:
    """The contract that is offered and accepted, by trying all of the space. Exact in exact games.

    space: a `ContractSpace` (of which `grid` values of θ are tried) or rules, functions from games to games (institutions). A rule
    of a Markov game that is an institution reads one round's actions. upfront: whether signing may come with payments; without
    them a contract is accepted only if it leaves nobody worse off than none. Raises InputError for a selection that is none, and
    Unsolved where a game has no equilibrium that can be found.
    """
    if select not in (WORST, BEST):
        raise InputError(where="contract stage", needed="select worst or best", found=repr(select))
    offers = (
        [(f"θ = {rational.decimal(theta)}", space.at(theta)) for theta in space.grid(grid)]
        if isinstance(space, ContractSpace)
        else [(_said(rule), rule) for rule in space]
    )
    players = game.strategic
    lead = players.index(game.index(proposer)) if proposer is not None else 0
    none, sure = _continuation(game, NOTHING, select)
    best: tuple[Any, str, Any, Continuation, tuple[Any, ...]] | None = None
    for label, rule in offers:
        under, all_seen = _continuation(game, rule, select)
        sure &= all_seen
        paid = _signing(under, none, lead) if upfront else (0,) * len(players)
        values = tuple(v + p for v, p in zip(under.values, paid, strict=True))
        accepted = all(v >= _least(out) for v, out in zip(values, none.values, strict=True))
        if accepted and (best is None or values[lead] > best[0]):
            best = values[lead], label, rule, under, paid
    if best is None or best[0] <= none.values[lead]:
        best = none.values[lead], "none", None, none, (0 * none.welfare,) * len(players)
    _, said, contract, under, paid = best
    return Agreement(
        proposer=game.players[players[lead]],
        contract=contract,
        label=said,
        values=tuple(v + p for v, p in zip(under.values, paid, strict=True)),
        outside=none.values,
        upfront=paid,
        welfare=under.welfare,
        without=none.welfare,
        optimum=_optimum(game),
        play=under.play,
        complete=sure,
        how=f"{len(offers)} contracts tried, each with its {select} equilibrium"
        + ("" if sure else "; mixed ones may be missing"),
    )


def _least(outside: Any) -> Any:
    """What an acceptor must get at least: its value without a contract, to within rounding where numbers are floats."""
    return outside if isinstance(outside, Fraction) else outside - CLOSE * max(1.0, abs(outside))


def _said(rule: Any) -> str:
    return rule.describe() if hasattr(rule, "describe") else str(rule)


def _signing(under: Continuation, none: Continuation, lead: int) -> tuple[Any, ...]:
    """Up-front payments that hold everybody but the proposer at the value without a contract."""
    paid = [out - v for v, out in zip(under.values, none.values, strict=True)]
    paid[lead] = -sum(p for j, p in enumerate(paid) if j != lead)
    return tuple(paid)


def _continuation(game: Any, rule: Callable[[Any], Any], select: str) -> tuple[Continuation, bool]:
    """What is played under the rule, and whether every equilibrium was seen."""
    found, complete = _markov(game, rule) if isinstance(game, MarkovGame) else _normal(game, rule)
    if not found:
        raise Unsolved(
            where="contract stage", needed="an equilibrium under every contract", found=f"none under {_said(rule)}"
        )
    return (min if select == WORST else max)(found, key=lambda c: c.welfare), complete


def _normal(game: Game, rule: Callable[[Any], Any]) -> tuple[list[Continuation], bool]:
    induced = rule(game)
    profiles = pure_profiles(induced)
    if len(profiles) and all(t == 1 for t in game.type_counts):
        plays, complete = [Play.pure(induced, list(at)) for at in profiles], True
    else:
        prediction = Nash()(induced)
        plays, complete = list(prediction.plays), prediction.complete
    at = list(game.strategic)
    found = []
    for play in plays:
        values = tuple(play.values[i] for i in at)
        base = Play.of(game, list(play.strategies or ())).values
        found.append(Continuation(values, sum(base[i] for i in at), play))
    return found, complete


def _markov(game: MarkovGame, rule: Callable[[Any], Any]) -> tuple[list[Continuation], bool]:
    induced = rule(game) if isinstance(rule, Forcing) else game.through(rule)
    prediction = perfect_pure(induced)
    at = list(game.strategic)
    found = []
    for play in prediction.plays:
        base = MarkovPlay.of(game, list(play.strategies or ())).worth
        found.append(Continuation(tuple(play.worth[i] for i in at), sum(base[i] for i in at), play))
    return found, prediction.complete


def _optimum(game: Any) -> Any:
    if isinstance(game, MarkovGame):
        return first_best(game, game.total).worth
    total = game.payoff[list(game.strategic)].sum(axis=0)
    axes = tuple(range(game.n, 2 * game.n))  # everybody's best, type by type
    best = total.max(axis=axes)
    return (best * game.prior).sum() if best.shape == game.prior.shape else best.max()


@dataclass(frozen=True, eq=False)
class Forcing:
    """In a Markov game: who departs in a state from a stationary pure policy pays `fine` to the others, evenly, in that round."""

    policy: tuple[tuple[int, ...], ...]
    """[player][state]: position of the action."""
    fine: Any

    def __call__(self, game: MarkovGame) -> MarkovGame:
        money = rational.zeros(game.payoff.shape, game.payoff)
        players = game.strategic
        for i in players:
            shape = [1] * (game.n + 1)
            shape[0], shape[1 + i] = game.state_count, game.action_counts[i]
            off = np.arange(game.action_counts[i])[None, :] != np.asarray(self.policy[i])[:, None]
            charge = rational.like(off.astype(int), game.payoff).reshape(shape) * rational.like(self.fine, game.payoff)
            for j in players:
                money[j] = money[j] + (-charge if j == i else charge / (len(players) - 1))
        return game.paid(money)

    def describe(self) -> str:
        return f"who departs from the policy pays {rational.decimal(self.fine)} to the others"


def forcing_best(game: MarkovGame) -> Forcing:
    """The contract that makes the play with the largest total dominant, fine above all that a departure can gain."""
    play = first_best(game, game.total).play
    policy = tuple(tuple(int(k) for k in np.asarray(s).argmax(axis=1)) for s in play.strategies or ())
    spread = max(
        rational.fraction(game.payoff[i].max()) - rational.fraction(game.payoff[i].min()) for i in game.strategic
    )
    patience = max(rational.fraction(game.discount[i]) for i in game.strategic)
    return Forcing(policy, 1 + 2 * spread / (1 - patience))

"""Independent private signals: each Bob commits to σ_i(m | s), Alice hears all messages and does her best.

Best replies are NP-hard and equilibria PPAD-hard to find in general (Hossain et al. 2024, ICML), so two ways:

    as_game, worst_pure   tiny cases, exact: every deterministic signal, or every one of a grid, as an action of a `Game`
                          among the Bobs, to which the whole house applies
    search                beyond: each Bob in turn moves to his best signal of all, found by linear programming
                          (`deviation.best_signal`), from many starts. What it stops at is an equilibrium up to the residual shown

A mixture over signals is a signal drawn in public: Alice sees what was committed to. Her value does not depend on how she
breaks ties, the Bobs' values do; the rule is named in every call, and `worst_pure` takes the worst over all rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...game.game import Game
from ...numerics import rational
from ...numerics.given import real, whole
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from .deviation import AMONG, Reply, best_signal
from .replies import (
    LEAST,
    MOST,
    as_signal,
    check_ties,
    grid,
    heard,
    over_partitions,
    over_signals,
    partitions,
    tables,
    tied,
    unit,
)
from .setting import Rivals

SMALL = 1e-9  # of payoffs: gains that are rounding
RESIDUAL = 1e-7  # of the range of utilities: deviation gains below this count as none


def alphabets(rivals: Rivals, messages: int | Sequence[int]) -> tuple[int, ...]:
    """How many messages each Bob has. Raises InputError unless each has at least one."""
    counts = tuple(messages) if isinstance(messages, Iterable) else (messages,) * rivals.k
    if len(counts) != rivals.k:
        raise InputError(where="messages", needed=f"one whole number ≥ 1, or {rivals.k} of them", found=repr(messages))
    return tuple(whole(m, "messages") for m in counts)


def decks(rivals: Rivals, messages: int | Sequence[int], parts: int | None = None) -> tuple[Array, ...]:
    """What each Bob chooses among: partitions [n, s], or with `parts` signals [n, s, m] of multiples of 1/parts."""
    states, counts = rivals.prior.shape[0], alphabets(rivals, messages)
    if parts is None:
        return tuple(partitions(states, m) for m in counts)
    parts = whole(parts, "parts")
    return tuple(grid(states, m, parts) for m in counts)


def evaluated(rivals: Rivals, choices: Sequence[Array], ties: str) -> Array:
    """[1 + k, *signals]: values of Alice and of each Bob at every profile of `decks`."""
    return (over_partitions if choices[0].ndim == 2 else over_signals)(rivals, choices, ties)


def label(rivals: Rivals, chosen: Array) -> str:
    """ "s1 s2 | s3" of a partition; "s1: 1, 0; s2: 1/2, 1/2" of a stochastic signal."""
    if chosen.ndim == 1:
        return " | ".join(
            " ".join(s for s, c in zip(rivals.states, chosen, strict=True) if c == cell) for cell in np.unique(chosen)
        )
    return "; ".join(f"{s}: {', '.join(map(str, row))}" for s, row in zip(rivals.states, chosen, strict=True))


def game_of(rivals: Rivals, values: Array, actions: Sequence[Sequence[str]]) -> Game:
    """The `Game` among the Bobs with values[1 + k, *actions]; the goal is Alice's value."""
    game = Game.normal(values[1:], players=rivals.names, actions=actions)
    return game.with_goal(values[0].reshape((1,) * rivals.k + values.shape[1:]), name="Alice")


def as_game(rivals: Rivals, messages: int | Sequence[int] = 2, *, parts: int | None = None, ties: str) -> Game:
    """The Bobs as players, their signals as actions, Alice's value as the goal; exact if `rivals` is.

    Signals are all deterministic ones (partitions of the states into at most `messages` cells; one number, or one per Bob),
    or with `parts` all that are made of multiples of 1/parts. `ties` is one of replies.TIES. Raises InputError for wrong
    arguments, TooLarge for what does not fit.
    """
    check_ties(ties)
    choices = decks(rivals, messages, parts)
    actions = [[label(rivals, chosen) for chosen in deck] for deck in choices]
    return game_of(rivals, evaluated(rivals, choices, ties), actions)


@dataclass(frozen=True, eq=False)
class WorstPure:
    """The worst pure equilibrium for Alice over all ways in which she may break ties.

    Values are exact if the setting is; mixtures of ties are found in floats, up to `RESIDUAL` of the range of utilities.
    """

    value: Any
    """Alice's."""
    signals: tuple[Array, ...] = field(repr=False)
    """σ_i[s, m] of each Bob there."""
    labels: tuple[str, ...]
    candidates: int
    """Profiles at which no Bob surely gains by a deviation; some may need ties broken for two Bobs at once."""
    complete: bool
    """Whether every deviation within the decks was compared; other signals were not."""
    how: str


def worst_pure(rivals: Rivals, messages: int | Sequence[int] = 2, *, parts: int | None = None) -> WorstPure:
    """The pure equilibrium that is worst for Alice over all rules for ties ("against people"), by enumeration.

    A profile counts if for some way to break ties there, mixtures allowed, and ties after a deviation broken against him
    who deviates, nobody gains. That is the largest set of equilibria that any rule for ties gives. Raises Unsolved
    where there is none.
    """
    choices = decks(rivals, messages, parts)
    least, most = (evaluated(rivals, choices, bound) for bound in (LEAST, MOST))
    slack = 0 if rivals.is_exact else SMALL * _range(rivals)
    bars = [np.broadcast_to(row.max(axis=i, keepdims=True), row.shape) for i, row in enumerate(least[1:])]
    passing = np.ones(least.shape[1:], dtype=bool)
    for reach, bar in zip(most[1:], bars, strict=True):
        passing &= np.asarray(reach >= bar - slack, dtype=bool)
    found = np.argwhere(passing)
    order = np.argsort(rational.floats(least[0][passing]), kind="stable")
    for at in found[order]:
        signals = tuple(as_signal(deck[n]) if deck.ndim == 2 else deck[n] for deck, n in zip(choices, at, strict=True))
        bar = np.array([row[tuple(at)] for row in bars])
        sure = all((least[(slice(1, None), *at)] >= bar - slack).tolist())
        if sure or settled(rivals, signals, bar).residual <= RESIDUAL * _range(rivals):
            labels = tuple(label(rivals, deck[n]) for deck, n in zip(choices, at, strict=True))
            how = "every profile of the decks, every deviation within them; ties on the path by linear programming"
            return WorstPure(least[(0, *at)], signals, labels, len(found), True, how)
    raise Unsolved(
        where="private signals",
        needed="a pure equilibrium within the decks",
        found=f"none among {passing.size:,} profiles",
        remedy="Ask Nash of as_game(…) for mixed ones.",
    )


def _range(rivals: Rivals) -> float:
    """The range of the Bobs' utilities, or 1 where they are all equal."""
    return float(np.ptp(rational.floats(rivals.bobs))) or 1.0


# ── ties on the path ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Settled:
    """How Alice may break ties at one profile so that the Bobs miss their bars by as little as can be."""

    residual: float
    """max_i (bar_i − value_i), at least 0."""
    alice: float
    bobs: Array
    """[i]: values there."""


def settled(rivals: Rivals, signals: Sequence[Any], bars: Any) -> Settled:
    """Ties at one profile of signals σ_i[s, m] broken, by mixtures, such that max_i (bars[i] − U_i) is least."""
    here, size = rivals.floats, _range(rivals)  # the solver's tolerances know no units
    if len(signals) != rivals.k:
        raise InputError(where="signals", needed=f"{rivals.k} of them", found=str(len(signals)))
    law, bar = heard(signals, here), rational.floats(bars) / size  # bars may be minus infinity
    if bar.shape != (rivals.k,) or np.isnan(bar).any():
        raise InputError(where="bars", needed=f"a number for each of {rivals.k} AIs", found=repr(bars))
    worth = np.einsum("sm,kstn->kmtn", law, tables(here))
    mass = np.einsum("sm,st->mt", law, here.prior)
    best = tied(worth[0], mass, unit(here)) & (mass > 0)[..., None]
    worth = worth.reshape(len(worth), -1, worth.shape[-1])
    best = best.reshape(-1, best.shape[-1])
    alice = float(worth[0].max(axis=-1).sum())
    worth[1:] /= size
    open_ = best.sum(axis=-1) > 1
    fixed = np.where(best, worth[1:], 0.0)[:, ~open_].sum(axis=(-1, -2))
    if not open_.any():
        return Settled(max(0.0, float((bar - fixed).max())) * size, alice, fixed * size)
    programme = Programme()
    share = programme.add_columns(best[open_].shape, upper=best[open_].astype(float))
    miss = programme.add_columns(1, cost=1.0)
    programme.put(programme.add_rows(int(open_.sum()), lower=1.0, upper=1.0)[:, None], share, 1.0)
    rows = programme.add_rows(rivals.k, lower=bar - fixed)
    programme.put(rows[:, None, None], share[None], worth[1:][:, open_])
    programme.put(rows, miss, 1.0)
    x = programme.solve().point()
    bobs = fixed + (x[share] * worth[1:][:, open_]).sum(axis=(-1, -2))
    return Settled(max(0.0, float((bar - bobs).max())) * size, alice, bobs * size)


# ── best-response dynamics ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Stop:
    """Where one run came to: signals, and the most that any Bob could gain by any signal of his own."""

    signals: tuple[Array, ...] = field(repr=False)
    """σ_i[s, m]."""
    alice: float
    bobs: Array
    """[i]: values, ties on the path broken so that the residual is least."""
    residual: float
    """max_i of what his best signal of all would bring, ties there broken for him, above what he has."""
    exact: bool
    """Whether every one of these best signals is proved best: then this is an equilibrium up to `residual`."""
    start: str


@dataclass(frozen=True, eq=False)
class Search:
    """Equilibria found by best-response dynamics from many starts; never all of them."""

    stops: tuple[Stop, ...]
    """Worst for Alice first; those above the tolerance are no equilibria and come last."""
    tolerance: float
    how: str
    complete: bool = False

    @property
    def equilibria(self) -> tuple[Stop, ...]:
        """Stops whose residual is proved and within the tolerance."""
        return tuple(s for s in self.stops if s.exact and s.residual <= self.tolerance)

    @property
    def worst(self) -> float:
        """Alice's value at the worst equilibrium found: the worst one there is, is worth this or less. NaN if none."""
        return min((s.alice for s in self.equilibria), default=float("nan"))


def search(
    rivals: Rivals,
    *,
    starts: int = 20,
    rounds: int = 50,
    seed: int = 0,
    tolerance: float | None = None,
    tell: Callable[[str], None] | None = None,
) -> Search:
    """Best-response dynamics: each Bob in turn, from `starts` profiles of signals (silence and full disclosure among them).

    Every Bob has as many messages as there are states: more never help him. Of his best signals he takes any, the worst for Alice
    or the best for her, by turns from start to start. `tolerance` is in payoff units; by default
    RESIDUAL times the range of the Bobs' utilities.
    """
    starts, rounds = whole(starts, "search: starts"), whole(rounds, "search: rounds")
    here, rng = rivals.floats, np.random.default_rng(whole(seed, "seed", least=0))
    limit = RESIDUAL * _range(here) if tolerance is None else real(tolerance, "search: tolerance")
    stops = []
    for n in range(starts):
        name, signals = _start(here, n, rng)
        stops.append(_run(here, signals, f"{name}, {AMONG[n % 3]} of best signals", rounds, limit, AMONG[n % 3]))
        if tell:
            tell(f"start {n + 1} of {starts}: Alice {stops[-1].alice:.4f}, residual {stops[-1].residual:.2g}")
    stops.sort(key=lambda s: (s.residual > limit, s.alice))
    how = (
        f"best signals in turn from {starts} starts (seed {seed}), at most {rounds} rounds each; searched, not complete"
    )
    return Search(tuple(stops), limit, how)


def _start(rivals: Rivals, n: int, rng: np.random.Generator) -> tuple[str, list[Array]]:
    states, k = rivals.prior.shape[0], rivals.k
    if n < 2:
        return "silence", [np.ones((states, 1))] * k
    if n == 2:
        return "full disclosure", [np.eye(states)] * k
    if n % 2:
        return "random partitions", [np.eye(states)[rng.integers(states, size=states)] for _ in range(k)]
    return "random signals", [rng.dirichlet(np.ones(states), size=states) for _ in range(k)]


def _replies(rivals: Rivals, signals: Sequence[Array], among: str) -> list[Reply]:
    return [best_signal(rivals, i, signals, among=among) for i in range(rivals.k)]


def _run(rivals: Rivals, signals: list[Array], name: str, rounds: int, limit: float, among: str) -> Stop:
    kept: Stop | None = None
    seen: set[bytes] = set()
    for _ in range(rounds):
        here = b"".join(np.round(s, 9).tobytes() + bytes(s.shape) for s in signals)
        if here in seen:  # a cycle
            break
        seen.add(here)
        answers = _replies(rivals, signals, among)
        at = settled(rivals, signals, [reply.value for reply in answers])
        exact = all(reply.exact for reply in answers)
        most = max(0.0, *(float(reply.bound - got) for reply, got in zip(answers, at.bobs, strict=True)))
        if kept is None or most < kept.residual:
            kept = Stop(tuple(signals), at.alice, at.bobs, most, exact, name)
        if kept.residual <= limit:
            break
        for i in range(rivals.k):
            reply = answers[0] if i == 0 else best_signal(rivals, i, signals, among=among)
            has = settled(rivals, signals, [reply.value if j == i else -INFINITY for j in range(rivals.k)]).bobs[i]
            if reply.value > has + limit:
                signals = [*signals[:i], reply.signal, *signals[i + 1 :]]
    assert kept is not None  # there is at least one round
    return kept

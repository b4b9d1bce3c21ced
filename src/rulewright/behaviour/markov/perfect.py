"""Markov-perfect equilibria in pure stationary strategies, all of them, by looking at every profile.

A profile is perfect if in no state anybody gains by one round of another action, play going on as before: then nobody gains by any
deviation at all (the one-shot deviation principle; Blackwell 1965, Maskin & Tirole 2001, J. Econ. Theory 100). Profiles are
evaluated in blocks, each by one batch of linear solves; in exact games what is close is decided in rationals.
There may be none; a mixed one always exists (Fink 1964, Takahashi 1964), see `branch`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ...errors import TooLarge
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics.rational import Array
from .found import MarkovPlays, plays_of

BLOCK = 4096
CLOSE = 1e-9  # of gains, in units of the largest discounted payoff


def perfect_pure(
    game: MarkovGame,
    *,
    profiles: int = 1_000_000,
    most: int = 10_000,
    partial: bool = False,
    tell: Callable[[str], None] | None = None,
) -> MarkovPlays:
    """All pure stationary Markov-perfect equilibria.

    profiles: how many may be looked at; beyond that TooLarge is raised, or, with `partial`, the first so many are looked at and
    `complete` is False. most: stop after so many equilibria, likewise incomplete.
    """
    form = game.floats
    choices = [[np.flatnonzero(row) for row in mask] for mask in form.available]
    sizes = [len(at) for rows in choices for at in rows]  # player after player, state after state
    total = math.prod(sizes)
    if total > profiles and not partial:
        raise TooLarge(
            where="pure stationary profiles",
            needed=f"{total if total < 10**15 else float(total):,} profiles to be looked at",
            found=f"{profiles:,} that may be",
            remedy="Allow more with profiles=, cut it short with partial=True, or follow `branch` to one equilibrium.",
        )
    scale = float(np.abs(form.payoff).max()) / (1 - float(form.discount.max())) or 1.0
    found: list[MarkovPlay] = []
    looked = 0
    for block in _blocks(min(total, profiles), sizes, choices, form):
        gains = _gains(form, block)
        for k in np.flatnonzero(gains <= CLOSE * scale):
            play = MarkovPlay.pure(game, list(block[k]))
            if not game.is_exact or max(rows[mask].max() for rows, mask in _open(play)) <= 0:
                found.append(play)
        looked += len(block)
        if tell is not None:
            tell(f"{looked:,} of {total:,} profiles, {len(found)} equilibria")
        if len(found) >= most:
            break
    complete = looked >= total and len(found) < most
    how = f"all {total:,} pure stationary profiles" if complete else f"the first {looked:,} of {total:,} pure profiles"
    return plays_of(game, found[:most], how + ("" if complete else "; others may be missing"), complete)


def _open(play: MarkovPlay) -> Iterator[tuple[Array, Array]]:
    return zip(play.advantages, play.game.available, strict=True)


def _blocks(total: int, sizes: list[int], choices: list[list[Array]], game: MarkovGame) -> Iterator[Array]:
    """Profiles [profile, player, state] as action positions, block by block."""
    block = max(1, min(BLOCK, 2_000_000 // max(1, game.state_count**2 * game.n)))
    flat = [at for rows in choices for at in rows]
    for first in range(0, total, block):
        positions = np.unravel_index(np.arange(first, min(first + block, total)), sizes) if sizes else ()
        chosen = np.stack([at[p] for at, p in zip(flat, positions, strict=True)], axis=1)
        yield chosen.reshape(-1, game.n, game.state_count)


def _gains(game: MarkovGame, profiles: Array) -> Array:
    """[profile]: the most that anybody gains in any state by one round of another action."""
    states = np.arange(game.state_count)
    at = (states, *(profiles[:, i] for i in range(game.n)))
    chain = game.transition[at]  # [profile, state, next]
    worst = np.full(len(profiles), -np.inf)
    for i in range(game.n):
        delta = game.discount[i]
        reward = game.payoff[i][at]
        value = np.linalg.solve(np.eye(len(states)) - delta * chain, reward[..., None])[..., 0]
        for a in range(game.action_counts[i]):
            other = (*at[: 1 + i], np.full_like(profiles[:, i], a), *at[2 + i :])
            gain = game.payoff[i][other] + delta * (game.transition[other] * value[:, None]).sum(axis=2) - value
            worst = np.maximum(worst, np.where(game.available[i][:, a], gain, -np.inf).max(axis=1))
    return worst

"""What Alice does about what she heard, and what that is worth to everybody, for many profiles of committed signals at once.

    σ_i(m | s)   what Bob i says, committed and public; independent across Bobs given s
    w(s, t)      p(s, t)·Π_i σ_i(m_i | s): what Alice holds likely, unnormalised, after messages m

She does what is best for Σ_s w·u(s, t, ·). Where several actions are best she is indifferent and the Bobs are not, so that the
rule by which she chooses among these is part of the game: one of TIES, always named.

A deterministic signal is a partition of the states, several are their common refinement, and everything is a sum over its
cells: worked out once for every set of states.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.given import numbers
from ...numerics.memory import FLOAT_BYTES, FRACTION_BYTES, reserve
from ...numerics.rational import Array
from .setting import Rivals

TIES = ("for the AIs", "against the AIs", "first action")
"""Which of Alice's best actions she takes: largest sum of the Bobs' utilities, smallest, or the first in the list."""
LEAST, MOST = "least for each", "most for each"  # bounds over all ways to break ties, Bob by Bob; no way to break them
TIE = 1e-9  # of the range of Alice's utilities, in floats; exact settings have exact ties
CHUNK = 1 << 21  # numbers worked on at once


def check_ties(ties: str) -> None:
    """Raise InputError for what is not one of TIES."""
    if ties not in TIES:
        raise InputError(where="ties", needed=" or ".join(map(repr, TIES)), found=repr(ties))


def tables(rivals: Rivals) -> Array:
    """[1 + k, s, t, a]: p·u of Alice, then p·U of each Bob."""
    return rivals.prior[..., None] * np.concatenate([rivals.alice[None], rivals.bobs])


def tied(worth: Array, mass: Array, unit: float) -> Array:
    """[..., a], bool: her best actions for worth[..., a], at events of probability mass[...]; `unit` is the range of u."""
    slack = 0 if rational.is_exact(worth) else TIE * unit * mass[..., None]
    return np.asarray(worth >= worth.max(axis=-1, keepdims=True) - slack, dtype=bool)


def unit(rivals: Rivals) -> float:
    """The range of Alice's utilities, or 1 where they are all equal."""
    return float(rivals.alice.max() - rivals.alice.min()) or 1.0


def replied(worth: Array, mass: Array, size: float, ties: str) -> Array:
    """[1 + k, ...] from worth[1 + k, ..., a]: what everybody gets from Alice's best action, probability included.

    `ties` is one of TIES, or LEAST or MOST: then each Bob gets the least or the most that a tie may bring him.
    """
    best = tied(worth[0], mass, size)
    if ties in (LEAST, MOST):
        infinity = float("inf") if ties == LEAST else float("-inf")
        rest = np.where(best, worth[1:], infinity)
        bobs = rest.min(axis=-1) if ties == LEAST else rest.max(axis=-1)
        return np.concatenate([worth[0].max(axis=-1)[None], bobs])
    if ties == "first action":
        chosen = best.argmax(axis=-1)
    else:
        total = worth[1:].sum(axis=0)
        score = total if ties == "for the AIs" else -total
        chosen = np.where(best, score, float("-inf")).argmax(axis=-1)
    return np.take_along_axis(worth, np.broadcast_to(chosen[None, ..., None], (*worth.shape[:-1], 1)), axis=-1)[..., 0]


# ── deterministic signals ───────────────────────────────────────────────────────────────────────────────────────────


def partitions(states: int, messages: int) -> Array:
    """[partition, s]: every way to split the states into at most so many cells; a cell is named by its first state."""
    found = [[0]] if states else [[]]
    for s in range(1, states):
        grown = []
        for row in found:
            leaders = sorted(set(row))
            grown += [[*row, c] for c in leaders] + ([[*row, s]] if len(leaders) < messages else [])
        found = grown
    return np.array(found, dtype=np.int64).reshape(len(found), states)


def joined(one: Array, other: Array) -> Array:
    """[..., s]: the common refinement of two partitions, cells named by their first states."""
    same = (one[..., :, None] == one[..., None, :]) & (other[..., :, None] == other[..., None, :])
    return same.argmax(axis=-1)


def cell_values(rivals: Rivals, ties: str) -> Array:
    """[1 + k, mask]: what everybody gets, probability included, where all that Alice knows of s is that it is in the mask."""
    table, states = tables(rivals), rivals.prior.shape[0]
    item = FRACTION_BYTES if rivals.is_exact else FLOAT_BYTES
    reserve((2**states, *table.shape[:1], *table.shape[2:]), "everything for every set of states", item_bytes=item)
    worth = rational.zeros((len(table), 1, *table.shape[2:]), table)
    mass = rational.zeros((1, table.shape[2]), table)
    for s in range(states):
        worth = np.concatenate([worth, worth + table[:, s][:, None]], axis=1)
        mass = np.concatenate([mass, mass + rivals.prior[s]])
    return replied(worth, mass, unit(rivals), ties).sum(axis=-1)


def partition_values(cells: Array, partition: Array) -> Array:
    """[1 + k, ...] from cells[1 + k, mask] and partition[..., s]."""
    states = partition.shape[-1]
    members = partition[..., None, :] == np.arange(states)[:, None]  # [..., cell, s]
    masks = members @ (1 << np.arange(states))
    return np.asarray(cells[:, masks].sum(axis=-1))


def refinements(decks: Sequence[Array], states: int) -> tuple[Array, Array]:
    """(kinds[kind, s], at[*signals]): the different common refinements of one partition from each deck, and which is where."""
    kinds, at = np.zeros((1, states), dtype=np.int64), np.zeros((), dtype=np.int64)
    for deck in decks:
        refined = joined(kinds[:, None], deck[None]).reshape(-1, states)
        kinds, position = np.unique(refined, axis=0, return_inverse=True)
        at = position.reshape(-1, len(deck))[at]
    return kinds, at


def over_partitions(rivals: Rivals, decks: Sequence[Array], ties: str) -> Array:
    """[1 + k, *signals]: what everybody gets when Bob i plays partition decks[i][n_i]."""
    room_for(rivals, tuple(map(len, decks)))
    kinds, at = refinements(decks, rivals.prior.shape[0])
    return partition_values(cell_values(rivals, ties), kinds)[:, at]


def room_for(rivals: Rivals, counts: tuple[int, ...]) -> None:
    """Raise TooLarge where everybody's values for so many profiles would not fit."""
    item = FRACTION_BYTES if rivals.is_exact else FLOAT_BYTES
    reserve((3, 1 + rivals.k, *counts), "everybody's value for every profile of signals", item_bytes=item)


# ── stochastic signals ──────────────────────────────────────────────────────────────────────────────────────────────


def as_signal(partition: Array) -> Array:
    """σ[s, m], exact, of a partition[s]; as many messages as cells."""
    leaders = np.unique(partition)
    return rational.exact((partition[:, None] == leaders).astype(int))


def grid(states: int, messages: int, parts: int) -> Array:
    """[signal, s, m], exact: every signal of multiples of 1/parts, each once up to the names of its messages."""
    rows = [row for row in itertools.product(range(parts + 1), repeat=messages) if sum(row) == parts]
    reserve((len(rows) ** states, states, messages), "a grid of signals", item_bytes=FRACTION_BYTES)
    kept = []
    for chosen in itertools.product(rows, repeat=states):
        columns = list(zip(*chosen, strict=True))
        if all(a >= b for a, b in itertools.pairwise(columns)):
            kept.append(chosen)
    flat = [Fraction(x, parts) for signal in kept for row in signal for x in row]
    return rational.filled((len(kept), states, messages), flat)


def over_signals(rivals: Rivals, decks: Sequence[Array], ties: str) -> Array:
    """[1 + k, *signals]: what everybody gets when Bob i plays decks[i][n_i, s, m]."""
    counts = tuple(map(len, decks))
    room_for(rivals, counts)
    table, states = tables(rivals), rivals.prior.shape[0]
    heads = likelihoods(decks[:-1], states, rivals.prior)
    last = rational.like(decks[-1], rivals.prior)
    block = max(1, CHUNK // max(1, len(last) * heads.shape[2] * last.shape[2] * table[:, 0].size))
    found = []
    for first in range(0, len(heads), block):
        both = np.einsum("psm,qsn->pqsmn", heads[first : first + block], last)
        law = both.reshape(-1, states, heads.shape[2] * last.shape[2])
        worth = np.tensordot(law, table, axes=([1], [1]))  # [profile, messages, 1 + k, t, a]
        mass = np.tensordot(law, rivals.prior, axes=([1], [0]))
        worth = np.moveaxis(worth, 2, 0)
        found.append(replied(worth, mass, unit(rivals), ties).sum(axis=(-1, -2)))
    return np.concatenate(found, axis=1).reshape(1 + rivals.k, *counts)


def likelihoods(decks: Sequence[Array], states: int, field: Array) -> Array:
    """[profile, s, messages of all]: chances of what Alice hears, given s; one profile of one message where nobody speaks."""
    law = rational.zeros((1, states, 1), field) + 1
    for deck in decks:
        signals = rational.like(deck, field)
        size = len(law) * len(signals), states, law.shape[2] * signals.shape[2]
        reserve(size, "what Alice hears in every profile", item_bytes=FLOAT_BYTES)
        law = np.einsum("psm,qsn->pqsmn", law, signals).reshape(size)
    return law


def heard(signals: Sequence[Any], rivals: Rivals) -> Array:
    """ℓ[s, messages of all] of one profile of signals σ_i[s, m]. Raises InputError unless rows are laws over messages."""
    field, states = rivals.prior, rivals.prior.shape[0]
    decks = []
    for i, signal in enumerate(signals):
        law = rational.like(numbers(signal, f"signal of {rivals.names[i]}", (states, None)), field)
        if (law < 0).any() or (abs(law.sum(axis=1) - 1) > (0 if rational.is_exact(law) else 1e-9)).any():
            needed = f"σ[s, m] for {states} states, each row a law over messages"
            raise InputError(where=f"signal of {rivals.names[i]}", needed=needed, found=f"shape {law.shape}")
        decks.append(law[None])
    return likelihoods(decks, states, field)[0]

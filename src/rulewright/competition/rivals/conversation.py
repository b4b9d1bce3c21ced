"""Conversations of R rounds: what Alice asks may depend on what she knows and heard, and what a Bob answers on what she asked.

    round r    every Bob says one of M_i^r messages, all at once; then Alice says one of W_i^r words to each, in private
    C_Bi       his rule: (s, what passed between him and Alice so far) → message; committed and public
    C_A, D_A   hers: after her type t and all that she heard; chosen last, knowing all the C_Bi, to maximise her ex-ante utility

(After Collina, Goel, Roth, Ryu & Shi 2025: Bobs lead, Alice follows.) Against deterministic rules she knows after every history
that s is in some set, and does best by backward induction over what she has heard: an exact dynamic programme. Words are free,
so her best reply needs no randomness; where words or actions are equally good for her, ties decide (replies.TIES).

A Bob's rule is a tree: cells of states by first message; within a cell, for each word, cells again. Rules that differ in the
names of messages are one. Enumerated, they make a `Game` among the Bobs. R = 1 is private.py; a word after the last message
would be idle, so that there are R − 1 rounds of words.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import Game
from ...numerics import rational
from ...numerics.given import whole
from ...numerics.rational import Array
from .private import SMALL, game_of
from .replies import check_ties, partitions, replied, tables, unit
from .setting import Rivals

MOST = 200_000  # rules of one Bob that are written down
CELLS = 5_000_000  # profiles of rules that are evaluated for a game


@dataclass(frozen=True)
class Talk:
    """Who may say how much when."""

    messages: tuple[tuple[int, ...], ...]
    """[round][Bob]: how many messages he has."""
    words: tuple[tuple[int, ...], ...] = ()
    """[round][Bob]: how many words Alice has for him after that round, the last round excepted; 1 is silence."""

    @staticmethod
    def of(rivals: Rivals, messages: Any, words: Any = None) -> Talk:
        """messages: one number per round, or one per round and Bob; words: the same for the gaps between rounds, default 1.

        Raises InputError unless all are whole numbers of at least 1 and there is a gap between any two rounds.
        """
        said = _counts(rivals, messages, "messages")
        asked = _counts(rivals, [1] * (len(said) - 1) if words is None else words, "words")
        if not said or len(asked) != len(said) - 1:
            needed = f"at least one round, and words for the {max(len(said) - 1, 0)} gaps between rounds"
            raise InputError(where="talk", needed=needed, found=f"{len(said)} rounds, words for {len(asked)}")
        return Talk(said, asked)

    @property
    def rounds(self) -> int:
        return len(self.messages)


def _counts(rivals: Rivals, given: Any, what: str) -> tuple[tuple[int, ...], ...]:
    needed = f"per round one whole number ≥ 1, or {rivals.k} of them"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(where=what, needed=needed, found=repr(given))
    rows = tuple(tuple(row) if isinstance(row, Iterable) else (row,) * rivals.k for row in given)
    if any(len(row) != rivals.k for row in rows):
        raise InputError(where=what, needed=needed, found=repr(given))
    return tuple(tuple(whole(n, what) for n in row) for row in rows)


# ── a Bob's rules ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Rule:
    """What a Bob does from some point of his conversation on, where s is known to be among `states`."""

    cells: tuple[int, ...]
    """One set of states, as a bit mask, per message that he may send now."""
    then: tuple[tuple[Rule, ...], ...] = ()
    """[message][word]: what he does afterwards; empty in the last round."""


def rules(rivals: Rivals, talk: Talk, i: int) -> tuple[Rule, ...]:
    """Every deterministic rule of Bob i, each once up to the names of his messages. Raises TooLarge beyond MOST."""
    states = rivals.prior.shape[0]
    known: dict[tuple[int, int], tuple[Rule, ...]] = {}
    if (count := _count(talk, i, 0, states, {})) > MOST:
        raise TooLarge(
            where=f"the rules of {rivals.names[i]}",
            needed=f"{count:,}" if count < 10**15 else "over 10^15",
            found=f"{MOST:,} that are allowed",
            remedy="Use fewer states, messages, words or rounds.",
        )

    def grow(r: int, mask: int) -> tuple[Rule, ...]:
        if (r, mask) not in known:
            known[r, mask] = tuple(_rules_at(r, mask))
        return known[r, mask]

    def _rules_at(r: int, mask: int) -> list[Rule]:
        members = [s for s in range(states) if mask >> s & 1]
        found: list[Rule] = []
        for row in partitions(len(members), talk.messages[r][i]):
            cells = tuple(sum(1 << members[j] for j in np.flatnonzero(row == c)) for c in np.unique(row))
            if r == talk.rounds - 1:
                found.append(Rule(cells))
                continue
            parts = [itertools.product(grow(r + 1, cell), repeat=talk.words[r][i]) for cell in cells]
            found += [Rule(cells, then) for then in itertools.product(*parts)]
        return found

    return grow(0, (1 << states) - 1)


def _count(talk: Talk, i: int, r: int, states: int, known: dict[tuple[int, int], int]) -> int:
    """How many rules Bob i has from round r on, where so many states are left."""
    if (r, states) not in known:
        rows = partitions(states, talk.messages[r][i])
        if r == talk.rounds - 1:
            known[r, states] = len(rows)
        else:
            total = 0
            for row in rows:
                sizes = np.unique(row, return_counts=True)[1].tolist()
                total += prod(_count(talk, i, r + 1, n, known) ** talk.words[r][i] for n in sizes)
            known[r, states] = total
    return known[r, states]


def label(rivals: Rivals, rule: Rule) -> str:
    """ "s1 s2 | s3 → (s1 | s2 / s1 s2), (s3 / s3)": cells, and after the arrow what follows each word."""
    cells = [" ".join(s for n, s in enumerate(rivals.states) if cell >> n & 1) for cell in rule.cells]
    if not rule.then:
        return " | ".join(cells)
    after = ["(" + " / ".join(label(rivals, next_) for next_ in words) + ")" for words in rule.then]
    return " | ".join(cells) + " → " + ", ".join(after)


def reveal(rivals: Rivals, talk: Talk, i: int) -> Rule | None:
    """Bob i's rule that tells s in full, in the first round in which he has messages enough; None if he never has."""
    states = rivals.prior.shape[0]
    everything = (1 << states) - 1

    def at(r: int, mask: int, told: bool) -> Rule:
        tell = not told and talk.messages[r][i] >= states
        cells = tuple(1 << s for s in range(states)) if tell else (mask,)
        if r == talk.rounds - 1:
            return Rule(cells)
        return Rule(cells, tuple((at(r + 1, c, told or tell),) * talk.words[r][i] for c in cells))

    enough = any(row[i] >= states for row in talk.messages)
    return at(0, everything, False) if enough else None


# ── Alice's dynamic programme ───────────────────────────────────────────────────────────────────────────────────────


class Alice:
    """Her best reply to profiles of deterministic rules; what was worked out for one profile serves the next."""

    def __init__(self, rivals: Rivals, talk: Talk, *, ties: str) -> None:
        check_ties(ties)
        self.rivals, self.talk, self.ties = rivals, talk, ties
        self._everything = (1 << rivals.prior.shape[0]) - 1
        self._table, self._unit = tables(rivals), unit(rivals)
        self._leaf: dict[int, Array] = {}
        self._after: dict[tuple[int, int, tuple[int, ...]], Array] = {}
        self._kept: list[Rule] = []  # so that the ids of rules stay theirs
        self._ids: dict[Rule, int] = {}

    def values(self, profile: Sequence[Rule]) -> Array:
        """[1 + k]: ex-ante utilities of Alice and of each Bob when these rules are committed to."""
        return np.asarray(self._at(0, self._everything, tuple(profile)).sum(axis=-1))

    def _id(self, rule: Rule) -> int:
        if rule not in self._ids:
            self._ids[rule] = len(self._kept)
            self._kept.append(rule)
        return self._ids[rule]

    def _at(self, r: int, mask: int, profile: tuple[Rule, ...]) -> Array:
        """[1 + k, t]: what everybody gets from round r on, probability included, where s is in the mask."""
        key = r, mask, tuple(map(self._id, profile))
        if key not in self._after:
            total = rational.zeros((len(self._table), self._table.shape[2]), self._table)
            for said in itertools.product(*(range(len(rule.cells)) for rule in profile)):
                left = mask
                for rule, m in zip(profile, said, strict=True):
                    left &= rule.cells[m]
                if left:
                    total = total + self._asked(r, left, profile, said)
            self._after[key] = total
        return self._after[key]

    def _asked(self, r: int, mask: int, profile: tuple[Rule, ...], said: tuple[int, ...]) -> Array:
        if r == self.talk.rounds - 1:
            return self._acted(mask)
        branches = [rule.then[m] for rule, m in zip(profile, said, strict=True)]
        worth = np.stack([self._at(r + 1, mask, then) for then in itertools.product(*branches)], axis=-1)
        return self._choose(worth, mask)

    def _acted(self, mask: int) -> Array:
        if mask not in self._leaf:
            members = [s for s in range(self._table.shape[1]) if mask >> s & 1]
            self._leaf[mask] = self._choose(self._table[:, members].sum(axis=1), mask)
        return self._leaf[mask]

    def _choose(self, worth: Array, mask: int) -> Array:
        """[1 + k, t] from worth[1 + k, t, choice]: her best words, or action, type by type."""
        members = [s for s in range(self._table.shape[1]) if mask >> s & 1]
        return replied(worth, self.rivals.prior[members].sum(axis=0), self._unit, self.ties)


def as_game(rivals: Rivals, talk: Talk, *, ties: str, most: int = CELLS) -> Game:
    """The Bobs as players, their deterministic rules as actions, Alice's value as the goal; exact if `rivals` is.

    Raises TooLarge for more than `most` profiles.
    """
    most = whole(most, "most profiles")
    alice = Alice(rivals, talk, ties=ties)
    choices = [rules(rivals, talk, i) for i in range(rivals.k)]
    counts = tuple(map(len, choices))
    if prod(counts) > most:
        raise TooLarge(
            where="a conversation as a game",
            needed=f"{' × '.join(map(str, counts))} profiles of rules",
            found=f"{most:,} that are allowed",
            remedy="Use `search`, which compares one Bob's rules at a time.",
        )
    values = rational.zeros((1 + rivals.k, *counts), rivals.prior)
    for at in itertools.product(*map(range, counts)):
        cell: Any = (slice(None), *at)
        values[cell] = alice.values([deck[n] for deck, n in zip(choices, at, strict=True)])
    return game_of(rivals, values, [[label(rivals, rule) for rule in deck] for deck in choices])


# ── best-response dynamics ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Settled:
    """A profile of rules that no Bob leaves for another deterministic rule."""

    profile: tuple[Rule, ...] = field(repr=False)
    labels: tuple[str, ...]
    alice: Any
    bobs: Array
    """[i]."""


@dataclass(frozen=True, eq=False)
class Found:
    """Pure equilibria among deterministic rules, found by best-response dynamics; others may exist."""

    equilibria: tuple[Settled, ...]
    """Worst for Alice first, each once."""
    runs: int
    cycled: int
    """Runs that came back to a profile, or ran out of rounds, and count for nothing."""
    how: str
    complete: bool = False

    @property
    def worst(self) -> Any:
        """Alice's value at the worst one found: the worst pure equilibrium is worth this or less. NaN if none."""
        return self.equilibria[0].alice if self.equilibria else float("nan")


def search(
    rivals: Rivals,
    talk: Talk,
    *,
    ties: str,
    starts: int = 20,
    rounds: int = 30,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> Found:
    """Each Bob in turn moves to the best of all his deterministic rules, from `starts` random profiles.

    Every stop is an equilibrium of `as_game` for sure: all rules of every Bob were compared. Raises TooLarge where one Bob has
    more than MOST rules, InputError for numbers that make no sense.
    """
    starts, rounds = whole(starts, "search: starts"), whole(rounds, "search: rounds")
    alice = Alice(rivals, talk, ties=ties)
    rng = np.random.default_rng(whole(seed, "seed", least=0))
    choices = [rules(rivals, talk, i) for i in range(rivals.k)]
    slack = 0 if rivals.is_exact else SMALL * float(np.ptp(rational.floats(rivals.bobs)) or 1.0)
    found: dict[tuple[int, ...], Settled] = {}
    cycled = 0
    for n in range(starts):
        at, seen = [int(rng.integers(len(deck))) for deck in choices], set()
        for _ in range(rounds):
            if tuple(at) in seen:
                cycled += 1
                break
            seen.add(tuple(at))
            before = tuple(at)
            for i, deck in enumerate(choices):
                now = [choices[j][m] for j, m in enumerate(at)]
                gains = [alice.values([*now[:i], rule, *now[i + 1 :]])[1 + i] for rule in deck]
                best = max(range(len(deck)), key=gains.__getitem__)
                if gains[best] > gains[at[i]] + slack:
                    at[i] = best
            if tuple(at) == before:
                profile = tuple(choices[j][m] for j, m in enumerate(at))
                values = alice.values(profile)
                labels = tuple(label(rivals, rule) for rule in profile)
                found[before] = Settled(profile, labels, values[0], values[1:])
                break
        else:
            cycled += 1
        if tell:
            tell(f"start {n + 1} of {starts}: {len(found)} equilibria")
    ordered = tuple(sorted(found.values(), key=lambda e: e.alice))
    return Found(
        ordered, starts, cycled, f"best rules in turn from {starts} random profiles (seed {seed}), ties {ties}"
    )

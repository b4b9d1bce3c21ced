"""What commitment is worth: the same sender and receiver under four customs of speech.

1. *Commitment*: the signal is fixed in advance (Kamenica & Gentzkow 2011, Am. Econ. Rev. 101).
2. *Cheap talk*: the sender, who knows s, says what it likes; talk costs nothing and proves nothing (Crawford & Sobel 1982,
   Econometrica 50). A sender's strategy τ(m|s) and a receiver's ρ(a|m) are an equilibrium if

       ρ(a|m) > 0  ⇒  a is best for Σ_s p(s)·τ(m|s)·u(s,·)                and        τ(m|s) > 0  ⇒  m is best for v(s,·)·ρ(·|m)

   Fix the acts B_m that follow each message and the messages M_s that each state sends: the first condition is linear in
   τ, the second in ρ, and the sender's value is linear in ρ. So best and worst come from two linear programmes for
   each choice of supports, all of which are tried. (A message that is never sent can be read as one that is, so that
   beliefs off the path restrict nothing.)
3. *Verifiable disclosure*: the sender can prove the state or keep silent (Grossman 1981, J. Law Econ. 24; Milgrom 1981,
   Bell J. Econ. 12). Silence is read as what the silent states make it. Pure equilibria, all silent sets tried.
4. *Silence*: nobody says anything.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import TooLarge
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from .persuasion import TIE, checked, persuade, unit

MOST_SUPPORTS = 20_000  # pairs of linear programmes, some ten seconds
MOST_STATES = 14  # silent sets: 2^states


@dataclass(frozen=True)
class CommitmentValue:
    """The sender's value under each custom; pairs are (worst, best) over equilibria, nan where none was found."""

    commitment: float
    cheap_talk: tuple[float, float]
    disclosure: tuple[float, float]
    silence: float
    """Ties in the sender's favour, as under commitment."""

    @property
    def worth(self) -> float:
        """What being able to commit adds to the best that cheap talk can do."""
        return self.commitment - self.cheap_talk[1]


def value_of_commitment(prior: Any, sender: Any, receiver: Any, *, messages: int | None = None) -> CommitmentValue:
    """The table for prior[s], sender[s, a] and receiver[s, a].

    Cheap talk uses up to `messages` messages, as many as there are states or acts (the fewer) unless said. Raises TooLarge
    where the supports are too many to be tried.
    """
    p, v, u = checked(prior, sender, receiver)
    found = persuade(p, v, u)
    live = p > 0
    p, v, u = p[live], v[live], u[live]
    return CommitmentValue(
        commitment=found.value,
        cheap_talk=cheap_talk(p, v, u, messages=messages or min(v.shape)),
        disclosure=verifiable(p, v, u),
        silence=found.nothing,
    )


def subsets(count: int) -> list[tuple[int, ...]]:
    """All subsets of range(count) but the empty one."""
    return [c for size in range(1, count + 1) for c in itertools.combinations(range(count), size)]


def cheap_talk(prior: Any, sender: Any, receiver: Any, *, messages: int) -> tuple[float, float]:
    """(worst, best) value of the sender over all cheap-talk equilibria with up to so many messages."""
    p, v, u = checked(prior, sender, receiver)
    states, acts = v.shape
    count = math.comb(2**acts - 2 + messages, messages) * (2**messages - 1) ** states
    if count > MOST_SUPPORTS:
        raise TooLarge(
            where="cheap talk",
            needed=f"{count:,} choices of supports",
            found=f"{MOST_SUPPORTS:,} that are tried",
            remedy="Allow fewer messages, or merge states or acts.",
        )
    replies = list(itertools.combinations_with_replacement(subsets(acts), messages))
    sent = list(itertools.product(subsets(messages), repeat=states))
    u, size = u / unit(u), unit(v)
    values = [size * x for b in replies for m in sent for x in _equilibria(p, v / size, u, b, m)]
    return (min(values), max(values)) if values else (float("nan"), float("nan"))


def _equilibria(
    p: Array, v: Array, u: Array, replies: tuple[tuple[int, ...], ...], sent: tuple[tuple[int, ...], ...]
) -> Iterator[float]:
    """Least and greatest value of the sender over equilibria within these supports; nothing where there are none."""
    if set(itertools.chain(*sent)) != set(range(len(replies))):
        return  # some message is never sent: covered by fewer messages, which two equal ones amount to
    talk, says = _receiver_obeys(p, u, replies, sent), _sender_chooses(p, v, replies, sent)
    least = says.solve()
    if least.x is None or talk.solve().x is None:
        return
    yield least.value
    yield says.solve(maximise=True).value


def _receiver_obeys(
    p: Array, u: Array, replies: tuple[tuple[int, ...], ...], sent: tuple[tuple[int, ...], ...]
) -> Programme:
    """τ[s, m] within the supports, such that every act that follows a message is best for it."""
    programme = Programme()
    upper = np.zeros((len(p), len(replies)))
    for s, chosen in enumerate(sent):
        upper[s, list(chosen)] = 1.0
    tau = programme.add_columns(upper.shape, upper=upper)
    programme.put(programme.add_rows(len(p), lower=1.0, upper=1.0)[:, None], tau, 1.0)
    for m, acts in enumerate(replies):
        ahead = p[:, None, None] * (u[:, list(acts)][:, :, None] - u[:, None, :])  # [s, a, b]
        rows = programme.add_rows(ahead.shape[1:], lower=0.0)
        programme.put(rows[None], tau[:, m][:, None, None], ahead)
    return programme


def _sender_chooses(
    p: Array, v: Array, replies: tuple[tuple[int, ...], ...], sent: tuple[tuple[int, ...], ...]
) -> Programme:
    """ρ[m, a] within the supports and w[s], what state s gets: at least from every message, exactly from those it sends."""
    programme = Programme()
    upper = np.zeros((len(replies), v.shape[1]))
    for m, acts in enumerate(replies):
        upper[m, list(acts)] = 1.0
    rho = programme.add_columns(upper.shape, upper=upper)
    programme.put(programme.add_rows(len(replies), lower=1.0, upper=1.0)[:, None], rho, 1.0)
    w = programme.add_columns(len(p), lower=-INFINITY, cost=p)
    exact = np.zeros((len(p), len(replies)), bool)
    for s, chosen in enumerate(sent):
        exact[s, list(chosen)] = True
    rows = programme.add_rows(exact.shape, lower=0.0, upper=np.where(exact, 0.0, INFINITY))
    programme.put(rows, w[:, None], 1.0)
    programme.put(rows[:, :, None], rho[None], -v[:, None, :])
    return programme


def verifiable(prior: Any, sender: Any, receiver: Any) -> tuple[float, float]:
    """(worst, best) value of the sender over pure equilibria in which each state is proved or kept silent about.

    Ties of the receiver are broken either way: in favour of an equilibrium where that is needed for it to be one.
    """
    p, v, u = checked(prior, sender, receiver)
    states = len(p)
    if states > MOST_STATES:
        raise TooLarge(
            where="verifiable disclosure",
            needed=f"2^{states} sets of silent states",
            found=f"2^{MOST_STATES} that are tried",
            remedy="Merge states.",
        )
    size_v, size_u = unit(v), unit(u)
    best = u >= u.max(axis=1, keepdims=True) - TIE * size_u
    low = np.where(best, v, INFINITY).min(axis=1)  # the worst reply to a proof of s
    values = []
    for silent in map(np.array, itertools.product((False, True), repeat=states)):
        if silent.any():
            worth = p[silent] @ u[silent]
            replies = np.flatnonzero(worth >= worth.max() - TIE * size_u)
        else:
            replies = _believable(u / size_u)  # nobody is silent: any belief about whoever were
        for a in replies:
            if (low[silent] > v[silent, a] + TIE * size_v).any():
                continue  # proving would be better
            proofs = np.where(best & (v >= v[:, [a]] - TIE * size_v), v, np.nan)[~silent]
            if np.isnan(proofs).all(axis=1).any():
                continue  # silence would be better
            kept = p[silent] @ v[silent, a]
            values += [kept + p[~silent] @ np.nanmin(proofs, axis=1), kept + p[~silent] @ np.nanmax(proofs, axis=1)]
    return (float(min(values)), float(max(values))) if values else (float("nan"), float("nan"))


def _believable(u: Array) -> Array:
    """Acts that are a best reply to some belief."""
    found = []
    for a in range(u.shape[1]):
        programme = Programme()
        q = programme.add_columns(len(u))
        programme.put(programme.add_rows(1, lower=1.0, upper=1.0), q, 1.0)
        rows = programme.add_rows(u.shape[1], lower=-TIE)
        programme.put(rows[:, None], q[None], (u[:, [a]] - u).T)
        if programme.solve().x is not None:
            found.append(a)
    return np.array(found)

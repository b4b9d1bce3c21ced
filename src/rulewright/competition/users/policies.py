"""Worst equilibria of AIs who serve many users: told each her own, or all the same; who is served worst; what being told her
own is worth.

Personalised: utilities are sums over users, so a profile is an equilibrium if and only if it is one user by user, and the
worst ones of all users happen together. Anonymous: the worst equilibrium for Σ q_m·u_m; and, with rich signals, where
equilibria are mixtures of beliefs that nobody improves on, the worst one for each user, which need not be the same.

Both with the exact methods of `rivals`: "rich" (all AIs talk at once, after Gentzkow & Kamenica 2017, Games Econ. Behav. 104)
and "selection" (after Collina et al. 2025: all listen to one AI only, the best for Σ q_m·u_m; personalised, each to the best
for her). Ties as said there.

**Silence**, no AI saying anything, is an equilibrium of either game if and only if no AI gains by any public signal. Its proof
are multipliers y_i(a, b) ≥ 0, one table for each AI, with Σ_s p_s·max_a [ U_i(s, a) + Σ_b y_i(a, b)·( u(s, a) − u(s, b) ) ] ≤
what AI i gets from silence: `proved` re-evaluates it in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...design.information.exact import exactly, prices
from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from ..rivals.rich import mixture, rich
from ..rivals.selection import best_ai
from .alignment import common, weak
from .setting import Users

GAMES = ("rich", "selection")


@dataclass(frozen=True, eq=False)
class Served:
    """What users get in the worst equilibrium, and what is proved without solving the game."""

    names: tuple[str, ...]
    game: str
    personalised: bool
    weights: Array = field(repr=False)
    """q[m]."""
    opt: Array
    """[m]."""
    values: Array
    """[m]: in the equilibrium that is worst for Σ q·u."""
    lowest: Array
    """[m]: in the equilibrium that is worst for user m; where these are not computed (anonymous selection), as `values`."""
    bound: Array
    """[m]: what alignment proves that she loses at most: OPT − V₀ where it proves nothing better."""

    @property
    def losses(self) -> Array:
        return self.opt - self.values

    @property
    def total(self) -> Any:
        """Σ q·values."""
        return (self.weights * self.values).sum()

    @property
    def worst_served(self) -> int:
        """The user who loses most in the equilibrium that is worst for her."""
        return int(np.argmax(np.asarray(self.opt - self.lowest, float)))

    def describe(self) -> str:
        how = "each is told her own" if self.personalised else "all are told the same"
        m = self.worst_served
        if float(self.opt[m] - self.lowest[m]) <= 1e-9:
            return f"Where {how}, every user gets all that can be had, in every equilibrium."
        return (
            f"Where {how}, users get {float(self.total):.4g} of {float((self.weights * self.opt).sum()):.4g} in the worst "
            f"equilibrium; {self.names[m]} is served worst, {float(self.lowest[m]):.4g} of {float(self.opt[m]):.4g}."
        )


def personalised(users: Users, game: str = "rich") -> Served:
    """Every user by herself. Exact where the setting is. Raises InputError, TooLarge, Unsolved, Impossible as the games do."""
    solve = _game(game)
    values = np.array([solve(users.alone(m)).worst for m in range(users.m)], dtype=users.users.dtype)
    room = users.opt - users.uninformed
    bound = np.minimum(_like(weak(users).ranges, users), room)
    return Served(users.names, game, True, users.weights, users.opt, values, values, bound)


def anonymous(users: Users, game: str = "rich") -> Served:
    """One message for all. Exact where the setting is. Raises as `personalised`."""
    found = _game(game)(users.together())
    values = users.served(found.joint[:, 0])
    lowest = values
    if game == "rich":
        kept: list[Any] = []
        act = found.setting.plans[:, 0][found.advice.plans]  # the list of actions of each pair
        live = found.setting.live
        for m in range(users.m):
            worth = (found.advice.beliefs * users.users[m][live][:, users.lists[act, m]].T).sum(axis=1)
            tau, _ = mixture(found.advice, -worth, found.setting.prior, found.kept)
            kept.append((tau * worth).sum())
        lowest = np.array(kept, dtype=users.users.dtype)
    room = users.opt - users.uninformed
    bound = room
    for said in (common(users, scaled=False), common(users)):
        losses = [r if proved is None else proved for r, proved in zip(rational.exact(room), said.losses, strict=True)]
        bound = np.minimum(bound, _like(np.array(losses, dtype=object), users))
    return Served(users.names, game, False, users.weights, users.opt, values, lowest, bound)


def _game(name: str) -> Any:
    if name not in GAMES:
        raise InputError(where="game of the AIs", needed=f"one of {', '.join(GAMES)}", found=name)
    return {"rich": rich, "selection": best_ai}[name]


def _like(exact: Array, users: Users) -> Array:
    return exact if users.is_exact else np.asarray(exact, float)


@dataclass(frozen=True, eq=False)
class Value:
    """What it is worth to users to be told their own rather than the same as all others, worst equilibria compared."""

    personalised: Served
    anonymous: Served

    @property
    def each(self) -> Array:
        """[m]."""
        return self.personalised.values - self.anonymous.values

    @property
    def total(self) -> Any:
        """Σ q·each."""
        return self.personalised.total - self.anonymous.total


def value_of_personalisation(users: Users, game: str = "rich") -> Value:
    """Both worst equilibria. Raises as `personalised`."""
    return Value(personalised(users, game), anonymous(users, game))


@dataclass(frozen=True, eq=False)
class Silence:
    """Whether no AI saying anything is an equilibrium with one message for all; Fractions."""

    holds: bool
    """Proved: no AI gains by any public signal."""
    gains: Array
    """[i]: what the best public signal found adds to the AI's utility."""
    most: Array
    """[i]: what it can add at the most, by the multipliers; equal to `gains` where these are optimal."""
    acts: tuple[int, ...]
    """What each user does, knowing nothing: the first of her best actions."""
    values: Array
    """[m]: what each gets."""
    multipliers: Array = field(repr=False)
    """y[i, list, list] ≥ 0."""


def silence(users: Users) -> Silence:
    """Every AI's best public signal, with a proof. In exact arithmetic (decimals as they print). Raises TooLarge."""
    exact = users.exact
    rivals = exact.together()
    u, p = rivals.alice[:, 0], exact.prior
    acts = tuple(int(np.argmax(np.asarray(p.dot(x), float))) for x in exact.users)
    here = int(np.flatnonzero((exact.lists == acts).all(axis=1))[0])
    gains, most, tables = [], [], []
    for wish in rivals.bobs[:, :, 0]:
        found = exactly(p, wish, u)
        quiet = p.dot(wish[:, here])
        gains.append(max(found.value - quiet, 0 * quiet))
        most.append(found.bound - quiet)
        tables.append(found.weights)
    values = np.array([p.dot(exact.users[m][:, acts[m]]) for m in range(exact.m)], dtype=object)
    return Silence(max(most) <= 0, np.array(gains), np.array(most), acts, values, np.stack(tables))


def proved(users: Users, found: Silence) -> bool:
    """Whether the multipliers prove that silence is an equilibrium: fractions only, nothing else of `found` is believed but
    its acts."""
    exact = users.exact
    rivals = exact.together()
    u, p = rivals.alice[:, 0], exact.prior
    best = all(p.dot(exact.users[m][:, a]) == p.dot(exact.users[m]).max() for m, a in enumerate(found.acts))
    here = int(np.flatnonzero((exact.lists == found.acts).all(axis=1))[0])
    fits = (found.multipliers >= 0).all() and len(found.multipliers) == exact.k
    bounds = [p.dot(prices(v[:, 0], u, y)) for v, y in zip(rivals.bobs, found.multipliers, strict=True)]
    quiet = [p.dot(v[:, 0, here]) for v in rivals.bobs]
    return bool(best and fits and all(b <= q for b, q in zip(bounds, quiet, strict=True)))

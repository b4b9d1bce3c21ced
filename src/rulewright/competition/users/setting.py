"""Many users m, each with a decision of her own, and k AIs who know the state and care about what every user does.

    s   what all AIs know                 p[s]            prior, the same for all users
    m   a user, of weight q[m]            u[m, s, a]      her utility of her own action a
    i   an AI                             U[i, m, s, a]   its utility of what user m does; in all Σ_m q_m·U[i, m, s, a_m]

Two ways to serve them. *Personalised*: an AI may tell each user something else; its utility is a sum over users, so each user
faces a game of her own (`Users.alone`). *Anonymous*: one message for all. Someone who decides for all users to maximise Σ
q_m·u_m does what each would do by herself, so the anonymous game is that of one receiver whose action is the list (a_1, …,
a_M) (`Users.together`). Both are `Rivals`, and all that is known of these applies. After the abstract of "many users" (arXiv
2602.13451); model, definitions and proofs here are our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import check_law
from ...numerics import rational
from ...numerics.given import law, named, numbers
from ...numerics.rational import Array
from ..rivals.setting import Rivals

MOST_LISTS = 4096  # lists of actions of all users


@dataclass(frozen=True, eq=False)
class Users:
    """Users who decide and AIs who know more; exact (Fractions) or floating. Make it with `Users.of`."""

    prior: Array = field(repr=False)
    """p[s]."""
    weights: Array = field(repr=False)
    """q[m] > 0; sums to one."""
    users: Array = field(repr=False)
    """u[m, s, a]."""
    ais: Array = field(repr=False)
    """U[i, m, s, a]."""
    names: tuple[str, ...]
    """Of the users."""
    ai_names: tuple[str, ...]

    @classmethod
    def of(
        cls,
        prior: Any,
        users: Any,
        ais: Any,
        *,
        weights: Any = None,
        names: Sequence[str] | None = None,
        ai_names: Sequence[str] | None = None,
    ) -> Users:
        """prior[s], users[m, s, a], ais[i, m, s, a], weights[m] (all alike where none are given).

        Exact if all are given as integers or Fractions. Raises InputError for other shapes, NaN, weights that are not
        positive, and chances or weights that do not sum to one.
        """
        p = numbers(prior, "prior", (None,))
        u = numbers(users, "the users' utilities", (None, len(p), None))
        many = numbers(ais, "the AIs' utilities", (None, *u.shape))
        count = len(u)
        if weights is None:
            weights = rational.filled((count,), [rational.fraction(1) / count] * count)
        q = numbers(weights, "weights of users", (count,))
        if len({rational.is_exact(x) for x in (p, u, many, q)}) > 1:
            p, u, many, q = (rational.floats(x) for x in (p, u, many, q))
        check_law(p, "prior")
        check_law(q, "weights of users")
        if q.min() <= 0:
            raise InputError(where="weights of users", needed="more than 0 each", found=str(q.min()))
        called = named([f"user {m + 1}" for m in range(count)] if names is None else names, "", count, "users")
        ai = named([f"AI {i + 1}" for i in range(len(many))] if ai_names is None else ai_names, "", len(many), "AIs")
        return cls(p, q, u, many, called, ai)

    @property
    def m(self) -> int:
        """Number of users."""
        return len(self.users)

    @property
    def k(self) -> int:
        """Number of AIs."""
        return len(self.ais)

    @property
    def is_exact(self) -> bool:
        return rational.is_exact(self.prior)

    @property
    def exact(self) -> Users:
        """The same in rationals; decimals become what they print as."""
        return replace(
            self,
            prior=law(self.prior),
            weights=law(self.weights),
            users=rational.exact(self.users),
            ais=rational.exact(self.ais),
        )

    @property
    def opt(self) -> Array:
        """[m]: what each user gets where she knows the state."""
        return self.users.max(axis=2).dot(self.prior)

    @property
    def uninformed(self) -> Array:
        """[m]: what each gets where she knows nothing."""
        return np.array([self.prior.dot(u).max() for u in self.users], dtype=self.users.dtype)

    def alone(self, m: int) -> Rivals:
        """The game around user m, where AIs tell each user what they like."""
        return Rivals.of(self.prior, self.users[m], self.ais[:, m], names=self.ai_names)

    @property
    def lists(self) -> Array:
        """[list, m]: the action of each user, in every list. Raises TooLarge beyond MOST_LISTS."""
        a, count = self.users.shape[2], self.m
        if a**count > MOST_LISTS:
            raise TooLarge(
                where="one message for all users",
                needed=f"at most {MOST_LISTS:,} lists of actions",
                found=f"{a}^{count}",
                remedy="Put users who want the same together, and give them their weight.",
            )
        return np.indices((a,) * count).reshape(count, -1).T

    def together(self) -> Rivals:
        """The game in which all are told the same: one receiver, Σ_m q_m·u_m, whose actions are lists of actions."""
        lists, each = self.lists, np.arange(self.m)
        u = sum(self.weights[m] * self.users[m][:, lists[:, m]] for m in each)
        many = sum(self.weights[m] * self.ais[:, m][:, :, lists[:, m]] for m in each)
        labels = [", ".join(str(a + 1) for a in row) for row in lists.tolist()]
        return Rivals.of(self.prior, u, many, names=self.ai_names, actions=labels)

    def served(self, joint: Array) -> Array:
        """[m]: what each user gets from joint[s, list], a law of states and lists of actions."""
        found = [(joint * self.users[m][:, self.lists[:, m]]).sum() for m in range(self.m)]
        return np.array(found, dtype=self.users.dtype)

"""What becomes of a group, exactly: the law of one member's counts and whether it is still there, slot by slot.

Members are exchangeable, and each sees only what befalls itself. Given the share θ of punishers, one member's (observations,
punishments) is then a Markov chain on the lattice of `stopping`, and the group's expected size and activity are its marginals:

    each slot   "added": one important event, then silly ones, d/(1−d) on average: ⌊(t+1) d/(1−d)⌋ − ⌊t d/(1−d)⌋ in slot t
                "displacing": one event, silly with chance d
    each event  those who take part in it, or face a silly one, see a punishment with chance θ; then all decide who leaves

A member may leave after any event, for good. After N observations it sees no more. θ may be known only by its law
over groups: the chain then runs for every θ at once. It may change at a slot; nobody is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import lgamma

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .stopping import Policy

EMPTY = 1e-15  # chance of a row of the lattice that is no longer followed
RARE = 1e-9  # total weight of group compositions that are left out


@dataclass(frozen=True, eq=False)
class Groups:
    """The law of θ over groups: each share with its weight."""

    theta: Array
    """[composition]."""
    weight: Array
    """[composition], sums to one."""
    later: Array | None = None
    """[composition]: θ from slot `change` on."""
    change: int = 0

    def thinned(self, nodes: int = 12) -> Groups:
        """So few compositions that polynomials of degree 2·nodes − 1 have the same mean: Gauss's rule of this law (Lanczos)."""
        if len(self.theta) <= nodes or self.later is not None:
            return self
        basis, diagonal, beside = [np.sqrt(self.weight)], [], []
        for _ in range(nodes):
            new = self.theta * basis[-1]
            diagonal.append(float(new @ basis[-1]))
            for v in (*basis, *basis):  # twice, so that rounding does not bring the first ones back
                new = new - (new @ v) * v
            beside.append(float(np.sqrt(new @ new)))
            if beside[-1] < 1e-14:
                break
            basis.append(new / beside[-1])
        k = len(diagonal)
        at, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[: k - 1], 1) + np.diag(beside[: k - 1], -1))
        return Groups(np.clip(at, 0, 1), vectors[0] ** 2)


def fixed(theta: float) -> Groups:
    """Every group has just this share of punishers."""
    return Groups(np.array([theta]), np.ones(1))


def drawn(members: int, prior: tuple[float, float] | float) -> Groups:
    """Groups of so many members, each a punisher with chance θ: a number, or drawn for each group from Beta(α, β).

    The punishers are then binomial, or beta-binomial. A bystander is drawn among all members.
    """
    k = np.arange(members + 1)
    choose = np.array([lgamma(members + 1) - lgamma(i + 1) - lgamma(members - i + 1) for i in k])
    if isinstance(prior, tuple):
        a, b = prior
        log = np.array([lgamma(a + i) + lgamma(b + members - i) for i in k]) + choose
    elif 0 < prior < 1:
        log = choose + k * np.log(prior) + (members - k) * np.log1p(-prior)
    else:
        return fixed(prior)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    order = np.argsort(weight)
    kept = np.sort(order[np.cumsum(weight[order]) > RARE])
    return Groups(k[kept] / members, weight[kept] / weight[kept].sum())


@dataclass(frozen=True, eq=False)
class Law:
    """Expectations for one member, for each composition of the group; sums over members are N times these."""

    groups: Groups
    size: Array
    """[composition, 1 + slots]: chance to be there, from just after the first decision to the end of each slot."""
    active: Array
    """[composition, slots]: chance to take part in an important interaction of that slot."""
    unpunished: Array
    """[composition, slots]: expected violations that it suffers unpunished."""
    punished: Array
    """[composition, slots]: expected violations against it that are punished."""
    silly: Array
    """[composition, slots]: expected silly events that it pays for."""
    stayed: Array
    """[composition, 3]: (unpunished, punished, silly) until the end, of one who is still there then, times the chance of that."""

    def mean(self, name: str) -> Array:
        """[slot]: one of the above over all compositions."""
        found: Array = self.groups.weight @ getattr(self, name)
        return found

    @cached_property
    def totals(self) -> Array:
        """[3]: expected (unpunished, punished, silly) events of a member until the end."""
        return np.array([self.mean(name).sum() for name in ("unpunished", "punished", "silly")])

    @cached_property
    def ends(self) -> tuple[float, Array, Array]:
        """Chance p to be there at the end; [3] expected totals of one who is, and of one who has left; NaN where p is 0 or 1."""
        p = float(self.mean("size")[-1])
        stayed = self.groups.weight @ self.stayed
        with np.errstate(invalid="ignore", divide="ignore"):
            return p, stayed / p, (self.totals - stayed) / (1 - p)


def silly_events(density: float, slots: int) -> Array:
    """int [slot]: how many silly events follow the important one, evenly spread where d/(1−d) is not a whole number."""
    until = np.floor(np.arange(slots + 1) * (density / (1 - density)) + 1e-9).astype(np.int64)
    return np.diff(until)


def law(policy: Policy, groups: Groups, slots: int, density: float, *, variant: str = "added") -> Law:
    """The chain of a policy of one setting (batch shape ()) forward in time, for every composition.

    Raises InputError for a batch of policies.
    """
    if policy.stays.ndim != 1:
        raise InputError(where="policy", needed="one setting", found=f"a batch of shape {policy.stays.shape[:-1]}")
    added = silly_events(density, slots)
    found = []
    for k, before in enumerate(groups.theta):
        chain = _Chain(policy)
        size, rows = [chain.there()], np.empty((slots, 4))
        for slot in range(slots):
            theta = before if groups.later is None or slot < groups.change else groups.later[k]
            if variant == "added":
                took, faced = chain.event(theta, 1.0, 0.0)
                for _ in range(added[slot]):
                    faced += chain.event(theta, 0.0, 1.0)[1]
            else:
                took, faced = chain.event(theta, 1 - density, density)
            rows[slot] = took, took * (1 - theta), took * theta, faced
            size.append(chain.there())
        found.append((np.array(size), *rows.T, chain.mass[1:].sum(axis=(1, 2))))
    return Law(groups, *(np.array(one) for one in zip(*found, strict=True)))


class _Chain:
    """Mass of those who are there, and their (unpunished, punished, silly) events so far times that mass.

    [4, observations, punishments]; only rows low..high of observations have any, left of nobody who stays.
    """

    def __init__(self, policy: Policy) -> None:
        acts = policy.acts()
        self.stays, self.there_at, self.takes_at = policy.stays, acts > 0, acts > 1
        self.mass = np.zeros((4, policy.observations + 1, policy.observations + 1))
        self.mass[0, 0, 0] = self.there_at[0, 0]
        self.low = self.high = 0

    def there(self) -> float:
        return float(self.mass[0, self.low : self.high + 1].sum())

    def event(self, theta: float, important: float, silly: float) -> tuple[float, float]:
        """An event that is important or silly with these chances; the chances to take part in it and to face a silly one."""
        low, high, last = self.low, self.high, self.mass.shape[1] - 1
        left, right = int(min(self.stays[low : high + 2].min(), last)), high + 1
        rows, cells = slice(low, high + 1), slice(left, right)
        now, takes = self.mass[:, rows, cells], self.takes_at[rows, cells]
        part, face = now[0] * (important * takes), now[0] * silly
        seen = now * (important * takes + silly)  # all who are in these rows are there
        now -= seen
        missed, hit = seen * (1 - theta), seen * theta
        for to, chance, event in ((missed, 1 - theta, 1), (hit, theta, 2)):
            to[event] += part * chance
            to[3] += face * chance
        if high == last:  # who has seen all that it will believes on
            self.mass[:, last, cells] += missed[:, -1] + hit[:, -1]
        if low < last:
            end = min(high + 1, last)
            after = self.mass[:, low + 1 : end + 1, left : right + 1]
            after[..., : right - left] += missed[:, : end - low]
            more = hit[:, : end - low]
            after[..., 1:] += more[..., : after.shape[-1] - 1]
            after *= self.there_at[low + 1 : end + 1, left : right + 1]
            self.high = end
            while self.low < self.high and self.mass[0, self.low].sum() <= EMPTY:
                self.low += 1
        return float(part.sum()), float(face.sum())

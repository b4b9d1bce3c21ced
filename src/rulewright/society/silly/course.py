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

EMPTY = 1e-300  # mass of a row that is not looked at again
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
    settled: Array
    """[composition]: chance to be there at the end with all the observations that the lattice has."""

    def mean(self, name: str) -> Array:
        """[slot]: one of the above over all compositions."""
        found: Array = self.groups.weight @ getattr(self, name)
        return found

    @cached_property
    def losses(self) -> float:
        """Expected unpunished violations of a member until the end."""
        return float(self.mean("unpunished").sum())

    def welfare(self, reward: float, loss: float, cost: float) -> float:
        """Expected payoffs of a member until the end, undiscounted."""
        return float(reward * self.mean("punished").sum() - loss * self.losses - cost * self.mean("silly").sum())


def silly_events(density: float, slots: int) -> Array:
    """int [slot]: how many silly events follow the important one, evenly spread where d/(1−d) is not a whole number."""
    until = np.floor(np.arange(slots + 1) * (density / (1 - density)) + 1e-9).astype(np.int64)
    return np.diff(until)


def law(policy: Policy, groups: Groups, slots: int, density: float, *, variant: str = "added") -> Law:
    """The chain of a policy of one setting (batch shape ()), for every composition at once, forward in time.

    Raises InputError for a batch of policies or a change of θ that no composition has.
    """
    if policy.stays.ndim != 1:
        raise InputError(where="policy", needed="one setting", found=f"a batch of shape {policy.stays.shape[:-1]}")
    chain = _Chain(policy, groups)
    size, rows = [chain.there()], []
    added = silly_events(density, slots)
    for slot in range(slots):
        theta = groups.theta if groups.later is None or slot < groups.change else groups.later
        if variant == "added":
            took = chain.event(theta, 1.0, 0.0)[0]
            faced = np.zeros_like(took)
            for _ in range(added[slot]):
                faced += chain.event(theta, 0.0, 1.0)[1]
        else:
            took, faced = chain.event(theta, 1 - density, density)
        rows.append((took, took * (1 - theta), took * theta, faced))
        size.append(chain.there())
    active, unpunished, punished, silly = (
        np.array(v).T.reshape(len(groups.theta), slots) for v in zip(*rows, strict=True)
    )
    return Law(groups, np.array(size).T, active, unpunished, punished, silly, chain.mass[:, -1].sum(axis=-1))


class _Chain:
    """Mass of those who are there: [composition, observations, punishments]; only rows low..high have any."""

    def __init__(self, policy: Policy, groups: Groups) -> None:
        n = policy.observations
        acts = policy.acts()
        self.there_at, self.takes_at = acts > 0, acts > 1
        self.mass = np.zeros((len(groups.theta), n + 1, n + 1))
        self.mass[:, 0, 0] = self.there_at[0, 0]
        self.low = self.high = 0

    def there(self) -> Array:
        found: Array = self.mass[:, self.low : self.high + 1].sum(axis=(1, 2))
        return found

    def event(self, theta: Array, important: float, silly: float) -> tuple[Array, Array]:
        """An event that is important or silly with these chances; who took part and who faced a silly one: [composition]."""
        rows = slice(self.low, self.high + 1)
        now = self.mass[:, rows]
        faced = now.sum(axis=(1, 2))
        took = (now * self.takes_at[rows]).sum(axis=(1, 2)) if important else np.zeros_like(faced)
        last = self.mass.shape[1] - 1
        if self.low < last:
            sees = silly * self.there_at[rows] + important * self.takes_at[rows]
            moves = now * sees
            if self.high == last:
                moves[:, -1] = 0  # who has seen all that it will
            now -= moves
            end = min(self.high + 2, last + 1)
            moves = moves[:, : end - self.low - 1]
            yes = theta[:, None, None]
            after = self.mass[:, self.low + 1 : end]
            after += moves * (1 - yes)
            after[..., 1:] += moves[..., :-1] * yes
            after *= self.there_at[self.low + 1 : end]
            self.high = end - 1
            while self.low < self.high and self.mass[:, self.low].sum() <= EMPTY:
                self.low += 1
        return took * important, faced * silly

"""The same groups member by member: every event of every member is drawn, every member has its own beliefs and leaves for itself.

A bystander is drawn among the members of the group, and punishes if it is a punisher: a chance of K/N, drawn by counting
(`numerics.counter`: key = (seed, group), index = member, step = event). Under "public" observation all members see what befalls
one of them, so that a group is one member, many times. Only whole numbers are counted: one or many threads, the compiled kernel
(`native/silly.c`) and NumPy come to the same ones.

Who has left does not come back, and stays a bystander: θ does not change with who is in.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics import counter
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array
from .course import Groups, silly_events
from .stopping import Policy

COMPOSITIONS, KINDS = 2**32 - 1, 2**32 - 2  # streams; the others are groups
AT_ONCE = 32  # groups in one piece of work
FIELDS = ("there", "took", "punished", "unpunished", "silly")


@dataclass(frozen=True, eq=False)
class Counted:
    """Whole numbers of members, over all groups or for each."""

    members: int
    """Of each group, that were followed: 1 where observation is public."""
    theta: Array
    """[group]: share of punishers at the start."""
    size: Array
    """int [1 + slots]: members of all groups who are there, from the first decision to the end of each slot."""
    active: Array
    """int [slots]: those who took part in an important interaction of that slot."""
    punished: Array
    """int [slots]: of these, those who saw the violation punished."""
    silly: Array
    """int [slots]: silly events that were paid for."""
    groups: Array
    """int [group, 5]: there at the end; important interactions; punished, unpunished; silly events."""

    def share(self, name: str) -> Array:
        """[slot]: one of the above for each member that there was."""
        found: Array = getattr(self, name) / (self.members * len(self.theta))
        return found

    @property
    def losses(self) -> Array:
        """[group]: unpunished violations for each member."""
        found: Array = self.groups[:, 3] / self.members
        return found


def events(density: float, slots: int, variant: str, seed: int, groups: Array) -> tuple[Array, Array]:
    """(uint8 [group, event]: 1 where it is silly; int [slot]: where its events end)."""
    if variant == "added":
        extra = silly_events(density, slots)
        ends = np.cumsum(1 + extra)
        kinds = np.ones(ends[-1] if slots else 0, np.uint8)
        kinds[ends - 1 - extra] = 0
        return np.broadcast_to(kinds, (len(groups), len(kinds))), ends
    drawn = [counter.happens(counter.draws(seed, KINDS, int(g), slots), density) for g in groups]
    return np.array(drawn, np.uint8).reshape(len(groups), slots), np.arange(1, slots + 1)


def simulate(
    policy: Policy,
    law: Groups,
    density: float,
    *,
    groups: int,
    members: int,
    slots: int,
    variant: str = "added",
    public: bool = False,
    seed: int = 0,
    threads: int = 0,
    native: bool = True,
) -> Counted:
    """Follow every member of so many groups, whose compositions are drawn from `law`. `threads` 0: one for each processor.

    Raises InputError for a batch of policies, or for fewer than one group or member.
    """
    if policy.stays.ndim != 1:
        raise InputError(where="policy", needed="one setting", found=f"a batch of shape {policy.stays.shape[:-1]}")
    if min(groups, members) < 1 or groups >= KINDS:
        raise InputError(
            where="groups, members", needed="at least 1 of each, groups below 2³² − 2", found=f"{groups}, {members}"
        )
    followed = 1 if public else members
    u = counter.uniform(counter.draws(seed, COMPOSITIONS, 0, groups))
    which = np.minimum(np.searchsorted(np.cumsum(law.weight), u), len(law.weight) - 1)
    later = law.theta if law.later is None else law.later
    bars = np.stack([counter.bar(law.theta[which]), counter.bar(later[which])], axis=1).astype(np.int64)
    ends = events(density, slots, variant, seed, np.arange(1))[1]
    starts = np.concatenate([[0], ends])
    change = int(starts[min(law.change, slots)]) if law.later is not None else int(starts[-1])
    work = _compiled if native and kernel("silly_groups") else _twin

    def piece(first: int) -> tuple[Array, Array]:
        mine = np.arange(first, min(first + AT_ONCE, groups))
        kinds = np.ascontiguousarray(events(density, slots, variant, seed, mine)[0])
        by_event, by_group = work(policy, seed, mine, followed, kinds, bars[mine], change)
        return _slots(by_event, starts), by_group

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        done = list(pool.map(piece, range(0, groups, AT_ONCE)))
    total = np.sum([slot for slot, _ in done], axis=0)
    size = np.concatenate([[groups * followed * (policy.stays[0] <= 0)], total[:, 0]])
    active, punished, silly = total.T[1:]
    return Counted(followed, law.theta[which], size, active, punished, silly, np.concatenate([g for _, g in done]))


def _slots(by_event: Array, starts: Array) -> Array:
    """[slot, 4] of [event, 4]: who is there after its last event, and sums of the others."""
    until = np.concatenate([np.zeros((1, 4), np.int64), np.cumsum(by_event, axis=0)])
    found: Array = np.diff(until[starts], axis=0)
    found[:, 0] = by_event[starts[1:] - 1, 0]
    return found


def _compiled(
    policy: Policy, seed: int, groups: Array, members: int, kinds: Array, bars: Array, change: int
) -> tuple[Array, Array]:
    found = kernel("silly_groups")
    assert found is not None
    by_event, by_group = np.zeros((kinds.shape[1], 4), np.int64), np.zeros((len(groups), len(FIELDS)), np.int64)
    stays, joins, bars = (np.ascontiguousarray(v) for v in (policy.stays, policy.joins, bars))
    failed = found(
        count(seed),
        count(int(groups[0])),
        *map(count, (len(groups), members, kinds.shape[1])),
        pointer(kinds),
        pointer(bars),
        count(change),
        count(policy.observations),
        *map(pointer, (stays, joins, by_event, by_group)),
    )
    if failed:
        raise MemoryError("members of a group")
    return by_event, by_group


def _twin(
    policy: Policy, seed: int, groups: Array, members: int, kinds: Array, bars: Array, change: int
) -> tuple[Array, Array]:
    """The same in NumPy: all members of the groups at once, event by event."""
    by_event, by_group = np.zeros((kinds.shape[1], 4), np.int64), np.zeros((len(groups), len(FIELDS)), np.int64)
    punished = np.zeros((len(groups), members), np.int64)
    seen = np.zeros_like(punished)
    there = np.full(punished.shape, policy.stays[0] <= 0)
    pairs = np.arange((members + 1) // 2, dtype=np.uint32)
    key = (np.uint32(seed), groups.astype(np.uint32)[:, None])
    for e in range(kinds.shape[1]):
        with np.errstate(over="ignore"):
            drawn = np.stack(counter.threefry(key, pairs, np.uint32(e)), axis=-1)
        hit = (drawn.reshape(len(groups), -1)[:, :members] >> np.uint32(1)) < bars[:, [int(e >= change)]]
        silly = kinds[:, [e]] > 0
        sees = there & (silly | (punished >= policy.joins[seen]))
        took, hits = sees & ~silly, sees & ~silly & hit
        by_group[:, 1:] += np.stack([v.sum(axis=1) for v in (took, hits, took & ~hit, sees & silly)], axis=1)
        more = sees & (seen < policy.observations)
        seen += more
        punished += more & hit
        there &= punished >= policy.stays[seen]
        by_event[e] = [v.sum() for v in (there, took, hits, sees & silly)]
    by_group[:, 0] = there.sum(axis=1)
    return by_event, by_group

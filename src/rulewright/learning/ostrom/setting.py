"""What the tests need to be told about a world: which action offends, who is an outsider, which event is a take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import jax

from ...errors import InputError
from ...institution.institution import Institution
from ..policy import Policy
from ..world import World
from .running import Log, Probe, logs

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """Codes are of the actions under the institution. What is left empty makes its predicates not applicable."""

    offence: int
    """An action that breaks the rule."""
    conduct: int
    """One that keeps it."""
    take: str = ""
    """Event of players that is a take from the resource, in numbers."""
    stock: str = ""
    """Event of the world that is the stock, in numbers."""
    contribution: str = ""
    """Event of players that is a contribution, in numbers."""
    leak: str = ""
    """Event of the world that is stock lost across the boundary, in numbers."""
    outsiders: tuple[int, ...] = ()
    """Players who are not members; in one probe they offend."""
    offender: int = 0
    growth: float | None = None
    """The rate of growth, for how quotas answer it."""
    offends_for: int = 2
    """Steps after which the reformed offender behaves."""
    episodes: int = 64
    steps: int | None = None
    level: float = 0.95
    tolerance: float = 0.05
    """Of shares taken, leaked, and of errors of the stock."""
    detection: float = 0.5
    """The least chance of detection that counts as monitoring."""
    seed: int = 0


@dataclass(frozen=True)
class Case:
    """An institution on a world, and what happened under each probe."""

    world: World
    """Under the institution."""
    parts: tuple[Any, ...]
    """The institution and what it is made of."""
    setting: Setting
    usual: Log
    offending: Log
    """One offends always, the others behave."""
    reformed: Log
    """One offends for a while, the others behave."""
    behaving: Log
    """Everybody behaves."""
    invaded: Log
    """Outsiders offend, the others as the policy has them."""
    lawless: Log
    """Everybody offends."""
    accused: Log | None
    """Everybody behaves, and half of what is looked at is reported falsely; None where nothing is reported."""

    def find(self, kind: type[T]) -> T | None:
        """The part of that kind, if there is one."""
        return next((part for part in self.parts if isinstance(part, kind)), None)

    def where(self, has: Callable[[Any], bool]) -> Any:
        """The first part that has something, if there is one."""
        return next((part for part in self.parts if has(part)), None)


def parts_of(institution: Institution, game: Any) -> Iterator[Any]:
    """The institution, its links, and the links' own parts."""
    yield institution
    inner: tuple[Any, ...] = getattr(institution, "links", ())
    if hasattr(institution, "links_at"):
        inner = institution.links_at(game)
    named = [getattr(institution, name, None) for name in ("sanctions", "monitors", "quota", "above")]
    for part in (*inner, *(part for part in named if isinstance(part, Institution))):
        yield from parts_of(part, game)


def case_of(world: World, institution: Institution, policy: Policy, setting: Setting, falsely: World | None) -> Case:
    """Runs all probes: one compiled loop, called twice. Raises InputError for a setting that names what the world does not have."""
    made = institution(world)
    _checked(made, setting)
    n, steps = made.n, setting.steps or made.horizon
    key = jax.random.key(setting.seed)

    def probe(before: list[int], later: list[int] | None = None) -> Probe:
        to = before if later is None else later
        return Probe(policy, jax.numpy.array(before), jax.numpy.array(to), jax.numpy.int32(setting.offends_for))

    bad, good = setting.offence, setting.conduct
    alone = [bad if i == setting.offender else good for i in range(n)]
    probes = [
        probe([-1] * n),
        probe(alone),
        probe(alone, [good] * n),
        probe([good] * n),
        probe([bad if i in setting.outsiders else -1 for i in range(n)]),
        probe([bad] * n),
    ]
    usual, offending, reformed, behaving, invaded, lawless = logs(
        made, probes, key, episodes=setting.episodes, steps=steps
    )
    accused = None
    if falsely is not None:
        same = [probes[3]] * len(probes)  # as many as above, so that the loop compiles once
        accused = logs(falsely, same, key, episodes=setting.episodes, steps=steps)[0]
    parts = tuple(parts_of(institution, world))
    return Case(made, parts, setting, usual, offending, reformed, behaving, invaded, lawless, accused)


def _checked(world: World, setting: Setting) -> None:
    for name in (setting.take, setting.stock, setting.contribution, setting.leak):
        if name and name not in {kind.name for kind in world.kinds}:
            raise InputError(
                where="score card",
                needed=f"events among {', '.join(kind.name for kind in world.kinds)}",
                found=repr(name),
            )
    least = min(world.action_counts)
    wrong = [code for code in (setting.offence, setting.conduct) if not 0 <= code < least]
    wrong += [i for i in (*setting.outsiders, setting.offender) if not 0 <= i < world.n]
    if wrong or setting.episodes < 1:
        raise InputError(
            where="score card",
            needed=f"actions from 0 to {least - 1}, players from 0 to {world.n - 1}, and at least one episode",
            found=str(wrong[0] if wrong else setting.episodes),
        )

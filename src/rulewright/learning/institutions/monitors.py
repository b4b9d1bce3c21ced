"""Monitors: they look, at a cost; they see, with errors; they report, unless they are bought off.

Of an act that the classification calls wrong,

    detection = look · hit · (1 − corrupt · (1 − accountability))

and of an innocent one the false alarm is look · false. A bribe buys a report off with probability `corrupt`; users, to whom the
monitor is accountable, find a share `accountability` of these out, and then the report stands. A monitor that is paid a wage w
per look refuses bribes of b iff what it keeps of them is not above what exposure costs it: (1 − a)·b ≤ a·s, with s the stake
that it loses (`refuses`). After Becker & Stigler 1974, J. Legal Stud. 3; the parametrisation is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from ..classification import Classification
from ..world import Events, Kind, Turn, World, Wrapper, pytree, static
from ..world.events import NO_YES, flags
from .ledger import BALANCED, FUND, MOST, Settlement, WorldInstitution, a_world, among_others, coins, within

VERDICT = Kind("verdict", ("allowed", "wrong"))
LOOK = Kind("look", NO_YES)
REPORT = Kind("report", NO_YES)
BRIBE = Kind("bribe", ("none", "paid", "exposed"))


def detection(look: Any, hit: Any, corrupt: Any = 0.0, accountability: Any = 0.0) -> Any:
    """Chance that a wrong act is reported."""
    return look * hit * (1 - corrupt * (1 - accountability))


def refuses(bribe: float, accountability: float, stake: float) -> bool:
    """Whether a monitor that counts its money refuses the bribe: (1 − a)·b ≤ a·s."""
    return (1 - accountability) * bribe <= accountability * stake


@pytree
class Reported(Wrapper):
    """A world whose acts are watched: four kinds more, “verdict” (the truth), “look”, “report” and “bribe”."""

    inner: World
    classification: Classification
    chances: jax.Array
    """float32 [5]: look, hit, false, corrupt, accountability."""
    cost: jax.Array
    """float32 []; of a look, in units of base reward: used up, nobody receives it."""
    draws = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, VERDICT, LOOK, REPORT, BRIBE)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        wrong = self.classification.wrong(turn.events)
        look, hit, false, corrupt, accountability = self.chances
        chance = jax.random.uniform(self.own(key), (4, self.n))
        looked = chance[0] < look
        due = looked & (chance[1] < jnp.where(wrong, hit, false))
        bought = due & wrong & (chance[2] < corrupt)
        exposed = bought & (chance[3] < accountability)
        events = turn.events.plus(VERDICT, flags(wrong)).plus(LOOK, flags(looked))
        events = events.plus(REPORT, flags(due & (~bought | exposed)))
        events = events.plus(BRIBE, flags(bought) + flags(exposed))
        return replace(turn, events=events, cost=turn.cost + self.cost * looked.sum())


@pytree
class MonitorPay(Settlement):
    """Wages, bribes and stakes."""

    inner: World
    money_rates: jax.Array
    """float32 [3]: wage per look, bribe, stake; reward units."""
    monitor: int = static(default=-1)
    """The player who monitors, or −1 for an outsider, whose purse is then the fund."""

    def money(self, events: Events) -> jax.Array:
        wage, bribe, stake = coins(self.money_rates)
        n, bribes = self.n, events.code("bribe")
        paid = bribe * (bribes == 1)
        earned = events.code("look").sum() * wage - stake * (bribes == 2).sum()
        if self.monitor < 0:
            return -paid - coins(earned / n)
        monitor = jax.nn.one_hot(self.monitor, n)
        return among_others(earned * monitor) - paid + paid.sum() * monitor


@pytree
class Watch:
    """The move: watch, in whatever world it is said in."""

    classification: Classification
    chances: jax.Array
    cost: jax.Array

    def wrap(self, world: World) -> World:
        self.classification.fits(world)
        return Reported(world, self.classification, self.chances, self.cost)


@pytree
class Wages:
    """The move: pay the monitor."""

    money_rates: jax.Array
    monitor: int = static(default=-1)

    def wrap(self, world: World) -> World:
        return MonitorPay(world, self.money_rates, self.monitor)


@dataclass(frozen=True)
class Monitors(WorldInstitution):
    """Acts are watched and reported. Chances may be swept; money is in reward units.

    With a player as monitor everything is balanced: users pay it evenly, offenders bribe it. The purse of an outsider (None) is
    the fund, the users pay into it evenly. What looking costs is used up, and booked as cost. Raises
    InputError for a chance outside 0 … 1, and for an act that the world does not emit.
    """

    classification: Classification
    look: Any = 1.0
    hit: Any = 1.0
    false: Any = 0.0
    corrupt: Any = 0.0
    accountability: Any = 0.0
    wage: Any = 0.0
    cost: Any = 0.0
    bribe: Any = 0.0
    stake: Any = 0.0
    monitor: str | int | None = None

    def __post_init__(self) -> None:
        chances = ("look", "hit", "false", "corrupt", "accountability")
        within("monitors", 0, 1, **{name: getattr(self, name) for name in chances})
        within("monitors", 0, MOST, **{name: getattr(self, name) for name in ("wage", "cost", "bribe", "stake")})

    @property
    def budget(self) -> str:
        return BALANCED if self.monitor is not None or not self._paid else FUND

    @property
    def _paid(self) -> bool:
        return any(not isinstance(x, (int, float)) or x != 0 for x in (self.wage, self.bribe, self.stake))

    @property
    def detection(self) -> Any:
        """Chance that a wrong act is reported."""
        return detection(self.look, self.hit, self.corrupt, self.accountability)

    @property
    def accountable(self) -> bool:
        """Whether what the monitor earns depends on the users."""
        return bool(self.accountability > 0 and self.stake > 0)

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "monitors")
        chances = _numbers(self.look, self.hit, self.false, self.corrupt, self.accountability)
        watch = Watch(self.classification, chances, jnp.asarray(self.cost, jnp.float32))
        at = -1 if self.monitor is None else world.index(self.monitor)
        return (watch, Wages(_numbers(self.wage, self.bribe, self.stake), at)) if self._paid else (watch,)

    def describe(self) -> str:
        who = "an outside monitor" if self.monitor is None else f"{self.monitor}"
        return (
            f"{who} looks at each act of “{self.classification.on}” with probability {self.look}, sees a wrong one with "
            f"{self.hit}, takes an innocent one for wrong with {self.false}, and is bought off with {self.corrupt} "
            f"(found out with {self.accountability}); {self.budget}"
        )


def _numbers(*given: Any) -> jax.Array:
    return jnp.stack([jnp.asarray(x, jnp.float32) for x in given])

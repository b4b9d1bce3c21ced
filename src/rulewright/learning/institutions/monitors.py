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
from .ledger import BALANCED, FUND, Settlement, WorldInstitution, a_world, among_others, coins, within

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

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, VERDICT, LOOK, REPORT, BRIBE)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        ours, theirs = jax.random.split(key)
        turn = self.inner.step(theirs, state, actions)
        wrong = self.classification.wrong(turn.events)
        look, hit, false, corrupt, accountability = self.chances
        chance = jax.random.uniform(ours, (4, self.n))
        looked = chance[0] < look
        due = looked & (chance[1] < jnp.where(wrong, hit, false))
        bought = due & wrong & (chance[2] < corrupt)
        exposed = bought & (chance[3] < accountability)
        events = turn.events.plus(VERDICT, flags(wrong)).plus(LOOK, flags(looked))
        events = events.plus(REPORT, flags(due & (~bought | exposed)))
        return replace(turn, events=events.plus(BRIBE, flags(bought) + flags(exposed)))


@pytree
class MonitorPay(Settlement):
    """Wages, costs, bribes and stakes."""

    inner: World
    money_rates: jax.Array
    """float32 [4]: wage per look, cost per look, bribe, stake; reward units."""
    monitor: int = static(default=-1)
    """The player who monitors, or −1 for an outsider, whose purse is then the fund."""

    def money(self, events: Events) -> jax.Array:
        wage, cost, bribe, stake = coins(self.money_rates)
        n, m = self.n, self.monitor
        looks = events.code("look").sum()
        bribes = events.code("bribe")
        paid = bribe * (bribes == 1)
        if m < 0:  # users pay for the looks, in even shares; the outsider's stake goes to them
            share = coins((looks * (wage + cost) - stake * (bribes == 2).sum()) / n)
            return -paid - share
        due = looks * wage - stake * (bribes == 2).sum()
        user = among_others(due * jax.nn.one_hot(m, n))
        borne = jax.nn.one_hot(m, n) * (paid.sum() - coins(looks * cost))
        return user - paid + borne


@pytree
class Watch:
    """The move: watch, in whatever world it is said in."""

    classification: Classification
    chances: jax.Array

    def wrap(self, world: World) -> World:
        self.classification.fits(world)
        return Reported(world, self.classification, self.chances)


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

    With a player as monitor everything is balanced but the cost of looking, which is spent; with an outsider (None) its purse is
    the fund. Raises InputError for a chance outside 0 … 1, and for an act that the world does not emit.
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
        within("monitors", 0, jnp.inf, **{name: getattr(self, name) for name in ("wage", "cost", "bribe", "stake")})

    @property
    def budget(self) -> str:
        free = all(isinstance(x, (int, float)) and x == 0 for x in (self.wage, self.cost, self.bribe, self.stake))
        spent = not (isinstance(self.cost, (int, float)) and self.cost == 0)
        return BALANCED if free or (self.monitor is not None and not spent) else FUND

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
        chances = (self.look, self.hit, self.false, self.corrupt, self.accountability)
        watch = Watch(self.classification, jnp.stack([jnp.asarray(x, jnp.float32) for x in chances]))
        rates = (self.wage, self.cost, self.bribe, self.stake)
        if all(isinstance(x, (int, float)) and x == 0 for x in rates):
            return (watch,)
        at = -1 if self.monitor is None else world.index(self.monitor)
        return (watch, Wages(jnp.stack([jnp.asarray(x, jnp.float32) for x in rates]), at))

    def describe(self) -> str:
        who = "an outside monitor" if self.monitor is None else f"{self.monitor}"
        return (
            f"{who} looks at each act of “{self.classification.on}” with probability {self.look}, sees a wrong one with {self.hit}, "
            f"takes an innocent one for wrong with {self.false}, and is bought off with {self.corrupt} "
            f"(found out with {self.accountability}); {self.budget}"
        )

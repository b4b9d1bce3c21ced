"""Ways to play as scenario files name them: a function of the world, and of what stands behind the colon."""

from __future__ import annotations

import jax.numpy as jnp

from ..errors import InputError
from .numbers import whole
from .policy import Fixed, Policy, Uniform
from .world import World
from .worlds.altared_players import Villagers
from .worlds.building import Builders
from .worlds.cleanup_players import Split
from .worlds.foraging import Gatherer
from .worlds.harvest_players import Thresholds
from .worlds.harvest_players import restrained as thresholds
from .worlds.irrigators import Reciprocal, Settled


def uniform(world: World) -> Uniform:
    """Any available action, each as likely."""
    del world
    return Uniform()


def greedy(world: World) -> Thresholds:
    """Everybody eats the nearest apple."""
    return thresholds(0, world.n)


def restrained(world: World, least: int = 3, greedy: int = 0) -> Thresholds:
    """Eat only where `least` apples live near; the last `greedy` players eat all."""
    _whole(world, greedy=greedy)
    return thresholds(least, world.n, greedy)


def build(world: World, rest: float = 0.0) -> Builders:
    """Everybody fetches what is missing and builds, but stays with chance `rest` a step."""
    del world
    return Builders(rest)


def split(world: World, cleaners: int) -> Split:
    """The first `cleaners` clean for ever, the others eat."""
    _whole(world, cleaners=cleaners)
    return Split(cleaners)


def readers(world: World) -> Villagers:
    """Everybody believes the altar; two sanction."""
    del world
    return Villagers()


def guessers(world: World) -> Villagers:
    """Everybody believes a zone drawn at each new rule; two sanction."""
    del world
    return Villagers(harvest_by="guess", judge_by="guess")


def thieves(world: World, thieves: int = 2) -> Villagers:
    """Readers, the last few of whom take what they like."""
    _whole(world, thieves=thieves)
    return Villagers(thieves=thieves)


def ask(world: World, tons: int) -> Policy:
    """Everybody asks for so many tons, for ever."""
    return always(world, tons)


def effort(world: World, action: int) -> Policy:
    """Everybody does the same, for ever."""
    return always(world, action)


def always(world: World, action: int) -> Fixed:
    """Everybody does the action of that code, for ever."""
    whole("players", 0, 10**6, action=action)
    return Fixed(jnp.full(world.n, action, jnp.int32))


def gather(world: World, keep: float = 0.0) -> Gatherer:
    """Everybody takes what is near, as long as the field is fuller than `keep`."""
    del world
    return Gatherer(keep)


def settled(world: World, tokens: int) -> Settled:
    """Everybody invests so many tokens, and takes what there is."""
    del world
    return Settled(tokens)


def reciprocal(world: World, tokens: int = 5) -> Reciprocal:
    """Everybody invests so many tokens as long as its last rounds brought as much, and takes what is best for itself."""
    del world
    return Reciprocal(tokens)


def _whole(world: World, **counts: int) -> None:
    for name, count in counts.items():
        if not isinstance(count, int) or not 0 <= count <= world.n:
            raise InputError(where=f"players, {name}", needed=f"a whole number from 0 to {world.n}", found=repr(count))

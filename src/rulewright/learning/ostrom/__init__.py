"""Ostrom's eight principles as predicates, measured on a running world (Ostrom 1990, Governing the Commons; the numbering with A
and B of Cox, Arnold & Villamayor-Tomas 2010, Ecol. Soc. 15). The definitions are theirs, the tests are ours.

    print(score_card(Fishery(), institution, policy, Setting(offence=20, conduct=5, take="catch", stock="stock")))
"""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp

from ...institution.institution import Institution
from ..institutions.monitors import Reported
from ..policy import Policy
from ..world import World, Wrapper
from ..world.wrapper import base_world
from . import boundaries, choosing, watching
from .card import FAILS, HOLDS, NONE, Row, ScoreCard
from .setting import Setting, case_of

__all__ = ["FAILS", "HOLDS", "NONE", "Row", "ScoreCard", "Setting", "injected", "score_card"]

FALSE = 0.5
"""Chance of a false alarm that is injected, per look."""


def score_card(world: World, institution: Institution, policy: Policy, setting: Setting) -> ScoreCard:
    """Every predicate for one institution on one world, everybody else playing by `policy`. One compiled loop,
    shared by rules that differ in numbers only.

    Raises InputError for a setting that names actions, players or events which there are not.
    """
    made = institution(world)
    falsely = injected(made, FALSE)
    case = case_of(world, institution, policy, setting, falsely)
    rows = (
        boundaries.users(case),
        boundaries.resource(case),
        *boundaries.congruence(case),
        boundaries.proportionality(case),
        choosing.choice(case),
        watching.users(case),
        watching.accountable(case),
        watching.stock(case),
        watching.graduated(case),
        watching.deterrence(case),
        watching.recovery(case),
        watching.appeal(case),
        choosing.organise(case),
        choosing.nesting(case),
    )
    return ScoreCard(institution.describe(), type(base_world(world)).__name__, rows)


def injected(world: World, false: float) -> World | None:
    """The world with false alarms at that chance and every act looked at; None where nothing is reported."""
    if isinstance(world, Reported):
        chances = world.chances.at[0].set(1.0).at[2].set(jnp.float32(false))
        return replace(world, chances=chances)
    inner = injected(world.inner, false) if isinstance(world, Wrapper) else None
    return None if inner is None else replace(world, inner=inner)  # type: ignore[type-var]

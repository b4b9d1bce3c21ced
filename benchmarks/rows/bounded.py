"""Bounded rationality: levels in batches, near-equilibria, noise, inattention, crowds. No peer has them in a library."""

import numpy as np

import rulewright as rw
from rulewright.behaviour.crowd import AdversarialShare, RandomShare
from rulewright.behaviour.hierarchy import Hierarchy
from rulewright.behaviour.inattentive import Inattentive
from rulewright.behaviour.levels import Level
from rulewright.behaviour.near import NearCorrelated, NearPure
from rulewright.behaviour.noisy import Noisy
from rulewright.game.games import Games
from rulewright.numerics.rational import fraction

from ..row import Row

NONE = (("no peer found that has it", None),)


def rows() -> list[Row]:
    generator = np.random.default_rng(0)
    many = Games(generator.random((100_000, 2, 3, 3)), generator.random((100_000, 3, 3)))
    found = [
        Row(f"`{behaviour.name}`, 100,000 games 3×3 in one call", lambda b=behaviour: b.many(many), NONE)
        for behaviour in (Level(2), Hierarchy(1.5), NearPure(fraction(0.1)))
    ]
    ten, twenty = (rw.Goal.total().on(rw.sample((n, n), seed=n)).floats for n in (10, 20))
    typed = rw.Goal.total().on(rw.sample((3, 3), types=(3, 3), seed=3)).floats
    three = rw.Goal.total().on(rw.sample((3, 3), seed=3)).floats
    for title, behaviour, game in (
        ("random 20×20", NearCorrelated(fraction(0.5)), twenty),
        ("random 10×10", Noisy(1.0), ten),
        ("random 10×10", Noisy(1.0, uniform=True), ten),
        ("random 3×3 with 3 types each", Inattentive(1.0), typed),
        ("random 10×10", RandomShare(fraction(0.2)), ten),
        ("random 3×3", AdversarialShare(fraction(0.2)), three),
    ):
        found.append(Row(f"`{behaviour.name}`, {title}", lambda b=behaviour, g=game: b(g).span(g.goal), NONE))
    return found

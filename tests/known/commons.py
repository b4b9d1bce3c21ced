"""Commons whose answers are closed forms or exact tables: stocks, canals, fields."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.learning.policy import Fixed
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.foraging import mean_field
from rulewright.learning.worlds.irrigation import Irrigation, best_net, most_tokens
from rulewright.learning.worlds.irrigators import Settled
from rulewright.learning.worlds.stock import Stock

from .answer import Known

KEY = jax.random.key(0)
GOVSIM = "closed form: Piatti et al. 2024, NeurIPS (GovSim), the sustainable catch half of the stock"
CANAL = "computed from the tables of Anderies et al. 2013, Ecol. Econ. 87"
FISH = "closed form: Schaefer 1954; Gordon 1954, J. Polit. Econ. 62"


@cache
def resting(effort):
    """(stock, catch per step) of one fisher long after the start; r = .64, K = 100, q = .01."""
    world = Stock(growth=0.64, count=1, levels=64, cost=0.0)
    played = rollout(world, Fixed(jnp.array([effort])), KEY, steps=199)
    x = float(played.state.stock[0, 0])
    return x, 0.01 * effort * x


@cache
def head_first(flow):
    """Tokens of everybody in one round of greed, the canal carrying `flow`."""
    world = Irrigation(rounds=1, supply=flow, degradation=0)
    return np.asarray(rollout(world, Settled(0), KEY).base[0]) - 10


KNOWN = [
    Known(
        "fishery, a year of ten tons each",
        GOVSIM,
        600,
        lambda: float(rollout(Fishery(), Fixed(jnp.full(5, 10)), KEY).base.sum()),
    ),
    Known("largest steady catch rK/4", FISH, 16.0, lambda: resting(32)[1], 1e-3),
    Known("stock at the largest steady catch K/2", FISH, 50.0, lambda: resting(32)[0], 1e-3),
    Known("stock at open access c/pq, c = .25", FISH, 25.0, lambda: resting(48)[0], 1e-3),
    *(
        Known(f"irrigation, group maximum from {50 * flow}", CANAL, best, lambda f=flow: most_tokens(50 * f))
        for flow, best in zip((5, 10, 15, 20, 25, 30), (10, 20, 37, 51, 63, 75), strict=True)
    ),
    *(
        Known(f"irrigation, head-first greed at {50 * f}", CANAL, 2 * f, lambda f=f: float(head_first(f).sum()))
        for f in (5, 10, 15, 20, 25, 30)
    ),
    Known("irrigation, last two players under greed", CANAL, 0, lambda: float(head_first(30)[3:].sum())),
    Known(
        "irrigation, twenty rounds kept up",
        CANAL,
        2000,
        lambda: float(rollout(Irrigation(), Settled(5, 6), KEY).base.sum()),
    ),
    Known("irrigation, the best twenty rounds", "closed form: 20·125 − (20·25 + 66 − 75)", 2009, best_net),
    Known("foraging, mean field", "closed form: 130 s of 2.10 tokens and 420 at the end", 694.1, mean_field, 0.05),
]

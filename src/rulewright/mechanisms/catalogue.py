"""What scenario files may name: environments, and ways to a mechanism, with the settings of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import InputError
from ..naming import Named, Number, known, read
from .environment import Environment
from .found import Found

ENVIRONMENTS: dict[str, Named] = {
    "auction": Named("mechanisms.environment:auction", "items for sale to bidders with independent uniform values"),
    "bandwidth": Named(
        "mechanisms.environments.sharing:bandwidth",
        "a capacity for agents to whom more is worth less: θ log(1 + x/scale)",
    ),
    "bilateral trade": Named("mechanisms.environments.trade:bilateral_trade", "a buyer and a seller of one item"),
    "budget auction": Named(
        "mechanisms.environments.items:budget_auction", "items for sale to bidders who cannot pay more than a budget"
    ),
    "club good": Named("mechanisms.environments.goods:club_good", "who may use a good of fixed cost"),
    "compute sharing": Named(
        "mechanisms.environments.sharing:compute_sharing", "compute for jobs that saturate: θ x/(x + scale)"
    ),
    "double auction": Named("mechanisms.environments.trade:double_auction", "buyers and sellers of one item each"),
    "facility location": Named(
        "mechanisms.environments.places:facility_location", "places for agents with private peaks, no money"
    ),
    "identical items": Named(
        "mechanisms.environments.items:identical_items", "equal items; money that leaves the agents is waste"
    ),
    "public good": Named("mechanisms.environments.goods:public_good", "whether, or how much of, what all use is built"),
    "shared production": Named(
        "mechanisms.environments.production:shared_production", "amounts from a technology whose cost rises"
    ),
    "stock": Named("mechanisms.environments.periods:stock", "a stock used over several periods; what is left stays"),
    "task allocation": Named(
        "mechanisms.environments.tasks:task_allocation", "tasks for agents of private costs: a reverse auction"
    ),
    "task market": Named(
        "mechanisms.tasks.environment:task_market", "a task for agents of private costs and chances of success"
    ),
}
"""One line each, in order of names."""
METHODS: dict[str, Named] = {
    "VCG": Named(
        "mechanisms.exact.methods:vcg", "the best option, each paying what the others lose (Clarke 1971, Groves 1973)"
    ),
    "McAfee": Named(
        "mechanisms.exact.methods:mcafee", "a double auction that may give up its least valuable trade (McAfee 1992)"
    ),
    "affine maximiser": Named("mechanisms.methods:affine", "boosts by size and entry fees, searched for"),
    "compatible menus": Named("mechanisms.methods:compatible", "two bidders, two items, no item twice (after GemNet)"),
    "efficient division": Named(
        "mechanisms.exact.methods:efficient_division", "a capacity where it is worth most, at VCG's prices"
    ),
    "equal shares": Named(
        "mechanisms.exact.methods:equal_shares", "the largest set willing to share a cost (Moulin & Shenker 2001)"
    ),
    "equal split": Named("mechanisms.exact.methods:equal_split", "a capacity in equal parts"),
    "expected externality": Named(
        "mechanisms.exact.methods:expected_externality", "the best option, balanced, truth best on average (Arrow 1979)"
    ),
    "item by item": Named("mechanisms.methods:item_by_item", "every item alone, at second prices (Myerson 1981)"),
    "menu": Named("mechanisms.methods:menu", "one buyer: a menu of lotteries with prices (Rochet 1987)"),
    "percentiles": Named(
        "mechanisms.exact.methods:percentiles", "places at shares of the peaks (Sui, Boutilier & Sandholm 2013)"
    ),
    "phantom median": Named(
        "mechanisms.exact.methods:phantom_median", "a place at the median of peaks and phantoms (Moulin 1980)"
    ),
    "posted price": Named(
        "mechanisms.exact.methods:posted_price", "trade at a price fixed beforehand (Hagerty & Rogerson 1987)"
    ),
    "procurement": Named(
        "mechanisms.exact.methods:procurement", "tasks at reverse second prices below reserves (after Myerson 1981)"
    ),
    "proportional share": Named(
        "mechanisms.exact.methods:proportional_share", "a capacity in proportion to reports: a foil"
    ),
    "redistribution": Named(
        "mechanisms.exact.methods:redistribution",
        "VCG for identical items, most given back (after Guo & Conitzer 2009)",
    ),
    "regret net": Named("learning.mechanisms.methods:regret_net", "a trained network, audited (after Dütting et al.)"),
    "search": Named(
        "mechanisms.exact.methods:search", "the best found of a family of exact mechanisms, without gradients"
    ),
    "second best": Named(
        "mechanisms.exact.methods:second_best",
        "the most gains from trade that cost nobody money (Myerson & Satterthwaite 1983)",
    ),
    "serial shares": Named("mechanisms.exact.methods:serial_shares", "serial cost sharing (Moulin & Shenker 1992)"),
    "split the gap": Named(
        "mechanisms.exact.methods:split_the_gap", "trade half-way between bids: a foil (Chatterjee & Samuelson 1983)"
    ),
    "task rule": Named(
        "mechanisms.tasks.environment:task_rule",
        "a rule of task markets by its name, as frameworks ship it or mended",
    ),
}
"""One line each, in order of names."""


def environment(name: str, said: Mapping[str, Any], number: Number) -> Environment:
    """The environment of that name with these settings. Raises InputError for a name or a setting that there is not."""
    one = known(name, ENVIRONMENTS, "an environment")
    found: Environment = one(**read(one, said, number))
    return found


def method(name: str, said: Mapping[str, Any], number: Number) -> Callable[[Environment], Found]:
    """A way to a mechanism, ready for an environment. Raises InputError for a name or a setting that there is not."""
    one = known(name, METHODS, "a method")
    if "environment" in said:
        raise InputError(where="environment", needed="nothing: it is that of the scenario", found="a setting")
    settings = read(one, {"environment": 0, **said}, number)
    del settings["environment"]
    if not 0 <= settings.get("seed", 0) < 2**31:
        needed = "a whole number of at least 0, below 2³¹"
        raise InputError(where="seed", needed=needed, found=str(settings["seed"]))
    settings = read(one, said, number, given=("environment",))
    return lambda there: one(there, **settings)  # type: ignore[no-any-return]

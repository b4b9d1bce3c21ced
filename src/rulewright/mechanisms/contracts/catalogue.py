"""What scenario files may name: agencies, and ways to a contract, with the settings of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...naming import Named, Number, known, read
from .agency import Agency
from .offer import Offer, Posed

AGENCIES: dict[str, Named] = {
    "random_agency": Named("mechanisms.contracts.settings:random_agency", "laws, costs and rewards drawn at random"),
    "signals": Named(
        "mechanisms.contracts.settings:signals", "effort that only a noisy signal of many features shows; a continuum"
    ),
}
"""One line each, in order of names."""
WAYS: dict[str, Named] = {
    "by asking": Named(
        "learning.contracts.ways:by_asking", "the agent is a black box, asked about contracts (after Wang et al. 2023)"
    ),
    "exact programme": Named(
        "mechanisms.contracts.ways:exact_programme", "the cheapest payments for the best act (Grossman & Hart 1983)"
    ),
    "learned network": Named("learning.contracts.ways:learned_network", "a network of outcomes' features, trained"),
    "learned promise": Named("learning.contracts.ways:learned_promise", "bonuses trained to be worth keeping"),
    "learned table": Named("learning.contracts.ways:learned_table", "a payment for each outcome, trained"),
    "linear": Named("mechanisms.contracts.ways:linear", "a share of what an outcome is worth"),
    "menu": Named("learning.contracts.ways:menu", "several contracts to pick from, trained: for hidden types"),
    "no contract": Named("mechanisms.contracts.ways:no_contract", "nothing is paid"),
    "promises": Named(
        "mechanisms.contracts.ways:promises",
        "a bonus that nobody enforces: kept if the future is worth it (Levin 2003)",
    ),
    "reputation": Named("mechanisms.contracts.ways:reputation", "a score of conduct that buys access, or nothing"),
}
"""One line each, in order of names."""
POSED = "posed"


def found_agency(name: str, said: Mapping[str, Any], number: Number) -> Agency:
    """The agency of that name with these settings. Raises InputError for a name or a setting that there is not."""
    one = known(name, AGENCIES, "an agency")
    found: Agency = one(**read(one, said, number))
    return found


def way(name: str, said: Mapping[str, Any], number: Number) -> Callable[[Posed], Offer]:
    """A way to a contract, ready for what is posed. Raises InputError for a name or a setting that there is not."""
    one = known(name, WAYS, "a way")
    settings = read(one, {POSED: 0, **said}, number)
    del settings[POSED]
    return lambda posed: one(posed, **settings)  # type: ignore[no-any-return]

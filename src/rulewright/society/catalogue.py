"""Which population models a scenario file may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..naming import Named, Number, known, read
from .model import Model

MODELS: dict[str, Named] = {
    "alignment_types": Named("society.alignment.model:AlignmentTypes", "values, preferences, task: alone and together"),
    "best_of_n": Named("society.proxies:BestOfN", "the best of many by a proxy, and what it is worth"),
    "booking_assistants": Named("society.adoption:BookingAssistants", "adoption of assistants that book"),
    "culture": Named("society.culture:Culture", "learners and imitators in a changing world (Boyd & Richerson 1995)"),
    "cumulative_culture": Named("society.culture:CumulativeCulture", "imitators who improve on what they copy"),
    "dilemma": Named("society.dilemmas:Dilemma", "a dilemma of many: two curves (Schelling 1973)"),
    "goods": Named("society.dilemmas:Goods", "public, club, common-pool and private goods, and institutions for them"),
    "knowledge_commons": Named("society.knowledge_commons:KnowledgeCommons", "a commons of answers beside assistants"),
    "law": Named("society.law.model:Law", "buyers who boycott what a common logic calls wrong"),
    "market": Named("society.markets.market:Market", "exchange and production: where markets clear, and for whom"),
    "market_externality": Named("society.markets.externality:Externality", "fuel whose smoke harms others"),
    "market_power": Named("society.markets.power:Power", "a few sellers who know what buyers want (Cournot 1838)"),
    "missing_market": Named("society.markets.market:Market", "the same with goods that cannot be traded"),
    "pool": Named("society.dilemmas:Pool", "a pool that many draw from (Ostrom, Gardner & Walker 1994)"),
    "proxy": Named("society.proxies:Proxy", "an incomplete proxy, optimised (after Zhuang & Hadfield-Menell 2020)"),
    "punishment": Named("society.punishment.model:Punishment", "punishment in groups (after Boyd & Richerson 1992)"),
    "quorum": Named("society.law.enforcers:Quorum", "enforcers with a quorum: own logics or a common one"),
    "silly_rules": Named("society.silly.society:SillyRules", "rules without effect show whether others are enforced"),
}
"""One line each, in order of names."""


def model(name: str, said: Mapping[str, Any], number: Number) -> Model:
    """The model of that name with these settings. Raises InputError for a name or a setting that there is not."""
    one = known(name, MODELS, "a model of a society")
    return one(**read(one, said, number))  # type: ignore[no-any-return]

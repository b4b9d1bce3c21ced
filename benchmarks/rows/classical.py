"""Classical mechanisms at size: stable matching against the package `matching`, trading cycles, auctions, proofs."""

import importlib.util
from dataclasses import replace

import numpy as np

from rulewright.assessment.properties import properties
from rulewright.institution.classical import (
    SerialDictatorship,
    deferred_acceptance,
    settings,
    strategy_proof_rules,
    top_trading_cycles,
    vcg_assignment,
    vcg_combinatorial,
)

from ..row import Row, Work


def rows() -> list[Row]:
    found = []
    for n in (50, 2000):
        left, right = (np.argsort(np.random.default_rng(k).random((n, n)), axis=1) for k in (0, 1))
        peer = (
            package(left, right) if n <= 50 else ("`matching` exceeds the recursion limit at 200 × 200 already", None)
        )
        found.append(
            Row(
                f"deferred acceptance, random {n} × {n}",
                lambda a=left, b=right: deferred_acceptance(a, b),
                (peer,),
                "about 1 s" if n == 2000 else "",
            )
        )
    same = np.tile(np.arange(2000), (2000, 1))
    found += [
        Row("deferred acceptance, 2000 proposers alike", lambda: deferred_acceptance(same, right), (), "about 1 s"),
        Row("top trading cycles, random, 2000", lambda: top_trading_cycles(left), (), "about 1 s"),
    ]
    rng = np.random.default_rng(1)
    who, wants = rng.integers(0, 15, 60), rng.random((60, 15)) < 0.2
    price = wants.sum(axis=1) * rng.uniform(0.5, 1.5, 60)
    values = rng.random((200, 200))
    found += [
        Row("VCG, 60 bundle bids of 15 bidders on 15 items", lambda: vcg_combinatorial(who, wants, price)),
        Row("VCG, 200 bidders, 200 items, one each", lambda: vcg_assignment(values)),
        Row("all strategy-proof rules, 2 voters, 3 alternatives", lambda: strategy_proof_rules(3)),
        Row(
            "all properties of dictatorship proved, 3 voters, 3 alternatives",
            lambda: properties(SerialDictatorship(), settings.vote(3)),
        ),
    ]
    return [replace(row, repeats=3) for row in found]


def package(left: np.ndarray, right: np.ndarray) -> tuple[str, Work | None]:
    if importlib.util.find_spec("matching") is None:
        return "`matching` (not installed here)", None
    from matching.games import StableMarriage

    suitors = {f"m{i}": [f"w{j}" for j in row] for i, row in enumerate(left)}
    reviewers = {f"w{j}": [f"m{i}" for i in row] for j, row in enumerate(right)}
    return "`matching`", lambda: StableMarriage.create_from_dictionaries(suitors, reviewers).solve(optimal="suitor")

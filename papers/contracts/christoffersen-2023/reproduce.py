"""Formal contracts, after Christoffersen, Haupt, Damani & Hadfield-Menell 2023 (AAMAS): exactly on tables, learned on small worlds.

`python papers christoffersen-2023` for the claims; `python papers/contracts/christoffersen-2023/reproduce.py --all --write` runs
all worlds in full (or those that are named) and writes the tables of README.md. Digits of the paper are not used.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from fractions import Fraction as F
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from societies import Society, societies, weighed  # noqa: E402

import rulewright as rw  # noqa: E402
from rulewright.behaviour.estimation.confidence import mean  # noqa: E402
from rulewright.game import library  # noqa: E402
from rulewright.game.markov import MarkovGame  # noqa: E402
from rulewright.learning.institutions import (  # noqa: E402
    Charge,
    Gifts,
    forcing,
    forcing_best,
    subgame_perfect_contract,
)
from rulewright.learning.learners.two_phase import FirstPhase, Settled, first_phase, negotiate, solve  # noqa: E402
from rulewright.learning.ledger import settle  # noqa: E402
from rulewright.learning.policy import Uniform  # noqa: E402
from rulewright.learning.search.grid import grid  # noqa: E402

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
RUNS = HERE / "runs.json"

# ── exactly ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def fishery(patience: F = F(9, 10)) -> MarkovGame:
    """Two boats, a stock of 0, 2 or 4 tons that doubles up to 4, catches of 0, 1 or 2, shared out where there is too little."""
    stocks, takes = (0, 2, 4), 3
    payoff = np.full((2, 3, takes, takes), F(0), dtype=object)
    law = np.full((3, takes, takes, 3), F(0), dtype=object)
    for s, a, b in np.ndindex(3, takes, takes):
        stock, asked = stocks[s], a + b
        scale = min(F(1), F(stock, asked)) if asked else F(0)
        payoff[:, s, a, b] = [a * scale, b * scale]
        left = stock - min(stock, asked)
        law[s, a, b, stocks.index(min(4, 2 * left))] = F(1)
    return MarkovGame.of(
        payoff,
        law,
        patience,
        start=[F(0), F(0), F(1)],
        players=("agent 0", "agent 1"),
        states=("empty", "2 tons", "4 tons"),
        actions=(("0", "1", "2"),) * 2,
    )


def commons(patience: F = F(2, 5)) -> MarkovGame:
    """A stock that is full or gone: taking all pays 6 and ends it, taking little pays 4 for ever."""
    take = np.array([[4, 4], [6, 6]])
    payoff = np.full((2, 2, 2, 2), F(0), dtype=object)
    payoff[0, 0], payoff[1, 0] = take, take.T
    law = np.full((2, 2, 2, 2), F(0), dtype=object)
    law[1, :, :, 1] = law[0, :, :, 1] = F(1)
    law[0, 0, 0] = [F(1), F(0)]
    names = (("little", "all"),) * 2
    return MarkovGame.of(payoff, law, patience, start=[F(1), F(0)], states=("full", "gone"), actions=names)


def tables() -> dict[str, tuple[Any, tuple[Any, ...], Any]]:
    """{name: (game, rich space, θ ↦ contract of one number)}."""
    hunt, dilemma, goods, sea, stock = (
        library.stag_hunt(), library.prisoners(), library.public_goods(), fishery(), commons(),
    )  # fmt: skip

    def on(action: str) -> Any:
        return lambda theta: Charge("action", amounts={action: -theta})

    return {
        "prisoner's dilemma": (dilemma, forcing(dilemma), on("defect")),
        "stag hunt": (hunt, forcing(hunt), on("hare")),
        "public goods": (goods, forcing(goods), on("keep")),
        "commons": (stock, (forcing_best(stock),), on("all")),
        "small fishery": (sea, (forcing_best(sea),), lambda theta: Charge("action", rate=-theta)),
    }


THETAS = tuple(F(k, 4) for k in range(17))
SPACES = THETAS[::2]


@cache
def solved() -> dict[str, tuple[Any, list[Any]]]:
    """{name: (rich agreement, agreements of the spaces {θ_1 … θ_k} for growing k)}."""
    found = {}
    for name, (game, rich, charge) in tables().items():
        one = [subgame_perfect_contract(game, (charge(theta),)) for theta in THETAS]
        found[name] = (subgame_perfect_contract(game, rich), one)
    return found


def holds_exactly(name: str) -> float:
    """1 where the rich space reaches the optimum, acceptors get exactly what they get without, and signing sums to zero."""
    rich, _ = solved()[name]
    lead = rich.values[0] - rich.outside[0] == rich.optimum - rich.without
    held = rich.values[1:] == rich.outside[1:] and sum(rich.upfront) == 0
    return float(rich.optimal and rich.without < rich.optimum and held and lead)


def threshold(name: str) -> float:
    """The least θ among 0, ¼, …, 4 whose contract alone reaches the optimum; −1 where none does."""
    return float(next((t for t, a in zip(THETAS, solved()[name][1], strict=True) if a.optimal), -1))


@cache
def monotone() -> float:
    """Share of tables and spaces {0, ½, …, θ_k} in which one contract more does not lower welfare; by solving each space."""
    good = []
    for game, _, charge in tables().values():
        contracts = [charge(theta) for theta in SPACES]
        spaces = [subgame_perfect_contract(game, contracts[:k]).welfare for k in range(len(contracts) + 1)]
        good += [later >= before for before, later in pairwise(spaces)]
    return float(np.mean(good))


@cache
def garbled() -> float:
    """Share of signal accuracies at which the fine of 4 on a flag deters exactly where (2q − 1)·4 covers the gain of 2."""
    game, good = library.prisoners(), []
    for q in (F(k, 40) for k in range(20, 41)):
        signals = []
        for i, player in enumerate(game.players):
            law = np.empty((1, 1, 2, 2, 2), dtype=object)
            for at in np.ndindex(2, 2):
                law[(0, 0, *at)] = [1 - (q if at[i] else 1 - q), q if at[i] else 1 - q]
            signals.append(rw.Signal(f"flag of {player}", ("no", "yes"), law))
        seen = replace(game, signals=(*game.signals, *signals))
        offered = subgame_perfect_contract(seen, (Charge("flag", amounts={"yes": -4}),))
        good.append(offered.optimal == ((2 * q - 1) * 4 > 2) and (offered.label == "none") == ((2 * q - 1) * 4 <= 1))
    return float(np.mean(good))


def most_imbalance(name: str) -> float:
    """The largest |Σ transfers| of any step of 8 uniform episodes under the dearest contract."""
    import jax

    s = societies()[name]
    found = settle(s.space.at(s.space.high), s.world, Uniform(), jax.random.key(0), batch=8, balanced=True)
    return found.imbalance


# ── learned ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ARMS = ("none", "gifts", "contracts", "joint")


def phases(s: Society, fast: bool = False) -> list[FirstPhase]:
    """(without, with contracts, one controller): one compiled call; arms differ in numbers only."""
    worlds = [weighed(s.world, 0), weighed(s.world, 0), weighed(s.world, 1)]
    steps = s.learner.steps_per_update * (s.updates // 2 if fast else s.updates)
    return first_phase(
        worlds, s.space, s.learner, steps=steps, seeds=4 if fast else s.seeds, offers=s.offers,
        null=[1.0, 0.3, 1.0], episodes=s.episodes,
    )  # fmt: skip


def run(name: str) -> dict[str, Any]:
    """All arms of one world, in full."""
    s, began = societies()[name], time.process_time()
    none, contracts, joint = phases(s)
    steps = s.learner.steps_per_update * s.updates
    gifts = grid([Gifts(s.gift)(s.world)], s.learner, steps=steps, seeds=s.seeds, episodes=64)[0]
    offered, signed = solve(contracts), solve(contracts, upfront=True)
    talked = negotiate(contracts)
    balance = max(float(np.abs(p.sample.transfer.sum(axis=-1)).max()) for p in (none, contracts, joint))
    return {
        "arms": {
            "none": none.welfare[:, 0].tolist(),
            "gifts": gifts.total.mean(axis=1).tolist(),
            "contracts, solved": offered.welfare.tolist(),
            "contracts, payments on signing": signed.welfare.tolist(),
            "contracts, learned negotiation": talked.welfare.tolist(),
            "joint": joint.welfare[:, 0].tolist(),
        },
        "thetas": [float(t) for t in contracts.thetas],
        "under": contracts.welfare.mean(axis=0).tolist(),
        "signed": [float(offered.signed.mean()), float(signed.signed.mean()), float(talked.signed.mean())],
        "acceptors": _held(signed),
        "imbalance": balance,
        "steps": steps,
        "cpu": time.process_time() - began,
    }


def _held(found: Settled) -> float:
    """The largest difference between an acceptor's value and its value without a contract."""
    return float(np.abs(found.values - found.outside)[:, 1:].max())


@cache
def small() -> tuple[FirstPhase, ...]:
    """The prisoner's dilemma, in little."""
    return tuple(phases(societies()["prisoner's dilemma"], fast=True))


@cache
def runs() -> dict[str, Any]:
    """What full runs came to; committed, so that tables need no training."""
    return json.loads(RUNS.read_text(encoding="utf-8")) if RUNS.exists() else {}  # type: ignore[no-any-return]


def learned(arm: str, what: str = "prisoner's dilemma") -> Any:
    """Share of the optimum that learners reach: in little with fast, else in full."""

    def found(fast: bool) -> float:
        best = float(societies()[what].optimum or 1)
        none, contracts, joint = small() if fast else full(what)
        if arm == "contracts":
            return float(solve(contracts).welfare.mean() / best)
        return float({"none": none, "joint": joint}[arm].welfare[:, 0].mean() / best)

    return found


@cache
def full(what: str) -> tuple[FirstPhase, ...]:
    return tuple(phases(societies()[what]))


def highest_theta(fast: bool) -> float:
    """Share of the optimum under the largest fine less that under θ = 0: play changes with θ."""
    _, contracts, _ = small() if fast else full("prisoner's dilemma")
    under = contracts.welfare.mean(axis=0)
    return float((under[-1] - under[1]) / 30)


CLAIMS: dict[str, Any] = {
    **{f"exact, {name}: optimum, acceptors indifferent": lambda fast, n=name: holds_exactly(n) for name in tables()},
    **{f"exact, {name}: least θ that reaches the optimum": lambda fast, n=name: threshold(n) for name in tables()},
    "exact: share of growing spaces that never do worse": lambda fast: monotone(),
    "exact: share of garbled signals with the predicted outcome": lambda fast: garbled(),
    "largest imbalance of a step, prisoner's dilemma": lambda fast: most_imbalance("prisoner's dilemma"),
    "learned, prisoner's dilemma: none, share of the optimum": learned("none"),
    "learned, prisoner's dilemma: contracts, share of the optimum": learned("contracts"),
    "learned, prisoner's dilemma: joint, share of the optimum": learned("joint"),
    "learned, prisoner's dilemma: largest fine less none at all": highest_theta,
}


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def interval(values: list[float], best: float) -> str:
    """Mean and 95 % half width over seeds, and the share of the optimum."""
    found = mean(np.asarray(values))
    return f"{found.value:.1f} ± {(found.high - found.low) / 2:.1f} ({found.value / best:.0%})"


def table() -> str:
    lines = ["| world (seeds) | best known | " + " | ".join(next(iter(runs().values()))["arms"]) + " |"]
    lines.append("|---" * (2 + len(next(iter(runs().values()))["arms"])) + "|")
    for name, found in runs().items():
        best = found["best"]
        cells = [interval(values, best) for values in found["arms"].values()]
        lines.append(f"| {name} ({len(found['arms']['none'])}) | {best:.1f} | {' | '.join(cells)} |")
    lines += ["", "| world | total under none, θ = … | steps per seed | CPU-seconds |", "|---|---|---|---|"]
    for name, found in runs().items():
        under = ", ".join(
            f"{theta}: {total:.1f}"
            for theta, total in zip(["none", *(f"{t:g}" for t in found["thetas"])], found["under"], strict=True)
        )
        lines.append(f"| {name} | {under} | {found['steps']:,} | {found['cpu']:.0f} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    names = [a for a in arguments if not a.startswith("-")]
    kept = dict(runs())
    for name in names or (societies() if "--all" in arguments else ()):
        found = run(name)
        scripted = max((*found["arms"]["joint"], societies()[name].scripted()))
        found["best"] = float(societies()[name].optimum or scripted)
        kept[name] = found
        RUNS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        print(name, {arm: float(np.mean(v)) for arm, v in found["arms"].items()}, found["under"], flush=True)
    runs.cache_clear()
    if "--write" in arguments:
        readme = HERE / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{table()}{END}{rest.split(END)[1]}", encoding="utf-8")
    print(table())


if __name__ == "__main__":
    main(sys.argv[1:])

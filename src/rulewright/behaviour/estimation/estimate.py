"""All that observed play tells of one game: λ, weights, levels, what payoffs explain it, and which behaviour does best."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ...errors import InputError, RulewrightError
from ...game.game import Game
from .comparison import Comparison, compare
from .confidence import checked
from .family import Family
from .levels import Hierarchy, Levels, hierarchy, levels
from .logit import Precision, common, equilibrium, replies
from .observations import Observations
from .preference import Revealed, reveal
from .weights import Weights, weights


@dataclass(frozen=True, eq=False)
class Estimate:
    """What `estimate` found. Parts that could not be had are named in `left_out`, with the reason."""

    observations: Observations
    level: float
    seed: int
    replies: tuple[Precision, ...]
    common: Precision | None
    equilibrium: Precision | None
    weights: tuple[Weights, ...]
    revealed: tuple[Revealed, ...]
    """Form "regret": the least regret that payoffs of the family leave, and the weights at which it is had."""
    levels: Levels
    hierarchy: Hierarchy
    comparison: Comparison
    left_out: tuple[str, ...] = ()


def estimate(
    game: Game,
    observations: Observations,
    *,
    weigh: Sequence[str] = ("others",),
    level: float = 0.95,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Estimate:
    """Everything at once. `weigh`: features whose weight is sought for each player, beside 1 on its own payoff.

    Raises InputError for features and levels that are none.
    """
    checked(level)
    if "own" in weigh:
        raise InputError(where="features", needed="others than own, whose weight of 1 sets the scale", found="'own'")
    left_out: list[str] = []

    def tried(what: str, work: Callable[[], Any]) -> Any:
        tell(what)
        try:
            return work()
        except RulewrightError as error:
            left_out.append(f"{what}: {error}")
            return None

    watched = observations.game.players
    families = [
        Family.of(game, player, {"own": 1.0, **dict.fromkeys(weigh)})
        for player in watched
        if weigh and (len(game.strategic) > 1 or not {"others", "envy", "guilt"} & set(weigh))
    ]
    single = tried("logit replies", lambda: replies(observations, level=level))
    shared = tried("one λ", lambda: common(observations, level=level)) if len(watched) > 1 else None
    balanced = tried("logit equilibrium", lambda: equilibrium(observations, level=level, seed=seed))
    weighed = [tried(f"weights of {f.player}", partial(_weights, observations, f, level, seed)) for f in families]
    shown = [tried(f"regret of {f.player}", partial(reveal, observations, f, form="regret")) for f in families]
    tell("levels")
    rungs = levels(observations, level=level)
    depth = hierarchy(observations, level=level, seed=seed)
    tell("comparison")
    compared = compare(observations, seed=seed)
    return Estimate(
        observations,
        level,
        seed,
        single or (),
        shared,
        balanced,
        tuple(w for w in weighed if w is not None),
        tuple(r for r in shown if r is not None),
        rungs,
        depth,
        compared,
        (*left_out, *compared.left_out),
    )


def _weights(observations: Observations, family: Family, level: float, seed: int) -> Weights:
    return weights(observations, family, level=level, seed=seed)


# ── as plain data ───────────────────────────────────────────────────────────────────────────────────────────────────


def plain(found: Estimate) -> dict[str, Any]:
    """For JSON: null where a number is infinite (nothing bounds it) or has no meaning."""
    game = found.observations.game
    return {
        "players": list(game.players),
        "observations": found.observations.n,
        "level": found.level,
        "seed": found.seed,
        "logit": {
            "replies": [_precision(p) for p in found.replies],
            "common": None if found.common is None else _precision(found.common),
            "equilibrium": None if found.equilibrium is None else _precision(found.equilibrium),
        },
        "weights": [
            {
                "player": w.family.player,
                "precision": number(w.precision),
                "weights": [
                    {
                        "name": name,
                        "value": number(v),
                        "interval": _plain(one),
                        "box": _plain(box),
                        "safe": _plain(safe),
                    }
                    for name, v, one, box, safe in zip(w.names, w.value, w.intervals, w.box, w.safe, strict=True)
                ],
                "notes": list(w.notes),
            }
            for w in found.weights
        ],
        "regret": [
            {
                "player": r.family.player,
                "least": r.critical,
                "as_the_game_says": r.least_epsilon(np.zeros(len(r.family.unknown))),
                "weights": [
                    {"name": name, "low": number(low), "high": number(high)}
                    for name, low, high in zip(r.family.unknown, *r.box(), strict=True)
                ],
                "witness": [_plain(reason) for reason in r.witness],
            }
            for r in found.revealed
        ],
        "levels": {
            "shares": [number(s) for s in found.levels.shares],
            "intervals": [_plain(i) for i in found.levels.intervals],
            "note": found.levels.note,
            "likelihood": number(found.levels.likelihood),
        },
        "hierarchy": {
            "tau": found.hierarchy.tau,
            "interval": _plain(found.hierarchy.interval),
            "safe": _plain(found.hierarchy.safe),
            "likelihood": number(found.hierarchy.likelihood),
        },
        "comparison": {
            "choices": found.comparison.n,
            "folds": found.comparison.folds,
            "best": found.comparison.best.name,
            "rows": [_plain(row) for row in found.comparison.rows],
        },
        "left_out": list(found.left_out),
    }


def _precision(p: Precision) -> dict[str, Any]:
    return {
        "who": p.who,
        "value": number(p.value),
        "likelihood": number(p.likelihood),
        "interval": _plain(p.interval),
        "safe": _plain(p.safe),
        "note": p.note,
    }


def _plain(record: Any) -> dict[str, Any]:
    return {key: number(v) if isinstance(v, float) else v for key, v in dataclasses.asdict(record).items()}


def number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None

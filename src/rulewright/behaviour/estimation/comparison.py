"""Which behaviour explains best what was seen: likelihood, BIC, and the log score on what was held back.

    BIC = −2 ℓ(θ̂) + k log n                   (Schwarz 1978, Ann. Stat. 6; less is better)
    score = mean log probability of choices that the fit did not see, over folds drawn with a seed (more is better)

Every candidate is a law of independent play, fitted by maximum likelihood: random play; Nash equilibrium with trembles,
(1 − ε)σ + ε uniform (pure ones only in large games, and it says so); logit on the principal branch; shares of levels; a
cognitive hierarchy. The frequencies themselves are the ceiling that no law of independent play gets above. Which of several
equilibria fits best is picked by likelihood too, at no cost in BIC: the score, which picks it anew in every fold, is the
fairer judge there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...errors import Impossible, RulewrightError
from ...game.game import Game
from ...numerics.rational import Array, floats
from ..nash import Nash, Pure
from ..replies import Against
from .confidence import crossing
from .levels import HIGHEST, Grid, ladder, mixture, split_up
from .logit import peak, stacked, traced
from .observations import Observations

FOLDS = 5
MOST_PLANS = 24  # of all players; beyond it equilibria in mixtures are not enumerated for a comparison


@dataclass(frozen=True, eq=False)
class Fit:
    """One behaviour at the parameters that suit counts best."""

    law: Array = field(repr=False)
    """[stacked]: over players, types and actions."""
    parameters: str

    def likelihood(self, counts: Array) -> float:
        seen = counts > 0
        with np.errstate(divide="ignore"):
            return float(counts[seen] @ np.log(self.law[seen]))


@dataclass(frozen=True)
class Candidate:
    """A behaviour with parameters."""

    name: str
    free: int
    """Parameters that are fitted."""
    fit: Callable[[Array], Fit]
    """From counts[stacked]."""


@dataclass(frozen=True)
class Row:
    """How well one behaviour does."""

    name: str
    parameters: str
    """As fitted to everything."""
    free: int
    likelihood: float
    bic: float
    score: float
    """Per choice, out of sample; −inf where something held back was impossible."""
    spread: float
    """Standard error of the score over the folds, which are not independent: a rough guide."""


@dataclass(frozen=True)
class Comparison:
    """Rows from the lowest BIC on."""

    rows: tuple[Row, ...]
    n: int
    """Choices."""
    folds: int
    left_out: tuple[str, ...] = ()
    """Behaviours that could not be fitted, with the reason."""

    @cached_property
    def best(self) -> Row:
        """Of the behaviours, not the frequencies, the one with the best score; of equals the lower BIC."""
        rows = [row for row in self.rows if row.name != "frequencies"]
        return max(rows, key=lambda row: (row.score, -row.bic))


def compare(observations: Observations, *, folds: int = FOLDS, seed: int = 0) -> Comparison:
    """All candidates. Fewer folds where fewer were observed; a single observation has no score (NaN)."""
    candidates, left_out = _candidates(observations)
    counts = stacked(observations.counts)
    n, several = int(counts.sum()), min(folds, observations.n)
    parts = observations.folds(several, seed=seed) if several > 1 else []
    split = [(stacked(kept.counts), stacked(held.counts)) for kept, held in parts]
    rows = []
    for candidate in candidates:
        fit = candidate.fit(counts)
        value = fit.likelihood(counts)
        scores = np.array([candidate.fit(kept).likelihood(held) / held.sum() for kept, held in split])
        finite = len(scores) > 1 and np.isfinite(scores).all()
        rows.append(
            Row(
                candidate.name,
                fit.parameters,
                candidate.free,
                value,
                -2 * value + candidate.free * float(np.log(n)),
                float(scores.mean()) if len(scores) else np.nan,
                float(scores.std(ddof=1) / np.sqrt(len(scores))) if finite else np.nan,
            )
        )
    return Comparison(tuple(sorted(rows, key=lambda row: row.bic)), n, several, tuple(left_out))


def _candidates(observations: Observations) -> tuple[list[Candidate], list[str]]:
    makers: list[tuple[str, Callable[[Observations], Candidate]]] = [
        ("random", _random),
        ("nash", _nash),
        ("logit", _logit),
        ("levels", _levels),
        ("hierarchy", _hierarchy),
        ("frequencies", _frequencies),
    ]
    found, left_out = [], []
    for name, make in makers:
        try:
            found.append(make(observations))
        except RulewrightError as error:
            left_out.append(f"{name}: {error}")
    return found, left_out


def _random(observations: Observations) -> Candidate:
    fit = Fit(stacked(Against.game(observations.game.floats).uniform), "")
    return Candidate("random", 0, lambda _: fit)


def _nash(observations: Observations) -> Candidate:
    game = observations.game
    many = sum(a**t for a, t in zip(game.action_counts, game.type_counts, strict=True)) > MOST_PLANS
    plays = (Pure() if many else Nash())(game).plays
    laws = [stacked([floats(s) for s in play.strategies or ()]) for play in plays]
    noise = stacked(Against.game(game.floats).uniform)

    def fit(counts: Array) -> Fit:
        tried = [_trembling(law, noise, counts) for law in laws]
        share, law, k = max(
            ((e, law, k) for k, (e, law) in enumerate(tried)), key=lambda one: Fit(one[1], "").likelihood(counts)
        )
        which = f", equilibrium {k + 1} of {len(laws)}" if len(laws) > 1 else ""
        return Fit(law, f"ε = {share:.3f}{which}" + ", pure ones only" * many)

    if not laws:
        raise Impossible(needed="an equilibrium", found="none among pure plays", remedy="Mixed ones were not searched.")
    return Candidate("nash", 1, fit)


def _trembling(law: Array, noise: Array, counts: Array) -> tuple[float, Array]:
    """(ε̂, the law): dℓ/dε falls, so its root is found by bisection."""
    seen = counts > 0
    away = noise[seen] - law[seen]

    def rises(share: float) -> bool:
        with np.errstate(divide="ignore", invalid="ignore"):
            return not float(counts[seen] @ (away / (law[seen] + share * away))) <= 0

    share = 1.0 if rises(1.0) else crossing(rises, 0.0, 1.0, steps=60)
    if share < 1e-12:
        share = 0.0
    return share, (1 - share) * law + share * noise


def _logit(observations: Observations) -> Candidate:
    branch, _ = traced(observations)

    def fit(counts: Array) -> Fit:
        found = peak(branch, counts)
        more = " or more" if found.lam >= branch.lambdas.max() * (1 - 1e-9) else ""
        return Fit(np.exp(found.x), f"λ = {found.lam:.4g}{more}")

    return Candidate("logit", 1, fit)


def _levels(observations: Observations) -> Candidate:
    table = ladder(observations.game, HIGHEST)

    def fit(counts: Array) -> Fit:
        shares, _, _ = mixture(table, counts)
        return Fit(shares @ table, "levels 0–3: " + ", ".join(f"{share:.2f}" for share in shares))

    return Candidate("levels", HIGHEST, fit)


def _hierarchy(observations: Observations) -> Candidate:
    grid = Grid.of(observations.game)

    def fit(counts: Array) -> Fit:
        k = int(grid.likelihood(counts).argmax())
        return Fit(grid.laws[k], f"τ = {grid.taus[k]:.2f}")

    return Candidate("hierarchy", 1, fit)


def _frequencies(observations: Observations) -> Candidate:
    game, seen = observations.game, [table.sum(axis=1) > 0 for table in observations.counts]
    free = sum(int(s.sum()) * (a - 1) for s, a in zip(seen, game.action_counts, strict=True))
    return Candidate("frequencies", free, lambda counts: Fit(_shares(game, counts), ""))


def _shares(game: Game, counts: Array) -> Array:
    found = []
    for table in split_up(game, counts):
        total = table.sum(axis=1, keepdims=True)
        found.append(np.where(total > 0, table / np.where(total > 0, total, 1), 1 / table.shape[1]))
    return stacked(found)

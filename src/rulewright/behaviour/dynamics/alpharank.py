"""α-rank: one population per player, mutants so rare that each population is of one action almost always.

Profile s moves to s' with one player's action changed. A single mutant of player k among m individuals, all others at s_-k,
is worth Δ = u_k(s') − u_k(s) more for ever, and takes over with chance

    ρ = (1 − e^{−αΔ}) / (1 − e^{−mαΔ}),     1/m where Δ = 0;     q(s, s') = ρ / Σ_k (|A_k| − 1)

(Omidshafiei et al. 2019, Sci. Rep. 9; the limit of rare mutation is Fudenberg & Imhof 2006's.) The stationary law over pure
profiles is found by elimination: entry by entry to the last digits, in logarithms where chances are too small for a float.
As α → ∞ it lives on the sink components of the better-reply graph; which of them, and how much, `stochastically_stable` and
a large α say.
"""

from __future__ import annotations

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.rational import Array, is_exact
from .chains import least_trees, stationary, stationary_log
from .fictitious import games_of
from .finite import fixation_constant
from .regrets import places

SMALL = -250.0  # logarithms of chances that are left to floats


def moves(counts: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """(source[move], target[move], player[move]): all changes of one player's action, profiles in C order."""
    profiles = np.indices(counts).reshape(len(counts), -1)
    place = places(counts)
    found = []
    for i, size in enumerate(counts):
        source = np.repeat(np.arange(profiles.shape[1]), size - 1)
        now = profiles[i, source]
        then = (now + np.tile(np.arange(1, size), profiles.shape[1])) % size
        found.append((source, source + (then - now) * place[i], np.full(len(source), i)))
    source, target, player = (np.concatenate(column) for column in zip(*found, strict=True))
    return source, target, player


def alpha_rank(payoff: Array, alpha: float = 100.0, size: int = 50) -> Array:
    """law[game, *actions] from payoff[game, player, *actions]; α per unit of payoff, m = `size` individuals in each population.

    Raises InputError for wrong arguments, TooLarge where profiles² do not fit.
    """
    payoff = games_of(payoff)
    if not (0 <= alpha < np.inf and isinstance(size, int) and size >= 2):
        raise InputError(
            where="α-rank", needed="a finite α of at least 0 and populations of at least 2", found=f"{alpha}, {size}"
        )
    counts = payoff.shape[2:]
    cells = int(np.prod(counts))
    reserve((len(payoff), cells, cells), "the chain between all profiles")
    source, target, player = moves(counts)
    if not len(source):
        return np.ones((len(payoff), *counts))
    flat = payoff.reshape(len(payoff), len(counts), cells)
    gain = flat[:, player, target] - flat[:, player, source]
    log_rate = _chances(gain, alpha, size)
    # beyond this no float would tell the chances apart; in logarithms the elimination takes as many steps, but slower ones
    if log_rate.min() > SMALL:
        rates = np.zeros((len(payoff), cells, cells))
        rates[:, source, target] = np.exp(log_rate)
        law = stationary(rates)
    else:
        table = np.full((len(payoff), cells, cells), -np.inf)
        table[:, source, target] = log_rate
        law = np.exp(stationary_log(table))
    return law.reshape(len(payoff), *counts)


def _chances(gain: Array, alpha: float, size: int) -> Array:
    """log ρ of gains Δ. Raises InputError where it is no finite number."""
    with np.errstate(over="ignore"):
        log_rate = fixation_constant(alpha * gain, size)
    if not np.isfinite(log_rate).all():
        raise InputError(
            where="α-rank",
            needed="payoffs, an α and populations whose product is a finite number",
            found=f"α {alpha:g}, populations of {size:,}, gains up to {abs(gain).max():g}",
            remedy="Lower α, or ask for the stochastically stable states.",
        )
    return log_rate


def alpha_rank_one(payoff: Array, alpha: float = 100.0, size: int = 50) -> Array:
    """law[..., type] in one population of a symmetric game, payoff[..., own type, other's type].

    A mutant a among b is worth A_ab − A_ba more for ever: the form of Omidshafiei et al. 2019 with local selection.
    """
    table = np.asarray(payoff, dtype=float)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2] or not (0 <= alpha < np.inf and size >= 2):
        raise InputError(
            where="α-rank",
            needed="a square table of payoffs, α of at least 0, two individuals or more",
            found=f"{table.shape}",
        )
    log_rate = _chances(np.swapaxes(table, -1, -2) - table, alpha, size)
    return np.exp(stationary_log(np.where(np.eye(table.shape[-1], dtype=bool), -np.inf, log_rate)))


def stochastically_stable(payoff: Array) -> Array:
    """[*actions], bool: the profiles that keep a share in α-rank's law of payoff[player, *actions] as α → ∞. Exact in Fractions.

    A move against Δ < 0 costs |Δ| (times m − 1), others nothing: the least trees of these costs.
    Raises TooLarge where profiles² do not fit.
    """
    table = np.asarray(payoff)
    counts = table.shape[1:]
    cells = int(np.prod(counts))
    reserve((cells, cells), "the costs of all moves")
    flat = (table if is_exact(table) else table.astype(float)).reshape(len(table), cells)
    source, target, player = moves(counts)
    gain = flat[player, target] - flat[player, source]
    costs = np.full((cells, cells), np.inf, dtype=flat.dtype)
    costs[source, target] = np.where(gain < 0, -gain, gain - gain)
    size = max(float(np.ptp(flat.astype(float))), 1e-300)
    return np.asarray(least_trees(costs).astype(float) <= (0 if is_exact(table) else 1e-9 * size)).reshape(counts)

"""Learning without regret: play what would have been better so far, in full information.

With r_i(a) the regret of not having played a so far, r_i⁻ the last step's, U_i(a) what a would have got in all and η a rate:

    regret-matching         p ∝ [r_i]₊                      Hart & Mas-Colell 2000, Econometrica 68 (unconditional form)
    regret-matching+        the same, r_i cut at 0 each step  Tammelin 2014, arXiv:1407.5042
    multiplicative-weights  p ∝ exp(η r_i)                  Littlestone & Warmuth 1994; Freund & Schapire 1997 (Hedge)
    optimistic-…            r_i + r_i⁻ in place of r_i       Rakhlin & Sridharan 2013; Syrgkanis et al. 2015; Farina et al. 2021

Sampled: everybody draws an action and meets the others' draws. Expected: everybody meets the others' mixtures. Time averages
approach the coarse correlated equilibria as average regret tends to 0, and the regret is measured afresh from the payoffs.
"""

from __future__ import annotations

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array
from .fictitious import Averages, games_of, ties
from .flows import Contest
from .judge import joint, unit

RULES = ("regret-matching", "regret-matching+", "multiplicative-weights")
OPTIMISTIC = "optimistic-"
DRAWS = 1 << 20  # random numbers drawn at a time


def learn(
    payoff: Array,
    steps: int,
    rule: str = "regret-matching",
    *,
    sampled: bool = True,
    runs: int = 1,
    rate: float | None = None,
    seed: int = 0,
    path: bool = False,
    native: bool = True,
) -> Averages:
    """`steps` steps of a rule, `runs` times in each game of payoff[game, player, *actions]; rows are game by game, run by run.

    Run k has the same luck in every game.
    `rule` is one of RULES, or that with "optimistic-" before it. `rate`: η in units of 1 / payoff; if None, √(8 ln k /
    steps) over the most that an own action changes a payoff (Cesa-Bianchi & Lugosi 2006, Prediction, Learning, and Games,
    theorem 2.2), k actions. Expected play needs no draws: runs = 1. Raises InputError for wrong arguments, TooLarge where
    the path does not fit.
    """
    payoff = games_of(payoff)
    optimistic = rule.startswith(OPTIMISTIC)
    plain = rule.removeprefix(OPTIMISTIC)
    if plain not in RULES:
        raise InputError(where="learning rule", needed=f"one of {', '.join(RULES)}, or optimistic-…", found=repr(rule))
    if steps < 1 or runs < 1 or (rate is not None and not 0 < rate < np.inf) or (not sampled and (runs > 1 or path)):
        raise InputError(
            where="learning",
            needed="at least one step and run, a positive rate; one run without a path of play where nothing is drawn",
            found=f"{steps} steps, {runs} runs, rate {rate}",
        )
    rates = _rates(payoff, steps, rate)
    number = RULES.index(plain)
    if not sampled:
        run = _expected_two if payoff.shape[1] == 2 and native and kernel("learn_expected") else _expected
        law = run(payoff, steps, number, optimistic, rates)
        return Averages(payoff, law, steps, f"{steps:,} steps of {rule}, each against the others' mixtures")
    rows = len(payoff) * runs
    kept = None
    if path:
        reserve((steps, rows), "the history of learning")
        kept = np.empty((steps, rows), dtype=np.int64)
    reserve((rows, *payoff.shape[2:]), "the averages of learning")
    draw = _sampled_compiled if native and kernel("learn_sampled") else _sampled
    law = draw(payoff, steps, number, optimistic, rates, runs, np.random.default_rng(seed), kept)
    shape = (rows, *payoff.shape[2:])
    places = None if kept is None else np.stack(np.unravel_index(kept, shape[1:]), axis=-1)
    how = f"{runs} run{'s' * (runs != 1)} of {steps:,} steps of {rule}, seed {seed}"
    return Averages(np.repeat(payoff, runs, axis=0), law.reshape(shape) / steps, steps, how, places)


def _rates(payoff: Array, steps: int, rate: float | None) -> Array:
    """[game, player]: η."""
    games, n = payoff.shape[:2]
    if rate is not None:
        return np.full((games, n), float(rate))
    choices = np.maximum(payoff.shape[2:], 2)
    return np.sqrt(8 * np.log(choices) / steps) / unit(payoff)[:, None]


def weights(rule: int, sums: Array, least: Array, rate: Array) -> Array:
    """[row, action]: in proportion to which actions are played; `sums` what is remembered, guess included."""
    if rule == 2:
        return np.exp(rate * (sums - sums.max(axis=1, keepdims=True)))
    weight = np.where(sums > least, sums, 0.0)
    return np.where((weight > 0).any(axis=1, keepdims=True), weight, 1.0)


def pick(weight: Array, uniform: Array) -> Array:
    """[row]: an action drawn in proportion to weight[row, action] by uniform[row, 1]."""
    cumulative = np.cumsum(weight, axis=1)
    return np.minimum((uniform * cumulative[:, -1:] >= cumulative).sum(axis=1), weight.shape[1] - 1)


def own_last(payoff: Array) -> Array:
    """worth[game, player, cells]: each player's payoffs with its own action as the last axis."""
    tables = [np.moveaxis(payoff[:, i], 1 + i, -1).reshape(len(payoff), -1) for i in range(payoff.shape[1])]
    return np.ascontiguousarray(np.stack(tables, axis=1))


def places(counts: tuple[int, ...]) -> Array:
    """[player]: by how much the position of a profile moves with an action, in C order."""
    return np.append(np.cumprod(counts[:0:-1], dtype=np.int64)[::-1], 1).astype(np.int64)


def strides(counts: tuple[int, ...]) -> Array:
    """[player, other]: the same within `own_last`."""
    n = len(counts)
    found = np.zeros((n, n), dtype=np.int64)
    for i in range(n):
        order = [j for j in range(n) if j != i] + [i]
        found[i, order] = places(tuple(counts[j] for j in order))
    return found


def _sampled_compiled(payoff, steps, rule, optimistic, rates, runs, generator, kept) -> Array:  # type: ignore[no-untyped-def]
    found = kernel("learn_sampled")
    assert found is not None
    (games, n), counts = payoff.shape[:2], payoff.shape[2:]
    rows, cells = games * runs, int(np.prod(counts))
    worth, least, stride = own_last(payoff), np.ascontiguousarray(ties(payoff)), strides(counts)
    sizes, place = np.array(counts, dtype=np.int64), places(counts)
    regret, guess = np.zeros((rows, sum(counts))), np.zeros((rows, sum(counts)))
    law, chunk, rates = (
        np.zeros((rows, cells), dtype=np.int64),
        max(DRAWS // (n * runs), 1),
        np.ascontiguousarray(rates),
    )
    for first in range(0, steps, chunk):
        many = min(chunk, steps - first)
        uniform = generator.random((many, n, runs))
        part = None if kept is None else kept[first : first + many]
        failed = found(
            *(count(k) for k in (rows, runs, n)),
            *(pointer(k) for k in (sizes, stride, place)),
            count(cells),
            *(pointer(k) for k in (worth, least, uniform)),
            *(count(k) for k in (many, rule, optimistic)),
            *(pointer(k) for k in (rates, regret, guess)),
            None if part is None else pointer(part),
            pointer(law),
        )
        if failed:
            raise MemoryError("learning found no memory")
    return law


def _sampled(payoff, steps, rule, optimistic, rates, runs, generator, kept) -> Array:  # type: ignore[no-untyped-def]
    (games, n), counts = payoff.shape[:2], payoff.shape[2:]
    rows = games * runs
    each, game = np.arange(rows), np.repeat(np.arange(games), runs)
    worth = [np.ascontiguousarray(np.moveaxis(payoff[:, i], 1 + i, -1)) for i in range(n)]
    least, rates = np.repeat(ties(payoff), runs, axis=0), np.repeat(rates, runs, axis=0)
    regret, guess = ([np.zeros((rows, a)) for a in counts] for _ in range(2))
    law, place = np.zeros((rows, int(np.prod(counts))), dtype=np.int64), places(counts)
    for step in range(steps):
        uniform = np.tile(generator.random((n, runs)), (1, games))[:, :, None]
        played = [
            pick(weights(rule, regret[i] + guess[i], least[:, i, None], rates[:, i, None]), uniform[i])
            for i in range(n)
        ]
        profile = np.stack(played, axis=1) @ place
        law[each, profile] += 1
        if kept is not None:
            kept[step] = profile
        for i in range(n):
            could = worth[i][(game, *played[:i], *played[i + 1 :])]
            gain = could - could[each, played[i]][:, None]
            regret[i] = np.maximum(regret[i] + gain, 0.0) if rule == 1 else regret[i] + gain
            if optimistic:
                guess[i] = gain
    return law


def _expected_two(payoff, steps, rule, optimistic, rates) -> Array:  # type: ignore[no-untyped-def]
    found = kernel("learn_expected")
    assert found is not None
    games, (m, n) = len(payoff), payoff.shape[2:]
    a, b = np.ascontiguousarray(payoff[:, 0].transpose(0, 2, 1)), np.ascontiguousarray(payoff[:, 1])
    least, rates, law = np.ascontiguousarray(ties(payoff)), np.ascontiguousarray(rates), np.zeros((games, m, n))
    regret, guess, last = (np.zeros((games, m + n)) for _ in range(3))
    failed = found(
        *(count(k) for k in (games, m, n)),
        *(pointer(k) for k in (a, b, least)),
        *(count(k) for k in (steps, rule, optimistic)),
        *(pointer(k) for k in (rates, regret, guess, law, last)),
    )
    if failed:
        raise MemoryError("learning found no memory")
    return law / steps


def _expected(payoff, steps, rule, optimistic, rates) -> Array:  # type: ignore[no-untyped-def]
    contest = Contest(payoff)
    least = ties(payoff)
    regret, guess = (np.zeros((len(payoff), sum(contest.sizes))) for _ in range(2))
    x, law = np.empty_like(regret), np.zeros((len(payoff), *payoff.shape[2:]))
    for _ in range(steps):
        for i, block in enumerate(contest.blocks):
            weight = weights(rule, regret[:, block] + guess[:, block], least[:, i, None], rates[:, i, None])
            x[:, block] = weight / weight.sum(axis=1, keepdims=True)
        law += joint(contest.split(x))
        worth = contest.worth(x)
        for block in contest.blocks:
            gain = worth[:, block] - (x[:, block] * worth[:, block]).sum(axis=1, keepdims=True)
            regret[:, block] = np.maximum(regret[:, block] + gain, 0.0) if rule == 1 else regret[:, block] + gain
            if optimistic:
                guess[:, block] = gain
    return law / steps

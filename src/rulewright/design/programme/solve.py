"""One programme designs them all: the generalised principal–agent problem (Myerson 1982, J. Math. Econ. 10).

The designer, player 0, knows ω and decides d; players know θ_i, may be asked for a report r_i, and do a_i. A rule draws a
decision and recommendations from μ(d, a | ω, θ) and pays t_i(ω, θ, d, a, y) on a signal y. In z_i = μ·t_i all is linear:

    maximise   Σ p(ω,θ) [ Σ μ·goal − κ Σ_i Σ_y P(y | ω,θ,d,a) z_i ]
    obedience  v_i(θ_i,r_i,a_i) ≥ Σ p·( μ(ω,r_i,θ_-i,d,a)·u_i(ω,θ,d,a_i′,a_-i) + Σ_y P(y | ω,θ,d,a_i′,a_-i) z_i )   for all a_i′
    honesty    Σ_{a_i} v_i(θ_i,θ_i,a_i) ≥ Σ_{a_i} v_i(θ_i,r_i,a_i) + slack·p(θ_i)                            for all r_i
    liability  low·μ ≤ z_i ≤ high·μ        taking part, budget, balance: linear rows

with equality in obedience on the truthful, obedient path. Ex-post incentives: the same rows for every θ_-i separately.
Arrays: μ is [*types, *actions] of the game with its designer, z_i has the signal's axis behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod

import numpy as np

from ...errors import Impossible, InputError, Unsolved
from ...game.game import Game
from ...numerics.incremental import Growing
from ...numerics.linprog import Solution
from ...numerics.memory import reserve
from ...numerics.rational import Array
from ..rules import Payment, Rules
from . import nash_welfare, objectives, one_receiver, requirements, robust
from .frame import Frame
from .incentives import Incentives, of_player
from .multipliers import Multipliers, read
from .relaxation import relaxation
from .symmetry import by_name
from .tie_break import TIE_BREAK, least_exposure

SMALL, LARGE = 1e-2, 1e4  # ranges of payoffs that need no scaling
NEGLIGIBLE = 1e-7  # probabilities below this are taken as zero when payments are read off
MOST_ROUNDS = 1_000
MANY_ROWS = 20_000  # from there on interior points find the first optimum faster than the simplex method
MANY_TIED = 5_000  # and the simplest of the optima, of which there are many


@dataclass(frozen=True, eq=False)
class Outcome:
    """The optimal rule: (decision, recommendation) law and payments."""

    law: Array = field(repr=False)
    """μ[*types, *actions]; sums to one over actions, at every type profile."""
    payments: tuple[tuple[Payment, Array], ...] = field(repr=False)
    """Per allowed payment t[*types, *actions, outcome]; zero where the rule never gets."""
    value: float
    """The objective: by default goal minus κ times what is paid."""
    goal: float
    paid: float
    multipliers: Multipliers | None = field(default=None, repr=False)
    """What each requirement costs, from which anyone can bound the value; None where the family has none of that form."""
    rows: tuple[int, int] = (0, 0)
    """Incentive rows written, and possible."""
    rules: Rules = field(default_factory=Rules, repr=False)
    """The family that it was found in."""


def solve(game: Game, rules: Rules, *, simplest: bool = True) -> Outcome:
    """The best rule of the family. `game` has its designer as player 0. Of many optima the simplest is sought (tie_break.py),
    or with simplest = False the solver's own is taken.

    Raises Impossible where no rule meets what is asked, with what would have to give, and by how much.
    """
    if not game.designer:
        raise InputError(where="design", needed="a game with a designer", found=repr(game))
    if not rules.ask and not rules.informed and any(game.type_counts[i] > 1 for i in game.strategic):
        raise InputError(
            where="rules",
            needed="ask = true where players have private types",
            found="ask = false",
            remedy="Leave `ask` out; a rule that gains nothing from asking will ignore the answers.",
        )
    game = game.floats
    size = max([float(np.ptp(game.payoff[i])) for i in game.strategic] + [0.0])
    if size and not SMALL <= size <= LARGE:  # the solver's tolerances are absolute: let payoffs be of order one
        return _scaled(solve(_in_units(game, size), _rules_in_units(rules, size), simplest=simplest), size, game, rules)
    if rules.recommend is not False:
        return _best(game, rules, None, simplest)
    found, failure = [], None
    classes = by_name(game).classes if rules.anonymous else ()
    for profile in np.ndindex(*game.action_counts[1:]):
        if any(len({profile[i - 1] for i in members}) > 1 for members in classes):
            continue  # players who may do the same are treated alike
        try:
            found.append(_best(game, rules, profile, simplest))
        except Impossible as error:
            failure = error
    if not found:
        raise failure or Impossible(needed="some act that can be brought about", found="none")
    best = max(outcome.value for outcome in found)
    return next(outcome for outcome in found if outcome.value >= best - TIE_BREAK * max(1.0, abs(best)))


def _in_units(game: Game, size: float) -> Game:
    return replace(game, payoff=game.payoff / size, transfer=game.transfer / size)


def _rules_in_units(rules: Rules, size: float) -> Rules:
    unit = Fraction(size)
    return replace(
        rules,
        payments=tuple(p.in_units(unit) for p in rules.payments),
        budget=None if rules.budget is None else rules.budget / unit,
        floor=None if rules.floor is None else rules.floor / unit,
        margin=rules.margin / unit,
        payoff_error=rules.payoff_error / unit,
        robust=None if rules.robust is None else rules.robust.in_units(unit),
        outside={
            player: tuple(x / unit for x in value) if isinstance(value, tuple) else value / unit
            for player, value in rules.outside.items()
        },
    )


def _scaled(outcome: Outcome, size: float, game: Game, rules: Rules) -> Outcome:
    amounts = (t * size for _, t in outcome.payments)
    return replace(
        outcome,
        payments=tuple(zip(rules.payments, amounts, strict=True)),
        value=objectives.scaled(outcome.value, size, rules, len(game.strategic)),
        rules=rules,
        goal=outcome.goal * size,
        paid=outcome.paid * size,
    )


def built(
    game: Game, rules: Rules, only: tuple[int, ...] | None = None, *, at_once: bool = False
) -> tuple[Frame, list[Incentives]]:
    """The rows of the programme; those of incentives all at once, or as they are needed where they are many."""
    frame = Frame(game, rules, only)
    incentives: list[Incentives] = []
    if rules.robust is not None:
        robust.incentives(frame)
    for prior in (game.prior, *rules.priors) if rules.robust is None else ():
        for i in range(1, game.n):
            stakes = game.type_counts[i] * game.action_counts[i] > 1 or game.players[i] in rules.outside
            if not stakes or not frame.alike.size(i):
                continue
            own = of_player(frame, i, prior, at_once=at_once)
            incentives.append(own)
            if game.players[i] in rules.outside:
                requirements.taking_part(frame, own, prior)
    requirements.budget(frame)
    requirements.balance(frame)
    requirements.floor(frame)
    return frame, incentives


def _best(game: Game, rules: Rules, only: tuple[int, ...] | None, simplest: bool) -> Outcome:
    alone = one_receiver.receiver(game, rules) if only is None else None
    if alone is not None:
        law, value, weights, rows = one_receiver.best_signal(game, rules, alone)
        return Outcome(law, (), value, value, 0.0, weights, rows, rules)
    reserve((6, prod(game.payoff.shape[1:])), "the columns of the programme")
    conic = rules.objective == "nash"
    if conic:
        nash_welfare.check(rules)
    frame, incentives = built(game, rules, only, at_once=conic)
    if not conic:
        objectives.put(frame)
    optimum = nash_welfare.largest(frame) if conic else _to_the_end(frame, incentives, None)
    if optimum.status == "infeasible":
        raise relaxation(*built(game, rules, only, at_once=True))
    if optimum.x is None:
        raise InputError(
            where="rules",
            needed="payments with bounds",
            found="a programme without an optimum",
            remedy="Give every payment `between = [low, high]`.",
        )
    if conic:
        return _outcome(frame, optimum, optimum.value, None, incentives)
    multipliers = read(frame, incentives, optimum)
    simple = optimum
    if simplest:
        simple = least_exposure(frame, optimum, lambda cost: _to_the_end(frame, incentives, cost))
    return _outcome(frame, simple, optimum.value, multipliers, incentives)


def _to_the_end(frame: Frame, incentives: list[Incentives], cost: Array | None) -> Solution:
    """Solve, add the incentive rows that the point breaks, and again, until it breaks none."""
    programme: Growing = frame.programme
    maximise = cost is None
    for first in (True, *[False] * MOST_ROUNDS):
        full = cost if cost is None else np.concatenate([cost, np.zeros(programme.columns - len(cost))])
        many = programme.rows > (MANY_ROWS if maximise else MANY_TIED)
        method = "interior with crossover" if first and many else "simplex"
        solution = programme.solve(full, maximise=maximise, method=method)
        if solution.x is None or not sum([own.add_violated(solution.x) for own in incentives]):
            return solution
    raise Unsolved(where="design", needed="an optimum that breaks no incentive", found=f"none in {MOST_ROUNDS} rounds")


def _outcome(
    frame: Frame, solution: Solution, value: float, multipliers: Multipliers | None, incentives: list[Incentives]
) -> Outcome:
    x, game, n = solution.point(), frame.game, frame.n
    law = np.maximum(x[frame.mu], 0)
    law[law < NEGLIGIBLE] = 0
    law = law / law.sum(axis=tuple(range(n, 2 * n)), keepdims=True)
    paid, payments = 0.0, []
    for money in frame.money:
        amount = x[money.columns] @ money.basis
        due = x[money.drawn].sum(axis=-1)[..., None]
        amount = np.divide(amount, due, out=np.zeros(amount.shape), where=due > NEGLIGIBLE)
        if money.payment.form != "linear":
            low, high = (side.astype(float) for side in money.payment.bounds(amount.shape[-1]))
            amount = np.clip(amount, low, high)
        amount = np.broadcast_to(amount, (*frame.shape, amount.shape[-1])) * (law[..., None] > 0)
        payments.append((money.payment, amount))
        units = money.columns.shape[-1]
        paid += float((requirements.prior_of(frame, money) * money.law * x[money.columns]).sum()) if units else 0.0
    goal = float((frame.chance * law * game.goal).sum())
    written = sum(sum(len(rows) for _, rows in own.rows) for own in incentives)
    possible = sum(own.possible for own in incentives)
    return Outcome(law, tuple(payments), value, goal, paid, multipliers, (written, possible), frame.rules)

"""Which claims are made about a designed rule, with what witnesses."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ..behaviour.correlated import optimum, polytope
from ..behaviour.dominance import Step, iterated
from ..design.design import Designed
from ..design.proof import optimal
from ..design.rules import Rules
from ..errors import TooLarge, Unsolved
from ..game.game import Game
from ..game.lower import average, core
from ..game.play import Play
from ..numerics import rational
from ..numerics.rational import floats
from ..report.report import RationalityRow
from ..verify import claims
from ..verify.certificate import sealed, statement
from ..verify.claims import Claim
from ..verify.prover import Counterexample, Proved, prove_all
from . import rationality
from .rationality import Question

MOST_DEVIATIONS = 20_000  # joint deviations of a coalition that are looked at one by one
MOST_TERMS = 2_000_000  # of the bound that proves that no rule of the family does better
MOST_CELLS = 100_000  # cells of an induced game for which `worst` is proved


@dataclass(frozen=True)
class Certified:
    """A certificate, and what was tried on the way to it."""

    certificate: dict[str, Any] = field(repr=False)
    claims: list[Proved | Counterexample]
    """About the rule; those that fail carry a counterexample."""
    groups: list[Proved | Counterexample]
    """About coalitions."""
    rationality: RationalityRow | None
    notes: list[str]
    """What was not tried, and why."""


def certified(
    designed: Designed, rules: Rules, *, title: str, coalition: int, question: Question | None = None
) -> Certified:
    """What is claimed of a designed rule, proved; `question`: how rational agents have to be, where that is asked."""
    said = statement(
        designed.base,
        designed.institution.as_data(designed.base),
        designed.play,
        title=title,
        parameters=designed.setting,
    )
    asked, notes = _about_rule(designed, rules)
    groups = [] if len(designed.induced.active) < 2 else _about_coalitions(designed.induced, coalition, notes)
    bounds = prove_all(_worst(designed.induced, notes), said)
    asked += [_largest(bound) for bound in sorted(bounds, key=lambda b: b.margin or 0)[-1:]]
    asked += _optimal(designed, said, notes)
    results = prove_all([*asked, *groups], said)
    main, joint, row = results[: len(asked)], results[len(asked) :], None
    if question is not None:
        more, row = rationality.certified(designed.play, question, said, notes)
        main += more
    certificate = sealed(said, [r.claim for r in (*main, *joint) if r.holds])
    return Certified(certificate, main, joint, row, notes)


def _about_rule(designed: Designed, rules: Rules) -> tuple[list[Claim], list[str]]:
    game, play = designed.induced, designed.play
    notes: list[str] = []
    limit = play.paid if rules.budget is None else rules.budget
    made = [claims.equilibrium(), claims.goal(play.goal), claims.budget(limit, "path")]
    everywhere = game.transfer[list(game.strategic)].sum(axis=0).max() if game.strategic else 0
    made.append(claims.budget(everywhere, "everywhere"))
    if rules.outside:
        made.append(claims.voluntary({p: _stays_for(game, rules, p) for p in rules.outside}))
    strongest, order = "equilibrium", tuple[Step, ...]()
    if game.active:
        if _dominant(game, play):
            made.append(claims.dominant())
            strongest = "dominant"
        survivors = iterated(game, widest=True)
        if survivors.unique and survivors.order:
            made.append(claims.only(survivors.order))
            strongest, order = "only", survivors.order
    if rules.balance == "everywhere" or (rules.balance and not game.transfer.sum(axis=0).any()):
        made.append(claims.balanced())
    if rules.payoff_error > 0:
        made.append(claims.robust(rules.payoff_error, strongest, order))
    return made, notes


def _stays_for(game: Game, rules: Rules, player: str) -> list[Any]:
    """The outside option of each type of the induced game: what one is, and what one is told, told fastest."""
    types, value = game.type_counts[game.index(player)], rules.outside[player]
    base = len(value) if isinstance(value, tuple) else types
    return list(np.repeat(rules.stays_for(player, base), types // base))


def _optimal(designed: Designed, said: dict[str, Any], notes: list[str]) -> list[Claim]:
    """That no rule of the family is worth more, from what each requirement costs at the optimum."""
    if designed.optimum is None:
        return []
    game = designed.base
    deviations = sum((t * a) ** 2 for t, a in zip(game.type_counts[1:], game.action_counts[1:], strict=True))
    if game.payoff[0].size * deviations > MOST_TERMS:
        notes.append(
            "That no rule of the family does better is not proved here: the game is too large for its checker."
        )
        return []
    claim = optimal(game, said, designed.optimum, designed.value)
    if claim is None:
        notes.append(
            "That no rule of the family does better is not proved: some of what is asked of rules has no bound of that form."
        )
    elif designed.setting:
        notes.append(
            "That no rule of the family is worth more is proved for these values of the levers; for the others, rules were "
            "designed as well and did no better."
        )
    return [] if claim is None else [claim]


def _dominant(game: Game, play: Play) -> bool:
    """Whether some pure action of each type is at least as good as every other one, whatever the others are and do."""
    inner = core(game)
    for k, i in enumerate(game.active):
        table = np.moveaxis(inner.payoff[k], (k, inner.n + k), (0, 1))  # [own type, own action, …]
        for t, row in enumerate((play.strategies or ())[i]):
            a = int(np.argmax(row))
            if row[a] != 1 or (table[t] > table[t][a]).any():
                return False
    return True


def _worst(game: Game, notes: list[str]) -> list[Claim]:
    """What people get in every correlated equilibrium at least, from the dual of the worst one's programme.

    The same multipliers in rationals of several finenesses: any of them is a bound, the checker says which is best.
    """
    inner = core(game).floats
    if not game.active:
        return []
    if inner.payoff[0].size * max(inner.action_counts) > MOST_CELLS:
        notes.append("The worst correlated equilibrium is not proved: the game is too large for an exact bound.")
        return []
    goal = floats(average(game, game.goal)) * inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
    try:
        programme, _, rows, scales = polytope(inner)
        solution = optimum(programme, goal)
    except (TooLarge, Unsolved) as error:
        notes.append(f"The worst correlated equilibrium is not proved: {error}")
        return []
    if solution.duals is None:
        return []
    near = rational.simplest([solution.value], 1e-9)[0]
    weights = [np.maximum(solution.duals[rows[i]], 0) / scales[i][:, None, None] for i in range(inner.n)]
    return [claims.worst(near, _multipliers(inner, weights, fine)) for fine in (1e-2, 1e-4, 1e-6, 1e-9)]


def _multipliers(inner: Game, weights: list[Any], fineness: float) -> list[dict[str, str]]:
    """Rational weights of the incentive rows, from floating ones: per player [type, told, instead]."""
    found = []
    unit = min(1.0, max(float(table.max()) for table in weights))  # small ones are rounded relative to the largest
    for i in range(inner.n):
        for (t, told, instead), weight in np.ndenumerate(weights[i]):
            if weight > 1e-9 * unit and told != instead:
                found.append(
                    {
                        "player": inner.players[i],
                        "type": inner.types[i][t],
                        "action": inner.actions[i][told],
                        "instead": inner.actions[i][instead],
                        "weight": str(rational.simplest([weight], fineness * unit)[0]),
                    }
                )
    return found


def _largest(bound: Proved | Counterexample) -> Claim:
    """The claim with the bound that its multipliers show, to nine digits, rounded down."""
    if bound.holds or bound.margin is None:
        return bound.claim
    shown = rational.fraction(bound.claim["at_least"]) + bound.margin
    return {**bound.claim, "at_least": str(Fraction(math.floor(shown * 10**9), 10**9))}


def _about_coalitions(game: Game, size: int, notes: list[str]) -> list[Claim]:
    inner = core(game)
    plans = sorted((a**t for a, t in zip(inner.action_counts, inner.type_counts, strict=True)), reverse=True)
    while size >= 2 and math.prod(plans[:size]) * math.comb(inner.n, min(size, inner.n)) > MOST_DEVIATIONS:
        size -= 1
    if size < 2:
        notes.append("Coalitions are not tried: they have too many joint deviations to look at one by one.")
        return []
    size = min(size, inner.n)
    return [claims.coalition(size), claims.coalition(size, side_payments=True)]

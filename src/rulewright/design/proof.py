"""Proofs about families: that no rule of one does better, that none does what is asked, and rules too large for their induced game.

The multipliers of the programme become rational ones, and the checkers of `verify/`, which know nothing of where they come from,
say what they show (docs/certificate.md, “Bounds” and “Rule certificates”).
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import Impossible, InputError
from ..game.game import Game
from ..game.play import Play
from ..institution.institution import NOTHING
from ..verify import bounds, claims
from ..verify.bounds import Family
from ..verify.certificate import sealed, statement
from ..verify.claims import Claim
from ..verify.prover import Proved, prove
from ..verify.rule_certificate import exact_rule, repaired, write
from ..verify.rule_checker import Verdict
from .programme import Outcome, solve
from .programme.multipliers import Multipliers
from .rules import Rules

DIGITS = 10**12  # of the gap that a claim states, rounded up
ROOM = Fraction(1, 10**6)  # of the strict rule that a rounded one is mixed with, in payoff units


def family_of(game: Game, rules: Rules) -> Family:
    """The family as plain data, for claims about all of its rules."""
    return bounds.family(
        game,
        payments=[(p.to, p.on, p.low, p.high) for p in rules.payments],
        money_weight=rules.money_weight,
        slack=rules.slack,
        incentives="bayesian" if rules.incentives == "bayesian" else "ex post",
        outside=rules.outside,
        budget=rules.budget,
        ask=rules.ask or rules.informed,
    )


def optimal(game: Game, said: dict[str, Any], outcome: Outcome, value: Any) -> Claim | None:
    """The claim that no rule of the outcome's family is worth more than `value`, but for a gap; None where no bound is known.

    `said` is the statement of the certificate, `value` the goal less κ times what is paid at its play, exact.
    """
    if outcome.multipliers is None:
        return None
    family = family_of(game, outcome.rules)
    bound, weights = bounds.tightest(said, family, _rational(game, outcome.multipliers, outcome.rules))
    gap = max(Fraction(0), bound - value)
    return claims.optimal(family, weights.as_data(), Fraction(math.ceil(gap * DIGITS), DIGITS))


def impossibility(game: Game, rules: Rules, error: Impossible, *, title: str = "") -> dict[str, Any]:
    """A certificate that no rule of the family does what is asked, from the witness that `solve` found.

    Raises InputError where the witness does not prove it.
    """
    if not isinstance(error.witness, Multipliers):
        raise InputError(where="impossibility", needed="a family whose rows have multipliers", found="no witness")
    game = game.exact
    said = statement(game, NOTHING.as_data(game), Play.pure(game, [0] * game.n), title=title)
    family = family_of(game, rules)
    found = _rational(game, error.witness, rules)
    _, weights = bounds.tightest(said, family, found, objective=False)
    proof = prove(claims.impossible(family, weights.as_data()), said)
    if not isinstance(proof, Proved):
        raise InputError(where="impossibility", needed="requirements that contradict each other", found=proof.says)
    return sealed(said, [proof.claim])


def write_rule(path: Path | str, game: Game, outcome: Outcome, *, title: str = "") -> list[Verdict]:
    """Write the rule itself, with its bound, as a certificate that does not need the induced game; returns its claims.

    Memory is linear in the game. What rounding breaks is repaired by mixing in a little of a rule with room to spare, where
    there is one; otherwise the margin says by how much. Raises InputError for families that such a certificate cannot state.
    """
    game, rules = game.exact, outcome.rules
    odd = [p.form for p in rules.payments if p.form == "linear"]  # its bounds are of rates, not of amounts
    odd += ["informed"] * rules.informed + ["public recommendations"] * (rules.recommend == "public")
    if odd:
        raise InputError(
            where="rule certificate",
            needed="rules that ask, recommend in private, and pay amounts",
            found=", ".join(odd),
            remedy="Certify the induced game instead: rulewright assess, or rulewright.prove.",
        )
    family = family_of(game, rules)
    rule = exact_rule(game, family, outcome.law, [t for _, t in outcome.payments])
    try:
        roomy = solve(game, rules.cushioned(ROOM))
        strict = exact_rule(game, family, roomy.law, [t for _, t in roomy.payments])
        rule = repaired(game, family, rule, strict)
    except (Impossible, InputError):
        pass  # no room: the claims say what holds
    weights = None
    if outcome.multipliers is not None:
        m = outcome.multipliers
        weights = bounds.multipliers(
            game, m.deviations, m.taking_part, m.budget, ex_post=rules.incentives != "bayesian"
        )
    return write(path, game, family, rule, multipliers=weights, title=title)


def _rational(game: Game, m: Multipliers, rules: Rules) -> list[bounds.Multipliers]:
    ex_post = rules.incentives != "bayesian"
    return list(bounds.candidates(game, m.deviations, m.taking_part, m.budget, ex_post=ex_post))

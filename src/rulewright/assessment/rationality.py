"""How rational agents have to be for a rule to work: which claims are made about it, from what was found in floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..behaviour.threshold import KINDS, Threshold, rational_share, seen, threshold
from ..errors import InputError, RulewrightError
from ..game.play import Play
from ..report.report import RationalityRow
from ..scenario.scenario import Scenario
from ..verify import claims
from ..verify.prover import Counterexample, Proved, prove_all

MOST_WORK = 300_000  # pairs of actions × cells that are looked at in every round of bounds
NEAREST = Fraction(2, 10**6)  # to 1, that a probability can be proved
FURTHER = 1.5  # times the λ that is proved, the principal branch is followed


@dataclass(frozen=True)
class Question:
    """What a scenario asks for under `threshold`."""

    at_least: Fraction
    of: str
    others: str
    lambdas: float
    """How far the branch is followed at the least."""

    @staticmethod
    def by(scenario: Scenario) -> Question | None:
        """Raises InputError, with its place in the file, for what is no probability below 1."""
        said, place = scenario.file.behaviours.threshold, ("behaviours", "threshold")
        if said is None:
            return None
        text = said if isinstance(said, str) else said.at_least
        at_least = scenario.number(text, *place)
        with scenario.at(*place):
            if not 0 <= at_least < 1:
                raise InputError(needed="a probability of at least 0 and below 1", found=str(at_least))
        of, others = ("each", "anything") if isinstance(said, str) else (said.of, said.others)
        return Question(
            at_least, of, others, float(scenario.number(scenario.file.behaviours.lambdas, "behaviours", "lambdas"))
        )


def certified(
    play: Play, asked: Question, said: Mapping[str, Any], notes: list[str]
) -> tuple[list[Proved | Counterexample], RationalityRow | None]:
    """(claims that hold, what was found) about the play of a rule; what is not claimed is said in notes."""
    game = play.game
    if not game.active:
        return [], None
    if sum(game.payoff[i].size * game.action_counts[i] for i in game.active) > MOST_WORK:
        notes.append("How rational agents have to be is not looked at: the game is too large for that.")
        return [], None
    try:
        found = [t for kind in KINDS if (t := threshold(play, asked.at_least, kind=kind, of=asked.of)) is not None]
        share = rational_share(play, others=asked.others)
    except InputError:
        notes.append("How rational agents have to be is not claimed: the rule asks for a mixed play.")
        return [], None
    held = [
        r for r in prove_all([claims.logit(t.kind, t.lam, t.at_least, t.of, t.ranges) for t in found], said) if r.holds
    ]
    proved = {r.claim["kind"]: Fraction(r.claim["lambda"]) for r in held}
    if "every" in proved and proved.get("stays", proved["every"]) >= proved["every"]:  # it says no more
        held = [r for r in held if r.claim["kind"] == "every"]
    shares = [claims.share(s, share.others) for s in share.candidates] if share else []
    sharing = [r for r in prove_all(shares, said) if r.holds][:1]
    held += sharing
    followed = max(asked.lambdas, FURTHER * float(max((t.lam for t in found), default=Fraction(0))))
    row = RationalityRow(
        at_least=float(asked.at_least),
        of=asked.of,
        every=_float(proved.get("every")),
        stays=_float(proved.get("stays")),
        seen=_seen(play, asked, followed, notes),
        followed=followed,
        share=float(Fraction(sharing[0].claim["share"])) if sharing else None,
        others=asked.others,
    )
    _left_out(found, held, asked, notes)
    return held, row


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _seen(play: Play, asked: Question, to: float, notes: list[str]) -> float | None:
    try:
        return seen(play, asked.at_least, of=asked.of, to=to)
    except RulewrightError as error:
        notes.append(f"The threshold along the principal branch is not known: {error}")
        return None


def _left_out(found: list[Threshold], held: list[Proved | Counterexample], asked: Question, notes: list[str]) -> None:
    """Why there is no claim, where there is none."""
    kinds = {t.kind for t in found}
    if not kinds and asked.at_least > 1 - NEAREST:
        notes.append(
            f"From no λ on is the play asked for proved to be kept to: bounds have six decimals, and at least {asked.at_least} "
            "is asked for. Ask for less."
        )
    elif not kinds:
        notes.append(
            "From no λ on is the play asked for proved to be kept to: as far as was seen, it is no strict equilibrium."
        )
    elif "every" not in kinds:
        notes.append(
            "That all logit equilibria come close to the play asked for is not proved for any λ: bounds from iterated strict "
            "dominance leave something else."
        )
    if lost := kinds - {r.claim["kind"] for r in held} - ({"stays"} if "every" in kinds else set()):
        notes.append(f"Of λ, {' and '.join(sorted(lost))} was found in floats and not confirmed in rationals.")

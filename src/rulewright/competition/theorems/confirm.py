"""Every equilibrium found is confirmed: what a solver found becomes a certificate, which the checker evaluates without it.

Best-AI selection. The worst equilibrium x, worth V to Alice, is one by a piece of each Bob's curve: U_j + θ_j·u ≤ α_j on all
obedient outcomes, so that φ_j(V) ≤ α_j − θ_j·V = ⟨x, U_j⟩. That none is worse: between neighbouring corners of the curves each
φ_j is a chord, and a piece of φ_Σ, Σ_j U_j + m·u ≤ α, leaves less than the chords ask for together.
Rich signals: a posterior is unimprovable for a Bob by the multipliers of his own persuasion problem with that posterior as prior.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.rational import Array
from ...verify import competition_certificate as form
from ...verify import competition_checker as checker
from ..rivals.persuasion import Advice, Curve, ExactSolver, Solver, solver
from ..rivals.rich import Rich, rich
from ..rivals.selection import Selection, best_ai
from ..rivals.setting import Rivals

MOST_DOUBLINGS = 40  # of the weight of Bobs' utility against Alice's, by 16 each


@dataclass(frozen=True, eq=False)
class Confirmed:
    """A certificate and what the checker says of it."""

    certificate: dict[str, Any] = field(repr=False)
    verdicts: tuple[checker.Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether all claims hold."""
        return all(v.holds for v in self.verdicts)

    @property
    def text(self) -> str:
        """The file's text."""
        return form.written(self.certificate)

    def describe(self) -> str:
        """A line for each claim."""
        return "\n".join(f"{'holds' if v.holds else 'FAILS'}  {v.claim}: {v.says}" for v in self.verdicts)


def about(rivals: Rivals) -> dict[str, Any]:
    """What a certificate is about. Decimals count as what they print as."""
    exact = rivals.exact
    return form.rivals(
        exact.prior,
        exact.alice,
        exact.bobs,
        names=exact.names,
        states=exact.states,
        types=exact.types,
        actions=exact.actions,
    )


def confirmed(subject: dict[str, Any], claims: Sequence[dict[str, Any]], title: str = "") -> Confirmed:
    """Sealed and checked."""
    whole = form.certificate(subject, claims, title)
    return Confirmed(whole, tuple(checker.check(whole)))


def first_best(rivals: Rivals) -> dict[str, Any]:
    """The claim `opt`."""
    exact = rivals.exact
    return form.claim("opt", value=exact.opt, uninformed=exact.uninformed)


# ── best-AI selection ───────────────────────────────────────────────────────────────────────────────────────────────


def confirm(rivals: Rivals, found: Selection | None = None) -> Confirmed:
    """The worst pure equilibrium of best-AI selection: that it is one, and that none is worse.

    `found` is what `best_ai` gave for these rivals, in rationals; solved here without. Raises InputError for floats, Unsolved.
    """
    exact = rivals.exact
    found = best_ai(exact) if found is None else found
    _exact(found.worst)
    claims = [first_best(exact), equilibrium(exact, found), worst(exact, found)]
    return confirmed(about(exact), claims, "Best-AI selection: the worst equilibrium")


def _exact(value: Any) -> None:
    if isinstance(value, (float, np.floating)):
        raise InputError(
            where="certificate", needed="a result in rationals", found="floats", remedy="Solve for `rivals.exact`."
        )


def _outcome(setting: Advice, x: Array) -> list[list[Any]]:
    """x[s, π] as chances given the state."""
    chances = x / setting.prior[:, None]
    return [[int(setting.live[s]), plan, q] for s, plan, q in form.outcome(chances, setting.plans)]


def _obedience(setting: Advice, multipliers: Array) -> list[list[Any]]:
    """y[π, (t, b)] as entries."""
    plans, types = setting.plans.shape
    return form.obedience(multipliers.reshape(plans, types, -1), setting.plans)


def equilibrium(rivals: Rivals, found: Selection) -> dict[str, Any]:
    """The claim that `found.outcome` is one. At Alice's first best, its winners' part is all that there is to show."""
    setting, shown = found.setting, tuple(range(rivals.k))
    if rivals.k > 1 and found.worst == found.opt:
        shown = found.winners[:1]
    multipliers = {}
    for j in shown:
        curve = found.curves[j]
        r = int(np.searchsorted(curve.alice, found.worst)) if rivals.k > 1 else 0
        multipliers[rivals.names[j]] = {
            "value": curve.slopes[r],
            "obedience": _obedience(setting, curve.multipliers[r]),
        }
    return form.claim(
        "equilibrium", outcome=_outcome(setting, found.outcome), value=found.worst, multipliers=multipliers
    )


def worst(rivals: Rivals, found: Selection) -> dict[str, Any]:
    """The claim that no pure equilibrium is worse than `found.worst`."""
    setting, low, top = found.setting, found.uninformed, found.worst
    if top <= low:
        return form.claim("worst", at_least=top, cuts=[{"at": low, "offers": {}}], multipliers=[])
    agree = sum(c.bob[0] for c in found.curves) == found.merged.bob[0]  # one outcome is everybody's first wish
    inside = {v for c in (*found.curves, found.merged) for v in c.alice if low < v < top}
    cuts = [low, top] if agree or rivals.k == 1 else [low, *sorted(inside), top]
    offers: Callable[[Curve, Any], Array] = (lambda c, v: c.points[0]) if rivals.k == 1 else (lambda c, v: c.point(v))
    pieces = [_face(rivals, found)] if agree or rivals.k == 1 else _pieces(rivals, found, cuts)
    named = [
        {
            "at": v,
            "offers": {
                name: _outcome(setting, offers(c, v)) for name, c in zip(rivals.names, found.curves, strict=True)
            },
        }
        for v in cuts
    ]
    return form.claim("worst", at_least=top, cuts=named, multipliers=pieces)


def _pieces(rivals: Rivals, found: Selection, cuts: list[Any]) -> list[dict[str, Any]]:
    """φ_Σ is below the sum of the chords between any two neighbouring cuts."""
    pieces, one = [], rational.fraction(1)
    for v, top in pairwise(cuts):
        r = int(np.searchsorted(found.merged.alice, v, side="right"))
        chords = sum((c.at(top) - c.at(v)) / (top - v) for c in found.curves)
        tilt = found.merged.slopes[r] + chords
        pieces.append(
            {
                "bobs": dict.fromkeys(rivals.names, one),
                "floor": max(tilt, 0 * one),
                "ceiling": max(-tilt, 0 * one),
                "obedience": _obedience(found.setting, found.merged.multipliers[r]),
            }
        )
    return pieces


def _face(rivals: Rivals, found: Selection) -> dict[str, Any]:
    """Of all that is best for the Bobs as one, nothing is worth less to Alice: m·Σ U_j − u is largest there, m large enough."""
    setting, one = found.setting, rational.fraction(1)
    wish, programme, m = setting.merged, solver(setting), one
    for _ in range(MOST_DOUBLINGS):
        x, y = programme.best(m * wish - setting.alice)
        if setting.worth(x, m * wish - setting.alice) == m * found.merged.bob[0] - found.worst:
            weights = dict.fromkeys(rivals.names, m)
            return {"bobs": weights, "floor": 0 * one, "ceiling": one, "obedience": _obedience(setting, y)}
        m *= 16
    raise Unsolved(where="certificate", needed="multipliers of the worst of several optima", found="none")


# ── rich signals ────────────────────────────────────────────────────────────────────────────────────────────────────


def confirm_rich(rivals: Rivals, found: Rich | None = None) -> Confirmed:
    """Worst and best equilibrium with rich signals: that both are (that none is worse is not claimed).

    `found` is what `rich` gave for these rivals, in rationals; solved here without. Raises InputError for floats and for one
    Bob, Impossible where there is no equilibrium (`rich` says why), TooLarge, Unsolved.
    """
    if rivals.k < 2:
        raise InputError(
            where="rich signals", needed="two AIs at least", found="one", remedy="`confirm` serves for one."
        )
    exact = rivals.exact
    found = rich(exact) if found is None else found
    _exact(found.worst)
    solved: dict[Any, Any] = {}
    claims = [first_best(exact)]
    for law, value in ((found.worst_law, found.worst), (found.best_law, found.best)):
        claims.append(unimprovable(exact, found, law, value, solved))
    return confirmed(about(exact), claims, "Rich signals: the worst and the best equilibrium")


def unimprovable(rivals: Rivals, found: Rich, law: Array, value: Any, solved: dict[Any, Any]) -> dict[str, Any]:
    """The claim that the mixture law[c] of pairs is an equilibrium. `solved` keeps multipliers of beliefs seen."""
    support = []
    for c in np.flatnonzero(law):
        mu = found.advice.beliefs[c]
        key = tuple(mu)
        if key not in solved:
            solved[key] = _at(rivals, found.setting, mu)
        names = [rivals.states[s] for s in found.setting.live]
        support.append(
            {
                "belief": form.mix(names, mu),
                "plan": found.setting.plans[found.advice.plans[c]],
                "weight": law[c],
                "multipliers": solved[key],
            }
        )
    return form.claim("unimprovable", support=support, value=value)


def _at(rivals: Rivals, setting: Advice, mu: Array) -> dict[str, Any]:
    """{Bob: multipliers} of persuasion from the prior μ."""
    here = np.flatnonzero(mu)
    part = Advice(
        mu[here],
        setting.alice[here],
        setting.bobs[:, here],
        setting.edges[here],
        setting.plans,
        setting.types[here],
        setting.live[here],
    )
    programme: Solver = ExactSolver(part)
    return {name: _obedience(part, programme.best(wish)[1]) for name, wish in zip(rivals.names, part.bobs, strict=True)}

"""Which theorem guarantees Alice what, in this case: conditions are looked up, never assumed, and what is missing is said.

    T1   best responses, all talk        OPT − loss             needs full revelation to bring the same whoever reveals (ties!)
    T2   quantal responses at λ          OPT − loss − log|A|/λ − δ·(Σ w·spread U + spread u)
    T3   best-AI selection               OPT − loss             no condition, but ties not against a strict improver
    ignoring                             V₀                     she can ignore them all
    opposed Bobs                         literature             looked up, not verified (conditions.py)

`loss` is the least of several certificates (guarantees.py); those of the paper, 2ε with Σ w = 1 and one offset, are shown as such.
After Collina, Goel, Roth, Ryu & Shi (2025); reconstructed, with proofs on docs/theory/competition_theorems.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, log, tanh
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.given import number
from ...numerics.rational import Array
from ...verify import competition_certificate as form
from ..rivals.setting import Rivals
from .conditions import Cases, cases, opposed
from .confirm import Confirmed, about, confirmed
from .confirm import first_best as opt_claim
from .guarantees import BY, Guarantee, guarantee

UPWARD = 10**12  # logarithms and δ are rounded up to so many parts
GAMES = {
    "T1": "all talk, she responds best",
    "T2": "all talk, she responds by chance",
    "T3": "she talks to the best AI only",
}


@dataclass(frozen=True, eq=False)
class Theorem:
    """One theorem with one certificate, in this case."""

    name: str
    """T1, T2, T3 or ignoring."""
    applies: bool
    sure: Any
    """What Alice gets at least in every equilibrium; None where it does not apply."""
    says: str
    """A sentence: what it gives, or what is missing."""
    by: str = ""
    claim: dict[str, Any] = field(default_factory=dict, repr=False)
    """For a certificate; empty where it does not apply."""


@dataclass(frozen=True, eq=False)
class Certified:
    """All theorems on these rivals. Utilities are Alice's, exact."""

    rivals: Rivals
    """Exact."""
    opt: Any
    uninformed: Any
    theorems: tuple[Theorem, ...] = field(repr=False)
    """Every theorem with every certificate; those that do not apply as well."""
    paper: Guarantee = field(repr=False)
    """2ε as in the paper: Σ w = 1, one offset."""
    ties: tuple[str, ...] = field(repr=False)
    """Where Alice has more than one best act."""
    opposed: Array | None = field(repr=False)
    """w[i] of Bobs who want opposite things; None where there are none."""

    def best(self, name: str) -> Theorem | None:
        """The strongest of a theorem (T1, T2, T3, ignoring) that applies: the minimum of the loss over certificates."""
        found = [t for t in self.theorems if t.name == name and t.applies]
        return max(found, key=lambda t: t.sure) if found else None

    @property
    def guarantee(self) -> Any:
        """What every equilibrium gives Alice at least, whichever of both is played: all talk (T1), or best-AI selection (T3)."""
        found = (self.best(name) for name in ("T1", "T3"))
        return min(self.uninformed if t is None else max(t.sure, self.uninformed) for t in found)

    def claims(self) -> list[dict[str, Any]]:
        """One for each theorem that applies, with the strongest certificate; opposition; OPT."""
        found = [opt_claim(self.rivals)]
        found += [t.claim for t in map(self.best, (*GAMES, "ignoring")) if t is not None]
        found += [self.paper_claim()]
        if self.opposed is not None:
            found.append(form.claim("zero-sum", weights=form.mix(self.rivals.names, self.opposed)))
        return found

    def paper_claim(self) -> dict[str, Any]:
        """ε as in the paper, as a claim `near`."""
        return form.claim(
            "near",
            weights=form.mix(self.rivals.names, self.paper.weights),
            simplex=True,
            offset=self.paper.offset,
            offsets=self.paper.offsets,
            sides=["1", "1"],
            epsilon=self.paper.epsilon,
        )

    def confirm(self) -> Confirmed:
        """The claims as a certificate, and what the checker says."""
        return confirmed(about(self.rivals), self.claims(), "What theorems guarantee")

    def describe(self) -> str:
        """Sentences: what is sure, by what, and what is missing."""
        lines = [f"OPT {_said(self.opt)}, with nothing said {_said(self.uninformed)}."]
        for name, game in GAMES.items():
            best = self.best(name)
            missing: dict[str, list[str]] = {}
            for t in (t for t in self.theorems if t.name == name and not t.applies):
                missing.setdefault(t.says, []).append(t.by)
            if best is not None:
                lines.append(f"{name} ({game}): {best.says}")
            lines += [f"{name}, not certified by {', '.join(by)}: {says}" for says, by in missing.items()]
        lines.append(f"2ε of the paper (hull, one offset): {_said(self.paper.loss)}.")
        names = self.rivals.names
        if self.opposed is None:
            lines.append("Opposed AIs: none whose weighted sum is the same whatever Alice does.")
        else:
            who = " and ".join(names[i] for i in np.flatnonzero(self.opposed))
            lines.append(
                f"Opposed AIs: {who}; by Gentzkow & Kamenica (2017, not verified here) they reveal everything, generically."
            )
        return "\n".join(lines)


def certify(
    rivals: Rivals,
    *,
    ties: Sequence[Any] | None = None,
    eta: Any = 0,
    rationality: Any = None,
    gamma: Any = 0,
    delta: Any = None,
) -> Certified:
    """What theorems guarantee Alice, in rationals.

    ties: how Alice breaks ties, an act (position or label) for each (s, t) that happens, in order, if she does so whoever
    speaks: an assumption about her, told as such. eta: what a Bob may gain by a deviation at most, where play is near an
    equilibrium only. rationality: λ of quantal responses. gamma: how far her estimates may be from the truth once a Bob has
    revealed everything (0: she understands); delta: the closeness itself, in total variation, where it is known. Raises InputError.
    """
    known = cases(rivals)
    slip = number(eta, "eta", least=0)
    choice = None if ties is None else known.chosen(ties)
    paper = guarantee(known, "near", kind="hull", offset="constant")
    found = [*_selection(known, slip), *_best_responses(known, slip, choice)]
    if rationality is not None:
        found += _quantal(known, slip, number(rationality, "rationality"), number(gamma, "gamma", least=0), delta)
    floor = known.rivals.uninformed
    claim = form.claim("theorem", name="ignoring", at_least=floor)
    found.append(Theorem("ignoring", True, floor, f"she gets {_said(floor)} by listening to nobody", "", claim))
    where = tuple(known.where(g) for g in known.tied)
    return Certified(known.rivals, known.opt, floor, tuple(found), paper, where, opposed(known))


def _said(value: Any) -> str:
    return rational.decimal(value)


def _theorem(known: Cases, name: str, g: Guarantee, slip: Any, ties: dict[str, Any], how: str = "") -> Theorem:
    """T1 or T3 by one certificate."""
    sure = known.opt - g.loss - slip * g.weights.sum()
    loss = {"near": "2ε", "range": "ρ"}.get(g.by, "its loss")
    says = f"at least {_said(sure)} = OPT − {_said(known.opt - sure)} ({loss}, by {g.by}){how}."
    fields: dict[str, Any] = {"by": g.by, "weights": form.mix(known.rivals.names, g.weights), "eta": slip, "ties": ties}
    if g.by == "near":
        fields |= {"offset": g.offset, "offsets": g.offsets, "epsilon": g.epsilon}
    if g.obedience is not None:
        fields["obedience"] = [
            [int(t), int(a), int(b), g.obedience[t, a, b]] for t, a, b in np.argwhere(g.obedience != 0)
        ]
    return Theorem(name, True, sure, says, g.by, form.claim("theorem", name=name, **fields, at_least=sure))


def _selection(known: Cases, slip: Any) -> list[Theorem]:
    """T3: whoever reveals everything is selected, alone, and may recommend any of Alice's best acts."""
    found = []
    for by in BY:
        weights = guarantee(known, by).weights
        act = known.pick(np.tensordot(weights, known.bobs, axes=1))
        g = guarantee(known, by, revealed=act)
        kind, how = ("recommended", ", ties as recommended") if known.tied else ("unique", "")
        found.append(_theorem(known, "T3", g, slip, {"kind": kind}, how))
    return found


def _best_responses(known: Cases, slip: Any, choice: Array | None) -> list[Theorem]:
    """T1: what is revealed by several at once is met with Alice's own ties."""
    if not known.tied or choice is not None:
        ties = {"kind": "unique"} if not known.tied else {"kind": "fixed", "choice": choice}
        how = "" if not known.tied else ", if she breaks ties as assumed, whoever speaks"
        return [_theorem(known, "T1", guarantee(known, by, revealed=choice), slip, ties, how) for by in BY]
    found = []
    for by in BY:
        g = guarantee(known, by)
        care = known.care(g.weights)
        if not care:
            found.append(
                _theorem(known, "T1", g, slip, {"kind": "indifferent"}, ", no AI that counts cares about ties")
            )
            continue
        who = ", ".join(known.rivals.names[i] for i in care[:3]) + " …" * (len(care) > 3)
        says = (
            f"identical induced distribution fails in {known.where(known.tied[0])}: Alice has several best acts, which "
            f"{who} would not have alike; missing: how she breaks ties"
        )
        found.append(Theorem("T1", False, None, f"{says}.", by))
    floor = np.array(
        [
            sum(p * min(row[best]) for p, row, best in zip(known.law, bob, known.best, strict=True))
            for bob in known.bobs
        ],
        dtype=object,
    )
    for by in BY[2:]:
        g = guarantee(known, by, floor=floor)
        found.append(_theorem(known, "T1", g, slip, {"kind": "worst"}, ", however ties are broken"))
    return found


def _upward(value: float) -> Fraction:
    """A rational a hair above."""
    return Fraction(ceil(value * UPWARD) + 1, UPWARD)


def _quantal(known: Cases, slip: Any, lam: Any, gamma: Any, delta: Any) -> list[Theorem]:
    """T2, with closeness from γ, or given."""
    if lam <= 0:
        raise InputError(where="rationality", needed="λ > 0", found=str(lam))
    least = 0 * lam if gamma == 0 else min(_upward(tanh(float(lam * gamma / 2))), Fraction(1))
    close = least if delta is None else number(delta, "delta", least=least)
    nats = _upward(log(known.alice.shape[1])) if known.alice.shape[1] > 1 else Fraction(0)
    spread = (known.law * (known.bobs.max(axis=2) - known.bobs.min(axis=2))).sum(axis=1)
    own = (known.law * (known.alice.max(axis=1) - known.alice.min(axis=1))).sum()
    found = []
    for by in BY[:2]:
        g = guarantee(known, by)
        sway = close * (own + g.weights @ spread)
        sure = known.opt - g.loss - nats / lam - sway - slip * g.weights.sum()
        parts = f"OPT − {_said(g.loss)} ({'2ε' if by == 'near' else 'ρ'}) − {_said(nats / lam)} (log|A|/λ) − {_said(sway)} (δ)"
        fields: dict[str, Any] = {"by": by, "weights": form.mix(known.rivals.names, g.weights), "eta": slip}
        if by == "near":
            fields |= {"offset": g.offset, "offsets": g.offsets, "epsilon": g.epsilon}
        fields |= {"lambda": lam, "log": nats, "gamma": gamma, "delta": close, "at_least": sure}
        says = f"at least {_said(sure)} = {parts}."
        found.append(Theorem("T2", True, sure, says, by, form.claim("theorem", name="T2", **fields)))
    return found

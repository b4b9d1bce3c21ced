"""A certificate of an affine maximiser with entry fees, in rationals: a float stands for the shortest decimal that prints as it.

The claims hold for the mechanism of these rationals, for all reports of the continuum. Listed outcomes are computed exactly, beside
those of the floats, which must agree with them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.rational import Array
from ...verify import affine_checker as checker
from ..decisions import Allocation, Bundles
from ..environment import plain
from ..fees import Constant, EntryFees, Fee, Index
from ..mechanism import MenuMechanism
from .maximiser import AffineMaximiser
from .sized import SizeBoosted

VERSION = 1
DIGITS = 4  # of listed reports
AGREE = 1e-9


def _text(value: Any) -> str:
    return rational.text(rational.fraction(value))


def _plain(array: Any) -> Any:
    return [_plain(v) for v in array] if np.ndim(array) else _text(array)


def _fee(fee: Fee | None) -> dict[str, Any]:
    if fee is None:
        return {"kind": "none"}
    if isinstance(fee, Constant):
        return {"kind": "constant", "fee": _text(fee.fee)}
    if isinstance(fee, Index):
        tables = {name: _plain(getattr(fee, name)) for name in ("bids", "index", "sums", "fees")}
        return {"kind": "index", **tables}
    raise InputError(where="certificate", needed="fees that are a formula (Constant, Index)", found=type(fee).__name__)


def _menu(base: SizeBoosted | AffineMaximiser) -> dict[str, Any]:
    if isinstance(base, AffineMaximiser):
        return {"kind": "listed", "boosts": _plain(base.boosts), "options": _plain(base.options)}
    assert base.reserves is not None
    most = int(np.isfinite(base.boosts).all(axis=0).sum()) - 1
    boosts = _plain(base.boosts[:, : most + 1])
    return {"kind": "sized", "boosts": boosts, "reserves": _plain(base.reserves), "most": most}


def _about(base: SizeBoosted | AffineMaximiser, fee: Fee | None) -> dict[str, Any]:
    there, space = base.environment, base.environment.decisions
    assert isinstance(space, Allocation | Bundles)
    return {
        "bidders": space.agents,
        "items": space.items,
        "goods": "items" if isinstance(space, Allocation) else "bundles",
        "low": _plain(there.low),
        "high": [["infinite" if np.isinf(v) else _text(v) for v in row] for row in there.high],
        "weights": _plain(np.asarray(base.weights)),
        "menu": _menu(base),
        "fees": _fee(fee),
    }


def _allocation(base: SizeBoosted | AffineMaximiser, decision: Array) -> Any:
    if isinstance(base, SizeBoosted):
        return [int(column.argmax()) if column.any() else len(column) for column in decision.T]
    same = np.flatnonzero((base.options == decision).all(axis=(1, 2)))
    return int(same[base.boosts[same].argmax()])


def certificate(mechanism: MenuMechanism, *, profiles: int = 8, seed: int = 0, title: str = "") -> dict[str, Any]:
    """The whole, sealed: truthful, voluntary, feasible, and the outcomes of some profiles. `verify.affine_checker` reads it.

    Raises InputError for mechanisms that are no affine maximisers and fees that are no formula, Unsolved where floats and rationals
    disagree.
    """
    base, fee = (mechanism.base, mechanism.fee) if isinstance(mechanism, EntryFees) else (mechanism, None)
    if not isinstance(base, SizeBoosted | AffineMaximiser) or profiles < 1:
        raise InputError(
            where="certificate",
            needed="an affine maximiser, perhaps with entry fees, and a profile at least",
            found=f"{type(base).__name__}, {profiles}",
        )
    plain(base.environment, "certificate")
    about = _about(base, fee)
    exact = checker.Mechanism(about)
    reports = np.round(base.environment.profiles(profiles, seed), DIGITS)
    reports = np.clip(reports, base.environment.low, base.environment.high)
    ours, before = mechanism.outcome(reports), base.outcome(reports)
    listed = []
    for k in range(profiles):
        chosen = _allocation(base, before.decision[k])
        bids = [[rational.fraction(v) for v in row] for row in reports[k].tolist()]
        try:
            _, pays = exact.outcome(bids, chosen, f"profile {k}")
        except checker.Fails as why:
            raise Unsolved(where="certificate", needed="floats that agree with rationals", found=str(why)) from None
        if max(abs(float(p) - q) for p, q in zip(pays, ours.payments[k].tolist(), strict=True)) > AGREE:
            raise Unsolved(
                where=f"certificate, profile {k}",
                needed="floats that agree with rationals",
                found=f"{ours.payments[k].tolist()} for {[float(p) for p in pays]}",
            )
        listed.append({"reports": _plain(bids), "allocation": chosen, "pays": [_text(Fraction(p)) for p in pays]})
    claims: list[dict[str, Any]] = [
        {"claim": name, "grade": checker.GRADE} for name in ("truthful", "voluntary", "feasible")
    ]
    claims.append({"claim": "outcomes", "grade": checker.GRADE, "profiles": listed})
    found = {"format": checker.FORMAT, "version": VERSION, "title": title, "about": about, "claims": claims}
    return {**found, "digest": checker.digest(found)}

"""Compatible menus as a certificate that compatible_checker.py reads: the table in whole numbers, and what is claimed of it.

Nothing here checks anything. No witness is needed: the checker decides every pair of cells anew, from the table alone.
"""

from __future__ import annotations

from typing import Any

from ...numerics import rational
from ...verify import compatible_checker as checker
from .menus import CompatibleMenus


def certify(mechanism: CompatibleMenus, *, title: str = "") -> dict[str, Any]:
    """Sealed JSON that claims, of all types of the continuum: compatible, truthful, voluntary, and no subsidy where it has none."""
    env = mechanism.environment
    lows = [mechanism.edges[1 - i][j][:-1] for i in range(2) for j in range(2)]
    least = min(
        int(v)
        for i in range(2)
        for v in (
            (lows[2 * i][:, None] + mechanism.extras[i][..., 0]).min(),
            (lows[2 * i + 1][None] + mechanism.extras[i][..., 1]).min(),
            (lows[2 * i][:, None] + lows[2 * i + 1][None] + mechanism.extras[i][..., 2]).min(),
        )
    )
    names = ("compatible", "truthful", "voluntary", *(("no subsidy",) if least >= 0 else ()))
    whole = {
        "format": checker.FORMAT,
        "version": 1,
        "title": title or env.name,
        "about": {
            "unit": rational.text(mechanism.unit),
            "types": [
                [[rational.text(rational.fraction(end[i, j])) for end in (env.low, env.high)] for j in range(2)]
                for i in range(2)
            ],
            "edges": [[edge.tolist() for edge in of] for of in mechanism.edges],
            "extras": [table.tolist() for table in mechanism.extras],
        },
        "claims": [{"claim": name, "grade": checker.GRADE} for name in names],
    }
    return {**whole, "digest": checker.digest(whole)}

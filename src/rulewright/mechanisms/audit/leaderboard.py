"""One protocol for all mechanisms, and the table that it gives (docs/leaderboard.md).

    exact          revenue at a million profiles of one seed; truth is dominant by a proof, and the strong attacker found nothing
    approximate    revenue at the same profiles, the strong attacker's found regret, its worst profile, taking part

An entry is of the exact class if it says so, has a proof and passes the audit; the table shows what it turned out to
be. Revenue with regret is not
comparable with revenue without: the class says which it is, and (√P − √R)² beside it is a comparison only, conjectural for two
bidders or more. Seconds are CPU-seconds of `make`: making (training) the mechanism.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt
from typing import Any

from ...errors import InputError
from ..environment import REVENUE, Environment, auction
from ..itemwise import myerson_uniform
from ..mechanism import Estimate, Mechanism, estimate
from .audit import audit
from .audited import Audit

EXACT, APPROXIMATE = "exact", "approximate"
PROFILES, SEED = 1_000_000, 0
SEARCHED, ATTACKED, SUSPECTS = 20_000, 300, 50
HEADS = (
    "setting", "method", "class", "revenue", "± 95 %", "optimum", "regret found", "± 95 %", "worst lie", "not voluntary",
    "(√P−√R)²", "CPU-s to make",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A mechanism that wants a line."""

    setting: str
    """A key of SETTINGS or a name of one's own, for example "2×2 additive"."""
    method: str
    kind: str
    """"exact" or "approximate"."""
    make: Callable[[], Mechanism] = field(repr=False)
    optimum: float | None = None
    """In closed form, where it is known; left out: what OPTIMA says of the setting."""

    def __post_init__(self) -> None:
        if self.kind not in (EXACT, APPROXIMATE):
            raise InputError(where=f"entry {self.method}", needed=f"{EXACT} or {APPROXIMATE}", found=repr(self.kind))


@dataclass(frozen=True, eq=False)
class Line:
    """An entry, measured."""

    entry: Entry
    kind: str
    """What it turned out to be."""
    revenue: Estimate
    audit: Audit
    seconds: float


def myerson_item(bidders: int) -> float:
    """Revenue of one item to so many bidders with values uniform on [0, 1], reserve ½ (Myerson 1981), in closed form."""
    n = bidders  # ∫ over the highest value v ≥ ½ of the virtual value 2v − 1
    half = Fraction(1, 2)
    return float(2 * Fraction(n, n + 1) * (1 - half ** (n + 1)) - (1 - half**n))


OPTIMA = {
    "1×2 additive": (12 + 2 * sqrt(2)) / 27,  # Manelli & Vincent 2006
    "1×2 unit": 2 * sqrt(3) / 9,  # Pavlov 2011, values on [0, 1]
    **{f"{n}×1 additive": myerson_item(n) for n in range(1, 11)},
}
"""Proven optima of truthful mechanisms, uniform values on [0, 1]."""


def _itemwise(bidders: int, items: int) -> Entry:
    return Entry(
        f"{bidders}×{items} additive",
        "item by item (Myerson)",
        EXACT,
        lambda: myerson_uniform(auction(bidders, items)),
    )


def _by(setting: str, there: Environment, method: str, kind: str = EXACT, **settings: Any) -> Entry:
    """A line of a method that scenario files may name, with what of its settings is not as usual."""
    said = ", ".join(f"{name} {value}" for name, value in settings.items())

    def make() -> Mechanism:
        from ..catalogue import METHODS  # which knows of networks, and they of audits

        found: Mechanism = METHODS[method](there, **settings).mechanism
        return found

    return Entry(setting, f"{method} ({said})" if said else method, kind, make)


ENTRIES: list[Entry] = [
    *(_itemwise(n, m) for n, m in ((1, 1), (3, 1), (1, 2), (1, 10), (2, 2), (2, 5), (3, 10), (5, 10))),
    _by("1×2 additive", auction(1, 2), "menu"),
    _by("1×2 unit", auction(1, 2, demand="unit"), "menu"),
    _by("1×2 unit, values on [2, 3]", auction(1, 2, demand="unit", low=2.0, high=3.0), "menu"),
    _by("1×10 additive", auction(1, 10), "menu"),
    _by("2×2 additive", auction(2, 2), "affine maximiser", evaluations=400),
    _by("2×2 additive", auction(2, 2), "compatible menus", cells=24, steps=5000),
    _by("2×5 additive", auction(2, 5), "affine maximiser", evaluations=100),
    _by("3×10 additive", auction(3, 10), "affine maximiser", evaluations=60),
    _by("5×10 additive", auction(5, 10), "affine maximiser", evaluations=25),
    _by("1×2 additive", auction(1, 2), "regret net", APPROXIMATE),
    _by("2×2 additive", auction(2, 2), "regret net", APPROXIMATE),
]
"""Add lines here."""


def measured(
    entry: Entry,
    *,
    profiles: int = PROFILES,
    searched: int = SEARCHED,
    attacked: int = ATTACKED,
    suspects: int = SUSPECTS,
    seed: int = SEED,
) -> Line:
    """The entry under the protocol. Raises InputError for answers that make no sense."""
    start = time.process_time()
    made = entry.make()
    spent = time.process_time() - start
    revenue = estimate(made, profiles=profiles, seed=seed, goal=REVENUE)
    found = audit(made, profiles=searched, attacked=attacked, suspects=suspects, seed=seed, name=entry.method)
    exact = entry.kind == EXACT and bool(made.proof) and found.sound
    return Line(entry, EXACT if exact else APPROXIMATE, revenue, found, spent)


def leaderboard(
    entries: Sequence[Entry] | None = None, *, tell: Callable[[str], object] = lambda words: None, **how: int
) -> str:
    """The table, in Markdown; `how` as `measured`. Settings in the order of their first entry, exact before approximate."""
    lines = []
    for entry in ENTRIES if entries is None else entries:
        tell(f"{entry.setting}, {entry.method}")
        lines.append(measured(entry, **how))
    settings = list(dict.fromkeys(line.entry.setting for line in lines))
    lines.sort(key=lambda one: (settings.index(one.entry.setting), one.kind != EXACT, -one.revenue.mean))
    head = [f"| {' | '.join(HEADS)} |", "|" + "---|" * len(HEADS)]
    return "\n".join([*head, *(f"| {' | '.join(_cells(line))} |" for line in lines), ""])


def _cells(line: Line) -> list[str]:
    entry, found, made = line.entry, line.audit, line.revenue
    optimum = OPTIMA.get(entry.setting) if entry.optimum is None else entry.optimum
    exact = line.kind == EXACT
    regret = found.regret_found
    return [
        entry.setting,
        entry.method,
        line.kind if line.kind == entry.kind else f"{line.kind} (said to be {entry.kind})",
        f"{made.mean:.4f}",
        f"{(made.high - made.low) / 2:.4f}",
        "–" if optimum is None else f"{optimum:.4f}",
        "0, by proof" if exact else f"{regret.mean:.5f}",
        "–" if exact else f"{(regret.high - regret.low) / 2:.5f}",
        "–" if found.worst is None else f"{found.worst.gain:.4f}",
        "never" if not found.voluntary.count else f"{found.voluntary.count / found.voluntary.profiles:.2%}",
        "–" if exact else f"{found.repaired:.4f}",
        f"{line.seconds:.2f}",
    ]

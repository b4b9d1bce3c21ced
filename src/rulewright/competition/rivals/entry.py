"""Entry, exit, merger, collusion: what a change of the market does to Alice's worst equilibrium.

Competition protects her by Bobs who want different things. An AI is *pivotal* where her worst equilibrium is worse without
it: the only one with an opposed bias, say, though nobody would call it aligned. Two that merge become one with the (weighted)
sum of their utilities; a cartel keeps its seats and every seat wants the sum; in either case the cone of utilities shrinks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from ...errors import Impossible, InputError, TooLarge
from ...numerics import rational
from ...numerics.given import named, numbers
from ...numerics.rational import Array
from .rich import rich
from .selection import best_ai
from .setting import Rivals

WORSE = 1e-7  # of Alice's range of utility: a smaller fall, in floats, is none


def with_entrant(rivals: Rivals, utility: Any, name: str | None = None) -> Rivals:
    """One more AI, with utility[s, a] or [s, t, a]. Raises InputError for another shape or a name that is taken."""
    given = rational.numbers(utility)
    if given.ndim == 2 and rivals.alice.shape[1] == 1:
        given = given[:, None]
    given = numbers(given, "the entrant's utility", rivals.alice.shape)
    kept = rivals
    if rational.is_exact(given) != rivals.is_exact:
        kept, given = rivals.floats, rational.floats(given)
    names = (*rivals.names, name or f"AI {rivals.k + 1}")
    return replace(kept, bobs=np.concatenate([kept.bobs, given[None]]), names=named(names, "", len(names), "AIs"))


def without(rivals: Rivals, *who: int | str) -> Rivals:
    """Some AIs less, by number or name. Raises InputError where there is no such AI, or none is left."""
    gone = set(_members(rivals, who))
    return rivals.only([i for i in range(rivals.k) if i not in gone])


def merged(rivals: Rivals, who: Sequence[int | str], *, weights: Any = None, name: str | None = None) -> Rivals:
    """Several AIs become one, which wants Σ weight·U (weights 1 unless given); it stands last. Raises InputError."""
    members, together = _together(rivals, who, weights)
    rest = [i for i in range(rivals.k) if i not in members]
    names = (*(rivals.names[i] for i in rest), name or " + ".join(rivals.names[i] for i in members))
    bobs = np.concatenate([rivals.bobs[rest], together[None]])
    return replace(rivals, bobs=bobs, names=named(names, "", len(names), "AIs"))


def colluding(rivals: Rivals, who: Sequence[int | str], *, weights: Any = None) -> Rivals:
    """Several AIs act as one but keep their seats: each wants Σ weight·U of them all. Raises InputError."""
    members, together = _together(rivals, who, weights)
    bobs = rivals.bobs.copy()
    bobs[list(members)] = together
    return replace(rivals, bobs=bobs)


def biased(rivals: Rivals, who: Sequence[int | str], bias: Any) -> Rivals:
    """The same bias[s, a] or [s, t, a] is added to the utility of several AIs. Raises InputError."""
    entrant = with_entrant(rivals, bias, "\0").bobs[-1]
    kept = rivals if rational.is_exact(entrant) == rivals.is_exact else rivals.floats
    bobs = kept.bobs.copy()
    bobs[list(_members(rivals, who))] += entrant
    return replace(kept, bobs=bobs)


def _members(rivals: Rivals, who: Iterable[int | str]) -> tuple[int, ...]:
    found = []
    for one in who:
        number = rivals.names.index(one) if isinstance(one, str) and one in rivals.names else one
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or not 0 <= number < rivals.k:
            known = ", ".join(rivals.names)
            raise InputError(
                where="rivals", needed=f"a number from 0 to {rivals.k - 1}, or one of {known}", found=repr(one)
            )
        found.append(int(number))
    if len(set(found)) != len(found):
        raise InputError(where="rivals", needed="different AIs", found=", ".join(map(str, found)))
    return tuple(found)


def _together(rivals: Rivals, who: Sequence[int | str], weights: Any) -> tuple[tuple[int, ...], Array]:
    members = _members(rivals, who)
    if not members:
        raise InputError(where="AIs that act as one", needed="at least one", found="none")
    w = rational.like(np.ones(len(members), dtype=int), rivals.bobs) if weights is None else rational.numbers(weights)
    w = rational.like(numbers(w, "weights", (len(members),)), rivals.bobs)
    if (w < 0).any():
        raise InputError(where="weights", needed="numbers of at least 0", found=str(list(weights)))
    return members, np.asarray(np.tensordot(w, rivals.bobs[list(members)], axes=1))


# ── what a change does ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Market:
    """One market, and what Alice gets in its worst equilibria. None where the list of beliefs is too long, or there is none."""

    kind: str
    """"today", "exit", "entry", "merger", "collusion", or the caller's word."""
    who: tuple[str, ...]
    rivals: Rivals = field(repr=False)
    selection: Any
    """Worst equilibrium of best-AI selection."""
    rich: Any | None
    """Worst equilibrium with rich signals."""

    @property
    def selection_loss(self) -> Any:
        return self.rivals.opt - self.selection

    @property
    def rich_loss(self) -> Any | None:
        return None if self.rich is None else self.rivals.opt - self.rich


@dataclass(frozen=True, eq=False)
class Changes:
    """The market as it is, and after each change."""

    today: Market
    markets: tuple[Market, ...]

    @property
    def pivotal(self) -> tuple[str, ...]:
        """AIs without which Alice's worst equilibrium is worse, in best-AI selection or with rich signals."""
        return tuple(m.who[0] for m in self.markets if m.kind == "exit" and self.harms(m))

    def harms(self, market: Market) -> bool:
        """Whether Alice's worst equilibrium falls by that change."""
        exact = market.rivals.is_exact and self.today.rivals.is_exact
        near = 0 if exact else WORSE * (float(np.ptp(rational.floats(market.rivals.alice))) or 1.0)
        falls = [(self.today.selection, market.selection), (self.today.rich, market.rich)]
        return any(old is not None and new is not None and new < old - near for old, new in falls)


Change = tuple[str, Sequence[str], Rivals]


def market_changes(
    rivals: Rivals,
    changes: Iterable[Change] | None = None,
    *,
    entrants: Sequence[tuple[str, Any]] = (),
    tell: Callable[[str], None] | None = None,
) -> Changes:
    """Worst equilibria before and after changes (kind, who, rivals after it).

    Unless given: every exit, every merger of two, the merger of all, the cartel of all; and each of `entrants`, (name, utility).
    Raises InputError, Unsolved, and TooLarge where Alice's plans do not fit.
    """
    listed = list(usual(rivals)) if changes is None else _each(changes, 3, "changes: (kind, who, rivals after it)")
    if not all(isinstance(after, Rivals) for _, _, after in listed):
        raise InputError(where="changes", needed="(kind, who, rivals after it) each", found=repr(changes)[:80])
    pairs = _each(entrants, 2, "entrants: (name, utility)")
    listed += [("entry", (name,), with_entrant(rivals, utility, name)) for name, utility in pairs]
    found = []
    for kind, who, after in [("today", (), rivals), *listed]:
        if tell is not None:
            tell(f"{kind} {', '.join(who)}".strip())
        found.append(Market(kind, tuple(who), after, best_ai(after).worst, _worst_rich(after)))
    return Changes(found[0], tuple(found[1:]))


def _each(given: Any, size: int, what: str) -> list[Any]:
    """`given` as a list of tuples of this size. Raises InputError."""
    found = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    if not all(isinstance(one, tuple | list) and len(one) == size for one in found):
        raise InputError(where=what, needed=f"a list of tuples of {size}", found=repr(given)[:80])
    return found


def usual(rivals: Rivals) -> Iterable[Change]:
    """Every exit, every merger of two, the merger of all, the cartel of all."""
    names, everybody = rivals.names, tuple(range(rivals.k))
    if rivals.k == 1:
        return
    for i in everybody:
        yield "exit", (names[i],), without(rivals, i)
    for pair in combinations(everybody, 2):
        yield "merger", [names[i] for i in pair], merged(rivals, pair)
    if rivals.k > 2:
        yield "merger", names, merged(rivals, everybody)
    yield "collusion", names, colluding(rivals, everybody)


def _worst_rich(rivals: Rivals) -> Any | None:
    try:
        return rich(rivals).worst
    except (TooLarge, Impossible):
        return None

"""The exact programmes that a learned contract is measured against; what no contract exceeds.

one type     for every act the cheapest contract that brings it about (Grossman & Hart 1983), the best of these: exact
a menu       of lotteries over recommended acts and payments (Myerson 1982): a bound for menus without lotteries
one for all  one contract for several types: a programme for every profile of acts; few types and acts only
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...design.contracts import hidden_action, hidden_type_and_action
from ...errors import Impossible, InputError, TooLarge
from ...numerics import rational
from ...numerics.given import number, real
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .agency import Agency

MOST_PROFILES = 4096


@dataclass(frozen=True, eq=False)
class Optimum:
    """What the best of a class of contracts is worth to the principal."""

    value: float
    """Of the contract found."""
    bound: float
    """No contract of the class is worth more; proved in rationals where `proved`."""
    proved: bool
    contract: Array | None = field(repr=False)
    """[outcome], for one contract."""
    how: str


def best_contract(asked: Agency, *, margin: Any = 0) -> Optimum:
    """The optimal contract for one type: exact in rationals, value and bound; the agent prefers its act by `margin`.

    Raises InputError where there are several types, Impossible.
    """
    if asked.sizes[0] != 1:
        raise InputError(where="best contract", needed="one type", found=str(asked.sizes[0]))
    F, cost, worth, _ = asked.rationals
    zero = [0] * asked.sizes[2]
    best, bound, contract = None, None, None
    unproved: list[Any] = []
    stays, least = asked.outside, number(margin, "margin", least=0)
    most = worth[0] - asked.weight * (
        cost[0] + (stays or 0) if stays is not None else np.maximum(cost[0] - cost[0].min(), 0)
    )
    for a in np.argsort(-rational.floats(most), kind="stable"):
        if best is not None and most[a] <= best:
            bound = max(bound, most[a])
            continue
        try:
            found = hidden_action(
                F[0],
                cost[0],
                zero,
                action=int(a),
                high=asked.cap,
                outside=stays if stays is None else stays + least,
                margin=least,
            )
        except Impossible:
            unproved.append(most[a])  # by the solver alone
            continue
        exact = found.exact
        value, upper = worth[0, a] - asked.weight * exact.paid, worth[0, a] + asked.weight * exact.bound
        bound = upper if bound is None else max(bound, upper)
        if best is None or value > best:
            best, contract = value, exact.amounts
    if stays is not None and (best is None or best < 0):
        best, contract = rational.fraction(0), rational.exact(zero)
        bound = best if bound is None else max(bound, best)
    if best is None or bound is None:
        raise Impossible(where="contract", needed="an act that some contract brings about", found="none")
    proved = all(x <= best for x in unproved)
    return Optimum(float(best), float(bound), proved, contract, "the cheapest contract for every act")


def best_menu(asked: Agency) -> Optimum:
    """The optimal menu with lotteries, all types taking part: no menu of plain contracts is worth more.

    Raises InputError where worth is not that of outcomes, or types may stay away.
    """
    if asked.reward is None or asked.outside is not None or not asked.weight:
        needed = "reward[outcome], κ above 0, and agents who must take part"
        raise InputError(where="best menu", needed=needed, found="something else")
    reward = rational.exact(asked.reward) / asked.weight
    found = hidden_type_and_action(asked.F, asked.cost, reward, asked.prior, high=asked.cap)
    value = float(asked.weight) * found.value
    return Optimum(value, value, False, None, "a linear programme with lotteries, by HiGHS")


def best_for_all(asked: Agency, *, margin: float = 0.0) -> Optimum:
    """The optimal single contract for all types, which must take part and prefer their acts by `margin`.

    Raises InputError, TooLarge (profiles of acts), Impossible.
    """
    real(margin, "margin")
    K, A, Y = asked.sizes
    if asked.outside is not None:
        raise InputError(where="best contract for all", needed="agents who must take part", found="an outside option")
    if A**K > MOST_PROFILES:
        raise TooLarge(
            where="best contract for all", needed=f"at most {MOST_PROFILES} profiles of acts", found=str(A**K)
        )
    F, cost, worth, prior = asked.floating
    weight, cap = float(asked.weight), float(asked.cap)
    best, contract = -np.inf, None
    profiles = sorted(itertools.product(range(A), repeat=K), key=lambda acts: -_welfare(asked, acts))
    for acts in profiles:
        if _welfare(asked, acts) <= best:
            break
        at = np.arange(K)
        chosen = F[at, acts]
        programme = Programme()
        t = programme.add_columns(Y, upper=cap, cost=weight * (prior @ chosen))
        rows = programme.add_rows(
            (K, A), lower=cost[at, acts][:, None] - cost + margin * (np.arange(A) != np.array(acts)[:, None])
        )
        programme.put(rows[..., None], t, chosen[:, None, :] - F)
        found = programme.solve()
        value = float(prior @ worth[at, acts]) - found.value if found.x is not None else -np.inf
        if value > best:
            best, contract = value, found.x
    if contract is None:
        raise Impossible(where="contract", needed="acts that some contract brings about", found="none")
    return Optimum(best, best, False, contract, "a linear programme for every profile of acts, by HiGHS")


def _welfare(asked: Agency, acts: Any) -> float:
    """What no contract under which types do these acts leaves the principal more than."""
    _, cost, worth, prior = asked.floating
    at = np.arange(len(prior))
    least = np.maximum(cost[at, acts] - cost.min(axis=1), 0)
    return float(prior @ (worth[at, acts] - float(asked.weight) * least))


def optimum(asked: Agency, entries: int = 1) -> Optimum:
    """The programme that fits: one type, one contract for all, or a menu."""
    if asked.sizes[0] == 1:
        return best_contract(asked)
    return best_for_all(asked) if entries == 1 else best_menu(asked)

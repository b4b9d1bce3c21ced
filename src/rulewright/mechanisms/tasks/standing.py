"""Reputations and deposits that hold: what a new name, or a sham task, is worth; what has to be charged so that neither pays.

A standing r moves to λ·r + (1−λ)·outcome. While it is r, access is worth ω·r a period; periods are discounted by δ. A change of r
by Δ now is worth ω·Δ·Σ_k (δλ)^k = ω·Δ/(1 − δλ), whatever happens later, since what it leaves behind shrinks by λ each period.

    whitewashing    a new name starts at r₀:      gain  ω·(r₀ − r)/(1 − δλ) − fee      no name gains iff fee ≥ ω·r₀/(1 − δλ)
    wash trading    hire yourself, report success: gain  ω·(1−λ)·(1 − r)/(1 − δλ) − fee   never iff fee ≥ ω·(1−λ)/(1 − δλ)
    effort          saves e, lowers the chance of success by d: a deposit D on failure deters iff D·d·(t − f) ≥ e

With r₀ = 0, newcomers at the bottom, the first fee is 0: a new name is then never better than an old one, under any rule whose
awards and whose access are no worse for a higher standing, since λ·r + (1−λ)·y keeps the order of standings for ever. Derived here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...errors import InputError
from ...numerics.given import number


def _weight(memory: Any, discount: Any) -> Fraction:
    """1/(1 − δλ)."""
    lam, delta = number(memory, "memory", least=0), number(discount, "discount", least=0)
    if lam > 1 or delta >= 1:
        raise InputError(where="memory, discount", needed="λ in [0, 1], δ in [0, 1)", found=f"{memory}, {discount}")
    return 1 / (1 - delta * lam)


def _share(value: Any, name: str) -> Fraction:
    found = number(value, name, least=0)
    if found > 1:
        raise InputError(where=name, needed="a number from 0 to 1", found=str(value))
    return found


def whitewash_gain(
    standing: Any, start: Any, *, worth: Any = 1, memory: Any = 0.9, discount: Any = 0.9, fee: Any = 0
) -> Fraction:
    """What an agent of this standing gains by a new name; in money. Raises InputError."""
    r, new = _share(standing, "standing"), _share(start, "start")
    return number(worth, "worth", least=0) * (new - r) * _weight(memory, discount) - number(fee, "fee", least=0)


def entry_fee(start: Any, *, worth: Any = 1, memory: Any = 0.9, discount: Any = 0.9) -> Fraction:
    """The least fee for a new name at which nobody gains by one, whatever its standing: that of standing 0. Raises InputError."""
    return max(Fraction(0), whitewash_gain(0, start, worth=worth, memory=memory, discount=discount))


def wash_gain(standing: Any, *, worth: Any = 1, memory: Any = 0.9, discount: Any = 0.9, fee: Any = 0) -> Fraction:
    """What an agent gains by one sham task that it reports as a success. Raises InputError."""
    r, lam = _share(standing, "standing"), _share(memory, "memory")
    access = number(worth, "worth", least=0) * (1 - lam) * (1 - r) * _weight(memory, discount)
    return access - number(fee, "fee", least=0)


def wash_fee(*, worth: Any = 1, memory: Any = 0.9, discount: Any = 0.9) -> Fraction:
    """The least commission on a task at which sham tasks never pay. Raises InputError."""
    return wash_gain(0, worth=worth, memory=memory, discount=discount)


def deposit_for(saved: Any, drop: Any, *, sees: Any = 1, mistakes: Any = 0) -> Fraction:
    """The least deposit, lost on a failure that is seen, at which saving `saved` by `drop` less chance of success does not pay.

    Raises InputError where success is no better seen than failure, or nothing is dropped.
    """
    e, d = number(saved, "saved", least=0), _share(drop, "drop")
    apart = _share(sees, "sees") - _share(mistakes, "mistakes")
    if not e:
        return Fraction(0)
    if d == 0 or apart <= 0:
        raise InputError(
            where="deposit", needed="an effort that shows in what is seen", found=f"drop {drop}, apart {apart}"
        )
    return e / (d * apart)

"""Whether two bidders can ever pick options that share an item: decided for all types of the continuum, in whole numbers.

Bidder 1 of types x in cell c faces, for a set S of items, the price y(S) + e_S where y in cell d is what the other reports;
bidder 2 faces x(T) + f_T. What they pick depends on z = x − y alone:

    x picks S   ⟺   z(S) − e_S > z(R) − e_R for all R ≠ S,           y picks T   ⟺   −z(T) − f_T > −z(R) − f_R for all R ≠ T

With two items each is an octagon: bounds on z_1, z_2, z_1 + z_2 and z_1 − z_2; so is c − d, the z that there are. Two menus
conflict at (c, d) if and only if the three octagons of some S and T with S ∩ T ≠ ∅ have an inner point in common; eliminating
z_2 (Fourier and Motzkin) decides that by comparing sums of bounds, all multiplied by 2.

Options are {1}, {2}, {12} = 0, 1, 2; nothing is always free. Ties are of measure zero; see `CompatibleMenus` for who gives way.
"""

from __future__ import annotations

import numpy as np

from ...numerics.rational import Array

FAR = 1 << 40  # beyond every bound, in units
HAS = np.array([[1, 0], [0, 1], [1, 1]])  # [option, item]
PAIRS = tuple((s, t) for s in range(3) for t in range(3) if (HAS[s] & HAS[t]).any())  # that share an item
AT_ONCE = 1 << 18  # pairs of cells


def picks(extra: Array) -> Array:
    """[..., option, 8]: bounds (least, most) on z_1, z_2, z_1 + z_2, z_1 − z_2 where each option is picked, from e[..., option]."""
    one, two, both = extra[..., 0], extra[..., 1], extra[..., 2]
    most = np.full_like(one, FAR)
    least = -most
    octagons = (
        (one, most, least, both - one, least, most, one - two, most),
        (least, both - two, two, most, least, most, least, one - two),
        (both - two, most, both - one, most, both, most, least, most),
    )
    return np.stack([np.stack(bounds, -1) for bounds in octagons], -2)


def mirrored(octagon: Array) -> Array:
    """The octagon of −z."""
    return -octagon[..., [1, 0, 3, 2, 5, 4, 7, 6]]


def inner(bounds: list[Array]) -> Array:
    """bool [...]: whether some z keeps all eight bounds strictly."""
    l1, u1, l2, u2, ls, us, ld, ud = bounds
    low = np.maximum(np.maximum(2 * l1, 2 * (l2 + ld)), np.maximum(2 * (ls - u2), ls + ld))
    high = np.minimum(np.minimum(2 * u1, 2 * (us - l2)), np.minimum(2 * (u2 + ud), us + ud))
    return np.asarray((l2 < u2) & (ls < us) & (ld < ud) & (low < high))


def corners(edges: tuple[Array, Array]) -> tuple[Array, Array]:
    """([cell, item] lower corner, upper corner), cells counted with the second item fastest."""
    low, high = (
        np.stack(np.meshgrid(edges[0][a], edges[1][a], indexing="ij"), -1).reshape(-1, 2)
        for a in (slice(None, -1), slice(1, None))
    )
    return np.ascontiguousarray(low), np.ascontiguousarray(high)


def among(mine: Array, theirs: Array, here: tuple[Array, Array], there: tuple[Array, Array]) -> Array:
    """bool [c, d, pair of PAIRS]: conflicts between bidder 1 in cells c (`here`) and bidder 2 in cells d (`there`).

    mine[d, option]: e of bidder 1, who faces d; theirs[c, option]: f of bidder 2, who faces c.
    """
    first, second = picks(mine), mirrored(picks(theirs))
    least, most = here[0][:, None] - there[1][None], here[1][:, None] - there[0][None]
    found = np.empty((len(theirs), len(mine), len(PAIRS)), bool)
    for k, (s, t) in enumerate(PAIRS):
        a, b = first[None, :, s], second[:, None, t]
        bounds = [(np.minimum if j % 2 else np.maximum)(a[..., j], b[..., j]) for j in range(8)]
        for item in range(2):
            bounds[2 * item] = np.maximum(bounds[2 * item], least[..., item])
            bounds[2 * item + 1] = np.minimum(bounds[2 * item + 1], most[..., item])
        found[..., k] = inner(bounds)
    return found


def conflicts(extras: tuple[Array, Array], edges: tuple[tuple[Array, Array], tuple[Array, Array]]) -> Array:
    """[conflict, (cell of bidder 1, cell of bidder 2, option of bidder 1, option of bidder 2)]: all that there are.

    extras[i][cell of the other, option] and edges[i][item] of bidder i's types, in units.
    """
    here, there = corners(edges[0]), corners(edges[1])
    step, parts = max(1, AT_ONCE // len(there[0])), []
    pairs = np.array(PAIRS)
    for a in range(0, len(here[0]), step):
        some = slice(a, a + step)
        c, d, k = np.nonzero(among(extras[0], extras[1][some], (here[0][some], here[1][some]), there))
        parts.append(np.column_stack([c + a, d, pairs[k]]))
    return np.concatenate(parts)

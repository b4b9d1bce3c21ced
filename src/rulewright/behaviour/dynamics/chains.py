"""What a Markov chain comes to: its stationary law by elimination of states, without a subtraction.

Taking state k out sends whoever enters it on to where it leads,  q_ij ← q_ij + q_ik q_kj / Σ_{l<k} q_kl.  All terms are
positive, so every share is right to the last digits, however small (Grassmann, Taksar & Heyman 1985, Oper. Res. 33; O'Cinneide
1993, Numer. Math. 65). In logarithms nothing overflows; in (min, +) it finds the least trees, and with them the
stochastically stable states (Freidlin & Wentzell 1984; Young 1993, Econometrica 61): the same elimination in the order of
magnitude of ε. Rates off the diagonal are all that is used.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...errors import InputError, Unsolved
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array

BLOCK = 48
WORD = 512 * np.log(2)
CONNECTED, SEVERAL = "a chain in which every state leads to every other", "more than one closed class of states"
LARGE = 1e200
FARTHEST = 1e15  # of a logarithm, for powers that are whole numbers of 64 bits


def stationary(rates: Array) -> Array:
    """law[..., state] of chains with rates[..., from, to] ≥ 0; the diagonal is not looked at.

    Raises InputError for a wrong shape or sign, Unsolved where some states cannot lead to state 0 (several closed classes).
    """
    q = np.array(_square(rates), dtype=float)
    if (q * (1 - np.eye(q.shape[-1])) < 0).any() or not np.isfinite(q).all():
        raise InputError(where="Markov chain", needed="rates that are finite and at least 0", found="others")
    size = q.shape[-1]
    out = np.ones(q.shape[:-1])  # [..., state]: rate at which a state is left for those before it
    for top in range(size, 0, -BLOCK):
        low = max(top - BLOCK, 0)
        for k in range(top - 1, max(low, 1) - 1, -1):
            out[..., k] = q[..., k, :k].sum(axis=-1)
            if not (out[..., k] > 0).all():
                raise Unsolved(
                    where="stationary law",
                    needed=CONNECTED,
                    found=f"{SEVERAL}, or chances too small for a float",
                    remedy="Add mutation, or give rates as logarithms.",
                )
            q[..., k, :k] /= out[..., k, None]
            q[..., low:k, :k] += q[..., low:k, k, None] * q[..., k, None, :k]
            q[..., :low, low:k] += q[..., :low, k, None] * q[..., k, None, low:k]
        if low:
            q[..., :low, :low] += q[..., :low, low:top] @ q[..., low:top, :low]
    law = np.zeros(q.shape[:-1])
    law[..., 0] = 1.0
    for k in range(1, size):
        law[..., k] = (law[..., :k] * q[..., :k, k]).sum(axis=-1) / out[..., k]
        high = law[..., : k + 1].max(axis=-1)
        if (high > LARGE).any():
            law[..., : k + 1] /= np.where(high > LARGE, high, 1.0)[..., None]
    return law / law.sum(axis=-1, keepdims=True)


def stationary_log(log_rates: Array, native: bool = True) -> Array:
    """log law[..., state] from the logarithms of rates[..., from, to]; −∞ where there is no way.

    Raises InputError for a wrong shape, Unsolved where some states cannot lead to state 0.
    """
    table = np.array(_square(log_rates), dtype=float)
    found = kernel("stationary_scaled") if native else None
    if found is not None and abs(table[table > -np.inf]).max(initial=0.0) < FARTHEST:
        flat = table.reshape(-1, *table.shape[-2:])
        return np.stack([_scaled(found, chain) for chain in flat]).reshape(table.shape[:-1])
    value, _ = _eliminate(table, np.logaddexp.reduce, np.logaddexp)
    return value - np.logaddexp.reduce(value, axis=-1)[..., None]


def _scaled(found, log_rates: Array) -> Array:  # type: ignore[no-untyped-def]
    """One chain, in numbers m·2^(512 e)."""
    size = len(log_rates)
    off = ~np.eye(size, dtype=bool) & (log_rates > -np.inf)
    e = np.where(off, np.rint(np.where(off, log_rates, 0.0) / WORD), 0.0)
    m = np.where(off, np.exp(np.where(off, log_rates, 0.0) - e * WORD), 0.0)
    e, law, power = e.astype(np.int64), np.zeros(size), np.zeros(size, dtype=np.int64)
    if found(count(size), pointer(m), pointer(e), pointer(law), pointer(power)):
        raise Unsolved(where="stationary law", needed=CONNECTED, found=SEVERAL, remedy="Add mutation.")
    value = np.where(law > 0, np.log(np.where(law > 0, law, 1.0)) + power * WORD, -np.inf)
    return value - np.logaddexp.reduce(value)


def least_trees(costs: Array) -> Array:
    """potential[..., state] ≥ 0 from the costs[..., from, to] ≥ 0 of leaving for another state, ∞ where there is no way.

    As noise vanishes a state's share is of order noise^potential: those with 0 are stochastically stable. Exact in Fractions.
    """
    table = _square(costs)
    value, _ = _eliminate(-table.copy(), np.maximum.reduce, np.maximum)
    return value.max(axis=-1, keepdims=True) - value


def _eliminate(q: Array, gather: Callable[..., Array], add: Callable[..., Array]) -> tuple[Array, Array]:
    """The elimination in a field where × is + and + is `add`; (value[..., state], what is left of q)."""
    size = q.shape[-1]
    for k in range(size - 1, 0, -1):
        out = np.asarray(gather(q[..., k, :k], axis=-1), dtype=q.dtype)
        if not (out > -np.inf).all():
            raise Unsolved(
                where="stationary law",
                needed=CONNECTED,
                found=SEVERAL,
                remedy="Add mutation.",
            )
        q[..., :k, k] = q[..., :k, k] - out[..., None]
        q[..., :k, :k] = add(q[..., :k, :k], q[..., :k, k, None] + q[..., k, None, :k])
    value = np.zeros(q.shape[:-1], dtype=q.dtype)
    for k in range(1, size):
        value[..., k] = gather(value[..., :k] + q[..., :k, k], axis=-1)
    return value, q


def stationary_band(band: Array) -> Array:
    """law[state] from band[state, offset]: the rate from state i to state i + offset − w, where offset = 0 … 2w.

    S·w² multiplications in place of S³/3.
    """
    states, wide = band.shape
    w = (wide - 1) // 2
    flat = np.array(band, dtype=float).ravel()
    item = flat.itemsize
    q = as_strided(flat[w:], shape=(states, states), strides=(2 * w * item, item))  # only |i − j| ≤ w is in the band
    out = np.ones(states)
    for k in range(states - 1, 0, -1):
        low = max(k - w, 0)
        out[k] = q[k, low:k].sum()
        if not out[k] > 0:
            raise Unsolved(where="stationary law", needed=CONNECTED, found=SEVERAL)
        q[k, low:k] /= out[k]
        q[low:k, low:k] += q[low:k, k, None] * q[k, None, low:k]
    law = np.zeros(states)
    law[0] = 1.0
    for k in range(1, states):
        low = max(k - w, 0)
        law[k] = law[low:k] @ q[low:k, k] / out[k]
        if law[k] > LARGE:
            law[: k + 1] /= law[k]
    return law / law.sum()


def _square(table: Array) -> Array:
    table = np.asarray(table)
    if table.ndim < 2 or table.shape[-1] != table.shape[-2] or not table.shape[-1]:
        raise InputError(where="Markov chain", needed="a square table [..., from, to]", found=f"shape {table.shape}")
    return table

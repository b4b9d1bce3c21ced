"""Committed randomness: the ledger's first line holds SHA-256(seed); at the close the seed is shown, and every draw can be redone.

    κ = SHA-256(seed ‖ agents' nonces, in the order of their names)
    u = HMAC-SHA-256(κ, canonical JSON of [purpose, agent, count, attempt]) as a number below 2^256

`count` is the agent's own: how many draws for this purpose it has had. So neither the time, nor the order of requests, nor what
anybody writes moves a draw: all are fixed once the nonces are in. A rational chance p/q is met exactly: u is drawn again
(attempt + 1) while it is in the incomplete last multiple of q, and the event happens if u mod q < p.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from .ledger.chain import canonical

SPACE = 1 << 256


def commitment(seed: bytes) -> str:
    """What is published of a seed (32 random bytes) or of a nonce before it is used."""
    return hashlib.sha256(seed).hexdigest()


def mixed(seed: bytes, nonces: Mapping[str, bytes]) -> bytes:
    """κ: the seed with what agents contributed, so that nobody has chosen it alone."""
    whole = hashlib.sha256(seed)
    for agent in sorted(nonces):
        whole.update(hashlib.sha256(nonces[agent]).digest())
    return whole.digest()


def below(key: bytes, most: int, purpose: str, agent: str, count: int) -> int:
    """A number from 0 to most − 1, each equally likely."""
    attempt = 0
    while True:
        said = canonical([purpose, agent, count, attempt]).encode()
        drawn = int.from_bytes(hmac.new(key, said, hashlib.sha256).digest(), "big")
        if drawn < SPACE - SPACE % most:
            return drawn % most
        attempt += 1


def happens(key: bytes, chance: Fraction, purpose: str, agent: str, count: int) -> bool:
    """Whether an event of this chance happens."""
    return below(key, chance.denominator, purpose, agent, count) < chance.numerator


def chosen(key: bytes, law: Sequence[Fraction], purpose: str, agent: str, count: int) -> int:
    """A position in `law`, which sums to one."""
    common = lcm(*(p.denominator for p in law))
    left = below(key, common, purpose, agent, count)
    for k, p in enumerate(law):
        left -= int(p * common)
        if left < 0:
            return k
    raise AssertionError("a law that sums to less than one")

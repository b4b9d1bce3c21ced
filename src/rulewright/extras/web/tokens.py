"""Who may speak for whom: bearer tokens of 32 random bytes, of which only SHA-256 is kept.

A token is as hard to guess as its hash to invert, so it needs no slow hash; comparison takes the same time for every token.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError

ROLES = ("agent", "auditor", "operator")
"""An agent acts for itself; an auditor reads everything; an operator reports outcomes, settles, closes, acts for any agent."""


@dataclass(frozen=True)
class Bearer:
    """Whom a token stands for."""

    name: str
    role: str = "agent"

    def __post_init__(self) -> None:
        if self.role not in ROLES or not self.name:
            raise InputError(where="token", needed=f"a name, and a role of {', '.join(ROLES)}", found=str(self))


@dataclass(frozen=True)
class Tokens:
    """Hashes of tokens, and whom they stand for."""

    hashes: tuple[tuple[str, Bearer], ...]

    @staticmethod
    def of(pairs: Iterable[tuple[str, Bearer]]) -> Tokens:
        """From tokens in the clear, which are not kept."""
        return Tokens(tuple((hashed(token), bearer) for token, bearer in pairs))

    def bearer(self, token: str) -> Bearer | None:
        """Whom a token stands for; None if nobody. All are compared, whichever fits."""
        given, found = hashed(token), None
        for hash_, bearer in self.hashes:
            if hmac.compare_digest(hash_, given):
                found = bearer
        return found

    @staticmethod
    def read(path: Path) -> Tokens:
        """From a file that `add` wrote. Raises InputError."""
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            pairs = [(str(row["sha256"]), Bearer(row["name"], row["role"])) for row in rows]
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise InputError(
                where=str(path),
                needed="tokens",
                found=str(error),
                remedy="Make one: rulewright guard token NAME --tokens FILE.",
            ) from None
        return Tokens(tuple(pairs))

    @staticmethod
    def add(path: Path, bearer: Bearer) -> str:
        """A new token, kept as its hash in the file, which only its owner reads; the token itself is told once."""
        known = Tokens.read(path).hashes if path.exists() else ()
        token = secrets.token_urlsafe(32)
        rows = [{"name": b.name, "role": b.role, "sha256": h} for h, b in (*known, (hashed(token), bearer))]
        draft = path.with_name(path.name + ".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(rows, indent=1) + "\n")
        draft.replace(path)
        return token


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()

"""The guard: acts pass it before and after; it permits, books, audits, sanctions and settles by a charter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .act import Act, Verdict
from .charter import Charter
from .ledger import Entry, Head, Ledger

Verifier = Callable[[Act, Mapping[str, Any]], bool]


class Guard:
    """All methods are synchronous, thread-safe, and on disk before they answer. Make one with `Guard.open`.

    `key` is the caller's name of a request: the same key from the same agent is booked once, and answered alike.
    """

    charter: Charter
    ledger: Ledger

    @staticmethod
    def open(
        charter: Charter | None,
        path: Path | str,
        *,
        verifiers: Mapping[str, Verifier] | None = None,
        alarmed: Callable[[Entry], None] | None = None,
        seed: bytes | None = None,
    ) -> Guard:
        """A new ledger at `path`, or the one that is there, which has to be of the same charter (None: of whichever it is)."""
        raise NotImplementedError

    def before(self, act: Act, *, key: str = "") -> Verdict:
        """Whether the act is permitted, or what is put in its place; booked if it is."""
        raise NotImplementedError

    def after(self, act: Act, outcome: Mapping[str, Any], *, key: str = "") -> Verdict:
        """What came of an act that passed `before` (`act` is `Verdict.act`): {signal: outcome}; audits are drawn here."""
        raise NotImplementedError

    def message(self, sender: str, hearers: Sequence[str], text: str, *, key: str = "") -> Verdict:
        """Whether a message is delivered; booked, and read by its hearers in `view`."""
        raise NotImplementedError

    def settle(self, payoffs: Mapping[str, float] | None = None, *, key: str = "") -> Mapping[str, float]:
        """End the period: {agent: money that rules moved to it since the last settlement}. `payoffs` are noted."""
        raise NotImplementedError

    def appeal(self, agent: str, entry: int, grounds: str, *, key: str = "") -> int:
        """Appeal against a sanction on oneself; number of the appeal."""
        raise NotImplementedError

    def decide(self, judge: str, appeal: int, upheld: bool, reason: str = "", *, key: str = "") -> int:
        """The judge's word; an appeal that is upheld returns the fine, the offence and the rest of an exclusion."""
        raise NotImplementedError

    def view(self, agent: str, start: int = 0) -> list[Entry]:
        """What an agent may read: its own lines, what was said to it, what the charter reveals to it."""
        raise NotImplementedError

    def head(self) -> Head:
        """To be kept outside: an anchor of all lines so far."""
        raise NotImplementedError

    def close(self, final: bool = False) -> None:
        """Let go of the file; `final`: end the ledger for good and reveal the seed of its draws."""
        raise NotImplementedError

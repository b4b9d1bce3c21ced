"""The guard: acts pass it before and after; it permits, books, audits, sanctions and settles by a charter.

Every method is one transaction of the ledger: it reads the state, decides by `rules`, books, and answers once that is on disk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import InputError
from . import draws, drift, rules, secret
from .act import Act, Verdict
from .answers import answer, done, done_of, repeated
from .charter import Audit, Charter, Commit, Rung
from .charter.files import as_data, from_data
from .ledger import Entry, Head, Ledger
from .reading import Standing, reads, redacted, standing
from .state import ZERO, State, spelt

Verifier = Callable[[Act, Mapping[str, Any]], bool]
OPERATOR = "operator"


class Guard:
    """All methods are synchronous, thread-safe, and on disk before they answer. Make one with `Guard.open`.

    `key` is the caller's name of a request: the same key from the same agent is booked once, and answered alike. Raises
    InputError for agents, entries and data that there are not, for a disk that refuses, and after the final close.
    """

    def __init__(
        self,
        ledger: Ledger,
        state: State,
        verifiers: Mapping[str, Verifier],
        alarmed: Callable[[Entry], None] | None,
    ) -> None:
        """For `Guard.open`, which sees to it that the ledger has a charter."""
        assert state.charter is not None
        self.ledger, self.charter = ledger, state.charter
        self._state, self._verifiers, self._alarmed = state, dict(verifiers), alarmed
        self._seed = b"" if state.final else secret.recall(ledger.path, state.commitment)
        self._mixed: tuple[int, bytes] = (-1, b"")

    @staticmethod
    def open(
        charter: Charter | None,
        path: Path | str,
        *,
        verifiers: Mapping[str, Verifier] | None = None,
        alarmed: Callable[[Entry], None] | None = None,
        seed: bytes | None = None,
    ) -> Guard:
        """A new ledger at `path`, or the one that is there, which has to be of the same charter (None: of whichever it is).

        `verifiers` are the functions that audits name; `alarmed` is called with the line of every alarm of this process;
        `seed`, 32 bytes, is for repeatable runs: whoever knows it knows who will be audited.
        """
        if charter is not None:
            charter = from_data(as_data(charter), charter.name)  # as the ledger has it: exact numbers, tuples
        state = State()
        ledger = Ledger(path, state)

        def opening() -> None:
            if state.charter is None and charter is None:
                raise InputError(where=str(path), needed="a charter for a new ledger", found="none")
            if state.charter is None:
                assert charter is not None
                committed = draws.commitment(secret.keep(ledger.path, seed))
                ledger.book("opening", "", {"charter": as_data(charter), "commitment": committed, "version": 1})
            elif charter is not None and charter != state.charter:
                raise InputError(
                    where=str(path),
                    needed=f"a ledger of the charter {charter.name!r}",
                    found=f"one of another charter, {state.charter.name!r}",
                    remedy="Open a new ledger: a charter is not changed while it holds.",
                )

        try:
            ledger.write(opening)
            assert state.charter is not None
            known = verifiers or {}
            lacking = [a.verifier for a in state.charter.audits if a.verifier and a.verifier not in known]
            if lacking and not state.final:
                raise InputError(where="guard", needed=f"the verifier {lacking[0]!r}", found=", ".join(known) or "none")
            guard = Guard(ledger, state, known, alarmed)
            guard.hear()
        except BaseException:
            ledger.close()
            raise
        return guard

    # ── acts ────────────────────────────────────────────────────────────────────────────────────────────────────

    def before(self, act: Act, *, key: str = "") -> Verdict:
        """Whether the act is permitted, or what is put in its place; booked either way."""
        alarms: list[Entry] = []

        def work() -> Verdict:
            known = self._replayed(act.agent, key, ("act", "refused"), done_of(act))
            return answer(known) if known else self._before(act, key, alarms)

        verdict: Verdict = self.ledger.write(work)
        self._call(alarms)
        return verdict

    def _before(self, act: Act, key: str, alarms: list[Entry]) -> Verdict:
        state = self._state
        self.charter.agent(act.agent)
        plain = done_of(act)
        until = state.excluded(act.agent)
        commit = next((c for c in self.charter.commits if c.agent == act.agent), None)
        did, drawn, reason = act, None, ""
        if until >= 0:
            return self._refuse(plain, act, f"{act.agent} is excluded until the end of period {until}", key)
        if state.undrawn:
            waits = ", ".join(sorted(set(state.promised) - set(state.nonces)))
            return self._refuse(plain, act, f"draws wait for the nonces of {waits}", key)
        if commit is not None:
            row = [rules.signal(self.charter, state, s) for s in commit.on]
            law = commit.law.get(tuple(map(str, row)))
            if None in row or law is None:
                missing = ", ".join(s for s, y in zip(commit.on, row, strict=True) if y is None) or str(row)
                return self._refuse(plain, act, f"{act.agent} is committed, and acts after {missing}", key)
            did, drawn = self._draw(commit, law, act)
            reason = f"{act.agent} is committed: {did.name} was drawn" if did.name != act.name else ""
        ruling = rules.permitted(self.charter, state, did)
        instead = self.charter.agent(act.agent).instead
        if not ruling.allowed and ruling.replaceable and instead and commit is None:
            did, reason = Act(act.agent, instead, {}, act.session), f"{ruling.reason}; {instead} instead"
            ruling = rules.permitted(self.charter, state, did)
        if not ruling.allowed:
            return self._refuse(plain, act, ruling.reason, key, offence=True)
        try:
            owed = rules.price(self.charter, did)
        except InputError as error:
            return self._refuse(plain, act, f"{did.name} cannot be priced: {error}", key)
        body = {
            "name": did.name,
            "arguments": dict(did.arguments),
            "session": did.session,
            "label": ruling.label,
            "uses": list(ruling.uses),
            "owed": str(owed),
            "reason": reason,
            **({"asked": plain} if did is not act else {}),
            **({"drawn": drawn} if drawn is not None else {}),
        }
        entry = self.ledger.book("act", act.agent, body, key=key)
        self._watch(act.agent, alarms)
        return answer(entry)

    def _refuse(self, plain: dict[str, Any], act: Act, reason: str, key: str, offence: bool = False) -> Verdict:
        entry = self.ledger.book("refused", act.agent, {**plain, "reason": reason}, key=key)
        if offence and self.charter.ladder.refused:
            self._sanction(act.agent, entry.number, "tried what is not permitted", ZERO)
        return answer(entry)

    def _draw(self, commit: Commit, law: tuple[Fraction, ...], act: Act) -> tuple[Act, dict[str, Any]]:
        count = self._state.accounts[commit.agent].draws.get("commit", 0)
        k = draws.chosen(self._key(), law, "commit", commit.agent, count)
        drawn = {"count": count, "law": [str(p) for p in law], "acts": list(commit.acts)}
        return Act(act.agent, commit.acts[k], act.arguments if commit.acts[k] == act.name else {}, act.session), drawn

    def after(self, act: Act, outcome: Mapping[str, Any], *, key: str = "") -> Verdict:
        """What came of an act that passed `before` (`act` is `Verdict.act`): {signal: outcome}; audits are drawn here."""

        def work() -> Verdict:
            known = self._replayed(
                act.agent, key, ("outcome",), {"spelt": spelt(done_of(act)), "signals": dict(outcome)}
            )
            return answer(known, act) if known else self._after(act, outcome, key)

        verdict: Verdict = self.ledger.write(work)
        self.hear()
        return verdict

    def _after(self, act: Act, outcome: Mapping[str, Any], key: str) -> Verdict:
        self.charter.agent(act.agent)
        account = self._state.accounts[act.agent]
        name = spelt(done_of(act))
        waiting = account.pending.get(name)
        if not waiting:
            raise InputError(
                where=f"outcome of {act.name} by {act.agent}",
                needed="an act that passed `before` and has no outcome yet (pass Verdict.act)",
                found="none",
            )
        owed = rules.price(self.charter, act, outcome)
        looked: dict[str, dict[str, Any]] = {}
        fines: list[Audit] = []
        for audit in rules.audits(self.charter, act):
            count = account.draws.get(f"audit {audit.name}", 0)
            found = rules.found(audit, act, outcome)  # raises where the outcome lacks what an audit could look at
            drawn = draws.happens(self._key(), audit.rate, f"audit {audit.name}", act.agent, count)
            looked[audit.name] = {"count": count, "drawn": drawn, "found": found if drawn else None}
            fines += [audit] if drawn and found else []
        fine = sum((self._rung(act.agent, k)[1].fine + a.fine for k, a in enumerate(fines)), ZERO)
        body = {
            "act": waiting[0],
            "spelt": name,
            "signals": dict(outcome),
            "owed": str(owed),
            "charged": str(owed - fine),
            "audits": looked,
            "reason": "; ".join(f"{a.name} found a violation" for a in fines),
        }
        entry = self.ledger.book("outcome", act.agent, body, key=key)
        for audit in fines:
            self._sanction(act.agent, entry.number, f"audit {audit.name}", audit.fine)
        return answer(entry, act)

    def hear(self) -> int:
        """Ask the verifiers of audits that were drawn and not yet answered, by whichever process; how many there were.

        They are asked outside of the lock, and one that fails is asked again at the next `hear`, `after` or `open`.
        """
        if not any(a.verifier for a in self.charter.audits) or self._state.final:
            return 0
        waiting = list(self._state.unheard)
        for number, name in waiting:
            self._hear(number, name)
        return len(waiting)

    def _hear(self, number: int, name: str) -> None:
        (outcome,) = self.ledger.entries(number, 1)
        (did,) = self.ledger.entries(outcome.body["act"], 1)
        audit = next(a for a in self.charter.audits if a.name == name)
        found = bool(self._verifiers[audit.verifier](done(did), outcome.body["signals"]))

        def work() -> None:
            if (number, name) in self._state.unheard:
                self._open()
                entry = self.ledger.book("finding", did.agent, {"outcome": number, "audit": name, "found": found})
                if found:
                    self._sanction(did.agent, entry.number, f"audit {name}", audit.fine)

        self.ledger.write(work)

    def _rung(self, agent: str, more: int = 0) -> tuple[int, Rung]:
        """(the number of the agent's next offence but `more`, what the ladder says of it)."""
        offences = len(self._state.accounts[agent].offences) + 1 + more
        rungs = [r for r in self.charter.ladder.rungs if r.offences <= offences]
        return offences, rungs[-1] if rungs else Rung(offences)

    def _sanction(self, agent: str, of: int, why: str, fine: Fraction) -> Entry:
        offences, rung = self._rung(agent)
        until = self._state.period + rung.excluded if rung.excluded else -1
        body = {"of": of, "why": why, "offence": offences, "fine": str(fine + rung.fine), "until": until}
        return self.ledger.book("sanction", agent, body)

    # ── messages, periods, appeals ──────────────────────────────────────────────────────────────────────────────

    def message(self, sender: str, hearers: Sequence[str], text: str, *, key: str = "") -> Verdict:
        """Whether a message is delivered; booked, and read by its hearers in `view`."""
        to = (hearers,) if isinstance(hearers, str) else tuple(hearers)

        def work() -> Verdict:
            known = self._replayed(sender, key, ("message", "withheld"), {"to": list(to), "text": text})
            if known:
                return answer(known)
            for name in (sender, *to):
                self.charter.agent(name)
            reason, uses = rules.heard(self.charter, self._state, sender, to, text)
            body = {"to": list(to), "text": text, "reason": reason, "uses": list(uses)}
            return answer(self.ledger.book("withheld" if reason else "message", sender, body, key=key))

        verdict: Verdict = self.ledger.write(work)
        return verdict

    def settle(self, payoffs: Mapping[str, float] | None = None, *, key: str = "") -> Mapping[str, float]:
        """End the period: {agent: money that rules moved to it since the last settlement}. `payoffs` are noted."""
        given = {name: float(value) for name, value in (payoffs or {}).items()}
        for name, value in given.items():
            self.charter.agent(name)
            if not math.isfinite(value):
                raise InputError(where=f"payoff of {name}", needed="a finite number", found=str(value))

        def work() -> Entry:
            known = self._replayed(OPERATOR, key, ("settlement",), {"payoffs": given})
            if known:
                return known
            found = rules.settled(self.charter, self._state)
            body = {
                "period": self._state.period,
                "transfers": {name: str(x) for name, x in found.transfers.items()},
                "unpaid": {str(n): str(x) for n, x in found.unpaid.items()},
                "cut": {name: str(x) for name, x in found.cut.items()},
                "missing": list(found.missing),
                "payoffs": given,
                "fund": str(self._state.fund - sum(found.transfers.values(), ZERO)),
            }
            return self.ledger.book("settlement", OPERATOR, body, key=key)

        entry: Entry = self.ledger.write(work)
        return {name: float(Fraction(x)) for name, x in entry.body["transfers"].items()}

    def appeal(self, agent: str, entry: int, grounds: str, *, key: str = "") -> int:
        """Appeal against a sanction on oneself; number of the appeal."""

        def work() -> int:
            known = self._replayed(agent, key, ("appeal",), {"of": entry, "grounds": grounds})
            if known:
                return known.number
            self.charter.agent(agent)
            terms, one = self.charter.appeals, self._state.sanctions.get(entry)
            if terms is None:
                raise InputError(where="appeal", needed="a charter that hears appeals", found="one that does not")
            if one is None or one.agent != agent:
                raise InputError(where="appeal", needed=f"the number of a sanction on {agent}", found=str(entry))
            if one.appealed or self._state.period > one.period + terms.periods:
                raise InputError(
                    where=f"appeal against {entry}",
                    needed=f"the first one, by the end of period {one.period + terms.periods}",
                    found="a second one" if one.appealed else f"period {self._state.period}",
                )
            return self.ledger.book("appeal", agent, {"of": entry, "grounds": grounds}, key=key).number

        number: int = self.ledger.write(work)
        return number

    def decide(self, judge: str, appeal: int, upheld: bool, reason: str = "", *, key: str = "") -> int:
        """The judge's word; an appeal that is upheld returns the fine, the offence and the rest of an exclusion."""

        def work() -> int:
            known = self._replayed(judge, key, ("decision",), {"appeal": appeal, "upheld": bool(upheld)})
            if known:
                return known.number
            terms, of = self.charter.appeals, self._state.appeals.get(appeal)
            if terms is None or judge != terms.judge:
                raise InputError(where="appeal", needed=f"the judge, {terms.judge if terms else 'nobody'}", found=judge)
            if of is None:
                raise InputError(where="appeal", needed="the number of an appeal that is open", found=str(appeal))
            one = self._state.sanctions[of]
            returned = str(one.fine - one.unpaid if upheld else ZERO)
            body = {"appeal": appeal, "to": [one.agent], "upheld": bool(upheld), "returned": returned, "reason": reason}
            return self.ledger.book("decision", judge, body, key=key).number

        number: int = self.ledger.write(work)
        return number

    # ── randomness of everybody ─────────────────────────────────────────────────────────────────────────────────

    def contribute(self, agent: str, digest: str) -> int:
        """SHA-256 of an agent's nonce, in hex: before any draw. From then on draws wait for the nonce itself."""

        def work() -> int:
            self._open()
            self.charter.agent(agent)
            state = self._state
            if any(a.draws for a in state.accounts.values()) or agent in state.promised or state.nonces:
                raise InputError(
                    where=f"nonce of {agent}", needed="one digest, before the first draw", found="a late one"
                )
            if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
                raise InputError(where=f"nonce of {agent}", needed="SHA-256 in 64 hex digits", found=digest[:70])
            return self.ledger.book("nonce", agent, {"digest": digest}).number

        number: int = self.ledger.write(work)
        return number

    def reveal_nonce(self, agent: str, nonce: bytes) -> int:
        """The nonce whose digest the agent contributed."""

        def work() -> int:
            self._open()
            if agent in self._state.nonces or self._state.promised.get(agent) != draws.commitment(nonce):
                raise InputError(where=f"nonce of {agent}", needed="the nonce of its digest, once", found="another")
            return self.ledger.book("nonce", agent, {"nonce": nonce.hex()}).number

        number: int = self.ledger.write(work)
        return number

    def _key(self) -> bytes:
        count = len(self._state.nonces)
        if self._mixed[0] != count:
            self._mixed = count, draws.mixed(self._seed, self._state.nonces)
        return self._mixed[1]

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    def view(self, agent: str, start: int = 0, limit: int = -1) -> list[Entry]:
        """What an agent may read of `limit` lines from `start` on: its own, what was said to it, what is revealed to it."""
        self.charter.agent(agent)
        return [redacted(e, agent) for e in self.ledger.entries(start, limit) if reads(self.charter, agent, e)]

    def standing(self, agent: str) -> Standing:
        """Where an agent stands now."""
        self.charter.agent(agent)
        found: Standing = self.ledger.write(lambda: standing(self._state, agent))
        return found

    def head(self) -> Head:
        """To be kept outside: an anchor of all lines so far."""
        return self.ledger.head()

    def close(self, final: bool = False) -> None:
        """Let go of the file; `final`: end the ledger for good and reveal the seed of its draws."""

        def work() -> None:
            if not self._state.final:
                self.ledger.book("final", OPERATOR, {"seed": self._seed.hex()})

        if final:
            self.ledger.write(work)
        self.ledger.close()

    # ── small things ────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        if self._state.final:
            raise InputError(where=str(self.ledger.path), needed="a ledger that is not closed", found="its final line")

    def _replayed(self, agent: str, key: str, kinds: tuple[str, ...], asked: Mapping[str, Any]) -> Entry | None:
        self._open()
        known = self.ledger.known(agent, key)
        return repeated(known, kinds, asked) if known is not None else None

    def _watch(self, agent: str, alarms: list[Entry]) -> None:
        for k, (clause, watch) in enumerate(zip(self.charter.drifts, self._state.watches, strict=True)):
            if clause.agent != agent or watch.alarmed:
                continue
            found = drift.seen(clause, watch.acts, watch.hits)
            if found.alarm:
                body = {
                    "drift": k,
                    "act": clause.act,
                    "acts": found.acts,
                    "hits": found.hits,
                    "evidence": min(found.evidence, 1e300),
                    "suggestion": drift.suggestion(clause, found),
                }
                alarms.append(self.ledger.book("alarm", agent, body))

    def _call(self, alarms: list[Entry]) -> None:
        for entry in alarms if self._alarmed else ():
            assert self._alarmed is not None
            self._alarmed(entry)

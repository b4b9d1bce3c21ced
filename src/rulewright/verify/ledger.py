"""A guard's ledger, checked by a stranger: the chain, the head that was kept, the seals, and every draw once the seed is shown.

Written from docs/ledger_format.md alone, with the standard library alone: copy this file and run it anywhere,

    python ledger.py LEDGER [NUMBER HASH]

It reads, and writes nothing. What it cannot see: whether a whole ledger was written anew by somebody who has the key, where
nobody kept a head; and whether what was reported to the guard was true.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from math import lcm
from pathlib import Path
from typing import Any

START = "0" * 64
KEY = "RULEWRIGHT_LEDGER_KEY"
SPACE = 1 << 256
FINEST = 1 << 128
"""The finest chance that a draw may have."""
LARGEST = 1 << 20
"""Bytes of a body."""
WIDEST = 1 << 17
"""Bits of a denominator up to which money is added up."""
TRIES = 20_000_000
"""Bytes that are hashed to say where a line stood before."""
COLUMNS = ("number", "kind", "agent", "key", "at", "body", "hash", "seal")


class NotALedger(ValueError):
    """The file is no ledger of version 1."""


@dataclass(frozen=True)
class Verdict:
    """On one claim. `line` is the number of the first bad line, −1 where there is none."""

    claim: str
    holds: bool | None
    grade: str
    says: str
    line: int = -1


@dataclass(frozen=True)
class Line:
    """As it is in the file."""

    number: int
    kind: str
    agent: str
    key: str
    at: int
    text: str
    hash: str
    seal: str

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


class _Large(Exception):
    """More than is looked at."""


class _Bad(Exception):
    def __init__(self, line: int, says: str) -> None:
        super().__init__(says)
        self.line, self.says = line, says


def lines(path: Path | str) -> list[Line]:
    """All lines in the order of their numbers. Raises NotALedger."""
    try:
        where = Path(path).resolve(strict=True).as_uri()
        db = sqlite3.connect(f"{where}?mode=ro", uri=True)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version != 1:
                raise NotALedger(f"version {version}, not 1")
            _plain(db)
            rows = db.execute(f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY number").fetchall()
        finally:
            db.close()
    except (OSError, UnicodeError, sqlite3.Error) as error:
        raise NotALedger(_shown_plainly(str(error))) from None
    wanted = (int, str, str, str, int, str, str, str)
    for row in rows:
        if any(type(x) is not kind for x, kind in zip(row, wanted, strict=True)):
            raise NotALedger(f"line {row[0]!r} has a field of another type")
    return [Line(*row) for row in rows]


def _plain(db: sqlite3.Connection) -> None:
    """A file may hold a view without end, or columns that are worked out: only a table that is written down is read."""
    db.execute("PRAGMA trusted_schema = OFF")
    if hasattr(db, "setlimit"):
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * LARGEST)
    kind = db.execute("SELECT type, sql FROM sqlite_master WHERE name = 'entries'").fetchall()
    if len(kind) != 1 or kind[0][0] != "table" or "virtual" in str(kind[0][1]).lower().split("(")[0]:
        raise NotALedger("no table of entries")
    columns = db.execute("PRAGMA table_xinfo(entries)").fetchall()
    if {c[1] for c in columns} != set(COLUMNS) or any(c[6] for c in columns):
        raise NotALedger(f"the columns are {', '.join(str(c[1]) for c in columns)}")
    if db.execute("SELECT count(*) FROM entries WHERE length(body) > ?", (LARGEST,)).fetchone()[0]:
        raise NotALedger(f"a body of more than {LARGEST} bytes")


canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


def linked(line: Line, previous: str) -> str:
    """The hash that a line should have after this one, if its body is canonical."""
    before = canonical({"agent": line.agent, "at": line.at})[:-1]
    after = canonical({"key": line.key, "kind": line.kind, "number": line.number, "previous": previous})[1:]
    return hashlib.sha256(f'{before},"body":{line.text},{after}'.encode()).hexdigest()


def check(path: Path | str, head: tuple[int, str] | None = None, key: bytes | None = None) -> list[Verdict]:
    """Verdicts on chain, head, seals, opening, draws and money. `head` is one that was kept; `key` that of the seals.

    The key is taken from RULEWRIGHT_LEDGER_KEY where none is given. Raises NotALedger for what is none.
    """
    found = lines(path)
    sealed = key or os.environ.get(KEY, "").encode() or None
    return [
        _verdict("chain", lambda: _chain(found)),
        _head(found, head),
        _verdict("seals", lambda: _seals(found, sealed)) if sealed else _unsaid("seals", "no key was given"),
        _verdict("opening", lambda: _opening(found)),
        _verdict("draws", lambda: _draws(found)) if _shown(found) else _unsaid("draws", "the seed is not shown yet"),
        _verdict("money", lambda: _money(found)),
    ]


def _verdict(claim: str, work: Any) -> Verdict:
    try:
        return Verdict(claim, True, "exact", _shown_plainly(work()))
    except _Bad as bad:
        return Verdict(claim, False, "exact", _shown_plainly(bad.says), bad.line)
    except _Large as large:
        return _unsaid(claim, str(large))
    except Exception as error:  # whatever a forger has written there
        says = _shown_plainly(f"not as the format says: {type(error).__name__} {error}")
        return Verdict(claim, False, "exact", says, 0)


def _shown_plainly(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(c if c.isprintable() else "?" for c in text[:500])


def _rational(text: Any) -> Fraction:
    """A whole number, or text such as "-3/2": no exponents, which a few bytes make endless."""
    if type(text) is int or (isinstance(text, str) and re.fullmatch(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?", text)):
        return Fraction(text)
    raise ValueError(f"{str(text)[:40]!r} is no rational number")


def _unsaid(claim: str, why: str) -> Verdict:
    return Verdict(claim, None, "unchecked", why)


# ── chain, head, seals ──────────────────────────────────────────────────────────────────────────────────────────────


def _chain(found: list[Line]) -> str:
    previous = START
    for k, line in enumerate(found):
        if line.number != k:
            raise _Bad(k, f"line {k} is missing: it was deleted")
        try:
            spelt = canonical(line.body) == line.text
            fits = spelt and linked(line, previous) == line.hash
        except (ValueError, RecursionError):
            raise _Bad(k, f"line {k} is no JSON: it was edited") from None
        if not spelt or not fits:
            was = _was(found, line) if spelt else -1
            if was >= 0:
                raise _Bad(k, f"line {k} was line {was}, or another stood before it: lines were reordered")
            raise _Bad(k, f"line {k} does not have its hash: it was edited")
        previous = line.hash
    return f"{len(found)} lines, each chained to the one before it"


def _was(found: list[Line], line: Line) -> int:
    """The number under which a line has its hash, after one of the lines that are there; −1: under none."""
    most = TRIES // (4 * (len(line.text) + 300))
    for n in sorted(range(len(found) + 1), key=lambda n: abs(n - line.number))[:most]:
        near = {found[m].hash for m in (n - 1, n, line.number - 1, line.number + 1) if 0 <= m < len(found)}
        for previous in near if n else {START}:
            if linked(replace(line, number=n), previous) == line.hash:
                return n
    return -1


def _head(found: list[Line], head: tuple[int, str] | None) -> Verdict:
    if head is None:
        return _unsaid("head", "no head was kept: lines cut off at the end would not be seen")
    number, hash_ = head
    if number >= len(found):
        return Verdict(
            "head", False, "exact", f"cut off: line {number} was there, the last one is {len(found) - 1}", len(found)
        )
    if number >= 0 and found[number].hash != hash_:
        return Verdict("head", False, "exact", f"line {number} is not the one that was there: forged", number)
    return Verdict("head", True, "exact", f"line {number} is the one that was kept")


def _seals(found: list[Line], key: bytes) -> str:
    for line in found:
        if not hmac.compare_digest(hmac.new(key, line.hash.encode(), hashlib.sha256).hexdigest(), line.seal):
            raise _Bad(line.number, f"line {line.number} is not sealed with this key: forged")
    return f"{len(found)} lines sealed"


# ── draws ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opening(found: list[Line]) -> str:
    if not found or found[0].kind != "opening":
        raise _Bad(0, "the first line opens no ledger")
    body = found[0].body
    if len(body["commitment"]) != 64 or not isinstance(body["charter"], dict):
        raise _Bad(0, "the first line has no charter, or no commitment")
    seen: set[tuple[str, str]] = set()
    for line in found:
        if line.number and line.kind == "opening":
            raise _Bad(line.number, f"line {line.number} opens the ledger a second time")
        if line.kind == "final" and line.number != len(found) - 1:
            raise _Bad(line.number + 1, f"line {line.number + 1} comes after the final one")
        if line.key and (line.agent, line.key) in seen:
            raise _Bad(line.number, f"line {line.number} books request {line.key!r} of {line.agent} again")
        seen.add((line.agent, line.key))
    return f"opened once, committed to {body['commitment'][:12]}…; every request booked once"


def _shown(found: list[Line]) -> bool:
    return bool(found) and found[-1].kind == "final"


def _key(found: list[Line]) -> bytes:
    seed = bytes.fromhex(found[-1].body["seed"])
    if hashlib.sha256(seed).hexdigest() != found[0].body["commitment"]:
        raise _Bad(len(found) - 1, "the seed that is shown is not the one that was committed to")
    whole, promised, nonces = hashlib.sha256(seed), {}, {}
    for line in found:
        if line.kind == "nonce" and "digest" in line.body:
            promised[line.agent] = line.body["digest"]
        elif line.kind == "nonce":
            nonces[line.agent] = hashlib.sha256(bytes.fromhex(line.body["nonce"])).digest()
            if nonces[line.agent].hex() != promised.get(line.agent):
                raise _Bad(line.number, f"line {line.number} shows a nonce that was not promised")
    for agent in sorted(nonces):
        whole.update(nonces[agent])
    return whole.digest()


def _below(key: bytes, most: int, purpose: str, agent: str, count: int) -> int:
    attempt = 0
    if not 0 < most <= FINEST:
        raise ValueError(f"a chance with the denominator {most:.3g}" if most < 1e300 else "a chance that is too fine")
    while True:
        said = canonical([purpose, agent, count, attempt]).encode()
        drawn = int.from_bytes(hmac.new(key, said, hashlib.sha256).digest(), "big")
        if drawn < SPACE - SPACE % most:
            return drawn % most
        attempt += 1


def _named(clause: dict[str, Any], agent: dict[str, Any]) -> bool:
    given = clause.get("agents", ["*"])
    return "*" in given or agent["name"] in given or (bool(agent.get("role")) and f"role:{agent['role']}" in given)


def _draws(found: list[Line]) -> str:
    charter, key = found[0].body["charter"], _key(found)
    agents = {a["name"]: a for a in charter.get("agents", [])}
    commits = {c["agent"]: c for c in charter.get("commits", [])}
    acts: dict[int, tuple[str, dict[str, Any]]] = {}
    counts: dict[tuple[str, str], int] = {}
    drawn = 0
    for line in found:
        if line.kind == "act":
            acts[line.number] = line.agent, line.body
            if line.agent in commits:
                _commit(line, commits[line.agent], key, counts)
                drawn += 1
        if line.kind == "outcome":
            body = line.body
            who, act = acts.pop(body["act"])
            if who != line.agent:
                raise _Bad(line.number, f"line {line.number} is the outcome of another's act")
            wanted = {
                a["name"]: a
                for a in charter.get("audits", [])
                if ("*" in a.get("acts", ["*"]) or act["name"] in a.get("acts", ["*"])) and _named(a, agents[who])
            }
            if set(body["audits"]) != set(wanted):
                raise _Bad(line.number, f"line {line.number} does not have the draws that the charter wants")
            for name, audit in wanted.items():
                said, rate = body["audits"][name], _rational(audit["rate"])
                count = _count(counts, f"audit {name}", who, said["count"], line)
                right = _below(key, rate.denominator, f"audit {name}", who, count) < rate.numerator
                drawn += 1
                if said["drawn"] is not right:
                    raise _Bad(line.number, f"line {line.number}: the draw for audit {name} comes out otherwise")
    return f"{drawn} draws done again, at the rates of the charter"


def _count(counts: dict[tuple[str, str], int], purpose: str, agent: str, said: int, line: Line) -> int:
    count = counts.get((purpose, agent), 0)
    if said != count:
        raise _Bad(line.number, f"line {line.number} counts its draws as {said}, they are {count}")
    counts[purpose, agent] = count + 1
    return count


def _commit(line: Line, commit: dict[str, Any], key: bytes, counts: dict[tuple[str, str], int]) -> None:
    said = line.body["drawn"]
    if said["acts"] != commit["acts"] or said["law"] not in [law for _, law in commit["law"]]:
        raise _Bad(line.number, f"line {line.number} is drawn by a law that the charter does not have")
    law = [_rational(p) for p in said["law"]]
    common = lcm(*(p.denominator for p in law))
    left = _below(key, common, "commit", line.agent, _count(counts, "commit", line.agent, said["count"], line))
    bounds = accumulate(int(p * common) for p in law)
    act = next(a for a, bound in zip(said["acts"], bounds, strict=True) if left < bound)
    if act != line.body["name"]:
        raise _Bad(
            line.number, f"line {line.number}: the draw of what {line.agent} is committed to comes out otherwise"
        )


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _money(found: list[Line]) -> str:
    charter = found[0].body["charter"]
    fund = _rational(charter.get("fund", 0))
    escrow = {a["name"]: _rational(a["deposit"]) for a in charter.get("agents", []) if "deposit" in a}
    periods = 0
    for line in found:
        if line.kind != "settlement":
            continue
        body = line.body
        if body["period"] != periods:
            raise _Bad(line.number, f"line {line.number} settles period {body['period']}, not {periods}")
        periods += 1
        for agent, amount in _amounts(body):
            fund -= amount
            if agent in escrow:
                escrow[agent] += amount
                if escrow[agent] < 0:
                    raise _Bad(line.number, f"line {line.number} takes more from {agent} than is in escrow")
        if fund.denominator.bit_length() > WIDEST:
            raise _Large(f"from line {line.number} on, amounts have too many digits")
        if _rational(body["fund"]) != fund:
            raise _Bad(line.number, f"line {line.number} has {body['fund']} in the fund, it is {fund}")
    return f"{periods} periods settled; what agents paid and got is what the fund got and paid"


def _amounts(body: dict[str, Any]) -> Iterator[tuple[str, Fraction]]:
    for agent, text in body["transfers"].items():
        yield agent, _rational(text)


def main(arguments: list[str]) -> int:
    """Print the verdicts; 0 if nothing fails, 1 if something does, 2 if this is no ledger."""
    if len(arguments) not in (1, 3):
        print("python ledger.py LEDGER [NUMBER HASH]")
        return 2
    try:
        head = (int(arguments[1]), arguments[2]) if len(arguments) == 3 else None
        verdicts = check(arguments[0], head)
    except ValueError as error:
        print(f"no ledger: {error}")
        return 2
    for verdict in verdicts:
        answer = {True: "yes", False: "NO", None: "unchecked"}[verdict.holds]
        print(f"{verdict.claim:8} {answer:9} {verdict.says}")
    return int(any(v.holds is False for v in verdicts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

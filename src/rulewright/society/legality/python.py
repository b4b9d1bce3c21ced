"""A law from a user's Python file: `classify(case, history=None)` and what else the file says of it.

SPACE        {attribute: values}, or CASES, a list of dicts
IDENTITIES   attributes that must not matter        HIDDEN, or PUBLISHED   attributes that are not public, or are
LATER        attributes that are known only after the act
EQUIVALENT   functions case → case, or pairs of cases, that write the same case otherwise
VERSIONS     [(date, classify), …] or [(date, classify, published), …]
HISTORY      dicts with a "date"; `classify` gets them as `history`, and the date of the act in the case
LOGICS       {name: classify} or {name: (classify, floor)}        AUTHORITIES   {name: case → bool}
VERDICTS, REASONS {reason: attributes}, BOUNDS {flips, agreement, jumps}, CLOSED
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import user_code
from ...errors import InputError
from ...numerics.rational import Array
from .answers import ABSENT, NONE
from .asked import SLOWEST, Asked, Budget, Tell
from .law import ENUMERATED, LISTED, SAMPLED, Authority, Bounds, Found, Judge, Law, Logic, Recoding, Version
from .space import Space

NAMES = ("classify", "verdict", "judge", "rule")
AGAIN = 1_000  # cases that are asked a second time
ACTS = 2_000  # pairs of a case and a date at which the history is cut
BASE = 0.5  # share of the time that goes into the first round
KEYS = (
    *("SPACE", "CASES", "IDENTITIES", "HIDDEN", "PUBLISHED", "LATER", "EQUIVALENT", "VERSIONS", "HISTORY", "LOGICS"),
    *("AUTHORITIES", "VERDICTS", "REASONS", "BOUNDS", "CLOSED"),
)
UNFORESEEN = "something that nobody foresaw"
BASES = 12  # cases in which one attribute is given such a value


@dataclass(frozen=True)
class Effort:
    """How much is asked of a function."""

    enumerate: int = 100_000
    """The largest space of which every case is asked."""
    samples: int = 2_000
    """Cases drawn from a larger one."""
    seconds: float = 60.0
    calls: int = 1_000_000
    seed: int = 0


USUAL = Effort()


def read(
    said: str,
    effort: Effort = USUAL,
    tell: Tell = lambda _: None,
    identities: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> Law:
    """The law of FILE.py or FILE.py:function. Raises InputError for a file that does not run or says something else."""
    path = str(user_code.split(said)[0])
    function, there = user_code.loaded(said, NAMES)
    data = {key: getattr(there, key) for key in KEYS if hasattr(there, key)}
    try:
        return _made(function, data, path, effort, tell, identities, hidden)
    except InputError as error:
        raise error.at(path) from None


def _made(
    function: Callable[..., Any],
    data: Mapping[str, Any],
    path: str,
    effort: Effort,
    tell: Tell,
    identities: Sequence[str],
    hidden: Sequence[str],
) -> Law:
    space, listed = _space(data)
    asked = Asked(function, space, Budget(effort.seconds, effort.calls), _names(data, "VERDICTS"))
    base, how, note = _base(asked, space, listed, effort, tell)
    concealed = tuple(hidden) or _names(data, "HIDDEN")
    open_ = _names(data, "PUBLISHED")
    who = tuple(identities) or _names(data, "IDENTITIES")
    if "PUBLISHED" in data and not concealed:
        space.positions(open_)
        concealed = tuple(n for n in space.names if n not in open_ and n not in who)
    law = Law(
        user_code.split(path)[0].stem,
        space,
        asked,
        base,
        how,
        asked.verdicts,
        who,
        concealed,
        "PUBLISHED" in data or "HIDDEN" in data,
        _names(data, "LATER"),
        _recodings(data, asked),
        _versions(data, asked),
        _logics(data, asked),
        _authorities(data, space),
        _bounds(data),
        None,
        {str(k): _named(v, space, f"REASONS, {k}") for k, v in _mapping(data, "REASONS").items()},
        lambda: _again(asked, base, effort.seed),
        None if data.get("CLOSED") else lambda: _unforeseen(asked, base),
        _truncation(asked, data, base, effort.seed),
        seed=effort.seed,
        notes=(note,) if note else (),
    )
    if (law.answers.verdict == ABSENT).all():
        raise InputError(needed="a function that answers within the time", found="no answer")
    return law


def _space(data: Mapping[str, Any]) -> tuple[Space, Array | None]:
    """(space, the cases that are listed, or None)."""
    if "SPACE" in data:
        said = _mapping(data, "SPACE")
        for name, values in said.items():
            if isinstance(values, (str, bytes)) or not isinstance(
                values, (Sequence, range, set, frozenset, np.ndarray)
            ):
                raise InputError(where=f"SPACE, {name}", needed="a list of values", found=user_code.shown(values))
        space = Space.of(
            {str(n): list(v) if not isinstance(v, (set, frozenset)) else sorted(v, key=repr) for n, v in said.items()}
        )
        return space, None
    cases = data.get("CASES")
    if not isinstance(cases, Sequence) or not cases or not all(isinstance(c, Mapping) for c in cases):
        raise InputError(
            needed="SPACE = {attribute: values}, or CASES, a list of dicts",
            found="neither" if cases is None else user_code.shown(cases),
            remedy='For example SPACE = {"author": ["ann", "ben"], "harm": [0, 1, 2]}.',
        )
    names = list(cases[0])
    for k, case in enumerate(cases):
        if set(case) != set(names):
            odd = sorted(map(str, set(case) ^ set(names)))
            raise InputError(
                where=f"CASES, case {k + 1}", needed="the attributes of the first case", found=f"{odd[0]} in one only"
            )
    space = Space.of({str(n): list({repr(c[n]): c[n] for c in cases}.values()) for n in names})
    return space, np.array([_row(space, case) for case in cases], np.int32)


def _row(space: Space, case: Mapping[str, Any]) -> list[int]:
    """Positions of a case's values. Raises InputError where it is not of the space."""
    row = []
    for name, values in zip(space.names, space.values, strict=True):
        at = [k for k, v in enumerate(values) if name in case and repr(v) == repr(case[name])]
        if not at:
            raise InputError(
                where=f"case {dict(case)}", needed=f"a value of {name} in the space", found=repr(case.get(name))
            )
        row.append(at[0])
    return row


def _base(asked: Asked, space: Space, listed: Array | None, effort: Effort, tell: Tell) -> tuple[Array, str, str]:
    """(cases, where they came from, a note)."""
    if listed is not None:
        return listed, LISTED, ""
    if space.size > effort.enumerate:
        cases = space.drawn(effort.samples, effort.seed)
        done = asked.sweep(cases, BASE, tell)
        short = "" if done == len(cases) else f"{done:,} of {len(cases):,} cases were asked in the time there was."
        return cases[:done] if done else cases[:1], SAMPLED, short
    cases = space.all()
    order = np.random.default_rng(effort.seed).permutation(len(cases))
    done = asked.sweep(cases[order], BASE, tell)
    if done == len(cases):
        return cases, ENUMERATED, ""
    short = f"{done:,} of {len(cases):,} cases, drawn at random, were asked in the time there was."
    return cases[order[: max(done, 1)]], SAMPLED, short


def _again(asked: Asked, base: Array, seed: int) -> Found:
    """The same cases in another order: a function that is random, or remembers, says something else."""
    order = np.random.default_rng([seed, 1]).permutation(len(base))[:AGAIN][::-1]
    looked, broken, witness = 0, 0, ""
    for row in base[order].tolist():
        if not asked.budget.left():
            break
        before = asked.known.get(tuple(row))
        if before is None:
            continue
        now = asked.once(asked.space.case(row))
        looked += 1
        if now[0] != before[0]:
            broken += 1
            words = [_word(asked, code, odd) for code, _, odd in (before, now)]
            witness = (
                witness or f"same case ({asked.space.words(row)}), asked again, other verdict: {words[0]} → {words[1]}"
            )
    return Found(looked, witness, broken)


def _word(asked: Asked, code: int, odd: str) -> str:
    return asked.labels[code] if code >= 0 else odd or "no verdict"


def _unforeseen(asked: Asked, base: Array) -> Found:
    """A new value of each attribute, the others as in some cases that have a verdict."""
    looked, broken, witness = 0, 0, ""
    rows = list(map(tuple, base.tolist()))
    answered = [row for row in rows if asked.known.get(row, (NONE, -1, ""))[0] >= 0] or rows[:1]
    for row in answered[:: max(1, -(-len(answered) // BASES))]:
        usual = asked.space.case(row)
        for name, values in zip(asked.space.names, asked.space.values, strict=True):
            if all(isinstance(v, bool) for v in values):
                continue
            numbers = all(isinstance(v, (int, float)) for v in values)
            new = max(values) + 1 if numbers else UNFORESEEN
            code, _, odd = asked.once({**usual, name: new})
            looked += 1
            if code < 0:
                broken += 1
                witness = witness or f"{name} = {new}, else {_rest(usual, name)}: {_word(asked, code, odd)}"
    return Found(looked, witness, broken)


def _rest(case: Mapping[str, Any], name: str) -> str:
    return ", ".join(f"{n} = {v}" for n, v in case.items() if n != name)


def _truncation(asked: Asked, data: Mapping[str, Any], base: Array, seed: int) -> Callable[[], Found] | None:
    """Acts judged with the whole history and with what came before them."""
    if "HISTORY" not in data:
        return None
    past = data["HISTORY"]
    if not isinstance(past, Sequence) or not all(isinstance(h, Mapping) and "date" in h for h in past):
        raise InputError(where="HISTORY", needed='a list of dicts with a "date"', found=user_code.shown(past))
    if not asked.takes_history:
        raise InputError(where="HISTORY", needed="a function that takes `history`", found="one that does not")
    try:
        dates = sorted({h["date"] for h in past})
    except TypeError as error:
        raise InputError(
            where="HISTORY", needed="dates that can be put in order", found=user_code.told(error)
        ) from None

    def test() -> Found:
        draw = np.random.default_rng([seed, 2])
        looked, broken, witness = 0, 0, ""
        for _ in range(min(ACTS, len(base) * len(dates))):
            if not asked.budget.left():
                break
            row, date = base[draw.integers(len(base))], dates[draw.integers(len(dates))]
            act = {**asked.space.case(row), "date": date}
            whole = asked.once(act, past)
            cut = asked.once(act, [h for h in past if h["date"] < date])
            looked += 1
            if whole[0] != cut[0]:
                broken += 1
                words = [_word(asked, code, odd) for code, _, odd in (cut, whole)]
                act_words = f"same act of {date} ({asked.space.words(row)})"
                witness = witness or f"{act_words}, history cut before it: {words[0]}; with what came later: {words[1]}"
        return Found(looked, witness, broken)

    return test


def _recodings(data: Mapping[str, Any], asked: Asked) -> tuple[Recoding, ...]:
    found = []
    for k, said in enumerate(_list(data, "EQUIVALENT")):
        if callable(said):
            found.append(_by_function(said, asked))
        elif isinstance(said, Sequence) and len(said) == 2 and all(isinstance(c, Mapping) for c in said):
            found.append(_by_pair(_row(asked.space, said[0]), said[1], asked, k))
        else:
            raise InputError(
                where=f"EQUIVALENT, entry {k + 1}",
                needed="a function case → case, or two cases",
                found=user_code.shown(said),
            )
    return tuple(found)


def _by_function(move: Callable[..., Any], asked: Asked) -> Recoding:
    name = getattr(move, "__name__", "another way")

    def moved(row: Array) -> Mapping[str, Any]:
        try:
            with user_code.limited(SLOWEST):
                case = move(asked.space.case(row))
        except user_code.TooSlow:
            needed = f"a case within {SLOWEST:g} seconds"
            raise InputError(where=f"EQUIVALENT, {name}", needed=needed, found="none") from None
        except (Exception, SystemExit) as error:
            raise InputError(
                where=f"EQUIVALENT, {name}", needed="a function of a case", found=user_code.told(error)
            ) from None
        if not isinstance(case, Mapping):
            raise InputError(where=f"EQUIVALENT, {name}", needed="a case, as a dict", found=user_code.shown(case))
        return case

    def words(row: Array) -> str:
        return ", ".join(f"{k} = {v}" for k, v in moved(row).items())

    return Recoding(name, lambda cases: asked.of_cases([moved(row) for row in cases]), words)


def _by_pair(first: list[int], second: Mapping[str, Any], asked: Asked, k: int) -> Recoding:
    return Recoding(
        f"pair {k + 1}",
        lambda cases: asked.of_cases([second] * len(cases)),
        lambda _: ", ".join(f"{n} = {v}" for n, v in second.items()),
        np.array([first], np.int32),
    )


def _other(function: Any, asked: Asked, where: str) -> Judge:
    if not callable(function):
        raise InputError(where=where, needed="a function of a case", found=user_code.shown(function))
    return Asked(function, asked.space, asked.budget, asked.verdicts)


def _versions(data: Mapping[str, Any], asked: Asked) -> tuple[Version, ...]:
    found = []
    for k, said in enumerate(_list(data, "VERSIONS")):
        where = f"VERSIONS, entry {k + 1}"
        if not isinstance(said, Sequence) or len(said) not in (2, 3):
            raise InputError(
                where=where, needed="(date, function) or (date, function, published)", found=user_code.shown(said)
            )
        date = day(said[0], where)
        found.append(Version(date, day(said[2], where) if len(said) == 3 else date, _other(said[1], asked, where)))
    return tuple(sorted(found, key=lambda v: v.date))


def day(said: Any, where: str) -> float:
    """A date as a number: itself, or the day of a calendar. Raises InputError."""
    if isinstance(said, (int, float)) and not isinstance(said, bool) and np.isfinite(said):
        return float(said)
    try:
        if isinstance(said, str):
            return (
                float(said)
                if said.replace(".", "", 1).lstrip("-").isdigit()
                else datetime.date.fromisoformat(said).toordinal()
            )
        return float(said.toordinal())
    except (ValueError, AttributeError):
        raise InputError(where=where, needed="a date: a number, or year-month-day", found=repr(said)) from None


def _logics(data: Mapping[str, Any], asked: Asked) -> tuple[Logic, ...]:
    found = []
    for name, said in _mapping(data, "LOGICS").items():
        where = f"LOGICS, {name}"
        function, floor = said if isinstance(said, tuple) and len(said) == 2 else (said, None)
        if floor is not None and not (isinstance(floor, (int, float)) and 0 <= floor <= 1):
            raise InputError(where=where, needed="a floor from 0 to 1", found=repr(floor))
        found.append(Logic(str(name), _other(function, asked, where), floor))
    return tuple(found)


def _authorities(data: Mapping[str, Any], space: Space) -> tuple[Authority, ...]:
    def covers(function: Callable[..., Any], where: str) -> Callable[[Array], Array]:
        if not callable(function):
            raise InputError(where=where, needed="a function case → bool", found=user_code.shown(function))

        def test(cases: Array) -> Array:
            try:
                with user_code.limited(user_code.LOADING):
                    return np.array([bool(function(space.case(row))) for row in cases], bool)
            except user_code.TooSlow:
                needed = f"answers within {user_code.LOADING:g} seconds"
                raise InputError(where=where, needed=needed, found="none") from None
            except (Exception, SystemExit) as error:
                raise InputError(where=where, needed="a function case → bool", found=user_code.told(error)) from None

        return test

    said = _mapping(data, "AUTHORITIES")
    return tuple(Authority(str(name), covers(f, f"AUTHORITIES, {name}")) for name, f in said.items())


def _bounds(data: Mapping[str, Any]) -> Bounds:
    said = _mapping(data, "BOUNDS")
    for name, value in said.items():
        if name not in ("flips", "agreement", "jumps") or not isinstance(value, (int, float)):
            raise InputError(
                where="BOUNDS", needed="numbers for flips, agreement or jumps", found=f"{name} = {value!r}"
            )
    return Bounds(**said)


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    said = data.get(key, {})
    if not isinstance(said, Mapping):
        raise InputError(where=key, needed="a dict", found=user_code.shown(said))
    return said


def _list(data: Mapping[str, Any], key: str) -> Sequence[Any]:
    said = data.get(key, ())
    if isinstance(said, (str, bytes)) or not isinstance(said, Sequence):
        raise InputError(where=key, needed="a list", found=user_code.shown(said))
    return said


def _named(said: Any, space: Space, where: str) -> tuple[str, ...]:
    """Attributes that a reason names."""
    try:
        names = _names({where: said}, where)
        space.positions(names)
    except InputError as error:
        raise error if error.where else error.at(where) from None
    return names


def _names(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    said = data.get(key, ())
    if isinstance(said, str) or not isinstance(said, (Sequence, set, frozenset)):
        raise InputError(where=key, needed="a list of names", found=user_code.shown(said))
    return tuple(map(str, said if isinstance(said, Sequence) else sorted(map(str, said))))

"""What a law scenario says, made: a law of rules over a space of cases, and each mended form of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import ValidationError

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from ...scenario.law import ANY, LawPart, LawScenario, LogicPart, MendedPart, RecodingPart, RulePart
from ...society.legality.answers import Answers
from ...society.legality.law import (
    ENUMERATED,
    MOST_CASES,
    SAMPLED,
    Authority,
    Bounds,
    Found,
    Law,
    Logic,
    Recoding,
    Version,
)
from ...society.legality.rules import Rule, Rules
from ...society.legality.space import Space

UNFORESEEN = "something that nobody foresaw"


def law(scenario: LawScenario, mended: int | None = None) -> Law:
    """Today's rule, or the k-th mended one. Raises InputError with its place."""
    if mended is None:
        with scenario.at("law"):
            return _law(scenario, scenario.file.law, scenario.name)
    said = scenario.file.compare[mended]
    with scenario.at("compare", mended):
        return _law(scenario, _changed(scenario.file.law, said), said.name)


def _changed(part: LawPart, said: MendedPart) -> LawPart:
    kept = [r for r in part.rules if r.name not in said.drop]
    data = {**part.model_dump(exclude_unset=True), **said.set}
    if "rules" not in said.set:
        data["rules"] = [r.model_dump(exclude_unset=True) for r in (*kept, *said.rules)]
    try:
        return LawPart.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(where=f"set, {where}", needed=first["msg"], found=repr(first["input"])[:60]) from None


def _law(scenario: LawScenario, part: LawPart, name: str) -> Law:
    space = _space(scenario, part)
    rules = _rules(scenario, part, space, (*part.rules, *_lines(part, space)), part.default)
    enumerated = space.size <= MOST_CASES
    published = part.date if part.published is None else part.published
    versions = [Version(part.date, published, rules, "the first")]
    kept = list(part.rules)
    for k, later in enumerate(part.versions):
        for rule in later.drop:
            if rule not in [r.name for r in kept]:
                raise InputError(where=f"versions, {k + 1}, drop", needed="the name of a rule", found=repr(rule))
        kept = [*(r for r in kept if r.name not in later.drop), *later.rules]
        judge = _rules(scenario, part, space, (*kept, *_lines(part, space)), part.default)
        versions.append(Version(later.date, later.date if later.published is None else later.published, judge))
    return Law(
        name,
        space,
        rules,
        space.all() if enumerated else space.drawn(part.samples, part.seed),
        ENUMERATED if enumerated else SAMPLED,
        tuple(part.verdicts),
        tuple(part.identities),
        tuple(part.hidden or ()),
        part.hidden is not None,
        tuple(part.later),
        tuple(_recoding(space, rules, r) for r in part.equivalent),
        tuple(sorted(versions, key=lambda v: v.date)),
        tuple(_logic(scenario, part, space, logic) for logic in part.logics),
        tuple(_authority(scenario, part, space, a.name, a.over) for a in part.authorities),
        Bounds(part.bounds.flips, part.bounds.agreement, part.bounds.jumps),
        rules,
        _relevant(rules),
        unforeseen=None if part.closed else lambda: _unforeseen(rules),
        seed=part.seed,
    )


def _space(scenario: LawScenario, part: LawPart) -> Space:
    found: dict[str, Sequence[Any]] = {}
    for name, said in part.attributes.items():
        if name in scenario.parameters:
            raise InputError(where=f"attributes, {name}", needed="a name that no parameter has", found=repr(name))
        if isinstance(said, str):
            found[name] = [v if v.denominator > 1 else int(v) for v in scenario.range(said)]
            continue
        texts = [isinstance(v, str) for v in said]
        if any(texts) and not all(texts):
            raise InputError(where=f"attributes, {name}", needed="texts, or numbers, not both", found=repr(said)[:60])
        if not all(isinstance(v, str | int) or (hasattr(v, "is_finite") and v.is_finite()) for v in said):
            raise InputError(where=f"attributes, {name}", needed="texts or numbers", found=repr(said)[:60])
        found[name] = said
    if not found:
        raise InputError(where="attributes", needed="at least one", found="none")
    return Space.of(found)


def _rules(scenario: LawScenario, part: LawPart, space: Space, said: Sequence[RulePart], default: str | None) -> Rules:
    for r in said:
        if part.verdicts and r.verdict not in part.verdicts:
            raise InputError(
                where=f"rule {r.name}", needed=f"a verdict among {', '.join(part.verdicts)}", found=repr(r.verdict)
            )
    rules = Rules(
        space,
        tuple(
            Rule(r.verdict, r.when, r.unless, r.priority, r.name, None if r.because is None else tuple(r.because))
            for r in said
        ),
        default,
        scenario.parameters,
    )
    for rule in rules.rules:
        space.positions(rule.because or ())
    _ = rules.tables  # a wrong condition is told here
    return rules


def _lines(part: LawPart, space: Space) -> tuple[RulePart, ...]:
    """The lines of a decision table, as rules."""
    if not part.table:
        return ()
    heads, *lines = part.table
    if not heads or heads[-1] != "verdict":
        raise InputError(
            where="table, line 1", needed='names of attributes, and "verdict" last', found=", ".join(heads)
        )
    at = space.positions(heads[:-1])
    found = []
    for k, line in enumerate(lines):
        where = f"table, line {k + 2}"
        if len(line) != len(heads):
            raise InputError(where=where, needed=f"{len(heads)} cells", found=str(len(line)))
        conditions = []
        for a, cell in zip(at, line[:-1], strict=True):
            if cell == ANY:
                continue
            values = space.values[a]
            if cell not in map(str, values):
                raise InputError(
                    where=f"{where}, {space.names[a]}",
                    needed=f"* or one of {', '.join(map(str, values))}",
                    found=repr(cell),
                )
            conditions.append(f"{space.names[a]} == {cell if not isinstance(values[0], str) else repr(cell)}")
        when = " and ".join(conditions) or "1"
        found.append(
            RulePart(name=f"line {k + 2}", verdict=line[-1], when=when, priority=len(lines) - k if part.first else 0)
        )
    return tuple(found)


def _relevant(rules: Rules) -> dict[str, tuple[str, ...]]:
    """What a reason names: what its rule says it does; else what it and all rules that might go before it read."""
    names = rules.space.names
    found: dict[str, tuple[str, ...]] = {rules.reasons[-1]: names}
    for k, rule in enumerate(rules.rules):
        over = [r for r in rules.rules if r.priority >= rule.priority]
        reads = set().union(*(r.reads for r in over)) if rule.because is None else set(rule.because)
        found[rules.reasons[k]] = tuple(n for n in names if n in reads)
    return found


def _recoding(space: Space, rules: Rules, said: RecodingPart) -> Recoding:
    if said.swap:
        if len(said.swap) != 2:
            raise InputError(where="equivalent, swap", needed="two attributes", found=", ".join(said.swap))
        a, b = space.positions(said.swap)
        if space.values[a] != space.values[b]:
            raise InputError(
                where="equivalent, swap", needed="two attributes with the same values", found=", ".join(said.swap)
            )

        def move(cases: Array) -> Array:
            other = cases.copy()
            other[:, [a, b]] = cases[:, [b, a]]
            return other

        return Recoding(
            said.name or f"{said.swap[0]} and {said.swap[1]} exchanged",
            lambda x: rules(move(x)),
            lambda r: space.words(move(r[None])[0]),
        )
    (k,) = space.positions([said.attribute])
    words = [str(v) for v in space.values[k]]
    unknown = [s for s in said.same if s not in words]
    if unknown or len(said.same) < 2:
        raise InputError(
            where="equivalent, same", needed=f"at least two of {', '.join(words)}", found=", ".join(said.same) or "none"
        )
    ring = [words.index(s) for s in said.same]
    after = {here: ring[(j + 1) % len(ring)] for j, here in enumerate(ring)}

    def turned(cases: Array) -> Array:
        other = cases.copy()
        other[:, k] = [after.get(v, v) for v in cases[:, k].tolist()]
        return other

    def judge(cases: Array) -> Answers:
        return rules(turned(cases))

    return Recoding(
        said.name or f"{said.attribute}: {', '.join(said.same)} mean the same",
        judge,
        lambda r: space.words(turned(r[None])[0]),
    )


def _logic(scenario: LawScenario, part: LawPart, space: Space, said: LogicPart) -> Logic:
    try:
        return Logic(said.name, _rules(scenario, part, space, said.rules, said.default), said.floor)
    except InputError as error:
        raise error.at(f"logics, {said.name}") from None


def _authority(scenario: LawScenario, part: LawPart, space: Space, name: str, over: str) -> Authority:
    one = Rules(space, (Rule("decides", over, name=name),), None, scenario.parameters)
    _ = one.tables
    return Authority(name, lambda cases: one.applies(0, cases))


def _answered(rules: Rules) -> list[int]:
    """The first case with a verdict, of some; the first of all where none of these has one."""
    some = rules.space.all() if rules.space.size <= MOST_CASES else rules.space.drawn(1000, 0)
    decided = np.flatnonzero(rules(some).verdict >= 0)
    return [int(k) for k in some[decided[0] if len(decided) else 0]]


def _unforeseen(rules: Rules) -> Found:
    """A new value of each attribute, the others as in the first case that has a verdict."""
    space = rules.space
    row = _answered(rules)
    usual = space.case(row)
    looked, broken, witness = 0, 0, ""
    for name, values in zip(space.names, space.values, strict=True):
        if all(isinstance(v, bool) for v in values):
            continue
        new = UNFORESEEN if isinstance(values[0], str) else max(rational.fraction(v + 0) for v in values) + 1
        try:
            found = rules.one({**usual, name: new})
            said = "no verdict" if found is None else found
        except InputError as error:
            found, said = None, f"no meaning: {error}"
        looked += 1
        if found is None:
            broken += 1
            witness = witness or f"{name} = {new}, else {space.words(row, [space.names.index(name)])}: {said}"
    return Found(looked, witness, broken)

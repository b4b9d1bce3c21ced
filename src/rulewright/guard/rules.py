"""What a charter says of one act, one message, one period: pure functions of the state; they book nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics.formula import Formula
from ..numerics.rational import fraction
from .act import Act
from .charter import Audit, Charter, Price
from .state import ZERO, State


@lru_cache(maxsize=4096)
def formula(text: str) -> Formula:
    """Parsed once."""
    return Formula(text, where="charter")


DEEPEST = 16
"""Objects within objects of which a formula may name a part."""


def variables(data: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Numbers and texts of JSON data by dotted names; lists, nothing, and what is deeper are left out.

    Raises InputError for NaN, and for {"a": …, "a.b": …}: which of both a.b is would be for the agent to choose.
    """
    found: dict[str, Any] = {}
    for name, value in data.items():
        if "." in name and name.partition(".")[0] in data:
            raise InputError(where="data", needed="one meaning for a name", found=f"{name!r} beside its first part")
        if isinstance(value, Mapping):
            found |= variables(value, f"{prefix}{name}.", depth + 1) if depth < DEEPEST else {}
        elif isinstance(value, bool):
            found[prefix + name] = np.array(Fraction(int(value)), dtype=object)
        elif isinstance(value, (int, float)):
            try:
                found[prefix + name] = np.array(fraction(value), dtype=object)
            except ValueError as error:
                raise InputError(where=f"{prefix}{name}", needed="a finite number", found=str(error)) from None
        elif isinstance(value, str):
            found[prefix + name] = np.array(value)
    return found


def number(text: str, names: Mapping[str, Any]) -> Fraction:
    """A formula's value at `variables`. Raises InputError where a name is missing."""
    value: Fraction = fraction(formula(text).value(names).item())
    return value


def together(act: Act, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """`variables` of an act and of what came of it: no argument stands in for any part of what was reported."""
    asked = {name: value for name, value in act.arguments.items() if name.partition(".")[0] not in outcome}
    return variables(asked) | variables(outcome)


@dataclass(frozen=True)
class Ruling:
    """Whether an act is permitted."""

    allowed: bool
    label: str
    """Under which name the act counts: "say m; a" where the agent said m before."""
    reason: str = ""
    uses: tuple[str, ...] = ()
    replaceable: bool = False
    """Whether the agent's `instead` may take its place."""


def permitted(charter: Charter, state: State, act: Act) -> Ruling:
    """By the permits, their conditions and quotas."""
    agent = charter.agent(act.agent)
    account = state.accounts[act.agent]
    own = [(k, p) for k, p in enumerate(charter.permits) if charter.speaks_of(p.agents, act.agent)]
    label = act.name
    if label.startswith("say ") and any(charter.speaks_of((s.speaker,), act.agent) for s in charter.speaks):
        why = f"{act.agent} says it in a message, and then acts: {label.partition('; ')[2] or label}"
        return Ruling(False, label, why)  # else it would be paid for what nobody has heard
    fitting = [(k, p) for k, p in own if label in p.acts or "*" in p.acts]
    if not fitting and account.said:
        label = f"say {account.said}; {act.name}"
        fitting = [(k, p) for k, p in own if label in p.acts]
    if not fitting:
        if charter.free:
            return Ruling(True, act.name)
        listed = ", ".join(a for _, p in own for a in p.acts) or "none"
        return Ruling(False, act.name, f"{act.name} is not permitted to {agent.name}; permitted: {listed}", (), True)
    reasons = []
    replaceable = False
    for k, permit in fitting:
        try:
            holds = not permit.when or number(permit.when, variables(act.arguments)) != 0
        except InputError as error:
            reasons.append(f"the condition {permit.when} cannot be read off the arguments ({error})")
            replaceable = True
            continue
        if not holds:
            reasons.append(f"{act.name} is permitted only if {permit.when}")
            replaceable = True
        elif permit.quota is not None and account.uses.get(f"permit {k}", 0) >= permit.quota:
            reasons.append(f"no more than {permit.quota} of {', '.join(permit.acts)} in a period")
        else:
            return Ruling(True, label, "", (f"permit {k}",) if permit.quota is not None else ())
    return Ruling(False, label, "; ".join(reasons), (), replaceable)


def price(charter: Charter, act: Act, outcome: Mapping[str, Any] | None = None) -> Fraction:
    """What is owed for an act: before (outcome None), or for what came of it. Raises InputError for what cannot be priced."""
    due = [p for p in charter.prices if _priced(charter, p, act, outcome is not None)]
    names = (variables(act.arguments) if outcome is None else together(act, outcome)) if due else {}
    return sum((_amount(p, names) for p in due), ZERO)


def _priced(charter: Charter, price: Price, act: Act, after: bool) -> bool:
    fits = act.name in price.acts or "*" in price.acts
    return price.after is after and fits and charter.speaks_of(price.agents, act.agent)


def _amount(price: Price, data: Mapping[str, Any]) -> Fraction:
    return ZERO if price.when and number(price.when, data) == 0 else number(price.amount, data)


def audits(charter: Charter, act: Act) -> list[Audit]:
    """Those that may look at the act."""
    return [
        a for a in charter.audits if (act.name in a.acts or "*" in a.acts) and charter.speaks_of(a.agents, act.agent)
    ]


def found(audit: Audit, act: Act, outcome: Mapping[str, Any]) -> bool | None:
    """What an audit finds; None: that is for its verifier to say. Raises InputError where the signal is not there."""
    if audit.verifier:
        return None
    if audit.violation:
        return number(audit.violation, together(act, outcome)) != 0
    if audit.signal not in outcome:
        raise InputError(
            where=f"audit {audit.name}",
            needed=f"the signal {audit.signal!r} in the outcome",
            found=str(sorted(outcome)),
        )
    return str(outcome[audit.signal]) in audit.found


def heard(
    charter: Charter, state: State, sender: str, hearers: tuple[str, ...], text: str
) -> tuple[str, tuple[str, ...]]:
    """(why a message is withheld, or nothing; the clauses that it uses)."""
    uses: list[str] = []
    account = state.accounts[sender]
    for hearer in hearers:
        mine = [
            (k, s)
            for k, s in enumerate(charter.speaks)
            if charter.speaks_of((s.speaker,), sender) and charter.speaks_of(s.hearers, hearer)
        ]
        if not mine and charter.talk:
            continue
        if not mine:
            return f"{sender} may not speak to {hearer}", ()
        said = [(k, s) for k, s in mine if "*" in s.messages or text in s.messages]
        if not said:
            return f"{sender} may say to {hearer} only: {', '.join(m for _, s in mine for m in s.messages)}", ()
        free = [k for k, s in said if s.quota is None or account.uses.get(f"speak {k}", 0) < s.quota]
        if not free:
            return f"{sender} has said to {hearer} what it may say in a period", ()
        uses += [f"speak {free[0]}"] if f"speak {free[0]}" not in uses else []
    return "", tuple(uses)


def signal(charter: Charter, state: State, name: str) -> str | None:
    """The outcome of a signal in this period; None if it is not known."""
    for shown in charter.shown:
        if shown.signal == name:
            acts = tuple(state.acted.get(agent, "") for agent in shown.of)
            return shown.table.get(acts)
    if name in state.clash:
        raise InputError(
            where=f"signal {name}", needed="one outcome in a period", found="two, and money depends on which it is"
        )
    if name in state.signals:
        return state.signals[name]
    kind, _, agent = name.partition(" of ")
    return state.acted.get(agent) if kind == "action" else None


@dataclass(frozen=True)
class Settlement:
    """Who gets what for a period."""

    transfers: dict[str, Fraction]
    unpaid: dict[int, Fraction]
    """{sanction: what limited liability let go of its fine}."""
    cut: dict[str, Fraction]
    """{agent: what it was owed beyond what was moved}; positive where a reward, negative where a fine was cut."""
    missing: tuple[str, ...]
    """Payments that were not due, for want of a signal."""


def settled(charter: Charter, state: State) -> Settlement:
    """Tables on signals, what is owed for acts, limited liability, and, where the books balance, what the fund has."""
    owed = {a.name: state.accounts[a.name].owed for a in charter.agents}
    missing: list[str] = []
    seen: dict[str, str | None] = {}
    for k, pay in enumerate(charter.pays):
        for s in pay.on:
            if s not in seen:
                seen[s] = signal(charter, state, s)
        unknown = [s for s in pay.on if seen[s] is None]
        if unknown:
            missing.append(f"pay {k} to {pay.to}: {', '.join(unknown)}")
        else:
            owed[pay.to] += pay.amounts.get(tuple(str(seen[s]) for s in pay.on), ZERO)
    moved = dict(owed)
    unpaid: dict[int, Fraction] = {}
    for agent in charter.agents:
        have = state.accounts[agent.name].money
        if agent.deposit is not None and have + moved[agent.name] < 0:
            unpaid |= _let_go(state, agent.name, -(have + moved[agent.name]))
            moved[agent.name] = -have
    if charter.balanced:
        there = state.fund - sum((x for x in moved.values() if x < 0), ZERO)
        wanted = sum((x for x in moved.values() if x > 0), ZERO)
        if wanted > there:
            moved = {name: x * max(there, ZERO) / wanted if x > 0 else x for name, x in moved.items()}
    cut = {name: owed[name] - moved[name] for name in owed if owed[name] != moved[name]}
    return Settlement(moved, unpaid, cut, tuple(missing))


def _let_go(state: State, agent: str, short: Fraction) -> dict[int, Fraction]:
    """Which fines of this period go unpaid, the latest first."""
    found: dict[int, Fraction] = {}
    for number_, one in reversed(state.sanctions.items()):
        if one.agent == agent and one.period == state.period and short > 0:
            found[number_] = min(short, one.fine)
            short -= found[number_]
    return found

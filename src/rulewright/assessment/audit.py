"""An audit of somebody's mechanism as a report: what it earns, what it promises and keeps, what a liar gains, and how
sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import InputError
from ..mechanisms.audit.audit import audit as look
from ..mechanisms.audit.audited import CONTINUUM, PROVED, SEARCHED, Audit, Deviation, Violations
from ..mechanisms.audit.load import load
from ..mechanisms.environment import Environment, auction
from ..mechanisms.laws import Exponential, Law, Triangle, Uniform
from ..mechanisms.mechanism import Estimate, Mechanism
from ..report.findings.report import FAIL, PASS, UNKNOWN, Check, FindingsReport, Section, Sentence, Table, Tile
from ..user_code import split

ROUNDING = 1e-9  # of a certified regret, in money
LAWS = "uniform, uniform:LOW:HIGH, exponential:MEAN or triangle"
Tell = Callable[[str, float], object]


@dataclass(frozen=True, eq=False)
class Audited:
    """A report, what was found as data, and a certificate where one was asked for."""

    report: FindingsReport
    found: Audit
    certificate: dict[str, Any] | None = field(repr=False)

    def result(self) -> dict[str, Any]:
        """The content of result.json: the report, and the audit's own numbers beside it."""
        return {**self.report.result(), "audit": self.found.result()}


def audited(
    file: str,
    *,
    bidders: int,
    items: int,
    demand: str = "additive",
    law: str = "uniform",
    profiles: int = 100_000,
    attacked: int = 1_000,
    seed: int = 0,
    layers: Mapping[str, str] | None = None,
    grid: int = 0,
    exactly: int = 0,
    tell: Tell = lambda words, done: None,
    **settings: str,
) -> Audited:
    """Audit the mechanism of a file (`mechanisms.audit.load`). Raises InputError, MissingExtra, TooLarge.

    `law`: uniform (on [0, 1]), uniform:LOW:HIGH, exponential:MEAN or triangle. `grid`: points of each value at which
    the mechanism is written into a certificate; 0: none. `exactly`: profiles at which a piecewise-linear net's regret
    is bounded; 0: none.
    """
    there = auction(bidders, items, demand=demand, law=law_of(law, items))
    mechanism = load(file, there, layers=layers, **settings)
    certified, certificate, said = None, None, ""
    if exactly:
        certified = _exactly(mechanism, exactly, seed, tell)
    if grid:
        from ..mechanisms.audit.discretise import discretised

        tell("a certificate on a grid", 0.0)
        on_grid = discretised(mechanism, grid, title=f"{Path(file).name} on a grid")
        certificate = on_grid.certificate
        said = (
            f"The certificate is about {len(on_grid.types)} types of each bidder alone. There the most that a lie gains is "
            f"{on_grid.slack}, exactly, and expected payments are {on_grid.revenue}. "
            + " ".join(_proved(p) for p in on_grid.proved)
        )
    found = look(
        mechanism, profiles=profiles, attacked=attacked, seed=seed, certified=certified, name=Path(file).name, tell=tell
    )
    return Audited(report(found, there, file, law, said), found, certificate)


def _proved(one: Any) -> str:
    says = f"{one.says[0].upper()}{one.says[1:]}"
    return f"Claim “{one.claim['claim']}” {'holds' if one.holds else 'fails'}: {says}."


def law_of(said: str, items: int) -> Law:
    """The law that a few words name; every item's value by itself. Raises InputError."""
    name, *numbers = said.split(":")
    try:
        given = [float(x) for x in numbers]
    except ValueError:
        given = [float("nan")]
    match name, given:
        case "uniform", []:
            return Uniform((0.0,) * items, (1.0,) * items)
        case "uniform", [low, high]:
            return Uniform((low,) * items, (high,) * items)
        case "exponential", [mean]:
            return Exponential((mean,) * items)
        case "triangle", []:
            if items != 2:
                raise InputError(where="--law triangle", needed="two items", found=str(items))
            return Triangle()
        case _:
            raise InputError(where="--law", needed=LAWS, found=repr(said))


def _exactly(mechanism: Mechanism, profiles: int, seed: int, tell: Tell) -> Any:
    from ..mechanisms.audit.nets import Net
    from ..mechanisms.audit.programme import certify_profiles

    if not isinstance(mechanism, Net):
        raise InputError(
            where="--exactly",
            needed="a net whose layers can be read: FILE.npz or FILE.pt, relu, sparsemax, linear payments",
            found=type(mechanism).__name__,
        )
    return certify_profiles(mechanism, profiles=profiles, seed=seed, tell=tell).certified


def report(found: Audit, there: Environment, source: str, law: str, on_grid: str = "") -> FindingsReport:
    """The findings."""
    return FindingsReport(
        kind="audit",
        scenario=split(source)[0].stem,
        version=__version__,
        title=f"Audit of {found.name}",
        source=source,
        about="",
        parameters={},
        subject=f"a mechanism for {there.name}",
        settings={"law": law, "profiles": f"{found.profiles:,}", "seed": str(found.seed)},
        goal="a mechanism to which nobody lies",
        headline=_headline(found),
        tiles=_tiles(found),
        sections=[
            Section("Promises", checks=_checks(found)),
            Section("The worst lie", paragraphs=[_replay(found.worst)], tables=_worst(found)),
            Section("How sure", paragraphs=[_sure(found)], tables=[_tails(found)]),
            *([Section("On a grid", paragraphs=[on_grid])] if on_grid else []),
            Section("How it was looked for", paragraphs=[_how(found)]),
        ],
    )


def _tiles(found: Audit) -> list[Tile]:
    certified = "none" if found.regret_certified is None else f"{found.regret_certified:.3g}"
    worst = "none found" if found.worst is None else f"{found.worst.gain:.4g}"
    lower = f"{_interval(found.regret_found)}, mean per bidder: a lower bound"
    return [
        Tile("revenue", f"{found.revenue.mean:.4f}", f"{_interval(found.revenue)}, at truthful reports"),
        Tile("regret found", f"{found.regret_found.mean:.3g}", lower),
        Tile("regret certified", certified, "an upper bound"),
        Tile("worst lie", worst, "what it gains"),
    ]


def _interval(e: Estimate) -> str:
    return f"{e.low:.4g} … {e.high:.4g} (95 %)"


def _headline(found: Audit) -> list[Sentence]:
    if found.worst is not None:
        first = Sentence(
            f"Bidders gain by lying: up to {found.worst.gain:.4g}, and {found.regret_found.mean:.3g} on average.", "bad"
        )
    elif found.grade == SEARCHED:
        first = Sentence("No lie that pays was found. That is a search, not a proof.")
    else:
        first = Sentence(f"No lie that pays was found, and regret is bounded: {found.grade}.", "good")
    said = [first]
    if found.worst is not None:
        said.append(
            Sentence("Its revenue is partly bought by this, and is not comparable with that of a truthful mechanism.")
        )
    said += [
        Sentence(f"Fault: {fault.name}. {fault.says[0].upper()}{fault.says[1:]}.", "bad") for fault in found.faults
    ]
    return said


def _checks(found: Audit) -> list[Check]:
    if found.worst is not None:
        truthful = Check("truthful", FAIL, f"a lie gains {found.worst.gain:.6g}", _replay(found.worst), SEARCHED)
    else:
        bound = found.certified
        # a bound on a regret that may be more than rounding, or at some types only, is no proof of truth
        proved = bound is not None and found.grade == PROVED and bound.scope == CONTINUUM and bound.regret <= ROUNDING
        says = f"no lie that pays in {found.evaluations:,} answers"
        if bound is not None:
            says = bound.how if proved else f"{says}; regret is at most {bound.regret:.6g}, for {bound.scope}"
        truthful = Check("truthful", PASS if proved else UNKNOWN, says, grade=PROVED if proved else SEARCHED)
    return [
        truthful,
        _kept("voluntary", found.voluntary, "a truthful bidder gets less than by staying away"),
        _kept("allowed decisions", found.feasible, "an item is sold more than once, or less than not at all"),
        _kept("within budgets", found.budget, "a bidder pays more than it has"),
        *(Check(fault.name, FAIL, fault.says, grade=SEARCHED) for fault in found.faults),
    ]


def _kept(name: str, broken: Violations, what: str) -> Check:
    if broken.count:
        says = f"at {broken.count:,} of {broken.profiles:,} profiles {what}, by up to {broken.worst:.4g}"
        return Check(name, FAIL, says, f"at types {_said(broken.at)}", SEARCHED)
    return Check(name, PASS, f"kept at all of {broken.profiles:,} random profiles", grade=SEARCHED)


def _said(types: Any) -> str:
    return "; ".join(", ".join(f"{float(x):.6g}" for x in row) for row in types)


def _replay(worst: Deviation | None) -> str:
    if worst is None:
        return "None was found."
    lie = ", ".join(f"{x:.6g}" for x in worst.misreport)
    gets = f"says {lie} and gets {worst.lying:.6g} instead of {worst.truthful:.6g}"
    return f"At true values {_said(worst.types)}, bidder {worst.agent + 1} {gets}."


def _worst(found: Audit) -> list[Table]:
    if found.worst is None:
        return []
    rows: list[list[Any]] = []
    for i, row in enumerate(found.worst.types):
        says = found.worst.misreport if i == found.worst.agent else row
        rows.append([f"bidder {i + 1}", ", ".join(f"{x:.6g}" for x in row), ", ".join(f"{x:.6g}" for x in says)])
    return [Table("Replay it", ["", "true values", "report"], rows)]


def _sure(found: Audit) -> str:
    said = "Found regret is a lower bound: another attacker may find more. It is no certificate. "
    if found.certified is None:
        return f"{said}Nobody has certified an upper bound."
    return (
        f"{said}Certified is at most {found.certified.regret:.6g}, for {found.certified.scope}: {found.certified.how}."
    )


def _tails(found: Audit) -> Table:
    rows: list[list[Any]] = [
        [f"{tail.above:g}", f"{tail.seen} of {tail.profiles}", f"{tail.at_most:.2%}", f"{tail.confidence:.0%}"]
        for tail in found.tails
    ]
    return Table(
        "How often this attacker finds more than …",
        ["found regret above", "seen", "chance at most", "with confidence"],
        rows,
    )


def _how(found: Audit) -> str:
    quick, strong = found.per_agent
    return (
        f"All {found.profiles:,} profiles met {quick} misreports per bidder; the first {found.attacked:,} and {found.suspects:,} "
        f"that looked worst met the strong attacker, {strong:,} misreports per bidder. Mean found regret of the quick one: "
        f"{found.regret_quick.mean:.3g}. "
        f"The mechanism answered {found.evaluations:,} times. Repaired revenue (√P − √R)² = "
        f"{found.repaired:.4f}: comparison only, conjectural for two bidders or more."
    )

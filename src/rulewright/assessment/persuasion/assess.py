"""Persuasion in time: what each way to inform brings people.

The headline is the best way that holds however ties are broken, beside silence and telling all; for fresh receivers, and for one
who stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import __version__
from ...report.findings.report import FindingsReport, OutcomeRow, RuleFound, Sentence, Tile
from ...report.words import number
from ...scenario.persuasion import OWN, PersuasionScenario, Way
from ..assessment import Assessment
from . import sections
from .ways import FRESH, SAME, STAYS, Case, Reply, Seen, case, seen, silent, tell_all

Tell = Callable[[str], None]
BOTH = "whoever hears it"


def assess(scenario: PersuasionScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Find every way, let receivers answer it, prove what can be proved. Raises InputError, TooLarge, Unsolved."""
    here = case(scenario)
    found = []
    for k, way in enumerate(scenario.file.compare):
        tell(f"informing: {way.called}")
        found.append(seen(here, k))
    beside = (silent(here, Way(method="silent")), tell_all(here, Way(method="tell all")))
    tell("looking at other horizons and margins")
    exact = next((one.exact for one in found if one.exact is not None), None)
    certificate: dict[str, Any] | None = None if exact is None else exact.certificate(scenario.file.title)
    said = scenario.file.persuasion
    report = FindingsReport(
        kind="persuasion",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        subject=f"persuasion in time: {said.process or 'tables of the file'}, {_span(here)}",
        settings={name: str(v) for name, v in said.set.items()},
        goal=_goal(scenario),
        headline=_headline(here, found, beside),
        tiles=_tiles(here, found, beside),
        rules=[_rule(here, one) for one in found],
        sections=[
            *sections.over_time(here, found),
            *sections.told(here, found),
            *sections.promised(here, found),
            *sections.obedience(here, found),
            *sections.proved(found, certificate),
        ],
        notes=_notes(here, found),
    )
    return Assessment(report, certificate)


def _goal(scenario: PersuasionScenario) -> str:
    goal, whose = scenario.file.people.goal, scenario.file.people.whose
    what = "what the sender gets" if goal == OWN else goal if isinstance(goal, str) else "the table of the file"
    return f"{what} (these values are those of {whose}; the sender works for them)"


def _span(here: Case) -> str:
    rate = number(float(here.process.discount))
    return f"for ever, discount {rate}" if here.horizon is None else f"{here.horizon} steps, discount {rate}"


def _better(here: Case, value: float, other: float) -> bool:
    return value > other + SAME * here.size * here.steps()


def _against(one: Seen, who: str) -> float:
    found = one.replies[who].against
    assert found is not None  # silence and telling all have no margin
    return found


def _headline(here: Case, found: list[Seen], beside: tuple[Seen, Seen]) -> list[Sentence]:
    said = []
    for who in (FRESH, STAYS):
        best = sections.best_of(here, found, who)
        if best is None:
            continue
        value, none, all_ = _against(best, who), _against(beside[0], who), _against(beside[1], who)
        whom = "With fresh receivers every step" if who == FRESH else "With one receiver who stays"
        good = _better(here, value, max(none, all_))
        if good:
            text = (
                f"{whom}, “{best.way.called}” gives people {number(value)} however ties are broken; "
                f"saying nothing gives {number(none)}, telling all {number(all_)}."
            )
        else:
            known = "telling all" if all_ >= none else "silence"
            text = f"{whom}, nothing that was tried beats {known}: {number(max(none, all_))}."
        said.append(Sentence(text, "good" if good else ""))
    for one in found:
        kindly = one.replies[FRESH].kindly if FRESH in one.replies else 0.0
        if one.loose is not None and _better(here, kindly - 0.01 * here.size, one.loose):
            said.append(
                Sentence(
                    f"The signal that looks best leaves receivers indifferent: {number(kindly)} if they then oblige, "
                    f"{number(one.loose)} if they do not. {_cost(here, kindly - _against(one, FRESH))}",
                    "bad",
                )
            )
    return said


def _cost(here: Case, lost: float) -> str:
    if not here.margin:
        return "A margin would settle it."
    return f"A margin of {number(here.margin)} settles it, and costs {number(lost)}."


def _tiles(here: Case, found: list[Seen], beside: tuple[Seen, Seen]) -> list[Tile]:
    tiles = []
    for who in (FRESH, STAYS):
        best = sections.best_of(here, found, who)
        if best is not None:
            tiles.append(Tile(who, number(_against(best, who)), best.way.called))
    for name, one in zip(("nothing is said", "all is told"), beside, strict=True):
        fresh, stays = _against(one, FRESH), _against(one, STAYS)
        same = not _better(here, max(fresh, stays), min(fresh, stays))
        tiles.append(Tile(name, number(fresh), BOTH if same else f"{FRESH}; {STAYS}: {number(stays)}"))
    exact = next((one.exact for one in found if one.exact is not None), None)
    if exact is not None:
        tiles.append(Tile("other beliefs it bears", number(float(exact.radius)), "total variation, fresh receivers"))
    return tiles


def _rule(here: Case, one: Seen) -> RuleFound:
    replies = one.replies
    if len(replies) == 2 and one.exact is None and _alike(here, *replies.values()):
        replies = {BOTH: replies[FRESH]}
    rows = [_row(here, one, who, reply) for who, reply in replies.items()]
    worst = [r.goal for r in rows if r.goal is not None]
    whom = "for fresh receivers" if one.exact is not None else "for one who stays"
    bound = "" if one.bound is None else f"no scheme {whom} brings more than {number(one.bound)}"
    best = max(reply.kindly for reply in one.replies.values())
    return RuleFound(one.way.called, one.way.about, bound, min(worst, default=None), best, rows, None)


def _alike(here: Case, one: Reply, other: Reply) -> bool:
    if one.against is None or other.against is None or one.steady != other.steady:
        return False
    close = SAME * here.size * here.steps()
    return abs(one.against - other.against) <= close and abs(one.kindly - other.kindly) <= close


def _row(here: Case, one: Seen, who: str, reply: Reply) -> OutcomeRow:
    measures = {} if reply.against is None else {"a step, on average": reply.against / here.steps()}
    if reply.against is None or _better(here, reply.kindly, reply.against):
        measures["if ties go people's way"] = reply.kindly
    grade = "proved" if one.exact is not None and who == FRESH else "computed"
    grade = "searched only" if one.way.method == "learned" else grade
    how = "it plans ahead, and is told this whatever it does" if who == STAYS and FRESH in one.replies else one.how
    return OutcomeRow(who, reply.against, measures, reply.steady, None, how, grade)


def _notes(here: Case, found: list[Seen]) -> list[str]:
    notes = []
    if any(one.schemes is not None for one in found):
        notes.append("The certificate is for fresh receivers; the bracket of promises is in floats.")
        notes.append(
            "Whoever promises must be believed: a sender that cannot commit would go on informing after disobedience."
        )
        if not here.margin:
            notes.append("Without a margin it is not known what promises bring if ties go against people.")
    notes.append("What the sender sees is drawn afresh in every step; what it knows for longer is not looked at here.")
    return notes

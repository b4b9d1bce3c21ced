"""A law: the score card of today's rule, and of every mended form beside it.

The headline is what fails, with the case that shows it. What was not said (who may not matter, what is public) is never taken to
hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ... import __version__
from ...report.findings.report import FAIL, PASS, UNKNOWN, Cell, Check, FindingsReport, Section, Sentence, Table, Tile
from ...scenario.law import LawScenario
from ...society.legality.answers import CLASH
from ...society.legality.card import card, tally
from ...society.legality.law import ENUMERATED, LISTED, RECORDED, SAMPLED, Law
from ..assessment import Assessment
from .case import law

Tell = Callable[[str], None]
MOST_VERDICTS = 30  # of a table of them, the most frequent
SOURCE = "legal attributes after Hadfield & Weingast 2012; the tests are ours"
COME = {
    ENUMERATED: "all {n} cases of its space",
    SAMPLED: "{n} cases drawn from {size}",
    LISTED: "{n} cases that were listed",
    RECORDED: "{n} recorded decisions",
}
ASKS = {
    "generality": "every case has a verdict, and none is about one name",
    "universality": "cases that nobody foresaw have a verdict too",
    "impersonality": "same case, other name: same verdict",
    "non-contradiction": "one case, one verdict, however it is written and whenever it is asked",
    "uniqueness": "one authority for every case",
    "prospectivity": "acts are judged by what was public before them",
    "publicity": "the verdict depends on what is public only",
    "stability": "few verdicts change from one version to the next",
    "congruence": "agrees often enough with everybody's own logic",
    "clarity": "how often one change flips the verdict",
    "public reasoning": "a reason with every verdict, and the same reason for the same verdict",
}


def assess(scenario: LawScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Today's rule and its mended forms. Raises InputError with the place of what is wrong."""
    today = law(scenario)
    laws = [today, *(law(scenario, k) for k in range(len(scenario.file.compare)))]
    about = [c.about for c in scenario.file.compare]
    file = scenario.file
    parameters = {name: float(v[()]) for name, v in scenario.parameters.items()}
    found = report(laws, file.title, file.source, file.about.strip(), about, parameters, scenario.name, tell)
    return Assessment(found, None)


def report(
    laws: Sequence[Law],
    title: str,
    source: str,
    about: str,
    mended: Sequence[str],
    parameters: dict[str, float],
    name: str,
    tell: Tell,
) -> FindingsReport:
    """The findings on a law and on its mended forms."""
    cards = []
    for one in laws:
        tell(one.name)
        cards.append(card(one, tell))
    sections = [Section("The score card", _lead(laws[0]), checks=_asked(cards[0]))]
    for one, lines, said in zip(laws[1:], cards[1:], mended, strict=True):
        sections.append(Section(f"Mended: {one.name}", said or _lead(one), checks=_asked(lines)))
    names = ["today", *(one.name for one in laws[1:])]
    spoken = [[name, *row] for name, one in zip(names, laws, strict=True) for row in _verdicts(one)]
    sections.append(Section("What it says", tables=[Table("Verdicts", ["rule", "verdict", "share of cases"], spoken)]))
    if len(laws) > 1:
        sections.insert(0, Section("Beside each other", tables=[_beside(laws, cards)]))
    return FindingsReport(
        kind="law",
        scenario=name,
        version=__version__,
        title=title,
        source=source or SOURCE,
        about=about,
        parameters=parameters,
        subject=f"{laws[0].name}: {_come(laws[0])}",
        settings={},
        goal="a rule with the attributes of law",
        headline=_headline(laws, cards),
        tiles=_tiles(laws, cards),
        sections=sections,
        notes=[*laws[0].notes, *_notes(cards[0])],
    )


def _come(one: Law) -> str:
    return COME[one.how].format(n=f"{one.n:,}", size=f"{one.space.size:,}")


def _lead(one: Law) -> str:
    return f"Looked at: {_come(one)}. What nobody said is not taken to hold: then the card says “cannot tell”."


def _asked(lines: Sequence[Check]) -> list[Check]:
    return [Check(f"{c.name}: {ASKS[c.name]}", c.verdict, c.says, c.witness, c.grade) for c in lines]


def _headline(laws: Sequence[Law], cards: Sequence[Sequence[Check]]) -> list[Sentence]:
    count = tally(list(cards[0]))
    failed = [c for c in cards[0] if c.verdict == FAIL]
    said = [Sentence(f"{_count(count)} of {len(cards[0])} legal attributes.", "bad" if failed else "good")]
    if failed:
        first = next((c for c in failed if c.name == "impersonality"), failed[0])
        shown = (first.witness or first.says).removesuffix(".")
        said.append(Sentence(f"{first.name.capitalize()} fails: {shown}.", "bad"))
        others = [c.name for c in failed if c is not first]
        if others:
            said.append(Sentence(f"Also failing: {', '.join(others)}.", "bad"))
    for one, lines in zip(laws[1:], cards[1:], strict=True):
        then = tally(list(lines))
        said.append(Sentence(f"Mended (“{one.name}”): {_count(then)}.", "bad" if then[FAIL] else "good"))
    return said


def _count(count: dict[str, int]) -> str:
    return f"{count[PASS]} pass, {count[FAIL]} fail{'s' * (count[FAIL] == 1)}, {count[UNKNOWN]} cannot be told"


def _tiles(laws: Sequence[Law], cards: Sequence[Sequence[Check]]) -> list[Tile]:
    names = ["today", *(one.name for one in laws[1:4])]
    return [
        Tile(name, str(tally(list(lines))[FAIL]), f"of {len(lines)} attributes fail")
        for name, lines in zip(names, cards, strict=False)
    ]


def _beside(laws: Sequence[Law], cards: Sequence[Sequence[Check]]) -> Table:
    heads = ["attribute", "today", *(one.name for one in laws[1:])]
    return Table("Verdicts", heads, [[c.name, *(lines[k].verdict for lines in cards)] for k, c in enumerate(cards[0])])


def _verdicts(one: Law) -> list[list[Cell]]:
    """What it says, how often."""
    verdict = one.answers.verdict
    share = np.bincount(verdict[verdict >= 0], minlength=len(one.answers.labels)) / one.n
    shown = np.sort(np.argsort(-share, kind="stable")[:MOST_VERDICTS])
    rows: list[list[Cell]] = [[one.answers.labels[k], float(share[k])] for k in shown]
    if len(shown) < len(share):
        rest = len(share) - len(shown)
        rows.append([f"{rest:,} other verdicts", float(share.sum() - share[shown].sum())])
    if (verdict == CLASH).any():
        rows.append(["two that contradict each other", float((verdict == CLASH).mean())])
    none = (verdict < 0) & (verdict != CLASH)
    if none.any():
        rows.append(["none", float(none.mean())])
    return rows


def _notes(lines: Sequence[Check]) -> list[str]:
    unknown = [c.name for c in lines if c.verdict == UNKNOWN]
    return [f"Cannot be told: {', '.join(unknown)}."] if unknown else []

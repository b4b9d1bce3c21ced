"""Who is what, read off play: the character that each seat played like, what was written that poses as a rule, rings, collusion.

Of the play itself, never of who was seated: so that the same reading can be trusted where a language model sits there.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...agents.detection import Reading, classify, collusion, conduct, injections, rings
from ...agents.episode import Episode
from ...agents.stages.cournot import Cournot
from ...errors import InputError
from ...report.findings.report import Cell, Section, Table
from ...scenario.play import Seat, seats
from . import sections
from .runs import Played

MOST_EPISODES = 3
"""Under each rule, that a reading is made of: more of them tell the same."""


def detected(found: Sequence[Played]) -> list[Section]:
    """One section; none where nothing was asked whose prospects are known, and nothing was written."""
    rows: list[list[Cell]] = []
    words: list[str] = []
    for cast in dict.fromkeys(one.cast.name for one in found):
        own = [one for one in found if one.cast.name == cast]
        episodes = [episode for one in own for episode in one.episodes[:MOST_EPISODES]]
        for player, seat in _seated(own[0]).items():
            reading = _reading(episodes, player)
            if reading is not None:
                rows.append([cast, player, seat, *_told(reading), *_conduct(episodes, player)])
        for player, suspects in injections(episodes).items():
            words.append(f"{cast}: {player} wrote what poses as a rule: “{sections.short(suspects[0].text)}”")
        for ring in rings(episodes):
            words.append(f"{cast}: {', '.join(ring.members)} share “{ring.phrases[0]}”, which nobody else says.")
    words += [line for one in found for line in _prices(one)]
    if not rows and not words:
        return []
    heads = ["cast", "seat", "who sat there", "played like", "chance", "choices", "within the letter", "harm within it"]
    lead = (
        "Bayes' rule over eight scripted characters, evenly likely at first, from what each was shown and did under all rules. "
        "“or” names those that what was asked cannot tell apart."
    )
    return [Section("Who is what", lead, paragraphs=words, tables=[Table("Characters", heads, rows)] if rows else [])]


def _seated(one: Played) -> dict[str, str]:
    told = [seat.play if isinstance(seat, Seat) else seat for seat in seats(one.cast)]
    players = one.stage.players
    return dict(zip(players, told * len(players) if len(told) == 1 else told, strict=False))


def _reading(episodes: Sequence[Episode], player: str) -> Reading | None:
    try:
        return classify(episodes, player)
    except InputError:
        return None


def _told(reading: Reading) -> list[Cell]:
    likely = " or ".join(reading.alike)
    return [likely, float(sum(reading.chance(name) for name in reading.alike)), reading.n]


def _conduct(episodes: Sequence[Episode], player: str) -> list[Cell]:
    try:
        seen = conduct(episodes, player)
    except InputError:
        return [None, None]
    return [round(seen.kept, 3), round(seen.harmed, 3)]


def _prices(one: Played) -> list[str]:
    if not isinstance(one.stage, Cournot):
        return []
    try:
        seen = collusion(one.stage, one.episodes)
    except InputError:
        return []
    low, high = sections.brief(seen.between.low), sections.brief(seen.between.high)
    said = f"{one.rule.name}, {one.cast.name}: prices stand at {sections.brief(seen.severity)} of the way from Nash to monopoly"
    return [f"{said} ({low} to {high}), tier {seen.tier}{': collusion' if seen.found else ''}."]

"""The parts of the report: people's share under every rule by every cast, sanctions, payoffs, time, and what was said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from ...agents.episode import Episode, Turn
from ...report.findings.report import Cell, Figure, Section, Series, Table
from ...report.words import number
from .runs import Played

MOST_ROUNDS = 12
"""Of an episode that is shown word by word."""
MOST_LETTERS = 280
MOST_EPISODES = 12


def matrix(found: Sequence[Played]) -> list[Section]:
    """What people get: rules down, casts across; nothing of one cast, since the table of rules says it all."""
    casts = list(dict.fromkeys(one.cast.name for one in found))
    rules = list(dict.fromkeys(one.rule.name for one in found))
    if len(casts) == 1:
        return []
    at = {(one.rule.name, one.cast.name): one for one in found}
    rows: list[list[Cell]] = [[rule, *(_spread(at[rule, cast]) for cast in casts)] for rule in rules]
    gaps: list[list[Cell]] = [
        [rule, *(brief(at[rule, cast].episodes[0].best - at[rule, cast].goal) for cast in casts)] for rule in rules
    ]
    tables = [Table("What people get in an episode, by cast", ["rule", *casts], rows)]
    if all(math.isfinite(one.episodes[0].best) for one in found):
        tables.append(Table("What they miss of the best", ["rule", *casts], gaps))
    lead = "Means over episodes with 95 % intervals (Student's t), where episodes differ."
    return [Section("Which rule holds against whom", lead, tables=tables)]


def _spread(one: Played) -> str:
    if one.interval is None or one.interval.low == one.interval.high:
        return brief(one.goal)
    return f"{brief(one.goal)} ({brief(one.interval.low)} to {brief(one.interval.high)})"


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def brief(value: float) -> str:
    """Four digits: what a mean of some episodes can bear."""
    return number(_rounded(value))


def over_time(found: Sequence[Played]) -> list[Section]:
    """What people have got by each act, a figure for each cast; nothing of a single round."""
    figures = []
    for k, cast in enumerate(dict.fromkeys(one.cast.name for one in found)):
        series = [Series(one.rule.name, *_course(one.episodes)) for one in found if one.cast.name == cast]
        if max(len(s.x) for s in series) > 1:
            figures.append(Figure(f"course-{k + 1}", cast, "round of acts", "people have got", series))
    lead = "Means over episodes; one that is over keeps what it came to. Rounds of talk and of sanctions belong to the act before."
    return [Section("As it went", lead, figures=figures)] if figures else []


def _course(episodes: Sequence[Episode]) -> tuple[list[float], list[float]]:
    each = [_by_act(episode) for episode in episodes]
    longest = max(map(len, each))
    means = [fmean(course[min(k, len(course) - 1)] for course in each) for k in range(longest)]
    return [float(k + 1) for k in range(longest)], means


def _by_act(episode: Episode) -> list[float]:
    """The goal so far, after each round in which somebody acts."""
    course: list[float] = []
    total = 0.0
    for turn in episode.turns:
        total += turn.goal
        if any(view.kind == "act" for view in turn.views.values()):
            course.append(total)
        elif course:
            course[-1] = total
    return course or [total]


def seats(found: Sequence[Played]) -> Section:
    """What each seat is paid, fines and payments included."""
    players = list(found[0].stage.players)
    rows: list[list[Cell]] = [
        [one.rule.name, one.cast.name, *(_rounded(one.payoff(player)) for player in players)] for one in found
    ]
    return Section("What it pays", tables=[Table("A player's pay in an episode", ["rule", "cast", *players], rows)])


def order(found: Sequence[Played]) -> list[Section]:
    """Violations, sanctions, appeals: what was done about what; nothing where nothing happened that a rule is about."""
    kinds = sorted(
        {event.kind for one in found for episode in one.episodes for turn in episode.turns for event in turn.events}
    )
    if not kinds:
        return []
    rows: list[list[Cell]] = []
    for one in found:
        right = one.rate("sanction", lambda e: e.correct is True)
        wrong = one.rate("sanction", lambda e: e.correct is False)
        rows.append([one.rule.name, one.cast.name, *(_rounded(rate) for rate in (*map(one.rate, kinds), right, wrong))])
    heads = ["rule", "cast", *kinds, "met right", "misdirected"]
    return [Section("Order", "Events in an episode, on average.", tables=[Table("What happened", heads, rows)])]


def said(found: Sequence[Played]) -> Section:
    """The first episode of each rule and cast, word by word."""
    tables = [_transcript(one) for one in found[:MOST_EPISODES]]
    left = len(found) - len(tables)
    lead = f"The first episode under each rule by each cast, {MOST_ROUNDS} rounds at most"
    return Section(
        "What was said", f"{lead}; {left} more are not shown." if left else f"{lead}.", tables=tables, only_page=True
    )


def _transcript(one: Played) -> Table:
    rows: list[list[Cell]] = []
    for turn in one.episodes[0].turns[:MOST_ROUNDS]:
        rows += [
            [turn.number, player, _did(turn, player), _why(turn, player), _paid(turn, player)]
            for player in turn.answers
        ]
        for event in turn.events:
            if event.kind == "message":
                continue
            whom = f" → {event.target}" if event.target else ""
            amount = f" {number(event.amount)}" if event.amount else ""
            right = "" if event.correct is None else " (rightly)" if event.correct else " (wrongly)"
            rows.append([turn.number, event.actor, f"[{event.kind}{whom}{amount}{right}]", short(event.about), None])
    return Table(f"{one.rule.name}, {one.cast.name}", ["round", "who", "does or says", "why", "paid"], rows)


def _did(turn: Turn, player: str) -> str:
    answer = turn.answers[player]
    done = ", ".join(f"{name}: {_plain(value)}" for name, value in answer.values.items())
    asked = f" (asked {answer.tries} times)" if answer.tries > 1 else ""
    return short(done) + (" (no valid answer: the default stands)" if answer.defaulted else asked)


def _why(turn: Turn, player: str) -> str:
    return short(turn.answers[player].reason)


def _paid(turn: Turn, player: str) -> float | None:
    if player not in turn.payoffs and player not in turn.transfers:
        return None
    return turn.payoffs.get(player, 0.0) + turn.transfers.get(player, 0.0)


def _plain(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)


def short(text: str) -> str:
    """On one line, without what a terminal would obey."""
    line = re.sub(r"\s+", " ", "".join(c if c.isprintable() or c.isspace() else "·" for c in text)).strip()
    return line if len(line) <= MOST_LETTERS else line[: MOST_LETTERS - 1] + "…"

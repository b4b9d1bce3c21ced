"""Rules before agents that read and write: each rule judged by the cast under which people get least.

What comes of it is statistics of episodes, never a proof: a rule that no cast of a file broke is not a rule that nobody breaks.
Proofs are for games: `rulewright assess` of the game that stands behind a stage.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ... import __version__
from ...agents.contracts.proposing import Proposing
from ...agents.stage import Stage
from ...agents.stages.bayesian import Bayesian
from ...agents.talk import Talking
from ...institution import words
from ...report.findings.report import FindingsReport, OutcomeRow, RuleFound, Sentence, Tile
from ...scenario.play import PlayScenario
from ..assessment import Assessment
from . import sections
from .cast import lineups
from .models import opener, used
from .runs import Done, Plan, Played, Tell, played_all
from .stages import staged, wanted
from .who import detected

BOUNDED, SEEN = "bounded with confidence", "searched only"


def assess(scenario: PlayScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Every rule by every cast; seats of models are played as [model] says. Raises InputError for wrong names and settings."""
    plan = planned(scenario)
    return reported(scenario, played_all(plan, opener(scenario) if plan.reads else None, tell))


def planned(scenario: PlayScenario) -> Plan:
    """What there is to play. Raises InputError for wrong names and settings, before anything is played."""
    parts = []
    for rule in scenario.rules.values():
        stage = staged(scenario, rule)
        parts += [(rule, stage, lineup) for lineup in lineups(scenario, stage)]
    told = scenario.file.episodes
    said = scenario.file.play.best
    best = None if said is None else float(scenario.number(said, "play", "best"))
    return Plan(tuple(parts), range(told.seed, told.seed + told.count), best)


def reported(scenario: PlayScenario, done: Done) -> Assessment:
    """The report on what was played."""
    return Assessment(_report(scenario, done), None)


def _report(scenario: PlayScenario, done: Done) -> FindingsReport:
    file, found = scenario.file, done.played
    ranked = sorted(_worst(found), key=lambda one: -one.goal)
    none = next(one for one in _worst(found) if one.rule.name == next(iter(scenario.rules)))
    return FindingsReport(
        kind="play",
        scenario=scenario.name,
        version=__version__,
        title=file.title,
        source=file.source,
        about=file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        subject=file.play.stage,
        settings={name: str(v) for name, v in file.play.set.items()},
        goal=wanted(scenario),
        headline=[*_headline(ranked, none), *_models(found)],
        tiles=[Tile(one.rule.name, sections.brief(one.goal), f"at worst: {one.cast.name}") for one in ranked],
        rules=[_rule(one.rule.name, found) for one in _worst(found)],
        sections=[
            *sections.matrix(found),
            *sections.over_time(found),
            *sections.order(found),
            sections.seats(found),
            *detected(found),
            *used(done),
            *([sections.said(found)] if file.shown == "first" else []),
        ],
        notes=_notes(scenario, done),
    )


def _worst(found: Sequence[Played]) -> list[Played]:
    """Of each rule, the cast under which people get least."""
    names = dict.fromkeys(one.rule.name for one in found)
    return [min((one for one in found if one.rule.name == name), key=lambda one: one.goal) for name in names]


def _headline(ranked: Sequence[Played], none: Played) -> list[Sentence]:
    best = ranked[0]
    told = [
        Sentence(
            f"{_first(none.rule.name)}: people get {sections.brief(none.goal)} of an episode at worst ({none.cast.name})"
            + (
                f", where {sections.brief(none.episodes[0].best)} was to be had."
                if math.isfinite(none.episodes[0].best)
                else "."
            ),
            "bad",
        )
    ]
    if best.rule.name != none.rule.name:
        sure = "." if _apart(none, best) else ": episodes vary too much to tell it from no rule."
        said = f"{_first(best.rule.name)}: {sections.brief(best.goal)} at worst ({best.cast.name}){sure}"
        told.append(Sentence(said, "good" if sure == "." else ""))
    else:
        told.append(
            Sentence(
                f"No rule that was compared does better than {none.rule.name} against the cast that is worst for it.",
                "bad",
            )
        )
    others = [one for one in ranked if one.goal != none.goal]
    harmed = [one.rule.name for one in others if one.goal < none.goal and _apart(one, none)]
    alike = [one.rule.name for one in others if not _apart(one, none)]
    if harmed:
        told.append(Sentence(f"Worse than {none.rule.name} at worst: {', '.join(harmed)}.", "bad"))
    if alike:
        told.append(
            Sentence(f"Not told apart from {none.rule.name} at worst (intervals overlap): {', '.join(alike)}.", "")
        )
    return told


def _apart(one: Played, other: Played) -> bool:
    """Whether the 95 % intervals of two means have nothing in common; of single episodes, which have none, True."""
    if one.interval is None or other.interval is None:
        return True
    return one.interval.high < other.interval.low or other.interval.high < one.interval.low


def _models(found: Sequence[Played]) -> list[Sentence]:
    """What people get where models sit, if they do not sit in every cast: the cast that is worst may be one of scripts."""
    reading = list(dict.fromkeys(one.cast.name for one in found if one.reads))
    if not reading or all(one.reads for one in found):
        return []
    said = []
    for name in reading:
        own = "; ".join(f"{one.rule.name} {sections.brief(one.goal)}" for one in found if one.cast.name == name)
        said.append(Sentence(f"{_first(name)}, by rule: {own}."))
    return said


def _rule(name: str, found: Sequence[Played]) -> RuleFound:
    own = [one for one in found if one.rule.name == name]
    goals = [one.goal for one in own]
    rule, stage = own[0].rule, own[0].stage
    eventful = any(one.eventful for one in found)
    rows = [
        OutcomeRow(one.cast.name, one.goal, one.measures() if eventful else {}, None, None, *_how(one)) for one in own
    ]
    return RuleFound(name, rule.about.strip(), told(stage), min(goals), max(goals), rows, None)


def told(stage: Stage) -> str:
    """What the stage tells of its rule, if it has one that tells; of a game, its institution in words."""
    while isinstance(stage, (Talking, Proposing)):
        stage = stage.stage
    rule = getattr(stage, "rule", None)
    if rule is not None and hasattr(rule, "told"):
        return str(rule.told())
    if isinstance(stage, Bayesian) and stage.institution is not None:
        said = words.sentence(stage.institution, stage.game)
        return "" if said == "no rule" else _first(said)
    return str(getattr(stage, "sentence", ""))


def _how(one: Played) -> tuple[str, str]:
    """How it is known, and its grade: episodes that all came to the same bound nothing."""
    n = len(one.episodes)
    if one.interval is None:
        return "one episode: no interval", SEEN
    if one.interval.low == one.interval.high:
        return f"{n} episodes, all alike: no interval", SEEN
    low, high = sections.brief(one.interval.low), sections.brief(one.interval.high)
    return f"{n} episodes, 95 % interval of the mean {low} to {high}", BOUNDED


def _notes(scenario: PlayScenario, done: Done) -> list[str]:
    notes = ["What these casts do not break, others may: nothing here is a proof."]
    if len(done.played[0].episodes) == 1:
        notes.append("One episode each: no intervals, and what differs may differ by chance.")
    elif scenario.asks_a_model and scenario.number(scenario.file.model.temperature, "model", "temperature") == 0:
        notes.append(
            "The model was asked at temperature 0: where it answers the same in every episode, episodes are no independent draws, "
            "and an interval says nothing of what it would answer to other words."
        )
    if done.model is None:
        notes.append("No language model was asked: every seat was played by a script.")
    return notes


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]

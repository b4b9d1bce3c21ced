"""A panel of reviewers: what passes today, the rule under which nothing harmful does, why, and how many reviewers may be turned.

After Collina, Goel, Roth & Sengupta (2026); all verdicts are exact, decimals being what they are written as.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from .. import __version__
from ..competition.panel.coverage import Coverage, Proposal, coverage, covers, gains
from ..competition.panel.depth import Depth, depth
from ..competition.panel.rules import compromise, drawn, minimal_covering, permissiveness, soundness
from ..competition.panel.setting import Panel
from ..competition.panel.strategic import verdict
from ..competition.panel.votes import Family, Rule, Threshold, minimal
from ..errors import TooLarge
from ..numerics import rational
from ..report.panel.report import HarmRow, NoiseRow, PanelReport, ProposalRow, ReviewerRow, ThresholdRow, VoteRow
from ..report.report import ClaimRow
from ..scenario.panel import PanelScenario
from .assessment import Assessment
from .panel_proof import certified
from .stress import wilson

Tell = Callable[[str], None]
LARGEST = 12  # reviewers whose sets are all tried, where some may be turned
MOST_SETS = 2_000  # winning sets whose worst proposal is looked for one by one
BUNDLES = 1_000  # mixes of proposals on which rules are compared
MOST_LISTED = 20_000  # programmes for the list of sets that cover
DIGITS = 4  # of utilities that are drawn: shorter numbers, the same question


def assess(scenario: PanelScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Diagnose, design, certify, stress. A panel that no rule makes sound is reported with what it would wave through."""
    panel, turned, notes = scenario.panel, scenario.compromised, list[str]()
    tell("diagnosing: how few object to something harmful")
    found = depth(panel, tell=tell)
    if not found.complete:
        notes.append(f"The depth lies between {found.at_least} and {found.objectors}: {found.how}.")
    whole = coverage(panel)
    tell("designing")
    designed = _designed(scenario, found, notes, tell)
    rules = _others(scenario, found, designed, tell)
    tell("certifying")
    claims, certificate = certified(
        panel, found, scenario.today, designed, turned, title=scenario.file.title, notes=notes
    )
    tell("stressing")
    report = PanelReport(
        kind="panel",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(value[()]) for name, value in scenario.parameters.items()},
        utility=_named(panel.outcomes, panel.principal),
        baseline={o: p for o, p in _named(panel.outcomes, scenario.baseline).items() if p},
        reviewers=_reviewers(panel, whole),
        proposals=_proposals(panel, scenario.today, designed),
        compromised=turned,
        today=_row(panel, scenario.today, found, "today"),
        depth=found.objectors,
        depth_proved=found.at_least,
        least_opposed=_harm(found.proposal),
        designed=None if designed is None else _row(panel, designed, found, "the rule"),
        impossible="" if designed is not None else _impossible(panel, whole, found, turned),
        others=[_row(panel, rule, found, name) for name, rule in rules],
        thresholds=_thresholds(panel, turned),
        claims=claims,
        voters=_voters(panel, [("today", scenario.today), ("the rule", designed)], notes),
        noise=_noise(scenario, designed or scenario.today, tell),
        notes=notes,
    )
    return Assessment(report, certificate)


def _named(names: Any, values: Any) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _harm(found: Proposal | None) -> HarmRow | None:
    if found is None or not found.is_harmful:
        return None
    panel = found.panel
    return HarmRow(
        mix={name: float(x) for name, x in zip(panel.proposals, found.mix, strict=True) if x},
        loss=float(-found.gain),
        approve=[panel.names[i] for i in found.approvers],
        object=[panel.names[i] for i in found.objectors],
    )


def _row(panel: Panel, rule: Rule, found: Depth, name: str) -> VoteRow:
    worst = _worst(panel, rule)
    good = np.asarray(gains(panel).principal >= 0, dtype=bool)
    passed = rule.passes(np.asarray(gains(panel).reviewers >= 0, dtype=bool).T) & good
    threshold = isinstance(rule, Threshold)
    return VoteRow(
        name=f"{name}: executed {rule.describe(panel.names)}",
        objections=rule.objections if isinstance(rule, Threshold) else None,
        sets=[] if threshold else [[panel.names[i] for i in w] for w in rule.minimal_winning()],
        sound=worst is None,
        tolerates=-1 if worst is not None else _tolerates(panel, rule, found),
        harm=_harm(worst),
        passes=[q for q, through in zip(panel.proposals, passed, strict=True) if through],
        bundles=permissiveness(panel.floats, rule, drawn(panel, BUNDLES, 0)).completeness,
    )


def _worst(panel: Panel, rule: Rule) -> Proposal | None:
    """The harmful proposal that costs people most of those that the rule lets through; some one, where sets are too many."""
    try:
        sets = rule.minimal_winning()
    except TooLarge:
        sets = ()
    if 0 < len(sets) <= MOST_SETS:
        worst = max((coverage(panel, w) for w in sets), key=lambda c: c.shortfall)
        return worst.proposal
    failing = soundness(panel, rule).failing
    return None if failing is None else failing.proposal


def _tolerates(panel: Panel, rule: Rule, found: Depth) -> int:
    """How many reviewers may be turned: those who are approve of anything, so the rest of each winning set must cover."""
    if found.proposal is None:
        return panel.n
    if isinstance(rule, Threshold):
        return max(found.at_least - 1 - rule.objections, 0)
    held = 0
    while held < panel.n and all(_robust(panel, w, held + 1) for w in rule.minimal_winning()):
        held += 1
    return held


def _robust(panel: Panel, members: tuple[int, ...], turned: int) -> bool:
    """Whether the rest covers, whichever of the members are turned."""
    known = gains(panel)
    if turned >= len(members):
        return known.covering(()) is not None
    return all(known.covering(set(members) - set(out)) is not None for out in itertools.combinations(members, turned))


def _reviewers(panel: Panel, whole: Coverage) -> list[ReviewerRow]:
    worth = gains(panel).reviewers
    return [
        ReviewerRow(
            name=name,
            gains=_named(panel.proposals, worth[i]),
            alone=float(coverage(panel, [i]).shortfall),
            weight=float(whole.weights[i]) if whole.covers else 0.0,
            needed=whole.covers and not covers(panel, [j for j in range(panel.n) if j != i]),
        )
        for i, name in enumerate(panel.names)
    ]


def _proposals(panel: Panel, today: Rule, designed: Rule | None) -> list[ProposalRow]:
    known = gains(panel)
    votes = np.asarray(known.reviewers >= 0, dtype=bool).T
    now, then = today.passes(votes), None if designed is None else designed.passes(votes)
    return [
        ProposalRow(
            name=name,
            gain=float(known.principal[q]),
            objections=int((~votes[q]).sum()),
            passes_today=bool(now[q]),
            passes_designed=None if then is None else bool(then[q]),
        )
        for q, name in enumerate(panel.proposals)
    ]


def _thresholds(panel: Panel, turned: int) -> list[ThresholdRow]:
    table = compromise(panel)
    most = min(panel.n - 1, max(turned, 1) + 2)
    return [
        ThresholdRow(k, c, bool(table.sound[k, c]), float(table.live[k, c]))
        for k in range(panel.n)
        for c in range(most + 1)
    ]


# ── the rule ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _designed(scenario: PanelScenario, found: Depth, notes: list[str], tell: Tell) -> Rule | None:
    """The most permissive rule of those allowed that is sound with so many reviewers turned; None where none is."""
    panel, turned = scenario.panel, scenario.compromised
    threshold = _threshold(panel, found, turned)
    if scenario.file.panel.choose == "thresholds" or (threshold is None and not turned):
        return threshold
    sets: tuple[tuple[int, ...], ...]
    if not turned:
        listed = minimal_covering(panel, most=MOST_LISTED, tell=tell)
        if not listed.complete:
            notes.append(f"Not all sets of reviewers whose approval suffices are listed: {listed.how}.")
        sets = listed.sets
    elif panel.n <= LARGEST:
        sizes = (m for size in range(1, panel.n + 1) for m in itertools.combinations(range(panel.n), size))
        sets = tuple(_smallest(panel, sizes, turned))
    else:
        notes.append(
            f"With some reviewers turned, sets are tried on panels of up to {LARGEST} only; a threshold stands instead."
        )
        return threshold
    if not sets:
        return None
    made = Family(panel.n, sets)
    return threshold if threshold is not None and minimal(threshold.minimal_winning()) == made.winning else made


def _smallest(panel: Panel, sizes: Any, turned: int) -> list[tuple[int, ...]]:
    """The minimal sets, smallest first, that cover whoever among them is turned."""
    kept: list[tuple[int, ...]] = []
    for members in sizes:
        if not any(set(small) <= set(members) for small in kept) and _robust(panel, members, turned):
            kept.append(members)
    return kept


def _threshold(panel: Panel, found: Depth, turned: int) -> Threshold | None:
    """The most objections that may be let pass; None where not even unanimity does."""
    if found.proposal is None:
        return Threshold(panel.n, panel.n - 1)
    most = found.at_least - 1 - turned
    return None if most < 0 else Threshold(panel.n, most)


def _others(scenario: PanelScenario, found: Depth, designed: Rule | None, tell: Tell) -> list[tuple[str, Rule]]:
    """Rules to stand beside the one that is recommended; none twice."""
    panel, turned = scenario.panel, scenario.compromised
    listed = minimal_covering(panel, most=MOST_LISTED, tell=tell)
    free = Family(panel.n, listed.sets) if listed.complete and listed.sets and listed.sets != ((),) else None
    tried: list[tuple[str, Rule | None]] = [
        ("all approve", Threshold(panel.n, 0)),
        ("the best threshold", _threshold(panel, found, turned)),
        ("the best threshold if nobody is turned", _threshold(panel, found, 0)),
        ("the most permissive if nobody is turned", free),
        ("majority", Threshold(panel.n, (panel.n - 1) // 2)),
    ]
    seen: list[Rule] = [r for r in (scenario.today, designed) if r is not None]
    kept = []
    for name, rule in tried:
        if rule is not None and rule not in seen:
            seen.append(rule)
            kept.append((name, rule))
    return kept


def _impossible(panel: Panel, whole: Coverage, found: Depth, turned: int) -> str:
    if not whole.covers and whole.proposal is not None:
        return (
            "No rule of approval is sound: even if all reviewers must approve, they approve of "
            f"{whole.proposal.describe()}. Somebody has to join who objects to it."
        )
    if found.objectors > turned:
        return (
            f"No rule was found that is proved sound with {turned} of {panel.n} reviewers turned: at least {found.at_least} object "
            "to anything harmful; whether more do was not settled."
        )
    return (
        f"No rule is sound with {turned} of {panel.n} reviewers turned: something harmful has only {found.objectors} objections. "
        f"At most {max(found.at_least - 1, 0)} may be turned."
    )


# ── stress ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _voters(panel: Panel, rules: list[tuple[str, Rule | None]], notes: list[str]) -> list[ClaimRow]:
    """Reviewers who vote to win: against whose joint objections votes must be stable for people to be safe."""
    rows = []
    for name, rule in rules:
        if rule is None:
            continue
        try:
            found = verdict(panel, rule)
        except TooLarge as error:
            notes.append(f"Strategic votes under {name} are left out: {error}")
            continue
        rows.append(ClaimRow(f"votes, {name}", found.size is not None, "proved", found.describe()))
    return rows


def _noise(scenario: PanelScenario, rule: Rule, tell: Tell) -> list[NoiseRow]:
    """Utilities of people and of all reviewers drawn independently and uniformly within ±error."""
    said, panel = scenario.file.stress, scenario.panel.floats
    generator = np.random.default_rng(said.seed)
    rows = []
    for error in scenario.errors:
        tell(f"stressing: utilities off by {error:g}")
        held, lost = 0, 0.0
        for _ in range(said.draws):
            shaken = replace(
                panel,
                principal=_drawn(panel.principal, error, generator),
                reviewers=_drawn(panel.reviewers, error, generator),
            )
            shaken = replace(shaken, deviations=scenario.panel.deviations).exact
            found = soundness(shaken, rule)
            held += found.sound
            if found.failing is not None:
                lost += float(found.failing.shortfall)
        low, high = wilson(held, said.draws)
        rows.append(NoiseRow(error, held / said.draws, low, high, lost / said.draws, said.draws, said.seed))
    return rows


def _drawn(values: Any, error: float, generator: np.random.Generator) -> Any:
    return np.round(rational.floats(values) + generator.uniform(-error, error, values.shape), DIGITS)

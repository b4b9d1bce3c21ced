"""Diagnose, design, certify, stress: the four things a user does, in that order, on one scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from .. import __version__
from ..behaviour import Behaviour, Correlated
from ..design.design import Designed, default_aim, design
from ..design.worst import others
from ..errors import Impossible, InputError, RulewrightError
from ..game.game import Game
from ..game.play import Play
from ..institution.moves import Commit, expectation
from ..institution.words import phrases
from ..numerics.formula import Formula
from ..report.report import ClaimRow, CurveData, CurvePoint, DesignRow, DilemmaRow, Foreseen, Report, RuleRow
from ..scenario.scenario import Scenario
from ..verify.prover import Counterexample, Proved
from ..welfare.dilemmas import classify
from ..welfare.goals import first_best, kept
from ..welfare.goals import wanted as by_goal
from . import selection_risk, stress
from .assessment import Assessment
from .certification import Certified, certified
from .foresee import asked, foresee, logit_curve, margins, matrix, pure_profile, rule_row
from .rationality import Question

Tell = Callable[[str], None]


def assess(scenario: Scenario, *, tell: Tell = lambda _: None) -> Assessment:
    """The main job. `tell` is called with a few words before each piece of work.

    Raises Impossible where the scenario allows rules and none of them does what is asked.
    """
    base, question = scenario.game, Question.by(scenario)
    today_game = scenario.induced(scenario.today, "today")
    behaviours = _enough(scenario.behaviours, today_game)
    today_play = _play(scenario, scenario.today, today_game)
    money = scenario.rules.money_weight
    today = rule_row(
        scenario.today, base, today_game, today_play, behaviours, money, lambda b: tell(f"diagnosing: {b}")
    )
    compared, games = _compared(scenario, behaviours, tell)
    tell("designing")
    designed = _designed(scenario, _floor(today_game, money))
    attainable = _attainable(scenario, designed)
    found = _certified(scenario, designed, question, tell)
    notes = found.notes
    if attainable > designed.value + 1e-9:
        notes.append(
            f"The wanted play is worth {float(designed.value):.6g} to people; rules of the same family could bring about "
            f"{attainable:.6g} with another play."
        )
    if designed.flaw > 0:
        notes.append(
            f"In exact rationals the rule misses what was asked for (margin, taking part or budget) by {float(designed.flaw):.3g}: "
            "the optimum leaves no room for rounding. The claims say what does hold."
        )
    after = foresee(designed.induced, behaviours, money, lambda b: tell(f"stressing: {b}"))
    errors = [float(scenario.number(e, "behaviours", "noise")) for e in scenario.file.behaviours.noise]
    tell("stressing: payoff noise")
    noise = stress.noise(
        designed.play,
        errors or stress.default_errors(designed.base, float(scenario.rules.payoff_error)),
        draws=scenario.file.behaviours.draws,
        seed=scenario.file.behaviours.seed,
    )
    lambdas = float(scenario.number(scenario.file.behaviours.lambdas, "behaviours", "lambdas"))
    tell("tracing logit curves")
    named = [(scenario.today.describe(), today_game), *games, ("designed rule", designed.induced)]
    curves = [c for c in (logit_curve(name, game, money, lambdas) for name, game in named) if c]
    if len(curves) < len(named):
        notes.append("Some logit curves are not drawn: the game is too large, or the branch could not be followed.")
    report = Report(
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(value[()]) for name, value in scenario.parameters.items()},
        people=base.players[0],
        first_best=max(
            float(first_best(game, money_weight=money, outside=scenario.rules.outside))
            for game in (base, designed.base)
        ),
        attainable=attainable,
        diagnosis=today.behaviours,
        today=today,
        compared=compared,
        design=_design_row(designed),
        impossible="",
        after=after,
        claims=[_claim_row(r) for r in found.claims],
        noise=noise,
        coalitions=[_claim_row(r) for r in found.groups],
        logit=curves,
        curves=[_curve(scenario, k, tell) for k in range(len(scenario.file.curves))],
        dilemma=_dilemma(today_game, today_play),
        matrices={k: m for k, g in (("today", today_game), ("designed", designed.induced)) if (m := matrix(g))},
        traces=selection_risk.traces(scenario, tell, notes.append),
        notes=[*notes, *_knife_edge(designed), *_beyond(designed, money), *_incomplete(today.behaviours, after)],
        rationality=found.rationality,
    )
    return Assessment(report, found.certificate, base.tree)


def _play(scenario: Scenario, rule: Any, induced: Game) -> Play | None:
    """What a written rule asks for: said in the file, or the wanted play where nobody has types."""
    said = rule.play(induced)
    if said is not None or max(induced.type_counts[i] for i in induced.active or (0,)) > 1 or not induced.active:
        return said
    if scenario.file.people.wanted is not None:
        with scenario.at("people", "wanted"):
            return Play.pure(induced, dict(scenario.file.people.wanted))
    if max(induced.type_counts) > 1:
        return None
    return Play.pure(induced, list(by_goal(induced)[0]))


def _compared(
    scenario: Scenario, behaviours: list[Behaviour], tell: Tell
) -> tuple[list[RuleRow], list[tuple[str, Game]]]:
    rows, games = [], []
    for k, (here, rule) in enumerate(scenario.compared()):
        induced = here.induced(rule, "compare", k)
        with here.at("compare", k):
            play = _play(here, rule, induced)
        name = rule.describe()
        row = rule_row(rule, here.game, induced, play, behaviours, here.rules.money_weight, _comparing(tell, name))
        levers = [f"set {p} to {float(here.parameters[p][()]):g}" for p in rule.rule.set]
        said = [row.sentence] if row.sentence != "no rule" or not levers else []
        rows.append(replace(row, sentence="; ".join(levers + said)))
        games.append((name, induced))
    return rows, games


def _comparing(tell: Tell, name: str) -> Tell:
    return lambda behaviour: tell(f"comparing: {name}, {behaviour}")


def _floor(today: Game, money_weight: Fraction) -> float:
    """What people get today in the worst correlated equilibrium; designs that ask for less are of no use."""
    try:
        return Correlated()(today).span(kept(today, money_weight)).worst
    except RulewrightError:
        return float("-inf")


def designed(scenario: Scenario) -> Designed:
    """The rule that `assess` would design. Raises Impossible where no allowed rule does what is asked."""
    return _designed(scenario, _floor(scenario.induced(scenario.today, "today"), scenario.rules.money_weight))


def _designed(scenario: Scenario, floor: float) -> Designed:
    allowed = scenario.file.rules
    settings = [(setting, scenario.having(**setting).game) for setting in scenario.settings()]
    aim = allowed.aim or default_aim(scenario.game, scenario.rules)
    try:
        return design(
            settings,
            scenario.rules,
            aim=aim,
            floor=floor,
            wanted=scenario.file.people.wanted,
            groups=scenario.groups,
        )
    except (Impossible, InputError) as error:
        raise error.at(scenario.origin or scenario.name) from None


def _attainable(scenario: Scenario, designed: Designed) -> float:
    """The best that any allowed rule brings about; where a wanted play is fixed, design again without it."""
    if scenario.file.people.wanted is None:
        return float(designed.value)
    people = scenario.file.people.model_copy(update={"wanted": None})
    free = replace(scenario, file=scenario.file.model_copy(update={"people": people}))
    try:
        return max(float(designed.value), float(_designed(free, float("-inf")).value))
    except Impossible:
        return float(designed.value)


def _enough(behaviours: list[Behaviour], game: Game) -> list[Behaviour]:
    """Mixed equilibria of three or more players may be missing; their correlated ones, which hold them all, are asked for then."""
    missing = len(game.active) > 2 and "correlated" not in [b.name for b in behaviours]
    return [*behaviours, Correlated()] if missing else behaviours


def _certified(scenario: Scenario, designed: Designed, question: Question | None, tell: Tell) -> Certified:
    tell("certifying")
    size = max(scenario.file.behaviours.coalition, scenario.groups.size)
    return certified(designed, scenario.rules, title=scenario.file.title, coalition=size, question=question)


def _design_row(designed: Designed) -> DesignRow:
    play = asked(designed.play)
    margin, _ = margins(designed.induced, designed.play)
    in_effect = designed.play.slack_in_effect
    slack = None if in_effect is None else float(in_effect)
    if designed.aim == "only" and margin is not None and slack is not None:
        slack = min(slack, margin)
    return DesignRow(
        institution=designed.describe(),
        phrases=phrases(designed.institution, designed.base),
        aim=designed.aim,
        levers={name: float(value) for name, value in designed.setting.items()},
        goal=float(designed.goal),
        paid=float(designed.paid),
        value=float(designed.value),
        margin=slack,
        asked=play,
        decisions=_decisions(designed),
    )


def _decisions(designed: Designed) -> dict[str, float]:
    """Probability of each of the designer's decisions when all play what is asked: its commitment, averaged."""
    base = designed.base
    if base.action_counts[0] == 1:
        return {}
    for move, game in designed.institution.trace(base)[0]:
        if isinstance(move, Commit) and move.player == base.players[0]:
            return _commitment(game, move, designed)
    return {}


def _commitment(game: Game, move: Any, designed: Designed) -> dict[str, float]:
    laws = [game.signal(name).law for name in move.on]
    law = designed.play.law  # over the induced game's axes, where the designer has one action
    found: dict[str, float] = {}
    for d, label in enumerate(game.actions[0]):
        total = 0.0
        for t in range(game.type_counts[0]):
            chance = expectation(move.strategy[t, ..., d], [np.take(x, [0], axis=game.n) for x in laws])
            total += float((np.take(law, [t], axis=0) * (np.take(chance, [t], axis=0) if laws else chance)).sum())
        decision = label.rsplit("; ", 1)[-1]
        found[decision] = found.get(decision, 0.0) + total
    return found


def _claim_row(result: Proved | Counterexample) -> ClaimRow:
    margin = None if result.margin is None else float(result.margin)
    name = result.claim["claim"]
    if name == "budget":
        name = f"budget, {result.claim['where']}"
    if name == "rationality":
        name = f"rationality, {result.claim['kind']}"
    if name == "coalition":
        name = f"coalition of {result.claim['size']}" + (", side payments" if result.claim["side_payments"] else "")
    grade = result.claim["grade"] if result.holds else "searched only" if name.startswith("coalition") else "proved"
    return ClaimRow(name, result.holds, grade, result.says, margin)


def _curve(scenario: Scenario, k: int, tell: Tell) -> CurveData:
    """Design again for every value of one parameter; where nothing does it, the point is empty and says why."""
    curve = scenario.file.curves[k]
    with scenario.at("curves", k, "values"):
        values = (
            scenario.range(curve.values)
            if isinstance(curve.values, str)
            else [Formula(v, "value").value(scenario.parameters)[()] for v in curve.values]
        )
    points = []
    for value in values:
        tell(f"curve: {curve.parameter} = {float(value):g}")
        with scenario.at("curves", k, "parameter"):
            there = scenario.having(**{curve.parameter: value})
            try:
                designed = _designed(there, float("-inf"))
                row = {
                    "goal": float(designed.goal),
                    "paid": float(designed.paid),
                    "value": float(designed.value),
                    "paid per agent": float(designed.paid) / max(1, len(designed.base.strategic)),
                    **_decisions(designed),
                }
                points.append(CurvePoint(float(value), {s: row.get(s) for s in curve.show}, designed.describe()))
            except Impossible as error:
                points.append(CurvePoint(float(value), dict.fromkeys(curve.show), str(error)))
    here = float(scenario.parameters[curve.parameter][()])
    return CurveData(curve.title, curve.parameter, list(curve.show), points, here)


def _dilemma(game: Game, play: Play | None) -> DilemmaRow | None:
    profile = None if play is None else pure_profile(play)
    if play is None or profile is None or len(profile) < 2 or max(game.type_counts) > 1:
        return None
    found = classify(game, profile)
    return DilemmaRow(play.describe(), found.greed, found.fear, found.kind, found.selection_risk)


def _beyond(designed: Designed, money_weight: Fraction) -> list[str]:
    """What other equilibria there are and, where the worst of them was designed for, what is guaranteed."""
    found = designed.guarantee
    if found is None:
        said = others(designed, money_weight=money_weight).sentence()
        return [said] if said else []
    parts = [f"the worst pure equilibrium leaves people with {found.pure:.6g}"]
    parts += [] if found.nash is None else [f"the worst mixed one with {found.nash:.6g}"]
    parts += [] if found.correlated is None else [f"the worst correlated one with {found.correlated:.6g}"]
    limit = f"no payments allowed guarantee more than {found.bound:.6g}"
    said = found.others.sentence()
    return [f"By {found.route}: {', '.join(parts)}; {limit}.", *([said] if said else [])]


def _knife_edge(designed: Designed) -> list[str]:
    slack = designed.play.slack_in_effect
    if slack is None or slack > 0:
        return []
    return [
        "Obedience is exactly as good as something else (margin 0): whoever breaks the tie otherwise leads to the worse plays "
        "listed above. Ask for a margin above 0 under [rules] to make it strict."
    ]


def _incomplete(*sets: dict[str, Foreseen]) -> list[str]:
    """One note for every behaviour that may have missed something."""
    said = {
        row.how if row.how.startswith(f"{name}: ") else f"{name}: {row.how}"
        for rows in sets
        for name, row in rows.items()
        if not row.complete
    }
    return sorted(said)

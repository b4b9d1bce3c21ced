"""A market of AIs: what people get in its worst equilibrium, which AI would have to enter, what is guaranteed, and where it breaks.

After Collina, Goel, Roth, Ryu & Shi (2025): people lose at most ρ where a mix of the AIs' utilities is near theirs. The headline is
always the worst equilibrium, found exactly where the scenario is exact (competition/rivals/selection.py and rich.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from .. import __version__
from ..competition.market.entry import missing
from ..competition.market.near import Near, near
from ..competition.market.range import certificate as range_certificate
from ..competition.market.table import Table
from ..competition.rivals.rich import Rich, rich
from ..competition.rivals.selection import Selection, alone, best_ai
from ..competition.rivals.setting import Rivals
from ..competition.theorems.certify import certify
from ..errors import Impossible, RulewrightError, TooLarge
from ..numerics.rational import Array
from ..report.rivals.report import AiRow, DesignRow, MarketRow, MissingRow, NoiseRow, RivalsReport
from ..report.rivals.words import searched_pure
from ..scenario.rivals import USES, RivalsScenario, Situation
from .assessment import Assessment
from .beliefs import beliefs
from .mistakes import mistakes
from .rivals_proof import certified, strongest
from .stress import wilson

Tell = Callable[[str], None]
NOTHING = 1e-9  # a loss below this is none
DIGITS = 6  # of utilities that are drawn


def assess(scenario: RivalsScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Diagnose, design, certify, stress. Raises TooLarge or Impossible where the market, used as it is, cannot be solved."""
    notes: list[str] = []
    with scenario.at("rivals"):
        tell("diagnosing: today's market")
        today = _row(scenario.today, notes)
    changes = _rows(scenario.changes, notes, lambda name: tell(f"comparing: {name}"))
    entered = [scenario.entered(name) for name in scenario.candidates]
    entries = _rows(entered, notes, lambda name: tell(f"designing: {name}"))
    design = _design(today, entries)
    chosen = scenario.today if design is None or not design.entrant else scenario.entered(design.entrant)
    tell("certifying")
    used = _used(chosen)
    solved = best_ai(used.exact) if chosen.use == "best AI" or used.k == 1 else rich(used.exact)
    claims, proof = certified(used, certify(used), solved, title=f"{scenario.file.title}: {chosen.name}", notes=notes)
    tell("stressing")
    stressed = [scenario.today] + ([chosen] if chosen is not scenario.today else [])
    everybody = scenario.everybody
    report = RivalsReport(
        kind="rivals",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(value[()]) for name, value in scenario.parameters.items()},
        states=_law(everybody.states, everybody.prior.sum(axis=1)),
        types=_law(everybody.types, everybody.prior.sum(axis=0)),
        actions=list(everybody.actions),
        ais=_ais(scenario),
        today=today,
        changes=changes,
        entries=entries,
        exits=_exits(chosen, notes),
        design=design,
        impossible="",
        missing=_missing(scenario.today) if today.loss > NOTHING else [],
        claims=claims,
        mistakes=[row for s in stressed for row in mistakes(s, _used(s), scenario.lambdas, notes, tell)],
        noise=[row for s in stressed for row in _noise(scenario, s, _small(today), tell)],
        beliefs=[found for s in (scenario.today, *scenario.changes) if (found := beliefs(s.name, _used(s)))],
        notes=list(dict.fromkeys(notes)),
    )
    return Assessment(report, proof)


def _law(names: tuple[str, ...], chances: Array) -> dict[str, float]:
    return {name: float(p) for name, p in zip(names, chances, strict=True)}


def _used(situation: Situation) -> Rivals:
    """The AIs that people hear."""
    market = situation.rivals
    return market if situation.use in USES else market.only([market.names.index(situation.use)])


# ── markets ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(situations: Iterable[Situation], notes: list[str], tell: Tell = lambda _: None) -> list[MarketRow]:
    """One row for each; a market that cannot be solved as people use it is left out, with a note."""
    rows = []
    for situation in situations:
        tell(situation.name)
        try:
            rows.append(_row(situation, notes))
        except (Impossible, TooLarge) as error:
            notes.append(f"{situation.name} is left out: {error}")
    return rows


def _row(situation: Situation, notes: list[str]) -> MarketRow:
    market, used = situation.rivals, _used(situation)
    singles = [alone(market, i) for i in range(market.k)]
    best = max(range(market.k), key=lambda i: (singles[i].worst, -i))
    selected = _tried(best_ai, used, f"{situation.name}: the best AI only", notes, situation.use == "best AI")
    together = _tried(rich, used, f"{situation.name}: all at once", notes, situation.use != "best AI")
    found = selected if situation.use == "best AI" else together
    table, law = tabled(used)
    ranged, nearest = range_certificate(table, law=law), near(table, offset="case")
    theorem = strongest(certify(used), situation.use)
    return MarketRow(
        name=situation.name,
        about=situation.about,
        ais=list(market.names),
        use=situation.use,
        opt=float(market.opt),
        uninformed=float(market.uninformed),
        best_alone=market.names[best],
        alone=float(singles[best].worst),
        selected=None if selected is None else float(selected.worst),
        together=None if together is None else float(together.worst),
        worst=float(found.worst),
        loss=max(float(market.opt - found.worst), 0.0),
        best=float(found.best),
        epsilon=float(nearest.epsilon),
        rho=float(ranged.rho),
        weights={name: float(w) for name, w in zip(used.names, ranged.weights, strict=True) if w},
        guaranteed=float(theorem.sure),
        theorem=theorem.name,
        says=theorem.says,
        play=_play(market, found.joint),
        how=_how(situation, used),
        complete=used.is_exact,
    )


def _tried(solve: Callable[[Rivals], Any], used: Rivals, what: str, notes: list[str], needed: bool) -> Any:
    """What is not needed for the headline may fail, with a note."""
    try:
        return solve(used)
    except (Impossible, TooLarge) as error:
        if needed:
            raise
        notes.append(f"{what} is left out: {error}")
        return None


def _how(situation: Situation, used: Rivals) -> str:
    field = "exact" if used.is_exact else "floating"
    if used.k == 1:
        return f"one AI, its signals that are best for it; of several, those worst for people; {field}"
    if situation.use == "best AI":
        return f"all pure equilibria, by the corners of what each AI gets; {field}; ties go to the named winner"
    return f"all equilibria with rich signals, by the corners of best-reply regions; {field}; ties off the path to the deviator"


def _play(market: Rivals, joint: Array) -> dict[str, dict[str, float]]:
    """{state: {action: probability}}, from a joint law of state, type and action."""
    found = {}
    for s in range(len(joint)):
        mass, chance = joint[s].sum(axis=0), market.prior[s].sum()
        if chance:
            found[market.states[s]] = {
                a: float(m / chance) for a, m in zip(market.actions, mass, strict=True) if float(m / chance) > NOTHING
            }
    return found


def tabled(rivals: Rivals) -> tuple[Table, Array]:
    """(rows (s, t, a) that can happen, with cases (s, t); the chances of the cases)."""
    types = len(rivals.types)
    happens = np.asarray(rivals.prior > 0, dtype=bool)
    rows = np.broadcast_to(happens[..., None], rivals.alice.shape)
    s, t, a = np.nonzero(rows)
    single = types == 1
    labels = [
        f"{rivals.states[i]}{'' if single else ', ' + rivals.types[j]}: {rivals.actions[k]}"
        for i, j, k in zip(s, t, a, strict=True)
    ]
    cases = [f"{rivals.states[i]}{'' if single else ', ' + rivals.types[j]}" for i, j in zip(s, t, strict=True)]
    table = Table.of(rivals.alice[rows], rivals.bobs[:, rows].T, names=rivals.names, rows=labels, cases=cases)
    return table, rivals.prior[happens]


def _ais(scenario: RivalsScenario) -> list[AiRow]:
    everybody, candidates = scenario.everybody, scenario.candidates
    rows = []
    for i, name in enumerate(everybody.names):
        table, _ = tabled(everybody.only([i]))
        rows.append(
            AiRow(name, name in candidates, float(alone(everybody, i).worst), float(near(table, offset="case").epsilon))
        )
    return rows


# ── who should enter ────────────────────────────────────────────────────────────────────────────────────────────────


def _design(today: MarketRow, entries: list[MarketRow]) -> DesignRow | None:
    if today.loss <= NOTHING:
        kind = "pure equilibrium" if searched_pure(today) else "equilibrium"
        return DesignRow("", f"Nothing has to change: people lose nothing, in any {kind}.", today)
    best = min(entries, key=lambda m: (m.loss, m.rho), default=None)
    if best is None or best.loss >= today.loss - NOTHING:
        return None
    name = best.ais[-1]
    return DesignRow(name, f"Admit “{name}”.", best)


def _missing(situation: Situation) -> list[MissingRow]:
    """The AI least different from the average one that brings ε to zero: where it differs from that average."""
    used = _used(situation)
    table, _ = tabled(used)
    nearest: Near = near(table, offset="case")
    if float(nearest.epsilon) <= NOTHING:
        return []
    try:
        found = missing(table, nearest)
    except RulewrightError:
        return []
    happens = np.broadcast_to(np.asarray(used.prior > 0, dtype=bool)[..., None], used.alice.shape)
    places = list(zip(*np.nonzero(happens), strict=True))
    return [
        MissingRow(
            used.states[places[r][0]],
            used.types[places[r][1]],
            used.actions[places[r][2]],
            float(found.utility[r] - found.change[r]),
            float(found.utility[r]),
            float(table.people[r]),
        )
        for r in range(table.n)
    ]


def _exits(chosen: Situation, notes: list[str]) -> list[MarketRow]:
    market = chosen.rivals
    if market.k < 2:
        return []
    gone = []
    for i, name in enumerate(market.names):
        left = market.only([j for j in range(market.k) if j != i])
        use = chosen.use if chosen.use in (*USES, *left.names) else left.names[0]
        gone.append(Situation(f"{name} leaves", "", left, use))
    return _rows(gone, notes)


# ── noise ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _small(today: MarketRow) -> float:
    """Half of what people lose today; a tenth of what information is worth to them where they lose nothing."""
    return today.loss / 2 if today.loss > NOTHING else (today.opt - today.uninformed) / 10


def _noise(scenario: RivalsScenario, situation: Situation, most: float, tell: Tell) -> list[NoiseRow]:
    """The AIs' utilities drawn independently and uniformly within ±error: does the market still serve people?"""
    said, used = scenario.file.stress, _used(situation).floats
    solve: Callable[[Rivals], Selection | Rich] = best_ai if situation.use == "best AI" else rich
    rows = []
    for error in scenario.errors:
        tell(f"stressing: {situation.name}, utilities off by {error:g}")
        generator = np.random.default_rng(said.seed)
        losses = []
        for _ in range(said.draws):
            shaken = np.round(used.bobs + generator.uniform(-error, error, used.bobs.shape), DIGITS)
            try:
                losses.append(float(used.opt) - float(solve(replace(used, bobs=shaken)).worst))
            except RulewrightError:
                continue
        if not losses:
            continue
        small = sum(x <= most + NOTHING for x in losses)
        low, high = wilson(small, len(losses))
        rows.append(
            NoiseRow(
                situation.name,
                error,
                small / len(losses),
                low,
                high,
                most,
                float(np.mean(losses)),
                len(losses),
                said.seed,
            )
        )
    return rows

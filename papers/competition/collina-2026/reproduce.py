"""Collina, Goel, Roth & Sengupta 2026, "Delegating Authorization to Misaligned Agents: Coalitional Alignment and Safe Control".

Run `python papers collina-2026` for the table, `python papers/competition/collina-2026/reproduce.py DIR` for the curves; public
names of rulewright only. Theorems are tested against what follows from definitions alone, in whole numbers: with three proposals
the mixes x ≥ 0 that a coalition approves are a cone whose edges are cross products of two planes (reviewers', coordinates'). So a
monotone rule executes harm iff it does at one of these rays: no linear programme is asked. Experiments are on generated panels.
"""

from __future__ import annotations

import itertools
import sys
from fractions import Fraction as F
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from rulewright.behaviour.coalitions import Strong
from rulewright.behaviour.nash.pure import Pure
from rulewright.competition.panel.audit import majority
from rulewright.competition.panel.cardinal import calibrate, calibrate_single, scoring, speaking_for_people, twins
from rulewright.competition.panel.coverage import coverage, covers, gains
from rulewright.competition.panel.depth import depth
from rulewright.competition.panel.generated import ring, worst_error
from rulewright.competition.panel.prompts import Sampled, sample
from rulewright.competition.panel.rules import minimal_covering, soundness
from rulewright.competition.panel.sequential import Process, occupancy, safety
from rulewright.competition.panel.setting import Panel
from rulewright.competition.panel.strategic import loss_bound, proposing_game, stability, verdict, voting_game
from rulewright.competition.panel.votes import Family, Rule, Threshold, every_set
from rulewright.report.pictures.canvas import Canvas
from rulewright.report.pictures.frame import Frame
from rulewright.report.words import number
from rulewright.verify import competition_certificate as form
from rulewright.verify import competition_checker as checker

PROMPTS, REVIEWERS, ANSWERS = 1763, 48, 4  # of RewardBench 2 as the paper has it
OWN = 0.8  # standard deviation of a reviewer's own error
SHARED = {0.0: 0.686, 0.5: 0.841}  # {spread: of the error that all share}, each fitted to the first published share
PUBLISHED = {"all": {0: 0.902, 1: 0.772, 5: 0.379}, "far": {0: 0.763, 1: 0.482, 5: 0.120}}
FAR = 20  # degrees
SIZES = (8, 16, 32, 64, 128)
RING = (25, 51, 101, 201, 401)


# ── small panels, by definition ─────────────────────────────────────────────────────────────────────────────────────


class Small(NamedTuple):
    """A panel in whole numbers, three proposals, and every ray at which a monotone rule could execute harm."""

    panel: Panel
    harm: np.ndarray
    """[ray], bool: people lose there."""
    approve: np.ndarray
    """[ray, i], bool."""

    def sound(self, rule: Rule) -> bool:
        return not (self.harm & rule.passes(self.approve)).any()

    @property
    def fewest(self) -> int:
        """Objections at a harmful ray; n + 1 where none is harmful."""
        return int((~self.approve[self.harm]).sum(axis=1).min(initial=self.panel.n + 1))


def small(n: int, seed: int) -> Small:
    """Three proposals, gains of −3 … 3; every fifth panel has twins, a silent or an aligned reviewer, or a contrary one."""
    rng = np.random.default_rng([n, seed])
    cost, rows = rng.integers(-3, 4, 3), rng.integers(-3, 4, (n, 3))
    if rng.random() < 0.6:  # reviewers who want about what people want, so that some panels cover
        rows = cost + rng.integers(-2, 3, (n, 3))
    if seed % 5 == 0:
        rows[-1] = (rows[0], 0 * cost, 2 * cost, -cost)[seed // 5 % 4]
    planes = np.concatenate([rows, np.eye(3, dtype=int)])
    i, j = np.triu_indices(len(planes), 1)
    rays = np.cross(planes[i], planes[j])
    rays = np.concatenate([rays, -rays])
    rays = rays[(rays >= 0).all(axis=1) & rays.any(axis=1)]
    panel = Panel.of(cost, rows, np.eye(3, dtype=int))
    return Small(panel, rays @ cost < 0, rays @ rows.T >= 0)


def drawn_rule(n: int, seed: int) -> Family:
    rng = np.random.default_rng([7, seed])
    return Family(n, tuple(tuple(np.flatnonzero(rng.random(n) < 0.6).tolist()) for _ in range(rng.integers(1, 4))))


@cache
def monotone(n: int) -> tuple[Family, ...]:
    """All monotone rules of n reviewers but "never"."""
    sets = [tuple(np.flatnonzero(row).tolist()) for row in every_set(n)]
    some = (Family(n, pick) for size in range(1, 4) for pick in itertools.combinations(sets, size))
    return tuple({rule.winning: rule for rule in some}.values())


@cache
def theorem_1() -> tuple[int, int, int]:
    """(disagreements, unsound rules, rules): sound by definition, each K_W harmless, each minimal winning coalition covers."""
    wrong = unsound = 0
    cases = range(600)
    for seed in cases:
        n = 2 + seed % 4
        one, rule = small(n, seed), drawn_rule(n, seed)
        true = one.sound(rule)
        inside = not any((one.harm & one.approve[:, list(w)].all(axis=1)).any() for w in rule.minimal_winning())
        cover = all(covers(one.panel, w) for w in rule.minimal_winning())
        wrong += not true == inside == cover == soundness(one.panel, rule).sound
        unsound += not true
    return wrong, unsound, len(cases)


@cache
def all_rules() -> tuple[int, int]:
    """(corollary 1, proposition 1): panels of three where they fail, all 19 monotone rules tried by definition."""
    first = permissive = 0
    for seed in range(300):
        one = small(3, seed)
        sound = [rule for rule in monotone(3) if one.sound(rule)]
        first += bool(sound) != covers(one.panel) or (bool(sound) and not one.sound(Threshold(3, 0)))
        votes = every_set(3)
        executed = np.array([[rule.passes(votes)] for rule in sound]).reshape(-1, len(votes)).any(axis=0)
        cover = np.array([covers(one.panel, np.flatnonzero(row).tolist()) for row in votes])
        same = np.array_equal(minimal_covering(one.panel).rule.passes(votes), cover)
        permissive += not (np.array_equal(executed, cover) and same)
    return first, permissive


def corollary_2() -> int:
    """Panels where for some k these differ: sound by definition; depth ≥ k + 1; every coalition of n − k covers."""
    wrong = 0
    for seed in range(300):
        n = 2 + seed % 4
        one = small(n, seed)
        found = depth(one.panel, "branching").objectors
        for k in range(n + 1):
            robust = all(covers(one.panel, s) for s in itertools.combinations(range(n), n - k))
            wrong += not one.sound(Threshold(n, k)) == (found >= k + 1) == robust == (one.fewest >= k + 1)
    return wrong


def caratheodory(fast: bool) -> int:
    """How far the largest minimal covering coalition is beyond r, in six reviewers and up to four dimensions: never."""
    most = -9
    for seed in range(60 if fast else 300):
        rng = np.random.default_rng([11, seed])
        dim = 2 + seed % 3
        cost, rows = rng.integers(0, 4, dim), rng.integers(-1, 4, (6, dim))
        panel = Panel.of(cost, rows, np.concatenate([np.eye(dim, dtype=int), -np.eye(dim, dtype=int)]))
        sizes = [len(s) for size in range(7) for s in itertools.combinations(range(6), size) if _minimal(panel, s)]
        most = max([most, *(size - gains(panel).rank for size in sizes)])
    return most


def _minimal(panel: Panel, members: tuple[int, ...]) -> bool:
    return covers(panel, members) and not any(covers(panel, [j for j in members if j != i]) for i in members)


@cache
def certified() -> tuple[int, int]:
    """(certificates that the checker refuses, false ones that it lets pass), of random coalitions of random panels."""
    refused = passed = 0
    for seed in range(400):
        n = 2 + seed % 4
        panel = small(n, seed).panel
        who = np.flatnonzero(np.random.default_rng([13, seed]).random(n) < 0.7).tolist()
        found, names = coverage(panel, who), [panel.names[i] for i in who]
        if found.proposal is None:
            claims = [form.claim("covers", coalition=names, weights=form.mix(panel.names, found.weights))]
            false = [form.claim("harmful", approved_by=names, proposal=[[0, "1"]], harm=F(1))]
        else:
            mix = form.sparse(found.proposal.mix)
            claims = [form.claim("harmful", approved_by=names, proposal=mix, harm=found.shortfall)]
            false = [form.claim("covers", coalition=names, weights=form.mix(panel.names, found.weights))]
        about = form.panel(
            panel.principal,
            panel.reviewers,
            panel.deviations,
            names=panel.names,
            outcomes=panel.outcomes,
            proposals=panel.proposals,
        )
        refused += not all(v.holds for v in checker.check(form.certificate(about, claims)))
        passed += any(v.holds for v in checker.check(form.certificate(about, false)))
    return refused, passed


# ── again and again; voters who want to win; votes or scores ────────────────────────────────────────────────────────


def process(seed: int) -> Process:
    """Three states, three acts, three reviewers; chances of eighths, rewards −2 … 2; the baseline is act 0 or a mix."""
    rng = np.random.default_rng([17, seed])
    chances = rng.multinomial(8, [1 / 3] * 3, size=(3, 3))
    law = np.array([[[F(int(c), 8) for c in row] for row in state] for state in chances], dtype=object)
    people = rng.integers(-2, 3, (3, 3))
    reviewers = people + rng.integers(-1, 2, (3, 3, 3))
    first = [[F(1), F(0), F(0)] if seed % 2 else [F(1, 2), F(1, 2), F(0)] for _ in range(3)]
    return Process.of(law, people, reviewers, np.array(first, dtype=object), F(3, 4))


@cache
def theorem_2(fast: bool) -> tuple[int, int]:
    """(disagreements, unsafe ones): sound in every state, and safe against the worst stationary proposer of single acts (27 or
    64 of them tried one by one) and of lotteries; the gap is Σ occupancy × advantage."""
    wrong = unsafe = 0
    for seed in range(24 if fast else 120):
        mdp = process(seed)
        rule = (Threshold(3, 0), Threshold(3, 1), Family(3, ((0, 1), (2,))))[seed % 3]
        mixed, single = safety(mdp, rule), safety(mdp, rule, lotteries=False)
        base, a = mdp.baseline_value, mdp.advantages
        passes = rule.passes(np.moveaxis(np.asarray(a[1:] >= 0, bool), 0, -1))
        policies = [
            [mdp.baseline[s], *(np.eye(3, dtype=int)[q] * F(1) for q in np.flatnonzero(passes[s]))] for s in range(3)
        ]
        values = [mdp.value(np.array(pick, dtype=object))[0] for pick in itertools.product(*policies)]
        worst = [min(v[s] for v in values) for s in range(3)]
        local = not (passes & np.asarray(a[0] < 0, bool)).any()
        wrong += not (local == bool(single.locally_sound.all()) == all(worst[s] >= base[0, s] for s in range(3)))
        wrong += worst != list(single.worst) or not mixed.agrees
        wrong += (mixed.worst > single.worst).any()
        policy = mixed.policy + (1 - mixed.policy.sum(axis=1))[:, None] * mdp.baseline
        gap = [(occupancy(mdp, policy, s) * a[0]).sum() for s in range(3)]
        wrong += gap != list(mixed.worst - base[0])
        unsafe += not mixed.safe
    return wrong, unsafe


def aligned(n: int) -> Panel:
    return Panel.choosing([0, -1], [[0, -1]] * n)


def unanimity(fast: bool) -> int:
    """Pure Nash equilibria below the baseline on panels that cover: votes on random mixes, and a proposer who moves last."""
    below = seen = 0
    for seed in range(500):
        panel = small(3, seed).panel
        if not covers(panel):
            continue
        rng = np.random.default_rng([19, seed])
        game = voting_game(panel, Threshold(3, 0), rng.integers(0, 3, 3))
        below += sum(play.goal < 0 for play in Pure()(game).plays)
        two = Panel.of(panel.principal, panel.reviewers[:2], panel.deviations[:2])
        if covers(two) and seen % 3 == 0:
            below += sum(p.goal < 0 for p in Pure()(proposing_game(two, Threshold(2, 0), rng.integers(-3, 4, 3))).plays)
        seen += 1
        if seen == (20 if fast else 150):
            break
    return below


@cache
def stable(fast: bool) -> tuple[int, int, F]:
    """(theorem 3 fails, remark 5.1 fails, largest loss against the bound): random rules, moves and tolerances."""
    theorem = remark = 0
    nearest = F(0)
    for seed in range(200 if fast else 1000):
        n = 2 + seed % 4
        one, rule = small(n, seed), drawn_rule(n, seed)
        rng = np.random.default_rng([23, seed])
        eta = [F(int(x), 2) for x in rng.integers(0, 5, n)]
        bound = loss_bound(one.panel, rule, eta)
        theorem += (bound is not None) != one.sound(rule)
        for x in rng.integers(0, 4, (6, 3)):
            honest, tempted = stability(one.panel, rule, x), stability(one.panel, rule, x, eta)
            if bound is None:
                continue
            theorem += honest.stable and honest.move.gain < 0
            if tempted.stable:
                remark += -tempted.move.gain > bound
                nearest = max(nearest, -tempted.move.gain / bound) if bound else nearest
    return theorem, remark, nearest


def concepts(fast: bool) -> int:
    """Where `verdict` says strong:b, in games of the vote: a strong:b equilibrium that harms, or none that harms at b − 1."""
    wrong = 0
    for seed in range(40 if fast else 200):
        one = small(3, seed)
        for k in range(3):
            rule = Threshold(3, k)
            judged = verdict(one.panel, rule)
            if judged.size is None or judged.unsafe is None or judged.size < 2:
                continue
            game = voting_game(one.panel, rule, judged.unsafe.mix)
            wrong += any(play.goal < 0 for play in Strong(judged.size)(game).plays)
            wrong += not any(play.goal < 0 for play in Strong(judged.size - 1)(game).plays)
    return wrong


@cache
def votes_or_scores(fast: bool) -> tuple[int, int, int]:
    """(corollary 8 fails, corollary 9 fails, panels where only scores do it): people want Σ λ_i U_i, λ > 0, of three proposals."""
    eight = nine = only = 0
    for seed in range(100 if fast else 600):
        rng = np.random.default_rng([29, seed])
        rows = rng.integers(-3, 4, (3, 3))
        if seed % 4 == 0:
            rows[1:] = 0
        people = rng.integers(1, 4, 3) @ rows
        if not ((people > 0).any() and (people < 0).any()):
            continue
        panel = Panel.of(people, rows, np.eye(3, dtype=int))
        same = [np.linalg.matrix_rank([row, people]) == 1 and row @ people > 0 for row in rows]
        contrary = [np.linalg.matrix_rank([row, people]) == 1 and row @ people < 0 for row in rows]
        pair = twins(panel)
        eight += list(np.flatnonzero(same)) != list(speaking_for_people(panel))
        eight += (pair is None) != (any(same) or any(contrary))
        eight += pair is not None and not (pair[0].gain > 0 > pair[1].gain and pair[0].objectors == pair[1].objectors)
        found = scoring(panel)
        nine += not found.covers or (found.weights.dot(panel.reviewers) != panel.principal).any()
        only += not any(same)
    return eight, nine, only


# ── depth and the ring, in n ────────────────────────────────────────────────────────────────────────────────────────


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Of log mean_s y[s, n] in log x[n]."""
    return float(np.polyfit(np.log(x), np.log(y.mean(axis=0)), 1)[0])


def interval(x: np.ndarray, y: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """95 % of 2,000 bootstrap resamples of s (Efron 1979)."""
    rng = np.random.default_rng(seed)
    found = [slope(x, y[rng.integers(0, len(y), len(y))]) for _ in range(2000)]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


@cache
def depth_shares(fast: bool) -> np.ndarray:
    """[panel, n]: depth / n where u_i = u + 2·N(0, 1) on four answers and any move may be proposed (corollary 3)."""
    sizes, panels = (SIZES[:4], 60) if fast else (SIZES, 100)
    rng = np.random.default_rng(0)
    u = rng.normal(size=(panels, ANSWERS))
    noise = rng.normal(size=(panels, max(sizes), ANSWERS))
    return np.stack([sample(u, u[:, None] + 2 * noise[:, :n], None).depths / n for n in sizes], axis=1)


@cache
def ring_errors(fast: bool) -> tuple[np.ndarray, np.ndarray]:
    """(spaced [1, n], random [s, n]): what majority loses on the ring (proposition 4)."""
    spaced = np.array([[worst_error(ring(n), majority(n)) for n in RING]])
    draws = 40 if fast else 200
    random = np.array([[worst_error(ring(n, seed=s), majority(n)) for n in RING] for s in range(draws)])
    return spaced, random


# ── generated panels of the published size ──────────────────────────────────────────────────────────────────────────


def scores(prompts: int, seed: int, spread: float = 0.0, shared: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """(u[p, a], U[p, i, a]): one right answer; U_i = u + shared·b_p + .8·σ_i·e_pi, all noise N(0, 1), b_p common to all reviewers.

    log σ_i are the quantiles of N(0, spread²): 0 is the law of `generated.reward_models`, with u the right answer.
    """
    rng = np.random.default_rng(seed)
    people = np.zeros((prompts, ANSWERS))
    people[:, 0] = 1
    bias = (SHARED[spread] if shared is None else shared) * rng.normal(size=(prompts, 1, ANSWERS))
    sigma = np.exp([spread * NormalDist().inv_cdf((i + 0.5) / REVIEWERS) for i in range(REVIEWERS)])
    own = OWN * sigma[:, None] * rng.normal(size=(prompts, REVIEWERS, ANSWERS))
    return people, people[:, None] + bias + own


@cache
def panels(fast: bool, spread: float = 0.0) -> Sampled:
    return sample(*scores(600 if fast else PROMPTS, 2026, spread), None)


def kept(removed: int, far: bool = False, spread: float = 0.0):
    """The share of prompts covered after any `removed` leave; if `far` of those whose closest reviewer is beyond 20 degrees."""

    def share(fast: bool) -> float:
        found = panels(fast, spread)
        return found.share(removed, found.closest > FAR if far else None)

    return share


@cache
def committees(spread: float) -> tuple[float, float, float]:
    """(right answers executed by a committee, by one reviewer; wrong ones refused by the committee), out of sample at 99 %."""
    _, table = scores(PROMPTS, 4052, spread)
    against = table - table.mean(axis=2, keepdims=True)
    rows = np.concatenate([against[:, :, 0], against[:, :, 1]])
    good = np.arange(len(rows)) < len(table)
    both = calibrate(rows, good), calibrate_single(rows, good)
    return both[0].executed_share, both[1].executed_share, both[0].refused_share


def jailbreaks(miss: float, persuasive: float):
    """The share of generated panels, 9 evaluators and 190 harmful responses, where each of these has two objections at least.

    An evaluator misses one with chance `miss`; with chance `persuasive` a response is missed by all but one.
    """

    def share(fast: bool) -> float:
        rng = np.random.default_rng(5)
        held, draws = 0, 2_000 if fast else 20_000
        for _ in range(draws):
            approve = rng.random((190, 9)) < miss
            approve[rng.random(190) < persuasive, 1:] = True
            held += not Threshold(9, 1).passes(approve).any()
        return held / draws

    return share


CLAIMS = {
    "theorem 1: rules where the three conditions differ": lambda fast: theorem_1()[0],
    "theorem 1: share of those rules that are unsound": lambda fast: theorem_1()[1] / theorem_1()[2],
    "corollary 1: panels where it fails": lambda fast: all_rules()[0],
    "proposition 1: panels where it fails": lambda fast: all_rules()[1],
    "corollary 2: thresholds where it fails": lambda fast: corollary_2(),
    "minimal covering coalitions: most members beyond r": caratheodory,
    "certificates that the checker refuses": lambda fast: certified()[0],
    "false certificates that the checker lets pass": lambda fast: certified()[1],
    "theorem 2: disagreements": lambda fast: theorem_2(fast)[0],
    "theorem 2: share of those processes that are unsafe": lambda fast: theorem_2(fast)[1] / (24 if fast else 120),
    "corollary 7: Nash equilibria under unanimity that harm people": unanimity,
    "theorem 3: stable moves that harm people": lambda fast: stable(fast)[0],
    "theorem 3: verdicts that the game of the vote contradicts": concepts,
    "remark 5.1: moves beyond the bound": lambda fast: stable(fast)[1],
    "remark 5.1: largest loss, of the bound": lambda fast: float(stable(fast)[2]),
    "proposition 3: worst Nash equilibrium of four aligned reviewers, one objection let pass": lambda fast: float(
        min(play.goal for play in Pure()(voting_game(aligned(4), Threshold(4, 1), [1])).plays)
    ),
    "proposition 3: the same, if two may agree to object": lambda fast: float(
        min(play.goal for play in Strong(2)(voting_game(aligned(4), Threshold(4, 1), [1])).plays)
    ),
    "corollary 8: panels where it fails": lambda fast: votes_or_scores(fast)[0],
    "corollary 9: panels where it fails": lambda fast: votes_or_scores(fast)[1],
    "corollary 3: slope of log(1/2 - depth/n) in log n": lambda fast: slope(
        np.array(SIZES[: depth_shares(fast).shape[1]]), 0.5 - depth_shares(fast)
    ),
    "corollary 3: mean depth/n at n = 128": lambda fast: float(depth_shares(fast)[:, -1].mean()),
    "proposition 4: slope of the error, spaced": lambda fast: slope(np.array(RING), ring_errors(fast)[0]),
    "proposition 4: slope of the error, random": lambda fast: slope(np.array(RING), ring_errors(fast)[1]),
    **{
        f"{kind} reviewers, {where}: covered after any {k} leave": kept(k, where == "far prompts", spread)
        for kind, spread in (("equal", 0.0), ("unequal", 0.5))
        for where in ("all prompts", "far prompts")
        for k in (0, 1, 5)
    },
    **{
        f"{kind} reviewers: {what}": lambda fast, k=k, spread=spread: committees(spread)[k]
        for kind, spread in (("equal", 0.0), ("unequal", 0.5))
        for k, what in enumerate(
            (
                "right answers executed by a committee at 99 %",
                "right answers executed by one reviewer at 99 %",
                "wrong answers refused by the committee, out of sample",
            )
        )
    },
    "nine evaluators who miss three in ten, independently: share of panels where k = 1 is sound": jailbreaks(0.3, 0),
    "the same, one response in a hundred persuading all but one": jailbreaks(0.3, 0.01),
}


# ── curves ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def framed(title: str, frame: Frame, across: str, up: str, **ticks) -> Canvas:
    canvas = Canvas()
    canvas.text(20, 30, title, size=15, weight=600)
    frame.axes(canvas, across, up, **ticks)
    return canvas


def key(canvas: Canvas, entries, x: float, y: float) -> None:
    """(ink, dash, words) in a column: a line, or (dash None) a ring."""
    for k, (ink, dash, words) in enumerate(entries):
        at = y + 20 * k
        if dash is None:
            canvas.dot((x + 13, at - 4), fill="paper", edge=ink, width=2.2)
        else:
            canvas.lines([(x, at - 4), (x + 26, at - 4)], ink, width=2.4, dash=dash)
        canvas.text(x + 34, at, words, size=12.5, halo=True)


def removal_curve():
    """Coverage against the number removed."""
    frame = Frame(76, 56, 500, 320, (0, 16), (0, 1))
    title = "Prompts that stay covered whichever reviewers leave"
    canvas = framed(title, frame, "reviewers removed, of 48", "share of prompts")
    says = []
    for spread, dash in ((0.0, ""), (0.5, "7 4")):
        found = panels(False, spread)
        for name, ink, among in (("all", "p0", None), ("far", "p1", found.closest > FAR)):
            shares = [found.covered(k, among) for k in range(17)]
            low, high = ([frame(k, getattr(s, end)) for k, s in enumerate(shares)] for end in ("low", "high"))
            canvas.area(low + high[::-1], ink, opacity=0.13)
            canvas.lines([frame(k, found.share(k, among)) for k in range(17)], ink, width=2.2, dash=dash)
            said = ", ".join(f"{found.share(k, among):.0%}" for k in (0, 1, 5))
            says.append(f"{'un' if spread else ''}equal reviewers, {name}: {said} after 0, 1, 5")
    for name, ink in (("all", "p0"), ("far", "p1")):
        for k, share in PUBLISHED[name].items():
            canvas.dot(frame(k, share), fill="paper", edge=ink, width=2.2)
    key(
        canvas,
        [
            ("p0", "", "all prompts, equal reviewers"),
            ("p0", "7 4", "all prompts, unequal reviewers"),
            ("p0", None, "all prompts, published"),
            ("p1", "", "closest reviewer > 20°, equal reviewers"),
            ("p1", "7 4", "closest reviewer > 20°, unequal reviewers"),
            ("p1", None, "closest reviewer > 20°, published"),
        ],
        288,
        78,
    )
    return canvas.picture(title, "; ".join(says) + ".", 610, 432)


def depth_curve():
    """depth / n against n."""
    y = depth_shares(False)
    x = np.log2(SIZES)
    frame = Frame(76, 56, 470, 260, (2.8, 7.2), (0, 0.55))
    title = "Harmless though nobody is aligned: rejection depth"
    canvas = framed(title, frame, "reviewers n", "depth / n", at_x=x.tolist(), say_x=lambda v: f"{2**v:.0f}")
    low, high = np.quantile(y, 0.1, axis=0), np.quantile(y, 0.9, axis=0)
    canvas.area([*map(frame, x, low), *list(map(frame, x, high))[::-1]], "p0", opacity=0.16)
    canvas.lines([frame(2.8, 0.5), frame(7.2, 0.5)], "soft", dash="6 4")
    canvas.lines([*map(frame, x, y.mean(axis=0))], "p0", width=2.4)
    for k, value in enumerate(y.mean(axis=0)):
        canvas.dot(frame(x[k], value), fill="p0")
    key(canvas, [("p0", "", "mean of 100 panels; band: 80 % of them"), ("soft", "6 4", "limit 1/2")], 268, 262)
    says = "depth / n " + ", ".join(f"{v:.2f} at n = {n}" for n, v in zip(SIZES, y.mean(axis=0), strict=True)) + "."
    return canvas.picture(title, says, 580, 372)


def ring_curve():
    """Majority's error on the ring, both axes logarithmic."""
    spaced, random = ring_errors(False)
    x = np.log10(RING)
    frame = Frame(76, 56, 470, 280, (1.35, 2.65), (-2.5, 0))
    title = "What a majority on the ring lets people lose"
    canvas = Canvas()
    canvas.text(20, 30, title, size=15, weight=600)
    for n, at in zip(RING, x, strict=True):
        px, _ = frame(at, 0)
        canvas.lines([(px, frame.top), (px, frame.bottom + 4)], "line", width=1)
        canvas.text(px, frame.bottom + 18, str(n), ink="soft", size=12, anchor="middle")
    for power, words in ((0, "1"), (-1, "0.1"), (-2, "0.01")):
        _, py = frame(0, power)
        canvas.lines([(frame.left - 4, py), (frame.right, py)], "line", width=1)
        canvas.text(frame.left - 8, py + 4, words, ink="soft", size=12, anchor="end")
    canvas.text(311, frame.bottom + 38, "reviewers n", ink="soft", size=12.5, anchor="middle")
    canvas.text(30, 196, "largest loss", ink="soft", size=12.5, anchor="middle", turn=-90)
    low, high = np.log10(np.quantile(random, 0.1, axis=0)), np.log10(np.quantile(random, 0.9, axis=0))
    canvas.area([*map(frame, x, low), *list(map(frame, x, high))[::-1]], "p1", opacity=0.16)
    for y, ink in ((random.mean(axis=0), "p1"), (spaced[0], "p0")):
        canvas.lines([*map(frame, x, np.log10(y))], ink, width=2.4)
        for at, value in zip(x, np.log10(y), strict=True):
            canvas.dot(frame(at, value), fill=ink)
    shape = np.sqrt(np.log(RING) / np.array(RING))
    canvas.lines([*map(frame, x, np.log10(shape * random.mean() / shape.mean()))], "soft", dash="6 4")
    key(
        canvas,
        [
            ("p1", "", f"random: slope {number(slope(np.array(RING), random), 2)}; band: 80 % of 200 draws"),
            ("soft", "6 4", "√(log n / n), scaled"),
            ("p0", "", f"evenly spaced: slope {number(slope(np.array(RING), spaced), 2)}"),
        ],
        92,
        286,
    )
    slopes = [number(slope(np.array(RING), y), 2) for y in (spaced, random)]
    says = f"Spaced reviewers: slope {slopes[0]}; random ones {slopes[1]}."
    return canvas.picture(title, says, 580, 392)


def figures(folder: str | Path) -> list[Path]:
    """panel_removal.svg, panel_depth.svg and panel_ring.svg in this folder."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    made = {"removal": removal_curve(), "depth": depth_curve(), "ring": ring_curve()}
    return [picture.save(target / f"panel_{name}.svg") for name, picture in made.items()]


if __name__ == "__main__":
    for path in figures(sys.argv[1] if len(sys.argv) > 1 else "."):
        print(path)
    for name, x, y in (
        ("1/2 - depth/n", SIZES, 0.5 - depth_shares(False)),
        ("error of the random ring", RING, ring_errors(False)[1]),
    ):
        low, high = interval(np.array(x), y)
        print(f"slope of {name}: {slope(np.array(x), y):.3f}, 95 % interval [{low:.3f}, {high:.3f}]")
    for spread, k in itertools.product((0.0, 0.5), (0, 1, 5)):
        found = panels(False, spread)
        for words, among in (("all", None), ("far", found.closest > FAR)):
            ends = found.covered(k, among)
            print(f"{spread:g}, {words}, any {k}: {found.share(k, among):.3f} [{ends.low:.3f}, {ends.high:.3f}]")
        print(f"far prompts: {(found.closest > FAR).mean():.3f}")

"""The theorems of Collina, Goel, Roth & Sengupta 2026 on small panels, each against what follows from definitions alone.

In whole numbers: with three proposals the mixes x ≥ 0 that a coalition approves are a cone whose edges are cross products of two
planes (reviewers', coordinates'). So a monotone rule executes harm iff it does at one of these rays: no linear programme is asked.
"""

from __future__ import annotations

import itertools
from fractions import Fraction as F
from functools import cache
from typing import NamedTuple

import numpy as np

from rulewright.behaviour.coalitions import Strong
from rulewright.behaviour.nash.pure import Pure
from rulewright.competition.panel.cardinal import scoring, speaking_for_people, twins
from rulewright.competition.panel.coverage import coverage, covers, gains
from rulewright.competition.panel.depth import depth
from rulewright.competition.panel.rules import minimal_covering, soundness
from rulewright.competition.panel.sequential import Process, occupancy, safety
from rulewright.competition.panel.setting import Panel
from rulewright.competition.panel.strategic import loss_bound, proposing_game, stability, verdict, voting_game
from rulewright.competition.panel.votes import Family, Rule, Threshold, every_set
from rulewright.verify import competition_certificate as form
from rulewright.verify import competition_checker as checker

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

"""Players who do anything, and types that do harm, against programmes with one row for each thing that they may do."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from written_out import (
    NAMES,
    OUTSIDE,
    WEIGHT,
    WrittenOut,
    agree,
    ball_vertices,
    helped,
    paying,
    point,
    random_game,
)

from rulewright.design.programme import solve
from rulewright.design.robustness import Robustness
from rulewright.design.rules import Rules
from rulewright.numerics.linprog import INFINITY

# ── players who do anything ─────────────────────────────────────────────────────────────────────────────────────────


def responses(lp, entries, players, informed=True, types=None):
    """Entries under each strategy of `players`: reports by what they know, acts by what they know and are told.

    What they know is all types, and later all that is drawn (informed); or their own types and recommendations.
    """
    n, game = lp.n, lp.game
    before = sorted({done[:n] if informed else tuple(done[j] for j in players) for _, _, done in entries})
    says = list(itertools.product(*(range(game.type_counts[j]) for j in players)))
    does = list(itertools.product(*(range(game.action_counts[j]) for j in players)))

    for said in itertools.product(says, repeat=len(before)):
        report = dict(zip(before, said, strict=True))
        drawn = []
        for sign, cell, done in entries:
            known = done[:n] if informed else tuple(done[j] for j in players)
            cell = put(cell, players, report[known])
            told = cell if informed else tuple(cell[n + j] for j in players)
            drawn.append((sign, cell, done, (known, told)))
        keys = sorted({key for *_, key in drawn})
        for acted in itertools.product(does, repeat=len(keys)):
            act = dict(zip(keys, acted, strict=True))
            yield [(sign, cell, put(done, [n + j for j in players], act[key])) for sign, cell, done, key in drawn]


def worst_response(lp, x, entries, players, informed, table, shares):
    """The response that makes the entries worth least at the point x: found piece by piece, by looking at everything."""
    n, game = lp.n, lp.game
    says = list(itertools.product(*(range(game.type_counts[j]) for j in players)))
    does = list(itertools.product(*(range(game.action_counts[j]) for j in players)))
    pieces = {}
    for entry in entries:
        done = entry[2]
        pieces.setdefault(done[:n] if informed else tuple(done[j] for j in players), []).append(entry)

    def value(piece):
        return lp.form(piece, game.prior, table, shares) @ x

    found = []
    for piece in pieces.values():
        tried = []
        for report in says:
            told = {}
            for sign, cell, done in piece:
                cell = put(cell, players, report)
                told.setdefault(cell if informed else tuple(cell[n + j] for j in players), []).append(
                    (sign, cell, done)
                )
            answer = []
            for part in told.values():
                acted = [[(s, c, put(d, [n + j for j in players], deed)) for s, c, d in part] for deed in does]
                answer += min(acted, key=value)
            tried.append(answer)
        found += min(tried, key=value)
    return found


class Against(WrittenOut):
    """Rows of several cases, each with its chance and its players at fault: a column below what they may do."""

    def __init__(self, game, rules, cases, goal=None):
        """cases(entries, who may be at fault) → [(share, players, informed, entries)]; `goal`: several such, or the same."""
        super().__init__(game, rules)
        self.cuts = []
        for i in range(1, self.n):
            for entries, off in self.required(i):
                self.row(cases(entries, [j for j in range(1, self.n) if j != i]), i, off=off)
        for bad in goal or [cases]:
            self.row(bad(self.truth(), list(range(1, self.n))), 0, self.value, few=False)

    def row(self, cases, i, column=None, *, off=0.0, few=True):
        table, shares = self.game.payoff[i], self.shares(i)
        fixed, least = [], []
        for share, players, informed, part in cases:
            if not players:
                fixed.append(share * self.form(part, self.game.prior, table, shares, off))
                continue
            below = self.programme.add_columns(1, lower=-INFINITY)
            least.append((below[0], share))
            if few:
                for answer in responses(self, part, players, informed):
                    self.at_least(self.form(answer, self.game.prior, table, shares, off), below)
            else:
                self.at_least(self.form(part, self.game.prior, table, shares), below)
                self.cuts.append((part, players, informed, table, shares, below))
        form = np.zeros(self.programme.columns)
        for part in fixed:
            form[: len(part)] += part
        for below, share in least:
            form[below] += share
        self.at_least(form, column)

    def solve(self):
        """Add what hurts at the optimum, until nothing does."""
        for _ in range(200):
            solution = self.programme.solve(maximise=True)
            if solution.x is None:
                return float("nan")
            news = 0
            for part, players, informed, table, shares, below in self.cuts:
                answer = worst_response(self, solution.x, part, players, informed, table, shares)
                form = self.form(answer, self.game.prior, table, shares)
                if form @ solution.x < solution.x[below[0]] - 1e-8:
                    self.at_least(form, below)
                    news += 1
            if not news:
                return solution.value
        raise AssertionError("no end of cuts")


def put(cell, axes, digits):
    cell = list(cell)
    for axis, digit in zip(axes, digits, strict=True):
        cell[axis] = digit
    return tuple(cell)


def irrational(rho):
    """Cases: each of the others with chance ρ."""
    return lambda entries, others: [
        (rho**size * (1 - rho) ** (len(others) - size), players, True, entries)
        for size in range(len(others) + 1)
        for players in itertools.combinations(others, size)
    ]


def adversarial(flags):
    """Cases: by which of the others have types in `flags`."""

    def cases(entries, others):
        parts = {}
        for entry in entries:
            bad = tuple(j for j in others if entry[2][j] in flags.get(j, ()))
            parts.setdefault(bad, []).append(entry)
        return [(1.0, players, False, part) for players, part in parts.items()]

    return cases


FAULTY = [((1, 1, 1), (1, 2, 2)), ((1, 1, 1), (2, 2, 2)), ((1, 2, 1), (1, 2, 2)), ((1, 2, 2), (2, 1, 1))]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("share", [F(1, 5), F(1)])
@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize(("types", "acts"), FAULTY)
def test_a_share_who_do_anything(seed, share, paid, types, acts):
    game = helped(random_game(seed, types, acts))
    rules = Rules(payments=paying("ann", "bob", most=6) if paid else (), money_weight=WEIGHT, margin=F(1, 50))
    rules = replace(rules, outside=OUTSIDE if seed == 0 else {})
    reference = Against(game, rules, irrational(float(share))).solve()
    agree(game, replace(rules, robust=Robustness(irrational=share)), reference)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize(("types", "acts"), FAULTY)
def test_a_number_who_do_anything(seed, paid, types, acts):
    """Each row for each player who may be the one at fault, and for each thing it may do."""
    game = helped(random_game(seed, types, acts))
    rules = Rules(payments=paying("ann", "bob", most=6) if paid else (), money_weight=WEIGHT)
    goal = [lambda entries, others, j=j: [(1.0, (j,), True, entries)] for j in (1, 2)]
    reference = Against(game, rules, lambda entries, others: [(1.0, tuple(others), True, entries)], goal).solve()
    agree(game, replace(rules, robust=Robustness(faulty=1)), reference)


ADVERSARIAL = [
    ((1, 2, 1), (1, 2, 2), {"ann": ("t1",)}),
    ((1, 2, 1), (2, 1, 2), {"ann": ("t2",)}),
    ((1, 2, 2), (2, 1, 1), {"ann": ("t1",), "bob": ("t2",)}),
    ((1, 2, 2), (1, 1, 2), {"bob": ("t1",)}),
    ((2, 1, 2), (1, 2, 2), {"bob": ("t1", "t2")}),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize(("types", "acts", "flags"), ADVERSARIAL)
def test_types_that_do_harm(seed, paid, types, acts, flags):
    game = helped(random_game(seed, types, acts))
    rules = Rules(payments=paying("ann", "bob", most=6) if paid else (), money_weight=WEIGHT, margin=F(1, 50))
    rules = replace(rules, outside=OUTSIDE if seed == 0 else {})
    numbers = {NAMES.index(p): [game.types[NAMES.index(p)].index(t) for t in labels] for p, labels in flags.items()}

    class Partly(Against):
        def required(self, i):
            for entries, off in super().required(i):
                if entries[0][2][i] not in numbers.get(i, ()) or entries[-1][0] > 0:  # all are asked to take part
                    yield entries, off

    reference = Partly(game, rules, adversarial(numbers)).solve()
    agree(game, replace(rules, robust=Robustness(adversarial=flags)), reference)


def test_three_players_of_whom_each_may_do_anything():
    game = random_game(3, (1, 1, 1, 1), (1, 2, 2, 2))
    game = replace(game, payoff=game.payoff + 3 * game.payoff[:1] * np.arange(4).clip(0, 1).reshape(-1, *(1,) * 8))
    rules = Rules(payments=paying("ann", "bob", "cat", most=8))
    reference = Against(game, rules, irrational(0.1)).solve()
    assert agree(game, replace(rules, robust=Robustness(irrational=F(1, 10))), reference) is not None


@pytest.mark.parametrize("robust", [Robustness(irrational=F(1)), Robustness(faulty=1)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_that_the_other_does_breaks_the_rule(seed, robust):
    game = helped(random_game(seed, (1, 2, 1), (2, 2, 2)))
    rules = Rules(payments=paying("ann", "bob", most=12), robust=robust)
    outcome = solve(game, rules)
    lp, rng = WrittenOut(game, rules), np.random.default_rng(seed)
    x = point(lp, outcome)
    for _ in range(10):
        for i, j in ((1, 2), (2, 1)):
            for entries in lp.deviations(i):
                answer = at_random(lp, entries, [j], rng)
                assert lp.form(answer, game.prior, game.payoff[i], lp.shares(i)) @ x > -1e-7
        fault = [1, 2] if robust.irrational else [int(rng.integers(1, 3))]
        answer = at_random(lp, lp.truth(), fault, rng)
        assert lp.form(answer, game.prior, game.payoff[0], lp.shares(0)) @ x > outcome.value - 1e-7


def at_random(lp, entries, players, rng):
    """Entries under a strategy of fully informed `players`, drawn at random."""
    n, game, report, act = lp.n, lp.game, {}, {}
    answer = []
    for sign, cell, done in entries:
        if done[:n] not in report:
            report[done[:n]] = [rng.integers(game.type_counts[j]) for j in players]
        cell = put(cell, players, report[done[:n]])
        if (done[:n], cell) not in act:
            act[done[:n], cell] = [rng.integers(game.action_counts[j]) for j in players]
        answer.append((sign, cell, put(done, [n + j for j in players], act[done[:n], cell])))
    return answer


@pytest.mark.parametrize("kind", ["irrational", "faulty"])
@pytest.mark.parametrize(("types", "acts"), [((2, 1, 1), (2, 2, 2)), ((1, 2, 1), (2, 1, 2))])
def test_a_ball_of_priors_and_players_who_do_anything(kind, types, acts):
    game = helped(random_game(1, types, acts))
    rules = Rules(payments=paying("ann", "bob", most=8), money_weight=WEIGHT)
    fault = {"irrational": F(1, 10)} if kind == "irrational" else {"faulty": 1}
    ball = solve(game, replace(rules, robust=Robustness(prior_ball=F(1, 10), **fault)))
    priors = tuple(ball_vertices(game.prior, 0.1))
    vertices = solve(game, replace(rules, priors=priors, robust=Robustness(**fault)))
    assert ball.value == pytest.approx(vertices.value, abs=1e-6)

"""Robust counterparts against programmes written out: one row for each vertex of the set, or each thing others may do."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.design.design import default_aim, design
from rulewright.design.price import price_of_robustness
from rulewright.design.programme import solve
from rulewright.design.robustness import Polytope, Robustness
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible, InputError, TooLarge
from rulewright.game.game import Game, Signal
from rulewright.numerics.linprog import INFINITY, Programme
from rulewright.scenario.load import load, parse

NAMES = ("people", "ann", "bob", "cat")


def random_game(seed, types, acts):
    rng = np.random.default_rng(seed)
    prior = rng.integers(1, 6, types).astype(float)
    payoff = rng.integers(-4, 5, (len(types), *types, *acts)).astype(float)
    law = rng.dirichlet(np.ones(2), size=(*types, *acts))
    return Game.bayesian(
        payoff,
        prior / prior.sum(),
        players=NAMES[: len(types)],
        designer=True,
        signals=[Signal("seen", ("yes", "no"), law)],
    )


def paying(*players, most=1):
    return tuple(Payment(p, ("seen",), F(-most), F(most)) for p in players)


# ── the programme written out ───────────────────────────────────────────────────────────────────────────────────────


class WrittenOut:
    """The designer's programme with every row put down by hand. An entry is (sign, what is drawn, what happens)."""

    def __init__(self, game, rules):
        self.game, self.rules, self.n = game, rules, game.n
        self.programme = p = Programme()
        self.mu = p.add_columns(game.payoff.shape[1:])
        flat = self.mu.reshape(game.prior.size, -1)
        p.put(p.add_rows(len(flat), lower=1.0, upper=1.0)[:, None], flat, 1.0)
        self.paid = []
        for payment in rules.payments:
            law = game.signal(payment.on[0]).law
            z = p.add_columns(law.shape, lower=-INFINITY)
            for bound, sign in ((payment.low, 1.0), (payment.high, -1.0)):
                rows = p.add_rows(law.shape, lower=0.0)
                p.put(rows, z, sign)
                p.put(rows, self.mu[..., None], -sign * float(bound))
            self.paid.append((game.index(payment.to), z, law))
        self.value = p.add_columns(1, lower=-INFINITY, cost=1.0)

    def form(self, entries, prior, table, shares, off=0.0):
        """[column]: Σ sign p (μ·(table − off, on the true side) + shares of what is paid)."""
        total = np.zeros(self.programme.columns)
        for sign, drawn, done in entries:
            chance = sign * prior[done[: self.n]]
            total[self.mu[drawn]] += chance * (table[done] - (off if sign > 0 else 0.0))
            for (_, z, law), share in zip(self.paid, shares, strict=True):
                total[z[drawn]] += chance * share * law[done]
        return total

    def at_least(self, form, column=None):
        row = self.programme.add_rows(1, lower=0.0)
        at = np.flatnonzero(form)
        self.programme.put(row, at, form[at])
        if column is not None:
            self.programme.put(row, column, -1.0)

    def solve(self):
        return self.programme.solve(maximise=True).value

    def all_cells(self):
        return list(np.ndindex(*self.game.payoff.shape[1:]))

    def truth(self):
        return [(1.0, c, c) for c in self.all_cells()]

    def deviations(self, i):
        """Entries of every (type, report, plan) against truth, and of every act against the recommended one."""
        n, game = self.n, self.game
        types, acts = game.type_counts[i], game.action_counts[i]

        def changed(cell, axis, digit):
            return (*cell[:axis], digit, *cell[axis + 1 :])

        for theta in range(types):
            own = [c for c in self.all_cells() if c[i] == theta]
            for a, b in itertools.permutations(range(acts), 2):
                told = [c for c in own if c[n + i] == a]
                yield [(1.0, c, c) for c in told] + [(-1.0, c, changed(c, n + i, b)) for c in told]
            for r in range(types):
                if r == theta:
                    continue
                for plan in itertools.product(range(acts), repeat=acts):
                    there = [(-1.0, changed(c, i, r), changed(c, n + i, plan[c[n + i]])) for c in own]
                    yield [(1.0, c, c) for c in own] + there

    def required(self, i):
        """(entries, what they have to be worth per unit of chance): deviations, and taking part."""
        for entries in self.deviations(i):
            yield entries, float(self.rules.slack)
        stays = self.rules.outside.get(self.game.players[i])
        if stays is not None:
            told = max(self.game.type_counts[1:]) == 1
            parts = {}
            for cell in self.all_cells():
                parts.setdefault((cell[i], cell[self.n + i] if told else 0), []).append((1.0, cell, cell))
            for entries in parts.values():
                yield entries, float(stays)

    def shares(self, i):
        return [float(to == i) - (i == 0) * float(self.rules.money_weight) for to, _, _ in self.paid]


def written_out(game, rules, payoffs=None, off=0.0):
    """Each incentive for each error vertex of its player: `payoffs(i, entries)` yields tables."""
    lp = WrittenOut(game, rules)
    for i in range(1, game.n):
        for entries, slack in lp.required(i):
            for table in [game.payoff[i]] if payoffs is None else payoffs(i, entries):
                lp.at_least(lp.form(entries, game.prior, table, lp.shares(i), off + slack))
    lp.at_least(lp.form(lp.truth(), game.prior, game.payoff[0], lp.shares(0)), lp.value)
    return lp.solve()


SMALL = [
    ((1, 1, 1), (1, 2, 2)),
    ((2, 1, 1), (2, 2, 1)),
    ((1, 2, 1), (2, 1, 2)),
    ((1, 2, 1), (1, 2, 1)),
    ((1, 2, 2), (2, 1, 1)),
]
WEIGHT = F(1, 4)


def both(game, rules, reference):
    """Our value and that of the programme written out; both None where there is no rule."""
    try:
        ours = solve(game, rules).value
    except Impossible:
        ours = None
    theirs = reference if np.isfinite(reference) else None
    return ours, theirs


def agree(game, rules, reference):
    ours, theirs = both(game, rules, reference)
    assert (ours is None) == (theirs is None)
    assert ours is None or ours == pytest.approx(theirs, abs=1e-6)
    return ours


# ── payoffs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("types", "acts"), SMALL)
def test_a_box_of_payoffs_is_all_its_vertices(seed, types, acts):
    game = random_game(seed, types, acts)
    rng = np.random.default_rng(seed + 100)
    error = {i: rng.random(game.payoff.shape[1:]) for i in (1, 2)}

    def vertices(i, entries):
        cells = sorted({done for _, _, done in entries})
        for signs in itertools.product((1.0, -1.0), repeat=len(cells)):
            table = game.payoff[i].copy()
            for cell, sign in zip(cells, signs, strict=True):
                table[cell] += sign * error[i][cell]
            yield table

    rules = Rules(payments=paying("ann", "bob", most=2), money_weight=WEIGHT, outside=OUTSIDE if seed == 0 else {})
    robust = Robustness(payoff_box={NAMES[i]: box for i, box in error.items()})
    agree(game, replace(rules, robust=robust), written_out(game, rules, vertices))


def test_a_box_asks_less_of_honesty_than_uniform_slack_and_the_same_of_obedience():
    """Truth and a lie may meet in the same cell, where an error is one and the same; two acts never do."""
    less = 0
    for seed in range(8):
        for types, acts, equal in [((2, 1, 1), (2, 3, 1), True), ((1, 2, 2), (3, 1, 1), False)]:
            game = random_game(seed, types, acts)
            plain = Rules(payments=paying("ann", "bob"), money_weight=WEIGHT)
            box = Robustness(payoff_box={"ann": F(1, 5), "bob": F(1, 5)})
            values = []
            for rules in (replace(plain, robust=box), replace(plain, payoff_error=F(1, 5))):
                try:
                    values.append(solve(game, rules).value)
                except Impossible:
                    values.append(-INFINITY)
            if equal:
                assert values[0] == pytest.approx(values[1], abs=1e-6)
            assert values[0] >= values[1] - 1e-6
            less += values[0] > values[1] + 1e-3
    assert less > 2


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("types", "acts"), SMALL)
@pytest.mark.parametrize("kind", ["total", "scaled"])
def test_a_polytope_of_payoffs_is_all_its_vertices(seed, types, acts, kind):
    game = random_game(seed, types, acts)
    cells = game.payoff[0].size

    def vertices(i, entries):
        if kind == "scaled":
            yield from (game.payoff[i] * s for s in (0.5, 3.0))
            return
        for cell in np.ndindex(*game.payoff.shape[1:]):
            for sign in (1.0, -1.0):
                table = game.payoff[i].copy()
                table[cell] += sign * 0.7
                yield table

    sets = {
        "total": lambda i: Polytope.total(cells, 0.7, 0.7),
        "scaled": lambda i: Polytope.scaled(game.payoff[i], 0.5, 3.0),
    }
    rules = Rules(payments=paying("ann", "bob"), money_weight=WEIGHT)
    robust = Robustness(payoff_polytope={NAMES[i]: sets[kind](i) for i in (1, 2)})
    agree(game, replace(rules, robust=robust), written_out(game, rules, vertices))


@pytest.mark.parametrize("seed", range(3))
def test_payoffs_that_only_rise_with_the_act(seed):
    """Vertices: each pair of acts is worth (low, low), (low, high) or (high, high)."""
    game = random_game(seed, (1, 2, 1), (2, 2, 1))

    def vertices(i, entries):
        for worth in itertools.product([(-1, -1), (-1, 2), (2, 2)], repeat=4):
            pairs = np.array(worth, float).reshape(1, 2, 1, 2, 2, 1)
            yield pairs if i == 1 else game.payoff[i]

    rules = Rules(payments=paying("ann", most=20), money_weight=WEIGHT)
    robust = Robustness(payoff_polytope={"ann": Polytope.rising(game.payoff[1], 4, -1, 2)})
    agree(game, replace(rules, robust=robust), written_out(game, rules, vertices))


def test_a_box_is_a_polytope():
    game = random_game(5, (1, 2, 1), (2, 2, 1))
    one = np.eye(game.payoff[0].size)
    polytope = Polytope(np.concatenate([one, -one]), np.full(2 * len(one), 0.25))
    rules = Rules(payments=paying("ann"), money_weight=WEIGHT)
    values = [
        solve(game, replace(rules, robust=robust)).value
        for robust in (Robustness(payoff_box={"ann": F(1, 4)}), Robustness(payoff_polytope={"ann": polytope}))
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_sampled_payoffs_of_the_box_break_nothing(seed):
    game = random_game(seed, (2, 2, 1), (2, 2, 2))
    rules = Rules(payments=paying("ann", "bob", most=3), robust=Robustness(payoff_box={"ann": F(1, 3)}))
    outcome = solve(game, rules)
    lp, rng = WrittenOut(game, rules), np.random.default_rng(seed)
    x = point(lp, outcome)
    for _ in range(20):
        table = game.payoff[1] + rng.choice([-1, 0, 1], game.payoff[1].shape) / 3
        assert min(lp.form(e, game.prior, table, lp.shares(1)) @ x for e in lp.deviations(1)) > -1e-7


def point(lp, outcome):
    """The rule as values of the written-out programme's columns."""
    x = np.zeros(lp.programme.columns)
    x[lp.mu] = outcome.law
    for (_, z, _), (_, amounts) in zip(lp.paid, outcome.payments, strict=True):
        x[z] = amounts * outcome.law[..., None]
    return x


# ── nothing known but what a deviation can gain ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("types", "acts"), SMALL)
def test_a_gain_of_at_most_g_is_a_payoff_of_nothing_and_slack(seed, types, acts):
    game = random_game(seed, types, acts)
    rules = Rules(payments=paying("ann", "bob", most=4), money_weight=WEIGHT)
    robust = Robustness(gain_at_most={"ann": F(1, 2), "bob": F(1, 2)})
    reference = written_out(game, rules, lambda i, entries: [np.zeros_like(game.payoff[i])], off=0.5)
    agree(game, replace(rules, robust=robust), reference)


def audit(gain, stake, tpr, fpr, cost=F(1, 10)):
    """Decisions audit, trust; acts comply, violate; a flag is raised only where there is an audit."""
    flag = np.zeros((1, 1, 2, 2), dtype=object)
    flag[0, 0, 0] = [fpr, tpr]
    payoff = np.zeros((2, 1, 1, 2, 2), dtype=object)
    payoff[0, 0, 0] = [[-cost, -5 - cost], [0, -5]]
    payoff[1, 0, 0, :, 1] = gain
    law = np.stack([flag, 1 - flag], axis=-1)
    return Game.bayesian(
        payoff,
        np.array([[F(1)]], dtype=object),
        players=("auditor", "agent"),
        designer=True,
        signals=[Signal("monitor", ("flag", "quiet"), law)],
    ), Rules(payments=(Payment("agent", ("monitor",), F(-stake), F(0)),))


@pytest.mark.parametrize(("gain", "stake", "tpr", "fpr"), [(1, 3, F(4, 5), F(1, 20)), (2, 10, F(9, 10), F(1, 5))])
def test_deterrence_that_knows_only_the_gain_is_beckers(gain, stake, tpr, fpr):
    """Becker 1968: audits with probability G / (L·(tpr − fpr)), whatever the agent's own payoffs are."""
    needed = F(gain) / (stake * (tpr - fpr))
    known, rules = audit(gain, stake, tpr, fpr)
    assert solve(known, rules).law[0, 0, 0].sum() == pytest.approx(float(needed))
    robust = replace(rules, robust=Robustness(gain_at_most={"agent": F(gain)}))
    for liking in (-7, 0, gain, 40):  # what the game says of the agent does not matter
        unknown, _ = audit(liking, stake, tpr, fpr)
        assert solve(unknown, robust).law[0, 0, 0].sum() == pytest.approx(float(needed))


def test_no_payment_deters_a_gain_beyond_the_stake():
    game, rules = audit(1, 3, F(4, 5), F(1, 20))
    outcome = solve(game, replace(rules, robust=Robustness(gain_at_most={"agent": F(9, 4)})))
    assert outcome.law[0, 0, 0].sum() == pytest.approx(1)  # 3·0.75: always, and just enough
    with pytest.raises(Impossible, match="obeying must be best for agent"):
        solve(game, replace(rules, robust=Robustness(gain_at_most={"agent": F(5, 2)})))


# ── the prior ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ball_vertices(prior, radius):
    """Take mass from profiles one after the other until `radius` is taken, and put it all on one."""
    flat = prior.ravel()
    for target in range(flat.size):
        for order in itertools.permutations([k for k in range(flat.size) if k != target]):
            left, moved = radius, flat.copy()
            for k in order:
                taken = min(left, moved[k])
                moved[k], moved[target], left = moved[k] - taken, moved[target] + taken, left - taken
            yield moved.reshape(prior.shape)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("radius", [F(1, 50), F(1, 4), F(1)])
@pytest.mark.parametrize(
    ("types", "acts", "changes"),
    [
        ((2, 2, 1), (2, 2, 1), {}),
        ((2, 1, 1), (1, 2, 2), {"outside": {"ann": F(-1)}}),
        ((1, 2, 2), (2, 1, 1), {"outside": {"ann": F(-2), "bob": F(-2)}, "margin": F(1, 10)}),
        ((1, 2, 2), (2, 1, 1), {"incentives": "ex post"}),
        ((2, 2, 1), (2, 1, 1), {"objective": "maximin"}),
    ],
)
def test_a_ball_of_priors_is_all_its_vertices(seed, radius, types, acts, changes):
    game = random_game(seed, types, acts)
    rules = Rules(payments=paying("ann", "bob", most=2), money_weight=WEIGHT, **changes)
    values = []
    for given in (
        replace(rules, robust=Robustness(prior_ball=radius)),
        replace(rules, priors=tuple(ball_vertices(game.prior, float(radius)))),
    ):
        try:
            values.append(solve(game, given).value)
        except Impossible:
            values.append(None)
    assert (values[0] is None) == (values[1] is None)
    assert values[0] is None or values[0] == pytest.approx(values[1], abs=1e-6)


@pytest.mark.parametrize(("guilt", "radius"), [(F(3, 10), F(1, 20)), (F(3, 10), F(1, 5)), (F(2, 5), F(1, 10))])
def test_the_prosecutor_persuades_at_the_worst_prior_of_the_ball(guilt, radius):
    """Kamenica & Gentzkow 2011: 2p convictions at a prior of p; the worst prior has p − r."""
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=object)
    payoff[0, :, 0, 0, 0] = 1
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1
    game = Game.bayesian(payoff, [[guilt], [1 - guilt]], designer=True)
    assert solve(game, Rules(robust=Robustness(prior_ball=radius))).value == pytest.approx(float(2 * (guilt - radius)))


@pytest.mark.parametrize(("radius", "value"), [("0", 0.1), ("0.1", -0.2), ("0.4", -0.9), ("0.45", -0.95), ("0.6", -1)])
def test_mass_goes_from_the_best_states_to_the_worst(radius, value):
    """States worth 0, 2 and −1 with chances .2, .3 and .5: first the good one is emptied, then the indifferent one."""
    payoff = np.zeros((2, 3, 1, 1, 2))
    payoff[0] = np.array([0.0, 2.0, -1.0]).reshape(3, 1, 1, 1)
    game = Game.bayesian(payoff, np.array([[0.2], [0.3], [0.5]]), designer=True)
    assert solve(game, Rules(robust=Robustness(prior_ball=F(radius)))).value == pytest.approx(value)


@pytest.mark.parametrize("seed", range(2))
def test_a_ball_and_a_box_together(seed):
    """Errors of payoffs and of the prior: each vertex of the ball, with each payoff at its worst."""
    game = random_game(seed, (1, 2, 1), (2, 1, 1))
    rules = Rules(payments=paying("ann", most=2), money_weight=WEIGHT)
    lp = WrittenOut(game, rules)
    for prior in ball_vertices(game.prior, 0.1):
        for entries in lp.deviations(1):
            cells = sorted({done for _, _, done in entries})
            for signs in itertools.product((1.0, -1.0), repeat=len(cells)):
                table = game.payoff[1].copy()
                for cell, sign in zip(cells, signs, strict=True):
                    table[cell] += 0.25 * sign
                lp.at_least(lp.form(entries, prior, table, lp.shares(1)))
        lp.at_least(lp.form(lp.truth(), prior, game.payoff[0], lp.shares(0)), lp.value)
    robust = Robustness(prior_ball=F(1, 10), payoff_box={"ann": F(1, 4)})
    agree(game, replace(rules, robust=robust), lp.solve())


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


OUTSIDE = {"ann": F(-2), "bob": F(-2)}


def helped(game):
    """The same game where everybody likes what people like a little: so that something can be asked of them."""
    payoff = game.payoff.copy()
    payoff[1:] += 0.5 * payoff[0]
    return replace(game, payoff=payoff)


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


# ── limits, units, mistakes ─────────────────────────────────────────────────────────────────────────────────────────

FAMILIES = [
    {},
    {"incentives": "ex post"},
    {"incentives": "dominant"},
    {"recommend": "public"},
    {"recommend": False},
    {"informed": True},
    {"margin": F(1, 20), "payoff_error": F(1, 50)},
    {"outside": OUTSIDE},
    {"outside": OUTSIDE, "participation": "ex post"},
    {"objective": "maximin"},
    {"budget": F(0), "budget_when": "ex post"},
    {"anonymous": True},
]


@pytest.mark.parametrize("changes", FAMILIES, ids=str)
@pytest.mark.parametrize(("types", "acts"), [((2, 2, 1), (2, 2, 2)), ((1, 2, 2), (3, 1, 1))])
def test_where_nothing_is_uncertain_nothing_changes(types, acts, changes):
    game = random_game(7, types, acts)
    if changes.get("incentives") == "dominant" and acts[2] > 1:
        acts = (*acts[:2], 1)
        game = random_game(7, types, acts)
    rules = Rules(payments=paying("ann", "bob", most=3), money_weight=WEIGHT, **changes)
    plain, robust = (solve(game, replace(rules, robust=r)) for r in (None, Robustness()))
    assert robust.value == pytest.approx(plain.value, abs=1e-6)
    assert robust.multipliers is None


@pytest.mark.parametrize(
    ("kind", "levels"),
    [
        ("payoff_box", ["0", "0.1", "0.4", "1", "30"]),
        ("prior_ball", ["0", "0.05", "0.2", "0.6", "1"]),
        ("irrational", ["0", "0.05", "0.2", "0.6", "1"]),
        ("faulty", [0, 1, 2]),
    ],
)
def test_more_to_survive_is_worth_no_more(kind, levels):
    game = helped(random_game(2, (2, 2, 1), (2, 1, 2)))
    price = price_of_robustness(game, Rules(payments=paying("ann", "bob", most=3)), levels, kind)
    values = [-INFINITY if v != v else v for v in price.values]
    assert values[0] == pytest.approx(price.plain, abs=1e-6)
    assert all(later <= before + 1e-6 for before, later in itertools.pairwise(values))
    assert values[-1] < values[0] - 1e-3
    assert len(price.describe().splitlines()) == 1 + len(levels)
    if kind == "payoff_box":
        assert "no rule survives" in price.describe()


def test_a_price_of_what_has_no_size():
    game = random_game(0, (1, 1), (1, 2))
    with pytest.raises(InputError, match="prior_ball"):
        price_of_robustness(game, Rules(), [1], "adversarial")
    with pytest.raises(InputError, match="whole numbers of players"):
        price_of_robustness(game, Rules(), ["0.5"], "faulty")


@pytest.mark.parametrize("size", [1e-5, 1e6])
def test_units_do_not_matter(size):
    game = helped(random_game(4, (1, 2, 1), (2, 2, 2)))
    large = replace(game, payoff=game.payoff * size)
    cells, unit = game.payoff[0].size, F(str(size))
    sets = [
        lambda u, g: Robustness(payoff_box={"ann": u / 4, "bob": np.full(g.payoff.shape[1:], 0.25 * float(u))}),
        lambda u, g: Robustness(payoff_polytope={"ann": Polytope.total(cells, 0.5 * float(u), 2 * float(u))}),
        lambda u, g: Robustness(payoff_polytope={"ann": Polytope.scaled(g.payoff[1], 0.5, 2.0)}),
        lambda u, g: Robustness(gain_at_most={"bob": u / 3}),
        lambda u, g: Robustness(adversarial={"ann": ("t2",)}),
    ]
    for of in sets:
        one = solve(game, Rules(payments=paying("ann", "bob", most=3), robust=of(F(1), game)))
        pay = tuple(replace(p, low=p.low * unit, high=p.high * unit) for p in paying("ann", "bob", most=3))
        other = solve(large, Rules(payments=pay, robust=of(unit, large)))
        assert other.value / size == pytest.approx(one.value, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_doing_harm_does_not_help(seed):
    """By the revelation principle: what a type likes best does no more harm than what does the most."""
    game = random_game(seed, (1, 2, 2), (3, 1, 1))
    rules = Rules(payments=paying("ann", "bob", most=4), money_weight=WEIGHT, outside=OUTSIDE)
    values = []
    for flags in ({}, {"ann": ("t1",)}, {"ann": ("t1", "t2")}, {"ann": ("t1", "t2"), "bob": ("t1",)}):
        try:
            values.append(solve(game, replace(rules, robust=Robustness(adversarial=flags))).value)
        except Impossible:
            values.append(-INFINITY)
    assert all(later <= before + 1e-6 for before, later in itertools.pairwise(values))


def test_no_incentives_are_asked_of_types_that_do_harm():
    """One vote decides; the type that does harm votes for what people do not want, and cannot be kept from it."""
    payoff = np.zeros((2, 1, 2, 1, 2))
    payoff[:, :, :, :, 0] = 1.0
    game = Game.bayesian(payoff, np.array([[0.75, 0.25]]), players=("people", "ann"), designer=True)
    assert solve(game, Rules()).value == pytest.approx(1)
    assert solve(game, Rules(robust=Robustness(adversarial={"ann": ("t2",)}))).value == pytest.approx(0.75)
    assert solve(game, Rules(robust=Robustness(adversarial={"ann": ("t1", "t2")}))).value == pytest.approx(0)


def test_promises_that_leave_no_other_equilibrium_know_no_robustness():
    game = random_game(0, (1, 1, 1), (1, 2, 2))
    rules = Rules(payments=paying("ann", "bob"))
    robust = replace(rules, robust=Robustness(faulty=1))
    assert (default_aim(game, rules), default_aim(game, robust)) == ("only", "best")
    with pytest.raises(InputError, match='aim "best" with `robust`'):
        design([({}, game)], robust, aim="only")


SIZE = (1, 2, 1), (1, 2, 2)
MISTAKES = [
    (lambda: Robustness(prior_ball=F(3, 2)), "prior_ball from 0 to 1"),
    (lambda: Robustness(irrational=F(-1)), "irrational from 0 to 1"),
    (lambda: Robustness(faulty=-1), "faulty at least 0"),
    (lambda: Robustness(gain_at_most={"ann": F(-1)}), "gain_at_most of ann at least 0"),
    (lambda: Robustness(payoff_box={"ann": F(-1)}), "payoff_box of ann at least 0"),
    (lambda: Robustness(payoff_box={"ann": F(1)}, gain_at_most={"ann": F(1)}), "one of payoff_box"),
    (lambda: Robustness(irrational=F(1, 2), faulty=1), "one of irrational, faulty and adversarial"),
    (lambda: Robustness(irrational=F(1, 2), payoff_box={"ann": F(1)}), "rational players where payoffs"),
    (lambda: Robustness(prior_ball=F(1, 2), adversarial={"ann": ("t1",)}), "a prior that is known"),
    (lambda: Robustness(payoff_box={"zoe": F(1)}), "found 'zoe'"),
    (lambda: Robustness(payoff_box={"people": F(1)}), "players who choose"),
    (lambda: Robustness(payoff_box={"ann": np.ones(3)}), r"payoff_box of ann: needed a number or shape"),
    (lambda: Robustness(adversarial={"ann": ("t9",)}), "adversarial types of ann"),
    (lambda: Robustness(payoff_polytope={"ann": Polytope(np.eye(2), np.ones(2))}), "a column for each of 8 cells"),
    (lambda: Robustness(payoff_polytope={"ann": Polytope(np.eye(2), np.ones(3))}), r"D \[row, cell\] and h \[row\]"),
    (lambda: Robustness(payoff_polytope={"ann": Polytope(np.eye(2), np.array([1, np.nan]))}), "finite numbers"),
    (
        lambda: Robustness(payoff_polytope={"ann": Polytope(np.r_[np.eye(8), -np.eye(8)], -np.ones(16))}),
        "some e with D e ≤ h",
    ),
]


@pytest.mark.parametrize(("made", "says"), MISTAKES, ids=lambda x: x if isinstance(x, str) else "")
def test_mistakes(made, says):
    with pytest.raises(InputError, match=says):
        solve(random_game(0, *SIZE), Rules(robust=made()))


@pytest.mark.parametrize("changes", [{"objective": "nash"}, {"outside": OUTSIDE, "participation": "always"}], ids=str)
def test_what_does_not_go_with_robustness(changes):
    with pytest.raises(InputError, match="beside robustness"):
        solve(random_game(0, *SIZE), Rules(robust=Robustness(faulty=1), **changes))


def test_too_many_plans_are_said_before_they_are_written():
    with pytest.raises(TooLarge, match=r"robust rows: needed [\d,]+ rows"):
        solve(random_game(0, (1, 2, 1), (1, 7, 2)), Rules(robust=Robustness(prior_ball=F(1, 10))))


def test_too_many_worst_cases_are_said(monkeypatch):
    monkeypatch.setattr("rulewright.design.programme.worst_case.MOST_WRITTEN", 10)
    with pytest.raises(TooLarge, match="more than 10 rows for the worst cases"):
        solve(random_game(0, *SIZE), Rules(robust=Robustness(irrational=F(1, 10))))


def test_a_scenario_may_ask_for_it():
    """audit_budget with G = 1: audits with probability 1/(3·0.75), exactly, and the play that is asked for holds."""
    text = load("audit_budget").text.replace("[rules]\n", "[rules]\ngain_at_most = { everyone = 1 }\n")
    scenario = parse(text, name="audit", origin="audit.toml")
    designed = design([({}, scenario.game)], scenario.rules, aim="best")
    assert designed.flaw == 0
    assert designed.goal == -F(1, 10) * F(4, 9)

"""The programme that designs everything, from the game to the outcome, against the same problem written out in full.

Peers get the *plain* formulation, as one would write it in an afternoon: one variable for each thing that is decided, all
rows, no symmetry, nothing left for later. CVXPY gets it as sparse matrices (for one receiver as matrix expressions) and
builds it within its time; bare HiGHS gets the finished matrix before the clock starts.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from rulewright.design import Payment, Rules, solve
from rulewright.design.programme import objectives
from rulewright.design.programme.solve import MANY_ROWS, built
from rulewright.game.game import Game, Signal
from rulewright.numerics.linprog import OPTIONS, Programme, hand

from ..row import Ready, Row, Work

LIMIT = 180  # CPU-seconds that a peer is given
TARGETS = {(100, 100): "< 5 s", (300, 300): "< 30 s", (1000, 100): "minutes"}


@dataclass(frozen=True)
class Case:
    """A game with its family of rules, and the same in the plain formulation."""

    what: str
    game: Callable[[], Game]
    rules: Rules
    plain: Callable[[], Programme] | None
    """To be maximised; None where it does not fit into memory or patience."""
    target: str = ""
    repeats: int = 3
    solver: str = "choose"
    """HiGHS's method for the peers: the faster one, tried."""


def rows() -> list[Row]:
    found = []
    for case in cases():
        peers = [(f"CVXPY with HiGHS ({case.solver})", case.plain and in_cvxpy(case))]
        peers.append((f"bare HiGHS ({case.solver}), all rows", case.plain and bare(case.plain, case.solver)))
        if case.plain is None:
            peers = [("in full: not run at this size", None)]
        elif importlib.util.find_spec("cvxpy") is None:
            peers[0] = ("CVXPY (not installed here)", None)
        ours = made(case)
        found.append(Row(case.what, ours, tuple(peers), case.target, case.repeats, LIMIT, same=True))
    for name, game, rules in at_once():
        peer = (("solving it", Ready(lambda g=game, r=rules: solving(g(), r))),)
        found.append(Row(f"building / solving: {name}", building(game, rules), peer, "ratio > 10", 1, LIMIT))
    return found


def cases() -> list[Case]:
    """What is measured."""
    found = [
        Case(
            f"information design, {s:,} states × {a} acts",
            lambda s=s, a=a: persuade(s, a),
            Rules(),
            (lambda s=s, a=a: plain_persuade(s, a)) if s * a <= 10_000 else None,
            TARGETS.get((s, a), ""),
            3 if s * a < 10_000 else 1,
            "ipm" if s * a == 10_000 else "choose",
        )
        for s, a in ((50, 50), (100, 100), (300, 300), (1_000, 100))
    ]
    beliefs = "best Bayes correlated equilibrium, 6 players × 3 acts × 3 states"
    found.append(Case(beliefs, lambda: correlated(6, 3, 3), Rules(), lambda: plain_correlated(6, 3, 3)))
    for n in (6, 12):
        what = f"team of {n} × 2 acts, joint signal of {n + 1} levels"
        found.append(Case(what, lambda n=n: team(n), team_rules(n), lambda n=n: plain_team(n), "", 3 if n < 12 else 1))
    for items, kinds, incentives in (
        (1, 41, "ex post"),
        (1, 41, "bayesian"),
        (2, 6, "ex post"),
        (2, 6, "bayesian"),
    ):
        name = "dominant" if incentives == "ex post" else "Bayesian"
        found.append(
            Case(
                f"auction, 2 bidders × {items} item{'s' * (items - 1)}, {kinds**items} types each, {name}",
                lambda k=kinds, j=items: auction(k, j),
                auction_rules(incentives),
                lambda k=kinds, j=items, w=incentives: plain_auction(k, j, w),
                repeats=1 if incentives == "ex post" else 3,
                solver="ipm" if incentives == "ex post" else "choose",
            )
        )
    found.append(
        Case("hidden type and action, 6 types × 8 acts × 8 outcomes", hidden, hidden_rules(), plain_hidden, repeats=3)
    )
    return found


def at_once() -> list[tuple[str, Callable[[], Game], Rules]]:
    """Programmes of more than 10⁵ coefficients, all of them written before the first solve, as for a proof that none will do."""
    dominant = auction_rules("ex post")
    return [
        ("information design, 50 states × 50 acts", lambda: persuade(50, 50), Rules()),
        ("auction, 1 item, 41 types, dominant", lambda: auction(41, 1), dominant),
        ("auction, 2 items, 36 types, dominant", lambda: auction(6, 2), dominant),
    ]


# ── how each is run ─────────────────────────────────────────────────────────────────────────────────────────────────


def made(case: Case) -> Work:
    """Ours, with the game there and the rest to do."""

    def prepare() -> Work:
        game = case.game()
        return lambda: solve(game, case.rules, simplest=False)  # peers break no ties either

    return Ready(prepare)


def bare(plain: Callable[[], Programme], solver: str) -> Work:
    def prepare() -> Work:
        import highspy

        programme = plain()
        least, most, low, high = programme.sides()
        sides, matrix = (programme.cost(), low, high, least, most), programme.matrix()
        whole = np.zeros(programme.columns, bool)
        model = highspy.Highs()
        for option, setting in (("output_flag", False), ("threads", 1), ("solver", solver)):
            model.setOptionValue(option, setting)

        def work() -> float:
            hand(model, sides, matrix, True, whole)
            model.run()
            return model.getInfo().objective_function_value

        return work

    return Ready(prepare)


def in_cvxpy(case: Case) -> Work:
    """From arrays to the value; importing is not counted."""

    def prepare() -> Work:
        import cvxpy as cp
        from scipy import sparse

        options = {"solver": case.solver, "threads": 1}

        def expressions() -> float:
            game = case.game()
            v, u = (game.payoff[i].reshape(len(game.prior), -1) for i in (0, 1))
            x = cp.Variable(v.shape, nonneg=True)
            told = x.T @ u
            asked = [
                cp.sum(x, axis=1) == game.prior.ravel(),
                cp.reshape(cp.diag(told), (v.shape[1], 1), order="C") >= told,
            ]
            problem = cp.Problem(cp.Maximize(cp.sum(cp.multiply(v, x))), asked)
            return float(problem.solve(solver="HIGHS", highs_options=options))

        def matrices() -> float:
            programme = case.plain()
            start, index, value = programme.matrix()
            matrix = sparse.csr_matrix((value, index, start), shape=(programme.rows, programme.columns))
            least, most, low, high = programme.sides()
            x = cp.Variable(programme.columns, bounds=[low, high])
            equal, below = least == most, ~np.isfinite(most)
            asked = [matrix[equal] @ x == least[equal], matrix[below] @ x >= least[below]]
            problem = cp.Problem(cp.Maximize(programme.cost() @ x), asked)
            return float(problem.solve(solver="HIGHS", highs_options=options))

        return expressions if case.what.startswith("information") else matrices

    return Ready(prepare)


def building(game: Callable[[], Game], rules: Rules) -> Work:
    """From the game to a solver that has the model."""

    def prepare() -> Work:
        there = game()

        def work() -> None:
            handed(there, rules)

        return work

    return Ready(prepare)


def solving(game: Game, rules: Rules) -> Work:
    """What is left then."""
    solver = handed(game, rules)
    return lambda: solver.run() and None


def handed(game: Game, rules: Rules):
    import highspy

    frame, _ = built(game.floats, rules, at_once=True)
    objectives.put(frame)
    solver = highspy.Highs()
    method = "ipm" if frame.programme.rows > MANY_ROWS else "simplex"
    for option, setting in (*OPTIONS, ("solver", method)):
        solver.setOptionValue(option, setting)
    frame.programme.hand_to(solver, None, True)
    return solver


# ── one receiver ────────────────────────────────────────────────────────────────────────────────────────────────────


def persuade(states: int, acts: int) -> Game:
    """Uniform prior; payoffs of sender and receiver drawn from [0, 1]."""
    payoff = np.random.default_rng(0).random((2, states, acts)).reshape(2, states, 1, 1, acts)
    return Game.bayesian(payoff, np.full((states, 1), 1 / states), designer=True)


def plain_persuade(states: int, acts: int) -> Programme:
    v, u = persuade(states, acts).payoff.reshape(2, states, acts)
    programme = Programme()
    x = programme.add_columns((states, acts), cost=v)
    programme.put(programme.add_rows(states, lower=1 / states, upper=1 / states)[:, None], x, 1.0)
    told, done = np.nonzero(~np.eye(acts, dtype=bool))
    rows = programme.add_rows(len(told), lower=0.0)
    programme.put(rows, x[:, told], u[:, told] - u[:, done])
    return programme


# ── several receivers ───────────────────────────────────────────────────────────────────────────────────────────────


def correlated(n: int, acts: int, states: int) -> Game:
    payoff = np.random.default_rng(0).random((n + 1, states, *[1] * (n + 1), *[acts] * n))
    return Game.bayesian(payoff, np.full((states, *[1] * n), 1 / states), designer=True)


def plain_correlated(n: int, acts: int, states: int) -> Programme:
    payoff = correlated(n, acts, states).payoff.reshape(n + 1, states, *[acts] * n)
    programme = Programme()
    x = programme.add_columns(payoff.shape[1:], cost=payoff[0])
    sums = programme.add_rows(states, lower=1 / states, upper=1 / states)
    programme.put(sums[:, None], x.reshape(states, -1), 1.0)
    for i in range(1, n + 1):
        u, mine = np.moveaxis(payoff[i], i, 0), np.moveaxis(x, i, 0)
        told, done = np.nonzero(~np.eye(acts, dtype=bool))
        rows = programme.add_rows(len(told), lower=0.0).reshape(-1, *[1] * n)
        programme.put(rows, mine[told], u[told] - u[done])
    return programme


# ── a team ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def team(n: int) -> Game:
    """Each works or not at cost 1; the goal is 3 for each who does; the count is seen with probability 0.7, or noise."""
    working = sum(np.arange(2).reshape([2 if j == i else 1 for j in range(n)]) for i in range(n))
    payoff = np.zeros((n + 1, *[1] * (n + 2), *[2] * n))
    payoff[0] = 3.0 * working
    for i in range(n):
        payoff[1 + i] = -np.arange(2.0).reshape([2 if j == i else 1 for j in range(n)])
    law = 0.3 / (n + 1) + 0.7 * (np.arange(n + 1) == working[..., None])
    output = Signal("output", tuple(map(str, range(n + 1))), law.reshape(*payoff.shape[1:], n + 1))
    return Game.bayesian(payoff, np.ones((1,) * (n + 1)), designer=True, signals=[output])


def team_rules(n: int) -> Rules:
    paid = tuple(Payment(f"player {i + 2}", ("output",), Fraction(0), Fraction(50)) for i in range(n))
    return Rules(payments=paid, money_weight=Fraction(1))


def plain_team(n: int) -> Programme:
    game = team(n)
    shape = (2,) * n
    payoff, law = game.payoff.reshape(n + 1, *shape), game.signals[0].law.reshape(*shape, n + 1)
    programme = Programme()
    mu = programme.add_columns(shape, cost=payoff[0])
    z = [programme.add_columns((*shape, n + 1), cost=-law) for _ in range(n)]
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0), mu.ravel(), 1.0)
    for i in range(n):
        most = programme.add_rows(z[i].shape, lower=0.0)
        programme.put(most, mu[..., None], 50.0)
        programme.put(most, z[i], -1.0)
        u, y = np.moveaxis(payoff[1 + i], i, 0), np.moveaxis(law, i, 0)
        rows = programme.add_rows(2, lower=0.0).reshape(2, *[1] * (n - 1))
        programme.put(rows, np.moveaxis(mu, i, 0), u - u[::-1])
        programme.put(rows[..., None], np.moveaxis(z[i], i, 0), y - y[::-1])
    return programme


# ── auctions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def values(kinds: int, items: int) -> np.ndarray:
    """[type, item]: what each is worth, additive, independent and uniform on a grid."""
    return np.array(list(itertools.product((np.arange(kinds) + 0.5) / kinds, repeat=items)))


def auction(kinds: int, items: int) -> Game:
    """A decision says who gets each item: nobody, or one of two bidders."""
    v = values(kinds, items)
    to = np.array(list(itertools.product(range(3), repeat=items)))  # [decision, item]
    payoff = np.zeros((3, 1, len(v), len(v), len(to), 1, 1))
    for i in (1, 2):
        payoff[i] = (v @ (to == i).T).reshape([-1 if axis in (i, 3) else 1 for axis in range(3)] + [len(to), 1, 1])
    sale = Signal("sale", ("done",), np.ones((*payoff.shape[1:], 1)))
    return Game.bayesian(payoff, np.full((1, len(v), len(v)), 1 / len(v) ** 2), designer=True, signals=[sale])


def auction_rules(incentives: str) -> Rules:
    bidders = ("player 2", "player 3")
    return Rules(
        payments=tuple(Payment(b, ("sale",), Fraction(-10), Fraction(0)) for b in bidders),
        money_weight=Fraction(1),
        outside=dict.fromkeys(bidders, Fraction(0)),
        incentives=incentives,
    )


def plain_auction(kinds: int, items: int, incentives: str) -> Programme:
    """q[i, θ, item] the chance to get it, m[i, θ] what is paid; revenue."""
    v = values(kinds, items)
    types = len(v)
    programme = Programme()
    q = programme.add_columns((2, types, types, items))
    m = programme.add_columns((2, types, types), upper=10.0, cost=1 / types**2)
    least = programme.add_rows(q.shape[1:], lower=-1.0)
    programme.put(least, q, -1.0)
    for i in range(2):
        mine, pay = np.moveaxis(q[i], i, 0), np.moveaxis(m[i], i, 0)  # [own report, other's type, …]
        shape = (types, types, types) if incentives == "ex post" else (types, types, 1)  # θ, r, the other's
        lie = programme.add_rows(shape, lower=0.0)
        stay = programme.add_rows((types, shape[2]), lower=0.0)
        programme.put(lie[..., None], mine[:, None], v[:, None, None])
        programme.put(lie[..., None], mine[None], -v[:, None, None])
        programme.put(lie, pay[:, None], -1.0)
        programme.put(lie, pay[None], 1.0)
        programme.put(stay[..., None], mine, v[:, None])
        programme.put(stay, pay, -1.0)
    return programme


# ── hidden type and hidden action ───────────────────────────────────────────────────────────────────────────────────

TYPES, ACTS, OUTCOMES = 6, 8, 8


def hidden() -> Game:
    """Effort costs less to some types; outcomes are better with effort (a binomial law)."""
    effort = np.arange(ACTS) / (ACTS - 1)
    chance = 0.1 + 0.8 * effort * np.linspace(0.7, 1.0, TYPES)[:, None]
    y = np.arange(OUTCOMES)
    ways = np.array([float(np.prod(np.arange(OUTCOMES - k, OUTCOMES)) / np.prod(np.arange(1, k + 1))) for k in y])
    law = ways * chance[..., None] ** y * (1 - chance[..., None]) ** (OUTCOMES - 1 - y)
    law /= law.sum(axis=-1, keepdims=True)
    cost = effort**2 * np.linspace(1.5, 0.5, TYPES)[:, None]
    payoff = np.stack([5.0 * (law @ y) / (OUTCOMES - 1), -cost]).reshape(2, 1, TYPES, 1, ACTS)
    output = Signal("output", tuple(map(str, y)), law.reshape(1, TYPES, 1, ACTS, OUTCOMES))
    return Game.bayesian(payoff, np.full((1, TYPES), 1 / TYPES), designer=True, signals=[output])


def hidden_rules() -> Rules:
    return Rules(
        payments=(Payment("player 2", ("output",), Fraction(0), Fraction(20)),),
        money_weight=Fraction(1),
        outside={"player 2": Fraction(0)},
    )


def plain_hidden() -> Programme:
    """v[θ, r, a] what type θ gets that reports r and is told a, times the chance of being told."""
    game = hidden()
    goal, u = game.payoff.reshape(2, TYPES, ACTS)
    law = game.signals[0].law.reshape(TYPES, ACTS, OUTCOMES)
    programme = Programme()
    mu = programme.add_columns((TYPES, ACTS), cost=goal / TYPES)
    z = programme.add_columns((TYPES, ACTS, OUTCOMES), cost=-law / TYPES)
    v = programme.add_columns((TYPES, TYPES, ACTS), lower=-np.inf)
    programme.put(programme.add_rows(TYPES, lower=1.0, upper=1.0)[:, None], mu, 1.0)
    most = programme.add_rows(z.shape, lower=0.0)
    programme.put(most, mu[..., None], 20.0)
    programme.put(most, z, -1.0)
    upper = np.full((TYPES, TYPES, ACTS, ACTS), np.inf)  # θ, r, told a, doing b
    truth = np.arange(TYPES)[:, None], np.arange(TYPES)[:, None], np.arange(ACTS), np.arange(ACTS)
    upper[truth] = 0.0
    rows = programme.add_rows(upper.shape, lower=0.0, upper=upper)
    programme.put(rows, v[..., None], 1.0)
    programme.put(rows, mu[..., None], -u[:, None, None, :])
    programme.put(rows[..., None], z[None, :, :, None], -law[:, None, None])
    honest = programme.add_rows((TYPES, TYPES), lower=0.0)
    programme.put(honest[..., None], np.einsum("tta->ta", v)[:, None], 1.0)
    programme.put(honest[..., None], v, -1.0)
    part = programme.add_rows(TYPES, lower=0.0)
    programme.put(part[:, None], np.einsum("tta->ta", v), 1.0)
    return programme

"""Flows: closed forms, constants of motion, rest points that are Nash, and nothing said to settle that does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.dynamics import ENDED, FLOWS, Contest, basins, follow
from rulewright.behaviour.dynamics.basins import lattice, uniform, wilson
from rulewright.behaviour.dynamics.flows import Field
from rulewright.behaviour.dynamics.follow import CYCLE, REST, UNSETTLED, eigenvalues
from rulewright.behaviour.dynamics.integrate import adaptive, fixed
from rulewright.errors import InputError
from rulewright.game.games import Games


def rock(win=1.0, lose=1.0, tie=0.0):
    return np.array([[tie, -lose, win], [win, tie, -lose], [-lose, win, tie]])


def sato(first, second):
    """Rock–paper–scissors in which a tie is worth `first` to one and `second` to the other (Sato, Akiyama & Farmer 2002)."""
    return np.stack([rock(tie=first), rock(tie=second).T])


@pytest.mark.parametrize("step", [None, 0.01])
def test_two_actions_grow_logistically(step):
    """x' = x(1 − x)Δ: x(t) = 1 / (1 + e^{−Δt} (1/x₀ − 1))."""
    x0 = np.array([0.1, 0.5, 0.9])
    done = follow(
        Contest.symmetric([[2, 2], [1, 1]]), "replicator", np.stack([x0, 1 - x0], 1), until=10, samples=31, step=step
    )
    wanted = 1 / (1 + np.exp(-done.times[:, None]) * (1 / x0 - 1))
    assert done.path[:, :, 0] == pytest.approx(wanted, abs=2e-7)


def test_logit_with_one_worth_approaches_exponentially():
    """Where payoffs are constant, x' = p − x: x(t) = p + (x₀ − p) e^{−t}."""
    done = follow(Contest.symmetric([[1, 1], [0, 0]]), "logit", np.array([0.1, 0.9]), until=4, strength=2.0, samples=21)
    p = 1 / (1 + np.exp(-2))
    assert done.path[:, 0, 0] == pytest.approx(p + (0.1 - p) * np.exp(-done.times), abs=2e-7)


@pytest.mark.parametrize("ties", [(0.5, -0.5), (0.0, 0.0), (0.25, -0.25)])
def test_the_constant_of_motion_of_zero_sum_games(ties):
    """Σ x*_a ln x_a + Σ y*_a ln y_a stands still (Hofbauer & Sigmund 1998); .5 is chaotic (Sato et al. 2002)."""
    start = np.array([[0.5, 0.01, 0.49, 0.5, 0.25, 0.25], [0.2, 0.3, 0.5, 0.3, 0.3, 0.4]])
    done = follow(Contest.of(sato(*ties)), "replicator", start, until=60, samples=201, tolerance=1e-11)
    energy = np.log(done.path).sum(axis=2)
    assert abs(energy - energy[0]).max() < 1e-7
    assert abs(done.path - done.path[0]).max() > 0.1  # and yet it moves
    assert not done.settled.any()


@pytest.mark.parametrize("ties", [(0.5, -0.5), (0.5, -0.3)])
def test_nothing_is_said_to_converge_in_the_chaotic_game(ties):
    game = rw.Goal.total().on(rw.Game.normal(sato(*ties)))
    prediction = rw.named("replicator:2")(game)
    assert not prediction.complete and "0 rest point" not in prediction.how and "did not come to rest" in prediction.how
    starts = np.array([[0.5, 0.02 * k, 0.5 - 0.02 * k, 0.5, 0.25, 0.25] for k in range(1, 4)])
    done = follow(Contest.of(sato(*ties)), "replicator", starts, until=100, tolerance=1e-7)
    assert not done.settled.any()


@pytest.mark.parametrize(
    ("win", "lose", "how"), [(2, 1, REST), (1, 1, CYCLE), (1, 2, UNSETTLED)], ids=["good", "standard", "bad"]
)
def test_generalised_rock_paper_scissors(win, lose, how):
    """The sign of win − lose (that of the determinant win³ − lose³) decides (Zeeman 1980; Hofbauer & Sigmund 1998)."""
    contest = Contest.symmetric(rock(win, lose))
    done = follow(contest, "replicator", np.array([0.5, 0.3, 0.2]), until=300)
    assert ENDED[done.ended[0]] == ENDED[how]
    lead = eigenvalues(Field(contest, FLOWS["replicator"]), np.full((1, 3), 1 / 3)).real.max()
    assert lead == pytest.approx((lose - win) / 6, abs=1e-8)
    if how == REST:
        assert done.end[0] == pytest.approx([1 / 3] * 3, abs=1e-9) and done.stable[0] == 1


def test_slow_motion_past_a_corner_is_no_rest():
    """In the bad game the flow stays ever longer near corners that it leaves again."""
    start = np.array([1 - 2e-12, 1e-12, 1e-12])
    done = follow(Contest.symmetric(rock(1, 2)), "replicator", start, until=8)
    assert done.residual[0] < 1e-2 and not done.settled[0]
    there = follow(Contest.symmetric(rock(1, 2)), "replicator", np.array([1.0, 0.0, 0.0]), until=8)
    assert there.settled[0] and there.stable[0] == 0  # never left: a rest point, and one that repels


@pytest.mark.parametrize("flow", ["replicator", "imitation", "logit"])
def test_eigenvalues_tell_what_becomes_of_a_nudge(flow):
    """Linear theory against the flow itself, at the mixed point of a 2×2 game with two strict ones: a saddle or an attractor."""
    contest = Contest.symmetric([[3, 0], [0, 1]])
    point = follow(contest, flow, np.array([0.25, 0.75]), until=1e-3, strength=0.5, samples=2)
    if flow == "logit":
        point = follow(contest, flow, np.array([0.25, 0.75]), until=300, strength=0.5)
    lead = eigenvalues(Field(contest, FLOWS[flow], 0.5), point.path[-1]).real.max()
    nudged = point.path[-1] + [[1e-4, -1e-4]]
    later = follow(contest, flow, nudged, until=1.0, strength=0.5, samples=2).end - point.path[-1]
    assert later[0, 0] / 1e-4 == pytest.approx(np.exp(lead), rel=1e-2)


@pytest.mark.parametrize("flow", FLOWS)
def test_strict_equilibria_attract_everything_near(flow):
    if flow in ("logit", "bnn"):  # not Nash but near it; slower than exponential
        return
    contest = Contest.of([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    done = follow(contest, flow, [np.array([0.95, 0.05])] * 2, until=100, strength=3.0)
    assert done.settled[0] and done.end[0] == pytest.approx([1, 0, 1, 0], abs=1e-8) and done.regret[0] <= 1e-8


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_smith_bnn_and_best_response_rest_exactly_at_nash(seed):
    """Nash stationarity (Sandholm 2010); at any other state somebody moves. Equilibria from `nash`."""
    game = rw.sample((3, 3), seed=seed)
    contest = Contest.of(game.floats.payoff.reshape(2, 3, 3))
    for play in rw.named("nash")(game).plays:
        x = contest.state([s[0].astype(float)[None] for s in play.strategies])
        for flow in ("smith", "bnn", "replicator"):
            assert abs(Field(contest, FLOWS[flow])(x)).max() < 1e-9
    x = uniform((3, 3), 1, seed)
    for flow in ("smith", "bnn", "best-response"):
        assert (abs(Field(contest, FLOWS[flow])(x)).max() > 1e-9) == (contest.regret(x)[0] > 1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_flows_are_means_of_revision_protocols(seed):
    """x_a' = Σ_b x_b ρ_ba − x_a Σ_b ρ_ab, written out; proportional imitation is the replicator (Schlag 1998)."""
    generator = np.random.default_rng(seed)
    a, x = generator.normal(size=(4, 4)), uniform((4,), 1, seed)
    f = a @ x[0]
    protocols = {
        "replicator": lambda i, j: x[0, j] * max(f[j] - f[i], 0),
        "imitation": lambda i, j: x[0, j] / (1 + np.exp(-2.0 * (f[j] - f[i]))),
        "smith": lambda i, j: max(f[j] - f[i], 0),
        "bnn": lambda i, j: max(f[j] - x[0] @ f, 0),
        "logit": lambda i, j: np.exp(2.0 * f[j]) / np.exp(2.0 * f).sum(),
        "best-response": lambda i, j: float(j == np.argmax(f)),
    }
    for name, rho in protocols.items():
        wanted = [
            sum(x[0, j] * rho(j, i) for j in range(4)) - x[0, i] * sum(rho(i, j) for j in range(4)) for i in range(4)
        ]
        assert Field(Contest.symmetric(a), FLOWS[name], 2.0)(x)[0] == pytest.approx(wanted, abs=1e-12), name


def test_logit_rests_at_a_quantal_response_equilibrium():
    payoff = np.array([[[9, 0], [0, 1.0]], [[0, 1], [1, 0]]])
    done = follow(Contest.of(payoff), "logit", [np.array([0.5, 0.5])] * 2, until=200, strength=1.5)
    play = rw.named("logit:1.5")(rw.Game.normal(payoff)).plays[0]
    assert done.settled[0] and done.stable[0] == 1
    assert done.end[0] == pytest.approx(np.concatenate([s[0] for s in play.strategies]), abs=1e-7)


def test_many_players_worth_is_the_expectation():
    payoff = np.random.default_rng(0).normal(size=(2, 3, 2, 3, 2))
    contest = Contest(payoff)
    x = uniform((2, 3, 2), 2, 1)
    for row in range(2):
        parts = [p[row] for p in contest.split(x)]
        for i, block in enumerate(contest.blocks):
            others = [parts[j] for j in range(3) if j != i]
            table = np.moveaxis(payoff[row, i], i, 0)
            wanted = np.einsum("abc,b,c->a", table, *others)
            assert contest.worth(x)[row, block] == pytest.approx(wanted)


def test_one_population_of_three_players():
    """A symmetric three-player game: what an action gets against two draws from the population."""
    table = np.random.default_rng(0).normal(size=(2, 2, 2))
    contest, x = Contest.symmetric(table), np.array([[0.3, 0.7]])
    assert contest.worth(x)[0] == pytest.approx(np.einsum("abc,b,c->a", table, x[0], x[0]))


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_compiled_steps_are_those_of_numpy(one, shared):
    generator = np.random.default_rng(3)
    payoff = generator.normal(size=(1 if shared else 4, 1 if one else 2, 5, 5 if one else 7))
    contest = Contest(payoff, one)
    moving, x = Field(contest, FLOWS["replicator"]), uniform(contest.sizes, 4, 0)
    times = np.linspace(0, 5, 11)
    both = [fixed(moving, x, times, 0.05, native) for native in (True, False)]
    assert both[0] == pytest.approx(both[1], abs=1e-12)
    never = lambda field, z, v: (np.zeros(len(z), dtype=bool), z)  # noqa: E731
    again = [
        adaptive(moving, x, times, tolerance=1e-9, settled=never, most=10_000, native=native)[0]
        for native in (True, False)
    ]
    assert again[0] == pytest.approx(again[1], abs=1e-9)
    assert again[0] == pytest.approx(both[0], abs=1e-5)


def test_rows_do_not_touch_each_other():
    payoff = np.random.default_rng(5).normal(size=(6, 2, 3, 3))
    x = uniform((3, 3), 6, 0)
    together = follow(Contest(payoff), "replicator", x, until=40, look_for_cycles=False)
    for k in range(6):
        alone = follow(Contest(payoff[k : k + 1]), "replicator", x[k : k + 1], until=40, look_for_cycles=False)
        assert together.path[:, k] == pytest.approx(alone.path[:, 0], abs=2e-6)


def test_basins_of_the_stag_hunt():
    """One population hunts together where more than 3/4 do; two populations of pure coordination split in halves."""
    found = basins(Contest.symmetric([[4, 0], [3, 3]]), grid=200)
    assert found.points == pytest.approx(np.array([[0, 1], [1, 0]]), abs=1e-6)
    assert found.share == pytest.approx([0.75, 0.25]) and np.isnan(found.low).all() and (found.stable == 1).all()
    drawn = basins(Contest.symmetric([[4, 0], [3, 3]]), draws=400, seed=1)
    assert drawn.low[0] < 0.75 < drawn.high[0] and drawn.share.sum() == pytest.approx(1)
    pure = np.eye(2)
    halves = basins(Contest.of(np.stack([pure, pure])), grid=11)
    assert halves.share[:2] == pytest.approx([5 * 11 / 121, 5 * 11 / 121], abs=1 / 121 + 1e-9)
    assert basins(Contest.symmetric(rock()), grid=4).unsettled >= 0.9  # all but the centre, where there is one


def test_a_lattice_has_its_weight_in_the_middle():
    for sizes in ((2, 2), (3,), (3, 2)):
        grid = lattice(sizes, 6)
        assert grid.min() > 0 and grid.mean(axis=0) == pytest.approx(np.concatenate([[1 / k] * k for k in sizes]))


def test_wilson_interval():
    """Its ends are the p for which |p̂ − p| = z √(p(1 − p)/n)."""
    low, high = wilson(np.array([30]), 100)
    for p in (low[0], high[0]):
        assert abs(0.3 - p) == pytest.approx(1.959964 * np.sqrt(p * (1 - p) / 100), rel=1e-6)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Contest.symmetric(np.zeros((2, 3))), "same actions"),
        (lambda: Contest.of(np.full((2, 2, 2), np.nan)), "finite"),
        (lambda: Contest(np.zeros((2, 2))), "player"),
        (lambda: follow(Contest.symmetric(rock()), "newton", [[1, 0, 0]], until=1), "one of replicator"),
        (lambda: follow(Contest.symmetric(rock()), "smith", np.array([0.5, 0.5]), until=1), "shares"),
        (lambda: follow(Contest.symmetric(rock()), "smith", np.array([0.5, 0.6, 0.0]), until=1), "sum to 1"),
        (lambda: follow(Contest.symmetric(rock()), "smith", np.array([1.0, 0, 0]), until=0), "positive time"),
        (lambda: basins(Contest.symmetric(rock())), "grid"),
        (lambda: basins(Contest.symmetric(rock()), grid=2, draws=2), "either"),
    ],
)
def test_what_flows_refuse(make, says):
    with pytest.raises(InputError, match=says):
        make()


@pytest.mark.parametrize("least", [-1.0, -50.0])
def test_shares_sum_to_one_along_the_way_where_all_lose(least):
    """s' = −(mean payoff)·(s − 1) of the sum s: what is lost must not let rounding grow."""
    start = [[0.35048804126758143, 0.6495119587324186], [0.7751045516530966, 0.2248954483469034]]
    payoff = np.array([[[-1.0, 0.0], [-2.0, 2.0]], [[2.0, 0.0], [1.0, 1.0]]])
    done = follow(Contest.of(payoff + least), "replicator", start, until=100)
    assert done.path[:, :, :2].sum(axis=2) == pytest.approx(1, abs=1e-9)
    assert done.path[:, :, 2:].sum(axis=2) == pytest.approx(1, abs=1e-9)
    raised = follow(Contest.of(payoff + 50), "replicator", start, until=100)
    assert done.path == pytest.approx(raised.path, abs=1e-7)
    assert done.regret == pytest.approx(raised.regret, abs=1e-9)


@pytest.mark.parametrize("name", ["replicator", "bnn", "regret-matching:50", "fictitious-play:50", "q-learning:0"])
def test_a_batch_with_a_player_of_one_action_is_that_of_single_games(name):
    generator = np.random.default_rng(5)
    payoff, goal = generator.normal(size=(3, 3, 2, 1, 2)), generator.normal(size=(3, 2, 1, 2))
    behaviour = rw.behaviour.named(name)
    found = behaviour.many(Games(payoff, goal))
    for k in range(3):
        one = behaviour(rw.Game.normal(payoff[k])).span(goal[k].reshape(1, 1, 1, 2, 1, 2))
        many = [getattr(found, column)[k] for column in ("worst", "best", "mean", "residual")]
        assert many == pytest.approx([one.worst, one.best, one.mean, one.residual], abs=1e-7)


def test_swinging_around_a_point_that_best_replies_reach_is_no_cycle():
    """Anti-coordination: x' = b(x) − x reaches 1/2 in finite time; matching pennies spirals in. Shapley's game does cycle."""
    pennies = np.array([[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    shapley = np.stack([np.eye(3), np.roll(np.eye(3), 1, axis=1)])
    for step in (0.01, 0.05):
        done = follow(Contest.symmetric([[0, 1], [1, 0]]), "best-response", [[0.9, 0.1]], until=25, step=step)
        assert done.ended[0] == UNSETTLED and done.end[0] == pytest.approx([0.5, 0.5], abs=step)
        done = follow(Contest.of(pennies), "best-response", [[0.9, 0.1], [0.3, 0.7]], until=25, step=step)
        assert done.ended[0] == UNSETTLED
        done = follow(Contest.of(shapley), "best-response", [[0.9, 0.1, 0], [0.2, 0.5, 0.3]], until=40, step=step)
        assert done.ended[0] == CYCLE


@pytest.mark.parametrize(
    "wrong",
    [{"strength": np.nan}, {"strength": -1.0}, {"strength": np.inf}, {"steps": 0}, {"samples": 2.5}, {"rest": -1.0},
     {"step": 1e-12}],
)  # fmt: skip
def test_what_makes_no_sense_is_not_followed(wrong):
    with pytest.raises(InputError):
        follow(Contest.symmetric([[1, 0], [0, 1]]), "logit", [[0.4, 0.6]], until=5, **wrong)


@pytest.mark.parametrize("flow", sorted(FLOWS))
def test_shares_are_a_law_at_every_time_that_is_reported(flow):
    """A play is made of them, and nothing is rescaled there."""
    generator = np.random.default_rng(2)
    for _ in range(12):
        contest = Contest.of(generator.normal(size=(3, 2, 3, 2)))
        step = 0.05 if FLOWS[flow].jumps else None
        done = follow(contest, flow, uniform(contest.sizes, 6, 1), until=25, samples=101, tolerance=1e-6, step=step)
        for shares in contest.split(done.path):
            assert shares.min() >= 0 and abs(shares.sum(axis=-1) - 1).max() < 1e-14

"""One receiver: row and column generation against the whole programme, exact certificates, ties, commitment."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour import nash
from rulewright.design import Rules, solve
from rulewright.design.information import (
    adversarial,
    cheap_talk,
    exactly,
    persuade,
    value_of_commitment,
    verifiable,
)
from rulewright.design.information.exact import gains
from rulewright.errors import Impossible, InputError, TooLarge
from rulewright.game.game import Game
from rulewright.game.lower import over_plans
from rulewright.institution.moves import Speak, apply
from rulewright.numerics.linprog import Programme
from rulewright.numerics.rational import exact

PROSECUTOR = ([F(3, 10), F(7, 10)], [[1, 0], [1, 0]], [[1, 0], [0, 1]])


def drawn(seed, states=None, acts=None, whole=False):
    """Random prior, sender, receiver; small whole numbers have many ties."""
    g = np.random.default_rng(seed)
    states, acts = states or g.integers(1, 7), acts or g.integers(1, 7)
    draw = (lambda: g.integers(0, 4, (states, acts)).astype(float)) if whole else (lambda: g.random((states, acts)))
    return g.dirichlet(np.ones(states)), draw(), draw()


def written_out(p, v, u, margin=0.0):
    """The whole obedience programme, every row of it."""
    programme = Programme()
    x = programme.add_columns(v.shape, cost=v)
    programme.put(programme.add_rows(len(p), lower=p, upper=p)[:, None], x, 1.0)
    acts = range(v.shape[1])
    for a, b in [(a, b) for a in acts for b in acts if a != b]:
        programme.put(programme.add_rows(1, lower=0.0), x[:, a], u[:, a] - u[:, b] - margin)
    return programme.solve(maximise=True).value


def ordered(n):
    """n states and acts on a line; the sender likes high acts, the receiver the right one."""
    s = np.linspace(0, 1, n)
    return np.full(n, 1 / n), np.tile(s, (n, 1)), -((s[:, None] - s) ** 2)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_generation_finds_the_optimum_of_the_whole_programme(seed, whole):
    p, v, u = drawn(seed, whole=whole)
    found = persuade(p, v, u)
    assert found.value == pytest.approx(written_out(p, v, u), abs=1e-8)
    assert found.value <= found.bound + 1e-12 and found.bound == pytest.approx(found.value, abs=1e-8)
    assert found.signal.sum(axis=1) == pytest.approx(np.ones(len(p)))
    told = (p[:, None] * found.signal).T @ u
    assert (np.diag(told)[:, None] >= told - 1e-8).all()
    assert max(found.nothing, found.everything) <= found.value + 1e-8 <= found.first_best + 2e-8
    assert found.receiver >= found.ignorant - 1e-8
    chance, belief = found.posteriors(p)
    assert chance @ belief == pytest.approx(p)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_the_general_programme_agrees(seed):
    p, v, u = drawn(seed)
    game = Game.bayesian(np.stack([v, u])[:, :, None, None, :], p[:, None], designer=True)
    assert persuade(p, v, u).value == pytest.approx(solve(game, Rules()).value, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_margins_cost_and_are_kept(seed):
    p, v, u = drawn(seed, whole=False)
    try:
        found = persuade(p, v, u, margin=0.02)
    except Impossible:
        assert np.isnan(written_out(p, v, u, 0.02))
        return
    assert found.value == pytest.approx(written_out(p, v, u, 0.02), abs=1e-8)
    assert found.value <= persuade(p, v, u).value + 1e-8
    joint = p[:, None] * found.signal
    told = joint.T @ u
    slack = np.diag(told)[:, None] - told - 0.02 * joint.sum(axis=0)[:, None]
    assert (slack[~np.eye(len(slack), dtype=bool)] >= -1e-8).all()


def test_at_size_few_rows_are_written():
    g = np.random.default_rng(0)
    found = persuade(g.dirichlet(np.ones(100)), g.random((100, 100)), g.random((100, 100)))
    assert found.bound - found.value < 1e-10
    assert found.rows < 1_500 < 9_900 and found.columns < 3_000 < 10_000
    line = persuade(*ordered(80))
    assert line.bound - line.value < 1e-9
    assert line.rows <= 4 * 80  # local deviations are enough where acts are ordered


def test_units_states_that_never_happen_and_single_acts():
    p, v, u = drawn(3, 4, 5)
    scaled = persuade(p, 1e7 * v - 3, 1e-6 * u)
    assert scaled.value == pytest.approx(1e7 * persuade(p, v, u).value - 3, rel=1e-9)
    more = persuade([*p, 0.0], np.vstack([v, 9 * v[:1]]), np.vstack([u, u[:1]]))
    assert more.value == pytest.approx(persuade(p, v, u).value)
    assert more.signal[4].sum() == 1
    assert persuade([1.0], [[2.0]], [[5.0]]).value == 2


@pytest.mark.parametrize(
    ("arrays", "needed"),
    [
        (([0.5, 0.5], [[1, 0]], [[1, 0]]), "prior"),
        (([0.5, 0.6], [[1], [0]], [[1], [0]]), "sum to 1"),
        (([0.5, 0.5], [[1], [np.nan]], [[1], [0]]), "finite"),
    ],
)
def test_wrong_arrays_are_named(arrays, needed):
    with pytest.raises(InputError, match=needed):
        persuade(*arrays)
    with pytest.raises(InputError, match="margin"):
        persuade(*PROSECUTOR, margin=-1)


# ── exact ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_prosecutor_is_proved_to_the_last_digit():
    found = exactly(*PROSECUTOR)
    assert found.value == found.bound == F(3, 5) and found.gap == 0
    assert found.signal.tolist() == [[1, 0], [F(3, 7), F(4, 7)]]
    assert (found.price == [2, 0]).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_exact_signals_are_obeyed_and_bounds_hold_exactly(seed, whole):
    """Checked once more here, with Fractions and plain loops."""
    p, v, u = drawn(seed, whole=whole)
    found = exactly(p, v, u)
    states, acts = range(v.shape[0]), range(v.shape[1])
    exact_v, exact_u = ([[F(repr(float(x))) for x in row] for row in table] for table in (v, u))
    assert sum(found.prior) == 1 and all(sum(row) == 1 for row in found.signal) and (found.signal >= 0).all()
    joint = [[found.prior[s] * found.signal[s, a] for a in acts] for s in states]
    for a in acts:
        for b in acts:
            assert sum(joint[s][a] * (exact_u[s][a] - exact_u[s][b]) for s in states) >= 0
    assert found.value == sum(joint[s][a] * exact_v[s][a] for s in states for a in acts)
    assert (found.weights >= 0).all()
    for s in states:
        for a in acts:
            worth = exact_v[s][a] + sum(found.weights[a, b] * (exact_u[s][a] - exact_u[s][b]) for b in acts)
            assert found.price[s] >= worth
    assert found.bound == sum(found.prior * found.price)
    assert 0 <= found.gap <= F(1, 10**6)


@pytest.mark.parametrize("tied", [0.7 / 1.7, 0.4117647, 0.41176470588235294])
def test_what_cannot_be_kept_exactly_is_revealed(tied):
    """Act 1 is best at one belief at the most, and tied there: a hair off it is never obeyed, whatever floats say."""
    p, v, u = [F(1, 2), F(1, 2)], [[0, 1, 0], [0, 1, 0]], [[1.0, tied, 0.0], [0.0, tied, 0.7]]
    found = exactly(p, v, u)
    assert (gains(found.prior, exact(u), found.signal) == 0).all()
    assert (found.signal.sum(axis=1) == 1).all()
    assert 0 <= found.value <= found.bound
    if F(repr(tied)) < F(7, 17):
        assert found.value == 0


def test_ties_at_single_beliefs_are_hit_exactly():
    """Acts worth 7q, 5(1 − q) and 3.5q + 2.5(1 − q), the last best at q = 5/12 only: the split is exact all the same."""
    p, v, u = [0.3141592653589793, 0.6858407346410207], [[0, 1, 0], [0, 1, 0]], [[7, 3.5, 0], [0, 2.5, 5]]
    found = exactly(p, v, u)
    assert found.value == found.prior[0] * F(12, 5)
    assert found.gap <= F(1, 10**9)
    assert adversarial(p, v, u) == pytest.approx(0)


# ── ties ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ties_against_the_sender():
    assert adversarial(*PROSECUTOR) == pytest.approx(0.6)  # the limit of convictions for a little more than a half
    twice = ([0.3, 0.7], [[1, 0, 0], [1, 0, 0]], [[1, 1, 0], [0, 0, 1]])  # another act, as good to the judge
    assert persuade(*twice).value == pytest.approx(0.6)
    assert adversarial(*twice) == pytest.approx(0)
    mixed = ([0.4, 0.6], [[1, 0], [0, 1]], [[0, 0], [0, 0]])  # indifferent everywhere: the worse act at the prior
    assert adversarial(*mixed) == pytest.approx(0.4)
    never = ([0.5, 0.5], [[0, 5, 0], [0, 5, 0]], [[1, 0.5, 0], [0, 0.5, 1]])  # act 1 is best at one half only, and tied
    assert persuade(*never).value == pytest.approx(5)
    assert adversarial(*never) == pytest.approx(0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_small_margins_come_close_to_adversarial_ties(seed):
    p, v, u = drawn(seed, 3, 4)
    sure = adversarial(p, v, u)
    assert sure <= persuade(p, v, u).value + 1e-8
    assert persuade(p, v, u, margin=1e-7).value == pytest.approx(sure, abs=1e-3)


# ── commitment ──────────────────────────────────────────────────────────────────────────────────────────────────────


def talk_by_nash(p, v, u):
    """Sender's values in the extreme equilibria of the game with messages, by enumeration of its normal form."""
    game = Game.bayesian(np.stack([v, u])[:, :, None, None, :], np.asarray(p)[:, None], players=("s", "r"))
    induced = apply(Speak("s", ("m", "n"), "r"), game)
    a, b = over_plans(induced, induced.payoff)
    return [float(x @ a @ y) for x, y in nash.extreme(a, b)]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_cheap_talk_is_the_equilibria_of_the_game_with_messages(seed):
    p, v, u = drawn(seed, 2, 2)
    values = talk_by_nash(p, v, u)
    assert cheap_talk(p, v, u, messages=2) == pytest.approx((min(values), max(values)), abs=1e-7)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 2)]))
def test_commitment_is_worth_something_and_never_costs(seed, size):
    p, v, u = drawn(seed, *size)
    table = value_of_commitment(p, v, u)
    worst, best = table.cheap_talk
    assert worst - 1e-8 <= best <= table.commitment + 1e-8
    assert worst <= table.silence + 1e-8  # babbling is an equilibrium
    assert best >= table.silence - 1e-8
    assert not table.disclosure[1] > table.commitment + 1e-8
    assert table.worth >= -1e-8


def test_what_can_be_proved_unravels():
    """Milgrom 1981: a seller of known taste proves whatever it has; silence is read as the worst."""
    states, acts = np.linspace(0, 1, 5), np.linspace(0, 1, 9)
    v, u = np.tile(acts, (5, 1)), -((states[:, None] - acts) ** 2)
    assert verifiable(np.full(5, 0.2), v, u) == pytest.approx((0.5, 0.5))
    gold = (
        [0.5, 0.5],
        np.tile([0, 1, 4], (2, 1)),
        [[0, -1, -4], [-4, -1, 0]],
    )  # worth more than the means of its states
    assert verifiable(*gold) == pytest.approx((2, 2))
    assert cheap_talk(*gold, messages=2) == pytest.approx((1, 1))  # talk that proves nothing says nothing


def test_too_many_supports_are_refused():
    with pytest.raises(TooLarge, match="choices of supports"):
        value_of_commitment(*drawn(0, 6, 6))
    with pytest.raises(TooLarge, match="silent"):
        verifiable(*drawn(0, 15, 2))

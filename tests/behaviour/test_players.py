"""Equilibria of three and more players: laws, an independent count, and what is said where the search is cut short."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import named
from rulewright.behaviour.nash import Nash, NashPath
from rulewright.behaviour.nash.players import several
from rulewright.behaviour.nash.subdivision import Systems, roots
from rulewright.behaviour.nash.supports import mixed_equilibria, refuse, undominated
from rulewright.errors import InputError, TooLarge
from rulewright.game.game import Game

SHAPES = st.sampled_from([(2, 2, 2), (3, 2, 2), (2, 2, 2, 2), (3, 3, 2)])


def random(counts, seed):
    return np.random.default_rng(seed).random((len(counts), *counts))


@settings(max_examples=40, deadline=None)
@given(SHAPES, st.integers(0, 10**6))
def test_random_games_have_an_odd_number(counts, seed):
    """Wilson 1971, SIAM J. Appl. Math. 21: almost every game has an odd number of equilibria, all of them regular."""
    found = Nash()(Game.normal(random(counts, seed)))
    assert found.complete
    assert found.residual < 1e-9
    assert len(found.plays) % 2 == 1


def two_by_two_by_two(u):
    """Totally mixed equilibria of a 2 × 2 × 2 game by elimination: each player's condition is bilinear in the others.

    Player 3: a + b x + c y + d x y = 0 gives y in x; player 2 gives z in x; player 1 is then a quadratic in x.
    """

    def form(i):
        t = np.moveaxis(u[i], i, 0)
        t = t[0] - t[1]
        p = t[1, 1]
        return p, t[0, 1] - p, t[1, 0] - p, t[0, 0] - t[0, 1] - t[1, 0] + p  # 1, first other, second other, both

    (a1, b1, c1, d1), (a2, b2, c2, d2), (a3, b3, c3, d3) = map(form, range(3))  # others: (y, z), (x, z), (x, y)
    x = np.polynomial.Polynomial([0, 1])
    y, yd = -(a3 + b3 * x), c3 + d3 * x
    z, zd = -(a2 + b2 * x), c2 + d2 * x
    found = []
    for r in (a1 * yd * zd + b1 * y * zd + c1 * z * yd + d1 * y * z).roots():
        if abs(r.imag) < 1e-12:
            point = (r.real, (y / 1)(r.real) / yd(r.real), z(r.real) / zd(r.real))
            if all(0 < v < 1 for v in point):
                found.append(point)
    return sorted(found)


def test_totally_mixed_ones_by_elimination():
    counted = 0
    for seed in range(300):
        u = random((2, 2, 2), seed)
        ours = sorted(tuple(m[0] for m in ms) for ms in mixed_equilibria(u).mixed if min(x.min() for x in ms) > 0)
        theirs = two_by_two_by_two(u)
        assert len(ours) == len(theirs)
        assert np.allclose(ours, theirs, atol=1e-8)
        counted += len(theirs)
    assert counted > 20


def test_a_dummy_leaves_two_players():
    """With a third player whose actions matter to nobody but itself, the equilibria are those of the other two."""
    for seed in range(6):
        a, b = np.random.default_rng(seed).random((2, 3, 3))
        third = np.broadcast_to([1.0, 0.0], (3, 3, 2))
        wide = np.stack([np.repeat(a[..., None], 2, axis=2), np.repeat(b[..., None], 2, axis=2), third])
        two, three = Nash()(Game.normal(np.stack([a, b]))), Nash()(Game.normal(wide))
        assert three.complete
        flat = [
            sorted(tuple(np.round(np.concatenate([s[0] for s in p.strategies[:2]]), 7)) for p in f.plays)
            for f in (two, three)
        ]
        assert np.allclose(*flat, atol=1e-6)


def test_conditional_dominance_keeps_every_equilibrium_support():
    for seed in range(10):
        u = random((3, 3, 2), seed)
        left = {tuple(map(tuple, m)) for _, members in undominated(u) for m in members}
        for mixtures in mixed_equilibria(u).mixed:
            assert tuple(tuple(np.pad(x > 1e-9, (0, 3 - len(x)))) for x in mixtures) in left


def test_agents_of_a_game_with_types_are_its_plans():
    """Three who choose, one of two types: what `nash` finds has no regret, and plans confirm the pure ones."""
    for seed in range(8):
        game = rw.sample((2, 2, 2), types=(2, 1, 1), seed=seed, span=60)
        found = Nash()(game)
        assert found.residual < 1e-9
        assert found.complete
        assert len(found.plays) % 2 == 1
        form = mixed_equilibria(rw.game.lower.normal(game.floats).payoff.reshape(3, 4, 2, 2))
        assert bool(form.mixed) == (len(found.plays) > len(named("pure")(game).plays))


def test_a_type_that_never_occurs_takes_no_part():
    payoff = np.random.default_rng(5).random((3, 2, 1, 1, 2, 2, 2))
    game = Game.bayesian(payoff, np.array([[[1.0]], [[0.0]]]))
    with_it, without = Nash()(game), Nash()(Game.normal(payoff[:, 0, 0, 0]))
    assert with_it.complete
    mixed = [sum(any(s.max() < 1 for s in (x[0] for x in p.strategies)) for p in f.plays) for f in (with_it, without)]
    assert mixed[0] == mixed[1]


def test_a_continuum_is_said():
    game = Game.normal(np.zeros((3, 2, 2, 2)))
    found = Nash()(game)
    assert not found.complete
    assert "unsettled" in found.how
    assert len(found.plays) > 8
    assert found.residual == 0


def test_what_is_cut_short_is_said_and_is_the_same_again():
    game = Game.normal(random((3, 3, 3), 0))
    whole, short, again = Nash()(game), several(game, cells=30), several(game, cells=30)
    assert whole.complete
    assert not short.complete
    assert short.residual < 1e-9
    assert len(short.plays) == len(again.plays) <= len(whole.plays) + 3
    for one, other in zip(short.plays, again.plays, strict=True):
        assert all((x == y).all() for x, y in zip(one.strategies, other.strategies, strict=True))


def test_progress_is_told():
    said = []
    mixed_equilibria(random((3, 3, 3), 0), tell=said.append)
    assert any("cells looked at" in line and "supports of sizes" in line for line in said)


def test_too_many_profiles_are_refused_with_a_remedy():
    with pytest.raises(TooLarge, match="nash-path"):
        refuse((10,) * 7)
    with pytest.raises(TooLarge, match="nash-path"):
        mixed_equilibria(np.broadcast_to(0.0, (7, *(10,) * 7)))
    wide = Game.normal(np.zeros((3, 110, 100, 100)))
    with pytest.raises(TooLarge, match="1,100,000"):
        Nash()(wide)


def test_beyond_all_supports_one_is_found():
    game = Game.normal(random((8, 8, 8), 3))
    found = Nash()(game)
    assert not found.complete
    assert "logit branch" in found.how
    assert {p.law.tobytes() for p in named("pure")(game).plays} <= {p.law.tobytes() for p in found.plays}
    assert found.residual < 1e-9


@settings(max_examples=15, deadline=None)
@given(SHAPES, st.integers(0, 10**6))
def test_the_path_leads_to_one_of_all(counts, seed):
    game = Game.normal(random(counts, seed))
    (one,) = NashPath()(game).plays
    assert one.regret < 1e-9
    assert any(np.abs(one.law - p.law).max() < 1e-7 for p in Nash()(game).plays)


def test_the_path_of_known_games():
    a, b, c = np.indices((2, 2, 2))
    pennies = Game.normal(np.array([a == b, b == c, c != a]).astype(float))  # Jordan 1993: half and half only
    assert np.allclose(named("nash-path")(pennies).plays[0].law, 1 / 8, atol=1e-9)
    typed = NashPath()(rw.sample((2, 3), types=(2, 2), seed=1))
    assert typed.residual < 1e-9 * 20
    assert not typed.complete
    assert NashPath()(Game.normal(np.zeros((2, 1, 1)))).residual == 0
    with pytest.raises(InputError, match="no argument"):
        named("nash-path:3")


def test_subdivision_finds_the_roots_that_were_put_there():
    """(x − p)(y − q) and (x − r)(y − s) over two intervals: roots (p, s) and (r, q), of one system among empty ones."""
    rows = []
    for (p, q), (r, s) in [((0.2, 0.7), (0.6, 0.4)), ((0.31, 0.77), (0.9, 0.1))]:
        x, y = np.array([0.0, 1.0]), np.array([0.0, 1.0])
        rows.append([np.outer(x - p, y - q), np.outer(x - r, y - s)])
    rows.append(np.ones((2, 2, 2)))
    found = roots(Systems(np.array(rows), (2, 2)), most=10_000, each=1_000)
    assert not found.unsettled.size
    points = sorted(
        zip(found.system.tolist(), found.points[0][:, 1].round(9), found.points[1][:, 1].round(9), strict=True)
    )
    assert points == [(0, 0.2, 0.4), (0, 0.6, 0.7), (1, 0.31, 0.1), (1, 0.9, 0.77)]


def test_a_double_root_is_unsettled_and_near():
    """x y = 1/4 and x + y = 1 touch at (1/2, 1/2)."""
    x = np.array([0.0, 1.0])
    rows = [np.outer(x, x) - 0.25, x[:, None] + x[None] - 1]
    found = roots(Systems(np.array([rows]), (2, 2)), most=10_000, each=1_000)
    assert found.unsettled.size > 0
    assert not found.system.size
    assert np.abs(found.open_points[0][:, 1] - 0.5).max() < 1e-2


def test_every_profile_of_a_pure_game_is_left_to_pure():
    """Dominant actions leave no support in which somebody mixes."""
    game = rw.library.public_goods(4)
    assert Nash()(game).complete
    assert all(not members.any() for _, members in undominated(game.floats.payoff.reshape(4, 2, 2, 2, 2)))
    assert len(Nash()(game).plays) == 1


def test_both_components_of_seltens_horse():
    """Selten 1975, Int. J. Game Theory 4: (D, c with at least 1/3, L), and (C, c, R with at least 3/4); each is a continuum."""
    u = np.zeros((3, 2, 2, 2))  # [player, C D, c d, L R]
    u[:, 0, 0, :] = 1
    u[:, 0, 1, 0], u[:, 0, 1, 1] = (4, 4, 0), (0, 0, 1)
    u[:, 1, :, 0] = np.array([[3, 3], [3, 3], [2, 2]])
    found = Nash()(Game.normal(u))
    assert not found.complete
    seen = set()
    for play in found.plays:
        (first, second, third) = (float(s[0, 0]) for s in play.strategies)
        if first < 1e-9:
            assert third == 1
            assert second >= 1 / 3 - 1e-9
            seen.add("D")
        else:
            assert first == second == 1
            assert third <= 1 / 4 + 1e-9
            seen.add("C")
    assert seen == {"C", "D"}


def test_a_huge_fine_makes_no_equilibrium_of_rounding():
    """Beside a fine of 10⁹ a gain of 2 looks small; it is a gain all the same."""
    h = 10**9
    a = np.array([[3, 0, -h], [5, 1, -h], [-h, -h, 0]])
    wide = np.stack([np.repeat(x[..., None], 2, axis=2) for x in (a, a.T)])
    game = Game.normal(np.concatenate([wide, np.broadcast_to([1, 0], (1, 3, 3, 2))]))
    for play in Nash()(game).plays:
        assert float(play.strategies[0][0, 0]) < 1e-9 or play.regret < 1e-2


def test_cells_are_an_argument_of_nash():
    game = rw.Goal.total().on(rw.sample((3, 3, 3), seed=4, span=1000))
    few, many = rw.Nash(cells=1)(game), rw.Nash()(game)
    assert many.complete and not few.complete and "too many cells" in few.how

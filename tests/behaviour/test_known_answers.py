"""Known answers: games in one table, behaviours in another, the test is their product. Sources beside each."""

from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.behaviour import named
from rulewright.behaviour.dominance import iterated
from rulewright.game import library
from rulewright.game.game import Game
from rulewright.game.lower import core
from rulewright.numerics.rational import floats
from rulewright.welfare.goals import Goal


def bimatrix(a, b):
    return Goal.total().on(Game.normal(np.array([a, b])))


def total(name):
    return Goal.total().on(library.game(name))


# Selten's horse as a strategic game (Selten 1975, Int. J. Game Theory 4): two pure equilibria, (D, r, L) and (D, d, L) type
HORSE = np.zeros((3, 2, 2, 2), dtype=int)  # [player, C D, c d, L R]
HORSE[:, 0, 0, :] = [[1, 1], [1, 1], [1, 1]]
HORSE[:, 0, 1, 0], HORSE[:, 0, 1, 1] = [4, 4, 0], [0, 0, 1]
HORSE[:, 1, :, 0], HORSE[:, 1, :, 1] = [[3, 3], [3, 3], [2, 2]], [[0, 0], [0, 0], [0, 0]]

# von Stengel's 3 × 2 example (Handbook of Game Theory 3, ch. 45): equilibria at three pairs, one of them pure
STENGEL = bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])

GAMES = {
    "prisoners": total("prisoners"),
    "stag_hunt": total("stag_hunt"),
    "chicken": total("chicken"),
    "bach_or_stravinsky": total("bach_or_stravinsky"),
    "coordination": total("coordination"),
    "matching_pennies": total("matching_pennies"),
    "rock_paper_scissors": total("rock_paper_scissors"),
    "public_goods": total("public_goods"),
    "stengel": STENGEL,
    "horse": Goal.total().on(Game.normal(HORSE)),
    "all zero": bimatrix(np.zeros((2, 2), int), np.zeros((2, 2), int)),
    "one player": Goal.total().on(Game.normal([[1, 3, 3]])),
}

# game → behaviour → (worst, best, count) for the total; None: not asserted
KNOWN = {
    "prisoners": {
        "pure": (2, 2, 1),
        "nash": (2, 2, 1),
        "correlated": (2, 2, None),
        "coarse": (2, 2, None),
        "dominance": (2, 2, 1),
        "level:1": (2, 2, 1),
    },
    "stag_hunt": {
        "pure": (6, 8, 2),
        "nash": (F(6), 8, 3),
        "correlated": (6, 8, None),
        "level:1": (6, 6, 1),
        "dominance": (3, 8, 4),
    },
    # Aumann 1974: mixed equilibrium 2/3, 1/3 is worth 14/3 each; the best correlated one 21/2
    "chicken": {"pure": (9, 9, 2), "nash": (9, F(28, 3), 3), "correlated": (None, F(21, 2), None)},
    "bach_or_stravinsky": {"pure": (3, 3, 2), "nash": (F(4, 3), 3, 3), "correlated": (F(4, 3), 3, None)},
    "coordination": {"pure": (2, 4, 2), "nash": (F(4, 3), 4, 3)},
    "matching_pennies": {"pure": (None, None, 0), "nash": (0, 0, 1), "correlated": (0, 0, None), "level:1": (0, 0, 1)},
    "rock_paper_scissors": {"pure": (None, None, 0), "nash": (0, 0, 1)},
    "public_goods": {"pure": (4, 4, 1), "correlated": (4, 4, None), "dominance": (4, 4, 1)},
    "stengel": {"pure": (6, 6, 1), "nash": (None, None, 3)},
    "horse": {"pure": (3, 8, None)},
    "all zero": {"pure": (0, 0, 4), "nash": (0, 0, 4), "dominance": (0, 0, 4)},
    "one player": {"pure": (3, 3, 2), "nash": (3, 3, 2), "correlated": (3, 3, None), "dominance": (3, 3, 2)},
}
CASES = [(game, behaviour, answer) for game, rows in KNOWN.items() for behaviour, answer in rows.items()]


@pytest.mark.parametrize(("name", "behaviour", "answer"), CASES, ids=lambda x: str(x))
def test_known_answer(name, behaviour, answer):
    game = GAMES[name]
    prediction = named(behaviour)(game)
    span = prediction.span(game.goal)
    for found, known in zip((span.worst, span.best), answer, strict=False):
        assert known is None or found == pytest.approx(float(known), abs=1e-6)
    assert answer[2] is None or span.count == answer[2]
    if behaviour in ("pure", "nash", "correlated"):
        assert span.residual < 1e-6
        for play in (span.worst_play, span.best_play):
            assert play is None or float(play.regret) < 1e-6


def test_the_three_equilibria_of_von_stengel():
    found = {
        tuple(np.round(np.concatenate([floats(s[0]) for s in play.strategies[1:]]), 6))
        for play in named("nash")(STENGEL).plays
    }
    assert found == {
        (1, 0, 0, 1, 0),
        (round(4 / 5, 6), round(1 / 5, 6), 0, round(2 / 3, 6), round(1 / 3, 6)),
        (0, round(1 / 3, 6), round(2 / 3, 6), round(1 / 3, 6), round(2 / 3, 6)),
    }


def test_mixed_dominance_needs_a_mixture():
    """The middle row is dominated by no row, but by half of each of the others (a textbook example)."""
    game = Game.normal(np.array([[[4, 0], [1, 1], [0, 4]], [[0, 0], [0, 0], [0, 0]]]))
    survivors = iterated(game)
    assert [s.action for s in survivors.order] == ["a2"]
    assert survivors.order[0].by == {"a1": F(1, 2), "a3": F(1, 2)}
    assert survivors.order[0].margin == 1


def test_travelers_dilemma_unravels_to_the_lowest_claim():
    """Basu 1994: rationalisable play is unique, (2, 2); the highest claim goes first."""
    game = library.travelers_dilemma(12)
    survivors = iterated(Goal.total().on(game))
    assert survivors.unique
    assert [s[0] for s in survivors.left[1:]] == [(0,), (0,)]


def test_dominance_at_types_is_interim():
    """Two types of one player; only the one that has a dominant action loses the other."""
    payoff = np.zeros((2, 2, 1, 2, 2), dtype=int)
    payoff[0, 0, 0, :, :] = [[1, 1], [0, 0]]
    payoff[0, 1, 0, :, :] = [[1, 0], [0, 1]]
    survivors = iterated(Game.bayesian(payoff, [[F(1, 2)], [F(1, 2)]]))
    assert survivors.left == (((0,), (0, 1)), ((0, 1),))


@pytest.mark.parametrize("lam", [0.5, 2.0, 10.0])
def test_logit_is_a_fixed_point(lam):
    """Checked by the definition, σ ∝ exp(λU), on a game with types, not by the solver's own residual."""
    from rulewright.behaviour.quantal import path
    from rulewright.game.play import interim, marginal
    from rulewright.game.sample import sample

    game = sample((3, 2), types=(2, 2), seed=4, span=3).floats
    found = path(game, lam)
    assert found.lambdas[-1] == lam
    strategies = found.points[-1]
    for i in range(2):
        worth = interim(game, strategies, i) / marginal(game, i)[:, None]
        weights = np.exp(lam * (worth - worth.max(axis=1, keepdims=True)))
        assert np.allclose(strategies[i], weights / weights.sum(axis=1, keepdims=True), atol=1e-7)


def test_logit_of_asymmetric_matching_pennies_tends_to_the_equilibrium():
    """McKelvey & Palfrey 1995: with payoff 9 instead of 1, the other player must mix 1/10, 9/10 in the limit."""
    game = bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    play = named("logit:400")(game).plays[0]
    row, column = (floats(s[0]) for s in play.strategies[1:])
    assert row == pytest.approx([0.5, 0.5], abs=0.01)
    assert column == pytest.approx([0.1, 0.9], abs=0.01)


def test_logit_passes_exactly_through_the_stops():
    from rulewright.behaviour.quantal import path

    found = path(total("stag_hunt"), 3.0, stops=(0.5, 1.25))
    assert {0.5, 1.25, 3.0} <= set(found.lambdas)


def test_regret_matching_of_matching_pennies_mixes():
    game = total("matching_pennies")
    runs = named("regret-matching")(game)
    assert runs.residual < 0.05
    law = floats(runs.play(0).law).reshape(2, 2)
    assert law.sum(axis=1) == pytest.approx([0.5, 0.5], abs=0.05)


def test_regret_matching_is_the_same_for_the_same_seed():
    game = total("chicken")
    one, other = (named("regret-matching")(game).span(game.goal) for _ in range(2))
    assert (one.worst, one.best, one.mean) == (other.worst, other.best, other.mean)


def test_three_players_say_that_mixed_equilibria_may_be_missing():
    prediction = named("nash")(GAMES["horse"])
    assert not prediction.complete
    assert "unsettled" in prediction.how
    assert core(GAMES["horse"]).n == 3

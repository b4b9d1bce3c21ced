"""Many games as one array: they come back as they went in, and a behaviour says the same of all as of each."""

import numpy as np
import pytest

import rulewright as rw
from rulewright.errors import InputError


def two():
    return [rw.Goal.total().on(rw.sample((2, 3), seed=seed)) for seed in (0, 1)]


def test_they_come_back():
    games = rw.Games.of(two())
    assert len(games) == 2 and games.n == 2 and games.action_counts == (2, 3)
    for game, back in zip(two(), games, strict=True):
        assert np.array_equal(game.floats.payoff[1:].ravel(), back.payoff[1:].ravel())
        assert np.array_equal(game.floats.goal.ravel(), back.goal.ravel())


def test_types_are_folded_into_plans():
    game = rw.Goal.total().on(rw.sample((2, 2), types=(2, 1), seed=3))
    games = rw.Games.of([game])
    assert games.action_counts == (4, 2)
    one, many = rw.named("pure")(game).span(game.goal), rw.named("pure").many(games)
    assert (many.worst[0], many.best[0], many.count[0]) == pytest.approx((one.worst, one.best, one.count))


@pytest.mark.parametrize("name", ["pure", "nash", "correlated", "logit:2", "level:2", "dominance"])
def test_many_is_each(name):
    spans = rw.named(name).many(rw.Games.of(two()))
    for k, game in enumerate(two()):
        span = rw.named(name)(game).span(game.goal)
        if span.count != 0:
            assert (spans.worst[k], spans.best[k]) == pytest.approx((span.worst, span.best))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: rw.Games(np.zeros((4, 2, 3))), "one axis of actions for each player"),
        (lambda: rw.Games(np.full((1, 2, 2, 2), np.nan)), "finite"),
        (lambda: rw.Games(np.zeros((1, 2, 2, 2)), np.zeros((3, 3))), "a goal of shape"),
        (lambda: rw.Games.of([]), "at least one game"),
        (lambda: rw.Games.of([rw.sample((2, 2)), rw.sample((2, 3))]), "the same numbers of actions"),
        (lambda: rw.named("pure").many(rw.Games(np.zeros((1, 2, 2, 2)))), "a goal"),
    ],
)
def test_what_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()

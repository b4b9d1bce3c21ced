"""The seven words exist twice, in institution/ and in the checker. On random sentences the two must agree exactly."""

import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "institution"))
from sentences import WORDS, sentence

from rulewright.game.play import Play
from rulewright.game.sample import sample, with_signal
from rulewright.verify import claims
from rulewright.verify.certificate import sealed, statement
from rulewright.verify.checker import Checked, check


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=3), st.integers(0, 10**6))
def test_the_checker_sees_the_same_induced_game(words, seed):
    generator = np.random.default_rng(seed)
    game = with_signal(sample((2, 2), types=(2, 1), seed=seed), seed=seed)
    game = game.with_goal(game.payoff.sum(axis=0))
    institution = sentence(words, game, seed)
    induced = institution(game)
    play = Play.pure(
        induced,
        [
            [int(generator.integers(a)) for _ in range(t)]
            for t, a in zip(induced.type_counts, induced.action_counts, strict=True)
        ],
    )
    checked = Checked(statement(game, institution.as_data(game), play))
    assert checked.evaluate(claims.goal(0)).margin == play.goal
    assert checked.evaluate(claims.budget(0)).margin == -play.paid
    if induced.active:
        assert checked.evaluate(claims.equilibrium()).margin == play.slack
    outside = {p: [F(0)] * t for p, t in zip(induced.players, induced.type_counts, strict=True)}
    worst = checked.evaluate(claims.voluntary(outside)).margin
    assert worst == min(
        _interim(induced, play, i, t)
        for i in range(induced.n)
        for t in range(induced.type_counts[i])
        if induced.prior.take(t, axis=i).sum() > 0
    )


def _interim(game, play, i, t):
    law = play.law.take(t, axis=i)
    return (law * game.payoff[i].take(t, axis=i)).sum() / law.sum()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["payoff", "prior"]))
def test_an_altered_number_is_noticed(seed, where):
    game = sample((2, 2), types=(2, 1), seed=seed)
    game = game.with_goal(game.payoff.sum(axis=0))
    play = Play.pure(game, [0, [0, 0], 0])
    certificate = sealed(statement(game, {"name": "none", "moves": []}, play), [claims.goal(play.goal - 1)])
    assert all(v.holds for v in check(certificate))
    entries = certificate["game"][where]["entries"]
    at = seed % len(entries)
    entries[at] = str(F(entries[at]) + 1)
    assert [v.claim for v in check(certificate) if not v.holds] == ["goal"]

"""Conversations: one round is private signals, rich messages give OPT, and asking first is worth a message."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import rulewright as rw
from rulewright.competition.rivals import conversation, private, replies
from rulewright.competition.rivals.conversation import Alice, Rule, Talk
from rulewright.competition.rivals.setting import Rivals

F = Fraction


def whole(seed, states=3, types=2, actions=2, k=2):
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 4, (states, types))
    law = np.array([[F(int(w), int(weights.sum())) for w in row] for row in weights], dtype=object)
    return Rivals.of(law, rng.integers(0, 5, (states, types, actions)), rng.integers(0, 5, (k, states, types, actions)))


def two_bits(*bobs):
    """s is two fair bits; Alice's type says which of them she has to match. A Bob gets `bob`(she is right)."""
    right = np.array([[[int(a == (s >> t) & 1) for a in range(2)] for t in range(2)] for s in range(4)])
    utilities = np.stack([np.vectorize(bob)(right) for bob in bobs])
    return Rivals.of(np.full((4, 2), F(1, 8), dtype=object), right, utilities)


def span(game):
    return rw.Pure()(game).span(game.goal)


@pytest.mark.parametrize("ties", replies.TIES)
def test_one_round_is_private_signals(ties):
    setting = whole(1)
    talk = Talk.of(setting, [(2, 3)])
    one, other = conversation.as_game(setting, talk, ties=ties), private.as_game(setting, (2, 3), ties=ties)
    assert one.actions == other.actions and one.is_exact
    assert (one.payoff == other.payoff).all()


def test_asking_first_beats_one_message_and_two_rounds_beat_one():
    setting = two_bits(lambda right: right)
    alone = span(conversation.as_game(setting, Talk.of(setting, [2]), ties="first action"))
    asked = span(conversation.as_game(setting, Talk.of(setting, [1, 2], [2]), ties="first action"))
    deaf = span(conversation.as_game(setting, Talk.of(setting, [1, 2], [1]), ties="first action"))
    assert (alone.worst, alone.best) == (0.75, 0.75)  # one bit of two: sure half the time, a guess the other half
    assert (asked.worst, asked.best) == (1.0, 1.0)
    assert (deaf.worst, deaf.best) == (0.75, 0.75)  # what helps is that he hears her, not that there is a second round
    assert asked.best == setting.opt


def test_asking_first_helps_between_opposed_bobs_too():
    setting = two_bits(lambda right: right, lambda right: 1 - right)
    alone = span(conversation.as_game(setting, Talk.of(setting, [2]), ties="first action"))
    asked = span(conversation.as_game(setting, Talk.of(setting, [1, 2], [2]), ties="first action"))
    assert alone.worst == 0.75 and asked.worst == 1.0


def test_two_rounds_that_hear_nothing_are_one_with_longer_messages():
    setting = whole(4, states=4, k=1)
    once = span(conversation.as_game(setting, Talk.of(setting, [4]), ties="for the AIs"))
    twice = span(conversation.as_game(setting, Talk.of(setting, [2, 2]), ties="for the AIs"))
    assert (once.worst, once.best) == (twice.worst, twice.best)


@pytest.mark.parametrize("seed", range(3))
def test_a_bob_who_tells_all_gives_alice_everything_whatever_others_do(seed):
    setting = whole(seed)
    talk = Talk.of(setting, [(3, 2), (3, 2)], [2])
    alice = Alice(setting, talk, ties="first action")
    full = conversation.reveal(setting, talk, 0)
    assert full is not None and conversation.reveal(setting, talk, 1) is None
    others = conversation.rules(setting, talk, 1)
    rng = np.random.default_rng(seed)
    for n in rng.integers(len(others), size=40):
        assert alice.values((full, others[n]))[0] == setting.opt
    assert full in conversation.rules(setting, talk, 0)


def brute(setting, rule):
    """Alice's best ex-ante value against one Bob's two-round rule with two words: every plan of words and actions."""
    table = replies.tables(setting)[0]
    value = 0
    for t in range(table.shape[1]):
        for cell, words in zip(rule.cells, rule.then, strict=True):
            options = []
            for after in words:
                parts = [[s for s in range(len(table)) if cell >> s & c >> s & 1] for c in after.cells]
                plans = itertools.product(range(table.shape[2]), repeat=len(parts))
                options.append(
                    max(sum(table[p, t, a].sum() for p, a in zip(parts, plan, strict=True)) for plan in plans)
                )
            value += max(options)
    return value


def test_the_dynamic_programme_is_brute_force():
    setting = whole(6, k=1)
    talk = Talk.of(setting, [2, 2], [2])
    alice = Alice(setting, talk, ties="first action")
    for rule in conversation.rules(setting, talk, 0):
        assert alice.values((rule,))[0] == brute(setting, rule)


@pytest.mark.parametrize("seed", range(3))
def test_more_rounds_never_hurt_an_alice_who_may_ignore_them_alone(seed):
    """Against one fixed first message, words and a second round can only add what she knows."""
    setting = whole(seed, k=1)
    short, long = Talk.of(setting, [2]), Talk.of(setting, [2, 2], [2])
    one, two = (Alice(setting, talk, ties="first action") for talk in (short, long))
    for rule in conversation.rules(setting, long, 0):
        assert two.values((rule,))[0] >= one.values((Rule(rule.cells),))[0]


def test_search_finds_equilibria_of_the_game():
    setting = whole(2)
    talk = Talk.of(setting, [1, 2], [2])
    game = conversation.as_game(setting, talk, ties="first action")
    found = conversation.search(setting, talk, ties="first action", starts=8, seed=1)
    again = conversation.search(setting, talk, ties="first action", starts=8, seed=1)
    assert [e.labels for e in found.equilibria] == [e.labels for e in again.equilibria]
    assert found.equilibria and not found.complete
    assert float(found.worst) >= span(game).worst - 1e-12
    for e in found.equilibria:
        play = rw.Play.pure(game, ["·", *e.labels])
        assert play.regret == 0 and (game.goal * play.law).sum() == e.alice


@pytest.mark.parametrize("rounds", ([2], [2, 3], [1, 2, 2]))
def test_rules_are_as_many_as_counted_and_all_different(rounds):
    setting = whole(0, states=3)
    talk = Talk.of(setting, rounds, [2] * (len(rounds) - 1))
    found = conversation.rules(setting, talk, 1)
    assert len(found) == len(set(found)) == conversation._count(talk, 1, 0, 3, {})


def test_wrong_input_is_told():
    setting = whole(0)
    with pytest.raises(rw.InputError, match="gaps between rounds"):
        Talk.of(setting, [2, 2], [2, 2])
    with pytest.raises(rw.InputError, match="at least one round"):
        Talk.of(setting, [])
    with pytest.raises(rw.InputError, match="whole number"):
        Talk.of(setting, [(2, 2, 2)])
    with pytest.raises(rw.TooLarge, match="profiles of rules"):
        conversation.as_game(setting, Talk.of(setting, [2, 2], [2]), ties="first action", most=10)
    with pytest.raises(rw.TooLarge, match="the rules of AI 1"):
        conversation.rules(whole(0, states=6), Talk.of(setting, [6, 6, 6], [3, 3]), 0)
    with pytest.raises(rw.InputError, match="ties"):
        Alice(setting, Talk.of(setting, [2]), ties="as she likes")

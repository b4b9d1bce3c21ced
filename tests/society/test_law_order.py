"""Law and altars are one object: the same table gives the same verdicts in an order, in a world, and in the game of law."""

from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.game.game import Game
from rulewright.institution.order import Codebook, NormativeOrder, Sanctioning, Schedule, density
from rulewright.society.law import LOGIC, Repeated, Stage, nobody, playing_r
from rulewright.society.law.profile import called
from rulewright.society.law.stage import BOYCOTT, SERVES

# an altar that shows one of three rules about four outcomes; as law, the outcomes are what a seller may deliver
ALTAR = Codebook(np.array([[[0, 1, 0, 1]], [[0, 0, 1, 1]], [[0, 0, 0, 2]]]), "delivery", ("today", "ever"), "rule")


@pytest.mark.parametrize("rule", range(3))
def test_one_table_one_verdict(rule):
    learning = pytest.importorskip("rulewright.learning.classification")
    world, stage = learning.Codebook.of(ALTAR), Stage.after(cost="0.2")
    profile = playing_r(stage, ALTAR, rule)
    in_law = profile.buyers[0, 0, SERVES, :, BOYCOTT] == 1  # whom buyers boycott while both have played R
    acts = np.arange(4)
    in_order = ALTAR.code((np.full(4, rule),), acts, np.zeros(4, int))
    in_world = world.code((np.full(4, rule),), acts, np.zeros(4, int))
    assert (in_order == np.asarray(in_world)).all()
    for act in acts:
        verdict = ALTAR.classify((rule,), act, 0)
        assert verdict == world.classify((rule,), act, 0) == world.plain.classify((rule,), act, 0)
        assert verdict.wrong == in_law[act] == called(stage, ALTAR, rule)[act]


def test_the_same_allowance_too():
    learning = pytest.importorskip("rulewright.learning.classification")
    from rulewright.institution.order import Allowance

    most, amount = np.array([1.0, 2.0]), np.arange(4.0)
    one, other = Allowance(most, amount, "catch"), learning.Allowance(most, amount, "catch")
    for actor in range(2):
        for act in range(4):
            assert one.classify((), act, actor) == other.classify((), act, actor)


def test_a_world_s_order_is_an_order():
    learning = pytest.importorskip("rulewright.learning.classification")
    rule = Sanctioning(cost=1, takes=3)
    order = learning.NormativeOrder(learning.Codebook.of(ALTAR), Schedule((1.0,)), sanctioning=rule)
    assert isinstance(order, NormativeOrder) and order.takes == 3
    assert density(order, [0, 1, 1, 1]) == density(NormativeOrder(ALTAR, Schedule((1.0,))), [0, 1, 1, 1]) == 0.0


def test_a_silly_law_is_kept_as_well_as_a_sensible_one():
    """A logic that also forbids what wrongs nobody is as much an equilibrium: the game does not ask what a rule is for."""
    forbids_one = Codebook(np.array([[[0, 0, 1, 0]]]), "delivery")
    stage = Stage.after(cost="0.4")
    assert not Repeated(stage, playing_r(stage, forbids_one), "0.8").perfect  # wronging both is allowed, and pays
    hat = Codebook(np.array([[[0, 1, 1, 1, 1]]]), "delivery")  # the fifth: honours both, bare-headed
    five = Stage(
        np.concatenate([stage.buyers, stage.buyers[:, :1]], axis=1),
        np.concatenate([stage.seller, stage.seller[:1]]),
        stage.law,
        stage.able,
        np.concatenate([stage.wrongs, stage.wrongs[:, :1]], axis=1),
        (*stage.deliveries, "honours both, bare-headed"),
    )
    assert Repeated(five, playing_r(five, hat), "0.8").perfect
    assert density(hat, [0, -1, -1, -2, 0]) == 0.25
    assert Repeated(five, nobody(five), "0.8").perfect


def test_a_logic_must_fit_the_stage_and_allow_something():
    stage = Stage.after()
    with pytest.raises(InputError, match="4 acts"):
        playing_r(stage, Codebook(np.zeros((1, 1, 3), int)))
    with pytest.raises(InputError, match="rule 1"):
        playing_r(stage, LOGIC, 1)
    with pytest.raises(InputError, match="allows"):
        playing_r(stage, Codebook(np.ones((1, 1, 4), int)))


def test_the_one_shot_order_and_the_repeated_game_charge_the_same():
    """A boycott of both as a sanction with quorum two on the seller's choice: what it costs and takes is the stage's."""
    stage = Stage.after(cost=F(2, 5))
    rule = Sanctioning(cost=F(2, 5), takes=F(2), quorum=2, who=("i", "j"))
    base = np.full((3, 4, 1, 1), F(0), dtype=object)
    base[0, :, 0, 0] = stage.seller[:, 0, 0]
    for k in range(2):
        base[1 + k, :, 0, 0] = stage.buyers[k, :, SERVES, 0, 0]
    game = Game.normal(base, players=("seller", "i", "j"), actions=(stage.deliveries, ("·",), ("·",)))
    induced = NormativeOrder(LOGIC, Schedule((1.0,)), sanctioning=rule).on(game, judged=("seller",))
    for x in range(1, 4):
        for a in range(2):
            for b in range(2):
                assert induced.payoff[0, 0, 0, 0, x, a, b] == stage.seller[x, a, b]
                for k in range(2):
                    assert induced.payoff[1 + k, 0, 0, 0, x, a, b] == stage.buyers[k, x, SERVES, a, b]

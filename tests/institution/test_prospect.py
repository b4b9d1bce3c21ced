"""Care that feels gains and losses: values, exactness, laws, words, files, and the refusal of certificates."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.errors import InputError
from rulewright.game import library
from rulewright.game.sample import sample
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Care, Pay, apply, as_data
from rulewright.institution.prospect import Prospect
from rulewright.institution.words import sentence
from rulewright.numerics.rational import exact, floats
from rulewright.scenario.load import parse
from rulewright.testing import institution_laws

USUAL = Prospect(0, "2.25", "0.88")


def test_losses_loom_larger_than_gains():
    felt = USUAL.value(exact([-10, 0, 10, 1, -1]))
    wanted = [-2.25 * 10**0.88, 0, 10**0.88, 1, -2.25]
    assert np.allclose(floats(felt), wanted, atol=1e-12)
    assert felt[1] == 0
    assert felt[4] == F(-9, 4)


@settings(max_examples=60, deadline=None)
@given(
    st.fractions(-1000, 1000, max_denominator=50),
    st.fractions(-10, 10, max_denominator=8),
    st.fractions(0, 4, max_denominator=8),
    st.fractions(F(1, 8), 3, max_denominator=8),
    st.fractions(F(1, 8), 3, max_denominator=8),
)
def test_every_value_is_the_formula(x, reference, aversion, gains, losses):
    value = Prospect(reference, aversion, gains, losses).value(exact([x]))[0]
    change = float(x - reference)
    wanted = change ** float(gains) if change >= 0 else -float(aversion) * (-change) ** float(losses)
    assert float(value) == pytest.approx(wanted, rel=1e-12, abs=1e-11)
    assert type(value) is F
    in_floats = Prospect(reference, aversion, gains, losses).value(np.array([float(x)]))[0]
    assert in_floats == pytest.approx(wanted, rel=1e-12, abs=1e-11)


def test_straight_lines_and_whole_powers_stay_exact():
    assert Prospect(F(1, 3), F(9, 4)).value(exact([F(1, 7), F(5, 7)])).tolist() == [F(9, 4) * F(-4, 21), F(8, 21)]
    assert Prospect(0, 2, 2, 3).value(exact([F(2, 3), F(-2, 3)])).tolist() == [F(4, 9), -2 * F(8, 27)]


def test_other_powers_are_the_nearest_twelfth_decimal():
    root = Prospect(0, 1, "1/2").value(exact([2, 9, 10**12 + 1]))
    for x, found in zip((2, 9, 10**12 + 1), root, strict=True):
        assert found * 10**12 == int(found * 10**12)
        assert (2 * found * 10**12 - 1) ** 2 <= 4 * x * 10**24 <= (2 * found * 10**12 + 1) ** 2
    assert root[1] == 3


def test_a_float_at_the_reference_is_at_it():
    assert Prospect("0.3", 1, "0.5").value(np.array([0.1 + 0.2]))[0] == 0


def test_weights_and_dislikes_come_first():
    """Row gets 3 of its own and weighs 3 of column's by 1/3: 4; the dislike of 1 takes it to 3; that is 1 above 2."""
    game = library.prisoners()
    felt = apply(Care("row", {"column": F(1, 3)}, exact([1, 0]), Prospect(2, 2)), game)
    assert felt.payoff[0, 0, 0, 0, 0] == 1
    assert felt.payoff[0, 0, 0, 0, 1] == 2 * (F(0) + F(5, 3) - 1 - 2)
    assert (felt.payoff[1] == game.payoff[1]).all()
    assert (felt.transfer == game.transfer).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, (2, 1)]), st.sampled_from(["1", "0.88", "2"]))
def test_the_laws_of_institutions_hold(seed, types, curvature):
    game = rw.Goal.total().on(sample((2, 3), types=types, seed=seed))
    player = game.players[1]
    moves = [
        Pay(player, (f"action of {player}",), exact([F(1, 3), F(-1, 2)])),
        Care(player, {game.players[2]: F(1, 3)}, None, Prospect(1, "2.25", curvature)),
    ]
    institution = Moves.of("felt", moves)
    institution_laws(institution, game)
    assert institution.changes_preferences(game)
    assert not Moves.of("paid", moves[:1]).changes_preferences(game)


def test_goal_and_money_are_as_before():
    """Welfare is read in the base game: a change of preferences moves no goal of a play."""
    game = rw.Goal.total().on(library.stag_hunt())
    felt = apply(Care("row", value=Prospect(3, "2.25", "0.88")), game)
    assert (felt.goal == game.goal).all()


def test_losses_move_play():
    """Against a partner who hunts with chance q, stag pays 4q: below a reference of 3 the failure hurts λ times."""
    game = rw.Goal.total().on(library.stag_hunt())
    plays = rw.Nash()(apply(Care("row", value=Prospect(3, F(9, 4))), game)).plays
    mixed = next(p for p in plays if 0 < p.strategies[2][0, 0] < 1)
    assert mixed.strategies[2][0, 0] == pytest.approx(2.25 * 3 / (1 + 2.25 * 3))  # q·1 = (1 − q)·λ·3


def test_reports_say_so():
    institution = Moves.of("", [Care("row", {}, None, USUAL)])
    said = sentence(institution, library.prisoners())
    assert said == (
        "row feels gains above 0 to the power 0.88 and losses below it to the power 0.88 times 2.25 (preferences change)"
    )
    plain = sentence(Moves.of("", [Care("row", {"column": F(1)}, None, Prospect(1, 2))]), library.prisoners())
    assert (
        plain == "row puts weight 1 on column and feels gains above 1 and losses below it times 2 (preferences change)"
    )


def test_certificates_refuse_what_the_checker_cannot_redo():
    institution = Moves.of("felt", [Care("row", {}, None, Prospect(0, 2))])
    with pytest.raises(InputError, match="certificates cannot express"):
        institution.as_data(library.prisoners())
    assert set(as_data(Care("row", {"column": F(1)}))) == {"word", "player", "weights", "dislike"}


def test_the_felt_game_itself_is_certified():
    """What the refusal advises: claims about the game that comes out hold before the checker."""
    from rulewright.institution.institution import NOTHING
    from rulewright.verify import claims
    from rulewright.verify.certificate import statement
    from rulewright.verify.prover import prove

    felt = Moves.of("felt", [Care("row", {}, None, USUAL)])(rw.Goal.total().on(library.prisoners()))
    play = rw.Play.pure(felt, {"row": "defect", "column": "defect"})
    assert prove(claims.equilibrium(), statement(felt, NOTHING.as_data(felt), play)).holds


FILE = """
title = "A gamble"
[parameters]
aversion = 2.25
[players]
agent = { actions = ["safe", "risky"] }
[designer]
types = { good = 1/2, bad = 1/2 }
[payoff]
agent = "0 if agent == 'safe' else (3 if people.type == 'good' else -2)"
[people]
goal = "agent == 'risky'"
[today]
care = { agent = { reference = 0, loss_aversion = "aversion", curvature = 0.88 } }
[behaviours]
predict = ["pure"]
""".replace("1/2", '"1/2"')


def test_scenario_files():
    scenario = parse(FILE, name="gamble", origin="gamble")
    felt = scenario.induced(scenario.today, "today")
    agent = floats(felt.payoff[1, :, 0, 0, 1])
    assert np.allclose(agent, [3**0.88, -2.25 * 2**0.88], atol=1e-12)
    assert rw.Pure()(scenario.game).plays[0].describe() == "agent: risky"
    assert rw.Pure()(felt).plays[0].describe() == "agent: safe"
    assert "feels gains above 0" in sentence(scenario.today, scenario.game)


@pytest.mark.parametrize(
    ("care", "says"),
    [
        ("{ loss_aversion = 2 }", "a reference beside loss_aversion"),
        ("{ reference = 0, loss_aversion = -1 }", "loss_aversion: needed a number of at least 0"),
        ("{ reference = 0, curvature = 0 }", "curvature: needed a number above 0"),
        ("{ reference = 0, curvature = 9 }", "at most 8"),
        ("{ reference = 'nobody' }", "nobody"),
        ("{ reference = 0, aversion = 2 }", "aversion"),
    ],
)
def test_wrong_files_are_told_apart(care, says):
    text = FILE.replace('{ reference = 0, loss_aversion = "aversion", curvature = 0.88 }', care)
    with pytest.raises(InputError) as caught:
        scenario = parse(text, name="gamble", origin="gamble")
        scenario.induced(scenario.today, "today")
    assert says in str(caught.value)


@pytest.mark.parametrize("wrong", [float("nan"), True, "x", None])
def test_references_that_are_no_numbers(wrong):
    with pytest.raises(InputError, match="a finite number"):
        Prospect(wrong)


def test_large_and_small_numbers():
    assert Prospect(0, 1, "0.88").value(exact([F(1, 10**40)]))[0] == 0
    huge = Prospect(0, 1, "0.5").value(exact([10**40]))[0]
    assert huge == 10**20
    assert math.isfinite(float(Prospect(0, 1, "7.5").value(exact([10**9]))[0]))

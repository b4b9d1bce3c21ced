"""Grades: what is proved, what is bounded with confidence from counts, and what was only searched."""

import json
from fractions import Fraction as F
from itertools import product

import pytest
from by_hand import DEFECT, dilemma, signed, verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.verify import checker, claims

KNOWN = [  # one-sided, 95 %, by hand: no failure in n: 1 − .05^(1/n); none at all: the rule of three's exact form
    (10, 10, "at least", 0.741134),
    (0, 10, "at most", 0.258866),
    (59, 59, "at least", 0.950493),
    (90, 100, "at least", 0.836283),
    (5, 100, "at most", 0.102253),
]


def binomial(k, n, p):
    """P(X ≥ k) from the definition."""
    chance = F(0)
    for outcome in product((0, 1), repeat=n):
        if sum(outcome) >= k:
            chance += p ** sum(outcome) * (1 - p) ** (n - sum(outcome))
    return chance


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7), st.data())
def test_a_tail_is_that_of_the_binomial_rounded_up(n, data):
    k = data.draw(st.integers(0, n))
    p = data.draw(st.fractions(0, 1, max_denominator=50).filter(lambda p: 0 < p < 1))
    assert 0 <= checker.tail(k, n, p) - binomial(k, n, p) < F(1, 2**150)


@pytest.mark.parametrize(("k", "n", "side", "bound"), KNOWN)
def test_clopper_and_pearson(k, n, side, bound):
    """Bounds to six digits, on the safe side; a millionth further is not shown."""
    found = claims.rate("rate", k, n, "19/20", side)
    assert float(F(found["bound"])) == pytest.approx(bound, abs=2e-6)
    answer = verdict(dilemma(play=DEFECT), **claims.rates([found]))
    assert answer.holds and answer.grade == "bounded with confidence"
    step = F(1, 10**6) if side == "at least" else F(-1, 10**6)
    further = {**found, "bound": str(F(found["bound"]) + step)}
    answer = verdict(dilemma(play=DEFECT), **claims.rates([further]))
    assert answer.holds is False and f"not shown: rate {side}" in answer.says


def test_known_bounds_are_their_closed_forms():
    assert pytest.approx(KNOWN[1][3], abs=1e-6) == 1 - 0.05 ** (1 / 10)
    assert pytest.approx(KNOWN[2][3], abs=1e-6) == 0.05 ** (1 / 59)


def test_large_samples_are_checked_and_endless_ones_refused():
    found = claims.rate("rate", 9_900, 10_000, "99/100")
    assert 0.987 < float(F(found["bound"])) < 0.99
    with pytest.raises(checker.NotACertificate, match="100,000"):
        verdict(dilemma(play=DEFECT), **claims.rates([{**found, "trials": 10**9}]))


def test_trivial_bounds_hold_and_certainty_is_never_shown():
    for k, n, side, bound in ((0, 5, "at least", "0"), (5, 5, "at most", "1")):
        assert claims.rate("rate", k, n, "1/2", side)["bound"] == bound
        assert verdict(dilemma(play=DEFECT), **claims.rates([claims.rate("rate", k, n, "1/2", side)])).holds
    sure = {**claims.rate("rate", 5, 5, "1/2"), "bound": "1"}
    assert verdict(dilemma(play=DEFECT), **claims.rates([sure])).holds is False


def test_a_claim_that_rests_on_rates_names_them_and_the_joint_confidence():
    rates = [claims.rate("catches", 95, 100, "19/20"), claims.rate("false alarms", 1, 100, "49/50", "at most")]
    answer = verdict(dilemma(play=DEFECT), **claims.bounded(claims.dominant(1), rates))
    assert answer.holds and answer.margin == 1 and answer.grade == "bounded with confidence"
    assert "catches at least" in answer.says and "false alarms at most" in answer.says
    assert "in all with confidence 93/100" in answer.says  # 1 − .05 − .02
    rates[0]["bound"] = "99/100"
    answer = verdict(dilemma(play=DEFECT), **claims.bounded(claims.dominant(1), rates))
    assert answer.holds is False and "not shown: catches" in answer.says


def test_confidence_needs_rates():
    claim = {**claims.dominant(1), "grade": "bounded with confidence"}
    with pytest.raises(checker.NotACertificate, match="rates"):
        verdict(dilemma(play=DEFECT), **claim)
    assert verdict(dilemma(play=DEFECT), **claim, rates=[]).holds is False


@pytest.mark.parametrize(
    "change",
    [{"successes": 11}, {"successes": -1}, {"trials": 0}, {"trials": "10"}, {"side": "about"}, {"confidence": 0.95}],
)
def test_rates_of_the_wrong_form_are_no_certificate(change):
    with pytest.raises(checker.NotACertificate):
        verdict(dilemma(play=DEFECT), **claims.rates([{**claims.rate("rate", 9, 10, "19/20"), **change}]))


@pytest.mark.parametrize("change", [{"confidence": "1"}, {"confidence": "2"}, {"bound": "-1/2"}, {"bound": "3/2"}])
def test_rates_that_are_no_chances_prove_nothing(change):
    assert (
        verdict(dilemma(play=DEFECT), **claims.rates([{**claims.rate("rate", 9, 10, "19/20"), **change}])).holds
        is False
    )


def test_wrong_counts_are_told():
    for wrong in ((3, 2, "at least"), (1, 0, "at least"), (1, 2, "about")):
        with pytest.raises(InputError):
            claims.rate("rate", *wrong[:2], "19/20", wrong[2])


# ── searched only ───────────────────────────────────────────────────────────────────────────────────────────────────

SEARCH = claims.searched("a learner that gains", "100 runs of 10,000 rounds", "none; regret found 1/50")


def test_what_was_searched_neither_holds_nor_fails():
    answer = verdict(dilemma(play=DEFECT), **SEARCH)
    assert answer.holds is None and answer.grade == "searched only" and "regret found 1/50" in answer.says
    answer = verdict(dilemma(play=DEFECT), **{**claims.dominant(1), "grade": "searched only"})
    assert answer.holds is None
    answer = verdict(dilemma(play=DEFECT), **{**claims.dominant(2), "grade": "searched only"})
    assert answer.holds is False and "2 is claimed" in answer.says  # the checker sees what the search did not


@pytest.mark.parametrize("grade", ["proved", "bounded with confidence"])
def test_a_search_is_not_a_proof_whatever_it_calls_itself(grade):
    assert verdict(dilemma(play=DEFECT), **{**SEARCH, "grade": grade, "rates": []}).holds is False


@pytest.mark.parametrize("grade", ["proved", "searched only"])
def test_rates_are_neither_proved_nor_searched(grade):
    claim = claims.rates([claims.rate("rate", 9, 10, "19/20")])
    assert verdict(dilemma(play=DEFECT), **{**claim, "grade": grade}).holds is False


def test_other_grades_are_no_grades():
    with pytest.raises(checker.NotACertificate, match="proved"):
        verdict(dilemma(play=DEFECT), **{**claims.dominant(1), "grade": "certain"})


@pytest.mark.parametrize(
    ("made", "code", "word"),
    [
        ([claims.dominant(1), SEARCH], 0, "searched  searched"),
        ([SEARCH], 1, "searched  searched"),
        ([claims.dominant(1), {**claims.dominant(2), "grade": "searched only"}], 1, "FAILS  dominant"),
        ([claims.dominant(1), claims.rates([claims.rate("r", 9, 10, "1/2")])], 0, "holds  rates"),
    ],
)
def test_what_counts_for_the_exit_code(made, code, word, tmp_path, capsys):
    certificate = dilemma(play=DEFECT)
    certificate["claims"] = [signed(certificate, claim) for claim in made]
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(certificate), encoding="utf-8")
    assert checker.main([str(path)]) == code
    assert word in capsys.readouterr().out

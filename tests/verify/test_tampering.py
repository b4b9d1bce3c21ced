"""Digests: nothing that is altered goes unnoticed."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from by_hand import DEFECT, RICH, at, changed, dilemma, leaves, resigned
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.verify import checker
from rulewright.verify.checker import NotACertificate


def test_the_rich_certificate_holds():
    assert [v for v in checker.check(RICH) if not v.holds] == []
    assert len({v.claim for v in checker.check(RICH)}) == 10


NUMBERS = [
    path for path in leaves(RICH) if isinstance(at(RICH, path), str) and checker.RATIONAL.fullmatch(at(RICH, path))
]


@given(st.sampled_from(NUMBERS), st.fractions(min_value=-5, max_value=5, max_denominator=7))
@settings(max_examples=150, deadline=None)
def test_any_number_that_is_altered_fails_the_claims_that_rest_on_it_by_name(path: tuple[Any, ...], number: Fraction):
    if str(number) == at(RICH, path):
        return
    verdicts = checker.check(changed(RICH, path, str(number)))
    assert [v.claim for v in verdicts] == [claim["claim"] for claim in RICH["claims"]]
    for k, found in enumerate(verdicts):
        inside = path[0] == "claims"
        assert found.holds == (inside and path[1] != k)
        assert found.holds or ("altered" in found.says and found.margin is None)


@given(st.sampled_from(leaves(RICH)), st.sampled_from(["7/2", "x", 3, None, True, [], {}]))
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_altered_goes_unnoticed(path: tuple[Any, ...], value: Any):
    if at(RICH, path) == value and type(at(RICH, path)) is type(value):
        return
    try:
        assert not all(v.holds for v in checker.check(changed(RICH, path, value)))
    except NotACertificate as problem:
        assert str(problem)


@given(st.sampled_from([path for path in NUMBERS if path[0] != "claims"]), st.fractions(-5, 5, max_denominator=7))
@settings(max_examples=60, deadline=None)
def test_signing_what_was_altered_makes_it_another_certificate_but_never_a_crash(
    path: tuple[Any, ...], number: Fraction
):
    try:
        checker.check(resigned(changed(RICH, path, str(number))))
    except NotACertificate as problem:
        assert "probabilities" in str(problem)


def test_arithmetic_notices_a_payoff_that_was_altered_and_signed_again():
    entries = dilemma()["game"]["payoff"]["entries"]
    certificate = changed(dilemma(play=DEFECT), ("game", "payoff", "entries", entries.index("3")), "1")
    assert not checker.evaluate(certificate, {"claim": "dominant", "margin": "0"}).holds


def test_the_digest_rests_on_everything_but_the_other_claims():
    certificate = dilemma(play=DEFECT, claims=[{"claim": "balanced"}, {"claim": "dominant", "margin": "1"}])
    kept = {**certificate, "claims": certificate["claims"][1:]}
    assert [v.holds for v in checker.check(kept)] == [True]
    renamed = {**certificate, "title": "another"}
    assert [v.holds for v in checker.check(renamed)] == [False, False]
    shuffled = json.loads(json.dumps(certificate, sort_keys=True, indent=3))
    assert all(v.holds for v in checker.check(shuffled))

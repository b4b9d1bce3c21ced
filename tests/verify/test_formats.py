"""`rw.check` takes any certificate of the house, by the format that it names."""

import copy

import pytest

import rulewright as rw
from rulewright.verify.checker import NotACertificate


def test_the_certificate_of_a_market_is_checked_and_a_forged_digit_found():
    certificate = rw.assess("three_prices").certificate
    assert all(verdict.holds for verdict in rw.check(certificate))
    forged = copy.deepcopy(certificate)
    forged["about"]["consumers"][0]["endowment"][0] = "99"
    assert not all(verdict.holds for verdict in rw.check(forged))


def test_a_game_is_checked_as_before_and_nonsense_refused():
    assert all(verdict.holds for verdict in rw.check(rw.assess("prisoners").certificate))
    for nonsense in ({}, [], {"format": ["x"]}, {"format": "another"}):
        with pytest.raises(NotACertificate):
            rw.check(nonsense)

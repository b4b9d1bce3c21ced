"""`rw.check` takes any certificate of the house, by the format that it names."""

import copy

import pytest

import rulewright as rw
from rulewright.cli.check import check as check_file
from rulewright.errors import InputError
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


def test_who_checks_the_result_is_sent_to_the_certificate(tmp_path):
    (tmp_path / "result.json").write_text('{"kind": "mechanism"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"certificate\.json beside it"):
        check_file(tmp_path / "result.json")

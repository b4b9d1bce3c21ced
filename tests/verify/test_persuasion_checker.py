"""Certificates of persuasion in time: what is true holds, what a sceptic alters fails, alone and resealed."""

import copy
import json
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import pytest

from rulewright.design.information import markov as mk
from rulewright.verify import formats
from rulewright.verify import persuasion_checker as checker

ENDLESS = mk.exactly_stream(mk.cases((1.0, 0.5), 0.3, 0.5), margin=F(1, 10)).certificate()
ENDING = mk.exactly_stream(mk.oversight(), horizon=2).certificate()
NAMES = ["obedient", "robust", "attained", "bound"]


def sealed(certificate):
    return {**certificate, "digest": checker.digest(certificate)}


@pytest.mark.parametrize("given", [ENDLESS, ENDING])
def test_what_is_true_holds(given):
    verdicts = formats.check(json.loads(json.dumps(given)))
    assert [v.claim for v in verdicts] == NAMES
    assert all(v.holds for v in verdicts), [v.says for v in verdicts]


def test_the_optimum_is_proved_exactly():
    attained, bound = ENDLESS["claims"][2:]
    assert attained["at_least"] == bound["at_most"]


ALTERED = {
    "a margin too large": (ENDLESS, ("claims", 0, "margin"), "1/9", 0),
    "a radius too large": (ENDLESS, ("claims", 1, "radius"), "1/10", 1),
    "a value too large": (ENDLESS, ("claims", 2, "values", 0, 0), "2", 2),
    "a bound too small": (ENDLESS, ("claims", 3, "at_most"), "1/2", 3),
    "a table of values too small": (ENDLESS, ("claims", 3, "values", 0, 1), "1/2", 3),
    "a negative weight": (ENDLESS, ("claims", 3, "weights", 0, 0, 0, 1), "-1", 3),
    "another margin": (ENDLESS, ("claims", 3, "margin"), "0", 3),
    "another stake": (ENDLESS, ("about", "sender", 0, 0, 0), "2", 3),
    "a receiver who likes another thing": (ENDLESS, ("about", "receiver", 0, 1, 1), "9", 0),
    "a last step that is worth more": (ENDING, ("claims", 2, "values", 1, 0), "5", 2),
    "a larger discount": (ENDING, ("about", "discount"), "1", 2),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_altered_fails(what):
    given, (*path, last), new, claim = ALTERED[what]
    altered = copy.deepcopy(given)
    place = altered
    for key in path:
        place = place[key]
    assert place[last] != new
    place[last] = new
    assert not any(v.holds for v in checker.check(altered))  # the digest
    verdicts = checker.check(sealed(altered))
    assert not verdicts[claim].holds, verdicts[claim].says


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("about", "law", 0, 0), "1/2"),
        (("about", "moves", 0, 0, 0, 0), "1"),
        (("about", "signal", 0, 0, 0, 0), "2"),
        (("about", "discount"), "1"),
        (("about", "horizon"), 0),
        (("about", "states"), True),
        (("about", "start"), ["1"]),
        (("claims", 0, "margin"), 0.1),
        (("claims", 0, "margin"), "-1"),
        (("claims", 0, "claim"), "evaluate"),
        (("claims", 0, "grade"), "hoped"),
        (("version",), 2),
    ],
)
def test_what_is_no_certificate(path, new):
    altered = copy.deepcopy(ENDLESS)
    place = altered
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    with pytest.raises(checker.NotACertificate):
        checker.check(sealed(altered))


def test_what_would_take_hours_is_refused():
    copies = {**ENDLESS, "claims": ENDLESS["claims"][:1] * 1000}
    assert len(checker.check(sealed(copies))) == 1000
    with pytest.raises(checker.NotACertificate, match="hours"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "MOST_LOOKS", 1000)
        checker.check(sealed(copies))


def test_alone(tmp_path):
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(ENDING), encoding="utf-8")
    lone = Path(checker.__file__)
    done = subprocess.run(
        [sys.executable, "-I", str(lone), str(file)], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0 and done.stdout.count("holds") == 4
    file.write_text("{}", encoding="utf-8")
    assert checker.main([str(file)]) == 2

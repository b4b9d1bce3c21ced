"""Menu certificates: both ways to count the continuum agree, and forgeries fail."""

import copy
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright.verify.menu_checker as checker
from rulewright.cli import main
from rulewright.errors import InputError
from rulewright.mechanisms import Exponential, Pieces, Triangle, Uniform, auction
from rulewright.mechanisms.itemwise import myerson_uniform
from rulewright.mechanisms.menus import PostedMenu, SizeMenu, certificate, revenue
from rulewright.verify import formats

LAWS = (
    Uniform((0.0, 0.0), (1.0, 1.0)),
    Uniform((2.0, 1.0), (3.0, 5.0)),
    Triangle(),
    Pieces(((0.0, 0.5, 1.0), (0.0, 1.0, 2.0)), ((0.3, 0.7), (0.6, 0.4))),
)


def sold(law=LAWS[0], options=((1, 0), (0, 1), (1, 1)), prices=(0.6, 0.6, 0.8), demand="additive"):
    return certificate(
        PostedMenu(auction(1, len(options[0]), law=law, demand=demand), np.array(options), np.array(prices))
    )


def sealed(found, change):
    forged = copy.deepcopy(found)
    change(forged)
    forged["digest"] = checker.digest(forged)
    return forged


@given(st.integers(0, 10_000), st.sampled_from(LAWS), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=60)
def test_slabs_and_polygons_come_to_the_same_fraction(seed, law, options, coarse):
    random = np.random.default_rng(seed)
    x = random.integers(0, coarse + 1, (options, 2)) / coarse  # coarse, so that corners meet and lines are parallel
    x = np.round(x, 3)
    prices = np.round(x @ law.high * random.integers(0, 5, options) / 5, 2)
    about = {
        "items": 2,
        "demand": "additive",
        "budget": None,
        **{k: v for k, v in sold(law)["about"].items() if k == "law"},
        "options": [["0", "0"], *[[str(Fraction(str(v))) for v in row] for row in x]],
        "prices": ["0", *[str(Fraction(str(p))) for p in prices]],
    }
    both = np.vstack([np.zeros(2), x]), np.append(0.0, prices)
    assert checker.revenue(checker.Menu(about)) == revenue(law, *both)


def test_one_item_and_size_menus_and_laws_unknown_here():
    one = formats.check(sold(Uniform((0.0,), (1.0,)), ((1,),), (0.5,)))
    assert [v.holds for v in one] == [True] * 5 and "1/4" in one[-1].says
    sizes = certificate(SizeMenu(auction(1, 2), (0.7, 0.9)))
    assert all(v.holds for v in formats.check(sizes)) and len(sizes["about"]["options"]) == 4
    for there in (auction(1, 2, law=Exponential((1.0, 2.0))), auction(1, 3)):
        other = certificate(PostedMenu(there, np.ones((1, there.dimensions)), [1.0]))
        assert [v.claim for v in formats.check(other)] == ["truthful", "voluntary", "feasible", "no deficit"]
    with pytest.raises(InputError, match="menu"):
        certificate(myerson_uniform(auction(1, 2)))


def test_json_keeps_it():
    found = sold()
    assert [v.holds for v in formats.check(json.loads(json.dumps(found)))] == [True] * 5


def revenue_claim(found):
    return found["claims"][-1]


@pytest.mark.parametrize(
    ("change", "claim"),
    [
        (lambda c: revenue_claim(c).update(value="3/5"), "revenue"),
        (lambda c: revenue_claim(c).update({"is": "at least", "value": "549201/1000000"}), "revenue"),
        (lambda c: revenue_claim(c).update(value="9" * 4000), "revenue"),
        (lambda c: c["about"]["prices"].__setitem__(3, "7/8"), "revenue"),
        (lambda c: c["about"]["law"]["edges"][0].__setitem__(1, "2"), "revenue"),
        (lambda c: c["about"]["prices"].__setitem__(0, "1/100"), "voluntary"),
        (lambda c: c["about"]["options"][3].__setitem__(0, "11/10"), "feasible"),
        (lambda c: c["about"]["options"][3].__setitem__(0, "-1/10"), "feasible"),
        (lambda c: c["about"].update(demand="unit"), "feasible"),
        (lambda c: c["about"].update(budget="7/10"), "feasible"),
        (lambda c: c["about"]["prices"].__setitem__(3, "-1/8"), "no deficit"),
    ],
)
def test_forgeries_fail_where_they_lie(change, claim):
    verdicts = {v.claim: v.holds for v in formats.check(sealed(sold(), change))}
    assert not verdicts[claim] and verdicts["truthful"]


def test_an_altered_file_fails_as_a_whole():
    forged = sold()
    forged["about"]["prices"][3] = "7/8"
    assert not any(v.holds for v in formats.check(forged))


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(version=2),
        lambda c: c.update(claims=[]),
        lambda c: c["claims"].append({"claim": "optimal", "grade": "proved"}),
        lambda c: c["claims"][0].update(note="…"),
        lambda c: c["claims"][0].update(grade="searched only"),
        lambda c: revenue_claim(c).update(value=0.5),
        lambda c: revenue_claim(c).update(value="1/0"),
        lambda c: revenue_claim(c).update({"is": "about"}),
        lambda c: c["about"].update(items=3),
        lambda c: c["about"].update(items=True),
        lambda c: c["about"]["prices"].append("1"),
        lambda c: c["about"]["prices"].__setitem__(0, "1" * 60),
        lambda c: c["about"]["law"].update(kind="normal"),
        lambda c: c["about"].update(law={"kind": "unstated"}),
        lambda c: c["about"].update(law=["triangle"]),
        lambda c: c["about"]["law"]["chances"][0].__setitem__(0, "1/2"),
        lambda c: c["about"]["law"]["edges"][0].reverse(),
        lambda c: c["about"]["law"].update(edges=[[str(k) for k in range(18)]] * 2, chances=[["1/17"] * 17] * 2),
        lambda c: c["about"].update(options=[], prices=[]),
    ],
)
def test_what_is_not_of_the_form_is_no_certificate(change):
    with pytest.raises(checker.NotACertificate):
        formats.check(sealed(sold(), change))


def test_the_lone_file_and_the_command(tmp_path):
    path, forged = tmp_path / "menu.json", tmp_path / "forged.json"
    path.write_text(json.dumps(sold()), encoding="utf-8")
    forged.write_text(json.dumps(sealed(sold(), lambda c: revenue_claim(c).update(value="3/5"))), encoding="utf-8")
    (tmp_path / "none.json").write_text("[]", encoding="utf-8")
    for name, code in (("menu.json", 0), ("forged.json", 1), ("none.json", 2)):
        alone = [sys.executable, "-I", "-S", str(Path(checker.__file__)), str(tmp_path / name)]
        assert subprocess.run(alone, capture_output=True, timeout=240).returncode == code
    assert main(["check", str(path)]) == 0 and main(["check", str(forged)]) == 1

"""Certificates of economies: what a sceptic alters fails, alone and resealed; what is true holds; false claims do not."""

import copy
import json
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.society.markets.externality import Externality
from rulewright.society.markets.market import Market
from rulewright.society.markets.power import Power
from rulewright.verify import economy_certificate as written
from rulewright.verify import economy_checker as checker

SMOKE = Externality(("plant", "town"), (F(10), F(10)), (F(1, 2), F(1, 5)), (F(1, 10), F(1, 4)), F(10))
POWER = Power()
EXCHANGE = Market(
    ("a", "b", "c"),
    ("1", "2"),
    ((F(4), F(1), F(1)), (F(1), F(3), F(2))),
    ((F(1, 2), F(1, 4), F(1, 4)), (F(1, 3), F(1, 3), F(1, 3))),
)
CLOSED = Market(EXCHANGE.goods, EXCHANGE.consumers, EXCHANGE.endowment, EXCHANGE.shares, untraded=("c",))
CES = Market(
    ("a", "b"),
    ("1", "2"),
    ((F(3), F(1)), (F(1), F(2))),
    ((F(1), F(2)), (F(3), F(1))),
    family="ces",
    elasticity=(F(1, 2),),
)
LEONTIEF = Market(("a", "b"), ("1", "2"), ((F(2), F(0)), (F(0), F(2))), ((F(1), F(2)), (F(2), F(1))), family="leontief")
FACTORY = Market(
    ("labour", "wheat", "land"),
    ("1", "2"),
    ((F(10), F(0), F(3)), (F(10), F(0), F(0))),
    ((F(1, 2), F(1, 2), F(0)), (F(1, 2), F(1, 2), F(0))),
    activities=((F(-1), F(1), F(-1)),),
)
MODELS = {
    "smoke": SMOKE,
    "power": POWER,
    "exchange": EXCHANGE,
    "closed": CLOSED,
    "ces": CES,
    "leontief": LEONTIEF,
    "factory": FACTORY,
}
WANTED = {
    "smoke": ["equilibrium", "better", "equilibrium", "efficient"],
    "power": ["equilibrium", "better", "equilibrium", "efficient", "gains"],
    "exchange": ["equilibrium", "efficient", "supported"],
    "closed": ["equilibrium", "better"],
    "ces": ["equilibrium", "efficient"],
    "leontief": ["equilibrium", "efficient"],
    "factory": ["equilibrium", "efficient"],
}
CERTIFICATES = {name: model.certificate() for name, model in MODELS.items()}


def sealed(certificate):
    return {**certificate, "digest": checker.digest(certificate)}


def holds(certificate):
    """Whether all claims hold, once resealed; False where it is no certificate."""
    try:
        return all(v.holds for v in checker.check(sealed(certificate)))
    except checker.NotACertificate:
        return False


@pytest.mark.parametrize("name", MODELS)
def test_true_claims_hold(name):
    found = checker.check(CERTIFICATES[name])
    assert [v.claim for v in found] == WANTED[name]
    assert all(v.holds for v in found)


def places(value, path=()):
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*path, key))
    elif isinstance(value, list):
        for k, below in enumerate(value):
            yield from places(below, (*path, k))
    else:
        yield path


def at(certificate, path):
    for key in path:
        certificate = certificate[key]
    return certificate


def altered(certificate, path, value):
    found = copy.deepcopy(certificate)
    at(found, path[:-1])[path[-1]] = value
    return found


SLACKENED = {"clearing", "within"}  # a larger ε claims less
LABELS = {"name", "goods", "title"}


def meant(path):
    """Whether a claim rests on this number: not labels, nor what only loosens."""
    return not (set(path) & (SLACKENED | LABELS | {"digest", "owner"}))


def moves(value):
    """Other values of the same kind."""
    if type(value) is int:
        return [value + 1, value + 7, -1, str(value), None]
    if value == "infinite":
        return ["0", "1"]
    if isinstance(value, str) and checker.RATIONAL.fullmatch(value):
        x = F(value)
        return [str(x + F(1, 100)), str(x * F(11, 10) + 1), str(-x - 1), 1.5, None, "1e3"]
    return ["other", 3]


@pytest.mark.parametrize("name", MODELS)
def test_any_number_altered_breaks_the_seal(name):
    certificate = CERTIFICATES[name]
    for path in places(certificate):
        for value in moves(at(certificate, path)):
            if type(value) is type(at(certificate, path)) and path[-1] != "claim":
                try:
                    found = checker.check(altered(certificate, path, value))
                except checker.NotACertificate:
                    continue
                assert not any(v.holds for v in found), path


@pytest.mark.parametrize("name", ["smoke", "power", "exchange", "closed", "ces", "factory"])
def test_any_number_of_an_equilibrium_altered_and_resealed_fails(name):
    """All fields of what is claimed; an allocation that is better may have room, and is moved far."""
    certificate = CERTIFICATES[name]
    slack = {k for k, c in enumerate(certificate["claims"]) if c["claim"] == "better"}
    tolerant = {k for k, c in enumerate(certificate["claims"]) if c.get("within", "0") != "0"}
    for path in places(certificate["claims"]):
        full = ("claims", *path)
        if not meant(path) or path[0] in slack:
            continue
        for value in moves(at(certificate, full)):
            if path[0] in tolerant and path[1] in ("levels", "bundles"):
                continue  # looked at below
            if path[1] == "root" and {*certificate["claims"][path[0]]["prices"]} <= {"0", "1"} and type(value) is int:
                continue  # 1² = 1: the same prices
            if (path[1], value) in (("from", 3), ("to", 1)):
                continue  # the same allocation; one that sellers gain from as well
            assert not holds(altered(certificate, full, value)), (full, value)


@pytest.mark.parametrize("name", MODELS)
def test_any_number_of_the_economy_altered_and_resealed_fails_or_is_no_part_of_the_claim(name):
    """More owned, other shares, another elasticity: bundles are no longer the best, or markets no longer clear."""
    certificate = CERTIFICATES[name]
    for path in places(certificate["about"]):
        full = ("about", *path)
        if not meant(path) or ("elasticity" in path and name in ("power", "smoke")):
            continue
        old = at(certificate, full)
        if isinstance(old, str) and "name" not in path:
            for value in (str(F(old) + F(1, 3)), str(-1 - F(old)), None, 0.5):
                if name == "power" and "shares" in path and path[1] == 2:
                    continue  # sellers want money only: how much they want it is nothing
                if name == "closed" and path[-2:] in (("shares", 2),) and isinstance(value, str) and F(value) > 0:
                    continue  # what is not traded is not chosen
                if name == "smoke" and old == "0" and "shares" not in path:
                    continue
                single = sum(F(s) > 0 for s in at(certificate, full[:-1])) if "shares" in path else 2
                if isinstance(value, str) and F(value) >= 0 and single == 1 and F(old) > 0:
                    continue  # who wants one good only wants it the same
                assert not holds(altered(certificate, full, value)), (full, value)


@pytest.mark.parametrize("name", ["smoke", "power", "closed"])
def test_a_better_allocation_must_be_feasible_and_better(name):
    certificate = CERTIFICATES[name]
    k = next(k for k, c in enumerate(certificate["claims"]) if c["claim"] == "better")
    bundles = certificate["claims"][k]["bundles"]
    for i in range(len(bundles)):
        wants = [F(s) > 0 for s in certificate["about"]["consumers"][i]["shares"]]
        for j in range(len(bundles[i])):
            if wants[j]:  # of the others something may be left
                more = str(F(bundles[i][j]) * 2 + 1)
                assert not holds(altered(certificate, ("claims", k, "bundles", i, j), more))
                less = str(F(bundles[i][j]) / 3)
                assert not holds(altered(certificate, ("claims", k, "bundles", i, j), less)), (i, j)
    for level in ("0", "1000"):
        if certificate["about"]["activities"]:
            assert not holds(altered(certificate, ("claims", k, "levels", 0), level))
    same = altered(certificate, ("claims", k, "bundles"), certificate["claims"][0]["bundles"])
    assert not holds(same)


@pytest.mark.parametrize("name", ["smoke", "ces"])
def test_an_efficient_allocation_within_delta_has_no_room_beyond_it(name):
    """Where ε > 0 a bundle may move by less than δ; by a hundredth it may not, nor may δ shrink to nothing."""
    certificate = CERTIFICATES[name]
    k = next(k for k, c in enumerate(certificate["claims"]) if c["claim"] == "efficient")
    one = certificate["claims"][k]
    assert F(one["within"]) > 0
    assert not holds(altered(certificate, ("claims", k, "within"), "0"))
    for i, row in enumerate(one["bundles"]):
        for j, x in enumerate(row):
            for factor in (F(99, 100), F(101, 100)):
                if F(x):
                    assert not holds(altered(certificate, ("claims", k, "bundles", i, j), str(F(x) * factor)))
    smaller = [[str(F(x) * F(99, 100)) for x in row] for row in one["bundles"]]
    assert not holds(altered(certificate, ("claims", k, "bundles"), smaller))  # feasible, in proportion, wasteful


def test_the_untaxed_market_is_not_efficient_nor_is_the_sellers_price():
    for model, k in ((SMOKE, 0), (POWER, 0), (CLOSED, 0)):
        certificate = model.certificate()
        one = certificate["claims"][k]
        lie = written.claim("efficient", root=one["root"], prices=[], bundles=[], levels=[], within=F(0))
        lie.update({key: one[key] for key in ("prices", "bundles", "levels")})
        verdict = checker.check(written.certificate(certificate["about"], [lie]))[0]
        assert not verdict.holds
        opened = {**one, "untraded": [], "powers": []}
        assert not checker.check(written.certificate(certificate["about"], [opened]))[0].holds


def test_claims_rest_on_earlier_ones_that_hold():
    certificate = CERTIFICATES["power"]
    broken = altered(certificate, ("claims", 0, "levels", 0), "1")
    found = checker.check(sealed(broken))
    assert [v.holds for v in found] == [False, False, True, True, False]
    assert "does not hold" in found[4].says
    with pytest.raises(checker.NotACertificate):
        checker.check(sealed(altered(certificate, ("claims", 1, "than"), 1)))


@given(st.integers(0, 10_000), st.sampled_from([F(0), F(1, 2), F(1), F(3, 2), F(2)]))
@settings(max_examples=30, deadline=None)
def test_no_false_equilibrium_of_random_economies(seed, sigma):
    """Random prices with exact demand: accepted within ε exactly if markets clear within ε."""
    rng = np.random.default_rng(seed)
    owns = [[F(int(v)) for v in row] for row in rng.integers(1, 9, (2, 2))]
    shares = [[F(int(v), 10) for v in row] for row in rng.integers(1, 9, (2, 2))]
    q = [F(int(v)) for v in rng.integers(1, 5, 2)]
    m = sigma.denominator
    p = [v**m for v in q]
    bundles = []
    for i in range(2):
        income = sum(a * b for a, b in zip(owns[i], p, strict=True))
        each = [a / v ** int(sigma * m) for a, v in zip(shares[i], q, strict=True)]
        cost = sum(a * b for a, b in zip(each, p, strict=True))
        bundles.append([a * income / cost for a in each])
    worst = max(
        abs(sum(x[j] for x in bundles) - sum(w[j] for w in owns)) / sum(x[j] for x in bundles) for j in range(2)
    )
    about = written.about(["a", "b"], ["1", "2"], np.array(owns), np.array(shares), [sigma] * 2)

    def accepted(epsilon):
        one = written.claim(
            "equilibrium", root=m, prices=q, bundles=bundles, levels=[], untraded=[], powers=[], clearing=epsilon
        )
        return checker.check(written.certificate(about, [one]))[0].holds

    assert accepted(worst) and (worst == 0 or not accepted(worst * F(999, 1000)))


def preference(sigma, shares, new, old):
    person = checker.Consumer("x", [], [F(s) for s in shares], sigma)
    return person.prefers([F(v) for v in new], [F(v) for v in old])


def test_preferences_by_hand():
    half = ["1/2", "1/2"]
    assert preference(F(1), half, [2, 8], [3, 5]) and not preference(F(1), half, [2, 8], [4, 4])  # 16 > 15; 16 = 16
    assert preference(F(0), half, [2, 3], [1, 9]) and not preference(F(0), half, [1, 9], [1, 3])
    assert preference(None, half, [9, 0], [4, 4]) and not preference(None, half, [4, 4], [8, 0])
    assert preference(F(2), half, [4, 1], ["2", "24/10"])  # (2 + 1)² = 9 against 8.78
    assert not preference(F(2), half, [4, 1], ["9/4", "9/4"])  # 9 = 9: not shown
    assert preference(F(1, 2), half, [2, 2], [1, 8]) and not preference(F(1, 2), half, [3, "3/2"], [2, 2])  # 1/x + 1/y
    assert preference(F(1), half, [1, 1], [0, 9]) and not preference(F(1), half, [0, 9], [1, 1])


@given(st.fractions(F(1, 50), 100, max_denominator=50), st.fractions(-3, 3, max_denominator=6))
def test_bounds_of_powers(x, power):
    low, high = checker.bounds(x, power)
    assert low <= high <= low + F(1, 2**100)
    assert float(low) == pytest.approx(float(x) ** float(power), rel=1e-12)
    if power > 0:
        assert low**power.denominator <= x**power.numerator <= high**power.denominator


def test_linear_tastes_and_best_buys():
    """Each wants one good more, at prices of one: they specialise; a wrong purchase fails."""
    about = written.about(
        ["a", "b"], ["1", "2"], np.array([[F(1)] * 2] * 2), np.array([[F(2), F(1)], [F(1), F(2)]]), [float("inf")] * 2
    )

    def verdict(bundles):
        one = written.claim(
            "equilibrium",
            root=1,
            prices=[F(1), F(1)],
            bundles=bundles,
            levels=[],
            untraded=[],
            powers=[],
            clearing=F(0),
        )
        return checker.check(written.certificate(about, [one]))[0]

    assert verdict([[F(2), F(0)], [F(0), F(2)]]).holds
    assert "best buy" in verdict([[F(1), F(1)], [F(1), F(1)]]).says


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "other"),
        (("version",), 2),
        (("version",), True),
        (("claims",), []),
        (("claims", 0, "root"), 99),
        (("claims", 0, "more"), "1"),
        (("about", "goods"), ["a", "a", "c"]),
        (("about", "goods"), []),
        (("about", "consumers"), []),
        (("about", "consumers", 0, "elasticity"), "1/1000"),
        (("claims", 0, "bundles"), [["1"]]),
        (("claims", 0, "grade"), "hoped"),
        (("claims", 0, "untraded"), [0, 0]),
    ],
)
def test_malformed(path, value):
    with pytest.raises(checker.NotACertificate):
        checker.check(sealed(altered(CERTIFICATES["exchange"], path, value)))


def test_as_a_lone_file(tmp_path):
    file = tmp_path / "certificate.json"
    script = str(Path(checker.__file__))

    def code(text):
        file.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "-I", script, str(file)], capture_output=True, text=True, timeout=240)
        return done.returncode, done.stdout + done.stderr

    good = CERTIFICATES["exchange"]
    assert code(json.dumps(good))[0] == 0
    assert code(json.dumps(altered(good, ("title",), "x")))[0] == 1
    assert code(json.dumps({**good, "format": "x"}))[0] == 2
    assert code("{}")[0] == code("not json")[0] == code('{"a": 1, "a": 2}')[0] == 2
    source = Path(script).read_text(encoding="utf-8")
    assert "numpy" not in source.replace("no NumPy", "").lower() and "from ." not in source


def alone(shares, sigma, owns=("1", "1")):
    """One consumer and two goods."""
    return written.about(["a", "b"], ["1"], [owns], [[F(s) for s in shares]], [F(sigma)])


def held_at(roots, bundle, root=1):
    return written.claim(
        "equilibrium",
        root=root,
        prices=roots,
        bundles=[bundle],
        levels=[],
        untraded=[],
        powers=[],
        clearing=F(10**12),
    )


GAINS = written.claim("gains", **{"from": 0, "to": 1, "who": 0})


def test_powers_that_would_never_end_are_refused():
    many = 10**10  # shares of 10^10 to 1: no number of that many digits is written down
    claims = [held_at([F(many), F(1)], [F(1), F(1)]), held_at([F(1), F(1)], [F(2 * many, many + 1), F(2, many + 1)])]
    with pytest.raises(checker.NotACertificate, match="too long a common denominator"):
        checker.check(written.certificate(alone([many, 1], 1), [*claims, GAINS]))
    price = F(10**3999 + 7)
    with pytest.raises(checker.NotACertificate, match="too long to check"):
        checker.check(written.certificate(alone([1, 1], 48), [held_at([price, F(1)], [F(1), F(1)], 12)]))


def test_only_the_ratio_of_shares_matters():
    many = 10**30
    claims = [held_at([F(1), F(1)], [F(1), F(1)]), held_at([F(1), F(4)], [F(5, 2), F(5, 8)])]
    found = checker.check(written.certificate(alone([many, many], 1), [*claims, GAINS]))
    assert [v.holds for v in found] == [True, True, True]  # 25/16 > 1


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**40), st.integers(2, 48))
def test_whole_roots_are_the_largest(n, degree):
    r = checker.floor_root(n, degree)
    assert r**degree <= n < (r + 1) ** degree


def test_a_model_whose_numbers_no_certificate_holds_claims_less():
    shares = ((F(1, 10007), F(1), F(1)), (F(1), F(1), F(1)))
    odd = Market(EXCHANGE.goods, EXCHANGE.consumers, EXCHANGE.endowment, shares, untraded=("c",))
    assert [c["claim"] for c in odd.certificate()["claims"]] == ["equilibrium"]

"""The competition checker: every claim holds with its witness, slightly falsified it is refused, and no file breaks it."""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rulewright.cli import main
from rulewright.competition.rivals.setting import Rivals
from rulewright.competition.theorems.certify import certify
from rulewright.competition.theorems.confirm import about, confirm, confirm_rich
from rulewright.errors import Unsolved
from rulewright.numerics import rational
from rulewright.numerics.pivots import Vertices
from rulewright.verify import competition_certificate as form
from rulewright.verify import competition_checker as checker
from rulewright.verify.competition_checker import NotACertificate

Q = Fraction
FILE = Path(checker.__file__)
TINY = Q(1, 10**9)


def sealed(certificate: dict[str, Any]) -> dict[str, Any]:
    """With digests that match again."""
    claims = [{key: x for key, x in claim.items() if key != "digest"} for claim in certificate["claims"]]
    return form.certificate(certificate["about"], claims)


def answers(certificate: dict[str, Any]) -> list[bool]:
    return [verdict.holds for verdict in checker.check(sealed(certificate))]


def refused(certificate: dict[str, Any]) -> bool:
    """Whether the certificate's only claim fails, or it is told to be of the wrong form."""
    try:
        return answers(certificate) == [False]
    except NotACertificate:
        return True


def put(certificate: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy in which the first claim has another value at `path`."""
    made = copy.deepcopy(certificate)
    at = made["claims"][0]
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value(at[path[-1]]) if callable(value) else value
    return made


def more(x: Fraction) -> Any:
    return lambda old: str(Q(old) + x)


# ── certificates that hold ──────────────────────────────────────────────────────────────────────────────────────────


def exact(shape: tuple[int, ...], rng: np.random.Generator, den: int = 12) -> Any:
    size = int(np.prod(shape))
    return rational.filled(shape, [Q(int(x), den) for x in rng.integers(0, den + 1, size)])


def table(seed: int = 0, n: int = 7, k: int = 3) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    cases = [r // 3 for r in range(n)]
    return form.table(exact((n,), rng), exact((n, k), rng), [f"AI {i}" for i in range(k)], cases=cases)


def numbers(about: dict[str, Any]) -> tuple[Any, Any]:
    return (
        np.array([[Q(x) for x in row] for row in about["ais"]], dtype=object),
        np.array([Q(x) for x in about["people"]], dtype=object),
    )


def nearest(
    about: dict[str, Any], simplex: bool, offset: str, sides: tuple[Any, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claims `near` and `no nearer` at the same ε, from one exact linear programme and its prices."""
    U, u = numbers(about)
    n, k = U.shape
    G = {"none": 0, "constant": 1, "case": max(about["cases"]) + 1}[offset]
    C = np.array([[Q(G == 1 or g == about["cases"][r]) for g in range(G)] for r in range(n)], dtype=object).reshape(
        n, G
    )
    low, high = (None if x is None else Q(x) for x in sides)
    column = np.full((n, 1), Q(1), dtype=object)
    rows, side, kept = [], [], []
    if low is not None:
        rows.append(np.concatenate([U, C, -C, low * column], axis=1))
        side.append(u)
        kept.append(1)
    if high is not None:
        rows.append(np.concatenate([-U, -C, C, high * column], axis=1))
        side.append(-u)
        kept.append(-1)
    matrix, b, equal = np.concatenate(rows), np.concatenate(side), 0
    if simplex:
        one = np.array([[Q(j < k) for j in range(matrix.shape[1])]], dtype=object)
        matrix, b, equal = np.concatenate([one, matrix]), np.concatenate([[Q(1)], b]), 1
    cost = np.array([Q(0)] * (matrix.shape[1] - 1) + [Q(-1)], dtype=object)
    x, y = Vertices(matrix, b, equal).best(cost)
    parts = np.array_split(-y[equal:], len(kept))
    nu = sum(sign * part for sign, part in zip(kept, parts, strict=True))
    common = {"simplex": simplex, "offset": offset, "sides": [None if s is None else str(s) for s in sides]}
    offsets = list(x[k : k + G] - x[k + G : k + 2 * G])
    near = form.claim("near", weights=form.mix(about["names"], x[:k]), offsets=offsets, epsilon=x[-1], **common)
    bound = form.claim("no nearer", dual=form.sparse(nu), at_least=x[-1], **common)
    return near, bound


def narrow(about: dict[str, Any], simplex: bool, chances: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """`range` and `no narrower` at the same ρ."""
    U, u = numbers(about)
    (n, k), cases = U.shape, about["cases"]
    G = max(cases) + 1
    law = [Q(1, G)] * G if chances is None else chances
    H = np.array([[Q(g == cases[r]) for g in range(G)] for r in range(n)], dtype=object)
    zero = 0 * H
    matrix = np.concatenate(
        [np.concatenate([-U, H, -H, zero, zero], axis=1), np.concatenate([U, zero, zero, -H, H], axis=1)]
    )
    b, equal = np.concatenate([-u, u]), 0
    if simplex:
        one = np.array([[Q(j < k) for j in range(matrix.shape[1])]], dtype=object)
        matrix, b, equal = np.concatenate([one, matrix]), np.concatenate([[Q(1)], b]), 1
    p = np.array(law, dtype=object)
    cost = np.concatenate([np.full(k, Q(0), dtype=object), -p, p, p, -p])
    x, y = Vertices(matrix, b, equal).best(cost)
    upper, lower = np.array_split(-y[equal:], 2)
    rho, given = -(cost * x).sum(), None if chances is None else [str(c) for c in chances]
    weights = form.mix(about["names"], x[:k])
    return (
        form.claim("range", weights=weights, simplex=simplex, chances=given, rho=rho),
        form.claim("no narrower", dual=form.sparse(lower - upper), simplex=simplex, chances=given, at_least=rho),
    )


def one(about: dict[str, Any], claim: dict[str, Any]) -> dict[str, Any]:
    return form.certificate(about, [claim])


SMALL = form.table(
    [Q(1), Q(0), Q(1), Q(0)],
    [[Q(1), Q(1)], [Q(1), Q(0)], [Q(0), Q(0)], [Q(0), Q(1)]],
    ["first", "second"],
    rows=["a", "b", "c", "d"],
    cases=[0, 0, 1, 1],
)
MOVE = {"from": [[1, "1/2"], [3, "1/2"]], "to": [[0, "1/2"], [2, "1/2"]]}
SEPARATED = form.claim("separated", **MOVE, within_cases=True, ais_at_most="0", gain="1")
ENTRANT = form.claim(
    "entrant",
    entrant={"name": "third", "utility": ["1/3", "-1/3", "1", "0"]},
    weights={"first": "1/3", "second": "1/3", "third": "1"},
    simplex=False,
    offset="none",
    offsets=[],
    sides=["1", "1"],
    epsilon="1/3",
)


def setting(seed: int = 1, k: int = 3, T: int = 1, S: int = 3, A: int = 3, den: int = 30) -> Rivals:
    rng = np.random.default_rng(seed)
    p = rng.integers(1, 6, (S, T))
    prior = rational.filled((S, T), [Q(int(x), int(p.sum())) for x in p.flat])
    return Rivals.of(prior, exact((S, T, A), rng, den), exact((k, S, T, A), rng, den))


def lossy(k: int, T: int = 1) -> Rivals:
    """Rivals whose worst equilibrium is worth less than OPT and more than nothing said."""
    for seed in range(200):
        drawn = setting(seed, k, T, den=10)
        found = confirm(drawn)
        worst = Q(found.certificate["claims"][2]["at_least"])
        if drawn.uninformed < worst < drawn.opt and len(found.certificate["claims"][2]["cuts"]) > (k > 1) + 1:
            return drawn
    raise AssertionError("no such rivals")


PANEL = form.panel(
    [Q(1), Q(1)],
    [[Q(1), Q(0)], [Q(0), Q(1)], [Q(1), Q(0)]],
    [[Q(1), Q(0)], [Q(-1), Q(0)], [Q(0), Q(1)], [Q(0), Q(-1)]],
    names=["ada", "bo", "cy"],
    outcomes=["x", "y"],
    proposals=["+x", "-x", "+y", "-y"],
)
BOTH = {"ada": "1", "bo": "1"}
OTHER = {"cy": "1", "bo": "1"}
HARM = [[0, "1/3"], [3, "2/3"]]  # d = (1/3, −2/3): only bo objects
COVERS = form.claim("covers", coalition=["ada", "bo"], weights=BOTH)
HARMFUL = form.claim("harmful", approved_by=["ada", "cy"], proposal=HARM, harm="1/3")
THRESHOLD = form.claim("sound threshold", tolerates=0, mixes=[BOTH])
DEPTH = form.claim("depth", at_least=1, mixes=[BOTH], at_most=1, proposal=HARM)
WORSE = [[1, "2/3"], [2, "1/3"]]  # d = (−2/3, 1/3): ada and cy object
PERMISSIVE = form.claim(
    "permissive",
    minimal=[BOTH, OTHER],
    blocked=[{"approved_by": ["ada", "cy"], "proposal": HARM}, {"approved_by": ["bo"], "proposal": WORSE}],
)
PANEL_CLAIMS = [COVERS, HARMFUL, THRESHOLD, DEPTH, PERMISSIVE]


BOTH_SIDES = [("1", "1"), ("1", "0"), ("0", "1"), ("2", "1/3")]
WAYS = [
    (simplex, offset, sides)
    for simplex in (False, True)
    for offset in ("none", "constant", "case")
    for sides in BOTH_SIDES + ([("1", None), (None, "1")] if offset == "none" else [])  # an offset shifts one side away
]
NEVER = [
    (True, "none", ("1", "0")),
    (True, "none", ("0", "1")),
]  # an average of these AIs is above and below people somewhere


@pytest.mark.parametrize(("simplex", "offset", "sides"), NEVER)
def test_a_side_that_no_average_keeps(simplex, offset, sides):
    with pytest.raises(Unsolved, match="infeasible"):
        nearest(table(3), simplex, offset, sides)


@pytest.mark.parametrize(("simplex", "offset", "sides"), [way for way in WAYS if way not in NEVER])
def test_near_and_no_nearer_meet_at_the_optimum(simplex, offset, sides):
    about = table(3)
    near, bound = nearest(about, simplex, offset, sides)
    assert answers(one(about, near)) == answers(one(about, bound)) == [True]
    if Q(near["epsilon"]) > 0:
        assert refused(put(one(about, near), ("epsilon",), more(-TINY)))
        assert refused(put(one(about, bound), ("at_least",), more(TINY)))


@pytest.mark.parametrize("simplex", [False, True])
@pytest.mark.parametrize("chances", [None, [Q(1, 2), Q(1, 3), Q(1, 6)]])
def test_range_and_no_narrower_meet_at_the_optimum(simplex, chances):
    about = table(5)
    claims = narrow(about, simplex, chances)
    assert [answers(one(about, claim)) for claim in claims] == [[True], [True]]
    assert refused(put(one(about, claims[0]), ("rho",), more(-TINY)))
    assert refused(put(one(about, claims[1]), ("at_least",), more(TINY)))


def test_claims_by_hand_hold():
    assert answers(form.certificate(SMALL, [SEPARATED, ENTRANT])) == [True, True]
    assert answers(form.certificate(PANEL, PANEL_CLAIMS)) == [True] * 5


# ── slightly falsified ──────────────────────────────────────────────────────────────────────────────────────────────

FALSE_BY_HAND = [
    (SMALL, SEPARATED, ("gain",), "1000000001/1000000000"),
    (SMALL, SEPARATED, ("from",), [[1, "1/2"], [3, "1/3"]]),
    (SMALL, SEPARATED, ("from",), [[1, "3/2"], [3, "-1/2"]]),
    (SMALL, SEPARATED, ("from",), [[3, "1"]]),  # other chances of cases
    (SMALL, SEPARATED, ("to",), [[0, "1"]]),
    (SMALL, SEPARATED, ("ais_at_most",), "1"),
    (SMALL, ENTRANT, ("epsilon",), "1/4"),
    (SMALL, ENTRANT, ("entrant", "utility"), ["1/3", "-1/3", "1", "1/100"]),
    (SMALL, ENTRANT, ("weights", "third"), "2"),
    (SMALL, ENTRANT, ("simplex",), True),
    (SMALL, ENTRANT, ("entrant", "name"), "first"),
    (PANEL, COVERS, ("weights", "bo"), "999999999/1000000000"),
    (PANEL, COVERS, ("weights", "bo"), "-1"),
    (PANEL, COVERS, ("coalition",), ["ada"]),
    (PANEL, HARMFUL, ("harm",), "1/2"),
    (PANEL, HARMFUL, ("harm",), "0"),
    (PANEL, HARMFUL, ("approved_by",), ["ada", "bo"]),
    (PANEL, HARMFUL, ("proposal",), [[0, "2/3"], [3, "1/3"]]),
    (PANEL, HARMFUL, ("proposal",), [[0, "2/3"], [3, "4/3"]]),
    (PANEL, HARMFUL, ("proposal",), [[0, "-1/3"], [3, "2/3"]]),
    (PANEL, THRESHOLD, ("tolerates",), 1),
    (PANEL, THRESHOLD, ("tolerates",), -1),
    (PANEL, THRESHOLD, ("tolerates",), 4),
    (PANEL, THRESHOLD, ("mixes",), []),
    (PANEL, THRESHOLD, ("mixes",), [{"ada": "1"}]),
    (PANEL, DEPTH, ("at_least",), 2),
    (PANEL, DEPTH, ("at_most",), 0),
    (PANEL, DEPTH, ("proposal",), WORSE),  # two objectors
    (PANEL, DEPTH, ("proposal",), [[0, "1/2"]]),  # not harmful
    (PANEL, PERMISSIVE, ("minimal",), [BOTH]),  # cy could stand for ada
    (PANEL, PERMISSIVE, ("minimal",), [BOTH, OTHER, {**BOTH, "cy": "0"}]),
    (PANEL, PERMISSIVE, ("blocked",), [{"approved_by": ["bo"], "proposal": WORSE}]),
    (PANEL, PERMISSIVE, ("blocked", 0, "approved_by"), ["ada", "bo", "cy"]),
]


@pytest.mark.parametrize("about, claim, path, value", FALSE_BY_HAND)
def test_what_is_falsified_is_refused(about, claim, path, value):
    whole = one(about, claim)
    assert answers(whole) == [True]
    assert refused(put(whole, path, value))


def test_reviewers_who_get_the_same_stand_for_each_other():
    """ada and cy are alike: with both gone a coalition does not cover, with one gone it does by the other."""
    alike = put(one(PANEL, THRESHOLD), ("tolerates",), 1)
    assert refused(alike)  # bo alone can be missing
    twice = copy.deepcopy(PANEL)
    twice["names"].append("di")
    twice["reviewers"].append(["0", "1"])
    assert answers(put(one(twice, THRESHOLD), ("tolerates",), 1)) == [True]
    assert refused(put(one(twice, THRESHOLD), ("tolerates",), 2))


def test_rivals_claims_hold_and_their_falsifications_fail():
    rivals = lossy(2)
    opt, equilibrium, worst = (one(about(rivals), claim) for claim in confirm(rivals).certificate["claims"])
    assert [answers(c) for c in (opt, equilibrium, worst)] == [[True]] * 3
    value = Q(worst["claims"][0]["at_least"])
    false = [
        put(opt, ("value",), more(TINY)),
        put(opt, ("uninformed",), more(-TINY)),
        put(equilibrium, ("value",), more(TINY)),
        put(equilibrium, ("value",), more(-TINY)),
        put(equilibrium, ("outcome", 0, 2), more(-TINY)),
        put(equilibrium, ("multipliers", "AI 1", "value"), more(Q(10))),
        put(equilibrium, ("multipliers", "AI 1", "value"), "-1"),
        put(equilibrium, ("multipliers", "AI 3"), {"value": "0", "obedience": []}),
        put(worst, ("at_least",), more(TINY)),
        put(worst, ("cuts", 0, "at"), more(TINY)),
        put(put(worst, ("cuts", -1, "at"), more(TINY)), ("at_least",), more(TINY)),
        put(worst, ("multipliers", -1, "bobs", "AI 1"), "-1"),
        without(worst, "obedience"),
        put(worst, ("multipliers",), lambda old: old[:-1]),
        put(worst, ("cuts",), lambda old: [old[-1]]),
    ]
    assert all(map(refused, false)), [k for k, c in enumerate(false) if not refused(c)]
    no_equilibrium = confirm(rivals).certificate["claims"][1]
    first = [[s, [int(np.argmax(rivals.alice[s, 0]))], "1"] for s in range(3)]  # the first best has its own multipliers
    assert refused(put(one(about(rivals), no_equilibrium), ("outcome",), first)) and value < rivals.opt


def without(certificate: dict[str, Any], key: str) -> dict[str, Any]:
    """A copy in which all lists of that name in the claim's multipliers are empty."""
    made = copy.deepcopy(certificate)
    entries = made["claims"][0]["multipliers"]
    for each in entries.values() if isinstance(entries, dict) else entries:
        each[key] = []
    return made


@pytest.mark.parametrize("k, T", [(1, 1), (2, 1), (3, 1), (2, 2)])
def test_no_witness_proves_a_falsehood(k, T):
    """Of a claim whose headline is just false, whatever is done to its witness, nothing is accepted."""
    rivals, dice = lossy(k, T), random.Random(k)
    _, equilibrium, worst = confirm(rivals).certificate["claims"]
    better = put(put(one(about(rivals), worst), ("at_least",), more(TINY)), ("cuts", -1, "at"), more(TINY))
    lower = put(one(about(rivals), equilibrium), ("value",), more(-TINY))  # below the worst there is none
    for false in (better, lower):
        for _ in range(30):
            assert refused(disturbed(false, dice))


def disturbed(certificate: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A copy in which a few numbers of the witness are other numbers; what is claimed stays."""
    made = copy.deepcopy(certificate)
    claim = made["claims"][0]
    places = [
        at for at in leaves(claim) if at[0] not in ("claim", "grade", "digest", "at_least", "value") and at[-1] != "at"
    ]
    for path in dice.sample(places, min(len(places), dice.randint(0, 4))):
        at = claim
        for key in path[:-1]:
            at = at[key]
        old = at[path[-1]]
        if isinstance(old, str):
            at[path[-1]] = dice.choice(
                [str(Q(old) * Q(dice.randint(0, 40), 20)), str(Q(old) + Q(dice.randint(-9, 9), 50)), "0"]
            )
        elif isinstance(old, int) and not isinstance(old, bool):
            at[path[-1]] = dice.randint(0, 2)
    return made


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [at for key, below in value.items() for at in leaves(below, (*path, key))]
    if isinstance(value, list):
        return [at for k, below in enumerate(value) for at in leaves(below, (*path, k))]
    return [path]


def test_unimprovable_beliefs():
    rivals = setting(2, 2)
    claim = confirm_rich(rivals).certificate["claims"][1]
    whole = one(about(rivals), claim)
    assert answers(whole) == [True]
    state = next(iter(claim["support"][0]["belief"]))
    false = [
        put(whole, ("value",), more(TINY)),
        put(whole, ("support", 0, "weight"), more(-TINY)),
        put(whole, ("support", 0, "belief", state), more(-TINY)),
        put(whole, ("support", 0, "multipliers"), {"AI 1": []}),
        put(whole, ("support",), []),
        put(whole, ("support",), lambda old: old[:-1]),
        put(whole, ("support", 0, "plan"), lambda old: [(old[0] + 1) % 3]),
    ]
    assert all(map(refused, false)), [k for k, c in enumerate(false) if not refused(c)]
    pooled = {"belief": {n: str(p) for n, p in zip(rivals.states, rivals.prior[:, 0], strict=True)}, "weight": "1"}
    best = int((rivals.prior[..., None] * rivals.alice).sum(axis=(0, 1)).argmax())
    nothing = {**pooled, "plan": [best], "multipliers": {"AI 1": [], "AI 2": []}}
    assert refused(put(put(whole, ("support",), [nothing]), ("value",), str(rivals.uninformed)))


def theorem_claims(rivals: Rivals, **options: Any) -> list[dict[str, Any]]:
    found = certify(rivals, rationality=10, gamma=Q(1, 20), eta=Q(1, 100), **options)
    return [t.claim for t in found.theorems if t.applies]


def test_theorems_and_their_falsifications():
    rivals = setting(4, 3)
    claims = theorem_claims(rivals)
    assert {(c["name"], c.get("by")) for c in claims} >= {("T1", "near"), ("T2", "range"), ("T3", "obedient")}
    for claim in claims:
        whole = one(about(rivals), claim)
        assert answers(whole) == [True], claim["name"]
        assert refused(put(whole, ("at_least",), more(TINY)))
        if "weights" in claim:
            assert refused(put(whole, ("weights", "AI 1"), "-1/2"))
            if claim["weights"]:
                assert refused(put(whole, ("eta",), more(TINY)))
                assert refused(put(whole, ("weights", next(iter(claim["weights"]))), "100"))
        if claim["name"] == "T2":
            assert refused(put(whole, ("lambda",), more(-TINY)))
            assert refused(put(whole, ("log",), "109/100"))  # log 3 = 1.0986…
            assert refused(put(whole, ("delta",), more(Q(-1, 10**6))))
            assert refused(put(whole, ("gamma",), more(Q(1, 1000))))
        if claim.get("by") == "near":
            assert refused(put(whole, ("epsilon",), more(-TINY)))
            assert refused(put(whole, ("offsets", 0), more(Q(1, 2))))
        if claim.get("by") == "obedient":
            assert refused(put(whole, ("by",), "full")) or not claim["obedience"]


def test_ties_are_looked_up():
    """Two best acts in state 1: what revealing everything brings depends on who is to be pleased."""
    u = np.array([[Q(1), Q(1)], [Q(0), Q(1)]], dtype=object)
    bobs = np.array([[[Q(2), Q(0)], [Q(0), Q(1)]], [[Q(0), Q(2)], [Q(0), Q(1)]]], dtype=object)
    rivals = Rivals.of([Q(1, 2), Q(1, 2)], u, bobs)
    half = {"AI 1": "1/2", "AI 2": "1/2"}
    base = {"by": "range", "weights": half, "eta": "0"}
    claim = form.claim("theorem", name="T1", **base, ties={"kind": "unique"}, at_least="1")
    whole = one(about(rivals), claim)
    assert refused(whole) and refused(put(whole, ("ties",), {"kind": "indifferent"}))
    assert refused(put(whole, ("ties",), {"kind": "worst"})) and refused(put(whole, ("ties",), {"kind": "recommended"}))
    assert answers(put(whole, ("ties",), {"kind": "fixed", "choice": [1, 1]})) == [True]
    assert refused(put(whole, ("ties",), {"kind": "fixed", "choice": [1, 0]}))
    assert answers(put(put(whole, ("ties",), {"kind": "recommended"}), ("name",), "T3")) == [True]
    worst = put(put(whole, ("ties",), {"kind": "worst"}), ("by",), "full")
    assert refused(worst) and answers(put(worst, ("at_least",), "1/2")) == [True]
    assert refused(put(worst, ("at_least",), "500000001/1000000000"))


def test_opposed_bobs_are_seen():
    drawn = setting(6, 1)
    bobs = np.concatenate([drawn.bobs, 1 - drawn.bobs / 2])
    rivals = Rivals.of(drawn.prior, drawn.alice, bobs)
    whole = one(about(rivals), form.claim("zero-sum", weights={"AI 1": "1", "AI 2": "2"}))
    assert answers(whole) == [True]
    assert refused(put(whole, ("weights", "AI 2"), "3"))
    assert refused(put(whole, ("weights", "AI 2"), "0"))


def test_tables_of_rivals_are_those_of_what_happens():
    """A row that never happens does not count; `near` of rivals is `near` of the table of the rest."""
    rivals = Rivals.of([Q(1), Q(0)], [[Q(0), Q(1)], [Q(5), Q(0)]], [[[Q(0), Q(1)], [Q(0), Q(0)]]])
    claim = form.claim(
        "near", weights={"AI 1": "1"}, simplex=True, offset="none", offsets=[], sides=["1", "1"], epsilon="0"
    )
    assert answers(one(about(rivals), claim)) == [True]


def test_depth_by_the_checker_is_depth_by_definition():
    """On random panels of whole numbers: least objectors over a grid of harmful proposals is never below what is proved."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        u, many = rng.integers(-2, 3, 2), rng.integers(-2, 3, (4, 2))
        panel = form.panel(
            [Q(int(x)) for x in u],
            [[Q(int(x)) for x in row] for row in many],
            [[Q(1), Q(0)], [Q(0), Q(1)], [Q(-1), Q(0)], [Q(0), Q(-1)]],
            names=list("abcd"),
            outcomes=["x", "y"],
            proposals=list("1234"),
        )
        moves = [np.array([x, y]) for x in range(-12, 13) for y in range(-12, 13)]
        depth = min((int((many @ d < 0).sum()) for d in moves if u @ d < 0), default=5)
        mixes = [form.mix("abcd", w) for w in coverings(u, many)]
        claim = form.claim("depth", at_least=depth, mixes=mixes, at_most=None, proposal=[])
        assert answers(one(panel, claim)) == [True]
        if depth < 5:
            assert refused(put(one(panel, claim), ("at_least",), depth + 1))


def coverings(u: Any, many: Any) -> list[list[Fraction]]:
    """u as a mix of two reviewers at most, all such mixes."""
    found = [] if u.any() else [[Q(0)] * 4]
    for i, j in combinations(range(4), 2):
        det = int(many[i, 0] * many[j, 1] - many[i, 1] * many[j, 0])
        if det:
            a = Q(int(u[0] * many[j, 1] - u[1] * many[j, 0]), det)
            b = Q(int(many[i, 0] * u[1] - many[i, 1] * u[0]), det)
            if a >= 0 and b >= 0:
                found.append([a if k == i else b if k == j else Q(0) for k in range(4)])
    for i in range(4):
        ratio = next((Q(int(x), int(y)) for x, y in zip(u, many[i], strict=True) if y), Q(0))
        if ratio > 0 and all(ratio * int(y) == int(x) for x, y in zip(u, many[i], strict=True)):
            found.append([ratio if k == i else Q(0) for k in range(4)])
    return found


# ── files of strangers ──────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = form.certificate(SMALL, [SEPARATED, ENTRANT])
MALFORMED = [
    (("format",), "rulewright certificate"),
    (("version",), 2),
    (("version",), True),
    (("claims",), []),
    (("claims",), {}),
    (("about",), None),
    (("about", "kind"), "market"),
    (("about", "names"), ["first", "first"]),
    (("about", "names"), []),
    (("about", "people"), []),
    (("about", "people"), ["1", "0", "1"]),
    (("about", "people", 0), 1),
    (("about", "people", 0), "1.5"),
    (("about", "people", 0), "1/0"),
    (("about", "people", 0), "٣"),
    (("about", "people", 0), "9" * 4001),
    (("about", "people", 0), None),
    (("about", "ais", 0), ["1"]),
    (("about", "cases"), [0, 0, 2, 2]),
    (("about", "cases"), [0, 0, 1, True]),
    (("about", "cases"), [0, 0, 1, -1]),
    (("about", "rows"), ["a"]),
    (("claims", 0, "claim"), "optimal"),
    (("claims", 0, "claim"), "covers"),
    (("claims", 0, "claim"), "evaluate"),
    (("claims", 0, "grade"), "searched only"),
    (("claims", 0, "digest"), 3),
    (("claims", 0, "from"), [[9, "1"]]),
    (("claims", 0, "from"), [[-1, "1"]]),
    (("claims", 0, "from"), [[1, "1/2"], [1, "1/2"]]),
    (("claims", 0, "from"), [["1", "1"]]),
    (("claims", 0, "within_cases"), 1),
    (("claims", 1, "offset"), "some"),
    (("claims", 1, "offsets"), ["0"]),
    (("claims", 1, "sides"), ["1"]),
    (("claims", 1, "sides"), [None, None]),
    (("claims", 1, "weights"), {"fourth": "1"}),
    (("claims", 1, "weights"), [["first", "1"]]),
]


@pytest.mark.parametrize("path, value", MALFORMED)
def test_wrong_forms_are_told(path, value):
    made = copy.deepcopy(WHOLE)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(NotACertificate) as told:
        checker.check(made)
    assert "\n" not in str(told.value) and len(str(told.value)) < 400


def test_every_key_is_needed():
    for path in [("about", key) for key in WHOLE["about"]] + [("claims", 1, key) for key in WHOLE["claims"][1]]:
        made = copy.deepcopy(WHOLE)
        at: Any = made
        for key in path[:-1]:
            at = at[key]
        del at[path[-1]]
        with pytest.raises(NotACertificate):
            checker.check(made)


def test_a_number_altered_afterwards_is_named():
    made = copy.deepcopy(WHOLE)
    made["about"]["people"][0] = "2"
    verdicts = checker.check(made)
    assert [v.holds for v in verdicts] == [False, False] and "digest" in verdicts[0].says
    made = copy.deepcopy(WHOLE)
    made["claims"][0]["gain"] = "1/2"
    assert [v.holds for v in checker.check(made)] == [False, True]


def test_chances_that_are_none_fail_by_name_where_altered():
    made = confirm(setting(1, 2)).certificate
    made["about"]["prior"][0][0] = "2"
    assert {v.holds for v in checker.check(made)} == {False}
    with pytest.raises(NotACertificate):
        checker.check(sealed(made))


LARGE = {
    "types": form.rivals(
        [[Q(1, 40)] * 40],
        [[[Q(0), Q(1)]] * 40],
        [[[[Q(0), Q(1)]] * 40]],
        names=["b"],
        states=["s"],
        types=[str(t) for t in range(40)],
        actions=["x", "y"],
    ),
}


def test_what_would_take_long_is_not_checked(monkeypatch):
    monkeypatch.setattr(checker, "SEARCH", 20_000)
    claim = form.claim(
        "equilibrium", outcome=[[0, [1] * 40, "1"]], value="1", multipliers={"b": {"value": "0", "obedience": []}}
    )
    (verdict,) = checker.check(one(LARGE["types"], claim))
    assert not verdict.holds and "not checked" in verdict.says
    names = [f"r{i}" for i in range(60)]
    mixes = [{names[i]: "1", names[i + 1]: "1", names[(i + 7) % 60]: "1"} for i in range(59)]
    panel = form.panel([Q(0)], [[Q(i)] for i in range(60)], [[Q(-1)]], names=names, outcomes=["o"], proposals=["q"])
    (verdict,) = checker.check(one(panel, form.claim("sound threshold", tolerates=22, mixes=mixes)))
    assert not verdict.holds and "not checked" in verdict.says
    primes = [p for p in range(2, 40_000) if all(p % q for q in range(2, int(p**0.5) + 1))]
    long = form.table([Q(1, p) for p in primes], [[Q(0)] for _ in primes], ["a"])
    with pytest.raises(NotACertificate, match="too long"):
        checker.check(one(long, SEPARATED))


def alone(folder: Path, text: str, *, beside: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a copy of the checker in a folder of its own."""
    shutil.copy(FILE, folder / "competition_checker.py")
    if beside:
        shutil.copy(FILE.with_name("rivals_checker.py"), folder / "rivals_checker.py")
    (folder / "c.json").write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-W", "error", "competition_checker.py", "c.json"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=240
    )


def test_the_lone_file(tmp_path: Path):
    done = alone(tmp_path, form.written(form.certificate(PANEL, PANEL_CLAIMS)), beside=False)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.count("holds") == 5
    done = alone(tmp_path, form.written(put(WHOLE, ("gain",), "2")))
    assert done.returncode == 1 and done.stdout.startswith("FAILS  separated")
    for text in ("", "[", "[" * 100_000, "{}", "null", '{"a": 1, "a": 1}', "NaN", '"\udcff"', "1e999999"):
        (tmp_path / "c.json").write_bytes(text.encode("utf-8", "surrogatepass"))
        command = [sys.executable, "-I", "competition_checker.py", "c.json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 2 and done.stderr.startswith("not a certificate: ") and "Traceback" not in done.stderr


def test_what_rivals_say_needs_the_file_beside(tmp_path: Path):
    found = confirm(setting(1, 2))
    assert alone(tmp_path, found.text).returncode == 0
    (tmp_path / "lone").mkdir()
    done = alone(tmp_path / "lone", found.text, beside=False)
    assert done.returncode == 1 and "not checked: needs rivals_checker.py beside" in done.stdout


def test_it_imports_the_standard_library_only():
    for file in (FILE, FILE.with_name("rivals_checker.py")):
        lines = [
            line.split()[1].split(".")[0]
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.startswith(("import ", "from "))
        ]
        assert lines and set(lines) <= set(sys.stdlib_module_names)


def test_the_command_knows_the_format(tmp_path: Path, capsys):
    path = tmp_path / "c.json"
    path.write_text(form.written(WHOLE), encoding="utf-8")
    assert main(["check", str(path)]) == 0 and "All 2 claims hold" in capsys.readouterr().out
    path.write_text(form.written(put(WHOLE, ("gain",), "2")), encoding="utf-8")
    assert main(["check", str(path)]) == 1
    path.write_text(json.dumps({**WHOLE, "about": 3}), encoding="utf-8")
    assert main(["check", str(path)]) == 2


def test_every_claim_has_a_row_in_the_specification():
    text = (Path(__file__).parents[2] / "docs" / "competition_certificate.md").read_text(encoding="utf-8")
    rows = {
        name
        for line in text.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    known = {name for kind in (checker.Table, checker.Rivals, checker.Panel) for name in kind.CLAIMS}
    assert known <= rows

"""Witnesses are moves that people want and no AI does; entrants do what they are said to do."""

from fractions import Fraction

import numpy as np
import pytest
from market_tables import table

from rulewright.competition.market import claims, entry
from rulewright.competition.market.geometry import shadow
from rulewright.competition.market.near import near
from rulewright.competition.market.range import certificate
from rulewright.competition.market.table import Table
from rulewright.competition.market.witness import best_pair, simplest, witness
from rulewright.errors import InputError, TooLarge
from rulewright.verify import competition_checker as checker

ASKED = [(k, o) for k in ("cone", "hull") for o in ("none", "constant", "case")]


@pytest.mark.parametrize(("kind", "offset"), ASKED)
@pytest.mark.parametrize("seed", range(4))
def test_witnesses_prove_what_they_say(kind, offset, seed):
    t = table(seed)
    found = near(t, kind=kind, offset=offset)
    chain = simplest(t, found)
    assert chain[0].epsilon == found.epsilon
    sizes = [len(w.rows) for w in chain]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == len(sizes)
    for w in chain:
        assert abs(w.nu).sum() <= 1 and w.epsilon >= found.epsilon / 2
        assert w.people == (w.nu * t.people[w.rows]).sum() / w.moved
        assert (w.ais == (w.nu[:, None] * t.ais[w.rows]).sum(axis=0) / w.moved).all()
        assert w.epsilon <= found.epsilon
        if kind == "cone":
            assert max(w.ais) <= 0
        if offset != "none":
            assert sum(share for _, share in w.side(1)) == sum(share for _, share in w.side(-1)) == 1
            assert w.people - max(max(w.ais), 0 if kind == "cone" else max(w.ais)) == 2 * w.epsilon / (2 * w.moved)


def test_a_sentence_names_what_differs():
    t = Table.of([0.8, 0.4], [[0.3, 0.5], [0.6, 0.5]], rows=["tell the truth", "flatter"])
    found = near(t)
    w = simplest(t, found)[-1]
    assert w.says.startswith("People put “tell the truth” above “flatter” by 0.4. Not one of the 2 AIs does.")
    hull = simplest(t, near(t, kind="hull"))[-1]
    assert hull.says.startswith(
        "People put “tell the truth” above “flatter” by 0.4; no AI does at all (nearest: AI 2)."
    )
    none = witness(t, near(t, kind="hull", offset="none"))
    assert none.says.startswith("People rate “tell the truth” 0.8; no AI rates it above 0.5")
    mended = Table.of([0.8, 0.4], [[0.8], [0.4]])
    assert "Nothing is missing" in witness(mended, near(mended)).says


def test_a_sentence_says_on_which_cases():
    people, ais = [0.9, 0.2, 0.4, 0.6], [[0.1], [0.8], [0.5], [0.5]]
    t = Table.of(people, ais, rows=["tell", "hide", "buy", "wait"], cases=["health", "health", "money", "money"])
    says = simplest(t, near(t, offset="case"))[-1].says
    assert (
        says
        == "On a case like “health” people put “tell” above “hide” by 0.7. The AI does not. No mix of these AIs separates them."
    )


def test_pairs_are_all_looked_at():
    """The best move between two rows of a case is the best of all such moves."""
    t = table(11)
    found = near(t, offset="case")
    u, ais = t.people, t.ais
    moves = [
        (u[s] - u[r]) / 2
        for r in range(t.n)
        for s in range(t.n)
        if t.cases[r] == t.cases[s] and r != s and (ais[s] <= ais[r]).all()
    ]
    pair = best_pair(t, found)
    assert (pair[1] if pair else 0) == pytest.approx(float(max([*moves, Fraction(0)])))


def test_reduced_cost_tells_who_cannot_help():
    t = table(7)
    found = near(t)
    draw = np.random.default_rng(1)
    catalogue = Table.of(t.people, draw.integers(0, 11, (12, 8)) / 10)
    said = entry.candidates(t, found, catalogue)
    assert [c.epsilon for c in said] == sorted(c.epsilon for c in said)
    assert any(c.reduced <= 0 for c in said) and any(c.reduced > 0 for c in said)
    for c in said:
        j = catalogue.names.index(c.names[0])
        market = entry.enters(t, catalogue.ais[:, j], "new")
        assert near(market).value == pytest.approx(c.epsilon, abs=1e-9)
        assert certificate(market).value == pytest.approx(c.rho, abs=1e-9)
        if c.reduced <= 0:
            assert c.epsilon == found.value


def test_greedy_and_pairs():
    t = table(7).only([0])
    found = near(t)
    noise = np.random.default_rng(2).integers(-5, 6, (12, 5)) / 10
    catalogue = Table.of(t.people, t.people[:, None].astype(float) + noise)
    one, two = entry.greedily(t, found, catalogue, steps=2)
    best = entry.pairs(t, found, catalogue)[0]
    assert one.epsilon == pytest.approx(entry.candidates(t, found, catalogue)[0].epsilon)
    assert best.epsilon <= two.epsilon + 1e-9 <= one.epsilon + 1e-9
    assert not entry.greedily(t, found, Table.of(t.people, [[0]] * t.n))  # a constant is there already
    with pytest.raises(InputError):
        entry.candidates(t, found, Table.of([1, 2], [[1], [2]]))


def test_leaving():
    t = table(3, k=4)
    found = near(t)
    gone = entry.exits(t, found)
    assert {e.name for e in gone} == {t.names[i] for i in found.mixed}
    for e in gone:
        rest = t.only([j for j in range(t.k) if t.names[j] != e.name])
        assert e.epsilon == pytest.approx(near(rest).value) and e.epsilon >= found.value - 1e-12
        assert e.rho == pytest.approx(certificate(rest).value)
    others = [j for j in range(t.k) if j in found.mixed]
    assert near(t.only(others)).epsilon == found.epsilon


@pytest.mark.parametrize(("kind", "offset"), ASKED)
@pytest.mark.parametrize("measure", entry.MEASURES)
def test_the_missing_ai_reaches_the_target(kind, offset, measure):
    t = table(2)
    found = near(t, kind=kind, offset=offset)
    for share in (0.5, 0.0):
        target = share * found.value
        made = entry.missing(t, found, target=target, measure=measure)
        assert made.epsilon <= target + 1e-7
        assert 0 < made.weight <= 1 + 1e-9
        assert entry.reduced_cost(t, found, made.utility) > 0  # the witness must like it
        assert np.abs(made.change).max() == pytest.approx(made.size) or measure == "sum"
        smaller = (t.ais.mean(axis=1) + 0.9 * made.change).astype(float)
        if share == 0:  # a smaller change of the same kind does not do
            entered = entry.enters(
                Table(t.people.astype(float), t.ais.astype(float), t.names, (), t.cases), smaller, "x"
            )
            assert near(entered, kind=kind, offset=offset, exactly=False).value > 1e-6


def test_the_missing_ai_beside_one_on_offer():
    t = table(2)
    found = near(t)
    made = entry.missing(t, found, reference="AI 2")
    assert made.reference == "AI 2" and np.allclose(made.utility - made.change, t.ais[:, 1].astype(float))
    assert entry.missing(t, found, target=1.0).size == 0
    for wrong in ({"reference": "AI 9"}, {"measure": "length"}, {"target": -1}, {"most": 0}):
        with pytest.raises(InputError):
            entry.missing(t, found, **wrong)
    long = Table.of(np.arange(6000) % 7, np.arange(12000).reshape(-1, 2) % 5)
    with pytest.raises(TooLarge):
        entry.missing(long, near(long, exactly=False))


@pytest.mark.parametrize(("kind", "offset"), ASKED)
def test_the_checker_confirms(kind, offset):
    t = table(1)
    found = near(t, kind=kind, offset=offset)
    said = claims.nearness(t, found) + claims.ranges(t, certificate(t, kind=kind))
    said += claims.separation(simplest(t, found)[-1])
    said += claims.entrant(t, found, entry.missing(t, found, target=0.02))
    made = claims.certificate(t, said, "a table")
    verdicts = checker.check(made)
    assert {v.claim for v in verdicts} >= {"near", "no nearer", "range", "no narrower", "entrant"}
    assert all(v.holds for v in verdicts), [v.says for v in verdicts]
    made["claims"][0]["epsilon"] = str(found.epsilon - Fraction(1, 1000))
    assert not checker.check(made)[0].holds


@pytest.mark.parametrize(("kind", "offset"), ASKED)
def test_the_picture_separates(kind, offset):
    """On paper people are right of the line, AIs are not, and the mix is where it is."""
    t = table(4)
    found = near(t, kind=kind, offset=offset)
    seen = shadow(t, found)
    assert seen.border is not None
    if kind == "hull":
        assert seen.people[0] > seen.border + 1e-9
    assert (seen.ais[:, 0] <= seen.border + 1e-12).all()
    assert 0 <= seen.seen <= 1 + 1e-12
    if kind == "hull":
        assert np.allclose(seen.mix, found.weights.astype(float) @ seen.ais)
    inside = Table(t.ais[:, 0], t.ais, t.names, (), t.cases)
    assert shadow(inside, near(inside, kind=kind, offset=offset)).border is None


def test_nobody_is_above_the_number_that_is_named():
    """To two digits, rounded up: .1249 was "by 0.12 at most"."""
    t = Table.of([1.0, 0.0], [[0.1249, 0.1], [0.0, 0.0]], rows=["a", "b"])
    says = witness(t, near(t, kind="hull")).says
    assert says == "People put “a” above “b” by 1; no AI by more than 0.13 (AI 1). No mix of them closes that gap."
    one = Table.of([1.0, 0.0], [[0.5], [0.0]], rows=["a", "b"])
    assert "; the AI by 0.5." in witness(one, near(one, kind="hull")).says


def test_a_witness_on_one_row_is_a_rating():
    t = Table.of([0.1, 0.5], [[0.71, 0.8], [0.5, 0.5]], rows=["a", "b"])
    low = simplest(t, near(t, kind="hull", offset="none"))[-1].says
    assert low == "People rate “a” 0.1; no AI rates it below 0.71 (nearest: AI 1). No mix closes that gap."
    t = Table.of([0.9, 0.5], [[-0.1, -0.2], [0.5, 0.5]], rows=["a", "b"])
    high = simplest(t, near(t, offset="none"))[-1].says
    assert high == "People rate “a” 0.9; no AI rates it above 0 (nearest: AI 1). No mix closes that gap."

"""The nearest mix: its error and its witness are worked out anew, and meet; laws; oracle 8.7 of the specification."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_tables import table

from rulewright.competition.market import near as module
from rulewright.competition.market.near import near
from rulewright.competition.market.range import certificate
from rulewright.competition.market.table import Table
from rulewright.errors import InputError

KINDS = ("cone", "hull")
OFFSETS = ("none", "constant", "case")
FREE = [(k, o) for k in KINDS for o in OFFSETS]


def reached(t, found):
    """max |Σ w U + c − u| with nothing but arithmetic."""
    c = 0 if found.offset == "none" else found.offsets[0] if found.offset == "constant" else found.offsets[t.cases]
    return abs(t.ais @ found.weights + c - t.people).max()


def proves(t, found):
    """What ν proves: ⟨ν, u⟩, less what the keenest AI likes of it; None where ν breaks a condition."""
    nu = np.full(t.n, 0 * found.witness.sum())
    nu[found.rows] = found.witness
    if abs(nu).sum() > 1:
        return None
    groups = {
        "none": [],
        "constant": [range(t.n)],
        "case": [np.flatnonzero(t.cases == y) for y in range(t.cases.max() + 1)],
    }
    if any(nu[list(g)].sum() != 0 for g in groups[found.offset]):
        return None
    liked = max(nu @ t.ais)
    if found.kind == "cone":
        return nu @ t.people if liked <= 0 else None
    return nu @ t.people - liked


@pytest.mark.parametrize(("kind", "offset"), FREE)
@pytest.mark.parametrize("seed", range(6))
def test_error_and_witness_meet_exactly(kind, offset, seed):
    t = table(seed)
    found = near(t, kind=kind, offset=offset)
    assert found.exact and found.complete
    assert (found.weights >= 0).all() and (kind == "cone" or found.weights.sum() == 1)
    assert found.epsilon == reached(t, found) == proves(t, found) == found.bound


@pytest.mark.parametrize("kind", KINDS)
def test_sides(kind):
    """One-sided errors are what they say; together they are no less than both."""
    t = table(3)
    above, below, both = (near(t, kind=kind, offset="none", sides=s) for s in ("above", "below", "both"))
    f = t.ais @ above.weights - t.people
    assert above.epsilon == max(0, f.max())
    f = t.ais @ below.weights - t.people
    assert below.epsilon == max(0, (-f).max())
    assert both.epsilon >= max(above.epsilon, below.epsilon)
    if kind == "cone":
        assert above.epsilon == 0  # no AI at all never overrates utilities of at least zero


def test_what_is_in_the_hull_is_at_distance_zero():
    t = table(5)
    inside = Table(t.ais @ np.array([Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]), *list(vars(t).values())[1:])
    for kind, offset in FREE:
        assert near(inside, kind=kind, offset=offset).epsilon == 0


def test_closed_forms():
    """Opposite tastes: only a constant is left. The one AI twice as steep: calibration ends it, the hull does not."""
    opposite = Table.of([0, 1], [[1], [0]])
    assert near(opposite).epsilon == Fraction(1, 2)
    assert near(opposite, kind="hull", offset="none").epsilon == 1
    steep = Table.of([0, 1, 2], [[1], [3], [5]])
    assert near(steep).epsilon == 0
    assert near(steep, kind="hull").epsilon == 1
    assert near(steep, kind="hull", offset="none").epsilon == 3
    assert near(steep, offset="none").epsilon == Fraction(1, 3)  # w = 1/3 at the first row, and at the last


def test_rows_are_added_until_none_sticks_out(monkeypatch):
    """A long table solved by growing is one solved as a whole."""
    t = table(8, n=1200, k=4, cases=300, exact=False)
    for kind, offset in FREE:
        grown = near(t, kind=kind, offset=offset, exactly=False)
        monkeypatch.setattr(module, "ALL_AT_ONCE", 10_000)
        whole = near(t, kind=kind, offset=offset, exactly=False)
        monkeypatch.undo()
        assert abs(grown.value - whole.value) < 1e-9
        assert abs(reached(t, grown) - grown.value) < 1e-12
        assert grown.value - grown.bound < 1e-8


def test_cut_short_it_says_so_and_keeps_a_bound():
    draw = np.random.default_rng(0)
    t = Table.of(draw.random(3000), draw.random((3000, 30)))
    cut = near(t, seconds=0, exactly=False)
    whole = near(t, exactly=False)
    assert not cut.complete and "stopped" in cut.how
    assert cut.bound <= whole.value + 1e-9 <= cut.value + 2e-9
    assert cut.bound < cut.value


def test_floats_stand_for_decimals():
    found = near(Table.of([0.1, 0.3], [[0.3], [0.1]]))
    assert found.epsilon == Fraction(1, 10)


def test_wrong_questions():
    t = table(0)
    for wrong in ({"kind": "ball"}, {"offset": "any"}, {"sides": "left"}, {"sides": "above", "offset": "constant"}):
        with pytest.raises(InputError):
            near(t, **wrong)
    with pytest.raises(InputError, match="cases"):
        near(Table.of([0, 1], [[1], [0]]), offset="case")


tables = st.integers(0, 10_000).map(lambda seed: table(seed, n=8, k=3, cases=3))
asked = st.sampled_from(FREE)


@settings(deadline=None, max_examples=20)
@given(tables, asked, st.integers(1, 5), st.integers(-3, 3))
def test_law_scale_and_shift(t, which, factor, shift):
    """Units and, with an offset, zero points do not matter."""
    kind, offset = which
    before = near(t, kind=kind, offset=offset).epsilon
    scaled = Table(t.people * factor, t.ais * factor, t.names, t.rows, t.cases, t.case_names)
    assert near(scaled, kind=kind, offset=offset).epsilon == factor * before
    if offset != "none":
        moved = Table(t.people + shift, t.ais, t.names, t.rows, t.cases, t.case_names)
        assert near(moved, kind=kind, offset=offset).epsilon == before


@settings(deadline=None, max_examples=20)
@given(tables, asked, st.permutations(range(3)), st.permutations(range(8)))
def test_law_order_and_entry(t, which, ais, rows):
    """Order does not matter, and one AI more never makes it worse."""
    kind, offset = which
    before = near(t, kind=kind, offset=offset).epsilon
    turned = Table.of(t.people[rows], t.ais[rows][:, ais], cases=t.cases[rows])
    assert near(turned, kind=kind, offset=offset).epsilon == before
    assert near(t.only(ais[:2]), kind=kind, offset=offset).epsilon >= before


@settings(deadline=None, max_examples=20)
@given(tables, st.sampled_from(KINDS))
def test_law_offsets_and_the_range(t, kind):
    """Freer offsets are nearer; ρ ≤ 2ε even where each case has its own offset (oracle 8.5)."""
    none, constant, case = (near(t, kind=kind, offset=o).epsilon for o in OFFSETS)
    assert none >= constant >= case
    worst = certificate(t, kind=kind)
    assert worst.rho <= 2 * case
    assert certificate(t, kind=kind, against="best").rho <= worst.rho
    assert near(t, kind="cone", offset="case").epsilon <= near(t, kind="hull", offset="case").epsilon


@pytest.mark.parametrize("seed", [50649, 1, 2, 3])
@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_exact_answers_do_not_depend_on_units(seed, size):
    """In small units the exact programme stopped at a point that was not the best: the solver's tolerances are absolute."""
    draw = np.random.default_rng(seed)
    u, ais, cases = draw.normal(size=12), draw.normal(size=(12, 5)), np.arange(12) // 4
    for offset in ("none", "constant", "case"):
        t = Table.of(u * size, ais * size, cases=cases)
        found, plain = near(t, offset=offset, exactly=True), near(Table.of(u, ais, cases=cases), offset=offset)
        assert found.exact and found.epsilon == found.bound
        assert float(found.epsilon) == pytest.approx(plain.value * size, rel=1e-9)
        assert float(certificate(t, exactly=True).rho) == pytest.approx(
            float(certificate(Table.of(u, ais, cases=cases)).rho) * size, rel=1e-9
        )

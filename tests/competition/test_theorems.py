"""Theorems on instances: no bound is violated, every equilibrium found is confirmed, and what is missing is said."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from rulewright.competition.rivals.families import FAMILIES
from rulewright.competition.rivals.rich import rich
from rulewright.competition.rivals.selection import best_ai
from rulewright.competition.rivals.setting import Rivals
from rulewright.competition.theorems.certify import certify
from rulewright.competition.theorems.conditions import cases, opposed
from rulewright.competition.theorems.confirm import confirm, confirm_rich
from rulewright.competition.theorems.guarantees import BY, guarantee
from rulewright.errors import Impossible, InputError
from rulewright.numerics import rational

Q = Fraction
CONFIRMED = 120  # random instances of best-AI selection; 10³ in papers/competition


def drawn(seed: int, *, k: int | None = None, den: int | None = None) -> Rivals:
    """Rivals with whole numbers over one denominator: small ones tie often."""
    rng = np.random.default_rng(seed)
    S, A = (int(x) for x in rng.integers(2, 4, 2))
    T = 2 if seed % 5 == 0 else 1
    count = int(rng.integers(1, 5)) if k is None else k
    unit = int(rng.choice([2, 3, 10, 97])) if den is None else den
    p = rng.integers(0, 4, (S, T)) + (np.arange(S)[:, None] == 0)
    prior = rational.filled((S, T), [Q(int(x), int(p.sum())) for x in p.flat])

    def table(*shape: int) -> Any:
        return rational.filled(shape, [Q(int(x), unit) for x in rng.integers(0, unit + 1, int(np.prod(shape)))])

    return Rivals.of(prior, table(S, T, A), table(count, S, T, A))


@pytest.mark.parametrize("block", range(4))
def test_every_equilibrium_found_is_confirmed(block):
    for seed in range(block, CONFIRMED, 4):
        found = confirm(drawn(seed))
        assert found.holds, (seed, found.describe())
        assert [v.claim for v in found.verdicts] == ["opt", "equilibrium", "worst"]


def test_rich_equilibria_are_confirmed():
    seen = 0
    for seed in range(0, 60, 2):
        rivals = drawn(seed, k=2 + seed % 3)
        try:
            found = confirm_rich(rivals)
        except Impossible:
            assert cases(rivals).tied  # ties are the only reason
            continue
        seen += 1
        assert found.holds, (seed, found.describe())
    assert seen > 15


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_decimals_are_taken_as_they_print(family):
    rivals = family.draw(5)
    found = confirm(rivals)
    assert found.holds
    worst = Q(found.certificate["claims"][2]["at_least"])
    assert float(worst) == pytest.approx(float(best_ai(rivals).worst), abs=1e-6)


def test_floats_are_no_certificate():
    rivals = FAMILIES[0].draw(1)
    with pytest.raises(InputError, match="rationals"):
        confirm(rivals, best_ai(rivals))
    with pytest.raises(InputError, match="two AIs"):
        confirm_rich(drawn(1, k=1))


@pytest.mark.parametrize("block", range(4))
def test_no_bound_is_violated(block):
    """T3 never exceeds the worst equilibrium of best-AI selection, nor T1 that with rich signals; bounds are ordered."""
    for seed in range(block, 60, 4):
        rivals = drawn(seed)
        known = cases(rivals)
        losses = [guarantee(known, by).loss for by in BY]
        constant = [guarantee(known, "near", kind=kind, offset="constant").loss for kind in ("hull", "cone")]
        assert [*constant, *losses] == sorted([*constant, *losses], reverse=True), seed
        found = certify(rivals)
        selection = best_ai(rivals)
        assert selection.opt - losses[-1] <= selection.worst or known.tied
        assert found.best("T3").sure <= selection.worst
        assert found.best("ignoring").sure == rivals.uninformed
        if rivals.k > 1:
            try:
                assert found.best("T1").sure <= rich(rivals).worst
            except Impossible:
                assert known.tied


def test_what_is_certified_is_confirmed():
    for seed in range(0, 40, 2):
        found = certify(drawn(seed), rationality=7, gamma=Q(1, 50), eta=Q(seed % 3, 100)).confirm()
        assert found.holds, (seed, found.describe())


def test_the_sharp_certificate_is_the_worst_outcome_that_no_revelation_upsets():
    """By duality over weights: max OPT − u(x) over obedient x in which every Bob has what full revelation brings him."""
    from rulewright.numerics.pivots import Vertices

    for seed in range(1, 30, 3):
        rivals = drawn(seed, den=97)
        known = cases(rivals)
        if len(rivals.types) > 1 or known.tied:
            continue
        G, A = known.alice.shape
        sums = [[Q(c // A == g) for c in range(G * A)] for g in range(G)]
        likes = [(known.law[:, None] * bob).ravel() for bob in known.bobs]
        best = known.first()
        sides = [(known.law * bob[np.arange(G), best]).sum() for bob in known.bobs]
        for a in range(A):
            for b in range(A):
                row = rational.zeros((G, A), known.law)
                row[:, a] = known.law * (known.alice[:, a] - known.alice[:, b])
                likes.append(row.ravel())
                sides.append(Q(0))
        rows = np.array([*sums, *likes], dtype=object)
        x, _ = Vertices(rows, np.array([Q(1)] * G + sides, dtype=object), G).best(
            -(known.law[:, None] * known.alice).ravel()
        )
        worst = (x * (known.law[:, None] * known.alice).ravel()).sum()
        assert guarantee(known, "obedient").loss == rivals.opt - worst


def test_exact_hull_gives_everything():
    """u is the mean of the Bobs, each far from it: every theorem gives OPT, ties or not."""
    rng = np.random.default_rng(2)
    u = rng.integers(0, 50, (3, 3))
    d = rng.integers(-40, 41, (2, 3, 3))
    bobs = np.stack([u + d[0], u + d[1], u - d[0] - d[1]])
    rivals = Rivals.of([Q(1, 3)] * 3, u, bobs)
    found = certify(rivals)
    assert found.best("T1").sure == found.best("T3").sure == rivals.opt == found.guarantee
    assert found.paper.loss == 0
    assert best_ai(rivals).worst == rivals.opt


TIED = Rivals.of([Q(1, 2), Q(1, 2)], [[1, 1], [0, 1]], [[[2, 0], [0, 1]], [[0, 2], [0, 1]]])


def test_ties_are_not_assumed_away():
    """In state 1 Alice does not care and the Bobs do: T1 as stated fails, and says so; a rule for ties mends it."""
    found = certify(TIED)
    failing = [t for t in found.theorems if t.name == "T1" and not t.applies]
    assert {t.by for t in failing} >= {"near", "range"} and "AI 1" in failing[0].says and "ties" in failing[0].says
    assert "however ties are broken" in found.best("T1").says
    assert "not certified" in found.describe()
    settled = certify(TIED, ties=["a2", "a2"])
    assert settled.best("T1").sure == TIED.opt and "as assumed" in settled.best("T1").says
    assert settled.confirm().holds
    with pytest.raises(InputError, match="ties in state s2"):
        certify(TIED, ties=["a2", "a1"])
    with pytest.raises(InputError, match="2 pairs"):
        certify(TIED, ties=["a2"])


def test_bobs_who_do_not_care_about_ties_do_not_matter():
    rivals = Rivals.of([Q(1, 2), Q(1, 2)], [[1, 1], [0, 1]], [[[1, 1], [0, 2]]])
    found = certify(rivals)
    assert all(t.applies for t in found.theorems if t.name == "T1")
    assert "no AI that counts cares" in found.best("T1").says


def test_opposed_bobs():
    rng = np.random.default_rng(3)
    u, v, w = (rng.integers(0, 9, (2, 3)) for _ in range(3))
    pair = cases(Rivals.of([Q(1, 2)] * 2, u, [v, w, 5 - 2 * v]))
    found = opposed(pair)
    assert found is not None and list(found) == [1, 0, Q(1, 2)]
    trio = opposed(cases(Rivals.of([Q(1, 2)] * 2, u, [v, w, 5 - 2 * v - 3 * w])))
    assert trio is not None and trio[0] / trio[2] == 2 and trio[1] / trio[2] == 3
    assert opposed(cases(Rivals.of([Q(1, 2)] * 2, u, [v, w]))) is None
    assert opposed(cases(Rivals.of([Q(1, 2)] * 2, u, [v, 0 * w]))) is None
    said = certify(Rivals.of([Q(1, 2)] * 2, u, [v, w, 5 - 2 * v]))
    assert (
        "not verified" in said.describe() and said.confirm().verdicts[-1].claim == "zero-sum" and said.confirm().holds
    )


def test_quantal_responses_trade_off():
    """A larger λ costs less entropy and more closeness; with γ = 0 it costs nothing."""
    rivals = drawn(7, k=3)
    sure = [certify(rivals, rationality=lam).best("T2").sure for lam in (1, 10, 100)]
    assert sure == sorted(sure)
    best = certify(rivals).best("T3")
    assert certify(rivals, rationality=10**6).best("T2").sure <= rivals.opt - guarantee(cases(rivals), "range").loss
    rough = [certify(rivals, rationality=lam, gamma=Q(1, 10)).best("T2").sure for lam in (1, 10, 100)]
    assert rough[1] > rough[0] and rough[1] > rough[2] and best.sure > rough[1]
    with pytest.raises(InputError, match="delta"):
        certify(rivals, rationality=10, gamma=Q(1, 10), delta=0)
    with pytest.raises(InputError, match="λ > 0"):
        certify(rivals, rationality=0)


def test_the_quantal_bound_holds_where_all_reveal():
    """One Bob reveals: the softmax at the truth loses at most log|A|/λ, which T2 takes off."""
    for seed in range(1, 20, 2):
        rivals = drawn(seed)
        known = cases(rivals)
        u = rational.floats(known.alice)
        for lam in (1.0, 8.0, 60.0):
            odds = np.exp(lam * (u - u.max(axis=1, keepdims=True)))
            value = (rational.floats(known.law) * (odds / odds.sum(axis=1, keepdims=True) * u).sum(axis=1)).sum()
            assert value >= float(rivals.opt) - np.log(u.shape[1]) / lam - 1e-12


def test_slip_is_weighed():
    rivals = drawn(2, k=2)
    exact, rough = certify(rivals), certify(rivals, eta=Q(1, 10))
    for name in ("T1", "T3"):
        assert rough.best(name).sure <= exact.best(name).sure
    with pytest.raises(InputError):
        certify(rivals, eta=-1)


def test_wrong_options_are_told():
    known = cases(drawn(1))
    for wrong in ({"by": "sup"}, {"by": "near", "kind": "ball"}, {"by": "near", "offset": "some"}):
        with pytest.raises(InputError):
            guarantee(known, **wrong)


def test_large_settings_are_answered_too():
    """Beyond the size of exact programmes weights are near the best, and what they prove is exact all the same."""
    rivals = FAMILIES[1].draw(1, states=36, actions=5, k=4)
    known = cases(rivals)
    found = [guarantee(known, by) for by in BY]
    assert not any(g.optimal for g in found)
    assert all(isinstance(g.loss, Fraction) for g in found)
    losses = [float(g.loss) for g in found]
    assert losses[1] <= losses[0] + 1e-6 and losses[2] <= losses[1] + 1e-6 and losses[3] <= losses[2] + 1e-6

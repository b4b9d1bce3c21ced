"""Mechanism × property: what the literature says, found again; certificates that check; counterexamples that are true."""

import dataclasses
import itertools
from dataclasses import dataclass
from fractions import Fraction as F

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

import rulewright as rw
from rulewright.assessment.properties import PROPERTIES, manipulation, properties, property_table
from rulewright.assessment.properties.case import Case
from rulewright.errors import InputError
from rulewright.game.game import names
from rulewright.game.play import interim
from rulewright.institution.classical import (
    AGV,
    VCG,
    Approval,
    DeferredAcceptance,
    DivideAndChoose,
    FirstPrice,
    Groves,
    MedianVoter,
    Myerson,
    PostedPrice,
    SerialDictatorship,
    TopTradingCycles,
    TradeAt,
    Vickrey,
    Vote,
    cake,
)
from rulewright.institution.classical import settings as games
from rulewright.institution.classical.direct import Direct, Tabled
from rulewright.institution.mechanisms import Mechanism
from rulewright.numerics.rational import exact

ITEM, TRADE, PROJECT = games.item(2, (1, 2, 3)), games.trade(), games.project(2, (0, 3), 2)
HOUSES = games.houses(3, [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
D, B, VI, VX, E, ND, BA, PA, EN, ST, CO = (p.name for p in PROPERTIES)

KNOWN = [
    # mechanism, setting, what holds, what does not
    (Vickrey(), ITEM, {D, B, VI, VX, E, ND, EN}, {BA, PA}),
    (FirstPrice(), ITEM, {VI, VX, E, ND, EN}, {D, B, BA, PA}),
    (Myerson(), ITEM, {D, B, VI, VX, ND}, {E, BA}),
    (PostedPrice(2), ITEM, {D, B, VI, VX, ND}, {E, BA, EN}),
    (VCG(), ITEM, {D, B, VI, VX, E, ND, EN}, {BA, PA}),
    (AGV(), ITEM, {B, E, ND, BA}, {D}),
    (VCG("no trade"), TRADE, {D, B, VI, VX, E}, {ND, BA}),
    (AGV(), TRADE, {B, E, ND, BA}, {D, VI, VX}),
    (TradeAt(1), TRADE, {D, B, VI, VX, ND, BA}, {E}),
    (Groves(), PROJECT, {D, B, VI, VX, E}, {ND, BA, PA}),
    (VCG(), PROJECT, {D, B, E, ND}, {PA}),
    (TopTradingCycles(HOUSES), HOUSES, {D, B, VI, VX, E, PA}, {EN}),
    (SerialDictatorship(), HOUSES, {D, B, E, PA}, {VI, VX, EN}),
    (MedianVoter(), games.line(3, 3), {D, B, E, PA, CO}, set()),
    (MedianVoter((0,)), games.line(2, 3), {D, E}, set()),
    (DivideAndChoose(), cake(), {VI, VX, EN}, {D, B}),
]


@pytest.mark.parametrize(
    ("mechanism", "setting", "holds", "fails"), KNOWN, ids=[f"{m.describe()}, {s.kind}" for m, s, *_ in KNOWN]
)
def test_what_is_known_of_each(mechanism, setting, holds, fails):
    row = properties(mechanism, setting, only=holds | fails)
    assert {f.name for f in row.findings if f.holds} == holds
    assert {f.name for f in row.findings if f.holds is False} == fails
    for found in row.findings:
        if found.holds:
            assert found.grade == "proved"
            assert found.certificates
            for certificate in found.certificates:
                assert all(v.holds for v in rw.check(certificate)), found


@pytest.mark.parametrize("method", ["plurality", "Borda", "Copeland", "minimax", "Condorcet", "instant runoff"])
def test_no_vote_among_three_is_safe_from_lies(method):
    assert manipulation(Vote(method), games.vote(3)) is not None


@pytest.mark.parametrize(
    ("method", "consistent"),
    [
        ("plurality", False),
        ("Borda", False),
        ("instant runoff", False),
        ("Copeland", True),
        ("minimax", True),
        ("Condorcet", True),
    ],
)
def test_who_beats_everybody_wins(method, consistent):
    found = properties(Vote(method), games.vote(3), only=[CO])[CO]
    assert found.holds is consistent
    assert not properties(Approval(), games.vote(3), only=[CO])[CO].holds


def test_the_receiving_side_may_gain():
    """One woman with two rankings she might have: under the one she gains by claiming the other."""
    market = games.marriage([[(0, 1, 2)], [(1, 0, 2)], [(0, 1, 2)]], [[(1, 0, 2), (1, 2, 0)], [(0, 1, 2)], [(0, 1, 2)]])
    row = properties(DeferredAcceptance(market), market, only=[D, ST])
    found = manipulation(DeferredAcceptance(market), market)
    assert row[ST].holds
    assert row[D].holds is False
    assert (found.player, found.type, found.report, found.gain) == ("right 1", "2>1>3", "2>3>1", 1)
    other = DeferredAcceptance(market, "right")
    assert properties(other, market, only=[D, ST])[D].holds
    swapped = SerialDictatorship()
    assert properties(swapped, market, only=[ST])[ST].holds is False


def brute(mechanism, setting):
    """The largest gain from a lie, by asking the induced game cell by cell."""
    game, best = setting.game, F(0)
    induced = mechanism(game)
    counts = game.type_counts[1:]
    for theta in itertools.product(*map(range, counts)):
        for r in itertools.product(*map(range, counts)):
            for i, own in enumerate(theta):
                truth = (*r[:i], own, *r[i + 1 :])
                gain = induced.payoff[(1 + i, 0, *theta, 0, *r)] - induced.payoff[(1 + i, 0, *theta, 0, *truth)]
                best = max(best, gain)
    return best


@pytest.mark.parametrize(
    ("mechanism", "setting"),
    [
        (FirstPrice(), ITEM),
        (AGV(), TRADE),
        (Vote("Borda"), games.vote(2)),
        (VCG(), PROJECT),
        (DivideAndChoose(), cake()),
    ],
    ids=lambda x: getattr(x, "grid", None) or x.describe(),
)
def test_the_best_lie_is_the_best(mechanism, setting):
    found = manipulation(mechanism, setting)
    assert (found.gain if found else 0) == brute(mechanism, setting)


@dataclass(frozen=True, eq=False)
class AnyRule(Direct):
    """Decisions drawn and payments made at random, in small fractions."""

    seed: int

    def describe(self):
        return "any rule"

    def rule(self, game):
        rng = np.random.default_rng(self.seed)
        shape, decisions = game.type_counts[1:], game.action_counts[0]
        weights = exact(rng.integers(0, 3, (*shape, decisions)) + np.eye(decisions, dtype=int)[0])
        money = exact(rng.integers(-1, 2, (len(shape), *shape)) * int(rng.integers(2)))
        return weights / weights.sum(axis=-1, keepdims=True), money


@hypothesis.settings(max_examples=25, deadline=None)
@hypothesis.given(st.integers(0, 10**6))
def test_answers_are_those_of_the_induced_game(seed):
    """Random rules in random games, types correlated: every answer against the game that the rule induces, cell by cell."""
    rng = np.random.default_rng(seed)
    counts = tuple(int(k) for k in rng.integers(1, 4, 2))
    values = [rng.integers(-1, 3, (k, 2)) for k in counts]
    game = games.gather(values, "xy", [names("t", k) for k in counts], ("one", "two"))
    weights = exact(rng.integers(0, 3, (1, *counts)) + np.eye(*counts, dtype=int)[None])
    game = dataclasses.replace(game, prior=weights / weights.sum())
    rule = AnyRule(seed)
    row, induced = properties(rule, game), rule(game)
    play = rule.truth(induced)
    worth, money = induced.payoff[1:], induced.transfer[1:]
    lies, ends, sums = [F(0)], [], []
    for theta in itertools.product(*map(range, counts)):
        for r in itertools.product(*map(range, counts)):
            for i in range(2):
                truth = (*r[:i], theta[i], *r[i + 1 :])
                if induced.prior.sum(axis=(0, 2 - i))[theta[i]] > 0:
                    lies.append(worth[(i, 0, *theta, 0, *r)] - worth[(i, 0, *theta, 0, *truth)])
        if induced.prior[(0, *theta)] > 0:
            ends += [worth[(i, 0, *theta, 0, *theta)] for i in range(2)]
            sums.append(money[(slice(None), 0, *theta, 0, *theta)].sum())
    assert row[D].holds == (max(lies) <= 0)
    assert row[B].holds == (play.regret == 0)
    expects = [interim(induced, play.strategies, i) * play.strategies[i] for i in (1, 2)]
    told = [x for table in expects for x in table.sum(axis=1)]
    assert row[VI].holds == (min(told) >= 0)
    assert row[VX].holds == (min(ends) >= 0)
    assert row[ND].holds == (max(sums) <= 0)
    assert row[BA].holds == (set(sums) == {0})
    assert {f.grade for f in row.findings if f.holds is not None} == {"proved"}


def test_a_lie_on_average_is_the_induced_game_s():
    found = manipulation(FirstPrice(), ITEM, interim=True)
    induced = FirstPrice()(ITEM.game)
    assert found.gain == FirstPrice().truth(induced).regret == F(2, 3)
    assert manipulation(AGV(), TRADE, interim=True) is None
    assert "expects to gain 0.6667 by reporting 1" in found.says


def test_the_written_out_mechanism_is_asked_as_well():
    """A second-price auction as two functions, on a bare game."""

    def first(reports):
        return "bidder 1 wins" if int(reports["bidder 1"]) >= int(reports["bidder 2"]) else "bidder 2 wins"

    def pay(reports, decision):
        other = {"bidder 1 wins": ("bidder 1", "bidder 2"), "bidder 2 wins": ("bidder 2", "bidder 1")}.get(decision)
        return {other[0]: -int(reports[other[1]])} if other else {}

    second = Mechanism("second price", first, pay)
    row = properties(second, ITEM.game, only=[D, E, ND])
    assert all(f.holds for f in row.findings)
    ours, theirs = Vickrey().rule(ITEM.game), Tabled(second).rule(ITEM.game)
    assert all((np.asarray(a) == np.asarray(b)).all() for a, b in zip(ours, theirs, strict=True))
    with pytest.raises(InputError, match="asks for types"):
        properties(Mechanism("shout", lambda r: "nobody", ask={"bidder 1": ("x",)}), ITEM.game)


def test_counterexamples_are_sentences_with_numbers():
    row = properties(VCG("no trade"), TRADE)
    assert row[ND].says == "the rule needs 3 when seller is 0 and buyer is 3"
    assert properties(PostedPrice(2), ITEM)[E].says == "“nobody” is not efficient when bidder 1 is 1 and bidder 2 is 1"
    assert "gain together 2" in properties(Vickrey(), ITEM)[PA].says
    assert row[ST].holds is None


def test_what_is_not_proved_says_so():
    row = properties(Vickrey(), ITEM, prove_yes=False)
    assert {f.grade for f in row.findings if f.holds} == {"searched only"}
    assert "(searched)" in row[D].mark


def test_a_tampered_certificate_fails():
    found = properties(Vickrey(), ITEM, only=[D])[D]
    certificate = {**found.certificates[0], "title": "another"}
    assert not any(v.holds for v in rw.check(certificate))


def test_the_table_reads_as_markdown_and_html():
    table = property_table([(Vickrey(), ITEM), (FirstPrice(), ITEM)], only=[D, BA, ST])
    lines = table.markdown(counterexamples=True).splitlines()
    assert lines[0] == "| mechanism | truthful (dominant) | balanced |"
    assert lines[2:4] == ["| Vickrey auction | yes | no |", "| first-price auction | no | no |"]
    assert lines[5] == "- Vickrey auction, balanced: the rule keeps 3 when bidder 1 is 3 and bidder 2 is 3"
    assert "<td title='the rule keeps 3" in table._repr_html_()
    assert Case.of(Vickrey(), ITEM).n == 2
    with pytest.raises(InputError, match="names among truthful"):
        properties(Vickrey(), ITEM, only=["nice"])

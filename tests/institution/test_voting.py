"""Votes: scores by hand, laws, what no vote can do, and PrefLib files with their faults."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.institution.classical import (
    SCORES,
    Approval,
    MedianVoter,
    Vote,
    condorcet_winner,
    dictator,
    pairwise,
    read_preflib,
    strategy_proof_rules,
    winner,
)
from rulewright.institution.classical import settings as games
from rulewright.institution.classical.voting import approval, borda, copeland, instant_runoff, minimax, plurality

# 4: a>b>c>d, 3: b>c>d>a, 2: d>c>b>a. b beats all: a 5:4, c 7:2, d 7:2.
RANKS = np.array([[0, 1, 2, 3], [3, 0, 1, 2], [3, 2, 1, 0]])
WEIGHTS = [4, 3, 2]


def test_scores_by_hand():
    assert plurality(RANKS, WEIGHTS).tolist() == [4, 3, 0, 2]
    assert borda(RANKS, WEIGHTS).tolist() == [12, 8 + 9 + 2, 4 + 6 + 4, 3 + 6]
    assert pairwise(RANKS, WEIGHTS)[:2].tolist() == [[0, 4, 4, 4], [5, 0, 7, 7]]
    assert copeland(RANKS, WEIGHTS).tolist() == [0, 3, 2, 1]
    assert minimax(RANKS, WEIGHTS).tolist() == [-1, 1, -5, -5]
    assert condorcet_winner(RANKS, WEIGHTS) == 1
    assert winner(plurality(RANKS, WEIGHTS)) == 0
    # c goes, then d (2 votes to b), then a has 4 and b 5
    assert instant_runoff(RANKS, WEIGHTS).tolist() == [3, 4, 1, 2]
    assert approval([[1, 1, 0], [0, 1, 0]], [2, 3]).tolist() == [2, 5, 0]


def test_ties_and_what_is_not_ranked():
    ranks = np.array([[0, 0, 1], [-1, 0, -1]])
    assert plurality(ranks).tolist() == [0.5, 1.5, 0]
    assert borda(ranks).tolist() == [1.5 + 0.5, 1.5 + 2, 0 + 0.5]
    assert pairwise(ranks).tolist() == [[0, 0, 1], [1, 0, 2], [0, 0, 0]]
    assert instant_runoff(np.array([[0, -1, -1], [-1, 0, 1], [-1, 1, 0]]), [3, 2, 2]).tolist() == [2, 3, 1]


def elections(seed, voters, m):
    rng = np.random.default_rng(seed)
    return np.argsort(rng.random((voters, m)), axis=1)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SCORES)), st.integers(0, 10**6), st.integers(1, 7), st.integers(2, 5))
def test_anonymous_neutral_and_weights_are_copies(method, seed, voters, m):
    ranks, score = elections(seed, voters, m), SCORES[method]
    rng = np.random.default_rng(seed)
    assert score(ranks[rng.permutation(voters)]) == pytest.approx(score(ranks))
    weights = rng.integers(1, 4, voters)
    assert score(ranks, weights) == pytest.approx(score(np.repeat(ranks, weights, axis=0)))
    best = score(ranks)
    if method != "instant runoff":  # it drops the last of those who tie
        names = rng.permutation(m)
        assert score(ranks[:, names]) == pytest.approx(best[names])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["Copeland", "minimax", "Condorcet"]), st.integers(0, 10**6), st.integers(1, 9))
def test_a_majority_over_everybody_wins(method, seed, voters):
    ranks = elections(seed, voters, 4)
    against = [[(ranks[:, x] < ranks[:, y]).sum() * 2 > voters for y in range(4) if y != x] for x in range(4)]
    champions = [x for x in range(4) if all(against[x])]
    assert [condorcet_winner(ranks)] == (champions or [None])
    if champions:
        assert winner(SCORES[method](ranks)) == champions[0]


def test_condorcet_cycle():
    ranks = np.array([[0, 1, 2], [2, 0, 1], [1, 2, 0]])
    assert condorcet_winner(ranks) is None
    for method in ("plurality", "Borda", "Copeland", "minimax"):
        assert len(set(SCORES[method](ranks))) == 1, method


def test_median_with_phantoms():
    game = games.line(2, 4).game
    low, _ = MedianVoter((0,)).rule(game)
    high, _ = MedianVoter((3,)).rule(game)
    for at in itertools.product(range(4), repeat=2):
        assert low[at].argmax() == min(at)
        assert high[at].argmax() == max(at)


def proof_rules_cell_by_cell():
    """Every strategy-proof rule for two voters and three alternatives, by filling in the 36 cells one after the other."""
    orders = games.rankings("abc")
    place = [[order.index(x) for x in range(3)] for order in orders]
    cells = list(itertools.product(range(6), repeat=2))
    found = [{}]
    for p, q in cells:
        grown = []
        for rule in found:
            for x in range(3):
                rows = all(
                    place[p][x] <= place[p][rule[o, q]] and place[o][rule[o, q]] <= place[o][x] for o in range(p)
                )
                cols = all(
                    place[q][x] <= place[q][rule[p, o]] and place[o][rule[p, o]] <= place[o][x] for o in range(q)
                )
                if rows and cols:
                    grown.append({**rule, (p, q): x})
        found = grown
    return {tuple(rule[c] for c in cells) for rule in found}


def test_gibbard_and_satterthwaite_by_two_routes():
    rules = strategy_proof_rules(3)
    assert {tuple(int(x) for x in rule.ravel()) for rule in rules} == proof_rules_cell_by_cell()
    onto = [rule for rule in rules if len(np.unique(rule)) == 3]
    assert sorted(dictator(rule) for rule in onto) == [0, 1]
    two = [rule for rule in rules if len(np.unique(rule)) == 2]
    assert sum(dictator(rule) is None for rule in two) == 6  # one of the pair unless both want the other, either way
    assert len(strategy_proof_rules(2)) == 6


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Vote("runes")(games.vote().game), "plurality, Borda"),
        (lambda: Vote("Borda")(games.line().game), "indifferent"),
        (lambda: MedianVoter((9,))(games.line().game), "phantoms from 0 to 3"),
        (lambda: plurality([[0.5]]), "ranks"),
        (lambda: plurality([[0, 1]], [-1]), "weight"),
        (lambda: strategy_proof_rules(4), "1 to 3"),
    ],
)
def test_refusals(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_approval_of_the_better_half():
    strategy, _ = Approval().rule(games.vote(2, scale=(3, 2, 0)).game)
    assert strategy[1, 2].argmax() == 0  # a>c>b and b>a>c: only a has two
    assert strategy.sum() == F(36)


HEAD = (
    "# FILE NAME: t.{kind}\n# TITLE: Test\n# DATA TYPE: {kind}\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ann\n"
)


def preflib(tmp_path, kind, lines, head=HEAD):
    path = tmp_path / f"t.{kind}"
    path.write_text(head.format(kind=kind) + lines, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "lines", "ranks"),
    [
        ("soc", "4: 1,2,3\n3: 3,2,1\n", [[0, 1, 2], [2, 1, 0]]),
        ("soi", "4: 2\n3: 3, 1\n", [[-1, 0, -1], [1, -1, 0]]),
        ("toc", "4: {1,2},3\n3: 3,{2, 1}\n", [[0, 0, 1], [1, 1, 0]]),
        ("toi", "4: {1,3}\n\n3: 3\n", [[0, -1, 0], [-1, -1, 0]]),
    ],
)
def test_preflib_files(tmp_path, kind, lines, ranks):
    read = read_preflib(preflib(tmp_path, kind, lines, HEAD + "# NUMBER VOTERS: 7\n"))
    assert read.title == "Test"
    assert read.alternatives == ("Ann", "2", "3")
    assert read.ranks.tolist() == ranks
    assert read.weights.tolist() == [4, 3]
    assert plurality(read.ranks, read.weights).sum() == 7


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("soc", "4: 1,2,3\n3: 3,2\n", "line 7.*all 3 alternatives.*2 of them.*soi"),
        ("soc", "3: 3,{1,2}\n", "line 6.*no ties.*toc"),
        ("toi", "3: 3,4\n", "line 6.*from 1 to 3"),
        ("toi", "3: 3,3\n", "different alternatives"),
        ("toi", "3; 3\n", "line 6.*count: 1,2"),
        ("toi", "3: 1,{2\n", "count: 1,2"),
        ("toi", "", "at least one ballot"),
        ("csv", "1: 1\n", "data type of soc"),
        ("toi", "# NUMBER VOTERS: 9\n3: 1\n", "9, as the head says|voters, as the head says"),
    ],
)
def test_preflib_faults_are_named(tmp_path, kind, lines, said):
    with pytest.raises(InputError, match=said):
        read_preflib(preflib(tmp_path, kind, lines))
    with pytest.raises(InputError, match="readable"):
        read_preflib(tmp_path / "none.soc")

"""Sequential equilibria: textbook trees, and best replies to the beliefs at every information set, written out anew."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.perfect import regret
from rulewright.behaviour.sequential import sequential
from rulewright.errors import Unsolved
from rulewright.game.files import efg
from rulewright.game.trees import BREAKFAST, ENTRY, HORSE, OUTSIDE


def read(text):
    return efg.parse(text, "game.efg")


def test_seltens_horse():
    """(D, c, L) is subgame perfect, as there is no subgame, but two would not leave three alone (Selten 1975)."""
    game = read(HORSE)
    assert any(play.values.tolist() == [3, 2, 2] for play in rw.named("subgame-perfect")(game).plays)
    found = sequential(game.tree)
    assert [law.tolist() for _, law in sorted(found.acts.items())][:2] == [[1, 0], [1, 0]]
    assert found.acts[2, 0][1] >= F(3, 4) and found.gain == 0
    assert rw.named("sequential")(game).plays[0].values.tolist() == [1, 1, 1]


def test_beer_for_both_and_a_duel_after_quiche():
    found = sequential(read(BREAKFAST).tree)
    assert found.acts[0, 0].tolist() == found.acts[0, 1].tolist() == [1, 0]
    assert found.acts[1, 0].tolist() == [0, 1] and found.acts[1, 1].tolist() == [1, 0]
    assert found.beliefs[1, 0] == pytest.approx([0.9, 0.1]) and found.gain == 0


@pytest.mark.parametrize(("text", "worth"), [(ENTRY, [2, 2]), (OUTSIDE, [2, 2])])
def test_subgame_perfect_too(text, worth):
    game = read(text)
    found = sequential(game.tree)
    acts = {place: np.array([F(float(p)).limit_denominator(1000) for p in law]) for place, law in found.acts.items()}
    assert regret(game.tree, {k: law / law.sum() for k, law in acts.items()}) < F(1, 100)
    prediction = rw.named("sequential")(game)
    assert prediction.plays[0].values.astype(float) == pytest.approx(worth, abs=1e-2)
    assert prediction.residual < 1e-3 and not prediction.complete


def test_what_is_refused():
    choice = 'p "" 1 {} "" {{ "x" "y" }} 0\n'
    ends = 't "" 1 "" { 1 }\nt "" 2 "" { 0 }\n'
    forgetful = 'EFG 2 R "" { "A" }\n' + choice.format(1) + choice.format(2) + ends + choice.format(2) + ends
    with pytest.raises(Unsolved, match="perfect recall"):
        sequential(read(forgetful).tree)
    with pytest.raises(Unsolved, match="a strategic form"):
        rw.named("sequential")(rw.library.stag_hunt())


def by_hand(tree, acts, beliefs, place):
    """[action]: what each action at a set is worth to its owner, by walking the tree below."""

    def worth(k):
        node = tree.nodes[k]
        own = float(node.paid[place[0]]) if node.paid else 0.0
        law = [float(p) for p in (node.chances if node.owner < 0 else acts[node.owner, node.place])]
        return own + sum(p * worth(c) for p, c in zip(law, tree.children[k], strict=False))

    nodes = tree.places[place]
    return [sum(b * worth(tree.children[k][a]) for b, k in zip(beliefs[place], nodes, strict=True)) for a in range(2)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=16, max_size=16), st.booleans())
def test_best_replies_to_the_beliefs_everywhere(paid, seen):
    """Chance deals one of two hands to the first, who raises or not; the second sees that or not, and calls or not."""
    pay = iter(paid)
    text = 'EFG 2 R "" { "1" "2" }\nc "" 1 "" { "high" 1/3 "low" 2/3 } 0\n'
    number = 0
    for hand in (1, 2):
        text += f'p "" 1 {hand} "" {{ "raise" "stay" }} 0\n'
        for act in (1, 2):
            text += f'p "" 2 {act if seen else 1} "" {{ "call" "fold" }} 0\n'
            for _ in range(2):
                number += 1
                text += f't "" {number} "" {{ {next(pay)} {next(pay)} }}\n'
    tree = read(text).tree
    found = sequential(tree)
    for place, law in found.acts.items():
        worth = by_hand(tree, found.acts, found.beliefs, place)
        assert max(worth) - np.dot([float(p) for p in law], worth) == pytest.approx(0, abs=2e-3)
        assert max(worth) - np.dot([float(p) for p in law], worth) <= found.gain + 1e-9

"""Extensive form files: known trees give known tables, random ones agree with a plain walk, bad ones say why."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.game.files import efg, nfg, read
from rulewright.game.game import Game
from rulewright.game.trees import BREAKFAST, HORSE

DILEMMA = """EFG 2 R "Prisoner's dilemma" { "Ann" "Bob" }
p "" 1 1 "" { "C" "D" } 0
p "" 2 1 "" { "C" "D" } 0
t "" 1 "" { 3 3 }
t "" 2 "" { 0 5 }
p "" 2 1 "" { "C" "D" } 0
t "" 3 "" { 5 0 }
t "" 4 "" { 1 1 }
"""


def payoffs(game: Game, *actions: str) -> list[Fraction]:
    where = [own.index(a) for own, a in zip(game.actions, actions, strict=True)]
    return game.payoff[(slice(None), *[0] * game.n, *where)].tolist()


# ── known games ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_seltens_horse():
    game = efg.parse(HORSE, "horse.efg")
    assert game.action_counts == (2, 2, 2)
    assert game.actions == (("C", "D"), ("c", "d"), ("L", "R"))
    for three, after_d, after_cd in (("L", [3, 2, 2], [4, 4, 0]), ("R", [0, 0, 0], [0, 0, 1])):
        assert payoffs(game, "C", "c", three) == [1, 1, 1]
        assert payoffs(game, "C", "d", three) == after_cd
        assert payoffs(game, "D", "c", three) == payoffs(game, "D", "d", three) == after_d


def test_a_signalling_game_is_expected_over_chance():
    game = efg.parse(BREAKFAST, "x.efg")
    assert game.actions[0] == ("beer/beer", "beer/quiche", "quiche/beer", "quiche/quiche")
    assert game.actions[1] == ("duel/duel", "duel/not", "not/duel", "not/not")
    strong, weak = Fraction(9, 10), Fraction(1, 10)
    assert payoffs(game, "beer/beer", "not/duel") == [strong * 3 + weak * 2, strong]  # pooling on beer
    assert payoffs(game, "quiche/quiche", "duel/not") == [strong * 2 + weak * 3, strong]  # pooling on quiche
    assert payoffs(game, "beer/quiche", "not/duel") == [strong * 3 + weak * 1, 1]
    assert payoffs(game, "quiche/beer", "not/duel") == [weak * 2, 0]


def test_the_same_game_in_both_formats():
    strategic = nfg.parse('NFG 1 R "" { "Ann" "Bob" } { { "C" "D" } { "C" "D" } } 3 3 5 0 0 5 1 1', "x")
    tree = efg.parse(DILEMMA, "x")
    assert (tree.players, tree.actions) == (strategic.players, strategic.actions)
    assert (tree.payoff == strategic.payoff).all()


def test_what_own_choices_rule_out_is_left_out():
    game = efg.parse(
        """EFG 2 R "In or out" { "A" "B" }
        p "" 1 1 "" { "Out" "In" } 0
        t "" 1 "" { 2 2 }
        p "" 2 1 "" { "l" "r" } 0
        p "" 1 2 "" { "x" "y" } 0
        t "" 2 "" { 1 0 }
        t "" 3 "" { 0 1 }
        t "" 4 "" { 3 3 }""",
        "x",
    )
    assert game.actions == (("Out/*", "In/x", "In/y"), ("l", "r"))  # and not four strategies of A
    assert payoffs(game, "In/y", "l") == [0, 1]
    assert payoffs(game, "In/x", "r") == payoffs(game, "In/y", "r") == [3, 3]


def test_sets_are_numbered_within_the_player():
    game = efg.parse('EFG 2 R "" { "A" "B" } p "" 2 7 "" { "a" "b" } 0 p "" 1 7 "" { "c" } 0 t "" 0 t "" 0', "x")
    assert game.actions == (("c",), ("a", "b"))


def test_a_tree_without_moves():
    game = efg.parse('EFG 2 R "" { "A" "B" } t "" 9 "" { 1 -1/2 }', "x")
    assert game.actions == (("·",), ("·",))
    assert payoffs(game, "·", "·") == [1, Fraction(-1, 2)]


def test_strategies_of_one_spelling_are_told_apart():
    game = efg.parse('EFG 2 R "" { "A" } p "" 1 1 "" { "a" "a" "" } 0 t "" 0 t "" 0 t "" 0', "x")
    assert game.actions == (("a", "a (2)", "3"),)


def test_imperfect_recall_is_a_plan_made_before_play():
    """A player who forgets its first move may still plan: full strategies are 2 × 2, and none is ruled out."""
    game = efg.parse(
        """EFG 2 R "forgets" { "A" }
        p "" 1 1 "" { "a" "b" } 0
        p "" 1 2 "" { "l" "r" } 0
        t "" 1 "" { 1 }
        t "" 2 "" { 0 }
        p "" 1 2 0
        t "" 2
        t "" 3 "" { 5 }""",
        "x",
    )
    assert game.actions == (("a/l", "a/r", "b/l", "b/r"),)
    assert game.payoff.ravel().tolist() == [1, 0, 0, 5]


def test_trees_of_any_depth():
    half = "".join(f'c "" {k} "" {{ "on" 1/2 "stop" 1/2 }} 0 ' for k in range(1, 3001)) + 't "" 0 '
    game = efg.parse('EFG 2 R "" { "A" } ' + half + 't "" 1 "" { 1 } ' + 't "" 1 ' * 2999, "x")
    assert game.payoff.ravel().tolist() == [1 - Fraction(1, 2**3000)]
    moves = "".join(f'p "" 1 {k} "" {{ "on" "stop" }} 0 ' for k in range(1, 201)) + 't "" 0 '
    game = efg.parse('EFG 2 R "" { "A" } ' + moves + "".join(f't "" {k} "" {{ {k} }} ' for k in range(1, 201)), "x")
    assert game.payoff.ravel().tolist() == list(range(201))


# ── random trees against a plain walk ───────────────────────────────────────────────────────────────────────────────


def choices(number: int) -> list[str]:
    return [f"{number}{letter}" for letter in "xyz"[: 2 + number % 2]]


@st.composite
def trees(draw, depth=4):
    """Nested tuples: ("t", paid), ("c", paid, [(probability, child)]) or ("p", paid, player, number, children)."""
    paid = draw(st.none() | st.tuples(st.integers(-3, 3), st.fractions(-1, 1, max_denominator=4)))
    kind = draw(st.sampled_from("tcppp")) if depth else "t"
    if kind == "t":
        return ("t", paid)
    if kind == "c":
        weights = draw(st.lists(st.integers(0, 3), min_size=1, max_size=2).filter(any))
        return ("c", paid, [(Fraction(w, sum(weights)), draw(trees(depth - 1))) for w in weights])
    player, number = draw(st.integers(0, 1)), draw(st.integers(1, 4))
    return ("p", paid, player, number, [draw(trees(depth - 1)) for _ in choices(number)])


class Written:
    """The tree as text, and its information sets in the order of first mention."""

    def __init__(self, tree, repeat: bool) -> None:
        self.repeat, self.sets, self.lines, self.numbers, self.twice = repeat, ([], []), [], {}, False
        self.node(tree, ())
        self.text = 'EFG 2 R "" { "A" "B" }\n' + "\n".join(self.lines)

    def outcome(self, paid) -> str:
        if paid is None:
            return "0"
        known = paid in self.numbers
        number = self.numbers.setdefault(paid, len(self.numbers) + 1)
        return f"{number}" if known and not self.repeat else f'{number} "" {{ {paid[0]} {paid[1]} }}'

    def node(self, tree, above) -> None:
        if tree[0] == "t":
            self.lines.append(f't "" {self.outcome(tree[1])}')
        elif tree[0] == "c":
            lottery = " ".join(f'"" {p}' for p, _ in tree[2])
            self.lines.append(f'c "" {len(self.lines) + 1} "" {{ {lottery} }} {self.outcome(tree[1])}')
            for _, child in tree[2]:
                self.node(child, above)
        else:
            _, paid, player, number, children = tree
            known = number in self.sets[player]
            if not known:
                self.sets[player].append(number)
            listed = " ".join(f'"{a}"' for a in choices(number))
            described = "" if known and not self.repeat else f'"" {{ {listed} }} '
            self.lines.append(f'p "" {player + 1} {number} {described}{self.outcome(paid)}')
            self.twice |= (player, number) in above
            for child in children:
                self.node(child, (*above, (player, number)))


def walk(tree, plans) -> np.ndarray:
    """Expected payoffs when each player follows a full plan, {number: action}."""
    total = np.array([Fraction(0)] * 2 if tree[1] is None else [Fraction(x) for x in tree[1]], dtype=object)
    if tree[0] == "c":
        return total + sum(p * walk(child, plans) for p, child in tree[2])
    if tree[0] == "p":
        return total + walk(tree[4][plans[tree[2]][tree[3]]], plans)
    return total


def met(tree, player, plan) -> set[int]:
    """The sets of a player that its own plan leaves possible."""
    if tree[0] == "c":
        return set().union(*(met(child, player, plan) for _, child in tree[2]))
    if tree[0] == "t":
        return set()
    if tree[2] == player:
        return {tree[3]} | met(tree[4][plan[tree[3]]], player, plan)
    return set().union(*(met(child, player, plan) for child in tree[4]))


@given(trees(), st.booleans())
@settings(deadline=None, max_examples=200)
def test_random_trees(tree, repeat):
    written = Written(tree, repeat)
    if written.twice:
        with pytest.raises(InputError, match="information sets that a play enters once at most"):
            efg.parse(written.text, "x")
        return
    game = efg.parse(written.text, "x")
    full = [
        [dict(zip(own, row, strict=True)) for row in product(*(range(len(choices(k))) for k in own))]
        for own in written.sets
    ]
    said = [
        ["/".join(choices(k)[plan[k]] if k in met(tree, i, plan) else "*" for k in own) or "·" for plan in full[i]]
        for i, own in enumerate(written.sets)
    ]
    assert [set(x) for x in said] == [set(x) for x in game.actions]
    if len(full[0]) * len(full[1]) <= 600:
        for (one, first), (two, second) in product(*(zip(f, s, strict=True) for f, s in zip(full, said, strict=True))):
            assert payoffs(game, first, second) == walk(tree, (one, two)).tolist()


# ── bad files, each told by its message ─────────────────────────────────────────────────────────────────────────────

HEAD = 'EFG 2 R "t" { "A" "B" }\n'
TWO = 'p "" 1 1 "s" { "a" "b" } 0\n'
END = 't "" 0\n'
BAD = {
    "": "game.efg, line 1: needed the file to begin with 'EFG 2 R' (or D), found the end of the file",
    "NFG 1 R": "found 'NFG'. This is a strategic form: name the file .nfg.",
    "EFG 1 R": "found '1'. Only version 2 is known",
    "EFG 2 x": "found 'x'",
    HEAD: "line 1: needed 1 more nodes at least, for actions without one, found the end of the file. The file is",
    HEAD + TWO + TWO.replace(" 1 1 ", " 1 2 ") + END: "line 4: needed 2 more nodes at least",
    HEAD + TWO + END * 3: "line 5: needed nothing more after a complete tree, found 't'. Check the numbers of actions",
    HEAD + "x": "needed a node: c (chance), p (personal) or t (terminal), found 'x'",
    HEAD + '"a comment" "t" 0': 'needed a node: c (chance), p (personal) or t (terminal), found the label "t"',
    HEAD + "t 0": "needed the name of the node, in double quotes, found '0'",
    HEAD + 'p "" 3 1 "" { "a" } 0': "needed the number of the player who moves, a whole number from 1 to 2, found '3'",
    HEAD + 'p "" 0 1 "" { "a" } 0': "a whole number from 1 to 2, found '0'",
    HEAD + 'p "" 1 0 "" { "a" } 0': "needed the number of the information set, a whole number of at least 1, found '0'",
    HEAD + 'p "" 1 1 0': "needed the name and actions of information set 1 of A, which is first mentioned here",
    HEAD
    + 'p "" 1 1 { "a" } 0': "needed a name for information set 1 of A before the brace, found '{'. Write \"\" where",
    HEAD + 'p "" 1 1 "s" 0': "needed '{' and then the actions of information set 1 of A, found '0'",
    HEAD + 'p "" 1 1 "s" { } 0': "needed at least one action, found an empty list",
    HEAD + 'p "" 1 1 "s" { "a" 1 } 0': "needed an action, in double quotes, or '}' after the last one, found '1'",
    HEAD
    + 'p "" 2 1 "s" { "a" "b" } 0\n'
    + TWO
    + 'p "" 2 2 "x" { "c" } 0\n'
    + END * 2
    + TWO.replace(
        '"b"', '"c"'
    ): 'line 7: needed the same actions of information set 1 of A as in line 3 ("a", "b"), found "a", "c". Leave the',
    HEAD
    + 'c "" 1 "" { "x" 1/2 "y" 1/2 } 0\n'
    + TWO
    + END * 2
    + TWO.replace(
        '"s"', '"other"'
    ): 'line 6: needed the same name of information set 1 of A as in line 3 ("s"), found "other"',
    HEAD + TWO + TWO: "line 3: needed information sets that a play enters once at most, found information set 1 of A "
    "again, below one of its own nodes. Give this node a set of its own; a player who forgets having moved",
    HEAD + 'c "" 1 "" { "x" 1/3 "y" 0.6667 } 0': "needed probabilities that sum to 1 exactly, found a sum of "
    "30001/30000. Write them as fractions, such as 1/3; nothing is rescaled silently.",
    HEAD + 'c "" 1 "" { } 0': "needed probabilities that sum to 1 exactly, found a sum of 0",
    HEAD + 'c "" 1 "" { "x" 1e-1000 } 0': "found a sum of a number of many digits",
    HEAD + 'c "" 1 "" { "x" 3/2 "y" -1/2 } 0': "needed probabilities of at least 0, found '-1/2'",
    HEAD + 'c "" 1 "" { "x" "y" } 0': 'needed the probability of "x", a number, found the label "y"',
    HEAD + 'c "" 1 "" { "x" nan } 0': "needed the probability of \"x\", a finite number, found 'nan'",
    HEAD
    + 'c "" 1 "" { 1/2 } 0': "needed an action of chance, in double quotes, or '}' after the last one, found '1/2'",
    HEAD + 'c "" 0 "" { "x" 1 } 0': "needed the number of the event, a whole number of at least 1, found '0'",
    HEAD + 'c "" 1 "" { "x" 1 } 0\nc "" 1 "" { "y" 1 } 0': "needed the same actions and probabilities of event 1 as in "
    'line 2 ("x" 1), found "y" 1',
    HEAD + 't "" -1': "needed the number of the outcome (0 for none), a whole number of at least 0, found '-1'",
    HEAD + 't "" 0 "" { 0 0 }': 'needed no name or payoffs after outcome 0, found the label "". Number the outcome',
    HEAD + 't "" 1': "needed the name and payoffs of outcome 1, which is first mentioned here",
    HEAD + 't "" 1 { 1 2 }': "needed a name for outcome 1 before the brace",
    HEAD + 't "" 1 "" { 1 }': "needed 2 payoffs of outcome 1, one for each player, found 1. List as many payoffs",
    HEAD + 't "" 1 "" { 1 2, 3 }': "needed 2 payoffs of outcome 1, one for each player, found 3",
    HEAD + 't "" 1 "" { 1 ,, 3 }': "needed a payoff of outcome 1 or '}' after the last one, a number, found ','",
    HEAD + 't "" 1 "" { 1 inf }': "a finite number, found 'inf'",
    HEAD + 't "" 1 "" { 1 2': "found the end of the file. The file is cut off; get the whole of it.",
    HEAD
    + TWO
    + 't "" 1 "" { 1 2 }\nt "" 1 "" { 1 3 }': "needed the same payoffs of outcome 1 as in line 3 (1, 2), found 1, 3",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: ascii(text[len(HEAD) :]))
def test_bad_text(text):
    with pytest.raises(InputError) as caught:
        efg.parse(text, "game.efg")
    assert BAD[text] in str(caught.value)


def test_a_table_that_does_not_fit_is_refused_by_its_size():
    each = "".join(f'c "" {k} "" {{ "" 1/2 "" 1/2 }} 0 p "" 1 {k} "" {{ "a" "b" }} 0 {END * 2}' for k in range(1, 60))
    with pytest.raises(
        TooLarge, match=r"big.efg: payoff table of the reduced normal form: needed an array of 2 × 5764607"
    ):
        efg.parse(HEAD + each + END, "big.efg")
    with pytest.raises(TooLarge, match="1 \\+ 2 × 16 axes for 16 players"):
        efg.parse('EFG 2 R "" { ' + '"x" ' * 16 + "} " + END, "big.efg")


# ── whatever happens to a file, it is read or refused ───────────────────────────────────────────────────────────────

damage = st.binary(max_size=3) | st.sampled_from(
    [b"{", b"}", b'"', b"\\", b"0", b"-1", b" 1e9 ", b"/", b"nan", b", ", b"p", b"c", b"t", b"1", b"2"]
)


@given(st.sampled_from([HORSE, BREAKFAST, DILEMMA]), st.integers(0, 800), st.integers(0, 4), damage)
@settings(deadline=None, max_examples=500)
def test_damaged_files(tmp_path_factory, text, at, lost, put):
    path = tmp_path_factory.mktemp("damage") / "x.efg"
    raw = text.encode()
    at %= len(raw)
    path.write_bytes(raw[:at] + put + raw[at + lost :])
    try:
        assert read(path).is_exact
    except (InputError, TooLarge) as error:
        assert str(path) in str(error)


@pytest.mark.parametrize("text", [HORSE, BREAKFAST, DILEMMA])
def test_files_cut_off_anywhere(text):
    full = text.rstrip()
    for at in range(len(full)):
        with pytest.raises(InputError):
            efg.parse(full[:at], "x")

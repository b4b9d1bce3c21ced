"""Strategic form files: what is written is read back exactly, known games read as known, and bad files say what is bad.

Also what both formats share: the tokenizer, the choice of a format by suffix, the disk.
"""

import os
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.game.files import nfg, read, write
from rulewright.game.files.tokens import Tokens, quoted
from rulewright.game.game import Game, Signal

DILEMMA = """NFG 1 R "Prisoner's dilemma" { "Ann" "Bob" }
{ { "C" "D" } { "C" "D" } }
"mutual defection is the equilibrium"
3 3  5 0
0 5  1 1
"""
BY_OUTCOME = """NFG 1 D "Prisoner's dilemma" { "Ann" "Bob" } { { "C" "D" } { "C" "D" } } ""
{
{ "both" 3, 3 }
{ "Ann cheats" 5 0 }
{ "Bob cheats" 0, 5 }
}
1 2 3 0
"""


def fractions(rows):
    cells = np.array(rows, dtype=object)
    return np.array([Fraction(x) for x in cells.flat], dtype=object).reshape(cells.shape)


def same(one: Game, other: Game) -> bool:
    return (
        one.players == other.players
        and one.actions == other.actions
        and one.payoff.shape == other.payoff.shape
        and bool((one.payoff == other.payoff).all())
    )


def refused(text: str, name: str = "game.nfg") -> str:
    with pytest.raises(InputError) as caught:
        nfg.parse(text, name)
    return str(caught.value)


# ── known games ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_payoff_form():
    game = nfg.parse(DILEMMA, "pd.nfg")
    assert game.players == ("Ann", "Bob")
    assert game.actions == (("C", "D"), ("C", "D"))
    assert game.is_exact
    # The first player's strategy runs fastest: the second pair of numbers is (D, C).
    assert same(
        game, Game.normal(fractions([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]), players=("Ann", "Bob"), actions=["CD", "CD"])
    )


def test_outcome_form_with_zero_for_nothing():
    game = nfg.parse(BY_OUTCOME, "pd.nfg")
    assert game.actions == (("C", "D"), ("C", "D"))
    assert game.payoff[:, 0, 0].tolist() == [[[3, 0], [5, 0]], [[3, 5], [0, 0]]]


def test_strategies_by_number_and_spellings_of_numbers():
    game = nfg.parse('NFG 1 R "" {"A" "B"} {2 1}\n -1/3 .5\r\n2.5e-1 +1E2', "x.nfg")
    assert game.actions == (("a1", "a2"), ("·",))
    assert game.payoff.ravel().tolist() == [Fraction(-1, 3), Fraction(1, 4), Fraction(1, 2), 100]


def test_three_players_in_the_order_of_the_manual():
    game = nfg.parse('NFG 1 R "" { "1" "2" "3" } { 2 2 2 } ' + " ".join(map(str, range(24))), "x.nfg")
    for c in range(2):
        for b in range(2):
            for a in range(2):
                first = 3 * (a + 2 * b + 4 * c)
                assert game.payoff[:, 0, 0, 0, a, b, c].tolist() == [first, first + 1, first + 2]


def test_labels_are_made_different():
    game = nfg.parse('NFG 1 R "" { "" "X" "X" } { { "" "" } { "a" "a" "a (2)" "a" } { "" } } ' + "0 " * 24, "x.nfg")
    assert game.players == ("player 1", "X", "X (2)")
    assert game.actions == (("a1", "a2"), ("a", "a (3)", "a (2)", "a (4)"), ("·",))


# ── round trips ─────────────────────────────────────────────────────────────────────────────────────────────────────

label = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6) | st.sampled_from(
    ["\\", '"', '\\"', "a\\", "\\\\", "}", "{", " ", ",", "\n", "\r\n", "\\n"]
)
rational_number = st.fractions() | st.integers(-(10**30), 10**30).map(Fraction)


@st.composite
def exact_games(draw):
    counts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    shape = (len(counts), *counts)
    cells = draw(st.lists(rational_number, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    names = [draw(st.lists(label, min_size=k, max_size=k, unique=True)) for k in (len(counts), *counts)]
    table = np.empty(len(cells), dtype=object)
    table[:] = cells
    return Game.normal(table.reshape(shape), players=names[0], actions=names[1:])


@given(exact_games(), st.sampled_from([".nfg", ".efg", ".EFG"]))
@settings(deadline=None)
def test_exact_games_come_back(tmp_path_factory, game, suffix):
    path = tmp_path_factory.mktemp("round") / f"game{suffix}"
    write(game, path)
    assert same(read(path), game)
    first = path.read_bytes()
    write(read(path), path)
    assert path.read_bytes() == first


@given(st.text())
@settings(deadline=None)
def test_every_label_comes_back(text):
    tokens = Tokens(quoted(text) + quoted("next"), "x")
    assert (tokens.string("label"), tokens.string("label")) == (text, "next")


def test_backslashes_are_doubled_only_where_they_must_be():
    assert quoted("a\\b") == '"a\\b"'
    assert quoted('say "hi"') == '"say \\"hi\\""'
    assert quoted("end\\") == '"end\\\\"'


@pytest.mark.parametrize("suffix", [".nfg", ".efg"])
def test_floats_are_written_as_the_decimals_they_print_as(tmp_path, suffix):
    game = Game.normal(np.array([[0.1, -0.0, 1e300, 5e-324]]))
    write(game, tmp_path / f"g{suffix}")
    back = read(tmp_path / f"g{suffix}")
    assert back.payoff[0, 0, 0] == Fraction(1, 10)
    assert (back.floats.payoff == game.payoff).all()


def test_the_file_says_what_it_leaves_out(tmp_path):
    signal = Signal("audit", ("yes", "no"), fractions([[["1/2", "1/2"]] * 2] * 1).reshape(1, 1, 1, 2, 2))
    game = Game.bayesian(
        fractions(range(4)).reshape(2, 1, 1, 1, 2),
        fractions([[1]]),
        players=("people", "agent"),
        signals=[signal],
        designer=True,
    )
    write(game, tmp_path / "g.nfg")
    assert '"Player 1 (people) is the designer. Left out: the signals audit."' in (tmp_path / "g.nfg").read_text()
    assert same(read(tmp_path / "g.nfg"), game)


# ── bad files, each told by its message ─────────────────────────────────────────────────────────────────────────────

HEAD = 'NFG 1 R "t" { "A" "B" } '
BAD = {
    "": "game.nfg, line 1: needed the file to begin with 'NFG 1 R' (or D), found the end of the file",
    "EFG 2 R": "found 'EFG'. This is an extensive form: name the file .efg.",
    "#AGG": "an action graph game, which is not read",
    'NFG 2 R "t"': "found '2'. Only version 1 is known",
    'NFG 1 X "t"': "needed the file to begin with 'NFG 1 R' (or D), found 'X'",
    'NFG 1 R { "A" }': "needed the title of the game, in double quotes, found '{'",
    'NFG 1 R "t" { }': "needed at least one player, found an empty list",
    'NFG 1 R "t" { "A" 2': "needed the names of the players, each in double quotes, and then '}', found '2'",
    'NFG 1 R "t\n\n" {\n"A': "line 4: needed a closing quote for the label that opens here, found the end of the file",
    'NFG 1 R "t" { "A"': "found the end of the file. The file is cut off",
    HEAD: "needed '{' and then the strategies of each player, found the end of the file",
    HEAD + "\n{ 2 }": "line 2: needed strategies for each of 2 players, found those of 1. List as many players",
    HEAD + '{ { "a" } { "b" } { "c" } } 1': "needed strategies for each of 2 players, found those of 3",
    HEAD + '{ { "a" } 2 } 1': "needed a list of labels in braces for each player, and then '}', found '2'",
    HEAD + '{ 2 { "a" } } 1': "needed the number of strategies of a player, a whole number of at least 1, found '{'",
    HEAD + '{ { "a" } { } } 1': "needed at least one strategy for each player, found an empty list",
    HEAD + "{ 2 0 }": "a whole number of at least 1, found '0'",
    HEAD + "{ 2 1.5 }": "a whole number of at least 1, found '1.5'",
    HEAD + "{ 1 2 }\n1 2\n3": "line 3: needed 4 payoffs (2 players × 2 strategy profiles), found the end of the file "
    "after 3. The file is cut off; get the whole of it.",
    HEAD + "{ 1 2 }\n1 2 3\n4 5": "line 3: needed 4 payoffs (2 players × 2 strategy profiles) and nothing more, found "
    "'5'. Check the numbers of strategies",
    HEAD + "{ 1 1 } 1 nan": "needed payoff 2 of 2, a finite number, found 'nan'",
    HEAD + "{ 1 1 } -Infinity 1": "needed payoff 1 of 2, a finite number, found '-Infinity'",
    HEAD + "{ 1 1 } 1 0x10": "payoff 2 of 2, a number, found '0x10'. Write numbers as 3, -0.25, 2.5e-3 or 1/3.",
    HEAD + "{ 1 1 } 1 1_000": "a number, found '1_000'",
    HEAD + "{ 1 1 } 1 ٣": "a number, found '٣'",
    HEAD + "{ 1 1 } 1 __import__('os')": "a number, found '__import__('os')'",
    HEAD + "{ 1 1 } 1 2/0": "a fraction whose denominator is not 0, found '2/0'",
    HEAD + "{ 1 1 } 1 1e1001": "an exponent of at most 1000, found '1e1001'",
    HEAD + "{ 1 1 } 1 " + "9" * 5000: "a number of at most 4000 characters, found one of 5000",
    HEAD + '{ 1 1 } 1 "2"': 'needed payoff 2 of 2, a number, found the label "2"',
    HEAD + "{ 1 1 } 1, 2": "needed payoff 2 of 2, a number, found ','",
    HEAD + "{ 1 1 } { 1 2 }": "needed '{' and then the name and payoffs of outcome 1, or '}' after the last one",
    HEAD + "{ 1 1 } { { 1 2 } }": "needed the name of outcome 1, in double quotes, found '1'",
    HEAD + '{ 1 1 } {\n{ "x" 1 } }': "line 2: needed 2 payoffs of outcome 1, one for each player, found 1",
    HEAD + '{ 1 1 } { { "x" 1 2 3 } }': "needed 2 payoffs of outcome 1, one for each player, found 3",
    HEAD + '{ 1 1 } { { "x" 1 2 } } 2': "needed outcome number 1 of 1, a whole number from 0 to 1, found '2'",
    HEAD + '{ 1 1 } { { "x" 1 2 } } -1': "a whole number from 0 to 1, found '-1'",
    HEAD + '{ 1 1 } { { "x" 1 2 } }': "needed 1 outcome numbers, one for each strategy profile, found the end",
    HEAD + '{ 1 1 } { { "x" 1 2 } } 1 1': "needed 1 outcome numbers, one for each strategy profile, and nothing more",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: ascii(text[-30:]))
def test_bad_text(text):
    assert BAD[text] in refused(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_for_every_line_end(end):
    assert refused(DILEMMA.replace("0 5", "0 x").replace("\n", end)).startswith("game.nfg, line 5: ")


def test_a_table_that_does_not_fit_is_refused_by_its_size():
    with pytest.raises(
        TooLarge, match=r"big.nfg: payoff table: needed an array of 2 × 99999999999 × 2 = 399,999,999,996"
    ):
        nfg.parse(HEAD + "{ 99999999999 2 } 1", "big.nfg")
    with pytest.raises(TooLarge, match=r"needed an array of about 10\^4000 numbers"):
        nfg.parse(HEAD + f"{{ {'9' * 2000} {'9' * 2000} }} 1", "big.nfg")


def test_more_players_than_an_array_has_axes():
    names = " ".join(f'"{k}"' for k in range(15))
    assert nfg.parse(f'NFG 1 R "" {{ {names} }} {{ {"1 " * 15} }}' + " 7" * 15, "x").n == 15
    with pytest.raises(TooLarge, match=r"1 \+ 2 × 16 axes for 16 players"):
        nfg.parse(f'NFG 1 R "" {{ {names} "15" }} {{ {"1 " * 16} }}' + " 7" * 16, "x")


# ── the disk ────────────────────────────────────────────────────────────────────────────────────────────────────────


def message(call, *arguments) -> str:
    with pytest.raises(InputError) as caught:
        call(*arguments)
    return str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "folder.nfg").mkdir()
    os.mkfifo(tmp_path / "pipe.nfg")
    (tmp_path / "latin.nfg").write_bytes('NFG 1 R\n"Café"'.encode("latin-1"))
    assert "gone.nfg: needed a file, found no file of this name. Correct the path." in message(
        read, tmp_path / "gone.nfg"
    )
    assert "found a directory. Name a file inside it." in message(read, tmp_path / "folder.nfg")
    assert "found something that is no ordinary file" in message(read, tmp_path / "pipe.nfg")
    assert "latin.nfg, line 2: needed text in UTF-8, found the byte 0xe9. Save the file as UTF-8" in message(
        read, tmp_path / "latin.nfg"
    )
    assert "ends in .nfg or .efg, found the ending '.txt'" in message(read, tmp_path / "game.txt")
    assert "ends in .nfg or .efg, found no ending" in message(write, nfg.parse(DILEMMA, "x"), tmp_path / "game")
    assert "found a NUL character" in message(read, "a\0.nfg")
    assert "needed a readable file" in message(read, tmp_path / ("x" * 300 + ".nfg"))


def test_a_byte_order_mark_and_a_path_as_text_are_fine(tmp_path):
    (tmp_path / "bom.nfg").write_text(DILEMMA, encoding="utf-8-sig")
    assert same(read(str(tmp_path / "bom.nfg")), nfg.parse(DILEMMA, "x"))


def test_files_that_cannot_be_written(tmp_path):
    game = nfg.parse(DILEMMA, "x")
    (tmp_path / "folder.nfg").mkdir()
    (tmp_path / "file").write_text("")
    assert "found a directory" in message(write, game, tmp_path / "folder.nfg")
    for folder in ("gone", "file"):
        assert "needed a place that can be written to" in message(write, game, tmp_path / folder / "x.nfg")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder.nfg"]


def test_games_that_do_not_fit_the_format(tmp_path):
    path = tmp_path / "x.nfg"
    path.write_text("as before")
    typed = Game.bayesian(np.zeros((1, 2, 2)), np.array([0.5, 0.5]), players=("Ann",))
    assert "needed a game with one type per player, found 2 types of Ann. Write its normal form" in message(
        write, typed, path
    )
    unnamed = Game.normal(np.zeros((1, 2)), actions=[("a", "")])
    assert "needed a label for every action, found an empty one" in message(write, unnamed, path)
    broken = Game.normal(np.zeros((1, 2)), actions=[("a", "\ud800")])
    assert r"needed labels of Unicode characters, found '\ud800'" in message(write, broken, path)
    long = Game.normal(fractions([[0, 10**5000]]))
    assert "needed payoffs of fewer than about 4000 digits" in message(write, long, path)
    assert os.listdir(tmp_path) == ["x.nfg"]
    assert path.read_text() == "as before"  # nothing is left half written


def test_writing_follows_links(tmp_path):
    (tmp_path / "real.nfg").write_text("")
    (tmp_path / "link.nfg").symlink_to(tmp_path / "real.nfg")
    write(nfg.parse(DILEMMA, "x"), tmp_path / "link.nfg")
    assert (tmp_path / "link.nfg").is_symlink()
    assert (tmp_path / "real.nfg").read_text().startswith("NFG 1 R")


# ── whatever happens to a file, it is read or refused ───────────────────────────────────────────────────────────────

damage = st.binary(max_size=3) | st.sampled_from([b"{", b"}", b'"', b"\\", b"0", b"-1", b" 1e9 ", b"/", b"nan", b", "])


@given(st.sampled_from([DILEMMA, BY_OUTCOME]), st.integers(0, 200), st.integers(0, 4), damage)
@settings(deadline=None, max_examples=300)
def test_damaged_files(tmp_path_factory, text, at, lost, put):
    path = tmp_path_factory.mktemp("damage") / "x.nfg"
    raw = text.encode()
    path.write_bytes(raw[:at] + put + raw[at + lost :])
    try:
        assert read(path).is_exact
    except (InputError, TooLarge) as error:
        assert str(path) in str(error)


@pytest.mark.parametrize("text", [DILEMMA, BY_OUTCOME])
def test_files_cut_off_anywhere(text):
    full = text.rstrip()
    for at in range(len(full)):
        assert "needed" in refused(full[:at])

"""Strategic form files (.nfg): a table of payoffs, or a table of outcomes that payoffs are attached to.

    NFG 1 R "Prisoner's dilemma" { "Ann" "Bob" }      title and players
    { { "C" "D" } { "C" "D" } }                       strategies by label, or { 2 2 } by number
    "an optional comment"
    3 3  5 0  0 5  1 1                                (C,C) (D,C) (C,D) (D,D): the first player's strategy runs fastest

In the outcome form the comment is followed by { { "name" 3, 3 } … } and the body has one number per profile: which
outcome, counted from 1; 0 stands for payoffs of zero. R and D are read alike: all numbers are exact.
Source: Gambit's manual, "The strategic game (.nfg) file format", payoff version and outcome version.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from ...numerics.rational import filled
from ..game import Game, labels
from .table import TITLE, action_labels, check_fit, check_players, notes, plain_table, player_names, spelled
from .tokens import CUT_OFF, END, TEXT, Tokens, listed, quoted

OTHERS = {
    "EFG": "This is an extensive form: name the file .efg.",
    "#AGG": "This is an action graph game, which is not read; save it as a strategic form.",
}


def parse(text: str, where: str) -> Game:
    """The game in the text of a .nfg file; `where` is the file as messages name it."""
    tokens = Tokens(text, where)
    players = player_names(tokens.header("NFG", "1", OTHERS))
    check_players(len(players), where)
    given = _strategies(tokens, players)
    counts = tuple(x if isinstance(x, int) else len(x) for x in given)
    check_fit((len(players), *counts), f"{where}: payoff table")
    if tokens.kind == TEXT:
        tokens.advance()  # the comment

    body = _outcome_body if tokens.kind == "{" else _payoff_body
    values = body(tokens, len(players), math.prod(counts))
    table = filled((len(values),), values)
    # The list runs over players fastest, then over the first player's strategies: reversed axes, read backwards.
    table = table.reshape((*reversed(counts), len(players))).T
    actions = [labels("a", x) if isinstance(x, int) else action_labels(x) for x in given]
    return Game.normal(table, players=players, actions=actions)


def _strategies(tokens: Tokens, players: tuple[str, ...]) -> list[list[str]] | list[int]:
    """Every player's strategies: their labels, or only how many there are."""
    at = tokens.start
    tokens.expect("{", "'{' and then the strategies of each player")
    lists: list[list[str]] = []
    counts: list[int] = []
    while not tokens.accept("}"):
        begin = tokens.start
        if tokens.kind == "{" and not counts:
            lists.append(tokens.strings("labels of strategies"))
            if not lists[-1]:
                tokens.fail("at least one strategy for each player", "an empty list", at=begin)
        elif lists:
            tokens.fail("a list of labels in braces for each player, and then '}'")
        else:
            counts.append(tokens.integer("the number of strategies of a player", 1))
    if len(counts or lists) != len(players):
        tokens.fail(
            f"strategies for each of {len(players)} players",
            f"those of {len(counts or lists)}",
            "List as many players as there are entries for their strategies.",
            at=at,
        )
    return counts or lists


def _payoff_body(tokens: Tokens, n: int, profiles: int) -> list[Fraction]:
    """Payoffs in file order: all players' at the first profile, then at the next."""
    needed = f"{n * profiles} payoffs ({n} players × {profiles} strategy profiles)"
    values = []
    for done in range(n * profiles):
        if tokens.kind == END:
            tokens.fail(needed, f"the end of the file after {done}", CUT_OFF)
        values.append(tokens.number(f"payoff {done + 1} of {n * profiles}"))
    tokens.end(f"{needed} and nothing more", "Check the numbers of strategies, and that no payoff is there twice.")
    return values


def _outcome_body(tokens: Tokens, n: int, profiles: int) -> list[Fraction]:
    """Payoffs in file order, looked up in the list of outcomes."""
    outcomes = [[Fraction(0)] * n]
    tokens.expect("{", "'{' and then the outcomes")
    while not tokens.accept("}"):
        what = f"outcome {len(outcomes)}"
        tokens.expect("{", f"'{{' and then the name and payoffs of {what}, or '}}' after the last one")
        tokens.string(f"the name of {what}")
        outcomes.append(tokens.payoffs(n, what))
    values = []
    needed = f"{profiles} outcome numbers, one for each strategy profile"
    for done in range(profiles):
        if tokens.kind == END:
            tokens.fail(needed, f"the end of the file after {done}", CUT_OFF)
        values += outcomes[tokens.integer(f"outcome number {done + 1} of {profiles}", 0, len(outcomes) - 1)]
    tokens.end(f"{needed}, and nothing more", "Check the numbers of strategies, and that no outcome is there twice.")
    return values


def compose(game: Game, where: str) -> Iterator[str]:
    """The lines of a .nfg file in payoff form, one strategy profile a line."""
    table = plain_table(game, where)
    yield f"NFG 1 R {quoted(TITLE)} {listed(game.players)}\n"
    yield f"{{ {' '.join(map(listed, game.actions))} }}\n"
    yield f"{quoted(notes(game))}\n\n"
    for row in table.T.reshape(-1, game.n):
        yield " ".join(spelled(value, where) for value in row) + "\n"

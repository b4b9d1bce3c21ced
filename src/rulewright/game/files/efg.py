"""Extensive form files (.efg): a tree in prefix order, each node followed by the trees below it.

    EFG 2 R "Trust" { "Ann" "Bob" }                   title and players
    "an optional comment"
    c "rain?" 1 "weather" { "yes" 1/3 "no" 2/3 } 0    chance: event number, its name, outcomes with probabilities
    p "" 1 1 "Ann's" { "trust" "leave" } 0            personal: player, information set, its name, actions
    t "" 1 "both" { 2, 2 }                            terminal
    …

Every node ends with the number of an outcome, whose name and payoffs follow at its first mention; 0 is none. Outcomes
may stand at any node, and what is met on a path adds up. An event, an information set (numbered within its player) or
an outcome is described when it is first mentioned; afterwards the description is left out, or repeated unchanged.
Source: Gambit's manual, "The extensive game (.efg) file format".

A `Game` holds simultaneous moves, so that a tree is read as its reduced normal form (see `reduced`); a game is written
as a tree in which nobody sees what the others did: one information set per player.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from ..game import Game
from ..game import labels as made_up
from .reduced import Memory, normal_form
from .table import TITLE, check_players, notes, plain_table, player_names, spelled
from .tokens import CUT_OFF, END, TEXT, WORD, Tokens, listed, quoted
from .tree import CHANCE, Node, Tree
from .tree import END as ENDS

OTHERS = {
    "NFG": "This is a strategic form: name the file .nfg.",
    "#AGG": "This is an action graph game, which is not read; save it as a strategic form.",
}
Key = tuple[int, int]  # player, number of an information set
MOST_KEPT = 100_000  # nodes of a tree that is kept beside its normal form


def parse(text: str, where: str) -> Game:
    """The reduced normal form of the tree in the text of a .efg file; `where` is the file as messages name it."""
    tokens = Tokens(text, where)
    players = player_names(tokens.header("EFG", "2", OTHERS))
    check_players(len(players), where)
    if tokens.kind == TEXT:
        tokens.advance()  # the comment
    reader = Reader(tokens, players)
    reader.read()
    tokens.end("nothing more after a complete tree", "Check the numbers of actions at the nodes before.")
    return replace(normal_form(players, reader.memories, reader.reached, where), tree=reader.tree(where))


@dataclass(frozen=True)
class Description:
    """What a file says about an event, an information set or an outcome where it first mentions it."""

    name: str
    content: list[Any]
    at: int
    """Offset in the file."""


@dataclass(frozen=True)
class Arrival:
    """How play comes to a node."""

    probability: Fraction
    """That chance, where it moves, moves this way."""
    sequences: tuple[int, ...]
    """What each player has done, as numbered by its `Memory`."""


@dataclass(frozen=True)
class Branching:
    """A node whose subtrees are being read."""

    ahead: list[Arrival]
    """At its children that are still to come, the next one last."""
    key: Key | None
    """Its information set; None at a chance node."""


class Reader:
    """Reads nodes: keeps the branching nodes above the current one, what is paid where, and the nodes while they are few.

    The branching nodes are a list and not calls of calls, so that a tree may be of any depth.
    """

    def __init__(self, tokens: Tokens, players: tuple[str, ...]) -> None:
        self.tokens, self.players = tokens, players
        self.memories = [Memory() for _ in players]
        self.reached: dict[tuple[int, ...], list[Fraction]] = {}
        self.places: dict[Key, int] = {}  # information set → its position in the memory of the player
        self.sets: dict[Key, Description] = {}
        self.events: dict[int, Description] = {}
        self.outcomes: dict[int, Description] = {}
        self.entered: set[Key] = set()  # information sets above the current node
        self.nodes: list[Node] = []
        self.names: list[list[str]] = [[] for _ in players]

    def tree(self, where: str) -> Tree | None:
        """What was read, as a tree; None if it has more than `MOST_KEPT` nodes."""
        if len(self.nodes) > MOST_KEPT:
            return None
        actions = tuple(tuple(memory.actions) for memory in self.memories)
        return Tree(self.players, tuple(self.nodes), actions, tuple(map(tuple, self.names)), where)

    def read(self) -> None:
        """The whole tree."""
        path: list[Branching] = []
        arrival = Arrival(Fraction(1), (0,) * len(self.players))
        while True:
            below = self._node(arrival, sum(len(b.ahead) for b in path) if self.tokens.kind == END else 0)
            if below:
                path.append(below)
            while path and not path[-1].ahead:
                done = path.pop()
                if done.key:
                    self.entered.discard(done.key)
            if not path:
                return
            arrival = path[-1].ahead.pop()

    def _node(self, arrival: Arrival, waiting: int) -> Branching | None:
        """One node, with its outcome booked; `waiting` nodes are known to follow (counted at the end of the file)."""
        tokens = self.tokens
        if tokens.kind == END:
            tokens.fail(f"{waiting + 1} more nodes at least, for actions without one", remedy=CUT_OFF)
        begin, kind = tokens.start, tokens.value
        if tokens.kind != WORD or kind not in ("c", "p", "t"):
            tokens.fail("a node: c (chance), p (personal) or t (terminal)")
        tokens.advance()
        tokens.string("the name of the node")
        below, node = None, Node(ENDS, 0, 0, (), ())
        if kind == "c":
            below, chances = self._chance(arrival)
            node = Node(CHANCE, 0, len(chances), chances, ())
        elif kind == "p":
            below, key = self._personal(arrival, begin)
            node = Node(key[0], self.places[key], len(below.ahead), (), ())
        paid = self._outcome(arrival)
        if len(self.nodes) <= MOST_KEPT:
            self.nodes.append(replace(node, paid=paid))
        return below

    def _chance(self, arrival: Arrival) -> tuple[Branching, tuple[Fraction, ...]]:
        number = self.tokens.integer("the number of the event", 1)
        event = self._described(self.events, number, f"event {number}", "actions and probabilities", self._lottery)
        ahead = [Arrival(arrival.probability * p, arrival.sequences) for _, p in reversed(event.content)]
        return Branching(ahead, None), tuple(p for _, p in event.content)

    def _lottery(self) -> list[tuple[str, Fraction]]:
        """Actions of chance, each with its probability."""
        tokens = self.tokens
        at = tokens.start
        lottery: list[tuple[str, Fraction]] = []
        while not tokens.accept("}"):
            if tokens.kind != TEXT:
                tokens.fail("an action of chance, in double quotes, or '}' after the last one")
            label, here, found = tokens.string("an action of chance"), tokens.start, tokens.found()
            probability = tokens.number(f"the probability of {quoted(label)}")
            if probability < 0:
                tokens.fail("probabilities of at least 0", found, at=here)
            lottery.append((label, probability))
        if (total := sum((p for _, p in lottery), Fraction(0))) != 1:
            remedy = "Write them as fractions, such as 1/3; nothing is rescaled silently."
            tokens.fail("probabilities that sum to 1 exactly", f"a sum of {_shown(total)}", remedy, at=at)
        return lottery

    def _personal(self, arrival: Arrival, begin: int) -> tuple[Branching, Key]:
        tokens = self.tokens
        player = tokens.integer("the number of the player who moves", 1, len(self.players)) - 1
        key = player, tokens.integer("the number of the information set", 1)
        what = f"information set {key[1]} of {self.players[player]}"
        described = self._described(self.sets, key, what, "actions", self._actions)
        if key in self.entered:
            tokens.fail(
                "information sets that a play enters once at most",
                f"{what} again, below one of its own nodes",
                "Give this node a set of its own; a player who forgets having moved has no normal form.",
                at=begin,
            )
        memory = self.memories[player]
        if key not in self.places:
            self.places[key] = len(memory.actions)
            made = made_up("", len(described.content))
            memory.actions.append(tuple(a or b for a, b in zip(described.content, made, strict=True)))
            self.names[player].append(described.name or f"set {key[1]}")
        self.entered.add(key)
        before = arrival.sequences
        ahead = [
            Arrival(arrival.probability, (*before[:player], sequence, *before[player + 1 :]))
            for sequence in reversed(memory.extend(before[player], self.places[key]))
        ]
        return Branching(ahead, key), key

    def _actions(self) -> list[str]:
        """Labels of actions up to the closing brace, at least one."""
        tokens = self.tokens
        if tokens.kind == "}":
            tokens.fail("at least one action", "an empty list")
        actions = []
        while not tokens.accept("}"):
            if tokens.kind != TEXT:
                tokens.fail("an action, in double quotes, or '}' after the last one")
            actions.append(tokens.string("an action"))
        return actions

    def _outcome(self, arrival: Arrival) -> tuple[Fraction, ...]:
        """The outcome at the end of a node; what it pays is booked where play arrives, and returned."""
        tokens = self.tokens
        number = tokens.integer("the number of the outcome (0 for none)", 0)
        if number == 0:
            if tokens.kind in (TEXT, "{"):
                tokens.fail("no name or payoffs after outcome 0", remedy="Number the outcome to give it payoffs.")
            return ()
        n = len(self.players)
        what = f"outcome {number}"
        outcome = self._described(self.outcomes, number, what, "payoffs", lambda: tokens.payoffs(n, what))
        if arrival.probability:
            paid = self.reached.setdefault(arrival.sequences, [Fraction(0)] * n)
            for i, payoff in enumerate(outcome.content):
                paid[i] += arrival.probability * payoff
        return tuple(outcome.content)

    def _described(
        self, known: dict[Any, Description], key: Any, what: str, parts: str, content: Callable[[], list[Any]]
    ) -> Description:
        """The description of `what`, given here or before; given twice, it must be the same.

        `content` reads its `parts` after the opening brace.
        """
        tokens = self.tokens
        at, first = tokens.start, known.get(key)
        if tokens.kind == "{":
            tokens.fail(f"a name for {what} before the brace", remedy='Write "" where it has no name.')
        if tokens.kind != TEXT:
            if first is None:
                tokens.fail(f"the name and {parts} of {what}, which is first mentioned here")
            return first
        name = tokens.string(f"the name of {what}")
        tokens.expect("{", f"'{{' and then the {parts} of {what}")
        here = Description(name, content(), at)
        if first is None:
            known[key] = here
            return here
        remedy = "Leave the description out after the first mention, or number this one differently."
        for part, old, new in (("name", first.name, name), (parts, first.content, here.content)):
            if old != new:
                needed = f"the same {part} of {what} as in line {tokens.line(first.at)} ({_shown(old)})"
                tokens.fail(needed, _shown(new), remedy, at=at)
        return first


def _shown(description: Any) -> str:
    """A name, a number or a list of parts as a message shows it."""
    if isinstance(description, str):
        return quoted(description)
    if isinstance(description, Fraction):
        bits = description.numerator.bit_length() + description.denominator.bit_length()
        return str(description) if bits < 200 else "a number of many digits"
    parts = [" ".join(map(_shown, x)) if isinstance(x, tuple) else _shown(x) for x in description]
    return ", ".join(parts[:8]) + ", …" * (len(parts) > 8)


def compose(game: Game, where: str) -> Iterator[str]:
    """The lines of a .efg file: the first player moves at the root, and nobody sees what was done before."""
    table = plain_table(game, where)
    yield f"EFG 2 R {quoted(TITLE)} {listed(game.players)}\n{quoted(notes(game))}\n\n"
    nodes = [f'p "" {i} {i} "" {listed(own)} 0\n' for i, own in enumerate(game.actions, 1)]
    before: tuple[int, ...] = ()
    for number, profile in enumerate(product(*map(range, game.action_counts)), 1):
        same = next((k for k, (a, b) in enumerate(zip(before, profile, strict=False)) if a != b), -1)
        yield from nodes[same + 1 :]  # a player's node is a new one where an earlier player acts differently
        at: tuple[Any, ...] = (slice(None), *profile)
        payoffs = " ".join(spelled(value, where) for value in table[at])
        yield f't "" {number} "" {{ {payoffs} }}\n'
        before = profile

"""A game tree: who moves when and knows what, what the ends pay, and what a play does.

Players have colours and names, nodes of one information set are joined by a dashed line, chance moves at squares. Where a play is
given, what it does with positive probability is in bold, and mixed choices carry their probability. Ends show what has been paid
on the whole way there.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from ...behaviour.perfect import Perfect, tree_of
from ...errors import InputError, TooLarge, Unsolved
from ...game.files.tree import CHANCE, END, Place, Tree
from ...game.game import Game
from ...game.play import Play
from ...numerics import rational
from .canvas import Canvas, Picture, player, short, width_of
from .frame import paragraph, said
from .layout import across, depths

WHAT = "picture of a game tree"
MOST = 300  # nodes
SHOWN = 1e-9  # probability
GAP = 38  # pixels between ends, one above the other
DOWN = 96  # pixels from one level to the next, from the top down
BEND = 44  # pixels that the line of an information set gives way to nodes in between
CAPTION = 13


@dataclass(frozen=True, eq=False)
class Drawn:
    """A tree on paper."""

    tree: Tree
    law: Mapping[Place, Sequence[float]]
    """What a play does at information sets; empty where none is given, and at sets that it says nothing about."""
    down: bool
    canvas: Canvas = field(default_factory=Canvas, repr=False)

    @cached_property
    def ends(self) -> dict[int, tuple[Fraction, ...]]:
        """Per end, what its players have been paid on the way."""
        none = (Fraction(0),) * len(self.tree.players)
        total: list[tuple[Fraction, ...]] = [none] * len(self.tree.nodes)
        for k, node in enumerate(self.tree.nodes):
            total[k] = tuple(t + p for t, p in zip(total[k], node.paid or none, strict=True))
            for child in self.tree.children[k]:
                total[child] = total[k]
        return {k: total[k] for k, children in enumerate(self.tree.children) if not children}

    @cached_property
    def reach(self) -> list[float]:
        """Per node the probability that play comes there; 0 everywhere where no play is given."""
        found = [0.0] * len(self.tree.nodes)
        found[0] = 1.0 if self.law else 0.0
        for k in range(len(self.tree.nodes)):
            for action, child in enumerate(self.tree.children[k]):
                found[child] = found[k] * (self.chance(k, action) or 0.0)
        return found

    def chance(self, k: int, action: int) -> float | None:
        """Probability of an action at a node; None where the play says nothing."""
        node = self.tree.nodes[k]
        if node.owner == CHANCE:
            return float(node.chances[action])
        law = self.law.get((node.owner, node.place))
        return None if law is None else float(law[action])

    def label(self, k: int, action: int) -> str:
        """What stands on an edge."""
        node = self.tree.nodes[k]
        if node.owner == CHANCE:
            return said(node.chances[action])
        name, p = self.tree.actions[node.owner][node.place][action], self.chance(k, action)
        return f"{short(name, 20)}  {said(p)}" if p is not None and SHOWN < p < 1 - SHOWN else short(name, 20)

    def caption(self, k: int) -> str:
        """What stands at a node: its player, and its set's name at the first node of the set."""
        node = self.tree.nodes[k]
        if node.owner == CHANCE:
            return "chance"
        who, name = self.tree.players[node.owner], self.tree.names[node.owner][node.place]
        first = self.tree.places[node.owner, node.place][0] == k
        told = name if first and name not in ("", who, f"set {node.place + 1}") else ""
        return short(f"{who}: {told}" if told else who, 24)

    @cached_property
    def _widest(self) -> float:
        """Pixels of the longest label of a move."""
        moves = [self.label(k, a) for k, below in enumerate(self.tree.children) for a in range(len(below))]
        return max((width_of(move, 12.5) for move in moves), default=0)

    def _room(self, k: int) -> float:
        return width_of(self.caption(k), CAPTION)

    @cached_property
    def places(self) -> list[tuple[float, float]]:
        """Per node its pixels."""
        along, beside = depths(self.tree), across(self.tree)
        moving = [k for k, below in enumerate(self.tree.children) if below]
        if not self.down:
            names = max((self._room(k) for k in moving if k), default=0)
            step = max(96.0, min(260.0, self._widest + names + 36))
            left = max(34.0, 22 + self._room(0) / 2)
            return [(left + a * step, 84 + b * GAP) for a, b in zip(along, beside, strict=True)]
        wide = max(44.0, self._widest + 14, *(width_of(said(v), 13) + 18 for paid in self.ends.values() for v in paid))
        for a, b in itertools.combinations(moving, 2):  # captions side by side need room
            if along[a] == along[b]:
                need = (self._room(a) + self._room(b)) / 2 + 12
                wide = max(wide, need / max(0.5, abs(beside[a] - beside[b])))
        left = max(wide / 2, *(self._room(k) / 2 - beside[k] * wide for k in moving)) if moving else wide
        return [(22 + left + b * wide, 84 + a * DOWN) for a, b in zip(along, beside, strict=True)]

    # ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def edges(self) -> None:
        tree, words = self.tree, []
        for k, below in enumerate(tree.children):
            node = tree.nodes[k]
            ink = "soft" if node.owner == CHANCE else player(node.owner)
            for action, child in enumerate(below):
                p, (x, y), (u, v) = self.chance(k, action), self.places[k], self.places[child]
                played = bool(self.law) and p is not None and p > SHOWN
                on_path = played and self.reach[child] > SHOWN
                width, kind = (
                    (5, "played") if on_path else (2.6, "off") if played and node.owner >= 0 else (1.4, "edge")
                )
                self.canvas.lines([(x, y), (u, v)], ink, width=width, kind=kind)
                at = 0.56 if self.down else self._along(k, u - x)
                full = "" if node.owner == CHANCE else tree.actions[node.owner][node.place][action]
                words.append((x + at * (u - x), y + at * (v - y) + 4, self.label(k, action), ink, full, on_path))
        for x, y, text, ink, full, bold in words:  # above all lines
            weight = 700 if bold else 400
            self.canvas.text(x, y, text, ink=ink, size=12.5, anchor="middle", halo=True, full=full, weight=weight)

    def _along(self, k: int, length: float) -> float:
        """Where on an edge to the right its label stands, clear of the caption of the node that it leaves."""
        return max(0.4, min(0.7, (self._room(k) / 2 + self._widest / 2 + 10) / max(length, 1.0)))

    def sets(self) -> None:
        bent = 0
        for (owner, _), nodes in self.tree.places.items():
            for a, b in itertools.pairwise(nodes):
                (x, y), (u, v) = self.places[a], self.places[b]
                bend = 0.0
                level = abs(x - u) < 1 if not self.down else abs(y - v) < 1
                if not level or self._between(a, b):
                    bend = BEND + 26.0 * (bent % 4)
                mx, my = (x + u) / 2, (y + v) / 2
                control = (mx, my - bend) if self.down else (mx - bend, my)
                d = f"M{x:.1f} {y:.1f}Q{control[0]:.1f} {control[1]:.1f} {u:.1f} {v:.1f}"
                self.canvas.curve(d, player(owner), width=2, dash="3 5", kind="set")
            bent += len(nodes) > 1

    def _between(self, a: int, b: int) -> bool:
        """Whether another node lies on the straight line of two nodes of one column."""
        (x, y), (u, v) = self.places[a], self.places[b]
        low, high = (min(x, u), max(x, u)) if self.down else (min(y, v), max(y, v))
        for k, (p, q) in enumerate(self.places):
            level, at = (q, p) if self.down else (p, q)
            if k not in (a, b) and abs(level - (y if self.down else x)) < 1 and low < at < high:
                return True
        return False

    def nodes(self) -> None:
        for k, node in enumerate(self.tree.nodes):
            x, y = self.places[k]
            if node.owner == END or not self.tree.children[k]:
                self._paid(k, x, y)
                continue
            ink = "soft" if node.owner == CHANCE else player(node.owner)
            if node.owner == CHANCE:
                self.canvas.box(x - 5, y - 5, 10, 10, ink, edge="paper", kind="chance")
            else:
                name = self.tree.names[node.owner][node.place]
                tip = f"{self.tree.players[node.owner]}, {name}" if name else self.tree.players[node.owner]
                self.canvas.dot((x, y), fill=ink, radius=6, kind="node", tip=tip)
            text = self.caption(k)
            self.canvas.text(x, y - 12, text, ink=ink, size=CAPTION, weight=600, anchor="middle", halo=True)

    def _paid(self, k: int, x: float, y: float) -> None:
        """What the end pays, each amount in its player's colour."""
        weight = 700 if self.reach[k] > SHOWN else 500
        self.canvas.dot((x, y), fill="soft", radius=2.6, width=0, kind="end")
        for i, value in enumerate(self.ends[k]):
            text = said(value)
            if self.down:
                self.canvas.text(x, y + 20 + 16 * i, text, ink=player(i), weight=weight, anchor="middle")
            else:
                more = i < len(self.ends[k]) - 1
                self.canvas.text(x + 10, y + 4.5, text + "," * more, ink=player(i), weight=weight)
                x += width_of(text, 13) + 10

    def finished(self, title: str, says: str) -> Picture:
        self.edges()
        self.sets()
        self.nodes()
        self.canvas.text(20, 32, title, size=15, weight=600)
        order = "Payoffs: " + ", ".join(short(p, 24) for p in self.tree.players)
        xs, ys = zip(*self.places, strict=True)
        paid = max((sum(width_of(said(v), 13) + 10 for v in vs) for vs in self.ends.values()), default=0.0)
        names = [
            x + width_of(self.caption(k), CAPTION) / 2 for k, (x, _) in enumerate(self.places) if self.tree.children[k]
        ]
        right = max([max(xs) + (30 if self.down else paid + 14), *names, 220.0])
        low = max(ys) + (26 + 16 * len(self.tree.players) if self.down else 34)
        lines = [order] + ["Bold: where the play goes; half bold: what it would do elsewhere"] * bool(self.law)
        low = paragraph(self.canvas, lines, 20, low + 4, right)
        return self.canvas.picture(title, says, right + 20, low + 2)


def tree(game: Game | Tree, play: Play | Perfect | Mapping[Place, Any] | None = None, *, down: bool = False) -> Picture:
    """The tree that a game was read from (or a `Tree`), left to right or from the top `down`.

    `play`: a play of the game, a subgame-perfect equilibrium, or laws over actions at information sets; its path is in bold.
    Raises InputError where there is no tree, or rules have changed what it pays, and TooLarge beyond 300 nodes.
    """
    found = game if isinstance(game, Tree) else _of(game)
    if len(found.nodes) > MOST:
        raise TooLarge(
            where=WHAT,
            needed=f"at most {MOST} nodes",
            found=f"{len(found.nodes):,}",
            remedy="Draw a subgame, or `equilibria(game)`.",
        )
    law = {} if play is None else behaviour(found, game, play)
    drawn = Drawn(found, law, down)
    title = f"Game tree: {short(Path(found.where).name, 64)}" if found.where != "game tree" else "Game tree"
    return drawn.finished(title, _sentence(drawn))


def _of(game: Game) -> Tree:
    try:
        return tree_of(game, WHAT)
    except Unsolved as error:
        remedy = "Draw `polytopes(game)` or `equilibria(game)`, of the strategic form."
        raise InputError(where=WHAT, needed=error.needed, found=error.found, remedy=remedy) from None


def behaviour(tree: Tree, game: Game | Tree, play: Play | Perfect | Mapping[Place, Any]) -> dict[Place, list[float]]:
    """What a play does at the information sets that it says something about."""
    if isinstance(play, Perfect):
        play = play.acts
    if isinstance(play, Mapping):
        laws = {place: [float(p) for p in law] for place, law in play.items()}
        for (owner, place), law in laws.items():
            fits = 0 <= owner < len(tree.players) and 0 <= place < len(tree.actions[owner])
            if not fits or len(law) != len(tree.actions[owner][place]):
                raise InputError(
                    where=WHAT, needed="a law over the actions of each information set", found=f"{owner}, {place}"
                )
        return laws
    form = tree.normal
    if play.strategies is None:
        raise InputError(
            where=WHAT,
            needed="a play in which players mix independently",
            found="a correlated one",
            remedy="Draw `equilibria`.",
        )
    skip = play.game.n - len(tree.players)
    found: dict[Place, list[float]] = {}
    for i, strategy in enumerate(play.strategies[skip:]):
        mixture = rational.exact(strategy[0])
        if len(mixture) != len(form.choices[i]):
            raise InputError(where=WHAT, needed="a play of the game of this tree", found=f"{len(mixture)} strategies")
        found |= {place: [float(p) for p in law] for place, law in tree.behaviour(form, i, mixture).items()}
    return found


def _sentence(drawn: Drawn) -> str:
    tree = drawn.tree
    moving, sets = sum(node.owner >= 0 for node in tree.nodes), len(tree.places)
    ends = [k for k, below in enumerate(tree.children) if not below]
    said_ = f"A game tree of {', '.join(tree.players)}: {moving} decision nodes in {sets} information sets, {len(ends)} ends."
    if not drawn.law:
        return said_
    reached = [(drawn.reach[k], drawn.ends[k]) for k in ends if drawn.reach[k] > SHOWN]
    paid = "; ".join(f"({', '.join(said(v) for v in paid)}) with probability {said(p)}" for p, paid in reached[:8])
    return f"{said_} The play ends in {paid}."

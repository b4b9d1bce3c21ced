"""Where the nodes of a tree go: ends evenly spaced, everyone else in the middle of its children.

After Reingold & Tilford 1981 (IEEE Trans. Softw. Eng. 7), without the sharing of contours: ends that line up are easier to read
as payoffs. Nodes of one information set are put at one depth where the tree allows it.
"""

from __future__ import annotations

from ...game.files.tree import Tree

ROUNDS = 50  # of levelling; sets that cross each other never come to rest


def depths(tree: Tree) -> list[int]:
    """Per node its column: at least one more than its parent's, nodes of one information set alike where that can be."""
    plain = _below(tree, [0] * len(tree.nodes))
    least = [0] * len(tree.nodes)
    for _ in range(ROUNDS):
        found = _below(tree, least)
        if max(found) > 2 * max(plain) + 2:
            return plain
        wanted = list(found)
        for nodes in tree.places.values():
            deepest = max(found[k] for k in nodes)
            for k in nodes:
                wanted[k] = deepest
        if wanted == found:
            return found
        least = wanted
    return plain


def _below(tree: Tree, least: list[int]) -> list[int]:
    found = list(least)
    for k, children in enumerate(tree.children):  # prefix order: parents first
        for child in children:
            found[child] = max(found[child], found[k] + 1)
    return found


def across(tree: Tree) -> list[float]:
    """Per node its place across, ends at 0, 1, 2, …"""
    found = [0.0] * len(tree.nodes)
    ends = 0
    for k, children in enumerate(tree.children):
        if not children:
            found[k] = float(ends)
            ends += 1
    for k in reversed(range(len(tree.nodes))):
        if tree.children[k]:
            inside = [found[c] for c in tree.children[k]]
            found[k] = (min(inside) + max(inside)) / 2
    return found

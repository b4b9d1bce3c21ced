"""Sequential equilibria of game trees: best replies on the path and off it, to beliefs that trembles give.

An assessment (σ, μ) is a sequential equilibrium if at every information set h the owner acts best given the belief μ_h over its
nodes, and μ is the limit of what Bayes' rule says for strategies in which every action has some probability (Kreps & Wilson
1982, Econometrica 50). One is found as the limit of agent logit equilibria

    σ_h(a) ∝ exp( λ · U_h(a) ),     U_h(a) = Σ_{x ∈ h} μ_h(x) · V_i(x followed by a)

as λ grows along the principal branch (McKelvey & Palfrey 1998, Exp. Econ. 1: every limit point is one). Everything is kept in
logarithms, so that beliefs off the path stay sharp where probabilities have long become zero in floats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..errors import Unsolved
from ..game.files.tree import Behaviour as Acts
from ..game.files.tree import Place, Tree
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array
from .behaviour import Behaviour, no_argument, register
from .perfect import played, tree_of
from .prediction import Plays, residual_of

TOP = 1e5  # λ, where payoffs range over 1
TOLERANCE = 1e-9  # of the equations, in log-probability
MOST_STEPS = 3_000
MOST_NODES = 2_000
PURE = 1e-3  # what a choice may leave to other actions at the top of the branch and still be meant as pure
STEP = 1e-6  # of differences
LITTLE = 1e-4  # of its own range of payoffs: what somebody may gain at the top of the branch


@dataclass(frozen=True, eq=False)
class Assessment:
    """What is done at every information set, and believed there."""

    acts: Acts
    """Per information set a law [action]; exact where every choice is pure."""
    beliefs: dict[Place, Array] = field(repr=False)
    """Per information set a law over its nodes, in prefix order."""
    gain: float
    """The most that somebody gains somewhere, given its belief there, by another action; payoff units."""
    lam: float
    """Where on the branch it was read off, per unit of payoff (where each player has a λ of its own: the least of them)."""
    steps: int


class _Agents:
    """The equations in x = log σ, stacked over information sets, for a batch of points at once."""

    def __init__(self, tree: Tree, *, own: bool = False) -> None:
        """`own`: each player's payoffs in units of their own range, which is a λ of its own for everybody."""
        self.tree = tree
        self.at: dict[Place, slice] = {}
        for place in tree.places:
            first = max((s.stop for s in self.at.values()), default=0)
            self.at[place] = slice(first, first + len(tree.actions[place[0]][place[1]]))
        self.size = max((s.stop for s in self.at.values()), default=0)
        paid = [[float(v) for v in node.paid] or [0.0] * len(tree.players) for node in tree.nodes]
        ends = np.array(paid)
        self.ranges = np.ptp(ends, axis=0)
        units = (self.ranges if own else np.full(len(self.ranges), self.ranges.max())) * max(1, _depth(tree))
        self.units = np.where(units > 0, units, 1.0)
        self.unit = float(self.units.max())
        self.paid = ends / self.units
        self.first = np.concatenate([np.full(s.stop - s.start, s.start) for s in self.at.values()])
        self.is_first = self.first == np.arange(self.size)

    def worth(self, x: Array) -> tuple[Array, dict[Place, Array]]:
        """(U [batch, stacked], beliefs [batch, node] per information set) at x [batch, stacked]."""
        tree, batch = self.tree, len(x)
        reach = np.zeros((batch, len(tree.nodes)))
        for k, node in enumerate(tree.nodes):
            for a, child in enumerate(tree.children[k]):
                reach[:, child] = reach[:, k] + (
                    x[:, self.at[node.owner, node.place]][:, a] if node.owner >= 0 else _log(node.chances[a])
                )
        value = np.broadcast_to(self.paid, (batch, *self.paid.shape)).copy()
        sigma = np.exp(x)
        for k in reversed(range(len(tree.nodes))):
            node = tree.nodes[k]
            for a, child in enumerate(tree.children[k]):
                p = sigma[:, self.at[node.owner, node.place]][:, a] if node.owner >= 0 else float(node.chances[a])
                value[:, k] += np.asarray(p)[..., None] * value[:, child]
        worth, beliefs = np.zeros((batch, self.size)), {}
        for place, nodes in tree.places.items():
            beliefs[place] = _softmax(reach[:, nodes])
            for a in range(self.at[place].stop - self.at[place].start):
                after = [tree.children[k][a] for k in nodes]
                worth[:, self.at[place].start + a] = (beliefs[place] * value[:, after, place[0]]).sum(axis=1)
        return worth, beliefs

    def equations(self, x: Array, lam: Array) -> Array:
        """F [batch, stacked]: at each set its laws sum to one, and log-odds are λ times differences of worth."""
        worth, _ = self.worth(x)
        value = x - x[:, self.first] - lam[:, None] * (worth - worth[:, self.first])
        for s in self.at.values():
            value[:, s.start] = np.log(np.exp(x[:, s] - x[:, s].max(axis=1, keepdims=True)).sum(axis=1)) + x[:, s].max(
                axis=1
            )
        return value

    def slopes(self, point: Array) -> tuple[Array, Array]:
        """(F [stacked], dF/d(x, λ) [stacked, stacked + 1]) at (x, λ), by differences, all at once."""
        h = STEP * np.maximum(1.0, np.abs(point))
        near = np.vstack([point, point + np.diag(h), point - np.diag(h)])
        value = self.equations(near[:, :-1], near[:, -1])
        n = len(point)
        return value[0], ((value[1 : n + 1] - value[n + 1 :]) / (2 * h[:, None])).T


def _depth(tree: Tree) -> int:
    """The most nodes on one play at which something is paid."""
    most = [0] * len(tree.nodes)
    for k in reversed(range(len(tree.nodes))):
        most[k] = bool(tree.nodes[k].paid) + max((most[c] for c in tree.children[k]), default=0)
    return most[0]


def _log(p: Fraction) -> float:
    return (
        float(np.log(float(p))) if p > 0 else -1e9
    )  # chance that never moves so: as good as never, and a number still


def _softmax(logs: Array) -> Array:
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def sequential(tree: Tree, *, top: float = TOP) -> Assessment:
    """The sequential equilibrium that the principal branch of agent logit equilibria leads to.

    Raises Unsolved without perfect recall, for trees of more than 2,000 nodes, or where the branch cannot be followed.
    """
    if not tree.perfect_recall or len(tree.nodes) > MOST_NODES:
        recall = "an information set that its owner comes to after different moves of its own"
        raise Unsolved(
            where=tree.where,
            needed=f"perfect recall, and at most {MOST_NODES:,} nodes",
            found=f"{len(tree.nodes):,} nodes" if tree.perfect_recall else recall,
            remedy="Ask for `nash`, of the strategic form.",
        )
    agents = _Agents(tree)
    if not agents.size:
        return Assessment({}, {}, 0.0, 0.0, 0)
    found, share = _read_off(agents, *_followed(agents, top))
    if share > LITTLE and np.ptp(agents.ranges):  # one λ for all leaves those undecided whose payoffs are far smaller
        agents = _Agents(tree, own=True)
        other, less = _read_off(agents, *_followed(agents, top))
        found = other if less < share else found
    return found


def _followed(agents: _Agents, top: float) -> tuple[Array, int]:
    """The point of the principal branch where λ first reaches `top`, by pseudo-arclength continuation."""
    start = np.concatenate([np.full(s.stop - s.start, -np.log(s.stop - s.start)) for s in agents.at.values()])
    point, step = np.append(start, 0.0), 0.05
    tangent = np.append(np.zeros(agents.size), 1.0)
    for taken in range(MOST_STEPS):
        if point[-1] >= top:
            return point, taken
        _, jacobian = agents.slopes(point)
        tangent = _tangent(jacobian, tangent)
        while True:
            found = _corrected(agents, point + step * tangent, tangent)
            if found is not None and np.linalg.norm(found - point - step * tangent) < step / 2:
                break
            step /= 2
            if step < 1e-9:
                raise Unsolved(
                    where=agents.tree.where,
                    needed=f"the agent logit branch up to λ = {top / agents.unit:g}",
                    found=f"no way on from λ = {point[-1] / agents.unit:g}",
                    remedy="Ask for `subgame-perfect` or `nash`.",
                )
        point, step = found, step * 1.5
    raise Unsolved(where=agents.tree.where, needed=f"a branch of at most {MOST_STEPS:,} steps", found="a longer one")


def _tangent(jacobian: Array, before: Array) -> Array:
    try:
        found = np.linalg.solve(np.vstack([jacobian, before]), np.append(np.zeros(len(jacobian)), 1.0))
    except np.linalg.LinAlgError:
        return before
    return np.asarray(found / np.linalg.norm(found))


def _corrected(agents: _Agents, guess: Array, tangent: Array) -> Array | None:
    point = guess.copy()
    for _ in range(8):
        value, jacobian = agents.slopes(point)
        if not np.isfinite(value).all() or point[:-1].max() > 1:
            return None
        if np.abs(value).max() < TOLERANCE * max(1.0, float(np.abs(point).max())):
            return point
        try:
            point -= np.linalg.solve(np.vstack([jacobian, tangent]), np.append(value, tangent @ (point - guess)))
        except np.linalg.LinAlgError:
            return None
    return None


def _read_off(agents: _Agents, point: Array, steps: int) -> tuple[Assessment, float]:
    """(what the point says, the most that somebody gains as a share of its own range of payoffs)."""
    sigma = np.exp(point[:-1])
    acts: dict[Place, Array] = {place: sigma[s] / sigma[s].sum() for place, s in agents.at.items()}
    if all(law.max() > 1 - PURE for law in acts.values()):  # then they are meant, and exact
        acts = {place: rational.exact((law == law.max()).astype(int)) for place, law in acts.items()}
    beliefs = {place: b[0] for place, b in agents.worth(point[None, :-1])[1].items()}
    gains = _gains(agents, acts, beliefs)
    share = float((gains / np.where(agents.ranges > 0, agents.ranges, 1.0)).max())
    return Assessment(acts, beliefs, float(gains.max()), point[-1] / agents.unit, steps), share


def _gains(agents: _Agents, acts: Acts, beliefs: dict[Place, Array]) -> Array:
    """[player]: the most that a choice at some set falls short of the best there, at given beliefs and what is done everywhere."""
    tree = agents.tree
    laws = {place: rational.floats(law) for place, law in acts.items()}
    value = agents.paid.copy()
    for k in reversed(range(len(tree.nodes))):
        node = tree.nodes[k]
        law = laws[node.owner, node.place] if node.owner >= 0 else rational.floats(node.chances)
        for p, child in zip(law, tree.children[k], strict=False):
            value[k] += p * value[child]
    short = np.zeros(len(tree.players))
    for (i, place), nodes in tree.places.items():
        after = value[np.array([tree.children[k] for k in nodes]), i]  # [node, action]
        worth = beliefs[i, place] @ after
        short[i] = max(short[i], float(worth.max() - laws[i, place] @ worth))
    return short * agents.units


class Sequential(Behaviour):
    """One sequential equilibrium of a game that was read from a tree."""

    name = "sequential"

    def __call__(self, game: Game) -> Plays:
        tree = tree_of(game, self.name)
        found = sequential(tree)
        exact = all(rational.is_exact(law) for law in found.acts.values())
        shown = game if exact else game.floats
        acts = found.acts if exact else {place: rational.exact_law(law) for place, law in found.acts.items()}
        play = played(shown, tree, acts)
        how = f"limit of agent logit equilibria, read off at λ = {found.lam:.3g} after {found.steps} steps; one of perhaps many"
        return Plays(self.name, game, (play,), how, max(found.gain, residual_of([play])), complete=False)


register("sequential", lambda text: no_argument("sequential", text, Sequential))

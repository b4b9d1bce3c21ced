"""Inattentive players: learning one's own type is costly, by κ for each unit (nat) of information that the action carries.

    maximise  Σ_θ p(θ) Σ_a σ(a | θ) U(a, θ) − κ·I(θ; a)        I = Σ p(θ) σ(a | θ) log( σ(a | θ) / P(a) ),  P(a) = Σ_θ p(θ) σ(a | θ)
    solution  σ(a | θ) ∝ P(a)·exp(U(a, θ)/κ),   P maximises  f(P) = κ·Σ_θ p(θ) log Σ_a P(a) exp(U(a, θ)/κ)

(Matějka & McKay 2015, Am. Econ. Rev. 105, for one player at a time; U is against the others' play.) A type here is a state that
the player could learn: p is its marginal, and the payoffs of the others stay out of it. f is concave; P is optimal when

    g(a) = Σ_θ p(θ) exp(U(a, θ)/κ) / Σ_b P(b) exp(U(b, θ)/κ) ≤ 1 for all a      and in any case  max f − f(P) ≤ κ·(max g − 1)

(Caplin, Dean & Leahy 2019, Rev. Econ. Stud. 86), which is how every answer is checked. A player with one type has nothing to learn
and replies best. In games, control costs μ·Σ p σ log σ are added and let vanish: with them play is σ ∝ P^{κ/(κ+μ)} exp(U/(κ+μ)),
uniform at μ = ∞, and one branch leads on from there. Without types it is the logit branch with λ = 1/μ, to a Nash equilibrium.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..errors import InputError, Unsolved
from ..game.game import Game
from ..game.lower import core, lifted
from ..game.play import marginal
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .behaviour import Behaviour, argument, register
from .branch import follow
from .nash import Nash
from .prediction import Plays, residual_of
from .replies import Against, Strategies, shapes, slopes

GAP = 1e-9  # what somebody could still gain net of attention, relative to the range of its payoffs
STOPS = (1e2, 1e3, 1e4, 1e5, 1e6)  # 1/μ, in units of the largest stake: where the limit is tried
LEAST_USED = (1e-6, 1e-2)  # P of actions that the limit is tried with
BLAHUT = 60  # of Blahut–Arimoto, before Newton
NEWTON = 60


# ── one player ──────────────────────────────────────────────────────────────────────────────────────────────────────


def attentive(worth: Array, chance: Array, kappa: float, start: Array | None = None) -> tuple[Array, float]:
    """(σ[type, action], the most that it may miss of the optimum) for U[type, action], p[type]; payoff units.

    Blahut–Arimoto from `start`[action] or from uniform P, then Newton on the actions in use until g ≤ 1.
    """
    score = worth / kappa
    weight = np.exp(score - score.max(axis=1, keepdims=True))  # f only shifts by a constant
    prior = np.full(worth.shape[1], 1 / worth.shape[1]) if start is None else start
    for _ in range(BLAHUT):
        prior = prior * _pull(weight, chance, prior)
        prior = prior / prior.sum()
    prior = _newton(weight, chance, np.where(prior > 1e-6, prior, 0))
    gap = kappa * max(float(_pull(weight, chance, prior).max()) - 1, 0.0)
    sigma = prior * weight
    return sigma / sigma.sum(axis=1, keepdims=True), gap


def _pull(weight: Array, chance: Array, prior: Array) -> Array:
    """[action]: g."""
    return chance @ (weight / (weight @ prior)[:, None])


def _newton(weight: Array, chance: Array, prior: Array) -> Array:
    """Active set: Newton on the support of P, an action leaves it at 0 and enters where g > 1."""
    prior = prior / prior.sum()
    for _ in range(NEWTON):
        inside = weight @ prior
        pull = _pull(weight, chance, prior)
        used = prior > 0
        entering = int(np.argmax(np.where(used, -np.inf, pull)))
        off = float(np.abs(pull[used] - 1).max())
        if off < 1e-13 and pull[entering] <= 1 + 1e-13:
            break
        if off < 1e-6 and not used[entering] and pull[entering] > 1 + 1e-13:
            used[entering] = True
        at = np.flatnonzero(used)
        ratio = weight[:, at] / inside[:, None]
        curvature = (ratio * chance[:, None]).T @ ratio  # −f″
        k = len(at)
        border = np.ones((k, 1))
        rows = np.block([[curvature + 1e-14 * np.trace(curvature) * np.eye(k), border], [border.T, np.zeros((1, 1))]])
        step = np.linalg.lstsq(rows, np.append(pull[at], 0.0), rcond=None)[0][:k]
        falling = step < 0
        reach = min(1.0, float((prior[at][falling] / -step[falling]).min(initial=np.inf)))
        here, length = float(chance @ np.log(inside)), reach
        while length > 1e-12:  # up the hill; the last steps are lost in rounding
            tried = prior.copy()
            tried[at] = np.maximum(prior[at] + length * step, 0)
            if chance @ np.log(weight @ tried) >= here - 1e-15:
                break
            length /= 2
        else:
            break
        if length == reach < 1:
            blocking = at[falling][np.argmin(prior[at][falling] / -step[falling])]
            tried[blocking] = 0
        prior = tried / tried.sum()
    return prior


def information(strategy: Array, chance: Array) -> float:
    """I(θ; a) in nats of σ[type, action] under p[type]."""
    known = chance > 0
    sigma, p = strategy[known], chance[known]
    prior = p @ sigma
    ratio = np.where(sigma > 0, sigma / np.where(prior > 0, prior, 1), 1)
    return float((p[:, None] * sigma * np.log(ratio)).sum())


# ── all players ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Field:
    """The game as its players see it."""

    inner: Game
    kappa: float
    against: Against
    chance: Strategies

    def replies(self, strategies: Strategies) -> tuple[Strategies, float]:
        """(what everybody would do, the most that somebody may miss in all by what it does, relative)."""
        found, missed = [], 0.0
        for i, worth in enumerate(self.against.worth(strategies)):
            p, size = self.chance[i], float(np.ptp(self.inner.payoff[i])) or 1.0
            if (p > 0).sum() == 1:
                best = worth >= worth.max(axis=1, keepdims=True) - self.against.slack[i]
                reply, gap = best / best.sum(axis=1, keepdims=True), 0.0
            else:
                reply, gap = attentive(worth, p, self.kappa)
            most = self._net(worth, reply, p) + gap
            missed = max(missed, (most - self._net(worth, strategies[i], p)) / size)
            found.append(reply)
        return found, missed

    def _net(self, worth: Array, strategy: Array, chance: Array) -> float:
        return float((chance[:, None] * strategy * worth).sum()) - self.kappa * information(strategy, chance)


class _System:
    """With control costs μ = 1/λ beside attention, κ·I + μ·Σ p σ log σ, in x = log σ, stacked over players, types, actions:

    (x_a − x_0) + λκ [(x_a − log P_a) − (x_0 − log P_0)] − λ (U_a − U_0) = 0,    Σ_a e^{x_a} = 1

    0 is the likeliest action. λ = 0 is uniform play; as λ grows, control costs vanish (`limit`: without the first term).
    """

    def __init__(self, field: _Field) -> None:
        self.field, self.inner = field, field.inner
        self.sizes = shapes(field.inner)
        self.edges = np.cumsum([0, *(t * a for t, a in self.sizes)])
        self.size = int(self.edges[-1])
        reserve((6, self.size, self.size), "the equations of inattentive play")

    def start(self) -> Array:
        return np.log(np.concatenate([s.ravel() for s in self.field.against.uniform]))

    def strategies(self, x: Array) -> Strategies:
        blocks = zip(self.edges, self.edges[1:], self.sizes, strict=False)
        return [np.exp(np.minimum(x[a:b], 50)).reshape(shape) for a, b, shape in blocks]

    def equations(self, point: Array, *, used: Array | None = None, limit: bool = False) -> tuple[Array, Array]:
        """(F, its derivatives by x and by λ). Actions that are not `used` have probability 0, and x is left as it is."""
        x, lam = point[:-1], point[-1]
        keep = np.ones(self.size, dtype=bool) if used is None else used
        strategies = self.strategies(np.where(keep, x, -np.inf))
        worth = np.concatenate([w.ravel() for w in self.field.against.worth(strategies)])
        sigma = np.concatenate([s.ravel() for s in strategies])
        own, effect = np.eye(self.size), slopes(self.inner, strategies) * sigma  # of x, and of U, by x
        surprise, learned = x.copy(), own.copy()  # x − log P
        first = np.empty(self.size, dtype=int)
        for i, (types, actions) in enumerate(self.sizes):
            p, block = self.field.chance[i], slice(self.edges[i], self.edges[i + 1])
            prior = np.maximum(p @ strategies[i], 1e-300)
            surprise[block] -= np.tile(np.log(prior), types)
            share = p[:, None] * strategies[i] / prior  # ∂ log P_a / ∂ x(θ, a)
            part = np.zeros((types, actions, types, actions))
            part[:, np.arange(actions), :, np.arange(actions)] = share.T[:, None, :]
            learned[block, block] -= part.reshape(types * actions, types * actions)
            first[block] = np.repeat(self.edges[i] + np.arange(types) * actions + int(prior.argmax()), actions)
        by_attention = self.field.kappa * (surprise - surprise[first]) - (worth - worth[first])
        by_attention_x = self.field.kappa * (learned - learned[first]) - (effect - effect[first])
        scale = 1 / (1 + lam * self.field.kappa)  # keeps rounding small where λκ is large
        alone, weight = (0.0, 1.0) if limit else (scale, lam * scale)
        value = alone * (x - x[first]) + weight * by_attention
        change = alone * (own - own[first]) + weight * by_attention_x
        by_lambda = scale * (by_attention - self.field.kappa * value)
        rows = np.equal.outer(first, first)
        heads = first == np.arange(self.size)
        value[heads] = (rows @ sigma)[heads] - 1
        change[heads] = (rows * sigma)[heads]
        column = np.where(heads, 0.0, by_lambda)
        value[~keep], change[~keep], column[~keep] = 0.0, own[~keep], 0.0
        return value, np.column_stack([change, column])

    def polished(self, point: Array, least: float) -> Strategies:
        """The play at λ = ∞ near a point of the path: Newton with the actions that are hardly used, P ≤ least, left out."""
        strategies, used = self.strategies(point[:-1]), np.zeros(self.size, dtype=bool)
        for i, (types, _) in enumerate(self.sizes):
            prior = self.field.chance[i] @ strategies[i]
            used[self.edges[i] : self.edges[i + 1]] = np.tile(prior > least, types)
        there = point.copy()
        for _ in range(30):
            value, change = self.equations(there, used=used, limit=True)
            if not np.isfinite(value).all() or np.abs(value).max() < 1e-14:
                break
            step = np.linalg.lstsq(change[:, :-1], value, rcond=None)[0]
            there[:-1] -= np.clip(step, -2, 2)
        found = self.strategies(np.where(used, there[:-1], -np.inf))
        return [s / np.maximum(s.sum(axis=1, keepdims=True), 1e-300) for s in found]


def _equilibrium(field: _Field) -> tuple[Strategies, float]:
    """(play, what somebody may miss): the limit of the principal branch as control costs vanish."""
    system, best = _System(field), (field.against.uniform, math.inf)
    start = np.append(system.start(), 0.0)
    with np.errstate(all="ignore"):
        for point in follow(system.equations, start, STOPS, residual=1e-9, longest=math.inf):
            for least in LEAST_USED:
                found = system.polished(point, least)
                if all(np.isfinite(s).all() and abs(s.sum(axis=1) - 1).max() < 1e-9 for s in found):
                    best = min(best, (found, field.replies(found)[1]), key=lambda pair: pair[1])
            if best[1] <= GAP:
                break
    return best


@dataclass(frozen=True)
class Inattentive(Behaviour):
    """Everybody pays `kappa` (payoff units per nat) for what its action says about its own type."""

    kappa: float

    def __post_init__(self) -> None:
        if not 0 < self.kappa < math.inf:
            raise InputError(where="behaviour inattentive", needed="a cost per nat above 0", found=f"{self.kappa:g}")

    @property
    def name(self) -> str:
        return f"inattentive:{self.kappa:g}"

    def __call__(self, game: Game) -> Plays:
        """One equilibrium, at the end of the branch from uniform play. Raises Unsolved where that leads nowhere.

        Where nobody has types there is nothing to attend to, and the answer is that of `nash`. `residual` is what somebody would
        gain if it saw its type for free; what it could gain net of attention is told in `how`.
        """
        inner = core(game).floats
        chance = [marginal(inner, i) for i in range(inner.n)]
        if all((p > 0).sum() == 1 for p in chance):
            plain = Nash()(game)
            return replace(plain, name=self.name, how=f"nobody has types to attend to: {plain.how}")
        unit = float(np.ptp(inner.payoff)) or 1.0
        scaled = replace(inner, payoff=inner.payoff / unit)
        field = _Field(scaled, self.kappa / unit, Against.game(scaled), chance)
        if inner.n == 1:
            strategies, missed = field.replies(field.against.uniform)[0], 0.0
            missed = field.replies(strategies)[1]
        else:
            strategies, missed = _equilibrium(field)
        if missed > 1e-6:
            raise Unsolved(
                where=self.name,
                needed="an equilibrium at the end of the branch that leads on from uniform play",
                found="none" if missed == math.inf else f"somebody who may gain {missed:.2g} of its payoffs' range",
                remedy="Ask for a higher cost of attention, or use logit.",
            )
        play = lifted(game.floats, strategies)
        learned = ", ".join(
            f"{inner.players[i]} {information(strategies[i], p):.4f} nats"
            for i, p in enumerate(chance)
            if (p > 0).sum() > 1
        )
        how = (
            f"rational inattention at {self.kappa:g} a nat ({learned}); nobody gains more than {max(missed, 1e-16):.0e}"
        )
        how += " of its range net of attention"
        alone = inner.n == 1
        how += "" if alone else "; the limit of the branch from uniform play, others may exist"
        return Plays(self.name, game, (play,), how, residual_of([play]), complete=alone)


register(
    "inattentive",
    lambda text: Inattentive(
        argument("inattentive", text, float, "a cost per nat in payoff units, above 0, as in inattentive:0.5", 1e-300)
    ),
)

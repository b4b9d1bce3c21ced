"""Certified regret of piecewise-linear nets, profile by profile: the best lie as a mixed-integer programme, solved to its bound.

With the others' reports fixed, agent i of type θ_i looks for r in its box that maximises θ_i·x_i(r) − p_i(r). Every
layer is affine,

    relu        a = max(z, 0):  a ≥ z, a ≥ 0, a ≤ z − l(1 − b), a ≤ u b,  b ∈ {0, 1},   l ≤ z ≤ u by intervals
    sparsemax   x_k = z_k − τ + μ_k, Σ x_k = 1, 0 ≤ x_k ≤ b_k, 0 ≤ μ_k ≤ M(1 − b_k)            (its conditions of optimality)

and payments are affine too. The box is cut into pieces, which interval arithmetic or the solver gives up where nothing
beats the best lie in hand (after Curry, Chiang, Goldstein & Dickerson 2020, NeurIPS 33). The programme's *bound*, less
what truth gives, is an upper bound on regret at that profile, up to the solver's tolerance; of n random profiles, the
largest bounds with confidence what another random profile has: Pr(regret > largest of n) ≤ 1 − (1 − confidence)^(1/n). Nothing is
said of any profile between them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .attack import Effort, attack
from .audited import BOUNDED, Certified, Deviation
from .nets import Layers, Net, sparsemax
from .watched import Watched, reach

CONFIDENCE = 0.95
PIECES = {1: 16, 2: 8, 3: 3}  # by items: a box is cut so often along each; a piece has fewer kinks than the whole
START = Effort(random=200, shades=21, points=21, sweeps=2, corners=8, kept=4, steps=60)
CLOSE = 1e-5  # better lies than the best in hand are looked for if they gain so much more, in units of the largest type
ROUNDING = (
    1e-6  # the solver's own tolerance of whole numbers, and what it may add to a bound in units of the largest type
)


@dataclass(frozen=True, eq=False)
class AtProfile:
    """The best lie of one agent at one profile."""

    agent: int
    bound: float
    """No lie gains more: an upper bound on regret, in money."""
    found: float
    """What the best lie in hand gains, asked of the net itself."""
    misreport: Array = field(repr=False)
    seconds: float
    """CPU-seconds."""
    binaries: int


@dataclass(frozen=True, eq=False)
class Certificates:
    """Of random profiles."""

    each: tuple[AtProfile, ...]
    """Of every profile, the agent with the largest bound."""
    certified: Certified
    mean: float
    """Mean over profiles and agents of the bounds."""
    seconds: tuple[float, float, float]
    """CPU-seconds of one programme: mean, median, most."""


def best_lie(net: Net, types: Array, agent: int, *, seconds: float = 60.0) -> AtProfile:
    """The most that `agent` gains at the true profile types[agent, item], by any report of its box.

    Raises InputError for nets that are not piecewise linear, Unsolved where `seconds` give no bound.
    """
    if not net.piecewise_linear:
        form = f"{net.activation}, {net.head}, {net.pays}"
        raise InputError(where="programme", needed="a net with relu, sparsemax and linear payments", found=form)
    start = time.process_time()
    types = np.asarray(types, float)
    own, (low, high) = types[agent], reach(net.environment.laws[agent])
    watched = Watched(net)
    unit = max(1.0, float(np.abs(high).max()))
    lies = attack(watched, types[None], agent, START)
    lie = lies.misreports[0]
    truth, best = map(float, watched.lying(types[None], agent, np.stack([own, lie])[None])[0])
    bound, binaries = best + CLOSE * unit, 0  # what is no better than this is not looked for
    cuts = PIECES.get(len(low), 1)
    pieces = np.stack([axis.ravel() for axis in np.meshgrid(*[np.arange(cuts)] * len(low), indexing="ij")], axis=1)
    lows, highs = low + pieces * (high - low) / cuts, low + (pieces + 1) * (high - low) / cuts
    most = _intervals(net, types, agent, lows, highs)
    for k in np.argsort(-most, kind="stable"):
        if most[k] <= best + CLOSE * unit:
            break
        model = _Model(net, types, agent, lows[k], highs[k], best + CLOSE * unit)
        left = seconds - (time.process_time() - start)
        solution = model.programme.solve(maximise=True, seconds=max(left, 1e-3), partial=True)
        binaries = max(binaries, model.binaries)
        if solution.status == "infeasible":  # nothing here is better by more than is looked for
            continue
        if not np.isfinite(solution.bound):
            raise Unsolved(
                where="best lie", needed="a bound", found=f"none in {seconds:g} seconds", remedy="Allow more time."
            )
        bound = max(bound, float(solution.bound) + model.constant)
        if solution.x is not None:
            there = np.clip(solution.x[model.report], lows[k], highs[k])
            got = float(watched.lying(types[None], agent, there[None, None])[0, 0])
            best, lie = (got, there) if got > best else (best, lie)
    found = max(float(best - truth), 0.0)
    spent = time.process_time() - start
    return AtProfile(agent, max(float(bound - truth), found) + ROUNDING * unit, found, lie, spent, binaries)


def _intervals(net: Net, types: Array, agent: int, lows: Array, highs: Array) -> Array:
    """[piece]: what no report of a piece exceeds, by interval arithmetic."""
    m = types.shape[1]
    inside = slice(agent * m, (agent + 1) * m)
    ends = []
    for layers in (net.allocation, net.payments):
        low, high = (np.broadcast_to(types.ravel(), (len(lows), types.size)).copy() for _ in range(2))
        low[:, inside], high[:, inside] = lows, highs
        for k, (w, b) in enumerate(zip(layers.weights, layers.biases, strict=True)):
            up, down = np.maximum(w, 0), np.minimum(w, 0)
            low, high = low @ up.T + high @ down.T + b, high @ up.T + low @ down.T + b
            if k < len(layers.weights) - 1:
                low, high = np.maximum(low, 0), np.maximum(high, 0)
        ends.append((low, high))
    (low, high), (paid, _) = ends
    per = low.reshape(
        len(lows), -1, m
    ).copy()  # x_ij is largest where its own number is highest and all others are lowest
    per[:, agent] = high.reshape(per.shape)[:, agent]
    share = sparsemax(np.swapaxes(per, 1, 2))[..., agent]
    return np.asarray(share @ np.maximum(types[agent], 0) - paid[:, agent])


def certify_profiles(
    net: Net,
    *,
    profiles: int = 100,
    seed: int = 0,
    seconds: float = 60.0,
    tell: Callable[[str, float], object] = lambda words, done: None,
) -> Certificates:
    """Of random profiles, all agents; `seconds` for each programme. Raises InputError, Unsolved."""
    if profiles < 1:
        raise InputError(where="profiles", needed="at least 1", found=str(profiles))
    types = net.environment.profiles(profiles, seed)
    every: list[list[AtProfile]] = []
    for k, one in enumerate(types):
        every.append([best_lie(net, one, i, seconds=seconds) for i in range(net.environment.agents)])
        tell("the best lie, exactly", (k + 1) / profiles)
    flat = [a for row in every for a in row]
    worst = int(np.argmax([max(a.bound for a in row) for row in every]))
    at = max(every[worst], key=lambda a: a.bound)
    share = 1 - (1 - CONFIDENCE) ** (1 / profiles)
    truth, lying = Watched(net).lying(
        types[worst][None], at.agent, np.stack([types[worst, at.agent], at.misreport])[None]
    )[0]
    witness = Deviation(types[worst], at.agent, at.misreport, float(truth), float(lying)) if lying > truth else None
    scope = f"all but {share:.2%} of random profiles, with {CONFIDENCE:.0%} confidence"
    how = (
        f"the largest bound of {len(flat)} mixed-integer programmes at {profiles} random profiles (seed {seed}), solved by HiGHS "
        "in floats; nothing is said of any single profile between them"
    )
    times = np.array([a.seconds for a in flat])
    certified = Certified(at.bound, scope, how, BOUNDED, witness, len(flat), float(times.sum()))
    return Certificates(
        tuple(max(row, key=lambda a: a.bound) for row in every),
        certified,
        float(np.mean([a.bound for a in flat])),
        (float(times.mean()), float(np.median(times)), float(times.max())),
    )


class _Model:
    """The programme. Every number of the net is an affine expression of columns, with its interval."""

    def __init__(self, net: Net, types: Array, agent: int, low: Array, high: Array, above: float) -> None:
        """The best report within a box low ≤ r ≤ high, if any is worth `above` or more."""
        self.programme, self.binaries = Programme(), 0
        n, m = types.shape
        self.low, self.high = low, high
        self.report = self.programme.add_columns(m, lower=self.low, upper=self.high)
        inside = np.arange(agent * m, (agent + 1) * m)
        fixed = types.ravel().copy()
        fixed[inside] = 0
        z, low, high = self._perceptron(net.allocation, fixed, inside)
        own = []
        for j in range(m):
            pick = np.arange(n + 1) * m + j
            own.append(self._sparsemax(z[pick], low[pick], high[pick])[agent])
        hidden, weight, constant = self._last(net.payments, fixed, inside)
        cost = np.zeros(self.programme.columns)
        cost[np.array(own)] += types[agent]
        np.add.at(cost, hidden, -weight[agent])
        self.constant = -float(constant[agent])
        self.programme.add_cost(cost)
        row = self.programme.add_rows(1, lower=above - self.constant)
        self.programme.put(row[:, None], np.arange(len(cost))[None], cost)

    def _last(self, layers: Layers, fixed: Array, inside: Array) -> tuple[Array, Array, Array]:
        """(columns before the last layer, its weights on them, what it adds)."""
        before, _, _ = self._hidden(layers, fixed, inside)
        w, b = layers.weights[-1], layers.biases[-1]
        if len(layers.weights) == 1:
            return self.report, w[:, inside], w @ fixed + b
        return before, w, b

    def _hidden(self, layers: Layers, fixed: Array, inside: Array) -> tuple[Array, Array, Array]:
        columns, low, high = self.report, self.low, self.high
        for k, (w, b) in enumerate(zip(layers.weights[:-1], layers.biases[:-1], strict=True)):
            matrix, plus = (w[:, inside], w @ fixed + b) if k == 0 else (w, b)
            z, low, high = self._affine(matrix, plus, columns, low, high)
            columns = self._relu(z, low, high)
            low, high = np.maximum(low, 0), np.maximum(high, 0)
        return columns, low, high

    def _perceptron(self, layers: Layers, fixed: Array, inside: Array) -> tuple[Array, Array, Array]:
        before, low, high = self._hidden(layers, fixed, inside)
        w, b = layers.weights[-1], layers.biases[-1]
        matrix, plus = (w[:, inside], w @ fixed + b) if len(layers.weights) == 1 else (w, b)
        return self._affine(matrix, plus, before, low, high)

    def _affine(self, w: Array, b: Array, columns: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
        """Columns z = W·columns + b, with their intervals."""
        up, down = np.maximum(w, 0), np.minimum(w, 0)
        least, most = up @ low + down @ high + b, up @ high + down @ low + b
        z = self.programme.add_columns(len(b), lower=least, upper=most)
        rows = self.programme.add_rows(len(b), lower=b, upper=b)
        self.programme.put(rows, z, 1.0)
        self.programme.put(rows[:, None], columns[None, :], -w)
        return z, least, most

    def _relu(self, z: Array, low: Array, high: Array) -> Array:
        a = self.programme.add_columns(len(z), lower=np.maximum(low, 0), upper=np.maximum(high, 0))
        on = np.flatnonzero(low >= 0)
        same = self.programme.add_rows(len(on), lower=0.0, upper=0.0)
        self.programme.put(same, a[on], 1.0)
        self.programme.put(same, z[on], -1.0)
        k = np.flatnonzero((low < 0) & (high > 0))
        b = self._binary(len(k))
        above = self.programme.add_rows(len(k), lower=0.0)  # a − z ≥ 0
        self.programme.put(above, a[k], 1.0)
        self.programme.put(above, z[k], -1.0)
        below = self.programme.add_rows(len(k), upper=-low[k])  # a − z − l b ≤ −l
        self.programme.put(below, a[k], 1.0)
        self.programme.put(below, z[k], -1.0)
        self.programme.put(below, b, -low[k])
        off = self.programme.add_rows(len(k), upper=0.0)  # a − u b ≤ 0
        self.programme.put(off, a[k], 1.0)
        self.programme.put(off, b, -high[k])
        return a

    def _sparsemax(self, z: Array, low: Array, high: Array) -> Array:
        """Columns x[k]."""
        count = len(z)
        x = self.programme.add_columns(count, upper=1.0)
        one = self.programme.add_rows(1, lower=1.0, upper=1.0)
        self.programme.put(one[:, None], x[None, :], 1.0)
        top = high.max() - 1 / count  # τ is highest where all are alike
        tau = self.programme.add_columns(1, lower=low.max() - 1, upper=top)
        most = np.maximum(top - low, 0)  # of μ = τ − z
        mu, b = self.programme.add_columns(count, upper=most), self._binary(count)
        rows = self.programme.add_rows(count, lower=0.0, upper=0.0)  # x − z + τ − μ = 0
        for columns, value in ((x, 1.0), (z, -1.0), (np.broadcast_to(tau, count), 1.0), (mu, -1.0)):
            self.programme.put(rows, columns, value)
        has = self.programme.add_rows(count, upper=0.0)
        self.programme.put(has, x, 1.0)
        self.programme.put(has, b, -1.0)
        none = self.programme.add_rows(count, upper=most)
        self.programme.put(none, mu, 1.0)
        self.programme.put(none, b, most)
        return x

    def _binary(self, count: int) -> Array:
        self.binaries += count
        return self.programme.add_columns(count, upper=1.0, integer=True)

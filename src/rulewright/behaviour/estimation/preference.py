"""Revealed preference: payoffs of a family at which what was seen is ε-best, and the bounds on anything linear in them.

    Σ_R q(R) [ u(a, R) − u(a′, R) ] ≥ −ε         R: what the others are and do

*"reply"*: q is what the others were seen doing, a every action that was seen. *"told"*: q is what they did when a was
played (obedience, as in a correlated equilibrium). *"regret"*: the average over all rounds, of all that was done against one other
action, with nothing assumed of how: the rationalisable set of Nekipelov, Syrgkanis & Tardos 2015 (Econometrics for learning agents,
Proc. 16th ACM Conf. Economics and Computation), pairs (w, ε) such that regret is at most ε. All are linear in the weights w and
ε, so that the set is a polytope. The least ε at which it is not empty is the critical one (in the manner of Afriat 1973, Int.
Econ. Rev. 14); its multipliers name the observations that contradict each other.

Where q is a sample, the true frequencies lie within r of it in total variation, so that each row may be off by r times the
span of u(a, ·) − u(a′, ·). The span is taken at its largest over the bounds of the weights, which the rows then narrow, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...errors import Impossible, InputError, TooLarge
from ...game.play import marginal
from ...numerics.linprog import INFINITY, Programme, Solution
from ...numerics.rational import Array
from .confidence import AS_SEEN, BOUNDED, ball, checked
from .family import Family, PayoffSet
from .observations import Observations

FORMS = ("reply", "told", "regret")
CLOSE = 1e-9  # relative to the payoffs: what a row may be off by rounding
NARROWINGS = 4
MOST = 10**7  # numbers in the rows before they are summed


@dataclass(frozen=True)
class Reason:
    """One observation: done by a type rather than something else."""

    type: str
    done: str
    """What was done; "all that was done" where regret is averaged."""
    instead: str
    multiplier: float = 0.0
    """Its part in a contradiction; parts sum to one."""


@dataclass(frozen=True, eq=False)
class Revealed:
    """The polytope {w : rows·w ≤ sides + ε, low ≤ w ≤ high} of one player's unknown weights."""

    family: Family
    form: str
    rows: Array = field(repr=False)
    """[row, unknown]."""
    sides: Array = field(repr=False)
    """[row]; at ε = 0, noise included; payoff units."""
    reasons: tuple[Reason, ...] = field(repr=False)
    critical: float
    """The least ε at which some payoffs of the family explain what was seen; payoff units. 0: they do as it stands."""
    witness: tuple[Reason, ...]
    """Where critical > 0: observations that contradict each other."""
    epsilon: float
    """The ε of the set."""
    level: float
    """Chance that the true weights are in it, if play is what the form says; 1 where nothing was sampled."""
    n: int
    low: Array
    high: Array
    """[unknown]: what the family knows, narrowed."""

    def least_epsilon(self, weights: Sequence[float] | Array) -> float:
        """The least ε at which these weights explain what was seen: the edge of the rationalisable set."""
        return max(0.0, float((self.rows @ np.asarray(weights, float) - self.sides).max(initial=0.0)))

    def bounds(self, of: Mapping[str, float] | Array, *, epsilon: float | None = None) -> tuple[float, float]:
        """Least and greatest Σ c_k w_k over the set; {weight: c} or [unknown]. Infinite where nothing bounds it.

        Raises Impossible where the set is empty at this ε.
        """
        cost = (
            np.array([of.get(name, 0.0) for name in self.family.unknown]) if isinstance(of, Mapping) else np.asarray(of)
        )
        if isinstance(of, Mapping):
            for name in of:
                if name not in self.family.unknown:
                    known = ", ".join(self.family.unknown[:12])
                    raise InputError(where="bounds", needed=f"weights among {known}", found=repr(name))
        ends = []
        for maximise in (False, True):
            found = self._solve(cost, maximise, self.epsilon if epsilon is None else epsilon)
            ends.append(found.value if found.status == "optimal" else INFINITY if maximise else -INFINITY)
        return ends[0], ends[1]

    def payoff_bounds(self, cell: Sequence[int], over: Sequence[int] | None = None) -> tuple[float, float]:
        """Least and greatest payoff at a position on [*types, *actions], less that at another one, if given."""
        tables = np.moveaxis(self.family.free_tables, 0, -1)
        base, cost = self.family.base[tuple(cell)], tables[tuple(cell)].copy()
        if over is not None:
            base = base - self.family.base[tuple(over)]
            cost -= tables[tuple(over)]
        low, high = self.bounds(cost)
        return low + float(base), high + float(base)

    def box(self) -> tuple[Array, Array]:
        """([unknown] least, [unknown] greatest)."""
        ends = [self.bounds(row) for row in np.eye(len(self.family.unknown))]
        return np.array([low for low, _ in ends]), np.array([high for _, high in ends])

    def payoffs(self) -> PayoffSet:
        """The polytope as what payoffs may be. Raises InputError where it is not bounded."""
        low, high = self.box()
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            name = self.family.unknown[int(np.flatnonzero(~(np.isfinite(low) & np.isfinite(high)))[0])]
            raise InputError(
                where=f"payoffs of {self.family.player}",
                needed=f"bounds on the weight of {name}",
                found="none from what was seen",
                remedy="Give (low, high) to the family.",
            )
        one = np.eye(len(low))
        slack = self.epsilon + CLOSE * _size(self.rows, self.sides)
        return PayoffSet(
            self.family,
            self._centre(low, high),
            np.concatenate([self.rows, one, -one]),
            np.concatenate([self.sides + slack, high, -low]),
            self.level,
            self.n,
            f"revealed preference ({self.form}, ε = {self.epsilon:.4g})",
            AS_SEEN if self.level == 1.0 else BOUNDED,
        )

    def _centre(self, low: Array, high: Array) -> Array:
        """A point well inside: of the points with the largest slack."""
        programme, columns = self._programme(self.epsilon)
        room = programme.add_columns(1, upper=1.0, cost=1.0)
        size = np.abs(self.rows).sum(axis=1)
        rows = programme.add_rows(
            len(self.rows), upper=self.sides + self.epsilon + CLOSE * _size(self.rows, self.sides)
        )
        programme.put(rows[:, None], columns, self.rows)
        programme.put(rows, room[0], size)
        return np.clip(programme.solve(maximise=True).point()[columns], low, high)

    def _programme(self, epsilon: float) -> tuple[Programme, Array]:
        programme = Programme()
        columns = programme.add_columns(len(self.low), lower=self.low, upper=self.high)
        slack = epsilon + CLOSE * _size(self.rows, self.sides)
        rows = programme.add_rows(len(self.rows), upper=self.sides + slack)
        programme.put(rows[:, None], columns, self.rows)
        return programme, columns

    def _solve(self, cost: Array, maximise: bool, epsilon: float) -> Solution:
        programme, _ = self._programme(epsilon)
        found = programme.solve(cost, maximise=maximise)
        if found.status == "infeasible":
            raise Impossible(
                where=f"payoffs of {self.family.player}",
                needed="some of the family that explain what was seen",
                found=f"none within ε = {epsilon:.4g}; the least that does it is {self.critical:.6g}",
                remedy="Widen the family, or allow a larger ε.",
            )
        return found


def reveal(
    observations: Observations,
    family: Family,
    *,
    form: str = "reply",
    epsilon: float | None = None,
    share: float = 0.0,
    others: Sequence[Array] | None = None,
    level: float | None = None,
) -> Revealed:
    """The payoffs of `family` at which what its player was seen doing is ε-best.

    `epsilon` in payoff units, the critical one if left out. Actions seen in less than `share` of a type's choices are taken for
    mistakes (forms "reply" and "told"). `others`: what the others are known to do, instead of what they were seen doing ("reply").
    It belongs to form "reply".
    `level`: rows are widened so that the set holds the true weights with this chance, if the others' play was drawn
    independently from round to round and `epsilon` was given, not found from the same play; None takes what was seen as it is.
    Raises InputError for options that are none.
    """
    if form not in FORMS:
        raise InputError(where="revealed preference", needed=f"form {' or '.join(FORMS)}", found=repr(form))
    if family.known.all():
        raise InputError(where=f"family of {family.player}", needed="an unknown weight", found="all known")
    if level is not None and form == "regret":
        raise InputError(
            where="revealed preference", needed="no level with regret: it is about what happened", found=f"{level:g}"
        )
    if others is not None and form != "reply":
        raise InputError(
            where="revealed preference", needed="`others` with the form reply only", found=f"them with {form}"
        )
    if not 0 <= share <= 1:
        raise InputError(where="revealed preference", needed="a share from 0 to 1", found=f"{share:g}")
    if epsilon is not None and not epsilon >= 0:
        raise InputError(where="revealed preference", needed="ε of at least 0", found=f"{epsilon:g}")
    cells, reasons = _cells(observations, family, form, share, others)
    radius = np.zeros(len(reasons))
    if level is not None and others is None:
        radius = _radii(observations, family, form, reasons, checked(level))
    low, high = family.low[~family.known], family.high[~family.known]
    found = Revealed(
        family, form, -cells.mean[:, 1:], cells.mean[:, 0], reasons, 0.0, (), 0.0, level or 1.0,
        int(observations.counts[family.place(observations)].sum()), low, high,
    )  # fmt: skip
    if radius.any() and not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise InputError(
            where=f"family of {family.player}",
            needed="(low, high) for each unknown weight, because noise weighs as much as payoffs differ",
            found="weights without bounds",
        )
    return _narrowed(found, cells, radius, epsilon)


def _narrowed(found: Revealed, cells: _Cells, radius: Array, epsilon: float | None) -> Revealed:
    """With noise counted at the bounds of the weights, and these narrowed by what they then leave."""
    mean, low, high = cells.mean[:, 0], found.low, found.high
    for _ in range(NARROWINGS if radius.any() else 1):
        noise = radius * cells.span(low, high) if radius.any() else radius
        widened = replace(found, sides=mean + noise, low=low, high=high)
        critical, witness = _critical(widened)
        chosen = critical if epsilon is None else epsilon
        widened = replace(widened, critical=critical, witness=witness, epsilon=chosen)
        if not radius.any() or chosen < critical - CLOSE * _size(found.rows, found.sides):
            break
        least, most = widened.box()
        if np.allclose(least, low, rtol=1e-6, atol=1e-9) and np.allclose(most, high, rtol=1e-6, atol=1e-9):
            break
        low, high = np.maximum(low, least), np.minimum(high, most)
    return widened


def _critical(found: Revealed) -> tuple[float, tuple[Reason, ...]]:
    """(least ε, observations whose rows hold it up)."""
    programme = Programme()
    columns = programme.add_columns(len(found.low), lower=found.low, upper=found.high)
    least = programme.add_columns(1, cost=1.0)
    rows = programme.add_rows(len(found.rows), upper=found.sides)
    programme.put(rows[:, None], columns, found.rows)
    programme.put(rows, least[0], -1.0)
    solved = programme.solve()
    if not found.reasons or solved.value <= CLOSE * _size(found.rows, found.sides):
        return 0.0, ()
    duals = np.abs(solved.duals) if solved.duals is not None else np.zeros(len(rows))
    total = duals.sum() or 1.0
    order = np.argsort(-duals, kind="stable")
    parts = [replace(found.reasons[k], multiplier=float(duals[k] / total)) for k in order if duals[k] > 1e-9 * total]
    return float(solved.value), tuple(parts)


def _size(rows: Array, sides: Array) -> float:
    return max(1e-12, float(np.abs(rows).max(initial=0.0)), float(np.abs(sides).max(initial=0.0)))


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Cells:
    """Σ_R q(R)·[φ(a, R) − φ(a′, R)] per row, and the differences themselves where noise needs them."""

    mean: Array
    """[row, 1 + unknown]."""
    each: Array
    """[row, R, 1 + unknown]."""

    def span(self, low: Array, high: Array) -> Array:
        """[row]: at most how far apart u(a, ·) − u(a′, ·) can be over the others' cells, for any weights between."""
        with np.errstate(invalid="ignore"):
            ends = np.stack([self.each[..., 1:] * low, self.each[..., 1:] * high])
        ends = np.nan_to_num(ends, nan=0.0, posinf=np.inf, neginf=-np.inf)  # 0·∞ is 0: the weight is not in it
        most = self.each[..., 0] + ends.max(axis=0).sum(axis=-1)
        least = self.each[..., 0] + ends.min(axis=0).sum(axis=-1)
        return most.max(axis=1) - least.min(axis=1)


def _cells(
    observations: Observations, family: Family, form: str, share: float, others: Sequence[Array] | None
) -> tuple[_Cells, tuple[Reason, ...]]:
    game, i = observations.game, family.place(observations)
    tables = family.narrowed(np.concatenate([family.base[None], family.free_tables]))
    kinds, acts = game.type_counts[i], game.action_counts[i]
    phi = np.moveaxis(tables, (1 + i, 1 + game.n + i), (0, 1)).reshape(kinds, acts, len(tables), -1)  # [t, a, k, R]
    if phi.size * acts > MOST:
        raise TooLarge(where="revealed preference", needed=f"{phi.size * acts:,} numbers", found=f"{MOST:,} at most")
    law = _law(observations, i, form, others).reshape(kinds, acts, -1)  # [t, a, R]: what a is judged against
    counts = observations.counts[i]
    with np.errstate(invalid="ignore"):
        shares = counts / counts.sum(axis=1, keepdims=True)
    mean, each, reasons = [], [], []
    for t in range(kinds):
        done = [a for a in range(acts) if counts[t, a] > 0 and shares[t, a] >= share]
        if form == "regret":
            if law[t].sum() > 0:
                q = law[t] / law[t].sum()
                had = np.einsum("ar,akr->k", q, phi[t])
                for b in range(acts):
                    mean.append(had - phi[t, b] @ q.sum(axis=0))
                    each.append(np.zeros((1, len(tables))))
                    reasons.append(Reason(game.types[i][t], "all that was done", game.actions[i][b]))
            continue
        for a in done:
            if law[t, a].sum() <= 0:
                continue
            q = law[t, a] / law[t, a].sum()
            live = q > 0 if others is not None else _possible(game, i, t)
            for b in range(acts):
                if b != a:
                    away = (phi[t, a] - phi[t, b]).T  # [R, k]
                    mean.append(q @ away)
                    each.append(away[live] if form == "reply" else away)
                    reasons.append(Reason(game.types[i][t], game.actions[i][a], game.actions[i][b]))
    if not reasons:
        raise InputError(where=f"observations of {family.player}", needed="some that count", found="none")
    most = max(len(e) for e in each)
    each = [np.concatenate([e, np.repeat(e[:1], most - len(e), axis=0)]) for e in each]
    return _Cells(np.array(mean), np.stack(each)), tuple(reasons)


def _possible(game, i: int, t: int) -> Array:
    """[R], bool: the others' types and actions that type t may meet."""
    chance = np.moveaxis(game.prior, i, 0)[t]
    acts = [count for j, count in enumerate(game.action_counts) if j != i]
    return np.broadcast_to((chance > 0).reshape(chance.shape + (1,) * len(acts)), (*chance.shape, *acts)).ravel()


def _law(observations: Observations, i: int, form: str, others: Sequence[Array] | None) -> Array:
    """[type, action, *others' types, *others' actions]: weights of what an action is judged against."""
    game = observations.game
    if form != "reply":
        return np.moveaxis(observations.joint, (i, game.n + i), (0, 1))
    law = game.prior.reshape(game.prior.shape + (1,) * game.n)
    for j, strategy in enumerate(observations.others(i, others)):
        shape = [1] * (2 * game.n)
        shape[j], shape[game.n + j] = strategy.shape
        law = law * (strategy if j != i else np.ones_like(strategy)).reshape(shape)
    return np.moveaxis(np.broadcast_to(law, game.payoff.shape[1:]), (i, game.n + i), (0, 1))


def _radii(observations: Observations, family: Family, form: str, reasons: tuple[Reason, ...], level: float) -> Array:
    """[row]: how far q may be from the truth, in total variation, all rows at once with this chance."""
    game, i = observations.game, family.place(observations)
    counts, miss = observations.counts, 1 - level
    if form == "reply":
        others = [j for j in range(game.n) if j != i]
        met = [(j, t) for j in others for t in np.flatnonzero(marginal(game, j) > 0)]
        each = 1 - miss / max(len(met), 1)
        worst = [max(ball(each, game.action_counts[j], counts[j][t].sum()) for at, t in met if at == j) for j in others]
        return np.full(len(reasons), min(1.0, sum(worst)))
    cells = sorted({(r.type, r.done) for r in reasons})
    outcomes = observations.joint.size // (game.type_counts[i] * game.action_counts[i])
    seen = np.moveaxis(observations.joint, (i, game.n + i), (0, 1)).sum(axis=tuple(range(2, 2 * game.n)))
    radius = {
        (t, a): ball(1 - miss / len(cells), outcomes, seen[game.types[i].index(t), game.actions[i].index(a)])
        for t, a in cells
    }
    return np.array([radius[r.type, r.done] for r in reasons])

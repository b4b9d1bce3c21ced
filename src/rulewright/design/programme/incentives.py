"""Obedience and honesty of one player: the rows of the programme that there are most of.

With C the cells of what a player does not choose (ω, the others' types, the decision, the others' acts; and what is paid), a
player of type θ that reports r and, told a, does b, expects

    B[θ, b] · x[X[r, a]] = Σ_c B[θ, b, c] · x[X[r, a, c]]

where x are the programme's columns. Everything here is these two arrays: B of numbers and X of column numbers, so that all
deviations are evaluated by one matrix product, and rows are written without a loop. Three modes:

    obey    nobody is asked: (told a) B[θ, a]·x ≥ B[θ, b]·x, for the own type that the rule knows
    report  a player that only reports: U(θ) = B[θ]·x[X[θ]] ≥ B[θ]·x[X[r]]
    both    v(θ, r, a) ≥ B[θ, b]·x[X[r, a]] for all b, with equality at r = θ, b = a;  Σ_a v(θ, θ, a) ≥ Σ_a v(θ, r, a)

Where rows are many they are added as they are violated, and in the end all have been looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.linprog import INFINITY
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .frame import Frame

FEW_ROWS, FEW_NONZEROS = 1_000, 100_000  # up to these, rows are all written at once
VIOLATED = 1e-8  # relative to payoffs: less is the solver's own tolerance
MOST_KEPT = 0.7  # cells are added up if that leaves at most this share of them
NEAR = 2  # deviations per type (and recommendation) that are written before the first solve
WORST = 4  # deviations per type (and recommendation) that are added in one round


@dataclass(eq=False)
class Incentives:
    """Rows of player i under one prior, and which of them stand in the programme."""

    frame: Frame
    i: int
    mode: str
    values: Array = field(repr=False)
    """B[κ, θ, b, c], κ the others' types (and what they are told) where rows are separate for each."""
    columns: Array = field(repr=False)
    """X[κ, r, a, c]."""
    chance: Array = field(repr=False)
    """[κ, θ]: probability of the type, and of the others' types where they are known."""
    told: Array | None = field(repr=False)
    """[κ, θ, a] columns: the chance of being of type θ and told a; None where no slack is asked for."""
    known: tuple[int, ...] = ()
    """Sizes of the axes that κ is made of."""
    at_once: bool = False
    """Whether all rows are to be written, however many."""
    told_of_others: int = 1
    """How many profiles of others' recommendations κ distinguishes, fastest; honesty sums over them."""
    rows: list[tuple[Array, Array]] = field(default_factory=list, repr=False)
    """(keys [row, (κ, θ, r, a, b)], row numbers) of obedience, and of honesty in mode "report"."""
    honest: tuple[Array, Array] | None = field(default=None, repr=False)
    """(keys [row, (κ, θ, r)], row numbers) of honesty in mode "both"."""
    value: Array | None = field(default=None, repr=False)
    """Columns U[κ, θ] or v[κ, θ, r, a]."""

    def __post_init__(self) -> None:
        cells, types, acts, width = self.values.shape
        if self.mode == "obey":
            self.possible = cells * types * acts * (acts - 1)
        elif self.mode == "report":
            self.possible = cells * types * (types - 1)
        else:
            self.possible = cells * types * types * acts * acts
        few = FEW_ROWS * (5 if self.mode == "both" else 1)  # where v must be bounded anyway, waiting saves less
        many = self.possible > few or self.possible * width > FEW_NONZEROS
        self.lazy = many and not self.at_once
        self.size = max(1.0, float(abs(self.values).max(initial=0.0)))
        self.slack = float(self.frame.rules.slack)
        shape = (cells, types, acts, acts) if self.mode == "obey" else (cells, types, types, acts, acts)
        reserve(shape, f"the deviations of {self.frame.game.players[self.i]}")
        self.present = np.zeros(shape, bool)
        if self.mode != "obey":
            self._own_value()
        if not self.lazy:
            self._add(np.argwhere(self._open()))
        elif self.mode == "both":
            self._add(np.argwhere(self._open() & np.eye(acts, dtype=bool)))
        else:
            self._add(np.argwhere(self._near()))

    # ── writing rows ────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> Array:
        """Deviations that are a row, and stand nowhere yet, in the shape of `present`."""
        _, types, acts, _ = self.values.shape
        other_act, other_type = ~np.eye(acts, dtype=bool), ~np.eye(types, dtype=bool)
        if self.mode == "obey":
            return ~self.present & other_act
        if self.mode == "report":
            return ~self.present & other_type[:, :, None, None]
        return ~self.present & (other_type[:, :, None, None] | other_act)

    def _near(self) -> Array:
        """Deviations to begin with, to what is almost the same to the player: the "local" ones of the literature."""
        types, report = self.values.shape[1], self.mode == "report"
        worth = np.swapaxes(self.values, 0, 1).reshape(1, 1, types, -1) if report else self.values
        squares = (worth**2).sum(axis=-1)
        apart = squares[..., None] + squares[..., None, :] - 2 * worth @ worth.swapaxes(-1, -2)
        apart = apart.reshape(1, types, types, 1, 1) if report else apart
        axis = 2 if report else -1
        apart = np.where(self._open(), apart, INFINITY)
        keep = min(NEAR, apart.shape[axis])
        order = np.argsort(apart, axis=axis, kind="stable").take(range(keep), axis=axis)
        near = np.zeros(apart.shape, bool)
        np.put_along_axis(near, order, True, axis=axis)
        return near & (apart < INFINITY)

    def _own_value(self) -> None:
        """U or v, equal to what truth and obedience bring; honesty of those who also act."""
        cells, types, acts, _ = self.values.shape
        programme = self.frame.programme
        shape = (cells, types) if self.mode == "report" else (cells, types, types, acts)
        self.value = programme.add_columns(shape, lower=-INFINITY)
        truth = self.value if self.mode == "report" else np.einsum("ktta->kta", self.value)
        rows = programme.add_rows(
            (cells, types) if self.mode == "report" else (cells, types, acts), lower=0.0, upper=0.0
        )
        programme.put(rows, truth, 1.0)
        wide = rows[..., None] if self.mode == "both" else rows[..., None, None]
        programme.put(wide, self.columns, -self.values)
        if self.mode == "both":
            grouped = self.value.reshape(-1, self.told_of_others, types, types, acts)
            lies = np.broadcast_to(~np.eye(types, dtype=bool), (len(grouped), types, types))
            keys = np.argwhere(lies)
            k, t, r = keys.T
            chance = self.chance.reshape(-1, self.told_of_others, types)[:, 0]
            rows = programme.add_rows(len(keys), lower=self.slack * chance[k, t])
            programme.put(rows[:, None, None], grouped[k, :, t, t], 1.0)
            programme.put(rows[:, None, None], grouped[k, :, t, r], -1.0)
            self.honest = keys, rows
            self._soft(rows)

    def _soft(self, rows: Array) -> None:
        self.frame.soft.append((f"truth must be best for {self.frame.game.players[self.i]}", rows))

    def _add(self, keys: Array) -> None:
        """Write the deviations `keys` [row, position in `present`]."""
        if not len(keys):
            return
        self.present[tuple(keys.T)] = True
        programme = self.frame.programme
        if self.mode == "obey":
            k, t, a, b = keys.T
            rows = programme.add_rows(len(keys), lower=0.0)
            programme.put(rows[:, None], self.columns[k, t, a], self.values[k, t, a] - self.values[k, t, b])
            if self.told is not None:
                programme.put(rows, self.told[k, t, a], -self.slack)
            if self.frame.strictness is not None:  # told what it is sure to be told
                programme.put(rows, self.frame.strictness, -self.chance[k, t] * self.frame.asked(self.i, a))
            self.rows.append((np.stack([k, t, t, a, b], axis=1), rows))
            return
        k, t, r, a, b = keys.T
        if self.mode == "report":
            assert self.value is not None
            rows = programme.add_rows(len(keys), lower=self.slack * self.chance[k, t])
            programme.put(rows, self.value[k, t], 1.0)
            self._soft(rows)
        else:
            assert self.value is not None
            rows = programme.add_rows(len(keys), lower=0.0)
            programme.put(rows, self.value[k, t, r, a], 1.0)
            if self.told is not None:
                same = t == r
                programme.put(rows[same], self.told[k, t, a][same], -self.slack)
        programme.put(rows[:, None], self.columns[k, r, a], -self.values[k, t, b])
        self.rows.append((keys, rows))

    # ── looking for violated rows ───────────────────────────────────────────────────────────────────────────────

    def gains(self, x: Array) -> Array:
        """What every deviation gains at the point x, slack included, in the shape of `present`."""
        cells, types, acts, width = self.values.shape
        there = x[self.columns]
        slack = 0.0 if self.told is None else self.slack * x[self.told]
        if self.mode == "obey":
            flat = there.reshape(cells * types, acts, width) @ self.values.reshape(-1, acts, width).swapaxes(1, 2)
            worth = flat.reshape(cells, types, acts, acts)  # [κ, θ, told a, doing b]
            return worth - np.einsum("ktaa->kta", worth)[..., None] + np.asarray(slack)[..., None]
        flat = self.values.reshape(cells, types * acts, width) @ there.reshape(cells, types * acts, width).swapaxes(
            1, 2
        )
        worth = flat.reshape(cells, types, acts, types, acts).transpose(0, 1, 3, 4, 2)  # [κ, θ, r, a, b]
        if self.mode == "report":
            truth = np.einsum("kttab->kt", worth)
            return worth - (truth - self.slack * self.chance)[:, :, None, None, None]
        assert self.value is not None
        gains = worth - x[self.value][..., None]
        diagonal = np.arange(types)
        gains[:, diagonal, diagonal] += np.asarray(slack)[..., None]
        return gains

    def add_violated(self, x: Array) -> int:
        """Add, for every type and recommendation, the worst deviations that gain at x; returns how many."""
        if not self.lazy:
            return 0
        gains = np.where(self._open(), self.gains(x), -INFINITY)
        bad = gains > VIOLATED * self.size
        if not bad.any():
            return 0
        axis = 2 if self.mode == "report" else gains.ndim - 1
        keep = min(WORST, gains.shape[axis])
        least = -np.partition(-gains, keep - 1, axis=axis).take([keep - 1], axis=axis)
        keys = np.argwhere(bad & (gains >= least))
        self._add(keys)
        return len(keys)

    def multipliers(self, duals: Array) -> Array:
        """w[*known, θ, r, a, b] ≥ 0 from duals of which those of ≥ are positive: what each deviation's row is worth."""
        cells, types, acts, _ = self.values.shape
        found = np.zeros((cells, types, types, acts, acts))
        for keys, rows in self.rows:
            np.add.at(found, tuple(keys.T), np.maximum(duals[rows], 0.0))
        return found.reshape(*self.known, types, types, acts, acts)


def of_player(frame: Frame, i: int, prior: Array, *, at_once: bool = False) -> Incentives:
    """The incentives of player i under `prior`: which arrays, and which mode."""
    game, rules, n = frame.game, frame.rules, frame.n
    types, acts = game.type_counts[i], game.action_counts[i]
    others = [j for j in range(1, n) if j != i]
    known_types = others if rules.incentives != "bayesian" and not rules.informed else []
    known_acts = others if rules.recommend == "public" and acts > 1 else []
    summed = [j for j in range(n) if j != i and j not in known_types]
    acts_summed = [n + j for j in range(n) if j != i and j not in known_acts]
    order = [*known_types, *(n + j for j in known_acts), i, n + i, *summed, *acts_summed]
    lead = tuple(game.type_counts[j] for j in known_types) + tuple(game.action_counts[j] for j in known_acts)

    def arranged(array: Array) -> Array:
        """[κ, own type, own act, the rest (and a last axis, if there is one)]."""
        moved = np.transpose(array, [*order, *range(2 * n, array.ndim)])
        return moved.reshape(int(np.prod(lead)), *moved.shape[len(lead) : len(lead) + 2], -1)

    weight = frame.spread(prior)
    values, columns = [arranged(game.payoff[i] * weight)], [arranged(frame.mu)]
    for money in frame.money:
        if money.i == i:
            chance = prior.reshape(prior.shape + (1,) * (n + 1))
            values.append(arranged(money.law * chance))
            columns.append(arranged(money.columns))
    worth, where = np.concatenate(values, axis=-1), np.concatenate(columns, axis=-1)
    probability = arranged(weight)
    chance_of_type = probability[:, :, 0].sum(axis=-1) / np.prod([frame.shape[a] for a in acts_summed])
    drawn = columns[0]
    asked = types > 1 and not rules.informed
    mode = "obey" if not asked else "report" if acts == 1 else "both"
    if rules.incentives == "dominant" and asked and _interdependent(frame, i, others, prior):
        frame.every_report = True
        worth, where = _every_report(frame, worth, where)
        probability, drawn = _every_report(frame, probability, drawn)
        chance_of_type = np.repeat(chance_of_type, len(drawn) // len(chance_of_type), axis=0)
    told = None
    if rules.slack and acts > 1:
        told = frame.programme.add_columns((len(worth), types, acts))
        rows = frame.programme.add_rows(told.shape, lower=0.0, upper=0.0)
        frame.programme.put(rows, told, 1.0)
        frame.programme.put(rows[..., None], drawn, -probability)
    if len(worth) == 1 and mode != "obey":
        worth, where = _added_up(frame, worth, where)
    sizes = lead if len(worth) == int(np.prod(lead)) else (len(worth),)
    others_told = int(np.prod([game.action_counts[j] for j in known_acts]))
    return Incentives(frame, i, mode, worth, where, chance_of_type, told, sizes, at_once, others_told)


def _interdependent(frame: Frame, i: int, others: list[int], prior: Array) -> bool:
    """Whether the others' types matter to i in themselves, not only through what they report: to what it likes, to what is paid,
    to what it believes of ω; or whether they may report what cannot be, given its type."""
    game = frame.game
    if any(game.action_counts[j] > 1 for j in others):
        raise InputError(
            where="rules",
            needed="players who only report, for dominant incentives",
            found="players who act as well",
            remedy='Use incentives = "ex post": truth and obedience are best whatever the others know, if those obey.',
        )
    tables = [game.payoff[i], *(money.law for money in frame.money if money.i == i)]
    profiles = prior.sum(axis=0)
    own = profiles.sum(axis=tuple(j - 1 for j in others), keepdims=True)
    if ((profiles == 0) & (own > 0)).any():
        return True
    tables.append(np.round(np.divide(prior, profiles, out=np.zeros(prior.shape), where=profiles > 0), 12))
    return any((t != np.take(t, [0], axis=j)).any() for t in tables for j in others if t.shape[j] > 1)


def _every_report(frame: Frame, worth: Array, where: Array) -> tuple[Array, Array]:
    """What the others are and what they report, separately: κ becomes (types, reports)."""
    count = len(worth)
    reserve((count, count, *worth.shape[1:]), "dominant incentives where others' types matter")
    return np.repeat(worth, count, axis=0), np.tile(where, (count, 1, 1, 1))


def _added_up(frame: Frame, worth: Array, where: Array) -> tuple[Array, Array]:
    """Cells whose values are proportional to each other for all types and acts, added up into one column each."""
    _, types, acts, width = worth.shape
    group, scale, basis = proportional(worth.reshape(types * acts, width))
    count = basis.shape[1]
    if count > MOST_KEPT * width:
        return worth, where
    live = group >= 0
    sums = frame.programme.add_columns((types, acts, count), lower=-INFINITY)
    rows = frame.programme.add_rows(sums.shape, lower=0.0, upper=0.0)
    frame.programme.put(rows, sums, 1.0)
    frame.programme.put(rows[:, :, group[live]], where[0][:, :, live], -scale[live])
    return basis.reshape(1, types, acts, count), sums[None]


def proportional(matrix: Array) -> tuple[Array, Array, Array]:
    """Columns as multiples of few: (group [column], −1 for zero; scale [column]; basis [row, group])."""
    rows, width = matrix.shape
    at = np.arange(width)
    pivot = abs(matrix).argmax(axis=0)
    scale = matrix[pivot, at]
    live = scale != 0
    unit = np.divide(matrix, scale, out=np.zeros_like(matrix), where=live)
    weights = np.random.default_rng(0).random((2, rows))
    key = np.round(weights @ unit, 11)
    key[:, ~live] = INFINITY
    _, first, group = np.unique(key, axis=1, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    basis = unit[:, first]
    off = abs(unit - basis[:, group]).max(axis=0) > 1e-12
    if off.any():  # a collision of keys: leave all as they are
        return at, np.ones(width), matrix
    dead = ~live[first]
    number = np.cumsum(~dead) - 1
    return np.where(live, number[group], -1), scale, basis[:, ~dead]

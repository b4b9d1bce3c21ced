"""The game of noisy best-AI selection itself: the worst pure equilibrium of small `Rivals`, on offers refined until it stands
still.

An AI's commitment x matters to Alice by V = ⟨x, u⟩ only, and among commitments of value v its author picks what suits it best:

    φ_i(v) = max ⟨x, U_i⟩   s.t.  x ≥ 0,  Σ_a x[s, a] = p_s,  obedience,  ⟨x, u⟩ = v            (concave in v)

Offers v lie on a grid from V₀ (she knows nothing) to OPT; the game on the grid is finite, with payoffs Σ_j q_j(v)·⟨x_j(v_j),
U_i⟩, and its pure equilibria are enumerated. What the grid leaves out is measured: the largest gain of anybody from any offer
of a finer grid (`residual`). An η-equilibrium still satisfies the theorem of `noise` less η·Σw. Where several x are best at
one v, the solver's vertex is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import TooLarge
from ...game.game import Game
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from ..rivals.persuasion import advice
from ..rivals.setting import Rivals
from .noise import Selection, guarantee

NEAR = 1e-9  # relative: an offer this near its value has it
MOST_PROFILES = 400_000
FINER = 4  # offers of the residual's grid per offer
STILL = 1e-3  # of OPT − V₀: changes below count as standing still


@dataclass(frozen=True, eq=False)
class Offers:
    """What each AI would commit to at each value to Alice."""

    values: Array
    """v[g], from V₀ to OPT."""
    worth: Array = field(repr=False)
    """[i, g, j]: what AI j gets if Alice listens to AI i, who offers v[g]; [i, g, i] is φ_i(v[g])."""


@dataclass(frozen=True, eq=False)
class Selected:
    """The worst pure equilibrium found, a bound from above on the worst there is: offers between those of the grid are left out."""

    offers: Array
    """[i]: value to Alice of what each AI commits to."""
    chances: Array
    """[i]: of being taken."""
    value: float
    """Alice's, Σ q_i·offer_i."""
    opt: float
    uninformed: float
    equilibria: int
    """Pure ones on the last grid; 0: what is shown is the profile with the least gain from deviating on the grid."""
    residual: float
    """The most that anybody gains by an offer of a grid four times finer."""
    levels: tuple[tuple[int, float], ...]
    """(offers on the grid, worst value), grid by grid."""
    still: bool
    """Whether the last refinement moved the worst value by less than a thousandth of OPT − V₀."""

    @property
    def loss(self) -> float:
        return self.opt - self.value


def offered(rivals: Rivals, count: int) -> Offers:
    """The offers of all AIs at `count` values, by linear programmes. What Alice knows beforehand goes into plans.

    Raises TooLarge where these do not fit.
    """
    setting = advice(rivals.floats)
    p, u = setting.prior, setting.alice
    low, high = float(rivals.uninformed), float(p @ u.max(axis=1))
    values = np.linspace(low, max(low, high), count)
    worth = np.empty((rivals.k, count, rivals.k))
    plan, other = setting.obedience
    slack = NEAR * max(1.0, abs(high))
    for i in range(rivals.k):
        for g, v in enumerate(values):
            programme = Programme()
            x = programme.add_columns(u.shape, cost=setting.bobs[i])
            sums = programme.add_rows(len(p), lower=p, upper=p)
            programme.put(sums[:, None], x, 1.0)
            obey = programme.add_rows(len(plan), lower=0.0)
            programme.put(obey[None], x[:, plan], setting.edges[:, plan, other])
            programme.put(programme.add_rows(1, lower=v - slack, upper=v + slack)[0], x, u)
            worth[i, g] = setting.worth(programme.solve(maximise=True).point()[x], setting.bobs)
    return Offers(values, worth)


def game(offers: Offers, selection: Selection, pick: Sequence[int] | None = None) -> Game:
    """The game on these offers (or on those at positions `pick`), as a `Game`: any behaviour of the house applies."""
    return Game.normal(_payoff(offers, selection, np.arange(len(offers.values)) if pick is None else np.asarray(pick)))


def _payoff(offers: Offers, selection: Selection, pick: Array) -> Array:
    """[i, *offers]."""
    k, count = len(offers.worth), len(pick)
    if count**k > MOST_PROFILES:
        raise TooLarge(
            where="noisy selection", needed=f"at most {MOST_PROFILES:,} profiles of offers", found=f"{count}^{k}"
        )
    grid = np.stack(np.meshgrid(*[offers.values[pick]] * k, indexing="ij"), axis=-1)
    q = selection.chances(grid)  # [*offers, j]
    total = np.zeros((k, *grid.shape[:-1]))
    for j in range(k):
        shape = [1] * k
        shape[j] = count
        for i in range(k):
            total[i] += q[..., j] * offers.worth[j, pick, i].reshape(shape)
    return total


def worst(
    rivals: Rivals,
    selection: Selection,
    *,
    grids: Sequence[int] = (11, 21, 41),
    tell: Callable[[str], None] = lambda _: None,
) -> Selected:
    """The worst pure equilibrium for Alice, grid by grid, until it stands still or the grids end.

    Raises TooLarge where even the first grid has too many profiles; later ones that do are left out.
    """
    levels: list[tuple[int, float]] = []
    still, kept = False, None
    for count in grids:
        if levels and count ** len(rivals.bobs) > MOST_PROFILES:
            break
        tell(f"{count} offers of each of {rivals.k} AIs")
        fine = offered(rivals, FINER * (count - 1) + 1)
        pick = np.arange(0, len(fine.values), FINER)
        payoff = _payoff(fine, selection, pick)
        profile, number = _worst(payoff, fine, selection, pick)
        q = selection.chances(fine.values[pick[profile]][None])[0]
        value = float(q @ fine.values[pick[profile]])
        kept = profile, number, fine, pick, q, value
        span = float(np.ptp(fine.values)) or 1.0
        still = bool(levels) and abs(levels[-1][1] - value) <= STILL * span
        levels.append((count, value))
        if still:
            break
    assert kept is not None
    profile, number, fine, pick, q, value = kept
    return Selected(
        offers=fine.values[pick[profile]],
        chances=q,
        value=value,
        opt=float(fine.values[-1]),
        uninformed=float(fine.values[0]),
        equilibria=number,
        residual=residual(fine, selection, pick[profile]),
        levels=tuple(levels),
        still=still,
    )


def _worst(payoff: Array, fine: Offers, selection: Selection, pick: Array) -> tuple[Array, int]:
    """(positions, how many equilibria): the worst for Alice, or the nearest to one where there is none."""
    k = len(payoff)
    gain = np.max([payoff[i].max(axis=i, keepdims=True) - payoff[i] for i in range(k)], axis=0)
    stable = np.argwhere(gain <= 1e-9 * max(1.0, float(np.ptp(payoff))))
    if not len(stable):
        return np.array(np.unravel_index(int(gain.argmin()), gain.shape)), 0
    v = fine.values[pick[stable]]
    return stable[int((selection.chances(v) * v).sum(axis=1).argmin())], len(stable)


def residual(fine: Offers, selection: Selection, profile: Array) -> float:
    """The most that an AI gains by moving alone to any offer of `fine`; profile[i] are positions in it."""
    k, most = len(profile), 0.0
    for i in range(k):
        tried = np.repeat(profile[None], len(fine.values), axis=0)
        tried[:, i] = np.arange(len(fine.values))
        q = selection.chances(fine.values[tried])
        pay = sum(q[:, j] * fine.worth[j, tried[:, j], i] for j in range(k))
        most = max(most, float(pay.max() - pay[profile[i]]))
    return most


@dataclass(frozen=True)
class Degraded:
    """One level of noise: what is lost in the worst equilibrium on the grid, and what the theorem says is lost at most."""

    selection: Selection
    loss: float
    proved: float
    equilibria: int
    residual: float


def degradation(
    rivals: Rivals, selections: Sequence[Selection], alignment: float, *, weight: float = 1.0, count: int = 21
) -> tuple[Degraded, ...]:
    """How the guarantee, and the game itself on `count` offers, get worse with noise: data of a picture. Raises TooLarge.

    `alignment` is ρ (or 2ε) and `weight` W of `noise.guarantee`.
    """
    fine = offered(rivals, FINER * (count - 1) + 1)
    pick = np.arange(0, len(fine.values), FINER)
    opt, uninformed = float(fine.values[-1]), float(fine.values[0])
    found = []
    for selection in selections:
        profile, number = _worst(_payoff(fine, selection, pick), fine, selection, pick)
        v = fine.values[pick[profile]]
        value = float(selection.chances(v[None])[0] @ v)
        said = guarantee(opt, alignment, rivals.k, selection, weight=weight, uninformed=uninformed)
        found.append(Degraded(selection, opt - value, said.loss, number, residual(fine, selection, pick[profile])))
    return tuple(found)

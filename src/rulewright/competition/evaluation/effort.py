"""AIs as contestants: an evaluation pays for quality and for looking good, and more items sharpen both.

k makers choose an honest effort e ≥ 0 and a gaming effort g ≥ 0. With n items, a share h of them secret,

    value to people     e − δ·g                          score     e + γ(1 − h)·g + (σ/√n)·noise
    maker's payoff      P·Pr(best score) + b·e − ( c·e²/2 + d·g²/2 + κ·e·g ),     c·d > κ²

P is the prize of being picked, b what honest quality brings anyway, κ how much the two efforts compete for the same people. In
a symmetric equilibrium one more point of score raises the chance to win by f = f_k·√n/σ; f_2 = 1/(2√π) and f_k =
(k−1)·∫φ²Φ^{k−2} for normal noise (Lazear & Rosen 1981, J. Polit. Econ. 89), f_k = (π/√6)(k−1)/k² for Gumbel's, with which the
contest is Tullock's in exp(score). With F = P·f and γ' = γ(1 − h),

    no gaming while   F(γ'c − κ) ≤ κb :    e = (F + b)/c
    beyond            e = ( b·d + F(d − κγ') ) / (cd − κ²),   g = ( F(γ'c − κ) − κb ) / (cd − κ²),   until e = 0.

So honest effort rises with n until gaming starts, and falls from there if κγ' > d: a peak (Goodhart). Past the start people
gain from more items if and only if  d − κγ' > δ(γ'c − κ). Secret items cut γ': gaming never starts if h ≥ 1 − κ/(γc). (Our own
model, after Lazear & Rosen 1981 and Holmström & Milgrom 1991, J. Law Econ. Organ. 7.) The first-order conditions need not be
an equilibrium where noise is small: `gain` measures what the best deviation brings, on a grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import Game
from ...numerics.rational import Array
from .chances import nodes, normal, probit, softmax

NOISES = ("normal", "gumbel")
GUMBEL = math.pi / math.sqrt(6)  # standard deviation of Gumbel's law of scale 1
MOST_PROFILES = 2_000_000
FINE = 101  # efforts of each kind tried as deviations


@dataclass(frozen=True)
class Contest:
    """Makers of AIs who compete to be picked. Money in units of `prize`, efforts in units of score."""

    k: int
    prize: float
    honest_cost: float
    """c."""
    gaming_cost: float
    """d."""
    overlap: float = 0.0
    """κ, with κ² < c·d."""
    reputation: float = 0.0
    """b."""
    gaming: float = 1.0
    """γ: points of score for one of gaming where all items are public."""
    spread: float = 0.5
    """σ, of one item's score."""
    secret: float = 0.0
    """h, share of secret items."""
    harm: float = 0.0
    """δ: what people lose by one of gaming."""
    noise: str = "normal"

    def __post_init__(self) -> None:
        positive = min(self.prize, self.honest_cost, self.gaming_cost, self.spread) > 0
        least = min(self.overlap, self.reputation, self.gaming, self.harm)
        sound = self.k >= 2 and least >= 0 and 0 <= self.secret <= 1 and self.noise in NOISES
        if not (positive and sound and self.overlap**2 < self.honest_cost * self.gaming_cost):
            raise InputError(
                where="contest",
                needed="k ≥ 2, positive prize, costs and spread, κ² < c·d, 0 ≤ secret ≤ 1, noise normal or gumbel",
                found=repr(self),
            )

    @property
    def boost(self) -> float:
        """γ' = γ(1 − h)."""
        return self.gaming * (1 - self.secret)

    @property
    def density(self) -> float:
        """f_k, for noise of standard deviation 1."""
        if self.noise == "gumbel":
            return GUMBEL * (self.k - 1) / self.k**2
        if self.k == 2:
            return 1 / (2 * math.sqrt(math.pi))
        z, weight = nodes()
        return float((self.k - 1) * weight @ (np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * normal(z) ** (self.k - 2)))

    def sharpness(self, items: float) -> float:
        """F = P·f: what one more point of score brings at a symmetric play."""
        return self.prize * self.density * math.sqrt(items) / self.spread

    @property
    def gaming_starts(self) -> float:
        """Items beyond which gaming pays; infinite where it never does."""
        edge = self.boost * self.honest_cost - self.overlap
        if edge <= 0:
            return math.inf
        return (self.overlap * self.reputation / edge * self.spread / (self.prize * self.density)) ** 2

    @property
    def more_helps(self) -> bool:
        """Whether more items still help people once gaming has started, while both efforts are positive."""
        lost = self.harm * (self.boost * self.honest_cost - self.overlap)
        return self.gaming_cost - self.overlap * self.boost > lost

    @property
    def secret_against_gaming(self) -> float:
        """The least share h at which gaming never starts, whatever n is."""
        return self._share(self.overlap / self.honest_cost)

    @property
    def secret_for_more_items(self) -> float:
        """The least share h at which more items never hurt people."""
        return self._share(
            (self.gaming_cost + self.harm * self.overlap) / (self.overlap + self.harm * self.honest_cost)
            if self.overlap + self.harm > 0
            else math.inf
        )

    def _share(self, most: float) -> float:
        return 0.0 if self.gaming <= most else 1 - most / self.gaming

    def cost(self, e: Array, g: Array) -> Array:
        return self.honest_cost * e * e / 2 + self.gaming_cost * g * g / 2 + self.overlap * e * g

    def wins(self, lead: Array, items: float) -> Array:
        """The chance to win against k − 1 others who all score `lead` less on average."""
        scale = self.spread / math.sqrt(items)
        if self.noise == "gumbel":
            return 1 / (1 + (self.k - 1) * np.exp(-np.clip(lead * GUMBEL / scale, -600, 600)))
        z, weight = nodes()
        return normal(z + np.asarray(lead)[..., None] / scale) ** (self.k - 1) @ weight


@dataclass(frozen=True)
class Symmetric:
    """What every maker does where first-order conditions hold."""

    items: float
    honest: float
    gaming: float
    value: float
    """To people, e − δ·g, of any AI picked."""
    gain: float
    """What the best deviation on a fine grid brings; about 0 (rounding of the grid) where this is an equilibrium."""

    @property
    def holds(self) -> bool:
        return self.gain <= 1e-6


def symmetric(contest: Contest, items: float) -> Symmetric:
    """The only symmetric play at which no small change pays, and whether a large one does."""
    if items <= 0:
        raise InputError(where="contest", needed="items > 0", found=f"{items:g}")
    m, f, b = contest, contest.sharpness(items), contest.reputation
    c, d, kappa, boost = m.honest_cost, m.gaming_cost, m.overlap, m.boost
    if f * (boost * c - kappa) <= kappa * b:
        e, g = (f + b) / c, 0.0
    else:
        whole = c * d - kappa * kappa
        e, g = (b * d + f * (d - kappa * boost)) / whole, (f * (boost * c - kappa) - kappa * b) / whole
        if e <= 0:
            e, g = 0.0, f * boost / d
    return Symmetric(items, e, g, e - m.harm * g, _gain(m, items, e, g))


def _gain(m: Contest, items: float, e: float, g: float) -> float:
    """Over deviations up to what the whole prize would pay for."""
    far_e = (m.reputation + math.sqrt(m.reputation**2 + 2 * m.honest_cost * m.prize)) / m.honest_cost
    far_g = math.sqrt(2 * m.prize / m.gaming_cost)
    tried_e = np.unique(np.append(np.linspace(0, max(far_e, 1.2 * e), FINE), e))[:, None]
    tried_g = np.unique(np.append(np.linspace(0, max(far_g, 1.2 * g), FINE), g))[None, :]
    lead = (tried_e - e) + m.boost * (tried_g - g)
    pay = m.prize * m.wins(lead, items) + m.reputation * tried_e - m.cost(tried_e, tried_g)
    here = m.prize / m.k + m.reputation * e - float(m.cost(np.asarray(e), np.asarray(g)))
    return float(max(0.0, pay.max() - here))


def against_items(contest: Contest, items: Sequence[float]) -> Array:
    """[count, 4]: honest effort, gaming, people's value, best deviation's gain, at each number of items: data of a picture."""
    found = [symmetric(contest, n) for n in items]
    return np.array([[x.honest, x.gaming, x.value, x.gain] for x in found])


@dataclass(frozen=True, eq=False)
class Grid:
    """The contest on a grid of efforts: a `Game`, and what its actions are."""

    game: Game = field(repr=False)
    efforts: Array = field(repr=False)
    """[action, 2]: honest, gaming."""
    people: Array = field(repr=False)
    """[*actions]: expected value to people of the AI that is picked."""


def on_grid(contest: Contest, items: float, honest: Sequence[float], gaming: Sequence[float]) -> Grid:
    """All pairs (e, g) as actions of k makers: Nash, quantal and correlated behaviour apply. Raises TooLarge."""
    k, m = contest.k, contest
    efforts = np.array([(e, g) for e in honest for g in gaming], float)
    if k * len(efforts) ** k > MOST_PROFILES:
        raise TooLarge(
            where="contest on a grid",
            needed=f"at most {MOST_PROFILES:,} payoffs",
            found=f"{k} · {len(efforts)}^{k}",
            remedy="Use fewer efforts, or `symmetric`.",
        )
    score = efforts[:, 0] + m.boost * efforts[:, 1]
    mean = np.stack(np.meshgrid(*[score] * k, indexing="ij"), axis=-1)
    scale = m.spread / math.sqrt(items)
    q = softmax(mean, GUMBEL / scale) if m.noise == "gumbel" else probit(mean, scale)
    own = m.reputation * efforts[:, 0] - m.cost(efforts[:, 0], efforts[:, 1])
    worth = efforts[:, 0] - m.harm * efforts[:, 1]
    payoff, people = np.empty((k, *mean.shape[:-1])), np.zeros(mean.shape[:-1])
    for i in range(k):
        shape = [1] * k
        shape[i] = len(efforts)
        payoff[i] = m.prize * q[..., i] + own.reshape(shape)
        people += q[..., i] * worth.reshape(shape)
    labels = [[f"{e:g} honest, {g:g} gaming" for e, g in efforts]] * k
    made = Game.normal(payoff, players=[f"maker {i + 1}" for i in range(k)], actions=labels)
    return Grid(made, efforts, people)


def institutions(contest: Contest, items: float, shares: Sequence[float]) -> tuple[Symmetric, ...]:
    """The same contest with other shares of secret items (a test set that rotates, a share h new each time, is the same)."""
    return tuple(symmetric(replace(contest, secret=h), items) for h in shares)

"""What misconduct is worth to an agent that looks ahead, and what an act is worth to people: exact, by dynamic programming.

All others act as they should. c(s) is the best honest act of an agent with discount γ whose honest acts lose e to false alarms,

    Q(s, a) = m(s, a) − e + γ Σ P(s′|s, a) V(s′)            V(s) = max over honest acts; e only where an act is audited
    G(γ, e) = max_s [ Q(s, misconduct) − V(s) ]              the gain, adjusted for patience and false alarms

By the one-step deviation principle honesty is a best reply wherever an audit costs misconduct, beyond what it costs the honest, at
least G: q·γ^D·S·(tpr − fpr) ≥ G, where fines of S come D steps late. So the least audit rate is the `needed_rate` of
`design.enforcement` at the gain G and the stake γ^D·S with nothing forfeited. Where all acts are audited alike e drops out; where
one may idle unseen it does not, e = q·fpr·γ^D·S, and the rate is the least fixed point of the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...design.enforcement import needed_rate
from ...errors import InputError
from ...numerics.rational import Array
from .tasks import AGENTS, Task, law_of

PEOPLE = 0.95  # people's discount: they look further ahead than most agents
SWEEPS = 400
ROUNDS = 12


@dataclass(frozen=True, eq=False)
class Temptation:
    """What tempts, in score units. Axes in front as given."""

    gains: Array
    """[…, situation]: Q(s, best misconduct) − V(s); −∞ where there is none."""
    honest: Array
    """int […, situation]: c, the best honest act."""

    @property
    def gain(self) -> Array:
        """[…]: G."""
        return self.gains.max(axis=-1)

    @property
    def situation(self) -> Array:
        """int […]: where it is largest."""
        return self.gains.argmax(axis=-1)


def values(task: Task, rewards: Array, allowed: Array, discount: Array, others: Array) -> Array:
    """Q […, situation, act] of the best among `allowed`[situation, act] while the others have the loads others[situation].

    rewards […, situation, act], discount […].
    """
    law, load = law_of(task), np.asarray(task.load)
    total = np.minimum(load[None, :] + others[:, None], law.shape[1] - 1)
    moves = law[np.arange(law.shape[0])[:, None], total]  # [situation, act, next]
    gamma = np.asarray(discount, float)[..., None, None]
    q = np.broadcast_to(rewards, np.broadcast_shapes(rewards.shape, gamma.shape)).copy()
    top = float(gamma.max())
    for _ in range(min(SWEEPS, int(np.ceil(np.log(1e-9) / np.log(top)))) if top > 0 else 0):
        v = np.where(allowed, q, -np.inf).max(axis=-1)
        q = rewards + gamma * np.einsum("sat,...t->...sa", moves, v)
    return q


def honest_load(task: Task) -> Array:
    """int [situation]: load of all other agents together while each does the largest honest thing, 0 where none share it."""
    wrong, load = np.asarray(task.wrong) > 0, np.asarray(task.load)
    return int(float(task.shared)) * (AGENTS - 1) * np.where(wrong, 0, load).max(axis=1)


def wrongful_load(task: Task) -> Array:
    """int [situation]: the same where all others misbehave, if they can."""
    load = np.asarray(task.load)
    wrong = np.where(np.asarray(task.wrong) > 0, load, 0).max(axis=1) * int(float(task.shared)) * (AGENTS - 1)
    return np.where(wrong > 0, wrong, honest_load(task))


def tempt(
    task: Task, discount: Array | float, *, false: Array | float = 0.0, others: Array | None = None
) -> Temptation:
    """G of agents that are paid the score; discount and false (e, score units) are broadcast, in front.

    `others`[situation]: the load of the others, `honest_load` if left out. Raises InputError.
    """
    gamma, e = np.broadcast_arrays(np.asarray(discount, float), np.asarray(false, float))
    if not ((gamma >= 0) & (gamma < 1)).all():
        raise InputError(
            where="discount", needed="numbers from 0 to below 1", found=f"{gamma.min():g} to {gamma.max():g}"
        )
    wrong = np.asarray(task.wrong) > 0
    scores = np.asarray(task.measured, float) - e[..., None, None] * np.asarray(task.audited)
    q = values(task, scores, ~wrong, gamma, honest_load(task) if others is None else others)
    honest = np.where(wrong, -np.inf, q)
    return Temptation(np.where(wrong, q, -np.inf).max(axis=-1) - honest.max(axis=-1), honest.argmax(axis=-1))


def deterring_rate(
    task: Task,
    discount: Array,
    stake: Array,
    tpr: Array,
    fpr: Array,
    late: Array | float = 0.0,
    *,
    safety: float = 1.0,
    others: Array | None = None,
) -> Array:
    """The closed form: least audit rate that deters `safety` times the gain; above 1, or infinite, where none does. Broadcast."""
    gamma, s, t, f, d = np.broadcast_arrays(*(np.asarray(x, float) for x in (discount, stake, tpr, fpr, late)))
    worth = s * gamma**d
    rate = np.zeros(gamma.shape)
    for _ in range(ROUNDS):  # from below, and G rises in e: it climbs to the least fixed point
        gain = tempt(task, gamma, false=np.minimum(rate, 1.0) * f * worth, others=others).gain
        rate = np.asarray(needed_rate(safety * gain, worth, t, f, 0), float)
    return rate


def worth_to_people(task: Task) -> Array:
    """[situation, act]: the advantage of an act in usefulness of all agents together, for people with discount 0.95.

    0 for the best act and below for others: what a labeller who sees everything goes by.
    """
    others, useful, load = honest_load(task), np.asarray(task.useful, float), list(np.asarray(task.load))
    if float(task.shared):  # the others' catch does not depend on one's own act now, but does on the stock later
        each = [useful[s, load.index(total // (AGENTS - 1))] for s, total in enumerate(others)]
        useful = useful + (AGENTS - 1) * np.array(each)[:, None]
    allowed = np.asarray(task.wrong) == 0
    q = values(task, useful, allowed, np.asarray(PEOPLE), others)
    return q - np.where(allowed, q, -np.inf).max(axis=-1, keepdims=True)


def first_best(task: Task, steps: int = 4000) -> float:
    """Usefulness per step and agent where everybody does what is worth most to people, in the long run; score units."""
    worth, wrong = worth_to_people(task), np.asarray(task.wrong) > 0
    acts = np.where(wrong, -np.inf, worth + 1e-9 * np.asarray(task.load)).argmax(axis=1)
    load = np.asarray(task.load)[acts] * (AGENTS if float(task.shared) else 1)
    rows = np.arange(len(acts))
    move, place, total = law_of(task)[rows, load], np.eye(len(acts))[int(task.first)], 0.0
    for step in range(steps):
        total += (step >= steps // 2) * float(place @ np.asarray(task.useful)[rows, acts])
        place = place @ move
    return total / (steps - steps // 2)

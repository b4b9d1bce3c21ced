"""The experiment: configurations drawn at random, every treatment on each, everything in one compiled call, and what comes of it.

Configurations are a Latin hypercube (McKay, Beckman & Conover 1979, Technometrics 21) over what is not known: preference noise,
the monitor, blind spots, the stake, the auditor, patience, and the shift between training and deployment, one of `SHIFTS`. Seeds
and tasks are averaged within a draw; intervals are over draws, 95 %, Student's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import jax
import jax.numpy as jnp
import numpy as np

from ...behaviour.estimation.confidence import student
from ...errors import InputError
from ...numerics.rational import Array
from .learners import Run, sweep
from .setting import TREATMENTS, Setting, designed, setting, treated
from .tasks import TASKS, named, stacked
from .temptation import deterring_rate, first_best, tempt, worth_to_people, wrongful_load

RANGES: dict[str, tuple[float, float]] = {
    "noise": (np.log(0.03), np.log(3.0)), "tpr": (0.3, 0.98), "fpr": (0.0, 0.25), "blind": (0.0, 0.6), "stake": (1.0, 10.0),
    "late": (0.0, 3.0), "bounty": (0.2, 2.0), "discount": (0.3, 0.9), "temptation": (1.0, 2.5), "seen": (0.4, 1.0),
    "pull": (0.0, 1.0), "force": (0.3, 1.0), "keen": (0.0, 1.0), "shift": (0.0, 6.0),
}  # fmt: skip
"""Least and largest; noise 1/β on a logarithmic scale; `late` and `shift` are rounded down; above one half of `keen` the auditor
learns."""
SHIFTS = ("none", "temptation", "detectability", "pull", "lapse", "all")
"""What changes after training: nothing; misconduct adds more to the score; the monitor sees less of it; the score pulls at trained
preferences; audits become rarer; all of these."""
MOVED = {"temptation": (1, 1.0), "seen": (2, 1.0), "pull": (3, 0.0), "force": (4, 1.0)}
"""{name: (its place in `SHIFTS`, its value where it does not shift)}."""
KEEN = 0.5


def drawn(count: int, seed: int) -> dict[str, Array]:
    """{name: float [configuration]}: a Latin hypercube over `RANGES`, as `setting` takes it, and "shift", a place in `SHIFTS`."""
    if count < 1:
        raise InputError(where="configurations", needed="at least one", found=str(count))
    random = np.random.default_rng(seed)
    unit = {name: (random.permutation(count) + random.random(count)) / count for name in RANGES}
    found = {name: low + (high - low) * unit[name] for name, (low, high) in RANGES.items()}
    shift = np.minimum(np.floor(found["shift"]), len(SHIFTS) - 1)
    found |= {
        "precision": np.exp(-found.pop("noise")),
        "late": np.floor(found["late"]),
        "discount": found["discount"].round(2),
        "keen": np.where(unit["keen"] < 0.5, 0.0, KEEN),
        "shift": shift,
    }
    for name, (kind, still) in MOVED.items():
        found[name] = np.where((shift == kind) | (shift == len(SHIFTS) - 1), found[name], still)
    return found


@dataclass(frozen=True)
class Mean:
    """A mean over draws with its 95 % interval; tasks at one draw are one number, because they share what was drawn."""

    value: float
    half: float
    """Half the interval's width."""
    n: int

    @staticmethod
    def of(values: Array) -> Mean:
        n = len(values)
        if n == 0:
            return Mean(float("nan"), float("nan"), 0)
        return Mean(
            float(values.mean()),
            student(0.95, n - 1) * float(values.std(ddof=1)) / n**0.5 if n > 1 else float("inf"),
            n,
        )

    def __str__(self) -> str:
        return f"{self.value:.2f} ± {self.half:.2f}"


@dataclass(frozen=True, eq=False)
class Experiment:
    """What was drawn and what came of it. Axes: treatment (as `TREATMENTS`), task (as `TASKS`), configuration."""

    given: dict[str, Array]
    """{name: [configuration]}."""
    feasible: Array
    """bool [task, configuration]: whether some audit rate deters the temptation in training."""
    misconduct: Array
    """[phase, treatment, task, configuration], mean over seeds; phases: trained, deployed."""
    useful: Array
    """The same: usefulness less the cost of audits, as a share of the task's first best."""
    wrongful: Array
    """The same: flags on honest acts, per act."""
    stolen: Array
    """The same: share of misconduct among acts that may be audited."""
    seeds: int

    @property
    def count(self) -> int:
        """Configurations that ran: task × treatment × draw."""
        return int(np.prod(self.misconduct.shape[1:]))

    def where(self, chosen: Array | None = None, task: str | None = None) -> Array:
        """bool [task, configuration]: those chosen by a mask over draws, of one task or of all."""
        mask = (
            np.ones(self.feasible.shape, bool)
            if chosen is None
            else np.broadcast_to(chosen, self.feasible.shape).copy()
        )
        if task is not None:
            mask &= (np.array(list(TASKS)) == task)[:, None]
        return mask

    def mean(self, what: str, treatment: str, mask: Array, phase: int = 1) -> Mean:
        """Of "misconduct", "useful", "wrongful" or "stolen" over mask[task, configuration]; one number for each draw."""
        return Mean.of(_per_draw(getattr(self, what)[phase, TREATMENTS.index(treatment)], mask))

    def better(self, what: str, one: str, other: str, mask: Array, phase: int = 1) -> Mean:
        """Mean difference, one less the other, pair by pair."""
        table = getattr(self, what)[phase]
        return Mean.of(_per_draw(table[TREATMENTS.index(one)] - table[TREATMENTS.index(other)], mask))


def _per_draw(values: Array, mask: Array) -> Array:
    """[draw]: means over the tasks of [task, draw] that the mask leaves, of the draws of which it leaves any."""
    any_left = mask.any(axis=0)
    return (np.where(mask, values, 0.0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1))[any_left]


def grid(settings: Sequence[Setting]) -> Setting:
    """Settings [configuration] of each task as one [task, configuration]."""
    return jax.tree.map(lambda *parts: jnp.stack(parts), *settings)


def experiment(
    draws: int = 768, *, seeds: int = 3, seed: int = 1, steps: int = 1200, safety: float = 1.25
) -> Experiment:
    """Every task under every treatment at `draws` drawn configurations, with `seeds` seeds each, in one compiled call.

    The rule-maker knows the temptation in training, the monitor in training and the agents' patience, and plans for `safety` times
    the gain. Same arguments, same numbers on the same machine.
    """
    given = drawn(draws, seed)
    base = setting(**{name: x for name, x in given.items() if name != "shift"})
    rules = [designed(name, base, safety) for name in TASKS]
    feasible = np.array([np.asarray(rule.rate) < 1.0 for rule in rules])
    each = [
        jax.tree.map(lambda *parts: jnp.concatenate(parts), *(treated(rule, treatment) for treatment in TREATMENTS))
        for rule in rules
    ]
    run = play(grid(each), seeds=seeds, seed=seed, steps=steps)
    best = np.array([first_best(named(name)) for name in TASKS])[None, :, None]

    def table(pick: str) -> Array:
        phases = [np.asarray(getattr(phase, pick), float).mean(axis=-1) for phase in (run.trained, run.deployed)]
        return np.stack([x.reshape(len(TASKS), len(TREATMENTS), draws).swapaxes(0, 1) for x in phases])

    return Experiment(
        given, feasible, table("misconduct"), table("net") / best, table("wrongful"), table("stolen"), seeds
    )


def play(settings: Setting, *, seeds: int, seed: int, steps: int = 1200) -> Run:
    """`sweep` over all `TASKS`; settings [task, configuration]."""
    tasks = [named(name) for name in TASKS]
    worth = jnp.asarray(np.stack([worth_to_people(task) for task in tasks]), jnp.float32)
    return sweep(jax.random.key(seed), stacked(tasks), worth, settings, seeds=seeds, steps=steps)


@dataclass(frozen=True, eq=False)
class Threshold:
    """Audit rates at which learners are as likely to misbehave as not, where they are tempted most, over the closed form."""

    discount: Array
    """[configuration]."""
    ratios: Array
    """[task, configuration]: learned rate over the closed form's; NaN where misconduct did not cross one half."""
    bounds: Array
    """[task, configuration]: the closed form with others that misbehave, over the closed form with honest ones."""

    def describe(self) -> str:
        lines = []
        for name, row in zip(TASKS, self.ratios, strict=True):
            kept = row[np.isfinite(row)]
            lines.append(
                f"{name}: {np.median(kept):.3f} [{kept.min():.3f}, {kept.max():.3f}], {len(kept)} of {len(row)}"
            )
        return "\n".join(lines)


def thresholds(
    count: int = 24, *, points: int = 17, seeds: int = 2, seed: int = 1, steps: int = 1200, most: float = 1.6
) -> Threshold:
    """Learn under audit rates from 0.4 to `most` times the closed form, without shift and with a committed auditor.

    Stakes are such that the simple formula, without false alarms, asks for a rate near one half. The closed form is
    `temptation.deterring_rate`; where agents share a commons, others that misbehave are the other bound.
    """
    given = drawn(count, seed)
    spread = np.linspace(0.4, most, points)
    parts, bounds = [], []
    for name in TASKS:
        gain, late = tempt(named(name), given["discount"]).gain, given["discount"] ** given["late"]
        fpr = given["fpr"] / 2
        stake = gain / (late * 0.4 * (given["tpr"] - fpr))
        known = (given["discount"], stake, given["tpr"], fpr, given["late"])
        base = setting(fined=1, discount=known[0], stake=stake, tpr=known[2], fpr=fpr, late=known[4])
        rate = deterring_rate(named(name), *known)
        bound = deterring_rate(named(name), *known, others=wrongful_load(named(name)))
        bounds.append(bound / rate)
        rows = {f.name: np.repeat(np.asarray(getattr(base, f.name)), points) for f in fields(base)}
        parts.append(setting(**(rows | {"rate": np.minimum(rate[:, None] * spread, 1.0).ravel()})))
    run = play(grid(parts), seeds=seeds, seed=seed, steps=steps)
    worst = np.asarray(run.trained.worst).mean(axis=-1).reshape(len(TASKS), count, points)
    return Threshold(
        given["discount"], np.array([[crossing(spread, row) for row in rows] for rows in worst]), np.array(bounds)
    )


def crossing(x: Array, y: Array, level: float = 0.5) -> float:
    """Largest x at which y, interpolated, comes down through the level; NaN where it does not."""
    down = np.flatnonzero((y[:-1] > level) & (y[1:] <= level))
    if not len(down):
        return float("nan")
    k = down[-1]
    return float(x[k] + (x[k + 1] - x[k]) * (y[k] - level) / (y[k] - y[k + 1]))

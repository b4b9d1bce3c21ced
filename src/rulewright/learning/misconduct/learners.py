"""Learners in a task, with an auditor: trained under one rule or reward, then deployed where things may have changed.

Each agent keeps Q(s, a) and chooses by a softmax of it. At every step every act is tried once in every situation (synchronous
Q-learning with a generative model, Kearns & Singh 1999, NeurIPS 11), with the fine it met in a small batch of audits:

    Q ← Q + α [ r(s, a) − γ^D S·f(s, a) + γ V(s′) − Q ],     V = Σ π Q         f: share of the batch that was flagged

The others' acts are drawn, transitions are averaged. The auditor, where it is keen, follows the gradient of what audits
bring it: q(1 − q)·[ v·tpr·B − (1 − v)·fpr·B − c ], v being the share of misconduct among the acts that it may look at.

    training      score, or reward model                         less fines
    deployment    (1 − pull)·reward model + pull·score           less fines, with fewer audits, a worse monitor, more temptation
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from ..preferences import Labellers, compare, rewards
from ..world import pytree
from .setting import Setting
from .tasks import ACTS, AGENTS, SITUATIONS, Task

RATE, SLOPE, BATCH, EACH = 0.05, 0.05, 16, 12
"""α; the softmax's temperature, score units; audits per step and act; comparisons per pair of acts."""
AT_ONCE = 256  # configurations whose learners fit into the cache together


@pytree
class Outcome:
    """Averages over the last quarter of a phase; float32, a number each or batches."""

    misconduct: jax.Array
    """Share of the acts in tempting situations that are misconduct."""
    useful: jax.Array
    """What people get per step and agent, without the cost of enforcement."""
    audits: jax.Array
    """Per act."""
    wrongful: jax.Array
    """Flags on honest acts, per act."""
    cost: jax.Array
    """Of audits, per step and agent."""
    stolen: jax.Array
    """Share of misconduct among acts that may be audited."""
    worst: jax.Array
    """Chance of misconduct where it is largest, mean over agents: one half is indifference there."""

    @property
    def net(self) -> jax.Array:
        """Usefulness less the cost of audits. Fines move money and are not counted; nor are labels, paid for once."""
        return self.useful - self.cost


@pytree
class Run:
    """What happened to one configuration with one seed, or to batches of them."""

    trained: Outcome
    deployed: Outcome


def taught(key: jax.Array, task: Task, worth: jax.Array, setting: Setting) -> jax.Array:
    """float32 [situation, act]: the reward model of people who see what `Labellers` see."""
    honest = jnp.where(task.wrong > 0, -jnp.inf, worth).max(axis=1, keepdims=True)
    seeming = jnp.where(task.wrong > 0, honest + task.tempting, worth)
    watching = Labellers(setting.precision, setting.tpr, setting.fpr, setting.blind)
    return rewards(compare(key, watching, worth, seeming, task.wrong, EACH), EACH, ACTS)


def follow(key: jax.Array, task: Task, worth: jax.Array, setting: Setting, steps: int) -> Run:
    """One configuration: `steps` of training, `steps` of deployment. worth: float32 [situation, act], see `worth_to_people`."""
    label, start, train, deploy = jax.random.split(key, 4)
    model = taught(label, task, worth, setting)
    score = task.measured
    later = score + (setting.temptation - 1) * task.tempting
    trained = jnp.where(setting.taught > 0, model, score)
    weight = setting.taught * (1 - setting.pull)
    deployed = weight * model + (1 - weight) * later
    q = 0.1 * jax.random.normal(start, (AGENTS, SITUATIONS, ACTS))
    place = jnp.zeros((AGENTS, SITUATIONS)).at[:, task.first].set(1.0)
    theta = jnp.log(jnp.maximum(setting.rate, 1e-4) / jnp.maximum(1 - setting.rate, 1e-4))
    carry = (q, place, theta)
    carry, before = _phase(train, task, setting, trained, setting.tpr, jnp.float32(1), carry, steps)
    _, after = _phase(deploy, task, setting, deployed, setting.tpr * setting.seen, setting.force, carry, steps)
    return Run(before, after)


def _phase(
    key: jax.Array,
    task: Task,
    setting: Setting,
    reward: jax.Array,
    tpr: jax.Array,
    force: jax.Array,
    carry: tuple[jax.Array, jax.Array, jax.Array],
    steps: int,
) -> tuple[tuple[jax.Array, jax.Array, jax.Array], Outcome]:
    flagging = jnp.where(task.wrong > 0, tpr, setting.fpr) * task.audited
    fine = setting.fined * setting.stake * setting.discount**setting.late
    tempts = task.wrong.max(axis=1)
    rows = jnp.arange(SITUATIONS)
    chances = jnp.diff(task.law, axis=-1, prepend=0.0)

    def one(inside: tuple, t: jax.Array) -> tuple[tuple, None]:
        q, place, theta, total = inside
        noise, draw = jax.random.split(jax.random.fold_in(key, t))
        z = jax.random.normal(noise, (AGENTS, SITUATIONS, ACTS))
        u = jax.random.uniform(draw, (AGENTS, SITUATIONS, 1))
        policy = jax.nn.softmax(q / SLOPE, axis=-1)
        act = (u > jnp.cumsum(policy, axis=-1)[..., :-1]).sum(axis=-1)  # [agent, situation]
        own = task.load[act]
        together = own.sum(axis=0)
        others = jnp.where(task.shared > 0, together - own, 0)
        audit = jax.nn.sigmoid(theta) * force
        p = audit * flagging
        flagged = jnp.clip(p + jnp.sqrt(p * (1 - p) / BATCH) * z, 0.0, 1.0)
        v = (policy * q).sum(axis=-1)
        ahead = jnp.einsum("slt,it->isl", chances, v)
        at = others[..., None] + task.load  # [agent, situation, act]
        target = reward - fine * flagged + setting.discount * jnp.take_along_axis(ahead, at, axis=-1)
        after = q + RATE * (target - q)
        moved = jnp.einsum("is,ist->it", place, chances[rows, jnp.where(task.shared > 0, together, own)])
        done = place[..., None] * policy
        wrong, seen = (done * task.wrong).sum(), (done * task.audited).sum()
        share = wrong / jnp.maximum(seen, 1e-6)
        brings = setting.bounty * (share * tpr - (1 - share) * setting.fpr) - setting.audit_cost
        turned = theta + setting.keen * audit * (1 - audit) * brings
        now = jnp.stack(
            [
                wrong,
                (place * tempts).sum(),
                (done * task.useful).sum() / AGENTS,
                setting.fined * audit * seen / AGENTS,
                setting.fined * audit * setting.fpr * (seen - wrong) / AGENTS,
                share,
                (policy * task.wrong).sum(axis=-1).mean(axis=0).max(),
            ]
        )
        kept = total + jnp.where(t >= steps - steps // 4, now, 0.0)
        return (after, moved, jnp.clip(turned, -6.0, 6.0), kept), None

    start = (*carry, jnp.zeros(7))
    (q, place, theta, total), _ = jax.lax.scan(one, start, jnp.arange(steps))
    wrong, tempted, useful, audits, wrongful, share, worst = total / (steps // 4)
    rate = wrong / jnp.maximum(tempted, 1e-6)
    return (q, place, theta), Outcome(rate, useful, audits, wrongful, audits * setting.audit_cost, share, worst)


@partial(jax.jit, static_argnames=("steps", "seeds"))
def sweep(key: jax.Array, tasks: Task, worth: jax.Array, settings: Setting, *, seeds: int, steps: int = 1200) -> Run:
    """All configurations of all tasks in one compiled call: [task, configuration, seed].

    tasks and worth have the task in front, settings [task, configuration]. Random numbers are the same in every configuration and
    differ between seeds, so that differences between configurations are not noise. Same key, same bytes.
    """
    keys = jax.random.split(key, seeds)

    def single(task: Task, worth: jax.Array, setting: Setting, key: jax.Array) -> Run:
        return follow(key, task, worth, setting, steps)

    over_seeds = jax.vmap(single, in_axes=(None, None, None, 0))
    over_tasks = jax.vmap(over_seeds, in_axes=(0, 0, 0, None))
    across = jax.tree.map(lambda x: jnp.swapaxes(x, 0, 1), settings)
    found = jax.lax.map(lambda each: over_tasks(tasks, worth, each, keys), across, batch_size=AT_ONCE)
    return jax.tree.map(lambda x: jnp.swapaxes(x, 0, 1), found)

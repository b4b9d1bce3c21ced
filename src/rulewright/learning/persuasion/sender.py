"""A sender's network: chances of recommendations for a state and a parameter, with obedience as a Lagrangian.

    maximise  E_s [ Σ_a E_θ σ(a|s,θ)·( v + δ V(s′) )  −  α·D(s) ]
    D(s) = Σ_a max_b [ E_θ σ(a|s,θ)·( u(s,θ,b) − u(s,θ,a) + m ) ]⁺          what receivers gain by disobeying, and a cushion m

after eq. 12 of the ICSAP proposal (value − α·violation). E_θ is a mean over stratified draws of θ, E_s over draws of s. V is
a second network, fitted to the right-hand side as it stands. A penalty of this kind is exact: from some α on obedience pays.

What training says about obedience is not believed: `Learned.audit` puts both networks aside, writes σ down on a grid of
its own, lets receivers reply at their best, and repairs what is not obeyed. The grade is "searched only": a grid was looked at,
not the continuum; the repaired table alone is exact, on its grid.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...design.information.markov import audit, persuade_stream, repaired, worth
from ...errors import InputError, Unsolved
from ...numerics.given import real, whole
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats
from ..learners import checkpoint
from ..learners.hooks import lines
from .continuum import Continuum

GRADE = "searched only"


@dataclass(frozen=True)
class Settings:
    """Of training. Raises InputError."""

    hidden: int = 24
    states: int = 32
    """States a step."""
    draws: int = 32
    """Parameters a state, one in each of as many equal cells."""
    alpha: float = 6.0
    """The price of disobedience at the end; it rises from a fifth of it."""
    margin: float = 0.001
    """In the receiver's units, per recommendation: a cushion."""
    rate: float = 1e-2
    steps: int = 1_500
    chunk: int = 250
    """Steps between checkpoints and lines of the log."""
    keep: int = 2
    """Checkpoints."""

    def __post_init__(self) -> None:
        for key in ("hidden", "states", "draws", "steps", "chunk", "keep"):
            whole(getattr(self, key), f"learned persuasion, {key}")
        if self.steps % self.chunk:
            raise InputError(where="learned persuasion", needed="steps in whole chunks", found=str(asdict(self)))
        for key in ("alpha", "margin", "rate"):
            real(getattr(self, key), f"learned persuasion, {key}")
        reserve((self.states, self.draws, self.hidden + 8), "a step of training")


@dataclass(frozen=True)
class Audited:
    """A learned signal on a grid, against exact best replies; values from the start, all the sender's. Grade: searched only."""

    obeyed: float
    """If recommendations are followed."""
    answered: float
    """If receivers do what is best."""
    repaired: float
    """After the truth has been mixed in until all recommendations are obeyed, on this grid exactly."""
    best: float
    """The exact optimum of the grid."""
    nothing: float
    everything: float
    disobedience: float
    """The most a receiver gains in any state, given what it heard, however rarely."""
    expected: float
    """The most that receivers of any state gain on average, over what they may hear."""
    states: int
    parameters: int
    grade: str = GRADE


@dataclass(frozen=True, eq=False)
class Learned:
    """A trained sender."""

    problem: Continuum
    settings: Settings
    seed: int
    parameters: Any = field(repr=False)
    log: tuple[dict[str, float], ...] = field(repr=False)
    """Per chunk: step, value, disobedience (both as training sees them: not an audit)."""

    def signal(self, states: Array, thetas: Array) -> Array:
        """σ[s, θ, a] at s[s] and θ[θ]."""
        s, t = (jnp.asarray(x, jnp.float32) for x in np.broadcast_arrays(states[:, None], thetas))
        found = np.asarray(jax.nn.softmax(_net(self.parameters[0], jnp.stack([s, t], axis=-1)), axis=-1), float)
        return np.asarray(found / found.sum(axis=-1, keepdims=True))

    def audit(self, states: int = 17, parameters: int = 32, start: int = 0) -> Audited:
        """Exact best replies, exact values, and the exact optimum on a grid."""
        process = self.problem.table(states, parameters, start)
        sigma = self.signal(*self.problem.grids(states, parameters))
        found, best = audit(process, sigma), persuade_stream(process)
        mended = repaired(process, sigma)
        return Audited(
            obeyed=found.obeyed,
            answered=found.answered,
            repaired=float(floats(process.start) @ worth(process, mended)),
            best=best.value,
            nothing=best.nothing,
            everything=best.everything,
            disobedience=found.worst,
            expected=float(found.often.max()),
            states=states,
            parameters=parameters,
        )


def learn(
    problem: Continuum,
    settings: Settings | None = None,
    *,
    seed: int = 0,
    out: str | Path | None = None,
    resume: bool = False,
    tell: Callable[[str], None] | None = None,
) -> Learned:
    """Train a sender. With `out`: checkpoints and log.jsonl there; `resume` goes on from the newest, to the same bits.

    Raises InputError for a checkpoint of something else; Unsolved where numbers stop being finite, with the step.
    """
    settings = settings or Settings()
    if whole(seed, "seed", least=0) >= 2**63:
        raise InputError(where="seed", needed="a number below 2^63", found=str(seed))
    plan = {"problem": problem.name, "numbers": dict(problem.settings), "seed": seed}
    plan |= {"settings": {k: v for k, v in asdict(settings).items() if k != "keep"}}
    state, log, folder = _initial(problem, settings, seed), [], None if out is None else Path(out)
    done = 0
    if resume and folder is None:
        raise InputError(where="resume", needed="out, the folder to resume from", found="none")
    newest = None if folder is None else checkpoint.latest(folder)
    if newest is not None and not resume:
        remedy = "Say resume=True to go on, or name another folder."
        raise InputError(where=str(folder), needed="a folder without checkpoints", found=newest.name, remedy=remedy)
    if newest is not None:
        state = checkpoint.read(newest, state, plan)
        done = int(state[2])
        log = _log_of(folder, done)
    while done < settings.steps:
        state, seen = _chunk(problem, settings, seed, state)
        done += settings.chunk
        value, disobedience = float(seen[0]), float(seen[1])
        if not np.isfinite([value, disobedience]).all():
            kept = checkpoint.latest(folder) if folder is not None else None
            raise Unsolved(
                where=f"learned persuasion, step {done}",
                needed="finite numbers",
                found="NaN or infinity",
                remedy="Lower the rate." + (f" The last good checkpoint is {kept.name}." if kept else ""),
            )
        log.append({"step": done, "value": value, "disobedience": disobedience})
        if tell is not None:
            tell(f"{done}/{settings.steps}: value {value:.4f}, disobedience {disobedience:.4f} (training's own)")
        if folder is not None:
            checkpoint.write(folder / checkpoint.name(done), state, plan)
            checkpoint.keep(folder, settings.keep)
            text = "".join(json.dumps(line) + "\n" for line in log)
            (folder / "log.jsonl").write_text(text, encoding="utf-8")
    return Learned(problem, settings, seed, state[0], tuple(log))


def _log_of(folder: Path | None, done: int) -> list[dict[str, float]]:
    path = None if folder is None else folder / "log.jsonl"
    if path is None or not path.exists():
        return []
    kept = [{key: float(x or 0) for key, x in line.items()} for line in lines(path)]  # one that was cut off is left out
    return [line | {"step": int(line["step"])} for line in kept if line["step"] <= done]


def _initial(problem: Continuum, settings: Settings, seed: int) -> Any:
    """((sender, critic), optimiser's state, steps done)."""
    one, two = jax.random.split(jax.random.key(seed))
    nets = _make(one, 2, settings.hidden, problem.acts), _make(two, 1, settings.hidden, 1)
    return nets, _adam(settings).init(nets), jnp.zeros((), jnp.int32)


def _adam(settings: Settings) -> Any:
    return optax.adam(optax.cosine_decay_schedule(settings.rate, settings.steps, 0.05))


def _make(key: jax.Array, inputs: int, hidden: int, outputs: int) -> tuple[tuple[jax.Array, jax.Array], ...]:
    sizes = ((inputs, hidden, 2.0), (hidden, hidden, 1.0), (hidden, outputs, 0.1))
    keys = jax.random.split(key, len(sizes))
    return tuple(
        (gain * jax.random.normal(k, (a, b)) / a**0.5, jnp.zeros(b))
        for k, (a, b, gain) in zip(keys, sizes, strict=True)
    )


def _net(layers: Any, x: jax.Array) -> jax.Array:
    x = 2 * x - 1
    for weight, bias in layers[:-1]:
        x = jnp.tanh(x @ weight + bias)
    return x @ layers[-1][0] + layers[-1][1]


def _value(problem: Continuum, critic: Any, s: jax.Array) -> jax.Array:
    return _net(critic, s[..., None])[..., 0] / (1 - problem.discount)


def _loss(problem: Continuum, settings: Settings, nets: Any, key: jax.Array, share: jax.Array) -> Any:
    """(loss, (value a step, disobedience)); `share` of training is done."""
    one, two = jax.random.split(key)
    cells = jnp.arange(settings.states)[:, None] + jax.random.uniform(one, (settings.states, 1))
    s = jnp.broadcast_to(cells / settings.states, (settings.states, settings.draws))
    t = (jnp.arange(settings.draws) + jax.random.uniform(two, s.shape)) / settings.draws
    v, u, after = (f(s, t, jnp) for f in (problem.sender, problem.receiver, problem.moves))
    sigma = jax.nn.softmax(_net(nets[0], jnp.stack([s, t], axis=-1)), axis=-1)
    later = jax.lax.stop_gradient(_value(problem, nets[1], after))
    brings = (sigma * (v + problem.discount * later)).sum(axis=-1).mean(axis=1)
    gain = jnp.einsum("sta,stab->sab", sigma, u[..., None, :] - u[..., None] + settings.margin) / settings.draws
    gain = jnp.where(jnp.eye(problem.acts, dtype=bool), 0.0, gain)
    disobedience = jnp.maximum(gain, 0.0).max(axis=2).sum(axis=1)
    alpha = settings.alpha * (0.2 + 0.8 * share) / (1 - problem.discount)
    fitted = _value(problem, nets[1], s[:, 0]) - jax.lax.stop_gradient(brings)
    loss = (alpha * disobedience - brings).mean() * (1 - problem.discount)
    loss += ((1 - problem.discount) ** 2 * fitted**2).mean() * 5
    return loss, (brings.mean(), disobedience.mean())


@partial(jax.jit, static_argnums=(0, 1))
def _chunk(problem: Continuum, settings: Settings, seed: int, state: Any) -> Any:
    adam = _adam(settings)

    def step(state: Any, _: None) -> Any:
        nets, optimiser, done = state
        key = jax.random.fold_in(jax.random.key(seed), done)
        share = done / settings.steps
        (_, seen), slope = jax.value_and_grad(partial(_loss, problem, settings), has_aux=True)(nets, key, share)
        change, optimiser = adam.update(slope, optimiser)
        return (optax.apply_updates(nets, change), optimiser, done + 1), jnp.stack(seen)

    state, seen = jax.lax.scan(step, state, None, length=settings.chunk)
    return state, seen.mean(axis=0)

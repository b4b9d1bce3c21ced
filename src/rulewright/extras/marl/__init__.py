"""Worlds out: the same world as a PettingZoo, JaxMARL or Gymnasium environment, institutions and all.

    to_pettingzoo(world, seed=0)             ParallelEnv; passes PettingZoo's own tests of conformance
    to_jaxmarl(world)                        reset(key), step(key, state, actions): the JaxMARL and gymnax signature
    to_gymnasium(world, "agent 3", others)   one player's view, the others given by a policy

Needs JAX (`rulewright[learning]`) and, but for JaxMARL's signature, `rulewright[marl]`. Each face loads on its first use.
"""

from __future__ import annotations

from typing import Any


def to_pettingzoo(
    world: Any, seed: int = 0, *, observations: str = "flat", mask: str = "infos", unavailable: str | None = None,
    render: bool = False,
) -> Any:  # fmt: skip
    """The world as a PettingZoo `ParallelEnv`, whose agents are the players, "agent 0" spelt "agent_0".

    `observations`: "flat" (float32 vector, pictures one-hot) or "dict" (view int8 [rows, columns], numbers float32 [k]).
    `mask`: where the action mask stands: "infos", or "observations" as well ({"observation", "action_mask"}).
    `unavailable`: label of the action that is done instead of one that is not available; None refuses it with InputError.
    `render`: whether `render()` gives frames, uint8 [height, width, 3].
    """
    from .parallel import Parallel

    return Parallel(
        world, seed, observations=observations, mask=mask, unavailable=unavailable, render_mode="rgb_array" if render else None
    )  # fmt: skip


def to_jaxmarl(world: Any, *, name: str | None = None, events: bool = False) -> Any:
    """The world under JaxMARL's functional signature (Rutherford et al. 2024, NeurIPS), for `jit`, `vmap` and `scan`.

    `events`: whether infos hold the codes of each kind of event beside base, transfer and care.
    """
    from .functional import Functional

    return Functional(world, name or type(world).__name__, events)


def to_gymnasium(
    world: Any, player: str | int, others: Any, seed: int = 0, *, observations: str = "flat",
    unavailable: str | None = None, render: bool = False,
) -> Any:  # fmt: skip
    """The world as one player meets it, a `gymnasium.Env`: the others act by the policy `others` (what it says for `player` is
    not done). A learner trained in it looks for a best response. Options as in `to_pettingzoo`."""
    from .single import Single

    return Single(
        world, player, others, seed, observations=observations, unavailable=unavailable, render_mode="rgb_array" if render else None
    )  # fmt: skip

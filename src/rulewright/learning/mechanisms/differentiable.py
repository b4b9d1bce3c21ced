"""Whether a goal can be learned by gradients: it is traced and differentiated once, before anything is trained."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...mechanisms.environment import Environment
from . import nets
from .misreports import truth
from .nets import Net

PROFILES = 64
REMEDY = "Search without gradients: rulewright.learning.mechanisms.search takes any Python goal and any family of mechanisms."


def refuse_without_gradient(net: Net, environment: Environment, seed: int) -> None:
    """Raises InputError where goal or values are no function of JAX arrays, have no gradient, or one that is not a number."""
    parameters = nets.init(net, environment, seed)
    types = jnp.asarray(environment.profiles(PROFILES, seed), jnp.float32)

    def people(decision: Any, payments: Any) -> jax.Array:
        found: jax.Array = jnp.asarray(environment.achieved(types, decision, payments)).astype(jnp.float32).mean()
        return found

    def all_of(types: jax.Array) -> Any:
        decision, payments, _ = truth(net, environment, parameters, types)
        return jax.grad(people, argnums=(0, 1))(decision, payments)

    try:
        found = jax.jit(all_of)(types)
    except InputError:
        raise
    except Exception as wrong:  # whatever a user's function does when it is given traced arrays
        first = (str(wrong) or type(wrong).__name__).splitlines()[0]
        needed = "a goal and values that are functions of JAX arrays (no NumPy calls, no `if` on values)"
        raise InputError(where=f"goal {environment.goal.name!r}", needed=needed, found=first, remedy=REMEDY) from None
    parts = [np.asarray(part) for part in found]
    if not all(np.isfinite(part).all() for part in parts):
        needed, was = "a goal with a finite gradient", "one that is not a number"
    elif not any(part.any() for part in parts):
        needed, was = "a goal with a gradient", f"one that is zero at all of {PROFILES} profiles"
    else:
        return
    raise InputError(where=f"goal {environment.goal.name!r}", needed=needed, found=was, remedy=REMEDY)

"""Commons harvest: what scripted players take from the open map; measured on this house's reconstruction, not published."""

from functools import cache

from .answer import Known


@cache
def taken(least):
    """Mean apples of the group in 1,000 steps, 7 players, six worlds."""
    import jax

    from rulewright.learning.rollout import rollout
    from rulewright.learning.worlds.harvest import harvest
    from rulewright.learning.worlds.harvest_players import restrained

    return float(rollout(harvest(), restrained(least), jax.random.key(2), batch=6).base.sum(axis=1).mean())


SOURCE = "after Agapiou et al. 2022, commons_harvest__open; prototype of this house, six seeds"
OURS = "after Agapiou et al. 2022, commons_harvest__open; measured here, 24 worlds (prototype 604)"
KNOWN = [
    Known("harvest: seven greedy players take in 1,000 steps", SOURCE, 67.0, lambda: taken(0), 2.0),
    # 575 ± 11 in 24 worlds; three standard errors of the mean of six. The prototype, without the lags, gave 604 ± 24.
    Known("harvest: seven who leave apples with fewer than three neighbours", OURS, 575.0, lambda: taken(3), 34.0),
]
